//! Organisations, their names, successions and denominators against each other.

use std::collections::BTreeMap;

use someasure_model::{Organisation, OrganisationId, Register};

use super::graph::circles;
use super::{Known, Place, dates_in_order, repeats};
use crate::load::Margins;
use crate::problem::{Kind, Problem, shown};
use crate::suggest::{closest, did_you_mean};

/// What a succession may be.
const SUCCESSION_KINDS: [&str; 5] = ["merger", "split", "transfer", "recode", "unspecified"];

pub(super) fn check(register: &Register, margins: &Margins, known: &Known<'_>, problems: &mut Vec<Problem>) {
    organisations(register, margins, known, problems);
    names(register, margins, known, problems);
    listings(register, margins, known, problems);
    successions(register, margins, known, problems);
    denominators(register, margins, known, problems);
}

fn organisations(register: &Register, margins: &Margins, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let rows = &register.organisations;
    let place = Place::new("register/organisations.csv", &margins.organisations);
    for (index, first) in repeats(rows.iter().map(|row| row.organisation_id.as_str().to_lowercase())) {
        if rows[index].organisation_id == rows[first].organisation_id {
            continue;
        }
        let what = format!("the id stands on {} already, in other letters' case", place.other(first));
        let todo = "write every id in one way; addresses of pages do not tell the two apart everywhere";
        let problem = place.error(index, Kind::DuplicateOrganisation, what, todo);
        problems.push(problem.cell("organisation_id", rows[index].organisation_id.as_str()));
    }
    for (index, first) in repeats(rows.iter().map(|row| &row.organisation_id)) {
        let (ours, other) = (&rows[index], &rows[first]);
        let what = format!("the id stands on {} already, for '{}'", place.other(first), shown(&other.name));
        let todo =
            if ours.name == other.name { "delete one of the two rows" } else { "correct one of the two ids" };
        let problem = place.error(index, Kind::DuplicateOrganisation, what, todo);
        problems.push(problem.cell("organisation_id", ours.organisation_id.as_str()));
    }
    cases(place, rows, problems);
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    for (index, row) in rows.iter().enumerate() {
        dates_in_order(place, index, ("opened", row.opened), ("closed", row.closed), problems);
        let Some(parent) = &row.parent_id else { continue };
        if *parent == row.organisation_id {
            let what = "the organisation is its own parent";
            let problem = place.error(index, Kind::OwnParent, what, "leave parent_id empty at the top");
            problems.push(problem.cell("parent_id", parent.as_str()));
            continue;
        }
        known.require(parent, place, index, "parent_id", problems);
        if let (Some(node), Some(to)) = (known.index(&row.organisation_id), known.index(parent)) {
            parents[node].push(to);
        }
    }
    for circle in circles(&parents) {
        let index = circle[0];
        let what =
            format!("its parents run in a circle: {}", path(&circle, |node| &rows[node].organisation_id));
        let problem = place.error(index, Kind::ParentCycle, what, "correct one of these parents");
        let parent = rows[index].parent_id.as_ref().map_or("", |parent| parent.as_str());
        problems.push(problem.cell("parent_id", parent));
    }
}

/// Words that group bodies and differ in the case of letters only: `Al` beside `AL` makes a group of its own.
/// A carried column counts as such words where its values repeat.
fn cases(place: Place<'_>, rows: &[Organisation], problems: &mut Vec<Problem>) {
    let mut columns: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let grouping = [("nation", row.nation.as_deref()), ("region", row.region.as_deref())];
        let own = [("type", Some(row.kind.as_str()))];
        let carried = row.extra.iter().map(|(name, value)| (name.as_str(), Some(value.as_str())));
        for (column, value) in own.into_iter().chain(grouping).chain(carried) {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                columns.entry(column).or_default().push((index, value));
            }
        }
    }
    for (column, values) in columns {
        let mut spellings: BTreeMap<String, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
        for (index, value) in &values {
            let spelling =
                spellings.entry(value.to_lowercase()).or_default().entry(value).or_insert((*index, 0));
            spelling.1 += 1;
        }
        if column.starts_with("x_") && 4 * spellings.len() > values.len() {
            continue; // names or codes, one a body
        }
        for spellings in spellings.values().filter(|spellings| spellings.len() > 1) {
            let usual =
                spellings.iter().max_by_key(|(value, (_, times))| (*times, std::cmp::Reverse(**value)));
            let Some((usual, (_, times))) = usual else { continue };
            for (value, (index, _)) in spellings.iter().filter(|(value, _)| *value != usual) {
                let what =
                    format!("differs from '{}' ({times} rows) in the case of letters only", shown(usual));
                let todo = "write one of the two everywhere, or they are two groups";
                problems.push(place.warning(*index, Kind::CaseDiffers, what, todo).cell(column, *value));
            }
        }
    }
}

fn names(register: &Register, margins: &Margins, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let place = Place::new("register/names.csv", &margins.names);
    for (index, row) in register.names.iter().enumerate() {
        known.require(&row.organisation_id, place, index, "organisation_id", problems);
        dates_in_order(place, index, ("from", row.from), ("to", row.to), problems);
    }
    let keys = register.names.iter().map(|row| (&row.organisation_id, &row.name, row.from, row.to));
    repeated(place, repeats(keys), problems);
}

fn listings(register: &Register, margins: &Margins, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let rows = &register.listings;
    let place = Place::new("register/listings.csv", &margins.listings);
    for (index, row) in rows.iter().enumerate() {
        known.require(&row.organisation.organisation_id, place, index, "organisation_id", problems);
    }
    let keys = rows.iter().map(|row| (&row.organisation.organisation_id, &row.list, row.as_at));
    repeated(place, repeats(keys), problems);
}

fn successions(register: &Register, margins: &Margins, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let rows = &register.successions;
    let place = Place::new("register/successions.csv", &margins.successions);
    let mut edges: Vec<(usize, usize, usize)> = Vec::new(); // from, to, row
    for (index, row) in rows.iter().enumerate() {
        known.require(&row.predecessor_id, place, index, "predecessor_id", problems);
        if !SUCCESSION_KINDS.contains(&row.kind.as_str()) {
            let todo = did_you_mean(
                closest(&row.kind, SUCCESSION_KINDS),
                "write merger, split, transfer, recode or unspecified",
            );
            let what = "not a kind of succession";
            let problem = place.error(index, Kind::UnknownSuccessionKind, what, todo);
            problems.push(problem.cell("kind", row.kind.as_str()));
        }
        if row.predecessor_id == row.successor_id {
            let what = "the organisation succeeds itself";
            let todo = "delete the row; a rename keeps its code and stands in names.csv";
            let problem = place.error(index, Kind::SelfSuccession, what, todo);
            problems.push(problem.cell("successor_id", row.successor_id.as_str()));
            continue;
        }
        known.require(&row.successor_id, place, index, "successor_id", problems);
        let ended =
            known.index(&row.predecessor_id).is_none_or(|at| register.organisations[at].closed.is_some());
        if !ended && row.kind != "transfer" && row.kind != "split" {
            let what = "it has a successor, and no day on which it closed";
            let todo = "enter its last day in organisations.csv, or write transfer where it goes on beside the other";
            let problem = place.warning(index, Kind::SuccessorOfTheLiving, what, todo);
            problems.push(problem.cell("predecessor_id", row.predecessor_id.as_str()));
        }
        if let (Some(from), Some(to)) = (known.index(&row.predecessor_id), known.index(&row.successor_id)) {
            edges.push((from, to, index));
        }
    }
    let keys = rows.iter().map(|row| (&row.predecessor_id, &row.successor_id, row.date, &row.kind));
    repeated(place, repeats(keys), problems);

    // A body ends in a merger or a split, so these cannot run in a circle; transfers to and fro can be
    // right, but whoever follows a chain of successors must know of them.
    let is_transfer = |row: usize| rows[row].kind == "transfer";
    let id = |node: usize| &register.organisations[node].organisation_id;
    for with_transfers in [false, true] {
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); register.organisations.len()];
        let mut row_of = std::collections::HashMap::new();
        // Where two rows say the same, the stronger word counts.
        for &(from, to, row) in edges.iter().filter(|(_, _, row)| with_transfers || !is_transfer(*row)) {
            let entry = row_of.entry((from, to)).or_insert_with(|| {
                next[from].push(to);
                row
            });
            if is_transfer(*entry) {
                *entry = row;
            }
        }
        for circle in circles(&next) {
            let pairs = circle.iter().zip(circle.iter().cycle().skip(1));
            let along: Vec<usize> =
                pairs.filter_map(|(from, to)| row_of.get(&(*from, *to)).copied()).collect();
            let transfers = along.iter().any(|row| is_transfer(*row));
            if transfers != with_transfers {
                continue; // found in the first round
            }
            let first = along.iter().copied().min().unwrap_or(0);
            let what = format!("successions run in a circle: {}", path(&circle, id));
            let problem = if transfers {
                let todo =
                    "check the rows: bodies can transfer to and fro, but no chain of successors ends here";
                place.warning(first, Kind::SuccessionCycle, what, todo)
            } else {
                place.error(first, Kind::SuccessionCycle, what, "correct one of these rows")
            };
            problems.push(problem.cell("successor_id", rows[first].successor_id.as_str()));
        }
    }
}

fn denominators(register: &Register, margins: &Margins, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let rows = &register.denominators;
    let place = Place::new("register/denominators.csv", &margins.denominators);
    for (index, row) in rows.iter().enumerate() {
        known.require(&row.organisation_id, place, index, "organisation_id", problems);
        if !row.value.is_finite() || row.value < 0.0 {
            let what = if row.value < 0.0 { "a size cannot be negative" } else { "not a finite number" };
            let todo = "correct it, or leave the row out where the size is not known";
            let problem = place.error(index, Kind::BadDenominator, what, todo);
            problems.push(problem.cell("value", row.value.to_string()));
        }
    }
    for (index, first) in repeats(rows.iter().map(|row| (&row.organisation_id, &row.kind, row.as_at))) {
        let (row, other) = (&rows[index], &rows[first]);
        if row.value == other.value {
            repeated(place, vec![(index, first)], problems);
            continue;
        }
        let what = format!(
            "contradicts {}: {} of {} on {} is {} there ({}) and {} here ({})",
            place.other(first),
            shown(&row.kind),
            shown(row.organisation_id.as_str()),
            row.as_at,
            other.value,
            shown(&other.source),
            row.value,
            shown(&row.source)
        );
        let problem =
            place.error(index, Kind::ContradictoryDenominator, what, "keep the right one of the two rows");
        problems.push(problem.cell("value", row.value.to_string()));
    }
}

fn repeated(place: Place<'_>, repeats: Vec<(usize, usize)>, problems: &mut Vec<Problem>) {
    for (index, first) in repeats {
        let what = format!("says the same as {}", place.other(first));
        problems.push(place.warning(index, Kind::RepeatedRow, what, "delete one of the two rows"));
    }
}

/// `ods:A → ods:B → ods:A`, with the middle of a long one left out.
fn path<'a>(circle: &[usize], id: impl Fn(usize) -> &'a OrganisationId) -> String {
    let mut names: Vec<String> = circle.iter().take(6).map(|node| shown(id(*node).as_str())).collect();
    if circle.len() > 6 {
        names.push(format!("… {} more …", circle.len() - 6));
    }
    names.push(shown(id(circle[0]).as_str()));
    names.join(" → ")
}
