//! Who appears, and that nothing leads to those who do not want to be led to.

use someasure_model::chat::Consent;
use someasure_model::chat::story::{Block, Shown};
use someasure_model::{Media, Post};

use crate::{people, person, post, seen, story, told};

fn block(author: &str, people: Vec<someasure_model::chat::Person>) -> Block {
    story("{{ post x:100 | Said @cem_gone at the end. }}", vec![post("x:100", author, "Hello")], people)
        .blocks
        .remove(0)
}

#[test]
fn an_author_appears_as_they_agreed_to() {
    let Block::Post { post } = block("x:1", people()) else { panic!() };
    assert_eq!(
        post.author,
        Shown::Named {
            name: "Ann Example".to_owned(),
            handle: Some("ann_reads".to_owned()),
            address: Some("https://x.com/ann_reads".to_owned())
        }
    );
    assert_eq!(post.named.unwrap().address.unwrap(), "https://x.com/ann_reads/status/100");
    let Block::Post { post } = block("x:2", people()) else { panic!() };
    assert_eq!((post.author, post.named), (Shown::Participant { number: 12 }, None));
    assert_eq!(block("x:3", people()), Block::Withdrawn);
    let Block::Post { post } = block("x:9", people()) else { panic!() };
    assert!(matches!(post.author, Shown::Named { .. }), "an organisation's account is always named");
}

#[test]
fn a_changed_mind_changes_the_next_build_and_leaves_a_mark() {
    for (consent, is_post) in
        [(Consent::Named, true), (Consent::Pseudonymous, true), (Consent::Removed, false)]
    {
        let people = vec![person("x:1", "ann_reads", "Ann Example", consent)];
        assert_eq!(matches!(block("x:1", people), Block::Post { .. }), is_post, "{consent:?}");
    }
    let blocks =
        story("{{ post x:404 | A note that names Ann }}\n{{ post x:405 }}", Vec::new(), people()).blocks;
    assert_eq!(blocks, [Block::Withdrawn, Block::Missing]);
}

#[test]
fn nothing_of_a_withheld_person_stands_in_what_others_wrote() {
    for text in [
        "@bea_quiet and @cem_gone",
        ".@Bea_Quiet,＠CEM_GONE!",
        "RT@bea_quiet: @cem_gone's",
        "@@bea_quiet x@cem_gone",
        "bea_quiet wrote, via cem_gone",
        "https://twitter.com/bea_quiet/status/1 https://x.com/cem_gone",
        "https://twitter.com/%62ea_quiet twitter.com/cem_gone/status/2",
        "HTTPS://MOBILE.TWITTER.COM/BEA_QUIET (https://www.instagram.com/cem_gone/)",
        "https://example.org/?by=bea_quiet https://cem_gone.example.org/",
        "@be\u{200b}a_quiet @cem\u{2060}_gone bea\u{ad}_quiet",
        "@bea_quiet@social.example and cem_gone@example.org",
        "https://web.archive.org/web/2015/https://twitter.com/bea_quiet/status/1",
    ] {
        let mut said = post("x:100", "x:1", text);
        said.media = Some(vec![Media { kind: "image".to_owned(), alt_text: Some(text.to_owned()) }]);
        said.links = Some(text.split_whitespace().map(str::to_owned).collect());
        let body = format!("About {}\n\n{{{{ post x:100 | {text} }}}}", text.replace('_', "\\_"));
        let story = story(&body, vec![said], people());
        let json = format!("{story:?}").to_lowercase();
        for leak in ["bea_quiet", "cem_gone", "%62ea"] {
            assert!(!json.contains(leak), "{text}: {json}");
        }
    }
}

#[test]
fn who_is_named_is_linked_and_who_never_wrote_is_somebody() {
    let post = told("x:1", "@TownLibrary @dee.example.org met @stranger at t.co/x, mail a@example.org");
    assert_eq!(seen(&post), "@TownLibrary @dee.example.org met somebody at t.co/x, mail somebody");
    // A short address may lead to its author.
    let post = told("x:2", "Me https://t.co/abc https://example.org/page pic.twitter.com/abc");
    assert_eq!(seen(&post), "Me [link] https://example.org/page [link]");
    let post = told("x:1", "Ends (https://example.org/a_(b)). #tag 100% fine, o'clock e@ x");
    assert_eq!(seen(&post), "Ends (https://example.org/a_(b)). #tag 100% fine, o'clock e@ x");
}

#[test]
fn a_short_address_goes_where_what_it_leads_to_is_listed() {
    let shown = |author: &str, link: &str| {
        let mut said = post("x:100", author, "Code: https://t.co/a and https://t.co/b. End https://t.co/c");
        said.links = Some(vec![link.to_owned()]);
        let story = story("{{ post x:100 }}", vec![said], people());
        let Block::Post { post } = &story.blocks[0] else { panic!() };
        (seen(post), post.links.clone())
    };
    let code = "https://example.org/code".to_owned();
    assert_eq!(shown("x:2", &code), ("Code: and. End".to_owned(), vec![code]));
    // Where something is left out a mark says so.
    let marked = "Code: [link] and [link]. End [link]".to_owned();
    assert_eq!(shown("x:2", "https://github.com/beasample"), (marked, Vec::new()));
}

#[test]
fn who_is_not_named_is_not_linked_to_where_addresses_are_laid_out_by_person() {
    let text = "https://github.com/beasample/work https://beasample.wordpress.com/ https://www.youtube.com/watch?v=1 https://example.org/a";
    assert_eq!(
        seen(&told("x:2", text)),
        "[link] [link] https://www.youtube.com/watch?v=1 https://example.org/a"
    );
    assert_eq!(seen(&told("x:1", text)), text);
}

#[test]
fn what_is_answered_or_quoted_appears_by_its_own_authors_consent() {
    let reply = Post {
        in_reply_to_post_id: Some("x:1001".parse().unwrap()),
        quoted_post_id: Some("x:1002".parse().unwrap()),
        ..post("x:100", "x:1", "Yes https://t.co/q")
    };
    let posts = vec![reply, post("x:1001", "x:2", "Is it?"), post("x:1002", "x:3", "Gone")];
    let story = story("{{ post x:100 with-parent }}", posts, people());
    let Block::Post { post } = &story.blocks[0] else { panic!() };
    assert!(
        matches!(post.answers.as_deref(), Some(Block::Post { post }) if post.author == Shown::Participant { number: 12 })
    );
    assert_eq!(post.quotes.as_deref(), Some(&Block::Withdrawn));
    assert_eq!(seen(post), "Yes", "a short address in a quote leads to the quoted person");
}

#[test]
fn mastodon_leaves_out_the_server_and_hides_nobody_by_that() {
    let mut people = people();
    people.push(person("mastodon:social.example/1", "hal@social.example", "Hal", Consent::Removed));
    people.push(person("mastodon:social.example/2", "ida@social.example", "Ida", Consent::Named));
    let said =
        post("mastodon:social.example/100", "mastodon:social.example/2", "@hal and @Hal@social.example");
    let story = story("{{ post https://social.example/@ida/100 }}", vec![said], people);
    let Block::Post { post } = &story.blocks[0] else { panic!() };
    assert_eq!(seen(post), "withdrawn and withdrawn");
}

#[test]
fn words_that_terms_forbid_are_shown_of_those_alone_who_may_be_named() {
    let terms = [("x".parse().unwrap(), "The terms say so.".to_owned())];
    for (author, is_shown) in [("x:1", true), ("x:2", false), ("x:9", true)] {
        let posts = [post("x:100", author, "Hello https://example.org/a")];
        let find =
            |_: &someasure_model::PostId| someasure_chat::story::Found::Post(Box::new(posts[0].clone()));
        let people = crate::directory(people());
        let sources = someasure_chat::story::Sources { post: &find, people: &people, terms: &terms };
        let story = someasure_chat::story::resolve(&crate::file("{{ post x:100 }}"), &sources);
        let Block::Post { post } = &story.blocks[0] else { panic!() };
        assert_eq!(post.text.is_empty(), !is_shown, "{author}");
        assert_eq!(post.withheld.as_deref(), (!is_shown).then_some("The terms say so."));
    }
}

#[test]
fn two_people_under_one_handle_are_as_careful_as_the_more_careful_one() {
    let people = vec![
        person("x:1", "ann_reads", "Ann", Consent::Named),
        person("x:21", "ann_reads", "Another Ann", Consent::Removed),
        person("x:5", "eve", "Eve", Consent::Named),
    ];
    let story = story("{{ post x:100 }}", vec![post("x:100", "x:5", "@ann_reads hello")], people);
    let Block::Post { post } = &story.blocks[0] else { panic!() };
    assert_eq!(seen(post), "withdrawn hello");
}

#[test]
fn a_handle_that_somebody_had_before_hides_them_as_their_own_does() {
    let mut people = people();
    people[1].earlier_handles = vec!["bea_before".parse().unwrap()];
    people[2].earlier_handles = vec!["cem_before".parse().unwrap()];
    // Of somebody who was erased nothing is known but what objected.
    let mut erased = person("x:@eve_before", "eve_before", "", Consent::Removed);
    erased.display_name = None;
    people.push(erased);
    let text = "@Bea_Before, cem_before and @eve_before: https://twitter.com/eve_before/status/1 bea_before";
    let body = format!("About {}\n\n{{{{ post x:100 | {text} }}}}", text.replace('_', "\\_"));
    let told = story(&body, vec![post("x:100", "x:1", text)], people);
    let json = format!("{told:?}").to_lowercase();
    assert!(!json.contains("_before"), "{json}");
    let Block::Post { post } = &told.blocks[1] else { panic!() };
    assert_eq!(seen(post), "Participant 12, withdrawn and withdrawn: [link] Participant 12");
}

#[test]
fn what_was_passed_on_by_hand_of_somebody_who_withdrew_is_not_told() {
    let post = told("x:1", "So it is! RT @cem_gone: nobody should read this");
    assert_eq!(seen(&post), "So it is! RT [withdrawn]");
    assert_eq!(
        seen(&told("x:1", "RT @bea_quiet: all may read this")),
        "RT Participant 12: all may read this"
    );
}
