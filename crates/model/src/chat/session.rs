//! One sitting of a chat: when it was, what was asked, and which posts answered what. Posts are named by their
//! place in [`Archive::posts`](super::Archive), so that a session is small however long the posts are.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::settings::ChatError;
use crate::id::AccountId;
use crate::time::Instant;

/// A post's place in [`Archive::posts`](super::Archive).
pub type PostIndex = u32;

/// A session's name: its day on the chat's clock, and `-2` for the second of a day: `2015-01-14`, `2015-01-14-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId {
    /// Its day.
    pub date: Date,
    /// 1 for the first of the day.
    pub nth: u32,
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nth {
            0 | 1 => write!(f, "{}", self.date),
            nth => write!(f, "{}-{nth}", self.date),
        }
    }
}

impl FromStr for SessionId {
    type Err = ChatError;
    fn from_str(text: &str) -> Result<Self, ChatError> {
        let wrong = || {
            let shown: String = text.chars().take(40).collect();
            ChatError::new(format!(
                "'{shown}' is not a session: write its day like 2015-01-14, or 2015-01-14-2"
            ))
        };
        let day = text.get(..10).ok_or_else(wrong)?;
        let date = day.parse().map_err(|_| wrong())?;
        let nth = match &text[10..] {
            "" => 1,
            rest => rest
                .strip_prefix('-')
                .and_then(|nth| nth.parse().ok())
                .filter(|nth| *nth > 1)
                .ok_or_else(wrong)?,
        };
        Ok(Self { date, nth })
    }
}

impl TryFrom<String> for SessionId {
    type Error = ChatError;
    fn try_from(text: String) -> Result<Self, ChatError> {
        text.parse()
    }
}

impl From<SessionId> for String {
    fn from(id: SessionId) -> Self {
        id.to_string()
    }
}

/// Why we say that there was a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    /// The schedule says so, and there are posts.
    Schedule,
    /// A `[[session]]` of the chat's file says so.
    Note,
    /// Many people wrote within minutes of each other, and no schedule says when the chat meets.
    Burst,
}

/// A question's name: `Q1`, or `Q1a` for a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QuestionNumber {
    /// The number as the host gave it; 0 is a warm-up.
    pub number: u32,
    /// `a`, `b`… where a question was asked in parts.
    pub part: Option<char>,
}

impl fmt::Display for QuestionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Q{}", self.number)?;
        self.part.map_or(Ok(()), |part| write!(f, "{part}"))
    }
}

/// A question of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its name.
    pub number: QuestionNumber,
    /// Its words as the chat's file gives them; where it does not, the words are those of [`Self::shown`].
    pub text: Option<String>,
    /// The posts that ask it, by time: on each platform, asked again, corrected. None: only the chat's file has it.
    pub posts: Vec<PostIndex>,
    /// Which of them has the words: the first with a question mark, else the first.
    pub shown: Option<PostIndex>,
}

/// Why we say that a post answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It says so: `A1`.
    Tag,
    /// It replies to the question.
    Reply,
    /// It replies to an answer, or to a reply to one. Such threads drift: see `docs/methods/chat.md`.
    Thread,
    /// It quotes the question or an answer.
    Quote,
}

/// A post that answers a question. A post can answer several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// The post.
    pub post: PostIndex,
    /// Which of [`Session::questions`].
    pub question: u32,
    /// Why we say so.
    pub how: How,
}

/// One sitting of a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// Why we say that there was one.
    pub found: Found,
    /// When it began.
    pub starts_at: Instant,
    /// When it ended.
    pub ends_at: Instant,
    /// From when its posts count: some minutes before.
    pub opens_at: Instant,
    /// Until when its posts count: some minutes after.
    pub closes_at: Instant,
    /// What it was about, where the chat's file says so.
    pub topic: Option<String>,
    /// Who hosted it: as the chat's file says, or, where someone else asked the numbered questions, they too. Accounts, not
    /// people who agreed to be named: pages show [`Transcript::hosts`](super::Transcript).
    pub hosts: Vec<AccountId>,
    /// All its posts, reposts among them, by time.
    pub posts: Vec<PostIndex>,
    /// Posts of the days after it that reply to it, quote it, or answer its questions by their tag, by time.
    pub afterwards: Vec<PostIndex>,
    /// Its questions, by number.
    pub questions: Vec<Question>,
    /// What answers them, in [`Self::posts`] and [`Self::afterwards`], by post and question.
    pub answers: Vec<Answer>,
    /// Posts (not reposts) from the first question on that are no question and could be given to none.
    pub unassigned: Vec<PostIndex>,
}

/// All sessions of a chat. Every post of the archive is in exactly one place: a session's posts, what came
/// afterwards, between, or outside.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sessions {
    /// The sessions, by time.
    pub sessions: Vec<Session>,
    /// Posts of no session.
    pub between: Vec<PostIndex>,
    /// Posts before the chat's first day, after its last, or from a time that has not come yet.
    pub outside: Vec<PostIndex>,
}

impl Sessions {
    /// The session of that name.
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sessions_name_reads_back_as_itself() {
        for name in ["2015-01-14", "2015-01-14-2", "2015-01-14-12"] {
            assert_eq!(name.parse::<SessionId>().unwrap().to_string(), name);
        }
        for wrong in
            ["", "2015-01-14-1", "2015-01-14-", "2015-13-14", "2015-01-14x", "2015-01-1é", "yesterday"]
        {
            assert!(
                wrong.parse::<SessionId>().unwrap_err().to_string().contains("is not a session"),
                "{wrong}"
            );
        }
    }
}
