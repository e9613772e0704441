//! Where readers put what they find: counts it, marks posts from the future, hands out what comes along
//! only once, and holds records back as long as it is not known when they were seen.

use std::collections::HashSet;

use someasure_model::{AccountId, Instant, PostId, PostKind};

use crate::files::{Bad, Stop};

use super::record::{ChatItem, Notice, NoticeKind, Person, Record, Summary};
use super::{ExportError, Options};

/// Stands for "not known yet"; no record leaves with it.
const UNKNOWN: Instant = Instant::from_micros(i64::MIN);
pub(super) const PROTECTED: &str = "the account is protected: its posts are for those whom it lets follow";
const DAY: i64 = 86_400_000_000;

pub(super) type Each<'e> = &'e mut dyn FnMut(Record) -> Result<(), Stop>;

pub(super) struct Sink<'e> {
    pub(super) summary: Summary,
    pub(super) line: u64,
    options: &'e Options,
    each: Each<'e>,
    /// When the record at hand was seen, where the file says so.
    observed_at: Option<Instant>,
    held: Option<Vec<Record>>,
    newest: Option<Instant>,
    context_seen: HashSet<(PostId, Instant)>,
    /// By account, and whether it was seen with counters.
    people_seen: HashSet<(AccountId, bool)>,
    protected_seen: HashSet<AccountId>,
}

impl<'e> Sink<'e> {
    pub(super) fn new(summary: Summary, options: &'e Options, each: Each<'e>) -> Self {
        Self {
            summary,
            line: 0,
            options,
            each,
            observed_at: None,
            held: None,
            newest: None,
            context_seen: HashSet::new(),
            people_seen: HashSet::new(),
            protected_seen: HashSet::new(),
        }
    }
    /// Begins with a record.
    pub(super) fn begin(&mut self, line: u64) {
        self.line = line;
        self.observed_at = None;
    }
    /// What the file says of when the record at hand was seen.
    pub(super) fn seen_at(&mut self, instant: Option<Instant>) {
        self.observed_at = instant.or(self.observed_at);
    }
    pub(super) fn observed_at(&self) -> Instant {
        self.observed_at.or(self.options.observed_at).unwrap_or(UNKNOWN)
    }
    /// Holds everything back until the end: ids are translated then.
    pub(super) fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    fn hand_out(&mut self, record: Record) -> Result<(), ExportError> {
        if let Some(held) = &mut self.held {
            held.push(record);
            return Ok(());
        }
        if when(&record) == Some(UNKNOWN) {
            self.held = Some(vec![record]);
            return Ok(());
        }
        (self.each)(record).map_err(ExportError::Stopped)
    }

    fn complete(&mut self, item: &mut ChatItem) {
        item.line = self.line;
        item.reading = item.reading.take().filter(|reading| !reading.is_empty());
        let created_at = item.post.created_at;
        item.from_the_future = created_at.micros() > self.options.now.micros().saturating_add(DAY);
        if created_at <= self.options.now {
            self.newest = self.newest.max(Some(created_at));
        }
    }

    pub(super) fn post(&mut self, mut item: ChatItem) -> Result<(), ExportError> {
        self.complete(&mut item);
        let summary = &mut self.summary;
        summary.rows += 1;
        summary.posts += 1;
        summary.readings += u64::from(item.reading.is_some());
        summary.from_the_future += u64::from(item.from_the_future);
        match item.post.kind {
            Some(PostKind::Repost) => summary.reposts += 1,
            Some(PostKind::Reply) => summary.replies += 1,
            Some(PostKind::Quote) => summary.quotes += 1,
            Some(PostKind::Original) | None => {}
        }
        self.hand_out(Record::Post(Box::new(item)))
    }

    /// Whether a post that comes along was handed out already, as it was seen now.
    pub(super) fn knows_context(&self, id: PostId) -> bool {
        self.context_seen.contains(&(id, self.observed_at()))
    }

    pub(super) fn context(&mut self, mut item: ChatItem) -> Result<(), ExportError> {
        if !self.context_seen.insert((item.post.post_id.clone(), item.post.observed_at)) {
            return Ok(());
        }
        self.complete(&mut item);
        self.summary.context += 1;
        self.hand_out(Record::Context(Box::new(item)))
    }

    pub(super) fn person(
        &mut self,
        row: bool,
        observation: someasure_model::Observation,
    ) -> Result<(), ExportError> {
        if row {
            self.summary.rows += 1;
            self.summary.people += 1;
        } else {
            let key = (observation.account_id.clone(), observation.followers.is_some());
            if !self.people_seen.insert(key) {
                return Ok(());
            }
            self.summary.people_along += 1;
        }
        let line = self.line;
        self.hand_out(Record::Person(Box::new(Person { line, row, observation })))
    }

    pub(super) fn notice(
        &mut self,
        row: bool,
        kind: NoticeKind,
        post_id: Option<PostId>,
        account_id: Option<AccountId>,
        text: impl Into<String>,
    ) -> Result<(), ExportError> {
        let counts = if row { &mut self.summary.notices } else { &mut self.summary.notices_along };
        *counts.entry(kind).or_default() += 1;
        self.summary.rows += u64::from(row);
        let (line, text) = (self.line, text.into());
        self.hand_out(Record::Notice(Notice { line, row, kind, post_id, account_id, text }))
    }

    /// An account whose posts are not for everybody: told once.
    pub(super) fn protected(&mut self, account: &AccountId, text: &str) -> Result<(), ExportError> {
        if !self.protected_seen.insert(account.clone()) {
            return Ok(());
        }
        self.notice(false, NoticeKind::Protected, None, Some(account.clone()), text)
    }

    /// A row that cannot be read.
    pub(super) fn bad(&mut self, why: impl Into<String>, raw: &[u8]) -> Result<(), ExportError> {
        const MOST: usize = 64 * 1024;
        self.summary.rows += 1;
        self.summary.bad += 1;
        let mut text = String::from_utf8_lossy(&raw[..raw.len().min(MOST)]).into_owned();
        if raw.len() > MOST {
            text.push('…');
        }
        let bad = Bad { line: self.line, row: None, column: None, value: None, why: why.into(), raw: text };
        self.hand_out(Record::Bad(bad))
    }

    /// Something that came along and cannot be read.
    pub(super) fn bad_context(&mut self, why: impl AsRef<str>) -> Result<(), ExportError> {
        let text = format!("a post or account that came along cannot be read: {}", why.as_ref());
        self.notice(false, NoticeKind::Error, None, None, text)
    }

    /// Hands out what was held back.
    pub(super) fn finish(mut self, prepare: &dyn Fn(&mut [Record])) -> Result<Summary, ExportError> {
        let assumed = self.newest.unwrap_or(self.options.now);
        let mut held = self.held.take().unwrap_or_default();
        prepare(&mut held);
        // Of what is known whole, nothing comes along that is a row itself, as it was seen at the same time.
        let rows: HashSet<(PostId, Instant)> = held.iter().filter_map(row_key).collect();
        for mut record in held {
            if let Record::Context(item) = &record
                && rows.contains(&(item.post.post_id.clone(), item.post.observed_at))
            {
                self.summary.context -= 1;
                continue;
            }
            if when(&record) == Some(UNKNOWN) {
                self.summary.assumed_observed_at = Some(assumed);
                set_when(&mut record, assumed);
            }
            (self.each)(record).map_err(ExportError::Stopped)?;
        }
        Ok(self.summary)
    }
}

fn row_key(record: &Record) -> Option<(PostId, Instant)> {
    match record {
        Record::Post(item) => Some((item.post.post_id.clone(), item.post.observed_at)),
        _ => None,
    }
}

fn when(record: &Record) -> Option<Instant> {
    match record {
        Record::Post(item) | Record::Context(item) => Some(item.post.observed_at),
        Record::Person(person) => Some(person.observation.observed_at),
        Record::Notice(_) | Record::Bad(_) => None,
    }
}

fn set_when(record: &mut Record, instant: Instant) {
    match record {
        Record::Post(item) | Record::Context(item) => {
            item.post.observed_at = instant;
            if let Some(reading) = &mut item.reading {
                reading.observed_at = instant;
            }
            if let Some(author) = &mut item.author {
                author.observed_at = instant;
            }
        }
        Record::Person(person) => person.observation.observed_at = instant,
        Record::Notice(_) | Record::Bad(_) => {}
    }
}
