//! How indicators of unlike units become comparable.

use crate::rows::{ROUNDING, Refused, finite, not_empty, sum};

/// A way to make an indicator comparable; the names in brackets are those of R's COINr.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Normalisation {
    /// The lowest value becomes `from` and the highest `to` (n_minmax; n_dist2max with 0 and 1).
    MinMax {
        /// What the lowest becomes.
        from: f64,
        /// What the highest becomes.
        to: f64,
    },
    /// Standard deviations from the mean, moved and stretched (n_zscore).
    ZScore {
        /// What the mean becomes.
        mean: f64,
        /// What the standard deviation becomes.
        deviation: f64,
    },
    /// The rank from the lowest, 1 up; ties share the smallest (n_rank; less 1, n_borda).
    Rank,
    /// The share of other values that are lower (n_prank).
    PercentRank,
    /// The share of the highest value (n_fracmax); a highest value of 0 has none.
    ShareOfMax,
    /// The share of the way from the lowest value to a target, more than 1 beyond it (n_dist2targ).
    ShareOfTarget {
        /// Above the lowest value.
        target: f64,
    },
}

/// The values made comparable; what is missing stays missing.
///
/// Nardo and others, *Handbook on Constructing Composite Indicators*, OECD and JRC, 2008, chapter 5.
///
/// # Errors
/// Refused are: nothing but missing values, values not finite, values all equal where differences are to be divided by
/// their spread, a target not above the lowest value, results beyond floating point.
pub fn normalise(values: &[Option<f64>], how: Normalisation) -> Result<Vec<Option<f64>>, Refused> {
    if let Some(row) = values.iter().position(|v| v.is_some_and(|v| !v.is_finite())) {
        return Err(Refused::NotFinite { row });
    }
    let mut sorted: Vec<f64> = values.iter().flatten().map(|v| v + 0.0).collect();
    not_empty(sorted.len())?;
    sorted.sort_unstable_by(f64::total_cmp);
    let (n, low, high) = (sorted.len() as f64, sorted[0], sorted[sorted.len() - 1]);
    let lower = |v: f64| sorted.partition_point(|other| *other < v + 0.0) as f64;
    let between = |top: f64, from: f64, to: f64| {
        let reach = top - low;
        if reach > 0.0 && reach.is_finite() { Ok((from, (to - from), reach)) } else { Err(Refused::NoSpread) }
    };
    // Each way is base + step · (v − origin) / reach, but for ranks.
    let line = |origin: f64, (base, step, reach): (f64, f64, f64)| -> Result<Vec<Option<f64>>, Refused> {
        let of = |v: &Option<f64>| v.map(|v| finite(base + step * ((v - origin) / reach))).transpose();
        values.iter().map(of).collect()
    };
    match how {
        Normalisation::MinMax { from, to } => line(low, between(high, from, to)?),
        Normalisation::ShareOfTarget { target } => line(low, between(target, 0.0, 1.0)?),
        Normalisation::ShareOfMax if high == 0.0 => Err(Refused::NoSpread),
        Normalisation::ShareOfMax => line(0.0, (0.0, 1.0, high)),
        Normalisation::ZScore { mean, deviation } => {
            let centre = sum(sorted.iter().map(|v| v / n));
            let square = sum(sorted.iter().map(|v| (v - centre).powi(2))) / (n - 1.0);
            let spread = square.sqrt();
            // The spread of equal values is what rounding leaves.
            if low == high || !spread.is_finite() || spread <= ROUNDING * high.abs().max(low.abs()) {
                return Err(Refused::NoSpread);
            }
            line(centre, (mean, deviation, spread))
        }
        Normalisation::Rank => Ok(values.iter().map(|v| v.map(|v| lower(v) + 1.0)).collect()),
        Normalisation::PercentRank if n < 2.0 => Err(Refused::NoSpread),
        Normalisation::PercentRank => Ok(values.iter().map(|v| v.map(|v| lower(v) / (n - 1.0))).collect()),
    }
}
