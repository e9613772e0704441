SELECT {account} AS account_id, t.platform, t."table", t.attempted_at, t.covers_from, t.covers_to, t.truncated,
       t.outcome, t.detail, t."rows"
FROM ledger_attempt t{alias}
WHERE t.attempted_at <= {as_at}
