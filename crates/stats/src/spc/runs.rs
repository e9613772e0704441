//! Does a series cross its median as often as chance would? A count of runs, beside the counts that chance
//! rarely falls below or goes above.

/// Probability in each tail.
const TAIL: f64 = 0.025;

/// Runs of one phase of a run chart. A run is a series of points on one side of the median; points on the
/// median belong to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runs {
    /// Points that are not on the median.
    pub points: usize,
    /// Runs that were seen.
    pub observed: usize,
    /// Fewer runs than this are too few: a shift or a slow drift.
    pub fewest: usize,
    /// More runs than this are too many: two series in one, or values made up.
    pub most: usize,
}

impl Runs {
    /// Counts the runs of `values` about their median.
    ///
    /// How many runs `above` points on one side and `below` on the other make when every order is as
    /// likely: Swed & Eisenhart, "Tables for testing randomness of grouping in a sequence of
    /// alternatives", Annals of Mathematical Statistics 14(1), 1943, 66–87; exact for any number of points.
    pub(super) fn about(median: f64, values: &[Option<f64>]) -> Self {
        let sides: Vec<bool> =
            values.iter().flatten().filter(|v| **v != median).map(|v| *v > median).collect();
        let above = sides.iter().filter(|high| **high).count();
        let (fewest, most) = expected(above, sides.len() - above);
        Self { points: sides.len(), observed: sides.chunk_by(|a, b| a == b).count(), fewest, most }
    }

    /// Chance alone would hardly make so few.
    pub fn too_few(&self) -> bool {
        self.observed < self.fewest
    }

    /// Chance alone would hardly make so many.
    pub fn too_many(&self) -> bool {
        self.observed > self.most
    }
}

/// The smallest and the largest number of runs that no tail of 2.5% excludes.
fn expected(above: usize, below: usize) -> (usize, usize) {
    let points = above + below;
    if above == 0 || below == 0 {
        return (points.min(1), points.min(1));
    }
    let most = if above == below { points } else { 2 * above.min(below) + 1 };
    let log_factorial = log_factorials(points);
    let probability = |runs: usize| {
        let choose = |n: usize, k: usize| {
            if k > n { f64::NEG_INFINITY } else { log_factorial[n] - log_factorial[k] - log_factorial[n - k] }
        };
        let pairs = runs / 2;
        let split = |a: usize, b: usize| {
            (choose(above - 1, a - 1) + choose(below - 1, b - 1) - choose(points, above)).exp()
        };
        if runs.is_multiple_of(2) {
            2.0 * split(pairs, pairs)
        } else {
            split(pairs + 1, pairs) + split(pairs, pairs + 1)
        }
    };
    let few = first_past_tail((2..=most).map(|runs| (runs, probability(runs)))).unwrap_or(most);
    let many = first_past_tail((2..=most).rev().map(|runs| (runs, probability(runs)))).unwrap_or(2);
    (few, many)
}

/// The first count at which the probabilities so far are more than a tail.
fn first_past_tail(counts: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    let mut total = 0.0;
    counts
        .map(|(runs, probability)| {
            total += probability;
            (runs, total)
        })
        .find(|(_, total)| *total > TAIL)
        .map(|(runs, _)| runs)
}

/// ln 0!, ln 1!, … ln n!.
fn log_factorials(n: usize) -> Vec<f64> {
    let mut total = 0.0;
    std::iter::once(0.0)
        .chain((1..=n).map(|k| {
            total += (k as f64).ln();
            total
        }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_runs_are_those_that_counting_every_order_gives() {
        for (above, below) in [(1, 1), (3, 3), (5, 5), (2, 7), (6, 4), (8, 8)] {
            let points: usize = above + below;
            let mut seen = vec![0.0; points + 1];
            for order in 0u32..1 << points {
                if order.count_ones() as usize == above {
                    let bits: Vec<bool> = (0..points).map(|i| order >> i & 1 == 1).collect();
                    seen[bits.chunk_by(|a, b| a == b).count()] += 1.0;
                }
            }
            let all: f64 = seen.iter().sum();
            let share = |runs: usize| (runs, seen[runs] / all);
            let few = first_past_tail((0..=points).map(share)).unwrap();
            let many = first_past_tail((0..=points).rev().map(share)).unwrap();
            assert_eq!(expected(above, below), (few, many), "{above} above, {below} below");
        }
    }

    #[test]
    fn points_on_one_side_only_make_one_run() {
        assert_eq!(expected(0, 4), (1, 1));
        assert_eq!(expected(0, 0), (0, 0));
    }

    #[test]
    fn a_thousand_points_are_counted_too() {
        // Wald & Wolfowitz: mean 501, standard error √249.75 ≈ 15.8, so about 470 to 532.
        let (fewest, most) = expected(500, 500);
        assert!((469..=472).contains(&fewest) && (530..=533).contains(&most), "{fewest} to {most}");
    }
}
