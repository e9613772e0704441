//! Robust summaries, resampled clusters and adjusted p-values: worked answers, what holds for any data, and how often
//! the intervals hold the truth.

use proptest::prelude::*;
use someasure_stats::{
    Adjustment, BootstrapEstimate, NoInterval, QuantileRule, Random, Refused, adjusted_p_values,
    bootstrap_mean, bootstrap_ratio, bootstrap_ratio_from, hodges_lehmann, mean, median,
    median_absolute_deviation, normal_cdf, quantile, trimmed_mean, winsorised_mean,
};

const RULES: [QuantileRule; 3] = [QuantileRule::Six, QuantileRule::Seven, QuantileRule::Eight];
const ADJUSTMENTS: [Adjustment; 5] = [
    Adjustment::Bonferroni,
    Adjustment::Holm,
    Adjustment::Hochberg,
    Adjustment::BenjaminiHochberg,
    Adjustment::BenjaminiYekutieli,
];

#[track_caller]
fn assert_close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1e-12), "{got} and not {want}");
}

/// Sixty counts with one viral post; the answers are base R 4.2.2's.
const SKEWED: [f64; 60] = [
    28.0, 79.0, 7.0, 0.0, 0.0, 25.0, 0.0, 0.0, 43.0, 1.0, 0.0, 26.0, 18.0, 11.0, 29.0, 0.0, 18.0, 24.0, 21.0,
    5.0, 0.0, 87.0, 44.0, 41.0, 5.0, 1.0, 0.0, 0.0, 0.0, 7.0, 17.0, 82.0, 12.0, 48.0, 17.0, 0.0, 49.0, 11.0,
    5.0, 116.0, 24.0, 32.0, 9.0, 96.0, 45.0, 5.0, 81.0, 0.0, 62.0, 11.0, 76.0, 7.0, 14.0, 72.0, 14.0, 0.0,
    10.0, 9.0, 27.0, 4200.0,
];

#[test]
fn a_viral_post_moves_the_mean_and_hardly_the_robust_summaries() {
    assert_close(mean(&SKEWED, 0.95).unwrap().value, 94.5166666666667, 1e-13);
    assert_close(trimmed_mean(&SKEWED, 0.1, 0.95).unwrap().value, 21.0208333333333, 1e-13);
    assert_close(trimmed_mean(&SKEWED, 0.2, 0.95).unwrap().value, 17.3055555555556, 1e-13);
    assert_close(winsorised_mean(&SKEWED, 0.1).unwrap(), 24.7366666666667, 1e-13);
    assert_close(median_absolute_deviation(&SKEWED).unwrap(), 20.7564, 1e-13);
    assert_close(hodges_lehmann(&SKEWED).unwrap(), 20.5, 1e-13);
}

#[test]
fn quantiles_are_read_between_values_as_r_reads_them() {
    let at = |rule| [0.05, 0.25, 0.75, 0.9, 0.95].map(|p| quantile(&SKEWED, p, rule).unwrap());
    let wanted = [
        [0.0, 2.0, 42.5, 80.8, 95.55],
        [0.0, 4.0, 41.5, 79.2, 87.45],
        [0.0, 2.66666666666666, 42.1666666666667, 80.2666666666667, 92.85],
    ];
    for (rule, wanted) in RULES.into_iter().zip(wanted) {
        at(rule).into_iter().zip(wanted).for_each(|(got, want)| assert_close(got, want, 1e-13));
        assert_eq!(quantile(&SKEWED, 0.0, rule), Ok(0.0));
        assert_eq!(quantile(&SKEWED, 1.0, rule), Ok(4200.0));
        assert_eq!(quantile(&[7.0], 0.3, rule), Ok(7.0));
    }
    assert_eq!(quantile(&SKEWED, 1.1, RULES[0]), Err(Refused::ShareOutOfRange { share: 1.1, below: 1.0 }));
}

#[test]
fn a_trimmed_mean_has_the_limits_of_a_calculation_by_hand() {
    // 1 to 10 without the two lowest and highest: 3 to 8, mean 5.5. Winsorised 3 3 3 4 5 6 7 8 8 8: squares about
    // 5.5 add up to 6·2.5² + 2·1.5² + 2·0.5² = 42.5, so SE = √(42.5/9·10)/6. Student's t(5) at 97.5% is 2.570582.
    let values: Vec<f64> = (1..=10).map(f64::from).collect();
    let found = trimmed_mean(&values, 0.2, 0.95).unwrap();
    let error = (42.5_f64 / 9.0 * 10.0).sqrt() / 6.0;
    assert_close(found.value, 5.5, 1e-15);
    assert_close(found.standard_error.unwrap(), error, 1e-14);
    assert_close(found.interval.unwrap().lower, 5.5 - 2.570_582 * error, 1e-6);
    // Nothing cut off is the mean with Student's limits; one value kept has no limits.
    assert_eq!(trimmed_mean(&values, 0.0, 0.95).unwrap().value, mean(&values, 0.95).unwrap().value);
    assert_close(
        trimmed_mean(&values, 0.0, 0.95).unwrap().standard_error.unwrap(),
        mean(&values, 0.95).unwrap().standard_error.unwrap(),
        1e-14,
    );
    assert_eq!(trimmed_mean(&[1.0, 2.0, 9.0], 0.4, 0.95).unwrap().interval, Err(NoInterval::TooFew));
    assert_eq!(trimmed_mean(&[2.0; 9], 0.2, 0.95).unwrap().interval, Err(NoInterval::NoVariation));
    assert_eq!(trimmed_mean(&values, 0.5, 0.95), Err(Refused::ShareOutOfRange { share: 0.5, below: 0.5 }));
}

#[test]
fn a_trimmed_mean_is_held_where_wild_values_spoil_the_mean() {
    // Normal, but one value in ten is ten times as wild: the centre is 0.
    let (mut held, mut narrower) = (0, 0);
    for sample in 0..1000 {
        let mut random = Random::new(21, sample);
        let mut draw = || random.normal() * if random.below(10) == 0 { 10.0 } else { 1.0 };
        let values: Vec<f64> = (0..30).map(|_| draw()).collect();
        let (trimmed, plain) = (
            trimmed_mean(&values, 0.2, 0.95).unwrap().interval.unwrap(),
            mean(&values, 0.95).unwrap().interval.unwrap(),
        );
        held += u32::from(trimmed.lower <= 0.0 && 0.0 <= trimmed.upper);
        narrower += u32::from(trimmed.upper - trimmed.lower < plain.upper - plain.lower);
    }
    assert!((930..=970).contains(&held) && narrower > 850, "{held} {narrower}");
}

#[test]
fn stored_draws_give_the_ratios_that_they_must() {
    // By hand. Clusters 1/10, 4/10, 4/20; draws (1, 1, 2) and (3, 3, 3): ratios 6/30 and 12/60.
    let of = |draws: &[Vec<usize>]| bootstrap_ratio_from(&[1.0, 4.0, 4.0], &[10.0, 10.0, 20.0], draws, 0.9);
    let found = of(&[vec![0, 0, 1], vec![2, 2, 2]]).unwrap();
    assert_eq!((found.value, found.resamples, found.clusters), (9.0 / 40.0, 2, 3));
    assert_eq!(found.interval, Err(NoInterval::NoVariation));
    // Ratios 0.2 and 0.4: at 90% the quantiles of type 7 are 5% and 95% of the way.
    let found = of(&[vec![0, 0, 1], vec![1, 1, 1]]).unwrap().interval.unwrap();
    assert_close(found.lower, 0.21, 1e-14);
    assert_close(found.upper, 0.39, 1e-14);
    assert_eq!(of(&[vec![0], vec![3]]), Err(Refused::NoSuchCluster { row: 1 }));
    assert_eq!(of(&[vec![]]), Err(Refused::NoSuchCluster { row: 0 }));
    assert_eq!(of(&[]), Err(Refused::Empty));
}

#[test]
fn a_bootstrap_says_why_it_has_no_interval() {
    let why = |events: &[f64], exposure: &[f64], cluster: &[usize]| {
        bootstrap_ratio(events, exposure, cluster, 0.95, 200, 1).unwrap().interval
    };
    assert_eq!(why(&[1.0, 2.0], &[3.0, 4.0], &[5, 5]), Err(NoInterval::OneCluster));
    assert_eq!(why(&[1.0, 2.0], &[3.0, 6.0], &[0, 1]), Err(NoInterval::NoVariation));
    assert_eq!(why(&[1.0, 2.0], &[3.0, 0.0], &[0, 1]), Err(NoInterval::Unbounded));
    assert_eq!(bootstrap_ratio(&[1.0], &[0.0], &[0], 0.95, 200, 1), Err(Refused::SumIsZero));
    assert_eq!(bootstrap_ratio(&[1.0], &[1.0], &[0], 0.95, 0, 1), Err(Refused::Empty));
    assert_eq!(bootstrap_mean(&[], &[], 0.95, 10, 1), Err(Refused::Empty));
}

#[test]
fn a_bootstrapped_mean_has_about_students_error_where_rows_are_independent() {
    let values: Vec<f64> = (0..200).map(|i| f64::from(i * 7919 % 101)).collect();
    let rows: Vec<usize> = (0..200).collect();
    let (ours, theirs) =
        (bootstrap_mean(&values, &rows, 0.95, 4000, 3).unwrap(), mean(&values, 0.95).unwrap());
    assert_eq!(ours.value, theirs.value);
    assert_close(ours.standard_error.unwrap(), theirs.standard_error.unwrap(), 0.05);
    let (a, b) = (ours.interval.unwrap(), theirs.interval.unwrap());
    assert!((a.lower - b.lower).abs() < 0.5 && (a.upper - b.upper).abs() < 0.5, "{a:?} {b:?}");
}

#[test]
fn false_discoveries_are_the_share_that_is_promised() {
    // Eighty of a hundred hypotheses are true. Benjamini and Hochberg: a false share of 0.05·0.8 of the discoveries;
    // Holm and Bonferroni: any false one in at most 5% of families.
    let families = 2000;
    let (mut share, mut any, mut found) = ([0.0; 5], [0; 5], [0; 5]);
    for family in 0..families {
        let mut random = Random::new(33, family);
        let p: Vec<f64> = (0..100)
            .map(|i| normal_cdf(-(random.normal() + if i < 20 { 3.0 } else { 0.0 })).unwrap())
            .collect();
        for (at, adjustment) in ADJUSTMENTS.into_iter().enumerate() {
            let adjusted = adjusted_p_values(&p, adjustment).unwrap();
            let count = |p: &[f64]| p.iter().filter(|p| **p <= 0.05).count();
            let (all, wrong) = (count(&adjusted), count(&adjusted[20..]));
            share[at] += wrong as f64 / all.max(1) as f64 / families as f64;
            any[at] += usize::from(wrong > 0);
            found[at] += all - wrong;
        }
    }
    assert!((0.036..0.044).contains(&share[3]), "{share:?}");
    assert!(share[4] < 0.02, "{share:?}");
    assert!(any[..3].iter().all(|any| *any < 110), "{any:?}");
    assert!(
        found[0] <= found[1] && found[1] <= found[2] && found[2] < found[4] && found[4] < found[3],
        "{found:?}"
    );
}

#[test]
fn fifteen_p_values_have_the_discoveries_of_benjamini_and_hochberg() {
    // Benjamini & Hochberg 1995, their example of 15 comparisons: at 0.05 Bonferroni rejects 3, their procedure 4.
    let p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
        0.6528, 0.7590, 1.0,
    ];
    let discoveries =
        |adjustment| adjusted_p_values(&p, adjustment).unwrap().into_iter().filter(|p| *p <= 0.05).count();
    assert_eq!(discoveries(Adjustment::Bonferroni), 3);
    assert_eq!(discoveries(Adjustment::BenjaminiHochberg), 4);
    // Base R 4.2.2, p.adjust.
    let adjusted = adjusted_p_values(&p, Adjustment::BenjaminiHochberg).unwrap();
    assert_close(adjusted[5], 0.0638571428571429, 1e-14);
    assert_close(adjusted[3], 0.035625, 1e-14);
    assert_eq!(adjusted_p_values(&[0.1, 1.5], Adjustment::Holm), Err(Refused::NotAProbability { row: 1 }));
    assert_eq!(adjusted_p_values(&[], Adjustment::Holm), Ok(vec![]));
}

fn sample() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-50i32..50).prop_map(f64::from), 1..40)
}

fn any_sample() -> impl Strategy<Value = Vec<f64>> {
    let wild = prop::sample::select(vec![0.0, -0.0, f64::MAX, f64::MIN, 5e-324, f64::NAN, f64::INFINITY]);
    prop::collection::vec(
        prop_oneof![3 => (-9i32..9).prop_map(f64::from), 1 => any::<f64>(), 1 => wild],
        0..12,
    )
}

fn is_sound(found: &BootstrapEstimate) -> bool {
    let limits =
        found.interval.map_or(true, |i| i.lower.is_finite() && i.lower <= i.upper && i.upper.is_finite());
    found.value.is_finite() && found.standard_error.is_none_or(f64::is_finite) && limits
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn summaries_lie_within_the_sample_and_move_with_it(values in sample(), cut in 0.0f64..0.5, p in 0.0f64..=1.0) {
        let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
        let moved: Vec<f64> = values.iter().map(|v| 2.0 * v + 3.0).collect();
        let all = |values: &[f64]| {
            let mut found = vec![
                trimmed_mean(values, cut, 0.9).unwrap().value,
                winsorised_mean(values, cut).unwrap(),
                hodges_lehmann(values).unwrap(),
            ];
            found.extend(RULES.map(|rule| quantile(values, p, rule).unwrap()));
            found
        };
        for (here, there) in all(&values).into_iter().zip(all(&moved)) {
            prop_assert!(low - 1e-12 <= here && here <= high + 1e-12, "{here} outside {low} to {high}");
            prop_assert!((2.0 * here + 3.0 - there).abs() < 1e-9, "{here} {there}");
        }
        let (near, far) = (median_absolute_deviation(&values).unwrap(), median_absolute_deviation(&moved).unwrap());
        prop_assert!(near >= 0.0 && (2.0 * near - far).abs() < 1e-9);
        prop_assert_eq!(quantile(&values, 0.5, QuantileRule::Seven).unwrap(), median(&values, 0.9).unwrap().value);
    }

    #[test]
    fn a_bootstrap_is_the_same_for_rows_in_another_order(
        rows in prop::collection::vec((0u32..9, 1u32..9, 0usize..5), 2..30), seed in any::<u64>(),
    ) {
        let of = |rows: &[(u32, u32, usize)]| {
            let column = |f: fn(&(u32, u32, usize)) -> f64| rows.iter().map(f).collect::<Vec<f64>>();
            let cluster: Vec<usize> = rows.iter().map(|r| r.2).collect();
            let (events, exposure) = (column(|r| f64::from(r.0)), column(|r| f64::from(r.1)));
            bootstrap_ratio(&events, &exposure, &cluster, 0.9, 50, seed).unwrap()
        };
        let found = of(&rows);
        let renamed: Vec<_> = rows.iter().rev().map(|(e, f, c)| (*e, *f, 100 - c)).collect();
        prop_assert_eq!(found, of(&renamed));
        prop_assert!(is_sound(&found));
    }

    #[test]
    fn adjusted_p_values_keep_their_order_and_grow(p in prop::collection::vec(0.0f64..=1.0, 1..30)) {
        for adjustment in ADJUSTMENTS {
            let adjusted = adjusted_p_values(&p, adjustment).unwrap();
            for i in 0..p.len() {
                prop_assert!(p[i] <= adjusted[i] && adjusted[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }

    #[test]
    fn no_input_makes_a_summary_panic_or_answer_nan(
        one in any_sample(), two in any_sample(), cluster in prop::collection::vec(0usize..4, 0..12),
        share in prop_oneof![0.0f64..1.0, any::<f64>()], level in prop_oneof![0.0f64..1.0, any::<f64>()],
    ) {
        for found in [winsorised_mean(&one, share), median_absolute_deviation(&one), hodges_lehmann(&one)]
            .into_iter()
            .chain(RULES.map(|rule| quantile(&one, share, rule)))
        {
            prop_assert!(found.map_or(true, f64::is_finite));
        }
        if let Ok(found) = trimmed_mean(&one, share, level) {
            prop_assert!(found.value.is_finite());
            prop_assert!(found.interval.map_or(true, |i| i.lower <= i.upper && i.upper.is_finite()), "{found:?}");
        }
        let rows = one.len().min(two.len()).min(cluster.len());
        let found = [
            bootstrap_ratio(&one[..rows], &two[..rows], &cluster[..rows], level, 20, 1),
            bootstrap_mean(&one[..rows], &cluster[..rows], level, 20, 1),
        ];
        for found in found.into_iter().flatten() {
            prop_assert!(is_sound(&found), "{found:?}");
        }
        for adjustment in ADJUSTMENTS {
            if let Ok(adjusted) = adjusted_p_values(&one, adjustment) {
                prop_assert!(adjusted.iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
    }
}

#[test]
#[ignore = "prints the column of docs/methods/cluster-ratio.md; run with --release -- --ignored --nocapture"]
fn the_bootstrap_in_the_note_on_rates() {
    for clusters in [5usize, 10, 25, 60] {
        let mut held = 0;
        for sample in 0..2000 {
            let mut random = Random::new(42, sample);
            let (mut events, mut exposure, mut cluster) = (Vec::new(), Vec::new(), Vec::new());
            let skewed =
                |random: &mut Random, spread: f64| (spread * random.normal() - spread * spread / 2.0).exp();
            for c in 0..clusters {
                let (audience, rate) = (1000.0 * skewed(&mut random, 0.8), 0.01 * skewed(&mut random, 0.3));
                for _ in 0..=random.below(20) {
                    let followers = audience * skewed(&mut random, 0.3);
                    events.push((followers * rate * skewed(&mut random, 0.8) + random.uniform()).floor());
                    exposure.push(followers);
                    cluster.push(c);
                }
            }
            let found = bootstrap_ratio(&events, &exposure, &cluster, 0.95, 1000, sample).unwrap();
            held += u32::from(found.interval.map_or(true, |i| i.lower <= 0.01 && 0.01 <= i.upper));
        }
        println!("| {clusters} | {:.1}% |", f64::from(held) / 20.0);
    }
}
