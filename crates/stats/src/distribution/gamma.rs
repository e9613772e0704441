//! The gamma distribution (regularised incomplete gamma function) and with it chi-square.

use std::f64::consts::PI;

use super::normal::{normal_below, normal_quantile};
use super::saddle::{deviance_part, gamma_point, log_gamma};
use super::search::root;
use super::{LARGEST_SUMMED, MIDDLE, SHAPES, Tails};

/// P(X ≤ x) for a gamma variable with this `shape` and rate 1. `None` unless 10⁻¹⁰⁰ ≤ shape ≤ 10²⁰ and x
/// is not NaN.
pub fn gamma_cdf(shape: f64, x: f64) -> Option<f64> {
    (SHAPES.contains(&shape) && !x.is_nan()).then(|| gamma_tails(shape, x).below)
}

/// The x below which a share `p` of a gamma variable with this `shape` and rate 1 lies; 0 where it would be
/// below 10⁻³⁰⁷ or so. `None` unless 0 < p < 1 and 10⁻¹⁰⁰ ≤ shape ≤ 10²⁰.
pub fn gamma_quantile(p: f64, shape: f64) -> Option<f64> {
    (p > 0.0 && p < 1.0 && SHAPES.contains(&shape)).then(|| quantile(p, 1.0 - p, shape))
}

/// The chi-square quantile with `df` > 0 degrees of freedom, which need not be whole. `None` unless
/// 0 < p < 1 and df is a shape twice over.
pub fn chi_square_quantile(p: f64, df: f64) -> Option<f64> {
    gamma_quantile(p, df / 2.0).map(|x| 2.0 * x)
}

/// The x above which a share `tail` lies, for a tail too small to be taken from 1.
pub(crate) fn gamma_quantile_above(tail: f64, shape: f64) -> Option<f64> {
    (tail > 0.0 && tail < 1.0 && SHAPES.contains(&shape)).then(|| quantile(1.0 - tail, tail, shape))
}

/// Series DLMF 8.11.4 below, continued fraction DLMF 8.9.2 above the shape: some √shape terms where x is near it.
pub(super) fn gamma_tails(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails::from_below(0.0);
    }
    if x == f64::INFINITY {
        return Tails::from_above(0.0);
    }
    if a > LARGEST_SUMMED {
        return large_shape(a, x);
    }
    let point = gamma_point(a, x);
    if x < a + 1.0 {
        Tails::from_below(point * series(a, x))
    } else {
        Tails::from_above(point * a * fraction(a, x))
    }
}

/// 1 + x/(a+1) + x²/((a+1)(a+2)) + …
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut next) = (1.0, 1.0, a + 1.0);
    while term > sum * 1e-17 {
        term *= x / next;
        sum += term;
        next += 1.0;
    }
    sum
}

/// Lentz's method, as in the incomplete beta function.
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away(b);
    let mut value = d;
    for step in 1..1_000_000 {
        let m = f64::from(step);
        let term = m * (a - m);
        b += 2.0;
        d = 1.0 / away(b + term * d);
        c = away(b + term / c);
        value *= d * c;
        if (d * c - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    value
}

/// Temme's uniform expansion, its first two terms: DLMF 8.12.3 and 8.12.4 with c₀.
fn large_shape(a: f64, x: f64) -> Tails {
    let z = (2.0 * deviance_part(a, x)).sqrt().copysign(x - a);
    let eta = z / a.sqrt();
    let c0 = if eta.abs() < MIDDLE { -1.0 / 3.0 } else { a / (x - a) - 1.0 / eta };
    let extra = (-0.5 * z * z).exp() / (2.0 * PI * a).sqrt() * c0;
    if z < 0.0 {
        Tails::from_below(normal_below(z) - extra)
    } else {
        Tails::from_above(normal_below(-z) + extra)
    }
}

/// Solves for the logarithm of the smaller tail on the logarithm of x, where both are nearly straight.
fn quantile(below: f64, above: f64, a: f64) -> f64 {
    let (lower, scale) = (below <= above, a.max(1.0));
    let highest = f64::MAX.ln() - scale.ln();
    let x = scale
        * root(-745.0, highest, start(below, above, a) - scale.ln(), |u| {
            let x = scale * u.exp();
            let tails = gamma_tails(a, x);
            let (tail, target) = if lower { (tails.below, below) } else { (tails.above, above) };
            let gap = tail.ln() - target.ln();
            (if lower { gap } else { -gap }, a * gamma_point(a, x) / tail)
        })
        .exp();
    if x.is_normal() { x } else { 0.0 }
}

/// The logarithm of a first guess: the first term of the series far below the shape, else Wilson and
/// Hilferty's cube, PNAS 17, 1931, 684–688.
fn start(below: f64, above: f64, a: f64) -> f64 {
    let first_term = (below.ln() + log_gamma(a + 1.0)) / a;
    let z = if below <= above { normal_quantile(below) } else { normal_quantile(above).map(|z| -z) };
    let root = 1.0 - 1.0 / (9.0 * a) + z.unwrap_or(0.0) / (3.0 * a.sqrt());
    if root < 0.3 { first_term } else { a.ln() + 3.0 * root.ln() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::close;

    #[test]
    fn chi_square_quantiles_agree_with_r() {
        // Base R 4.2.2, qchisq; at 0.5 and 1e-10 R itself has 12 digits.
        let rows = [
            (1e-10, 0.5, 1.34993957862235e-40, 1e-11),
            (0.001, 0.5, 1.34993957862307e-12, 1e-13),
            (0.025, 0.5, 5.27320259126e-07, 1e-13),
            (0.5, 0.5, 0.0873476047057469, 1e-13),
            (1e-10, 1.0, 1.57079632679489e-20, 1e-13),
            (0.975, 1.0, 5.02388618731488, 1e-13),
            (0.001, 2.0, 0.00200100066716707, 1e-13),
            (0.025, 7.0, 1.68986918067735, 1e-13),
            (0.999, 50.0, 86.6608151904031, 1e-13),
            (1e-10, 1000.0, 741.268071719353, 1e-13),
            (0.5, 1000.0, 999.333412403381, 1e-13),
            (1e-10, 200_000.0, 196003.008330897, 1e-13),
        ];
        for (p, df, want, tolerance) in rows {
            let got = chi_square_quantile(p, df).unwrap();
            assert!(close(got, want, tolerance), "p = {p}, df = {df}: {got} and not {want}");
        }
    }

    #[test]
    fn gamma_quantiles_agree_with_r() {
        // Base R 4.2.2, qgamma(p, shape).
        let rows = [
            (1e-10, 0.1, 6.07304836240786e-101),
            (0.5, 0.1, 0.000593391104460226),
            (0.999, 0.1, 3.36367701171875),
            (0.025, 3.0, 2.0 * 0.309336061447801),
            (0.999, 100.0, 0.5 * 267.540527822757),
            (1e-10, 10_000.0, 10_000.0 * 0.937696168204439),
            (0.975, 10_000.0, 10_000.0 * 1.01969418249999),
        ];
        for (p, shape, want) in rows {
            let got = gamma_quantile(p, shape).unwrap();
            assert!(close(got, want, 1e-13), "p = {p}, shape = {shape}: {got} and not {want}");
        }
    }

    #[test]
    fn one_degree_of_freedom_is_the_square_of_a_normal() {
        for tail in [1e-200, 1e-20, 0.001, 0.025, 0.2] {
            let z: f64 = normal_quantile(tail).unwrap();
            let got = 2.0 * gamma_quantile_above(2.0 * tail, 0.5).unwrap();
            assert!(close(got, z * z, 1e-13), "{tail}: {got} and not {}", z * z);
        }
    }

    #[test]
    fn a_quantile_leads_back_to_its_probability() {
        for shape in [0.01, 0.5, 1.0, 17.3, 1e4, 1e6, 1e9, 3e12] {
            for p in [1e-12, 0.001, 0.3, 0.5, 0.9, 0.999] {
                let x = gamma_quantile(p, shape).unwrap();
                if x > 0.0 {
                    let got = gamma_cdf(shape, x).unwrap();
                    // One unit in the last place of x moves the probability by this much.
                    let slack = 1e-13 + 1e-15 * shape.sqrt() * 10.0;
                    assert!(close(got, p, slack), "shape = {shape}, p = {p}: {got}");
                }
            }
        }
    }

    #[test]
    fn the_sum_and_the_expansion_meet_at_large_shapes() {
        for (a, tolerance) in [(1e8_f64, 1e-9), (1e11, 1e-11)] {
            for z in [-6.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 6.0] {
                let x = a + z * a.sqrt();
                let (summed, expanded) = (gamma_tails(a, x), large_shape(a, x));
                assert!(
                    (summed.below - expanded.below).abs() < tolerance,
                    "{a} {z}: {summed:?} {expanded:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_gamma_has_no_answer_and_extremes_stay_finite() {
        assert_eq!(gamma_cdf(0.0, 1.0), None);
        assert_eq!(gamma_cdf(1.0, f64::NAN), None);
        assert_eq!(gamma_cdf(f64::INFINITY, 1.0), None);
        assert_eq!(gamma_cdf(1.0, -1.0), Some(0.0));
        assert_eq!(gamma_cdf(1.0, f64::INFINITY), Some(1.0));
        for p in [0.0, 1.0, f64::NAN] {
            assert_eq!(gamma_quantile(p, 1.0), None);
        }
        for shape in [1e-100, 1e-5, 1e15, 1e20] {
            for p in [5e-324, 0.5, 1.0 - f64::EPSILON / 2.0] {
                assert!(gamma_quantile(p, shape).unwrap() >= 0.0, "p = {p}, shape = {shape}");
            }
            for x in [5e-324, 1.0, 1e300, f64::MAX] {
                let got = gamma_cdf(shape, x).unwrap();
                assert!((0.0..=1.0).contains(&got), "shape = {shape}, x = {x}: {got}");
            }
        }
    }
}
