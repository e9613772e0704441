//! Texts and numbers that try everything, in every place where outside text or a number stands.

use someasure_model::{
    AccountCoverage, Answer, ChangeStatus, Edition, Entry, Evidence, Interval, Missing, Notice, PeerGroup,
};

use crate::checks::{all, check_pages, rows};
use crate::html::read;
use crate::support::invented;

/// Text that tries everything.
pub(crate) fn hostile() -> String {
    format!(
        "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;\u{202e}gpj.exe\u{2066}\u{200b}\u{0}\u{7}\u{feff}]]><!--{}",
        "w".repeat(10_000)
    )
}

pub(crate) fn hostile_edition() -> Edition {
    let mut edition = invented();
    let hostile = hostile;
    edition.title = hostile();
    edition.services = vec![hostile(), "=cmd|' /C calc'!A0".to_owned()];
    edition.publication.publisher = Some(hostile());
    edition.publication.licence = Some(hostile());
    edition.publication.contact = Some("javascript:alert(1)".to_owned());
    edition.notices.push(Notice {
        what: hostile(),
        by: hostile(),
        licence: hostile(),
        url: Some("javascript:alert(1)".to_owned()),
    });
    edition.provenance.inputs[0].path = hostile();
    edition.provenance.batches[0].source = hostile();
    edition.provenance.batches[0].lane = hostile();
    edition.peer_groups[0].title = hostile();
    edition.peer_groups[0].reason = hostile();
    let old = std::mem::replace(&mut edition.peer_groups[1].id, "\"><script>alert(1)</script>".to_owned());
    edition.peer_groups.push(PeerGroup {
        id: "empty".to_owned(),
        title: hostile(),
        reason: String::new(),
        size: 0,
    });
    let measure = &mut edition.measures[4];
    measure.title = hostile();
    measure.question = hostile();
    measure.unit = "<b>".to_owned();
    measure.counts = "</td><script>alert(1)</script>".to_owned();
    measure.sql = "</code></pre><script>alert(1)</script>\u{202e}\nSELECT '\t'".to_owned();
    measure.evidence[0].url = "data:text/html,<script>alert(1)</script>".to_owned();
    measure.actions[0].tip = hostile();
    for (i, entry) in edition.organisations.iter_mut().enumerate() {
        let Entry {
            organisation,
            accounts,
            coverage,
            peer_groups,
            shared_with,
            denominators,
            evidence,
            past: _,
        } = entry;
        organisation.name = if i % 2 == 0 { hostile() } else { "=HYPERLINK(\"http://x\",\"y\")".to_owned() };
        organisation.kind = "@SUM(1+1)*cmd".to_owned();
        organisation.region = Some("\u{202e}\u{200f}".to_owned());
        organisation.website = Some("javascript:alert(1)".to_owned());
        organisation.source = hostile();
        denominators[0].kind = hostile();
        for account in accounts {
            evidence.extend(account.id().map(|account_id| Evidence {
                account_id,
                class: hostile(),
                url: "javascript:alert(1)".to_owned(),
                checked_at: "2014-03-02".parse().unwrap(),
                checked_by: hostile(),
                expires: None,
            }));
            account.role = Some(hostile());
            account.reason_for_leaving = Some(hostile());
            account.handle = Some("\"><script>alert(1)</script>\u{202e}".parse().unwrap());
        }
        coverage.iter_mut().for_each(|seen: &mut AccountCoverage| seen.detail = Some(hostile()));
        shared_with.iter_mut().for_each(|(_, names)| names.push(hostile()));
        for group in peer_groups.iter_mut().filter(|group| **group == old) {
            "\"><script>alert(1)</script>".clone_into(group);
        }
    }
    for comparison in &mut edition.comparisons {
        comparison.period = hostile().into();
        if old == comparison.peer_group {
            "\"><script>alert(1)</script>".clone_into(&mut comparison.peer_group);
        }
        if let Err(reason) = &mut comparison.funnel {
            *reason = hostile();
        }
    }
    for change in &mut edition.changes {
        if let ChangeStatus::Changed { since, .. } = &mut change.status {
            *since = hostile().into();
        }
        change.points.iter_mut().for_each(|point| point.period = hostile().into());
    }
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300, -1e300, 5e-324];
    for (i, figure) in edition.figures.iter_mut().enumerate() {
        figure.answer = match i % 9 {
            7 => Answer::Missing(Missing::NotCollected(hostile().into())),
            8 => Answer::Value(0.5, Some(Interval { lower: f64::NAN, upper: 0.7, level: 0.95 })),
            k => Answer::Value(
                odd[k],
                Some(Interval { lower: odd[(k + 1) % 7], upper: odd[(k + 2) % 7], level: 0.95 }),
            ),
        };
    }
    edition
}

#[test]
fn hostile_text_and_numbers_are_harmless_everywhere() {
    let files = all(&hostile_edition());
    check_pages(&files);
    for (path, bytes) in
        files.iter().filter(|(path, _)| !path.ends_with(".woff2") && !path.ends_with(".xlsx"))
    {
        let text = std::str::from_utf8(bytes).unwrap();
        let hidden = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}');
        assert!(!text.contains(hidden), "{path}: {:?}", text.chars().find(|c| hidden(*c)));
        if path.ends_with(".html") {
            assert!(!text.contains("<script>") && !text.contains("<img"), "{path}");
            assert!(!text.contains("href=\"javascript") && !text.contains("href=\"data:"), "{path}");
            assert!(!text.contains(&"w".repeat(2_001)), "{path}");
        }
        if path.ends_with(".svg") {
            assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("href="), "{path}");
            assert!(!text.contains(&"w".repeat(301)), "{path}");
            if path.ends_with("icon.svg") {
                continue;
            }
            read(text.split_once("?>\n").unwrap().1);
        }
        if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        if path.ends_with(".csv") {
            for cell in rows(text).into_iter().flatten() {
                let is_number = cell.1.parse::<f64>().is_ok();
                assert!(
                    is_number || !cell.1.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{path}: {cell:?}"
                );
                assert!(!["NaN", "inf", "-inf", "-0"].contains(&cell.1.as_str()), "{path}: {cell:?}");
            }
        }
    }
}
