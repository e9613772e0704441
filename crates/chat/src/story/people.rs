//! Who appears, and how: the directory of a chat's people, and texts of which nothing leads to those who do not want to be led
//! to. A handle or an address is looked up by platform; whoever is not in the directory appears as the chat says for
//! those who have said nothing.

use std::collections::BTreeMap;

use someasure_model::chat::{
    Consent, Person,
    story::{Shown, Span},
};
use someasure_model::plain::web_address;
use someasure_model::{AccountId, Handle, Platform, PostId};

use super::address::{Parts, Reference, Target, is_by_person, is_opaque, parts, reference, target};
use super::resolve::{Found, Sources};
use crate::conversation::{Conversation, in_texts};
use crate::names::Names;
use crate::text::{open_alike, opening_words, without_passed_on};

/// The longest handle and the longest address that are looked up.
const LONGEST_HANDLE: usize = 320;
const LONGEST_ADDRESS: usize = 2_100;

/// The people of a chat, by account and by handle.
#[derive(Debug, Clone)]
pub struct Directory {
    people: BTreeMap<AccountId, Person>,
    by_handle: BTreeMap<(Platform, String), AccountId>,
    /// Handles on all platforms.
    names: Names<AccountId>,
    /// What posts of people who withdrew open with.
    withdrawn_words: BTreeMap<AccountId, Vec<String>>,
    numbers: BTreeMap<AccountId, u64>,
    unknown: Consent,
}

impl Directory {
    /// Of the people given. `numbers` are those of the chat's transcript, so that `Participant 12` is the same person there; who has
    /// none gets one after the highest. `unknown` is the consent of those who are not among the people.
    pub fn new(
        people: impl IntoIterator<Item = Person>,
        numbers: BTreeMap<AccountId, u64>,
        unknown: Consent,
    ) -> Self {
        Self::with(people, numbers, unknown, Names::beside(&[]), |_| true)
    }

    fn with(
        people: impl IntoIterator<Item = Person>,
        mut numbers: BTreeMap<AccountId, u64>,
        unknown: Consent,
        mut names: Names<AccountId>,
        wrote: impl Fn(&AccountId) -> bool,
    ) -> Self {
        let people: BTreeMap<AccountId, Person> =
            people.into_iter().map(|person| (person.account_id.clone(), person)).collect();
        let mut next = numbers.values().copied().max().unwrap_or(0);
        let mut by_handle: BTreeMap<(Platform, String), AccountId> = BTreeMap::new();
        for id in people.keys() {
            if !numbers.contains_key(id) {
                next = next.saturating_add(1);
                numbers.insert(id.clone(), next);
            }
        }
        let current = |person: &Person| {
            person.handle.iter().cloned().chain(person.account_id.provisional_handle()).collect::<Vec<_>>()
        };
        let earlier = |person: &Person| person.earlier_handles.clone();
        // Who has a handle today is meant by it before whoever had it once.
        let known = people.values().map(|person| (person, current(person)));
        let known: Vec<_> = known.chain(people.values().map(|person| (person, earlier(person)))).collect();
        for (person, handles) in &known {
            let id = &person.account_id;
            for name in handles.iter().flat_map(in_texts) {
                // Two accounts under one handle, one of whom does not want to be named: nobody is.
                let is_shyer =
                    |other: &AccountId| people.get(other).map(consent_of) < Some(consent_of(person));
                let known = by_handle.entry((id.platform(), name.to_owned())).or_insert_with(|| id.clone());
                if is_shyer(known) {
                    known.clone_from(id);
                }
                names.add(name, id.clone(), consent_of(person), wrote(id));
            }
        }
        Self { people, by_handle, names, withdrawn_words: BTreeMap::new(), numbers, unknown }
    }

    /// The people of a chat's archive, with the numbers of its transcripts.
    pub fn of(conversation: &Conversation<'_>) -> Self {
        let (mut people, mut numbers) = (Vec::new(), BTreeMap::new());
        for who in &conversation.people {
            numbers.insert(who.id.clone(), u64::from(who.number));
            people.push(match who.person {
                Some(person) => Person { consent: who.consent, ..person.clone() },
                None => Person {
                    account_id: who.id.clone(),
                    handle: who.id.provisional_handle(),
                    earlier_handles: Vec::new(),
                    display_name: None,
                    organisation_id: None,
                    consent: who.consent,
                },
            });
        }
        let names = Names::beside(&conversation.chat.hashtags);
        let wrote = |id: &AccountId| conversation.archive.people.contains_key(id);
        let mut directory = Self::with(people, numbers, conversation.chat.people.consent(), names, wrote);
        for (author, row) in conversation.author.iter().zip(&conversation.archive.posts) {
            let who = &conversation.people[*author as usize];
            if who.consent == Consent::Removed
                && let Some(text) = &row.post.text
            {
                directory.withdrawn_words.entry(who.id.clone()).or_default().push(opening_words(text));
            }
        }
        directory
    }

    /// A cleaned text of a post without what it passes on by hand of people who withdrew.
    pub(super) fn without_passed_on(&self, text: &str) -> String {
        let gone =
            |handle: &str| self.names.get(handle).filter(|name| self.shown(&name.who) == Shown::Withheld);
        let said = |handle: &str, opening: &str| {
            let theirs = gone(handle).and_then(|name| self.withdrawn_words.get(&name.who));
            theirs.is_some_and(|openings| openings.iter().any(|other| open_alike(opening, other)))
        };
        without_passed_on(text, |handle| gone(handle).is_some(), said)
    }

    /// The account under a handle.
    pub fn account(&self, platform: &Platform, handle: &Handle) -> Option<&AccountId> {
        let name = handle.as_str();
        let found = self.by_handle.get(&(platform.clone(), name.to_owned()));
        // Mastodon writes the server's own people without the server.
        found.or_else(|| self.by_handle.get(&(platform.clone(), name.split_once('@')?.0.to_owned())))
    }

    /// How an account appears.
    pub fn shown(&self, account: &AccountId) -> Shown {
        let person = self.people.get(account);
        match person.map_or(self.unknown, consent_of) {
            Consent::Removed => Shown::Withheld,
            Consent::Pseudonymous => self
                .numbers
                .get(account)
                .map_or(Shown::Somebody, |number| Shown::Participant { number: *number }),
            Consent::Named => {
                let handle =
                    person.and_then(|person| person.handle.clone()).or_else(|| account.provisional_handle());
                let name = person.and_then(|person| person.display_name.clone());
                let name =
                    name.map(|name| someasure_model::plain::clean(&name)).filter(|name| !name.is_empty());
                let name = name.or_else(|| handle.as_ref().map(|handle| format!("@{handle}")));
                Shown::Named {
                    name: name.unwrap_or_else(|| format!("an account on {}", account.platform().title())),
                    address: account.link(handle.as_ref()),
                    handle: handle.map(String::from),
                }
            }
        }
    }

    /// How whoever has a handle appears; `unknown` is for those who are not among the people.
    fn shown_by_handle(&self, platform: &Platform, handle: &Handle, unknown: Consent) -> Shown {
        match self.account(platform, handle) {
            Some(account) => self.shown(account),
            None => match unknown {
                Consent::Named => {
                    let account = AccountId::provisional(platform, handle);
                    let address = account.link(Some(handle));
                    Shown::Named { name: format!("@{handle}"), handle: Some(handle.to_string()), address }
                }
                Consent::Pseudonymous | Consent::Removed => Shown::Somebody,
            },
        }
    }

    /// Display names, among these accounts, of those who do not appear by name: for a look at the curator's words.
    pub(super) fn veiled_names<'a>(
        &'a self,
        accounts: impl Iterator<Item = &'a AccountId> + 'a,
    ) -> impl Iterator<Item = String> + 'a {
        accounts
            .filter_map(|account| self.people.get(account))
            .filter(|person| consent_of(person) != Consent::Named)
            .filter_map(|person| {
                let name = someasure_model::plain::clean(person.display_name.as_deref()?);
                (name.chars().count() >= 4).then_some(name)
            })
    }

    fn is_named(&self, account: &AccountId) -> bool {
        matches!(self.shown(account), Shown::Named { .. })
    }

    /// Whether a part of an address is the handle of somebody veiled, on whatever site: `https://jane-doe.example.org/`. A curator
    /// may link to a site that others mention: `youtube.com` where `@youtube` stands in a post.
    fn names_the_veiled(&self, parts: &Parts, in_post: bool) -> bool {
        let mut labels = parts.host.split('.').enumerate();
        let is_site = !in_post && is_bare(&parts.host);
        labels.any(|(nth, label)| match is_site && nth == 0 {
            true => self.names.in_site(label),
            false => self.names.in_address(label),
        }) || parts.segments.iter().chain(&parts.rest).any(|part| self.names.in_address(part))
    }
}

/// Whether a host is a site's own name and nothing before it: `example.org`, `example.co.uk`.
fn is_bare(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [_, _] => true,
        [_, second, top] => second.len() <= 3 && top.len() == 2,
        _ => false,
    }
}

/// An organisation's account is always named, unless it was removed.
fn consent_of(person: &Person) -> Consent {
    match (person.consent, &person.organisation_id) {
        (Consent::Removed, _) => Consent::Removed,
        (_, Some(_)) => Consent::Named,
        (consent, None) => consent,
    }
}

impl Sources<'_> {
    /// For texts of posts.
    pub(super) fn for_posts(&self, opaque: Opaque, author_is_named: bool) -> Veil<'_> {
        Veil {
            people: self.people,
            post: self.post,
            unknown: self.people.unknown,
            opaque,
            author_is_named,
            in_post: true,
        }
    }

    /// For the curator's words: they answer for whom they name, but not against anybody's word.
    pub(super) fn for_curators(&self) -> Veil<'_> {
        Veil {
            people: self.people,
            post: self.post,
            unknown: Consent::Named,
            opaque: Opaque::Shown,
            author_is_named: true,
            in_post: false,
        }
    }

    /// The words of a curator's text that are a handle or an address of somebody who does not appear by name.
    pub(super) fn veiled<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let Ok(platform) = "x".parse::<Platform>() else { return Vec::new() };
        let is_veiled = |word: &&str| {
            spans(word, &platform, self.for_curators()).iter().any(|span| match span {
                Span::WithheldLink => true,
                Span::Mention { person } => !matches!(person, Shown::Named { .. }),
                Span::Text { .. } | Span::Link { .. } => false,
            })
        };
        let mut found: Vec<&str> = text.split_whitespace().filter(is_veiled).map(trimmed).collect();
        found.dedup();
        found
    }
}

/// What becomes of short addresses that do not say where they lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opaque {
    /// Shown.
    Shown,
    /// A mark stands in their place.
    Withheld,
    /// Nothing: where they lead to is listed beside the text.
    LeftOut,
}

/// What may be shown in a text.
#[derive(Clone, Copy)]
pub(super) struct Veil<'a> {
    people: &'a Directory,
    post: &'a dyn Fn(&PostId) -> Found,
    unknown: Consent,
    opaque: Opaque,
    author_is_named: bool,
    /// Whether it is the text of a post, and not the curator's.
    in_post: bool,
}

impl Veil<'_> {
    /// Whether an address leads to nobody who does not appear by name.
    pub(super) fn may_link(self, address: &str) -> bool {
        let Some(parts) = parts(address) else { return false };
        if self.people.names_the_veiled(&parts, self.in_post) {
            return false;
        }
        // An address of a post leads to its author, whatever handle stands in it.
        if let Some(Reference::Id(id)) = reference(address) {
            match (self.post)(&id) {
                Found::Post(post) => return self.people.is_named(&post.account_id),
                Found::Withdrawn => return false,
                Found::Missing => {}
            }
        }
        match target(&parts) {
            None => self.author_is_named || !is_by_person(&parts),
            Some(Target::Opaque) => self.opaque == Opaque::Shown,
            // Of a post that nobody here knows the author was never asked.
            Some(Target::SomePost) => self.unknown == Consent::Named,
            Some(Target::Account(account)) => match self.people.people.get(&account) {
                Some(_) => self.people.is_named(&account),
                None => self.unknown == Consent::Named,
            },
            Some(Target::Person(platform, handle)) => {
                matches!(self.people.shown_by_handle(&platform, &handle, self.unknown), Shown::Named { .. })
            }
        }
    }

    /// Whether a short address says nothing, because what it leads to is listed beside the text.
    fn leaves_out(self, token: &str) -> bool {
        self.opaque == Opaque::LeftOut && is_opaque(token)
    }

    /// The parts of a post's text without what is left of names in them.
    fn sifted(self, spans: Vec<Span>) -> Vec<Span> {
        let mut out = Vec::with_capacity(spans.len());
        for span in spans {
            let Span::Text { text } = &span else {
                out.push(span);
                continue;
            };
            self.people.names.sift(
                text,
                false,
                |_, _| false,
                |text, name| {
                    out.push(match name {
                        Some(name) => Span::Mention { person: self.people.shown(&name.who) },
                        None => Span::Text { text: text.to_owned() },
                    });
                },
            );
        }
        out
    }

    /// `@handle` or `@user@server` at the beginning of a text, after `at` bytes, with how many bytes it takes.
    fn mention(self, text: &str, at: usize, platform: &Platform) -> (usize, Option<Span>) {
        let local = handle_length(&text[at..]);
        if local == 0 {
            return (at, None);
        }
        let mut end = at + local;
        if let Some(server) = text[end..].strip_prefix('@') {
            let length = handle_length(server);
            if server[..length].contains('.') {
                end += 1 + length;
            }
        }
        let whole = &text[at..end];
        let has_server = whole.contains('@');
        let mastodon = "mastodon".parse::<Platform>().ok().filter(|_| has_server);
        let platform = mastodon.as_ref().unwrap_or(platform);
        // A handle of X ends where a full stop or a dash begins.
        let cut = whole.find(['.', '-', '@']).unwrap_or(whole.len());
        let bluesky = "bluesky".parse::<Platform>().ok();
        let known = |name: &str| {
            let handle = name.parse().ok()?;
            // A handle of Bluesky is known by its full stop wherever it is written.
            let elsewhere = bluesky.as_ref().filter(|_| name.contains('.'));
            let account = self
                .people
                .account(platform, &handle)
                .or_else(|| self.people.account(elsewhere?, &handle))?;
            Some(Span::Mention { person: self.people.shown(account) })
        };
        let veiled = |name: &str| {
            let hidden = self.people.names.hidden(name)?;
            Some(Span::Mention { person: self.people.shown(&hidden.who) })
        };
        let names = [whole, &whole[..local], &whole[..cut]];
        if let Some((name, span)) =
            names.iter().find_map(|name| Some((name, known(name).or_else(|| veiled(name))?)))
        {
            return (at + name.len(), Some(as_written(span, name)));
        }
        let is_elsewhere = whole.matches('.').count() > 1;
        let name = if platform.as_str() == "x" && !is_elsewhere { &whole[..cut] } else { whole };
        let span = name.parse().ok().map(|handle| Span::Mention {
            person: self.people.shown_by_handle(platform, &handle, self.unknown),
        });
        (at + name.len().max(1), span.map(|span| as_written(span, name)))
    }

    /// What begins with a letter or a digit: an address with or without its scheme, a mail address, a veiled handle, or a word;
    /// `is_tag`: after '#'.
    fn word(self, text: &str, is_tag: bool) -> (usize, Option<Span>) {
        let starts =
            |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        if starts("https://") || starts("http://") {
            let token = token(text);
            if self.leaves_out(token) {
                return (token.len(), Some(Span::Text { text: String::new() }));
            }
            let allowed = web_address(token).is_some() && self.may_link(token);
            let span = if allowed { Span::Link { address: token.to_owned() } } else { Span::WithheldLink };
            return (token.len(), Some(span));
        }
        let host = text.bytes().take(LONGEST_HANDLE).take_while(|c| is_handle_byte(*c) || *c == b':').count();
        if text[..host].contains('.') && text[host..].starts_with('/') {
            let token = token(text);
            if self.leaves_out(token) {
                return (token.len(), Some(Span::Text { text: String::new() }));
            }
            let span = (!self.may_link(token)).then_some(Span::WithheldLink);
            return (token.len(), span);
        }
        let length = handle_length(text);
        if let Some(server) = text[length..].strip_prefix('@')
            && server[..handle_length(server)].contains('.')
        {
            // A mail address, or a person of Mastodon: said in the chat or not, it leads to somebody.
            let end = length + 1 + handle_length(server);
            let veiled =
                [&text[..end], &text[..length]].iter().any(|name| self.people.names.hidden(name).is_some());
            let hide = veiled || self.unknown != Consent::Named;
            return (end, hide.then_some(Span::Mention { person: Shown::Somebody }));
        }
        let word = &text[..length];
        let names = &self.people.names;
        let hidden = if self.in_post { names.in_post(word) } else { names.in_curators_words(word) };
        if let Some(hidden) = hidden.filter(|name| !(is_tag && names.is_topic(word, name))) {
            return (length, Some(Span::Mention { person: self.people.shown(&hidden.who) }));
        }
        // A word is taken whole, so that nothing is looked up from its middle.
        (text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len()), None)
    }
}

/// A text in parts: words, addresses, people mentioned, each as it may be shown. The text is plain already
/// (`someasure_model::plain`), so that nothing hides in a handle.
pub(super) fn spans(text: &str, platform: &Platform, veil: Veil<'_>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let within = before.is_alphanumeric() || before == '_';
        let (taken, span) = match first {
            '@' | '＠' | '﹫' => match veil.mention(rest, first.len_utf8(), platform) {
                // `RT@somebody` hides nobody; who is named may stay a part of a word.
                (taken, Some(Span::Mention { person: Shown::Named { .. } })) if within => (taken, None),
                found => found,
            },
            first if first.is_alphanumeric() && !within => veil.word(rest, before == '#'),
            first => (first.len_utf8(), None),
        };
        match span {
            // What is left out takes the space before it along.
            Some(Span::Text { .. }) => words.truncate(words.trim_end_matches(' ').len()),
            Some(span) => {
                if !words.is_empty() {
                    out.push(Span::Text { text: std::mem::take(&mut words) });
                }
                out.push(span);
            }
            None => words.push_str(&rest[..taken]),
        }
        before = rest[..taken].chars().next_back().unwrap_or(' ');
        rest = &rest[taken..];
    }
    if !words.is_empty() {
        out.push(Span::Text { text: words });
    }
    if veil.in_post { veil.sifted(out) } else { out }
}

/// A mention of somebody named, in the letters' case of the text.
fn as_written(span: Span, written: &str) -> Span {
    match span {
        Span::Mention { person: Shown::Named { name, handle: Some(_), address } } => {
            Span::Mention { person: Shown::Named { name, handle: Some(written.to_owned()), address } }
        }
        other => other,
    }
}

fn is_handle_byte(c: u8) -> bool {
    c.is_ascii_alphanumeric() || b"_-.".contains(&c)
}

/// The length of what may be a handle at the beginning of a text, without a full stop or a dash at its end.
fn handle_length(text: &str) -> usize {
    let length = text.bytes().take(LONGEST_HANDLE).take_while(|c| is_handle_byte(*c)).count();
    text[..length].trim_end_matches(['.', '-']).len()
}

/// What stands at the beginning of a text to the next space, without the full stop or bracket of the sentence. What is longer than
/// any address is cut, so that a text without spaces is not read to its end again and again.
fn token(text: &str) -> &str {
    let mut reach = text.len().min(LONGEST_ADDRESS);
    while !text.is_char_boundary(reach) {
        reach -= 1;
    }
    let near = &text[..reach];
    trimmed(near.find(|c: char| c.is_whitespace() || "\"<>“”«»".contains(c)).map_or(near, |end| &near[..end]))
}

/// Without the full stop or bracket of the sentence that an address stands in.
fn trimmed(token: &str) -> &str {
    let mut token = token;
    loop {
        let shorter = token.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’', '…', '*', '_']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if inner.matches('(').count() <= inner.matches(')').count() => inner,
            _ => shorter.strip_suffix(']').unwrap_or(shorter),
        };
        if shorter.len() == token.len() {
            return token;
        }
        token = shorter;
    }
}
