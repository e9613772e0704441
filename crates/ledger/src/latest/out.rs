//! What comes of a piece, as a file.

use std::fs::File;
use std::path::PathBuf;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;

use crate::error::{At, LedgerError};
use crate::parquet::passing;

/// Rows of a row group: what is held until it is written.
const ROW_GROUP: usize = 65_536;

/// A file that begins with its first rows.
pub(super) struct Out {
    path: PathBuf,
    schema: SchemaRef,
    writer: Option<ArrowWriter<File>>,
}

impl Out {
    pub(super) fn new(path: PathBuf, schema: SchemaRef) -> Self {
        Self { path, schema, writer: None }
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), LedgerError> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let file = File::create(&self.path).at(&self.path)?;
                let properties = passing(ROW_GROUP)?;
                self.writer.insert(ArrowWriter::try_new(file, self.schema.clone(), Some(properties))?)
            }
        };
        writer.write(rows).map_err(|error| LedgerError::of_file(error, &self.path))
    }

    /// Where the file lies, if there was a row.
    pub(super) fn close(self) -> Result<Option<PathBuf>, LedgerError> {
        let Some(writer) = self.writer else { return Ok(None) };
        writer.close().map_err(|error| LedgerError::of_file(error, &self.path))?;
        Ok(Some(self.path))
    }
}
