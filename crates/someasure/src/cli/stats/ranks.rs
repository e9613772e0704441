//! `someasure stats ranks`

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use someasure_stats::{Draws, RankOptions, RankSet, RankSets, Refused, Side, Uncertainty, rank_sets};

use super::table::{Table, read_matrix};
use super::{level, print_rows, shown};
use crate::cli::{Common, print_json};
use crate::failure::{Failure, Outcome};

/// How sure is a rank? For every row the ranks that its estimate and all others allow.
///
/// Rank 1 is the largest estimate. Estimates come with standard errors, and might have come out otherwise; so might their
/// order. A set from 7 to 25 says: at the level, the true rank lies there. Without --marginal all sets hold at once, so
/// they may stand in one table; with it, only the set of that row does, and it is narrower. --best 5 lists the
/// rows that may be among the best five: at the level it leaves out none that is. Rows that cannot be told apart have wide
/// sets, and that is the answer. Method: Mogstad, Romano, Shaikh and Wilhelm, Review of Economic Studies 2024; two rows
/// are told apart when their difference exceeds a critical value times its standard error, and each step drops the pairs
/// told apart and looks again. To rank the smallest first, change the sign of the estimates.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  someasure stats ranks schools.csv --label school \\
    --estimate score --se se --best 5")]
pub(crate) struct Args {
    /// A CSV file with a header row; - for standard input.
    file: PathBuf,
    /// The column to rank by, the largest first.
    #[arg(long, value_name = "COL")]
    estimate: String,
    /// The column of standard errors; the estimates are then independent.
    #[arg(long, value_name = "COL", required_unless_present = "covariance")]
    se: Option<String>,
    /// The column that names the rows.
    #[arg(long, value_name = "COL")]
    label: Option<String>,
    /// The covariance matrix of the estimates, a CSV file without a header; --se is then ignored.
    #[arg(long, value_name = "COV.csv")]
    covariance: Option<PathBuf>,
    /// How often such sets hold the true ranks; it is not halved for one side.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: f64,
    /// Which limits are wanted.
    #[arg(long, value_enum, default_value_t = Limits::Both)]
    side: Limits,
    /// One critical value for all pairs, without further steps.
    #[arg(long)]
    no_stepdown: bool,
    /// Only the set of this row, counted from 1.
    #[arg(long, value_name = "ROW")]
    marginal: Option<NonZeroUsize>,
    /// How many draws to make [default: 10000].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    draws: Option<u32>,
    /// What the draws are made from: the same seed, the same answer.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "draws_from")]
    seed: u64,
    /// Draws made elsewhere: a CSV file without a header, a draw a row, a number for each row of FILE.
    #[arg(long, value_name = "Z.csv")]
    draws_from: Option<PathBuf>,
    /// List the rows that may be among the best TAU.
    #[arg(long, value_name = "TAU")]
    best: Option<NonZeroUsize>,
}

/// Which limits of a set are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Limits {
    /// Both limits.
    Both,
    /// How high a row may stand; the upper limit is the number of rows.
    Lower,
    /// How low a row may stand; the lower limit is 1.
    Upper,
}

impl From<Limits> for Side {
    fn from(limits: Limits) -> Self {
        match limits {
            Limits::Both => Self::Both,
            Limits::Lower => Self::Lower,
            Limits::Upper => Self::Upper,
        }
    }
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    level: f64,
    draws: usize,
    critical_values: &'a [f64],
    rows: Vec<Ranked<'a, f64>>,
    best: Vec<&'a str>,
}

/// A row with its set.
#[derive(serde::Serialize)]
pub(super) struct Ranked<'a, T> {
    label: &'a str,
    estimate: T,
    rank: usize,
    lower: usize,
    upper: usize,
}

/// The rows that sets are about: all of the table, or the one that was asked for.
pub(super) fn ranked<'a, T: Copy>(
    table: &'a Table,
    estimates: &[T],
    sets: &[RankSet],
    only: Option<usize>,
) -> Vec<Ranked<'a, T>> {
    let row = |(at, set): (usize, &RankSet)| {
        let at = only.unwrap_or(at);
        let (label, estimate) = (table.labels()[at].as_str(), estimates[at]);
        Ranked { label, estimate, rank: set.rank, lower: set.lower, upper: set.upper }
    };
    sets.iter().enumerate().map(row).collect()
}

/// The cells of such a row.
pub(super) fn cells<T: Copy + Into<f64>>(row: &Ranked<'_, T>) -> Vec<String> {
    let number = |rank: usize| rank.to_string();
    vec![
        row.label.to_owned(),
        shown(row.estimate.into()),
        number(row.rank),
        number(row.lower),
        number(row.upper),
    ]
}

/// The headings of those cells.
pub(super) const HEADINGS: [&str; 5] = ["label", "estimate", "rank", "lower", "upper"];

/// `--marginal ROW` as a row of the table, from 0.
pub(super) fn marginal(asked: Option<NonZeroUsize>, table: &Table) -> Outcome<Option<usize>> {
    let rows = table.labels().len();
    match asked {
        Some(row) if row.get() > rows => Err(Failure::usage(format!(
            "--marginal {row}: {} has {rows} rows below its header; give a number from 1 to {rows}",
            table.name()
        ))),
        asked => Ok(asked.map(|row| row.get() - 1)),
    }
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let table = Table::read(&args.file, args.label.as_deref())?;
    let question = Question::read(args, common, &table)?;
    let found = question.ask(&question.options)?;
    let best = match args.best {
        None => Vec::new(),
        Some(tau) => {
            // Lower limits of all rows; those of both sides are the same.
            let of_all = question.options.row.is_none() && question.options.side != Side::Upper;
            let lower = RankOptions { side: Side::Lower, row: None, ..question.options };
            let best = if of_all { found.best(tau.get()) } else { question.ask(&lower)?.best(tau.get()) };
            best.into_iter().map(|row| table.labels()[row].as_str()).collect()
        }
    };
    let rows = ranked(&table, &question.estimates, &found.sets, question.options.row);
    let console = common.console();
    if common.json {
        let critical_values = &found.critical_values;
        return print_json(
            console,
            &Answer { level: args.level, draws: found.draws, critical_values, rows, best },
        );
    }
    console.say(&headline(args, &found));
    print_rows(console, &HEADINGS, &rows.iter().map(cells).collect::<Vec<_>>());
    if let Some(tau) = args.best {
        console.say(&format!("may be among the best {tau}: {}", best.join(", ")));
    }
    Ok(())
}

/// What was asked and how it was answered, before the rows.
fn headline(args: &Args, found: &RankSets) -> String {
    let level = shown(args.level * 100.0);
    let whose = if args.marginal.is_some() { "the rank of one row" } else { "all ranks at once" };
    let draws = match &args.draws_from {
        Some(path) => format!("{} draws from {}", found.draws, path.display()),
        None => format!("{} draws, seed {}", found.draws, args.seed),
    };
    let critical: Vec<String> = found.critical_values.iter().map(|c| shown(*c)).collect();
    let critical = match critical.as_slice() {
        [] => "every difference is certain".to_owned(),
        [one] => format!("critical value {one}"),
        all => format!("critical values {}", all.join(", ")),
    };
    format!("{level}% sets for {whose}; {draws}; {critical}")
}

/// All that the sets depend on.
struct Question<'a> {
    args: &'a Args,
    table: &'a Table,
    estimates: Vec<f64>,
    errors: Vec<f64>,
    covariance: Option<Vec<f64>>,
    draws: Option<Vec<f64>>,
    options: RankOptions,
}

impl<'a> Question<'a> {
    fn read(args: &'a Args, common: &Common, table: &'a Table) -> Outcome<Self> {
        let estimates = table.numbers(&args.estimate)?;
        let mut errors = Vec::new();
        if let (None, Some(column)) = (&args.covariance, &args.se) {
            errors = table.numbers(column)?;
            if let Some(row) = errors.iter().position(|error| *error < 0.0) {
                let what = format!("has a standard error below zero: {column} is {}", errors[row]);
                return Err(table.wrong(row, &what));
            }
        }
        let covariance = args.covariance.as_deref().map(|path| covariance(path, table)).transpose()?;
        let draws = args.draws_from.as_deref().map(|path| draws_from(path, args.draws, table)).transpose()?;
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let options = RankOptions {
            level: args.level,
            side: args.side.into(),
            stepdown: !args.no_stepdown,
            row: marginal(args.marginal, table)?,
            threads: common.threads().and_then(NonZeroUsize::new).unwrap_or_else(cores),
        };
        Ok(Self { args, table, estimates, errors, covariance, draws, options })
    }

    fn ask(&self, options: &RankOptions) -> Outcome<RankSets> {
        let uncertainty = match &self.covariance {
            Some(matrix) => Uncertainty::Covariance(matrix),
            None => Uncertainty::StandardErrors(&self.errors),
        };
        let number = self.args.draws.map_or(10_000, |number| number as usize);
        let draws = match &self.draws {
            Some(draws) => Draws::Given(draws),
            None => Draws::Generated { number, seed: self.args.seed },
        };
        let wrong = |refused: Refused| match (&refused, &self.args.covariance) {
            (Refused::NotSymmetric { row, column }, Some(path)) => {
                let rows = self.estimates.len();
                let entry = |row: usize, column: usize| {
                    let value = self.covariance.as_ref().map_or(0.0, |matrix| matrix[row * rows + column]);
                    format!("row {}, column {} is {value}", row + 1, column + 1)
                };
                Failure::wrong_data(format!(
                    "{} is not symmetric: {}, but {}",
                    path.display(),
                    entry(*row, *column),
                    entry(*column, *row)
                ))
            }
            (Refused::NotACovariance { row }, Some(path)) => Failure::wrong_data(format!(
                "{}: row {} {}; check the units and the order of the rows",
                path.display(),
                row + 1,
                refused.reason()
            )),
            _ => self.table.refused(&refused),
        };
        rank_sets(&self.estimates, uncertainty, draws, options).map_err(wrong)
    }
}

/// A matrix with a row and a column for each row of the table.
fn covariance(path: &Path, table: &Table) -> Outcome<Vec<f64>> {
    let rows = table.labels().len();
    let matrix = read_matrix(path)?;
    let found = matrix.values.len() / matrix.columns.max(1);
    if (found, matrix.columns) != (rows, rows) {
        return Err(Failure::wrong_data(format!(
            "{} holds {found} rows of {} numbers; {} has {rows} rows below its header, so it must hold {rows} rows of {rows}",
            path.display(),
            matrix.columns,
            table.name()
        )));
    }
    if let Some(row) = (0..rows).find(|row| matrix.values[row * rows + row] < 0.0) {
        return Err(Failure::wrong_data(format!(
            "{}: row {}, column {} is {}: a variance cannot be below zero",
            path.display(),
            row + 1,
            row + 1,
            matrix.values[row * rows + row]
        )));
    }
    Ok(matrix.values)
}

/// Draws with a number for each row of the table.
fn draws_from(path: &Path, asked: Option<u32>, table: &Table) -> Outcome<Vec<f64>> {
    let rows = table.labels().len();
    let matrix = read_matrix(path)?;
    if matrix.columns != rows {
        return Err(Failure::wrong_data(format!(
            "{} holds {} numbers in a row; {} has {rows} rows below its header, so every draw must hold {rows}",
            path.display(),
            matrix.columns,
            table.name()
        )));
    }
    let found = matrix.values.len() / rows;
    match asked {
        Some(asked) if asked as usize != found => Err(Failure::usage(format!(
            "--draws {asked}: {} holds {found} draws, and all of them are used; leave --draws out",
            path.display()
        ))),
        _ => Ok(matrix.values),
    }
}
