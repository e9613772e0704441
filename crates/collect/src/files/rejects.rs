//! The rows that were not taken, as a CSV file: where each stands, what is wrong and what it said, so
//! that a person can put it right and import it again.

use std::io::Write;

/// A row that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// The physical line at which it begins, from 1.
    pub line: u64,
    /// In an array of JSON: which row it is, from 1, since many may stand on one line.
    pub row: Option<u64>,
    /// The column of the file, where one value is to blame.
    pub column: Option<String>,
    /// That value, as the file has it.
    pub value: Option<String>,
    /// What is wrong, and what to do.
    pub why: String,
    /// The row as it stands in the file, at most 64 KiB of it.
    pub raw: String,
}

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column '{column}'")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// Writes bad rows as CSV: line, column, value, reason, raw.
pub struct RejectsWriter<W: Write> {
    csv: csv::Writer<W>,
    written: u64,
}

impl<W: Write> RejectsWriter<W> {
    /// A writer that has written nothing yet: without a bad row there is no header either.
    pub fn new(to: W) -> Self {
        Self { csv: csv::Writer::from_writer(to), written: 0 }
    }
    /// Writes one row.
    pub fn write(&mut self, bad: &Bad) -> Result<(), csv::Error> {
        if self.written == 0 {
            self.csv.write_record(["line", "column", "value", "reason", "raw"])?;
        }
        self.written += 1;
        let line = bad.line.to_string();
        let why = match bad.row {
            Some(row) => format!("row {row}: {}", bad.why),
            None => bad.why.clone(),
        };
        let column = bad.column.as_deref().unwrap_or_default();
        let value = bad.value.as_deref().unwrap_or_default();
        self.csv.write_record([&line, column, value, &why, &bad.raw])
    }
    /// How many rows were written.
    pub fn written(&self) -> u64 {
        self.written
    }
    /// Writes out what is buffered and gives the target back.
    pub fn finish(self) -> Result<W, std::io::Error> {
        self.csv.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}
