//! All organisations from A to Z, with a filter for those who have script.

use maud::{Markup, html};
use someasure_model::Entry;

use crate::File;
use crate::layout::{self, Page, Place, dash, scroll};
use crate::number::count;
use crate::site::{METHODS, ORGANISATIONS, Site, organisation_path};
use crate::text::{bdi, name};

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(ORGANISATIONS);
    let edition = site.edition;
    let n = edition.organisations.len() as u64;
    let services: Vec<String> = edition.services.iter().map(|service| name(service)).collect();
    let content = html! {
        div.filter hidden data-filter="organisations" {
            label for="filter" { "Find an organisation by name, code, type or place" }
            input type="search" id="filter" autocomplete="off" spellcheck="false";
            p role="status" {}
        }
        @if n == 0 { p { "There is none in this edition." } } @else { (table(site, &place)) }
    };
    let page = Page {
        title: format!("Organisations – {}", crate::text::shorten(&name(&edition.title), 40)),
        description: format!("{} from A to Z, each with a page of its own.", count(n, "organisations")),
        kicker: None,
        heading: html! { "Organisations" },
        lead: html! {
            (count(n, "organisations")) " of " (crate::sentences::list(&services)) ", in alphabetical order. Each has a page with its accounts, its figures and its peers."
        },
        content,
        limits: vec![html! {
            "An organisation without an account here may have one that the register does not know. How the register was made is on the "
            a href=(place.to(METHODS)) { "methods page" } "."
        }],
        place,
    };
    layout::file(site, page)
}

fn table(site: &Site<'_>, place: &Place) -> Markup {
    let mut entries: Vec<&Entry> = site.edition.organisations.iter().collect();
    entries.sort_by_cached_key(|entry| name(&entry.organisation.name).to_lowercase());
    let has_groups = site.edition.peer_groups.iter().any(|group| group.id != "all");
    let table = html! {
        table id="organisations" data-sort="" {
            caption { "Organisations, their peer groups and the platforms on which they have an account in use" }
            thead { tr {
                th scope="col" { "Organisation" }
                th scope="col" { "Code" }
                th scope="col" { "Type" }
                th scope="col" { "Place" }
                @if has_groups { th scope="col" { "Peer group" } }
                th scope="col" { "Platforms" }
            } }
            tbody { @for entry in entries { (row(site, place, entry, has_groups)) } }
        }
    };
    scroll("Organisations from A to Z", &table)
}

fn row(site: &Site<'_>, place: &Place, entry: &Entry, has_groups: bool) -> Markup {
    let organisation = &entry.organisation;
    let today = site.edition.as_at.date(&site.zone);
    let mut platforms: Vec<&str> = entry
        .accounts
        .iter()
        .filter(|account| account.to.is_none_or(|to| to >= today))
        .map(|account| account.platform.title())
        .collect();
    platforms.sort_unstable();
    platforms.dedup();
    html! {
        tr {
            th scope="row" {
                a href=(place.to(&organisation_path(&organisation.organisation_id))) { (bdi(&organisation.name)) }
                @if organisation.closed.is_some_and(|closed| closed < today) { " (closed)" }
            }
            td { bdi { (name(organisation.organisation_id.code())) } }
            td { (bdi(&organisation.kind)) }
            td { @match organisation.region.as_ref().or(organisation.nation.as_ref()) { Some(region) => (bdi(region)), None => (dash()) } }
            @if has_groups { td { (bdi(&site.peers_of(entry).title)) } }
            td { @if platforms.is_empty() { "no account known" } @else { (platforms.join(", ")) } }
        }
    }
}
