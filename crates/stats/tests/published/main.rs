//! Estimates against answers that others published or that reference tools gave.

mod counts;
mod numbers;

use numbers::{CLUSTER, ENGAGEMENTS, FOLLOWERS, SKEWED, WILSON};
use someasure_stats::{
    Interval, NoInterval, cluster_ratio, cluster_ratio_of_totals, gini, kaplan_meier_median, mean,
    mean_clustered, median, median_ranks, normal_quantile, t_quantile, wilson, wilson_clustered,
};

fn assert_close(got: f64, want: f64, tolerance: f64, what: &str) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1e-12), "{what}: {got} and not {want}");
}

#[test]
fn wilson_limits_are_those_of_the_public_health_package() {
    for (successes, n, level, lower, upper) in WILSON {
        let found = wilson(successes, n, level).unwrap();
        // Near 0 and 1 the reference subtracts two close numbers; ours does not.
        assert!((found.lower - lower).abs() < 2e-15, "{successes} of {n} at {level}: {}", found.lower);
        assert!((found.upper - upper).abs() < 2e-15, "{successes} of {n} at {level}: {}", found.upper);
    }
}

#[test]
fn a_share_of_zero_still_has_an_upper_limit() {
    let found = wilson(0.0, 10.0, 0.95).unwrap();
    assert_eq!(found.lower, 0.0);
    // By hand: z² / (n + z²) = 3.841459 / 13.841459.
    assert_close(found.upper, 0.277_532_8, 1e-6, "upper limit of 0 of 10");
}

#[test]
fn wilsons_upper_limit_of_nothing_in_a_million_millions_keeps_its_digits() {
    let z2 = normal_quantile(0.975).unwrap().powi(2);
    for n in [1e3, 1e6, 1e8, 1e12, 1e20] {
        let upper = wilson(0.0, n, 0.95).unwrap().upper;
        assert!((upper / (z2 / (n + z2)) - 1.0).abs() < 1e-14, "{n}: {upper}");
    }
}

#[test]
fn clusters_of_one_case_give_the_plain_wilson_interval() {
    let numerators: Vec<f64> = (0..40).map(|i| f64::from(u8::from(i % 4 == 0))).collect();
    let found = wilson_clustered(&numerators, &[1.0; 40], 0.95).unwrap();
    // k/(k−1) makes the design effect 40/39; nothing else is taken away.
    assert_close(found.design_effect.unwrap(), 40.0 / 39.0, 1e-12, "design effect");
    let plain = wilson(10.0 / (40.0 / 39.0), 39.0, 0.95).unwrap();
    assert_close(found.interval.unwrap().lower, plain.lower, 1e-12, "lower limit");
}

#[test]
fn clusters_that_agree_within_themselves_count_as_one_case_each() {
    // By hand. Four clusters of five: all, all, none, none. p = 1/2, n = 20; residuals ±2.5, so the
    // variance is 4/3 · 25/400 = 1/12; binomial 1/80; design effect 20/3; n over it 3.
    let found = wilson_clustered(&[5.0, 0.0, 5.0, 0.0], &[5.0; 4], 0.95).unwrap();
    assert_close(found.value, 0.5, 1e-15, "share");
    assert_close(found.design_effect.unwrap(), 20.0 / 3.0, 1e-12, "design effect");
    // t(19) = 2.093024 and t(3) = 3.182446 from any table.
    assert_close(found.effective_n.unwrap(), 3.0 * (2.093_024_f64 / 3.182_446).powi(2), 1e-6, "effective n");
}

#[test]
fn a_clustered_share_of_zero_or_one_counts_clusters_and_not_cases() {
    let none = wilson_clustered(&[0.0; 10], &[50.0; 10], 0.95).unwrap();
    let all = wilson_clustered(&[50.0; 10], &[50.0; 10], 0.95).unwrap();
    assert_close(none.effective_n.unwrap(), 10.0, 1e-12, "effective n");
    assert_close(none.interval.unwrap().upper, wilson(0.0, 10.0, 0.95).unwrap().upper, 1e-12, "upper limit");
    assert_close(all.interval.unwrap().lower, wilson(10.0, 10.0, 0.95).unwrap().lower, 1e-12, "lower limit");
    assert_eq!(all.interval.unwrap().upper, 1.0);
}

#[test]
fn a_share_of_one_cluster_has_no_interval() {
    let found = wilson_clustered(&[3.0, 0.0], &[7.0, 0.0], 0.95).unwrap();
    assert_eq!((found.clusters, found.interval), (1, Err(NoInterval::OneCluster)));
}

#[test]
fn a_rate_of_posts_by_account_is_what_r_gives() {
    // Base R 4.2.2: ratio of sums, linearised and jackknife standard errors by account.
    let found = cluster_ratio(&ENGAGEMENTS, &FOLLOWERS, &CLUSTER, 0.95).unwrap();
    assert_close(found.value, 0.0115692657988208, 1e-13, "ratio");
    assert_close(found.standard_error.unwrap(), 0.00173436767903581, 1e-13, "linearised error");
    assert_close(found.jackknife_error.unwrap(), 0.00174455313455312, 1e-12, "jackknife error");
    assert_eq!((found.clusters, found.df), (25, 24));
    let naive_poisson = (ENGAGEMENTS.iter().sum::<f64>()).sqrt() / FOLLOWERS.iter().sum::<f64>();
    assert_close(naive_poisson, 0.000255647068945818, 1e-6, "naive Poisson error");
    assert!(found.standard_error.unwrap() > 6.7 * naive_poisson);
    // The interval is the log-scale one, beside a stored bootstrap's 0.00885 to 0.01565.
    let reach = t_quantile(0.975, 24.0).unwrap() * 0.00174455313455312 / 0.0115692657988208;
    assert_close(found.interval.unwrap().lower, 0.0115692657988208 * (-reach).exp(), 1e-11, "lower limit");
    assert_close(found.interval.unwrap().upper, 0.0115692657988208 * reach.exp(), 1e-11, "upper limit");
}

#[test]
fn totals_per_cluster_give_the_same_rate_as_rows() {
    let rows = cluster_ratio(&[1.0, 2.0, 3.0, 7.0], &[10.0, 10.0, 20.0, 20.0], &[1, 1, 2, 3], 0.9).unwrap();
    let totals = cluster_ratio_of_totals(&[3.0, 3.0, 7.0], &[20.0, 20.0, 20.0], 0.9).unwrap();
    assert_eq!(rows, totals);
}

#[test]
fn a_rate_says_why_it_has_no_interval() {
    let why =
        |events: &[f64], exposure: &[f64]| cluster_ratio_of_totals(events, exposure, 0.95).unwrap().interval;
    assert_eq!(why(&[5.0], &[10.0]), Err(NoInterval::OneCluster));
    assert_eq!(why(&[5.0, 1.0], &[10.0, 0.0]), Err(NoInterval::OneCluster));
    assert_eq!(why(&[0.0, 0.0], &[10.0, 3.0]), Err(NoInterval::NoEvents));
    assert_eq!(why(&[1.0, 2.0, 3.0], &[3.0, 6.0, 9.0]), Err(NoInterval::NoVariation));
}

#[test]
fn median_ranks_are_those_of_r() {
    // Base R 4.2.2: l = qbinom(.025, n, .5), 0 meaning none; u = n − l + 1.
    assert_eq!(median_ranks(5, 0.95), None);
    let rows = [(6, 1, 6), (8, 1, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15), (50, 18, 33), (101, 41, 61)];
    for (n, lower, upper) in rows.into_iter().chain([(1000, 469, 532)]) {
        assert_eq!(median_ranks(n, 0.95), Some((lower, upper)), "n = {n}");
    }
}

#[test]
fn a_tail_met_exactly_takes_the_wider_interval() {
    // P(X ≤ 0) for n = 5 is 1/32, the tail of the level 15/16: R's qbinom(1/32, 5, .5) is 0.
    assert_eq!(median_ranks(5, 0.9375), None);
    assert_eq!(median_ranks(5, 0.9374), Some((1, 5)));
}

#[test]
fn ten_million_values_have_exact_ranks_at_once() {
    let began = std::time::Instant::now();
    let (lower, upper) = median_ranks(10_000_000, 0.95).unwrap();
    // In 30-digit arithmetic P(X ≤ 4996900) = .02498060 and P(X ≤ 4996901) = .02501757.
    assert_eq!((lower, upper), (4_996_901, 5_003_100));
    assert!(median_ranks(usize::MAX, 0.95).is_some());
    assert!(began.elapsed().as_secs() < 5, "it took {:?}", began.elapsed());
}

#[test]
fn the_middle_of_skewed_counts_ignores_the_viral_post() {
    // Base R 4.2.2: median and mean of the same sixty counts. Ranks 22 and 39 hold the values 7 and 25.
    let (middle, average) = (median(&SKEWED, 0.95).unwrap(), mean(&SKEWED, 0.95).unwrap());
    assert_eq!(middle.value, 14.0);
    assert_eq!(middle.interval, Ok(Interval { lower: 7.0, upper: 25.0 }));
    assert_close(average.value, 94.5166666666667, 1e-13, "mean");
    assert!(average.interval.unwrap().lower < 0.0, "a t interval on such counts reaches below zero");
}

#[test]
fn a_mean_has_the_limits_of_students_sleep_data() {
    // Student 1908, p. 20: additional hours of sleep with drug 1; R 4.2.2 `sleep`: mean 0.75, and
    // t.test gives −0.5297804 to 2.0297804.
    let hours = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let found = mean(&hours, 0.95).unwrap();
    assert_close(found.value, 0.75, 1e-14, "mean");
    assert_close(found.interval.unwrap().lower, -0.529_780_4, 1e-7, "lower limit");
    assert_close(found.interval.unwrap().upper, 2.029_780_4, 1e-7, "upper limit");
    let one_each: Vec<usize> = (0..10).collect();
    assert_eq!(mean_clustered(&hours, &one_each, 0.95).unwrap(), found);
}

#[test]
fn a_clustered_mean_counts_clusters() {
    // By hand: clusters {1, 3} and {5, 7, 9}; mean 5; residual sums −6 and 6; SE² = 2 · 72 / 25.
    let found = mean_clustered(&[1.0, 5.0, 7.0, 3.0, 9.0], &[0, 1, 1, 0, 1], 0.95).unwrap();
    assert_close(found.value, 5.0, 1e-15, "mean");
    assert_close(found.standard_error.unwrap(), (144.0_f64 / 25.0).sqrt(), 1e-13, "standard error");
    assert_eq!((found.n, found.clusters), (5, 2));
}

#[test]
fn the_gini_of_skewed_counts_is_what_r_gives() {
    // Base R 4.2.2.
    assert_close(gini(&SKEWED, 0.95).unwrap().value, 0.875492270616587, 1e-14, "Gini");
}

#[test]
fn a_gini_small_enough_to_count_by_hand() {
    // Values 1, 2, 3, 4: Σ(2i − 5)x = −3 − 2 + 3 + 12 = 10 over 4 · 10.
    // Without each row in turn: the definition by pairs, Σ|x−y| / (2n²·mean).
    let found = gini(&[3.0, 1.0, 4.0, 2.0], 0.95).unwrap();
    assert_close(found.value, 0.25, 1e-15, "Gini");
    let left = [[2.0, 3.0, 4.0], [1.0, 3.0, 4.0], [1.0, 2.0, 4.0], [1.0, 2.0, 3.0]].map(by_pairs);
    let centre = left.iter().sum::<f64>() / 4.0;
    let error = (0.75 * left.iter().map(|g| (g - centre).powi(2)).sum::<f64>()).sqrt();
    assert_close(found.standard_error.unwrap(), error, 1e-13, "jackknife error");
}

fn by_pairs(x: [f64; 3]) -> f64 {
    let apart: f64 = x.iter().flat_map(|a| x.iter().map(move |b| (a - b).abs())).sum();
    apart / (2.0 * 3.0 * x.iter().sum::<f64>())
}

#[test]
fn a_gini_says_why_it_has_no_interval() {
    assert_eq!(gini(&[0.0, 0.0, 9.0], 0.95).unwrap().interval, Err(NoInterval::TooFew));
    assert_eq!(gini(&[4.0; 9], 0.95).unwrap().interval, Err(NoInterval::NoVariation));
    assert_eq!(gini(&[4.0; 9], 0.95).unwrap().value, 0.0);
}

/// Remission in weeks on 6-MP and placebo: Freireich et al., "The effect of 6-mercaptopurine on the duration
/// of steroid-induced remissions in acute leukemia", Blood 21, 1963, 699–716; as in Klein & Moeschberger,
/// *Survival Analysis*, 2nd ed., 2003, table 1.1, p. 2.
const SIX_MP: [(f64, bool); 21] = [
    (6.0, true),
    (6.0, true),
    (6.0, true),
    (6.0, false),
    (7.0, true),
    (9.0, false),
    (10.0, true),
    (10.0, false),
    (11.0, false),
    (13.0, true),
    (16.0, true),
    (17.0, false),
    (19.0, false),
    (20.0, false),
    (22.0, true),
    (23.0, true),
    (25.0, false),
    (32.0, false),
    (32.0, false),
    (34.0, false),
    (35.0, false),
];
const PLACEBO: [f64; 21] = [
    1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0, 11.0, 11.0, 12.0, 12.0, 15.0, 17.0,
    22.0, 23.0,
];

#[test]
fn half_the_remissions_on_6_mp_last_23_weeks() {
    // Curve after each relapse: 6: .8571, 7: .8067, 10: .7529, 13: .6902, 16: .6275, 22: .5378, 23: .4482
    // (Klein & Moeschberger, table 4.1A, p. 93), so the median is 23. By hand, with Σd/(n(n−d)) up to 13
    // = 3/(21·18) + 1/(17·16) + 1/(15·14) + 1/(12·11) = .023950: the log-log lower limit there is
    // .6902^exp(1.96·√.023950/.3708) = .4316, and at 10 (Σ = .016375) .5032: first below ½ at 13.
    // The last upper limit, at 23, is .6801: the median has no upper limit.
    let (times, observed): (Vec<f64>, Vec<bool>) = SIX_MP.into_iter().unzip();
    let found = kaplan_meier_median(&times, &observed, 0.95).unwrap();
    assert_eq!((found.value, found.lower, found.upper), (Some(23.0), Some(13.0), None));
    assert_eq!((found.n, found.events), (21, 9));
}

#[test]
fn half_the_remissions_on_placebo_last_8_weeks() {
    // Nothing is censored: 12 of 21 remain after week 5 and 8 after week 8. By hand, with variance of
    // −ln S equal to (1 − S)/(21·S): after 4 weeks S = 14/21 and the lower limit is .4254; after 3 weeks
    // S = 16/21 and it is .5194; after 8 weeks the upper limit is .5778, after 11 (S = 6/21) .4818.
    let found = kaplan_meier_median(&PLACEBO, &[true; 21], 0.95).unwrap();
    assert_eq!((found.value, found.lower, found.upper), (Some(8.0), Some(4.0), Some(11.0)));
}

#[test]
fn half_the_patients_of_the_aml_study_stay_31_and_23_weeks() {
    // `aml` of R's survival package: Miller, *Survival Analysis*, 1981, p. 49; survfit's medians 31 and 23.
    let maintained = [9.0, 13.0, 13.0, 18.0, 23.0, 28.0, 31.0, 34.0, 45.0, 48.0, 161.0];
    let ended = [true, true, false, true, true, false, true, true, false, true, false];
    let found = kaplan_meier_median(&maintained, &ended, 0.95).unwrap();
    // Limits by hand: the lower curve falls from .5081 to .4474 at 13; the last upper limit is .5250.
    assert_eq!((found.value, found.lower, found.upper), (Some(31.0), Some(13.0), None));
    let other = [5.0, 5.0, 8.0, 8.0, 12.0, 16.0, 23.0, 27.0, 30.0, 33.0, 43.0, 45.0];
    let ended = [true, true, true, true, true, false, true, true, true, true, true, true];
    let found = kaplan_meier_median(&other, &ended, 0.95).unwrap();
    // The lower curve is .4817 at the first end; the upper falls from .5609 to .4614 at 33.
    assert_eq!((found.value, found.lower, found.upper), (Some(23.0), Some(5.0), Some(33.0)));
}

#[test]
fn a_curve_that_stays_above_half_has_no_median() {
    let found =
        kaplan_meier_median(&[1.0, 2.0, 9.0, 9.0, 9.0], &[true, true, false, false, false], 0.95).unwrap();
    assert_eq!((found.value, found.upper), (None, None));
    let unanswered = kaplan_meier_median(&[24.0; 3], &[false; 3], 0.95).unwrap();
    assert_eq!((unanswered.value, unanswered.lower, unanswered.events), (None, None, 0));
}
