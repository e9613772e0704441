//! What a reader of exports hands out, and the counts that must add up to the file.

use std::collections::BTreeMap;

use someasure_model::{AccountId, Instant, Observation, Post, PostId, PostKind, Reading};

use crate::files::Bad;

use super::Format;

/// One thing that an export says.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A row of the export that is a post.
    Post(Box<ChatItem>),
    /// A post that comes along: the original of a repost, a post that is quoted or answered. Not a row.
    /// Handed out once for each post and instant.
    Context(Box<ChatItem>),
    /// An account. A row where the export lists people, else somebody who comes along.
    Person(Box<Person>),
    /// Something that the file says about posts or accounts, or a row that is not a post.
    Notice(Notice),
    /// A row that cannot be read.
    Bad(Bad),
}

/// A post of an export with what stands beside it there.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatItem {
    /// The physical line at which its record begins, from 1.
    pub line: u64,
    /// The post.
    pub post: Post,
    /// `None` where the file says nothing of its counters. A repost on X carries the counters of its
    /// original, which are not its own and are left out.
    pub reading: Option<Reading>,
    /// What the file says about the author, beyond the id.
    pub author: Option<Observation>,
    /// Ids of earlier versions of this post, oldest first (X gives each edit an id of its own).
    pub earlier: Vec<PostId>,
    /// When this content was last edited, where the file says so.
    pub edited_at: Option<Instant>,
    /// What moderators or the author stick to the post or its author (`spam`, `!no-unauthenticated`), sorted.
    pub labels: Vec<String>,
    /// It says that it was posted more than a day after `Options::now`: the clock of its author is wrong.
    pub from_the_future: bool,
}

impl ChatItem {
    pub(super) fn new(post: Post) -> Self {
        Self {
            line: 0,
            post,
            reading: None,
            author: None,
            earlier: Vec::new(),
            edited_at: None,
            labels: Vec::new(),
            from_the_future: false,
        }
    }
}

/// A post of which nothing is known yet but whose it is and when it was posted. A time before 1990 is refused.
pub(super) fn bare_post(
    post_id: PostId,
    account_id: AccountId,
    created_at: Instant,
    observed_at: Instant,
) -> Result<Post, String> {
    Ok(Post {
        kind: Some(PostKind::Original),
        ..Post::bare(post_id, account_id, super::times::plausible(created_at)?, observed_at)
    })
}

/// An account of which nothing is known yet.
pub(super) fn bare_person(account_id: AccountId, observed_at: Instant) -> Observation {
    Observation {
        account_id,
        observed_at,
        handle: None,
        followers: None,
        following: None,
        posts: None,
        display_name: None,
        bio: None,
        website: None,
    }
}

/// An account that an export names.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The physical line at which the record begins, from 1.
    pub line: u64,
    /// Whether the row is this person; else the person comes along.
    pub row: bool,
    /// What the file says.
    pub observation: Observation,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// The post (or account) is gone.
    Deleted,
    /// Withheld by law or by moderators, everywhere or in some countries.
    Withheld,
    /// Not for everybody: a protected account, a post for followers, a wish not to be shown.
    Protected,
    /// The account is suspended.
    Suspended,
    /// The source reports an error, or something that came along could not be read.
    Error,
    /// A row that is not about a post: counts, lists, trends.
    NotAPost,
}

impl NoticeKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Deleted, Self::Withheld, Self::Protected, Self::Suspended, Self::Error, Self::NotAPost];
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Withheld => "withheld",
            Self::Protected => "protected",
            Self::Suspended => "suspended",
            Self::Error => "error",
            Self::NotAPost => "not_a_post",
        }
    }
}

/// Something that the file says about a post or an account, or a row that is no post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The physical line at which the record begins, from 1.
    pub line: u64,
    /// Whether the row is this notice; else it comes along with a row.
    pub row: bool,
    /// What it says.
    pub kind: NoticeKind,
    /// The post it is about. With an account beside it: whose post, or, where a file does not say
    /// which of the two its id is, the same id as both.
    pub post_id: Option<PostId>,
    /// The account it is about.
    pub account_id: Option<AccountId>,
    /// In words; what the source says is quoted as it is.
    pub text: String,
}

/// What was read. `rows = posts + people + notices (all kinds) + bad`: nothing is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What the file turned out to be; `Auto` only for a file with nothing in it.
    pub format: Format,
    /// How the text was encoded.
    pub encoding: &'static str,
    /// There is nothing in the file but white space: no answer without posts, but no answer.
    pub blank: bool,
    /// Answers of an interface with a list within.
    pub pages: u64,
    /// Rows of the export.
    pub rows: u64,
    /// Rows that are posts, of any kind.
    pub posts: u64,
    /// Reposts among the posts.
    pub reposts: u64,
    /// Replies among the posts.
    pub replies: u64,
    /// Quotes among the posts, without the replies that quote.
    pub quotes: u64,
    /// Posts with counters.
    pub readings: u64,
    /// Posts from the future.
    pub from_the_future: u64,
    /// Rows that are people.
    pub people: u64,
    /// Rows that are notices, by kind.
    pub notices: BTreeMap<NoticeKind, u64>,
    /// Rows that could not be read.
    pub bad: u64,
    /// Posts that came along.
    pub context: u64,
    /// People that came along.
    pub people_along: u64,
    /// Notices that came along with rows, by kind.
    pub notices_along: BTreeMap<NoticeKind, u64>,
    /// The instant that was assumed for when posts were seen, where neither the file nor the options
    /// say: the newest post's.
    pub assumed_observed_at: Option<Instant>,
}

impl Summary {
    pub(super) fn new(encoding: &'static str) -> Self {
        Self {
            format: Format::Auto,
            encoding,
            blank: false,
            pages: 0,
            rows: 0,
            posts: 0,
            reposts: 0,
            replies: 0,
            quotes: 0,
            readings: 0,
            from_the_future: 0,
            people: 0,
            notices: BTreeMap::new(),
            bad: 0,
            context: 0,
            people_along: 0,
            notices_along: BTreeMap::new(),
            assumed_observed_at: None,
        }
    }
    /// Whether every row is accounted for.
    pub fn adds_up(&self) -> bool {
        self.rows == self.posts + self.people + self.notices.values().sum::<u64>() + self.bad
    }
}
