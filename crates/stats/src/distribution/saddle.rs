//! The pieces of a gamma, Poisson, beta or binomial density that keep their digits where ln Γ of a million
//! does not: Loader, "Fast and accurate computation of binomial probabilities", 2000.

use std::f64::consts::PI;

use super::polynomial;

/// ln Γ(x + 1) minus Stirling's ½ ln(2πx) + x ln x − x, for x > 0. From 16 up it is DLMF 5.11.1; below,
/// each step down adds (x + ½) ln(1 + 1/x) − 1.
pub(super) fn stirling_correction(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 16.0 {
        let log_step = if x < 1.0 { (x + 1.0).ln() - x.ln() } else { (1.0 / x).ln_1p() };
        below += (x + 0.5) * log_step - 1.0;
        x += 1.0;
    }
    let r = 1.0 / x / x;
    below + polynomial(&[1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0], r) / x
}

/// x ln(x / m) + m − x for x, m > 0, exact also where x and m are close.
pub(super) fn deviance_part(x: f64, m: f64) -> f64 {
    let v = (0.5 * x - 0.5 * m) / (0.5 * x + 0.5 * m);
    if v.abs() >= 0.1 {
        let ratio = x / m;
        let log = if ratio.is_normal() { ratio.ln() } else { x.ln() - m.ln() };
        return x * log + m - x;
    }
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for j in 1..200 {
        power *= v * v;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// The same for m = n · share, also where that is too small for a float.
pub(super) fn deviance_of_share(x: f64, n: f64, share: f64) -> f64 {
    let m = n * share;
    if m.is_normal() { deviance_part(x, m) } else { x * (x.ln() - n.ln() - share.ln()) - x }
}

/// xᵃ e⁻ˣ / Γ(a + 1) for a, x > 0: for a whole a, the Poisson probability of a events where x are expected.
pub(super) fn gamma_point(a: f64, x: f64) -> f64 {
    (-deviance_part(a, x) - stirling_correction(a) - 0.5 * (2.0 * PI * a).ln()).exp()
}

/// xᵃ yᵇ / B(a, b) for a, b, x, y > 0 and x + y = 1.
pub(super) fn beta_point(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let log_shape = stirling_correction(n)
        - stirling_correction(a)
        - stirling_correction(b)
        - deviance_of_share(a, n, x)
        - deviance_of_share(b, n, y);
    (log_shape + 0.5 * (a / n).ln() + 0.5 * b.ln() - 0.5 * (2.0 * PI).ln()).exp()
}

/// ln Γ(x) for x > 0, to about 1 part in 10¹⁵ of the larger of itself and 1.
pub(crate) fn log_gamma(x: f64) -> f64 {
    if x < 1.0 {
        return log_gamma(x + 1.0) - x.ln();
    }
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + stirling_correction(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_gamma_is_the_log_of_a_factorial() {
        let mut factorial = 1.0_f64;
        for n in 1..=20u32 {
            factorial *= f64::from(n);
            let got = log_gamma(f64::from(n) + 1.0);
            assert!((got - factorial.ln()).abs() < 3e-15 * factorial.ln().max(1.0), "{n}: {got}");
        }
        assert!((log_gamma(0.5) - 0.5 * PI.ln()).abs() < 1e-15);
        assert!((log_gamma(1e-300) - 300.0 * 10f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn the_stirling_correction_is_smooth_where_the_ways_meet() {
        // Both sides of 16 must satisfy the same recurrence.
        let step = (15.5_f64 + 0.5) * (1.0 / 15.5_f64).ln_1p() - 1.0;
        assert!((stirling_correction(15.5) - stirling_correction(16.5) - step).abs() < 1e-16);
        // DLMF 5.11.1 at 1: ln 1! = 0, so the correction is 1 − ½ ln 2π.
        assert!((stirling_correction(1.0) - (1.0 - 0.5 * (2.0 * PI).ln())).abs() < 2e-15);
    }
}
