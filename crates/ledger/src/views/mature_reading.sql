SELECT post_id, platform, observed_at, likes, reposts, replies, quotes, views
FROM (
  SELECT r.post_id, r.platform, r.observed_at, r.likes, r.reposts, r.replies, r.quotes, r.views,
         row_number() OVER (PARTITION BY r.post_id ORDER BY r.observed_at) AS place
  FROM reading r
  JOIN post p ON p.post_id = r.post_id
  WHERE r.observed_at >= p.created_at + INTERVAL '{counter_age} days'
) aged
WHERE place = 1
