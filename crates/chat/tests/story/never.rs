//! Whatever is written: no panic, no endless text, nothing hidden.

use proptest::prelude::*;
use someasure_chat::story::import::{Format, Wishes, import};
use someasure_chat::story::{Found, Sources, StoryFile, reference, resolve};
use someasure_model::chat::story::{Block, Span};
use someasure_model::plain::is_unwanted;

use crate::{people, post, seen, story, told};

#[test]
fn hostile_posts_become_plain_text() {
    let post = told(
        "x:1",
        "<script>alert(1)</script>\u{202e}{{ post x:1 }} </p>\u{0}e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\n\n\n\nend",
    );
    assert_eq!(
        seen(&post),
        "<script>alert(1)</script>{{ post x:1 }} </p>e\u{301}\u{301}\u{301}\u{301}\n\nend"
    );
    let started = std::time::Instant::now();
    for unit in ["word ", "@", "@a", "a@", "http://", "http://x.y/", "a.b/", "\u{200b}", "((((", "))))", "é"]
    {
        let post = told("x:1", &unit.repeat(1_000_000 / unit.len()));
        assert!(seen(&post).chars().count() <= 200_000, "{unit}");
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn long_files_are_read_in_fair_time() {
    let started = std::time::Instant::now();
    for unit in [
        "word ",
        "*",
        "_a ",
        "[",
        "![",
        "](",
        "> ",
        "- ",
        "`",
        "{{\n",
        "<!--\n",
        "{{ post x:1 }}\n",
        "\\",
        "&",
        "<",
        "#\n",
        "a(",
        "a-",
        "`{{",
        "\\{{",
        "@a.b",
    ] {
        let text = format!(
            "+++\ntitle = \"T\"\ncurator = \"E\"\ndate = \"2015-01-20\"\nsummary = \"S\"\n+++\n{}",
            unit.repeat(60_000 / unit.len())
        );
        if let Ok(file) = StoryFile::parse(&"a".parse().unwrap(), &text) {
            let people = crate::directory(people());
            resolve(&file, &Sources { post: &|_| Found::Missing, people: &people, terms: &[] });
        }
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

fn wishes<'a>(id: &'a someasure_model::chat::StoryId) -> Wishes<'a> {
    Wishes { id, chat: None, today: jiff::civil::date(2026, 11, 24), holds: &|_| false }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_story_or_refused(text in "\\PC*", body in "[-a-z{}<>!@#*_`|\\[\\]()/.: \n]{0,200}") {
        let id = "a".parse().unwrap();
        let _ = StoryFile::parse(&id, &text);
        let _ = StoryFile::parse(&id, &format!("+++\ntitle = \"T\"\ncurator = \"E\"\ndate = \"2015-01-20\"\nsummary = \"S\"\n+++\n{body}{text}"));
        let _ = reference(&text);
    }

    #[test]
    fn any_post_is_shown_without_what_hides_and_without_the_withheld(
        text in any::<String>(),
        parts in proptest::collection::vec(prop_oneof![
            Just("@"), Just("bea_quiet"), Just("cem_gone"), Just("https://twitter.com/"), Just("/status/1"), Just(" "), Just("."),
            Just("x"), Just("\u{200b}"), Just("("), Just(")"), Just("＠"), Just("é"), Just("-"), Just("t.co/")
        ], 0..12),
    ) {
        let joined: String = parts.concat();
        let story = story("{{ post x:100 }}", vec![post("x:100", "x:1", &format!("{text} {joined}"))], people());
        let Block::Post { post } = &story.blocks[0] else { panic!() };
        for span in &post.text {
            if let Span::Text { text } | Span::Link { address: text } = span {
                prop_assert!(!text.chars().any(|c| c != '\n' && is_unwanted(c)));
                // As a whole word; glued to letters it is no handle of anybody.
                for handle in ["bea_quiet", "cem_gone"] {
                    let found = text.match_indices(handle).any(|(at, _)| {
                        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !"_-.".contains(c));
                        edge(text[..at].chars().next_back()) && edge(text[at + handle.len()..].chars().next())
                    });
                    prop_assert!(!found, "{:?}", text);
                }
            }
        }
    }

    #[test]
    fn whatever_is_imported_is_a_story_that_can_be_read(
        text in any::<String>(),
        html in "[-a-z{}<>!@#*_`|\\[\\]()/.:=\"'& \n+1]{0,120}",
    ) {
        let id = "a".parse().unwrap();
        let html = format!("{html}{text}");
        let element = |words: &str| serde_json::json!({"type": "text", "data": {"text": words}});
        let json = serde_json::json!({"content": {"title": text, "elements": [
            element(&html),
            {"type": "link", "permalink": html, "data": {"link": {"title": html}}},
            {"type": "quote", "permalink": html, "data": {"quote": {"text": html}}, "source": {"name": html}},
            {"type": "image", "permalink": text, "data": {}},
        ]}});
        let page = format!("<li class=s-element data-type=text><div class='s-text'>{html}</div></li>");
        for (text, format) in [
            (json.to_string(), Format::StorifyJson),
            (page, Format::StorifyHtml),
            (html.clone(), Format::List),
            (html.clone(), Format::StorifyXml),
            (html, Format::StorifyHtml),
        ] {
            if let Ok(imported) = import(&text, Some(format), &wishes(&id)) {
                let read = StoryFile::parse(&id, &imported.text);
                prop_assert!(read.is_ok(), "{:?}\n{}", read, imported.text);
            }
        }
    }
}
