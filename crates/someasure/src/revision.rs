//! How an edition differs from the one before it, read from what that one published: its `edition.json` and its open
//! data. Both lists of figures are in the same order and are read side by side, so that millions need no memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use someasure_ledger::hash::sha256;
use someasure_model::{
    Body, Edition, Figure, Input, Instant, Interval, MeasureId, Moved, OrganisationId, Platform, Restated,
    Revision,
};
use someasure_stats as stats;

use crate::compare::scale_of;
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;

/// A moved figure would be called so by chance once in twenty times among all that are called so.
const FALSE_DISCOVERIES: f64 = 0.05;

/// The edition that this one follows.
pub(crate) struct Before {
    directory: PathBuf,
    name: String,
    as_at: Instant,
    /// The period of its main figures.
    period: String,
    /// What the edition says it was made from.
    pub(crate) input: Input,
}

/// Organisation, platform, measure, period: what a figure answers.
type Subject = (OrganisationId, Platform, MeasureId, String);

/// What a published figure said.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    version: u32,
    value: Option<f64>,
    interval: Option<Interval>,
}

impl Before {
    /// The edition before: the one that `[publication] previous` names, else the newest of this project whose data are
    /// older. `None` for the first.
    pub(crate) fn of(folder: &Folder) -> Outcome<Option<Self>> {
        let editions = folder.root.join("editions");
        match folder.project.publication.previous.as_deref() {
            Some("none") => Ok(None),
            Some(name) => Self::open(&editions, name).map(Some),
            None => {
                let mut found = Vec::new();
                for name in names(&editions)? {
                    if name != folder.project.edition {
                        // What cannot be read is no edition of ours; who wants it names it, and is told why not.
                        found.extend(Self::open(&editions, &name).ok());
                    }
                }
                found.retain(|before| before.as_at < folder.project.as_at);
                Ok(found.into_iter().max_by(|a, b| (a.as_at, &a.name).cmp(&(b.as_at, &b.name))))
            }
        }
    }

    fn open(editions: &Path, name: &str) -> Outcome<Self> {
        let directory = editions.join(name);
        let path = directory.join("edition.json");
        let wrong = |what: String| {
            Failure::wrong_data(format!(
                "editions/{name}: {what}; correct [publication] previous in someasure.toml, or write previous = \"none\""
            ))
        };
        let bytes =
            fs::read(&path).map_err(|error| wrong(format!("edition.json cannot be read ({error})")))?;
        let manifest: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|error| wrong(format!("edition.json is no JSON ({error})")))?;
        let text = |at: &str| {
            let found = manifest.pointer(at).and_then(|value| value.as_str());
            found.map(str::to_owned).ok_or_else(|| wrong(format!("edition.json has no {at}")))
        };
        let as_at = text("/as_at")?.parse().map_err(|error| wrong(format!("as_at: {error}")))?;
        let input = Input {
            path: format!("editions/{name}/edition.json"),
            sha256: sha256(&bytes),
            bytes: bytes.len() as u64,
        };
        Ok(Self { name: text("/edition")?, period: text("/period/id")?, as_at, input, directory })
    }

    /// How `edition` differs from it.
    pub(crate) fn compared_with(&self, edition: &Edition) -> Outcome<Revision> {
        let versions: BTreeMap<&MeasureId, u32> =
            edition.measures.iter().map(|measure| (&measure.id, measure.version)).collect();
        let (mut restated, mut added, mut gone) = (Vec::new(), 0, 0);
        let mut main: BTreeMap<(OrganisationId, Platform, MeasureId), Said> = BTreeMap::new();
        let mut now = edition.figures.iter().peekable();
        let mut last: Option<Subject> = None;
        for row in self.figures()? {
            let (subject, said) = row?;
            if last.as_ref().is_some_and(|last| *last >= subject) {
                let what = "data/figures.csv is not in its order; take the published file";
                return Err(Failure::wrong_data(format!("editions/{}: {what}", self.name)));
            }
            while now.peek().is_some_and(|figure| of(figure) < by(&subject)) {
                now.next();
                added += 1;
            }
            match now.next_if(|figure| of(figure) == by(&subject)) {
                None => gone += 1,
                Some(figure) => restated.extend(restatement(figure, &said, &versions)),
            }
            if subject.3 == self.period {
                main.insert((subject.0.clone(), subject.1.clone(), subject.2.clone()), said);
            }
            last = Some(subject);
        }
        added += now.count() as u64;
        let (joined, left) = self.bodies(edition)?;
        Ok(Revision {
            edition: self.name.clone(),
            as_at: self.as_at,
            restated,
            figures_added: added,
            figures_gone: gone,
            joined,
            gone: left,
            moved: if edition.period.id == self.period.as_str() {
                Vec::new()
            } else {
                moved(edition, &main)?
            },
        })
    }

    /// Its figures, row by row.
    fn figures(&self) -> Outcome<impl Iterator<Item = Outcome<(Subject, Said)>>> {
        let path = self.directory.join("data").join("figures.csv");
        let shown = format!("editions/{}/data/figures.csv", self.name);
        let file = File::open(&path).with_context(|| shown.clone())?;
        let mut reader = csv::Reader::from_reader(std::io::BufReader::with_capacity(1 << 20, file));
        let header = reader.headers().with_context(|| shown.clone())?.clone();
        let column = |name: &str| {
            header
                .iter()
                .position(|found| found == name)
                .ok_or_else(|| Failure::wrong_data(format!("{shown} has no column '{name}'")))
        };
        let subject =
            [column("organisation_id")?, column("platform")?, column("measure_id")?, column("period")?];
        let version = column("measure_version")?;
        let numbers = [column("value")?, column("lower")?, column("upper")?, column("level")?];
        Ok(reader.into_records().map(move |record| {
            let record = record.with_context(|| shown.clone())?;
            let line = record.position().map_or(0, csv::Position::line);
            let get = |at: usize| record.get(at).unwrap_or_default();
            let wrong = |what: &dyn std::fmt::Display| anyhow!("{shown}, line {line}: {what}");
            let number = |at: usize| match get(at) {
                "" => Ok(None),
                text => text.parse::<f64>().map(Some).map_err(|error| wrong(&format!("'{text}': {error}"))),
            };
            let [value, lower, upper, level] =
                [number(numbers[0])?, number(numbers[1])?, number(numbers[2])?, number(numbers[3])?];
            let interval = match (lower, upper, level) {
                (Some(lower), Some(upper), Some(level)) => Some(Interval { lower, upper, level }),
                _ => None,
            };
            let subject = (
                get(subject[0]).parse().map_err(|error| wrong(&error))?,
                get(subject[1]).parse().map_err(|error| wrong(&error))?,
                get(subject[2]).parse().map_err(|error| wrong(&error))?,
                get(subject[3]).to_owned(),
            );
            let version = get(version).parse().map_err(|error| wrong(&error))?;
            Ok((subject, Said { version, value, interval }))
        }))
    }

    /// Who joined since, and who left, by name.
    fn bodies(&self, edition: &Edition) -> Outcome<(Vec<Body>, Vec<Body>)> {
        let shown = format!("editions/{}/data/organisations.csv", self.name);
        let path = self.directory.join("data").join("organisations.csv");
        let mut reader = csv::Reader::from_path(&path).with_context(|| shown.clone())?;
        let header = reader.headers().with_context(|| shown.clone())?.clone();
        let place = |name: &str| header.iter().position(|found| found == name);
        let (Some(id), Some(name)) = (place("organisation_id"), place("name")) else {
            return Err(Failure::wrong_data(format!("{shown} lacks the column organisation_id or name")));
        };
        let mut then = BTreeMap::new();
        for record in reader.records() {
            let record = record.with_context(|| shown.clone())?;
            let organisation_id: OrganisationId =
                record.get(id).unwrap_or_default().parse().map_err(|error| anyhow!("{shown}: {error}"))?;
            then.insert(organisation_id, record.get(name).unwrap_or_default().to_owned());
        }
        let now: BTreeSet<&OrganisationId> =
            edition.organisations.iter().map(|entry| &entry.organisation.organisation_id).collect();
        let joined = edition
            .organisations
            .iter()
            .map(|entry| &entry.organisation)
            .filter(|organisation| !then.contains_key(&organisation.organisation_id))
            .map(|organisation| Body {
                organisation_id: organisation.organisation_id.clone(),
                name: organisation.name.clone(),
            });
        let joined = joined.collect();
        let mut left: Vec<Body> = then
            .into_iter()
            .filter(|(id, _)| !now.contains(id))
            .map(|(organisation_id, name)| Body { organisation_id, name })
            .collect();
        left.sort_by(|a, b| {
            (a.name.to_lowercase(), &a.organisation_id).cmp(&(b.name.to_lowercase(), &b.organisation_id))
        });
        Ok((joined, left))
    }
}

/// Directories of `editions/` that may hold an edition.
fn names(editions: &Path) -> Outcome<Vec<String>> {
    let Ok(entries) = fs::read_dir(editions) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| editions.display().to_string())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn of(figure: &Figure) -> (&str, &str, &str, &str) {
    let Figure { organisation_id, platform, measure_id, period, .. } = figure;
    (organisation_id.as_str(), platform.as_str(), measure_id.as_str(), period)
}

fn by(subject: &Subject) -> (&str, &str, &str, &str) {
    (subject.0.as_str(), subject.1.as_str(), subject.2.as_str(), &subject.3)
}

/// That the same question has another answer now, and why.
fn restatement(figure: &Figure, said: &Said, versions: &BTreeMap<&MeasureId, u32>) -> Option<Restated> {
    let new = figure.answer.value();
    if new == said.value {
        return None;
    }
    let version = versions.get(&figure.measure_id).copied().unwrap_or(figure.measure_version);
    let why = if version != said.version {
        format!("the measure is now asked in its version {version}")
    } else if new.is_none() || said.value.is_none() {
        "what is known of its accounts changed".to_owned()
    } else {
        "the data that are known of that time changed".to_owned()
    };
    Some(Restated {
        organisation_id: figure.organisation_id.clone(),
        platform: figure.platform.clone(),
        measure_id: figure.measure_id.clone(),
        period: figure.period.clone(),
        old: said.value,
        new,
        why,
    })
}

/// Main figures that differ from those of the edition before by more than their errors explain: the difference over the
/// root of both squared errors, on the scale of comparisons, with false discoveries controlled over all
/// (Benjamini–Hochberg). Whether two intervals overlap is no test.
fn moved(
    edition: &Edition,
    then: &BTreeMap<(OrganisationId, Platform, MeasureId), Said>,
) -> Outcome<Vec<Moved>> {
    let measures: BTreeMap<&MeasureId, &someasure_model::Measure> =
        edition.measures.iter().map(|measure| (&measure.id, measure)).collect();
    let mut found = Vec::new();
    let mut p_values = Vec::new();
    for figure in edition.figures.iter().filter(|figure| figure.period == edition.period.id) {
        let key = (figure.organisation_id.clone(), figure.platform.clone(), figure.measure_id.clone());
        let (Some(measure), Some(said)) = (measures.get(&figure.measure_id), then.get(&key)) else {
            continue;
        };
        let (Some(new), Some(now), Some(old), Some(before)) =
            (figure.answer.value(), figure.answer.interval(), said.value, said.interval)
        else {
            continue;
        };
        if said.version != figure.measure_version {
            continue;
        }
        let scale = scale_of(measure, [new, now.lower, old, before.lower].iter().any(|value| *value < 0.0));
        let error = |interval: Interval| {
            let ends = stats::Interval { lower: interval.lower, upper: interval.upper };
            scale.error(ends, interval.level)
        };
        let (Ok(now), Ok(before)) = (error(now), error(before)) else { continue };
        let error = now.hypot(before);
        if error > 0.0 {
            let z = (scale.place(new) - scale.place(old)) / error;
            p_values.push((2.0 * stats::normal_cdf(-z.abs()).unwrap_or(0.5)).min(1.0));
            found.push(Moved { organisation_id: key.0, platform: key.1, measure_id: key.2, old, new });
        }
    }
    let rates = stats::adjusted_p_values(&p_values, stats::Adjustment::BenjaminiHochberg)
        .map_err(|why| anyhow!("comparing with the edition before: {why}"))?;
    Ok(found
        .into_iter()
        .zip(rates)
        .filter(|(_, rate)| *rate <= FALSE_DISCOVERIES)
        .map(|(row, _)| row)
        .collect())
}
