//! `someasure stats spc` from outside.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, empty, someasure, well, write};

/// Type 1 attendances at one trust (RRK) from April 2016, NHSRdatasets 0.3.3 (CC0), and breaches of four hours.
const TRUST: &str = "period,attendances,breaches
2016-04-01,9044,1195
2016-05-01,10199,1843
2016-06-01,9608,1397
2016-07-01,9842,1333
2016-08-01,9584,1771
2016-09-01,9578,1751
2016-10-01,10075,2013
2016-11-01,9422,1759
2016-12-01,9449,2179
2017-01-01,9640,2585
2017-02-01,8753,1654
2017-03-01,10032,1543
2017-04-01,32209,6499
";

fn file(text: &str) -> TempDir {
    let folder = empty();
    write(&folder.path().join("data.csv"), text);
    folder
}

fn spc(folder: &Path, more: &[&str]) -> Ended {
    someasure(folder, &[&["stats", "spc", "data.csv"], more].concat())
}

fn json(text: &str, more: &[&str]) -> Value {
    let folder = file(text);
    well(folder.path(), &[&["stats", "spc", "data.csv", "--json"], more].concat()).json()
}

fn near(got: &Value, want: f64) {
    assert!((got.as_f64().unwrap() - want).abs() < 1e-9 * want.abs(), "{got} and not {want}");
}

const OF_TRUST: [&str; 4] = ["--date", "period", "--value", "attendances"];

#[test]
fn a_chart_is_one_json_object_with_a_row_per_date() {
    let answer = json(TRUST, &OF_TRUST);
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["assurance", "needs_more_data", "rows", "variation"]);
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 13);
    assert_eq!(rows[0]["date"], "2016-04-01");
    assert_eq!(rows[0]["value"], 9044.0);
    assert_eq!(
        (&rows[12]["rule"], &rows[12]["point_type"]),
        (&"outside".into(), &"special_cause_neutral_high".into())
    );
    assert_eq!((&rows[1]["rule"], &answer["assurance"]), (&"shift".into(), &Value::Null));
    assert_eq!(answer["variation"], "special_cause_neutral_high");
    // By hand: mean 147435/13; the moving ranges but 22177, which is screened, are 1155, 591, 234, 258, 6, 497,
    // 653, 27, 191, 887, 1279: 525.27 on average.
    near(&rows[5]["mean"], 147_435.0 / 13.0);
    near(&rows[5]["upper"], 147_435.0 / 13.0 + 2.66 * 5778.0 / 11.0);
    near(&rows[5]["near_lower"], 147_435.0 / 13.0 - 2.0 / 3.0 * 2.66 * 5778.0 / 11.0);
}

#[test]
fn rows_are_read_by_date_whatever_their_order() {
    let mut lines: Vec<&str> = TRUST.lines().skip(1).collect();
    lines.reverse();
    let turned = format!("period,attendances,breaches\n{}\n", lines.join("\n"));
    assert_eq!(json(&turned, &OF_TRUST), json(TRUST, &OF_TRUST));
}

#[test]
fn every_option_reaches_the_chart() {
    let base = |more: &[&str]| json(TRUST, &[&OF_TRUST, more].concat());
    let all = [
        "--improvement",
        "decrease",
        "--target",
        "9000",
        "--rebase",
        "2016-10-01,2017-01-01",
        "--fix-after",
        "12",
        "--two-of-three",
        "nhs-england",
    ];
    let answer = base(&all);
    assert_eq!(answer["needs_more_data"], true);
    assert_eq!(answer["assurance"], "inconsistent");
    assert_ne!(answer["rows"][0]["mean"], answer["rows"][6]["mean"]);
    assert_ne!(answer["rows"][8]["mean"], answer["rows"][9]["mean"]);
    assert_ne!(base(&["--no-screen"])["rows"][0]["upper"], base(&[])["rows"][0]["upper"]);
    assert_eq!(base(&["--improvement", "increase", "--target", "99999"])["assurance"], "consistent_fail");
    assert_eq!(base(&["--improvement", "increase", "--target", "-5"])["assurance"], "consistent_pass");
    assert_eq!(base(&["--improvement", "decrease"])["variation"], "special_cause_concern");
    let fixed = base(&["--fix-after", "12"]);
    near(&fixed["rows"][12]["mean"], 115_226.0 / 12.0);
}

#[test]
fn counts_have_charts_of_their_own() {
    let shares = ["--date", "period", "--value", "breaches", "--denominator", "attendances", "--chart"];
    for chart in ["p", "u", "pprime", "uprime"] {
        let answer = json(TRUST, &[&shares[..], &[chart]].concat());
        near(&answer["rows"][0]["value"], 1195.0 / 9044.0);
        near(&answer["rows"][0]["mean"], 27_522.0 / 147_435.0);
        assert!(answer["rows"][0]["upper"].as_f64() > answer["rows"][12]["upper"].as_f64(), "{chart}");
    }
    for chart in ["c", "g", "t"] {
        let answer = json(TRUST, &["--date", "period", "--value", "breaches", "--chart", chart]);
        assert!(answer["rows"][0]["upper"].as_f64() > answer["rows"][0]["mean"].as_f64(), "{chart}");
    }
    let run = json(TRUST, &["--date", "period", "--value", "breaches", "--chart", "run"]);
    assert_eq!((&run["rows"][0]["mean"], &run["rows"][0]["upper"]), (&1759.0.into(), &Value::Null));
    assert_eq!(run["runs"][0]["fewest"], 4);
}

#[test]
fn one_point_has_no_limits_and_a_gap_is_no_point() {
    let settings = ["--date", "day", "--value", "posts", "--improvement", "increase", "--target", "3"];
    let one = json("day,posts\n2026-01-01,4\n", &settings);
    assert_eq!((&one["rows"][0]["mean"], &one["rows"][0]["lower"]), (&4.0.into(), &Value::Null));
    assert_eq!(
        (&one["rows"][0]["rule"], &one["rows"][0]["point_type"]),
        (&Value::Null, &"common_cause".into())
    );
    assert_eq!((&one["assurance"], &one["needs_more_data"]), (&Value::Null, &true.into()));
    let gap = json("day,posts\n2026-01-01,4\n2026-01-02,\n2026-01-03,NA\n2026-01-04,6\n", &settings);
    assert_eq!((&gap["rows"][1]["value"], &gap["rows"][2]["mean"]), (&Value::Null, &5.0.into()));
}

#[test]
fn dates_are_days_months_years_or_times() {
    for (first, second) in [
        ("2026", "2027"),
        ("2026-01", "2026-02"),
        ("2026-01-05", "2026-01-06"),
        ("2026-01-05T09:00", "2026-01-05T10:30"),
        ("2026-01-05T09:00:00Z", "2026-01-05T08:30:00-02:00"),
    ] {
        let answer = json(&format!("d,v\n{second},2\n{first},1\n"), &["--date", "d", "--value", "v"]);
        assert_eq!((&answer["rows"][0]["date"], &answer["rows"][0]["value"]), (&first.into(), &1.0.into()));
    }
}

#[test]
fn without_json_it_is_a_table_for_people() {
    let folder = file(TRUST);
    let said = well(folder.path(), &[&["stats", "spc", "data.csv"], &OF_TRUST[..]].concat()).stdout;
    assert!(said.starts_with("date"), "{said}");
    assert!(said.contains("2017-04-01  32209"), "{said}");
    assert!(said.contains("variation: special_cause_neutral_high"), "{said}");
}

#[test]
fn what_is_wrong_is_told_with_file_line_column_value_and_advice() {
    let cases: [(&str, &[&str], i32, &str); 14] = [
        ("d,v\n2026-01-01,1\n2026-01-02,NaN7\n", &[], 3, "data.csv:3: v is 'NaN7'"),
        ("d,v\n2026-01-01,1\n2026-01-02,inf\n", &[], 3, "data.csv:3: v is 'inf'"),
        ("d,v\n2026-01-01,1\n01/02/2026,2\n", &[], 3, "data.csv:3: row 2 (01/02/2026) has no date"),
        ("d,v\n2026-01-01,1\n2026-02-30,2\n", &[], 3, "d is '2026-02-30'; write it like 2026-04-01"),
        ("d,v\n2026-01-01,1\n,2\n", &[], 3, "has no date"),
        (
            "d,v\n2026-01-01,1\n2026-01-01,2\n",
            &[],
            3,
            "data.csv:3: row 2 (2026-01-01) has the date of line 2",
        ),
        ("d,v\n2026-01-01,-1\n", &["--chart", "c"], 3, "holds a value below zero: v is -1"),
        (
            "d,v\n2026-01-01,1.5\n",
            &["--chart", "g"],
            3,
            "is not a whole number: v is 1.5; this chart is of counts",
        ),
        ("", &[], 3, "is empty"),
        ("d,v\n", &[], 3, "no rows below it"),
        ("d,v\n2026-01-01,\n", &[], 3, "v holds no value"),
        ("d,w\n2026-01-01,1\n", &[], 2, "no column 'v'"),
        ("d,v\n2026-01-01,1\n2026-02-01,1\n", &["--rebase", "2026-01-15"], 2, "the next is 2026-02-01"),
        ("d,v\n2026-01-01,1\n", &["--rebase", "soon"], 2, "--rebase 'soon' is no date"),
    ];
    for (text, more, code, want) in cases {
        let folder = file(text);
        let ended = spc(folder.path(), &[&["--date", "d", "--value", "v"], more].concat());
        assert_eq!(ended.code, code, "{text}{}", ended.said());
        assert!(ended.stderr.contains(want), "{text}: {}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    for (text, want) in [
        (
            "d,v,n\n2026-01-01,1,4\n2026-01-02,5,4\n",
            "data.csv:3: row 2 (2026-01-02) has a numerator above its denominator: v is 5, n is 4",
        ),
        (
            "d,v,n\n2026-01-01,1,4\n2026-01-02,0,0\n",
            "has a denominator of 0, so it has no value: v is 0, n is 0; where nothing was counted",
        ),
        ("d,v,n\n2026-01-01,1,4\n2026-01-02,1,\n", "has a v and no n"),
        (
            "d,v,n\n2026-01-02,1,4\n2026-01-01,1,-4\n",
            "data.csv:3: row 2 (2026-01-01) holds a value below zero: v is 1, n is -4",
        ),
    ] {
        let folder = file(text);
        let ended =
            spc(folder.path(), &["--date", "d", "--value", "v", "--denominator", "n", "--chart", "p"]);
        assert_eq!(ended.code, 3, "{}", ended.said());
        assert!(ended.stderr.contains(want), "{}", ended.stderr);
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let folder = file(TRUST);
    for more in [
        &["--chart", "p"][..],
        &["--denominator", "breaches"],
        &["--fix-after", "11"],
        &["--target", "inf"],
        &["--chart", "x"],
        &["--two-of-three", "minitab"],
    ] {
        assert_eq!(spc(folder.path(), &[&OF_TRUST[..], more].concat()).code, 2, "{more:?}");
    }
    assert_eq!(
        someasure(folder.path(), &["stats", "spc", "none.csv", "--date", "d", "--value", "v"]).code,
        2
    );
}

#[test]
fn several_events_of_one_day_are_a_g_chart() {
    let text = "d,between\n2026-01-02,3\n2026-01-01,9\n2026-01-02,0\n";
    let answer = json(text, &["--date", "d", "--value", "between", "--chart", "g"]);
    let values: Vec<f64> =
        answer["rows"].as_array().unwrap().iter().map(|row| row["value"].as_f64().unwrap()).collect();
    assert_eq!(values, [9.0, 3.0, 0.0]);
}
