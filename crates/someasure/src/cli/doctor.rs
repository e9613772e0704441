//! `someasure doctor`

use someasure_ledger::{Ledger, Look, SCHEMA_VERSION};
use someasure_model::Table;

use super::{Common, print_json};
use crate::console::{count, thousands};
use crate::failure::{Failure, Outcome};
use crate::folder::{Folder, Wrong};

/// Look after the machine and the project's files: versions, locks, leftovers, and every hash of the ledger.
///
/// `check` asks whether the data are right; `doctor` asks whether the files are whole.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let mut lines: Vec<(bool, String)> = Vec::new();
    let mut say = |well: bool, text: String| lines.push((well, text));
    say(true, format!("someasure {}, ledger schema {SCHEMA_VERSION}", env!("CARGO_PKG_VERSION")));
    say(true, count(std::thread::available_parallelism().map_or(1, usize::from) as u64, "core", "cores"));
    if common.project.join("someasure.toml").exists() {
        let mut wrong = Wrong::new();
        let folder = Folder::read(&common.project, super::now()?, &mut wrong)?;
        for line in wrong {
            say(false, line);
        }
        if let Some(folder) = folder {
            say(true, format!("project '{}' in {}", folder.project.title, common.project.display()));
            match Ledger::open(&folder.ledger_path(), folder.limits(common.threads())) {
                Err(error) => say(false, error.to_string()),
                Ok(ledger) => {
                    let spinner = console.spinner("hashing the ledger");
                    let damage = ledger.damage(Look::Bytes);
                    spinner.finish_and_clear();
                    let whole = damage.is_empty();
                    for line in damage {
                        say(false, line);
                    }
                    let rows: Vec<String> = Table::ALL
                        .into_iter()
                        .map(|table| format!("{} {}", thousands(ledger.rows(table)), table.as_str()))
                        .collect();
                    say(
                        whole,
                        format!(
                            "ledger: {}; rows: {}",
                            count(ledger.files().len() as u64, "file", "files"),
                            rows.join(", ")
                        ),
                    );
                }
            }
            let leftovers = std::fs::read_dir(folder.root.join("editions")).map_or(0, |entries| {
                entries
                    .filter_map(Result::ok)
                    .filter(|entry| entry.file_name().to_string_lossy().ends_with(".part"))
                    .count()
            });
            if leftovers > 0 {
                say(
                    true,
                    "an interrupted build left unfinished files in editions/; the next build removes them"
                        .to_owned(),
                );
            }
        }
    } else {
        say(true, format!("{} is no project (it has no someasure.toml)", common.project.display()));
    }
    let well = lines.iter().all(|(well, _)| *well);
    if common.json {
        let values: Vec<_> =
            lines.iter().map(|(well, text)| serde_json::json!({ "ok": well, "text": text })).collect();
        print_json(console, &values)?;
    } else {
        for (well, text) in &lines {
            console.say(&format!("{} {text}", if *well { "ok   " } else { "BAD  " }));
        }
    }
    if well { Ok(()) } else { Err(Failure::wrong_data("something is broken; see the lines marked BAD")) }
}
