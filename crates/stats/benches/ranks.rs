//! How long do rank sets take, and how much memory? Prints a table: `cargo bench -p someasure-stats --bench ranks`.
//! Simultaneous sets with stepdown, at 95%, of independent estimates. `docs/methods/ranks.md` quotes a run.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use someasure_stats::{
    CountOptions, Draws, RankOptions, Uncertainty, count_rank_sets, expected_ranks, normal_quantile,
    rank_sets,
};

const SIZES: [(usize, usize); 7] = [
    (200, 1000),
    (200, 10_000),
    (1000, 10_000),
    (2000, 10_000),
    (4000, 10_000),
    (8000, 10_000),
    (16_000, 10_000),
];

/// Estimates with standard deviation 1 and standard errors around 0.3, alike or unlike.
fn bodies(rows: usize, unlike: f64) -> (Vec<f64>, Vec<f64>) {
    // The multiples of the golden ratio are spread evenly, those of √2 likewise and apart from them.
    let even = |at: usize, by: f64| ((at as f64 + 0.5) * by).fract().clamp(1e-9, 1.0 - 1e-9);
    let normal = |at, by| normal_quantile(even(at, by)).unwrap();
    let estimates = (0..rows).map(|at| normal(at, 0.618_033_988_749_894_8)).collect();
    let errors = (0..rows).map(|at| 0.3 * (unlike * normal(at, 0.414_213_562_373_095)).exp()).collect();
    (estimates, errors)
}

fn time(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

/// The most memory this process has held so far, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or("?".to_owned(), |peak| peak.trim().to_owned())
}

fn main() {
    println!("estimates    draws  errors    1 thread   2 threads  memory so far");
    for (rows, number) in SIZES {
        for (name, unlike) in [("equal", 0.0), ("unlike", 0.7), ("wild", 2.0)] {
            let (estimates, errors) = bodies(rows, unlike);
            let [one, two] = [1, 2].map(|threads| {
                let options =
                    RankOptions { threads: NonZeroUsize::new(threads).unwrap(), ..Default::default() };
                let draws = Draws::Generated { number, seed: 1 };
                let errors = Uncertainty::StandardErrors(&errors);
                time(|| drop(rank_sets(&estimates, errors, draws, &options).unwrap())).as_secs_f64()
            });
            println!("{rows:>9} {number:>8}  {name:<7} {one:>8.3} s  {two:>8.3} s  {}", memory());
        }
    }
    let (estimates, errors) = bodies(8000, 0.7);
    let errors = Uncertainty::StandardErrors(&errors);
    println!("8000 expected ranks: {:.3?}", time(|| drop(expected_ranks(&estimates, errors).unwrap())));
    let counts: Vec<u64> = estimates.iter().map(|estimate| (10_000.0 * estimate.exp()) as u64).collect();
    let options = CountOptions::default();
    println!("8000 counts, Holm: {:.3?}", time(|| drop(count_rank_sets(&counts, &options).unwrap())));
    let options = RankOptions { row: Some(0), ..Default::default() };
    let draws = Draws::Generated { number: 10_000, seed: 1 };
    let alone = time(|| drop(rank_sets(&estimates, errors, draws, &options).unwrap()));
    println!("one row among 8000, 10000 draws: {alone:.3?}");
}
