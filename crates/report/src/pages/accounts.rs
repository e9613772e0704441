//! The accounts of an organisation: since when, shared with whom, left when and why, and how well they
//! could be seen. Where none is known: what to do.

use maud::{Markup, html};
use someasure_model::{Account, Entry, Table};

use crate::coverage;
use crate::layout::outside;
use crate::number::whole;
use crate::pages::next;
use crate::sentences;
use crate::site::Site;
use crate::text::{bdi, name, sentence};

pub(crate) fn section(site: &Site<'_>, entry: &Entry) -> Markup {
    let people = entry.accounts.iter().filter(|account| coverage::is_person(account)).count() as u64;
    html! {
        section aria-labelledby="accounts" {
            h2 id="accounts" { "Its accounts, and how well we could see them" }
            ul.accounts {
                @for account in entry.accounts.iter().filter(|account| !coverage::is_person(account)) {
                    li {
                        h3 {
                            (account.platform.title()) " "
                            span.handle { bdi { (handle(account)) } }
                        }
                        p {
                            @if let Some(role) = &account.role { (sentences::capital(&name(role))) " account" } @else { "Account" }
                            @match (account.from, account.to) {
                                (Some(from), Some(to)) => { ", from " (crate::when::day(from)) " to " (crate::when::day(to)) "." }
                                (Some(from), None) => { ", since " (crate::when::day(from)) "." }
                                (None, Some(to)) => { ", until " (crate::when::day(to)) "." }
                                (None, None) => { "; since when is not known." }
                            }
                            @let sharers = shared_with(entry, account);
                            @if !sharers.is_empty() {
                                " Shared with "
                                @for (i, sharer) in sharers.iter().take(10).enumerate() { @if i > 0 { ", " } (bdi(sharer)) }
                                @if sharers.len() > 10 { " and " (whole(sharers.len() as u64 - 10)) " more" }
                                ": it counts for each of them, and once in totals."
                            }
                        }
                        (left(site, account))
                        (verified(entry, account))
                        @let seen = coverage::of_account(entry, account, Table::Post);
                        p.seen.cut-off[seen.is_some_and(coverage::is_cut)] {
                            @for (i, words) in coverage::sentences(seen, site.edition, &site.zone).iter().enumerate() {
                                @if i > 0 { " " }
                                (words)
                            }
                        }
                    }
                }
            }
            @if people > 0 {
                p {
                    @if people == 1 { "1 account of a person is counted and not listed" }
                    @else { (whole(people)) " accounts of people are counted and not listed" }
                    ": people appear here only with their consent."
                }
            }
        }
    }
}

fn handle(account: &Account) -> String {
    match (&account.handle, &account.account_id) {
        (Some(handle), _) => format!("@{}", name(handle.as_str())),
        (None, Some(id)) => name(id.as_str()),
        (None, None) => "(no handle known)".to_owned(),
    }
}

fn shared_with<'a>(entry: &'a Entry, account: &Account) -> &'a [String] {
    let ids = coverage::ids(account);
    entry.shared_with.iter().find(|(id, _)| ids.contains(id)).map_or(&[], |(_, names)| names.as_slice())
}

/// Where no account is known: what to do about it, once.
pub(crate) fn missing(site: &Site<'_>) -> Markup {
    html! {
        section aria-labelledby="accounts" {
            h2 id="accounts" { "If it has an account" }
            p {
                (next::tell_us(site))
                " Whoever prepares this edition enters it in the sheet that " code { "someasure template accounts" }
                " writes, and takes it in with " code { "someasure import accounts FILE" } "."
            }
        }
    }
}

/// How and when it was verified that the account is the organisation's.
fn verified(entry: &Entry, account: &Account) -> Markup {
    let ids = coverage::ids(account);
    let found: Vec<_> = entry.evidence.iter().filter(|row| ids.contains(&row.account_id)).collect();
    html! {
        p.verified {
            @if found.is_empty() { "How we know that it is its own is not recorded, or the check is out of date." }
            @for (i, row) in found.iter().enumerate() {
                @if i > 0 { " " }
                (sentences::capital(&class(&row.class))) " on " (crate::when::day(row.checked_at))
                @if !row.checked_by.is_empty() { " by " bdi { (name(&row.checked_by)) } }
                @if crate::text::web_address(&row.url).is_some() { ": " (outside(&row.url)) }
                "."
            }
        }
    }
}

/// A class of evidence in words; one that is not known as it is.
fn class(class: &str) -> String {
    match class {
        "link_from_site" => "its official site linked to it".to_owned(),
        "link_back" => "it linked back to the official site".to_owned(),
        "person" => "a person checked it".to_owned(),
        other => format!("verified ({})", name(other)),
    }
}

/// That an account was left, as a decision; nothing while it is in use.
fn left(site: &Site<'_>, account: &Account) -> Markup {
    let reason = html! {
        @match &account.reason_for_leaving {
            Some(reason) => { "The reason given: " bdi { (sentence(reason)) } }
            None => { "No reason stated." }
        }
        " Leaving a platform is a decision, and not a failure."
    };
    html! {
        @match (in_use(site, account), account.to, &account.reason_for_leaving) {
            (false, Some(to), _) => { p.decision { "Left on " (crate::when::day(to)) ". " (reason) } }
            (true, Some(to), Some(_)) => { p.decision { "To be left on " (crate::when::day(to)) ". " (reason) } }
            (true, None, Some(_)) => { p.decision { "Left; the day is not stated. " (reason) } }
            _ => {}
        }
    }
}

/// Whether the account is still the organisation's on the day of the edition.
pub(crate) fn in_use(site: &Site<'_>, account: &Account) -> bool {
    let today = site.edition.as_at.date(&site.zone);
    account.to.is_none_or(|to| to >= today)
}
