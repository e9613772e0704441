//! How unevenly an amount is spread over units: the Gini coefficient with its jackknife error.

use crate::interval::{Interval, NoInterval, t_for};
use crate::rows::{ROUNDING, Refused, ascending, finite, none_negative, not_empty, sum, tail_of};

/// A Gini coefficient: 0 when all are equal, (n − 1)/n when one has everything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GiniEstimate {
    /// 0 to 1, without small-sample correction.
    pub value: f64,
    /// Leave-one-out. `None` where a sample with one row left out has no coefficient.
    pub standard_error: Option<f64>,
    /// Centred on n/(n − 1) · value, since a small sample understates; cut to 0 to 1.
    pub interval: Result<Interval, NoInterval>,
    /// Rows.
    pub n: usize,
}

/// Gini coefficient of `values` ≥ 0: Σ(2i − n − 1)·x₍ᵢ₎ / (n·Σx) over the ascending values.
///
/// The standard error leaves out one row at a time, all n of them from one sorted pass: Yitzhaki,
/// "Calculating jackknife variance estimators for parameters of the Gini method", Journal of Business &
/// Economic Statistics 9(2), 1991, 235–239; SE² = (n−1)/n · Σ(Gᵢ − Ḡ)². Time O(n log n). The interval is n/(n−1) · (G ± t(n−1)·SE),
/// cut to 0 to 1 and stretched to hold G: the factor is the small-sample correction of Deltas, "The
/// small-sample bias of the Gini coefficient", Review of Economics and Statistics 85(1), 2003, 226–234.
///
/// There is no interval for fewer than three rows, where only one row is above zero, or where all are equal.
///
/// # Errors
/// Refused are: no rows, values not finite or negative, values that are all zero (nothing to spread), sums
/// beyond floating point, a level outside 0 to 1.
pub fn gini(values: &[f64], level: f64) -> Result<GiniEstimate, Refused> {
    let tail = tail_of(level)?;
    not_empty(values.len())?;
    none_negative(values)?;
    let sorted = ascending(values);
    let largest = sorted[sorted.len() - 1];
    if largest == 0.0 {
        return Err(Refused::SumIsZero);
    }
    // Only proportions matter; dividing by the largest keeps every sum in range.
    let x: Vec<f64> = sorted.iter().map(|v| v / largest).collect();
    let n = x.len();
    let total = sum(x.iter().copied());
    let ranked = sum(x.iter().enumerate().map(|(i, v)| (i + 1) as f64 * v));
    let value = finite(coefficient(ranked, total, n).clamp(0.0, 1.0))?;
    let without_interval = |why| GiniEstimate { value, standard_error: None, interval: Err(why), n };
    if n < 3 || x[n - 2] == 0.0 {
        return Ok(without_interval(NoInterval::TooFew));
    }
    let left_out = leave_one_out(&x, ranked, total);
    let centre = sum(left_out.iter().copied()) / n as f64;
    let squares = sum(left_out.iter().map(|g| (g - centre).powi(2)));
    let standard_error = finite(((n - 1) as f64 / n as f64 * squares).sqrt())?;
    if x[0] == 1.0 || standard_error <= ROUNDING {
        return Ok(without_interval(NoInterval::NoVariation));
    }
    let correction = n as f64 / (n - 1) as f64;
    let reach = t_for(tail, (n - 1) as f64) * standard_error;
    let lower = (correction * (value - reach)).clamp(0.0, value);
    let interval = Ok(Interval { lower, upper: (correction * (value + reach)).clamp(value, 1.0) });
    Ok(GiniEstimate { value, standard_error: Some(standard_error), interval, n })
}

/// From Σ i·x₍ᵢ₎ and Σx.
fn coefficient(ranked: f64, total: f64, n: usize) -> f64 {
    (2.0 * ranked / total - (n + 1) as f64) / n as f64
}

/// The coefficient without each row in turn: a row takes its own i·x with it, and every larger value
/// moves down one rank.
fn leave_one_out(x: &[f64], ranked: f64, total: f64) -> Vec<f64> {
    let n = x.len();
    let mut above = 0.0;
    let mut found = vec![0.0; n];
    for i in (0..n).rev() {
        found[i] = coefficient(ranked - (i + 1) as f64 * x[i] - above, total - x[i], n - 1);
        above += x[i];
    }
    found
}
