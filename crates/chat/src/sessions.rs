//! Posts given to sessions: those of its window, and those that came afterwards.

use someasure_model::Instant;
use someasure_model::chat::{Answer, Session, SessionId, Sessions};

use crate::conversation::{Conversation, NONE};
use crate::questions::{Questions, resolve_tags};
use crate::schedule::{Window, windows};
use crate::side::each;
use crate::tags::tags;

/// So long after a session its posts are still answered.
const AFTERWARDS_DAYS: i64 = 7;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The sessions of a chat, with their posts, questions and answers; and the posts of none.
///
/// A scheduled session exists if somebody wrote in it or the chat's file has a note of it.
pub fn sessions(of: &Conversation) -> Sessions {
    let windows = windows(of);
    let mut home = vec![NONE; of.archive.posts.len()];
    let mut posts: Vec<Vec<u32>> = vec![Vec::new(); windows.len()];
    let mut outside = Vec::new();
    let mut at_window = 0;
    for &at in &of.order {
        if !of.counts(at) {
            outside.push(at);
            continue;
        }
        let time = of.time(at).micros();
        while windows.get(at_window).is_some_and(|window| window.closes <= time) {
            at_window += 1;
        }
        if windows.get(at_window).is_some_and(|window| window.opens <= time) {
            posts[at_window].push(at);
        }
    }
    let mut kept: Vec<(Window, Vec<u32>)> = windows
        .into_iter()
        .zip(posts)
        .filter(|(window, posts)| window.note.is_some() || posts.iter().any(|&at| !of.is_repost(at)))
        .collect();
    for (nth, (_, posts)) in kept.iter().enumerate() {
        for &at in posts {
            home[at as usize] = nth as u32;
        }
    }
    let rest = of.order.iter().copied().filter(|&at| of.counts(at) && home[at as usize] == NONE).collect();
    let questions: Vec<Questions> =
        each(of.threads, &kept, |(window, posts)| Questions::find(of, window.note, posts));
    let (afterwards, between) = afterwards(of, &kept, &questions, &mut home, rest);
    let mut sessions: Vec<Session> = Vec::with_capacity(kept.len());
    for (((window, posts), questions), afterwards) in kept.drain(..).zip(questions).zip(afterwards) {
        let nth =
            sessions.iter().rev().take_while(|session| session.id.date == window.date).count() as u32 + 1;
        let answers: Vec<Answer> = questions.answers(of, &posts, &afterwards);
        let unassigned = questions.unassigned(of, &posts, &answers);
        sessions.push(Session {
            id: SessionId { date: window.date, nth },
            found: window.found,
            starts_at: Instant::from_micros(window.starts),
            ends_at: Instant::from_micros(window.ends),
            opens_at: Instant::from_micros(window.opens),
            closes_at: Instant::from_micros(window.closes),
            topic: window.note.and_then(|note| note.topic.clone()),
            hosts: questions.host_ids(of),
            posts,
            afterwards,
            questions: questions.into_questions(),
            answers,
            unassigned,
        });
    }
    Sessions { sessions, between, outside }
}

/// Gives posts to the session before them that they reply to, quote, or answer by tag; within some days, and not
/// from within another session.
fn afterwards(
    of: &Conversation,
    kept: &[(Window, Vec<u32>)],
    questions: &[Questions],
    home: &mut [u32],
    rest: Vec<u32>,
) -> (Vec<Vec<u32>>, Vec<u32>) {
    let mut afterwards: Vec<Vec<u32>> = vec![Vec::new(); kept.len()];
    let mut between = Vec::new();
    let mut last = 0;
    for at in rest {
        let time = of.time(at).micros();
        while kept.get(last).is_some_and(|(window, _)| window.closes <= time) {
            last += 1;
        }
        let in_time = |session: u32| {
            let window = &kept[session as usize].0;
            window.closes <= time && time <= window.ends + AFTERWARDS_DAYS * DAY
        };
        let of_session =
            |post: Option<u32>| post.map(|post| home[post as usize]).filter(|&session| session != NONE);
        let linked = (!of.is_repost(at))
            .then(|| of_session(of.parent_post(at)).or_else(|| of_session(of.quoted_post(at))))
            .flatten()
            .filter(|&session| in_time(session));
        let session = linked.or_else(|| {
            let before = last.checked_sub(1)? as u32;
            let questions = &questions[before as usize];
            let asked = !of.is_repost(at) && in_time(before) && !questions.is_empty();
            let text = of.post(at).text.as_deref().filter(|_| asked)?;
            (!resolve_tags(&tags(text), questions, of, at).is_empty()).then_some(before)
        });
        match session {
            Some(session) => {
                home[at as usize] = session;
                afterwards[session as usize].push(at);
            }
            None => between.push(at),
        }
    }
    (afterwards, between)
}
