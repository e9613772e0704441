//! One session as it is read: who said what, under which question, in threads. Only what may be shown is in
//! it: people as they agreed to appear, nothing of those who withdrew. All texts are still hostile: whoever draws a page
//! escapes them.
//!
//! Threads are flat lists with a depth, so that a chain of replies of any length is drawn, copied and dropped
//! without recursion.

use serde::Serialize;

use super::archive::Consent;
use super::session::{How, PostIndex, QuestionNumber, SessionId};
use crate::id::{OrganisationId, Platform, PostId};
use crate::time::Instant;

/// Somebody as they may be shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "appears", rename_all = "lowercase")]
pub enum Speaker {
    /// By name.
    Named {
        /// The name shown, or the handle where there is none.
        name: String,
        /// The handle, without '@'.
        handle: Option<String>,
        /// The account's page.
        link: Option<String>,
        /// The organisation whose account it is.
        organisation: Option<OrganisationId>,
    },
    /// As `Participant 12`.
    Participant {
        /// The number, by first appearance in the whole chat.
        number: u32,
    },
    /// Not at all.
    Withdrawn,
}

impl Speaker {
    /// How they are called: `Ann Example`, `Participant 12`, `Withdrawn`.
    pub fn label(&self) -> String {
        match self {
            Self::Named { name, .. } => name.clone(),
            Self::Participant { number } => format!("Participant {number}"),
            Self::Withdrawn => "Withdrawn".to_owned(),
        }
    }
    /// How they agreed to appear.
    pub const fn consent(&self) -> Consent {
        match self {
            Self::Named { .. } => Consent::Named,
            Self::Participant { .. } => Consent::Pseudonymous,
            Self::Withdrawn => Consent::Removed,
        }
    }
}

/// What a picture shows, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", content = "text", rename_all = "snake_case")]
pub enum AltText {
    /// The author's own words.
    Given(String),
    /// The source says that there is none: show "no alternative text".
    NoneGiven,
    /// The source does not say: show "not known".
    NotKnown,
}

/// A picture, film or sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// `image`, `video`, `audio`…
    pub kind: String,
    /// What it shows, in words.
    pub alt: AltText,
}

/// A post's words, as they may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Who said it.
    pub speaker: Speaker,
    /// Whether the speaker hosted this session.
    pub host: bool,
    /// When.
    pub at: Instant,
    /// Where.
    pub platform: Platform,
    /// The post's id: only where its author is named, because it leads to the author.
    pub post_id: Option<PostId>,
    /// The post's own page, on the same terms.
    pub link: Option<String>,
    /// What was said; handles of people who are not named are replaced. `None` where the source does not have it.
    pub text: Option<String>,
    /// BCP 47 tag, as the source says.
    pub language: Option<String>,
    /// Addresses in it, without those that lead to people who are not named.
    pub links: Vec<String>,
    /// Pictures, films, sounds.
    pub media: Vec<Picture>,
}

/// What stands in a post's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Said {
    /// The post.
    Words(Box<Words>),
    /// Somebody passed on a post that is not of this session: its words if they are known, else those of the repost.
    PassedOn(Box<Words>),
    /// The post, or its author, was withdrawn: a mark and nothing else.
    Withdrawn,
}

/// The post that a post quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Quoted {
    /// Shown here, for the first time.
    Shown(Box<Words>),
    /// It has a place of its own in this transcript: the turn with this post.
    Turn {
        /// That turn's [`Turn::post`].
        post: PostIndex,
    },
    /// Shown already where another turn quotes it.
    ShownBy {
        /// That turn's [`Turn::post`].
        post: PostIndex,
    },
    /// Withdrawn.
    Withdrawn,
    /// Not in the archive.
    NotKnown,
}

/// What a post replies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum RepliesTo {
    /// The turn with this post, in this transcript.
    Turn {
        /// That turn's [`Turn::post`].
        post: PostIndex,
    },
    /// A post of another session, or of none.
    Elsewhere,
    /// A post that was withdrawn.
    Withdrawn,
    /// A post that is not in the archive.
    NotKnown,
}

/// Somebody who passed a post on unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassedOnBy {
    /// The repost.
    pub post: PostIndex,
    /// Who; [`Speaker::Withdrawn`] counts and is not named.
    pub speaker: Speaker,
    /// When.
    pub at: Instant,
}

/// Why a turn stands under a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Under {
    /// The question.
    pub number: QuestionNumber,
    /// Why we say so.
    pub how: How,
}

/// One post in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// The post's place in the archive: an anchor that is unique in the chat.
    pub post: PostIndex,
    /// How deep in its thread: 0 begins one, and what follows with a larger depth replies to it.
    pub depth: u32,
    /// What was said.
    pub said: Said,
    /// The questions it answers; a post that answers several stands under the first.
    pub under: Vec<Under>,
    /// What it replies to.
    pub replies_to: Option<RepliesTo>,
    /// What it quotes.
    pub quoted: Option<Quoted>,
    /// Who passed it on, by time.
    pub passed_on_by: Vec<PassedOnBy>,
    /// Likes when last read; `None` where the platform did not say.
    pub likes: Option<i64>,
}

/// A question and what was said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Its name.
    pub number: QuestionNumber,
    /// Its words; `None` where the post that has them was withdrawn or has none.
    pub text: Option<String>,
    /// The posts that ask it, by time; their depth is 0.
    pub posts: Vec<Turn>,
    /// The answers by time, each followed by its thread.
    pub answers: Vec<Turn>,
}

/// What a transcript holds, to the last post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TranscriptCounts {
    /// The session's posts and what came afterwards, reposts among them. The sum of the next three.
    pub posts: u32,
    /// Shown with their words.
    pub shown: u32,
    /// Reposts, folded into who passed something on.
    pub folded: u32,
    /// Marked as withdrawn.
    pub withdrawn: u32,
    /// Posts of the session's time that were deleted, or taken back one by one: not among the posts, because nothing but the
    /// time in their ids is known of them.
    pub gone: u32,
    /// Who took part, those who withdrew not counted.
    pub participants: u32,
    /// Posts that answer a question.
    pub answers: u32,
}

/// A session as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transcript {
    /// The chat's title.
    pub chat: String,
    /// The session.
    pub session: SessionId,
    /// What it was about.
    pub topic: Option<String>,
    /// When it began.
    pub starts_at: Instant,
    /// When it ended.
    pub ends_at: Instant,
    /// Who hosted it, as they may be shown.
    pub hosts: Vec<Speaker>,
    /// What was said before the first question, in threads.
    pub opening: Vec<Turn>,
    /// The questions, by number, each with its answers.
    pub questions: Vec<Asked>,
    /// What could be given to no question, in threads.
    pub unassigned: Vec<Turn>,
    /// What was said in the days after, in threads; [`Turn::under`] says to which question.
    pub afterwards: Vec<Turn>,
    /// Posts that were passed on and have no place above, each with who passed it on.
    pub passed_on: Vec<Turn>,
    /// What it holds.
    pub counts: TranscriptCounts,
}

impl Transcript {
    /// Every turn, in the order of reading.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        let asked = self.questions.iter().flat_map(|asked| asked.posts.iter().chain(&asked.answers));
        self.opening
            .iter()
            .chain(asked)
            .chain(&self.unassigned)
            .chain(&self.afterwards)
            .chain(&self.passed_on)
    }
}
