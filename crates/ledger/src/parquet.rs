//! Parquet files, written so that the same rows give the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::{BatchCoalescer, cast};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use someasure_model::Table;

use crate::error::{At, LedgerError};
use crate::hash::Hashing;
use crate::manifest::FileEntry;
use crate::schema::{SCHEMA_VERSION, schema};
use crate::storage;

/// Rows in a row group. Batches are cut to this size before they are written, so that the bytes do not
/// depend on how a query happened to cut its answer.
const ROW_GROUP: usize = 131_072;

/// What a file says of its columns and rows.
pub(crate) fn footer(path: &Path) -> Result<ArrowReaderMetadata, LedgerError> {
    let file = File::open(path).at(path)?;
    ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
        .map_err(|error| LedgerError::of_file(error, path))
}

pub(crate) fn properties() -> Result<WriterProperties, LedgerError> {
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by("someasure".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "someasure.schema_version".to_owned(),
            SCHEMA_VERSION.to_string(),
        )]))
        .build())
}

/// Rows of a page in files that can be made again: who asks of a few days reads little more.
const PAGE: usize = 4_096;

/// For files that can be made again: little time is spent on making them small.
pub(crate) fn passing(row_group: usize) -> Result<WriterProperties, LedgerError> {
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(row_group))
        .set_data_page_row_count_limit(PAGE)
        .build())
}

/// One file in the making.
struct Open {
    path: PathBuf,
    writer: ArrowWriter<Hashing<BufWriter<File>>>,
    coalescer: BatchCoalescer,
    rows: u64,
}

/// New files of one table, one for each partition, written in the staging directory and moved into place
/// all together.
pub(crate) struct Partitions {
    table: Table,
    schema: SchemaRef,
    name: String,
    staging: PathBuf,
    open: BTreeMap<String, Open>,
}

impl Partitions {
    /// `name` becomes the files' name in each partition.
    pub(crate) fn new(table: Table, name: &str, staging: &Path) -> Self {
        Self {
            table,
            schema: schema(table),
            name: name.to_owned(),
            staging: staging.to_owned(),
            open: BTreeMap::new(),
        }
    }

    /// Adds rows, already in the table's order, to one partition.
    pub(crate) fn write(&mut self, partition: &str, batch: &RecordBatch) -> Result<(), LedgerError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let columns = self
            .schema
            .fields()
            .iter()
            .map(|field| Ok(cast(batch.column(batch.schema().index_of(field.name())?), field.data_type())?))
            .collect::<Result<Vec<_>, LedgerError>>()?;
        let batch = RecordBatch::try_new(self.schema.clone(), columns)?;
        if !self.open.contains_key(partition) {
            let open = self.start(partition)?;
            self.open.insert(partition.to_owned(), open);
        }
        if let Some(open) = self.open.get_mut(partition) {
            open.rows += batch.num_rows() as u64;
            open.coalescer.push_batch(batch)?;
            while let Some(full) = open.coalescer.next_completed_batch() {
                open.writer
                    .write(&full)
                    .map_err(|error| LedgerError::of_file(error, &self.staging.join(&open.path)))?;
            }
        }
        Ok(())
    }

    fn start(&self, partition: &str) -> Result<Open, LedgerError> {
        let path = format!("{}/{partition}/{}.parquet", self.table.as_str(), self.name);
        let staged = self.staging.join(&path);
        if let Some(parent) = staged.parent() {
            fs::create_dir_all(parent).at(parent)?;
        }
        let file = File::create(&staged).at(&staged)?;
        let sink = Hashing::new(BufWriter::new(file));
        let writer = ArrowWriter::try_new(sink, self.schema.clone(), Some(properties()?))?;
        Ok(Open {
            path: path.into(),
            writer,
            coalescer: BatchCoalescer::new(self.schema.clone(), 8192),
            rows: 0,
        })
    }

    /// Closes the files, makes them durable and moves them into place. They do not count until a
    /// manifest names them.
    pub(crate) fn finish(self, root: &Path) -> Result<Vec<FileEntry>, LedgerError> {
        let mut entries = Vec::new();
        for (partition, mut open) in self.open {
            let staged = self.staging.join(&open.path);
            let named = |error| LedgerError::of_file(error, &staged);
            open.coalescer.finish_buffered_batch()?;
            while let Some(rest) = open.coalescer.next_completed_batch() {
                open.writer.write(&rest).map_err(named)?;
            }
            let (sink, sha256, bytes) = open.writer.into_inner().map_err(named)?.finish();
            let file = sink.into_inner().map_err(std::io::IntoInnerError::into_error).at(&staged)?;
            file.sync_all().at(&staged)?;
            let placed = root.join(&open.path);
            if let Some(parent) = placed.parent() {
                storage::create_directory(parent).at(parent)?;
            }
            storage::rename(&staged, &placed).at(&placed)?;
            entries.push(FileEntry {
                table: self.table,
                partition,
                path: open.path.to_string_lossy().into_owned(),
                rows: open.rows,
                bytes,
                sha256,
            });
        }
        Ok(entries)
    }
}
