//! Funnels: against base R and FunnelPlotR, against chance, and what holds for any funnel.

use proptest::prelude::*;
use someasure_stats::{
    Funnel, FunnelKind, FunnelLimits, FunnelSettings, Outside, Overdispersion, Random, Refused,
    binomial_limit, binomial_quantile, funnel, poisson_limit, poisson_quantile,
};

const KINDS: [FunnelKind; 5] =
    [FunnelKind::Proportion, FunnelKind::Ratio, FunnelKind::Shmi, FunnelKind::Rate, FunnelKind::CountRatio];

fn additive() -> FunnelSettings {
    FunnelSettings {
        limits: FunnelLimits::Normal,
        overdispersion: Overdispersion::Additive,
        ..FunnelSettings::default()
    }
}

fn assert_close(got: f64, want: f64, tolerance: f64, what: &str) {
    assert!((got - want).abs() <= tolerance * want.abs(), "{what}: {got} and not {want}");
}

#[test]
fn exact_limits_of_a_share_are_those_of_base_r() {
    // Spiegelhalter 2005, appendix A.1.1, by qbinom and pbinom of R 4.2.2.
    let rows = [
        (0.001, 5, 0.05, -0.19974152891302),
        (0.025, 5, 0.05, -0.193538222825501),
        (0.975, 5, 0.05, 0.197635377260764),
        (0.999, 5, 0.05, 0.428033240997231),
        (0.975, 25, 0.05, 0.13350474402342),
        (0.999, 50, 0.05, 0.157993590947544),
    ];
    for (p, n, share, want) in rows {
        assert_close(binomial_limit(p, n, share).unwrap(), want, 1e-10, "limit");
    }
}

#[test]
fn exact_limits_of_a_ratio_are_those_of_base_r() {
    for (p, expected, want) in
        [(0.001, 0.5, -1.9967025574586), (0.025, 0.5, -1.91756393646499), (0.975, 0.5, 3.720051822922)]
    {
        assert_close(poisson_limit(p, expected, expected).unwrap(), want, 1e-10, "limit");
    }
    // Per unit of exposure: ten events expected of a thousand followers.
    let per_unit = poisson_limit(0.975, 10.0, 1000.0).unwrap();
    assert_close(per_unit, poisson_limit(0.975, 10.0, 10.0).unwrap() / 100.0, 1e-14, "limit");
}

#[test]
fn what_has_no_distribution_has_no_limit() {
    assert_eq!(binomial_limit(0.5, 0, 0.5), None);
    assert_eq!(binomial_limit(0.0, 5, 0.5), None);
    assert_eq!(binomial_limit(0.5, 5, 1.5), None);
    assert_eq!(poisson_limit(0.5, -1.0, 1.0), None);
    assert_eq!(poisson_limit(0.5, 1.0, 0.0), None);
    assert_eq!(poisson_limit(0.5, f64::NAN, 1.0), None);
    assert_eq!((binomial_limit(0.975, 9, 0.0), binomial_limit(0.025, 9, 1.0)), (Some(0.0), Some(1.0)));
    assert_eq!(poisson_limit(0.975, 0.0, 3.0), Some(0.0));
}

#[test]
fn normal_limits_are_standard_errors_from_the_centre() {
    let settings = FunnelSettings { limits: FunnelLimits::Normal, ..FunnelSettings::default() };
    let found = funnel(FunnelKind::Proportion, &[30.0, 10.0], &[60.0, 40.0], &settings).unwrap();
    // 0.4 ± 1.959964·√(0.24/60) and ± 3.090232·√(0.24/40), by hand.
    assert_eq!(found.centre, 0.4);
    assert_close(found.units[0].limits95.upper, 0.4 + 1.959_964 * 0.063_245_553, 1e-7, "95%");
    assert_close(found.units[1].limits998.lower, 0.4 - 3.090_232 * 0.077_459_667, 1e-6, "99.8%");
    let ratio = funnel(FunnelKind::Ratio, &[30.0, 10.0], &[25.0, 16.0], &settings).unwrap();
    assert_eq!((ratio.centre, ratio.units[0].value), (1.0, 1.2));
    assert_close(ratio.units[1].limits95.upper, 1.0 + 1.959_964 / 4.0, 1e-7, "95%");
    let rate = funnel(FunnelKind::Rate, &[30.0, 10.0], &[2500.0, 1500.0], &settings).unwrap();
    assert_close(rate.units[1].limits95.lower, 0.01 - 1.959_964 * (0.01_f64 / 1500.0).sqrt(), 1e-6, "95%");
}

/// Numerators, denominators, then what FunnelPlotR 0.6.0 makes of them: φ, τ², and z and four limits of the
/// first unit.
struct Reference<'a> {
    kind: FunnelKind,
    numerators: &'a [f64],
    denominators: &'a [f64],
    phi: f64,
    tau2: f64,
    z: f64,
    limits: [f64; 4],
}

impl Reference<'_> {
    fn assert_ours_is_the_same(&self) {
        let found = funnel(self.kind, self.numerators, self.denominators, &additive()).unwrap();
        assert_close(found.dispersion.phi, self.phi, 1e-12, "phi");
        assert!((found.dispersion.tau2 - self.tau2).abs() < 1e-13, "tau2: {}", found.dispersion.tau2);
        let unit = found.units[0];
        assert_close(unit.z, self.z, 1e-12, "z");
        let limits = [unit.limits95.lower, unit.limits95.upper, unit.limits998.lower, unit.limits998.upper];
        for (got, want) in limits.into_iter().zip(self.limits) {
            // The reference's normal quantiles have six places.
            assert_close(got, want, 2e-7, "limit");
        }
    }
}

const SEEN: [f64; 12] = [34.0, 56.0, 140.0, 575.0, 26.0, 542.0, 644.0, 142.0, 175.0, 9.0, 23.0, 27.0];

#[test]
fn a_funnel_of_shares_is_that_of_the_reference() {
    Reference {
        kind: FunnelKind::Proportion,
        numerators: &[22.0, 52.0, 97.0, 619.0, 22.0, 479.0, 645.0, 172.0, 152.0, 6.0, 24.0, 21.0],
        denominators: &[89.0, 144.0, 364.0, 1755.0, 67.0, 1676.0, 2084.0, 549.0, 473.0, 37.0, 68.0, 60.0],
        phi: 1.59821766918786,
        tau2: 0.000347622121719571,
        z: -1.39974353869794,
        limits: [0.216869763020206, 0.41960578519499, 0.166950218835933, 0.482761370703577],
    }
    .assert_ours_is_the_same();
}

#[test]
fn a_funnel_of_the_mortality_indicator_is_that_of_the_reference() {
    Reference {
        kind: FunnelKind::Shmi,
        numerators: &SEEN,
        denominators: &[
            28.03, 46.38, 119.7, 583.39, 20.74, 556.96, 693.05, 181.34, 156.13, 10.71, 21.16, 18.42,
        ],
        phi: 1.32190989714262,
        tau2: 0.00265041177657827,
        z: 1.02225782591538,
        limits: [0.681332351877128, 1.46771248605019, 0.546085731498889, 1.83121429899883],
    }
    .assert_ours_is_the_same();
}

#[test]
fn a_funnel_of_ratios_is_that_of_the_reference_squared_back_from_the_root() {
    // FunnelPlotR's limits by its CQC method stay on the scale of square roots: its issue 33.
    let squared =
        [0.802326963709429, 1.19767303629057, 0.688333284548958, 1.31166671545104].map(|l: f64| l * l);
    Reference {
        kind: FunnelKind::Ratio,
        numerators: &[
            45.0, 51.0, 128.0, 433.0, 19.0, 518.0, 715.0, 147.0, 171.0, 13.0, 22.0, 17.0, 227.0, 56.0, 249.0,
            77.0, 209.0, 841.0, 66.0, 367.0, 639.0, 23.0, 197.0, 19.0, 23.0, 48.0, 13.0, 50.0, 478.0, 39.0,
            97.0, 130.0, 74.0, 17.0, 515.0, 265.0, 308.0, 8.0, 247.0, 67.0,
        ],
        denominators: &[
            28.03, 46.38, 119.7, 583.39, 20.74, 556.96, 693.05, 181.34, 156.13, 10.71, 21.16, 18.42, 205.25,
            49.08, 303.5, 83.94, 237.16, 866.24, 48.15, 314.59, 661.17, 21.79, 173.69, 14.48, 28.26, 49.55,
            8.52, 48.69, 486.36, 39.92, 77.97, 135.8, 82.3, 19.28, 398.25, 188.03, 340.56, 13.32, 244.08,
            55.81,
        ],
        phi: 1.87571251593886,
        tau2: 0.00125280491919208,
        z: 2.8277346714395,
        limits: squared,
    }
    .assert_ours_is_the_same();
}

#[test]
fn a_ratio_of_counts_has_the_variation_of_the_reference_and_limits_of_that_variation() {
    let others = [29.0, 47.0, 121.0, 584.0, 22.0, 558.0, 694.0, 182.0, 157.0, 12.0, 22.0, 19.0];
    let found = funnel(FunnelKind::CountRatio, &SEEN, &others, &additive()).unwrap();
    assert_close(found.dispersion.phi, 0.716902477855719, 1e-12, "phi");
    assert_eq!(found.dispersion.tau2, 0.0);
    assert_close(found.units[0].z, 0.719058465713323, 1e-12, "z");
    // A unit on its own limit is as many standard errors from the centre: FunnelPlotR's are not.
    let at_limit = found.units[0].limits95.upper * others[0];
    let again: Vec<f64> = std::iter::once(at_limit).chain(SEEN[1..].iter().copied()).collect();
    let z = funnel(FunnelKind::CountRatio, &again, &others, &additive()).unwrap().units[0].z;
    assert!((1.8..2.2).contains(&z), "{z}");
}

#[test]
fn limits_are_strict_and_the_farther_one_counts() {
    let settings = FunnelSettings { limits: FunnelLimits::Normal, ..FunnelSettings::default() };
    let seen = [100.0, 118.0, 122.0, 133.0, 82.0, 68.0];
    let found = funnel(FunnelKind::Ratio, &seen, &[100.0; 6], &settings).unwrap();
    let outside: Vec<Outside> = found.units.iter().map(|u| u.outside).collect();
    let want =
        [Outside::None, Outside::None, Outside::Above95, Outside::Above998, Outside::None, Outside::Below998];
    assert_eq!(outside, want);
    let exactly = found.units[0].limits95.upper * 100.0;
    let on_it = funnel(FunnelKind::Ratio, &[exactly, 100.0], &[100.0; 2], &settings).unwrap();
    assert!(on_it.units[0].value > on_it.units[0].limits95.upper || on_it.units[0].outside == Outside::None);
}

#[test]
fn no_event_where_hardly_one_was_expected_is_not_too_many() {
    // P(X = 0) = 0.98 > 0.975: the interpolated upper limit is below 0.
    let found = funnel(FunnelKind::Ratio, &[0.0, 3.0], &[0.02, 3.0], &FunnelSettings::default()).unwrap();
    assert!(found.units[0].limits95.upper < 0.0);
    assert_eq!(found.units[0].outside, Outside::None);
}

#[test]
fn units_that_are_all_alike_lie_on_the_centre() {
    for (numerator, centre) in [(0.0, 0.0), (5.0, 0.5), (10.0, 1.0)] {
        let found =
            funnel(FunnelKind::Proportion, &[numerator; 4], &[10.0; 4], &FunnelSettings::default()).unwrap();
        assert_eq!((found.centre, found.dispersion.phi, found.dispersion.tau2), (centre, 0.0, 0.0));
        assert!(found.units.iter().all(|u| u.outside == Outside::None && u.z == 0.0));
    }
}

#[test]
fn overdispersion_widens_and_never_narrows() {
    let rows = [(0.0, 1.3), (0.4, 1.0)];
    for (spread, _) in rows {
        let mut random = Random::new(5, 0);
        let expected: Vec<f64> = (0..60).map(|i| 20.0 + 5.0 * f64::from(i)).collect();
        let seen: Vec<f64> = expected.iter().map(|e| count(&mut random, *e, spread)).collect();
        let with = |overdispersion, limits| {
            let settings = FunnelSettings { overdispersion, limits, ..FunnelSettings::default() };
            funnel(FunnelKind::Ratio, &seen, &expected, &settings).unwrap()
        };
        for limits in [FunnelLimits::Exact, FunnelLimits::Normal] {
            let plain = with(Overdispersion::None, limits);
            let multiplicative = with(Overdispersion::Multiplicative, limits);
            for (a, b) in plain.units.iter().zip(&multiplicative.units) {
                let factor = plain.dispersion.phi.max(1.0).sqrt();
                assert_close(b.limits95.upper - 1.0, factor * (a.limits95.upper - 1.0), 1e-12, "√φ");
                assert!(b.limits998.lower <= a.limits998.lower);
            }
        }
        let exact = with(Overdispersion::Additive, FunnelLimits::Exact);
        if exact.dispersion.tau2 == 0.0 {
            assert_eq!(exact.units, with(Overdispersion::None, FunnelLimits::Exact).units);
        } else {
            assert_eq!(exact.units, with(Overdispersion::Additive, FunnelLimits::Normal).units);
        }
    }
}

/// A Poisson count whose mean varies on the scale of roots with this standard deviation, relative to
/// `expected`.
fn count(random: &mut Random, expected: f64, spread: f64) -> f64 {
    let mean = expected * (1.0 + spread * random.normal()).max(0.0).powi(2);
    poisson_quantile(random.uniform(), mean).unwrap() as f64
}

/// The shares of units outside the 95% and the 99.8% limits.
fn outside(funnels: &[Funnel]) -> (f64, f64) {
    let units = || funnels.iter().flat_map(|f| &f.units).map(|u| u.outside);
    let all = units().count() as f64;
    let beyond = units().filter(|o| *o != Outside::None).count() as f64;
    let far = units().filter(|o| matches!(o, Outside::Above998 | Outside::Below998)).count() as f64;
    (beyond / all, far / all)
}

fn funnels_of(kind: FunnelKind, times: u64, spread: f64, settings: &FunnelSettings) -> Vec<Funnel> {
    (0..times)
        .map(|stream| {
            let mut random = Random::new(2005, stream);
            let (seen, size): (Vec<f64>, Vec<f64>) = (0..100)
                .map(|_| {
                    let size = (50.0 + 950.0 * random.uniform()).round();
                    match kind {
                        FunnelKind::Proportion => {
                            let cases = binomial_quantile(random.uniform(), size as u64, 0.3).unwrap();
                            (cases as f64, size)
                        }
                        FunnelKind::Rate => (count(&mut random, size, spread), 1000.0 * size),
                        FunnelKind::CountRatio => {
                            (count(&mut random, size, spread), count(&mut random, size, 0.0))
                        }
                        _ => (count(&mut random, size, spread), size),
                    }
                })
                .unzip();
            funnel(kind, &seen, &size, settings).unwrap()
        })
        .collect()
}

#[test]
fn chance_puts_five_percent_and_two_in_a_thousand_outside() {
    for kind in KINDS {
        for limits in [FunnelLimits::Exact, FunnelLimits::Normal] {
            let settings = FunnelSettings { limits, ..FunnelSettings::default() };
            let (beyond, far) = outside(&funnels_of(kind, 200, 0.0, &settings));
            // 20,000 units: standard errors 0.0015 and 0.0003.
            assert!((beyond - 0.05).abs() < 0.0045, "{kind:?} {limits:?}: {beyond}");
            assert!((far - 0.002).abs() < 0.0009, "{kind:?} {limits:?}: {far}");
        }
    }
}

#[test]
fn trimming_hides_a_third_of_the_variation_and_is_corrected() {
    for kind in KINDS {
        let funnels = funnels_of(kind, 60, 0.0, &FunnelSettings::default());
        let mean = |f: &dyn Fn(&Funnel) -> f64| funnels.iter().map(f).sum::<f64>() / funnels.len() as f64;
        let by_chance = if kind == FunnelKind::Shmi { 0.452 } else { 0.682 };
        assert!((mean(&|f| f.dispersion.phi) - by_chance).abs() < 0.035, "{kind:?}");
        assert!((mean(&|f| f.dispersion.corrected_phi) - 1.0).abs() < 0.05, "{kind:?}");
    }
}

#[test]
fn the_corrected_variance_between_units_is_the_true_one() {
    // A standard deviation of 0.1 on the scale of roots: τ² = 0.01.
    let mean =
        |funnels: &[Funnel], f: fn(&Funnel) -> f64| funnels.iter().map(f).sum::<f64>() / funnels.len() as f64;
    let exact = FunnelSettings { overdispersion: Overdispersion::Additive, ..FunnelSettings::default() };
    let raw = funnels_of(FunnelKind::Ratio, 100, 0.1, &exact);
    assert!((mean(&raw, |f| f.dispersion.corrected_tau2) - 0.01).abs() < 0.001);
    assert!(mean(&raw, |f| f.dispersion.tau2) < 0.0075);
    let corrected = funnels_of(FunnelKind::Ratio, 100, 0.1, &FunnelSettings { correct: true, ..exact });
    let ignored = funnels_of(FunnelKind::Ratio, 100, 0.1, &FunnelSettings::default());
    let [ignored, raw, corrected] = [ignored, raw, corrected].map(|f| outside(&f).0);
    assert!(ignored > 0.5, "{ignored}");
    assert!(raw > corrected + 0.005, "{raw} and {corrected}");
    assert!((0.045..0.07).contains(&corrected), "{corrected}");
}

#[test]
#[ignore = "prints the table of docs/methods/funnel.md; run with --release -- --ignored --nocapture"]
fn the_table_in_the_note_on_funnels() {
    for kind in KINDS {
        for limits in [FunnelLimits::Exact, FunnelLimits::Normal] {
            let settings = FunnelSettings { limits, ..FunnelSettings::default() };
            let (beyond, far) = outside(&funnels_of(kind, 10_000, 0.0, &settings));
            println!("{kind:?} {limits:?}: {:.2}% and {:.3}%", 100.0 * beyond, 100.0 * far);
        }
    }
    for expected in [0.5, 1.0, 2.0, 5.0, 10.0, 20.0] {
        let mut random = Random::new(1, 1);
        let settings = FunnelSettings::default();
        let funnels: Vec<Funnel> = (0..500)
            .map(|_| {
                let seen: Vec<f64> = (0..1000).map(|_| count(&mut random, expected, 0.0)).collect();
                funnel(FunnelKind::Ratio, &seen, &[expected; 1000], &settings).unwrap()
            })
            .collect();
        let (beyond, far) = outside(&funnels);
        println!("{expected} expected, exact: {:.2}% and {:.3}%", 100.0 * beyond, 100.0 * far);
    }
    for spread in [0.05, 0.1, 0.2] {
        for (overdispersion, correct) in [
            (Overdispersion::None, false),
            (Overdispersion::Multiplicative, false),
            (Overdispersion::Multiplicative, true),
            (Overdispersion::Additive, false),
            (Overdispersion::Additive, true),
        ] {
            let settings = FunnelSettings { overdispersion, correct, ..FunnelSettings::default() };
            let (beyond, far) = outside(&funnels_of(FunnelKind::Ratio, 1000, spread, &settings));
            println!(
                "spread {spread} {overdispersion:?} corrected {correct}: {:.1}% and {:.2}%",
                100.0 * beyond,
                100.0 * far
            );
        }
    }
}

#[test]
fn what_is_no_funnel_is_refused_with_its_row() {
    let refused = |kind, x: &[f64], n: &[f64]| funnel(kind, x, n, &FunnelSettings::default()).unwrap_err();
    let share = FunnelKind::Proportion;
    assert_eq!(refused(share, &[], &[]), Refused::Empty);
    assert_eq!(refused(share, &[1.0], &[2.0]), Refused::OneRow);
    assert_eq!(refused(share, &[1.0], &[2.0, 3.0]), Refused::LengthsDiffer { first: 1, other: 2 });
    assert_eq!(refused(share, &[1.0, f64::NAN], &[2.0, 3.0]), Refused::NotFinite { row: 1 });
    assert_eq!(refused(share, &[1.0, -1.0], &[2.0, 3.0]), Refused::Negative { row: 1 });
    assert_eq!(refused(share, &[1.0, 0.0], &[2.0, 0.0]), Refused::ZeroDenominator { row: 1 });
    assert_eq!(refused(share, &[1.0, 4.0], &[2.0, 3.0]), Refused::NumeratorAboveDenominator { row: 1 });
    assert_eq!(refused(share, &[1.0, 2.0], &[2.0, 3.5]), Refused::NotWhole { row: 1 });
    assert_eq!(refused(FunnelKind::Shmi, &[1.0, 0.0], &[2.0, 3.5]), Refused::NoEvents { row: 1 });
    assert_eq!(refused(FunnelKind::CountRatio, &[0.0, 0.0], &[2.0, 3.0]), Refused::SumIsZero);
    assert_eq!(refused(FunnelKind::Rate, &[1e308, 1e308], &[1.0, 1.0]), Refused::OutOfRange);
    for trim in [-0.1, 0.5, f64::NAN] {
        let settings = FunnelSettings { trim, ..FunnelSettings::default() };
        assert!(matches!(
            funnel(share, &[1.0, 1.0], &[2.0, 2.0], &settings),
            Err(Refused::ShareOutOfRange { .. })
        ));
    }
}

fn any_settings() -> impl Strategy<Value = FunnelSettings> {
    let overdispersion = prop::sample::select(vec![
        Overdispersion::None,
        Overdispersion::Multiplicative,
        Overdispersion::Additive,
    ]);
    let limits = prop::sample::select(vec![FunnelLimits::Exact, FunnelLimits::Normal]);
    (limits, overdispersion, prop_oneof![Just(0.1), 0.0f64..0.5], any::<bool>()).prop_map(
        |(limits, overdispersion, trim, correct)| FunnelSettings { limits, overdispersion, trim, correct },
    )
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        40 => (0u32..60).prop_map(f64::from),
        1 => any::<f64>(),
        1 => prop::sample::select(vec![0.0, -0.0, 1e-300, 1e15, 1e300, 9.1e15, f64::NAN, f64::INFINITY]),
    ]
}

proptest! {
    #[test]
    fn no_rows_make_a_funnel_panic_or_answer_nan(
        rows in prop::collection::vec((any_number(), any_number()), 0..12),
        kind in prop::sample::select(KINDS.to_vec()), settings in any_settings(),
    ) {
        let (x, n): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        if let Ok(found) = funnel(kind, &x, &n, &settings) {
            prop_assert_eq!(found.units.len(), x.len());
            let d = found.dispersion;
            for number in [found.centre, d.phi, d.tau2, d.phi_by_chance, d.corrected_phi, d.corrected_tau2] {
                prop_assert!(number.is_finite() && number >= 0.0, "{d:?}");
            }
            for u in &found.units {
                let limits = [u.limits998.lower, u.limits95.lower, u.limits95.upper, u.limits998.upper];
                prop_assert!(u.value.is_finite() && u.z.is_finite() && limits.iter().all(|l| l.is_finite()));
                prop_assert!(limits.windows(2).all(|pair| pair[0] <= pair[1]), "{u:?}");
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        rows in prop::collection::vec((1u32..50, 50u32..500), 2..40).prop_flat_map(|rows| {
            (Just(rows.clone()), Just((0..rows.len()).collect::<Vec<_>>()).prop_shuffle())
        }),
        kind in prop::sample::select(KINDS.to_vec()), settings in any_settings(),
    ) {
        let (rows, order) = rows;
        let draw = |rows: &[(u32, u32)]| {
            let (x, n): (Vec<f64>, Vec<f64>) = rows.iter().map(|(x, n)| (f64::from(*x), f64::from(*n))).unzip();
            funnel(kind, &x, &n, &settings).unwrap()
        };
        let plain = draw(&rows);
        let other = draw(&order.iter().map(|i| rows[*i]).collect::<Vec<_>>());
        prop_assert_eq!(plain.dispersion, other.dispersion);
        for (place, row) in order.iter().enumerate() {
            prop_assert_eq!(plain.units[*row], other.units[place]);
        }
    }

    #[test]
    fn more_of_the_same_narrows_the_funnel(
        rows in prop::collection::vec((1u32..50, 50u32..500), 2..20),
        kind in prop::sample::select(vec![FunnelKind::Proportion, FunnelKind::Ratio, FunnelKind::Rate]),
    ) {
        let settings = FunnelSettings { limits: FunnelLimits::Normal, ..FunnelSettings::default() };
        let draw = |times: f64| {
            let (x, n): (Vec<f64>, Vec<f64>) =
                rows.iter().map(|(x, n)| (times * f64::from(*x), times * f64::from(*n))).unzip();
            funnel(kind, &x, &n, &settings).unwrap()
        };
        for (one, four) in draw(1.0).units.iter().zip(&draw(4.0).units) {
            let width = |u: &someasure_stats::FunnelUnit| u.limits95.upper - u.limits95.lower;
            prop_assert!((width(one) - 2.0 * width(four)).abs() < 1e-9);
        }
    }
}
