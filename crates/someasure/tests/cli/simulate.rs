//! `someasure simulate`: the same bytes from the same seed, files that import accepts, and pages that say what they are.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{Ended, assert_same, empty, files, someasure, well, write};

const SMALL: [&str; 6] = ["--accounts", "120", "--posts", "4000", "--days", "60"];

fn simulated(directory: &Path, name: &str, more: &[&str]) -> (PathBuf, serde_json::Value) {
    let arguments = [&["simulate", name, "--json"], &SMALL[..], more].concat();
    let made = well(directory, &arguments).json();
    (directory.join(name), made)
}

/// What `import.sh` does.
fn import_all(project: &Path) -> Vec<serde_json::Value> {
    let mut reports = Vec::new();
    for (folder, kind) in [("profiles", "profiles"), ("history", "posts"), ("weekly", "posts")] {
        for file in files(&project.join("input").join(folder)) {
            let map = match (folder, file.as_str()) {
                ("profiles", _) => "maps/profiles.toml",
                ("history", "x.jsonl.zst") => "maps/history-newest.toml",
                ("history", _) => "maps/history.toml",
                _ => "maps/weekly.toml",
            };
            let path = format!("input/{folder}/{file}");
            let ended = well(project, &["import", kind, &path, "--map", map, "--json"]);
            reports.extend(ended.json().as_array().unwrap().clone());
        }
    }
    reports
}

fn sum(reports: &[serde_json::Value], key: &str) -> u64 {
    reports.iter().map(|report| report[key].as_u64().unwrap()).sum()
}

fn added(reports: &[serde_json::Value], table: &str) -> u64 {
    reports.iter().filter_map(|report| report["added_to"][table].as_u64()).sum()
}

#[test]
fn the_same_seed_gives_the_same_bytes_with_any_number_of_threads_and_another_seed_others() {
    let place = empty();
    for more in [&["--practices", "30"][..], &["--practices", "30", "--into-ledger"]] {
        let name = |what: &str| format!("{what}{}", more.len());
        let (one, _) = simulated(place.path(), &name("one"), &[more, &["--threads", "1"]].concat());
        let (three, _) = simulated(place.path(), &name("three"), &[more, &["--threads", "3"]].concat());
        assert_same(&one, &three);
        let (other, _) = simulated(place.path(), &name("other"), &[more, &["--seed", "2"]].concat());
        let what = if more.len() == 2 { "input/history/x.jsonl.zst" } else { "ledger/manifest.json" };
        assert_ne!(fs::read(one.join(what)).unwrap(), fs::read(other.join(what)).unwrap());
    }
}

#[test]
fn import_accepts_every_file_and_rejects_only_what_was_spoilt_on_purpose() {
    let place = empty();
    let (project, made) = simulated(place.path(), "clean", &[]);
    let reports = import_all(&project);
    assert!(reports.len() > 20);
    assert_eq!((sum(&reports, "bad"), sum(&reports, "conflicts"), sum(&reports, "skipped")), (0, 0, 0));
    assert_eq!(sum(&reports, "rows"), made["rows"].as_u64().unwrap());
    assert_eq!(added(&reports, "observation"), made["observations"].as_u64().unwrap());
    assert_eq!(added(&reports, "reading"), made["readings"].as_u64().unwrap());
    assert!(made["repeated"].as_u64().unwrap() > 0);
    // Words that were changed are another version of their post.
    let (posts, versions) = (made["posts"].as_u64().unwrap(), added(&reports, "post"));
    assert!(posts <= versions && versions < posts + posts / 50, "{posts} posts, {versions} versions");
    let checked = well(&project, &["check"]);
    assert!(!checked.said().contains("error"), "{}", checked.said());

    let (spoilt, made) = simulated(place.path(), "spoilt", &["--bad-rows", "0.005"]);
    let reports = import_all(&spoilt);
    assert!(made["bad"].as_u64().unwrap() > 10);
    assert_eq!(sum(&reports, "bad"), made["bad"].as_u64().unwrap());
}

#[test]
fn a_ledger_that_was_written_straight_away_has_what_the_files_have() {
    let place = empty();
    let (by_files, made) = simulated(place.path(), "files", &[]);
    import_all(&by_files);
    let (straight, same) = simulated(place.path(), "straight", &["--into-ledger"]);
    for what in ["observations", "posts", "readings", "accounts"] {
        assert_eq!(made[what], same[what], "{what}");
    }
    // Measures that do not ask what was looked for in vain.
    for measure in ["likes_per_1000", "followers_per_1000", "alt_text", "plain_language"] {
        let figures = |project: &Path| {
            let figures = well(project, &["measure", measure, "--json"]).json()["rows"].clone();
            let shown =
                |figure: &&serde_json::Value| figure["answer"].get("value").is_some() || figure["n"] != 0;
            let mut told: Vec<String> = figures
                .as_array()
                .unwrap()
                .iter()
                .filter(shown)
                .map(|figure| {
                    format!(
                        "{} {} {} {} {}",
                        figure["organisation_id"],
                        figure["platform"],
                        figure["period"],
                        figure["answer"],
                        figure["n"]
                    )
                })
                .collect();
            told.sort();
            told
        };
        assert_eq!(figures(&by_files), figures(&straight), "{measure}");
    }
}

#[test]
fn everything_that_is_built_says_that_it_is_simulated_also_when_the_setting_is_taken_away() {
    let place = empty();
    let (project, _) = simulated(place.path(), "project", &["--into-ledger"]);
    well(&project, &["build"]);
    says_so(&project.join("editions/latest"));
    let settings = fs::read_to_string(project.join("someasure.toml")).unwrap();
    assert!(settings.contains("\nsimulated = true"));
    let without: String = settings
        .lines()
        .filter(|line| !line.starts_with("simulated"))
        .map(|line| format!("{}\n", line.replace(".1-simulated", ".1")))
        .collect();
    write(&project.join("someasure.toml"), without);
    well(&project, &["build"]);
    says_so(&project.join("editions/2025.1"));
}

fn says_so(edition: &Path) {
    let silent =
        ["site/style.css", "site/script.js", "site/compare.js", "site/icon.svg", "data/CHECKSUMS.sha256"];
    let mut looked_at = 0;
    for path in files(edition) {
        if silent.contains(&path.as_str()) || path.starts_with("site/fonts/") {
            continue;
        }
        let bytes = fs::read(edition.join(&path)).unwrap();
        // Packed files are looked at where they are made.
        if path.ends_with(".xlsx") || path.ends_with(".png") || path.ends_with(".pdf") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(text.contains("simulated"), "{path} does not say that it is simulated");
        looked_at += 1;
    }
    assert!(looked_at > 500, "{looked_at} files");
}

#[test]
fn what_stands_there_already_is_left_alone() {
    let place = empty();
    write(&place.path().join("mine/notes.txt"), "mine");
    let refused = |arguments: &[&str]| -> Ended {
        let ended = someasure(place.path(), arguments);
        assert_eq!(ended.code, 2, "{}", ended.said());
        ended
    };
    assert!(refused(&["simulate", "mine"]).stderr.contains("mine is not empty"));
    assert_eq!(files(&place.path().join("mine")), ["notes.txt"]);
    assert!(
        refused(&["simulate", "new", "--accounts", "0"]).stderr.contains("from 1 to 400000 can be simulated")
    );
    assert!(refused(&["simulate", "new", "--service", "nhs-mars"]).stderr.contains("there are nhs-england"));
    assert!(!place.path().join("new").exists());
}
