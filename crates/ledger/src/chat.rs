//! A chat as it lies in the ledger: the posts that its imports read, what those point to, the names of who wrote them,
//! and what it takes to reconcile counts with the files. Whether a hashtag is the chat's is for the caller to say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use foldhash::{HashMap, HashSet};
use someasure_model::chat::{ChatId, ChatPost};
use someasure_model::{AccountId, Handle, Instant, LeftOut, PostId, PostKey, Table};

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

/// How much is asked of a chat's posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Who wrote what, when, and to whom: all that is counted.
    Counted,
    /// What is shown beside: languages, media and likes.
    Shown,
}

/// The sightings of a chat.
const SEEN: &str = "SELECT post_id, times, left_out, batch FROM ledger_sighting WHERE chat = '{chat}'";

/// Every content and every counter of some posts, in any order: the newest is found while they come, which is cheaper than
/// to sort what is mostly there once.
const CONTENTS: &str =
    "SELECT post_id, account_id, created_at, observed_at, kind, in_reply_to_post_id, in_reply_to_account_id,
       quoted_post_id, text, hashtags, mentions, links{shown}
FROM ledger_post";
const SHOWN: &str = ", language, media";
const LIKES: &str = "SELECT post_id, observed_at, likes FROM ledger_reading";

/// How some accounts were called.
const CALLED: &str = "SELECT account_id, observed_at, handle, display_name FROM ledger_observation
WHERE account_id IN (SELECT account_id FROM author)";

/// From provisional ids to those that the platform gave.
type Aliases = BTreeMap<AccountId, AccountId>;

impl Ledger {
    /// Everything that was read of a chat, to some extent; `is_its` says whether a hashtag is the chat's. Needs memory for
    /// its posts.
    pub fn chat(
        &self,
        chat: &ChatId,
        extent: Extent,
        aliases: &Aliases,
        is_its: impl Fn(&str) -> bool + Sync,
    ) -> Result<ChatRows, LedgerError> {
        let engine =
            self.engine(self.limits, &[Table::Sighting, Table::Post, Table::Reading, Table::Observation])?;
        let mut rows = ChatRows::default();
        let (places, seen, files) = sightings(&engine, chat)?;
        let is_deleted = |place: usize| seen[place].left_out == Some(LeftOut::Deleted);
        let counts = |place: usize| {
            seen[place].times > 0 && matches!(seen[place].left_out, None | Some(LeftOut::Protected))
        };
        for Seen { times, left_out } in &seen {
            rows.read += times;
            rows.distinct += u64::from(*times > 0);
            if let Some(reason) = left_out.filter(|reason| *reason != LeftOut::Protected) {
                *rows.left_out.entry(reason).or_default() += u64::from(*times > 0);
            }
        }
        for (id, seen) in places.iter().zip(&seen) {
            match seen.left_out {
                Some(LeftOut::Protected) => rows.protected.extend(id.to_string().parse::<PostId>()),
                Some(LeftOut::Deleted) => rows.deleted.extend(id.to_string().parse::<PostId>()),
                _ => {}
            }
        }
        rows.deleted.sort();
        let is_known = |id: &str| places.get(id).is_some_and(|place| counts(place) || is_deleted(place));
        let ask = Ask { engine: &engine, extent, aliases, is_its: &is_its };
        let own = self.newest(&ask, "counted", &places, counts, is_known)?;
        rows.covered = covered(&own, &files);
        let outward = own.outward.iter().map(|at| &own.posts[*at as usize].post);
        let pointed_to = outward
            .flat_map(|post| [&post.in_reply_to_post_id, &post.quoted_post_id])
            .filter_map(|id| id.as_ref().map(PostId::as_str))
            .filter(|id| !is_known(id));
        let pointed_to = Places::of(pointed_to);
        let context = self.newest(&ask, "pointed_to", &pointed_to, |_| true, |_| true)?;
        let mut authors = own.authors;
        authors.extend(context.authors);
        rows.called = called(&engine, &authors, aliases)?;
        (rows.posts, rows.context) = (own.posts, context.posts);
        Ok(rows)
    }

    fn rows_of(&self, table: Table) -> u64 {
        self.files().iter().filter(|file| file.table == table).map(|file| file.rows).sum()
    }

    /// The newest content of some posts, and their likes if they are shown, by time and then id.
    fn newest(
        &self,
        ask: &Ask<'_>,
        which: &str,
        places: &Places,
        is_asked: impl Fn(usize) -> bool + Sync,
        is_known: impl Fn(&str) -> bool + Sync,
    ) -> Result<Newest, LedgerError> {
        let (engine, aliases) = (ask.engine, ask.aliases);
        if places.is_empty() {
            return Ok(Newest::default());
        }
        // Where the chat is most of a table, to pass over the rest costs more than to read it.
        let is_most_of = |table| places.len() as u64 > self.rows_of(table) / 3;
        if !(is_most_of(Table::Post) && is_most_of(Table::Reading)) {
            register_ids(engine, which, "post_id", places.iter().map(|id| id.to_string()))?;
        }
        let asked = |sql: &str, table| match is_most_of(table) {
            true => sql.to_owned(),
            false => format!("{sql} WHERE post_id IN (SELECT post_id FROM {which})"),
        };
        let place_of = |id: &str| places.get(id).filter(|place| is_asked(*place));
        let shown = if ask.extent == Extent::Shown { SHOWN } else { "" };
        let contents = asked(&CONTENTS.replace("{shown}", shown), Table::Post);
        let parts = engine.stream_parts(&contents, Part::default, |part, batch| {
            let mut contents = Vec::with_capacity(batch.num_rows());
            let accounts = &mut part.accounts;
            let account = |id: &str, wrote| accounts.get(id, aliases, wrote);
            read_posts(&batch, place_of, account, ask.is_its, |place, post, tagged| {
                let ids = [&post.in_reply_to_post_id, &post.quoted_post_id];
                let looks_out = ids.into_iter().flatten().any(|id| !is_known(id.as_str()));
                let row = ChatPost { post, tagged, likes: None };
                contents.push(Some(Content { place: place as u32, looks_out, row }));
            })?;
            contents.shrink_to_fit();
            part.contents.push(contents);
            Ok(())
        })?;
        let (mut contents, mut authors) = (Vec::new(), HashSet::default());
        for part in parts {
            contents.extend(part.contents);
            authors.extend(part.accounts.authors());
        }
        let mut newest = Newest::of(places.len(), contents, authors);
        if ask.extent == Extent::Counted {
            return Ok(newest);
        }
        let read = engine.stream_parts(&asked(LIKES, Table::Reading), Vec::new, |read, batch| {
            let (ids, observed_at, likes) = (
                Texts::of(&batch, "post_id")?,
                Times::of(&batch, "observed_at")?,
                Counts::of(&batch, "likes")?,
            );
            read.extend((0..batch.num_rows()).filter_map(|row| {
                let at = newest.at[place_of(ids.get(row)?)?];
                (at != NONE).then_some((at, observed_at.get(row)?, likes.get(row)))
            }));
            Ok(())
        })?;
        let mut counted: Vec<Option<Instant>> = vec![None; newest.posts.len()];
        for (at, observed_at, likes) in read.into_iter().flatten() {
            let at = at as usize;
            if Some(observed_at) > counted[at] {
                counted[at] = Some(observed_at);
                newest.posts[at].likes = likes;
            }
        }
        Ok(newest)
    }
}

/// Of whom posts are asked, and how they are read.
struct Ask<'a> {
    engine: &'a Engine,
    extent: Extent,
    aliases: &'a Aliases,
    is_its: &'a (dyn Fn(&str) -> bool + Sync),
}

/// No post.
const NONE: u32 = u32::MAX;

/// One content of a post, with the post's place and whether it points to one that is not known.
struct Content {
    place: u32,
    looks_out: bool,
    row: ChatPost,
}

/// What one thread read, batch by batch.
#[derive(Default)]
struct Part {
    contents: Vec<Vec<Option<Content>>>,
    accounts: Accounts,
}

/// The accounts that posts name, by the ids that they are written with: each is read once, and shared.
#[derive(Default)]
struct Accounts(HashMap<String, Account>);

struct Account {
    id: AccountId,
    /// Whether it wrote a post.
    wrote: bool,
}

impl Accounts {
    /// The account of that id, as it is known.
    fn get(&mut self, text: &str, aliases: &Aliases, wrote: bool) -> Option<AccountId> {
        if let Some(account) = self.0.get_mut(text) {
            account.wrote |= wrote;
            return Some(account.id.clone());
        }
        let id: AccountId = text.parse().ok()?;
        let id = aliases.get(&id).cloned().unwrap_or(id);
        self.0.insert(text.to_owned(), Account { id: id.clone(), wrote });
        Some(id)
    }

    /// Those that wrote a post.
    fn authors(self) -> impl Iterator<Item = AccountId> {
        self.0.into_values().filter(|account| account.wrote).map(|account| account.id)
    }
}

/// Posts by time and then id, each once.
#[derive(Default)]
struct Newest {
    posts: Vec<ChatPost>,
    /// Where the post of a place is; [`NONE`] if it was not found.
    at: Vec<u32>,
    /// Those that point to a post that is not known.
    outward: Vec<u32>,
    /// Who wrote them, or an earlier content of theirs.
    authors: HashSet<AccountId>,
}

/// Where a content stands among those that were read.
#[derive(Clone, Copy)]
struct Found {
    observed_at: Instant,
    created_at: Instant,
    batch: u32,
    row: u32,
}

impl Newest {
    /// Takes the newest content of each place. Where they stand is sorted, and each is moved once.
    fn of(places: usize, mut contents: Vec<Vec<Option<Content>>>, authors: HashSet<AccountId>) -> Self {
        let mut found: Vec<Option<Found>> = vec![None; places];
        for (batch, contents) in (0..).zip(&contents) {
            for (row, content) in (0..).zip(contents) {
                let Some(Content { place, row: ChatPost { post, .. }, .. }) = content else { continue };
                let newest = &mut found[*place as usize];
                if newest.is_none_or(|newest| newest.observed_at < post.observed_at) {
                    let (observed_at, created_at) = (post.observed_at, post.created_at);
                    *newest = Some(Found { observed_at, created_at, batch, row });
                }
            }
        }
        let mut order: Vec<Found> = found.into_iter().flatten().collect();
        let id = |of: &Found| {
            contents[of.batch as usize][of.row as usize].as_ref().map(|content| &content.row.post.post_id)
        };
        order.sort_by(|a, b| a.created_at.cmp(&b.created_at).then_with(|| id(a).cmp(&id(b))));
        let posts = Vec::with_capacity(order.len());
        let mut newest = Self { posts, at: vec![NONE; places], outward: Vec::new(), authors };
        for Found { batch, row, .. } in order {
            let Some(content) = contents[batch as usize][row as usize].take() else { continue };
            let at = newest.posts.len() as u32;
            newest.at[content.place as usize] = at;
            newest.outward.extend(content.looks_out.then_some(at));
            newest.posts.push(content.row);
        }
        newest
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

/// What one row says of a post.
struct Row {
    times: u64,
    left_out: Option<LeftOut>,
    /// The file that it was read from; [`NONE`] for what only came along with a file's posts, which says nothing of what the
    /// file reaches over.
    file: u32,
}

/// What rows say of posts of X, and of others.
#[derive(Default)]
struct Rows {
    of_x: Vec<(u64, Row)>,
    others: Vec<(String, Row)>,
}

/// Each post of the chat once.
fn sightings(engine: &Engine, chat: &ChatId) -> Result<(Places, Vec<Seen>, InFiles), LedgerError> {
    let mut rows = Rows::default();
    let mut numbers: HashMap<String, u32> = HashMap::default();
    engine.stream(&SEEN.replace("{chat}", chat.as_str()), |batch| {
        let (ids, times, reasons) =
            (Texts::of(&batch, "post_id")?, Counts::of(&batch, "times")?, Texts::of(&batch, "left_out")?);
        let batches = Texts::of(&batch, "batch")?;
        for row in 0..batch.num_rows() {
            let Some(id) = ids.get(row) else { continue };
            let times = times.get(row).and_then(|times| u64::try_from(times).ok()).unwrap_or(0);
            let left_out = reasons
                .get(row)
                .and_then(|name| LeftOut::ALL.into_iter().find(|known| known.as_str() == name));
            let next = numbers.len() as u32;
            let file = match batches.get(row).filter(|_| times > 0) {
                None => NONE,
                Some(file) => match numbers.get(file) {
                    Some(number) => *number,
                    None => *numbers.entry(file.to_owned()).or_insert(next),
                },
            };
            let row = Row { times, left_out, file };
            match PostKey::from(id) {
                PostKey::X(number) => rows.of_x.push((number, row)),
                PostKey::Text(id) => rows.others.push((id.to_owned(), row)),
            }
        }
        Ok(())
    })?;
    let (mut seen, mut files) =
        (Vec::with_capacity(rows.of_x.len()), InFiles::with_capacity(rows.of_x.len()));
    let of_x = each_once(rows.of_x, &mut seen, &mut files);
    let others = each_once(rows.others, &mut seen, &mut files);
    Ok((Places { of_x, others }, seen, files))
}

/// The ids in order, each once, with what all rows say of each. Rows come mostly in order.
fn each_once<K: Ord>(mut rows: Vec<(K, Row)>, seen: &mut Vec<Seen>, files: &mut InFiles) -> Vec<K> {
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let mut ids: Vec<K> = Vec::with_capacity(rows.len());
    for (id, row) in rows {
        if ids.last() != Some(&id) {
            ids.push(id);
            seen.push(Seen::default());
        }
        let place = seen.len() - 1;
        seen[place].times += row.times;
        seen[place].left_out = seen[place].left_out.max(row.left_out);
        if row.file != NONE {
            files.push((place as u32, row.file));
        }
    }
    ids
}

/// What files reach over, joined where they meet.
fn covered(of: &Newest, files: &InFiles) -> Vec<(Instant, Instant)> {
    let mut spans: Vec<Option<(Instant, Instant)>> = Vec::new();
    for (place, file) in files {
        let at = of.at.get(*place as usize).and_then(|at| of.posts.get(*at as usize));
        let Some(at) = at.map(|row| row.post.created_at) else { continue };
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

/// Posts by id, each once, in order: a post's place is where its id stands, those of X first. Rows come mostly in order too, so
/// that what is looked up next is near.
#[derive(Default)]
struct Places {
    of_x: Vec<u64>,
    others: Vec<String>,
}

impl Places {
    fn of<'a>(ids: impl Iterator<Item = &'a str>) -> Self {
        let mut places = Self::default();
        for id in ids {
            match PostKey::from(id) {
                PostKey::X(number) => places.of_x.push(number),
                PostKey::Text(id) => places.others.push(id.to_owned()),
            }
        }
        places.of_x.sort_unstable();
        places.of_x.dedup();
        places.others.sort_unstable();
        places.others.dedup();
        places
    }
    fn len(&self) -> usize {
        self.of_x.len() + self.others.len()
    }
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    fn get(&self, id: &str) -> Option<usize> {
        match PostKey::from(id) {
            PostKey::X(number) => self.of_x.binary_search(&number).ok(),
            PostKey::Text(id) => {
                let found = self.others.binary_search_by(|other| other.as_str().cmp(id));
                found.ok().map(|place| self.of_x.len() + place)
            }
        }
    }
    /// All ids, by place.
    fn iter(&self) -> impl Iterator<Item = PostKey<'_>> {
        let of_x = self.of_x.iter().map(|number| PostKey::X(*number));
        of_x.chain(self.others.iter().map(|id| PostKey::Text(id)))
    }
}

/// A table of one column.
fn register_ids(
    engine: &Engine,
    name: &str,
    column: &str,
    ids: impl Iterator<Item = impl AsRef<str>>,
) -> Result<(), LedgerError> {
    let schema = Arc::new(Schema::new(vec![Field::new(column, DataType::Utf8, false)]));
    let columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(ids))];
    engine.register_rows(name, schema.clone(), vec![RecordBatch::try_new(schema, columns)?])
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

/// How these accounts were called last.
fn called(
    engine: &Engine,
    accounts: &HashSet<AccountId>,
    aliases: &Aliases,
) -> Result<BTreeMap<AccountId, Called>, LedgerError> {
    let mut last: HashMap<&str, LastCalled> =
        accounts.iter().map(|id| (id.as_str(), LastCalled::default())).collect();
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
