//! A story as one page that needs nothing else: style and pictures inside, no script, no request; as JSON; and as the source of
//! a PDF. Everything in a story is outside text: it is escaped here, and isolated where it stands in a sentence.

mod base64;
mod page;
pub(crate) mod published;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use someasure_model::chat::story::{Block, EmbeddedPost, Shown, ShownMedia, Story};

use crate::number::count;

pub use page::story_page;
pub use published::story_files;

/// What stands around a story.
pub struct StoryFrame<'a> {
    /// Whose clock the posts' times are on.
    pub zone: &'a TimeZone,
    /// Its name: `Europe/London`.
    pub zone_name: &'a str,
    /// The chat's title.
    pub chat: Option<&'a str>,
    /// Where somebody writes who wants a post withdrawn, or to appear by name.
    pub contact: Option<&'a str>,
    /// On what terms the curator's words may be used.
    pub licence: Option<&'a str>,
    /// The program's version.
    pub tool_version: &'a str,
    /// The curator's pictures, by their files' names.
    pub pictures: &'a BTreeMap<String, Vec<u8>>,
}

/// The story as JSON, in the form that docs/stories.md describes.
pub fn story_json(story: &Story) -> String {
    let value = serde_json::json!({ "format": "someasure-story/1", "story": story });
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    crate::text::escape_hidden(&text) + "\n"
}

/// The kind of a picture, by its first bytes; of no other is anything shown.
pub(crate) fn picture_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("png"),
        [0xff, 0xd8, 0xff, ..] => Some("jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("webp"),
        _ => None,
    }
}

/// What a mark in a post's place says.
pub(crate) const WITHDRAWN: &str = "A post was withdrawn by its author.";
/// The same where the archive holds nothing.
pub(crate) const MISSING: &str = "A post that stood here is not in the archive.";

/// How somebody is called, in words.
pub(crate) fn called(person: &Shown) -> String {
    match person {
        Shown::Named { name, .. } => crate::text::name(name),
        Shown::Participant { number } => format!("Participant {number}"),
        Shown::Somebody => "somebody".to_owned(),
        Shown::Withheld => "somebody who withdrew".to_owned(),
    }
}

/// The page of a person, where they appear by name.
pub(crate) fn page_of(person: &Shown) -> Option<&str> {
    match person {
        Shown::Named { address, .. } => address.as_deref().and_then(crate::text::web_address),
        _ => None,
    }
}

/// What kind of thing is in a post, in words: `Picture`.
pub(crate) fn media_title(kind: &str) -> &'static str {
    match kind {
        "image" | "photo" | "picture" | "animation" | "gifv" | "animated_gif" => "Picture",
        "video" => "Film",
        "audio" => "Sound",
        "poll" => "Poll",
        _ => "Attachment",
    }
}

/// What is said of a picture without words.
pub(crate) fn undescribed(media: &ShownMedia) -> &'static str {
    match media.alternative {
        _ if media.kind == "poll" => "its choices are not known here.",
        Some(_) => "its author did not say what it shows.",
        None => "what it shows is not known here.",
    }
}

/// How many posts appear in which way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    named: u64,
    by_number: u64,
    withdrawn: u64,
    missing: u64,
}

impl Tally {
    pub(crate) fn of(story: &Story) -> Self {
        let mut tally = Self::default();
        story.blocks.iter().for_each(|block| tally.add(block));
        tally
    }

    fn add(&mut self, block: &Block) {
        match block {
            Block::Prose { .. } => {}
            Block::Post { post } => {
                match post.author {
                    Shown::Named { .. } => self.named += 1,
                    _ => self.by_number += 1,
                }
                let EmbeddedPost { answers, quotes, .. } = &**post;
                answers.iter().chain(quotes).for_each(|block| self.add(block));
            }
            Block::Withdrawn => self.withdrawn += 1,
            Block::Missing => self.missing += 1,
        }
    }

    /// In sentences, of which at least one.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mut said = vec![match self.named + self.by_number {
            0 => "No posts are shown.".to_owned(),
            all => format!(
                "Of {} shown, {} by name: those of organisations, and of people who may be named here.",
                count(all, "posts"),
                if self.named == 1 { "1 appears".to_owned() } else { format!("{} appear", self.named) }
            ),
        }];
        if self.by_number > 0 {
            said.push(format!(
                "The other {} without a name, because nobody recorded that their authors want one. Words that were public once can still be searched for: a number hides a name, not a sentence.",
                if self.by_number == 1 { "1 appears".to_owned() } else { format!("{} appear", self.by_number) }
            ));
        }
        if self.withdrawn > 0 {
            said.push(format!(
                "{} withdrawn; a mark stands in place of each.",
                match self.withdrawn {
                    1 => "1 post was".to_owned(),
                    many => format!("{many} posts were"),
                }
            ));
        }
        if self.missing > 0 {
            said.push(format!(
                "{} not in the archive.",
                match self.missing {
                    1 => "1 post is".to_owned(),
                    many => format!("{many} posts are"),
                }
            ));
        }
        said
    }
}

#[cfg(test)]
mod tests;
