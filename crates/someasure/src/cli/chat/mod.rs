//! `someasure chat`: a hashtag chat kept for good. One file a question.

mod import;
mod network;
mod new;
mod output;
mod sessions;
mod stats;
mod transcript;

use clap::Subcommand;
use someasure_chat::{Conversation, sessions as found};
use someasure_ledger::Extent;
use someasure_model::Instant;
use someasure_model::chat::{Archive, Chat, ChatId, Session, SessionId, Sessions};
use someasure_report::SIMULATED_DATA;

use super::{Common, now};
use crate::chats::{Tally, archive};
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::jobs::import::open_ledger;

/// Keep a hashtag chat: import exports of it, find its sessions, read transcripts, count fairly.
///
/// A chat is a file, chats/NAME.toml: its hashtags, when it meets, who hosts it. Posts come from exports of X, Bluesky and
/// Mastodon, TAGS sheets and tables (docs/chats.md). Who appears how in public is in chats/consent.csv: a line there is
/// honoured at the next build.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure chat new nhssm --hashtag nhssm --time-zone Europe/London
  someasure chat import nhssm january.jsonl tags.csv
  someasure chat sessions nhssm
  someasure chat transcript nhssm --session 2015-01-14 --output chat.html
  someasure chat stats nhssm --json")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    New(new::Args),
    Import(import::Args),
    Sessions(sessions::Args),
    Transcript(transcript::Args),
    Stats(stats::Args),
    Network(network::Args),
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    match &args.what {
        What::New(args) => new::run(args, common),
        What::Import(args) => import::run(args, common),
        What::Sessions(args) => sessions::run(args, common),
        What::Transcript(args) => transcript::run(args, common),
        What::Stats(args) => stats::run(args, common),
        What::Network(args) => network::run(args, common),
    }
}

/// A chat as the ledger keeps it.
pub(super) struct Kept {
    pub(super) chat: Chat,
    pub(super) archive: Archive,
    tally: Tally,
    pub(super) as_at: Instant,
    /// Whether the data are made up: whatever is told of them says so.
    pub(super) simulated: bool,
    pub(super) threads: usize,
}

impl Kept {
    /// Until the program ends: a command reads one chat, and to take a million posts apart again takes a second.
    pub(super) fn read(id: &ChatId, extent: Extent, common: &Common) -> Outcome<&'static Self> {
        let folder = common.folder()?;
        let chat = folder.chats.get(id)?.clone();
        let ledger = open_ledger(&folder, common.threads())?;
        let spinner = common.console().spinner(&format!("reading {id}"));
        let (archive, tally) = archive(&folder, &ledger, id, extent)?;
        let simulated = folder.is_simulated(&ledger)?;
        spinner.finish_and_clear();
        tally.warnings.iter().for_each(|warning| common.console().warn(warning));
        if tally.read == 0 {
            return Err(Failure::wrong_data(format!(
                "nothing of {id} has been imported yet: `someasure chat import {id} FILE`"
            )));
        }
        let threads = ledger.limits().threads;
        Ok(Box::leak(Box::new(Self { chat, archive, tally, as_at: now()?, simulated, threads })))
    }

    /// Says that the data are made up, where they are, above what people read.
    pub(super) fn say_if_simulated(&self, console: Console) {
        if self.simulated {
            console.say(SIMULATED_DATA);
        }
    }

    /// The chat as a conversation, with its sessions; until the program ends, as the chat itself.
    pub(super) fn conversation(&'static self) -> &'static (Conversation<'static>, Sessions) {
        let conversation = Conversation::on_threads(&self.chat, &self.archive, self.as_at, self.threads);
        let sessions = found(&conversation);
        Box::leak(Box::new((conversation, sessions)))
    }
}

/// The session of that name, or the latest one.
pub(super) fn session(sessions: &Sessions, asked: Option<SessionId>) -> Outcome<&Session> {
    let all = &sessions.sessions;
    let known = || {
        let names: Vec<String> = all.iter().rev().take(5).map(|session| session.id.to_string()).collect();
        if names.is_empty() {
            "it has none yet".to_owned()
        } else {
            format!("the latest are {}", names.join(", "))
        }
    };
    match asked {
        Some(id) => {
            sessions.get(id).ok_or_else(|| Failure::usage(format!("there is no session {id}; {}", known())))
        }
        None => all
            .iter()
            .rev()
            .find(|session| !session.posts.is_empty())
            .ok_or_else(|| Failure::wrong_data(format!("there is no session to show; {}", known()))),
    }
}
