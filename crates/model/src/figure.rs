//! A figure: a measure's answer for one organisation, platform and period, with its interval and n, or
//! the reason why there is none. Too few, not collected, not offered and zero are four answers.

use std::borrow::Cow;

use serde::Serialize;

use crate::id::{MeasureId, OrganisationId, Platform};
use crate::time::{Instant, PeriodId};

/// Where the true value lies, with how sure we are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Confidence level between 0 and 1.
    pub level: f64,
}

/// Why there is no value. Millions of figures share a few dozen reasons, so these are not copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Missing {
    /// There are data, but too few to say something true.
    TooFew {
        /// The least that the measure asks for.
        at_least: u64,
    },
    /// We have not collected what the measure needs; in words, why.
    NotCollected(Cow<'static, str>),
    /// The platform does not offer it.
    NotOffered(Cow<'static, str>),
    /// What we could see does not reach into the period.
    NotCovered(Cow<'static, str>),
    /// More than half are still waiting, so that no median has been reached.
    NotReached(Cow<'static, str>),
}

impl Missing {
    /// As the figures' `status` column says it.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::TooFew { .. } => "too_few",
            Self::NotCollected(_) => "not_collected",
            Self::NotOffered(_) => "not_offered",
            Self::NotCovered(_) => "not_covered",
            Self::NotReached(_) => "not_reached",
        }
    }
    /// One sentence for people. `unit` is what the measure counts: "posts".
    pub fn reason(&self, unit: &str) -> String {
        match self {
            Self::TooFew { at_least } => format!("Not shown: fewer than {at_least} {unit}."),
            Self::NotCollected(why)
            | Self::NotOffered(why)
            | Self::NotCovered(why)
            | Self::NotReached(why) => why.to_string(),
        }
    }
}

/// A value or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Answer {
    /// A value in the measure's unit; no interval where a complete count has no sampling error, or
    /// where none can be computed.
    Value(f64, Option<Interval>),
    /// No value.
    Missing(Missing),
}

impl Answer {
    /// The value, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Value(value, _) => Some(*value),
            Self::Missing(_) => None,
        }
    }
    /// The interval, if there is one.
    pub fn interval(&self) -> Option<Interval> {
        match self {
            Self::Value(_, interval) => *interval,
            Self::Missing(_) => None,
        }
    }
    /// As the figures' `status` column says it: `shown`, or why not.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Value(..) => "shown",
            Self::Missing(missing) => missing.status(),
        }
    }
}

/// A measure's answer for one organisation on one platform in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// The measure.
    pub measure_id: MeasureId,
    /// The measure's version.
    pub measure_version: u32,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The platform: engagement is never pooled across platforms.
    pub platform: Platform,
    /// The period's id.
    pub period: PeriodId,
    /// The answer.
    pub answer: Answer,
    /// How many units (posts, weeks, organisations…) it rests on.
    pub n: u64,
    /// Whether what was seen was cut off within the period.
    pub cut_off: bool,
    /// The latest instant at which what it rests on was collected.
    pub collected_at: Option<Instant>,
}

/// A measure's answer for a peer group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupFigure {
    /// The measure.
    pub measure_id: MeasureId,
    /// The measure's version.
    pub measure_version: u32,
    /// The peer group's id; `all` for everyone in the edition.
    pub peer_group: String,
    /// The platform.
    pub platform: Platform,
    /// The period's id.
    pub period: PeriodId,
    /// The answer.
    pub answer: Answer,
    /// How many organisations it rests on.
    pub n: u64,
}
