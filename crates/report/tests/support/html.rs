//! A small reader of the pages' own HTML: strict enough to notice what is not closed, not quoted or not
//! escaped. It knows only what our pages use.

use std::collections::BTreeMap;

/// An element's opening tag.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// Names of the elements around it, outermost first.
    pub(crate) within: Vec<String>,
    /// All text inside it, tags left out.
    pub(crate) text: String,
}

impl Tag {
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }
}

const VOID: [&str; 4] = ["meta", "link", "input", "br"];

/// All elements of a page in order of their opening tags. Panics where the page is not well formed.
pub(crate) fn read(page: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let text = unescape(&rest[..start]);
        for at in &open {
            tags[*at].text.push_str(&text);
        }
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix("<!DOCTYPE html>") {
            rest = after;
            continue;
        }
        let end = end_of_tag(rest);
        let inside = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            let at = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
            assert_eq!(tags[at].name, name, "wrong element closed");
            continue;
        }
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "not an element: <{inside}>");
        tags.push(Tag {
            name: name.to_owned(),
            attributes: read_attributes(attributes),
            within: open.iter().map(|at| tags[*at].name.clone()).collect(),
            text: String::new(),
        });
        if !VOID.contains(&name) {
            open.push(tags.len() - 1);
        }
    }
    assert!(open.is_empty(), "never closed: {:?}", open.iter().map(|at| &tags[*at].name).collect::<Vec<_>>());
    tags
}

fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    panic!("a tag without an end: {}", &text[..text.len().min(80)]);
}

fn read_attributes(mut text: &str) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    while !text.trim_start().is_empty() {
        text = text.trim_start();
        let name_end = text.find(['=', ' ']).unwrap_or(text.len());
        let name = &text[..name_end];
        text = &text[name_end..];
        let mut value = String::new();
        if let Some(after) = text.strip_prefix("=\"") {
            let end = after.find('"').expect("an attribute's closing quote");
            value = unescape(&after[..end]);
            text = &after[end + 1..];
        }
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ':'),
            "attribute '{name}'"
        );
        assert!(attributes.insert(name.to_owned(), value).is_none(), "attribute '{name}' stands twice");
    }
    attributes
}

fn unescape(text: &str) -> String {
    assert!(!text.contains('>'), "an unescaped '>' in text: {text}");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
