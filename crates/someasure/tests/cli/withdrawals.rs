//! Withdrawals: under every handle that somebody had, under one that two had, and what was built before them.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::chats::{HEADER, begun, imported};
use crate::support::{someasure, well, write};

/// A story of one post of the chat.
fn story(root: &Path, name: &str, post: &str, words: &str) {
    let head = "+++\ntitle = \"An evening\"\nchat = \"shelf\"\ncurator = \"Eva Curator\"\ndate = \"2026-01-20\"\nsummary = \"What was said.\"\n+++\n";
    write(&root.join(format!("stories/{name}.md")), format!("{head}{words}\n\n{{{{ post {post} }}}}\n"));
}

fn row(id: u32, account: &str, handle: &str, day: &str, text: &str) -> String {
    format!("x,{id},{account},{handle},{handle},{day}T20:10:00Z,original,,,\"{text}\",shelfchat,1\n")
}

/// A chat whose people may be named. Its account 7 was `old_hat`, then `new_hat`; account 8 has the handle `shared_hat`, that
/// 9 had before.
fn renamed() -> TempDir {
    let directory = begun();
    let root = directory.path();
    let path = root.join("chats/shelf.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("people = \"pseudonymous\"", "people = \"named\"\nrepublish = [\"x\"]"))
        .unwrap();
    let rows = [
        row(101, "7", "old_hat", "2026-01-07", "My first words #shelfchat"),
        row(102, "9", "shared_hat", "2026-01-07", "Words of nine #shelfchat"),
        row(
            103,
            "5",
            "bystander",
            "2026-01-07",
            "Thanks @old_hat and old_hat, see https://x.com/old_hat #shelfchat",
        ),
        row(104, "7", "new_hat", "2026-01-14", "My later words #shelfchat"),
        row(105, "9", "nine_now", "2026-01-14", "More of nine #shelfchat"),
        row(106, "8", "shared_hat", "2026-01-14", "Words of eight #shelfchat"),
    ];
    write(&root.join("both.csv"), format!("{HEADER}{}", rows.concat()));
    well(root, &["chat", "import", "shelf", "both.csv"]);
    directory
}

fn built(root: &Path, name: &str) -> String {
    well(root, &["story", "build", name]);
    fs::read_to_string(root.join(format!("stories/{name}/index.html"))).unwrap()
}

#[test]
fn an_old_handle_is_its_owners_and_does_not_come_back_after_an_erasure() {
    let directory = renamed();
    let root = directory.path();
    let people = well(root, &["chat", "network", "shelf", "--format", "people"]).stdout;
    assert!(people.contains("new_hat") && !people.contains("old_hat"), "a phantom: {people}");
    story(root, "told", "x:103", "As @old_hat said, [here](https://twitter.com/old_hat/status/101).");
    assert!(built(root, "told").contains("old_hat"), "it is there before");

    let ended = well(root, &["erase", "x:7", "--yes"]);
    assert!(ended.stdout.contains("x:@new_hat and x:@old_hat"), "{}", ended.said());
    let page = built(root, "told");
    for name in ["old_hat", "new_hat"] {
        assert!(!page.contains(name), "{name}: {page}");
    }
    assert!(page.contains("Thanks") && page.contains("withdrawn"), "{page}");
    for format in ["md", "json"] {
        let text =
            well(root, &["chat", "transcript", "shelf", "--session", "2026-01-07", "--format", format])
                .stdout;
        assert!(!text.contains("old_hat") && text.contains("Thanks"), "{format}: {text}");
    }
}

#[test]
fn a_wish_under_an_old_handle_reaches_its_owner_and_one_under_a_shared_handle_says_whom_it_removes() {
    let directory = renamed();
    let root = directory.path();
    let consent = |line: &str| {
        write(&root.join("chats/consent.csv"), format!("account_id,post_id,state,on,note\n{line}\n"));
        well(root, &["chat", "transcript", "shelf", "--session", "2026-01-14"])
    };
    let ended = consent("x:@old_hat,,removed,2026-01-20,");
    assert!(
        !ended.stdout.contains("My later words") && !ended.stderr.contains("warning"),
        "{}",
        ended.said()
    );

    let ended = consent("x:@shared_hat,,removed,2026-01-20,");
    assert!(!ended.stdout.contains("of nine") && !ended.stdout.contains("of eight"), "{}", ended.said());
    let told = "chats/consent.csv: x:@shared_hat was the handle of 2 accounts (x:8, x:9), so all of them are removed";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    let check = someasure(root, &["check"]);
    assert!(check.said().contains(told), "{}", check.said());
}

#[test]
fn who_only_others_speak_of_is_hidden_as_they_asked() {
    let directory = renamed();
    let root = directory.path();
    let rows = row(
        107,
        "5",
        "bystander",
        "2026-01-14",
        "I met @quiet_hat and @other_hat, see https://x.com/quiet_hat #shelfchat",
    );
    write(&root.join("more.csv"), format!("{HEADER}{rows}"));
    well(root, &["chat", "import", "shelf", "more.csv"]);
    story(root, "told", "x:107", "So it went.");
    let told = |root: &Path| {
        let transcript = ["md", "json"].map(|format| {
            well(root, &["chat", "transcript", "shelf", "--session", "2026-01-14", "--format", format]).stdout
        });
        let network = well(root, &["chat", "network", "shelf", "--format", "people"]).stdout;
        [transcript.concat(), network, built(root, "told")]
    };
    assert!(told(root).iter().all(|text| text.contains("quiet_hat")), "it is there before");
    for state in ["removed", "pseudonymous"] {
        write(
            &root.join("chats/consent.csv"),
            format!("account_id,post_id,state,on,note\nx:@quiet_hat,,{state},2026-01-20,\n"),
        );
        for text in told(root) {
            assert!(!text.contains("quiet_hat") && text.contains("other_hat"), "{state}: {text}");
        }
    }
}

#[test]
fn a_wish_that_matches_nobody_is_told_with_its_line() {
    let directory = renamed();
    let root = directory.path();
    write(
        &root.join("chats/consent.csv"),
        "account_id,post_id,state,on,note\nx:@old_hat,,removed,2026-01-20,\nx:@odd_hat,,removed,2026-01-20,\n\
         x:@nobody_named,,named,2026-01-20,\n,x:101,removed,2026-01-20,\n,x:999999,removed,2026-01-20,\n",
    );
    for command in [&["chat", "stats", "shelf"][..], &["check"]] {
        let said = someasure(root, command).said();
        for (line, id) in [(3, "x:@odd_hat"), (6, "x:999999")] {
            let told = format!(
                "chats/consent.csv: line {line}: {id} is to be removed, and the ledger has nothing of it"
            );
            assert!(said.contains(&told), "{command:?}: {said}");
        }
        assert_eq!(said.matches("is to be removed").count(), 2, "{command:?}: {said}");
    }
}

#[test]
fn what_was_built_before_a_withdrawal_is_told_by_whoever_looks() {
    let directory = imported();
    let root = directory.path();
    story(root, "told", "bluesky:3", "It began so.");
    built(root, "told");
    let quiet = well(root, &["story", "check"]);
    assert!(!quiet.stderr.contains("would be built today"), "{}", quiet.said());
    write(
        &root.join("chats/consent.csv"),
        "account_id,post_id,state,on,note\nbluesky:@anna,,removed,2026-01-25,asked\n",
    );
    let told = "stories/told/ is not what would be built today";
    for command in [&["story", "check"][..], &["check"], &["build"]] {
        let ended = someasure(root, command);
        assert!(ended.said().contains(told), "{command:?}: {}", ended.said());
        assert!(ended.said().contains("`someasure story build told`"), "{command:?}: {}", ended.said());
    }
    built(root, "told");
    assert!(!someasure(root, &["check"]).said().contains(told));
    fs::remove_file(root.join("stories/told.md")).unwrap();
    let ended = well(root, &["story", "check"]);
    assert!(ended.stderr.contains("stories/told/ was built from a story that is gone"), "{}", ended.said());
}
