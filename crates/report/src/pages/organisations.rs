//! All organisations from A to Z, nation by nation where there are several, with a filter for those who
//! have script. Thousands have a page for each letter, so that none is heavy.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use someasure_model::Entry;

use crate::File;
use crate::layout::{self, Page, Place, dash, scroll};
use crate::number::{count, whole};
use crate::pages::accounts::in_use;
use crate::site::{METHODS, ORGANISATIONS, Site, organisation_path};
use crate::stage::Stage;
use crate::text::{bdi, name};

/// With more nations than this a part for each would be a list of headings.
const MOST_NATIONS: usize = 8;

/// More than this have a page for each letter.
const MOST_ON_A_PAGE: usize = 1_000;

/// The pages that this edition has, below `site/`.
pub(crate) fn paths(site: &Site<'_>) -> Vec<String> {
    let letters = letters(site);
    std::iter::once(ORGANISATIONS.to_owned()).chain(letters.into_iter().map(|letter| letter.path)).collect()
}

pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    let letters = letters(site);
    if letters.is_empty() {
        return vec![all(site)];
    }
    let mut files = vec![from_a_to_z(site, &letters)];
    files.extend(letters.iter().enumerate().map(|(nth, _)| letter(site, &letters, nth)));
    files
}

/// Organisations whose names begin with a letter, or some of them.
struct Letter<'a> {
    /// Below `site/`.
    path: String,
    /// `A`, or `A (2)`.
    title: String,
    part: Part<'a>,
}

/// A page for each letter; none where one page holds all.
fn letters<'a>(site: &Site<'a>) -> Vec<Letter<'a>> {
    if site.edition.organisations.len() <= MOST_ON_A_PAGE {
        return vec![];
    }
    let mut by_letter: BTreeMap<(bool, char), Vec<&'a Entry>> = BTreeMap::new();
    for entry in sorted(site) {
        let first = name(&entry.organisation.name).chars().find(|c| c.is_alphanumeric());
        let letter = first.map(plain_letter).filter(char::is_ascii_alphabetic);
        by_letter.entry((letter.is_none(), letter.unwrap_or('#'))).or_default().push(entry);
    }
    let mut letters = Vec::new();
    for ((other, c), entries) in by_letter {
        let parts = entries.chunks(MOST_ON_A_PAGE);
        let several = parts.len() > 1;
        for (nth, entries) in parts.enumerate() {
            let called = if other { "other".to_owned() } else { c.to_ascii_lowercase().to_string() };
            let title = if other { "Other".to_owned() } else { c.to_string() };
            let id = if several { format!("{called}-{}", nth + 1) } else { called };
            letters.push(Letter {
                path: format!("organisations/from-{id}.html"),
                title: if several { format!("{title} ({})", nth + 1) } else { title.clone() },
                part: Part { id: "organisations".to_owned(), title, entries: entries.to_vec() },
            });
        }
    }
    letters
}

/// A letter without its marks, so that É stands with E.
fn plain_letter(c: char) -> char {
    const MARKED: [(&str, char); 12] = [
        ("ÀÁÂÃÄÅĀĂĄÆ", 'A'),
        ("ÇĆČ", 'C'),
        ("ĎĐÐ", 'D'),
        ("ÈÉÊËĒĖĘĚ", 'E'),
        ("ÌÍÎÏĪĮ", 'I'),
        ("ŁĹĽ", 'L'),
        ("ÑŃŇ", 'N'),
        ("ÒÓÔÕÖØŌŐŒ", 'O'),
        ("ŚŠȘŞ", 'S'),
        ("ÙÚÛÜŪŮŰŲŴẀẂẄ", 'U'),
        ("ÝŸŶ", 'Y'),
        ("ŹŻŽ", 'Z'),
    ];
    let upper = c.to_uppercase().next().unwrap_or(c);
    match upper {
        'Ŵ' | 'Ẁ' | 'Ẃ' | 'Ẅ' => 'W',
        _ => MARKED.iter().find(|(marked, _)| marked.contains(upper)).map_or(upper, |(_, plain)| *plain),
    }
}

fn contents(place: &Place, letters: &[Letter<'_>], here: Option<usize>) -> Markup {
    html! {
        nav.jump aria-label="Organisations by letter" {
            ul {
                @for (nth, letter) in letters.iter().enumerate() {
                    li {
                        a href=(place.to(&letter.path)) aria-current=[(here == Some(nth)).then_some("page")] { (letter.title) }
                        @if here.is_none() { " (" (whole(letter.part.entries.len() as u64)) ")" }
                    }
                }
            }
        }
    }
}

/// The finder and the letters.
fn from_a_to_z(site: &Site<'_>, letters: &[Letter<'_>]) -> File {
    let place = Place::new(ORGANISATIONS);
    let content = html! {
        section.find aria-labelledby="find" {
            h2 id="find" { "Find an organisation" }
            form.filter action=(place.to(ORGANISATIONS)) method="get" role="search" {
                label for="find-name" { "Name, former name, code or place" }
                div.field {
                    input type="text" id="find-name" name="q" data-find="" autocomplete="off" spellcheck="false";
                }
            }
        }
        section aria-labelledby="letters" {
            h2 id="letters" { "From A to Z" }
            p { "By the first letter of the name." }
            (contents(&place, letters, None))
        }
    };
    organisations_page(
        site,
        place,
        "Organisations".to_owned(),
        html! { "by the first letter of their names" },
        content,
    )
}

/// One letter.
fn letter(site: &Site<'_>, letters: &[Letter<'_>], nth: usize) -> File {
    let of = &letters[nth];
    let place = Place::new(of.path.clone());
    let first = of.part.entries.first().map_or_else(String::new, |entry| name(&entry.organisation.name));
    let last = of.part.entries.last().map_or_else(String::new, |entry| name(&entry.organisation.name));
    let content = html! {
        (contents(&place, letters, Some(nth)))
        p { (count(of.part.entries.len() as u64, "organisations")) ", from " (bdi(&first)) " to " (bdi(&last)) "." }
        (table(site, &place, &of.part))
    };
    organisations_page(
        site,
        place,
        format!("Organisations: {}", of.title),
        html! { "of which this page has those under " (of.title) },
        content,
    )
}

fn organisations_page(site: &Site<'_>, place: Place, title: String, how: Markup, content: Markup) -> File {
    let n = site.edition.organisations.len() as u64;
    let page = Page {
        title: format!("{title} – {}", crate::text::shorten(&name(&site.edition.title), 40)),
        description: format!("{}, each with a page of its own.", count(n, "organisations")),
        kicker: None,
        heading: html! { (title) },
        lead: html! { (count(n, "organisations")) ", " (how) "." },
        content,
        limits: vec![html! {
            "An organisation without an account here may have one that the register does not know. How the register was made is on the "
            a href=(place.to(METHODS)) { "methods page" } "."
        }],
        place,
    };
    layout::file(site, page)
}

fn sorted<'a>(site: &Site<'a>) -> Vec<&'a Entry> {
    let mut entries: Vec<&'a Entry> = site.edition.organisations.iter().collect();
    entries.sort_by_cached_key(|entry| name(&entry.organisation.name).to_lowercase());
    entries
}

/// All on one page.
fn all(site: &Site<'_>) -> File {
    let place = Place::new(ORGANISATIONS);
    let edition = site.edition;
    let n = edition.organisations.len() as u64;
    let services: Vec<String> = edition.services.iter().map(|service| name(service)).collect();
    let parts = parts(site);
    let content = html! {
        div.filter hidden data-filter=(parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>().join(" ")) {
            label for="filter" { "Find an organisation by name, code, type or place" }
            input type="search" id="filter" autocomplete="off" spellcheck="false";
            p role="status" {}
        }
        @if site.stage == Stage::NoAccount && n > 0 {
            p { "No account has been entered for any of them yet. " a href=(place.to("index.html")) { "What to do next" } "." }
        }
        @match parts.as_slice() {
            [] => { p { "There is none in this edition." } }
            [all] => { (table(site, &place, all)) }
            parts => {
                nav.jump aria-label="Nations" {
                    ul { @for part in parts { li { a href={ "#" (part.id) "-part" } { bdi { (part.title) } } " (" (whole(part.entries.len() as u64)) ")" } } }
                }
                @for part in parts {
                    section.part id={ (part.id) "-part" } aria-labelledby={ (part.id) "-title" } {
                        h2 id={ (part.id) "-title" } { bdi { (part.title) } }
                        p { (kinds(part)) }
                        (table(site, &place, part))
                    }
                }
            }
        }
    };
    let page = Page {
        title: format!("Organisations – {}", crate::text::shorten(&name(&edition.title), 40)),
        description: format!("{}, each with a page of its own.", count(n, "organisations")),
        kicker: None,
        heading: html! { "Organisations" },
        lead: html! {
            (count(n, "organisations")) " of " (crate::sentences::list(&services)) ", "
            (if parts.len() > 1 { "nation by nation and each in alphabetical order" } else { "in alphabetical order" })
            ". Each has a page with what the register knows of it, its accounts, its figures and its peers."
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

/// The organisations of a nation, or all of them.
struct Part<'a> {
    id: String,
    title: String,
    entries: Vec<&'a Entry>,
}

/// One part for each nation where there are a few, so that each can be read by itself; else all in one.
fn parts<'a>(site: &Site<'a>) -> Vec<Part<'a>> {
    let entries = sorted(site);
    let mut nations: BTreeMap<(bool, String), Vec<&'a Entry>> = BTreeMap::new();
    for entry in &entries {
        let nation = entry.organisation.nation.as_ref();
        let title = nation.map_or_else(|| "Nation not stated".to_owned(), |nation| name(nation));
        nations.entry((nation.is_none(), title)).or_default().push(entry);
    }
    match nations.len() {
        0 => vec![],
        2..=MOST_NATIONS => nations
            .into_iter()
            .enumerate()
            .map(|(nth, ((_, title), entries))| Part {
                id: format!("organisations-{}", nth + 1),
                title,
                entries,
            })
            .collect(),
        _ => vec![Part {
            id: "organisations".to_owned(),
            title: "Organisations from A to Z".to_owned(),
            entries,
        }],
    }
}

/// How many there are of each type, whose names are in the singular: "health board (7), hospital trust (3)".
fn kinds(part: &Part<'_>) -> String {
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for entry in &part.entries {
        *counted.entry(name(&entry.organisation.kind)).or_default() += 1;
    }
    let all = count(part.entries.len() as u64, "organisations");
    if counted.len() > 12 {
        return format!("{all}.");
    }
    let kinds: Vec<String> = counted.into_iter().map(|(kind, n)| format!("{kind} ({})", whole(n))).collect();
    format!("{all}: {}.", kinds.join(", "))
}

fn table(site: &Site<'_>, place: &Place, part: &Part<'_>) -> Markup {
    let columns = Columns::of(site, part);
    let table = html! {
        table id=(part.id) data-sort="" {
            caption { (if columns.platforms { "Organisations and the platforms on which they have an account in use" } else { "Organisations" }) }
            thead { tr {
                th scope="col" { "Organisation" }
                th scope="col" { "Code" }
                th scope="col" { "Type" }
                @if columns.nation { th scope="col" { "Nation" } }
                @if columns.region { th scope="col" { "Region" } }
                @if columns.peers { th scope="col" { "Peer group" } }
                @if columns.platforms { th scope="col" { "Platforms" } }
            } }
            tbody { @for entry in &part.entries { (row(site, place, entry, &columns)) } }
        }
    };
    scroll(&format!("Organisations: {}", part.title), &table)
}

/// Which columns say something.
struct Columns {
    nation: bool,
    region: bool,
    peers: bool,
    platforms: bool,
}

impl Columns {
    fn of(site: &Site<'_>, part: &Part<'_>) -> Self {
        let is_nation = part.entries.len() < site.edition.organisations.len();
        let rows = || part.entries.iter().map(|entry| &entry.organisation);
        let first = rows().next().and_then(|row| row.nation.as_ref());
        // A peer group that everyone shares is no news; nor, within a nation, one that repeats the type.
        let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in &part.entries {
            groups.entry(&entry.organisation.kind).or_default().insert(&site.peers_of(entry).id);
        }
        let distinct: BTreeSet<&str> = groups.values().flatten().copied().collect();
        Self {
            nation: rows().any(|row| row.nation.as_ref() != first),
            region: rows().any(|row| row.region.is_some()),
            peers: distinct.len() > 1 && (!is_nation || groups.values().any(|of_kind| of_kind.len() > 1)),
            platforms: site.stage != Stage::NoAccount,
        }
    }
}

fn row(site: &Site<'_>, place: &Place, entry: &Entry, columns: &Columns) -> Markup {
    let organisation = &entry.organisation;
    let today = site.edition.as_at.date(&site.zone);
    let mut platforms: Vec<&str> = entry
        .accounts
        .iter()
        .filter(|account| in_use(site, account))
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
            @if columns.nation { td { @match &organisation.nation { Some(nation) => (bdi(nation)), None => (dash()) } } }
            @if columns.region { td { @match &organisation.region { Some(region) => (bdi(region)), None => (dash()) } } }
            @if columns.peers { td { (bdi(&site.peers_of(entry).title)) } }
            @if columns.platforms {
                td {
                    @if !platforms.is_empty() { (platforms.join(", ")) }
                    @else if entry.accounts.is_empty() { "no account known" }
                    @else { "none in use" }
                }
            }
        }
    }
}
