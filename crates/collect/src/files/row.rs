//! One row as the mapping sees it: for every column that it names, where the value stands in the
//! record. Columns are turned into numbers ("slots") once per file, and no value is copied before a
//! field asks for it. JSON objects are walked once, along the paths that are wanted; the rest is
//! checked and passed over.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Where a value stands in the record's text; `None` where the row has no such column.
pub(super) type Span = Option<(usize, usize)>;

/// A row, whose values are read slot by slot.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) text: &'r str,
    pub(super) spans: &'r [Span],
    pub(super) json: bool,
    pub(super) quotes: bool,
}

/// A value as it stands in the file.
pub(super) enum Cell<'r> {
    /// The row has no such column, or JSON's null.
    Absent,
    /// A text.
    Text(Cow<'r, str>),
    /// A number of JSON, with the digits that the file has; or true or false.
    Bare(&'r str),
    /// A list or an object of JSON.
    Nested(&'r str),
    /// A text of JSON with a broken escape.
    Broken(&'r str),
}

impl<'r> Row<'r> {
    pub(super) fn cell(&self, slot: usize) -> Cell<'r> {
        let Some((start, end)) = self.spans[slot] else { return Cell::Absent };
        let raw = &self.text[start..end];
        if !self.json {
            return Cell::Text(if self.quotes { unquoted(raw) } else { Cow::Borrowed(raw) });
        }
        match raw.as_bytes().first() {
            Some(b'"') if memchr::memchr(b'\\', raw.as_bytes()).is_none() => {
                Cell::Text(Cow::Borrowed(&raw[1..raw.len() - 1]))
            }
            Some(b'"') => match serde_json::from_str::<String>(raw) {
                Ok(text) => Cell::Text(Cow::Owned(text)),
                Err(_) => Cell::Broken(raw),
            },
            Some(b'[' | b'{') => Cell::Nested(raw),
            Some(b'n') | None => Cell::Absent,
            Some(_) => Cell::Bare(raw),
        }
    }
}

/// A field of a table without its quotation marks.
pub(super) fn unquoted(raw: &str) -> Cow<'_, str> {
    match raw.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if inner.contains("\"\"") => Cow::Owned(inner.replace("\"\"", "\"")),
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(raw),
    }
}

/// The paths that are wanted of a JSON object, as a tree.
#[derive(Default, Debug)]
pub(super) struct Paths {
    children: Vec<(String, Paths)>,
    slot: Option<usize>,
    /// Keys in the order in which earlier rows had them, with the child that each leads to: the keys of
    /// a row nearly always come in the order of the row before, so that one comparison finds each.
    order: RefCell<Vec<(Box<str>, Option<usize>)>>,
}

/// So many keys of an object are remembered in their order.
const REMEMBERED: usize = 64;

impl Paths {
    /// `user.id_str` is the key `id_str` within `user`; or a single key with that whole name.
    pub(super) fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut root = Self::default();
        for (slot, name) in names.into_iter().enumerate() {
            let mut node = &mut root;
            for part in name.split('.') {
                node = node.child(part);
            }
            node.slot = Some(slot);
            root.child(name).slot = Some(slot);
        }
        root.sort();
        root
    }
    fn child(&mut self, name: &str) -> &mut Self {
        let at = match self.children.iter().position(|(key, _)| key == name) {
            Some(at) => at,
            None => {
                self.children.push((name.to_owned(), Self::default()));
                self.children.len() - 1
            }
        };
        &mut self.children[at].1
    }
    fn sort(&mut self) {
        self.children.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (_, child) in &mut self.children {
            child.sort();
        }
    }
    fn find(&self, key: &str) -> Option<&Self> {
        let at = self.children.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok()?;
        Some(&self.children[at].1)
    }
    /// The child of a key; `place` is where the key is expected in the order, and moves on.
    fn find_in_order(&self, key: &str, place: &mut usize) -> Option<&Self> {
        let mut order = self.order.borrow_mut();
        let ahead = (*place).min(order.len());
        let places = (ahead..order.len()).chain(0..ahead);
        let known = places.into_iter().find(|at| *order[*at].0 == *key);
        let child = match known {
            Some(at) => {
                *place = at + 1;
                order[at].1
            }
            None => {
                let child = self.children.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok();
                if order.len() < REMEMBERED {
                    order.push((key.into(), child));
                    *place = order.len();
                }
                child
            }
        };
        child.map(|child| &self.children[child].1)
    }

    /// Fills the spans from the object in `text`; an error in words if it is none.
    pub(super) fn fill(&self, text: &str, spans: &mut [Span]) -> Result<(), String> {
        spans.fill(None);
        match text.trim_start().as_bytes().first() {
            Some(b'{') => {}
            _ if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
                return Err("the row is not a JSON object { … }".to_owned());
            }
            _ => {}
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let walk = Walk { paths: self, text, spans };
        walk.deserialize(&mut json).and_then(|()| json.end()).map_err(|error| {
            let error = error.to_string().replace(" at line 1 column ", " at character ");
            format!("not valid JSON: {error}")
        })
    }
}

struct Walk<'p, 's> {
    paths: &'p Paths,
    text: &'p str,
    spans: &'s mut [Span],
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Some(slot) = self.paths.slot else { return deserializer.deserialize_any(self) };
        let raw = <&RawValue as serde::Deserialize>::deserialize(deserializer)?.get();
        // The raw value is a part of the text, so its place is the distance of the two.
        let start = raw.as_ptr() as usize - self.text.as_ptr() as usize;
        if self.spans[slot].is_some() {
            return Err(serde::de::Error::custom("a key occurs twice"));
        }
        self.spans[slot] = Some((start, start + raw.len()));
        if !self.paths.children.is_empty() {
            let mut json = serde_json::Deserializer::from_str(raw);
            json.deserialize_any(self).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(found) = map.next_key_seed(Key(self.paths, &mut place))? {
            match found {
                Some(paths) => {
                    map.next_value_seed(Walk { paths, text: self.text, spans: &mut *self.spans })?;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for index in 0usize.. {
            let more = match self.paths.find(&index.to_string()) {
                Some(paths) => list
                    .next_element_seed(Walk { paths, text: self.text, spans: &mut *self.spans })?
                    .is_some(),
                None => list.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

struct Key<'p, 'c>(&'p Paths, &'c mut usize);

impl<'de, 'p> DeserializeSeed<'de> for Key<'p, '_> {
    type Value = Option<&'p Paths>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Key<'p, '_> {
    type Value = Option<&'p Paths>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.find_in_order(key, self.1))
    }
}

/// Collects the dotted paths of a row, for messages: what the file's columns are.
pub(super) fn collect_paths(text: &str, into: &mut BTreeSet<String>) {
    fn walk(value: &serde_json::Value, path: &str, depth: usize, into: &mut BTreeSet<String>) {
        let serde_json::Value::Object(object) = value else { return };
        for (key, value) in object {
            if into.len() >= 500 {
                return;
            }
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            if depth < 4 {
                walk(value, &path, depth + 1, into);
            }
            into.insert(path);
        }
    }
    if let Ok(value) = serde_json::from_str(text) {
        walk(&value, "", 0, into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: &[&str], json: &str) -> Vec<Option<String>> {
        let mut spans = vec![None; names.len()];
        Paths::new(names.iter().copied()).fill(json, &mut spans).unwrap();
        spans.iter().map(|span| span.map(|(start, end)| json[start..end].to_owned())).collect()
    }

    #[test]
    fn dotted_paths_lead_into_objects_and_lists_and_whole_names_are_found_too() {
        let json = r#"{"user": {"id": 12345678901234567890, "n": [1, {"a": "x"}]}, "metrics.likes": 3}"#;
        let found = texts(&["user.id", "metrics.likes", "user.n.1.a", "user", "absent"], json);
        assert_eq!(found[0].as_deref(), Some("12345678901234567890"));
        assert_eq!(found[1].as_deref(), Some("3"));
        assert_eq!(found[2].as_deref(), Some("\"x\""));
        assert!(found[3].as_deref().is_some_and(|raw| raw.starts_with("{\"id\"")));
        assert_eq!(found[4], None);
    }

    #[test]
    fn a_key_that_occurs_twice_is_refused() {
        let mut spans = [None];
        let error = Paths::new(["a"]).fill(r#"{"a": 1, "a": 2}"#, &mut spans).unwrap_err();
        assert!(error.contains("a key occurs twice"), "{error}");
    }

    #[test]
    fn a_quoted_field_loses_its_marks_and_keeps_its_doubled_ones() {
        assert_eq!(unquoted(r#""he said ""no""""#), r#"he said "no""#);
        assert_eq!(unquoted(r#"""#), r#"""#);
        assert_eq!(unquoted(r#"a "b""#), r#"a "b""#);
    }
}
