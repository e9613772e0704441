//! Intervals that may be compared by eye: whether they overlap is then a test, which it is not for the usual
//! ones.

use crate::distribution::normal_below;
use crate::interval::z_for;
use crate::rows::{Refused, ascending, none_negative, not_empty, tail_of};

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
    // The mean is convex and falls, and at z/√2 it is too large: Newton's steps lead down to the root.
    let mut factor = z_for(tail) / std::f64::consts::SQRT_2;
    for _ in 0..60 {
        let (mut excess, mut slope) = (0.0, 0.0);
        for (at, one) in errors.iter().enumerate() {
            for other in &errors[..at] {
                if *one > 0.0 {
                    let ratio = other / one;
                    let sum = (1.0 + ratio) / (1.0 + ratio * ratio).sqrt();
                    excess += normal_below(-factor * sum) - tail;
                    slope += sum * (-0.5 * (factor * sum).powi(2)).exp();
                }
            }
        }
        let step = excess / slope * (2.0 * std::f64::consts::PI).sqrt();
        factor += step;
        if step.is_nan() || step <= 1e-15 * factor {
            break;
        }
    }
    Ok(factor)
}
