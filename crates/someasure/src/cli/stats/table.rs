//! The table that a question of `someasure stats` is about: where it comes from, and how what is wrong with it is
//! told by file and line.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use someasure_collect::files::{Matrix, Table as Columns, TableError};
use someasure_stats::Refused;

use crate::failure::{Failure, Outcome};

/// A CSV file whose columns are asked for by name; rows are labelled.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Columns,
    labels: Vec<String>,
}

impl Table {
    /// Reads FILE, or standard input for `-`. Without a column of labels, or in an empty cell of it, a row is
    /// labelled with its number, from 1.
    pub(crate) fn read(path: &Path, label: Option<&str>) -> Outcome<Self> {
        let (name, input) = open(path)?;
        let columns = Columns::read(input, &name).map_err(failure)?;
        let given = label.map(|label| columns.texts(label).map_err(failure)).transpose()?;
        let labels = (0..columns.rows())
            .map(|row| match given.as_ref().map(|given| given[row]) {
                Some(text) if !text.is_empty() => text.to_owned(),
                _ => (row + 1).to_string(),
            })
            .collect();
        Ok(Self { columns, labels })
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> &str {
        self.columns.name()
    }

    /// A label for every row, in the order of the file.
    pub(crate) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// A column of finite numbers.
    pub(crate) fn numbers(&self, column: &str) -> Outcome<Vec<f64>> {
        self.columns.numbers(column).map_err(failure)
    }

    /// A column of finite numbers in which a cell may be empty.
    pub(crate) fn numbers_and_gaps(&self, column: &str) -> Outcome<Vec<Option<f64>>> {
        self.columns.numbers_and_gaps(column).map_err(failure)
    }

    /// A column as it stands.
    pub(crate) fn texts(&self, column: &str) -> Outcome<Vec<&str>> {
        self.columns.texts(column).map_err(failure)
    }

    /// The line of the file at which a row, from 0, begins.
    pub(crate) fn line(&self, row: usize) -> u64 {
        self.columns.line(row)
    }

    /// What the statistics crate refused, told by file and line where a row is at fault.
    pub(crate) fn refused(&self, refused: &Refused) -> Failure {
        match refused.row() {
            Some(row) => self.wrong(row, &refused.reason()),
            None => Failure::wrong_data(format!("{}: {}", self.columns.name(), refused.reason())),
        }
    }

    /// A row, from 0, is wrong: `wrong(3, "has a denominator of 0")`.
    pub(crate) fn wrong(&self, row: usize, what: &str) -> Failure {
        let label = super::plain(self.labels.get(row).map_or("", String::as_str));
        Failure::wrong_data(format!(
            "{}:{}: row {} ({label}) {what}",
            self.columns.name(),
            self.columns.line(row),
            row + 1
        ))
    }
}

/// Rows of numbers without a header.
pub(crate) fn read_matrix(path: &Path) -> Outcome<Matrix> {
    let (name, input) = open(path)?;
    Matrix::read(input, &name).map_err(failure)
}

fn open(path: &Path) -> Outcome<(String, Box<dyn Read>)> {
    if path == Path::new("-") {
        return Ok(("standard input".to_owned(), Box::new(std::io::stdin().lock())));
    }
    let name = path.display().to_string();
    if path.is_dir() {
        return Err(Failure::usage(format!("{name} is a folder; name a file in it")));
    }
    match File::open(path) {
        Ok(file) => Ok((name, Box::new(file))),
        Err(error) => Err(Failure::usage(format!("{name} cannot be read: {error}; check the path"))),
    }
}

fn failure(error: TableError) -> Failure {
    match error {
        TableError::Column { .. } => Failure::usage(error.to_string()),
        _ => Failure::wrong_data(error.to_string()),
    }
}
