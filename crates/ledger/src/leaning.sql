-- Claims of other batches about the accounts that {batches} spoke of, with more rows than they brought themselves.
WITH touched AS (
  SELECT DISTINCT account_id, "table" FROM ledger_attempt WHERE batch IN ({batches})
),
claimed AS (
  SELECT batch, account_id, "table", sum("rows") AS n
  FROM ledger_attempt WHERE batch NOT IN ({batches}) GROUP BY batch, account_id, "table"
),
brought AS (
  SELECT batch, account_id, 'observation' AS "table", count(*) AS n
  FROM ledger_observation GROUP BY batch, account_id
  UNION ALL
  SELECT batch, account_id, 'post', count(*) FROM ledger_post GROUP BY batch, account_id
  UNION ALL
  SELECT r.batch, p.account_id, 'reading', count(*)
  FROM ledger_reading r
  JOIN (SELECT DISTINCT post_id, account_id FROM ledger_post) p ON p.post_id = r.post_id
  GROUP BY r.batch, p.account_id
)
SELECT c.batch, c.account_id, c."table"
FROM claimed c
JOIN touched t ON t.account_id = c.account_id AND t."table" = c."table"
LEFT JOIN brought b ON b.batch = c.batch AND b.account_id = c.account_id AND b."table" = c."table"
WHERE coalesce(b.n, 0) < c.n
