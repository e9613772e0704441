SELECT organisation_id, platform, account_id, "table", period, starts_at, ends_at,
       CAST(floor(date_part('epoch', ends_at) - date_part('epoch', starts_at) + 0.0000005) AS BIGINT) AS observed_seconds,
       truncated
FROM (
  SELECT a.organisation_id, a.platform, a.account_id, s."table", pe.period,
         greatest(s.starts_at, a.starts_at, pe.starts_at) AS starts_at, least(s.ends_at, a.ends_at, pe.ends_at) AS ends_at,
         s.truncated AND s.starts_at > a.starts_at AND s.starts_at > pe.starts_at AS truncated
  FROM every_seen s
  JOIN account a ON a.account_id = s.account_id AND a.starts_at < s.ends_at AND a.ends_at > s.starts_at
  JOIN every_period pe ON pe.granularity IN ({periods}) AND pe.starts_at < s.ends_at AND pe.ends_at > s.starts_at
) c
WHERE starts_at < ends_at
