//! Organisations by their code.

use std::collections::HashMap;

use someasure_model::register::Organisation;

use super::{Contradiction, Merge, fill, fill_extra};

/// What stands between two sources of one row.
const BETWEEN_SOURCES: &str = "; ";

/// Merges by `organisation_id`. A row that gains something from another source names that source too.
/// Where ours has a code twice (an error that `check` reports), the first row is the one merged into.
pub fn merge_organisations(existing: &[Organisation], incoming: &[Organisation]) -> Merge<Organisation> {
    let mut merge = Merge::nothing(existing);
    let mut place = HashMap::with_capacity(existing.len() + incoming.len());
    for (index, row) in existing.iter().enumerate() {
        place.entry(&row.organisation_id).or_insert(index);
    }
    for theirs in incoming {
        let Some(&index) = place.get(&theirs.organisation_id) else {
            place.insert(&theirs.organisation_id, merge.rows.len());
            merge.matched.push(Some(merge.rows.len()));
            merge.rows.push(theirs.clone());
            merge.added += 1;
            continue;
        };
        merge.matched.push(Some(index));
        if fill_from(&mut merge.rows[index], theirs, &mut merge.contradictions) {
            merge.updated += 1;
        } else {
            merge.unchanged += 1;
        }
    }
    merge
}

fn fill_from(ours: &mut Organisation, theirs: &Organisation, found: &mut Vec<Contradiction>) -> bool {
    let (key, our_source) = (ours.organisation_id.to_string(), ours.source.clone());
    let mut differs = |field: &str, ours: String, theirs_value: String| {
        found.push(Contradiction {
            key: key.clone(),
            field: field.to_owned(),
            ours,
            theirs: theirs_value,
            our_source: our_source.clone(),
            their_source: theirs.source.clone(),
        });
    };
    let mut filled = false;
    for (field, kept, value) in
        [("name", &mut ours.name, &theirs.name), ("type", &mut ours.kind, &theirs.kind)]
    {
        if kept.is_empty() && !value.is_empty() {
            kept.clone_from(value);
            filled = true;
        } else if kept != value && !value.is_empty() {
            differs(field, kept.clone(), value.clone());
        }
    }
    filled |= fill(&mut ours.nation, theirs.nation.as_ref(), |a, b| differs("nation", a, b));
    filled |= fill(&mut ours.region, theirs.region.as_ref(), |a, b| differs("region", a, b));
    filled |= fill(&mut ours.parent_id, theirs.parent_id.as_ref(), |a, b| differs("parent_id", a, b));
    filled |= fill(&mut ours.opened, theirs.opened.as_ref(), |a, b| differs("opened", a, b));
    filled |= fill(&mut ours.closed, theirs.closed.as_ref(), |a, b| differs("closed", a, b));
    filled |= fill(&mut ours.website, theirs.website.as_ref(), |a, b| differs("website", a, b));
    filled |=
        fill_extra(&mut ours.extra, &theirs.extra, |field, a, b| differs(field, a.to_owned(), b.to_owned()));
    let named = ours.source.split(BETWEEN_SOURCES).any(|source| source == theirs.source);
    if filled && !named && ours.source != theirs.source {
        if !ours.source.is_empty() {
            ours.source.push_str(BETWEEN_SOURCES);
        }
        ours.source.push_str(&theirs.source);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    fn rows(text: &str) -> Vec<Organisation> {
        let parsed =
            read::organisations("f", format!("organisation_id,name,type,region,source\n{text}").as_bytes());
        assert_eq!(parsed.problems, []);
        parsed.rows
    }

    #[test]
    fn an_empty_field_is_filled_and_the_row_names_both_sources() {
        let merge = merge_organisations(
            &rows("ods:A,A,trust,,old list\n"),
            &rows("ods:A,A,trust,North,new list\nods:B,B,trust,,new list\n"),
        );
        assert_eq!((merge.added, merge.updated, merge.unchanged), (1, 1, 0));
        assert_eq!(merge.rows[0].region.as_deref(), Some("North"));
        assert_eq!(merge.rows[0].source, "old list; new list");
        assert_eq!(merge.contradictions, []);
    }

    #[test]
    fn a_different_value_keeps_ours_and_shows_both_sides() {
        let merge =
            merge_organisations(&rows("ods:A,A,trust,North,old\n"), &rows("ods:A,A,trust,South,new\n"));
        assert_eq!(merge.rows, rows("ods:A,A,trust,North,old\n"));
        let found = &merge.contradictions[0];
        assert_eq!(
            [&found.key, &found.field, &found.ours, &found.theirs, &found.our_source, &found.their_source],
            ["ods:A", "region", "North", "South", "old", "new"]
        );
    }

    #[test]
    fn a_code_that_is_missing_from_a_later_list_is_not_closed() {
        let ours = rows("ods:A,A,trust,,s\nods:B,B,trust,,s\n");
        let merge = merge_organisations(&ours, &rows("ods:A,A,trust,,s\n"));
        assert_eq!(merge.rows, ours);
    }
}
