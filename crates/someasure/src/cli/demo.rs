//! `someasure demo`

use std::path::PathBuf;

use super::{Common, build, now};
use crate::failure::Outcome;
use crate::jobs;

/// Build the example project: real posts of 51 public libraries become an edition. Works offline.
///
/// Writes the project to a folder, imports its sources into the ledger, computes every figure and draws the site. It is
/// an ordinary project: change it, and `someasure build` it again.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to put it.
    #[arg(value_name = "DIR", default_value = "someasure-demo")]
    directory: PathBuf,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let folder = jobs::demo::run(&args.directory, common.threads(), now()?, common.console())?;
    build::build(&folder, common, false)
}
