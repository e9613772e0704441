SELECT o.account_id, max(o.followers) AS followers
FROM (
  SELECT account_id, max(observed_at) AS observed_at FROM observation WHERE followers > 0 GROUP BY account_id
) latest
JOIN observation o ON o.account_id = latest.account_id AND o.observed_at = latest.observed_at
WHERE o.followers > 0
GROUP BY o.account_id
