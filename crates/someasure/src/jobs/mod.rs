//! What changes a project on disk: importing, erasing, and the example project.

pub(crate) mod demo;
pub(crate) mod erase;
pub(crate) mod import;
mod stories;
pub(crate) mod undo;
