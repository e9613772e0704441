//! Worked examples from the sources of each chart, followed by hand.

use someasure_stats::{Chart, Point, Rule, Settings};

use crate::{assert_close, chart};

fn unscreened<'a>() -> Settings<'a> {
    Settings { screen: false, ..Settings::default() }
}

fn outside(points: &[Point]) -> Vec<usize> {
    points.iter().enumerate().filter(|(_, p)| p.rule == Some(Rule::Outside)).map(|(row, _)| row + 1).collect()
}

#[test]
fn a_p_chart_of_juice_cans() {
    // Montgomery, Introduction to Statistical Quality Control, 6th ed., 2009, example 7.1: cans that leak,
    // 30 samples of 50. p̄ = 347/1500 = 0.2313; limits 0.2313 ± 3·0.0596 = 0.0524 and 0.4102; samples 15 and
    // 23 are outside.
    let leaking = [
        12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13,
        9, 6,
    ]
    .map(f64::from);
    let found = chart(Chart::P, &leaking, &[50.0; 30], &Settings::default());
    let limits = found.points[0].limits.unwrap();
    assert_close(found.points[0].centre.unwrap(), 347.0 / 1500.0, 1e-15, "mean");
    assert_close(limits.lower, 0.0524, 1e-3, "lower limit");
    assert_close(limits.upper, 0.4102, 1e-4, "upper limit");
    assert_eq!(outside(&found.points), [15, 23]);
    assert_eq!(found.points[0].value, Some(0.24));
}

#[test]
fn a_p_chart_of_purchase_orders_has_a_limit_for_each_size() {
    // The same, table 7.4: p̄ = 234/2450 = 0.096 and sample 11, 20 of 110, is outside its limits
    // 0.0955 ± 3·√(0.0955·0.9045/110) = 0.0114 and 0.1796.
    let found = chart(Chart::P, &ERRORS, &ORDERS, &Settings::default());
    let limits = found.points[10].limits.unwrap();
    assert_close(found.points[0].centre.unwrap(), 0.0955, 1e-3, "mean");
    assert_close(limits.lower, 0.0114, 5e-3, "lower limit");
    assert_close(limits.upper, 0.1796, 5e-4, "upper limit");
    // Of 80 orders: 0.0955 ± 3·√(0.0955·0.9045/80) = −0.0031, no limit below 0, and 0.1941.
    let small = found.points[1].limits.unwrap();
    assert_eq!(small.lower, 0.0);
    assert_close(small.upper, 0.1941, 5e-4, "upper limit of 80 orders");
    assert_eq!(outside(&found.points), [11]);
}

const ORDERS: [f64; 25] = [
    100.0, 80.0, 80.0, 100.0, 110.0, 110.0, 100.0, 100.0, 90.0, 90.0, 110.0, 120.0, 120.0, 120.0, 110.0,
    80.0, 80.0, 80.0, 90.0, 100.0, 100.0, 100.0, 100.0, 90.0, 90.0,
];
const ERRORS: [f64; 25] = [
    12.0, 8.0, 6.0, 9.0, 10.0, 12.0, 11.0, 16.0, 10.0, 6.0, 20.0, 15.0, 9.0, 8.0, 6.0, 8.0, 10.0, 7.0, 5.0,
    8.0, 5.0, 8.0, 10.0, 6.0, 9.0,
];

#[test]
fn a_c_chart_of_circuit_boards() {
    // The same, example 7.3: 26 samples, 516 nonconformities. c̄ = 19.85; limits 6.48 and 33.22; samples 6
    // and 20 are outside.
    let found = chart(
        Chart::C,
        &[
            21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19,
            17, 15,
        ]
        .map(f64::from),
        &[],
        &Settings::default(),
    );
    let limits = found.points[0].limits.unwrap();
    assert_close(found.points[0].centre.unwrap(), 516.0 / 26.0, 1e-15, "mean");
    assert_close(limits.lower, 6.48, 1e-3, "lower limit");
    assert_close(limits.upper, 33.22, 5e-4, "upper limit");
    assert_eq!(outside(&found.points), [6, 20]);
}

const COMPUTERS: [f64; 20] = [
    10.0, 12.0, 8.0, 14.0, 10.0, 16.0, 11.0, 7.0, 10.0, 15.0, 9.0, 5.0, 7.0, 11.0, 12.0, 6.0, 8.0, 10.0, 7.0,
    5.0,
];

#[test]
fn a_u_chart_of_computers() {
    // Montgomery, 5th ed., 2005, example 6.5: 193 nonconformities of 20 samples of 5 computers. ū = 1.93;
    // limits 1.93 ± 3·√(1.93/5) = 0.07 and 3.79; none is outside.
    let found = chart(Chart::U, &COMPUTERS, &[5.0; 20], &Settings::default());
    let limits = found.points[0].limits.unwrap();
    assert_close(found.points[0].centre.unwrap(), 1.93, 1e-15, "mean");
    assert_close(limits.lower, 0.07, 0.1, "lower limit");
    assert_close(limits.upper, 3.79, 2e-3, "upper limit");
    assert_eq!(outside(&found.points), []);
}

#[test]
fn a_p_prime_chart_of_emergency_departments() {
    // Attendances seen within four hours in England, the first six of the weeks that Mohammed, Panesar,
    // Laney & Wilson discuss (BMJ Quality & Safety 22, 2013, 362–368), by Laney's steps:
    // p̄ = 1599005/1682333 = 0.9504924; σ = 0.00040963, 0.00041230, 0.00040166, 0.00039861, 0.00040825,
    // 0.00041299; z = −0.5043, 9.6979, −6.0480, −0.2716, 6.1262, −8.9032; moving ranges 10.2022, 15.7459,
    // 5.7764, 6.3978, 15.0294, 10.6303 on average; σz = 10.6303/1.128 = 9.4241.
    let seen = [266_501, 264_225, 276_532, 281_461, 269_071, 261_215].map(f64::from);
    let all = [280_443, 276_823, 291_681, 296_155, 282_343, 275_888].map(f64::from);
    let found = chart(Chart::PPrime, &seen, &all, &Settings::default());
    assert_close(found.points[0].centre.unwrap(), 0.9504924, 1e-7, "mean");
    for (point, error) in found.points.iter().zip([0.00040963, 0.0004123, 0.00040166, 0.00039861, 0.00040825])
    {
        let limits = point.limits.unwrap();
        assert_close(limits.lower, 0.9504924 - 3.0 * 9.4241 * error, 1e-6, "lower limit");
        assert_close(limits.upper, 0.9504924 + 3.0 * 9.4241 * error, 1e-6, "upper limit");
    }
    // The p chart calls four of the six weeks extraordinary; the p′ chart none.
    assert_eq!(outside(&found.points), []);
    assert_eq!(outside(&chart(Chart::P, &seen, &all, &Settings::default()).points), [2, 3, 5, 6]);
}

#[test]
fn a_u_prime_chart_of_computers() {
    // Laney's steps on the computers above. σ = √(1.93/5) = 0.621289 for all, so the moving ranges of z are
    // those of the counts over 5·0.621289. The counts' ranges: 2 4 6 4 6 5 4 3 5 6 4 2 4 1 6 2 2 3 2, sum 71,
    // mean 3.736842; σz = 3.736842/3.106445/1.128 = 1.066430; limits 1.93 ± 3·1.066430·0.621289.
    let found = chart(Chart::UPrime, &COMPUTERS, &[5.0; 20], &unscreened());
    let limits = found.points[0].limits.unwrap();
    assert_close(limits.upper, 1.93 + 3.0 * 1.066_430 * 0.621_289, 1e-6, "upper limit");
    assert_eq!(limits.lower, 0.0);
    assert_close(limits.near_lower, 1.93 - 2.0 * 1.066_430 * 0.621_289, 1e-5, "near limit");
}

#[test]
fn a_g_chart_of_cases_between_infections() {
    // Benneyan, Health Care Management Science 4, 2001, 305–318: centre x̄, upper limit x̄ + 3√(x̄(x̄ + 1)),
    // no lower limit. Here x̄ = 20: 20 + 3·√420 = 81.482.
    let found = chart(Chart::G, &[10.0, 22.0, 27.0, 12.0, 17.0, 32.0], &[], &Settings::default());
    let limits = found.points[0].limits.unwrap();
    assert_eq!(found.points[0].centre, Some(20.0));
    assert_close(limits.upper, 81.482, 1e-5, "upper limit");
    assert_close(limits.near_upper, 20.0 + 2.0 * 420.0_f64.sqrt(), 1e-14, "near limit");
    assert_eq!((limits.lower, limits.near_lower), (0.0, 0.0));
}

#[test]
fn a_shift_on_a_g_chart_is_about_the_median() {
    // A geometric count is below its mean in nearly two of three cases. Sides are those of 0.693 · x̄, the
    // theoretical median: Provost & Murray, The Health Care Data Guide, 2011, p. 228. Here x̄ = 10.
    let between = |low: f64| {
        let mut values = vec![low; 7];
        values.extend([100.0 - 7.0 * low, 0.0, 0.0]);
        chart(Chart::G, &values, &[], &Settings::default())
    };
    assert_eq!(between(6.0).points[3].rule, Some(Rule::Shift));
    assert_eq!(between(8.0).points[3].rule, Some(Rule::Shift));
    let alternating: Vec<f64> = [8.0, 6.0, 9.0, 5.0, 8.0, 6.0, 9.0, 5.0, 22.0, 22.0].into();
    let found = chart(Chart::G, &alternating, &[], &Settings::default());
    assert_eq!(found.points[0].centre, Some(10.0));
    assert!(found.points.iter().all(|p| p.rule.is_none()), "eight points below the mean, about the median");
}

#[test]
fn a_t_chart_of_valve_failures() {
    // Montgomery, 6th ed., example 7.6: hours between failures; to the power 0.2777 they are 4.80986,
    // 6.70903, 5.72650, 3.81367 …, on average 5.38662, with a mean moving range of 2.3594. The power is
    // Nelson's 1/3.6 rounded, so the answers agree to a thousandth.
    let hours =
        [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]
            .map(f64::from);
    let transformed: Vec<f64> = hours.iter().map(|h: &f64| h.powf(0.2777)).collect();
    for (got, want) in transformed.iter().zip([4.80986, 6.70903, 5.72650, 3.81367]) {
        assert_close(*got, want, 2e-6, "transformed");
    }
    let found = chart(Chart::T, &hours, &[], &unscreened());
    let limits = found.points[0].limits.unwrap();
    let power = |v: f64| v.powf(1.0 / 0.2777);
    let range = transformed.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / 19.0;
    assert_close(found.points[0].centre.unwrap(), power(5.38662), 1e-3, "mean");
    assert_close(limits.upper, power(5.38662 + 2.66 * range), 1e-3, "upper limit");
    assert_eq!(limits.lower, 0.0);
    assert_eq!(outside(&found.points), []);
    assert_eq!(found.points[10].value, Some(2837.0));
}

#[test]
fn a_run_chart_with_two_long_runs_has_too_few() {
    // Balestracci, "An underrated test for run charts", Quality Digest, October 2008: 16 points, seven
    // above the median, seven below, one above, one below: 4 runs where 5 to 12 are expected by his table.
    let values = [9.0, 8.5, 9.5, 8.0, 9.1, 8.7, 9.2, 3.0, 2.5, 3.5, 2.0, 3.1, 2.7, 3.2, 8.2, 2.2];
    let runs = chart(Chart::Run, &values, &[], &Settings::default()).runs;
    assert_eq!((runs.len(), runs[0].observed, runs[0].points, runs[0].fewest), (1, 4, 16, 5));
    assert!(runs[0].too_few() && !runs[0].too_many());
}

#[test]
fn the_limits_of_runs_are_those_of_the_published_table() {
    // Siegel, Nonparametric Statistics, 1956, table F (from Swed & Eisenhart), as many points on either
    // side: this many runs or fewer, or this many or more, are significant at 5% on two sides.
    let table = [(10, 2, 10), (12, 3, 11), (14, 3, 13), (16, 4, 14), (20, 6, 16), (40, 14, 28)];
    for (points, few, many) in table {
        let values: Vec<f64> = (0..points).map(|i| f64::from(i % 2)).collect();
        let runs = chart(Chart::Run, &values, &[], &Settings::default()).runs[0];
        assert_eq!((runs.fewest, runs.most), (few + 1, many - 1), "{points} points");
        assert!(runs.too_many());
    }
}

#[test]
fn a_run_chart_shifts_at_six_and_trends_at_five() {
    let rules = |values: &[f64]| -> Vec<Option<Rule>> {
        chart(Chart::Run, values, &[], &Settings::default()).points.iter().map(|p| p.rule).collect()
    };
    let count = |values: &[f64], rule| rules(values).into_iter().filter(|r| *r == Some(rule)).count();
    let five = [6.0, 7.0, 6.0, 7.0, 6.0, 4.0, 3.0, 4.0, 3.0, 4.0];
    assert_eq!(rules(&five), [None; 10]);
    let six = [6.0, 7.0, 6.0, 7.0, 6.0, 7.0, 4.0, 3.0, 4.0, 3.0, 4.0, 3.0];
    assert_eq!(count(&six, Rule::Shift), 12);
    // A value on the median is passed over: neither counted nor an end.
    let passed_over = [6.0, 7.0, 6.0, 5.0, 7.0, 6.0, 7.0, 4.0, 3.0, 4.0, 3.0, 4.0, 7.0, 3.0, 5.0];
    let shift = Some(Rule::Shift);
    assert_eq!(rules(&passed_over)[..7], [shift, shift, shift, None, shift, shift, shift]);
    assert_eq!(count(&[5.0, 1.0, 2.0, 3.0, 4.0, 3.0], Rule::Trend), 0);
    assert_eq!(count(&[5.0, 1.0, 2.0, 3.0, 4.0, 6.0], Rule::Trend), 5);
    // Of equal values one counts.
    assert_eq!(count(&[5.0, 1.0, 2.0, 2.0, 3.0, 4.0, 6.0], Rule::Trend), 5);
    assert_eq!(count(&[5.0, 1.0, 2.0, 2.0, 3.0, 4.0, 3.0], Rule::Trend), 0);
}
