//! Evidence and objections: whether they speak of an account that is there, and whether they still count.

use std::collections::HashMap;

use jiff::civil::Date;
use someasure_model::{Handle, Platform, Register};

use super::{Place, dates_in_order, platform_known, repeats};
use crate::load::Margins;
use crate::problem::{Kind, Problem};

pub(super) fn check(
    register: &Register,
    margins: &Margins,
    known_platform: &dyn Fn(&Platform) -> bool,
    today: Date,
    problems: &mut Vec<Problem>,
) {
    let place = Place::new("register/evidence.csv", &margins.evidence);
    let named: Vec<Option<(Platform, Handle)>> = register
        .evidence
        .iter()
        .map(|row| row.account_id.provisional_handle().map(|handle| (row.account_id.platform(), handle)))
        .collect();
    let listed = listed(register, &named);
    // Where a row of accounts.csv could not be read, its account is not listed and not missing either.
    let all_listed = !margins.accounts_incomplete;
    for (index, row) in register.evidence.iter().enumerate() {
        platform_known(&row.account_id.platform(), known_platform, place, index, problems);
        let span = (("checked_at", Some(row.checked_at)), ("expires", row.expires));
        dates_in_order(place, index, span.0, span.1, problems);
        if let Some(expires) = row.expires.filter(|expires| *expires < today) {
            let what = format!("the evidence has expired (the data are as at {today})");
            let todo = "check the account again and add what you find";
            let problem = place.warning(index, Kind::ExpiredEvidence, what, todo);
            problems.push(problem.cell("expires", expires.to_string()));
        }
        if all_listed && !listed[index] {
            let what = "no such account in accounts.csv";
            let todo = "add the account there, or correct the id";
            let problem = place.warning(index, Kind::EvidenceWithoutAccount, what, todo);
            problems.push(problem.cell("account_id", row.account_id.as_str()));
        }
    }
    let place = Place::new("register/objections.csv", &margins.objections);
    for (index, row) in register.objections.iter().enumerate() {
        platform_known(&row.account_id.platform(), known_platform, place, index, problems);
    }
    for (index, first) in repeats(register.objections.iter().map(|row| &row.account_id)) {
        let what = format!("says the same as {}", place.other(first));
        problems.push(place.warning(index, Kind::RepeatedRow, what, "delete one of the two rows"));
    }
}

/// For each row of evidence whether its account stands in `accounts.csv`. There is less evidence than
/// there are accounts, so the evidence is what is looked up.
fn listed(register: &Register, named: &[Option<(Platform, Handle)>]) -> Vec<bool> {
    let (mut ids, mut handles) = (HashMap::new(), HashMap::new());
    for (row, named) in register.evidence.iter().zip(named) {
        match named {
            Some((platform, handle)) => drop(handles.insert((platform, handle), false)),
            None => drop(ids.insert(&row.account_id, false)),
        }
    }
    for account in &register.accounts {
        if let Some(found) = account.account_id.as_ref().and_then(|id| ids.get_mut(id)) {
            *found = true;
        }
        if let Some(handle) = &account.handle
            && let Some(found) = handles.get_mut(&(&account.platform, handle))
        {
            *found = true;
        }
    }
    let rows = register.evidence.iter().zip(named);
    rows.map(|(row, named)| match named {
        Some((platform, handle)) => handles[&(platform, handle)],
        None => ids[&row.account_id],
    })
    .collect()
}
