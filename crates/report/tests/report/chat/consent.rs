//! What must be in no file: people who are not named, and words that a platform's terms withhold.

use someasure_model::Platform;
use someasure_model::chat::{AltText, Picture, Said, Speaker, Transcript, Words};

use super::{SECRET, formats, with_chat};
use crate::checks::all;
use crate::support::chat::{at, by_hand, turn, words};

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
