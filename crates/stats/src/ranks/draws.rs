//! Draws of the errors that the estimates might have had. None is stored: the number that belongs to a
//! draw and a row is a function of the seed, the draw and the row, so that any part of any draw can be
//! made again, by any thread, when it is looked at again. It knows no rank.

use super::order::{LARGEST, Order};
use crate::distribution::normal_quantile;
use crate::rows::Refused;

/// Where the draws come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Draws<'a> {
    /// Made here, the same for ever from the same seed: `docs/methods/ranks.md` has the recipe.
    /// Fewer than 10,000 are too few to publish by.
    Generated {
        /// How many draws, at least 1.
        number: usize,
        /// Any number; write it down beside the results.
        seed: u64,
    },
    /// One number per row of the estimates, draw after draw, on the scale of the estimates, with mean 0
    /// and the covariance of the estimates. Used as they are.
    Given(&'a [f64]),
}

/// 2⁶⁴ over the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The output function of SplitMix64: Steele, Lea & Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014, 453–472, with the constants of Stafford's variant 13.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A SplitMix64 stream for each draw, started at a place that seed and draw decide.
fn start(seed: u64, draw: usize) -> u64 {
    mix(mix(seed).wrapping_add(STEP.wrapping_mul(draw as u64 + 1)))
}

fn word(start: u64, position: usize) -> u64 {
    mix(start.wrapping_add(STEP.wrapping_mul(position as u64 + 1)))
}

/// The upper 52 bits of a word, in units of 2⁻⁵³, say how far out it lies, and its lowest bit on which side.
const TAIL: u32 = 12;
const TAIL_UNIT: f64 = 1.0 / (1u64 << 53) as f64;

/// The standard normal number of a word. The tail, 2⁻⁵⁴ to ½, is exact, so neither side loses digits.
fn normal(word: u64) -> f64 {
    let tail = ((word >> TAIL) as f64 + 0.5) * TAIL_UNIT;
    let z = normal_quantile(tail).unwrap_or(0.0);
    if word & 1 == 0 { z } else { -z }
}

/// A row that lies far out in a draw: `size` in standard errors, larger being further out, and `value`
/// on the scale of the estimates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extreme {
    pub(super) position: usize,
    pub(super) size: f64,
    pub(super) value: f64,
}

/// The draws of the errors of ordered estimates, by position.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    draws: Draws<'a>,
    order: &'a Order,
}

impl<'a> Source<'a> {
    pub(super) fn new(draws: Draws<'a>, order: &'a Order) -> Result<Self, Refused> {
        let rows = order.rows();
        match draws {
            Draws::Generated { number: 0, .. } | Draws::Given([]) => return Err(Refused::NoDraws),
            Draws::Generated { .. } => {}
            Draws::Given(draws) => {
                if draws.len() % rows != 0 {
                    let found = draws.len();
                    return Err(Refused::WrongShape { wanted: found.next_multiple_of(rows), found });
                }
                if let Some(at) = draws.iter().position(|z| !z.is_finite()) {
                    return Err(Refused::NotFinite { row: at / rows });
                }
                if draws.iter().any(|z| z.abs() > LARGEST) {
                    return Err(Refused::OutOfRange);
                }
            }
        }
        Ok(Self { draws, order })
    }

    /// How many draws there are, at least 1.
    pub(super) fn number(&self) -> usize {
        match self.draws {
            Draws::Generated { number, .. } => number,
            Draws::Given(draws) => draws.len() / self.order.rows(),
        }
    }

    /// One whole draw. `noise` is room to work in.
    pub(super) fn fill(&self, draw: usize, noise: &mut Vec<f64>, values: &mut Vec<f64>) {
        values.clear();
        match (self.draws, &self.order.joint) {
            (Draws::Given(draws), _) => {
                let own = &draws[draw * self.order.rows()..];
                values.extend(self.order.row.iter().map(|row| own[*row]));
            }
            (Draws::Generated { seed, .. }, None) => {
                let start = start(seed, draw);
                let errors = self.order.error.iter().enumerate();
                values.extend(errors.map(|(at, error)| error * normal(word(start, at))));
            }
            (Draws::Generated { seed, .. }, Some(joint)) => {
                let start = start(seed, draw);
                noise.clear();
                noise.extend((0..joint.factor.rank()).map(|at| normal(word(start, at))));
                joint.factor.apply(noise, values);
            }
        }
    }

    /// The rows of a draw of independent errors that lie in a tail of probability `tail`: above in `up`,
    /// below in `down`. Answers how far out, in standard errors, all others lie at the most. With a tail of
    /// ½ or more there are no others: every row is in both lists.
    pub(super) fn extremes(
        &self,
        draw: usize,
        tail: f64,
        up: &mut Vec<Extreme>,
        down: &mut Vec<Extreme>,
    ) -> f64 {
        up.clear();
        down.clear();
        let all = tail >= 0.5;
        let cut = if all { 1 << (64 - TAIL) } else { (tail / TAIL_UNIT) as u64 };
        let reach = if all { f64::NEG_INFINITY } else { z_beyond(cut as f64 * TAIL_UNIT) };
        let mut keep = |position, size: f64, value| {
            if all || size > 0.0 {
                up.push(Extreme { position, size, value });
            }
            if all || size < 0.0 {
                down.push(Extreme { position, size: -size, value });
            }
        };
        match self.draws {
            Draws::Generated { seed, .. } => {
                let start = start(seed, draw);
                for (position, error) in self.order.error.iter().enumerate() {
                    let word = word(start, position);
                    if word >> TAIL < cut {
                        let size = normal(word);
                        keep(position, size, error * size);
                    }
                }
            }
            Draws::Given(draws) => {
                let own = &draws[draw * self.order.rows()..];
                for (position, (row, error)) in self.order.row.iter().zip(&self.order.error).enumerate() {
                    let value = own[*row];
                    // Where an estimate is said to be certain and its draws are not, nothing bounds it.
                    let size = if value == 0.0 { 0.0 } else { value / error };
                    if all || size.abs() > reach {
                        keep(position, size, value);
                    }
                }
            }
        }
        reach
    }
}

fn z_beyond(tail: f64) -> f64 {
    normal_quantile(tail).map_or(f64::INFINITY, |z| -z)
}
