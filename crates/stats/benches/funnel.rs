//! How long funnels take: `cargo bench -p someasure-stats --bench funnel`.

use std::hint::black_box;
use std::time::Instant;

use someasure_stats::{FunnelKind, FunnelLimits, FunnelSettings, Overdispersion, Random, funnel};

fn main() {
    for units in [12, 200, 8000] {
        let mut random = Random::new(1, 0);
        let size: Vec<f64> = (0..units).map(|_| (20.0 + 5000.0 * random.uniform()).round()).collect();
        let seen: Vec<f64> = size.iter().map(|n| (n * (0.2 + 0.2 * random.uniform())).round()).collect();
        for kind in [FunnelKind::Proportion, FunnelKind::Rate] {
            for limits in [FunnelLimits::Exact, FunnelLimits::Normal] {
                let settings = FunnelSettings {
                    limits,
                    overdispersion: Overdispersion::Multiplicative,
                    ..Default::default()
                };
                let mut best = f64::INFINITY;
                for _ in 0..5 {
                    let start = Instant::now();
                    assert!(black_box(funnel(kind, black_box(&seen), &size, &settings)).is_ok());
                    best = best.min(start.elapsed().as_secs_f64());
                }
                println!("{units} units, {kind:?}, {limits:?}: {:.2} ms", best * 1e3);
            }
        }
    }
}
