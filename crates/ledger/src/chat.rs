//! A chat as it lies in the ledger: the posts that its imports read, what those point to, the names of who wrote them,
//! and what it takes to reconcile counts with the files. Which of the posts carry the chat's hashtags is not known here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use someasure_model::chat::{ChatId, ChatPost};
use someasure_model::{AccountId, Handle, LeftOut, PostId, Reading, Table};

use crate::engine::Engine;
use crate::erase::register_aliases;
use crate::error::LedgerError;
use crate::manifest::Ledger;
use crate::rows::{Counts, Texts, Times, read_posts};

/// How an account was called last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Called {
    /// Its handle.
    pub handle: Option<Handle>,
    /// Its name.
    pub display_name: Option<String>,
}

/// What was read of a chat.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRows {
    /// Rows of all its files.
    pub read: u64,
    /// Different posts among them.
    pub distinct: u64,
    /// Those that do not count, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// The others, by time and then id, each with the counters read last.
    pub posts: Vec<ChatPost>,
    /// Posts that these answer, quote or pass on, and that no import of the chat read.
    pub context: Vec<ChatPost>,
    /// How the accounts were called that wrote a post.
    pub called: BTreeMap<AccountId, Called>,
    /// Those among them that are not for everybody.
    pub protected: BTreeSet<PostId>,
    /// Posts that were deleted.
    pub deleted: Vec<PostId>,
}

/// Each post of the chat once: how often it was read, and the last reason why it does not count.
const SEEN: &str = "SELECT post_id, sum(times) AS times, max(CASE left_out {reasons} ELSE 0 END) AS left_out
FROM ledger_sighting WHERE chat = '{chat}' GROUP BY post_id";

/// The newest content of some posts.
const NEWEST: &str = "SELECT t.post_id, {account} AS account_id, t.created_at, t.observed_at, t.kind, t.in_reply_to_post_id,
       {answered} AS in_reply_to_account_id, t.conversation_id, t.quoted_post_id, t.language, t.text, t.hashtags, t.mentions, t.links, t.media,
       t.hashtag_count, t.mention_count, t.link_count, t.media_count, t.answered_after_seconds
FROM ledger_post t
JOIN (
  SELECT post_id, max(observed_at) AS observed_at FROM ledger_post WHERE post_id IN (SELECT post_id FROM {which}) GROUP BY post_id
) newest ON newest.post_id = t.post_id AND newest.observed_at = t.observed_at
LEFT JOIN alias ON alias.provisional_id = t.account_id
LEFT JOIN alias answered ON answered.provisional_id = t.in_reply_to_account_id
ORDER BY t.created_at, t.post_id";

impl Ledger {
    /// Everything that was read of a chat. Needs memory for its posts.
    pub fn chat(
        &self,
        chat: &ChatId,
        aliases: &BTreeMap<AccountId, AccountId>,
    ) -> Result<ChatRows, LedgerError> {
        let engine =
            self.engine(self.limits, &[Table::Sighting, Table::Post, Table::Reading, Table::Observation])?;
        register_aliases(&engine, aliases)?;
        let mut rows = ChatRows::default();
        let mut counted = Vec::new();
        let reasons: String = (1..)
            .zip(LeftOut::ALL)
            .map(|(n, reason)| format!(" WHEN '{}' THEN {n}", reason.as_str()))
            .collect();
        let seen = SEEN.replace("{reasons}", &reasons).replace("{chat}", chat.as_str());
        engine.stream(&seen, |batch| {
            let (ids, times, reasons) = (
                Texts::of(&batch, "post_id")?,
                Counts::of(&batch, "times")?,
                Counts::of(&batch, "left_out")?,
            );
            for row in 0..batch.num_rows() {
                let Some(id) = ids.get(row) else { continue };
                let times = times.get(row).and_then(|times| u64::try_from(times).ok()).unwrap_or(0);
                rows.read += times;
                rows.distinct += u64::from(times > 0);
                let reason =
                    reasons.get(row).and_then(|n| LeftOut::ALL.get(usize::try_from(n).ok()?.checked_sub(1)?));
                match reason {
                    None if times > 0 => counted.push(id.to_owned()),
                    None => {}
                    Some(LeftOut::Protected) => {
                        rows.protected.extend(id.parse::<PostId>());
                        if times > 0 {
                            counted.push(id.to_owned());
                        }
                    }
                    Some(reason) => {
                        *rows.left_out.entry(*reason).or_default() += u64::from(times > 0);
                        if *reason == LeftOut::Deleted {
                            rows.deleted.extend(id.parse::<PostId>());
                        }
                    }
                }
            }
            Ok(())
        })?;
        rows.deleted.sort();
        rows.posts = newest(&engine, "counted", &counted)?;
        let own: HashSet<&str> = counted.iter().map(String::as_str).collect();
        let gone: HashSet<&str> = rows.deleted.iter().map(PostId::as_str).collect();
        let pointed_to: BTreeSet<&str> = rows
            .posts
            .iter()
            .flat_map(|row| [&row.post.in_reply_to_post_id, &row.post.quoted_post_id])
            .filter_map(|id| id.as_ref().map(PostId::as_str))
            .filter(|id| !own.contains(id) && !gone.contains(id))
            .collect();
        let pointed_to: Vec<String> = pointed_to.into_iter().map(str::to_owned).collect();
        rows.context = newest(&engine, "pointed_to", &pointed_to)?;
        rows.called = called(&engine, rows.posts.iter().chain(&rows.context))?;
        Ok(rows)
    }
}

/// A table of one column.
fn register_ids<'a>(
    engine: &Engine,
    name: &str,
    column: &str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<(), LedgerError> {
    let schema = Arc::new(Schema::new(vec![Field::new(column, DataType::Utf8, false)]));
    let columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(ids))];
    engine.register_rows(name, schema.clone(), vec![RecordBatch::try_new(schema, columns)?])
}

/// The newest content and counters of these posts.
fn newest(engine: &Engine, which: &str, ids: &[String]) -> Result<Vec<ChatPost>, LedgerError> {
    let mut posts = Vec::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(posts);
    }
    register_ids(engine, which, "post_id", ids.iter().map(String::as_str))?;
    let mut readings: HashMap<PostId, Reading> = HashMap::new();
    let counters = format!(
        "SELECT r.post_id, r.observed_at, r.likes, r.reposts, r.replies, r.quotes, r.views FROM ledger_reading r \
         JOIN (SELECT post_id, max(observed_at) AS observed_at FROM ledger_reading \
               WHERE post_id IN (SELECT post_id FROM {which}) GROUP BY post_id) newest \
           ON newest.post_id = r.post_id AND newest.observed_at = r.observed_at"
    );
    engine.stream(&counters, |batch| {
        let ids = Texts::of(&batch, "post_id")?;
        let observed_at = Times::of(&batch, "observed_at")?;
        let [likes, reposts, replies, quotes, views] =
            ["likes", "reposts", "replies", "quotes", "views"].map(|name| Counts::of(&batch, name));
        let (likes, reposts, replies, quotes, views) = (likes?, reposts?, replies?, quotes?, views?);
        for row in 0..batch.num_rows() {
            let (Some(Ok(post_id)), Some(observed_at)) =
                (ids.get(row).map(str::parse::<PostId>), observed_at.get(row))
            else {
                continue;
            };
            let reading = Reading {
                post_id: post_id.clone(),
                observed_at,
                likes: likes.get(row),
                reposts: reposts.get(row),
                replies: replies.get(row),
                quotes: quotes.get(row),
                views: views.get(row),
            };
            readings.insert(post_id, reading);
        }
        Ok(())
    })?;
    let sql = NEWEST
        .replace("{account}", "coalesce(alias.known_id, t.account_id)")
        .replace("{answered}", "coalesce(answered.known_id, t.in_reply_to_account_id)")
        .replace("{which}", which);
    engine.stream(&sql, |batch| {
        read_posts(&batch, &mut |post| {
            let reading = readings.remove(&post.post_id);
            posts.push(ChatPost { post, reading });
        })
    })?;
    Ok(posts)
}

/// How the authors of these posts were called last.
fn called<'a>(
    engine: &Engine,
    posts: impl Iterator<Item = &'a ChatPost>,
) -> Result<BTreeMap<AccountId, Called>, LedgerError> {
    let authors: BTreeSet<&str> = posts.map(|row| row.post.account_id.as_str()).collect();
    register_ids(engine, "author", "account_id", authors.into_iter())?;
    let mut called: BTreeMap<AccountId, Called> = BTreeMap::new();
    // In order of time, so that what was said last stays; what a later answer left out stands from before.
    let sql = "SELECT coalesce(alias.known_id, o.account_id) AS account_id, o.handle, o.display_name \
               FROM ledger_observation o LEFT JOIN alias ON alias.provisional_id = o.account_id \
               WHERE coalesce(alias.known_id, o.account_id) IN (SELECT account_id FROM author) \
               ORDER BY account_id, o.observed_at, o.handle, o.display_name";
    engine.stream(sql, |batch| {
        let [ids, handles, names] =
            ["account_id", "handle", "display_name"].map(|name| Texts::of(&batch, name));
        let (ids, handles, names) = (ids?, handles?, names?);
        for row in 0..batch.num_rows() {
            let Some(Ok(id)) = ids.get(row).map(str::parse::<AccountId>) else { continue };
            let known = called.entry(id).or_default();
            if let Some(Ok(handle)) = handles.get(row).map(str::parse) {
                known.handle = Some(handle);
            }
            if let Some(name) = names.get(row) {
                known.display_name = Some(name.to_owned());
            }
        }
        Ok(())
    })?;
    Ok(called)
}
