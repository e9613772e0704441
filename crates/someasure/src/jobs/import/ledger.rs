//! Profiles and posts into the ledger.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use someasure_collect::files::{Bad, FileError, Item, Mapping, PostTally, RejectsWriter, profile_attempt};
use someasure_ledger::hash::sha256;
use someasure_ledger::storage::write_file;
use someasure_ledger::{Conflict, Imported, Ledger, Look, Writer};
use someasure_model::{AccountId, Batch};

use super::{FileReport, Request, file_name, hash_file, read, told};
use crate::console::{Console, count};
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::jobs::erase::{names_of, speaks_of};

pub(super) fn into_ledger(
    folder: &mut Folder,
    path: &Path,
    mapping: &Mapping,
    mapping_text: &str,
    request: &Request<'_>,
    console: Console,
) -> Outcome<FileReport> {
    let name = file_name(path);
    let ledger_path = folder.ledger_path();
    let mut writer = Writer::open(&ledger_path, folder.limits(request.threads))?;
    // Who objected while we waited, or while the file before this one was read, must not come back.
    folder.loaded = someasure_register::load(&folder.root);
    let ledger = writer.reader();
    refuse_damage(&ledger, Look::Lengths)?;
    let input_hash = hash_file(path)?;
    let how = format!("{input_hash}\n{mapping_text}\n{:?}", request.overrides);
    let batch = format!("{}-{}", request.kind.as_str(), &sha256(how.as_bytes())[..12]);
    if !request.again && ledger.batches()?.iter().any(|known| known.batch == batch) {
        return Ok(FileReport { already_imported: true, ..FileReport::new(path, &batch) });
    }
    let aliases = folder.aliases(&ledger)?;
    let registered = registered(folder);
    drop(ledger);
    let suppressed = folder.suppressed();
    let forgotten = names_of(&suppressed);
    let mut forgotten_rejects = 0;
    let mut import = writer.begin(&batch, aliases, suppressed.clone());
    let mut tally = PostTally::new(&mapping.coverage);
    let mut rejects = RejectsWriter::new(Vec::new());
    let mut strangers: BTreeSet<String> = BTreeSet::new();
    let started_at = request.now;
    let result = read(path, mapping, &request.overrides, console, &mut |line, row| {
        match row {
            Ok(Item::Post(item)) => {
                let post = &item.post;
                tally.add(
                    &post.post_id,
                    &post.account_id,
                    post.created_at,
                    post.observed_at,
                    item.reading.is_some(),
                );
                let known = registered.contains(post.account_id.as_str())
                    || item.handle.as_ref().is_some_and(|handle| {
                        registered.contains(&format!("{}:@{handle}", post.account_id.platform()))
                    });
                let objected = || {
                    let provisional = |handle| AccountId::provisional(&post.account_id.platform(), handle);
                    suppressed.contains(&post.account_id)
                        || item
                            .handle
                            .as_ref()
                            .is_some_and(|handle| suppressed.contains(&provisional(handle)))
                };
                if !known && !objected() {
                    strangers.insert(
                        item.handle
                            .as_ref()
                            .map_or_else(|| post.account_id.to_string(), |handle| format!("@{handle}")),
                    );
                }
                import.post(line, item.post, item.reading, item.handle.as_ref())?;
            }
            Ok(Item::Profile(observation)) => {
                import.attempt(profile_attempt(&observation));
                import.observation(line, observation)?;
            }
            Ok(_) => {} // a mapping of posts or profiles gives nothing else
            Err(bad) if speaks_of(&bad, &forgotten) => forgotten_rejects += 1,
            Err(bad) => rejects.write(&bad)?,
        }
        Ok(())
    });
    let rejects_path = format!("ledger/rejects/{batch}.csv");
    let summary = match result {
        Ok(summary) => summary,
        Err(error) => {
            let mut message = told(&error, request);
            if matches!(error, FileError::TooManyBad { .. }) {
                let bytes = rejects.finish().context("rejects")?;
                write_file(&folder.root.join(&rejects_path), &bytes).context(rejects_path.clone())?;
                message.push_str(&format!(". Nothing was imported; every bad row is in {rejects_path}"));
            }
            return Err(Failure::wrong_data(message));
        }
    };
    for attempt in tally.attempts() {
        import.attempt(attempt);
    }
    let spinner = console.spinner(&format!("writing {name}"));
    let ready = import.write(|| Batch {
        batch: batch.clone(),
        started_at,
        finished_at: started_at,
        source: request
            .overrides
            .source
            .clone()
            .or_else(|| mapping.source.clone())
            .unwrap_or_else(|| name.clone()),
        lane: request.overrides.lane.unwrap_or(mapping.lane),
        retention: request.overrides.retention.clone().unwrap_or_else(|| mapping.retention.clone()),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        input_hash: input_hash.clone(),
    })?;
    for conflict in &ready.imported().conflicts {
        rejects.write(&as_bad(conflict)).context("rejects")?;
    }
    // The rejected rows come before the rows that count: an import that is known as done is not read again.
    let rejects_bytes = rejects.finish().context("rejects")?;
    let rejected = !rejects_bytes.is_empty();
    if rejected {
        write_file(&folder.root.join(&rejects_path), &rejects_bytes).context(rejects_path.clone())?;
    }
    let share = request.overrides.max_bad_share.unwrap_or(mapping.max_bad_share);
    if let Some(why) = contradiction(ready.imported(), summary.rows, share, &batch) {
        ready.discard()?;
        return Err(Failure::wrong_data(format!(
            "{name}: {why}. Nothing was imported; every row that contradicts is in {rejects_path}"
        )));
    }
    let imported = ready.commit()?;
    spinner.finish_and_clear();
    let mut report = FileReport::of(path, &batch, &summary);
    for (table, merged) in imported.tables.iter().filter(|(table, _)| counted(**table)) {
        if merged.added > 0 {
            report.added_to.insert(table.as_str(), merged.added);
        }
        report.added += merged.added;
        report.unchanged += merged.unchanged;
        report.conflicts += merged.conflicts;
    }
    report.suppressed = imported.suppressed + forgotten_rejects;
    report.rejects = rejected.then_some(rejects_path);
    for conflict in imported.conflicts.iter().take(5) {
        console.warn(&format!("{name}, {}", as_bad(conflict)));
    }
    if !strangers.is_empty() {
        let shown: Vec<&str> = strangers.iter().take(5).map(String::as_str).collect();
        console.warn(&format!(
            "{} of {name} {} not in register/accounts.csv ({}{}): their posts are kept, and no organisation is measured by \
             them until they are entered",
            count(strangers.len() as u64, "account", "accounts"),
            if strangers.len() == 1 { "is" } else { "are" },
            shown.join(", "),
            if strangers.len() > 5 { ", …" } else { "" }
        ));
    }
    Ok(report)
}

/// Every id and handle by which the register knows an account.
fn registered(folder: &Folder) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for account in &folder.loaded.register.accounts {
        known.extend(account.account_id.as_ref().map(ToString::to_string));
        known.extend(account.handle.as_ref().map(|handle| format!("{}:@{handle}", account.platform)));
    }
    known
}

/// Attempts are notes about the import, not rows of the file.
fn counted(table: someasure_model::Table) -> bool {
    !matches!(table, someasure_model::Table::Attempt | someasure_model::Table::Batch)
}

pub(super) fn as_bad(conflict: &Conflict) -> Bad {
    Bad {
        line: conflict.line,
        row: None,
        column: Some(conflict.column.clone()),
        value: Some(conflict.theirs.clone()),
        why: format!(
            "contradicts what the ledger has for {} (batch {}): {} is {} there and {} here; what was there stays",
            conflict.key, conflict.batch, conflict.column, conflict.ours, conflict.theirs
        ),
        raw: String::new(),
    }
}

/// Why an import is refused that contradicts what is there: too many rows do, or nothing else is in it. A file that
/// was read wrongly, this one or the one before, must not stay half and half.
fn contradiction(imported: &Imported, rows: u64, share: f64, batch: &str) -> Option<String> {
    let tables = || imported.tables.iter().filter(|(table, _)| counted(**table)).map(|(_, merged)| merged);
    // One row of a file can be one of a post and one of its reading.
    let contradicting = tables().map(|merged| merged.conflicts).max().unwrap_or(0);
    let taken = tables().any(|merged| merged.added + merged.unchanged > 0);
    let first = imported.conflicts.first()?;
    if contradicting as f64 <= rows as f64 * share && taken {
        return None;
    }
    let earlier: BTreeSet<&str> = imported
        .conflicts
        .iter()
        .map(|conflict| conflict.batch.as_str())
        .filter(|other| *other != batch)
        .collect();
    let how = if earlier.is_empty() {
        "The file contradicts itself: mend it".to_owned()
    } else {
        let undo: Vec<String> = earlier.iter().map(|other| format!("`someasure undo {other}`")).collect();
        format!(
            "If this file is right, or says more (a column that was not mapped before), take the earlier import back and \
             import again: {}; `someasure undo --list` tells what each was",
            undo.join(", ")
        )
    };
    Some(format!(
        "{contradicting} of {rows} rows contradict what is there; a share of {share} is allowed (max_bad_share). The first: {}. \
         {how}",
        as_bad(first)
    ))
}

/// The ledger for reading, with every byte as it was written.
pub(crate) fn open_ledger(folder: &Folder, threads: Option<usize>) -> Outcome<Ledger> {
    let ledger = Ledger::open(&folder.ledger_path(), folder.limits(threads))?;
    refuse_damage(&ledger, Look::Bytes)?;
    Ok(ledger)
}

/// The one writer, of files that are as they were written: what is rewritten from a damaged file would look whole.
pub(crate) fn open_writer(folder: &Folder, threads: Option<usize>) -> Outcome<Writer> {
    let writer = Writer::open(&folder.ledger_path(), folder.limits(threads))?;
    refuse_damage(&writer.reader(), Look::Bytes)?;
    Ok(writer)
}

/// A damaged file is told as such, and not as the failure of whatever reads it first.
pub(super) fn refuse_damage(ledger: &Ledger, look: Look) -> Outcome {
    let damage = ledger.damage(look);
    if damage.is_empty() { Ok(()) } else { Err(Failure::wrong_data(damage.join("\n"))) }
}
