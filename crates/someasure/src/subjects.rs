//! Whom a measure is asked of: organisations on platforms, with what was seen of their accounts there. It is looked up
//! once for all measures, because a national service has millions of figures and tens of thousands of accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use someasure_ledger::{Session, Watched};
use someasure_model::{Instant, Measure, Missing, OrganisationId, Outcome, Period, Platform, Table};

/// Who has accounts where, and what was seen of them.
pub(crate) struct Subjects<'a> {
    session: &'a Session<'a>,
    /// By organisation and platform.
    subjects: Vec<Subject>,
    /// Places of periods in the order of their ids.
    periods: Vec<usize>,
}

/// An organisation on a platform.
pub(crate) struct Subject {
    /// The place in the question's list of organisations.
    pub(crate) organisation: u32,
    pub(crate) platform: Platform,
    /// The latest instant at which something was tried of one of its accounts.
    pub(crate) collected_at: Option<Instant>,
    /// Whether some of it was collected after the edition's day.
    collected_later: bool,
    /// Whether anything was ever tried.
    was_tried: bool,
    /// How the latest try to see posts ended, of the first account where that failed.
    failed: Option<Outcome>,
    /// From when on posts were seen.
    seen_from: Option<Instant>,
    /// By the place of the period.
    periods: Vec<Seen>,
}

/// What there was of an organisation on a platform in a period.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seen {
    /// Whether it had an account then.
    pub(crate) is_there: bool,
    /// Whether posts of that time were seen.
    pub(crate) posts: bool,
    /// Whether what was seen of posts was cut off within it.
    pub(crate) cut_off: bool,
}

impl Subject {
    fn new(organisation: u32, platform: Platform, watched: &[&Watched], session: &Session<'_>) -> Self {
        let coverage = session.coverage();
        let was_tried = |watched: &&Watched| {
            Table::ALL.into_iter().any(|table| coverage.latest(&watched.account_id, table).is_some())
        };
        let mut subject = Self {
            organisation,
            platform,
            collected_at: watched
                .iter()
                .filter_map(|watched| coverage.attempted_at(&watched.account_id))
                .max(),
            collected_later: watched.iter().any(|one| session.collected_later().contains(&one.account_id)),
            was_tried: watched.iter().any(was_tried),
            failed: None,
            seen_from: None,
            periods: Vec::with_capacity(session.question().periods.len()),
        };
        for period in &session.question().periods {
            let mut seen = Seen::default();
            for watched in watched {
                seen.is_there |= watched.from.is_none_or(|from| from < period.ends_at)
                    && watched.to.is_none_or(|to| to > period.starts_at);
                let Some(within) = coverage.within(watched, Table::Post, period) else {
                    continue;
                };
                seen.posts |= within.share_of_period > 0.0;
                seen.cut_off |= within.cut_off;
                let failed = Some(within.outcome).filter(|outcome| !outcome.succeeded());
                subject.failed = subject.failed.or(failed);
                let from = within.spans.iter().filter_map(|span| span.from).min();
                subject.seen_from = subject.seen_from.into_iter().chain(from).min();
            }
            subject.periods.push(seen);
        }
        subject
    }

    /// What there was in the period at this place.
    pub(crate) fn seen(&self, period: usize) -> Seen {
        self.periods[period]
    }

    /// Why there is nothing to compute in a period although the organisation has an account: nobody tried, trying failed,
    /// what was seen lies elsewhere, the source did not say, or there was nothing to count.
    pub(crate) fn why_missing(
        &self,
        session: &Session<'_>,
        period: usize,
        has_rows: bool,
        at_least: u64,
    ) -> Missing {
        let question = session.question();
        if !self.was_tried {
            return Missing::NotCollected(if self.collected_later {
                let day = question.as_at.date(&question.zone);
                format!("It was collected after this edition's day, {day}, and does not count in it.").into()
            } else {
                "Nobody has tried to collect this yet.".into()
            });
        }
        if has_rows {
            return Missing::NotCollected("The source did not give what this measure needs.".into());
        }
        if self.seen(period).posts {
            return Missing::TooFew { at_least };
        }
        if let Some(failed) = self.failed {
            let why = match failed {
                Outcome::NotFound => "We could not collect this: the platform knows no such account.",
                Outcome::Suspended => "We could not collect this: the platform has suspended the account.",
                Outcome::Protected => "We could not collect this: the account does not show its posts.",
                Outcome::RateLimited => {
                    "We could not collect this: the platform asked us to come back later."
                }
                Outcome::NotOffered => {
                    return Missing::NotOffered("The platform does not offer this.".into());
                }
                Outcome::Ok | Outcome::Unchanged | Outcome::Failed => {
                    "We could not collect this: the attempt failed."
                }
            };
            return Missing::NotCollected(why.into());
        }
        match self.seen_from.filter(|from| *from >= question.periods[period].ends_at) {
            Some(from) => Missing::NotCovered(
                format!("What could be seen begins on {}, after this period.", from.date(&question.zone))
                    .into(),
            ),
            None => Missing::NotCollected("We have not collected posts of this period.".into()),
        }
    }
}

impl<'a> Subjects<'a> {
    pub(crate) fn new(session: &'a Session<'a>) -> Self {
        let question = session.question();
        let mut platforms: BTreeSet<Platform> = BTreeSet::new();
        let mut watched_of: BTreeMap<(u32, Platform), Vec<&Watched>> = BTreeMap::new();
        for watched in session.watched() {
            let found = question
                .organisations
                .binary_search_by(|known| known.organisation_id.cmp(&watched.organisation_id));
            if let Ok(place) = found {
                // One text for all that are on it.
                let platform = watched.account_id.platform();
                let platform = match platforms.get(&platform) {
                    Some(known) => known.clone(),
                    None => {
                        platforms.insert(platform.clone());
                        platform
                    }
                };
                watched_of.entry((place as u32, platform)).or_default().push(watched);
            }
        }
        let subjects = watched_of
            .into_iter()
            .map(|((place, platform), watched)| Subject::new(place, platform, &watched, session));
        let mut periods: Vec<usize> = (0..question.periods.len()).collect();
        periods.sort_by_key(|place| &question.periods[*place].id);
        Self { session, subjects: subjects.collect(), periods }
    }

    pub(crate) fn session(&self) -> &'a Session<'a> {
        self.session
    }

    /// All periods with their places, in the order of their ids.
    pub(crate) fn periods(&self) -> impl Iterator<Item = (usize, &'a Period)> {
        let periods = &self.session.question().periods;
        self.periods.iter().map(move |place| (*place, &periods[*place]))
    }

    /// Those of some organisations, by organisation and platform.
    pub(crate) fn within(&self, organisations: &Range<u32>) -> &[Subject] {
        let at = |end: u32| self.subjects.partition_point(|subject| subject.organisation < end);
        &self.subjects[at(organisations.start)..at(organisations.end)]
    }

    /// The organisation on the platform, where it has an account there.
    pub(crate) fn of(&self, organisation: u32, platform: &Platform) -> Option<&Subject> {
        self.subjects
            .binary_search_by(|known| (known.organisation, &known.platform).cmp(&(organisation, platform)))
            .ok()
            .map(|at| &self.subjects[at])
    }

    pub(crate) fn id(&self, organisation: u32) -> &'a OrganisationId {
        &self.session.question().organisations[organisation as usize].organisation_id
    }

    /// Whether the measure is about bodies of its nation.
    pub(crate) fn are_asked(&self, measure: &Measure, organisation: u32) -> bool {
        let nation = &self.session.question().organisations[organisation as usize].nation;
        measure.nations.is_empty() || nation.as_ref().is_some_and(|nation| measure.nations.contains(nation))
    }

    /// Whether the body had an account there, withdrew it and has no other.
    pub(crate) fn withdrew(&self, organisation: u32, platform: &Platform) -> bool {
        let withdrawn = &self.session.question().withdrawn;
        !withdrawn.is_empty()
            && withdrawn.contains(&(self.id(organisation).clone(), platform.clone()))
            && self.of(organisation, platform).is_none()
    }
}
