//! A story on paper: the same words, posts and marks as its page, as a Typst source.

use crate::story::published::framed;
use someasure_model::Publication;
use someasure_model::chat::story::ToldStory;
use someasure_model::chat::story::{Block, EmbeddedPost, Inline, Prose, Shown, Span, Story};

use super::{STYLE, Source, typst};
use crate::story::{
    MISSING, StoryFrame, Tally, WITHDRAWN, called, media_title, page_of, picture_kind, undescribed,
};
use crate::text::{clean, clean_lines, name, note, shorten, web_address};
use crate::when::{day, minute};

/// The longest text of a post on paper.
const WORDS: usize = 4_000;
/// A story's headings are smaller than a report's.
const SIZES: &str = "#show heading.where(level: 1): set text(size: 14pt)\n#show heading.where(level: 1): set block(above: 1.5em, below: 0.7em)\n#show heading.where(level: 2): set text(size: 12pt)\n#show title: set text(size: 22pt, weight: \"semibold\", fill: brand)\n";
/// How deep lists go; paper has no room for more.
const DEEPEST: usize = 6;

/// A story as the source of a PDF; of made-up data it says so on every page.
pub fn story_paper(told: &ToldStory, publication: &Publication, simulated: bool) -> Source {
    let source = framed(told, publication, story_source);
    let style = format!("{STYLE}\n{}", crate::simulated::head_if(simulated));
    Source { text: source.text.replacen(STYLE, &style, 1), ..source }
}

/// The story as the source of a PDF, with the pictures that it shows.
pub fn story_source(story: &Story, frame: &StoryFrame<'_>) -> Source {
    let title = name(&story.title);
    let chat = frame.chat.map(name);
    let foot = match &chat {
        Some(chat) => format!("{} · {chat}", shorten(&title, 80)),
        None => shorten(&title, 80),
    };
    let curator = if story.curator.trim().is_empty() { "SoMeasure".to_owned() } else { name(&story.curator) };
    let text = format!(
        "#set document(title: {}, description: {}, author: {}, date: auto)\n#let foot = {}\n{STYLE}\n{SIZES}{}",
        typst::literal(&title),
        typst::literal(&note(&story.summary)),
        typst::literal(&curator),
        typst::content(&foot),
        language(&story.language).map_or_else(String::new, |tag| format!("#set text(lang: \"{tag}\")\n")),
    );
    let mut paper = Paper { frame, level: 0, text, files: Vec::new() };
    let mut kicker: Vec<String> = Vec::new();
    if story.draft {
        kicker.push("A draft: not published yet".to_owned());
    }
    kicker.extend(chat.map(|chat| format!("A story from {chat}")));
    kicker.extend(story.session.map(|session| day(session.date)));
    paper.add(&format!(
        "#note[{}]\n\n#title({})\n\n",
        typst::text(&kicker.join(" · ")),
        typst::content(&title)
    ));
    let summary = note(&story.summary);
    if !summary.is_empty() {
        paper.add(&format!("#lead[{}]\n\n", typst::text(&summary)));
    }
    let told = if story.curator.trim().is_empty() {
        day(story.date)
    } else {
        format!("Told by {curator}, {}", day(story.date))
    };
    paper.add(&format!("#note[{}]\n\n", typst::text(&told)));
    story.blocks.iter().for_each(|block| paper.block(block));
    paper.about(story);
    Source {
        text: paper.text,
        files: paper.files,
        identifier: format!("story\n{}\n{}", story.id, story.date),
        date: story.date,
    }
}

struct Paper<'a> {
    frame: &'a StoryFrame<'a>,
    /// Of the heading before.
    level: u8,
    text: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Paper<'_> {
    fn add(&mut self, source: &str) {
        self.text.push_str(source);
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Prose { prose } => self.prose(prose),
            Block::Post { post } => {
                let source = format!("#panel[{}]\n\n", self.post(post, true));
                self.add(&source);
            }
            Block::Withdrawn => self.add(&mark(WITHDRAWN)),
            Block::Missing => self.add(&mark(MISSING)),
        }
    }

    fn prose(&mut self, prose: &Prose) {
        match prose {
            Prose::Picture { file, alternative } => self.picture(file, alternative),
            Prose::Heading { level, words } => {
                // PDF/UA wants the first heading to be of level 1, and none left out between; the title is not one.
                self.level = level.saturating_sub(1).clamp(1, self.level + 1);
                let source = format!("#heading(level: {}, [{}]);\n\n", self.level, inline(words));
                self.add(&source);
            }
            Prose::List { .. } | Prose::Quotation { .. } => {
                let source = nested(prose, 0);
                self.add(&source);
                // Pictures within lists stand after them.
                for (file, alternative) in pictures(prose) {
                    self.picture(file, alternative);
                }
            }
            other => {
                let source = nested(other, 0);
                self.add(&source);
            }
        }
    }

    fn picture(&mut self, file: &str, alternative: &str) {
        let found = self.frame.pictures.get(file).and_then(|bytes| Some((picture_kind(bytes)?, bytes)));
        let alternative = note(alternative);
        match found {
            Some((kind, bytes)) if !alternative.is_empty() => {
                let file = format!("picture-{:03}.{kind}", self.files.len() + 1);
                self.files.push((file.clone(), bytes.clone()));
                self.add(&format!(
                    "#picture(\"{file}\", alt: {}, width: auto);\n\n",
                    typst::literal(&alternative)
                ));
            }
            _ => self.add(&mark(&format!("[{alternative}]"))),
        }
    }

    fn post(&self, post: &EmbeddedPost, with_relations: bool) -> String {
        let mut out = String::new();
        let who = typst::text(&called(&post.author));
        let who = match page_of(&post.author) {
            Some(page) => format!("#link({}, [{who}]);", typst::plain_literal(page)),
            None => who,
        };
        let when = format!(" on {}, {}", name(&post.platform), minute(post.created_at, self.frame.zone));
        out.push_str(&format!("#strong[{who}];#note[{}];", typst::text(&when)));
        let address = post.named.as_ref().and_then(|named| named.address.as_deref()).and_then(web_address);
        if let Some(address) = address {
            out.push_str(&format!("#note[{}{}];", typst::text(" · "), typst::link(address)));
        }
        out.push_str("\n\n");
        if let Some(answered) = post.answers.as_deref().filter(|_| with_relations) {
            out.push_str(&self.related("In answer to:", answered));
        }
        match &post.withheld {
            Some(why) => out.push_str(&mark(&format!("Its words are not shown. {}", note(why)))),
            None => out.push_str(&words(&post.text)),
        }
        let media = post.media.iter().take(20).map(|media| {
            let said = media.alternative.as_deref().map(note).filter(|said| !said.is_empty());
            let said = said.unwrap_or_else(|| undescribed(media).to_owned());
            typst::content(&format!("{}: {said}", media_title(&media.kind)))
        });
        let links = post.links.iter().take(20).filter_map(|address| web_address(address));
        let items: Vec<String> =
            media.chain(links.map(|address| format!("[{}]", typst::link(address)))).collect();
        if !items.is_empty() {
            out.push_str(&format!("#note[#list({});];\n\n", items.join(", ")));
        }
        if let Some(quoted) = post.quotes.as_deref().filter(|_| with_relations) {
            out.push_str(&self.related("It quotes:", quoted));
        }
        if let Some(said) = post.note.as_deref().filter(|_| with_relations) {
            out.push_str(&format!(
                "#line(length: 100%, stroke: 0.5pt + rule);\n\n{}",
                typst::paragraph(&note(said))
            ));
        }
        out
    }

    fn related(&self, how: &str, block: &Block) -> String {
        let inner = match block {
            Block::Post { post } => self.post(post, false),
            Block::Missing => mark(MISSING),
            Block::Withdrawn | Block::Prose { .. } => mark(WITHDRAWN),
        };
        format!(
            "#note[{}];\n\n#block(inset: (left: 1em), stroke: (left: 2pt + rule))[{inner}]\n\n",
            typst::text(how)
        )
    }

    fn about(&mut self, story: &Story) {
        let by = if story.curator.trim().is_empty() {
            String::new()
        } else {
            format!(": {}", name(&story.curator))
        };
        let mut said = vec![format!(
            "A person chose these posts and wrote the words between them{by}. It is one telling, not the whole conversation and no measure of it. Times are those of {}.",
            name(self.frame.zone_name)
        )];
        said.extend(Tally::of(story).sentences());
        if let Some(contact) = self.frame.contact {
            let contact = shorten(&clean(contact), 120);
            said.push(format!(
                "Is a post here yours, and you want it taken out, or your name put to it? Write to {contact}."
            ));
        }
        let licence = self
            .frame
            .licence
            .map_or_else(String::new, |licence| format!(" The curator’s words: {}.", name(licence)));
        said.push(format!(
            "The posts are their authors’.{licence} Made with SoMeasure {}.",
            name(self.frame.tool_version)
        ));
        self.add("#set text(lang: \"en\")\n");
        self.add(&typst::heading(1, "About this story"));
        let said: Vec<String> = said.iter().map(|said| format!("#note[{}]\n\n", typst::text(said))).collect();
        self.add(&said.concat());
    }
}

fn mark(words: &str) -> String {
    format!("#emph[{}];\n\n", typst::text(words))
}

fn nested(prose: &Prose, depth: usize) -> String {
    let all = |prose: &[Prose]| prose.iter().map(|prose| nested(prose, depth + 1)).collect::<String>();
    match prose {
        // Within a list or a quotation.
        Prose::Heading { words, .. } => format!("#strong[{}];\n\n", inline(words)),
        Prose::Paragraph { words } => format!("{}\n\n", inline(words)),
        Prose::List { .. } | Prose::Quotation { .. } if depth >= DEEPEST => String::new(),
        Prose::List { first, items } => {
            let items: Vec<String> = items.iter().map(|item| format!("[{}]", all(item).trim_end())).collect();
            match first {
                _ if items.is_empty() => String::new(),
                Some(first) => format!("#enum(start: {first}, {});\n\n", items.join(", ")),
                None => format!("#list({});\n\n", items.join(", ")),
            }
        }
        Prose::Quotation { prose } => format!("#quote(block: true)[{}];\n\n", all(prose).trim_end()),
        Prose::Code { text } => {
            let text = clean_lines(text);
            let lines: Vec<String> =
                text.lines().take(400).map(|line| typst::text(&line.replace(' ', "\u{a0}"))).collect();
            format!("#block(width: 100%, fill: shade, inset: 8pt)[{}];\n\n", lines.join("#linebreak();"))
        }
        Prose::Rule => "#line(length: 100%, stroke: 0.5pt + rule);\n\n".to_owned(),
        Prose::Picture { .. } => String::new(),
    }
}

fn pictures(prose: &Prose) -> Vec<(&str, &str)> {
    match prose {
        Prose::Picture { file, alternative } => vec![(file, alternative)],
        Prose::List { items, .. } => items.iter().flatten().flat_map(pictures).collect(),
        Prose::Quotation { prose } => prose.iter().flat_map(pictures).collect(),
        _ => Vec::new(),
    }
}

fn inline(words: &[Inline]) -> String {
    let mut out = String::new();
    for word in words {
        match word {
            Inline::Text { text } => out.push_str(&kept(text)),
            Inline::Emphasis { words } => out.push_str(&format!("#emph[{}];", inline(words))),
            Inline::Strong { words } => out.push_str(&format!("#strong[{}];", inline(words))),
            Inline::Code { text } => out.push_str(&typst::text(&clean(text))),
            Inline::Break => out.push_str("#linebreak();"),
            Inline::Link { address, words } => match web_address(address) {
                Some(address) => {
                    out.push_str(&format!("#link({}, [{}]);", typst::plain_literal(address), inline(words)))
                }
                None => out.push_str(&inline(words)),
            },
        }
    }
    out
}

/// A text with the spaces at its ends.
fn kept(text: &str) -> String {
    let words = clean(text);
    let space = |is: bool| if is { " " } else { "" };
    let (begins, ends) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    match words.is_empty() {
        true => typst::text(space(!text.is_empty())),
        false => typst::text(&format!("{}{words}{}", space(begins), space(ends))),
    }
}

/// A post's text; its lines stay lines.
fn words(text: &[Span]) -> String {
    let mut out = String::new();
    let mut room = WORDS;
    for span in text {
        match span {
            Span::Text { text } => {
                for (nth, line) in text.split('\n').enumerate() {
                    if nth > 0 && !out.is_empty() && !out.ends_with("#linebreak();") {
                        out.push_str("#linebreak();");
                    }
                    if room > 0 && !line.is_empty() {
                        out.push_str(&kept(&shorten(line, room.max(2))));
                        room = room.saturating_sub(line.chars().count());
                    }
                }
            }
            Span::Link { address } => out.push_str(&typst::link(address)),
            Span::WithheldLink => out.push_str(&typst::text("[link withheld]")),
            Span::Mention { person: Shown::Named { handle: Some(handle), .. } } => {
                out.push_str(&typst::text(&format!("@{}", shorten(&clean(handle), 80))));
            }
            Span::Mention { person: Shown::Somebody } => out.push_str(&typst::text("[somebody]")),
            Span::Mention { person: Shown::Withheld } => out.push_str(&typst::text("[withdrawn]")),
            Span::Mention { person } => out.push_str(&typst::text(&called(person))),
        }
    }
    let out = out.trim_end_matches("#linebreak();");
    if out.is_empty() { mark("The post has no words.") } else { format!("{out}\n\n") }
}

/// The language as Typst knows it: two or three letters.
fn language(tag: &str) -> Option<&str> {
    let first = tag.split('-').next()?;
    (matches!(first.len(), 2 | 3) && first.bytes().all(|c| c.is_ascii_lowercase())).then_some(first)
}
