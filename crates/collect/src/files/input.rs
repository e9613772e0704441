//! From the bytes of a file to UTF-8: unpacks gzip and zstd (told by content), decodes, drops the byte
//! order mark, and looks at the beginning to tell the format. It streams; nothing is kept whole. What
//! cannot be decoded becomes the byte 0xFF, which is never valid UTF-8, so that the record in which it
//! stands is found bad and the others go on.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use super::error::FileError;
use super::mapping::Format;

const BUFFER: usize = 256 * 1024;
const HEAD: usize = 64 * 1024;

/// A file as UTF-8, with a copy of its beginning.
pub(crate) struct Text<'a> {
    pub(crate) reader: Box<dyn BufRead + 'a>,
    pub(crate) head: Vec<u8>,
    pub(crate) encoding: &'static str,
}

type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// Reads up to `size` bytes ahead; they are read again from what is returned.
fn peek<R: BufRead>(mut reader: R, size: usize) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut head = Vec::new();
    reader.by_ref().take(size as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// Why reading failed, in words that say what to do.
pub(crate) fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "the packed data end in the middle: the file was cut off; get it again".to_owned()
        }
        _ => format!("it cannot be read on: {error}"),
    }
}

/// Opens a file, packed or not, in any encoding.
pub(crate) fn open<'a>(
    input: impl Read + 'a,
    name: &str,
    stated: Option<&'static Encoding>,
) -> Result<Text<'a>, FileError> {
    let fail = |error: io::Error| FileError::Read { name: name.to_owned(), line: 0, why: explain(&error) };
    let (magic, packed) = peek(BufReader::with_capacity(BUFFER, input), 16).map_err(fail)?;
    let bytes: Box<dyn BufRead + 'a> = match magic.as_slice() {
        [0x1f, 0x8b, ..] => {
            Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(packed)))
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = zstd::stream::read::Decoder::with_buffer(packed).map_err(fail)?;
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        }
        _ => Box::new(packed),
    };
    let (mark, bytes) = peek(bytes, 16).map_err(fail)?;
    if let Some(what) = not_text(&mark) {
        return Err(FileError::NotRows { name: name.to_owned(), why: what.to_owned() });
    }
    let (encoding, mark_length) = Encoding::for_bom(&mark).unwrap_or_else(|| (stated.unwrap_or(UTF_8), 0));
    let mut bytes = bytes;
    io::copy(&mut bytes.by_ref().take(mark_length as u64), &mut io::sink()).map_err(fail)?;
    let text: Box<dyn BufRead + 'a> =
        if encoding == UTF_8 { Box::new(bytes) } else { Box::new(Decoded::new(bytes, encoding)) };
    let (head, reader) = peek(text, HEAD).map_err(fail)?;
    Ok(Text { reader: Box::new(reader), head, encoding: encoding.name() })
}

/// What a file is that is certainly no table of rows.
fn not_text(magic: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| magic.starts_with(with);
    if begins(b"PK\x03\x04") {
        Some("it is a ZIP archive or a workbook (xlsx): unpack it, or save the sheet as CSV")
    } else if begins(b"\xd0\xcf\x11\xe0") {
        Some("it is a workbook (xls): save the sheet as CSV")
    } else if begins(b"BZh") || begins(b"\xfd7zXZ") || begins(b"7z\xbc\xaf") || begins(b"Rar!") {
        Some("it is packed in a form that is not known here: unpack it first (gzip and zstd are known)")
    } else if begins(b"PAR1") {
        Some("it is a Parquet file: write it as CSV or JSONL first")
    } else if begins(b"SQLite format 3") {
        Some("it is an SQLite database: write the table as CSV or JSONL first")
    } else if begins(b"%PDF") {
        Some("it is a PDF, not a table")
    } else if magic.to_ascii_lowercase().starts_with(b"<!doctype html")
        || magic.to_ascii_lowercase().starts_with(b"<html")
    {
        Some("it is a web page, perhaps the error or log-in page of a download: get the data file itself")
    } else {
        None
    }
}

/// Decodes as it is read.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    out: Vec<u8>,
    from: usize,
    to: usize,
    finished: bool,
}

impl<R: BufRead> Decoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { inner, decoder, out: vec![0; BUFFER], from: 0, to: 0, finished: false }
    }
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.from == self.to && !self.finished {
            let source = self.inner.fill_buf()?;
            let last = source.is_empty();
            let room = self.out.len() - 1;
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(source, &mut self.out[..room], last);
            (self.from, self.to) = (0, written);
            match result {
                DecoderResult::InputEmpty => self.finished = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.out[written] = 0xff;
                    self.to += 1;
                }
            }
            self.inner.consume(read);
        }
        Ok(&self.out[self.from..self.to])
    }
    fn consume(&mut self, amount: usize) {
        self.from = (self.from + amount).min(self.to);
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

/// The format by the file's name, without the ending of its packing.
pub(super) fn format_by_name(name: &str) -> Option<Format> {
    let mut name = name.to_ascii_lowercase();
    for packed in [".gz", ".gzip", ".zst", ".zstd"] {
        if let Some(bare) = name.strip_suffix(packed) {
            name = bare.to_owned();
            break;
        }
    }
    match name.rsplit_once('.')?.1 {
        "csv" => Some(Format::Csv),
        "tsv" | "tab" => Some(Format::Tsv),
        "json" => Some(Format::Json),
        "jsonl" | "ndjson" | "jsonlines" => Some(Format::Jsonl),
        _ => None,
    }
}

/// The format of a file that neither the mapping nor its name tells; and whether a `.json` is one object
/// a line.
pub(super) fn format_by_content(by_name: Option<Format>, head: &[u8], rows_stated: bool) -> Format {
    let first = head.iter().position(|byte| !byte.is_ascii_whitespace());
    let begins_with = first.map(|at| head[at]);
    match (by_name, begins_with) {
        (Some(Format::Json), Some(b'{')) if !rows_stated && first_line_is_whole(head) => Format::Jsonl,
        (Some(Format::Jsonl), Some(b'[')) if !first_line_is_whole(head) => Format::Json,
        (Some(format), _) => format,
        (None, Some(b'[')) => Format::Json,
        (None, Some(b'{')) if rows_stated || !first_line_is_whole(head) => Format::Json,
        (None, Some(b'{')) => Format::Jsonl,
        (None, _) => {
            let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
            if line.contains(&b'\t') && !line.contains(&b',') { Format::Tsv } else { Format::Csv }
        }
    }
}

/// Whether the first line that is not blank is one JSON value.
fn first_line_is_whole(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let Some(line) = lines.next() else { return false };
    let cut_off = lines.next().is_none() && line.len() >= HEAD / 2;
    cut_off || serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// The separator of a table whose mapping states none: a comma, unless the header has none and has
/// another usual one.
pub(crate) fn separator(head: &[u8], terminator: u8) -> &'static str {
    let line = head.split(|byte| *byte == terminator).next().unwrap_or_default();
    let has = |byte| memchr::memchr(byte, line).is_some();
    match () {
        () if has(b',') => ",",
        () if has(b';') => ";",
        () if has(b'\t') => "\t",
        () if has(b'|') => "|",
        () => ",",
    }
}

/// What ends a line: a line feed, or in files of old Macs a carriage return.
pub(crate) fn terminator(head: &[u8]) -> u8 {
    if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' }
}
