//! One file a page, and the cards of an organisation's.

pub(crate) mod about;
pub(crate) mod accounts;
pub(crate) mod begin;
pub(crate) mod cards;
pub(crate) mod celebrate;
pub(crate) mod changes;
pub(crate) mod compare;
pub(crate) mod compared;
pub(crate) mod headlines;
pub(crate) mod home;
pub(crate) mod how_to_read;
pub(crate) mod in_the_register;
pub(crate) mod measure;
pub(crate) mod measures;
pub(crate) mod methods;
pub(crate) mod moved;
pub(crate) mod national;
pub(crate) mod next;
pub(crate) mod open_data;
pub(crate) mod organisation;
pub(crate) mod organisations;
pub(crate) mod past;
pub(crate) mod register;

use maud::{Markup, html};
use someasure_model::measure::Status;
use someasure_model::{Domain, Measure};

use crate::layout::Place;
use crate::site::measure_path;
use crate::text::name;

/// The domains in the order in which pages show them, with a heading for people.
pub(crate) const DOMAINS: [(Domain, &str); 6] = [
    (Domain::Presence, "Presence: who is where"),
    (Domain::Audience, "Audience: who listens"),
    (Domain::Activity, "Activity: how much is said"),
    (Domain::Conversation, "Conversation: who talks with whom"),
    (Domain::Usefulness, "Usefulness: what is of use"),
    (Domain::Accessibility, "Accessibility: who can take part"),
];

/// A measure's title, linked to its page.
pub(crate) fn measure_link(place: &Place, measure: &Measure) -> Markup {
    html! { a href=(place.to(&measure_path(&measure.id))) { (name(&measure.title)) } }
}

/// Whether the measure has been reviewed: only then does it carry a finding or a suggestion.
pub(crate) fn is_standard(measure: &Measure) -> bool {
    measure.status == Status::Standard
}

/// Whether the measure is about us, who collected, and not about the organisation.
pub(crate) fn is_about_collecting(measure: &Measure) -> bool {
    measure.id.as_str() == "data_completeness"
}

/// A word of warning where a measure is not yet reviewed.
pub(crate) fn standing(measure: &Measure) -> Option<&'static str> {
    match measure.status {
        Status::Standard => None,
        Status::Experimental => Some("Experimental: it is being tried and may change."),
        Status::Retired => Some("Retired: it is no longer computed."),
    }
}

/// What is true of all public data, whatever is measured.
pub(crate) fn outputs_not_outcomes() -> Markup {
    html! {
        "Public data show what was said and how people reacted in public. They never show by themselves what came of it: whether somebody was helped, informed or reassured."
    }
}
