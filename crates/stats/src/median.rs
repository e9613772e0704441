//! The median of a sample with limits that are themselves values of the sample: no shape is assumed, so
//! one viral post moves neither the median nor its limits much.

use crate::distribution::{binomial_cdf, normal_quantile};
use crate::interval::{Interval, NoInterval, share_of, wilson};
use crate::rows::{Refused, all_finite, ascending, cluster_totals, not_empty, same_length, tail_of};

/// A median, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MedianEstimate {
    /// The middle value, or the mean of the two in the middle.
    pub value: f64,
    /// Between two values of the sample.
    pub interval: Result<Interval, NoInterval>,
    /// Rows.
    pub n: usize,
}

/// The ranks (1 = smallest) of the two values that bound the median of `n` independent rows, or `None`
/// where n is too small for the level (fewer than 6 for 95%), or the level is outside 0 to 1.
///
/// lower = the smallest l with P(X ≤ l) ≥ (1 − level)/2, X binomial(n, ½); upper = n − lower + 1. The
/// coverage is at least the level for any distribution: Conover, *Practical Nonparametric Statistics*,
/// 3rd ed., 1999, section 3.2, p. 143; David & Nagaraja, *Order Statistics*, 3rd ed., 2003, section 7.1,
/// p. 159. Where the binomial meets the tail exactly, this takes the wider interval.
pub fn median_ranks(n: usize, level: f64) -> Option<(usize, usize)> {
    let tail = tail_of(level).ok()?;
    let lower = lower_rank(n as u64, tail);
    if lower == 0 {
        return None;
    }
    let lower = usize::try_from(lower).ok()?;
    Some((lower, n - lower + 1))
}

/// The binomial quantile at ½: a normal start, then exact steps. Above 2⁴⁰ rows the start is within a
/// rank or so of the answer, and exact sums would take too long.
fn lower_rank(n: u64, tail: f64) -> u64 {
    let size = n as f64;
    let z = normal_quantile(tail).unwrap_or(0.0);
    let start = (size / 2.0 + z * size.sqrt() / 2.0 - 0.5).ceil().clamp(0.0, (size / 2.0).floor());
    let mut rank = (start as u64).min(n / 2);
    if n >= 1 << 40 {
        return rank;
    }
    // A sum of powers of two may miss a tail that it meets exactly by the last digits.
    let reached = |k: u64| binomial_cdf(k, n, 0.5).unwrap_or(1.0) >= tail * (1.0 - 64.0 * f64::EPSILON);
    while !reached(rank) {
        rank += 1;
    }
    while rank > 0 && reached(rank - 1) {
        rank -= 1;
    }
    rank
}

/// Median of independent `values` with the order-statistic interval of [`median_ranks`].
///
/// # Errors
/// Refused are: no rows, values not finite, a level outside 0 to 1.
pub fn median(values: &[f64], level: f64) -> Result<MedianEstimate, Refused> {
    tail_of(level)?;
    not_empty(values.len())?;
    all_finite(values)?;
    let sorted = ascending(values);
    let interval = median_ranks(values.len(), level).map_or(Err(NoInterval::TooFew), |ranks| {
        Ok(Interval { lower: sorted[ranks.0 - 1], upper: sorted[ranks.1 - 1] })
    });
    Ok(MedianEstimate { value: middle(&sorted), interval, n: values.len() })
}

/// Median of `values` whose rows go together in clusters, with limits at the ranks that a widened
/// interval for the share ½ gives.
///
/// Woodruff, "Confidence intervals for medians and other position measures", JASA 47, 1952, 635–646: find
/// how uncertain the share of rows up to the median is, then read the values at the limits of that share.
/// The uncertainty is the effective n of [`crate::wilson_clustered`] for that share, few clusters included;
/// the limits of the share are Wilson's. Ranks are rounded outwards.
///
/// # Errors
/// As [`median`], and slices that differ in length.
pub fn median_clustered(values: &[f64], cluster: &[usize], level: f64) -> Result<MedianEstimate, Refused> {
    let tail = tail_of(level)?;
    same_length(values.len(), cluster.len())?;
    not_empty(values.len())?;
    all_finite(values)?;
    let (n, sorted) = (values.len(), ascending(values));
    let value = middle(&sorted);
    let up_to: Vec<f64> = values.iter().map(|v| f64::from(u8::from(*v <= value))).collect();
    let share = share_of(&cluster_totals(&up_to, &vec![1.0; n], cluster), tail)?;
    let interval = match share.effective_n {
        None => Err(NoInterval::OneCluster),
        Some(effective) => {
            let lower = (wilson(effective / 2.0, effective, level)?.lower * n as f64).floor() as usize;
            if lower == 0 {
                Err(NoInterval::TooFew)
            } else {
                Ok(Interval { lower: sorted[lower - 1], upper: sorted[n - lower] })
            }
        }
    };
    Ok(MedianEstimate { value, interval, n })
}

/// The middle of an ascending sample that is not empty.
pub(crate) fn middle(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    sorted[(n - 1) / 2].midpoint(sorted[n / 2])
}
