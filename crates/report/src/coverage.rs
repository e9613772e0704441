//! What was seen of accounts, in words and in counts. Zero, missing, cut off and not tried are four
//! different things.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use someasure_model::{
    Account, AccountCoverage, AccountId, Edition, Entry, Instant, Outcome, Platform, Table,
};

use crate::number::{count, percent};
use crate::when::{day, day_of};

/// How far an account's posts are known over the edition's period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// All of the period.
    Whole,
    /// All of the period; the source cut off what came before it.
    WholeSince,
    /// The source cut something off within the period.
    CutOff,
    /// Only part of the period was asked for or answered.
    Partly,
    /// It was tried, and nothing came back.
    Failed,
    /// Nobody tried.
    NotTried,
}

impl Seen {
    pub(crate) const ALL: [Self; 6] =
        [Self::Whole, Self::WholeSince, Self::CutOff, Self::Partly, Self::Failed, Self::NotTried];

    pub(crate) fn of(coverage: Option<&AccountCoverage>) -> Self {
        match coverage {
            None => Self::NotTried,
            Some(seen) if seen.spans.is_empty() && !seen.outcome.succeeded() => Self::Failed,
            Some(seen) if seen.cut_off => Self::CutOff,
            Some(seen) if seen.share_of_period.is_nan() || seen.share_of_period < 0.999 => Self::Partly,
            Some(seen) if is_truncated(seen) => Self::WholeSince,
            Some(_) => Self::Whole,
        }
    }

    /// As tables say it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Whole => "Whole period seen",
            Self::WholeSince => "Whole period seen; cut off before it",
            Self::CutOff => "Cut off within the period",
            Self::Partly => "Part of the period seen",
            Self::Failed => "Tried without success",
            Self::NotTried => "Not tried",
        }
    }

    /// Within a sentence.
    pub(crate) const fn in_passing(self) -> &'static str {
        match self {
            Self::Whole => "seen over the whole period",
            Self::WholeSince => "seen over the whole period and cut off before it",
            Self::CutOff => "cut off within it",
            Self::Partly => "seen over a part of it",
            Self::Failed => "tried without success",
            Self::NotTried => "not tried",
        }
    }

    /// What it means.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Whole => "Every post of the period that the source still had was seen.",
            Self::WholeSince => {
                "The source gives only the latest posts, and they reach back beyond the beginning of the period. Figures of the period are complete; series begin where the posts do."
            }
            Self::CutOff => {
                "The source gives only the latest posts: those before a certain date, which lies within the period, are not known. Rates and series use only the span that was seen."
            }
            Self::Partly => "Some of the period was not collected. Figures rest on the part that was.",
            Self::Failed => {
                "The account was asked for, and no posts came back; the organisation’s page says why."
            }
            Self::NotTried => "No posts were asked for. This says nothing about the account.",
        }
    }
}

/// How an attempt ended, in words.
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "Posts were collected.",
        Outcome::Unchanged => "Nothing was new since the try before.",
        Outcome::NotFound => "The platform found no such account.",
        Outcome::Suspended => "The platform had suspended the account.",
        Outcome::Protected => "The account does not show its posts to everyone.",
        Outcome::RateLimited => "The platform asked us to come back later.",
        Outcome::NotOffered => "The platform does not offer its posts.",
        Outcome::Failed => "The try failed.",
    }
}

/// A person's own account is counted and never listed: people appear by consent.
pub(crate) fn is_person(account: &Account) -> bool {
    account.role.as_deref().is_some_and(|role| role.trim().eq_ignore_ascii_case("person"))
}

/// The ids by which an account may be known.
pub(crate) fn ids(account: &Account) -> Vec<AccountId> {
    account.ids().collect()
}

/// What was seen of an account in a table.
pub(crate) fn of_account<'a>(
    entry: &'a Entry,
    account: &Account,
    table: Table,
) -> Option<&'a AccountCoverage> {
    let ids = ids(account);
    entry.coverage.iter().find(|seen| seen.table == table && ids.contains(&seen.account_id))
}

/// Whether the source cut off what came before the first instant seen, within the period or before it.
pub(crate) fn is_truncated(seen: &AccountCoverage) -> bool {
    seen.spans.first().is_some_and(|span| span.truncated)
}

/// Whether the source cut something off at all.
pub(crate) fn is_cut(seen: &AccountCoverage) -> bool {
    seen.cut_off || is_truncated(seen)
}

/// The first instant seen; `None` where that is the account's beginning, or nothing was seen.
pub(crate) fn seen_from(seen: &AccountCoverage) -> Option<Instant> {
    seen.spans.first().and_then(|span| span.from)
}

/// Where the posts of an organisation's accounts on a platform begin, if the source cut off what came
/// before for all of them.
pub(crate) fn begins(entry: &Entry, platform: &Platform) -> Option<Instant> {
    let mut earliest: Option<Instant> = None;
    for account in entry.accounts.iter().filter(|account| account.platform == *platform) {
        let Some(seen) = of_account(entry, account, Table::Post) else { continue };
        if seen.spans.is_empty() {
            continue;
        }
        let from = seen_from(seen).filter(|_| is_truncated(seen))?;
        earliest = Some(earliest.map_or(from, |found| found.min(from)));
    }
    earliest
}

/// From when on posts are known, where that is later than the period's beginning.
pub(crate) fn known_from(seen: &AccountCoverage, edition: &Edition) -> Option<Instant> {
    let first = seen.spans.iter().find(|span| span.to > edition.period.starts_at)?;
    first.from.filter(|from| *from > edition.period.starts_at)
}

/// From when to when, for people, where an account was the organisation's for a part of the period only. What was
/// seen of it is told of that part.
pub(crate) fn its_part(account: &Account, edition: &Edition, zone: &TimeZone) -> Option<String> {
    let (first, last) = crate::when::first_and_last(&edition.period, zone);
    let from = account.from.filter(|from| (first..=last).contains(from) && *from != first);
    let to = account.to.filter(|to| (first..=last).contains(to) && *to != last);
    match (from.map(day), to.map(day)) {
        (None, None) => None,
        (Some(from), None) => {
            Some(format!("from {from}, its first day as the organisation’s, to the end of the period"))
        }
        (None, Some(to)) => {
            Some(format!("from the beginning of the period to {to}, its last day as the organisation’s"))
        }
        (Some(from), Some(to)) => {
            Some(format!("from {from} to {to}, its first and last day as the organisation’s"))
        }
    }
}

/// Freshness and gaps of an account's posts, in sentences.
pub(crate) fn sentences(
    account: &Account,
    seen: Option<&AccountCoverage>,
    edition: &Edition,
    zone: &TimeZone,
) -> Vec<String> {
    let Some(seen) = seen else {
        return vec!["Posts were not asked for. This says nothing about the account.".to_owned()];
    };
    let mut said = Vec::new();
    let kind = Seen::of(Some(seen));
    let part = its_part(account, edition, zone);
    let whole = match &part {
        Some(part) => format!("; it was seen {part}."),
        None => ", which was seen whole.".to_owned(),
    };
    let share = percent(seen.share_of_period);
    let of_it = match &part {
        Some(part) => format!("{share} was seen of the time {part}."),
        None => format!("{share} of the period was seen."),
    };
    match kind {
        Seen::WholeSince => {
            said.push(match seen_from(seen) {
                Some(from) => format!(
                    "Cut off: posts are known only from {} on. That is before this edition’s period{whole}",
                    day_of(from, zone)
                ),
                None => format!("Cut off before this edition’s period{whole}"),
            });
        }
        Seen::CutOff => match known_from(seen, edition) {
            Some(from) => said.push(format!(
                "Cut off: posts are known only from {} on. That is within this edition’s period{}",
                day_of(from, zone),
                match &part {
                    Some(_) => format!(": {of_it}"),
                    None => format!(", of which {share} was seen."),
                }
            )),
            None => said.push(
                "Cut off: within the period, the source left out some posts. Figures rest on the rest."
                    .to_owned(),
            ),
        },
        Seen::Partly => said.push(match known_from(seen, edition) {
            Some(from) => format!("Posts are known from {} on: {of_it}", day_of(from, zone)),
            None => of_it,
        }),
        Seen::Whole => said.push(match part {
            Some(part) => format!("It was seen {part}."),
            None => "The whole period was seen.".to_owned(),
        }),
        Seen::Failed | Seen::NotTried => {}
    }
    let detail = seen
        .detail
        .as_deref()
        .map(|detail| crate::text::sentence(&crate::text::shorten(&crate::text::clean(detail), 300)))
        .filter(|detail| !detail.is_empty());
    if is_cut(seen) {
        if kind == Seen::Partly
            && let Some(from) = seen_from(seen)
        {
            said.push(format!("The source cut off what came before {}.", day_of(from, zone)));
        }
        if let Some(detail) = detail.as_ref().filter(|_| seen.outcome.succeeded()) {
            said.push(format!("The reason: {detail}"));
        }
        said.push(
            "Its rates and series use only the span that was seen; nothing is said about the time before."
                .to_owned(),
        );
    }
    if !seen.outcome.succeeded() {
        said.push(outcome(seen.outcome).to_owned());
        let detail = detail.unwrap_or_default();
        said.push(crate::sentences::not_inactive(&detail));
    }
    let rows = u64::try_from(seen.rows).unwrap_or(0);
    said.push(format!(
        "Last try on {}; {} in all answers together.",
        day_of(seen.attempted_at, zone),
        count(rows, "post records")
    ));
    said
}

/// What is counted of one account.
struct Known {
    seen: Seen,
    rows: u64,
    platform: String,
    in_use: bool,
    cut: bool,
    cut_within: bool,
}

/// What was seen of the posts of all accounts, each counted once.
pub(crate) struct Tally {
    /// Accounts, each once, those that were left included.
    pub(crate) accounts: usize,
    /// Of these, still in use.
    pub(crate) in_use: usize,
    /// Accounts by how far their posts are known.
    pub(crate) seen: BTreeMap<Seen, usize>,
    /// The same by platform.
    pub(crate) by_platform: BTreeMap<String, BTreeMap<Seen, usize>>,
    /// Rows in the answers about posts, a post asked for twice counted twice.
    pub(crate) rows: u64,
    /// Accounts that the source cut off, within the period or before it.
    pub(crate) cut: usize,
    /// Of these, within the period.
    pub(crate) cut_within: usize,
}

impl Tally {
    pub(crate) fn of(edition: &Edition, zone: &TimeZone) -> Self {
        let today = edition.as_at.date(zone);
        let mut accounts: BTreeMap<String, Known> = BTreeMap::new();
        for (at, entry) in edition.organisations.iter().enumerate() {
            for (nth, account) in entry.accounts.iter().enumerate() {
                let key = account.id().map_or_else(|| format!("{at} {nth}"), |id| id.to_string());
                let coverage = of_account(entry, account, Table::Post);
                let rows = coverage.map_or(0, |seen| u64::try_from(seen.rows).unwrap_or(0));
                let in_use = account.to.is_none_or(|to| to >= today);
                let found = accounts.entry(key).or_insert_with(|| Known {
                    seen: Seen::of(coverage),
                    rows,
                    platform: account.platform.title().to_owned(),
                    in_use,
                    cut: coverage.is_some_and(is_cut),
                    cut_within: coverage.is_some_and(|seen| seen.cut_off),
                });
                found.in_use |= in_use;
            }
        }
        let mut tally = Self {
            accounts: accounts.len(),
            in_use: 0,
            seen: BTreeMap::new(),
            by_platform: BTreeMap::new(),
            rows: 0,
            cut: 0,
            cut_within: 0,
        };
        for known in accounts.into_values() {
            *tally.seen.entry(known.seen).or_default() += 1;
            *tally.by_platform.entry(known.platform).or_default().entry(known.seen).or_default() += 1;
            tally.rows += known.rows;
            tally.in_use += usize::from(known.in_use);
            tally.cut += usize::from(known.cut);
            tally.cut_within += usize::from(known.cut_within);
        }
        tally
    }

    /// Accounts of which the whole period was seen.
    pub(crate) fn whole(&self) -> usize {
        self.of_kind(Seen::Whole) + self.of_kind(Seen::WholeSince)
    }

    pub(crate) fn of_kind(&self, seen: Seen) -> usize {
        self.seen.get(&seen).copied().unwrap_or(0)
    }
}
