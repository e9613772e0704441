//! What a piece says of each day on which its posts were written, their number and a hash of its rows: ids do not follow
//! time on every platform, so that the file as a whole says little of a week.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, RecordBatch, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use sha2::{Digest, Sha256};

use crate::error::LedgerError;
use crate::hash::hex;

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

/// Under which name a file says it.
pub(super) const KEY: &str = "someasure.days";

/// The day, UTC, since 1970.
pub(crate) fn day(micros: i64) -> i64 {
    micros.div_euclid(DAY)
}

/// What a piece says of a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    pub(crate) posts: u64,
    pub(crate) hash: String,
}

/// Rows of a piece, counted and hashed by the day on which their posts were written.
pub(super) struct Days {
    rows: RowConverter,
    created_at: usize,
    days: BTreeMap<i64, (u64, Sha256)>,
}

impl Days {
    pub(super) fn new(schema: &SchemaRef) -> Result<Self, LedgerError> {
        let fields = schema.fields().iter().map(|field| SortField::new(field.data_type().clone()));
        let rows = RowConverter::new(fields.collect())?;
        Ok(Self { rows, created_at: schema.index_of("created_at")?, days: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), LedgerError> {
        let created_at = batch.column(self.created_at).as_any().downcast_ref::<TimestampMicrosecondArray>();
        let rows = self.rows.convert_columns(batch.columns())?;
        for (at, row) in rows.iter().enumerate() {
            let written = created_at.filter(|times| times.is_valid(at)).map_or(0, |times| times.value(at));
            let (posts, hash) = self.days.entry(day(written)).or_default();
            *posts += 1;
            hash.update(row.as_ref().len().to_le_bytes());
            hash.update(row.as_ref());
        }
        Ok(())
    }

    /// As the file says it: `20089 17 0f3a…` for each day.
    pub(super) fn text(self) -> String {
        let days = self.days.into_iter();
        let days = days.map(|(day, (posts, hash))| format!("{day} {posts} {}", &hex(&hash.finalize())[..32]));
        days.collect::<Vec<_>>().join(" ")
    }
}

/// What a file says of its days.
pub(crate) fn days_of(metadata: &ArrowReaderMetadata) -> BTreeMap<i64, Day> {
    let said = metadata.metadata().file_metadata().key_value_metadata();
    let said = said.and_then(|pairs| pairs.iter().find(|pair| pair.key == KEY)?.value.as_deref());
    let words: Vec<&str> = said.unwrap_or_default().split_whitespace().collect();
    let days = words.chunks_exact(3).filter_map(|words| {
        let day = Day { posts: words[1].parse().ok()?, hash: words[2].to_owned() };
        Some((words[0].parse().ok()?, day))
    });
    days.collect()
}
