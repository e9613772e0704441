//! A small project, made of nothing but its number of posts, and the program run on it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use sha2::{Digest, Sha256};

/// The account that asks to be forgotten, and its name.
pub(crate) const LEAVER: &str = "x:4242424242";
pub(crate) const LEAVER_HANDLE: &str = "leaver_account";

const SETTINGS: &str = r#"title = "Durability"
edition = "2014.1"
services = ["Test bodies"]
time_zone = "UTC"
as_at = "2014-04-08T01:00:00Z"

[period]
from = "2013-04-07"
to = "2014-04-06"
series = 1

[publication]
publisher = "The tests"
licence = "CC0"
"#;

/// Writes settings, register and sources: `posts` rows in each of two files, of six accounts, one of them the leaver.
pub(crate) fn write(root: &Path, posts: usize) {
    fs::create_dir_all(root.join("register")).unwrap();
    fs::write(root.join("someasure.toml"), SETTINGS).unwrap();
    let mut organisations = "organisation_id,name,type,source\n".to_owned();
    let mut accounts = "organisation_id,platform,account_id,handle,role\n".to_owned();
    let mut profiles = "platform,account_id,handle,observed_at,followers,following,posts\n".to_owned();
    for number in 0..6 {
        let (id, handle) = account(number);
        writeln!(organisations, "test:{number},Body {number},library,made up").unwrap();
        writeln!(accounts, "test:{number},x,{id},{handle},main").unwrap();
        writeln!(profiles, "x,{id},{handle},2014-04-07T20:00:00Z,{},10,{posts}", 100 + number).unwrap();
    }
    fs::write(root.join("register/organisations.csv"), organisations).unwrap();
    fs::write(root.join("register/accounts.csv"), accounts).unwrap();
    fs::write(root.join("profiles.csv"), profiles).unwrap();
    for file in 1..=2 {
        fs::write(root.join(format!("posts{file}.csv")), posts_csv(file, posts)).unwrap();
    }
}

fn account(number: usize) -> (String, String) {
    match number {
        5 => (LEAVER.to_owned(), LEAVER_HANDLE.to_owned()),
        _ => (format!("x:{}", 1_000 + number), format!("body{number}")),
    }
}

/// Every sixth post is the leaver's; some of the others answer, quote or mention it; a few rows are bad, and one of
/// the bad ones is the leaver's.
fn posts_csv(file: usize, posts: usize) -> String {
    let mut text = "platform,post_id,account_id,handle,created_at,observed_at,kind,in_reply_to_post_id,\
                    in_reply_to_account_id,conversation_id,quoted_post_id,text,mentions,likes,reposts,replies\n"
        .to_owned();
    for row in 0..posts {
        let number = row % 6;
        let (id, handle) = account(number);
        let post = file * 1_000_000 + row;
        let of_leaver = file * 1_000_000 + row / 6 * 6 + 5;
        let (month, day, hour, minute) = (1 + row % 3, 1 + row / 7 % 28, row / 11 % 24, row % 60);
        let year = if row % 5 == 0 { 2013 } else { 2014 };
        let month = if year == 2013 { month + 8 } else { month };
        let created = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z");
        let (kind, answered, account_answered, conversation, quoted, mentions) = match (number, row % 24) {
            (1, 1) => ("reply", format!("x:{of_leaver}"), LEAVER, format!("{of_leaver}"), String::new(), ""),
            (2, 2) => ("reply", format!("x:{of_leaver}"), "", String::new(), String::new(), ""),
            (3, 3) => ("quote", String::new(), "", String::new(), format!("x:{of_leaver}"), ""),
            (4, 4) => (
                "original",
                String::new(),
                "",
                String::new(),
                String::new(),
                r#""[""Leaver_Account"",""body0""]""#,
            ),
            _ => ("original", String::new(), "", String::new(), String::new(), ""),
        };
        let likes =
            if row % 401 == 400 || row == 5 { "many".to_owned() } else { format!("{}", row * 7 % 90) };
        writeln!(
            text,
            "x,x:{post},{id},{handle},{created},2014-04-07T18:00:00Z,{kind},{answered},{account_answered},{conversation},\
             {quoted},Words {} of post {post} about the opening hours,{mentions},{likes},{},{}",
            row * 31 % 977,
            row % 13,
            row % 5
        )
        .unwrap();
    }
    text
}

/// The program, on a project, at a fixed time.
pub(crate) fn someasure(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_someasure"));
    command
        .current_dir(root)
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", "1418774400")
        .env_remove("SOMEASURE_PROJECT")
        .env_remove("SOMEASURE_THREADS")
        .stdin(Stdio::null());
    command
}

/// Runs it and takes what it says.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Output {
    someasure(root, arguments).output().unwrap()
}

/// Runs it to a good end and gives its standard output.
pub(crate) fn well(root: &Path, arguments: &[&str]) -> String {
    let output = run(root, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}\n{}{}",
        output.status,
        stdout(&output),
        stderr(&output)
    );
    stdout(&output)
}

/// Starts it, silenced, to be stopped or killed.
pub(crate) fn start(root: &Path, arguments: &[&str]) -> Child {
    someasure(root, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Copies a project.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&source).unwrap(), &target).unwrap();
        } else if kind.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}

/// Every file and link of a project with its hash, but for the locks, which are empty and stay.
pub(crate) fn snapshot(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            if path.is_symlink() {
                found.insert(name, fs::read_link(&path).unwrap().to_string_lossy().into_owned());
            } else if path.is_dir() {
                if name == "ledger/.staging" || name.ends_with(".part") {
                    found.insert(name, "a directory".to_owned());
                }
                open.push(path);
            } else if !(name.ends_with(".lock") || is_kept(&name)) {
                found.insert(name, hash(&fs::read(&path).unwrap()));
            }
        }
    }
    found
}

/// What can be made again may be there or not; what is half made may not.
fn is_kept(name: &str) -> bool {
    name.starts_with("ledger/kept/") && !name.ends_with(".part")
}

/// Says where two snapshots differ.
pub(crate) fn differences(
    wanted: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| match (wanted.get(name), found.get(name)) {
            (Some(one), Some(other)) if one == other => None,
            (Some(_), Some(_)) => Some(format!("{name} differs")),
            (Some(_), None) => Some(format!("{name} is missing")),
            _ => Some(format!("{name} is left over")),
        })
        .collect()
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Rows of each table as the manifest counts them, with every file it names looked at.
pub(crate) fn ledger_rows(root: &Path) -> BTreeMap<String, u64> {
    let mut rows = BTreeMap::new();
    let ledger = root.join("ledger");
    if !ledger.join("manifest.json").exists() {
        return rows;
    }
    for file in json(&ledger.join("manifest.json"))["files"].as_array().unwrap() {
        let path = ledger.join(file["path"].as_str().unwrap());
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(file["sha256"], hash(&bytes), "{}", path.display());
        *rows.entry(file["table"].as_str().unwrap().to_owned()).or_default() +=
            file["rows"].as_u64().unwrap();
    }
    rows
}

/// The Parquet files that the manifest names.
pub(crate) fn ledger_files(root: &Path) -> Vec<PathBuf> {
    let ledger = root.join("ledger");
    let manifest = json(&ledger.join("manifest.json"));
    manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| ledger.join(file["path"].as_str().unwrap()))
        .collect()
}

/// An edition that is there is whole: every file that edition.json lists has its hash, and no other is there.
/// Gives the hash of edition.json.
pub(crate) fn edition(root: &Path) -> Option<String> {
    let place = root.join("editions/2014.1");
    if !place.exists() {
        return None;
    }
    let bytes = fs::read(place.join("edition.json")).unwrap();
    let listed: BTreeMap<String, String> = json(&place.join("edition.json"))["outputs"]
        .as_array()
        .expect("edition.json lists its outputs")
        .iter()
        .map(|file| (file["path"].as_str().unwrap().to_owned(), file["sha256"].as_str().unwrap().to_owned()))
        .collect();
    assert!(listed.len() > 10, "{listed:?}");
    let mut found = snapshot(&place);
    found.remove("edition.json");
    assert_eq!(differences(&listed, &found), Vec::<String>::new());
    Some(hash(&bytes))
}
