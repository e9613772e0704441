//! Expected ranks: one number per row that already allows for chance, where a rank pretends there is none.

use super::order::{Order, Uncertainty};
use crate::distribution::normal_below;
use crate::rows::Refused;

/// The rank that each row may expect: 1 + Σ P(θ_j > θ_i) over all others, the true values being normal around
/// the estimates. Between 1 and the number of rows; all add up to what ranks add up to. Rows that nothing tells
/// apart share the middle.
///
/// Laird & Louis, "Empirical Bayes ranking methods", Journal of Educational Statistics 14(1), 1989, 29–46.
/// (rows − expected rank) / (rows − 1) is the share of the others that a row beats on average (SUCRA: Salanti,
/// Ades & Ioannidis, Journal of Clinical Epidemiology 64, 2011, 163–171). Shrink the estimates and their
/// errors first where their errors differ much: else a row that is hardly known ends in the middle.
///
/// # Errors
/// As [`rank_sets`](super::rank_sets), but one row has rank 1.
pub fn expected_ranks(estimates: &[f64], uncertainty: Uncertainty<'_>) -> Result<Vec<f64>, Refused> {
    let order = Order::new(estimates, uncertainty)?;
    let rows = order.rows();
    let mut expected = vec![1.0; rows];
    for low in 1..rows {
        let mut above_low = 0.0;
        for (high, expected) in expected[..low].iter_mut().enumerate() {
            let (gap, spread) = (order.estimate[high] - order.estimate[low], order.spread(high, low));
            let swapped = match (gap > 0.0, spread > 0.0) {
                (_, true) => normal_below(-gap / spread),
                (true, false) => 0.0,
                (false, false) => 0.5,
            };
            *expected += swapped;
            above_low += 1.0 - swapped;
        }
        expected[low] += above_low;
    }
    let mut by_row = vec![0.0; rows];
    for (row, expected) in order.row.iter().zip(expected) {
        by_row[*row] = expected.clamp(1.0, rows as f64);
    }
    Ok(by_row)
}
