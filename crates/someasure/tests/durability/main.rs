//! A kill at any moment loses nothing that was reported as done and leaves nothing half-written: the program is
//! killed at many points of import, erase, compact and build, looked at, and run again. Also who waits for whom,
//! and what a damaged ledger says.

mod damage;
mod forgetting;
mod kills;
mod locks;
mod project;
