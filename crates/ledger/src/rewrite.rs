//! Files of the ledger written anew without some of their rows. A file passes through in batches, so that memory does not
//! grow with its size.

use std::fs::File;

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::append::write_by_partition;
use crate::error::{At, LedgerError};
use crate::manifest::{FileEntry, Writer};
use crate::parquet::Partitions;
use crate::rows::Texts;

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, LedgerError>>>;

impl Writer {
    /// What is left of a file after each of its batches has been through `change`, as new files named after `what` was done;
    /// `None` where `change` has nothing to change in any batch.
    pub(crate) fn rewritten(
        &self,
        file: &FileEntry,
        what: &str,
        mut change: impl FnMut(&RecordBatch) -> Result<Option<RecordBatch>, LedgerError>,
    ) -> Result<Option<Vec<FileEntry>>, LedgerError> {
        let mut out: Option<Partitions> = None;
        for (at, batch) in self.read(file, None)?.enumerate() {
            let batch = batch?;
            let changed = change(&batch)?;
            if out.is_none() && changed.is_some() {
                let name = self.name_after(file, what);
                let out = out.insert(Partitions::new(file.table, &name, &self.staging()));
                for before in self.read(file, None)?.take(at) {
                    write_by_partition(file.table, &before?, out)?;
                }
            }
            if let Some(out) = &mut out {
                write_by_partition(file.table, changed.as_ref().unwrap_or(&batch), out)?;
            }
        }
        out.map(|out| out.finish(&self.root)).transpose()
    }

    /// Whether a file has one of these texts in one of these columns; reads no other.
    pub(crate) fn names_one(
        &self,
        file: &FileEntry,
        columns: &[&str],
        is_one: impl Fn(&str) -> bool,
    ) -> Result<bool, LedgerError> {
        for batch in self.read(file, Some(columns))? {
            let batch = batch?;
            for column in columns {
                if Texts::of(&batch, column)?.iter().flatten().any(&is_one) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The file's batches, of some columns or of all.
    pub(crate) fn read(&self, file: &FileEntry, columns: Option<&[&str]>) -> Result<Batches, LedgerError> {
        let path = self.root.join(&file.path);
        let named = |error| LedgerError::of_file(error, &path);
        let mut builder =
            ParquetRecordBatchReaderBuilder::try_new(File::open(&path).at(&path)?).map_err(named)?;
        if let Some(columns) = columns {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder = builder.with_projection(mask);
        }
        let reader = builder.build().map_err(named)?;
        Ok(Box::new(reader.map(|batch| Ok(batch?))))
    }

    fn name_after(&self, file: &FileEntry, what: &str) -> String {
        let stem = file.path.rsplit('/').next().unwrap_or("").trim_end_matches(".parquet");
        let (number, origin) = stem.split_once('-').unwrap_or(("", stem));
        let origin = ["erased-", "undone-", "removed-"]
            .iter()
            .fold(origin, |origin, what| origin.trim_start_matches(what));
        format!("{:08}-{what}-{number}-{origin}", self.manifest.generation + 1)
    }
}
