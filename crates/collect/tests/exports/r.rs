//! What packages of R write: academictwitteR's pages in two files each and its table, and tables of rtweet since 1.0.

use someasure_collect::exports::{ExportError, Format, NoticeKind, Options, Record, along_with, read_pair};
use someasure_model::PostKind;

use super::{at, id, now, read_auto, tags};

const Q1: &str = "x:1499112303621046272";
const REPOST: &str = "x:1499112806937526274";
const OLD: &str = "x:1498598920811446281";

// As jsonlite writes them: what is empty is `{}`.
const DATA: &str = r#"[{"possibly_sensitive":false,"entities":{"hashtags":[{"start":0,"end":8,"tag":"TeaChat"}],"mentions":{},"urls":{},"annotations":{}},"id":"1499112303621046272","created_at":"2022-03-02T20:00:00.000Z","conversation_id":"1499112303621046272","referenced_tweets":{},"text":"Q1: milk first? #TeaChat","lang":"en","author_id":"101","public_metrics":{"retweet_count":2,"reply_count":1,"like_count":3,"quote_count":0},"context_annotations":{},"attachments":{"media_keys":{},"poll_ids":["77"]}},{"entities":{"hashtags":{},"mentions":[{"start":3,"end":6,"username":"dee_leaf"}],"urls":{}},"id":"1499112806937526274","created_at":"2022-03-02T20:02:00.000Z","referenced_tweets":[{"type":"retweeted","id":"1498598920811446281"}],"text":"RT @dee_leaf: An old saying that is long and cut…","author_id":"102","public_metrics":{"retweet_count":9,"reply_count":0,"like_count":0,"quote_count":0},"attachments":{"media_keys":{}}}]"#;
const USERS: &str = r#"{"users":[{"url":"","name":"Ann Teapot","protected":false,"id":"101","username":"AnnTeapot","public_metrics":{"followers_count":12,"following_count":3,"tweet_count":7,"listed_count":0},"entities":{"url":{"urls":{}},"description":{"hashtags":{},"mentions":{},"urls":{}}}},{"name":"Dee","id":"104","username":"dee_leaf"}],"tweets":[{"id":"1498598920811446281","created_at":"2022-03-01T10:00:00.000Z","text":"An old saying that is long and cut off #TeaChat","author_id":"104","entities":{"hashtags":[{"start":40,"end":48,"tag":"TeaChat"}],"mentions":{}},"public_metrics":{"retweet_count":9,"reply_count":0,"like_count":1,"quote_count":0}}],"polls":[{"id":"77","options":[{"position":1,"label":"Milk","votes":4},{"position":2,"label":"Tea","votes":11}],"voting_status":"closed"}]}"#;

#[test]
fn two_files_of_academictwitter_are_the_page_that_they_were() {
    assert_eq!(along_with("data_1.json").as_deref(), Some("users_1.json"));
    assert_eq!(along_with("users_1.json"), None);
    let (mut posts, mut context) = (Vec::new(), Vec::new());
    let files = (DATA.as_bytes(), USERS.as_bytes());
    let names = ("data_1.json", "users_1.json");
    let summary = read_pair(files, names, Format::Auto, &Options::at(now()), &mut |record| {
        match record {
            Record::Post(item) => posts.push(*item),
            Record::Context(item) => context.push(*item),
            _ => {}
        }
        Ok(())
    })
    .unwrap();
    assert!(summary.adds_up());
    assert_eq!((summary.format, summary.rows, summary.posts, summary.reposts), (Format::XV2, 2, 2, 1));
    assert_eq!(posts[0].author.as_ref().unwrap().display_name.as_deref(), Some("Ann Teapot"));
    assert_eq!(tags(&posts[1]), ["TeaChat"], "X cut the tag off, and the other file has it");
    assert_eq!(context.iter().map(|item| item.post.post_id.as_str()).collect::<Vec<_>>(), [OLD]);
}

#[test]
fn one_file_of_academictwitter_is_read_without_the_other() {
    let read = read_auto(DATA.as_bytes());
    assert_eq!((read.summary().format, read.summary().posts), (Format::XV2, 2));
    assert_eq!(read.post(Q1).post.account_id.as_str(), "x:101");
    assert_eq!(tags(read.post(Q1)), ["TeaChat"]);
    assert_eq!(id(&read.post(REPOST).post.quoted_post_id), Some(OLD));
    let read = read_auto(USERS.as_bytes());
    assert_eq!((read.summary().format, read.summary().rows), (Format::XV2, 0), "nothing in it was asked for");
    assert_eq!((read.summary().context, read.people.len()), (1, 1), "the other is the author of the post");
    let read = read_auto(br#"{"users":[{"id_str":"1","screen_name":"ann"}],"next_cursor":0}"#);
    assert_eq!((read.summary().format, read.summary().people), (Format::XV1, 1), "the older interface's");
}

#[test]
fn a_page_without_posts_and_the_errors_of_a_page_are_told() {
    let read = read_auto(b"{}\n");
    assert_eq!((read.summary().format, read.summary().notices[&NoticeKind::NotAPost]), (Format::Auto, 1));
    let errors = r#"[{"resource_id":"1498598920811446281","parameter":"referenced_tweets.id","resource_type":"tweet","title":"Not Found Error","value":"1498598920811446281","detail":"Could not find tweet with referenced_tweets.id: [1498598920811446281].","type":"https://api.twitter.com/2/problems/resource-not-found"},{"resource_id":"gone_one","parameter":"entities.mentions.username","resource_type":"user","title":"Forbidden","value":"gone_one","detail":"User has been suspended: [gone_one].","type":"https://api.twitter.com/2/problems/resource-not-found"}]"#;
    let read = read_auto(errors.as_bytes());
    assert_eq!((read.summary().format, read.summary().rows), (Format::XV2, 2));
    assert_eq!(id(&read.notices[0].post_id), Some(OLD));
    assert_eq!(read.notices[1].kind, NoticeKind::Suspended);
}

#[test]
fn what_comes_along_and_is_broken_takes_no_post_with_it() {
    let files = (DATA.as_bytes(), &USERS.as_bytes()[..300]);
    let error =
        read_pair(files, ("data_1.json", "users_1.json"), Format::Auto, &Options::at(now()), &mut |_| Ok(()));
    let error = error.unwrap_err();
    assert!(
        matches!(&error, ExportError::NotTheFormat { .. }) && error.to_string().contains("users_1.json"),
        "{error}"
    );
}

#[test]
fn a_poll_is_kept_with_its_choices_and_their_votes() {
    let page = format!(r#"{{"data":{DATA},"includes":{USERS}}}"#);
    let poll = |file: &str| {
        let read = read_auto(file.as_bytes());
        let media = read.posts[0].post.media.clone().unwrap();
        (media[0].kind.clone(), media[0].alt_text.clone(), media.len())
    };
    let known = ("poll".to_owned(), Some("Milk (4); Tea (11)".to_owned()), 1);
    assert_eq!(poll(&page), known);
    assert_eq!(poll(DATA), ("poll".to_owned(), None, 1), "without the other file its choices are not known");
    // As twarc flattens it.
    let flat = r#"{"id":"1499112303621046272","author_id":"101","text":"Q1 #TeaChat","attachments":{"poll_ids":["77"],"poll":{"id":"77","options":[{"position":1,"label":"Milk","votes":4},{"position":2,"label":"Tea","votes":11}]}}}"#;
    assert_eq!(poll(flat), known);
    assert_eq!(poll(&flat.replace(r#""options":[{"#, r#""options":{},"x":[{"#)).1, None);
    let on_mastodon = r#"{"id":"1","uri":"https://tea.example/users/ann/statuses/1","created_at":"2023-05-04T00:00:00Z","content":"<p>Q1</p>","account":{"id":"1","acct":"ann","username":"ann","url":"https://tea.example/@ann"},"poll":{"id":"9","options":[{"title":"Milk","votes_count":4},{"title":"Tea","votes_count":null}]}}"#;
    assert_eq!(poll(on_mastodon).1.as_deref(), Some("Milk (4); Tea"));
}

#[test]
fn the_table_of_academictwitter_is_read_with_what_its_posts_pass_on() {
    let table = "tweet_id,user_username,text,lang,author_id,created_at,user_name,user_description,retweet_count,like_count,quote_count,user_tweet_count,user_followers_count,user_following_count,sourcetweet_type,sourcetweet_id,sourcetweet_text,sourcetweet_lang,sourcetweet_author_id
1499112303621046272,AnnTeapot,Q1: milk first? #TeaChat,en,101,2022-03-02T20:00:00.000Z,Ann Teapot,Tea,2,3,0,7,12,3,NA,NA,NA,NA,NA
1499112806937526274,ben_kettle,RT @dee_leaf: An old saying that is long and cut…,en,102,2022-03-02T20:02:00.000Z,Ben,NA,9,0,0,1,2,3,retweeted,1498598920811446281,An old saying that is long and cut off #TeaChat,en,104
1499113058595766275,AnnTeapot,Look #teachat,en,101,2022-03-02T20:03:00.000Z,Ann Teapot,Tea,2,3,1,7,12,3,quoted,1498598920811446281,An old saying that is long and cut off #TeaChat,en,104
";
    let read = read_auto(table.as_bytes());
    assert_eq!((read.summary().format, read.summary().posts), (Format::Rtweet, 3));
    let (likes, author) = (read.post(Q1).reading.as_ref().unwrap(), read.post(Q1).author.as_ref().unwrap());
    assert_eq!(
        (likes.likes, likes.reposts, author.posts, author.following),
        (Some(3), Some(2), Some(7), Some(3))
    );
    let repost = read.post(REPOST);
    assert_eq!((repost.post.kind, id(&repost.post.quoted_post_id)), (Some(PostKind::Repost), Some(OLD)));
    assert_eq!(tags(repost), ["TeaChat"]);
    let quote = &read.post("x:1499113058595766275").post;
    assert_eq!((quote.kind, id(&quote.quoted_post_id)), (Some(PostKind::Quote), Some(OLD)));
    let context: Vec<_> = read.context.iter().map(|item| item.post.account_id.as_str()).collect();
    assert_eq!(context, ["x:104"], "once, with the time that its id carries");
}

/// Columns of posts as `search_tweets()` of rtweet 1.0 has them, without nested ones, and of people as `users_data()`.
const POSTS: &str = "created_at,id,id_str,full_text,truncated,display_text_range,in_reply_to_status_id,in_reply_to_status_id_str,in_reply_to_user_id,in_reply_to_user_id_str,in_reply_to_screen_name,is_quote_status,retweet_count,favorite_count,lang,quoted_status_id,quoted_status_id_str";
const PEOPLE: &str =
    "id,id_str,name,screen_name,description,url,followers_count,friends_count,created_at,statuses_count";
const ROWS: [(&str, &str); 3] = [
    (
        "2022-03-02 20:00:00,1.49911230362105e+18,1499112303621046272,Q1: milk first? #TeaChat,FALSE,0 24,NA,NA,NA,NA,NA,FALSE,2,3,en,NA,NA",
        "101,101,Ann Teapot,AnnTeapot,Tea,https://t.co/x,12,3,2010-01-01 00:00:00,7",
    ),
    (
        "2022-03-02 20:01:00,1.49911255527929e+18,1499112555279286273,@AnnTeapot A1: never,FALSE,0 20,1.49911230362105e+18,1499112303621046272,101,101,AnnTeapot,FALSE,0,1,en,NA,NA",
        "102,102,Ben,ben_kettle,NA,NA,2,1,2011-01-01 00:00:00,5",
    ),
    (
        "2022-03-02 20:03:00,1.49911305859577e+18,1499113058595766275,Look #teachat,FALSE,0 13,NA,NA,NA,NA,NA,TRUE,0,0,en,1.49859892081145e+18,1498598920811446281",
        "101,101,Ann Teapot,AnnTeapot,Tea,https://t.co/x,12,3,2010-01-01 00:00:00,7",
    ),
];

#[test]
fn posts_and_people_of_rtweet_1_side_by_side_are_told_apart_in_every_order_and_naming() {
    let table = |people_first: bool, named: &dyn Fn(usize, &str) -> String| {
        let line = |posts: &str, people: &str| match people_first {
            true => format!("{people},{posts}"),
            false => format!("{posts},{people}"),
        };
        let header = line(POSTS, PEOPLE);
        let header: Vec<String> =
            header.split(',').enumerate().map(|(at, name)| named(at + 1, name)).collect();
        let rows = ROWS.iter().map(|(posts, people)| line(posts, people) + "\n");
        format!("{}\n{}", header.join(","), rows.collect::<String>())
    };
    let twice = |name: &str| ["id", "id_str", "created_at"].contains(&name);
    let as_they_are = |_: usize, name: &str| name.to_owned();
    let of_tibble =
        |at: usize, name: &str| if twice(name) { format!("{name}...{at}") } else { name.to_owned() };
    let of_data_frame =
        |at: usize, name: &str| if twice(name) && at > 14 { format!("{name}.1") } else { name.to_owned() };
    for people_first in [false, true] {
        for named in [&as_they_are as &dyn Fn(usize, &str) -> String, &of_tibble, &of_data_frame] {
            let read = read_auto(table(people_first, named).as_bytes());
            assert_eq!((read.summary().format, read.summary().posts), (Format::Rtweet, 3), "{:?}", read.bad);
            let item = read.post(Q1);
            assert_eq!(item.post.created_at, at("2022-03-02T20:00:00Z"));
            assert_eq!(item.post.account_id.as_str(), "x:101");
            let author = item.author.as_ref().unwrap();
            assert_eq!(author.handle.as_ref().unwrap().as_str(), "annteapot");
            assert_eq!(
                (author.followers, author.posts, author.bio.as_deref()),
                (Some(12), Some(7), Some("Tea"))
            );
            assert_eq!(tags(item), ["TeaChat"]);
            let reply = &read.post("x:1499112555279286273").post;
            assert_eq!((reply.kind, id(&reply.in_reply_to_post_id)), (Some(PostKind::Reply), Some(Q1)));
            let quote = &read.post("x:1499113058595766275").post;
            assert_eq!((quote.kind, id(&quote.quoted_post_id)), (Some(PostKind::Quote), Some(OLD)));
        }
    }
}

#[test]
fn what_r_flattens_or_writes_in_its_own_way_is_read() {
    let table = r#"id_str,full_text,user.id_str,user.screen_name,retweeted_status.id_str,entities.hashtags,entities.user_mentions,entities.urls
1499112303621046272,Q1: milk first? https://t.co/a,101,AnnTeapot,NA,"list(text = c(""TeaChat"", ""Größe""), indices = list(c(0, 8), c(9, 15)))","list(screen_name = ""ben_kettle"", name = ""Ben, the list(text = 1)"", id_str = ""102"")","list(url = ""https://t.co/a"", expanded_url = ""https://long.example/tea"")"
1499112806937526274,RT @dee_leaf: An old saying…,102,ben_kettle,1498598920811446281,"list(text = NA, indices = NA)",NA,NA
"#;
    let read = read_auto(table.as_bytes());
    let item = read.post(Q1);
    assert_eq!(tags(item), ["TeaChat", "Größe"]);
    assert_eq!(item.post.mentions.as_deref().unwrap(), ["x:@ben_kettle"]);
    assert_eq!(item.post.links.as_deref().unwrap(), ["https://long.example/tea"]);
    let repost = &read.post(REPOST).post;
    assert_eq!((repost.account_id.as_str(), id(&repost.quoted_post_id)), ("x:102", Some(OLD)));
}
