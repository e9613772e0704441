//! An [`Edition`] drawn: pages, pictures and open data as bytes.
//!
//! This crate sees only the model. It reads no file, no clock and no network, and computes no statistic
//! that needs a method of its own: intervals arrive inside the figures, and what is derived here (medians
//! and quartiles over organisations, counts) is described on the pages that show it. The same edition
//! gives the same bytes.

mod chart;
mod comparison_data;
mod copies;
mod coverage;
mod data;
mod layout;
mod manifest;
mod number;
mod pages;
mod register;
mod register_data;
mod sentences;
mod site;
mod stage;
mod text;
mod view;
mod when;

use someasure_model::Edition;

pub use data::data;
pub use manifest::edition_json;

/// A file of the edition, to be written below the edition's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where, with `/`: `site/…` or `data/…`.
    pub path: String,
    /// What.
    pub bytes: Vec<u8>,
}

/// The site, file by file. Each page is drawn when it is asked for, so that thousands of organisations
/// need the memory of one.
pub fn site(edition: &Edition) -> impl Iterator<Item = File> {
    site::files(edition)
}
