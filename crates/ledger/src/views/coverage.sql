SELECT organisation_id, platform, account_id, "table", period, starts_at, ends_at, observed_seconds, truncated
FROM every_coverage WHERE granularity IN ({periods})
