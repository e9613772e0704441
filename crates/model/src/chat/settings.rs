//! `chats/<name>.toml`: a chat's hashtags, where and when it meets, who hosts it, and what its sessions were about.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::archive::Consent;
use crate::id::{AccountId, Platform};
use crate::place::{with_line, with_next_step};
use crate::time::time_zone;

/// Minutes of a session where nothing is said.
const USUAL_MINUTES: u32 = 60;
/// Longest session that a schedule may have: a day.
const LONGEST_MINUTES: u32 = 24 * 60;

/// What is wrong with a chat's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ChatError(String);

impl ChatError {
    pub(super) const fn new(what: String) -> Self {
        Self(what)
    }
}

/// A chat's name in files and addresses: lower-case letters, digits and '-'.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChatId(String);

impl FromStr for ChatId {
    type Err = ChatError;
    fn from_str(text: &str) -> Result<Self, ChatError> {
        let fits = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if text.is_empty() || text.len() > 64 || !fits || text.starts_with('-') {
            return Err(ChatError(format!(
                "'{}' is not the name of a chat: use at most 64 lower-case letters, digits and '-', like nhssm",
                text.chars().take(80).collect::<String>()
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for ChatId {
    type Error = ChatError;
    fn try_from(text: String) -> Result<Self, ChatError> {
        text.parse()
    }
}

impl From<ChatId> for String {
    fn from(id: ChatId) -> Self {
        id.0
    }
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ChatId {
    /// The name as it is written in files.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A chat, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// As pages call it.
    pub title: String,
    /// What it is and whose, in a paragraph.
    #[serde(default)]
    pub about: String,
    /// Hashtags with their variants, without '#', compared without case.
    pub hashtags: Vec<String>,
    /// Where it meets; empty: wherever its posts come from.
    #[serde(default)]
    pub platforms: Vec<Platform>,
    /// Who hosts it: `x:@nhssm`.
    #[serde(default)]
    pub hosts: Vec<AccountId>,
    /// Whose clock its hours are on.
    pub time_zone: String,
    /// First day that counts.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day that counts.
    #[serde(default)]
    pub to: Option<Date>,
    /// How those appear who have said nothing.
    #[serde(default)]
    pub people: People,
    /// Platforms whose words pages may show though the platform's terms forbid it: the project has a permission.
    #[serde(default)]
    pub republish: Vec<Platform>,
    /// What the chat tells those who take part about its archive.
    #[serde(default)]
    pub notice: String,
    /// When it met, one entry for each time that the hour or the day moved. None: sessions are found from bursts.
    #[serde(default, rename = "schedule")]
    pub schedules: Vec<Schedule>,
    /// What is known of single sessions.
    #[serde(default, rename = "session")]
    pub sessions: Vec<SessionNote>,
}

/// How those appear in public who have said nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum People {
    /// By name: only where the chat's notice has told them.
    Named,
    /// As `Participant 12`.
    #[default]
    Pseudonymous,
}

impl People {
    /// As a person's consent.
    pub const fn consent(self) -> Consent {
        match self {
            Self::Named => Consent::Named,
            Self::Pseudonymous => Consent::Pseudonymous,
        }
    }
}

/// `[[schedule]]`: a weekly hour, for as long as it held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// First day on which it held; none: from the beginning.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day on which it held; none: it still does.
    #[serde(default)]
    pub to: Option<Date>,
    /// Day of the week: `wednesday`.
    #[serde(with = "weekday")]
    pub weekday: Weekday,
    /// When it begins, on the chat's clock: `20:00`.
    #[serde(with = "clock")]
    pub starts: Time,
    /// How long it lasts.
    #[serde(default = "usual_minutes")]
    pub minutes: u32,
    /// Every how many weeks, counted from `from`.
    #[serde(default = "every_week")]
    pub every_weeks: u32,
}

fn usual_minutes() -> u32 {
    USUAL_MINUTES
}
fn every_week() -> u32 {
    1
}

/// `[[session]]`: what is known of one sitting; it need not be on the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionNote {
    /// Its day, on the chat's clock.
    pub date: Date,
    /// When it began, where the schedule does not say so.
    #[serde(default, with = "optional_clock")]
    pub starts: Option<Time>,
    /// How long it lasted, where the schedule does not say so.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// What it was about.
    #[serde(default)]
    pub topic: Option<String>,
    /// Its questions in order: the first is Q1.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Who hosted this one.
    #[serde(default)]
    pub hosts: Vec<AccountId>,
    /// It was on the schedule and did not take place.
    #[serde(default)]
    pub cancelled: bool,
}

impl Chat {
    /// Reads a chat's file; an error names the line.
    pub fn from_toml(text: &str) -> Result<Self, ChatError> {
        let mut chat: Self =
            toml::from_str(text).map_err(|error| ChatError(with_next_step(error.to_string().trim_end())))?;
        chat.check().map_err(|(table, key, nth, what)| ChatError(with_line(text, table, key, nth, &what)))?;
        for hashtag in &mut chat.hashtags {
            *hashtag = folded(hashtag);
        }
        Ok(chat)
    }

    /// The time zone. Checked when the file was read.
    pub fn zone(&self) -> TimeZone {
        time_zone(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Whether a hashtag, with or without '#' and in any case, is the chat's.
    pub fn is_its(&self, hashtag: &str) -> bool {
        let hashtag = folded(hashtag);
        self.hashtags.contains(&hashtag)
    }

    fn check(&self) -> Result<(), (&'static str, &'static str, usize, String)> {
        let top = |key: &'static str, what: String| Err(("", key, 1, what));
        if self.title.trim().is_empty() {
            return top("title", "`title` is empty; fill it".to_owned());
        }
        if self.hashtags.is_empty() {
            return top("hashtags", "`hashtags` is empty: name the chat's, like [\"nhssm\"]".to_owned());
        }
        if let Some(bad) = self.hashtags.iter().find(|tag| !is_hashtag(tag)) {
            return top("hashtags", format!("'{bad}' is not a hashtag: letters, digits and '_' only"));
        }
        if let Err(error) = time_zone(&self.time_zone) {
            return top("time_zone", format!("time_zone: {error}"));
        }
        let backwards =
            |from: Option<Date>, to: Option<Date>| matches!((from, to), (Some(from), Some(to)) if to < from);
        if backwards(self.from, self.to) {
            return top("to", "`to` is before `from`; correct one of them".to_owned());
        }
        for (nth, schedule) in self.schedules.iter().enumerate() {
            let wrong = |key, what: &str| Err(("[[schedule]]", key, nth + 1, what.to_owned()));
            if backwards(schedule.from, schedule.to) {
                return wrong("to", "`to` is before `from`; correct one of them");
            }
            if !(1..=LONGEST_MINUTES).contains(&schedule.minutes) {
                return wrong("minutes", "`minutes` must be between 1 and 1440");
            }
            if !(1..=53).contains(&schedule.every_weeks) {
                return wrong("every_weeks", "`every_weeks` must be between 1 and 53");
            }
            if schedule.every_weeks > 1 && schedule.from.is_none() {
                return wrong("every_weeks", "`every_weeks` counts from the day of `from`: add it");
            }
        }
        for (nth, session) in self.sessions.iter().enumerate() {
            if session.minutes.is_some_and(|minutes| !(1..=LONGEST_MINUTES).contains(&minutes)) {
                let what = "`minutes` must be between 1 and 1440".to_owned();
                return Err(("[[session]]", "minutes", nth + 1, what));
            }
        }
        Ok(())
    }
}

/// A hashtag as it is compared: without '#', in lower case.
fn folded(hashtag: &str) -> String {
    hashtag.trim_start_matches(['#', '＃']).to_lowercase()
}

fn is_hashtag(text: &str) -> bool {
    let bare = folded(text);
    !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '\u{200d}')
}

mod weekday {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];

    pub(super) fn serialize<S: Serializer>(day: &Weekday, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(DAYS.iter().find(|(_, known)| known == day).map_or("", |(name, _)| name))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Weekday, D::Error> {
        let text = String::deserialize(from)?;
        let known = DAYS.iter().find(|(name, _)| *name == text.to_lowercase());
        known.map(|(_, day)| *day).ok_or_else(|| {
            D::Error::custom(format!("'{text}' is not a day of the week; write it like \"wednesday\""))
        })
    }
}

mod clock {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn parsed<E: Error>(text: &str) -> Result<Time, E> {
        text.parse().map_err(|_| E::custom(format!("'{text}' is not a time of day; write it like \"20:00\"")))
    }
    pub(super) fn serialize<S: Serializer>(time: &Time, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
        parsed(&String::deserialize(from)?)
    }
}

mod optional_clock {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(time: &Option<Time>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => to.collect_str(time),
            None => to.serialize_none(),
        }
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Time>, D::Error> {
        Option::<String>::deserialize(from)?.map(|text| super::clock::parsed(&text)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = "title = \"#nhssm\"\nhashtags = [\"#NHSsm\", \"nhssocialmedia\"]\ntime_zone = \"Europe/London\"\n\
        [[schedule]]\nto = \"2014-12-31\"\nweekday = \"wednesday\"\nstarts = \"20:00\"\n\
        [[session]]\ndate = \"2014-12-10\"\ntopic = \"The report\"\nquestions = [\"Is it measuring the right things?\"]\n";

    #[test]
    fn a_chats_file_is_read_and_its_hashtags_are_compared_without_case() {
        let chat = Chat::from_toml(CHAT).unwrap();
        assert_eq!(chat.hashtags, ["nhssm", "nhssocialmedia"]);
        assert!(chat.is_its("NHSSM") && chat.is_its("#NhsSm") && !chat.is_its("nhs"));
        assert_eq!(chat.schedules[0].weekday, Weekday::Wednesday);
        assert_eq!((chat.schedules[0].minutes, chat.people), (60, People::Pseudonymous));
        assert_eq!(Chat::from_toml(&toml::to_string(&chat).unwrap()).unwrap(), chat);
    }

    #[test]
    fn what_is_wrong_in_a_chats_file_is_told_with_its_line() {
        let refused =
            |from: &str, to: &str| Chat::from_toml(&CHAT.replace(from, to)).unwrap_err().to_string();
        assert!(refused("wednesday", "midweek").contains("'midweek' is not a day of the week"));
        assert!(refused("20:00", "8pm").contains("'8pm' is not a time of day"));
        assert!(refused("#NHSsm", "#nhs sm").starts_with("line 2: '#nhs sm' is not a hashtag"));
        assert!(refused("Europe/London", "London").contains("'London' is not a time zone"));
        assert!(
            refused("to = ", "from = \"2015-01-01\"\nto = ").starts_with("line 6: `to` is before `from`")
        );
        assert!(
            refused("\"2014-12-31\"", "2014-12-31")
                .ends_with("expected a date string: write it in quotes, like \"2014-12-31\"")
        );
        assert!(refused("topic", "subject").contains("unknown field `subject`"));
    }

    #[test]
    fn a_chats_name_is_safe_in_a_path() {
        assert!("nhssm".parse::<ChatId>().is_ok());
        for bad in ["", "../x", "NHS", "a/b", "-a", "a b"] {
            assert!(bad.parse::<ChatId>().is_err(), "{bad}");
        }
    }
}
