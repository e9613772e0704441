//! `someasure stats shrink`

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_stats::{
    Between, Prior, Rankability, Shrinkage, shrink_estimates, shrink_proportions, shrink_rates,
};

use super::table::Table;
use super::{level, print_rows, shown};
use crate::cli::{Common, print_json};
use crate::failure::{Failure, Outcome};

/// Fewer rows than this leave much doubt about how rows differ, which the limits do not show.
const ENOUGH: usize = 20;

/// What is left of each value when chance is taken out? And how much of a ranking would be more than chance?
///
/// A row with few cases is far from the centre mostly by chance; its value is drawn towards the centre by as much as
/// chance explains. --kind proportion (cases out of all cases) and --kind rate (events per exposure; with expected
/// counts as the denominator, ratios) take --numerator and --denominator; --kind normal takes --estimate and --se, the
/// standard error. Each row has its raw value, the shrunk one with limits, and its weight: how much of the shrunk value
/// is the row's own. The rankability is the share of what is seen between rows that is true: under 50% low, to 75%
/// moderate, above high; where it is low, show no ranks. All rows must be of one peer group.
///
/// JSON: {"level", "kind", "centre", "tau2", "prior", "rankability", "rankability_word", "rows": [{"label", "raw",
/// "shrunk", "lower", "upper", "weight"}]}; prior is {"a", "b"} for proportions and {"shape", "rate"} for rates, null
/// for normal and where rows differ no more than by chance.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure stats shrink alt-text.csv --kind proportion \\
    --numerator with_alt --denominator images --label library
  someasure stats shrink effects.csv --kind normal \\
    --estimate log_ratio --se se --between pm")]
pub(crate) struct Args {
    /// A CSV file with a header row; - for standard input.
    file: PathBuf,
    /// What the rows are.
    #[arg(long, value_enum)]
    kind: Kind,
    /// The column that counts; for proportions and rates.
    #[arg(long, value_name = "COL")]
    numerator: Option<String>,
    /// The column to divide by: all cases, the exposure, or expected counts.
    #[arg(long, value_name = "COL")]
    denominator: Option<String>,
    /// The column of estimates; for --kind normal.
    #[arg(long, value_name = "COL")]
    estimate: Option<String>,
    /// The column of their standard errors.
    #[arg(long, value_name = "COL")]
    se: Option<String>,
    /// The column that names the rows.
    #[arg(long, value_name = "COL")]
    label: Option<String>,
    /// How the variance between rows is estimated; for --kind normal.
    #[arg(long, value_enum, default_value = "reml")]
    between: Method,
    /// How often such limits hold the truth.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Cases out of all cases: beta-binomial.
    Proportion,
    /// Events per unit of exposure: gamma-Poisson.
    Rate,
    /// Estimates with standard errors: normal-normal.
    Normal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Restricted maximum likelihood.
    Reml,
    /// Maximum likelihood.
    Ml,
    /// Paule and Mandel.
    Pm,
    /// DerSimonian and Laird.
    Dl,
    /// Hedges.
    He,
    /// Sidik and Jonkman.
    Sj,
    /// Hunter and Schmidt.
    Hs,
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    level: f64,
    kind: &'static str,
    centre: f64,
    tau2: f64,
    prior: serde_json::Value,
    rankability: f64,
    rankability_word: &'static str,
    rows: Vec<Row<'a>>,
}

#[derive(serde::Serialize)]
struct Row<'a> {
    label: &'a str,
    raw: f64,
    shrunk: f64,
    lower: f64,
    upper: f64,
    weight: f64,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let (first, second) = columns(args)?;
    let table = Table::read(&args.file, args.label.as_deref())?;
    let (x, y) = (table.numbers(first)?, table.numbers(second)?);
    let found = match args.kind {
        Kind::Proportion => shrink_proportions(&x, &y, args.level),
        Kind::Rate => shrink_rates(&x, &y, args.level),
        Kind::Normal => {
            let method = match args.between {
                Method::Reml => Between::Reml,
                Method::Ml => Between::Ml,
                Method::Pm => Between::PauleMandel,
                Method::Dl => Between::DerSimonianLaird,
                Method::He => Between::Hedges,
                Method::Sj => Between::SidikJonkman,
                Method::Hs => Between::HunterSchmidt,
            };
            shrink_estimates(&x, &y, method, args.level)
        }
    }
    .map_err(|refused| table.refused(&refused))?;
    let console = common.console();
    let answer = answer(args, &found, &table);
    if common.json {
        return print_json(console, &answer);
    }
    console.say(&format!(
        "centre {}, variance between rows {}; rankability {}%: {}",
        shown(found.centre),
        shown(found.between),
        shown((found.rankability * 1000.0).round() / 10.0),
        match found.rankability_word() {
            Rankability::Low => "low, most of the order is chance",
            Rankability::Moderate => "moderate, much of the order is chance",
            Rankability::High => "high",
        }
    ));
    if found.rows.len() < ENOUGH && !common.quiet {
        console.warn(&format!(
            "with {} rows the limits are too narrow: how rows differ is itself uncertain",
            found.rows.len()
        ));
    }
    let lines: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| {
            let numbers = [row.raw, row.shrunk, row.lower, row.upper, row.weight].map(shown);
            std::iter::once(row.label.to_owned()).chain(numbers).collect()
        })
        .collect();
    print_rows(console, &["label", "raw", "shrunk", "lower", "upper", "weight"], &lines);
    Ok(())
}

/// The two columns that the kind needs.
fn columns(args: &Args) -> Outcome<(&str, &str)> {
    let counts = (args.numerator.as_deref(), args.denominator.as_deref());
    let estimates = (args.estimate.as_deref(), args.se.as_deref());
    match (args.kind, counts, estimates) {
        (Kind::Proportion | Kind::Rate, (Some(numerator), Some(denominator)), (None, None)) => {
            Ok((numerator, denominator))
        }
        (Kind::Normal, (None, None), (Some(estimate), Some(se))) => Ok((estimate, se)),
        (Kind::Normal, ..) => {
            Err(Failure::usage("--kind normal takes --estimate COL and --se COL, and no counts"))
        }
        _ => Err(Failure::usage(
            "proportions and rates take --numerator COL and --denominator COL, and no estimates",
        )),
    }
}

fn answer<'a>(args: &Args, found: &Shrinkage, table: &'a Table) -> Answer<'a> {
    let rows = found.rows.iter().zip(table.labels()).map(|(row, label)| Row {
        label,
        raw: row.raw,
        shrunk: row.value,
        lower: row.interval.lower,
        upper: row.interval.upper,
        weight: row.weight,
    });
    Answer {
        level: args.level,
        kind: match args.kind {
            Kind::Proportion => "proportion",
            Kind::Rate => "rate",
            Kind::Normal => "normal",
        },
        centre: found.centre,
        tau2: found.between,
        prior: match found.prior {
            Prior::Beta { a, b } => serde_json::json!({ "a": a, "b": b }),
            Prior::Gamma { shape, rate } => serde_json::json!({ "shape": shape, "rate": rate }),
            Prior::Normal | Prior::Alike => serde_json::Value::Null,
        },
        rankability: found.rankability,
        rankability_word: match found.rankability_word() {
            Rankability::Low => "low",
            Rankability::Moderate => "moderate",
            Rankability::High => "high",
        },
        rows: rows.collect(),
    }
}
