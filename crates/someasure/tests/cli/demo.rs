//! `someasure demo`: the real example, from its sources to its pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::support::{bytes, copy, differ, empty, repository, someasure, table, well, write};

/// The example, built once for all tests, none of which changes it.
pub(crate) fn built() -> &'static Path {
    static BUILT: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, demo) = BUILT.get_or_init(|| {
        let directory = empty();
        well(directory.path(), &["demo", "demo"]);
        let demo = directory.path().join("demo");
        (directory, demo)
    });
    demo
}

fn data(file: &str) -> Vec<BTreeMap<String, String>> {
    table(&built().join("editions/latest/data").join(file))
}

#[test]
fn it_has_51_libraries_with_59_405_posts() {
    let report = well(built(), &["check", "--json"]).json();
    let progress: Vec<&str> =
        report["progress"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(
        progress,
        [
            "51 organisations, 51 of them with an account; 51 accounts",
            "51 of 51 accounts have something in the ledger: 51 observations, 59,405 posts, 48,080 readings",
            "Next: `someasure build`",
        ]
    );
    assert_eq!(report["errors"], serde_json::json!([]));
    assert_eq!(data("organisations.csv").len(), 51);
}

#[test]
fn it_names_the_page_to_open_and_a_second_run_changes_nothing() {
    let directory = empty();
    copy(built(), &directory.path().join("demo"));
    let before = bytes(directory.path());
    let again = well(directory.path(), &["demo", "demo"]);
    let page = again.stdout.lines().find_map(|line| line.strip_prefix("Open ")).expect("a page to open");
    assert!(Path::new(page).is_absolute(), "{page}");
    assert!(fs::read_to_string(page).unwrap().contains("German libraries on Twitter"));
    assert!(
        again.stdout.contains("national_posts.csv.gz: imported before, nothing changes"),
        "{}",
        again.stdout
    );
    differ(&before, &bytes(directory.path()));
    let json = well(directory.path(), &["demo", "demo", "--json"]).json();
    assert_eq!(json["organisations"], 51);
}

#[test]
#[cfg(unix)]
fn a_build_writes_only_the_files_that_say_something_else_than_before() {
    use std::os::unix::fs::MetadataExt;
    let directory = empty();
    let project = directory.path();
    copy(built(), project);
    let site = project.join("editions/2014.1/site");
    let inode = |page: &str| fs::metadata(site.join(page)).unwrap().ino();
    let pages = ["how-to-read/index.html", "organisations/librarytwitter-slubdresden/index.html"];
    let before = pages.map(inode);
    let report = well(project, &["build", "--json"]).json();
    assert_eq!(
        report["unchanged"].as_u64(),
        Some(report["files"].as_u64().unwrap() - 1),
        "all but edition.json"
    );
    assert_eq!(pages.map(inode), before);

    // One library's region changes: its page is written, those of others are not.
    let register = project.join("register/organisations.csv");
    let text = fs::read_to_string(&register).unwrap();
    let row = text.lines().find(|line| line.contains(":slubdresden,")).unwrap();
    fs::write(&register, text.replace(row, &row.replace(",dresden,", ",Dresden,"))).unwrap();
    // A page that somebody edited by hand is put right.
    let edited = site.join("how-to-read/index.html");
    let was = fs::read(&edited).unwrap();
    fs::write(&edited, &was[..was.len() - 1]).unwrap();
    let report = well(project, &["build", "--json"]).json();
    assert_ne!(inode(pages[1]), before[1]);
    assert_eq!(fs::read(&edited).unwrap(), was);
    let unchanged = report["unchanged"].as_u64().unwrap();
    assert!(
        unchanged * 10 > report["files"].as_u64().unwrap() * 8,
        "{unchanged} files were left as they were"
    );
}

#[test]
fn it_does_not_write_into_a_folder_of_somebody_else() {
    let directory = empty();
    for (folder, file) in [("notes", "notes.txt"), ("own", "README.md"), ("project", "someasure.toml")] {
        write(&directory.path().join(folder).join(file), "mine");
        let before = bytes(directory.path());
        let refused = someasure(directory.path(), &["demo", folder]);
        assert_eq!(refused.code, 2, "{folder}: {}", refused.said());
        assert!(
            refused.stderr.contains("is not empty and is not the example; name a new folder"),
            "{}",
            refused.stderr
        );
        differ(&before, &bytes(directory.path()));
    }
    write(&directory.path().join("file"), "mine");
    assert_eq!(someasure(directory.path(), &["demo", "file"]).code, 2);
}

#[test]
fn an_interrupted_demo_is_finished_by_the_next() {
    let directory = empty();
    let demo = directory.path().join("demo");
    write(&demo.join("README.md"), fs::read(repository("example/README.md")).unwrap());
    write(&demo.join("maps/.accounts.toml.part"), "kin");
    well(directory.path(), &["demo", "demo"]);
    differ(&bytes(&built().join("editions")), &bytes(&demo.join("editions")));
}

#[test]
fn the_shipped_register_is_what_importing_the_sources_gives() {
    let directory = empty();
    well(directory.path(), &["init", "."]);
    for path in ["someasure.toml", "maps", "sources"] {
        let from = repository("example").join(path);
        match from.is_dir() {
            true => copy(&from, &directory.path().join(path)),
            false => write(&directory.path().join(path), fs::read(from).unwrap()),
        }
    }
    // The commands of the README, as it gives them; the shell's part of `*` is done here.
    let readme = fs::read_to_string(repository("example/README.md")).unwrap();
    let commands: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("someasure import "))
        .filter(|line| line.starts_with("organisations") || line.starts_with("accounts"))
        .collect();
    assert_eq!(commands.len(), 4);
    for command in commands {
        let mut arguments = vec!["import".to_owned()];
        for word in command.split_whitespace() {
            match word.split_once('*') {
                Some((before, after)) => {
                    arguments.extend(
                        ["national", "public", "university"].map(|group| format!("{before}{group}{after}")),
                    );
                }
                None => arguments.push(word.to_owned()),
            }
        }
        well(directory.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    }
    for file in ["organisations.csv", "accounts.csv"] {
        let made = fs::read_to_string(directory.path().join("register").join(file)).unwrap();
        assert_eq!(made, fs::read_to_string(repository("example/register").join(file)).unwrap(), "{file}");
    }
}

#[test]
fn five_libraries_are_cut_off_and_no_others() {
    let libraries = |holds: &dyn Fn(&BTreeMap<String, String>) -> bool| -> BTreeSet<String> {
        let rows = data("coverage.csv").into_iter().filter(|row| holds(row));
        rows.map(|row| row["organisation_id"].replace("librarytwitter:", "")).collect()
    };
    let five = ["hoeb4u", "stabi_erlangen", "stabihh", "stabuewuerzburg", "stbibkoeln"].map(str::to_owned);
    assert_eq!(
        libraries(&|row| row["detail"].starts_with("the source gives the newest 3,200 posts")),
        BTreeSet::from(five)
    );
    // Only one of them within the edition's period.
    assert_eq!(libraries(&|row| row["cut_off"] == "true"), BTreeSet::from(["stabuewuerzburg".to_owned()]));
}

#[test]
fn followers_at_the_time_of_a_post_are_not_known_and_not_made_up() {
    let rows: Vec<_> =
        data("figures.csv").into_iter().filter(|row| row["measure_id"] == "engagement_rate").collect();
    let organisations: BTreeSet<&String> = rows.iter().map(|row| &row["organisation_id"]).collect();
    assert_eq!(organisations.len(), 51);
    for row in &rows {
        assert_eq!((row["status"].as_str(), row["value"].as_str()), ("not_collected", ""), "{row:?}");
    }
}
