//! The pages of chats in an edition: what is there, what leads where, and that the counts are those that were given.

use someasure_report::site;

use super::{CHAT, NETWORK, SESSION, files_of, plain, with_chat};
use crate::checks::{all, check_pages, rows, text};
use crate::support::chat::{chat, network, q};
use crate::support::invented;

#[test]
fn an_edition_with_a_chat_has_its_pages_and_every_link_of_them_leads_somewhere() {
    let files = all(&with_chat());
    check_pages(&files);
    for page in [CHAT, SESSION, NETWORK, "site/chats/index.html"] {
        assert!(files.contains_key(page), "{page}");
    }
    let map = text(&files, "site/sitemap.xml");
    for page in ["chats/index.html", "chats/madeupchat/index.html", "chats/madeupchat/2014-03-12/index.html"]
    {
        assert!(map.contains(&format!("/report/{page}<")), "{page}");
    }
    assert!(text(&files, "site/index.html").contains("href=\"chats/index.html\""));
    for file in ["network.gexf", "network.graphml", "ties.csv"] {
        assert_eq!(files[&format!("site/chats/madeupchat/{file}")], b"bytes of the caller");
        assert!(text(&files, NETWORK).contains(&format!("href=\"{file}\"")), "{file}");
    }
}

#[test]
fn a_story_has_its_page_and_the_chat_leads_to_it() {
    let mut edition = with_chat();
    crate::support::story::fill(&mut edition);
    let files = all(&edition);
    let page = text(&files, "site/stories/the-evening-of-answers/index.html");
    for told in [
        "Eva Curator (invented)",
        "Names, not inboxes",
        "A post was withdrawn by its author.",
        "Names (14); Inboxes (2)",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(text(&files, "site/stories/index.html").contains("the-evening-of-answers/index.html"));
}

#[test]
fn an_edition_without_a_chat_does_not_speak_of_chats() {
    let files = all(&invented());
    assert!(!files.keys().any(|path| path.starts_with("site/chats")));
    assert!(!text(&files, "site/index.html").contains("chats/index.html"));
}

#[test]
fn an_organisation_leads_to_the_chats_that_it_took_part_in() {
    let files = all(&with_chat());
    let of = |id: &str| plain(text(&files, &format!("site/organisations/invented-{id}/index.html")));
    assert!(of("A01").contains("Took part in the chat #madeupchat in 12 sessions."));
    assert!(of("A02").contains("Took part in the chat #madeupchat in 1 session."));
    assert!(!of("A03").contains("Took part in the chat"));
    assert!(text(&files, CHAT).contains("href=\"../../organisations/invented-A01/index.html\""));
}

#[test]
fn the_counts_on_the_page_are_those_that_were_given() {
    let mut chat = chat(3);
    chat.tally.read += 5;
    let (statistics, tally) = (chat.statistics.clone(), chat.tally.clone());
    let files = files_of(chat);
    let page = plain(text(&files, CHAT));
    let all = &statistics.all;
    for told in [
        format!("{} of {} posts", all.conversation.count, all.conversation.of),
        format!("Posts of the chat{}", tally.posts),
        format!("Reposts of the chat{}", tally.reposts),
        format!("The same post in another record{}", tally.duplicates),
        "Without the chat’s hashtag7".to_owned(),
        format!("Read{}", tally.read),
        format!("Of the posts, {} reply to another.", tally.replies),
        "These do not add up: 5 records are not explained.".to_owned(),
        format!(
            "70 people took part in 3 sessions from April 2013 to March 2014: {} posts, passed on {} times.",
            all.posts, all.reposts
        ),
    ] {
        assert!(page.contains(&told), "{told}: {page}");
    }
    let roll = rows(text(&files, "site/chats/madeupchat/roll.csv"));
    assert_eq!(roll.len(), statistics.roll.len());
    let sessions = rows(text(&files, "site/chats/madeupchat/charts/participants.csv"));
    let given: Vec<String> = statistics.sessions.iter().map(|s| s.counts.participants.to_string()).collect();
    assert_eq!(sessions.iter().map(|row| row["participants"].clone()).collect::<Vec<_>>(), given);
}

#[test]
fn a_chat_of_nobody_and_nothing_has_pages_that_say_so() {
    let mut nothing = chat(1);
    nothing.statistics = someasure_model::chat::ChatStatistics {
        first: None,
        last: None,
        all: Default::default(),
        sessions: Vec::new(),
        months: Vec::new(),
        links: Vec::new(),
        links_left_out: 0,
        roll: Vec::new(),
        in_sessions: 0,
        afterwards: 0,
        between: 0,
        outside: 0,
        deleted: 0,
        as_at: nothing.statistics.as_at,
    };
    nothing.network = network(0);
    nothing.transcripts.clear();
    nothing.organisations.clear();
    nothing.network_files.clear();
    nothing.participants = None;
    nothing.tally = Default::default();
    (nothing.about, nothing.notice) = (String::new(), String::new());
    let files = files_of(nothing);
    check_pages(&files);
    assert!(plain(text(&files, CHAT)).contains("Nothing of it was kept yet."));
    assert!(plain(text(&files, NETWORK)).contains("Nobody replied to, mentioned or quoted another."));
}

#[test]
fn a_network_of_thousands_is_a_small_picture() {
    let mut chat = chat(1);
    chat.network = network(2_000);
    let files = files_of(chat);
    let page = text(&files, NETWORK);
    let svg = page
        .split_once("<svg class=\"chart\"")
        .unwrap()
        .1
        .split_once("</figcaption>")
        .unwrap_or((page, ""))
        .0;
    let file = &files["site/chats/madeupchat/charts/network.svg"];
    assert!(file.len() < 300_000, "{} bytes", file.len());
    assert!(page.len() < 700_000, "{} bytes", page.len());
    assert!(svg.contains("A network of 2,000 people and"));
    assert!(page.matches("class=\"c-name").count() <= 25);
}

#[test]
fn the_pages_of_chats_judge_nobody() {
    let files = all(&with_chat());
    for page in [CHAT, SESSION, NETWORK, "site/chats/index.html"] {
        let said = plain(text(&files, page)).to_lowercase();
        for word in [
            "worst",
            "best ",
            "failing",
            "poor",
            "lags",
            "plummeted",
            "slipped",
            "significant",
            "impressions",
            "influencer",
            "followers",
        ] {
            assert!(!said.contains(word), "{page}: {word}");
        }
    }
}

#[test]
fn a_chat_is_drawn_the_same_each_time() {
    let edition = with_chat();
    let once: Vec<_> = site(&edition).filter(|file| file.path.contains("chats/")).collect();
    let twice: Vec<_> = site(&edition).filter(|file| file.path.contains("chats/")).collect();
    assert!(once == twice && !once.is_empty());
    assert_eq!(q(2, Some('a')).to_string(), "Q2a");
}

#[test]
fn the_methods_page_says_how_chats_are_counted_where_there_are_any() {
    let methods = "site/methods/index.html";
    assert!(text(&all(&with_chat()), methods).contains("How chats are counted"));
    assert!(!text(&all(&invented()), methods).contains("How chats are counted"));
}

#[test]
fn months_that_no_file_reaches_over_are_told_as_a_gap_with_the_chart() {
    let mut edition = with_chat();
    for month in &mut edition.chats[0].statistics.months[4..6] {
        (month.whole, month.not_covered) = (false, true);
    }
    let files = all(&edition);
    let page = plain(text(&files, CHAT));
    assert!(page.contains("A gap in the imported files, and no decline"), "{page}");
    assert!(!plain(text(&all(&with_chat()), CHAT)).contains("no decline"));
}
