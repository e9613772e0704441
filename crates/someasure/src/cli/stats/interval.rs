//! `someasure stats interval`

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_stats::{Interval, Refused, byar, clopper_pearson, exact_poisson, jeffreys, wilson};

use super::table::Table;
use super::{level, print_rows, shown};
use crate::cli::{Common, print_json};
use crate::failure::{Failure, Outcome};

/// How sure is a share or a rate? An interval for every row.
///
/// A proportion is a count of cases out of all cases, like posts with an image out of posts; a rate is a count of
/// events per unit of exposure, like answers per week. The interval says where the truth lies if the cases are
/// independent. Likes and views are not: use ratios with cluster-robust errors for them. Methods for a proportion:
/// wilson (the default), exact (Clopper-Pearson, never too narrow and often too wide) and jeffreys; for a rate: exact
/// (Poisson) and byar; without --method a rate takes exact below 10 events and byar from 10 on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  someasure stats interval alt-text.csv --kind proportion \\
    --numerator with_alt --denominator images --label library")]
pub(crate) struct Args {
    /// A CSV file with a header row; - for standard input.
    file: PathBuf,
    /// What the rows are.
    #[arg(long, value_enum)]
    kind: Kind,
    /// The column that counts.
    #[arg(long, value_name = "COL")]
    numerator: String,
    /// The column to divide by: all cases, or the exposure.
    #[arg(long, value_name = "COL")]
    denominator: String,
    /// The column that names the rows.
    #[arg(long, value_name = "COL")]
    label: Option<String>,
    /// How the interval is computed.
    #[arg(long, value_enum)]
    method: Option<Method>,
    /// How often such intervals hold the truth.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Cases out of all cases.
    Proportion,
    /// Events per unit of exposure.
    Rate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Wilson's score interval; proportions.
    Wilson,
    /// Clopper and Pearson's for a proportion, Garwood's for a rate.
    Exact,
    /// Jeffreys' equal-tailed; proportions.
    Jeffreys,
    /// Byar's approximation; rates.
    Byar,
}

/// Limits from a numerator and a denominator.
type Limits = fn(f64, f64, f64) -> Result<Interval, Refused>;

#[derive(serde::Serialize)]
struct Answer<'a> {
    level: f64,
    method: &'a str,
    rows: Vec<Row<'a>>,
}

#[derive(serde::Serialize)]
struct Row<'a> {
    label: &'a str,
    value: f64,
    lower: f64,
    upper: f64,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let (method, limits) = limits(args.kind, args.method)?;
    let table = Table::read(&args.file, args.label.as_deref())?;
    let (numerators, denominators) = (table.numbers(&args.numerator)?, table.numbers(&args.denominator)?);
    let mut rows = Vec::with_capacity(numerators.len());
    for (row, (x, n)) in numerators.iter().zip(&denominators).enumerate() {
        let found =
            limits(*x, *n, args.level).map_err(|refused| table.wrong(row, &wrong(args, &refused, *x, *n)))?;
        rows.push(Row {
            label: &table.labels()[row],
            value: x / n,
            lower: found.lower.max(0.0),
            upper: found.upper,
        });
    }
    let console = common.console();
    if common.json {
        return print_json(console, &Answer { level: args.level, method, rows });
    }
    console.say(&format!("{}% interval, {method}", shown(args.level * 100.0)));
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| vec![row.label.to_owned(), shown(row.value), shown(row.lower), shown(row.upper)])
        .collect();
    print_rows(console, &["label", "value", "lower", "upper"], &lines);
    Ok(())
}

fn limits(kind: Kind, method: Option<Method>) -> Outcome<(&'static str, Limits)> {
    Ok(match (kind, method) {
        (Kind::Proportion, None | Some(Method::Wilson)) => ("wilson", wilson),
        (Kind::Proportion, Some(Method::Exact)) => ("exact", clopper_pearson),
        (Kind::Proportion, Some(Method::Jeffreys)) => ("jeffreys", jeffreys),
        (Kind::Rate, None) => ("exact below 10 events, else byar", |x, n, level| {
            per_unit(if x < 10.0 { exact_poisson } else { byar }, x, n, level)
        }),
        (Kind::Rate, Some(Method::Exact)) => ("exact", |x, n, level| per_unit(exact_poisson, x, n, level)),
        (Kind::Rate, Some(Method::Byar)) => ("byar", |x, n, level| per_unit(byar, x, n, level)),
        (Kind::Proportion, Some(Method::Byar)) => {
            return Err(Failure::usage(
                "byar is a method for rates; a proportion takes --method wilson, exact or jeffreys",
            ));
        }
        (Kind::Rate, Some(Method::Wilson | Method::Jeffreys)) => {
            return Err(Failure::usage(
                "wilson and jeffreys are methods for proportions; a rate takes --method exact or byar",
            ));
        }
    })
}

/// Limits of a count of events over the exposure.
fn per_unit(
    events: fn(f64, f64) -> Result<Interval, Refused>,
    x: f64,
    exposure: f64,
    level: f64,
) -> Result<Interval, Refused> {
    if exposure < 0.0 {
        return Err(Refused::Negative { row: 1 });
    }
    let found = events(x, level)?;
    let per_unit = Interval { lower: found.lower / exposure, upper: found.upper / exposure };
    if exposure == 0.0 {
        Err(Refused::SumIsZero)
    } else if per_unit.upper.is_finite() {
        Ok(per_unit)
    } else {
        Err(Refused::OutOfRange)
    }
}

/// What is wrong with a row, with its values.
fn wrong(args: &Args, refused: &Refused, x: f64, n: f64) -> String {
    let (numerator, denominator) = (&args.numerator, &args.denominator);
    match refused {
        Refused::Negative { .. } => {
            format!("has a value below zero: {numerator} is {x}, {denominator} is {n}")
        }
        Refused::NumeratorAboveDenominator { .. } => {
            format!("has a numerator above its denominator: {numerator} is {x}, {denominator} is {n}")
        }
        Refused::SumIsZero => format!("cannot be divided: {denominator} is 0; leave the row out"),
        other => format!("{}: {numerator} is {x}, {denominator} is {n}", other.reason()),
    }
}
