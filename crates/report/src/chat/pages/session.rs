//! One session: its numbers in sentences, its pace, what was said, and the same as files.

use maud::{Markup, html};
use someasure_model::chat::{ChatReport, Transcript};

use super::{chat_path, in_tab, page_of, session_path, the_chat, zone};
use crate::File;
use crate::chat::words::all_called;
use crate::chat::{Setting, fit, html as transcript_html, sentences};
use crate::copies::Copies;
use crate::layout::{self, Page, Place};
use crate::site::Site;
use crate::text::{bdi, name, shorten};

/// The formats beside the page: file, and what it is.
const FORMATS: [(&str, &str); 4] = [
    ("transcript.md", "Markdown"),
    ("transcript.csv", "CSV"),
    ("transcript.json", "JSON"),
    ("transcript.as2.json", "ActivityStreams 2.0"),
];

pub(super) fn files(site: &Site<'_>, chat: &ChatReport, transcript: &Transcript) -> Vec<File> {
    let zone = zone(site, chat);
    let place = Place::new(session_path(&chat.id, transcript.session));
    let address = site
        .edition
        .publication
        .url
        .as_deref()
        .and_then(crate::text::web_address)
        .map(|root| format!("{}/{}", root.trim_end_matches('/'), place.path()));
    let setting = Setting { zone: &zone, terms: &chat.terms, address: address.as_deref() };
    let fitting = fit::fit(transcript, &chat.terms);
    let mut copies = Copies::of(site, &place);
    let statistics = chat.statistics.sessions.iter().find(|session| session.id == transcript.session);
    let content = html! {
        (about(transcript, &setting))
        section aria-labelledby="numbers" {
            h2 id="numbers" { "In short" }
            @if let Some(session) = statistics {
                p { (sentences::took_part(&session.counts, true)) " " (sentences::said(&session.counts)) }
                @if let Some(conversation) = sentences::conversation(session.counts.conversation) { p { (conversation) } }
                p { (sentences::floor(&session.counts, chat.evenness.of(session.id))) }
                p { (sentences::sides(&session.counts)) }
                @for said in sentences::withdrawn(&session.counts, 0) { p { (said) } }
                (the_chat::pace(&mut copies, session, &zone))
            }
            p { "This page holds " (sentences::holds(transcript)) }
            (files_offered())
            (contents(&fitting))
        }
        (transcript_html::fragment(&fitting, &setting, &|id| page_of(site, &place, id)))
    };
    let day = sentences::session(&transcript.session.to_string());
    let topic = transcript.topic.as_deref().map(sentences::topic).filter(|topic| !topic.is_empty());
    let page = Page {
        title: format!("{} on {day} – {}", in_tab(chat), shorten(&name(&site.edition.edition), 16)),
        description: shorten(&format!("What was said in {}.", sentences::title(transcript)), 200),
        kicker: Some(html! { a href=(place.to(&chat_path(&chat.id))) { (bdi(&chat.title)) } " · session" }),
        heading: html! { @match &topic { Some(topic) => { bdi { (topic) } } None => { (bdi(&chat.title)) " on " (day) } } },
        lead: html! { (sentences::when(transcript, &zone)) },
        content,
        limits: limits(&place, chat),
        place: place.clone(),
    };
    let directory = place.directory();
    let bytes = [
        crate::chat::transcript_markdown(transcript, &setting).into_bytes(),
        crate::chat::transcript_csv(transcript, &setting),
        crate::chat::transcript_json(transcript, &setting),
        crate::chat::transcript_activities(transcript, &setting),
    ];
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files.extend(
        FORMATS
            .iter()
            .zip(bytes)
            .map(|((file, _), bytes)| File { path: format!("site/{directory}{file}"), bytes }),
    );
    files
}

fn about(transcript: &Transcript, setting: &Setting<'_>) -> Markup {
    html! {
        @if !transcript.hosts.is_empty() { p { "Hosted by " bdi { (all_called(transcript.hosts.iter())) } "." } }
        @for (platform, why) in setting.terms {
            p.cut-off { "Words of posts on " bdi { (name(platform.title())) } " are not shown. " bdi { (crate::text::sentence(why)) } }
        }
    }
}

fn files_offered() -> Markup {
    html! {
        p {
            "The transcript as a file: "
            @for (i, (file, what)) in FORMATS.iter().enumerate() { @if i > 0 { " · " } a href=(file) { (what) } }
        }
    }
}

fn contents(transcript: &Transcript) -> Markup {
    let sections = crate::chat::words::sections(transcript);
    html! {
        @if sections.len() > 1 {
            nav aria-label="On this page" {
                ul { @for section in &sections { li { a href={ "#" (section.id) } { bdi { (section.heading) } } } } }
            }
        }
    }
}

fn limits(place: &Place, chat: &ChatReport) -> Vec<Markup> {
    let mut limits = super::limits();
    limits.push(html! {
        "Which question a post answers was found by rules: its tag, what it replies to, what it quotes. The reason stands below each post; what stands indented below an answer is there because it continues the thread. Some are wrong."
    });
    limits.push(html! {
        "Who is named, and how to be taken out, is on " a href={ (place.to(&chat_path(&chat.id))) "#consent" } { "the chat’s page" } "."
    });
    limits
}
