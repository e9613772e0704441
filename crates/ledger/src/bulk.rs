//! Rows that come in the table's order, straight into files: for a ledger that is made at once, from what has no
//! repetitions. Nothing is held and nothing is compared with what is there, so it is refused where there is anything; and
//! whoever hands rows over out of order is told so, since every reader relies on it.

use someasure_model::{Attempt, Batch, Instant, Observation, Post, Reading, Table};

use crate::append::write_by_partition;
use crate::error::LedgerError;
use crate::manifest::{FileEntry, Writer};
use crate::parquet::Partitions;
use crate::rows;

/// A ledger in the making: its parts are written side by side, and count when all are there.
pub struct Bulk<'a> {
    writer: &'a mut Writer,
    batch: String,
}

/// Some partitions of one table, that no other part writes to.
pub struct Part {
    table: Table,
    batch: String,
    root: std::path::PathBuf,
    out: Partitions,
    last: Option<(String, String, Instant)>,
}

/// The files of a part.
pub struct Written(Vec<FileEntry>);

impl Writer {
    /// Begins. Only where the ledger has nothing yet.
    pub fn bulk(&mut self, batch: &str) -> Result<Bulk<'_>, LedgerError> {
        if self.manifest.files.is_empty() {
            Ok(Bulk { writer: self, batch: batch.to_owned() })
        } else {
            Err(LedgerError::NotEmpty { path: self.root.clone() })
        }
    }
}

impl Bulk<'_> {
    /// A part that writes rows of one table.
    pub fn part(&self, table: Table) -> Part {
        let name = format!("{:08}-{}", self.writer.manifest.generation + 1, self.batch);
        Part {
            table,
            batch: self.batch.clone(),
            root: self.writer.root.clone(),
            out: Partitions::new(table, &name, &self.writer.staging()),
            last: None,
        }
    }

    /// Makes all parts count, in one step.
    pub fn commit(self, parts: Vec<Written>, described: &Batch) -> Result<(), LedgerError> {
        let mut batch = self.part(Table::Batch);
        let described = rows::batches(std::slice::from_ref(described))?;
        write_by_partition(Table::Batch, &described, &mut batch.out)?;
        let mut files: Vec<FileEntry> = parts.into_iter().flat_map(|part| part.0).collect();
        files.extend(batch.finish()?.0);
        self.writer.commit(files)
    }
}

impl Part {
    /// What a platform said about accounts.
    pub fn observations(&mut self, given: &[Observation]) -> Result<(), LedgerError> {
        for row in given {
            self.rises(row.account_id.as_str(), "", row.observed_at)?;
        }
        let rows = rows::observations(given, &self.batch)?;
        write_by_partition(self.table, &rows, &mut self.out)
    }

    /// Posts, each version of their words.
    pub fn posts(&mut self, given: &[Post]) -> Result<(), LedgerError> {
        for row in given {
            self.rises(row.post_id.as_str(), "", row.observed_at)?;
        }
        let rows = rows::posts(given, &self.batch)?;
        write_by_partition(self.table, &rows, &mut self.out)
    }

    /// What counters said.
    pub fn readings(&mut self, given: &[Reading]) -> Result<(), LedgerError> {
        for row in given {
            self.rises(row.post_id.as_str(), "", row.observed_at)?;
        }
        let rows = rows::readings(given, &self.batch)?;
        write_by_partition(self.table, &rows, &mut self.out)
    }

    /// Who was looked at, and what came of it.
    pub fn attempts(&mut self, given: &[Attempt]) -> Result<(), LedgerError> {
        for row in given {
            self.rises(row.account_id.as_str(), row.table.as_str(), row.attempted_at)?;
        }
        let rows = rows::attempts(given, &self.batch)?;
        write_by_partition(self.table, &rows, &mut self.out)
    }

    /// Closes the files and puts them in their place. They do not count before the commit.
    pub fn finish(self) -> Result<Written, LedgerError> {
        Ok(Written(self.out.finish(&self.root)?))
    }

    /// Refuses a key that is not above the one before.
    fn rises(&mut self, id: &str, more: &str, at: Instant) -> Result<(), LedgerError> {
        if let Some((last_id, last_more, last_at)) = &mut self.last {
            if (last_id.as_str(), last_more.as_str(), *last_at) >= (id, more, at) {
                return Err(LedgerError::NotInOrder {
                    table: self.table.as_str(),
                    key: format!("{id} {more} {at}"),
                    before: format!("{last_id} {last_more} {last_at}"),
                });
            }
            if last_id != id {
                id.clone_into(last_id);
            }
            if last_more != more {
                more.clone_into(last_more);
            }
            *last_at = at;
        } else {
            self.last = Some((id.to_owned(), more.to_owned(), at));
        }
        Ok(())
    }
}
