//! Hostile posts, names and addresses: harmless in every format and on every page.

use serde_json::Value;
use someasure_model::chat::{AltText, OnTheRoll, PassedOnBy, Picture, Quoted, Said, Speaker, Turn, Words};

use super::formats;
use crate::checks::{all, check_pages, rows};
use crate::hostile::hostile;
use crate::html::read;
use crate::support::chat::{at, by_hand, chat, turn, words};
use crate::support::invented;

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
