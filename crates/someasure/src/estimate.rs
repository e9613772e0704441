//! From a measure's rows to figures: counts and exposures become values with their intervals, or the
//! reason why there is none. Too few, not collected, not offered and zero are told apart here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use someasure_ledger::{MeasureRow, MeasureRows, Session, Watched};
use someasure_model::measure::IntervalMethod;
use someasure_model::{
    Answer, Figure, Granularity, GroupFigure, Instant, Interval, Kind, Level, Measure, Missing,
    OrganisationId, Outcome, Period, Platform, Statistic, Table,
};
use someasure_stats as stats;

/// Which organisations a group figure adds up.
pub(crate) struct Group {
    pub(crate) id: String,
    /// Places in the question's list of organisations, sorted.
    pub(crate) members: Vec<u32>,
}

/// The figures of one measure, with what a comparison of them needs.
#[derive(Default)]
pub(crate) struct Estimated {
    /// For each organisation, platform and period.
    pub(crate) figures: Vec<Figure>,
    /// Whose figure it is: the place in the question's list of organisations.
    pub(crate) organisations: Vec<u32>,
    /// For a share of independent cases its whole numerator and denominator.
    pub(crate) counts: Vec<Option<(f64, f64)>>,
    /// For each group.
    pub(crate) group_figures: Vec<GroupFigure>,
}

/// The figures of one measure in the making: for each organisation, platform and period, and for each group.
pub(crate) struct Estimates<'a> {
    measure: &'a Measure,
    session: &'a Session<'a>,
    groups: &'a [Group],
    subjects: Subjects<'a>,
    sums: Sums,
    done: Estimated,
}

impl<'a> Estimates<'a> {
    pub(crate) fn new(measure: &'a Measure, session: &'a Session<'a>, groups: &'a [Group]) -> Self {
        let (subjects, sums, done) = (Subjects::new(session), Sums::new(), Estimated::default());
        Self { measure, session, groups, subjects, sums, done }
    }

    /// Adds the figures of some organisations; they come in their order.
    pub(crate) fn add(&mut self, rows: &MeasureRows) -> Result<(), String> {
        let Self { measure, session, subjects, done, .. } = self;
        let mut by_subject: BTreeMap<(u32, Platform, u32), &[MeasureRow]> = BTreeMap::new();
        for chunk in rows
            .rows
            .chunk_by(|a, b| (a.organisation, a.platform, a.period) == (b.organisation, b.platform, b.period))
        {
            let platform = rows.platforms[chunk[0].platform as usize].clone();
            // Of an account that was withdrawn nothing is said, least of all that there is none.
            let rows_here = if subjects.withdrawn(chunk[0].organisation, &platform) { &[] } else { chunk };
            by_subject.insert((chunk[0].organisation, platform, chunk[0].period), rows_here);
        }
        let periods = &session.question().periods;
        let asked = |period: &Period| {
            period.granularity == Granularity::Edition || period.granularity == measure.period
        };
        let pairs = subjects.pairs_of(&rows.organisations);
        for (place, period) in periods.iter().enumerate().filter(|(_, period)| asked(period)) {
            for (organisation, platform, watched) in pairs {
                if watched.iter().any(|watched| subjects.overlaps(watched, period)) {
                    by_subject.entry((*organisation, platform.clone(), place as u32)).or_insert(&[]);
                }
            }
        }
        by_subject.retain(|(organisation, ..), _| subjects.asked(measure, *organisation));
        for ((organisation, platform, period), rows_here) in &by_subject {
            let period = &periods[*period as usize];
            let watched = subjects.of(*organisation, platform);
            let n = count(measure, rows_here);
            // A group's least number of organisations says nothing about one organisation's own answer.
            let at_least = if measure.level == Level::Group { 1 } else { measure.min_denominator.max(1) };
            let answer = if !measure.applies_to(platform) {
                Answer::Missing(Missing::NotOffered(
                    format!("This question is not asked of accounts on {}.", platform.title()).into(),
                ))
            } else if rows_here.iter().all(|row| row.first().is_none() || row.second().is_none()) {
                Answer::Missing(subjects.why_missing(
                    measure,
                    rows_here,
                    watched,
                    period,
                    subjects.withdrawn(*organisation, platform),
                ))
            } else if n < at_least as f64 {
                Answer::Missing(Missing::TooFew { at_least })
            } else {
                answer(measure, rows_here, rows.clustered).map_err(|why| {
                    format!("{} on {platform}, {}: {why}", subjects.id(*organisation), period.id)
                })?
            };
            let is_value = answer.value().is_some();
            done.counts.push(if is_value { cases(measure, rows_here, rows.clustered) } else { None });
            done.organisations.push(*organisation);
            done.figures.push(Figure {
                measure_id: measure.id.clone(),
                measure_version: measure.version,
                organisation_id: subjects.id(*organisation).clone(),
                platform: platform.clone(),
                period: period.id.clone(),
                answer,
                n: n as u64,
                cut_off: watched.iter().any(|watched| subjects.cut_off(watched, period)),
                collected_at: watched
                    .iter()
                    .filter_map(|watched| session.coverage().attempted_at(&watched.account_id))
                    .max(),
            });
        }
        if measure.level == Level::Group {
            add_up(&mut self.sums, &by_subject, self.groups);
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Estimated {
        let periods = &self.session.question().periods;
        self.done.group_figures = group_figures(self.measure, self.sums, periods, self.groups);
        self.done
    }
}

/// Numerator and denominator of a share whose cases are independent, where they are whole.
fn cases(measure: &Measure, rows: &[MeasureRow], clustered: bool) -> Option<(f64, f64)> {
    if measure.kind != Kind::Proportion || clustered {
        return None;
    }
    let known = || rows.iter().filter_map(|row| Some((row.first()?, row.second()?)));
    let (numerator, denominator) = known().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    (numerator.fract() == 0.0 && denominator.fract() == 0.0).then_some((numerator, denominator))
}

/// How many units the rows stand for.
fn count(measure: &Measure, rows: &[MeasureRow]) -> f64 {
    rows.iter()
        .filter(|row| row.first().is_some() && row.second().is_some())
        .map(|row| match (row.n(), measure.kind) {
            (Some(n), _) => n,
            (None, Kind::Proportion) => row.second().unwrap_or(0.0),
            (None, _) => 1.0,
        })
        .sum()
}

fn answer(measure: &Measure, rows: &[MeasureRow], clustered: bool) -> Result<Answer, String> {
    let level = measure.level_of_interval();
    let known: Vec<(u32, f64, f64)> =
        rows.iter().filter_map(|row| Some((row.cluster, row.first()?, row.second()?))).collect();
    let first: Vec<f64> = known.iter().map(|row| row.1).collect();
    let second: Vec<f64> = known.iter().map(|row| row.2).collect();
    let clusters: Vec<usize> = known.iter().map(|row| row.0 as usize).collect();
    let totals = || -> (Vec<f64>, Vec<f64>) {
        known
            .chunk_by(|a, b| a.0 == b.0)
            .map(|rows| {
                (rows.iter().map(|row| row.1).sum::<f64>(), rows.iter().map(|row| row.2).sum::<f64>())
            })
            .unzip()
    };
    let estimate = match measure.kind {
        Kind::Value if known.len() > 1 => {
            return Err(format!(
                "its SQL returns {} rows where one value is wanted; add them up in the SQL, or make it a sample",
                known.len()
            ));
        }
        Kind::Value => Ok((first[0], None)),
        Kind::Proportion if clustered => {
            let (numerators, denominators) = totals();
            stats::wilson_clustered(&numerators, &denominators, level)
                .map(|share| (share.value, share.interval.ok()))
        }
        Kind::Proportion => {
            let (numerator, denominator) = (first.iter().sum::<f64>(), second.iter().sum::<f64>());
            stats::wilson(numerator, denominator, level)
                .map(|interval| (numerator / denominator, Some(interval)))
        }
        Kind::Rate => {
            let (events, exposure) = if clustered { totals() } else { (first, second) };
            stats::cluster_ratio_of_totals(&events, &exposure, level)
                .map(|ratio| (ratio.value, ratio.interval.ok()))
        }
        Kind::Sample => match (measure.statistic, clustered) {
            (Some(Statistic::Gini), _) => {
                stats::gini(&first, level).map(|gini| (gini.value, gini.interval.ok()))
            }
            (Some(Statistic::Mean), true) => {
                stats::mean_clustered(&first, &clusters, level).map(|mean| (mean.value, mean.interval.ok()))
            }
            (Some(Statistic::Mean), false) => {
                stats::mean(&first, level).map(|mean| (mean.value, mean.interval.ok()))
            }
            (_, true) => stats::median_clustered(&first, &clusters, level)
                .map(|median| (median.value, median.interval.ok())),
            (_, false) => stats::median(&first, level).map(|median| (median.value, median.interval.ok())),
        },
        Kind::Duration => {
            let observed: Vec<bool> = second.iter().map(|observed| *observed > 0.0).collect();
            match stats::kaplan_meier_median(&first, &observed, level) {
                Ok(median) => match median.value {
                    Some(value) => {
                        let interval = median
                            .lower
                            .zip(median.upper)
                            .map(|(lower, upper)| stats::Interval { lower, upper });
                        Ok((value, interval))
                    }
                    None => {
                        return Ok(Answer::Missing(Missing::NotReached(
                            "More than half were still waiting when the data end, so there is no median."
                                .into(),
                        )));
                    }
                },
                Err(refused) => Err(refused),
            }
        }
    };
    match estimate {
        Ok((value, interval)) => {
            let wanted = measure.interval_method() != IntervalMethod::None;
            let interval = interval.filter(|_| wanted).map(|interval| Interval {
                lower: interval.lower,
                upper: interval.upper,
                level,
            });
            Ok(Answer::Value(value, interval))
        }
        // Nothing to divide by: no post, no week, all values zero. That is too few, and no fault.
        Err(stats::Refused::Empty | stats::Refused::SumIsZero) => {
            Ok(Answer::Missing(Missing::TooFew { at_least: measure.min_denominator.max(1) }))
        }
        Err(refused) => Err(refused.to_string()),
    }
}

/// By group, platform and period: numerator, denominator and organisations.
type Sums = BTreeMap<(usize, Platform, u32), (f64, f64, u64)>;

fn add_up(sums: &mut Sums, by_subject: &BTreeMap<(u32, Platform, u32), &[MeasureRow]>, groups: &[Group]) {
    for ((organisation, platform, period), rows) in by_subject {
        let known: Vec<(f64, f64)> =
            rows.iter().filter_map(|row| Some((row.first()?, row.second()?))).collect();
        for (place, group) in groups.iter().enumerate() {
            if group.members.binary_search(organisation).is_err() {
                continue;
            }
            let sum = sums.entry((place, platform.clone(), *period)).or_default();
            if !known.is_empty() {
                sum.0 += known.iter().map(|row| row.0).sum::<f64>();
                sum.1 += known.iter().map(|row| row.1).sum::<f64>();
                sum.2 += 1;
            }
        }
    }
}

fn group_figures(measure: &Measure, sums: Sums, periods: &[Period], groups: &[Group]) -> Vec<GroupFigure> {
    sums.into_iter()
        .map(|((group, platform, period), (first, second, n))| GroupFigure {
            measure_id: measure.id.clone(),
            measure_version: measure.version,
            peer_group: groups[group].id.clone(),
            platform,
            period: periods[period as usize].id.clone(),
            answer: if n == 0 || second <= 0.0 {
                Answer::Missing(Missing::NotCollected(
                    "We could not collect this from any organisation of the group.".into(),
                ))
            } else if n < measure.min_denominator {
                Answer::Missing(Missing::TooFew { at_least: measure.min_denominator })
            } else {
                Answer::Value(first / second, None)
            },
            n,
        })
        .collect()
}

/// Who has accounts where, and what was seen of them.
struct Subjects<'a> {
    session: &'a Session<'a>,
    pairs: Vec<(u32, Platform, Vec<&'a Watched>)>,
}

impl<'a> Subjects<'a> {
    fn new(session: &'a Session<'a>) -> Self {
        let organisations = &session.question().organisations;
        let mut platforms: BTreeSet<Platform> = BTreeSet::new();
        let mut pairs: BTreeMap<(u32, Platform), Vec<&Watched>> = BTreeMap::new();
        for watched in session.watched() {
            let found =
                organisations.binary_search_by(|known| known.organisation_id.cmp(&watched.organisation_id));
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
                pairs.entry((place as u32, platform)).or_default().push(watched);
            }
        }
        let pairs =
            pairs.into_iter().map(|((place, platform), watched)| (place, platform, watched)).collect();
        Self { session, pairs }
    }

    /// Those of some organisations.
    fn pairs_of(&self, organisations: &Range<u32>) -> &[(u32, Platform, Vec<&'a Watched>)] {
        let at = |end: u32| self.pairs.partition_point(|(place, ..)| *place < end);
        &self.pairs[at(organisations.start)..at(organisations.end)]
    }

    fn id(&self, organisation: u32) -> &'a OrganisationId {
        &self.session.question().organisations[organisation as usize].organisation_id
    }

    fn of(&self, organisation: u32, platform: &Platform) -> &[&'a Watched] {
        self.pairs
            .binary_search_by(|(place, known, _)| (place, known).cmp(&(&organisation, platform)))
            .map_or(&[], |at| &self.pairs[at].2)
    }

    /// Whether the measure is about bodies of its nation.
    fn asked(&self, measure: &Measure, organisation: u32) -> bool {
        let nation = &self.session.question().organisations[organisation as usize].nation;
        measure.nations.is_empty() || nation.as_ref().is_some_and(|nation| measure.nations.contains(nation))
    }

    /// Whether the body had an account there, withdrew it and has no other.
    fn withdrawn(&self, organisation: u32, platform: &Platform) -> bool {
        let key = (self.id(organisation).clone(), platform.clone());
        self.session.question().withdrawn.contains(&key) && self.of(organisation, platform).is_empty()
    }

    fn overlaps(&self, watched: &Watched, period: &Period) -> bool {
        watched.from.is_none_or(|from| from < period.ends_at)
            && watched.to.is_none_or(|to| to > period.starts_at)
    }

    fn cut_off(&self, watched: &Watched, period: &Period) -> bool {
        self.session.coverage().within(watched, Table::Post, period).is_some_and(|seen| seen.cut_off)
    }

    /// Why there is nothing to compute: nobody tried, trying failed, what was seen lies elsewhere, the
    /// source did not say, or there was nothing to count.
    fn why_missing(
        &self,
        measure: &Measure,
        rows: &[MeasureRow],
        watched: &[&Watched],
        period: &Period,
        withdrawn: bool,
    ) -> Missing {
        let coverage = self.session.coverage();
        if watched.is_empty() && withdrawn {
            return Missing::NotCollected("An account was withdrawn at its owner's request.".into());
        }
        if watched.is_empty() {
            return Missing::NotCollected("The organisation has no account here that we know of.".into());
        }
        let posts: Vec<_> =
            watched.iter().filter_map(|watched| coverage.within(watched, Table::Post, period)).collect();
        let any = watched.iter().any(|watched| {
            Table::ALL.into_iter().any(|table| coverage.latest(&watched.account_id, table).is_some())
        });
        if !any {
            let later = self.session.collected_later();
            return Missing::NotCollected(
                if watched.iter().any(|watched| later.contains(&watched.account_id)) {
                    let day = self.session.question().as_at.date(&self.session.question().zone);
                    format!("It was collected after this edition's day, {day}, and does not count in it.")
                        .into()
                } else {
                    "Nobody has tried to collect this yet.".into()
                },
            );
        }
        if !rows.is_empty() {
            return Missing::NotCollected("The source did not give what this measure needs.".into());
        }
        if posts.iter().any(|seen| seen.share_of_period > 0.0) {
            return Missing::TooFew { at_least: measure.min_denominator.max(1) };
        }
        if let Some(failed) = posts.iter().find(|seen| !seen.outcome.succeeded()) {
            let why = match failed.outcome {
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
        let earliest: Option<Instant> =
            posts.iter().flat_map(|seen| seen.spans.iter()).filter_map(|span| span.from).min();
        match earliest.filter(|from| *from >= period.ends_at) {
            Some(from) => Missing::NotCovered(
                format!(
                    "What could be seen begins on {}, after this period.",
                    from.date(&self.session.question().zone)
                )
                .into(),
            ),
            None => Missing::NotCollected("We have not collected posts of this period.".into()),
        }
    }
}
