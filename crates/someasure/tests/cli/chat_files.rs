//! Files of chats that hold nothing or are read wrongly, what an import says of them, and what made-up chats are marked with.

use std::fs;

use serde_json::json;

use super::chats::{HEADER, begun, counts, imported};
use crate::support::{someasure, well, write};

#[test]
fn a_file_of_which_nothing_came_is_told_with_what_to_do() {
    let directory = begun();
    let root = directory.path();
    let row =
        "bluesky,1,did:plc:a,anna,Anna,2026-01-14T20:01:00Z,original,,,Caf\u{e9} #shelfchat,shelfchat,1\n";
    let latin: Vec<u8> = format!("{HEADER}{row}").chars().map(|c| c as u8).collect();
    write(&root.join("latin.csv"), latin);
    write(&root.join("empty.jsonl"), "\n");
    write(&root.join("nobody.json"), "[]");
    write(&root.join("good.csv"), format!("{HEADER}{}", row.replace('\u{e9}', "e")));
    let ended =
        someasure(root, &["chat", "import", "shelf", "latin.csv", "empty.jsonl", "nobody.json", "good.csv"]);
    assert_eq!(ended.code, 3, "{}", ended.said());
    for words in [
        "latin.csv: none of its 1 row could be read (line 2: is not valid UTF-8); say which encoding it has: --encoding windows-1252",
        "empty.jsonl: it is empty",
        "2 files gave nothing at all; the others were imported",
    ] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    assert!(
        ended.stdout.contains("nobody.json (auto): 0 posts"),
        "an answer without posts is an answer: {}",
        ended.said()
    );
    assert_eq!(counts(root)[0], json!(1));
    well(root, &["chat", "import", "shelf", "latin.csv", "--encoding", "windows-1252"]);
    assert_eq!(counts(root)[0], json!(2));
}

#[test]
fn a_repost_of_the_chats_post_is_the_chats_though_its_source_gives_it_no_hashtags() {
    let directory = imported();
    let root = directory.path();
    let rows = "bluesky,20,did:plc:fay,fay,Fay,2026-01-14T20:30:00Z,repost,,3,,,0\n\
                bluesky,21,did:plc:fay,fay,Fay,2026-01-14T20:31:00Z,repost,,7,,,0\n";
    write(&root.join("reposts.csv"), format!("{HEADER}{rows}"));
    well(root, &["chat", "import", "shelf", "reposts.csv"]);
    // Of post 3, which has the chat's hashtag, and of 7, which has another.
    assert_eq!(counts(root), json!([10, 5, 2, 2, 1, 2, 6]));
}

#[test]
fn a_chat_that_has_its_hours_is_not_asked_for_them() {
    let directory = begun();
    let root = directory.path();
    let with = ["chat", "new", "a", "--hashtag", "a", "--weekday", "monday", "--starts", "20:00"];
    let said = well(root, &with).stdout;
    assert!(said.contains("Written: chats/a.toml. someasure chat import a FILE"), "{said}");
    assert!(well(root, &["chat", "new", "b", "--hashtag", "b"]).stdout.contains("Fill in its hours"));
}

#[test]
fn a_network_is_drawn_with_its_table_beside_it() {
    let directory = imported();
    let root = directory.path();
    well(root, &["chat", "network", "shelf", "--output", "net.svg"]);
    let svg = fs::read_to_string(root.join("net.svg")).unwrap();
    assert!(
        svg.starts_with("<?xml") && svg.contains("A network of 4 people") && !svg.contains("anna"),
        "{svg}"
    );
    let table = fs::read_to_string(root.join("net.csv")).unwrap();
    assert_eq!(table.lines().count(), 6, "{table}");
    assert!(table.starts_with("name,posts,spoken_to_by"), "{table}");
    assert!(well(root, &["chat", "network", "shelf", "--format", "svg"]).stdout.contains("<svg"));
}

#[test]
fn whatever_is_made_of_a_made_up_chat_says_so() {
    let directory = imported();
    let root = directory.path();
    let settings = fs::read_to_string(root.join("someasure.toml")).unwrap();
    let settings = settings.replacen("edition = ", "simulated = true\nedition = ", 1);
    fs::write(root.join("someasure.toml"), settings).unwrap();
    let sentence = "Simulated data. Nothing here was observed";
    for command in [
        &["chat", "stats", "shelf"][..],
        &["chat", "sessions", "shelf"],
        &["chat", "transcript", "shelf", "--format", "md"],
        &["chat", "transcript", "shelf", "--format", "html"],
        &["chat", "network", "shelf"],
        &["chat", "network", "shelf", "--format", "graphml"],
    ] {
        let said = well(root, command).stdout;
        assert!(said.contains(sentence), "{command:?}: {said}");
    }
    for command in [
        &["chat", "stats", "shelf", "--json"][..],
        &["chat", "sessions", "shelf", "--json"],
        &["chat", "transcript", "shelf", "--format", "as2"],
        &["chat", "network", "shelf", "--json"],
        &["measure", "posts_per_week", "--json"],
    ] {
        assert_eq!(well(root, command).json()["simulated"], json!(true), "{command:?}");
    }
    let csv = well(root, &["chat", "transcript", "shelf", "--format", "csv"]).stdout;
    assert!(csv.lines().next().unwrap().ends_with(",simulated"), "{csv}");
    let table = well(root, &["measure", "posts_per_week"]).stdout;
    assert!(table.lines().next().unwrap().ends_with("\tsimulated"), "{table}");
    let head = "+++\ntitle = \"T\"\nchat = \"shelf\"\ncurator = \"Eva\"\ndate = \"2026-01-20\"\nsummary = \"S.\"\n+++\n";
    write(&root.join("stories/told.md"), format!("{head}{{{{ post bluesky:3 }}}}\n"));
    well(root, &["story", "build", "told"]);
    assert!(fs::read_to_string(root.join("stories/told/index.html")).unwrap().contains(sentence));
    let check = someasure(root, &["check"]).said();
    assert!(!check.contains("would be built today"), "{check}");
}

#[test]
fn an_import_says_what_becomes_of_posts_of_protected_accounts() {
    let directory = begun();
    let root = directory.path();
    let line = r#"{"id_str":"2011528997237686273","created_at":"Wed Jan 14 20:01:00 +0000 2026","full_text":"Only for friends #shelfchat","user":{"id_str":"11","screen_name":"ann","name":"Ann","protected":true},"entities":{"hashtags":[{"text":"shelfchat"}]}}"#;
    write(&root.join("v1.jsonl"), format!("{line}\n"));
    let said = well(root, &["chat", "import", "shelf", "v1.jsonl"]).stdout;
    assert!(said.contains("1 post of protected accounts: counted, but shown of nobody"), "{said}");
    let text = well(root, &["chat", "transcript", "shelf"]).stdout;
    assert!(!text.contains("Only for friends"), "{text}");
}
