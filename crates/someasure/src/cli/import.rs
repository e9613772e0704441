//! `someasure import`

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_collect::files::{Kind, Overrides};
use someasure_model::{Instant, Lane, Platform};

use super::{Common, now, print_json};
use crate::failure::Outcome;
use crate::folder::Folder;
use crate::jobs::import::{Request, run as import};

/// Read organisations, accounts, profiles or posts from files.
///
/// CSV, TSV, JSON and JSONL, plain, gzip or zstd, in UTF-8, UTF-16 or any encoding the mapping names. A file whose
/// columns have our names needs no mapping; any other file is read through a small TOML file that says which column
/// is what (docs/import.md teaches it). A file is imported whole or not at all; importing it again changes nothing;
/// rows that cannot be read are counted and written to ledger/rejects/ with their line and reason.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure import posts posts-2014.csv.gz --map maps/posts.toml
  someasure import profiles profiles.csv --platform bluesky --observed-at 2026-01-31T12:00:00Z
  someasure import accounts accounts.csv")]
pub(crate) struct Args {
    /// What the rows are.
    #[arg(value_enum)]
    kind: What,
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Which column is what.
    #[arg(long, short, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// The platform of every row.
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<Platform>,
    /// When every row was read: 2014-04-07T18:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    observed_at: Option<Instant>,
    /// The time zone of times that state none: Europe/London.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The encoding of the text, where it is not UTF-8: windows-1252.
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    /// Where the data come from, in words.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// On what terms they came: open, keyed or contributed.
    #[arg(long, value_parser = lane)]
    lane: Option<Lane>,
    /// How long they may be kept, in words.
    #[arg(long, value_name = "TEXT")]
    retention: Option<String>,
    /// Stop when more than this share of the rows is bad: 0.01 is one in a hundred.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_bad_share: Option<f64>,
    /// Read files again that have been imported before.
    #[arg(long)]
    again: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Rows for register/organisations.csv
    Organisations,
    /// Rows for register/accounts.csv
    Accounts,
    /// What a platform said about accounts: followers, bio …
    Profiles,
    /// Posts, with their counters
    Posts,
}

fn lane(text: &str) -> Result<Lane, String> {
    [Lane::Open, Lane::Keyed, Lane::Contributed]
        .into_iter()
        .find(|lane| lane.as_str() == text)
        .ok_or_else(|| "it must be open, keyed or contributed".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "it must lie between 0 and 1".to_owned())
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let mut folder = Folder::open(&common.project)?;
    let request = Request {
        kind: match args.kind {
            What::Organisations => Kind::Organisations,
            What::Accounts => Kind::Accounts,
            What::Profiles => Kind::Profiles,
            What::Posts => Kind::Posts,
        },
        files: &args.files,
        map: args.map.as_deref(),
        overrides: Overrides {
            platform: args.platform.clone(),
            observed_at: args.observed_at,
            time_zone: args.time_zone.clone(),
            encoding: args.encoding.clone(),
            source: args.source.clone(),
            lane: args.lane,
            retention: args.retention.clone(),
            max_bad_share: args.max_bad_share,
        },
        again: args.again,
        threads: common.threads(),
        now: now()?,
    };
    let reports = import(&mut folder, &request, console)?;
    if common.json { print_json(console, &reports) } else { Ok(()) }
}
