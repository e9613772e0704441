//! Tables of posts on X as researchers' tools write them: rtweet and academictwitteR (R), twint (Python), twarc-csv, and
//! subsets of their columns. A post needs an id, a time, an author and a text; the rest is read where it is there.
//! Where an id stands as text and as number, the text counts: R keeps numbers as floats, which rounds them.

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
    "user.screen_name",
    "user.id_str",
];
/// The columns that hold the words.
pub(super) const TEXT: &[&str] = &["full_text", "text", "tweet", "content", "rawContent"];

/// The columns that hold the id of what a repost passes on.
pub(super) const ORIGINAL: &[&str] = &[
    "retweet_status_id",
    "retweeted_status_id_str",
    "retweeted_status.id_str",
    "retweeted_status_id",
    "retweet_id",
    "referenced_tweets.retweeted.id",
];
/// academictwitteR's: of what a post passes on or quotes; another column says which.
pub(super) const SOURCE: &[&str] = &["sourcetweet_id"];

const AUTHOR_ID: &[&str] = &["user_id_str", "user.id_str", "user_id", "author_id", "author.id"];
const AUTHOR_NAME: &[&str] =
    &["screen_name", "username", "author.username", "user_screen_name", "user_username", "user.screen_name"];

/// The columns by the names that they had before R made them different. A table of rtweet 1.0 and later holds posts and
/// people side by side: what both have (`id_str`, `created_at`…) comes twice, as it is or as `id_str...45` or `id_str.1`.
/// Of two, the one nearer to `screen_name` is the person's, and is called `user_id_str` here.
pub(super) fn called(names: &[String]) -> Vec<String> {
    let bare = |name: &str| {
        let cut = name.rsplit_once("...").or_else(|| {
            let (bare, number) = name.rsplit_once('.')?;
            names.iter().any(|other| other == bare).then_some((bare, number))
        });
        match cut {
            Some((bare, number)) if !bare.is_empty() && number.parse::<u16>().is_ok() => bare.to_owned(),
            _ => name.to_owned(),
        }
    };
    let mut called: Vec<String> = names.iter().map(|name| bare(name)).collect();
    let Some(person) = called.iter().position(|name| name == "screen_name") else { return called };
    for twice in ["id", "id_str", "created_at", "description", "url", "entities"] {
        let all: Vec<usize> = (0..called.len()).filter(|at| called[*at] == twice).collect();
        if all.len() > 1
            && let Some(nearest) = all.into_iter().min_by_key(|at| at.abs_diff(person))
        {
            called[nearest] = format!("user_{twice}");
        }
    }
    called
}

pub(super) fn row(row: &Cells<'_>, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    match item(row, sink.observed_at()) {
        Ok(item) => sink.post(item)?,
        Err(why) => return sink.bad(why, raw),
    }
    for original in ["retweet_status", "quoted_status", "sourcetweet"] {
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
    let source = |kind: &str| match row.get(&["sourcetweet_type"]) {
        Some(stated) if stated == kind => id_in(SOURCE),
        _ => Ok(None),
    };
    let retweeted = id_in(ORIGINAL)?.map_or_else(|| source("retweeted"), |id| Ok(Some(id)))?;
    let repost =
        retweeted.is_some() || row.yes(&["is_retweet", "retweet"]) || words::reposted(&text).is_some();
    let quoted = id_in(&[
        "quoted_status_id_str",
        "quoted_status.id_str",
        "quoted_status_id",
        "referenced_tweets.quoted.id",
    ])?
    .map_or_else(|| source("quoted"), |id| Ok(Some(id)))?
    .or_else(|| row.get(&["quote_url"]).and_then(x::post_of_link));
    post.in_reply_to_post_id = id_in(&[
        "reply_to_status_id",
        "in_reply_to_status_id_str",
        "in_reply_to_status_id",
        "in_reply_to_tweet_id",
        "referenced_tweets.replied_to.id",
    ])?;
    let reply_to = row.get(&[
        "reply_to_user_id",
        "in_reply_to_user_id_str",
        "in_reply_to_user_id",
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
    } else if quoted.is_some() || row.yes(&["is_quote", "is_quote_status"]) {
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
        // The text of a repost may be cut off; its original's is whole, where the table has it.
        false => {
            let original = row.words(&["retweet_text", "sourcetweet_text"]).filter(|_| repost);
            words::hashtags(&original.map_or_else(|| text.clone(), words::without_entities))
        }
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
                "like_count",
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
            "user_following_count",
        ]),
        posts: row.count(&["statuses_count", "author.public_metrics.tweet_count", "user_tweet_count"]),
        display_name: row.get(&["name", "author.name", "user_name"]).map(words::without_entities),
        bio: row.get(&["user_description", "description", "author.description"]).map(words::without_entities),
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
    // rtweet since 1.0 keeps the platform's time as UTC; whether a table still says so depends on what wrote it.
    let of_rtweet = || utc(cell).filter(|_| row.has(&["display_text_range", "display_text_width"]));
    id.given_out()
        .or_else(of_rtweet)
        .ok_or_else(|| format!("'{cell}' is not a time with an offset, and the id carries none"))
}

/// A list in a cell: JSON, Python's, R's `c("a", "b")` or `list(text = "a", …)`, or items with ';' (or, for words, ',' and
/// spaces) between.
fn list(cell: &str, keys: &[&str], words: bool) -> Vec<String> {
    let cell = cell.trim();
    if cell.starts_with("list(") || cell.starts_with("structure(") {
        return keys
            .iter()
            .map(|key| said_in_r(cell, key))
            .find(|items| !items.is_empty())
            .unwrap_or_default();
    }
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

/// What stands under a name in R's own writing of nested values: `text = "a"`, `text = c("a", NA, "b")`.
fn said_in_r(cell: &str, key: &str) -> Vec<String> {
    let mut items = Vec::new();
    let (mut rest, name) = (cell, format!("{key} = "));
    while let Some(at) = rest.find(&name) {
        let whole_name = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
        rest = &rest[at + name.len()..];
        if !whole_name {
            continue;
        }
        let (many, values) = match rest.strip_prefix("c(") {
            Some(values) => (true, values),
            None => (false, rest),
        };
        let mut chars = values.char_indices();
        let mut item: Option<String> = None;
        while let Some((at, c)) = chars.next() {
            match (&mut item, c) {
                (None, '"') => item = Some(String::new()),
                // Outside quotation marks stand commas, spaces and NA; anything else ends the values.
                (None, ',' | ' ' | 'N' | 'A') if many || c == ' ' => {}
                (None, _) => {
                    rest = &values[at..];
                    break;
                }
                (Some(_), '"') => {
                    items.extend(item.take());
                    if !many {
                        break;
                    }
                }
                (Some(text), '\\') => text.extend(chars.next().map(|(_, escaped)| escaped)),
                (Some(text), c) => text.push(c),
            }
        }
    }
    items
}

fn mentions(row: &Cells<'_>, text: &str) -> Vec<String> {
    let ids = row.get(&["mentions_user_id"]).map(|cell| list(cell, &["id"], true)).unwrap_or_default();
    let mut accounts: Vec<AccountId> = ids.iter().filter_map(|id| x::account_id(id).ok()).collect();
    if accounts.is_empty() {
        const NAMES: &[&str] =
            &["mentions_screen_name", "mentions", "entities.mentions", "entities.user_mentions"];
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

/// The original of a repost, or the quoted post, of which rtweet and academictwitteR give columns of their own.
fn context(row: &Cells<'_>, id: &str, observed_at: Instant) -> Option<ChatItem> {
    let which = id.strip_suffix("_status").unwrap_or(id);
    let column = |name: &str| format!("{which}_{name}");
    let get = |name: &str| row.get(&[&column(name)]);
    let post_id = x::post_id(row.get(&[&format!("{id}_id")])?).ok()?;
    let account_id = x::account(get("user_id").or_else(|| get("author_id")), get("screen_name")).ok()?;
    let text = words::without_entities(row.words(&[&column("text")])?);
    let utc =
        |time: &str| times::without_offset(time).and_then(|time| times::at(time, &jiff::tz::TimeZone::UTC));
    let stated = get("created_at").and_then(|time| times::any_with_offset(time).or_else(|| utc(time)));
    let created_at = stated.or_else(|| post_id.given_out())?;
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
        for cell in [
            r#"list(text = c("a", "b"), indices = list(c(0, 2), c(3, 5)))"#,
            r#"list(list(text = "a", indices = list(c(0, 2))), list(other_text = "x", text = "b"))"#,
            r#"structure(list(text = c("a", NA, "b")), class = "data.frame", row.names = 1:3)"#,
        ] {
            assert_eq!(list(cell, &["tag", "text"], true), ["a", "b"], "{cell}");
        }
        assert!(list("list(text = NA, indices = NA)", &["text"], true).is_empty());
        assert_eq!(list(r#"list(text = "a\"b")"#, &["text"], true), ["a\"b"]);
        for broken in
            ["list(", "list(text = ", r#"list(text = "a"#, "list(text = c(", r#"list(text = c("a", "b"#]
        {
            list(broken, &["text"], true);
        }
        assert_eq!(
            list("https://e.org/a,b https://f.org", &[], false),
            ["https://e.org/a,b", "https://f.org"]
        );
    }
}
