//! One score out of several indicators, only for whom asks: normalise, weight, aggregate. A score is as good as its
//! choices, so none is given here without the range of ranks that other reasonable choices would give.

mod aggregate;
mod normalise;
mod sensitivity;
mod treat;

pub use aggregate::{Aggregation, aggregate};
pub use normalise::{Normalisation, normalise};
pub use sensitivity::{RankRange, Sensitivity, rank_ranges};
pub use treat::{Treatment, excess_kurtosis, fill_with_group_means, skewness, treat};

use crate::rows::{ROUNDING, Refused, finite, none_negative, not_empty, same_length, sum};

/// One ingredient of a score: a value for every unit.
#[derive(Debug, Clone, Copy)]
pub struct Indicator<'a> {
    /// One value a unit, all finite.
    pub values: &'a [f64],
    /// What it weighs; only the proportions count.
    pub weight: f64,
    /// Whether more is better; else its sign is turned first.
    pub higher_is_better: bool,
}

/// How a score is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// At most so many values of an indicator are moved where it is very skewed ([`treat`]); `None` leaves all as they are.
    pub treat: Option<usize>,
    /// How indicators become comparable.
    pub normalisation: Normalisation,
    /// How they become one number.
    pub aggregation: Aggregation,
}

/// A score for every unit.
///
/// Nardo and others, *Handbook on Constructing Composite Indicators*, OECD and JRC, 2008, chapters 5 and 6.
///
/// # Errors
/// Refused are: no indicators or no units, lengths that differ, values not finite, a weight below 0, weights that add up
/// to 0, an indicator whose values are all equal, and, where a geometric or harmonic mean is asked for, a normalised
/// value (as a row) that is not above 0.
pub fn composite(indicators: &[Indicator<'_>], recipe: Recipe) -> Result<Vec<f64>, Refused> {
    let weights: Vec<f64> = indicators.iter().map(|i| i.weight).collect();
    scores(&normalised(indicators, recipe)?, &weights, recipe.aggregation)
}

/// The ranks of scores: 1 is the highest, and ties share the smallest rank. Scores that differ from the highest of their
/// rank by rounding alone (10⁻¹² of the largest score) are ties: thirds and tenths have no exact float.
pub fn ranks_of(scores: &[f64]) -> Vec<usize> {
    let rounding =
        ROUNDING * scores.iter().map(|score| score.abs()).filter(|s| s.is_finite()).fold(0.0, f64::max);
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let mut ranks = vec![0; scores.len()];
    let mut highest: Option<(f64, usize)> = None;
    for (place, at) in order.iter().enumerate() {
        let tied = highest.filter(|(score, _)| *score == scores[*at] || score - scores[*at] <= rounding);
        let (score, rank) = tied.unwrap_or((scores[*at], place + 1));
        ranks[*at] = rank;
        highest = Some((score, rank));
    }
    ranks
}

/// Every indicator, ready to be added up.
fn normalised(indicators: &[Indicator<'_>], recipe: Recipe) -> Result<Vec<Vec<f64>>, Refused> {
    not_empty(indicators.len())?;
    let units = indicators[0].values.len();
    indicators
        .iter()
        .map(|indicator| {
            same_length(units, indicator.values.len())?;
            let treated = match recipe.treat {
                Some(most) => treat(indicator.values, most)?.0,
                None => indicator.values.to_vec(),
            };
            let sign = if indicator.higher_is_better { 1.0 } else { -1.0 };
            let turned: Vec<Option<f64>> = treated.iter().map(|v| Some(sign * v)).collect();
            Ok(normalise(&turned, recipe.normalisation)?.into_iter().flatten().collect())
        })
        .collect()
}

fn scores(columns: &[Vec<f64>], weights: &[f64], aggregation: Aggregation) -> Result<Vec<f64>, Refused> {
    none_negative(weights)?;
    if finite(sum(weights.iter().copied()))? == 0.0 {
        return Err(Refused::SumIsZero);
    }
    let mut row = vec![None; columns.len()];
    (0..columns[0].len())
        .map(|unit| {
            row.iter_mut().zip(columns).for_each(|(cell, column)| *cell = Some(column[unit]));
            match aggregate(&row, weights, aggregation) {
                Ok(Some(score)) => Ok(score),
                Ok(None) => Err(Refused::SumIsZero),
                Err(Refused::NotPositive { .. }) => Err(Refused::NotPositive { row: unit }),
                Err(other) => Err(other),
            }
        })
        .collect()
}
