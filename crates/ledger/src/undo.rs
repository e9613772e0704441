//! Taking a batch back: every row that came from it leaves its file, in one commit, as if it had never been
//! imported. What another batch said as well was not stored twice, so it goes too; that batch must not go on
//! claiming to cover what it no longer has: such claims are withdrawn, and it is named, to be imported again.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::compute::filter_record_batch;
use someasure_model::Table;

use crate::error::LedgerError;
use crate::manifest::{FileEntry, Ledger, Writer};
use crate::rows::{Counts, Texts};

/// What was taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// Rows removed, by table.
    pub rows: BTreeMap<Table, u64>,
    /// Other batches that had found rows there already which are gone now: their claims to cover those accounts are
    /// withdrawn until they are imported again.
    pub leaning: BTreeSet<String>,
}

/// Batch, account and table of a claim.
type Claim = (String, String, String);

impl Writer {
    /// Removes every row of these batches. Waits for readers, so that the bytes are gone when it returns.
    pub fn undo(&mut self, batches: &BTreeSet<String>) -> Result<Undone, LedgerError> {
        let claims = self.reader().leaning_on(batches)?;
        let mut undone =
            Undone { leaning: claims.iter().map(|(batch, ..)| batch.clone()).collect(), ..Undone::default() };
        let mut files = Vec::new();
        for file in self.manifest.files.clone() {
            match self.without_batches(&file, batches, &claims, &mut undone)? {
                None => files.push(file),
                Some(rest) => files.extend(rest),
            }
        }
        if files != self.manifest.files {
            self.commit(files)?;
        }
        self.sweep_for_good()?;
        Ok(undone)
    }

    /// The file's rows without those of the batches, as new files; `None` when nothing changes.
    fn without_batches(
        &self,
        file: &FileEntry,
        batches: &BTreeSet<String>,
        claims: &BTreeSet<Claim>,
        undone: &mut Undone,
    ) -> Result<Option<Vec<FileEntry>>, LedgerError> {
        let claimed = file.table == Table::Attempt && !claims.is_empty();
        if !claimed && !self.names_one(file, &["batch"], |name| batches.contains(name))? {
            return Ok(None);
        }
        self.rewritten(file, "undone", |rows| {
            let batch = Texts::of(rows, "batch")?;
            let subject = claimed
                .then(|| Ok::<_, LedgerError>((Texts::of(rows, "account_id")?, Texts::of(rows, "table")?)))
                .transpose()?;
            let keep = (0..rows.num_rows()).map(|row| {
                let name = batch.get(row).unwrap_or_default();
                let withdrawn = subject.as_ref().is_some_and(|(account, table)| {
                    let text = |column: &Texts| column.get(row).unwrap_or_default().to_owned();
                    claims.contains(&(name.to_owned(), text(account), text(table)))
                });
                Some(!withdrawn && !batches.contains(name))
            });
            let rest = filter_record_batch(rows, &BooleanArray::from_iter(keep))?;
            let gone = (rows.num_rows() - rest.num_rows()) as u64;
            if gone > 0 {
                *undone.rows.entry(file.table).or_default() += gone;
            }
            Ok((gone > 0).then_some(rest))
        })
    }
}

impl Ledger {
    /// Rows of each batch, by table.
    pub fn rows_of_batches(&self) -> Result<BTreeMap<String, BTreeMap<Table, u64>>, LedgerError> {
        let mut found: BTreeMap<String, BTreeMap<Table, u64>> = BTreeMap::new();
        for table in Table::ALL.into_iter().filter(|table| *table != Table::Batch) {
            let engine = self.engine(self.limits, &[table])?;
            let sql = format!("SELECT batch, count(*) AS n FROM ledger_{} GROUP BY batch", table.as_str());
            engine.stream(&sql, |rows| {
                let (batch, n) = (Texts::of(&rows, "batch")?, Counts::of(&rows, "n")?);
                for row in 0..rows.num_rows() {
                    let n = n.get(row).and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
                    found.entry(batch.get(row).unwrap_or_default().to_owned()).or_default().insert(table, n);
                }
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// Claims of other batches about the accounts of these, with more rows than they brought themselves.
    fn leaning_on(&self, batches: &BTreeSet<String>) -> Result<BTreeSet<Claim>, LedgerError> {
        let tables = [Table::Attempt, Table::Observation, Table::Post, Table::Reading];
        let engine = self.engine(self.limits, &tables)?;
        let names: Vec<String> =
            batches.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
        let sql = include_str!("leaning.sql").replace("{batches}", &names.join(", "));
        let mut claims = BTreeSet::new();
        engine.stream(&sql, |rows| {
            let columns =
                [Texts::of(&rows, "batch")?, Texts::of(&rows, "account_id")?, Texts::of(&rows, "table")?];
            for row in 0..rows.num_rows() {
                let [batch, account, table] =
                    columns.each_ref().map(|column| column.get(row).unwrap_or_default().to_owned());
                claims.insert((batch, account, table));
            }
            Ok(())
        })?;
        Ok(claims)
    }
}
