//! Student's t quantile for any real number of degrees of freedom from 1 up.

use std::f64::consts::PI;

use super::beta::beta_fraction;
use super::normal_quantile;
use super::saddle::stirling_correction;
use super::search::root;

/// Student's t quantile with `df` ≥ 1 degrees of freedom, which need not be whole.
/// `None` unless 0 < p < 1 and df ≥ 1; an infinite `df` gives the normal quantile.
///
/// Solves for the tail (or, near the middle, for the central part) of the regularised incomplete beta
/// function, DLMF 8.17.22, by Newton's method on log scales inside a bracket. Above a million degrees of
/// freedom it is the expansion of Abramowitz & Stegun, 1964, 26.7.5, p. 949.
pub fn t_quantile(p: f64, df: f64) -> Option<f64> {
    let z = normal_quantile(p)?;
    if df.is_nan() || df < 1.0 {
        return None;
    }
    if p == 0.5 || df > 1e6 {
        let second = ((5.0 * z * z + 16.0) * z * z + 3.0) * z / 96.0;
        return Some(z + (z * z + 1.0) * z / (4.0 * df) + second / df / df);
    }
    let tail = p.min(1.0 - p);
    let (near_middle, target) = if tail > 0.25 { (true, (p - 0.5).abs().ln()) } else { (false, tail.ln()) };
    let log_t = root(-745.0, f64::MAX.ln(), z.abs().ln(), |log_t| {
        let t = log_t.exp();
        let part = if near_middle { t_centre(t, df) } else { t_tail(t, df) };
        let gap = if near_middle { part.ln() - target } else { target - part.ln() };
        (gap, (log_t + log_t_density(t, df)).exp() / part)
    });
    Some(log_t.exp().copysign(z))
}

/// ln(1 + t²/df) without overflow.
fn log_spread(t: f64, df: f64) -> f64 {
    let s = t / df.sqrt();
    if s > 1e8 { 2.0 * s.ln() } else { (s * s).ln_1p() }
}

fn log_t_density(t: f64, df: f64) -> f64 {
    log_gamma_half_step(df / 2.0) - 0.5 * (PI * df).ln() - (df + 1.0) / 2.0 * log_spread(t, df)
}

/// P(T > t) for t > 0.
fn t_tail(t: f64, df: f64) -> f64 {
    if far_out(t, df) { beta_part(t, df, true) / 2.0 } else { 0.5 - beta_part(t, df, false) / 2.0 }
}

/// P(0 < T < t) for t > 0.
fn t_centre(t: f64, df: f64) -> f64 {
    if far_out(t, df) { 0.5 - beta_part(t, df, true) / 2.0 } else { beta_part(t, df, false) / 2.0 }
}

/// Whether the continued fraction converges faster for the tail than for the centre.
fn far_out(t: f64, df: f64) -> bool {
    let a = df / 2.0;
    (-log_spread(t, df)).exp() < (a + 1.0) / (a + 2.5)
}

/// The regularised incomplete beta function: I_x(df/2, 1/2) at x = df/(df+t²) for the tail, or
/// I_y(1/2, df/2) at y = t²/(df+t²) for the centre.
fn beta_part(t: f64, df: f64, tail: bool) -> f64 {
    let a = df / 2.0;
    let spread = log_spread(t, df);
    let (log_x, log_y) = (-spread, 2.0 * (t.ln() - 0.5 * df.ln()) - spread);
    let log_front = a * log_x + 0.5 * log_y + log_gamma_half_step(a) - 0.5 * PI.ln();
    if tail {
        log_front.exp() / a * beta_fraction(a, 0.5, log_x.exp())
    } else {
        log_front.exp() / 0.5 * beta_fraction(0.5, a, log_y.exp())
    }
}

/// ln Γ(a + ½) − ln Γ(a) for a > 0, without subtracting two large numbers.
fn log_gamma_half_step(mut a: f64) -> f64 {
    let mut shift = 0.0;
    while a < 16.0 {
        shift += (-0.5 / (a + 0.5)).ln_1p();
        a += 1.0;
    }
    let gap = stirling_correction(a + 0.5) - stirling_correction(a);
    shift + a * (0.5 / a).ln_1p() + 0.5 * a.ln() - 0.5 + gap
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::close;

    #[test]
    fn t_quantiles_agree_with_r() {
        // Base R 4.2.2, qt.
        let rows = [
            (1e-06, 1.0, -318309.886182743),
            (0.025, 1.0, -12.7062047361747),
            (0.975, 1.0, 12.7062047361747),
            (1e-06, 2.0, -707.105720525934),
            (0.025, 2.0, -4.30265272974946),
            (1e-06, 4.5, -31.0813565831493),
            (0.025, 4.5, -2.6589123472044),
            (0.975, 4.5, 2.6589123472044),
            (1e-06, 30.0, -5.87111712041888),
            (0.025, 30.0, -2.04227245630124),
            (1e-06, 10000.0, -4.75622968505678),
            (0.025, 10000.0, -1.96020123989063),
            (0.975, 10000.0, 1.96020123989063),
        ];
        for (p, df, want) in rows {
            let got = t_quantile(p, df).unwrap();
            assert!(close(got, want, 1e-13), "p = {p}, df = {df}: {got} and not {want}");
        }
        assert_eq!(t_quantile(0.5, 4.5), Some(0.0));
    }

    #[test]
    fn one_and_two_degrees_of_freedom_have_closed_forms() {
        for p in [1e-200, 1e-12, 0.001, 0.2, 0.26, 0.4, 0.499_999, 0.7, 0.95] {
            let tail: f64 = if p < 0.5 { p } else { 1.0 - p };
            let one = if tail > 0.25 { (PI * (0.5 - tail)).tan() } else { 1.0 / (PI * tail).tan() };
            let one = one.copysign(p - 0.5);
            assert!(close(t_quantile(p, 1.0).unwrap(), one, 3e-11), "p = {p}");
            let two = (2.0 * p - 1.0) / (2.0 * tail * (1.0 - tail)).sqrt();
            assert!(close(t_quantile(p, 2.0).unwrap(), two, 3e-11), "p = {p}");
        }
    }

    #[test]
    fn both_ways_to_a_t_quantile_meet_at_a_million_degrees_of_freedom() {
        for p in [1e-15, 1e-4, 0.025, 0.3, 0.45] {
            let (solved, expanded) = (t_quantile(p, 1e6).unwrap(), t_quantile(p, 1e6 + 1e-3).unwrap());
            assert!(close(solved, expanded, 1e-11), "p = {p}: {solved} and {expanded}");
        }
    }

    #[test]
    fn extreme_probabilities_and_degrees_of_freedom_stay_finite() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(t_quantile(p, 5.0), None);
        }
        assert_eq!(t_quantile(0.3, 0.5), None);
        assert_eq!(t_quantile(0.3, f64::NAN), None);
        assert_eq!(t_quantile(0.025, f64::INFINITY), normal_quantile(0.025));
        for p in [5e-324, 1e-300, 1.0 - f64::EPSILON / 2.0] {
            for df in [1.0, 1.5, 7.0, 999.0, 1e6, 1e300] {
                assert!(t_quantile(p, df).unwrap().is_finite(), "p = {p}, df = {df}");
            }
        }
    }
}
