//! `someasure undo`

use std::collections::{BTreeMap, BTreeSet};

use someasure_model::{Batch, Table};

use super::{Common, confirmed, print_json};
use crate::console::{Console, count};
use crate::failure::Outcome;
use crate::folder::Folder;
use crate::jobs;
use crate::jobs::import::open_ledger;

/// Take an import back: every row that came from it leaves the ledger.
///
/// For a file that was read wrongly: in a wrong time zone, without a column, with a wrong `[coverage]`. Undo its batch,
/// mend the mapping, import again. What a later import said as well was not stored twice, and goes too: the command
/// names those batches; import their files again with --again. Until then they do not count as covering what they lost.
/// Editions that were built before stay as they are: build again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure undo --list
  someasure undo posts-423426f25e86")]
pub(crate) struct Args {
    /// The batches, as `--list` and every import name them.
    #[arg(value_name = "BATCH", value_parser = batch_name, required_unless_present = "list")]
    batches: Vec<String>,
    /// Name every batch with its day, its rows and its source; change nothing.
    #[arg(long, conflicts_with = "batches")]
    list: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

fn batch_name(text: &str) -> Result<String, String> {
    let is_name = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if is_name { Ok(text.to_owned()) } else { Err("`someasure undo --list` names the batches".to_owned()) }
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let folder = common.folder()?;
    if args.list {
        return list(&folder, common);
    }
    let wanted: BTreeSet<String> = args.batches.iter().cloned().collect();
    let names = args.batches.join(" and ");
    if !confirmed(&format!("Take back everything that came from {names}?"), args.yes, console)? {
        return Ok(());
    }
    let taken = jobs::undo::run(&folder, &wanted, common.threads())?;
    let rows: BTreeMap<&str, u64> =
        taken.undone.rows.iter().map(|(table, rows)| (table.as_str(), *rows)).collect();
    if common.json {
        let name = |batches: &[Batch]| batches.iter().map(|batch| batch.batch.clone()).collect::<Vec<_>>();
        return print_json(
            console,
            &serde_json::json!({
                "batches": name(&taken.batches),
                "rows": rows,
                "import_again": name(&taken.leaning),
            }),
        );
    }
    if taken.batches.is_empty() && rows.is_empty() {
        console.say(&format!(
            "The ledger holds nothing of {names}; `someasure undo --list` names what it holds."
        ));
        return Ok(());
    }
    console.say(&format!("{names}: {} removed", told(&taken.undone.rows)));
    for batch in &taken.leaning {
        console.say(&format!(
            "  {} ({}) had found some of these rows there already, and has lost them: import its file again with --again",
            batch.batch, batch.source
        ));
    }
    console.say("Editions that were built before still show it: run `someasure build`.");
    Ok(())
}

fn list(folder: &Folder, common: &Common) -> Outcome {
    let console: Console = common.console();
    let ledger = open_ledger(folder, common.threads())?;
    let mut batches = ledger.batches()?;
    batches.sort_by(|a, b| (a.started_at, &a.batch).cmp(&(b.started_at, &b.batch)));
    let rows = ledger.rows_of_batches()?;
    let none = BTreeMap::new();
    let rows_of = |batch: &Batch| rows.get(&batch.batch).unwrap_or(&none);
    let day = |batch: &Batch| batch.started_at.datetime().date().to_string();
    if common.json {
        let values: Vec<_> = batches
            .iter()
            .map(|batch| {
                let rows: BTreeMap<&str, u64> =
                    rows_of(batch).iter().map(|(table, rows)| (table.as_str(), *rows)).collect();
                serde_json::json!({ "batch": batch.batch, "day": day(batch), "source": batch.source, "rows": rows })
            })
            .collect();
        return print_json(console, &values);
    }
    for batch in &batches {
        console.say(&format!("{}\t{}\t{}\t{}", batch.batch, day(batch), told(rows_of(batch)), batch.source));
    }
    if batches.is_empty() {
        console.say("Nothing has been imported yet.");
    }
    Ok(())
}

/// `3 posts and 3 readings`: what a batch brought; attempts and the batch's own row are notes about it.
fn told(rows: &BTreeMap<Table, u64>) -> String {
    let parts: Vec<String> = rows
        .iter()
        .filter(|(table, _)| !matches!(table, Table::Attempt | Table::Batch))
        .map(|(table, rows)| count(*rows, table.as_str(), &format!("{}s", table.as_str())))
        .collect();
    if parts.is_empty() { "no rows".to_owned() } else { parts.join(" and ") }
}

#[cfg(test)]
mod tests {
    use super::batch_name;

    #[test]
    fn a_path_is_no_batch() {
        assert!(batch_name("posts-423426f25e86").is_ok());
        assert!(batch_name("../../etc/passwd").is_err());
        assert!(batch_name("").is_err());
    }
}
