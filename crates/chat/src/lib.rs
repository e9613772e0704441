//! A hashtag chat read as a conversation: sessions, threads, questions and their answers, fair statistics, the network of
//! who spoke to whom, and stories told from it. Pure functions from the model's types to the model's types: no files,
//! no clock, no page.
//!
//! [`Conversation::new`] reads an archive once; [`sessions`], [`transcript`], [`statistics`] and [`network()`] ask it. What
//! they count and why is written in `docs/methods/chat.md`.

mod bursts;
mod conversation;
mod names;
pub mod network;
mod questions;
mod schedule;
mod sessions;
mod side;
mod statistics;
pub mod story;
mod tags;
mod text;
mod threads;
mod transcript;
mod who;

pub use conversation::Conversation;
pub use network::network;
pub use sessions::sessions;
pub use statistics::{session_statistics, statistics};
pub use transcript::transcript;
