//! Sheets of TAGS: one row a post, with the entities of API v1.1 as JSON in a cell. `created_at` is the post's
//! time; `time` is what the sheet's own clock made of it, and is not read.

use std::borrow::Cow;

use super::json::{Text, filled};
use super::sink::Sink;
use super::table::Cells;
use super::x_v1::{self, Entities, Status, User};
use super::{ExportError, times, x};

pub(super) fn row(row: &Cells<'_>, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let cell = |names: &[&str]| row.get(names).map(|cell| Text(Cow::Borrowed(cell)));
    let text = row.words(&["text"]).unwrap_or_default();
    // A cell that a spreadsheet cut off is no JSON any more: then the text has to do.
    let entities: Option<Entities<'_>> =
        row.get(&["entities_str"]).and_then(|cell| serde_json::from_str(cell).ok());
    let status = Status {
        id_str: cell(&["id_str"]),
        // A sheet may show the time in a form of its own; the id carries it too.
        created_at: cell(&["created_at"]).filter(|time| times::any_with_offset(time).is_some()),
        text: Some(Text(Cow::Borrowed(text))),
        lang: cell(&["lang", "iso_language_code"]),
        in_reply_to_status_id_str: cell(&["in_reply_to_status_id_str"]),
        in_reply_to_user_id_str: cell(&["in_reply_to_user_id_str", "to_user_id_str"])
            .filter(|id| &**id != "0"),
        in_reply_to_screen_name: cell(&["in_reply_to_screen_name", "to_user"]),
        quoted_status_id_str: entities.as_ref().and_then(|entities| quoted(entities, text)),
        user: Some(User {
            id_str: cell(&["from_user_id_str"]),
            screen_name: cell(&["from_user"]),
            name: cell(&["from_user_name"]),
            followers_count: row.count(&["user_followers_count"]),
            friends_count: row.count(&["user_friends_count"]),
            ..User::default()
        }),
        entities,
        favorite_count: row.count(&["favorite_count"]),
        retweet_count: row.count(&["retweet_count"]),
        ..Status::default()
    };
    match x_v1::item(&status, sink.observed_at(), None) {
        Ok(item) => sink.post(item),
        Err(why) => sink.bad(why, raw),
    }
}

/// TAGS does not say what a post quotes. X shows a post as a quote where its text ends in the address of another.
fn quoted(entities: &Entities<'_>, text: &str) -> Option<Text<'static>> {
    let last = entities.urls.last()?;
    let ends = text.trim_end().ends_with(filled(&last.url)?);
    let id = x::post_of_link(filled(&last.expanded_url)?).filter(|_| ends)?;
    Some(Text(Cow::Owned(id.as_str().trim_start_matches("x:").to_owned())))
}
