//! Summaries of a sample that a few wild values do not rule: quantiles, trimmed and winsorised means, the median
//! absolute deviation, Hodges and Lehmann's centre. They say what is typical; a total is a sum.

use crate::interval::{Interval, NoInterval, t_for};
use crate::mean::MeanEstimate;
use crate::median::middle;
use crate::rows::{ROUNDING, Refused, all_finite, ascending, finite, not_empty, sum, tail_of};

/// Which of the customary ways to read a quantile between two values: Hyndman & Fan, "Sample quantiles in statistical
/// packages", The American Statistician 50(4), 1996, 361–365. The numbers are theirs and R's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantileRule {
    /// Type 6: the k-th of n values is the quantile k/(n + 1).
    Six,
    /// Type 7: the k-th of n values is the quantile (k − 1)/(n − 1). What R does unless told otherwise.
    Seven,
    /// Type 8: the k-th of n values is the quantile (k − ⅓)/(n + ⅓), about unbiased for the median of the k-th.
    Eight,
}

/// The value below which a share `p` of `values` lies, 0 ≤ p ≤ 1, between the two values nearest to it.
///
/// # Errors
/// Refused are: no rows, values not finite, a share outside 0 to 1.
pub fn quantile(values: &[f64], p: f64, rule: QuantileRule) -> Result<f64, Refused> {
    not_empty(values.len())?;
    all_finite(values)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(Refused::ShareOutOfRange { share: p, below: 1.0 });
    }
    finite(quantile_of(&ascending(values), p, rule))
}

/// The same of an ascending sample that is not empty.
pub(crate) fn quantile_of(sorted: &[f64], p: f64, rule: QuantileRule) -> f64 {
    let edge = match rule {
        QuantileRule::Six => 0.0,
        QuantileRule::Seven => 1.0,
        QuantileRule::Eight => 1.0 / 3.0,
    };
    let n = sorted.len() as f64;
    // The place from 1; a product that misses a whole number by rounding is that number, as in R.
    let place = n * p + edge + p * (1.0 - 2.0 * edge);
    let whole = (place + 4.0 * f64::EPSILON).floor();
    let part = if (place - whole).abs() < 4.0 * f64::EPSILON { 0.0 } else { place - whole };
    let at = |place: f64| sorted[(place.clamp(1.0, n) - 1.0) as usize];
    let (below, above) = (at(whole), at(whole + 1.0));
    if part == 0.0 || below == above { below } else { (1.0 - part) * below + part * above }
}

/// The mean of what is left when a share `cut` of the values is left out at either end, rounded down to whole values;
/// 0 gives the mean, and towards ½ it becomes the median.
///
/// The interval is Tukey and McLaughlin's, with Student's t: the standard error is the standard deviation of the
/// winsorised sample (what is cut off is moved to the nearest value that is kept) over h/√n, h being the number of
/// values kept, and the degrees of freedom are h − 1. Tukey & McLaughlin, "Less vulnerable confidence and
/// significance procedures for location based on a single sample", Sankhyā A 25, 1963, 331–352. For skewed values it is
/// an interval for the trimmed mean of the population, which is not its mean.
///
/// # Errors
/// Refused are: no rows, values not finite, a share outside 0 to ½, sums beyond floating point, a level outside 0 to 1.
pub fn trimmed_mean(values: &[f64], cut: f64, level: f64) -> Result<MeanEstimate, Refused> {
    let tail = tail_of(level)?;
    let sorted = checked(values, cut)?;
    let n = sorted.len();
    let out = (n as f64 * cut).floor() as usize;
    let kept = &sorted[out..n - out];
    let value = finite(sum(kept.iter().copied()) / kept.len() as f64)?;
    let mut found =
        MeanEstimate { value, standard_error: None, interval: Err(NoInterval::TooFew), n, clusters: n };
    if kept.len() < 2 {
        return Ok(found);
    }
    let moved: Vec<f64> = sorted.iter().map(|v| v.clamp(kept[0], kept[kept.len() - 1])).collect();
    let centre = finite(sum(moved.iter().copied()) / n as f64)?;
    let variance = sum(moved.iter().map(|v| (v - centre).powi(2))) / (n - 1) as f64;
    let error = finite((variance * n as f64).sqrt() / kept.len() as f64)?;
    let reach = finite(t_for(tail, (kept.len() - 1) as f64) * error)?;
    found.standard_error = Some(error);
    found.interval = if error <= ROUNDING * kept[0].abs().max(kept[kept.len() - 1].abs()) {
        Err(NoInterval::NoVariation)
    } else {
        Ok(Interval { lower: finite(value - reach)?, upper: finite(value + reach)? })
    };
    Ok(found)
}

/// The mean after the values below the `cut` quantile are raised to it and those above the 1 − `cut` quantile are
/// lowered to it (type 7). Dixon, "Simplified estimation from censored normal samples", Annals of Mathematical
/// Statistics 31, 1960, 385–391. Never of a total: what was achieved is not to be winsorised away.
///
/// # Errors
/// Refused are: no rows, values not finite, a share outside 0 to ½, sums beyond floating point.
pub fn winsorised_mean(values: &[f64], cut: f64) -> Result<f64, Refused> {
    let sorted = checked(values, cut)?;
    let lowest = quantile_of(&sorted, cut, QuantileRule::Seven);
    let highest = quantile_of(&sorted, 1.0 - cut, QuantileRule::Seven).max(lowest);
    finite(sum(sorted.iter().map(|v| v.clamp(lowest, highest))) / sorted.len() as f64)
}

/// The median distance from the median, times 1.4826: then it estimates the standard deviation of normal values.
/// Hampel, "The influence curve and its role in robust estimation", JASA 69, 1974, 383–393.
///
/// # Errors
/// Refused are: no rows, values not finite, distances beyond floating point.
pub fn median_absolute_deviation(values: &[f64]) -> Result<f64, Refused> {
    not_empty(values.len())?;
    all_finite(values)?;
    let centre = middle(&ascending(values));
    let distances: Vec<f64> = values.iter().map(|v| (v - centre).abs()).collect();
    finite(1.4826 * middle(&ascending(&distances)))
}

/// The median of the means of all pairs of values, each paired with itself too: Hodges & Lehmann, "Estimates of
/// location based on rank tests", Annals of Mathematical Statistics 34, 1963, 598–611. For values spread evenly about
/// their centre it is nearly as precise as the mean; for skewed ones it is neither mean nor median.
///
/// The pairs are counted, not listed: n log n time and n memory, and the answer is exact.
///
/// # Errors
/// Refused are: no rows, values not finite.
pub fn hodges_lehmann(values: &[f64]) -> Result<f64, Refused> {
    not_empty(values.len())?;
    all_finite(values)?;
    let sorted = ascending(values);
    let pairs = sorted.len() as u64 * (sorted.len() as u64 + 1) / 2;
    let (low, high) = (pair_mean_at(&sorted, pairs.div_ceil(2)), pair_mean_at(&sorted, pairs / 2 + 1));
    Ok(low.midpoint(high))
}

/// The `rank`-th smallest mean of a pair: the smallest float up to which that many lie, found by halving among the
/// floats themselves.
fn pair_mean_at(sorted: &[f64], rank: u64) -> f64 {
    let reached = |t: f64| {
        let (mut count, mut up_to) = (0u64, sorted.len());
        for (i, x) in sorted.iter().enumerate() {
            while up_to > i && x.midpoint(sorted[up_to - 1]) > t {
                up_to -= 1;
            }
            if up_to <= i {
                break;
            }
            count += (up_to - i) as u64;
        }
        count >= rank
    };
    let (mut low, mut high) = (in_order(sorted[0]), in_order(sorted[sorted.len() - 1]));
    while low < high {
        let middle = low.midpoint(high);
        if reached(from_order(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    from_order(high) + 0.0
}

/// A whole number for every float, in the same order.
fn in_order(x: f64) -> u64 {
    let bits = x.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

fn from_order(n: u64) -> f64 {
    f64::from_bits(if n >> 63 == 1 { n & !(1 << 63) } else { !n })
}

fn checked(values: &[f64], cut: f64) -> Result<Vec<f64>, Refused> {
    not_empty(values.len())?;
    all_finite(values)?;
    if !(0.0..0.5).contains(&cut) {
        return Err(Refused::ShareOutOfRange { share: cut, below: 0.5 });
    }
    Ok(ascending(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_float_has_a_whole_number_in_the_same_order() {
        let floats = [f64::MIN, -1.0, -5e-324, 0.0, 5e-324, 1.0, f64::MAX];
        for pair in floats.windows(2) {
            assert!(in_order(pair[0]) < in_order(pair[1]), "{pair:?}");
            assert_eq!(from_order(in_order(pair[0])), pair[0]);
        }
    }

    #[test]
    fn the_centre_of_pairs_is_that_of_all_pairs_listed() {
        let values = [3.5_f64, -2.0, 0.0, 8.25, 8.25, -11.5, 1e-3, 40.0];
        for n in 1..=values.len() {
            let mut pairs = Vec::new();
            for i in 0..n {
                for j in i..n {
                    pairs.push(values[i].midpoint(values[j]));
                }
            }
            assert_eq!(hodges_lehmann(&values[..n]), Ok(middle(&ascending(&pairs))), "{n} values");
        }
    }
}
