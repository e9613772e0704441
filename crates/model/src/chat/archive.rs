//! The posts of a chat as the ledger keeps them, with the people who wrote them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, Handle, OrganisationId, PostId};
use crate::observed::Post;
use crate::time::Instant;

/// A post with what its likes came to.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatPost {
    /// The post. Apart, because it is large: to put a million in order moves none of them.
    pub post: Box<Post>,
    /// Whether one of its hashtags is the chat's.
    pub tagged: bool,
    /// Its likes when they were last counted, where the platform gave any.
    pub likes: Option<i64>,
}

/// How a person agreed to appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// By name, with a link to the account.
    Named,
    /// As `Participant 12`, without handle, picture or link.
    Pseudonymous,
    /// Not at all: a mark says that something was withdrawn.
    Removed,
}

/// Somebody who wrote in a chat, or was mentioned or answered there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account_id: AccountId,
    /// Its handle, as last seen.
    pub handle: Option<Handle>,
    /// Every other handle that it was ever known by: the same person in a text of that time.
    pub earlier_handles: Vec<Handle>,
    /// Its name, as last seen.
    pub display_name: Option<String>,
    /// The organisation whose account it is: such accounts are always named.
    pub organisation_id: Option<OrganisationId>,
    /// How the person agreed to appear.
    pub consent: Consent,
}

/// Everything that was kept of a chat.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Archive {
    /// Posts of the chat, reposts among them, each once, by time and then id.
    pub posts: Vec<ChatPost>,
    /// Posts that are not of the chat but are quoted, passed on or answered in it, where they are known.
    pub context: Vec<ChatPost>,
    /// Who wrote a post above, by account; and who objected, that nobody brings them back by a handle.
    pub people: BTreeMap<AccountId, Person>,
    /// Posts that were withdrawn by their authors: only their ids are known, their words are gone.
    pub withdrawn: Vec<PostId>,
    /// When those of them were written of which it is still known, reposts not counted, sorted: what somebody takes back does not
    /// undo the session in which others spoke.
    pub withdrawn_at: Vec<Instant>,
    /// What the imported files reach over: each from its first post to its last, those that meet joined, by time. Nothing:
    /// not known, and nobody can tell silence from a file that is missing.
    pub covered: Vec<(Instant, Instant)>,
}
