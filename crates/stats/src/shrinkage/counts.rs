//! Counts of cases and of events: the beta-binomial and the gamma-Poisson model.

use crate::distribution::{
    beta_quantile, beta_quantile_above, digamma_rising, gamma_quantile, gamma_quantile_above, log_rising,
    root, trigamma_rising,
};
use crate::interval::Interval;
use crate::rows::{Refused, finite, sum, tail_of};

use super::{Prior, Shrinkage, Shrunk, checked_totals, most_likely, rankability};

/// The least and the most that a prior may weigh, the latter in the largest denominators: then a unit's own weight is
/// one part in ten thousand, and units are alike.
const LIGHTEST: f64 = 1e-6;
const HEAVIEST: f64 = 1e4;

/// The beta-binomial model: successes are binomial with the unit's true share, and true shares follow a beta
/// distribution with shapes a and b, found by maximum likelihood. What is then known of a unit is the beta distribution
/// with shapes x + a and n − x + b: its mean is the shrunk value, (x + a)/(n + a + b), and its quantiles the limits.
///
/// Skellam, Journal of the Royal Statistical Society B 10, 1948, 257–261; Griffiths, Biometrics 29, 1973, 637–648; as
/// empirical Bayes, Morris, JASA 78, 1983, 47–55. The doubt about a and b is left out, so with few units the limits are
/// somewhat narrow. Where the data show no variance between units beyond chance, all get the common share with its
/// Jeffreys interval: ours, since the model would say that there is no doubt at all.
///
/// # Errors
/// Refused are: no rows or one, lengths that differ, values not finite or negative, a numerator above its denominator,
/// a denominator of 0, no success at all or nothing else, sums beyond floating point, a level outside 0 to 1.
pub fn shrink_proportions(
    numerators: &[f64],
    denominators: &[f64],
    level: f64,
) -> Result<Shrinkage, Refused> {
    let tail = tail_of(level)?;
    let (successes, cases) = checked_totals(numerators, denominators)?;
    if let Some(row) = numerators.iter().zip(denominators).position(|(x, n)| x > n) {
        return Err(Refused::NumeratorAboveDenominator { row });
    }
    let failures = finite(sum(numerators.iter().zip(denominators).map(|(x, n)| n - x)))?;
    if successes == 0.0 || failures == 0.0 {
        return Err(Refused::NoContrast);
    }
    let units = Shares { numerators, denominators };
    let common = successes / cases;
    let alike = successes * common.ln() + failures * (failures / cases).ln();
    let size = most_likely(
        (LIGHTEST, HEAVIEST * largest(denominators)),
        alike,
        |size| units.likelihood(units.mean_for(size), size),
        |size| units.slope(units.mean_for(size), size),
    );
    let Some(size) = size else {
        let limits = beta_limits(successes + 0.5, failures + 0.5, tail)?;
        return Ok(all_alike(numerators, denominators, common, limits));
    };
    let (mean, other) = units.mean_for(size);
    let (a, b) = (size * mean, size * other);
    let between = mean * other / (size + 1.0);
    let mut rows = Vec::with_capacity(numerators.len());
    for (x, n) in numerators.iter().zip(denominators) {
        let interval = beta_limits(x + a, n - x + b, tail)?;
        rows.push(Shrunk { raw: x / n, value: (x + a) / (n + size), interval, weight: n / (n + size) });
    }
    let sampling: Vec<f64> = denominators.iter().map(|n| mean * other / n).collect();
    let rankability = rankability(between, &sampling);
    Ok(Shrinkage { centre: mean, between, prior: Prior::Beta { a, b }, rows, rankability })
}

/// The gamma-Poisson model: events are Poisson with the unit's true rate times its exposure, and true rates follow a
/// gamma distribution, found by maximum likelihood. What is then known of a unit is the gamma distribution with shape
/// events + shape and rate exposure + rate: its mean is the shrunk value and its quantiles the limits. With expected
/// counts as the exposure the rates are ratios of observed to expected.
///
/// Greenwood & Yule, Journal of the Royal Statistical Society 83, 1920, 255–279; Clayton & Kaldor, "Empirical Bayes
/// estimates of age-standardized relative risks for use in disease mapping", Biometrics 43, 1987, 671–681. The doubt
/// about the gamma distribution is left out. Where the data show no variance between units beyond chance, all get the
/// common rate with the gamma limits of shape events + ½.
///
/// # Errors
/// As [`shrink_proportions`]; there may be more events than exposure.
pub fn shrink_rates(events: &[f64], exposure: &[f64], level: f64) -> Result<Shrinkage, Refused> {
    let tail = tail_of(level)?;
    let (seen, exposed) = checked_totals(events, exposure)?;
    if seen == 0.0 {
        return Err(Refused::NoContrast);
    }
    let common = finite(seen / exposed)?;
    // What would be expected if all were alike: then the prior's mean is a ratio near 1.
    let expected: Vec<f64> = exposure.iter().map(|e| e * common).collect();
    if expected.iter().any(|e| !e.is_normal()) {
        return Err(Refused::OutOfRange);
    }
    let units = Events { events, expected: &expected };
    let alike = sum(events.iter().zip(&expected).map(|(x, e)| x * e.ln() - e));
    let shape = most_likely(
        (LIGHTEST, HEAVIEST * largest(&expected)),
        alike,
        |shape| units.likelihood(units.ratio_for(shape), shape),
        |shape| units.slope(units.ratio_for(shape), shape),
    );
    let Some(shape) = shape else {
        let limits = gamma_limits(seen + 0.5, exposed, tail)?;
        return Ok(all_alike(events, exposure, common, limits));
    };
    let centre = common * units.ratio_for(shape);
    let rate = finite(shape / centre)?;
    let mut rows = Vec::with_capacity(events.len());
    for (x, e) in events.iter().zip(exposure) {
        let interval = gamma_limits(x + shape, e + rate, tail)?;
        rows.push(Shrunk {
            raw: finite(x / e)?,
            value: (x + shape) / (e + rate),
            interval,
            weight: e / (e + rate),
        });
    }
    let between = finite(centre / rate)?;
    let sampling: Vec<f64> = exposure.iter().map(|e| centre / e).collect();
    let rankability = rankability(between, &sampling);
    Ok(Shrinkage { centre, between, prior: Prior::Gamma { shape, rate }, rows, rankability })
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, v| v.max(most))
}

/// Every unit is the common one.
fn all_alike(tops: &[f64], bottoms: &[f64], centre: f64, interval: Interval) -> Shrinkage {
    let interval = Interval { lower: interval.lower.min(centre), upper: interval.upper.max(centre) };
    let row =
        |(top, bottom): (&f64, &f64)| Shrunk { raw: top / bottom, value: centre, interval, weight: 0.0 };
    let rows = tops.iter().zip(bottoms).map(row).collect();
    Shrinkage { centre, between: 0.0, prior: Prior::Alike, rows, rankability: 0.0 }
}

fn beta_limits(a: f64, b: f64, tail: f64) -> Result<Interval, Refused> {
    let (lower, upper) = (beta_quantile(tail, a, b), beta_quantile_above(tail, a, b));
    Ok(Interval { lower: lower.ok_or(Refused::OutOfRange)?, upper: upper.ok_or(Refused::OutOfRange)? })
}

fn gamma_limits(shape: f64, rate: f64, tail: f64) -> Result<Interval, Refused> {
    let (lower, upper) = (gamma_quantile(tail, shape), gamma_quantile_above(tail, shape));
    let per = |x: Option<f64>| x.ok_or(Refused::OutOfRange).and_then(|x| finite(x / rate));
    Ok(Interval { lower: per(lower)?, upper: per(upper)? })
}

struct Shares<'a> {
    numerators: &'a [f64],
    denominators: &'a [f64],
}

impl Shares<'_> {
    fn rows(&self) -> impl Iterator<Item = (f64, f64)> {
        self.numerators.iter().zip(self.denominators).map(|(x, n)| (*x, n - x))
    }

    /// The likeliest mean of the prior, and 1 less it, for one size a + b: the slope falls in the mean, so there is one.
    fn mean_for(&self, size: f64) -> (f64, f64) {
        let of = |u: f64| 1.0 / (1.0 + (-u).exp());
        let logit = root(-600.0, 600.0, 0.0, |u| {
            let (a, b) = (size * of(u), size * of(-u));
            let slope = sum(self.rows().map(|(x, y)| digamma_rising(b, y) - digamma_rising(a, x)));
            let curve = sum(self.rows().map(|(x, y)| trigamma_rising(a, x) + trigamma_rising(b, y)));
            (slope, -curve * size * of(u) * of(-u))
        });
        (of(logit), of(-logit))
    }

    fn likelihood(&self, (mean, other): (f64, f64), size: f64) -> f64 {
        let of = |(x, y)| log_rising(size * mean, x) + log_rising(size * other, y) - log_rising(size, x + y);
        sum(self.rows().map(of))
    }

    /// By the size.
    fn slope(&self, (mean, other): (f64, f64), size: f64) -> f64 {
        sum(self.rows().map(|(x, y)| {
            mean * digamma_rising(size * mean, x) + other * digamma_rising(size * other, y)
                - digamma_rising(size, x + y)
        }))
    }
}

struct Events<'a> {
    events: &'a [f64],
    expected: &'a [f64],
}

impl Events<'_> {
    fn rows(&self) -> impl Iterator<Item = (f64, f64)> {
        self.events.iter().zip(self.expected).map(|(x, e)| (*x, *e))
    }

    /// The likeliest ratio of rates to the common rate for one shape: the slope falls in it, so there is one.
    fn ratio_for(&self, shape: f64) -> f64 {
        root(-600.0, 600.0, 0.0, |u| {
            let ratio = u.exp();
            let slope = sum(self.rows().map(|(x, e)| (e * ratio - x) * shape / (shape + e * ratio)));
            let curve =
                sum(self.rows().map(|(x, e)| e * ratio * shape / (shape + e * ratio).powi(2) * (shape + x)));
            (slope, curve)
        })
        .exp()
    }

    fn likelihood(&self, ratio: f64, shape: f64) -> f64 {
        sum(self.rows().map(|(x, e)| {
            let mean = e * ratio;
            log_rising(shape, x) - shape * (mean / shape).ln_1p() + x * (mean.ln() - (shape + mean).ln())
        }))
    }

    /// By the shape.
    fn slope(&self, ratio: f64, shape: f64) -> f64 {
        sum(self.rows().map(|(x, e)| {
            let mean = e * ratio;
            digamma_rising(shape, x) - (mean / shape).ln_1p() + (mean - x) / (shape + mean)
        }))
    }
}
