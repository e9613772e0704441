//! One transcript in every format: the same posts, in the order of reading, as each format writes them.

use std::collections::BTreeSet;

use serde_json::Value;
use someasure_model::chat::{Quoted, RepliesTo, Said, Turn};

use super::{format, formats, plain, saying};
use crate::checks::rows;
use crate::html::read;
use crate::support::Chance;
use crate::support::chat::{at, by_hand, speaker, turn, words};

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
fn a_self_contained_page_asks_for_nothing() {
    let page = format(&by_hand(), "page");
    for never in ["<link", "<script", "src=", "url(", "@import"] {
        assert!(!page.contains(never), "{never}");
    }
    assert!(page.contains("<h1>") && page.contains("prefers-color-scheme"));
}
