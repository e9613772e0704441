//! Who appears, and how: consent in transcripts, statistics and networks; hostile posts; and the laws that hold for any archive.

mod common;

use std::collections::BTreeMap;

use common::{Made, NOW, account, local, quote, reply, repost};
use proptest::prelude::*;
use someasure_chat::network::{Wanted, export};
use someasure_chat::{Conversation, network, sessions, statistics, transcript};
use someasure_model::Media;
use someasure_model::chat::{
    AltText, Archive, Chat, Consent, Person, Quoted, RepliesTo, Said, Sessions, Speaker, Transcript, Turn,
};

const CHAT: &str = "title = \"#t\"\nhashtags = [\"t\"]\ntime_zone = \"Europe/London\"\nhosts = [\"x:@host\"]\n\
    [[schedule]]\nweekday = \"wednesday\"\nstarts = \"20:00\"\n";

fn chat() -> Chat {
    Chat::from_toml(CHAT).unwrap()
}

fn at(clock: &str) -> someasure_model::Instant {
    local("2024-01-10", 0, clock, "Europe/London")
}

fn read(chat: &Chat, archive: &Archive) -> (Sessions, Transcript) {
    let conversation = Conversation::new(chat, archive, NOW.parse().unwrap());
    let found = sessions(&conversation);
    let read = transcript(&conversation, &found.sessions[0]);
    (found, read)
}

fn words(turn: &Turn) -> &someasure_model::chat::Words {
    match &turn.said {
        Said::Words(words) | Said::PassedOn(words) => words,
        Said::Withdrawn => panic!("withdrawn"),
    }
}

/// Named Ann, pseudonymous Shy_Sue, removed gone_gus.
fn three() -> Made {
    let mut made = Made::default();
    made.person(&account("x", "shy_sue"), Consent::Pseudonymous);
    made.person(&account("x", "gone_gus"), Consent::Removed);
    made.say("x:100", &account("x", "ann"), at("20:01:00"), "Hello @Shy_Sue and @gone_gus, @never_asked #t");
    made.say(
        "x:101",
        &account("x", "shy_sue"),
        at("20:02:00"),
        "It is me, @shy_sue. Mail shy_sue@mail.example #t",
    );
    made.say("x:102", &account("x", "gone_gus"), at("20:03:00"), "SECRET of gus #t");
    reply(made.say("x:103", &account("x", "ann"), at("20:04:00"), "@gone_gus I see"), "x:102");
    quote(
        made.say(
            "x:104",
            &account("x", "ann"),
            at("20:05:00"),
            "as said https://twitter.com/gone_gus/status/102",
        ),
        "x:102",
    );
    repost(
        made.say("x:105", &account("x", "ann"), at("20:06:00"), "RT @gone_gus: SECRET of gus #t"),
        "x:102",
    );
    // A repost whose original nobody has.
    made.say("x:106", &account("x", "ann"), at("20:07:00"), "RT @gone_gus: another SECRET").post.kind =
        Some(someasure_model::PostKind::Repost);
    made.say(
        "x:107",
        &account("x", "ann"),
        at("20:08:00"),
        "see x.com/i/status/101 and https://x.com/i/status/101 t",
    );
    made.say(
        "x:108",
        &account("x", "ann"),
        at("20:09:00"),
        "S\u{200b}hy: @shy\u{200b}_sue, ＠shy_sue, shy_sue, Shy_Sue's, (@SHY_SUE)",
    );
    let post = made.say("x:109", &account("x", "ann"), at("20:10:00"), "links");
    post.post.links = Some(
        [
            "https://x.com/shy_sue",
            "https://twitter.com/i/web/status/102",
            "https://elsewhere.example/@gone_gus/1",
            "https://good.example/page",
            "https://x.com/ann/status/100",
            "https://bsky.app/profile/never.asked/post/1",
        ]
        .map(str::to_owned)
        .to_vec(),
    );
    post.post.media = Some(vec![
        Media { kind: "image".to_owned(), alt_text: Some("@shy_sue on a horse".to_owned()) },
        Media { kind: "image".to_owned(), alt_text: Some(String::new()) },
        Media { kind: "image".to_owned(), alt_text: None },
    ]);
    repost(made.say("x:110", &account("x", "shy_sue"), at("20:11:00"), "RT @ann: Hello"), "x:100");
    repost(made.say("x:111", &account("x", "gone_gus"), at("20:12:00"), "RT @ann: Hello"), "x:100");
    reply(made.say("x:112", &account("x", "shy_sue"), at("20:13:00"), "to a post that is gone"), "x:55");
    made.withdrawn.push("x:55".to_owned());
    made
}

#[test]
fn who_did_not_agree_is_named_nowhere() {
    let (chat, archive) = (chat(), three().archive());
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let found = sessions(&conversation);
    let counted = statistics(&conversation, &found);
    assert_eq!((counted.links.len(), counted.links_left_out), (2, 4), "{:?}", counted.links);
    let graph = network(&conversation, &Wanted::default());
    let everything = format!(
        "{:?}\n{counted:?}\n{graph:?}\n{}{}{}{}",
        transcript(&conversation, &found.sessions[0]),
        export::gexf(&graph),
        export::graphml(&graph),
        export::people_csv(&graph),
        export::ties_csv(&graph)
    );
    let lower = everything.to_lowercase();
    for leak in [
        "shy_sue",
        "eus_yhs",
        "gone_gus",
        "sug_enog",
        "secret",
        "never_asked",
        "never.asked",
        "x:101",
        "status/101",
        "status/102",
        "mail.example",
    ] {
        assert!(!lower.contains(leak), "{leak} in {everything}");
    }
    assert!(everything.contains("Participant 2") && everything.contains("The ann"));
    assert_eq!(counted.roll.len(), 2);
    assert_eq!((counted.all.withdrawn_people, counted.all.withdrawn_posts, counted.deleted), (1, 2, 1));
    assert_eq!(graph.withdrawn, 1);
}

#[test]
fn a_withdrawn_post_leaves_a_mark_and_its_replies_stay() {
    let (chat, archive) = (chat(), three().archive());
    let (_, read) = read(&chat, &archive);
    let of = |post: u32| read.turns().find(|turn| turn.post == post).unwrap();
    assert_eq!(of(2).said, Said::Withdrawn);
    assert_eq!(of(3).replies_to, Some(RepliesTo::Turn { post: 2 }));
    assert_eq!(of(3).depth, 1);
    assert_eq!(of(4).quoted, Some(Quoted::Turn { post: 2 }));
    assert_eq!(of(2).passed_on_by.len(), 1);
    assert_eq!(read.passed_on[0].said, Said::Withdrawn);
    assert_eq!(of(12).replies_to, Some(RepliesTo::Withdrawn));
    let passed: Vec<Speaker> = of(0).passed_on_by.iter().map(|by| by.speaker.clone()).collect();
    assert_eq!(passed, [Speaker::Participant { number: 2 }, Speaker::Withdrawn]);
    assert_eq!(words(of(0)).text.as_deref(), Some("Hello Participant 2 and [withdrawn], Participant 4 #t"));
    assert_eq!(
        (read.counts.posts, read.counts.shown, read.counts.folded, read.counts.withdrawn),
        (13, 8, 3, 2)
    );
    let alts: Vec<AltText> = words(of(9)).media.iter().map(|picture| picture.alt.clone()).collect();
    assert_eq!(
        alts,
        [AltText::Given("Participant 2 on a horse".to_owned()), AltText::NoneGiven, AltText::NotKnown]
    );
    assert_eq!(words(of(9)).links, ["https://good.example/page", "https://x.com/ann/status/100"]);
    assert_eq!(words(of(1)).link, None);
    assert_eq!(words(of(0)).link.as_deref(), Some("https://x.com/ann/status/100"));
}

#[test]
fn a_participants_number_does_not_move_when_somebody_else_withdraws() {
    let chat = chat();
    let label = |consent: Consent| {
        let mut made = three();
        made.person(&account("x", "ann"), Consent::Named).consent = consent;
        let archive = made.archive();
        let (_, read) = read(&chat, &archive);
        let turn = read.turns().find(|turn| turn.post == 1).unwrap();
        words(turn).speaker.label()
    };
    assert_eq!(label(Consent::Named), "Participant 2");
    assert_eq!(label(Consent::Removed), "Participant 2");
}

#[test]
fn a_page_that_is_called_like_its_author_is_left_out_and_words_stay_words() {
    let mut made = Made::default();
    made.person(&account("x", "plainname"), Consent::Pseudonymous);
    let post = made.say(
        "x:1",
        &account("x", "plainname"),
        at("20:01:00"),
        "my page github.com/plainname/t and http://plainname.example #plainname @everyone",
    );
    post.post.links =
        Some(vec!["https://github.com/plainname/t".to_owned(), "https://good.example/t".to_owned()]);
    made.say(
        "x:2",
        &account("x", "ann"),
        at("20:02:00"),
        "thanks plainname and everyone at Wide.Open, see e.g. good.example/a_b",
    );
    let archive = made.archive();
    let (_, read) = read(&chat(), &archive);
    let said: Vec<&str> = read.opening.iter().map(|turn| words(turn).text.as_deref().unwrap()).collect();
    assert_eq!(
        said,
        [
            "my page [address left out] and [address left out] #Participant 1 Participant 2",
            "thanks Participant 1 and everyone at Wide.Open, see e.g. good.example/a_b"
        ]
    );
    assert_eq!(words(&read.opening[0]).links, ["https://good.example/t"]);
}

#[test]
fn an_organisation_is_named_whatever_the_chats_setting() {
    let mut made = three();
    made.person(&account("x", "shy_sue"), Consent::Pseudonymous).organisation_id =
        Some("ods:RJ1".parse().unwrap());
    let archive = made.archive();
    let (_, read) = read(&chat(), &archive);
    assert_eq!(words(read.turns().find(|turn| turn.post == 1).unwrap()).speaker.label(), "The shy_sue");
}

#[test]
fn a_quoted_post_is_shown_once_and_a_repost_folds_on_its_original() {
    let mut made = Made::default();
    let outside =
        common::post("x:50", &account("x", "ann"), "2023-01-01T00:00:00Z".parse().unwrap(), "long ago");
    made.context.push(outside);
    quote(made.say("x:100", &account("x", "ann"), at("20:01:00"), "first"), "x:50");
    quote(made.say("x:101", &account("x", "bob"), at("20:02:00"), "second"), "x:50");
    quote(made.say("x:102", &account("x", "bob"), at("20:03:00"), "third"), "x:100");
    made.say("x:103", &account("x", "cem"), at("20:04:00"), "RT @ann: fir…").post.kind = None;
    repost(made.say("x:104", &account("x", "cem"), at("20:05:00"), "RT @ann: long ago"), "x:50");
    made.posts[0].likes = Some(3);
    let archive = made.archive();
    let (_, read) = read(&chat(), &archive);
    assert!(
        matches!(&read.opening[0].quoted, Some(Quoted::Shown(words)) if words.text.as_deref() == Some("long ago"))
    );
    assert_eq!(read.opening[1].quoted, Some(Quoted::ShownBy { post: 0 }));
    assert_eq!(read.opening[2].quoted, Some(Quoted::Turn { post: 0 }));
    assert_eq!(read.opening[0].likes, Some(3));
    assert!(
        matches!(&read.passed_on[1].said, Said::PassedOn(words) if words.text.as_deref() == Some("long ago"))
    );
}

#[test]
fn hostile_posts_are_cut_to_what_can_be_read() {
    let mut made = Made::default();
    let zalgo = format!("e{}", "\u{301}".repeat(5_000));
    let texts = [
        "<script>alert(1)</script> & \"' #t".to_owned(),
        "right \u{202e}left\u{2066} \u{0}\u{1b}[31m\u{fffe}".to_owned(),
        zalgo,
        "x ".repeat(500_000),
        "A1".repeat(500_000),
        "@".repeat(100_000),
        "1️⃣".repeat(50_000),
        "#A1 ".repeat(100_000),
    ];
    for (nth, text) in texts.iter().enumerate() {
        let who = account("x", &format!("evil{nth}"));
        made.say(&format!("x:{nth}"), &who, at(&format!("20:0{nth}:00")), text);
        made.person(&who, Consent::Named).display_name = Some(text.clone());
    }
    let archive = made.archive();
    let chat = chat();
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let found = sessions(&conversation);
    let read = transcript(&conversation, &found.sessions[0]);
    for turn in read.turns() {
        let words = words(turn);
        let text = words.text.as_deref().unwrap();
        assert!(text.chars().count() <= 25_001 && words.speaker.label().chars().count() <= 120);
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\0', '\u{1b}', '\u{fffe}']));
        assert!(!text.contains(&"\u{301}".repeat(5)));
    }
    let graph = network(&conversation, &Wanted::default());
    for xml in [export::gexf(&graph), export::graphml(&graph)] {
        assert!(!xml.contains("<script>") && xml.contains("&lt;script&gt;"));
        assert!(!xml.chars().any(|c| c.is_control() && c != '\n'));
    }
}

#[test]
fn a_spreadsheet_finds_no_formula_in_a_name() {
    let mut made = Made::default();
    made.say("x:1", &account("x", "ann"), at("20:01:00"), "hm");
    made.person(&account("x", "ann"), Consent::Named).display_name =
        Some("=HYPERLINK(\"http://evil.example\",\"a, b\")".to_owned());
    let (chat, archive) = (chat(), made.archive());
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let csv = export::people_csv(&network(&conversation, &Wanted::default()));
    assert!(csv.contains("\"'=HYPERLINK(\"\"http"), "{csv}");
}

/// Any archive: few people and ids, so that pointers meet, with all that can be wrong.
fn any_archive() -> impl Strategy<Value = Archive> {
    let text = prop_oneof![
        Just("Q1 why? #t".to_owned()),
        Just("Q2: how?".to_owned()),
        Just("A1 so".to_owned()),
        Just("A1 & A2 so".to_owned()),
        Just("RT @p1: A1 so".to_owned()),
        Just("hello @p2 and @p3".to_owned()),
        "\\PC{0,30}",
    ];
    let kinds = 0..5_u8;
    let one = (0..40_u32, 0..6_usize, -40_000_i64..700_000, text, kinds, 0..60_u32, 0..60_u32);
    (proptest::collection::vec(one, 0..60), proptest::collection::vec(0..3_u8, 6)).prop_map(
        |(posts, consents)| {
            let mut made = Made::default();
            let names = ["host", "p1", "p2", "p3", "p4", "p5"];
            for (name, consent) in names.iter().zip(consents) {
                let consent = [Consent::Named, Consent::Pseudonymous, Consent::Removed][consent as usize];
                made.person(&account("x", name), consent);
            }
            let mut seen = std::collections::BTreeSet::new();
            for (id, who, seconds, text, kind, up, over) in posts {
                if !seen.insert(id) {
                    continue;
                }
                let time =
                    someasure_model::Instant::from_micros(at("20:00:00").micros() + seconds * 1_000_000);
                let post = made.say(&format!("x:{id}"), &account("x", names[who]), time, &text);
                match kind {
                    0 => reply(post, &format!("x:{up}")),
                    1 => quote(post, &format!("x:{over}")),
                    2 => repost(post, &format!("x:{over}")),
                    3 => {
                        quote(post, &format!("x:{over}"));
                        reply(post, &format!("x:{up}"));
                    }
                    _ => {}
                }
            }
            made.withdrawn.extend(["x:7".to_owned(), "x:50".to_owned()]);
            made.archive()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_post_has_one_place_and_every_count_adds_up(archive in any_archive()) {
        let chat = chat();
        let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
        let found = sessions(&conversation);
        let mut places = vec![0; archive.posts.len()];
        let of_sessions = found.sessions.iter().flat_map(|session| session.posts.iter().chain(&session.afterwards));
        for &post in of_sessions.chain(&found.between).chain(&found.outside) {
            places[post as usize] += 1;
        }
        prop_assert!(places.iter().all(|count| *count == 1), "{places:?}");

        for session in &found.sessions {
            let read = transcript(&conversation, session);
            let mut shown: BTreeMap<u32, u32> = BTreeMap::new();
            let passed: Vec<u32> = read.passed_on.iter().map(|turn| turn.post).collect();
            for turn in read.turns() {
                if !passed.contains(&turn.post) {
                    *shown.entry(turn.post).or_default() += 1;
                }
                for by in &turn.passed_on_by {
                    *shown.entry(by.post).or_default() += 1;
                }
            }
            let mut all: Vec<u32> = session.posts.iter().chain(&session.afterwards).copied().collect();
            all.sort_unstable();
            prop_assert!(shown.values().all(|count| *count == 1), "{shown:?}");
            prop_assert_eq!(shown.into_keys().collect::<Vec<_>>(), all);
            let counts = read.counts;
            prop_assert_eq!(counts.posts, counts.shown + counts.folded + counts.withdrawn);
            for answer in &session.answers {
                prop_assert!((answer.question as usize) < session.questions.len());
            }
        }

        let counted = statistics(&conversation, &found);
        let all = archive.posts.len() as u32;
        prop_assert_eq!(counted.in_sessions + counted.afterwards + counted.between + counted.outside, all);
        prop_assert_eq!(counted.all.posts + counted.all.reposts + counted.outside, all);
        prop_assert_eq!(counted.months.iter().map(|month| month.counts.posts).sum::<u32>(), counted.all.posts);
        prop_assert_eq!(counted.months.iter().map(|month| month.counts.new).sum::<u32>(), counted.all.participants);
        prop_assert_eq!(counted.all.organisations.posts + counted.all.individuals.posts, counted.all.posts);
        let graph = network(&conversation, &Wanted::default());
        let weight: u32 = graph.edges.iter().map(|edge| edge.weight()).sum();
        prop_assert_eq!(graph.nodes.iter().map(|node| node.in_weight).sum::<u32>(), weight);

        let again = Conversation::new(&chat, &archive, NOW.parse().unwrap());
        prop_assert_eq!(&sessions(&again), &found);
        prop_assert_eq!(&statistics(&again, &found), &counted);
        prop_assert_eq!(&network(&again, &Wanted::default()), &graph);
    }

    #[test]
    fn no_text_makes_a_removed_handle_appear(before in "\\PC{0,12}", after in "([ .,:;!?)…é漢/@-]\\PC{0,12})?", named in any::<bool>()) {
        let mut made = Made::default();
        made.person(&account("x", "gone_gus"), Consent::Removed);
        made.say("x:1", &account("x", "ann"), at("20:01:00"), &format!("{before}@gone_gus{after}"));
        let archive = made.archive();
        let mut chat = chat();
        if named {
            chat.people = someasure_model::chat::People::Named;
        }
        let (_, read) = read(&chat, &archive);
        let text = words(&read.opening[0]).text.as_deref().unwrap().to_lowercase();
        prop_assert!(!text.contains("gone_gus"), "{text}");
    }
}

#[test]
fn a_mention_is_of_the_same_person_in_whatever_form_a_source_writes_it() {
    // `account` turns the handle round for an id.
    for written in ["gone_one", "@Gone_One", "x:@gone_one", "x:eno_enog"] {
        let mut made = Made::default();
        made.person(&account("x", "gone_one"), Consent::Removed);
        made.say("x:1", &account("x", "ann"), at("20:01"), "Thanks to @gone_one").post.mentions =
            Some(vec![written.to_owned()]);
        made.say("x:2", &account("x", "gone_one"), at("20:02"), "A secret");
        let archive = made.archive();
        let chat = chat();
        let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
        assert_eq!(conversation.size(), (2, 2), "{written}: nobody is there twice");
        let graph = network(&conversation, &Wanted::default());
        for file in [export::gexf(&graph), export::people_csv(&graph)] {
            assert!(!file.contains("gone_one") && !file.contains("eno_enog"), "{written}: {file}");
        }
        let (_, transcript) = read(&chat, &archive);
        let text = format!("{transcript:?}");
        assert!(!text.to_lowercase().contains("gone_one") && !text.contains("eno_enog"), "{written}: {text}");
    }
}

#[test]
fn a_short_address_of_somebody_who_is_not_named_is_left_out_for_it_may_lead_to_their_own_post() {
    let page = "https://example.org/page".to_owned();
    let told = |who: &str, consent| {
        let mut made = Made::default();
        made.person(&account("x", who), consent);
        let text = "See https://t.co/abc and https://t.co/pic";
        made.say("x:100", &account("x", who), at("20:01:00"), text).post.links = Some(vec![page.clone()]);
        let archive = made.archive();
        let (_, read) = read(&chat(), &archive);
        let said = words(read.turns().find(|turn| turn.post == 0).unwrap()).clone();
        (said.text.unwrap().contains("t.co"), said.links)
    };
    assert_eq!(told("ann", Consent::Named), (true, vec![page.clone()]));
    assert_eq!(told("shy_sue", Consent::Pseudonymous), (false, vec![page.clone()]));
}

#[test]
fn a_handle_that_somebody_had_before_is_theirs_in_ties_and_hides_them_in_texts() {
    let mut made = Made::default();
    for (who, earlier, consent) in [
        ("ann", "ann_before", Consent::Named),
        ("shy_sue", "sue_before", Consent::Pseudonymous),
        ("gone_gus", "gus_before", Consent::Removed),
    ] {
        made.person(&account("x", who), consent).earlier_handles = vec![earlier.parse().unwrap()];
    }
    // Of somebody who was erased nothing is known but the handles that objected.
    made.people.insert(
        "x:@erased_eve".parse().unwrap(),
        Person {
            account_id: "x:@erased_eve".parse().unwrap(),
            handle: Some("erased_eve".parse().unwrap()),
            earlier_handles: Vec::new(),
            display_name: None,
            organisation_id: None,
            consent: Consent::Removed,
        },
    );
    let said = "Thanks @Ann_Before, @sue_before, sue_before, @gus_before and gus_before, https://x.com/gus_before @erased_eve #t";
    made.say("x:1", &account("x", "bob"), at("20:01:00"), said).post.mentions =
        Some(["ann_before", "sue_before", "gus_before"].map(str::to_owned).to_vec());
    let mut chat = chat();
    chat.people = someasure_model::chat::People::Named;
    let archive = made.archive();
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    assert_eq!(conversation.size(), (1, 5), "nobody is there twice");
    let graph = network(&conversation, &Wanted::default());
    let names: Vec<String> = graph.nodes.iter().map(|node| node.speaker.label()).collect();
    assert_eq!(names, ["The bob", "The ann", "Participant 3"]);
    assert_eq!((graph.edges.len(), graph.withdrawn), (2, 1));
    let (_, read) = read(&chat, &archive);
    assert_eq!(
        words(&read.opening[0]).text.as_deref(),
        Some(
            "Thanks @Ann_Before, Participant 3, Participant 3, [withdrawn] and [withdrawn], [address left out] [withdrawn] #t"
        )
    );
}

#[test]
fn who_has_a_handle_today_is_meant_by_it_and_texts_show_as_little_as_whoever_had_it_allows() {
    let mut made = Made::default();
    made.person(&account("x", "gone_gus"), Consent::Removed).earlier_handles =
        vec!["shared".parse().unwrap()];
    made.person(&account("x", "shared"), Consent::Named);
    made.say("x:1", &account("x", "bob"), at("20:01:00"), "Hello @shared #t");
    let archive = made.archive();
    let chat = chat();
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let graph = network(&conversation, &Wanted::default());
    assert_eq!((graph.nodes.len(), graph.withdrawn), (2, 0));
    let (_, read) = read(&chat, &archive);
    assert_eq!(words(&read.opening[0]).text.as_deref(), Some("Hello [withdrawn] #t"));
}

#[test]
fn a_post_that_was_deleted_leaves_a_mark_where_its_id_says_when_it_was() {
    let mut made = Made::default();
    made.say("x:1", &account("x", "ann"), at("20:01:00"), "Hello #t");
    let id = |clock: &str| format!("x:{}", ((at(clock).micros() / 1000 - 1_288_834_974_657) as u64) << 22);
    made.withdrawn = vec![id("20:05:00"), id("23:30:00"), "x:5".to_owned()];
    let archive = made.archive();
    let (_, read) = read(&chat(), &archive);
    assert_eq!((read.counts.gone, read.counts.posts), (1, 1));
}

#[test]
fn what_somebody_passed_on_by_hand_goes_with_whoever_said_it() {
    let mut made = Made::default();
    made.person(&account("x", "gone_gus"), Consent::Removed);
    made.say("x:1", &account("x", "gone_gus"), at("20:01:00"), "A secret of gus #t");
    made.say("x:2", &account("x", "ann"), at("20:02:00"), "Yes! RT @gone_gus: A secret of gus #t");
    made.say("x:3", &account("x", "ann"), at("20:03:00"), "A secret of gus via @gone_gus");
    made.say("x:4", &account("x", "ann"), at("20:04:00"), "I am here via @gone_gus");
    let archive = made.archive();
    let (_, read) = read(&chat(), &archive);
    let said = read.turns().filter_map(|turn| match &turn.said {
        Said::Words(words) => words.text.clone(),
        _ => None,
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        ["Yes! RT [withdrawn]", "[withdrawn] via [withdrawn]", "I am here via [withdrawn]"]
    );
}
