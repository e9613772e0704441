//! Estimates from the largest down, each with its error, and each pair with the standard error of its
//! difference. Positions in this order are what the rest of the family counts with.

use super::factor::{Factor, triangle};
use super::ranks_of_descending;
use crate::rows::{Refused, all_finite, none_negative, not_empty, same_length};

/// How uncertain the estimates are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Uncertainty<'a> {
    /// One standard error per estimate; the estimates are independent.
    StandardErrors(&'a [f64]),
    /// The covariance matrix of the estimates, row after row.
    Covariance(&'a [f64]),
}

/// Beyond this, and below one over it, squares and quotients would leave the range of a 64-bit float.
pub(super) const LARGEST: f64 = 1e75;

/// How far a matrix may be from symmetric, as a share of its variances.
const ASYMMETRY: f64 = 1e-8;
/// A difference with so small a share of the variances of its parts is certain, but for rounding.
const CERTAIN: f64 = 1e-12;

/// The estimates in descending order.
#[derive(Debug)]
pub(super) struct Order {
    /// The caller's row at each position.
    pub(super) row: Vec<usize>,
    pub(super) estimate: Vec<f64>,
    pub(super) error: Vec<f64>,
    variance: Vec<f64>,
    least_variance: f64,
    most_variance: f64,
    /// The first and the last position whose estimate is certain.
    certain: Option<(usize, usize)>,
    pub(super) joint: Option<Joint>,
}

/// What only estimates with covariances need; its size is the square of theirs.
#[derive(Debug)]
pub(super) struct Joint {
    pub(super) factor: Factor,
    /// Standard errors of differences, as a triangle: see [`Joint::above`].
    spread: Vec<f64>,
    /// The smallest of the spreads of each position with any other.
    pub(super) least: Vec<f64>,
}

impl Joint {
    /// The standard errors of the differences between a position and each of those above it.
    pub(super) fn above(&self, low: usize) -> &[f64] {
        &self.spread[triangle(low)..][..low]
    }
}

impl Order {
    pub(super) fn new(estimates: &[f64], uncertainty: Uncertainty<'_>) -> Result<Self, Refused> {
        let rows = estimates.len();
        not_empty(rows)?;
        all_finite(estimates)?;
        let covariance = match uncertainty {
            Uncertainty::StandardErrors(errors) => {
                same_length(rows, errors.len())?;
                none_negative(errors)?;
                None
            }
            Uncertainty::Covariance(matrix) => {
                check_covariance(matrix, rows)?;
                Some(matrix)
            }
        };
        let variance_of = |row: usize| match uncertainty {
            Uncertainty::StandardErrors(errors) => errors[row] * errors[row],
            Uncertainty::Covariance(matrix) => matrix[row * rows + row],
        };
        let in_range =
            |variance: f64| variance == 0.0 || (LARGEST.powi(-2)..=LARGEST.powi(2)).contains(&variance);
        if estimates.iter().any(|e| e.abs() > LARGEST) || !(0..rows).all(|row| in_range(variance_of(row))) {
            return Err(Refused::OutOfRange);
        }
        let mut row: Vec<usize> = (0..rows).collect();
        // Rows alike in both can change places without changing any answer.
        row.sort_by(|a, b| {
            let (one, other) = (estimates[*b] + 0.0, estimates[*a] + 0.0);
            one.total_cmp(&other).then(variance_of(*a).total_cmp(&variance_of(*b)))
        });
        let variance: Vec<f64> = row.iter().map(|row| variance_of(*row)).collect();
        let error = match uncertainty {
            Uncertainty::StandardErrors(errors) => row.iter().map(|row| errors[*row]).collect(),
            Uncertainty::Covariance(_) => variance.iter().map(|v| v.sqrt()).collect(),
        };
        let joint = match covariance {
            Some(matrix) if has_covariances(matrix, rows) => {
                let entry = |j: usize, k: usize| {
                    let (j, k) = (row[j], row[k]);
                    f64::midpoint(matrix[j * rows + k], matrix[k * rows + j])
                };
                Some(joint(rows, entry).map_err(|refused| in_rows_of(refused, &row))?)
            }
            _ => None,
        };
        let (mut least_variance, mut most_variance) = (f64::INFINITY, 0.0_f64);
        for v in &variance {
            (least_variance, most_variance) = (least_variance.min(*v), most_variance.max(*v));
        }
        let is_certain = |v: &f64| *v == 0.0;
        let certain = variance.iter().position(is_certain).zip(variance.iter().rposition(is_certain));
        let estimate = row.iter().map(|row| estimates[*row]).collect();
        Ok(Self { row, estimate, error, variance, least_variance, most_variance, certain, joint })
    }

    pub(super) fn rows(&self) -> usize {
        self.row.len()
    }

    pub(super) fn ranks(&self) -> Vec<usize> {
        ranks_of_descending(&self.estimate)
    }

    /// Whether a certain estimate need not be looked at in a draw of independent errors: its error is nought,
    /// like that of all certain ones, so the highest and the lowest of them, which are told apart from others
    /// last, stand for all.
    pub(super) fn is_stood_for(&self, position: usize) -> bool {
        self.error[position] == 0.0
            && self.certain.is_some_and(|(first, last)| position != first && position != last)
    }

    /// The standard error of the difference of two positions.
    pub(super) fn spread(&self, high: usize, low: usize) -> f64 {
        match &self.joint {
            None => (self.variance[high] + self.variance[low]).sqrt(),
            Some(joint) => joint.above(high.max(low))[high.min(low)],
        }
    }

    /// Whether `high`, the smaller position, is significantly above `low` with critical value `c`.
    pub(super) fn apart(&self, high: usize, low: usize, c: f64) -> bool {
        self.exceeds(high, low, self.spread(high, low), c)
    }

    fn exceeds(&self, high: usize, low: usize, spread: f64, c: f64) -> bool {
        self.estimate[high] - self.estimate[low] - spread * c > 0.0
    }

    /// How many positions each is significantly below, and how many it is significantly above.
    ///
    /// For independent estimates most pairs need no look: the difference grows as one goes down from a
    /// position, so those nearer than the least spread allows are not apart, and those further than the
    /// largest are. Every operation in [`Order::exceeds`] is monotone, rounding included: this is exact.
    pub(super) fn count_apart(&self, c: f64) -> (Vec<usize>, Vec<usize>) {
        let rows = self.rows();
        let (mut above, mut below) = (vec![0; rows], vec![0; rows]);
        if let Some(joint) = &self.joint {
            for (low, above) in above.iter_mut().enumerate() {
                for ((high, spread), below) in joint.above(low).iter().enumerate().zip(&mut below) {
                    let apart = usize::from(self.exceeds(high, low, *spread, c));
                    *above += apart;
                    *below += apart;
                }
            }
            return (above, below);
        }
        // How many positions are apart from this one and all after it.
        let mut and_all_after = vec![0; rows + 1];
        for (high, below) in below.iter_mut().enumerate() {
            let first_beyond = |from: usize, variance: f64| {
                let reach = (self.variance[high] + variance).sqrt() * c;
                let after = &self.estimate[from..];
                from + after.partition_point(|low| self.estimate[high] - low - reach <= 0.0)
            };
            let possible = first_beyond(high + 1, self.least_variance);
            let sure = first_beyond(possible, self.most_variance);
            for (low, above) in (possible..sure).zip(&mut above[possible..sure]) {
                let apart = usize::from(self.apart(high, low, c));
                *above += apart;
                *below += apart;
            }
            *below += rows - sure;
            and_all_after[sure] += 1;
        }
        let mut sure = 0;
        for (above, from_here) in above.iter_mut().zip(and_all_after) {
            sure += from_here;
            *above += sure;
        }
        (above, below)
    }
}

fn has_covariances(matrix: &[f64], rows: usize) -> bool {
    matrix.iter().enumerate().any(|(at, value)| at / rows != at % rows && *value != 0.0)
}

fn check_covariance(matrix: &[f64], rows: usize) -> Result<(), Refused> {
    if matrix.len() != rows * rows {
        return Err(Refused::WrongShape { wanted: rows * rows, found: matrix.len() });
    }
    if let Some(at) = matrix.iter().position(|value| !value.is_finite()) {
        return Err(Refused::NotFinite { row: at / rows });
    }
    if let Some(row) = (0..rows).find(|row| matrix[row * rows + row] < 0.0) {
        return Err(Refused::Negative { row });
    }
    for row in 0..rows {
        for column in 0..row {
            let (one, other) = (matrix[row * rows + column], matrix[column * rows + row]);
            let scale = matrix[row * rows + row].max(matrix[column * rows + column]);
            if (one - other).abs() > ASYMMETRY * scale {
                return Err(Refused::NotSymmetric { row, column });
            }
        }
    }
    Ok(())
}

fn joint(rows: usize, covariance: impl Fn(usize, usize) -> f64) -> Result<Joint, Refused> {
    let factor = Factor::new(rows, &covariance)?;
    let mut spread = Vec::with_capacity(triangle(rows));
    let mut least = vec![f64::INFINITY; rows];
    for low in 0..rows {
        for high in 0..low {
            let parts = covariance(high, high) + covariance(low, low);
            let variance = parts - 2.0 * covariance(high, low);
            let own = if variance > CERTAIN * parts { variance.sqrt() } else { 0.0 };
            least[high] = least[high].min(own);
            least[low] = least[low].min(own);
            spread.push(own);
        }
    }
    Ok(Joint { factor, spread, least })
}

/// A refusal that counts positions, in the rows of the caller.
fn in_rows_of(refused: Refused, row: &[usize]) -> Refused {
    match refused {
        Refused::NotACovariance { row: position } => {
            Refused::NotACovariance { row: row.get(position).copied().unwrap_or(position) }
        }
        other => other,
    }
}
