//! Stories: `stories/<name>.md`, a person's words with posts of the archive between them by reference.
//!
//! [`StoryFile::parse`] reads a file, [`resolve`] puts in each post as its author agreed to appear today, [`check`] says what a
//! curator should look at, [`draft`] begins a new file from a session, and [`import`] takes over what other tools had exported.
//! The words of posts never stand in a story's file: they come from the archive at each build, so that what is taken
//! back there is gone here.

mod address;
mod check;
mod draft;
mod file;
pub mod import;
mod markdown;
mod outline;
mod people;
mod resolve;
mod words;

pub use address::{Reference, reference};
pub use check::{Finding, LinkState, Matter, Severity, check, check_session, link_state, links};
pub use draft::draft;
pub use file::{Embed, Part, StoryError, StoryFile, StoryHead};
pub use outline::outline;
pub use people::Directory;
pub use resolve::{Found, Sources, found_in, resolve};
