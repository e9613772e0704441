//! The register: who belongs, what became of those that closed, who was renamed, who is not listed any
//! more, where sources disagree, what is not known. Tables list what is special, and not everyone.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use someasure_model::Entry;

use crate::File;
use crate::layout::{self, Page, Place, scroll};
use crate::number::{count, whole};
use crate::pages::past;
use crate::sentences;
use crate::site::{METHODS, OPEN_DATA, ORGANISATIONS, REGISTER, Site};
use crate::stage::Stage;
use crate::text::{name, sentence};

/// With more regions than this a table of them says little.
const MOST_REGIONS: usize = 80;

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(REGISTER);
    let edition = site.edition;
    let content = html! {
        section aria-labelledby="who" {
            h2 id="who" { "Who belongs" }
            (who(site))
            (by_region(site))
            (shared(site))
            p { "Each of them has a page: " a href=(place.to(ORGANISATIONS)) { "organisations" } "." }
        }
        (past::closed(site, &place))
        (past::renamed(site, &place))
        (past::not_listed(site, &place))
        (past::left(site, &place))
        (past::disagreements(site, &place))
        (gaps(site))
    };
    let page = Page {
        title: format!("Register – {}", crate::text::shorten(&name(&edition.title), 40)),
        description: "Who belongs, under which name, since when, and what became of the others.".to_owned(),
        kicker: None,
        heading: html! { "The register" },
        lead: lead(site),
        content,
        limits: vec![
            html! { "The register is as good as its sources. Every row names its own; the files are under " a href=(place.to(OPEN_DATA)) { "open data" } ", the licences on the " a href={ (place.to(METHODS)) "#sources" } { "methods page" } "." },
            html! { "A body that a newer list leaves out may go on, under this code or another. Only a stated day closes a body." },
            html! { "Lists show names on the days of their issue. When between two lists a name changed, they do not show." },
        ],
        place,
    };
    layout::file(site, page)
}

fn lead(site: &Site<'_>) -> Markup {
    let edition = site.edition;
    let organisations = edition.organisations.len() as u64;
    let nations: Vec<String> =
        nations(site).into_iter().map(|(nation, n)| format!("{} in {nation}", whole(n))).collect();
    html! {
        @if organisations == 0 { "No organisation is in the register yet." }
        @else {
            (count(organisations, "organisations")) (if organisations == 1 { " belongs" } else { " belong" }) " to this edition"
            @if nations.len() > 1 && nations.len() <= 12 { ": " (sentences::list(&nations)) }
            "."
        }
        @if !edition.closed.is_empty() {
            " " (count(edition.closed.len() as u64, "bodies")) " had closed by then: below is what became of "
            (if edition.closed.len() == 1 { "it" } else { "them" }) ", as far as a source says."
        }
    }
}

/// How many organisations each nation has, where any is stated.
pub(crate) fn nations(site: &Site<'_>) -> BTreeMap<String, u64> {
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for nation in site.edition.organisations.iter().filter_map(|entry| entry.organisation.nation.as_ref()) {
        *counted.entry(name(nation)).or_default() += 1;
    }
    counted
}

/// Organisations, and those with an account entered.
type Counts<K> = BTreeMap<K, (u64, u64)>;

fn counted<K: Ord>(site: &Site<'_>, key: impl Fn(&Entry) -> K) -> Counts<K> {
    let mut counted: Counts<K> = BTreeMap::new();
    for entry in &site.edition.organisations {
        let found = counted.entry(key(entry)).or_default();
        found.0 += 1;
        found.1 += u64::from(!entry.accounts.is_empty());
    }
    counted
}

fn stated(value: Option<&String>) -> String {
    value.map_or_else(|| "not stated".to_owned(), |value| name(value))
}

/// Counts by nation and type; the same on the first page as long as nothing is collected.
pub(crate) fn who(site: &Site<'_>) -> Markup {
    let organisations = &site.edition.organisations;
    if organisations.is_empty() {
        return html! { p { "Nobody is in the register yet." } };
    }
    let has_nation = organisations.iter().any(|entry| entry.organisation.nation.is_some());
    let rows =
        counted(site, |entry| (stated(entry.organisation.nation.as_ref()), name(&entry.organisation.kind)));
    let accounts = site.stage != Stage::NoAccount;
    let total: u64 = rows.values().map(|(_, with)| with).sum();
    let table = html! {
        table.counts {
            caption { "Organisations by " @if has_nation { "nation and " } "type" @if accounts { ", and how many of them have an account entered" } }
            thead { tr {
                @if has_nation { th scope="col" { "Nation" } }
                th scope="col" { "Type" }
                th.num scope="col" { "All" }
                @if accounts { th.num scope="col" { "With an account" } }
            } }
            tbody {
                @for ((nation, kind), (all, with)) in &rows {
                    tr {
                        @if has_nation { th scope="row" { bdi { (nation) } } }
                        th scope="row" { bdi { (kind) } }
                        td.num { (whole(*all)) }
                        @if accounts { td.num { (none_or(*with)) } }
                    }
                }
            }
            tfoot { tr {
                th scope="row" { "All" }
                @if has_nation { td {} }
                td.num { (whole(organisations.len() as u64)) }
                @if accounts { td.num { (none_or(total)) } }
            } }
        }
    };
    html! {
        (scroll("Organisations by nation and type", &table))
        @if !accounts { p { "No account has been entered for any of them yet." } }
    }
}

/// A count, where none is better said than counted.
pub(crate) fn none_or(n: u64) -> String {
    if n == 0 { "none".to_owned() } else { whole(n) }
}

fn by_region(site: &Site<'_>) -> Markup {
    let organisations = &site.edition.organisations;
    let regions: BTreeSet<&String> =
        organisations.iter().filter_map(|entry| entry.organisation.region.as_ref()).collect();
    if regions.len() < 2 {
        return html! {};
    }
    if regions.len() > MOST_REGIONS {
        return html! { p { "They are in " (count(regions.len() as u64, "places")) ", which the list of organisations names." } };
    }
    let has_nation = nations(site).len() > 1;
    let accounts = site.stage != Stage::NoAccount;
    let rows = counted(site, |entry| {
        let nation = if has_nation { stated(entry.organisation.nation.as_ref()) } else { String::new() };
        (nation, entry.organisation.region.is_none(), stated(entry.organisation.region.as_ref()))
    });
    let table = html! {
        table.counts {
            caption { "Organisations by region, as the register states it" }
            thead { tr {
                @if has_nation { th scope="col" { "Nation" } }
                th scope="col" { "Region" }
                th.num scope="col" { "All" }
                @if accounts { th.num scope="col" { "With an account" } }
            } }
            tbody {
                @for ((nation, _, region), (all, with)) in &rows {
                    tr {
                        @if has_nation { th scope="row" { bdi { (nation) } } }
                        th scope="row" { bdi { (region) } }
                        td.num { (whole(*all)) }
                        @if accounts { td.num { (none_or(*with)) } }
                    }
                }
            }
        }
    };
    scroll("Organisations by region", &table)
}

/// How many accounts several bodies share.
fn shared(site: &Site<'_>) -> Markup {
    let shared: BTreeSet<_> = site
        .edition
        .organisations
        .iter()
        .flat_map(|entry| entry.shared_with.iter().map(|(account, _)| account))
        .collect();
    html! {
        @match shared.len() as u64 {
            0 => {}
            1 => { p { "1 account is shared by several organisations: it counts for each of them, and once in totals." } }
            n => { p { (whole(n)) " accounts are shared by several organisations: each counts for each of them, and once in totals." } }
        }
    }
}

fn gaps(site: &Site<'_>) -> Markup {
    let gaps = &site.edition.gaps;
    html! {
        section aria-labelledby="gaps" {
            h2 id="gaps" { "What the register does not have" }
            @if gaps.is_empty() { p { "Those who keep it have noted no gap. That does not mean that there is none." } }
            @else {
                dl.facts {
                    @for gap in gaps { div { dt { bdi { (sentences::capital(&name(&gap.what))) } } dd { bdi { (sentence(&sentences::capital(&gap.why))) } } } }
                }
            }
        }
    }
}
