//! From UTF-8 bytes to records: the lines of JSONL, the elements of a JSON array, the rows of a table.
//! Each knows the physical line at which it begins. A record is at most 16 MiB; what is wrong with one
//! stays with it, so that the next is read all the same. What the fields mean is not known here.

use std::io::{self, BufRead};

use memchr::{memchr, memmem};

use super::error::FileError;
use super::input::explain;

/// The longest record.
pub(crate) const LONGEST: usize = 16 * 1024 * 1024;

/// A record, in buffers that are used again.
#[derive(Default)]
pub(crate) struct Record {
    /// Its bytes, without the end of the line.
    pub(crate) text: Vec<u8>,
    /// The physical line at which it begins, from 1.
    pub(crate) line: u64,
    /// In a table: where the fields are.
    pub(crate) fields: Vec<(usize, usize)>,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
    /// It swallowed the rest of the file: every line in it is a bad row.
    pub(crate) swallowed: bool,
}

impl Record {
    fn clear(&mut self, line: u64) {
        self.text.clear();
        self.fields.clear();
        self.line = line;
        self.fault = None;
        self.swallowed = false;
    }
}

fn too_long(longest: usize) -> String {
    format!("the record is longer than {} MiB", longest / 1024 / 1024)
}

enum Line {
    End,
    Whole,
    TooLong,
}

/// Physical lines, counted.
pub(crate) struct Lines<'a> {
    reader: Box<dyn BufRead + 'a>,
    name: String,
    terminator: u8,
    longest: usize,
    /// How many lines were read.
    line: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(reader: Box<dyn BufRead + 'a>, name: &str, terminator: u8) -> Self {
        Self { reader, name: name.to_owned(), terminator, longest: LONGEST, line: 0 }
    }
    /// With another length of the longest line.
    pub(crate) fn up_to(self, longest: usize) -> Self {
        Self { longest, ..self }
    }
    fn failed(&self, error: &io::Error) -> FileError {
        FileError::Read { name: self.name.clone(), line: self.line, why: explain(error) }
    }
    /// Appends the next line with its end. A line that makes the record too long is read to its end,
    /// but not kept.
    fn append(&mut self, text: &mut Vec<u8>) -> Result<Line, FileError> {
        let mut state = Line::End;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.failed(&error)),
            };
            if chunk.is_empty() {
                self.line += u64::from(!matches!(state, Line::End));
                return Ok(state);
            }
            let end = memchr(self.terminator, chunk).map(|at| at + 1);
            let length = end.unwrap_or(chunk.len());
            if text.len() + length > self.longest {
                state = Line::TooLong;
            } else if !matches!(state, Line::TooLong) {
                text.extend_from_slice(&chunk[..length]);
                state = Line::Whole;
            }
            self.reader.consume(length);
            if end.is_some() {
                self.line += 1;
                return Ok(state);
            }
        }
    }
    /// Reads the next line that is not blank, with its end. `false` at the end of the file.
    fn next_with_end(&mut self, record: &mut Record) -> Result<bool, FileError> {
        loop {
            record.clear(self.line + 1);
            match self.append(&mut record.text)? {
                Line::End => return Ok(false),
                Line::TooLong => record.fault = Some(too_long(self.longest)),
                Line::Whole if record.text.trim_ascii().is_empty() => continue,
                Line::Whole => {}
            }
            return Ok(true);
        }
    }
    /// Reads the next line that is not blank. `false` at the end of the file.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        let more = self.next_with_end(record)?;
        record.text.truncate(content_end(&record.text, self.terminator));
        Ok(more)
    }
}

/// Where the line's content ends and its end begins.
fn content_end(line: &[u8], terminator: u8) -> usize {
    let line = line.strip_suffix(&[terminator]).unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// The rows of a table.
pub(crate) struct Rows<'a> {
    lines: Lines<'a>,
    separator: memmem::Finder<'static>,
    quotes: bool,
}

enum Within {
    Start,
    Plain,
    Quoted,
    AfterQuote,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(lines: Lines<'a>, separator: &str, quotes: bool) -> Self {
        let separator = memmem::Finder::new(separator.as_bytes()).into_owned();
        Self { lines, separator, quotes }
    }
    /// Reads the next row that is not blank and splits it into fields, which keep their quotation marks.
    /// A quotation mark opens a quoted field only at its beginning; elsewhere it is an ordinary one.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        if !self.lines.next_with_end(record)? {
            return Ok(false);
        }
        if record.fault.is_some() {
            return Ok(true);
        }
        if !self.quotes || memchr(b'"', &record.text).is_none() {
            record.text.truncate(content_end(&record.text, self.lines.terminator));
            self.split_plain(record);
            return Ok(true);
        }
        self.split_quoted(record)?;
        Ok(true)
    }

    fn split_plain(&self, record: &mut Record) {
        let mut start = 0;
        if let [byte] = self.separator.needle() {
            for at in memchr::memchr_iter(*byte, &record.text) {
                record.fields.push((start, at));
                start = at + 1;
            }
        } else {
            for at in self.separator.find_iter(&record.text) {
                record.fields.push((start, at));
                start = at + self.separator.needle().len();
            }
        }
        record.fields.push((start, record.text.len()));
    }

    fn split_quoted(&mut self, record: &mut Record) -> Result<(), FileError> {
        let width = self.separator.needle().len();
        let (mut start, mut at, mut end) = (0, 0, content_end(&record.text, self.lines.terminator));
        let mut within = Within::Start;
        loop {
            match within {
                Within::Start => {
                    start = at;
                    within = Within::Plain;
                    if record.text.get(at) == Some(&b'"') && at < end {
                        at += 1;
                        within = Within::Quoted;
                    }
                }
                Within::Plain => match self.separator.find(&record.text[at..end]) {
                    Some(offset) => {
                        record.fields.push((start, at + offset));
                        at += offset + width;
                        within = Within::Start;
                    }
                    None => {
                        record.fields.push((start, end));
                        break;
                    }
                },
                Within::Quoted => match memchr(b'"', &record.text[at..end]) {
                    Some(offset) if record.text[..end].get(at + offset + 1) == Some(&b'"') => {
                        at += offset + 2;
                    }
                    Some(offset) => {
                        at += offset + 1;
                        within = Within::AfterQuote;
                    }
                    None => {
                        at = record.text.len();
                        match self.lines.append(&mut record.text)? {
                            Line::Whole => {
                                end = at + content_end(&record.text[at..], self.lines.terminator);
                            }
                            Line::TooLong => {
                                let name = self.lines.name.clone();
                                return Err(FileError::Endless { name, line: record.line });
                            }
                            Line::End => {
                                record.fault = Some(format!(
                                    "the quotation mark opened in line {} is never closed",
                                    record.line
                                ));
                                record.swallowed = true;
                                return Ok(());
                            }
                        }
                    }
                },
                Within::AfterQuote => {
                    if at == end {
                        record.fields.push((start, end));
                        break;
                    }
                    if record.text[at..end].starts_with(self.separator.needle()) {
                        record.fields.push((start, at));
                        at += width;
                        within = Within::Start;
                    } else {
                        let field = record.fields.len() + 1;
                        record.fault.get_or_insert_with(|| {
                            format!(
                                "text follows the closing quotation mark of field {field}; a quotation mark \
                                 within a field must be doubled"
                            )
                        });
                        within = Within::Plain;
                    }
                }
            }
        }
        record.text.truncate(end);
        Ok(())
    }
}

/// The elements of one JSON array, which may lie within objects.
pub(crate) struct Array<'a> {
    reader: Box<dyn BufRead + 'a>,
    name: String,
    /// The line that is being read.
    line: u64,
    path: Vec<String>,
    longest: usize,
    /// Whether another array may follow the first.
    several: bool,
    state: Inside,
}

enum Inside {
    Before,
    Elements { first: bool },
    After,
}

impl<'a> Array<'a> {
    pub(crate) fn new(reader: Box<dyn BufRead + 'a>, name: &str, path: &[String]) -> Self {
        let (name, path) = (name.to_owned(), path.to_vec());
        Self { reader, name, line: 1, path, longest: LONGEST, several: false, state: Inside::Before }
    }
    /// With another length of the longest element, and where array after array may stand in the file.
    pub(crate) fn several_up_to(self, longest: usize) -> Self {
        Self { longest, several: true, ..self }
    }

    /// Reads the next element. `false` after the last, when the file ends as it should.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        if let Inside::Before = self.state {
            self.find_array()?;
            self.state = Inside::Elements { first: true };
        }
        let Inside::Elements { mut first } = self.state else { return Ok(false) };
        while self.peek()? == Some(b']') {
            self.reader.consume(1);
            if self.several && self.peek()? == Some(b'[') {
                self.reader.consume(1);
                first = true;
                continue;
            }
            self.state = Inside::After;
            self.close_objects()?;
            return Ok(false);
        }
        if !first {
            self.expect(b',', "between two rows")?;
            self.peek()?;
        }
        self.state = Inside::Elements { first: false };
        record.clear(self.line);
        if !self.value(Some(&mut record.text))? {
            record.fault = Some(too_long(self.longest));
        }
        Ok(true)
    }

    fn find_array(&mut self) -> Result<(), FileError> {
        for key in self.path.clone() {
            self.expect(b'{', &format!("before '{key}'"))?;
            let mut seen = Vec::new();
            loop {
                if self.peek()? == Some(b'}') {
                    let why = format!(
                        "there is no '{key}' here (rows); the keys are {}",
                        if seen.is_empty() { "none".to_owned() } else { seen.join(", ") }
                    );
                    return Err(self.broken(why));
                }
                if !seen.is_empty() {
                    self.expect(b',', "between two keys")?;
                }
                let name = self.key()?;
                if name == key {
                    break;
                }
                self.value(None)?;
                if seen.len() < 50 {
                    seen.push(name);
                }
            }
        }
        match self.peek()? {
            Some(b'[') => {
                self.reader.consume(1);
                Ok(())
            }
            Some(b'{') if self.path.is_empty() => {
                self.reader.consume(1);
                let arrays = self.arrays_of_object();
                let which = if arrays.is_empty() {
                    "rows = \"data\"".to_owned()
                } else {
                    format!("rows = \"{}\"", arrays.join("\", or \""))
                };
                Err(self
                    .broken(format!("the file is an object, not an array: say where its rows are: {which}")))
            }
            _ => Err(self.broken("the rows must be an array: '[' is missing".to_owned())),
        }
    }

    /// The keys of the object that hold an array, as far as they can be read.
    fn arrays_of_object(&mut self) -> Vec<String> {
        let mut arrays = Vec::new();
        while let Ok(key) = self.key() {
            if matches!(self.peek(), Ok(Some(b'['))) {
                arrays.push(key);
            }
            if self.value(None).is_err() || self.expect(b',', "").is_err() || arrays.len() >= 5 {
                break;
            }
        }
        arrays
    }

    fn close_objects(&mut self) -> Result<(), FileError> {
        for _ in 0..self.path.len() {
            while self.peek()? == Some(b',') {
                self.reader.consume(1);
                self.key()?;
                self.value(None)?;
            }
            self.expect(b'}', "after the rows")?;
        }
        match self.peek()? {
            None => Ok(()),
            Some(_) => Err(self.broken("something follows the end of the JSON value".to_owned())),
        }
    }

    /// `"key":`
    fn key(&mut self) -> Result<String, FileError> {
        self.peek()?;
        let mut raw = Vec::new();
        self.value(Some(&mut raw))?;
        let key = serde_json::from_slice(&raw)
            .map_err(|_| self.broken("a key in quotation marks is missing".to_owned()))?;
        self.expect(b':', "after a key")?;
        Ok(key)
    }

    fn broken(&self, why: String) -> FileError {
        FileError::Structure { name: self.name.clone(), line: self.line, why }
    }

    fn fill(&mut self) -> Result<&[u8], FileError> {
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let (name, line) = (self.name.clone(), self.line);
                    return Err(FileError::Read { name, line, why: explain(&error) });
                }
            }
        }
        self.reader.fill_buf().map_err(|error| FileError::Read {
            name: self.name.clone(),
            line: self.line,
            why: explain(&error),
        })
    }

    /// The next byte that is not white space, which is not consumed.
    fn peek(&mut self) -> Result<Option<u8>, FileError> {
        loop {
            let chunk = self.fill()?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let blank = chunk.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(chunk.len());
            let lines = memchr::memchr_iter(b'\n', &chunk[..blank]).count() as u64;
            let next = chunk.get(blank).copied();
            self.line += lines;
            self.reader.consume(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    fn expect(&mut self, byte: u8, place: &str) -> Result<(), FileError> {
        match self.peek()? {
            Some(found) if found == byte => {
                self.reader.consume(1);
                Ok(())
            }
            Some(found) => {
                let (found, byte) = (found as char, byte as char);
                Err(self.broken(format!("expected '{byte}' {place}, found '{found}': the JSON is broken")))
            }
            None => Err(self.broken("the JSON ends in the middle: the file was cut off".to_owned())),
        }
    }

    /// Reads over one value and keeps its bytes. `false` where it is too long to be kept.
    fn value(&mut self, mut keep: Option<&mut Vec<u8>>) -> Result<bool, FileError> {
        self.peek()?;
        let (mut depth, mut in_string, mut escaped, mut length) = (0usize, false, false, 0usize);
        let (mut fits, longest) = (true, self.longest);
        loop {
            let chunk = self.fill()?;
            if chunk.is_empty() {
                return Err(self.broken("the JSON ends in the middle: the file was cut off".to_owned()));
            }
            let (mut used, mut lines, mut done) = (0, 0, false);
            for byte in chunk {
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => {
                            in_string = false;
                            done = depth == 0;
                        }
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' if depth > 0 => {
                            depth -= 1;
                            done = depth == 0;
                        }
                        b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => {
                            done = true;
                            break;
                        }
                        _ => {}
                    }
                }
                lines += u64::from(*byte == b'\n');
                used += 1;
                if done {
                    break;
                }
            }
            length += used;
            if let Some(kept) = keep.as_deref_mut() {
                fits = fits && length <= longest;
                if fits {
                    kept.extend_from_slice(&chunk[..used]);
                }
            }
            self.line += lines;
            self.reader.consume(used);
            if done {
                return match length {
                    0 => Err(self.broken("a value is missing: the JSON is broken".to_owned())),
                    _ => Ok(fits),
                };
            }
        }
    }
}
