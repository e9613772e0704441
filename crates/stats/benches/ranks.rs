//! How long do rank sets take? Prints a table: `cargo bench -p someasure-stats --bench ranks`. Simultaneous
//! sets with stepdown, at 95%, of independent estimates. `docs/methods/ranks.md` quotes a run.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use someasure_stats::{Draws, RankOptions, Uncertainty, normal_quantile, rank_sets};

/// Estimates with standard deviation 1 and standard errors around 0.3, alike or unlike.
fn bodies(rows: usize, unlike: f64) -> (Vec<f64>, Vec<f64>) {
    // The golden ratio's multiples are spread evenly, those of √2 likewise and apart from them.
    let even = |at: usize, by: f64| ((at as f64 + 0.5) * by).fract().clamp(1e-9, 1.0 - 1e-9);
    let normal = |at, by| normal_quantile(even(at, by)).unwrap_or(0.0);
    let estimates = (0..rows).map(|at| normal(at, 0.618_033_988_749_894_8)).collect();
    let errors = (0..rows).map(|at| 0.3 * (unlike * normal(at, 0.414_213_562_373_095)).exp()).collect();
    (estimates, errors)
}

fn time(rows: usize, draws: usize, unlike: f64, threads: usize) -> (Duration, usize) {
    let (estimates, errors) = bodies(rows, unlike);
    let options = RankOptions {
        threads: NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN),
        ..Default::default()
    };
    let from = Instant::now();
    let drawn = Draws::Generated { number: draws, seed: 1 };
    let found = rank_sets(&estimates, Uncertainty::StandardErrors(&errors), drawn, &options).unwrap();
    (from.elapsed(), found.critical_values.len())
}

fn main() {
    println!("estimates    draws  errors    1 thread  2 threads  steps");
    for (rows, draws) in [
        (200, 1000),
        (200, 10_000),
        (1000, 10_000),
        (2000, 10_000),
        (4000, 10_000),
        (8000, 10_000),
        (16_000, 10_000),
    ] {
        for (name, unlike) in [("equal", 0.0), ("unlike", 0.7), ("wild", 2.0)] {
            let (one, steps) = time(rows, draws, unlike, 1);
            let (two, _) = time(rows, draws, unlike, 2);
            println!(
                "{rows:>9} {draws:>8}  {name:<7} {:>8.3} s {:>8.3} s {steps:>6}",
                one.as_secs_f64(),
                two.as_secs_f64()
            );
        }
    }
}
