//! The crate looks at few pairs and at few draws twice; it must answer what looking at everything answers.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use someasure_stats::{Draws, RankOptions, Side, Uncertainty, rank_sets};

use crate::brute;

/// Estimates and errors: of a few values, so that many are tied and some errors are nought, or of any.
fn bodies(rows: std::ops::Range<usize>) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let estimate = prop_oneof![(-3i32..4).prop_map(f64::from), -3.0f64..3.0];
    let alike = prop_oneof![Just(vec![0.5]), Just(vec![0.0, 0.25, 1.0]), Just(vec![])];
    (prop::collection::vec((estimate, -2.0f64..1.0, any::<prop::sample::Index>()), rows), alike, 0.01f64..3.0)
        .prop_map(|(rows, alike, scale)| {
            let error = |(_, log, which): &(f64, f64, prop::sample::Index)| {
                if alike.is_empty() { scale * log.exp() } else { scale * alike[which.index(alike.len())] }
            };
            (rows.iter().map(|row| row.0).collect(), rows.iter().map(error).collect())
        })
}

fn options(rows: usize) -> impl Strategy<Value = RankOptions> {
    let side = prop::sample::select(vec![Side::Both, Side::Lower, Side::Upper]);
    let level = prop_oneof![Just(0.95), 0.001f64..0.999];
    let row = prop_oneof![2 => Just(None), 1 => (0..rows).prop_map(Some)];
    let threads = (1usize..4).prop_map(|threads| NonZeroUsize::new(threads).unwrap());
    (level, side, any::<bool>(), row, threads).prop_map(|(level, side, stepdown, row, threads)| RankOptions {
        level,
        side,
        stepdown,
        row,
        threads,
    })
}

fn question(
    rows: std::ops::Range<usize>,
    draws: std::ops::Range<usize>,
) -> impl Strategy<Value = ((Vec<f64>, Vec<f64>), RankOptions, usize, u64)> {
    bodies(rows).prop_flat_map(move |bodies| {
        let options = options(bodies.0.len());
        (Just(bodies), options, draws.clone(), any::<u64>())
    })
}

fn same_as_everything(
    (estimates, errors): &(Vec<f64>, Vec<f64>),
    options: &RankOptions,
    number: usize,
    seed: u64,
) -> Result<(), TestCaseError> {
    let drawn = brute::generated_draws(estimates, errors, number, seed);
    let (sets, critical_values) = brute::rank_sets(estimates, &brute::diagonal(errors), &drawn, options);
    let independent = Uncertainty::StandardErrors(errors);
    let here = rank_sets(estimates, independent, Draws::Generated { number, seed }, options).unwrap();
    prop_assert_eq!(&here.sets, &sets);
    prop_assert_eq!(&here.critical_values, &critical_values);
    prop_assert_eq!(here.draws, number);
    let given = rank_sets(estimates, independent, Draws::Given(&drawn), options).unwrap();
    prop_assert_eq!(&given, &here);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn few_rows_and_draws_are_told_apart_as_by_looking_at_everything(
        (bodies, options, number, seed) in question(2..9, 1..60)
    ) {
        same_as_everything(&bodies, &options, number, seed)?;
    }

    #[test]
    fn covariances_are_respected_as_by_looking_at_everything(
        (bodies, options, number, seed) in question(2..7, 1..60),
        mixing in prop::collection::vec(-1.0f64..1.0, 36),
        alike in any::<bool>(),
    ) {
        // Rows that share noise: A·Aᵀ, singular when the last row repeats the first.
        let (estimates, _) = bodies;
        let rows = estimates.len();
        let weight = |row: usize, noise: usize| mixing[if alike && row + 1 == rows { 0 } else { row } * 6 + noise];
        let entry = |j: usize, k: usize| (0..rows).map(|noise| weight(j, noise) * weight(k, noise)).sum::<f64>();
        let covariance: Vec<f64> = (0..rows * rows).map(|at| entry(at / rows, at % rows)).collect();
        let noise = brute::generated_draws(&estimates, &vec![1.0; rows], number, seed);
        let draw = |z: &[f64]| (0..rows).map(|row| (0..rows).map(|n| weight(row, n) * z[n]).sum()).collect::<Vec<f64>>();
        let drawn: Vec<f64> = noise.chunks(rows).flat_map(draw).collect();
        let (sets, critical_values) = brute::rank_sets(&estimates, &covariance, &drawn, &options);
        let here = rank_sets(&estimates, Uncertainty::Covariance(&covariance), Draws::Given(&drawn), &options).unwrap();
        prop_assert_eq!(here.sets, sets);
        prop_assert_eq!(here.critical_values, critical_values);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn rows_beyond_the_first_look_are_told_apart_as_by_looking_at_everything(
        (bodies, options, number, seed) in question(90..400, 1..30)
    ) {
        same_as_everything(&bodies, &options, number, seed)?;
    }

    #[test]
    fn draws_that_no_chance_would_make_change_nothing(
        (bodies, options, _, _) in question(100..200, 1..2),
        drawn in prop::collection::vec(prop_oneof![-1e9f64..1e9, (-2i32..3).prop_map(f64::from)], 600),
    ) {
        let (estimates, errors) = bodies;
        let drawn = &drawn[..600 - 600 % estimates.len()];
        let (sets, critical_values) = brute::rank_sets(&estimates, &brute::diagonal(&errors), drawn, &options);
        let here = rank_sets(&estimates, Uncertainty::StandardErrors(&errors), Draws::Given(drawn), &options).unwrap();
        prop_assert_eq!(here.sets, sets);
        prop_assert_eq!(here.critical_values, critical_values);
    }
}

#[test]
fn a_row_that_lies_nowhere_near_the_tails_can_be_in_the_widest_pair() {
    // One row far up, one down, and the rest at nought: 12.5/√2 at first sight, but 10/1.0000005 with the precise row.
    let mut errors = vec![1.0; 200];
    errors[7] = 0.001;
    let mut draw = vec![0.0; 200];
    (draw[3], draw[50]) = (10.0, -2.5);
    let widest = |errors: &[f64], draw: &[f64], row, side| {
        let options = RankOptions { stepdown: false, row, side, ..Default::default() };
        let uncertainty = Uncertainty::StandardErrors(errors);
        rank_sets(&vec![0.0; 200], uncertainty, Draws::Given(draw), &options).unwrap().critical_values[0]
    };
    let mirrored: Vec<f64> = draw.iter().map(|z| -z).collect();
    for draw in [draw, mirrored] {
        assert_eq!(widest(&errors, &draw, None, Side::Both), 10.0 / 1.000_001_f64.sqrt());
    }
    // For row 0 alone: a precise row one error up is nearer than an imprecise one that is half an error up.
    errors[7] = 0.1;
    errors[9] = 10.0;
    let mut draw = vec![0.0; 200];
    (draw[7], draw[9]) = (0.1, 5.0);
    let mirrored: Vec<f64> = draw.iter().map(|z| -z).collect();
    for (side, draw) in [(Side::Lower, draw), (Side::Upper, mirrored)] {
        assert_eq!(widest(&errors, &draw, Some(0), side), 5.0 / 101_f64.sqrt());
    }
}
