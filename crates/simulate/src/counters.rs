//! What a post's counters say at an age: its own height, which is heavy in its tail, reached within days.

use someasure_model::{Instant, PostKind, Reading};

use crate::account::Someone;
use crate::calendar::DAY;
use crate::chance::{For, log_normal};
use crate::ids::Site;
use crate::post::Sketch;

/// Heights that a post's counters rise to, and how fast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heights {
    likes: f64,
    reposts: f64,
    replies: f64,
    quotes: f64,
    views: f64,
    /// Days in which two thirds come together.
    days: f64,
    /// Where between two whole numbers the next one counts: the same at every age, so that no counter falls.
    rounding: f64,
}

impl Heights {
    pub(crate) fn of(seed: u64, one: &Someone, sketch: &Sketch) -> Self {
        let random = &mut sketch.stream(seed, For::Counters, one);
        let asked = sketch.asked_by.is_some();
        let kind = match sketch.kind() {
            _ if asked => 0.02,
            PostKind::Original => 1.0,
            PostKind::Quote => 0.5,
            PostKind::Reply => 0.1,
            PostKind::Repost => 0.0,
        };
        let likes = kind * one.likes * log_normal(random, 1.0, 1.25);
        Self {
            likes,
            reposts: likes * log_normal(random, 0.22, 0.6),
            replies: likes * log_normal(random, 0.06, 0.9),
            quotes: likes * log_normal(random, 0.015, 0.8),
            views: one.followers * kind.max(0.02) * log_normal(random, 0.25, 0.9) + 20.0 * likes,
            days: log_normal(random, 0.9, 0.6),
            rounding: random.uniform(),
        }
    }

    /// What the platform says; a counter that it does not give is left out.
    pub(crate) fn reading(&self, site: Site, sketch: &Sketch, id: &str, at: i64) -> Option<Reading> {
        let age = (at - sketch.created_at) as f64 / DAY as f64;
        let risen = 1.0 - (-age / self.days).exp();
        let count = |height: f64| Some((height * risen + self.rounding) as i64);
        let given = |sites: &[Site], height: f64| if sites.contains(&site) { count(height) } else { None };
        Some(Reading {
            post_id: id.parse().ok()?,
            observed_at: Instant::from_micros(at),
            likes: count(self.likes),
            reposts: given(&[Site::Bluesky, Site::Facebook, Site::Mastodon, Site::X], self.reposts),
            replies: count(self.replies),
            quotes: given(&[Site::Bluesky, Site::X], self.quotes),
            views: given(&[Site::Instagram, Site::X], self.views),
        })
    }
}
