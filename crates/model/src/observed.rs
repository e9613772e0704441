//! What was observed: one struct per table of the ledger. Instants are UTC; a counter that the platform
//! did not give is `None`, which is not zero.

use serde::{Deserialize, Serialize};

use crate::chat::ChatId;
use crate::id::{AccountId, Handle, PostId};
use crate::time::Instant;

/// The tables of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Account × instant.
    Observation,
    /// Post × instant of its content.
    Post,
    /// Post × instant of its counters.
    Reading,
    /// Follower × followed × instant.
    Follow,
    /// Chat × post × import that read it.
    Sighting,
    /// One try to collect something.
    Attempt,
    /// One import or collection run.
    Batch,
}

impl Table {
    /// All tables, in the order in which they are written.
    pub const ALL: [Self; 7] = [
        Self::Observation,
        Self::Post,
        Self::Reading,
        Self::Follow,
        Self::Sighting,
        Self::Attempt,
        Self::Batch,
    ];
    /// As it is written in files and directories.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observation => "observation",
            Self::Post => "post",
            Self::Reading => "reading",
            Self::Follow => "follow",
            Self::Sighting => "sighting",
            Self::Attempt => "attempt",
            Self::Batch => "batch",
        }
    }
}

/// What a platform said about an account at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The account.
    pub account_id: AccountId,
    /// When the platform said so.
    pub observed_at: Instant,
    /// Its handle then.
    pub handle: Option<Handle>,
    /// How many follow it.
    pub followers: Option<i64>,
    /// How many it follows.
    pub following: Option<i64>,
    /// How many posts the platform counts.
    pub posts: Option<i64>,
    /// The name shown.
    pub display_name: Option<String>,
    /// The text about itself.
    pub bio: Option<String>,
    /// The site it links to.
    pub website: Option<String>,
}

/// What a post is in relation to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// Stands by itself.
    Original,
    /// Answers another post.
    Reply,
    /// Passes another post on, unchanged.
    Repost,
    /// Passes another post on, with words of its own.
    Quote,
}

impl PostKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Original, Self::Reply, Self::Repost, Self::Quote];
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Reply => "reply",
            Self::Repost => "repost",
            Self::Quote => "quote",
        }
    }
}

/// A picture, film or sound in a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// `image`, `video`, `audio`…
    pub kind: String,
    /// Alternative text; `None` where the source does not say, empty where there is none.
    pub alt_text: Option<String>,
}

/// A post, as its content was at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub account_id: AccountId,
    /// When it was posted.
    pub created_at: Instant,
    /// When this content was seen.
    pub observed_at: Instant,
    /// What it is in relation to others; `None` where the source does not say.
    pub kind: Option<PostKind>,
    /// The post it answers.
    pub in_reply_to_post_id: Option<PostId>,
    /// The account it answers.
    pub in_reply_to_account_id: Option<AccountId>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// The post it passes on: with words of its own for a quote, without for a repost.
    pub quoted_post_id: Option<PostId>,
    /// BCP 47 tag, as the source says.
    pub language: Option<String>,
    /// The words.
    pub text: Option<String>,
    /// Hashtags without '#'; `None` where the source does not list them.
    pub hashtags: Option<Vec<String>>,
    /// Accounts mentioned, as ids or handles in the source's form.
    pub mentions: Option<Vec<String>>,
    /// Addresses.
    pub links: Option<Vec<String>>,
    /// Pictures, films, sounds.
    pub media: Option<Vec<Media>>,
    /// How many hashtags, where the source only counts. A source that says yes or no gives 1 or 0:
    /// "at least one" or none.
    pub hashtag_count: Option<i64>,
    /// How many mentions.
    pub mention_count: Option<i64>,
    /// How many links.
    pub link_count: Option<i64>,
    /// How many pictures, films, sounds.
    pub media_count: Option<i64>,
    /// For a reply: seconds between the post it answers and itself.
    pub answered_after_seconds: Option<i64>,
}

impl Post {
    /// A post of which nothing else is known.
    pub fn bare(post_id: PostId, account_id: AccountId, created_at: Instant, observed_at: Instant) -> Self {
        Self {
            post_id,
            account_id,
            created_at,
            observed_at,
            kind: None,
            in_reply_to_post_id: None,
            in_reply_to_account_id: None,
            conversation_id: None,
            quoted_post_id: None,
            language: None,
            text: None,
            hashtags: None,
            mentions: None,
            links: None,
            media: None,
            hashtag_count: None,
            mention_count: None,
            link_count: None,
            media_count: None,
            answered_after_seconds: None,
        }
    }
}

/// What a post's counters said at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The post.
    pub post_id: PostId,
    /// When the counters said so.
    pub observed_at: Instant,
    /// Likes, favourites.
    pub likes: Option<i64>,
    /// Reposts, retweets, shares.
    pub reposts: Option<i64>,
    /// Replies, comments.
    pub replies: Option<i64>,
    /// Quotes.
    pub quotes: Option<i64>,
    /// Views.
    pub views: Option<i64>,
}

impl Reading {
    /// Whether the platform said nothing at all: such a reading is not kept.
    pub fn is_empty(&self) -> bool {
        [self.likes, self.reposts, self.replies, self.quotes, self.views].iter().all(Option::is_none)
    }
}

/// An edge between two accounts, with when it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Who follows.
    pub follower_id: AccountId,
    /// Who is followed.
    pub followed_id: AccountId,
    /// When it was seen.
    pub observed_at: Instant,
}

/// Why a post that was read for a chat is not one of its posts like others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// It counts, and is not for everybody: its author shows it to some only, or asked that it not be shown to all.
    Protected,
    /// It was edited, and a later version is there.
    EarlierVersion,
    /// It says that it was written after it was read.
    FromTheFuture,
    /// Its author has deleted it, or the platform has.
    Deleted,
}

impl LeftOut {
    /// All reasons; where a post has several, the last of them counts.
    pub const ALL: [Self; 4] = [Self::Protected, Self::EarlierVersion, Self::FromTheFuture, Self::Deleted];
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::EarlierVersion => "earlier_version",
            Self::FromTheFuture => "from_the_future",
            Self::Deleted => "deleted",
        }
    }
}

/// That an import of a chat read a post. What a chat's counts are reconciled by, to the last post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The chat.
    pub chat: ChatId,
    /// The post.
    pub post_id: PostId,
    /// Its author; `None` where only its deletion is known.
    pub account_id: Option<AccountId>,
    /// When it was read.
    pub observed_at: Instant,
    /// How often the import read it; 0 where it came along, or where only something about it was learnt.
    pub times: i64,
    /// Why it does not count.
    pub left_out: Option<LeftOut>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It gave what was asked for.
    Ok,
    /// It gave what was known already.
    Unchanged,
    /// There is no such account.
    NotFound,
    /// The platform has suspended the account.
    Suspended,
    /// The account does not show its posts.
    Protected,
    /// The platform asked to come back later.
    RateLimited,
    /// The platform does not offer this.
    NotOffered,
    /// It failed for another reason, given in the detail.
    Failed,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 8] = [
        Self::Ok,
        Self::Unchanged,
        Self::NotFound,
        Self::Suspended,
        Self::Protected,
        Self::RateLimited,
        Self::NotOffered,
        Self::Failed,
    ];
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unchanged => "unchanged",
            Self::NotFound => "not_found",
            Self::Suspended => "suspended",
            Self::Protected => "protected",
            Self::RateLimited => "rate_limited",
            Self::NotOffered => "not_offered",
            Self::Failed => "failed",
        }
    }
    /// Whether something can be said about the span that the attempt covers.
    pub const fn succeeded(self) -> bool {
        matches!(self, Self::Ok | Self::Unchanged)
    }
}

/// One try to collect something about one account. Coverage is computed from these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The account.
    pub account_id: AccountId,
    /// What was asked for.
    pub table: Table,
    /// When.
    pub attempted_at: Instant,
    /// First instant that the answer covers; `None`: from the account's beginning.
    pub covers_from: Option<Instant>,
    /// First instant that it no longer covers.
    pub covers_to: Instant,
    /// Whether the platform or the source cut the answer off before its beginning.
    pub truncated: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// In words, for people.
    pub detail: Option<String>,
    /// How many rows the answer had.
    pub rows: i64,
}

/// On what terms data came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Open to anyone without a key.
    Open,
    /// With a key and the platform's terms.
    Keyed,
    /// Given by the account's owner or published by somebody under a licence.
    Contributed,
}

impl Lane {
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Keyed => "keyed",
            Self::Contributed => "contributed",
        }
    }
}

/// One import or collection run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its name: the kind and the first digits of the input's hash.
    pub batch: String,
    /// When it began.
    pub started_at: Instant,
    /// When it was complete.
    pub finished_at: Instant,
    /// Where the data come from, in words.
    pub source: String,
    /// On what terms.
    pub lane: Lane,
    /// How long it may be kept, in words: `unlimited`, `30 days`.
    pub retention: String,
    /// The version of this tool.
    pub tool_version: String,
    /// SHA-256 of the input, in hex.
    pub input_hash: String,
}
