//! Bluesky.

use someasure_collect::exports::{Format, NoticeKind};
use someasure_model::PostKind;

use super::{at, id, read_auto, tags};

const SEARCH: &[u8] = include_bytes!("fixtures/bluesky_search.json");
const FEED: &[u8] = include_bytes!("fixtures/bluesky_feed.json");
const THREAD: &[u8] = include_bytes!("fixtures/bluesky_thread.json");
const SNAKE: &[u8] = include_bytes!("fixtures/bluesky_snake.jsonl");
const RECORDS: &[u8] = include_bytes!("fixtures/bluesky_records.json");

const Q1: &str = "bluesky:at://did:plc:annteapot/app.bsky.feed.post/q1";
const A1: &str = "bluesky:at://did:plc:benkettle/app.bsky.feed.post/a1";
const OLD: &str = "bluesky:at://did:plc:cy/app.bsky.feed.post/old";

#[test]
fn a_search_gives_posts_with_what_their_facets_mean() {
    let read = read_auto(SEARCH);
    assert_eq!((read.summary().format, read.summary().rows, read.summary().posts), (Format::Bluesky, 4, 4));
    let item = read.post(Q1);
    assert_eq!(tags(item), ["TeaChat", "hidden"]);
    assert_eq!(item.post.links.as_deref().unwrap(), ["https://long.example/tea?cup=1"]);
    assert_eq!(item.post.mentions.as_deref().unwrap(), ["bluesky:did:plc:benkettle"]);
    assert_eq!(item.post.language.as_deref(), Some("en"));
    let alt: Vec<_> =
        item.post.media.as_ref().unwrap().iter().map(|media| media.alt_text.as_deref()).collect();
    assert_eq!(alt, [Some("A blue cup"), Some("")], "none given is not the same as not said");
    assert_eq!(item.author.as_ref().unwrap().handle.as_ref().unwrap().as_str(), "ann.tea.example");
    assert_eq!(item.post.conversation_id.as_deref(), Some(Q1));
    // indexedAt is no observation.
    assert_eq!(read.summary().assumed_observed_at, Some(at("2025-01-15T20:03:00Z")));
}

#[test]
fn a_reply_with_a_quote_beside_a_link_card_is_a_reply() {
    let read = read_auto(SEARCH);
    let item = read.post(A1);
    assert_eq!(item.post.kind, Some(PostKind::Reply));
    assert_eq!(id(&item.post.in_reply_to_post_id), Some(Q1));
    assert_eq!(item.post.in_reply_to_account_id.as_ref().unwrap().as_str(), "bluesky:did:plc:annteapot");
    assert_eq!(id(&item.post.quoted_post_id), Some(OLD));
    assert_eq!(item.post.links.as_deref().unwrap(), ["https://shop.example/"]);
    assert_eq!(tags(item), ["TeaChat", "Größe"], "without facets the words have to do");
    assert_eq!(read.context[0].post.post_id.as_str(), OLD);
    assert_eq!(read.context[0].labels, ["!no-unauthenticated"]);
    let film = read.post("bluesky:at://did:plc:benkettle/app.bsky.feed.post/film");
    assert_eq!(film.post.media.as_ref().unwrap()[0].alt_text.as_deref(), Some("A kettle boils"));
}

#[test]
fn who_asks_not_to_be_shown_to_everybody_is_told_and_so_is_a_quote_that_is_gone() {
    let read = read_auto(SEARCH);
    let told: Vec<_> = read.notices.iter().map(|notice| (notice.kind, notice.row)).collect();
    assert_eq!(told, [(NoticeKind::Protected, false), (NoticeKind::Deleted, false)]);
    assert_eq!(read.notices[0].account_id.as_ref().unwrap().as_str(), "bluesky:did:plc:cy");
    assert_eq!(id(&read.notices[1].post_id), Some("bluesky:at://did:plc:cy/app.bsky.feed.post/gone"));
}

#[test]
fn reposts_in_a_feed_are_rows_of_those_who_reposted() {
    let read = read_auto(FEED);
    assert_eq!((read.summary().rows, read.summary().reposts), (3, 2));
    let [by_ben, by_cy, _] = &read.posts[..] else { panic!() };
    assert_eq!(by_ben.post.account_id.as_str(), "bluesky:did:plc:benkettle");
    assert_eq!(by_ben.post.created_at, at("2025-01-15T20:05:00Z"));
    assert_eq!(id(&by_ben.post.quoted_post_id), Some(Q1));
    assert_eq!(tags(by_ben), ["TeaChat", "hidden"]);
    assert_eq!(by_ben.post.text, None);
    // Without an address of its own it gets one that tells who and what, and is no real one.
    assert_eq!(
        by_ben.post.post_id.as_str(),
        "bluesky:at://did:plc:benkettle/app.bsky.feed.repost/~did:plc:annteapot/app.bsky.feed.post/q1"
    );
    assert_eq!(by_cy.post.post_id.as_str(), "bluesky:at://did:plc:cy/app.bsky.feed.repost/r1");
    // The answer's own date says when it was seen.
    assert_eq!(by_cy.post.observed_at, at("2025-01-16T09:00:00Z"));
    assert!(read.context.iter().any(|item| item.post.post_id.as_str() == Q1));
    assert!(
        read.notices
            .iter()
            .any(|notice| notice.kind == NoticeKind::Protected && id(&notice.post_id) == Some(Q1))
    );
}

#[test]
fn every_post_of_a_thread_is_a_row_and_so_is_every_gap() {
    let read = read_auto(THREAD);
    assert_eq!(read.ids(), [Q1, A1, "bluesky:at://did:plc:benkettle/app.bsky.feed.post/film"]);
    assert_eq!(read.summary().rows, 5);
    assert_eq!(read.summary().notices[&NoticeKind::Deleted], 1);
    assert_eq!(read.summary().notices[&NoticeKind::Protected], 1);
}

#[test]
fn the_names_of_r_packages_and_the_records_of_repositories_give_the_same_post() {
    let search = read_auto(SEARCH);
    let snake = read_auto(SNAKE);
    assert_eq!(search.post(Q1).post.hashtags, snake.post(Q1).post.hashtags);
    assert_eq!(snake.post(Q1).reading.as_ref().unwrap().likes, Some(3));
    let records = read_auto(RECORDS);
    assert_eq!(records.post(Q1).post.account_id.as_str(), "bluesky:did:plc:annteapot");
    assert_eq!(records.post(Q1).post.text, search.post(Q1).post.text);
    let repost = records.post("bluesky:at://did:plc:annteapot/app.bsky.feed.repost/r2");
    assert_eq!((repost.post.kind, id(&repost.post.quoted_post_id)), (Some(PostKind::Repost), Some(A1)));
    assert_eq!(records.summary().notices[&NoticeKind::NotAPost], 1, "a like");
}

#[test]
fn an_answer_without_posts_is_read_as_nothing() {
    let read = read_auto(br#"{"posts":[],"cursor":"0"}"#);
    assert_eq!((read.summary().format, read.summary().rows), (Format::Bluesky, 0));
}

#[test]
fn a_thread_of_endless_depth_ends() {
    let mut thread = String::from(r#"{"thread":"#);
    let level = r#"{"post":{"uri":"at://did:plc:a/app.bsky.feed.post/1","record":{"text":"x","createdAt":"2025-01-15T20:00:00Z"}},"replies":["#;
    thread.push_str(&level.repeat(1_100));
    thread.push_str(&"]}".repeat(1_100));
    thread.push('}');
    let read = read_auto(thread.as_bytes());
    assert_eq!(read.summary().bad, 1);
    assert_eq!(read.summary().posts, 1_001);
}

#[test]
fn a_time_that_cannot_be_gives_way_to_when_the_platform_saw_the_post() {
    let post = |claimed: &str| {
        let json = format!(
            r#"{{"uri":"at://did:plc:a/app.bsky.feed.post/1","record":{{"text":"x","createdAt":"{claimed}"}},"indexedAt":"2025-01-15T20:00:01Z"}}"#
        );
        read_auto(json.as_bytes()).posts.remove(0).post.created_at
    };
    assert_eq!(post("0001-01-01T00:00:00Z"), at("2025-01-15T20:00:01Z"));
    assert_eq!(post("last week"), at("2025-01-15T20:00:01Z"));
    assert_eq!(post("2019-03-30T00:00:00Z"), at("2019-03-30T00:00:00Z"), "imported from elsewhere");
}

#[test]
fn events_of_the_stream_are_posts_and_deletions_seen_just_then() {
    let stream = br#"{"did":"did:plc:annteapot","time_us":1736971201000000,"kind":"commit","commit":{"rev":"r","operation":"create","collection":"app.bsky.feed.post","rkey":"q1","record":{"$type":"app.bsky.feed.post","text":"Q1 #TeaChat","createdAt":"2025-01-15T20:00:00Z"},"cid":"b"}}
{"did":"did:plc:annteapot","time_us":1736971202000000,"kind":"commit","commit":{"rev":"r","operation":"delete","collection":"app.bsky.feed.post","rkey":"q0"}}
"#;
    let read = read_auto(stream);
    assert_eq!(read.post(Q1).post.observed_at, at("2025-01-15T20:00:01Z"));
    assert_eq!(tags(read.post(Q1)), ["TeaChat"]);
    assert_eq!(read.notices[0].kind, NoticeKind::Deleted);
    assert_eq!(id(&read.notices[0].post_id), Some("bluesky:at://did:plc:annteapot/app.bsky.feed.post/q0"));
}
