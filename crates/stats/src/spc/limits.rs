//! Where the centre of a phase lies and how far chance reaches from it, for every kind of chart. It knows
//! no rule.

use std::f64::consts::LN_2;

use super::{Chart, Limits, Settings};
use crate::median::middle;
use crate::rows::{Refused, ascending, finite, sum, sum_in_two};

/// Three standard errors are 2.66 mean moving ranges: 3/d₂ for two values, rounded as everybody rounds it.
const RANGES: f64 = 2.66;
/// d₂: how many standard errors a range of two values is on average.
const ERRORS_IN_A_RANGE: f64 = 1.128;
/// D₄: how many times the mean moving range a moving range may be.
const LARGEST_RANGE: f64 = 3.267;
/// Nelson's power makes waiting times nearly normal.
const NELSON: f64 = 3.6;

/// A phase, as drawn and as the rules look at it: both are the same but on charts of waiting times, whose
/// rules look at the transformed values, and of cases between events, whose sides are those of the median.
pub(super) struct Phase {
    pub(super) values: Vec<Option<f64>>,
    pub(super) centre: Option<f64>,
    pub(super) limits: Vec<Option<Limits>>,
    pub(super) judged: Vec<Option<f64>>,
    pub(super) frames: Vec<Frame>,
}

/// What one value is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// Parts the two sides.
    pub(super) middle: f64,
    pub(super) limits: Option<Limits>,
}

/// How far from the centre the limits of one row are.
#[derive(Debug, Clone, Copy)]
struct Reach {
    outer: f64,
    near: f64,
}

impl Reach {
    fn of_error(error: f64) -> Self {
        Self { outer: 3.0 * error, near: 2.0 * error }
    }
    fn of_mean_range(range: f64) -> Self {
        Self { outer: RANGES * range, near: 2.0 * (RANGES / 3.0) * range }
    }
}

impl Phase {
    pub(super) fn of(
        chart: Chart,
        counts: &[Option<f64>],
        denominators: &[f64],
        settings: &Settings,
    ) -> Result<Self, Refused> {
        let values: Vec<Option<f64>> = if chart.has_denominators() {
            counts
                .iter()
                .zip(denominators)
                .map(|(c, d)| c.map(|c| finite(c / d)).transpose())
                .collect::<Result<_, _>>()?
        } else {
            counts.to_vec()
        };
        let judged: Vec<Option<f64>> = match chart {
            Chart::T => values.iter().map(|v| v.map(|v| v.powf(1.0 / NELSON))).collect(),
            _ => values.clone(),
        };
        let fixing = fixing_rows(counts, settings.fix_after);
        let Some(centre) = centre(chart, &judged[..fixing], &counts[..fixing], denominators)? else {
            let limits = vec![None; values.len()];
            return Ok(Self { values, centre: None, limits, judged, frames: Vec::new() });
        };
        let reaches = reaches(chart, centre, &judged, denominators, fixing, settings.screen);
        let (lowest, highest) = match chart {
            Chart::Xmr | Chart::Run => (f64::NEG_INFINITY, f64::INFINITY),
            Chart::P | Chart::PPrime => (0.0, 1.0),
            _ => (0.0, f64::INFINITY),
        };
        let middle = if chart == Chart::G { LN_2 * centre } else { centre };
        let mut frames = Vec::with_capacity(values.len());
        for reach in reaches {
            let limits = match reach {
                Some(Reach { outer, near }) => {
                    let (lower, upper) = (finite(centre - outer)?, finite(centre + outer)?);
                    let limits =
                        Limits { lower, upper, near_lower: centre - near, near_upper: centre + near };
                    Some(limits.map(|limit| limit.clamp(lowest, highest)))
                }
                None => None,
            };
            frames.push(Frame { middle, limits });
        }
        let drawn = |y: f64| if chart == Chart::T { y.powf(NELSON) } else { y };
        let limits: Vec<Option<Limits>> =
            frames.iter().map(|frame| frame.limits.map(|limits| limits.map(drawn))).collect();
        let most = limits.iter().flatten().fold(0.0, |most, limits| limits.upper.max(most));
        finite(most)?;
        Ok(Self { values, centre: Some(drawn(centre)), limits, judged, frames })
    }
}

/// How many rows hold the points that fix the limits.
fn fixing_rows(values: &[Option<f64>], fix_after: Option<usize>) -> usize {
    let last = fix_after.and_then(|points| {
        values.iter().enumerate().filter(|(_, v)| v.is_some()).nth(points.saturating_sub(1))
    });
    last.map_or(values.len(), |(row, _)| row + 1)
}

/// The centre of the rows that fix the limits; `None` without a value among them.
fn centre(
    chart: Chart,
    judged: &[Option<f64>],
    counts: &[Option<f64>],
    denominators: &[f64],
) -> Result<Option<f64>, Refused> {
    if judged.iter().flatten().next().is_none() {
        return Ok(None);
    }
    let present: Vec<f64> = judged.iter().flatten().copied().collect();
    let centre = match chart {
        Chart::P | Chart::U | Chart::PPrime | Chart::UPrime => {
            let cases = counts.iter().zip(denominators).filter(|(c, _)| c.is_some()).map(|(_, d)| *d);
            sum(counts.iter().flatten().copied()) / sum(cases)
        }
        Chart::Run => middle(&ascending(&present)),
        _ => average(&present),
    };
    finite(centre).map(Some)
}

/// How far chance reaches at each row; `None` where nothing shows it.
fn reaches(
    chart: Chart,
    centre: f64,
    judged: &[Option<f64>],
    denominators: &[f64],
    fixing: usize,
    screen: bool,
) -> Vec<Option<Reach>> {
    let error = |row: usize| {
        judged[row]?;
        Some(match chart {
            Chart::P | Chart::PPrime => (centre * (1.0 - centre).max(0.0) / denominators[row]).sqrt(),
            _ => (centre / denominators[row]).sqrt(),
        })
    };
    let rows = 0..judged.len();
    if judged[..fixing].iter().flatten().nth(1).is_none() {
        return vec![None; judged.len()];
    }
    match chart {
        Chart::Run => vec![None; judged.len()],
        Chart::Xmr | Chart::T => {
            let range = mean_moving_range(&judged[..fixing], screen);
            vec![range.map(Reach::of_mean_range); judged.len()]
        }
        Chart::C => vec![Some(Reach::of_error(centre.sqrt())); judged.len()],
        Chart::G => vec![Some(Reach::of_error((centre * (centre + 1.0)).sqrt())); judged.len()],
        Chart::P | Chart::U => rows.map(|row| error(row).map(Reach::of_error)).collect(),
        Chart::PPrime | Chart::UPrime => {
            let standardised: Vec<Option<f64>> = (0..fixing)
                .map(|row| {
                    let (value, error) = (judged[row]?, error(row)?);
                    Some(if error == 0.0 { 0.0 } else { (value - centre) / error })
                })
                .collect();
            let Some(range) = mean_moving_range(&standardised, screen) else {
                return vec![None; judged.len()];
            };
            rows.map(|row| error(row).map(|e| Reach::of_error(e * (range / ERRORS_IN_A_RANGE)))).collect()
        }
    }
}

/// The mean of the differences between neighbours. Screened, ranges of 3.267 times it and more are left
/// out once, unless none would remain. `None` where no two values are neighbours.
fn mean_moving_range(values: &[Option<f64>], screen: bool) -> Option<f64> {
    let ranges: Vec<f64> = values.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs())).collect();
    if ranges.is_empty() {
        return None;
    }
    let mean = average(&ranges);
    let kept: Vec<f64> = ranges.into_iter().filter(|range| *range < LARGEST_RANGE * mean).collect();
    Some(if screen && !kept.is_empty() { average(&kept) } else { mean })
}

/// The mean of values that are not none, nearly always the float closest to the true one: whether a point
/// lies exactly on the mean is part of the rules, and a mean of equal values must be that value. The sum is kept in two
/// parts, and what its division leaves over is divided too.
fn average(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let (total, lost) = sum_in_two(values.iter().copied());
    let mean = total / n;
    let left = mean.mul_add(-n, total) + lost;
    if left.is_finite() { mean + left / n } else { mean }
}
