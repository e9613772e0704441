//! `edition.json`: what an edition is, what it was made from and what it is made of, so that anyone can
//! check a copy and rebuild it. Keys come in a fixed order.

use serde::Serialize;
use someasure_model::{BatchNote, Edition, Gap, Input, Instant, Period};

use crate::view::{STATUSES, View};

#[derive(Serialize)]
struct Manifest<'a> {
    title: &'a str,
    edition: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    simulated: bool,
    services: &'a [String],
    period: &'a Period,
    as_at: Instant,
    time_zone: &'a str,
    tool_version: &'a str,
    schema_version: u32,
    seed: u64,
    counts: Counts,
    register: Register<'a>,
    withdrawn: usize,
    inputs: &'a [Input],
    batches: &'a [BatchNote],
    outputs: Vec<Input>,
}

#[derive(Serialize)]
struct Counts {
    organisations: usize,
    accounts: usize,
    measures: usize,
    figures: Statuses,
    group_figures: Statuses,
}

/// What the register knows beyond who belongs.
#[derive(Serialize)]
struct Register<'a> {
    closed: usize,
    successor_not_stated: usize,
    not_listed: usize,
    other_names: usize,
    successions: usize,
    disagreements: usize,
    gaps: &'a [Gap],
}

impl<'a> Register<'a> {
    fn of(edition: &'a Edition) -> Self {
        let entries = || edition.organisations.iter();
        Self {
            closed: edition.closed.len(),
            successor_not_stated: edition.closed.iter().filter(|body| body.successors.is_empty()).count(),
            not_listed: entries().filter(|entry| entry.past.not_listed.is_some()).count(),
            other_names: entries().map(|entry| entry.past.names.len()).sum(),
            successions: crate::register_data::successions(edition).len(),
            disagreements: edition.disagreements.len(),
            gaps: &edition.gaps,
        }
    }
}

#[derive(Default, Serialize)]
struct Statuses {
    shown: usize,
    too_few: usize,
    not_collected: usize,
    not_offered: usize,
    not_covered: usize,
    not_reached: usize,
    not_computable: usize,
}

impl Statuses {
    fn of<'a>(answers: impl Iterator<Item = &'a someasure_model::Answer>) -> Self {
        let mut counted = [0_usize; STATUSES.len()];
        for answer in answers {
            let status = View::without_reason(answer).status();
            if let Some(at) = STATUSES.iter().position(|(id, _)| *id == status) {
                counted[at] += 1;
            }
        }
        let [shown, too_few, not_collected, not_offered, not_covered, not_reached, not_computable] = counted;
        Self { shown, too_few, not_collected, not_offered, not_covered, not_reached, not_computable }
    }
}

/// The edition's own description. `files` are all other files of the edition, as path below its
/// directory, SHA-256 in hex and size in bytes; they are written sorted by path.
pub fn edition_json(edition: &Edition, files: &[(String, String, u64)]) -> Vec<u8> {
    let zone = someasure_model::time::time_zone(&edition.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let mut outputs: Vec<Input> = files
        .iter()
        .map(|(path, sha256, bytes)| Input { path: path.clone(), sha256: sha256.clone(), bytes: *bytes })
        .collect();
    outputs.sort();
    let manifest = Manifest {
        title: &edition.title,
        edition: &edition.edition,
        simulated: edition.simulated,
        services: &edition.services,
        period: &edition.period,
        as_at: edition.as_at,
        time_zone: &edition.time_zone,
        tool_version: &edition.provenance.tool_version,
        schema_version: edition.provenance.schema_version,
        seed: edition.provenance.seed,
        counts: Counts {
            organisations: edition.organisations.len(),
            accounts: crate::coverage::Tally::of(edition, &zone).accounts,
            measures: edition.measures.len(),
            figures: Statuses::of(edition.figures.iter().map(|figure| &figure.answer)),
            group_figures: Statuses::of(edition.group_figures.iter().map(|figure| &figure.answer)),
        },
        register: Register::of(edition),
        withdrawn: edition.provenance.withdrawn,
        inputs: &edition.provenance.inputs,
        batches: &edition.provenance.batches,
        outputs,
    };
    let json = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    let mut json = crate::text::escape_hidden(&json).into_bytes();
    json.push(b'\n');
    json
}
