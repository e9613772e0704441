//! `someasure stats interval`

use crate::support::{empty, well};

use super::{answer, arguments, assert_near, column, data, refusal};

const LIBRARIES: &str = "library,images,with_alt\nAford,10,0\n\"Bham, City\",10,2\nCtown,10,10\n";
const SHARE: &str = "--kind proportion --numerator with_alt --denominator images";
const RATE: &str = "--kind rate --numerator events --denominator weeks";

#[test]
fn a_share_has_wilsons_limits_unless_another_method_is_named() {
    // Base R 4.2.2 and PHEindicatormethods 2.1.0: 0, 2 and 10 of 10 at 95%.
    let folder = data(LIBRARIES);
    let limits = |method: &str| {
        let answer = answer(folder.path(), "interval", &format!("{SHARE} --label library {method}"));
        assert_near(&column(&answer, "value"), &[0.0, 0.2, 1.0], 1e-15);
        (answer["method"].as_str().unwrap().to_owned(), column(&answer, "lower"), column(&answer, "upper"))
    };
    let (method, lower, upper) = limits("");
    assert_eq!(method, "wilson");
    assert_near(&lower, &[0.0, 0.0566821514543753, 0.722467200137111], 1e-12);
    assert_near(&upper, &[0.277532799862889, 0.509837528463358, 1.0], 1e-12);
    let (method, lower, upper) = limits("--method exact");
    assert_eq!(method, "exact");
    assert_near(&lower, &[0.0, 0.0252107263268334, 0.691502892181239], 1e-12);
    assert_near(&upper, &[0.308497107818761, 0.556095462307641, 1.0], 1e-12);
    // Jeffreys as it is: at 0 and at n its limits do not reach 0 and 1.
    let (_, lower, upper) = limits("--method jeffreys");
    assert!(lower[0] > 0.0 && lower[0] < 1e-4 && upper[2] < 1.0, "{lower:?} {upper:?}");
}

#[test]
fn a_rate_takes_exact_limits_below_ten_events_and_byars_from_ten_on() {
    let folder = data("events,weeks\n0,2\n9,2\n10,2\n");
    let limits = |method: &str| {
        let answer = answer(folder.path(), "interval", &format!("{RATE} {method}"));
        assert_near(&column(&answer, "value"), &[0.0, 4.5, 5.0], 1e-15);
        (column(&answer, "lower"), column(&answer, "upper"))
    };
    let (mixed, exact, byar) = (limits(""), limits("--method exact"), limits("--method byar"));
    assert_eq!((&mixed.0[..2], &mixed.1[..2]), (&exact.0[..2], &exact.1[..2]));
    assert_eq!((mixed.0[2], mixed.1[2]), (byar.0[2], byar.1[2]));
    assert!(exact.1[2] != byar.1[2]);
    // No event: ln(1/0.025)/2 above; Byar's formula has no lower limit, which is 0.
    assert_near(&exact.1[..1], &[40f64.ln() / 2.0], 1e-12);
    assert_eq!((exact.0[0], byar.0[0]), (0.0, 0.0));
}

#[test]
fn rows_are_labelled_by_their_column_or_else_by_their_number() {
    let folder = data(LIBRARIES);
    let labels = |rest: &str| -> Vec<String> {
        let answer = answer(folder.path(), "interval", &format!("{SHARE} {rest}"));
        let rows = answer["rows"].as_array().unwrap().iter();
        rows.map(|row| row["label"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(labels("--label library"), ["Aford", "Bham, City", "Ctown"]);
    assert_eq!(labels(""), ["1", "2", "3"]);
}

#[test]
fn people_get_a_table_that_is_read_at_a_glance() {
    let folder = data(LIBRARIES);
    let rest = format!("{SHARE} --label library");
    let ended = well(folder.path(), &arguments("interval", &rest));
    assert_eq!(
        ended.stdout,
        "95% interval, wilson
label       value      lower     upper
Aford           0          0  0.277533
Bham, City    0.2  0.0566822  0.509838
Ctown           1   0.722467         1
"
    );
}

#[test]
fn what_makes_no_sense_is_refused_as_usage() {
    let folder = data(LIBRARIES);
    let refused = |rest: &str| {
        let (code, words) = refusal(folder.path(), "interval", rest);
        assert_eq!(code, 2, "{words}");
        words
    };
    assert!(refused(&format!("{SHARE} --method byar")).contains("byar is a method for rates"));
    assert!(
        refused("--kind rate --numerator images --denominator images --method wilson")
            .contains("for proportions")
    );
    assert!(refused(&format!("{SHARE} --level 95")).contains("0.95 for 95%"));
    assert!(refused(&format!("{SHARE} --level nan")).contains("between 0 and 1"));
    assert_eq!(
        refused("--kind proportion --numerator alt --denominator images"),
        "error: data.csv has no column 'alt'; its columns are: library, images, with_alt"
    );
    assert!(
        refused("--kind proportion --numerator with_alt --denominator image")
            .contains("did you mean 'images'?")
    );
    let (code, words) = refusal(empty().path(), "interval", SHARE);
    assert!(code == 2 && words.contains("data.csv cannot be read"), "{words}");
}

#[test]
fn data_that_are_wrong_are_refused_with_their_line() {
    let refused = |text: &str, rest: &str| {
        let (code, words) = refusal(data(text).path(), "interval", rest);
        assert_eq!(code, 3, "{words}");
        words
    };
    let share = |rows: &str| refused(&format!("library,images,with_alt\nAford,10,1\n{rows}"), SHARE);
    assert_eq!(
        share("Bham,10,11\n"),
        "error: data.csv:3: row 2 (2) has a numerator above its denominator: with_alt is 11, images is 10"
    );
    assert!(share("Bham,0,0\n").contains("data.csv:3: row 2 (2) cannot be divided: images is 0"));
    assert!(share("Bham,10,-1\n").contains("has a value below zero"));
    assert!(share("Bham,10,NA\n").contains("data.csv:3: with_alt is 'NA': a missing value is no number"));
    assert!(share("Bham,10\n").contains("data.csv:3: the row has 2 cells, but the header has 3"));
    assert!(refused("", SHARE).contains("data.csv is empty"));
    assert!(refused("library,images,with_alt\n", SHARE).contains("no rows below it"));
    let rate = |rows: &str| refused(&format!("events,weeks\n{rows}"), RATE);
    assert!(rate("1,0\n").contains("weeks is 0"));
    assert!(rate("1,-1\n").contains("below zero"));
    assert!(rate("1,1e-310\n").contains("too large"));
}
