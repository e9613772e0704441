//! What may be said of a figure beside others: how it lies among its peers, whether its series changed, and
//! which ranks the data allow it. Statistics compute it; pages only say it.

use serde::{Deserialize, Serialize};

use crate::id::{MeasureId, OrganisationId, Platform};
use crate::time::PeriodId;

/// How the figures of one peer group lie: one measure on one platform in the measure's main period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeerComparison {
    /// The measure.
    pub measure_id: MeasureId,
    /// The platform.
    pub platform: Platform,
    /// The period's id.
    pub period: PeriodId,
    /// The peer group's id.
    pub peer_group: String,
    /// How many of the group have a value.
    pub with_value: u64,
    /// The funnel, or in a sentence why there is none.
    pub funnel: Result<PeerFunnel, String>,
    /// Ranks as intervals, where they were asked for and can be had.
    pub ranks: Option<PeerRanks>,
}

/// Which members of a peer group lie further from its centre than chance explains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeerFunnel {
    /// What a member without peculiarity would show, in the measure's unit.
    pub centre: f64,
    /// How the limits were found.
    pub method: FunnelMethod,
    /// Variation between members as a multiple of what chance alone gives, corrected for trimming; 1 is
    /// chance alone.
    pub dispersion: f64,
    /// One for each member that can be compared, by organisation.
    pub places: Vec<PeerPlace>,
}

/// Where the limits of a funnel come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FunnelMethod {
    /// The distribution of the counts themselves, about the share of all members together.
    Counts,
    /// The members' own errors, as their intervals have them, about the median member.
    Intervals,
}

/// Where one member lies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeerPlace {
    /// The member.
    pub organisation_id: OrganisationId,
    /// 95% limits, lower and upper, in the measure's unit.
    pub limits95: (f64, f64),
    /// 99.8% limits.
    pub limits998: (f64, f64),
    /// Distance from the centre in standard errors, on the scale of the comparison, with what members
    /// differ by anyway counted as error.
    pub z: f64,
    /// The share of false findings to expect if this and all at least as far out, in the whole edition, were
    /// called different (Benjamini–Hochberg).
    pub false_discovery_rate: f64,
    /// Beyond which limits.
    pub position: Position,
}

/// Where a value lies on a funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Below the 99.8% limits.
    Below998,
    /// Below the 95% limits, within those of 99.8%.
    Below95,
    /// Within the 95% limits.
    Within,
    /// Above the 95% limits, within those of 99.8%.
    Above95,
    /// Above the 99.8% limits.
    Above998,
}

impl Position {
    /// The share that stands out by chance alone.
    pub const STANDING_OUT_BY_CHANCE: f64 = 0.002;

    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Below998 => "below998",
            Self::Below95 => "below95",
            Self::Within => "within",
            Self::Above95 => "above95",
            Self::Above998 => "above998",
        }
    }
    /// Whether chance, and what members differ by anyway, hardly explain it: one in five hundred would lie
    /// there.
    pub const fn stands_out(self) -> bool {
        matches!(self, Self::Below998 | Self::Above998)
    }
    /// Whether it is above the centre and beyond a limit.
    pub const fn is_above(self) -> bool {
        matches!(self, Self::Above95 | Self::Above998)
    }
}

/// The ranks that the data allow the members of a peer group, all at once. Rank 1 is the largest value,
/// whichever way is better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeerRanks {
    /// How often such sets hold all the true ranks: 0.95.
    pub level: f64,
    /// Draws that the critical value comes from.
    pub draws: u64,
    /// One for each member that can be ranked, by organisation.
    pub sets: Vec<PeerRank>,
}

/// The ranks that the data allow one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeerRank {
    /// The member.
    pub organisation_id: OrganisationId,
    /// 1 + how many have a larger value. Never shown alone.
    pub rank: u64,
    /// The smallest rank that the data allow.
    pub lower: u64,
    /// The largest.
    pub upper: u64,
    /// How many others have a set of ranks in common with this one.
    pub overlap: u64,
}

/// Whether the series of one figure changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The platform.
    pub platform: Platform,
    /// The measure.
    pub measure_id: MeasureId,
    /// What can be said.
    pub status: ChangeStatus,
    /// The points that a rule marks, oldest first. All values are in the figures.
    pub points: Vec<ChangePoint>,
    /// Centre and limits; `None` where there is not enough to draw any.
    pub chart: Option<ChangeLimits>,
}

/// Whether a series changed, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    /// Too few parts have a value.
    NeedsMoreData {
        /// So many have one.
        points: u64,
        /// So many are the least.
        least: u64,
    },
    /// Mostly zero: a chart of single values would call chance a change.
    MostlyZero,
    /// Nothing at the series' end that chance does not explain.
    NoClearChange,
    /// The latest points show a change.
    Changed {
        /// Up or down.
        up: bool,
        /// Which rule says so.
        rule: ChangeRuleName,
        /// The period of the first point that the rule counts.
        since: PeriodId,
        /// What it means.
        meaning: Meaning,
    },
}

impl ChangeStatus {
    /// The share of steady series of 24 parts that are said to have changed; a simulation beside the rules holds it.
    pub const CHANGED_BY_CHANCE: f64 = 0.01;

    /// As files write it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NeedsMoreData { .. } => "needs_more_data",
            Self::MostlyZero => "mostly_zero",
            Self::NoClearChange => "no_clear_change",
            Self::Changed { .. } => "changed",
        }
    }
}

/// The rules of a control chart that an edition reads, in this precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeRuleName {
    /// Beyond a limit.
    Outside,
    /// Seven or more that all rise or all fall.
    Trend,
    /// Two of three near a limit.
    TwoOfThree,
    /// Seven or more on one side of the centre.
    Shift,
}

impl ChangeRuleName {
    /// As files and measures write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Trend => "trend",
            Self::TwoOfThree => "two_of_three",
            Self::Shift => "shift",
        }
    }
    /// All, in their precedence.
    pub const ALL: [Self; 4] = [Self::Outside, Self::Trend, Self::TwoOfThree, Self::Shift];
}

/// What a change means, by the measure's polarity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// For the better.
    Improvement,
    /// For the worse.
    Concern,
    /// There is no agreed better direction.
    Neutral,
}

/// One point of a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangePoint {
    /// The period's id.
    pub period: PeriodId,
    /// The value in the measure's unit.
    pub value: Option<f64>,
    /// The rule that marks it, and whether upwards.
    pub signal: Option<(ChangeRuleName, bool)>,
}

/// Centre and limits of a series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChangeLimits {
    /// The mean of the points.
    pub centre: f64,
    /// Lower limit, three standard errors away; not below 0 where values cannot be.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}
