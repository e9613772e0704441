//! A rate as a ratio of sums (events over exposure), with an error that lets rows of one cluster (posts
//! of one account, answers in one conversation) go together. It never averages ratios.

use crate::interval::{Interval, NoInterval, t_for};
use crate::rows::{
    ROUNDING, Refused, Totals, cluster_totals, finite, given_totals, linearised_variance, none_negative,
    not_empty, same_length, sum, tail_of,
};

/// A ratio of sums.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioEstimate {
    /// Σ events / Σ exposure: events per unit of exposure.
    pub value: f64,
    /// Linearised, cluster-robust. `None` for one cluster.
    pub standard_error: Option<f64>,
    /// Leave one cluster out. `None` for one cluster, or where one cluster holds all the exposure.
    pub jackknife_error: Option<f64>,
    /// From the jackknife error; symmetric on the log scale, so above zero.
    pub interval: Result<Interval, NoInterval>,
    /// Clusters that hold an event or some exposure.
    pub clusters: usize,
    /// Degrees of freedom: clusters less one.
    pub df: usize,
}

/// Σ`events` / Σ`exposure` with a cluster-robust standard error and interval; one row per post or other
/// unit, in any order. `cluster` numbers only say which rows belong together.
///
/// SE² = k/(k−1) · Σ(eᵢ − R·fᵢ)² / (Σf)² over the k cluster totals: Cochran, *Sampling Techniques*, 3rd
/// ed., 1977, eq. 6.13, p. 155, taking clusters as drawn from many. The jackknife error leaves one cluster
/// out at a time, (k−1)/k · Σ(Rᵢ − R̄)² (Quenouille, "Notes on bias in estimation", Biometrika 43, 1956,
/// 353–360). The interval is exp(ln R ± t(k−1)·jackknife error/R): a rate cannot be negative, its error is
/// skewed, and with skewed counts and few clusters the linearised error is too small.
/// `docs/methods/cluster-ratio.md` has the simulation behind that choice.
///
/// There is no interval for one cluster (or all exposure in one), for a ratio of 0, or where clusters do
/// not differ at all.
///
/// # Errors
/// Refused are: no rows, lengths that differ, values not finite or negative, exposure that adds up to 0,
/// sums beyond floating point, a level outside 0 to 1.
pub fn cluster_ratio(
    events: &[f64],
    exposure: &[f64],
    cluster: &[usize],
    level: f64,
) -> Result<RatioEstimate, Refused> {
    let tail = tail_of(level)?;
    same_length(events.len(), exposure.len())?;
    same_length(events.len(), cluster.len())?;
    checked(events, exposure)?;
    ratio_of(&cluster_totals(events, exposure, cluster), tail)
}

/// [`cluster_ratio`] where each row is already the total of one cluster.
///
/// # Errors
/// As [`cluster_ratio`].
pub fn cluster_ratio_of_totals(
    events: &[f64],
    exposure: &[f64],
    level: f64,
) -> Result<RatioEstimate, Refused> {
    let tail = tail_of(level)?;
    same_length(events.len(), exposure.len())?;
    checked(events, exposure)?;
    ratio_of(&given_totals(events, exposure), tail)
}

fn checked(events: &[f64], exposure: &[f64]) -> Result<(), Refused> {
    not_empty(events.len())?;
    none_negative(events)?;
    none_negative(exposure)
}

fn ratio_of(totals: &[Totals], tail: f64) -> Result<RatioEstimate, Refused> {
    let exposed = finite(sum(totals.iter().map(|t| t.bottom)))?;
    if exposed == 0.0 {
        return Err(Refused::SumIsZero);
    }
    let value = finite(sum(totals.iter().map(|t| t.top)) / exposed)?;
    let clusters = totals.len();
    let df = clusters.saturating_sub(1);
    let mut found = RatioEstimate {
        value,
        standard_error: None,
        jackknife_error: None,
        interval: Err(NoInterval::OneCluster),
        clusters,
        df,
    };
    let Some(variance) = linearised_variance(totals, value) else { return Ok(found) };
    let standard_error = finite(variance.sqrt())?;
    found.standard_error = Some(standard_error);
    found.jackknife_error = jackknife_error(totals, exposed)?;
    found.interval = match found.jackknife_error {
        None => Err(NoInterval::OneCluster),
        Some(_) if value == 0.0 => Err(NoInterval::NoEvents),
        Some(_) if standard_error <= ROUNDING * value => Err(NoInterval::NoVariation),
        Some(error) => on_the_log_scale(value, t_for(tail, df as f64) * (error / value)),
    };
    Ok(found)
}

fn jackknife_error(totals: &[Totals], exposed: f64) -> Result<Option<f64>, Refused> {
    let clusters = totals.len() as f64;
    let events = sum(totals.iter().map(|t| t.top));
    if totals.iter().any(|t| exposed - t.bottom <= ROUNDING * exposed) {
        return Ok(None);
    }
    let left_out: Vec<f64> = totals.iter().map(|t| (events - t.top) / (exposed - t.bottom)).collect();
    let centre = sum(left_out.iter().copied()) / clusters;
    let squares = sum(left_out.iter().map(|r| (r - centre).powi(2)));
    finite(((clusters - 1.0) / clusters * squares).sqrt()).map(Some)
}

fn on_the_log_scale(value: f64, reach: f64) -> Result<Interval, NoInterval> {
    let (lower, upper) = (value * (-reach).exp(), value * reach.exp());
    if upper.is_finite() { Ok(Interval { lower, upper }) } else { Err(NoInterval::Unbounded) }
}
