//! Open data: the files, what every column means, the licence, how to cite.

use maud::html;

use crate::File;
use crate::data::SHEETS;
use crate::layout::{self, Page, Place, scroll};
use crate::number::count;
use crate::site::{OPEN_DATA, Site};
use crate::text::{name, web_address};

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(OPEN_DATA);
    let edition = site.edition;
    let publication = &edition.publication;
    let rows = |file: &str| match file {
        "figures.csv" => Some(edition.figures.len()),
        "group_figures.csv" => Some(edition.group_figures.len()),
        "organisations.csv" => Some(edition.organisations.len()),
        "closed.csv" => Some(edition.closed.len()),
        "names.csv" => Some(edition.organisations.iter().map(|entry| entry.past.names.len()).sum()),
        "successions.csv" => Some(crate::register_data::successions(edition).len()),
        "disagreements.csv" => Some(edition.disagreements.len()),
        "measures.csv" => Some(edition.measures.len()),
        "comparisons.csv" => Some(
            edition
                .comparisons
                .iter()
                .map(|comparison| crate::comparison_data::members(comparison).count())
                .sum(),
        ),
        "changes.csv" => Some(edition.changes.len()),
        "dictionary.csv" => Some(SHEETS.iter().map(|sheet| sheet.columns.len()).sum()),
        _ => None,
    };
    let files = html! {
        table {
            caption { "Files, as CSV in UTF-8" }
            thead { tr { th scope="col" { "File" } th scope="col" { "A row is" } th.num scope="col" { "Rows" } } }
            tbody {
                @for sheet in &SHEETS {
                    tr {
                        th scope="row" { a href=(place.to_data(sheet.file)) { (sheet.file) } }
                        td { (sheet.row) }
                        td.num { @match rows(sheet.file) { Some(0) => "none", Some(rows) => (crate::number::whole(rows as u64)), None => (layout::dash()) } }
                    }
                }
            }
        }
    };
    let year = edition.as_at.date(&site.zone).year();
    let content = html! {
        section aria-labelledby="files" {
            h2 id="files" { "The files" }
            (scroll("The files of the open data", &files))
            p {
                "Inputs, batches and the checksum of every file of this edition: "
                a href=(place.to_edition_json()) { "edition.json" }
                ". Each organisation’s page offers its own figures as CSV and JSON."
            }
            p {
                "Numbers are in full precision; what is missing is an empty cell, with its reason beside it, and never a zero. Ids are text: a spreadsheet must not read them as numbers. A text that a spreadsheet would run as a formula begins with an apostrophe that is not part of it."
            }
        }
        section aria-labelledby="dictionary" {
            h2 id="dictionary" { "What every column means" }
            @for sheet in &SHEETS {
                @let id = sheet.file.replace('.', "-");
                @let table = html! {
                    table {
                        caption { (sheet.row) }
                        thead { tr { th scope="col" { "Column" } th scope="col" { "Type" } th scope="col" { "Meaning" } } }
                        tbody { @for (column, kind, meaning) in sheet.columns {
                            tr { th scope="row" { code { (column) } } td { (kind) } td { (meaning) "." } }
                        } }
                    }
                };
                h3 id=(id) { (sheet.file) }
                (scroll(&format!("Columns of {}", sheet.file), &table))
            }
        }
        section aria-labelledby="licence" {
            h2 id="licence" { "Licence" }
            @match &publication.licence {
                Some(licence) => { p { "The figures may be used under " bdi { (name(licence)) } "." } }
                None => { p { "The publisher has not stated a licence. Ask before you publish them again." } }
            }
        }
        section aria-labelledby="cite" {
            h2 id="cite" { "How to cite" }
            p.cite {
                @if let Some(publisher) = &publication.publisher { bdi { (name(publisher)) } } @else { "(no publisher stated)" }
                " (" (year) "). " cite { bdi { (name(&edition.title)) } } ", edition " (name(&edition.edition))
                ". Data as at " (crate::when::day_of(edition.as_at, &site.zone)) "."
                @if let Some(url) = publication.url.as_deref().and_then(web_address) { " " a href=(url) { (url) } }
            }
        }
    };
    let page = Page {
        title: format!("Open data – {}", crate::text::shorten(&name(&edition.title), 40)),
        description: "Every figure with its interval, its n and its reason where it is missing, as CSV."
            .to_owned(),
        kicker: None,
        heading: html! { "Open data" },
        lead: html! {
          @if let Some(words) = super::next::so_far(site) { "The register of this edition, and every definition that figures will have. " (words) }
          @else {
            "Every figure on these pages, " (count(edition.figures.len() as u64, "figures")) " of organisations and "
            (crate::number::whole(edition.group_figures.len() as u64)) " of groups, each with its interval, its n, or the reason why there is no value."
          }
        },
        content,
        limits: vec![],
        place,
    };
    layout::file(site, page)
}
