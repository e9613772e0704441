//! A service that does not exist: accounts, what they posted and what was seen of them, made from a seed.
//!
//! Everything is a pure function of the plan: what an account posted on a day can be asked at any time, in any order and
//! by any thread, and is the same. Nothing is held but a few numbers an account, so that a year of 238,000 accounts
//! streams. This crate reads no clock, no file and no ledger, so that a world can depend on nothing but its seed; it
//! does not know in which form a world is written down.
//!
//! The shapes are those that real collections have: followers are log-normal, posts are shared out after Zipf and
//! Mandelbrot, counters are a mixture of log-normals that grows to a plateau within days; accounts open, rename, close
//! and pass to another body; collecting fails at times, cuts off at 3,200 posts on one platform, and meets posts that are
//! deleted, edited or hostile.

mod account;
mod bodies;
mod calendar;
mod chance;
mod counters;
mod ids;
mod post;
mod seen;
mod words;
mod world;

pub use account::Someone;
pub use bodies::{Body, Practices, practices};
pub use calendar::Calendar;
pub use post::Sketch;
pub use seen::Sweep;
pub use world::{Plan, PlanError, World};

/// What every source, note and text about such a world begins with.
pub const SAYS: &str = someasure_model::SIMULATED;
