//! A hashtag chat: what `chats/<name>.toml` says about it, the posts that were kept, and who may be named.
//!
//! A chat meets under a hashtag, on one platform or several, at an hour that may move over the years. What was
//! said there is people's, not ours: nobody is named in public whose consent is not recorded, unless the account is
//! an organisation's.

mod archive;
mod settings;
pub mod story;

pub use archive::{Archive, ChatPost, Consent, Person};
pub use settings::{Chat, ChatError, ChatId, People, Schedule, SessionNote};
pub use story::{Story, StoryId};
