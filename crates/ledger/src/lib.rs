//! What was observed, kept for good: Parquet files under `ledger/`, appended, erased and compacted by one
//! writer at a time, and the views that measures ask in SQL.
//!
//! DataFusion lives only here. This crate knows tables and rows; it does not know what a measure means,
//! how an interval is computed or how anything looks.
//!
//! A reader opens a [`Ledger`]; a writer opens a [`Writer`], which holds the lock until it is dropped.
//! Every change writes new files first and then replaces the manifest in one rename: before that rename
//! nothing has happened, after it everything has.

mod answer;
mod append;
mod bulk;
mod chat;
mod coverage;
mod deleted;
mod engine;
mod erase;
mod error;
mod figures;
pub mod hash;
mod kept;
mod latest;
mod manifest;
mod measure;
mod memory;
mod out;
mod parquet;
mod rewrite;
mod rows;
mod schema;
mod select;
mod session;
mod staged;
pub mod storage;
mod sum;
mod tables;
mod tried;
mod undo;
mod verify;
mod weekly;

pub use answer::{MeasureAnswer, MeasureRow, MeasureRows};
pub use append::{Conflict, Import, Imported, Merged, Ready};
pub use bulk::{Bulk, Part, Written};
pub use chat::{Called, ChatRows, Extent};
pub use coverage::{Coverage, Watched, Within};
pub use erase::{Compacted, Erased};
pub use error::LedgerError;
pub use figures::figures_parquet;
pub use manifest::{FileEntry, Ledger, Limits, Writer};
pub use schema::SCHEMA_VERSION;
pub use session::{Question, Session};
pub use undo::Undone;
pub use verify::Look;
