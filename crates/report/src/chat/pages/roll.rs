//! The chat's own roll: those who may be shown, alphabetically, with what they did there; and the same as a file.

use maud::{Markup, html};
use someasure_model::chat::{ChatReport, OnTheRoll, Speaker};

use super::somebody;
use crate::chat::words::called;
use crate::data;
use crate::layout::{Place, scroll};
use crate::number::{count, whole};
use crate::site::Site;

/// So many rows a page shows; of a longer roll, those who were there in more sessions.
const MOST_ROWS: usize = 1_500;
/// So many names are shown at once.
const AT_ONCE: usize = 36;
/// Answered by many: by at least so many different people.
pub(super) const MANY: u32 = 5;

pub(super) fn section(site: &Site<'_>, place: &Place, chat: &ChatReport) -> Markup {
    let statistics = &chat.statistics;
    if statistics.roll.is_empty() {
        return html! {};
    }
    let list = |title: &str, id: &str, voices: Vec<&OnTheRoll>| names(site, place, title, id, &voices);
    html! {
        section aria-labelledby="voices" {
            h2 id="voices" { "Voices" }
            p { "Everybody who may be shown, alphabetically." }
            (list("Hosts", "hosts", statistics.hosts().collect()))
            (list("Began conversations that others joined", "starters", statistics.starters().collect()))
            (list(&format!("Answered or quoted by at least {MANY} others"), "answered", statistics.answered_by_many(MANY).collect()))
            (whole_roll(site, place, chat))
        }
    }
}

fn names(site: &Site<'_>, place: &Place, title: &str, id: &str, voices: &[&OnTheRoll]) -> Markup {
    let (named, others): (Vec<&&OnTheRoll>, Vec<&&OnTheRoll>) =
        voices.iter().partition(|voice| matches!(voice.speaker, Speaker::Named { .. }));
    if voices.is_empty() {
        return html! {};
    }
    let others = others.len() as u64;
    let list = html! {
        @if !named.is_empty() { ul.columns { @for voice in &named { li { (somebody(site, place, &voice.speaker)) } } } }
        @if others > 0 {
            p { @if !named.is_empty() { "And " } (count(others, "people")) (if others == 1 { " who is not named." } else { " who are not named." }) }
        }
    };
    html! {
        h3 id=(id) { (title) }
        @if named.len() <= AT_ONCE { (list) }
        @else { details { summary { (whole(named.len() as u64)) " names" span.visually-hidden { ": " (title) } } (list) } }
    }
}

fn whole_roll(site: &Site<'_>, place: &Place, chat: &ChatReport) -> Markup {
    let roll = &chat.statistics.roll;
    let (shown, least) = shown(roll);
    let table = html! {
        table data-sort {
            caption {
                "The roll of the chat"
                @if least > 0 { ": those who took part in " (whole(least.into())) " or more sessions" }
            }
            thead { tr {
                th scope="col" { "Name" }
                th.num scope="col" { "Posts" }
                th.num scope="col" { "Reposts" }
                th.num scope="col" { "Sessions" }
                th.num scope="col" { "Conversations begun" }
                th.num scope="col" { "People who answered" }
                th.num scope="col" { "People answered" }
            } }
            tbody {
                @for voice in &shown {
                    tr {
                        th scope="row" { (somebody(site, place, &voice.speaker)) @if voice.hosted { " (host)" } }
                        @for n in [voice.posts, voice.reposts, voice.sessions, voice.started, voice.answered_by, voice.answered] {
                            td.num { (whole(n.into())) }
                        }
                    }
                }
            }
        }
    };
    html! {
        h3 id="roll" { "The roll" }
        details {
            summary { "Show the roll: " (whole(shown.len() as u64)) " of " (super::people(roll.len() as u64)) }
            (scroll("The roll of the chat", &table))
        }
        p { a href="roll.csv" { "The whole roll as CSV" } }
    }
}

/// The rows that a page bears, and in how many sessions at least these took part; 0 where all are shown.
fn shown(roll: &[OnTheRoll]) -> (Vec<&OnTheRoll>, u32) {
    let of = |least: u32| roll.iter().filter(move |voice| voice.sessions >= least);
    let mut least = 0;
    let most = roll.iter().map(|voice| voice.sessions).max().unwrap_or(0);
    while least < most && of(least).nth(MOST_ROWS).is_some() {
        least += 1;
    }
    (of(least).take(MOST_ROWS).collect(), least)
}

/// The whole roll as a file.
pub(super) fn csv(chat: &ChatReport) -> Vec<u8> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and every row has the cells of its head.
    let _ = writer.write_record([
        "name",
        "appears",
        "handle",
        "organisation_id",
        "posts",
        "reposts",
        "sessions",
        "conversations_begun",
        "answered_by",
        "answered",
        "hosted",
    ]);
    for voice in &chat.statistics.roll {
        let (appears, handle, organisation) = match &voice.speaker {
            Speaker::Named { handle, organisation, .. } => (
                "named",
                handle.as_deref().map(|handle| data::text(handle.trim_start_matches('@'))),
                organisation.as_ref().map(|id| data::text(id.as_str())),
            ),
            Speaker::Participant { .. } => ("participant", None, None),
            // Nobody who withdrew is on a roll.
            Speaker::Withdrawn => continue,
        };
        let _ = writer.write_record([
            data::text(&called(&voice.speaker)),
            appears.to_owned(),
            handle.unwrap_or_default(),
            organisation.unwrap_or_default(),
            voice.posts.to_string(),
            voice.reposts.to_string(),
            voice.sessions.to_string(),
            voice.started.to_string(),
            voice.answered_by.to_string(),
            voice.answered.to_string(),
            voice.hosted.to_string(),
        ]);
    }
    writer.into_inner().unwrap_or_default()
}
