//! Draws of the errors that the estimates might have had. None is stored: each draw is a stream of its own
//! of the seed, so that any thread can make it again when it is looked at again. It knows no rank.

use super::order::{LARGEST, Order};
use crate::distribution::normal_quantile;
use crate::random::Random;
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
                let mut random = Random::new(seed, draw as u64);
                values.extend(self.order.error.iter().map(|error| error * random.normal()));
            }
            (Draws::Generated { seed, .. }, Some(joint)) => {
                let mut random = Random::new(seed, draw as u64);
                noise.clear();
                noise.extend((0..joint.factor.rank()).map(|_| random.normal()));
                joint.factor.apply(noise, values);
            }
        }
    }

    /// One row of a draw of independent errors.
    pub(super) fn one(&self, draw: usize, position: usize) -> Extreme {
        let error = self.order.error[position];
        match self.draws {
            Draws::Generated { seed, .. } => {
                let mut random = Random::new(seed, draw as u64);
                for _ in 0..position {
                    random.bits();
                }
                let noise = random.normal();
                Extreme { position, size: in_errors(error * noise, error), value: error * noise }
            }
            Draws::Given(draws) => {
                let value = draws[draw * self.order.rows() + self.order.row[position]];
                Extreme { position, size: in_errors(value, error), value }
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
        let reach = if all { f64::NEG_INFINITY } else { z_beyond(tail) };
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
                let mut random = Random::new(seed, draw as u64);
                for (position, error) in self.order.error.iter().enumerate() {
                    // Most are passed over without ever becoming normal.
                    let share = random.uniform();
                    let far_out = all || (share - 0.5).abs() >= 0.5 - tail;
                    if far_out && !self.order.is_stood_for(position) {
                        let value = error * normal_quantile(share).unwrap_or(0.0);
                        keep(position, in_errors(value, *error), value);
                    }
                }
            }
            Draws::Given(draws) => {
                let own = &draws[draw * self.order.rows()..];
                for (position, (row, error)) in self.order.row.iter().zip(&self.order.error).enumerate() {
                    let value = own[*row];
                    let size = in_errors(value, *error);
                    if all || size.abs() > reach {
                        keep(position, size, value);
                    }
                }
            }
        }
        reach
    }
}

/// A value in standard errors. Where an estimate is said to be certain and its draw is not, nothing bounds it.
fn in_errors(value: f64, error: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value / error }
}

fn z_beyond(tail: f64) -> f64 {
    normal_quantile(tail).map_or(f64::INFINITY, |z| -z)
}
