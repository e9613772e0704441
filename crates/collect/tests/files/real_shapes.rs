//! Files in the shapes that sources really have. All rows are made up.

use someasure_collect::files::{Item, Mapping, Overrides, PostTally, profile_attempt};
use someasure_model::{PostKind, Table};

use crate::{read_bytes, read_with};

const TIMELINE: &str = "\
genuine_tweet,orphan,tweet_time,has_mention,favorite_count,rt_count,hours_to_answer,id_str,has_media,screen_name,created_at,has_url,is_reply,has_hashtag
1,NA,13,0,0,2,NA,453000000000000001,0,town_library,Mon Apr 07 13:34:47 +0000 2014,1,0,0
1,0,15,1,1,0,0.5,453000000000000002,1,town_library,Mon Apr 07 15:00:00 +0200 2014,0,1,1
0,NA,NA,NA,NA,NA,NA,453000000000000003,NA,Town_Library,Sun Apr 06 15:10:00 +0000 2014,NA,0,NA
1,1,9,1,0,0,-,453000000000000004,0,other_library,Tue Apr 01 09:00:00 +0000 2014,0,1,0
";
const TIMELINE_MAPPING: &str = r#"
kind = "posts"
platform = "x"
source = "a study"
observed_at = "2014-04-09T00:00:00Z"
[columns]
post_id = "id_str"
handle = "screen_name"
created_at = { column = "created_at", format = "%a %b %d %H:%M:%S %z %Y" }
likes = "favorite_count"
reposts = "rt_count"
hashtag_count = "has_hashtag"
mention_count = "has_mention"
link_count = "has_url"
media_count = "has_media"
answered_after_seconds = { column = "hours_to_answer", times = 3600, missing = ["NA", "-"] }
[post_kind]
repost = { column = "genuine_tweet", equals = "0" }
reply = { column = "is_reply", equals = "1" }
otherwise = "original"
[coverage]
from = "beginning"
newest = 3
pages_of = 20
"#;

#[test]
fn a_timeline_of_counts_without_words_is_read_whole() {
    let outcome = read_bytes(TIMELINE.as_bytes(), "timeline.csv", TIMELINE_MAPPING).unwrap();
    assert_eq!((outcome.summary.good, outcome.summary.bad, outcome.summary.readings), (4, 0, 3));
    let posts = outcome.posts();
    let kinds: Vec<_> = posts.iter().map(|post| post.post.kind).collect();
    assert_eq!(
        kinds,
        [Some(PostKind::Original), Some(PostKind::Reply), Some(PostKind::Repost), Some(PostKind::Reply)]
    );
    assert_eq!(posts[1].post.created_at.to_string(), "2014-04-07T13:00:00Z");
    assert_eq!(posts[1].post.answered_after_seconds, Some(1800));
    assert_eq!(posts[3].post.answered_after_seconds, None);
    assert_eq!(posts[0].post.text, None);
    // A repost's counters belong to somebody else's post; the source leaves them out.
    assert_eq!((posts[2].reading.as_ref(), posts[2].post.media_count), (None, None));
    assert_eq!(posts[0].reading.as_ref().unwrap().replies, None);
}

#[test]
fn the_tally_of_a_file_tells_which_accounts_were_cut_off() {
    let mapping = Mapping::from_toml(TIMELINE_MAPPING).unwrap();
    let outcome = read_with(TIMELINE.as_bytes(), "timeline.csv", &mapping, &Overrides::default()).unwrap();
    let mut tally = PostTally::new(&mapping.coverage);
    for item in outcome.posts() {
        let post = &item.post;
        tally.add(&post.post_id, &post.account_id, post.created_at, post.observed_at, item.reading.is_some());
    }
    let attempts = tally.attempts();
    let told: Vec<_> = attempts
        .iter()
        .map(|a| (a.account_id.as_str(), a.table.as_str(), a.rows, a.truncated, a.covers_from.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            ("x:@other_library", "post", 1, false, false),
            ("x:@other_library", "reading", 1, false, false),
            ("x:@town_library", "post", 3, true, true),
            ("x:@town_library", "reading", 2, true, true),
        ]
    );
}

#[test]
fn profiles_are_observations_of_the_instant_at_which_they_were_read() {
    let file = "id_str,screen_name,followers_count,location\n39468408,Town_Library,\"1,727\",münchen\n\
                39468409,Other_Library,558.0,NA\n";
    let mapping = r#"
kind = "profiles"
platform = "twitter"
source = "a study"
observed_at = 2014-04-09T00:00:00Z
max_bad_share = 0.5
[columns]
account_id = "id_str"
handle = "screen_name"
followers = "followers_count"
"#;
    let outcome = read_bytes(file.as_bytes(), "profiles.csv", mapping).unwrap();
    let [Item::Profile(profile)] = outcome.items.as_slice() else { panic!("{:?}", outcome.items) };
    assert_eq!(profile.account_id.as_str(), "x:39468409");
    assert_eq!(profile.handle.as_ref().unwrap().as_str(), "other_library");
    assert_eq!((profile.followers, profile.following), (Some(558), None));
    assert_eq!(profile_attempt(profile).table, Table::Observation);
    assert_eq!(
        outcome.bad[0].to_string(),
        "line 2, column 'followers_count': followers: '1,727' is not a count: write it without separators, if \
         it means 1727"
    );
}

#[test]
fn a_register_in_latin_1_with_a_not_sign_between_its_fields_is_read() {
    let mut file = b"Code\xacName\xacSector\xacOpened\xacPostcode\r\n".to_vec();
    file.extend_from_slice(b"RJ1\xacCaf\xe9 \"X\" Hospital\xacNHS Sector\xac01/02/1993\xacSE1\r\n");
    let mapping = r#"
kind = "organisations"
source = "a list"
encoding = "iso-8859-1"
separator = "¬"
[columns]
organisation_id = { column = "Code", prefix = "ods:" }
name = "Name"
type = { column = "Sector", values = { "NHS Sector" = "nhs" } }
nation = { value = "England" }
opened = { column = "Opened", format = "%d/%m/%Y" }
x_postcode = "Postcode"
"#;
    let outcome = read_bytes(&file, "list.csv", mapping).unwrap();
    let [Item::Organisation(organisation)] = outcome.items.as_slice() else { panic!() };
    assert_eq!(organisation.organisation_id.as_str(), "ods:RJ1");
    assert_eq!(organisation.name, "Café \"X\" Hospital");
    assert_eq!((organisation.kind.as_str(), organisation.nation.as_deref()), ("nhs", Some("England")));
    assert_eq!(organisation.opened.unwrap().to_string(), "1993-02-01");
    assert_eq!(organisation.source, "a list");
    assert_eq!(organisation.extra, [("x_postcode".to_owned(), "SE1".to_owned())]);
}

#[test]
fn bodies_without_an_account_are_skipped_and_counted() {
    let file = "fips,twitter\n1001,NA\n1003,BaldwinEMA\n";
    let mapping = r#"
kind = "accounts"
platform = "x"
source = "a list"
only = { column = "twitter", given = true }
[columns]
organisation_id = { column = "fips", digits = 5, prefix = "fips:" }
handle = "twitter"
"#;
    let outcome = read_bytes(file.as_bytes(), "accounts.csv", mapping).unwrap();
    let summary = &outcome.summary;
    assert_eq!((summary.rows, summary.good, summary.bad, summary.skipped), (2, 1, 0, 1));
    let [Item::Account(account)] = outcome.items.as_slice() else { panic!() };
    assert_eq!(account.organisation_id.as_str(), "fips:01003");
    assert_eq!(account.id().unwrap().as_str(), "x:@baldwinema");
}

#[test]
fn lists_as_python_prints_them_and_named_offsets_are_read() {
    let file = "id,username,created_at,mentions,urls\n\
                1465000000000000001,body,2021-11-24 17:00:01 Eastern Standard Time,\
                \"[{'screen_name': 'cdcgov', 'id': '1'}]\",['http://a.example']\n\
                1465000000000000002,body,2021-07-24 17:00:01 Eastern Daylight Time,[],[]\n";
    let mapping = r#"
kind = "posts"
platform = "x"
source = "a scrape"
observed_at = "2021-12-01T00:00:00Z"
[columns]
post_id = "id"
handle = "username"
mentions = { column = "mentions", item = "screen_name" }
links = "urls"
[columns.created_at]
column = "created_at"
format = "%Y-%m-%d %H:%M:%S %z"
offsets = { "Eastern Standard Time" = "-05:00", "Eastern Daylight Time" = "-04:00" }
"#;
    let outcome = read_bytes(file.as_bytes(), "posts.csv", mapping).unwrap();
    let posts = outcome.posts();
    assert_eq!(posts[0].post.created_at.to_string(), "2021-11-24T22:00:01Z");
    assert_eq!(posts[1].post.created_at.to_string(), "2021-07-24T21:00:01Z");
    assert_eq!(posts[0].post.mentions.as_deref(), Some(["cdcgov".to_owned()].as_slice()));
    assert_eq!(posts[0].post.links.as_deref(), Some(["http://a.example".to_owned()].as_slice()));
    assert_eq!(posts[1].post.links.as_deref(), Some([].as_slice()));
    assert!(posts.iter().all(|post| post.reading.is_none()));
}

#[test]
fn posts_of_an_api_are_read_through_dotted_paths_from_an_object_of_rows() {
    let file = r##"{"meta": {"n": [1, {"data": 2}]}, "data": {"items": [
 {"id": 450000000000000104, "user": {"id_str": "12", "name": "A \"quoted\" n\u00e4me"}, "time": 1396878887000,
  "metrics": {"like": 3, "view": null}, "tags": ["#NHS", "＃chat"],
  "media": [{"type": "photo", "alt": ""}, {"type": "video", "alt": null}]},
 {"id": 450000000000000105, "user": {"id_str": "12", "name": "B"}, "time": 1396878887000.5,
  "metrics": {}, "tags": [], "media": []}
]}, "next": null}
"##;
    let mapping = r#"
kind = "posts"
platform = "x"
source = "an answer"
rows = "data.items"
observed_at = "2014-04-09T00:00:00Z"
[columns]
post_id = "id"
account_id = "user.id_str"
text = "user.name"
created_at = { column = "time", format = "unix_ms" }
likes = "metrics.like"
views = { column = "metrics.view" }
hashtags = "tags"
media = { column = "media", item_kind = "type", item_alt_text = "alt" }
media_count = "media"
"#;
    let outcome = read_bytes(file.as_bytes(), "answer.json", mapping).unwrap();
    let posts = outcome.posts();
    assert_eq!(posts[0].post.text.as_deref(), Some("A \"quoted\" näme"));
    assert_eq!(posts[0].post.post_id.as_str(), "x:450000000000000104");
    assert_eq!(posts[0].post.hashtags.as_deref(), Some(["NHS".to_owned(), "chat".to_owned()].as_slice()));
    let media = posts[0].post.media.as_ref().unwrap();
    assert_eq!((media[0].kind.as_str(), media[0].alt_text.as_deref()), ("photo", Some("")));
    assert_eq!((media[1].kind.as_str(), media[1].alt_text.as_deref()), ("video", None));
    assert_eq!(posts[0].post.media_count, Some(2));
    assert_eq!(posts[1].reading, None);
    assert_eq!(posts[1].post.created_at.micros(), 1_396_878_887_000_500);
}

#[test]
fn a_file_in_our_own_words_needs_no_mapping() {
    use someasure_collect::files::Kind;
    let file = "platform,post_id,account_id,handle,created_at,observed_at,kind,hashtags,likes,batch\n\
                x,x:1,x:12,@Somebody,2014-04-07T13:34:47Z,2014-04-08T00:00:00Z,reply,\"[\"\"a\"\",\"\"b\"\"]\",7,posts-1\n\
                bluesky,at://did:plc:q/app.bsky.feed.post/1,did:plc:q,,2024-04-07T13:34:47Z,2024-04-08T00:00:00Z,,,,\n";
    let mapping = Mapping::by_name(Kind::Posts);
    let overrides = Overrides { source: Some("ours".to_owned()), ..Overrides::default() };
    let outcome = read_with(file.as_bytes(), "posts.csv", &mapping, &overrides).unwrap();
    let posts = outcome.posts();
    assert_eq!(posts[0].post.post_id.as_str(), "x:1");
    assert_eq!(posts[0].post.account_id.as_str(), "x:12");
    assert_eq!(posts[0].post.kind, Some(PostKind::Reply));
    assert_eq!(posts[0].post.hashtags.as_ref().unwrap().len(), 2);
    assert_eq!(posts[1].post.account_id.as_str(), "bluesky:did:plc:q");
    assert_eq!(posts[1].post.post_id.as_str(), "bluesky:at://did:plc:q/app.bsky.feed.post/1");

    // The command line wins over the file's columns.
    let at = "2025-01-01T00:00:00Z".parse().unwrap();
    let overrides = Overrides { observed_at: Some(at), ..overrides };
    let outcome = read_with(file.as_bytes(), "posts.csv", &mapping, &overrides).unwrap();
    assert!(outcome.posts().iter().all(|post| post.post.observed_at == at));

    let error = read_with(b"post_id,acount_id,created_at\n", "posts.csv", &mapping, &overrides);
    let error = error.err().unwrap().to_string();
    assert!(
        error.contains("'acount_id', which is no field of posts (did you mean 'account_id'?)"),
        "{error}"
    );
    let error = read_with(b"post_id,platform,created_at\n", "posts.csv", &mapping, &overrides);
    assert!(error.err().unwrap().to_string().contains("no column 'account_id' (this or 'handle')"));
}
