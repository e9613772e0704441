//! The archive with its ids turned into numbers, once: who wrote what, what it replies to, quotes or passes on, and whom it
//! mentions. Everything else in this crate reads this, so that no step compares long ids again.
//!
//! People are numbered by their first appearance in the whole archive: as an author, as somebody who was
//! answered, or as somebody who was mentioned. The number of `Participant 12` is this one, so that it does not move when
//! somebody else withdraws.

use foldhash::{HashMap, HashMapExt};
use someasure_model::chat::{Archive, Chat, ChatPost, Consent, Person};
use someasure_model::time::EARLIEST_POST;
use someasure_model::{AccountId, Handle, Instant, Platform, Post, PostId, PostKey, PostKind};

use crate::names::Names;
use crate::side::both;
use crate::text::{mentions_in, open_alike, opening_words};
use crate::threads::broken_cycles;

/// No post, no person.
pub(crate) const NONE: u32 = u32::MAX;

/// What a post points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// To nothing.
    Nothing,
    /// To a post of the archive.
    Post(u32),
    /// To a post that is not of the chat.
    Context(u32),
    /// To a post that was withdrawn.
    Withdrawn,
    /// To a post that nobody has.
    Unknown,
}

/// Somebody, known or only heard of.
#[derive(Debug, Clone)]
pub(crate) struct Who<'a> {
    /// What the archive knows of them.
    pub(crate) person: Option<&'a Person>,
    /// Their id; provisional where only a handle was mentioned.
    pub(crate) id: AccountId,
    /// How they agreed to appear.
    pub(crate) consent: Consent,
    /// Place in the order of first appearance, from 1.
    pub(crate) number: u32,
}

/// A chat's archive, ready to be read.
#[derive(Debug)]
pub struct Conversation<'a> {
    pub(crate) chat: &'a Chat,
    pub(crate) archive: &'a Archive,
    pub(crate) as_at: Instant,
    pub(crate) people: Vec<Who<'a>>,
    /// Author of each post, and of each context post.
    pub(crate) author: Vec<u32>,
    pub(crate) context_author: Vec<u32>,
    pub(crate) kind: Vec<PostKind>,
    /// What each post replies to: cycles are cut.
    pub(crate) parent: Vec<To>,
    /// What each post quotes or passes on.
    pub(crate) quoted: Vec<To>,
    /// Whom each post answers, even where the post that it answers is missing.
    pub(crate) answered: Vec<u32>,
    mention_ends: Vec<u32>,
    mentions: Vec<u32>,
    /// Posts by time; the archive's own order, unless it is out of order.
    pub(crate) order: Vec<u32>,
    /// Whether a post was withdrawn, by itself or with its author.
    pub(crate) withdrawn: Vec<bool>,
    /// First instant that counts, and the first that no longer does.
    pub(crate) bounds: (Instant, Instant),
    aliases: HashMap<String, u32>,
    /// Handles that people of the archive had once, with their platform.
    earlier: Vec<(String, u32)>,
    /// Handles on all platforms.
    pub(crate) names: Names<u32>,
    ids: HashMap<PostKey<'a>, To>,
    /// On how many threads it may be read.
    pub(crate) threads: usize,
}

/// What the ids of posts point to.
struct Pointers<'a> {
    ids: HashMap<PostKey<'a>, To>,
    /// Which posts were withdrawn by themselves.
    withdrawn: Vec<bool>,
    parent: Vec<To>,
    quoted: Vec<To>,
}

impl<'a> Conversation<'a> {
    /// Reads the archive. Posts from after `as_at` count nowhere.
    pub fn new(chat: &'a Chat, archive: &'a Archive, as_at: Instant) -> Self {
        Self::on_threads(chat, archive, as_at, 1)
    }

    /// Reads the archive on so many threads; what it finds is the same on any number.
    pub fn on_threads(chat: &'a Chat, archive: &'a Archive, as_at: Instant, threads: usize) -> Self {
        let count = archive.posts.len();
        let people = || {
            let mut reading = Self {
                chat,
                archive,
                as_at,
                people: Vec::with_capacity(archive.people.len()),
                author: Vec::with_capacity(count),
                context_author: Vec::with_capacity(archive.context.len()),
                kind: archive.posts.iter().map(|post| kind_of(&post.post)).collect(),
                parent: Vec::new(),
                quoted: Vec::new(),
                answered: Vec::with_capacity(count),
                mention_ends: Vec::with_capacity(count),
                mentions: Vec::new(),
                order: by_time(&archive.posts),
                withdrawn: Vec::new(),
                bounds: bounds(chat, as_at),
                aliases: HashMap::with_capacity(archive.people.len() * 2),
                earlier: Vec::new(),
                names: Names::beside(&chat.hashtags),
                ids: HashMap::new(),
                threads,
            };
            reading.meet_people();
            reading.meet_authors();
            reading
        };
        let (pointers, mut reading) = both(threads, || Pointers::of(archive), people);
        let Pointers { ids, withdrawn, parent, quoted } = pointers;
        (reading.ids, reading.withdrawn, reading.parent, reading.quoted) = (ids, withdrawn, parent, quoted);
        reading.find_answered();
        reading.match_reposts();
        broken_cycles(&mut reading.parent);
        reading.number_people();
        reading.collect_names();
        for (withdrawn, author) in reading.withdrawn.iter_mut().zip(&reading.author) {
            *withdrawn |= reading.people[*author as usize].consent == Consent::Removed;
        }
        reading
    }

    /// How many posts it holds, and how many people: who wrote, was answered or was mentioned.
    pub fn size(&self) -> (usize, usize) {
        (self.archive.posts.len(), self.people.len())
    }

    /// The post.
    pub(crate) fn post(&self, at: u32) -> &'a Post {
        &self.archive.posts[at as usize].post
    }
    /// When it was posted.
    pub(crate) fn time(&self, at: u32) -> Instant {
        self.post(at).created_at
    }
    /// Whether it passes another post on, unchanged.
    pub(crate) fn is_repost(&self, at: u32) -> bool {
        self.kind[at as usize] == PostKind::Repost
    }
    /// The post of the archive that it replies to.
    pub(crate) fn parent_post(&self, at: u32) -> Option<u32> {
        match self.parent[at as usize] {
            To::Post(parent) => Some(parent),
            _ => None,
        }
    }
    /// The post of the archive that it quotes or passes on.
    pub(crate) fn quoted_post(&self, at: u32) -> Option<u32> {
        match self.quoted[at as usize] {
            To::Post(quoted) => Some(quoted),
            _ => None,
        }
    }
    /// Whom it mentions, in order, each once.
    pub(crate) fn mentioned(&self, at: u32) -> &[u32] {
        let at = at as usize;
        let from = if at == 0 { 0 } else { self.mention_ends[at - 1] as usize };
        &self.mentions[from..self.mention_ends[at] as usize]
    }
    /// The author of the post that it quotes or passes on.
    pub(crate) fn quoted_author(&self, at: u32) -> Option<u32> {
        match self.quoted[at as usize] {
            To::Post(quoted) => Some(self.author[quoted as usize]),
            To::Context(quoted) => Some(self.context_author[quoted as usize]),
            _ => None,
        }
    }
    /// Whether it is from the time that counts.
    pub(crate) fn counts(&self, at: u32) -> bool {
        let time = self.time(at);
        self.bounds.0 <= time && time < self.bounds.1 && time <= self.as_at
    }
    /// Somebody by an account's id, or by the id that stands in for it.
    pub(crate) fn find(&self, id: &AccountId) -> Option<u32> {
        self.aliases.get(id.as_str()).copied()
    }
    /// Somebody by a handle on a platform, in lower case and without '@'.
    pub(crate) fn find_handle(&self, platform: &str, handle: &str) -> Option<u32> {
        self.aliases.get(&[platform, ":@", handle].concat()).copied()
    }
    /// Somebody by a handle on any platform, in any letters' case; of several, the one who may be shown least.
    pub(crate) fn by_handle(&self, name: &str) -> Option<u32> {
        self.names.get(name).map(|name| name.who)
    }
    /// Whether somebody who withdrew wrote a post that opens so.
    pub(crate) fn opens_a_post_of(&self, slot: u32, opening: &str) -> bool {
        let theirs = self.author.iter().zip(&self.archive.posts).filter(|(author, _)| **author == slot);
        let mut texts = theirs.filter_map(|(_, row)| row.post.text.as_deref());
        texts.any(|text| open_alike(opening, &opening_words(text)))
    }
    /// A post by its id.
    pub(crate) fn find_post(&self, id: &str) -> Option<To> {
        self.ids.get(&id.into()).copied()
    }

    fn meet_people(&mut self) {
        for (id, person) in &self.archive.people {
            let consent = match (person.consent, &person.organisation_id) {
                (Consent::Removed, _) => Consent::Removed,
                (_, Some(_)) => Consent::Named,
                (consent, None) => consent,
            };
            let slot = self.people.len() as u32;
            self.people.push(Who { person: Some(person), id: id.clone(), consent, number: 0 });
            self.aliases.insert(id.as_str().to_owned(), slot);
        }
        for slot in 0..self.people.len() as u32 {
            let Some(person) = self.people[slot as usize].person else { continue };
            for name in person.handle.iter().flat_map(in_texts) {
                self.know_as(&person.account_id.platform(), name, slot);
            }
            let earlier = person.earlier_handles.iter().flat_map(in_texts);
            let on = person.account_id.on();
            self.earlier.extend(earlier.map(|name| (format!("{on}:@{name}"), slot)));
        }
        // Who has a handle today is meant by it before whoever had it once.
        let mut vacant: HashMap<&str, u32> = HashMap::new();
        for (alias, slot) in self.earlier.iter().filter(|(alias, _)| !self.aliases.contains_key(alias)) {
            let known = vacant.entry(alias).or_insert(*slot);
            if self.people[*slot as usize].consent > self.people[*known as usize].consent {
                *known = *slot;
            }
        }
        self.aliases.extend(vacant.into_iter().map(|(alias, slot)| (alias.to_owned(), slot)));
    }

    /// Of two who share a handle, the one who may be shown less stands for it.
    fn know_as(&mut self, platform: &Platform, handle: &str, slot: u32) {
        let shy = |people: &[Who], slot: u32| people[slot as usize].consent;
        let known = self.aliases.entry(format!("{platform}:@{handle}")).or_insert(slot);
        if shy(&self.people, slot) > shy(&self.people, *known) {
            *known = slot;
        }
    }

    fn account(&mut self, id: &AccountId) -> u32 {
        match self.aliases.get(id.as_str()) {
            Some(&slot) => slot,
            None => self.hear_of(id.clone()),
        }
    }

    fn hear_of(&mut self, id: AccountId) -> u32 {
        let slot = self.people.len() as u32;
        self.aliases.insert(id.as_str().to_owned(), slot);
        self.people.push(Who { person: None, id, consent: self.chat.people.consent(), number: 0 });
        slot
    }

    /// Somebody as a source writes a mention: a handle, or an id; readers of exports write ids with their platform.
    fn mention(&mut self, platform: &Platform, text: &str) -> Option<u32> {
        if let Some(id) = whole_id(platform, text) {
            return Some(self.account(&id));
        }
        let bare = text.trim().trim_start_matches('@').to_lowercase();
        if let Some(slot) = self.find_handle(platform.as_str(), &bare) {
            return Some(slot);
        }
        // A name on X ends where its letters end: `@ann漢字` is `@ann`.
        if platform.as_str() == "x"
            && let Some(at) = bare.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            && let Some(slot) = self.find_handle("x", &bare[..at])
        {
            return Some(slot);
        }
        let native = AccountId::native(platform, text.trim().trim_start_matches('@')).ok();
        if let Some(slot) = native.as_ref().and_then(|id| self.find(id)) {
            return Some(slot);
        }
        let is_id = bare.starts_with("did:") || bare.chars().all(|c| c.is_ascii_digit());
        match (is_id, native, bare.parse::<Handle>()) {
            (true, Some(id), _) => Some(self.hear_of(id)),
            (_, _, Ok(handle)) => Some(self.hear_of(AccountId::provisional(platform, &handle))),
            _ => None,
        }
    }

    /// Somebody whom a post says it mentions, where they are known.
    pub(crate) fn find_mentioned(&self, platform: &Platform, text: &str) -> Option<u32> {
        match whole_id(platform, text) {
            Some(id) => self.find(&id),
            None => self.by_handle(text.trim_start_matches('@')),
        }
    }

    /// Those who wrote and those whom they mention, as they come.
    fn meet_authors(&mut self) {
        let archive = self.archive;
        for post in &archive.context {
            let author = self.account(&post.post.account_id);
            self.context_author.push(author);
        }
        for ChatPost { post, .. } in &archive.posts {
            let author = self.account(&post.account_id);
            self.author.push(author);
            let from = self.mentions.len();
            let found;
            let mentions: &[String] = match (&post.mentions, &post.text) {
                (Some(mentions), _) => mentions,
                (None, Some(text)) => {
                    found = mentions_in(text);
                    &found
                }
                (None, None) => &[],
            };
            let platform = if mentions.is_empty() { None } else { Some(post.account_id.platform()) };
            for (text, platform) in mentions.iter().zip(platform.iter().cycle()) {
                if let Some(slot) = self.mention(platform, text)
                    && !self.mentions[from..].contains(&slot)
                    && self.mentions.len() - from < 200
                {
                    self.mentions.push(slot);
                }
            }
            self.mention_ends.push(self.mentions.len() as u32);
        }
    }

    fn find_answered(&mut self) {
        let archive = self.archive;
        for at in 0..archive.posts.len() {
            let answered = match (self.parent[at], &archive.posts[at].post.in_reply_to_account_id) {
                (To::Post(parent), _) => self.author[parent as usize],
                (To::Context(parent), _) => self.context_author[parent as usize],
                (To::Withdrawn | To::Unknown, Some(id)) => self.account(id),
                (To::Nothing, Some(id)) if archive.posts[at].post.kind == Some(PostKind::Reply) => {
                    self.account(id)
                }
                _ => NONE,
            };
            self.answered.push(answered);
        }
    }

    /// Finds the originals of reposts whose source gives their words only: `RT @name: …`, perhaps cut off.
    fn match_reposts(&mut self) {
        let lonely: Vec<u32> = (0..self.kind.len() as u32)
            .filter(|&at| self.is_repost(at) && self.quoted[at as usize] == To::Nothing)
            .collect();
        if lonely.is_empty() {
            return;
        }
        let mut originals: HashMap<(u32, String), u32> = HashMap::new();
        for at in 0..self.kind.len() as u32 {
            if !self.is_repost(at)
                && let Some(text) = &self.post(at).text
            {
                originals.entry((self.author[at as usize], opening_words(text))).or_insert(at);
            }
        }
        for at in lonely {
            let platform = self.post(at).account_id.platform();
            let Some((handle, words)) = self.post(at).text.as_deref().and_then(retweeted) else { continue };
            let Some(author) = self.find_handle(platform.as_str(), &handle.to_lowercase()) else { continue };
            if let Some(&original) = originals.get(&(author, opening_words(words))) {
                self.quoted[at as usize] = To::Post(original);
            }
        }
    }

    fn collect_names(&mut self) {
        let earlier = self.earlier.iter().map(|(alias, slot)| (alias, slot));
        for (alias, &slot) in self.aliases.iter().chain(earlier) {
            let Some((_, handle)) = alias.split_once(":@") else { continue };
            let who = &self.people[slot as usize];
            self.names.add(handle, slot, who.consent, who.person.is_some());
        }
    }

    fn number_people(&mut self) {
        let mut next = 1;
        let mut seen = |people: &mut Vec<Who>, slot: u32| {
            if slot != NONE && people[slot as usize].number == 0 {
                people[slot as usize].number = next;
                next += 1;
            }
        };
        for &at in &self.order {
            seen(&mut self.people, self.author[at as usize]);
            seen(&mut self.people, self.answered[at as usize]);
            let to = at as usize;
            let from = if to == 0 { 0 } else { self.mention_ends[to - 1] as usize };
            for &slot in &self.mentions[from..self.mention_ends[to] as usize] {
                seen(&mut self.people, slot);
            }
        }
        for &slot in &self.context_author {
            seen(&mut self.people, slot);
        }
        for slot in 0..self.people.len() as u32 {
            seen(&mut self.people, slot);
        }
    }
}

/// The handle and the words of `RT @name: words`.
pub(crate) fn retweeted(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start().strip_prefix("RT @")?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@')))?;
    let (handle, rest) = rest.split_at(end);
    Some((handle, rest.strip_prefix(':').unwrap_or(rest)))
}

fn kind_of(post: &Post) -> PostKind {
    post.kind.unwrap_or_else(|| match post {
        Post { text: Some(text), .. } if retweeted(text).is_some() => PostKind::Repost,
        Post { in_reply_to_post_id: Some(_), .. } => PostKind::Reply,
        Post { quoted_post_id: Some(_), .. } => PostKind::Quote,
        _ => PostKind::Original,
    })
}

impl<'a> Pointers<'a> {
    fn of(archive: &'a Archive) -> Self {
        let count = archive.posts.len();
        let mut ids: HashMap<PostKey<'_>, To> = HashMap::with_capacity(count + archive.context.len());
        let mut withdrawn = vec![false; count];
        for (at, post) in archive.context.iter().enumerate() {
            ids.insert(post.post.post_id.as_str().into(), To::Context(at as u32));
        }
        for (at, post) in archive.posts.iter().enumerate() {
            ids.insert(post.post.post_id.as_str().into(), To::Post(at as u32));
        }
        for id in &archive.withdrawn {
            if let Some(To::Post(at)) = ids.insert(id.as_str().into(), To::Withdrawn) {
                withdrawn[at as usize] = true;
            }
        }
        let to = |at: usize, id: &Option<PostId>| match id {
            None => To::Nothing,
            Some(id) => match ids.get(&id.as_str().into()) {
                Some(To::Post(own)) if *own as usize == at => To::Nothing,
                found => found.copied().unwrap_or(To::Unknown),
            },
        };
        let posts = || archive.posts.iter().map(|row| &row.post).enumerate();
        let parent = posts().map(|(at, post)| to(at, &post.in_reply_to_post_id)).collect();
        let quoted = posts().map(|(at, post)| to(at, &post.quoted_post_id)).collect();
        Self { ids, withdrawn, parent, quoted }
    }
}

fn by_time(posts: &[ChatPost]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..posts.len() as u32).collect();
    let key = |at: &u32| posts[*at as usize].post.created_at;
    if !order.is_sorted_by_key(key) {
        order.sort_by_key(key); // stable: ties stay as they are
    }
    order
}

/// A handle as texts have it: Mastodon leaves out the server of its own people.
pub(crate) fn in_texts(handle: &Handle) -> impl Iterator<Item = &str> {
    let local = handle.as_str().split_once('@').map(|(local, _)| local);
    std::iter::once(handle.as_str()).chain(local)
}

/// The account that a mention names with its platform: `x:123`, `x:@ann`.
fn whole_id(platform: &Platform, text: &str) -> Option<AccountId> {
    // Most are handles: they have no ':'.
    let text = Some(text.trim()).filter(|text| text.contains(':'))?;
    let id: AccountId = text.parse().ok()?;
    (id.platform() == *platform).then_some(id)
}

fn bounds(chat: &Chat, as_at: Instant) -> (Instant, Instant) {
    let zone = chat.zone();
    let first = chat.from.map_or(EARLIEST_POST, |from| Instant::start_of_day(from, &zone));
    let after = Instant::from_micros(as_at.micros().saturating_add(1));
    let end = match chat.to.map(|to| to.tomorrow()) {
        Some(Ok(day_after)) => Instant::start_of_day(day_after, &zone).min(after),
        _ => after,
    };
    (first, end)
}
