//! Why a file as a whole could not be read. What is wrong with one row is a [`Bad`](super::Bad).

use super::toml_table::MappingError;

/// The error with which the receiver of items stops the reading.
pub type Stop = Box<dyn std::error::Error + Send + Sync>;

/// Why a file could not be read, or must not be believed. Rows handed out before it was found are to be
/// thrown away: the file is imported whole or not at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The mapping lacks something that this file would need.
    #[error("the mapping: {0}")]
    Mapping(#[from] MappingError),
    /// Reading or unpacking failed.
    #[error("{name}, after line {line}: {why}")]
    Read {
        /// The file.
        name: String,
        /// The last line that could be read.
        line: u64,
        /// What happened, and what to do.
        why: String,
    },
    /// Not a table of rows at all.
    #[error("{name}: {why}")]
    NotRows {
        /// The file.
        name: String,
        /// What it is instead, and what to do.
        why: String,
    },
    /// JSON whose outer structure is broken.
    #[error("{name}, line {line}: {why}")]
    Structure {
        /// The file.
        name: String,
        /// Where.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// The mapping names a column that the file has not.
    #[error("{name} has no column '{column}' ({wanted_by}){hint}. Its columns are: {has}")]
    NoSuchColumn {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// Which part of the mapping wants it.
        wanted_by: String,
        /// " (did you mean …?)", and what else helps.
        hint: String,
        /// What there is.
        has: String,
    },
    /// A file read without a mapping has a column that is no field.
    #[error(
        "{name} has the column '{column}', which is no field of {kind}{hint}. Rename it, or write a mapping. \
         The fields are: {fields}"
    )]
    UnknownColumn {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// The kind of rows.
        kind: &'static str,
        /// " (did you mean …?)"
        hint: String,
        /// What there could be.
        fields: String,
    },
    /// A record that runs over more lines than can be meant.
    #[error(
        "{name}, line {line}: the record that begins here is longer than 16 MiB; a quotation mark that opens \
         in it is probably never closed"
    )]
    Endless {
        /// The file.
        name: String,
        /// Where it begins.
        line: u64,
    },
    /// More bad rows than allowed.
    #[error(
        "{name}: {bad} of {rows} rows are bad, more than the share of {share} that is allowed \
         (max_bad_share). The first: {first}"
    )]
    TooManyBad {
        /// The file.
        name: String,
        /// Rows read so far.
        rows: u64,
        /// Bad ones among them.
        bad: u64,
        /// The share allowed.
        share: f64,
        /// The first bad row, in words.
        first: String,
    },
    /// Ids that a spreadsheet has rounded.
    #[error(
        "{name}: {rounded} of {long} long ids have only zeros after 15 digits, like {example}: a spreadsheet has rounded them, and \
         different posts now share an id. Get the file from its source again, and do not open it in a \
         spreadsheet (or import the column there as text)"
    )]
    RoundedIds {
        /// The file.
        name: String,
        /// Ids of 18 digits and more.
        long: u64,
        /// Those with zeros from the 16th digit on.
        rounded: u64,
        /// One of them.
        example: String,
    },
    /// The receiver of the items gave up.
    #[error("{0}")]
    Stopped(#[source] Stop),
}
