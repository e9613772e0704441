//! What may be done to an indicator before it is normalised: gaps filled, and a few wild values kept from ruling all
//! others. Only within a score: a total is never treated.

use crate::rows::{Refused, all_finite, not_empty, same_length, sum};

/// An indicator is treated where its skewness is beyond this …
const SKEWED: f64 = 2.0;
/// … and its excess kurtosis beyond this: Nardo and others, 2008, and R's COINr.
const PEAKED: f64 = 3.5;

/// What was done to an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// Nothing: it is not skewed.
    None,
    /// The most extreme values were moved to the next, so many times.
    Winsorised {
        /// Times.
        times: usize,
    },
    /// That did not do: the logarithm was taken of its distance from its lowest value and a hundredth of its range.
    Logarithm,
}

/// Treats an indicator that is both skewed (beyond ±2) and peaked (excess kurtosis above 3.5): its most extreme value is
/// moved to the next one, on the side of the skew, at most `most` times, until it no longer is; if it still is, the
/// logarithm ln(v − lowest + range/100) is taken of the values as they were. Fewer than four values are left alone.
///
/// Becker and others, "COINr: an R package for developing composite indicators", Journal of Open Source Software 7, 2022,
/// 4567. Ours: values are not moved where that would leave them all equal.
///
/// # Errors
/// Refused are: no values, values not finite.
pub fn treat(values: &[f64], most: usize) -> Result<(Vec<f64>, Treatment), Refused> {
    not_empty(values.len())?;
    all_finite(values)?;
    let mut moved = values.to_vec();
    if !is_wild(&moved) {
        return Ok((moved, Treatment::None));
    }
    let (mut high, mut low) = (vec![false; values.len()], vec![false; values.len()]);
    for times in 1..=most {
        let upwards = skewness(&moved).is_some_and(|skew| skew >= 0.0);
        let side = if upwards { &mut high } else { &mut low };
        let sign = if upwards { 1.0 } else { -1.0 };
        let extreme = moved.iter().fold(f64::NEG_INFINITY, |most, v| most.max(sign * v));
        side.iter_mut().zip(&moved).for_each(|(taken, v)| *taken |= sign * v == extreme);
        let left = moved.iter().zip(side.iter()).filter(|(_, taken)| !**taken).map(|(v, _)| sign * v);
        let next = left.fold(f64::NEG_INFINITY, f64::max);
        let others_differ = moved.iter().zip(side.iter()).any(|(v, taken)| !taken && sign * v != next);
        if next == f64::NEG_INFINITY || !others_differ {
            break;
        }
        moved.iter_mut().zip(side.iter()).filter(|(_, taken)| **taken).for_each(|(v, _)| *v = sign * next);
        if !is_wild(&moved) {
            return Ok((moved, Treatment::Winsorised { times }));
        }
    }
    let (lowest, highest) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
    let range = highest - lowest;
    let logs: Vec<f64> = values.iter().map(|v| (v - lowest + range / 100.0).ln()).collect();
    if logs.iter().all(|v| v.is_finite()) {
        Ok((logs, Treatment::Logarithm))
    } else {
        Ok((values.to_vec(), Treatment::None))
    }
}

fn is_wild(values: &[f64]) -> bool {
    let skewed = skewness(values).is_some_and(|skew| skew.abs() > SKEWED);
    skewed && excess_kurtosis(values).is_some_and(|kurtosis| kurtosis > PEAKED)
}

/// Sample skewness, n/((n−1)(n−2))·Σz³. `None` for fewer than three values or for values all equal.
pub fn skewness(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let cubes = power_sum(values, 3).filter(|_| n > 2.0)?;
    Some(n / ((n - 1.0) * (n - 2.0)) * cubes)
}

/// Sample excess kurtosis, n(n+1)/((n−1)(n−2)(n−3))·Σz⁴ − 3(n−1)²/((n−2)(n−3)). `None` for fewer than four values or for
/// values all equal.
pub fn excess_kurtosis(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let fourths = power_sum(values, 4).filter(|_| n > 3.0)?;
    let (two, three) = (n - 2.0, n - 3.0);
    Some(n * (n + 1.0) / ((n - 1.0) * two * three) * fourths - 3.0 * (n - 1.0).powi(2) / (two * three))
}

/// Σzᵖ with z in sample standard deviations.
fn power_sum(values: &[f64], power: i32) -> Option<f64> {
    let n = values.len() as f64;
    let centre = sum(values.iter().map(|v| v / n));
    let deviation = (sum(values.iter().map(|v| (v - centre).powi(2))) / (n - 1.0)).sqrt();
    let total = sum(values.iter().map(|v| ((v - centre) / deviation).powi(power)));
    total.is_finite().then_some(total)
}

/// Gaps filled with the mean of what is known of the same group; a group of which nothing is known keeps its gaps.
///
/// # Errors
/// Refused are: lengths that differ, values not finite.
pub fn fill_with_group_means(values: &[Option<f64>], group: &[usize]) -> Result<Vec<Option<f64>>, Refused> {
    same_length(values.len(), group.len())?;
    if let Some(row) = values.iter().position(|v| v.is_some_and(|v| !v.is_finite())) {
        return Err(Refused::NotFinite { row });
    }
    let mean_of = |wanted: usize| {
        let known: Vec<f64> =
            values.iter().zip(group).filter(|(_, g)| **g == wanted).filter_map(|(v, _)| *v).collect();
        let count = known.len() as f64;
        (count > 0.0).then(|| sum(known.iter().map(|v| v / count)))
    };
    Ok(values.iter().zip(group).map(|(v, g)| v.or_else(|| mean_of(*g))).collect())
}
