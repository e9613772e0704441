//! What is wrong with a register as a whole: rows that contradict each other, point nowhere or run in a
//! circle. Reading has said what is wrong with single cells; rows that were made in memory are checked
//! here for the same.

mod accounts;
mod evidence;
mod graph;
mod organisations;
pub(crate) mod span;
mod text;

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use someasure_model::{OrganisationId, Platform, Register};

use crate::load::Margins;
use crate::problem::{Kind, Problem, shown, tidy};
use crate::sheet::Margin;
use crate::suggest::did_you_mean;

/// Everything that spans rows and files, in the order of files and lines, floods cut short. Messages
/// name lines where `margins` know them. `known_platform` says whether a platform is known to the tool
/// or declared in `someasure.toml`; evidence that expired before `today` is reported. O(n log n).
pub fn check(
    register: &Register,
    margins: &Margins,
    known_platform: &dyn Fn(&Platform) -> bool,
    today: Date,
) -> Vec<Problem> {
    tidy(all(register, margins, known_platform, today))
}

/// As [`check()`], with every problem, however many there are of a kind.
pub fn all(
    register: &Register,
    margins: &Margins,
    known_platform: &dyn Fn(&Platform) -> bool,
    today: Date,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let known = Known::new(register, margins);
    text::check(register, margins, &mut problems);
    organisations::check(register, margins, &known, &mut problems);
    accounts::check(register, margins, &known, known_platform, &mut problems);
    evidence::check(register, margins, known_platform, today, &mut problems);
    problems
}

/// A list of rows as messages speak of it.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'static str,
    margins: &'a [Margin],
}

impl<'a> Place<'a> {
    fn new(file: &'static str, margins: &'a [Margin]) -> Self {
        Self { file, margins }
    }
    fn line(self, index: usize) -> Option<u64> {
        self.margins.get(index).and_then(|margin| margin.line)
    }
    /// `line 12`, or `row 11` where the line is not known.
    fn other(self, index: usize) -> String {
        self.line(index).map_or_else(|| format!("row {}", index + 1), |line| format!("line {line}"))
    }
    fn error(self, index: usize, kind: Kind, what: impl Into<String>, todo: impl Into<String>) -> Problem {
        Problem::error(kind, self.file, what, todo).at(self.line(index))
    }
    fn warning(self, index: usize, kind: Kind, what: impl Into<String>, todo: impl Into<String>) -> Problem {
        Problem::warning(kind, self.file, what, todo).at(self.line(index))
    }
}

/// The organisations that rows may point to.
struct Known<'a> {
    ids: HashMap<&'a OrganisationId, usize>,
    refused: &'a std::collections::BTreeSet<OrganisationId>,
    /// Ids in lower case, for those who write `ods:rj1`.
    folded: HashMap<String, &'a OrganisationId>,
    unread: bool,
}

impl<'a> Known<'a> {
    fn new(register: &'a Register, margins: &'a Margins) -> Self {
        let mut ids = HashMap::with_capacity(register.organisations.len());
        let mut folded = HashMap::with_capacity(register.organisations.len());
        for (index, organisation) in register.organisations.iter().enumerate() {
            ids.entry(&organisation.organisation_id).or_insert(index);
            folded
                .entry(organisation.organisation_id.as_str().to_lowercase())
                .or_insert(&organisation.organisation_id);
        }
        Self { ids, refused: &margins.refused, folded, unread: margins.organisations_unread }
    }

    fn index(&self, id: &OrganisationId) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// Reports an id that no organisation has.
    fn require(
        &self,
        id: &OrganisationId,
        place: Place<'_>,
        index: usize,
        column: &str,
        problems: &mut Vec<Problem>,
    ) {
        if self.unread || self.ids.contains_key(id) || self.refused.contains(id) {
            return;
        }
        let close = self.folded.get(&id.as_str().to_lowercase()).map(|close| close.as_str());
        let todo = did_you_mean(close.map(shown).as_deref(), "add it there, or correct the id");
        let what = "no such organisation in organisations.csv";
        let problem = place.error(index, Kind::UnknownOrganisation, what, todo);
        problems.push(problem.cell(column, id.as_str()));
    }
}

/// Reports a span of days that ends before it begins.
fn dates_in_order(
    place: Place<'_>,
    index: usize,
    first: (&str, Option<Date>),
    last: (&str, Option<Date>),
    problems: &mut Vec<Problem>,
) {
    if let (Some(from), Some(to)) = (first.1, last.1)
        && to < from
    {
        let what = format!("it is before {} {from}", first.0);
        let todo = "correct one of the two, or swap them";
        problems.push(place.error(index, Kind::DatesReversed, what, todo).cell(last.0, to.to_string()));
    }
}

/// Reports a platform that nobody knows, once for each row.
fn platform_known(
    platform: &Platform,
    known_platform: &dyn Fn(&Platform) -> bool,
    place: Place<'_>,
    index: usize,
    problems: &mut Vec<Problem>,
) {
    if known_platform(platform) {
        return;
    }
    let declare = "declare it as [[platform]] in someasure.toml";
    let todo = match crate::suggest::platform(platform.as_str()) {
        Some(close) => format!("did you mean '{close}'? Otherwise {declare}"),
        None => declare.to_owned(),
    };
    let problem = place.error(index, Kind::UnknownPlatform, "not a platform we know", todo);
    problems.push(problem.cell("platform", platform.as_str()));
}

/// Rows of a list that stand in it before, by a key: `(index, index of the first)`.
fn repeats<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> Vec<(usize, usize)> {
    let mut first: HashMap<K, usize> = HashMap::new();
    let mut out = Vec::new();
    for (index, key) in keys.enumerate() {
        match first.entry(key) {
            std::collections::hash_map::Entry::Occupied(entry) => out.push((index, *entry.get())),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(index);
            }
        }
    }
    out
}

/// A set that is only asked, never walked.
type Set<T> = HashSet<T>;
