//! The mean of a sample with Student's t limits, for independent rows and for rows in clusters.

use crate::interval::{Interval, NoInterval, t_for};
use crate::rows::{
    ROUNDING, Refused, Totals, all_finite, ascending, cluster_totals, finite, linearised_variance, not_empty,
    same_length, sum, tail_of,
};

/// A mean, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanEstimate {
    /// Sum over number of rows.
    pub value: f64,
    /// Of the mean, not of a row. `None` for one row or one cluster.
    pub standard_error: Option<f64>,
    /// value ± t·standard error.
    pub interval: Result<Interval, NoInterval>,
    /// Rows.
    pub n: usize,
    /// Independent units: rows, or clusters of rows.
    pub clusters: usize,
}

/// Mean of independent `values` with its t interval, n − 1 degrees of freedom.
///
/// Student, "The probable error of a mean", Biometrika 6(1), 1908, 1–25. Not for heavily skewed counts
/// with few rows: see `docs/methods/mean.md`. No interval for one row or for rows all alike.
///
/// # Errors
/// Refused are: no rows, values not finite, sums beyond floating point, a level outside 0 to 1.
pub fn mean(values: &[f64], level: f64) -> Result<MeanEstimate, Refused> {
    let tail = tail_of(level)?;
    not_empty(values.len())?;
    all_finite(values)?;
    let totals: Vec<Totals> = ascending(values).iter().map(|v| Totals { top: *v, bottom: 1.0 }).collect();
    mean_of(&totals, values.len(), tail).map(|found| match found.interval {
        Err(NoInterval::OneCluster) => MeanEstimate { interval: Err(NoInterval::TooFew), ..found },
        _ => found,
    })
}

/// Mean of `values` whose rows go together in clusters, with clusters − 1 degrees of freedom. It is the
/// ratio of sums to rows, so its standard error is that of [`crate::cluster_ratio`]: Cochran, *Sampling
/// Techniques*, 3rd ed., 1977, eq. 6.13, p. 155, and chapter 9A. Values may be negative.
///
/// # Errors
/// As [`mean`], and slices that differ in length.
pub fn mean_clustered(values: &[f64], cluster: &[usize], level: f64) -> Result<MeanEstimate, Refused> {
    let tail = tail_of(level)?;
    same_length(values.len(), cluster.len())?;
    not_empty(values.len())?;
    all_finite(values)?;
    mean_of(&cluster_totals(values, &vec![1.0; values.len()], cluster), values.len(), tail)
}

fn mean_of(totals: &[Totals], n: usize, tail: f64) -> Result<MeanEstimate, Refused> {
    let value = finite(sum(totals.iter().map(|t| t.top)) / n as f64)?;
    let clusters = totals.len();
    let Some(variance) = linearised_variance(totals, value) else {
        return Ok(MeanEstimate {
            value,
            standard_error: None,
            interval: Err(NoInterval::OneCluster),
            n,
            clusters,
        });
    };
    let standard_error = finite(variance.sqrt())?;
    let reach = t_for(tail, clusters as f64 - 1.0) * standard_error;
    let largest = totals.iter().map(|t| (t.top / t.bottom).abs()).fold(0.0, f64::max);
    let interval = if standard_error <= ROUNDING * largest {
        Err(NoInterval::NoVariation)
    } else if (value - reach).is_finite() && (value + reach).is_finite() {
        Ok(Interval { lower: value - reach, upper: value + reach })
    } else {
        Err(NoInterval::Unbounded)
    };
    Ok(MeanEstimate { value, standard_error: Some(standard_error), interval, n, clusters })
}
