//! Everything of the open data that is made from other files of it: what describes them for programs, catalogues and
//! people, the spreadsheet, the checksums, and the page that lists them. All of it follows the one description of the
//! sheets, so that a new column is nowhere forgotten.

pub(crate) mod citation;
pub(crate) mod linked;
mod schema;
pub(crate) mod workbook;
mod zip;

use serde_json::Value;
use sha2::{Digest, Sha256};
use someasure_model::Edition;

use crate::File;
use crate::data::SHEETS;
use crate::site::Site;
use crate::text::{clean, name, note, shorten};

/// The longest title in files for machines.
pub(crate) const TITLE_LIMIT: usize = 400;

/// A file of the data folder with what can be said of its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// Its name in `data/`.
    pub(crate) name: String,
    /// Size.
    pub(crate) bytes: u64,
    /// Hash in hex.
    pub(crate) sha256: String,
}

impl Listed {
    fn of(path: &str, bytes: &[u8]) -> Self {
        use std::fmt::Write as _;
        let sha256 = Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let name = path.strip_prefix("data/").unwrap_or(path).to_owned();
        Self { name, bytes: bytes.len() as u64, sha256 }
    }

    /// As the register of media types names it.
    pub(crate) fn mediatype(&self) -> &'static str {
        match self.name.rsplit('.').next().unwrap_or_default() {
            "csv" => "text/csv",
            "parquet" => "application/vnd.apache.parquet",
            "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "jsonld" => "application/ld+json",
            "json" => "application/json",
            "md" => "text/markdown",
            "cff" => "application/yaml",
            _ => "text/plain",
        }
    }

    /// The format in words.
    pub(crate) fn format(&self) -> &'static str {
        match self.name.rsplit('.').next().unwrap_or_default() {
            "csv" => "CSV, for any program",
            "parquet" => "Parquet, for statistics programs",
            "xlsx" => "Excel workbook, for spreadsheets",
            "jsonld" => "JSON-LD, for catalogues",
            "json" => "JSON, for programs",
            "md" => "plain text",
            "cff" => "citation file, for reference managers",
            _ => "plain text",
        }
    }

    /// What it holds.
    pub(crate) fn what(&self) -> &'static str {
        if let Some(sheet) = SHEETS.iter().find(|sheet| sheet.file == self.name) {
            return sheet.row;
        }
        match self.name.as_str() {
            "figures.parquet" => "The rows of figures.csv",
            "figures.xlsx" => "All tables as sheets, figures of each measure’s main period only",
            "datapackage.json" => "Data Package: all files, their columns and keys",
            "dataset.jsonld" => "schema.org’s description of the data",
            "dcat.jsonld" => "DCAT description of the data",
            "CITATION.cff" => "How to cite",
            "README.md" => "What this folder holds",
            "CHECKSUMS.sha256" => "SHA-256 of every file",
            _ if self.name.ends_with(".csv-metadata.json") => "CSVW: the columns of the CSV of that name",
            _ => "A file of the edition",
        }
    }
}

/// The open data as a spreadsheet; `None` where they are more than any can hold.
pub fn workbook(edition: &Edition) -> Option<File> {
    let bytes = workbook::xlsx(edition).ok()?;
    Some(File { path: format!("data/{WORKBOOK}"), bytes })
}

const WORKBOOK: &str = "figures.xlsx";

/// What describes the open data, and the page that lists it; the spreadsheet too, if it is not there yet. `files` are the
/// files of the edition that are written already, the figures as Parquet among them: path below the edition's directory,
/// SHA-256 in hex, size in bytes.
pub fn open_data(edition: &Edition, files: &[(String, String, u64)]) -> Vec<File> {
    let mut listed: Vec<Listed> = files
        .iter()
        .filter_map(|(path, sha256, bytes)| {
            let name = path.strip_prefix("data/")?.to_owned();
            Some(Listed { name, bytes: *bytes, sha256: sha256.clone() })
        })
        .collect();
    let place = |name: &str| SHEETS.iter().position(|sheet| sheet.file == name).unwrap_or(SHEETS.len());
    listed.sort_by(|a, b| (place(&a.name), &a.name).cmp(&(place(&b.name), &b.name)));
    let mut out = Vec::new();
    if !listed.iter().any(|file| file.name == WORKBOOK)
        && let Some(file) = workbook(edition)
    {
        listed.push(Listed::of(&file.path, &file.bytes));
        out.push(file);
    }
    let mut more = vec![schema::data_package(edition, &listed)];
    more.extend(SHEETS.iter().map(|sheet| schema::csvw(edition, sheet)));
    more.push(json_file("dataset.jsonld", &linked::schema_org(edition, &listed, "")));
    more.push(json_file("dcat.jsonld", &linked::dcat(edition, &listed)));
    more.push(citation::cff(edition));
    more.push(citation::readme(edition, &listed));
    let data_only = listed.len();
    listed.extend(more.iter().map(|file| Listed::of(&file.path, &file.bytes)));
    more.push(citation::checksums(&listed));
    listed.extend(more.last().map(|file| Listed::of(&file.path, &file.bytes)));
    out.extend(more);
    out.push(crate::pages::open_data::page(&Site::new(edition), &listed, data_only));
    let page = out.split_off(out.len() - 1);
    out.extend(crate::simulated::marked(edition, page));
    out
}

/// A licence that has a name of its own in SPDX's list.
pub(crate) struct Licence {
    pub(crate) spdx: &'static str,
    pub(crate) title: &'static str,
    pub(crate) url: &'static str,
}

const LICENCES: [(&[&str], Licence); 6] = [
    (
        &["CCBY40", "CREATIVECOMMONSATTRIBUTION40", "CREATIVECOMMONSATTRIBUTION40INTERNATIONAL"],
        Licence {
            spdx: "CC-BY-4.0",
            title: "Creative Commons Attribution 4.0",
            url: "https://creativecommons.org/licenses/by/4.0/",
        },
    ),
    (
        &["CCBYSA40", "CREATIVECOMMONSATTRIBUTIONSHAREALIKE40"],
        Licence {
            spdx: "CC-BY-SA-4.0",
            title: "Creative Commons Attribution-ShareAlike 4.0",
            url: "https://creativecommons.org/licenses/by-sa/4.0/",
        },
    ),
    (
        &["CC0", "CC010", "CC010UNIVERSAL"],
        Licence {
            spdx: "CC0-1.0",
            title: "CC0 1.0",
            url: "https://creativecommons.org/publicdomain/zero/1.0/",
        },
    ),
    (
        &["OGLUK30", "OGL30", "OGLV30", "OPENGOVERNMENTLICENCEV30", "OPENGOVERNMENTLICENCE30"],
        Licence {
            spdx: "OGL-UK-3.0",
            title: "Open Government Licence v3.0",
            url: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        },
    ),
    (
        &["ODBL10", "ODBL"],
        Licence {
            spdx: "ODbL-1.0",
            title: "Open Database License 1.0",
            url: "https://opendatacommons.org/licenses/odbl/1-0/",
        },
    ),
    (
        &["ODCBY10"],
        Licence {
            spdx: "ODC-By-1.0",
            title: "Open Data Commons Attribution License 1.0",
            url: "https://opendatacommons.org/licenses/by/1-0/",
        },
    ),
];

/// The stated licence, if it is one of those that programs know. Nothing is guessed: the words must be its name.
pub(crate) fn licence(edition: &Edition) -> Option<&'static Licence> {
    let stated: String = edition
        .publication
        .licence
        .as_deref()?
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    LICENCES.iter().find(|(names, _)| names.contains(&stated.as_str())).map(|(_, licence)| licence)
}

/// Title and edition.
pub(crate) fn title(edition: &Edition) -> String {
    format!("{}, edition {}", name(&edition.title), name(&edition.edition))
}

/// Who publishes, or that nobody is stated.
pub(crate) fn publisher(edition: &Edition) -> String {
    edition.publication.publisher.as_deref().map_or_else(|| "(publisher not stated)".to_owned(), name)
}

/// On what terms.
pub(crate) fn licence_sentence(edition: &Edition) -> String {
    match &edition.publication.licence {
        Some(licence) => format!("The figures may be used under {}.", shorten(&clean(licence), TITLE_LIMIT)),
        None => {
            "The publisher has not stated a licence. Ask before you publish the figures again.".to_owned()
        }
    }
}

/// What the data are, in a few sentences.
pub(crate) fn description(edition: &Edition) -> String {
    note(&format!(
        "{}How public bodies use social media, {}: {} measures of {} organisations, {}. Each figure has its interval and its count, or the reason why there is no value.",
        crate::simulated::in_words(edition),
        crate::when::period(&edition.period.id),
        edition.measures.len(),
        edition.organisations.len(),
        edition.services.iter().map(|service| name(service)).collect::<Vec<_>>().join(", "),
    ))
}

/// A name for machines, from title and edition: small letters, digits, strokes.
pub(crate) fn slug(edition: &Edition) -> String {
    let mut out = String::new();
    for c in title(edition).chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_matches(['-', '.']).to_owned()
}

pub(crate) fn file(name: &str, text: String) -> File {
    File { path: format!("data/{name}"), bytes: text.into_bytes() }
}

fn json_file(name: &str, value: &Value) -> File {
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    file(name, crate::text::escape_hidden(&json) + "\n")
}
