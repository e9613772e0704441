//! A CSV file as rows of named cells: header, byte-order mark, quotes, physical lines. It knows nothing
//! of what the cells mean.

use std::collections::BTreeSet;

use someasure_model::OrganisationId;

use crate::columns::Columns;
use crate::problem::{Kind, Problem, is_hidden, shown, thousands};
use crate::suggest::{closest, did_you_mean};

/// What a file holds beside the row itself: where it stands, and the columns that are only carried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Margin {
    /// Physical line where the row begins, counted from 1.
    pub line: Option<u64>,
    /// Columns that begin with `x_`. Empty for organisations, which carry theirs in `extra`.
    pub extra: Vec<(String, String)>,
}

/// A file that was read: its good rows and everything that is wrong with the others. A row that has an
/// error is not in `rows`, so a file with errors must not be rewritten from them.
#[derive(Debug, Clone)]
pub struct Parsed<T> {
    /// The rows without an error, in the order of the file.
    pub rows: Vec<T>,
    /// Line and carried columns of each row.
    pub margins: Vec<Margin>,
    /// What is wrong, not yet cut short.
    pub problems: Vec<Problem>,
    /// How many rows the file has below its header, good or not.
    pub records: usize,
    /// Organisations whose row has an error: they exist, so what points to them is not wrong.
    pub refused: BTreeSet<OrganisationId>,
}

/// One row, with access to its cells by the name of their column.
pub(crate) struct Row<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: u64,
    header: &'a Header,
    cells: &'a [&'a str],
    pub(crate) problems: &'a mut Vec<Problem>,
    pub(crate) failed: bool,
    pub(crate) refused: &'a mut BTreeSet<OrganisationId>,
}

impl Row<'_> {
    /// The cell without white space around it; empty when the file has no such column.
    pub(crate) fn get(&self, column: &str) -> &str {
        let at = self.header.known.iter().find(|(name, _)| *name == column);
        at.and_then(|(_, index)| self.cells.get(*index)).map_or("", |cell| cell.trim())
    }
    /// The carried columns, as they are.
    pub(crate) fn extra(&self) -> Vec<(String, String)> {
        let carried = self.header.carried.iter();
        carried.map(|(name, index)| (name.clone(), self.cells[*index].to_owned())).collect()
    }
    pub(crate) fn carried(&self) -> impl Iterator<Item = (&str, &str)> {
        self.header.carried.iter().map(|(name, index)| (name.as_str(), self.cells[*index]))
    }
    pub(crate) fn fail(
        &mut self,
        kind: Kind,
        column: &str,
        what: impl Into<String>,
        todo: impl Into<String>,
    ) {
        let value = self.get(column).to_owned();
        let problem = Problem::error(kind, self.file, what, todo).at(Some(self.line)).column(column);
        self.problems.push(if value.is_empty() { problem } else { problem.cell(column, value) });
        self.failed = true;
    }
}

struct Header {
    known: Vec<(&'static str, usize)>,
    carried: Vec<(String, usize)>,
    cells: usize,
    readable: bool,
}

/// Reads a file; `read` makes a row of its cells, or reports why it cannot.
pub(crate) fn parse<T>(
    file: &str,
    columns: &Columns,
    bytes: &[u8],
    mut read: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Parsed<T> {
    let mut parsed = Parsed {
        rows: Vec::new(),
        margins: Vec::new(),
        problems: Vec::new(),
        records: 0,
        refused: BTreeSet::new(),
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let problem = Problem::error(
            Kind::WrongEncoding,
            file,
            "the file is UTF-16 text",
            "save it as UTF-8 (CSV UTF-8)",
        );
        parsed.problems.push(problem);
        return parsed;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut lines = Lines { bytes, counted_to: 0, line: 1 };
    let mut record = csv::ByteRecord::new();
    let mut header: Option<Header> = None;
    // Reading from memory cannot fail, and `flexible` leaves nothing else to refuse.
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let start = record.position().map_or(0, csv::Position::byte) as usize;
        let end = reader.position().byte() as usize;
        let (start, line) = lines.start_of_record(start);
        let raw = &bytes[start.min(end)..end];
        let Some(header) = &header else {
            header = Some(read_header(file, columns, &record, raw, line, &mut parsed.problems));
            continue;
        };
        parsed.records += 1;
        if !header.readable {
            continue;
        }
        let cells = match cells_of(file, &record, raw, header, line) {
            Ok(cells) => cells,
            Err(problem) => {
                parsed.problems.push(*problem);
                continue;
            }
        };
        let mut row = Row {
            file,
            line,
            header,
            cells: &cells,
            problems: &mut parsed.problems,
            failed: false,
            refused: &mut parsed.refused,
        };
        let made = read(&mut row);
        if let (Some(made), false) = (made, row.failed) {
            let extra = row.extra();
            parsed.rows.push(made);
            parsed.margins.push(Margin { line: Some(line), extra });
        }
    }
    match header {
        None => parsed.problems.push(Problem::error(
            Kind::EmptyFile,
            file,
            "the file is empty",
            format!("begin it with a line of column names: {}", columns.all.join(",")),
        )),
        Some(header) if !header.readable && parsed.records > 0 => {
            let unread = format!("; so none of its {} rows could be read", thousands(parsed.records));
            if let Some(problem) = parsed.problems.last_mut() {
                problem.what.push_str(&unread);
            }
        }
        Some(_) => {}
    }
    parsed
}

fn read_header(
    file: &str,
    columns: &Columns,
    record: &csv::ByteRecord,
    raw: &[u8],
    line: u64,
    problems: &mut Vec<Problem>,
) -> Header {
    let mut header = Header { known: Vec::new(), carried: Vec::new(), cells: record.len(), readable: true };
    let unread = |kind, what: String, todo: String| Problem::error(kind, file, what, todo).at(Some(line));
    if let Some(fault) = quotes(raw) {
        header.readable = false;
        problems.push(unread(
            Kind::BrokenQuotes,
            fault.to_owned(),
            "write the column names without quotes".into(),
        ));
        return header;
    }
    let only = record.get(0).unwrap_or_default();
    let separators = [(b';', "';'"), (b'\t', "tabs"), (b'|', "'|'")];
    let other = separators.iter().find(|(separator, _)| only.contains(separator));
    if let (1, Some((_, name))) = (record.len(), other) {
        header.readable = false;
        let what = format!("the cells are separated by {name}");
        problems.push(unread(Kind::WrongSeparator, what, "save the file with ',' between the cells".into()));
        return header;
    }
    let mut seen = BTreeSet::new();
    for (index, cell) in record.iter().enumerate() {
        let Ok(name) = std::str::from_utf8(cell) else {
            let what = format!("the name of column {} is not UTF-8", index + 1);
            problems.push(unread(Kind::WrongEncoding, what, "save the file as UTF-8 (CSV UTF-8)".into()));
            continue;
        };
        let name = name.trim();
        if !name.is_empty() && !seen.insert(name.to_owned()) {
            let what = "the column stands twice".to_owned();
            problems
                .push(unread(Kind::RepeatedColumn, what, "delete or rename one of them".into()).column(name));
        } else if let Some(known) = columns.all.iter().find(|known| **known == name) {
            header.known.push((known, index));
        } else if name.starts_with("x_") && !name.chars().any(is_hidden) {
            header.carried.push((name.to_owned(), index));
        } else if name.is_empty() {
            let what = format!("column {} has no name", index + 1);
            problems.push(unread(Kind::UnknownColumn, what, "name it, or delete the column".into()));
        } else {
            let missing =
                columns.all.iter().copied().filter(|known| !record.iter().any(|c| c == known.as_bytes()));
            let otherwise = format!(
                "the columns are {}; begin the name with x_ to carry a column of your own along",
                columns.all.join(", ")
            );
            let todo = did_you_mean(closest(name, missing), &otherwise);
            problems.push(unread(Kind::UnknownColumn, "not a column of this file".into(), todo).column(name));
        }
    }
    let has = |column: &&str| header.known.iter().any(|(known, _)| known == column);
    for column in columns.required.iter().filter(|column| !has(column)) {
        header.readable = false;
        let todo = "add it to the first line and fill it for every row".to_owned();
        problems.push(unread(Kind::MissingColumn, format!("the column '{column}' is missing"), todo));
    }
    if !columns.one_of.is_empty() && !columns.one_of.iter().any(has) {
        header.readable = false;
        let what = format!("none of the columns {} is there", columns.one_of.join(", "));
        problems.push(unread(Kind::MissingColumn, what, "add one of them".into()));
    }
    header
}

fn cells_of<'a>(
    file: &str,
    record: &'a csv::ByteRecord,
    raw: &[u8],
    header: &Header,
    line: u64,
) -> Result<Vec<&'a str>, Box<Problem>> {
    let fail = |kind, what: String, todo: &str| -> Result<_, Box<Problem>> {
        Err(Box::new(Problem::error(kind, file, what, todo).at(Some(line))))
    };
    if let Some(fault) = quotes(raw) {
        let more = raw.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
        let swallowed =
            if more > 0 { format!(" ({} lines stand in it)", thousands(more + 1)) } else { String::new() };
        return fail(
            Kind::BrokenQuotes,
            format!("{fault}{swallowed}"),
            "put \" around the whole cell and write a \" inside it twice",
        );
    }
    let mut cells = Vec::with_capacity(record.len());
    for (index, cell) in record.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(cell) else {
            let text = String::from_utf8_lossy(cell);
            let what = format!("cell {} is not UTF-8: '{}'", index + 1, shown(&text));
            return fail(Kind::WrongEncoding, what, "save the file as UTF-8 (CSV UTF-8)");
        };
        cells.push(text);
    }
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        let what = "the row is empty and was passed over";
        let problem = Problem::warning(Kind::EmptyRow, file, what, "delete it");
        return Err(Box::new(problem.at(Some(line))));
    }
    if cells.len() != header.cells {
        let what = format!("the row has {} cells and the first line has {}", cells.len(), header.cells);
        let todo = if cells.len() > header.cells {
            "put \" around a cell that contains a ','"
        } else {
            "add the missing ','"
        };
        return fail(Kind::WrongCellCount, what, todo);
    }
    Ok(cells)
}

/// What is wrong with the quotes of a record. The reader itself is lenient: a quote that never closes
/// would swallow the rest of the file in silence.
fn quotes(raw: &[u8]) -> Option<&'static str> {
    if !raw.contains(&b'"') {
        return None;
    }
    let mut bytes = raw.iter().copied().peekable();
    let mut at_start = true;
    while let Some(byte) = bytes.next() {
        if byte == b'"' && at_start {
            loop {
                match bytes.next() {
                    None => return Some("a \" opens a cell and never closes"),
                    Some(b'"') if bytes.peek() == Some(&b'"') => {
                        bytes.next();
                    }
                    Some(b'"') => break,
                    Some(_) => {}
                }
            }
            if !matches!(bytes.peek(), None | Some(b',' | b'\n' | b'\r')) {
                return Some("something follows the \" that closes a cell");
            }
            at_start = false;
        } else {
            at_start = byte == b',';
        }
    }
    None
}

/// Counts physical lines as the reader goes along; `\n`, `\r\n` and a lone `\r` each end one.
struct Lines<'a> {
    bytes: &'a [u8],
    counted_to: usize,
    line: u64,
}

impl Lines<'_> {
    /// Where the record really begins (the reader may start it on blank lines before), and on which line.
    fn start_of_record(&mut self, start: usize) -> (usize, u64) {
        while self.counted_to < self.bytes.len() {
            let byte = self.bytes[self.counted_to];
            let ends_a_line = byte == b'\n' || byte == b'\r';
            if self.counted_to >= start && !ends_a_line {
                break;
            }
            let pair = byte == b'\r' && self.bytes.get(self.counted_to + 1) == Some(&b'\n');
            self.line += u64::from(ends_a_line && !pair);
            self.counted_to += 1;
        }
        (self.counted_to, self.line)
    }
}
