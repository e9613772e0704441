//! `someasure diff`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Common, print_json};
use crate::console::{count, thousands};
use crate::failure::{Failure, Outcome};

/// What changed between two editions: new, gone, restated.
///
/// OLD and NEW are folders of editions (editions/2025.1) or their names. A figure is restated when the same question
/// about the same organisation, platform and period has another answer.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The earlier edition.
    old: PathBuf,
    /// The later edition.
    new: PathBuf,
    /// Show at most so many lines of each kind.
    #[arg(long, value_name = "N", default_value_t = 20)]
    most: usize,
}

/// Organisation, platform, measure, period.
type Subject = (String, String, String, String);

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
struct Said {
    version: String,
    value: String,
    lower: String,
    upper: String,
    n: String,
    status: String,
    reason: String,
}

#[derive(serde::Serialize)]
struct Restated {
    organisation_id: String,
    platform: String,
    measure_id: String,
    period: String,
    old: Said,
    new: Said,
    why: String,
}

#[derive(serde::Serialize)]
struct Report {
    unchanged: usize,
    restated: Vec<Restated>,
    added: Vec<Subject>,
    gone: Vec<Subject>,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let mut old = read(&place(&args.old, common))?;
    let new = read(&place(&args.new, common))?;
    let mut report = Report { unchanged: 0, restated: Vec::new(), added: Vec::new(), gone: Vec::new() };
    for (subject, said) in new {
        match old.remove(&subject) {
            None => report.added.push(subject),
            Some(before) if before == said => report.unchanged += 1,
            Some(before) => {
                let why = if before.version == said.version {
                    "the data changed".to_owned()
                } else {
                    format!("the measure changed from version {} to {}", before.version, said.version)
                };
                let (organisation_id, platform, measure_id, period) = subject;
                report.restated.push(Restated { organisation_id, platform, measure_id, period, old: before, new: said, why });
            }
        }
    }
    report.gone = old.into_keys().collect();
    if common.json {
        return print_json(console, &report);
    }
    console.say(&format!(
        "{} unchanged, {} restated, {} added, {} gone",
        count(report.unchanged as u64, "figure", "figures"),
        thousands(report.restated.len() as u64),
        thousands(report.added.len() as u64),
        thousands(report.gone.len() as u64)
    ));
    let show = |said: &Said| if said.value.is_empty() { said.status.clone() } else { said.value.clone() };
    for row in report.restated.iter().take(args.most) {
        console.say(&format!(
            "restated  {} {} {} {}: {} → {}, because {}",
            row.organisation_id, row.platform, row.measure_id, row.period, show(&row.old), show(&row.new), row.why
        ));
    }
    for (kind, subjects) in [("added", &report.added), ("gone", &report.gone)] {
        for (organisation, platform, measure, period) in subjects.iter().take(args.most) {
            console.say(&format!("{kind:<9} {organisation} {platform} {measure} {period}"));
        }
    }
    let longest = report.restated.len().max(report.added.len()).max(report.gone.len());
    if longest > args.most {
        console.say(&format!("(the first {} of each kind; --most N or --json shows more)", args.most));
    }
    Ok(())
}

/// A folder as given, or the name of one of the project's editions.
fn place(given: &Path, common: &Common) -> PathBuf {
    if given.exists() { given.to_owned() } else { common.project.join("editions").join(given) }
}

fn read(edition: &Path) -> Outcome<BTreeMap<Subject, Said>> {
    let path = edition.join("data").join("figures.csv");
    let mut reader = csv::Reader::from_path(&path).map_err(|error| {
        Failure::usage(format!("{} is no edition: {} cannot be read ({error})", edition.display(), path.display()))
    })?;
    let header = reader.headers().with_context(|| path.display().to_string())?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|found| found == name)
            .ok_or_else(|| Failure::wrong_data(format!("{} has no column '{name}'", path.display())))
    };
    let subject = [column("organisation_id")?, column("platform")?, column("measure_id")?, column("period")?];
    let said = [
        column("measure_version")?,
        column("value")?,
        column("lower")?,
        column("upper")?,
        column("n")?,
        column("status")?,
        column("reason")?,
    ];
    let mut figures = BTreeMap::new();
    for record in reader.records() {
        let record = record.with_context(|| path.display().to_string())?;
        let get = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let [organisation, platform, measure, period] = subject.map(get);
        let [version, value, lower, upper, n, status, reason] = said.map(get);
        figures.insert((organisation, platform, measure, period), Said { version, value, lower, upper, n, status, reason });
    }
    Ok(figures)
}
