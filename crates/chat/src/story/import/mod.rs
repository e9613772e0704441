//! Stories that other tools exported: Storify's JSON, XML and pages, and lists of links as people copied them out of
//! Wakelet and the like. The curator's words are taken over, posts become references, and what cannot be taken along is told.
//!
//! The words of posts are not copied into the story: they come from the archive, by consent, at each build. Where the archive
//! does not hold a post, the exported words are kept in a file beside it, which no page is made from. What the forms
//! of the exports are known from, and what could not be checked, stands in docs/stories.md.

mod html;
mod json;
mod list;
mod write;
mod xml;

use jiff::civil::Date;
use someasure_model::PostId;
use someasure_model::chat::{ChatId, StoryId};

pub use write::kept_without;

/// The largest export that is read, in bytes.
const LARGEST: usize = 64 << 20;

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Storify's JSON.
    StorifyJson,
    /// Storify's XML.
    StorifyXml,
    /// Storify's page, as it was served or saved from a browser.
    StorifyHtml,
    /// Markdown, or lines with addresses: copied from Wakelet, a Twitter moment, a notebook.
    List,
}

impl Format {
    /// The form that a file has by its looks.
    pub fn of(text: &str) -> Self {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let head = start.get(..1_000).unwrap_or(start).to_lowercase();
        let is_page = head.starts_with("<!doctype html")
            || head.contains("<html")
            || head.contains("<li")
            || head.contains("<div");
        match start.chars().next() {
            Some('{') => Self::StorifyJson,
            Some('[') if serde_json::from_str::<serde_json::Value>(start).is_ok() => Self::StorifyJson,
            Some('<') if is_page => Self::StorifyHtml,
            Some('<') => Self::StorifyXml,
            _ => Self::List,
        }
    }
}

/// Why an export could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Too large.
    #[error("it has {0} bytes, and at most {LARGEST} are read: divide it")]
    TooLarge(usize),
    /// Not the form that it was said to have.
    #[error("it is not a story as {form} ({why}): say which form it has with --format")]
    Form {
        /// The form.
        form: &'static str,
        /// What the reader says.
        why: String,
    },
    /// Nothing in it.
    #[error("no words, posts or links were found in it: is it the export of a story?")]
    Empty,
}

/// What an import needs to know.
pub struct Wishes<'a> {
    /// The story's name.
    pub id: &'a StoryId,
    /// The chat that it tells of.
    pub chat: Option<&'a ChatId>,
    /// The day of the import, where the export has no date.
    pub today: Date,
    /// Whether the archive holds a post.
    pub holds: &'a dyn Fn(&PostId) -> bool,
}

/// An export, taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of `stories/<name>.md`, a draft.
    pub text: String,
    /// The text of `stories/<name>.imported.json`: words of posts that the archive does not hold. Not to be published.
    pub kept: Option<String>,
    /// What came, and what could not be taken along, in sentences.
    pub report: Vec<String>,
    /// How many posts are referred to.
    pub posts: usize,
    /// How many of them the archive does not hold.
    pub lacking: usize,
}

/// Takes an export over; without a form, by its looks.
pub fn import(text: &str, format: Option<Format>, wishes: &Wishes<'_>) -> Result<Imported, ImportError> {
    if text.len() > LARGEST {
        return Err(ImportError::TooLarge(text.len()));
    }
    let text = text.trim_start_matches('\u{feff}');
    let whole = match format.unwrap_or_else(|| Format::of(text)) {
        Format::StorifyJson => json::read(text)?,
        Format::StorifyXml => xml::read(text)?,
        Format::StorifyHtml => html::read(text),
        Format::List => list::read(text),
    };
    if whole.elements.is_empty() {
        return Err(ImportError::Empty);
    }
    Ok(write::write(whole, wishes))
}

/// An export, read.
#[derive(Debug, Default)]
struct Whole {
    title: String,
    about: String,
    curator: String,
    date: Option<Date>,
    /// Where it stood.
    address: String,
    elements: Vec<Element>,
    /// What the reader could not read.
    left: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Element {
    /// The curator's words, as Markdown that is safe already, and how many links in them were none of the web.
    Words(String, usize),
    /// Something on a platform.
    Post(Quoted),
    /// A page.
    Link { address: String, title: String },
    /// A picture that is not a post's, by its address.
    Picture { address: String, source: String },
}

/// A post, as an export quotes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Quoted {
    address: String,
    source: String,
    author: String,
    posted_at: String,
    words: String,
}

/// An address as it can be linked to: Storify wrote `//twitter.com/…`.
fn whole_address(address: &str) -> String {
    let address = address.trim();
    if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() }
}

/// The day of an instant as exports write it: `2015-01-14T…`, or seconds since 1970.
fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(date) = text.get(..10).and_then(|day| day.parse().ok()) {
        return Some(date);
    }
    let seconds: i64 = text.parse().ok()?;
    let seconds = if seconds > 100_000_000_000 { seconds / 1_000 } else { seconds };
    let stamp = jiff::Timestamp::from_second(seconds).ok()?;
    (seconds > 0).then(|| stamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}
