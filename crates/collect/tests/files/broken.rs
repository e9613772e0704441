//! Damaged files: what is wrong with one row stays with it, and a file that was cut off is refused.

use std::io::Write;

use proptest::prelude::*;
use someasure_collect::files::{Bad, Mapping, Overrides, RejectsWriter, read};

use crate::{Outcome, read_bytes, refusal};

const MAPPING: &str = r#"
kind = "posts"
platform = "x"
source = "made up"
observed_at = "2014-06-01T00:00:00Z"
max_bad_share = 1.0
[columns]
post_id = "id"
handle = "by"
created_at = "at"
text = { column = "t", optional = true }
"#;
const AT: &str = "2014-04-07T13:34:47Z";

fn csv(rows: &[u8]) -> Outcome {
    let file = [b"id,by,at,t\n".as_slice(), rows].concat();
    read_bytes(&file, "file.csv", MAPPING).unwrap()
}
fn whys(outcome: &Outcome) -> Vec<(u64, &str)> {
    outcome.bad.iter().map(|bad| (bad.line, bad.why.as_str())).collect()
}

#[test]
fn a_row_with_too_few_or_too_many_fields_is_bad_and_the_others_go_on() {
    let outcome = csv(format!("1,a,{AT}\n2,a,{AT},x\n\n3,a,{AT},x,y\n4,a,{AT},x").as_bytes());
    assert_eq!(
        whys(&outcome),
        [
            (2, "the row has 3 fields, but the header has 4"),
            (5, "the row has 5 fields, but the header has 4")
        ]
    );
    assert_eq!(outcome.summary.good, 2);
    assert_eq!(outcome.bad[0].raw, format!("1,a,{AT}"));
}

#[test]
fn a_record_is_named_by_the_line_at_which_it_begins() {
    let outcome = csv(format!("1,a,{AT},\"two\r\nlines, \"\"and\"\" more\"\r\n2,,{AT},x\r\n").as_bytes());
    assert_eq!(outcome.posts()[0].post.text.as_deref(), Some("two\r\nlines, \"and\" more"));
    assert_eq!(whys(&outcome), [(4, "neither account_id nor handle is given: whose is it?")]);
}

#[test]
fn text_after_a_closing_quotation_mark_spoils_its_row_alone() {
    let outcome = csv(format!("1,a,{AT},\"he said \"no\"\"\n2,a,{AT},he said \"no\"\n").as_bytes());
    assert!(outcome.bad[0].why.contains("text follows the closing quotation mark of field 4"));
    assert_eq!(outcome.posts()[0].post.text.as_deref(), Some("he said \"no\""));
}

#[test]
fn every_line_that_an_unclosed_quotation_mark_swallows_is_a_bad_row() {
    let outcome = csv(format!("1,a,{AT},x\n2,a,{AT},\"open\n3,a,{AT},x\n4,a,{AT},x\n").as_bytes());
    assert_eq!((outcome.summary.rows, outcome.summary.good, outcome.summary.bad), (4, 1, 3));
    assert_eq!(outcome.bad[2].line, 5);
    assert_eq!(outcome.bad[2].why, "the quotation mark opened in line 3 is never closed");
}

#[test]
fn without_quoting_a_quotation_mark_is_an_ordinary_character() {
    let file = format!("id\tby\tat\tt\n1\ta\t{AT}\t\"open\n2\ta\t{AT}\tx\n");
    let outcome = read_bytes(file.as_bytes(), "file.tsv", &format!("quote = \"\"{MAPPING}")).unwrap();
    assert_eq!(outcome.posts()[0].post.text.as_deref(), Some("\"open"));
    assert_eq!(outcome.summary.good, 2);
}

#[test]
fn bytes_that_are_not_utf_8_and_nul_bytes_spoil_their_row_alone() {
    let mut rows = format!("1,a,{AT},caf").into_bytes();
    rows.extend_from_slice(b"\xe9\n");
    rows.extend_from_slice(format!("2,a,{AT},\0\n3,a,{AT},ok\n").as_bytes());
    let outcome = csv(&rows);
    assert!(
        outcome.bad[0].why.contains("not valid UTF-8 (byte 0xe9 at position 29)"),
        "{}",
        outcome.bad[0].why
    );
    assert!(outcome.bad[0].why.contains("encoding = \"windows-1252\""));
    assert!(outcome.bad[1].why.contains("NUL byte"));
    assert_eq!(outcome.summary.good, 1);
    let stated = read_bytes(
        &[b"id,by,at,t\n".as_slice(), &rows].concat(),
        "f.csv",
        &format!("encoding = \"latin1\"{MAPPING}"),
    );
    assert_eq!(stated.unwrap().posts()[0].post.text.as_deref(), Some("café"));
}

#[test]
fn a_broken_line_of_json_is_bad_and_the_others_go_on() {
    let file = format!(
        "{{\"id\": \"1\", \"by\": \"a\", \"at\": \"{AT}\"}}\n{{\"id\": 1,\n[1]\n\"text\"\n\
         {{\"id\": \"2\", \"by\": \"a\", \"at\": \"{AT}\"}} x\n{{\"id\": \"3\", \"by\": \"a\", \"at\": \"{AT}\"}}\n"
    );
    let outcome = read_bytes(file.as_bytes(), "file.jsonl", MAPPING).unwrap();
    assert_eq!((outcome.summary.good, outcome.summary.bad), (2, 4));
    assert!(outcome.bad[0].why.starts_with("not valid JSON: EOF while parsing"), "{}", outcome.bad[0].why);
    assert_eq!(outcome.bad[1].why, "the row is not a JSON object { … }");
    assert_eq!(outcome.bad[2].line, 4);
    assert!(outcome.bad[3].why.starts_with("not valid JSON: trailing characters"));
}

#[test]
fn an_element_of_a_json_array_that_is_broken_is_bad_and_the_others_go_on() {
    let file = format!(
        "[\n{{\"id\": \"1\", \"by\": \"a\", \"at\": \"{AT}\"}},\n{{\"id\": }},\n7,\n\
         {{\"id\": \"2]\", \"by\": \"a\",\n \"at\": \"{AT}\"}}\n]\n"
    );
    let outcome = read_bytes(file.as_bytes(), "file.json", MAPPING).unwrap();
    assert_eq!((outcome.summary.good, outcome.summary.bad), (2, 2));
    assert_eq!((outcome.bad[0].line, outcome.bad[1].line), (3, 4));
    let row = format!("{{\"id\": \"1\", \"by\": \"a\", \"at\": \"{AT}\"}}");
    for (broken, message) in [
        (format!("[{row}, {row}"), "the JSON ends in the middle"),
        (format!("[{row} {row}]"), "expected ',' between two rows"),
        (format!("[{row},, {row}]"), "a value is missing"),
        (format!("[{row}] {row}"), "something follows the end"),
        (format!("{{\"data\":\n[{row}]}}"), "say where its rows are: rows = \"data\""),
        ("{\"data\": {}\n}".to_owned(), "say where its rows are"),
        ("7".to_owned(), "'[' is missing"),
    ] {
        let error = refusal(broken.as_bytes(), "file.json", &format!("format = \"json\"{MAPPING}"));
        assert!(error.contains(message), "{broken}: {error}");
    }
    let error = refusal(b"{\"a\": [], \"b\": 1}", "f.json", &format!("rows = \"data\"{MAPPING}"));
    assert!(error.contains("there is no 'data' here (rows); the keys are a, b"), "{error}");
}

#[test]
fn a_packed_file_that_was_cut_off_or_damaged_is_refused() {
    let mut rows = String::from("id,by,at,t\n");
    for n in 0..20_000 {
        rows.push_str(&format!("{},a,{AT},{}\n", n, n * 7919 % 10_007));
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(rows.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(rows.as_bytes(), 1).unwrap();
    let mut damaged = gzip.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 50].iter_mut().for_each(|byte| *byte = !*byte);
    assert!(refusal(&damaged, "f.csv", MAPPING).starts_with("f.csv, after line "));
    for packed in [gzip, zstd] {
        assert_eq!(read_bytes(&packed, "f.csv", MAPPING).unwrap().summary.good, 20_000);
        for length in [packed.len() - 1, packed.len() - 9, packed.len() / 2, 30] {
            let error = refusal(&packed[..length], "f.csv", MAPPING);
            assert!(error.contains("cut off; get it again"), "{length}: {error}");
        }
    }
}

#[test]
fn a_record_of_more_than_16_mib_is_bad_and_a_quotation_mark_that_runs_on_stops_the_file() {
    let long = "y".repeat(17 * 1024 * 1024);
    let outcome = csv(format!("1,a,{AT},{long}\n2,a,{AT},x\n").as_bytes());
    assert_eq!(whys(&outcome), [(2, "the record is longer than 16 MiB")]);
    assert_eq!(outcome.summary.good, 1);
    assert!(outcome.bad[0].raw.len() < 70_000);

    let file = format!("id,by,at,t\n1,a,{AT},\"{}", "y\n".repeat(9 * 1024 * 1024));
    let error = refusal(file.as_bytes(), "f.csv", MAPPING);
    assert!(error.contains("line 2: the record that begins here is longer than 16 MiB"), "{error}");

    let file = format!("[{{\"id\": \"{long}\"}}, {{\"id\": \"2\", \"by\": \"a\", \"at\": \"{AT}\"}}]");
    let outcome = read_bytes(file.as_bytes(), "f.json", MAPPING).unwrap();
    assert_eq!((outcome.summary.good, outcome.summary.bad), (1, 1));
}

#[test]
fn what_is_no_table_is_named() {
    for (bytes, message) in [
        (b"PK\x03\x04rest".as_slice(), "save the sheet as CSV"),
        (b"<!DOCTYPE html><html>", "it is a web page"),
        (b"PAR1....", "Parquet"),
        (b"%PDF-1.4", "PDF"),
        (b"", "it is empty"),
    ] {
        assert!(refusal(bytes, "f.csv", MAPPING).contains(message));
    }
}

#[test]
fn too_many_bad_rows_refuse_the_file_with_the_first_of_them() {
    let mapping = MAPPING.replace("max_bad_share = 1.0", "max_bad_share = 0.1");
    let rows = |bad: usize| {
        let mut file = String::from("id,by,at,t\n");
        for n in 0..20 {
            file.push_str(&format!("{n},{},{AT},\n", if n < bad { "" } else { "a" }));
        }
        file
    };
    assert_eq!(read_bytes(rows(2).as_bytes(), "f.csv", &mapping).unwrap().summary.bad, 2);
    let error = refusal(rows(3).as_bytes(), "f.csv", &mapping);
    assert!(error.starts_with("f.csv: 3 of 20 rows are bad"), "{error}");
    assert!(error.contains("The first: line 2: neither account_id nor handle"), "{error}");
}

#[test]
fn the_receiver_can_stop_the_reading() {
    let mapping = Mapping::from_toml(MAPPING).unwrap();
    let file = format!("id,by,at\n1,a,{AT}\n2,a,{AT}\n");
    let mut seen = 0;
    let error = read(file.as_bytes(), "f.csv", &mapping, &Overrides::default(), &mut |_, _| {
        seen += 1;
        Err("the disk is full".into())
    });
    assert_eq!((error.unwrap_err().to_string().as_str(), seen), ("the disk is full", 1));
}

#[test]
fn rejects_are_a_table_of_lines_columns_values_and_reasons() {
    let outcome = csv(b"1,a,\"soon, \"\"or\"\" later\",x\n");
    let mut rejects = RejectsWriter::new(Vec::new());
    for bad in &outcome.bad {
        rejects.write(bad).unwrap();
    }
    assert_eq!(rejects.written(), 1);
    let written = String::from_utf8(rejects.finish().unwrap()).unwrap();
    let mut table = csv::Reader::from_reader(written.as_bytes());
    assert_eq!(table.headers().unwrap(), vec!["line", "column", "value", "reason", "raw"]);
    let row = table.records().next().unwrap().unwrap();
    assert_eq!((&row[0], &row[1], &row[2]), ("2", "at", "soon, \"or\" later"));
    assert!(row[3].starts_with("created_at: 'soon, \"or\" later' is not a time like"));
    assert_eq!(&row[4], "1,a,\"soon, \"\"or\"\" later\",x");
    assert!(RejectsWriter::new(Vec::new()).finish().unwrap().is_empty());
}

/// Reads whatever it is; the rows that were handed out must add up.
fn adds_up(bytes: &[u8], name: &str, mapping: &str) {
    let mapping = Mapping::from_toml(mapping).unwrap();
    let (mut good, mut bad, mut last) = (0, 0, 0);
    let summary = read(bytes, name, &mapping, &Overrides::default(), &mut |line, row| {
        assert!(line >= 1 && line >= last, "lines go on: {line} after {last}");
        last = line;
        match row {
            Ok(_) => good += 1,
            Err(Bad { line: of_bad, why, .. }) => {
                assert!(of_bad == line && !why.is_empty());
                bad += 1;
            }
        }
        Ok(())
    });
    if let Ok(summary) = summary {
        assert_eq!((summary.good, summary.bad, summary.rows), (good, bad, good + bad));
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_and_every_row_is_good_or_bad(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        name in proptest::sample::select(vec!["f", "f.csv", "f.tsv", "f.json", "f.jsonl"]),
        encoding in proptest::sample::select(vec!["utf-8", "latin1", "utf-16le", "shift_jis"]),
    ) {
        let mapping = format!("encoding = \"{encoding}\"{MAPPING}");
        adds_up(&bytes, name, &mapping);
        adds_up(&[b"id,by,at,t\n".as_slice(), &bytes].concat(), name, &mapping);
        for magic in [b"\x1f\x8b\x08\x00".as_slice(), b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xef\xbb\xbf"] {
            adds_up(&[magic, &bytes].concat(), name, &mapping);
        }
    }

    #[test]
    fn text_of_the_signs_that_matter_never_panics(
        text in "[\"',;{}\\[\\]:\\\\\r\n\tab01NA.eE+-]{0,120}",
        name in proptest::sample::select(vec!["f", "f.csv", "f.tsv", "f.json", "f.jsonl"]),
    ) {
        adds_up(format!("id,by,at,t\n{text}").as_bytes(), name, MAPPING);
        adds_up(format!("[{text}]").as_bytes(), name, MAPPING);
        adds_up(format!("{{\"rows\": [{text}]}}").as_bytes(), "f.json", &format!("rows = \"rows\"{MAPPING}"));
        let row = format!("{{\"id\": {text}, \"by\": {text}, \"at\": \"{AT}\", \"t\": [{text}]}}\n");
        adds_up(row.as_bytes(), "f.jsonl", &MAPPING.replace("text = ", "hashtags = "));
        let values = MAPPING.replace("text = ", "likes = ");
        adds_up(format!("id,by,at,t\n\"1\",a,{AT},{text}\n").as_bytes(), "f.csv", &values);
    }

    #[test]
    fn no_mapping_makes_the_parser_panic(text in "[a-z_=\"\\[\\]{} \n.0-9%]{0,200}") {
        let _ = Mapping::from_toml(&text);
        let _ = Mapping::from_toml(&format!("kind = \"posts\"\n[columns]\n{text}"));
        let _ = Mapping::from_toml(&format!(
            "{MAPPING}likes = {{ column = \"a\", format = \"{text}\" }}"
        ));
    }

    #[test]
    fn no_pattern_of_times_makes_the_parser_panic(pattern in "[%a-zA-Z:0-9 ]{0,12}", text in "[ -~]{0,20}") {
        let mapping = MAPPING.replace(
            "created_at = \"at\"",
            &format!("created_at = {{ column = \"at\", format = \"%Y{pattern}\" }}"),
        );
        if Mapping::from_toml(&mapping).is_ok() {
            let quoted = text.replace('"', "\"\"");
            adds_up(format!("id,by,at,t\n1,a,\"{quoted}\",x\n").as_bytes(), "f.csv", &mapping);
        }
    }
}
