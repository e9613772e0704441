//! Tables of posts on X as researchers' tools write them: rtweet (R), twint (Python), twarc-csv, and subsets of their
//! columns. A post needs an id, a time, an author and a text; the rest is read where it is there.

use someasure_model::{AccountId, Instant, Media, PostId, PostKind, Reading};

use crate::files::lists;

use super::record::{ChatItem, bare_person, bare_post};
use super::sink::Sink;
use super::table::Cells;
use super::{ExportError, times, words, x};

/// The columns that hold the id of a post.
pub(super) const ID: &[&str] = &["status_id", "tweet_id", "id_str", "id"];
/// The columns that say whose it is.
pub(super) const AUTHOR: &[&str] = &[
    "screen_name",
    "user_id",
    "author_id",
    "username",
    "author.username",
    "user_screen_name",
    "user_id_str",
    "user_username",
];
/// The columns that hold the words.
pub(super) const TEXT: &[&str] = &["full_text", "text", "tweet", "content", "rawContent"];

/// The columns that hold the id of what a repost passes on.
pub(super) const ORIGINAL: &[&str] =
    &["retweet_status_id", "retweeted_status_id", "retweet_id", "referenced_tweets.retweeted.id"];

const AUTHOR_ID: &[&str] = &["user_id", "author_id", "author.id", "user_id_str"];
const AUTHOR_NAME: &[&str] =
    &["screen_name", "username", "author.username", "user_screen_name", "user_username"];

pub(super) fn row(row: &Cells<'_>, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    match item(row, sink.observed_at()) {
        Ok(item) => sink.post(item)?,
        Err(why) => return sink.bad(why, raw),
    }
    for original in ["retweet", "quoted"] {
        if let Some(item) = context(row, original, sink.observed_at()) {
            sink.context(item)?;
        }
    }
    Ok(())
}

fn item(row: &Cells<'_>, observed_at: Instant) -> Result<ChatItem, String> {
    let post_id = x::post_id(row.get(ID).ok_or("a row without the id of a post")?)?;
    let account_id = x::account(row.get(AUTHOR_ID), row.get(AUTHOR_NAME))?;
    let created_at = time(row, &post_id)?;
    let mut post = bare_post(post_id, account_id, created_at, observed_at)?;
    let text = words::without_entities(row.words(TEXT).unwrap_or_default());
    let id_in = |names: &[&str]| row.get(names).map(x::post_id).transpose();
    let retweeted = id_in(ORIGINAL)?;
    let repost =
        retweeted.is_some() || row.yes(&["is_retweet", "retweet"]) || words::reposted(&text).is_some();
    let quoted = id_in(&["quoted_status_id", "quoted_status_id_str", "referenced_tweets.quoted.id"])?
        .or_else(|| row.get(&["quote_url"]).and_then(x::post_of_link));
    post.in_reply_to_post_id = id_in(&[
        "reply_to_status_id",
        "in_reply_to_status_id",
        "in_reply_to_status_id_str",
        "in_reply_to_tweet_id",
        "referenced_tweets.replied_to.id",
    ])?;
    let reply_to = row.get(&[
        "reply_to_user_id",
        "in_reply_to_user_id",
        "in_reply_to_user_id_str",
        "in_reply_to_user.id",
    ]);
    let reply_to_name =
        row.get(&["reply_to_screen_name", "in_reply_to_screen_name", "in_reply_to_user.username"]);
    if reply_to.is_some() || reply_to_name.is_some() {
        post.in_reply_to_account_id = Some(x::account(reply_to, reply_to_name)?);
    }
    // twint names no answered post, but the conversation: it is that of its first post.
    let conversation = row.get(&["conversation_id"]);
    let answers = row.has(&["tweet"]) && conversation.is_some() && conversation != row.get(ID);
    post.conversation_id = conversation.and_then(|id| x::post_id(id).ok()).map(String::from);
    post.kind = Some(if repost {
        PostKind::Repost
    } else if post.in_reply_to_post_id.is_some() || post.in_reply_to_account_id.is_some() || answers {
        PostKind::Reply
    } else if quoted.is_some() || row.yes(&["is_quote"]) {
        PostKind::Quote
    } else {
        PostKind::Original
    });
    post.quoted_post_id = if repost { retweeted } else { quoted };
    post.language = row.get(&["lang", "language"]).map(str::to_owned);
    post.hashtags = Some(match row.has(&["hashtags", "entities.hashtags"]) {
        true => {
            let cell = row.get(&["hashtags", "entities.hashtags"]).unwrap_or_default();
            let mut tags = Vec::new();
            list(cell, &["tag", "text"], true)
                .iter()
                .for_each(|tag| words::add(&mut tags, tag.trim_start_matches(['#', '＃'])));
            tags
        }
        false => words::hashtags(&text),
    });
    post.mentions = Some(mentions(row, &text));
    post.links = Some(links(row, &text, post.quoted_post_id.as_ref()));
    post.media = media(row);
    post.text = Some(text);
    let mut item = ChatItem::new(post);
    if !repost {
        item.reading = Some(Reading {
            post_id: item.post.post_id.clone(),
            observed_at,
            likes: row.count(&[
                "favorite_count",
                "likes_count",
                "nlikes",
                "public_metrics.like_count",
                "likeCount",
            ]),
            reposts: row.count(&[
                "retweet_count",
                "retweets_count",
                "nretweets",
                "public_metrics.retweet_count",
                "retweetCount",
            ]),
            replies: row.count(&[
                "reply_count",
                "replies_count",
                "nreplies",
                "public_metrics.reply_count",
                "replyCount",
            ]),
            quotes: row.count(&["quote_count", "public_metrics.quote_count", "quoteCount"]),
            views: row.count(&["public_metrics.impression_count", "viewCount"]),
        });
    }
    let author = someasure_model::Observation {
        handle: row.get(AUTHOR_NAME).and_then(x::handle),
        followers: row.count(&[
            "followers_count",
            "author.public_metrics.followers_count",
            "user_followers_count",
        ]),
        following: row.count(&[
            "friends_count",
            "author.public_metrics.following_count",
            "user_friends_count",
        ]),
        posts: row.count(&["statuses_count", "author.public_metrics.tweet_count"]),
        display_name: row.get(&["name", "author.name", "user_name"]).map(words::without_entities),
        bio: row.get(&["description", "author.description"]).map(words::without_entities),
        website: row.get(&["profile_expanded_url", "author.url"]).map(str::to_owned),
        ..bare_person(item.post.account_id.clone(), observed_at)
    };
    item.author = Some(author);
    Ok(item)
}

/// When a post was posted. rtweet writes UTC without saying so (its documentation does); twint writes the
/// clock of the computer that it ran on, and beside it that clock's zone; and ids carry the time too.
fn time(row: &Cells<'_>, id: &PostId) -> Result<Instant, String> {
    let cell = row.get(&["created_at", "date", "timestamp"]).unwrap_or_default();
    let utc =
        |text: &str| times::without_offset(text).and_then(|time| times::at(time, &jiff::tz::TimeZone::UTC));
    if let Some(time) = times::any_with_offset(cell).or_else(|| times::since_1970(cell)) {
        return Ok(time);
    }
    let bare = cell.strip_suffix(" UTC").or_else(|| cell.strip_suffix(" GMT"));
    if let Some(time) = bare.or(Some(cell).filter(|_| row.has(&["status_id"]))).and_then(utc) {
        return Ok(time);
    }
    if let (Some(date), Some(clock), Some(zone)) =
        (row.get(&["date"]), row.get(&["time"]), row.get(&["timezone"]))
    {
        let shown = utc(&format!("{date} {clock}")).zip(times::offset_seconds(zone));
        if let Some((time, offset)) = shown {
            return Ok(Instant::from_micros(time.micros() - offset * 1_000_000));
        }
    }
    x::time_of_id(id).ok_or_else(|| format!("'{cell}' is not a time with an offset, and the id carries none"))
}

/// A list in a cell: JSON, Python's, R's `c("a", "b")`, or items with ';' (or, for words, ',' and spaces) between.
fn list(cell: &str, keys: &[&str], words: bool) -> Vec<String> {
    let cell = cell.trim();
    if cell.starts_with('[') {
        let Ok(elements) = lists::elements(cell) else { return Vec::new() };
        let text = |element| {
            let plain = lists::text_of(element, None).ok().flatten();
            plain.or_else(|| keys.iter().find_map(|key| lists::text_of(element, Some(key)).ok().flatten()))
        };
        return elements.iter().filter_map(text).filter(|item| !item.is_empty()).collect();
    }
    let in_r = cell.strip_prefix("c(").and_then(|cell| cell.strip_suffix(')'));
    let items: Vec<&str> = match in_r {
        // Between the quotation marks stand, by turns, an item and what parts it from the next.
        Some(items) => items.split('"').skip(1).step_by(2).collect(),
        None if cell.contains(';') => cell.split(';').collect(),
        None if words => cell.split(|c: char| c == ',' || c.is_whitespace()).collect(),
        None => cell.split_whitespace().collect(),
    };
    items
        .into_iter()
        .map(str::trim)
        .filter(|item| !item.is_empty() && *item != "NA")
        .map(str::to_owned)
        .collect()
}

fn mentions(row: &Cells<'_>, text: &str) -> Vec<String> {
    let ids = row.get(&["mentions_user_id"]).map(|cell| list(cell, &["id"], true)).unwrap_or_default();
    let mut accounts: Vec<AccountId> = ids.iter().filter_map(|id| x::account_id(id).ok()).collect();
    if accounts.is_empty() {
        const NAMES: &[&str] = &["mentions_screen_name", "mentions", "entities.mentions"];
        let names = match row.get(NAMES) {
            Some(cell) => list(cell, &["screen_name", "username"], true),
            None if row.has(NAMES) => Vec::new(),
            None => words::mentions(text),
        };
        accounts = names.iter().filter_map(|name| x::account_named(name).ok()).collect();
    }
    let mut mentions = Vec::new();
    accounts.iter().for_each(|account| words::add(&mut mentions, account.as_str()));
    mentions
}

fn links(row: &Cells<'_>, text: &str, quoted: Option<&PostId>) -> Vec<String> {
    const LINKS: &[&str] = &["urls_expanded_url", "urls", "entities.urls", "urls_url"];
    let all = match row.get(LINKS) {
        Some(cell) => list(cell, &["unwound_url", "expanded_url", "url"], false),
        None if row.has(LINKS) => Vec::new(),
        None => words::links(text),
    };
    let own = |link: &&String| {
        !x::shows_media(link) && (quoted.is_none() || x::post_of_link(link).as_ref() != quoted)
    };
    let mut links = Vec::new();
    all.iter().filter(own).for_each(|link| words::add(&mut links, link));
    links
}

fn media(row: &Cells<'_>) -> Option<Vec<Media>> {
    const KINDS: &[&str] = &["ext_media_type", "media_type"];
    let medium = |kind: &str| Media { kind: x::media_kind(kind), alt_text: None };
    if row.has(KINDS) {
        let kinds = row.get(KINDS).map(|cell| list(cell, &["type"], true)).unwrap_or_default();
        return Some(kinds.iter().map(|kind| medium(kind)).collect());
    }
    if row.has(&["photos"]) {
        let photos = row.get(&["photos"]).map(|cell| list(cell, &["url"], false)).unwrap_or_default();
        let mut media: Vec<Media> = photos.iter().map(|_| medium("photo")).collect();
        if media.is_empty() && row.yes(&["video"]) {
            media.push(medium("video"));
        }
        return Some(media);
    }
    None
}

/// The original of a repost, or the quoted post, of which rtweet gives columns of their own.
fn context(row: &Cells<'_>, which: &str, observed_at: Instant) -> Option<ChatItem> {
    let column = |name: &str| format!("{which}_{name}");
    let get = |name: &str| row.get(&[&column(name)]);
    let post_id = x::post_id(get("status_id")?).ok()?;
    let account_id = x::account(get("user_id"), get("screen_name")).ok()?;
    let text = words::without_entities(row.words(&[&column("text")])?);
    let time = get("created_at")?;
    let utc = || times::without_offset(time).and_then(|time| times::at(time, &jiff::tz::TimeZone::UTC));
    let created_at = times::any_with_offset(time).or_else(utc).or_else(|| x::time_of_id(&post_id))?;
    let mut post = bare_post(post_id, account_id, created_at, observed_at).ok()?;
    // The columns do not say whether it answers or quotes in its turn.
    post.kind = None;
    post.hashtags = Some(words::hashtags(&text));
    post.text = Some(text);
    let count = |name: &str| row.count(&[&column(name)]);
    let mut item = ChatItem::new(post);
    item.reading = Some(Reading {
        post_id: item.post.post_id.clone(),
        observed_at,
        likes: count("favorite_count"),
        reposts: count("retweet_count"),
        replies: None,
        quotes: None,
        views: None,
    });
    item.author = Some(someasure_model::Observation {
        handle: get("screen_name").and_then(x::handle),
        followers: count("followers_count"),
        following: count("friends_count"),
        posts: count("statuses_count"),
        display_name: get("name").map(words::without_entities),
        bio: get("description").map(words::without_entities),
        ..bare_person(item.post.account_id.clone(), observed_at)
    });
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_every_way_in_which_tools_write_it() {
        for cell in [
            "a;b",
            "a b",
            "a, b",
            r#"c("a", "b")"#,
            r#"["a","b"]"#,
            "['a', 'b']",
            r#"[{"tag":"a"},{"tag":"b"}]"#,
        ] {
            assert_eq!(list(cell, &["tag"], true), ["a", "b"], "{cell}");
        }
        assert!(list("[]", &[], true).is_empty());
        assert_eq!(
            list("https://e.org/a,b https://f.org", &[], false),
            ["https://e.org/a,b", "https://f.org"]
        );
    }
}
