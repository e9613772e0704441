//! Intervals from independent counts other than Wilson's: Clopper–Pearson and Jeffreys for a share, exact
//! Poisson and Byar for a number of events.

use crate::distribution::{beta_quantile, beta_quantile_above, gamma_quantile, gamma_quantile_above};
use crate::interval::{Interval, z_for};
use crate::rows::{Refused, finite, none_negative, tail_of};

/// Clopper and Pearson's exact interval for `successes` of `n` independent cases: it holds the truth at
/// least as often as `level` says, and for few cases far more often. 0 and 1 at the ends.
///
/// Clopper & Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
/// Biometrika 26, 1934, 404–413; as beta quantiles, Brown, Cai & DasGupta, Statistical Science 16, 2001,
/// 101–133 (p. 113).
///
/// # Errors
/// Refused are: values not finite or negative (row 0 is `successes`, row 1 is `n`), more successes than
/// cases, `n` = 0 and a level outside 0 to 1.
pub fn clopper_pearson(successes: f64, n: f64, level: f64) -> Result<Interval, Refused> {
    let (tail, failures) = share(successes, n, level)?;
    let lower = if successes == 0.0 { Some(0.0) } else { beta_quantile(tail, successes, failures + 1.0) };
    let upper =
        if failures == 0.0 { Some(1.0) } else { beta_quantile_above(tail, successes + 1.0, failures) };
    around(successes / n, lower, upper)
}

/// Jeffreys' interval for `successes` of `n` independent cases: the middle of the beta distribution with
/// shapes `successes` + ½ and failures + ½. Its limits are used as they are, also for no success and for
/// nothing else, so there it does not reach 0 or 1 and does not hold the estimate.
///
/// Brown, Cai & DasGupta, Statistical Science 16, 2001, 101–133 (p. 108); they replace the limit by 0 or 1
/// there, which is not done here.
///
/// # Errors
/// As [`clopper_pearson`].
pub fn jeffreys(successes: f64, n: f64, level: f64) -> Result<Interval, Refused> {
    let (tail, failures) = share(successes, n, level)?;
    let shapes = (successes + 0.5, failures + 0.5);
    limits(beta_quantile(tail, shapes.0, shapes.1), beta_quantile_above(tail, shapes.0, shapes.1))
}

/// Garwood's exact interval for the mean of a Poisson count of which `events` were seen, in events: divide
/// by the exposure for a rate. 0 below where no event was seen.
///
/// Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28, 1936, 437–442.
///
/// # Errors
/// Refused are: a value not finite or negative (row 0), and a level outside 0 to 1.
pub fn exact_poisson(events: f64, level: f64) -> Result<Interval, Refused> {
    let tail = tail_of(level)?;
    none_negative(&[events])?;
    let lower = if events == 0.0 { Some(0.0) } else { gamma_quantile(tail, events) };
    around(events, lower, gamma_quantile_above(tail, events + 1.0))
}

/// Byar's approximation to [`exact_poisson`], within a few parts in a thousand from 10 events up. A lower
/// limit below 0 is 0.
///
/// Rothman & Boice, *Epidemiologic Analysis with a Programmable Calculator*, 1979; Breslow & Day,
/// *Statistical Methods in Cancer Research*, volume II, 1987, eq. 2.13, p. 69.
///
/// # Errors
/// As [`exact_poisson`].
pub fn byar(events: f64, level: f64) -> Result<Interval, Refused> {
    let z = z_for(tail_of(level)?);
    none_negative(&[events])?;
    let cube = |x: f64, z: f64| x * (1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt())).powi(3);
    let lower = if events == 0.0 { 0.0 } else { cube(events, -z).max(0.0) };
    around(events, Some(lower), Some(finite(cube(events + 1.0, z))?))
}

/// The tail and the failures of a share that can be one.
fn share(successes: f64, n: f64, level: f64) -> Result<(f64, f64), Refused> {
    let tail = tail_of(level)?;
    none_negative(&[successes, n])?;
    if successes > n {
        return Err(Refused::NumeratorAboveDenominator { row: 0 });
    }
    if n == 0.0 { Err(Refused::SumIsZero) } else { Ok((tail, n - successes)) }
}

/// Limits that hold the estimate whatever rounding does.
fn around(value: f64, lower: Option<f64>, upper: Option<f64>) -> Result<Interval, Refused> {
    let found = limits(lower, upper)?;
    Ok(Interval { lower: found.lower.min(value), upper: found.upper.max(value) })
}

fn limits(lower: Option<f64>, upper: Option<f64>) -> Result<Interval, Refused> {
    let (lower, upper) = (lower.ok_or(Refused::OutOfRange)?, upper.ok_or(Refused::OutOfRange)?);
    Ok(Interval { lower: finite(lower)?, upper: finite(upper)?.max(lower) })
}
