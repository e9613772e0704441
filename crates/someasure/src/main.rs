//! `someasure`: the register, the ledger, the measures and the report behind one command.

mod change;
mod chats;
mod cli;
mod compare;
mod console;
mod edition;
mod entries;
mod estimate;
mod failure;
mod folder;
mod jobs;
mod library;
#[cfg(feature = "pdf")]
mod paper;
mod publish;
mod revision;
mod services;
mod subjects;
mod told;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Whoever reads may have gone away: no reason to panic.
            let _ = writeln!(std::io::stderr(), "error: {}", failure.told());
            ExitCode::from(failure.code)
        }
    }
}
