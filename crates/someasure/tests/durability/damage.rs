//! What a ledger says that somebody has damaged: it stops, says what to do, and takes nothing away.

use std::fs;
use std::path::Path;

use crate::project::{ledger_files, run, snapshot, stderr, well, write};

fn imported(root: &Path) {
    write(root, 300);
    for file in ["posts1.csv", "posts2.csv"] {
        well(root, &["import", "posts", file, "--source", "the tests"]);
    }
}

/// Readers and writers stop with this message and change nothing.
fn refused(root: &Path, commands: &[&[&str]], message: &str) {
    let before = snapshot(&root.join("ledger"));
    for command in commands {
        let output = run(root, command);
        assert!(!output.status.success(), "{command:?} went on");
        assert!(stderr(&output).contains(message), "{command:?}: {}", stderr(&output));
        assert_eq!(before, snapshot(&root.join("ledger")), "{command:?} changed something");
    }
}

const READ: &[&str] = &["measure", "posts_per_week"];
const BUILD: &[&str] = &["build"];
const COMPACT: &[&str] = &["compact"];
const IMPORT: &[&str] = &["import", "posts", "posts1.csv", "--source", "the tests", "--again"];

#[test]
fn a_torn_manifest_stops_everybody_and_nothing_is_swept() {
    let here = tempfile::tempdir().unwrap();
    imported(here.path());
    let manifest = here.path().join("ledger/manifest.json");
    let whole = fs::read(&manifest).unwrap();
    for length in [0, 1, whole.len() / 2, whole.len() - 3] {
        fs::write(&manifest, &whole[..length]).unwrap();
        refused(here.path(), &[READ, BUILD, COMPACT, IMPORT], "restore it from a backup");
    }
    fs::write(&manifest, &whole).unwrap();
    well(here.path(), &["check"]);
}

#[test]
fn a_lost_manifest_is_not_an_empty_ledger() {
    let here = tempfile::tempdir().unwrap();
    imported(here.path());
    fs::remove_file(here.path().join("ledger/manifest.json")).unwrap();
    refused(here.path(), &[READ, BUILD, COMPACT, IMPORT], "nobody can say which files count");
}

#[test]
fn an_older_manifest_does_not_sweep_newer_files() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    imported(root);
    let old = fs::read(root.join("ledger/manifest.json")).unwrap();
    well(root, COMPACT);
    fs::write(root.join("ledger/manifest.json"), old).unwrap();
    refused(root, &[COMPACT, IMPORT], "the manifest names it, and it is not there");
}

#[test]
fn a_mark_of_the_first_import_does_not_outlive_it() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    imported(root);
    fs::write(root.join("ledger/new"), "").unwrap();
    well(root, IMPORT);
    assert!(!root.join("ledger/new").exists());
}

#[test]
fn a_ledger_may_be_a_link_and_its_folder_may_have_any_name() {
    let here = tempfile::tempdir().unwrap();
    let (root, elsewhere) = (here.path().join("a [b] *? 100% #1 ü"), here.path().join("else where"));
    fs::create_dir_all(&root).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, root.join("ledger")).unwrap();
    imported(&root);
    well(&root, COMPACT);
    assert!(ledger_files(&root).iter().all(|path| path.exists()) && elsewhere.join("post").is_dir());
    let figures = well(&root, READ);
    assert!(figures.lines().any(|line| line.ends_with("\tvalue") || line.ends_with("\tshown")), "{figures}");
    // What is there is seen: nothing is added twice.
    assert!(well(&root, IMPORT).contains(" 0 added"));
    well(&root, &["check"]);
}
