//! A Parquet file of what can be made again.

use std::fs::File;
use std::path::PathBuf;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::metadata::KeyValue;

use crate::error::{At, LedgerError};
use crate::hash::Hashing;
use crate::parquet::passing;

/// Rows of a row group: what is held until it is written.
const ROW_GROUP: usize = 65_536;

/// A file in the making.
pub(crate) struct Out {
    path: PathBuf,
    writer: ArrowWriter<Hashing<File>>,
}

impl Out {
    pub(crate) fn new(path: PathBuf, schema: SchemaRef) -> Result<Self, LedgerError> {
        let file = Hashing::new(File::create(&path).at(&path)?);
        let writer = ArrowWriter::try_new(file, schema, Some(passing(ROW_GROUP)?))?;
        Ok(Self { path, writer })
    }

    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), LedgerError> {
        self.writer.write(rows).map_err(|error| LedgerError::of_file(error, &self.path))
    }

    /// Writes down something about the rows.
    pub(crate) fn say(&mut self, key: &str, value: String) {
        self.writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
    }

    /// The SHA-256 of what was written.
    pub(crate) fn close(self) -> Result<String, LedgerError> {
        let file = self.writer.into_inner().map_err(|error| LedgerError::of_file(error, &self.path))?;
        Ok(file.finish().1)
    }
}
