//! The chats of a project: their files, how people agreed to appear, and what the ledger keeps of each.

pub(crate) mod report;
pub(crate) mod stories;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use someasure_ledger::{ChatRows, Extent, Ledger};
use someasure_model::chat::{Archive, Chat, ChatId, ChatPost, Consent, Person};
use someasure_model::suggest::closest;
use someasure_model::{AccountId, Handle, Input, Instant, LeftOut, OrganisationId, Post, PostId, PostKind};

use crate::failure::{Failure, Outcome};
use crate::folder::{Folder, Wrong, input, unambiguous};

/// How people agreed to appear; private, like objections.
pub(crate) const CONSENT: &str = "chats/consent.csv";

/// All chats by name, and what people asked for.
#[derive(Debug, Default)]
pub(crate) struct Chats {
    pub(crate) chats: BTreeMap<ChatId, Chat>,
    /// Of accounts; the last line of an account counts.
    consents: BTreeMap<AccountId, Consent>,
    /// The line that counts of each account.
    lines: BTreeMap<AccountId, u64>,
    /// Posts that are to be removed, with the line that says so.
    removed: BTreeMap<PostId, u64>,
}

/// Its columns.
const COLUMNS: &str = "account_id, post_id, state, on, note";

/// The latest day that has begun anywhere on earth.
fn latest_day(now: Instant) -> Date {
    Instant::from_micros(now.micros().saturating_add(14 * 3_600_000_000)).date(&TimeZone::UTC)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentRow {
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    post_id: Option<String>,
    state: String,
    #[serde(default)]
    on: Option<Date>,
    #[serde(default)]
    #[expect(dead_code, reason = "for people who read the file")]
    note: Option<String>,
}

impl Chats {
    /// Reads `chats/`; what cannot be read is told, and what people are said to have asked for after `now`.
    pub(crate) fn read(
        root: &Path,
        now: Instant,
        inputs: &mut Vec<Input>,
        wrong: &mut Wrong,
    ) -> Outcome<Self> {
        let mut read = Self::default();
        let directory = root.join("chats");
        let mut paths = Vec::new();
        match fs::read_dir(&directory) {
            Ok(entries) => {
                for entry in entries {
                    paths.push(entry.context("chats")?.path());
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(read),
            Err(error) => return Err(anyhow::Error::new(error).context("chats").into()),
        }
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let name = format!("chats/{stem}.toml");
            let bytes = fs::read(path).with_context(|| name.clone())?;
            inputs.push(input(&name, &bytes));
            let chat = String::from_utf8(bytes)
                .map_err(|_| "it is not UTF-8; save it as UTF-8".to_owned())
                .and_then(|text| {
                    Chat::from_toml(text.strip_prefix('\u{feff}').unwrap_or(&text))
                        .map_err(|error| error.to_string())
                });
            match (stem.parse::<ChatId>(), chat) {
                (Ok(id), Ok(chat)) => drop(read.chats.insert(id, chat)),
                (Err(error), _) => wrong.push(format!("{name}: {error}; rename the file")),
                (_, Err(error)) => wrong.push(format!("{name}: {error}")),
            }
        }
        read.consents(root, now, wrong)?;
        Ok(read)
    }

    fn consents(&mut self, root: &Path, now: Instant, wrong: &mut Wrong) -> Outcome {
        let bytes = match fs::read(root.join(CONSENT)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(anyhow::Error::new(error).context(CONSENT).into()),
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(false).from_reader(bytes);
        let head = table.headers().cloned().unwrap_or_default();
        if let Some(by) = [(";", "semicolons"), ("\t", "tabs")]
            .into_iter()
            .find_map(|(sign, by)| (head.len() == 1 && head[0].contains(sign)).then_some(by))
        {
            wrong.push(format!(
                "{CONSENT}: line 1: '{}': its columns are separated by {by}; save it with commas: {COLUMNS}",
                &head[0]
            ));
            return Ok(());
        }
        let today = latest_day(now);
        let mut dates: BTreeMap<AccountId, Option<Date>> = BTreeMap::new();
        for record in table.records() {
            let place = record.as_ref().ok().and_then(csv::StringRecord::position).map(csv::Position::line);
            let (row, line) = match record.and_then(|record| record.deserialize::<ConsentRow>(Some(&head))) {
                Ok(row) => (row, place.unwrap_or(0)),
                Err(error) => {
                    let line = place.or(error.position().map(csv::Position::line)).unwrap_or(0);
                    let why = match error.kind() {
                        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
                        _ => error.to_string(),
                    };
                    wrong.push(format!("{CONSENT}: line {line}: {why}; its columns are {COLUMNS}"));
                    continue;
                }
            };
            // A day that has not come would count for more than every wish until then.
            if let Some(on) = row.on.filter(|on| *on > today) {
                wrong.push(format!(
                    "{CONSENT}: line {line}: on is {on}, which has not come yet (today is {today}): write the day on which it was \
                     asked for, or leave it empty"
                ));
                continue;
            }
            if let Err(why) = self.add(&row, line, &mut dates) {
                wrong.push(format!("{CONSENT}: line {line}: {why}"));
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        row: &ConsentRow,
        line: u64,
        dates: &mut BTreeMap<AccountId, Option<Date>>,
    ) -> Result<(), String> {
        let filled = |cell: &Option<String>| cell.clone().filter(|text| !text.is_empty());
        let state = match row.state.to_lowercase().as_str() {
            "named" => Consent::Named,
            "pseudonymous" => Consent::Pseudonymous,
            "removed" => Consent::Removed,
            other => {
                return Err(format!("state '{other}' is not named, pseudonymous or removed; correct it"));
            }
        };
        match (filled(&row.account_id), filled(&row.post_id)) {
            (Some(account), None) => {
                let id: AccountId = account.parse().map_err(|error| format!("account_id: {error}"))?;
                // Of two lines the later day counts, and of one day the later line; no day is before all days.
                if dates.get(&id).is_none_or(|known| row.on >= *known) {
                    dates.insert(id.clone(), row.on);
                    self.lines.insert(id.clone(), line);
                    self.consents.insert(id, state);
                }
                Ok(())
            }
            (None, Some(post)) if state == Consent::Removed => {
                self.removed.insert(post.parse().map_err(|error| format!("post_id: {error}"))?, line);
                Ok(())
            }
            (None, Some(post)) => Err(format!(
                "post_id '{post}': a single post can only be removed; how its author appears is said by account_id"
            )),
            _ => Err("a line needs an account_id or a post_id, and not both".to_owned()),
        }
    }

    /// What an account asked for, under any id or handle that it ever had. Where several lines say different things, the one
    /// that shows less counts. A handle that two had names neither of them and removes both.
    fn said(&self, id: &AccountId, handle: Option<&Handle>, known: &Known<'_>) -> Option<Consent> {
        let of = |id: &AccountId| self.consents.get(id).copied();
        let careful = |said: &Consent| *said != Consent::Named;
        let current = handle.map(|handle| AccountId::provisional(&id.platform(), handle));
        let handles = known.of.get(id).into_iter().flatten().copied().chain(&current);
        let by_handle =
            handles.filter_map(|handle| of(handle).filter(|said| careful(said) || known.owners(handle) < 2));
        // Posts of a handle that two had may be of either.
        let owners = known.owners.get(id).into_iter().flatten();
        let by_owner = owners.filter_map(|owner| of(owner).filter(careful));
        of(id).into_iter().chain(by_handle).chain(by_owner).max()
    }

    /// Who asked not to be named, and wrote nothing here: others may speak of them.
    fn unheard(
        &self,
        people: &BTreeMap<AccountId, Person>,
        known: &Known<'_>,
        organisations: &BTreeMap<AccountId, OrganisationId>,
    ) -> Vec<Person> {
        let provisional = |person: &Person| -> Vec<AccountId> {
            let handles = person.handle.iter().chain(&person.earlier_handles);
            handles.map(|handle| AccountId::provisional(&person.account_id.platform(), handle)).collect()
        };
        let heard: BTreeSet<AccountId> = people.values().flat_map(provisional).collect();
        let mut unheard: BTreeMap<&AccountId, Consent> = BTreeMap::new();
        for (wish, said) in self.consents.iter().filter(|(_, said)| **said != Consent::Named) {
            let id = known.aliases.get(wish).unwrap_or(wish);
            if !people.contains_key(id) && !heard.contains(wish) {
                let shown = unheard.entry(id).or_insert(*said);
                *shown = (*shown).max(*said);
            }
        }
        let person = |(id, consent): (&AccountId, Consent)| {
            let had = known.of.get(id).into_iter().flatten().copied().chain([id]);
            let mut handles = had.filter_map(AccountId::provisional_handle);
            Person {
                account_id: id.clone(),
                handle: handles.next(),
                earlier_handles: handles.collect(),
                display_name: None,
                organisation_id: organisations.get(id).cloned(),
                consent,
            }
        };
        unheard.into_iter().map(person).collect()
    }

    /// Lines of the consent file whose handle more than one account had, each in a sentence.
    fn of_several(&self, handles: &BTreeMap<AccountId, BTreeSet<AccountId>>) -> Vec<String> {
        let several = |id: &AccountId| handles.get(id).filter(|ids| ids.len() > 1);
        let lines = self.consents.iter().filter_map(|(id, said)| Some((id, *said, several(id)?)));
        let told = lines.map(|(handle, said, ids)| {
            let ids: Vec<&str> = ids.iter().map(AccountId::as_str).collect();
            let does = match said {
                Consent::Named => "so the line names none of them",
                Consent::Pseudonymous => "so none of them is named",
                Consent::Removed => "so all of them are removed",
            };
            format!(
                "{CONSENT}: {handle} was the handle of {} accounts ({}), {does}; write the id of the one whose wish it is",
                ids.len(),
                ids.join(", ")
            )
        });
        told.collect()
    }

    /// Lines of the consent file that remove somebody, or a post, of whom the ledger has nothing, each in a sentence.
    fn of_nobody(
        &self,
        folder: &Folder,
        ledger: &Ledger,
        handles: &BTreeMap<AccountId, BTreeSet<AccountId>>,
    ) -> Outcome<Vec<String>> {
        let removed = self.consents.iter().filter(|(_, said)| **said == Consent::Removed);
        // Who was erased is in no table, and is hidden all the same.
        let erased = folder.suppressed();
        let mut accounts: BTreeSet<&AccountId> = removed
            .map(|(id, _)| id)
            .filter(|id| !handles.contains_key(*id) && !erased.contains(*id))
            .collect();
        for id in ledger.accounts_among(&accounts)? {
            accounts.remove(&id);
        }
        let mut posts: BTreeSet<&PostId> = self.removed.keys().collect();
        for id in ledger.posts_among(&posts)? {
            posts.remove(&id);
        }
        let accounts = accounts.into_iter().map(|id| (self.lines.get(id), id.as_str()));
        let posts = posts.into_iter().map(|id| (self.removed.get(id), id.as_str()));
        let mut lines: Vec<(u64, &str)> =
            accounts.chain(posts).map(|(line, id)| (line.copied().unwrap_or(0), id)).collect();
        lines.sort_unstable();
        let told = lines.into_iter().map(|(line, id)| {
            format!(
                "{CONSENT}: line {line}: {id} is to be removed, and the ledger has nothing of it: look whether it is spelt as the \
                 platform has it. If it is, the line holds for where others speak of it, and for what is imported later"
            )
        });
        Ok(told.collect())
    }

    /// What whoever runs a command should know of lines of the consent file, each in a sentence.
    pub(crate) fn doubts(&self, folder: &Folder, ledger: &Ledger) -> Outcome<Vec<String>> {
        let handles = folder.handles(ledger)?;
        self.doubts_with(folder, ledger, &handles)
    }

    fn doubts_with(
        &self,
        folder: &Folder,
        ledger: &Ledger,
        handles: &BTreeMap<AccountId, BTreeSet<AccountId>>,
    ) -> Outcome<Vec<String>> {
        let mut told = self.of_several(handles);
        told.extend(self.of_nobody(folder, ledger, handles)?);
        Ok(told)
    }

    /// The chat of that name.
    pub(crate) fn get(&self, id: &ChatId) -> Outcome<&Chat> {
        self.chats.get(id).ok_or_else(|| {
            let hint = match closest(id.as_str(), self.chats.keys().map(ChatId::as_str)) {
                Some(close) => format!("did you mean '{close}'?"),
                None => format!("`someasure chat new {id} --hashtag {id}` makes one"),
            };
            Failure::usage(format!("there is no chats/{id}.toml; {hint}"))
        })
    }
}

/// How many posts were read, and what they are. `read` = `posts` + `reposts` + `duplicates` + `other`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Tally {
    /// Rows of all imported files.
    pub(crate) read: u64,
    /// Posts of the chat that are no reposts.
    pub(crate) posts: u64,
    /// Posts of the chat that pass another on.
    pub(crate) reposts: u64,
    /// Of the posts, those that answer another.
    pub(crate) replies: u64,
    /// Read again, or an earlier version of a post that was edited.
    pub(crate) duplicates: u64,
    /// Of the duplicates, earlier versions.
    pub(crate) earlier_versions: u64,
    /// Not counted, for the reasons below.
    pub(crate) other: u64,
    /// Without any of the chat's hashtags.
    pub(crate) other_hashtags: u64,
    /// From a platform where the chat does not meet.
    pub(crate) other_platforms: u64,
    /// They say that they were written after they were read.
    pub(crate) from_the_future: u64,
    /// Deleted, or removed because somebody asked.
    pub(crate) withdrawn: u64,
    /// What whoever runs a command should know of how it was counted.
    #[serde(skip)]
    pub(crate) warnings: Vec<String>,
}

/// What is kept of a chat, ready to be read as a conversation.
pub(crate) fn archive(
    folder: &Folder,
    ledger: &Ledger,
    id: &ChatId,
    extent: Extent,
) -> Outcome<(Archive, Tally)> {
    let chat = folder.chats.get(id)?;
    let handles = folder.handles(ledger)?;
    let aliases = unambiguous(&handles);
    let rows = ledger.chat(id, extent, &aliases, |hashtag| chat.is_its(hashtag))?;
    let (archive, mut tally) = sorted(folder, chat, rows, &Known::new(&handles, &aliases));
    tally.warnings = folder.chats.doubts_with(folder, ledger, &handles)?;
    Ok((archive, tally))
}

/// Which handles are whose, and ever were.
struct Known<'a> {
    /// All who had a handle.
    owners: &'a BTreeMap<AccountId, BTreeSet<AccountId>>,
    aliases: &'a BTreeMap<AccountId, AccountId>,
    /// All handles that an account had, as provisional ids.
    of: foldhash::HashMap<&'a AccountId, Vec<&'a AccountId>>,
}

impl<'a> Known<'a> {
    fn new(
        owners: &'a BTreeMap<AccountId, BTreeSet<AccountId>>,
        aliases: &'a BTreeMap<AccountId, AccountId>,
    ) -> Self {
        let mut of: foldhash::HashMap<&AccountId, Vec<&AccountId>> = foldhash::HashMap::default();
        for (handle, ids) in owners {
            ids.iter().for_each(|id| of.entry(id).or_default().push(handle));
        }
        Self { owners, aliases, of }
    }

    fn owners(&self, handle: &AccountId) -> usize {
        self.owners.get(handle).map_or(0, BTreeSet::len)
    }
}

fn sorted(folder: &Folder, chat: &Chat, rows: ChatRows, known: &Known<'_>) -> (Archive, Tally) {
    let left_out = |reason| rows.left_out.get(&reason).copied().unwrap_or(0);
    let earlier_versions = left_out(LeftOut::EarlierVersion);
    let mut tally = Tally {
        read: rows.read,
        duplicates: rows.read.saturating_sub(rows.distinct) + earlier_versions,
        earlier_versions,
        from_the_future: left_out(LeftOut::FromTheFuture),
        withdrawn: left_out(LeftOut::Deleted),
        ..Tally::default()
    };
    let mut archive = Archive { withdrawn: rows.deleted, covered: rows.covered, ..Archive::default() };
    let platforms: BTreeSet<&str> = chat.platforms.iter().map(AsRef::as_ref).collect();
    archive.posts = rows.posts;
    // A repost passes on what it has no hashtags of where its source names the original only.
    let is_bare = |row: &ChatPost| row.post.kind == Some(PostKind::Repost) && !row.tagged;
    let mut passed_on: foldhash::HashMap<PostId, bool> = foldhash::HashMap::default();
    for row in archive.posts.iter().filter(|row| is_bare(row)) {
        passed_on.extend(row.post.quoted_post_id.clone().map(|original| (original, false)));
    }
    if !passed_on.is_empty() {
        for row in archive.posts.iter().filter(|row| row.tagged) {
            passed_on.entry(row.post.post_id.clone()).and_modify(|is_the_chats| *is_the_chats = true);
        }
    }
    let passes_on_its =
        |post: &Post| post.quoted_post_id.as_ref().is_some_and(|id| passed_on.get(id) == Some(&true));
    let others = archive.posts.extract_if(.., |row| {
        let post = &row.post;
        if folder.chats.removed.contains_key(&post.post_id) {
            tally.withdrawn += 1;
        } else if !platforms.is_empty() && !platforms.contains(post.account_id.on()) {
            tally.other_platforms += 1;
        } else if !(row.tagged || is_bare(row) && passes_on_its(post)) {
            tally.other_hashtags += 1;
        } else {
            match post.kind {
                Some(PostKind::Repost) => tally.reposts += 1,
                _ => tally.posts += 1,
            }
            tally.replies += u64::from(post.kind == Some(PostKind::Reply));
            return false;
        }
        true
    });
    for row in others {
        if !folder.chats.removed.contains_key(&row.post.post_id) {
            archive.context.push(row);
            continue;
        }
        let is_its = row.tagged && (platforms.is_empty() || platforms.contains(row.post.account_id.on()));
        if is_its && row.post.kind != Some(PostKind::Repost) {
            archive.withdrawn_at.push(row.post.created_at);
        }
        archive.withdrawn.push(row.post.post_id.clone());
    }
    tally.other = tally.other_hashtags + tally.other_platforms + tally.from_the_future + tally.withdrawn;
    archive.withdrawn.sort();
    archive.withdrawn_at.sort();
    archive
        .context
        .extend(rows.context.into_iter().filter(|row| !folder.chats.removed.contains_key(&row.post.post_id)));
    archive
        .context
        .sort_by(|a, b| (a.post.created_at, &a.post.post_id).cmp(&(b.post.created_at, &b.post.post_id)));
    let organisations = organisations(folder, known.aliases);
    // Whose posts are not for everybody agreed to nothing: until they say otherwise they do not appear.
    let every = || archive.posts.iter().chain(&archive.context);
    let protected: BTreeSet<AccountId> = every()
        .filter(|row| !rows.protected.is_empty() && rows.protected.contains(&row.post.post_id))
        .map(|row| row.post.account_id.clone())
        .collect();
    let authors: foldhash::HashSet<&AccountId> = every().map(|row| &row.post.account_id).collect();
    for id in authors {
        let called = rows.called.get(id).cloned().unwrap_or_default();
        let handle = called.handle.or_else(|| id.provisional_handle());
        let consent = folder.chats.said(id, handle.as_ref(), known).unwrap_or(if protected.contains(id) {
            Consent::Removed
        } else {
            chat.people.consent()
        });
        let had = known.of.get(id).into_iter().flatten().filter_map(|other| other.provisional_handle());
        let person = Person {
            account_id: id.clone(),
            earlier_handles: had.filter(|other| Some(other) != handle.as_ref()).collect(),
            display_name: called.display_name,
            organisation_id: organisations.get(id).cloned(),
            handle,
            consent,
        };
        archive.people.insert(id.clone(), person);
    }
    // Who was erased is in no table. Without an entry others' words would bring back every handle that they had.
    for id in folder.suppressed() {
        let person = archive.people.entry(id.clone()).or_insert_with(|| Person {
            account_id: id.clone(),
            handle: id.provisional_handle(),
            earlier_handles: Vec::new(),
            display_name: None,
            organisation_id: None,
            consent: Consent::Removed,
        });
        person.consent = Consent::Removed;
    }
    for person in folder.chats.unheard(&archive.people, known, &organisations) {
        archive.people.insert(person.account_id.clone(), person);
    }
    (archive, tally)
}

/// Whose accounts are whose; those of persons are their own.
fn organisations(
    folder: &Folder,
    aliases: &BTreeMap<AccountId, AccountId>,
) -> BTreeMap<AccountId, OrganisationId> {
    let accounts = folder.loaded.register.accounts.iter();
    accounts
        .filter(|account| account.role.as_deref() != Some("person"))
        .filter_map(|account| {
            let id = account.id()?;
            Some((aliases.get(&id).cloned().unwrap_or(id), account.organisation_id.clone()))
        })
        .collect()
}
