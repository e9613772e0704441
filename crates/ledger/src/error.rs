//! What can go wrong with a ledger, in words that say what to do next.

use std::path::PathBuf;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::parquet::errors::ParquetError;

/// What can go wrong with a ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// Which file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Somebody else is writing.
    #[error("another someasure is writing to {path}; wait until it is done, then run this again")]
    Locked {
        /// The ledger.
        path: PathBuf,
    },
    /// Files but no manifest: nothing is deleted or written until a person has looked.
    #[error(
        "{path} is missing, but the ledger holds {files} Parquet file(s): restore it from a backup; without it nobody \
         can say which files count"
    )]
    ManifestMissing {
        /// Where the manifest should be.
        path: PathBuf,
        /// How many files lie there.
        files: usize,
    },
    /// The manifest names a file that is not there: nothing is deleted or written until a person has looked.
    #[error(
        "{path}: the manifest names it, and it is not there; restore the ledger from a backup. Nothing was changed"
    )]
    FileMissing {
        /// The file.
        path: PathBuf,
    },
    /// The manifest cannot be read.
    #[error("{path} cannot be read ({why}): restore it from a backup")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// Written by a later version.
    #[error(
        "the ledger was written with schema {found}, and this version of someasure knows {known}: use a newer someasure"
    )]
    TooNew {
        /// The ledger's schema version.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// A measure's SQL does not run, or gives what it must not give.
    #[error("measure '{id}': {why}")]
    Measure {
        /// Which measure.
        id: String,
        /// What is wrong and what to do.
        why: String,
    },
    /// A ledger is made at once only where there is none.
    #[error("{path} has rows already: what is made at once needs a folder of its own")]
    NotEmpty {
        /// The ledger.
        path: PathBuf,
    },
    /// What was kept of an answer is not what the same question is answered now.
    #[error(
        "{path} says something else than the ledger answers now. This is a fault of the program: please report it. Remove \
         the file, and build again"
    )]
    NotTheSame {
        /// What was kept.
        path: PathBuf,
    },
    /// Rows that must come in the order of their table do not.
    #[error(
        "rows of {table} come out of order: {key} after {before}. This is a fault of the program: please report it"
    )]
    NotInOrder {
        /// The table.
        table: &'static str,
        /// The key that came too late.
        key: String,
        /// The one before it.
        before: String,
    },
    /// The query engine failed.
    #[error("the query engine failed: {0}")]
    Engine(#[from] Box<DataFusionError>),
    /// A Parquet file of the ledger cannot be read or written.
    #[error("{path}: {source}; restore it from a backup")]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: ParquetError,
    },
    /// Rows cannot be put into Parquet.
    #[error("Parquet: {0}")]
    Parquet(#[from] ParquetError),
    /// Columns do not fit.
    #[error("columns: {0}")]
    Arrow(#[from] ArrowError),
}

impl From<DataFusionError> for LedgerError {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl LedgerError {
    /// Whether a query needed more memory than it may use.
    pub(crate) fn is_of_memory(&self) -> bool {
        match self {
            Self::Engine(error) => matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)),
            _ => false,
        }
    }

    /// A Parquet file that cannot be read or written, by its path.
    pub(crate) fn of_file(error: ParquetError, path: &std::path::Path) -> Self {
        match error {
            ParquetError::External(error) => match error.downcast::<std::io::Error>() {
                Ok(source) => Self::Io { path: path.to_owned(), source: *source },
                Err(error) => Self::File { path: path.to_owned(), source: ParquetError::External(error) },
            },
            source => Self::File { path: path.to_owned(), source },
        }
    }
}

/// Adds the path to what the file system said.
pub(crate) trait At<T> {
    fn at(self, path: &std::path::Path) -> Result<T, LedgerError>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, path: &std::path::Path) -> Result<T, LedgerError> {
        self.map_err(|source| LedgerError::Io { path: path.to_owned(), source })
    }
}
