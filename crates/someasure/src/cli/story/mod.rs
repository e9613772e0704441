//! `someasure story`: a person's telling of a chat. One file a step.

mod build;
mod check;
mod import;
mod new;

use clap::Subcommand;

use super::Common;
use crate::failure::Outcome;

/// Tell the story of a chat: draft it from a session, check it, build it as a page that needs nothing else.
///
/// A story is stories/NAME.md: your words, and posts by reference. Words and names of others come from the archive at each
/// build, as each agreed to appear (docs/stories.md).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure story new --chat nhssm --session 2015-01-14
  someasure story check
  someasure story build nhssm-2015-01-14 --output told
  someasure story import storify.json --name the-report --chat nhssm")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    New(new::Args),
    Import(import::Args),
    Check(check::Args),
    Build(build::Args),
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    match &args.what {
        What::New(args) => new::run(args, common),
        What::Import(args) => import::run(args, common),
        What::Check(args) => check::run(args, common),
        What::Build(args) => build::run(args, common),
    }
}
