//! Composite scores: worked answers, what holds for any data, and the ranges of ranks.

use proptest::prelude::*;
use someasure_stats::{
    Aggregation, Indicator, Normalisation, Recipe, Refused, Treatment, aggregate, composite, excess_kurtosis,
    fill_with_group_means, normalise, rank_ranges, ranks_of, skewness, treat,
};

const PLAIN: Recipe = Recipe {
    treat: None,
    normalisation: Normalisation::MinMax { from: 0.0, to: 100.0 },
    aggregation: Aggregation::Arithmetic,
};

const WAYS: [Normalisation; 6] = [
    Normalisation::MinMax { from: 0.0, to: 100.0 },
    Normalisation::ZScore { mean: 0.0, deviation: 1.0 },
    Normalisation::Rank,
    Normalisation::PercentRank,
    Normalisation::ShareOfMax,
    Normalisation::ShareOfTarget { target: 10.0 },
];

const MEANS: [Aggregation; 3] = [Aggregation::Arithmetic, Aggregation::Geometric, Aggregation::Harmonic];

fn of(values: &[f64]) -> Indicator<'_> {
    Indicator { values, weight: 1.0, higher_is_better: true }
}

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

#[track_caller]
fn assert_close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1e-12), "{got} and not {want}");
}

#[test]
fn values_become_comparable_as_coinr_makes_them() {
    // R's COINr 1.1.14, n_minmax(0, 100), n_zscore(0, 1), n_rank, n_prank, n_fracmax, n_dist2targ(10).
    let mut values = some(&[1.0, 5.0, 2.0, 9.0, 4.0, 4.0, 0.0, 20.0, -3.0, 7.0]);
    values[6] = None;
    let at = |how, row: usize| normalise(&values, how).unwrap()[row];
    for (how, first, last) in [
        (WAYS[0], 17.3913043478261, 43.4782608695652),
        (WAYS[1], -0.687614164172529, 0.240664957460385),
        (WAYS[2], 2.0, 7.0),
        (WAYS[3], 0.125, 0.75),
        (WAYS[4], 0.05, 0.35),
        (WAYS[5], 0.307692307692308, 0.769230769230769),
    ] {
        assert_close(at(how, 0).unwrap(), first, 1e-13);
        assert_close(at(how, 9).unwrap(), last, 1e-13);
        assert_eq!(at(how, 6), None);
    }
    // Ties share the smallest rank.
    assert_eq!((at(WAYS[2], 4), at(WAYS[2], 5), at(WAYS[2], 1)), (Some(4.0), Some(4.0), Some(6.0)));
}

#[test]
fn means_make_up_for_little_by_much_in_different_degrees() {
    // COINr's a_amean, a_gmean and a_hmean of 3, 8, 1, 5 with weights 1, 2, 1, ½; a missing value weighs nothing.
    let values = [Some(3.0), Some(8.0), Some(1.0), Some(5.0), None];
    let mean = |how| aggregate(&values, &[1.0, 2.0, 1.0, 0.5, 3.0], how).unwrap().unwrap();
    assert_close(mean(MEANS[0]), 5.0, 1e-15);
    assert_close(mean(MEANS[1]), 3.84648113562981, 1e-14);
    assert_close(mean(MEANS[2]), 2.67326732673267, 1e-14);
    assert_eq!(aggregate(&[None, None], &[1.0, 1.0], MEANS[0]), Ok(None));
    assert_eq!(
        aggregate(&[Some(1.0), Some(0.0)], &[1.0, 1.0], MEANS[1]),
        Err(Refused::NotPositive { row: 1 })
    );
    assert_eq!(aggregate(&[Some(1.0), Some(0.0)], &[1.0, 0.0], MEANS[1]), Ok(Some(1.0)));
}

#[test]
fn one_wild_value_is_moved_and_many_need_a_logarithm() {
    let mut values: Vec<f64> = (0..40).map(f64::from).collect();
    assert_eq!(treat(&values, 5).unwrap().1, Treatment::None);
    values[7] = 4200.0;
    let (moved, what) = treat(&values, 5).unwrap();
    assert_eq!((what, moved[7]), (Treatment::Winsorised { times: 1 }, 39.0));
    // Downwards too.
    let turned: Vec<f64> = values.iter().map(|v| -v).collect();
    assert_eq!(treat(&turned, 5).unwrap().0[7], -39.0);
    // By hand: lowest 0, a hundredth of the range 42.
    let (logs, what) = treat(&values, 0).unwrap();
    assert_eq!(what, Treatment::Logarithm);
    assert_close(logs[7], 4242f64.ln(), 1e-15);
    // One body does what no other does: moving its value would leave nothing to compare.
    let mut alone = vec![0.0; 30];
    alone[4] = 9.0;
    let (kept, what) = treat(&alone, 5).unwrap();
    assert!(what == Treatment::Logarithm && kept[4] > kept[0], "{what:?}");
}

#[test]
fn shapes_are_those_of_a_calculation_by_hand() {
    // 0, 0, 0, 4: mean 1, deviation 2, z −½ three times and 1½: cubes 3, fourths 5¼.
    let values = [0.0, 0.0, 0.0, 4.0];
    assert_close(skewness(&values).unwrap(), 4.0 / (3.0 * 2.0) * 3.0, 1e-15);
    assert_close(excess_kurtosis(&values).unwrap(), 4.0 * 5.0 / 6.0 * 5.25 - 3.0 * 9.0 / 2.0, 1e-14);
    assert_eq!((skewness(&[1.0, 1.0, 1.0]), excess_kurtosis(&[1.0, 2.0, 9.0])), (None, None));
}

#[test]
fn gaps_are_filled_from_the_same_group() {
    let values = [Some(1.0), None, Some(3.0), Some(10.0), None, None];
    let filled = fill_with_group_means(&values, &[0, 0, 0, 1, 1, 2]).unwrap();
    assert_eq!(filled, [Some(1.0), Some(2.0), Some(3.0), Some(10.0), Some(10.0), None]);
}

#[test]
fn who_is_best_at_everything_is_first_whatever_the_choice() {
    let (a, b) = ([9.0, 1.0, 5.0, 3.0], [80.0, 70.0, 10.0, 20.0]);
    let found = rank_ranges(&[of(&a), of(&b)], PLAIN, 300, 1.0, 9).unwrap();
    let first = found.ranges[0];
    assert_eq!((first.rank, first.best, first.worst, first.high), (1, 1, 1, 1.0));
    // Second at one thing and last at the other: it depends.
    assert!(found.ranges[1].best < found.ranges[1].worst, "{:?}", found.ranges[1]);
    // Recipes: 14; weights: given, equal, each left out.
    assert_eq!(found.choices, 14 * 4 + 300 + 1);
}

#[test]
fn what_makes_no_score_is_refused() {
    let refused = |indicators: &[Indicator<'_>], recipe| composite(indicators, recipe).unwrap_err();
    assert_eq!(refused(&[], PLAIN), Refused::Empty);
    assert_eq!(refused(&[of(&[1.0, 2.0]), of(&[1.0])], PLAIN), Refused::LengthsDiffer { first: 2, other: 1 });
    assert_eq!(refused(&[of(&[1.0, 1.0])], PLAIN), Refused::NoSpread);
    assert_eq!(refused(&[of(&[1.0, f64::NAN])], PLAIN), Refused::NotFinite { row: 1 });
    let weightless = Indicator { weight: 0.0, ..of(&[1.0, 2.0]) };
    assert_eq!(refused(&[weightless], PLAIN), Refused::SumIsZero);
    assert_eq!(refused(&[Indicator { weight: -1.0, ..weightless }], PLAIN), Refused::Negative { row: 0 });
    let geometric = Recipe { aggregation: Aggregation::Geometric, ..PLAIN };
    assert_eq!(refused(&[of(&[2.0, 1.0, 3.0])], geometric), Refused::NotPositive { row: 1 });
    let two = [of(&[1.0, 2.0])];
    assert_eq!(rank_ranges(&two, PLAIN, 0, 0.5, 1).unwrap_err(), Refused::Empty);
    assert_eq!(
        rank_ranges(&two, PLAIN, 9, 1.5, 1).unwrap_err(),
        Refused::ShareOutOfRange { share: 1.5, below: 1.0 }
    );
}

fn columns() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (2usize..12, 1usize..5).prop_flat_map(|(units, indicators)| {
        let column = prop::collection::vec((-20i32..20).prop_map(f64::from), units);
        prop::collection::vec(column, indicators)
    })
}

fn wild() -> impl Strategy<Value = f64> {
    let odd = prop::sample::select(vec![
        0.0,
        -0.0,
        5e-324,
        1e-160,
        1e160,
        f64::MAX,
        f64::MIN,
        f64::NAN,
        f64::INFINITY,
    ]);
    prop_oneof![5 => (-9i32..9).prop_map(f64::from), 2 => any::<f64>(), 1 => odd]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn ranges_hold_the_rank_and_follow_their_units(columns in columns(), seed in any::<u64>()) {
        let indicators: Vec<Indicator<'_>> = columns.iter().map(|c| of(c)).collect();
        if let Ok(found) = rank_ranges(&indicators, PLAIN, 20, 0.5, seed) {
            for range in &found.ranges {
                prop_assert!(1 <= range.best && range.best <= range.rank && range.rank <= range.worst);
                prop_assert!(range.best as f64 <= range.low && range.low <= range.median);
                prop_assert!(range.median <= range.high && range.high <= range.worst as f64);
            }
            let turned: Vec<Vec<f64>> = columns.iter().map(|c| c.iter().rev().copied().collect()).collect();
            let turned: Vec<Indicator<'_>> = turned.iter().map(|c| of(c)).collect();
            // Sums in another order may part what was tied by the last digit: ranks, not scores, are to follow.
            let theirs = rank_ranges(&turned, PLAIN, 20, 0.5, seed).unwrap();
            for (here, there) in found.scores.iter().zip(theirs.scores.iter().rev()) {
                prop_assert!((here - there).abs() < 1e-9, "{here} {there}");
            }
        }
    }

    #[test]
    fn one_indicator_is_its_own_order_whatever_the_choice(values in prop::collection::hash_set(-500i32..500, 2..15)) {
        // Distinct values, none so wild that it is moved onto its neighbour.
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        prop_assume!(treat(&values, 5).unwrap().1 == Treatment::None);
        let found = rank_ranges(&[of(&values)], PLAIN, 20, 1.0, 4).unwrap();
        let order = ranks_of(&values);
        for (range, rank) in found.ranges.iter().zip(order) {
            prop_assert_eq!((range.best, range.rank, range.worst), (rank, rank, rank));
        }
    }

    #[test]
    fn means_lie_within_their_values_and_in_their_order(
        pairs in prop::collection::vec((0.1f64..100.0, 0.1f64..9.0), 1..8),
    ) {
        let (values, weights): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let [arithmetic, geometric, harmonic] =
            MEANS.map(|how| aggregate(&some(&values), &weights, how).unwrap().unwrap());
        let (low, high) = values.iter().fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        let slack = 1e-12 * high;
        prop_assert!(low - slack <= harmonic && harmonic <= geometric + slack);
        prop_assert!(geometric <= arithmetic + slack && arithmetic <= high + slack);
    }

    #[test]
    fn no_input_makes_a_composite_panic_or_answer_nan(
        rows in prop::collection::vec((wild(), wild()), 0..9), weights in (wild(), wild()), most in 0usize..4,
    ) {
        let (a, b): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let gappy: Vec<Option<f64>> = a.iter().enumerate().map(|(i, v)| (i % 3 > 0).then_some(*v)).collect();
        for how in WAYS {
            for found in [normalise(&some(&a), how), normalise(&gappy, how)].into_iter().flatten() {
                prop_assert!(found.iter().flatten().all(|v| v.is_finite()), "{how:?} {found:?}");
            }
            for aggregation in MEANS {
                let recipe = Recipe { treat: Some(most), normalisation: how, aggregation };
                let indicators =
                    [Indicator { weight: weights.0, ..of(&a) }, Indicator { weight: weights.1, ..of(&b) }];
                if let Ok(scores) = composite(&indicators, recipe) {
                    prop_assert!(scores.iter().all(|score| score.is_finite()));
                }
                if let Ok(found) = rank_ranges(&indicators, recipe, 3, 0.5, 1) {
                    prop_assert!(found.scores.iter().all(|score| score.is_finite()));
                }
            }
        }
        for mean in MEANS {
            if let Ok(Some(found)) = aggregate(&gappy, &b, mean) {
                prop_assert!(found.is_finite());
            }
        }
        if let Ok((treated, _)) = treat(&a, most) {
            prop_assert!(treated.iter().all(|v| v.is_finite()));
        }
        let group: Vec<usize> = (0..a.len()).map(|i| i % 2).collect();
        if let Ok(filled) = fill_with_group_means(&gappy, &group) {
            prop_assert!(filled.iter().flatten().all(|v| v.is_finite()));
        }
        prop_assert!(skewness(&a).is_none_or(f64::is_finite) && excess_kurtosis(&a).is_none_or(f64::is_finite));
    }
}

#[test]
fn scores_that_are_equal_but_for_rounding_share_a_rank() {
    // (4·2 + 2·3)/6 and (4·3 + 2·1)/6 are both 14/6.
    let weights = [4.0, 2.0];
    let score =
        |values: [f64; 2]| aggregate(&values.map(Some), &weights, Aggregation::Arithmetic).unwrap().unwrap();
    let scores = [score([2.0, 3.0]), score([1.0, 2.0]), score([3.0, 1.0])];
    assert_eq!(ranks_of(&scores), [1, 3, 1]);
    assert_eq!(ranks_of(&[0.1 + 0.2, 0.3, 0.299_999_9]), [1, 1, 3]);
    assert_eq!(ranks_of(&[1.0, 2.0, 2.0, 0.0]), [3, 1, 1, 4]);
}
