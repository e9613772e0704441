//! Who was looked at when, and what came of it: outages of a platform, accounts that could not be read for a while, a limit
//! to how far back a timeline goes. What was looked for and not found is part of a world as much as what was found.

use someasure_model::{Attempt, Instant, Outcome, Table};

use crate::account::Someone;
use crate::calendar::{Calendar, DAY, SECOND};
use crate::chance::{For, happens, stream};
use crate::ids::Site;

/// A platform shows so many of an account's newest posts, and no more.
pub(crate) const NEWEST: u64 = 3_200;

/// How one look at an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    /// When.
    pub at: i64,
    /// Whether it gave what was asked for.
    pub outcome: Outcome,
}

/// How the nth look at an account ended.
pub(crate) fn sweep(seed: u64, one: &Someone, calendar: &Calendar, nth: u32) -> Sweep {
    let day = calendar.sweep_day(nth);
    let at = calendar.midnight(day) + 2 * DAY / 24 + one.second();
    let first_or_last = nth == 0 || nth + 1 == calendar.sweeps();
    let outcome = if !one.is_there(day as i32) {
        Outcome::NotFound
    } else if first_or_last {
        Outcome::Ok
    } else if happens(&mut stream(seed, For::Outage, one.site as u32, day, 1), 0.04) {
        Outcome::Failed
    } else if happens(&mut stream(seed, For::Sweep, one.number, day, 0), 0.015) {
        Outcome::RateLimited
    } else {
        Outcome::Ok
    };
    Sweep { at, outcome }
}

/// Whether the account's profile was read on that day.
pub(crate) fn profile_seen(seed: u64, one: &Someone, day: u32) -> bool {
    let whole = day as i32;
    one.is_there(whole)
        && !(one.gap.0 <= whole && whole < one.gap.1)
        && !happens(&mut stream(seed, For::Outage, one.site as u32, day / 3, 2), 0.02)
}

/// The attempts to read its profile: one a week, with every day of the week that the platform gave. `rows` of them in
/// the order of the ledger.
pub(crate) fn profile_attempts(seed: u64, one: &Someone, calendar: &Calendar) -> Option<Vec<Attempt>> {
    let account_id: someasure_model::AccountId = one.id().parse().ok()?;
    let mut attempts = Vec::new();
    for from in (0..calendar.days()).step_by(7) {
        let to = (from + 7).min(calendar.days());
        let attempted_at = Instant::from_micros(calendar.midnight(to) + DAY / 24 + one.second());
        let seen: Vec<u32> = (from..to).filter(|day| profile_seen(seed, one, *day)).collect();
        let attempt = |first: u32, last: u32, outcome, rows| Attempt {
            account_id: account_id.clone(),
            table: Table::Observation,
            attempted_at,
            covers_from: Some(Instant::from_micros(calendar.midnight(first))),
            covers_to: Instant::from_micros(calendar.midnight(last)),
            truncated: false,
            outcome,
            detail: None,
            rows,
        };
        // Days that hang together are one span: what lies between two spans was not seen.
        let spans: Vec<&[u32]> = seen.chunk_by(|a, b| a + 1 == *b).collect();
        if spans.is_empty() {
            let there = one.is_there(to as i32 - 1);
            attempts.push(attempt(from, to, if there { Outcome::Failed } else { Outcome::NotFound }, 0));
        }
        for span in spans {
            let (first, last) = (span[0], span[span.len() - 1] + 1);
            let mut one = attempt(first, last, Outcome::Ok, span.len() as i64);
            // The key of an attempt is its instant: two spans of a week are two questions, a second apart.
            one.attempted_at = Instant::from_micros(attempted_at.micros() + i64::from(first - from) * SECOND);
            attempts.push(one);
        }
    }
    Some(attempts)
}

/// The attempts to read its posts and their counters, with how many there were at each look.
pub(crate) fn post_attempts(
    seed: u64,
    one: &Someone,
    calendar: &Calendar,
    rows: &[i64],
    table: Table,
) -> Option<Vec<Attempt>> {
    let account_id: someasure_model::AccountId = one.id().parse().ok()?;
    let attempts = (0..calendar.sweeps()).map(|nth| {
        let Sweep { at, outcome } = sweep(seed, one, calendar, nth);
        let cut = one.cut_before.filter(|_| nth == 0 && outcome == Outcome::Ok);
        let from = cut.unwrap_or(calendar.oldest_of_sweep(nth)).min(at);
        Attempt {
            account_id: account_id.clone(),
            table,
            attempted_at: Instant::from_micros(at),
            covers_from: Some(Instant::from_micros(from)),
            covers_to: Instant::from_micros(at),
            truncated: cut.is_some(),
            outcome,
            detail: cut.map(|_| format!("the platform gives the newest {NEWEST} posts")),
            rows: if outcome.succeeded() { rows[nth as usize] } else { 0 },
        }
    });
    Some(attempts.collect())
}

/// Whether the platform limits how far back it shows.
pub(crate) fn is_limited(site: Site) -> bool {
    site == Site::X
}
