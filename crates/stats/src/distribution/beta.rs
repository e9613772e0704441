//! The beta distribution: the regularised incomplete beta function and its quantile.

use std::f64::consts::PI;

use super::normal::{normal_below, normal_quantile};
use super::saddle::{beta_point, deviance_of_share};
use super::search::root;
use super::{LARGEST_SUMMED, MIDDLE, SHAPES, Tails};

/// P(X ≤ x) for a beta variable with shapes `a` and `b`. `None` unless both lie between 10⁻¹⁰⁰ and
/// 10²⁰ and 0 ≤ x ≤ 1.
pub fn beta_cdf(a: f64, b: f64, x: f64) -> Option<f64> {
    (are_shapes(a, b) && (0.0..=1.0).contains(&x)).then(|| beta_tails(a, b, x, 1.0 - x).below)
}

/// The x below which a share `p` of a beta variable with shapes `a` and `b` lies; 0 where it would be
/// below 10⁻³⁰⁷ or so, 1 where nothing nearer is a float. `None` unless 0 < p < 1 and both shapes lie
/// between 10⁻¹⁰⁰ and 10²⁰.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    (p > 0.0 && p < 1.0 && are_shapes(a, b)).then(|| quantile(p, 1.0 - p, a, b))
}

/// The x above which a share `tail` lies, for a tail too small to be taken from 1.
pub(crate) fn beta_quantile_above(tail: f64, a: f64, b: f64) -> Option<f64> {
    (tail > 0.0 && tail < 1.0 && are_shapes(a, b)).then(|| quantile(1.0 - tail, tail, a, b))
}

fn are_shapes(a: f64, b: f64) -> bool {
    SHAPES.contains(&a) && SHAPES.contains(&b)
}

/// At x with y = 1 − x, each known to its own last digit. The fraction is taken on the side where it
/// converges, in some √(a + b) steps at worst.
pub(super) fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails::from_below(0.0);
    }
    if y <= 0.0 {
        return Tails::from_above(0.0);
    }
    if a.min(b) > LARGEST_SUMMED {
        return large_shapes(a, b, x, y);
    }
    let point = beta_point(a, b, x, y);
    if x < (a + 1.0) / (a + b + 2.0) {
        Tails::from_below(point / a * beta_fraction(a, b, x))
    } else {
        Tails::from_above(point / b * beta_fraction(b, a, y))
    }
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
pub(super) fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..1_000_000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    value
}

/// Temme's uniform expansion, its first two terms: DLMF 8.18.9 with c₀.
fn large_shapes(a: f64, b: f64, x: f64, y: f64) -> Tails {
    let n = a + b;
    let gap = if x < y { x - a / n } else { b / n - y };
    let z = (2.0 * (deviance_of_share(a, n, x) + deviance_of_share(b, n, y))).sqrt().copysign(gap);
    let (eta, spread) = (z / n.sqrt(), (a / n * (b / n)).sqrt());
    let c0 = if eta.abs() < MIDDLE { (b - a) / n / (3.0 * spread) } else { 1.0 / eta - spread / gap };
    let extra = (-0.5 * z * z).exp() / (2.0 * PI * n).sqrt() * c0;
    if z < 0.0 {
        Tails::from_below(normal_below(z) + extra)
    } else {
        Tails::from_above(normal_below(-z) - extra)
    }
}

/// Solves for the logarithm of the smaller tail on the logit of x, which is exact at both ends.
fn quantile(below: f64, above: f64, a: f64, b: f64) -> f64 {
    let lower = below <= above;
    let z = if lower { normal_quantile(below) } else { normal_quantile(above).map(|z| -z) };
    let start = a.ln() - b.ln() + z.unwrap_or(0.0) * (1.0 / a + 1.0 / b).sqrt();
    let logit = root(-745.0, 745.0, start, |u| {
        let (x, y) = (from_logit(u), from_logit(-u));
        let tails = beta_tails(a, b, x, y);
        let (tail, target) = if lower { (tails.below, below) } else { (tails.above, above) };
        let gap = tail.ln() - target.ln();
        (if lower { gap } else { -gap }, beta_point(a, b, x, y) / tail)
    });
    let x = from_logit(logit);
    if x.is_normal() { x } else { 0.0 }
}

fn from_logit(u: f64) -> f64 {
    if u < 0.0 { u.exp() / (1.0 + u.exp()) } else { 1.0 / (1.0 + (-u).exp()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::close;

    #[test]
    fn beta_quantiles_agree_with_r() {
        // Base R 4.2.2, qbeta.
        let rows = [
            (1e-10, 0.5, 0.5, 2.46740110027234e-20),
            (0.025, 0.5, 0.5, 0.00154133313343601),
            (0.5, 0.5, 0.5, 0.5),
            (0.999, 0.5, 0.5, 0.999997532600929),
            (0.001, 1.0, 3.0, 0.000333444506214022),
            (0.999, 1.0, 3.0, 0.9),
            (0.975, 5.0, 50.0, 0.178933429166073),
            (1e-10, 500.0, 12_000.0, 0.0298074575851771),
            (0.5, 500.0, 12_000.0, 0.0399754684475832),
            (0.999, 500.0, 12_000.0, 0.0456257063890704),
            (1e-10, 0.01, 20.0, 0.0),
            (0.025, 0.01, 20.0, 1.80584487392472e-162),
            (0.975, 0.01, 20.0, 0.0024135174422971),
            (1e-10, 100_000.0, 200_000.0, 0.327873151110739),
            (0.025, 100_000.0, 200_000.0, 0.331647521550699),
            (0.999, 100_000.0, 200_000.0, 0.335996129675121),
        ];
        for (p, a, b, want) in rows {
            let got = beta_quantile(p, a, b).unwrap();
            assert!(close(got, want, 1e-12), "p = {p}, a = {a}, b = {b}: {got} and not {want}");
        }
    }

    #[test]
    fn closed_forms_hold_in_both_tails() {
        for p in [1e-200_f64, 1e-12, 0.01, 0.4] {
            // Shape 1 against b: x = 1 − (1 − p)^(1/b). Shapes ½ and ½: the arcsine law.
            let power = -((-p).ln_1p() / 7.0).exp_m1();
            assert!(close(beta_quantile(p, 1.0, 7.0).unwrap(), power, 1e-13), "p = {p}");
            assert!(close(1.0 - beta_quantile_above(p, 7.0, 1.0).unwrap(), power, 1e-9) || power < 1e-6);
            let arcsine = (std::f64::consts::FRAC_PI_2 * p).sin().powi(2);
            assert!(close(beta_quantile(p, 0.5, 0.5).unwrap(), arcsine, 1e-13), "p = {p}");
        }
    }

    #[test]
    fn a_quantile_leads_back_to_its_probability() {
        for (a, b) in [(0.01, 0.3), (0.5, 1e6), (1e6, 0.5), (3e4, 7e4), (1e9, 2e9), (2e12, 5e12)] {
            for p in [1e-12, 0.001, 0.3, 0.5, 0.9, 0.999] {
                let x = beta_quantile(p, a, b).unwrap();
                let got = beta_cdf(a, b, x).unwrap();
                // One unit in the last place of x moves the probability by this much.
                let moved = beta_point(a, b, x.max(1e-300), (1.0 - x).max(1e-300)) / (1.0 - x).max(1e-300);
                assert!(
                    x == 0.0 || x == 1.0 || (got - p).abs() < 1e-13 * p + 3e-16 * moved.max(1.0),
                    "a = {a}, b = {b}, p = {p}: {x} {got}"
                );
            }
        }
    }

    #[test]
    fn the_fraction_and_the_expansion_meet_at_large_shapes() {
        for (a, b, tolerance) in [(1e8, 3e8, 1e-9), (7e10, 1e10, 1e-10)] {
            let n: f64 = a + b;
            for z in [-6.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 6.0] {
                let x = a / n + z * (a / n * (b / n) / n).sqrt();
                let (summed, expanded) = (beta_tails(a, b, x, 1.0 - x), large_shapes(a, b, x, 1.0 - x));
                assert!(
                    (summed.below - expanded.below).abs() < tolerance,
                    "{a} {b} {z}: {summed:?} {expanded:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_beta_has_no_answer_and_extremes_stay_finite() {
        assert_eq!(beta_cdf(0.0, 1.0, 0.5), None);
        assert_eq!(beta_cdf(1.0, f64::NAN, 0.5), None);
        assert_eq!(beta_cdf(1.0, 1.0, 1.5), None);
        assert_eq!(beta_cdf(2.0, 3.0, 0.0), Some(0.0));
        assert_eq!(beta_cdf(2.0, 3.0, 1.0), Some(1.0));
        for p in [0.0, 1.0, f64::NAN] {
            assert_eq!(beta_quantile(p, 1.0, 1.0), None);
        }
        let shapes = [1e-100, 1e-5, 1.0, 1e9, 1e11, 1e15, 1e20];
        for (a, b) in shapes.into_iter().flat_map(|a| shapes.map(|b| (a, b))) {
            for p in [5e-324, 0.5, 1.0 - f64::EPSILON / 2.0] {
                let x = beta_quantile(p, a, b).unwrap();
                assert!((0.0..=1.0).contains(&x), "p = {p}, a = {a}, b = {b}: {x}");
                let got = beta_cdf(a, b, x).unwrap();
                assert!((0.0..=1.0).contains(&got), "a = {a}, b = {b}, x = {x}: {got}");
            }
        }
    }
}
