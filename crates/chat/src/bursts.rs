//! Sessions of a chat whose file has no schedule: times when many wrote within minutes of each other.

use crate::conversation::{Conversation, NONE};

/// Longest silence inside a burst.
const SILENCE_MINUTES: i64 = 15;
/// Fewest posts, reposts not counted.
const FEWEST_POSTS: usize = 10;
/// Fewest people who wrote them.
const FEWEST_PEOPLE: usize = 3;
/// A run that lasts longer is a busy day and no sitting.
const LONGEST_MINUTES: i64 = 6 * 60;

const MINUTE: i64 = 60_000_000;

/// Maximal runs of posts with silences of at most 15 minutes: those of at least 10 posts by 3 people that last at most 6 hours.
/// First and last instant of each, by time. Reposts neither make a burst nor bridge one. Posts that were withdrawn still count, as
/// if one person had written them all.
pub(crate) fn bursts(of: &Conversation) -> Vec<(i64, i64)> {
    let known = of.order.iter().copied().filter(|&at| of.counts(at) && !of.is_repost(at));
    let withdrawn = of.archive.withdrawn_at.iter().map(|at| (at.micros(), NONE));
    let mut posts: Vec<(i64, u32)> =
        known.map(|at| (of.time(at).micros(), of.author[at as usize])).chain(withdrawn).collect();
    posts.sort_unstable();
    let runs = posts.chunk_by(|a, b| b.0 - a.0 <= SILENCE_MINUTES * MINUTE);
    runs.filter(|run| run.len() >= FEWEST_POSTS)
        .map(|run| (run, run[0].0, run[run.len() - 1].0))
        .filter(|(_, from, to)| to - from <= LONGEST_MINUTES * MINUTE)
        .filter(|(run, ..)| {
            let mut people: Vec<u32> = run.iter().map(|(_, author)| *author).collect();
            people.sort_unstable();
            people.dedup();
            people.len() >= FEWEST_PEOPLE
        })
        .map(|(_, from, to)| (from, to))
        .collect()
}
