//! What the readers of exports make of files: `cargo run --example exports -- FILE…`, one line of JSON each.
//! `--format NAME` before the files states their format, `--records` prints every record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::time::Instant as Clock;

use someasure_collect::exports::{self, Format, Options, Record};
use someasure_model::PostKind;

fn main() {
    let mut format = Format::Auto;
    let mut records = false;
    let mut arguments = std::env::args().skip(1);
    let now = jiff::Timestamp::now().into();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--format" => match arguments.next().unwrap_or_default().parse() {
                Ok(stated) => format = stated,
                Err(error) => return eprintln!("{error}"),
            },
            "--records" => records = true,
            file => read(file, format, records, &Options::at(now)),
        }
    }
}

fn read(file: &str, format: Format, records: bool, options: &Options) {
    let input = match File::open(file) {
        Ok(input) => input,
        Err(error) => return eprintln!("{file}: {error}"),
    };
    let bytes = input.metadata().map_or(0, |data| data.len());
    let mut ids = BTreeSet::new();
    let mut authors = BTreeSet::new();
    let mut tags: BTreeMap<String, u64> = BTreeMap::new();
    let mut reply_ids = 0;
    let (mut links, mut media, mut mentions) = (0, 0, 0);
    let mut first_bad = None;
    let started = Clock::now();
    let read = exports::read(input, file, format, options, &mut |record| {
        if records {
            println!("{record:?}");
        }
        match record {
            Record::Post(item) => {
                ids.insert(item.post.post_id.to_string());
                authors.insert(item.post.account_id.to_string());
                reply_ids += u64::from(item.post.in_reply_to_post_id.is_some());
                if item.post.kind != Some(PostKind::Repost) {
                    links += item.post.links.as_ref().map_or(0, Vec::len);
                    media += item.post.media.as_ref().map_or(0, Vec::len);
                    mentions += item.post.mentions.as_ref().map_or(0, Vec::len);
                }
                for tag in item.post.hashtags.iter().flatten() {
                    *tags.entry(tag.to_lowercase()).or_default() += 1;
                }
            }
            Record::Bad(bad) => {
                first_bad.get_or_insert_with(|| bad.to_string());
            }
            _ => {}
        }
        Ok(())
    });
    let seconds = started.elapsed().as_secs_f64();
    let summary = match read {
        Ok(summary) => summary,
        Err(error) => return println!("{}", serde_json::json!({ "file": file, "error": error.to_string() })),
    };
    let mut top: Vec<(String, u64)> = tags.into_iter().collect();
    top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    top.truncate(5);
    let kinds = |counts: &BTreeMap<exports::NoticeKind, u64>| {
        counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect::<BTreeMap<_, _>>()
    };
    let line = serde_json::json!({
        "file": file,
        "format": summary.format.as_str(),
        "encoding": summary.encoding,
        "pages": summary.pages,
        "rows": summary.rows,
        "adds_up": summary.adds_up(),
        "posts": summary.posts,
        "distinct": ids.len(),
        "authors": authors.len(),
        "reposts": summary.reposts,
        "replies": summary.replies,
        "quotes": summary.quotes,
        "readings": summary.readings,
        "reply_ids": reply_ids,
        "links": links,
        "media": media,
        "mentions": mentions,
        "people": summary.people,
        "notices": kinds(&summary.notices),
        "bad": summary.bad,
        "first_bad": first_bad,
        "context": summary.context,
        "people_along": summary.people_along,
        "notices_along": kinds(&summary.notices_along),
        "from_the_future": summary.from_the_future,
        "assumed_observed_at": summary.assumed_observed_at.map(|time| time.to_string()),
        "hashtags": top,
        "mb_per_second": (bytes as f64 / 1e6 / seconds).round(),
    });
    println!("{line}");
}
