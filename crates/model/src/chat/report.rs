//! What an edition or the command line hands to the report about one chat: everything that its pages and files are drawn
//! from. Nothing of people who did not agree to it is in here, because nothing of them is in the parts that it is made of.

use serde::Serialize;

use super::network::Network;
use super::session::SessionId;
use super::settings::{ChatId, People};
use super::statistics::ChatStatistics;
use super::transcript::Transcript;
use crate::comparison::{ChangeLimits, ChangePoint, ChangeStatus};
use crate::id::{OrganisationId, Platform};

/// A chat as it is published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChatReport {
    /// Its name in files and addresses.
    pub id: ChatId,
    /// As pages call it.
    pub title: String,
    /// What it is and whose, in a paragraph; may be empty.
    pub about: String,
    /// Its hashtags, without '#'.
    pub hashtags: Vec<String>,
    /// What the chat tells those who take part about its archive; may be empty.
    pub notice: String,
    /// How those appear who have said nothing.
    pub people: People,
    /// Whose clock its hours are on: a name of the tz database.
    pub time_zone: String,
    /// How what was read became what is counted.
    pub tally: Tally,
    /// The chat in numbers.
    pub statistics: ChatStatistics,
    /// How evenly the floor was shared.
    pub evenness: Evenness,
    /// Participants by session, and whether they changed; `None` where nobody looked.
    pub participants: Option<ChatSeries>,
    /// Who spoke to whom.
    pub network: Network,
    /// Sessions that are to be published with their words, by time. Of the others there are numbers only.
    pub transcripts: Vec<Transcript>,
    /// Platforms whose terms forbid to publish words of posts again, each with the reason in a sentence.
    pub terms: Vec<(Platform, String)>,
    /// Organisations that took part, by name.
    pub organisations: Vec<TookPart>,
    /// Files of the network that pages offer: GEXF, GraphML, CSV.
    pub network_files: Vec<ChatFile>,
}

/// How what was read became what is counted: `read` is the sum of posts, reposts, duplicates and everything in `other`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Records in the files.
    pub read: u64,
    /// Posts of the chat that are no reposts.
    pub posts: u64,
    /// Reposts of the chat.
    pub reposts: u64,
    /// Of the posts, those that reply.
    pub replies: u64,
    /// Records of a post that another record has.
    pub duplicates: u64,
    /// What is not of the chat or could not be used: why, and how many.
    pub other: Vec<(String, u64)>,
}

impl Tally {
    /// All that is not of the chat or could not be used.
    pub fn others(&self) -> u64 {
        self.other.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
    /// What the parts leave unexplained: 0 where the counts reconcile.
    pub fn unexplained(&self) -> i128 {
        let parts = [self.posts, self.reposts, self.duplicates, self.others()];
        i128::from(self.read) - parts.into_iter().map(i128::from).sum::<i128>()
    }
}

/// How evenly the floor was shared: the Gini index of posts by person, between 0 (everybody wrote as much) and 1 (one
/// wrote all). `None` where too few wrote to say.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Evenness {
    /// Of the whole chat.
    pub all: Option<f64>,
    /// Of each session, by time.
    pub sessions: Vec<(SessionId, Option<f64>)>,
}

impl Evenness {
    /// That of a session.
    pub fn of(&self, session: SessionId) -> Option<f64> {
        self.sessions.iter().find(|(id, _)| *id == session).and_then(|(_, gini)| *gini)
    }
}

/// A series of the chat with what a control chart says of it. The points' periods are names of sessions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChatSeries {
    /// What can be said.
    pub status: ChangeStatus,
    /// The points, oldest first.
    pub points: Vec<ChangePoint>,
    /// Centre and limits; `None` where there is not enough to draw any.
    pub limits: Option<ChangeLimits>,
}

/// An organisation whose account took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TookPart {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// In how many sessions its accounts wrote.
    pub sessions: u32,
    /// How many posts they wrote, reposts not counted.
    pub posts: u32,
}

/// A file that a page of the chat offers, made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChatFile {
    /// Its name: `network.gexf`.
    pub name: String,
    /// What it is, in a few words: `GEXF, for Gephi`.
    pub what: String,
    /// Its bytes.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_that_does_not_add_up_says_by_how_much() {
        let mut tally = Tally {
            read: 10,
            posts: 4,
            reposts: 3,
            replies: 2,
            duplicates: 1,
            other: vec![("a".into(), 1), ("b".into(), 1)],
        };
        assert_eq!((tally.others(), tally.unexplained()), (2, 0));
        tally.read = 11;
        assert_eq!(tally.unexplained(), 1);
        tally.read = 0;
        assert_eq!(tally.unexplained(), -10);
    }
}
