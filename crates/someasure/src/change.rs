//! Whether a series changed: each organisation's months (quarters, years) of one measure on one platform, on a control
//! chart of single values, read as NHS England's *Making Data Count* does: moving ranges are not screened, and points
//! outside the limits count for two of three. An edition says what holds at the series' end, and since when.

use std::collections::BTreeMap;

use someasure_model::measure::ChangeRule;
use someasure_model::{
    Change, ChangeLimits, ChangePoint, ChangeRuleName, ChangeStatus, Figure, Granularity, Kind, Level,
    Measure, Period, PeriodId, Polarity, Statistic,
};
use someasure_stats as stats;

use crate::estimate::Estimated;

/// Whether each series of the measure changed, by organisation and platform.
pub(crate) fn changes(
    measure: &Measure,
    estimated: &Estimated,
    periods: &[Period],
) -> Result<Vec<Change>, stats::Refused> {
    if measure.level == Level::Group || measure.period == Granularity::Edition {
        return Ok(Vec::new());
    }
    let parts: Vec<&Period> = periods.iter().filter(|period| period.granularity == measure.period).collect();
    let place: BTreeMap<&str, usize> =
        parts.iter().enumerate().map(|(at, part)| (part.id.as_str(), at)).collect();
    let mut changes = Vec::new();
    // Figures of one organisation on one platform stand together.
    for figures in estimated
        .figures
        .chunk_by(|a, b| (&a.organisation_id, &a.platform) == (&b.organisation_id, &b.platform))
    {
        let Figure { organisation_id, platform, .. } = &figures[0];
        let mut values: Option<Vec<Option<f64>>> = None;
        for figure in figures {
            if let Some(at) = place.get(figure.period.as_str()) {
                values.get_or_insert_with(|| vec![None; parts.len()])[*at] = figure.answer.value();
            }
        }
        let Some(values) = values else {
            continue;
        };
        let (status, points, chart) = of_measure(measure, &parts, &values)?;
        changes.push(Change {
            organisation_id: organisation_id.clone(),
            platform: platform.clone(),
            measure_id: measure.id.clone(),
            status,
            points: points.into_iter().filter(|point| point.signal.is_some()).collect(),
            chart,
        });
    }
    Ok(changes)
}

/// What is said of a series, its points, and the limits where there are any.
pub(crate) type Read = (ChangeStatus, Vec<ChangePoint>, Option<ChangeLimits>);

/// Whether a series of counts changed, oldest first, each with its name: more is neither better nor worse.
pub(crate) fn counts_by_session(counts: &[(String, f64)]) -> Result<Read, stats::Refused> {
    let names: Vec<PeriodId> = counts.iter().map(|(name, _)| name.as_str().into()).collect();
    let values: Vec<Option<f64>> = counts.iter().map(|(_, value)| Some(*value)).collect();
    read(&Reading { rule: ChangeRule::default(), polarity: Polarity::None, share: false }, &names, &values)
}

fn of_measure(measure: &Measure, parts: &[&Period], values: &[Option<f64>]) -> Result<Read, stats::Refused> {
    let names: Vec<PeriodId> = parts.iter().map(|part| part.id.clone()).collect();
    let reading = Reading {
        rule: measure.change.clone().unwrap_or_default(),
        polarity: measure.polarity,
        share: measure.kind == Kind::Proportion || measure.statistic == Some(Statistic::Gini),
    };
    read(&reading, &names, values)
}

/// How a series is read.
struct Reading {
    rule: ChangeRule,
    polarity: Polarity,
    /// Whether it lies between 0 and 1.
    share: bool,
}

fn read(how: &Reading, parts: &[PeriodId], values: &[Option<f64>]) -> Result<Read, stats::Refused> {
    let Reading { rule, polarity, share } = how;
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let plain = || -> Vec<ChangePoint> {
        let point = |(part, value): (&PeriodId, &Option<f64>)| ChangePoint {
            period: part.clone(),
            value: *value,
            signal: None,
        };
        parts.iter().zip(values).map(point).collect()
    };
    let least = u64::from(rule.min_points).max(stats::ENOUGH as u64);
    if (known.len() as u64) < least {
        let status = ChangeStatus::NeedsMoreData { points: known.len() as u64, least };
        return Ok((status, plain(), None));
    }
    if known.iter().filter(|value| **value == 0.0).count() * 2 > known.len() {
        return Ok((ChangeStatus::MostlyZero, plain(), None));
    }
    let improvement = match polarity {
        Polarity::Higher => stats::Improvement::Increase,
        Polarity::Lower => stats::Improvement::Decrease,
        Polarity::None | Polarity::Contested => stats::Improvement::Neutral,
    };
    let settings = stats::Settings {
        improvement,
        screen: false,
        two_of_three: stats::TwoOfThree::NhsEngland,
        ..Default::default()
    };
    let drawn = stats::control_chart(stats::Chart::Xmr, values, &[], &settings)?;
    let mut points: Vec<ChangePoint> = parts
        .iter()
        .zip(&drawn.points)
        .map(|(part, point)| ChangePoint {
            period: part.clone(),
            value: point.value,
            signal: signal(point, *polarity).filter(|(name, _)| rule.rules.contains(name)),
        })
        .collect();
    if let Ok(median) = stats::quantile(&known, 0.5, stats::QuantileRule::Seven) {
        take_back_shifts_of_the_mean(&mut points, median);
    }
    let last = drawn.points.iter().rev().find(|point| point.value.is_some());
    let chart = last.and_then(|point| point.centre.zip(point.limits)).map(|(centre, limits)| {
        let never_negative = *share || known.iter().all(|value| *value >= 0.0);
        ChangeLimits {
            centre,
            lower: if never_negative { limits.lower.max(0.0) } else { limits.lower },
            upper: if *share { limits.upper.min(1.0) } else { limits.upper },
        }
    });
    Ok((status(&points, *polarity), points, chart))
}

/// One extreme month draws the mean away from all others, which then lie on one side of it. A shift counts only where its
/// points are on that side of the median too.
fn take_back_shifts_of_the_mean(points: &mut [ChangePoint], median: f64) {
    let shift = |point: &ChangePoint| point.signal.filter(|(rule, _)| *rule == ChangeRuleName::Shift);
    let beyond = |point: &ChangePoint| {
        point.signal.zip(point.value).is_some_and(|((_, up), v)| if up { v > median } else { v < median })
    };
    let mut at = 0;
    while at < points.len() {
        let first = shift(&points[at]);
        let run = points[at..].iter().take_while(|point| first.is_some() && shift(point) == first).count();
        if !points[at..at + run].iter().all(beyond) {
            points[at..at + run].iter_mut().for_each(|point| point.signal = None);
        }
        at += run.max(1);
    }
}

/// The rule that marks a point, and whether upwards.
fn signal(point: &stats::Point, polarity: Polarity) -> Option<(ChangeRuleName, bool)> {
    let name = match point.rule? {
        stats::Rule::Outside => ChangeRuleName::Outside,
        stats::Rule::Trend => ChangeRuleName::Trend,
        stats::Rule::TwoOfThree => ChangeRuleName::TwoOfThree,
        stats::Rule::Shift => ChangeRuleName::Shift,
    };
    let up = match point.point_type {
        stats::PointType::CommonCause => return None,
        stats::PointType::NeutralHigh => true,
        stats::PointType::NeutralLow => false,
        stats::PointType::Improvement => polarity == Polarity::Higher,
        stats::PointType::Concern => polarity == Polarity::Lower,
    };
    Some((name, up))
}

/// What the last point with a value says. A change began with the first point of the unbroken run, in the same direction,
/// that the last one ends; it is told by the rule of that run that speaks of the longest time.
fn status(points: &[ChangePoint], polarity: Polarity) -> ChangeStatus {
    let run: Vec<(&ChangePoint, ChangeRuleName, bool)> = points
        .iter()
        .rev()
        .filter(|point| point.value.is_some())
        .map_while(|point| point.signal.map(|(rule, up)| (point, rule, up)))
        .collect();
    let Some((.., up)) = run.first().copied() else { return ChangeStatus::NoClearChange };
    let run: Vec<_> = run.into_iter().take_while(|(.., other)| *other == up).collect();
    let told =
        [ChangeRuleName::Shift, ChangeRuleName::Trend, ChangeRuleName::TwoOfThree, ChangeRuleName::Outside];
    let rule = told.into_iter().find(|rule| run.iter().any(|(_, found, _)| found == rule));
    let (Some(rule), Some((first, ..))) = (rule, run.last()) else { return ChangeStatus::NoClearChange };
    ChangeStatus::Changed { up, rule, since: first.period.clone(), meaning: polarity.meaning(up) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use someasure_model::Meaning;
    use someasure_model::time::time_zone;

    fn measure(polarity: &str, more: &str) -> Measure {
        Measure::from_toml(&format!(
            "id = 'm'\nversion = 1\nstatus = 'standard'\ntitle = 'M'\nquestion = 'M?'\ndomain = 'activity'\nkind = 'rate'\n\
             unit = 'per week'\npolarity = '{polarity}'\nperiod = 'month'\nsql = 'SELECT 1'\n{more}"
        ))
        .unwrap()
    }

    fn read_all(measure: &Measure, values: &[Option<f64>]) -> Read {
        let until = "2026-01-15T00:00:00Z".parse().unwrap();
        let parts = Period::series(Granularity::Month, values.len(), until, &time_zone("UTC").unwrap());
        of_measure(measure, &parts.iter().collect::<Vec<_>>(), values).unwrap()
    }

    fn values(text: &str) -> Vec<Option<f64>> {
        text.split_whitespace().map(|value| value.parse().ok()).collect()
    }

    #[test]
    fn a_step_is_told_by_its_shift_and_since_its_first_month() {
        let (status, points, chart) =
            read_all(&measure("lower", ""), &values("5 6 5 6 5 6 5 6 9 10 9 10 9 10 9 14"));
        let want = ChangeStatus::Changed {
            up: true,
            rule: ChangeRuleName::Shift,
            since: "2025-05".into(),
            meaning: Meaning::Concern,
        };
        assert_eq!(status, want);
        assert_eq!(points.last().unwrap().signal, Some((ChangeRuleName::Outside, true)));
        // By hand: 16 values, mean 124 / 16; moving ranges 1 seven times, 3, 1 six times, 5.
        let chart = chart.unwrap();
        assert!((chart.centre - 7.75).abs() < 1e-12);
        assert!((chart.upper - (7.75 + 2.66 * 21.0 / 15.0)).abs() < 0.01, "{chart:?}");
    }

    #[test]
    fn what_ended_is_no_change_now_and_a_missing_month_is_passed_over() {
        let (status, ..) = read_all(&measure("higher", ""), &values("5 6 5 6 30 6 5 6 5 6 5 6 5 6"));
        assert_eq!(status, ChangeStatus::NoClearChange);
        let (status, ..) = read_all(&measure("higher", ""), &values("5 6 5 6 5 6 5 6 5 6 5 6 30 x"));
        assert!(
            matches!(status, ChangeStatus::Changed { up: true, meaning: Meaning::Improvement, .. }),
            "{status:?}"
        );
    }

    #[test]
    fn few_points_and_series_that_are_mostly_zero_have_no_limits() {
        let (status, _, chart) = read_all(&measure("none", ""), &values("5 6 5 6 5 6 5 6 5 6 5 x"));
        assert_eq!((status, chart), (ChangeStatus::NeedsMoreData { points: 11, least: 12 }, None));
        let (status, _, chart) = read_all(&measure("none", ""), &values("0 0 1 0 0 0 2 0 0 1 0 0 0"));
        assert_eq!((status, chart), (ChangeStatus::MostlyZero, None));
    }

    #[test]
    fn only_the_rules_that_the_measure_names_count() {
        let shifted = values("5 6 5 6 5 6 5 6 7 7.5 7 7.5 7 7.5 7");
        let (status, ..) = read_all(&measure("none", ""), &shifted);
        assert!(matches!(status, ChangeStatus::Changed { rule: ChangeRuleName::Shift, .. }), "{status:?}");
        let (status, ..) = read_all(&measure("none", "change = { rules = ['outside'] }"), &shifted);
        assert_eq!(status, ChangeStatus::NoClearChange);
    }

    #[test]
    fn a_constant_series_did_not_change_and_counts_that_hardly_vary_keep_their_limits() {
        let (status, ..) = read_all(&measure("none", ""), &values(&"1 ".repeat(20)));
        assert_eq!(status, ChangeStatus::NoClearChange);
        let (status, _, chart) =
            read_all(&measure("none", ""), &values("0 1 1 0 1 1 1 1 2 1 1 1 1 1 1 1 1 1"));
        assert_eq!(status, ChangeStatus::NoClearChange);
        assert!(chart.unwrap().upper > 1.3);
    }

    /// What docs/methods/comparison.md states.
    #[test]
    fn about_one_steady_series_in_a_hundred_is_said_to_have_changed() {
        let mut random = stats::Random::new(20_141_217, 0);
        let measure = measure("none", "");
        let changed = (0..4_000)
            .filter(|_| {
                let series: Vec<_> = (0..24).map(|_| Some(50.0 + 5.0 * random.normal())).collect();
                matches!(read_all(&measure, &series).0, ChangeStatus::Changed { .. })
            })
            .count();
        let want = 4_000.0 * ChangeStatus::CHANGED_BY_CHANCE;
        assert!((0.6 * want..2.0 * want).contains(&(changed as f64)), "{changed} of 4,000");
    }
}
