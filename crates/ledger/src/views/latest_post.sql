WITH latest AS (
  SELECT t.* FROM ledger_post t
  JOIN (
    SELECT post_id, max(observed_at) AS observed_at FROM ledger_post
    WHERE observed_at <= {as_at} GROUP BY post_id
  ) last ON last.post_id = t.post_id AND last.observed_at = t.observed_at
),
aged AS (
  SELECT r.post_id, r.observed_at, r.likes, r.reposts, r.replies, r.quotes, r.views,
         row_number() OVER (PARTITION BY r.post_id ORDER BY r.observed_at) AS place
  FROM ledger_reading r
  JOIN latest p ON p.post_id = r.post_id
  WHERE r.observed_at <= {as_at} AND r.observed_at >= p.created_at + INTERVAL '{counter_age} days'
)
SELECT t.post_id, t.platform, t.account_id, t.created_at, t.observed_at, t.kind,
       t.in_reply_to_post_id, t.in_reply_to_account_id, t.conversation_id, t.quoted_post_id, t.language, t.text,
       t.hashtags, t.mentions, t.links, t.media,
       t.hashtag_count, t.mention_count, t.link_count, t.media_count, t.answered_after_seconds,
       c.observed_at AS read_at, c.likes, c.reposts, c.replies, c.quotes, c.views
FROM latest t
LEFT JOIN aged c ON c.post_id = t.post_id AND c.place = 1
