//! Tells the format of an export by its first record or its columns, never by its name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Format;

type Object<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

fn object(json: &[u8]) -> Option<Object<'_>> {
    serde_json::from_slice(json).ok()
}

/// The object under a key; of a list the first.
fn inner<'a>(of: &Object<'a>, key: &str) -> Option<Object<'a>> {
    let raw = of.get(key)?.get();
    if raw.starts_with('[') {
        let list: Vec<&'a RawValue> = serde_json::from_str(raw).ok()?;
        return object(list.first()?.get().as_bytes());
    }
    object(raw.as_bytes())
}

fn begins(of: &Object<'_>, key: &str, with: &str) -> bool {
    of.get(key).is_some_and(|raw| raw.get().strip_prefix('"').is_some_and(|text| text.starts_with(with)))
}

/// The format of a record of JSON; `uri` is the address that was asked, where a recorder kept it.
pub(super) fn json(json: &[u8], uri: Option<&str>) -> Option<Format> {
    let by_address = match uri.unwrap_or_default() {
        uri if uri.contains("/xrpc/") => Some(Format::Bluesky),
        uri if uri.contains("://api.twitter.com/1.1/") => Some(Format::XV1),
        uri if uri.contains("://api.twitter.com/2/") || uri.contains("://api.x.com/2/") => Some(Format::XV2),
        uri if uri.contains("/api/v1/") || uri.contains("/api/v2/") => Some(Format::Mastodon),
        _ => None,
    };
    by_address.or_else(|| by_keys(&object(json)?))
}

fn by_keys(record: &Object<'_>) -> Option<Format> {
    let has = |key| record.contains_key(key);
    if has("post_id") && (has("account_id") || has("handle")) {
        return Some(Format::Own);
    }
    if is_bluesky(record) {
        return Some(Format::Bluesky);
    }
    if is_mastodon(record) {
        return Some(Format::Mastodon);
    }
    if is_x_v1(record) {
        return Some(Format::XV1);
    }
    is_x_v2(record).then_some(Format::XV2)
}

fn is_bluesky(record: &Object<'_>) -> bool {
    let has = |key| record.contains_key(key);
    let of_one = |record: &Object<'_>| {
        begins(record, "uri", "at://")
            || begins(record, "did", "did:")
            || begins(record, "$type", "app.bsky.")
    };
    of_one(record)
        || (has("post") && inner(record, "post").is_some_and(|post| of_one(&post)))
        || inner(record, "thread").is_some_and(|thread| {
            of_one(&thread) || inner(&thread, "post").is_some_and(|post| of_one(&post))
        })
        || inner(record, "feed")
            .is_some_and(|item| of_one(&item) || inner(&item, "post").is_some_and(|post| of_one(&post)))
        || ["posts", "records", "repostedBy", "followers", "follows", "profiles", "actors", "subject"]
            .iter()
            .any(|key| inner(record, key).is_some_and(|first| of_one(&first)))
        || inner(record, "likes")
            .is_some_and(|like| inner(&like, "actor").is_some_and(|actor| of_one(&actor)))
        // An answer without a result.
        || ["posts", "feed"].iter().any(|key| record.get(*key).is_some_and(|raw| raw.get() == "[]"))
}

fn is_mastodon(record: &Object<'_>) -> bool {
    let of_one = |record: &Object<'_>| {
        let has = |key| record.contains_key(key);
        (has("account") && (has("content") || has("reblog"))) || (has("acct") && has("username"))
    };
    let has = |key| record.contains_key(key);
    of_one(record)
        || (has("ancestors") && has("descendants"))
        || ["statuses", "accounts"].iter().any(|key| inner(record, key).is_some_and(|first| of_one(&first)))
        || (has("statuses") && has("accounts") && has("hashtags"))
}

fn is_x_v1(record: &Object<'_>) -> bool {
    let of_one = |record: &Object<'_>| {
        let has = |key| record.contains_key(key);
        let id = has("id_str") || has("id");
        (id && (has("full_text") || has("text")) && has("user") && has("created_at"))
            || (has("id_str") && has("screen_name"))
    };
    let has = |key| record.contains_key(key);
    of_one(record)
        || (has("delete") && record.len() == 1)
        || ["status_withheld", "user_withheld", "scrub_geo"].iter().any(|key| has(key) && record.len() == 1)
        || (has("limit") && record.len() == 1)
        || ["statuses", "users"].iter().any(|key| inner(record, key).is_some_and(|first| of_one(&first)))
        || has("search_metadata")
}

fn is_x_v2(record: &Object<'_>) -> bool {
    let of_one = |record: &Object<'_>| {
        let has = |key| record.contains_key(key);
        has("id") && (has("text") || (has("username") && has("name"))) && !has("acct") && !has("account")
    };
    let has = |key| record.contains_key(key);
    has("__twarc")
        || of_one(record)
        || (has("data") && (has("includes") || has("meta") || has("matching_rules")))
        || ["data", "users", "tweets"]
            .iter()
            .any(|key| inner(record, key).is_some_and(|first| of_one(&first)))
        || (has("title") && has("detail") && (has("resource_type") || has("parameter")))
        || (has("id") && has("action") && has("reason"))
        || inner(record, "errors")
            .is_some_and(|error| error.contains_key("title") || error.contains_key("detail"))
        || inner(record, "meta").is_some_and(|meta| meta.contains_key("result_count"))
}

/// The format of a table, by its columns.
pub(super) fn columns(names: &[String]) -> Option<Format> {
    let has = |wanted: &[&str]| wanted.iter().any(|name| names.iter().any(|known| known == name));
    if has(&["post_id"]) && has(&["account_id", "handle"]) {
        Some(Format::Own)
    } else if has(&["id_str"]) && has(&["from_user", "from_user_id_str"]) {
        Some(Format::Tags)
    } else if has(super::rtweet::ID) && has(super::rtweet::AUTHOR) && has(super::rtweet::TEXT) {
        Some(Format::Rtweet)
    } else {
        None
    }
}
