//! The author's statistics, each computed from the posts, and each compared with his column for all 51 libraries.
//!
//! Rounding: both sides to two decimals of the exact binary value, ties to even, as Python's `round(x, 2)`.

use jiff::tz::TimeZone;

use crate::program::{KNOWN, WHOLE_LIFE, figure};
use crate::source::{Library, Row};

/// The column, the measure that computes it, and its value in SQL over the library's posts `p` (with their reading
/// `r` and the profile `o`).
const COLUMNS: [(&str, &str, &str); 10] = [
    ("avg_has_url", "his_avg_has_url", "SHARE(p.link_count > 0)"),
    ("avg_has_mention", "his_avg_has_mention", "SHARE(p.mention_count > 0)"),
    ("avg_has_hashtag", "his_avg_has_hashtag", "SHARE(p.hashtag_count > 0)"),
    ("avg_has_media", "his_avg_has_media", "SHARE(p.media_count > 0)"),
    (
        "avg_has_entity",
        "his_avg_has_entity",
        "SHARE(p.link_count > 0 OR p.mention_count > 0 OR p.hashtag_count > 0 OR p.media_count > 0)",
    ),
    ("replies_ratio", "his_replies_ratio", "SHARE(p.kind = 'reply')"),
    ("avg_RTs", "his_avg_rts", "SHARE(r.reposts > 0)"),
    ("avg_Favs", "his_avg_favs", "SHARE(r.likes > 0)"),
    (
        "avg_hours_to_answer",
        "his_avg_hours_to_answer",
        "coalesce(max(waited.hours) / max(waited.answers), 0)",
    ),
    (
        "genuine_tweet_ratio",
        "his_genuine_tweet_ratio",
        "CAST(count(CASE WHEN p.kind <> 'repost' THEN 1 END) AS DOUBLE) / max(o.posts)",
    ),
];

/// The hours that his answers took, added one after the other from the newest post to the oldest, as in his file. Four
/// of his means lie halfway between two hundredths, and in binary the order of adding decides to which side they
/// fall: with the sum of whole seconds, `stabifr` (1.475) and `ub_bi` (18.675) would be rounded up.
const WAITED: &str = "LEFT JOIN (
  SELECT account_id, max(hours_so_far) AS hours, count(*) AS answers
  FROM (
    SELECT account_id,
           sum(CAST(answered_after_seconds AS DOUBLE) / 3600) OVER (
             PARTITION BY account_id ORDER BY created_at DESC, post_id DESC
             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS hours_so_far
    FROM post WHERE kind = 'reply' AND answered_after_seconds IS NOT NULL
  ) each
  GROUP BY account_id
) waited ON waited.account_id = a.account_id
";

/// What the ledger holds of each library.
const HELD: [(&str, &str); 4] = [
    ("held_posts", "count(p.post_id)"),
    ("held_reposts", "count(CASE WHEN p.kind = 'repost' THEN 1 END)"),
    ("held_readings", "count(r.post_id)"),
    ("held_readings_of_reposts", "count(CASE WHEN p.kind = 'repost' THEN r.post_id END)"),
];

/// Every measure of this file, as (id, TOML).
pub(crate) fn measures() -> Vec<(&'static str, String)> {
    let his = COLUMNS.iter().map(|(_, id, value)| (*id, *value));
    his.chain(HELD).map(|(id, value)| (id, toml(id, value))).collect()
}

fn toml(id: &str, value: &str) -> String {
    let own = "CASE WHEN p.kind <> 'repost'";
    let value = match value.strip_prefix("SHARE(").and_then(|rest| rest.strip_suffix(')')) {
        Some(holds) => {
            format!("CAST(count({own} AND ({holds}) THEN 1 END) AS DOUBLE) / count({own} THEN 1 END)")
        }
        None => value.to_owned(),
    };
    let waited = if value.contains("waited.") { WAITED } else { "" };
    format!(
        r#"
id = "{id}"
version = 1
status = "experimental"
title = "{id}"
question = "What did the author of the set compute?"
domain = "usefulness"
kind = "value"
unit = "count"
decimals = 2
polarity = "none"
sql = '''
SELECT a.organisation_id, a.platform, pe.period, {value} AS value
FROM account a
JOIN post p ON p.account_id = a.account_id AND p.created_at >= a.starts_at AND p.created_at < a.ends_at
JOIN period pe ON p.created_at >= pe.starts_at AND p.created_at < pe.ends_at
LEFT JOIN reading r ON r.post_id = p.post_id
LEFT JOIN observation o ON o.account_id = a.account_id
{waited}GROUP BY a.organisation_id, a.platform, pe.period
'''
"#
    )
}

fn at_two_decimals(value: f64) -> String {
    format!("{value:.2}")
}

/// Compares one column for every library; what disagrees is shown.
fn compare(column: &str, computed: impl Fn(&Library) -> f64) {
    let mut agree = 0;
    let mut differ = Vec::new();
    for library in KNOWN.libraries.values() {
        let (his, ours) = (library.number(column), computed(library));
        if at_two_decimals(his) == at_two_decimals(ours) {
            agree += 1;
        } else {
            differ.push(format!("{}: his {his}, computed {ours}", library.handle));
        }
    }
    assert_eq!(agree, 51, "{column}: {differ:#?}");
}

fn rows() -> impl Iterator<Item = &'static Row> {
    KNOWN.libraries.values().flat_map(|library| &library.rows)
}

#[test]
fn the_set_is_what_its_note_says() {
    assert_eq!((KNOWN.libraries.len(), rows().count()), (51, 59_405));
    let ids: std::collections::BTreeSet<&str> = rows().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), 59_405);
    assert_eq!(rows().filter(|row| !row.genuine).count(), 11_325);
    assert_eq!(rows().filter(|row| !row.genuine && row.reply).count(), 139);
    assert_eq!(rows().filter(|row| row.genuine && row.reply).count(), 5_656);
    assert_eq!(rows().filter(|row| row.genuine && row.hours_to_answer.is_some()).count(), 5_132);
    // The counters and flags are NA for reposts, and for nothing else.
    for row in rows() {
        assert_eq!(row.genuine, row.likes.is_some(), "{}", row.id);
        assert_eq!(row.genuine, row.reposts.is_some(), "{}", row.id);
        for flag in [row.url, row.mention, row.hashtag, row.media] {
            assert_eq!(row.genuine, flag.is_some(), "{}", row.id);
        }
    }
}

#[test]
fn the_ledger_holds_every_post_and_no_counter_that_was_not_said() {
    let held = |measure: &str, handle: &str| {
        figure(&KNOWN.whole_life, measure, handle, WHOLE_LIFE).and_then(|figure| figure.value).expect(measure)
            as usize
    };
    let mut sums = [0; 4];
    for library in KNOWN.libraries.values() {
        let found = HELD.map(|(measure, _)| held(measure, &library.handle));
        let own = library.own().count();
        assert_eq!(found, [library.rows.len(), library.rows.len() - own, own, 0], "{}", library.handle);
        for (sum, found) in sums.iter_mut().zip(found) {
            *sum += found;
        }
    }
    assert_eq!(sums, [59_405, 11_325, 48_080, 0]);
}

#[test]
fn ten_of_his_columns_come_out_of_the_ledger_for_51_of_51() {
    for (column, measure, _) in COLUMNS {
        compare(column, |library| {
            let found = figure(&KNOWN.whole_life, measure, &library.handle, WHOLE_LIFE);
            found
                .and_then(|figure| figure.value)
                .unwrap_or_else(|| panic!("no {measure} of {}", library.handle))
        });
    }
}

/// The ledger has no column for posts that a program sent.
#[test]
fn the_share_of_automatic_posts_comes_out_of_the_rows_for_51_of_51() {
    compare("auto_tweet_ratio", |library| {
        library.own().filter(|row| row.automatic).count() as f64 / library.number("statuses_count")
    });
}

/// The days since the account was made, to the nearest whole day. His program read the profiles on 8 April 2014 at
/// about 00:45 UTC, and took Twitter's times, which are in UTC, for times of its own clock on the American east coast.
fn days(library: &Library) -> i64 {
    let clock = TimeZone::get("America/New_York").expect("a time zone");
    let made = library.created_at.to_zoned(clock).expect("a time").timestamp();
    let read: jiff::Timestamp = "2014-04-08T00:45:00Z".parse().expect("a time");
    ((read.as_second() - made.as_second()) as f64 / 86_400.0).round() as i64
}

/// The ledger has no column for the day on which an account was made.
#[test]
fn posts_a_day_come_out_of_the_profiles_for_51_of_51() {
    compare("days", |library| days(library) as f64);
    compare("tweets_per_day", |library| library.number("statuses_count") / days(library) as f64);
}

/// As docs/measures.md promises.
#[test]
fn the_worked_example_of_a_measure_is_his_share_of_posts_with_a_link() {
    let mut shown = 0;
    for library in KNOWN.libraries.values() {
        let found = figure(&KNOWN.whole_life, "link_share", &library.handle, WHOLE_LIFE).expect("a figure");
        assert_eq!(found.n as usize, library.own().count(), "{}", library.handle);
        assert_eq!(found.value.is_some(), found.n >= 20, "{}", library.handle);
        if let Some(value) = found.value {
            let his = library.number("avg_has_url");
            assert_eq!(at_two_decimals(value), at_two_decimals(his), "{}", library.handle);
            shown += 1;
        }
    }
    assert_eq!(shown, 51);
}
