//! Who appears, and how: the directory of a chat's people, and texts of which nothing leads to those who do not want to be led
//! to. A handle or an address is looked up by platform; whoever is not in the directory appears as the chat says for
//! those who have said nothing.

use std::collections::{BTreeMap, BTreeSet};

use someasure_model::chat::{
    Consent, Person,
    story::{Shown, Span},
};
use someasure_model::plain::web_address;
use someasure_model::{AccountId, Handle, Platform, PostId};

use super::address::{Parts, Reference, Target, is_by_person, is_opaque, parts, reference, target};
use super::resolve::{Found, Sources};
use crate::conversation::Conversation;

/// The longest handle and the longest address that are looked up.
const LONGEST_HANDLE: usize = 320;
const LONGEST_ADDRESS: usize = 2_100;

/// The people of a chat, by account and by handle.
#[derive(Debug, Clone)]
pub struct Directory {
    people: BTreeMap<AccountId, Person>,
    by_handle: BTreeMap<(Platform, String), AccountId>,
    /// Handles, in lower case, of those who do not appear by name, on any platform.
    veiled: BTreeMap<String, AccountId>,
    /// Of these, long ones of people who wrote: in posts they are their names wherever they stand, as in transcripts.
    telling: BTreeSet<String>,
    numbers: BTreeMap<AccountId, u64>,
    unknown: Consent,
}

impl Directory {
    /// Of the people given. `numbers` are those of the chat's transcript, so that `Participant 12` is the same person there; who has
    /// none gets one after the highest. `unknown` is the consent of those who are not among the people.
    pub fn new(
        people: impl IntoIterator<Item = Person>,
        mut numbers: BTreeMap<AccountId, u64>,
        unknown: Consent,
    ) -> Self {
        let people: BTreeMap<AccountId, Person> =
            people.into_iter().map(|person| (person.account_id.clone(), person)).collect();
        let mut next = numbers.values().copied().max().unwrap_or(0);
        let (mut by_handle, mut veiled) = (BTreeMap::new(), BTreeMap::new());
        for (id, person) in &people {
            if !numbers.contains_key(id) {
                next = next.saturating_add(1);
                numbers.insert(id.clone(), next);
            }
            let handles = person.handle.iter().cloned().chain(id.provisional_handle());
            for handle in handles {
                // Two accounts under one handle, one of whom does not want to be named: nobody is.
                let name = handle.as_str();
                let is_named = consent_of(person) == Consent::Named;
                if !is_named {
                    veiled.insert(name.to_owned(), id.clone());
                }
                // In texts, Mastodon leaves out the server.
                let local = name.split_once('@').map(|(local, _)| local);
                for name in [Some(name), local].into_iter().flatten() {
                    let key = (id.platform(), name.to_owned());
                    if is_named {
                        by_handle.entry(key).or_insert_with(|| id.clone());
                    } else {
                        by_handle.insert(key, id.clone());
                    }
                }
            }
        }
        Self { people, by_handle, veiled, telling: BTreeSet::new(), numbers, unknown }
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
                    display_name: None,
                    organisation_id: None,
                    consent: who.consent,
                },
            });
        }
        let mut directory = Self::new(people, numbers, conversation.chat.people.consent());
        for (slot, who) in (0..).zip(&conversation.people) {
            let handle = who.person.and_then(|person| person.handle.as_ref()).map(AsRef::as_ref);
            let local = handle.and_then(|handle: &str| Some(handle.split_once('@')?.0));
            let names = [handle, local].into_iter().flatten();
            directory
                .telling
                .extend(names.filter(|name| conversation.is_distinct(slot, name)).map(str::to_owned));
        }
        directory
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

    /// Whether a part of an address is the handle of somebody veiled, on whatever site: `https://jane-doe.example.org/`.
    fn names_the_veiled(&self, parts: &Parts) -> bool {
        let labels = parts.host.split('.').map(str::to_owned);
        labels.chain(parts.segments.iter().cloned()).chain(parts.rest.iter().cloned()).any(|part| {
            let part = part.to_lowercase();
            let is_veiled =
                |name: &str, shortest: usize| name.len() >= shortest && self.veiled.contains_key(name);
            let mut pieces = part.split(|c: char| !c.is_ascii() || !is_handle_byte(c as u8));
            pieces.any(|piece| {
                let piece = piece.trim_matches(['.', '-']);
                is_veiled(piece, 3) || piece.split(['.', '-']).any(|inner| is_veiled(inner, 5))
            })
        })
    }

    /// Somebody veiled, by a word that is their handle without '@': in a curator's text only by such words as nobody
    /// writes by chance.
    fn veiled_word(&self, word: &str, in_post: bool) -> Option<&AccountId> {
        let odd = word.len() >= 5 && word.bytes().any(|c| c.is_ascii_digit() || b"_.".contains(&c))
            || word.len() >= 10;
        let word = word.to_lowercase();
        if odd || in_post && self.telling.contains(&word) { self.veiled.get(&word) } else { None }
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

    /// Whether a curator's text has a handle or an address of somebody who does not appear by name.
    pub(super) fn veil(&self, text: &str) -> bool {
        let Ok(platform) = "x".parse::<Platform>() else { return false };
        spans(text, &platform, self.for_curators()).iter().any(|span| match span {
            Span::WithheldLink => true,
            Span::Mention { person } => !matches!(person, Shown::Named { .. }),
            Span::Text { .. } | Span::Link { .. } => false,
        })
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
        if self.people.names_the_veiled(&parts) {
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
            let account = self.people.veiled.get(&name.to_lowercase())?;
            Some(Span::Mention { person: self.people.shown(account) })
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

    /// What begins with a letter or a digit: an address with or without its scheme, a mail address, a veiled handle, or a word.
    fn word(self, text: &str) -> (usize, Option<Span>) {
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
            let veiled = [&text[..end], &text[..length]]
                .iter()
                .any(|name| self.people.veiled.contains_key(&name.to_lowercase()));
            let hide = veiled || self.unknown != Consent::Named;
            return (end, hide.then_some(Span::Mention { person: Shown::Somebody }));
        }
        if let Some(account) = self.people.veiled_word(&text[..length], self.in_post) {
            return (length, Some(Span::Mention { person: self.people.shown(account) }));
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
            first if first.is_alphanumeric() && !within => veil.word(rest),
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
    out
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
