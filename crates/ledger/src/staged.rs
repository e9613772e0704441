//! Rows of an import that wait until the whole input has been read: in memory, and where they are too many in files
//! beside the ledger's, so that memory does not grow with the input.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;
use someasure_model::Table;

use crate::append::partition_labels;
use crate::engine::Engine;
use crate::error::{At, LedgerError};
use crate::parquet::passing;
use crate::schema::schema;

/// Rows held in structs before they become columns.
const CHUNK: usize = 16_384;

/// Makes rows into columns of their table; the text is the batch that they came with.
type Columns<T> = fn(&[T], &str) -> Result<RecordBatch, LedgerError>;

/// Takes rows of one table with the lines they came from.
pub(crate) struct Taking<T> {
    columns: Columns<T>,
    batch: String,
    rows: Vec<T>,
    lines: Vec<i64>,
    staged: Staged,
}

/// Rows of one table, all there.
pub(crate) struct Staged {
    table: Table,
    held: Vec<RecordBatch>,
    held_bytes: usize,
    /// So many bytes are held before they go to a file.
    most_bytes: usize,
    directory: PathBuf,
    files: Vec<PathBuf>,
    partitions: BTreeSet<String>,
}

impl<T> Taking<T> {
    /// None yet. Files go below `directory`.
    pub(crate) fn new(
        table: Table,
        columns: Columns<T>,
        batch: &str,
        directory: &Path,
        most_bytes: usize,
    ) -> Self {
        Self {
            columns,
            batch: batch.to_owned(),
            rows: Vec::new(),
            lines: Vec::new(),
            staged: Staged {
                table,
                held: Vec::new(),
                held_bytes: 0,
                most_bytes,
                directory: directory.join("input"),
                files: Vec::new(),
                partitions: BTreeSet::new(),
            },
        }
    }

    /// One more row.
    pub(crate) fn push(&mut self, line: u64, row: T) -> Result<(), LedgerError> {
        self.rows.push(row);
        self.lines.push(i64::try_from(line).unwrap_or(i64::MAX));
        if self.rows.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// No more rows.
    pub(crate) fn finish(mut self) -> Result<Staged, LedgerError> {
        self.flush()?;
        Ok(self.staged)
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        let rows = (self.columns)(&self.rows, &self.batch)?;
        self.rows.clear();
        self.staged.hold(&rows, std::mem::take(&mut self.lines))
    }
}

impl Staged {
    fn hold(&mut self, rows: &RecordBatch, lines: Vec<i64>) -> Result<(), LedgerError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        self.partitions.extend(partition_labels(self.table, rows)?);
        let lines: ArrayRef = Arc::new(Int64Array::from(lines));
        let columns = rows.columns().iter().cloned().chain([lines]).collect();
        let rows = RecordBatch::try_new(self.schema(), columns)?;
        self.held_bytes += rows.get_array_memory_size();
        self.held.push(rows);
        if self.held_bytes > self.most_bytes { self.spill() } else { Ok(()) }
    }

    /// Puts what is held into a file.
    fn spill(&mut self) -> Result<(), LedgerError> {
        fs::create_dir_all(&self.directory).at(&self.directory)?;
        let path = self.directory.join(format!("{}-{:05}.parquet", self.table.as_str(), self.files.len()));
        let file = BufWriter::new(File::create(&path).at(&path)?);
        let mut writer = ArrowWriter::try_new(file, self.schema(), Some(passing(CHUNK)?))?;
        for rows in std::mem::take(&mut self.held) {
            writer.write(&rows).map_err(|error| LedgerError::of_file(error, &path))?;
        }
        writer.close().map_err(|error| LedgerError::of_file(error, &path))?;
        self.held_bytes = 0;
        self.files.push(path);
        Ok(())
    }

    /// Which table they belong to.
    pub(crate) fn table(&self) -> Table {
        self.table
    }

    /// Which of the table's partitions they belong to; none where there are no rows.
    pub(crate) fn partitions(&self) -> &BTreeSet<String> {
        &self.partitions
    }

    /// Registers them as the table `staged`, each with its `line`.
    pub(crate) fn register(mut self, engine: &Engine) -> Result<(), LedgerError> {
        let schema = self.schema();
        if self.files.is_empty() {
            return engine.register_rows("staged", schema, self.held);
        }
        if !self.held.is_empty() {
            self.spill()?;
        }
        engine.register_paths("staged", schema, &self.files)
    }

    fn schema(&self) -> SchemaRef {
        let mut fields: Vec<_> = schema(self.table).fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new("line", DataType::Int64, false)));
        Arc::new(Schema::new(fields))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use someasure_model::{Batch, Instant, Lane, Post, Reading};

    use crate::{FileEntry, Limits, Writer};

    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_400_000_000_000_000 + seconds * 1_000_000)
    }

    fn post(number: i64) -> Post {
        Post {
            post_id: format!("x:{number}").parse().unwrap(),
            account_id: format!("x:{}", number % 70).parse().unwrap(),
            created_at: at(number),
            observed_at: at(40_000_000),
            kind: None,
            in_reply_to_post_id: None,
            in_reply_to_account_id: None,
            conversation_id: None,
            quoted_post_id: None,
            language: None,
            text: Some(format!("{number} is a number that is told in many words. ").repeat(8)),
            hashtags: None,
            mentions: None,
            links: None,
            media: None,
            hashtag_count: None,
            mention_count: None,
            link_count: None,
            media_count: None,
            answered_after_seconds: None,
        }
    }

    /// Posts in no order, some of them twice and some contradicted, as files of a ledger with so much memory.
    fn imported(memory_bytes: Option<usize>) -> (Vec<FileEntry>, crate::Imported, bool) {
        const POSTS: i64 = 50_000;
        let directory = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(directory.path(), Limits { threads: 2, memory_bytes }).unwrap();
        let staging = writer.staging();
        let mut import = writer.begin("1", BTreeMap::new(), BTreeSet::new());
        for line in 0..POSTS + 900 {
            let mut post = post(line * 7_919 % POSTS);
            if line > POSTS + 600 {
                post.account_id = "x:1234".parse().unwrap();
            }
            let reading = Reading {
                post_id: post.post_id.clone(),
                observed_at: post.observed_at,
                likes: Some(line % 9),
                reposts: None,
                replies: None,
                quotes: None,
                views: None,
            };
            import.post(u64::try_from(line).unwrap(), post, Some(reading), None).unwrap();
        }
        let spilled = staging.join("input").exists();
        let described = || Batch {
            batch: "1".to_owned(),
            started_at: at(0),
            finished_at: at(0),
            source: "test".to_owned(),
            lane: Lane::Open,
            retention: String::new(),
            tool_version: String::new(),
            input_hash: String::new(),
        };
        let imported = import.write(described).unwrap().commit().unwrap();
        assert!(!staging.exists(), "what was put aside is left behind");
        (writer.reader().files().to_vec(), imported, spilled)
    }

    #[test]
    fn an_import_larger_than_its_memory_gives_the_same_files_and_contradictions() {
        let (files, told, spilled) = imported(None);
        assert!(!spilled);
        let little = imported(Some(96 << 20));
        assert!(little.2, "nothing was put aside");
        assert_eq!(told.tables[&Table::Post].added, 50_000);
        assert_eq!(told.tables[&Table::Post].conflicts, 299);
        assert_eq!((files, told), (little.0, little.1));
    }
}
