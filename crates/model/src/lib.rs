//! The words of the field as types: what a register, a ledger, a measure and an edition are made of.
//!
//! Ids validate when they are parsed, a count that a platform did not give is `None` and never zero,
//! and a [`Figure`] is a value with its interval or the reason why there is none. This crate does no
//! input or output and reads no clock: files, SQL and pages live in the crates that depend on it.

pub mod chat;
pub mod comparison;
pub mod edition;
pub mod figure;
pub mod id;
mod link;
pub mod measure;
pub mod observed;
mod place;
pub mod plain;
pub mod project;
pub mod register;
pub mod revision;
pub mod suggest;
pub mod time;

pub use comparison::{
    Change, ChangeLimits, ChangePoint, ChangeRuleName, ChangeStatus, FunnelMethod, Meaning, PeerComparison,
    PeerFunnel, PeerPlace, PeerRank, PeerRanks, Position,
};
pub use edition::{
    AccountCoverage, BatchNote, Closed, Disagreement, Edition, Entry, Gap, Input, NotListed, Notice, Past,
    PastName, PeerGroup, Provenance, SIMULATED, Span, Succeeded, simulated_title,
};
pub use figure::{Answer, Figure, GroupFigure, Interval, Missing};
pub use id::{AccountId, Handle, IdError, MeasureId, OrganisationId, Platform, PostId, PostKey};
pub use measure::{Domain, Kind, Level, Measure, MeasureError, Polarity, Statistic, Weekly};
pub use observed::{
    Attempt, Batch, Follow, Lane, LeftOut, Media, Observation, Outcome, Post, PostKind, Reading, Sighting,
    Table,
};
pub use project::{PeerGroupRule, Project, ProjectError, Publication, View};
pub use register::{
    Account, Denominator, Evidence, Listing, Name, Objection, Organisation, Register, Succession,
};
pub use revision::{Body, CaseStudy, Erratum, Look, Moved, Reply, Restated, Review, Revision};
pub use time::{Granularity, Instant, Period, PeriodId, TimeError};
