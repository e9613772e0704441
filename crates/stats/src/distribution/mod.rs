//! The few distribution functions that the families need: the normal, Student's t, the gamma with its
//! chi-square and Poisson, the beta with its binomial. They are short, they hold where our data are (a
//! million cases, shapes far above ten thousand, far tails), and they are tested against base R. Nothing
//! here knows what is being estimated.

use std::ops::RangeInclusive;

mod beta;
mod binomial;
mod gamma;
mod normal;
mod poisson;
mod rising;
mod saddle;
mod search;
mod student;

pub use beta::{beta_cdf, beta_quantile};
pub use binomial::{binomial_above, binomial_cdf, binomial_quantile};
pub use gamma::{chi_square_quantile, gamma_cdf, gamma_quantile};
pub use normal::{normal_cdf, normal_quantile};
pub use poisson::{poisson_above, poisson_cdf, poisson_quantile};
pub use student::t_quantile;

pub(crate) use beta::beta_quantile_above;
pub(crate) use gamma::gamma_quantile_above;
pub(crate) use normal::normal_below;
pub(crate) use rising::{digamma_rising, log_rising, trigamma_rising};
pub(crate) use search::root;

/// The two probabilities on either side of a value. The smaller keeps its digits; the larger is 1 less it.
#[derive(Debug, Clone, Copy)]
struct Tails {
    below: f64,
    above: f64,
}

impl Tails {
    fn from_below(below: f64) -> Self {
        let below = below.clamp(0.0, 1.0);
        Self { below, above: 1.0 - below }
    }
    fn from_above(above: f64) -> Self {
        let above = above.clamp(0.0, 1.0);
        Self { below: 1.0 - above, above }
    }
}

/// Shapes outside this range are no shapes: with them the arithmetic would leave the range of a float.
const SHAPES: RangeInclusive<f64> = 1e-100..=1e20;

/// Above this size, sums and continued fractions would take too long, and the first two terms of the
/// uniform expansion are exact to the last digits.
const LARGEST_SUMMED: f64 = 1e10;

/// Nearer to the middle than this, in standard deviations over √size, the expansion's second term is taken
/// at the middle: its two parts would cancel.
const MIDDLE: f64 = 1e-5;

/// Coefficients from the constant term up.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// Whether two numbers agree to a share of the second.
#[cfg(test)]
fn close(got: f64, want: f64, tolerance: f64) -> bool {
    (got - want).abs() <= tolerance * want.abs().max(1e-300)
}
