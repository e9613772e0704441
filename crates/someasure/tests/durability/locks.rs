//! One writer at a time; readers are never blocked by one; an erasure waits for readers; a crash holds no lock.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::project::{LEAVER, ledger_files, run, start, stderr, well, write};

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Starts a command and stops it as soon as `sign` is there.
fn stopped(root: &Path, command: &[&str], sign: &str) -> Child {
    let mut child = start(root, command);
    let begin = Instant::now();
    while !root.join(sign).exists() {
        assert!(
            child.try_wait().unwrap().is_none() && begin.elapsed() < Duration::from_secs(60),
            "{sign} never came"
        );
        std::thread::sleep(Duration::from_micros(100));
    }
    signal(&child, "-STOP");
    child
}

#[test]
fn a_second_writer_is_refused_and_a_crash_leaves_no_lock() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    write(root, 10_000);
    well(root, &["import", "profiles", "profiles.csv", "--source", "the tests"]);
    let mut writer = stopped(
        root,
        &["import", "posts", "posts1.csv", "posts2.csv", "--source", "the tests"],
        "ledger/.staging",
    );
    for command in [
        &["import", "posts", "posts2.csv", "--source", "the tests"][..],
        &["import", "accounts", "register/accounts.csv", "--source", "the tests"],
        &["compact"],
        &["erase", LEAVER, "--yes"],
    ] {
        let output = run(root, command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let said = stderr(&output);
        assert!(
            said.contains("another someasure is writing to") && said.contains("wait until it is done"),
            "{said}"
        );
    }
    assert!(!root.join("register/objections.csv").exists(), "a refused erasure has not begun");
    // Readers go on.
    let posts = well(root, &["measure", "posts_per_week"]);
    assert!(posts.lines().count() > 1, "{posts}");
    well(root, &["doctor"]);
    writer.kill().unwrap();
    writer.wait().unwrap();
    well(root, &["import", "posts", "posts2.csv", "--source", "the tests"]);
    well(root, &["doctor"]);
}

#[test]
fn an_erasure_waits_for_readers_and_takes_the_bytes_with_it() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    write(root, 3_000);
    well(root, &["import", "profiles", "profiles.csv", "--source", "the tests"]);
    well(root, &["import", "posts", "posts1.csv", "--source", "the tests"]);
    let old = ledger_files(root);
    let mut reader = stopped(root, &["build"], "editions/.2014.1.part");
    let mut erasure = start(root, &["erase", LEAVER, "--yes"]);
    let begin = Instant::now();
    while ledger_files(root) == old {
        assert!(begin.elapsed() < Duration::from_secs(60), "the erasure never came to its commit");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    assert!(erasure.try_wait().unwrap().is_none(), "it says that it is done while somebody reads");
    assert!(old.iter().all(|path| path.exists()), "the reader's files have been taken away");
    signal(&reader, "-CONT");
    assert!(reader.wait().unwrap().success(), "the reader read to its end");
    assert!(erasure.wait().unwrap().success());
    let named = ledger_files(root);
    assert!(old.iter().all(|path| named.contains(path) || !path.exists()), "old bytes are still there");
}

#[test]
fn a_second_build_is_refused_and_a_killed_one_is_not_in_the_way() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    write(root, 60);
    well(root, &["import", "posts", "posts1.csv", "--source", "the tests", "--max-bad-share", "0.1"]);
    let mut builder = stopped(root, &["build"], "editions/.2014.1.part");
    let output = run(root, &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("another someasure is building an edition"), "{}", stderr(&output));
    builder.kill().unwrap();
    builder.wait().unwrap();
    well(root, &["build"]);
    assert!(!root.join("editions/.2014.1.part").exists());
}
