//! What every family does first with its rows: refuse what cannot be measured, put the rest in order,
//! add up with compensation, and gather rows into clusters. It knows no statistic.

use std::fmt;

/// Why an input was refused. Rows count from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Refused {
    /// There are no rows.
    Empty,
    /// Slices that must describe the same rows differ in length.
    LengthsDiffer {
        /// Rows in the first slice.
        first: usize,
        /// Rows in the slice that differs from it.
        other: usize,
    },
    /// A value is NaN or infinite.
    NotFinite {
        /// The first such row.
        row: usize,
    },
    /// A value that counts or measures an amount is below zero.
    Negative {
        /// The first such row.
        row: usize,
    },
    /// A share has more successes than cases.
    NumeratorAboveDenominator {
        /// The first such row.
        row: usize,
    },
    /// A denominator is zero, so the row has no value.
    ZeroDenominator {
        /// The first such row.
        row: usize,
    },
    /// A count is not a whole number.
    NotWhole {
        /// The first such row.
        row: usize,
    },
    /// There is no event, and a logarithm needs one.
    NoEvents {
        /// The first such row.
        row: usize,
    },
    /// Limits cannot be fixed by so few points.
    TooFewToFix {
        /// The points that were asked for.
        points: usize,
        /// The least that would do.
        least: usize,
    },
    /// The denominators, the exposure or the values add up to zero.
    SumIsZero,
    /// The level is not strictly between 0 and 1.
    LevelOutOfRange {
        /// The level that was asked for.
        level: f64,
    },
    /// There is one row, and nothing to compare it with.
    OneRow,
    /// There is no such row.
    NoSuchRow {
        /// The row that was asked for.
        row: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// A table has too many numbers or too few.
    WrongShape {
        /// How many it must have, or the least that would do.
        wanted: usize,
        /// How many it has.
        found: usize,
    },
    /// There are no draws.
    NoDraws,
    /// A covariance matrix says one thing of two rows above its diagonal and another below.
    NotSymmetric {
        /// The row below the diagonal.
        row: usize,
        /// The column below the diagonal.
        column: usize,
    },
    /// No variables can have these covariances: the matrix is not positive semidefinite.
    NotACovariance {
        /// A row whose covariances with the others do not fit.
        row: usize,
    },
    /// A standard error is zero: the row would outweigh all others.
    ZeroStandardError {
        /// The first such row.
        row: usize,
    },
    /// A value is not above zero where a geometric or harmonic mean is to be taken.
    NotPositive {
        /// The first such row.
        row: usize,
    },
    /// All values are equal, so there is no spread to divide by.
    NoSpread,
    /// Every row has no success or event, or every row nothing else.
    NoContrast,
    /// A share to cut off or to read a quantile at lies outside its range.
    ShareOutOfRange {
        /// The share that was asked for.
        share: f64,
        /// Where the range ends that begins at 0.
        below: f64,
    },
    /// A value that must be a probability is not between 0 and 1.
    NotAProbability {
        /// The first such row.
        row: usize,
    },
    /// A draw takes no cluster, or one that is not there.
    NoSuchCluster {
        /// The draw.
        row: usize,
    },
    /// The numbers are so large, or so unlike in size, that the arithmetic leaves the range of a 64-bit float.
    OutOfRange,
}

impl Refused {
    /// The row at fault, from 0, where one row is.
    pub fn row(&self) -> Option<usize> {
        match self {
            Self::NotFinite { row }
            | Self::Negative { row }
            | Self::NumeratorAboveDenominator { row }
            | Self::ZeroDenominator { row }
            | Self::NotWhole { row }
            | Self::NoEvents { row }
            | Self::NotACovariance { row }
            | Self::ZeroStandardError { row }
            | Self::NotPositive { row }
            | Self::NotAProbability { row }
            | Self::NoSuchCluster { row } => Some(*row),
            Self::OneRow => Some(0),
            Self::Empty
            | Self::LengthsDiffer { .. }
            | Self::TooFewToFix { .. }
            | Self::SumIsZero
            | Self::NoSpread
            | Self::NoContrast
            | Self::LevelOutOfRange { .. }
            | Self::NoSuchRow { .. }
            | Self::WrongShape { .. }
            | Self::NoDraws
            | Self::NotSymmetric { .. }
            | Self::ShareOutOfRange { .. }
            | Self::OutOfRange => None,
        }
    }

    /// What is wrong, as the end of a sentence that begins with the row where there is one: `holds a value below
    /// zero`.
    pub fn reason(&self) -> String {
        match self {
            Self::Empty => "there are no rows".to_owned(),
            Self::LengthsDiffer { first, other } => {
                format!("columns differ in length: {first} rows and {other} rows")
            }
            Self::NotFinite { .. } => "holds a value that is not a finite number".to_owned(),
            Self::Negative { .. } => "holds a value below zero".to_owned(),
            Self::NumeratorAboveDenominator { .. } => "has a numerator above its denominator".to_owned(),
            Self::NotWhole { .. } => "holds a count that is not a whole number".to_owned(),
            Self::NoEvents { .. } => "has no event, and a logarithm needs one".to_owned(),
            Self::TooFewToFix { points, least } => {
                format!("{points} points are too few to fix limits; it takes at least {least}")
            }
            Self::SumIsZero => "the sum to divide by is zero".to_owned(),
            Self::LevelOutOfRange { level } => {
                format!("level is {level}; it must lie between 0 and 1, like 0.95")
            }
            Self::OneRow => "is the only row, and there is nothing to compare it with".to_owned(),
            Self::NoSuchRow { row, rows } => format!("row {row} is not one of the {rows} rows"),
            Self::WrongShape { wanted, found } => {
                format!("a table of {wanted} numbers was needed, and {found} were given")
            }
            Self::NoDraws => "there are no draws".to_owned(),
            Self::NotSymmetric { row, column } => {
                format!("the covariance of rows {row} and {column} is not that of rows {column} and {row}")
            }
            Self::NotACovariance { .. } => {
                "has covariances that no variables can have: the matrix is not positive semidefinite"
                    .to_owned()
            }
            Self::ZeroDenominator { .. } => "has a denominator of 0, so it has no value".to_owned(),
            Self::ZeroStandardError { .. } => {
                "has a standard error of 0, which would outweigh all other rows".to_owned()
            }
            Self::NotPositive { .. } => {
                "holds a normalised value that is not above 0, which this mean cannot take".to_owned()
            }
            Self::NoSpread => "all values are equal, so there is no spread to divide by".to_owned(),
            Self::NoContrast => {
                "no row has a success, or every row has nothing else, so nothing shows how rows differ"
                    .to_owned()
            }
            Self::ShareOutOfRange { share, below } => {
                format!("the share is {share}; it must lie between 0 and {below}")
            }
            Self::NotAProbability { .. } => "holds a value that is no probability".to_owned(),
            Self::NoSuchCluster { .. } => "takes no cluster, or one that is not there".to_owned(),
            Self::OutOfRange => {
                "the numbers are too large, or too unlike in size, to compute with".to_owned()
            }
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row() {
            write!(f, "row {row} ")?;
        }
        f.write_str(&self.reason())
    }
}

impl std::error::Error for Refused {}

/// The probability beyond one limit of a two-sided interval: (1 − level) / 2.
pub(crate) fn tail_of(level: f64) -> Result<f64, Refused> {
    if level > 0.0 && level < 1.0 { Ok((1.0 - level) / 2.0) } else { Err(Refused::LevelOutOfRange { level }) }
}

pub(crate) fn same_length(first: usize, other: usize) -> Result<(), Refused> {
    if first == other { Ok(()) } else { Err(Refused::LengthsDiffer { first, other }) }
}

pub(crate) fn not_empty(rows: usize) -> Result<(), Refused> {
    if rows == 0 { Err(Refused::Empty) } else { Ok(()) }
}

pub(crate) fn all_finite(values: &[f64]) -> Result<(), Refused> {
    values.iter().position(|v| !v.is_finite()).map_or(Ok(()), |row| Err(Refused::NotFinite { row }))
}

pub(crate) fn none_negative(values: &[f64]) -> Result<(), Refused> {
    all_finite(values)?;
    values.iter().position(|v| *v < 0.0).map_or(Ok(()), |row| Err(Refused::Negative { row }))
}

/// A result that overflowed is an error, never an infinity that travels on.
pub(crate) fn finite(value: f64) -> Result<f64, Refused> {
    if value.is_finite() { Ok(value) } else { Err(Refused::OutOfRange) }
}

/// The values in ascending order, −0 made 0 so that equal numbers are equal bits.
pub(crate) fn ascending(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().map(|v| v + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// Sum with Neumaier's compensation ("Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
/// Summen", ZAMM 54, 1974, 39–51). The caller fixes the order. An overflow gives an infinity.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (total, lost) = sum_in_two(values);
    if total.is_finite() { total + lost } else { total }
}

/// The same before its two parts are added: together they are far closer to the true sum than one float can be.
pub(crate) fn sum_in_two(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    (total, lost)
}

/// What one cluster adds up to: `top` over `bottom`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Totals {
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

/// One total per cluster. Labels only say which rows belong together: any numbering gives the same totals
/// in the same order, which is ascending by `bottom`, then `top`. Clusters of 0 over 0 are left out.
pub(crate) fn cluster_totals(top: &[f64], bottom: &[f64], cluster: &[usize]) -> Vec<Totals> {
    let mut rows: Vec<(usize, f64, f64)> =
        cluster.iter().zip(top).zip(bottom).map(|((c, t), b)| (*c, *t, *b)).collect();
    rows.sort_unstable_by(|x, y| x.0.cmp(&y.0).then(x.2.total_cmp(&y.2)).then(x.1.total_cmp(&y.1)));
    let totals = rows
        .chunk_by(|x, y| x.0 == y.0)
        .map(|same| Totals { top: sum(same.iter().map(|r| r.1)), bottom: sum(same.iter().map(|r| r.2)) })
        .collect();
    in_order(totals)
}

/// Totals that the caller has already added up, checked by nobody yet, in the order of [`cluster_totals`].
pub(crate) fn given_totals(top: &[f64], bottom: &[f64]) -> Vec<Totals> {
    in_order(top.iter().zip(bottom).map(|(t, b)| Totals { top: *t, bottom: *b }).collect())
}

fn in_order(mut totals: Vec<Totals>) -> Vec<Totals> {
    for t in &mut totals {
        (t.top, t.bottom) = (t.top + 0.0, t.bottom + 0.0);
    }
    totals.retain(|t| t.top != 0.0 || t.bottom != 0.0);
    totals.sort_unstable_by(|x, y| x.bottom.total_cmp(&y.bottom).then(x.top.total_cmp(&y.top)));
    totals
}

/// Variance of Σtop / Σbottom when clusters, not rows, are the independent units:
/// k/(k−1) · Σ(top − ratio·bottom)² / (Σbottom)². Cochran, *Sampling Techniques*, 3rd ed., 1977,
/// eq. 6.13, p. 155, without the finite-population factor. `None` for fewer than two clusters.
pub(crate) fn linearised_variance(totals: &[Totals], ratio: f64) -> Option<f64> {
    let clusters = totals.len() as f64;
    if totals.len() < 2 {
        return None;
    }
    let bottom = sum(totals.iter().map(|t| t.bottom));
    let squares = sum(totals.iter().map(|t| ((t.top - ratio * t.bottom) / bottom).powi(2)));
    Some(clusters / (clusters - 1.0) * squares)
}

/// A standard error this small beside its estimate is rounding, not information about variation.
pub(crate) const ROUNDING: f64 = 1e-12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_number_is_not_lost_between_two_large_ones() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn the_numbering_of_clusters_does_not_matter() {
        let one = cluster_totals(&[1.0, 2.0, 3.0, 5.0], &[1.0, 1.0, 1.0, 4.0], &[0, 1, 0, 2]);
        let other = cluster_totals(&[5.0, 3.0, 1.0, 2.0], &[4.0, 1.0, 1.0, 1.0], &[7, 900, 900, 3]);
        assert_eq!(one, other);
    }

    #[test]
    fn a_refusal_names_the_row_and_what_is_wrong_with_it() {
        assert_eq!(none_negative(&[1.0, -2.0]), Err(Refused::Negative { row: 1 }));
        assert_eq!(none_negative(&[1.0, f64::NAN]), Err(Refused::NotFinite { row: 1 }));
        assert_eq!(Refused::Negative { row: 1 }.to_string(), "row 1 holds a value below zero");
    }
}
