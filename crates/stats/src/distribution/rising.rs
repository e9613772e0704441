//! How the logarithm of the gamma function and its slopes change from a to a + x: what a likelihood of counts is made
//! of. The difference keeps its digits where a is huge and x is not, which two separate values would not.

use super::polynomial;
use super::saddle::{log_gamma, stirling_correction};

/// From here on the asymptotic series are exact to the last digits; below, steps of the recurrences lead up to it.
const LARGE: f64 = 16.0;

/// ln Γ(a + x) − ln Γ(a) for a > 0 and x ≥ 0.
pub(crate) fn log_rising(a: f64, x: f64) -> f64 {
    if a < LARGE {
        return log_gamma(a + x) - log_gamma(a);
    }
    let change = stirling_correction(a + x) - stirling_correction(a);
    (a - 0.5) * (x / a).ln_1p() + x * (a + x).ln() - x + change
}

/// ψ(a + x) − ψ(a) for a > 0 and x ≥ 0, ψ being the slope of ln Γ.
pub(crate) fn digamma_rising(a: f64, x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let ((below, here), (above, there)) = (steps(a, 1), steps(a + x, 1));
    below - above + ((there - here) / here).ln_1p() - digamma_rest(there) + digamma_rest(here)
}

/// ψ′(a + x) − ψ′(a) for a > 0 and x ≥ 0; never above 0.
pub(crate) fn trigamma_rising(a: f64, x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let ((below, here), (above, there)) = (steps(a, 2), steps(a + x, 2));
    above - below - (there - here) / here / there + trigamma_rest(there) - trigamma_rest(here)
}

/// Σ 1/(a + j)ᵖ over the steps that lead from a to a large number, and that number.
fn steps(mut a: f64, power: i32) -> (f64, f64) {
    let mut sum = 0.0;
    while a < LARGE {
        sum += a.powi(-power);
        a += 1.0;
    }
    (sum, a)
}

/// ln a − ψ(a): DLMF 5.11.2.
fn digamma_rest(a: f64) -> f64 {
    let r = 1.0 / a / a;
    0.5 / a + r * polynomial(&[1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 1.0 / 132.0], r)
}

/// ψ′(a) − 1/a: the slope of the same.
fn trigamma_rest(a: f64) -> f64 {
    let r = 1.0 / a / a;
    0.5 * r + r / a * polynomial(&[1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0], r)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_steps_are_sums_and_products() {
        for a in [1e-9, 0.3, 1.0, 7.5, 15.9, 16.1, 1e3, 1e12] {
            let (mut log, mut first, mut second) = (0.0, 0.0, 0.0);
            for x in 0..60u32 {
                let step = f64::from(x);
                let near = |got: f64, want: f64| (got - want).abs() <= 1e-13 * want.abs().max(1e-300) + 1e-28;
                assert!(near(digamma_rising(a, step), first), "ψ: a = {a}, x = {x}");
                assert!(near(trigamma_rising(a, step), second), "ψ′: a = {a}, x = {x}");
                let got = log_rising(a, step);
                assert!(
                    (got - log).abs() <= 1e-13 * log.abs().max(1.0),
                    "ln Γ: a = {a}, x = {x}: {got} and not {log}"
                );
                log += (a + step).ln();
                first += 1.0 / (a + step);
                second -= (a + step).powi(-2);
            }
        }
    }
}
