//! Whether the files are those that were written. The manifest has every file's length and hash; a flipped bit that
//! Parquet does not notice would be published as a figure.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::hash::sha256_of_file;
use crate::manifest::{FileEntry, Ledger};

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// At the lengths: costs nothing.
    Lengths,
    /// At every byte: one to three seconds for each gigabyte and core.
    Bytes,
}

impl Ledger {
    /// What is wrong with its files, one sentence each, in the manifest's order.
    pub fn damage(&self, look: Look) -> Vec<String> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut found = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = self.files().get(at) else { return found };
                found.extend(self.damage_of(file, look).map(|damage| (at, damage)));
            }
        };
        let threads = if look == Look::Bytes { self.limits.threads.min(self.files().len()) } else { 1 };
        let mut found: Vec<(usize, String)> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut found = work();
            for other in others {
                found.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            found
        });
        found.sort();
        found.into_iter().map(|(_, damage)| damage).collect()
    }

    fn damage_of(&self, file: &FileEntry, look: Look) -> Option<String> {
        let path = self.path_of(file);
        let what = match fs::metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                ": the manifest names it, and it is not there".to_owned()
            }
            Err(error) => format!(" cannot be read ({error})"),
            Ok(metadata) if metadata.len() != file.bytes => {
                format!(": {} bytes long, and the manifest says {}", metadata.len(), file.bytes)
            }
            Ok(_) if look == Look::Lengths => return None,
            Ok(_) => match sha256_of_file(&path) {
                Ok(hash) if hash == file.sha256 => return None,
                Ok(_) => " has changed since it was written".to_owned(),
                Err(error) => format!(" cannot be read ({error})"),
            },
        };
        Some(format!("ledger/{}{what}; restore it from a backup", file.path))
    }
}
