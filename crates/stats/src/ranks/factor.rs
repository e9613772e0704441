//! A covariance matrix taken apart, so that independent noise becomes noise with that covariance. It
//! knows nothing but the matrix.

use crate::rows::Refused;

/// Where row `at` of a packed triangle without its diagonal begins: row `at` holds `at` numbers.
pub(super) fn triangle(at: usize) -> usize {
    at * at.saturating_sub(1) / 2
}

/// What is left of a variance, as a share of it, below which a row is taken to be decided by the others.
const DECIDED: f64 = 1e-8;
/// How far, as a share of the variances, a matrix may be from positive semidefinite: files hold six digits.
const ROUNDED: f64 = 1e-6;

/// L with L·Lᵀ the correlation matrix, rows in the order in which they were taken, and what belongs to each.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    /// Packed lower triangle with its diagonal; row i holds its first i + 1 numbers.
    lower: Vec<f64>,
    /// Columns that are not nought.
    rank: usize,
    /// The matrix's row that was taken at each place.
    taken: Vec<usize>,
    /// Standard errors by the matrix's rows.
    error: Vec<f64>,
}

impl Factor {
    /// Cholesky's decomposition of the correlations, the row with most variance left first, which stops when
    /// no variance is left (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002,
    /// section 10.3). `covariance(j, k)` is the symmetric matrix; its diagonal is not negative.
    ///
    /// # Errors
    /// `NotACovariance` with a row at fault when the matrix is not positive semidefinite.
    pub(super) fn new(rows: usize, covariance: impl Fn(usize, usize) -> f64) -> Result<Self, Refused> {
        let error: Vec<f64> = (0..rows).map(|j| covariance(j, j).sqrt()).collect();
        let correlation = |j: usize, k: usize| match error[j] * error[k] {
            0.0 if covariance(j, k) == 0.0 => 0.0,
            scale => covariance(j, k) / scale,
        };
        let row = |at: usize| triangle(at + 1);
        let mut lower = vec![0.0; row(rows)];
        let mut taken: Vec<usize> = (0..rows).collect();
        let mut left: Vec<f64> = error.iter().map(|e| if *e == 0.0 { 0.0 } else { 1.0 }).collect();
        let mut rank = 0;
        while rank < rows {
            let most =
                (rank..rows).max_by(|a, b| left[*a].total_cmp(&left[*b]).then(b.cmp(a))).unwrap_or(rank);
            if left[most] <= DECIDED {
                break;
            }
            taken.swap(rank, most);
            left.swap(rank, most);
            for column in 0..rank {
                lower.swap(row(rank) + column, row(most) + column);
            }
            let pivot = left[rank].sqrt();
            lower[row(rank) + rank] = pivot;
            for other in rank + 1..rows {
                let rest = correlation(taken[other], taken[rank]) - dot(&lower, row(other), row(rank), rank);
                let entry = rest / pivot;
                lower[row(other) + rank] = entry;
                left[other] -= entry * entry;
            }
            rank += 1;
        }
        for j in rank..rows {
            for k in rank..=j {
                let own = if j == k && error[taken[j]] > 0.0 { 1.0 } else { correlation(taken[j], taken[k]) };
                let rest = own - dot(&lower, row(j), row(k), rank);
                if rest.is_nan() || rest.abs() > ROUNDED {
                    return Err(Refused::NotACovariance { row: taken[j] });
                }
            }
        }
        Ok(Self { lower, rank, taken, error })
    }

    /// How many independent numbers make one draw.
    pub(super) fn rank(&self) -> usize {
        self.rank
    }

    /// Turns `rank` independent standard normal numbers into one draw, by the matrix's rows.
    pub(super) fn apply(&self, noise: &[f64], values: &mut Vec<f64>) {
        values.clear();
        values.resize(self.error.len(), 0.0);
        for (at, row) in self.taken.iter().enumerate() {
            let own = &self.lower[triangle(at + 1)..][..(at + 1).min(self.rank)];
            let unit: f64 = own.iter().zip(noise).map(|(l, z)| l * z).sum();
            values[*row] = self.error[*row] * unit;
        }
    }
}

fn dot(lower: &[f64], one: usize, other: usize, length: usize) -> f64 {
    lower[one..][..length].iter().zip(&lower[other..][..length]).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor<const N: usize>(matrix: [[f64; N]; N]) -> Result<Factor, Refused> {
        Factor::new(N, |j, k| matrix[j][k])
    }

    /// What the factor makes of the unit vectors is its columns; their products are the matrix again.
    fn product(factor: &Factor, j: usize, k: usize) -> f64 {
        let columns = (0..factor.rank()).map(|at| {
            let (mut noise, mut values) = (vec![0.0; factor.rank()], Vec::new());
            noise[at] = 1.0;
            factor.apply(&noise, &mut values);
            values[j] * values[k]
        });
        columns.sum()
    }

    #[test]
    fn a_factor_times_itself_is_the_matrix() {
        let matrix = [[4.0, 1.0, -0.5, 0.0], [1.0, 2.0, 0.3, 0.0], [-0.5, 0.3, 9.0, 0.0], [0.0; 4]];
        let found = factor(matrix).unwrap();
        assert_eq!(found.rank(), 3, "a row without variance needs no noise");
        for (j, row) in matrix.iter().enumerate() {
            for (k, want) in row.iter().enumerate() {
                assert!((product(&found, j, k) - want).abs() < 1e-14, "{j}, {k}");
            }
        }
    }

    #[test]
    fn shares_that_add_up_to_one_have_a_singular_covariance_and_are_fine() {
        // Multinomial: diag(p) − p·pᵀ with p = (0.2, 0.3, 0.5).
        let matrix = [[0.16, -0.06, -0.10], [-0.06, 0.21, -0.15], [-0.10, -0.15, 0.25]];
        let found = factor(matrix).unwrap();
        assert_eq!(found.rank(), 2);
        assert!((product(&found, 0, 2) + 0.10).abs() < 1e-9);
    }

    #[test]
    fn what_no_variables_can_have_is_refused() {
        assert_eq!(factor([[1.0, 2.0], [2.0, 1.0]]).unwrap_err(), Refused::NotACovariance { row: 1 });
        assert_eq!(factor([[0.0, 0.1], [0.1, 1.0]]).unwrap_err(), Refused::NotACovariance { row: 0 });
        let odd = [[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]];
        assert!(matches!(factor(odd), Err(Refused::NotACovariance { .. })));
    }
}
