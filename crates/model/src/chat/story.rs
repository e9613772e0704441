//! A story: a chat or a part of it, told by a person. Their words, and posts of the archive between them, as they may be shown
//! today. The file that a person writes holds references only; this is what became of it, and it is also the form of a
//! story's JSON, so that fields here are a contract (docs/stories.md).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::session::SessionId;
use super::settings::ChatId;
use crate::id::PostId;
use crate::time::Instant;

/// A story's name in files and addresses: lower-case letters, digits and '-'.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StoryId(String);

/// Why a text is not the name of a story.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not the name of a story: use at most 64 lower-case letters, digits and '-', like 2015-01-14-the-report"
)]
pub struct StoryIdError(String);

impl FromStr for StoryId {
    type Err = StoryIdError;
    fn from_str(text: &str) -> Result<Self, StoryIdError> {
        let fits = text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
        if text.is_empty() || text.len() > 64 || !fits || text.starts_with('-') {
            return Err(StoryIdError(text.chars().take(80).collect()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for StoryId {
    type Error = StoryIdError;
    fn try_from(text: String) -> Result<Self, StoryIdError> {
        text.parse()
    }
}

impl From<StoryId> for String {
    fn from(id: StoryId) -> Self {
        id.0
    }
}

impl fmt::Display for StoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StoryId {
    /// The name as it is written in files.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A story with its posts in place, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Its name in files.
    pub id: StoryId,
    /// As pages call it.
    pub title: String,
    /// The chat that it tells of.
    pub chat: Option<ChatId>,
    /// The day of the session that it tells of, on the chat's clock.
    pub session: Option<SessionId>,
    /// Who tells it.
    pub curator: String,
    /// When it was told.
    pub date: Date,
    /// What it says, in a sentence or two.
    pub summary: String,
    /// BCP 47 tag of the curator's words.
    pub language: String,
    /// Whether the curator has not released it yet: such a story is not published.
    pub draft: bool,
    /// Words and posts in order.
    pub blocks: Vec<Block>,
}

/// A story with what stands around it, as an edition publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldStory {
    /// The story.
    pub story: Story,
    /// The chat's title, where it tells of one.
    pub chat_title: Option<String>,
    /// Whose clock the posts' times are on: a name of the tz database.
    pub time_zone: String,
    /// The curator's pictures, by their files' names.
    pub pictures: BTreeMap<String, Vec<u8>>,
}

/// A part of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// The curator's words.
    Prose {
        /// One paragraph, heading, list…
        prose: Prose,
    },
    /// A post.
    Post {
        /// As it may be shown.
        post: Box<EmbeddedPost>,
    },
    /// A post that its author took back, or whose author does not want to appear. Nothing of it is kept here, not its id.
    Withdrawn,
    /// A post that the archive does not hold. Its id is not kept here either: it may have been erased.
    Missing,
}

/// The curator's words, block by block. Nothing here is markup: texts are texts, addresses are http, https or mailto.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Prose {
    /// A heading; 2 is the highest, below the title.
    Heading {
        /// 2 to 4.
        level: u8,
        /// Its words.
        words: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        words: Vec<Inline>,
    },
    /// A list.
    List {
        /// The first number, for a numbered list.
        first: Option<u64>,
        /// Each with its own blocks.
        items: Vec<Vec<Prose>>,
    },
    /// A passage that the curator quotes from elsewhere.
    Quotation {
        /// What is quoted.
        prose: Vec<Prose>,
    },
    /// Text whose lines and spaces count.
    Code {
        /// As it is.
        text: String,
    },
    /// A line between two parts.
    Rule,
    /// A picture from beside the story's file.
    Picture {
        /// The file's name.
        file: String,
        /// What it shows.
        alternative: String,
    },
}

/// Words within a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Inline {
    /// As they are.
    Text {
        /// The words.
        text: String,
    },
    /// Emphasised.
    Emphasis {
        /// The words.
        words: Vec<Inline>,
    },
    /// Strongly emphasised.
    Strong {
        /// The words.
        words: Vec<Inline>,
    },
    /// As a program writes it.
    Code {
        /// The text.
        text: String,
    },
    /// A link.
    Link {
        /// Where: http, https or mailto.
        address: String,
        /// What is said of it.
        words: Vec<Inline>,
    },
    /// A new line.
    Break,
}

/// A post as it may be shown, by its author's consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbeddedPost {
    /// Its id and its address, where its author appears by name: they lead to the author.
    pub named: Option<Permalink>,
    /// The platform, as readers know it.
    pub platform: String,
    /// Who wrote it.
    pub author: Shown,
    /// When.
    pub created_at: Instant,
    /// BCP 47 tag, as the platform says.
    pub language: Option<String>,
    /// Why its words, links and pictures are not here, in a sentence: the platform's terms.
    pub withheld: Option<String>,
    /// Its words; none where it had none.
    pub text: Vec<Span>,
    /// Addresses in it that its words do not show.
    pub links: Vec<String>,
    /// Pictures, films, sounds: what they are, and what they show.
    pub media: Vec<ShownMedia>,
    /// What the curator says about it.
    pub note: Option<String>,
    /// The post that it answers, where the curator asked for it.
    pub answers: Option<Box<Block>>,
    /// The post that it quotes.
    pub quotes: Option<Box<Block>>,
}

/// Where a post is to be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permalink {
    /// The post.
    pub post_id: PostId,
    /// Its address, where it can be made from what is known.
    pub address: Option<String>,
}

/// How somebody appears.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case", deny_unknown_fields)]
pub enum Shown {
    /// By name.
    Named {
        /// The name shown.
        name: String,
        /// The handle, without '@'.
        handle: Option<String>,
        /// The account's page.
        address: Option<String>,
    },
    /// As `Participant 12`.
    Participant {
        /// The number.
        number: u64,
    },
    /// As somebody, without a number: mentioned, and nobody who wrote here.
    Somebody,
    /// Not at all.
    Withheld,
}

/// A part of a post's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Span {
    /// Words.
    Text {
        /// As they are.
        text: String,
    },
    /// An address of the web, as it stands in the text.
    Link {
        /// The address.
        address: String,
    },
    /// Somebody mentioned.
    Mention {
        /// As they may be shown.
        person: Shown,
    },
    /// An address that would lead to somebody who does not appear by name.
    WithheldLink,
}

/// A picture, film or sound in a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownMedia {
    /// `image`, `video`, `audio`…
    pub kind: String,
    /// What it shows: empty where its author did not say; none where the source does not tell.
    pub alternative: Option<String>,
}

/// From what a story is drafted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// A first title.
    pub title: String,
    /// The chat.
    pub chat: Option<ChatId>,
    /// The session's day.
    pub session: Option<SessionId>,
    /// What is known of it, in a sentence: topic, hosts by their organisation, how many took part.
    pub about: String,
    /// BCP 47 tag.
    pub language: String,
    /// The questions, in order.
    pub questions: Vec<OutlineQuestion>,
    /// Posts that belong to no question.
    pub others: Vec<Suggestion>,
}

/// A question and the answers that may be told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutlineQuestion {
    /// `Q1`.
    pub label: String,
    /// Its words.
    pub text: String,
    /// The post in which it was asked.
    pub asked: Option<PostId>,
    /// How many answers there were.
    pub answers: u64,
    /// Those that were answered or passed on most, in that order.
    pub suggestions: Vec<Suggestion>,
}

/// A post that may be worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The post.
    pub post_id: PostId,
    /// How often it was answered.
    pub answers: u64,
    /// How often it was passed on.
    pub shares: u64,
    /// Its words and author as they may be shown, for the curator alone: the draft holds them as a remark.
    pub preview: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storys_name_is_safe_in_a_path() {
        assert!("2015-01-14-the-report".parse::<StoryId>().is_ok());
        for bad in ["", "../x", "NHS", "a/b", "-a", "a b", "é"] {
            assert!(bad.parse::<StoryId>().is_err(), "{bad}");
        }
    }
}
