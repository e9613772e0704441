SELECT t.post_id, t.platform, {account} AS account_id, t.created_at, t.observed_at, t.kind,
       t.in_reply_to_post_id, {answered} AS in_reply_to_account_id, t.conversation_id, t.quoted_post_id, t.language, t.text,
       t.hashtags, t.mentions, t.links, t.media,
       t.hashtag_count, t.mention_count, t.link_count, t.media_count, t.answered_after_seconds,
       t.read_at, t.likes, t.reposts, t.replies, t.quotes, t.views
FROM latest_post t{alias}{answered_alias}{chat}
WHERE t.created_at < {as_at}{not_only_of_a_chat}
