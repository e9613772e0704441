//! Lists within one value: JSON arrays, and the lists that Python programs write into CSV
//! (`['a', "b's"]`), which look like JSON and are not.

use serde_json::{Map, Value};

/// The elements of a list; an error in words.
pub(crate) fn elements(text: &str) -> Result<Vec<Value>, String> {
    if let Ok(list) = serde_json::from_str::<Vec<Value>>(text) {
        return Ok(list);
    }
    let mut python = Python { rest: text.trim(), depth: 0 };
    match python.value() {
        Some(Value::Array(list)) if python.rest.trim().is_empty() => Ok(list),
        _ => Err("is not a list: it must be a JSON array like [\"a\", \"b\"], or the mapping must say what \
                  stands between the items: split = \" \""
            .to_owned()),
    }
}

/// The text of an element, or of what stands in it at a dotted path. `None` where there is none.
pub(crate) fn text_of(element: &Value, path: Option<&str>) -> Result<Option<String>, String> {
    let mut value = element;
    for part in path.into_iter().flat_map(|path| path.split('.')) {
        let inner = match value {
            Value::Object(object) => object.get(part),
            Value::Array(list) => part.parse::<usize>().ok().and_then(|index| list.get(index)),
            Value::Null => None,
            other => return Err(format!("has no '{part}' in {other}")),
        };
        match inner {
            Some(inner) => value = inner,
            None => return Ok(None),
        }
    }
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) if !number.is_f64() => Ok(Some(number.to_string())),
        Value::Object(object) => {
            let keys: Vec<&str> = object.keys().map(String::as_str).collect();
            Err(format!(
                "has objects as items: say which key gives the text, like item = \"{}\" (the keys are {})",
                keys.first().unwrap_or(&"text"),
                keys.join(", ")
            ))
        }
        other => Err(format!("has an item that is no text: {other}")),
    }
}

/// Reads literals of Python: lists, tuples, dictionaries, texts, whole numbers, None, True, False.
struct Python<'t> {
    rest: &'t str,
    depth: usize,
}

impl Python<'_> {
    fn value(&mut self) -> Option<Value> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next()? {
            '[' => self.list(']').map(Value::Array),
            '(' => self.list(')').map(Value::Array),
            '{' => self.dictionary(),
            quote @ ('\'' | '"') => self.text(quote).map(Value::String),
            _ => {
                let end = self.rest.find([',', ']', ')', '}', ':', ' ']).unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                match word {
                    "None" => Some(Value::Null),
                    "True" => Some(Value::Bool(true)),
                    "False" => Some(Value::Bool(false)),
                    digits => digits.parse::<i64>().ok().map(Value::from),
                }
            }
        }
    }
    fn eat(&mut self, token: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
    fn list(&mut self, end: char) -> Option<Vec<Value>> {
        self.enter()?;
        let mut list = Vec::new();
        while !self.eat(end) {
            list.push(self.value()?);
            if !self.eat(',') && !self.rest.trim_start().starts_with(end) {
                return None;
            }
        }
        self.depth -= 1;
        Some(list)
    }
    fn dictionary(&mut self) -> Option<Value> {
        self.enter()?;
        let mut object = Map::new();
        while !self.eat('}') {
            let Value::String(key) = self.value()? else { return None };
            if !self.eat(':') {
                return None;
            }
            object.insert(key, self.value()?);
            if !self.eat(',') && !self.rest.trim_start().starts_with('}') {
                return None;
            }
        }
        self.depth -= 1;
        Some(Value::Object(object))
    }
    /// Steps over the opening bracket.
    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        self.rest = &self.rest[1..];
        (self.depth <= 32).then_some(())
    }
    fn text(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest[1..].chars();
        loop {
            match chars.next()? {
                '\\' => match chars.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'x' => text.push(escape(&mut chars, 2)?),
                    'u' => text.push(escape(&mut chars, 4)?),
                    'U' => text.push(escape(&mut chars, 8)?),
                    other @ ('\\' | '\'' | '"') => text.push(other),
                    _ => return None,
                },
                end if end == quote => break,
                other => text.push(other),
            }
        }
        self.rest = chars.as_str();
        Some(text)
    }
}

fn escape(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + chars.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &str, path: Option<&str>) -> Vec<String> {
        elements(list).unwrap().iter().filter_map(|item| text_of(item, path).unwrap()).collect()
    }

    #[test]
    fn lists_of_json_and_of_python_are_read_alike() {
        assert_eq!(texts(r#"["a", "b's", 7]"#, None), ["a", "b's", "7"]);
        assert_eq!(texts(r#"['a', "b's", 7,]"#, None), ["a", "b's", "7"]);
        assert_eq!(texts(r"['\u00e9\n', 'it\'s']", None), ["é\n", "it's"]);
        let people = "[{'screen_name': 'one', 'id': None}, {'screen_name': 'two', 'id': '3'}]";
        assert_eq!(texts(people, Some("screen_name")), ["one", "two"]);
        assert_eq!(texts(people, Some("id")), ["3"]);
        assert!(texts("[]", None).is_empty());
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["a b", "['a'", "['a' 'b']", "{'a': 1}", "[a]", &"[".repeat(5000)] {
            assert!(elements(text).is_err(), "{text}");
        }
    }

    #[test]
    fn objects_need_the_key_that_gives_their_text() {
        let error = text_of(&elements(r#"[{"tag": "a", "at": 1}]"#).unwrap()[0], None).unwrap_err();
        assert!(error.contains("item = \""), "{error}");
    }
}
