//! What changes a project on disk: importing, erasing, and the example project.

pub(crate) mod demo;
pub(crate) mod erase;
pub(crate) mod import;
pub(crate) mod simulate;
mod stories;
pub(crate) mod undo;
