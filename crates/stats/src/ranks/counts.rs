//! Rank sets of counts that share one total, such as votes or mentions: no standard errors and no draws, but
//! exact tests of every pair.

use super::{RankSet, Side, ranks_of_descending};
use crate::distribution::beta_cdf;
use crate::rows::{Refused, not_empty, tail_of};

/// How many tests at once are allowed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// Step by step, the clearest pair first: never worse than Bonferroni's and as safe.
    Holm,
    /// Every test at the same share of the error.
    Bonferroni,
}

/// What is asked of [`count_rank_sets`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountOptions {
    /// How often the sets must hold the true ranks, between 0 and 1, like 0.95. It is not halved.
    pub level: f64,
    /// Which limits are wanted.
    pub side: Side,
    /// How many tests at once are allowed for.
    pub correction: Correction,
    /// `None`: sets that hold all true ranks at once. A row, counted from 0: only the set of that row.
    pub row: Option<usize>,
}

impl Default for CountOptions {
    /// 95%, both limits, Holm, all rows at once.
    fn default() -> Self {
        Self { level: 0.95, side: Side::Both, correction: Correction::Holm, row: None }
    }
}

/// Which ranks do counts of one multinomial sample allow each row? One set per row, or that of the row asked
/// for.
///
/// Given the two counts' sum n, the count x_j of a pair is binomial with chance at most ½ if j is not truly
/// above k. So p = P(X ≥ x_j), X ~ Bin(n, ½), one-sided, tests each ordered pair (j, k), and j is
/// significantly above k when p ≤ α/m (Bonferroni), or, from the smallest p up, while the i-th is
/// ≤ α/(m + 1 − i) (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6, 1979, 65–70). m counts the ordered pairs compared: rows·(rows − 1); for one row's set
/// 2·(rows − 1), or rows − 1 for one side. Bazylik, Mogstad, Romano, Shaikh & Wilhelm, "Finite- and
/// large-sample inference for ranks using multinomial data with an application to ranking political
/// parties", NBER Working Paper 29519, 2021.
///
/// A row is never said to be above one with as large a count, whatever the level. A bound met but for the
/// last digits counts as met. For a fixed x_k p falls as x_j grows, so a pass over the sorted counts decides
/// all pairs: the time goes with the rows, not the pairs, and hardly with the counts.
///
/// # Errors
/// Refused are: no rows or one row, a level outside 0 to 1, a row that is not there, and counts above 2⁵³.
pub fn count_rank_sets(counts: &[u64], options: &CountOptions) -> Result<Vec<RankSet>, Refused> {
    tail_of(options.level)?;
    not_empty(counts.len())?;
    let rows = counts.len();
    if rows == 1 {
        return Err(Refused::OneRow);
    }
    if counts.iter().any(|count| *count > 1 << 53) {
        return Err(Refused::OutOfRange);
    }
    let mut row: Vec<usize> = (0..rows).collect();
    row.sort_by(|a, b| counts[*b].cmp(&counts[*a]));
    let descending: Vec<u64> = row.iter().map(|row| counts[*row]).collect();
    let ranks = ranks_of_descending(&descending);
    let set = |at: usize, above, below| RankSet::new(ranks[at], rows, above, below, options.side);
    match options.row {
        None => {
            let above = told_apart(rows * (rows - 1), options, |bound| {
                let above = all_above(&descending, bound);
                let pairs = above.iter().sum();
                (above, pairs)
            });
            let mut sets = vec![RankSet { rank: 0, lower: 0, upper: 0 }; rows];
            for (at, row) in row.iter().enumerate() {
                // Those above never get fewer on the way down, so those below are the rest from some place on.
                let below = rows - above.partition_point(|above| *above <= at);
                sets[*row] = set(at, above[at], below);
            }
            Ok(sets)
        }
        Some(asked) => {
            let at = row.iter().position(|row| *row == asked);
            let at = at.ok_or(Refused::NoSuchRow { row: asked, rows })?;
            let sides = usize::from(options.side == Side::Both) + 1;
            let (above, below) = told_apart(sides * (rows - 1), options, |bound| {
                let own = descending[at];
                let apart = |high, low| is_above(high, low, bound);
                let above = descending[..at].partition_point(|other| apart(*other, own));
                let below = rows - at - descending[at..].partition_point(|other| !apart(own, *other));
                let above = if options.side == Side::Upper { 0 } else { above };
                let below = if options.side == Side::Lower { 0 } else { below };
                ((above, below), above + below)
            });
            Ok(vec![set(at, above, below)])
        }
    }
}

/// Holm's steps, all that a bound allows at once, until none follows; or Bonferroni's only one. `pass` answers
/// what is told apart at a bound, and how many pairs that is.
fn told_apart<T>(pairs: usize, options: &CountOptions, pass: impl Fn(f64) -> (T, usize)) -> T {
    let alpha = 1.0 - options.level;
    let mut before = 0;
    loop {
        let (found, apart) = pass(alpha / (pairs - before) as f64);
        if options.correction == Correction::Bonferroni || apart == before || apart == pairs {
            return found;
        }
        before = apart;
    }
}

/// How many rows are significantly above each of a descending list.
fn all_above(descending: &[u64], bound: f64) -> Vec<usize> {
    let mut above: Vec<usize> = Vec::with_capacity(descending.len());
    for (low, count) in descending.iter().enumerate() {
        let mut found = above.last().copied().unwrap_or(0);
        if low == 0 || descending[low - 1] != *count {
            while is_above(descending[found], *count, bound) {
                found += 1;
            }
        }
        above.push(found);
    }
    above
}

/// Whether P(X ≥ `high`) ≤ `bound` for X ~ Bin(`high` + `low`, ½), and `high` is the larger.
fn is_above(high: u64, low: u64, bound: f64) -> bool {
    /// The tail is exact to some 10⁻¹².
    const LAST_DIGITS: f64 = 1.0 + 4e-12;
    high > low && beta_cdf(high as f64, low as f64 + 1.0, 0.5).is_some_and(|tail| tail <= bound * LAST_DIGITS)
}
