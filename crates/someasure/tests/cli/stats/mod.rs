//! Questions asked of a table: `someasure stats`. One file a question; here, what all of them share.

mod composite;
mod counts;
mod funnel;
mod help;
mod interval;
mod ranks;
mod shrink;
mod spc;

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, empty, program, someasure, well, write};

/// A folder with the file `data.csv`.
fn data(text: impl AsRef<[u8]>) -> TempDir {
    let folder = empty();
    write(&folder.path().join("data.csv"), text);
    folder
}

/// The question, asked of `data.csv` in the folder: `ask(root, "interval", "--kind rate …")`.
fn arguments<'a>(question: &'a str, rest: &'a str) -> Vec<&'a str> {
    ["stats", question, "data.csv"].into_iter().chain(rest.split_whitespace()).collect()
}

/// The answer as JSON.
fn answer(root: &Path, question: &str, rest: &str) -> Value {
    let mut arguments = arguments(question, rest);
    arguments.push("--json");
    well(root, &arguments).json()
}

/// How it is refused: the exit code and the words.
fn refusal(root: &Path, question: &str, rest: &str) -> (i32, String) {
    let ended = someasure(root, &arguments(question, rest));
    assert!(ended.code != 0 && ended.stdout.is_empty(), "not refused: {}", ended.said());
    (ended.code, ended.stderr.trim().to_owned())
}

/// A member of every row, as a number; null is NaN.
fn column(answer: &Value, member: &str) -> Vec<f64> {
    let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("no rows: {answer}"));
    rows.iter().map(|row| row[member].as_f64().unwrap_or(f64::NAN)).collect()
}

#[track_caller]
fn assert_near(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() <= tolerance * want.abs().max(1e-300), "{got} and not {want}");
    }
}

/// The questions that `someasure stats --help` lists.
fn questions() -> Vec<String> {
    let help = well(empty().path(), &["stats", "-h"]).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    names.filter(|name| name != "help").collect()
}

#[test]
fn every_question_teaches_itself_with_an_example() {
    let questions = questions();
    assert!(questions.contains(&"interval".to_owned()), "{questions:?}");
    for question in questions {
        let help = well(empty().path(), &["stats", &question, "--help"]).stdout;
        assert!(help.contains("Example"), "{question} has no example");
        assert!(
            help.contains(&format!("someasure stats {question} ")),
            "{question}: the example is another's"
        );
        assert!(help.contains("--json"), "{question}");
    }
}

#[test]
fn a_table_comes_from_standard_input_too_and_no_project_is_needed() {
    let folder = empty();
    let question =
        ["stats", "interval", "-", "--kind", "rate", "--numerator", "x", "--denominator", "n", "--json"];
    let mut child = program(folder.path(), &question)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("\u{feff}x,n\n4,2\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let ended = Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert_eq!(ended.code, 0, "{}", ended.said());
    assert_near(&column(&ended.json(), "value"), &[2.0], 0.0);
}
