//! Organisations, names, successions, denominators and accounts into the register.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use jiff::civil::Date;
use someasure_collect::files::{FileError, Item, Kind, Mapping, RejectsWriter};
use someasure_ledger::Writer;
use someasure_ledger::storage::{remove_unfinished, write_file};
use someasure_model::{Account, Denominator, Listing, Name, Organisation, OrganisationId, Succession};
use someasure_register::{
    Contradiction, Cut, Loaded, Merge, Suppression, merge_accounts, merge_cut, merge_denominators,
    merge_names, merge_organisations, merge_successions, merge_websites, write,
};

use super::{FileReport, List, Request, file_name, hash_file, ods, read, sound, told};
use crate::console::{Console, thousands};
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::jobs::erase::{names_of, speaks_of};

/// The rows of a file, by what they are; only one of the lists is filled.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) organisations: Vec<Organisation>,
    pub(super) names: Vec<Name>,
    pub(super) successions: Vec<Succession>,
    pub(super) denominators: Vec<Denominator>,
    websites: Vec<(OrganisationId, String, String)>,
    pub(super) accounts: Vec<Account>,
}

impl Rows {
    /// Without the rows of these numbers.
    pub(super) fn leave_out(&mut self, gone: &dyn Fn(usize) -> bool) {
        fn without<T>(rows: &mut Vec<T>, gone: &dyn Fn(usize) -> bool) {
            let mut number = 0;
            rows.retain(|_| {
                number += 1;
                !gone(number - 1)
            });
        }
        without(&mut self.organisations, gone);
        without(&mut self.names, gone);
        without(&mut self.successions, gone);
        without(&mut self.denominators, gone);
        without(&mut self.websites, gone);
        without(&mut self.accounts, gone);
    }
}

/// What a merge did, and the files as they shall be.
#[derive(Default)]
struct Merged {
    files: Vec<(&'static str, Vec<u8>)>,
    contradictions: Vec<Contradiction>,
}

pub(super) fn into_register(
    folder: &mut Folder,
    path: &Path,
    mapping: &Mapping,
    request: &Request<'_>,
    console: Console,
) -> Outcome<FileReport> {
    // One writer of the project at a time, and what it writes back is what is there now.
    let _writer = Writer::open(&folder.ledger_path(), folder.limits(request.threads))?;
    let directory = folder.root.join("register");
    remove_unfinished(&directory).with_context(|| directory.display().to_string())?;
    folder.loaded = someasure_register::load(&folder.root);
    for file in files_of(request) {
        if !folder.loaded.may_rewrite(file) && directory.join(file).exists() {
            return Err(Failure::wrong_data(format!(
                "register/{file} has errors; run `someasure check` and mend them first, so that no row is lost"
            )));
        }
    }
    let forgotten = names_of(&folder.suppressed());
    let mut forgotten_rejects = 0;
    let mut rows = Rows::default();
    let mut lines = Vec::new();
    let mut rejects = RejectsWriter::new(Vec::new());
    let source = request.overrides.source.as_deref().or(mapping.source.as_deref()).unwrap_or_default();
    // No code, date or successor without the line that states it.
    let cited = |row_source: &mut String, line: u64| {
        if row_source == source {
            row_source.push_str(&format!(", line {line}"));
        }
    };
    let summary = read(path, mapping, &request.overrides, console, &mut |line, row| {
        if row.is_ok() {
            lines.push(line);
        }
        match row {
            Ok(Item::Organisation(mut row)) => {
                if request.list.is_some() {
                    cited(&mut row.source, line);
                }
                rows.organisations.push(row);
            }
            Ok(Item::Name(mut row)) => {
                cited(&mut row.source, line);
                rows.names.push(row);
            }
            Ok(Item::Succession(mut row)) => {
                cited(&mut row.source, line);
                rows.successions.push(row);
            }
            Ok(Item::Denominator(mut row)) => {
                cited(&mut row.source, line);
                rows.denominators.push(row);
            }
            Ok(Item::Website(mut row)) => {
                cited(&mut row.source, line);
                rows.websites.push((row.organisation_id, row.website, row.source));
            }
            Ok(Item::Account(row)) => rows.accounts.push(row),
            Ok(Item::Profile(_) | Item::Post(_)) => {}
            Err(bad) if speaks_of(&bad, &forgotten) => forgotten_rejects += 1,
            Err(bad) => rejects.write(&bad)?,
        }
        Ok(())
    });
    let batch = format!("{}-{}", request.kind.as_str(), &hash_file(path)?[..12]);
    let rejects_path = format!("ledger/rejects/{batch}.csv");
    // What is wrong with the file is told when the bad rows are on disk.
    let sifted = match summary {
        Err(error) => Err(told(&error, request)),
        Ok(mut summary) => {
            let bad = sound::sift(folder, request.kind, request.list.is_some(), &mut rows, &mut lines)?;
            summary.bad += bad.len() as u64;
            for bad in bad.iter().filter(|bad| !speaks_of(bad, &forgotten)) {
                rejects.write(bad).context("rejects")?;
            }
            let share = request.overrides.max_bad_share.unwrap_or(mapping.max_bad_share);
            match bad.first() {
                Some(first) if summary.bad as f64 > summary.rows as f64 * share => {
                    let (name, rows, bad) = (file_name(path), summary.rows, summary.bad);
                    Err(FileError::TooManyBad { name, rows, bad, share, first: first.to_string() }
                        .to_string())
                }
                _ => Ok(summary),
            }
        }
    };
    let rejects_bytes = rejects.finish().context("rejects")?;
    if !rejects_bytes.is_empty() {
        write_file(&folder.root.join(&rejects_path), &rejects_bytes).context(rejects_path.clone())?;
    }
    let summary = sifted.map_err(|why| {
        let more = if rejects_bytes.is_empty() {
            String::new()
        } else {
            format!(". Every bad row is in {rejects_path}")
        };
        Failure::wrong_data(format!("{why}{more}"))
    })?;
    if let Some(list) = &request.list {
        refuse_another_list(list, &rows.organisations, &folder.loaded.register.listings, path)?;
    }
    let mut report = FileReport::of(path, &batch, &summary);
    report.rejects = (!rejects_bytes.is_empty()).then_some(rejects_path);
    if let Some(List { ods: Some(ods), .. }) = &request.list {
        report.skipped += ods::finish(&mut rows.organisations, ods, &folder.loaded.register.organisations);
    }
    let theirs = mapping.source.clone().unwrap_or_else(|| file_name(path));
    let merged = merge(&mut folder.loaded, rows, request, &theirs, &mut report, console)?;
    report.suppressed += forgotten_rejects;
    report.conflicts = merged.contradictions.len() as u64;
    tell_contradictions(&merged.contradictions, console);
    for (file, bytes) in merged.files {
        // A file that says what it said before is not written.
        if !folder.loaded.files.iter().any(|(path, old)| path.ends_with(&format!("/{file}")) && *old == bytes)
        {
            let target = directory.join(file);
            write_file(&target, &bytes).with_context(|| target.display().to_string())?;
        }
    }
    Ok(report)
}

/// A cut without rows, or with few of the codes of the cut before it, is a download that broke off or a file of
/// another list.
fn refuse_another_list(list: &List, rows: &[Organisation], known: &[Listing], path: &Path) -> Outcome {
    let name = file_name(path);
    if rows.is_empty() {
        return Err(Failure::wrong_data(format!("{name} has no row: is it the whole file?")));
    }
    let of_list = known.iter().filter(|row| row.list == list.name && row.as_at != list.as_at);
    // The cut nearest before, or the first one after.
    let days: BTreeSet<Date> = of_list.clone().map(|row| row.as_at).collect();
    let Some(day) = days.range(..list.as_at).next_back().or_else(|| days.iter().next()) else {
        return Ok(());
    };
    let before: BTreeSet<&OrganisationId> =
        of_list.filter(|row| row.as_at == *day).map(|row| &row.organisation.organisation_id).collect();
    let now: BTreeSet<&OrganisationId> = rows.iter().map(|row| &row.organisation_id).collect();
    let both = now.intersection(&before).count();
    if 2 * both < before.len() {
        return Err(Failure::wrong_data(format!(
            "{name} has {both} of the {} codes that the cut of {day} of '{}' has: is it the whole file, and of this list? For \
             another list say --list with a name of its own",
            before.len(),
            list.name
        )));
    }
    Ok(())
}

/// The files that an import writes, in the order in which it writes them.
fn files_of(request: &Request<'_>) -> &'static [&'static str] {
    match request.kind {
        Kind::Organisations if request.list.is_some() => &["listings.csv", "organisations.csv"],
        Kind::Organisations | Kind::Websites => &["organisations.csv"],
        Kind::Names => &["names.csv"],
        Kind::Successions => &["successions.csv"],
        Kind::Denominators => &["denominators.csv"],
        _ => &["accounts.csv"],
    }
}

fn merge(
    loaded: &mut Loaded,
    mut rows: Rows,
    request: &Request<'_>,
    theirs: &str,
    report: &mut FileReport,
    console: Console,
) -> Outcome<Merged> {
    let (register, margins) = (&mut loaded.register, &loaded.margins);
    let known: BTreeSet<OrganisationId> =
        register.organisations.iter().map(|row| row.organisation_id.clone()).collect();
    // A national file of successions or sizes speaks of many bodies that are none of ours.
    let mut strangers = 0;
    let mut ours = |id: &OrganisationId| {
        let ours = known.contains(id);
        strangers += u64::from(!ours);
        ours
    };
    let merged = match (request.kind, &request.list) {
        (Kind::Organisations, Some(List { name, as_at, .. })) => {
            let cut = Cut { list: name.clone(), as_at: *as_at, rows: rows.organisations };
            let merge = merge_cut(&register.organisations, &register.listings, &cut);
            (report.added, report.updated, report.unchanged) =
                (merge.added as u64, merge.updated as u64, merge.unchanged as u64);
            report.changes = Some(merge.changes);
            let files = vec![
                ("listings.csv", write::listings(&merge.listings, &margins.listings)),
                ("organisations.csv", write::organisations(&merge.organisations)),
            ];
            Merged { files, contradictions: merge.contradictions }
        }
        (Kind::Organisations, None) => {
            let merge = merge_organisations(&register.organisations, &rows.organisations);
            taken(merge, report, |rows| ("organisations.csv", write::organisations(rows)))
        }
        (Kind::Names, _) => {
            rows.names.retain(|row| ours(&row.organisation_id));
            let merge = merge_names(&register.names, &rows.names);
            taken(merge, report, |rows| ("names.csv", write::names(rows, &margins.names)))
        }
        (Kind::Successions, _) => {
            rows.successions.retain(|row| ours(&row.predecessor_id));
            let (inside, outside): (Vec<_>, Vec<_>) =
                rows.successions.into_iter().partition(|row| known.contains(&row.successor_id));
            for row in outside.iter().take(20) {
                console.warn(&format!(
                    "{} is succeeded by {}, which is not in register/organisations.csv ({}): enter it there and import \
                     this file again",
                    row.predecessor_id, row.successor_id, row.source
                ));
            }
            strangers += outside.len() as u64;
            let merge = merge_successions(&register.successions, &inside);
            taken(merge, report, |rows| ("successions.csv", write::successions(rows, &margins.successions)))
        }
        (Kind::Denominators, _) => {
            rows.denominators.retain(|row| ours(&row.organisation_id));
            let merge = merge_denominators(&register.denominators, &rows.denominators);
            taken(merge, report, |rows| {
                ("denominators.csv", write::denominators(rows, &margins.denominators))
            })
        }
        (Kind::Websites, _) => {
            rows.websites.retain(|(id, ..)| ours(id));
            let (merge, undecided) = merge_websites(&register.organisations, &rows.websites);
            for body in undecided.iter().take(20) {
                let sites: Vec<String> =
                    body.sites.iter().map(|(site, times)| format!("{site} ({times})")).collect();
                console.warn(&format!(
                    "{}: no site is named by most of its rows: {}; enter its website in register/organisations.csv",
                    body.organisation_id,
                    sites.join(", ")
                ));
            }
            taken(merge, report, |rows| ("organisations.csv", write::organisations(rows)))
        }
        _ => {
            let suppression = Suppression::new(&register.objections);
            let merge = merge_accounts(
                &register.accounts,
                &rows.accounts,
                &suppression,
                "register/accounts.csv",
                theirs,
            );
            report.suppressed = merge.withheld as u64;
            for rename in &merge.renames {
                console.warn(&format!(
                    "{} ({}) is @{} in register/accounts.csv and @{} in {theirs}: ours stays until you decide",
                    rename.organisation_id, rename.account_id, rename.ours, rename.theirs
                ));
            }
            taken(merge, report, |rows| ("accounts.csv", write::accounts(rows, &margins.accounts)))
        }
    };
    report.strangers = strangers;
    Ok(merged)
}

fn taken<T>(
    merge: Merge<T>,
    report: &mut FileReport,
    write: impl Fn(&[T]) -> (&'static str, Vec<u8>),
) -> Merged {
    (report.added, report.updated, report.unchanged) =
        (merge.added as u64, merge.updated as u64, merge.unchanged as u64);
    let changed = merge.added + merge.updated > 0;
    let files = if changed { vec![write(&merge.rows)] } else { Vec::new() };
    Merged { files, contradictions: merge.contradictions }
}

fn tell_contradictions(contradictions: &[Contradiction], console: Console) {
    for contradiction in contradictions.iter().take(20) {
        console.warn(&format!(
            "{}: {} is '{}' ({}) and '{}' ({}): ours stays until you decide",
            contradiction.key,
            contradiction.field,
            contradiction.ours,
            contradiction.our_source,
            contradiction.theirs,
            contradiction.their_source
        ));
    }
    if contradictions.len() > 20 {
        console.warn(&format!("and {} more contradictions", thousands(contradictions.len() as u64 - 20)));
    }
}
