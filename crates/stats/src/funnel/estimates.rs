//! A funnel of estimates that bring intervals of their own: rates of clustered events, medians, coefficients.
//! No count is known whose distribution could give the limits, so each estimate's error does, on a scale where
//! errors are nearly normal.

use std::f64::consts::FRAC_PI_2;

use super::dispersion::{self, Trimmed};
use super::scale::Score;
use super::{Dispersion, Funnel, FunnelUnit, outside, quantile};
use crate::interval::Interval;
use crate::robust::{QuantileRule, quantile_of};
use crate::rows::{Refused, all_finite, ascending, finite, not_empty, same_length, tail_of};

/// Where the errors of estimates are nearly normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EstimateScale {
    /// As they are.
    Identity,
    /// Square roots: for amounts that are never negative, and vary more the larger they are.
    Root,
    /// Arcsines of square roots: for shares from 0 to 1.
    Arcsine,
}

impl EstimateScale {
    /// The place of a value on the scale; what lies beyond the scale's end is at its end.
    pub fn place(self, value: f64) -> f64 {
        match self {
            Self::Identity => value,
            Self::Root => value.max(0.0).sqrt(),
            Self::Arcsine => value.clamp(0.0, 1.0).sqrt().asin(),
        }
    }

    /// The value at a place on the scale.
    pub fn value(self, place: f64) -> f64 {
        match self {
            Self::Identity => place,
            Self::Root => place.max(0.0).powi(2),
            Self::Arcsine => place.clamp(0.0, FRAC_PI_2).sin().powi(2),
        }
    }

    /// The standard error on the scale that an interval at `level` stands for: half its width there, over the
    /// normal quantile.
    ///
    /// # Errors
    /// Refused is a level outside 0 to 1.
    pub fn error(self, interval: Interval, level: f64) -> Result<f64, Refused> {
        let width = (self.place(interval.upper) - self.place(interval.lower)).max(0.0);
        finite(width / 2.0 / quantile(1.0 - tail_of(level)?))
    }
}

/// Compares estimates by their own intervals at `level`, a row a unit, about the median of all.
///
/// Each interval is read back into a standard error s on `scale` (recovering a variance from limits: Zou &
/// Donner, Statistics in Medicine 27, 2008, 1693–1702). Units differ by a variance τ² besides: the one with which
/// scores, a share `trim` at either end pulled in, vary as much as they would by chance alone. That is Paule &
/// Mandel's estimate (Journal of Research of the National Bureau of Standards 87, 1982, 377–385), winsorised as in
/// [`funnel`](super::funnel()); unlike the moment estimate there it does not suffer where errors differ much. Limits are
/// g⁻¹(g(median) ± z·√(s² + τ²)). The centre is the median, which no single unit moves far.
///
/// # Errors
/// Refused are: no rows or one, lengths that differ, values not finite, an interval without width
/// (`ZeroStandardError`), a level outside 0 to 1, a share to trim outside 0 to ½.
pub fn funnel_of_estimates(
    scale: EstimateScale,
    estimates: &[f64],
    intervals: &[Interval],
    level: f64,
    trim: f64,
) -> Result<Funnel, Refused> {
    same_length(estimates.len(), intervals.len())?;
    not_empty(estimates.len())?;
    all_finite(estimates)?;
    tail_of(level)?;
    if estimates.len() == 1 {
        return Err(Refused::OneRow);
    }
    if !(0.0..0.5).contains(&trim) {
        return Err(Refused::ShareOutOfRange { share: trim, below: 0.5 });
    }
    let places: Vec<f64> = estimates.iter().map(|value| scale.place(*value)).collect();
    let error = |(row, interval): (usize, &Interval)| match scale.error(*interval, level) {
        Ok(0.0) => Err(Refused::ZeroStandardError { row }),
        error => error.map_err(|_| Refused::NotFinite { row }),
    };
    let errors: Vec<f64> = intervals.iter().enumerate().map(error).collect::<Result<_, _>>()?;
    let middle = quantile_of(&ascending(&places), 0.5, QuantileRule::Seven);
    let scores = |tau2: f64| -> Result<Vec<Score>, Refused> {
        let score = |(place, error): (&f64, &f64)| {
            let variance = error * error + tau2;
            Ok(Score { z: finite((place - middle) / variance.sqrt())?, weight: finite(1.0 / variance)? })
        };
        places.iter().zip(&errors).map(score).collect()
    };
    let by_chance = scores(0.0)?;
    let dispersion = dispersion::of(&Trimmed::pulled_in(&by_chance, trim))?;
    let tau2 = variance_between(&scores, &places, middle, trim, dispersion.phi_by_chance)?;
    let centre = scale.value(middle);
    let units = estimates.iter().zip(&errors).zip(&by_chance).map(|((value, error), score)| {
        let whole = (error * error + tau2).sqrt();
        let limits = |tail: f64| Interval {
            lower: scale.value(middle + quantile(tail) * whole),
            upper: scale.value(middle - quantile(tail) * whole),
        };
        let (limits95, limits998) = (limits(0.025), limits(0.001));
        let outside = outside(*value, centre, limits95, limits998);
        let z_adjusted = finite(score.z * error / whole)?;
        Ok(FunnelUnit { value: *value, z: score.z, z_adjusted, limits95, limits998, outside })
    });
    let units = units.collect::<Result<_, Refused>>()?;
    Ok(Funnel { centre, dispersion: Dispersion { corrected_tau2: tau2, ..dispersion }, units })
}

/// The least τ² with which the mean of trimmed squares is no more than chance gives, one unit's worth less for the centre.
/// The mean falls as τ² grows; at the square of the whole range no score is above 1.
fn variance_between(
    scores: &impl Fn(f64) -> Result<Vec<Score>, Refused>,
    places: &[f64],
    middle: f64,
    trim: f64,
    phi_by_chance: f64,
) -> Result<f64, Refused> {
    let n = places.len() as f64;
    let excess = |tau2: f64| -> Result<f64, Refused> {
        let phi = dispersion::of(&Trimmed::pulled_in_to(&scores(tau2)?, trim, phi_by_chance))?.phi;
        Ok(phi - phi_by_chance * (n - 1.0) / n)
    };
    if excess(0.0)? <= 0.0 {
        return Ok(0.0);
    }
    let reach = places.iter().map(|place| (place - middle).abs()).fold(0.0, f64::max);
    let (mut low, mut high) = (0.0, finite(reach * reach * 2.0 * n / phi_by_chance)?);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if excess(middle)? > 0.0 { low = middle } else { high = middle }
    }
    Ok(high)
}
