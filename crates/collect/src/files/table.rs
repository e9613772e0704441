//! A table of numbers as an analyst has it: a CSV file with a header row, read whole, its columns asked for by
//! name. Strict where a slip would become a number: an empty cell, "NA", "inf" or "1,234" is refused with its
//! line, its column and what to do. What the numbers mean is not known here.

use std::io::Read;

use super::error::FileError;
use super::input::{open, separator, terminator};
use super::records::{Lines, Record, Rows};
use super::row::unquoted;
use super::suggest::hint;

/// Why a table could not be read, or does not hold what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It cannot be unpacked, decoded or read to its end.
    #[error(transparent)]
    File(#[from] FileError),
    /// It holds no data.
    #[error("{name} {why}")]
    Nothing {
        /// The file.
        name: String,
        /// What is missing.
        why: &'static str,
    },
    /// A row is not like the others, or is none.
    #[error("{name}:{line}: {why}")]
    Row {
        /// The file.
        name: String,
        /// Where, from 1.
        line: u64,
        /// What is wrong, and what to do.
        why: String,
    },
    /// It has no such column, or two.
    #[error("{name} has {how_many} '{column}'{hint}; its columns are: {has}")]
    Column {
        /// The file.
        name: String,
        /// The column that was asked for.
        column: String,
        /// `no column` or `two columns`.
        how_many: &'static str,
        /// ` (did you mean …?)`, or nothing.
        hint: String,
        /// The columns there are.
        has: String,
    },
    /// A cell that must be a number is none.
    #[error("{name}:{line}: {column} is '{value}': {why}")]
    Number {
        /// The file.
        name: String,
        /// Where, from 1.
        line: u64,
        /// The column.
        column: String,
        /// The beginning of what stands there.
        value: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
}

/// A table with a header row. Rows count from 0, lines from 1.
///
/// Plain, gzip or zstd; UTF-8, or UTF-16 with its mark; separated by commas, or by semicolons, tabs or bars where
/// the header has no comma. Blank lines are passed over.
#[derive(Debug)]
pub struct Table {
    name: String,
    header: Vec<String>,
    rows: Vec<TableRow>,
}

#[derive(Debug)]
struct TableRow {
    line: u64,
    cells: Vec<String>,
}

impl Table {
    /// Reads it to its end. `name` is for messages.
    ///
    /// # Errors
    /// No header, no rows, a row with more or fewer cells than the header, text that cannot be decoded.
    pub fn read(input: impl Read, name: &str) -> Result<Self, TableError> {
        let mut rows = Vec::new();
        each_row(input, name, "the header", |line, cells| {
            rows.push(TableRow { line, cells: cells.iter().map(|cell| cell.trim().to_owned()).collect() });
            Ok(())
        })?;
        let nothing = |why| TableError::Nothing { name: name.to_owned(), why };
        if rows.is_empty() {
            return Err(nothing("is empty: it needs a header row that names the columns, and rows below it"));
        }
        let header = rows.remove(0).cells;
        if rows.is_empty() {
            return Err(nothing("has a header row and no rows below it"));
        }
        Ok(Self { name: name.to_owned(), header, rows })
    }

    /// What it is called in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many rows there are below the header.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The line of the file at which a row begins; 0 for a row that is not there.
    pub fn line(&self, row: usize) -> u64 {
        self.rows.get(row).map_or(0, |row| row.line)
    }

    /// A column as it stands, without the space around its cells.
    ///
    /// # Errors
    /// There is no such column, or there are two.
    pub fn texts(&self, column: &str) -> Result<Vec<&str>, TableError> {
        let at = self.position(column)?;
        Ok(self.rows.iter().map(|row| row.cells[at].as_str()).collect())
    }

    /// A column of finite numbers.
    ///
    /// # Errors
    /// There is no such column, or there are two, or one of its cells is no number.
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>, TableError> {
        let at = self.position(column)?;
        self.rows.iter().map(|row| number(&row.cells[at], &self.name, row.line, column)).collect()
    }

    fn position(&self, column: &str) -> Result<usize, TableError> {
        let mut found = (0..self.header.len()).filter(|at| self.header[*at] == column.trim());
        let (how_many, hint) = match (found.next(), found.next()) {
            (Some(at), None) => return Ok(at),
            (None, _) => ("no column", hint(column, self.header.iter().map(String::as_str))),
            _ => ("two columns", " (rename one)".to_owned()),
        };
        let (name, column, has) = (self.name.clone(), column.to_owned(), self.header.join(", "));
        Err(TableError::Column { name, column, how_many, hint, has })
    }
}

/// Rows of finite numbers without a header, like a covariance, in any form that a [`Table`] may have.
#[derive(Debug)]
pub struct Matrix {
    /// Numbers in a row.
    pub columns: usize,
    /// Row after row.
    pub values: Vec<f64>,
}

impl Matrix {
    /// Reads it to its end. `name` is for messages.
    ///
    /// # Errors
    /// No rows, rows of unlike length, a cell that is no number, text that cannot be decoded.
    pub fn read(input: impl Read, name: &str) -> Result<Self, TableError> {
        let (mut columns, mut values) = (0, Vec::new());
        each_row(input, name, "the first row", |line, cells| {
            columns = cells.len();
            for (at, cell) in cells.iter().enumerate() {
                values.push(number(cell.trim(), name, line, &format!("number {} of the row", at + 1))?);
            }
            Ok(())
        })?;
        if values.is_empty() {
            return Err(TableError::Nothing {
                name: name.to_owned(),
                why: "is empty: it needs rows of numbers",
            });
        }
        Ok(Self { columns, values })
    }
}

/// Hands over every row that is not blank with its line, all of the length of the first.
fn each_row(
    input: impl Read,
    name: &str,
    first: &str,
    mut each: impl FnMut(u64, &[std::borrow::Cow<'_, str>]) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let text = open(input, name, None)?;
    let end = terminator(&text.head);
    let separator = separator(&text.head, end);
    let mut rows = Rows::new(Lines::new(text.reader, name, end), separator, true);
    let (mut record, mut width) = (Record::default(), None);
    while rows.next(&mut record)? {
        let line = record.line;
        let wrong = |why: String| TableError::Row { name: name.to_owned(), line, why };
        if let Some(fault) = record.fault.take() {
            return Err(wrong(fault));
        }
        let text = str::from_utf8(&record.text)
            .map_err(|_| wrong("the text is not UTF-8; save the file as CSV in UTF-8".to_owned()))?;
        let found = record.fields.len();
        let width = *width.get_or_insert(found);
        if found != width {
            return Err(wrong(format!("the row has {found} cells, but {first} has {width}")));
        }
        let cells: Vec<_> = record.fields.iter().map(|(from, to)| unquoted(&text[*from..*to])).collect();
        each(line, &cells)?;
    }
    Ok(())
}

fn number(cell: &str, name: &str, line: u64, column: &str) -> Result<f64, TableError> {
    finite(cell).map_err(|why| TableError::Number {
        name: name.to_owned(),
        line,
        column: column.to_owned(),
        value: cell.chars().take(40).collect(),
        why,
    })
}

/// A number as most programs write one: digits, a point, an exponent. −0 is 0.
fn finite(cell: &str) -> Result<f64, &'static str> {
    const MISSING: [&str; 8] = ["na", "n/a", "nan", "null", "none", "-", ".", "?"];
    let lower = cell.to_lowercase();
    if cell.is_empty() {
        return Err("an empty cell is no number; give one, or leave the row out");
    }
    if MISSING.contains(&lower.as_str()) {
        return Err("a missing value is no number; give one, or leave the row out");
    }
    if lower.trim_start_matches(['+', '-']).starts_with("inf") || cell.contains('∞') {
        return Err("it must be finite");
    }
    if cell.ends_with('%') {
        return Err("write a percentage as a share: 0.12 for 12%");
    }
    if cell.contains(',') || cell.contains('\'') || cell.contains(char::is_whitespace) {
        return Err("write it with a decimal point and without thousands separators: 1234.5");
    }
    // What else the standard library takes for a number has letters.
    let plain = cell.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match cell.parse::<f64>() {
        Ok(value) if plain && value.is_finite() => Ok(value + 0.0),
        Ok(_) if plain => Err("it is too large to compute with"),
        _ => Err("it is no number"),
    }
}
