//! Twitter API v1.1: statuses as an array, one a line or in a search's answer, with what streams send
//! between them. Texts may be cut off (`truncated`); `full_text` or `extended_tweet` hold the whole.

use serde::Deserialize;
use serde_json::value::RawValue;
use someasure_model::{AccountId, Instant, Media, Observation, PostId, Reading};

use super::json::{self, Text, count, filled, list, owned};
use super::record::{ChatItem, NoticeKind, bare_person, bare_post};
use super::sink::{PROTECTED, Sink};
use super::source::not_posts;
use super::x::wire::{Profile, Tag, Url, either};
use super::{ExportError, words, x};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Status<'a> {
    #[serde(borrow)]
    pub(super) id_str: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) full_text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) created_at: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) lang: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) user: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) in_reply_to_status_id_str: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) in_reply_to_status_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) in_reply_to_user_id_str: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) in_reply_to_user_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) in_reply_to_screen_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) retweeted_status: Option<Box<Status<'a>>>,
    #[serde(borrow)]
    pub(super) quoted_status: Option<Box<Status<'a>>>,
    #[serde(borrow)]
    pub(super) quoted_status_id_str: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) quoted_status_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) entities: Option<Entities<'a>>,
    #[serde(borrow)]
    pub(super) extended_entities: Option<Entities<'a>>,
    #[serde(borrow)]
    pub(super) extended_tweet: Option<Extended<'a>>,
    #[serde(deserialize_with = "count")]
    pub(super) favorite_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) retweet_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) reply_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) quote_count: Option<i64>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) withheld_in_countries: Vec<Text<'a>>,
    pub(super) withheld_copyright: Option<bool>,
    // Of accounts.
    #[serde(borrow)]
    pub(super) screen_name: Option<Text<'a>>,
    // Of answers and streams.
    #[serde(borrow)]
    pub(super) statuses: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) users: Option<Vec<&'a RawValue>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) errors: Vec<Problem<'a>>,
    #[serde(borrow)]
    pub(super) delete: Option<Event<'a>>,
    #[serde(borrow)]
    pub(super) status_withheld: Option<Event<'a>>,
    #[serde(borrow)]
    pub(super) user_withheld: Option<Event<'a>>,
    #[serde(borrow)]
    pub(super) scrub_geo: Option<Event<'a>>,
    pub(super) limit: Option<Limit>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Extended<'a> {
    #[serde(borrow)]
    full_text: Option<Text<'a>>,
    #[serde(borrow)]
    entities: Option<Entities<'a>>,
    #[serde(borrow)]
    extended_entities: Option<Entities<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Entities<'a> {
    #[serde(borrow, deserialize_with = "list")]
    hashtags: Vec<Tag<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    user_mentions: Vec<Mention<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) urls: Vec<Url<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    media: Vec<Picture<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Mention<'a> {
    #[serde(borrow)]
    id_str: Option<Text<'a>>,
    #[serde(borrow)]
    screen_name: Option<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Picture<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    ext_alt_text: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct User<'a> {
    #[serde(borrow)]
    pub(super) id_str: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) screen_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) description: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) entities: Option<Profile<'a>>,
    #[serde(deserialize_with = "count")]
    pub(super) followers_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) friends_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    pub(super) statuses_count: Option<i64>,
    pub(super) protected: Option<bool>,
    /// The account's newest post, without its author.
    #[serde(borrow)]
    pub(super) status: Option<Box<Status<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct Problem<'a> {
    #[serde(borrow)]
    code: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

/// A notice of a stream.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Event<'a> {
    /// In `delete`: where the ids stand.
    #[serde(borrow)]
    status: Option<Box<Event<'a>>>,
    #[serde(borrow)]
    id_str: Option<Text<'a>>,
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    user_id_str: Option<Text<'a>>,
    #[serde(borrow)]
    user_id: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    withheld_in_countries: Vec<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Limit {
    #[serde(default, deserialize_with = "count")]
    track: Option<i64>,
}

impl Status<'_> {
    /// What R makes of null: `{}`.
    fn is_nothing(&self) -> bool {
        either(&self.id_str, &self.id).is_none() && self.user.is_none()
    }
}

pub(super) fn record(json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let status: Status<'_> = match serde_json::from_slice(json) {
        Ok(status) => status,
        Err(error) => return sink.bad(json::fault(json, &error), json),
    };
    if let Some(rows) = status.statuses.as_ref().or(status.users.as_ref()) {
        sink.summary.pages += 1;
        for row in rows {
            record(row.get().as_bytes(), sink)?;
        }
        return Ok(());
    }
    if status.text.is_some() || status.full_text.is_some() {
        return match item(&status, sink.observed_at(), None) {
            Ok(item) => {
                notices(&status, &item, sink)?;
                sink.post(item)?;
                along(&status, sink)
            }
            Err(why) => sink.bad(why, json),
        };
    }
    if status.screen_name.is_some() {
        return match serde_json::from_slice::<User<'_>>(json) {
            Ok(user) => person(&user, json, sink),
            Err(error) => sink.bad(json::fault(json, &error), json),
        };
    }
    stream(&status, json, sink)
}

/// What streams and answers say besides posts.
fn stream(status: &Status<'_>, json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    if let Some(event) = &status.delete {
        let event = event.status.as_deref().unwrap_or(event);
        let (post, account) = ids(event);
        return sink.notice(true, NoticeKind::Deleted, post, account, "deleted by its author");
    }
    if let Some(event) = &status.status_withheld {
        let (post, account) = ids(event);
        return sink.notice(
            true,
            NoticeKind::Withheld,
            post,
            account,
            withheld(&event.withheld_in_countries),
        );
    }
    if let Some(event) = &status.user_withheld {
        let (_, account) = ids(event);
        let account = account.or_else(|| x::account_id(either(&event.id_str, &event.id)?).ok());
        return sink.notice(
            true,
            NoticeKind::Withheld,
            None,
            account,
            withheld(&event.withheld_in_countries),
        );
    }
    if let Some(event) = &status.scrub_geo {
        let (_, account) = ids(event);
        return sink.notice(
            true,
            NoticeKind::NotAPost,
            None,
            account,
            "the account withdrew the places of its posts",
        );
    }
    if let Some(limit) = &status.limit {
        let text = match limit.track {
            Some(track) => format!("the stream left posts out: {track} since it began"),
            None => "the stream left posts out".to_owned(),
        };
        return sink.notice(true, NoticeKind::Error, None, None, text);
    }
    for Problem { code, message } in &status.errors {
        let kind = match filled(code) {
            Some("63" | "64") => NoticeKind::Suspended,
            Some("34" | "50" | "144" | "421" | "422") => NoticeKind::Deleted,
            Some("179") => NoticeKind::Protected,
            _ => NoticeKind::Error,
        };
        sink.notice(true, kind, None, None, filled(message).unwrap_or("an error without a message"))?;
    }
    if status.errors.is_empty() { not_posts(json, sink) } else { Ok(()) }
}

fn ids(event: &Event<'_>) -> (Option<PostId>, Option<AccountId>) {
    let post = either(&event.id_str, &event.id).and_then(|id| x::post_id(id).ok());
    let account = either(&event.user_id_str, &event.user_id).and_then(|id| x::account_id(id).ok());
    (post, account)
}

fn withheld(countries: &[Text<'_>]) -> String {
    let countries: Vec<&str> = countries.iter().map(|country| &**country).collect();
    format!("withheld in {}", countries.join(", "))
}

fn notices(status: &Status<'_>, item: &ChatItem, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let (post, account) = (item.post.post_id.clone(), item.post.account_id.clone());
    if !status.withheld_in_countries.is_empty() || status.withheld_copyright == Some(true) {
        let text = withheld(&status.withheld_in_countries);
        sink.notice(false, NoticeKind::Withheld, Some(post), Some(account.clone()), text)?;
    }
    if status.user.as_ref().is_some_and(|user| user.protected == Some(true)) {
        sink.protected(&account, PROTECTED)?;
    }
    Ok(())
}

/// The originals of a repost and of a quote.
fn along(status: &Status<'_>, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let inner = [&status.retweeted_status, &status.quoted_status].into_iter().flatten();
    for inner in inner.filter(|inner| !inner.is_nothing()) {
        match item(inner, sink.observed_at(), None) {
            Ok(item) => {
                notices(inner, &item, sink)?;
                sink.context(item)?;
                along(inner, sink)?;
            }
            Err(why) => sink.bad_context(why)?,
        }
    }
    Ok(())
}

pub(super) fn item(
    status: &Status<'_>,
    observed_at: Instant,
    author: Option<&User<'_>>,
) -> Result<ChatItem, String> {
    let post_id = x::post_id(either(&status.id_str, &status.id).ok_or("a status without its id")?)?;
    let user =
        status.user.as_ref().or(author).ok_or("a status without its user: whose it is cannot be known")?;
    let account_id = x::account(either(&user.id_str, &user.id), filled(&user.screen_name))?;
    let created_at = x::posted_at(filled(&status.created_at), &post_id)?;
    let mut post = bare_post(post_id, account_id, created_at, observed_at)?;
    let reply_to = either(&status.in_reply_to_status_id_str, &status.in_reply_to_status_id);
    let reply_to_user = either(&status.in_reply_to_user_id_str, &status.in_reply_to_user_id);
    let reply_to_name = filled(&status.in_reply_to_screen_name);
    post.in_reply_to_post_id = reply_to.map(x::post_id).transpose()?;
    if reply_to_user.is_some() || reply_to_name.is_some() {
        post.in_reply_to_account_id = Some(x::account(reply_to_user, reply_to_name)?);
    }
    let retweeted = status.retweeted_status.as_deref().filter(|original| !original.is_nothing());
    let quoted = either(&status.quoted_status_id_str, &status.quoted_status_id)
        .or_else(|| status.quoted_status.as_deref().and_then(|quoted| either(&quoted.id_str, &quoted.id)));
    let passes_on = match retweeted {
        Some(original) => either(&original.id_str, &original.id),
        None => quoted,
    };
    post.quoted_post_id = passes_on.map(x::post_id).transpose()?;
    let whole = status.extended_tweet.as_ref();
    let text = whole.and_then(|whole| filled(&whole.full_text));
    let text =
        text.or_else(|| filled(&status.full_text)).or_else(|| filled(&status.text)).unwrap_or_default();
    // Without `retweeted_status` (older collections drop it) the form of the text tells a repost.
    let repost = retweeted.is_some() || (reply_to.is_none() && words::reposted(text).is_some());
    let reply = post.in_reply_to_post_id.is_some() || post.in_reply_to_account_id.is_some();
    post.kind = Some(x::kind(repost, reply, quoted.is_some()));
    post.language = owned(&status.lang);
    let text = words::without_entities(text);
    let entities = whole.and_then(|whole| whole.entities.as_ref()).or(status.entities.as_ref());
    x::words_of(&mut post, entities.map(listed).as_ref(), &text);
    // X cuts the text of a repost off; the tags that it lost stand in the original, where the file has it.
    if let Some(original) = retweeted {
        let whole = original.extended_tweet.as_ref();
        let entities = whole.and_then(|whole| whole.entities.as_ref()).or(original.entities.as_ref());
        let text = whole.and_then(|whole| filled(&whole.full_text)).or_else(|| filled(&original.full_text));
        let text = text.or_else(|| filled(&original.text)).unwrap_or_default();
        post.hashtags = Some(x::hashtags(entities.map(listed).as_ref(), text));
    }
    let pictures = whole.and_then(|whole| whole.extended_entities.as_ref());
    let pictures = pictures.or(status.extended_entities.as_ref()).or(entities);
    let medium = |picture: &Picture<'_>| Media {
        kind: x::media_kind(filled(&picture.kind).unwrap_or_default()),
        alt_text: owned(&picture.ext_alt_text),
    };
    post.media = Some(pictures.map(|all| all.media.iter().map(medium).collect()).unwrap_or_default());
    post.text = Some(text);
    let mut item = ChatItem::new(post);
    if !repost {
        item.reading = Some(Reading {
            post_id: item.post.post_id.clone(),
            observed_at,
            likes: status.favorite_count,
            reposts: status.retweet_count,
            replies: status.reply_count,
            quotes: status.quote_count,
            views: None,
        });
    }
    item.author = observation(user, observed_at).ok();
    Ok(item)
}

fn listed<'e>(entities: &'e Entities<'_>) -> x::Listed<'e> {
    let mention = |mention: &'e Mention<'_>| (filled(&mention.id_str), filled(&mention.screen_name));
    x::Listed {
        hashtags: entities.hashtags.iter().filter_map(|tag| filled(&tag.tag)).collect(),
        mentions: entities.user_mentions.iter().map(mention).collect(),
        links: entities.urls.iter().filter_map(|url| url.leads_to()).collect(),
    }
}

fn observation(user: &User<'_>, observed_at: Instant) -> Result<Observation, String> {
    let account_id = x::account(either(&user.id_str, &user.id), filled(&user.screen_name))?;
    let site = user.entities.as_ref().and_then(|profile| profile.website()).or_else(|| owned(&user.url));
    Ok(Observation {
        handle: filled(&user.screen_name).and_then(x::handle),
        followers: user.followers_count,
        following: user.friends_count,
        posts: user.statuses_count,
        display_name: filled(&user.name).map(words::without_entities),
        bio: filled(&user.description).map(words::without_entities),
        website: site,
        ..bare_person(account_id, observed_at)
    })
}

/// A row that is a person, and the person's newest post, which comes along.
fn person(user: &User<'_>, json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let observation = match observation(user, sink.observed_at()) {
        Ok(observation) => observation,
        Err(why) => return sink.bad(why, json),
    };
    if user.protected == Some(true) {
        sink.protected(&observation.account_id, PROTECTED)?;
    }
    sink.person(true, observation)?;
    let Some(status) = user.status.as_deref() else { return Ok(()) };
    match item(status, sink.observed_at(), Some(user)) {
        Ok(item) => {
            notices(status, &item, sink)?;
            sink.context(item)?;
            along(status, sink)
        }
        Err(why) => sink.bad_context(why),
    }
}
