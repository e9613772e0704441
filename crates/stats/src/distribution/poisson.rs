//! Poisson probabilities: the gamma distribution, asked the other way round.

use super::gamma::gamma_tails;
use super::normal::normal_quantile;
use super::search::smallest;

/// P(X ≤ k) for a Poisson count that is `mean` on average. `None` unless the mean is finite and at least 0.
pub fn poisson_cdf(k: u64, mean: f64) -> Option<f64> {
    is_mean(mean).then(|| gamma_tails(k as f64 + 1.0, mean).above)
}

/// P(X > k) for a Poisson count that is `mean` on average, with its digits also far out. `None` unless the
/// mean is finite and at least 0.
pub fn poisson_above(k: u64, mean: f64) -> Option<f64> {
    is_mean(mean).then(|| gamma_tails(k as f64 + 1.0, mean).below)
}

/// The smallest k with P(X ≤ k) ≥ p for a Poisson count that is `mean` on average. A probability met but
/// for the last digits counts as met. `None` unless 0 < p < 1 and the mean is at least 0 and below 2⁵³.
pub fn poisson_quantile(p: f64, mean: f64) -> Option<u64> {
    let z = normal_quantile(p)?;
    if !(0.0..9_007_199_254_740_992.0).contains(&mean) {
        return None;
    }
    // Cornish and Fisher's first correction for skewness.
    let start = (mean + z * mean.sqrt() + (z * z - 1.0) / 6.0 - 0.5).ceil().max(0.0);
    let target = p * (1.0 - 64.0 * f64::EPSILON);
    Some(smallest(start as u64, u64::MAX, |k| gamma_tails(k as f64 + 1.0, mean).above >= target))
}

fn is_mean(mean: f64) -> bool {
    mean >= 0.0 && mean.is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::close;

    #[test]
    fn poisson_probabilities_agree_with_r_up_to_a_million() {
        // Base R 4.2.2, ppois and its upper tail.
        let rows = [
            (0, 0.1, 0.90483741803596, 0.0951625819640404),
            (2, 0.1, 0.999845346929735, 0.000154653070264672),
            (5, 5.0, 0.615960654833063, 0.384039345166937),
            (16, 5.0, 0.99998013095637, 1.98690436303418e-05),
            (150, 100.0, 0.999998766905581, 1.23309441916004e-06),
            (10_000, 10_000.0, 0.502659581219008, 0.497340418780992),
            (10_500, 10_000.0, 0.99999965782024, 3.42179760183166e-07),
            (1_000_000, 1_000_000.0, 0.500265961486284, 0.499734038513716),
            (1_001_000, 1_000_000.0, 0.841465670963428, 0.158534329036572),
            (1_005_000, 1_000_000.0, 0.999999708110753, 2.91889246700304e-07),
        ];
        for (k, mean, below, above) in rows {
            let got = (poisson_cdf(k, mean).unwrap(), poisson_above(k, mean).unwrap());
            assert!(close(got.0, below, 1e-12), "k = {k}, mean = {mean}: {} and not {below}", got.0);
            assert!(close(got.1, above, 1e-12), "k = {k}, mean = {mean}: {} and not {above}", got.1);
        }
    }

    #[test]
    fn a_poisson_sums_to_what_adding_gives() {
        let (mut term, mut total) = ((-20.0_f64).exp(), 0.0);
        for k in 0..=60u32 {
            total += term;
            assert!(close(poisson_cdf(u64::from(k), 20.0).unwrap(), total, 1e-13), "k = {k}");
            term *= 20.0 / f64::from(k + 1);
        }
    }

    #[test]
    fn a_quantile_is_the_first_count_that_reaches_its_probability() {
        for mean in [0.0, 1e-9, 0.3, 1.0, 7.5, 1234.5, 1e6] {
            for p in [1e-300, 1e-10, 0.001, 0.025, 0.5, 0.975, 0.999, 1.0 - 1e-12] {
                let k = poisson_quantile(p, mean).unwrap();
                assert!(poisson_cdf(k, mean).unwrap() >= p * (1.0 - 1e-13), "mean = {mean}, p = {p}");
                assert!(k == 0 || poisson_cdf(k - 1, mean).unwrap() < p, "mean = {mean}, p = {p}");
            }
        }
        // P(X ≤ 3) itself, whatever its last digit, leads back to 3.
        for mean in [0.1, 0.7, 2.0, 3.3, 5.9] {
            assert_eq!(poisson_quantile(poisson_cdf(3, mean).unwrap(), mean), Some(3));
        }
    }

    #[test]
    fn what_is_no_mean_has_no_probability() {
        assert_eq!(poisson_cdf(1, -1.0), None);
        assert_eq!(poisson_cdf(1, f64::NAN), None);
        assert_eq!(poisson_cdf(1, f64::INFINITY), None);
        assert_eq!(poisson_quantile(0.0, 1.0), None);
        assert_eq!(poisson_quantile(0.5, 1e16), None);
        assert_eq!(poisson_cdf(0, 0.0), Some(1.0));
        assert_eq!(poisson_above(u64::MAX, 1e300), Some(1.0));
        assert!(poisson_quantile(0.5, 9e15).is_some());
    }
}
