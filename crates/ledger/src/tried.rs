//! All attempts, as coverage. There is one for each account, table and day; what they say together takes a few an account. That
//! is kept beside the ledger, so that only files which came since are read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use someasure_model::{AccountId, Attempt, Instant, Table};

use crate::coverage::Coverage;
use crate::engine::Engine;
use crate::error::LedgerError;
use crate::hash::hex;
use crate::kept::Kept;
use crate::latest::instants;
use crate::manifest::{FileEntry, Ledger};
use crate::out::Out;
use crate::parquet::footer;
use crate::rows::{attempts, read_attempts};
use crate::schema::schema;

/// Kind of what is kept, with the version of what it means.
const KIND: &str = "tried2";

const ATTEMPTS: &str = "SELECT account_id, \"table\", attempted_at, covers_from, covers_to, truncated, outcome, detail, \"rows\" \
                        FROM ledger_attempt";

/// Attempts that are held until they are written.
const BLOCK: usize = 16_384;

/// What was tried until an instant.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// By the ids that attempts have: provisional ones too.
    pub(crate) coverage: Coverage,
    /// Who was tried later.
    pub(crate) later: BTreeSet<AccountId>,
}

impl Ledger {
    /// What was tried until `as_at`.
    pub(crate) fn tried(&self, kept: &Kept, as_at: Instant) -> Result<Tried, LedgerError> {
        let mut files: Vec<&FileEntry> =
            self.files().iter().filter(|file| file.table == Table::Attempt).collect();
        // In the order in which they came: then what was there before is the beginning of what is there now.
        files.sort_by_key(|file| (file.path.rsplit('/').next(), &file.path));
        let mut until_then = Vec::new();
        let mut mixed = Vec::new();
        for file in files {
            let path = self.path_of(file);
            if latest_attempt(&path)?.is_some_and(|latest| latest <= as_at) {
                until_then.push((file, path));
            } else {
                mixed.push(path);
            }
        }
        let mut tried = Tried { coverage: self.condensed(kept, &until_then)?, ..Tried::default() };
        for part in self.read_tried(&mixed, as_at)? {
            tried.coverage.absorb(part.coverage);
            tried.later.extend(part.later);
        }
        Ok(tried)
    }

    /// The coverage that these files tell, from what is kept of the first of them and the others.
    fn condensed(&self, kept: &Kept, files: &[(&FileEntry, PathBuf)]) -> Result<Coverage, LedgerError> {
        let mut hash = Sha256::new();
        let asked: Vec<String> = files
            .iter()
            .map(|(file, _)| {
                hash.update(&file.sha256);
                hex(&hash.clone().finalize())
            })
            .collect();
        let mut paths = Vec::new();
        let mut known = 0;
        for (at, asked) in asked.iter().enumerate().rev() {
            if let Some(path) = kept.find(KIND, asked)? {
                paths.push(path);
                known = at + 1;
                break;
            }
        }
        paths.extend(files[known..].iter().map(|(_, path)| path.clone()));
        let mut coverage = Coverage::default();
        for part in self.read_tried(&paths, Instant::from_micros(i64::MAX))? {
            coverage.absorb(part.coverage);
        }
        let Some(asked) = asked.last().filter(|_| known < files.len()) else { return Ok(coverage) };
        let mut out = Out::new(kept.beside(KIND, asked), schema(Table::Attempt))?;
        let all: Vec<Attempt> = coverage.condensed().collect();
        for block in all.chunks(BLOCK) {
            out.write(&attempts(block, "")?)?;
        }
        let path = kept.keep(KIND, asked, &out.close()?)?;
        kept.only(KIND, &[path])?;
        Ok(coverage)
    }

    /// What each thread read of the attempts of some files.
    fn read_tried(&self, paths: &[PathBuf], as_at: Instant) -> Result<Vec<Tried>, LedgerError> {
        let engine = Engine::new(self.limits)?;
        engine.register_paths("ledger_attempt", schema(Table::Attempt), paths)?;
        engine.stream_parts(ATTEMPTS, Tried::default, |tried, batch| {
            read_attempts(&batch, &mut |attempt| {
                if attempt.attempted_at > as_at {
                    tried.later.insert(attempt.account_id);
                } else {
                    tried.coverage.add(attempt);
                }
            })
        })
    }
}

/// The latest attempt of a file, where the file says so.
fn latest_attempt(path: &Path) -> Result<Option<Instant>, LedgerError> {
    let metadata = footer(path)?;
    let groups = metadata.metadata().row_groups().iter();
    let spans: Option<Vec<(i64, i64)>> = groups.map(|group| instants(group, "attempted_at")).collect();
    let latest = spans.and_then(|spans| spans.into_iter().map(|(_, latest)| latest).max());
    Ok(latest.map(Instant::from_micros))
}
