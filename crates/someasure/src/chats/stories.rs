//! The stories of a project: `stories/*.md` beside the archive that they quote.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use someasure_chat::story::{
    Directory, Finding, Sources, StoryFile, check, check_session, found_in, resolve,
};
use someasure_chat::{Conversation, sessions};
use someasure_ledger::{Extent, Ledger};
use someasure_model::chat::story::{StoryId, ToldStory};
use someasure_model::chat::{Archive, Chat, People, SessionId};
use someasure_model::suggest::closest;
use someasure_model::{Input, Instant};
use someasure_report::marked_as_simulated;

use super::archive;
use super::report::terms;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::folder::{Folder, Wrong, input};

/// All stories by name.
#[derive(Debug, Default)]
pub(crate) struct Stories(pub(crate) BTreeMap<StoryId, StoryFile>);

impl Stories {
    /// Reads `stories/*.md`; what is wrong is told with its line.
    pub(crate) fn read(root: &Path, inputs: &mut Vec<Input>, wrong: &mut Wrong) -> Outcome<Self> {
        let mut stories = Self::default();
        let Ok(entries) = fs::read_dir(root.join("stories")) else { return Ok(stories) };
        let mut names: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .filter(|name| name.ends_with(".md"))
            .collect();
        names.sort();
        for name in names {
            let path = format!("stories/{name}");
            let bytes = fs::read(root.join(&path)).with_context(|| path.clone())?;
            inputs.push(input(&path, &bytes));
            let id = name.trim_end_matches(".md").parse::<StoryId>();
            let text = String::from_utf8(bytes);
            match (id, text) {
                (Ok(id), Ok(text)) => {
                    match StoryFile::parse(&id, text.strip_prefix('\u{feff}').unwrap_or(&text)) {
                        Ok(story) => drop(stories.0.insert(id, story)),
                        Err(errors) => wrong.extend(errors.iter().map(ToString::to_string)),
                    }
                }
                (Err(error), _) => wrong.push(format!("{path}: {error}; rename the file")),
                (_, Err(_)) => wrong.push(format!("{path}: it is not UTF-8; save it as UTF-8")),
            }
        }
        Ok(stories)
    }

    /// The story of that name.
    pub(crate) fn get(&self, id: &StoryId) -> Outcome<&StoryFile> {
        self.0.get(id).ok_or_else(|| {
            let hint = match closest(id.as_str(), self.0.keys().map(StoryId::as_str)) {
                Some(close) => format!("did you mean '{close}'?"),
                None => "`someasure story new` drafts one".to_owned(),
            };
            Failure::usage(format!("there is no stories/{id}.md; {hint}"))
        })
    }
}

/// What a story is told from.
pub(crate) struct Source {
    chat: Chat,
    archive: Archive,
    people: Directory,
    warnings: Vec<String>,
    /// The chat's, where the story names one.
    sessions: Vec<SessionId>,
}

impl Source {
    /// Says what whoever asked should know of how people appear.
    pub(crate) fn warn(&self, console: Console) {
        self.warnings.iter().for_each(|warning| console.warn(warning));
    }

    /// The archive of the story's chat; nothing where it names none.
    pub(crate) fn of(folder: &Folder, ledger: &Ledger, story: &StoryFile, as_at: Instant) -> Outcome<Self> {
        let (chat, archive, warnings) = match &story.head.chat {
            None => (nowhere(), Archive::default(), Vec::new()),
            Some(id) => {
                let (archive, tally) = archive(folder, ledger, id, Extent::Shown)?;
                (folder.chats.get(id)?.clone(), archive, tally.warnings)
            }
        };
        let conversation = Conversation::new(&chat, &archive, as_at);
        let found =
            story.head.chat.as_ref().and(story.head.session).map(|_| sessions(&conversation).sessions);
        let sessions = found.into_iter().flatten().map(|session| session.id).collect();
        let people = Directory::of(&conversation);
        Ok(Self { chat, archive, people, warnings, sessions })
    }

    fn asked<T>(&self, ask: impl FnOnce(&Sources<'_>) -> T) -> T {
        let terms = terms(&self.chat);
        ask(&Sources { post: &found_in(&self.archive), people: &self.people, terms: &terms })
    }

    /// The story as it may be shown today, with its pictures.
    pub(crate) fn told(&self, folder: &Folder, story: &StoryFile) -> Outcome<ToldStory> {
        let mut pictures = BTreeMap::new();
        for name in story.pictures() {
            let path = format!("stories/{name}");
            let bytes = fs::read(folder.root.join(&path)).map_err(|error| {
                Failure::wrong_data(format!(
                    "stories/{}.md: the picture {path} cannot be read: {error}",
                    story.id
                ))
            })?;
            pictures.insert(name.to_owned(), bytes);
        }
        let chat_title = story.head.chat.is_some().then(|| self.chat.title.clone());
        let zone = self.chat.time_zone.clone();
        Ok(ToldStory {
            story: self.asked(|sources| resolve(story, sources)),
            chat_title,
            time_zone: zone,
            pictures,
        })
    }

    /// What a curator should know.
    pub(crate) fn findings(&self, story: &StoryFile) -> Vec<Finding> {
        let mut found = self.asked(|sources| check(story, sources));
        found.extend(story.head.chat.as_ref().and_then(|_| check_session(story, &self.sessions)));
        found.sort();
        found
    }
}

/// Folders that `story build` wrote and that are not what it would write today, each in a sentence: what was withdrawn since
/// may still stand in them. Nothing is written or removed here, because a folder may have been published as it is.
pub(crate) fn stale(folder: &Folder, ledger: &Ledger, as_at: Instant) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder.root.join("stories")) else { return Ok(found) };
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| folder.root.join("stories").join(name).join("story.json").is_file())
        .collect();
    names.sort();
    let simulated = !names.is_empty() && folder.is_simulated(ledger)?;
    for name in names {
        let story = name.parse::<StoryId>().ok().and_then(|id| folder.stories.0.get(&id));
        let Some(story) = story else {
            found.push(format!(
                "stories/{name}/ was built from a story that is gone: it still shows what it showed then; delete the folder"
            ));
            continue;
        };
        let told = Source::of(folder, ledger, story, as_at)?.told(folder, story)?;
        let files = someasure_report::story_files(&told, &folder.project.publication).into_iter();
        let mut files = files.map(|file| if simulated { marked_as_simulated(file) } else { file });
        let built = fs::read(folder.root.join("stories").join(&name).join("story.json")).unwrap_or_default();
        if files.any(|file| file.path == "story.json" && file.bytes != built) {
            found.push(format!(
                "stories/{name}/ is not what would be built today, and may still show what was withdrawn since: run \
                 `someasure story build {name}` or delete the folder, and take down what was published of it"
            ));
        }
    }
    Ok(found)
}

/// The chat of a story that names none.
fn nowhere() -> Chat {
    Chat {
        title: String::new(),
        about: String::new(),
        hashtags: Vec::new(),
        platforms: Vec::new(),
        hosts: Vec::new(),
        time_zone: "UTC".to_owned(),
        from: None,
        to: None,
        people: People::Pseudonymous,
        republish: Vec::new(),
        notice: String::new(),
        schedules: Vec::new(),
        sessions: Vec::new(),
    }
}

/// All stories that are ready, the newest first.
pub(crate) fn told(folder: &Folder, ledger: &Ledger, as_at: Instant) -> Outcome<Vec<ToldStory>> {
    let mut ready: Vec<&StoryFile> = folder.stories.0.values().filter(|story| !story.head.draft).collect();
    // Those of one chat together, so that its archive is read once.
    ready.sort_by(|a, b| a.head.chat.cmp(&b.head.chat));
    let mut told = Vec::with_capacity(ready.len());
    for of_chat in ready.chunk_by(|a, b| a.head.chat == b.head.chat) {
        let source = Source::of(folder, ledger, of_chat[0], as_at)?;
        for story in of_chat {
            told.push(source.told(folder, story)?);
        }
    }
    told.sort_by(|a, b| {
        (std::cmp::Reverse(a.story.date), &a.story.id).cmp(&(std::cmp::Reverse(b.story.date), &b.story.id))
    });
    Ok(told)
}
