//! `someasure story check`

use someasure_chat::story::{Severity, links};
use someasure_model::chat::story::StoryId;

use super::super::{now, print_json};
use super::Common;
use crate::chats::stories::{Source, stale};
use crate::failure::{Failure, Outcome};
use crate::jobs::import::open_ledger;

/// Look at stories beside the archive of today: is every post still there, who appears how, which links are in it.
///
/// Ends with 3 where something must be changed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which; without one all.
    #[arg(value_name = "NAME")]
    names: Vec<StoryId>,
    /// List every outside link too.
    #[arg(long)]
    links: bool,
}

#[derive(serde::Serialize)]
struct Told {
    story: String,
    findings: Vec<Row>,
    links: Vec<String>,
}

#[derive(serde::Serialize)]
struct Row {
    line: usize,
    severity: &'static str,
    message: String,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let folder = common.folder()?;
    let ledger = open_ledger(&folder, common.threads())?;
    let names: Vec<StoryId> =
        if args.names.is_empty() { folder.stories.0.keys().cloned().collect() } else { args.names.clone() };
    let (mut all, mut wrong) = (Vec::new(), 0_usize);
    for name in names {
        let story = folder.stories.get(&name)?;
        let source = Source::of(&folder, &ledger, story, now()?)?;
        source.warn(console);
        let findings = source.findings(story);
        wrong += findings.iter().filter(|finding| finding.severity == Severity::Wrong).count();
        let links = links(&source.told(&folder, story)?.story);
        let rows = findings.into_iter().map(|finding| Row {
            line: finding.line,
            severity: match finding.severity {
                Severity::Note => "note",
                Severity::Look => "look",
                Severity::Wrong => "wrong",
            },
            message: finding.message,
        });
        all.push(Told { story: name.to_string(), findings: rows.collect(), links });
    }
    for stale in stale(&folder, &ledger, now()?)? {
        console.warn(&stale);
    }
    if common.json {
        print_json(console, &all)?;
    } else {
        for told in &all {
            for row in &told.findings {
                console.say(&format!(
                    "stories/{}.md: line {}: {}: {}",
                    told.story, row.line, row.severity, row.message
                ));
            }
            if told.findings.is_empty() {
                console.say(&format!("stories/{}.md: nothing to say", told.story));
            }
            if args.links {
                told.links.iter().for_each(|link| console.say(&format!("  {link}")));
            }
        }
    }
    if wrong > 0 {
        return Err(Failure::wrong_data(format!(
            "{} to change before a story is published",
            crate::console::count(wrong as u64, "thing", "things")
        )));
    }
    Ok(())
}
