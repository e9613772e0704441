//! The scale of each kind: where chance variation is nearly normal, and how large it is there.

use std::f64::consts::FRAC_PI_2;

use super::FunnelKind;
use crate::rows::{Refused, finite};

/// A unit on the scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    /// Distance from the centre in standard errors.
    pub(super) z: f64,
    /// The inverse of the squared standard error.
    pub(super) weight: f64,
}

pub(super) fn scores(
    kind: FunnelKind,
    centre: f64,
    numerators: &[f64],
    denominators: &[f64],
) -> Result<Vec<Score>, Refused> {
    let middle = to_scale(kind, centre);
    let score = |(numerator, denominator): (&f64, &f64)| {
        let (numerator, denominator) = (*numerator, *denominator);
        let (at, variance) = match kind {
            // Half an event more on either side, so that none of either has a logarithm.
            FunnelKind::CountRatio => (
                ((numerator + 0.5) / (denominator + 0.5)).ln(),
                log_variance(numerator) + log_variance(denominator),
            ),
            _ => (to_scale(kind, numerator / denominator), variance(kind, centre, denominator)),
        };
        Ok(Score { z: finite((at - middle) / variance.sqrt())?, weight: finite(1.0 / variance)? })
    };
    numerators.iter().zip(denominators).map(score).collect()
}

/// The variance by chance, on the scale, of a unit at the centre.
pub(super) fn variance(kind: FunnelKind, centre: f64, denominator: f64) -> f64 {
    match kind {
        FunnelKind::Proportion | FunnelKind::Ratio | FunnelKind::Rate => 0.25 / denominator,
        FunnelKind::Shmi => 1.0 / denominator,
        FunnelKind::CountRatio => log_variance(centre * denominator) + log_variance(denominator),
    }
}

/// Of the logarithm of a count and a half.
fn log_variance(count: f64) -> f64 {
    count / (count + 0.5).powi(2)
}

pub(super) fn to_scale(kind: FunnelKind, value: f64) -> f64 {
    match kind {
        FunnelKind::Proportion => value.clamp(0.0, 1.0).sqrt().asin(),
        FunnelKind::Ratio | FunnelKind::Rate => value.sqrt(),
        FunnelKind::Shmi | FunnelKind::CountRatio => value.ln(),
    }
}

/// The value at a place on the scale; beyond the end of the scale, the value at its end.
pub(super) fn from_scale(kind: FunnelKind, at: f64) -> f64 {
    match kind {
        FunnelKind::Proportion => at.clamp(0.0, FRAC_PI_2).sin().powi(2),
        FunnelKind::Ratio | FunnelKind::Rate => at.max(0.0).powi(2),
        FunnelKind::Shmi | FunnelKind::CountRatio => at.exp(),
    }
}
