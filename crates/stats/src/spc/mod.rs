//! Control charts: is this series steady, or did something change it? A chart has a centre, limits that
//! chance alone rarely crosses, and four rules that say which points chance does not explain. The same
//! rules read every kind of chart; only the limits differ. It knows no dates: rows come in order of time.

mod limits;
mod rules;
mod runs;

use std::ops::Range;

pub use runs::Runs;

use crate::rows::{Refused, same_length};
use rules::Signal;

/// Which chart suits the data. `docs/methods/control-charts.md` helps to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// Single values of any kind: mean ± 2.66 · mean moving range.
    Xmr,
    /// Shares of cases, binomial.
    P,
    /// Events per unit of exposure, Poisson.
    U,
    /// Shares of very many cases, which vary by more than chance: Laney's p′.
    PPrime,
    /// Events per unit of very much exposure: Laney's u′.
    UPrime,
    /// Counts of events over equal spans, Poisson.
    C,
    /// Cases between rare events, geometric.
    G,
    /// Time between rare events, exponential: an XmR chart of the values to the power 1/3.6.
    T,
    /// The median alone, with rules on runs.
    Run,
}

impl Chart {
    /// Whether each value is a count that is divided by a denominator of its own.
    pub fn has_denominators(self) -> bool {
        matches!(self, Self::P | Self::U | Self::PPrime | Self::UPrime)
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Improvement {
    /// Higher values are better.
    Increase,
    /// Lower values are better.
    Decrease,
    /// Neither; a change is worth knowing all the same.
    #[default]
    Neutral,
}

/// Which points count for the rule of two out of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TwoOfThree {
    /// Points between the near limit and the limit, as R's NHSRplotthedots has it.
    #[default]
    R,
    /// All points beyond the near limit, outside the limits too: NHS England's tools since November 2023.
    NhsEngland,
}

/// How a chart is drawn. The default is neutral, without target, in one phase, screened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings<'a> {
    /// Which way is better.
    pub improvement: Improvement,
    /// What was to be reached, in the unit of the chart.
    pub target: Option<f64>,
    /// Rows at which a new phase begins, in any order.
    pub rebase: &'a [usize],
    /// How many points of each phase fix its limits, at least [`ENOUGH`]; without it all do.
    pub fix_after: Option<usize>,
    /// Whether moving ranges of 3.267 times their mean and more are left out, once, before the mean
    /// moving range is taken again (Nelson, Journal of Quality Technology 14(3), 1982, 172–173).
    pub screen: bool,
    /// Which points count for the rule of two out of three.
    pub two_of_three: TwoOfThree,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self {
            improvement: Improvement::default(),
            target: None,
            rebase: &[],
            fix_after: None,
            screen: true,
            two_of_three: TwoOfThree::default(),
        }
    }
}

/// Points a phase should have before its limits are believed.
pub const ENOUGH: usize = 12;

/// What a point showed. Where several rules hold, the first in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Strictly beyond a limit.
    Outside,
    /// One of seven or more points in a row that all rise or all fall (five on a run chart).
    Trend,
    /// One of two or three points beyond the near limit, of three in a row on one side.
    TwoOfThree,
    /// One of seven or more points in a row on one side of the centre (six on a run chart).
    Shift,
}

/// What a point means, given which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointType {
    /// Chance explains it.
    CommonCause,
    /// Changed for the better.
    Improvement,
    /// Changed for the worse.
    Concern,
    /// Changed upwards; neither way is better.
    NeutralHigh,
    /// Changed downwards; neither way is better.
    NeutralLow,
}

/// Whether a steady process reaches its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    /// Chance alone will hardly miss it.
    ConsistentPass,
    /// Chance alone will hardly reach it.
    ConsistentFail,
    /// Hit and miss.
    Inconsistent,
}

/// How far chance reaches, in the unit of the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Two thirds of the way from the centre to the lower limit.
    pub near_lower: f64,
    /// Two thirds of the way from the centre to the upper limit.
    pub near_upper: f64,
}

impl Limits {
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let [lower, upper, near_lower, near_upper] =
            [self.lower, self.upper, self.near_lower, self.near_upper].map(f);
        Self { lower, upper, near_lower, near_upper }
    }
}

/// One row of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// As drawn: a share or a rate where there are denominators. `None` where the value is missing.
    pub value: Option<f64>,
    /// The centre of its phase: a mean, or the median on a run chart. `None` for a phase without values.
    pub centre: Option<f64>,
    /// `None` where fewer than two points show how much values vary, and on a run chart.
    pub limits: Option<Limits>,
    /// The first rule that holds.
    pub rule: Option<Rule>,
    /// What it means.
    pub point_type: PointType,
}

/// A chart and its reading.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlChart {
    /// One per row, in the rows' order.
    pub points: Vec<Point>,
    /// The type of the last point.
    pub variation: PointType,
    /// The target against the limits of the last row. `None` without a target, without limits, or when
    /// neither way is better.
    pub assurance: Option<Assurance>,
    /// A phase has fewer than [`ENOUGH`] points, so limits are shaky.
    pub needs_more_data: bool,
    /// Whether each phase crosses its median as often as chance would; empty but for a run chart.
    pub runs: Vec<Runs>,
}

/// Draws `values`, in order of time, on a chart.
///
/// A missing value (`None`) is no point: it is left out of the mean, makes no moving range with its
/// neighbours, and ends every run and trend. `denominators` has a row per value for the charts that
/// [have denominators](Chart::has_denominators), and none for the others; it is not looked at where the
/// value is missing. Limits are computed from two points up.
///
/// Limits: Shewhart's three standard errors, estimated by the mean moving range (Wheeler & Chambers,
/// *Understanding Statistical Process Control*) or by the model each [`Chart`] names; Laney, "Improved
/// control charts for attributes", Quality Engineering 14(4), 2002, 531–537; Benneyan, "Number-between
/// g-type statistical quality control charts for monitoring adverse events", Health Care Management
/// Science 4, 2001, 305–318; Nelson, "A control chart for parts-per-million nonconforming items", Journal
/// of Quality Technology 26(3), 1994, 239–240. Rules: NHS England, *Making Data Count*; for run charts
/// Perla, Provost & Murray, BMJ Quality & Safety 20(1), 2011, 46–51.
///
/// # Errors
/// Refused are: no rows or not one value, denominators that are missing or zero, values not finite,
/// negative values except on XmR and run charts, shares above 1, counts that are not whole, a phase that
/// begins after the last row, fewer than [`ENOUGH`] points to fix limits, and sums beyond floating point.
pub fn control_chart(
    chart: Chart,
    values: &[Option<f64>],
    denominators: &[f64],
    settings: &Settings,
) -> Result<ControlChart, Refused> {
    check(chart, values, denominators, settings)?;
    let mut drawn = Drawn { points: Vec::with_capacity(values.len()), runs: Vec::new() };
    let mut needs_more_data = false;
    for phase in phases(values.len(), settings.rebase) {
        let of = if chart.has_denominators() { &denominators[phase.clone()] } else { &[][..] };
        let values = &values[phase];
        needs_more_data |= values.iter().flatten().count() < ENOUGH;
        drawn.phase(chart, values, of, settings)?;
    }
    let last = drawn.points.last().ok_or(Refused::Empty)?;
    Ok(ControlChart {
        variation: last.point_type,
        assurance: assurance(last.limits, settings),
        needs_more_data,
        points: drawn.points,
        runs: drawn.runs,
    })
}

fn check(
    chart: Chart,
    values: &[Option<f64>],
    denominators: &[f64],
    settings: &Settings,
) -> Result<(), Refused> {
    if values.iter().flatten().next().is_none() {
        return Err(Refused::Empty);
    }
    let first = |wrong: &dyn Fn(f64) -> bool| values.iter().position(|v| v.is_some_and(wrong));
    let refuse = |row: Option<usize>, why: fn(usize) -> Refused| row.map_or(Ok(()), |row| Err(why(row)));
    refuse(first(&|v| !v.is_finite()), |row| Refused::NotFinite { row })?;
    if !matches!(chart, Chart::Xmr | Chart::Run) {
        refuse(first(&|v| v < 0.0), |row| Refused::Negative { row })?;
    }
    if !matches!(chart, Chart::Xmr | Chart::Run | Chart::T) {
        refuse(first(&|v| v.fract() != 0.0), |row| Refused::NotWhole { row })?;
    }
    if chart.has_denominators() {
        same_length(values.len(), denominators.len())?;
        let rows = || values.iter().zip(denominators).map(|(v, d)| v.map(|v| (v, *d)));
        let first = |wrong: &dyn Fn((f64, f64)) -> bool| rows().position(|row| row.is_some_and(wrong));
        refuse(first(&|(_, d)| !d.is_finite()), |row| Refused::NotFinite { row })?;
        refuse(first(&|(_, d)| d < 0.0), |row| Refused::Negative { row })?;
        refuse(first(&|(_, d)| d == 0.0), |row| Refused::ZeroDenominator { row })?;
        if matches!(chart, Chart::P | Chart::PPrime) {
            refuse(first(&|(v, d)| v > d), |row| Refused::NumeratorAboveDenominator { row })?;
        }
    }
    if let Some(row) = settings.rebase.iter().find(|row| **row >= values.len()) {
        return Err(Refused::NoSuchRow { row: *row, rows: values.len() });
    }
    match settings.fix_after {
        Some(points) if points < ENOUGH => Err(Refused::TooFewToFix { points, least: ENOUGH }),
        _ => Ok(()),
    }
}

/// The rows of each phase, in order; none is empty.
fn phases(rows: usize, rebase: &[usize]) -> Vec<Range<usize>> {
    let mut cuts: Vec<usize> = rebase.iter().copied().chain([0, rows]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|ends| ends[0]..ends[1]).collect()
}

struct Drawn {
    points: Vec<Point>,
    runs: Vec<Runs>,
}

impl Drawn {
    fn phase(
        &mut self,
        chart: Chart,
        values: &[Option<f64>],
        denominators: &[f64],
        settings: &Settings,
    ) -> Result<(), Refused> {
        let phase = limits::Phase::of(chart, values, denominators, settings)?;
        let signals = match phase.centre {
            Some(median) if chart == Chart::Run => {
                self.runs.push(Runs::about(median, &phase.values));
                rules::run_chart(&phase.values, median)
            }
            _ => rules::control_chart(&phase.judged, &phase.frames, settings.two_of_three),
        };
        for (row, signal) in signals.into_iter().enumerate() {
            self.points.push(Point {
                value: phase.values[row],
                centre: phase.centre,
                limits: phase.limits[row],
                rule: signal.map(|s| s.rule),
                point_type: point_type(signal, settings.improvement),
            });
        }
        Ok(())
    }
}

fn point_type(signal: Option<Signal>, improvement: Improvement) -> PointType {
    match (signal, improvement) {
        (None, _) => PointType::CommonCause,
        (Some(signal), Improvement::Neutral) if signal.high => PointType::NeutralHigh,
        (Some(_), Improvement::Neutral) => PointType::NeutralLow,
        (Some(signal), better) if signal.high == (better == Improvement::Increase) => PointType::Improvement,
        (Some(_), _) => PointType::Concern,
    }
}

fn assurance(limits: Option<Limits>, settings: &Settings) -> Option<Assurance> {
    let (limits, target) = (limits?, settings.target.filter(|t| t.is_finite())?);
    let (above, below) = match settings.improvement {
        Improvement::Neutral => return None,
        Improvement::Increase => (Assurance::ConsistentFail, Assurance::ConsistentPass),
        Improvement::Decrease => (Assurance::ConsistentPass, Assurance::ConsistentFail),
    };
    Some(if target > limits.upper {
        above
    } else if target < limits.lower {
        below
    } else {
        Assurance::Inconsistent
    })
}
