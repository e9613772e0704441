//! `ptd_spc.json`: control charts as R's NHSRplotthedots draws them.

use serde_json::Value;
use someasure_stats::{
    Assurance, Chart, ControlChart, Improvement, Point, PointType, Rule, Settings, control_chart,
};

use crate::set::{Compared, Folder, Set, list};

const CONSTANT: &str = "a constant series has no moving range below 3.267 times their mean, 0: the reference then has \
                        no limits, ours does not screen";
const SINGLE: &str =
    "the reference calls a target inconsistent beside one point, which has no limits; ours says nothing";

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    let mut set = Set::new("ptd_spc");
    for case in list(&folder.json("ptd_spc.json"), "cases") {
        let id = case["id"].as_str().unwrap_or("?");
        let rows = list(&case["rows"], "rows");
        let values: Vec<Option<f64>> = rows.iter().map(|row| row["y"].as_f64()).collect();
        let call = case["call"].as_str().unwrap_or_default();
        let rebase: Vec<usize> =
            (1..rows.len()).filter(|r| rows[*r]["rebase_group"] != rows[r - 1]["rebase_group"]).collect();
        let settings = Settings {
            improvement: match setting(call, "improvement_direction") {
                Some("increase") => Improvement::Increase,
                Some("decrease") => Improvement::Decrease,
                _ => Improvement::Neutral,
            },
            target: rows[0]["target"].as_f64(),
            rebase: &rebase,
            fix_after: setting(call, "fix_after_n_points").and_then(|n| n.parse().ok()),
            screen: setting(call, "screen_outliers") == Some("TRUE"),
            ..Settings::default()
        };
        let chart = control_chart(Chart::Xmr, &values, &[], &settings)
            .unwrap_or_else(|refused| panic!("{id}: {refused}"));
        let found = compare(&chart, case, rows);
        let ranges = values.windows(2).any(|pair| pair[0] != pair[1]);
        if values.len() > 1 && !ranges && settings.screen {
            set.known_fault(id, CONSTANT, found);
        } else if values.len() == 1
            && settings.target.is_some()
            && settings.improvement != Improvement::Neutral
        {
            set.known_fault(id, SINGLE, found);
        } else {
            set.case(id, found);
        }
    }
    vec![set]
}

/// What a call of R sets an argument to.
fn setting<'a>(call: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = call.split_once(name)?;
    Some(rest.trim_start_matches(['=', '\'']).split(['\'', ',', ' ', ')']).next().unwrap_or_default())
}

fn compare(chart: &ControlChart, case: &Value, rows: &[Value]) -> Compared {
    let mut found = Compared::within(1e-12);
    found.same("rows", chart.points.len(), rows.len());
    for (point, row) in chart.points.iter().zip(rows) {
        let at = row["x"].as_str().unwrap_or("?");
        let mut number = |key: &str, got: Option<f64>| match (got, row[key].as_f64()) {
            (Some(got), Some(want)) => found.near(&format!("{key} at {at}"), got, want, 1e-12 * scale(row)),
            (got, want) => found.same(&format!("{key} at {at}"), got, want),
        };
        number("mean", point.centre);
        number("lpl", point.limits.map(|limits| limits.lower));
        number("upl", point.limits.map(|limits| limits.upper));
        found.same(&format!("cause at {at}"), cause(point), words(row));
        found.same(
            &format!("type at {at}"),
            name(point.point_type),
            row["point_type"].as_str().unwrap_or("?"),
        );
    }
    let assurance = chart.assurance.map(|assurance| match assurance {
        Assurance::ConsistentPass => "consistent_pass",
        Assurance::ConsistentFail => "consistent_fail",
        Assurance::Inconsistent => "inconsistent",
    });
    found.same("assurance", assurance, case["assurance"][0]["assurance_type"].as_str());
    found.same("icon", Some(name(chart.variation)), case["variation_icon"][0]["variation_type"].as_str());
    found
}

/// A lower limit may be near 0 while its terms are not.
fn scale(row: &Value) -> f64 {
    ["mean", "upl", "y"].iter().filter_map(|key| row[*key].as_f64()).fold(0.0, |most, v| v.abs().max(most))
}

fn name(point_type: PointType) -> &'static str {
    match point_type {
        PointType::CommonCause => "common_cause",
        PointType::Improvement => "special_cause_improvement",
        PointType::Concern => "special_cause_concern",
        PointType::NeutralHigh => "special_cause_neutral_high",
        PointType::NeutralLow => "special_cause_neutral_low",
    }
}

/// The reference's word for a cause; which way a trend goes shows in the point's type.
fn words(row: &Value) -> &str {
    row["special_cause_type"].as_str().and_then(|words| words.split(" (").next()).unwrap_or("?")
}

/// Ours in the reference's words.
fn cause(point: &Point) -> &'static str {
    let high = point.value > point.centre;
    match (point.rule, high) {
        (None, _) => "Common Cause",
        (Some(Rule::Outside), true) => "Above UCL",
        (Some(Rule::Outside), false) => "Below LCL",
        (Some(Rule::TwoOfThree), true) => "2 in 3 Above CL",
        (Some(Rule::TwoOfThree), false) => "2 in 3 Below CL",
        (Some(Rule::Shift), true) => "7 Points Above CL",
        (Some(Rule::Shift), false) => "7 Points Below CL",
        (Some(Rule::Trend), _) => "7 Point Trend",
    }
}
