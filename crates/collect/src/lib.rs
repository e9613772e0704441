//! How data come in: from files of any layout through a small mapping. This crate reads and
//! translates; it keeps nothing, compares nothing and knows neither the ledger nor a page.

pub mod files;
