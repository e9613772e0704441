//! The register's open data beside `organisations.csv`: who closed, other names, who took over from whom,
//! where sources disagree.

use std::collections::BTreeSet;

use someasure_model::{Closed, Edition, OrganisationId, Succeeded};

use crate::data::{Sheet, day_or_empty, text};

pub(crate) const CLOSED: Sheet = Sheet {
    file: "closed.csv",
    row: "One body that had closed when the edition was made",
    columns: &[
        ("edition", "id", "The edition"),
        ("organisation_id", "id", "Its code, with the name of the register"),
        ("name", "text", "Its last name"),
        ("type", "text", "What kind of body it was"),
        ("nation", "text", "Nation"),
        ("closed", "day", "Its last day"),
        (
            "successors",
            "ids",
            "Who took over, separated by |: successions.csv; empty: no source states a successor",
        ),
    ],
};

pub(crate) const NAMES: Sheet = Sheet {
    file: "names.csv",
    row: "One other name of an organisation of this edition",
    columns: &[
        ("edition", "id", "The edition"),
        ("organisation_id", "id", "The organisation: organisations.csv"),
        ("name", "text", "The other name"),
        ("from", "day", "First day of use; where by_lists is true, of the first list that has it"),
        ("to", "day", "Last day of use; where by_lists is true, of the last list that has it"),
        (
            "by_lists",
            "true or false",
            "Whether the days are those of lists: the name may have been in use before and after",
        ),
    ],
};

pub(crate) const SUCCESSIONS: Sheet = Sheet {
    file: "successions.csv",
    row: "One body that took over from another, as a source states it",
    columns: &[
        ("edition", "id", "The edition"),
        ("predecessor_id", "id", "The body that ended or gave something away"),
        ("predecessor_name", "text", "Its name"),
        ("successor_id", "id", "The body that took over"),
        ("successor_name", "text", "Its name"),
        ("date", "day", "When, where the source states it"),
        ("kind", "code", "merger, split, transfer, recode (the same body under another code) or unspecified"),
        ("source", "text", "Which source says so, and where"),
    ],
};

pub(crate) const DISAGREEMENTS: Sheet = Sheet {
    file: "disagreements.csv",
    row: "Two sources that say different things of one body",
    columns: &[
        ("edition", "id", "The edition"),
        ("organisation_id", "id", "The body"),
        ("name", "text", "Its name"),
        ("field", "code", "What they disagree about: a column of organisations.csv"),
        ("ours", "text", "What this edition goes by"),
        ("our_source", "text", "Who says so"),
        ("theirs", "text", "What the other source says"),
        ("their_source", "text", "Which source that is"),
    ],
};

pub(crate) fn closed(edition: &Edition, body: &Closed) -> [String; 7] {
    let successors: Vec<&str> = body.successors.iter().map(|to| to.organisation_id.as_str()).collect();
    [
        edition.edition.clone(),
        body.organisation_id.to_string(),
        text(&body.name),
        text(&body.kind),
        body.nation.as_deref().map_or_else(String::new, text),
        body.closed.to_string(),
        successors.join("|"),
    ]
}

pub(crate) fn names(edition: &Edition) -> impl Iterator<Item = [String; 6]> {
    edition.organisations.iter().flat_map(|entry| {
        entry.past.names.iter().map(|past| {
            [
                edition.edition.clone(),
                entry.organisation.organisation_id.to_string(),
                text(&past.name),
                day_or_empty(past.from),
                day_or_empty(past.to),
                past.by_lists.to_string(),
            ]
        })
    })
}

/// Every succession that the edition knows, once, though both ends may tell of it.
pub(crate) fn successions(edition: &Edition) -> Vec<[String; 8]> {
    let row = |from: (&OrganisationId, &str), to: (&OrganisationId, &str), told: &Succeeded| {
        [
            edition.edition.clone(),
            from.0.to_string(),
            text(from.1),
            to.0.to_string(),
            text(to.1),
            day_or_empty(told.date),
            text(&told.kind),
            text(&told.source),
        ]
    };
    let mut rows: BTreeSet<[String; 8]> = BTreeSet::new();
    for body in &edition.closed {
        let from = (&body.organisation_id, body.name.as_str());
        rows.extend(body.successors.iter().map(|to| row(from, (&to.organisation_id, &to.name), to)));
    }
    for entry in &edition.organisations {
        let own = (&entry.organisation.organisation_id, entry.organisation.name.as_str());
        let past = &entry.past;
        rows.extend(past.successors.iter().map(|to| row(own, (&to.organisation_id, &to.name), to)));
        rows.extend(past.predecessors.iter().map(|from| row((&from.organisation_id, &from.name), own, from)));
    }
    // Two ends may know a body by two names; one row is enough.
    let mut told = BTreeSet::new();
    rows.retain(|[_, from, _, to, _, date, kind, source]| {
        told.insert([from.clone(), to.clone(), date.clone(), kind.clone(), source.clone()])
    });
    rows.into_iter().collect()
}

pub(crate) fn disagreements(edition: &Edition) -> impl Iterator<Item = [String; 8]> {
    edition.disagreements.iter().map(|found| {
        [
            edition.edition.clone(),
            found.organisation_id.to_string(),
            text(&found.name),
            text(&found.field),
            text(&found.ours),
            text(&found.our_source),
            text(&found.theirs),
            text(&found.their_source),
        ]
    })
}
