//! `someasure stats counts`

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;
use someasure_stats::{Correction, CountOptions, count_rank_sets};

use super::ranks::{HEADINGS, Limits, Ranked, cells, marginal, ranked};
use super::table::Table;
use super::{level, print_rows, shown};
use crate::cli::{Common, print_json};
use crate::failure::{Failure, Outcome};

/// How sure is a rank among counts? For every row the ranks that its count and all others allow.
///
/// For counts that share one total and fall independently, each with its own chance, like votes, choices in a survey or
/// mentions by different people. No standard errors are needed: two counts are compared by an exact binomial test, and all
/// tests at once are allowed for, step by step (holm, the default) or all alike (bonferroni). Without --marginal all sets
/// hold at once; with it only that of one row does. Likes, shares and views come in bursts and are no such counts: give
/// `someasure stats ranks` an estimate with its standard error for them. Method: Bazylik, Mogstad, Romano, Shaikh and
/// Wilhelm, NBER Working Paper 29519.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  someasure stats counts parties.csv --count votes --label party")]
pub(crate) struct Args {
    /// A CSV file with a header row; - for standard input.
    file: PathBuf,
    /// The column of counts, the largest first.
    #[arg(long, value_name = "COL")]
    count: String,
    /// The column that names the rows.
    #[arg(long, value_name = "COL")]
    label: Option<String>,
    /// Which limits are wanted.
    #[arg(long, value_enum, default_value_t = Limits::Both)]
    side: Limits,
    /// How many tests at once are allowed for.
    #[arg(long, value_enum, default_value_t = Allowance::Holm)]
    correction: Allowance,
    /// Only the set of this row, counted from 1.
    #[arg(long, value_name = "ROW")]
    marginal: Option<NonZeroUsize>,
    /// How often such sets hold the true ranks; it is not halved for one side.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Allowance {
    /// Step by step, the clearest pair first.
    Holm,
    /// Every test at the same share of the error.
    Bonferroni,
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    level: f64,
    rows: Vec<Ranked<'a, Count>>,
}

/// A count that a 64-bit float holds exactly.
#[derive(Debug, Clone, Copy, serde::Serialize)]
#[serde(transparent)]
struct Count(u64);

impl From<Count> for f64 {
    fn from(count: Count) -> Self {
        count.0 as Self
    }
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let table = Table::read(&args.file, args.label.as_deref())?;
    let counts = counts(&table, &args.count)?;
    let options = CountOptions {
        level: args.level,
        side: args.side.into(),
        correction: match args.correction {
            Allowance::Holm => Correction::Holm,
            Allowance::Bonferroni => Correction::Bonferroni,
        },
        row: marginal(args.marginal, &table)?,
    };
    let sets = count_rank_sets(&counts, &options).map_err(|refused| table.refused(&refused))?;
    let counts: Vec<Count> = counts.into_iter().map(Count).collect();
    let rows = ranked(&table, &counts, &sets, options.row);
    let console = common.console();
    if common.json {
        return print_json(console, &Answer { level: args.level, rows });
    }
    let whose = if args.marginal.is_some() { "the rank of one row" } else { "all ranks at once" };
    let correction = if args.correction == Allowance::Holm { "Holm" } else { "Bonferroni" };
    console
        .say(&format!("{}% sets for {whose}; exact tests of pairs, {correction}", shown(args.level * 100.0)));
    print_rows(console, &HEADINGS, &rows.iter().map(cells).collect::<Vec<_>>());
    Ok(())
}

/// A column of counts: whole, not negative, and small enough to be exact.
fn counts(table: &Table, column: &str) -> Outcome<Vec<u64>> {
    const LARGEST: f64 = (1_u64 << 53) as f64;
    let count = |(row, value): (usize, f64)| -> Result<u64, Failure> {
        let wrong = |what: &str| Err(table.wrong(row, &format!("has {what}: {column} is {value}")));
        match value {
            _ if value < 0.0 => wrong("a count below zero"),
            _ if value.fract() != 0.0 => wrong("a count that is not whole"),
            // 2^53 may have been 2^53 + 1 in the file.
            _ if value >= LARGEST => wrong("a count of 2^53 or more, which has no exact float"),
            _ => Ok(value as u64),
        }
    };
    table.numbers(column)?.into_iter().enumerate().map(count).collect()
}
