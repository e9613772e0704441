//! What Bluesky's interface writes, as far as it is read.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::json::{Text, count, list};

/// A post as the interface shows it, a record as a repository keeps it, an account, or an answer.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct View<'a> {
    #[serde(borrow, rename = "$type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) uri: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) author: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) record: Option<&'a RawValue>,
    /// In records and in posts within posts: the record.
    #[serde(borrow)]
    pub(super) value: Option<&'a RawValue>,
    #[serde(deserialize_with = "count", alias = "like_count", rename = "likeCount")]
    pub(super) likes: Option<i64>,
    #[serde(deserialize_with = "count", alias = "repost_count", rename = "repostCount")]
    pub(super) reposts: Option<i64>,
    #[serde(deserialize_with = "count", alias = "reply_count", rename = "replyCount")]
    pub(super) replies: Option<i64>,
    #[serde(deserialize_with = "count", alias = "quote_count", rename = "quoteCount")]
    pub(super) quotes: Option<i64>,
    #[serde(borrow, alias = "indexed_at", rename = "indexedAt")]
    pub(super) indexed_at: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) labels: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) embed: Option<&'a RawValue>,
    // Of accounts.
    #[serde(borrow)]
    pub(super) did: Option<Text<'a>>,
    // Of events of the stream.
    #[serde(borrow)]
    pub(super) time_us: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) commit: Option<Commit<'a>>,
    // Of items of a feed.
    #[serde(borrow)]
    pub(super) post: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) reply: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) reason: Option<&'a RawValue>,
    // Of threads.
    #[serde(borrow)]
    pub(super) thread: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) parent: Option<&'a RawValue>,
    // Of answers: lists. `replies` of a thread is a list too, and read apart.
    #[serde(borrow)]
    pub(super) posts: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) feed: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) records: Option<&'a RawValue>,
    #[serde(
        borrow,
        alias = "repostedBy",
        alias = "followers",
        alias = "follows",
        alias = "profiles",
        alias = "reposted_by"
    )]
    pub(super) actors: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) subject: Option<&'a RawValue>,
    // likeCount is a number, `likes` the list of who liked.
    #[serde(borrow, rename = "likes")]
    pub(super) liked_by: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) error: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) message: Option<Text<'a>>,
}

/// What was written, or deleted, where.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Commit<'a> {
    #[serde(borrow)]
    pub(super) operation: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) collection: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) rkey: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) record: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Replies<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) replies: Vec<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Actor<'a> {
    #[serde(borrow)]
    pub(super) did: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) handle: Option<Text<'a>>,
    #[serde(borrow, rename = "displayName", alias = "display_name")]
    pub(super) display_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) description: Option<Text<'a>>,
    #[serde(deserialize_with = "count", rename = "followersCount", alias = "followers_count")]
    pub(super) followers: Option<i64>,
    #[serde(deserialize_with = "count", rename = "followsCount", alias = "follows_count")]
    pub(super) following: Option<i64>,
    #[serde(deserialize_with = "count", rename = "postsCount", alias = "posts_count")]
    pub(super) posts: Option<i64>,
    #[serde(borrow)]
    pub(super) labels: Option<&'a RawValue>,
}

/// What an author wrote: `app.bsky.feed.post` or `app.bsky.feed.repost`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Written<'a> {
    #[serde(borrow, rename = "$type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow, rename = "createdAt", alias = "created_at")]
    pub(super) created_at: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) facets: Vec<Facet<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) tags: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) langs: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(super) reply: Option<ReplyTo<'a>>,
    #[serde(borrow)]
    pub(super) embed: Option<Embed<'a>>,
    #[serde(borrow)]
    pub(super) subject: Option<Reference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ReplyTo<'a> {
    #[serde(borrow)]
    pub(super) parent: Option<Reference<'a>>,
    #[serde(borrow)]
    pub(super) root: Option<Reference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Reference<'a> {
    #[serde(borrow)]
    pub(super) uri: Option<Text<'a>>,
    /// Where a picture stands beside the quoted post, the reference lies one deeper.
    #[serde(borrow)]
    pub(super) record: Option<Box<Reference<'a>>>,
}

/// A stretch of the text, in bytes of UTF-8, with what it means. The meaning says all that is kept.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Facet<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) features: Vec<Feature<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Feature<'a> {
    #[serde(borrow)]
    pub(super) tag: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) uri: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) did: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Embed<'a> {
    #[serde(borrow, rename = "$type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) images: Vec<Image<'a>>,
    #[serde(borrow)]
    pub(super) external: Option<Feature<'a>>,
    #[serde(borrow)]
    pub(super) record: Option<Reference<'a>>,
    #[serde(borrow)]
    pub(super) media: Option<Box<Embed<'a>>>,
    /// Of a film.
    #[serde(borrow)]
    pub(super) alt: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Image<'a> {
    #[serde(borrow)]
    pub(super) alt: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Label<'a> {
    #[serde(borrow)]
    pub(super) val: Option<Text<'a>>,
    pub(super) neg: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Reason<'a> {
    #[serde(borrow, rename = "$type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) by: Option<Actor<'a>>,
    #[serde(borrow, rename = "indexedAt", alias = "indexed_at")]
    pub(super) indexed_at: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) uri: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Ancestors<'a> {
    #[serde(borrow)]
    pub(super) root: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) parent: Option<&'a RawValue>,
}
