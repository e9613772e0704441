//! A file that was read wrongly: the second, right reading is refused as long as the first one stands, the first one can
//! be taken back, and nothing of it stays.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{assert_same, bytes, differ, empty, files, someasure, table, well, write};

/// A map with a time zone, further columns and a rule of coverage.
fn map(root: &Path, zone: &str, columns: &str, coverage: &str) {
    let text = format!(
        "kind = \"posts\"\nsource = \"An export\"\nplatform = \"x\"\nobserved_at = \"2026-01-31T00:00:00Z\"\n\
         time_zone = \"{zone}\"\n[columns]\npost_id = \"id\"\naccount_id = \"account\"\n\
         created_at = {{ column = \"at\", format = \"%Y-%m-%d %H:%M:%S\" }}\n{columns}\n{coverage}\n"
    );
    write(&root.join("map.toml"), text);
}

/// A project with one body, its account and a file of 200 posts whose times state no zone.
fn begun() -> TempDir {
    let directory = empty();
    let root = directory.path();
    well(root, &["init", ".", "--title", "A library", "--time-zone", "Europe/London"]);
    write(
        &root.join("register/organisations.csv"),
        "organisation_id,name,type,nation,region,parent_id,opened,closed,website,source\n\
         town:a,Aford Library,library,England,,,,,,List of towns\n",
    );
    write(
        &root.join("register/accounts.csv"),
        "organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving\ntown:a,x,1,aford,main,,,\n",
    );
    let mut posts = "id,account,at,likes,text\n".to_owned();
    for post in 0..200 {
        let (month, day) = (1 + post / 28, 1 + post % 28);
        let _ =
            writeln!(posts, "{},1,2025-{month:02}-{day:02} 08:00:00,{},Open today", 1000 + post, post % 7);
    }
    write(&root.join("posts.csv"), posts);
    map(root, "Europe/London", "likes = \"likes\"", "");
    directory
}

const IMPORT: &[&str] = &["import", "posts", "posts.csv", "--map", "map.toml"];

/// The batches of the ledger, oldest first.
fn batches(root: &Path) -> Vec<String> {
    let list = well(root, &["undo", "--list", "--json"]).json();
    list.as_array().unwrap().iter().map(|batch| batch["batch"].as_str().unwrap().to_owned()).collect()
}

fn undo(root: &Path, batch: &str) -> String {
    well(root, &["undo", batch, "--yes"]).said()
}

#[test]
fn a_file_read_in_the_wrong_time_zone_is_taken_back_and_read_again() {
    let (project, right) = (begun(), begun());
    let root = project.path();
    map(root, "America/New_York", "likes = \"likes\"", "");
    well(root, IMPORT);
    let wrong = batches(root);

    map(root, "Europe/London", "likes = \"likes\"", "");
    let before = bytes(&root.join("ledger"));
    let refused = someasure(root, IMPORT);
    assert_eq!(refused.code, 3, "{}", refused.said());
    assert!(refused.stderr.contains("200 of 200 rows contradict"), "{}", refused.stderr);
    assert!(refused.stderr.contains(&format!("`someasure undo {}`", wrong[0])), "{}", refused.stderr);
    let mut after = bytes(&root.join("ledger"));
    after.retain(|path, _| !path.starts_with("rejects/"));
    differ(&before, &after);

    let said = undo(root, &wrong[0]);
    assert!(said.contains("200 posts and 200 readings removed"), "{said}");
    assert_eq!(batches(root), Vec::<String>::new());
    well(root, IMPORT);
    well(root, &["build"]);
    well(right.path(), IMPORT);
    well(right.path(), &["build"]);
    let figures = |root: &Path| fs::read(root.join("editions/latest/data/figures.csv")).unwrap();
    assert!(figures(root) == figures(right.path()), "nothing of the wrong reading is left");
}

#[test]
fn undoing_twice_changes_nothing_more_and_a_list_names_what_there_is() {
    let project = begun();
    let root = project.path();
    assert!(well(root, &["undo", "--list"]).stdout.contains("Nothing has been imported"));
    well(root, IMPORT);
    let batch = batches(root).remove(0);
    let list = well(root, &["undo", "--list"]).stdout;
    assert!(list.contains(&format!("{batch}\t2026-02-02\t200 posts and 200 readings\tAn export")), "{list}");
    assert_eq!(someasure(root, &["undo", &batch]).code, 2, "without a terminal it does not ask");
    assert_eq!(someasure(root, &["undo", "../manifest"]).code, 2);
    undo(root, &batch);
    let parquet =
        |root: &Path| files(&root.join("ledger")).into_iter().any(|path| path.ends_with(".parquet"));
    assert!(!parquet(root), "the bytes are gone");
    let before = bytes(root);
    assert!(undo(root, &batch).contains("The ledger holds nothing"));
    differ(&before, &bytes(root));
    assert_eq!(well(root, &["undo", &batch, "--yes", "--json"]).json()["rows"], serde_json::json!({}));
}

#[test]
fn a_column_that_was_not_mapped_before_is_read_after_an_undo() {
    let project = begun();
    let root = project.path();
    well(root, IMPORT);
    map(root, "Europe/London", "likes = \"likes\"\ntext = \"text\"", "");
    let refused = someasure(root, IMPORT);
    assert_eq!(refused.code, 3, "{}", refused.said());
    assert!(refused.stderr.contains("a column that was not mapped before"), "{}", refused.stderr);
    undo(root, &batches(root)[0]);
    assert!(well(root, IMPORT).stdout.contains("200 posts and 200 readings added"));
}

#[test]
fn a_wrong_claim_of_coverage_is_taken_back_and_the_same_rows_are_imported_with_again() {
    let project = begun();
    let root = project.path();
    map(root, "Europe/London", "likes = \"likes\"", "[coverage]\nfrom = \"beginning\"");
    well(root, IMPORT);
    let wrong = batches(root).remove(0);
    map(root, "Europe/London", "likes = \"likes\"", "");
    let said = well(root, IMPORT).stdout;
    assert!(said.contains("400 there already"), "{said}");
    let right = batches(root).into_iter().find(|batch| *batch != wrong).unwrap();

    // The second batch brought no row of its own: without the first it covers nothing.
    let said = undo(root, &wrong);
    assert!(said.contains(&right) && said.contains("import its file again with --again"), "{said}");
    let silence = || well(root, &["measure", "longest_silence"]).stdout;
    assert!(!silence().contains("\tshown"), "{}", silence());
    well(root, &[IMPORT, &["--again"]].concat());
    assert!(silence().contains("\tshown"), "{}", silence());

    let fresh = begun();
    well(fresh.path(), IMPORT);
    let figures = |root: &Path| {
        well(root, &["build"]);
        table(&root.join("editions/latest/data/figures.csv"))
    };
    assert_eq!(figures(root), figures(fresh.path()));
}

#[test]
fn an_import_of_which_nothing_is_taken_claims_no_coverage() {
    let project = begun();
    let root = project.path();
    well(root, IMPORT);
    map(root, "America/New_York", "likes = \"likes\"", "[coverage]\nfrom = \"beginning\"");
    map(root, "America/New_York", "", "[coverage]\nfrom = \"beginning\"");
    let before = fs::read(root.join("ledger/manifest.json")).unwrap();
    let refused = someasure(root, &[IMPORT, &["--max-bad-share", "1"]].concat());
    assert_eq!(refused.code, 3, "{}", refused.said());
    assert_eq!(before, fs::read(root.join("ledger/manifest.json")).unwrap());
}

#[test]
fn an_undo_of_one_of_two_imports_leaves_the_other_as_it_was_alone() {
    let (both, one) = (begun(), begun());
    for root in [both.path(), one.path()] {
        write(
            &root.join("profiles.csv"),
            "platform,account_id,observed_at,followers\nx,1,2026-01-30T00:00:00Z,9\n",
        );
        well(root, &["import", "profiles", "profiles.csv", "--source", "Profiles"]);
    }
    well(both.path(), IMPORT);
    well(both.path(), &["compact"]);
    let posts = batches(both.path()).into_iter().find(|batch| batch.starts_with("posts")).unwrap();
    undo(both.path(), &posts);
    well(both.path(), &["doctor"]);
    for root in [both.path(), one.path()] {
        well(root, &["build"]);
    }
    let data = |root: &Path| root.join("editions/2026.1/data");
    assert_same(&data(both.path()), &data(one.path()));
}

#[test]
fn one_flipped_bit_stops_whoever_publishes_or_rewrites() {
    let project = begun();
    let root = project.path();
    well(root, IMPORT);
    let batch = batches(root).remove(0);
    let path = files(&root.join("ledger")).into_iter().find(|path| path.starts_with("reading/")).unwrap();
    let path = root.join("ledger").join(path);
    let whole = fs::read(&path).unwrap();
    for at in [100, whole.len() / 3, whole.len() / 2] {
        let mut flipped = whole.clone();
        flipped[at] ^= 4;
        write(&path, &flipped);
        for command in [
            &["build"] as &[&str],
            &["check"],
            &["measure"],
            &["compact"],
            &["undo", &batch, "--yes"],
            &["erase", "x:1", "--yes"],
        ] {
            let ended = someasure(root, command);
            assert_eq!(ended.code, 3, "{command:?}: {}", ended.said());
            assert!(ended.said().contains("has changed since it was written"), "{}", ended.said());
        }
    }
    assert!(!root.join("editions/2026.1").exists());
    write(&path, &whole);
    well(root, &["build"]);
}

#[test]
fn an_edited_ledger_does_not_look_like_its_source() {
    let project = begun();
    let root = project.path();
    well(root, IMPORT);
    let input = || {
        well(root, &["build"]);
        let text = fs::read_to_string(root.join("editions/latest/edition.json")).unwrap();
        let edition: serde_json::Value = serde_json::from_str(&text).unwrap();
        let inputs = edition["inputs"].as_array().unwrap().clone();
        inputs.into_iter().find(|input| input["path"] == "ledger/manifest.json").unwrap()
    };
    let first = input();
    assert_eq!(first["bytes"], fs::metadata(root.join("ledger/manifest.json")).unwrap().len());
    assert_eq!(first, input());
    undo(root, &batches(root)[0]);
    assert_ne!(first, input());
}
