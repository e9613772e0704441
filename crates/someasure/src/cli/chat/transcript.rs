//! `someasure chat transcript`

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_chat::{Conversation, transcript};
use someasure_model::chat::{ChatId, SessionId};
use someasure_report::{
    Setting, transcript_activities, transcript_csv, transcript_json, transcript_markdown, transcript_page,
};

use super::{Common, Kept, put};
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
    /// As what to write it.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Form>,
    /// Where to write it; without it to standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
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

impl Args {
    fn form(&self, json: bool) -> Form {
        let ending = self
            .output
            .as_ref()
            .and_then(|path| path.extension())
            .map(|e| e.to_string_lossy().to_lowercase());
        self.format.unwrap_or(match ending.as_deref() {
            _ if json => Form::Json,
            Some("html" | "htm") => Form::Html,
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            Some("jsonld" | "as2") => Form::As2,
            _ => Form::Md,
        })
    }
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let kept = Kept::read(&args.chat, common)?;
    let conversation = Conversation::new(&kept.chat, &kept.archive, kept.as_at);
    let transcript = transcript(&conversation, kept.session(args.session)?);
    let zone = kept.chat.zone();
    let setting = Setting { zone: &zone, terms: &[], address: None };
    let text = match args.form(common.json) {
        Form::Html => transcript_page(&transcript, &setting),
        Form::Md => transcript_markdown(&transcript, &setting),
        Form::Csv => String::from_utf8_lossy(&transcript_csv(&transcript, &setting)).into_owned(),
        Form::Json => String::from_utf8_lossy(&transcript_json(&transcript, &setting)).into_owned(),
        Form::As2 => String::from_utf8_lossy(&transcript_activities(&transcript, &setting)).into_owned(),
    };
    put(common.console(), args.output.as_ref(), &text)
}
