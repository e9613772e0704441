//! A Parquet file of what can be made again.

use std::fs::File;
use std::path::PathBuf;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::BatchCoalescer;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::metadata::KeyValue;

use crate::error::{At, LedgerError};
use crate::hash::Hashing;
use crate::parquet::passing;

/// Rows of a row group: what is held until it is written.
const ROW_GROUP: usize = 65_536;

/// Rows that are written together. Batches are cut to this size, so that the bytes do not depend on how a query happened
/// to cut its answer.
const TOGETHER: usize = 8_192;

/// A file in the making.
pub(crate) struct Out {
    path: PathBuf,
    writer: ArrowWriter<Hashing<File>>,
    waiting: BatchCoalescer,
}

impl Out {
    pub(crate) fn new(path: PathBuf, schema: SchemaRef) -> Result<Self, LedgerError> {
        let file = Hashing::new(File::create(&path).at(&path)?);
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(passing(ROW_GROUP)?))?;
        Ok(Self { path, writer, waiting: BatchCoalescer::new(schema, TOGETHER) })
    }

    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), LedgerError> {
        self.waiting.push_batch(rows.clone())?;
        self.write_whole()
    }

    fn write_whole(&mut self) -> Result<(), LedgerError> {
        while let Some(rows) = self.waiting.next_completed_batch() {
            self.writer.write(&rows).map_err(|error| LedgerError::of_file(error, &self.path))?;
        }
        Ok(())
    }

    /// Writes down something about the rows.
    pub(crate) fn say(&mut self, key: &str, value: String) {
        self.writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
    }

    /// The SHA-256 of what was written.
    pub(crate) fn close(mut self) -> Result<String, LedgerError> {
        self.waiting.finish_buffered_batch()?;
        self.write_whole()?;
        let file = self.writer.into_inner().map_err(|error| LedgerError::of_file(error, &self.path))?;
        Ok(file.finish().1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{Int64Array, StringArray};
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use std::sync::Arc;

    #[test]
    fn the_same_rows_are_the_same_bytes_however_they_come() {
        let fields =
            vec![Field::new("name", DataType::Utf8, false), Field::new("number", DataType::Int64, false)];
        let schema = Arc::new(Schema::new(fields));
        let names = StringArray::from_iter_values((0..70_000).map(|row| format!("name {}", row % 977)));
        let numbers = Int64Array::from_iter_values((0..70_000).map(|row| row * row % 1_009));
        let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(names), Arc::new(numbers)]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let written = |together: usize| {
            let mut out = Out::new(directory.path().join("rows.parquet"), schema.clone()).unwrap();
            for from in (0..rows.num_rows()).step_by(together) {
                out.write(&rows.slice(from, together.min(rows.num_rows() - from))).unwrap();
            }
            out.close().unwrap()
        };
        let whole = written(rows.num_rows());
        assert_eq!(
            [written(1), written(999), written(8_192), written(30_001)],
            [(); 4].map(|()| whole.clone())
        );
    }
}
