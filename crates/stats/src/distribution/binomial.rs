//! The binomial cumulative probability, exact where ln Γ of a million is not.

use std::f64::consts::PI;

use super::beta::beta_tails;
use super::normal::normal_quantile;
use super::saddle::{deviance_part, stirling_correction};
use super::search::smallest;
use super::{LARGEST_SUMMED, Tails};

/// P(X = k), 0 ≤ k ≤ n and 0 < p < 1. Loader's saddle-point form ("Fast and accurate computation of
/// binomial probabilities", 2000): it keeps its digits where ln Γ of a million does not.
fn binomial_point(k: u64, n: u64, p: f64) -> f64 {
    let (x, size) = (k as f64, n as f64);
    let q = 1.0 - p;
    if k == 0 {
        return (size * (-p).ln_1p()).exp();
    }
    if k == n {
        return (size * p.ln()).exp();
    }
    let y = (n - k) as f64;
    let log_shape = stirling_correction(size)
        - stirling_correction(x)
        - stirling_correction(y)
        - deviance_part(x, size * p)
        - deviance_part(y, size * q);
    (log_shape + 0.5 * (size / (2.0 * PI * x * y)).ln()).exp()
}

/// P(X ≤ k) for a binomial count of `n` trials with chance `p`. `None` unless 0 ≤ p ≤ 1.
///
/// The smaller tail is summed outwards from k until nothing is added, some 8√(n p (1−p)) terms:
/// milliseconds for a thousand million trials. Above 10¹⁰ trials it is the beta distribution's expansion.
pub fn binomial_cdf(k: u64, n: u64, p: f64) -> Option<f64> {
    (0.0..=1.0).contains(&p).then(|| binomial_tails(k, n, p).below)
}

/// P(X > k) for a binomial count of `n` trials with chance `p`, with its digits also far out. `None` unless
/// 0 ≤ p ≤ 1.
pub fn binomial_above(k: u64, n: u64, p: f64) -> Option<f64> {
    (0.0..=1.0).contains(&p).then(|| binomial_tails(k, n, p).above)
}

/// The smallest k with P(X ≤ k) ≥ `level` for a binomial count of `n` trials with chance `p`. A level met
/// but for the last digits counts as met. `None` unless 0 < level < 1 and 0 ≤ p ≤ 1.
pub fn binomial_quantile(level: f64, n: u64, p: f64) -> Option<u64> {
    let z = normal_quantile(level)?;
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let (mean, variance) = (n as f64 * p, n as f64 * p * (1.0 - p));
    // Cornish and Fisher's first correction for skewness.
    let start = mean + z * variance.sqrt() + (z * z - 1.0) * (1.0 - 2.0 * p) / 6.0 - 0.5;
    let target = level * (1.0 - 64.0 * f64::EPSILON);
    Some(smallest(start.ceil().max(0.0) as u64, n, |k| binomial_tails(k, n, p).below >= target))
}

fn binomial_tails(k: u64, n: u64, p: f64) -> Tails {
    if k >= n || p == 0.0 {
        return Tails::from_above(0.0);
    }
    if p == 1.0 {
        return Tails::from_below(0.0);
    }
    if n as f64 > LARGEST_SUMMED {
        return beta_tails((n - k) as f64, k as f64 + 1.0, 1.0 - p, p);
    }
    summed(k, n, p)
}

fn summed(k: u64, n: u64, p: f64) -> Tails {
    let q = 1.0 - p;
    let lower = (k as f64) < n as f64 * p;
    let mut at = if lower { k } else { k + 1 };
    let point = binomial_point(at, n, p);
    let (mut term, mut sum) = (1.0, 1.0);
    while if lower { at > 0 } else { at < n } {
        if lower {
            term *= at as f64 * q / ((n - at + 1) as f64 * p);
            at -= 1;
        } else {
            term *= (n - at) as f64 * p / ((at + 1) as f64 * q);
            at += 1;
        }
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    if lower { Tails::from_below(point * sum) } else { Tails::from_above(point * sum) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::close;

    #[test]
    fn binomial_probabilities_agree_with_r_up_to_a_million() {
        // Base R 4.2.2, pbinom.
        let rows = [
            (0, 10, 0.001, 0.990044880209748),
            (3, 10, 0.3, 0.6496107184),
            (1, 1000, 0.001, 0.735758913030187),
            (300, 1000, 0.3, 0.51559351981412),
            (1000, 1_000_000, 0.001, 0.508409368220776),
            (300_000, 1_000_000, 0.3, 0.50049331906668),
        ];
        for (k, n, p, want) in rows {
            let got = binomial_cdf(k, n, p).unwrap();
            assert!(close(got, want, 1e-12), "k = {k}, n = {n}, p = {p}: {got} and not {want}");
        }
    }

    #[test]
    fn a_binomial_sums_to_what_counting_gives() {
        // Exact: the binomial coefficients of 50, halved 50 times.
        let (mut choose, mut total) = (1u128, 0u128);
        for k in 0..=50u64 {
            total += choose;
            let want = total as f64 / 2f64.powi(50);
            assert!(close(binomial_cdf(k, 50, 0.5).unwrap(), want, 1e-13), "k = {k}");
            choose = choose * u128::from(50 - k) / u128::from(k + 1);
        }
    }

    #[test]
    fn both_tails_keep_their_digits() {
        for (k, n, p) in [(3, 10, 0.3), (700, 1000, 0.3), (200, 1000, 0.3), (299_000, 1_000_000, 0.3)] {
            // The same event counted as failures.
            let (above, mirrored) =
                (binomial_above(k, n, p).unwrap(), binomial_cdf(n - k - 1, n, 1.0 - p).unwrap());
            assert!(close(above, mirrored, 1e-12), "k = {k}, n = {n}: {above} and {mirrored}");
        }
    }

    #[test]
    fn a_quantile_is_the_first_count_that_reaches_its_level() {
        for n in [0, 1, 5, 20, 1000, 1_000_000] {
            for p in [0.0, 1e-9, 0.001, 0.3, 0.5, 0.99, 1.0] {
                for level in [1e-300, 1e-10, 0.001, 0.025, 0.5, 0.975, 0.999, 1.0 - 1e-12] {
                    let k = binomial_quantile(level, n, p).unwrap();
                    assert!(binomial_cdf(k, n, p).unwrap() >= level * (1.0 - 1e-13), "{level} {n} {p}");
                    assert!(k == 0 || binomial_cdf(k - 1, n, p).unwrap() < level, "{level} {n} {p}");
                }
            }
        }
    }

    #[test]
    fn the_sum_and_the_expansion_meet_at_many_trials() {
        let n = 1_000_000_000_000_u64;
        for (k, p) in [(300_000_500_000, 0.3), (299_999_500_000, 0.3), (1_000_000, 1e-6)] {
            let summed = summed(k, n, p);
            let other = beta_tails((n - k) as f64, k as f64 + 1.0, 1.0 - p, p);
            assert!((summed.below - other.below).abs() < 1e-9, "{k}: {summed:?} {other:?}");
        }
        let began = std::time::Instant::now();
        for level in [0.001, 0.5, 0.999] {
            assert!(binomial_quantile(level, u64::MAX, 0.3).is_some());
            assert!(binomial_quantile(level, u64::MAX, 1e-12).is_some());
        }
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn what_is_no_chance_has_no_probability() {
        assert_eq!(binomial_cdf(1, 2, f64::NAN), None);
        assert_eq!(binomial_cdf(1, 2, 1.5), None);
        assert_eq!(binomial_cdf(1, 2, 1.0), Some(0.0));
        assert_eq!(binomial_cdf(9, 2, 0.5), Some(1.0));
        assert_eq!(binomial_cdf(0, 0, 0.5), Some(1.0));
    }
}
