//! Funnels: which units lie further from the centre than chance explains, given how much was counted there?
//! Limits come from the distribution of what would be seen if a unit were at the centre, not from an
//! interval around the unit. They may be widened where units differ by more than chance: see
//! [`Overdispersion`].

mod dispersion;
mod estimates;
mod limit;
mod scale;

pub use estimates::{EstimateScale, funnel_of_estimates};
pub use limit::{binomial_limit, poisson_limit};

use crate::distribution::normal_quantile;
use crate::interval::Interval;
use crate::rows::{Refused, ascending, finite, none_negative, not_empty, same_length, sum};
use dispersion::Trimmed;

/// What is compared. Each kind has a scale on which its chance variation is nearly normal and alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunnelKind {
    /// Cases of a kind over all cases; binomial; arcsine of the square root. The centre is the share of all.
    Proportion,
    /// Events seen over events expected (an indirectly standardised ratio); Poisson; square root. The
    /// centre is 1.
    Ratio,
    /// The same as the NHS's Summary Hospital-level Mortality Indicator has it: logarithm, and trimmed
    /// values are left out instead of pulled in.
    Shmi,
    /// Events per unit of exposure, which is known; Poisson; square root. The centre is the rate of all.
    Rate,
    /// A count over another count, both subject to chance; logarithm. The centre is the ratio of all. There
    /// are no exact limits.
    CountRatio,
}

/// Where limits come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FunnelLimits {
    /// The binomial or Poisson distribution, interpolated.
    #[default]
    Exact,
    /// The normal distribution.
    Normal,
}

/// What is done about units that differ by more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overdispersion {
    /// Nothing: limits hold for units that are all alike.
    #[default]
    None,
    /// Variation is φ times that of chance: limits are √φ times as far from the centre, never nearer.
    Multiplicative,
    /// Units differ by a variance τ² on the kind's scale, whatever their size. Where τ² is above 0 limits
    /// are normal on that scale.
    Additive,
}

/// How a funnel is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelSettings {
    /// Where limits come from.
    pub limits: FunnelLimits,
    /// What is done about units that differ by more than chance.
    pub overdispersion: Overdispersion,
    /// The share of units at either end that are pulled in to the limits of the rest before variation is
    /// estimated, from 0 to below a half. It keeps units that are truly unlike from widening the limits.
    pub trim: f64,
    /// Whether limits are widened by the φ and τ² that are corrected for trimming; see [`Dispersion`].
    pub correct: bool,
}

impl Default for FunnelSettings {
    fn default() -> Self {
        Self {
            limits: FunnelLimits::default(),
            overdispersion: Overdispersion::default(),
            trim: 0.1,
            correct: false,
        }
    }
}

impl FunnelSettings {
    /// How many times wider than by chance, for a unit whose variance by chance is `variance`.
    fn widening(&self, dispersion: &Dispersion, variance: f64) -> f64 {
        let (phi, tau2) = self.variation(dispersion);
        match self.overdispersion {
            Overdispersion::None => 1.0,
            Overdispersion::Multiplicative => phi.max(1.0).sqrt(),
            Overdispersion::Additive => (1.0 + tau2 / variance).sqrt(),
        }
    }

    /// φ and τ² as limits use them.
    fn variation(&self, dispersion: &Dispersion) -> (f64, f64) {
        if self.correct {
            (dispersion.corrected_phi, dispersion.corrected_tau2)
        } else {
            (dispersion.phi, dispersion.tau2)
        }
    }
}

/// How much units vary, on the kind's scale. Trimming hides variation even where there is only chance: with a
/// tenth trimmed at either end, φ is 0.68 on average and not 1. So each has a corrected value beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// The mean of trimmed z², as Spiegelhalter has it.
    pub phi: f64,
    /// The variance between units that φ shows, 0 where it shows none.
    pub tau2: f64,
    /// What φ is on average where there is only chance, for as many units and this trimming.
    pub phi_by_chance: f64,
    /// φ over what it is by chance.
    pub corrected_phi: f64,
    /// τ² from the corrected φ.
    pub corrected_tau2: f64,
}

/// Where a unit lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// Within the 95% limits.
    None,
    /// Above the upper 95% limit.
    Above95,
    /// Below the lower 95% limit.
    Below95,
    /// Above the upper 99.8% limit.
    Above998,
    /// Below the lower 99.8% limit.
    Below998,
}

/// One unit of a funnel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelUnit {
    /// Numerator over denominator.
    pub value: f64,
    /// How many standard errors of chance it is from the centre, on the kind's scale; not adjusted for
    /// overdispersion.
    pub z: f64,
    /// The same where variation between units counts as error, as the settings have it.
    pub z_adjusted: f64,
    /// 95% limits. A lower limit may be below what can be: then nothing can be too low.
    pub limits95: Interval,
    /// 99.8% limits.
    pub limits998: Interval,
    /// Strictly beyond which limits.
    pub outside: Outside,
}

/// A funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// What a unit without peculiarity would show.
    pub centre: f64,
    /// How much units vary.
    pub dispersion: Dispersion,
    /// One per row, in the rows' order.
    pub units: Vec<FunnelUnit>,
}

/// Compares units by `numerators` over `denominators`, a row a unit.
///
/// Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24, 2005,
/// 1185–1202 (exact limits: appendix A.1.1); "Handling over-dispersion of performance indicators", Quality
/// and Safety in Health Care 14, 2005, 347–351 (φ, τ², winsorising). Levels are 95% and 99.8%: z is the
/// normal quantile at 0.975 and 0.999, not 2 and 3. No reading is made of a unit's rank.
///
/// # Errors
/// Refused are: no rows or one, lengths that differ, values not finite or negative, a denominator of 0, a
/// proportion above 1, a share to trim outside 0 to ½, exact limits for a proportion of cases that are not
/// whole; for the two kinds with a logarithm numerators of 0 where that has none; sums beyond floating point.
pub fn funnel(
    kind: FunnelKind,
    numerators: &[f64],
    denominators: &[f64],
    settings: &FunnelSettings,
) -> Result<Funnel, Refused> {
    check(kind, numerators, denominators, settings)?;
    let centre = centre(kind, numerators, denominators)?;
    let scored = scale::scores(kind, centre, numerators, denominators)?;
    let trimmed = match kind {
        FunnelKind::Shmi => Trimmed::left_out(&scored, settings.trim),
        _ => Trimmed::pulled_in(&scored, settings.trim),
    };
    let dispersion = dispersion::of(&trimmed)?;
    let mut units = Vec::with_capacity(numerators.len());
    for ((numerator, denominator), score) in numerators.iter().zip(denominators).zip(&scored) {
        let value = finite(numerator / denominator)?;
        let limits = |tail: f64| -> Result<Interval, Refused> {
            let at = |probability| limit::of(kind, centre, *denominator, probability, settings, &dispersion);
            Ok(Interval { lower: finite(at(tail)?)?, upper: finite(at(1.0 - tail)?)? })
        };
        let (limits95, limits998) = (limits(0.025)?, limits(0.001)?);
        let outside = outside(value, centre, limits95, limits998);
        let z_adjusted = finite(score.z / settings.widening(&dispersion, 1.0 / score.weight))?;
        units.push(FunnelUnit { value, z: score.z, z_adjusted, limits95, limits998, outside });
    }
    Ok(Funnel { centre, dispersion, units })
}

/// A limit interpolated between counts can lie on the wrong side of the centre where next to nothing is
/// expected: what is not above the centre is never too high.
fn outside(value: f64, centre: f64, limits95: Interval, limits998: Interval) -> Outside {
    if value > centre {
        match value {
            v if v > limits998.upper => Outside::Above998,
            v if v > limits95.upper => Outside::Above95,
            _ => Outside::None,
        }
    } else {
        match value {
            v if v < limits998.lower => Outside::Below998,
            v if v < limits95.lower => Outside::Below95,
            _ => Outside::None,
        }
    }
}

fn check(
    kind: FunnelKind,
    numerators: &[f64],
    denominators: &[f64],
    settings: &FunnelSettings,
) -> Result<(), Refused> {
    same_length(numerators.len(), denominators.len())?;
    not_empty(numerators.len())?;
    none_negative(numerators)?;
    none_negative(denominators)?;
    let refuse = |row: Option<usize>, why: fn(usize) -> Refused| row.map_or(Ok(()), |row| Err(why(row)));
    refuse(denominators.iter().position(|d| *d == 0.0), |row| Refused::ZeroDenominator { row })?;
    if kind == FunnelKind::Proportion {
        let above = numerators.iter().zip(denominators).position(|(x, n)| x > n);
        refuse(above, |row| Refused::NumeratorAboveDenominator { row })?;
        if settings.limits == FunnelLimits::Exact {
            refuse(denominators.iter().position(|n| n.fract() != 0.0), |row| Refused::NotWhole { row })?;
        }
    }
    if kind == FunnelKind::Shmi {
        refuse(numerators.iter().position(|x| *x == 0.0), |row| Refused::NoEvents { row })?;
    }
    if numerators.len() == 1 {
        return Err(Refused::OneRow);
    }
    if (0.0..0.5).contains(&settings.trim) {
        Ok(())
    } else {
        Err(Refused::ShareOutOfRange { share: settings.trim, below: 0.5 })
    }
}

fn centre(kind: FunnelKind, numerators: &[f64], denominators: &[f64]) -> Result<f64, Refused> {
    if matches!(kind, FunnelKind::Ratio | FunnelKind::Shmi) {
        return Ok(1.0);
    }
    let total = finite(sum(ascending(numerators)))?;
    if kind == FunnelKind::CountRatio && total == 0.0 {
        return Err(Refused::SumIsZero);
    }
    let centre = finite(total / finite(sum(ascending(denominators)))?)?;
    Ok(if kind == FunnelKind::Proportion { centre.min(1.0) } else { centre })
}

/// The normal quantile of a probability strictly between 0 and 1.
fn quantile(probability: f64) -> f64 {
    normal_quantile(probability).unwrap_or(0.0)
}
