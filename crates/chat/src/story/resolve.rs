//! A story with its posts in place: each as its author agreed to appear today, or a mark where it was taken back.

use std::collections::{HashMap, HashSet};

use someasure_model::chat::Archive;
use someasure_model::chat::story::{
    Block, EmbeddedPost, Inline, Permalink, Prose, Shown, ShownMedia, Span, Story,
};
use someasure_model::plain::{clean, clean_paragraphs, web_address};
use someasure_model::{Platform, Post, PostId};

use super::address::{Reference, is_opaque};
use super::file::{Embed, Part, StoryFile};
use super::people::{Directory, Opaque, Veil, spans};

/// The longest text of a post that is shown; no platform's own limit is higher for a chat's posts.
const TEXT: usize = 10_000;
/// The longest alternative text.
const ALTERNATIVE: usize = 2_000;
/// So many pictures and addresses of one post.
const MOST: usize = 20;

/// What the archive knows of a post.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The post, as it was seen last.
    Post(Box<Post>),
    /// It was taken back.
    Withdrawn,
    /// The archive does not hold it: never seen, or erased.
    Missing,
}

/// A way to look posts up in a chat's archive.
pub fn found_in(archive: &Archive) -> impl Fn(&PostId) -> Found + '_ {
    let posts = archive.context.iter().chain(&archive.posts).map(|row| &*row.post);
    let posts: HashMap<&PostId, &Post> = posts.map(|post| (&post.post_id, post)).collect();
    let withdrawn: HashSet<&PostId> = archive.withdrawn.iter().collect();
    move |id| match posts.get(id) {
        _ if withdrawn.contains(id) => Found::Withdrawn,
        Some(post) => Found::Post(Box::new((*post).clone())),
        None => Found::Missing,
    }
}

/// Where a story's posts and people come from.
pub struct Sources<'a> {
    /// Looks a post up.
    pub post: &'a dyn Fn(&PostId) -> Found,
    /// Who appears, and how.
    pub people: &'a Directory,
    /// Platforms whose terms forbid to publish words of posts again, each with the reason in a sentence. Organisations, and people
    /// who may be named, are quoted all the same: they have been asked, or are public bodies.
    pub terms: &'a [(Platform, String)],
}

impl Sources<'_> {
    /// The id that a reference stands for, where it can be known.
    pub(super) fn id(&self, reference: &Reference) -> Option<PostId> {
        match reference {
            Reference::Id(id) => Some(id.clone()),
            Reference::Bluesky { handle, key } => {
                let account = self.people.account(&"bluesky".parse().ok()?, handle)?;
                let did = account.as_str().strip_prefix("bluesky:").filter(|id| id.starts_with("did:"))?;
                format!("bluesky:at://{did}/app.bsky.feed.post/{key}").parse().ok()
            }
        }
    }

    pub(super) fn find(&self, reference: &Reference) -> (Option<PostId>, Found) {
        match self.id(reference) {
            Some(id) => {
                let found = (self.post)(&id);
                (Some(id), found)
            }
            None => (None, Found::Missing),
        }
    }
}

/// The story as it may be shown. Suggestions and remarks are left out.
pub fn resolve(file: &StoryFile, sources: &Sources<'_>) -> Story {
    // The title is a heading of level 1; none is left out between.
    let mut last = 1;
    let blocks = file.parts.iter().filter_map(|(_, part)| match part {
        Part::Prose(prose) => {
            let mut prose = veiled(prose, sources);
            if let Prose::Heading { level, .. } = &mut prose {
                *level = (*level).min(last + 1);
                last = *level;
            }
            Some(Block::Prose { prose })
        }
        Part::Post(embed) => Some(embedded(embed, sources)),
        Part::Suggestion(_) | Part::Remark => None,
    });
    let head = &file.head;
    Story {
        id: file.id.clone(),
        title: veiled_text(&head.title, sources),
        chat: head.chat.clone(),
        session: head.session,
        curator: head.curator.clone(),
        date: head.date,
        summary: veiled_text(&head.summary, sources),
        language: head.language.clone(),
        draft: head.draft,
        blocks: blocks.collect(),
    }
}

fn embedded(embed: &Embed, sources: &Sources<'_>) -> Block {
    match sources.find(&embed.post).1 {
        Found::Withdrawn => Block::Withdrawn,
        Found::Missing => Block::Missing,
        Found::Post(post) => {
            let note = embed.note.as_ref().map(|note| veiled_text(note, sources));
            let answered = if embed.with_parent { post.in_reply_to_post_id.as_ref() } else { None };
            let answers = answered.map(|id| Box::new(related(id, sources)));
            // What is quoted belongs to the post's sense; where the archive does not hold it nothing can be said.
            let quotes = post.quoted_post_id.as_ref().map(|id| related(id, sources));
            let quotes = quotes.filter(|quoted| *quoted != Block::Missing).map(Box::new);
            shown(&post, note, answers, quotes, sources)
        }
    }
}

/// A post beside another, without its own relations.
fn related(id: &PostId, sources: &Sources<'_>) -> Block {
    match (sources.post)(id) {
        Found::Post(post) => shown(&post, None, None, None, sources),
        Found::Withdrawn => Block::Withdrawn,
        Found::Missing => Block::Missing,
    }
}

fn shown(
    post: &Post,
    note: Option<String>,
    answers: Option<Box<Block>>,
    quotes: Option<Box<Block>>,
    sources: &Sources<'_>,
) -> Block {
    let author = sources.people.shown(&post.account_id);
    let named = match &author {
        Shown::Withheld => return Block::Withdrawn,
        Shown::Named { handle, .. } => {
            let handle = handle.as_deref().and_then(|handle| handle.parse().ok());
            Some(Permalink { post_id: post.post_id.clone(), address: post.post_id.link(handle.as_ref()) })
        }
        Shown::Participant { .. } | Shown::Somebody => None,
    };
    let platform = post.account_id.platform();
    let veil = sources.for_posts(opaque(post, quotes.is_some(), named.is_some(), sources), named.is_some());
    let terms = sources.terms.iter().find(|(withheld, _)| *withheld == platform && named.is_none());
    if let Some((_, reason)) = terms {
        return Block::Post {
            post: Box::new(EmbeddedPost {
                named,
                platform: platform.title().to_owned(),
                author,
                created_at: post.created_at,
                language: None,
                withheld: Some(reason.clone()),
                text: Vec::new(),
                links: Vec::new(),
                media: Vec::new(),
                note,
                answers,
                quotes,
            }),
        };
    }
    let text = clean_paragraphs(post.text.as_deref().unwrap_or_default(), TEXT);
    let text = sources.people.without_passed_on(&text);
    let text = spans(&text, &platform, veil);
    let links = other_links(post, &text, veil);
    let media = post.media.iter().flatten().take(MOST).map(|media| ShownMedia {
        kind: clean(&media.kind),
        alternative: media
            .alt_text
            .as_deref()
            .map(|alternative| plain_spans(&clean_paragraphs(alternative, ALTERNATIVE), &platform, veil)),
    });
    Block::Post {
        post: Box::new(EmbeddedPost {
            named,
            platform: platform.title().to_owned(),
            author,
            created_at: post.created_at,
            language: post.language.as_deref().filter(|tag| is_language(tag)).map(str::to_owned),
            withheld: None,
            text,
            links,
            media: media.collect(),
            note,
            answers,
            quotes,
        }),
    }
}

/// What becomes of a post's short addresses: they are not needed where all that they lead to is shown beside the words; in a
/// quote they may lead to the quoted person.
fn opaque(post: &Post, quote_is_shown: bool, is_named: bool, sources: &Sources<'_>) -> Opaque {
    let judge = sources.for_posts(Opaque::Withheld, is_named);
    let mut listed = post
        .links
        .iter()
        .flatten()
        .filter_map(|link| web_address(link))
        .filter(|link| !is_opaque(link))
        .peekable();
    let has_media = post.media.as_ref().is_some_and(|media| !media.is_empty());
    let is_explained = listed.peek().is_some() || has_media || quote_is_shown;
    match is_explained && listed.all(|link| judge.may_link(link)) {
        true => Opaque::LeftOut,
        false if is_named && post.quoted_post_id.is_none() => Opaque::Shown,
        false => Opaque::Withheld,
    }
}

/// Addresses that the source lists and the words do not show.
fn other_links(post: &Post, text: &[Span], veil: Veil<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for link in post.links.iter().flatten() {
        let Some(address) = web_address(link) else { continue };
        let is_there =
            text.iter().any(|span| matches!(span, Span::Link { address: shown } if shown == address));
        if is_there || found.iter().any(|other| other == address) || !veil.may_link(address) {
            continue;
        }
        found.push(address.to_owned());
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// A BCP 47 tag, roughly; `und` says nothing.
fn is_language(tag: &str) -> bool {
    tag.len() <= 35
        && tag != "und"
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric()))
        && tag.bytes().take_while(u8::is_ascii_alphabetic).count() >= 2
}

/// The curator's words: whoever they name by handle appears as they agreed to.
fn veiled_text(text: &str, sources: &Sources<'_>) -> String {
    match "x".parse::<Platform>() {
        Ok(platform) => plain_spans(text, &platform, sources.for_curators()),
        Err(_) => text.to_owned(),
    }
}

/// A text whose mentions are words.
fn plain_spans(text: &str, platform: &Platform, veil: Veil<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    for span in spans(text, platform, veil) {
        out.push_str(&said(span));
    }
    out
}

/// A part of a text, in words.
fn said(span: Span) -> String {
    match span {
        Span::Text { text } => text,
        Span::Link { address } => address,
        Span::WithheldLink => "[link withheld]".to_owned(),
        Span::Mention { person } => match person {
            Shown::Named { handle: Some(handle), .. } => format!("@{handle}"),
            Shown::Named { name, .. } => name,
            Shown::Participant { number } => format!("Participant {number}"),
            Shown::Somebody => "[somebody]".to_owned(),
            Shown::Withheld => "[withdrawn]".to_owned(),
        },
    }
}

/// The same through the curator's tree; an address of the web in their words becomes a link.
fn veiled(prose: &Prose, sources: &Sources<'_>) -> Prose {
    let words = |words: &[Inline]| veiled_words(words, sources, true);
    let all = |prose: &[Prose]| prose.iter().map(|prose| without_heading(veiled(prose, sources))).collect();
    match prose {
        Prose::Heading { level, words: w } => Prose::Heading { level: *level, words: words(w) },
        Prose::Paragraph { words: w } => Prose::Paragraph { words: words(w) },
        Prose::List { first, items } => {
            Prose::List { first: *first, items: items.iter().map(|item| all(item)).collect() }
        }
        Prose::Quotation { prose } => Prose::Quotation { prose: all(prose) },
        Prose::Code { text } => {
            let lines: Vec<String> = text.split('\n').map(|line| veiled_text(line, sources)).collect();
            Prose::Code { text: lines.join("\n") }
        }
        Prose::Rule => Prose::Rule,
        Prose::Picture { file, alternative } => {
            Prose::Picture { file: file.clone(), alternative: veiled_text(alternative, sources) }
        }
    }
}

/// Within a list or a quotation a heading is no part of the page's outline.
fn without_heading(prose: Prose) -> Prose {
    match prose {
        Prose::Heading { words, .. } => Prose::Paragraph { words: vec![Inline::Strong { words }] },
        other => other,
    }
}

fn veiled_words(words: &[Inline], sources: &Sources<'_>, may_link: bool) -> Vec<Inline> {
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        match word {
            Inline::Text { text } => text_words(text, sources, may_link, &mut out),
            Inline::Code { text } => out.push(Inline::Code { text: veiled_text(text, sources) }),
            Inline::Emphasis { words } => {
                out.push(Inline::Emphasis { words: veiled_words(words, sources, may_link) })
            }
            Inline::Strong { words } => {
                out.push(Inline::Strong { words: veiled_words(words, sources, may_link) })
            }
            Inline::Break => out.push(Inline::Break),
            Inline::Link { address, words } => {
                let inner = veiled_words(words, sources, false);
                if address.starts_with("mailto:") || sources.for_curators().may_link(address) {
                    out.push(Inline::Link { address: address.clone(), words: inner });
                } else {
                    out.extend(inner);
                }
            }
        }
    }
    out
}

fn text_words(text: &str, sources: &Sources<'_>, may_link: bool, out: &mut Vec<Inline>) {
    let Ok(platform) = "x".parse::<Platform>() else { return };
    let mut words = String::new();
    for span in spans(text, &platform, sources.for_curators()) {
        match span {
            Span::Link { address } if may_link => {
                if !words.is_empty() {
                    out.push(Inline::Text { text: std::mem::take(&mut words) });
                }
                let shown = Inline::Text { text: address.clone() };
                out.push(Inline::Link { address, words: vec![shown] });
            }
            other => words.push_str(&said(other)),
        }
    }
    if !words.is_empty() {
        out.push(Inline::Text { text: words });
    }
}
