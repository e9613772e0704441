//! Bluesky: searches, feeds, threads, quotes and records, in the interface's own names or in those that R
//! packages make of them (`like_count`). `indexedAt` is when the platform saw a post, not when somebody
//! counted; the post's own `createdAt` is what its author's client claims, and is taken as it is.

mod wire;

use serde::Deserialize;
use serde_json::value::RawValue;
use someasure_model::{AccountId, Instant, Media, Observation, PostId, PostKind, Reading};

use self::wire::{Actor, Ancestors, Commit, Embed, Label, Reason, Reference, Replies, View, Written};
use super::json::{self, Text, filled, owned};
use super::record::{ChatItem, NoticeKind, bare_person, bare_post};
use super::sink::Sink;
use super::source::not_posts;
use super::{ExportError, times, words};

/// So deep a thread is followed; the interface gives no deeper ones.
const DEEPEST: usize = 1_000;

fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| json::fault(json, &error))
}

fn elements(raw: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

pub(in crate::exports) fn record(json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let view: View<'_> = match parse(json) {
        Ok(view) => view,
        Err(why) => return sink.bad(why, json),
    };
    if filled(&view.uri).is_some_and(|uri| uri.starts_with("at://"))
        && view.posts.is_none()
        && view.actors.is_none()
        && view.liked_by.is_none()
    {
        return row(json, &view, sink);
    }
    if let Some(list) = view.posts.or(view.feed).or(view.records) {
        sink.summary.pages += 1;
        return match serde_json::from_str::<Vec<&RawValue>>(list.get()) {
            Ok(items) => items.into_iter().try_for_each(|item| record(item.get().as_bytes(), sink)),
            Err(_) => sink.bad("'posts', 'feed' or 'records' is not a list", json),
        };
    }
    if let Some(thread) = view.thread {
        sink.summary.pages += 1;
        return self::thread(thread, sink);
    }
    if let Some(post) = view.post {
        // An item of a feed, or a thread that stands by itself.
        if view.parent.is_some() || filled(&view.kind).is_some_and(|kind| kind.ends_with("threadViewPost")) {
            let whole =
                std::str::from_utf8(json).ok().and_then(|json| serde_json::from_str::<&RawValue>(json).ok());
            return match whole {
                Some(whole) => self::thread(whole, sink),
                None => sink.bad("is no thread", json),
            };
        }
        return feed_item(post, &view, json, sink);
    }
    if let Some(people) = view.actors {
        sink.summary.pages += 1;
        if let Some(subject) = view.subject {
            person(subject.get().as_bytes(), false, sink)?;
        }
        return elements(people).into_iter().try_for_each(|one| person(one.get().as_bytes(), true, sink));
    }
    if let Some(likes) = view.liked_by {
        sink.summary.pages += 1;
        #[derive(Deserialize)]
        struct Like<'a> {
            #[serde(borrow)]
            actor: Option<&'a RawValue>,
        }
        for like in elements(likes) {
            let actor = serde_json::from_str::<Like<'_>>(like.get()).ok().and_then(|like| like.actor);
            match actor {
                Some(actor) => person(actor.get().as_bytes(), true, sink)?,
                None => not_posts(like.get().as_bytes(), sink)?,
            }
        }
        return Ok(());
    }
    if let Some(commit) = &view.commit {
        return committed(json, &view, commit, sink);
    }
    if view.did.is_some() {
        return person(json, true, sink);
    }
    if let Some(error) = filled(&view.error) {
        let text = format!("{error}: {}", filled(&view.message).unwrap_or_default());
        return sink.notice(true, NoticeKind::Error, None, None, text);
    }
    not_posts(json, sink)
}

/// A post, a record, or the mark that stands in the place of one.
fn row(json: &[u8], view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    if let Some((kind, text)) = missing(view) {
        let (post, account) = (post_id(view.uri.as_deref().unwrap_or_default()).ok(), author_of(view));
        return sink.notice(true, kind, post, account, text);
    }
    if view.record.is_none() && view.value.is_none() {
        return not_posts(json, sink);
    }
    match item(view, sink.observed_at()) {
        Ok(Some(item)) => {
            notices(&item, sink)?;
            sink.post(item)?;
            view.embed.map_or(Ok(()), |embed| quoted(embed, sink))
        }
        Ok(None) => not_posts(json, sink),
        Err(why) => sink.bad(why, json),
    }
}

/// An event of the stream: a post that was written or deleted just then.
fn committed(
    json: &[u8],
    event: &View<'_>,
    commit: &Commit<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), ExportError> {
    let part = |text| filled(text).unwrap_or_default();
    let uri = format!("at://{}/{}/{}", part(&event.did), part(&commit.collection), part(&commit.rkey));
    sink.seen_at(filled(&event.time_us).and_then(times::since_1970));
    if part(&commit.operation) == "delete" {
        let (post, account) = (post_id(&uri).ok(), account_of(&uri).ok());
        return sink.notice(true, NoticeKind::Deleted, post, account, "deleted by its author");
    }
    let view = View { uri: Some(Text(uri.into())), value: commit.record, ..View::default() };
    row(json, &view, sink)
}

/// Why a post is not shown.
fn missing(view: &View<'_>) -> Option<(NoticeKind, &'static str)> {
    let kind = filled(&view.kind)?;
    match kind.rsplit_once('#')?.1 {
        "notFoundPost" | "viewNotFound" => Some((NoticeKind::Deleted, "the post is not there any more")),
        "blockedPost" | "viewBlocked" => Some((
            NoticeKind::Protected,
            "its author and who asked, or the author of the post it stands in, block each other",
        )),
        "viewDetached" => Some((NoticeKind::Protected, "its author does not want it to be quoted here")),
        _ => None,
    }
}

fn author_of(view: &View<'_>) -> Option<AccountId> {
    let actor: Actor<'_> = serde_json::from_str(view.author?.get()).ok()?;
    account(&actor).ok()
}

fn account(actor: &Actor<'_>) -> Result<AccountId, String> {
    let id = match (filled(&actor.did), filled(&actor.handle)) {
        (Some(did), _) => format!("bluesky:{did}"),
        (None, Some(handle)) => format!("bluesky:@{handle}"),
        (None, None) => return Err("neither did nor handle of the account is given".to_owned()),
    };
    id.parse().map_err(|error: someasure_model::IdError| error.to_string())
}

/// The account to whom an address `at://…` belongs.
fn account_of(uri: &str) -> Result<AccountId, String> {
    let owner = uri.strip_prefix("at://").unwrap_or(uri).split('/').next().unwrap_or_default();
    let sign = if owner.starts_with("did:") { "" } else { "@" };
    format!("bluesky:{sign}{owner}").parse().map_err(|error: someasure_model::IdError| error.to_string())
}

fn post_id(uri: &str) -> Result<PostId, String> {
    if !uri.starts_with("at://") {
        return Err(format!(
            "'{}' is no address of a post on Bluesky",
            uri.chars().take(60).collect::<String>()
        ));
    }
    format!("bluesky:{uri}").parse().map_err(|error: someasure_model::IdError| error.to_string())
}

/// A post or repost. `None` for records of other kinds.
fn item(view: &View<'_>, observed_at: Instant) -> Result<Option<ChatItem>, String> {
    let uri = filled(&view.uri).ok_or("a post without its uri")?;
    let raw = view.record.or(view.value).ok_or("a post without its record")?;
    let written: Written<'_> = parse(raw.get().as_bytes())?;
    let repost = match filled(&written.kind) {
        Some("app.bsky.feed.post") => false,
        Some("app.bsky.feed.repost") => true,
        None if written.text.is_some() => false,
        _ => return Ok(None),
    };
    let actor: Option<Actor<'_>> = match view.author {
        Some(raw) if raw.get().starts_with('{') => Some(parse(raw.get().as_bytes())?),
        _ => None,
    };
    let account_id = match &actor {
        Some(actor) => account(actor)?,
        None => account_of(uri)?,
    };
    // What an app claims may be no time at all, like the year 1; then it is when the platform saw the post.
    let claimed = filled(&written.created_at).ok_or("no createdAt")?;
    let claimed = times::rfc3339(claimed)
        .ok_or_else(|| format!("createdAt '{claimed}' is not a time with an offset"))
        .and_then(times::plausible);
    let created_at = claimed.or_else(|why| filled(&view.indexed_at).and_then(times::rfc3339).ok_or(why))?;
    let mut post = bare_post(post_id(uri)?, account_id, created_at, observed_at)?;
    if repost {
        let subject = written.subject.as_ref().and_then(|subject| filled(&subject.uri));
        post.quoted_post_id = Some(post_id(subject.ok_or("a repost without its subject")?)?);
        post.kind = Some(PostKind::Repost);
        let mut item = ChatItem::new(post);
        item.author = actor.and_then(|actor| observation(&actor, observed_at).ok());
        return Ok(Some(item));
    }
    let embed = written.embed.as_ref();
    let reply = written.reply.as_ref();
    let id_of = |reference: Option<&Reference<'_>>| {
        reference.and_then(|reference| filled(&reference.uri)).map(post_id).transpose()
    };
    post.in_reply_to_post_id = id_of(reply.and_then(|reply| reply.parent.as_ref()))?;
    if let Some(parent) = reply.and_then(|reply| filled(&reply.parent.as_ref()?.uri)) {
        post.in_reply_to_account_id = Some(account_of(parent)?);
    }
    let root = reply.and_then(|reply| filled(&reply.root.as_ref()?.uri)).unwrap_or(uri);
    post.conversation_id = Some(format!("bluesky:{root}"));
    let quoted = embed.and_then(|embed| embed.record.as_ref()).and_then(|record| match &record.record {
        Some(inner) => filled(&inner.uri),
        None => filled(&record.uri),
    });
    post.quoted_post_id =
        quoted.filter(|uri| uri.contains("/app.bsky.feed.post/")).map(post_id).transpose()?;
    post.kind = Some(match (&post.in_reply_to_post_id, &post.quoted_post_id) {
        (Some(_), _) => PostKind::Reply,
        (None, Some(_)) => PostKind::Quote,
        (None, None) => PostKind::Original,
    });
    post.language = written.langs.first().map(|lang| lang.to_string());
    let text = filled(&written.text).unwrap_or_default();
    let (mut tags, mut links, mut mentions) = (Vec::new(), Vec::new(), Vec::new());
    for feature in written.facets.iter().flat_map(|facet| &facet.features) {
        if let Some(tag) = filled(&feature.tag) {
            words::add(&mut tags, tag.trim_start_matches('#'));
        } else if let Some(uri) = filled(&feature.uri) {
            words::add(&mut links, uri);
        } else if let Some(did) = filled(&feature.did) {
            words::add(&mut mentions, &format!("bluesky:{did}"));
        }
    }
    // Before 2024, and in some clients still, hashtags are but words of the text.
    if tags.is_empty() {
        tags = words::hashtags(text);
    }
    written.tags.iter().for_each(|tag| words::add(&mut tags, tag));
    let mut media = Vec::new();
    if let Some(embed) = embed {
        attached(embed, &mut media, &mut links);
    }
    post.text = Some(text.to_owned());
    (post.hashtags, post.links, post.mentions, post.media) =
        (Some(tags), Some(links), Some(mentions), Some(media));
    let mut item = ChatItem::new(post);
    item.reading = Some(Reading {
        post_id: item.post.post_id.clone(),
        observed_at,
        likes: view.likes,
        reposts: view.reposts,
        replies: view.replies,
        quotes: view.quotes,
        views: None,
    });
    item.labels = labels(view.labels);
    if let Some(actor) = &actor {
        item.labels.extend(labels(actor.labels));
        item.author = observation(actor, observed_at).ok();
    }
    item.labels.sort();
    item.labels.dedup();
    Ok(Some(item))
}

fn attached(embed: &Embed<'_>, media: &mut Vec<Media>, links: &mut Vec<String>) {
    let alt_text = |alt: &Option<Text<'_>>| Some(alt.as_deref().map_or(String::new(), |alt| alt.to_string()));
    media.extend(
        embed.images.iter().map(|image| Media { kind: "image".to_owned(), alt_text: alt_text(&image.alt) }),
    );
    if filled(&embed.kind).is_some_and(|kind| kind.starts_with("app.bsky.embed.video")) {
        media.push(Media { kind: "video".to_owned(), alt_text: alt_text(&embed.alt) });
    }
    if let Some(uri) = embed.external.as_ref().and_then(|external| filled(&external.uri)) {
        words::add(links, uri);
    }
    if let Some(inner) = &embed.media {
        attached(inner, media, links);
    }
}

/// The names of labels that hold.
fn labels(raw: Option<&RawValue>) -> Vec<String> {
    let labels: Vec<Label<'_>> = raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    labels.iter().filter(|label| label.neg != Some(true)).filter_map(|label| owned(&label.val)).collect()
}

/// What labels ask for: not to be shown to everybody, or not at all.
fn notices(item: &ChatItem, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let (post, account) = (&item.post.post_id, &item.post.account_id);
    for label in &item.labels {
        match label.as_str() {
            "!no-unauthenticated" => {
                sink.protected(account, "the account asks not to be shown to people who are not logged in")?;
            }
            "!hide" | "!takedown" | "!suspend" => {
                let text = format!("labelled {label} by moderators");
                sink.notice(false, NoticeKind::Withheld, Some(post.clone()), Some(account.clone()), text)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn observation(actor: &Actor<'_>, observed_at: Instant) -> Result<Observation, String> {
    Ok(Observation {
        handle: filled(&actor.handle)
            .filter(|handle| *handle != "handle.invalid")
            .and_then(|h| h.parse().ok()),
        followers: actor.followers,
        following: actor.following,
        posts: actor.posts,
        display_name: owned(&actor.display_name),
        bio: owned(&actor.description),
        ..bare_person(account(actor)?, observed_at)
    })
}

fn person(json: &[u8], is_row: bool, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let observed_at = sink.observed_at();
    match parse::<Actor<'_>>(json).and_then(|actor| observation(&actor, observed_at)) {
        Ok(observation) => sink.person(is_row, observation),
        Err(why) if is_row => sink.bad(why, json),
        Err(why) => sink.bad_context(why),
    }
}

/// A post that comes along, or the mark that it is not shown.
fn context(json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let view: View<'_> = match parse(json) {
        Ok(view) => view,
        Err(why) => return sink.bad_context(why),
    };
    if let Some((kind, text)) = missing(&view) {
        let (post, account) = (post_id(view.uri.as_deref().unwrap_or_default()).ok(), author_of(&view));
        return sink.notice(false, kind, post, account, text);
    }
    if view.record.is_none() && view.value.is_none() {
        return Ok(()); // a list, a feed, a starter pack
    }
    match item(&view, sink.observed_at()) {
        Ok(Some(item)) => {
            notices(&item, sink)?;
            sink.context(item)
        }
        Ok(None) => Ok(()),
        Err(why) => sink.bad_context(why),
    }
}

/// The quoted post in an embed as it is shown.
fn quoted(embed: &RawValue, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Shell<'a> {
        #[serde(borrow)]
        uri: Option<Text<'a>>,
        #[serde(borrow)]
        record: Option<&'a RawValue>,
    }
    let mut raw = embed.get();
    for _ in 0..3 {
        let Ok(Shell { uri, record }) = serde_json::from_str::<Shell<'_>>(raw) else { return Ok(()) };
        match (uri, record) {
            (Some(uri), _) if uri.starts_with("at://") => return context(raw.as_bytes(), sink),
            (_, Some(inner)) => raw = inner.get(),
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// A post in a feed: the post itself is the row, or, where somebody reposted it, the repost.
fn feed_item(
    post: &RawValue,
    around: &View<'_>,
    json: &[u8],
    sink: &mut Sink<'_>,
) -> Result<(), ExportError> {
    let view: View<'_> = match parse(post.get().as_bytes()) {
        Ok(view) => view,
        Err(why) => return sink.bad(why, json),
    };
    let reason: Option<Reason<'_>> = around.reason.and_then(|raw| serde_json::from_str(raw.get()).ok());
    match reason.filter(|reason| filled(&reason.kind).is_some_and(|kind| kind.ends_with("reasonRepost"))) {
        Some(reason) => match repost(&reason, &view, sink.observed_at()) {
            Ok(item) => {
                sink.post(item)?;
                context(post.get().as_bytes(), sink)?;
                if let Some(embed) = view.embed {
                    quoted(embed, sink)?;
                }
            }
            Err(why) => sink.bad(why, json)?,
        },
        None => row(post.get().as_bytes(), &view, sink)?,
    }
    let reply: Option<Ancestors<'_>> = around.reply.and_then(|raw| serde_json::from_str(raw.get()).ok());
    if let Some(Ancestors { root, parent }) = reply {
        for ancestor in [root, parent].into_iter().flatten() {
            context(ancestor.get().as_bytes(), sink)?;
        }
    }
    Ok(())
}

/// A repost by its reason. Older answers do not give the repost's own address; then one is made that names
/// who reposted and what, and cannot be mistaken for a real one.
fn repost(reason: &Reason<'_>, original: &View<'_>, observed_at: Instant) -> Result<ChatItem, String> {
    let actor = reason.by.as_ref().ok_or("a repost without the account that reposted")?;
    let account_id = account(actor)?;
    let subject = post_id(filled(&original.uri).ok_or("a repost without its post")?)?;
    let time = filled(&reason.indexed_at).ok_or("a repost without indexedAt")?;
    let created_at =
        times::rfc3339(time).ok_or_else(|| format!("indexedAt '{time}' is not a time with an offset"))?;
    let id = match filled(&reason.uri) {
        Some(uri) => post_id(uri)?,
        None => {
            let who = account_id.as_str().trim_start_matches("bluesky:");
            let what = subject.as_str().trim_start_matches("bluesky:at://");
            post_id(&format!("at://{who}/app.bsky.feed.repost/~{what}"))?
        }
    };
    let mut post = bare_post(id, account_id, created_at, observed_at)?;
    post.kind = Some(PostKind::Repost);
    post.quoted_post_id = Some(subject);
    // The words are the original's, and so are its tags, by which a repost belongs to a chat.
    post.hashtags = item(original, observed_at).ok().flatten().and_then(|item| item.post.hashtags);
    let mut item = ChatItem::new(post);
    item.author = observation(actor, observed_at).ok();
    Ok(item)
}

/// All posts of a thread are rows: those above, the post itself, those below.
fn thread(raw: &RawValue, sink: &mut Sink<'_>) -> Result<(), ExportError> {
    // Each level is scanned again by the one above it; a file made to be deep must not cost without end.
    let mut budget = raw.get().len().saturating_mul(64).max(1 << 30);
    // Newer answers list the posts of a thread side by side, each within an item's `value`.
    let items: Vec<View<'_>> = serde_json::from_str(raw.get()).unwrap_or_default();
    let mut waiting: Vec<(&RawValue, usize)> =
        items.iter().rev().filter_map(|item| item.value).map(|value| (value, 0)).collect();
    if waiting.is_empty() {
        waiting.push((raw, 0));
    }
    while let Some((raw, depth)) = waiting.pop() {
        let json = raw.get().as_bytes();
        budget = budget.saturating_sub(json.len());
        if depth > DEEPEST || budget == 0 {
            sink.bad("the thread is nested deeper than can be followed", json)?;
            continue;
        }
        let view: View<'_> = match parse(json) {
            Ok(view) => view,
            Err(why) => {
                sink.bad(why, json)?;
                continue;
            }
        };
        if let Some(parent) = view.parent {
            waiting.push((parent, depth + 1));
        }
        match view.post {
            Some(post) => match parse(post.get().as_bytes()) {
                Ok(view) => row(post.get().as_bytes(), &view, sink)?,
                Err(why) => sink.bad(why, json)?,
            },
            None => row(json, &view, sink)?,
        }
        let replies: Replies<'_> = serde_json::from_slice(json).unwrap_or_default();
        waiting.extend(replies.replies.into_iter().rev().map(|reply| (reply, depth + 1)));
    }
    Ok(())
}
