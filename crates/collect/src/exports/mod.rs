//! Reads what tools and platforms export of chats: posts with their authors, the posts and people that
//! come along, and what the file says of what is missing. One file a format (`docs/chat-exports.md`).
//! It streams, and translates into the ledger's words; which posts belong to a chat, and what is kept of
//! them, is not known here.
//!
//! The way of a record: `files::input` unpacks and decodes, `source` finds where it begins and ends,
//! `detect` tells what it is, the reader of its format makes records of it, `sink` counts them.

mod bluesky;
mod detect;
mod html;
mod json;
mod mastodon;
mod own;
mod pair;
mod people;
mod record;
mod reposts;
mod rtweet;
mod sink;
mod source;
mod table;
mod tags;
mod times;
mod words;
mod x;
mod x_v1;
mod x_v2;

use std::fmt;
use std::io::Read;
use std::str::FromStr;

use jiff::tz::TimeZone;
use someasure_model::Instant;

use crate::files::{FileError, Stop};

pub use pair::{along_with, read_pair};
pub use people::People;
pub use record::{ChatItem, Notice, NoticeKind, Person, Record, Summary};

/// What an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Told by its first records.
    Auto,
    /// Answers of X's interface, version 2, as twarc2 keeps them.
    XV2,
    /// Answers of X's interface, version 1.1, and its streams.
    XV1,
    /// A sheet of TAGS.
    Tags,
    /// A table of posts on X as rtweet, academictwitteR, twint or twarc-csv write it.
    Rtweet,
    /// Answers of Bluesky's interface.
    Bluesky,
    /// Answers of Mastodon's interface.
    Mastodon,
    /// Our own table.
    Own,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 8] = [
        Self::Auto,
        Self::XV2,
        Self::XV1,
        Self::Tags,
        Self::Rtweet,
        Self::Bluesky,
        Self::Mastodon,
        Self::Own,
    ];
    /// As it is written on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::XV2 => "x-v2",
            Self::XV1 => "x-v1",
            Self::Tags => "tags",
            Self::Rtweet => "rtweet",
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
            Self::Own => "own",
        }
    }
    /// One line for people.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Auto => "told by the first records of the file",
            Self::XV2 => "X (Twitter) API v2 JSON, as twarc2 writes it, flattened or not",
            Self::XV1 => "Twitter API v1.1 JSON: searches, timelines, streams, twarc 1",
            Self::Tags => "a TAGS sheet saved as CSV",
            Self::Rtweet => "CSV with the columns of rtweet, academictwitteR, twint or twarc-csv",
            Self::Bluesky => "Bluesky API JSON: searches, feeds, threads, records",
            Self::Mastodon => "Mastodon API JSON: statuses, timelines, contexts, searches",
            Self::Own => "our own CSV or JSONL: the columns of the ledger's posts",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not the name of a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a format of exports. The formats are: {formats}", formats = formats_in_words())]
pub struct FormatError(String);

impl FromStr for Format {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Self, FormatError> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| FormatError(text.to_owned()))
    }
}

fn formats_in_words() -> String {
    Format::ALL.map(|format| format!("{format} ({})", format.help())).join(", ")
}

/// What the file itself may not say.
#[derive(Debug, Clone)]
pub struct Options {
    /// The present: what claims to be of later is marked.
    pub now: Instant,
    /// When the posts were seen, where the file does not say. Without it the newest post's time is
    /// assumed, and everything is held in memory until that is known; `newest` learns it beforehand.
    pub observed_at: Option<Instant>,
    /// Where the clock stood of times without an offset, in our own tables alone: the other formats say it.
    pub time_zone: Option<TimeZone>,
    /// The Mastodon server that answered, where the file does not say.
    pub server: Option<String>,
    /// The encoding of the text, where it is not UTF-8 and has no byte order mark (`latin1`, `windows-1252`…).
    pub encoding: Option<String>,
}

impl Options {
    /// With the present, and nothing else stated.
    pub fn at(now: Instant) -> Self {
        Self { now, observed_at: None, time_zone: None, server: None, encoding: None }
    }
}

/// Why an export could not be read. Records handed out before are to be thrown away.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It could not be read, unpacked or decoded, or its outer structure is broken.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not one of the formats.
    #[error("{name}: what kind of export this is cannot be told. {seen}. The formats are: {formats}", formats = formats_in_words())]
    Unrecognised {
        /// The file.
        name: String,
        /// What its first record has.
        seen: String,
    },
    /// Not the format that was asked for.
    #[error("{name} is not {format} ({help}): {why}", help = format.help())]
    NotTheFormat {
        /// The file.
        name: String,
        /// What was asked for.
        format: Format,
        /// What it is instead, or lacks.
        why: String,
    },
    /// A record too long to be meant.
    #[error(
        "{name}, line {line}: the record that begins here is longer than 64 MiB; split it, or write one record a line"
    )]
    TooLong {
        /// The file.
        name: String,
        /// Where it begins.
        line: u64,
    },
    /// An encoding that is not known.
    #[error("'{0}' is not an encoding: use a name like utf-8, latin1 or windows-1252")]
    Encoding(String),
    /// The receiver of the records gave up.
    #[error("{0}")]
    Stopped(#[source] Stop),
}

/// Reads an export and hands everything in it to `each`, in the order of the file. `name` is for messages.
///
/// It streams, but holds everything back until the end where only the whole file tells what a record means: for
/// Mastodon (replies stand before the posts they answer), for TAGS and tables like rtweet's (a row may follow that
/// another row quotes), and where nothing says when the posts were seen.
///
/// A post may be a row twice, and come along beside: the consumer keeps one for each post and instant, a row before what
/// comes along. [`People`] does the same for people.
///
/// On an error, what was handed out before is to be thrown away: a file is imported whole or not at all.
pub fn read(
    input: impl Read,
    name: &str,
    format: Format,
    options: &Options,
    each: &mut dyn FnMut(Record) -> Result<(), Stop>,
) -> Result<Summary, ExportError> {
    let text = crate::files::input::open(input, name, encoding(options)?)?;
    let sink = sink::Sink::new(Summary::new(text.encoding), options, each);
    source::read(text, name, format, options, sink)
}

/// The encoding that was stated.
fn encoding(options: &Options) -> Result<Option<&'static encoding_rs::Encoding>, ExportError> {
    let known = |label: &String| {
        encoding_rs::Encoding::for_label(label.as_bytes()).ok_or_else(|| ExportError::Encoding(label.clone()))
    };
    options.encoding.as_ref().map(known).transpose()
}

/// When the newest post of an export was posted that is not after `options.now`: what [`read`] assumes for the
/// instant at which it was seen. With it in `options.observed_at`, `read` holds nothing back.
pub fn newest(
    input: impl Read,
    name: &str,
    format: Format,
    options: &Options,
) -> Result<Option<Instant>, ExportError> {
    let mut newest = None;
    let options = Options { observed_at: options.observed_at.or(Some(options.now)), ..options.clone() };
    read(input, name, format, &options, &mut |record| {
        if let Record::Post(item) | Record::Context(item) = &record {
            newest = newest.max(Some(item.post.created_at).filter(|time| *time <= options.now));
        }
        Ok(())
    })?;
    Ok(newest)
}
