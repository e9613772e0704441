//! What holds for any data: limits bracket, order of rows does not matter, intervals widen with the
//! level, scale drops out where it should, and no input makes a function panic or answer NaN.

use proptest::prelude::*;
use someasure_stats::{
    Interval, beta_cdf, beta_quantile, byar, chi_square_quantile, clopper_pearson, cluster_ratio,
    cluster_ratio_of_totals, exact_poisson, gamma_cdf, gamma_quantile, gini, jeffreys, kaplan_meier_median,
    mean, mean_clustered, median, median_clustered, normal_cdf, poisson_above, poisson_cdf, t_quantile,
    wilson, wilson_clustered,
};

/// A post: events, exposure, cluster.
type Row = (f64, f64, usize);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(((0u32..50).prop_map(f64::from), 0.1f64..1e4, 0usize..8), 1..60)
}

fn columns(rows: &[Row]) -> (Vec<f64>, Vec<f64>, Vec<usize>) {
    (
        rows.iter().map(|r| r.0).collect(),
        rows.iter().map(|r| r.1).collect(),
        rows.iter().map(|r| r.2).collect(),
    )
}

fn shuffled() -> impl Strategy<Value = (Vec<Row>, Vec<Row>)> {
    rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
}

fn holds(interval: Interval, value: f64) -> bool {
    interval.lower <= value && value <= interval.upper
}

fn within(outer: Interval, inner: Interval) -> bool {
    let slack = 1e-12 * (inner.lower.abs() + inner.upper.abs());
    outer.lower <= inner.lower + slack && inner.upper <= outer.upper + slack
}

/// Numbers as files hold them, and numbers that only an accident makes.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0u32..20).prop_map(f64::from),
        2 => any::<f64>(),
        1 => prop::sample::select(vec![
            0.0, -0.0, -1.0, 5e-324, 1e-308, 1e-160, 1e160, f64::MAX, f64::MIN, f64::NAN, f64::INFINITY,
            f64::NEG_INFINITY,
        ]),
    ]
}

fn fit(value: f64) {
    assert!(value.is_finite(), "{value}");
}

fn sound(interval: Interval) {
    fit(interval.lower);
    fit(interval.upper);
    assert!(interval.lower <= interval.upper, "{interval:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn limits_hold_the_estimate(rows in rows(), level in 0.01f64..0.9999) {
        let (events, exposure, cluster) = columns(&rows);
        let ratio = cluster_ratio(&events, &exposure, &cluster, level).unwrap();
        prop_assert!(ratio.interval.is_err() || holds(ratio.interval.unwrap(), ratio.value));
        prop_assert!(ratio.interval.is_err() || ratio.interval.unwrap().lower >= 0.0);
        for found in [mean(&events, level).unwrap(), mean_clustered(&events, &cluster, level).unwrap()] {
            prop_assert!(found.interval.is_err() || holds(found.interval.unwrap(), found.value));
        }
        for found in [median(&events, level).unwrap(), median_clustered(&events, &cluster, level).unwrap()] {
            prop_assert!(found.interval.is_err() || holds(found.interval.unwrap(), found.value), "{found:?}");
        }
        if let Ok(found) = gini(&events, level) {
            prop_assert!(found.interval.is_err() || holds(found.interval.unwrap(), found.value));
        }
        let numerators: Vec<f64> = events.iter().zip(&exposure).map(|(e, f)| e.min(*f)).collect();
        let share = wilson_clustered(&numerators, &exposure, level).unwrap();
        prop_assert!(share.interval.is_err() || holds(share.interval.unwrap(), share.value), "{share:?}");
        let observed: Vec<bool> = cluster.iter().map(|c| c % 3 > 0).collect();
        let waiting = kaplan_meier_median(&exposure, &observed, level).unwrap();
        if let Some(value) = waiting.value {
            prop_assert!(waiting.lower.is_none_or(|lower| lower <= value));
            prop_assert!(waiting.upper.is_none_or(|upper| value <= upper), "{waiting:?}");
        }
    }

    #[test]
    fn rows_in_another_order_give_the_same_bits((rows, other) in shuffled()) {
        let ((a, b, c), (x, y, z)) = (columns(&rows), columns(&other));
        prop_assert_eq!(cluster_ratio(&a, &b, &c, 0.95), cluster_ratio(&x, &y, &z, 0.95));
        prop_assert_eq!(cluster_ratio_of_totals(&a, &b, 0.95), cluster_ratio_of_totals(&x, &y, 0.95));
        prop_assert_eq!(mean(&b, 0.95), mean(&y, 0.95));
        prop_assert_eq!(mean_clustered(&b, &c, 0.95), mean_clustered(&y, &z, 0.95));
        prop_assert_eq!(median(&b, 0.95), median(&y, 0.95));
        prop_assert_eq!(median_clustered(&b, &c, 0.95), median_clustered(&y, &z, 0.95));
        prop_assert_eq!(gini(&b, 0.95), gini(&y, 0.95));
        let share = |top: &[f64], bottom: &[f64]| {
            let numerators: Vec<f64> = top.iter().zip(bottom).map(|(e, f)| e.min(*f)).collect();
            wilson_clustered(&numerators, bottom, 0.95)
        };
        prop_assert_eq!(share(&a, &b), share(&x, &y));
        let seen = |cluster: &[usize]| cluster.iter().map(|c| c % 2 == 0).collect::<Vec<_>>();
        prop_assert_eq!(kaplan_meier_median(&a, &seen(&c), 0.95), kaplan_meier_median(&x, &seen(&z), 0.95));
    }

    #[test]
    fn a_higher_level_never_gives_a_narrower_interval(rows in rows(), low in 0.5f64..0.98, more in 0.0f64..0.019) {
        let (events, exposure, cluster) = columns(&rows);
        let high = low + more;
        let pairs = [
            (mean(&events, low).unwrap().interval, mean(&events, high).unwrap().interval),
            (median(&events, low).unwrap().interval, median(&events, high).unwrap().interval),
            (
                cluster_ratio(&events, &exposure, &cluster, low).unwrap().interval,
                cluster_ratio(&events, &exposure, &cluster, high).unwrap().interval,
            ),
            (gini(&exposure, low).unwrap().interval, gini(&exposure, high).unwrap().interval),
            (
                median_clustered(&events, &cluster, low).unwrap().interval,
                median_clustered(&events, &cluster, high).unwrap().interval,
            ),
        ];
        for (narrow, wide) in pairs {
            // No interval at the higher level is wider than any.
            if let (Ok(narrow), Ok(wide)) = (narrow, wide) {
                prop_assert!(within(wide, narrow), "{narrow:?} at {low}, {wide:?} at {high}");
            }
            prop_assert!(narrow.is_ok() || wide.is_err());
        }
        let share = |level| wilson_clustered(&[3.0, 0.0, 5.0], &[9.0, 4.0, 5.0], level).unwrap().interval.unwrap();
        prop_assert!(within(share(high), share(low)));
        prop_assert!(within(wilson(3.0, 17.0, high).unwrap(), wilson(3.0, 17.0, low).unwrap()));
    }

    #[test]
    fn the_scale_of_the_values_drops_out_of_a_gini(rows in rows(), scale in 1e-6f64..1e6) {
        let values: Vec<f64> = rows.iter().map(|r| r.1).collect();
        let scaled: Vec<f64> = values.iter().map(|v| v * scale).collect();
        let (one, other) = (gini(&values, 0.95).unwrap(), gini(&scaled, 0.95).unwrap());
        prop_assert!((one.value - other.value).abs() < 1e-12);
        if let (Some(a), Some(b)) = (one.standard_error, other.standard_error) {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }

    #[test]
    fn a_ratio_scales_with_its_exposure(rows in rows(), power in -20i32..20) {
        let (events, exposure, cluster) = columns(&rows);
        // A power of two changes no digit, so the answers agree to the last one or nearly.
        let scale = 2f64.powi(power);
        let scaled: Vec<f64> = exposure.iter().map(|f| f * scale).collect();
        let one = cluster_ratio(&events, &exposure, &cluster, 0.95).unwrap();
        let other = cluster_ratio(&events, &scaled, &cluster, 0.95).unwrap();
        prop_assert!((one.value - other.value * scale).abs() <= 1e-14 * one.value);
        if let (Ok(a), Ok(b)) = (one.interval, other.interval) {
            prop_assert!((a.upper - b.upper * scale).abs() <= 1e-10 * a.upper);
        }
        prop_assert_eq!(one.interval.is_ok(), other.interval.is_ok());
    }

    #[test]
    fn durations_that_all_ended_have_the_ordinary_median(values in prop::collection::vec(0u32..40, 1..60)) {
        let times: Vec<f64> = values.into_iter().map(f64::from).collect();
        let found = kaplan_meier_median(&times, &vec![true; times.len()], 0.95).unwrap();
        prop_assert_eq!(found.value, Some(median(&times, 0.95).unwrap().value));
    }

    #[test]
    fn no_input_makes_a_function_panic_or_answer_nan(
        one in prop::collection::vec(any_number(), 0..12),
        two in prop::collection::vec(any_number(), 0..12),
        cluster in prop::collection::vec(any::<usize>(), 0..12),
        same in any::<bool>(),
        level in prop_oneof![Just(0.95), 0.0f64..1.0, any::<f64>()],
    ) {
        let rows = if same { one.len().min(two.len()).min(cluster.len()) } else { 12 };
        let (one, two) = (&one[..one.len().min(rows)], &two[..two.len().min(rows)]);
        let cluster: Vec<usize> = cluster.iter().take(rows).map(|c| c % 4).collect();
        let seen: Vec<bool> = cluster.iter().map(|c| c % 2 == 0).collect();
        for found in [cluster_ratio(one, two, &cluster, level), cluster_ratio_of_totals(one, two, level)].into_iter().flatten() {
            fit(found.value);
            found.standard_error.into_iter().chain(found.jackknife_error).for_each(fit);
            found.interval.into_iter().for_each(sound);
        }
        for found in [mean(one, level), mean_clustered(one, &cluster, level)].into_iter().flatten() {
            fit(found.value);
            found.standard_error.into_iter().for_each(fit);
            found.interval.into_iter().for_each(sound);
        }
        for found in [median(one, level), median_clustered(one, &cluster, level)].into_iter().flatten() {
            fit(found.value);
            found.interval.into_iter().for_each(sound);
        }
        if let Ok(found) = gini(one, level) {
            fit(found.value);
            found.standard_error.into_iter().for_each(fit);
            found.interval.into_iter().for_each(sound);
        }
        if let Ok(found) = wilson_clustered(one, two, level) {
            fit(found.value);
            found.design_effect.into_iter().chain(found.effective_n).for_each(fit);
            found.interval.into_iter().for_each(sound);
        }
        if let Ok(found) = kaplan_meier_median(one, &seen, level) {
            found.value.into_iter().chain(found.lower).chain(found.upper).for_each(fit);
        }
        if let (Some(x), Some(n)) = (one.first(), two.first()) {
            for share in [wilson, clopper_pearson, jeffreys] {
                share(*x, *n, level).into_iter().for_each(sound);
            }
            for events in [byar, exact_poisson] {
                events(*x, level).into_iter().for_each(sound);
            }
            for quantile in [t_quantile, gamma_quantile, chi_square_quantile] {
                quantile(*x, *n).into_iter().for_each(fit);
                quantile(level, *x).into_iter().for_each(fit);
            }
            beta_quantile(level, *x, *n).into_iter().for_each(fit);
            normal_cdf(*x).into_iter().for_each(fit);
        }
    }

    #[test]
    fn limits_of_counts_hold_the_count_and_widen_with_the_level(
        x in 0u32..2000, more in 0u32..2000, level in 0.5f64..0.999, wider in 0.0f64..1.0,
    ) {
        let (x, n) = (f64::from(x), f64::from(x + more));
        let higher = level + (0.9999 - level) * wider;
        for events in [byar, exact_poisson] {
            let (found, wide) = (events(x, level).unwrap(), events(x, higher).unwrap());
            prop_assert!(holds(found, x) && within(wide, found), "{found:?} {wide:?}");
        }
        // Jeffreys' limits need not hold a share of 0 or 1.
        for share in [wilson, clopper_pearson, jeffreys] {
            if n > 0.0 {
                let (found, wide) = (share(x, n, level).unwrap(), share(x, n, higher).unwrap());
                prop_assert!(x == 0.0 || x == n || holds(found, x / n), "{found:?}");
                prop_assert!(within(wide, found), "{found:?} {wide:?}");
            }
        }
    }

    #[test]
    fn probabilities_rise_and_quantiles_lead_back(
        p in 1e-9f64..0.999_999, step in 1e-7f64..1e-5, a in 0.05f64..3e4, b in 0.05f64..3e4,
    ) {
        let gamma = gamma_quantile(p, a).unwrap();
        prop_assert!((gamma_cdf(a, gamma).unwrap() - p).abs() <= 1e-12);
        let beta = beta_quantile(p, a, b).unwrap();
        // Near 1 a float cannot say more precisely where it lies.
        prop_assert!((beta_cdf(a, b, beta).unwrap() - p).abs() <= 1e-11 || beta > 1.0 - 1e-9, "{beta}");
        prop_assert!((beta_quantile(1.0 - p, b, a).unwrap() + beta - 1.0).abs() <= 1e-9);
        let later = (p + step).min(0.999_999_9);
        prop_assert!(gamma_quantile(later, a).unwrap() >= gamma);
        prop_assert!(beta_quantile(later, a, b).unwrap() >= beta);
        prop_assert!((poisson_cdf(7, a).unwrap() + poisson_above(7, a).unwrap() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn t_quantiles_rise_with_p_and_fall_with_the_degrees_of_freedom(p in 0.501f64..0.9999, step in 1e-6f64..1e-4, df in 1.0f64..2e6) {
        let here = t_quantile(p, df).unwrap();
        prop_assert!(t_quantile(p + step / 2.0, df).unwrap() > here);
        prop_assert!(t_quantile(p, df * 1.1).unwrap() <= here * (1.0 + 1e-12));
        prop_assert!((t_quantile(1.0 - p, df).unwrap() + here).abs() <= 1e-9 * here);
    }
}
