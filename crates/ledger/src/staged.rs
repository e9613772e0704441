//! Rows of an import that wait until the whole input has been read: in memory, and where they are too many in sorted files
//! beside the ledger's, which are read side by side in the end, so that memory hardly grows with the input.

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
use crate::manifest::Limits;
use crate::parquet::passing;
use crate::schema::{layout, schema};

/// Rows held in structs before they become columns, and rows of a row group of a file.
const CHUNK: usize = 8_192;

/// The share of the memory limit that the rows of a table may hold; sorting them takes as much again.
const HELD_SHARE: usize = 16;

/// Holding more bytes makes nothing faster.
const MOST_HELD: usize = 256 << 20;

/// In which order rows are compared with what is there: by key, and those of one key as they came.
pub(crate) fn order(table: Table) -> Vec<&'static str> {
    layout(table).key.iter().copied().chain(["line"]).collect()
}

/// The columns as `ORDER BY` wants them.
pub(crate) fn in_order(table: Table) -> String {
    order(table).iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

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
    limits: Limits,
    directory: PathBuf,
    /// Each in the order of [`order`].
    files: Vec<PathBuf>,
    partitions: BTreeSet<String>,
}

impl<T> Taking<T> {
    /// None yet. Files go below `directory`, and with them what is more than a share of the memory that `limits` leave.
    pub(crate) fn new(
        table: Table,
        columns: Columns<T>,
        batch: &str,
        directory: &Path,
        limits: Limits,
    ) -> Self {
        let most_bytes = limits.memory_bytes.map_or(MOST_HELD, |bytes| (bytes / HELD_SHARE).min(MOST_HELD));
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
                limits,
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

    /// Puts what is held into a file, in order.
    fn spill(&mut self) -> Result<(), LedgerError> {
        fs::create_dir_all(&self.directory).at(&self.directory)?;
        let path = self.directory.join(format!("{}-{:05}.parquet", self.table.as_str(), self.files.len()));
        let file = BufWriter::new(File::create(&path).at(&path)?);
        let named = |error| LedgerError::of_file(error, &path);
        let mut writer = ArrowWriter::try_new(file, self.schema(), Some(passing(CHUNK)?)).map_err(named)?;
        let engine = Engine::new(self.limits)?;
        engine.register_rows("held", self.schema(), std::mem::take(&mut self.held))?;
        engine.stream(&format!("SELECT * FROM held ORDER BY {}", in_order(self.table)), |rows| {
            writer.write(&rows).map_err(named)
        })?;
        writer.close().map_err(named)?;
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

    /// An engine with the table `staged`: these rows, each with its `line`.
    pub(crate) fn engine(mut self) -> Result<Engine, LedgerError> {
        let schema = self.schema();
        if self.files.is_empty() {
            let engine = Engine::new(self.limits)?;
            engine.register_rows("staged", schema, self.held)?;
            return Ok(engine);
        }
        if !self.held.is_empty() {
            self.spill()?;
        }
        let engine = Engine::for_sorted(self.limits, self.files.len())?;
        engine.register_sorted("staged", schema, &self.files, &order(self.table))?;
        Ok(engine)
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

    use crate::{FileEntry, Writer};

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
        let little = imported(Some(48 << 20));
        assert!(little.2, "nothing was put aside");
        assert_eq!(told.tables[&Table::Post].added, 50_000);
        assert_eq!(told.tables[&Table::Post].conflicts, 299);
        assert_eq!((files, told), (little.0, little.1));
    }
}
