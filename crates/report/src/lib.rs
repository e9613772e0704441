//! An [`Edition`] drawn: pages, pictures and open data as bytes.
//!
//! This crate sees only the model. It reads no file, no clock and no network, and computes no statistic
//! that needs a method of its own: intervals arrive inside the figures, and what is derived here (medians
//! and quartiles over organisations, counts) is described on the pages that show it. The same edition
//! gives the same bytes.

mod chart;
mod chat;
mod comparison_data;
mod copies;
mod coverage;
mod data;
mod feed;
mod figure_data;
mod finder;
mod findings;
mod layout;
mod manifest;
mod nav;
mod number;
mod open_data;
mod pages;
mod paper;
mod presence;
mod register;
mod register_data;
mod sentences;
mod simulated;
mod site;
mod stage;
mod story;
mod text;
mod view;
mod when;

use someasure_model::Edition;

pub use chat::{
    Setting, network_picture, transcript_activities, transcript_csv, transcript_fragment, transcript_json,
    transcript_markdown, transcript_page,
};
pub use data::{InPieces, data, data_in_pieces};
pub use manifest::edition_json;
pub use open_data::{open_data, workbook};
pub use paper::{Source, card, paper_source, report_source, story_paper, story_source};
pub use site::Drawing;
pub use story::{StoryFrame, story_files, story_json, story_page};

/// A file that was made from made-up data outside an edition, marked as an edition's files are: by the ending of its name.
pub fn marked_as_simulated(file: File) -> File {
    simulated::mark(file)
}

/// What is said of made-up data wherever something of them is told.
pub const SIMULATED_DATA: &str = simulated::SENTENCE;

/// A file of the edition, to be written below the edition's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where, with `/`: `site/…` or `data/…`.
    pub path: String,
    /// What.
    pub bytes: Vec<u8>,
}

/// The site, file by file, in the order of its parts.
pub fn site(edition: &Edition) -> impl Iterator<Item = File> {
    let drawing = Drawing::of(edition);
    (0..drawing.parts()).flat_map(move |at| drawing.part(at))
}
