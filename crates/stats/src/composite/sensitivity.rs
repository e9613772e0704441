//! How much a rank owes to choices that could as well have been others.

use crate::random::Random;
use crate::robust::{QuantileRule, quantile_of};
use crate::rows::{Refused, ascending};

use super::{Aggregation, Indicator, Normalisation, Recipe, composite, normalised, ranks_of, scores};

/// Where a unit's rank lies, 1 being the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankRange {
    /// With the recipe and the weights as given.
    pub rank: usize,
    /// The best of all choices.
    pub best: usize,
    /// The worst of all choices.
    pub worst: usize,
    /// The middle one of the drawn choices.
    pub median: f64,
    /// 5% of the drawn choices give a rank below this, or up to it.
    pub low: f64,
    /// 5% give one above this, or down to it.
    pub high: f64,
}

/// The scores as asked for, and what other choices would make of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// With the recipe and the weights as given.
    pub scores: Vec<f64>,
    /// One range for every unit.
    pub ranges: Vec<RankRange>,
    /// How many choices were tried: all combinations, and those drawn.
    pub choices: usize,
}

/// The rank of every unit under all reasonable choices.
///
/// All combinations of: treated (at most 5 values) or not; min-max, standard scores or ranks; arithmetic, geometric or
/// harmonic mean (the latter two not of standard scores, which are below 0); the weights as given, equal weights, and
/// each indicator left out in turn. And `draws` times one of these ways at random with every weight multiplied by a
/// number drawn between 1 − `spread` and 1 + `spread`, from the streams of `seed`. The given recipe comes first.
///
/// Saisana, Saltelli & Tarantola, "Uncertainty and sensitivity analysis techniques as tools for the quality assessment
/// of composite indicators", Journal of the Royal Statistical Society A 168, 2005, 307–323.
///
/// # Errors
/// As [`composite`]; refused is also a spread outside 0 to 1, and no draws.
pub fn rank_ranges(
    indicators: &[Indicator<'_>],
    recipe: Recipe,
    draws: usize,
    spread: f64,
    seed: u64,
) -> Result<Sensitivity, Refused> {
    if !(0.0..=1.0).contains(&spread) {
        return Err(Refused::ShareOutOfRange { share: spread, below: 1.0 });
    }
    if draws == 0 {
        return Err(Refused::Empty);
    }
    let given = composite(indicators, recipe)?;
    let ways: Vec<(Vec<Vec<f64>>, Aggregation)> = recipes()
        .iter()
        .map(|recipe| Ok((normalised(indicators, *recipe)?, recipe.aggregation)))
        .collect::<Result<_, Refused>>()?;
    let weights: Vec<f64> = indicators.iter().map(|i| i.weight).collect();
    let first = ranks_of(&given);
    let (mut best, mut worst) = (first.clone(), first.clone());
    let mut tried = |ranks: &[usize]| {
        for (unit, rank) in ranks.iter().enumerate() {
            best[unit] = best[unit].min(*rank);
            worst[unit] = worst[unit].max(*rank);
        }
    };
    let mut choices = 1;
    for weights in combinations(&weights) {
        for (columns, aggregation) in &ways {
            tried(&ranks_of(&scores(columns, &weights, *aggregation)?));
            choices += 1;
        }
    }
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(draws); given.len()];
    for draw in 0..draws {
        let mut random = Random::new(seed, draw as u64);
        let (columns, aggregation) = &ways[random.below(ways.len())];
        let moved: Vec<f64> =
            weights.iter().map(|w| w * (1.0 + spread * (2.0 * random.uniform() - 1.0))).collect();
        let ranks = ranks_of(&scores(columns, &moved, *aggregation)?);
        tried(&ranks);
        drawn.iter_mut().zip(&ranks).for_each(|(unit, rank)| unit.push(*rank as f64));
        choices += 1;
    }
    let range = |unit: usize| {
        let sorted = ascending(&drawn[unit]);
        let at = |p| quantile_of(&sorted, p, QuantileRule::Seven);
        RankRange {
            rank: first[unit],
            best: best[unit],
            worst: worst[unit],
            median: at(0.5),
            low: at(0.05),
            high: at(0.95),
        }
    };
    let ranges = (0..given.len()).map(range).collect();
    Ok(Sensitivity { scores: given, ranges, choices })
}

/// Every reasonable way from indicators to a score. From 1 up, so that every mean exists.
fn recipes() -> Vec<Recipe> {
    let min_max = Normalisation::MinMax { from: 1.0, to: 100.0 };
    let standard = Normalisation::ZScore { mean: 0.0, deviation: 1.0 };
    let means = [Aggregation::Arithmetic, Aggregation::Geometric, Aggregation::Harmonic];
    let mut ways = Vec::new();
    for treat in [None, Some(5)] {
        for normalisation in [min_max, Normalisation::Rank] {
            ways.extend(means.map(|aggregation| Recipe { treat, normalisation, aggregation }));
        }
        ways.push(Recipe { treat, normalisation: standard, aggregation: Aggregation::Arithmetic });
    }
    ways
}

/// The weights as given, equal ones, and each indicator left out.
fn combinations(weights: &[f64]) -> Vec<Vec<f64>> {
    let mut all = vec![weights.to_vec(), vec![1.0; weights.len()]];
    for out in 0..weights.len() {
        let mut without = weights.to_vec();
        without[out] = 0.0;
        if without.iter().any(|w| *w > 0.0) {
            all.push(without);
        }
    }
    all
}
