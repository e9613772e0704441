//! How files are cut into records, and how their format is told.

use someasure_collect::exports::{ExportError, Format, Options, People, newest, read};

use super::{at, now, read_auto, try_read};

const STATUS: &str = r#"{"id_str":"1499112303621046272","created_at":"Wed Mar 02 20:00:00 +0000 2022","full_text":"x","user":{"id_str":"1","screen_name":"ann"}}"#;

#[test]
fn one_status_is_read_however_it_stands_in_the_file() {
    let pretty = STATUS.replace(',', ",\n  ").replacen('{', "{\n  ", 1);
    for (file, line) in [
        (STATUS.to_owned(), 1),
        (format!("\u{feff}\r\n{STATUS}\r\n\r\n"), 2),
        (format!("[{STATUS}]"), 1),
        (format!("[\n{STATUS}\n]\n"), 2),
        (format!("[[{STATUS}]]"), 1),
        (format!("{{\"statuses\":[{STATUS}]}}"), 1),
        (pretty.clone(), 1),
        (format!("\n\n{pretty}"), 3),
        (format!("{{\"uri\":\"https://api.twitter.com/1.1/x\",\"status\":200,\"body\":[{STATUS}]}}"), 1),
    ] {
        let read = read_auto(file.as_bytes());
        assert_eq!(read.posts.len(), 1, "{file}");
        assert_eq!(read.posts[0].line, line, "{file}");
        assert_eq!(read.summary().format, Format::XV1);
    }
    let several = format!("[{STATUS}]\n[{STATUS},{STATUS}]\n");
    assert_eq!(read_auto(several.as_bytes()).posts.len(), 3);
    let lines: Vec<u64> =
        read_auto(format!("{pretty}\n{pretty}").as_bytes()).posts.iter().map(|i| i.line).collect();
    assert_eq!(lines, [1, pretty.lines().count() as u64 + 1]);
}

#[test]
fn a_broken_line_is_bad_and_the_next_is_read() {
    let file = format!("{STATUS}\n{}\n{STATUS}\n42\n", &STATUS[..60]);
    let read = read_auto(file.as_bytes());
    assert_eq!((read.summary().rows, read.posts.len()), (4, 2));
    assert!(read.bad[0].starts_with("line 2: is broken JSON"), "{:?}", read.bad);
    assert!(read.bad[1].starts_with("line 4: is not an object"), "{:?}", read.bad);
    // Even where it is the first.
    assert_eq!(read_auto(format!("{}\n{STATUS}\n", &STATUS[..60]).as_bytes()).summary().bad, 1);
}

#[test]
fn an_array_that_was_cut_off_refuses_the_file() {
    let file = format!("[\n{STATUS},\n{}", &STATUS[..60]);
    let error = try_read(file.as_bytes(), Format::Auto, &Options::at(now())).unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
}

#[test]
fn what_cannot_be_told_is_an_error_that_says_what_was_seen() {
    for (file, seen) in [
        (&b"a,b,c\n1,2,3\n"[..], "Its first columns are a, b, c"),
        (b"{\"foo\":1,\"bar\":[]}\n", "Its first record has the keys foo, bar"),
        (b"just words\n", "Its first columns are just words"),
        (b"[1,2,3]", "It begins with \"1\""),
    ] {
        let error = try_read(file, Format::Auto, &Options::at(now())).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, ExportError::Unrecognised { .. }) && text.contains(seen), "{text}");
        assert!(Format::ALL.iter().all(|format| text.contains(format.as_str())), "{text}");
    }
}

#[test]
fn a_file_begins_with_a_notice_and_is_still_told() {
    let file = format!("{{\"foo\":1}}\n{{\"bar\":2}}\n{STATUS}\n");
    let read = read_auto(file.as_bytes());
    assert_eq!((read.summary().format, read.posts.len(), read.summary().rows), (Format::XV1, 1, 3));
}

#[test]
fn an_empty_file_has_nothing_in_it() {
    for file in [&b""[..], b" \n\n", b"\xef\xbb\xbf"] {
        let read = read_auto(file);
        assert_eq!((read.summary().rows, read.summary().format), (0, Format::Auto));
    }
}

#[test]
fn a_stated_format_that_the_file_is_not_is_refused() {
    let error = try_read(STATUS.as_bytes(), Format::Tags, &Options::at(now())).unwrap_err();
    assert!(error.to_string().contains("it is JSON"), "{error}");
    let error = try_read(b"a,b\n1,2\n", Format::Bluesky, &Options::at(now())).unwrap_err();
    assert!(error.to_string().contains("its first columns are a, b"), "{error}");
}

#[test]
fn every_format_reads_back_from_its_name() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
        assert!(!format.help().is_empty());
    }
    assert!("twitter".parse::<Format>().unwrap_err().to_string().contains("x-v2"));
}

#[test]
fn a_line_of_more_than_64_mib_is_an_error_that_names_it() {
    let long = format!("{STATUS}\n{{\"text\":\"{}\"}}\n", "x".repeat(64 << 20));
    let error = try_read(long.as_bytes(), Format::Auto, &Options::at(now())).unwrap_err();
    assert!(matches!(error, ExportError::TooLong { line: 2, .. }), "{error}");
}

#[test]
fn a_megabyte_of_text_is_kept_whole() {
    let words = "#TeaChat \u{202e}x\u{0301}\u{0301}".repeat(60_000);
    let status = STATUS.replace("\"x\"", &serde_json::to_string(&words).unwrap());
    let read = read_auto(status.as_bytes());
    assert_eq!(read.posts[0].post.text.as_deref(), Some(words.as_str()));
}

#[test]
fn the_newest_post_is_learnt_without_holding_anything_back() {
    let found = newest(STATUS.as_bytes(), "export", Format::Auto, &Options::at(now())).unwrap();
    assert_eq!(found, Some(at("2022-03-02T20:00:00Z")));
}

#[test]
fn whoever_receives_may_stop() {
    let stop = |_| Err("enough".into());
    let mut stop = stop;
    let read = read(
        STATUS.as_bytes(),
        "export",
        Format::Auto,
        &Options { observed_at: Some(now()), ..Options::at(now()) },
        &mut stop,
    );
    assert!(matches!(read, Err(ExportError::Stopped(_))));
}

#[test]
fn the_documentation_names_every_format_and_every_kind_of_notice() {
    const DOCS: &str = include_str!("../../../../docs/chat-exports.md");
    for format in Format::ALL.into_iter().skip(1) {
        let row = format!("| [`{format}`](#{format}) | {} |", format.help());
        assert!(DOCS.contains(&row) && DOCS.contains(&format!("\n## {format}\n")), "{row}");
    }
    for kind in someasure_collect::exports::NoticeKind::ALL {
        assert!(DOCS.contains(&format!("| `{}` |", kind.as_str())), "{}", kind.as_str());
    }
}

#[test]
fn what_r_makes_of_null_and_of_single_values_is_understood() {
    let boxed = r#"[{"id_str":["1499112303621046272"],"created_at":["Wed Mar 02 20:00:00 +0000 2022"],"full_text":["x"],"favorite_count":[3],"in_reply_to_status_id_str":{},"retweeted_status":{},"quoted_status":{},"user":{"id_str":["1"],"screen_name":["ann"]}}]"#;
    let read = read_auto(boxed.as_bytes());
    let item = &read.posts[0];
    assert_eq!(item.post.kind, Some(someasure_model::PostKind::Original));
    assert_eq!(item.reading.as_ref().unwrap().likes, Some(3));
    assert!(read.context.is_empty() && read.notices.is_empty());
}

#[test]
fn people_are_one_observation_each_as_their_newest_post_has_them() {
    let sheet = b"id_str,from_user,from_user_id_str,text,created_at,user_followers_count,from_user_name
1499112303621046272,ann,1,b,Wed Mar 02 20:00:00 +0000 2022,12,NA
1498598920811446281,old_ann,1,a,Tue Mar 01 10:00:00 +0000 2022,10,Ann
";
    let mut people = People::default();
    read(&sheet[..], "export", Format::Auto, &Options::at(now()), &mut |record| {
        people.add(&record);
        Ok(())
    })
    .unwrap();
    let people: Vec<_> = people.into_observations().collect();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].followers, Some(12));
    assert_eq!(people[0].handle.as_ref().unwrap().as_str(), "ann");
    assert_eq!(people[0].display_name.as_deref(), Some("Ann"), "what only the older post says stays");
}
