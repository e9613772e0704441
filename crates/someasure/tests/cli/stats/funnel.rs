//! `someasure stats funnel` from outside.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{empty, someasure, well, write};

/// A case of R's FunnelPlotR 0.6.0: data_type = "PR".
const SHARES: &str = "unit,yes,all
a,22,89
b,52,144
c,97,364
d,619,1755
e,22,67
f,479,1676
g,645,2084
h,172,549
i,152,473
j,6,37
k,24,68
l,21,60
";

fn file(text: &str) -> TempDir {
    let folder = empty();
    write(&folder.path().join("data.csv"), text);
    folder
}

const OF_SHARES: [&str; 6] = ["--numerator", "yes", "--denominator", "all", "--label", "unit"];

fn json(text: &str, more: &[&str]) -> Value {
    let folder = file(text);
    well(folder.path(), &[&["stats", "funnel", "data.csv", "--json"], &OF_SHARES[..], more].concat()).json()
}

fn near(got: &Value, want: f64, tolerance: f64) {
    assert!((got.as_f64().unwrap() - want).abs() < tolerance * want.abs(), "{got} and not {want}");
}

#[test]
fn a_funnel_is_one_json_object_with_a_row_per_row() {
    let answer =
        json(SHARES, &["--kind", "proportion", "--limits", "normal", "--overdispersion", "additive"]);
    near(&answer["centre"], 2311.0 / 7366.0, 1e-14);
    near(&answer["phi"], 1.59821766918786, 1e-12);
    near(&answer["tau2"], 0.000347622121719571, 1e-9);
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[1]["label"]), (12, &"b".into()));
    near(&rows[0]["value"], 22.0 / 89.0, 1e-15);
    near(&rows[0]["z"], -1.39974353869794, 1e-12);
    near(&rows[0]["lower95"], 0.216869763020206, 1e-6);
    near(&rows[0]["upper95"], 0.41960578519499, 1e-6);
    near(&rows[0]["lower998"], 0.166950218835933, 1e-6);
    near(&rows[0]["upper998"], 0.482761370703577, 1e-6);
    assert_eq!(rows[0]["outside"], "none");
    // Limits that are not widened are widened by nothing, as the reference has it.
    let plain = json(SHARES, &["--kind", "proportion"]);
    assert_eq!((&plain["phi"], &plain["tau2"]), (&0.0.into(), &0.0.into()));
    near(&plain["corrected_phi"], answer["corrected_phi"].as_f64().unwrap(), 1e-14);
    let corrected = answer["phi"].as_f64().unwrap() / answer["phi_by_chance"].as_f64().unwrap();
    near(&answer["corrected_phi"], corrected, 1e-12);
}

#[test]
fn what_is_outside_is_named() {
    let text = "unit,yes,all\na,100,100\nb,125,100\nc,150,100\nd,75,100\ne,60,100\n";
    let answer = json(text, &["--kind", "ratio"]);
    let outside: Vec<&str> =
        answer["rows"].as_array().unwrap().iter().map(|row| row["outside"].as_str().unwrap()).collect();
    assert_eq!(outside, ["none", "above95", "above998", "below95", "below998"]);
    assert_eq!(answer["centre"], 1.0);
}

#[test]
fn every_option_reaches_the_funnel() {
    let upper = |more: &[&str]| json(SHARES, more)["rows"][0]["upper95"].as_f64().unwrap();
    let exact = upper(&["--kind", "proportion"]);
    assert_ne!(exact, upper(&["--kind", "proportion", "--limits", "normal"]));
    let multiplicative = ["--kind", "proportion", "--overdispersion", "multiplicative"];
    let widened = upper(&multiplicative);
    assert!(widened > exact);
    assert!(upper(&[&multiplicative[..], &["--correct-trimming"]].concat()) > widened);
    assert!(upper(&[&multiplicative[..], &["--winsorise", "0"]].concat()) != widened);
    for kind in ["rate", "shmi", "count-ratio", "ratio"] {
        assert_ne!(upper(&["--kind", kind]), exact, "{kind}");
    }
}

#[test]
fn without_json_it_is_a_table_for_people() {
    let folder = file(SHARES);
    let said = well(
        folder.path(),
        &[
            "stats",
            "funnel",
            "data.csv",
            "--numerator",
            "yes",
            "--denominator",
            "all",
            "--kind",
            "proportion",
        ],
    )
    .stdout;
    assert!(said.starts_with("centre 0.313739\nlimits of chance alone; rows vary 2.23243"), "{said}");
    assert!(said.contains("upper99.8"), "{said}");
    // Without labels rows are numbered.
    assert!(said.contains("\n12 "), "{said}");
}

#[test]
fn what_is_wrong_is_told_with_file_line_column_value_and_advice() {
    let header = "unit,yes,all\na,1,10\n";
    let cases: [(&str, &[&str], i32, &str); 13] = [
        ("b,NaN,10\n", &[], 3, "data.csv:3: yes is 'NaN'"),
        ("b,,10\n", &[], 3, "data.csv:3: yes is ''"),
        ("b,-1,10\n", &[], 3, "data.csv:3: row 2 (b) holds a value below zero: yes is -1, all is 10"),
        ("b,11,10\n", &[], 3, "row 2 (b) has a numerator above its denominator: yes is 11, all is 10"),
        (
            "b,0,0\n",
            &[],
            3,
            "row 2 (b) has a denominator of 0, so it has no value: yes is 0, all is 0; leave the row out",
        ),
        ("b,1,10.5\n", &[], 3, "is not a whole number: yes is 1, all is 10.5"),
        ("", &[], 3, "is the only row, and there is nothing to compare it with"),
        ("b,1\n", &[], 3, "data.csv:3:"),
        ("b,0,10\n", &["--kind", "shmi"], 3, "has no event, and a logarithm needs one"),
        ("b,1,10\n", &["--winsorise", "0.5"], 2, "below 0.5"),
        ("b,1,10\n", &["--limits", "poisson"], 2, "poisson"),
        ("b,1,10\n", &["--overdispersion", "both"], 2, "both"),
        ("b,1,10\n", &["--label", "name"], 2, "no column 'name'"),
    ];
    for (rows, more, code, want) in cases {
        let folder = file(&format!("{header}{rows}"));
        let kind: &[&str] = if more.contains(&"--kind") { &[] } else { &["--kind", "proportion"] };
        let label: &[&str] = if more.contains(&"--label") { &[] } else { &["--label", "unit"] };
        let columns = ["stats", "funnel", "data.csv", "--numerator", "yes", "--denominator", "all"];
        let ended = someasure(folder.path(), &[&columns[..], kind, label, more].concat());
        assert_eq!(ended.code, code, "{rows}{more:?}: {}", ended.said());
        assert!(ended.stderr.contains(want), "{rows}: {}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    let nothing = file("");
    let columns =
        ["stats", "funnel", "data.csv", "--numerator", "yes", "--denominator", "all", "--kind", "rate"];
    assert_eq!(someasure(nothing.path(), &columns).code, 3);
    let wrong = file("unit,no,all\na,1,10\nb,2,10\n");
    let ended = someasure(wrong.path(), &columns);
    assert_eq!((ended.code, ended.stderr.contains("no column 'yes'")), (2, true), "{}", ended.stderr);
}

#[test]
fn rows_that_are_all_alike_are_none_outside() {
    for cell in ["0,10", "5,10", "10,10"] {
        let text = format!("unit,yes,all\na,{cell}\nb,{cell}\nc,{cell}\n");
        let answer = json(&text, &["--kind", "proportion", "--overdispersion", "multiplicative"]);
        assert_eq!((&answer["phi"], &answer["rows"][2]["outside"]), (&0.0.into(), &"none".into()));
    }
}
