//! `someasure story new`

use std::fs;

use jiff::tz::TimeZone;
use someasure_chat::story::{draft, outline};
use someasure_chat::transcript;
use someasure_ledger::Extent;
use someasure_ledger::storage::write_file;
use someasure_model::chat::story::StoryId;
use someasure_model::chat::{ChatId, SessionId};

use super::super::chat::{Kept, session};
use super::Common;
use crate::failure::{Failure, Outcome};

/// Draft a story from a session: its questions as headings, with suggestions under each.
///
/// Suggested are the posts that were answered or passed on most; keep, order and explain them. A draft is not published.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The chat.
    #[arg(long, value_name = "CHAT")]
    chat: ChatId,
    /// Its session: 2015-01-14; without it the latest.
    #[arg(long, value_name = "DATE")]
    session: Option<SessionId>,
    /// The story's name; without it that of the chat and the session.
    #[arg(long, value_name = "NAME")]
    name: Option<StoryId>,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let kept = Kept::read(&args.chat, Extent::Shown, common)?;
    let (conversation, sessions) = kept.conversation();
    let session = session(sessions, args.session)?;
    let id = match &args.name {
        Some(name) => name.clone(),
        None => format!("{}-{}", args.chat, session.id)
            .parse()
            .map_err(|error| Failure::usage(format!("{error}; give one with --name")))?,
    };
    let path = format!("stories/{id}.md");
    let place = common.project.join(&path);
    if fs::symlink_metadata(&place).is_ok() {
        return Err(Failure::usage(format!("{path} is there already: edit it, or give another --name")));
    }
    let outline = outline(&kept.archive, &transcript(conversation, session), &args.chat);
    let text = draft(&outline, kept.as_at.date(&TimeZone::UTC));
    fs::create_dir_all(common.project.join("stories")).map_err(anyhow::Error::from)?;
    write_file(&place, text.as_bytes()).map_err(anyhow::Error::from)?;
    common.console().say(&format!(
        "Written: {path}. Write `post` for `suggest` to keep a post, delete the others, and take `draft = true` out when it is ready"
    ));
    Ok(())
}
