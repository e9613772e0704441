//! A chat in numbers that are fair: what was counted, never who has more followers. `docs/methods/chat.md` has each
//! formula. A list of people is the chat's own roll: alphabetical, on the terms that each agreed to.

use serde::Serialize;

use super::session::SessionId;
use super::transcript::Speaker;
use crate::time::{Instant, PeriodId};

/// Part of a whole: `of` may be zero, and then there is no share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Part {
    /// How many.
    pub count: u32,
    /// Of how many.
    pub of: u32,
}

impl Part {
    /// The share; `None` of nothing.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.count) / f64::from(self.of))
    }
}

/// People of one kind and what they wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Side {
    /// How many wrote a post of their own.
    pub people: u32,
    /// How many posts they wrote, reposts not counted.
    pub posts: u32,
}

/// What is counted of any set of posts: the whole chat, a session, a month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Who wrote a post of their own or passed one on.
    pub participants: u32,
    /// Those of them who had never been seen before in the chat.
    pub new: u32,
    /// The others.
    pub returning: u32,
    /// Posts that are no reposts.
    pub posts: u32,
    /// Reposts.
    pub reposts: u32,
    /// Posts that reply.
    pub replies: u32,
    /// Posts that quote another and do not reply.
    pub quotes: u32,
    /// Of all posts, those that reply to or quote somebody else.
    pub conversation: Part,
    /// Of the pairs of whom one answered or quoted the other, those who did so both ways.
    pub reciprocity: Part,
    /// Accounts of organisations that the register knows.
    pub organisations: Side,
    /// All others.
    pub individuals: Side,
    /// Posts of each who wrote one, ascending, reposts not counted: what an evenness is computed from.
    pub posts_per_person: Vec<u32>,
    /// Who wrote exactly one post.
    pub quiet_voices: u32,
    /// Among participants, those who withdrew: they are in the counts of posts and in no list by person.
    pub withdrawn_people: u32,
    /// Among posts and reposts, those that were withdrawn, with or without their authors.
    pub withdrawn_posts: u32,
}

/// One session in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionStatistics {
    /// The session.
    pub id: SessionId,
    /// When it began.
    pub starts_at: Instant,
    /// Counts of its posts, what came afterwards left out.
    pub counts: Counts,
    /// Posts of the days after.
    pub afterwards: u32,
    /// Questions.
    pub questions: u32,
    /// Posts that answer one.
    pub answers: u32,
    /// When the first minute of [`Self::pace`] begins.
    pub pace_from: Instant,
    /// Posts and reposts in each minute, from the session's opening margin to its closing one.
    pub pace: Vec<u32>,
}

/// A calendar month on the chat's clock. Months without posts are there, with zeros.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthStatistics {
    /// `2015-01`.
    pub month: PeriodId,
    /// Counts.
    pub counts: Counts,
    /// Sessions that began in it.
    pub sessions: u32,
    /// Of the month's participants, those seen again in the three months after it. `None` until these are over.
    pub retention: Option<Part>,
    /// Whether all of the month lies within what is counted: a first or last month may be cut, and so is one of which the
    /// imported files reach over a part only.
    pub whole: bool,
    /// Whether no imported file reaches into it: that it has no posts says nothing then.
    pub not_covered: bool,
}

/// An address that was shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedLink {
    /// The address, without what only counts clicks (`utm_…`).
    pub address: String,
    /// How many people shared it, reposts not counted. The order of the list.
    pub people: u32,
    /// In how many posts.
    pub posts: u32,
}

/// Somebody on the chat's roll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnTheRoll {
    /// As they may be shown.
    pub speaker: Speaker,
    /// Posts, reposts not counted.
    pub posts: u32,
    /// Reposts.
    pub reposts: u32,
    /// Sessions in which they wrote.
    pub sessions: u32,
    /// Posts of theirs that began a thread and were answered.
    pub started: u32,
    /// Different people who answered or quoted them.
    pub answered_by: u32,
    /// Different people whom they answered or quoted.
    pub answered: u32,
    /// Whether they hosted a session.
    pub hosted: bool,
}

/// A chat in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChatStatistics {
    /// What was known when this was counted.
    pub as_at: Instant,
    /// First post that counts.
    pub first: Option<Instant>,
    /// Last post that counts.
    pub last: Option<Instant>,
    /// The whole chat.
    pub all: Counts,
    /// In sessions.
    pub in_sessions: u32,
    /// In the days after sessions, in reply to them.
    pub afterwards: u32,
    /// Between sessions.
    pub between: u32,
    /// Not counted: before the chat's first day, after its last, or from a time that has not come.
    pub outside: u32,
    /// Posts whose authors deleted them, of which only the ids are known: not among the counts.
    pub deleted: u32,
    /// Each session, by time: a series for control charts.
    pub sessions: Vec<SessionStatistics>,
    /// Each month from the first to the last: a series for control charts.
    pub months: Vec<MonthStatistics>,
    /// Addresses shared, by how many people and then by address.
    pub links: Vec<SharedLink>,
    /// Addresses that are not among them, because they lead to people who are not named.
    pub links_left_out: u32,
    /// Everybody who may be shown, alphabetically; participants without a name after them by number.
    pub roll: Vec<OnTheRoll>,
}

impl ChatStatistics {
    /// Voices that started conversations: those whose posts began threads that others answered. Alphabetically.
    pub fn starters(&self) -> impl Iterator<Item = &OnTheRoll> {
        self.roll.iter().filter(|voice| voice.started > 0 && voice.answered_by > 0)
    }
    /// Voices that at least `people` different others answered or quoted. Alphabetically.
    pub fn answered_by_many(&self, people: u32) -> impl Iterator<Item = &OnTheRoll> {
        self.roll.iter().filter(move |voice| voice.answered_by >= people.max(1))
    }
    /// Quiet voices: those who wrote one post. Alphabetically.
    pub fn quiet(&self) -> impl Iterator<Item = &OnTheRoll> {
        self.roll.iter().filter(|voice| voice.posts == 1)
    }
    /// Who hosted. Alphabetically.
    pub fn hosts(&self) -> impl Iterator<Item = &OnTheRoll> {
        self.roll.iter().filter(|voice| voice.hosted)
    }
}
