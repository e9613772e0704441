//! Sessions of a chat whose file has no schedule: times when many wrote within minutes of each other.

use crate::conversation::Conversation;

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
/// First and last instant of each, by time. Reposts neither make a burst nor bridge one.
pub(crate) fn bursts(of: &Conversation) -> Vec<(i64, i64)> {
    let posts: Vec<u32> = of.order.iter().copied().filter(|&at| of.counts(at) && !of.is_repost(at)).collect();
    let time = |at: u32| of.time(at).micros();
    let runs = posts.chunk_by(|&a, &b| time(b) - time(a) <= SILENCE_MINUTES * MINUTE);
    runs.filter(|run| run.len() >= FEWEST_POSTS)
        .map(|run| (run, time(run[0]), time(run[run.len() - 1])))
        .filter(|(_, from, to)| to - from <= LONGEST_MINUTES * MINUTE)
        .filter(|(run, ..)| {
            let mut people: Vec<u32> = run.iter().map(|&at| of.author[at as usize]).collect();
            people.sort_unstable();
            people.dedup();
            people.len() >= FEWEST_PEOPLE
        })
        .map(|(_, from, to)| (from, to))
        .collect()
}
