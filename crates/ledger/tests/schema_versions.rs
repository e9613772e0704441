//! A ledger that was once written stays readable for ever: one fixture per schema version.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;
use someasure_ledger::{Ledger, Limits, Question};
use someasure_model::{Account, Granularity, Measure, Organisation, Period, Table};
use tempfile::TempDir;

/// A copy: what is asked of a ledger is kept beside it.
fn fixture(version: u32) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/schema-{version}"));
    let copy = tempfile::tempdir().unwrap();
    copy_below(&from, copy.path());
    copy
}

fn copy_below(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&place).unwrap();
            copy_below(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), &place).unwrap();
        }
    }
}

fn question() -> Question {
    let organisation = Organisation {
        organisation_id: "a:town".parse().unwrap(),
        name: "Town library".to_owned(),
        kind: "library".to_owned(),
        nation: None,
        region: None,
        parent_id: None,
        opened: None,
        closed: None,
        website: None,
        source: "test".to_owned(),
        extra: Vec::new(),
    };
    let account = Account {
        organisation_id: "a:town".parse().unwrap(),
        platform: "x".parse().unwrap(),
        account_id: None,
        handle: Some("town".parse().unwrap()),
        role: None,
        from: None,
        to: None,
        reason_for_leaving: None,
    };
    let period = Period {
        id: "2026".into(),
        granularity: Granularity::Edition,
        starts_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        ends_at: "2026-03-01T00:00:00Z".parse().unwrap(),
    };
    Question {
        as_at: period.ends_at,
        zone: TimeZone::UTC,
        periods: vec![period],
        organisations: vec![organisation],
        accounts: vec![account],
        aliases: BTreeMap::from([("x:@town".parse().unwrap(), "x:11".parse().unwrap())]),
        withdrawn: Default::default(),
    }
}

/// likes at the last reading, over posts that are no reposts
const LIKES: &str = r#"
    id = "likes"
    version = 1
    status = "experimental"
    title = "Likes"
    question = "How many?"
    domain = "conversation"
    kind = "rate"
    unit = "per post"
    polarity = "none"
    sql = """
    SELECT a.organisation_id, a.platform, e.period, p.post_id, max(r.likes) AS events, 1 AS exposure
    FROM account a
    JOIN post p ON p.account_id = a.account_id
    JOIN reading r ON r.post_id = p.post_id
    CROSS JOIN period e
    WHERE p.kind <> 'repost'
    GROUP BY a.organisation_id, a.platform, e.period, p.post_id
    """
"#;

#[test]
fn a_ledger_of_schema_1_is_still_readable() {
    let fixture = fixture(1);
    let ledger = Ledger::open(fixture.path(), Limits { threads: 1, memory_bytes: None }).unwrap();
    let rows =
        [Table::Observation, Table::Post, Table::Reading, Table::Batch].map(|table| ledger.rows(table));
    assert_eq!(rows, [1, 3, 3, 3]);
    assert_eq!(ledger.batches().unwrap().len(), 3);
    assert_eq!(ledger.accounts().unwrap(), ["x:11".parse().unwrap()]);
    let session = ledger.ask(question()).unwrap();
    let answer = session.measure(&Measure::from_toml(LIKES).unwrap()).unwrap().all().unwrap();
    let events: Vec<_> = answer.rows.iter().map(|row| row.first()).collect();
    assert_eq!(events, [Some(4.0), Some(0.0)]);
}
