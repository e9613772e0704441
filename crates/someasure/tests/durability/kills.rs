//! Killed at many points, looked at, run again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::project::{
    LEAVER, copy, differences, edition, ledger_rows, run, snapshot, start, stderr, stdout, well, write,
};

const POSTS: usize = 10_000;

/// A project with profiles and both files of posts, one with the first only, and one with an edition that the second
/// file has made old. Made once, copied for every kill.
struct States {
    _keep: TempDir,
    one_file: PathBuf,
    both_files: PathBuf,
    old_edition: PathBuf,
}

fn states() -> &'static States {
    static STATES: OnceLock<States> = OnceLock::new();
    STATES.get_or_init(|| {
        let keep = tempfile::tempdir().unwrap();
        let place = |name: &str| keep.path().join(name);
        let (one_file, both_files, old_edition) = (place("one"), place("both"), place("old"));
        write(&one_file, POSTS);
        well(&one_file, &["import", "profiles", "profiles.csv", "--source", "the tests"]);
        well(&one_file, &["import", "posts", "posts1.csv", "--source", "the tests"]);
        copy(&one_file, &both_files);
        copy(&one_file, &old_edition);
        well(&both_files, &IMPORT);
        well(&old_edition, &["build"]);
        well(&old_edition, &IMPORT);
        States { _keep: keep, one_file, both_files, old_edition }
    })
}

const IMPORT: [&str; 5] = ["import", "posts", "posts2.csv", "--source", "the tests"];

/// What is killed, and what may be found afterwards.
struct Victim<'a> {
    from: &'a Path,
    command: &'a [&'a str],
    /// There as soon as the program begins to write.
    first_write: &'a str,
    /// Kills spread over the whole run, and over the part from the first write to the end.
    kills: (u32, u32),
    /// `check` may ask for the command to be run again.
    check_may_ask: bool,
}

/// Waits for the end or for the moment, and kills. Says whether the kill came in time.
fn kill_at(mut child: Child, moment: impl Fn(Instant) -> bool) -> bool {
    use std::os::unix::process::ExitStatusExt;
    let begin = Instant::now();
    while !moment(begin) && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(150));
    }
    let _ = child.kill();
    child.wait().unwrap().signal() == Some(9)
}

fn kill_everywhere(victim: &Victim<'_>) {
    let here = tempfile::tempdir().unwrap();
    let whole = here.path().join("whole");
    copy(victim.from, &whole);
    let before = ledger_rows(&whole);
    let edition_before = edition(&whole);

    // The uninterrupted run: how long it takes, when it begins to write, and what it leaves.
    let mut child = start(&whole, victim.command);
    let begin = Instant::now();
    let mut until_write = None;
    while child.try_wait().unwrap().is_none() {
        if until_write.is_none() && whole.join(victim.first_write).exists() {
            until_write = Some(begin.elapsed());
        }
        std::thread::sleep(Duration::from_micros(150));
    }
    let mut duration = begin.elapsed();
    assert!(child.wait().unwrap().success());
    let until_write = until_write.expect("it writes beside first");
    let mut tail = duration - until_write;
    let wanted = snapshot(&whole);
    let after = ledger_rows(&whole);
    let edition_after = edition(&whole);

    let (over_all, over_tail) = victim.kills;
    let (mut landed, mut landed_writing, mut undone, mut done) = (0, 0, 0, 0);
    for kill in 0..over_all + over_tail {
        let place = here.path().join(format!("{kill}"));
        copy(victim.from, &place);
        let child = start(&place, victim.command);
        let first_write = place.join(victim.first_write);
        let hit = if kill < over_all {
            let wait = duration * (2 * kill + 1) / (2 * over_all);
            kill_at(child, |begin| begin.elapsed() >= wait)
        } else {
            let wait = tail * (kill - over_all) / over_tail;
            let written = std::cell::Cell::new(None);
            kill_at(child, |_| {
                if written.get().is_none() && first_write.exists() {
                    written.set(Some(Instant::now()));
                }
                written.get().is_some_and(|since| since.elapsed() >= wait)
            })
        };
        if !hit {
            // It was faster than the run that was timed: the next kills come earlier.
            duration = duration * 4 / 5;
            tail = tail * 4 / 5;
        }
        landed += u32::from(hit);
        landed_writing += u32::from(hit && kill >= over_all);
        let what = format!("{:?}, kill {kill}", victim.command);
        look_at(&place, victim, &what, kill % 6 == 5);
        let rows = ledger_rows(&place);
        assert!(rows == before || rows == after, "{what}: {rows:?} is neither {before:?} nor {after:?}");
        let found = edition(&place);
        assert!(found == edition_before || found == edition_after, "{what}: another edition");
        if snapshot(&place) == wanted {
            done += 1;
        } else {
            undone += 1;
        }
        well(&place, victim.command);
        assert_eq!(differences(&wanted, &snapshot(&place)), Vec::<String>::new(), "{what}");
        std::fs::remove_dir_all(&place).unwrap();
    }
    println!(
        "{:?}: {duration:?}, writing for {tail:?}; {landed} of {} kills landed, {landed_writing} of {over_tail} while \
         writing; {undone} runs unfinished, {done} finished",
        victim.command,
        over_all + over_tail
    );
    assert!(landed >= 10, "only {landed} kills landed: nothing is shown");
    assert!(landed_writing >= 4, "only {landed_writing} kills landed while it wrote: nothing is shown");
    assert!(undone >= 5, "only {undone} runs were really interrupted: nothing is shown");
}

/// Files are whole and readers work.
fn look_at(place: &Path, victim: &Victim<'_>, what: &str, thoroughly: bool) {
    well(place, &["doctor"]);
    well(place, &["measure", "posts_per_week", "--quiet"]);
    if thoroughly {
        let output = run(place, &["check"]);
        let asks = victim.check_may_ask
            && output.status.code() == Some(3)
            && stdout(&output)
                .lines()
                .filter(|line| line.starts_with("error:"))
                .all(|line| line.contains("someasure erase"));
        assert!(output.status.success() || asks, "{what}: check\n{}{}", stdout(&output), stderr(&output));
    }
}

#[test]
fn a_killed_import_has_happened_or_has_not() {
    kill_everywhere(&Victim {
        from: &states().one_file,
        command: &IMPORT,
        first_write: "ledger/.staging",
        kills: (8, 16),
        check_may_ask: false,
    });
}

#[test]
fn the_very_first_import_can_be_killed_too() {
    let here = tempfile::tempdir().unwrap();
    write(here.path(), POSTS);
    kill_everywhere(&Victim {
        from: here.path(),
        command: &IMPORT,
        first_write: "ledger/.staging",
        kills: (4, 12),
        check_may_ask: false,
    });
}

#[test]
fn a_killed_erasure_is_finished_by_running_it_again() {
    kill_everywhere(&Victim {
        from: &states().both_files,
        command: &["erase", LEAVER, "--yes"],
        first_write: "register/objections.csv",
        kills: (8, 16),
        check_may_ask: true,
    });
}

#[test]
fn a_killed_undo_has_happened_or_has_not() {
    let here = tempfile::tempdir().unwrap();
    // Compacted, so that rows of other batches stand in the same files and must stay.
    copy(&states().both_files, here.path());
    well(here.path(), &["compact"]);
    let list = stdout(&run(here.path(), &["undo", "--list", "--json"]));
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let batch = list.as_array().unwrap().iter().max_by_key(|batch| batch["rows"]["post"].as_u64()).unwrap();
    kill_everywhere(&Victim {
        from: here.path(),
        command: &["undo", batch["batch"].as_str().unwrap(), "--yes"],
        first_write: "ledger/.staging",
        kills: (8, 14),
        check_may_ask: false,
    });
}

#[test]
fn a_killed_compaction_loses_no_row() {
    kill_everywhere(&Victim {
        from: &states().both_files,
        command: &["compact"],
        first_write: "ledger/.staging",
        kills: (8, 14),
        check_may_ask: false,
    });
}

#[test]
fn a_killed_build_leaves_no_edition_or_a_whole_one() {
    kill_everywhere(&Victim {
        from: &states().both_files,
        command: &["build"],
        first_write: "editions/.2014.1.part",
        kills: (6, 12),
        check_may_ask: false,
    });
}

#[test]
fn a_killed_build_leaves_the_old_edition_or_the_new_one() {
    kill_everywhere(&Victim {
        from: &states().old_edition,
        command: &["build"],
        first_write: "editions/.2014.1.part",
        kills: (4, 12),
        check_may_ask: false,
    });
}

#[test]
fn the_same_inputs_give_the_same_bytes_with_one_thread_and_with_two() {
    let mut found: Vec<BTreeMap<String, String>> = Vec::new();
    for threads in ["1", "2"] {
        let here = tempfile::tempdir().unwrap();
        let place = here.path();
        write(place, 3_000);
        for command in [
            &["import", "profiles", "profiles.csv", "--source", "the tests"][..],
            &["import", "posts", "posts1.csv", "posts2.csv", "--source", "the tests"],
            &["erase", LEAVER, "--yes"],
            &["compact"],
            &["build"],
        ] {
            well(place, &[command, &["--threads", threads]].concat());
        }
        found.push(snapshot(place));
    }
    assert_eq!(differences(&found[0], &found[1]), Vec::<String>::new());
}
