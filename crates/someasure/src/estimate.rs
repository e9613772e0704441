//! From a measure's rows to figures: counts and exposures become values with their intervals, or the
//! reason why there is none. Too few, not collected, not offered and zero are told apart here.

use std::collections::BTreeMap;

use someasure_ledger::{MeasureRow, MeasureRows};
use someasure_model::measure::IntervalMethod;
use someasure_model::{
    Answer, Figure, Granularity, GroupFigure, Interval, Kind, Level, Measure, Missing, Period, Platform,
    Statistic,
};
use someasure_stats as stats;

use crate::subjects::Subjects;

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
    subjects: &'a Subjects<'a>,
    groups: &'a [Group],
    sums: Sums,
    done: Estimated,
}

/// What is asked of one organisation on one platform in one period, and what the measure's SQL said.
struct Asked<'a> {
    organisation: u32,
    platform: &'a Platform,
    /// The period's place.
    period: usize,
    /// None where there is nothing to compute.
    rows: &'a [MeasureRow],
}

impl<'a> Estimates<'a> {
    pub(crate) fn new(measure: &'a Measure, subjects: &'a Subjects<'a>, groups: &'a [Group]) -> Self {
        Self { measure, subjects, groups, sums: Sums::new(), done: Estimated::default() }
    }

    /// Adds the figures of some organisations; they come in their order.
    pub(crate) fn add(&mut self, rows: &MeasureRows) -> Result<(), String> {
        let asked = self.asked(rows);
        let Self { measure, subjects, done, .. } = self;
        let session = subjects.session();
        for Asked { organisation, platform, period: place, rows: rows_here } in &asked {
            let period = &session.question().periods[*place];
            let subject = subjects.of(*organisation, platform);
            let n = count(measure, rows_here);
            // A group's least number of organisations says nothing about one organisation's own answer.
            let at_least = if measure.level == Level::Group { 1 } else { measure.min_denominator.max(1) };
            let answer = if !measure.applies_to(platform) {
                Answer::Missing(Missing::NotOffered(
                    format!("This question is not asked of accounts on {}.", platform.title()).into(),
                ))
            } else if rows_here.iter().all(|row| row.first().is_none() || row.second().is_none()) {
                Answer::Missing(match subject {
                    Some(subject) => {
                        let at_least = measure.min_denominator.max(1);
                        subject.why_missing(session, *place, !rows_here.is_empty(), at_least)
                    }
                    None if subjects.withdrew(*organisation, platform) => {
                        Missing::NotCollected("An account was withdrawn at its owner's request.".into())
                    }
                    None => {
                        Missing::NotCollected("The organisation has no account here that we know of.".into())
                    }
                })
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
                platform: Platform::clone(platform),
                period: period.id.clone(),
                answer,
                n: n as u64,
                cut_off: subject.is_some_and(|subject| subject.seen(*place).cut_off),
                collected_at: subject.and_then(|subject| subject.collected_at),
            });
        }
        if measure.level == Level::Group {
            add_up(&mut self.sums, &asked, self.groups);
        }
        Ok(())
    }

    /// Everything that is asked of the organisations of these rows, by organisation, platform and period: what the SQL has
    /// an answer to, and every period in which there was an account.
    fn asked<'b>(&self, rows: &'b MeasureRows) -> Vec<Asked<'b>>
    where
        'a: 'b,
    {
        let Self { measure, subjects, .. } = self;
        let periods = &subjects.session().question().periods;
        let mut asked: Vec<Asked<'b>> = Vec::new();
        for rows_here in rows
            .rows
            .chunk_by(|a, b| (a.organisation, a.platform, a.period) == (b.organisation, b.platform, b.period))
        {
            let (organisation, platform) =
                (rows_here[0].organisation, &rows.platforms[rows_here[0].platform as usize]);
            // Of an account that was withdrawn nothing is said, least of all that there is none.
            let rows = if subjects.withdrew(organisation, platform) { &[] } else { rows_here };
            asked.push(Asked { organisation, platform, period: rows_here[0].period as usize, rows });
        }
        for subject in subjects.within(&rows.organisations) {
            for (period, _) in subjects.periods().filter(|(place, period)| {
                [Granularity::Edition, measure.period].contains(&period.granularity)
                    && subject.seen(*place).is_there
            }) {
                let (organisation, platform) = (subject.organisation, &subject.platform);
                asked.push(Asked { organisation, platform, period, rows: &[] });
            }
        }
        asked.retain(|asked| subjects.are_asked(measure, asked.organisation));
        // Stable: where the SQL has an answer, it comes first.
        let key = |asked: &Asked<'b>| (asked.organisation, asked.platform, &periods[asked.period].id);
        asked.sort_by(|a, b| key(a).cmp(&key(b)));
        asked.dedup_by(|later, first| key(later) == key(first));
        asked
    }

    pub(crate) fn finish(mut self) -> Estimated {
        let periods = &self.subjects.session().question().periods;
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
type Sums = BTreeMap<(usize, Platform, usize), (f64, f64, u64)>;

fn add_up(sums: &mut Sums, asked: &[Asked<'_>], groups: &[Group]) {
    for Asked { organisation, platform, period, rows } in asked {
        let known: Vec<(f64, f64)> =
            rows.iter().filter_map(|row| Some((row.first()?, row.second()?))).collect();
        for (place, group) in groups.iter().enumerate() {
            if group.members.binary_search(organisation).is_err() {
                continue;
            }
            let sum = sums.entry((place, Platform::clone(platform), *period)).or_default();
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
            period: periods[period].id.clone(),
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
