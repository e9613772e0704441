//! `someasure story build`

use std::fs;
use std::path::PathBuf;

use someasure_ledger::storage::write_file;
use someasure_model::chat::story::StoryId;
use someasure_report::{marked_as_simulated, story_files};

use super::super::{now, print_json};
use super::Common;
use crate::chats::stories::Source;
use crate::failure::Outcome;
use crate::jobs::import::open_ledger;

/// Build a story as one page that needs nothing else, and as JSON (as PDF too where the program was built with papers).
///
/// `someasure build` puts every story that is no draft into the edition.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which.
    #[arg(value_name = "NAME")]
    name: StoryId,
    /// The folder to write to; without it stories/NAME.
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let folder = common.folder()?;
    let ledger = open_ledger(&folder, common.threads())?;
    let story = folder.stories.get(&args.name)?;
    let source = Source::of(&folder, &ledger, story, now()?)?;
    source.warn(common.console());
    let told = source.told(&folder, story)?;
    let simulated = folder.is_simulated(&ledger)?;
    let place = args.output.clone().unwrap_or_else(|| folder.root.join("stories").join(args.name.as_str()));
    fs::create_dir_all(&place)
        .map_err(|error| anyhow::Error::from(error).context(place.display().to_string()))?;
    let files = story_files(&told, &folder.project.publication);
    #[cfg(feature = "pdf")]
    let files =
        [files, vec![crate::paper::of_story(&told, &folder.project.publication, simulated)?]].concat();
    let files = if simulated { files.into_iter().map(marked_as_simulated).collect() } else { files };
    let mut written = Vec::new();
    for file in files {
        let path = place.join(&file.path);
        write_file(&path, &file.bytes)
            .map_err(|error| anyhow::Error::from(error).context(path.display().to_string()))?;
        written.push(path.display().to_string());
    }
    let console = common.console();
    if common.json {
        return print_json(console, &written);
    }
    console.say(&format!("Open {}", written[0]));
    for stale in crate::chats::stories::stale(&folder, &ledger, now()?)? {
        console.warn(&stale);
    }
    Ok(())
}
