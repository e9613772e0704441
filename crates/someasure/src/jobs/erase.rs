//! Forgetting an account: first the private list, so that nothing brings it back; then the register, the
//! ledger and the rejected rows. Interrupted, it is finished by running it again.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use someasure_ledger::storage::write_file;
use someasure_ledger::{Erased, Ledger, Writer};
use someasure_model::{AccountId, Instant};
use someasure_register::{erase, write};

use crate::failure::{Failure, Outcome};
use crate::folder::Folder;

/// What was taken away.
#[derive(Debug)]
pub(crate) struct Forgotten {
    pub(crate) ids: Vec<AccountId>,
    pub(crate) register_rows: usize,
    pub(crate) ledger: Erased,
    pub(crate) rejected_rows: u64,
}

/// Every id by which the register and the ledger know the account.
pub(crate) fn ids_of(folder: &Folder, ledger: &Ledger, account: &AccountId) -> Outcome<BTreeSet<AccountId>> {
    let mut ids: BTreeSet<AccountId> =
        someasure_register::known_as(&folder.loaded.register, account).into_iter().chain([account.clone()]).collect();
    let handles = ledger.handles()?;
    loop {
        let before = ids.len();
        for (handle, id) in &handles {
            let provisional = AccountId::provisional(&id.platform(), handle);
            let one_account = handles.iter().filter(|(other, known)| other == handle && known.platform() == id.platform()).count() == 1;
            if ids.contains(id) {
                ids.insert(provisional);
            } else if ids.contains(&provisional) && one_account {
                ids.insert(id.clone());
            }
        }
        if ids.len() == before {
            return Ok(ids);
        }
    }
}

/// Forgets the account, and finishes whatever an interrupted run left of others on the list.
pub(crate) fn run(folder: &mut Folder, account: &AccountId, threads: Option<usize>, now: Instant) -> Outcome<Forgotten> {
    for file in ["accounts.csv", "evidence.csv", "objections.csv"] {
        if folder.root.join("register").join(file).exists() && !folder.loaded.may_rewrite(file) {
            return Err(Failure::wrong_data(format!(
                "register/{file} has errors; run `someasure check` and mend them first, so that no row is lost"
            )));
        }
    }
    let mut writer = Writer::open(&folder.ledger_path(), folder.limits(threads))?;
    let ids = ids_of(folder, &writer.reader(), account)?;
    let mut register_rows = 0;
    let loaded = &mut folder.loaded;
    for id in &ids {
        let erased = erase(&mut loaded.register, &mut loaded.margins, id, now);
        register_rows += erased.accounts + erased.evidence;
    }
    let directory = folder.root.join("register");
    let place = |name: &str, bytes: Vec<u8>| -> anyhow::Result<()> {
        let path = directory.join(name);
        write_file(&path, &bytes).with_context(|| path.display().to_string())
    };
    // The list comes first: from here on the account cannot come back.
    place("objections.csv", write::objections(&loaded.register.objections, &loaded.margins.objections))?;
    place("accounts.csv", write::accounts(&loaded.register.accounts, &loaded.margins.accounts))?;
    if directory.join("evidence.csv").exists() {
        place("evidence.csv", write::evidence(&loaded.register.evidence, &loaded.margins.evidence))?;
    }
    let all: BTreeSet<AccountId> = folder.suppressed();
    let names: BTreeSet<String> = all
        .iter()
        .filter_map(|id| id.as_str().split_once(':').map(|(_, rest)| rest.trim_start_matches('@').to_lowercase()))
        .collect();
    let ledger = writer.erase(&all, &names)?;
    let rejected_rows = forget_rejects(&folder.ledger_path().join("rejects"), &names)?;
    Ok(Forgotten { ids: ids.into_iter().collect(), register_rows, ledger, rejected_rows })
}

/// Rejected rows may hold what must be forgotten: those that name the account go.
fn forget_rejects(directory: &Path, names: &BTreeSet<String>) -> Outcome<u64> {
    let mut removed = 0;
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(_) => return Ok(0),
    };
    for entry in entries {
        let path = entry.with_context(|| directory.display().to_string())?.path();
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let at = || path.display().to_string();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path).with_context(at)?;
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let mut gone = 0;
        for record in reader.byte_records() {
            let record = record.with_context(at)?;
            if record.iter().any(|field| names_one(&String::from_utf8_lossy(field), names)) {
                gone += 1;
            } else {
                writer.write_byte_record(&record).with_context(at)?;
            }
        }
        if gone > 0 {
            removed += gone;
            write_file(&path, &writer.into_inner().context("rejects")?).with_context(at)?;
        }
    }
    Ok(removed)
}

/// Whether a text holds one of the names as a word of its own.
fn names_one(text: &str, names: &BTreeSet<String>) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || "_.:-/".contains(c)))
        .any(|word| names.contains(&word.trim_matches(|c| ".:-/".contains(c)).to_lowercase()))
}
