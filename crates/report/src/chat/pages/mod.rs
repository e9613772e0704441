//! The pages of chats: their list, each chat, its sessions with their words, and who spoke to whom.

pub(super) mod network;
mod roll;
mod session;
mod the_chat;

use jiff::tz::TimeZone;
use maud::{Markup, html};
use someasure_model::chat::{ChatId, ChatReport, SessionId, Speaker, Transcript};
use someasure_model::{Entry, OrganisationId};

use super::sentences::{people, span};
use crate::File;
use crate::layout::{self, Page, Place};
use crate::number::{count, whole};
use crate::site::{Site, organisation_path};
use crate::text::{bdi, name, shorten};

pub(crate) const CHATS: &str = "chats/index.html";

/// The page of a chat below `site/`.
pub(crate) fn chat_path(id: &ChatId) -> String {
    format!("chats/{id}/index.html")
}

fn session_path(id: &ChatId, session: SessionId) -> String {
    format!("chats/{id}/{session}/index.html")
}

fn network_path(id: &ChatId) -> String {
    format!("chats/{id}/network.html")
}

/// Every page of chats but their list.
pub(crate) fn paths(site: &Site<'_>) -> Vec<String> {
    site.edition
        .chats
        .iter()
        .flat_map(|chat| {
            let sessions = chat.transcripts.iter().map(|one| session_path(&chat.id, one.session));
            [chat_path(&chat.id), network_path(&chat.id)].into_iter().chain(sessions)
        })
        .collect()
}

/// A chat's page with its charts, its roll and its network.
pub(crate) fn files(site: &Site<'_>, chat: &ChatReport) -> Vec<File> {
    let mut files = the_chat::files(site, chat);
    files.extend(network::files(site, chat));
    files
}

/// A session's page with its charts and the files of its transcript.
pub(crate) fn session_files(site: &Site<'_>, chat: &ChatReport, transcript: &Transcript) -> Vec<File> {
    session::files(site, chat, transcript)
}

/// On an organisation's page: the chats that it took part in.
pub(crate) fn organisation(site: &Site<'_>, place: &Place, entry: &Entry) -> Markup {
    let id = &entry.organisation.organisation_id;
    let part = |chat: &ChatReport| {
        let part = chat.organisations.iter().find(|part| part.organisation_id == *id)?;
        let sessions = match part.sessions {
            0 => "outside its sessions".to_owned(),
            n => format!("in {}", count(n.into(), "sessions")),
        };
        Some(html! {
            p {
                "Took part in the chat " a href=(place.to(&chat_path(&chat.id))) { (bdi(&chat.title)) } " " (sessions) "."
            }
        })
    };
    html! { @for chat in &site.edition.chats { @if let Some(part) = part(chat) { (part) } } }
}

/// The list.
pub(crate) fn list(site: &Site<'_>) -> File {
    let place = Place::new(CHATS);
    let mut chats: Vec<&ChatReport> = site.edition.chats.iter().collect();
    chats.sort_by_key(|chat| (name(&chat.title).to_lowercase(), chat.id.clone()));
    let content = html! {
        @for chat in &chats {
            section aria-labelledby=(chat.id) {
                h2 id=(chat.id) { a href=(place.to(&chat_path(&chat.id))) { (bdi(&chat.title)) } }
                @if !chat.about.trim().is_empty() { p { bdi { (crate::text::sentence(&chat.about)) } } }
                p { (in_short(chat)) }
                @let published = chat.transcripts.len();
                @if published > 0 {
                    p {
                        "With the words of " (count(published as u64, "sessions")) ": "
                        @let latest = chat.transcripts.iter().rev().take(3);
                        @for (i, transcript) in latest.enumerate() {
                            @if i > 0 { ", " }
                            a href=(place.to(&session_path(&chat.id, transcript.session))) { (super::sentences::session(&transcript.session.to_string())) }
                        }
                        @if published > 3 { " and " (whole(published as u64 - 3)) " more" }
                        "."
                    }
                }
            }
        }
    };
    let page = Page {
        title: format!("Chats – {}", shorten(&name(&site.edition.title), 40)),
        description: "Hashtag chats: what was said, by how many, and who spoke to whom.".to_owned(),
        kicker: None,
        heading: html! { "Chats" },
        lead: html! {
            (crate::sentences::capital(&count(chats.len() as u64, "chats"))) " that "
            (if chats.len() == 1 { "meets" } else { "meet" })
            " under a hashtag, kept so that what was said there can still be read."
        },
        content,
        limits: limits(),
        place,
    };
    layout::file(site, page)
}

/// `231 people took part in 48 sessions from January 2014 to March 2015.`
fn in_short(chat: &ChatReport) -> String {
    let statistics = &chat.statistics;
    if statistics.all.participants == 0 {
        return "Nothing of it was kept yet.".to_owned();
    }
    let months = statistics.months.first().zip(statistics.months.last());
    let span = span(months.map(|(first, last)| (first.month.clone(), last.month.clone())));
    format!(
        "{} took part in {}{}: {}, passed on {} times.",
        people(statistics.all.participants.into()),
        count(statistics.sessions.len() as u64, "sessions"),
        span.map_or_else(String::new, |span| format!(" {span}")),
        count(statistics.all.posts.into(), "posts"),
        whole(statistics.all.reposts.into()),
    )
}

/// What is true of every chat.
fn limits() -> Vec<Markup> {
    vec![
        html! { "Who reads along and writes nothing leaves no trace. A chat is larger than these numbers." },
        html! { "Platforms do not always hand out everything: a post that was not in the files is not here." },
        html! { "Numbers of posts say who wrote, not who was of use, right or heard. People are listed alphabetically, and nobody is ranked." },
    ]
}

/// The chat's clock.
fn zone(site: &Site<'_>, chat: &ChatReport) -> TimeZone {
    someasure_model::time::time_zone(&chat.time_zone).unwrap_or_else(|_| site.zone.clone())
}

/// The chat in the title of a page: short enough for a browser's tab.
fn in_tab(chat: &ChatReport) -> String {
    shorten(&name(&chat.title), 30)
}

/// The way to the page of an organisation that has one.
fn page_of(site: &Site<'_>, place: &Place, id: &OrganisationId) -> Option<String> {
    site.entry(id).map(|_| place.to(&organisation_path(id)))
}

/// Somebody in a list: named with the way to their account or their organisation's page.
fn somebody(site: &Site<'_>, place: &Place, speaker: &Speaker) -> Markup {
    let called = super::words::called(speaker);
    let Speaker::Named { link, organisation, .. } = speaker else { return html! { (called) } };
    html! {
        @match organisation.as_ref().and_then(|id| page_of(site, place, id)) {
            Some(page) => { a href=(page) { bdi { (called) } } }
            None => { (crate::text::link(link.as_deref().unwrap_or_default(), &called)) }
        }
    }
}

/// What people are told who took part: how they appear, and how to be taken out.
fn consent(site: &Site<'_>, place: &Place, chat: &ChatReport) -> Markup {
    use someasure_model::chat::People;
    let contact = site.edition.publication.contact.as_deref();
    html! {
        section aria-labelledby="consent" {
            h2 id="consent" { "Who is named, and how to be taken out" }
            @if !chat.notice.trim().is_empty() { blockquote { p { bdi { (crate::text::sentence(&chat.notice)) } } } }
            p {
                @match chat.people {
                    People::Pseudonymous => {
                        "Only those are named who agreed to it, and accounts of organisations. Everybody else appears as “Participant” with a number that stands for nothing else: without name, handle, picture or link."
                    }
                    People::Named => {
                        "Those who took part were told that the chat is kept, and appear by the names of their accounts unless they asked for something else."
                    }
                }
            }
            p {
                "Whoever took part can be named, be a number, or be taken out, and can change their mind. What they wrote then disappears with them from the transcripts, the lists, the picture of the network and the files when the pages are next made; a mark says that something was withdrawn. Posts that their authors delete disappear in the same way. "
                @if let Some(contact) = contact { "Write to " (crate::text::contact(contact)) ". " }
                a href=(place.to(crate::site::PRIVACY)) { "Privacy and objections" }
            }
            @for (platform, why) in &chat.terms {
                p { "Words of posts on " bdi { (name(platform.title())) } " are not shown. " bdi { (crate::text::sentence(why)) } " They are counted all the same." }
            }
        }
    }
}
