//! The same posts, written in every format, packing and encoding, are read back the same.

use std::io::Write;

use proptest::prelude::*;
use proptest::{collection::vec, option, sample::select};
use serde_json::{Map, Value, json};
use someasure_collect::files::{Item, Kind, Mapping, Overrides, PostItem};
use someasure_model::{AccountId, Handle, Instant, Media, Platform, Post, PostId, PostKind, Reading};

use crate::read_with;

/// Only signs of Latin-1, so that every encoding can carry them.
const TEXT: &str = "[ -~äöüßéñ\\n]{0,12}[a-z\"',;|äß]";

fn count() -> impl Strategy<Value = Option<i64>> {
    option::of(0i64..=1_000_000_000_000_000)
}

prop_compose! {
    fn words()(
        text in option::of(TEXT),
        language in option::of("(en|cy|de)"),
        conversation_id in option::of("[a-z0-9]{1,9}\\.5"),
        hashtags in option::of(vec("[a-zé\"']{1,6}", 0..3)),
        links in option::of(vec("https://[a-z]{1,5}\\.example/[a-z,;]{0,4}", 0..3)),
        media in option::of(vec(("(image|video)", option::of("[ -~é]{0,9}")), 0..3)),
        counts in vec(count(), 10),
    ) -> (Post, Reading) {
        let media = media.map(|media| {
            media.into_iter().map(|(kind, alt_text)| Media { kind, alt_text }).collect()
        });
        let at = Instant::from_micros(0);
        let id: PostId = "x:1".parse().unwrap();
        let post = Post {
            post_id: id.clone(), account_id: "x:1".parse().unwrap(), created_at: at, observed_at: at, kind: None,
            in_reply_to_post_id: None, in_reply_to_account_id: None, conversation_id, quoted_post_id: None,
            language, text, hashtags, mentions: None, links, media, hashtag_count: counts[0],
            mention_count: counts[1], link_count: counts[2], media_count: counts[3],
            answered_after_seconds: counts[4],
        };
        let reading = Reading {
            post_id: id, observed_at: at, likes: counts[5], reposts: counts[6], replies: counts[7],
            quotes: counts[8], views: counts[9],
        };
        (post, reading)
    }
}

prop_compose! {
    fn item()(
        (post, reading) in words(),
        platform in select(vec!["x", "bluesky"]),
        id in 1u64..=u64::MAX,
        account in option::of(1u64..=u64::MAX),
        handle in "[a-z_]{1,12}",
        keep_handle in any::<bool>(),
        created in 631_152_000_000_000i64..1_900_000_000_000_000,
        seen in 0i64..1_000_000_000_000,
        kind in option::of(select(vec![
            PostKind::Original, PostKind::Reply, PostKind::Repost, PostKind::Quote,
        ])),
        parent in option::of(1u64..=u64::MAX),
    ) -> PostItem {
        let platform: Platform = platform.parse().unwrap();
        let handle: Handle = handle.parse().unwrap();
        let native = |id: u64| AccountId::native(&platform, &id.to_string()).unwrap();
        let post_id = PostId::native(&platform, &id.to_string()).unwrap();
        let observed_at = Instant::from_micros(created + seen);
        let post = Post {
            account_id: account.map_or_else(|| AccountId::provisional(&platform, &handle), native),
            created_at: Instant::from_micros(created),
            observed_at,
            kind,
            in_reply_to_post_id: parent.map(|id| PostId::native(&platform, &id.to_string()).unwrap()),
            in_reply_to_account_id: parent.map(native),
            post_id: post_id.clone(),
            ..post
        };
        let reading = Reading { post_id, observed_at, ..reading };
        let handle = (keep_handle || account.is_none()).then_some(handle);
        PostItem { post, handle, reading: (!reading.is_empty()).then_some(reading) }
    }
}

/// A post as the fields of a row, by name.
fn fields(item: &PostItem) -> Vec<(&'static str, Value)> {
    let post = &item.post;
    let reading = item.reading.as_ref();
    let account = (!post.account_id.is_provisional()).then(|| post.account_id.as_str());
    let media = post.media.as_ref().map(|media| {
        media.iter().map(|one| json!({"kind": one.kind, "alt_text": one.alt_text})).collect::<Vec<_>>()
    });
    vec![
        ("platform", json!(post.account_id.platform().as_str())),
        ("post_id", json!(post.post_id.as_str().split_once(':').unwrap().1)),
        ("account_id", json!(account)),
        ("handle", json!(item.handle.as_ref().map(Handle::as_str))),
        ("created_at", json!(post.created_at.to_string())),
        ("observed_at", json!(post.observed_at.to_string())),
        ("kind", json!(post.kind.map(PostKind::as_str))),
        ("in_reply_to_post_id", json!(post.in_reply_to_post_id.as_ref().map(PostId::as_str))),
        ("in_reply_to_account_id", json!(post.in_reply_to_account_id.as_ref().map(AccountId::as_str))),
        ("conversation_id", json!(post.conversation_id)),
        ("language", json!(post.language)),
        ("text", json!(post.text)),
        ("hashtags", json!(post.hashtags)),
        ("links", json!(post.links)),
        ("media", json!(media)),
        ("hashtag_count", json!(post.hashtag_count)),
        ("mention_count", json!(post.mention_count)),
        ("link_count", json!(post.link_count)),
        ("media_count", json!(post.media_count)),
        ("answered_after_seconds", json!(post.answered_after_seconds)),
        ("likes", json!(reading.and_then(|r| r.likes))),
        ("reposts", json!(reading.and_then(|r| r.reposts))),
        ("replies", json!(reading.and_then(|r| r.replies))),
        ("quotes", json!(reading.and_then(|r| r.quotes))),
        ("views", json!(reading.and_then(|r| r.views))),
    ]
}

fn object(item: &PostItem) -> Value {
    Value::Object(
        fields(item).into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
    )
}

fn render(items: &[PostItem], format: &str) -> String {
    let objects: Vec<Value> = items.iter().map(object).collect();
    match format {
        "json" => serde_json::to_string_pretty(&objects).unwrap(),
        "jsonl" => objects.iter().map(|object| format!("{object}\n")).collect(),
        delimited => {
            let separator = if delimited == "tsv" { b'\t' } else { b',' };
            let mut csv = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
            csv.write_record(fields(&items[0]).iter().map(|(name, _)| *name)).unwrap();
            for item in items {
                let cells = fields(item).into_iter().map(|(_, value)| match value {
                    Value::Null => String::new(),
                    Value::String(text) => text,
                    other => other.to_string(),
                });
                csv.write_record(cells).unwrap();
            }
            String::from_utf8(csv.into_inner().unwrap()).unwrap()
        }
    }
}

fn encode(text: &str, encoding: &str) -> Vec<u8> {
    let utf_16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    };
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 with mark" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "utf-16le" => utf_16([0xff, 0xfe], u16::to_le_bytes),
        "utf-16be" => utf_16([0xfe, 0xff], u16::to_be_bytes),
        _ => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
    }
}

fn pack(bytes: &[u8], packing: &str) -> Vec<u8> {
    match packing {
        "gz" => {
            // Two members, as programs that append write them.
            let (first, second) = bytes.split_at(bytes.len() / 2);
            let mut packed = Vec::new();
            for part in [first, second] {
                let mut gzip = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
                gzip.write_all(part).unwrap();
                gzip.finish().unwrap();
            }
            packed
        }
        "zst" => zstd::encode_all(bytes, 1).unwrap(),
        _ => bytes.to_vec(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_format_packing_and_encoding_gives_the_same_posts(items in vec(item(), 1..6)) {
        let overrides = Overrides { source: Some("made up".to_owned()), ..Overrides::default() };
        for format in ["csv", "tsv", "json", "jsonl"] {
            let text = render(&items, format);
            for encoding in ["utf-8", "utf-8 with mark", "utf-16le", "utf-16be", "latin1"] {
                for packing in ["", "gz", "zst"] {
                    let bytes = pack(&encode(&text, encoding), packing);
                    let mapping = Mapping::by_name(Kind::Posts);
                    let overrides = Overrides {
                        encoding: (encoding == "latin1").then(|| encoding.to_owned()),
                        ..overrides.clone()
                    };
                    let name = format!("posts.{format}");
                    let outcome = read_with(&bytes, &name, &mapping, &overrides).unwrap();
                    let read: Vec<PostItem> = outcome.items.into_iter().map(|item| match item {
                        Item::Post(post) => post,
                        other => panic!("{other:?}"),
                    }).collect();
                    prop_assert_eq!(&outcome.bad, &Vec::new());
                    prop_assert_eq!(&read, &items, "{} {} {}", format, encoding, packing);
                }
            }
        }
    }
}
