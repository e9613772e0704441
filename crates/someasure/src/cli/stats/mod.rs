//! `someasure stats`: the statistics of honest comparison for any table of numbers. One file a question; each says
//! what it answers, computes through the statistics crate, and prints rows in the order of the input.

mod composite;
mod counts;
mod funnel;
mod interval;
mod ranks;
mod shrink;
mod spc;
mod table;

use clap::Subcommand;

use super::Common;
use crate::console::Console;
use crate::failure::Outcome;

/// Ask a question of a table of numbers: how sure is a share, a rate, a rank? Who differs, what changed?
///
/// FILE is a CSV file with a header row, or - for standard input; columns are chosen by their names. Plain or packed
/// with gzip or zstd; commas, or semicolons or tabs where the header has no comma. Every cell that is used must be a
/// number: an empty cell, NA or inf is refused with its line (for spc an empty value is a gap). With --json the answer is one object; a number that
/// does not exist is null. No project is needed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    Ranks(ranks::Args),
    Counts(counts::Args),
    Interval(interval::Args),
    Funnel(funnel::Args),
    Spc(spc::Args),
    Shrink(shrink::Args),
    Composite(composite::Args),
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    match &args.question {
        Question::Ranks(args) => ranks::run(args, common),
        Question::Counts(args) => counts::run(args, common),
        Question::Interval(args) => interval::run(args, common),
        Question::Funnel(args) => funnel::run(args, common),
        Question::Spc(args) => spc::run(args, common),
        Question::Shrink(args) => shrink::run(args, common),
        Question::Composite(args) => composite::run(args, common),
    }
}

/// A level given on the command line.
fn level(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(level) if level > 0.0 && level < 1.0 => Ok(level),
        Ok(level) if level > 1.0 && level < 100.0 => {
            Err(format!("it must lie between 0 and 1: {} for {level}%", level / 100.0))
        }
        _ => Err("it must lie between 0 and 1, like 0.95".to_owned()),
    }
}

/// A number for people: six significant digits, and `-` where there is none.
fn shown(number: impl Into<Option<f64>>) -> String {
    let Some(number) = number.into().filter(|number| number.is_finite()) else { return "-".to_owned() };
    let size = number.abs();
    if number == 0.0 {
        return "0".to_owned();
    }
    if !(1e-5..1e15).contains(&size) {
        return format!("{number:.5e}");
    }
    let decimals = (5 - size.log10().floor() as i32).max(0) as usize;
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A label as a terminal may show it: what would move the cursor, change colours or begin a line is a sign instead.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Rows under their headings; the first column to the left, the others to the right.
fn print_rows(console: Console, headings: &[&str], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([headings[at].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (at, cell) in cells.enumerate() {
            let width = widths.get(at).copied().unwrap_or(0);
            let padded = if at == 0 { format!("{cell:width$}") } else { format!("  {cell:>width$}") };
            text.push_str(&padded);
        }
        console.say(text.trim_end());
    };
    line(&mut headings.iter().copied());
    for row in &rows {
        line(&mut row.iter().map(String::as_str));
    }
}
