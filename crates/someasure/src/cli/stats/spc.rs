//! `someasure stats spc`

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::{Date, DateTime};
use someasure_stats::{
    Assurance, Chart, ControlChart, ENOUGH, Improvement, PointType, Refused, Rule, Settings, TwoOfThree,
    control_chart,
};

use super::table::Table;
use super::{print_rows, shown};
use crate::cli::{Common, print_json};
use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// Is a series steady, or did something change?
///
/// Every series goes up and down. A control chart draws how far chance alone carries it and says which points chance
/// does not explain: one outside the limits; seven in a row that rise or fall; two of three near a limit; seven in a row on
/// one side of the mean. Charts: xmr (any value), p (shares), u (rates), pprime and uprime (shares and rates of
/// thousands of cases), c (counts over equal spans), g (cases between rare events), t (time between them), run (the
/// median only, with rules on runs). For p, u, pprime and uprime --value is the count and --denominator what it is
/// divided by. Say which way is better with --improvement, and a --target to learn whether a steady process meets it.
/// Where something is known to have changed, --rebase starts anew. Rows are read by date, whatever their order; dates
/// are like 2026-04-01, 2026-04 or 2026-04-01T09:30. An empty value is a gap: no point, and the end of runs and trends.
/// Two rows of one date are refused, except for g and t charts.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  someasure stats spc replies.csv --date month --chart p \\
    --value answered --denominator questions \\
    --improvement increase --target 0.9 --rebase 2026-01-01")]
pub(crate) struct Args {
    /// A CSV file with a header row; - for standard input.
    file: PathBuf,
    /// The column with dates.
    #[arg(long, value_name = "COL")]
    date: String,
    /// The column with values, or with counts where there is a denominator.
    #[arg(long, value_name = "COL")]
    value: String,
    /// Which chart suits the data.
    #[arg(long, value_enum, default_value_t = Kind::Xmr)]
    chart: Kind,
    /// The column to divide by, for p, u, pprime and uprime.
    #[arg(long, value_name = "COL")]
    denominator: Option<String>,
    /// Which way is better.
    #[arg(long, value_enum, default_value_t = Better::Neutral)]
    improvement: Better,
    /// What was to be reached, in the unit of the chart.
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = number)]
    target: Option<f64>,
    /// The first date of a new phase; several with commas.
    #[arg(long, value_name = "DATE", value_delimiter = ',')]
    rebase: Vec<String>,
    /// Let the first N points of each phase fix its limits.
    #[arg(long, value_name = "N", value_parser = fixing_points)]
    fix_after: Option<usize>,
    /// Keep moving ranges that are far larger than the others, as NHS England's tools do.
    #[arg(long)]
    no_screen: bool,
    /// Which points count for two of three: r leaves points outside the limits out, nhs-england counts them.
    #[arg(long, value_enum, default_value_t = Variant::R)]
    two_of_three: Variant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Xmr,
    P,
    U,
    Pprime,
    Uprime,
    C,
    G,
    T,
    Run,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Better {
    Increase,
    Decrease,
    Neutral,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Variant {
    R,
    NhsEngland,
}

fn number(text: &str) -> Result<f64, String> {
    let found = text.parse().ok().filter(|number: &f64| number.is_finite());
    found.ok_or_else(|| "it must be a number, like 0.95".to_owned())
}

fn fixing_points(text: &str) -> Result<usize, String> {
    let found = text.parse().ok().filter(|points| *points >= ENOUGH);
    found.ok_or_else(|| format!("it must be a whole number of at least {ENOUGH}"))
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    rows: Vec<Row<'a>>,
    variation: &'static str,
    assurance: Option<&'static str>,
    needs_more_data: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<Runs>,
}

#[derive(serde::Serialize)]
struct Row<'a> {
    date: &'a str,
    value: Option<f64>,
    mean: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    near_lower: Option<f64>,
    near_upper: Option<f64>,
    rule: Option<&'static str>,
    point_type: &'static str,
}

/// How often one phase of a run chart crosses its median.
#[derive(serde::Serialize)]
struct Runs {
    observed: usize,
    fewest: usize,
    most: usize,
    verdict: &'static str,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let chart = args.chart();
    let counted = chart.has_denominators();
    match &args.denominator {
        None if counted => {
            return Err(Failure::usage("this chart needs --denominator, the column to divide by"));
        }
        Some(_) if !counted => {
            return Err(Failure::usage(
                "--denominator is for the charts p, u, pprime and uprime; leave it out",
            ));
        }
        _ => {}
    }
    let table = Table::read(&args.file, Some(&args.date))?;
    let series = Series::read(args, &table)?;
    let rebase = args.rebase.iter().map(|date| series.phase(date)).collect::<Outcome<Vec<usize>>>()?;
    let settings = Settings {
        improvement: match args.improvement {
            Better::Increase => Improvement::Increase,
            Better::Decrease => Improvement::Decrease,
            Better::Neutral => Improvement::Neutral,
        },
        target: args.target,
        rebase: &rebase,
        fix_after: args.fix_after,
        screen: !args.no_screen,
        two_of_three: match args.two_of_three {
            Variant::R => TwoOfThree::R,
            Variant::NhsEngland => TwoOfThree::NhsEngland,
        },
    };
    let found = control_chart(chart, &series.values, &series.denominators, &settings)
        .map_err(|refused| series.wrong(args, &table, &refused))?;
    let console = common.console();
    let answer = answer(&found, &series, table.labels());
    if common.json {
        return print_json(console, &answer);
    }
    print(&answer, console);
    Ok(())
}

impl Args {
    fn chart(&self) -> Chart {
        match self.chart {
            Kind::Xmr => Chart::Xmr,
            Kind::P => Chart::P,
            Kind::U => Chart::U,
            Kind::Pprime => Chart::PPrime,
            Kind::Uprime => Chart::UPrime,
            Kind::C => Chart::C,
            Kind::G => Chart::G,
            Kind::T => Chart::T,
            Kind::Run => Chart::Run,
        }
    }
}

/// The rows in order of time.
struct Series {
    /// Where each stands in the file.
    rows: Vec<usize>,
    dates: Vec<DateTime>,
    values: Vec<Option<f64>>,
    denominators: Vec<f64>,
}

impl Series {
    fn read(args: &Args, table: &Table) -> Outcome<Self> {
        let texts = table.texts(&args.date)?;
        let dates = texts
            .iter()
            .enumerate()
            .map(|(row, text)| {
                date(text).ok_or_else(|| {
                    table.wrong(
                        row,
                        &format!("has no date that can be read: {} is '{text}'; {LIKE_THIS}", args.date),
                    )
                })
            })
            .collect::<Outcome<Vec<DateTime>>>()?;
        let mut rows: Vec<usize> = (0..dates.len()).collect();
        rows.sort_by_key(|row| dates[*row]);
        let between_events = matches!(args.chart, Kind::G | Kind::T);
        if let Some(twins) = rows.windows(2).find(|pair| dates[pair[0]] == dates[pair[1]] && !between_events)
        {
            let first = table.line(twins[0]);
            return Err(table.wrong(
                twins[1],
                &format!(
                    "has the date of line {first}; a date has one value: choose one of them or add them up"
                ),
            ));
        }
        let values = table.numbers_and_gaps(&args.value)?;
        if values.iter().all(Option::is_none) {
            return Err(Failure::wrong_data(format!("{} holds no value in any row", args.value)));
        }
        let denominators = match &args.denominator {
            None => Vec::new(),
            Some(column) => {
                let sizes = table.numbers_and_gaps(column)?;
                let lacks = |row: &usize| sizes[*row].is_none() && values[*row].is_some();
                if let Some(row) = (0..sizes.len()).find(lacks) {
                    let why = format!("has a {} and no {column}; give it, or empty both", args.value);
                    return Err(table.wrong(row, &why));
                }
                rows.iter().map(|row| sizes[*row].unwrap_or(0.0)).collect()
            }
        };
        Ok(Self {
            dates: rows.iter().map(|row| dates[*row]).collect(),
            values: rows.iter().map(|row| values[*row]).collect(),
            rows,
            denominators,
        })
    }

    /// The row that a phase begins with.
    fn phase(&self, text: &str) -> Outcome<usize> {
        let Some(begins) = date(text) else {
            return Err(Failure::usage(format!("--rebase '{text}' is no date; {LIKE_THIS}")));
        };
        self.dates.iter().position(|date| *date == begins).ok_or_else(|| {
            let next = self.dates.iter().find(|date| **date > begins);
            Failure::usage(format!(
                "--rebase {text}: no row has this date; {}",
                match next {
                    Some(next) => format!("the next is {}", said(*next)),
                    None => "all rows are earlier".to_owned(),
                }
            ))
        })
    }

    /// What is wrong, where, with its values, and what to do.
    fn wrong(&self, args: &Args, table: &Table, refused: &Refused) -> Failure {
        let Some(row) = refused.row() else { return table.refused(refused) };
        let shown = self.values[row].map_or("empty".to_owned(), |value| value.to_string());
        let mut told = format!("{}: {} is {shown}", refused.reason(), args.value);
        if let (Some(column), Some(size)) = (&args.denominator, self.denominators.get(row)) {
            told.push_str(&format!(", {column} is {size}"));
        }
        told.push_str(match refused {
            Refused::ZeroDenominator { .. } => "; where nothing was counted, leave both cells empty",
            Refused::NotWhole { .. } => "; this chart is of counts: for other values use --chart xmr",
            _ => "; correct it, or leave the cell empty if it is not known",
        });
        table.wrong(self.rows[row], &told)
    }
}

const LIKE_THIS: &str = "write it like 2026-04-01";

/// A day, a month, a year or a time. A time with an offset counts in UTC.
fn date(text: &str) -> Option<DateTime> {
    let part = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    match text.split('-').collect::<Vec<_>>()[..] {
        [year] if year.len() == 4 && part(year) => {
            Date::new(year.parse().ok()?, 1, 1).ok().map(DateTime::from)
        }
        [year, month] if year.len() == 4 && part(year) && month.len() == 2 && part(month) => {
            Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok().map(DateTime::from)
        }
        _ => match text.parse::<jiff::Timestamp>() {
            Ok(instant) => Some(instant.to_zoned(jiff::tz::TimeZone::UTC).datetime()),
            Err(_) => text.parse::<DateTime>().ok(),
        },
    }
}

fn said(date: DateTime) -> String {
    if date.time() == jiff::civil::Time::midnight() { date.date().to_string() } else { date.to_string() }
}

fn answer<'a>(found: &ControlChart, series: &Series, labels: &'a [String]) -> Answer<'a> {
    let row = |(point, row): (&someasure_stats::Point, &usize)| Row {
        date: &labels[*row],
        value: point.value,
        mean: point.centre,
        lower: point.limits.map(|limits| limits.lower),
        upper: point.limits.map(|limits| limits.upper),
        near_lower: point.limits.map(|limits| limits.near_lower),
        near_upper: point.limits.map(|limits| limits.near_upper),
        rule: point.rule.map(rule),
        point_type: point_type(point.point_type),
    };
    let runs = |runs: &someasure_stats::Runs| Runs {
        observed: runs.observed,
        fewest: runs.fewest,
        most: runs.most,
        verdict: match (runs.too_few(), runs.too_many()) {
            (true, _) => "too_few",
            (_, true) => "too_many",
            _ => "as_by_chance",
        },
    };
    Answer {
        rows: found.points.iter().zip(&series.rows).map(row).collect(),
        variation: point_type(found.variation),
        assurance: found.assurance.map(assurance),
        needs_more_data: found.needs_more_data,
        runs: found.runs.iter().map(runs).collect(),
    }
}

fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Outside => "outside",
        Rule::Trend => "trend",
        Rule::TwoOfThree => "two_of_three",
        Rule::Shift => "shift",
    }
}

fn point_type(point_type: PointType) -> &'static str {
    match point_type {
        PointType::CommonCause => "common_cause",
        PointType::Improvement => "special_cause_improvement",
        PointType::Concern => "special_cause_concern",
        PointType::NeutralHigh => "special_cause_neutral_high",
        PointType::NeutralLow => "special_cause_neutral_low",
    }
}

fn assurance(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::ConsistentPass => "consistent_pass",
        Assurance::ConsistentFail => "consistent_fail",
        Assurance::Inconsistent => "inconsistent",
    }
}

fn print(answer: &Answer, console: Console) {
    let lines: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| {
            let numbers = [row.value, row.mean, row.lower, row.upper].map(shown);
            let point_type = if row.rule.is_some() { row.point_type } else { "" };
            let words = [row.rule.unwrap_or_default(), point_type].map(str::to_owned);
            [row.date.to_owned()].into_iter().chain(numbers).chain(words).collect()
        })
        .collect();
    print_rows(console, &["date", "value", "mean", "lower", "upper", "rule", "point type"], &lines);
    for (phase, runs) in answer.runs.iter().enumerate() {
        let (observed, fewest, most) = (runs.observed, runs.fewest, runs.most);
        console.say(&format!(
            "phase {}: {observed} runs about the median, {fewest} to {most} by chance: {}",
            phase + 1,
            runs.verdict
        ));
    }
    console.say(&format!("variation: {}", answer.variation));
    console.say(&format!("assurance: {}", answer.assurance.unwrap_or("-")));
    if answer.needs_more_data {
        console.say(&format!("note: a phase has fewer than {ENOUGH} points: its limits may yet move far"));
    }
}
