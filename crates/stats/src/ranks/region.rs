//! A joint region for a whole ranking from nothing but intervals: the older and simpler way to rank sets, and
//! one that any reader can check with a ruler.

use super::order::{Order, Uncertainty};
use super::{RankSet, Side};
use crate::interval::z_for;
use crate::rows::{Refused, tail_of};

/// The ranks that joint confidence intervals allow each row. Together the sets hold all true ranks at the
/// level at least.
///
/// Each estimate gets an interval ± z standard errors, z such that all hold their truths at once: of each
/// alone at level^(1/rows) where the estimates are independent, and with Bonferroni's share of the error
/// where a covariance matrix is given, of which only the diagonal is used. A row is surely above another when
/// its interval lies wholly above or touches from above; the rest is counted. Klein, Wright & Wieczorek, "A joint confidence region
/// for an overall ranking of populations", JRSS C 69(3), 2020, 589–606.
///
/// [`rank_sets`](super::rank_sets) with the same level gives smaller sets, as it tests differences.
///
/// # Errors
/// As [`rank_sets`](super::rank_sets).
pub fn ranking_region(
    estimates: &[f64],
    uncertainty: Uncertainty<'_>,
    level: f64,
) -> Result<Vec<RankSet>, Refused> {
    tail_of(level)?;
    let order = Order::new(estimates, uncertainty)?;
    let rows = order.rows();
    if rows == 1 {
        return Err(Refused::OneRow);
    }
    let error = match uncertainty {
        Uncertainty::StandardErrors(_) => -(level.ln() / rows as f64).exp_m1(),
        Uncertainty::Covariance(_) => (1.0 - level) / rows as f64,
    };
    let z = z_for(error / 2.0);
    let limits = |sign: f64| {
        let limits = order.estimate.iter().zip(&order.error).map(move |(at, error)| at + sign * z * error);
        limits.collect::<Vec<f64>>()
    };
    let (lower, upper) = (limits(-1.0), limits(1.0));
    let (mut lowers, mut uppers) = (lower.clone(), upper.clone());
    lowers.sort_unstable_by(f64::total_cmp);
    uppers.sort_unstable_by(f64::total_cmp);
    let ranks = order.ranks();
    let mut sets = vec![RankSet { rank: 0, lower: 0, upper: 0 }; rows];
    for (at, row) in order.row.iter().enumerate() {
        // An interval without width is not above its equals, nor above itself.
        let wide = lower[at] < upper[at];
        let above = rows - lowers.partition_point(|other| *other < upper[at] || !wide && *other == upper[at]);
        let below = uppers.partition_point(|other| *other < lower[at] || wide && *other == lower[at]);
        sets[*row] = RankSet::new(ranks[at], rows, above, below, Side::Both);
    }
    Ok(sets)
}
