SELECT t.post_id, t.platform, {account} AS account_id, t.created_at, t.observed_at, t.kind,
       t.in_reply_to_post_id, {answered} AS in_reply_to_account_id, t.conversation_id, t.quoted_post_id, t.language, t.text,
       t.hashtags, t.mentions, t.links, t.media,
       t.hashtag_count, t.mention_count, t.link_count, t.media_count, t.answered_after_seconds
FROM ledger_post t
JOIN (
  SELECT post_id, max(observed_at) AS observed_at FROM ledger_post
  WHERE observed_at <= {as_at} GROUP BY post_id
) latest ON latest.post_id = t.post_id AND latest.observed_at = t.observed_at{alias}{answered_alias}
LEFT JOIN every_seen s ON s.account_id = {account} AND t.created_at >= s.starts_at AND t.created_at < s.ends_at
LEFT JOIN (SELECT DISTINCT account_id FROM account) own ON own.account_id = {account}
LEFT JOIN (SELECT DISTINCT post_id FROM ledger_sighting) chat ON chat.post_id = t.post_id
WHERE t.created_at < {as_at} AND (chat.post_id IS NULL OR own.account_id IS NULL OR s.account_id IS NOT NULL)
