//! Adding what was observed. Rows are held back until the whole input has been read; then they are put in
//! order, compared with what is there and written, all in one commit. So importing the same input twice
//! changes nothing, and an interrupted import leaves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use someasure_model::{
    AccountId, Attempt, Batch, Follow, Handle, Instant, Observation, Platform, Post, Reading, Sighting, Table,
};

use crate::engine::Engine;
use crate::erase::without_references;
use crate::error::LedgerError;
use crate::manifest::{FileEntry, Writer};
use crate::parquet::Partitions;
use crate::rows::{self, Counts, Texts, Times};
use crate::schema::{layout, schema};

/// Rows held in structs before they become columns.
const CHUNK: usize = 16_384;

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
    observations: Chunks<Observation>,
    posts: Chunks<Post>,
    readings: Chunks<Reading>,
    follows: Chunks<Follow>,
    sightings: Chunks<Sighting>,
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

/// Rows of one table with the lines they came from.
struct Chunks<T> {
    rows: Vec<T>,
    lines: Vec<i64>,
    full: Vec<RecordBatch>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), lines: Vec::new(), full: Vec::new() }
    }
}

type Columns<T> = fn(&[T], &str) -> Result<RecordBatch, LedgerError>;

impl<T> Chunks<T> {
    fn push(&mut self, line: u64, row: T, batch: &str, columns: Columns<T>) -> Result<(), LedgerError> {
        self.rows.push(row);
        self.lines.push(i64::try_from(line).unwrap_or(i64::MAX));
        if self.rows.len() >= CHUNK { self.flush(batch, columns) } else { Ok(()) }
    }

    fn flush(&mut self, batch: &str, columns: Columns<T>) -> Result<(), LedgerError> {
        if !self.rows.is_empty() {
            let rows = columns(&self.rows, batch)?;
            let lines: ArrayRef = Arc::new(Int64Array::from(std::mem::take(&mut self.lines)));
            self.rows.clear();
            self.full.push(with_line(&rows, lines)?);
        }
        Ok(())
    }
}

fn with_line(rows: &RecordBatch, lines: ArrayRef) -> Result<RecordBatch, LedgerError> {
    let mut columns = rows.columns().to_vec();
    columns.push(lines);
    Ok(RecordBatch::try_new(staged_schema(&rows.schema()), columns)?)
}

fn staged_schema(schema: &Schema) -> Arc<Schema> {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new("line", DataType::Int64, false)));
    Arc::new(Schema::new(fields))
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
        Import {
            writer: self,
            batch: batch.to_owned(),
            aliases,
            suppressed,
            left_out: 0,
            also_suppressed: BTreeSet::new(),
            withheld: BTreeSet::new(),
            observations: Chunks::default(),
            posts: Chunks::default(),
            readings: Chunks::default(),
            follows: Chunks::default(),
            sightings: Chunks::default(),
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
        self.observations.push(line, row, &self.batch, rows::observations)
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
            self.readings.push(line, reading, &self.batch, rows::readings)?;
        }
        self.posts.push(line, post, &self.batch, rows::posts)
    }

    /// Who follows whom.
    pub fn follow(&mut self, line: u64, mut row: Follow) -> Result<(), LedgerError> {
        self.resolve(&mut row.follower_id);
        self.resolve(&mut row.followed_id);
        if self.suppressed.contains(&row.follower_id) || self.suppressed.contains(&row.followed_id) {
            self.left_out += 1;
            return Ok(());
        }
        self.follows.push(line, row, &self.batch, rows::follows)
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
        self.sightings.push(0, row, &self.batch, rows::sightings)
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
        let batch = self.batch.clone();
        self.observations.flush(&batch, rows::observations)?;
        self.posts.flush(&batch, rows::posts)?;
        self.readings.flush(&batch, rows::readings)?;
        self.follows.flush(&batch, rows::follows)?;
        self.sightings.flush(&batch, rows::sightings)?;
        self.attempts.sort_by(|a, b| {
            (&a.account_id, a.table, a.attempted_at, a.covers_from).cmp(&(
                &b.account_id,
                b.table,
                b.attempted_at,
                b.covers_from,
            ))
        });
        let mut imported = Imported { suppressed: self.left_out, ..Imported::default() };
        let mut files = self.writer.manifest.files.clone();
        for (table, staged) in [
            (Table::Observation, std::mem::take(&mut self.observations.full)),
            (Table::Post, std::mem::take(&mut self.posts.full)),
            (Table::Reading, std::mem::take(&mut self.readings.full)),
            (Table::Follow, std::mem::take(&mut self.follows.full)),
            (Table::Sighting, std::mem::take(&mut self.sightings.full)),
            (Table::Attempt, numbered(rows::attempts(&self.attempts, &batch)?)?),
        ] {
            if staged.iter().all(|rows| rows.num_rows() == 0) {
                continue;
            }
            let staged = if table == Table::Post { self.unreferenced(staged)? } else { staged };
            let merged = self.merge(table, staged, &mut imported.conflicts, &mut files)?;
            imported.tables.insert(table, merged);
        }
        imported.conflicts.sort_by(|a, b| (a.table, a.line, &a.key).cmp(&(b.table, b.line, &b.key)));
        let described = numbered(rows::batches(&[describe()])?)?;
        self.merge(Table::Batch, described, &mut imported.conflicts, &mut files)?;
        Ok(Ready { writer: self.writer, files, imported })
    }

    /// Posts with their references to accounts that objected emptied, as an erasure leaves them.
    fn unreferenced(&self, staged: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, LedgerError> {
        if self.suppressed.is_empty() {
            return Ok(staged);
        }
        let ids = self.suppressed.iter().chain(&self.also_suppressed).map(AsRef::as_ref).collect();
        staged.iter().map(|rows| Ok(without_references(rows, &ids, &self.withheld)?.0)).collect()
    }

    fn merge(
        &self,
        table: Table,
        staged: Vec<RecordBatch>,
        conflicts: &mut Vec<Conflict>,
        files: &mut Vec<FileEntry>,
    ) -> Result<Merged, LedgerError> {
        let engine = Engine::new(self.writer.limits)?;
        let partitions = partitions_of(table, &staged)?;
        let platforms: BTreeSet<Option<Platform>> =
            partitions.iter().map(|name| platform_of_partition(name)).collect();
        // A post's year is not part of its key, so every year of its platform counts.
        let touched = |partition: &String| match table {
            Table::Post => platforms.contains(&platform_of_partition(partition)),
            _ => partitions.contains(partition),
        };
        let there: Vec<&FileEntry> = self
            .writer
            .manifest
            .files
            .iter()
            .filter(|file| file.table == table && touched(&file.partition))
            .collect();
        engine.register_files("there", table, &self.writer.root, &there)?;
        engine.register_rows("staged", staged_schema(&schema(table)), staged)?;

        let layout = layout(table);
        let names: Vec<String> =
            schema(table).fields().iter().map(|field| format!("\"{}\"", field.name())).collect();
        let names = names.join(", ");
        let id = layout.key[0];
        let order = layout.key.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {names}, line, true AS fresh FROM staged \
             UNION ALL \
             SELECT {names}, CAST(0 AS BIGINT) AS line, false AS fresh FROM there WHERE \"{id}\" IN (SELECT \"{id}\" FROM staged) \
             ORDER BY {order}, fresh, line"
        );
        let name = format!("{:08}-{}", self.writer.manifest.generation + 1, self.batch);
        let mut out = Partitions::new(table, &name, &self.writer.staging());
        let mut merger = Merger::new(table);
        let mut merged = Merged::default();
        engine.stream(&sql, |batch| {
            let keep = merger.compare(&batch, &mut merged, conflicts)?;
            write_by_partition(table, &filter_record_batch(&batch, &keep)?, &mut out)
        })?;
        files.extend(out.finish(&self.writer.root)?);
        Ok(merged)
    }
}

fn numbered(rows: RecordBatch) -> Result<Vec<RecordBatch>, LedgerError> {
    let lines: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows.num_rows() as i64));
    Ok(vec![with_line(&rows, lines)?])
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
        let fresh = Counts::of(batch, "fresh")?;
        let lines = Counts::of(batch, "line")?;
        let shared = Rc::new(batch.clone());
        let mut keep = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let is_fresh = fresh.get(row) == Some(1);
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
fn partition_labels(table: Table, batch: &RecordBatch) -> Result<Vec<String>, LedgerError> {
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

fn partitions_of(table: Table, staged: &[RecordBatch]) -> Result<BTreeSet<String>, LedgerError> {
    let mut found = BTreeSet::new();
    for batch in staged {
        found.extend(partition_labels(table, batch)?);
    }
    Ok(found)
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
