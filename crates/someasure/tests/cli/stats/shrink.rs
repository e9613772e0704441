//! `someasure stats shrink`

use crate::support::well;

use super::{answer, arguments, assert_near, column, data, refusal};

/// Twelve bodies of very unlike size.
const BODIES: &str = "body,x,n\nA,147,466\nB,18,55\nC,67,329\nD,5,42\nE,265,933\nF,301,792\nG,11,30\nH,6,40\nI,246,1037\n\
                      J,138,600\nK,77,290\nL,268,846\n";

#[test]
fn shares_are_drawn_towards_the_centre_by_as_much_as_chance_explains() {
    // The likeliest beta distribution of these twelve in 40-digit arithmetic.
    let (a, b) = (17.943_080_877_469_67, 47.831_043_222_294_7);
    let folder = data(BODIES);
    let answer =
        answer(folder.path(), "shrink", "--kind proportion --numerator x --denominator n --label body");
    assert_near(
        &[answer["prior"]["a"].as_f64().unwrap(), answer["prior"]["b"].as_f64().unwrap()],
        &[a, b],
        1e-8,
    );
    let (raw, shrunk, weight) =
        (column(&answer, "raw"), column(&answer, "shrunk"), column(&answer, "weight"));
    assert_near(
        &[raw[3], shrunk[3], weight[3]],
        &[5.0 / 42.0, (5.0 + a) / (42.0 + a + b), 42.0 / (42.0 + a + b)],
        1e-8,
    );
    assert_eq!(
        (answer["kind"].as_str(), answer["rows"][3]["label"].as_str()),
        (Some("proportion"), Some("D"))
    );
    assert_eq!(answer["rankability_word"].as_str(), Some("high"));
}

#[test]
fn estimates_and_rates_are_shrunk_too() {
    // By hand: Q = 32, τ² = 15, B = 15/16; the first of 0, 4 and 8 becomes 0.25.
    let folder = data("y,s\n0,1\n4,1\n8,1\n");
    let answer = answer(folder.path(), "shrink", "--kind normal --estimate y --se s --between dl");
    assert_near(&column(&answer, "shrunk"), &[0.25, 4.0, 7.75], 1e-14);
    assert_near(
        &[answer["tau2"].as_f64().unwrap(), answer["rankability"].as_f64().unwrap()],
        &[15.0, 15.0 / 16.0],
        1e-14,
    );
    assert!(answer["prior"].is_null());
    let folder = data("events,weeks\n30,100\n30,100\n30,100\n");
    let answer = super::answer(folder.path(), "shrink", "--kind rate --numerator events --denominator weeks");
    assert_near(&column(&answer, "shrunk"), &[0.3; 3], 1e-15);
    assert_eq!(
        (answer["rankability"].as_f64(), answer["rankability_word"].as_str()),
        (Some(0.0), Some("low"))
    );
    assert!(column(&answer, "lower")[0] < 0.29, "alike, but in doubt");
}

#[test]
fn few_rows_are_said_to_be_few() {
    let folder = data(BODIES);
    let ended = well(
        folder.path(),
        &arguments("shrink", "--kind proportion --numerator x --denominator n --label body"),
    );
    assert!(ended.stdout.starts_with("centre 0.272"), "{}", ended.stdout);
    assert!(ended.stdout.contains("rankability 85.2%: high"), "{}", ended.stdout);
    assert!(ended.stderr.contains("with 12 rows the limits are too narrow"), "{}", ended.stderr);
}

#[test]
fn what_cannot_be_shrunk_is_refused_with_its_row() {
    let refused = |text: &str, rest: &str| refusal(data(text).path(), "shrink", rest);
    let counts = "--kind proportion --numerator x --denominator n";
    let (code, words) = refused("x,n\n1,2\n3,2\n", counts);
    assert_eq!(
        (code, words.as_str()),
        (3, "error: data.csv:3: row 2 (2) has a numerator above its denominator")
    );
    assert!(refused("x,n\n1,2\n", counts).1.contains("data.csv:2: row 1 (1) is the only row"));
    assert!(refused("x,n\n1,2\n0,0\n", counts).1.contains("data.csv:3: row 2 (2) has a denominator of 0"));
    assert!(refused("x,n\n0,2\n0,9\n", counts).1.contains("nothing shows how rows differ"));
    let (code, words) = refused("x,n\n1,2\n", "--kind normal --numerator x --denominator n");
    assert!(code == 2 && words.contains("--estimate COL and --se COL"), "{words}");
    assert_eq!(refused("x,n\n1,2\n", "--kind rate --numerator x").0, 2);
    let (code, words) = refused("y,s\n1,1\n2,-1\n", "--kind normal --estimate y --se s");
    assert!(code == 3 && words.contains("data.csv:3: row 2 (2) holds a value below zero"), "{words}");
}
