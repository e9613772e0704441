SELECT t.post_id, t.platform, t.observed_at, t.likes, t.reposts, t.replies, t.quotes, t.views
FROM ledger_reading t
WHERE t.observed_at <= {as_at}
