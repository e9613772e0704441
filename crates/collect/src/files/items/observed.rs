//! Rows of what was observed: profiles and posts with their counters.

use jiff::tz::TimeZone;
use someasure_model::{Instant, Observation, Platform, Post, PostKind, Reading};

use super::super::row::Row;
use super::super::value::{Col, Fault, Memory, Rule};
use super::{Owner, PostItem, given};

pub(super) struct Profiles {
    pub(super) owner: Owner,
    pub(super) observed_at: Option<Col>,
    pub(super) followers: Option<Col>,
    pub(super) following: Option<Col>,
    pub(super) posts: Option<Col>,
    pub(super) display_name: Option<Col>,
    pub(super) bio: Option<Col>,
    pub(super) website: Option<Col>,
}

pub(super) struct Posts {
    pub(super) owner: Owner,
    pub(super) post_id: Col,
    pub(super) created_at: Col,
    pub(super) observed_at: Option<Col>,
    pub(super) kind: Option<Col>,
    pub(super) kind_rules: Vec<(PostKind, Rule)>,
    pub(super) kind_otherwise: Option<PostKind>,
    pub(super) in_reply_to_post_id: Option<Col>,
    pub(super) in_reply_to_account_id: Option<Col>,
    pub(super) conversation_id: Option<Col>,
    pub(super) quoted_post_id: Option<Col>,
    pub(super) language: Option<Col>,
    pub(super) text: Option<Col>,
    pub(super) hashtags: Option<Col>,
    pub(super) mentions: Option<Col>,
    pub(super) links: Option<Col>,
    pub(super) media: Option<Col>,
    pub(super) hashtag_count: Option<Col>,
    pub(super) mention_count: Option<Col>,
    pub(super) link_count: Option<Col>,
    pub(super) media_count: Option<Col>,
    pub(super) answered_after_seconds: Option<Col>,
    pub(super) likes: Option<Col>,
    pub(super) reposts: Option<Col>,
    pub(super) replies: Option<Col>,
    pub(super) quotes: Option<Col>,
    pub(super) views: Option<Col>,
}

/// When a row was read.
fn observed(
    col: Option<&Col>,
    row: &Row<'_>,
    fixed: Option<Instant>,
    zone: Option<&TimeZone>,
) -> Result<Instant, Fault> {
    let own = match col {
        Some(col) => col.instant(row, zone)?,
        None => None,
    };
    own.or(fixed).ok_or_else(|| match col {
        Some(col) => col.not_given(),
        None => Fault::row("observed_at: not given"),
    })
}

impl Profiles {
    pub(super) fn read(
        &self,
        row: &Row<'_>,
        fixed: Option<&Platform>,
        observed_at: Option<Instant>,
        zone: Option<&TimeZone>,
        memory: &mut Memory,
    ) -> Result<Observation, Fault> {
        let platform = self.owner.platform(row, fixed, memory)?;
        let (account_id, handle) = self.owner.account(row, &platform, memory)?;
        Ok(Observation {
            account_id,
            observed_at: observed(self.observed_at.as_ref(), row, observed_at, zone)?,
            handle,
            followers: read!(self.followers, count(row)),
            following: read!(self.following, count(row)),
            posts: read!(self.posts, count(row)),
            display_name: read!(self.display_name, text(row)),
            bio: read!(self.bio, text(row)),
            website: read!(self.website, text(row)),
        })
    }
}

impl Posts {
    pub(super) fn read(
        &self,
        row: &Row<'_>,
        fixed: Option<&Platform>,
        observed_at: Option<Instant>,
        zone: Option<&TimeZone>,
        memory: &mut Memory,
    ) -> Result<PostItem, Fault> {
        let platform = self.owner.platform(row, fixed, memory)?;
        let post_id = given(&self.post_id, self.post_id.post(row, &platform, memory)?)?;
        let (account_id, handle) = self.owner.account(row, &platform, memory)?;
        let created_at = given(&self.created_at, self.created_at.instant(row, zone)?)?;
        let observed_at = observed(self.observed_at.as_ref(), row, observed_at, zone)?;
        if created_at > observed_at {
            return Err(self.created_at.fault(
                &created_at.to_string(),
                format!("is after it was read (observed_at, {observed_at}): one of the two is wrong"),
            ));
        }
        let post = Post {
            account_id,
            created_at,
            observed_at,
            kind: self.kind(row)?,
            in_reply_to_post_id: read!(self.in_reply_to_post_id, post(row, &platform, memory)),
            in_reply_to_account_id: read!(self.in_reply_to_account_id, account(row, &platform, memory)),
            conversation_id: read!(self.conversation_id, text(row)),
            quoted_post_id: read!(self.quoted_post_id, post(row, &platform, memory)),
            language: read!(self.language, text(row)),
            text: read!(self.text, text(row)),
            hashtags: read!(self.hashtags, list(row)),
            mentions: read!(self.mentions, list(row)),
            links: read!(self.links, list(row)),
            media: read!(self.media, media(row)),
            hashtag_count: read!(self.hashtag_count, count(row)),
            mention_count: read!(self.mention_count, count(row)),
            link_count: read!(self.link_count, count(row)),
            media_count: read!(self.media_count, count(row)),
            answered_after_seconds: read!(self.answered_after_seconds, count(row)),
            post_id,
        };
        let reading = self.reading(row, &post)?;
        Ok(PostItem { post, handle, reading })
    }

    fn kind(&self, row: &Row<'_>) -> Result<Option<PostKind>, Fault> {
        if let Some(col) = &self.kind {
            return col.post_kind(row);
        }
        let held = self.kind_rules.iter().find(|(_, rule)| rule.holds(row));
        Ok(held.map(|(kind, _)| *kind).or(self.kind_otherwise))
    }

    fn reading(&self, row: &Row<'_>, post: &Post) -> Result<Option<Reading>, Fault> {
        let likes = read!(self.likes, count(row));
        let reposts = read!(self.reposts, count(row));
        let replies = read!(self.replies, count(row));
        let quotes = read!(self.quotes, count(row));
        let views = read!(self.views, count(row));
        if [likes, reposts, replies, quotes, views].iter().all(Option::is_none) {
            return Ok(None);
        }
        let (post_id, observed_at) = (post.post_id.clone(), post.observed_at);
        Ok(Some(Reading { post_id, observed_at, likes, reposts, replies, quotes, views }))
    }
}
