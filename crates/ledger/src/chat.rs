//! A chat as it lies in the ledger: the posts that its imports read, what those point to, the names of who wrote them,
//! and what it takes to reconcile counts with the files. Which of the posts carry the chat's hashtags is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use foldhash::HashMap;
use someasure_model::chat::{ChatId, ChatPost};
use someasure_model::{AccountId, Handle, Instant, LeftOut, PostId, Table};

use crate::engine::Engine;
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
    /// What its files reach over: each from its first post to its last, those that meet joined, by time.
    pub covered: Vec<(Instant, Instant)>,
}

/// The sightings of a chat.
const SEEN: &str = "SELECT post_id, times, left_out, batch FROM ledger_sighting WHERE chat = '{chat}'";

/// Every content and every counter of some posts, in any order: the newest is found while they come, which is cheaper than
/// to sort what is mostly there once.
const CONTENTS: &str = "SELECT post_id, account_id, created_at, observed_at, kind, in_reply_to_post_id, in_reply_to_account_id,
       quoted_post_id, language, text, hashtags, mentions, links, media,
       -- No chat asks these.
       NULL AS conversation_id, NULL AS hashtag_count, NULL AS mention_count, NULL AS link_count, NULL AS media_count,
       NULL AS answered_after_seconds
FROM ledger_post";
const LIKES: &str = "SELECT post_id, observed_at, likes FROM ledger_reading";

/// How some accounts were called.
const CALLED: &str = "SELECT account_id, observed_at, handle, display_name FROM ledger_observation
WHERE account_id IN (SELECT account_id FROM author)";

/// From provisional ids to those that the platform gave.
type Aliases = BTreeMap<AccountId, AccountId>;

impl Ledger {
    /// Everything that was read of a chat. Needs memory for its posts.
    pub fn chat(&self, chat: &ChatId, aliases: &Aliases) -> Result<ChatRows, LedgerError> {
        let engine =
            self.engine(self.limits, &[Table::Sighting, Table::Post, Table::Reading, Table::Observation])?;
        let mut rows = ChatRows::default();
        let (places, seen, files) = sightings(&engine, chat)?;
        let is_deleted = |place: usize| seen[place].left_out == Some(LeftOut::Deleted);
        let counts = |place: usize| {
            seen[place].times > 0 && matches!(seen[place].left_out, None | Some(LeftOut::Protected))
        };
        for (id, place) in &places.of {
            let Seen { times, left_out } = seen[*place as usize];
            rows.read += times;
            rows.distinct += u64::from(times > 0);
            match left_out {
                None => {}
                Some(LeftOut::Protected) => rows.protected.extend(id.parse::<PostId>()),
                Some(reason) => *rows.left_out.entry(reason).or_default() += u64::from(times > 0),
            }
            if is_deleted(*place as usize) {
                rows.deleted.extend(id.parse::<PostId>());
            }
        }
        rows.deleted.sort();
        rows.posts = self.newest(&engine, "counted", &places, counts, aliases)?;
        rows.covered = covered(&rows.posts, &places, &files);
        let mut pointed_to = Places::default();
        for id in rows.posts.iter().flat_map(|row| [&row.post.in_reply_to_post_id, &row.post.quoted_post_id])
        {
            let Some(id) = id.as_ref().map(PostId::as_str) else { continue };
            let is_known = places.get(id).is_some_and(|place| counts(place) || is_deleted(place));
            if !is_known && pointed_to.get(id).is_none() {
                pointed_to.add(id.to_owned());
            }
        }
        rows.context = self.newest(&engine, "pointed_to", &pointed_to, |_| true, aliases)?;
        rows.called = called(&engine, rows.posts.iter().chain(&rows.context), aliases)?;
        Ok(rows)
    }

    /// The newest content and likes of some posts, by time and then id.
    fn newest(
        &self,
        engine: &Engine,
        which: &str,
        places: &Places,
        is_asked: impl Fn(usize) -> bool + Sync,
        aliases: &Aliases,
    ) -> Result<Vec<ChatPost>, LedgerError> {
        if places.of.is_empty() {
            return Ok(Vec::new());
        }
        let rows_of = |table| -> u64 {
            self.files().iter().filter(|file| file.table == table).map(|file| file.rows).sum()
        };
        // Where the chat is most of a table, to pass over the rest costs more than to read it.
        let is_most_of = |table| places.of.len() as u64 > rows_of(table) / 3;
        if !(is_most_of(Table::Post) && is_most_of(Table::Reading)) {
            register_ids(engine, which, "post_id", places.of.keys().map(String::as_str))?;
        }
        let asked = |sql: &str, table| match is_most_of(table) {
            true => sql.to_owned(),
            false => format!("{sql} WHERE post_id IN (SELECT post_id FROM {which})"),
        };
        let place_of = |id: &str| places.get(id).filter(|place| is_asked(*place));
        let known = |id: AccountId| aliases.get(&id).cloned().unwrap_or(id);
        let parts = engine.stream_parts(&asked(CONTENTS, Table::Post), Vec::new, |part, batch| {
            read_posts(&batch, &mut |mut post| {
                let Some(place) = place_of(post.post_id.as_str()) else { return };
                if !aliases.is_empty() {
                    post.account_id = known(post.account_id);
                    post.in_reply_to_account_id = post.in_reply_to_account_id.map(known);
                }
                part.push((place as u32, ChatPost { post, likes: None }));
            })
        })?;
        let mut newest: Vec<Option<u32>> = vec![None; places.of.len()];
        let mut posts: Vec<ChatPost> = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        for (place, post) in parts.into_iter().flatten() {
            match newest[place as usize].map(|at| &mut posts[at as usize]) {
                Some(known) if known.post.observed_at >= post.post.observed_at => {}
                Some(known) => *known = post,
                None => {
                    newest[place as usize] = Some(posts.len() as u32);
                    posts.push(post);
                }
            }
        }
        let mut counted: Vec<Option<Instant>> = vec![None; posts.len()];
        engine.stream(&asked(LIKES, Table::Reading), |batch| {
            let (ids, observed_at, likes) = (
                Texts::of(&batch, "post_id")?,
                Times::of(&batch, "observed_at")?,
                Counts::of(&batch, "likes")?,
            );
            for row in 0..batch.num_rows() {
                let Some(at) = ids.get(row).and_then(|id| newest[place_of(id)?]) else { continue };
                let at = at as usize;
                if observed_at.get(row) > counted[at] {
                    counted[at] = observed_at.get(row);
                    posts[at].likes = likes.get(row);
                }
            }
            Ok(())
        })?;
        by_time(&mut posts);
        Ok(posts)
    }
}

/// How often a post was read, and the strongest reason why it does not count.
#[derive(Clone, Copy, Default)]
struct Seen {
    times: u64,
    left_out: Option<LeftOut>,
}

/// Which posts each imported file has: a post's place with the file's number.
type InFiles = Vec<(u32, u32)>;

/// Each post of the chat once.
fn sightings(engine: &Engine, chat: &ChatId) -> Result<(Places, Vec<Seen>, InFiles), LedgerError> {
    let mut files = InFiles::new();
    let mut numbers: HashMap<String, u32> = HashMap::default();
    let mut places = Places::default();
    let mut sightings: Vec<Seen> = Vec::new();
    engine.stream(&SEEN.replace("{chat}", chat.as_str()), |batch| {
        let (ids, times, reasons) =
            (Texts::of(&batch, "post_id")?, Counts::of(&batch, "times")?, Texts::of(&batch, "left_out")?);
        let batches = Texts::of(&batch, "batch")?;
        for row in 0..batch.num_rows() {
            let Some(id) = ids.get(row) else { continue };
            let place = places.get(id).unwrap_or_else(|| {
                sightings.push(Seen::default());
                places.add(id.to_owned())
            });
            let seen = &mut sightings[place];
            seen.times += times.get(row).and_then(|times| u64::try_from(times).ok()).unwrap_or(0);
            let reason = reasons
                .get(row)
                .and_then(|name| LeftOut::ALL.into_iter().find(|known| known.as_str() == name));
            seen.left_out = seen.left_out.max(reason);
            // What only came along with a file's posts says nothing of what it reaches over.
            if let (Some(file), true) = (batches.get(row), times.get(row).is_some_and(|times| times > 0)) {
                let next = numbers.len() as u32;
                let number = match numbers.get(file) {
                    Some(number) => *number,
                    None => *numbers.entry(file.to_owned()).or_insert(next),
                };
                files.push((place as u32, number));
            }
        }
        Ok(())
    })?;
    Ok((places, sightings, files))
}

/// What files reach over, joined where they meet.
fn covered(posts: &[ChatPost], places: &Places, files: &InFiles) -> Vec<(Instant, Instant)> {
    let mut times: Vec<Option<Instant>> = vec![None; places.of.len()];
    for row in posts {
        if let Some(place) = places.get(row.post.post_id.as_str()) {
            times[place] = Some(row.post.created_at);
        }
    }
    let mut spans: Vec<Option<(Instant, Instant)>> = Vec::new();
    for (place, file) in files {
        let Some(at) = times[*place as usize] else { continue };
        let file = *file as usize;
        if spans.len() <= file {
            spans.resize(file + 1, None);
        }
        let (from, to) = spans[file].unwrap_or((at, at));
        spans[file] = Some((from.min(at), to.max(at)));
    }
    let mut spans: Vec<(Instant, Instant)> = spans.into_iter().flatten().collect();
    spans.sort_unstable();
    spans.dedup_by(|next, span| {
        let meets = next.0 <= span.1;
        if meets {
            span.1 = span.1.max(next.1);
        }
        meets
    });
    spans
}

/// Posts by id, each with its place in a list.
#[derive(Default)]
struct Places {
    of: HashMap<String, u32>,
}

impl Places {
    /// An id that is new.
    fn add(&mut self, id: String) -> usize {
        let next = self.of.len();
        self.of.insert(id, next as u32);
        next
    }
    fn get(&self, id: &str) -> Option<usize> {
        self.of.get(id).map(|place| *place as usize)
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

/// Sorts by time and then id. Posts are large and mostly in order: numbers are sorted, and each post is moved once.
fn by_time(posts: &mut [ChatPost]) {
    let id = |at: u32| &posts[at as usize].post.post_id;
    let mut order: Vec<(Instant, u32)> = posts.iter().map(|row| row.post.created_at).zip(0..).collect();
    order.sort_by(|(a, first), (b, second)| a.cmp(b).then_with(|| id(*first).cmp(id(*second))));
    let mut order: Vec<u32> = order.into_iter().map(|(_, at)| at).collect();
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let next = std::mem::replace(&mut order[at], at as u32) as usize;
            if next == start {
                break;
            }
            posts.swap(at, next);
            at = next;
        }
    }
}

/// What an account was called last, with the time when that was said.
#[derive(Default)]
struct LastCalled {
    handle: Option<(Instant, Handle)>,
    name: Option<(Instant, String)>,
}

/// Keeps what was said last; what a later answer left out stands from before. Of one instant the greater counts.
fn keep_last<T: Ord + AsRef<str>>(
    kept: &mut Option<(Instant, T)>,
    at: Instant,
    text: &str,
    read: impl Fn(&str) -> Option<T>,
) {
    match kept {
        Some((then, same)) if (*same).as_ref() == text => *then = at.max(*then),
        Some((then, _)) if at < *then => {}
        _ => {
            if let Some(new) = read(text).map(|value| (at, value))
                && kept.as_ref().is_none_or(|kept| *kept < new)
            {
                *kept = Some(new);
            }
        }
    }
}

/// How the authors of these posts were called last.
fn called<'a>(
    engine: &Engine,
    posts: impl Iterator<Item = &'a ChatPost>,
    aliases: &Aliases,
) -> Result<BTreeMap<AccountId, Called>, LedgerError> {
    let mut last: HashMap<&str, LastCalled> =
        posts.map(|row| (row.post.account_id.as_str(), LastCalled::default())).collect();
    let before: Vec<(&str, &str)> = aliases
        .iter()
        .map(|(provisional, known)| (provisional.as_str(), known.as_str()))
        .filter(|(_, known)| last.contains_key(known))
        .collect();
    register_ids(
        engine,
        "author",
        "account_id",
        last.keys().copied().chain(before.iter().map(|(id, _)| *id)),
    )?;
    engine.stream(CALLED, |batch| {
        let observed_at = Times::of(&batch, "observed_at")?;
        let [ids, handles, names] =
            ["account_id", "handle", "display_name"].map(|name| Texts::of(&batch, name));
        let (ids, handles, names) = (ids?, handles?, names?);
        for row in 0..batch.num_rows() {
            let (Some(id), Some(at)) = (ids.get(row), observed_at.get(row)) else { continue };
            let id = aliases.get(id).map_or(id, AccountId::as_str);
            let Some(account) = last.get_mut(id) else { continue };
            if let Some(handle) = handles.get(row) {
                keep_last(&mut account.handle, at, handle, |text| text.parse().ok());
            }
            if let Some(name) = names.get(row) {
                keep_last(&mut account.name, at, name, |text| Some(text.to_owned()));
            }
        }
        Ok(())
    })?;
    let called = |last: LastCalled| Called {
        handle: last.handle.map(|(_, handle)| handle),
        display_name: last.name.map(|(_, name)| name),
    };
    Ok(last.into_iter().filter_map(|(id, last)| Some((id.parse().ok()?, called(last)))).collect())
}
