SELECT {account} AS account_id, t.platform, t.observed_at, t.handle, t.followers, t.following, t.posts,
       t.display_name, t.bio, t.website
FROM ledger_observation t{alias}
WHERE t.observed_at <= {as_at}
