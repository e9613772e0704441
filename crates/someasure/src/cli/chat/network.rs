//! `someasure chat network`

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_chat::Conversation;
use someasure_chat::network::{Wanted, export, network};
use someasure_model::chat::{ChatId, SessionId};

use super::super::print_json;
use super::{Common, Kept, put};
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
    /// As what to write it.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Form>,
    /// Where to write it; without it to standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// GEXF 1.3, for Gephi
    Gexf,
    /// GraphML
    Graphml,
    /// People, a row each
    People,
    /// Ties, a row each
    Ties,
}

impl Args {
    fn form(&self) -> Form {
        let ending = self
            .output
            .as_ref()
            .and_then(|path| path.extension())
            .map(|e| e.to_string_lossy().to_lowercase());
        self.format.unwrap_or(match ending.as_deref() {
            Some("graphml" | "xml") => Form::Graphml,
            Some("csv") => Form::Ties,
            _ => Form::Gexf,
        })
    }
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let kept = Kept::read(&args.chat, common)?;
    let conversation = Conversation::new(&kept.chat, &kept.archive, kept.as_at);
    let session = args.session.map(|id| kept.session(Some(id))).transpose()?;
    let network = network(&conversation, &Wanted { session, ..Wanted::default() });
    let console = common.console();
    if common.json && args.format.is_none() && args.output.is_none() {
        return print_json(console, &network);
    }
    let text = match args.form() {
        Form::Gexf => export::gexf(&network),
        Form::Graphml => export::graphml(&network),
        Form::People => export::people_csv(&network),
        Form::Ties => export::ties_csv(&network),
    };
    put(console, args.output.as_ref(), &text)?;
    if args.output.is_some() {
        console.say(&format!(
            "{}, {}, {}",
            count(network.nodes.len() as u64, "person", "people"),
            count(network.edges.len() as u64, "tie", "ties"),
            count(network.components.into(), "component", "components"),
        ));
    }
    Ok(())
}
