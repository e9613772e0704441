//! Stories of other tools. The exports here are invented, in the forms that docs/stories.md describes.

use jiff::civil::date;
use someasure_chat::story::import::{Format, Imported, Wishes, import, kept_without};
use someasure_chat::story::{Part, StoryFile};
use someasure_model::PostId;

const JSON: &str = include_str!("storify.json");
const XML: &str = include_str!("storify.xml");
const HTML: &str = include_str!("storify.html");
const LIST: &str = include_str!("list.md");

/// The archive holds one post.
fn take(text: &str) -> Imported {
    let id = "the-report".parse().unwrap();
    let chat = "bookchat".parse().unwrap();
    let holds = |id: &PostId| id.as_str() == "x:555000000000000001";
    let imported =
        import(text, None, &Wishes { id: &id, chat: Some(&chat), today: date(2026, 11, 24), holds: &holds })
            .unwrap();
    StoryFile::parse(&id, &imported.text).unwrap_or_else(|errors| panic!("{errors:?}\n{}", imported.text));
    imported
}

/// Posts and pieces of words, in order.
fn outline(imported: &Imported) -> Vec<String> {
    let file = StoryFile::parse(&"the-report".parse().unwrap(), &imported.text).unwrap();
    file.parts
        .iter()
        .map(|(_, part)| match part {
            Part::Post(embed) => match &embed.post {
                someasure_chat::story::Reference::Id(id) => id.to_string(),
                someasure_chat::story::Reference::Bluesky { handle, key } => format!("{handle} {key}"),
            },
            Part::Prose(prose) => {
                format!("{prose:?}").split([' ', '{']).next().unwrap_or_default().to_lowercase()
            }
            Part::Suggestion(_) => "suggestion".to_owned(),
            Part::Remark => "remark".to_owned(),
        })
        .collect()
}

#[test]
fn storifys_json_becomes_references_and_the_curators_words() {
    assert_eq!(Format::of(JSON), Format::StorifyJson);
    let imported = take(JSON);
    assert_eq!(
        outline(&imported),
        [
            "heading",
            "paragraph",
            "x:555000000000000001",
            "x:555000000000000002",
            "paragraph",
            "paragraph",
            "remark",
            "x:555000000000000003"
        ]
    );
    let file = StoryFile::parse(&"the-report".parse().unwrap(), &imported.text).unwrap();
    assert_eq!(
        (file.head.title.as_str(), file.head.curator.as_str(), file.head.date),
        ("Books & talk", "Eva Curator", date(2015, 1, 15))
    );
    assert!(file.head.draft);
    // No word of anybody but the curator.
    assert!(
        !imported.text.contains("More shelves")
            && !imported.text.contains("bea_quiet")
            && !imported.text.contains("Fay")
    );
    assert!(
        imported.text.contains("[An article \\[draft\\]](http://example.org/article)"),
        "{}",
        imported.text
    );
    assert!(!imported.text.contains("Long words"));
    let kept = imported.kept.unwrap();
    assert!(kept.contains("More shelves, please") && !kept.contains("This one is in the archive"));
    assert_eq!((imported.posts, imported.lacking), (3, 2));
    let report = imported.report.join("\n");
    assert!(report.contains("2 posts are not in the archive"), "{report}");
    assert!(report.contains("Element 9: its type, 'poll', is not known."), "{report}");
}

#[test]
fn storifys_xml_and_page_say_the_same_as_its_json() {
    assert_eq!(Format::of(XML), Format::StorifyXml);
    let from_xml = take(XML);
    assert_eq!(
        outline(&from_xml),
        ["heading", "paragraph", "x:555000000000000001", "x:555000000000000002", "paragraph"]
    );
    assert_eq!(Format::of(HTML), Format::StorifyHtml);
    let from_page = take(HTML);
    assert_eq!(
        outline(&from_page),
        [
            "heading",
            "paragraph",
            "paragraph",
            "x:555000000000000001",
            "x:555000000000000002",
            "rule",
            "paragraph"
        ]
    );
    assert!(
        from_page.text.contains("date = \"2015-01-14\"")
            && from_page.text.contains("title = \"Books & talk\"")
    );
    assert!(from_page.kept.unwrap().contains("\"author\": \"bea_quiet\""));
}

#[test]
fn an_export_that_attacks_is_refused_or_harmless() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE s [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><story><elements><e><type>text</type><data><text>&b;</text></data></e></elements></story>";
    let id = "a".parse().unwrap();
    let wishes = Wishes { id: &id, chat: None, today: date(2026, 11, 24), holds: &|_| false };
    let refused = import(laughs, None, &wishes).unwrap_err().to_string();
    assert!(refused.contains("it is not a story as XML"), "{refused}");
    let deep = format!("<story>{}{}</story>", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert!(import(&deep, Some(Format::StorifyXml), &wishes).is_err());
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(import(&deep, Some(Format::StorifyJson), &wishes).is_err());
    let deep = "<div class=s-element>".repeat(50_000);
    let _ = import(&deep, Some(Format::StorifyHtml), &wishes);
    let page = "<html><li class=\"s-element\" data-type=\"text\"><div class=\"s-text\"><p>a<img src=x onerror=alert(1)></p><p>{{ post x:1 }}</p><script>evil()</script></div></li></html>";
    let imported = import(page, None, &wishes).unwrap();
    assert!(
        !imported.text.contains("evil")
            && !imported.text.contains("onerror")
            && !imported.text.contains("{{ post")
    );
    assert!(
        import("", None, &wishes).is_err() && import("<html><p>words</p></html>", None, &wishes).is_err()
    );
}

#[test]
fn a_list_of_links_becomes_a_story() {
    let imported = take(LIST);
    assert_eq!(
        outline(&imported),
        [
            "paragraph",
            "heading",
            "x:555000000000000001",
            "mastodon:social.example/109",
            "paragraph",
            "dee.example.org 3kabc",
            "paragraph"
        ]
    );
    assert!(imported.text.contains("title = \"Books and talk\""));
    assert!(imported.text.contains("[The reading list](https://example.org/list)"));
}

#[test]
fn imported_words_are_forgotten_when_somebody_asks() {
    let kept = take(JSON).kept.unwrap();
    let fewer =
        kept_without(&kept, &|_, author, _| author.eq_ignore_ascii_case("bea_quiet")).unwrap().unwrap();
    assert!(!fewer.contains("More shelves") && fewer.contains("Fay"));
    assert_eq!(kept_without(&kept, &|_, _, _| true), Ok(None));
    assert!(kept_without("{}", &|_, _, _| true).is_err());
}

#[test]
fn links_that_are_none_of_the_web_are_left_out_and_counted() {
    let text = r#"{"content": {"title": "T", "elements": [
        {"type": "text", "data": {"text": "See <a href=\"javascript:alert(1)\">this</a>, <a href=\"https://example.org/\">that</a>."}},
        {"type": "link", "permalink": "javascript:alert(2)", "data": {"link": {"title": "Other"}}}
    ]}}"#;
    let imported = take(text);
    assert!(
        !imported.text.contains("javascript") && imported.text.contains("See this, [that]"),
        "{}",
        imported.text
    );
    let report = imported.report.join("\n");
    assert!(report.contains("2 links were left out") && report.contains(", 0 links."), "{report}");
}
