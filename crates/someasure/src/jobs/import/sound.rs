//! Rows for the register are looked at before they are written, by the rules of `check`: an import must not leave a file
//! that stops the next one. A row that would be wrong there is a bad row here, with the same words.

use std::collections::{BTreeMap, BTreeSet};

use someasure_collect::files::{Bad, Kind};
use someasure_model::{Organisation, OrganisationId, Register};
use someasure_register::{
    Margin, Margins, Problem, Suppression, merge_accounts, merge_denominators, merge_names,
    merge_organisations, merge_successions,
};

use super::register::Rows;
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;

/// The register's rows are known by their place, so their margins need no line; those of the file have one.
struct Candidate {
    register: Register,
    margins: Margins,
}

/// Takes the rows out that would be wrong in the register. `lines` are those of the rows, and lose the same ones.
pub(super) fn sift(
    folder: &Folder,
    kind: Kind,
    is_cut: bool,
    rows: &mut Rows,
    lines: &mut Vec<u64>,
) -> Outcome<Vec<Bad>> {
    let before: BTreeSet<String> = problems(
        folder,
        &Candidate { register: folder.loaded.register.clone(), margins: Margins::default() },
    )
    .iter()
    .map(ToString::to_string)
    .collect();
    let mut bad = Vec::new();
    loop {
        // Each row is known by its number: in an array of JSON many begin on one line.
        let mut found: BTreeMap<usize, Problem> = BTreeMap::new();
        let mut elsewhere = Vec::new();
        let alone = alone(rows);
        let together = (!is_cut).then(|| together(folder, kind, rows));
        for candidate in alone.iter().chain(together.iter().flatten()) {
            for problem in problems(folder, candidate) {
                match problem.line.and_then(|number| usize::try_from(number).ok()) {
                    Some(number) => drop(found.entry(number).or_insert(problem)),
                    None if before.contains(&problem.to_string()) => {}
                    None => elsewhere.push(problem.to_string()),
                }
            }
        }
        if found.is_empty() && !elsewhere.is_empty() {
            return Err(Failure::wrong_data(format!(
                "with this file the register would be wrong, so nothing was imported:\n{}",
                elsewhere.join("\n")
            )));
        }
        if found.is_empty() {
            bad.sort_by_key(|bad: &Bad| bad.line);
            return Ok(bad);
        }
        bad.extend(found.iter().map(|(number, problem)| told(problem, lines[*number])));
        let gone = |number: usize| found.contains_key(&number);
        rows.leave_out(&gone);
        let mut number = 0;
        lines.retain(|_| {
            number += 1;
            !gone(number - 1)
        });
    }
}

fn problems(folder: &Folder, candidate: &Candidate) -> Vec<Problem> {
    let day = folder.project.as_at.date(&folder.project.zone());
    let known = |platform: &_| folder.knows(platform);
    let all = someasure_register::check::all(&candidate.register, &candidate.margins, &known, day);
    all.into_iter().filter(Problem::is_error).collect()
}

/// Bodies by themselves: their texts and dates, whatever the register has.
fn alone(rows: &Rows) -> Option<Candidate> {
    if rows.organisations.is_empty() {
        return None;
    }
    let mut seen: BTreeSet<&OrganisationId> = BTreeSet::new();
    let (mut organisations, mut margins) = (Vec::new(), Margins::default());
    for (number, row) in rows.organisations.iter().enumerate() {
        if seen.insert(&row.organisation_id) {
            organisations.push(Organisation { parent_id: None, ..row.clone() });
            margins.organisations.push(numbered(number));
        }
    }
    Some(Candidate { register: Register { organisations, ..Register::default() }, margins })
}

/// The register as it would be.
fn together(folder: &Folder, kind: Kind, rows: &Rows) -> Option<Candidate> {
    let mut register = folder.loaded.register.clone();
    let mut margins = Margins::default();
    let known: BTreeSet<OrganisationId> =
        register.organisations.iter().map(|row| row.organisation_id.clone()).collect();
    // Rows of bodies that are none of ours are left out later, and counted: they are not wrong.
    match kind {
        Kind::Organisations => {
            let merge = merge_organisations(&register.organisations, &rows.organisations);
            margins.organisations = places(&merge.matched, register.organisations.len(), merge.rows.len());
            register.organisations = merge.rows;
        }
        Kind::Accounts => {
            let none = Suppression::new(&register.objections);
            let merge = merge_accounts(&register.accounts, &rows.accounts, &none, "", "");
            margins.accounts = places(&merge.matched, register.accounts.len(), merge.rows.len());
            register.accounts = merge.rows;
        }
        Kind::Names => {
            let (numbers, ours) = of_ours(&rows.names, |row| known.contains(&row.organisation_id));
            let merge = merge_names(&register.names, &ours);
            margins.names = renumbered(&merge.matched, &numbers, register.names.len(), merge.rows.len());
            register.names = merge.rows;
        }
        Kind::Successions => {
            let (numbers, ours) = of_ours(&rows.successions, |row| {
                known.contains(&row.predecessor_id) && known.contains(&row.successor_id)
            });
            let merge = merge_successions(&register.successions, &ours);
            margins.successions =
                renumbered(&merge.matched, &numbers, register.successions.len(), merge.rows.len());
            register.successions = merge.rows;
        }
        Kind::Denominators => {
            let (numbers, ours) = of_ours(&rows.denominators, |row| known.contains(&row.organisation_id));
            let merge = merge_denominators(&register.denominators, &ours);
            margins.denominators =
                renumbered(&merge.matched, &numbers, register.denominators.len(), merge.rows.len());
            register.denominators = merge.rows;
        }
        _ => return None,
    }
    Some(Candidate { register, margins })
}

fn numbered(number: usize) -> Margin {
    Margin { line: Some(number as u64), ..Margin::default() }
}

/// A margin for every row of a merge: those that were added have the number of their row in the file.
fn places(matched: &[Option<usize>], existing: usize, rows: usize) -> Vec<Margin> {
    let mut margins = vec![Margin::default(); rows];
    for (number, place) in matched.iter().enumerate() {
        if let Some(place) = place
            && *place >= existing
            && margins[*place].line.is_none()
        {
            margins[*place] = numbered(number);
        }
    }
    margins
}

fn renumbered(matched: &[Option<usize>], numbers: &[usize], existing: usize, rows: usize) -> Vec<Margin> {
    let mut margins = places(matched, existing, rows);
    for margin in &mut margins {
        margin.line =
            margin.line.and_then(|at| numbers.get(usize::try_from(at).ok()?)).map(|number| *number as u64);
    }
    margins
}

fn of_ours<T: Clone>(rows: &[T], is_ours: impl Fn(&T) -> bool) -> (Vec<usize>, Vec<T>) {
    rows.iter().enumerate().filter(|(_, row)| is_ours(row)).map(|(number, row)| (number, row.clone())).unzip()
}

fn told(problem: &Problem, line: u64) -> Bad {
    Bad {
        line,
        row: None,
        column: problem.column.clone(),
        value: problem.value.clone(),
        why: format!("{}; {}", problem.what, problem.todo),
        raw: String::new(),
    }
}
