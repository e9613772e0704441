//! What to think of a unit's value given all the others: few cases are drawn towards the centre, many stay where they
//! are. And how much of what a ranking shows is more than chance. The raw value stands beside the shrunk one, always.

mod counts;
mod normal;

pub use counts::{shrink_proportions, shrink_rates};
pub use normal::{Between, shrink_estimates};

use crate::interval::Interval;
use crate::median::middle;
use crate::rows::{Refused, ascending, sum};

/// A unit's value before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    /// As it was: numerator over denominator, or the estimate.
    pub raw: f64,
    /// Drawn towards the centre.
    pub value: f64,
    /// Where the unit's true value lies, given all units.
    pub interval: Interval,
    /// How much of the shrunk value is the unit's own, 0 to 1.
    pub weight: f64,
}

/// All units, in the order in which they came, and what they have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Shrinkage {
    /// What a unit without any data would get.
    pub centre: f64,
    /// The variance between the true values of units, τ².
    pub between: f64,
    /// The distribution of true values between units.
    pub prior: Prior,
    /// One for every row.
    pub rows: Vec<Shrunk>,
    /// The share of a unit's variance that is true difference, 0 to 1: τ²/(τ² + median s²).
    pub rankability: f64,
}

/// How true values are spread over units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// All units are alike as far as the data show.
    Alike,
    /// Shares: a beta distribution.
    Beta {
        /// First shape, like successes.
        a: f64,
        /// Second shape, like failures.
        b: f64,
    },
    /// Rates: a gamma distribution.
    Gamma {
        /// Like events.
        shape: f64,
        /// Like exposure.
        rate: f64,
    },
    /// Estimates: a normal distribution with [`Shrinkage::centre`] and [`Shrinkage::between`].
    Normal,
}

/// What a rankability means for a ranking: van Dishoeck, Lingsma, Mackenbach & Steyerberg, "Random variation and
/// rankability of hospitals using outcome indicators", BMJ Quality & Safety 20, 2011, 869–874.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rankability {
    /// Under 50%: most of the order is chance.
    Low,
    /// 50% to 75%.
    Moderate,
    /// Above 75%.
    High,
}

impl Shrinkage {
    /// Its rankability as a word.
    pub fn rankability_word(&self) -> Rankability {
        match self.rankability {
            share if share < 0.5 => Rankability::Low,
            share if share <= 0.75 => Rankability::Moderate,
            _ => Rankability::High,
        }
    }
}

/// τ²/(τ² + median s²), 0 where there is no τ².
fn rankability(between: f64, sampling: &[f64]) -> f64 {
    if between > 0.0 { between / (between + middle(&ascending(sampling))) } else { 0.0 }
}

/// Where a likelihood of one parameter above 0 is highest: between `low` and `high`, or `None` where the value without
/// variance between units, `alike`, is as likely. `slope` has the sign of the likelihood's slope.
///
/// The slope's sign is looked up on a grid of logarithms; each change from up to down is halved to the last digit; the
/// highest of these places is taken. So a likelihood with two hills does not mislead, as it may a method that climbs.
fn most_likely(
    (low, high): (f64, f64),
    alike: f64,
    likelihood: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
) -> Option<f64> {
    const STEPS: u32 = 96;
    let (from, to) = (low.ln(), high.ln());
    let place = |step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
    let ups: Vec<bool> = (0..=STEPS).map(|step| slope(place(step).exp()) > 0.0).collect();
    let mut tops: Vec<f64> = Vec::new();
    if !ups[0] {
        tops.push(low);
    }
    if ups[STEPS as usize] {
        tops.push(high);
    }
    for step in 0..STEPS {
        if ups[step as usize] && !ups[step as usize + 1] {
            let (mut up, mut down) = (place(step), place(step + 1));
            while (down - up) > 4.0 * f64::EPSILON * up.abs().max(1.0) {
                let middle = up.midpoint(down);
                if slope(middle.exp()) > 0.0 { up = middle } else { down = middle }
            }
            tops.push(up.midpoint(down).exp());
        }
    }
    let best = tops.into_iter().map(|at| (likelihood(at), at)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    // Likelihoods of the same data by two formulas agree to about this much.
    (best.0 > alike + 1e-9 * alike.abs().max(1.0)).then_some(best.1)
}

/// Denominators and counts of rows that can be shrunk, and what they add up to.
fn checked_totals(tops: &[f64], bottoms: &[f64]) -> Result<(f64, f64), Refused> {
    use crate::rows::{finite, none_negative, not_empty, same_length};
    same_length(tops.len(), bottoms.len())?;
    not_empty(tops.len())?;
    none_negative(tops)?;
    none_negative(bottoms)?;
    if let Some(row) = bottoms.iter().position(|b| *b == 0.0) {
        return Err(Refused::ZeroDenominator { row });
    }
    if tops.len() < 2 {
        return Err(Refused::OneRow);
    }
    Ok((finite(sum(tops.iter().copied()))?, finite(sum(bottoms.iter().copied()))?))
}
