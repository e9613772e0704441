use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use someasure_model::chat::story::{
    Block, EmbeddedPost, Inline, Permalink, Prose, Shown, ShownMedia, Span, Story,
};

use super::{StoryFrame, story_json, story_page};

fn text(words: &str) -> Vec<Span> {
    vec![Span::Text { text: words.to_owned() }]
}

fn named(name: &str, handle: &str) -> Shown {
    Shown::Named {
        name: name.to_owned(),
        handle: Some(handle.to_owned()),
        address: Some(format!("https://twitter.com/{handle}")),
    }
}

fn post(author: Shown, words: &str) -> EmbeddedPost {
    EmbeddedPost {
        named: None,
        platform: "X (Twitter)".to_owned(),
        author,
        created_at: "2015-01-14T20:05:00Z".parse().unwrap(),
        language: Some("en".to_owned()),
        withheld: None,
        text: text(words),
        links: Vec::new(),
        media: Vec::new(),
        note: None,
        answers: None,
        quotes: None,
    }
}

fn words(text: &str) -> Vec<Inline> {
    vec![Inline::Text { text: text.to_owned() }]
}

pub(crate) fn story() -> Story {
    let mut first =
        post(named("Ann Example", "ann_reads"), "Is it measuring\nthe right things?\n\nI wonder. ");
    first.named = Some(Permalink {
        post_id: "x:100".parse().unwrap(),
        address: Some("https://twitter.com/ann_reads/status/100".to_owned()),
    });
    first.text.push(Span::Mention { person: Shown::Participant { number: 12 } });
    first.text.extend(text(" "));
    first.text.push(Span::Link { address: "https://example.org/report?a=1&b=2".to_owned() });
    first.media.push(ShownMedia {
        kind: "image".to_owned(),
        alternative: Some("A chart with seven bars".to_owned()),
    });
    first.media.push(ShownMedia { kind: "video".to_owned(), alternative: None });
    first.note = Some("This was asked first.".to_owned());
    let mut second = post(Shown::Participant { number: 12 }, "It counts what can be counted.");
    second.answers = Some(Box::new(Block::Post {
        post: Box::new(post(Shown::Participant { number: 3 }, "What does it count?")),
    }));
    second.quotes = Some(Box::new(Block::Withdrawn));
    Story {
        id: "the-report".parse().unwrap(),
        title: "What the report set off".to_owned(),
        chat: Some("nhssm".parse().unwrap()),
        session: Some("2015-01-14".parse().unwrap()),
        curator: "Eva Curator".to_owned(),
        date: "2015-01-20".parse().unwrap(),
        summary: "A report counted followers; an evening asked whether it should.".to_owned(),
        language: "en".to_owned(),
        draft: false,
        blocks: vec![
            Block::Prose {
                prose: Prose::Paragraph {
                    words: vec![
                        Inline::Text { text: "It began with a ".to_owned() },
                        Inline::Link {
                            address: "https://example.org/report".to_owned(),
                            words: words("report"),
                        },
                        Inline::Text { text: " and ".to_owned() },
                        Inline::Emphasis { words: words("many") },
                        Inline::Text { text: " questions.".to_owned() },
                    ],
                },
            },
            Block::Prose {
                prose: Prose::Heading { level: 2, words: words("Q1: Is it measuring the right things?") },
            },
            Block::Post { post: Box::new(first) },
            Block::Post { post: Box::new(second) },
            Block::Withdrawn,
            Block::Missing,
            Block::Prose {
                prose: Prose::List {
                    first: None,
                    items: vec![
                        vec![Prose::Paragraph { words: words("One thing") }],
                        vec![
                            Prose::Paragraph { words: words("Another") },
                            Prose::List {
                                first: Some(3),
                                items: vec![vec![Prose::Paragraph { words: words("within") }]],
                            },
                        ],
                    ],
                },
            },
            Block::Prose {
                prose: Prose::Quotation {
                    prose: vec![Prose::Paragraph { words: words("Counting is not measuring.") }],
                },
            },
            Block::Prose {
                prose: Prose::Picture { file: "hall.png".to_owned(), alternative: "A full hall".to_owned() },
            },
            Block::Prose {
                prose: Prose::Picture {
                    file: "gone.png".to_owned(),
                    alternative: "A hall that nobody kept".to_owned(),
                },
            },
            Block::Prose { prose: Prose::Rule },
            Block::Prose { prose: Prose::Code { text: "a <b>\n  c".to_owned() } },
        ],
    }
}

/// One white point.
const PICTURE: [u8; 69] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0,
    0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, 0x49, 0x44, 0x41, 0x54, 8, 0xd7, 0x63, 0xf8,
    0xff, 0xff, 0x3f, 0, 5, 0xfe, 2, 0xfe, 0xdc, 0xcc, 0x59, 0xe7, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];

pub(crate) fn pictures() -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([("hall.png".to_owned(), PICTURE.to_vec())])
}

pub(crate) fn frame<'a>(zone: &'a TimeZone, pictures: &'a BTreeMap<String, Vec<u8>>) -> StoryFrame<'a> {
    StoryFrame {
        zone,
        zone_name: "Europe/London",
        chat: Some("#nhssm"),
        contact: Some("chat@example.org"),
        licence: Some("CC BY 4.0"),
        tool_version: "0.1.0",
        pictures,
    }
}

fn page(story: &Story) -> String {
    let (zone, pictures) = (TimeZone::get("Europe/London").unwrap(), pictures());
    story_page(story, &frame(&zone, &pictures))
}

/// Writes the page for a look: `STORY_PAGE=/tmp/story.html cargo test -p someasure-report writes_the_page`.
#[test]
fn writes_the_page_where_somebody_asks_for_it() {
    if let Ok(path) = std::env::var("STORY_PAGE") {
        std::fs::write(&path, page(&story())).unwrap();
        let (zone, pictures) = (TimeZone::get("Europe/London").unwrap(), pictures());
        let source = crate::story_source(&story(), &frame(&zone, &pictures));
        std::fs::write(format!("{path}.typ"), source.text).unwrap();
        for (name, bytes) in source.files {
            std::fs::write(std::path::Path::new(&path).with_file_name(name), bytes).unwrap();
        }
    }
}

#[test]
fn a_page_needs_nothing_else() {
    let page = page(&story());
    for asks in ["<script", "<link", "@import", "url(", "src=\"http", "<iframe", "srcset", "@font-face"] {
        assert!(!page.contains(asks), "{asks}");
    }
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
    assert!(page.contains("src=\"data:image/png;base64,iVBORw0KGgo"));
    assert!(page.contains("<html lang=\"en\">"));
}

#[test]
fn a_post_is_quoted_with_author_time_link_and_what_its_pictures_show() {
    let page = page(&story());
    for part in [
        "<bdi>Ann Example</bdi></a> <bdi>@ann_reads</bdi></span> on X (Twitter), <a href=\"https://twitter.com/ann_reads/status/100\" rel=\"nofollow noopener\"><time datetime=\"2015-01-14T20:05:00Z\">14 January 2015, 20:05</time></a>",
        "<p>Is it measuring<br>the right things?</p><p>I wonder. <bdi>Participant 12</bdi> <a href=\"https://example.org/report?a=1&amp;b=2\"",
        "<li>Picture: <bdi lang=\"en\">A chart with seven bars</bdi></li>",
        "<li>Film: <span class=\"withheld\">what it shows is not known here.</span></li>",
        "The curator’s note: </span>This was asked first.",
        "<bdi>Participant 12</bdi></span> on X (Twitter), <time",
        "<p class=\"mark\">A post was withdrawn by its author.</p>",
        "<p class=\"mark\">A post that stood here is not in the archive.</p>",
        "Of 3 posts shown, 1 appears by name",
        "2 posts were withdrawn; a mark stands in place of each.",
        "<a href=\"mailto:chat@example.org\">",
        "[A hall that nobody kept]",
        "<ol start=\"3\">",
        "a &lt;b&gt;\n  c",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn what_people_wrote_is_never_markup() {
    let evil = "</style></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>\u{202e}\u{0}&amp;{{ post x:1 }}";
    let mut hostile = post(
        Shown::Named {
            name: evil.to_owned(),
            handle: Some(evil.to_owned()),
            address: Some("javascript:alert(1)".to_owned()),
        },
        evil,
    );
    hostile.named = Some(Permalink {
        post_id: "x:1".parse().unwrap(),
        address: Some(format!("https://example.org/\"{evil}")),
    });
    hostile.language = Some("\"><script>".to_owned());
    hostile.platform = evil.to_owned();
    hostile.note = Some(evil.to_owned());
    hostile.links = vec!["javascript:alert(1)".to_owned(), evil.to_owned()];
    hostile.media = vec![ShownMedia { kind: evil.to_owned(), alternative: Some(evil.to_owned()) }];
    hostile.text.push(Span::Link { address: "javascript:alert(1)".to_owned() });
    hostile.text.push(Span::Mention {
        person: Shown::Named {
            name: evil.to_owned(),
            handle: None,
            address: Some("data:text/html,x".to_owned()),
        },
    });
    let all = words(evil);
    let mut story = story();
    (story.title, story.curator, story.summary, story.language) =
        (evil.to_owned(), evil.to_owned(), evil.to_owned(), evil.to_owned());
    story.blocks = vec![
        Block::Post { post: Box::new(hostile) },
        Block::Prose { prose: Prose::Heading { level: 9, words: all.clone() } },
        Block::Prose {
            prose: Prose::Paragraph {
                words: vec![
                    Inline::Link { address: "javascript:alert(1)".to_owned(), words: all.clone() },
                    Inline::Link { address: format!("mailto:a@b.org?x={evil}"), words: all },
                    Inline::Code { text: evil.to_owned() },
                ],
            },
        },
        Block::Prose { prose: Prose::Code { text: evil.to_owned() } },
        Block::Prose { prose: Prose::Picture { file: evil.to_owned(), alternative: evil.to_owned() } },
    ];
    let zone = TimeZone::UTC;
    let pictures = BTreeMap::from([(evil.to_owned(), b"<svg onload=alert(1)>".to_vec())]);
    let frame = StoryFrame {
        zone_name: evil,
        chat: Some(evil),
        contact: Some(evil),
        licence: Some(evil),
        tool_version: evil,
        ..frame(&zone, &pictures)
    };
    let page = story_page(&story, &frame);
    // The one tag of each kind that is ours.
    for (tag, times) in [
        ("<script", 0),
        ("<img", 0),
        ("</style", 1),
        ("<b>", 0),
        ("javascript:alert(1)\"", 0),
        ("href=\"data:", 0),
        ("<svg", 0),
        ("\u{202e}", 0),
        ("\u{0}", 0),
    ] {
        assert_eq!(page.matches(tag).count(), times, "{tag}\n{page}");
    }
    let source = crate::story_source(&story, &frame);
    assert!(source.files.is_empty(), "what is no picture is none on paper");
    if let Ok(path) = std::env::var("STORY_PAGE") {
        std::fs::write(format!("{path}.hostile.html"), &page).unwrap();
        std::fs::write(format!("{path}.hostile.typ"), &source.text).unwrap();
    }
    assert!(!source.text.contains('\u{202e}') && !source.text.contains('\u{0}'));
    // Outside of literals nothing of it stands.
    let mut outside = String::new();
    let (mut within, mut before) = (false, ' ');
    for c in source.text.replace("\\\\", "").chars() {
        if c == '"' && before != '\\' {
            within = !within;
        } else if !within {
            outside.push(c);
        }
        before = c;
    }
    assert!(!outside.contains("alert") && !outside.contains("{{"), "{outside}");
    assert!(!page.contains("href=\"javascript") && !page.contains("onerror=alert(1)>\""));
    assert!(story_json(&story).contains("\\u202e"));
}

#[test]
fn endless_texts_end() {
    let mut story = story();
    let long = "x".repeat(1_000_000);
    let marks = format!("z{}", "\u{301}".repeat(500_000));
    story.blocks = vec![
        Block::Post { post: Box::new(post(Shown::Somebody, &long)) },
        Block::Post { post: Box::new(post(Shown::Somebody, &marks)) },
    ];
    story.title = long;
    let page = page(&story);
    assert!(page.len() < 60_000 && page.contains("xxx…"), "{}", page.len());
    assert!(page.matches('\u{301}').count() <= 4);
}

#[test]
fn a_story_in_another_language_says_which_words_are_whose() {
    let mut story = story();
    story.language = "ar".to_owned();
    let page = page(&story);
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert!(
        page.contains("<footer lang=\"en\" dir=\"ltr\">") && page.contains("<p class=\"mark\" lang=\"en\">")
    );
}

#[test]
fn a_story_comes_back_from_its_json() {
    let story = story();
    let json: serde_json::Value = serde_json::from_str(&story_json(&story)).unwrap();
    assert_eq!(json["format"], "someasure-story/1");
    assert_eq!(json["story"]["blocks"][2]["post"]["author"]["as"], "named");
    assert_eq!(serde_json::from_value::<Story>(json["story"].clone()).unwrap(), story);
    let mut extended = json["story"].clone();
    extended["mood"] = "sad".into();
    assert!(serde_json::from_value::<Story>(extended).is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_a_post_says_the_page_has_only_our_own_tags(
        any in proptest::prelude::any::<String>(),
        evil in "[-<>/\"'=&;a-z !\\]\\[]{0,40}",
    ) {
        let words = format!("{evil}{any}</script><b>");
        let mut hostile = post(named(&words, &words), &words);
        hostile.note = Some(words.clone());
        hostile.links = vec![words.clone(), format!("https://example.org/{words}")];
        hostile.media = vec![ShownMedia { kind: words.clone(), alternative: Some(words.clone()) }];
        hostile.text.push(Span::Link { address: words.clone() });
        hostile.quotes = Some(Box::new(Block::Post { post: Box::new(post(Shown::Somebody, &words)) }));
        let mut story = story();
        story.blocks = vec![Block::Post { post: Box::new(hostile) }];
        story.summary = words;
        for tag in page(&story).split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
            proptest::prop_assert!(
                [
                    "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "footer", "div", "h1", "h2", "p",
                    "a", "bdi", "br", "time", "figure", "figcaption", "blockquote", "span", "ul", "li",
                ]
                .contains(&name),
                "{}", tag
            );
            proptest::prop_assert!(!tag.contains(" href=") || tag.contains("href=\"http") || tag.contains("href=\"mailto:"), "{}", tag);
        }
    }
}
