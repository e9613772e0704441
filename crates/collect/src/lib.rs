//! How data come in: from files of any layout through a small mapping, and from the exports that tools
//! and platforms make of chats. This crate reads and translates; it keeps nothing, compares nothing and
//! knows neither the ledger nor a page.

pub mod exports;
pub mod files;
