//! Archives made by hand.
#![allow(dead_code)]

use std::collections::BTreeMap;

use someasure_model::chat::{Archive, ChatPost, Consent, Person};
use someasure_model::{AccountId, Instant, Post, PostKind};

/// What is known when these tests run.
pub(crate) const NOW: &str = "2026-01-01T00:00:00Z";

/// An archive in the making.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) posts: Vec<ChatPost>,
    pub(crate) context: Vec<ChatPost>,
    pub(crate) people: BTreeMap<AccountId, Person>,
    pub(crate) withdrawn: Vec<String>,
}

/// An account whose id is its handle, turned round.
pub(crate) fn account(platform: &str, handle: &str) -> String {
    format!("{platform}:{}", handle.chars().rev().collect::<String>())
}

/// An instant from a clock in a zone.
pub(crate) fn local(day: &str, later: i64, clock: &str, zone: &str) -> Instant {
    let date: jiff::civil::Date = day.parse().unwrap();
    let time: jiff::civil::Time = clock.parse().unwrap();
    let date = date.checked_add(jiff::Span::new().days(later)).unwrap();
    someasure_model::time::time_zone(zone)
        .unwrap()
        .to_zoned(date.to_datetime(time))
        .unwrap()
        .timestamp()
        .into()
}

/// A post without anything but words.
pub(crate) fn post(id: &str, account: &str, at: Instant, text: &str) -> ChatPost {
    let post = Post {
        kind: Some(PostKind::Original),
        text: Some(text.to_owned()),
        ..Post::bare(id.parse().unwrap(), account.parse().unwrap(), at, at)
    };
    ChatPost { post: Box::new(post), tagged: true, likes: None }
}

pub(crate) fn reply(post: &mut ChatPost, to: &str) {
    post.post.kind = Some(PostKind::Reply);
    post.post.in_reply_to_post_id = Some(to.parse().unwrap());
}

pub(crate) fn quote(post: &mut ChatPost, of: &str) {
    post.post.kind = Some(PostKind::Quote);
    post.post.quoted_post_id = Some(of.parse().unwrap());
}

pub(crate) fn repost(post: &mut ChatPost, of: &str) {
    post.post.kind = Some(PostKind::Repost);
    post.post.quoted_post_id = Some(of.parse().unwrap());
}

impl Made {
    /// Somebody says something, by name.
    pub(crate) fn say(&mut self, id: &str, account: &str, at: Instant, text: &str) -> &mut ChatPost {
        self.person(account, Consent::Named);
        self.posts.push(post(id, account, at, text));
        self.posts.last_mut().unwrap()
    }

    /// Somebody, unless known already.
    pub(crate) fn person(&mut self, account: &str, consent: Consent) -> &mut Person {
        let id: AccountId = account.parse().unwrap();
        self.people.entry(id.clone()).or_insert_with(|| {
            let handle: String = account.split_once(':').unwrap().1.chars().rev().collect();
            Person {
                account_id: id,
                earlier_handles: Vec::new(),
                display_name: Some(format!("The {handle}")),
                handle: Some(handle.parse().unwrap()),
                organisation_id: None,
                consent,
            }
        })
    }

    /// The archive, in order.
    pub(crate) fn archive(mut self) -> Archive {
        self.posts
            .sort_by(|a, b| (a.post.created_at, &a.post.post_id).cmp(&(b.post.created_at, &b.post.post_id)));
        Archive {
            posts: self.posts,
            context: self.context,
            people: self.people,
            withdrawn: self.withdrawn.iter().map(|id| id.parse().unwrap()).collect(),
            ..Archive::default()
        }
    }
}
