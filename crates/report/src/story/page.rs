//! The story's page: one file, that opens from a disk with the network off and scripts off.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use someasure_model::chat::story::{Block, EmbeddedPost, Inline, Prose, Shown, Span, Story};

use super::{
    MISSING, StoryFrame, Tally, WITHDRAWN, base64, called, media_title, page_of, picture_kind, undescribed,
};
use crate::text::{bdi, clean, clean_lines, contact, link, name, note, shorten, web_address};
use crate::when::{day, minute};

const STYLE: &str = include_str!("story.css");
/// Nothing is asked of anybody, whatever a reader's program would like to.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
/// The longest title of a browser's tab.
const TAB: usize = 70;
/// The longest text of a post, as the model has it at most.
const WORDS: usize = 10_000;

/// The story as one HTML file.
pub fn story_page(story: &Story, frame: &StoryFrame<'_>) -> String {
    let title = name(&story.title);
    let chat = frame.chat.map(name);
    let tab = match &chat {
        Some(chat) => shorten(&format!("{title} · {chat}"), TAB),
        None => shorten(&title, TAB),
    };
    let summary = note(&story.summary);
    let language = language(&story.language);
    // What the program says is in English, whatever the curator writes.
    let own = (!language.starts_with("en")).then_some("en");
    let markup = html! {
        (DOCTYPE)
        html lang=(language) dir=[direction(&language)] {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                @if story.draft { meta name="robots" content="noindex"; }
                title { (tab) }
                @if !summary.is_empty() { meta name="description" content=(summary); }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @if story.draft { p.draft lang=[own] dir=[own.map(|_| "ltr")] { "A draft: not published yet." } }
                    @if chat.is_some() || story.session.is_some() {
                        p.kicker lang=[own] {
                            "A story"
                            @if let Some(chat) = &chat { " from " (bdi(chat)) }
                            @if let Some(session) = story.session { ", " time datetime=(session.date) { (day(session.date)) } }
                        }
                    }
                    h1 { bdi { (title) } }
                    @if !summary.is_empty() { p.lead { (summary) } }
                    p.byline lang=[own] {
                        @if !story.curator.trim().is_empty() { "Told by " (bdi(&story.curator)) ", " }
                        time datetime=(story.date) { (day(story.date)) }
                    }
                    @for block in &story.blocks { (self::block(block, frame, own)) }
                }
                footer lang=[own] dir=[own.map(|_| "ltr")] { div { (about(story, frame)) } }
            }
        }
    };
    markup.into_string()
}

/// What a reader should know of how this was made.
fn about(story: &Story, frame: &StoryFrame<'_>) -> Markup {
    html! {
        h2 { "About this story" }
        p {
            "A person chose these posts and wrote the words between them"
            @if !story.curator.trim().is_empty() { ": " (bdi(&story.curator)) }
            ". It is one telling, not the whole conversation and no measure of it. Times are those of " (name(frame.zone_name)) "."
        }
        @for sentence in Tally::of(story).sentences() { p { (sentence) } }
        @if let Some(to) = frame.contact {
            p { "Is a post here yours, and you want it taken out, or your name put to it? Write to " (contact(to)) ". It is done when this page is next built." }
        }
        p {
            "The posts are their authors’."
            @if let Some(licence) = frame.licence { " The curator’s words: " (bdi(licence)) "." }
            " Made with SoMeasure " (name(frame.tool_version)) ". This page asks nothing of any server."
        }
    }
}

fn block(block: &Block, frame: &StoryFrame<'_>, own: Option<&str>) -> Markup {
    match block {
        Block::Prose { prose } => self::prose(prose, frame),
        Block::Post { post } => self::post(post, frame, own),
        Block::Withdrawn => html! { p.mark lang=[own] { (WITHDRAWN) } },
        Block::Missing => html! { p.mark lang=[own] { (MISSING) } },
    }
}

fn prose(prose: &Prose, frame: &StoryFrame<'_>) -> Markup {
    match prose {
        Prose::Heading { level: ..=2, words } => html! { h2 { (inline(words)) } },
        Prose::Heading { level: 3, words } => html! { h3 { (inline(words)) } },
        Prose::Heading { words, .. } => html! { h4 { (inline(words)) } },
        Prose::Paragraph { words } => html! { p { (inline(words)) } },
        Prose::List { first: None, items } => {
            html! { ul { @for item in items { li { (self::item(item, frame)) } } } }
        }
        Prose::List { first: Some(first), items } => html! {
            ol start=[(*first != 1).then_some(first)] { @for item in items { li { (self::item(item, frame)) } } }
        },
        Prose::Quotation { prose } => {
            html! { blockquote { @for inner in prose { (self::prose(inner, frame)) } } }
        }
        Prose::Code { text } => html! { pre { code { (clean_lines(text)) } } },
        Prose::Rule => html! { hr; },
        Prose::Picture { file, alternative } => picture(file, alternative, frame),
    }
}

/// An item of one paragraph needs none.
fn item(item: &[Prose], frame: &StoryFrame<'_>) -> Markup {
    match item {
        [Prose::Paragraph { words }] => inline(words),
        [Prose::Paragraph { words }, rest @ ..] => {
            html! { (inline(words)) @for prose in rest { (self::prose(prose, frame)) } }
        }
        all => html! { @for prose in all { (self::prose(prose, frame)) } },
    }
}

fn picture(file: &str, alternative: &str, frame: &StoryFrame<'_>) -> Markup {
    let alternative = note(alternative);
    let found = frame.pictures.get(file).and_then(|bytes| Some((picture_kind(bytes)?, bytes)));
    match found {
        Some((kind, bytes)) => html! {
            figure.picture { img src={ "data:image/" (kind) ";base64," (base64::encode(bytes)) } alt=(alternative); }
        },
        None => html! { p.mark { "[" (alternative) "]" } },
    }
}

fn inline(words: &[Inline]) -> Markup {
    html! {
        @for word in words {
            @match word {
                Inline::Text { text } => (kept(text)),
                Inline::Emphasis { words } => em { (inline(words)) },
                Inline::Strong { words } => strong { (inline(words)) },
                Inline::Code { text } => code { (clean(text)) },
                Inline::Break => br;,
                Inline::Link { address, words } => (to(address, &inline(words))),
            }
        }
    }
}

/// A link of the curator's; only its words where the address is none that may be followed.
fn to(address: &str, words: &Markup) -> Markup {
    let is_mail = address.strip_prefix("mailto:").is_some_and(|to| {
        to.contains('@') && to.bytes().all(|c| c.is_ascii_alphanumeric() || b"@._+-".contains(&c))
    });
    match web_address(address).or(is_mail.then_some(address)) {
        Some(address) => html! { a href=(address) rel="nofollow noopener" { (words) } },
        None => words.clone(),
    }
}

/// A text with the spaces at its ends.
fn kept(text: &str) -> String {
    let words = clean(text);
    let space = |is: bool| if is { " " } else { "" };
    if words.is_empty() {
        return space(!text.is_empty()).to_owned();
    }
    let (begins, ends) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{words}{}", space(begins), space(ends))
}

fn post(post: &EmbeddedPost, frame: &StoryFrame<'_>, own: Option<&str>) -> Markup {
    let address = post.named.as_ref().and_then(|named| named.address.as_deref()).and_then(web_address);
    let when = minute(post.created_at, frame.zone);
    html! {
        figure.post {
            figcaption lang=[own] {
                span.author { (author(&post.author)) }
                " on " (name(&post.platform)) ", "
                @match address {
                    Some(address) => a href=(address) rel="nofollow noopener" { time datetime=(post.created_at) { (when) } },
                    None => time datetime=(post.created_at) { (when) },
                }
            }
            @if let Some(answered) = &post.answers {
                p.relation lang=[own] { "In answer to:" }
                (related(answered, frame, own))
            }
            @let words = paragraphs(&post.text);
            @if let Some(why) = &post.withheld {
                p.relation lang=[own] { "Its words are not shown. " (note(why)) }
            } @else if !words.is_empty() {
                blockquote lang=[post.language.as_deref().map(language)] cite=[address] dir="auto" {
                    @for words in &words { p { (words) } }
                }
            } @else {
                p.relation lang=[own] { "The post has no words." }
            }
            @if !post.media.is_empty() || !post.links.is_empty() {
                ul.with lang=[own] {
                    @for media in post.media.iter().take(20) {
                        li {
                            (media_title(&media.kind)) ": "
                            @match media.alternative.as_deref().map(note).filter(|words| !words.is_empty()) {
                                Some(words) => bdi lang=[post.language.as_deref().map(language)] { (words) },
                                None => span.withheld { (undescribed(media)) },
                            }
                        }
                    }
                    @for address in post.links.iter().take(20) { li { "Link: " (link(address, &shorten(&clean(address), 80))) } }
                }
            }
            @if let Some(quoted) = &post.quotes {
                p.relation lang=[own] { "It quotes:" }
                (related(quoted, frame, own))
            }
            @if let Some(said) = &post.note {
                p.note { span.visually-hidden lang=[own] { "The curator’s note: " } (note(said)) }
            }
        }
    }
}

fn related(block: &Block, frame: &StoryFrame<'_>, own: Option<&str>) -> Markup {
    match block {
        // One level is enough for sense, and no chain of posts can go on for ever.
        Block::Post { post } => self::post(
            &EmbeddedPost { answers: None, quotes: None, note: None, ..(**post).clone() },
            frame,
            own,
        ),
        other => self::block(other, frame, own),
    }
}

fn author(person: &Shown) -> Markup {
    let words = called(person);
    let handle = match person {
        Shown::Named { name, handle: Some(handle), .. } if *name != format!("@{handle}") => {
            Some(format!("@{}", clean(handle)))
        }
        _ => None,
    };
    html! {
        @match page_of(person) {
            Some(page) => a href=(page) rel="nofollow noopener" { bdi { (words) } },
            None => bdi { (words) },
        }
        @if let Some(handle) = handle { " " bdi { (shorten(&handle, 80)) } }
    }
}

/// A post's text, cut at its empty lines.
fn paragraphs(text: &[Span]) -> Vec<Markup> {
    let mut paragraphs = vec![String::new()];
    let mut room = WORDS;
    let mut push = |markup: Markup, letters: usize, paragraphs: &mut Vec<String>| {
        room = room.saturating_sub(letters);
        if let Some(last) = paragraphs.last_mut()
            && room > 0
        {
            last.push_str(&markup.into_string());
        }
    };
    for span in text {
        match span {
            Span::Text { text } => {
                for (nth, line) in text.split('\n').enumerate() {
                    if nth > 0 {
                        if line.is_empty() {
                            paragraphs.push(String::new());
                        } else if paragraphs.last().is_some_and(|last| !last.is_empty()) {
                            push(html! { br; }, 1, &mut paragraphs);
                        }
                    }
                    if !line.is_empty() {
                        let line = shorten(&kept(line), WORDS);
                        push(html! { (line) }, line.chars().count().min(WORDS - 1), &mut paragraphs);
                    }
                }
            }
            Span::Link { address } => push(link(address, &shorten(&clean(address), 80)), 1, &mut paragraphs),
            Span::WithheldLink => push(html! { span.withheld { "[link withheld]" } }, 1, &mut paragraphs),
            Span::Mention { person } => {
                let words = match person {
                    Shown::Named { handle: Some(handle), .. } => format!("@{}", shorten(&clean(handle), 80)),
                    Shown::Somebody => "[somebody]".to_owned(),
                    Shown::Withheld => "[withdrawn]".to_owned(),
                    other => called(other),
                };
                let markup = match page_of(person) {
                    Some(page) => html! { a href=(page) rel="nofollow noopener" { bdi { (words) } } },
                    None => html! { bdi { (words) } },
                };
                push(markup, 1, &mut paragraphs);
            }
        }
    }
    paragraphs.into_iter().filter(|words| !words.trim().is_empty()).map(PreEscaped).collect()
}

/// A language tag, or none: `en` where it is not one.
fn language(tag: &str) -> String {
    let good = !tag.is_empty()
        && tag.len() <= 35
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric()));
    if good { tag.to_owned() } else { "en".to_owned() }
}

/// Of the languages that are written from right to left.
fn direction(language: &str) -> Option<&'static str> {
    let first = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    matches!(first.as_str(), "ar" | "he" | "fa" | "ur" | "yi" | "ps" | "sd" | "ug" | "dv" | "ckb")
        .then_some("rtl")
}
