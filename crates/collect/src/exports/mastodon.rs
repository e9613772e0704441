//! Mastodon: statuses, timelines, the context of a post, searches, people. Each server gives a post an id of its
//! own; ours are those of the server where the post was written, so that the same post read from two
//! servers is one. What a file calls by the answering server's ids is translated at its end.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use someasure_model::{AccountId, IdError, Instant, Media, Observation, PostId, PostKind, Reading};

use super::json::{self, Text, count, filled, list, owned};
use super::record::{ChatItem, NoticeKind, Record, bare_person, bare_post};
use super::sink::Sink;
use super::source::not_posts;
use super::{ExportError, html, times, words};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    uri: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
    #[serde(borrow)]
    created_at: Option<Text<'a>>,
    #[serde(borrow)]
    edited_at: Option<Text<'a>>,
    #[serde(borrow)]
    account: Option<Account<'a>>,
    #[serde(borrow)]
    content: Option<Text<'a>>,
    #[serde(borrow)]
    spoiler_text: Option<Text<'a>>,
    #[serde(borrow)]
    visibility: Option<Text<'a>>,
    #[serde(borrow)]
    language: Option<Text<'a>>,
    #[serde(borrow)]
    in_reply_to_id: Option<Text<'a>>,
    #[serde(borrow)]
    in_reply_to_account_id: Option<Text<'a>>,
    #[serde(borrow)]
    reblog: Option<Box<Status<'a>>>,
    #[serde(borrow)]
    quote: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "list")]
    tags: Vec<Tag<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    mentions: Vec<Account<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    media_attachments: Vec<Picture<'a>>,
    #[serde(borrow)]
    poll: Option<Poll<'a>>,
    #[serde(deserialize_with = "count")]
    replies_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    reblogs_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    favourites_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    quotes_count: Option<i64>,
    // Of accounts.
    #[serde(borrow)]
    acct: Option<Text<'a>>,
    // Of answers.
    #[serde(borrow)]
    ancestors: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    descendants: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    statuses: Option<&'a RawValue>,
    #[serde(borrow)]
    accounts: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Account<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    acct: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
    #[serde(borrow)]
    display_name: Option<Text<'a>>,
    #[serde(borrow)]
    note: Option<Text<'a>>,
    #[serde(deserialize_with = "count")]
    followers_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    following_count: Option<i64>,
    #[serde(deserialize_with = "count")]
    statuses_count: Option<i64>,
    suspended: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tag<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Poll<'a> {
    #[serde(borrow, deserialize_with = "list")]
    options: Vec<Choice<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Choice<'a> {
    #[serde(borrow)]
    title: Option<Text<'a>>,
    #[serde(deserialize_with = "count")]
    votes_count: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Picture<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
}

/// Since 4.4 a quote has a state, and its post within; other servers put the post itself here.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Quote<'a> {
    #[serde(borrow)]
    state: Option<Text<'a>>,
    #[serde(borrow)]
    quoted_status: Option<Box<Status<'a>>>,
    #[serde(borrow)]
    quoted_status_id: Option<Text<'a>>,
}

/// The reader, with what it learns of the answering server.
pub(super) struct Mastodon {
    server: Option<String>,
    /// From `server~id`, the answering server's id of a post, to ours.
    posts: HashMap<String, PostId>,
    /// The same for accounts.
    accounts: HashMap<String, AccountId>,
}

/// Stands before an id of the answering server until the end of the file.
const LOCAL: &str = "mastodon:local~";

fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    rest.split(['/', '?', '#']).next().filter(|host| host.contains('.'))
}

fn words_of(error: IdError) -> String {
    error.to_string()
}

impl Mastodon {
    pub(super) fn new(server: Option<String>) -> Self {
        Self { server, posts: HashMap::new(), accounts: HashMap::new() }
    }

    pub(super) fn record(
        &mut self,
        json: &[u8],
        uri: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<(), ExportError> {
        if let Some(server) = uri.and_then(host) {
            self.server = Some(server.to_owned());
        }
        let status: Status<'_> = match serde_json::from_slice(json) {
            Ok(status) => status,
            Err(error) => return sink.bad(json::fault(json, &error), json),
        };
        if status.ancestors.is_some() || status.descendants.is_some() {
            sink.summary.pages += 1;
            for row in status.ancestors.iter().chain(&status.descendants).flatten() {
                self.record(row.get().as_bytes(), None, sink)?;
            }
            return Ok(());
        }
        // Statistics call their counts `statuses` too.
        let lists = [status.accounts, status.statuses].into_iter().flatten();
        let lists: Vec<Vec<&RawValue>> =
            lists.filter_map(|rows| serde_json::from_str(rows.get()).ok()).collect();
        if !lists.is_empty() {
            sink.summary.pages += 1;
            for row in lists.into_iter().flatten() {
                self.record(row.get().as_bytes(), None, sink)?;
            }
            return Ok(());
        }
        if status.account.is_some() && status.id.is_some() {
            return self.row(&status, json, sink);
        }
        if status.acct.is_some() {
            return match serde_json::from_slice::<Account<'_>>(json) {
                Ok(account) => self.person(&account, true, json, sink),
                Err(error) => sink.bad(json::fault(json, &error), json),
            };
        }
        if let Some(error) = filled(&status.error) {
            return sink.notice(true, NoticeKind::Error, None, None, error);
        }
        not_posts(json, sink)
    }

    fn row(&mut self, status: &Status<'_>, json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
        match self.item(status, sink.observed_at()) {
            Ok(item) => {
                self.notices(status, &item, sink)?;
                sink.post(item)?;
                self.along(status, sink)
            }
            Err(why) => sink.bad(why, json),
        }
    }

    /// The original of a repost, the quoted post, and the people mentioned.
    fn along(&mut self, status: &Status<'_>, sink: &mut Sink<'_>) -> Result<(), ExportError> {
        if let Some(original) = status.reblog.as_ref().filter(|original| filled(&original.id).is_some()) {
            self.context(original, sink)?;
        }
        if let Some(raw) = status.quote {
            match quoted(raw) {
                Some((_, Some(quoted))) => self.context(&quoted, sink)?,
                Some((state, None)) if !state.is_empty() => {
                    let kind = if state == "deleted" { NoticeKind::Deleted } else { NoticeKind::Protected };
                    let text = format!("the quoted post is not shown: {state}");
                    sink.notice(false, kind, None, None, text)?;
                }
                _ => {}
            }
        }
        for account in &status.mentions {
            self.person(account, false, b"", sink)?;
        }
        Ok(())
    }

    fn context(&mut self, status: &Status<'_>, sink: &mut Sink<'_>) -> Result<(), ExportError> {
        match self.item(status, sink.observed_at()) {
            Ok(item) => {
                self.notices(status, &item, sink)?;
                sink.context(item)?;
                self.along(status, sink)
            }
            Err(why) => sink.bad_context(why),
        }
    }

    fn notices(&self, status: &Status<'_>, item: &ChatItem, sink: &mut Sink<'_>) -> Result<(), ExportError> {
        let (post, account) = (item.post.post_id.clone(), item.post.account_id.clone());
        if let Some(visibility @ ("private" | "direct")) = filled(&status.visibility) {
            let text = format!("its visibility is '{visibility}': it is not for everybody");
            sink.notice(false, NoticeKind::Protected, Some(post), Some(account.clone()), text)?;
        }
        if status.account.as_ref().is_some_and(|account| account.suspended == Some(true)) {
            sink.notice(false, NoticeKind::Suspended, None, Some(account), "the account is suspended")?;
        }
        Ok(())
    }

    fn person(
        &mut self,
        account: &Account<'_>,
        row: bool,
        json: &[u8],
        sink: &mut Sink<'_>,
    ) -> Result<(), ExportError> {
        match self.observation(account, sink.observed_at()) {
            Ok(observation) => sink.person(row, observation),
            Err(why) if row => sink.bad(why, json),
            Err(why) => sink.bad_context(why),
        }
    }

    /// An account of the answering server by its id; others by name and server, for the ids that the
    /// answering server gives them mean nothing elsewhere.
    fn account(&mut self, account: &Account<'_>) -> Result<AccountId, String> {
        let acct = filled(&account.acct).ok_or("an account without its name (acct)")?;
        let id = if acct.contains('@') {
            format!("mastodon:@{acct}").parse().map_err(words_of)?
        } else {
            // Only the answering server's own accounts have names without a server: they tell which it is.
            if self.server.is_none() {
                self.server = filled(&account.url).and_then(host).map(str::to_owned);
            }
            match (&self.server, filled(&account.id)) {
                (Some(server), Some(id)) => {
                    AccountId::native(&platform()?, &format!("{server}/{id}")).map_err(words_of)?
                }
                (Some(server), None) => format!("mastodon:@{acct}@{server}").parse().map_err(words_of)?,
                (None, _) => return Err("which server answered is not known: state it".to_owned()),
            }
        };
        if let Some(local) = filled(&account.id) {
            self.accounts.insert(self.local(local), id.clone());
        }
        Ok(id)
    }

    fn observation(&mut self, account: &Account<'_>, observed_at: Instant) -> Result<Observation, String> {
        let account_id = self.account(account)?;
        let acct = filled(&account.acct).unwrap_or_default();
        let whole = match &self.server {
            Some(server) if !acct.contains('@') => format!("{acct}@{server}"),
            _ => acct.to_owned(),
        };
        Ok(Observation {
            handle: whole.parse().ok(),
            followers: account.followers_count,
            following: account.following_count,
            posts: account.statuses_count,
            display_name: owned(&account.display_name),
            bio: filled(&account.note).map(|note| html::plain(note).0).filter(|note| !note.is_empty()),
            ..bare_person(account_id, observed_at)
        })
    }

    fn item(&mut self, status: &Status<'_>, observed_at: Instant) -> Result<ChatItem, String> {
        let account = status.account.as_ref().ok_or("a status without its account")?;
        let author = self.observation(account, observed_at)?;
        if self.server.is_none() {
            self.server = status.tags.iter().find_map(|tag| host(filled(&tag.url)?)).map(str::to_owned);
        }
        let post_id = self.post_id(status)?;
        let time = filled(&status.created_at).ok_or("no created_at")?;
        let created_at = times::rfc3339(time)
            .ok_or_else(|| format!("created_at '{time}' is not a time with an offset"))?;
        let mut post = bare_post(post_id, author.account_id.clone(), created_at, observed_at)?;
        post.language = owned(&status.language);
        let local = |id: &Option<Text<'_>>| filled(id).map(|id| format!("{LOCAL}{}", self.local(id)));
        post.in_reply_to_post_id =
            local(&status.in_reply_to_id).map(|id| id.parse()).transpose().map_err(words_of)?;
        post.in_reply_to_account_id =
            local(&status.in_reply_to_account_id).map(|id| id.parse()).transpose().map_err(words_of)?;
        let mut mentions = Vec::new();
        for account in &status.mentions {
            if let Ok(account) = self.account(account) {
                words::add(&mut mentions, account.as_str());
            }
        }
        if let Some(original) = status.reblog.as_ref().filter(|original| filled(&original.id).is_some()) {
            post.kind = Some(PostKind::Repost);
            post.quoted_post_id = Some(self.post_id(original)?);
            // The words are the original's, and so are its tags, by which a repost belongs to a chat.
            post.hashtags = Some(tags(&original.tags));
            let mut item = ChatItem::new(post);
            item.author = Some(author);
            return Ok(item);
        }
        if let Some(raw) = status.quote {
            post.quoted_post_id = match quoted(raw) {
                Some((_, Some(quoted))) => self.post_id(&quoted).ok(),
                _ => serde_json::from_str::<Quote<'_>>(raw.get()).ok().and_then(|quote| {
                    format!("{LOCAL}{}", self.local(filled(&quote.quoted_status_id)?)).parse().ok()
                }),
            };
        }
        post.kind = Some(match (filled(&status.in_reply_to_id), &post.quoted_post_id) {
            (Some(_), _) => PostKind::Reply,
            (None, Some(_)) => PostKind::Quote,
            (None, None) => PostKind::Original,
        });
        let (content, links) = html::plain(filled(&status.content).unwrap_or_default());
        let text = match filled(&status.spoiler_text) {
            Some(spoiler) if content.is_empty() => spoiler.to_owned(),
            Some(spoiler) => format!("{spoiler}\n\n{content}"),
            None => content,
        };
        post.hashtags = Some(tags(&status.tags));
        post.text = Some(text);
        (post.mentions, post.links) = (Some(mentions), Some(links));
        let medium = |picture: &Picture<'_>| Media {
            kind: match filled(&picture.kind) {
                Some("gifv") => "animation",
                Some(kind) => kind,
                None => "unknown",
            }
            .to_owned(),
            // Mastodon says null where its author gave none.
            alt_text: Some(owned(&picture.description).unwrap_or_default()),
        };
        let poll = status.poll.iter().map(|poll| {
            words::poll(
                poll.options
                    .iter()
                    .map(|choice| (filled(&choice.title).unwrap_or_default(), choice.votes_count)),
            )
        });
        post.media = Some(status.media_attachments.iter().map(medium).chain(poll).collect());
        let mut item = ChatItem::new(post);
        item.reading = Some(Reading {
            post_id: item.post.post_id.clone(),
            observed_at,
            likes: status.favourites_count,
            reposts: status.reblogs_count,
            replies: status.replies_count,
            quotes: status.quotes_count,
            views: None,
        });
        item.edited_at = filled(&status.edited_at).and_then(times::rfc3339);
        item.author = Some(author);
        Ok(item)
    }

    /// A post by the id that the server where it was written gave it, which stands in its address.
    fn post_id(&mut self, status: &Status<'_>) -> Result<PostId, String> {
        let local = filled(&status.id).ok_or("a status without its id")?;
        let uri = filled(&status.uri).or_else(|| filled(&status.url)).ok_or("a status without its uri")?;
        let bare = uri.strip_suffix("/activity").unwrap_or(uri);
        let by_server = || {
            let (before, id) = bare.rsplit_once("/statuses/")?;
            let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
            Some(format!("{}/{id}", host(before)?)).filter(|_| is_id)
        };
        let id = match by_server() {
            Some(id) => id,
            None => bare.trim_start_matches("https://").trim_start_matches("http://").to_owned(),
        };
        let id = PostId::native(&platform()?, &id).map_err(words_of)?;
        self.posts.insert(self.local(local), id.clone());
        Ok(id)
    }

    /// An id of the answering server, with the server's name as far as it is known.
    fn local(&self, id: &str) -> String {
        format!("{}~{id}", self.server.as_deref().unwrap_or_default())
    }

    /// What a file calls by an answering server's id: found in the file, else known as that server's.
    fn ours<T: Clone + std::str::FromStr>(&self, local: &str, known: &HashMap<String, T>) -> Option<T> {
        let (server, id) = local.split_once('~')?;
        let later = || known.get(&self.local(id)).or_else(|| known.get(&format!("~{id}")));
        if let Some(id) = known.get(local).or_else(|| if server.is_empty() { later() } else { None }) {
            return Some(id.clone());
        }
        let server = Some(server).filter(|server| !server.is_empty()).or(self.server.as_deref())?;
        format!("mastodon:{server}/{id}").parse().ok()
    }

    /// Ids of the answering server become ours, where the file has what they name; else they say whose they are.
    pub(super) fn translate(&self, record: &mut Record) {
        let (Record::Post(item) | Record::Context(item)) = record else { return };
        let post = &mut item.post;
        for id in [&mut post.in_reply_to_post_id, &mut post.quoted_post_id] {
            let Some(local) = id.as_ref().and_then(|id| id.as_str().strip_prefix(LOCAL)) else { continue };
            *id = self.ours(local, &self.posts);
        }
        let account = &mut post.in_reply_to_account_id;
        if let Some(local) = account.as_ref().and_then(|id| id.as_str().strip_prefix(LOCAL)) {
            *account = self.ours(local, &self.accounts);
        }
    }
}

fn platform() -> Result<someasure_model::Platform, String> {
    "mastodon".parse().map_err(words_of)
}

fn tags(tags: &[Tag<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    tags.iter().filter_map(|tag| filled(&tag.name)).for_each(|name| words::add(&mut names, name));
    names
}

/// The state of a quote and its post, where it is shown.
fn quoted(raw: &RawValue) -> Option<(String, Option<Box<Status<'_>>>)> {
    let quote: Quote<'_> = serde_json::from_str(raw.get()).ok()?;
    if quote.state.is_some() || quote.quoted_status.is_some() {
        return Some((owned(&quote.state).unwrap_or_default(), quote.quoted_status));
    }
    let status: Status<'_> = serde_json::from_str(raw.get()).ok()?;
    status.account.is_some().then(|| (String::new(), Some(Box::new(status))))
}
