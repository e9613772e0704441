//! The view `latest_post`, answered without the query engine: every post once, as it was last seen, with its first counters
//! at an age. The ledger's files are sorted by post and instant, so that one pass over them side by side does it: what is
//! held in memory grows with the number of files, not of posts. The view's SQL says the same, and is what other engines ask.
//!
//! Posts are taken in pieces, whose answers are kept beside the ledger: after a day's collection those pieces are answered
//! anew of whose posts the day told something.

mod days;
mod jobs;
mod merge;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, new_null_array};
use datafusion::arrow::compute::{interleave, interleave_record_batch};
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef, TimestampMicrosecondType};
use someasure_model::{Instant, Table};

use crate::error::LedgerError;
use crate::kept::Kept;
use crate::manifest::Ledger;
use crate::out::Out;
use crate::schema::schema;
use days::Days;
pub(crate) use days::{DAY, Day, day, days_of};
pub(crate) use jobs::instants;
use jobs::{Job, jobs};
use merge::{Merge, Place};

/// Posts of a piece, roughly: those of one row group, so that little is read twice.
const PIECE: u64 = 131_072;

/// Posts that are put together before they are written.
const BLOCK: usize = 16_384;

/// What `latest_post` is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latest {
    /// Nothing observed later counts.
    pub(crate) as_at: Instant,
    /// How old a post must be when its counters are read.
    pub(crate) counter_age_days: u32,
}

/// Columns of the post that the view has.
fn post_columns() -> Vec<Arc<Field>> {
    schema(Table::Post).fields().iter().filter(|field| field.name() != "batch").cloned().collect()
}

/// Columns of the reading that the view has, the first under another name.
const COUNTERS: [(&str, &str); 6] = [
    ("observed_at", "read_at"),
    ("likes", "likes"),
    ("reposts", "reposts"),
    ("replies", "replies"),
    ("quotes", "quotes"),
    ("views", "views"),
];

/// What the view's columns are.
pub(crate) fn latest_schema() -> SchemaRef {
    let reading = schema(Table::Reading);
    let counters = COUNTERS.iter().filter_map(|(column, name)| {
        let (_, field) = reading.column_with_name(column)?;
        Some(Arc::new(Field::new(*name, field.data_type().clone(), true)))
    });
    Arc::new(Schema::new(post_columns().into_iter().chain(counters).collect::<Vec<_>>()))
}

impl Latest {
    /// Answers the view in Parquet files: those that were kept, and new ones where there is none.
    pub(crate) fn answered(self, ledger: &Ledger, kept: &Kept) -> Result<Vec<PathBuf>, LedgerError> {
        self.answered_in_pieces(ledger, kept, PIECE)
    }

    fn answered_in_pieces(
        self,
        ledger: &Ledger,
        kept: &Kept,
        piece: u64,
    ) -> Result<Vec<PathBuf>, LedgerError> {
        // The first digit is the version of what the answer means.
        let kind = format!("latest3.{}", self.counter_age_days);
        let jobs = jobs(ledger, piece)?;
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<PathBuf>, LedgerError> {
            let mut answers = Vec::new();
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let asked = job.asked(self.as_at);
                if let Some(path) = kept.find(&kind, &asked)? {
                    answers.push(path);
                    continue;
                }
                let out = Out::new(kept.beside(&kind, &asked), latest_schema())?;
                answers.push(kept.keep(&kind, &asked, &self.answer(job, out)?)?);
            }
            Ok(answers)
        };
        let answers: Vec<Result<Vec<PathBuf>, LedgerError>> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..ledger.limits.threads.clamp(1, jobs.len().max(1))).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let mut paths = answers.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
        paths.sort();
        kept.only(&kind, &paths)?;
        Ok(paths)
    }

    fn answer(self, job: &Job, mut out: Out) -> Result<String, LedgerError> {
        let as_at = self.as_at.micros();
        let age = i64::from(self.counter_age_days) * 86_400_000_000;
        let mut posts = Merge::new(job, Table::Post, &post_columns())?;
        let mut readings = Merge::new(job, Table::Reading, &reading_columns())?;
        let created_at = posts.column("created_at")?;
        let mut block = Block::default();
        let mut blocks = Vec::new();
        let mut id = String::new();
        while let Some((first, _)) = posts.peek() {
            first.clone_into(&mut id);
            let mut latest = None;
            while let Some((_, observed_at)) = posts.peek().filter(|(other, _)| *other == id) {
                if observed_at <= as_at {
                    latest = Some((posts.place(), posts.time(created_at)));
                }
                posts.advance()?;
            }
            let Some((post, created)) = latest else { continue };
            block.posts.push(post);
            block.counters.push(first_at_age(&mut readings, &id, created.saturating_add(age), as_at)?);
            if block.posts.len() == BLOCK {
                blocks.push(block.take(&mut posts, &mut readings)?);
            }
        }
        if !block.posts.is_empty() {
            blocks.push(block.take(&mut posts, &mut readings)?);
        }
        let mut days = Days::new(&latest_schema())?;
        for rows in by_time(&blocks, created_at) {
            let rows = rows?;
            days.add(&rows)?;
            out.write(&rows)?;
        }
        out.say(days::KEY, days.text());
        out.close()
    }
}

/// Rows in the order in which their posts were written, whatever the order of ids: who asks of a week then reads few pages.
fn by_time(
    blocks: &[RecordBatch],
    created_at: usize,
) -> impl Iterator<Item = Result<RecordBatch, LedgerError>> {
    let mut order = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let times = block.column(created_at).as_primitive_opt::<TimestampMicrosecondType>();
        let time = |row| times.filter(|times| times.is_valid(row)).map(|times| times.value(row));
        order.extend((0..block.num_rows()).map(|row| (time(row), at, row)));
    }
    order.sort_unstable();
    let blocks: Vec<&RecordBatch> = blocks.iter().collect();
    let order: Vec<(usize, usize)> = order.into_iter().map(|(_, at, row)| (at, row)).collect();
    (0..order.len())
        .step_by(BLOCK)
        .map(move |from| Ok(interleave_record_batch(&blocks, &order[from..order.len().min(from + BLOCK)])?))
}

fn reading_columns() -> Vec<Arc<Field>> {
    let reading = schema(Table::Reading);
    let wanted = |field: &&Arc<Field>| {
        field.name() == "post_id" || COUNTERS.iter().any(|(column, _)| field.name() == column)
    };
    reading.fields().iter().filter(wanted).cloned().collect()
}

/// The first counters of a post from `from` on; readings of posts before it are passed over.
fn first_at_age(readings: &mut Merge, id: &str, from: i64, until: i64) -> Result<Option<Place>, LedgerError> {
    let mut found = None;
    while let Some((other, observed_at)) = readings.peek() {
        match other.cmp(id) {
            std::cmp::Ordering::Greater => break,
            std::cmp::Ordering::Equal if found.is_none() && observed_at >= from && observed_at <= until => {
                found = Some(readings.place());
            }
            _ => {}
        }
        readings.advance()?;
    }
    Ok(found)
}

/// Rows that were chosen and not yet copied.
#[derive(Default)]
struct Block {
    posts: Vec<Place>,
    counters: Vec<Option<Place>>,
}

impl Block {
    /// The chosen rows as columns.
    fn take(&mut self, posts: &mut Merge, readings: &mut Merge) -> Result<RecordBatch, LedgerError> {
        let schema = latest_schema();
        let mut columns = Vec::with_capacity(schema.fields().len());
        let chosen: Vec<(usize, usize)> = self.posts.iter().map(|place| (place.source, place.row)).collect();
        for at in 0..schema.fields().len() - COUNTERS.len() {
            columns.push(gathered(&posts.sources(at), &chosen)?);
        }
        // The place before all others is a row of nulls.
        let chosen: Vec<(usize, usize)> = self
            .counters
            .iter()
            .map(|place| place.map_or((0, 0), |place| (place.source + 1, place.row)))
            .collect();
        for (at, (column, _)) in COUNTERS.iter().enumerate() {
            let kind = schema.field(schema.fields().len() - COUNTERS.len() + at).data_type();
            let mut sources = vec![new_null_array(kind, 1)];
            sources.extend(readings.sources(readings.column(column)?));
            columns.push(gathered(&sources, &chosen)?);
        }
        posts.forget_sources();
        readings.forget_sources();
        self.posts.clear();
        self.counters.clear();
        Ok(RecordBatch::try_new(schema, columns)?)
    }
}

fn gathered(sources: &[ArrayRef], chosen: &[(usize, usize)]) -> Result<ArrayRef, LedgerError> {
    let sources: Vec<&dyn Array> = sources.iter().map(AsRef::as_ref).collect();
    Ok(interleave(&sources, chosen)?)
}
