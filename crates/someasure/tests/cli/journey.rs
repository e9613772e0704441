//! An analyst's path on small files: from an empty folder to two editions, and what must not change on the way.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::support::{
    assert_same, bytes, copy, differ, empty, files, gzip, program, someasure, table, well, write, zstd,
};

const ORGANISATIONS: &str = "\
organisation_id,name,type,nation,region,parent_id,opened,closed,website,source
town:a,Aford Library,public,England,North,,,,https://a.example,List of towns 2025
town:b,Bham Library,public,England,South,,,,https://b.example,List of towns 2025
town:c,Château Library,university,England,South,,,,,List of towns 2025
";
/// Two are known by their handles alone; their ids are learnt from the profiles.
const ACCOUNTS: &str = "\
organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving
town:a,x,,aford,main,,,
town:b,x,,bham,main,,,
town:c,x,303,chateau,main,,,
";
const PROFILES: &str = "\
platform,account_id,handle,observed_at,followers,following,posts
x,101,aford,2025-02-02T00:00:00Z,1000,10,50
x,101,aford,2026-01-30T00:00:00Z,1200,10,90
x,202,bham,2026-01-30T00:00:00Z,300,20,40
x,303,chateau,2026-01-30T00:00:00Z,80,5,40
";
const MAP: &str = r#"
kind = "posts"
source = "Archive of three towns, 2026"
platform = "x"
observed_at = "2026-01-30T00:00:00Z"

[columns]
post_id = "id"
handle = "user.name"
created_at = { column = "at", format = "unix" }
likes = "counts.like"
reposts = { column = "counts.repost", optional = true }
text = "text"

[post_kind]
reply = { column = "to", given = true, optional = true }
otherwise = "original"

[coverage]
from = "beginning"
"#;
/// 1 March 2025.
const MARCH: u64 = 1_740_787_200;
const DAY: u64 = 86_400;

/// Posts as an API gives them; every third one a reply.
fn jsonl(handle: &str, first_id: u64, days: u64) -> String {
    let mut text = String::new();
    for day in 0..days {
        let at = MARCH + day * 3 * DAY + day * 977;
        let to = if day % 3 == 0 { "\"1\"" } else { "null" };
        let _ = writeln!(
            text,
            r#"{{"id": {}, "user": {{"name": "{handle}"}}, "at": {at}, "to": {to}, "text": "Day {day} #Open", "counts": {{"like": {}}}}}"#,
            first_id + day,
            day * 7 % 11
        );
    }
    text
}

/// Posts with our own names of columns.
fn by_name(account: &str, first_id: u64, days: u64, word: &str) -> String {
    let mut text = "post_id,account_id,created_at,observed_at,kind,likes,text\n".to_owned();
    for day in 0..days {
        let (month, of_month) = (3 + day / 28, 1 + day % 28);
        let _ = writeln!(
            text,
            "{},{account},2025-{month:02}-{of_month:02}T08:00:00Z,2026-01-30T00:00:00Z,original,{},{word} {day}",
            first_id + day,
            day % 5
        );
    }
    text
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// A project with its register filled in, and files to import beside it.
fn begun() -> TempDir {
    let directory = empty();
    let root = directory.path();
    well(root, &["init", ".", "--title", "Three libraries", "--time-zone", "Europe/London"]);
    write(&root.join("register/organisations.csv"), ORGANISATIONS);
    write(&root.join("register/accounts.csv"), ACCOUNTS);
    write(&root.join("in/profiles.csv"), PROFILES);
    write(&root.join("in/posts.toml"), MAP);
    write(&root.join("in/a.jsonl.gz"), gzip(jsonl("AFord", 9_007_199_254_740_993, 100).as_bytes()));
    write(&root.join("in/b.jsonl.zst"), zstd(jsonl("bham", 5_000, 60).as_bytes()));
    write(&root.join("in/c.csv"), latin_1(&by_name("x:303", 7_000, 80, "Ouvert au château")));
    directory
}

const PROFILES_IN: &[&str] =
    &["import", "profiles", "in/profiles.csv", "--source", "Profiles of three towns"];
const POSTS_IN: &[&str] = &["import", "posts", "in/a.jsonl.gz", "in/b.jsonl.zst", "--map", "in/posts.toml"];
const LATIN_IN: &[&str] = &[
    "import",
    "posts",
    "in/c.csv",
    "--platform",
    "x",
    "--encoding",
    "latin1",
    "--source",
    "The library's own export",
];

fn figures(root: &Path) -> Vec<u8> {
    fs::read(root.join("editions/latest/data/figures.csv")).unwrap()
}

#[test]
fn from_an_empty_folder_to_two_editions() {
    let directory = empty();
    let root = directory.path();
    let init = well(root, &["init", "libraries"]);
    assert!(
        init.stdout.contains("fill in register/organisations.csv and register/accounts.csv"),
        "{}",
        init.stdout
    );
    assert_eq!(someasure(root, &["init", "libraries"]).code, 2, "a project is not begun twice");
    let next = |root: &Path| well(root, &["check"]).stdout.lines().last().unwrap().to_owned();
    let fresh = root.join("libraries");
    assert!(next(&fresh).starts_with("Next: enter the organisations in register/organisations.csv"));
    write(&fresh.join("register/organisations.csv"), ORGANISATIONS);
    assert!(next(&fresh).starts_with("Next: `someasure template accounts`"));
    write(&fresh.join("register/accounts.csv"), ACCOUNTS);
    assert_eq!(next(&fresh), "Next: `someasure import profiles FILE` and `someasure import posts FILE`");

    let project = begun();
    let root = project.path();
    let said = well(root, PROFILES_IN).stdout;
    assert_eq!(said, "profiles.csv: 4 rows read, 4 observations added, 0 there already\n");
    let said = well(root, POSTS_IN).stdout;
    assert_eq!(
        said,
        "a.jsonl.gz: 100 rows read, 100 posts and 100 readings added, 0 there already\n\
         b.jsonl.zst: 60 rows read, 60 posts and 60 readings added, 0 there already\n"
    );
    well(root, LATIN_IN);
    assert_eq!(next(root), "Next: `someasure build`");
    let built = well(root, &["build"]);
    assert!(built.stdout.contains("edition 2026.1: 3 organisations"), "{}", built.stdout);
    let edition = root.join("editions/2026.1");
    for file in ["site/index.html", "data/figures.csv", "data/figures.parquet", "edition.json"] {
        assert!(edition.join(file).is_file(), "{file}");
        assert!(root.join("editions/latest").join(file).is_file(), "latest/{file}");
    }
    assert!(fs::read(edition.join("data/figures.parquet")).unwrap().starts_with(b"PAR1"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(edition.join("edition.json")).unwrap()).unwrap();
    assert!(manifest.is_object());

    let rows = table(&edition.join("data/figures.csv"));
    let of = |organisation: &str, measure: &str| {
        rows.iter()
            .find(|row| {
                row["organisation_id"] == organisation
                    && row["measure_id"] == measure
                    && row["period"].contains('/')
            })
            .unwrap_or_else(|| panic!("no {measure} of {organisation}"))
    };
    // Of Aford's 100 posts those of the days 0, 3, … 99 are replies.
    assert_eq!(
        (
            of("town:a", "conversation_share")["value"].as_str(),
            of("town:a", "conversation_share")["n"].as_str()
        ),
        ("0.34", "100")
    );
    assert_eq!(of("town:c", "comments_per_1000")["status"], "not_collected", "nobody said how many replied");
    assert!(
        fs::read_to_string(edition.join("site/organisations/index.html"))
            .unwrap()
            .contains("Château Library")
    );

    // A later edition with more posts.
    write(&root.join("in/more.jsonl"), jsonl("bham", 6_000, 30));
    well(root, &["import", "posts", "in/more.jsonl", "--map", "in/posts.toml"]);
    let settings = fs::read_to_string(root.join("someasure.toml")).unwrap();
    write(&root.join("someasure.toml"), settings.replace("\"2026.1\"", "\"2026.2\""));
    well(root, &["build"]);
    let diff = well(root, &["diff", "2026.1", "2026.2", "--json"]).json();
    assert!(diff["unchanged"].as_u64().unwrap() > 0);
    let restated = diff["restated"].as_array().unwrap();
    assert!(
        !restated.is_empty() && restated.iter().any(|figure| figure["organisation_id"] == "town:b"),
        "{diff}"
    );
    assert!(
        restated
            .iter()
            .all(|figure| figure["organisation_id"] != "town:c" || figure["measure_id"] != "posts_per_week")
    );
    let told = well(root, &["diff", "editions/2026.1", "editions/latest"]).stdout;
    assert!(told.contains(" restated, ") && told.contains("the data changed"), "{told}");
    let same = well(root, &["diff", "2026.2", "latest"]).stdout;
    assert!(same.contains(" 0 restated, 0 added, 0 gone"), "{same}");

    assert!(well(root, &["explain"]).stdout.contains("posts_per_week"));
    assert!(well(root, &["explain", "presence"]).stdout.contains("What it cannot tell you"));
    assert!(well(root, &["explain", "presence", "--source"]).stdout.starts_with("id = \"presence\""));
    assert!(well(root, &["completions", "bash"]).stdout.contains("complete -F _someasure"));
    assert!(well(root, &["doctor"]).stdout.contains("project 'Three libraries'"));
}

#[test]
fn importing_twice_changes_no_byte_of_ledger_or_edition() {
    let project = begun();
    let root = project.path();
    let all = |more: &[&str]| {
        for command in [PROFILES_IN, POSTS_IN, LATIN_IN] {
            well(root, &[command, more].concat());
        }
        well(root, &["build"]);
    };
    all(&[]);
    let before = bytes(root);
    all(&[]);
    differ(&before, &bytes(root));
    all(&["--again"]);
    differ(&before, &bytes(root));
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let (one, two) = (begun(), begun());
    for (project, threads) in [(&one, "1"), (&two, "2")] {
        for command in [PROFILES_IN, POSTS_IN, LATIN_IN, &["build"]] {
            well(project.path(), &[command, &["--threads", threads]].concat());
        }
    }
    assert_same(&one.path().join("ledger"), &two.path().join("ledger"));
    assert_same(&one.path().join("editions/2026.1"), &two.path().join("editions/2026.1"));
}

#[test]
fn posts_that_come_before_the_profile_give_the_same_figures_also_compacted() {
    let (profile_first, posts_first) = (begun(), begun());
    for command in [PROFILES_IN, POSTS_IN, LATIN_IN, &["build"]] {
        well(profile_first.path(), command);
    }
    let root = posts_first.path();
    for command in [LATIN_IN, POSTS_IN, PROFILES_IN, &["build"]] {
        well(root, command);
    }
    let same = |when: &str| {
        let (left, right) = (figures(profile_first.path()), figures(root));
        let rows =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
        for (left, right) in rows(&left).iter().zip(&rows(&right)) {
            assert_eq!(left, right, "{when}");
        }
        assert!(left == right, "{when}");
    };
    same("in the other order");
    well(root, &["compact", "--json"]).json();
    well(root, &["check"]);
    well(root, &["build"]);
    same("compacted");
    well(root, &["doctor"]);
    let compacted = bytes(&root.join("ledger"));
    well(root, POSTS_IN);
    differ(&compacted, &bytes(&root.join("ledger")));
}

#[test]
fn wrong_usage_ends_with_2_and_wrong_data_with_3() {
    let project = begun();
    let root = project.path();
    for arguments in [
        &["bild"] as &[&str],
        &["import"],
        &["import", "pots", "in/c.csv"],
        &["import", "posts", "in/none.csv", "--source", "s"],
        &["import", "posts", "in/c.csv", "--observed-at", "yesterday"],
        &["import", "posts", "in/c.csv", "--max-bad-share", "2"],
        &["check", "--threads", "0"],
        &["check", "--project", "nowhere"],
        &["build", "-C", "in"],
        &["explain", "nothing_of_the_kind"],
        &["measure", "No Id"],
        &["diff", "2026.1"],
        &["diff", "2026.1", "2026.2"],
        &["completions", "cobol"],
        &["init", "new", "--time-zone", "Mars/Olympus"],
        &["erase", "x:@aford"],
    ] {
        let ended = someasure(root, arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.said());
        assert!(
            ended.stdout.is_empty() && ended.stderr.starts_with("error: "),
            "{arguments:?}: {}",
            ended.said()
        );
    }
    assert!(!root.join("new").exists(), "a refused command leaves nothing");
    let mut clock = program(root, &["init", "later"]);
    assert_eq!(clock.env("SOURCE_DATE_EPOCH", "soon").output().unwrap().status.code(), Some(2));
    write(&root.join("in/bad.csv"), "post_id,handle,created_at\n1,aford,never\n");
    let bad = [
        "import",
        "posts",
        "in/bad.csv",
        "--source",
        "s",
        "--platform",
        "x",
        "--observed-at",
        "2026-01-30T00:00:00Z",
    ];
    let ended = someasure(root, &bad);
    assert_eq!(ended.code, 3, "{}", ended.said());
    let rejects = files(&root.join("ledger/rejects"));
    assert_eq!(rejects.len(), 1, "{rejects:?}");
    write(&root.join("someasure.toml"), "title = 1\n");
    for command in ["check", "build", "measure"] {
        assert_eq!(someasure(root, &[command]).code, 3, "{command}");
    }
}

#[test]
fn what_a_program_reads_is_json() {
    let project = begun();
    let root = project.path();
    let all: &[&[&str]] = &[
        &["init", "other"],
        PROFILES_IN,
        POSTS_IN,
        LATIN_IN,
        &["check"],
        &["build"],
        &["measure"],
        &["measure", "presence"],
        &["measure", "presence", "--export", "out"],
        &["explain"],
        &["explain", "presence"],
        &["diff", "latest", "latest"],
        &["doctor"],
        &["compact"],
        &["erase", "x:@bham", "--yes"],
    ];
    for command in all {
        let ended = well(root, &[command, &["--json"] as &[&str]].concat());
        ended.json();
        assert!(!ended.stderr.contains("error"), "{command:?}: {}", ended.stderr);
    }
    write(&root.join("measures/odd.toml"), "id = 1\n");
    let wrong = someasure(root, &["check", "--json"]);
    assert_eq!((wrong.code, wrong.json()["errors"].as_array().unwrap().len()), (3, 1));
}

#[test]
fn a_reader_that_has_gone_away_is_no_panic() {
    let project = begun();
    let root = project.path();
    well(root, POSTS_IN);
    for arguments in [
        &["explain"] as &[&str],
        &["explain", "presence"],
        &["explain", "--json"],
        &["completions", "bash"],
        &["check"],
        &["measure", "posts_per_week"],
        &["doctor"],
        &["--help"],
        &["--version"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = program(root, arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), stderr.contains("panicked")),
            (Some(0), false),
            "{arguments:?}: {stderr}"
        );
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = program(root, &["explain", "nothing_of_the_kind"]).stderr(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "not even where errors go");
}

#[test]
fn a_copy_of_the_project_builds_the_same_edition() {
    let (here, there) = (begun(), empty());
    for command in [PROFILES_IN, POSTS_IN, LATIN_IN, &["build"]] {
        well(here.path(), command);
    }
    copy(&here.path().join("register"), &there.path().join("register"));
    copy(&here.path().join("ledger"), &there.path().join("ledger"));
    write(&there.path().join("someasure.toml"), fs::read(here.path().join("someasure.toml")).unwrap());
    well(empty().path(), &["build", "-C", &there.path().display().to_string()]);
    assert_same(&here.path().join("editions/2026.1"), &there.path().join("editions/2026.1"));
}
