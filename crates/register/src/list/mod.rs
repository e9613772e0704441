//! The lists that national registers publish, cut by cut: who was on which, what changed between two
//! cuts, what a body was called then and what is known of it now.
//!
//! `listings.csv` keeps what each cut said, in its own words. Everything else here is worked out from
//! it: a rename is two names for one code, "not listed" is a code that the newest cut of its list
//! leaves out, and neither needs a date that nobody stated.

mod changes;
mod history;
mod merge;
mod readable;

pub use changes::{Changes, Renamed};
pub use history::{Disagreement, History, Standing, as_now, as_then};
pub use merge::{Cut, CutMerge, merge_cut};
pub use readable::readable;

use jiff::civil::Date;
use someasure_model::register::Organisation;

/// A field of a body that a list may state: how to read it as text, and how to take it over.
struct Field {
    name: &'static str,
    get: fn(&Organisation) -> Option<String>,
    take: fn(&mut Organisation, &Organisation),
}

/// The fields that follow the newest cut. `name` is compared and taken as people read it.
const FIELDS: [Field; 8] = [
    Field {
        name: "name",
        get: |row| Some(readable(&row.name)),
        take: |ours, theirs| ours.name = readable(&theirs.name),
    },
    Field {
        name: "type",
        get: |row| Some(row.kind.clone()),
        take: |ours, theirs| ours.kind.clone_from(&theirs.kind),
    },
    Field {
        name: "nation",
        get: |row| row.nation.clone(),
        take: |ours, theirs| ours.nation.clone_from(&theirs.nation),
    },
    Field {
        name: "region",
        get: |row| row.region.clone(),
        take: |ours, theirs| ours.region.clone_from(&theirs.region),
    },
    Field {
        name: "parent_id",
        get: |row| row.parent_id.as_ref().map(ToString::to_string),
        take: |ours, theirs| ours.parent_id.clone_from(&theirs.parent_id),
    },
    Field {
        name: "opened",
        get: |row| row.opened.as_ref().map(Date::to_string),
        take: |ours, theirs| ours.opened = theirs.opened,
    },
    Field {
        name: "closed",
        get: |row| row.closed.as_ref().map(Date::to_string),
        take: |ours, theirs| ours.closed = theirs.closed,
    },
    Field {
        name: "website",
        get: |row| row.website.clone(),
        take: |ours, theirs| ours.website.clone_from(&theirs.website),
    },
];
