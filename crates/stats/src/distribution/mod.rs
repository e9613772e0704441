//! The few distribution functions that the families need: the normal and Student's t quantile and the
//! binomial cumulative probability. They are short, they hold where our data are (a binomial with a
//! million cases), and they are tested against base R. Nothing here knows what is being estimated.

mod binomial;
mod normal;
mod student;

pub use binomial::binomial_cdf;
pub use normal::normal_quantile;
pub use student::t_quantile;

/// Coefficients from the constant term up.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// ln Γ(x + 1) minus Stirling's ½ ln(2πx) + x ln x − x, for x ≥ 16 (DLMF 5.11.1).
fn stirling_correction(x: f64) -> f64 {
    let r = 1.0 / (x * x);
    polynomial(&[1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0], r) / x
}

/// Whether two numbers agree to a share of the second.
#[cfg(test)]
fn close(got: f64, want: f64, tolerance: f64) -> bool {
    (got - want).abs() <= tolerance * want.abs().max(1e-300)
}
