//! `someasure stats composite`

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_stats::{
    Aggregation, Indicator, Normalisation, Recipe, Refused, Sensitivity, Treatment, normalise, rank_ranges,
    treat,
};

use super::table::Table;
use super::{print_rows, shown};
use crate::cli::{Common, print_json};
use crate::failure::{Failure, Outcome};

/// One score out of several columns, and how much its ranks owe to choices that could have been others.
///
/// The columns are made comparable (--normalise), weighted (--weights) and averaged (--aggregate). With each score come
/// the weights and the range of its rank: best and worst over all combinations of other reasonable choices (other ways
/// to normalise and to average, very skewed columns treated or not, equal weights, each column left out in turn) and
/// over --draws random choices with every weight moved by up to --spread either way; median, lower and upper (5% and
/// 95%) are of the random choices alone. Where best and worst lie far apart, the score says more about its recipe than
/// about the rows: do not publish it. Rank 1 is the highest score; ties share the smallest rank.
///
/// JSON: {"normalise", "aggregate", "treat", "draws", "spread", "seed", "choices", "indicators": [{"column", "weight",
/// "higher_is_better", "treatment"}], "rows": [{"label", "score", "rank", "best", "worst", "median", "lower",
/// "upper"}]}; weights add up to 1.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  someasure stats composite bodies.csv --label body \\
    --indicators posts,answers,alt_text,late_answers \\
    --weights 1,2,2,1 --lower-is-better late_answers")]
pub(crate) struct Args {
    /// A CSV file with a header row; - for standard input.
    file: PathBuf,
    /// The columns that make the score, with commas between.
    #[arg(long, value_name = "COL,COL…", value_delimiter = ',', required = true)]
    indicators: Vec<String>,
    /// What each weighs, in the same order; without it all weigh the same.
    #[arg(long, value_name = "W,W…", value_delimiter = ',')]
    weights: Vec<f64>,
    /// Those of the columns of which less is better.
    #[arg(long, value_name = "COL,COL…", value_delimiter = ',')]
    lower_is_better: Vec<String>,
    /// The column that names the rows.
    #[arg(long, value_name = "COL")]
    label: Option<String>,
    /// How columns are made comparable.
    #[arg(long, value_enum, default_value = "min-max")]
    normalise: Normalise,
    /// How they become one number.
    #[arg(long, value_enum, default_value = "arithmetic")]
    aggregate: Aggregate,
    /// Where a column is very skewed, move at most so many of its values to the next, or else take logarithms.
    #[arg(long, value_name = "N")]
    treat: Option<usize>,
    /// Random choices.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    draws: u32,
    /// By how much of itself a weight is moved at most.
    #[arg(long, value_name = "SHARE", default_value = "0.5")]
    spread: f64,
    /// The seed of the random choices.
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Normalise {
    /// From 0 for the lowest to 100 for the highest; from 1 for a geometric or harmonic mean.
    MinMax,
    /// Standard deviations from the mean; arithmetic mean only.
    ZScore,
    /// Ranks from the lowest, 1 up.
    Rank,
    /// Shares of the highest value.
    ShareOfMax,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Aggregate {
    /// Much of one column makes up for little of another.
    Arithmetic,
    /// Makes up less.
    Geometric,
    /// Makes up least.
    Harmonic,
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    normalise: &'static str,
    aggregate: &'static str,
    treat: Option<usize>,
    draws: u32,
    spread: f64,
    seed: u64,
    choices: usize,
    indicators: Vec<Ingredient<'a>>,
    rows: Vec<Row<'a>>,
}

#[derive(serde::Serialize)]
struct Ingredient<'a> {
    column: &'a str,
    weight: f64,
    higher_is_better: bool,
    treatment: String,
}

#[derive(serde::Serialize)]
struct Row<'a> {
    label: &'a str,
    score: f64,
    rank: usize,
    best: usize,
    worst: usize,
    median: f64,
    lower: f64,
    upper: f64,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let weights = weights(args)?;
    let table = Table::read(&args.file, args.label.as_deref())?;
    let columns =
        args.indicators.iter().map(|column| table.numbers(column)).collect::<Outcome<Vec<Vec<f64>>>>()?;
    if table.labels().len() < 2 {
        return Err(table.refused(&Refused::OneRow));
    }
    let recipe = recipe(args);
    let indicators: Vec<Indicator<'_>> = columns
        .iter()
        .zip(&args.indicators)
        .zip(&weights)
        .map(|((values, column), weight)| Indicator {
            values,
            weight: *weight,
            higher_is_better: !args.lower_is_better.contains(column),
        })
        .collect();
    let mut ingredients = Vec::new();
    for (indicator, column) in indicators.iter().zip(&args.indicators) {
        let treatment = treatment(indicator, recipe, column)
            .map_err(|why| Failure::wrong_data(format!("{}: {why}", table.name())))?;
        let Indicator { weight, higher_is_better, .. } = *indicator;
        ingredients.push(Ingredient { column, weight, higher_is_better, treatment });
    }
    let found = rank_ranges(&indicators, recipe, args.draws as usize, args.spread, args.seed)
        .map_err(|refused| table.refused(&refused))?;
    let answer = answer(args, ingredients, &found, &table);
    if common.json {
        return print_json(common.console(), &answer);
    }
    show(&answer, common);
    Ok(())
}

/// The weights as shares of their sum.
fn weights(args: &Args) -> Outcome<Vec<f64>> {
    let indicators = args.indicators.len();
    if let Some(stranger) = args.lower_is_better.iter().find(|column| !args.indicators.contains(column)) {
        return Err(Failure::usage(format!(
            "--lower-is-better names '{stranger}', which is not among --indicators"
        )));
    }
    if let Some(twice) = (1..indicators).find(|i| args.indicators[..*i].contains(&args.indicators[*i])) {
        return Err(Failure::usage(format!("--indicators names '{}' twice", args.indicators[twice])));
    }
    if !(0.0..=1.0).contains(&args.spread) {
        return Err(Failure::usage(format!("--spread is {}: it must lie between 0 and 1", args.spread)));
    }
    if args.weights.is_empty() {
        return Ok(vec![1.0 / indicators as f64; indicators]);
    }
    if args.weights.len() != indicators {
        return Err(Failure::usage(format!(
            "--weights has {} numbers and --indicators {} columns: give one weight for each",
            args.weights.len(),
            indicators
        )));
    }
    let whole: f64 = args.weights.iter().sum();
    if args.weights.iter().any(|w| !w.is_finite() || *w < 0.0) || whole == 0.0 || !whole.is_finite() {
        return Err(Failure::usage("--weights must be numbers from 0 up, and not all 0"));
    }
    Ok(args.weights.iter().map(|w| w / whole).collect())
}

fn recipe(args: &Args) -> Recipe {
    let (aggregation, lowest) = match args.aggregate {
        Aggregate::Arithmetic => (Aggregation::Arithmetic, 0.0),
        Aggregate::Geometric => (Aggregation::Geometric, 1.0),
        Aggregate::Harmonic => (Aggregation::Harmonic, 1.0),
    };
    let normalisation = match args.normalise {
        Normalise::MinMax => Normalisation::MinMax { from: lowest, to: 100.0 },
        Normalise::ZScore => Normalisation::ZScore { mean: 0.0, deviation: 1.0 },
        Normalise::Rank => Normalisation::Rank,
        Normalise::ShareOfMax => Normalisation::ShareOfMax,
    };
    Recipe { treat: args.treat, normalisation, aggregation }
}

/// What is done to a column; an error names it.
fn treatment(indicator: &Indicator<'_>, recipe: Recipe, column: &str) -> Result<String, String> {
    let told = |refused: Refused| format!("column '{column}': {}", refused.reason());
    let (values, what) = match recipe.treat {
        Some(most) => treat(indicator.values, most).map_err(told)?,
        None => (indicator.values.to_vec(), Treatment::None),
    };
    let sign = if indicator.higher_is_better { 1.0 } else { -1.0 };
    let turned: Vec<Option<f64>> = values.iter().map(|v| Some(sign * v)).collect();
    normalise(&turned, recipe.normalisation).map_err(told)?;
    // Other ways need a spread too, also where this one does not.
    normalise(&turned, Normalisation::MinMax { from: 1.0, to: 100.0 }).map_err(told)?;
    Ok(match what {
        Treatment::None => "none".to_owned(),
        Treatment::Winsorised { times } => format!("winsorised {times}"),
        Treatment::Logarithm => "logarithm".to_owned(),
    })
}

fn answer<'a>(
    args: &Args,
    indicators: Vec<Ingredient<'a>>,
    found: &Sensitivity,
    table: &'a Table,
) -> Answer<'a> {
    let rows = found.scores.iter().zip(&found.ranges).zip(table.labels());
    let rows = rows.map(|((score, range), label)| Row {
        label,
        score: *score,
        rank: range.rank,
        best: range.best,
        worst: range.worst,
        median: range.median,
        lower: range.low,
        upper: range.high,
    });
    Answer {
        normalise: match args.normalise {
            Normalise::MinMax => "min-max",
            Normalise::ZScore => "z-score",
            Normalise::Rank => "rank",
            Normalise::ShareOfMax => "share-of-max",
        },
        aggregate: match args.aggregate {
            Aggregate::Arithmetic => "arithmetic",
            Aggregate::Geometric => "geometric",
            Aggregate::Harmonic => "harmonic",
        },
        treat: args.treat,
        draws: args.draws,
        spread: args.spread,
        seed: args.seed,
        choices: found.choices,
        indicators,
        rows: rows.collect(),
    }
}

fn show(answer: &Answer<'_>, common: &Common) {
    let console = common.console();
    let weights: Vec<String> = answer
        .indicators
        .iter()
        .map(|i| {
            let turned = if i.higher_is_better { "" } else { ", lower is better" };
            let treated = if i.treatment == "none" { String::new() } else { format!(", {}", i.treatment) };
            format!("{} {}%{turned}{treated}", i.column, shown((i.weight * 1000.0).round() / 10.0))
        })
        .collect();
    console.say(&format!("weights: {}", weights.join("; ")));
    console.say(&format!(
        "{} mean of {} values; ranks over {} choices of recipe and weights",
        answer.aggregate, answer.normalise, answer.choices
    ));
    let lines: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| {
            vec![
                row.label.to_owned(),
                shown(row.score),
                row.rank.to_string(),
                format!("{} to {}", row.best, row.worst),
                format!("{} to {}", shown(row.lower), shown(row.upper)),
            ]
        })
        .collect();
    print_rows(console, &["label", "score", "rank", "best to worst", "nine in ten"], &lines);
}
