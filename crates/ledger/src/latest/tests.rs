//! The pass over the files and the view's SQL say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use someasure_model::{Batch, Instant, Lane, Post, PostKind, Reading};

use super::*;
use crate::manifest::{Limits, Writer};

const LIMITS: Limits = Limits { threads: 2, memory_bytes: None };
const DAY: i64 = 86_400_000_000;

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn day(day: u64) -> Instant {
    Instant::from_micros(1_700_000_000_000_000 + i64::try_from(day).unwrap() * DAY)
}

fn post(chance: &mut Chance, number: u64, observed_at: Instant) -> Post {
    let platform = ["x", "bluesky"][usize::from(number.is_multiple_of(3))];
    Post {
        kind: [None, Some(PostKind::Original), Some(PostKind::Reply)][chance.below(3) as usize],
        text: (chance.below(4) > 0).then(|| format!("edited {} times", chance.below(3))),
        hashtags: (chance.below(2) > 0).then(|| vec!["Health".to_owned()]),
        ..Post::bare(
            format!("{platform}:{number}").parse().unwrap(),
            format!("{platform}:{}", number % 7).parse().unwrap(),
            day(number % 40),
            observed_at,
        )
    }
}

/// A ledger of several imports that meet the same posts again, with other words and other counters.
fn ledger(root: &Path) -> Ledger {
    let chance = &mut Chance(7);
    (0..9).for_each(|number| import(root, chance, number));
    Ledger::open(root, LIMITS).unwrap()
}

fn import(root: &Path, chance: &mut Chance, import: u64) {
    let mut writer = Writer::open(root, LIMITS).unwrap();
    let mut rows = writer.begin(&format!("{import}"), BTreeMap::new(), BTreeSet::new());
    for line in 0..60 {
        let number = chance.below(90) + 10 * import;
        let observed_at = day(40 + chance.below(30));
        let post = post(chance, number, observed_at);
        let reading = Reading {
            post_id: post.post_id.clone(),
            observed_at: day(number % 40 + chance.below(40)),
            likes: Some(i64::try_from(chance.below(9)).unwrap()),
            reposts: None,
            replies: (chance.below(2) > 0).then_some(3),
            quotes: None,
            views: None,
        };
        rows.post(line, post, Some(reading), None).unwrap();
    }
    let described = || Batch {
        batch: format!("{import}"),
        started_at: day(0),
        finished_at: day(0),
        source: "test".to_owned(),
        lane: Lane::Open,
        retention: String::new(),
        tool_version: String::new(),
        input_hash: String::new(),
    };
    rows.write(described).unwrap().commit().unwrap();
}

fn rows(ledger: &Ledger, view: &str) -> Vec<RecordBatch> {
    let engine = ledger.engine(LIMITS, &[Table::Post, Table::Reading]).unwrap();
    engine.collect(&format!("CREATE VIEW v AS {view}")).unwrap();
    engine.collect("SELECT * FROM v ORDER BY post_id").unwrap()
}

fn as_text(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).unwrap().to_string()
}

#[test]
fn the_pass_over_sorted_files_says_what_the_views_sql_says() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = ledger(&directory.path().join("ledger"));
    for (as_at, counter_age_days) in [(70, 7), (52, 7), (45, 0), (60, 30)] {
        let sql = include_str!("../views/latest_post.sql")
            .replace("{as_at}", &crate::session::timestamp(day(as_at)))
            .replace("{counter_age}", &counter_age_days.to_string());
        let wanted = as_text(&rows(&ledger, &sql));
        // In one piece for each platform, and in many.
        for piece in [PIECE, 20] {
            let out = directory.path().join(format!("{as_at}-{counter_age_days}-{piece}"));
            std::fs::create_dir(&out).unwrap();
            let latest = Latest { as_at: day(as_at), counter_age_days };
            let kept = Kept::open(&out, false).unwrap();
            let written = latest.answered_in_pieces(&ledger, &kept, piece).unwrap();
            assert_eq!(written.len() > 2, piece == 20, "{} files", written.len());
            let engine = ledger.engine(LIMITS, &[]).unwrap();
            engine.register_paths("kept", latest_schema(), &written).unwrap();
            let found = as_text(&engine.collect("SELECT * FROM kept ORDER BY post_id").unwrap());
            assert_eq!(found, wanted, "as at day {as_at}, counters of {counter_age_days} days");
        }
    }
}

#[test]
fn a_ledger_without_posts_has_no_latest_posts() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&directory.path().join("ledger"), LIMITS).unwrap();
    let latest = Latest { as_at: day(70), counter_age_days: 7 };
    let kept = Kept::open(directory.path(), false).unwrap();
    assert_eq!(latest.answered(&ledger, &kept).unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn after_each_import_what_was_kept_and_what_is_answered_anew_is_what_all_would_be_anew() {
    let directory = tempfile::tempdir().unwrap();
    let (root, chance) = (directory.path().join("ledger"), &mut Chance(7));
    let (mut found, mut kept_before) = (0, BTreeSet::new());
    for number in 0..9 {
        import(&root, chance, number);
        let ledger = Ledger::open(&root, LIMITS).unwrap();
        // Also as at a day that is before some of what was seen.
        for as_at in [day(55 + number), day(80)] {
            let latest = Latest { as_at, counter_age_days: 7 };
            let names = |directory: &Path| -> BTreeSet<_> {
                let kept = Kept::open(directory, false).unwrap();
                let paths = latest.answered_in_pieces(&ledger, &kept, 20).unwrap();
                paths.iter().map(|path| path.file_name().unwrap().to_owned()).collect()
            };
            // The names say what was asked and what the bytes are.
            let here = names(&root);
            assert_eq!(here, names(tempfile::tempdir().unwrap().path()), "import {number}");
            found += here.intersection(&kept_before).count();
            kept_before = here;
        }
    }
    assert!(found > 20, "{found}");
}
