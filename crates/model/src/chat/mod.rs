//! A hashtag chat: what `chats/<name>.toml` says about it, the posts that were kept, and who may be named.
//!
//! A chat meets under a hashtag, on one platform or several, at an hour that may move over the years. What was
//! said there is people's, not ours: nobody is named in public whose consent is not recorded, unless the account is
//! an organisation's.

mod archive;
mod network;
mod report;
mod session;
mod settings;
mod statistics;
pub mod story;
mod transcript;

pub use archive::{Archive, ChatPost, Consent, Person};
pub use network::{Betweenness, Drawn, Edge, Network, Node};
pub use report::{ChatFile, ChatReport, ChatSeries, Evenness, Tally, TookPart};
pub use session::{Answer, Found, How, PostIndex, Question, QuestionNumber, Session, SessionId, Sessions};
pub use settings::{Chat, ChatError, ChatId, People, Schedule, SessionNote};
pub use statistics::{
    ChatStatistics, Counts, MonthStatistics, OnTheRoll, Part, SessionStatistics, SharedLink, Side,
};
pub use story::{Story, StoryId};
pub use transcript::{
    AltText, Asked, PassedOnBy, Picture, Quoted, RepliesTo, Said, Speaker, Transcript, TranscriptCounts,
    Turn, Under, Words,
};
