//! Shrinkage: published data, what holds for any data, and how often the limits hold the truth.

use proptest::prelude::*;
use someasure_stats::{
    Between, Prior, Random, Rankability, Refused, Shrinkage, beta_quantile, gamma_quantile, poisson_quantile,
    shrink_estimates, shrink_proportions, shrink_rates,
};

const METHODS: [Between; 7] = [
    Between::Reml,
    Between::Ml,
    Between::PauleMandel,
    Between::DerSimonianLaird,
    Between::Hedges,
    Between::SidikJonkman,
    Between::HunterSchmidt,
];

#[track_caller]
fn assert_close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1e-12), "{got} and not {want}");
}

/// Repeats each pair as often as it says.
fn repeated(counts: &[(f64, f64, usize)]) -> (Vec<f64>, Vec<f64>) {
    counts.iter().flat_map(|(x, n, times)| vec![(*x, *n); *times]).unzip()
}

#[test]
fn thirteen_trials_of_a_vaccine_are_shrunk_as_metafor_shrinks_them() {
    // Thirteen trials of BCG, log risk ratios and their variances; R metafor 3.8.1, rma and blup.
    let (y, v) = BCG;
    let s = v.map(f64::sqrt);
    for (method, between, centre, first, rankability) in [
        (Between::Reml, 0.31324325813649, -0.71453234215814, -0.80023356197035, 0.81436358712511),
        (Between::Ml, 0.28002813726867, -0.71119913547418, -0.79355607828122, 0.79681845205356),
        (Between::PauleMandel, 0.31806845220502, -0.71496815349344, -0.80112179037154, 0.81666344221386),
    ] {
        let found = shrink_estimates(&y, &s, method, 0.95).unwrap();
        assert_close(found.between, between, 1e-6);
        assert_close(found.centre, centre, 1e-6);
        assert_close(found.rows[0].value, first, 1e-6);
        assert_close(found.rankability, rankability, 1e-6);
        assert_eq!(found.rankability_word(), Rankability::High);
    }
    // The others as metafor gives them for the same trials, to four digits.
    for (method, between) in [
        (Between::DerSimonianLaird, 0.3088),
        (Between::Hedges, 0.3286),
        (Between::SidikJonkman, 0.3455),
        (Between::HunterSchmidt, 0.2284),
    ] {
        let found = shrink_estimates(&y, &s, method, 0.95).unwrap();
        assert!((found.between - between).abs() < 5e-5, "{method:?}: {}", found.between);
    }
    // The standard error of the first, 0.4114171 by Paule and Mandel, from its limits.
    let first = shrink_estimates(&y, &s, Between::PauleMandel, 0.95).unwrap().rows[0];
    assert_close(
        (first.interval.upper - first.interval.lower) / 2.0 / 1.959_963_984_540_054,
        0.41141709956541,
        1e-6,
    );
}

const BCG: ([f64; 13], [f64; 13]) = (
    [
        -0.88931133392021,
        -1.5853886572014,
        -1.3480731482997,
        -1.4415511900213,
        -0.2175473222113,
        -0.78611558581886,
        -1.6208982235984,
        0.011952333523841,
        -0.46941764873815,
        -1.3713448034728,
        -0.33935882833839,
        0.44591340057138,
        -0.01731394821688,
    ],
    [
        0.32558476500396,
        0.19458112139814,
        0.41536796536797,
        0.020010031902248,
        0.051210172169631,
        0.0069056184559088,
        0.22301724757232,
        0.0039615792978177,
        0.056434210463249,
        0.073024793613029,
        0.01241221397156,
        0.53250584520015,
        0.071404659683986,
    ],
);

#[test]
fn the_moment_estimate_is_that_of_a_calculation_by_hand() {
    // Estimates 0, 4, 8 with standard errors 1: Q = 32, df = 2, Σw = 3, Σw² = 3, so τ² = 30/2 = 15; B = 15/16;
    // the centre's variance is 16/3. The first row: 1/16·4 = 0.25 ± z·√(15/16 + 1/256·16/3).
    let found = shrink_estimates(&[0.0, 4.0, 8.0], &[1.0; 3], Between::DerSimonianLaird, 0.95).unwrap();
    assert_close(found.between, 15.0, 1e-14);
    assert_close(found.rows[0].value, 0.25, 1e-14);
    let reach = 1.959_963_984_540_054 * (15.0 / 16.0 + 1.0 / 48.0_f64).sqrt();
    assert_close(found.rows[0].interval.lower, 0.25 - reach, 1e-13);
    assert_close(found.rankability, 15.0 / 16.0, 1e-14);
}

#[test]
fn crossings_of_chromosomes_have_the_likeliest_beta_distribution() {
    // Skellam 1948: 337 cells by how many of 3 pairs associate. The likeliest shapes in 40-digit arithmetic.
    let (x, n) = repeated(&[(0.0, 3.0, 32), (1.0, 3.0, 103), (2.0, 3.0, 122), (3.0, 3.0, 80)]);
    let found = shrink_proportions(&x, &n, 0.95).unwrap();
    let Prior::Beta { a, b } = found.prior else { panic!("{:?}", found.prior) };
    assert_close(a, 6.119_750_277_082_855, 1e-9);
    assert_close(b, 4.418_598_821_043_52, 1e-9);
    let first = found.rows[0];
    assert_close(first.value, a / (a + b + 3.0), 1e-14);
    assert_close(first.interval.lower, beta_quantile(0.025, a, b + 3.0).unwrap(), 1e-12);
    assert_eq!((first.raw, found.rankability_word()), (0.0, Rankability::Low));
    // Twelve bodies of very unlike size, in the same arithmetic.
    let (x, n) = repeated(&[
        (147.0, 466.0, 1),
        (18.0, 55.0, 1),
        (67.0, 329.0, 1),
        (5.0, 42.0, 1),
        (265.0, 933.0, 1),
        (301.0, 792.0, 1),
        (11.0, 30.0, 1),
        (6.0, 40.0, 1),
        (246.0, 1037.0, 1),
        (138.0, 600.0, 1),
        (77.0, 290.0, 1),
        (268.0, 846.0, 1),
    ]);
    let Prior::Beta { a, b } = shrink_proportions(&x, &n, 0.95).unwrap().prior else { panic!() };
    assert_close(a, 17.943_080_877_469_67, 1e-9);
    assert_close(b, 47.831_043_222_294_7, 1e-9);
}

#[test]
fn accidents_of_munition_workers_have_the_likeliest_gamma_distribution() {
    // Greenwood & Yule 1920: 647 women by accidents in five weeks. The likeliest shape in 40-digit arithmetic.
    let (x, e) = repeated(&[
        (0.0, 1.0, 447),
        (1.0, 1.0, 132),
        (2.0, 1.0, 42),
        (3.0, 1.0, 21),
        (4.0, 1.0, 3),
        (5.0, 1.0, 2),
    ]);
    let found = shrink_rates(&x, &e, 0.95).unwrap();
    let Prior::Gamma { shape, rate } = found.prior else { panic!("{:?}", found.prior) };
    assert_close(shape, 0.865_115_819_945_182_4, 1e-9);
    assert_close(rate, 1.859_567_892_041_637_8, 1e-9);
    assert_close(found.centre, 301.0 / 647.0, 1e-12);
    // One accident: (1 + shape)/(1 + rate).
    assert_close(found.rows[447].value, (1.0 + shape) / (1.0 + rate), 1e-14);
    assert_close(
        found.rows[447].interval.upper,
        gamma_quantile(0.975, 1.0 + shape).unwrap() / (1.0 + rate),
        1e-12,
    );
    // Another unit of exposure changes the rates and nothing else.
    let weeks: Vec<f64> = e.iter().map(|e| e * 5.0).collect();
    let per_week = shrink_rates(&x, &weeks, 0.95).unwrap();
    assert_close(per_week.rows[447].value * 5.0, found.rows[447].value, 1e-10);
    assert_close(per_week.rankability, found.rankability, 1e-9);
}

#[test]
fn units_that_differ_no_more_than_chance_are_alike_and_still_in_doubt() {
    // Exactly as many everywhere: less than chance would give.
    let shares = shrink_proportions(&[30.0; 20], &[100.0; 20], 0.95).unwrap();
    let rates = shrink_rates(&[30.0; 20], &[100.0; 20], 0.95).unwrap();
    for found in [&shares, &rates] {
        assert_eq!((found.prior, found.between, found.rankability), (Prior::Alike, 0.0, 0.0));
        let row = found.rows[0];
        assert_eq!((row.value, row.weight), (0.3, 0.0));
        assert!(row.interval.lower < 0.29 && row.interval.upper > 0.31, "{row:?}");
    }
    // Jeffreys for 600 of 2,000.
    assert_close(shares.rows[0].interval.lower, beta_quantile(0.025, 600.5, 1400.5).unwrap(), 1e-12);
    // Sidik and Jonkman's variance is never 0.
    for method in METHODS.into_iter().filter(|method| *method != Between::SidikJonkman) {
        let found = shrink_estimates(&[1.0, 1.1, 0.9], &[1.0; 3], method, 0.95).unwrap();
        assert_eq!((found.prior, found.rows[0].value), (Prior::Alike, found.centre));
        // The centre's own error: 1/√3.
        assert_close(found.rows[0].interval.upper - found.centre, 1.959_963_984_540_054 / 3f64.sqrt(), 1e-12);
    }
}

#[test]
fn what_cannot_be_shrunk_is_refused() {
    let shares = |x: &[f64], n: &[f64]| shrink_proportions(x, n, 0.95).unwrap_err();
    assert_eq!(shares(&[], &[]), Refused::Empty);
    assert_eq!(shares(&[1.0], &[2.0]), Refused::OneRow);
    assert_eq!(shares(&[1.0, 2.0], &[2.0, 1.0]), Refused::NumeratorAboveDenominator { row: 1 });
    assert_eq!(shares(&[1.0, 0.0], &[2.0, 0.0]), Refused::ZeroDenominator { row: 1 });
    assert_eq!(shares(&[0.0, 0.0], &[2.0, 3.0]), Refused::NoContrast);
    assert_eq!(shares(&[2.0, 3.0], &[2.0, 3.0]), Refused::NoContrast);
    assert_eq!(shares(&[1.0, f64::NAN], &[2.0, 3.0]), Refused::NotFinite { row: 1 });
    assert_eq!(shrink_rates(&[0.0, 0.0], &[2.0, 3.0], 0.95).unwrap_err(), Refused::NoContrast);
    assert_eq!(shrink_rates(&[1.0, -1.0], &[2.0, 3.0], 0.95).unwrap_err(), Refused::Negative { row: 1 });
    let estimates = |y: &[f64], s: &[f64]| shrink_estimates(y, s, Between::Reml, 0.95).unwrap_err();
    assert_eq!(estimates(&[1.0, 2.0], &[1.0, 0.0]), Refused::ZeroStandardError { row: 1 });
    assert_eq!(estimates(&[1.0, 2.0], &[-1.0, 1.0]), Refused::Negative { row: 0 });
    assert_eq!(estimates(&[1.0], &[1.0]), Refused::OneRow);
    assert_eq!(estimates(&[1.0, 2.0], &[1.0]), Refused::LengthsDiffer { first: 2, other: 1 });
    assert_eq!(estimates(&[1.0, 2.0], &[1e-200, 1.0]), Refused::OutOfRange);
}

#[test]
fn cases_one_at_a_time_cannot_show_how_units_differ() {
    // One case a unit: any beta distribution with the same mean is as likely.
    let x: Vec<f64> = (0..50).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let found = shrink_proportions(&x, &[1.0; 50], 0.95).unwrap();
    assert_eq!((found.prior, found.centre), (Prior::Alike, 0.34));
}

/// How often the limits hold the truth, and whose squared errors are smaller: (held, shrunk over raw, mean rankability).
fn simulated(units: usize, draw: impl Fn(&mut Random) -> (Shrinkage, Vec<f64>)) -> (f64, f64, f64) {
    let (mut held, mut ours, mut theirs, mut rankability) = (0, 0.0, 0.0, 0.0);
    let samples = 150;
    for sample in 0..samples {
        let (found, truth) = draw(&mut Random::new(17, sample));
        for (row, truth) in found.rows.iter().zip(truth) {
            held += u32::from(row.interval.lower <= truth && truth <= row.interval.upper);
            ours += (row.value - truth).powi(2);
            theirs += (row.raw - truth).powi(2);
        }
        rankability += found.rankability / samples as f64;
    }
    (f64::from(held) / (units * samples as usize) as f64, ours / theirs, rankability)
}

fn simulated_shares(units: usize) -> (f64, f64, f64) {
    simulated(units, |random| {
        let (mut x, mut n, mut truth) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..units {
            let share = beta_quantile(random.uniform(), 3.0, 7.0).unwrap();
            let cases = 5 + random.below(60);
            x.push((0..cases).filter(|_| random.uniform() < share).count() as f64);
            n.push(cases as f64);
            truth.push(share);
        }
        (shrink_proportions(&x, &n, 0.95).unwrap(), truth)
    })
}

fn simulated_rates(units: usize) -> (f64, f64, f64) {
    simulated(units, |random| {
        let (mut x, mut e, mut truth) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..units {
            let (rate, weeks) =
                (gamma_quantile(random.uniform(), 4.0).unwrap() / 2.0, 1.0 + 9.0 * random.uniform());
            x.push(poisson_quantile(random.uniform(), rate * weeks).unwrap() as f64);
            e.push(weeks);
            truth.push(rate);
        }
        (shrink_rates(&x, &e, 0.95).unwrap(), truth)
    })
}

fn simulated_estimates(units: usize) -> (f64, f64, f64) {
    simulated(units, |random| {
        let (mut y, mut s, mut truth) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..units {
            let (value, error) = (3.0 + random.normal(), 0.5 + random.uniform());
            y.push(value + error * random.normal());
            s.push(error);
            truth.push(value);
        }
        (shrink_estimates(&y, &s, Between::Reml, 0.95).unwrap(), truth)
    })
}

#[test]
fn shrunk_values_are_nearer_the_truth_and_their_limits_hold_it() {
    for (name, (held, ratio, rankability)) in [
        ("shares", simulated_shares(60)),
        ("rates", simulated_rates(60)),
        ("estimates", simulated_estimates(60)),
    ] {
        assert!((0.925..0.96).contains(&held), "{name}: held {held}");
        assert!(ratio < 0.85, "{name}: squared errors {ratio}");
        assert!((0.3..0.9).contains(&rankability), "{name}: {rankability}");
    }
    // τ² = 1 against a median standard error of 1: half of what is seen is true.
    let (_, _, rankability) = simulated_estimates(60);
    assert!((rankability - 0.5).abs() < 0.04, "{rankability}");
}

#[test]
#[ignore = "prints the table of docs/methods/shrinkage.md; run with --release -- --ignored --nocapture"]
fn the_table_in_the_note_on_shrinkage() {
    for units in [5, 10, 20, 60, 200] {
        let [shares, rates, estimates] =
            [simulated_shares(units), simulated_rates(units), simulated_estimates(units)];
        println!(
            "| {units} | {:.1?} | {:.1?} | {:.1?} |",
            shares.0 * 100.0,
            rates.0 * 100.0,
            estimates.0 * 100.0
        );
    }
}

#[test]
fn ten_thousand_units_are_shrunk_at_once() {
    let mut random = Random::new(5, 0);
    let n: Vec<f64> = (0..10_000).map(|_| 1.0 + random.below(5000) as f64).collect();
    let x: Vec<f64> = n.iter().map(|n| (n * (0.2 + 0.2 * random.uniform())).floor()).collect();
    let began = std::time::Instant::now();
    assert!(shrink_proportions(&x, &n, 0.95).unwrap().between > 0.0);
    assert!(shrink_rates(&x, &n, 0.95).unwrap().between > 0.0);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

fn all(x: &[f64], n: &[f64], level: f64) -> Vec<Result<Shrinkage, Refused>> {
    let mut found = vec![shrink_proportions(x, n, level), shrink_rates(x, n, level)];
    found.extend(METHODS.map(|method| shrink_estimates(x, n, method, level)));
    found
}

fn wild() -> impl Strategy<Value = f64> {
    let odd =
        prop::sample::select(vec![0.0, -0.0, -1.0, 5e-324, 1e-160, 1e160, f64::MAX, f64::NAN, f64::INFINITY]);
    prop_oneof![6 => (0u32..20).prop_map(f64::from), 2 => any::<f64>(), 1 => odd]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_shrunk_value_lies_between_the_raw_one_and_the_centre(
        rows in prop::collection::vec((0u32..30, 0u32..30), 2..15), level in 0.5f64..0.99,
    ) {
        let x: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
        let n: Vec<f64> = rows.iter().map(|r| f64::from(r.0 + r.1 + 1)).collect();
        for found in all(&x, &n, level).into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&found.rankability), "{found:?}");
            for row in &found.rows {
                let (low, high) = (row.raw.min(found.centre), row.raw.max(found.centre));
                let slack = 1e-9 * high.abs().max(1e-9);
                prop_assert!(low - slack <= row.value && row.value <= high + slack, "{row:?} {}", found.centre);
                prop_assert!(row.interval.lower <= row.interval.upper, "{row:?}");
                let own = row.weight * row.raw + (1.0 - row.weight) * found.centre;
                prop_assert!((own - row.value).abs() < 1e-9 * high.abs().max(1.0), "{row:?}");
            }
        }
    }

    #[test]
    fn no_input_makes_shrinkage_panic_or_answer_nan(
        rows in prop::collection::vec((wild(), wild()), 0..8), level in prop_oneof![0.0f64..1.0, any::<f64>()],
    ) {
        let (x, n): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        for found in all(&x, &n, level).into_iter().flatten() {
            prop_assert!(found.centre.is_finite() && found.between.is_finite() && found.between >= 0.0, "{found:?}");
            prop_assert!((0.0..=1.0).contains(&found.rankability), "{found:?}");
            for row in found.rows {
                let numbers = [row.raw, row.value, row.weight, row.interval.lower, row.interval.upper];
                prop_assert!(numbers.iter().all(|number| number.is_finite()), "{row:?}");
                prop_assert!(row.interval.lower <= row.interval.upper, "{row:?}");
            }
        }
    }
}
