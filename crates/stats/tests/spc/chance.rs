//! How often do the rules cry out when nothing changed? And what holds for any series at all.

use proptest::prelude::*;
use someasure_stats::{Chart, ControlChart, Improvement, Settings, TwoOfThree, control_chart};

#[path = "../support/draws.rs"]
mod draws;

use draws::Draws;

impl Draws {
    fn poisson(&mut self, mean: f64) -> f64 {
        let (mut events, mut waited) = (0.0, self.wait());
        while waited < mean {
            events += 1.0;
            waited += self.wait();
        }
        events
    }

    fn binomial(&mut self, cases: u32, chance: f64) -> f64 {
        f64::from((0..cases).filter(|_| self.uniform() < chance).count() as u32)
    }

    /// Failures before the first success.
    fn geometric(&mut self, chance: f64) -> f64 {
        (self.uniform().ln() / (1.0 - chance).ln()).floor()
    }

    /// A steady series of 24 points as its chart supposes.
    fn steady(&mut self, kind: Chart) -> (Vec<Option<f64>>, Vec<f64>) {
        let sizes: Vec<f64> = (0..24).map(|_| 80.0 + (self.uniform() * 60.0).floor()).collect();
        let value = |draws: &mut Self, size: f64| match kind {
            Chart::Xmr | Chart::Run => draws.normal(),
            Chart::P => draws.binomial(size as u32, 0.3),
            Chart::U => draws.poisson(0.1 * size),
            Chart::PPrime => {
                let chance = (0.3 + 0.05 * draws.normal()).clamp(0.0, 1.0);
                draws.binomial(size as u32, chance)
            }
            Chart::UPrime => {
                let rate = 0.1 * (0.3 * draws.normal()).exp();
                draws.poisson(rate * size)
            }
            Chart::C => draws.poisson(12.0),
            Chart::G => draws.geometric(0.03),
            Chart::T => 30.0 * draws.wait(),
        };
        let values = sizes.iter().map(|size| Some(value(self, *size))).collect();
        (values, if kind.has_denominators() { sizes } else { Vec::new() })
    }
}

/// Of `times` steady series of 24 points: the share of points outside the limits, and of series with any
/// point that a rule marks (on a run chart also with too few or too many runs).
fn false_alarms(kind: Chart, times: u32) -> (f64, f64) {
    let mut draws = Draws(2014);
    let (mut outside, mut marked) = (0u32, 0u32);
    for _ in 0..times {
        let (values, sizes) = draws.steady(kind);
        let chart = control_chart(kind, &values, &sizes, &Settings::default()).unwrap();
        outside +=
            chart.points.iter().filter(|p| p.rule == Some(someasure_stats::Rule::Outside)).count() as u32;
        marked += u32::from(cries_out(&chart));
    }
    (f64::from(outside) / f64::from(24 * times), f64::from(marked) / f64::from(times))
}

fn cries_out(chart: &ControlChart) -> bool {
    chart.points.iter().any(|p| p.rule.is_some()) || chart.runs.iter().any(|r| r.too_few() || r.too_many())
}

const ALL: [Chart; 9] =
    [Chart::Xmr, Chart::P, Chart::U, Chart::PPrime, Chart::UPrime, Chart::C, Chart::G, Chart::T, Chart::Run];

#[test]
fn a_steady_series_is_rarely_called_changed() {
    for kind in ALL {
        let (outside, marked) = false_alarms(kind, 2000);
        // A normal value is beyond three standard errors once in 370 times; limits from 24 points are not
        // that sure, and a geometric count has a long tail.
        let most = if kind == Chart::G { 0.025 } else { 0.012 };
        assert!(outside <= most, "{kind:?}: {outside} of points outside");
        assert!(marked <= 0.45, "{kind:?}: {marked} of series marked");
    }
}

#[test]
#[ignore = "prints the table of docs/methods/control-charts.md; run with --release -- --ignored --nocapture"]
fn the_table_in_the_note_on_control_charts() {
    for kind in ALL {
        let (outside, marked) = false_alarms(kind, 100_000);
        println!(
            "{kind:?}: {:.2}% of points outside, {:.1}% of series marked",
            100.0 * outside,
            100.0 * marked
        );
    }
}

#[test]
fn a_change_of_two_standard_deviations_is_mostly_seen() {
    let mut draws = Draws(7);
    let seen = (0..500)
        .filter(|_| {
            let values: Vec<Option<f64>> =
                (0..24).map(|i| Some(draws.normal() + if i < 12 { 0.0 } else { 2.0 })).collect();
            cries_out(&control_chart(Chart::Xmr, &values, &[], &Settings::default()).unwrap())
        })
        .count();
    assert!(seen > 400, "{seen} of 500 series");
}

fn any_series() -> impl Strategy<Value = Vec<Option<f64>>> {
    let value = prop_oneof![
        6 => (0u32..12).prop_map(|v| Some(f64::from(v))),
        1 => Just(None),
        1 => any::<f64>().prop_map(Some),
        1 => prop::sample::select(vec![Some(0.0), Some(-0.0), Some(1e308), Some(-1e308), Some(f64::NAN), Some(5e-324)]),
    ];
    prop::collection::vec(value, 0..40)
}

proptest! {
    #[test]
    fn no_series_makes_a_chart_panic_or_answer_nan(
        values in any_series(), sizes in prop::collection::vec(prop_oneof![0.0f64..5.0, any::<f64>()], 40),
        kind in prop::sample::select(ALL.to_vec()), rebase in prop::collection::vec(0usize..45, 0..3),
        fix_after in prop::option::of(0usize..30), screen: bool,
    ) {
        let settings = Settings { rebase: &rebase, fix_after, screen, target: Some(3.0),
            improvement: Improvement::Increase, two_of_three: TwoOfThree::NhsEngland };
        if let Ok(chart) = control_chart(kind, &values, &sizes[..values.len()], &settings) {
            prop_assert_eq!(chart.points.len(), values.len());
            for point in &chart.points {
                let numbers = [point.value, point.centre].into_iter().flatten().chain(
                    point.limits.iter().flat_map(|l| [l.lower, l.near_lower, l.near_upper, l.upper]));
                for number in numbers {
                    prop_assert!(number.is_finite(), "{number}");
                }
                if let Some(l) = point.limits {
                    prop_assert!(l.lower <= l.near_lower && l.near_upper <= l.upper, "{l:?}");
                }
            }
        }
    }

    #[test]
    fn phases_know_nothing_of_each_other(
        first in prop::collection::vec(0u32..9, 1..20), second in prop::collection::vec(0u32..9, 1..20),
        kind in prop::sample::select(ALL.to_vec()),
    ) {
        let one: Vec<Option<f64>> = first.iter().map(|v| Some(f64::from(*v))).collect();
        let two: Vec<Option<f64>> = second.iter().map(|v| Some(f64::from(*v))).collect();
        let both: Vec<Option<f64>> = one.iter().chain(&two).copied().collect();
        let draw = |values: &[Option<f64>], rebase: &[usize]| {
            let sizes = vec![10.0; if kind.has_denominators() { values.len() } else { 0 }];
            control_chart(kind, values, &sizes, &Settings { rebase, ..Settings::default() }).unwrap()
        };
        let together = draw(&both, &[one.len()]);
        let apart: Vec<_> = draw(&one, &[]).points.into_iter().chain(draw(&two, &[]).points).collect();
        prop_assert_eq!(together.points, apart);
    }

    #[test]
    fn turning_a_series_over_turns_its_reading_over(values in prop::collection::vec(-50i32..50, 1..60)) {
        let series = |sign: f64| -> Vec<Option<f64>> { values.iter().map(|v| Some(sign * f64::from(*v))).collect() };
        let draw = |sign, improvement| {
            control_chart(Chart::Xmr, &series(sign), &[], &Settings { improvement, ..Settings::default() }).unwrap()
        };
        let (up, down) = (draw(1.0, Improvement::Increase), draw(-1.0, Improvement::Decrease));
        for (a, b) in up.points.iter().zip(&down.points) {
            prop_assert_eq!((a.rule, a.point_type), (b.rule, b.point_type));
        }
    }

    #[test]
    fn doubling_a_series_doubles_its_chart(values in prop::collection::vec(0i32..50, 1..60)) {
        let draw = |scale: f64| {
            let values: Vec<Option<f64>> = values.iter().map(|v| Some(scale * f64::from(*v))).collect();
            control_chart(Chart::Xmr, &values, &[], &Settings::default()).unwrap()
        };
        for (one, two) in draw(1.0).points.iter().zip(&draw(2.0).points) {
            prop_assert_eq!(one.rule, two.rule);
            prop_assert_eq!(one.limits.map(|l| 2.0 * l.upper), two.limits.map(|l| l.upper));
        }
    }
}
