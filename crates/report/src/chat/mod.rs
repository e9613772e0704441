//! Hashtag chats: a session's transcript in five formats, and the pages of a chat, its sessions and its network.
//!
//! The formats are pure functions of a [`Transcript`] and what stands around it, so that the command line writes the same
//! files as the site. Every text in them was written by somebody else: each format takes the harm out in its own way, and
//! what must not be published again is taken out once, before any of them is written.

mod activities;
mod csv;
mod fit;
mod html;
mod json;
mod markdown;
mod network;
mod network_file;
pub(crate) mod pages;
mod pictures;
mod sentences;
mod words;

use jiff::tz::TimeZone;
use someasure_model::Platform;
use someasure_model::chat::Transcript;

pub use network_file::network_picture;
pub(crate) use pages::organisation;

/// What stands around a transcript.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The chat's clock.
    pub zone: &'a TimeZone,
    /// Platforms whose terms forbid to publish words of posts again, each with the reason in a sentence.
    pub terms: &'a [(Platform, String)],
    /// Address of the transcript's page, where it has one: ids of ActivityStreams begin with it, and are relative to the
    /// file without it.
    pub address: Option<&'a str>,
}

/// The transcript in HTML, without a page around it: headings begin at `h2`. No script, no outside file; classes are those
/// of the site's `style.css`.
pub fn transcript_fragment(transcript: &Transcript, setting: &Setting<'_>) -> String {
    html::fragment(&fit::fit(transcript, setting.terms), setting, &|_| None).into_string()
}

/// The transcript as one HTML file that needs nothing but itself.
pub fn transcript_page(transcript: &Transcript, setting: &Setting<'_>) -> String {
    html::page(&fit::fit(transcript, setting.terms), setting).into_string()
}

/// The transcript in Markdown (CommonMark). Nothing that somebody wrote becomes markup in it.
pub fn transcript_markdown(transcript: &Transcript, setting: &Setting<'_>) -> String {
    markdown::write(&fit::fit(transcript, setting.terms), setting)
}

/// The transcript as CSV: a row for each post in the order of reading. The columns are documented in `docs/transcripts.md`.
pub fn transcript_csv(transcript: &Transcript, setting: &Setting<'_>) -> Vec<u8> {
    csv::write(&fit::fit(transcript, setting.terms), setting)
}

/// The transcript as JSON: the model's [`Transcript`] with the clock and terms around it. Documented in
/// `docs/transcripts.md`.
pub fn transcript_json(transcript: &Transcript, setting: &Setting<'_>) -> Vec<u8> {
    json::write(&fit::fit(transcript, setting.terms), setting)
}

/// The transcript as ActivityStreams 2.0: an `OrderedCollection` of activities by time.
pub fn transcript_activities(transcript: &Transcript, setting: &Setting<'_>) -> Vec<u8> {
    activities::write(&fit::fit(transcript, setting.terms), setting)
}
