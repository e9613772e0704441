//! Organisations and accounts from text files: reading, checking, merging, erasing, writing back.
//!
//! The columns of `register/*.csv` are a contract with people who keep them in a spreadsheet, so every
//! refusal names file, line, column, value and what to do, and all of them are collected. The crate
//! reads files in [`load`] alone; everything else works on bytes and rows, returns bytes, and takes the
//! day as an argument. It knows nothing of posts, figures or pages.
//!
//! A file that has an error must not be rewritten from its rows, because the row with the error is not
//! among them: ask [`Loaded::may_rewrite`] first.

mod account_id;
mod cell;
pub mod check;
pub mod columns;
pub mod erase;
pub mod list;
mod load;
pub mod merge;
pub mod peer;
mod problem;
pub mod read;
mod sheet;
mod suggest;
pub mod write;

pub use check::check;
pub use columns::{Columns, FILES};
pub use erase::{Erased, Suppression, erase, known_as, withdrawn};
pub use list::{Changes, Cut, CutMerge, Disagreement, History, Standing, as_now, as_then, merge_cut};
pub use load::{Loaded, Margins, load};
pub use merge::{
    Contradiction, Learnt, Merge, Rename, merge_accounts, merge_denominators, merge_names,
    merge_organisations, merge_successions, merge_websites,
};
pub use peer::Index;
pub use problem::{Kind, Problem, SHOWN_OF_A_KIND, Severity, tidy};
pub use sheet::{Margin, Parsed};
