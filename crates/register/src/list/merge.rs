//! A new cut of a list into the register.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use someasure_model::OrganisationId;
use someasure_model::register::{Listing, Organisation};

use super::{Changes, FIELDS, Field, History};
use crate::merge::Contradiction;

/// One publication of a list.
#[derive(Debug, Clone)]
pub struct Cut {
    /// The name that all cuts of the list share: `ods-trusts`.
    pub list: String,
    /// The day that it describes.
    pub as_at: Date,
    /// Its rows; the `source` of each says where it stands.
    pub rows: Vec<Organisation>,
}

/// What a cut did to the register.
#[derive(Debug, Clone)]
pub struct CutMerge {
    /// `organisations.csv`: ours in their order, brought up to date, then the added ones in theirs.
    pub organisations: Vec<Organisation>,
    /// `listings.csv`: ours in their order, then what the cut adds in its own.
    pub listings: Vec<Listing>,
    /// How many bodies were added.
    pub added: usize,
    /// How many bodies have changed.
    pub updated: usize,
    /// How many bodies of the cut were left as they are.
    pub unchanged: usize,
    /// Values that somebody entered by hand, or that the same cut stated otherwise before: ours stay.
    pub contradictions: Vec<Contradiction>,
    /// Against the cut before of the same list.
    pub changes: Changes,
}

/// Adds a cut. A field of a body follows the newest cut of its list; one that somebody has changed by
/// hand stays and is reported; what its list does not say is filled from others. The order in which cuts
/// are added does not matter, and adding one again changes nothing.
pub fn merge_cut(organisations: &[Organisation], listings: &[Listing], cut: &Cut) -> CutMerge {
    let mut contradictions = Vec::new();
    let mut kept: Vec<Listing> = listings.to_vec();
    let known: HashMap<&OrganisationId, &Organisation> = listings
        .iter()
        .filter(|row| row.list == cut.list && row.as_at == cut.as_at)
        .map(|row| (&row.organisation.organisation_id, &row.organisation))
        .collect();
    let mut fresh: HashMap<&OrganisationId, usize> = HashMap::new();
    for row in &cut.rows {
        let place = fresh.get(&row.organisation_id).map(|&at| &kept[at].organisation);
        if let Some(ours) = known.get(&row.organisation_id).copied().or(place) {
            for field in &FIELDS {
                if let (Some(a), Some(b)) = ((field.get)(ours), (field.get)(row))
                    && a != b
                {
                    contradictions.push(contradiction(row, field, a, &ours.source, b, &row.source));
                }
            }
            continue;
        }
        fresh.insert(&row.organisation_id, kept.len());
        let organisation = Organisation { extra: Vec::new(), ..row.clone() };
        kept.push(Listing { list: cut.list.clone(), as_at: cut.as_at, organisation });
    }

    let history = History::new(&kept);
    let bodies: BTreeSet<&OrganisationId> =
        organisations.iter().chain(&cut.rows).map(|row| &row.organisation_id).collect();
    let mut rows = organisations.to_vec();
    let place: HashMap<&OrganisationId, usize> =
        organisations.iter().enumerate().rev().map(|(at, row)| (&row.organisation_id, at)).collect();
    let (mut added, mut updated, mut unchanged) = (0, 0, 0);
    let mut seen = BTreeSet::new();
    for theirs in &cut.rows {
        let id = &theirs.organisation_id;
        if !seen.insert(id) {
            continue;
        }
        let Some(&at) = place.get(id) else {
            let mut row = theirs.clone();
            // What it is part of may come with a later list.
            row.parent_id = row.parent_id.filter(|parent| bodies.contains(parent));
            up_to_date(&mut row, &history, &bodies, &mut Vec::new());
            rows.push(row);
            added += 1;
            continue;
        };
        let before = rows[at].clone();
        up_to_date(&mut rows[at], &history, &bodies, &mut contradictions);
        carry(&mut rows[at].extra, &theirs.extra, history.followed(id).all(|row| row.as_at <= cut.as_at));
        if rows[at] == before {
            unchanged += 1;
        } else {
            updated += 1;
        }
    }
    let changes = Changes::of(&kept, &cut.list, cut.as_at);
    CutMerge { organisations: rows, listings: kept, added, updated, unchanged, contradictions, changes }
}

/// Carried columns follow the newest cut; an older one only fills what is empty.
fn carry(ours: &mut Vec<(String, String)>, theirs: &[(String, String)], newest: bool) {
    for (name, value) in theirs.iter().filter(|(_, value)| !value.is_empty()) {
        match ours.iter_mut().find(|(known, _)| known == name) {
            None => ours.push((name.clone(), value.clone())),
            Some((_, ours)) if newest || ours.is_empty() => ours.clone_from(value),
            Some(_) => {}
        }
    }
}

/// Brings a body up to date with everything that was listed of it.
/// `bodies` are those that the register has: a parent outside of it is only listed.
fn up_to_date(
    ours: &mut Organisation,
    history: &History<'_>,
    bodies: &BTreeSet<&OrganisationId>,
    found: &mut Vec<Contradiction>,
) {
    let id = ours.organisation_id.clone();
    let listed = history.of(&id);
    let mut sources: Vec<&str> = Vec::new();
    let mut by_hand = false;
    for field in &FIELDS {
        let stated = |row: &Listing| {
            let parent = row.organisation.parent_id.as_ref();
            (field.get)(&row.organisation).is_some()
                && (field.name != "parent_id" || parent.is_some_and(|parent| bodies.contains(parent)))
        };
        let own = history.followed(&id).rfind(|row| stated(row));
        let Some(newest) = own.or_else(|| listed.iter().copied().rfind(|row| stated(row))) else {
            by_hand |= (field.get)(ours).is_some();
            continue;
        };
        let (value, theirs) = ((field.get)(ours), (field.get)(&newest.organisation));
        let from_a_list = value.is_none() || listed.iter().any(|row| (field.get)(&row.organisation) == value);
        if from_a_list {
            (field.take)(ours, &newest.organisation);
            if !sources.contains(&newest.organisation.source.as_str()) {
                sources.push(&newest.organisation.source);
            }
        } else if let (Some(value), Some(theirs)) = (value, theirs) {
            by_hand = true;
            let (their_source, our_source) = (&newest.organisation.source, ours.source.clone());
            found.push(contradiction(ours, field, value, &our_source, theirs, their_source));
        }
    }
    let listed_source = |part: &str| listed.iter().any(|row| row.organisation.source == part);
    let own: Vec<String> =
        ours.source.split("; ").filter(|part| by_hand && !listed_source(part)).map(str::to_owned).collect();
    let all: Vec<&str> = sources.into_iter().chain(own.iter().map(String::as_str)).collect();
    if !all.is_empty() {
        ours.source = all.join("; ");
    }
}

fn contradiction(
    row: &Organisation,
    field: &Field,
    ours: String,
    our_source: &str,
    theirs: String,
    their_source: &str,
) -> Contradiction {
    Contradiction {
        key: row.organisation_id.to_string(),
        field: field.name.to_owned(),
        ours,
        theirs,
        our_source: our_source.to_owned(),
        their_source: their_source.to_owned(),
    }
}
