//! Forgetting an account: first the private list, so that nothing brings it back; then the register, the rejected rows,
//! the words that imported stories keep, and the ledger. Interrupted, it is finished by running it again. Posts that were
//! deleted are forgotten the same way, but for the mark that there was one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use someasure_collect::files::Bad;
use someasure_ledger::storage::{remove_unfinished, write_file};
use someasure_ledger::{Erased, Ledger, Writer};
use someasure_model::{AccountId, Instant, PostId};
use someasure_register::{erase, write};

use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::jobs::import::open_writer;
use crate::jobs::stories;
use crate::publish::remove_unfinished_editions;

/// What was taken away.
#[derive(Debug)]
pub(crate) struct Forgotten {
    pub(crate) ids: Vec<AccountId>,
    pub(crate) register_rows: usize,
    pub(crate) ledger: Erased,
    pub(crate) rejected_rows: u64,
    /// Posts whose words were kept beside imported stories.
    pub(crate) kept_words: u64,
    /// Lines that people wrote and that still name it, by file: only a person can mend them.
    pub(crate) still_named: BTreeMap<String, Vec<usize>>,
    /// Handles that it had and another account too: to put them on the list would suppress that one.
    pub(crate) of_others: Vec<AccountId>,
}

/// Every id by which the register and the ledger know the account.
pub(crate) fn ids_of(folder: &Folder, ledger: &Ledger, account: &AccountId) -> Outcome<BTreeSet<AccountId>> {
    let mut ids: BTreeSet<AccountId> = someasure_register::known_as(&folder.loaded.register, account)
        .into_iter()
        .chain([account.clone()])
        .collect();
    // A handle that register and ledger know of two accounts leads nowhere: the other one did not object.
    let mut owners: BTreeMap<AccountId, BTreeSet<AccountId>> = BTreeMap::new();
    let registered = folder
        .loaded
        .register
        .accounts
        .iter()
        .filter_map(|row| Some((row.handle.clone()?, row.account_id.clone()?)));
    for (handle, id) in ledger.handles()?.into_iter().chain(registered).filter(|(_, id)| !id.is_provisional())
    {
        owners.entry(AccountId::provisional(&id.platform(), &handle)).or_default().insert(id);
    }
    let of_one = |(handle, ids): (AccountId, BTreeSet<AccountId>)| {
        let mut ids = ids.into_iter();
        ids.next().filter(|_| ids.next().is_none()).map(|id| (handle, id))
    };
    let pairs: Vec<(AccountId, AccountId)> = owners.into_iter().filter_map(of_one).collect();
    loop {
        let before = ids.len();
        for (provisional, id) in &pairs {
            if ids.contains(id) {
                ids.insert(provisional.clone());
            } else if ids.contains(provisional) {
                ids.insert(id.clone());
            }
        }
        if ids.len() == before {
            return Ok(ids);
        }
    }
}

/// Forgets the account, and finishes whatever an interrupted run left of others on the list.
pub(crate) fn run(
    folder: &mut Folder,
    account: &AccountId,
    threads: Option<usize>,
    now: Instant,
) -> Outcome<Forgotten> {
    let mut writer = open_writer(folder, threads)?;
    // What somebody else wrote until we had the lock must not be written over.
    folder.loaded = someasure_register::load(&folder.root);
    for file in ["accounts.csv", "evidence.csv", "objections.csv"] {
        if folder.root.join("register").join(file).exists() && !folder.loaded.may_rewrite(file) {
            return Err(Failure::wrong_data(format!(
                "register/{file} has errors; run `someasure check` and mend them first, so that no row is lost"
            )));
        }
    }
    let directory = folder.root.join("register");
    remove_unfinished(&directory).with_context(|| directory.display().to_string())?;
    let ids = ids_of(folder, &writer.reader(), account)?;
    let had = |(handle, owners): (AccountId, BTreeSet<AccountId>)| {
        (owners.len() > 1 && owners.iter().any(|id| ids.contains(id)) && !ids.contains(&handle))
            .then_some(handle)
    };
    let of_others = folder.handles(&writer.reader())?.into_iter().filter_map(had).collect();
    let mut register_rows = 0;
    let loaded = &mut folder.loaded;
    for id in &ids {
        let erased = erase(&mut loaded.register, &mut loaded.margins, id, now);
        register_rows += erased.accounts + erased.evidence;
    }
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
    let names = names_of(&all);
    let rejected_rows = forget_rejects(&folder.ledger_path().join("rejects"), &names)?;
    let posts = writer.posts_of(&all)?;
    let kept_words = stories::forget_kept(&folder.root, &|id, author, address| {
        id.is_some_and(|id| posts.contains(id.as_str())) || stories::is_theirs(author, address, &names)
    })?;
    remove_unfinished_editions(&folder.root)?;
    let still_named = stories::still_named(&folder.root, &names_of(&ids), &writer.posts_of(&ids)?)?;
    let ledger = writer.erase(&all)?;
    let ids = ids.into_iter().collect();
    Ok(Forgotten { ids, register_rows, ledger, rejected_rows, kept_words, still_named, of_others })
}

/// Removes what is kept of posts that a source said were deleted, but for the mark that there was one; how many rows the
/// ledger had of them.
pub(crate) fn remove_deleted(root: &Path, writer: &mut Writer) -> Outcome<u64> {
    let deleted = writer.reader().deleted_posts()?;
    if deleted.is_empty() {
        return Ok(0);
    }
    let bare = |id: &PostId| id.as_str().split_once(':').map(|(_, rest)| rest.to_lowercase());
    forget_rejects(&root.join("ledger/rejects"), &deleted.iter().filter_map(bare).collect())?;
    stories::forget_kept(root, &|id, _, _| id.is_some_and(|id| deleted.contains(id)))?;
    Ok(writer.remove_deleted()?)
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
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path).with_context(at)?;
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

/// The texts by which rejected rows may name accounts: bare ids and handles.
pub(crate) fn names_of(accounts: &BTreeSet<AccountId>) -> BTreeSet<String> {
    let rest = |id: &AccountId| Some(id.as_str().split_once(':')?.1.trim_start_matches('@').to_lowercase());
    accounts.iter().filter_map(rest).collect()
}

/// Whether a row that could not be read names one of them.
pub(crate) fn speaks_of(bad: &Bad, names: &BTreeSet<String>) -> bool {
    [bad.value.as_deref(), Some(&bad.why), Some(&bad.raw)]
        .into_iter()
        .flatten()
        .any(|text| names_one(text, names))
}

/// Whether a text holds one of the names as a word of its own, or as a part of an address.
pub(crate) fn names_one(text: &str, names: &BTreeSet<String>) -> bool {
    let is_name = |word: &str| names.contains(&word.trim_matches(|c| "@.:-/".contains(c)).to_lowercase());
    !names.is_empty()
        && text.split(|c: char| !(c.is_alphanumeric() || "_.:-/@".contains(c))).any(|word| {
            is_name(word) || word.split('/').any(|part| is_name(part) || part.split(':').any(is_name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_word_and_in_an_address_and_not_within_another_word() {
        let accounts = ["x:@nhs", "x:12345", "mastodon:@a@b.example", "bluesky:did:plc:abc"]
            .map(|id| id.parse().unwrap());
        let names = names_of(&accounts.into_iter().collect());
        for text in [
            "1,@NHS,x",
            "https://x.com/nhs/status/1",
            "x:12345",
            "hello @a@b.example.",
            "did:plc:abc",
            "at://did:plc:abc/1",
        ] {
            assert!(names_one(text, &names), "{text}");
        }
        for text in ["nhsengland", "123456", "a b.example", "", "@a"] {
            assert!(!names_one(text, &names), "{text}");
        }
    }
}
