//! Names, successions and denominators: rows that stand for themselves, each with its source.

use std::collections::HashMap;
use std::hash::Hash;

use someasure_model::register::{Denominator, Name, Succession};

use super::{Contradiction, Merge};

/// The kind of a succession whose source names the successor and nothing else.
const UNSPECIFIED: &str = "unspecified";

/// Merges names: the same name of the same body in the same days is one row.
pub fn merge_names(existing: &[Name], incoming: &[Name]) -> Merge<Name> {
    merge(
        existing,
        incoming,
        |row| (row.organisation_id.clone(), row.name.clone(), row.from, row.to),
        |_, _| Told::Same,
    )
}

/// Merges successions: the same two bodies on the same day are one row. A kind that one source leaves
/// open is filled by another; a different one is a contradiction that keeps ours. A day that differs
/// makes another row, which `check` shows beside the first.
pub fn merge_successions(existing: &[Succession], incoming: &[Succession]) -> Merge<Succession> {
    let key = |row: &Succession| (row.predecessor_id.clone(), row.successor_id.clone(), row.date);
    merge(existing, incoming, key, |ours, theirs| {
        if ours.kind == theirs.kind || theirs.kind == UNSPECIFIED {
            return Told::Same;
        }
        if ours.kind == UNSPECIFIED {
            ours.kind.clone_from(&theirs.kind);
            ours.source = format!("{}; {}", ours.source, theirs.source);
            return Told::More;
        }
        Told::Otherwise(Contradiction {
            key: format!("{} → {}", ours.predecessor_id, ours.successor_id),
            field: "kind".to_owned(),
            ours: ours.kind.clone(),
            theirs: theirs.kind.clone(),
            our_source: ours.source.clone(),
            their_source: theirs.source.clone(),
        })
    })
}

/// Merges denominators: one row a body, kind and day. A different value is a contradiction that keeps ours.
pub fn merge_denominators(existing: &[Denominator], incoming: &[Denominator]) -> Merge<Denominator> {
    let key = |row: &Denominator| (row.organisation_id.clone(), row.kind.clone(), row.as_at);
    merge(existing, incoming, key, |ours, theirs| {
        if ours.value == theirs.value {
            return Told::Same;
        }
        Told::Otherwise(Contradiction {
            key: ours.organisation_id.to_string(),
            field: format!("{} of {}", ours.kind, ours.as_at),
            ours: ours.value.to_string(),
            theirs: theirs.value.to_string(),
            our_source: ours.source.clone(),
            their_source: theirs.source.clone(),
        })
    })
}

/// What a row says beside one that is there.
enum Told {
    Same,
    More,
    Otherwise(Contradiction),
}

fn merge<T: Clone, K: Hash + Eq>(
    existing: &[T],
    incoming: &[T],
    key: impl Fn(&T) -> K,
    tell: impl Fn(&mut T, &T) -> Told,
) -> Merge<T> {
    let mut merge = Merge::nothing(existing);
    let mut place: HashMap<K, usize> = HashMap::with_capacity(existing.len() + incoming.len());
    for (at, row) in existing.iter().enumerate() {
        place.entry(key(row)).or_insert(at);
    }
    for theirs in incoming {
        let at = *place.entry(key(theirs)).or_insert(merge.rows.len());
        merge.matched.push(Some(at));
        let Some(ours) = merge.rows.get_mut(at) else {
            merge.rows.push(theirs.clone());
            merge.added += 1;
            continue;
        };
        match tell(ours, theirs) {
            Told::More => merge.updated += 1,
            Told::Same => merge.unchanged += 1,
            Told::Otherwise(contradiction) => {
                merge.unchanged += 1;
                merge.contradictions.push(contradiction);
            }
        }
    }
    merge
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    fn successions(text: &str) -> Vec<Succession> {
        let text = format!("predecessor_id,successor_id,date,kind,source\n{text}");
        read::successions("f", text.as_bytes()).rows
    }

    #[test]
    fn a_kind_that_one_source_leaves_open_is_filled_by_another() {
        let ours = successions("ods:A,ods:B,2020-04-01,unspecified,succession list line 4\n");
        let merge = merge_successions(&ours, &successions("ods:A,ods:B,2020-04-01,merger,mergers line 2\n"));
        assert_eq!((merge.added, merge.updated), (0, 1));
        assert_eq!(
            merge.rows,
            successions("ods:A,ods:B,2020-04-01,merger,succession list line 4; mergers line 2\n")
        );
        let again = merge_successions(&merge.rows, &ours);
        assert_eq!((again.added, again.updated, again.unchanged), (0, 0, 1));
        assert_eq!(again.rows, merge.rows);
    }

    #[test]
    fn two_kinds_of_one_succession_are_shown_with_both_sides() {
        let ours = successions("ods:A,ods:B,2020-04-01,split,a\n");
        let merge = merge_successions(&ours, &successions("ods:A,ods:B,2020-04-01,merger,b\n"));
        assert_eq!(merge.rows, ours);
        let found = &merge.contradictions[0];
        assert_eq!(
            (&*found.ours, &*found.theirs, &*found.our_source, &*found.their_source),
            ("split", "merger", "a", "b")
        );
    }

    #[test]
    fn two_sizes_of_one_day_contradict_each_other_and_those_of_two_days_do_not() {
        let rows = |text: &str| {
            let text = format!("organisation_id,kind,value,as_at,source\n{text}");
            read::denominators("f", text.as_bytes()).rows
        };
        let ours = rows("ods:A,staff_fte,10,2018-06-30,a\n");
        let merge = merge_denominators(
            &ours,
            &rows("ods:A,staff_fte,11,2018-06-30,b\nods:A,staff_fte,12,2019-06-30,b\n"),
        );
        assert_eq!((merge.added, merge.unchanged, merge.contradictions.len()), (1, 1, 1));
        assert_eq!(merge.rows[0], ours[0]);
    }
}
