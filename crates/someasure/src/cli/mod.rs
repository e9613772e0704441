//! What can be asked on the command line; one file a command.

mod build;
mod chat;
mod check;
mod compact;
mod demo;
mod diff;
mod doctor;
mod erase;
mod explain;
mod import;
mod init;
mod measure;
mod paper;
mod simulate;
mod stats;
mod story;
mod template;
mod undo;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};
use jiff::Timestamp;
use someasure_model::Instant;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;

/// Measure openly and compare honestly how public bodies use social media.
///
/// A project is a folder of plain files: who belongs (register/), what was observed (ledger/), what is asked
/// (measures/) and what was published (editions/). `someasure demo` makes a real one to look at.
#[derive(Debug, Parser)]
#[command(
    name = "someasure",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 ok, 1 failed, 2 usage, 3 the data are wrong, 4 partly done (run again), 5 refused by a \
                  platform, 130 interrupted."
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Common {
    /// The project's folder.
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "DIR",
        default_value = ".",
        env = "SOMEASURE_PROJECT"
    )]
    project: PathBuf,
    /// Threads; without it as someasure.toml says, else all cores.
    #[arg(long, global = true, value_name = "N", env = "SOMEASURE_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Results only, no progress and no notes.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// The result as one JSON value, where a program might read it.
    #[arg(long, global = true)]
    json: bool,
}

impl Common {
    fn console(&self) -> Console {
        Console { quiet: self.quiet || self.json, json: self.json }
    }
    /// The project, as it is today.
    fn folder(&self) -> Outcome<Folder> {
        Folder::open(&self.project, now()?)
    }
    fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Init(init::Args),
    Template(template::Args),
    Check(check::Args),
    Chat(chat::Args),
    Story(story::Args),
    Import(import::Args),
    Measure(measure::Args),
    Explain(explain::Args),
    Build(build::Args),
    Paper(paper::Args),
    Diff(diff::Args),
    Undo(undo::Args),
    Erase(erase::Args),
    Compact(compact::Args),
    Simulate(simulate::Args),
    Stats(stats::Args),
    Doctor(doctor::Args),
    /// Write the completions of a shell to standard output.
    ///
    /// For bash: `someasure completions bash > ~/.local/share/bash-completion/completions/someasure`
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

pub(crate) fn run() -> Outcome {
    let Cli { common, command } = Cli::parse();
    match command {
        Command::Demo(args) => demo::run(&args, &common),
        Command::Init(args) => init::run(&args, &common),
        Command::Template(args) => template::run(&args, &common),
        Command::Check(args) => check::run(&args, &common),
        Command::Chat(args) => chat::run(&args, &common),
        Command::Story(args) => story::run(&args, &common),
        Command::Import(args) => import::run(&args, &common),
        Command::Measure(args) => measure::run(&args, &common),
        Command::Explain(args) => explain::run(&args, &common),
        Command::Build(args) => build::run(&args, &common),
        Command::Paper(args) => paper::run(&args, &common),
        Command::Diff(args) => diff::run(&args, &common),
        Command::Undo(args) => undo::run(&args, &common),
        Command::Erase(args) => erase::run(&args, &common),
        Command::Compact(args) => compact::run(&args, &common),
        Command::Simulate(args) => simulate::run(&args, &common),
        Command::Stats(args) => stats::run(&args, &common),
        Command::Doctor(args) => doctor::run(&args, &common),
        Command::Completions { shell } => {
            // Into memory first: clap_complete panics when the reader goes away.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "someasure", &mut script);
            common.console().say(String::from_utf8_lossy(&script).trim_end());
            Ok(())
        }
    }
}

/// The time now, or what `SOURCE_DATE_EPOCH` (seconds) says it is, for builds that can be repeated.
fn now() -> Outcome<Instant> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Err(_) => Ok(Instant::from(Timestamp::now())),
        Ok(text) => text
            .parse::<i64>()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .map(Instant::from)
            .ok_or_else(|| {
                Failure::usage(format!("SOURCE_DATE_EPOCH is '{text}': it must be whole seconds since 1970"))
            }),
    }
}

/// Whether whoever runs the command wants it: asks on a terminal, unless `yes` says so already.
fn confirmed(question: &str, yes: bool, console: Console) -> Outcome<bool> {
    if yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(format!("{question} Add --yes to do it without being asked")));
    }
    let _ = write!(std::io::stderr(), "{question} [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(anyhow::Error::from)?;
    let yes = ["y", "yes"].contains(&answer.trim().to_lowercase().as_str());
    if !yes {
        console.say("Nothing was changed.");
    }
    Ok(yes)
}

/// One JSON value on standard output, marked where the data are made up.
fn print_marked_json(console: Console, value: &impl serde::Serialize, simulated: bool) -> Outcome {
    if !simulated {
        return print_json(console, value);
    }
    let text = serde_json::to_string_pretty(value).map_err(anyhow::Error::from)?;
    console.say(marked("json", text).trim_end());
    Ok(())
}

/// A text of made-up data, marked as files with this ending are.
fn marked(ending: &str, text: String) -> String {
    let file = someasure_report::File { path: format!("told.{ending}"), bytes: text.into_bytes() };
    String::from_utf8_lossy(&someasure_report::marked_as_simulated(file).bytes).into_owned()
}

/// One JSON value on standard output.
fn print_json(console: Console, value: &impl serde::Serialize) -> Outcome {
    console.tell(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    });
    Ok(())
}
