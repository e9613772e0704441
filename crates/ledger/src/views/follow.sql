SELECT t.follower_id, t.followed_id, t.platform, t.observed_at
FROM ledger_follow t
WHERE t.observed_at <= {as_at}
