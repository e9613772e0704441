//! `someasure stats counts`

use std::fmt::Write;
use std::time::Instant;

use serde_json::json;

use crate::support::well;

use super::{answer, arguments, column, data, refusal};

const PARTIES: &str = "party,votes\nA,120\nB,100\nC,95\nD,60\nE,40\nF,39\nG,10\nH,2\nI,0\n";
const ASKED: &str = "--count votes --label party";

fn limits(text: &str, rest: &str) -> (Vec<f64>, Vec<f64>) {
    let answer = answer(data(text).path(), "counts", rest);
    (column(&answer, "lower"), column(&answer, "upper"))
}

#[test]
fn counts_have_the_sets_of_the_reference_tool() {
    // R's csranks 1.2.2.9001, csranks_multinom, 95%.
    let (lower, upper) = limits(PARTIES, ASKED);
    assert_eq!(lower, [1.0, 1.0, 1.0, 3.0, 4.0, 4.0, 7.0, 7.0, 8.0]);
    assert_eq!(upper, [3.0, 3.0, 4.0, 6.0, 6.0, 6.0, 8.0, 9.0, 9.0]);
    let (lower, upper) = limits(PARTIES, &format!("{ASKED} --correction bonferroni"));
    assert_eq!(lower, [1.0, 1.0, 1.0, 2.0, 4.0, 4.0, 7.0, 7.0, 7.0]);
    assert_eq!(upper, [3.0, 4.0, 4.0, 6.0, 6.0, 6.0, 9.0, 9.0, 9.0]);
    let six = "n\n5000\n4900\n4700\n4650\n3000\n2990\n";
    assert_eq!(limits(six, "--count n --side lower"), (vec![1.0, 1.0, 2.0, 2.0, 5.0, 5.0], vec![6.0; 6]));
    assert_eq!(
        limits(six, "--count n --side upper --correction bonferroni"),
        (vec![1.0; 6], vec![2.0, 4.0, 4.0, 4.0, 6.0, 6.0])
    );
    // simul = FALSE: a set for each row alone.
    let alone = [(1.0, 2.0), (1.0, 3.0), (2.0, 4.0), (3.0, 4.0), (5.0, 6.0), (5.0, 6.0)];
    for (row, (lower, upper)) in alone.into_iter().enumerate() {
        let found = limits(six, &format!("--count n --marginal {}", row + 1));
        assert_eq!(found, (vec![lower], vec![upper]), "row {}", row + 1);
    }
    assert_eq!(limits("n\n3\n3\n3\n", "--count n"), (vec![1.0; 3], vec![3.0; 3]), "all alike");
}

#[test]
fn a_row_has_its_count_as_it_stands() {
    let folder = data("party,votes\nA,2\nB,9007199254740991\nC,2.0\n");
    let found = answer(folder.path(), "counts", ASKED);
    assert_eq!(
        found["rows"][1],
        json!({"label": "B", "estimate": 9_007_199_254_740_991_u64, "rank": 1, "lower": 1, "upper": 1})
    );
    assert_eq!(found["rows"][2]["rank"], 2);
    assert_eq!(found["level"], 0.95);
    assert_eq!(
        well(folder.path(), &arguments("counts", &format!("{ASKED} --level 0.9"))).stdout,
        "90% sets for all ranks at once; exact tests of pairs, Holm
label    estimate  rank  lower  upper
A               2     2      2      3
B      9.00720e15     1      1      1
C               2     2      2      3
"
    );
}

#[test]
fn what_is_no_count_is_refused_with_its_line() {
    let refused = |row: &str| {
        let (code, words) = refusal(data(format!("party,votes\nA,5\n{row}\n")).path(), "counts", ASKED);
        assert_eq!(code, 3, "{words}");
        words
    };
    assert_eq!(refused("B,2.5"), "error: data.csv:3: row 2 (B) has a count that is not whole: votes is 2.5");
    assert_eq!(refused("B,-1"), "error: data.csv:3: row 2 (B) has a count below zero: votes is -1");
    // 2^53 + 1 is read as 2^53: neither is taken.
    for count in ["1e16", "9007199254740993", "9007199254740992"] {
        assert!(refused(&format!("B,{count}")).contains("a count of 2^53 or more"), "{count}");
    }
    assert!(refused("B,NA").contains("data.csv:3: votes is 'NA'"));
    assert!(refused("").contains("row 1 (A) is the only row"));
    let usage = |rest: &str| {
        let (code, words) = refusal(data(PARTIES).path(), "counts", rest);
        assert_eq!(code, 2, "{words}");
        words
    };
    assert!(usage("--count vote").contains("did you mean 'votes'?"));
    assert!(usage("--count votes --marginal 10").contains("from 1 to 9"));
    assert!(usage("--count votes --correction none").contains("bonferroni"));
    assert!(usage("--count votes --level 0").contains("between 0 and 1"));
}

#[test]
fn eight_thousand_counts_of_a_million_take_no_time() {
    let mut text = "n\n".to_owned();
    for at in 0..8000_u64 {
        writeln!(text, "{}", 1_000_000 + at * at % 100_003).unwrap();
    }
    let began = Instant::now();
    let (lower, upper) = limits(&text, "--count n");
    assert!(lower.iter().zip(&upper).all(|(lower, upper)| lower <= upper));
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
