//! `someasure chat import`

use std::path::PathBuf;

use someasure_collect::exports::{Format, Options};
use someasure_model::chat::ChatId;
use someasure_model::{Instant, Lane};

use super::super::import::{lane, time_zone};
use super::super::{now, print_json};
use super::Common;
use crate::chats::stories::stale;
use crate::console::count;
use crate::failure::{Failure, Outcome};
use crate::jobs::import::chat::{Request, run as import};
use crate::jobs::import::open_ledger;

/// Read exports of a chat into the ledger.
///
/// Every format is recognised by its first records (--format says it where that fails). What is there already is passed
/// over, so files may overlap and be imported again. Posts without the chat's hashtags are kept and not counted as its own.
/// `data_ID.json` and `users_ID.json` of academictwitteR, named together, are read as the one page that they were.
#[derive(Debug, clap::Args)]
#[command(after_help = "Formats:
  x-v2      X (Twitter) API v2 JSON, as twarc2 writes it, flattened or not
  x-v1      Twitter API v1.1 JSON: searches, timelines, streams, twarc 1
  tags      a TAGS sheet saved as CSV
  rtweet    CSV with the columns of rtweet, academictwitteR, twint or twarc-csv
  bluesky   Bluesky API JSON: searches, feeds, threads, records
  mastodon  Mastodon API JSON: statuses, timelines, contexts, searches
  own       our own CSV or JSONL (docs/chat-exports.md)")]
pub(super) struct Args {
    /// The chat.
    #[arg(value_name = "CHAT")]
    chat: ChatId,
    /// The files, plain or packed with gzip or zstd.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What they are.
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    format: Format,
    /// When the posts were read, where the file does not say; without it the newest post's time is taken.
    #[arg(long, value_name = "INSTANT")]
    observed_at: Option<Instant>,
    /// For `own`: the time zone of times that state none.
    #[arg(long, value_name = "ZONE", value_parser = time_zone)]
    time_zone: Option<String>,
    /// For `mastodon`: the server that answered, where the file does not say.
    #[arg(long, value_name = "HOST")]
    server: Option<String>,
    /// The encoding of the text, where it is not UTF-8: windows-1252.
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    /// Where the data come from, in words.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// On what terms they came: open, keyed or contributed.
    #[arg(long, value_parser = lane, default_value = "contributed")]
    lane: Lane,
    /// How long they may be kept, in words.
    #[arg(long, value_name = "TEXT", default_value = "unlimited")]
    retention: String,
    /// Read files again that have been imported before.
    #[arg(long)]
    again: bool,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let mut folder = common.folder()?;
    let zone = args.time_zone.as_deref().map(someasure_model::time::time_zone).transpose();
    let request = Request {
        chat: &args.chat,
        files: &args.files,
        format: args.format,
        options: Options {
            now: now()?,
            observed_at: args.observed_at,
            time_zone: zone.map_err(anyhow::Error::from)?,
            server: args.server.clone(),
            encoding: args.encoding.clone(),
        },
        source: args.source.clone(),
        lane: args.lane,
        retention: args.retention.clone(),
        again: args.again,
        threads: common.threads(),
    };
    let console = common.console();
    let reports = import(&mut folder, &request, console)?;
    if common.json {
        print_json(console, &reports)?;
    }
    if reports.iter().any(|report| report.removed > 0) {
        let ledger = open_ledger(&folder, common.threads())?;
        for stale in stale(&folder, &ledger, now()?)? {
            console.warn(&stale);
        }
    }
    let useless = reports.iter().filter(|report| report.useless.is_some()).count() as u64;
    if useless > 0 {
        let files = count(useless, "file gave", "files gave");
        return Err(Failure::wrong_data(format!("{files} nothing at all; the others were imported")));
    }
    Ok(())
}
