//! `someasure stats funnel`

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_stats::{
    Funnel, FunnelKind, FunnelLimits, FunnelSettings, Outside, Overdispersion, Refused, funnel,
};

use super::table::Table;
use super::{print_rows, shown};
use crate::cli::{Common, print_json};
use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// Which rows differ from the rest by more than chance?
///
/// A small body's share jumps about, a large one's hardly does. A funnel asks how far from the centre chance alone
/// would carry a row of its size: 1 in 20 rows lies outside the 95% limits and 1 in 500 outside the 99.8% limits when
/// all are alike. Kinds: proportion (cases out of all cases), ratio (observed over expected, centre 1), rate (events per
/// unit of exposure); shmi is ratio as the NHS's mortality indicator has it, count-ratio a count over another count.
/// Where rows vary by more than chance, as engagement does, ask for --overdispersion: additive supposes that rows
/// truly differ by a variance tau2, multiplicative that chance is phi times as strong. Both are estimated without
/// letting the most extreme tenth at either end decide (--winsorise). That hides variation: phi is 0.68 by chance
/// alone. The result says what phi is by chance and what it is when corrected; --correct-trimming uses the corrected
/// one for the limits, and should be used before anyone is judged by them. z is never adjusted. With --overdispersion
/// none, phi and tau2 are 0, and the corrected ones tell what was left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  someasure stats funnel alt-text.csv --kind proportion \\
    --numerator with_alt --denominator images --label library \\
    --overdispersion additive --correct-trimming")]
pub(crate) struct Args {
    /// A CSV file with a header row; - for standard input.
    file: PathBuf,
    /// The column that counts.
    #[arg(long, value_name = "COL")]
    numerator: String,
    /// The column to divide by: all cases, the expected events, or the exposure.
    #[arg(long, value_name = "COL")]
    denominator: String,
    /// What the rows are.
    #[arg(long, value_enum)]
    kind: Kind,
    /// The column that names the rows.
    #[arg(long, value_name = "COL")]
    label: Option<String>,
    /// Where limits come from: the binomial or Poisson distribution, or the normal one.
    #[arg(long, value_enum, default_value_t = Limits::Exact)]
    limits: Limits,
    /// What is done about rows that vary by more than chance.
    #[arg(long, value_enum, default_value_t = Excess::None)]
    overdispersion: Excess,
    /// The share of rows at either end that is pulled in before variation is estimated.
    #[arg(long, value_name = "SHARE", default_value = "0.1", value_parser = share)]
    winsorise: f64,
    /// Widen limits by the variation corrected for what winsorising hides.
    #[arg(long)]
    correct_trimming: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Cases out of all cases.
    Proportion,
    /// Observed over expected events.
    Ratio,
    /// Events per unit of exposure.
    Rate,
    /// Observed over expected, on the scale of logarithms, extremes left out.
    Shmi,
    /// A count over another count, both by chance.
    CountRatio,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Limits {
    /// Interpolated between the counts of the binomial or Poisson distribution.
    Exact,
    /// So many standard errors from the centre.
    Normal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Excess {
    /// Nothing.
    None,
    /// Limits are the square root of phi times as far away.
    Multiplicative,
    /// A variance between rows is added.
    Additive,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..0.5).contains(&share) => Ok(share),
        _ => Err("it must be at least 0 and below 0.5, like 0.1".to_owned()),
    }
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    centre: f64,
    phi: f64,
    tau2: f64,
    phi_by_chance: f64,
    corrected_phi: f64,
    corrected_tau2: f64,
    rows: Vec<Row<'a>>,
}

#[derive(serde::Serialize)]
struct Row<'a> {
    label: &'a str,
    value: f64,
    lower95: f64,
    upper95: f64,
    lower998: f64,
    upper998: f64,
    z: f64,
    outside: &'static str,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let table = Table::read(&args.file, args.label.as_deref())?;
    let (numerators, denominators) = (table.numbers(&args.numerator)?, table.numbers(&args.denominator)?);
    let found = funnel(args.kind(), &numerators, &denominators, &args.settings())
        .map_err(|refused| wrong(args, &table, &refused, &numerators, &denominators))?;
    let console = common.console();
    let answer = answer(&found, args.overdispersion, table.labels());
    if common.json {
        return print_json(console, &answer);
    }
    print(args, &answer, console);
    Ok(())
}

impl Args {
    fn kind(&self) -> FunnelKind {
        match self.kind {
            Kind::Proportion => FunnelKind::Proportion,
            Kind::Ratio => FunnelKind::Ratio,
            Kind::Rate => FunnelKind::Rate,
            Kind::Shmi => FunnelKind::Shmi,
            Kind::CountRatio => FunnelKind::CountRatio,
        }
    }

    fn settings(&self) -> FunnelSettings {
        FunnelSettings {
            limits: match self.limits {
                Limits::Exact => FunnelLimits::Exact,
                Limits::Normal => FunnelLimits::Normal,
            },
            overdispersion: match self.overdispersion {
                Excess::None => Overdispersion::None,
                Excess::Multiplicative => Overdispersion::Multiplicative,
                Excess::Additive => Overdispersion::Additive,
            },
            trim: self.winsorise,
            correct: self.correct_trimming,
        }
    }
}

/// `phi` and `tau2` are what limits are widened by: 0 where they are not widened, as FunnelPlotR says it. The
/// corrected estimates beside them tell what was left out.
fn answer<'a>(found: &Funnel, excess: Excess, labels: &'a [String]) -> Answer<'a> {
    let widened_by = |estimate| if excess == Excess::None { 0.0 } else { estimate };
    let row = |(unit, label): (&someasure_stats::FunnelUnit, &'a String)| Row {
        label,
        value: unit.value,
        lower95: unit.limits95.lower,
        upper95: unit.limits95.upper,
        lower998: unit.limits998.lower,
        upper998: unit.limits998.upper,
        z: unit.z,
        outside: outside(unit.outside),
    };
    Answer {
        centre: found.centre,
        phi: widened_by(found.dispersion.phi),
        tau2: widened_by(found.dispersion.tau2),
        phi_by_chance: found.dispersion.phi_by_chance,
        corrected_phi: found.dispersion.corrected_phi,
        corrected_tau2: found.dispersion.corrected_tau2,
        rows: found.units.iter().zip(labels).map(row).collect(),
    }
}

fn outside(outside: Outside) -> &'static str {
    match outside {
        Outside::None => "none",
        Outside::Above95 => "above95",
        Outside::Below95 => "below95",
        Outside::Above998 => "above998",
        Outside::Below998 => "below998",
    }
}

fn print(args: &Args, answer: &Answer, console: Console) {
    console.say(&format!("centre {}", shown(answer.centre)));
    console.say(&if args.overdispersion == Excess::None {
        format!(
            "limits of chance alone; rows vary {} times as much (corrected for winsorising)",
            shown(answer.corrected_phi)
        )
    } else {
        format!(
            "phi {} ({} by chance alone, {} corrected), tau2 {} ({} corrected)",
            shown(answer.phi),
            shown(answer.phi_by_chance),
            shown(answer.corrected_phi),
            shown(answer.tau2),
            shown(answer.corrected_tau2)
        )
    });
    let lines: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| {
            let numbers = [row.value, row.lower998, row.lower95, row.upper95, row.upper998, row.z].map(shown);
            let outside = if row.outside == "none" { "" } else { row.outside };
            [row.label.to_owned()].into_iter().chain(numbers).chain([outside.to_owned()]).collect()
        })
        .collect();
    let headings = ["label", "value", "lower99.8", "lower95", "upper95", "upper99.8", "z", "outside"];
    print_rows(console, &headings, &lines);
    if args.overdispersion == Excess::None && answer.corrected_phi > 2.0 {
        console.say(
            "note: the rows vary by more than chance: see --overdispersion, or many will look extraordinary",
        );
    } else if args.overdispersion != Excess::None && !args.correct_trimming && args.winsorise > 0.0 {
        console.say("note: these limits are too narrow by what winsorising hides: see --correct-trimming");
    }
}

/// What is wrong, where, with its values, and what to do.
fn wrong(args: &Args, table: &Table, refused: &Refused, numerators: &[f64], denominators: &[f64]) -> Failure {
    let Some(row) = refused.row() else { return table.refused(refused) };
    let advice = match refused {
        Refused::ZeroDenominator { .. } => "; leave the row out",
        Refused::NoEvents { .. } => "; leave the row out, or use --kind ratio",
        Refused::NotWhole { .. } => "; a proportion counts whole cases, or use --limits normal",
        _ => "; correct it, or leave the row out",
    };
    let (numerator, denominator) = (&args.numerator, &args.denominator);
    let (x, n) = (numerators[row], denominators[row]);
    table.wrong(row, &format!("{}: {numerator} is {x}, {denominator} is {n}{advice}", refused.reason()))
}
