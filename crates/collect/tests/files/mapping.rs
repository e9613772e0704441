//! Mappings that are wrong say where, what and what to do.

use someasure_collect::files::{Kind, Mapping, Overrides};

use crate::{read_with, refusal};

const GOOD: &str = "kind = \"posts\"\nplatform = \"x\"\nsource = \"s\"\nobserved_at = \"2014-06-01T00:00:00Z\"\n\
                    [columns]\npost_id = \"id\"\nhandle = \"by\"\ncreated_at = \"at\"\n";

fn error(mapping: &str) -> String {
    Mapping::from_toml(mapping).unwrap_err().to_string()
}

#[test]
fn every_mistake_names_its_line_its_key_and_what_to_do() {
    let top = |line: &str| error(&format!("{line}\n{GOOD}"));
    let column = |line: &str| error(&format!("{GOOD}{line}\n"));
    assert!(error("kind = ").starts_with("line 1: not TOML: "));
    assert_eq!(
        error(""),
        "kind: say what a row is: kind = \"posts\" (organisations, names, successions, denominators, websites, accounts, profiles)"
    );
    assert_eq!(
        error("kind = \"post\""),
        "line 1: kind: 'post' is none of organisations, names, successions, denominators, websites, accounts, profiles, posts (did you mean 'posts'?)"
    );
    assert!(top("sorce = \"x\"").starts_with("line 1: sorce: there is no such key (did you mean 'source'?)"));
    assert!(top("encoding = \"utf-99\"").starts_with("line 1: encoding: 'utf-99' is no encoding"));
    assert!(top("separator = \"||\"").starts_with("line 1: separator: must be one character"));
    assert!(top("time_zone = \"London\"").contains("time_zone: 'London' is not a time zone"));
    assert!(top("time_zone = \"+25:00\"").contains("is not an offset"));
    assert!(top("max_bad_share = 3").contains("must be a share from 0 to 1"));
    assert!(top("lane = \"free\"").contains("lane: 'free' is none of open, keyed, contributed"));
    assert!(
        top("missing = \"NA\"")
            .contains("missing: expected a list of texts, like [\"\", \"NA\"], found a text")
    );
    assert!(top("header = []").contains("header: name the columns"));
    assert!(
        column("like = \"n\"")
            .starts_with("line 9: [columns] like: posts have no such field (did you mean 'likes'?)")
    );
    assert!(
        column("likes = 7").starts_with("line 9: [columns] likes: expected a text in quotes, found a number")
    );
    assert!(
        column("likes = { colum = \"n\" }")
            .contains("likes.colum: there is no such key (did you mean 'column'?)")
    );
    assert!(column("likes = { }").contains("give column = \"…\" or value = \"…\""));
    assert!(column("likes = { column = \"n\", value = 3 }").contains("give column or value, not both"));
    assert!(
        column("text = { column = \"n\", times = 3 }").contains("'times' means nothing here: text is a text")
    );
    assert!(column("likes = { column = \"n\", times = 0 }").contains("must be above 0"));
    assert!(column("kind = { column = \"n\", otherwise = \"reply\" }").contains("only beside values"));
    let format = "created_at = \"at\"";
    let swapped = |with: &str| error(&GOOD.replace(format, with));
    assert!(
        swapped("created_at = { column = \"at\", format = \"iso\" }")
            .contains("must be rfc3339, unix, unix_ms")
    );
    assert!(
        swapped("created_at = { column = \"at\", format = \"%Y-%!\" }").contains("is not a pattern of times")
    );
    assert!(
        swapped("").contains("[columns] created_at: required: say which column gives when it was posted")
    );
    assert!(error(&GOOD.replace("handle = \"by\"\n", "")).contains("account_id, handle or both"));
    assert!(error("kind = \"posts\"").contains("[columns]: say which column gives which field"));
}

#[test]
fn kinds_and_coverage_are_checked_too() {
    let with = |rest: &str| error(&format!("{GOOD}{rest}\n"));
    assert!(with("[post_kind]\nreply = { column = \"r\" }").contains("give one of equals"));
    assert!(with("[post_kind]\notherwise = \"tweet\"").contains("must be original, reply, repost or quote"));
    assert!(with("kind = \"k\"\n[post_kind]\notherwise = \"reply\"").contains("keep one of the two"));
    assert!(with("[coverage]\nfrom = \"start\"").contains("or \"beginning\" for each account's whole life"));
    assert!(with("[coverage]\nnewest = 0").contains("a whole number from 1"));
    let span = "[coverage]\nfrom = \"2014-01-02T00:00:00Z\"\nto = \"2014-01-01T00:00:00Z\"";
    assert!(with(span).contains("[coverage] to: must be after from"));
    let profiles = "kind = \"profiles\"\n[columns]\nhandle = \"h\"\n[coverage]\nnewest = 3";
    assert!(error(profiles).contains("only for posts"));
}

#[test]
fn what_every_row_needs_is_asked_for_before_the_file_is_read() {
    let without = |key: &str| {
        let mapping: Vec<_> = GOOD.lines().filter(|line| !line.starts_with(key)).collect();
        refusal(b"not even looked at", "f.csv", &mapping.join("\n"))
    };
    assert!(without("source").contains("source: say in words where the data come from"));
    assert!(without("platform").contains("platform: say on which platform"));
    assert!(without("observed_at").contains("observed_at: say when these data were read"));
}

#[test]
fn a_column_that_the_file_lacks_is_named_with_those_that_it_has() {
    assert_eq!(
        refusal(b"Id,by,at\n", "f.csv", GOOD),
        "f.csv has no column 'id' ([columns] post_id) (did you mean 'Id'?). Its columns are: Id, by, at"
    );
    let error = refusal(b"a^b^a long header of something\n", "f.csv", GOOD);
    assert!(error.contains("The header has a single column: say what separates its fields"), "{error}");
    assert!(refusal(b"id,id,by,at\n", "f.csv", GOOD).contains("two columns are called 'id'"));
    let kind = format!("{GOOD}[post_kind]\nreply = {{ column = \"r\", equals = \"1\" }}\n");
    assert!(refusal(b"id,by,at\n", "f.csv", &kind).contains("no column 'r' ([post_kind] reply)"));
}

#[test]
fn a_path_that_no_row_has_is_an_error_unless_it_is_optional() {
    let file = br#"{"id": "1", "by": "a", "at": "2014-04-07T13:34:47Z", "metrics": {"like_count": 3}}"#;
    let mapping = format!("{GOOD}likes = \"metrics.likes_count\"\n");
    let error = refusal(file, "f.jsonl", &mapping);
    assert!(
        error.contains(
            "no column 'metrics.likes_count' ([columns] likes) (did you mean 'metrics.like_count'?)"
        )
    );
    assert!(error.contains("If a file may lack it, say optional = true"), "{error}");
    let mapping = format!("{GOOD}likes = {{ column = \"metrics.likes_count\", optional = true }}\n");
    let mapping = Mapping::from_toml(&mapping).unwrap();
    let outcome = read_with(file, "f.jsonl", &mapping, &Overrides::default()).unwrap();
    assert_eq!(outcome.summary.readings, 0);
}

#[test]
fn a_file_without_a_header_gets_one_from_the_mapping() {
    let mapping = format!("header = [\"id\", \"by\", \"at\"]\n{GOOD}");
    let mapping = Mapping::from_toml(&mapping).unwrap();
    let file = b"1;a;2014-04-07T13:34:47Z\n2;a;2014-04-07T13:34:47Z\n";
    assert_eq!(read_with(file, "f.csv", &mapping, &Overrides::default()).unwrap().summary.good, 2);
}

#[test]
fn the_default_mapping_of_every_kind_is_complete() {
    for kind in Kind::ALL {
        let mapping = Mapping::by_name(kind);
        assert_eq!(mapping.kind, kind);
        let overrides = Overrides { source: Some("ours".to_owned()), ..Overrides::default() };
        let header: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
        let file = format!("{}\n", header.join(","));
        let outcome = read_with(file.as_bytes(), "f.csv", &mapping, &overrides).unwrap();
        assert_eq!(outcome.summary.rows, 0);
    }
}

#[test]
fn what_the_command_line_says_is_checked_as_well() {
    let mapping = Mapping::from_toml(GOOD).unwrap();
    let why = |overrides: Overrides| mapping.with(&overrides).unwrap_err().to_string();
    let zone = Overrides { time_zone: Some("London".to_owned()), ..Overrides::default() };
    assert!(why(zone).starts_with("time_zone: 'London' is not a time zone"));
    let encoding = Overrides { encoding: Some("ansi?".to_owned()), ..Overrides::default() };
    assert!(why(encoding).starts_with("encoding: 'ansi?' is no encoding"));
    let share = Overrides { max_bad_share: Some(2.0), ..Overrides::default() };
    let error = read_with(b"", "f.csv", &mapping, &share).err().unwrap().to_string();
    assert_eq!(error, "the mapping: max_bad_share: must be a share from 0 to 1");
    let source = Overrides { source: Some("the command line".to_owned()), ..Overrides::default() };
    assert_eq!(mapping.with(&source).unwrap().source.as_deref(), Some("the command line"));
}

#[test]
fn an_unknown_key_of_json_in_our_own_words_is_refused() {
    let overrides = Overrides { source: Some("ours".to_owned()), ..Overrides::default() };
    let file = br#"{"platform": "x", "handle": "a", "observed_at": "2014-04-07T13:34:47Z", "folowers": 3, "x_y": 1}"#;
    let error = read_with(file, "f.jsonl", &Mapping::by_name(Kind::Profiles), &overrides).err().unwrap();
    assert!(
        error.to_string().contains("'folowers', which is no field of profiles (did you mean 'followers'?)")
    );
}

#[test]
fn the_format_is_told_by_the_mapping_then_the_name_then_the_content() {
    let mapping = Mapping::from_toml(GOOD).unwrap();
    let row = r#"{"id": "1", "by": "a", "at": "2014-04-07T13:34:47Z"}"#;
    let rows = [
        ("f.csv.gz", "id,by,at\n1,a,2014-04-07T13:34:47Z\n".to_owned(), "csv"),
        ("f", "id\tby\tat\n1\ta\t2014-04-07T13:34:47Z\n".to_owned(), "tsv"),
        ("f.csv", "id|by|at\r1|a|2014-04-07T13:34:47Z\r".to_owned(), "csv"),
        ("f.txt", format!("[{row}]"), "json"),
        ("f", format!("\n{row}\n{row}"), "jsonl"),
        ("f.json", format!("{row}\n{row}"), "jsonl"),
        ("f.ndjson", row.to_owned(), "jsonl"),
        ("f.JSON", format!("[\n{row}]"), "json"),
    ];
    for (name, file, format) in rows {
        let outcome = read_with(file.as_bytes(), name, &mapping, &Overrides::default()).unwrap();
        assert_eq!((outcome.summary.format.as_str(), outcome.summary.bad), (format, 0), "{name}");
        assert!(outcome.summary.good >= 1, "{name}");
    }
}
