//! `someasure compact`

use super::{Common, print_json};
use crate::console::{count, thousands};
use crate::failure::Outcome;
use crate::jobs::erase::remove_deleted;
use crate::jobs::import::open_writer;

/// Join the ledger's small files and put learnt ids in the place of handles.
///
/// Worth it after many imports. The words of posts that a chat's export reported as deleted leave the files, as they do at
/// each import of a chat; nothing else changes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let folder = common.folder()?;
    let mut writer = open_writer(&folder, common.threads())?;
    let aliases = folder.aliases(&writer.reader())?;
    let spinner = console.spinner("compacting");
    let removed = remove_deleted(&folder.root, &mut writer)?;
    let compacted = writer.compact(&aliases)?;
    spinner.finish_and_clear();
    if common.json {
        return print_json(
            console,
            &serde_json::json!({
                "files_before": compacted.files_before,
                "files_after": compacted.files_after,
                "bytes_before": compacted.bytes_before,
                "bytes_after": compacted.bytes_after,
                "removed": removed,
            }),
        );
    }
    console.say(&format!(
        "{} files of {} bytes are now {} files of {} bytes",
        thousands(compacted.files_before as u64),
        thousands(compacted.bytes_before),
        thousands(compacted.files_after as u64),
        thousands(compacted.bytes_after),
    ));
    if removed > 0 {
        console.say(&format!("{} of deleted posts removed", count(removed, "row", "rows")));
    }
    Ok(())
}
