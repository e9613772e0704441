//! Chats: pages and transcripts of fictional people, hostile posts, and what must be in no file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde_json::Value;
use someasure_model::chat::{
    AltText, ChatReport, OnTheRoll, PassedOnBy, Picture, Quoted, RepliesTo, Said, Speaker, Transcript, Turn,
    Words,
};
use someasure_model::{Edition, Platform};
use someasure_report::{
    Setting, site, transcript_activities, transcript_csv, transcript_fragment, transcript_json,
    transcript_markdown, transcript_page,
};

use crate::checks::{all, check_pages, rows, text};
use crate::hostile::hostile;
use crate::html::read;
use crate::support::chat::{at, by_hand, chat, fill, network, q, speaker, turn, words};
use crate::support::{Chance, invented};

/// A handle of somebody who is not named: it must stand in no file.
const SECRET: &str = "quietquokka77";
const CHAT: &str = "site/chats/madeupchat/index.html";
const SESSION: &str = "site/chats/madeupchat/2014-03-12/index.html";
const NETWORK: &str = "site/chats/madeupchat/network.html";

fn with_chat() -> Edition {
    let mut edition = invented();
    fill(&mut edition);
    edition
}

fn files_of(chat: ChatReport) -> BTreeMap<String, Vec<u8>> {
    let mut edition = invented();
    edition.chats = vec![chat];
    all(&edition)
}

fn london() -> TimeZone {
    someasure_model::time::time_zone("Europe/London").unwrap()
}

/// Every format of a transcript, by its name.
fn formats(transcript: &Transcript, terms: &[(Platform, String)]) -> Vec<(&'static str, String)> {
    let zone = london();
    let setting = Setting { zone: &zone, terms, address: Some("https://example.org/chat/") };
    let utf8 = |bytes| String::from_utf8(bytes).unwrap();
    vec![
        ("fragment", transcript_fragment(transcript, &setting)),
        ("page", transcript_page(transcript, &setting)),
        ("markdown", transcript_markdown(transcript, &setting)),
        ("csv", utf8(transcript_csv(transcript, &setting))),
        ("json", utf8(transcript_json(transcript, &setting))),
        ("activities", utf8(transcript_activities(transcript, &setting))),
    ]
}

fn format(transcript: &Transcript, which: &str) -> String {
    formats(transcript, &[]).into_iter().find(|(name, _)| *name == which).unwrap().1
}

/// A session in which somebody says one thing.
fn saying(said: &str) -> Transcript {
    let words = words(speaker(1), at("2014-03-12T20:01:00Z"), said);
    Transcript {
        opening: vec![turn(1, 0, Said::Words(Box::new(words)))],
        questions: Vec::new(),
        unassigned: Vec::new(),
        afterwards: Vec::new(),
        passed_on: Vec::new(),
        ..by_hand()
    }
}

fn plain(page: &str) -> String {
    read(page)
        .iter()
        .find(|tag| tag.name == "body")
        .unwrap()
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn an_edition_with_a_chat_has_its_pages_and_every_link_of_them_leads_somewhere() {
    let files = all(&with_chat());
    check_pages(&files);
    for page in [CHAT, SESSION, NETWORK, "site/chats/index.html"] {
        assert!(files.contains_key(page), "{page}");
    }
    let map = text(&files, "site/sitemap.xml");
    for page in ["chats/index.html", "chats/madeupchat/index.html", "chats/madeupchat/2014-03-12/index.html"]
    {
        assert!(map.contains(&format!("/report/{page}<")), "{page}");
    }
    assert!(text(&files, "site/index.html").contains("href=\"chats/index.html\""));
    for file in ["network.gexf", "network.graphml", "ties.csv"] {
        assert_eq!(files[&format!("site/chats/madeupchat/{file}")], b"bytes of the caller");
        assert!(text(&files, NETWORK).contains(&format!("href=\"{file}\"")), "{file}");
    }
}

#[test]
fn an_edition_without_a_chat_does_not_speak_of_chats() {
    let files = all(&invented());
    assert!(!files.keys().any(|path| path.starts_with("site/chats")));
    assert!(!text(&files, "site/index.html").contains("chats/index.html"));
}

#[test]
fn an_organisation_leads_to_the_chats_that_it_took_part_in() {
    let files = all(&with_chat());
    let of = |id: &str| plain(text(&files, &format!("site/organisations/invented-{id}/index.html")));
    assert!(of("A01").contains("Took part in the chat #madeupchat in 12 sessions."));
    assert!(of("A02").contains("Took part in the chat #madeupchat in 1 session."));
    assert!(!of("A03").contains("Took part in the chat"));
    assert!(text(&files, CHAT).contains("href=\"../../organisations/invented-A01/index.html\""));
}

#[test]
fn the_counts_on_the_page_are_those_that_were_given() {
    let mut chat = chat(3);
    chat.tally.read += 5;
    let (statistics, tally) = (chat.statistics.clone(), chat.tally.clone());
    let files = files_of(chat);
    let page = plain(text(&files, CHAT));
    let all = &statistics.all;
    for told in [
        format!("{} of {} posts", all.conversation.count, all.conversation.of),
        format!("Posts of the chat{}", tally.posts),
        format!("Reposts of the chat{}", tally.reposts),
        format!("The same post in another record{}", tally.duplicates),
        "Without the chat’s hashtag7".to_owned(),
        format!("Read{}", tally.read),
        format!("Of the posts, {} reply to another.", tally.replies),
        "These do not add up: 5 records are not explained.".to_owned(),
        format!(
            "70 people took part in 3 sessions from April 2013 to March 2014: {} posts, passed on {} times.",
            all.posts, all.reposts
        ),
    ] {
        assert!(page.contains(&told), "{told}: {page}");
    }
    let roll = rows(text(&files, "site/chats/madeupchat/roll.csv"));
    assert_eq!(roll.len(), statistics.roll.len());
    let sessions = rows(text(&files, "site/chats/madeupchat/charts/participants.csv"));
    let given: Vec<String> = statistics.sessions.iter().map(|s| s.counts.participants.to_string()).collect();
    assert_eq!(sessions.iter().map(|row| row["participants"].clone()).collect::<Vec<_>>(), given);
}

#[test]
fn every_post_of_a_transcript_stands_once_in_every_format() {
    let transcript = by_hand();
    let posts: Vec<u32> = transcript.turns().map(|turn| turn.post).collect();
    let fragment = format(&transcript, "fragment");
    let anchors: Vec<String> = read(&fragment)
        .iter()
        .filter(|tag| tag.name == "li")
        .map(|tag| tag.get("id").unwrap().to_owned())
        .collect();
    assert_eq!(anchors, posts.iter().map(|post| format!("p{post}")).collect::<Vec<_>>());
    let csv = rows(&format(&transcript, "csv"));
    assert_eq!(
        csv.iter().map(|row| row["post"].clone()).collect::<Vec<_>>(),
        posts.iter().map(u32::to_string).collect::<Vec<_>>()
    );
    let markdown = format(&transcript, "markdown");
    let items = markdown.lines().filter(|line| line.trim_start().starts_with("- ")).count();
    assert_eq!(items, posts.len(), "{markdown}");
    let activities: Value = serde_json::from_str(&format(&transcript, "activities")).unwrap();
    let reposts: usize = transcript.turns().map(|turn| turn.passed_on_by.len()).sum();
    assert_eq!(activities["totalItems"], posts.len() + reposts);
    let json: Value = serde_json::from_str(&format(&transcript, "json")).unwrap();
    assert_eq!(json["transcript"]["counts"]["posts"], 40);
    assert_eq!(json["transcript"]["questions"].as_array().unwrap().len(), 3);
}

#[test]
fn a_transcript_is_read_question_by_question() {
    let page = plain(&format!("<body>{}</body>", format(&by_hand(), "fragment")));
    let headings = [
        "Before the first question",
        "Q1. What makes an answer a good one?",
        "Q2a. What would you stop doing?",
        "Q2b. And start?",
        "No post could be given to this question.",
        "Not given to a question",
        "In the days after",
        "Passed on from elsewhere",
    ];
    let mut from = 0;
    for heading in headings {
        from += page[from..].find(heading).unwrap_or_else(|| panic!("{heading} is not in its place: {page}"));
    }
    for told in [
        "Passed on by 3 people: Bilal Invented, Participant 2 and 1 who withdrew",
        "Passed on by 9 people",
        "Picture: “A table of waiting times, by month.”",
        "Picture without alternative text",
        "Film; its alternative text is not known",
        "A post that was withdrawn.",
        "Quotes Alder Valley Trust (invented)",
        "In reply to a post of another time",
        "The words of this post are not in the archive.",
        "13 March 2014, 08:15",
        "Q2a: says so, Q2b: says so",
        "Q1: quotes the question or an answer",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[test]
fn a_deep_thread_ends_its_indentation_and_says_to_whom_it_replies() {
    let mut transcript = saying("A beginning");
    transcript.opening.extend((1..20_000).map(|i| {
        let said = words(speaker(30), at("2014-03-12T20:02:00Z"), "And so on");
        Turn { replies_to: Some(RepliesTo::Turn { post: i }), ..turn(i + 1, i, Said::Words(Box::new(said))) }
    }));
    let fragment = format(&transcript, "fragment");
    let classes: BTreeSet<&str> = fragment
        .split("<li class=\"turn")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().trim())
        .collect();
    assert_eq!(classes.into_iter().collect::<Vec<_>>(), ["", "d1", "d2", "d3", "d4"]);
    assert!(fragment.contains("In reply to <a href=\"#p19999\">"));
    let markdown = format(&transcript, "markdown");
    let deepest = markdown.lines().map(|line| line.len() - line.trim_start().len()).max();
    assert!(deepest <= Some(12), "{deepest:?}");
}

#[test]
fn a_reply_loop_is_drawn_like_anything_else() {
    let mut transcript = saying("One");
    transcript.opening[0].replies_to = Some(RepliesTo::Turn { post: 2 });
    let mut two = transcript.opening[0].clone();
    (two.post, two.depth, two.replies_to) = (2, u32::MAX, Some(RepliesTo::Turn { post: 1 }));
    two.quoted = Some(Quoted::Turn { post: 2 });
    transcript.opening.push(two);
    for (name, file) in formats(&transcript, &[]) {
        assert!(file.len() < 60_000 && !file.is_empty(), "{name}");
    }
}

#[test]
fn activities_are_those_of_the_standard() {
    let file: Value = serde_json::from_str(&format(&by_hand(), "activities")).unwrap();
    assert_eq!(file["@context"], "https://www.w3.org/ns/activitystreams");
    assert_eq!(file["type"], "OrderedCollection");
    let items = file["orderedItems"].as_array().unwrap();
    assert_eq!(file["totalItems"], items.len());
    let of = |id: &str| {
        items
            .iter()
            .find(|item| item["object"]["id"] == id || item["id"] == id)
            .unwrap_or_else(|| panic!("no {id}"))
    };
    let answer = of("https://example.org/chat/#p21");
    assert_eq!((answer["type"].as_str(), answer["object"]["type"].as_str()), (Some("Create"), Some("Note")));
    assert_eq!(answer["object"]["attributedTo"]["name"], "Alder Valley Trust (invented)");
    assert_eq!(answer["object"]["attachment"][0]["name"], "A table of waiting times, by month.");
    let reply = of("https://example.org/chat/#p23");
    assert_eq!(reply["object"]["inReplyTo"], "https://example.org/chat/#p22");
    assert_eq!(reply["object"]["attributedTo"]["name"], "Participant 5");
    assert!(reply["object"].get("url").is_none() && reply["actor"].get("preferredUsername").is_none());
    assert_eq!(of("https://example.org/chat/#p43")["type"], "Tombstone");
    let repost = of("https://example.org/chat/#repost-30");
    assert_eq!(
        (repost["type"].as_str(), repost["object"].as_str()),
        (Some("Announce"), Some("https://example.org/chat/#p21"))
    );
    assert_eq!(of("https://example.org/chat/#repost-32")["actor"]["type"], "Tombstone");
    let ids: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
}

#[test]
fn words_that_a_platforms_terms_withhold_are_in_no_format() {
    let mut transcript = by_hand();
    let x: Platform = "x".parse().unwrap();
    for turn in transcript.opening.iter_mut().chain(
        transcript
            .questions
            .iter_mut()
            .take(1)
            .flat_map(|asked| asked.posts.iter_mut().chain(&mut asked.answers)),
    ) {
        if let Said::Words(words) = &mut turn.said {
            words.platform = x.clone();
        }
    }
    let terms = [(x, "Its terms allow only ids to be passed on".to_owned())];
    for (name, file) in formats(&transcript, &terms) {
        for gone in [
            "Welcome to the",
            "What makes an answer",
            "happens next",
            "what-helps",
            "waiting times",
            "Names, not inboxes",
        ] {
            assert!(!file.contains(gone), "{name}: {gone}");
        }
        assert!(file.contains("Answering with a link"), "{name}: another platform’s words went, too");
        if name != "csv" {
            assert!(file.contains("Its terms allow only ids to be passed on"), "{name}");
        }
    }
}

#[test]
fn whoever_is_not_named_is_in_no_byte_of_any_file() {
    let mut edition = with_chat();
    let chat = &mut edition.chats[0];
    // What should not be there is there: the report leaves it out all the same.
    let Transcript { opening, unassigned, .. } = &mut chat.transcripts[0];
    for turn in opening.iter_mut().chain(unassigned) {
        if let Said::Words(words) = &mut turn.said
            && !matches!(words.speaker, Speaker::Named { .. })
        {
            words.post_id = Some(format!("mastodon:social.example/{SECRET}").parse().unwrap());
            words.link = Some(format!("https://social.example/@{SECRET}/1"));
        }
    }
    let gone = Words {
        text: Some(format!("I am {SECRET}")),
        ..words(Speaker::Withdrawn, at("2014-03-12T20:09:00Z"), "")
    };
    let gone = Words {
        links: vec![format!("https://{SECRET}.example/")],
        media: vec![Picture { kind: "image".into(), alt: AltText::Given(SECRET.into()) }],
        ..gone
    };
    chat.transcripts[0].unassigned.push(turn(99, 0, Said::Words(Box::new(gone))));
    for (path, bytes) in all(&edition) {
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "{path} names {SECRET}");
    }
}

fn hostile_turn(post: u32, said: &str) -> Turn {
    let nasty = || said.chars().take(20_000).collect::<String>();
    let speaker = Speaker::Named {
        name: nasty(),
        handle: Some(nasty()),
        link: Some(format!("javascript:{}", nasty())),
        organisation: Some("invented:A01".parse().unwrap()),
    };
    let words = || Words {
        language: Some("en\" onclick=\"alert(1)".to_owned()),
        links: vec![
            "javascript:alert(1)".to_owned(),
            "https://a.example/\"><script>".to_owned(),
            "https://fine.example/(a)_[b]*c*".to_owned(),
            nasty(),
        ],
        link: Some("data:text/html,<script>".to_owned()),
        media: vec![Picture { kind: nasty(), alt: AltText::Given(nasty()) }; 30],
        ..words(speaker.clone(), at("9999-01-01T23:59:59Z"), said)
    };
    Turn {
        quoted: Some(Quoted::Shown(Box::new(words()))),
        passed_on_by: (0..3)
            .map(|i| PassedOnBy {
                post: post + 1 + i,
                speaker: speaker.clone(),
                at: at("1970-01-01T00:00:00Z"),
            })
            .collect(),
        likes: Some(i64::MIN),
        ..turn(post, 0, Said::Words(Box::new(words())))
    }
}

#[test]
fn hostile_posts_are_harmless_in_every_format_and_on_every_page() {
    let zalgo = format!("Z{}", "\u{301}\u{489}".repeat(400));
    let texts = [
        hostile(),
        "=HYPERLINK(\"http://x\",\"y\")".to_owned(),
        format!("{zalgo}\n\u{2028}# Heading\n1. x\r\n---\n| a | b |"),
        "w ".repeat(500_000),
        "\u{202e}".to_owned(),
    ];
    let mut transcript = by_hand();
    transcript.chat = hostile();
    transcript.topic = Some(hostile());
    transcript.hosts = vec![Speaker::Named { name: hostile(), handle: None, link: None, organisation: None }];
    transcript.questions[0].text = Some(hostile());
    transcript.unassigned =
        texts.iter().enumerate().map(|(i, text)| hostile_turn(1_000 + 10 * i as u32, text)).collect();
    let hidden = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}');
    for (name, file) in formats(&transcript, &[]) {
        assert!(!file.contains(hidden), "{name}");
        match name {
            "fragment" | "page" => {
                for never in ["<script", "<img", "href=\"javascript", "href=\"data:", "onclick=\""] {
                    assert!(!file.contains(never), "{name}: {never}");
                }
                read(&file.replace("<style>", "<p>").replace("</style>", "</p>").replace(" > ", " &gt; "));
                assert!(!file.contains(&"w".repeat(5_001)), "{name}");
            }
            "csv" => {
                for (column, cell) in rows(&file).into_iter().flatten() {
                    let is_number = cell.parse::<f64>().is_ok();
                    assert!(
                        is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                        "{column}: {cell}"
                    );
                }
            }
            "markdown" => assert!(file.lines().all(|line| line.starts_with("# ")
                || line.starts_with("## ")
                || line.starts_with("### ")
                || !line.starts_with('#'))),
            _ => {
                // Names are plain text; what is HTML holds none of theirs.
                let file: Value = serde_json::from_str(&file).unwrap();
                let mut contents = vec![file["summary"].to_string()];
                for item in file["orderedItems"].as_array().into_iter().flatten() {
                    contents.extend(
                        ["content", "contentMap", "summary"].map(|member| item["object"][member].to_string()),
                    );
                }
                assert!(
                    !contents.iter().any(|html| html.contains("<script") || html.contains("<img")),
                    "{name}"
                );
            }
        }
    }
    let mut chat = chat(2);
    (chat.title, chat.about, chat.notice) = (hostile(), hostile(), hostile());
    chat.hashtags = vec![hostile(); 40];
    chat.tally.other.push((hostile(), u64::MAX));
    chat.terms.push(("bluesky".parse().unwrap(), hostile()));
    chat.organisations[0].name = hostile();
    chat.statistics.links[0].address = "javascript:alert(1)".to_owned();
    chat.statistics.links[1].address = "=cmd|' /C calc'!A0".to_owned();
    chat.network_files[0].name = "../../index.html".to_owned();
    let named = Speaker::Named {
        name: hostile(),
        handle: Some("\"><script>".to_owned()),
        link: Some("javascript:alert(1)".to_owned()),
        organisation: None,
    };
    chat.statistics.roll.push(OnTheRoll { speaker: named.clone(), ..chat.statistics.roll[0].clone() });
    chat.network.nodes[0].speaker = named;
    chat.network.nodes[1].place = Some((f64::NAN, f64::INFINITY));
    chat.network.edges[0].to = u32::MAX;
    chat.network.nodes[2].betweenness = f64::NAN;
    chat.evenness.all = Some(f64::NAN);
    chat.transcripts = vec![transcript];
    let mut edition = invented();
    edition.chats = vec![chat];
    let files = all(&edition);
    check_pages(&files);
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("site/chats/")) {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(!text.contains(hidden), "{path}");
        if path.ends_with(".html") || path.ends_with(".svg") {
            assert!(
                !text.contains("<script>") && !text.contains("<img") && !text.contains("href=\"javascript"),
                "{path}"
            );
        }
        if path.ends_with(".csv") && path.contains("madeupchat/") && !path.ends_with("ties.csv") {
            for (column, cell) in rows(text).into_iter().flatten() {
                let is_number = cell.parse::<f64>().is_ok();
                assert!(is_number || !cell.starts_with(['=', '+', '-', '@']), "{path}: {column}: {cell}");
                assert!(!["NaN", "inf"].contains(&cell.as_str()), "{path}: {column}");
            }
        }
    }
}

#[test]
fn markdown_holds_what_was_said_as_words_alone() {
    let file = format(
        &saying(
            "# Not a heading\n- not a list\n[not a link](https://x.example) <b>not bold</b> www.x.example @ann",
        ),
        "markdown",
    );
    insta::assert_snapshot!(file.lines().skip_while(|line| !line.starts_with("- ")).collect::<Vec<_>>().join("\n"), @r"
    - **Bilal Invented** \@fictional1, [20:01](<https://social.example/@somebody/1>), Mastodon\
      \# Not a heading\
      \- not a list\
      \[not a link\](https\://x.example) \<b\>not bold\</b\> www\.x.example \@ann
    ");
}

#[test]
fn whatever_is_said_a_reader_of_markdown_finds_the_same_words_and_no_markup() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    const PIECES: [&str; 44] = [
        "#",
        "*",
        "_",
        "-",
        "+",
        "=",
        "`",
        "~",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "!",
        "&",
        "|",
        "\\",
        "\"",
        "'",
        ":",
        ".",
        "@",
        "1.",
        "2)",
        " ",
        " ",
        "\n",
        "\n\n",
        "a",
        "b c",
        "é",
        "http://x.example",
        "www.x.example",
        "&amp;",
        "<b>",
        "[x]: y",
        "[^1]",
        "$",
        "^",
        "{",
        "}",
        "%",
        "   ",
    ];
    let mut chance = Chance::new(3);
    for _ in 0..3_000 {
        let said: String = (0..1 + (chance.next() * 14.0) as usize)
            .map(|_| PIECES[(chance.next() * 44.0) as usize])
            .collect();
        let file = format(&saying(&format!("a {said} z")), "markdown");
        let body = file.split_once("\n- ").unwrap().1;
        let mut shown = String::new();
        let mut open = 0;
        for event in Parser::new_ext(&format!("- {body}"), Options::all()) {
            match event {
                Event::Start(
                    Tag::List(None) | Tag::Item | Tag::Paragraph | Tag::Strong | Tag::Link { .. },
                ) => open += 1,
                Event::End(_) => open -= 1,
                Event::Text(text) => shown.push_str(&text),
                Event::SoftBreak | Event::HardBreak => shown.push(' '),
                other => panic!("{other:?} of {said:?}: {body}"),
            }
        }
        assert_eq!(open, 0);
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, shown) = shown.split_once("Mastodon ").unwrap();
        // A parser with every extension on sets quotes and dashes as print does.
        let typed = |text: &str| {
            squeezed(text)
                .replace(['“', '”'], "\"")
                .replace(['‘', '’'], "'")
                .replace("…", "...")
                .replace('—', "---")
                .replace('–', "--")
        };
        assert_eq!(typed(shown), typed(&format!("a {said} z")), "{body}");
    }
}

#[test]
fn a_chat_of_nobody_and_nothing_has_pages_that_say_so() {
    let mut nothing = chat(1);
    nothing.statistics = someasure_model::chat::ChatStatistics {
        first: None,
        last: None,
        all: Default::default(),
        sessions: Vec::new(),
        months: Vec::new(),
        links: Vec::new(),
        roll: Vec::new(),
        in_sessions: 0,
        afterwards: 0,
        between: 0,
        outside: 0,
        deleted: 0,
        as_at: nothing.statistics.as_at,
    };
    nothing.network = network(0);
    nothing.transcripts.clear();
    nothing.organisations.clear();
    nothing.network_files.clear();
    nothing.participants = None;
    nothing.tally = Default::default();
    (nothing.about, nothing.notice) = (String::new(), String::new());
    let files = files_of(nothing);
    check_pages(&files);
    assert!(plain(text(&files, CHAT)).contains("Nothing of it was kept yet."));
    assert!(plain(text(&files, NETWORK)).contains("Nobody replied to, mentioned or quoted another."));
}

#[test]
fn a_network_of_thousands_is_a_small_picture() {
    let mut chat = chat(1);
    chat.network = network(2_000);
    let files = files_of(chat);
    let page = text(&files, NETWORK);
    let svg = page
        .split_once("<svg class=\"chart\"")
        .unwrap()
        .1
        .split_once("</figcaption>")
        .unwrap_or((page, ""))
        .0;
    let file = &files["site/chats/madeupchat/charts/network.svg"];
    assert!(file.len() < 300_000, "{} bytes", file.len());
    assert!(page.len() < 700_000, "{} bytes", page.len());
    assert!(svg.contains("A network of 2,000 people and"));
    assert!(page.matches("class=\"c-name").count() <= 25);
}

#[test]
fn the_pages_of_chats_judge_nobody() {
    let files = all(&with_chat());
    for page in [CHAT, SESSION, NETWORK, "site/chats/index.html"] {
        let said = plain(text(&files, page)).to_lowercase();
        for word in [
            "worst",
            "best ",
            "failing",
            "poor",
            "lags",
            "plummeted",
            "slipped",
            "significant",
            "impressions",
            "influencer",
            "followers",
        ] {
            assert!(!said.contains(word), "{page}: {word}");
        }
    }
}

#[test]
fn a_self_contained_page_asks_for_nothing() {
    let page = format(&by_hand(), "page");
    for never in ["<link", "<script", "src=", "url(", "@import"] {
        assert!(!page.contains(never), "{never}");
    }
    assert!(page.contains("<h1>") && page.contains("prefers-color-scheme"));
}

#[test]
fn a_chat_is_drawn_the_same_each_time() {
    let edition = with_chat();
    let once: Vec<_> = site(&edition).filter(|file| file.path.contains("chats/")).collect();
    let twice: Vec<_> = site(&edition).filter(|file| file.path.contains("chats/")).collect();
    assert!(once == twice && !once.is_empty());
    assert_eq!(q(2, Some('a')).to_string(), "Q2a");
}
