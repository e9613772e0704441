//! Taking imports back: the ledger first, in one commit, then the rows that were rejected. Interrupted, it is finished by
//! running it again.

use std::collections::BTreeSet;

use anyhow::Context;
use someasure_ledger::Undone;
use someasure_ledger::storage::sync_directory_of;
use someasure_model::Batch;

use crate::failure::Outcome;
use crate::folder::Folder;
use crate::jobs::import::open_writer;

/// What was taken back, and which batches were there.
#[derive(Debug)]
pub(crate) struct TakenBack {
    pub(crate) undone: Undone,
    pub(crate) batches: Vec<Batch>,
    /// To be imported again with --again.
    pub(crate) leaning: Vec<Batch>,
}

/// Takes back everything that came from these batches.
pub(crate) fn run(folder: &Folder, batches: &BTreeSet<String>, threads: Option<usize>) -> Outcome<TakenBack> {
    let mut writer = open_writer(folder, threads)?;
    let known = writer.reader().batches()?;
    let undone = writer.undo(batches)?;
    for batch in batches {
        let path = folder.ledger_path().join("rejects").join(format!("{batch}.csv"));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            other => {
                other.and_then(|()| sync_directory_of(&path)).with_context(|| path.display().to_string())?
            }
        }
    }
    let among = |names: &BTreeSet<String>| {
        known.iter().filter(|batch| names.contains(&batch.batch)).cloned().collect::<Vec<_>>()
    };
    Ok(TakenBack { batches: among(batches), leaning: among(&undone.leaning), undone })
}
