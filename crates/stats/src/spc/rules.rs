//! The rules that say which points chance does not explain. They see values, centres and limits, and know
//! neither dates nor which way is better.

use super::limits::Frame;
use super::{Rule, TwoOfThree};

/// Points that must rise or fall in a row.
const TREND: usize = 7;
/// Points that must lie in a row on one side of the centre.
const SHIFT: usize = 7;
/// The same on a run chart: Perla, Provost & Murray, BMJ Quality & Safety 20(1), 2011, 46–51.
const RUN_CHART_TREND: usize = 5;
const RUN_CHART_SHIFT: usize = 6;

/// What a rule found: which, and whether upwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Signal {
    pub(super) rule: Rule,
    pub(super) high: bool,
}

/// Which side of the centre a value is on; `Neither` also where it is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Above,
    Below,
    Neither,
}

/// How far from the centre a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Zone {
    Within,
    Near,
    Outside,
}

/// What the rules of a control chart find in one phase, a row per value. `frames` may be empty for a
/// phase without any value.
pub(super) fn control_chart(
    values: &[Option<f64>],
    frames: &[Frame],
    two_of_three: TwoOfThree,
) -> Vec<Option<Signal>> {
    if frames.is_empty() {
        return vec![None; values.len()];
    }
    let seen = || values.iter().zip(frames);
    let sides: Vec<Side> = seen().map(|(value, frame)| side(*value, frame.middle)).collect();
    let zones: Vec<Zone> = seen().map(|(value, frame)| zone(*value, frame)).collect();
    let (trends, pairs) = (trends(values), two_in_three(&sides, &zones, two_of_three));
    let shifts = shifts(&sides);
    (0..values.len())
        .map(|row| {
            let high = sides[row] == Side::Above;
            if zones[row] == Zone::Outside {
                let high = values[row] > frames[row].limits.map(|limits| limits.upper);
                Some(Signal { rule: Rule::Outside, high })
            } else if let Some(rising) = trends[row] {
                Some(Signal { rule: Rule::Trend, high: rising })
            } else if pairs[row] {
                Some(Signal { rule: Rule::TwoOfThree, high })
            } else {
                shifts[row].then_some(Signal { rule: Rule::Shift, high })
            }
        })
        .collect()
}

/// What the rules of a run chart find in one phase: trends of five, in which a value equal to the one
/// before is passed over, and shifts of six, in which a value on the median is passed over.
pub(super) fn run_chart(values: &[Option<f64>], median: f64) -> Vec<Option<Signal>> {
    let mut signals = vec![None; values.len()];
    let mut mark = |rows: &[usize], rule, high| {
        for row in rows {
            signals[*row] = Some(Signal { rule, high });
        }
    };
    for stretch in stretches(values) {
        let off_median: Vec<usize> =
            stretch.clone().filter(|row| side(values[*row], median) != Side::Neither).collect();
        for run in off_median.chunk_by(|a, b| side(values[*a], median) == side(values[*b], median)) {
            if run.len() >= RUN_CHART_SHIFT {
                mark(run, Rule::Shift, side(values[run[0]], median) == Side::Above);
            }
        }
        let differing: Vec<usize> =
            stretch.clone().filter(|row| *row == stretch.start || values[*row] != values[*row - 1]).collect();
        let steps: Vec<Option<bool>> =
            differing.windows(2).map(|pair| Some(values[pair[1]] > values[pair[0]])).collect();
        for (run, rising) in monotone(&steps, RUN_CHART_TREND) {
            mark(&differing[run], Rule::Trend, rising);
        }
    }
    signals
}

/// The rows between missing values.
fn stretches(values: &[Option<f64>]) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    values
        .chunk_by(|a, b| a.is_some() == b.is_some())
        .map(|chunk| {
            start += chunk.len();
            start - chunk.len()..start
        })
        .filter(|rows| values[rows.start].is_some())
        .collect()
}

fn side(value: Option<f64>, middle: f64) -> Side {
    match value {
        Some(value) if value > middle => Side::Above,
        Some(value) if value < middle => Side::Below,
        _ => Side::Neither,
    }
}

fn zone(value: Option<f64>, frame: &Frame) -> Zone {
    match (value, frame.limits) {
        (Some(value), Some(limits)) if value > limits.upper || value < limits.lower => Zone::Outside,
        (Some(value), Some(limits)) if value > limits.near_upper || value < limits.near_lower => Zone::Near,
        _ => Zone::Within,
    }
}

/// For each row whether it belongs to a trend, and which way; a point in two trends takes the later one.
fn trends(values: &[Option<f64>]) -> Vec<Option<bool>> {
    let steps: Vec<Option<bool>> = values
        .windows(2)
        .map(|pair| match (pair[0], pair[1]) {
            (Some(before), Some(after)) if before != after => Some(after > before),
            _ => None,
        })
        .collect();
    let mut trends = vec![None; values.len()];
    for (rows, rising) in monotone(&steps, TREND) {
        trends[rows].fill(Some(rising));
    }
    trends
}

/// The longest stretches of at least `points` points whose steps all go one way, and which way.
fn monotone(steps: &[Option<bool>], points: usize) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut start = 0;
    steps
        .chunk_by(|a, b| a == b)
        .filter_map(|same| {
            let first = start;
            start += same.len();
            (same.len() + 1 >= points).then_some((first..start + 1, same[0]?))
        })
        .collect()
}

fn two_in_three(sides: &[Side], zones: &[Zone], variant: TwoOfThree) -> Vec<bool> {
    let counts = |zone: Zone| match variant {
        TwoOfThree::R => zone == Zone::Near,
        TwoOfThree::NhsEngland => zone != Zone::Within,
    };
    let mut marked = vec![false; sides.len()];
    for first in 0..sides.len().saturating_sub(2) {
        let rows = first..first + 3;
        let one_side =
            sides[first] != Side::Neither && sides[rows.clone()].iter().all(|s| *s == sides[first]);
        if one_side && zones[rows.clone()].iter().filter(|zone| counts(**zone)).count() >= 2 {
            for row in rows {
                marked[row] |= counts(zones[row]);
            }
        }
    }
    marked
}

fn shifts(sides: &[Side]) -> Vec<bool> {
    sides
        .chunk_by(|a, b| a == b)
        .flat_map(|same| vec![same[0] != Side::Neither && same.len() >= SHIFT; same.len()])
        .collect()
}
