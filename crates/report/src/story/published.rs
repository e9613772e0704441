//! Stories in an edition: their list, and each as the files that stand by themselves.

use maud::html;
use someasure_model::Publication;
use someasure_model::chat::story::{Story, StoryId, ToldStory};
use someasure_model::time::time_zone;

use super::{StoryFrame, story_json, story_page};
use crate::File;
use crate::layout::{self, Page, Place};
use crate::site::Site;
use crate::text::{bdi, name, note, shorten};
use crate::when::day;

/// The list.
pub(crate) const STORIES: &str = "stories/index.html";

/// A story's page below `site/`.
pub(crate) fn story_path(id: &StoryId) -> String {
    format!("stories/{id}/index.html")
}

/// A story as files that need nothing else: `index.html` and `story.json`.
pub fn story_files(told: &ToldStory, publication: &Publication) -> Vec<File> {
    framed(told, publication, |story, frame| {
        vec![
            File { path: "index.html".to_owned(), bytes: story_page(story, frame).into_bytes() },
            File { path: "story.json".to_owned(), bytes: story_json(story).into_bytes() },
        ]
    })
}

/// What stands around a story, from its chat and the publisher.
pub(crate) fn framed<T>(
    told: &ToldStory,
    publication: &Publication,
    draw: impl FnOnce(&Story, &StoryFrame<'_>) -> T,
) -> T {
    let zone = time_zone(&told.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let frame = StoryFrame {
        zone: &zone,
        zone_name: &told.time_zone,
        chat: told.chat_title.as_deref(),
        contact: publication.contact.as_deref(),
        licence: publication.licence.as_deref(),
        tool_version: env!("CARGO_PKG_VERSION"),
        pictures: &told.pictures,
    };
    draw(&told.story, &frame)
}

/// The list and every story's files.
pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    let mut files = vec![list(site)];
    for told in &site.edition.stories {
        let folder = format!("site/stories/{}/", told.story.id);
        files.extend(
            story_files(told, &site.edition.publication)
                .into_iter()
                .map(|file| File { path: folder.clone() + &file.path, bytes: file.bytes }),
        );
    }
    files
}

fn list(site: &Site<'_>) -> File {
    let place = Place::new(STORIES);
    let content = html! {
        @for ToldStory { story, chat_title, .. } in &site.edition.stories {
            section aria-labelledby=(story.id) {
                h2 id=(story.id) lang=(story.language) { a href=(place.to(&story_path(&story.id))) { (bdi(&story.title)) } }
                @if !story.summary.trim().is_empty() { p lang=(story.language) { bdi { (note(&story.summary)) } } }
                p.figure-what {
                    "Told by " (bdi(&story.curator)) ", " time datetime=(story.date) { (day(story.date)) }
                    @if let Some(chat) = chat_title { " · " (bdi(chat)) }
                    @if let Some(session) = story.session { ", " (day(session.date)) }
                }
            }
        }
    };
    let page = Page {
        title: format!("Stories – {}", shorten(&name(&site.edition.title), 40)),
        description: "Stories that people tell of hashtag chats, with posts by reference.".to_owned(),
        kicker: None,
        heading: html! { "Stories" },
        lead: html! { "What people tell of chats, in their own words. Each story is one page that needs nothing else: save it, and it can be read without this site." },
        content,
        limits: vec![
            html! { "A story is one person’s telling. Posts in it appear as their authors agreed to, and disappear when they are withdrawn." },
        ],
        place,
    };
    layout::file(site, page)
}
