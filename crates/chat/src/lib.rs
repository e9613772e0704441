//! A hashtag chat read as a conversation: sessions, threads, questions and their answers, fair statistics, the network of
//! who spoke to whom, and stories told from it. Pure functions from the model's types to the model's types: no files,
//! no clock, no page.

pub mod story;
