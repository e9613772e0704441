//! A Typst source as a tagged PDF (PDF/UA-1 and PDF/A-2a): the standard refuses a picture without alternative
//! text, a document without title, and a heading out of order, and so does this function.

use jiff::civil::Date;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{DiagSpanKind, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::{FONTS, printable};

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A file's name is no path inside the document.
    #[error("the file name '{0}' is no plain path: use letters, digits, '-', '.' and '/'")]
    Name(String),
    /// The source cannot be set, or not as the standards ask; each line begins with its place in the source.
    #[error("the source cannot be made a PDF:\n{0}")]
    Source(String),
}

/// A document that has been set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
}

/// Sets `source`, in Typst's language, with `files` beside it (path and bytes). `date` is the day that the
/// document and its metadata bear; `identifier` says which document it is, from one version to the next.
/// Title and language are the source's own. The same arguments give the same bytes.
pub fn pdf(source: &str, files: &[(String, Vec<u8>)], date: Date, identifier: &str) -> Result<Pdf, PdfError> {
    let place = Place::new(source, files, date)?;
    let said = |errors: &[SourceDiagnostic]| {
        PdfError::Source(errors.iter().map(|error| place.describe(error)).collect::<Vec<_>>().join("\n"))
    };
    let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
        .map_err(|error| PdfError::Source(error.message().to_string()))?;
    let document = typst::compile::<PagedDocument>(&place).output.map_err(|errors| said(&errors))?;
    let options = PdfOptions {
        ident: Smart::Custom(identifier.to_owned()),
        creator: Smart::Custom(Some("SoMeasure".to_owned())),
        timestamp: place.today(None).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| said(&errors));
    // Nothing is remembered from one document to the next: a thousand papers need the memory of one.
    typst::comemo::evict(0);
    Ok(Pdf { bytes: bytes?, pages: document.pages().len() })
}

/// All that the source can see.
struct Place<'a> {
    library: LazyHash<Library>,
    source: Source,
    files: Vec<(FileId, &'a str, Bytes)>,
    date: Date,
}

impl<'a> Place<'a> {
    fn new(source: &str, files: &'a [(String, Vec<u8>)], date: Date) -> Result<Self, PdfError> {
        let id = |name: &str| {
            let path = VirtualPath::new(name).map_err(|_| PdfError::Name(name.to_owned()))?;
            Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
        };
        let files = files
            .iter()
            .map(|(name, bytes)| {
                // Words in a chart are held to the same typeface.
                let bytes = match std::str::from_utf8(bytes) {
                    Ok(text) if name.ends_with(".svg") => Bytes::from_string(printable(text).into_owned()),
                    _ => Bytes::new(bytes.clone()),
                };
                Ok((id(name)?, name.as_str(), bytes))
            })
            .collect::<Result<_, PdfError>>()?;
        Ok(Self {
            library: LazyHash::new(Library::default()),
            source: Source::new(id("paper.typ")?, printable(source).into_owned()),
            files,
            date,
        })
    }

    /// `line 3, column 7: what (hint: …): the line`
    fn describe(&self, error: &SourceDiagnostic) -> String {
        let hints: String = error.hints.iter().map(|hint| format!(" (hint: {})", hint.v)).collect();
        let said = format!("{}{hints}", error.message);
        if let Some(id) = error.span.id()
            && let Some((_, name, _)) = self.files.iter().find(|(file, ..)| *file == id)
        {
            return format!("{name}: {said}");
        }
        let at = match error.span.get() {
            DiagSpanKind::Detached => None,
            _ => {
                self.range(error.span).and_then(|range| self.source.lines().byte_to_line_column(range.start))
            }
        };
        match at {
            Some((line, column)) => {
                let text =
                    self.source.lines().line_to_range(line).map_or("", |range| &self.source.text()[range]);
                let text: String = text.trim().chars().take(160).collect();
                format!("line {}, column {}: {said}: {text}", line + 1, column + 1)
            }
            None => said,
        }
    }
}

impl World for Place<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }
    fn main(&self) -> FileId {
        self.source.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(missing(id)) }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files
            .iter()
            .find(|(file, ..)| *file == id)
            .map(|(.., bytes)| bytes.clone())
            .ok_or_else(|| missing(id))
    }
    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        let part = |number: i8| u8::try_from(number).ok();
        Datetime::from_ymd(i32::from(self.date.year()), part(self.date.month())?, part(self.date.day())?)
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "#set document(title: [A title])\n#set text(font: \"Source Sans 3\", lang: \"en\")\n";
    const DOT: &[u8] =
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle r='4' cx='4' cy='4'/></svg>";

    fn set(body: &str) -> Result<Pdf, PdfError> {
        let files = [("dot.svg".to_owned(), DOT.to_vec())];
        pdf(&format!("{HEAD}{body}"), &files, jiff::civil::date(2026, 11, 24), "a")
    }

    #[test]
    fn the_same_arguments_give_the_same_bytes() {
        let body = "= One\nText #image(\"dot.svg\", alt: \"A dot\").";
        let bytes = set(body).unwrap();
        assert_eq!(bytes, set(body).unwrap());
        assert!(bytes.bytes.starts_with(b"%PDF-1.7") && bytes.pages == 1);
    }

    #[test]
    fn a_picture_without_alternative_text_is_refused_with_its_place() {
        let error = set("= One\n#image(\"dot.svg\")").unwrap_err().to_string();
        assert!(error.contains("line 4, column ") && error.contains("alt"), "{error}");
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let error = set("= One\n#unknown").unwrap_err().to_string();
        assert!(error.contains("line 4, column 2: unknown variable: unknown"), "{error}");
    }

    #[test]
    fn nothing_is_read_but_what_was_given() {
        for name in ["/etc/passwd", "../x.svg", "@preview/cetz:0.3.4"] {
            assert!(set(&format!("#read(\"{name}\")")).is_err(), "{name}");
        }
        assert!(set("#import \"@preview/cetz:0.3.4\"").is_err());
    }
}
