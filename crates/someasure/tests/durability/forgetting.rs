//! What is forgotten stays forgotten.

use std::fs;
use std::path::Path;

use crate::project::{LEAVER, LEAVER_HANDLE, ledger_files, ledger_rows, run, stderr, stdout, well, write};

const POSTS: [&str; 6] = ["import", "posts", "posts1.csv", "posts2.csv", "--source", "the tests"];

fn imported(root: &Path) {
    write(root, 3_000);
    well(root, &["import", "profiles", "profiles.csv", "--source", "the tests"]);
    well(root, &POSTS);
}

/// Plain files below `register/` and `ledger/`, but for the private list, that name the leaver.
fn that_name_the_leaver(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.join("register"), root.join("ledger")];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().unwrap() != "objections.csv" {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).to_lowercase();
                if text.contains(LEAVER_HANDLE) || text.contains(LEAVER.trim_start_matches("x:")) {
                    found.push(path.display().to_string());
                }
            }
        }
    }
    found
}

#[test]
fn a_forgotten_account_does_not_come_back_with_its_file() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    imported(root);
    let old = ledger_files(root);
    assert!(!that_name_the_leaver(root).is_empty());
    well(root, &["erase", LEAVER, "--yes"]);
    assert_eq!(that_name_the_leaver(root), Vec::<String>::new());
    let named = ledger_files(root);
    assert!(old.iter().all(|path| named.contains(path) || !path.exists()));
    assert!(old.iter().filter(|path| path.to_string_lossy().contains("/post/")).all(|path| !path.exists()));
    let rows = ledger_rows(root);
    assert_eq!(rows["observation"], 5);
    assert_eq!(rows["post"], rows["reading"]);

    let again = run(root, &[&POSTS[..], &["--again"]].concat());
    assert!(again.status.success(), "{}", stderr(&again));
    let said = format!("{}{}", stdout(&again), stderr(&again)).to_lowercase();
    assert!(!said.contains(LEAVER_HANDLE), "{said}");
    // Posts that answered, quoted or mentioned it are the same as those that are there: no contradiction.
    assert!(said.contains(" 0 added") && !said.contains("contradicting"), "{said}");
    well(root, &["import", "profiles", "profiles.csv", "--source", "the tests", "--again"]);
    well(root, &["import", "accounts", "register/accounts.csv", "--source", "the tests"]);
    let now = ledger_rows(root);
    for table in ["observation", "post", "reading"] {
        assert_eq!(rows[table], now[table], "{table}");
    }
    assert_eq!(that_name_the_leaver(root), Vec::<String>::new());
    well(root, &["check"]);
}

#[test]
fn an_account_is_forgotten_by_its_handle_and_under_another_id_too() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    imported(root);
    well(root, &["erase", &format!("x:@{LEAVER_HANDLE}"), "--yes"]);
    assert_eq!(that_name_the_leaver(root), Vec::<String>::new());
    // The same handle with an id that nobody has seen: neither its posts nor the note that they were tried.
    let renumbered = fs::read_to_string(root.join("posts1.csv")).unwrap().replace(LEAVER, "x:7777777777");
    fs::write(root.join("renumbered.csv"), renumbered).unwrap();
    let before = ledger_rows(root);
    well(root, &["import", "posts", "renumbered.csv", "--source", "the tests"]);
    let after = ledger_rows(root);
    assert_eq!(before["post"], after["post"]);
    assert_eq!(after["attempt"] - before["attempt"], 10, "five accounts, posts and readings");
    assert_eq!(that_name_the_leaver(root), Vec::<String>::new());
}

#[test]
fn an_unfinished_build_does_not_outlive_an_erasure() {
    let here = tempfile::tempdir().unwrap();
    let root = here.path();
    imported(root);
    for name in ["editions/.2014.1.part/site/index.html", "editions/.2013.1.part/edition.json"] {
        fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
        fs::write(root.join(name), LEAVER_HANDLE).unwrap();
    }
    fs::write(root.join("ledger/rejects/.posts-1.csv.part"), LEAVER_HANDLE).unwrap();
    fs::write(root.join("register/.accounts.csv.part"), LEAVER_HANDLE).unwrap();
    well(root, &["erase", LEAVER, "--yes"]);
    assert_eq!(that_name_the_leaver(root), Vec::<String>::new());
    assert!(!root.join("editions/.2014.1.part").exists() && !root.join("editions/.2013.1.part").exists());
}
