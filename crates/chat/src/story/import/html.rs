//! Pages, read for their words and links only: Storify's page of a story, whose elements are `<li class="s-element"
//! data-type data-source data-permalink>`, and the HTML of its text elements. No script, style, picture or frame is
//! looked into, and what comes out is Markdown in which nothing of the page is markup.

use super::super::words::{address as link_target, escaped};
use super::{Element, Quoted, Whole, day, whole_address};
use someasure_model::plain::{clean, web_address};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open(String, Vec<(String, String)>),
    Close(String),
    Text(String),
}

/// Elements whose content is not the page's text.
const RAW: [&str; 5] = ["script", "style", "iframe", "noscript", "textarea"];
const VOID: [&str; 10] = ["br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "col"];

fn tokens(html: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            out.push(Token::Text(unescaped(rest)));
            break;
        };
        if at > 0 {
            out.push(Token::Text(unescaped(&rest[..at])));
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((token, after)) = tag(rest) else {
            out.push(Token::Text("<".to_owned()));
            rest = &rest[1..];
            continue;
        };
        rest = after;
        let raw = match &token {
            Some(Token::Open(name, _)) => RAW.iter().find(|raw| *raw == name),
            _ => None,
        };
        if let Some(raw) = raw {
            let end = format!("</{raw}");
            // Ascending through the text once: the end is searched without making another text of all that is left.
            let found = rest.match_indices("</").find(|(at, _)| {
                rest.get(*at..*at + end.len()).is_some_and(|found| found.eq_ignore_ascii_case(&end))
            });
            rest = found.map_or("", |(at, _)| &rest[at..]);
        }
        out.extend(token);
    }
    out
}

/// A tag at the beginning of a text, and what follows it; no token for declarations. `None` where it is no tag.
fn tag(text: &str) -> Option<(Option<Token>, &str)> {
    let inner = &text[1..];
    let closing = inner.starts_with('/');
    let named = if closing { &inner[1..] } else { inner };
    if inner.starts_with(['!', '?']) {
        return Some((None, inner.split_once('>').map_or("", |(_, after)| after)));
    }
    let length = named.bytes().take_while(|c| c.is_ascii_alphanumeric() || *c == b'-').count();
    if length == 0 || !named.as_bytes()[0].is_ascii_alphabetic() {
        return None;
    }
    let name = named[..length].to_ascii_lowercase();
    let mut rest = &named[length..];
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let Some(first) = rest.chars().next() else { return Some((None, "")) };
        if first == '>' {
            let token = if closing { Token::Close(name) } else { Token::Open(name, attributes) };
            return Some((Some(token), &rest[1..]));
        }
        let end = rest.find(|c: char| c.is_whitespace() || "=>/".contains(c)).unwrap_or(rest.len());
        let end = end.max(first.len_utf8());
        let key = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            if let Some(mark) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                let (found, left) = after[1..].split_once(mark).unwrap_or((&after[1..], ""));
                (value, rest) = (found, left);
            } else {
                let end = after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len());
                (value, rest) = after.split_at(end);
            }
        }
        if attributes.len() < 64 {
            attributes.push((key, unescaped(value)));
        }
    }
}

/// The text with the references that pages use resolved; unknown ones stay as they are.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|c| c == b';');
        let found = end.and_then(|end| Some((named(&rest[1..end])?, end)));
        match found {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "pound" => '£',
        "euro" => '€',
        _ => return None,
    })
}

/// The words of a piece of HTML, without the markup.
pub(super) fn words(html: &str) -> String {
    words_of(&tokens(html))
}

fn words_of(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Text(text) => out.push_str(text),
            Token::Open(name, _) | Token::Close(name)
                if !matches!(name.as_str(), "a" | "b" | "i" | "em" | "strong" | "span") =>
            {
                out.push(' ');
            }
            _ => {}
        }
    }
    clean(&out)
}

/// A piece of HTML as Markdown: headings, paragraphs, lists, quotations, emphasis and links; everything else by its words. With how many
/// links were left out, because their addresses are none of the web.
pub(super) fn markdown(html: &str) -> (String, usize) {
    markdown_of(&tokens(html))
}

#[derive(Default)]
struct Writer {
    blocks: Vec<String>,
    line: String,
    /// What stands before the words of the block.
    mark: &'static str,
    strong: usize,
    emphasis: usize,
    link: Option<String>,
    /// Links whose addresses are none of the web.
    left_out: usize,
}

fn markdown_of(tokens: &[Token]) -> (String, usize) {
    let mut writer = Writer::default();
    for token in tokens {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Open(name, attributes) => writer.open(name, attributes),
            Token::Close(name) => writer.close(name),
        }
    }
    writer.end();
    (writer.blocks.join("\n\n"), writer.left_out)
}

impl Writer {
    fn text(&mut self, text: &str) {
        let words = escaped(text);
        if words.is_empty() || text.starts_with(char::is_whitespace) {
            self.space();
        }
        if words.is_empty() {
            return;
        }
        let marks = match (self.strong > 0, self.emphasis > 0) {
            (true, _) => "**",
            (_, true) => "*",
            _ => "",
        };
        let words = format!("{marks}{words}{marks}");
        // Emphasis beside emphasis would end it.
        if !marks.is_empty() && self.line.ends_with('*') {
            self.line.push(' ');
        }
        match &self.link {
            Some(address) => self.line.push_str(&format!("[{words}]({})", link_target(address))),
            None => self.line.push_str(&words),
        }
        if text.ends_with(char::is_whitespace) {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    fn open(&mut self, name: &str, attributes: &[(String, String)]) {
        match name {
            "h1" | "h2" => self.begin("## "),
            "h3" => self.begin("### "),
            "h4" | "h5" | "h6" => self.begin("#### "),
            "li" => self.begin("- "),
            "blockquote" => self.begin("> "),
            "p" | "div" | "ul" | "ol" | "pre" | "table" | "tr" | "section" | "article" => {
                let mark = if matches!(name, "p" | "div") && matches!(self.mark, "> " | "- ") {
                    self.mark
                } else {
                    ""
                };
                if !self.line.trim().is_empty() || mark.is_empty() {
                    self.begin(mark);
                }
            }
            "br" => {
                let mark = self.mark;
                self.begin(if mark == "> " { mark } else { "" });
            }
            "hr" => {
                self.end();
                self.blocks.push("* * *".to_owned());
            }
            "b" | "strong" => self.strong += 1,
            "i" | "em" => self.emphasis += 1,
            "a" => {
                let target = attribute(attributes, "href").map(whole_address);
                let is_place = |target: &String| target.is_empty() || target.starts_with('#');
                let target = target.filter(|target| !is_place(target));
                let is_there = target.is_some();
                self.link = target.filter(|target| web_address(target).is_some());
                self.left_out += usize::from(is_there && self.link.is_none());
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "div" | "li" | "ul" | "ol" | "blockquote"
            | "pre" | "tr" => self.begin(""),
            "b" | "strong" => self.strong = self.strong.saturating_sub(1),
            "i" | "em" => self.emphasis = self.emphasis.saturating_sub(1),
            "a" => self.link = None,
            _ => {}
        }
    }

    fn begin(&mut self, mark: &'static str) {
        self.end();
        self.mark = mark;
    }

    fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim();
        if !line.is_empty() {
            // A paragraph that is an address would become a post.
            let line = if self.mark.is_empty() && line.starts_with("http") {
                format!("\\{line}")
            } else {
                line.to_owned()
            };
            let line = line.replacen("\\http", "&#104;ttp", 1);
            self.blocks.push(format!("{}{line}", self.mark));
        }
        self.mark = "";
    }
}

fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn has_class(attributes: &[(String, String)], class: &str) -> bool {
    attribute(attributes, "class")
        .is_some_and(|classes| classes.split_whitespace().any(|found| found == class))
}

/// The tokens within the element that opens at `at`, and where it ends.
fn within(tokens: &[Token], at: usize) -> (&[Token], usize) {
    let Some(Token::Open(name, _)) = tokens.get(at) else { return (&[], at + 1) };
    if VOID.contains(&name.as_str()) {
        return (&[], at + 1);
    }
    let mut depth = 0usize;
    for (nth, token) in tokens.iter().enumerate().skip(at) {
        match token {
            Token::Open(found, _) if found == name => depth += 1,
            Token::Close(found) if found == name => {
                depth -= 1;
                if depth == 0 {
                    return (&tokens[at + 1..nth], nth + 1);
                }
            }
            _ => {}
        }
    }
    (&tokens[at + 1..], tokens.len())
}

/// What stands within the first element of a class.
fn of_class<'a>(tokens: &'a [Token], class: &str) -> Option<&'a [Token]> {
    let at = tokens
        .iter()
        .position(|token| matches!(token, Token::Open(_, attributes) if has_class(attributes, class)))?;
    Some(within(tokens, at).0)
}

/// Storify's page of a story; of any other page, the posts that it links to.
pub(super) fn read(html: &str) -> Whole {
    let tokens = tokens(html);
    let mut whole = Whole::default();
    if let Some(at) = tokens.iter().position(|token| matches!(token, Token::Open(name, _) if name == "title"))
    {
        whole.title = words_of(within(&tokens, at).0);
    }
    let saved = html.split_once("<!-- saved from url=(").and_then(|(_, rest)| rest.split_once(')'));
    let saved = saved.and_then(|(_, rest)| rest.split_once(" -->")).map(|(address, _)| address);
    whole.address = saved.filter(|address| web_address(address).is_some()).unwrap_or_default().to_owned();
    let (mut at, mut nth) = (0, 0);
    while at < tokens.len() {
        match &tokens[at] {
            Token::Open(_, attributes) if has_class(attributes, "s-element") => {
                nth += 1;
                let (inner, end) = within(&tokens, at);
                match element(attributes, inner) {
                    Ok(Some(element)) => whole.elements.push(element),
                    Ok(None) => {}
                    Err(why) => whole.left.push(format!("Element {nth}: {why}.")),
                }
                if whole.date.is_none() {
                    whole.date = posted_at(inner).as_deref().and_then(day);
                }
                at = end.max(at + 1);
            }
            _ => at += 1,
        }
    }
    if nth == 0 {
        posts_linked(&tokens, &mut whole);
    }
    whole
}

fn posted_at(tokens: &[Token]) -> Option<String> {
    tokens.iter().find_map(|token| match token {
        Token::Open(_, attributes) => attribute(attributes, "data-timestamp").map(str::to_owned),
        _ => None,
    })
}

fn element(attributes: &[(String, String)], inner: &[Token]) -> Result<Option<Element>, String> {
    let get = |name: &str| attribute(attributes, name).unwrap_or_default().to_owned();
    let address = whole_address(&get("data-permalink"));
    let kind = get("data-type");
    let is_post = super::super::reference(&address).is_some();
    match kind.as_str() {
        "text" => {
            let (words, left_out) = markdown_of(of_class(inner, "s-text").unwrap_or(inner));
            Ok((!words.is_empty()).then_some(Element::Words(words, left_out)))
        }
        "quote" | "image" | "video" | "link" if is_post || kind == "quote" => {
            let words = of_class(inner, "s-quote-text").or_else(|| of_class(inner, "s-image-caption"));
            let author =
                ["s-quote-author-username", "s-author-twitter-handle", "s-quote-author-name", "s-author"];
            let author =
                author.iter().find_map(|class| of_class(inner, class)).map(words_of).unwrap_or_default();
            Ok(Some(Element::Post(Quoted {
                address,
                source: get("data-source"),
                author: author.trim_start_matches('@').to_owned(),
                posted_at: posted_at(inner).unwrap_or_default(),
                words: words.map(words_of).unwrap_or_default(),
            })))
        }
        "image" => Ok(Some(Element::Picture { address, source: get("data-source") })),
        "video" | "link" if !address.is_empty() => {
            let title = inner.iter().enumerate().find_map(|(at, token)| match token {
                Token::Open(_, attributes) => {
                    let titled =
                        attribute(attributes, "class").is_some_and(|classes| classes.contains("title"));
                    titled.then(|| words_of(within(inner, at).0)).filter(|title| !title.is_empty())
                }
                _ => None,
            });
            Ok(Some(Element::Link { address, title: title.unwrap_or_default() }))
        }
        "video" | "link" => Err(format!("a {kind} without an address")),
        "" => Err("it has no type".to_owned()),
        other => Err(format!("its type, '{}', is not known", super::super::file::shown(other))),
    }
}

/// A page that is none of Storify's: the posts that it links to, each once.
fn posts_linked(tokens: &[Token], whole: &mut Whole) {
    let mut seen = std::collections::BTreeSet::new();
    for token in tokens {
        let Token::Open(name, attributes) = token else { continue };
        let target = match name.as_str() {
            "a" => attribute(attributes, "href"),
            _ => attribute(attributes, "data-permalink"),
        };
        let Some(address) = target.map(whole_address) else { continue };
        if super::super::reference(&address).is_some() && seen.insert(address.clone()) {
            whole.elements.push(Element::Post(Quoted { address, ..Quoted::default() }));
        }
    }
    if !whole.elements.is_empty() {
        whole.left.push(
            "The page is not in Storify's form: only the posts that it links to were taken.".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_markdown_in_which_nothing_of_it_is_markup() {
        let html = "<h2>A *plan*</h2><p>We <b>met</b> on <a href=\"//example.org/a_(b)\">the page</a>.<br>Then &lt;b&gt; {{ post x:1 }}</p>\
            <ul><li>one</li><li>two</li></ul><script>alert(1)</script><a href=\"javascript:alert(1)\">no</a><hr>";
        assert_eq!(
            markdown(html).0,
            "## A \\*plan\\*\n\nWe **met** on [the page](https://example.org/a_%28b%29).\n\n\
             Then \\<b\\> \\{\\{ post x:1 \\}\\}\n\n- one\n\n- two\n\nno\n\n* * *"
        );
        assert_eq!(markdown(html).1, 1);
        assert_eq!(markdown("<a href='#top'>up</a><a name='x'>here</a>").1, 0);
        assert_eq!(words("a<br>b <i>c</i>&#x41;&nope;<"), "a b cA&nope;<");
    }
}
