//! `someasure stats ranks`

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{empty, well, write};

use super::{answer, arguments, assert_near, data, refusal};

const SCHOOLS: &str = "school,score,se\nAford,10,1\n\"Bham, City\",6.5,1\nCtown,4,1\n";
const ASKED: &str = "--estimate score --se se --label school";

/// Five draws for three rows; tests/ranks of the statistics crate works them out by hand.
const DRAWS: &str = "1,0.5,0\n-1,0,1\n1.5,-1.5,0\n0,2,-2\n2.5,0,-2.5\n";

fn schools() -> TempDir {
    let folder = data(SCHOOLS);
    write(&folder.path().join("z.csv"), DRAWS);
    folder
}

fn sets(root: &Path, rest: &str) -> Vec<(u64, u64, u64)> {
    let answer = answer(root, "ranks", rest);
    let of = |row: &Value, key: &str| row[key].as_u64().unwrap_or_else(|| panic!("{answer}"));
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.map(|row| (of(row, "rank"), of(row, "lower"), of(row, "upper"))).collect()
}

fn critical_values(answer: &Value) -> Vec<f64> {
    answer["critical_values"].as_array().unwrap().iter().map(|c| c.as_f64().unwrap()).collect()
}

#[test]
fn given_draws_are_used_at_every_step() {
    let folder = schools();
    let root = 2f64.sqrt();
    let found = answer(folder.path(), "ranks", &format!("{ASKED} --draws-from z.csv --level 0.5 --best 1"));
    assert_near(&critical_values(&found), &[3.0 / root, 2.0 / root, 1.5 / root], 1e-15);
    let row = |label: &str, estimate: f64, rank: u64| json!({"label": label, "estimate": estimate, "rank": rank, "lower": rank, "upper": rank});
    let want = json!([row("Aford", 10.0, 1), row("Bham, City", 6.5, 2), row("Ctown", 4.0, 3)]);
    assert_eq!(found["rows"], want);
    assert_eq!(
        (&found["level"], &found["draws"], &found["best"]),
        (&json!(0.5), &json!(5), &json!(["Aford"]))
    );
    let keys: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["best", "critical_values", "draws", "level", "rows"], "nothing else");
    // One step: Bham and Ctown stay together.
    let once = format!("{ASKED} --draws-from z.csv --level 0.5 --no-stepdown");
    assert_eq!(sets(folder.path(), &once), [(1, 1, 1), (2, 2, 3), (3, 2, 3)]);
    assert_eq!(answer(folder.path(), "ranks", &once)["best"], json!([]));
    // The same draws as their covariance has them; the number may be said if it is right.
    write(&folder.path().join("cov.csv"), "1,0,0\n0,1,0\n0,0,1\n");
    let covariance = "--estimate score --covariance cov.csv --draws-from z.csv --draws 5 --level 0.5";
    assert_eq!(sets(folder.path(), covariance), [(1, 1, 1), (2, 2, 2), (3, 3, 3)]);
    assert_eq!(answer(folder.path(), "ranks", covariance)["rows"][1]["label"], "2");
}

#[test]
fn a_side_informs_only_its_own_limit() {
    let folder = schools();
    let side =
        |side: &str| sets(folder.path(), &format!("{ASKED} --draws-from z.csv --level 0.5 --side {side}"));
    assert_eq!(side("both"), [(1, 1, 1), (2, 2, 2), (3, 3, 3)]);
    assert_eq!(side("lower"), [(1, 1, 3), (2, 2, 3), (3, 3, 3)]);
    assert_eq!(side("upper"), [(1, 1, 1), (2, 1, 2), (3, 1, 3)]);
}

#[test]
fn one_row_is_compared_with_the_others_only() {
    let folder = schools();
    let root = folder.path();
    let alone = |rest: &str| {
        let found =
            answer(root, "ranks", &format!("{ASKED} --draws-from z.csv --level 0.5 --marginal 2 {rest}"));
        assert_eq!(found["rows"].as_array().unwrap().len(), 1);
        assert_eq!(found["rows"][0]["label"], "Bham, City");
        found
    };
    // |Z2 − Z1| and |Z3 − Z2|: 0.5, 1, 3, 4, 2.5. The third is 2.5, so Aford is above by 3.5 and Ctown is not below. Then,
    // without Aford above: 0.5 (2 above 3), 1, 1.5 (3 above 2), 4 and 2.5: 1.5, so Ctown is below by 2.5. Then, without 2
    // above 3: −0.5, 1, 1.5, 2, −2.5: 1.
    let both = alone("");
    let root = 2f64.sqrt();
    assert_near(&critical_values(&both), &[2.5 / root, 1.5 / root, 1.0 / root], 1e-15);
    assert_eq!((both["rows"][0]["lower"].as_u64(), both["rows"][0]["upper"].as_u64()), (Some(2), Some(2)));
    // Only who is above: 0.5, 1, 3, −2, 2.5: 1, then no more of Aford: −0.5, 1, 1.5, −4, −2.5: −0.5.
    let lower = alone("--side lower --best 1");
    assert_near(&critical_values(&lower), &[1.0 / root, -0.5 / root], 1e-15);
    assert_eq!((lower["rows"][0]["lower"].as_u64(), lower["rows"][0]["upper"].as_u64()), (Some(2), Some(3)));
    assert_eq!(lower["best"], json!(["Aford"]), "the best are of all rows, whatever row is asked about");
    let upper = alone("--side upper --best 3");
    assert_eq!((upper["rows"][0]["lower"].as_u64(), upper["rows"][0]["upper"].as_u64()), (Some(1), Some(2)));
    assert_eq!(upper["best"], json!(["Aford", "Bham, City", "Ctown"]));
}

#[test]
fn drawn_here_the_answer_is_the_same_for_the_same_seed_and_any_number_of_threads() {
    let folder = data(SCHOOLS);
    let ask = |rest: &str| answer(folder.path(), "ranks", &format!("{ASKED} {rest}"));
    let first = ask("");
    assert_eq!(first["draws"], 10_000);
    assert_eq!(first, ask("--seed 1 --draws 10000 --threads 1"));
    assert_ne!(first["critical_values"], ask("--seed 2")["critical_values"]);
    // Three rows of equal errors: R 4.2.2, qtukey(.95, 3, Inf) / sqrt(2).
    assert!((critical_values(&first)[0] - 2.3437).abs() < 0.06, "{first}");
}

#[test]
fn people_get_a_table_that_says_how_it_was_found() {
    let folder = schools();
    let rest = format!("{ASKED} --draws-from z.csv --level 0.5 --best 1");
    assert_eq!(
        well(folder.path(), &arguments("ranks", &rest)).stdout,
        "50% sets for all ranks at once; 5 draws from z.csv; critical values 2.12132, 1.41421, 1.06066
label       estimate  rank  lower  upper
Aford             10     1      1      1
Bham, City       6.5     2      2      2
Ctown              4     3      3      3
may be among the best 1: Aford
"
    );
    let drawn = well(folder.path(), &arguments("ranks", ASKED)).stdout;
    assert!(
        drawn.starts_with("95% sets for all ranks at once; 10000 draws, seed 1; critical value"),
        "{drawn}"
    );
}

#[test]
fn certain_and_equal_estimates_have_an_answer() {
    let certain = data("x,s\n3,0\n5,0\n3,0\n");
    assert_eq!(sets(certain.path(), "--estimate x --se s"), [(2, 2, 3), (1, 1, 1), (2, 2, 3)]);
    assert_eq!(answer(certain.path(), "ranks", "--estimate x --se s")["critical_values"], json!([]));
    let table = well(certain.path(), &arguments("ranks", "--estimate x --se s")).stdout;
    assert!(table.contains("every difference is certain"), "{table}");
    let equal = data("x,s\n3,1\n3,2\n3,0\n");
    assert_eq!(sets(equal.path(), "--estimate x --se s"), [(1, 1, 3); 3]);
}

#[test]
fn what_makes_no_sense_is_refused_as_usage() {
    let folder = schools();
    let refused = |rest: &str| {
        let (code, words) = refusal(folder.path(), "ranks", rest);
        assert_eq!(code, 2, "{words}");
        words
    };
    assert!(refused("--estimate score").contains("--se"));
    assert!(refused("--estimate score --se error").contains("data.csv has no column 'error'"));
    assert!(refused("--estimate scor --se se").contains("did you mean 'score'?"));
    assert!(refused(&format!("{ASKED} --level 1")).contains("between 0 and 1"));
    assert!(refused(&format!("{ASKED} --level 95")).contains("0.95 for 95%"));
    assert!(refused(&format!("{ASKED} --marginal 0")).contains("--marginal"));
    assert_eq!(
        refused(&format!("{ASKED} --marginal 4")),
        "error: --marginal 4: data.csv has 3 rows below its header; give a number from 1 to 3"
    );
    assert!(refused(&format!("{ASKED} --draws 0")).contains("--draws"));
    assert!(refused(&format!("{ASKED} --best 0")).contains("--best"));
    assert!(refused(&format!("{ASKED} --draws-from z.csv --seed 2")).contains("cannot be used with"));
    assert!(refused(&format!("{ASKED} --draws-from z.csv --draws 6")).contains("holds 5 draws"));
    assert!(refused(&format!("{ASKED} --draws-from none.csv")).contains("none.csv cannot be read"));
    assert!(refused("--estimate score --covariance none.csv").contains("none.csv cannot be read"));
}

#[test]
fn data_that_are_wrong_are_refused_with_their_line() {
    let refused = |text: &str| {
        let (code, words) = refusal(data(text).path(), "ranks", ASKED);
        assert_eq!(code, 3, "{words}");
        words
    };
    let row = |row: &str| refused(&format!("school,score,se\nAford,10,1\n{row}\n"));
    assert_eq!(
        row("Bham,9,-0.5"),
        "error: data.csv:3: row 2 (Bham) has a standard error below zero: se is -0.5"
    );
    assert!(row("Bham,NaN,1").contains("data.csv:3: score is 'NaN': a missing value is no number"));
    assert!(row("Bham,9,").contains("data.csv:3: se is '': an empty cell is no number"));
    assert!(row("Bham,9,inf").contains("data.csv:3: se is 'inf': it must be finite"));
    assert!(row("Bham,9").contains("data.csv:3: the row has 2 cells, but the header has 3"));
    assert!(row("Bham,1e99,1").contains("too large"));
    assert_eq!(
        refused("school,score,se\nAford,10,1\n"),
        "error: data.csv:2: row 1 (Aford) is the only row, and there is nothing to compare it with"
    );
    assert!(refused("").contains("data.csv is empty"));
    assert!(refused("school,score,se\n").contains("no rows below it"));
}

#[test]
fn a_matrix_that_does_not_fit_is_refused_with_its_place() {
    let folder = data(SCHOOLS);
    let refused = |name: &str, text: &str, rest: &str| {
        write(&folder.path().join(name), text);
        let (code, words) = refusal(folder.path(), "ranks", &format!("--estimate score {rest} {name}"));
        assert_eq!(code, 3, "{words}");
        words
    };
    let covariance = |text: &str| refused("cov.csv", text, "--covariance");
    assert_eq!(
        covariance("1,0\n0,1\n"),
        "error: cov.csv holds 2 rows of 2 numbers; data.csv has 3 rows below its header, so it must hold 3 rows of 3"
    );
    assert_eq!(
        covariance("1,0,0\n0.5,1,0\n0,0,1\n"),
        "error: cov.csv is not symmetric: row 2, column 1 is 0.5, but row 1, column 2 is 0"
    );
    assert!(
        covariance("1,0,0\n0,-1,0\n0,0,1\n").contains("cov.csv: row 2, column 2 is -1: a variance cannot be")
    );
    let words = covariance("1,2,0\n2,1,0\n0,0,1\n");
    assert!(
        words.contains("cov.csv: row 2 has covariances") && words.contains("positive semidefinite"),
        "{words}"
    );
    assert!(covariance("1,0,0\n0,1,0\n0,NA,1\n").contains("cov.csv:3: number 2 of the row is 'NA'"));
    assert!(covariance("1,0,0\n0,1\n0,0,1\n").contains("cov.csv:2: the row has 2 cells"));
    assert!(covariance("").contains("cov.csv is empty"));
    let draws = |text: &str| refused("z.csv", text, "--se se --draws-from");
    assert_eq!(
        draws("1,2,3,4\n"),
        "error: z.csv holds 4 numbers in a row; data.csv has 3 rows below its header, so every draw must hold 3"
    );
    assert!(draws("1,2,3\n1,2\n").contains("z.csv:2: the row has 2 cells"));
    assert!(draws("1,2,x\n").contains("z.csv:1: number 3 of the row is 'x'"));
    assert!(draws("").contains("z.csv is empty"));
}

#[test]
fn the_smallest_come_first_when_the_sign_is_changed() {
    let rows = |sign: f64| {
        let rows = [10.0, 6.5, 4.0].map(|score| format!("{},1\n", sign * score)).concat();
        let folder = empty();
        write(&folder.path().join("data.csv"), format!("score,se\n{rows}"));
        sets(folder.path(), "--estimate score --se se")
    };
    let turned = |(rank, lower, upper): (u64, u64, u64)| (4 - rank, 4 - upper, 4 - lower);
    assert_eq!(rows(-1.0), rows(1.0).into_iter().map(turned).collect::<Vec<_>>());
}
