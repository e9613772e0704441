//! `someasure chat network`

use clap::ValueEnum;
use someasure_chat::network::{Wanted, export, network};
use someasure_chat::statistics;
use someasure_ledger::Extent;
use someasure_model::chat::{ChatId, SessionId, Speaker};
use someasure_report::network_picture;

use super::super::print_marked_json;
use super::output::{Form, Output};
use super::{Common, Kept, session};
use crate::console::count;
use crate::failure::Outcome;

/// Who replied to, mentioned and quoted whom: for other programs (GEXF for Gephi, GraphML, CSV), or as a picture (SVG).
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
    /// A picture; with --output its table is written beside it, as CSV
    Svg,
}

impl Form for As {
    const USUAL: Self = Self::Gexf;
    fn ending(self) -> &'static str {
        match self {
            Self::Gexf => "gexf",
            Self::Graphml => "graphml",
            Self::People | Self::Ties => "csv",
            Self::Svg => "svg",
        }
    }
    fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "gexf" => Self::Gexf,
            "graphml" | "xml" => Self::Graphml,
            "csv" => Self::Ties,
            "svg" => Self::Svg,
            _ => return None,
        })
    }
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let form = args.to.form()?;
    let kept = Kept::read(&args.chat, Extent::Counted, common)?;
    let (conversation, sessions) = kept.conversation();
    let session = args.session.map(|id| session(sessions, Some(id))).transpose()?;
    let network = network(conversation, &Wanted { session, ..Wanted::default() });
    let console = common.console();
    if common.json && args.to.is_open() {
        return print_marked_json(console, &network, kept.simulated);
    }
    let text = match form {
        As::Gexf => export::gexf(&network),
        As::Graphml => export::graphml(&network),
        As::People => export::people_csv(&network),
        As::Ties => export::ties_csv(&network),
        As::Svg => {
            let numbers = statistics(conversation, sessions);
            let hosts: Vec<&Speaker> = numbers.hosts().map(|voice| &voice.speaker).collect();
            let about = match args.session {
                Some(id) => format!("{}, session {id}", kept.chat.title),
                None => kept.chat.title.clone(),
            };
            let source =
                format!("SoMeasure, from the chat's archive as of {}", kept.as_at.date(&kept.chat.zone()));
            let (svg, table) = network_picture(&network, &hosts, &about, &source);
            args.to.put_beside(console, String::from_utf8_lossy(&table).into_owned(), kept.simulated)?;
            String::from_utf8_lossy(&svg).into_owned()
        }
    };
    args.to.put(console, form, text, kept.simulated)?;
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
