//! Reads the tables of a mapping key by key, so that every error names the key, its line and what to
//! do. It knows TOML and nothing of mappings.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fields::Key;
use super::suggest;

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{why}", .line.map(|line| format!("line {line}: ")).unwrap_or_default(),
    if .key.is_empty() { String::new() } else { format!("{}: ", .key) })]
pub struct MappingError {
    /// The line of the mapping, where there is one.
    pub line: Option<usize>,
    /// The key, with its table: `[columns] likes`. Empty where the file as a whole is meant.
    pub key: String,
    /// What is wrong, and what to do.
    pub why: String,
}

impl MappingError {
    /// An error about a key that is nowhere in the file.
    pub(super) fn absent(key: &str, why: impl Into<String>) -> Self {
        Self { line: None, key: key.to_owned(), why: why.into() }
    }
}

/// One table, with the name that errors call it by.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    pub(super) input: &'a str,
    pub(super) table: &'a DeTable<'a>,
}

/// A value and where it stands.
pub(super) struct Entry<'a> {
    pub(super) input: &'a str,
    pub(super) path: String,
    pub(super) value: &'a Spanned<DeValue<'a>>,
}

/// Parses the text, and gives its top table to `read`.
pub(super) fn with_table<T>(
    input: &str,
    read: impl FnOnce(Table<'_>) -> Result<T, MappingError>,
) -> Result<T, MappingError> {
    let parsed = DeTable::parse(input).map_err(|error| MappingError {
        line: error.span().map(|span| line_of(input, span.start)),
        key: String::new(),
        why: format!("not TOML: {}", error.message().trim()),
    })?;
    read(Table { input, table: parsed.get_ref() })
}

fn line_of(input: &str, at: usize) -> usize {
    input.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

impl<'a> Table<'a> {
    /// Refuses keys that are not on the list.
    pub(super) fn allow(&self, path: &str, keys: &[Key]) -> Result<(), MappingError> {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !keys.iter().any(|(known, _)| *known == name) {
                let hint = suggest::hint(name, keys.iter().map(|(known, _)| *known));
                let known: Vec<&str> = keys.iter().map(|(known, _)| *known).collect();
                return Err(MappingError {
                    line: Some(line_of(self.input, key.span().start)),
                    key: join(path, name),
                    why: format!("there is no such key{hint}; the keys here are {}", known.join(", ")),
                });
            }
        }
        Ok(())
    }
    /// The value of a key.
    pub(super) fn get(&self, path: &str, key: &str) -> Option<Entry<'a>> {
        self.table.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| Entry {
            input: self.input,
            path: join(path, key),
            value,
        })
    }
    /// All entries, in the order of the file.
    pub(super) fn entries(&self, path: &str) -> Vec<(String, Entry<'a>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(name, value)| {
                let name = name.get_ref().to_string();
                (name.clone(), Entry { input: self.input, path: join(path, &name), value })
            })
            .collect();
        entries.sort_by_key(|(_, entry)| entry.value.span().start);
        entries
    }
}

fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        table if table.starts_with('[') && !table.contains(' ') => format!("{table} {key}"),
        inner => format!("{inner}.{key}"),
    }
}

impl<'a> Entry<'a> {
    /// An error at this value.
    pub(super) fn error(&self, why: impl Into<String>) -> MappingError {
        MappingError {
            line: Some(line_of(self.input, self.value.span().start)),
            key: self.path.clone(),
            why: why.into(),
        }
    }
    fn wanted(&self, what: &str) -> MappingError {
        self.error(format!("expected {what}, found {}", kind_of(self.value.get_ref())))
    }
    /// A string.
    pub(super) fn text(&self) -> Result<&'a str, MappingError> {
        self.value.get_ref().as_str().ok_or_else(|| self.wanted("a text in quotes"))
    }
    /// A string, or the digits of a number, or true and false.
    pub(super) fn loose_text(&self) -> Result<String, MappingError> {
        scalar(self.value.get_ref()).ok_or_else(|| self.wanted("a text in quotes"))
    }
    /// A string or a date, written without quotes.
    pub(super) fn time(&self) -> Result<String, MappingError> {
        match self.value.get_ref() {
            DeValue::Datetime(time) => Ok(time.to_string()),
            _ => self.text().map(str::to_owned),
        }
    }
    /// A list of strings.
    pub(super) fn texts(&self) -> Result<Vec<String>, MappingError> {
        let wanted = || self.wanted("a list of texts, like [\"\", \"NA\"]");
        let list = self.value.get_ref().as_array().ok_or_else(wanted)?;
        list.iter().map(|item| scalar(item.get_ref()).ok_or_else(wanted)).collect()
    }
    /// One string, or a list of them.
    pub(super) fn one_or_more_texts(&self) -> Result<Vec<String>, MappingError> {
        match self.value.get_ref() {
            DeValue::Array(_) => self.texts(),
            _ => self.loose_text().map(|text| vec![text]),
        }
    }
    /// true or false.
    pub(super) fn yes_or_no(&self) -> Result<bool, MappingError> {
        self.value.get_ref().as_bool().ok_or_else(|| self.wanted("true or false"))
    }
    /// A finite number.
    pub(super) fn number(&self) -> Result<f64, MappingError> {
        let digits = match self.value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(self.wanted("a number")),
        };
        match digits.replace('_', "").parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(self.wanted("a number")),
        }
    }
    /// A whole number from 1.
    pub(super) fn positive(&self) -> Result<u64, MappingError> {
        let number = self.number()?;
        if number >= 1.0 && number.fract() == 0.0 && number <= 1e15 {
            return Ok(number as u64);
        }
        Err(self.error("expected a whole number from 1"))
    }
    /// A table.
    pub(super) fn table(&self) -> Result<Table<'a>, MappingError> {
        let table = self.value.get_ref().as_table().ok_or_else(|| self.wanted("a table in { … }"))?;
        Ok(Table { input: self.input, table })
    }
    /// Whether it is a table.
    pub(super) fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().replace('_', "")),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
