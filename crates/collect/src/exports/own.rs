//! Our own CSV and JSONL: the columns of the ledger's posts with their counters, and handle and name of the
//! author. What no other tool exports comes in this way, from a hand-kept list too.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde_json::Value;
use someasure_model::{AccountId, Handle, IdError, Instant, Media, Platform, PostId, PostKind, Reading};

use crate::files::lists;

use super::json;
use super::record::{ChatItem, bare_person, bare_post};
use super::sink::Sink;
use super::{ExportError, times, words};

const COLUMNS: [&str; 31] = [
    "platform",
    "post_id",
    "account_id",
    "handle",
    "display_name",
    "created_at",
    "observed_at",
    "kind",
    "in_reply_to_post_id",
    "in_reply_to_account_id",
    "conversation_id",
    "quoted_post_id",
    "language",
    "text",
    "hashtags",
    "mentions",
    "links",
    "media",
    "hashtag_count",
    "mention_count",
    "link_count",
    "media_count",
    "answered_after_seconds",
    "likes",
    "reposts",
    "replies",
    "quotes",
    "views",
    "earlier",
    "edited_at",
    "batch",
];

/// Refuses columns that mean nothing here; what begins with `x_` is somebody's own.
pub(super) fn check(names: &BTreeSet<&str>) -> Result<(), String> {
    let strange = names.iter().find(|name| !COLUMNS.contains(name) && !name.starts_with("x_"));
    match strange {
        Some(name) => {
            let name: String = name.chars().take(60).collect();
            Err(format!(
                "it has the column '{name}', which means nothing here (begin it with x_ to keep it). The columns are {}",
                COLUMNS.join(", ")
            ))
        }
        None => Ok(()),
    }
}

pub(super) struct Own {
    zone: Option<TimeZone>,
}

type Get<'g> = dyn Fn(&str) -> Option<&'g str> + 'g;

fn words_of(error: IdError) -> String {
    error.to_string()
}

impl Own {
    pub(super) fn new(zone: Option<TimeZone>) -> Self {
        Self { zone }
    }

    pub(super) fn record(&self, json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
        let object: BTreeMap<String, Value> = match serde_json::from_slice(json) {
            Ok(object) => object,
            Err(error) => return sink.bad(json::fault(json, &error), json),
        };
        if let Err(why) = check(&object.keys().map(String::as_str).collect()) {
            return sink.bad(why, json);
        }
        let mut row: BTreeMap<&str, String> = BTreeMap::new();
        for (key, value) in &object {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Number(number) if number.is_f64() => {
                    return sink
                        .bad(format!("{key}: {number} is no whole number; an id must be a text"), json);
                }
                other => other.to_string(),
            };
            row.insert(key, text);
        }
        self.table_row(&|name| row.get(name).map(String::as_str).filter(|text| !text.is_empty()), json, sink)
    }

    /// A row, by the names of its columns.
    pub(super) fn table_row<'g>(
        &self,
        get: &Get<'g>,
        raw: &[u8],
        sink: &mut Sink<'_>,
    ) -> Result<(), ExportError> {
        match get("observed_at").map(|text| self.instant("observed_at", text)).transpose() {
            Ok(seen) => sink.seen_at(seen),
            Err(why) => return sink.bad(why, raw),
        }
        match self.item(get, sink.observed_at()) {
            Ok(item) => sink.post(item),
            Err(why) => sink.bad(why, raw),
        }
    }

    fn instant(&self, column: &str, text: &str) -> Result<Instant, String> {
        if let Some(time) = times::rfc3339(text) {
            return Ok(time);
        }
        let Some(time) = times::without_offset(text) else {
            return Err(format!("{column}: '{text}' is not a time like 2015-01-14T20:00:00Z"));
        };
        let Some(zone) = &self.zone else {
            return Err(format!("{column}: '{text}' has no offset: state the time zone of the file"));
        };
        times::at(time, zone).ok_or_else(|| {
            format!(
                "{column}: '{text}' did not happen in this time zone, or happened twice: it needs an offset"
            )
        })
    }

    fn item<'g>(&self, get: &Get<'g>, observed_at: Instant) -> Result<ChatItem, String> {
        let id = get("post_id").ok_or("post_id: not given")?;
        let account = get("account_id");
        let platform: Platform = match get("platform") {
            Some(word) => Platform::from_word(word).map_err(words_of)?,
            None => id.split_once(':').map_or("", |(platform, _)| platform).parse().map_err(|_| {
                "platform: not given, and the post_id does not say it (like x:123)".to_owned()
            })?,
        };
        let whole = |id: &str| {
            let names_it =
                id.split_once(':').is_some_and(|(before, _)| before.parse() == Ok(platform.clone()));
            if names_it { id.to_owned() } else { format!("{platform}:{id}") }
        };
        let post_of = |id: &str| whole(id).parse::<PostId>().map_err(words_of);
        let account_of = |id: &str| whole(id).parse::<AccountId>().map_err(words_of);
        let handle = get("handle").map(|handle| handle.parse::<Handle>().map_err(words_of)).transpose()?;
        let account_id = match (account, &handle) {
            (Some(id), _) => account_of(id)?,
            (None, Some(handle)) => AccountId::provisional(&platform, handle),
            (None, None) => return Err("neither account_id nor handle is given".to_owned()),
        };
        let created_at = self.instant("created_at", get("created_at").ok_or("created_at: not given")?)?;
        let mut post = bare_post(post_of(id)?, account_id, created_at, observed_at)?;
        post.in_reply_to_post_id = get("in_reply_to_post_id").map(post_of).transpose()?;
        post.in_reply_to_account_id = get("in_reply_to_account_id").map(account_of).transpose()?;
        post.quoted_post_id = get("quoted_post_id").map(post_of).transpose()?;
        post.kind = match get("kind") {
            Some("original") => Some(PostKind::Original),
            Some("reply") => Some(PostKind::Reply),
            Some("repost") => Some(PostKind::Repost),
            Some("quote") => Some(PostKind::Quote),
            Some(other) => return Err(format!("kind: '{other}' is none of original, reply, repost, quote")),
            // Not said: what it answers or quotes tells.
            None if post.in_reply_to_post_id.is_some() => Some(PostKind::Reply),
            None if post.quoted_post_id.is_some() => Some(PostKind::Quote),
            None => None,
        };
        post.conversation_id = get("conversation_id").map(str::to_owned);
        post.language = get("language").map(str::to_owned);
        post.text = get("text").map(str::to_owned);
        let list = |column: &str| get(column).map(|cell| list(column, cell)).transpose();
        post.hashtags = match (list("hashtags")?, &post.text) {
            (Some(tags), _) => Some(tags.iter().map(|tag| tag.trim_start_matches('#').to_owned()).collect()),
            (None, Some(text)) if get("hashtag_count").is_none() => Some(words::hashtags(text)),
            (None, _) => None,
        };
        post.mentions = list("mentions")?;
        post.links = list("links")?;
        post.media = get("media").map(media).transpose()?;
        let count = |column: &str| match get(column) {
            None => Ok(None),
            Some(cell) => match cell.parse::<i64>() {
                Ok(count) if count >= 0 => Ok(Some(count)),
                _ => Err(format!("{column}: '{cell}' is not a count")),
            },
        };
        post.hashtag_count = count("hashtag_count")?;
        post.mention_count = count("mention_count")?;
        post.link_count = count("link_count")?;
        post.media_count = count("media_count")?;
        post.answered_after_seconds = count("answered_after_seconds")?;
        let mut item = ChatItem::new(post);
        item.reading = Some(Reading {
            post_id: item.post.post_id.clone(),
            observed_at,
            likes: count("likes")?,
            reposts: count("reposts")?,
            replies: count("replies")?,
            quotes: count("quotes")?,
            views: count("views")?,
        });
        item.edited_at = get("edited_at").map(|text| self.instant("edited_at", text)).transpose()?;
        item.earlier =
            list("earlier")?.unwrap_or_default().iter().map(|id| post_of(id)).collect::<Result<_, _>>()?;
        let display_name = get("display_name").map(str::to_owned);
        if handle.is_some() || display_name.is_some() {
            let bare = bare_person(item.post.account_id.clone(), observed_at);
            item.author = Some(someasure_model::Observation { handle, display_name, ..bare });
        }
        Ok(item)
    }
}

/// A JSON array, or items with spaces or ';' between.
fn list(column: &str, cell: &str) -> Result<Vec<String>, String> {
    if !cell.trim_start().starts_with('[') {
        let items = cell.split(|c: char| c == ';' || c.is_whitespace()).filter(|item| !item.is_empty());
        return Ok(items.map(str::to_owned).collect());
    }
    let elements = lists::elements(cell).map_err(|why| format!("{column}: {why}"))?;
    let texts: Result<Vec<_>, _> = elements.iter().map(|element| lists::text_of(element, None)).collect();
    Ok(texts.map_err(|why| format!("{column}: {why}"))?.into_iter().flatten().collect())
}

/// `[{"kind": "image", "alt_text": "…"}]`
fn media(cell: &str) -> Result<Vec<Media>, String> {
    let elements = lists::elements(cell).map_err(|why| format!("media: {why}"))?;
    let medium = |element: &Value| {
        let kind = lists::text_of(element, Some("kind"))?.ok_or("has an item without its kind")?;
        Ok(Media { kind, alt_text: lists::text_of(element, Some("alt_text"))? })
    };
    elements.iter().map(medium).collect::<Result<_, String>>().map_err(|why| format!("media: {why}"))
}
