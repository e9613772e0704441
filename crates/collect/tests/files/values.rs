//! One value at a time: what is taken, and what each refusal says.

use someasure_collect::files::Bad;
use someasure_model::Instant;

use crate::{Outcome, read_bytes, refusal};

const BASE: &str = r#"
kind = "posts"
platform = "x"
source = "made up"
observed_at = "2100-06-01T00:00:00Z"
max_bad_share = 1
"#;

/// A file with one column beside those that must be, mapped as said.
fn one(mapping: &str, value: &str) -> Outcome {
    let columns = "[columns]\npost_id = \"id\"\nhandle = \"by\"\n";
    let created = if mapping.starts_with("created_at") { "" } else { "created_at = \"at\"\n" };
    let quoted = format!("\"{}\"", value.replace('"', "\"\""));
    let file = format!("id,by,at,v\n1,somebody,2014-04-07T13:34:47Z,{quoted}\n");
    read_bytes(file.as_bytes(), "file.csv", &format!("{BASE}{columns}{created}{mapping}\n")).unwrap()
}
fn why(mapping: &str, value: &str) -> String {
    let outcome = one(mapping, value);
    let [Bad { why, line: 2, .. }] = outcome.bad.as_slice() else { panic!("{value} was taken") };
    why.clone()
}
fn likes(value: &str) -> Option<i64> {
    one("likes = \"v\"", value).posts()[0].reading.as_ref().and_then(|reading| reading.likes)
}
fn created(mapping: &str, value: &str) -> Instant {
    one(mapping, value).posts()[0].post.created_at
}
fn id_why(id: &str) -> String {
    let file = format!("{{\"id\": {id}, \"by\": \"a\", \"at\": \"2014-04-07T13:34:47Z\"}}\n");
    let mapping = format!("{BASE}[columns]\npost_id = \"id\"\nhandle = \"by\"\ncreated_at = \"at\"\n");
    let outcome = read_bytes(file.as_bytes(), "file.jsonl", &mapping).unwrap();
    match outcome.bad.as_slice() {
        [bad] => bad.why.clone(),
        _ => format!("taken: {}", outcome.posts()[0].post.post_id),
    }
}

#[test]
fn not_given_is_never_zero() {
    for nothing in ["", "NA", "  ", " NA "] {
        assert_eq!(likes(nothing), None, "{nothing:?}");
    }
    assert_eq!(likes("0"), Some(0));
}

#[test]
fn counts_are_whole_numbers_from_zero() {
    for (text, count) in [
        ("7", 7),
        (" 7 ", 7),
        ("3.0", 3),
        ("3.", 3),
        ("true", 1),
        ("FALSE", 0),
        ("1000000000000000", 1_000_000_000_000_000),
    ] {
        assert_eq!(likes(text), Some(count), "{text}");
    }
    let refused = [
        ("1,234", "likes: '1,234' is not a count: write it without separators, if it means 1234"),
        ("1.234", "likes: '1.234' is not a count: write it without separators, if it means 1234"),
        ("1.5", "likes: '1.5' is not a whole number, which a count must be"),
        ("-1", "likes: '-1' is negative, which a count cannot be"),
        (
            "1000000000000001",
            "likes: '1000000000000001' is larger than any count can be (1,000,000,000,000,000): is it an id, or a time?",
        ),
        ("9223372036854775808", "likes: '9223372036854775808' is too large for a count"),
        (
            "many",
            "likes: 'many' is not a count (a whole number from 0); if it means that nothing is given, add it to \
             missing",
        ),
    ];
    for (text, message) in refused {
        assert_eq!(why("likes = \"v\"", text), message);
    }
}

#[test]
fn a_count_can_be_multiplied() {
    let hours = |value| one("answered_after_seconds = { column = \"v\", times = 3600 }", value);
    assert_eq!(hours("0.1").posts()[0].post.answered_after_seconds, Some(360));
    assert_eq!(hours("2").posts()[0].post.answered_after_seconds, Some(7200));
    for bad in ["-1", "x", "inf", "1e300"] {
        assert_eq!(hours(bad).bad.len(), 1, "{bad}");
    }
}

#[test]
fn an_id_keeps_every_digit_or_is_refused() {
    assert_eq!(id_why("453163981939941376"), "taken: x:453163981939941376");
    assert_eq!(id_why("\"x:12\""), "taken: x:12");
    assert_eq!(id_why("\"twitter:12\""), "taken: x:12");
    assert_eq!(id_why("123456789012345678901234567890"), "taken: x:123456789012345678901234567890");
    for destroyed in ["4.53164E+17", "\"4.53164E+17\"", "\"4,53164E+17\"", "\"4E+17\"", "1e21"] {
        assert!(
            id_why(destroyed).contains("a spreadsheet has turned it into a rounded number"),
            "{destroyed}"
        );
    }
    for decimal in ["123.0", "\"123.0\"", "453163981939941376.0"] {
        assert!(id_why(decimal).contains("as a number with decimals"), "{decimal}");
    }
    assert!(id_why("{}").contains("is a list or an object"));
    assert!(id_why("true").contains("is not an id"));
    assert_eq!(id_why("null"), "post_id: not given");
    assert_eq!(id_why("\"NA\""), "post_id: not given");
    assert!(id_why("\"a b\"").contains("white space"));
    assert!(id_why("\"\\ud800\"").contains("broken escape"));
}

#[test]
fn a_file_whose_ids_a_spreadsheet_has_rounded_is_refused_whole() {
    let mut file = String::from("id,by,at\n");
    for n in 0..30 {
        file.push_str(&format!("4531639819399{n:02}000,a,2014-04-07T13:34:47Z\n"));
    }
    let mapping = format!("{BASE}[columns]\npost_id = \"id\"\nhandle = \"by\"\ncreated_at = \"at\"\n");
    let error = refusal(file.as_bytes(), "posts.csv", &mapping);
    assert!(
        error.contains("30 of 30 long ids have only zeros after 15 digits, like 453163981939900000"),
        "{error}"
    );
}

#[test]
fn times_say_their_offset_or_the_mapping_states_their_zone() {
    let rfc = "created_at = \"v\"";
    assert_eq!(created(rfc, "2014-04-07T18:00:00+02:00").to_string(), "2014-04-07T16:00:00Z");
    assert_eq!(created(rfc, "2014-04-07 18:00:00Z").to_string(), "2014-04-07T18:00:00Z");
    assert_eq!(created(rfc, "2014-04-07T18:00:00+0000").to_string(), "2014-04-07T18:00:00Z");
    assert_eq!(created(rfc, "2014-04-07T18:00:00.123456Z").micros() % 1_000_000, 123_456);
    assert!(why(rfc, "2014-04-07T18:00:00").contains("has no offset: say in the mapping"));
    assert!(why(rfc, "2014-04-07").contains("a day without a time of day"));
    assert!(why(rfc, "07/04/2014 18:00").contains("if it is written in another way, say how"));
    assert!(why(rfc, "2014-02-30T18:00:00Z").contains("is not a time"));
    let pattern = "created_at = { column = \"v\", format = \"%d/%m/%Y %H:%M\" }";
    assert!(why(pattern, "07/04/2014 18:00").contains("has no offset"));
    assert!(why(pattern, "2014-04-07").contains("is not a time written like '%d/%m/%Y %H:%M'"));
    let twitter = "created_at = { column = \"v\", format = \"%a %b %d %H:%M:%S %z %Y\" }";
    assert_eq!(created(twitter, "Mon Apr 07 13:34:47 +0000 2014").to_string(), "2014-04-07T13:34:47Z");
    // Monday is a mistake: one of day and weekday is wrong.
    assert_eq!(one(twitter, "Mon Apr 08 13:34:47 +0000 2014").bad.len(), 1);
}

#[test]
fn an_hour_that_the_clocks_skipped_or_repeated_is_refused() {
    let london = |format: &str, value: &str| {
        let file = format!("id,by,v\n1,a,{value}\n");
        let mapping = format!(
            "{BASE}time_zone = \"Europe/London\"\n[columns]\npost_id = \"id\"\nhandle = \"by\"\n\
             created_at = {{ column = \"v\", format = \"{format}\" }}\n"
        );
        let outcome = read_bytes(file.as_bytes(), "file.csv", &mapping).unwrap();
        match outcome.bad.as_slice() {
            [bad] => bad.why.clone(),
            _ => outcome.posts()[0].post.created_at.to_string(),
        }
    };
    assert_eq!(london("rfc3339", "2014-07-01 12:00:00"), "2014-07-01T11:00:00Z");
    assert_eq!(london("%d.%m.%Y %H.%M", "01.02.2014 12.00"), "2014-02-01T12:00:00Z");
    assert_eq!(london("%Y-%m-%d", "2014-07-01"), "2014-06-30T23:00:00Z");
    assert!(london("rfc3339", "2014-03-30T01:30:00").contains("did not exist in Europe/London"));
    assert!(london("rfc3339", "2014-10-26T01:30:00").contains("happened twice in Europe/London"));
    // An offset in the text is worth more than the stated zone.
    assert_eq!(london("rfc3339", "2014-10-26T01:30:00+01:00"), "2014-10-26T00:30:00Z");
    assert!(london("rfc3339", "2014-10-26T01:30:00+99:00").contains("is not a"));
}

#[test]
fn numbers_of_seconds_are_told_from_milliseconds_by_the_year() {
    let unix = "created_at = { column = \"v\", format = \"unix\" }";
    let unix_ms = "created_at = { column = \"v\", format = \"unix_ms\" }";
    assert_eq!(created(unix, "1396878887").to_string(), "2014-04-07T13:54:47Z");
    assert_eq!(created(unix, "1396878887.25").to_string(), "2014-04-07T13:54:47.25Z");
    assert_eq!(created(unix_ms, "1396878887250").to_string(), "2014-04-07T13:54:47.25Z");
    assert!(why(unix, "1396878887250").ends_with("probably in milliseconds (format = \"unix_ms\")"));
    assert!(why(unix_ms, "1396878887").ends_with("probably in seconds (format = \"unix\")"));
    assert!(why(unix, "0").contains("outside the years 1990 to 2100"));
    assert!(why(unix, "soon").contains("is not a number of seconds"));
    assert!(why(unix, "99999999999999999999999").contains("is not a number of seconds"));
    assert!(why("created_at = \"v\"", "1899-12-30T00:00:00Z").contains("outside the years 1990 to 2100"));
    assert!(why("created_at = \"v\"", "2100-12-30T00:00:00Z").contains("is after it was read"));
}

#[test]
fn words_are_translated_and_unlisted_words_are_refused() {
    let kind = "kind = { column = \"v\", values = { RT = \"repost\", \"\" = \"original\" } }";
    assert_eq!(one(kind, "RT").posts()[0].post.kind.unwrap().as_str(), "repost");
    assert!(why(kind, "MT").contains("'MT' is not among the values of the mapping"));
    let lenient = "kind = { column = \"v\", values = { RT = \"repost\" }, otherwise = \"\" }";
    assert_eq!(one(lenient, "MT").posts()[0].post.kind, None);
    assert!(why("kind = \"v\"", "RT").contains("values = { RT = \"repost\" }"));
    assert_eq!(one("kind = \"v\"", "Reply").posts()[0].post.kind.unwrap().as_str(), "reply");
}

#[test]
fn lists_are_json_or_split_and_empty_is_not_absent() {
    let tags = |mapping: &str, value: &str| one(mapping, value).posts()[0].post.hashtags.clone();
    let some = |items: &[&str]| Some(items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>());
    let json = "hashtags = \"v\"";
    let split = "hashtags = { column = \"v\", split = \";\", missing = [\"NA\"] }";
    assert_eq!(tags(json, r##"["#NHS", "chat"]"##), some(&["NHS", "chat"]));
    assert_eq!(tags(json, "[]"), some(&[]));
    assert_eq!(tags(json, ""), None);
    assert_eq!(tags(split, "NHS; #chat;"), some(&["NHS", "chat"]));
    assert_eq!(tags(split, ""), some(&[]));
    assert_eq!(tags(split, "NA"), None);
    assert!(why(json, "NHS chat").contains("split = \" \""));
    assert!(why(json, r#"[{"text": "NHS"}]"#).contains("item = \"text\""));
    assert!(why("media = \"v\"", r#"[{"type": "photo"}]"#).contains("has an item without 'kind'"));
}

#[test]
fn handles_and_ids_that_are_none_say_why() {
    let handle = |value: &str| {
        let file = format!("id,by,at\n1,\"{value}\",2014-04-07T13:34:47Z\n");
        let mapping = format!("{BASE}[columns]\npost_id = \"id\"\nhandle = \"by\"\ncreated_at = \"at\"\n");
        read_bytes(file.as_bytes(), "file.csv", &mapping).unwrap().bad[0].why.clone()
    };
    assert!(handle("https://x.com/nhs/status/1").contains("give the name alone"));
    assert!(handle("two words").contains("white space"));
    assert_eq!(handle("NA"), "neither account_id nor handle is given: whose is it?");
}

#[test]
fn a_nul_in_a_text_is_refused() {
    let file = b"{\"id\": \"1\", \"by\": \"a\", \"at\": \"2014-04-07T13:34:47Z\", \"t\": \"a\\u0000b\"}\n";
    let mapping =
        format!("{BASE}[columns]\npost_id = \"id\"\nhandle = \"by\"\ncreated_at = \"at\"\ntext = \"t\"\n");
    let outcome = read_bytes(file, "file.jsonl", &mapping).unwrap();
    assert!(outcome.bad[0].why.contains("contains a NUL character"));
}
