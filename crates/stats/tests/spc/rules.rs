//! What the rules say, each on a series small enough to check by eye.

use someasure_stats::{
    Assurance, Chart, ENOUGH, Improvement, PointType, Refused, Rule, Settings, TwoOfThree, control_chart,
};

use crate::{assert_close, letters, xmr};

const STEADY: [f64; 12] = [10.0, 11.0, 10.0, 9.0, 10.0, 11.0, 10.0, 9.0, 10.0, 11.0, 10.0, 9.0];

fn rules(values: &[f64]) -> Vec<Option<Rule>> {
    xmr(values, &Settings::default()).points.iter().map(|p| p.rule).collect()
}

#[test]
fn a_point_on_a_limit_is_not_outside_it() {
    // Mean 10, moving ranges 10 and 0 in turn: a point exactly on a limit needs a series made for it.
    let chart = xmr(&[5.0, 15.0], &Settings::default());
    let limits = chart.points[0].limits.unwrap();
    assert_close(limits.upper, 36.6, 1e-15, "upper limit");
    assert_close(limits.near_upper, 10.0 + 2.0 / 3.0 * 26.6, 1e-15, "near limit");
    let constant = xmr(&[0.1; 20], &Settings::default());
    assert_eq!(letters(&constant), ".".repeat(20));
}

#[test]
fn six_points_make_no_trend_and_seven_do() {
    let with = |rising: usize| {
        let mut values = STEADY.to_vec();
        values.extend((0..rising).map(|i| 9.2 + 0.3 * i as f64));
        values.push(9.8);
        rules(&values).into_iter().filter(|rule| *rule == Some(Rule::Trend)).count()
    };
    // The last steady point is 9, below the first of the rise.
    assert_eq!((with(5), with(6)), (0, 7));
}

#[test]
fn an_equal_neighbour_breaks_a_trend() {
    let rising = |values: &[f64]| letters(&xmr(values, &Settings::default())).contains('T');
    assert!(rising(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]));
    assert!(!rising(&[1.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 7.0]));
}

#[test]
fn a_point_in_two_trends_takes_the_later_one() {
    // The peak is within wide limits: a far away first value makes them so.
    let values = [0.0, 30.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0];
    assert_eq!(letters(&xmr(&values, &Settings { screen: false, ..Settings::default() })), "oOTTTTTTttttttt");
}

#[test]
fn a_trend_keeps_its_direction_beside_another_that_shares_no_point_with_it() {
    // 1 to 7 rises, then 0 to 6 does. The reference takes the fall from 7 to 0 for the direction of 7.
    let rise = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    let values: Vec<f64> = rise.into_iter().chain(rise.map(|v| v - 1.0)).collect();
    assert_eq!(letters(&xmr(&values, &Settings { screen: false, ..Settings::default() })), "TTTTTTTTTTTTTT");
}

#[test]
fn a_point_on_the_mean_breaks_a_run() {
    let mut values = [4.0, 6.0].repeat(4);
    values.extend([4.0, 6.0, 6.0, 6.0, 6.0, 5.0, 6.0, 6.0, 6.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]);
    assert_eq!(xmr(&values, &Settings::default()).points[0].centre, Some(5.0));
    assert_eq!(rules(&values), [None; 23]);
    // With a 6 in place of the 5, eight are on one side.
    values[13] = 6.0;
    assert_eq!(letters(&xmr(&values, &Settings::default())), ".........SSSSSSSS......");
}

#[test]
fn two_of_three_are_marked_and_the_third_is_not() {
    let mut values = STEADY.to_vec();
    values.extend([13.0, 10.6, 13.0, 9.0, 10.0, 11.0, 10.0, 9.0]);
    assert_eq!(letters(&xmr(&values, &Settings::default())), "............N.N.....");
}

#[test]
fn two_of_three_on_two_sides_are_chance() {
    let mut values = STEADY.to_vec();
    values.extend([12.9, 7.1, 10.0, 11.0, 10.0, 9.0]);
    let chart = xmr(&values, &Settings { screen: false, ..Settings::default() });
    assert_eq!(letters(&chart), ".".repeat(18));
}

#[test]
fn nhs_england_counts_points_outside_the_limits_and_r_does_not() {
    // Outside, then near, then high: github.com/nhs-r-community/NHSRplotthedots, issue 194, 6 November 2023.
    let mut values = STEADY.to_vec();
    values.extend([16.0, 13.2, 10.7, 9.0, 10.0, 11.0, 10.0]);
    let with = |two_of_three| letters(&xmr(&values, &Settings { two_of_three, ..Settings::default() }));
    assert_eq!(with(TwoOfThree::R), "............O......");
    assert_eq!(with(TwoOfThree::NhsEngland), "............ON.....");
}

#[test]
fn a_rebase_starts_everything_anew() {
    let values: Vec<f64> = STEADY.iter().copied().chain(STEADY.map(|v| v + 5.0)).collect();
    let one = xmr(&values, &Settings::default());
    assert!(letters(&one).contains('o') || letters(&one).contains('s'));
    let two = xmr(&values, &Settings { rebase: &[12], ..Settings::default() });
    assert_eq!(letters(&two), ".".repeat(24));
    assert_eq!(two.points[11].centre, Some(10.0));
    assert_eq!(two.points[12].centre, Some(15.0));
    assert!(!two.needs_more_data);
    assert!(xmr(&values, &Settings { rebase: &[13], ..Settings::default() }).needs_more_data);
}

#[test]
fn a_rebase_at_the_first_row_and_one_said_twice_change_nothing() {
    let once = xmr(&STEADY, &Settings { rebase: &[6], ..Settings::default() });
    assert_eq!(xmr(&STEADY, &Settings { rebase: &[6, 0, 6], ..Settings::default() }), once);
}

#[test]
fn fixed_limits_come_from_the_first_points_and_judge_the_rest() {
    let values: Vec<f64> = STEADY.iter().copied().chain([18.0; 8]).collect();
    let fixed = xmr(&values, &Settings { fix_after: Some(12), ..Settings::default() });
    let of_the_first = xmr(&STEADY, &Settings::default());
    assert_eq!(fixed.points[19].centre, of_the_first.points[0].centre);
    assert_eq!(fixed.points[19].limits, of_the_first.points[0].limits);
    assert_eq!(letters(&fixed), "............OOOOOOOO");
    // Fewer points than were to fix the limits: all of them do.
    assert_eq!(
        xmr(&STEADY, &Settings { fix_after: Some(30), ..Settings::default() }),
        xmr(&STEADY, &Settings::default())
    );
}

#[test]
fn rules_run_on_from_the_fixing_points_to_the_rest() {
    let mut values = STEADY.to_vec();
    values[9..].fill(10.4);
    values.extend([10.4; 4]);
    let chart = xmr(&values, &Settings { fix_after: Some(12), ..Settings::default() });
    assert_eq!(letters(&chart), ".........SSSSSSS");
}

#[test]
fn one_point_has_no_limits_and_two_have() {
    let settings = Settings { improvement: Improvement::Decrease, target: Some(9.5), ..Settings::default() };
    let one = xmr(&[7.0], &settings);
    assert_eq!((one.points[0].centre, one.points[0].limits), (Some(7.0), None));
    assert_eq!((one.variation, one.assurance, one.needs_more_data), (PointType::CommonCause, None, true));
    assert!(xmr(&[7.0, 8.0], &settings).points[1].limits.is_some());
}

#[test]
fn a_constant_series_lies_on_its_limits() {
    for screen in [true, false] {
        let chart = xmr(&[0.1; 14], &Settings { screen, ..Settings::default() });
        let limits = chart.points[3].limits.unwrap();
        assert_eq!((limits.lower, limits.near_lower, limits.near_upper, limits.upper), (0.1, 0.1, 0.1, 0.1));
    }
}

#[test]
fn a_target_beyond_the_limits_is_passed_or_failed() {
    let with = |target, improvement| {
        xmr(&STEADY, &Settings { target: Some(target), improvement, ..Settings::default() }).assurance
    };
    assert_eq!(with(20.0, Improvement::Increase), Some(Assurance::ConsistentFail));
    assert_eq!(with(20.0, Improvement::Decrease), Some(Assurance::ConsistentPass));
    assert_eq!(with(0.0, Improvement::Increase), Some(Assurance::ConsistentPass));
    assert_eq!(with(0.0, Improvement::Decrease), Some(Assurance::ConsistentFail));
    assert_eq!(with(10.0, Improvement::Increase), Some(Assurance::Inconsistent));
    assert_eq!(with(20.0, Improvement::Neutral), None);
    assert_eq!(with(f64::NAN, Improvement::Increase), None);
    let upper = xmr(&STEADY, &Settings::default()).points[0].limits.unwrap().upper;
    assert_eq!(with(upper, Improvement::Increase), Some(Assurance::Inconsistent));
}

#[test]
fn a_missing_value_is_no_point_and_breaks_what_it_stands_in() {
    let values: Vec<Option<f64>> =
        [1, 2, 3, 4, 0, 5, 6, 7, 8].iter().map(|v| (*v > 0).then_some(f64::from(*v))).collect();
    let chart = control_chart(Chart::Xmr, &values, &[], &Settings::default()).unwrap();
    assert_eq!(letters(&chart), "o.......O");
    assert_eq!(chart.points[4].centre, Some(4.5));
    // Six moving ranges of 1; none across the gap.
    assert_close(chart.points[4].limits.unwrap().upper, 4.5 + 2.66, 1e-15, "upper limit");
    // Two values that are not neighbours show no moving range.
    let apart = control_chart(Chart::Xmr, &[Some(1.0), None, Some(3.0)], &[], &Settings::default()).unwrap();
    assert_eq!((apart.points[2].centre, apart.points[2].limits), (Some(2.0), None));
}

#[test]
fn a_phase_of_missing_values_has_no_centre() {
    let values = [Some(1.0), Some(2.0), None, None];
    let chart =
        control_chart(Chart::Xmr, &values, &[], &Settings { rebase: &[2], ..Settings::default() }).unwrap();
    assert_eq!((chart.points[3].value, chart.points[3].centre, chart.points[3].limits), (None, None, None));
    assert_eq!(chart.variation, PointType::CommonCause);
}

#[test]
fn what_cannot_be_drawn_is_refused_with_its_row() {
    let refused = |chart, values: &[f64], denominators: &[f64], settings: &Settings| {
        let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        control_chart(chart, &values, denominators, settings).unwrap_err()
    };
    let plain = Settings::default();
    assert_eq!(refused(Chart::Xmr, &[], &[], &plain), Refused::Empty);
    assert_eq!(control_chart(Chart::Xmr, &[None], &[], &plain), Err(Refused::Empty));
    assert_eq!(refused(Chart::Xmr, &[1.0, f64::NAN], &[], &plain), Refused::NotFinite { row: 1 });
    assert_eq!(refused(Chart::Xmr, &[1e308, -1e308], &[], &plain), Refused::OutOfRange);
    assert_eq!(refused(Chart::C, &[1.0, -1.0], &[], &plain), Refused::Negative { row: 1 });
    assert_eq!(refused(Chart::G, &[1.0, 1.5], &[], &plain), Refused::NotWhole { row: 1 });
    assert_eq!(refused(Chart::T, &[1.0, -1.5], &[], &plain), Refused::Negative { row: 1 });
    assert_eq!(refused(Chart::P, &[1.0, 1.0], &[2.0], &plain), Refused::LengthsDiffer { first: 2, other: 1 });
    assert_eq!(refused(Chart::U, &[1.0, 1.0], &[2.0, 0.0], &plain), Refused::ZeroDenominator { row: 1 });
    assert_eq!(refused(Chart::U, &[1.0, 1.0], &[2.0, -1.0], &plain), Refused::Negative { row: 1 });
    let above = refused(Chart::PPrime, &[1.0, 3.0], &[2.0, 2.0], &plain);
    assert_eq!(above, Refused::NumeratorAboveDenominator { row: 1 });
    assert_eq!(
        refused(Chart::Xmr, &STEADY, &[], &Settings { rebase: &[12], ..plain }),
        Refused::NoSuchRow { row: 12, rows: 12 }
    );
    assert_eq!(
        refused(Chart::Xmr, &STEADY, &[], &Settings { fix_after: Some(11), ..plain }),
        Refused::TooFewToFix { points: 11, least: ENOUGH }
    );
}

#[test]
fn a_point_on_the_mean_breaks_a_run_in_whatever_unit_it_is_written() {
    let hundredths =
        [0.0, -3.0, 0.0, 1.0, 3.0, 2.0, 4.0, 6.0, 6.0, 5.0, 4.0, 6.0, 9.0, 12.0, 11.0, 11.0, 14.0, 17.0];
    let shifts = |values: &[f64]| -> Vec<usize> {
        let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let drawn = control_chart(Chart::Xmr, &values, &[], &Settings::default()).unwrap();
        (0..values.len()).filter(|at| drawn.points[*at].rule == Some(Rule::Shift)).collect()
    };
    let written: Vec<f64> = hundredths.iter().map(|value| format!("{}e-2", value).parse().unwrap()).collect();
    assert_eq!(shifts(&written), shifts(&hundredths));
}
