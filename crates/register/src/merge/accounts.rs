//! Accounts by organisation, platform and id, or handle where the id is not known, in their days.

use std::collections::{BTreeSet, HashMap};

use someasure_model::register::Account;
use someasure_model::{AccountId, Handle, OrganisationId, Platform};

use super::{Contradiction, Learnt, Merge, Rename, fill};
use crate::check::span::Days;
use crate::erase::Suppression;

/// Merges accounts. A row that had a handle alone learns its id; another handle for a known id is a
/// rename that is reported; rows of accounts on the suppression list are withheld. The sources name the
/// two lists in contradictions, since the rows themselves have none.
pub fn merge_accounts(
    existing: &[Account],
    incoming: &[Account],
    suppression: &Suppression,
    our_source: &str,
    their_source: &str,
) -> Merge<Account> {
    let mut state = State {
        rows: existing.to_vec(),
        index: HashMap::with_capacity(2 * (existing.len() + incoming.len())),
        learnt: Vec::new(),
        added: BTreeSet::new(),
        updated: BTreeSet::new(),
        sources: (our_source, their_source),
    };
    for place in 0..existing.len() {
        state.enter(place);
    }
    // What one row fills can change what another one matches, so we go through them until nothing
    // changes; that is what makes a second merge change nothing. Each round fills an empty field or
    // adds a row, so there is an end, and it is nearly always the second round.
    loop {
        let mut pass = Pass::default();
        for (number, theirs) in incoming.iter().enumerate() {
            let matched =
                if suppression.covers(theirs) { None } else { Some(state.take(number, theirs, &mut pass)) };
            pass.matched.push(matched);
        }
        if !pass.changed {
            let withheld = pass.matched.iter().filter(|matched| matched.is_none()).count();
            let (added, updated) = (state.added.len(), state.updated.difference(&state.added).count());
            return Merge {
                rows: state.rows,
                added,
                updated,
                unchanged: incoming.len() - withheld - added - updated,
                withheld,
                contradictions: pass.contradictions,
                learnt: state.learnt,
                renames: pass.renames,
                matched: pass.matched,
            };
        }
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Id(OrganisationId, AccountId),
    Handle(OrganisationId, Platform, Handle),
}

struct State<'a> {
    rows: Vec<Account>,
    index: HashMap<Key, Vec<usize>>,
    learnt: Vec<Learnt>,
    added: BTreeSet<usize>,
    updated: BTreeSet<usize>,
    sources: (&'a str, &'a str),
}

#[derive(Default)]
struct Pass {
    changed: bool,
    contradictions: Vec<Contradiction>,
    renames: Vec<Rename>,
    matched: Vec<Option<usize>>,
}

impl State<'_> {
    fn enter(&mut self, place: usize) {
        for key in keys(&self.rows[place]) {
            let places = self.index.entry(key).or_default();
            if let Err(at) = places.binary_search(&place) {
                places.insert(at, place);
            }
        }
    }

    /// Adds the row or matches it with one of ours; the place of that one.
    fn take(&mut self, number: usize, theirs: &Account, pass: &mut Pass) -> usize {
        let Some(place) = self.candidate(theirs) else {
            let place = self.rows.len();
            self.rows.push(theirs.clone());
            self.enter(place);
            self.added.insert(number);
            pass.changed = true;
            return place;
        };
        if self.fill_from(place, theirs, pass) {
            self.enter(place);
            self.updated.insert(number);
            pass.changed = true;
        }
        place
    }

    /// The row of ours that theirs speaks of: the same account in overlapping days. An equal row first,
    /// then one with the same handle, then the one that lasts longest.
    fn candidate(&self, theirs: &Account) -> Option<usize> {
        let days = Days::new(theirs.from, theirs.to);
        let found = keys(theirs).filter_map(|key| self.index.get(&key)).flatten().copied();
        let same = |place: &usize| {
            let ours = &self.rows[*place];
            ours == theirs || days.overlap(Days::new(ours.from, ours.to))
        };
        found.filter(same).min_by_key(|place| {
            let ours = &self.rows[*place];
            let another_id = ours.account_id.is_some()
                && theirs.account_id.is_some()
                && ours.account_id != theirs.account_id;
            let open = ours.to.is_none();
            (
                ours != theirs,
                another_id,
                ours.handle != theirs.handle,
                !open,
                std::cmp::Reverse(ours.to),
                *place,
            )
        })
    }

    fn fill_from(&mut self, place: usize, theirs: &Account, pass: &mut Pass) -> bool {
        let (our_source, their_source) = self.sources;
        let ours = &mut self.rows[place];
        let name = ours.id().map_or_else(|| ours.platform.to_string(), |id| id.to_string());
        let key = format!("{} {name}", ours.organisation_id);
        let mut differs = |field: &str, ours: String, theirs: String| {
            pass.contradictions.push(Contradiction {
                key: key.clone(),
                field: field.to_owned(),
                ours,
                theirs,
                our_source: our_source.to_owned(),
                their_source: their_source.to_owned(),
            });
        };
        let mut filled = false;
        match (&ours.account_id, &theirs.account_id) {
            (None, Some(id)) => {
                if let Some(provisional) = ours.id() {
                    let organisation_id = ours.organisation_id.clone();
                    self.learnt.push(Learnt { organisation_id, provisional, account_id: id.clone() });
                }
                ours.account_id = Some(id.clone());
                filled = true;
            }
            (Some(kept), Some(id)) if kept != id => {
                // One handle, two ids: what else the row says is of another account.
                differs("account_id", kept.to_string(), id.to_string());
                return false;
            }
            _ => {}
        }
        match (&ours.handle, &theirs.handle, &ours.account_id) {
            (None, Some(handle), _) => {
                ours.handle = Some(handle.clone());
                filled = true;
            }
            (Some(kept), Some(handle), Some(id)) if kept != handle => pass.renames.push(Rename {
                organisation_id: ours.organisation_id.clone(),
                account_id: id.clone(),
                ours: kept.clone(),
                theirs: handle.clone(),
            }),
            _ => {}
        }
        filled |= fill(&mut ours.role, theirs.role.as_ref(), |a, b| differs("role", a, b));
        filled |= fill(&mut ours.from, theirs.from.as_ref(), |a, b| differs("from", a, b));
        filled |= fill(&mut ours.to, theirs.to.as_ref(), |a, b| differs("to", a, b));
        filled |= fill(&mut ours.reason_for_leaving, theirs.reason_for_leaving.as_ref(), |a, b| {
            differs("reason_for_leaving", a, b);
        });
        filled
    }
}

fn keys(row: &Account) -> impl Iterator<Item = Key> {
    let organisation = &row.organisation_id;
    let id = row.account_id.clone().map(|id| Key::Id(organisation.clone(), id));
    let handle =
        row.handle.clone().map(|handle| Key::Handle(organisation.clone(), row.platform.clone(), handle));
    id.into_iter().chain(handle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    fn rows(text: &str) -> Vec<Account> {
        let header = "organisation_id,platform,account_id,handle,role,from,to\n";
        let parsed = read::accounts("f", format!("{header}{text}").as_bytes());
        assert_eq!(parsed.problems, []);
        parsed.rows
    }

    fn merge(ours: &str, theirs: &str) -> Merge<Account> {
        merge_accounts(&rows(ours), &rows(theirs), &Suppression::default(), "ours.csv", "theirs.csv")
    }

    #[test]
    fn a_row_that_had_a_handle_alone_learns_its_id() {
        let merge = merge("ods:A,x,,nhs,,,\n", "ods:A,x,7,NHS,main,,\n");
        assert_eq!(merge.rows, rows("ods:A,x,7,nhs,main,,\n"));
        assert_eq!(merge.learnt[0].provisional.as_str(), "x:@nhs");
        assert_eq!((merge.added, merge.updated, merge.contradictions.len()), (0, 1, 0));
    }

    #[test]
    fn another_handle_for_a_known_id_is_a_rename_with_both_sides() {
        let merge = merge("ods:A,x,7,old,,,\n", "ods:A,x,7,new,,,\n");
        assert_eq!(merge.rows, rows("ods:A,x,7,old,,,\n"));
        assert_eq!((merge.renames[0].ours.as_str(), merge.renames[0].theirs.as_str()), ("old", "new"));
        assert_eq!(merge.unchanged, 1);
    }

    #[test]
    fn one_handle_for_two_ids_keeps_ours_and_shows_both() {
        let merge = merge("ods:A,x,7,nhs,,,\n", "ods:A,x,8,nhs,,,\n");
        assert_eq!(merge.rows, rows("ods:A,x,7,nhs,,,\n"));
        assert_eq!(merge.contradictions[0].field, "account_id");
        assert_eq!(merge.contradictions[0].theirs, "x:8");
    }

    #[test]
    fn an_account_that_was_left_and_taken_up_again_has_two_rows() {
        let merge = merge("ods:A,x,7,nhs,,2012-01-01,2015-01-01\n", "ods:A,x,7,nhs,,2020-01-01,\n");
        assert_eq!(merge.added, 1);
        assert_eq!(merge.rows.len(), 2);
    }

    #[test]
    fn an_account_that_objected_is_not_brought_back() {
        let suppressed = Suppression::new(&[someasure_model::Objection {
            account_id: "x:@nhs".parse().unwrap(),
            recorded_at: "2014-04-07T18:00:00Z".parse().unwrap(),
        }]);
        let merge = merge_accounts(&[], &rows("ods:A,x,7,nhs,,,\nods:A,x,8,b,,,\n"), &suppressed, "o", "t");
        assert_eq!((merge.added, merge.withheld), (1, 1));
        assert_eq!(merge.matched, [None, Some(0)]);
    }
}
