//! A second build after little changed: which files it touches.

use std::collections::BTreeMap;
use std::fs;

use crate::demo::built;
use crate::support::{bytes, copy, empty, files, table, well, write};

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

    let posts: String = (1..=28)
        .map(|day| {
            format!("9{day:02},40217644,2014-02-{day:02}T09:00:00Z,2014-04-07T18:00:00Z,original,1,0\n")
        })
        .collect();
    let head = "post_id,account_id,created_at,observed_at,kind,likes,reposts\n";
    write(&project.join("more.csv"), format!("{head}{posts}"));
    well(project, &["import", "posts", "more.csv", "--platform", "x", "--source", "Invented for a test"]);
    let report = well(project, &["build", "--json"]).json();

    let (says, stands) = (bytes(&edition), inodes());
    assert!(said.keys().eq(says.keys()));
    let mut written = 0;
    for (path, bytes) in &says {
        let same = said[path] == *bytes;
        assert_eq!(stood[path] == stands[path], same, "{path}: same bytes {same}");
        written += u64::from(!same);
    }
    assert_eq!(report["files"].as_u64().unwrap() - report["kept"].as_u64().unwrap(), written);
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
