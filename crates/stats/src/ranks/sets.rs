//! The question "which ranks do the data allow?": draws, critical values step by step, and sets.

use std::num::NonZeroUsize;

use super::draws::{Draws, Source};
use super::order::{Order, Uncertainty};
use super::widest::{Compared, Room, widest};
use super::{RankSet, Side};
use crate::rows::{Refused, tail_of};

/// What is asked of [`rank_sets`].
#[derive(Debug, Clone, Copy)]
pub struct RankOptions {
    /// How often the sets must hold the true ranks, between 0 and 1, like 0.95. It is not halved.
    pub level: f64,
    /// Which limits are wanted.
    pub side: Side,
    /// Whether pairs that are told apart make way for the others: never worse and often much better.
    pub stepdown: bool,
    /// `None`: sets that hold all true ranks at once. A row, counted from 0: only the set of that row, which
    /// holds its true rank as often, and says nothing of the others.
    pub row: Option<usize>,
    /// How many threads may work. The answer does not depend on it.
    pub threads: NonZeroUsize,
}

impl Default for RankOptions {
    /// 95%, both limits, stepdown, all rows at once, one thread.
    fn default() -> Self {
        Self { level: 0.95, side: Side::Both, stepdown: true, row: None, threads: NonZeroUsize::MIN }
    }
}

/// Sets of ranks.
#[derive(Debug, Clone, PartialEq)]
pub struct RankSets {
    /// One for each row, in the order of the rows; or the one that was asked for.
    pub sets: Vec<RankSet>,
    /// One for each step: how many standard errors of their difference two rows had to be apart. The last
    /// step told no further pair apart. Empty when every difference is certain.
    pub critical_values: Vec<f64>,
    /// The number of draws used.
    pub draws: usize,
}

impl RankSets {
    /// The rows (counted from 0) that may be among the best `tau`: those whose smallest rank is no larger. Ask it
    /// of the sets of all rows with [`Side::Lower`]: then it holds all of the truly best at the level.
    pub fn best(&self, tau: usize) -> Vec<usize> {
        (0..self.sets.len()).filter(|row| self.sets[*row].lower <= tau).collect()
    }
}

/// Which ranks do the data allow each row, when its estimate is one of many that all might have come out
/// otherwise?
///
/// For draws Z from N(0, Σ) the critical value c is the quantile (R's type 7) of the largest of
/// (Z_j − Z_k) / σ_jk over the ordered pairs compared. Row j is significantly above row k when
/// θ_j − θ_k − c·σ_jk > 0. With `stepdown` those pairs are set aside and c is found again over the rest, from the
/// same draws, until no further pair is told apart. Mogstad, Romano, Shaikh & Wilhelm, "Inference for
/// ranks with applications to mobility across neighbourhoods and academic achievement across countries",
/// Review of Economic Studies 91(1), 2024, 476–518.
///
/// Where the level is so low that c would be negative, 0 takes its place, so that a row is never said to be
/// above one with a larger estimate. A difference with standard error 0 is certain: it is decided
/// by the estimates and has no part in c. The answer does not depend on the order of the rows where draws are
/// generated from standard errors; with a covariance matrix and tied estimates it may, as from seed to seed.
///
/// For p independent rows and R draws this takes memory in proportion to p + R, and time to p·R.
///
/// # Errors
/// Refused are: no rows or one row, values not finite, negative standard errors or variances, a matrix of the
/// wrong size or not symmetric or not positive semidefinite, no draws, draws that are not a whole number
/// of rows (`NotFinite` counts draws), a level outside 0 to 1, a row that is not there, and numbers outside
/// 10⁻⁷⁵ to 10⁷⁵.
pub fn rank_sets(
    estimates: &[f64],
    uncertainty: Uncertainty<'_>,
    draws: Draws<'_>,
    options: &RankOptions,
) -> Result<RankSets, Refused> {
    tail_of(options.level)?;
    let order = Order::new(estimates, uncertainty)?;
    let rows = order.rows();
    if rows == 1 {
        return Err(Refused::OneRow);
    }
    let compared = match options.row {
        None => Compared::All,
        Some(row) => {
            let position = order.row.iter().position(|at| *at == row);
            let position = position.ok_or(Refused::NoSuchRow { row, rows })?;
            let (above, below) = (options.side != Side::Upper, options.side != Side::Lower);
            Compared::With { position, above, below }
        }
    };
    let source = Source::new(draws, &order)?;
    let search = Search { order: &order, source, compared, level: options.level, threads: options.threads };
    let (c, critical_values) = search.step_down(options.stepdown);

    let (above, below) = order.count_apart(c);
    let ranks = order.ranks();
    let set = |at: usize| RankSet::new(ranks[at], rows, above[at], below[at], options.side);
    let sets = match compared {
        Compared::With { position, .. } => vec![set(position)],
        Compared::All => {
            let mut sets = vec![RankSet { rank: 0, lower: 0, upper: 0 }; rows];
            for (at, row) in order.row.iter().enumerate() {
                sets[*row] = set(at);
            }
            sets
        }
    };
    Ok(RankSets { sets, critical_values, draws: source.number() })
}

/// A critical value at which only certain differences tell rows apart.
const NOTHING_YET: f64 = f64::MAX;

struct Search<'a> {
    order: &'a Order,
    source: Source<'a>,
    compared: Compared,
    level: f64,
    threads: NonZeroUsize,
}

impl Search<'_> {
    /// The smallest critical value by which pairs were told apart, and that of every step.
    fn step_down(&self, stepdown: bool) -> (f64, Vec<f64>) {
        let mut critical_values = Vec::new();
        let mut widest = Vec::new();
        let mut c = NOTHING_YET;
        let mut told_apart = self.told_apart(c);
        while let Some(value) = self.critical_value(&mut widest, c) {
            critical_values.push(value);
            c = value.clamp(0.0, c);
            let now = self.told_apart(c);
            if !stepdown || now == told_apart {
                break;
            }
            told_apart = now;
        }
        (c, critical_values)
    }

    /// How many of the pairs compared are apart.
    fn told_apart(&self, c: f64) -> usize {
        let (is_above, is_below) = self.order.count_apart(c);
        match self.compared {
            Compared::All => is_below.iter().sum(),
            Compared::With { position, above, below } => {
                usize::from(above) * is_above[position] + usize::from(below) * is_below[position]
            }
        }
    }

    /// The quantile of the widest differences, without the pairs that are apart at `c`; `None` when no pair is
    /// left. `widest` holds those of the step before, or nothing: with fewer pairs none can grow. So after the
    /// first step only draws that were wide before are looked at, the widest first, until those left cannot
    /// reach the quantile.
    fn critical_value(&self, widest: &mut Vec<f64>, c: f64) -> Option<f64> {
        let draws = self.source.number();
        let at = (draws - 1) as f64 * self.level;
        let (below, share) = (at.floor() as usize, at - at.floor());
        // The quantile lies between this many from the top, counting from 1, and the one above.
        let wanted = draws - below;
        let mut order: Vec<usize> = (0..draws).collect();
        let first = if widest.is_empty() {
            widest.resize(draws, f64::INFINITY);
            draws
        } else {
            order.sort_unstable_by(|a, b| widest[*b].total_cmp(&widest[*a]).then(a.cmp(b)));
            wanted
        };
        let (mut looked_at, mut next) = (0, first);
        let mut exact: Vec<f64> = Vec::with_capacity(next);
        loop {
            let batch = &order[looked_at..next];
            let found = self.widest_of(batch, c);
            for (draw, value) in batch.iter().zip(&found) {
                widest[*draw] = *value;
            }
            exact.extend(found);
            exact.sort_unstable_by(|a, b| b.total_cmp(a));
            looked_at = next;
            if looked_at == draws || widest[order[looked_at]] <= exact[wanted - 1] {
                break;
            }
            next = (looked_at + wanted / 8 + 64).min(draws);
        }
        let value = exact[wanted - 1];
        let next_up = if wanted > 1 { exact[wanted - 2] } else { value };
        if value == f64::NEG_INFINITY {
            return None;
        }
        Some(if next_up == value { value } else { (1.0 - share) * value + share * next_up })
    }

    /// The widest difference of each of these draws.
    fn widest_of(&self, draws: &[usize], c: f64) -> Vec<f64> {
        let part = draws.len().div_ceil(self.threads.get()).max(1);
        let work = |draws: &[usize]| -> Vec<f64> {
            let mut room = Room::default();
            let one = |draw: &usize| widest(self.order, &self.source, self.compared, *draw, c, &mut room);
            draws.iter().map(one).collect()
        };
        if part >= draws.len() {
            return work(draws);
        }
        std::thread::scope(|scope| {
            let parts: Vec<_> = draws.chunks(part).map(|draws| scope.spawn(|| work(draws))).collect();
            let join = |part: std::thread::ScopedJoinHandle<'_, Vec<f64>>| {
                part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            parts.into_iter().flat_map(join).collect()
        })
    }
}
