//! What API v2 writes, as far as it is read.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::json::{Text, count, list};
use super::super::x::wire::{Profile, Tag, Url};

/// A line or an element of a page: a page, a post, an account or a notice. All keys stand in one struct,
/// so that the usual line, a post, is read in one pass.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Row<'a> {
    // Of pages.
    #[serde(borrow)]
    pub(super) data: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) includes: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) errors: Vec<Problem<'a>>,
    #[serde(borrow)]
    pub(super) meta: Option<&'a RawValue>,
    // Of what came along with pages, kept in files of its own by academictwitteR.
    #[serde(borrow)]
    pub(super) users: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) tweets: Option<&'a RawValue>,
    #[serde(borrow, rename = "__twarc")]
    pub(super) twarc: Option<Twarc<'a>>,
    // Of posts.
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) author_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) created_at: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) lang: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) conversation_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) in_reply_to_user_id: Option<Text<'a>>,
    pub(super) public_metrics: Option<Metrics>,
    #[serde(borrow)]
    pub(super) entities: Option<Entities<'a>>,
    #[serde(borrow)]
    pub(super) note_tweet: Option<Note<'a>>,
    #[serde(borrow)]
    pub(super) attachments: Option<Attachments<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) referenced_tweets: Vec<Row<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) edit_history_tweet_ids: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(super) withheld: Option<Withheld<'a>>,
    #[serde(borrow)]
    pub(super) author: Option<User<'a>>,
    /// In `referenced_tweets`: retweeted, quoted, replied_to.
    #[serde(borrow, rename = "type")]
    pub(super) relation: Option<Text<'a>>,
    // Of accounts.
    #[serde(borrow)]
    pub(super) username: Option<Text<'a>>,
    // Of compliance jobs.
    #[serde(borrow)]
    pub(super) action: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Twarc<'a> {
    #[serde(borrow)]
    pub(super) retrieved_at: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Metrics {
    #[serde(deserialize_with = "count")]
    pub(super) retweet_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) reply_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) like_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) quote_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) impression_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) followers_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) following_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) tweet_count: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Entities<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) hashtags: Vec<Tag<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) mentions: Vec<User<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) urls: Vec<Url<'a>>,
}

/// A post of more than 280 characters: `text` holds its beginning.
#[derive(Deserialize)]
pub(super) struct Note<'a> {
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) entities: Option<Entities<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Attachments<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) media_keys: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) poll_ids: Vec<Text<'a>>,
    /// Flattened by twarc.
    #[serde(borrow, deserialize_with = "list")]
    pub(super) media: Vec<Picture<'a>>,
    #[serde(borrow)]
    pub(super) poll: Option<Poll<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Poll<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) options: Vec<Choice<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Choice<'a> {
    #[serde(borrow)]
    pub(super) label: Option<Text<'a>>,
    #[serde(deserialize_with = "count")]
    pub(super) votes: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Picture<'a> {
    #[serde(borrow)]
    pub(super) media_key: Option<Text<'a>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) alt_text: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Withheld<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) country_codes: Vec<Text<'a>>,
    pub(super) copyright: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct User<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) username: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) description: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Option<Text<'a>>,
    pub(super) public_metrics: Option<Metrics>,
    #[serde(borrow)]
    pub(super) entities: Option<Profile<'a>>,
    pub(super) protected: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Problem<'a> {
    #[serde(borrow)]
    pub(super) title: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) detail: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) resource_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) resource_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) value: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) parameter: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Includes<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) users: Vec<&'a RawValue>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) tweets: Vec<&'a RawValue>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) media: Vec<&'a RawValue>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) polls: Vec<&'a RawValue>,
}
