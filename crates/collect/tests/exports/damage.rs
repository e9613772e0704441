//! Whatever happens to a file, nothing panics and every row is accounted for.

use proptest::prelude::*;
use someasure_collect::exports::{Format, Options};

use super::{now, try_read};

const FILES: [&[u8]; 16] = [
    include_bytes!("fixtures/x_v2_pages.jsonl"),
    include_bytes!("fixtures/x_v2_flat.jsonl"),
    include_bytes!("fixtures/x_v1.jsonl"),
    include_bytes!("fixtures/x_v1_search.json"),
    include_bytes!("fixtures/tags.csv"),
    include_bytes!("fixtures/rtweet.csv"),
    include_bytes!("fixtures/twint.csv"),
    include_bytes!("fixtures/own.csv"),
    include_bytes!("fixtures/own.jsonl"),
    include_bytes!("fixtures/bluesky_search.json"),
    include_bytes!("fixtures/bluesky_feed.json"),
    include_bytes!("fixtures/bluesky_thread.json"),
    include_bytes!("fixtures/bluesky_snake.jsonl"),
    include_bytes!("fixtures/bluesky_records.json"),
    include_bytes!("fixtures/mastodon.jsonl"),
    include_bytes!("fixtures/mastodon_context.json"),
];

/// What is put in the place of a stretch of a file.
const SCRAPS: [&str; 24] = [
    "",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "0",
    "-1",
    "1e400",
    "\\",
    "\n",
    "\r\n",
    "\u{0}",
    "é",
    "\u{202e}",
    "\\ud800",
    "true",
    "[]",
    "{}",
    "\"\"",
    "99999999999999999999",
    "<a href=\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_damaged_file_is_refused_or_adds_up(
        file in 0..FILES.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, 0..SCRAPS.len()), 0..4),
        end in prop::option::of(any::<prop::sample::Index>()),
        stated in prop::option::of(0..Format::ALL.len()),
    ) {
        let mut bytes = FILES[file].to_vec();
        for (at, length, scrap) in cuts {
            let from = at.index(bytes.len() + 1);
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, SCRAPS[scrap].bytes());
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len() + 1));
        }
        let format = stated.map_or(Format::Auto, |at| Format::ALL[at]);
        // `try_read` compares what was handed out with the summary.
        let _ = try_read(&bytes, format, &Options::at(now()));
    }
}

#[test]
fn every_key_of_every_file_may_be_of_any_type() {
    for file in FILES {
        let Ok(text) = std::str::from_utf8(file) else { continue };
        // Each value is pushed into a key of its own, and another put in its place.
        for (nth, (at, _)) in text.match_indices("\":").enumerate() {
            let scraps = ["null", "7", "\"x\"", "[]", "{}", "[{\"a\":[null]}]", "false", "1.5e300"];
            let scrap = scraps[nth % scraps.len()];
            let damaged = format!("{}\":{scrap},\"zz\":{}", &text[..at], &text[at + 2..]);
            let _ = try_read(damaged.as_bytes(), Format::Auto, &Options::at(now()));
        }
    }
}
