//! `someasure import`

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;
use someasure_collect::files::{Kind, Overrides};
use someasure_model::{Instant, Lane, Platform};

use super::{Common, now, print_json};
use crate::failure::{Failure, Outcome};
use crate::jobs::import::ods::Ods;
use crate::jobs::import::{List, Request, run as import};

/// Read organisations, accounts, profiles, posts and more from files.
///
/// CSV, TSV, JSON and JSONL, plain, gzip or zstd, in UTF-8, UTF-16 or any encoding the mapping names. A file whose
/// columns have our names needs no mapping; any other file is read through a small TOML file that says which column
/// is what (docs/import.md teaches it). A file is imported whole or not at all; importing it again changes nothing;
/// rows that cannot be read are counted and written to ledger/rejects/ with their line and reason.
///
/// National registers publish their lists again and again. With --list and --as-at a file is one cut of such a list:
/// renames, closings and codes that are not listed any more are found by comparing the cuts (docs/register.md).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure import posts posts-2014.csv.gz --map maps/posts.toml
  someasure import profiles profiles.csv --platform bluesky --observed-at 2026-01-31T12:00:00Z
  someasure import accounts accounts.csv
  someasure import ods etr.csv --type trust --as-at 2025-12-29
  someasure import organisations boards.csv --map maps/boards.toml --list boards --as-at 2026-01-31
  someasure import successions succ.csv --map maps/succ.toml")]
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
    #[arg(long, value_name = "ZONE", value_parser = time_zone)]
    time_zone: Option<String>,
    /// The encoding of the text, where it is not UTF-8: windows-1252.
    #[arg(long, value_name = "LABEL", value_parser = encoding)]
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
    /// For organisations: the file is a cut of this list; all cuts of a list share its name.
    #[arg(long, value_name = "NAME", requires = "as_at")]
    list: Option<String>,
    /// For a cut: the day that it describes.
    #[arg(long, value_name = "DATE")]
    as_at: Option<Date>,
    /// For ods: what its bodies are, since the file does not say: trust, practice.
    #[arg(long = "type", value_name = "TYPE")]
    kind_of_body: Option<String>,
    /// For ods: leave out bodies of other nations.
    #[arg(long, value_name = "NATION")]
    nation: Option<String>,
    /// Stop when more than this share of the rows is bad: 0.01 is one in a hundred.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_bad_share: Option<f64>,
    /// Read files again that have been imported before.
    #[arg(long)]
    again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Rows for register/organisations.csv
    Organisations,
    /// A file of the NHS Organisation Data Service as it comes, without a header
    Ods,
    /// Rows for register/names.csv
    Names,
    /// Rows for register/successions.csv
    Successions,
    /// Rows for register/denominators.csv
    Denominators,
    /// Addresses of sites; the one that most rows of a body name becomes its website
    Websites,
    /// Rows for register/accounts.csv
    Accounts,
    /// What a platform said about accounts: followers, bio …
    Profiles,
    /// Posts, with their counters
    Posts,
}

pub(super) fn time_zone(text: &str) -> Result<String, String> {
    Overrides::check_time_zone(text).map(|()| text.to_owned())
}

fn encoding(label: &str) -> Result<String, String> {
    Overrides::check_encoding(label).map(|()| label.to_owned())
}

pub(super) fn lane(text: &str) -> Result<Lane, String> {
    [Lane::Open, Lane::Keyed, Lane::Contributed]
        .into_iter()
        .find(|lane| lane.as_str() == text)
        .ok_or_else(|| "it must be open, keyed or contributed".to_owned())
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "it must lie between 0 and 1".to_owned())
}

/// Whether the files are cuts of a list, and of which.
fn list(args: &Args) -> Outcome<Option<List>> {
    let is_ods = args.kind == What::Ods;
    if !is_ods && (args.kind_of_body.is_some() || args.nation.is_some()) {
        return Err(Failure::usage(
            "--type and --nation are for `import ods`; elsewhere the mapping says them",
        ));
    }
    if !matches!(args.kind, What::Organisations | What::Ods) && args.as_at.is_some() {
        return Err(Failure::usage(
            "--list and --as-at are for organisations and ods, which are published as lists",
        ));
    }
    let tomorrow = now()?.date(&jiff::tz::TimeZone::UTC).tomorrow();
    if args.as_at.is_some_and(|as_at| tomorrow.is_ok_and(|tomorrow| as_at > tomorrow)) {
        return Err(Failure::usage("--as-at lies in the future: it is the day that the file describes"));
    }
    if args.files.len() > 1 && args.as_at.is_some() {
        return Err(Failure::usage(
            "each cut has its own day: import the files one by one, each with its --as-at",
        ));
    }
    match (is_ods, args.as_at, &args.kind_of_body) {
        (false, None, _) => Ok(None),
        (false, Some(as_at), _) => {
            let Some(name) = args.list.clone() else {
                return Err(Failure::usage(
                    "--as-at is the day of a cut: name its list too, with --list NAME",
                ));
            };
            Ok(Some(List { name, as_at, ods: None }))
        }
        (true, Some(as_at), Some(kind)) if args.map.is_none() => {
            let name = args.list.clone().unwrap_or_else(|| format!("ods-{kind}s"));
            let ods = Ods { kind: kind.clone(), nation: args.nation.clone() };
            Ok(Some(List { name, as_at, ods: Some(ods) }))
        }
        (true, Some(_), Some(_)) => Err(Failure::usage("`import ods` knows the layout: leave --map out")),
        (true, ..) => Err(Failure::usage(
            "`import ods` needs --as-at DATE (the day that the file describes) and --type TYPE (what its bodies are)",
        )),
    }
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let mut folder = common.folder()?;
    let request = Request {
        kind: match args.kind {
            What::Organisations | What::Ods => Kind::Organisations,
            What::Names => Kind::Names,
            What::Successions => Kind::Successions,
            What::Denominators => Kind::Denominators,
            What::Websites => Kind::Websites,
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
        list: list(args)?,
        again: args.again,
        threads: common.threads(),
        now: now()?,
    };
    let reports = import(&mut folder, &request, console)?;
    if common.json { print_json(console, &reports) } else { Ok(()) }
}
