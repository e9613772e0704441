//! `someasure chat network`

use clap::ValueEnum;
use someasure_chat::network::{Wanted, export, network};
use someasure_model::chat::{ChatId, SessionId};

use super::super::print_json;
use super::output::{Form, Output};
use super::{Common, Kept, session};
use crate::console::count;
use crate::failure::Outcome;

/// Who replied to, mentioned and quoted whom, for other programs: GEXF (Gephi), GraphML, CSV.
///
/// Who stands in the middle is not who matters. People appear as they agreed to; those who withdrew are absent with all
/// their ties. The format is that of the file's ending, or GEXF.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The chat.
    #[arg(value_name = "CHAT")]
    chat: ChatId,
    /// One session only, with what came afterwards.
    #[arg(long, value_name = "DATE")]
    session: Option<SessionId>,
    #[command(flatten)]
    to: Output<As>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    /// GEXF 1.3, for Gephi
    Gexf,
    /// GraphML
    Graphml,
    /// People, a row each
    People,
    /// Ties, a row each
    Ties,
}

impl Form for As {
    const USUAL: Self = Self::Gexf;
    fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "gexf" => Self::Gexf,
            "graphml" | "xml" => Self::Graphml,
            "csv" => Self::Ties,
            _ => return None,
        })
    }
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let form = args.to.form()?;
    let kept = Kept::read(&args.chat, common)?;
    let (conversation, sessions) = kept.conversation();
    let session = args.session.map(|id| session(&sessions, Some(id))).transpose()?;
    let network = network(&conversation, &Wanted { session, ..Wanted::default() });
    let console = common.console();
    if common.json && args.to.is_open() {
        return print_json(console, &network);
    }
    let text = match form {
        As::Gexf => export::gexf(&network),
        As::Graphml => export::graphml(&network),
        As::People => export::people_csv(&network),
        As::Ties => export::ties_csv(&network),
    };
    args.to.put(console, &text)?;
    if args.to.is_file() {
        console.say(&format!(
            "{}, {}, {}",
            count(network.nodes.len() as u64, "person", "people"),
            count(network.edges.len() as u64, "tie", "ties"),
            count(network.components.into(), "component", "components"),
        ));
    }
    Ok(())
}
