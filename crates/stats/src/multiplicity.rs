//! When many things are tested at once, some succeed by chance. Adjusted p-values: each is the smallest level at which
//! its test would be declared significant by the procedure.

use crate::rows::{Refused, all_finite};

/// What is kept below the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// The chance of any false discovery, by Bonferroni: p·m.
    Bonferroni,
    /// The chance of any false discovery, step by step from the smallest p: Holm, "A simple sequentially rejective
    /// multiple test procedure", Scandinavian Journal of Statistics 6, 1979, 65–70. Never weaker than Bonferroni.
    Holm,
    /// The same from the largest p down: Hochberg, "A sharper Bonferroni procedure for multiple tests of significance",
    /// Biometrika 75, 1988, 800–802. For tests that are independent or positively dependent.
    Hochberg,
    /// The expected share of false discoveries among all: Benjamini & Hochberg, "Controlling the false discovery rate: a
    /// practical and powerful approach to multiple testing", Journal of the Royal Statistical Society B 57, 1995,
    /// 289–300. For tests that are independent or positively dependent.
    BenjaminiHochberg,
    /// The same whatever the dependence: Benjamini & Yekutieli, "The control of the false discovery rate in multiple
    /// testing under dependency", Annals of Statistics 29, 2001, 1165–1188.
    BenjaminiYekutieli,
}

/// Adjusted p-values, in the order of `p_values`; a test is a discovery at a level where its own is at most that.
///
/// # Errors
/// Refused are: a value not finite, or outside 0 to 1. No values give no values.
pub fn adjusted_p_values(p_values: &[f64], adjustment: Adjustment) -> Result<Vec<f64>, Refused> {
    all_finite(p_values)?;
    if let Some(row) = p_values.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(Refused::NotAProbability { row });
    }
    let tests = p_values.len();
    let mut order: Vec<usize> = (0..tests).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let m = tests as f64;
    let harmonic: f64 = (1..=tests).map(|i| 1.0 / i as f64).sum();
    let factor = |place: usize| match adjustment {
        Adjustment::Bonferroni => m,
        Adjustment::Holm | Adjustment::Hochberg => (tests - place) as f64,
        Adjustment::BenjaminiHochberg => m / (place + 1) as f64,
        Adjustment::BenjaminiYekutieli => m * harmonic / (place + 1) as f64,
    };
    let mut adjusted: Vec<f64> =
        order.iter().enumerate().map(|(place, at)| (p_values[*at] * factor(place)).min(1.0)).collect();
    // A smaller p may not come out larger: Holm carries the largest forwards, the others the smallest back.
    match adjustment {
        Adjustment::Bonferroni => {}
        Adjustment::Holm => (1..tests).for_each(|i| adjusted[i] = adjusted[i].max(adjusted[i - 1])),
        Adjustment::Hochberg | Adjustment::BenjaminiHochberg | Adjustment::BenjaminiYekutieli => {
            (1..tests).rev().for_each(|i| adjusted[i - 1] = adjusted[i - 1].min(adjusted[i]));
        }
    }
    let mut in_place = vec![0.0; tests];
    order.iter().zip(adjusted).for_each(|(at, p)| in_place[*at] = p);
    Ok(in_place)
}
