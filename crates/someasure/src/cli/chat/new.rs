//! `someasure chat new`

use std::fs;

use someasure_ledger::storage::write_file;
use someasure_model::chat::{Chat, ChatId};

use super::Common;
use crate::failure::{Failure, Outcome};

/// Begin a chat: write chats/NAME.toml, to be filled in.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its name in files and addresses: lower-case letters, digits and '-'.
    #[arg(value_name = "CHAT")]
    chat: ChatId,
    /// A hashtag, with or without '#'; again for each variant.
    #[arg(long, required = true, value_name = "TAG")]
    hashtag: Vec<String>,
    /// Whose clock its hours are on; without it the project's.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The day of the week on which it meets.
    #[arg(long, value_name = "DAY", requires = "starts")]
    weekday: Option<String>,
    /// When it begins: 20:00.
    #[arg(long, value_name = "TIME", requires = "weekday")]
    starts: Option<String>,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let folder = common.folder()?;
    let path = format!("chats/{}.toml", args.chat);
    let place = folder.root.join(&path);
    if fs::symlink_metadata(&place).is_ok() {
        return Err(Failure::usage(format!("{path} is there already; edit it")));
    }
    let text = template(args, &folder.project.time_zone);
    Chat::from_toml(&text).map_err(|error| Failure::usage(error.to_string()))?;
    fs::create_dir_all(folder.root.join("chats")).map_err(anyhow::Error::from)?;
    write_file(&place, text.as_bytes()).map_err(anyhow::Error::from)?;
    let console = common.console();
    let hours = if args.starts.is_some() { "" } else { "Fill in its hours, if it has any, then: " };
    console.say(&format!("Written: {path}. {hours}someasure chat import {} FILE", args.chat));
    Ok(())
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn template(args: &Args, zone: &str) -> String {
    let bare = |tag: &String| quoted(tag.trim_start_matches('#'));
    let hashtags: Vec<String> = args.hashtag.iter().map(bare).collect();
    let title = quoted(&format!("#{}", args.hashtag[0].trim_start_matches('#')));
    let zone = quoted(args.time_zone.as_deref().unwrap_or(zone));
    let schedule = match (&args.weekday, &args.starts) {
        (Some(weekday), Some(starts)) => {
            format!("[[schedule]]\nweekday = {}\nstarts = {}\nminutes = 60\n", quoted(weekday), quoted(starts))
        }
        _ => "# When it meets, an entry for each time that the day or the hour moved. Without any, sessions are found from\n\
              # bursts of posts.\n# [[schedule]]\n# to = \"2014-12-31\"\n# weekday = \"wednesday\"\n# starts = \"20:00\"\n# minutes = 60\n"
            .to_owned(),
    };
    format!(
        "title = {title}\nabout = \"\"\nhashtags = [{}]\n\
         # Where it meets; without it wherever its posts come from.\n# platforms = [\"x\", \"bluesky\"]\n\
         # Who hosts it: hosts = [\"x:@nhssm\"]\nhosts = []\ntime_zone = {zone}\n\
         # How those appear in public who have said nothing: \"pseudonymous\", or \"named\" where the notice has told them.\n\
         people = \"pseudonymous\"\n\
         # What the chat tells those who take part about its archive, and how to be removed from it.\nnotice = \"\"\n\n{schedule}\n\
         # What is known of single sessions.\n# [[session]]\n# date = \"2014-12-17\"\n# topic = \"The report\"\n\
         # questions = [\"Is it measuring the right things?\"]\n",
        hashtags.join(", ")
    )
}
