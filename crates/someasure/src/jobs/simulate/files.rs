//! Input files, as a person would have them who collected week after week: profiles by month, posts of the time before by
//! platform, then a file of posts every four weeks, in the order in which they were read. Each part of a file is packed by
//! itself, so that the bytes do not depend on threads.

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::Context;
use serde::Serialize;
use someasure_model::{Handle, Observation, Post, Reading};
use someasure_simulate::{Sketch, Someone, Sweep, World};
use someasure_stats::Random;

use super::{Made, Request, in_order};
use crate::console::Console;
use crate::failure::Outcome;

/// Accounts of a part.
const ACCOUNTS: usize = 256;
/// Weeks of a file.
const WEEKS: u32 = 4;
/// The share of rows that stand in a file twice, as when a page of a source overlaps the next.
const REPEATED: f64 = 0.002;
/// How hard it is packed: little, since others wait.
const LEVEL: i32 = 1;

/// Rows of a part, packed, with what they are.
struct Part {
    bytes: Vec<u8>,
    made: Made,
}

pub(super) fn write(request: &Request<'_>, world: &World, console: Console) -> Outcome<Made> {
    let mut made = Made::default();
    let calendar = world.calendar();
    // A profile a day costs about what a post costs that is read four times in a hundred days.
    let platforms: Vec<(&str, &[Someone])> =
        world.platforms().map(|(platform, _, accounts)| (platform, accounts)).collect();
    let weekly = (1..calendar.sweeps()).collect::<Vec<u32>>();
    let parts = |accounts: &[Someone]| accounts.len().div_ceil(ACCOUNTS) as u64;
    let months = months(world);
    let all: u64 = platforms.iter().map(|(_, accounts)| parts(accounts)).sum();
    let bar = console.progress(
        all * (months.len() as u64 + 1 + weekly.len() as u64),
        &format!("simulating {} accounts", world.accounts().len()),
    );
    for (platform, accounts) in &platforms {
        for (month, days) in &months {
            let path = format!("input/profiles/{platform}-{month}.csv.zst");
            let part = |at: usize, chunk: &[Someone]| profiles(world, chunk, days.clone(), at == 0);
            one_file(request, &path, accounts, 1, &bar, &mut made, |at, _, chunk| part(at, chunk))?;
        }
        let path = format!("input/history/{platform}.jsonl.zst");
        one_file(request, &path, accounts, 1, &bar, &mut made, |_, _, chunk| {
            posts(request, world, chunk, 0)
        })?;
        for (nth, sweeps) in weekly.chunks(WEEKS as usize).enumerate() {
            let path = format!("input/weekly/{platform}-{:02}.jsonl.zst", nth + 1);
            one_file(request, &path, accounts, sweeps.len(), &bar, &mut made, |_, sweep, chunk| {
                posts(request, world, chunk, sweeps[sweep])
            })?;
        }
    }
    bar.finish_and_clear();
    Ok(made)
}

/// The months of the world, each with its days.
fn months(world: &World) -> Vec<(String, std::ops::Range<u32>)> {
    let mut months: Vec<(String, std::ops::Range<u32>)> = Vec::new();
    for day in 0..world.calendar().days() {
        let month = world.calendar().date(day as i32).strftime("%Y-%m").to_string();
        match months.last_mut() {
            Some((last, days)) if *last == month => days.end = day + 1,
            _ => months.push((month, day..day + 1)),
        }
    }
    months
}

/// Writes a file beside its place, part after part, and renames it. A file without a row is not written.
fn one_file(
    request: &Request<'_>,
    path: &str,
    accounts: &[Someone],
    rounds: usize,
    bar: &indicatif::ProgressBar,
    made: &mut Made,
    part: impl Fn(usize, usize, &[Someone]) -> Outcome<Part> + Sync,
) -> Outcome {
    let target = request.directory.join(path);
    let beside = target.with_extension("part");
    let shown = || target.display().to_string();
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent).with_context(shown)?;
    }
    let mut out = BufWriter::new(File::create(&beside).with_context(shown)?);
    let chunks: Vec<&[Someone]> = accounts.chunks(ACCOUNTS).collect();
    let (before, mut length) = (made.rows + made.bad, 0);
    in_order(
        request.threads,
        rounds * chunks.len(),
        |at| part(at, at / chunks.len(), chunks[at % chunks.len()]),
        |part| {
            let part = part?;
            out.write_all(&part.bytes).with_context(shown)?;
            length += part.bytes.len() as u64;
            made.add(&part.made);
            bar.inc(1);
            Ok(())
        },
    )?;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(shown)?;
    if made.rows + made.bad == before {
        drop(file);
        std::fs::remove_file(&beside).with_context(shown)?;
        return Ok(());
    }
    file.sync_all().with_context(shown)?;
    std::fs::rename(&beside, &target).with_context(shown)?;
    made.bytes += length;
    Ok(())
}

impl Made {
    fn add(&mut self, other: &Self) {
        self.observations += other.observations;
        self.posts += other.posts;
        self.readings += other.readings;
        self.rows += other.rows;
        self.repeated += other.repeated;
        self.bad += other.bad;
    }
}

fn packed(plain: &[u8], made: Made) -> Outcome<Part> {
    let bytes = if plain.is_empty() {
        Vec::new()
    } else {
        zstd::encode_all(plain, LEVEL).context("packing with zstd")?
    };
    Ok(Part { bytes, made })
}

/// Profiles of some accounts on some days.
fn profiles(world: &World, accounts: &[Someone], days: std::ops::Range<u32>, head: bool) -> Outcome<Part> {
    let mut made = Made::default();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let columns = ["network", "id", "username", "seen", "followers", "follows", "posts", "name", "about"];
    if head {
        writer.write_record(columns).context("profiles")?;
    }
    for one in accounts {
        for day in days.clone() {
            let Some(seen) = world.profile(one, day) else { continue };
            made.observations += 1;
            made.rows += 1;
            writer.write_record(cells(one, &seen)).context("profiles")?;
        }
    }
    packed(&writer.into_inner().context("profiles")?, made)
}

fn cells(one: &Someone, seen: &Observation) -> [String; 9] {
    let count = |count: Option<i64>| count.map_or_else(String::new, |count| count.to_string());
    [
        one.platform().to_owned(),
        seen.account_id.to_string(),
        seen.handle.as_ref().map_or_else(String::new, Handle::to_string),
        seen.observed_at.to_string(),
        count(seen.followers),
        count(seen.following),
        count(seen.posts),
        seen.display_name.clone().unwrap_or_default(),
        seen.bio.clone().unwrap_or_default(),
    ]
}

/// A post with its counters, as a line of JSON.
#[derive(Serialize)]
struct Row<'a> {
    network: &'a str,
    id: &'a str,
    author: Author<'a>,
    created_at: String,
    seen_at: String,
    r#type: &'a str,
    reply_to: ReplyTo<'a>,
    thread: Option<&'a str>,
    shared: Option<&'a str>,
    lang: Option<&'a str>,
    text: Option<&'a str>,
    entities: Entities<'a>,
    media: Vec<Medium<'a>>,
    metrics: Metrics,
}
#[derive(Serialize)]
struct Author<'a> {
    id: &'a str,
    username: Option<&'a str>,
}
#[derive(Serialize)]
struct ReplyTo<'a> {
    post: Option<&'a str>,
    author: Option<&'a str>,
    after_seconds: Option<i64>,
}
#[derive(Serialize)]
struct Entities<'a> {
    tags: &'a [String],
    names: &'a [String],
    links: &'a [String],
}
#[derive(Serialize)]
struct Medium<'a> {
    kind: &'a str,
    alt_text: Option<&'a str>,
}
#[derive(Serialize)]
struct Metrics {
    likes: Option<i64>,
    shares: Option<i64>,
    comments: Option<i64>,
    quotes: Option<i64>,
    views: Option<i64>,
}

/// What a look at some accounts showed of their posts.
fn posts(request: &Request<'_>, world: &World, accounts: &[Someone], sweep: u32) -> Outcome<Part> {
    let (mut made, mut out, mut sketches) = (Made::default(), Vec::new(), Vec::new());
    for one in accounts {
        let look = world.sweep(one, sweep);
        let mut random =
            Random::new(request.plan.seed ^ 0x5eed, (u64::from(one.number) << 16) | u64::from(sweep));
        for day in world.calendar().days_of_sweep(sweep) {
            world.sketches(one, day, &mut sketches);
            for sketch in &sketches {
                if !world.shows(one, sketch, sweep, look) {
                    continue;
                }
                let Some((post, reading)) = read(world, one, sketch, look) else { continue };
                // Of who asks nothing but the number is known.
                let name = (!sketch.is_question()).then(|| world.handle(one, day));
                let start = out.len();
                serde_json::to_writer(&mut out, &row(one, name.as_deref(), sketch, &post, &reading))
                    .context("a post")?;
                out.push(b'\n');
                made.rows += 1;
                made.readings += 1;
                made.posts += u64::from(is_first(world, one, sketch, sweep));
                if random.uniform() < REPEATED {
                    out.extend_from_within(start..);
                    made.rows += 1;
                    made.repeated += 1;
                }
                if request.bad_rows > 0.0 && random.uniform() < request.bad_rows {
                    let bad = spoilt(&out[start..], &mut random);
                    out.extend(bad);
                    made.bad += 1;
                }
            }
        }
    }
    packed(&out, made)
}

/// The post and its counters, at one instant.
fn read(world: &World, one: &Someone, sketch: &Sketch, look: Sweep) -> Option<(Post, Reading)> {
    Some((world.post(one, sketch, look.at)?, world.readings(one, sketch, &[look.at]).pop()?))
}

/// Whether no look before this one showed the post.
fn is_first(world: &World, one: &Someone, sketch: &Sketch, sweep: u32) -> bool {
    !world
        .sweeps_of(sketch.day())
        .take_while(|earlier| *earlier < sweep)
        .any(|earlier| world.shows(one, sketch, earlier, world.sweep(one, earlier)))
}

fn row<'a>(
    one: &'a Someone,
    name: Option<&'a str>,
    sketch: &Sketch,
    post: &'a Post,
    reading: &Reading,
) -> Row<'a> {
    Row {
        network: one.platform(),
        id: post.post_id.as_str(),
        author: Author { id: post.account_id.as_str(), username: name },
        created_at: post.created_at.to_string(),
        seen_at: post.observed_at.to_string(),
        r#type: sketch.kind().as_str(),
        reply_to: ReplyTo {
            post: post.in_reply_to_post_id.as_ref().map(AsRef::as_ref),
            author: post.in_reply_to_account_id.as_ref().map(AsRef::as_ref),
            after_seconds: post.answered_after_seconds,
        },
        thread: post.conversation_id.as_deref(),
        shared: post.quoted_post_id.as_ref().map(AsRef::as_ref),
        lang: post.language.as_deref(),
        text: post.text.as_deref(),
        entities: Entities {
            tags: post.hashtags.as_deref().unwrap_or_default(),
            names: post.mentions.as_deref().unwrap_or_default(),
            links: post.links.as_deref().unwrap_or_default(),
        },
        media: post
            .media
            .iter()
            .flatten()
            .map(|media| Medium { kind: &media.kind, alt_text: media.alt_text.as_deref() })
            .collect(),
        metrics: Metrics {
            likes: reading.likes,
            shares: reading.reposts,
            comments: reading.replies,
            quotes: reading.quotes,
            views: reading.views,
        },
    }
}

/// A row as spreadsheets and broken connections leave it.
fn spoilt(line: &[u8], random: &mut Random) -> Vec<u8> {
    let line = String::from_utf8_lossy(line);
    let line = line.lines().next().unwrap_or_default();
    let spoilt = match random.below(4) {
        0 => line.replacen("\"likes\":", "\"likes\":-7,\"was\":", 1),
        1 => line.replacen("\"created_at\":\"", "\"created_at\":\"on ", 1),
        2 => line.replacen("\"id\":\"", "\"id\":null,\"was\":\"", 1),
        _ => line.chars().take(line.chars().count() / 2).collect(),
    };
    format!("{spoilt}\n").into_bytes()
}
