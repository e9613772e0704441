//! Two files that are one page: academictwitteR keeps the posts of a page in `data_ID.json`, and what came along with them
//! in `users_ID.json`. Read together a repost has the hashtags that X cut off, and everybody a name. Apart they are
//! read too: the one as posts, the other as what came along with none.

use std::io::Read;

use super::record::{Record, Summary};
use super::source::LONGEST;
use super::{ExportError, Format, Options, encoding, read};
use crate::files::{FileError, Stop, input};

/// The name of the file that holds what came along with the posts of this one.
pub fn along_with(name: &str) -> Option<String> {
    name.strip_prefix("data_").map(|rest| format!("users_{rest}"))
}

/// As [`read`], of a file of posts with the file of what came along. `names` are theirs, for messages.
pub fn read_pair(
    (data, along): (impl Read, impl Read),
    (data_name, along_name): (&str, &str),
    format: Format,
    options: &Options,
    each: &mut dyn FnMut(Record) -> Result<(), Stop>,
) -> Result<Summary, ExportError> {
    let stated = encoding(options)?;
    let mut includes = String::new();
    let opened = input::open(along, along_name, stated)?;
    opened.reader.take(LONGEST as u64 + 1).read_to_string(&mut includes).map_err(|error| {
        FileError::Read { name: along_name.to_owned(), line: 0, why: input::explain(&error) }
    })?;
    if includes.len() > LONGEST {
        return Err(ExportError::TooLong { name: along_name.to_owned(), line: 1 });
    }
    // Broken, it would take the posts with it that stand in the other file.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&includes) {
        let why = format!("what comes along with {data_name} is broken JSON, perhaps cut off: {error}");
        return Err(ExportError::NotTheFormat { name: along_name.to_owned(), format: Format::XV2, why });
    }
    let page = input::open(data, data_name, stated)?.reader;
    let page = (&br#"{"data":"#[..]).chain(page).chain(&br#","includes":"#[..]);
    let page = page.chain(includes.as_bytes()).chain(&b"}"[..]);
    let decoded = Options { encoding: None, ..options.clone() };
    read(page, data_name, format, &decoded, each)
}
