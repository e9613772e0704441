//! From text to records: lines of JSON, elements of an array, one value over many lines, rows of a table;
//! and the shells in which recorders keep answers (`{uri, status, headers, body}`).

use std::io::Read;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::files::FileError;
use crate::files::input::{self, Text as Opened};
use crate::files::records::{Array, Lines, Record as Raw};

use super::json::{self, Text, filled};
use super::record::{NoticeKind, Summary};
use super::sink::Sink;
use super::{ExportError, Format, Options, bluesky, detect, mastodon, own, table, times, x_v1, x_v2};

/// The longest record of JSON.
pub(super) const LONGEST: usize = 64 * 1024 * 1024;
/// So many records, or bytes, are looked at before a file is given up as not recognised.
const LOOKED_AT: usize = 100;
const LOOKED_AT_BYTES: usize = 16 * 1024 * 1024;

enum Shape {
    Lines,
    Array,
    Whole,
    Table,
}

/// How the records stand in the file, by its beginning.
fn shape(head: &[u8]) -> Shape {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let Some(first) = lines.find(|line| !line.is_empty()) else { return Shape::Lines };
    let next = lines.find(|line| !line.is_empty());
    let whole = |line: &[u8]| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
    match first[0] {
        b'[' if whole(first) => Shape::Lines,
        b'[' => Shape::Array,
        // A value that goes on in the next line leaves off where something must follow; a line that was
        // damaged may leave off there too, and is followed by a whole one.
        b'{' => match (first.last(), next) {
            _ if ends_in_a_text(first) => Shape::Lines,
            (Some(b'{' | b'['), Some(_)) => Shape::Whole,
            (Some(b','), Some(next)) if !(next.starts_with(b"{") && whole(next)) => Shape::Whole,
            _ => Shape::Lines,
        },
        _ => Shape::Table,
    }
}

fn ends_in_a_text(line: &[u8]) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

pub(super) fn read(
    text: Opened<'_>,
    name: &str,
    format: Format,
    options: &Options,
    mut sink: Sink<'_>,
) -> Result<Summary, ExportError> {
    let terminator = input::terminator(&text.head);
    let shape = shape(&text.head);
    if text.head.trim_ascii().is_empty() {
        sink.summary.blank = true;
        return sink.finish(&|_| {});
    }
    if let Shape::Table = shape {
        return table::read(text, name, format, options, sink);
    }
    if matches!(format, Format::Tags | Format::Rtweet) {
        let why = "it is JSON, and this format is a table".to_owned();
        return Err(ExportError::NotTheFormat { name: name.to_owned(), format, why });
    }
    let mut engine = Engine::new(name, format, options, sink);
    let mut raw = Raw::default();
    let too_long = |line| ExportError::TooLong { name: name.to_owned(), line };
    match shape {
        Shape::Lines => {
            let mut lines = Lines::new(text.reader, name, terminator).up_to(LONGEST);
            while lines.next(&mut raw)? {
                if raw.fault.is_some() {
                    return Err(too_long(raw.line));
                }
                engine.record(raw.line, &raw.text)?;
            }
        }
        Shape::Array => {
            let mut array = Array::new(text.reader, name, &[]).several_up_to(LONGEST);
            while array.next(&mut raw)? {
                if raw.fault.is_some() {
                    return Err(too_long(raw.line));
                }
                engine.record(raw.line, &raw.text)?;
            }
        }
        Shape::Whole | Shape::Table => {
            let mut bytes = Vec::new();
            text.reader.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(|error| {
                FileError::Read { name: name.to_owned(), line: 0, why: input::explain(&error) }
            })?;
            if bytes.len() > LONGEST {
                return Err(too_long(1));
            }
            let mut values = serde_json::Deserializer::from_slice(&bytes).into_iter::<&RawValue>();
            let (mut line, mut counted) = (1, 0);
            loop {
                let start = values.byte_offset();
                let start =
                    start + bytes[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                line += memchr::memchr_iter(b'\n', &bytes[counted..start]).count() as u64;
                counted = start;
                match values.next() {
                    None => break,
                    Some(Ok(value)) => engine.record(line, value.get().as_bytes())?,
                    // What follows a broken value cannot be told apart any more: the rest is one bad row.
                    Some(Err(_)) => {
                        engine.record(line, &bytes[start..])?;
                        break;
                    }
                }
            }
        }
    }
    engine.finish()
}

/// An answer in the shell of its recorder.
#[derive(Deserialize)]
struct Recording<'a> {
    #[serde(borrow)]
    uri: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Headers<'a> {
    #[serde(borrow, alias = "Date")]
    date: Option<Text<'a>>,
}

/// What stands around a record.
#[derive(Default, Clone)]
struct Around {
    /// The address that was asked.
    uri: Option<String>,
    /// When the answer was given.
    date: Option<String>,
}

struct Engine<'e, 'o> {
    name: String,
    sink: Sink<'e>,
    reader: Option<Reader>,
    options: &'o Options,
    pending: Vec<(u64, Vec<u8>, Around)>,
    pending_bytes: usize,
}

enum Reader {
    XV2,
    XV1,
    Bluesky,
    Mastodon(mastodon::Mastodon),
    Own(own::Own),
}

impl<'e, 'o> Engine<'e, 'o> {
    fn new(name: &str, format: Format, options: &'o Options, sink: Sink<'e>) -> Self {
        let (name, pending) = (name.to_owned(), Vec::new());
        let mut engine = Self { name, sink, reader: None, options, pending, pending_bytes: 0 };
        if format != Format::Auto {
            engine.choose(format);
        }
        engine
    }

    fn choose(&mut self, format: Format) {
        self.sink.summary.format = format;
        self.reader = Some(match format {
            Format::XV1 => Reader::XV1,
            Format::Bluesky => Reader::Bluesky,
            Format::Mastodon => {
                // A reply may stand before the post it answers: ids are translated at the end.
                self.sink.hold();
                Reader::Mastodon(mastodon::Mastodon::new(self.options.server.clone()))
            }
            Format::Own => Reader::Own(own::Own::new(self.options.time_zone.clone())),
            Format::Auto | Format::XV2 | Format::Tags | Format::Rtweet => Reader::XV2,
        });
    }

    /// A value of the file: a record, a list of records, or either in a shell.
    fn record(&mut self, line: u64, json: &[u8]) -> Result<(), ExportError> {
        self.value(line, json, &Around::default(), 0)
    }

    fn value(&mut self, line: u64, json: &[u8], around: &Around, depth: usize) -> Result<(), ExportError> {
        let json = json.trim_ascii();
        if json.first() == Some(&b'[') && depth < 4 {
            return match serde_json::from_slice::<Vec<&RawValue>>(json) {
                Ok(elements) => {
                    for element in elements {
                        self.value(line, element.get().as_bytes(), around, depth + 1)?;
                    }
                    Ok(())
                }
                Err(_) => self.one(line, json, around),
            };
        }
        if depth < 4
            && memchr::memmem::find(json, b"\"body\"").is_some()
            && let Ok(Recording { uri: Some(uri), status: Some(_), headers, body: Some(body) }) =
                serde_json::from_slice::<Recording<'_>>(json)
        {
            let headers = headers.and_then(|raw| serde_json::from_str::<Headers<'_>>(raw.get()).ok());
            let date = headers.and_then(|headers| json::owned(&headers.date));
            let around = Around { uri: Some(uri.to_string()), date };
            let inner = match serde_json::from_str::<String>(body.get()) {
                Ok(text) if text.trim_start().starts_with(['{', '[']) => text,
                _ => body.get().to_owned(),
            };
            self.sink.summary.pages += 1;
            return self.value(line, inner.as_bytes(), &around, depth + 1);
        }
        self.one(line, json, around)
    }

    fn one(&mut self, line: u64, json: &[u8], around: &Around) -> Result<(), ExportError> {
        if self.reader.is_some() {
            return self.hand_on(line, json, around);
        }
        if is_nothing(json) {
            // R writes a page without posts so: it says nothing of the format.
            self.sink.begin(line);
            return self.sink.notice(true, NoticeKind::NotAPost, None, None, "nothing: an empty object");
        }
        let format = detect::json(json, around.uri.as_deref());
        if let Some(format) = format {
            self.choose(format);
            for (line, json, around) in std::mem::take(&mut self.pending) {
                self.hand_on(line, &json, &around)?;
            }
            return self.hand_on(line, json, around);
        }
        self.pending_bytes += json.len();
        self.pending.push((line, json.to_owned(), around.clone()));
        if self.pending.len() >= LOOKED_AT || self.pending_bytes > LOOKED_AT_BYTES {
            return Err(self.unrecognised());
        }
        Ok(())
    }

    fn unrecognised(&self) -> ExportError {
        let first = self.pending.first().map_or(&[][..], |(_, json, _)| json);
        let keys = json::keys(first);
        let start: String = String::from_utf8_lossy(&first[..first.len().min(60)]).into_owned();
        let seen = match serde_json::from_slice::<serde::de::IgnoredAny>(first) {
            Err(error) => format!("Its first record, {start:?}…, is broken JSON, perhaps cut off: {error}"),
            Ok(_) if keys.is_empty() => format!("It begins with {start:?}"),
            Ok(_) => format!("Its first record has the keys {}", keys.join(", ")),
        };
        ExportError::Unrecognised { name: self.name.clone(), seen }
    }

    fn hand_on(&mut self, line: u64, json: &[u8], around: &Around) -> Result<(), ExportError> {
        let sink = &mut self.sink;
        sink.begin(line);
        sink.seen_at(around.date.as_deref().and_then(times::any_with_offset));
        if !json.starts_with(b"{") {
            let shown: String = String::from_utf8_lossy(&json[..json.len().min(40)]).into_owned();
            return sink.bad(format!("is not an object of JSON but {shown:?}"), json);
        }
        match &mut self.reader {
            Some(Reader::XV1) => x_v1::record(json, sink),
            Some(Reader::Bluesky) => bluesky::record(json, sink),
            Some(Reader::Mastodon(mastodon)) => mastodon.record(json, around.uri.as_deref(), sink),
            Some(Reader::Own(own)) => own.record(json, sink),
            Some(Reader::XV2) | None => x_v2::record(json, &self.name, sink),
        }
    }

    fn finish(self) -> Result<Summary, ExportError> {
        if self.reader.is_none() && !self.pending.is_empty() {
            return Err(self.unrecognised());
        }
        match self.reader {
            Some(Reader::Mastodon(mastodon)) => {
                self.sink.finish(&|records| records.iter_mut().for_each(|record| mastodon.translate(record)))
            }
            _ => self.sink.finish(&|_| {}),
        }
    }
}

/// Whether it is an object without a key.
fn is_nothing(json: &[u8]) -> bool {
    json.strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"))
        .is_some_and(|rest| rest.trim_ascii().is_empty())
}

/// Hands out a record that is of the platform but holds no posts, with its keys.
pub(super) fn not_posts(json: &[u8], sink: &mut Sink<'_>) -> Result<(), ExportError> {
    let text = format!("no posts: an object with the keys {}", json::keys_in_words(json));
    sink.notice(true, NoticeKind::NotAPost, None, None, text)
}

/// The text of a field that may be missing.
pub(super) fn said<'t>(text: &'t Option<Text<'_>>) -> &'t str {
    filled(text).unwrap_or("nothing")
}
