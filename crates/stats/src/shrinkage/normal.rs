//! Estimates with standard errors: the normal–normal model.

use crate::interval::{Interval, z_for};
use crate::rows::{Refused, all_finite, finite, not_empty, same_length, sum, tail_of};

use super::{Prior, Shrinkage, Shrunk, most_likely, rankability};

/// How the variance between units is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// Restricted maximum likelihood, which allows for the centre being estimated too.
    Reml,
    /// Maximum likelihood: a little too small for few units.
    Ml,
    /// Paule and Mandel: the τ² at which Q equals its degrees of freedom. Morris' empirical Bayes is the same.
    PauleMandel,
    /// DerSimonian and Laird's moment estimate: no iteration, too small for large variances.
    DerSimonianLaird,
    /// Hedges': the variance of the estimates less the mean sampling variance.
    Hedges,
    /// Sidik and Jonkman's: never 0, often too large.
    SidikJonkman,
    /// Hunter and Schmidt's: often too small.
    HunterSchmidt,
}

/// The normal–normal model: estimate i is normal about the unit's true value with variance sᵢ², and true values are
/// normal about a centre with variance τ². The shrunk value is Bᵢ·yᵢ + (1 − Bᵢ)·centre with Bᵢ = τ²/(τ² + sᵢ²); its
/// variance is Bᵢsᵢ² + (1 − Bᵢ)²·var(centre), so the doubt about the centre counts and the doubt about τ² does not.
///
/// Efron & Morris, "Stein's estimation rule and its competitors — an empirical Bayes approach", JASA 68, 1973, 117–130;
/// Morris, "Parametric empirical Bayes inference", JASA 78, 1983, 47–55. The variance: DerSimonian & Laird, Controlled
/// Clinical Trials 7, 1986, 177–188; Paule & Mandel, Journal of Research of the National Bureau of Standards 87, 1982,
/// 377–385; Sidik & Jonkman, Applied Statistics 54, 2005, 367–384; Hunter & Schmidt, *Methods of Meta-Analysis*, 1990;
/// Hedges' is an analysis of variance; likelihoods as in Viechtbauer, Journal of Educational and Behavioral Statistics 30, 2005, 261–293.
///
/// # Errors
/// Refused are: no rows or one, lengths that differ, values not finite, a standard error that is not above 0 or so
/// small or large beside the others that its square leaves floating point, a level outside 0 to 1.
pub fn shrink_estimates(
    estimates: &[f64],
    standard_errors: &[f64],
    method: Between,
    level: f64,
) -> Result<Shrinkage, Refused> {
    let z = z_for(tail_of(level)?);
    same_length(estimates.len(), standard_errors.len())?;
    not_empty(estimates.len())?;
    all_finite(estimates)?;
    all_finite(standard_errors)?;
    if let Some(row) = standard_errors.iter().position(|s| *s < 0.0) {
        return Err(Refused::Negative { row });
    }
    if let Some(row) = standard_errors.iter().position(|s| *s == 0.0) {
        return Err(Refused::ZeroStandardError { row });
    }
    if estimates.len() < 2 {
        return Err(Refused::OneRow);
    }
    let units = Units::new(estimates, standard_errors)?;
    let between = units.between(method);
    let fit = units.at(between);
    let centre_variance = 1.0 / fit.weights;
    let mut rows = Vec::with_capacity(estimates.len());
    for (y, s2) in units.values.iter().zip(&units.variances) {
        let weight = between / (between + s2);
        let value = weight * y + (1.0 - weight) * fit.centre;
        let reach = z * (weight * s2 + (1.0 - weight).powi(2) * centre_variance).sqrt();
        let of = |value: f64| finite(units.origin + units.scale * value);
        let interval = Interval { lower: of(value - reach)?, upper: of(value + reach)? };
        rows.push(Shrunk { raw: of(*y)?, value: of(value)?, interval, weight });
    }
    rows.iter_mut().zip(estimates).for_each(|(row, y)| row.raw = y + 0.0);
    Ok(Shrinkage {
        centre: finite(units.origin + units.scale * fit.centre)?,
        between: finite(between * units.scale * units.scale)?,
        prior: if between > 0.0 { Prior::Normal } else { Prior::Alike },
        rankability: rankability(between, &units.variances),
        rows,
    })
}

/// The units on a scale of their own, so that nothing leaves floating point: values from their middle, in units of the
/// median-sized standard error.
struct Units {
    origin: f64,
    scale: f64,
    values: Vec<f64>,
    variances: Vec<f64>,
}

/// The centre for one τ².
struct Fit {
    centre: f64,
    /// Σw with w = 1/(s² + τ²).
    weights: f64,
    /// Σw².
    weights_squared: f64,
    /// Σw(y − centre)².
    q: f64,
    /// Σw²(y − centre)².
    q_squared: f64,
    /// Σ ln w.
    logs: f64,
}

impl Units {
    fn new(estimates: &[f64], standard_errors: &[f64]) -> Result<Self, Refused> {
        let scale = super::middle(&super::ascending(standard_errors));
        let origin = super::middle(&super::ascending(estimates));
        let values: Vec<f64> = estimates.iter().map(|y| y / scale - origin / scale).collect();
        let variances: Vec<f64> = standard_errors.iter().map(|s| (s / scale).powi(2)).collect();
        let fits = |x: &f64| x.is_finite() && x.abs() < 1e100;
        if values.iter().all(fits) && variances.iter().all(|v| fits(v) && *v > 1e-100) {
            Ok(Self { origin, scale, values, variances })
        } else {
            Err(Refused::OutOfRange)
        }
    }

    fn at(&self, between: f64) -> Fit {
        let w: Vec<f64> = self.variances.iter().map(|s2| 1.0 / (s2 + between)).collect();
        let weights = sum(w.iter().copied());
        let centre = sum(w.iter().zip(&self.values).map(|(w, y)| w * y)) / weights;
        let squares =
            |power: i32| sum(w.iter().zip(&self.values).map(|(w, y)| w.powi(power) * (y - centre).powi(2)));
        Fit {
            centre,
            weights,
            weights_squared: sum(w.iter().map(|w| w * w)),
            q: squares(1),
            q_squared: squares(2),
            logs: sum(w.iter().map(|w| w.ln())),
        }
    }

    /// Σ(y − mean)², all weighing the same.
    fn squares(&self) -> f64 {
        let mean = sum(self.values.iter().copied()) / self.values.len() as f64;
        sum(self.values.iter().map(|y| (y - mean).powi(2)))
    }

    fn between(&self, method: Between) -> f64 {
        let df = (self.values.len() - 1) as f64;
        let none = self.at(0.0);
        let spread = self.values.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
        // τ² is no larger than the square of the widest distance, whatever the method.
        let (low, high) = (1e-12 * (1.0 + spread * spread), 4.0 * spread * spread);
        match method {
            Between::DerSimonianLaird => {
                ((none.q - df) / (none.weights - none.weights_squared / none.weights)).max(0.0)
            }
            Between::HunterSchmidt => ((none.q - df - 1.0) / none.weights).max(0.0),
            Between::Hedges => {
                let sampling = sum(self.variances.iter().copied()) / (df + 1.0);
                (self.squares() / df - sampling).max(0.0)
            }
            Between::SidikJonkman => {
                let crude = self.squares() / (df + 1.0);
                crude * self.at(crude).q / df
            }
            Between::PauleMandel if none.q <= df => 0.0,
            Between::PauleMandel => {
                let (mut below, mut above) = (0.0, high);
                while above - below > 4.0 * f64::EPSILON * above {
                    let middle = below.midpoint(above);
                    if self.at(middle).q > df { below = middle } else { above = middle }
                }
                below.midpoint(above)
            }
            Between::Ml | Between::Reml => {
                let restricted = if method == Between::Reml { 1.0 } else { 0.0 };
                let likelihood = |fit: &Fit| 0.5 * (fit.logs - fit.q - restricted * fit.weights.ln());
                let slope =
                    |fit: &Fit| fit.q_squared - fit.weights + restricted * fit.weights_squared / fit.weights;
                let range = (low, high.max(low));
                most_likely(range, likelihood(&none), |t| likelihood(&self.at(t)), |t| slope(&self.at(t)))
                    .unwrap_or(0.0)
            }
        }
    }
}
