//! Intervals that may be compared by eye: whether they overlap is then a test, which it is not for the usual
//! ones.

use crate::distribution::normal_below;
use crate::interval::z_for;
use crate::rows::{Refused, ascending, none_negative, not_empty, tail_of};

/// √(2π).
const ROOT_TWO_PI: f64 = 2.506_628_274_631_000_5;

/// By how many standard errors to widen each estimate, so that two intervals of truly equal rows fail to
/// overlap with probability 1 − `level`, on average over all pairs. 1.386 for 95% and equal standard
/// errors, where ±1.96 would do so far more seldom.
///
/// Solves mean over pairs of 2Φ(−f·(s_j + s_k)/√(s_j² + s_k²)) = 1 − level for f. Goldstein & Healy, "The
/// graphical presentation of a collection of means", JRSS A 158(1), 1995, 175–177. Pairs of two certain
/// estimates are left out. It is for one pair chosen beforehand: of many pairs some fail to overlap by
/// chance, and of most such charts too many are compared.
///
/// # Errors
/// Refused are: fewer than two rows, standard errors not finite or negative or all nought, and a level
/// outside 0 to 1.
pub fn comparison_factor(standard_errors: &[f64], level: f64) -> Result<f64, Refused> {
    let tail = tail_of(level)?;
    not_empty(standard_errors.len())?;
    none_negative(standard_errors)?;
    if standard_errors.len() == 1 {
        return Err(Refused::OneRow);
    }
    let errors = ascending(standard_errors);
    if errors[errors.len() - 1] == 0.0 {
        return Err(Refused::SumIsZero);
    }
    // As a function of f the mean is convex and falls, and at z over the mean ratio it is still too large
    // (Jensen): from there Newton's steps lead up to the root, and twice as many digits are right after each.
    let (pairs, total) =
        ratios(&errors).fold((0.0, 0.0), |(pairs, total), ratio| (pairs + 1.0, total + ratio));
    let mut factor = z_for(tail) * pairs / total;
    for _ in 0..60 {
        let (excess, slope) = ratios(&errors).fold((0.0_f64, 0.0_f64), |(excess, slope), ratio| {
            let at: f64 = factor * ratio;
            (excess + normal_below(-at) - tail, slope + ratio * (-0.5 * at * at).exp() / ROOT_TWO_PI)
        });
        let step = excess / slope;
        factor += step;
        if step.is_nan() || step <= 1e-9 * factor {
            break;
        }
    }
    Ok(factor)
}

/// (s_j + s_k) / √(s_j² + s_k²), between 1 and √2, of every pair that is not certain; errors ascend.
fn ratios(errors: &[f64]) -> impl Iterator<Item = f64> {
    errors.iter().enumerate().filter(|(_, larger)| **larger > 0.0).flat_map(|(at, larger)| {
        errors[..at].iter().map(move |smaller| {
            let share = smaller / larger;
            (1.0 + share) / (1.0 + share * share).sqrt()
        })
    })
}
