//! X (Twitter), both versions of its interface.

use someasure_collect::exports::{Format, NoticeKind, Options};
use someasure_model::PostKind;

use super::{at, id, now, read_auto, tags, try_read};

const PAGES: &[u8] = include_bytes!("fixtures/x_v2_pages.jsonl");
const FLAT: &[u8] = include_bytes!("fixtures/x_v2_flat.jsonl");
const V1: &[u8] = include_bytes!("fixtures/x_v1.jsonl");
const SEARCH: &[u8] = include_bytes!("fixtures/x_v1_search.json");

const Q1: &str = "x:1499112303621046272";
const A1: &str = "x:1499112555279286273";
const REPOST: &str = "x:1499112806937526274";
const EDITED: &str = "x:1499113561912246277";
const LONG: &str = "x:1499114065228726279";
const HELD: &str = "x:1499113813570486278";
const OLD: &str = "x:1498598920811446281";

#[test]
fn a_page_of_version_2_gives_its_posts_and_what_came_along() {
    let read = read_auto(PAGES);
    let summary = read.summary();
    assert_eq!(summary.format, Format::XV2);
    assert_eq!((summary.rows, summary.posts, summary.pages), (8, 7, 3));
    assert_eq!((summary.reposts, summary.replies, summary.quotes), (1, 1, 1));
    assert_eq!(read.context.len(), 1, "the first question is a row itself");
    assert_eq!(read.context[0].post.post_id.as_str(), OLD);
    let dee = &read.people[0];
    assert_eq!((dee.observation.account_id.as_str(), dee.row), ("x:104", false));
    assert_eq!(summary.assumed_observed_at, None);
}

#[test]
fn a_post_of_version_2_keeps_words_links_pictures_and_when_it_was_seen() {
    let read = read_auto(PAGES);
    let item = read.post(Q1);
    assert_eq!(
        item.post.text.as_deref(),
        Some("Q1: milk first? <3 #TeaChat #Größe https://t.co/pic https://t.co/link")
    );
    assert_eq!(tags(item), ["TeaChat", "Größe"]);
    assert_eq!(item.post.links.as_deref().unwrap(), ["https://long.example/tea?cup=1"]);
    let media = &item.post.media.as_ref().unwrap()[0];
    assert_eq!((media.kind.as_str(), media.alt_text.as_deref()), ("image", Some("A blue cup")));
    assert_eq!(item.post.observed_at, at("2022-03-03T09:00:00Z"));
    assert_eq!(item.reading.as_ref().unwrap().likes, Some(3));
    let author = item.author.as_ref().unwrap();
    assert_eq!(author.handle.as_ref().unwrap().as_str(), "annteapot");
    assert_eq!(author.bio.as_deref(), Some("Likes tea & cake"));
    assert_eq!(author.website.as_deref(), Some("https://ann.example/"));
    assert_eq!(author.followers, Some(1200));
}

#[test]
fn a_reply_that_quotes_is_a_reply_with_what_it_quotes() {
    for file in [PAGES, FLAT, V1] {
        let read = read_auto(file);
        let post = &read.post(A1).post;
        assert_eq!(post.kind, Some(PostKind::Reply));
        assert_eq!(id(&post.in_reply_to_post_id), Some(Q1));
        assert_eq!(post.in_reply_to_account_id.as_ref().unwrap().as_str(), "x:101");
        assert_eq!(id(&post.quoted_post_id), Some(OLD));
        assert_eq!(post.mentions.as_deref().unwrap(), ["x:101"]);
        assert!(post.links.as_ref().unwrap().is_empty(), "the quoted post's address is no link of its own");
    }
}

#[test]
fn a_repost_that_was_cut_off_has_the_tags_of_its_original_and_not_its_counters() {
    for (file, wanted) in
        [(PAGES, &["TeaChat", "Größe"][..]), (FLAT, &["TeaChat", "Größe"]), (V1, &["TeaChat"])]
    {
        let read = read_auto(file);
        let item = read.post(REPOST);
        assert_eq!(item.post.kind, Some(PostKind::Repost));
        assert_eq!(id(&item.post.quoted_post_id), Some(Q1));
        assert_eq!(tags(item), wanted);
        assert_eq!(item.reading, None);
        assert_eq!(item.post.account_id.as_str(), "x:102");
    }
}

#[test]
fn an_edited_post_names_its_earlier_versions() {
    let read = read_auto(PAGES);
    let earlier: Vec<&str> = read.post(EDITED).earlier.iter().map(|id| id.as_str()).collect();
    assert_eq!(earlier, ["x:1499113310254006276"]);
    assert!(read.post(Q1).earlier.is_empty());
}

#[test]
fn a_long_post_is_read_whole() {
    for file in [PAGES, V1] {
        let read = read_auto(file);
        let item = read.post(LONG);
        assert_eq!(item.post.text.as_deref(), Some("The beginning of a long story, and its end #TeaChat"));
        assert_eq!(tags(item), ["TeaChat"]);
        assert!(item.post.links.as_ref().unwrap().is_empty());
    }
}

#[test]
fn what_is_withheld_gone_suspended_or_protected_is_told() {
    let read = read_auto(PAGES);
    let of = |kind| read.notices.iter().filter(move |notice| notice.kind == kind).collect::<Vec<_>>();
    let withheld = of(NoticeKind::Withheld);
    assert_eq!((id(&withheld[0].post_id), withheld[0].text.as_str()), (Some(HELD), "withheld in DE, FR"));
    assert_eq!(id(&of(NoticeKind::Deleted)[0].post_id), Some("x:1499114316886966280"));
    assert_eq!(of(NoticeKind::Suspended)[0].account_id.as_ref().unwrap().as_str(), "x:@eve");
    assert_eq!(of(NoticeKind::Protected)[0].account_id.as_ref().unwrap().as_str(), "x:103");
    let error = of(NoticeKind::Error)[0];
    assert!(error.row && error.line == 3 && error.text.contains("disconnected"), "{error:?}");
}

#[test]
fn a_flattened_line_carries_its_originals_and_people() {
    let read = read_auto(FLAT);
    assert_eq!(read.ids(), [REPOST, A1]);
    let context: Vec<&str> = read.context.iter().map(|item| item.post.post_id.as_str()).collect();
    assert_eq!(context, [Q1, OLD], "each once, though two lines carry the question");
    assert_eq!(read.post(Q1).post.media.as_ref().unwrap()[0].alt_text.as_deref(), Some("A blue cup"));
    assert_eq!(
        read.people.iter().filter(|person| person.observation.account_id.as_str() == "x:101").count(),
        2,
        "as mentioned in a repost by name alone, and in full"
    );
}

#[test]
fn plain_answers_people_counts_and_compliance_are_told_apart() {
    let read = read_auto(br#"{"data":[{"id":"7","username":"ann","name":"Ann"}],"meta":{"result_count":1}}"#);
    assert_eq!((read.summary().people, read.people[0].row), (1, true));
    let read = read_auto(br#"{"data":[{"end":"2021-05-27T00:00:00.000Z","start":"2021-05-26T23:00:00.000Z","tweet_count":345}],"meta":{"total_tweet_count":345}}"#);
    assert_eq!(read.summary().notices[&NoticeKind::NotAPost], 1);
    let compliance = br#"{"id":"1482680858","action":"delete","created_at":"2013-06-04T16:25:04+00:00","reason":"protected"}
{"id":"1499112303621046272","action":"delete","created_at":"2022-03-02T20:00:00.000Z","redacted_at":"2022-04-01T00:00:00.000Z","reason":"deleted"}"#;
    let read = read_auto(compliance);
    assert_eq!(read.notices[0].kind, NoticeKind::Protected);
    assert_eq!(read.notices[1].kind, NoticeKind::Deleted);
    assert_eq!(id(&read.notices[1].post_id), Some(Q1));
}

#[test]
fn a_post_without_its_author_is_bad_with_what_to_do() {
    let read = read_auto(br#"{"data":[{"id":"1499112303621046272","text":"hello"}]}"#);
    assert!(read.bad[0].contains("ask for the expansion author_id"), "{:?}", read.bad);
}

#[test]
fn a_post_without_a_time_has_that_of_its_id() {
    let read = read_auto(br#"{"data":[{"id":"1499112303621046272","text":"hello #TeaChat @ben https://e.org/","author_id":"1"}]}"#);
    let post = &read.posts[0].post;
    assert_eq!(post.created_at, at("2022-03-02T20:00:00Z"));
    // Nobody asked for entities, so the text has to do.
    assert_eq!(tags(&read.posts[0]), ["TeaChat"]);
    assert_eq!(post.mentions.as_deref().unwrap(), ["x:@ben"]);
    assert_eq!(post.links.as_deref().unwrap(), ["https://e.org/"]);
}

#[test]
fn statuses_of_version_1_are_read_with_the_notices_between_them() {
    let read = read_auto(V1);
    let summary = read.summary();
    assert_eq!(summary.format, Format::XV1);
    assert_eq!((summary.rows, summary.posts, summary.people), (10, 5, 1));
    let notices: Vec<(NoticeKind, bool)> =
        read.notices.iter().map(|notice| (notice.kind, notice.row)).collect();
    assert_eq!(
        notices,
        [
            (NoticeKind::Withheld, false),
            (NoticeKind::Deleted, true),
            (NoticeKind::Error, true),
            (NoticeKind::Withheld, true),
            (NoticeKind::NotAPost, true),
        ]
    );
    let item = read.post(Q1);
    assert_eq!(
        item.post.text.as_deref(),
        Some("Q1: milk first? <3 #TeaChat https://t.co/pic https://t.co/link")
    );
    assert_eq!(item.post.created_at, at("2022-03-02T20:00:00Z"));
    let kinds: Vec<&str> =
        item.post.media.as_ref().unwrap().iter().map(|media| media.kind.as_str()).collect();
    assert_eq!(kinds, ["image", "animation"]);
    // Nothing in the file says when it was seen: the newest post's time is assumed, and said.
    assert_eq!(summary.assumed_observed_at, Some(at("2022-03-02T20:07:00Z")));
    assert_eq!(item.post.observed_at, at("2022-03-02T20:07:00Z"));
    assert_eq!(item.reading.as_ref().unwrap().observed_at, item.post.observed_at);
}

#[test]
fn a_search_of_version_1_is_read_from_its_answer() {
    let read = read_auto(SEARCH);
    assert_eq!((read.summary().format, read.summary().posts, read.summary().reposts), (Format::XV1, 2, 1));
}

#[test]
fn a_number_beyond_53_bits_keeps_its_last_digit() {
    let status = br#"[{"id":1499112303621046273,"created_at":"Wed Mar 02 20:00:00 +0000 2022","text":"x","user":{"id":1349112303621046275,"screen_name":"ann"},"in_reply_to_status_id":1499112303621046271}]"#;
    let post = &read_auto(status).posts[0].post;
    assert_eq!(post.post_id.as_str(), "x:1499112303621046273");
    assert_eq!(post.account_id.as_str(), "x:1349112303621046275");
    assert_eq!(id(&post.in_reply_to_post_id), Some("x:1499112303621046271"));
}

#[test]
fn a_post_from_the_future_is_handed_over_and_marked() {
    let read = read_auto(
        br#"[{"id_str":"1","created_at":"Wed Mar 02 20:00:00 +0000 2050","text":"x","user":{"id_str":"1"}},
        {"id_str":"2","created_at":"Wed Mar 02 20:00:00 +0000 2022","text":"y","user":{"id_str":"1"}}]"#,
    );
    assert!(read.posts[0].from_the_future && !read.posts[1].from_the_future);
    assert_eq!(read.summary().from_the_future, 1);
    assert_eq!(
        read.posts[0].post.observed_at,
        at("2022-03-02T20:00:00Z"),
        "it says nothing of when the file was made"
    );
}

#[test]
fn a_stated_time_of_observation_is_taken_where_the_file_has_none() {
    let options = Options { observed_at: Some(at("2022-05-01T00:00:00Z")), ..Options::at(now()) };
    let read = try_read(V1, Format::Auto, &options).unwrap();
    assert!(read.posts.iter().all(|item| item.post.observed_at == at("2022-05-01T00:00:00Z")));
    let read = try_read(FLAT, Format::Auto, &options).unwrap();
    assert!(read.posts.iter().all(|item| item.post.observed_at == at("2022-03-03T09:00:00Z")));
}
