//! How sure is a rank? Sets of ranks that hold the true ones as often as they say, for estimates with
//! standard errors or a covariance matrix and for plain counts; expected ranks; intervals to compare by
//! eye. Rank 1 is the largest: to rank the smallest first, change the sign. It knows no organisation
//! and no table of results.

mod counts;
mod draws;
mod expected;
mod eye;
mod factor;
mod order;
mod region;
mod sets;
mod widest;

pub use counts::{Correction, CountOptions, count_rank_sets};
pub use draws::Draws;
pub use expected::expected_ranks;
pub use eye::comparison_factor;
pub use order::Uncertainty;
pub use region::ranking_region;
pub use sets::{RankOptions, RankSets, rank_sets};

/// Which limits of a rank set are wanted. All of the error goes to what is wanted: the level is not halved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Both limits.
    Both,
    /// How high a row may stand: only `lower` says something, `upper` is the number of rows.
    Lower,
    /// How low a row may stand: only `upper` says something, `lower` is 1.
    Upper,
}

/// The rank of one row, and the ranks that the data allow it. Ranks count from 1, the largest, and
/// 1 ≤ `lower` ≤ `rank` ≤ `upper` ≤ the number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankSet {
    /// 1 + the number of rows with a strictly larger estimate: ties share the smallest rank.
    pub rank: usize,
    /// The smallest rank that the data allow: 1 + the number of rows that are significantly above.
    pub lower: usize,
    /// The largest rank that the data allow: the number of rows less those that are significantly below.
    pub upper: usize,
}

impl RankSet {
    /// From how many of `rows` are significantly above and below.
    fn new(rank: usize, rows: usize, above: usize, below: usize, side: Side) -> Self {
        let lower = if side == Side::Upper { 1 } else { 1 + above };
        let upper = if side == Side::Lower { rows } else { rows - below };
        Self { rank, lower, upper }
    }
}

/// The rank of every value of a descending list, counting from 1.
fn ranks_of_descending<T: PartialEq>(values: &[T]) -> Vec<usize> {
    let mut rank = 1;
    (0..values.len())
        .map(|at| {
            if at > 0 && values[at] != values[at - 1] {
                rank = at + 1;
            }
            rank
        })
        .collect()
}
