//! What a curator should look at: posts that are gone, people who do not appear by name and are named in the words
//! around, suggestions that are left; and the links of a story with what an answer of theirs means. Asking is done elsewhere.

use std::collections::BTreeSet;

use someasure_model::chat::SessionId;
use someasure_model::chat::story::{Block, Inline, Prose, Shown, Span, Story};
use someasure_model::{AccountId, PostId};

use super::address::Reference;
use super::file::{Embed, Part, StoryFile};
use super::markdown::plain;
use super::resolve::{Found, Sources};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// To know.
    Note,
    /// A person should look at it.
    Look,
    /// The story does not say what the curator meant.
    Wrong,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// The archive does not hold the post.
    Missing,
    /// The post was taken back, or its author withdrew.
    Withdrawn,
    /// The author appears by number.
    Pseudonymous,
    /// The author appears by name.
    Named,
    /// The curator's words name somebody who does not appear by name.
    NamedInWords,
    /// A suggestion is left.
    Suggestion,
    /// The story is a draft.
    Draft,
    /// The post to be shown as answered is not known.
    NoParent,
    /// A picture in a post has no alternative text.
    NoAlternative,
    /// The same post stands in the story twice.
    Twice,
    /// The chat has no such session.
    NoSession,
}

/// Something that a curator should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The line in the story's file.
    pub line: usize,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub matter: Matter,
    /// What it is, and what to do.
    pub message: String,
}

/// Looks at a story beside the archive of today; by line.
pub fn check(file: &StoryFile, sources: &Sources<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut tell = |line: usize, severity: Severity, matter: Matter, message: String| {
        found.push(Finding { line, severity, matter, message });
    };
    if file.head.draft {
        let message = "it is a draft and is not published: take draft = true out when it is ready".to_owned();
        tell(1, Severity::Note, Matter::Draft, message);
    }
    let mut authors: BTreeSet<AccountId> = BTreeSet::new();
    let mut seen: BTreeSet<PostId> = BTreeSet::new();
    for (line, part) in &file.parts {
        match part {
            Part::Post(embed) => {
                let (id, post) = sources.find(&embed.post);
                if let Some(id) = &id
                    && !seen.insert(id.clone())
                {
                    tell(
                        *line,
                        Severity::Look,
                        Matter::Twice,
                        format!("{id} stands in this story twice; delete one"),
                    );
                }
                if let Found::Post(post) = &post {
                    authors.insert(post.account_id.clone());
                }
                look_at_post(*line, embed, id.as_ref(), &post, sources, &mut tell);
            }
            Part::Suggestion(embed) => {
                let message = format!(
                    "the suggestion {} is left: write post for suggest, or delete it with its remark",
                    named(&embed.post)
                );
                tell(*line, Severity::Look, Matter::Suggestion, message);
            }
            Part::Prose(_) | Part::Remark => {}
        }
    }
    unnamed(&mut found);
    let mut tell = |line: usize, severity: Severity, matter: Matter, message: String| {
        found.push(Finding { line, severity, matter, message });
    };
    let names: Vec<String> = sources.people.veiled_names(authors.iter()).collect();
    let words_of = |text: &str| text.to_lowercase();
    for (line, text) in words(file) {
        let lower = words_of(&text);
        for name in names.iter().filter(|name| contains_word(&lower, &words_of(name))) {
            let message = format!(
                "the words here seem to name somebody who does not appear by name ('{}'): say it in another way",
                super::file::shown(name)
            );
            tell(line, Severity::Wrong, Matter::NamedInWords, message);
        }
        let veiled: Vec<String> =
            sources.veiled(&text).into_iter().map(|word| format!("'{}'", super::file::shown(word))).collect();
        if !veiled.is_empty() {
            let message = format!(
                "a handle or a link of somebody who does not appear by name stands here ({}); pages show a mark in its place: say it in another way",
                veiled.join(", ")
            );
            tell(line, Severity::Wrong, Matter::NamedInWords, message);
        }
    }
    found.sort();
    found
}

/// What there is to say of a story's session beside those that its chat has, oldest first.
pub fn check_session(file: &StoryFile, has: &[SessionId]) -> Option<Finding> {
    let session = file.head.session.filter(|session| !has.contains(session))?;
    let known = match has.last() {
        Some(latest) => format!("the latest is {latest}"),
        None => "it has none".to_owned(),
    };
    let message = format!(
        "session {session} is not among the sessions of the chat ({known}): it was found there once, or is a slip of the pen; correct it, or take the line out"
    );
    Some(Finding { line: 1, severity: Severity::Look, matter: Matter::NoSession, message })
}

/// Why posts appear without their authors' names, once for all of them.
fn unnamed(found: &mut Vec<Finding>) {
    let posts = found.iter().filter(|finding| finding.matter == Matter::Pseudonymous).count();
    let message = match posts {
        0 => return,
        1 => "1 post appears without its author's name: a consent to be named is not recorded".to_owned(),
        posts => {
            format!("{posts} posts appear without their authors' names: no consent to be named is recorded")
        }
    };
    found.push(Finding { line: 1, severity: Severity::Note, matter: Matter::Pseudonymous, message });
}

fn look_at_post(
    line: usize,
    embed: &Embed,
    id: Option<&PostId>,
    post: &Found,
    sources: &Sources<'_>,
    tell: &mut impl FnMut(usize, Severity, Matter, String),
) {
    let which = id.map_or_else(|| named(&embed.post), PostId::to_string);
    let post = match post {
        Found::Missing if id.is_none() => {
            let message = format!(
                "{which}: whose handle this is, is not known here: give the address with the author's DID (did:plc:…)"
            );
            return tell(line, Severity::Wrong, Matter::Missing, message);
        }
        Found::Missing => {
            let message =
                format!("{which} is not in the archive: import the chat's posts, or delete the line");
            return tell(line, Severity::Wrong, Matter::Missing, message);
        }
        Found::Withdrawn => {
            let message = format!(
                "{which} was taken back; the story shows a mark: see whether the words around still make sense"
            );
            return tell(line, Severity::Look, Matter::Withdrawn, message);
        }
        Found::Post(post) => post,
    };
    match sources.people.shown(&post.account_id) {
        Shown::Withheld => {
            let message = format!(
                "{which}: its author withdrew; the story shows a mark: see whether the words around still make sense"
            );
            return tell(line, Severity::Look, Matter::Withdrawn, message);
        }
        Shown::Named { name, .. } => {
            let message = format!("{which} appears under its author's name, {}", super::file::shown(&name));
            tell(line, Severity::Note, Matter::Named, message);
        }
        Shown::Participant { number } => {
            let message = format!("{which} appears as Participant {number}");
            tell(line, Severity::Note, Matter::Pseudonymous, message);
        }
        Shown::Somebody => {
            let message = format!("{which} appears without a name");
            tell(line, Severity::Note, Matter::Pseudonymous, message);
        }
    }
    if embed.with_parent && post.in_reply_to_post_id.is_none() {
        tell(
            line,
            Severity::Look,
            Matter::NoParent,
            format!("{which} answers no post that is known here; delete with-parent"),
        );
    }
    let lacking = post
        .media
        .iter()
        .flatten()
        // What a poll shows are its choices.
        .filter(|media| media.kind != "poll")
        .filter(|media| media.alt_text.as_deref().is_none_or(|text| text.trim().is_empty()));
    if lacking.count() > 0 {
        let message = format!(
            "{which} has a picture without alternative text: if it matters, say in the note what it shows"
        );
        tell(line, Severity::Look, Matter::NoAlternative, message);
    }
}

fn named(reference: &Reference) -> String {
    match reference {
        Reference::Id(id) => id.to_string(),
        Reference::Bluesky { handle, key } => format!("https://bsky.app/profile/{handle}/post/{key}"),
    }
}

/// The curator's words, line by line.
fn words(file: &StoryFile) -> Vec<(usize, String)> {
    let mut found = vec![(1, file.head.title.clone()), (1, file.head.summary.clone())];
    for (line, part) in &file.parts {
        match part {
            Part::Prose(prose) => found.push((*line, prose_words(prose))),
            Part::Post(Embed { note: Some(note), .. }) => found.push((*line, note.clone())),
            _ => {}
        }
    }
    found
}

fn prose_words(prose: &Prose) -> String {
    match prose {
        Prose::Heading { words, .. } | Prose::Paragraph { words } => {
            let addresses: Vec<String> = links_in_words(words);
            format!("{} {}", plain(words), addresses.join(" "))
        }
        Prose::List { items, .. } => items.iter().flatten().map(prose_words).collect::<Vec<_>>().join("\n"),
        Prose::Quotation { prose } => prose.iter().map(prose_words).collect::<Vec<_>>().join("\n"),
        Prose::Code { text } => text.clone(),
        Prose::Picture { alternative, .. } => alternative.clone(),
        Prose::Rule => String::new(),
    }
}

fn contains_word(text: &str, word: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word).any(|(at, found)| {
        edge(text[..at].chars().next_back()) && edge(text[at + found.len()..].chars().next())
    })
}

/// Every outside link that a story shows, each once, in their alphabet's order: to be asked whether it is still there.
pub fn links(story: &Story) -> Vec<String> {
    let mut found = BTreeSet::new();
    story.blocks.iter().for_each(|block| block_links(block, &mut found));
    found.into_iter().collect()
}

fn block_links(block: &Block, found: &mut BTreeSet<String>) {
    match block {
        Block::Prose { prose } => prose_links(prose, found),
        Block::Post { post } => {
            found.extend(post.named.iter().filter_map(|named| named.address.clone()));
            found.extend(post.links.iter().cloned());
            found.extend(post.text.iter().filter_map(|span| match span {
                Span::Link { address } => Some(address.clone()),
                _ => None,
            }));
            post.answers.iter().chain(&post.quotes).for_each(|block| block_links(block, found));
        }
        Block::Withdrawn | Block::Missing => {}
    }
}

fn prose_links(prose: &Prose, found: &mut BTreeSet<String>) {
    match prose {
        Prose::Heading { words, .. } | Prose::Paragraph { words } => found.extend(links_in_words(words)),
        Prose::List { items, .. } => items.iter().flatten().for_each(|prose| prose_links(prose, found)),
        Prose::Quotation { prose } => prose.iter().for_each(|prose| prose_links(prose, found)),
        Prose::Code { .. } | Prose::Rule | Prose::Picture { .. } => {}
    }
}

fn links_in_words(words: &[Inline]) -> Vec<String> {
    let mut found = Vec::new();
    for word in words {
        match word {
            Inline::Link { address, words } => {
                if !address.starts_with("mailto:") {
                    found.push(address.clone());
                }
                found.extend(links_in_words(words));
            }
            Inline::Emphasis { words } | Inline::Strong { words } => found.extend(links_in_words(words)),
            Inline::Text { .. } | Inline::Code { .. } | Inline::Break => {}
        }
    }
    found
}

/// What the answer to a link means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkState {
    /// It is there.
    There,
    /// It is elsewhere now: change the address.
    Moved,
    /// It is gone: look for a copy in a web archive.
    Gone,
    /// The site does not tell programs: look at it yourself.
    NotTold,
    /// The site is in trouble: ask again another day.
    Later,
    /// Nobody answers.
    NoAnswer,
}

/// What an HTTP status means for a link; `None` where no answer came. 999 is what LinkedIn tells programs.
pub const fn link_state(status: Option<u16>) -> LinkState {
    match status {
        None => LinkState::NoAnswer,
        Some(200..=299 | 304) => LinkState::There,
        Some(301 | 308) => LinkState::Moved,
        // Not for ever: the address stays the right one.
        Some(302 | 303 | 307) => LinkState::There,
        Some(404 | 410) => LinkState::Gone,
        Some(408 | 425 | 500..=599) => LinkState::Later,
        Some(_) => LinkState::NotTold,
    }
}
