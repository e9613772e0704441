//! The ledger's posts cut into pieces of about the same size, each one platform's ids from one to the next: how many threads
//! take them makes no difference to what comes out.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::file::metadata::RowGroupMetaData;
use someasure_model::Table;

use crate::error::{At, LedgerError};
use crate::manifest::Ledger;

/// A file of the ledger, its footer read.
pub(super) struct Source {
    table: Table,
    pub(super) path: PathBuf,
    pub(super) metadata: ArrowReaderMetadata,
}

/// The posts of one platform whose ids lie from one to before another.
pub(super) struct Job {
    sources: Arc<[Source]>,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
}

impl Job {
    /// The files of a table that may have such posts, and in which row groups.
    pub(super) fn files(&self, table: Table) -> Vec<(&Source, Vec<usize>)> {
        let within = |group: &RowGroupMetaData| {
            let (least, most) = ids(group);
            let before = |text: &Option<String>| {
                text.as_deref().is_some_and(|text| most.is_some_and(|most| most < text.as_bytes()))
            };
            let after = |text: &Option<String>| {
                text.as_deref().is_some_and(|text| least.is_some_and(|least| least >= text.as_bytes()))
            };
            !before(&self.from) && !after(&self.until)
        };
        let files = self.sources.iter().filter(|source| source.table == table).map(|source| {
            let groups = source.metadata.metadata().row_groups().iter().enumerate();
            (source, groups.filter(|(_, group)| within(group)).map(|(at, _)| at).collect::<Vec<_>>())
        });
        files.filter(|(_, groups)| !groups.is_empty()).collect()
    }
}

/// The least and the greatest id of a row group, where the file says so.
fn ids(group: &RowGroupMetaData) -> (Option<&[u8]>, Option<&[u8]>) {
    let column = group.columns().iter().find(|column| column.column_path().string() == "post_id");
    let statistics = column.and_then(|column| column.statistics());
    (
        statistics.and_then(|statistics| statistics.min_bytes_opt()),
        statistics.and_then(|statistics| statistics.max_bytes_opt()),
    )
}

/// The pieces of about so many rows, by platform and id.
pub(super) fn jobs(ledger: &Ledger, piece: u64) -> Result<Vec<Job>, LedgerError> {
    let mut platforms: BTreeMap<&str, Vec<Source>> = BTreeMap::new();
    for entry in ledger.files().iter().filter(|file| matches!(file.table, Table::Post | Table::Reading)) {
        let path = ledger.path_of(entry);
        let file = File::open(&path).at(&path)?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
            .map_err(|error| LedgerError::of_file(error, &path))?;
        let platform = entry.partition.split('/').next().unwrap_or_default();
        platforms.entry(platform).or_default().push(Source { table: entry.table, path, metadata });
    }
    let mut jobs = Vec::new();
    for sources in platforms.into_values() {
        let sources: Arc<[Source]> = sources.into();
        let mut from = None;
        for until in cuts(&sources, piece).into_iter().map(Some).chain([None]) {
            jobs.push(Job {
                sources: sources.clone(),
                from: std::mem::replace(&mut from, until.clone()),
                until,
            });
        }
    }
    Ok(jobs)
}

/// The ids at which pieces end: those at which row groups begin, so that little is read twice.
fn cuts(sources: &[Source], piece: u64) -> Vec<String> {
    let groups = sources
        .iter()
        .filter(|source| source.table == Table::Post)
        .flat_map(|source| source.metadata.metadata().row_groups());
    let mut starts: Vec<(&str, u64)> = groups
        .filter_map(|group| {
            let least = std::str::from_utf8(ids(group).0?).ok()?;
            Some((least, u64::try_from(group.num_rows()).unwrap_or(0)))
        })
        .collect();
    starts.sort_unstable();
    let (mut cuts, mut rows) = (Vec::new(), 0);
    for (start, more) in starts {
        if rows >= piece && cuts.last().is_none_or(|last: &String| last.as_str() < start) {
            cuts.push(start.to_owned());
            rows = 0;
        }
        rows += more;
    }
    cuts
}
