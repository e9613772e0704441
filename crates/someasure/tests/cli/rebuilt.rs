//! A second build after little changed: which files it touches.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::demo::built;
use crate::support::{bytes, copy, empty, files, table, well, write};

/// A month in which one library posts every day.
fn import_more(project: &Path) {
    let posts: String = (1..=28)
        .map(|day| {
            format!("9{day:02},40217644,2014-02-{day:02}T09:00:00Z,2014-04-07T18:00:00Z,original,1,0\n")
        })
        .collect();
    let head = "post_id,account_id,created_at,observed_at,kind,likes,reposts\n";
    write(&project.join("more.csv"), format!("{head}{posts}"));
    well(project, &["import", "posts", "more.csv", "--platform", "x", "--source", "Invented for a test"]);
}

/// What was kept of answers.
fn kept(project: &Path) -> Vec<PathBuf> {
    let directory = project.join("ledger/kept");
    if !directory.exists() {
        return Vec::new();
    }
    let names = files(&directory).into_iter().filter(|path| path.ends_with(".parquet"));
    names.map(|path| directory.join(path)).collect()
}

#[test]
fn a_build_from_what_was_kept_says_what_one_from_the_sources_says_and_believes_nothing_damaged() {
    let directory = empty();
    let project = directory.path();
    copy(built(), project);
    let before = kept(project);
    import_more(project);
    let build = |more: &[&str]| {
        let report = well(project, &[&["build", "--json"], more].concat()).json();
        report["sha256"].as_str().unwrap().to_owned()
    };
    let said = build(&[]);
    let names = kept(project);
    // Of a measure by week, the weeks of which nothing was told are those that were there.
    let weeks = |paths: &[PathBuf]| -> BTreeSet<PathBuf> {
        let of_posts = |path: &&PathBuf| path.to_string_lossy().contains("week4.posts_per_week-");
        paths.iter().filter(of_posts).cloned().collect()
    };
    let (stood, stands) = (weeks(&before), weeks(&names));
    assert_eq!(stood.len(), stands.len());
    let same = stood.intersection(&stands).count();
    assert!(same > 0 && same < stands.len(), "{same} of {}", stands.len());
    assert_eq!(build(&["--full"]), said);
    assert_eq!(kept(project), names);
    for path in &names {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(build(&[]), said);
    assert_eq!(kept(project), names);
    fs::remove_dir_all(project.join("ledger/kept")).unwrap();
    assert_eq!(build(&[]), said);
    assert_eq!(kept(project), names);
    // An edition of another day finds most of it.
    let settings = project.join("someasure.toml");
    let text = fs::read_to_string(&settings).unwrap();
    write(&settings, text.replace("to = \"2014-04-06\"", "to = \"2014-03-30\""));
    let said = build(&[]);
    assert!(weeks(&kept(project)).intersection(&stands).count() > same / 2);
    assert_eq!(build(&["--full"]), said);
    // Of somebody who is erased nothing is kept.
    well(project, &["erase", "x:40217644", "--yes"]);
    assert_eq!(kept(project), Vec::<PathBuf>::new());
}

#[test]
#[cfg(unix)]
fn after_the_figures_of_one_library_changed_a_build_touches_exactly_what_says_something_else() {
    use std::os::unix::fs::MetadataExt;
    let directory = empty();
    let project = directory.path();
    copy(built(), project);
    let edition = project.join("editions/2014.1");
    let inodes = || -> BTreeMap<String, u64> {
        files(&edition)
            .into_iter()
            .map(|path| (path.clone(), fs::metadata(edition.join(path)).unwrap().ino()))
            .collect()
    };
    let (said, stood) = (bytes(&edition), inodes());

    import_more(project);
    let report = well(project, &["build", "--json"]).json();

    let (says, stands) = (bytes(&edition), inodes());
    assert!(said.keys().eq(says.keys()));
    let mut written = 0;
    for (path, bytes) in &says {
        let same = said[path] == *bytes;
        assert_eq!(stood[path] == stands[path], same, "{path}: same bytes {same}");
        written += u64::from(!same);
    }
    assert_eq!(report["files"].as_u64().unwrap() - report["unchanged"].as_u64().unwrap(), written);
    // Its own page is another; those of libraries of other kinds are not.
    let page = |id: &str| format!("site/organisations/{}/index.html", id.replace(':', "-"));
    assert_ne!(said[&page("librarytwitter:slubdresden")], says[&page("librarytwitter:slubdresden")]);
    for library in table(&project.join("register/organisations.csv")) {
        let page = page(&library["organisation_id"]);
        if library["type"] != "university" {
            assert_eq!(stood[&page], stands[&page], "{page}");
        }
    }
}
