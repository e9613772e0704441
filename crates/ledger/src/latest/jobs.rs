//! The ledger's posts cut into pieces of about the same size, each one platform's ids from one to the next: how many threads
//! take them makes no difference to what comes out. Each knows what its answer rests on.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use datafusion::parquet::file::metadata::RowGroupMetaData;
use datafusion::parquet::file::statistics::Statistics;
use sha2::{Digest, Sha256};
use someasure_model::{Instant, Table};

use crate::error::LedgerError;
use crate::hash::hex;
use crate::manifest::Ledger;
use crate::parquet::footer;

/// A file of the ledger, its footer read.
pub(super) struct Source {
    table: Table,
    pub(super) path: PathBuf,
    sha256: String,
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

    /// The hash of all that the piece's answer rests on: its ids, the row groups that may have them, and the instant, if
    /// anything was observed later.
    pub(super) fn asked(&self, as_at: Instant) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        };
        add(env!("CARGO_PKG_VERSION"));
        add(&format!("{:?} {:?}", self.from, self.until));
        let mut is_until_then = true;
        for table in [Table::Post, Table::Reading] {
            for (source, groups) in self.files(table) {
                add(table.as_str());
                add(&source.sha256);
                for at in groups {
                    add(&at.to_string());
                    let observed = instants(source.metadata.metadata().row_group(at), "observed_at");
                    is_until_then &= observed.is_some_and(|(_, latest)| latest <= as_at.micros());
                }
            }
        }
        if !is_until_then {
            add(&as_at.to_string());
        }
        hex(&hash.finalize())
    }
}

/// The first and the last instant of a column of a row group, in microseconds, where the file says so.
pub(crate) fn instants(group: &RowGroupMetaData, name: &str) -> Option<(i64, i64)> {
    let column = group.columns().iter().find(|column| column.column_path().string() == name)?;
    match column.statistics()? {
        Statistics::Int64(statistics) => statistics.min_opt().copied().zip(statistics.max_opt().copied()),
        _ => None,
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
        let metadata = footer(&path)?;
        let platform = entry.partition.split('/').next().unwrap_or_default();
        let sha256 = entry.sha256.clone();
        platforms.entry(platform).or_default().push(Source { table: entry.table, path, sha256, metadata });
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

/// The ids at which pieces end, some of those at which row groups begin: the more rows, the likelier. Whether an id is one
/// depends on its row group alone, so that what comes later moves no end.
fn cuts(sources: &[Source], piece: u64) -> Vec<String> {
    let groups = sources
        .iter()
        .filter(|source| source.table == Table::Post)
        .flat_map(|source| source.metadata.metadata().row_groups());
    let is_cut = |start: &str, rows: u64| {
        let digest = Sha256::digest(start);
        let chance = digest[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        chance % piece.max(1) < rows
    };
    let mut cuts: Vec<String> = groups
        .filter_map(|group| {
            let start = std::str::from_utf8(ids(group).0?).ok()?;
            is_cut(start, group.num_rows().unsigned_abs()).then(|| start.to_owned())
        })
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
