//! Funnels of estimates that bring their own intervals: by hand, against chance, and what holds for any.

use proptest::prelude::*;
use someasure_stats::{
    EstimateScale, Interval, Outside, Random, Refused, funnel_of_estimates, normal_quantile,
};

const SCALES: [EstimateScale; 3] = [EstimateScale::Identity, EstimateScale::Root, EstimateScale::Arcsine];

/// Ends 1.96 standard errors away on the scale, as a method's 95% interval has them.
fn interval(scale: EstimateScale, place: f64, error: f64) -> Interval {
    let half = normal_quantile(0.975).unwrap() * error;
    Interval { lower: scale.value(place - half), upper: scale.value(place + half) }
}

#[test]
fn five_estimates_are_worked_out_by_hand() {
    // Median 10, errors 1: z = −4, −1, 0, 1, 6; φ = 54/5; Σz² is 54/(1 + τ²) = 4 where τ² = 12.5; whole error √13.5.
    let estimates = [6.0, 9.0, 10.0, 11.0, 16.0];
    let intervals = estimates.map(|at| interval(EstimateScale::Identity, at, 1.0));
    let found = funnel_of_estimates(EstimateScale::Identity, &estimates, &intervals, 0.95, 0.0).unwrap();
    assert_eq!(found.centre, 10.0);
    assert!((found.dispersion.phi - 10.8).abs() < 1e-9);
    assert!((found.dispersion.corrected_tau2 - 12.5).abs() < 1e-9);
    let last = found.units[4];
    assert!((last.z - 6.0).abs() < 1e-9 && (last.z_adjusted - 6.0 / 13.5_f64.sqrt()).abs() < 1e-9);
    assert!((last.limits95.upper - (10.0 + 1.959963984540054 * 13.5_f64.sqrt())).abs() < 1e-9);
    assert!(found.units.iter().all(|unit| unit.outside == Outside::None));
}

#[test]
fn an_interval_on_any_scale_is_read_back_into_the_error_it_was_made_from() {
    for scale in SCALES {
        let (place, error) = (0.7, 0.05);
        let found = scale.error(interval(scale, place, error), 0.95).unwrap();
        assert!((found - error).abs() < 1e-12, "{scale:?}: {found}");
    }
    // Wilson's interval of 0 of 20 has a width, though the share is 0.
    let none = someasure_stats::wilson(0.0, 20.0, 0.95).unwrap();
    assert!(EstimateScale::Arcsine.error(none, 0.95).unwrap() > 0.05);
}

/// The shares outside 95% and 99.8% limits, in percent, of `rounds` funnels of `units` that differ by `tau`.
fn outside(seed: u64, rounds: usize, units: usize, tau: f64) -> (f64, f64) {
    let mut random = Random::new(seed, 0);
    let (mut beyond95, mut beyond998) = (0, 0);
    for _ in 0..rounds {
        let (mut estimates, mut intervals) = (Vec::new(), Vec::new());
        for _ in 0..units {
            let error = 0.05 + 0.25 * random.uniform();
            let place = 3.0 + tau * random.normal() + error * random.normal();
            estimates.push(EstimateScale::Root.value(place));
            intervals.push(interval(EstimateScale::Root, place, error));
        }
        let found = funnel_of_estimates(EstimateScale::Root, &estimates, &intervals, 0.95, 0.1).unwrap();
        for unit in found.units {
            beyond95 += usize::from(unit.outside != Outside::None);
            beyond998 += usize::from(matches!(unit.outside, Outside::Above998 | Outside::Below998));
        }
    }
    let share = |count: usize| 100.0 * count as f64 / (rounds * units) as f64;
    (share(beyond95), share(beyond998))
}

/// docs/methods/comparison.md states these.
#[test]
fn as_many_lie_outside_as_the_limits_say() {
    let (beyond95, beyond998) = outside(1, 2_000, 20, 0.0);
    assert!((3.5..5.5).contains(&beyond95) && (0.05..0.4).contains(&beyond998), "{beyond95} {beyond998}");
    let (beyond95, beyond998) = outside(2, 2_000, 20, 0.4);
    assert!((4.0..9.0).contains(&beyond95) && (0.1..1.5).contains(&beyond998), "{beyond95} {beyond998}");
    let (beyond95, beyond998) = outside(3, 400, 200, 0.4);
    assert!((4.5..6.5).contains(&beyond95) && (0.1..0.6).contains(&beyond998), "{beyond95} {beyond998}");
}

#[test]
#[ignore = "prints the table of docs/methods/comparison.md; run with --release -- --ignored --nocapture"]
fn the_table_in_the_note_on_comparison() {
    for (units, rounds) in [(10, 4_000), (20, 2_000), (50, 1_000), (200, 300)] {
        let shares = [0.0, 0.1, 0.4].map(|tau| outside(units as u64, rounds, units, tau));
        println!("{units} {shares:.2?}");
    }
}

#[test]
fn one_unit_that_is_truly_unlike_does_not_hide_itself() {
    let mut random = Random::new(5, 0);
    let mut estimates: Vec<f64> = (0..20).map(|_| 5.0 + 0.1 * random.normal()).collect();
    estimates[7] = 9.0;
    let intervals: Vec<Interval> =
        estimates.iter().map(|at| interval(EstimateScale::Identity, *at, 0.1)).collect();
    let found = funnel_of_estimates(EstimateScale::Identity, &estimates, &intervals, 0.95, 0.1).unwrap();
    assert_eq!(found.units[7].outside, Outside::Above998);
}

#[test]
fn what_cannot_be_compared_is_refused_with_its_row() {
    let ends = |lower, upper| Interval { lower, upper };
    let ask = |estimates: &[f64], intervals: &[Interval], level, trim| {
        funnel_of_estimates(EstimateScale::Identity, estimates, intervals, level, trim).unwrap_err()
    };
    let good = [ends(0.0, 2.0), ends(1.0, 3.0)];
    assert_eq!(ask(&[], &[], 0.95, 0.1), Refused::Empty);
    assert_eq!(ask(&[1.0], &good[..1], 0.95, 0.1), Refused::OneRow);
    assert_eq!(ask(&[1.0, f64::NAN], &good, 0.95, 0.1), Refused::NotFinite { row: 1 });
    assert_eq!(
        ask(&[1.0, 2.0], &[good[0], ends(2.0, 2.0)], 0.95, 0.1),
        Refused::ZeroStandardError { row: 1 }
    );
    assert_eq!(
        ask(&[1.0, 2.0], &[good[0], ends(2.0, f64::INFINITY)], 0.95, 0.1),
        Refused::NotFinite { row: 1 }
    );
    assert_eq!(ask(&[1.0, 2.0], &good, 1.0, 0.1), Refused::LevelOutOfRange { level: 1.0 });
    assert_eq!(ask(&[1.0, 2.0], &good, 0.95, 0.5), Refused::ShareOutOfRange { share: 0.5, below: 0.5 });
}

proptest! {
    #[test]
    fn limits_hold_the_centre_and_order_does_not_matter(
        rows in prop::collection::vec((0.0..100.0f64, 0.01..5.0f64), 2..40), trim in 0.0..0.49f64,
    ) {
        for scale in [EstimateScale::Identity, EstimateScale::Root] {
            let ask = |rows: &[(f64, f64)]| {
                let estimates: Vec<f64> = rows.iter().map(|row| row.0).collect();
                let intervals: Vec<Interval> =
                    rows.iter().map(|row| Interval { lower: row.0 / (1.0 + row.1), upper: row.0 + row.1 }).collect();
                funnel_of_estimates(scale, &estimates, &intervals, 0.95, trim).unwrap()
            };
            let found = ask(&rows);
            for unit in &found.units {
                prop_assert!(unit.limits998.lower <= unit.limits95.lower && unit.limits95.lower <= found.centre + 1e-9);
                prop_assert!(unit.limits998.upper >= unit.limits95.upper && unit.limits95.upper >= found.centre - 1e-9);
                prop_assert!(unit.z_adjusted.abs() <= unit.z.abs() * (1.0 + 1e-12));
                prop_assert_eq!(unit.outside == Outside::Above998, unit.value > unit.limits998.upper);
            }
            let mut turned = rows.clone();
            turned.reverse();
            let mut back = ask(&turned).units;
            back.reverse();
            prop_assert_eq!(found.units, back);
        }
    }
}
