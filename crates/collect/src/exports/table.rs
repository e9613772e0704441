//! Tables: finds the columns, cuts rows into cells, and hands them to the reader of their format. A row that
//! cannot be cut is bad; the next is read all the same.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use crate::files::FileError;
use crate::files::input::{self, Text as Opened};
use crate::files::records::{Lines, Record as Raw, Rows};

use super::record::{NoticeKind, Summary};
use super::sink::Sink;
use super::{ExportError, Format, Options, detect, own, reposts, rtweet, source, tags};

/// Where the columns are. A format has many names for each of its columns, and a file few of them: most are
/// refused by their length and first letter, before their hash is asked for.
pub(super) struct Columns {
    at: HashMap<String, usize>,
    /// By length, the first letters that there are.
    letters: [u64; 64],
}

impl Columns {
    fn add(&mut self, name: &str, at: usize) {
        let (length, letter) = Self::sign(name);
        self.letters[length] |= letter;
        self.at.entry(name.to_owned()).or_insert(at);
    }
    fn find(&self, name: &str) -> Option<usize> {
        let (length, letter) = Self::sign(name);
        if self.letters[length] & letter == 0 {
            return None;
        }
        self.at.get(name).copied()
    }
    fn sign(name: &str) -> (usize, u64) {
        (name.len() % 64, 1 << (name.bytes().next().unwrap_or_default() % 64))
    }
}

/// A row, by the names of its columns.
pub(super) struct Cells<'r> {
    columns: &'r Columns,
    cells: &'r [Cow<'r, str>],
}

impl<'r> Cells<'r> {
    /// Whether there is one of the columns.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.columns.find(name).is_some())
    }
    /// The first of the columns that says something: neither empty nor what R and Python write for it.
    pub(super) fn get(&self, names: &[&str]) -> Option<&'r str> {
        let missing = ["", "NA", "NaN", "nan", "None", "NULL", "null"];
        self.all(names).find(|cell| !missing.contains(cell)).map(str::trim)
    }
    /// Words, in which `NA` and `None` may be meant.
    pub(super) fn words(&self, names: &[&str]) -> Option<&'r str> {
        self.all(names).find(|cell| !cell.is_empty())
    }
    fn all(&self, names: &[&str]) -> impl Iterator<Item = &'r str> {
        names.iter().filter_map(|name| self.columns.find(name)).map(|at| &*self.cells[at])
    }
    /// A counter; R writes large ones as `12.0` or `1e+05`.
    pub(super) fn count(&self, names: &[&str]) -> Option<i64> {
        let cell = self.get(names)?;
        let whole =
            |number: f64| (number.fract() == 0.0 && (0.0..9.0e15).contains(&number)).then_some(number as i64);
        cell.parse().ok().filter(|count| *count >= 0).or_else(|| cell.parse().ok().and_then(whole))
    }
    /// `TRUE`, `True`, `1`.
    pub(super) fn yes(&self, names: &[&str]) -> bool {
        self.get(names).is_some_and(|cell| matches!(cell, "TRUE" | "True" | "true" | "1" | "T"))
    }
}

/// A field without its quotation marks.
fn unquoted(field: &str) -> Cow<'_, str> {
    match field.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if inner.contains("\"\"") => Cow::Owned(inner.replace("\"\"", "\"")),
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(field),
    }
}

fn cut(raw: &Raw) -> Result<Vec<Cow<'_, str>>, String> {
    if let Some(fault) = &raw.fault {
        return Err(fault.clone());
    }
    let text = std::str::from_utf8(&raw.text).map_err(|_| super::json::NOT_UTF8.to_owned())?;
    // A separator is ASCII, so fields are whole characters.
    Ok(raw.fields.iter().map(|(from, to)| unquoted(text.get(*from..*to).unwrap_or_default())).collect())
}

pub(super) fn read(
    text: Opened<'_>,
    name: &str,
    format: Format,
    options: &Options,
    mut sink: Sink<'_>,
) -> Result<Summary, ExportError> {
    let terminator = input::terminator(&text.head);
    let separator = separator(&text.head, terminator);
    let lines = Lines::new(text.reader, name, terminator).up_to(source::LONGEST);
    let mut rows = Rows::new(lines, separator, true);
    let mut raw = Raw::default();
    if !rows.next(&mut raw)? {
        return sink.finish(&|_| {});
    }
    let unrecognised = |seen: String| ExportError::Unrecognised { name: name.to_owned(), seen };
    let header = cut(&raw).map_err(|why| unrecognised(format!("Its first line {why}")))?;
    let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    let names = rtweet::called(&names);
    let shown =
        names.iter().take(12).map(|name| name.chars().take(40).collect()).collect::<Vec<String>>().join(", ");
    let detected = detect::columns(&names);
    let format = match (format, detected) {
        (Format::Auto, None) => return Err(unrecognised(format!("Its first columns are {shown}"))),
        (Format::Auto, Some(format)) => format,
        (Format::Tags | Format::Rtweet | Format::Own, Some(found)) if found == format => format,
        // A table of TAGS has what that of rtweet must have, if under other names.
        (Format::Rtweet, Some(Format::Tags)) => Format::Tags,
        (format, _) => {
            let why = format!("its first columns are {shown}");
            return Err(ExportError::NotTheFormat { name: name.to_owned(), format, why });
        }
    };
    sink.summary.format = format;
    let mut columns = Columns { at: HashMap::new(), letters: [0; 64] };
    names.iter().enumerate().for_each(|(at, column)| columns.add(column, at));
    if format == Format::Own {
        let all: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        own::check(&all).map_err(|why| ExportError::NotTheFormat { name: name.to_owned(), format, why })?;
    }
    let names_no_originals = match format {
        Format::Tags => true,
        Format::Rtweet => {
            !rtweet::ORIGINAL.iter().chain(rtweet::SOURCE).any(|name| columns.find(name).is_some())
        }
        _ => false,
    };
    if matches!(format, Format::Tags | Format::Rtweet) {
        // A repost may stand before its original, and a quote before the row that it quotes.
        sink.hold();
    }
    let own = own::Own::new(options.time_zone.clone());
    let mut ids = LongIds::default();
    while rows.next(&mut raw)? {
        sink.begin(raw.line);
        if raw.swallowed {
            // A quotation mark that is never closed took all lines that follow with it.
            let why = raw.fault.clone().unwrap_or_default();
            for (at, line) in raw.text.split(|byte| *byte == terminator).enumerate() {
                if !line.trim_ascii().is_empty() {
                    sink.begin(raw.line + at as u64);
                    sink.bad(why.as_str(), line)?;
                }
            }
            continue;
        }
        let cells = match cut(&raw) {
            Ok(cells) => cells,
            Err(why) => {
                sink.bad(why, &raw.text)?;
                continue;
            }
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            sink.notice(true, NoticeKind::NotAPost, None, None, "an empty row")?;
            continue;
        }
        if cells.len() != names.len() {
            sink.bad(format!("has {} fields, where the header has {}", cells.len(), names.len()), &raw.text)?;
            continue;
        }
        let row = Cells { columns: &columns, cells: &cells };
        match format {
            Format::Tags => {
                ids.look_at(row.get(&["id_str"]));
                tags::row(&row, &raw.text, &mut sink)?;
            }
            Format::Own => own.table_row(&|name| row.words(&[name]), &raw.text, &mut sink)?,
            _ => {
                ids.look_at(row.get(rtweet::ID));
                rtweet::row(&row, &raw.text, &mut sink)?;
            }
        }
    }
    ids.check(name)?;
    match names_no_originals {
        true => sink.finish(&|records| reposts::find_originals(records)),
        false => sink.finish(&|_| {}),
    }
}

/// What stands between the columns: the usual sign that the header has most often.
fn separator(head: &[u8], terminator: u8) -> &'static str {
    let line = head.split(|byte| *byte == terminator).next().unwrap_or_default();
    let often = |byte| memchr::memchr_iter(byte, line).count();
    match (often(b'\t'), often(b',')) {
        (tabs, commas) if tabs > commas => "\t",
        _ => input::separator(head, terminator),
    }
}

/// Ids that a spreadsheet has rounded: after 15 digits only zeros. One may be by chance, most cannot.
#[derive(Default)]
struct LongIds {
    long: u64,
    rounded: u64,
    example: String,
}

impl LongIds {
    fn look_at(&mut self, id: Option<&str>) {
        let Some(id) = id.filter(|id| id.len() >= 18 && id.bytes().all(|byte| byte.is_ascii_digit())) else {
            return;
        };
        self.long += 1;
        if id[15..].bytes().all(|byte| byte == b'0') {
            self.rounded += 1;
            self.example = id.to_owned();
        }
    }
    fn check(self, name: &str) -> Result<(), FileError> {
        let Self { long, rounded, example } = self;
        if long >= 20 && rounded * 2 > long {
            return Err(FileError::RoundedIds { name: name.to_owned(), long, rounded, example });
        }
        Ok(())
    }
}
