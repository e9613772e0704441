//! Control charts: against NHSRplotthedots, against published worked examples, and against chance.

mod chance;
mod examples;
mod reference;
mod rules;

use someasure_stats::{Chart, ControlChart, Rule, Settings, control_chart};

fn xmr(values: &[f64], settings: &Settings) -> ControlChart {
    chart(Chart::Xmr, values, &[], settings)
}

fn chart(chart: Chart, values: &[f64], denominators: &[f64], settings: &Settings) -> ControlChart {
    let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    control_chart(chart, &values, denominators, settings).unwrap()
}

/// One letter a row: o outside, t trend, n near (two of three), s shift; capitals for upwards.
fn letters(chart: &ControlChart) -> String {
    use someasure_stats::PointType::{Improvement, NeutralHigh};
    let upwards = [Improvement, NeutralHigh];
    let letter = |rule| match rule {
        None => '.',
        Some(Rule::Outside) => 'o',
        Some(Rule::Trend) => 't',
        Some(Rule::TwoOfThree) => 'n',
        Some(Rule::Shift) => 's',
    };
    let point = |p: &someasure_stats::Point| {
        if upwards.contains(&p.point_type) { letter(p.rule).to_ascii_uppercase() } else { letter(p.rule) }
    };
    chart.points.iter().map(point).collect()
}

fn assert_close(got: f64, want: f64, tolerance: f64, what: &str) {
    assert!((got - want).abs() <= tolerance * want.abs(), "{what}: {got} and not {want}");
}
