//! Adding what was observed. Rows wait until the whole input has been read; then they are put in order, compared with
//! what is there and written, all in one commit. So importing the same input twice
//! changes nothing, and an interrupted import leaves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use datafusion::arrow::array::{Array, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use someasure_model::{
    AccountId, Attempt, Batch, Follow, Handle, Instant, Observation, Platform, Post, Reading, Sighting, Table,
};

use crate::erase::without_references;
use crate::error::LedgerError;
use crate::manifest::{FileEntry, Writer};
use crate::parquet::Partitions;
use crate::rows::{self, Counts, Texts, Times};
use crate::schema::{layout, schema};
use crate::staged::{Staged, Taking, in_order};

/// The same key with other content: reported, not chosen silently. What was there first stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Where it was to go.
    pub table: Table,
    /// Line of the input.
    pub line: u64,
    /// The key in words.
    pub key: String,
    /// The batch that said what is there; the import's own where the input contradicts itself.
    pub batch: String,
    /// The first column that differs.
    pub column: String,
    /// What is there.
    pub ours: String,
    /// What the input says.
    pub theirs: String,
}

/// What became of the rows for one table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows that are new.
    pub added: u64,
    /// Rows that were there already, or that repeat an unchanged content.
    pub unchanged: u64,
    /// Rows that contradict what is there.
    pub conflicts: u64,
}

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// By table, only those that were touched.
    pub tables: BTreeMap<Table, Merged>,
    /// Contradictions, by table and line.
    pub conflicts: Vec<Conflict>,
    /// Rows left out because their account objected.
    pub suppressed: u64,
}

/// An import in the making. Nothing is written before [`Import::write`].
pub struct Import<'a> {
    writer: &'a mut Writer,
    batch: String,
    aliases: BTreeMap<AccountId, AccountId>,
    suppressed: BTreeSet<AccountId>,
    left_out: u64,
    /// Other ids of accounts that were left out for their handle.
    also_suppressed: BTreeSet<AccountId>,
    /// Posts that were left out: other rows may point to them.
    withheld: BTreeSet<String>,
    observations: Taking<Observation>,
    posts: Taking<Post>,
    readings: Taking<Reading>,
    follows: Taking<Follow>,
    sightings: Taking<Sighting>,
    attempts: Vec<Attempt>,
}

/// An import whose files are written and do not count yet: until [`Ready::commit`] nothing has happened.
pub struct Ready<'a> {
    writer: &'a mut Writer,
    files: Vec<FileEntry>,
    imported: Imported,
}

impl Ready<'_> {
    /// What will have become of the import.
    pub fn imported(&self) -> &Imported {
        &self.imported
    }

    /// Takes back what was written: nothing has happened.
    pub fn discard(self) -> Result<(), LedgerError> {
        self.writer.sweep()
    }

    /// Makes it count, in one step.
    pub fn commit(self) -> Result<Imported, LedgerError> {
        self.writer.commit(self.files)?;
        Ok(self.imported)
    }
}

impl Writer {
    /// Begins an import. `aliases` lead from provisional ids to those that the platform gave;
    /// `suppressed` accounts are left out and counted.
    pub fn begin(
        &mut self,
        batch: &str,
        aliases: BTreeMap<AccountId, AccountId>,
        suppressed: BTreeSet<AccountId>,
    ) -> Import<'_> {
        let staging = self.staging();
        let limits = self.limits;
        Import {
            writer: self,
            batch: batch.to_owned(),
            aliases,
            suppressed,
            left_out: 0,
            also_suppressed: BTreeSet::new(),
            withheld: BTreeSet::new(),
            observations: Taking::new(Table::Observation, rows::observations, batch, &staging, limits),
            posts: Taking::new(Table::Post, rows::posts, batch, &staging, limits),
            readings: Taking::new(Table::Reading, rows::readings, batch, &staging, limits),
            follows: Taking::new(Table::Follow, rows::follows, batch, &staging, limits),
            sightings: Taking::new(Table::Sighting, rows::sightings, batch, &staging, limits),
            attempts: Vec::new(),
        }
    }
}

impl<'a> Import<'a> {
    /// What a platform said about an account.
    pub fn observation(&mut self, line: u64, mut row: Observation) -> Result<(), LedgerError> {
        self.resolve(&mut row.account_id);
        if self.is_suppressed(&row.account_id, row.handle.as_ref()) {
            return Ok(());
        }
        self.observations.push(line, row)
    }

    /// A post, with its counters if the platform gave any, and its author's handle if the input gave it.
    pub fn post(
        &mut self,
        line: u64,
        mut post: Post,
        reading: Option<Reading>,
        handle: Option<&Handle>,
    ) -> Result<(), LedgerError> {
        self.resolve(&mut post.account_id);
        if self.is_suppressed(&post.account_id, handle) {
            self.withheld.insert(post.post_id.to_string());
            return Ok(());
        }
        if let Some(answered) = post.in_reply_to_account_id.as_mut()
            && let Some(real) = self.aliases.get(answered)
        {
            *answered = real.clone();
        }
        if let Some(reading) = reading.filter(|reading| !reading.is_empty()) {
            self.readings.push(line, reading)?;
        }
        self.posts.push(line, post)
    }

    /// Who follows whom.
    pub fn follow(&mut self, line: u64, mut row: Follow) -> Result<(), LedgerError> {
        self.resolve(&mut row.follower_id);
        self.resolve(&mut row.followed_id);
        if self.suppressed.contains(&row.follower_id) || self.suppressed.contains(&row.followed_id) {
            self.left_out += 1;
            return Ok(());
        }
        self.follows.push(line, row)
    }

    /// That a post was read for a chat. Whether its author objected is known from [`Import::post`], which comes before.
    pub fn sighting(&mut self, mut row: Sighting) -> Result<(), LedgerError> {
        if let Some(account_id) = row.account_id.as_mut()
            && let Some(real) = self.aliases.get(account_id)
        {
            *account_id = real.clone();
        }
        let objected = |id: &AccountId| self.suppressed.contains(id) || self.also_suppressed.contains(id);
        if row.account_id.as_ref().is_some_and(objected) {
            return Ok(());
        }
        self.sightings.push(0, row)
    }

    /// One try to collect something.
    pub fn attempt(&mut self, mut attempt: Attempt) {
        self.resolve(&mut attempt.account_id);
        if !self.suppressed.contains(&attempt.account_id) {
            self.attempts.push(attempt);
        }
    }

    fn resolve(&self, id: &mut AccountId) {
        if let Some(real) = self.aliases.get(id) {
            *id = real.clone();
        }
    }

    fn is_suppressed(&mut self, id: &AccountId, handle: Option<&Handle>) -> bool {
        let suppressed = !self.suppressed.is_empty()
            && (self.suppressed.contains(id)
                || handle.is_some_and(|handle| {
                    self.suppressed.contains(&AccountId::provisional(&id.platform(), handle))
                }));
        self.left_out += u64::from(suppressed);
        if suppressed && !self.suppressed.contains(id) {
            self.also_suppressed.insert(id.clone());
        }
        suppressed
    }

    /// Puts everything in order, compares it with what is there and writes what is new. `describe` gives
    /// the batch's row once the work is done.
    pub fn write(mut self, describe: impl FnOnce() -> Batch) -> Result<Ready<'a>, LedgerError> {
        self.attempts.retain(|attempt| !self.also_suppressed.contains(&attempt.account_id));
        self.attempts.sort_by(|a, b| {
            (&a.account_id, a.table, a.attempted_at, a.covers_from).cmp(&(
                &b.account_id,
                b.table,
                b.attempted_at,
                b.covers_from,
            ))
        });
        let (staging, limits) = (self.writer.staging(), self.writer.limits);
        let mut attempts = Taking::new(Table::Attempt, rows::attempts, &self.batch, &staging, limits);
        for (line, attempt) in (0..).zip(self.attempts) {
            attempts.push(line, attempt)?;
        }
        let mut merge = Merge {
            writer: self.writer,
            name: format!("{:08}-{}", self.writer.manifest.generation + 1, self.batch),
            objected: self.suppressed.iter().chain(&self.also_suppressed).map(AsRef::as_ref).collect(),
            withheld: &self.withheld,
            files: self.writer.manifest.files.clone(),
            conflicts: Vec::new(),
        };
        let mut imported = Imported { suppressed: self.left_out, ..Imported::default() };
        for staged in [
            self.observations.finish()?,
            self.posts.finish()?,
            self.readings.finish()?,
            self.follows.finish()?,
            self.sightings.finish()?,
            attempts.finish()?,
        ] {
            if !staged.partitions().is_empty() {
                imported.tables.insert(staged.table(), merge.rows(staged)?);
            }
        }
        let mut described =
            Taking::new(Table::Batch, |rows, _| rows::batches(rows), &self.batch, &staging, limits);
        described.push(0, describe())?;
        merge.rows(described.finish()?)?;
        imported.conflicts = merge.conflicts;
        imported.conflicts.sort_by(|a, b| (a.table, a.line, &a.key).cmp(&(b.table, b.line, &b.key)));
        Ok(Ready { files: merge.files, writer: self.writer, imported })
    }
}

/// Puts the rows of an import beside those that are there.
struct Merge<'a> {
    writer: &'a Writer,
    /// Of the files that it writes.
    name: String,
    /// Accounts that objected: what points to them is emptied, as an erasure leaves it.
    objected: BTreeSet<&'a str>,
    /// Their posts in this input.
    withheld: &'a BTreeSet<String>,
    files: Vec<FileEntry>,
    conflicts: Vec<Conflict>,
}

impl Merge<'_> {
    fn rows(&mut self, mut staged: Staged) -> Result<Merged, LedgerError> {
        let table = staged.table();
        let platforms: BTreeSet<Option<Platform>> =
            staged.partitions().iter().map(|name| platform_of_partition(name)).collect();
        // A post's year is not part of its key, so every year of its platform counts.
        let touched = |partition: &String| match table {
            Table::Post => platforms.contains(&platform_of_partition(partition)),
            _ => staged.partitions().contains(partition),
        };
        let there: Vec<&FileEntry> = self
            .writer
            .manifest
            .files
            .iter()
            .filter(|file| file.table == table && touched(&file.partition))
            .collect();

        let layout = layout(table);
        let names: Vec<String> =
            schema(table).fields().iter().map(|field| format!("\"{}\"", field.name())).collect();
        let names = names.join(", ");
        let id = layout.key[0];
        // What is there comes before what is fresh.
        let compared = if there.is_empty() {
            String::new()
        } else {
            format!(
                "UNION ALL SELECT {names}, CAST(-1 AS BIGINT) AS line FROM there \
                 WHERE \"{id}\" IN (SELECT \"{id}\" FROM staged) "
            )
        };
        let sql = format!("SELECT {names}, line FROM staged {compared}ORDER BY {}", in_order(table));
        let engine = staged.engine()?;
        engine.register_files("there", table, &self.writer.root, &there)?;
        let mut out = Partitions::new(table, &self.name, &self.writer.staging());
        let mut merger = Merger::new(table);
        let mut merged = Merged::default();
        engine.stream(&sql, |batch| {
            let batch = match table {
                Table::Post if !self.objected.is_empty() => {
                    without_references(&batch, &self.objected, self.withheld)?.0
                }
                _ => batch,
            };
            let keep = merger.compare(&batch, &mut merged, &mut self.conflicts)?;
            write_by_partition(table, &filter_record_batch(&batch, &keep)?, &mut out)
        })?;
        self.files.extend(out.finish(&self.writer.root)?);
        Ok(merged)
    }
}

/// Compares rows that come ordered by key, what is there before what is fresh.
struct Merger {
    table: Table,
    /// The row before: its key without the last column, its whole key, its payload and its batch.
    subject: Vec<u8>,
    key: Vec<u8>,
    payload: Vec<u8>,
    account: String,
    before: Option<(Rc<RecordBatch>, usize)>,
}

impl Merger {
    fn new(table: Table) -> Self {
        Self {
            table,
            subject: Vec::new(),
            key: Vec::new(),
            payload: Vec::new(),
            account: String::new(),
            before: None,
        }
    }

    /// Which rows are new and worth keeping.
    fn compare(
        &mut self,
        batch: &RecordBatch,
        merged: &mut Merged,
        conflicts: &mut Vec<Conflict>,
    ) -> Result<BooleanArray, LedgerError> {
        let layout = layout(self.table);
        let subjects = encode(batch, &layout.key[..1])?;
        let keys = encode(batch, layout.key)?;
        let payloads = encode(batch, layout.payload)?;
        let account = (self.table == Table::Post).then(|| Texts::of(batch, "account_id")).transpose()?;
        let lines = Counts::of(batch, "line")?;
        let shared = Rc::new(batch.clone());
        let mut keep = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let is_fresh = lines.get(row).is_some_and(|line| line >= 0);
            let same_subject = self.before.is_some() && subjects.row(row) == self.subject;
            let same_key = same_subject && keys.row(row) == self.key;
            let mut same_payload = same_subject && payloads.row(row) == self.payload;
            let mut differs = None;
            let theirs = account.as_ref().and_then(|account| account.get(row)).unwrap_or("");
            let provisional = theirs.contains(":@") || self.account.contains(":@");
            if same_subject && theirs != self.account && !provisional {
                same_payload = false;
                differs = Some("account_id");
            }
            let kept = is_fresh && !(same_key || (layout.versions && same_payload));
            if is_fresh && !kept {
                if same_payload {
                    merged.unchanged += 1;
                } else {
                    merged.conflicts += 1;
                    if let Some((before, at)) = &self.before {
                        let line = u64::try_from(lines.get(row).unwrap_or(0)).unwrap_or(0);
                        conflicts.push(self.describe((before, *at), (batch, row), differs, line)?);
                    }
                }
            }
            merged.added += u64::from(kept);
            keep.push(kept);
            if kept || !is_fresh {
                subjects.row(row).clone_into(&mut self.subject);
                keys.row(row).clone_into(&mut self.key);
                payloads.row(row).clone_into(&mut self.payload);
                theirs.clone_into(&mut self.account);
                self.before = Some((Rc::clone(&shared), row));
            }
        }
        Ok(BooleanArray::from(keep))
    }

    fn describe(
        &self,
        ours: (&RecordBatch, usize),
        theirs: (&RecordBatch, usize),
        differs: Option<&str>,
        line: u64,
    ) -> Result<Conflict, LedgerError> {
        let layout = layout(self.table);
        let text = |(batch, row): (&RecordBatch, usize), column: &str| -> Result<String, LedgerError> {
            let array = batch.column(batch.schema().index_of(column)?);
            Ok(if array.is_null(row) { "nothing".to_owned() } else { array_value_to_string(array, row)? })
        };
        let mut column = differs.unwrap_or("").to_owned();
        for candidate in layout.payload {
            if column.is_empty() && text(ours, candidate)? != text(theirs, candidate)? {
                column = (*candidate).to_owned();
            }
        }
        let key = layout
            .key
            .iter()
            .map(|name| text(theirs, name))
            .collect::<Result<Vec<_>, LedgerError>>()?
            .join(" at ");
        Ok(Conflict {
            table: self.table,
            line,
            key,
            batch: text(ours, "batch")?,
            ours: text(ours, &column)?,
            theirs: text(theirs, &column)?,
            column,
        })
    }
}

/// Some columns of a batch as comparable bytes; with no columns every row is alike.
struct Encoded(Option<datafusion::arrow::row::Rows>);

impl Encoded {
    fn row(&self, row: usize) -> &[u8] {
        self.0.as_ref().map_or(&[], |rows| rows.row(row).data())
    }
}

fn encode(batch: &RecordBatch, names: &[&str]) -> Result<Encoded, LedgerError> {
    if names.is_empty() {
        return Ok(Encoded(None));
    }
    let columns = names
        .iter()
        .map(|name| Ok(batch.column(batch.schema().index_of(name)?).clone()))
        .collect::<Result<Vec<_>, LedgerError>>()?;
    let converter =
        RowConverter::new(columns.iter().map(|column| SortField::new(column.data_type().clone())).collect())?;
    Ok(Encoded(Some(converter.convert_columns(&columns)?)))
}

/// The partition of each row: `<platform>/<year>`.
pub(crate) fn partition_labels(table: Table, batch: &RecordBatch) -> Result<Vec<String>, LedgerError> {
    let times = Times::of(batch, layout(table).time)?;
    let platforms = (table != Table::Batch).then(|| Texts::of(batch, "platform")).transpose()?;
    let mut last: (Option<(i64, i64)>, i16) = (None, 0);
    (0..batch.num_rows())
        .map(|row| {
            let instant = times.get(row).unwrap_or(Instant::from_micros(0));
            let micros = instant.micros();
            let year = match last {
                (Some((from, to)), year) if from <= micros && micros < to => year,
                _ => {
                    let year = instant.datetime().year();
                    last = (year_bounds(year), year);
                    year
                }
            };
            Ok(match platforms.as_ref().and_then(|platforms| platforms.get(row)) {
                Some(platform) => format!("{platform}/{year:04}"),
                None => format!("all/{year:04}"),
            })
        })
        .collect()
}

fn year_bounds(year: i16) -> Option<(i64, i64)> {
    let start = |year: i16| -> Option<i64> {
        Some(format!("{year:04}-01-01T00:00:00Z").parse::<Instant>().ok()?.micros())
    };
    Some((start(year)?, start(year.checked_add(1)?)?))
}

pub(crate) fn write_by_partition(
    table: Table,
    batch: &RecordBatch,
    out: &mut Partitions,
) -> Result<(), LedgerError> {
    let labels = partition_labels(table, batch)?;
    for label in labels.iter().collect::<BTreeSet<_>>() {
        let mask: BooleanArray = labels.iter().map(|other| Some(other == label)).collect();
        out.write(label, &filter_record_batch(batch, &mask)?)?;
    }
    Ok(())
}

/// Which platform a partition belongs to.
pub(crate) fn platform_of_partition(partition: &str) -> Option<Platform> {
    partition.split_once('/').and_then(|(platform, _)| platform.parse().ok())
}
