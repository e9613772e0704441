//! How normalised indicators of one unit become one number.

use crate::rows::{Refused, finite, none_negative, same_length, sum};

/// A weighted mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// Σwv/Σw: much of one makes up for little of another.
    Arithmetic,
    /// exp(Σw ln v/Σw): makes up less.
    Geometric,
    /// Σw/Σ(w/v): makes up least.
    Harmonic,
}

/// The weighted mean of one unit's values; a missing value takes its weight with it. `None` where nothing is left.
///
/// Nardo and others, *Handbook on Constructing Composite Indicators*, OECD and JRC, 2008, chapter 6.
///
/// # Errors
/// Refused are: lengths that differ, values not finite, a weight below 0, and, for the geometric and the harmonic mean,
/// a value (as a row) that weighs something and is not above 0.
pub fn aggregate(values: &[Option<f64>], weights: &[f64], how: Aggregation) -> Result<Option<f64>, Refused> {
    same_length(values.len(), weights.len())?;
    none_negative(weights)?;
    if let Some(row) = values.iter().position(|v| v.is_some_and(|v| !v.is_finite())) {
        return Err(Refused::NotFinite { row });
    }
    let positive = |v: &f64| how == Aggregation::Arithmetic || *v > 0.0;
    if let Some(row) = values.iter().zip(weights).position(|(v, w)| *w > 0.0 && !v.iter().all(positive)) {
        return Err(Refused::NotPositive { row });
    }
    let pairs = || values.iter().zip(weights).filter_map(|(v, w)| v.filter(|_| *w > 0.0).map(|v| (v, *w)));
    let whole = finite(sum(pairs().map(|(_, w)| w)))?;
    if whole == 0.0 {
        return Ok(None);
    }
    let mean = match how {
        Aggregation::Arithmetic => sum(pairs().map(|(v, w)| v * w)) / whole,
        Aggregation::Geometric => sum(pairs().map(|(v, w)| v.ln() * (w / whole))).exp(),
        Aggregation::Harmonic => 1.0 / sum(pairs().map(|(v, w)| w / whole / v)),
    };
    finite(mean).map(Some)
}
