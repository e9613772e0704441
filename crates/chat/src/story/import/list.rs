//! A list of links, as people copy it out of Wakelet or write it in Markdown: lines with an address, `[title](address)`,
//! headings, and words between. Wakelet has no export of its own that is described; a copy of its page is such a list.

use super::super::words::escaped;
use super::{Element, Quoted, Whole, whole_address};
use someasure_model::plain::{clean, web_address};

pub(super) fn read(text: &str) -> Whole {
    let mut whole = Whole::default();
    let mut words: Vec<String> = Vec::new();
    // A head of another tool's Markdown says nothing that is told.
    let body = front_matter(text, &mut whole);
    for line in body.lines() {
        let bare = line.trim();
        let item = bare.trim_start_matches(['-', '*', '+', '•', '>']).trim_start();
        if let Some(heading) = bare.strip_prefix('#') {
            flush(&mut words, &mut whole);
            let depth = 1 + heading.bytes().take_while(|c| *c == b'#').count();
            let heading = escaped(heading.trim_matches('#').trim());
            if depth == 1 && whole.title.is_empty() {
                whole.title = clean(bare.trim_matches('#'));
            } else if !heading.is_empty() {
                whole
                    .elements
                    .push(Element::Words(format!("{} {heading}", "#".repeat(depth.clamp(2, 4))), 0));
            }
        } else if bare.is_empty() {
            flush(&mut words, &mut whole);
        } else if let Some((before, address, title)) = link(item) {
            flush(&mut words, &mut whole);
            if !before.is_empty() {
                whole.elements.push(Element::Words(escaped(&before), 0));
            }
            whole.elements.push(match super::super::reference(&address) {
                Some(_) => Element::Post(Quoted { address, ..Quoted::default() }),
                None => Element::Link { address, title },
            });
        } else {
            words.push(clean(item));
        }
    }
    flush(&mut words, &mut whole);
    whole
}

fn front_matter<'a>(text: &'a str, whole: &mut Whole) -> &'a str {
    for mark in ["---", "+++"] {
        let parted =
            text.trim_start().strip_prefix(mark).and_then(|rest| rest.split_once(&format!("\n{mark}")));
        if let Some((head, body)) = parted {
            let title = head.lines().find_map(|line| line.trim().strip_prefix("title"));
            let title = title.map(|rest| {
                rest.trim_start().trim_start_matches([':', '=']).trim().trim_matches(['"', '\''])
            });
            whole.title = clean(title.unwrap_or_default());
            return body;
        }
    }
    text
}

fn flush(words: &mut Vec<String>, whole: &mut Whole) {
    let text = escaped(&words.join(" "));
    if !text.is_empty() {
        whole.elements.push(Element::Words(text, 0));
    }
    words.clear();
}

/// The address that a line is about, with the words before it and its title.
fn link(line: &str) -> Option<(String, String, String)> {
    if let Some((before, rest)) = line.split_once('[')
        && let Some((title, rest)) = rest.split_once("](")
        && let Some((address, after)) = rest.split_once(')')
        && !before.ends_with('!')
        && after.trim().trim_matches(['.', ',', ';']).is_empty()
    {
        let address = address.split_whitespace().next().unwrap_or_default();
        return web_address(address).map(|address| (clean(before), address.to_owned(), clean(title)));
    }
    let at = line.find("http")?;
    let (before, address) = line.split_at(at);
    let address = address.trim_end_matches(['>', ')', '.', ',']);
    let before = before.trim_end_matches(['<', '(']).trim().trim_end_matches([':', '-', '–']).trim();
    if address.contains(char::is_whitespace) {
        return None;
    }
    web_address(&whole_address(address)).map(|address| (clean(before), address.to_owned(), clean(before)))
}
