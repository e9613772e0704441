//! `someasure chat transcript`

use clap::ValueEnum;
use someasure_chat::transcript;
use someasure_ledger::Extent;
use someasure_model::chat::{ChatId, SessionId};
use someasure_report::{
    Setting, transcript_activities, transcript_csv, transcript_json, transcript_markdown, transcript_page,
};

use super::output::{Form, Output};
use super::{Common, Kept, session};
use crate::failure::Outcome;

/// Read one session: who said what, under which question, in threads.
///
/// People appear as they agreed to in chats/consent.csv. The format is that of the file's ending, or Markdown.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The chat.
    #[arg(value_name = "CHAT")]
    chat: ChatId,
    /// Its session: 2015-01-14; without it the latest.
    #[arg(long, value_name = "DATE")]
    session: Option<SessionId>,
    #[command(flatten)]
    to: Output<As>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    /// One page that needs nothing but itself
    Html,
    /// Markdown
    Md,
    /// A row for each post
    Csv,
    /// Everything
    Json,
    /// ActivityStreams 2.0
    As2,
}

impl Form for As {
    const USUAL: Self = Self::Md;
    fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Md => "md",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::As2 => "jsonld",
        }
    }
    fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "html" | "htm" => Self::Html,
            "md" | "markdown" | "txt" => Self::Md,
            "csv" => Self::Csv,
            "json" => Self::Json,
            "jsonld" | "as2" => Self::As2,
            _ => return None,
        })
    }
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let form = if common.json && !args.to.says_format() { As::Json } else { args.to.form()? };
    let kept = Kept::read(&args.chat, Extent::Shown, common)?;
    let (conversation, sessions) = kept.conversation();
    let transcript = transcript(conversation, session(sessions, args.session)?);
    let zone = kept.chat.zone();
    let setting = Setting { zone: &zone, terms: &[], address: None };
    let text = match form {
        As::Html => transcript_page(&transcript, &setting),
        As::Md => transcript_markdown(&transcript, &setting),
        As::Csv => String::from_utf8_lossy(&transcript_csv(&transcript, &setting)).into_owned(),
        As::Json => String::from_utf8_lossy(&transcript_json(&transcript, &setting)).into_owned(),
        As::As2 => String::from_utf8_lossy(&transcript_activities(&transcript, &setting)).into_owned(),
    };
    args.to.put(common.console(), form, text, kept.simulated)
}
