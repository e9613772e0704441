//! Evidence and objections: whether they speak of an account that is there, and whether they still count.

use jiff::civil::Date;
use someasure_model::{AccountId, Platform, Register};

use super::{Place, Set, dates_in_order, platform_known, repeats};
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
    let mut listed: Set<AccountId> = Set::new();
    if !register.evidence.is_empty() {
        for row in &register.accounts {
            listed.extend(row.account_id.clone());
            listed.extend(row.handle.as_ref().map(|handle| AccountId::provisional(&row.platform, handle)));
        }
    }
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
        if all_listed && !listed.contains(&row.account_id) {
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
