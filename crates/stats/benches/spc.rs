//! How long control charts take: `cargo bench -p someasure-stats --bench spc`.
//!
//! R's NHSRplotthedots 0.2.2 takes 3.1 seconds for 200 series of 60 points.

use std::hint::black_box;
use std::time::Instant;

use someasure_stats::{Chart, Improvement, Settings, control_chart};

const R_SECONDS: f64 = 3.1;

fn main() {
    let series: Vec<Vec<Option<f64>>> = (0..200u64)
        .map(|which| {
            let mut state = which + 1;
            (0..60)
                .map(|_| {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    Some(f64::from((state >> 48) as u16) / 1000.0)
                })
                .collect()
        })
        .collect();
    let settings = Settings { improvement: Improvement::Increase, target: Some(40.0), ..Settings::default() };
    let mut best = f64::INFINITY;
    for _ in 0..50 {
        let start = Instant::now();
        for values in &series {
            let chart = control_chart(Chart::Xmr, black_box(values), &[], &settings);
            assert!(black_box(chart).is_ok());
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("200 series of 60 points: {:.3} ms, {:.0} times faster than R", best * 1e3, R_SECONDS / best);
    assert!(best * 100.0 < R_SECONDS, "less than 100 times faster than R");
}
