//! What changed on a list from one cut to the next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use someasure_model::OrganisationId;
use someasure_model::register::{Listing, Organisation};

/// A code that stands on both cuts under different names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Renamed {
    /// The body, which keeps its code.
    pub organisation_id: OrganisationId,
    /// Its name on the cut before.
    pub from: String,
    /// Its name on this one.
    pub to: String,
    /// Only large letters became small ones, or the other way round.
    pub case_only: bool,
}

/// A cut against the one before it of the same list. Every code of the two cuts that differs is told in
/// one of the lists of codes; renames and closings are told beside.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Changes {
    /// The day of the cut before; `None` for the first, which changes nothing.
    pub since: Option<Date>,
    /// Codes with another name.
    pub renamed: Vec<Renamed>,
    /// Codes that no earlier cut has, of bodies that opened after the cut before, or do not say when.
    pub new: Vec<OrganisationId>,
    /// Codes that no earlier cut has, of bodies that had opened by then all the same.
    pub listed_late: Vec<OrganisationId>,
    /// Codes that no earlier cut has, of bodies that had closed by then: old, not new.
    pub closed_before: Vec<OrganisationId>,
    /// Codes that an earlier cut has, and the one before has not.
    pub again: Vec<OrganisationId>,
    /// Codes for which a closing date is stated for the first time.
    pub closed: Vec<OrganisationId>,
    /// Codes of the cut before that this one leaves out. They are not closed by that.
    pub not_listed: Vec<OrganisationId>,
}

impl Changes {
    /// Compares the cut of `list` on `as_at` with the one before it in `listings`.
    pub fn of(listings: &[Listing], list: &str, as_at: Date) -> Self {
        let mut cuts: BTreeMap<Date, BTreeMap<&OrganisationId, &Organisation>> = BTreeMap::new();
        for row in listings.iter().filter(|row| row.list == list && row.as_at <= as_at) {
            let cut = cuts.entry(row.as_at).or_default();
            cut.entry(&row.organisation.organisation_id).or_insert(&row.organisation);
        }
        let Some(now) = cuts.remove(&as_at) else { return Self::default() };
        let ever: BTreeSet<&OrganisationId> = cuts.values().flat_map(|cut| cut.keys().copied()).collect();
        let ever_closed: BTreeSet<&OrganisationId> = cuts
            .values()
            .flat_map(|cut| cut.iter().filter(|(_, row)| row.closed.is_some()).map(|(id, _)| *id))
            .collect();
        let Some((since, before)) = cuts.pop_last() else { return Self::default() };
        let mut changes = Self { since: Some(since), ..Self::default() };
        for (id, row) in &now {
            if row.closed.is_some() && ever.contains(id) && !ever_closed.contains(id) {
                changes.closed.push((*id).clone());
            }
            if let Some(old) = before.get(id) {
                if old.name != row.name {
                    changes.renamed.push(Renamed {
                        organisation_id: (*id).clone(),
                        from: old.name.clone(),
                        to: row.name.clone(),
                        case_only: old.name.to_lowercase() == row.name.to_lowercase(),
                    });
                }
                continue;
            }
            let kind = if ever.contains(id) {
                &mut changes.again
            } else if row.closed.is_some_and(|closed| closed <= since) {
                &mut changes.closed_before
            } else if row.opened.is_some_and(|opened| opened <= since) {
                &mut changes.listed_late
            } else {
                &mut changes.new
            };
            kind.push((*id).clone());
        }
        changes.not_listed =
            before.keys().filter(|id| !now.contains_key(*id)).map(|id| (*id).clone()).collect();
        changes
    }
}
