//! An edition of made-up data says so on every page, chart and file, whatever draws them: what is marked here is the
//! finished file, so that a page that is added tomorrow is marked too. An edition of real data is left as it is.
//!
//! Pages get a line that stays in sight, charts a word in their corner, tables a column, JSON a key, other texts a line of
//! comment. Styles, scripts and fonts say nothing about anybody and stay as they are.

use someasure_model::Edition;

use crate::File;
use crate::data::Sheet;

/// What stands on pages.
pub(crate) const SENTENCE: &str = "Simulated data. Nothing here was observed: accounts, posts and figures are made up, and say nothing about any real body.";
/// What stands in a chart.
const IN_CHART: &str = "Simulated data";
/// The column that tables have more.
pub(crate) const COLUMN: (&str, &str, &str) =
    ("simulated", "true or false", "The data are made up, and this row says nothing about any real body");

/// Files that say nothing about anybody.
const SILENT: [&str; 5] =
    ["site/style.css", "site/theme.css", "site/script.js", "site/compare.js", "site/icon.svg"];

/// Marks them, if the edition is made up.
pub(crate) fn marked(edition: &Edition, files: Vec<File>) -> Vec<File> {
    if !edition.simulated {
        return files;
    }
    files.into_iter().map(mark).collect()
}

/// The columns of a table of this edition: made-up data have one more.
pub(crate) fn columns(
    edition: &Edition,
    sheet: &Sheet,
) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> + use<> {
    sheet.columns.iter().chain(edition.simulated.then_some(&COLUMN))
}

/// Marks a table, if the edition is made up and the table is not marked.
pub(crate) fn marked_table(edition: &Edition, csv: Vec<u8>) -> Vec<u8> {
    if edition.simulated { table(&csv) } else { csv }
}

/// Marks a table that comes piece by piece, if the edition is made up.
pub(crate) fn marked_rows<'a>(
    edition: &Edition,
    pieces: Box<dyn Iterator<Item = Vec<u8>> + 'a>,
) -> Box<dyn Iterator<Item = Vec<u8>> + 'a> {
    if !edition.simulated {
        return pieces;
    }
    let mut rows = Rows::default();
    Box::new(pieces.map(move |piece| rows.read(&piece)))
}

/// Marks a picture, if the edition is made up.
pub(crate) fn marked_picture(edition: &Edition, svg: Vec<u8>) -> Vec<u8> {
    if edition.simulated { picture(svg) } else { svg }
}

/// Marks the pictures of a paper, if the edition is made up.
pub(crate) fn marked_pictures(edition: &Edition, files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    files.into_iter().map(|(name, svg)| (name, marked_picture(edition, svg))).collect()
}

/// What papers begin with, if the edition is made up: a line at the head of every page.
pub(crate) fn page_head(edition: &Edition) -> String {
    head_if(edition.simulated)
}

/// The same for papers that belong to no edition.
pub(crate) fn head_if(simulated: bool) -> String {
    if !simulated {
        return String::new();
    }
    format!(
        "#set page(header: align(center, box(fill: rgb(\"#FFEB3B\"), inset: 4pt, text(size: 7.5pt, weight: \"semibold\", fill: ink)[{SENTENCE}])))\n"
    )
}

/// The words that a description begins with, if the edition is made up.
pub(crate) fn in_words(edition: &Edition) -> &'static str {
    if edition.simulated { "Simulated data, made up from a seed: nothing was observed. " } else { "" }
}

pub(crate) fn mark(file: File) -> File {
    let File { path, bytes } = file;
    if SILENT.contains(&path.as_str()) || path.starts_with("site/fonts/") {
        return File { path, bytes };
    }
    let ending = path.rsplit('.').next().unwrap_or_default();
    let bytes = match ending {
        "html" => page(bytes),
        "svg" => picture(bytes),
        "csv" => table(&bytes),
        "json" | "jsonld" => object(bytes),
        "js" => before(&format!("// {SENTENCE}\n"), bytes),
        "md" => before(&format!("> **{SENTENCE}**\n\n"), bytes),
        "txt" => before(&format!("{SENTENCE}\n\n"), bytes),
        "xml" | "gexf" | "graphml" => after_declaration(&format!("<!-- {SENTENCE} -->"), bytes),
        _ => bytes,
    };
    File { path, bytes }
}

fn before(words: &str, bytes: Vec<u8>) -> Vec<u8> {
    let mut out = words.as_bytes().to_vec();
    out.extend(bytes);
    out
}

/// Only what is UTF-8 is changed, and all that we write is.
fn changed(bytes: Vec<u8>, change: impl FnOnce(&str) -> Option<String>) -> Vec<u8> {
    match std::str::from_utf8(&bytes).ok().and_then(change) {
        Some(text) => text.into_bytes(),
        None => bytes,
    }
}

fn page(bytes: Vec<u8>) -> Vec<u8> {
    changed(bytes, |text| {
        let body = text.find("<body")?;
        let inside = body + text[body..].find('>')? + 1;
        let mut out = String::with_capacity(text.len() + 4_096);
        out.push_str(&text[..inside]);
        // Its look stands with it: a page may have no style sheet of ours.
        out.push_str(&format!(
            "<aside class=\"simulated\" aria-label=\"Simulated data\" style=\"position:sticky;top:0;z-index:9;padding:.4rem 1rem;background:#FFEB3B;color:#212B32;font-size:1rem;line-height:1.3;text-align:center\"><strong>{SENTENCE}</strong></aside>"
        ));
        let mut rest = &text[inside..];
        // Charts are copied from pages as pictures of the screen.
        while let Some(at) = rest.find("<svg") {
            let end = at + rest[at..].find('>')? + 1;
            let tag = &rest[at..end];
            out.push_str(&rest[..end]);
            if tag.contains("class=\"chart\"") {
                out.push_str(&format!(
                    "<text x=\"100%\" y=\"10\" text-anchor=\"end\" font-size=\"12\" fill=\"#B3471B\">{IN_CHART}</text>"
                ));
            } else if tag.contains("role=\"img\"") {
                out.push_str(&format!("<desc>{IN_CHART}</desc>"));
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        Some(out)
    })
}

/// A picture as a file: the word at its top, at the right.
fn picture(bytes: Vec<u8>) -> Vec<u8> {
    changed(bytes, |text| {
        let end = text.rfind("</svg>")?;
        let width = text
            .find("viewBox=\"")
            .and_then(|at| text[at + 9..].split('"').next()?.split_whitespace().nth(2)?.parse::<f64>().ok())
            .unwrap_or(960.0);
        let mark = format!(
            "<text x=\"{}\" y=\"16\" text-anchor=\"end\" style=\"font:600 14px 'Source Sans 3',Arial,sans-serif;fill:#B3471B\">{IN_CHART}</text>",
            width - 8.0
        );
        Some(format!("{}{mark}{}", &text[..end], &text[end..]))
    })
}

/// A table with a column more.
fn table(bytes: &[u8]) -> Vec<u8> {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if String::from_utf8_lossy(first).trim_end().split(',').any(|name| name == COLUMN.0) {
        return bytes.to_vec();
    }
    let mut rows = Rows::default();
    let mut out = rows.read(bytes);
    rows.end_row(&mut out);
    out
}

/// Rows of a table under way. Line ends within quotes are not ends of rows.
#[derive(Default)]
struct Rows {
    /// After the header.
    below: bool,
    quoted: bool,
    begun: bool,
}

impl Rows {
    fn read(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        for byte in bytes {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => {
                    let returns = out.last() == Some(&b'\r');
                    if returns {
                        out.pop();
                    }
                    self.end_row(&mut out);
                    if returns {
                        out.push(b'\r');
                    }
                    out.push(b'\n');
                    continue;
                }
                _ => {}
            }
            self.begun = true;
            out.push(*byte);
        }
        out
    }

    /// Ends a row that has begun.
    fn end_row(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.begun) {
            out.extend(if std::mem::replace(&mut self.below, true) {
                b",true".as_slice()
            } else {
                b",simulated"
            });
        }
    }
}

/// An object with a key more; a list becomes an object that holds it.
fn object(bytes: Vec<u8>) -> Vec<u8> {
    changed(bytes, |text| {
        let start = text.trim_start();
        if let Some(rest) = start.strip_prefix('{') {
            let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
            return Some(format!("{{\"simulated\":true{comma}{rest}"));
        }
        start.starts_with('[').then(|| format!("{{\"simulated\":true,\"rows\":{}}}\n", start.trim_end()))
    })
}

fn after_declaration(words: &str, bytes: Vec<u8>) -> Vec<u8> {
    changed(bytes, |text| {
        let at = if text.starts_with("<?xml") { text.find("?>")? + 2 } else { 0 };
        Some(format!("{}{words}{}", &text[..at], &text[at..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, bytes: &str) -> String {
        let file = mark(File { path: path.to_owned(), bytes: bytes.as_bytes().to_vec() });
        String::from_utf8(file.bytes).unwrap()
    }

    #[test]
    fn every_row_of_a_table_says_so_and_line_ends_within_quotes_end_no_row() {
        let marked = text("site/a.csv", "a,b\n1,\"x\ny, \"\"z\"\"\"\n2,\n");
        assert_eq!(marked, "a,b,simulated\n1,\"x\ny, \"\"z\"\"\",true\n2,,true\n");
        assert_eq!(text("site/a.csv", &marked), marked);
        assert_eq!(text("site/a.csv", "a\r\n1"), "a,simulated\r\n1,true");
    }

    #[test]
    fn json_stays_json() {
        for (given, made) in [
            ("{\"a\":1}", "{\"simulated\":true,\"a\":1}"),
            ("{}\n", "{\"simulated\":true}\n"),
            ("[1]\n", "{\"simulated\":true,\"rows\":[1]}\n"),
        ] {
            assert_eq!(text("site/a.json", given), made);
            assert!(serde_json::from_str::<serde_json::Value>(made).is_ok());
        }
    }

    #[test]
    fn a_page_says_so_at_its_top_and_in_each_chart() {
        let page = text(
            "site/a.html",
            "<html><body id=\"a\"><svg class=\"chart\" role=\"img\" aria-label=\"1 &gt; 0\"><path/></svg><svg role=\"img\"></svg></body></html>",
        );
        assert_eq!(page.matches(SENTENCE).count(), 1);
        assert_eq!(page.matches(IN_CHART).count(), 2 + 2, "{page}");
        assert!(page.contains("<desc>Simulated data</desc></svg></body>"), "{page}");
    }

    #[test]
    fn what_says_nothing_about_anybody_stays_as_it_is() {
        assert_eq!(text("site/style.css", "a{}"), "a{}");
        assert_eq!(text("site/icon.svg", "<svg></svg>"), "<svg></svg>");
    }
}
