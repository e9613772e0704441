//! `figures.xlsx`: the open data for people who work in spreadsheets. Made from the CSV files, so that its numbers are
//! theirs. After the advice of the United Kingdom's Government Analysis Function: a cover sheet, one marked table a
//! sheet that begins in column A below its title, no merged cell, and a written code in every cell that has no entry.
//! Cells hold texts, numbers and true or false, never a formula.

use std::borrow::Cow;
use std::io::{self, Write};

use someasure_model::{Edition, Figure};

use super::{TITLE_LIMIT, zip::Zip};
use crate::data::{SHEETS, Sheet, data_in_pieces};
use crate::figure_data;
use crate::number::whole;
use crate::simulated::{columns, in_words, marked_table};
use crate::text::{clean, name, shorten};
use crate::view::STATUSES;

/// Codes for what is missing, with what they mean.
pub(crate) const CODES: [(&str, &str); 3] = [
    ("[u]", "There are too few data to say something true"),
    ("[z]", "Does not apply: there is no interval, its end is open, or the platform does not offer it"),
    ("[x]", "No entry: not collected, not stated or not there; columns such as status and reason say more"),
];

/// What a sheet of a spreadsheet holds, less title, note and header.
const MOST_ROWS: usize = 1_048_576 - 3;
/// Far more text than anyone can open; below what an archive's entry holds.
const MOST_BYTES: u64 = 2_000_000_000;
/// A cell holds 32,767 UTF-16 units.
const MOST_UNITS: usize = 32_000;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A sheet as it was written.
struct Written {
    sheet: &'static Sheet,
    columns: Vec<&'static (&'static str, &'static str, &'static str)>,
    /// What the sheet's second line begins with.
    says: &'static str,
    rows: usize,
    left_out: usize,
}

/// The workbook.
pub(crate) fn xlsx(edition: &Edition) -> io::Result<Vec<u8>> {
    let main = crate::site::headline_periods(edition);
    let of_main_period =
        |figure: &&Figure| main.get(&figure.measure_id).is_some_and(|period| **period == *figure.period);
    let mut zip = Zip::default();
    let mut written = Vec::new();
    let mut without_rows = Vec::new();
    let mut number = 1; // the cover
    for (sheet, file) in SHEETS.iter().zip(data_in_pieces(edition)) {
        // Rows come through CSV, so that a sheet says what the file says; figures are many, and most are not needed.
        let csv: Vec<u8> = if sheet.file == SHEETS[0].file {
            figure_data::csv(edition, edition.figures.iter().filter(of_main_period))
        } else {
            file.pieces.collect::<Vec<_>>().concat()
        };
        let csv = marked_table(edition, csv);
        if csv::Reader::from_reader(csv.as_slice()).byte_records().next().is_none() {
            without_rows.push(sheet.file);
            continue;
        }
        number += 1;
        let mut done = Written {
            sheet,
            columns: columns(edition, sheet).collect(),
            says: in_words(edition),
            rows: 0,
            left_out: 0,
        };
        zip.add(&format!("xl/worksheets/sheet{number}.xml"), |out| write_sheet(out, &csv, &mut done))?;
        zip.add(&format!("xl/worksheets/_rels/sheet{number}.xml.rels"), |out| {
            write!(out, "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{LINKS}/table\" Target=\"../tables/table{number}.xml\"/></Relationships>")
        })?;
        zip.add(&format!("xl/tables/table{number}.xml"), |out| write_table(out, number, &done))?;
        written.push(done);
    }
    zip.add("xl/worksheets/sheet1.xml", |out| write_cover(out, edition, &written, &without_rows))?;
    zip.add("xl/styles.xml", |out| write!(out, "{HEAD}<styleSheet xmlns=\"{MAIN}\"><fonts count=\"3\"><font><sz val=\"12\"/><name val=\"Arial\"/></font><font><b/><sz val=\"15\"/><name val=\"Arial\"/></font><font><b/><sz val=\"12\"/><name val=\"Arial\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/><xf numFmtId=\"0\" fontId=\"2\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"))?;
    zip.add("xl/workbook.xml", |out| {
        write!(out, "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets><sheet name=\"cover\" sheetId=\"1\" r:id=\"rId1\"/>")?;
        for (at, done) in written.iter().enumerate() {
            write!(out, "<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", stem(done.sheet), n = at + 2)?;
        }
        out.write_all(b"</sheets></workbook>")
    })?;
    zip.add("xl/_rels/workbook.xml.rels", |out| {
        write!(out, "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">")?;
        for n in 1..=written.len() + 1 {
            write!(
                out,
                "<Relationship Id=\"rId{n}\" Type=\"{LINKS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
            )?;
        }
        write!(
            out,
            "<Relationship Id=\"rId{}\" Type=\"{LINKS}/styles\" Target=\"styles.xml\"/></Relationships>",
            written.len() + 2
        )
    })?;
    zip.add("docProps/core.xml", |out| {
        // Whole seconds, as every reader takes them.
        let at = edition.as_at.datetime().strftime("%Y-%m-%dT%H:%M:%SZ");
        write!(out, "{HEAD}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>en</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:modified></cp:coreProperties>",
            xml(&super::title(edition)), xml(&super::publisher(edition)))
    })?;
    zip.add("_rels/.rels", |out| write!(out, "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{LINKS}/officeDocument\" Target=\"xl/workbook.xml\"/><Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"))?;
    zip.add("[Content_Types].xml", |out| {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        write!(out, "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"{kind}.styles+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>")?;
        for n in 1..=written.len() + 1 {
            write!(out, "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{kind}.worksheet+xml\"/>")?;
            if n > 1 {
                write!(out, "<Override PartName=\"/xl/tables/table{n}.xml\" ContentType=\"{kind}.table+xml\"/>")?;
            }
        }
        out.write_all(b"</Types>")
    })?;
    Ok(zip.finish())
}

fn write_sheet(out: &mut super::zip::Entry, csv: &[u8], done: &mut Written) -> io::Result<()> {
    let sheet = done.sheet;
    let columns = done.columns.clone();
    let status = columns.iter().position(|(column, ..)| *column == "status");
    write!(
        out,
        "{HEAD}<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"3\" topLeftCell=\"A4\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>"
    )?;
    for (n, (column, kind, _)) in columns.iter().enumerate() {
        let least = if *kind == "text" { 28 } else { 12 };
        write!(
            out,
            "<col min=\"{n}\" max=\"{n}\" width=\"{}\" customWidth=\"1\"/>",
            (column.len() + 5).max(least),
            n = n + 1
        )?;
    }
    out.write_all(b"</cols><sheetData><row r=\"1\">")?;
    write_text(out, 0, 1, 1, sheet.row)?;
    out.write_all(b"</row><row r=\"2\">")?;
    let scope = if sheet.file == SHEETS[0].file {
        "Each measure’s main period; all periods are in figures.csv. "
    } else {
        ""
    };
    write_text(
        out,
        0,
        2,
        0,
        &format!(
            "{}This sheet has one table. {scope}Codes such as [x] are explained on the cover, columns in the sheet dictionary.",
            done.says
        ),
    )?;
    out.write_all(b"</row><row r=\"3\">")?;
    for (n, (column, ..)) in columns.iter().enumerate() {
        write_text(out, n, 3, 2, column)?;
    }
    out.write_all(b"</row>")?;
    let letters: Vec<Cow<'_, str>> = (0..columns.len()).map(letters).collect();
    let mut reader = csv::Reader::from_reader(csv);
    let mut record = csv::StringRecord::new();
    let mut line = String::new();
    while reader.read_record(&mut record).map_err(io::Error::other)? {
        if done.rows == MOST_ROWS || out.length > MOST_BYTES {
            done.left_out += 1;
            continue;
        }
        done.rows += 1;
        let row = (done.rows + 3).to_string();
        line.clear();
        put(&mut line, &["<row r=\"", &row, "\">"]);
        let status = status.and_then(|at| record.get(at)).unwrap_or_default();
        for (letter, ((column, kind, _), cell)) in letters.iter().zip(columns.iter().zip(&record)) {
            put(&mut line, &["<c r=\"", letter, &row]);
            match *kind {
                _ if cell.is_empty() => put_text(&mut line, missing(column, status)),
                "number" | "whole number" if cell.parse::<f64>().is_ok_and(f64::is_finite) => {
                    put(&mut line, &["\"><v>", cell, "</v></c>"]);
                }
                "true or false" => {
                    let yes = if cell == "true" { "1" } else { "0" };
                    put(&mut line, &["\" t=\"b\"><v>", yes, "</v></c>"]);
                }
                _ => put_text(&mut line, cell),
            }
        }
        line.push_str("</row>");
        out.write_all(line.as_bytes())?;
    }
    out.write_all(b"</sheetData><tableParts count=\"1\"><tablePart r:id=\"rId1\"/></tableParts></worksheet>")
}

fn put(line: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| line.push_str(part));
}

/// The rest of a cell of a table's body, after its place.
fn put_text(line: &mut String, text: &str) {
    put(line, &["\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", &xml(text), "</t></is></c>"]);
}

/// The code for an empty cell.
fn missing(column: &str, status: &str) -> &'static str {
    let is_told = STATUSES.iter().any(|(id, _)| *id == status)
        && ["value", "lower", "upper", "level", "reason"].contains(&column);
    match status {
        "shown" | "not_offered" if is_told => CODES[1].0,
        "too_few" if is_told => CODES[0].0,
        _ => CODES[2].0,
    }
}

fn write_table(out: &mut impl Write, number: usize, done: &Written) -> io::Result<()> {
    let columns = &done.columns;
    // A table has a row at least; where none is left after filtering, it is an empty one.
    let range = format!("A3:{}{}", letters(columns.len() - 1), done.rows.max(1) + 3);
    write!(
        out,
        "{HEAD}<table xmlns=\"{MAIN}\" id=\"{number}\" name=\"table_{s}\" displayName=\"table_{s}\" ref=\"{range}\" totalsRowShown=\"0\"><autoFilter ref=\"{range}\"/><tableColumns count=\"{}\">",
        columns.len(),
        s = stem(done.sheet)
    )?;
    for (n, (column, ..)) in columns.iter().enumerate() {
        write!(out, "<tableColumn id=\"{}\" name=\"{column}\"/>", n + 1)?;
    }
    out.write_all(b"</tableColumns><tableStyleInfo name=\"TableStyleLight1\" showFirstColumn=\"0\" showLastColumn=\"0\" showRowStripes=\"1\" showColumnStripes=\"0\"/></table>")
}

fn write_cover(
    out: &mut impl Write,
    edition: &Edition,
    written: &[Written],
    without_rows: &[&str],
) -> io::Result<()> {
    let publication = &edition.publication;
    let mut lines: Vec<(u8, String)> = vec![
        (1, super::title(edition)),
        (3, in_words(edition).trim_end().to_owned()),
        (3, format!("Edition {}. Data as at {} (UTC).", name(&edition.edition), edition.as_at)),
        (3, format!("Period: {}.", crate::when::period(&edition.period.id))),
        (3, format!("Publisher: {}.", super::publisher(edition))),
    ];
    if let Some(contact) = &publication.contact {
        lines.push((3, format!("Contact: {}", name(contact))));
    }
    lines.push((3, super::licence_sentence(edition)));
    lines.push((3, super::citation::sentence(edition)));
    lines.push((2, "Sheets".to_owned()));
    for done in written {
        let left_out = if done.left_out > 0 {
            format!(
                " {} more are in {} only: a sheet cannot hold them.",
                whole(done.left_out as u64),
                done.sheet.file
            )
        } else {
            String::new()
        };
        lines.push((
            3,
            format!(
                "{}: {}. {}.{left_out}",
                stem(done.sheet),
                done.sheet.row,
                crate::number::count(done.rows as u64, "rows")
            ),
        ));
    }
    if !without_rows.is_empty() {
        lines.push((
            3,
            format!("Without rows in this edition, and so without a sheet: {}.", without_rows.join(", ")),
        ));
    }
    lines.push((2, "Notes".to_owned()));
    lines.push((3, "The sheet figures has each measure’s main period only. All periods are in figures.csv and figures.parquet beside this file.".to_owned()));
    lines.push((3, "Numbers are in full precision. A proportion is a share from 0 to 1. Ids are texts. A text that a spreadsheet would run as a formula begins with an apostrophe that is not part of it.".to_owned()));
    lines.push((2, "Codes for what is missing".to_owned()));
    lines.extend(CODES.map(|(code, meaning)| (3, format!("{code} {meaning}."))));
    if !edition.notices.is_empty() {
        lines.push((2, "Sources".to_owned()));
    }
    for notice in &edition.notices {
        lines.push((
            3,
            format!(
                "{}, {}. {}",
                name(&notice.what),
                name(&notice.by),
                shorten(&clean(&notice.licence), TITLE_LIMIT)
            ),
        ));
    }
    write!(
        out,
        "{HEAD}<worksheet xmlns=\"{MAIN}\"><cols><col min=\"1\" max=\"1\" width=\"100\" customWidth=\"1\"/></cols><sheetData>"
    )?;
    lines.retain(|(_, line)| !line.is_empty());
    for (at, (style, line)) in lines.iter().enumerate() {
        write!(out, "<row r=\"{}\">", at + 1)?;
        write_text(out, 0, at + 1, *style, line)?;
        out.write_all(b"</row>")?;
    }
    out.write_all(b"</sheetData></worksheet>")
}

fn write_text(out: &mut impl Write, column: usize, row: usize, style: u8, text: &str) -> io::Result<()> {
    write!(
        out,
        "<c r=\"{}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
        letters(column),
        xml(text)
    )
}

/// Text for XML: escaped, without what XML refuses, and no longer than a cell.
fn xml(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'_');
    if text.len() <= MOST_UNITS && text.bytes().all(plain) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > MOST_UNITS {
            out.push('…');
            break;
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // "_x000D_" would be read as the character of that number.
            '_' if text[at..].starts_with("_x") => out.push_str("_x005F_"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out.into()
}

fn stem(sheet: &Sheet) -> &'static str {
    sheet.file.trim_end_matches(".csv")
}

/// `A`, …, `Z`, `AA`, …
fn letters(mut column: usize) -> Cow<'static, str> {
    if let Some(letter) = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".get(column..=column) {
        return letter.into();
    }
    let mut out = String::new();
    loop {
        out.insert(0, char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            return out.into();
        }
        column = column / 26 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_cell_holds_no_markup_no_control_character_and_not_too_much() {
        assert_eq!(xml("<a>&\"\u{0}\u{7}\u{ffff}_x000D_"), "&lt;a&gt;&amp;&quot;_x005F_x000D_");
        assert!(xml(&"😀".repeat(40_000)).encode_utf16().count() <= 32_767);
    }

    #[test]
    fn an_empty_cell_says_why() {
        assert_eq!(missing("value", "too_few"), "[u]");
        assert_eq!(missing("value", "not_collected"), "[x]");
        assert_eq!(missing("lower", "shown"), "[z]");
        assert_eq!(missing("centre", "changed"), "[x]");
    }

    #[test]
    fn sheet_names_are_short_enough() {
        assert!(SHEETS.iter().all(|sheet| stem(sheet).len() <= 31 && stem(sheet) != "cover"));
    }
}
