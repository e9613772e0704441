//! Rank sets straight from their definition: every pair, every draw, every step. Nothing is shared with the
//! crate but its random numbers.

use someasure_stats::{Random, RankOptions, RankSet, Side};

/// The draws for independent estimates, by row, as `docs/methods/ranks.md` has them: a stream each; numbers are given out from the largest estimate down, among equals
/// from the smallest standard error up.
pub(crate) fn generated_draws(estimates: &[f64], errors: &[f64], number: usize, seed: u64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..estimates.len()).collect();
    order.sort_by(|a, b| estimates[*b].total_cmp(&estimates[*a]).then(errors[*a].total_cmp(&errors[*b])));
    let mut draws = vec![0.0; number * estimates.len()];
    for (draw, own) in draws.chunks_mut(estimates.len()).enumerate() {
        let mut random = Random::new(seed, draw as u64);
        for row in &order {
            own[*row] = errors[*row] * random.normal();
        }
    }
    draws
}

/// The covariance matrix of independent estimates.
pub(crate) fn diagonal(errors: &[f64]) -> Vec<f64> {
    let rows = errors.len();
    (0..rows * rows).map(|at| if at / rows == at % rows { errors[at / rows].powi(2) } else { 0.0 }).collect()
}

pub(crate) fn rank_sets(
    estimates: &[f64],
    covariance: &[f64],
    draws: &[f64],
    options: &RankOptions,
) -> (Vec<RankSet>, Vec<f64>) {
    let rows = estimates.len();
    let at = |j: usize, k: usize| covariance[j * rows + k];
    let spread = |j: usize, k: usize| (at(j, j) + at(k, k) - 2.0 * at(j, k)).sqrt();
    let wanted = |j: usize, k: usize| match options.row {
        None => j != k,
        Some(row) => {
            j != k && (k == row && options.side != Side::Upper || j == row && options.side != Side::Lower)
        }
    };
    let pairs: Vec<(usize, usize)> =
        (0..rows).flat_map(|j| (0..rows).map(move |k| (j, k))).filter(|(j, k)| wanted(*j, *k)).collect();
    let certain = |pair: &(usize, usize)| spread(pair.0, pair.1) == 0.0;
    let mut apart: Vec<(usize, usize)> =
        pairs.iter().copied().filter(|pair| certain(pair) && estimates[pair.0] > estimates[pair.1]).collect();
    let mut active: Vec<(usize, usize)> = pairs.iter().copied().filter(|pair| !certain(pair)).collect();
    let mut critical_values = Vec::new();
    while !active.is_empty() {
        let mut widest: Vec<f64> = draws
            .chunks(rows)
            .map(|z| active.iter().map(|(j, k)| (z[*j] - z[*k]) / spread(*j, *k)).fold(f64::MIN, f64::max))
            .collect();
        widest.sort_by(f64::total_cmp);
        let place = (widest.len() - 1) as f64 * options.level;
        let (low, share) = (place.floor() as usize, place - place.floor());
        let (one, next) = (widest[low], widest[(low + 1).min(widest.len() - 1)]);
        let c = if one == next { one } else { (1.0 - share) * one + share * next };
        critical_values.push(c);
        let exceeds = |j: usize, k: usize| estimates[j] - estimates[k] - spread(j, k) * c.max(0.0) > 0.0;
        let (now, left): (Vec<_>, Vec<_>) = active.iter().copied().partition(|(j, k)| exceeds(*j, *k));
        active = left;
        apart.extend(&now);
        if now.is_empty() || !options.stepdown {
            break;
        }
    }
    let set = |row: usize| {
        let above = apart.iter().filter(|(_, k)| *k == row).count();
        let below = apart.iter().filter(|(j, _)| *j == row).count();
        RankSet {
            rank: 1 + estimates.iter().filter(|other| **other > estimates[row]).count(),
            lower: if options.side == Side::Upper { 1 } else { 1 + above },
            upper: if options.side == Side::Lower { rows } else { rows - below },
        }
    };
    let sets = options.row.map_or_else(|| (0..rows).map(set).collect(), |row| vec![set(row)]);
    (sets, critical_values)
}
