//! What was answered before and still holds. A file is named by the hash of all that its answer rests on, and by the hash of
//! its bytes: what rests on something else is not found, what was damaged is not believed. Nothing here is a source: it can
//! be taken away at any time, and is made again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::error::{At, LedgerError};
use crate::hash::sha256_of_file;
use crate::storage;

/// Where the ledger has it.
const KEPT: &str = "kept";

/// How much of a hash stands in a name.
const DIGITS: usize = 32;

/// Answers of one kind each: `<kind>-<what it rests on>-<its bytes>.parquet`.
#[derive(Debug)]
pub(crate) struct Kept {
    directory: PathBuf,
    /// The names of the files that are there.
    names: Mutex<BTreeSet<String>>,
    /// Nobody else takes away or adds as long as it is held.
    _lock: Option<File>,
    _passing: Option<TempDir>,
    afresh: bool,
}

impl Kept {
    /// Beside the ledger; for the time being only, where there is no ledger, another run has it or nothing can be written.
    /// `afresh`: nothing is found, and what is there already must be the same.
    pub(crate) fn open(ledger: &Path, afresh: bool) -> Result<Self, LedgerError> {
        let directory = ledger.join(KEPT);
        let held = || {
            storage::create_directory(&directory)?;
            storage::try_lock(&directory.join("run.lock"))
        };
        if ledger.is_dir()
            && let Ok(Some(lock)) = held()
        {
            // What an interrupted run did not finish holds copies of posts, and may never be asked again.
            storage::remove_unfinished(&directory).at(&directory)?;
            let there = storage::files_below(&directory, "parquet").at(&directory)?;
            let names =
                there.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
            let names = Mutex::new(names.collect());
            return Ok(Self { directory, names, _lock: Some(lock), _passing: None, afresh });
        }
        let passing = TempDir::new().at(Path::new("a temporary directory"))?;
        let (directory, names) = (passing.path().to_owned(), Mutex::default());
        Ok(Self { directory, names, _lock: None, _passing: Some(passing), afresh })
    }

    /// The answer to what was asked before, if its bytes are those that were written.
    pub(crate) fn find(&self, kind: &str, asked: &str) -> Result<Option<PathBuf>, LedgerError> {
        if self.afresh {
            return Ok(None);
        }
        let Some(path) = self.of(&begins(kind, asked)).pop() else { return Ok(None) };
        let is_whole = sha256_of_file(&path).at(&path)?[..DIGITS] == *Self::content(&path);
        Ok(is_whole.then_some(path))
    }

    /// What a file's name says of its bytes.
    pub(crate) fn content(path: &Path) -> String {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        stem.rsplit('-').next().unwrap_or_default().to_owned()
    }

    /// Where an answer is written before it is kept.
    pub(crate) fn beside(&self, kind: &str, asked: &str) -> PathBuf {
        self.directory.join(format!(".{}.part", begins(kind, asked)))
    }

    /// Keeps what was written beside.
    pub(crate) fn keep(&self, kind: &str, asked: &str, sha256: &str) -> Result<PathBuf, LedgerError> {
        let name = format!("{}{}.parquet", begins(kind, asked), &sha256[..DIGITS]);
        let path = self.directory.join(name);
        for other in self.of(&begins(kind, asked)).into_iter().filter(|other| *other != path) {
            if self.afresh && sha256_of_file(&other).at(&other)?[..DIGITS] == *Self::content(&other) {
                return Err(LedgerError::NotTheSame { path: other });
            }
            self.remove(&other)?;
        }
        let beside = self.beside(kind, asked);
        fs::rename(&beside, &path).at(&path)?;
        self.names().extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        Ok(path)
    }

    /// Takes away all others of a kind.
    pub(crate) fn only(&self, kind: &str, paths: &[PathBuf]) -> Result<(), LedgerError> {
        let used: BTreeSet<&PathBuf> = paths.iter().collect();
        for path in self.of(&format!("{kind}-")).iter().filter(|path| !used.contains(path)) {
            self.remove(path)?;
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), LedgerError> {
        fs::remove_file(path).at(path)?;
        path.file_name().map(|name| self.names().remove(&*name.to_string_lossy()));
        Ok(())
    }

    /// The files whose names begin so, sorted.
    fn of(&self, begins: &str) -> Vec<PathBuf> {
        let names = self.names();
        let of = names.range(begins.to_owned()..).take_while(|name| name.starts_with(begins));
        of.map(|name| self.directory.join(name)).collect()
    }

    fn names(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the name of an answer begins.
fn begins(kind: &str, asked: &str) -> String {
    format!("{kind}-{}-", &asked[..DIGITS])
}

/// Takes everything away: some of what it was made from is gone for good.
pub(crate) fn forget(ledger: &Path) -> Result<(), LedgerError> {
    let directory = ledger.join(KEPT);
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).at(&directory),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::sha256;

    fn kept(ledger: &Path, asked: &str, bytes: &[u8], afresh: bool) -> Result<PathBuf, LedgerError> {
        let kept = Kept::open(ledger, afresh)?;
        let beside = kept.beside("sum", asked);
        fs::write(&beside, bytes).at(&beside)?;
        kept.keep("sum", asked, &sha256(bytes))
    }

    #[test]
    fn what_rests_on_something_else_is_not_found_and_what_was_damaged_is_not_believed() {
        let ledger = tempfile::tempdir().unwrap();
        let [one, two] = [sha256(b"one"), sha256(b"two")];
        let path = kept(ledger.path(), &one, b"1", false).unwrap();
        let find = |asked: &str| Kept::open(ledger.path(), false).unwrap().find("sum", asked).unwrap();
        assert_eq!(find(&one), Some(path.clone()));
        assert_eq!(find(&two), None);
        fs::write(&path, b"2").unwrap();
        assert_eq!(find(&one), None);
        // Answered again, it takes the place of the damaged one.
        assert_eq!(kept(ledger.path(), &one, b"1", true).unwrap(), path);
        assert_eq!(find(&one), Some(path));
    }

    #[test]
    fn what_is_answered_afresh_is_not_looked_up_and_must_be_what_was_kept() {
        let ledger = tempfile::tempdir().unwrap();
        let asked = sha256(b"one");
        let path = kept(ledger.path(), &asked, b"1", false).unwrap();
        let afresh = Kept::open(ledger.path(), true).unwrap();
        assert_eq!(afresh.find("sum", &asked).unwrap(), None);
        drop(afresh);
        assert_eq!(kept(ledger.path(), &asked, b"1", true).unwrap(), path);
        let refused = kept(ledger.path(), &asked, b"2", true).unwrap_err().to_string();
        assert!(refused.contains("something else"), "{refused}");
    }

    #[test]
    fn a_second_run_and_a_folder_without_a_ledger_keep_nothing() {
        let ledger = tempfile::tempdir().unwrap();
        let first = Kept::open(ledger.path(), false).unwrap();
        let second = Kept::open(ledger.path(), false).unwrap();
        assert_ne!(first.directory, second.directory);
        let nowhere = ledger.path().join("nowhere");
        Kept::open(&nowhere, false).unwrap();
        assert!(!nowhere.exists());
    }

    #[test]
    fn what_an_interrupted_run_left_half_made_goes_with_the_next() {
        let ledger = tempfile::tempdir().unwrap();
        let half = Kept::open(ledger.path(), false).unwrap().beside("sum", &sha256(b"one"));
        fs::write(&half, b"1").unwrap();
        Kept::open(ledger.path(), false).unwrap();
        assert!(!half.exists());
    }

    #[test]
    fn others_of_a_kind_go_and_other_kinds_stay() {
        let ledger = tempfile::tempdir().unwrap();
        let [one, two] = [sha256(b"one"), sha256(b"two")];
        kept(ledger.path(), &one, b"1", false).unwrap();
        let path = kept(ledger.path(), &two, b"2", false).unwrap();
        let kept = Kept::open(ledger.path(), false).unwrap();
        kept.only("summit", &[]).unwrap();
        kept.only("sum", std::slice::from_ref(&path)).unwrap();
        assert_eq!(kept.of(""), [path]);
    }
}
