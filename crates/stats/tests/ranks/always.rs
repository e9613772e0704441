//! What holds for any data.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use someasure_stats::{
    Correction, CountOptions, Draws, RankOptions, RankSets, Refused, Side, Uncertainty, binomial_cdf,
    comparison_factor, count_rank_sets, expected_ranks, rank_sets, ranking_region,
};

type Row = (f64, f64);

/// Eighths and quarters, so that shifting and doubling them is exact.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (-40i32..40, 0u32..12)
        .prop_map(|(estimate, error)| (f64::from(estimate) / 8.0, f64::from(error) / 4.0));
    prop::collection::vec(row, 2..40)
}

fn shuffled() -> impl Strategy<Value = (Vec<Row>, Vec<usize>)> {
    rows().prop_flat_map(|rows| {
        let order: Vec<usize> = (0..rows.len()).collect();
        (Just(rows), Just(order).prop_shuffle())
    })
}

fn columns(rows: &[Row]) -> (Vec<f64>, Vec<f64>) {
    rows.iter().copied().unzip()
}

fn ask(rows: &[Row], options: &RankOptions) -> RankSets {
    let (estimates, errors) = columns(rows);
    let draws = Draws::Generated { number: 200, seed: 5 };
    rank_sets(&estimates, Uncertainty::StandardErrors(&errors), draws, options).unwrap()
}

fn sides() -> impl Strategy<Value = Side> {
    prop::sample::select(vec![Side::Both, Side::Lower, Side::Upper])
}

/// Numbers as files hold them, and numbers that only an accident makes.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0u32..20).prop_map(f64::from),
        2 => any::<f64>(),
        1 => prop::sample::select(vec![
            0.0, -0.0, -1.0, 5e-324, 1e-160, 1e-74, 1e74, 1e75, 1e160, f64::MAX, f64::NAN, f64::INFINITY,
        ]),
    ]
}

fn sound(lower: usize, rank: usize, upper: usize, rows: usize) {
    assert!(
        1 <= lower && lower <= rank && rank <= upper && upper <= rows,
        "{lower} {rank} {upper} of {rows}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn a_set_holds_the_estimated_rank(rows in rows(), level in 0.001f64..0.999, side in sides(), stepdown in any::<bool>()) {
        let options = RankOptions { level, side, stepdown, ..Default::default() };
        let all = ask(&rows, &options);
        for (row, set) in all.sets.iter().enumerate() {
            sound(set.lower, set.rank, set.upper, rows.len());
            prop_assert_eq!(set.rank, 1 + rows.iter().filter(|other| other.0 > rows[row].0).count());
        }
        for set in ask(&rows, &RankOptions { row: Some(rows.len() - 1), ..options }).sets {
            sound(set.lower, set.rank, set.upper, rows.len());
        }
        prop_assert!(all.critical_values.iter().all(|c| c.is_finite()));
        prop_assert!(all.critical_values.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn a_set_widens_with_the_level_and_narrows_with_stepdown(
        rows in rows(), low in 0.01f64..0.99, more in 0.0f64..0.3, row in prop::option::of(0usize..2),
    ) {
        let high = (low + more).min(0.999);
        let options = RankOptions { level: low, row, ..Default::default() };
        let narrow = ask(&rows, &options);
        let wide = ask(&rows, &RankOptions { level: high, ..options });
        let single = ask(&rows, &RankOptions { stepdown: false, ..options });
        for ((narrow, wide), single) in narrow.sets.iter().zip(&wide.sets).zip(&single.sets) {
            prop_assert!(wide.lower <= narrow.lower && narrow.upper <= wide.upper, "{narrow:?} {wide:?}");
            prop_assert!(single.lower <= narrow.lower && narrow.upper <= single.upper, "{narrow:?} {single:?}");
        }
        prop_assert_eq!(narrow.critical_values[..].first(), single.critical_values[..].first());
    }

    #[test]
    fn one_side_of_all_rows_is_that_of_both(rows in rows(), stepdown in any::<bool>()) {
        let of = |side| ask(&rows, &RankOptions { side, stepdown, ..Default::default() });
        let (both, lower, upper) = (of(Side::Both), of(Side::Lower), of(Side::Upper));
        prop_assert_eq!(&both.critical_values, &lower.critical_values);
        for at in 0..rows.len() {
            prop_assert_eq!((lower.sets[at].lower, lower.sets[at].upper), (both.sets[at].lower, rows.len()));
            prop_assert_eq!((upper.sets[at].lower, upper.sets[at].upper), (1, both.sets[at].upper));
        }
    }

    #[test]
    fn the_order_of_the_rows_and_the_number_of_threads_change_nothing((rows, order) in shuffled(), threads in 2usize..5) {
        let other: Vec<Row> = order.iter().map(|row| rows[*row]).collect();
        let options = RankOptions { threads: NonZeroUsize::new(threads).unwrap(), ..Default::default() };
        let (one, two) = (ask(&rows, &RankOptions::default()), ask(&other, &options));
        prop_assert_eq!(&one.critical_values, &two.critical_values);
        for (at, row) in order.iter().enumerate() {
            prop_assert_eq!(one.sets[*row], two.sets[at]);
        }
        let (one, two) = (columns(&rows), columns(&other));
        let expected = |(estimates, errors): &(Vec<f64>, Vec<f64>)| expected_ranks(estimates, Uncertainty::StandardErrors(errors)).unwrap();
        let region = |(estimates, errors): &(Vec<f64>, Vec<f64>)| ranking_region(estimates, Uncertainty::StandardErrors(errors), 0.9).unwrap();
        let ((e, f), (r, s)) = ((expected(&one), expected(&two)), (region(&one), region(&two)));
        for (at, row) in order.iter().enumerate() {
            prop_assert!((e[*row] - f[at]).abs() < 1e-10);
            prop_assert_eq!(r[*row], s[at]);
        }
        if one.1.iter().any(|error| *error > 0.0) {
            prop_assert_eq!(comparison_factor(&one.1, 0.95), comparison_factor(&two.1, 0.95));
        }
    }

    #[test]
    fn shift_and_scale_change_no_set(rows in rows(), shift in -100i32..100, power in -20i32..20) {
        let options = RankOptions::default();
        let here = ask(&rows, &options);
        let shifted: Vec<Row> = rows.iter().map(|row| (row.0 + f64::from(shift), row.1)).collect();
        prop_assert_eq!(&ask(&shifted, &options), &here);
        // A power of two changes no digit.
        let scaled: Vec<Row> = rows.iter().map(|row| (row.0 * 2f64.powi(power), row.1 * 2f64.powi(power))).collect();
        prop_assert_eq!(&ask(&scaled, &options), &here);
    }

    #[test]
    fn expected_ranks_add_up_to_what_ranks_add_up_to(rows in rows()) {
        let (estimates, errors) = columns(&rows);
        let found = expected_ranks(&estimates, Uncertainty::StandardErrors(&errors)).unwrap();
        let rows = rows.len() as f64;
        prop_assert!((found.iter().sum::<f64>() - rows * (rows + 1.0) / 2.0).abs() < 1e-9);
        prop_assert!(found.iter().all(|rank| (1.0..=rows).contains(rank)));
    }

    #[test]
    fn the_joint_region_holds_the_rank_and_widens_with_the_level(rows in rows(), low in 0.01f64..0.98, more in 0.0f64..0.019) {
        let (estimates, errors) = columns(&rows);
        let at = |level| ranking_region(&estimates, Uncertainty::StandardErrors(&errors), level).unwrap();
        for (narrow, wide) in at(low).iter().zip(at(low + more)) {
            sound(narrow.lower, narrow.rank, narrow.upper, rows.len());
            prop_assert!(wide.lower <= narrow.lower && narrow.upper <= wide.upper);
        }
    }

    #[test]
    fn intervals_to_compare_by_eye_fail_to_overlap_as_often_as_they_say(
        errors in prop::collection::vec(0.1f64..9.0, 2..12), level in 0.5f64..0.999,
    ) {
        let factor = comparison_factor(&errors, level).unwrap();
        let z = comparison_factor(&[0.0, 1.0], level).unwrap();
        prop_assert!(z / 2f64.sqrt() * (1.0 - 1e-12) <= factor && factor <= z);
    }

    #[test]
    fn counts_are_told_apart_as_by_holm_on_every_pair(
        counts in prop::collection::vec(prop_oneof![0u64..12, 0u64..300, 4000u64..4500], 2..14),
        level in prop_oneof![Just(0.95), 0.5f64..0.999],
        side in sides(),
        holm in any::<bool>(),
        row in prop::option::of(0usize..2),
    ) {
        let correction = if holm { Correction::Holm } else { Correction::Bonferroni };
        let sets = count_rank_sets(&counts, &CountOptions { level, side, correction, row }).unwrap();
        let wanted = |j: usize, k: usize| match row {
            None => true,
            Some(row) => k == row && side != Side::Upper || j == row && side != Side::Lower,
        };
        let rows = counts.len();
        let mut pairs: Vec<(f64, usize, usize)> = (0..rows * rows)
            .map(|at| (at / rows, at % rows))
            .filter(|(j, k)| j != k && wanted(*j, *k))
            // P(X ≥ x_j) among x_j + x_k is the chance of as few failures as x_k or fewer.
            .map(|(j, k)| (binomial_cdf(counts[k], counts[j] + counts[k], 0.5).unwrap(), j, k))
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all = pairs.len();
        let bound = |at: usize| (1.0 - level) / if holm { all - at } else { all } as f64;
        // Not where the last digit of a tail decides.
        prop_assume!(pairs.iter().enumerate().all(|(at, pair)| (pair.0 / bound(at) - 1.0).abs() > 1e-9));
        let first_kept = pairs.iter().enumerate().position(|(at, pair)| pair.0 > bound(at)).unwrap_or(all);
        let apart: Vec<(usize, usize)> =
            pairs[..first_kept].iter().map(|(_, j, k)| (*j, *k)).filter(|(j, k)| counts[*j] > counts[*k]).collect();
        for (at, set) in sets.iter().enumerate() {
            let at = row.unwrap_or(at);
            let above = apart.iter().filter(|(_, k)| *k == at).count();
            let below = apart.iter().filter(|(j, _)| *j == at).count();
            prop_assert_eq!(set.rank, 1 + counts.iter().filter(|other| **other > counts[at]).count());
            prop_assert_eq!(set.lower, if side == Side::Upper { 1 } else { 1 + above });
            prop_assert_eq!(set.upper, if side == Side::Lower { rows } else { rows - below });
        }
    }

    #[test]
    fn no_input_makes_a_function_panic_or_answer_nan(
        estimates in prop::collection::vec(any_number(), 0..8),
        errors in prop::collection::vec(any_number(), 0..8),
        drawn in prop::collection::vec(any_number(), 0..30),
        counts in prop::collection::vec(prop_oneof![0u64..9, any::<u64>()], 0..8),
        level in prop_oneof![2 => Just(0.95), 1 => 0.0f64..1.0, 1 => any::<f64>()],
        side in sides(),
        row in prop::option::of(0usize..9),
        same in any::<bool>(),
    ) {
        let length = if same { estimates.len().min(errors.len()) } else { 8 };
        let (estimates, errors) = (&estimates[..estimates.len().min(length)], &errors[..errors.len().min(length)]);
        let options = RankOptions { level, side, row, ..Default::default() };
        let matrix: Vec<f64> = errors.iter().flat_map(|one| errors.iter().map(move |other| one * other)).collect();
        let generated = Draws::Generated { number: 20, seed: 0 };
        for uncertainty in [Uncertainty::StandardErrors(errors), Uncertainty::Covariance(&matrix)] {
            for draws in [generated, Draws::Given(&drawn), Draws::Given(&drawn[..drawn.len().min(estimates.len())])] {
                if let Ok(found) = rank_sets(estimates, uncertainty, draws, &options) {
                    found.sets.iter().for_each(|set| sound(set.lower, set.rank, set.upper, estimates.len()));
                    prop_assert!(found.critical_values.iter().all(|c| c.is_finite()), "{:?}", found);
                }
            }
            if let Ok(found) = expected_ranks(estimates, uncertainty) {
                prop_assert!(found.iter().all(|rank| (1.0..=estimates.len() as f64).contains(rank)), "{:?}", found);
            }
            if let Ok(found) = ranking_region(estimates, uncertainty, level) {
                found.iter().for_each(|set| sound(set.lower, set.rank, set.upper, estimates.len()));
            }
        }
        if let Ok(found) = comparison_factor(errors, level) {
            prop_assert!(found.is_finite() && found >= 0.0);
        }
        let options = CountOptions { level, side, row, ..Default::default() };
        if let Ok(found) = count_rank_sets(&counts, &options) {
            found.iter().for_each(|set| sound(set.lower, set.rank, set.upper, counts.len()));
        }
    }
}

#[test]
fn certain_estimates_have_their_ranks_and_no_critical_value() {
    let found = ask(&[(3.0, 0.0), (5.0, 0.0), (3.0, 0.0), (1.0, 0.0)], &RankOptions::default());
    let sets: Vec<_> = found.sets.iter().map(|set| (set.rank, set.lower, set.upper)).collect();
    assert_eq!(sets, [(2, 2, 3), (1, 1, 1), (2, 2, 3), (4, 4, 4)]);
    assert_eq!(found.critical_values, [0.0; 0]);
    // One certain row among others is compared like any other.
    let found = ask(&[(0.0, 0.0), (9.0, 1.0), (-9.0, 1.0)], &RankOptions::default());
    assert_eq!(found.sets.iter().map(|set| set.upper - set.lower).max(), Some(0));
}

#[test]
fn rows_that_nothing_tells_apart_may_have_any_rank() {
    let found = ask(&[(1.5, 0.5); 7], &RankOptions::default());
    assert!(found.sets.iter().all(|set| (set.rank, set.lower, set.upper) == (1, 1, 7)), "{found:?}");
    assert_eq!(expected_ranks(&[2.0; 3], Uncertainty::StandardErrors(&[0.0; 3])), Ok(vec![2.0; 3]));
}

#[test]
fn what_is_known_of_two_rows_together_can_tell_them_apart() {
    let ask = |covariance| {
        let matrix = [1.0, covariance, covariance, 1.0];
        let draws = Draws::Generated { number: 2000, seed: 1 };
        let found = rank_sets(&[1.0, 0.0], Uncertainty::Covariance(&matrix), draws, &RankOptions::default());
        found.unwrap().sets[0].upper
    };
    assert_eq!((ask(0.0), ask(0.99), ask(1.0), ask(-0.99)), (2, 1, 1, 2));
}

#[test]
fn draws_with_a_covariance_have_it() {
    // Two rows: the widest difference is |N(0, 1)| whatever the covariance, and 95% of it is 1.96. Three rows of which
    // two are the same: one difference counts.
    for matrix in [vec![1.0, 0.6, 0.6, 2.0], vec![2.0, 2.0, 0.5, 2.0, 2.0, 0.5, 0.5, 0.5, 1.0]] {
        let rows = matrix.len().isqrt();
        let options = RankOptions { stepdown: false, ..Default::default() };
        let draws = Draws::Generated { number: 100_000, seed: 2 };
        let found = rank_sets(&vec![0.0; rows], Uncertainty::Covariance(&matrix), draws, &options).unwrap();
        assert!((found.critical_values[0] - 1.96).abs() < 0.025, "{found:?}");
    }
    // Equal correlations drop out of all differences: the critical value is that of independent rows.
    let rows = 6;
    let shared: Vec<f64> =
        (0..rows * rows).map(|at| if at / rows == at % rows { 1.0 } else { 0.7 }).collect();
    let one = |uncertainty| {
        let draws = Draws::Generated { number: 100_000, seed: 2 };
        let options = RankOptions { stepdown: false, ..Default::default() };
        rank_sets(&[0.0; 6], uncertainty, draws, &options).unwrap().critical_values[0]
    };
    let (joint, independent) =
        (one(Uncertainty::Covariance(&shared)), one(Uncertainty::StandardErrors(&[1.0; 6])));
    assert!((joint - independent).abs() < 0.025, "{joint} and {independent}");
}

#[test]
fn large_counts_are_told_apart_exactly() {
    // One pair, both ways: p ≤ α/2 with α = 5%. 1,000,000 and more against 1,000,000: by R's pbinom the first to be apart
    // at 2.5% is the smallest x with P(X ≥ x) ≤ 0.025; the normal approximation puts it 2,772 above.
    let apart = |more: u64| {
        let counts = [1_000_000 + more, 1_000_000];
        count_rank_sets(&counts, &CountOptions { correction: Correction::Bonferroni, ..Default::default() })
            .unwrap()[0]
            .upper
            == 1
    };
    let first = (2000..4000).find(|more| apart(*more)).unwrap();
    let tail = |more: u64| binomial_cdf(1_000_000, 2_000_000 + more, 0.5).unwrap();
    assert!(tail(first) <= 0.025 && tail(first - 1) > 0.025, "{first}");
    assert!((2773..2780).contains(&first), "{first}");
}

#[test]
fn eight_thousand_counts_take_no_time() {
    let counts: Vec<u64> = (0..8000).map(|at: u64| at * at % 1_000_003 + at * 100).collect();
    let began = std::time::Instant::now();
    let sets = count_rank_sets(&counts, &CountOptions::default()).unwrap();
    assert!(sets.iter().all(|set| set.lower <= set.rank && set.rank <= set.upper));
    let vast: Vec<u64> = (0..1000).map(|at: u64| (1 << 52) + at * 1_000_000).collect();
    count_rank_sets(&vast, &CountOptions::default()).unwrap();
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

#[test]
fn what_makes_no_sense_is_refused_with_its_row() {
    let draws = Draws::Generated { number: 10, seed: 0 };
    let options = RankOptions::default();
    let se = |estimates: &[f64], errors: &[f64]| {
        rank_sets(estimates, Uncertainty::StandardErrors(errors), draws, &options).unwrap_err()
    };
    assert_eq!(se(&[], &[]), Refused::Empty);
    assert_eq!(se(&[1.0], &[1.0]), Refused::OneRow);
    assert_eq!(se(&[1.0, 2.0], &[1.0]), Refused::LengthsDiffer { first: 2, other: 1 });
    assert_eq!(se(&[1.0, f64::NAN], &[1.0, 1.0]), Refused::NotFinite { row: 1 });
    assert_eq!(se(&[1.0, 2.0], &[1.0, f64::INFINITY]), Refused::NotFinite { row: 1 });
    assert_eq!(se(&[1.0, 2.0], &[1.0, -0.5]), Refused::Negative { row: 1 });
    assert_eq!(se(&[1.0, 1e80], &[1.0, 1.0]), Refused::OutOfRange);
    let matrix = |matrix: &[f64]| {
        rank_sets(&[1.0, 2.0], Uncertainty::Covariance(matrix), draws, &options).unwrap_err()
    };
    assert_eq!(matrix(&[1.0, 0.0, 1.0]), Refused::WrongShape { wanted: 4, found: 3 });
    assert_eq!(matrix(&[1.0, 0.0, 0.1, 1.0]), Refused::NotSymmetric { row: 1, column: 0 });
    assert_eq!(matrix(&[1.0, 0.0, 0.0, -1.0]), Refused::Negative { row: 1 });
    assert!(matches!(matrix(&[1.0, 2.0, 2.0, 1.0]), Refused::NotACovariance { .. }));
    assert_eq!(matrix(&[1.0, 0.0, f64::NAN, 1.0]), Refused::NotFinite { row: 1 });
    let given = |draws: Draws<'_>, options: &RankOptions| {
        rank_sets(&[1.0, 2.0], Uncertainty::StandardErrors(&[1.0, 1.0]), draws, options).unwrap_err()
    };
    assert_eq!(given(Draws::Given(&[]), &options), Refused::NoDraws);
    assert_eq!(given(Draws::Generated { number: 0, seed: 1 }, &options), Refused::NoDraws);
    assert_eq!(given(Draws::Given(&[0.0; 3]), &options), Refused::WrongShape { wanted: 4, found: 3 });
    assert_eq!(given(Draws::Given(&[0.0, 1.0, f64::NAN, 1.0]), &options), Refused::NotFinite { row: 1 });
    assert_eq!(given(draws, &RankOptions { level: 1.0, ..options }), Refused::LevelOutOfRange { level: 1.0 });
    assert_eq!(
        given(draws, &RankOptions { row: Some(2), ..options }),
        Refused::NoSuchRow { row: 2, rows: 2 }
    );
    let counts = |counts: &[u64], options: CountOptions| count_rank_sets(counts, &options).unwrap_err();
    assert_eq!(counts(&[], CountOptions::default()), Refused::Empty);
    assert_eq!(counts(&[4], CountOptions::default()), Refused::OneRow);
    assert_eq!(counts(&[4, u64::MAX], CountOptions::default()), Refused::OutOfRange);
    assert_eq!(
        counts(&[4, 5], CountOptions { row: Some(7), ..Default::default() }),
        Refused::NoSuchRow { row: 7, rows: 2 }
    );
    assert_eq!(comparison_factor(&[1.0], 0.95), Err(Refused::OneRow));
    assert_eq!(comparison_factor(&[0.0, 0.0], 0.95), Err(Refused::SumIsZero));
    assert_eq!(comparison_factor(&[1.0, -1.0], 0.95), Err(Refused::Negative { row: 1 }));
    assert_eq!(ranking_region(&[1.0], Uncertainty::StandardErrors(&[1.0]), 0.9), Err(Refused::OneRow));
    assert_eq!(expected_ranks(&[1.0], Uncertainty::StandardErrors(&[1.0])), Ok(vec![1.0]));
}
