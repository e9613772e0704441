//! What people write beside figures: case studies, replies of measured bodies, reviews of what is to be celebrated, errata, and
//! the publisher's own look. Text files of the project; the report prints them as they are.

use std::fs;
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;
use someasure_model::{CaseStudy, Erratum, Input, Look, MeasureId, OrganisationId, Platform, Reply, Review};

use crate::failure::Outcome;
use crate::folder::{Wrong, input};

/// All of it, each list in its order.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) case_studies: Vec<CaseStudy>,
    pub(crate) replies: Vec<Reply>,
    pub(crate) reviews: Vec<Review>,
    pub(crate) errata: Vec<Erratum>,
    pub(crate) look: Look,
}

/// The lines between `+++` and `+++` at the top of `case-studies/*.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseStudyHead {
    title: String,
    organisation_id: Option<OrganisationId>,
    organisation: String,
    /// Who consented to what, and when: no story without it.
    consent: String,
}

/// The same of `replies/*.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyHead {
    organisation_id: OrganisationId,
    name: String,
    on: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewRow {
    organisation_id: OrganisationId,
    platform: Platform,
    measure_id: MeasureId,
    by: String,
    on: Date,
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErratumRow {
    on: Date,
    what: String,
}

impl Told {
    /// Reads what there is; nothing is an error but what cannot be read.
    pub(crate) fn read(root: &Path, inputs: &mut Vec<Input>, wrong: &mut Wrong) -> Outcome<Self> {
        let mut told = Self::default();
        for (path, text) in pages(root, "case-studies", inputs, wrong)? {
            match parted::<CaseStudyHead>(&text) {
                Ok((head, paragraphs)) if !head.consent.trim().is_empty() => {
                    told.case_studies.push(CaseStudy {
                        title: head.title,
                        organisation_id: head.organisation_id,
                        organisation: head.organisation,
                        paragraphs,
                        consent: head.consent,
                    })
                }
                Ok(_) => wrong.push(format!("{path}: `consent` is empty; say who agreed to what, and when")),
                Err(why) => wrong.push(format!("{path}: {why}")),
            }
        }
        for (path, text) in pages(root, "replies", inputs, wrong)? {
            match parted::<ReplyHead>(&text) {
                Ok((head, paragraphs)) => {
                    let ReplyHead { organisation_id, name, on } = head;
                    told.replies.push(Reply { organisation_id, name, on, paragraphs });
                }
                Err(why) => wrong.push(format!("{path}: {why}")),
            }
        }
        told.replies.sort_by(|a, b| {
            (a.name.to_lowercase(), &a.organisation_id, a.on).cmp(&(
                b.name.to_lowercase(),
                &b.organisation_id,
                b.on,
            ))
        });
        told.reviews = table(root, "reviews.csv", inputs, wrong, |row: ReviewRow| {
            let ReviewRow { organisation_id, platform, measure_id, by, on, words } = row;
            Review { organisation_id, platform, measure_id, by, on, words }
        })?;
        told.errata =
            table(root, "errata.csv", inputs, wrong, |ErratumRow { on, what }| Erratum { on, what })?;
        told.errata.sort_by_key(|erratum| std::cmp::Reverse(erratum.on));
        if let Some(theme) = read(root, "theme.css", inputs, wrong)? {
            let look = Look { theme: Some(theme), papers: false };
            match look.theme().map(drop) {
                Ok(()) => told.look = look,
                Err(why) => wrong.push(format!("theme.css: {why}")),
            }
        }
        Ok(told)
    }
}

/// A text file of the project, if it is there.
fn read(root: &Path, path: &str, inputs: &mut Vec<Input>, wrong: &mut Wrong) -> Outcome<Option<String>> {
    match fs::read(root.join(path)) {
        Ok(bytes) => {
            inputs.push(input(path, &bytes));
            match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n"))),
                Err(_) => {
                    wrong.push(format!("{path}: it is not UTF-8; save it as UTF-8"));
                    Ok(None)
                }
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::Error::new(error).context(path.to_owned()).into()),
    }
}

/// The Markdown files of a folder, by name.
fn pages(
    root: &Path,
    folder: &str,
    inputs: &mut Vec<Input>,
    wrong: &mut Wrong,
) -> Outcome<Vec<(String, String)>> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return Ok(Vec::new()) };
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    let mut pages = Vec::new();
    for name in names {
        let path = format!("{folder}/{name}");
        if let Some(text) = read(root, &path, inputs, wrong)? {
            pages.push((path, text));
        }
    }
    Ok(pages)
}

/// The head in TOML, and the words after it, paragraph by paragraph.
fn parted<Head: serde::de::DeserializeOwned>(text: &str) -> Result<(Head, Vec<String>), String> {
    let parted = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
    let (head, words) =
        parted.ok_or("it must begin with a line +++, lines like title = \"…\", and a line +++")?;
    let head = toml::from_str(head).map_err(|error| error.to_string().trim_end().to_owned())?;
    let paragraphs: Vec<String> = words
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    if paragraphs.is_empty() {
        Err("it has no words after its head".to_owned())
    } else {
        Ok((head, paragraphs))
    }
}

/// The rows of a CSV file of the project.
fn table<Row: serde::de::DeserializeOwned, T>(
    root: &Path,
    path: &str,
    inputs: &mut Vec<Input>,
    wrong: &mut Wrong,
    make: impl Fn(Row) -> T,
) -> Outcome<Vec<T>> {
    let Some(text) = read(root, path, inputs, wrong)? else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        match row {
            Ok(row) => rows.push(make(row)),
            Err(error) => wrong.push(match error.kind() {
                csv::ErrorKind::Deserialize { pos: Some(at), err } => {
                    format!("{path}: line {}: {err}; correct it", at.line())
                }
                _ => format!("{path}: {error}"),
            }),
        }
    }
    Ok(rows)
}
