//! A chat of fictional people from its exports to the edition, and what happens when some of them withdraw.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::support::{bytes, empty, someasure, well, write};

pub(super) const HEADER: &str = "platform,post_id,account_id,handle,display_name,created_at,kind,in_reply_to_post_id,quoted_post_id,text,hashtags,likes\n";

/// A project with one library, and a chat that meets on Wednesdays.
pub(super) fn begun() -> TempDir {
    let directory = empty();
    let root = directory.path();
    well(root, &["init", "."]);
    let settings = fs::read_to_string(root.join("someasure.toml")).unwrap();
    let settings = settings
        .replace("Name the family of bodies here", "Town libraries")
        .replace("2026-11-01T00:00:00Z", "2026-02-01T00:00:00Z")
        .replace("from = \"2025-11-01\"", "from = \"2026-01-01\"")
        .replace("to = \"2026-10-31\"", "to = \"2026-01-31\"");
    fs::write(root.join("someasure.toml"), settings).unwrap();
    write(
        &root.join("register/organisations.csv"),
        "organisation_id,name,type,nation,region,parent_id,opened,closed,website,source\na:town,Town library,library,,,,,,,test\n",
    );
    write(
        &root.join("register/accounts.csv"),
        "organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving\na:town,bluesky,,townlib,main,,,\n",
    );
    let made = ["chat", "new", "shelf", "--hashtag", "shelfchat", "--time-zone", "Europe/London"];
    well(root, &[&made[..], &["--weekday", "wednesday", "--starts", "20:00"]].concat());
    directory
}

/// Of the evening of 14 January: a question, answers by tag and by reply, a repost, a post of another hashtag, one read twice.
fn rows() -> String {
    let row = |id: u32,
               who: &str,
               minute: u32,
               kind: &str,
               to: &str,
               quoted: &str,
               text: &str,
               tags: &str| {
        let name = who.to_uppercase();
        format!(
            "bluesky,{id},{id_of},{who},{name} Example,2026-01-14T20:{minute:02}:00Z,{kind},{to},{quoted},\"{text}\",{tags},3\n",
            id_of = format_args!("did:plc:{who}")
        )
    };
    [
        row(1, "hostess", 0, "original", "", "", "Welcome to #shelfchat", "shelfchat"),
        row(2, "hostess", 5, "original", "", "", "Q1: Which shelf do you love? #shelfchat", "shelfchat"),
        row(3, "anna", 6, "original", "", "", "A1: The one with maps, ask @bertie #shelfchat", "shelfchat"),
        row(4, "bertie", 7, "reply", "2", "", "Poetry, always #shelfchat", "shelfchat"),
        row(5, "clara", 8, "repost", "", "3", "", "shelfchat"),
        row(6, "townlib", 9, "reply", "3", "", "Maps are upstairs #shelfchat", "shelfchat"),
        row(7, "dora", 10, "original", "", "", "Something else #gardening", "gardening"),
        row(4, "bertie", 7, "reply", "2", "", "Poetry, always #shelfchat", "shelfchat"),
    ]
    .concat()
}

pub(super) fn imported() -> TempDir {
    let directory = begun();
    write(&directory.path().join("evening.csv"), format!("{HEADER}{}", rows()));
    let import = ["chat", "import", "shelf", "evening.csv"];
    well(directory.path(), &import[..]);
    directory
}

pub(super) fn counts(root: &Path) -> serde_json::Value {
    let stats = well(root, &["chat", "stats", "shelf", "--json"]).json();
    let of = |key: &str| stats[key].clone();
    json!([
        of("read"),
        of("posts"),
        of("reposts"),
        of("replies"),
        of("duplicates"),
        of("other"),
        of("participants")
    ])
}

#[test]
fn a_chats_counts_are_reconciled_with_its_files_to_the_last_post() {
    let directory = imported();
    let root = directory.path();
    assert_eq!(counts(root), json!([8, 5, 1, 2, 1, 1, 5]));
    let stats = well(root, &["chat", "stats", "shelf", "--json"]).json();
    assert_eq!((&stats["other_hashtags"], &stats["sessions"][0]["id"]), (&json!(1), &json!("2026-01-14")));

    // The same file again changes nothing; an overlapping one adds what is new, and duplicates.
    let before = bytes(&root.join("ledger"));
    let again = well(root, &["chat", "import", "shelf", "evening.csv"]);
    assert!(again.stdout.contains("imported before"), "{}", again.said());
    assert_eq!(before, bytes(&root.join("ledger")));
    let late = rows().lines().take(2).fold(String::new(), |text, line| text + line + "\n")
        + "bluesky,9,did:plc:emil,emil,Emil,2026-01-14T20:40:00Z,original,,,A1 the cellar,shelfchat,0\n";
    write(&root.join("late.csv"), format!("{HEADER}{late}"));
    well(root, &["chat", "import", "shelf", "late.csv"]);
    assert_eq!(counts(root), json!([11, 6, 1, 2, 3, 1, 6]));
}

#[test]
fn a_transcript_has_questions_with_their_answers_and_names_nobody_who_was_not_asked() {
    let directory = imported();
    let root = directory.path();
    let text = well(root, &["chat", "transcript", "shelf", "--session", "2026-01-14"]).stdout;
    let q1 = text.find("Which shelf do you love?").expect("the question");
    for answer in ["The one with maps", "Poetry, always", "Maps are upstairs"] {
        assert!(text.find(answer).is_some_and(|at| at > q1), "{answer}: {text}");
    }
    assert!(!text.contains("gardening"));
    for format in ["md", "html", "csv", "json", "as2"] {
        let text = well(root, &["chat", "transcript", "shelf", "--format", format]).stdout;
        for name in ["bertie", "anna", "ANNA", "clara", "hostess"] {
            assert!(!text.contains(name), "{format} names {name}: {text}");
        }
        assert!(text.contains("Poetry, always"), "{format}: {text}");
        assert!(text.contains("townlib") || text.contains("TOWNLIB"), "{format}: an organisation is named");
    }
    let gexf = well(root, &["chat", "network", "shelf"]).stdout;
    assert!(gexf.contains("TOWNLIB Example") && !gexf.contains("anna"), "{gexf}");
}

#[test]
fn who_withdraws_is_gone_from_transcript_roll_network_story_and_edition_and_a_mark_says_so() {
    let directory = imported();
    let root = directory.path();
    write(
        &root.join("chats/consent.csv"),
        "account_id,post_id,state,on,note\nbluesky:@anna,,named,2026-01-20,by message\n",
    );
    well(root, &["story", "new", "--chat", "shelf", "--session", "2026-01-14", "--name", "maps"]);
    let path = root.join("stories/maps.md");
    let draft = fs::read_to_string(&path).unwrap();
    assert!(draft.contains("draft = true") && draft.contains("suggest bluesky:3"), "{draft}");
    let story = draft
        .lines()
        .filter(|line| !line.starts_with("draft"))
        .map(|line| if line.starts_with("curator") { "curator = \"Eva Curator\"" } else { line })
        .map(
            |line| if line.starts_with("summary") { "summary = \"An evening about shelves.\"" } else { line },
        )
        .map(|line| line.replace("suggest bluesky:3", "post bluesky:3"))
        .collect::<Vec<_>>()
        .join("\n");
    fs::write(&path, story).unwrap();
    well(root, &["build"]);
    let published = |what: &str| {
        bytes(&root.join("editions/latest"))
            .into_iter()
            .filter(|(_, bytes)| bytes.windows(what.len()).any(|window| window == what.as_bytes()))
            .map(|(path, _)| path)
            .collect::<Vec<_>>()
    };
    let maps = published("The one with maps");
    assert!(maps.iter().any(|path| path == "site/stories/maps/index.html"), "{maps:?}");
    assert!(maps.iter().any(|path| path == "site/chats/shelf/2026-01-14/index.html"), "{maps:?}");
    assert!(!published("ANNA Example").is_empty());

    write(
        &root.join("chats/consent.csv"),
        "account_id,post_id,state,on,note\nbluesky:@anna,,named,2026-01-20,by message\nbluesky:@anna,,removed,2026-01-25,asked\n\
         ,bluesky:4,removed,2026-01-25,one post\n",
    );
    well(root, &["build"]);
    for gone in ["The one with maps", "ANNA Example", "@anna", "did:plc:anna", "Poetry, always"] {
        assert_eq!(published(gone), Vec::<String>::new(), "{gone}");
    }
    let page = fs::read_to_string(root.join("editions/latest/site/stories/maps/index.html")).unwrap();
    assert!(page.contains("A post was withdrawn by its author."), "{page}");
    let text = well(root, &["chat", "transcript", "shelf"]).stdout;
    assert!(text.to_lowercase().contains("withdrawn"), "{text}");
    assert_eq!(counts(root)[0], json!(8), "what was read is still accounted for");
}

#[test]
fn what_only_a_chat_brought_is_measured_for_no_organisation() {
    let directory = imported();
    let root = directory.path();
    well(root, &["build"]);
    let figures = fs::read_to_string(root.join("editions/latest/data/figures.csv")).unwrap();
    let posts: Vec<&str> = figures
        .lines()
        .filter(|row| row.contains(",conversation_share,") || row.contains(",posts_per_week,"))
        .collect();
    assert!(!posts.is_empty());
    assert!(posts.iter().all(|row| !row.contains(",shown,")), "{posts:#?}");
    assert!(
        figures.lines().all(|row| !row.contains("a:town,median_interactions") || !row.contains(",shown,"))
    );
}

#[test]
fn what_is_wrong_in_a_chat_or_a_story_is_told_with_file_and_line() {
    let directory = imported();
    let root = directory.path();
    let refused = |path: &str, text: &str, told: &[&str]| {
        let before = fs::read(root.join(path)).ok();
        write(&root.join(path), text);
        let ended = someasure(root, &["chat", "stats", "shelf"]);
        assert_eq!(ended.code, 3, "{path}: {}", ended.said());
        for words in told {
            assert!(ended.stderr.contains(words), "{path}: {words}: {}", ended.stderr);
        }
        match before {
            Some(bytes) => fs::write(root.join(path), bytes).unwrap(),
            None => fs::remove_file(root.join(path)).unwrap(),
        }
    };
    refused("chats/Bad Name.toml", "title = \"x\"", &["chats/Bad Name.toml", "is not the name of a chat"]);
    refused(
        "chats/shelf.toml",
        "title = \"x\"\nhashtag = [\"x\"]\n",
        &["chats/shelf.toml", "line 2", "unknown field `hashtag`"],
    );
    refused(
        "chats/consent.csv",
        "account_id,post_id,state,on,note\nbluesky:@anna,,maybe,,\n",
        &["chats/consent.csv: line 2", "'maybe' is not named, pseudonymous or removed"],
    );
    refused(
        "chats/consent.csv",
        "account_id,post_id,state,on,note\nbluesky:@anna,,removed,2026-01-25,\nbluesky:@anna,,named,2026-03-01,\n",
        &["chats/consent.csv: line 3", "on is 2026-03-01, which has not come yet (today is 2026-02-02)"],
    );
    refused(
        "chats/consent.csv",
        "account_id;post_id;state;on;note\nbluesky:@anna;;removed;2026-01-25;\n",
        &["chats/consent.csv: line 1", "separated by semicolons", "account_id, post_id, state, on, note"],
    );
    refused("stories/x.md", "no head\n", &["stories/x.md", "line 1"]);
    let unknown = someasure(root, &["chat", "stats", "shelv"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean 'shelf'?"), "{}", unknown.stderr);
    let unknown = someasure(root, &["chat", "transcript", "shelf", "--session", "2026-01-21"]);
    assert!(
        unknown.stderr.contains("there is no session 2026-01-21; the latest are 2026-01-14"),
        "{}",
        unknown.stderr
    );
}

/// A Storify export of two posts that no archive holds.
const STORIFY: &str = r#"{"content": {"title": "Before", "author": {"username": "eva"}, "elements": [
 {"type": "text", "data": {"text": "<p>It began here.</p>"}},
 {"type": "quote", "permalink": "https://twitter.com/Bertie_Books/status/555000000000000001", "source": {"name": "twitter", "username": "Bertie_Books"},
  "data": {"quote": {"text": "Poetry is a shelf of its own"}}},
 {"type": "quote", "permalink": "https://twitter.com/fay_reads/status/555000000000000002", "source": {"name": "twitter", "username": "fay_reads"},
  "data": {"quote": {"text": "Maps for me"}}}
]}}"#;

#[test]
fn who_is_erased_leaves_the_words_that_imported_stories_keep_and_lines_of_stories_are_told() {
    let directory = begun();
    let root = directory.path();
    write(&root.join("old.json"), STORIFY);
    well(root, &["story", "import", "old.json", "--name", "before", "--chat", "shelf"]);
    let kept = root.join("stories/before.imported.json");
    assert!(fs::read_to_string(&kept).unwrap().contains("Poetry is a shelf"));
    let mut story = fs::read_to_string(root.join("stories/before.md")).unwrap();
    story.push_str("\nAs @bertie_books said.\n");
    fs::write(root.join("stories/before.md"), &story).unwrap();
    let line = story.lines().count();

    let ended = well(root, &["erase", "x:@bertie_books", "--yes"]);
    let rest = fs::read_to_string(&kept).unwrap();
    assert!(
        !rest.contains("Poetry") && !rest.to_lowercase().contains("bertie") && rest.contains("Maps for me"),
        "{rest}"
    );
    assert!(
        ended.stdout.contains("1 post removed from the words that imported stories keep"),
        "{}",
        ended.said()
    );
    assert!(
        ended.stdout.contains(&format!("stories/before.md still names it: mend line {line}")),
        "{}",
        ended.said()
    );
    well(root, &["erase", "x:@fay_reads", "--yes"]);
    assert!(!kept.exists(), "nothing is left of it");
}

/// Rows of a table, by the ledger's own list of its files.
fn rows_of(root: &Path, table: &str) -> u64 {
    let manifest = fs::read(root.join("ledger/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let files = manifest["files"].as_array().unwrap().iter().filter(|file| file["table"] == table);
    files.map(|file| file["rows"].as_u64().unwrap()).sum()
}

#[test]
fn the_words_of_a_deleted_post_leave_the_ledger_and_do_not_come_back_with_its_file() {
    let directory = begun();
    let root = directory.path();
    let post = |id: u64, text: &str, more: &str| {
        format!(
            "{{\"id\":\"{id}\",\"author_id\":\"11\",\"created_at\":\"2026-01-14T20:01:00.000Z\",\"text\":\"{text} #shelfchat\"{more}}}\n"
        )
    };
    let evening = [
        post(2011528997237686273, "Purple secrets", ""),
        post(
            2011528997237686274,
            "RT @ann: Purple secrets",
            ",\"referenced_tweets\":[{\"type\":\"retweeted\",\"id\":\"2011528997237686273\"}]",
        ),
        post(2011528997237686275, "Green words", ""),
    ]
    .concat();
    write(&root.join("evening.jsonl"), &evening);
    well(root, &["chat", "import", "shelf", "evening.jsonl"]);
    assert_eq!(rows_of(root, "post"), 3);
    let deleted = r#"{"id":"2011528997237686273","action":"delete","created_at":"2026-01-14T20:01:00.000Z","redacted_at":"2026-01-15T08:00:00.000Z","reason":"deleted"}"#;
    write(&root.join("tweets.jsonl"), deleted);
    let ended = well(root, &["chat", "import", "shelf", "tweets.jsonl"]);
    assert!(ended.stdout.contains("1 deleted since, removed from the ledger"), "{}", ended.said());
    assert_eq!(rows_of(root, "post"), 2);
    assert_eq!(counts(root), json!([3, 1, 1, 0, 0, 1, 1]), "what was read is still accounted for");

    // Neither the same file again nor another that holds it brings the words back.
    let again = well(
        root,
        &["chat", "import", "shelf", "evening.jsonl", "--again", "--observed-at", "2026-01-20T00:00:00Z"],
    );
    assert!(!again.stdout.contains("contradicting"), "{}", again.said());
    assert_eq!(rows_of(root, "post"), 2, "what has not changed is not kept twice");
    let text = well(root, &["chat", "transcript", "shelf"]).stdout;
    assert!(!text.contains("Purple"), "{text}");
}
