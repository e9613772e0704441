//! What was seen, computed from attempts: zero, missing, cut off and not tried are four different things.
//! Pure: attempts, accounts and periods in; spans out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use someasure_model::{
    AccountCoverage, AccountId, Attempt, Instant, OrganisationId, Outcome, Period, Span, Table,
};

/// An account while it was an organisation's, as coverage needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Whose account.
    pub organisation_id: OrganisationId,
    /// The account.
    pub account_id: AccountId,
    /// First instant that it was the organisation's, where known.
    pub from: Option<Instant>,
    /// First instant that it no longer was, where it has been left.
    pub to: Option<Instant>,
}

/// A span of no more microseconds covers nothing and only says when somebody looked: at a profile, say. A year has many, of
/// which the first and the last are kept.
const A_LOOK: i64 = 1;

/// Attempts, joined to what they show of each account.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// A body's accounts are many and their tables few: a list is smaller than a map. By table.
    accounts: BTreeMap<AccountId, Vec<Seen>>,
}

/// What was seen of one account's table within a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Within<'a> {
    /// How the latest attempt ended.
    pub outcome: Outcome,
    /// All spans that were seen, oldest first.
    pub spans: Cow<'a, [Span]>,
    /// How much of the period was seen, as far as the account was the organisation's.
    pub share_of_period: f64,
    /// Whether the source cut something off within the period.
    pub cut_off: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    latest: Attempt,
    /// Those that last, joined.
    lasting: Vec<Span>,
    /// The first and the last of those that do not.
    looks: Option<[Span; 2]>,
    rows: i64,
}

impl Seen {
    fn new(attempt: Attempt) -> Self {
        let rows = attempt.rows;
        Self { latest: attempt, lasting: Vec::new(), looks: None, rows }
    }

    /// Keeps the attempt if none is later.
    fn tried(&mut self, attempt: Attempt) {
        fn order(attempt: &Attempt) -> (Instant, Instant, Outcome, Option<&str>) {
            (attempt.attempted_at, attempt.covers_to, attempt.outcome, attempt.detail.as_deref())
        }
        if order(&attempt) > order(&self.latest) {
            self.latest = attempt;
        }
    }

    fn absorb(&mut self, other: Self) {
        self.rows += other.rows;
        self.tried(other.latest);
        other.lasting.into_iter().chain(other.looks.into_iter().flatten()).for_each(|span| self.cover(span));
    }

    fn cover(&mut self, span: Span) {
        if span.from.is_some_and(|from| span.to.micros() - from.micros() <= A_LOOK) {
            let [first, last] = self.looks.get_or_insert([span, span]);
            *first = (*first).min(span);
            *last = (*last).max(span);
        } else {
            self.lasting.push(span);
            self.lasting = join(std::mem::take(&mut self.lasting));
        }
    }

    /// What was seen, oldest first.
    fn spans(&self) -> Cow<'_, [Span]> {
        match self.looks {
            None => Cow::Borrowed(&self.lasting),
            Some(looks) => Cow::Owned(join(self.lasting.iter().copied().chain(looks).collect())),
        }
    }
}

impl Coverage {
    /// Adds one attempt; the order does not matter.
    pub fn add(&mut self, attempt: Attempt) {
        let span = attempt.outcome.succeeded().then_some(Span {
            from: attempt.covers_from,
            to: attempt.covers_to,
            truncated: attempt.truncated,
        });
        let tables = match self.accounts.get_mut(&attempt.account_id) {
            Some(tables) => tables,
            None => self.accounts.entry(attempt.account_id.clone()).or_default(),
        };
        let seen = match place(tables, attempt.table) {
            Ok(at) => {
                tables[at].rows += attempt.rows;
                tables[at].tried(attempt);
                &mut tables[at]
            }
            Err(at) => put(tables, at, Seen::new(attempt)),
        };
        if let Some(span) = span {
            seen.cover(span);
        }
    }

    /// Adds what another knows; which is added to which does not matter.
    pub(crate) fn absorb(&mut self, other: Self) {
        for (account, tables) in other.accounts {
            match self.accounts.entry(account) {
                Entry::Vacant(account) => drop(account.insert(tables)),
                Entry::Occupied(mut account) => {
                    let known = account.get_mut();
                    for seen in tables {
                        match place(known, seen.latest.table) {
                            Ok(at) => known[at].absorb(seen),
                            Err(at) => drop(put(known, at, seen)),
                        }
                    }
                }
            }
        }
    }

    /// What the accounts of provisional ids did, as done by those that they are.
    pub(crate) fn resolve(&mut self, aliases: &BTreeMap<AccountId, AccountId>) {
        for (provisional, known) in aliases {
            if let Some(tables) = self.accounts.remove(provisional) {
                let accounts = BTreeMap::from([(known.clone(), tables)]);
                self.absorb(Self { accounts });
            }
        }
    }

    /// The few attempts that say the same as all: by account and table the latest, with the rows of all, and a span each that
    /// was seen. Those come from before all time, so that the latest stays the latest.
    pub(crate) fn condensed(&self) -> impl Iterator<Item = Attempt> {
        self.accounts.values().flatten().flat_map(|seen| {
            let spans = seen.spans().into_owned().into_iter();
            let latest = Attempt { rows: seen.rows, ..seen.latest.clone() };
            let of_span = |span: Span| Attempt {
                attempted_at: Instant::from_micros(i64::MIN),
                covers_from: span.from,
                covers_to: span.to,
                truncated: span.truncated,
                outcome: Outcome::Ok,
                detail: None,
                rows: 0,
                ..seen.latest.clone()
            };
            spans.map(of_span).chain([latest]).collect::<Vec<_>>()
        })
    }

    /// The spans of one account's table, oldest first.
    pub fn spans(&self, account: &AccountId, table: Table) -> Cow<'_, [Span]> {
        self.seen(account, table).map_or(Cow::Borrowed(&[]), Seen::spans)
    }

    fn seen(&self, account: &AccountId, table: Table) -> Option<&Seen> {
        let tables = self.accounts.get(account)?;
        place(tables, table).ok().map(|at| &tables[at])
    }

    /// What was seen within a period; `None` when nothing was tried.
    pub fn within(&self, watched: &Watched, table: Table, period: &Period) -> Option<Within<'_>> {
        let seen = self.seen(&watched.account_id, table)?;
        let from = watched.from.unwrap_or(period.starts_at).max(period.starts_at);
        let to = watched.to.unwrap_or(period.ends_at).min(period.ends_at);
        let length = (to.micros() - from.micros()).max(0);
        let mut covered = 0;
        let mut cut_off = false;
        let spans = seen.spans();
        for span in spans.iter() {
            if let Some((starts_at, ends_at)) = within(span, from, to) {
                covered += ends_at.micros() - starts_at.micros();
                cut_off |= span.truncated && starts_at > from;
            }
        }
        Some(Within {
            outcome: seen.latest.outcome,
            spans,
            share_of_period: if length == 0 { 0.0 } else { covered as f64 / length as f64 },
            cut_off,
        })
    }

    /// What pages say about one account's table; `None` when nothing was tried.
    pub fn of(&self, watched: &Watched, table: Table, period: &Period) -> Option<AccountCoverage> {
        let seen = self.seen(&watched.account_id, table)?;
        let within = self.within(watched, table, period)?;
        Some(AccountCoverage {
            account_id: watched.account_id.clone(),
            table,
            outcome: within.outcome,
            detail: seen.latest.detail.clone(),
            attempted_at: seen.latest.attempted_at,
            spans: within.spans.into_owned(),
            rows: seen.rows,
            share_of_period: within.share_of_period,
            cut_off: within.cut_off,
        })
    }

    /// How the latest attempt ended, and in what words.
    pub fn latest(&self, account: &AccountId, table: Table) -> Option<(Outcome, Option<&str>)> {
        let seen = self.seen(account, table)?;
        Some((seen.latest.outcome, seen.latest.detail.as_deref()))
    }

    /// The latest instant at which anything was tried for this account.
    pub fn attempted_at(&self, account: &AccountId) -> Option<Instant> {
        self.accounts.get(account)?.iter().map(|seen| seen.latest.attempted_at).max()
    }

    /// Every account that was ever tried, and in which table.
    pub fn tried(&self) -> impl Iterator<Item = (&AccountId, Table)> {
        self.accounts
            .iter()
            .flat_map(|(account, tables)| tables.iter().map(move |seen| (account, seen.latest.table)))
    }
}

/// Where a table is among those of an account, or would be.
fn place(tables: &[Seen], table: Table) -> Result<usize, usize> {
    tables.binary_search_by_key(&table, |seen| seen.latest.table)
}

/// Puts one table more there, and no room for others.
fn put(tables: &mut Vec<Seen>, at: usize, seen: Seen) -> &mut Seen {
    tables.reserve_exact(1);
    tables.insert(at, seen);
    &mut tables[at]
}

/// The part of a span that lies in `[from, to)`.
fn within(span: &Span, from: Instant, to: Instant) -> Option<(Instant, Instant)> {
    let starts_at = span.from.unwrap_or(from).max(from);
    let ends_at = span.to.min(to);
    (starts_at < ends_at).then_some((starts_at, ends_at))
}

/// Joins spans that touch. A joined span is cut off where the earliest of its parts is.
fn join(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from.is_none_or(|from| from <= last.to) => {
                if span.from == last.from {
                    last.truncated &= span.truncated;
                }
                last.to = last.to.max(span.to);
            }
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use someasure_model::Granularity;

    fn at(day: i64) -> Instant {
        Instant::from_micros(day * 86_400_000_000)
    }
    fn attempt(from: Option<i64>, to: i64, truncated: bool, outcome: Outcome) -> Attempt {
        Attempt {
            account_id: "x:1".parse().unwrap(),
            table: Table::Post,
            attempted_at: at(to),
            covers_from: from.map(at),
            covers_to: at(to),
            truncated,
            outcome,
            detail: None,
            rows: 1,
        }
    }
    fn seen(attempts: &[Attempt]) -> Option<AccountCoverage> {
        let mut coverage = Coverage::default();
        attempts.iter().cloned().for_each(|attempt| coverage.add(attempt));
        coverage.of(&watched(None, None), Table::Post, &period())
    }
    fn watched(from: Option<i64>, to: Option<i64>) -> Watched {
        Watched {
            organisation_id: "a:1".parse().unwrap(),
            account_id: "x:1".parse().unwrap(),
            from: from.map(at),
            to: to.map(at),
        }
    }
    fn period() -> Period {
        Period { id: "p".into(), granularity: Granularity::Edition, starts_at: at(100), ends_at: at(200) }
    }

    #[test]
    fn what_was_never_tried_is_not_what_failed() {
        assert_eq!(seen(&[]), None);
        let failed = seen(&[attempt(None, 200, false, Outcome::Protected)]).unwrap();
        assert_eq!(
            (failed.share_of_period, failed.outcome, failed.cut_off),
            (0.0, Outcome::Protected, false)
        );
    }

    #[test]
    fn a_span_that_was_cut_off_within_the_period_says_so() {
        let cut = seen(&[attempt(Some(150), 200, true, Outcome::Ok)]).unwrap();
        assert_eq!((cut.share_of_period, cut.cut_off), (0.5, true));
        let before = seen(&[attempt(Some(50), 200, true, Outcome::Ok)]).unwrap();
        assert_eq!((before.share_of_period, before.cut_off), (1.0, false));
    }

    #[test]
    fn spans_that_touch_are_one_and_an_older_answer_heals_a_cut() {
        let healed =
            seen(&[attempt(Some(150), 200, true, Outcome::Ok), attempt(None, 150, false, Outcome::Ok)])
                .unwrap();
        assert_eq!((healed.spans.len(), healed.share_of_period, healed.cut_off), (1, 1.0, false));
        let gap = seen(&[attempt(Some(150), 200, true, Outcome::Ok), attempt(None, 120, false, Outcome::Ok)])
            .unwrap();
        assert_eq!((gap.spans.len(), gap.share_of_period, gap.cut_off), (2, 0.7, true));
    }

    #[test]
    fn of_many_looks_the_first_and_the_last_are_kept_in_whatever_order_they_come() {
        let look = |day: i64| {
            let mut look = attempt(Some(day), day, false, Outcome::Ok);
            look.covers_to = Instant::from_micros(at(day).micros() + 1);
            look
        };
        let lasting = attempt(Some(100), 121, false, Outcome::Ok);
        let looks = [look(150), look(110), look(190), look(170), look(120)];
        let spans = |attempts: &[Attempt]| {
            let seen = seen(attempts).unwrap();
            (seen.rows, seen.spans.iter().map(|span| span.from).collect::<Vec<_>>())
        };
        let mut attempts = looks.to_vec();
        assert_eq!(spans(&attempts), (5, vec![Some(at(110)), Some(at(190))]));
        attempts.push(lasting);
        let wanted = (6, vec![Some(at(100)), Some(at(190))]);
        assert_eq!(spans(&attempts), wanted);
        attempts.reverse();
        assert_eq!(spans(&attempts), wanted);
    }

    #[test]
    fn few_attempts_say_what_all_said_and_the_order_does_not_matter() {
        let outcomes = [Outcome::Ok, Outcome::Unchanged, Outcome::Protected, Outcome::Failed];
        let mut chance = 7_u64;
        let mut below = |end: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((chance >> 33) % end).unwrap()
        };
        for _ in 0..200 {
            let attempts: Vec<Attempt> = (0..12)
                .map(|_| {
                    let from = 80 + below(130);
                    let outcome = outcomes[usize::try_from(below(4)).unwrap()];
                    let mut one =
                        attempt((below(9) > 0).then_some(from), from + below(20), below(3) == 0, outcome);
                    one.rows = below(9);
                    if below(3) == 0 {
                        one.covers_to = Instant::from_micros(at(from).micros() + 1);
                    }
                    one
                })
                .collect();
            let mut all = Coverage::default();
            attempts.iter().cloned().for_each(|attempt| all.add(attempt));
            let mut condensed = Coverage::default();
            all.condensed().for_each(|attempt| condensed.add(attempt));
            let mut halves = [Coverage::default(), Coverage::default()];
            for (place, attempt) in attempts.into_iter().enumerate() {
                halves[place % 2].add(attempt);
            }
            let [mut one, other] = halves;
            one.absorb(other);
            let told = |of: &Coverage| of.of(&watched(None, None), Table::Post, &period());
            assert_eq!(told(&condensed), told(&all));
            assert_eq!(told(&one), told(&all));
        }
    }

    #[test]
    fn an_account_is_only_covered_while_it_was_the_organisations() {
        let mut coverage = Coverage::default();
        coverage.add(attempt(None, 200, false, Outcome::Ok));
        let of = |from, to| coverage.of(&watched(from, to), Table::Post, &period()).unwrap().share_of_period;
        assert_eq!(of(Some(150), None), 1.0);
        assert_eq!(of(None, Some(50)), 0.0);
    }
}
