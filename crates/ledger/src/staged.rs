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
use tempfile::TempDir;

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
fn order(table: Table) -> Vec<&'static str> {
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
    /// Where the ledger's files are made.
    staging: PathBuf,
    /// What is put aside, which goes when this does.
    aside: Option<TempDir>,
    /// Its files, each in the order of [`order`].
    files: Vec<PathBuf>,
    partitions: BTreeSet<String>,
}

impl<T> Taking<T> {
    /// None yet. Below `staging` goes what is more than a share of the memory that `limits` leave.
    pub(crate) fn new(
        table: Table,
        columns: Columns<T>,
        batch: &str,
        staging: &Path,
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
                staging: staging.to_owned(),
                aside: None,
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
        let aside = match &self.aside {
            Some(aside) => aside.path(),
            None => {
                fs::create_dir_all(&self.staging).at(&self.staging)?;
                self.aside.insert(TempDir::new_in(&self.staging).at(&self.staging)?).path()
            }
        };
        let path = aside.join(format!("{:05}.parquet", self.files.len()));
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

    /// An engine with the table `staged`: these rows, each with its `line`, while they are kept.
    pub(crate) fn engine(&mut self) -> Result<Engine, LedgerError> {
        let schema = self.schema();
        if self.files.is_empty() {
            let engine = Engine::new(self.limits)?;
            engine.register_rows("staged", schema, std::mem::take(&mut self.held))?;
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

    use crate::{FileEntry, Import, Imported, Ledger, Writer};

    use super::*;

    const POSTS: i64 = 50_000;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_400_000_000_000_000 + seconds * 1_000_000)
    }

    fn post(number: i64) -> Post {
        Post {
            text: Some(format!("{number} is a number that is told in many words. ").repeat(8)),
            ..Post::bare(
                format!("x:{number}").parse().unwrap(),
                format!("x:{}", number % 70).parse().unwrap(),
                at(number),
                at(40_000_000),
            )
        }
    }

    /// Reads posts in no order, some of them twice and some contradicted.
    fn read(import: &mut Import<'_>) {
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
    }

    /// Whether files were put aside, and are still there.
    fn lies_aside(staging: &Path) -> bool {
        let is_aside = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".tmp");
        fs::read_dir(staging).is_ok_and(|entries| entries.flatten().any(|entry| is_aside(&entry)))
    }

    /// The files of a ledger that is imported with so much memory, while somebody reads it.
    fn imported(memory_bytes: Option<usize>) -> (Vec<FileEntry>, Imported) {
        let directory = tempfile::tempdir().unwrap();
        let limits = Limits { threads: 2, memory_bytes };
        let mut writer = Writer::open(directory.path(), limits).unwrap();
        let staging = writer.staging();
        let reader = Ledger::open(directory.path(), limits).unwrap();
        let mut import = writer.begin("1", BTreeMap::new(), BTreeSet::new());
        read(&mut import);
        assert_eq!(lies_aside(&staging), memory_bytes.is_some());
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
        assert!(!lies_aside(&staging), "what was put aside is left behind");
        drop(reader);
        (writer.reader().files().to_vec(), imported)
    }

    #[test]
    fn an_import_larger_than_its_memory_gives_the_same_files_and_contradictions() {
        let (files, told) = imported(None);
        assert_eq!(told.tables[&Table::Post].added, 50_000);
        assert_eq!(told.tables[&Table::Post].conflicts, 299);
        assert_eq!((files, told), imported(Some(48 << 20)));
    }

    #[test]
    fn an_import_that_is_given_up_leaves_nothing_aside() {
        let directory = tempfile::tempdir().unwrap();
        let limits = Limits { threads: 2, memory_bytes: Some(48 << 20) };
        let mut writer = Writer::open(directory.path(), limits).unwrap();
        let staging = writer.staging();
        let mut import = writer.begin("1", BTreeMap::new(), BTreeSet::new());
        read(&mut import);
        assert!(lies_aside(&staging));
        drop(import);
        assert!(!lies_aside(&staging));
    }
}
