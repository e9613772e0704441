//! Accounts: whose they are, since when, and whether one name stands for two.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hash, RandomState};

use someasure_model::register::Account;
use someasure_model::{AccountId, Handle, Platform, Register};

use super::span::{Days, clashes};
use super::{Known, Place, Set, dates_in_order, platform_known};
use crate::account_id::mismatch;
use crate::erase::Suppression;
use crate::load::Margins;
use crate::problem::{Kind, Problem, shown};

pub(super) fn check(
    register: &Register,
    margins: &Margins,
    known: &Known<'_>,
    known_platform: &dyn Fn(&Platform) -> bool,
    problems: &mut Vec<Problem>,
) {
    let rows = &register.accounts;
    let place = Place::new("register/accounts.csv", &margins.accounts);
    let suppression = Suppression::new(&register.objections);
    for (index, row) in rows.iter().enumerate() {
        known.require(&row.organisation_id, place, index, "organisation_id", problems);
        platform_known(&row.platform, known_platform, place, index, problems);
        dates_in_order(place, index, ("from", row.from), ("to", row.to), problems);
        single(row, index, place, known_platform, problems);
        if suppression.covers(row) {
            let what = "the account is on the suppression list and must never appear";
            let todo = "run `someasure erase` for it again";
            problems.push(place.warning(index, Kind::ObjectedAccount, what, todo));
        }
    }
    let days: Vec<Days> = rows.iter().map(|row| Days::new(row.from, row.to)).collect();
    let duplicated = duplicates(rows, &days, place, problems);
    handles(rows, &days, duplicated, place, problems);
}

fn single(
    row: &Account,
    index: usize,
    place: Place<'_>,
    known_platform: &dyn Fn(&Platform) -> bool,
    problems: &mut Vec<Problem>,
) {
    let Some(id) = &row.account_id else {
        if row.handle.is_none() {
            let what = "the account has neither an id nor a handle";
            let todo = "give at least one of them, or delete the row";
            problems.push(place.error(index, Kind::NoAccount, what, todo).column("handle"));
        }
        return leaving(row, index, place, problems);
    };
    let platform = id.platform();
    if platform != row.platform {
        let fault = mismatch(&platform, &row.platform);
        let problem = place.error(index, fault.kind, fault.what, fault.todo);
        problems.push(problem.cell("account_id", id.as_str()));
    } else if let Some(written) = nested_platform(id, known_platform)
        && written != row.platform
    {
        // A bare `flurb:1` beside the platform x was read as x's own; flurb turns out to be declared.
        let fault = mismatch(&written, &row.platform);
        let problem = place.error(index, fault.kind, fault.what, fault.todo);
        problems.push(problem.cell("account_id", id.as_str()));
    }
    if let (Some(provisional), Some(handle)) = (id.provisional_handle(), &row.handle)
        && provisional != *handle
    {
        let what = format!(
            "the row names two handles: '@{}' and '@{}'",
            shown(provisional.as_str()),
            shown(handle.as_str())
        );
        let todo = "leave account_id empty until the platform's id is known";
        problems.push(place.error(index, Kind::HandleMismatch, what, todo).cell("account_id", id.as_str()));
    }
    leaving(row, index, place, problems);
}

fn nested_platform(id: &AccountId, known_platform: &dyn Fn(&Platform) -> bool) -> Option<Platform> {
    let mut parts = id.as_str().splitn(3, ':').skip(1);
    let (scheme, Some(_)) = (parts.next()?, parts.next()) else { return None };
    scheme.parse::<Platform>().ok().filter(|platform| known_platform(platform))
}

fn leaving(row: &Account, index: usize, place: Place<'_>, problems: &mut Vec<Problem>) {
    match (&row.to, &row.reason_for_leaving) {
        (None, Some(reason)) => {
            let what = "there is a reason for leaving and no day of it";
            let problem =
                place.warning(index, Kind::ReasonWithoutEnd, what, "fill `to`, or delete the reason");
            problems.push(problem.cell("reason_for_leaving", reason.as_str()));
        }
        (Some(to), None) => {
            let what = "the account was left and no reason is stated";
            let todo = "fill reason_for_leaving: leaving with a reason is a decision, not a failure";
            let problem = place.warning(index, Kind::EndWithoutReason, what, todo);
            problems.push(problem.cell("to", to.to_string()));
        }
        _ => {}
    }
}

/// One organisation, one account, two rows for the same days. The rows that were reported.
fn duplicates(rows: &[Account], days: &[Days], place: Place<'_>, problems: &mut Vec<Problem>) -> Set<usize> {
    let mut pairs = Vec::new();
    let by_id = groups(rows, |row| Some((&row.organisation_id, row.account_id.as_ref()?)));
    for group in by_id {
        pairs.extend(overlaps(&group, days, |index| index));
    }
    let by_handle = groups(rows, |row| Some((&row.organisation_id, &row.platform, row.handle.as_ref()?)));
    for group in by_handle {
        // Rows with ids are compared by these; here a row without one meets the others of its handle.
        let nameless = group.iter().filter(|index| rows[**index].account_id.is_none());
        let nameless: Vec<usize> = nameless.copied().collect();
        if nameless.is_empty() {
            continue;
        }
        pairs.extend(overlaps(&nameless, days, |index| index));
        pairs.extend(overlaps(&group, days, |index| rows[index].account_id.is_none()));
    }
    pairs.sort_unstable();
    pairs.dedup_by_key(|(later, _)| *later);
    let duplicated = pairs.iter().map(|(later, _)| *later).collect();
    for (later, earlier) in pairs {
        let (row, other) = (&rows[later], &rows[earlier]);
        let other_handle = match (&row.handle, &other.handle) {
            (Some(here), Some(there)) if here != there => {
                format!(" (as '@{}' there and '@{}' here)", shown(there.as_str()), shown(here.as_str()))
            }
            _ => String::new(),
        };
        let what = format!(
            "{} lists the account for the same organisation and days{other_handle}",
            place.other(earlier)
        );
        let todo = "delete one of the two rows, or give them days that do not overlap";
        let (column, value) = name_of(row);
        problems.push(place.error(later, Kind::DuplicateAccount, what, todo).cell(column, value));
    }
    duplicated
}

/// One handle, one platform, the same days: two ids are a contradiction; so is one id with two handles.
fn handles(
    rows: &[Account],
    days: &[Days],
    mut said: Set<usize>,
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) {
    for group in groups(rows, |row| Some((&row.platform, row.handle.as_ref()?))) {
        let with_id: Vec<usize> =
            group.iter().copied().filter(|index| rows[*index].account_id.is_some()).collect();
        for (later, earlier) in overlaps(&with_id, days, |index| rows[index].account_id.as_ref()) {
            let (row, other) = (&rows[later], &rows[earlier]);
            let what = format!(
                "the handle stands for two accounts in the same days: {} on {}, {} here",
                shown(id_text(other)),
                place.other(earlier),
                shown(id_text(row))
            );
            let todo = "correct one of the ids, or give the rows the days in which each had the handle";
            let problem = place.error(later, Kind::ContradictoryHandle, what, todo);
            problems.push(problem.cell("handle", text(row.handle.as_ref())));
        }
        if with_id.is_empty() || with_id.len() == group.len() {
            continue;
        }
        for (a, b) in overlaps(&group, days, |index| rows[index].account_id.is_none()) {
            let (without, with) = if rows[a].account_id.is_none() { (a, b) } else { (b, a) };
            let same_organisation = rows[a].organisation_id == rows[b].organisation_id;
            if same_organisation || !said.insert(without) {
                continue; // reported as a duplicate, or said before
            }
            let what =
                format!("{} knows the id of this handle: {}", place.other(with), shown(id_text(&rows[with])));
            let todo = "write the id here too, or totals count the account twice";
            let problem = place.warning(without, Kind::IdKnownElsewhere, what, todo);
            problems.push(problem.cell("handle", text(rows[without].handle.as_ref())));
        }
    }
    for group in groups(rows, |row| row.account_id.as_ref()) {
        let named: Vec<usize> = group.into_iter().filter(|index| rows[*index].handle.is_some()).collect();
        for (later, earlier) in overlaps(&named, days, |index| rows[index].handle.as_ref()) {
            let (row, other) = (&rows[later], &rows[earlier]);
            if row.organisation_id == other.organisation_id {
                continue; // a duplicate, and reported as one
            }
            let what = format!(
                "the account has two handles in the same days: '@{}' on {}, '@{}' here",
                shown(&text(other.handle.as_ref())),
                place.other(earlier),
                shown(&text(row.handle.as_ref()))
            );
            let todo = "give each handle its days, or write the one of today in both rows";
            let problem = place.warning(later, Kind::TwoHandles, what, todo);
            problems.push(problem.cell("account_id", id_text(row)));
        }
    }
}

fn id_text(row: &Account) -> &str {
    row.account_id.as_ref().map_or("", |id| id.as_str())
}

fn text(handle: Option<&Handle>) -> String {
    handle.map_or_else(String::new, ToString::to_string)
}

fn name_of(row: &Account) -> (&'static str, String) {
    match (&row.account_id, &row.handle) {
        (Some(id), _) => ("account_id", id.to_string()),
        (None, handle) => ("handle", text(handle.as_ref())),
    }
}

/// Rows that share a key, where there are at least two, in the order of the file. Nearly every row is
/// alone with its key, so only those whose hash is not unique are put into a map.
fn groups<'a, K: Hash + Eq>(rows: &'a [Account], key: impl Fn(&'a Account) -> Option<K>) -> Vec<Vec<usize>> {
    let hasher = RandomState::new();
    let hash = |(index, row)| key(row).map(|key| (hasher.hash_one(key), index));
    let mut hashes: Vec<(u64, usize)> = rows.iter().enumerate().filter_map(hash).collect();
    hashes.sort_unstable();
    let runs = hashes.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1);
    let mut crowded: Vec<usize> = runs.flatten().map(|(_, index)| *index).collect();
    crowded.sort_unstable();

    let mut place: HashMap<K, Slot> = HashMap::with_capacity(crowded.len());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for index in crowded {
        let Some(key) = key(&rows[index]) else { continue };
        match place.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Slot::One(index));
            }
            Entry::Occupied(mut entry) => match *entry.get() {
                Slot::One(first) => {
                    entry.insert(Slot::Group(groups.len()));
                    groups.push(vec![first, index]);
                }
                Slot::Group(group) => groups[group].push(index),
            },
        }
    }
    groups
}

#[derive(Clone, Copy)]
enum Slot {
    One(usize),
    Group(usize),
}

fn overlaps<T: PartialEq>(group: &[usize], days: &[Days], tag: impl Fn(usize) -> T) -> Vec<(usize, usize)> {
    if group.len() < 2 {
        return Vec::new();
    }
    let items: Vec<(Days, T)> = group.iter().map(|index| (days[*index], tag(*index))).collect();
    clashes(&items).into_iter().map(|(later, earlier)| (group[later], group[earlier])).collect()
}
