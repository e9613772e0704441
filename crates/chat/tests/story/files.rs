//! What a story's file may say, and what is told where it says something else.

use jiff::civil::date;
use someasure_chat::story::{Embed, Matter, Part, Reference, StoryFile, check, check_session, draft, links};
use someasure_chat::story::{Found, LinkState, Sources, link_state};
use someasure_model::chat::story::{Block, Inline, Outline, OutlineQuestion, Prose, Suggestion};

use crate::{directory, file, people, post, story};

const HEAD: &str = "+++\ntitle = \"T\"\nchat = \"nhssm\"\nsession = \"2015-01-14\"\ncurator = \"Eva\"\ndate = \"2015-01-20\"\nsummary = \"S.\"\n+++\n";

fn refused(text: &str) -> Vec<String> {
    let errors = StoryFile::parse(&"a-story".parse().unwrap(), text).expect_err("nothing was refused");
    errors.iter().map(ToString::to_string).collect()
}

fn refused_body(body: &str) -> String {
    refused(&format!("{HEAD}{body}")).join("\n")
}

#[test]
fn a_story_is_words_and_posts_in_their_order() {
    let text = format!(
        "{HEAD}Before *all* of it.\n\n## First\n{{{{ post x:123 | A note }}}}\nhttps://twitter.com/u/status/124\n\
         {{{{ post https://bsky.app/profile/ann.example/post/3k with-parent }}}}\n\n- one\n- two\n\n<!-- for me\n{{{{ nothing }}}} -->\n> quoted\n"
    );
    let story = StoryFile::parse(&"a-story".parse().unwrap(), &text).unwrap();
    assert_eq!(
        (story.head.chat.unwrap().as_str(), story.head.session),
        ("nhssm", Some("2015-01-14".parse().unwrap()))
    );
    let kinds: Vec<(usize, &str)> = story
        .parts
        .iter()
        .map(|(line, part)| {
            let kind = match part {
                Part::Prose(Prose::Paragraph { .. }) => "paragraph",
                Part::Prose(Prose::Heading { level: 2, .. }) => "heading",
                Part::Prose(Prose::List { .. }) => "list",
                Part::Prose(Prose::Quotation { .. }) => "quotation",
                Part::Prose(_) => "other",
                Part::Post(_) => "post",
                Part::Suggestion(_) => "suggestion",
                Part::Remark => "remark",
            };
            (line.to_owned(), kind)
        })
        .collect();
    assert_eq!(
        kinds,
        [
            (9, "paragraph"),
            (11, "heading"),
            (12, "post"),
            (13, "post"),
            (14, "post"),
            (16, "list"),
            (19, "remark"),
            (21, "quotation")
        ]
    );
    let Part::Post(first) = &story.parts[2].1 else { panic!() };
    assert_eq!(
        first,
        &Embed {
            post: Reference::Id("x:123".parse().unwrap()),
            with_parent: false,
            note: Some("A note".to_owned())
        }
    );
    let Part::Post(third) = &story.parts[4].1 else { panic!() };
    assert!(third.with_parent && matches!(third.post, Reference::Bluesky { .. }));
}

#[test]
fn what_is_wrong_is_told_with_file_line_value_and_what_to_do() {
    for (body, wanted) in [
        (
            "x\n\n{{ tweet x:1 }}",
            "stories/a-story.md: line 11: 'tweet' is not known here: write {{ post x:123 }}",
        ),
        ("{{ post }}", "line 9: '{{ post }}' names no post: write its id or its address"),
        ("{{ post 123 }}", "line 9: '123' is not a post id (like x:453163981939941376): it has no ':'"),
        ("{{ post x:1 twice }}", "line 9: 'twice' is not known after a post: write with-parent"),
        ("{{ post x:1", "line 9: '{{' has no '}}'"),
        ("see {{ post x:1 }} here", "line 9: '{{' stands within a line"),
        ("a\n\n<script>alert(1)</script>", "line 11: '<script>alert(1)</script>' is HTML"),
        ("a <b onclick=x>b</b>", "is HTML, which stories do not take"),
        ("[a](javascript:alert(1))", "line 9: 'javascript:alert(1)' cannot be linked to"),
        ("[a](data:text/html,x)", "cannot be linked to"),
        ("[a](../x.html)", "cannot be linked to"),
        ("![a](https://example.org/x.png)", "is not a picture beside the story"),
        ("![a](../x.png)", "is not a picture beside the story"),
        ("![a](x.svg)", "is not a picture beside the story"),
        ("one\n![](x.png)", "line 10: the picture 'x.png' has no words for those who do not see it"),
        ("[![a](x.png)](https://example.org)", "stands within a link"),
        ("<!-- a\n\nb", "line 9: the remark that begins here has no end"),
        ("<!-- a --> b", "words stand after the end of a remark"),
        (&format!("{}a", "> ".repeat(40)), "deeper than"),
    ] {
        let told = refused_body(body);
        assert!(told.contains(wanted), "{body}: {told}");
    }
    assert!(refused("no head")[0].contains("line 1: it must begin with a line +++"));
    let told = |from: &str, to: &str| refused(&HEAD.replace(from, to)).join("\n");
    assert!(told("curator = \"Eva\"", "curator = \"\"").contains("line 5: `curator` is empty"));
    assert!(told("summary", "sumary").contains("line 7: unknown field `sumary`"));
    assert!(
        told("\"2015-01-20\"", "2015-01-20").contains("line 6: "),
        "{}",
        told("\"2015-01-20\"", "2015-01-20")
    );
    assert!(told("\"nhssm\"", "\"NHS\"").contains("'NHS' is not the name of a chat"));
    assert!(
        told("title = \"T\"", "title = \"T\"\nlanguage = \"en gb\"")
            .contains("line 3: 'en gb' is not a language tag")
    );
    assert_eq!(refused_body("{{ a }}\n\n{{ b }}").lines().count(), 2);
}

#[test]
fn signs_that_are_meant_are_kept() {
    let story =
        file("Write \\{{ post x:1 }} or `{{ post x:1 }}`, 1 < 2 & 3.\n\n```\n{{ post x:1 }}\n<b>\n```\n");
    let Part::Prose(Prose::Paragraph { words }) = &story.parts[0].1 else { panic!() };
    assert_eq!(words[0], Inline::Text { text: "Write {{ post x:1 }} or ".to_owned() });
    assert_eq!(words[1], Inline::Code { text: "{{ post x:1 }}".to_owned() });
    assert_eq!(words[2], Inline::Text { text: ", 1 < 2 & 3.".to_owned() });
    assert_eq!(story.parts[1].1, Part::Prose(Prose::Code { text: "{{ post x:1 }}\n<b>".to_owned() }));
}

#[test]
fn the_story_that_the_documentation_shows_is_read() {
    let page = include_str!("../../../../docs/stories.md");
    let text = page.split("```").nth(1).unwrap().trim_start();
    let read = StoryFile::parse(&"a-story".parse().unwrap(), text).unwrap();
    assert_eq!(read.parts.iter().filter(|(_, part)| matches!(part, Part::Post(_))).count(), 3);
}

#[test]
fn no_level_of_headings_is_left_out() {
    let told = story("#### a\n\n# b\n\n#### c\n\n> # d\n", Vec::new(), people());
    let levels: Vec<u8> = told
        .blocks
        .iter()
        .map(|block| match block {
            Block::Prose { prose: Prose::Heading { level, .. } } => *level,
            _ => 0,
        })
        .collect();
    assert_eq!(levels, [2, 2, 3, 0]);
}

#[test]
fn pictures_divide_a_paragraph_and_are_listed() {
    let story = file("a ![A hall](hall.jpg) b\n\n- ![Two](two.png)\n");
    assert_eq!(story.pictures(), ["hall.jpg", "two.png"]);
    assert!(
        matches!(&story.parts[1].1, Part::Prose(Prose::Picture { file, alternative }) if file == "hall.jpg" && alternative == "A hall")
    );
    assert_eq!(story.parts.len(), 4);
}

fn outline() -> Outline {
    let suggestion = |id: &str| Suggestion {
        post_id: id.parse().unwrap(),
        answers: 3,
        shares: 2,
        preview: Some("Participant 4: --> {{ post x:9 }} <b>\n+++\n# x".to_owned()),
    };
    Outline {
        title: "#nhssm: \"the report\"\n+++".to_owned(),
        chat: Some("nhssm".parse().unwrap()),
        session: Some("2015-01-14-2".parse().unwrap()),
        about: "1. Many <spoke> *much*; {{ post x:1 }}".to_owned(),
        language: "en".to_owned(),
        questions: vec![OutlineQuestion {
            label: "Q1".to_owned(),
            text: "Is it <measuring> the {{ right }} things?".to_owned(),
            asked: Some("x:10".parse().unwrap()),
            answers: 14,
            suggestions: vec![suggestion("x:11"), suggestion("x:12")],
        }],
        others: vec![suggestion("x:13")],
    }
}

#[test]
fn a_draft_is_read_again_and_shows_none_of_its_suggestions() {
    let text = draft(&outline(), date(2015, 1, 20));
    let read = StoryFile::parse(&"a-story".parse().unwrap(), &text).unwrap();
    assert!(read.head.draft && read.head.curator.is_empty());
    assert_eq!(
        (read.head.title.as_str(), read.head.session),
        ("#nhssm: \"the report\" +++", Some("2015-01-14-2".parse().unwrap()))
    );
    let suggested: Vec<String> = read
        .parts
        .iter()
        .filter_map(|(_, part)| match part {
            Part::Suggestion(Embed { post: Reference::Id(id), .. }) => Some(id.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(suggested, ["x:10", "x:11", "x:12", "x:13"]);
    assert!(!read.parts.iter().any(|(_, part)| matches!(part, Part::Post(_))));
    let shown: Vec<&Prose> = read
        .parts
        .iter()
        .filter_map(|(_, part)| if let Part::Prose(prose) = part { Some(prose) } else { None })
        .collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert_eq!(
        shown[0],
        &Prose::Paragraph {
            words: vec![Inline::Text { text: "1. Many <spoke> *much*; {{ post x:1 }}".to_owned() }]
        }
    );
    // Kept by the curator's hand, it is a story.
    let kept = text.replace("suggest x:11", "post x:11").replace("curator = \"\"", "curator = \"Eva\"");
    let kept = kept.replace("summary = \"\"", "summary = \"S.\"").replace("draft = true\n", "");
    let kept = StoryFile::parse(&"a-story".parse().unwrap(), &kept).unwrap();
    assert!(!kept.head.draft && kept.parts.iter().any(|(_, part)| matches!(part, Part::Post(_))));
}

#[test]
fn a_check_says_what_became_of_each_post_and_what_the_words_give_away() {
    let body = "Bea Sample said more.\n\n{{ post x:100 }}\n{{ post x:200 }}\n{{ post x:404 }}\n{{ post x:500 with-parent }}\n\
        {{ post x:300 }}\n{{ suggest x:7 }}\n{{ post https://bsky.app/profile/nobody.example/post/3k }}\n\nThanks @bea_quiet.\n";
    let posts = [post("x:100", "x:1", "a"), post("x:300", "x:2", "b"), post("x:500", "x:3", "c")];
    let people = directory(people());
    let find = |id: &someasure_model::PostId| match posts.iter().find(|post| post.post_id == *id) {
        Some(post) => Found::Post(Box::new(post.clone())),
        None if id.as_str() == "x:404" => Found::Withdrawn,
        None => Found::Missing,
    };
    let found = check(&file(body), &Sources { post: &find, people: &people, terms: &[] });
    let told: Vec<(usize, Matter)> = found.iter().map(|finding| (finding.line, finding.matter)).collect();
    assert_eq!(
        told,
        [
            // Why posts appear without names, once for all of them.
            (1, Matter::Pseudonymous),
            (7, Matter::NamedInWords),
            (9, Matter::Named),
            (10, Matter::Missing),
            (11, Matter::Withdrawn),
            (12, Matter::Withdrawn),
            (13, Matter::Pseudonymous),
            (14, Matter::Suggestion),
            (15, Matter::Missing),
            (17, Matter::NamedInWords),
        ]
    );
    assert!(found[7].message.contains("write post for suggest"));
    assert!(found[9].message.contains("stands here ('@bea_quiet')"), "{}", found[9].message);
}

#[test]
fn links_are_listed_once_and_their_answers_say_what_they_mean() {
    let mut with_links = post("x:100", "x:1", "see https://example.org/a. and https://example.org/b");
    with_links.links = Some(vec![
        "https://example.org/a".to_owned(),
        "https://example.org/c".to_owned(),
        "javascript:x".to_owned(),
    ]);
    let story = story(
        "[x](https://example.org/b) https://example.org/d [m](mailto:a@example.org)\n\n{{ post x:100 }}",
        vec![with_links],
        people(),
    );
    assert_eq!(
        links(&story),
        [
            "https://example.org/a",
            "https://example.org/b",
            "https://example.org/c",
            "https://example.org/d",
            "https://x.com/ann_reads/status/100",
        ]
    );
    let Block::Post { post } = &story.blocks[1] else { panic!() };
    assert_eq!(post.links, ["https://example.org/c"]);
    for (status, state) in [
        (Some(200), LinkState::There),
        (Some(301), LinkState::Moved),
        (Some(302), LinkState::There),
        (Some(404), LinkState::Gone),
        (Some(410), LinkState::Gone),
        (Some(403), LinkState::NotTold),
        (Some(429), LinkState::NotTold),
        (Some(503), LinkState::Later),
        (None, LinkState::NoAnswer),
    ] {
        assert_eq!(link_state(status), state, "{status:?}");
    }
}

#[test]
fn a_session_that_is_not_there_any_more_is_told() {
    let mut told = file("Words.\n");
    let ids = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<_>>();
    assert_eq!(check_session(&told, &[]), None, "it names none");
    told.head.session = Some("2015-01-14".parse().unwrap());
    assert_eq!(check_session(&told, &ids(&["2015-01-07", "2015-01-14"])), None);
    let found = check_session(&told, &ids(&["2015-01-07", "2015-01-21"])).unwrap();
    assert_eq!(found.matter, Matter::NoSession);
    assert!(found.message.contains("session 2015-01-14 is not among"), "{}", found.message);
    assert!(found.message.contains("the latest is 2015-01-21"), "{}", found.message);
}
