//! What the register knows, in words: who took over from whom, who was called what and when, who is not
//! listed any more. Nothing is said that a source does not say: a day of a list is not a day of renaming,
//! and a successor that nobody states is "successor not stated".

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use someasure_model::{Closed, Disagreement, Edition, Entry, NotListed, OrganisationId, PastName, Succeeded};

use crate::layout::Place;
use crate::site::{REGISTER, organisation_path};
use crate::text::{bdi, clean, link, name, shorten};
use crate::when::day;

/// So many rows of a table are on a page; the open data have all.
pub(crate) const MOST_ROWS: usize = 1_000;

/// Bodies by their id, for links and for what is said about them.
pub(crate) struct Known<'a> {
    entries: BTreeMap<&'a OrganisationId, &'a Entry>,
    closed: BTreeMap<&'a OrganisationId, (usize, &'a Closed)>,
    disagreements: BTreeMap<&'a OrganisationId, Vec<&'a Disagreement>>,
    /// Names that several bodies of the edition bear.
    shared: BTreeSet<String>,
    /// Those that several bear in one region.
    shared_there: BTreeSet<(String, &'a str)>,
}

impl<'a> Known<'a> {
    pub(crate) fn of(edition: &'a Edition) -> Self {
        let mut closed = BTreeMap::new();
        for (at, body) in edition.closed.iter().enumerate() {
            closed.entry(&body.organisation_id).or_insert((at, body));
        }
        let mut disagreements: BTreeMap<_, Vec<&Disagreement>> = BTreeMap::new();
        for found in &edition.disagreements {
            disagreements.entry(&found.organisation_id).or_default().push(found);
        }
        let entries = edition.organisations.iter();
        let (mut names, mut places) = (BTreeSet::new(), BTreeSet::new());
        let (mut shared, mut shared_there) = (BTreeSet::new(), BTreeSet::new());
        for entry in edition.organisations.iter() {
            let called = name(&entry.organisation.name);
            let there = (called.clone(), entry.organisation.region.as_deref().unwrap_or(""));
            if !names.insert(called.clone()) {
                shared.insert(called);
            }
            if !places.insert(there.clone()) {
                shared_there.insert(there);
            }
        }
        Self {
            entries: entries.map(|entry| (&entry.organisation.organisation_id, entry)).collect(),
            closed,
            disagreements,
            shared,
            shared_there,
        }
    }

    /// What a body is called beside others: its name, and where several bear it, its region or its code.
    pub(crate) fn called(&self, entry: &Entry) -> String {
        let organisation = &entry.organisation;
        let called = name(&organisation.name);
        if !self.shared.contains(&called) {
            return called;
        }
        let there = (called, organisation.region.as_deref().unwrap_or(""));
        let by = if there.1.is_empty() || self.shared_there.contains(&there) {
            name(organisation.organisation_id.code())
        } else {
            name(there.1)
        };
        format!("{}, {by}", there.0)
    }

    /// An organisation of the edition.
    pub(crate) fn entry(&self, id: &OrganisationId) -> Option<&'a Entry> {
        self.entries.get(id).copied()
    }

    /// Where the sources disagree about a body.
    pub(crate) fn disagreements(&self, id: &OrganisationId) -> &[&'a Disagreement] {
        self.disagreements.get(id).map_or(&[], Vec::as_slice)
    }

    /// The id of a closed body's row on the register's page, for the row that has it.
    pub(crate) fn anchor(&self, at: usize, body: &Closed) -> Option<String> {
        let is_first = self.closed.get(&body.organisation_id).is_some_and(|(first, _)| *first == at);
        (is_first && at < MOST_ROWS).then(|| format!("closed-{}", body.organisation_id.slug()))
    }

    /// A body's name: a link to its page, or to its row among those that closed.
    pub(crate) fn body(&self, place: &Place, id: &OrganisationId, called: &str) -> Markup {
        if let Some(entry) = self.entries.get(id) {
            let called = if called.is_empty() { &entry.organisation.name } else { called };
            return html! { a href=(place.to(&organisation_path(id))) { (bdi(called)) } };
        }
        if let Some((at, body)) = self.closed.get(id) {
            let called = if called.is_empty() { &body.name } else { called };
            return match self.anchor(*at, body) {
                Some(anchor) => {
                    html! { a href={ (place.to(REGISTER)) "#" (anchor) } { (bdi(called)) } " (closed)" }
                }
                None => html! { (bdi(called)) " (closed)" },
            };
        }
        match called {
            "" => html! { bdi { (name(id.as_str())) } " (not in this edition)" },
            called => html! { (bdi(called)) " (" bdi { (name(id.code())) } ", not in this edition)" },
        }
    }

    /// What became of a body.
    pub(crate) fn successor(&self, place: &Place, to: &Succeeded) -> Markup {
        let body = self.body(place, &to.organisation_id, &to.name);
        html! {
            @match to.kind.as_str() {
                "merger" => { "merged into " (body) }
                "split" => { "split; a part went to " (body) }
                "transfer" => { "transferred to " (body) }
                "recode" => { "goes on under another code, " bdi { (name(to.organisation_id.code())) } ": " (body) }
                "unspecified" | "" => { "taken over by " (body) (way(to)) }
                other => { bdi { (name(other)) } ": " (body) }
            }
            (on(to)) ". " (source(&to.source))
        }
    }

    /// Where a body comes from.
    pub(crate) fn predecessor(&self, place: &Place, from: &Succeeded) -> Markup {
        let body = self.body(place, &from.organisation_id, &from.name);
        html! {
            @match from.kind.as_str() {
                "merger" => { (body) " merged into it" }
                "split" => { "it took over a part of " (body) " when that was split" }
                "transfer" => { "it was given what " (body) " transferred" }
                "recode" => { "before, it had another code, " bdi { (name(from.organisation_id.code())) } ": " (body) }
                "unspecified" | "" => { "it took over from " (body) (way(from)) }
                other => { bdi { (name(other)) } ": " (body) }
            }
            (on(from)) ". " (source(&from.source))
        }
    }
}

/// That the kind of a succession is not stated, unless nor is the day: then [`on`] says both.
fn way(succession: &Succeeded) -> &'static str {
    if succession.date.is_some() { " (in what way is not stated)" } else { "" }
}

fn on(succession: &Succeeded) -> String {
    if succession.date.is_none() && matches!(succession.kind.as_str(), "unspecified" | "") {
        return "; neither how nor when is stated".to_owned();
    }
    succession.date.map_or_else(|| "; the day is not stated".to_owned(), |date| format!(", {}", day(date)))
}

/// Who says so.
pub(crate) fn source(source: &str) -> Markup {
    html! { span.source { "Source: " (cited(source)) } }
}

/// A source as its row names it.
pub(crate) fn cited(source: &str) -> Markup {
    let shown = shorten(&clean(source), 160);
    if shown.is_empty() {
        html! { "not stated" }
    } else {
        link(source, &shown)
    }
}

/// When a name was in use, as far as it is known: days of lists are not days of renaming.
pub(crate) fn when_called(past: &PastName) -> String {
    match (past.by_lists, past.from, past.to) {
        (true, Some(from), Some(to)) if from == to => format!("so called on the list of {}", day(from)),
        (true, Some(from), Some(to)) => {
            format!("so called on the list of {} and until that of {}", day(from), day(to))
        }
        (true, Some(at), None) | (true, None, Some(at)) => format!("so called on the list of {}", day(at)),
        (true, None, None) => "so called on a list whose day is not stated".to_owned(),
        (false, Some(from), Some(to)) => format!("from {} to {}", day(from), day(to)),
        (false, Some(from), None) => format!("from {}; until when is not stated", day(from)),
        (false, None, Some(to)) => format!("until {}; since when is not stated", day(to)),
        (false, None, None) => "when is not stated".to_owned(),
    }
}

/// What it means that a list names a body no more.
pub(crate) fn not_listed(missing: &NotListed) -> String {
    format!(
        "not on the list of {}; last listed on {}; that is not a closure",
        day(missing.newest),
        day(missing.last)
    )
}

/// What a source says in a disagreement: a day in words, anything else as it is.
pub(crate) fn said(value: &str) -> Markup {
    match value.parse::<jiff::civil::Date>() {
        Ok(date) => html! { (day(date)) },
        Err(_) if clean(value).is_empty() => html! { "nothing" },
        Err(_) => bdi(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_by_lists_never_claims_a_day_of_renaming() {
        let called = |by_lists, from: &str, to: &str| {
            when_called(&PastName {
                name: "Elm".to_owned(),
                from: from.parse().ok(),
                to: to.parse().ok(),
                by_lists,
            })
        };
        insta::assert_snapshot!(called(true, "2015-12-31", "2021-01-01"),
            @"so called on the list of 31 December 2015 and until that of 1 January 2021");
        insta::assert_snapshot!(called(true, "2015-12-31", "2015-12-31"), @"so called on the list of 31 December 2015");
        insta::assert_snapshot!(called(true, "", "2015-12-31"), @"so called on the list of 31 December 2015");
        insta::assert_snapshot!(called(false, "2015-12-31", "2021-01-01"), @"from 31 December 2015 to 1 January 2021");
        insta::assert_snapshot!(called(false, "", "2021-01-01"), @"until 1 January 2021; since when is not stated");
        insta::assert_snapshot!(called(false, "", ""), @"when is not stated");
    }

    #[test]
    fn what_a_list_leaves_out_is_not_closed() {
        let missing = NotListed {
            list: "trusts".to_owned(),
            last: "2022-02-08".parse().unwrap(),
            newest: "2025-12-29".parse().unwrap(),
        };
        insta::assert_snapshot!(not_listed(&missing),
            @"not on the list of 29 December 2025; last listed on 8 February 2022; that is not a closure");
    }
}
