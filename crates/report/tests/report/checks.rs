//! What every page of every edition must hold: well-formed, headed, with links that lead somewhere and pictures that say what they
//! show; and how tests get at an edition's files.

use std::collections::{BTreeMap, BTreeSet};

use someasure_model::Edition;
use someasure_report::{File, data, edition_json, open_data, site};

use crate::html::{Tag, read};
use crate::support;

pub(crate) fn all(edition: &Edition) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let data: Vec<File> = data(edition).collect();
    let outputs: Vec<_> = data.iter().map(support::output).collect();
    for File { path, bytes } in site(edition).chain(data).chain(open_data(edition, &outputs)) {
        assert!(files.insert(path.clone(), bytes).is_none(), "{path} is written twice");
    }
    files.insert("edition.json".to_owned(), edition_json(edition, &[]));
    files
}

pub(crate) fn pages(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, Vec<Tag>> {
    files
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, _)| (path.as_str(), read(text(files, path))))
        .collect()
}

pub(crate) fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, path: &str) -> &'a str {
    std::str::from_utf8(files.get(path).unwrap_or_else(|| panic!("no {path}"))).unwrap()
}

pub(crate) fn rows(csv_text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let head = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("as many cells as columns");
            head.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
        })
        .collect()
}

/// What must hold of every page, whatever is in it.
pub(crate) fn check_pages(files: &BTreeMap<String, Vec<u8>>) {
    let pages = pages(files);
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, tags)| {
            let mut ids = BTreeSet::new();
            for id in tags.iter().filter_map(|tag| tag.get("id")) {
                assert!(ids.insert(id), "{path}: id '{id}' stands twice");
                assert!(!id.is_empty() && !id.contains(char::is_whitespace), "{path}: id '{id}'");
            }
            (*path, ids)
        })
        .collect();
    let mut titles = BTreeSet::new();
    for (path, tags) in &pages {
        let count = |name: &str| {
            tags.iter().filter(|tag| tag.name == name && !tag.within.contains(&"svg".to_owned())).count()
        };
        for name in ["h1", "main", "title", "footer"] {
            assert_eq!(count(name), 1, "{path}: <{name}>");
        }
        let find = |name: &str| tags.iter().find(|tag| tag.name == name).unwrap();
        assert_eq!(find("html").get("lang"), Some("en"));
        assert!(
            titles.insert(find("title").text.clone()),
            "{path}: title '{}' is another's",
            find("title").text
        );
        assert_eq!(find("a").get("href"), Some("#content"), "{path}: the skip link comes first");
        assert!(tags.iter().any(|tag| tag.get("name") == Some("viewport")), "{path}");
        assert!(
            tags.iter().any(|tag| tag.name == "time" && tag.get("datetime").is_some()),
            "{path}: data as at"
        );
        assert!(
            tags.iter().any(|tag| tag.get("class") == Some("lead") && !tag.text.trim().is_empty()),
            "{path}: lead"
        );
        check_headings(path, tags);
        for tag in tags {
            check_alternative(path, tag);
            check_link(path, tag, files, &ids);
            assert!(
                !tag.attributes.keys().any(|name| name.starts_with("on") || name == "style"),
                "{path}: {tag:?}"
            );
            if tag.name == "th" {
                assert!(matches!(tag.get("scope"), Some("col" | "row")), "{path}: {tag:?}");
            }
            if let Some(by) = tag.get("aria-labelledby") {
                assert!(ids[path].contains(by), "{path}: aria-labelledby {by}");
            }
            if let Some(input) = tag.get("for") {
                assert!(ids[path].contains(input), "{path}: for {input}");
            }
        }
        let body = &find("body").text;
        for word in ["NaN", "inf ", "−0 ", "-0 ", "Some("] {
            assert!(!body.contains(word), "{path}: '{word}'");
        }
    }
}

fn check_headings(path: &str, tags: &[Tag]) {
    let mut last = 0;
    for tag in tags {
        let Some(level) = tag.name.strip_prefix('h').and_then(|level| level.parse::<u32>().ok()) else {
            continue;
        };
        assert!(level <= last + 1, "{path}: <h{level}> after <h{last}>: {}", tag.text);
        assert!(!tag.text.trim().is_empty(), "{path}: an empty <h{level}>");
        last = level;
    }
}

fn check_alternative(path: &str, tag: &Tag) {
    if tag.name == "svg" && !tag.within.contains(&"svg".to_owned()) && tag.get("aria-hidden") != Some("true")
    {
        assert_eq!(tag.get("role"), Some("img"), "{path}");
        assert!(tag.get("aria-label").is_some_and(|label| label.len() > 20), "{path}: {tag:?}");
    }
    assert_ne!(tag.name, "img", "{path}: pictures are SVG in the page");
}

fn check_link(
    path: &str,
    tag: &Tag,
    files: &BTreeMap<String, Vec<u8>>,
    ids: &BTreeMap<&str, BTreeSet<&str>>,
) {
    let targets = ["href", "src", "action"].iter().filter_map(|name| tag.get(name));
    for target in targets {
        if target.starts_with("https://") || target.starts_with("http://") {
            assert_eq!(tag.name, "a", "{path}: nothing is loaded from elsewhere: {target}");
            continue;
        }
        if target.starts_with("mailto:") {
            continue;
        }
        let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
        let file = file.split_once('?').map_or(file, |(file, _)| file);
        assert!(!file.contains(':') && !file.starts_with('/'), "{path}: {target} is not relative");
        let found = if file.is_empty() { path.to_owned() } else { resolve(path, file) };
        assert!(files.contains_key(&found), "{path}: {target} leads to {found}, which is not there");
        if !anchor.is_empty() {
            assert!(ids[found.as_str()].contains(anchor), "{path}: {target} has no such place");
        }
    }
}

pub(crate) fn resolve(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{from}: {link} leaves the edition"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
