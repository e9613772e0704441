//! People as they agreed to appear, and texts without the names of those who did not agree.
//!
//! A handle is looked for in mentions, in words that can only be handles, in mail addresses, and in the addresses of
//! profiles and posts. Where a text points to somebody whom nobody has asked, the chat's own setting decides.

use someasure_model::Post;
use someasure_model::chat::{AltText, Consent, Picture, Speaker, Words};
use someasure_model::plain::web_address;

use crate::conversation::{Conversation, To};
use crate::names::is_like_a_handle;
use crate::text::{Piece, clean, pieces, without_passed_on};

/// Longest name shown, in characters.
const LONGEST_NAME: usize = 120;
/// Stands for a withdrawn person in others' texts.
const WITHDRAWN: &str = "[withdrawn]";
/// Stands for somebody unknown in others' texts.
const SOMEBODY: &str = "[somebody]";
/// Stands for an address that leads to somebody who is not named.
const ADDRESS: &str = "[address left out]";

/// Sites where an address is that of a person or of a person's post.
const OF_PEOPLE: [&str; 12] = [
    "twitter.com",
    "x.com",
    "bsky.app",
    "threads.net",
    "threads.com",
    "instagram.com",
    "facebook.com",
    "linkedin.com",
    "tiktok.com",
    "youtube.com",
    "nitter.net",
    "fxtwitter.com",
];
/// Addresses that hide where they lead.
const SHORTENERS: [&str; 1] = ["t.co"];

impl Conversation<'_> {
    /// Somebody as they may be shown.
    pub(crate) fn speaker(&self, slot: u32) -> Speaker {
        let who = &self.people[slot as usize];
        match who.consent {
            Consent::Removed => Speaker::Withdrawn,
            Consent::Pseudonymous => Speaker::Participant { number: who.number },
            Consent::Named => {
                let handle =
                    who.person.and_then(|person| person.handle.clone()).or(who.id.provisional_handle());
                let shown = who.person.and_then(|person| person.display_name.as_deref()).unwrap_or_default();
                let shown: String = shown.chars().take(LONGEST_NAME * 8).collect();
                let shown: String = clean(&shown).split_whitespace().collect::<Vec<_>>().join(" ");
                let shown: String = self.shown_text(&shown, slot, false).chars().take(LONGEST_NAME).collect();
                let name = match (shown.is_empty(), &handle) {
                    (false, _) => shown,
                    (true, Some(handle)) => clean(handle.as_str()),
                    (true, None) => "(no name)".to_owned(),
                };
                Speaker::Named {
                    name,
                    link: who.id.link(handle.as_ref()),
                    handle: handle.map(|handle| clean(handle.as_str())),
                    organisation: who.person.and_then(|person| person.organisation_id.clone()),
                }
            }
        }
    }

    /// What a post says, as it may be shown: nothing of one that was withdrawn.
    pub fn text(&self, at: u32) -> Option<String> {
        let author = *self.author.get(at as usize)?;
        if self.withdrawn[at as usize] {
            return None;
        }
        self.words(self.post(at), author, &[]).text
    }

    /// A post's words as they may be shown. The author must not be withdrawn.
    pub(crate) fn words(&self, post: &Post, author: u32, hosts: &[u32]) -> Words {
        let consent = self.people[author as usize].consent;
        let speaker = self.speaker(author);
        let named = consent == Consent::Named;
        let handle = self.people[author as usize].person.and_then(|person| person.handle.as_ref());
        let links = post.links.as_deref().unwrap_or_default();
        let kept: Vec<String> = links
            .iter()
            .map(|link| clean(link))
            .filter(|link| web_address(link).is_some() && self.may_link_of(link, Some(author)))
            .collect();
        // A short address leads where nobody sees, often to the author's own post: where that is not named, or is left
        // out, it goes.
        let hides = !named || kept.len() < links.len();
        let platform = post.account_id.platform();
        let listed: Vec<u32> =
            post.mentions.iter().flatten().filter_map(|name| self.find_mentioned(&platform, name)).collect();
        let gone = |handle: &str| {
            self.by_handle(handle).filter(|&slot| self.people[slot as usize].consent == Consent::Removed)
        };
        let shown = |text: &str| {
            let text = without_passed_on(
                &clean(text),
                |handle| gone(handle).is_some(),
                |handle, opening| gone(handle).is_some_and(|slot| self.opens_a_post_of(slot, opening)),
            );
            self.sifted(self.shown_text(&text, author, hides), &listed)
        };
        let text = post.text.as_deref().map(shown);
        let mut kept = kept;
        kept.retain(|link| !(hides && is_short(link)));
        Words {
            speaker,
            host: hosts.contains(&author),
            at: post.created_at,
            platform,
            post_id: named.then(|| post.post_id.clone()),
            link: if named { post.post_id.link(handle) } else { None },
            text,
            language: post.language.as_deref().map(clean),
            links: kept,
            media: post
                .media
                .iter()
                .flatten()
                .map(|media| Picture {
                    kind: clean(&media.kind),
                    alt: match media.alt_text.as_deref() {
                        None => AltText::NotKnown,
                        Some(text) if text.trim().is_empty() => AltText::NoneGiven,
                        Some(text) => AltText::Given(shown(text)),
                    },
                })
                .collect(),
        }
    }

    /// A cleaned text of somebody's without the names of those who are not named.
    fn shown_text(&self, text: &str, author: u32, hide_short: bool) -> String {
        let named = self.people[author as usize].consent == Consent::Named;
        let mut out = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Mention(name) => match self.by_beginning(name) {
                    Some((slot, end)) => {
                        self.write_mention(slot, &name[..end], &mut out);
                        out.push_str(&name[end..]);
                    }
                    None if self.chat.people.consent() == Consent::Named => {
                        out.push('@');
                        out.push_str(name);
                    }
                    None => out.push_str(SOMEBODY),
                },
                Piece::Address(address)
                    if !self.may_link_of(address, Some(author)) || (hide_short && is_short(address)) =>
                {
                    out.push_str(ADDRESS);
                }
                Piece::Mail(mail) => match self.by_handle(mail) {
                    Some(slot) => self.write_word(slot, mail, &mut out),
                    None if !named || self.hides_somebody(mail) => out.push_str("[mail address]"),
                    None => out.push_str(mail),
                },
                Piece::Word(word) if is_like_a_handle(word) => match self.by_beginning(word) {
                    Some((slot, end)) => {
                        self.write_word(slot, &word[..end], &mut out);
                        out.push_str(&word[end..]);
                    }
                    None => out.push_str(word),
                },
                Piece::Address(text) | Piece::Word(text) | Piece::Rest(text) => out.push_str(text),
            }
        }
        self.searched(out, author)
    }

    /// A text in which nothing is left that could be the handle of somebody who is not named: whatever stands around
    /// it, and whatever it was taken for.
    fn searched(&self, text: String, author: u32) -> String {
        let mut out = String::with_capacity(text.len());
        self.names.sift(
            &text,
            false,
            |name, _| name.who == author,
            |text, name| match name {
                Some(name) => self.write_word(name.who, text, &mut out),
                None => out.push_str(text),
            },
        );
        out
    }

    fn write_mention(&self, slot: u32, name: &str, out: &mut String) {
        if self.people[slot as usize].consent == Consent::Named {
            out.push('@');
        }
        self.write_word(slot, name, out);
    }

    fn write_word(&self, slot: u32, word: &str, out: &mut String) {
        let who = &self.people[slot as usize];
        match who.consent {
            Consent::Named => out.push_str(word),
            Consent::Pseudonymous => out.push_str(&format!("Participant {}", who.number)),
            Consent::Removed => out.push_str(WITHDRAWN),
        }
    }

    /// Somebody by a handle, or by the handle that a name begins with: `ann-` and `ann漢字` begin with `ann`. Somebody who is
    /// only heard of gives way to somebody who is known and not named.
    fn by_beginning(&self, name: &str) -> Option<(u32, usize)> {
        let whole = self.by_handle(name).map(|slot| (slot, name.len()));
        if whole.is_some_and(|(slot, _)| self.people[slot as usize].person.is_some()) {
            return whole;
        }
        let cuts =
            name.char_indices().filter(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '_')).map(|(at, _)| at);
        let cuts: Vec<usize> = cuts.take(8).filter(|&at| at > 0).collect();
        let hidden = cuts.into_iter().rev().find_map(|at| {
            let slot = self.by_handle(&name[..at])?;
            (self.people[slot as usize].consent != Consent::Named).then_some((slot, at))
        });
        hidden.or(whole)
    }

    /// Whether a mail address holds the handle of somebody who is not named.
    fn hides_somebody(&self, mail: &str) -> bool {
        let hidden = |(slot, _): (u32, usize)| self.people[slot as usize].consent != Consent::Named;
        mail.split('@')
            .filter(|part| !part.is_empty())
            .any(|part| self.by_beginning(part).is_some_and(hidden))
    }

    /// A text without the handles of those whom the source says it mentions, however they are written in it.
    fn sifted(&self, mut text: String, mentioned: &[u32]) -> String {
        for &slot in mentioned {
            let who = &self.people[slot as usize];
            let Some(person) = who.person.filter(|_| who.consent != Consent::Named) else { continue };
            for handle in person.handle.iter().chain(&person.earlier_handles) {
                let handle = handle.as_str();
                let mut from = 0;
                while let Some(at) = text[from..].to_ascii_lowercase().find(handle).map(|at| from + at) {
                    let end = at + handle.len();
                    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
                    if handle.len() < 4
                        || is_word(text[..at].chars().next_back())
                        || is_word(text[end..].chars().next())
                    {
                        from = end;
                        continue;
                    }
                    let mut label = String::new();
                    self.write_word(slot, "", &mut label);
                    text.replace_range(at..end, &label);
                    from = at + label.len();
                }
            }
        }
        text
    }

    /// Whether an address leads to nobody who is not named.
    pub(crate) fn may_link(&self, address: &str) -> bool {
        self.may_link_of(address, None)
    }

    fn may_link_of(&self, address: &str, author: Option<u32>) -> bool {
        let lower = address.to_lowercase();
        let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
        let (host, path) = rest.split_once(['/', '?', '#']).unwrap_or((rest, ""));
        let host = host.trim_start_matches("www.").trim_start_matches("mobile.").trim_start_matches("m.");
        let of_people = OF_PEOPLE.contains(&host)
            || path.starts_with('@')
            || path.starts_with("users/")
            || path.contains("/@");
        let decoded = path.replace("%40", "@").replace("%3a", ":").replace("%2f", "/");
        // A Bluesky handle is a domain, and many call their own site or page as they call themselves.
        let hidden = |slot: u32| self.people[slot as usize].consent != Consent::Named;
        let taken = |name: &str| {
            self.names.in_address(name)
                || self.names.hidden(name).is_some_and(|known| Some(known.who) == author)
        };
        if self.by_handle(host.trim_start_matches('@')).is_some_and(hidden) || host.split('.').any(taken) {
            return false;
        }
        let mut names_somebody = false;
        let parts =
            decoded.split(['/', '?', '#', '&', '=', '!', ',', ';', '+']).filter(|part| !part.is_empty());
        for (nth, part) in parts.enumerate() {
            let name = part.trim_start_matches(['@', '~']);
            let known = self.by_handle(name).or_else(|| self.by_did(name)).or_else(|| self.by_post(name));
            let looks = of_people
                || part.starts_with('@')
                || name.starts_with("did:")
                || is_like_a_handle(name)
                || taken(name);
            match known.filter(|_| looks) {
                Some(slot) if self.people[slot as usize].consent != Consent::Named => return false,
                Some(_) => names_somebody = true,
                None => {}
            }
            let profile = (nth == 0 && (part.starts_with('@') || matches!(host, "twitter.com" | "x.com")))
                || (nth == 1 && host == "bsky.app");
            let is_page = matches!(
                name,
                "i" | "hashtag" | "search" | "explore" | "intent" | "share" | "home" | "profile"
            );
            if profile && known.is_none() && !is_page && self.chat.people.consent() != Consent::Named {
                return false;
            }
        }
        // `i/status/1` of a post that nobody here knows leads to somebody who was never asked.
        names_somebody
            || !(matches!(host, "twitter.com" | "x.com") && path.starts_with("i/"))
            || self.chat.people.consent() == Consent::Named
    }

    fn by_did(&self, name: &str) -> Option<u32> {
        if !name.starts_with("did:") {
            return None;
        }
        format!("bluesky:{name}").parse().ok().and_then(|id| self.find(&id))
    }

    fn by_post(&self, digits: &str) -> Option<u32> {
        if digits.len() < 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match self.find_post(&format!("x:{digits}"))? {
            To::Post(at) => Some(self.author[at as usize]),
            To::Context(at) => Some(self.context_author[at as usize]),
            _ => None,
        }
    }
}

fn is_short(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    SHORTENERS.contains(&rest.split('/').next().unwrap_or_default())
}
