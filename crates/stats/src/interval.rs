//! An interval, the reasons for having none, and the interval of a share: Wilson's score interval, for
//! independent cases and for cases that come in clusters.

use std::fmt;

use crate::distribution::{normal_quantile, t_quantile};
use crate::rows::{
    Refused, Totals, finite, given_totals, linearised_variance, none_negative, not_empty, same_length, sum,
    tail_of,
};

/// Where the true value lies at the level that was asked for. Both limits are finite and
/// `lower` ≤ `upper`, in the unit of the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// Why an estimate has no interval. None of these means that the estimate is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoInterval {
    /// All rows, or all exposure, belong to one cluster, so nothing shows how clusters differ.
    OneCluster,
    /// Too few rows for this level.
    TooFew,
    /// Every row or cluster says the same, so nothing shows how they vary.
    NoVariation,
    /// No event was seen; how far above zero the rate could lie depends on a clustering we did not see.
    NoEvents,
    /// The limits lie beyond any finite number.
    Unbounded,
}

impl fmt::Display for NoInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneCluster => "all rows belong to one cluster",
            Self::TooFew => "there are too few rows for an interval at this level",
            Self::NoVariation => "all rows or clusters are alike, so their variation is unknown",
            Self::NoEvents => "no event was seen",
            Self::Unbounded => "the data do not bound it",
        })
    }
}

/// A share of cases that came in clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareEstimate {
    /// Sum of numerators over sum of denominators, 0 to 1.
    pub value: f64,
    /// The widened Wilson interval.
    pub interval: Result<Interval, NoInterval>,
    /// Clusters with a denominator above zero.
    pub clusters: usize,
    /// How many times larger the variance is than that of as many independent cases, at least 1.
    /// `None` for one cluster.
    pub design_effect: Option<f64>,
    /// How many independent cases would be this informative, after allowing for few clusters.
    /// `None` for one cluster.
    pub effective_n: Option<f64>,
}

/// Wilson's score interval for `successes` of `n` independent cases.
///
/// Both may be fractions, so that a known design effect can be put in: `wilson(x / deff, n / deff, level)`.
/// The limits lie in 0 to 1 and bracket `successes / n`; the lower one is exactly 0 for no success, the
/// upper exactly 1 for nothing else.
///
/// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927, 209–212
/// (p. 210); recommended for small n by Brown, Cai & DasGupta, Statistical Science 16, 2001, 101–133
/// (p. 115). No continuity correction.
///
/// # Errors
/// Refused are: values not finite or negative (row 0 is `successes`, row 1 is `n`), more successes than
/// cases, `n` = 0 and a level outside 0 to 1.
pub fn wilson(successes: f64, n: f64, level: f64) -> Result<Interval, Refused> {
    let tail = tail_of(level)?;
    none_negative(&[successes, n])?;
    if successes > n {
        return Err(Refused::NumeratorAboveDenominator { row: 0 });
    }
    if n == 0.0 {
        return Err(Refused::SumIsZero);
    }
    Ok(wilson_of_share(successes / n, n, z_for(tail)))
}

/// The two roots of θ² − 2·centre·θ + w·p² = 0 with w = n/(n + z²), each from the end where nothing cancels.
fn wilson_of_share(p: f64, n: f64, z: f64) -> Interval {
    let (w, rest) = (n / (n + z * z), z * z / (n + z * z));
    let q = 1.0 - p;
    let half = (w * rest * p * q + rest * rest / 4.0).sqrt();
    let root = |p: f64| if p == 0.0 { 0.0 } else { w * p * p / (w * p + rest / 2.0 + half) };
    // A small upper limit is a sum of what is not negative; a large one is what the lower limit of the rest leaves.
    let upper = if p < 0.5 { w * p + rest / 2.0 + half } else { 1.0 - root(q) };
    let lower = root(p);
    Interval { lower: lower.clamp(0.0, p), upper: upper.clamp(p, 1.0) }
}

/// The normal quantile that leaves `tail` above it.
pub(crate) fn z_for(tail: f64) -> f64 {
    normal_quantile(tail).map_or(0.0, |z| -z)
}

/// Student's t that leaves `tail` above it; `df` ≥ 1.
pub(crate) fn t_for(tail: f64, df: f64) -> f64 {
    t_quantile(tail, df.max(1.0)).map_or(0.0, |t| -t)
}

/// The share Σ`numerators` / Σ`denominators` with a Wilson interval widened for clustering; one row per
/// cluster, in any order. Clusters of 0 of 0 are left out.
///
/// The design effect is the cluster-robust (linearised) variance of the share over p(1 − p)/n, n being
/// Σ`denominators`, and never below 1 (Kish, *Survey Sampling*, 1965, p. 258). Effective n is n over the
/// design effect, times (t(n−1) / t(clusters−1))² because a variance from few clusters is itself
/// uncertain: Korn & Graubard, "Confidence intervals for proportions with small expected number of
/// positive counts estimated from complex survey data", Survey Methodology 24(2), 1998, 193–201. They go
/// on to Clopper–Pearson limits; we go on to Wilson's, as in Dean & Pagano, "Evaluating confidence
/// interval methods for binomial proportions in clustered surveys", Journal of Survey Statistics and
/// Methodology 3(4), 2015, 484–503.
///
/// A share of exactly 0 or 1 shows nothing of the clustering. Then every cluster counts as one case
/// (cases wholly alike within clusters, the worst case): effective n is n² / Σ`denominators`², the
/// number of clusters when they are of one size. This is wide on purpose.
///
/// # Errors
/// Refused are: no rows, lengths that differ, values not finite or negative, a numerator above its
/// denominator, denominators that add up to 0, sums beyond floating point, a level outside 0 to 1.
pub fn wilson_clustered(
    numerators: &[f64],
    denominators: &[f64],
    level: f64,
) -> Result<ShareEstimate, Refused> {
    let tail = tail_of(level)?;
    same_length(numerators.len(), denominators.len())?;
    not_empty(numerators.len())?;
    none_negative(numerators)?;
    none_negative(denominators)?;
    if let Some(row) = numerators.iter().zip(denominators).position(|(x, m)| x > m) {
        return Err(Refused::NumeratorAboveDenominator { row });
    }
    share_of(&given_totals(numerators, denominators), tail)
}

/// The same from ordered totals that have been checked.
pub(crate) fn share_of(totals: &[Totals], tail: f64) -> Result<ShareEstimate, Refused> {
    let n = finite(sum(totals.iter().map(|t| t.bottom)))?;
    if n == 0.0 {
        return Err(Refused::SumIsZero);
    }
    let clusters = totals.len();
    let value = (sum(totals.iter().map(|t| t.top)) / n).clamp(0.0, 1.0);
    let Some(variance) = linearised_variance(totals, value) else {
        let interval = Err(NoInterval::OneCluster);
        return Ok(ShareEstimate { value, interval, clusters, design_effect: None, effective_n: None });
    };
    let (design_effect, effective_n) = if value == 0.0 || value == 1.0 {
        let units = (1.0 / sum(totals.iter().map(|t| (t.bottom / n).powi(2)))).min(n);
        (n / units, units)
    } else {
        let design_effect = (variance / (value * (1.0 - value)) * n).max(1.0);
        let few = t_for(tail, n - 1.0) / t_for(tail, clusters as f64 - 1.0);
        (design_effect, n / design_effect * few.min(1.0).powi(2))
    };
    let (design_effect, effective_n) = (finite(design_effect)?, finite(effective_n)?);
    let interval = Ok(wilson_of_share(value, effective_n, z_for(tail)));
    Ok(ShareEstimate {
        value,
        interval,
        clusters,
        design_effect: Some(design_effect),
        effective_n: Some(effective_n),
    })
}
