//! How long a large chat takes: `cargo run --release -p someasure-chat --example large [POSTS] [PEOPLE] [SEED]`.
//!
//! Makes a chat of weekly sessions over ten years with a seed, and prints the seconds of each step.

use std::collections::BTreeMap;
use std::time::Instant as Clock;

use someasure_chat::network::{Wanted, export};
use someasure_chat::{Conversation, network, sessions, statistics, transcript};
use someasure_model::chat::{Archive, Chat, ChatPost, Consent, Person};
use someasure_model::{Instant, Post, PostKind};

const CHAT: &str = "title = \"A large chat\"\nhashtags = [\"large\"]\ntime_zone = \"Europe/London\"\npeople = \"named\"\n\
    hosts = [\"x:1\"]\n[[schedule]]\nweekday = \"wednesday\"\nstarts = \"20:00\"\n";
const WEEK: i64 = 7 * 24 * 3600;

struct Random(u64);
impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most.max(1)
    }
    /// Few speak much, many little.
    fn person(&mut self, people: u64) -> u64 {
        let draw = self.below(1_000_000) as f64 / 1e6;
        (draw * draw * draw * people as f64) as u64 + 1
    }
}

fn archive(count: u64, people: u64, seed: u64) -> Result<Archive, Box<dyn std::error::Error>> {
    let mut random = Random(seed);
    let first: Instant = "2014-01-01T19:30:00Z".parse()?;
    let weeks = 520;
    let mut times: Vec<i64> = (0..count)
        .map(|_| {
            let week = random.below(weeks) as i64 * WEEK;
            // Two of three are said during the session.
            let second =
                if random.below(3) < 2 { 1800 + random.below(3600) } else { random.below(WEEK as u64) };
            first.micros() + (week + second as i64) * 1_000_000
        })
        .collect();
    times.sort_unstable();
    let mut posts = Vec::with_capacity(times.len());
    for (nth, time) in times.into_iter().enumerate() {
        let author = random.person(people);
        let before = (nth as u64).saturating_sub(1 + random.below(200)) as usize;
        let (kind, pointer) = match random.below(10) {
            0..=3 => (PostKind::Original, false),
            4..=6 => (PostKind::Reply, true),
            7 => (PostKind::Quote, true),
            _ => (PostKind::Repost, true),
        };
        let pointer = pointer && nth > 0;
        let target = format!("x:{:018}", before).parse()?;
        let host = random.below(400) == 0;
        let number = random.below(6) + 1;
        let text = match random.below(3) {
            _ if host => format!("Q{number}. What have you learnt about this since we last spoke? #large"),
            0 => format!(
                "A{number} we tried it and it went well, mostly, with @person{} #large",
                random.person(people)
            ),
            _ => format!("I think so too, and @person{} said the same #large", random.person(people)),
        };
        let reply = pointer && kind == PostKind::Reply;
        let quoted = pointer && matches!(kind, PostKind::Quote | PostKind::Repost);
        posts.push(ChatPost {
            post: Box::new(Post {
                kind: Some(if pointer { kind } else { PostKind::Original }),
                in_reply_to_post_id: reply.then_some(target),
                quoted_post_id: if quoted { Some(format!("x:{before:018}").parse()?) } else { None },
                text: Some(text),
                hashtags: Some(vec!["large".to_owned()]),
                links: (random.below(6) == 0)
                    .then(|| vec![format!("https://site{}.example/page", random.below(50_000))]),
                ..Post::bare(
                    format!("x:{nth:018}").parse()?,
                    format!("x:{}", if host { 1 } else { author }).parse()?,
                    Instant::from_micros(time),
                    Instant::from_micros(time),
                )
            }),
            tagged: true,
            likes: None,
        });
    }
    let mut known = BTreeMap::new();
    for nth in 1..=people {
        let consent = match nth % 50 {
            0 => Consent::Removed,
            1..=9 => Consent::Pseudonymous,
            _ => Consent::Named,
        };
        let account_id: someasure_model::AccountId = format!("x:{nth}").parse()?;
        let person = Person {
            account_id: account_id.clone(),
            handle: Some(format!("person{nth}").parse()?),
            earlier_handles: Vec::new(),
            display_name: Some(format!("Person {nth}")),
            organisation_id: None,
            consent,
        };
        known.insert(account_id, person);
    }
    Ok(Archive { posts, context: Vec::new(), people: known, ..Archive::default() })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let mut next = |usual| numbers.next().unwrap_or(Ok(usual));
    let (posts, people, seed) = (next(1_000_000)?, next(60_000)?, next(1)?);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let chat = Chat::from_toml(CHAT)?;
    let archive = archive(posts, people, seed)?;
    println!("{posts} posts, {people} people, seed {seed}");
    let whole = Clock::now();
    let mut clock = Clock::now();
    let mut step = |name: &str, found: String| {
        println!("{name:<26}{:>7.2} s  {found}", clock.elapsed().as_secs_f64());
        clock = Clock::now();
    };
    let conversation = Conversation::on_threads(&chat, &archive, "2026-01-01T00:00:00Z".parse()?, threads);
    step("ids to numbers", format!("{} people", conversation.size().1));
    let sessions = sessions(&conversation);
    step(
        "sessions and answers",
        format!("{} sessions, {} posts between", sessions.sessions.len(), sessions.between.len()),
    );
    let statistics = statistics(&conversation, &sessions);
    step(
        "statistics",
        format!("{} participants, {} addresses", statistics.all.participants, statistics.links.len()),
    );
    if let Some(session) = sessions.sessions.last() {
        let transcript = transcript(&conversation, session);
        step("transcript of a session", format!("{} posts", transcript.counts.posts));
    }
    let bare = network(&conversation, &Wanted { exact_up_to: 0, drawn: 0, ..Wanted::default() });
    step(
        "network, bare",
        format!("{} people, {} ties, {} components", bare.nodes.len(), bare.edges.len(), bare.components),
    );
    let full = network(&conversation, &Wanted::default());
    step(
        "network, drawn, sampled",
        format!("{} drawn of core {}, {:?}", full.drawn.people, full.drawn.core, full.betweenness),
    );
    let gexf = export::gexf(&full);
    step("GEXF", format!("{} MB", gexf.len() / 1_000_000));
    println!("{:<26}{:>7.2} s", "all", whole.elapsed().as_secs_f64());
    Ok(())
}
