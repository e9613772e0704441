//! What the cuts of all lists say of a body: its names over time, where it stands now, and where two
//! lists disagree.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use someasure_model::OrganisationId;
use someasure_model::register::{Account, Listing, Name, Organisation, Register, Succession};

use super::{FIELDS, readable};

/// Listings by body. Each body follows one list, the one whose cut names it last; the others add what
/// that one does not say. Build it once, O(n log n).
#[derive(Debug)]
pub struct History<'a> {
    /// By cut, the oldest first; within a cut by list.
    listings: BTreeMap<&'a OrganisationId, Vec<&'a Listing>>,
    newest_cut: HashMap<&'a str, Date>,
}

/// Where a body stands on the list that it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<'a> {
    /// No list that was imported names it.
    OnNoList,
    /// The newest cut names it.
    Listed {
        /// The list.
        list: &'a str,
        /// Its newest cut.
        as_at: Date,
    },
    /// The newest cut leaves it out, which closes nothing.
    NotListed {
        /// The list.
        list: &'a str,
        /// The last cut that names it.
        last: Date,
        /// The newest cut.
        newest: Date,
    },
}

/// A list that says of a body what the list that the body follows said neither before nor after.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Disagreement {
    /// The body.
    pub organisation_id: OrganisationId,
    /// Which column.
    pub field: &'static str,
    /// What the list that it follows says, nearest to that day.
    pub ours: String,
    /// Where, and of which day.
    pub our_source: String,
    /// What the other list says.
    pub theirs: String,
    /// Where, and of which day.
    pub their_source: String,
}

impl<'a> History<'a> {
    /// Sorts the listings by body and day.
    pub fn new(listings: &'a [Listing]) -> Self {
        let mut by_body: BTreeMap<&OrganisationId, Vec<&Listing>> = BTreeMap::new();
        let mut newest_cut: HashMap<&str, Date> = HashMap::new();
        for row in listings {
            by_body.entry(&row.organisation.organisation_id).or_default().push(row);
            let newest = newest_cut.entry(&row.list).or_insert(row.as_at);
            *newest = row.as_at.max(*newest);
        }
        for rows in by_body.values_mut() {
            rows.sort_by(|a, b| (a.as_at, &a.list).cmp(&(b.as_at, &b.list)));
        }
        Self { listings: by_body, newest_cut }
    }

    /// Everything that was listed of a body, by day.
    pub(super) fn of(&self, id: &OrganisationId) -> &[&'a Listing] {
        self.listings.get(id).map_or(&[], Vec::as_slice)
    }

    /// The listings of the list that the body follows, by day.
    pub(super) fn followed(&self, id: &OrganisationId) -> impl DoubleEndedIterator<Item = &'a Listing> {
        let rows = self.of(id);
        let list = rows.last().map(|row| row.list.as_str());
        rows.iter().copied().filter(move |row| Some(row.list.as_str()) == list)
    }

    /// The first cut that names a body.
    pub fn first_listed(&self, id: &OrganisationId) -> Option<Date> {
        self.of(id).first().map(|row| row.as_at)
    }

    /// Whether there is a cut of that day or before, so that a body of then would be on it.
    pub fn reaches_back_to(&self, day: Date) -> bool {
        self.listings.values().flatten().any(|row| row.as_at <= day)
    }

    /// Where a body stands on the list that it follows.
    pub fn standing(&self, id: &OrganisationId) -> Standing<'a> {
        let Some(last) = self.of(id).last() else { return Standing::OnNoList };
        let newest = self.newest_cut.get(last.list.as_str()).copied().unwrap_or(last.as_at);
        if newest == last.as_at {
            Standing::Listed { list: &last.list, as_at: newest }
        } else {
            Standing::NotListed { list: &last.list, last: last.as_at, newest }
        }
    }

    /// The names under which the list that it follows has had a body, the oldest first, each with the
    /// first and the last cut in a row that has it. A change of letters' case alone is no new name.
    pub fn names(&self, id: &OrganisationId) -> Vec<(String, Date, Date)> {
        let mut names: Vec<(String, Date, Date)> = Vec::new();
        for row in self.followed(id) {
            let name = &row.organisation.name;
            match names.last_mut() {
                Some((known, _, last)) if known.to_lowercase() == name.to_lowercase() => {
                    known.clone_from(name);
                    *last = row.as_at;
                }
                _ => names.push((name.clone(), row.as_at, row.as_at)),
            }
        }
        for (name, ..) in &mut names {
            *name = readable(name);
        }
        names
    }

    /// The body as its list knew it on `day`: as on the last cut until then, or the first one after.
    /// What that cut does not state stays as it is now.
    pub fn then(&self, now: &Organisation, day: Date) -> Organisation {
        let mut then = now.clone();
        let until = self.followed(&now.organisation_id).rfind(|row| row.as_at <= day);
        let Some(row) = until.or_else(|| self.followed(&now.organisation_id).next()) else { return then };
        for field in &FIELDS {
            // A later cut may state a date that an earlier one could not know; dates hold at all times.
            let is_date = matches!(field.name, "opened" | "closed");
            if !is_date && (field.get)(&row.organisation).is_some() {
                (field.take)(&mut then, &row.organisation);
            }
        }
        then
    }

    /// Where another list says what the list that a body follows said neither at its cut before that day
    /// nor at its cut after it. Names are compared without regard to case, dates and websites exactly.
    pub fn disagreements(&self) -> Vec<Disagreement> {
        let mut found = Vec::new();
        for (id, rows) in &self.listings {
            let list = rows.last().map_or("", |row| row.list.as_str());
            for theirs in rows.iter().filter(|row| row.list != list) {
                let before = self.followed(id).rfind(|row| row.as_at <= theirs.as_at);
                let after = self.followed(id).find(|row| row.as_at > theirs.as_at);
                let nearest = [before, after].into_iter().flatten();
                for field in &FIELDS {
                    let fold = |text: String| text.to_lowercase();
                    let Some(said) = (field.get)(&theirs.organisation) else { continue };
                    let ours: Vec<(String, &Listing)> = nearest
                        .clone()
                        .filter_map(|row| Some(((field.get)(&row.organisation)?, row)))
                        .collect();
                    if ours.iter().any(|(value, _)| fold(value.clone()) == fold(said.clone())) {
                        continue;
                    }
                    let Some((value, row)) = ours.into_iter().next() else { continue };
                    found.push(Disagreement {
                        organisation_id: (*id).clone(),
                        field: field.name,
                        ours: value,
                        our_source: cited(row),
                        theirs: said,
                        their_source: cited(theirs),
                    });
                }
            }
        }
        found
    }
}

fn cited(row: &Listing) -> String {
    format!("{} of {}: {}", row.list, row.as_at, row.organisation.source)
}

/// Every body as it was known on `day`: under the name of `names.csv` or of its list, in the region and
/// under the parent of then.
pub fn as_then(register: &Register, day: Date) -> Vec<Organisation> {
    let history = History::new(&register.listings);
    let mut stated: HashMap<&OrganisationId, Vec<&Name>> = HashMap::new();
    for name in &register.names {
        stated.entry(&name.organisation_id).or_default().push(name);
    }
    let in_use = |name: &&&Name| {
        (name.from.is_some() || name.to.is_some())
            && name.from.is_none_or(|from| from <= day)
            && name.to.is_none_or(|to| day <= to)
    };
    register
        .organisations
        .iter()
        .map(|now| {
            let mut then = history.then(now, day);
            let names = stated.get(&now.organisation_id).map_or(&[][..], Vec::as_slice);
            // Of two names that hold on that day, the one that began later.
            if let Some(name) = names.iter().filter(in_use).max_by_key(|name| name.from) {
                then.name.clone_from(&name.name);
            }
            then
        })
        .collect()
}

/// The accounts of bodies that closed, as accounts of those that took them over: chains of mergers,
/// splits into one and recodes are followed, transfers are not, and where the sources name no successor
/// or several, the account stays where it is. An account that both have is one row, from the earlier
/// first day.
pub fn as_now(register: &Register) -> Vec<Account> {
    let closed: HashSet<&OrganisationId> = register
        .organisations
        .iter()
        .filter(|row| row.closed.is_some())
        .map(|row| &row.organisation_id)
        .collect();
    let mut next: HashMap<&OrganisationId, Vec<&OrganisationId>> = HashMap::new();
    for Succession { predecessor_id, successor_id, kind, .. } in &register.successions {
        let known = next.entry(predecessor_id).or_default();
        if kind != "transfer" && !known.contains(&successor_id) {
            known.push(successor_id);
        }
    }
    let heir = |id: &'_ OrganisationId| -> OrganisationId {
        let mut at = id;
        // A chain is no longer than there are successions; a circle ends there too.
        for _ in 0..register.successions.len() {
            match next.get(at).map(Vec::as_slice) {
                Some([only]) if closed.contains(at) => at = only,
                _ => break,
            }
        }
        at.clone()
    };
    let mut rows: Vec<Account> = Vec::with_capacity(register.accounts.len());
    let mut place: HashMap<(OrganisationId, Option<someasure_model::AccountId>), usize> = HashMap::new();
    for account in &register.accounts {
        let mut account = account.clone();
        account.organisation_id = heir(&account.organisation_id);
        let key = (account.organisation_id.clone(), account.id());
        match place.get(&key).map(|&at: &usize| &mut rows[at]) {
            Some(kept) if key.1.is_some() => {
                kept.from = kept.from.zip(account.from).map(|(a, b)| a.min(b));
                if kept.to.is_some() && account.to.is_none_or(|to| kept.to < Some(to)) {
                    (kept.to, kept.reason_for_leaving) = (account.to, account.reason_for_leaving);
                }
            }
            _ => {
                place.insert(key, rows.len());
                rows.push(account);
            }
        }
    }
    rows
}
