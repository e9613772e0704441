//! `someasure build`

use std::time::Instant;

use someasure_model::Answer;

use super::{Common, print_json};
use crate::console::{count, thousands};
use crate::entries::left_out;
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::publish::fingerprint;
use crate::{edition, jobs};

/// Compute every figure and publish the edition: site, data and edition.json.
///
/// Everything goes to editions/EDITION, which is exchanged in one step; editions/latest points to it. The same
/// inputs give the same bytes.
///
/// What was answered of the ledger and still holds is kept in ledger/kept, so that after a day's collection little is
/// answered anew.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Answer everything from the sources, and stop if anything that was kept of earlier answers says something else.
    #[arg(long)]
    full: bool,
}

#[derive(serde::Serialize)]
struct Report {
    edition: String,
    directory: String,
    home: String,
    files: usize,
    /// Files that say what they said before, and were not written again.
    unchanged: usize,
    bytes: u64,
    organisations: usize,
    figures: usize,
    shown: usize,
    sha256: String,
    seconds: Seconds,
}

/// How long it took, by the clock on the wall.
#[derive(serde::Serialize)]
struct Seconds {
    /// To ask, measure, estimate, compare and assemble.
    compute: f64,
    /// To draw and write every file.
    publish: f64,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let folder = common.folder()?;
    build(&folder, common, args.full)
}

/// A register with errors is no ground to build on.
pub(crate) fn refuse_errors(folder: &Folder) -> Outcome {
    let problems = folder.register_problems();
    let errors: Vec<String> =
        problems.iter().filter(|problem| problem.is_error()).map(ToString::to_string).collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::wrong_data(format!(
        "the register has {}; nothing was built\n{}",
        count(errors.len() as u64, "error", "errors"),
        errors.join("\n")
    )))
}

/// What withdrawals did not reach, or reached more than they may have meant.
pub(crate) fn withdrawals(folder: &Folder, ledger: &someasure_ledger::Ledger) -> Outcome<Vec<String>> {
    if folder.chats.chats.is_empty() && folder.stories.0.is_empty() {
        return Ok(Vec::new());
    }
    let mut told = folder.chats.doubts(folder, ledger)?;
    told.extend(crate::chats::stories::stale(folder, ledger, folder.project.as_at)?);
    Ok(told)
}

/// Builds and says where it is; `full`: from the sources alone.
pub(crate) fn build(folder: &Folder, common: &Common, full: bool) -> Outcome {
    let console = common.console();
    refuse_errors(folder)?;
    for note in folder.unfinished_settings().into_iter().chain(left_out(folder)) {
        console.warn(&note);
    }
    let place = folder.root.join("editions").join(&folder.project.edition);
    let before = fingerprint(&place).ok();
    let mut ledger = jobs::import::open_ledger(folder, common.threads())?;
    if full {
        ledger = ledger.afresh();
    }
    let begun = Instant::now();
    let edition = edition::compute(folder, &ledger, console)?;
    for warning in withdrawals(folder, &ledger)? {
        console.warn(&warning);
    }
    let computed = Instant::now();
    let published = edition::published(folder, &ledger, &edition, console)?;
    let seconds =
        Seconds { compute: (computed - begun).as_secs_f64(), publish: computed.elapsed().as_secs_f64() };
    let shown = edition.figures.iter().filter(|figure| matches!(figure.answer, Answer::Value(..))).count();
    let report = Report {
        edition: edition.edition.clone(),
        directory: published.directory.display().to_string(),
        home: std::path::absolute(&published.home).unwrap_or(published.home.clone()).display().to_string(),
        files: published.files,
        unchanged: published.unchanged,
        bytes: published.bytes,
        organisations: edition.organisations.len(),
        figures: edition.figures.len(),
        shown,
        sha256: fingerprint(&published.directory)?,
        seconds,
    };
    if before.is_some_and(|before| before != report.sha256) {
        console.warn(&format!(
            "edition {} had been built before and said something else; it has been replaced. To keep one that is \
             published, give the next another `edition` in someasure.toml",
            report.edition
        ));
    }
    if common.json {
        return print_json(console, &report);
    }
    console.say(&format!(
        "{}, edition {}: {}, {} ({} with a value, {} with the reason why there is none)",
        edition.title,
        edition.edition,
        count(edition.organisations.len() as u64, "organisation", "organisations"),
        count(edition.figures.len() as u64, "figure", "figures"),
        thousands(shown as u64),
        thousands((edition.figures.len() - shown) as u64),
    ));
    console.say(&format!("Open {}", report.home));
    Ok(())
}
