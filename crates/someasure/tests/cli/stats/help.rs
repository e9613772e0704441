//! What `--help` shows can be pasted and runs; and what is written for people is fit for a terminal.

use std::path::Path;
use std::process::Command;

use crate::support::{empty, program, well, write};

const QUESTIONS: [&str; 7] = ["ranks", "counts", "funnel", "spc", "interval", "shrink", "composite"];

/// The tables that the examples speak of.
fn tables(folder: &Path) {
    let file = |name: &str, text: String| write(&folder.join(name), text);
    let rows = |row: fn(usize) -> String| (1..=24).map(row).collect::<Vec<_>>().join("\n") + "\n";
    file("schools.csv", "school,score,se\n".to_owned() + &rows(|i| format!("s{i},{},2", 480 + i * 7 % 40)));
    file("parties.csv", "party,votes\n".to_owned() + &rows(|i| format!("p{i},{}", i * 31 % 97)));
    file("alt-text.csv", "library,with_alt,images\n".to_owned() + &rows(|i| format!("l{i},{},90", i * 3)));
    file("effects.csv", "log_ratio,se\n".to_owned() + &rows(|i| format!("0.{i},0.1")));
    let month = |i: usize| format!("{}-{:02}-01,{},30", 2025 + (i - 1) / 12, (i - 1) % 12 + 1, 20 + i % 5);
    file(
        "replies.csv",
        "month,answered,questions\n".to_owned() + &(1..=24).map(month).collect::<Vec<_>>().join("\n"),
    );
    file(
        "bodies.csv",
        "body,posts,answers,alt_text,late_answers\n".to_owned()
            + &rows(|i| format!("b{i},{},{},{},{}", i * 7 % 11, i % 5, i * 3 % 13, i % 4)),
    );
}

/// The commands below "Example", as a shell reads them: only a backslash joins two lines.
fn examples(question: &str, columns: &str) -> Vec<String> {
    let folder = empty();
    let said =
        program(folder.path(), &["stats", question, "--help"]).env("COLUMNS", columns).output().unwrap();
    let help = String::from_utf8(said.stdout).unwrap();
    let (_, after) =
        help.split_once("Example").unwrap_or_else(|| panic!("{question} has no example: {help}"));
    let lines = after.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let (words, more) = line.strip_suffix('\\').map_or((line, false), |words| (words, true));
        if goes_on {
            commands.last_mut().unwrap().push_str(words)
        } else {
            commands.push(words.to_owned())
        }
        goes_on = more;
    }
    commands
}

#[test]
fn every_example_of_the_help_runs_when_it_is_pasted() {
    let folder = empty();
    tables(folder.path());
    for question in QUESTIONS {
        for columns in ["80", "100", "200"] {
            let commands = examples(question, columns);
            assert!(!commands.is_empty(), "{question}");
            for command in commands {
                let words: Vec<&str> = command.split_whitespace().collect();
                assert_eq!(words[..3], ["someasure", "stats", question], "{command}");
                let said = well(folder.path(), &words[1..]);
                assert!(said.stdout.lines().count() > 20, "{command}: {}", said.stdout);
            }
        }
    }
}

#[test]
fn a_label_does_not_move_the_cursor_and_json_keeps_it_as_it_is() {
    let folder = empty();
    write(&folder.path().join("t.csv"), "who,x,n\n\"a\u{1b}[31m\nb\",1,4\nc,2,4\n");
    let asked = [
        "stats",
        "interval",
        "t.csv",
        "--kind",
        "proportion",
        "--numerator",
        "x",
        "--denominator",
        "n",
        "--label",
        "who",
    ];
    let said = well(folder.path(), &asked).stdout;
    assert!(said.contains("a\u{fffd}[31m\u{fffd}b") && !said.contains('\u{1b}'), "{said:?}");
    let json = well(folder.path(), &[&asked[..], &["--json"]].concat()).json();
    assert_eq!(json["rows"][0]["label"], "a\u{1b}[31m\nb");
}

#[test]
#[cfg(target_os = "linux")]
fn a_result_that_cannot_be_written_is_a_failure_and_a_reader_that_has_gone_away_is_none() {
    let folder = empty();
    tables(folder.path());
    for more in [&[][..], &["--json"]] {
        let asked = [&["stats", "counts", "parties.csv", "--count", "votes"], more].concat();
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let said = program(folder.path(), &asked).stdout(full).output().unwrap();
        assert_eq!(said.status.code(), Some(1));
        let told = String::from_utf8(said.stderr).unwrap();
        assert!(told.starts_with("error: the result cannot be written: No space left"), "{told}");
    }
    let command =
        format!("'{}' stats counts parties.csv --count votes | head -1", env!("CARGO_BIN_EXE_someasure"));
    let said = Command::new("bash")
        .args(["-o", "pipefail", "-c", &command])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}
