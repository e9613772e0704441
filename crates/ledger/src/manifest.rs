//! Which files count. The manifest is replaced in one rename, and that rename is the commit: files that it
//! does not name have never been there, and the next writer sweeps them away.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use someasure_model::Table;

use crate::error::{At, LedgerError};
use crate::hash::sha256;
use crate::kept;
use crate::memory;
use crate::schema::SCHEMA_VERSION;
use crate::storage;

/// One immutable Parquet file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its table.
    pub table: Table,
    /// Its partition: `<platform>/<year>`.
    pub partition: String,
    /// Path below the ledger, with '/'.
    pub path: String,
    /// Rows inside.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) schema_version: u32,
    /// Rises with every commit.
    pub(crate) generation: u64,
    /// Sorted.
    pub(crate) files: Vec<FileEntry>,
}

impl Manifest {
    /// As it stands in the file.
    fn bytes(&self, root: &Path) -> Result<Vec<u8>, LedgerError> {
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|error| LedgerError::Manifest { path: root.join(MANIFEST), why: error.to_string() })?;
        text.push(b'\n');
        Ok(text)
    }
}

/// How much of the machine queries may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Threads; at least one.
    pub threads: usize,
    /// Bytes of memory. What queries need beyond that is spilled to disk, up to a few times as much, and then they fail.
    /// `None`: no limit.
    pub memory_bytes: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: Some(memory::half()),
        }
    }
}

/// A ledger as it was when it was opened. Later commits do not change what it reads.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) root: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) limits: Limits,
    /// Whether nothing that was answered before is believed.
    pub(crate) afresh: bool,
    /// Shared with other readers; keeps files that a later commit replaced from being removed.
    _reading: Option<File>,
}

const MANIFEST: &str = "manifest.json";

/// Until the first commit this mark says that files without a manifest are leftovers, and that nobody has
/// lost the manifest.
const FIRST: &str = "new";

impl Ledger {
    /// Opens the ledger below `root` for reading. A directory that does not exist is an empty ledger; one
    /// that holds files and no manifest is refused, since an empty ledger would be believed.
    pub fn open(root: &Path, limits: Limits) -> Result<Self, LedgerError> {
        let reading = fs::exists(root)
            .unwrap_or(false)
            .then(|| {
                storage::lock_file(&root.join("readers.lock"))
                    .and_then(|file| file.lock_shared().map(|()| file))
            })
            .transpose()
            .ok()
            .flatten();
        let mut manifest = load(root)?;
        if manifest.generation == 0 && !root.join(FIRST).exists() {
            let files = orphans(root, &manifest)?.len();
            // The first commit may have come in between: only then is there a manifest now.
            manifest = load(root)?;
            if manifest.generation == 0 && files > 0 {
                return Err(LedgerError::ManifestMissing { path: root.join(MANIFEST), files });
            }
        }
        Ok(Self { root: root.to_owned(), manifest, limits, afresh: false, _reading: reading })
    }

    /// The same, of which everything is answered from the sources: what was kept of earlier answers must be the same.
    #[must_use]
    pub fn afresh(self) -> Self {
        Self { afresh: true, ..self }
    }

    /// How much of the machine its queries may use.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The files that count, sorted.
    pub fn files(&self) -> &[FileEntry] {
        &self.manifest.files
    }

    /// Where a file lies.
    pub fn path_of(&self, entry: &FileEntry) -> PathBuf {
        self.root.join(&entry.path)
    }

    /// SHA-256 and length of the manifest, which has the hash of every file; `None` before the first commit.
    pub fn fingerprint(&self) -> Result<Option<(String, u64)>, LedgerError> {
        if self.manifest.generation == 0 {
            return Ok(None);
        }
        let bytes = self.manifest.bytes(&self.root)?;
        Ok(Some((sha256(&bytes), bytes.len() as u64)))
    }

    /// Rows in a table.
    pub fn rows(&self, table: Table) -> u64 {
        self.manifest.files.iter().filter(|file| file.table == table).map(|file| file.rows).sum()
    }
}

fn load(root: &Path) -> Result<Manifest, LedgerError> {
    let path = root.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Manifest { schema_version: SCHEMA_VERSION, generation: 0, files: Vec::new() });
        }
        Err(source) => return Err(LedgerError::Io { path, source }),
    };
    let broken = |why: String| LedgerError::Manifest { path: path.clone(), why };
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    let found = value.get("schema_version").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if found > u64::from(SCHEMA_VERSION) {
        return Err(LedgerError::TooNew {
            found: u32::try_from(found).unwrap_or(u32::MAX),
            known: SCHEMA_VERSION,
        });
    }
    let manifest: Manifest = serde_json::from_value(value).map_err(|error| broken(error.to_string()))?;
    for file in &manifest.files {
        let inside =
            !file.path.is_empty() && file.path.split('/').all(|part| !part.is_empty() && part != "..");
        if !inside {
            return Err(broken(format!("'{}' is not a path inside the ledger", file.path)));
        }
    }
    Ok(manifest)
}

/// The one writer of a ledger. The lock is the system's: it ends with the process, however that ends.
#[derive(Debug)]
pub struct Writer {
    pub(crate) root: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) limits: Limits,
    _lock: File,
}

impl Writer {
    /// Takes the lock and sweeps away what an interrupted run left behind. Makes the directory if there
    /// is none.
    pub fn open(root: &Path, limits: Limits) -> Result<Self, LedgerError> {
        storage::create_directory(root).at(root)?;
        let lock_path = root.join("writer.lock");
        let Some(lock) = storage::try_lock(&lock_path).at(&lock_path)? else {
            return Err(LedgerError::Locked { path: root.to_owned() });
        };
        let manifest = load(root)?;
        let writer = Self { root: root.to_owned(), manifest, limits, _lock: lock };
        let first = root.join(FIRST);
        let orphans = writer.orphans()?.len();
        if writer.manifest.generation == 0 && orphans > 0 && !first.exists() {
            return Err(LedgerError::ManifestMissing { path: root.join(MANIFEST), files: orphans });
        }
        // A manifest that does not fit its files is somebody's mistake: what it does not name may be all
        // that there is, so nothing is swept.
        if let Some(missing) = writer.manifest.files.iter().find(|file| !root.join(&file.path).is_file()) {
            return Err(LedgerError::FileMissing { path: root.join(&missing.path) });
        }
        // Sweeping comes before the first byte is written: the disk may be full of leftovers.
        storage::remove_unfinished(root).at(root)?;
        let rejects = root.join("rejects");
        storage::remove_unfinished(&rejects).at(&rejects)?;
        writer.clear_staging()?;
        writer.sweep()?;
        match (writer.manifest.generation, first.exists()) {
            (0, false) => storage::write_file(&first, b"").at(&first)?,
            (1.., true) => fs::remove_file(&first).at(&first)?,
            _ => {}
        }
        Ok(writer)
    }

    /// The ledger as it is now, for reading while the lock is held.
    pub fn reader(&self) -> Ledger {
        Ledger {
            root: self.root.clone(),
            manifest: self.manifest.clone(),
            limits: self.limits,
            afresh: false,
            _reading: None,
        }
    }

    /// Where new files are written before they take their place.
    pub(crate) fn staging(&self) -> PathBuf {
        self.root.join(".staging")
    }

    /// Makes `files` the truth in one rename, then removes what no longer counts.
    pub(crate) fn commit(&mut self, mut files: Vec<FileEntry>) -> Result<(), LedgerError> {
        files.sort();
        if self.manifest.generation > 0 && files == self.manifest.files {
            // What is read again and is there already changes no byte.
            return self.sweep();
        }
        let next =
            Manifest { schema_version: SCHEMA_VERSION, generation: self.manifest.generation + 1, files };
        let path = self.root.join(MANIFEST);
        storage::write_file(&path, &next.bytes(&self.root)?).at(&path)?;
        self.manifest = next;
        let _ = fs::remove_file(self.root.join(FIRST));
        self.sweep()
    }

    /// Removes Parquet files that the manifest does not name, unless somebody may still be reading them.
    pub(crate) fn sweep(&self) -> Result<(), LedgerError> {
        let path = self.root.join("readers.lock");
        match storage::try_lock(&path).at(&path)? {
            Some(_nobody_reads) => self.remove_orphans(),
            None => Ok(()),
        }
    }

    /// Waits until nobody reads, then removes every file that no longer counts. Erasure is physical.
    pub(crate) fn sweep_for_good(&self) -> Result<(), LedgerError> {
        let path = self.root.join("readers.lock");
        let lock = storage::lock_file(&path).at(&path)?;
        lock.lock().at(&path)?;
        self.remove_orphans()
    }

    fn remove_orphans(&self) -> Result<(), LedgerError> {
        let mut directories = BTreeSet::new();
        let orphans = self.orphans()?;
        // Before they go: what was made from them must not outlive them.
        if !orphans.is_empty() {
            kept::forget(&self.root)?;
        }
        for path in orphans {
            fs::remove_file(&path).at(&path)?;
            directories.extend(path.parent().map(Path::to_owned));
        }
        // What is gone stays gone when the power fails.
        for directory in directories {
            storage::sync_directory(&directory).at(&directory)?;
        }
        self.clear_staging()
    }

    /// Nobody but the writer looks into the staging directory.
    fn clear_staging(&self) -> Result<(), LedgerError> {
        let staging = self.staging();
        match fs::remove_dir_all(&staging) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).at(&staging),
            _ => Ok(()),
        }
    }

    fn orphans(&self) -> Result<Vec<PathBuf>, LedgerError> {
        orphans(&self.root, &self.manifest)
    }
}

/// Parquet files that the manifest does not name.
fn orphans(root: &Path, manifest: &Manifest) -> Result<Vec<PathBuf>, LedgerError> {
    let named: BTreeSet<PathBuf> = manifest.files.iter().map(|file| root.join(&file.path)).collect();
    let mut orphans = Vec::new();
    for table in Table::ALL {
        let directory = root.join(table.as_str());
        let files = storage::files_below(&directory, "parquet").at(&directory)?;
        orphans.extend(files.into_iter().filter(|path| !named.contains(path)));
    }
    Ok(orphans)
}
