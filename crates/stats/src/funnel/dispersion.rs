//! How much units vary, robustly: φ and τ² of trimmed scores, and what trimming does to φ by itself.

use std::f64::consts::PI;

use super::Dispersion;
use super::scale::Score;
use crate::distribution::{binomial_cdf, normal_cdf};
use crate::robust::{QuantileRule, quantile_of};
use crate::rows::{Refused, ascending, finite, sum};

/// Scores after trimming.
pub(super) struct Trimmed {
    scores: Vec<Score>,
    /// φ where there is only chance, on average.
    phi_by_chance: f64,
}

impl Trimmed {
    /// Winsorised: scores beyond the quantiles at `share` and 1 − `share` (type 7, as R's default) become
    /// those quantiles.
    pub(super) fn pulled_in(scores: &[Score], share: f64) -> Self {
        Self::pulled_in_to(scores, share, Chance { n: scores.len() }.pulled_in(share))
    }

    /// The same where φ by chance, which depends on the number of scores alone, is known already.
    pub(super) fn pulled_in_to(scores: &[Score], share: f64, phi_by_chance: f64) -> Self {
        let sorted = ascending(&scores.iter().map(|s| s.z).collect::<Vec<_>>());
        let quantile = |p: f64| quantile_of(&sorted, p, QuantileRule::Seven);
        let (low, high) = (quantile(share), quantile(1.0 - share));
        let pulled = scores.iter().map(|s| Score { z: s.z.clamp(low.min(high), high), ..*s }).collect();
        Self { scores: pulled, phi_by_chance }
    }

    /// Truncated: scores whose rank is among the first or the last of 1/`share` equal groups are left out,
    /// as NHS Digital has it for its mortality indicator.
    pub(super) fn left_out(scores: &[Score], share: f64) -> Self {
        if share == 0.0 {
            return Self { scores: scores.to_vec(), phi_by_chance: 1.0 };
        }
        let n = scores.len();
        let groups = 1.0 / share;
        let keeps = |rank: f64| {
            let group = (rank * groups / (n as f64 + 1.0)).floor();
            group > 0.0 && group < groups - 1.0
        };
        let sorted = ascending(&scores.iter().map(|s| s.z).collect::<Vec<_>>());
        // Ties share the mean of their ranks.
        let rank = |z: f64| {
            let (below, up_to) = (sorted.partition_point(|v| *v < z), sorted.partition_point(|v| *v <= z));
            f64::midpoint(below as f64 + 1.0, up_to as f64)
        };
        let kept = scores.iter().filter(|s| keeps(rank(s.z))).copied().collect();
        let first = (1..=n).position(|rank| keeps(rank as f64)).unwrap_or(0);
        let last = (1..=n).rev().position(|rank| keeps(rank as f64)).unwrap_or(0);
        Self { scores: kept, phi_by_chance: Chance { n }.left_out(first, last) }
    }
}

/// φ = Σz²/n and τ² = max(0, (nφ − (n − 1))/(Σw − Σw²/Σw)), w = 1/s²: DerSimonian & Laird's moment
/// estimate (Controlled Clinical Trials 7, 1986, 177–188) as Spiegelhalter (2005) uses it.
pub(super) fn of(trimmed: &Trimmed) -> Result<Dispersion, Refused> {
    let n = trimmed.scores.len() as f64;
    if trimmed.scores.is_empty() {
        return Ok(Dispersion {
            phi: 0.0,
            tau2: 0.0,
            phi_by_chance: 1.0,
            corrected_phi: 0.0,
            corrected_tau2: 0.0,
        });
    }
    let squares = ascending(&trimmed.scores.iter().map(|s| s.z * s.z).collect::<Vec<_>>());
    let phi = finite(sum(squares) / n)?;
    let weights = ascending(&trimmed.scores.iter().map(|s| s.weight).collect::<Vec<_>>());
    let total = finite(sum(weights.iter().copied()))?;
    let spread = total - sum(weights.iter().map(|w| w * (w / total)));
    let tau2 = |phi: f64| {
        let excess = n * phi - (n - 1.0);
        if excess > 0.0 && spread > 0.0 { finite(excess / spread) } else { Ok(0.0) }
    };
    let corrected_phi = phi / trimmed.phi_by_chance;
    Ok(Dispersion {
        phi,
        tau2: tau2(phi)?,
        phi_by_chance: trimmed.phi_by_chance,
        corrected_phi,
        corrected_tau2: tau2(corrected_phi)?,
    })
}

/// An ordered sample of `n` standard normal values: what scores are where there is only chance.
struct Chance {
    n: usize,
}

/// For more values than this the answers hardly change, and this many are taken instead.
const MANY: usize = 1000;
/// The rule of trapezoids on a smooth function that dies out at both ends is as exact as its numbers.
const STEP: f64 = 0.02;
const END: f64 = 9.0;

impl Chance {
    /// The mean of squares, on average, with values beyond the type 7 quantiles at `share` and 1 − `share`
    /// pulled in to those.
    fn pulled_in(&self, share: f64) -> f64 {
        if share == 0.0 {
            return 1.0;
        }
        let chance = Self { n: self.n.min(MANY) };
        let n = chance.n as f64;
        let at = (n - 1.0) * share;
        let (pulled, part) = (at.floor() as usize + 1, at - at.floor());
        let [before, these, next] = [pulled - 1, pulled, pulled + 1].map(|count| chance.smallest(count));
        // The quantile lies between two values whose distance is nearly exponential.
        let apart = 2.0 * chance.gap(pulled).powi(2);
        let square = (1.0 - part) * (these - before) + part * (next - these) - part * (1.0 - part) * apart;
        (n - 2.0 * these + 2.0 * pulled as f64 * square) / n
    }

    /// The mean of squares, on average, without the `first` and the `last` values.
    fn left_out(&self, first: usize, last: usize) -> f64 {
        let share = self.n.min(MANY) as f64 / self.n as f64;
        let chance = Self { n: self.n.min(MANY) };
        let [first, last] = [first, last].map(|count| (count as f64 * share).round() as usize);
        let kept = chance.n - (first + last).min(chance.n);
        if kept == 0 {
            return 1.0;
        }
        (chance.n as f64 - chance.smallest(first) - chance.smallest(last)) / kept as f64
    }

    /// The squares of the `count` smallest values together, on average: a value counts when at most
    /// `count` − 1 of the others are below it.
    fn smallest(&self, count: usize) -> f64 {
        let (n, others) = (self.n as f64, self.n as u64 - 1);
        match count {
            0 => 0.0,
            count if count >= self.n => n,
            _ => integral(|x, below| {
                x * x * n * density(x) * binomial_cdf(count as u64 - 1, others, below).unwrap_or(0.0)
            }),
        }
    }

    /// How far the value of rank `rank` (1 = smallest) is from the next, on average: the length over which
    /// exactly `rank` values are below.
    fn gap(&self, rank: usize) -> f64 {
        let (n, rank) = (self.n as u64, rank as u64);
        let up_to = |count: u64, below: f64| binomial_cdf(count, n, below).unwrap_or(0.0);
        integral(|_, below| up_to(rank, below) - up_to(rank - 1, below))
    }
}

/// Of a function of a normal value and of the probability below it, over all values.
fn integral(f: impl Fn(f64, f64) -> f64) -> f64 {
    let steps = (2.0 * END / STEP) as usize;
    sum((0..=steps).map(|i| {
        let x = i as f64 * STEP - END;
        f(x, normal_cdf(x).unwrap_or(0.0))
    })) * STEP
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_pulled_in_at_either_end_leaves_two_thirds_of_the_variation() {
        // By hand for many values: 0.8 − 2·1.28155·0.175498 + 0.2·1.28155² = 0.67866.
        let found = Chance { n: 1_000_000 }.pulled_in(0.1);
        assert!((found - 0.67866).abs() < 0.001, "{found}");
        assert_eq!(Chance { n: 7 }.pulled_in(0.0), 1.0);
    }

    #[test]
    fn few_values_keep_what_simulation_says_they_keep() {
        // 40,000 simulated samples each, standard errors about 0.002.
        let rows =
            [(5, 0.1, 0.729), (12, 0.1, 0.7161), (40, 0.1, 0.6907), (20, 0.05, 0.8438), (8, 0.2, 0.5028)];
        for (n, share, want) in rows {
            let found = Chance { n }.pulled_in(share);
            assert!((found - want).abs() < 0.02 * want, "{n} values, {share}: {found} and not {want}");
        }
        let three = Chance { n: 3 }.pulled_in(0.1);
        assert!((three - 0.7646).abs() < 0.04, "{three}");
        for (n, out, want) in [(12, 1, 0.6043), (20, 2, 0.5116), (40, 4, 0.4768)] {
            let found = Chance { n }.left_out(out, out);
            assert!((found - want).abs() < 0.008, "{n} values without {out}: {found} and not {want}");
        }
    }

    #[test]
    fn two_values_can_be_worked_out_by_hand() {
        // Of two, the smaller has mean −1/√π and mean square 1; they are 2/√π apart.
        let two = Chance { n: 2 };
        assert!((two.smallest(1) - 1.0).abs() < 1e-12);
        assert!((two.gap(1) - 2.0 / PI.sqrt()).abs() < 1e-12);
        assert_eq!((two.smallest(0), two.smallest(2)), (0.0, 2.0));
    }
}
