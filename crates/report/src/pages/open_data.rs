//! Open data: the files, what every column means, the licence, how to cite.

use maud::{Markup, PreEscaped, html};

use crate::File;
use crate::data::SHEETS;
use crate::layout::{self, Page, Place, scroll};
use crate::number::count;
use crate::open_data::{Listed, citation, linked, workbook};
use crate::simulated::columns;
use crate::site::{OPEN_DATA, Site};
use crate::text::name;

/// The page. `files` are all of the data folder; the first `data_only` of them hold data, the others describe them.
pub(crate) fn page(site: &Site<'_>, files: &[Listed], data_only: usize) -> File {
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
        "dictionary.csv" => Some(SHEETS.iter().map(|sheet| columns(edition, sheet).count()).sum()),
        _ => None,
    };
    let (data, others) = files.split_at(data_only.min(files.len()));
    let row = |listed: &Listed, rows: Option<Markup>| {
        html! {
            tr {
                th scope="row" { a href=(place.to_data(&listed.name)) { (listed.name) } }
                td { (listed.what()) }
                td { (listed.format()) }
                td.num { (crate::number::bytes(listed.bytes)) }
                @if let Some(rows) = rows { td.num { (rows) } }
            }
        }
    };
    let head = |rows: bool| {
        html! {
            thead { tr {
                th scope="col" { "File" } th scope="col" { "What it holds" } th scope="col" { "Format" } th.num scope="col" { "Size" }
                @if rows { th.num scope="col" { "Rows" } }
            } }
        }
    };
    let rows_of = |listed: &Listed| match rows(&listed.name) {
        Some(0) => html! { "none" },
        Some(rows) => html! { (crate::number::whole(rows as u64)) },
        None => layout::dash(),
    };
    let data_files = html! {
        table { caption { "Data" } (head(true)) tbody { @for listed in data { (row(listed, Some(rows_of(listed)))) } } }
    };
    let other_files = html! {
        table { caption { "Descriptions of the data" } (head(false)) tbody { @for listed in others { (row(listed, None)) } } }
    };
    let codes = html! {
        table {
            caption { "What status says in CSV and Parquet" }
            thead { tr { th scope="col" { "Code" } th scope="col" { "Meaning" } } }
            tbody { @for (code, meaning) in crate::view::STATUSES { tr { th scope="row" { code { (code) } } td { (meaning) "." } } } }
        }
    };
    let codes_of_cells = html! {
        table {
            caption { "What stands in a cell without an entry in the spreadsheet" }
            thead { tr { th scope="col" { "Code" } th scope="col" { "Meaning" } } }
            tbody { @for (code, meaning) in workbook::CODES { tr { th scope="row" { code { (code) } } td { (meaning) "." } } } }
        }
    };
    let checksums = html! {
        table {
            caption { "SHA-256 of every file" }
            thead { tr { th scope="col" { "File" } th scope="col" { "Checksum" } } }
            tbody { @for listed in files { tr { th scope="row" { (listed.name) } td { code { (listed.sha256) } } } } }
        }
    };
    let content = html! {
        section aria-labelledby="files" {
            h2 id="files" { "The files" }
            (scroll("The files with data", &data_files))
            (scroll("The files that describe the data", &other_files))
            p {
                "Inputs, batches and the checksum of every file of this edition: "
                a href=(place.to_edition_json()) { "edition.json" }
                ". Each organisation’s page offers its own figures as CSV and JSON."
            }
            p {
                "Numbers are in full precision; what is missing is an empty cell, with its reason beside it, and never a zero. Ids are text: a spreadsheet must not read them as numbers. A text that a spreadsheet would run as a formula begins with an apostrophe that is not part of it."
            }
        }
        section aria-labelledby="missing" {
            h2 id="missing" { "What is missing, and why" }
            p { "CSV and Parquet leave a cell without an entry empty; the column status says why there is no value, and the column reason says it in words." }
            (scroll("Codes of the column status", &codes))
            (scroll("Codes in the spreadsheet", &codes_of_cells))
        }
        (examples(site))
        section aria-labelledby="dictionary" {
            h2 id="dictionary" { "What every column means" }
            @for sheet in &SHEETS {
                @let id = sheet.file.replace('.', "-");
                @let table = html! {
                    table {
                        caption { (sheet.row) }
                        thead { tr { th scope="col" { "Column" } th scope="col" { "Type" } th scope="col" { "Meaning" } } }
                        tbody { @for (column, kind, meaning) in columns(edition, sheet) {
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
            p.cite { bdi { (citation::sentence(edition)) } }
            p {
                "For reference managers: " a href=(place.to_data("CITATION.cff")) { "CITATION.cff" }
                ". To cite one figure, add the measure, its version and the organisation’s code."
            }
        }
        section aria-labelledby="checksums" {
            h2 id="checksums" { "Checksums" }
            p {
                "To see whether a copy is whole, run " code { "sha256sum -c CHECKSUMS.sha256" }
                " in the data folder. " a href=(place.to_data("CHECKSUMS.sha256")) { "CHECKSUMS.sha256" } " has the same list."
            }
            details { summary { "Show the checksums" } (scroll("Checksums of the files", &checksums)) }
        }
        (PreEscaped(format!(
            "<script type=\"application/ld+json\">{}</script>",
            linked::for_script(&linked::schema_org(edition, data, &place.to_data("")))
        )))
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

/// One question, asked in three programs: how a measure's main figures lie.
fn examples(site: &Site<'_>) -> Markup {
    let Some(measure) = site.edition.measures.iter().find(|measure| {
        crate::site::is_own(measure)
            && !super::is_about_collecting(measure)
            && site
                .edition
                .figures
                .iter()
                .any(|figure| figure.measure_id == measure.id && figure.answer.value().is_some())
    }) else {
        return html! {};
    };
    let (id, period) = (&measure.id, crate::text::clean(site.headline_period(measure)));
    // Both stand inside quotation marks of programs.
    let period = period.replace(['\'', '"', '\\'], "");
    let pandas = format!(
        "import pandas as pd\n\nfigures = pd.read_csv(\"figures.csv\", dtype={{\"organisation_id\": str, \"period\": str}})\nshown = figures[(figures.measure_id == \"{id}\") & (figures.period == \"{period}\") & (figures.status == \"shown\")]\nprint(shown[[\"organisation_id\", \"platform\", \"value\", \"lower\", \"upper\", \"n\"]])"
    );
    let duckdb = format!(
        "import duckdb\n\nprint(duckdb.sql(\"\"\"\n    SELECT platform, median(value) AS median, count(value) AS shown, count(*) AS asked\n    FROM 'figures.parquet'\n    WHERE measure_id = '{id}' AND period = '{period}'\n    GROUP BY platform ORDER BY platform\n\"\"\"))"
    );
    let r = format!(
        "figures <- read.csv(\"figures.csv\", colClasses = c(organisation_id = \"character\", period = \"character\"))\nshown <- subset(figures, measure_id == \"{id}\" & period == \"{period}\" & status == \"shown\")\naggregate(value ~ platform, data = shown, FUN = median)"
    );
    html! {
        section aria-labelledby="examples" {
            h2 id="examples" { "One question, three ways" }
            p { "How the figures of one measure, " bdi { (name(&measure.title)) } ", lie. Each example is run in a copy of the data folder." }
            h3 id="python" { "Python" }
            p { "With pandas, from CSV:" }
            section.scroll tabindex="0" aria-label="The example in Python with pandas" { pre { code { (pandas) } } }
            p { "With DuckDB, from Parquet:" }
            section.scroll tabindex="0" aria-label="The example in SQL" { pre { code { (duckdb) } } }
            h3 id="r" { "R" }
            section.scroll tabindex="0" aria-label="The example in R" { pre { code { (r) } } }
            h3 id="spreadsheet" { "A spreadsheet" }
            ol {
                li { "Open figures.xlsx and go to the sheet figures." }
                li { "In the column measure_id choose " code { (id) } " with the filter, and in the column status choose " code { "shown" } "." }
                li { "Select the column value: the status bar says how many there are and what their mean is. In a free cell, " code { "=SUBTOTAL(101,table_figures[value])" } " gives the mean of what the filter shows." }
            }
        }
    }
}
