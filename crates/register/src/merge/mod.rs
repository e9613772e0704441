//! What another list adds to ours. An empty field is filled; a different value is a contradiction that
//! keeps ours and reports both sides; nothing is ever taken away, and a second time changes nothing.

mod accounts;
mod organisations;
mod rows;
mod websites;

pub use accounts::merge_accounts;
pub use organisations::merge_organisations;
pub use rows::{merge_denominators, merge_names, merge_successions};
pub use websites::{Undecided, merge_websites};

use someasure_model::{AccountId, Handle, OrganisationId};

use crate::sheet::Margin;

/// The outcome of a merge. Every incoming row is added, has updated one of ours, left it unchanged, or
/// was withheld: the four counts sum to the incoming rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge<T> {
    /// Ours in their order, updated, then the added ones in theirs.
    pub rows: Vec<T>,
    /// How many rows were added at the end.
    pub added: usize,
    /// How many incoming rows filled something in a row that was there.
    pub updated: usize,
    /// How many incoming rows changed nothing: they say what is known, or they contradict it.
    pub unchanged: usize,
    /// How many incoming rows are of accounts on the suppression list.
    pub withheld: usize,
    /// Different values for the same thing. Ours are kept until somebody decides.
    pub contradictions: Vec<Contradiction>,
    /// Accounts whose platform id is now known.
    pub learnt: Vec<Learnt>,
    /// Accounts that have another handle there. Ours is kept until somebody decides.
    pub renames: Vec<Rename>,
    /// For each incoming row the place in `rows` of the row it was added as or matched with.
    pub matched: Vec<Option<usize>>,
}

/// Two values for one field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Contradiction {
    /// What it is about: `ods:RJ1`, or `ods:RJ1 x:12345`.
    pub key: String,
    /// The column.
    pub field: String,
    /// Our value, kept.
    pub ours: String,
    /// Their value.
    pub theirs: String,
    /// Where ours comes from.
    pub our_source: String,
    /// Where theirs comes from.
    pub their_source: String,
}

/// An account of which only the handle was known.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Learnt {
    /// Whose account.
    pub organisation_id: OrganisationId,
    /// The provisional id, which the ledger may still use.
    pub provisional: AccountId,
    /// The platform's own.
    pub account_id: AccountId,
}

/// One account, two handles.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rename {
    /// Whose account.
    pub organisation_id: OrganisationId,
    /// The account.
    pub account_id: AccountId,
    /// Our handle, kept.
    pub ours: Handle,
    /// Theirs.
    pub theirs: Handle,
}

impl<T: Clone> Merge<T> {
    /// Ours, before anything was merged into them.
    fn nothing(existing: &[T]) -> Self {
        Self {
            rows: existing.to_vec(),
            added: 0,
            updated: 0,
            unchanged: 0,
            withheld: 0,
            contradictions: Vec::new(),
            learnt: Vec::new(),
            renames: Vec::new(),
            matched: Vec::new(),
        }
    }
}

impl<T> Merge<T> {
    /// The carried columns of both sides beside the merged rows, by the same rule: empty ones are filled,
    /// different values are contradictions that keep ours.
    pub fn margins(
        &self,
        ours: &[Margin],
        theirs: &[Margin],
        our_source: &str,
        their_source: &str,
    ) -> (Vec<Margin>, Vec<Contradiction>) {
        let mut margins = ours.to_vec();
        margins.resize(self.rows.len(), Margin::default());
        let mut contradictions = Vec::new();
        for (index, margin) in theirs.iter().enumerate() {
            let Some(place) = self.matched.get(index).copied().flatten() else { continue };
            let line = margins[place].line;
            let key = line.map_or_else(|| format!("row {}", place + 1), |line| format!("line {line}"));
            fill_extra(&mut margins[place].extra, &margin.extra, |field, ours, theirs| {
                contradictions.push(Contradiction {
                    key: key.clone(),
                    field: field.to_owned(),
                    ours: ours.to_owned(),
                    theirs: theirs.to_owned(),
                    our_source: our_source.to_owned(),
                    their_source: their_source.to_owned(),
                });
            });
        }
        (margins, contradictions)
    }
}

/// Fills empty carried columns and reports different ones. Says whether anything was filled.
fn fill_extra(
    ours: &mut Vec<(String, String)>,
    theirs: &[(String, String)],
    mut differs: impl FnMut(&str, &str, &str),
) -> bool {
    let mut filled = false;
    for (name, value) in theirs.iter().filter(|(_, value)| !value.is_empty()) {
        match ours.iter_mut().find(|(known, _)| known == name) {
            None => {
                ours.push((name.clone(), value.clone()));
                filled = true;
            }
            Some((_, ours)) if ours.is_empty() => {
                ours.clone_from(value);
                filled = true;
            }
            Some((_, ours)) if ours != value => differs(name, ours, value),
            Some(_) => {}
        }
    }
    filled
}

/// Fills an empty field or reports a different one. Says whether it was filled.
fn fill<T: Clone + PartialEq + ToString>(
    ours: &mut Option<T>,
    theirs: Option<&T>,
    mut differs: impl FnMut(String, String),
) -> bool {
    match (ours.as_ref(), theirs) {
        (None, Some(value)) => {
            *ours = Some(value.clone());
            return true;
        }
        (Some(kept), Some(value)) if kept != value => differs(kept.to_string(), value.to_string()),
        _ => {}
    }
    false
}
