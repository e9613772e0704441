//! X (Twitter) API v2: pages as twarc2 writes them, the same flattened to one post a line, plain answers,
//! lines of streams, lists of people, what academictwitteR keeps in files beside the posts, and what compliance jobs say
//! of posts that are gone.

mod wire;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use serde_json::value::RawValue;
use someasure_model::{AccountId, Instant, Media, Observation, PostId, Reading};

use self::wire::{Attachments, Entities, Includes, Picture, Poll, Problem, Row, User};
use super::json::{self, filled, owned};
use super::record::{ChatItem, NoticeKind, bare_person, bare_post};
use super::sink::{PROTECTED, Sink};
use super::source::{not_posts, said};
use super::{ExportError, times, words, x};

/// What comes along with a page.
#[derive(Default)]
struct Along<'a> {
    users: BTreeMap<&'a str, &'a User<'a>>,
    by_name: HashMap<String, &'a str>,
    posts: BTreeMap<&'a str, &'a Row<'a>>,
    media: HashMap<&'a str, &'a Picture<'a>>,
    polls: HashMap<&'a str, &'a Poll<'a>>,
}

pub(in crate::exports) fn record(json: &[u8], name: &str, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let row: Row<'_> = match serde_json::from_slice(json) {
        Ok(row) => row,
        Err(error) => return sink.bad(json::fault(json, &error), json),
    };
    let retrieved_at = row.twarc.as_ref().and_then(|twarc| filled(&twarc.retrieved_at));
    sink.seen_at(retrieved_at.and_then(times::any_with_offset));
    let of_page = row.includes.is_some() || row.meta.is_some() || !row.errors.is_empty();
    if row.data.is_some() || (row.id.is_none() && of_page) {
        return page(json, &row, row.includes.map_or("{}", RawValue::get), name, sink);
    }
    if row.id.is_none() && (row.users.is_some() || row.tweets.is_some()) {
        // What came along with a page, without the page.
        return page(json, &row, std::str::from_utf8(json).unwrap_or("{}"), name, sink);
    }
    of_row(json, &row, name, &Along::default(), sink)
}

fn page(
    json: &[u8],
    page: &Row<'_>,
    includes: &str,
    name: &str,
    sink: &mut Sink<'_>,
) -> Result<(), ExportError> {
    sink.summary.pages += 1;
    let data = page.data.map_or("", RawValue::get);
    let rows: Vec<&RawValue> = match data.as_bytes().first() {
        Some(b'[') => match serde_json::from_str(data) {
            Ok(rows) => rows,
            Err(error) => return sink.bad(json::fault(json, &error), json),
        },
        Some(b'{') => page.data.into_iter().collect(),
        Some(b'n') | None => Vec::new(),
        Some(_) => return sink.bad("'data' is neither a list nor an object", json),
    };
    let includes: Includes<'_> = match serde_json::from_str(includes) {
        Ok(includes) => includes,
        Err(error) => {
            sink.bad_context(format!("'includes' {error}"))?;
            Includes::default()
        }
    };
    let users: Vec<User<'_>> = parse(&includes.users, sink)?;
    let posts: Vec<Row<'_>> = parse(&includes.tweets, sink)?;
    let media: Vec<Picture<'_>> = parse(&includes.media, sink)?;
    let polls: Vec<Poll<'_>> = parse(&includes.polls, sink)?;
    let mut along = Along::default();
    for user in &users {
        let Some(id) = filled(&user.id) else {
            sink.bad_context("an account without its id")?;
            continue;
        };
        along.users.insert(id, user);
        along.by_name.extend(filled(&user.username).map(|name| (name.to_lowercase(), id)));
    }
    along.posts.extend(posts.iter().filter_map(|post| Some((filled(&post.id)?, post))));
    along.media.extend(media.iter().filter_map(|picture| Some((filled(&picture.media_key)?, picture))));
    along.polls.extend(polls.iter().filter_map(|poll| Some((filled(&poll.id)?, poll))));

    let mut here: HashSet<String> = HashSet::new();
    let mut authors: HashSet<String> = HashSet::new();
    for raw in &rows {
        let raw = raw.get().as_bytes();
        let row: Row<'_> = match serde_json::from_slice(raw) {
            Ok(row) => row,
            Err(error) => {
                sink.bad(json::fault(raw, &error), raw)?;
                continue;
            }
        };
        here.extend(owned(&row.id));
        authors.extend(owned(&row.author_id));
        of_row(raw, &row, name, &along, sink)?;
    }
    for problem in &page.errors {
        let row = rows.is_empty();
        self::problem(problem, row, sink)?;
    }
    for post in &posts {
        if filled(&post.id).is_some_and(|id| here.contains(id)) {
            continue;
        }
        authors.extend(owned(&post.author_id));
        context(post, &along, sink)?;
    }
    for user in along.users.values() {
        if !filled(&user.id).is_some_and(|id| authors.contains(id)) {
            person(user, false, sink)?;
        }
    }
    Ok(())
}

fn parse<'a, T: Deserialize<'a>>(raw: &[&'a RawValue], sink: &mut Sink<'_>) -> Result<Vec<T>, ExportError> {
    let mut parsed = Vec::with_capacity(raw.len());
    for raw in raw {
        match serde_json::from_str(raw.get()) {
            Ok(value) => parsed.push(value),
            Err(error) => sink.bad_context(error.to_string())?,
        }
    }
    Ok(parsed)
}

/// A post, an account, or whatever else an answer lists.
fn of_row(
    json: &[u8],
    row: &Row<'_>,
    name: &str,
    along: &Along<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), ExportError> {
    if row.text.is_some() {
        return match item(row, along, sink.observed_at()) {
            Ok(item) => {
                notices(row, &item, along, sink)?;
                sink.post(item)?;
                referenced(row, along, sink)
            }
            Err(why) => sink.bad(why, json),
        };
    }
    if row.username.is_some() && row.id.is_some() {
        return match serde_json::from_slice::<User<'_>>(json) {
            Ok(user) => person(&user, true, sink),
            Err(error) => sink.bad(json::fault(json, &error), json),
        };
    }
    if row.action.is_some() && row.id.is_some() {
        return compliance(row, name, json, sink);
    }
    if !row.errors.is_empty() {
        for problem in &row.errors {
            self::problem(problem, true, sink)?;
        }
        return Ok(());
    }
    if let Some(event) = event(json) {
        return told(event, sink);
    }
    // academictwitteR keeps the errors of a page in a file of their own.
    match serde_json::from_slice::<Problem<'_>>(json) {
        Ok(problem) if problem.title.is_some() && problem.detail.is_some() => {
            self::problem(&problem, true, sink)
        }
        _ => not_posts(json, sink),
    }
}

/// Posts that a flattened line carries within, and the people it mentions.
fn referenced(row: &Row<'_>, along: &Along<'_>, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    for post in row.referenced_tweets.iter().filter(|post| post.text.is_some()) {
        context(post, along, sink)?;
    }
    for user in row.entities.iter().flat_map(|entities| &entities.mentions) {
        // Whom the page describes in full is handed out with it.
        let described = filled(&user.id).is_some_and(|id| along.users.contains_key(id));
        if user.id.is_some() && user.username.is_some() && !described {
            person(user, false, sink)?;
        }
    }
    Ok(())
}

fn context(row: &Row<'_>, along: &Along<'_>, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    // A post that was passed on a thousand times stands in a thousand lines.
    if filled(&row.id).and_then(|id| x::post_id(id).ok()).is_some_and(|id| sink.knows_context(id)) {
        return Ok(());
    }
    match item(row, along, sink.observed_at()) {
        Ok(item) => {
            notices(row, &item, along, sink)?;
            sink.context(item)?;
            referenced(row, along, sink)
        }
        Err(why) => sink.bad_context(why),
    }
}

/// What the source says of who may see a post.
fn notices(
    row: &Row<'_>,
    item: &ChatItem,
    along: &Along<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), ExportError> {
    let (post, account) = (&item.post.post_id, &item.post.account_id);
    if let Some(withheld) = &row.withheld {
        let countries: Vec<&str> = withheld.country_codes.iter().map(|code| &**code).collect();
        let law = if withheld.copyright == Some(true) { " on a claim of copyright" } else { "" };
        let text = format!("withheld in {}{law}", countries.join(", "));
        sink.notice(false, NoticeKind::Withheld, Some(post.clone()), Some(account.clone()), text)?;
    }
    if user_of(row, along).is_some_and(|user| user.protected == Some(true)) {
        sink.protected(account, PROTECTED)?;
    }
    Ok(())
}

fn user_of<'r>(row: &'r Row<'r>, along: &Along<'r>) -> Option<&'r User<'r>> {
    row.author.as_ref().or_else(|| along.users.get(filled(&row.author_id)?).copied())
}

fn item(row: &Row<'_>, along: &Along<'_>, observed_at: Instant) -> Result<ChatItem, String> {
    let post_id = x::post_id(filled(&row.id).ok_or("a post without its id")?)?;
    let user = user_of(row, along);
    let author_id = filled(&row.author_id).or_else(|| filled(&user?.id));
    let account_id =
        x::account_id(author_id.ok_or(
            "a post without author_id: whose it is cannot be known; ask for the expansion author_id",
        )?)?;
    let created_at = x::posted_at(filled(&row.created_at), &post_id)?;
    let mut post = bare_post(post_id, account_id, created_at, observed_at)?;
    let related =
        |relation: &str| row.referenced_tweets.iter().find(|post| filled(&post.relation) == Some(relation));
    let id_of = |post: Option<&Row<'_>>| post.and_then(|post| filled(&post.id)).map(x::post_id).transpose();
    let (retweeted, quoted, replied_to) = (related("retweeted"), related("quoted"), related("replied_to"));
    post.in_reply_to_post_id = id_of(replied_to)?;
    post.quoted_post_id = id_of(retweeted.or(quoted))?;
    let note = row.note_tweet.as_ref();
    let text = note.and_then(|note| filled(&note.text)).or_else(|| filled(&row.text)).unwrap_or_default();
    let text = words::without_entities(text);
    // Whoever did not ask for referenced_tweets has only the form of the text to tell a repost.
    let repost = retweeted.is_some()
        || (row.referenced_tweets.is_empty()
            && filled(&row.in_reply_to_user_id).is_none()
            && words::reposted(&text).is_some());
    let reply = replied_to.is_some() || filled(&row.in_reply_to_user_id).is_some();
    post.kind = Some(x::kind(repost, reply, quoted.is_some()));
    post.in_reply_to_account_id = filled(&row.in_reply_to_user_id).map(x::account_id).transpose()?;
    post.conversation_id = filled(&row.conversation_id).map(|id| format!("x:{id}"));
    post.language = owned(&row.lang);
    let entities = note.and_then(|note| note.entities.as_ref()).or(row.entities.as_ref());
    x::words_of(&mut post, entities.map(|entities| listed(entities, along)).as_ref(), &text);
    // X cuts the text of a repost off; the tags that it lost stand in the original, where the file has it.
    let original = retweeted.and_then(|post| match post.text {
        Some(_) => Some(post),
        None => along.posts.get(filled(&post.id)?).copied(),
    });
    if let Some(original) = original {
        let note = original.note_tweet.as_ref();
        let entities = note.and_then(|note| note.entities.as_ref()).or(original.entities.as_ref());
        let text = note.and_then(|note| filled(&note.text)).or_else(|| filled(&original.text));
        let listed = entities.map(|entities| listed(entities, along));
        post.hashtags = Some(x::hashtags(listed.as_ref(), text.unwrap_or_default()));
    }
    post.media = Some(media(row.attachments.as_ref(), along));
    post.text = Some(text);
    let mut item = ChatItem::new(post);
    if !repost {
        item.reading = row.public_metrics.as_ref().map(|metrics| Reading {
            post_id: item.post.post_id.clone(),
            observed_at,
            likes: metrics.like_count,
            reposts: metrics.retweet_count,
            replies: metrics.reply_count,
            quotes: metrics.quote_count,
            views: metrics.impression_count,
        });
    }
    item.author = user.and_then(|user| observation(user, observed_at).ok());
    let own: &str = item.post.post_id.as_str();
    for id in &row.edit_history_tweet_ids {
        let id = x::post_id(id)?;
        if id.as_str() == own {
            break; // what follows are later versions
        }
        item.earlier.push(id);
    }
    Ok(item)
}

/// What a post's entities list; whom they mention by name alone, the page may know by id.
fn listed<'e>(entities: &'e Entities<'_>, along: &Along<'e>) -> x::Listed<'e> {
    let mention = |user: &'e User<'_>| {
        let name = filled(&user.username);
        let known = || along.by_name.get(&name?.to_lowercase()).copied();
        (filled(&user.id).or_else(known), name)
    };
    x::Listed {
        hashtags: entities.hashtags.iter().filter_map(|tag| filled(&tag.tag)).collect(),
        mentions: entities.mentions.iter().map(mention).collect(),
        links: entities.urls.iter().filter_map(|url| url.leads_to()).collect(),
    }
}

fn media(attachments: Option<&Attachments<'_>>, along: &Along<'_>) -> Vec<Media> {
    let Some(attachments) = attachments else { return Vec::new() };
    let medium = |picture: &Picture<'_>| Media {
        kind: x::media_kind(filled(&picture.kind).unwrap_or_default()),
        alt_text: owned(&picture.alt_text),
    };
    let unknown = || Media { kind: x::media_kind(""), alt_text: None };
    let mut media: Vec<Media> = match attachments.media.as_slice() {
        [] => attachments
            .media_keys
            .iter()
            .map(|key| along.media.get(&**key).map_or_else(unknown, |p| medium(p)))
            .collect(),
        flattened => flattened.iter().map(medium).collect(),
    };
    let flattened = attachments.poll.as_ref();
    media.extend(attachments.poll_ids.iter().map(|id| {
        let poll =
            flattened.filter(|poll| !poll.options.is_empty()).or_else(|| along.polls.get(&**id).copied());
        let choices = poll.map_or(&[][..], |poll| &poll.options);
        words::poll(choices.iter().map(|choice| (filled(&choice.label).unwrap_or_default(), choice.votes)))
    }));
    media
}

fn observation(user: &User<'_>, observed_at: Instant) -> Result<Observation, String> {
    let account_id = x::account(filled(&user.id), filled(&user.username))?;
    let metrics = user.public_metrics.as_ref();
    let site = user.entities.as_ref().and_then(|profile| profile.website()).or_else(|| owned(&user.url));
    Ok(Observation {
        handle: filled(&user.username).and_then(x::handle),
        followers: metrics.and_then(|metrics| metrics.followers_count),
        following: metrics.and_then(|metrics| metrics.following_count),
        posts: metrics.and_then(|metrics| metrics.tweet_count),
        display_name: filled(&user.name).map(words::without_entities),
        bio: filled(&user.description).map(words::without_entities),
        website: site,
        ..bare_person(account_id, observed_at)
    })
}

fn person(user: &User<'_>, row: bool, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    match observation(user, sink.observed_at()) {
        Ok(observation) => {
            if user.protected == Some(true) {
                sink.protected(&observation.account_id, PROTECTED)?;
            }
            sink.person(row, observation)
        }
        Err(why) if row => sink.bad(why, said(&user.username).as_bytes()),
        Err(why) => sink.bad_context(why),
    }
}

/// What the source could not give, and why.
fn problem(problem: &Problem<'_>, row: bool, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let (title, detail) = (said(&problem.title), said(&problem.detail));
    let of_account = filled(&problem.resource_type) == Some("user");
    let kind = if detail.contains("suspended") {
        NoticeKind::Suspended
    } else if title.starts_with("Not Found") && problem.resource_type.is_some() {
        NoticeKind::Deleted
    } else if title.starts_with("Authorization") || title.starts_with("Forbidden") {
        NoticeKind::Protected
    } else {
        NoticeKind::Error
    };
    let id = filled(&problem.resource_id).or_else(|| filled(&problem.value));
    let by_name = filled(&problem.parameter).is_some_and(|parameter| parameter.contains("username"));
    let of_post = filled(&problem.resource_type) == Some("tweet");
    let post_id = id.filter(|_| of_post).and_then(|id| x::post_id(id).ok());
    let account_id: Option<AccountId> = id.filter(|_| of_account).and_then(|id| match by_name {
        true => x::account_named(id).ok(),
        false => x::account_id(id).ok(),
    });
    sink.notice(row, kind, post_id, account_id, format!("{title}: {detail}"))
}

/// A line of a compliance job. Those of posts and those of accounts look alike: an id that was given out
/// when it says that it was created may be either, so it is handed out as both.
fn compliance(row: &Row<'_>, name: &str, json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let id = filled(&row.id).unwrap_or_default();
    let (Ok(post), Ok(account)) = (x::post_id(id), x::account_id(id)) else {
        return sink.bad(format!("'{id}' is no id of X"), json);
    };
    let created_at = filled(&row.created_at).and_then(times::any_with_offset);
    let apart = |a: Instant, b: Instant| (a.micros() - b.micros()).abs() > 2_000_000;
    let no_post = match (post.given_out(), created_at) {
        (Some(by_id), Some(stated)) => apart(by_id, stated),
        _ => false,
    };
    let kind = match said(&row.reason) {
        "suspended" => NoticeKind::Suspended,
        "protected" => NoticeKind::Protected,
        _ if said(&row.action) == "delete" => NoticeKind::Deleted,
        _ => NoticeKind::Error,
    };
    let of_people = no_post || name.to_ascii_lowercase().contains("user");
    let post = (!of_people).then_some(post);
    let text = format!("compliance: {}, because {}", said(&row.action), said(&row.reason));
    sink.notice(true, kind, post, Some(account), text)
}

/// An event of the compliance stream: `{"delete": {"tweet": {"id": …, "author_id": …}}}`.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    tweet: Option<Row<'a>>,
    #[serde(borrow)]
    user: Option<User<'a>>,
}

fn event(json: &[u8]) -> Option<(String, Option<PostId>, Option<AccountId>)> {
    let events: BTreeMap<String, &RawValue> = serde_json::from_slice(json).ok()?;
    let (name, raw) = events.into_iter().next()?;
    let event: Event<'_> = serde_json::from_str(raw.get()).ok()?;
    let tweet = event.tweet.as_ref();
    let post = tweet.and_then(|tweet| x::post_id(filled(&tweet.id)?).ok());
    let author = tweet.and_then(|tweet| filled(&tweet.author_id));
    let account = author.or_else(|| filled(&event.user.as_ref()?.id)).and_then(|id| x::account_id(id).ok());
    (post.is_some() || account.is_some()).then_some((name, post, account))
}

fn told(event: (String, Option<PostId>, Option<AccountId>), sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let (name, post, account) = event;
    let kind = match name.as_str() {
        "delete" | "drop" | "tweet_delete" | "user_delete" => NoticeKind::Deleted,
        "withheld" | "user_withheld" => NoticeKind::Withheld,
        "user_protect" => NoticeKind::Protected,
        "user_suspend" => NoticeKind::Suspended,
        _ => NoticeKind::NotAPost,
    };
    sink.notice(true, kind, post, account, format!("compliance stream: {name}"))
}
