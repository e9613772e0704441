//! From a session to its story: outline, draft, choice, story, and withdrawals afterwards.

use jiff::civil::date;
use someasure_chat::story::{Directory, Sources, StoryFile, draft, found_in, outline, resolve};
use someasure_chat::{Conversation, sessions, transcript};
use someasure_model::chat::story::Block;
use someasure_model::chat::{Archive, Chat, ChatPost, Consent};
use someasure_model::{Post, PostKind};

use crate::{person, post};

const CHAT: &str = "title = \"#bookchat\"\nhashtags = [\"bookchat\"]\nhosts = [\"x:9\"]\ntime_zone = \"Europe/London\"\n\
    [[session]]\ndate = \"2015-01-14\"\nstarts = \"20:00\"\ntopic = \"Shelves\"\n";

fn archive() -> Archive {
    let at = |id: &str, author: &str, minute: i64, text: &str, answers: Option<&str>| {
        let posted = format!("2015-01-14T20:{minute:02}:00Z").parse().unwrap();
        let post = Post {
            created_at: posted,
            hashtags: Some(vec!["bookchat".to_owned()]),
            kind: Some(if answers.is_some() { PostKind::Reply } else { PostKind::Original }),
            in_reply_to_post_id: answers.map(|id| id.parse().unwrap()),
            ..post(id, author, text)
        };
        ChatPost { post: Box::new(post), tagged: true, likes: None }
    };
    let people = [
        person("x:1", "ann_reads", "Ann Example", Consent::Named),
        person("x:2", "bea_quiet", "Bea Sample", Consent::Pseudonymous),
        person("x:3", "cem_talks", "Cem Specimen", Consent::Named),
        person("x:9", "bookchat_host", "Book Chat", Consent::Named),
    ];
    Archive {
        posts: vec![
            at("x:101", "x:9", 1, "Q1: Where do you put them? #bookchat", None),
            at("x:102", "x:1", 2, "A1 By colour! #bookchat", None),
            at(
                "x:103",
                "x:2",
                3,
                "A1 By size, says @cem_talks https://x.com/i/web/status/104 #bookchat",
                None,
            ),
            at("x:104", "x:3", 4, "@bea_quiet not so #bookchat", Some("x:103")),
            at(
                "x:105",
                "x:1",
                5,
                "@bea_quiet why? https://twitter.com/ann_reads/status/103 #bookchat",
                Some("x:103"),
            ),
        ],
        people: people.into_iter().map(|person| (person.account_id.clone(), person)).collect(),
        ..Archive::default()
    }
}

fn told(archive: &Archive, text: &str) -> Vec<Block> {
    let chat = Chat::from_toml(CHAT).unwrap();
    let conversation = Conversation::new(&chat, archive, "2026-01-01T00:00:00Z".parse().unwrap());
    let people = Directory::of(&conversation);
    let file = StoryFile::parse(&"shelves".parse().unwrap(), text).unwrap();
    resolve(&file, &Sources { post: &found_in(archive), people: &people, terms: &[] }).blocks
}

#[test]
fn an_evening_becomes_a_story_and_what_is_taken_back_disappears_from_it() {
    let mut archive = archive();
    let chat = Chat::from_toml(CHAT).unwrap();
    let conversation = Conversation::new(&chat, &archive, "2026-01-01T00:00:00Z".parse().unwrap());
    let session = sessions(&conversation).sessions.remove(0);
    let outline = outline(&archive, &transcript(&conversation, &session), &"bookchat".parse().unwrap());
    assert_eq!((outline.title.as_str(), outline.questions.len()), ("Shelves", 1));
    let first = &outline.questions[0].suggestions[0];
    assert_eq!((first.post_id.as_str(), first.answers), ("x:103", 2), "{outline:?}");
    let number = Directory::of(&conversation);
    let bea = match number.shown(&"x:2".parse().unwrap()) {
        someasure_model::chat::story::Shown::Participant { number } => format!("Participant {number}"),
        other => panic!("{other:?}"),
    };
    assert!(first.preview.as_deref().unwrap().starts_with(&bea), "the numbers are those of the transcript");

    let text = draft(&outline, date(2015, 1, 20));
    assert!(!text.to_lowercase().contains("bea"), "{text}");
    let text = text.replace("{{ suggest x:103", "{{ post x:103").replace("{{ suggest x:105", "{{ post x:105");
    let posts = |blocks: &[Block]| blocks.iter().filter(|block| matches!(block, Block::Post { .. })).count();
    let blocks = told(&archive, &text);
    assert_eq!(posts(&blocks), 2);
    let shown = format!("{blocks:?}");
    // An address of Bea's post leads to her, whoever's handle stands in it.
    assert!(!shown.contains("bea_quiet") && !shown.contains("status/103"), "{shown}");
    assert!(shown.contains("status/104"), "Cem may be named");

    archive.withdrawn.push("x:105".parse().unwrap());
    archive.people.get_mut("x:3").unwrap().consent = Consent::Removed;
    let blocks = told(&archive, &text);
    assert_eq!(posts(&blocks), 1);
    assert!(blocks.contains(&Block::Withdrawn));
    let shown = format!("{blocks:?}");
    assert!(
        !shown.contains("why?") && !shown.contains("cem_talks") && !shown.contains("status/104"),
        "{shown}"
    );
}

#[test]
fn a_curator_may_link_to_a_site_and_write_a_hashtag_that_others_only_mention_as_a_handle() {
    let mut archive = archive();
    let post = &mut archive.posts[1].post;
    post.text = Some("A1 @youtube @libraryweek @jane_doe said #LibraryWeek #BookChat #jane_doe".to_owned());
    post.mentions = Some(["youtube", "libraryweek", "jane_doe", "bookchat"].map(str::to_owned).to_vec());
    let text = "+++\ntitle = \"A story\"\ncurator = \"Eva\"\ndate = \"2015-01-20\"\nsummary = \"S.\"\n+++\n\
        In #LibraryWeek and #bookchat, see [it](https://www.youtube.com/watch?v=1), by @libraryweek.\n\n\
        {{ post x:102 }}\n";
    let shown = format!("{:?}", told(&archive, text));
    for told in
        ["https://www.youtube.com/watch?v=1", "In #LibraryWeek and #bookchat, ", " #LibraryWeek #BookChat #"]
    {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!shown.contains("jane_doe") && !shown.contains("\"libraryweek"), "{shown}");
    // Who wrote here or withdrew is asked before their own site is named.
    for site in ["bea_quiet.example", "jane-doe.libraryweek.example"] {
        let text = text.replace("www.youtube.com", site);
        assert!(!format!("{:?}", told(&archive, &text)).contains(site), "{site}");
    }
}

#[test]
fn whoever_withdrew_is_found_in_other_peoples_posts_without_the_sign_of_a_handle() {
    let mut archive = archive();
    let gone = person("x:4", "gonewoman", "Gloria Gonewoman", Consent::Removed);
    archive.people.insert(gone.account_id.clone(), gone);
    archive.posts[1].post.text =
        Some("A1 @gonewoman and gonewoman's, says Gloria Gonewoman. By colour! #bookchat".to_owned());
    let text = draft_of(&archive).replace("{{ suggest x:102", "{{ post x:102");
    let shown = format!("{:?}", told(&archive, &text)).to_lowercase();
    assert!(shown.contains("by colour") && !shown.contains("gonewoman"), "{shown}");
}

fn draft_of(archive: &Archive) -> String {
    let chat = Chat::from_toml(CHAT).unwrap();
    let conversation = Conversation::new(&chat, archive, "2026-01-01T00:00:00Z".parse().unwrap());
    let session = sessions(&conversation).sessions.remove(0);
    let outline = outline(archive, &transcript(&conversation, &session), &"bookchat".parse().unwrap());
    draft(&outline, date(2015, 1, 20))
}
