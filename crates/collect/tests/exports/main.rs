//! The readers of chat exports, against small files with the posts of fictional people.

mod bluesky;
mod damage;
mod mastodon;
mod r;
mod shape;
mod tables;
mod x;

use someasure_collect::exports::{
    ChatItem, ExportError, Format, Notice, Options, Person, Record, Summary, read,
};
use someasure_model::{Instant, PostId};

/// The present of the tests.
pub(crate) fn now() -> Instant {
    at("2026-01-01T00:00:00Z")
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Everything that was handed out, sorted by what it is.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) posts: Vec<ChatItem>,
    pub(crate) context: Vec<ChatItem>,
    pub(crate) people: Vec<Person>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) bad: Vec<String>,
    pub(crate) summary: Option<Summary>,
}

impl Read {
    pub(crate) fn summary(&self) -> &Summary {
        self.summary.as_ref().unwrap()
    }
    pub(crate) fn post(&self, id: &str) -> &ChatItem {
        let found = self.posts.iter().chain(&self.context).find(|item| item.post.post_id.as_str() == id);
        found.unwrap_or_else(|| panic!("no post {id}"))
    }
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.posts.iter().map(|item| item.post.post_id.as_str()).collect()
    }
}

pub(crate) fn try_read(input: &[u8], format: Format, options: &Options) -> Result<Read, ExportError> {
    let mut found = Read::default();
    let summary = read(input, "export", format, options, &mut |record| {
        match record {
            Record::Post(item) => found.posts.push(*item),
            Record::Context(item) => found.context.push(*item),
            Record::Person(person) => found.people.push(*person),
            Record::Notice(notice) => found.notices.push(notice),
            Record::Bad(bad) => found.bad.push(bad.to_string()),
        }
        Ok(())
    })?;
    assert!(summary.adds_up(), "{summary:?}");
    assert_eq!(summary.posts, found.posts.len() as u64);
    assert_eq!(summary.context, found.context.len() as u64);
    assert_eq!(summary.people + summary.people_along, found.people.len() as u64);
    assert_eq!(summary.bad, found.bad.len() as u64);
    let notices = summary.notices.values().sum::<u64>() + summary.notices_along.values().sum::<u64>();
    assert_eq!(notices, found.notices.len() as u64);
    found.summary = Some(summary);
    Ok(found)
}

pub(crate) fn read_auto(input: &[u8]) -> Read {
    try_read(input, Format::Auto, &Options::at(now())).unwrap()
}

pub(crate) fn tags(item: &ChatItem) -> Vec<&str> {
    item.post.hashtags.as_ref().unwrap().iter().map(String::as_str).collect()
}

pub(crate) fn id(id: &Option<PostId>) -> Option<&str> {
    id.as_ref().map(PostId::as_str)
}
