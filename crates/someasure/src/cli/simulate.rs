//! `someasure simulate`

use std::path::PathBuf;

use jiff::civil::Date;
use someasure_simulate::Plan;

use super::{Common, print_json};
use crate::failure::Outcome;
use crate::jobs::simulate::{Request, run as simulate};

/// Write a project with made-up data, of any size: to try things out, to test, and to measure speed.
///
/// The bodies are those of a register that is shipped, and with --practices as many made-up general practices as you
/// like; accounts, profiles, posts and counters are made up from a seed. They are heavy in their tails as real ones are;
/// accounts open, rename, close and merge; collecting fails at times and is cut off; some posts are deleted, edited, or
/// written to break a page. The same seed gives the same bytes, with any number of threads.
///
/// Everything is written as input files with their mappings, and `sh import.sh` reads them in as one would read anything.
/// With --into-ledger the ledger is written straight away instead, which a national size needs.
///
/// Every page, chart and file that is made from such a project says that it is simulated, and taking the setting away does
/// not change that.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure simulate small --accounts 500 --posts 20000 --days 120
  cd small && sh import.sh && someasure build

  someasure simulate nation --service nhs-england --practices \\
    --accounts 238000 --posts 25000000 --days 365 --into-ledger

Sizes: a million posts, read four times each, are 0.3 GB of input files, or 0.3
GB of ledger.")]
pub(crate) struct Args {
    /// Where to put it: a new folder, or an empty one.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Whose register: a service that is shipped; may be given several times.
    #[arg(long = "service", value_name = "NAME", default_value = "nhs-england")]
    services: Vec<String>,
    /// Also so many general practices. No register that is shipped has them, so they are made up, with codes of their
    /// own (simulated:P00001); without a number, 7,700.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "7700", value_parser = clap::value_parser!(u32).range(1..=50_000))]
    practices: Option<u32>,
    /// How many accounts, spread over bodies and five platforms.
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    accounts: u32,
    /// About how many posts.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    posts: u64,
    /// In how many days.
    #[arg(long, value_name = "N", default_value_t = 365)]
    days: u32,
    /// How often a post's counters are read, on average; with 1, everything is read once, at the end.
    #[arg(long, value_name = "N", default_value_t = 4)]
    readings: u32,
    /// What chance begins with: another number is another world.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The last day.
    #[arg(long, value_name = "DATE", default_value = "2025-12-31")]
    until: Date,
    /// For input files: add this share of rows that cannot be read.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = super::import::share, conflicts_with = "into_ledger")]
    bad_rows: f64,
    /// Write the ledger straight away, and no input files.
    #[arg(long)]
    into_ledger: bool,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let request = Request {
        directory: &args.directory,
        services: &args.services,
        practices: args.practices.unwrap_or(0),
        plan: Plan {
            accounts: args.accounts,
            posts: args.posts,
            days: args.days,
            readings: args.readings,
            last: args.until,
            seed: args.seed,
        },
        bad_rows: args.bad_rows,
        into_ledger: args.into_ledger,
        threads: common
            .threads()
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
    };
    let made = simulate(&request, console)?;
    if common.json {
        return print_json(console, &made);
    }
    made.tell(console, &args.directory);
    Ok(())
}
