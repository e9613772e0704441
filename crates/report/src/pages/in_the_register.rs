//! What the register knows of one organisation, and who says so.

use maud::{Markup, html};
use someasure_model::Entry;

use crate::layout::{self, Place};
use crate::number::fixed;
use crate::pages::past::field;
use crate::register;
use crate::sentences;
use crate::site::Site;
use crate::text::{bdi, name};
use crate::when::day;

pub(crate) fn section(site: &Site<'_>, place: &Place, entry: &Entry) -> Markup {
    let past = &entry.past;
    let disagreements = site.known.disagreements(&entry.organisation.organisation_id);
    let has_past = !(past.names.is_empty()
        && past.predecessors.is_empty()
        && past.successors.is_empty()
        && past.not_listed.is_none());
    html! {
        section aria-labelledby="register" {
            h2 id="register" { "In the register" }
            (facts(site, place, entry))
            @if has_past {
                h3 id="past" { "Its past" }
                (history(site, place, entry))
            }
            @if !disagreements.is_empty() {
                h3 id="disagreements" { "Where sources disagree about it" }
                ul {
                    @for row in disagreements {
                        li {
                            "Its " bdi { (field(&row.field)) } ": this edition goes by " strong { (register::said(&row.ours)) } " ("
                            (register::cited(&row.our_source)) "); another source says " strong { (register::said(&row.theirs)) } " ("
                            (register::cited(&row.their_source)) ")."
                        }
                    }
                }
            }
        }
    }
}

fn facts(site: &Site<'_>, place: &Place, entry: &Entry) -> Markup {
    let organisation = &entry.organisation;
    html! {
        dl.facts.pairs {
            div { dt { "Code" } dd { bdi { (name(organisation.organisation_id.code())) } " (" (organisation.organisation_id.scheme()) ")" } }
            div { dt { "Type" } dd { bdi { (name(&organisation.kind)) } } }
            @if let Some(nation) = &organisation.nation { div { dt { "Nation" } dd { bdi { (name(nation)) } } } }
            @if let Some(region) = &organisation.region { div { dt { "Region" } dd { bdi { (name(region)) } } } }
            @if let Some(parent) = &organisation.parent_id { div { dt { "Part of" } dd { (site.known.body(place, parent, "")) } } }
            div { dt { "Opened" } dd { @match organisation.opened { Some(opened) => (day(opened)), None => "first day not stated" } } }
            @if let Some(closed) = organisation.closed {
                div {
                    dt { (if closed < site.edition.as_at.date(&site.zone) { "Closed" } else { "Closes" }) }
                    dd { (day(closed)) @if entry.past.successors.is_empty() { "; successor not stated" } }
                }
            }
            @for denominator in &entry.denominators {
                div {
                    dt { (sentences::capital(&name(&denominator.kind).replace('_', " "))) }
                    dd { (fixed(denominator.value, 0)) " on " (day(denominator.as_at)) }
                }
            }
            @if let Some(website) = &organisation.website { div { dt { "Website" } dd { (layout::outside(website)) } } }
            div { dt { "Source" } dd { (register::cited(&organisation.source)) } }
        }
    }
}

fn history(site: &Site<'_>, place: &Place, entry: &Entry) -> Markup {
    let past = &entry.past;
    html! {
        dl.facts.history {
            @if !past.names.is_empty() {
                div {
                    dt { "Other names" }
                    dd { ul { @for other in &past.names { li { (bdi(&other.name)) ", " (register::when_called(other)) } } } }
                }
            }
            @if !past.predecessors.is_empty() {
                div {
                    dt { "Whom it took over" }
                    dd { ul { @for from in &past.predecessors { li { (site.known.predecessor(place, from)) } } } }
                }
            }
            @if !past.successors.is_empty() {
                div {
                    dt { "What became of it" }
                    dd { ul { @for to in &past.successors { li { (site.known.successor(place, to)) } } } }
                }
            }
            @if let Some(missing) = &past.not_listed {
                div {
                    dt { "Its list" }
                    dd { (sentences::capital(&register::not_listed(missing))) ". " span.source { "List: " bdi { (name(&missing.list)) } } }
                }
            }
        }
    }
}
