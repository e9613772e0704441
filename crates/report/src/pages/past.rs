//! The register's tables of what is special: closed, renamed, not listed any more, accounts that were
//! left, sources that disagree.

use maud::{Markup, html};

use crate::coverage::is_person;
use crate::layout::{Place, dash, scroll};
use crate::number::{count, whole};
use crate::register::{self, MOST_ROWS};
use crate::site::Site;
use crate::text::{bdi, name, sentence};
use crate::when::day;

/// That a table ends before its rows do.
fn rest(place: &Place, all: usize, file: &str) -> Markup {
    html! {
        @if all > MOST_ROWS {
            p {
                "The first " (whole(MOST_ROWS as u64)) " of " (whole(all as u64)) " are shown; "
                a href=(place.to_data(file)) { (file) } " has all."
            }
        }
    }
}

pub(crate) fn closed(site: &Site<'_>, place: &Place) -> Markup {
    let closed = &site.edition.closed;
    let stated = closed.iter().filter(|body| !body.successors.is_empty()).count();
    let has_nation = closed.iter().any(|body| body.nation.is_some());
    let table = html! {
        table {
            caption { "Bodies that closed, the last one first, and who took over" }
            thead { tr {
                th scope="col" { "Body" }
                th scope="col" { "Type" }
                @if has_nation { th scope="col" { "Nation" } }
                th scope="col" { "Last day" }
                th scope="col" { "What became of it" }
            } }
            tbody {
                @for (at, body) in closed.iter().enumerate().take(MOST_ROWS) {
                    tr id=[site.known.anchor(at, body)] {
                        th scope="row" { (bdi(&body.name)) " (" bdi { (name(body.organisation_id.code())) } ")" }
                        td { (bdi(&body.kind)) }
                        @if has_nation { td { @match &body.nation { Some(nation) => (bdi(nation)), None => (dash()) } } }
                        td { (day(body.closed)) }
                        td.told {
                            @for to in &body.successors { p { (site.known.successor(place, to)) } }
                            @if body.successors.is_empty() { "successor not stated" }
                        }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="closed" {
            h2 id="closed" { "What became of those that closed" }
            @if closed.is_empty() { p { "The register has no body that had closed by the day of this edition." } }
            @else {
                p {
                    @match (stated, closed.len() - stated) {
                        (_, 0) => { "A source states who took over from each of them." }
                        (0, _) => { "No source states who took over. Where that is so, the register says “successor not stated” and does not guess." }
                        (with, without) => {
                            "For " (whole(with as u64)) " of them a source states who took over; for " (whole(without as u64))
                            " none does, and the register says “successor not stated” and does not guess."
                        }
                    }
                }
                (scroll("Bodies that closed", &table))
                (rest(place, closed.len(), "closed.csv"))
            }
        }
    }
}

pub(crate) fn renamed(site: &Site<'_>, place: &Place) -> Markup {
    let names: Vec<_> = site
        .edition
        .organisations
        .iter()
        .flat_map(|entry| entry.past.names.iter().map(move |past| (entry, past)))
        .collect();
    let by_lists = names.iter().any(|(_, past)| past.by_lists);
    let table = html! {
        table {
            caption { "Other names, and the name in this edition" }
            thead { tr {
                th scope="col" { "Other name" }
                th scope="col" { "Name in this edition" }
                th scope="col" { "When" }
            } }
            tbody {
                @for (entry, past) in names.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (bdi(&past.name)) }
                        td { (site.known.body(place, &entry.organisation.organisation_id, "")) }
                        td { (register::when_called(past)) }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="renamed" {
            h2 id="renamed" { "Who was renamed" }
            @if names.is_empty() { p { "The register has no other name of any organisation of this edition." } }
            @else {
                p {
                    "A body that is renamed keeps its code, and its past."
                    @if by_lists { " Where only lists tell, the days are those of the lists: the name may have been in use before and after." }
                }
                (scroll("Names that changed", &table))
                (rest(place, names.len(), "names.csv"))
            }
        }
    }
}

pub(crate) fn not_listed(site: &Site<'_>, place: &Place) -> Markup {
    let missing: Vec<_> = site
        .edition
        .organisations
        .iter()
        .filter_map(|entry| Some((entry, entry.past.not_listed.as_ref()?)))
        .collect();
    let table = html! {
        table {
            caption { "Organisations that the newest issue of their list leaves out" }
            thead { tr { th scope="col" { "Organisation" } th scope="col" { "List" } th scope="col" { "What is known" } } }
            tbody {
                @for (entry, missing) in missing.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (site.known.body(place, &entry.organisation.organisation_id, "")) }
                        td { bdi { (name(&missing.list)) } }
                        td { (register::not_listed(missing)) }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="not-listed" {
            h2 id="not-listed" { "Who is not listed any more" }
            @if missing.is_empty() { p { "No organisation of this edition is missing from the newest issue of a list that named it before." } }
            @else {
                p { "A list that leaves a body out does not say that it closed. It stays in this edition until a source states a last day." }
                (scroll("Not listed any more", &table))
                (rest(place, missing.len(), "organisations.csv"))
            }
        }
    }
}

/// Accounts that organisations left; nothing where there is none. People's are not listed.
pub(crate) fn left(site: &Site<'_>, place: &Place) -> Markup {
    let today = site.edition.as_at.date(&site.zone);
    let left: Vec<_> = site
        .edition
        .organisations
        .iter()
        .flat_map(|entry| entry.accounts.iter().map(move |account| (entry, account)))
        .filter(|(_, account)| account.to.is_some_and(|to| to < today) && !is_person(account))
        .collect();
    if left.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            caption { "Accounts that organisations left" }
            thead { tr {
                th scope="col" { "Organisation" } th scope="col" { "Platform" } th scope="col" { "Last day" } th scope="col" { "Reason" }
            } }
            tbody {
                @for (entry, account) in left.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (site.known.body(place, &entry.organisation.organisation_id, "")) }
                        td { (account.platform.title()) }
                        td { @match account.to { Some(to) => (day(to)), None => (dash()) } }
                        td { @match &account.reason_for_leaving { Some(reason) => bdi { (sentence(reason)) }, None => "no reason stated" } }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="left" {
            h2 id="left" { "Which accounts were left" }
            p { "Leaving a platform is a decision, and not a failure." }
            (scroll("Accounts that were left", &table))
            @if left.len() > MOST_ROWS { p { (count((left.len() - MOST_ROWS) as u64, "accounts")) " more are on the pages of their organisations." } }
        }
    }
}

pub(crate) fn disagreements(site: &Site<'_>, place: &Place) -> Markup {
    let found = &site.edition.disagreements;
    let table = html! {
        table {
            caption { "What two sources say of one body" }
            thead { tr {
                th scope="col" { "Body" } th scope="col" { "About its" } th scope="col" { "This edition goes by" } th scope="col" { "The other source says" }
            } }
            tbody {
                @for row in found.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (site.known.body(place, &row.organisation_id, &row.name)) }
                        td { bdi { (field(&row.field)) } }
                        td { (register::said(&row.ours)) ". " (register::source(&row.our_source)) }
                        td { (register::said(&row.theirs)) ". " (register::source(&row.their_source)) }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="disagreements" {
            h2 id="disagreements" { "Where sources disagree" }
            @if found.is_empty() { p { "The sources of the register do not contradict each other, as far as they were compared." } }
            @else {
                p { "Both sides are shown, and which of them this edition goes by. That is a choice, and not a proof." }
                (scroll("What two sources say of one body", &table))
                (rest(place, found.len(), "disagreements.csv"))
            }
        }
    }
}

/// A column's name as people say it.
pub(crate) fn field(field: &str) -> String {
    match field {
        "kind" => "type".to_owned(),
        "opened" => "first day".to_owned(),
        "closed" => "last day".to_owned(),
        "parent_id" => "parent body".to_owned(),
        other => name(other).replace('_', " "),
    }
}
