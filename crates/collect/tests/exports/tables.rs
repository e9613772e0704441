//! TAGS, rtweet and its like, and our own tables.

use jiff::tz::TimeZone;
use someasure_collect::exports::{ExportError, Format, NoticeKind, Options};
use someasure_model::PostKind;

use super::{at, id, now, read_auto, tags, try_read};

const TAGS: &[u8] = include_bytes!("fixtures/tags.csv");
const RTWEET: &[u8] = include_bytes!("fixtures/rtweet.csv");
const TWINT: &[u8] = include_bytes!("fixtures/twint.csv");
const OWN: &[u8] = include_bytes!("fixtures/own.csv");
const OWN_LINES: &[u8] = include_bytes!("fixtures/own.jsonl");

const Q1: &str = "x:1499112303621046272";
const A1: &str = "x:1499112555279286273";
const REPOST: &str = "x:1499112806937526274";
const QUOTE: &str = "x:1499113058595766275";
const HELD: &str = "x:1499113813570486278";
const OLD: &str = "x:1498598920811446281";

#[test]
fn a_sheet_of_tags_is_read_by_its_true_time_and_its_entities() {
    let read = read_auto(TAGS);
    assert_eq!((read.summary().format, read.summary().rows, read.summary().posts), (Format::Tags, 7, 5));
    let item = read.post(Q1);
    assert_eq!(item.post.created_at, at("2022-03-02T20:00:00Z"), "not the clock of the sheet");
    assert_eq!(item.post.text.as_deref(), Some("Q1: milk \"first\"?\n & #TeaChat"));
    assert_eq!(item.post.links.as_deref().unwrap(), ["https://long.example/tea"]);
    let author = item.author.as_ref().unwrap();
    assert_eq!((author.followers, author.following), (None, Some(12)), "NA is not zero");
}

#[test]
fn kinds_in_tags_are_told_by_reply_columns_and_the_form_of_the_text() {
    let read = read_auto(TAGS);
    let reply = read.post(A1);
    assert_eq!((reply.post.kind, id(&reply.post.in_reply_to_post_id)), (Some(PostKind::Reply), Some(Q1)));
    assert_eq!(tags(reply), ["TeaChat"], "without entities the words have to do");
    assert_eq!(reply.post.mentions.as_deref().unwrap(), ["x:@annteapot"]);
    assert_eq!(read.post(REPOST).post.kind, Some(PostKind::Repost));
    let quote = read.post(QUOTE);
    assert_eq!((quote.post.kind, id(&quote.post.quoted_post_id)), (Some(PostKind::Quote), Some(OLD)));
}

#[test]
fn a_repost_in_tags_finds_its_original_in_the_same_sheet_where_only_one_fits() {
    let sheet = |originals: &[&str]| {
        let mut rows = "id_str,from_user,text,created_at\n".to_owned();
        rows.push_str("1499112806937526274,ben,RT @Ann: Q1: what do you put first into a cup and…,NA\n");
        for (n, text) in originals.iter().enumerate() {
            rows.push_str(&format!("149911230362104627{n},ann,{text},NA\n"));
        }
        read_auto(rows.as_bytes())
    };
    let whole = "Q1: what do you put first into a cup and why? #TeaChat";
    let read = sheet(&[whole, "Q2: something else #TeaChat"]);
    assert_eq!(id(&read.post(REPOST).post.quoted_post_id), Some("x:1499112303621046270"));
    assert_eq!(tags(read.post(REPOST)), ["TeaChat"], "the tag was cut off");
    let read = sheet(&[whole, &format!("{whole} #again")]);
    assert_eq!(read.post(REPOST).post.quoted_post_id, None, "two fit");
}

#[test]
fn a_time_that_a_sheet_rewrote_is_that_of_the_id_and_a_rounded_id_is_refused() {
    let read = read_auto(TAGS);
    let item = read.post(HELD);
    assert_eq!(item.post.created_at, at("2022-03-02T20:06:00Z"));
    assert_eq!(item.post.account_id.as_str(), "x:@cy");
    assert_eq!(tags(item), ["TeaChat"]);
    assert!(read.bad[0].contains("a spreadsheet has rounded it"), "{:?}", read.bad);
    assert_eq!(read.summary().notices[&NoticeKind::NotAPost], 1, "an empty row");
}

#[test]
fn ids_that_a_spreadsheet_rounded_refuse_the_file() {
    let sheet = |ends: &str| -> String {
        let row = |n| format!("1499112303621{n}{ends},ann,x,Wed Mar 02 20:00:00 +0000 2022\n");
        std::iter::once("id_str,from_user,text,created_at\n".to_owned()).chain((10..40).map(row)).collect()
    };
    assert!(try_read(sheet("0010").as_bytes(), Format::Auto, &Options::at(now())).is_ok());
    let error = try_read(sheet("0000").as_bytes(), Format::Auto, &Options::at(now())).unwrap_err();
    assert!(error.to_string().contains("a spreadsheet has rounded them"), "{error}");
}

#[test]
fn a_table_of_rtweet_is_read_with_its_lists_and_originals() {
    let read = read_auto(RTWEET);
    assert_eq!((read.summary().format, read.summary().posts), (Format::Rtweet, 4));
    let item = read.post(Q1);
    assert_eq!(tags(item), ["TeaChat", "Größe"]);
    assert_eq!(item.post.created_at, at("2022-03-02T20:00:00Z"), "rtweet's times are UTC");
    assert_eq!(item.post.links.as_deref().unwrap(), ["https://long.example/tea", "https://b.example/"]);
    assert_eq!(item.author.as_ref().unwrap().followers, Some(100_000));
    let reply = read.post(A1);
    assert_eq!((reply.post.kind, id(&reply.post.in_reply_to_post_id)), (Some(PostKind::Reply), Some(Q1)));
    assert_eq!(reply.post.hashtags.as_deref(), Some(&[][..]), "listed, and there are none");
    let repost = read.post(REPOST);
    assert_eq!(
        (repost.post.kind, id(&repost.post.quoted_post_id), tags(repost).len()),
        (Some(PostKind::Repost), Some(Q1), 2)
    );
    assert_eq!(repost.reading, None);
    let quote = read.post(QUOTE);
    assert_eq!((quote.post.kind, id(&quote.post.quoted_post_id)), (Some(PostKind::Quote), Some(OLD)));
    assert!(quote.post.links.as_ref().unwrap().is_empty());
    let context: Vec<_> = read.context.iter().map(|item| item.post.text.as_deref().unwrap()).collect();
    assert_eq!(context, ["An old saying & tea"], "the original of the repost is a row itself");
}

#[test]
fn a_table_of_twint_is_read_by_its_own_zone() {
    let read = read_auto(TWINT);
    assert_eq!(read.summary().posts, 3);
    let item = read.post(Q1);
    assert_eq!(item.post.created_at, at("2022-03-02T20:00:00Z"));
    assert_eq!(item.post.media.as_ref().unwrap().len(), 1);
    assert_eq!(item.reading.as_ref().unwrap().likes, Some(3));
    let reply = read.post(A1);
    assert_eq!(reply.post.kind, Some(PostKind::Reply));
    assert_eq!(reply.post.conversation_id.as_deref(), Some(Q1));
    assert_eq!(reply.post.mentions.as_deref().unwrap(), ["x:@annteapot"]);
    assert_eq!(id(&read.post(QUOTE).post.quoted_post_id), Some(OLD));
}

#[test]
fn a_table_of_twarc_csv_is_read_too() {
    let table = b"id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,author_id,author.username,created_at,text,public_metrics.like_count,entities.hashtags,entities.mentions
1499112555279286273,1499112303621046272,1499112303621046272,,102,ben_kettle,2022-03-02T20:01:00.000Z,@AnnTeapot A1: never,4,\"[{\"\"start\"\":0,\"\"end\"\":8,\"\"tag\"\":\"\"TeaChat\"\"}]\",\"[{\"\"username\"\":\"\"AnnTeapot\"\",\"\"id\"\":\"\"101\"\"}]\"
";
    let read = read_auto(table);
    let item = read.post(A1);
    assert_eq!((item.post.kind, tags(item)), (Some(PostKind::Reply), vec!["TeaChat"]));
    assert_eq!(item.reading.as_ref().unwrap().likes, Some(4));
    assert_eq!(item.post.mentions.as_deref().unwrap(), ["x:@annteapot"]);
}

#[test]
fn our_own_table_needs_a_zone_for_times_without_an_offset() {
    let read = read_auto(OWN);
    assert_eq!((read.summary().posts, read.summary().bad), (1, 3));
    assert!(read.bad[0].contains("state the time zone"), "{:?}", read.bad);
    let options = Options { time_zone: Some(TimeZone::get("Europe/London").unwrap()), ..Options::at(now()) };
    let read = try_read(OWN, Format::Auto, &options).unwrap();
    assert_eq!(read.summary().posts, 3);
    let reply = read.post("x:2");
    assert_eq!(reply.post.created_at, at("2015-01-14T20:01:00Z"));
    assert_eq!(reply.post.account_id.as_str(), "x:@ben");
    assert_eq!(reply.post.text.as_deref(), Some("A1: never, \"ever\" #TeaChat"));
    assert_eq!(tags(reply), ["TeaChat", "Größe"]);
    assert_eq!(reply.post.media.as_ref().unwrap()[0].alt_text.as_deref(), Some("A cup"));
    assert_eq!(reply.reading, None, "no counter was said");
    assert_eq!(read.post("x:1").author.as_ref().unwrap().display_name.as_deref(), Some("Ann"));
    let on_bluesky = read.post("bluesky:at://did:plc:cy/app.bsky.feed.post/1");
    assert_eq!(on_bluesky.post.created_at, at("2015-07-01T19:02:00Z"), "summer time");
    assert_eq!(on_bluesky.post.hashtags.as_deref(), Some(&[][..]));
    assert_eq!(on_bluesky.reading.as_ref().unwrap().likes, Some(0));
}

#[test]
fn our_own_lines_of_json_are_read_alike() {
    let read = read_auto(OWN_LINES);
    assert_eq!(read.summary().format, Format::Own);
    let item = &read.posts[0];
    assert_eq!(item.post.post_id.as_str(), "mastodon:tea.example/1");
    assert_eq!((item.post.kind, item.post.observed_at), (Some(PostKind::Quote), at("2023-05-04T00:00:00Z")));
    assert!(read.bad[0].contains("likes: '-1' is not a count"), "{:?}", read.bad);
}

#[test]
fn a_column_that_means_nothing_refuses_our_own_table() {
    let error = try_read(b"post_id,handle,created_at,txt\n", Format::Auto, &Options::at(now())).unwrap_err();
    assert!(
        matches!(&error, ExportError::NotTheFormat { .. }) && error.to_string().contains("'txt'"),
        "{error}"
    );
}

#[test]
fn tabs_semicolons_latin_1_and_gzip_are_read() {
    use std::io::Write;
    let table = "status_id;created_at;screen_name;text\n1499112303621046272;2022-03-02 20:00:00;ann;Grüße, alle #TeaChat\n";
    let latin: Vec<u8> = table.chars().map(|c| c as u8).collect();
    let options = Options { encoding: Some("latin1".to_owned()), ..Options::at(now()) };
    let read = try_read(&latin, Format::Auto, &options).unwrap();
    assert_eq!(read.post(Q1).post.text.as_deref(), Some("Grüße, alle #TeaChat"));
    let read = read_auto(&latin);
    assert!(read.bad[0].contains("is not valid UTF-8"), "{:?}", read.bad);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(table.replace(';', "\t").as_bytes()).unwrap();
    let read = read_auto(&packed.finish().unwrap());
    assert_eq!(read.summary().posts, 1);
}
