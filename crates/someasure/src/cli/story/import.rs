//! `someasure story import`

use std::fs;
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::tz::TimeZone;
use someasure_chat::story::import::{Format, Wishes, import};
use someasure_ledger::Extent;
use someasure_ledger::storage::write_file;
use someasure_model::chat::ChatId;
use someasure_model::chat::story::StoryId;

use super::super::now;
use super::Common;
use crate::chats::archive;
use crate::failure::{Failure, Outcome};
use crate::jobs::import::open_ledger;

/// Take a story over from Storify (JSON, XML, page) or from a list of links (Wakelet, Markdown).
///
/// Your words come along; posts become references, whose words come from the archive. What could not be taken is told.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The export.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The story's name: letters, digits and '-'.
    #[arg(long, value_name = "NAME")]
    name: StoryId,
    /// The chat that it tells of: its archive has the posts.
    #[arg(long, value_name = "CHAT")]
    chat: Option<ChatId>,
    /// What the export is; without it told by its looks.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Form>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    StorifyJson,
    StorifyXml,
    StorifyHtml,
    /// Markdown, or lines with addresses
    List,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let folder = common.folder()?;
    let path = format!("stories/{}.md", args.name);
    let place = folder.root.join(&path);
    if fs::symlink_metadata(&place).is_ok() {
        return Err(Failure::usage(format!("{path} is there already: give another --name")));
    }
    let bytes = fs::read(&args.file).map_err(|error| {
        Failure::usage(format!("{} cannot be read: {error}; check the path", args.file.display()))
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::wrong_data(format!("{} is not UTF-8; save it as UTF-8", args.file.display()))
    })?;
    let mut posts = std::collections::BTreeSet::new();
    if let Some(chat) = &args.chat {
        let (kept, _) = archive(&folder, &open_ledger(&folder, common.threads())?, chat, Extent::Shown)?;
        posts.extend(kept.posts.into_iter().chain(kept.context).map(|row| row.post.post_id));
    }
    let wishes = Wishes {
        id: &args.name,
        chat: args.chat.as_ref(),
        today: now()?.date(&TimeZone::UTC),
        holds: &|id| posts.contains(id),
    };
    let form = args.format.map(|form| match form {
        Form::StorifyJson => Format::StorifyJson,
        Form::StorifyXml => Format::StorifyXml,
        Form::StorifyHtml => Format::StorifyHtml,
        Form::List => Format::List,
    });
    let taken = import(&text, form, &wishes)
        .map_err(|error| Failure::wrong_data(format!("{}: {error}", args.file.display())))?;
    fs::create_dir_all(folder.root.join("stories")).map_err(anyhow::Error::from)?;
    if let Some(kept) = &taken.kept {
        let beside = format!("stories/{}.imported.json", args.name);
        write_file(&folder.root.join(&beside), kept.as_bytes()).map_err(anyhow::Error::from)?;
    }
    write_file(&place, taken.text.as_bytes()).map_err(anyhow::Error::from)?;
    let console = common.console();
    console.say(&format!("Written: {path}, a draft"));
    for line in &taken.report {
        console.say(&format!("  {line}"));
    }
    Ok(())
}
