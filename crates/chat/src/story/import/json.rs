//! Storify's JSON: `content.elements`, each of the type text, quote, image, video or link, with `permalink`, `source`,
//! `attribution` and `data`; or the same without `content`.

use serde_json::Value;

use super::{Element, ImportError, Quoted, Whole, day, html, whole_address};

pub(super) fn read(text: &str) -> Result<Whole, ImportError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ImportError::Form { form: "JSON", why: error.to_string() })?;
    Ok(whole(&value))
}

/// The story in a value, whatever form that was read from.
pub(super) fn whole(value: &Value) -> Whole {
    let story = [value.get("content"), value.get("story"), Some(value)];
    let story = story.into_iter().flatten().find(|found| found.get("elements").is_some()).unwrap_or(value);
    let first =
        |paths: &[&[&str]]| paths.iter().map(|path| word(at(story, path))).find(|found| !found.is_empty());
    let date = first(&[&["date", "published"], &["published_at"], &["date", "created"], &["created_at"]]);
    let mut whole = Whole {
        title: html::words(&word(at(story, &["title"]))),
        about: html::words(&word(at(story, &["description"]))),
        curator: html::words(&first(&[&["author", "name"], &["author", "username"]]).unwrap_or_default()),
        date: date.and_then(|date| day(&date)),
        address: whole_address(&word(at(story, &["permalink"]))),
        ..Whole::default()
    };
    let elements = match story.get("elements") {
        Some(Value::Array(elements)) => elements.iter().collect(),
        Some(Value::Object(by_key)) => by_key.values().collect(),
        _ => match story {
            Value::Array(elements) => elements.iter().collect(),
            _ => Vec::new(),
        },
    };
    for (nth, found) in elements.into_iter().enumerate() {
        match element(found) {
            Ok(Some(element)) => whole.elements.push(element),
            Ok(None) => {}
            Err(why) => whole.left.push(format!("Element {}: {why}.", nth + 1)),
        }
    }
    whole
}

fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

fn word(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn element(value: &Value) -> Result<Option<Element>, String> {
    let get = |path: &[&str]| word(at(value, path));
    let address = whole_address(&get(&["permalink"]));
    let source = match value.get("source") {
        Some(Value::String(name)) => name.clone(),
        _ => get(&["source", "name"]),
    };
    let kind = get(&["type"]);
    match kind.as_str() {
        "text" => {
            let words = match at(value, &["data", "text"]) {
                Some(Value::Object(inner)) => word(inner.get("text")),
                found => word(found),
            };
            let (words, left_out) = html::markdown(&words);
            Ok((!words.is_empty()).then_some(Element::Words(words, left_out)))
        }
        "quote" | "image" | "video" if super::super::reference(&address).is_some() || kind == "quote" => {
            let author =
                [&["attribution", "username"][..], &["source", "username"], &["attribution", "name"]];
            let words = [
                &["data", "quote", "text"][..],
                &["data", "image", "caption"],
                &["data", "video", "description"],
            ];
            let first = |paths: &[&[&str]]| {
                paths.iter().map(|path| get(path)).find(|found| !found.is_empty()).unwrap_or_default()
            };
            Ok(Some(Element::Post(Quoted {
                address,
                source,
                author: html::words(&first(&author)),
                posted_at: get(&["posted_at"]),
                words: html::words(&first(&words)),
            })))
        }
        "image" => {
            let picture = whole_address(&get(&["data", "image", "src"]));
            Ok(Some(Element::Picture { address: if address.is_empty() { picture } else { address }, source }))
        }
        "video" | "link" => {
            let title = html::words(&get(&["data", &kind, "title"]));
            if address.is_empty() {
                return Err(format!("a {kind} without an address"));
            }
            Ok(Some(match super::super::reference(&address) {
                Some(_) => Element::Post(Quoted {
                    address,
                    source,
                    posted_at: get(&["posted_at"]),
                    ..Quoted::default()
                }),
                None => Element::Link { address, title },
            }))
        }
        "" => Err("it has no type".to_owned()),
        other => Err(format!("its type, '{}', is not known", super::super::file::shown(other))),
    }
}
