//! What is not taken: counts that cannot be, measures that are more than a question, rows that would spoil the register,
//! files that are none. Each is refused in words, and nothing of it stays.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Ended, empty, program, someasure, well, write};

const ORGANISATIONS: &str =
    "organisation_id,name,type,nation,region,parent_id,opened,closed,website,source\n";
const ACCOUNTS: &str = "organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving\n";
const POSTS: &str = "post_id,account_id,created_at,observed_at,likes\n";

fn begun() -> TempDir {
    let directory = empty();
    let root = directory.path();
    well(root, &["init", ".", "--title", "A library", "--time-zone", "Europe/London"]);
    let library = "town:a,Aford Library,library,England,,,,,,List of towns\n";
    write(&root.join("register/organisations.csv"), format!("{ORGANISATIONS}{library}"));
    write(&root.join("register/accounts.csv"), format!("{ACCOUNTS}town:a,x,1,aford,main,,,\n"));
    directory
}

/// Imports posts, each given by its id and its likes.
fn import(root: &Path, posts: &[(&str, &str)], arguments: &[&str]) -> Ended {
    let mut file = POSTS.to_owned();
    for (id, likes) in posts {
        let _ = writeln!(file, "{id},1,2025-06-01T08:00:00Z,2026-01-31T00:00:00Z,{likes}");
    }
    write(&root.join("posts.csv"), file);
    someasure(root, &[&["import", "posts", "posts.csv", "--source", "s"], arguments].concat())
}

#[test]
fn a_count_that_no_platform_can_have_is_a_bad_row() {
    let project = begun();
    let ended = import(project.path(), &[("1", "4611686018427387905")], &["--platform", "x"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("is larger than any count can be"), "{}", ended.stderr);
    let largest = import(project.path(), &[("1", "1000000000000000")], &["--platform", "x"]);
    assert_eq!(largest.code, 0, "{}", largest.said());
}

#[test]
fn an_id_of_another_platform_is_a_bad_row() {
    let project = begun();
    let ended = import(project.path(), &[("x:1", "1")], &["--platform", "bluesky"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("'x:1' is an id of x, and the row is of bluesky"), "{}", ended.stderr);
}

#[test]
fn accounts_that_the_register_lacks_are_all_counted() {
    let project = begun();
    let mut file = POSTS.to_owned();
    for account in 10..1241 {
        let _ = writeln!(file, "{account},{account},2025-06-01T08:00:00Z,2026-01-31T00:00:00Z,1");
    }
    write(&project.path().join("posts.csv"), file);
    let said =
        well(project.path(), &["import", "posts", "posts.csv", "--source", "s", "--platform", "x"]).stderr;
    assert!(said.contains("1,231 accounts"), "{said}");
}

#[test]
fn a_row_of_a_json_array_is_told_by_its_number_too() {
    let project = begun();
    let row = |id: usize, likes: &str| {
        format!(
            "{{\"post_id\":\"{id}\",\"account_id\":\"1\",\"created_at\":\"2025-06-01T08:00:00Z\",\
             \"observed_at\":\"2026-01-31T00:00:00Z\",\"likes\":{likes}}}"
        )
    };
    let rows: Vec<String> = (1..40).map(|id| row(id, if id == 17 { "-1" } else { "1" })).collect();
    write(&project.path().join("posts.json"), format!("[{}]", rows.join(",")));
    let ended =
        someasure(project.path(), &["import", "posts", "posts.json", "--source", "s", "--platform", "x"]);
    assert!(ended.stderr.contains("line 1, row 17, column 'likes'"), "{}", ended.stderr);
}

#[test]
fn a_pipe_a_folder_and_a_wrong_flag_end_with_2_and_say_what_is_meant() {
    let project = begun();
    let root = project.path();
    import(root, &[("1", "1")], &["--platform", "x"]);
    let refused = |arguments: &[&str], why: &str| {
        let ended = someasure(root, &[&["import", "posts"], arguments, &["--source", "s"]].concat());
        assert_eq!(ended.code, 2, "{}", ended.said());
        assert!(ended.stderr.contains(why), "{}", ended.stderr);
    };
    refused(&["register"], "is a folder");
    refused(&["posts.csv", "--encoding", "klingon"], "--encoding");
    refused(&["posts.csv", "--time-zone", "Europe/Lodnon"], "--time-zone");
    if cfg!(unix) {
        refused(&["/dev/null"], "a pipe or a device");
        assert!(Command::new("mkfifo").arg(root.join("pipe.csv")).status().unwrap().success());
        refused(&["pipe.csv"], "a pipe or a device");
    }
}

#[test]
fn an_edition_has_a_short_name_and_latest_is_a_link() {
    let project = begun();
    let root = project.path();
    fs::create_dir_all(root.join("editions/latest")).unwrap();
    let ended = someasure(root, &["build"]);
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(ended.stderr.contains("must be a link to the newest edition"), "{}", ended.stderr);
    assert!(!root.join("editions/2026.1").exists());
    let settings = fs::read_to_string(root.join("someasure.toml")).unwrap();
    let long = settings.replace("edition = \"2026.1\"", &format!("edition = \"{}\"", "x".repeat(300)));
    assert_ne!(settings, long);
    write(&root.join("someasure.toml"), long);
    assert!(someasure(root, &["check"]).stdout.contains("at most 100 letters"));
}

/// What `check` says of a measure with this SQL.
fn asked(root: &Path, sql: &str) -> String {
    define(root, sql);
    let ended = someasure(root, &["check"]);
    assert_eq!(ended.code, 3, "{sql}: {}", ended.said());
    assert!(ended.stdout.contains("error: measures/odd.toml: measure 'odd'"), "{}", ended.stdout);
    ended.stdout
}

/// A measure of the project, by its SQL.
fn define(root: &Path, sql: &str) {
    let measure = format!(
        "id = \"odd\"\nversion = 1\nstatus = \"experimental\"\ntitle = \"Odd\"\nquestion = \"What?\"\n\
         domain = \"activity\"\nkind = \"value\"\nunit = \"posts\"\npolarity = \"none\"\nsql = '''\n{sql}\n'''\n"
    );
    write(&root.join("measures/odd.toml"), measure);
}

/// A value for the library in each period: `rows` is what follows FROM.
fn select(value: &str, rows: &str) -> String {
    format!("SELECT 'town:a' AS organisation_id, 'x' AS platform, period, {value} AS value FROM {rows}")
}

#[test]
fn a_measure_may_only_be_one_select() {
    let project = begun();
    let root = project.path();
    let secret = root.join("secret.csv");
    write(&secret, "a\n1\n");
    for sql in [
        "DROP VIEW post".to_owned(),
        "DROP TABLE ledger_post".to_owned(),
        "INSERT INTO post SELECT * FROM post".to_owned(),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        "EXPLAIN SELECT 1".to_owned(),
        "CREATE VIEW mine AS SELECT 1".to_owned(),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{}'", secret.display()),
        format!("COPY (SELECT 1) TO '{}'", root.join("out.csv").display()),
        format!("{}; DROP VIEW post", select("1", "period")),
    ] {
        let said = asked(root, &sql);
        assert!(said.contains("only one SELECT"), "{sql}: {said}");
    }
    assert!(!root.join("out.csv").exists());
    let recursive =
        format!("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) {}", select("1", "r"));
    assert!(asked(root, &recursive).contains("may not be recursive"));
    let file = format!("SELECT * FROM '{}'", secret.display());
    assert!(asked(root, &file).contains("not found"));
}

#[test]
fn a_measure_gives_the_same_answer_whenever_it_is_asked() {
    let project = begun();
    for (value, name) in [
        ("random()", "random"),
        ("length(uuid())", "uuid"),
        ("CASE WHEN now() > starts_at THEN 1 ELSE 0 END", "now"),
        ("CASE WHEN current_date > DATE '2026-01-01' THEN 1 ELSE 0 END", "current_date"),
        ("CASE WHEN (SELECT current_timestamp) > starts_at THEN 1 ELSE 0 END", "now"),
    ] {
        let said = asked(project.path(), &select(value, "period"));
        assert!(said.contains(&format!("asks {name}(), whose answer changes")), "{value}: {said}");
    }
}

#[test]
fn rows_by_week_are_one_select_of_views_that_have_weeks() {
    let project = begun();
    let weekly = |weekly: &str| {
        let sql = select("max(value)", "weekly GROUP BY period");
        asked(project.path(), &format!("{sql}\n'''\n[weekly]\nsql = '''\n{weekly}"))
    };
    let rows = "SELECT period, week, 1 AS value FROM week";
    for (sql, wanted) in [
        (format!("{rows}; DROP VIEW post"), "only one SELECT"),
        (rows.replace('1', "random()"), "random()"),
        (rows.replace("week, ", ""), "must return the column week"),
        (rows.replace("FROM week", "FROM week, attempt"), "reads attempt"),
    ] {
        let said = weekly(&sql);
        assert!(said.contains("[weekly]") && said.contains(wanted), "{sql}: {said}");
    }
}

#[test]
fn a_measure_that_needs_too_much_memory_is_stopped() {
    let project = begun();
    let root = project.path();
    let numbers: Vec<(String, &str)> = (0..400).map(|id| (id.to_string(), "1")).collect();
    let posts: Vec<(&str, &str)> = numbers.iter().map(|(id, likes)| (id.as_str(), *likes)).collect();
    import(root, &posts, &["--platform", "x"]);
    let settings = fs::read_to_string(root.join("someasure.toml")).unwrap();
    write(&root.join("someasure.toml"), format!("{settings}\n[limits]\nmemory_mb = 64\n"));
    let said = asked(root, &select("1", "period, post a, post b, post c"));
    assert!(said.contains("needs more than the 64 MB that it may use"), "{said}");
    assert!(said.contains("A join without ON"), "{said}");
}

#[test]
fn a_measure_that_does_not_fit_is_asked_by_parts_and_answers_the_same() {
    let project = begun();
    let root = project.path();
    let (mut organisations, mut accounts, mut posts) =
        (ORGANISATIONS.to_owned(), ACCOUNTS.to_owned(), POSTS.to_owned());
    for library in 0..40 {
        let _ =
            writeln!(organisations, "town:{library},Library {library},library,England,,,,,,List of towns");
        let _ = writeln!(accounts, "town:{library},x,{library},library_{library},main,,,");
        for post in 0..150 + library {
            let id = library * 1000 + post;
            let _ = writeln!(posts, "{id},{library},2025-06-01T08:00:00Z,2026-01-31T00:00:00Z,{post}");
        }
    }
    write(&root.join("register/organisations.csv"), organisations);
    write(&root.join("register/accounts.csv"), accounts);
    write(&root.join("posts.csv"), posts);
    well(root, &["import", "posts", "posts.csv", "--source", "s", "--platform", "x"]);
    // Every post of a library beside every other: a million pairs in all, which a join holds before it begins.
    let pairs = "SELECT a.organisation_id, a.platform, pe.period, repeat(p.post_id || q.post_id, 9) AS pair \
                 FROM account a JOIN post p ON p.account_id = a.account_id JOIN post q ON q.account_id = a.account_id \
                 CROSS JOIN period pe";
    let sql = format!(
        "SELECT l.organisation_id, l.platform, l.period, count(*) AS value FROM ({pairs}) l JOIN ({pairs}) r \
         ON r.organisation_id = l.organisation_id AND r.pair = l.pair \
         GROUP BY l.organisation_id, l.platform, l.period"
    );
    define(root, &sql);
    let whole = well(root, &["measure", "odd", "--json"]).json();
    let values = whole.as_array().unwrap().iter().filter_map(|figure| figure["answer"]["Value"][0].as_f64());
    let values: BTreeSet<u64> = values.map(|value| value as u64).collect();
    assert!((150..190).all(|posts: u64| values.contains(&(posts * posts))), "{values:?}");
    let settings = fs::read_to_string(root.join("someasure.toml")).unwrap();
    write(&root.join("someasure.toml"), format!("{settings}\n[limits]\nmemory_mb = 64\n"));
    assert_eq!(well(root, &["measure", "odd", "--json"]).json(), whole);
}

#[test]
#[cfg(unix)]
fn a_measure_that_is_told_to_stop_ends_at_once() {
    let project = begun();
    let root = project.path();
    let numbers: Vec<(String, &str)> = (0..400).map(|id| (id.to_string(), "1")).collect();
    let posts: Vec<(&str, &str)> = numbers.iter().map(|(id, likes)| (id.as_str(), *likes)).collect();
    import(root, &posts, &["--platform", "x"]);
    let sql =
        format!("{} GROUP BY period", select("count(*)", "post a, post b, post c, post d, post e, period"));
    define(root, &sql);
    let mut child = program(root, &["measure", "odd"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(child.try_wait().unwrap().is_none(), "it is still at it");
    // Not INT: a shell lets what it starts in the background ignore that.
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    for _ in 0..100 {
        if child.try_wait().unwrap().is_some() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it went on");
}

#[test]
fn a_sum_that_would_wrap_around_is_no_figure() {
    let project = begun();
    let root = project.path();
    let rows = "(SELECT period, 9000000000000000000 AS likes FROM period \
                UNION ALL SELECT period, 9000000000000000000 AS likes FROM period) many GROUP BY period";
    let said = asked(root, &select("sum(likes)", rows));
    assert!(said.contains("a sum of whole numbers is larger than"), "{said}");
}

/// Imports rows of a kind, with every share of bad rows allowed, and wants `check` to go well after it.
fn into_register(kind: &str, header: &str, rows: &str, reason: &str) {
    let project = begun();
    let root = project.path();
    write(&root.join("in.csv"), format!("{header}{rows}"));
    let said = well(root, &["import", kind, "in.csv", "--source", "s", "--max-bad-share", "1"]).said();
    let rejects = fs::read_dir(root.join("ledger/rejects"))
        .unwrap_or_else(|_| panic!("{rows}: nothing was refused: {said}"))
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect::<String>();
    assert!(rejects.contains(reason), "{rows}: {rejects}");
    well(root, &["check"]);
    // Strictly, the file is refused whole, and the next import is not stopped by it.
    let strict = someasure(root, &["import", kind, "in.csv", "--source", "s"]);
    assert_eq!(strict.code, 3, "{}", strict.said());
    let good = match kind {
        "accounts" => "town:a,x,,second,,,,\n",
        _ => "town:z,Zford Library,library,,,,\n",
    };
    write(&root.join("good.csv"), format!("{header}{good}"));
    assert!(well(root, &["import", kind, "good.csv", "--source", "s"]).stdout.contains("1 added"));
}

#[test]
fn a_body_that_check_would_refuse_is_not_written() {
    let header = "organisation_id,name,type,parent_id,opened,closed,website\n";
    let long = format!("town:c,{},library,,,,\n", "n".repeat(2000));
    for (rows, reason) in [
        ("town:c,C,library,,,,www.c.example\n", "website"),
        ("town:c,\u{202e}C,library,,,,\n", "name"),
        ("town:c,\"C\nD\",library,,,,\n", "name"),
        (long.as_str(), "name"),
        ("town:c,C,library,town:none,,,\n", "no such organisation"),
        ("town:c,C,library,town:d,,,\ntown:d,D,library,town:c,,,\n", "circle"),
    ] {
        into_register("organisations", header, rows, reason);
    }
}

#[test]
fn an_account_that_check_would_refuse_is_not_written() {
    let long = format!("town:a,x,9,other,{},,,\n", "r".repeat(3000));
    for (rows, reason) in [
        ("town:none,x,9,other,,,,\n", "no such organisation"),
        ("town:a,x,9,other,,,2020-01-01,\"\u{202e}left\"\n", "reason_for_leaving"),
        (long.as_str(), "role"),
    ] {
        into_register("accounts", ACCOUNTS, rows, reason);
    }
}
