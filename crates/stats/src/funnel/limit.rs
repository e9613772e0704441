//! The limits of one unit.

use super::scale::{from_scale, to_scale, variance};
use super::{Dispersion, FunnelKind, FunnelLimits, FunnelSettings, Overdispersion, quantile};
use crate::distribution::{binomial_cdf, binomial_quantile, poisson_cdf, poisson_quantile};
use crate::rows::Refused;

/// Larger counts have no neighbours in a 64-bit float.
const LARGEST_COUNT: f64 = 9_007_199_254_740_992.0;

/// The share of `cases` below which a share `centre` falls with `probability`, interpolated between counts
/// so that limits are a smooth curve: (r − α)/n with r the smallest count with F(r) ≥ p and
/// α = (F(r) − p)/(F(r) − F(r − 1)). Below 0 where even no case at all is that probable. `None` unless
/// 0 < probability < 1, 0 ≤ centre ≤ 1 and there are cases.
///
/// Spiegelhalter, Statistics in Medicine 24, 2005, 1185–1202, appendix A.1.1.
pub fn binomial_limit(probability: f64, cases: u64, centre: f64) -> Option<f64> {
    if cases == 0 {
        return None;
    }
    let count = binomial_quantile(probability, cases, centre)?;
    if centre == 0.0 || centre == 1.0 {
        return Some(centre);
    }
    let below = if count == 0 { 0.0 } else { binomial_cdf(count - 1, cases, centre)? };
    Some(interpolated(probability, count, binomial_cdf(count, cases, centre)?, below) / cases as f64)
}

/// The same for a Poisson count that is `expected` on average, as a ratio to `denominator`: the expected
/// count itself for ratios, the exposure for rates. `None` unless 0 < probability < 1, the expected count
/// is at least 0 and below 2⁵³, and the denominator is above 0.
pub fn poisson_limit(probability: f64, expected: f64, denominator: f64) -> Option<f64> {
    if !(denominator > 0.0 && denominator.is_finite()) {
        return None;
    }
    let count = poisson_quantile(probability, expected)?;
    if expected == 0.0 {
        return Some(0.0);
    }
    let below = if count == 0 { 0.0 } else { poisson_cdf(count - 1, expected)? };
    Some(interpolated(probability, count, poisson_cdf(count, expected)?, below) / denominator)
}

/// Where the line from F(r − 1) to F(r) reaches the probability.
fn interpolated(probability: f64, count: u64, reached: f64, below: f64) -> f64 {
    let step = reached - below;
    let short = if step > 0.0 { ((reached - probability) / step).clamp(0.0, 1.0) } else { 0.0 };
    count as f64 - short
}

/// The limit below which a unit at the centre falls with `probability`, for its denominator.
pub(super) fn of(
    kind: FunnelKind,
    centre: f64,
    denominator: f64,
    probability: f64,
    settings: &FunnelSettings,
    dispersion: &Dispersion,
) -> Result<f64, Refused> {
    let (phi, tau2) = settings.variation(dispersion);
    let on_scale = |tau2: f64| {
        let error = (variance(kind, centre, denominator) + tau2).sqrt();
        from_scale(kind, to_scale(kind, centre) + quantile(probability) * error)
    };
    let by_chance = match settings.limits {
        _ if kind == FunnelKind::CountRatio => on_scale(0.0),
        FunnelLimits::Exact => exact(kind, centre, denominator, probability)?,
        FunnelLimits::Normal => centre + quantile(probability) * natural_error(kind, centre, denominator),
    };
    Ok(match settings.overdispersion {
        Overdispersion::None => by_chance,
        Overdispersion::Multiplicative => centre + phi.max(1.0).sqrt() * (by_chance - centre),
        Overdispersion::Additive if tau2 == 0.0 && settings.limits == FunnelLimits::Exact => by_chance,
        Overdispersion::Additive => on_scale(tau2),
    })
}

fn exact(kind: FunnelKind, centre: f64, denominator: f64, probability: f64) -> Result<f64, Refused> {
    let limit = match kind {
        FunnelKind::Proportion if denominator < LARGEST_COUNT => {
            binomial_limit(probability, denominator as u64, centre)
        }
        FunnelKind::Proportion => None,
        _ => poisson_limit(probability, centre * denominator, denominator),
    };
    limit.ok_or(Refused::OutOfRange)
}

/// The standard error by chance of a unit at the centre, as it is, not on a scale.
fn natural_error(kind: FunnelKind, centre: f64, denominator: f64) -> f64 {
    match kind {
        FunnelKind::Proportion => (centre * (1.0 - centre) / denominator).sqrt(),
        _ => (centre / denominator).sqrt(),
    }
}
