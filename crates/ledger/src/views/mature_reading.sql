SELECT post_id, platform, read_at AS observed_at, likes, reposts, replies, quotes, views
FROM post
WHERE read_at IS NOT NULL
