//! The curator's Markdown as a tree in which nothing is markup any more: headings, paragraphs, lists, quotations, emphasis,
//! links to http, https and mailto, pictures from beside the file. Raw HTML is refused, with its line.

use pulldown_cmark::{Event, Options, Parser, Tag};
use someasure_model::chat::story::{Inline, Prose};
use someasure_model::plain::{clean, is_unwanted, web_address};

use super::file::{Wrong, shown};

/// How deep lists and quotations may stand in each other.
const DEEPEST: usize = 16;

/// Blocks of words, each with its line; `first` is the number of the text's first line.
pub(super) fn prose(text: &str, first: usize, wrong: &mut Wrong) -> Vec<(usize, Prose)> {
    let mut reader =
        Reader { text, first, counted: (0, 0), wrong, open: vec![Open::new(Holder::Root, first)] };
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        let line = reader.line(range.start);
        if reader.open.len() > DEEPEST {
            let what = format!(
                "lists, quotations and emphasis stand deeper than {DEEPEST} in each other; use fewer"
            );
            reader.wrong.push((line, what));
            return Vec::new();
        }
        reader.take(event, line);
    }
    let mut root = reader.open.swap_remove(0);
    root.flush();
    root.blocks
}

/// What is under way.
struct Reader<'a, 'w> {
    text: &'a str,
    first: usize,
    /// So many bytes have so many line ends.
    counted: (usize, usize),
    wrong: &'w mut Wrong,
    /// From the outermost to the innermost; the first is the text itself.
    open: Vec<Open>,
}

enum Holder {
    Root,
    Quotation,
    List(Option<u64>),
    Item,
    Paragraph,
    Heading(u8),
    Code,
    Emphasis,
    Strong,
    Link(String),
    Picture(String),
    /// Of which only the words are kept.
    Other,
}

struct Open {
    holder: Holder,
    line: usize,
    blocks: Vec<(usize, Prose)>,
    words: Vec<Inline>,
    items: Vec<Vec<Prose>>,
}

impl Open {
    fn new(holder: Holder, line: usize) -> Self {
        Self { holder, line, blocks: Vec::new(), words: Vec::new(), items: Vec::new() }
    }

    /// Words that stand among blocks become a paragraph.
    fn flush(&mut self) {
        let words = joined(std::mem::take(&mut self.words));
        if !clean(&plain(&words)).is_empty() {
            self.blocks.push((self.line, Prose::Paragraph { words }));
        }
    }

    fn block(&mut self, line: usize, prose: Prose) {
        self.flush();
        self.blocks.push((line, prose));
    }

    fn prose(mut self) -> Vec<Prose> {
        self.flush();
        self.blocks.into_iter().map(|(_, prose)| prose).collect()
    }
}

impl Reader<'_, '_> {
    /// The line of a byte.
    fn line(&mut self, at: usize) -> usize {
        let (bytes, lines) = self.counted;
        let (from, lines) = if at >= bytes { (bytes, lines) } else { (0, 0) };
        let lines = lines + self.text.as_bytes()[from..at].iter().filter(|c| **c == b'\n').count();
        self.counted = (at, lines);
        self.first + lines
    }

    fn words(&mut self, words: Inline) {
        if let Some(here) = self.open.last_mut() {
            here.words.push(words);
        }
    }

    fn take(&mut self, event: Event<'_>, line: usize) {
        match event {
            Event::Start(tag) => self.begin(tag, line),
            Event::End(_) => self.end(),
            Event::Text(text) => match self.open.last() {
                Some(Open { holder: Holder::Code, .. }) => {
                    self.words(Inline::Text { text: text.to_string() })
                }
                _ => self.words(Inline::Text { text: kept(&text) }),
            },
            Event::Code(text) => self.words(Inline::Code { text: clean(&text) }),
            Event::SoftBreak => self.words(Inline::Text { text: " ".to_owned() }),
            Event::HardBreak => self.words(Inline::Break),
            Event::Rule => {
                if let Some(here) = self.open.last_mut() {
                    here.block(line, Prose::Rule);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                if !html.trim().is_empty() {
                    let what = "is HTML, which stories do not take: use Markdown, or \\< for the sign itself";
                    self.wrong.push((line, format!("'{}' {what}", shown(&html))));
                }
            }
            // Not asked for in the options.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.words(Inline::Text { text: kept(&text) });
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>, line: usize) {
        let holder = match tag {
            Tag::Paragraph => Holder::Paragraph,
            // The title is the page's first heading.
            Tag::Heading { level, .. } => Holder::Heading((level as u8).clamp(2, 4)),
            Tag::CodeBlock(_) => Holder::Code,
            Tag::Emphasis | Tag::Strikethrough => Holder::Emphasis,
            Tag::Strong => Holder::Strong,
            Tag::BlockQuote(_) => Holder::Quotation,
            Tag::List(first) => Holder::List(first),
            Tag::Item => Holder::Item,
            Tag::Link { dest_url, .. } => {
                let address = link_address(&dest_url);
                if address.is_none() {
                    let what = "cannot be linked to: an address begins with https://, http:// or mailto:";
                    self.wrong.push((line, format!("'{}' {what}", shown(&dest_url))));
                }
                Holder::Link(address.unwrap_or_default())
            }
            Tag::Image { dest_url, .. } => {
                self.picture(&dest_url, line);
                Holder::Picture(dest_url.to_string())
            }
            _ => Holder::Other,
        };
        self.open.push(Open::new(holder, line));
    }

    /// Complains about a picture that is not a file beside the story, or stands where it has no room.
    fn picture(&mut self, file: &str, line: usize) {
        if !is_picture(file) {
            let what = "is not a picture beside the story: put the file into stories/ and name it like ![What it shows](photo.jpg); png, jpg, gif and webp are taken";
            self.wrong.push((line, format!("'{}' {what}", shown(file))));
        }
        if !matches!(self.open.last().map(|here| &here.holder), Some(Holder::Paragraph | Holder::Item)) {
            let what = "stands within a link, a heading or emphasis; give it a line of its own";
            self.wrong.push((line, format!("the picture '{}' {what}", shown(file))));
        }
    }

    fn end(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(mut done) = self.open.pop() else { return };
        let line = done.line;
        let outer = self.open.len() - 1;
        let parent = &mut self.open[outer];
        match done.holder {
            Holder::Root => {}
            Holder::Paragraph => {
                done.flush();
                parent.flush();
                parent.blocks.append(&mut done.blocks);
            }
            Holder::Heading(level) => parent.block(line, Prose::Heading { level, words: joined(done.words) }),
            Holder::Code => {
                let text = plain(&done.words);
                parent.block(line, Prose::Code { text: clean_code(&text) });
            }
            Holder::Emphasis => parent.words.push(Inline::Emphasis { words: joined(done.words) }),
            Holder::Strong => parent.words.push(Inline::Strong { words: joined(done.words) }),
            Holder::Link(address) => parent.words.push(Inline::Link { address, words: joined(done.words) }),
            Holder::Picture(file) => {
                let alternative = clean(&plain(&done.words));
                if alternative.is_empty() {
                    let file = shown(&file);
                    let what = "has no words for those who do not see it; write";
                    self.wrong.push((line, format!("the picture '{file}' {what} ![What it shows]({file})")));
                }
                // A picture is a block of its own: the paragraph is divided where it stands.
                parent.block(line, Prose::Picture { file, alternative });
            }
            Holder::Quotation => {
                let prose = done.prose();
                parent.block(line, Prose::Quotation { prose });
            }
            Holder::Item => {
                let prose = done.prose();
                parent.items.push(prose);
            }
            Holder::List(first) => parent.block(line, Prose::List { first, items: done.items }),
            Holder::Other => {
                done.flush();
                parent.flush();
                parent.blocks.append(&mut done.blocks);
            }
        }
    }
}

/// Code without what hides in it; its lines and spaces stay.
fn clean_code(text: &str) -> String {
    let text = text.trim_end_matches('\n').replace('\t', "    ");
    text.chars().filter(|c| *c == '\n' || !is_unwanted(*c) && !matches!(c, '\u{2028}' | '\u{2029}')).collect()
}

/// A text's own white space at its ends counts between words.
fn kept(text: &str) -> String {
    let words = clean(text);
    let begins = text.starts_with(char::is_whitespace);
    let ends = text.ends_with(char::is_whitespace);
    match (words.is_empty(), begins, ends) {
        (true, true, _) | (true, _, true) => " ".to_owned(),
        (true, ..) => String::new(),
        (_, begins, ends) => {
            format!("{}{words}{}", if begins { " " } else { "" }, if ends { " " } else { "" })
        }
    }
}

/// Texts beside each other are one.
fn joined(words: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(words.len());
    for word in words {
        match (out.last_mut(), word) {
            (Some(Inline::Text { text: before }), Inline::Text { text }) => before.push_str(&text),
            (_, Inline::Text { text }) if text.is_empty() => {}
            (_, word) => out.push(word),
        }
    }
    out
}

/// The words alone.
pub(super) fn plain(words: &[Inline]) -> String {
    let mut out = String::new();
    for word in words {
        match word {
            Inline::Text { text } | Inline::Code { text } => out.push_str(text),
            Inline::Emphasis { words } | Inline::Strong { words } | Inline::Link { words, .. } => {
                out.push_str(&plain(words))
            }
            Inline::Break => out.push(' '),
        }
    }
    out
}

/// `photo.jpg`: a file beside the story, and nothing else.
fn is_picture(file: &str) -> bool {
    let plain = file.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c));
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    plain
        && file.len() <= 120
        && !file.starts_with('.')
        && matches!(ending.as_deref(), Some("png" | "jpg" | "jpeg" | "gif" | "webp"))
}

/// An address that a story may link to.
pub(super) fn link_address(address: &str) -> Option<String> {
    if let Some(mail) = address.strip_prefix("mailto:") {
        let good = mail.split_once('@').is_some_and(|(user, host)| {
            let plain = |part: &str| {
                !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric() || b"._+-".contains(&c))
            };
            plain(user) && plain(host) && host.contains('.')
        });
        return good.then(|| address.to_owned());
    }
    web_address(address).map(str::to_owned)
}
