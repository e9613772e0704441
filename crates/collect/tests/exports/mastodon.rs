//! Mastodon.

use someasure_collect::exports::{Format, NoticeKind, Options};
use someasure_model::PostKind;

use super::{at, id, now, read_auto, tags, try_read};

const STATUSES: &[u8] = include_bytes!("fixtures/mastodon.jsonl");
const CONTEXT: &[u8] = include_bytes!("fixtures/mastodon_context.json");

const Q1: &str = "mastodon:tea.example/900";
const A1: &str = "mastodon:kettle.example/555";

#[test]
fn posts_have_the_ids_of_the_server_where_they_were_written() {
    let read = read_auto(STATUSES);
    assert_eq!(read.summary().format, Format::Mastodon);
    assert_eq!(
        read.ids(),
        [
            "mastodon:tea.example/905",
            "mastodon:tea.example/902",
            A1,
            Q1,
            "mastodon:kettle.example/556",
            "mastodon:other.example/objects/77-ab",
        ]
    );
    assert_eq!(read.post(Q1).post.account_id.as_str(), "mastodon:tea.example/1");
    assert_eq!(read.post(A1).post.account_id.as_str(), "mastodon:@ben@kettle.example");
    assert_eq!(read.post(Q1).author.as_ref().unwrap().handle.as_ref().unwrap().as_str(), "ann@tea.example");
}

#[test]
fn replies_are_translated_from_the_ids_of_the_answering_server() {
    let read = read_auto(STATUSES);
    assert_eq!(id(&read.post(A1).post.in_reply_to_post_id), Some(Q1));
    // The reply stands before the post that it answers.
    let reply = &read.post("mastodon:tea.example/902").post;
    assert_eq!(id(&reply.in_reply_to_post_id), Some(A1));
    assert_eq!(reply.in_reply_to_account_id.as_ref().unwrap().as_str(), "mastodon:@ben@kettle.example");
    assert_eq!(reply.mentions.as_deref().unwrap(), ["mastodon:@ben@kettle.example"]);
    // What the file does not have keeps the answering server's id, and says so.
    let other = &read.post("mastodon:tea.example/905").post;
    assert_eq!(id(&other.in_reply_to_post_id), Some("mastodon:tea.example/777"));
    assert_eq!(other.in_reply_to_account_id.as_ref().unwrap().as_str(), "mastodon:tea.example/66");
}

#[test]
fn html_becomes_words_with_whole_addresses() {
    let read = read_auto(STATUSES);
    let item = read.post(Q1);
    assert_eq!(item.post.text.as_deref(), Some("Q1: milk first? #TeaChat\nhttps://long.example/tea?cup=1"));
    assert_eq!(item.post.links.as_deref().unwrap(), ["https://long.example/tea?cup=1"]);
    let media: Vec<_> =
        item.post.media.as_ref().unwrap().iter().map(|m| (m.kind.as_str(), m.alt_text.as_deref())).collect();
    assert_eq!(media, [("image", Some("A blue cup")), ("animation", Some(""))]);
    assert_eq!(item.edited_at, Some(at("2023-05-03T19:10:00Z")));
    assert_eq!(read.post(A1).post.text.as_deref(), Some("tea\n\n@ann A1: never"), "its warning comes first");
    assert_eq!(item.author.as_ref().unwrap().bio.as_deref(), Some("Tea & cake"));
}

#[test]
fn boosts_and_quotes_pass_on_their_originals() {
    let read = read_auto(STATUSES);
    let boost = read.post("mastodon:kettle.example/556");
    assert_eq!((boost.post.kind, id(&boost.post.quoted_post_id)), (Some(PostKind::Repost), Some(Q1)));
    assert_eq!(tags(boost), ["TeaChat"]);
    assert_eq!(boost.post.account_id.as_str(), "mastodon:@ben@kettle.example");
    let quote = read.post("mastodon:other.example/objects/77-ab");
    assert_eq!(
        (quote.post.kind, id(&quote.post.quoted_post_id)),
        (Some(PostKind::Quote), Some("mastodon:tea.example/800"))
    );
    assert!(read.context.iter().any(|item| item.post.post_id.as_str() == "mastodon:tea.example/800"));
}

#[test]
fn a_post_for_followers_is_told() {
    let read = read_auto(STATUSES);
    let notice = read.notices.iter().find(|notice| notice.kind == NoticeKind::Protected).unwrap();
    assert_eq!((id(&notice.post_id), notice.row), (Some("mastodon:tea.example/905"), false));
}

#[test]
fn a_context_in_a_recorders_shell_is_read_even_as_text_of_json() {
    let read = read_auto(CONTEXT);
    assert_eq!(read.summary().posts, 3);
    assert_eq!(read.post(A1).post.observed_at, at("2023-05-04T08:00:00Z"));
}

#[test]
fn the_answering_server_is_stated_where_the_file_has_none_of_its_accounts() {
    let status = br#"[{"id":"5","uri":"https://far.example/users/cy/statuses/8","created_at":"2023-05-03T19:00:00Z","content":"<p>x</p>","account":{"id":"7","acct":"cy@far.example"},"in_reply_to_id":"4","in_reply_to_account_id":"3"}]"#;
    let read = read_auto(status);
    assert_eq!(read.posts[0].post.kind, Some(PostKind::Reply));
    assert_eq!(read.posts[0].post.in_reply_to_post_id, None);
    let options = Options { server: Some("near.example".to_owned()), ..Options::at(now()) };
    let read = try_read(status, Format::Auto, &options).unwrap();
    assert_eq!(id(&read.posts[0].post.in_reply_to_post_id), Some("mastodon:near.example/4"));
}
