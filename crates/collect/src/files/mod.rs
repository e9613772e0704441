//! Reads organisations, accounts, profiles and posts from CSV, TSV, JSON and JSONL files of any layout,
//! plain or packed, through a [`Mapping`] (`docs/import.md` teaches it). The reader streams: one record
//! is in memory at a time. Every row becomes an [`Item`] or a [`Bad`] with its line and its reason, and
//! is counted. What is done with them, and whether an account is known, is not known here.
//!
//! The way of a row: `input` unpacks and decodes, `records` finds where it begins and ends, `row` finds
//! the values that the mapping names, `value` and `times` read them, `items` makes the item. Apart from that way,
//! `table` reads columns of numbers by their names.

mod error;
mod fields;
pub(crate) mod input;
mod items;
pub(crate) mod lists;
mod mapping;
pub(crate) mod records;
mod rejects;
mod row;
mod suggest;
mod table;
mod tally;
mod times;
mod toml_table;
mod value;

use std::collections::BTreeSet;
use std::io::Read;

pub use error::{FileError, Stop};
pub use fields::{Field, Kind, Type, mapping_help};
pub use items::{Item, PostItem};
pub use mapping::{Format, Mapping, Overrides};
pub use rejects::{Bad, RejectsWriter};
pub use table::{Matrix, Table, TableError};
pub use tally::{Coverage, CoversFrom, PostTally, profile_attempt};
pub use toml_table::MappingError;

use items::Plan;
use mapping::{Column, Origin};
use records::{Array, Lines, Record, Rows};
use row::{Paths, Row, Span};
use value::Fault;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// All rows: good, bad and skipped.
    pub rows: u64,
    /// Rows that gave an item.
    pub good: u64,
    /// Rows that did not.
    pub bad: u64,
    /// Rows that the mapping's `only` leaves out.
    pub skipped: u64,
    /// Codes that had lost their leading zeros and got them back (`digits`).
    pub filled: u64,
    /// Posts whose counters say something.
    pub readings: u64,
    /// How the rows were written.
    pub format: Format,
    /// How the text was encoded.
    pub encoding: &'static str,
}

/// Reads a file and hands every row to `each`, with the physical line at which it begins. `name` is for
/// messages, and its ending tells the format where the mapping does not.
///
/// On an error, what was handed out before is to be thrown away: a file that was cut off, or that has
/// more bad rows than the mapping allows, is not imported in part.
pub fn read(
    input: impl Read,
    name: &str,
    mapping: &Mapping,
    overrides: &Overrides,
    each: &mut dyn FnMut(u64, Result<Item, Bad>) -> Result<(), Stop>,
) -> Result<Summary, FileError> {
    let mapping = mapping.with(overrides)?;
    mapping.complete()?;
    let text = input::open(input, name, mapping.encoding)?;
    let by_name = input::format_by_name(name);
    let format = mapping
        .format
        .unwrap_or_else(|| input::format_by_content(by_name, &text.head, !mapping.rows.is_empty()));
    let mut summary = Summary {
        rows: 0,
        good: 0,
        bad: 0,
        skipped: 0,
        filled: 0,
        readings: 0,
        format,
        encoding: text.encoding,
    };
    let terminator = input::terminator(&text.head);
    let mut source = match format {
        Format::Csv | Format::Tsv => {
            let stated = mapping.separator.as_deref();
            let separator = stated.unwrap_or_else(|| match format {
                Format::Tsv => "\t",
                _ => input::separator(&text.head, terminator),
            });
            let lines = Lines::new(text.reader, name, terminator);
            Source::Table(Box::new(Rows::new(lines, separator, mapping.quotes)))
        }
        Format::Json => Source::Array(Array::new(text.reader, name, &mapping.rows)),
        Format::Jsonl => Source::Lines(Lines::new(text.reader, name, terminator)),
    };
    let mut reader = Reader::new(name, &mapping, &mut source)?;
    let mut record = Record::default();
    let mut first_bad = None;
    while source.next(&mut record)? {
        reader.record(&record, &mut |line, row| {
            summary.rows += 1;
            match row {
                Ok(None) => {
                    summary.skipped += 1;
                    Ok(())
                }
                Ok(Some(item)) => {
                    summary.good += 1;
                    if let Item::Post(PostItem { reading: Some(_), .. }) = &item {
                        summary.readings += 1;
                    }
                    each(line, Ok(item)).map_err(FileError::Stopped)
                }
                Err(mut bad) => {
                    summary.bad += 1;
                    bad.row = (format == Format::Json).then_some(summary.rows);
                    if first_bad.is_none() {
                        first_bad = Some(bad.to_string());
                    }
                    each(line, Err(bad)).map_err(FileError::Stopped)
                }
            }
        })?;
        // A mapping that is plainly wrong for this file need not read millions of rows to say so.
        if summary.bad >= 1_000 && summary.bad == summary.rows && mapping.max_bad_share < 1.0 {
            break;
        }
    }
    if summary.good > 0 {
        reader.check_columns_seen()?;
    }
    summary.filled = reader.plan.filled.get();
    let Summary { rows, bad, .. } = summary;
    if let Some(first) = first_bad.filter(|_| bad as f64 > rows as f64 * mapping.max_bad_share) {
        let hint = reader.unseen_hint();
        let (name, share, first) = (name.to_owned(), mapping.max_bad_share, format!("{first}{hint}"));
        return Err(FileError::TooManyBad { name, rows, bad, share, first });
    }
    let (long, rounded, example) = reader.plan.long_ids;
    if long >= 20 && rounded * 2 > long {
        return Err(FileError::RoundedIds { name: name.to_owned(), long, rounded, example });
    }
    Ok(summary)
}

/// Where records come from.
enum Source<'a> {
    Table(Box<Rows<'a>>),
    Lines(Lines<'a>),
    Array(Array<'a>),
}

impl Source<'_> {
    fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        match self {
            Self::Table(rows) => rows.next(record),
            Self::Lines(lines) => lines.next(record),
            Self::Array(array) => array.next(record),
        }
    }
}

/// Turns records into items.
struct Reader<'m> {
    name: &'m str,
    mapping: &'m Mapping,
    plan: Plan,
    layout: Layout,
    spans: Vec<Span>,
    /// The columns that the mapping names, by slot.
    names: Vec<String>,
    /// For JSON: whether a row had the column.
    seen: Vec<bool>,
    /// For JSON: the paths of the first rows, for messages.
    paths: BTreeSet<String>,
    looked_at: usize,
    /// For a header that the mapping gives, until the first row: how many columns a file must have.
    narrower: Option<usize>,
}

enum Layout {
    /// For each slot the column, and how many columns there are.
    Table {
        columns: Vec<usize>,
        width: usize,
    },
    Json(Paths),
}

/// So many rows of a JSON file are looked at for the names of its columns.
const LOOKED_AT: usize = 100;

impl<'m> Reader<'m> {
    fn new(name: &'m str, mapping: &'m Mapping, source: &mut Source<'_>) -> Result<Self, FileError> {
        let mut wanted: Vec<String> = Vec::new();
        for (column, ..) in wanted_columns(mapping) {
            if !wanted.contains(&column) {
                wanted.push(column);
            }
        }
        let mut reader = Self {
            name,
            mapping,
            plan: Plan::new(mapping, |_| None),
            layout: Layout::Json(Paths::default()),
            spans: Vec::new(),
            names: Vec::new(),
            seen: Vec::new(),
            paths: BTreeSet::new(),
            looked_at: 0,
            narrower: None,
        };
        match source {
            Source::Table(rows) => reader.find_in_header(rows, &wanted)?,
            _ => {
                reader.layout = Layout::Json(Paths::new(wanted.iter().map(String::as_str)));
                reader.plan = Plan::new(mapping, |column| wanted.iter().position(|name| name == column));
                reader.names = wanted;
            }
        }
        reader.spans = vec![None; reader.names.len()];
        reader.seen = vec![false; reader.names.len()];
        Ok(reader)
    }

    fn find_in_header(&mut self, rows: &mut Rows<'_>, wanted: &[String]) -> Result<(), FileError> {
        let header = match &self.mapping.header {
            Some(names) => names.clone(),
            None => self.header(rows)?,
        };
        let mut mapping = self.mapping.clone();
        if mapping.by_name {
            self.refuse_unknown(&header)?;
            if mapping.kind == Kind::Organisations {
                let carried = header.iter().filter(|name| name.starts_with("x_"));
                mapping.columns.extend(carried.map(|name| Column::plain(name, name, &[])));
            }
        }
        let mut columns = Vec::new();
        for column in
            wanted.iter().chain(header.iter().filter(|name| mapping.by_name && name.starts_with("x_")))
        {
            let mut found = header.iter().enumerate().filter(|(_, name)| *name == column);
            match (found.next(), found.next()) {
                (Some((at, _)), None) => {
                    columns.push(at);
                    self.names.push(column.clone());
                }
                (Some(_), Some(_)) => {
                    let why = format!("two columns are called '{column}': which one is meant? Rename one");
                    return Err(FileError::NotRows { name: self.name.to_owned(), why });
                }
                (None, _) => self.refuse_absent(column, &header)?,
            }
        }
        let names = &self.names;
        let slot = |column: &str| names.iter().position(|name| name == column);
        if mapping.kind.is_about_an_account() && mapping.by_name {
            let names = ["account_id", "handle"];
            if names.iter().all(|name| slot(name).is_none()) {
                return Err(self.no_such_column("account_id", "this or 'handle'", &header));
            }
        }
        self.plan = Plan::new(&mapping, slot);
        if self.mapping.header.is_some() {
            let needed = wanted_columns(&mapping).into_iter().filter(|(_, optional, _)| !optional);
            let places = needed.filter_map(|(column, ..)| header.iter().position(|name| *name == column));
            self.narrower = Some(places.max().map_or(1, |last| last + 1));
        }
        self.layout = Layout::Table { columns, width: header.len() };
        Ok(())
    }

    fn header(&self, rows: &mut Rows<'_>) -> Result<Vec<String>, FileError> {
        let not_rows = |why: String| FileError::NotRows { name: self.name.to_owned(), why };
        let mut record = Record::default();
        if !rows.next(&mut record)? {
            return Err(not_rows("it is empty: there is not even a header row".to_owned()));
        }
        if let Some(fault) = record.fault {
            return Err(not_rows(format!("the header row (line {}): {fault}", record.line)));
        }
        let text = str::from_utf8(&record.text).map_err(|error| {
            not_rows(format!("the header row (line {}): {}", record.line, self.not_utf8(&record.text, error)))
        })?;
        if text.contains('\0') {
            return Err(not_rows(format!("the header row: {NUL}")));
        }
        let quotes = self.mapping.quotes;
        let name = |(start, end): &(usize, usize)| {
            let raw = &text[*start..*end];
            if quotes { row::unquoted(raw).trim().to_owned() } else { raw.trim().to_owned() }
        };
        Ok(record.fields.iter().map(name).collect())
    }

    fn refuse_unknown(&self, header: &[String]) -> Result<(), FileError> {
        let kind = self.mapping.kind;
        let fields: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
        for column in header {
            if fields.contains(&column.as_str()) || column == "batch" || column.starts_with("x_") {
                continue;
            }
            return Err(FileError::UnknownColumn {
                name: self.name.to_owned(),
                column: column.clone(),
                kind: kind.as_str(),
                hint: suggest::hint(column, fields.iter().copied()),
                fields: fields.join(", "),
            });
        }
        Ok(())
    }

    /// An error, unless everything that wants the column can do without it.
    fn refuse_absent(&self, column: &str, has: &[String]) -> Result<(), FileError> {
        let mut wants = wanted_columns(self.mapping).into_iter();
        match wants.find(|(name, optional, _)| name == column && !optional) {
            Some((_, _, by)) => Err(self.no_such_column(column, &by, has)),
            None => Ok(()),
        }
    }

    fn no_such_column(&self, column: &str, wanted_by: &str, has: &[String]) -> FileError {
        let mut hint = suggest::hint(column, has.iter().map(String::as_str));
        if has.len() == 1 && has[0].len() > 20 {
            hint.push_str(". The header has a single column: say what separates its fields (separator)");
        }
        let shown: Vec<&str> = has.iter().take(200).map(String::as_str).collect();
        let more = if has.len() > shown.len() { ", …" } else { "" };
        FileError::NoSuchColumn {
            name: self.name.to_owned(),
            column: column.to_owned(),
            wanted_by: wanted_by.to_owned(),
            hint,
            has: format!("{}{more}", shown.join(", ")),
        }
    }

    /// For JSON, where a row may leave keys out: refuses a column that no row had.
    fn check_columns_seen(&self) -> Result<(), FileError> {
        if let Layout::Table { .. } = self.layout {
            return Ok(());
        }
        let has: Vec<String> = self.paths.iter().cloned().collect();
        if self.mapping.by_name {
            let top: Vec<String> = has.iter().filter(|path| !path.contains('.')).cloned().collect();
            self.refuse_unknown(&top)?;
        }
        for (slot, column) in self.names.iter().enumerate() {
            if !self.seen[slot] {
                self.refuse_absent(column, &has).map_err(|error| match error {
                    FileError::NoSuchColumn { name, column, wanted_by, hint, has } => {
                        let hint = format!("{hint}. If a file may lack it, say optional = true");
                        FileError::NoSuchColumn { name, column, wanted_by, hint, has }
                    }
                    other => other,
                })?;
            }
        }
        Ok(())
    }

    /// For JSON where every row was bad: what its columns are called.
    fn unseen_hint(&self) -> String {
        let unseen = self.names.iter().zip(&self.seen).any(|(_, seen)| !seen);
        if !unseen || self.paths.is_empty() {
            return String::new();
        }
        let paths: Vec<&str> = self.paths.iter().take(100).map(String::as_str).collect();
        format!(". The file's columns are: {}", paths.join(", "))
    }

    fn record(
        &mut self,
        record: &Record,
        each: &mut dyn FnMut(u64, Result<Option<Item>, Bad>) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        if record.swallowed {
            let why = record.fault.clone().unwrap_or_default();
            let lines = record.text.split(|byte| *byte == b'\n');
            for (line, raw) in (record.line..).zip(lines) {
                if !raw.trim_ascii().is_empty() {
                    each(line, Err(bad(line, Fault::row(why.clone()), raw)))?;
                }
            }
            return Ok(());
        }
        let row = self.item(record).map_err(|fault| bad(record.line, fault, &record.text));
        each(record.line, row)
    }

    fn item(&mut self, record: &Record) -> Result<Option<Item>, Fault> {
        let text = str::from_utf8(&record.text);
        if let Some(fault) = &record.fault {
            return Err(Fault::row(fault.clone()));
        }
        let text = text.map_err(|error| Fault::row(self.not_utf8(&record.text, error)))?;
        match &mut self.layout {
            Layout::Table { columns, width } => {
                if memchr::memchr(0, &record.text).is_some() {
                    return Err(Fault::row(NUL));
                }
                let fields = record.fields.len();
                if let Some(needed) = self.narrower.take()
                    && (needed..*width).contains(&fields)
                {
                    *width = fields;
                }
                if fields != *width {
                    let why = format!("the row has {fields} fields, but the header has {width}");
                    return Err(Fault::row(why));
                }
                for (span, column) in self.spans.iter_mut().zip(columns) {
                    *span = record.fields.get(*column).copied();
                }
            }
            Layout::Json(paths) => {
                paths.fill(text, &mut self.spans).map_err(Fault::row)?;
                for (seen, span) in self.seen.iter_mut().zip(&self.spans) {
                    *seen |= span.is_some();
                }
                if self.looked_at < LOOKED_AT {
                    self.looked_at += 1;
                    row::collect_paths(text, &mut self.paths);
                }
            }
        }
        let json = matches!(self.layout, Layout::Json(_));
        let row = Row { text, spans: &self.spans, json, quotes: self.mapping.quotes };
        self.plan.item(&row)
    }

    fn not_utf8(&self, text: &[u8], error: std::str::Utf8Error) -> String {
        match self.mapping.encoding {
            Some(encoding) if encoding != encoding_rs::UTF_8 => {
                format!("contains bytes that are not valid {}", encoding.name())
            }
            _ => {
                let at = error.valid_up_to();
                let byte = text.get(at).copied().unwrap_or_default();
                format!(
                    "is not valid UTF-8 (byte {byte:#04x} at position {}); if the file is in another encoding, \
                     say which: encoding = \"windows-1252\"",
                    at + 1
                )
            }
        }
    }
}

const NUL: &str = "contains a NUL byte: the file is damaged, or it is UTF-16 and the mapping must say so \
                   (encoding = \"utf-16le\")";

/// The columns that a mapping names, whether the file may lack them, and what wants them.
fn wanted_columns(mapping: &Mapping) -> Vec<(String, bool, String)> {
    let mut wanted = Vec::new();
    for column in &mapping.columns {
        if let Origin::Column(name) = &column.origin {
            wanted.push((name.clone(), column.optional, format!("[columns] {}", column.field)));
        }
    }
    for (kind, condition) in mapping.post_kind.iter().flat_map(|rules| &rules.rules) {
        let by = format!("[post_kind] {}", kind.as_str());
        wanted.push((condition.column.clone(), condition.optional, by));
    }
    if let Some(only) = &mapping.only {
        wanted.push((only.column.clone(), only.optional, "only".to_owned()));
    }
    wanted
}

fn bad(line: u64, fault: Fault, raw: &[u8]) -> Bad {
    const MOST: usize = 64 * 1024;
    let mut text = String::from_utf8_lossy(&raw[..raw.len().min(MOST)]).into_owned();
    if raw.len() > MOST {
        text.push('…');
    }
    Bad { line, row: None, column: fault.column, value: fault.value, why: fault.why, raw: text }
}
