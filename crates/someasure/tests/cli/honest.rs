//! What a reader would take for something else is said: withdrawn is not zero, later is not never.

use std::fs;
use std::path::Path;

use crate::support::{empty, someasure, table, well, write};

const ORGANISATIONS: &str = "\
organisation_id,name,type,nation,source
nhs:a-b,Aford,trust,England,s
nhs-a:b,Bham,trust,Wales,s
";
const ACCOUNTS: &str = "organisation_id,platform,handle\nnhs:a-b,x,aford\nnhs-a:b,x,bham\n";

fn project(root: &Path, observed_at: &str) {
    well(root, &["init", "."]);
    write(&root.join("register/organisations.csv"), ORGANISATIONS);
    write(&root.join("register/accounts.csv"), ACCOUNTS);
    let mut posts = "platform,post_id,handle,created_at,observed_at,likes\n".to_owned();
    for (at, handle) in ["aford", "bham"].iter().enumerate() {
        for day in 1..=28 {
            posts += &format!("x,{at}{day:02},{handle},2026-01-{day:02}T09:00:00Z,{observed_at},{day}\n");
        }
    }
    write(&root.join("posts.csv"), posts);
    well(root, &["import", "posts", "posts.csv"]);
}

#[test]
fn an_account_that_was_withdrawn_is_not_a_zero() {
    let directory = empty();
    let root = directory.path();
    project(root, "2026-01-31T09:00:00Z");
    well(root, &["erase", "x:@bham", "--yes"]);
    well(root, &["build"]);
    let figures = table(&root.join("editions/latest/data/figures.csv"));
    let of = figures.iter().filter(|row| row["organisation_id"] == "nhs-a:b" && row["platform"] == "x");
    let shown: Vec<_> = of.clone().filter(|row| row["status"] == "shown").collect();
    assert!(shown.is_empty(), "{shown:?}");
    for row in of {
        assert!(row["reason"].contains("withdrawn at its owner's request"), "{row:?}");
    }
}

#[test]
fn what_was_collected_after_the_edition_s_day_is_told() {
    let directory = empty();
    let root = directory.path();
    project(root, "2026-02-01T12:00:00Z");
    for command in ["check", "build"] {
        let said = well(root, &[command]).said();
        assert!(said.contains("2 accounts were collected after as_at"), "{command}: {said}");
    }
    let figures = table(&root.join("editions/latest/data/figures.csv"));
    assert!(
        figures.iter().any(|row| row["reason"].contains("collected after this edition's day")),
        "{figures:?}"
    );
}

#[test]
fn a_build_takes_away_no_file_that_is_not_its_own() {
    let directory = empty();
    let root = directory.path();
    project(root, "2026-01-31T09:00:00Z");
    well(root, &["build"]);
    let edition = fs::canonicalize(root.join("editions/latest")).unwrap();
    write(&edition.join("notes.txt"), "mine");
    let ended = someasure(root, &["build"]);
    assert!(
        ended.code == 3 && ended.stderr.contains("notes.txt is no file of the edition"),
        "{}",
        ended.stderr
    );
    assert_eq!(fs::read_to_string(edition.join("notes.txt")).unwrap(), "mine");
}

#[test]
fn two_ids_never_share_a_page_and_a_measure_is_asked_in_its_nations_only() {
    let directory = empty();
    let root = directory.path();
    project(root, "2026-01-31T09:00:00Z");
    well(root, &["build"]);
    let pages = root.join("editions/latest/site/organisations");
    for (page, name) in [("nhs-a-b", "Aford"), ("nhs~2da-b", "Bham")] {
        let page = fs::read_to_string(pages.join(page).join("index.html")).unwrap();
        assert!(page.contains(&format!("<title>{name}")), "{name}");
    }
    let figures = table(&root.join("editions/latest/data/figures.csv"));
    let asked: Vec<&str> = figures
        .iter()
        .filter(|row| row["measure_id"] == "second_language")
        .map(|row| row["organisation_id"].as_str())
        .collect();
    assert!(!asked.is_empty() && asked.iter().all(|id| *id == "nhs-a:b"), "{asked:?}");
}
