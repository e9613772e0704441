//! Files that are each sorted by id and instant, read side by side in that order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use datafusion::parquet::errors::ParquetError;
use someasure_model::Table;

use super::jobs::Job;
use crate::error::{At, LedgerError};

/// Rows that all files together hold in memory.
const HELD: usize = 262_144;

/// A row that was chosen: of which of [`Merge::sources`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) source: usize,
    pub(super) row: usize,
}

/// Rows of one table, by id and instant.
pub(super) struct Merge {
    schema: SchemaRef,
    heap: BinaryHeap<Reverse<Cursor>>,
    /// Batches that chosen rows lie in.
    sources: Vec<RecordBatch>,
    /// How often the sources were forgotten.
    age: u64,
}

/// Where one file has come to.
struct Cursor {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    /// The job's keys end before this one.
    until: Option<String>,
    batch: RecordBatch,
    ids: StringArray,
    times: TimestampMicrosecondArray,
    row: usize,
    /// Of which age, and where among the sources.
    source: Option<(u64, usize)>,
}

impl Cursor {
    fn key(&self) -> (&str, i64) {
        (self.ids.value(self.row), self.times.value(self.row))
    }

    /// Goes to the next row; false at the end.
    fn advance(&mut self, schema: &SchemaRef) -> Result<bool, LedgerError> {
        self.row += 1;
        if self.row < self.batch.num_rows() && self.ids.value(self.row) < self.ids.value(self.row - 1) {
            let why =
                "its rows are not in the order of their posts: it was not written by SoMeasure".to_owned();
            return Err(LedgerError::of_file(ParquetError::General(why), &self.path));
        }
        self.fill(schema)
    }

    /// Reads on where the batch is at its end; false at the end of all.
    fn fill(&mut self, schema: &SchemaRef) -> Result<bool, LedgerError> {
        while self.row == self.batch.num_rows() {
            let Some(batch) = self.reader.next() else { return Ok(false) };
            let batch = batch.map_err(|error| LedgerError::of_file(error.into(), &self.path))?;
            self.hold(aligned(&batch, schema)?)?;
        }
        Ok(self.until.as_deref().is_none_or(|until| self.ids.value(self.row) < until))
    }

    fn hold(&mut self, batch: RecordBatch) -> Result<(), LedgerError> {
        (self.ids, self.times) = keys(&batch)?;
        self.batch = batch;
        self.row = 0;
        self.source = None;
        Ok(())
    }
}

impl PartialEq for Cursor {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for Cursor {}
impl PartialOrd for Cursor {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Cursor {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl Merge {
    /// The rows of a table that belong to the job; of its columns these.
    pub(super) fn new(job: &Job, table: Table, columns: &[Arc<Field>]) -> Result<Self, LedgerError> {
        let schema: SchemaRef = Arc::new(Schema::new(columns.to_vec()));
        let mut heap = BinaryHeap::new();
        let files = job.files(table);
        let rows = (HELD / files.len().max(1)).clamp(256, 8_192);
        for (source, groups) in files {
            let file = File::open(&source.path).at(&source.path)?;
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, source.metadata.clone());
            let names = schema.fields().iter().map(|field| field.name().as_str());
            let mask = ProjectionMask::columns(builder.parquet_schema(), names);
            let reader =
                builder.with_projection(mask).with_row_groups(groups).with_batch_size(rows).build()?;
            let batch = RecordBatch::new_empty(schema.clone());
            let (ids, times) = keys(&batch)?;
            let path = source.path.clone();
            let until = job.until.clone();
            let mut cursor = Cursor { path, reader, until, batch, ids, times, row: 0, source: None };
            // Onto the first row, and then past those of the job before.
            let mut more = cursor.fill(&schema)?;
            while more && job.from.as_deref().is_some_and(|from| cursor.key().0 < from) {
                more = cursor.advance(&schema)?;
            }
            if more {
                heap.push(Reverse(cursor));
            }
        }
        Ok(Self { schema, heap, sources: Vec::new(), age: 0 })
    }

    /// The next row's id and instant.
    pub(super) fn peek(&self) -> Option<(&str, i64)> {
        self.heap.peek().map(|Reverse(cursor)| cursor.key())
    }

    /// Where a column stands.
    pub(super) fn column(&self, name: &str) -> Result<usize, LedgerError> {
        Ok(self.schema.index_of(name)?)
    }

    /// An instant of the next row, in microseconds; the first one where there is no row.
    pub(super) fn time(&self, column: usize) -> i64 {
        let Some(Reverse(cursor)) = self.heap.peek() else { return i64::MIN };
        let times = cursor.batch.column(column).as_any().downcast_ref::<TimestampMicrosecondArray>();
        times.map_or(i64::MIN, |times| times.value(cursor.row))
    }

    /// Chooses the next row.
    pub(super) fn place(&mut self) -> Place {
        let Some(mut top) = self.heap.peek_mut() else { return Place { source: 0, row: 0 } };
        let row = top.0.row;
        let source = match top.0.source {
            Some((age, source)) if age == self.age => source,
            _ => {
                self.sources.push(top.0.batch.clone());
                let source = self.sources.len() - 1;
                top.0.source = Some((self.age, source));
                source
            }
        };
        Place { source, row }
    }

    /// Goes past the next row.
    pub(super) fn advance(&mut self) -> Result<(), LedgerError> {
        if let Some(mut top) = self.heap.peek_mut()
            && !top.0.advance(&self.schema)?
        {
            PeekMut::pop(top);
        }
        Ok(())
    }

    /// A column of every batch that chosen rows lie in.
    pub(super) fn sources(&self, column: usize) -> Vec<ArrayRef> {
        self.sources.iter().map(|batch| batch.column(column).clone()).collect()
    }

    /// Lets go of them.
    pub(super) fn forget_sources(&mut self) {
        self.sources.clear();
        self.age += 1;
    }
}

fn keys(batch: &RecordBatch) -> Result<(StringArray, TimestampMicrosecondArray), LedgerError> {
    let column =
        |name: &str| -> Result<&ArrayRef, LedgerError> { Ok(batch.column(batch.schema().index_of(name)?)) };
    let ids = column("post_id")?.as_any().downcast_ref::<StringArray>().cloned();
    let times = column("observed_at")?.as_any().downcast_ref::<TimestampMicrosecondArray>().cloned();
    Ok((
        ids.unwrap_or_else(|| StringArray::new_null(0)),
        times.unwrap_or_else(|| TimestampMicrosecondArray::new_null(0)),
    ))
}

/// The columns of the schema; a file of an older one may lack some.
fn aligned(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, LedgerError> {
    let columns = schema.fields().iter().map(|field| {
        Ok(match batch.column_by_name(field.name()) {
            Some(column) => cast(column, field.data_type())?,
            None => new_null_array(field.data_type(), batch.num_rows()),
        })
    });
    Ok(RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, LedgerError>>()?)?)
}
