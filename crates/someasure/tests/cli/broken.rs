//! Ways to be wrong. Each directory of `tests/broken/` is `base/` with a few other files, the `command` to run
//! (one a line; the last is the one that counts) and what is `expected`: the exit code, then all it says.
//!
//! A line of `command` is arguments of the program, or a step that no file can express: `!remove PATH`, `!gzip PATH`,
//! `!cut PATH` (its second half gets lost), `!move PATH TO`,
//! `!replace PATH OLD NEW`. PATH may be a directory of the ledger: then its first
//! Parquet file is meant. A line of `expected` that ends with `[…]` may go on as it likes.
//!
//! `BLESS=1 cargo test --workspace --test cli broken` writes what is said now as what is expected; read the diff.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Ended, copy, empty, files, gzip, someasure, write};

const AND_SO_ON: &str = "[…]";

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

fn fixtures() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(home())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("base"))
        .collect();
    found.sort();
    found
}

#[test]
fn every_way_to_be_wrong_is_told_in_words_that_help() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 30, "only {} ways to be wrong", fixtures.len());
    let mut report = String::new();
    for fixture in &fixtures {
        let name = fixture.file_name().unwrap().to_string_lossy();
        if let Err(difference) = run(fixture) {
            let _ = writeln!(report, "\n=== {name}\n{difference}");
        }
    }
    assert!(report.is_empty(), "these do not say what they should (+ said, - expected):{report}");
}

fn run(fixture: &Path) -> Result<(), String> {
    let project = empty();
    copy(&home().join("base"), project.path());
    copy(fixture, project.path());
    for name in ["command", "expected"] {
        let _ = fs::remove_file(project.path().join(name));
    }
    let commands = fs::read_to_string(fixture.join("command")).unwrap_or_else(|_| "check\n".to_owned());
    let (last, before) = {
        let mut lines: Vec<&str> = commands.lines().filter(|line| !line.trim().is_empty()).collect();
        (lines.pop().ok_or("`command` is empty")?, lines)
    };
    for line in before {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with('!') {
            step(project.path(), &words);
            continue;
        }
        let ended = someasure(project.path(), &words);
        if ended.code != 0 {
            return Err(format!("`{line}` should go well and ends with {}:\n{}", ended.code, ended.said()));
        }
    }
    let ended = someasure(project.path(), &last.split_whitespace().collect::<Vec<_>>());
    let said = all_it_says(project.path(), &ended);
    let path = fixture.join("expected");
    let fits = |path: &Path| fs::read_to_string(path).is_ok_and(|expected| compare(&expected, &said).is_ok());
    if std::env::var_os("BLESS").is_some() && !fits(&path) {
        write(&path, &said);
    }
    let expected =
        fs::read_to_string(&path).map_err(|_| format!("has no file `expected`; it says\n{said}"))?;
    if !expected.starts_with("exit ") {
        return Err("the first line of `expected` must be `exit N`".to_owned());
    }
    compare(&expected, &said)
}

/// The exit code, what it says, and the rejects files that it leaves.
fn all_it_says(project: &Path, ended: &Ended) -> String {
    let mut said = format!("exit {}\n{}", ended.code, ended.said());
    for path in files(project).iter().filter(|path| path.starts_with("ledger/rejects/")) {
        let text = fs::read_to_string(project.join(path)).unwrap();
        let _ = write!(said, "--- {path}\n{text}");
    }
    said
}

fn compare(expected: &str, said: &str) -> Result<(), String> {
    let fits = |wanted: &str, found: &str| match wanted.strip_suffix(AND_SO_ON) {
        Some(beginning) => found.starts_with(beginning),
        None => wanted == found,
    };
    let (wanted, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), said.lines().collect());
    if wanted.len() == found.len() && wanted.iter().zip(&found).all(|(wanted, found)| fits(wanted, found)) {
        return Ok(());
    }
    let mut difference = String::new();
    for at in 0..wanted.len().max(found.len()) {
        match (wanted.get(at), found.get(at)) {
            (Some(wanted), Some(found)) if fits(wanted, found) => {
                let _ = writeln!(difference, "  {found}");
            }
            (wanted, found) => {
                for (sign, line) in [('-', wanted), ('+', found)] {
                    if let Some(line) = line {
                        let _ = writeln!(difference, "{sign} {line}");
                    }
                }
            }
        }
    }
    Err(difference)
}

fn step(project: &Path, words: &[&str]) {
    let path = project.join(words[1]);
    let path = if path.is_dir() {
        let first = files(&path).into_iter().find(|file| file.ends_with(".parquet")).expect("a Parquet file");
        path.join(first)
    } else {
        path
    };
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match (words[0], &words[2..]) {
        ("!remove", []) => fs::remove_file(&path).unwrap(),
        ("!cut", []) => write(&path, &bytes[..bytes.len() / 2]),
        ("!gzip", []) => write(&project.join(format!("{}.gz", words[1])), gzip(&bytes)),
        ("!move", [to]) => {
            write(&project.join(to), bytes);
            fs::remove_file(&path).unwrap();
        }
        ("!replace", [old, new]) => {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(old), "{}: no '{old}'", path.display());
            write(&path, text.replace(old, new));
        }
        _ => panic!("'{}' is no step", words.join(" ")),
    }
}

#[test]
fn a_line_that_may_go_on_and_one_that_may_not() {
    assert!(compare("exit 3\nerror: a […]\n", "exit 3\nerror: a b\n").is_ok());
    let difference = compare("exit 3\nerror: a\n", "exit 3\nerror: b\n").unwrap_err();
    assert_eq!(difference, "  exit 3\n- error: a\n+ error: b\n");
}
