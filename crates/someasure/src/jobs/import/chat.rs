//! Exports of a chat into the ledger: posts with their authors and what comes along, and a sighting of each post, by which
//! the chat's counts are reconciled with its files. A search for a hashtag covers no account: it gives no claim that an
//! account's posts were seen.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;
use someasure_collect::exports::{
    self, ChatItem, Format, Notice, NoticeKind, Options, People, Record, Summary,
};
use someasure_collect::files::{RejectsWriter, Stop, profile_attempt};
use someasure_ledger::hash::sha256;
use someasure_ledger::storage::write_file;
use someasure_ledger::{Import, Look, Writer};
use someasure_model::chat::ChatId;
use someasure_model::{AccountId, Batch, Instant, Lane, LeftOut, PostId, PostKind, Sighting, Table};

use super::ledger::{as_bad, refuse_damage};
use super::{Watching, file_name, hash_file, refuse_pipe};
use crate::console::{Console, count, thousands};
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::jobs::erase::{names_of, remove_deleted, speaks_of};

/// What to import, and how.
pub(crate) struct Request<'a> {
    pub(crate) chat: &'a ChatId,
    pub(crate) files: &'a [PathBuf],
    pub(crate) format: Format,
    pub(crate) options: Options,
    pub(crate) source: Option<String>,
    pub(crate) lane: Lane,
    pub(crate) retention: String,
    /// Read a file again that has been imported before.
    pub(crate) again: bool,
    pub(crate) threads: Option<usize>,
}

/// What became of one file.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct FileReport {
    pub(crate) file: String,
    /// The file of what came along, where it was read with this one.
    pub(crate) with: Option<String>,
    pub(crate) batch: String,
    pub(crate) already_imported: bool,
    /// What it turned out to be.
    pub(crate) format: &'static str,
    /// Rows of the export: posts, people, notices and bad ones.
    pub(crate) rows: u64,
    pub(crate) posts: u64,
    pub(crate) reposts: u64,
    pub(crate) replies: u64,
    pub(crate) quotes: u64,
    /// Posts that an earlier row of this file has.
    pub(crate) duplicates: u64,
    pub(crate) people: u64,
    /// Rows that say something about a post or an account, or are about something else.
    pub(crate) notices: BTreeMap<&'static str, u64>,
    pub(crate) bad: u64,
    /// Posts that came along: quoted, answered or passed on.
    pub(crate) context: u64,
    pub(crate) from_the_future: u64,
    /// Posts that are new in the ledger.
    pub(crate) added: u64,
    /// Rows that say something else of a post than the ledger does for the same instant: what was there stays.
    pub(crate) conflicts: u64,
    /// Rows left out because their account objected.
    pub(crate) suppressed: u64,
    /// Rows of posts whose words left the ledger, because a source said that they were deleted.
    pub(crate) removed: u64,
    /// Posts that are not for everybody: kept and counted, and shown of nobody who has not said that they may be.
    pub(crate) protected: u64,
    /// Why nothing at all could be taken from the file, and what to do.
    pub(crate) useless: Option<String>,
    /// The instant at which the posts were read is not in the file: this one was assumed, of the newest post.
    pub(crate) assumed_observed_at: Option<Instant>,
    pub(crate) rejects: Option<String>,
}

/// Imports every file in turn; each is done, or not begun, when the command ends.
pub(crate) fn run(folder: &mut Folder, request: &Request<'_>, console: Console) -> Outcome<Vec<FileReport>> {
    folder.chats.get(request.chat)?;
    for path in request.files {
        refuse_pipe(path)?;
    }
    let mut reports = Vec::new();
    for (path, along) in pages(request.files) {
        let report = one(folder, path, along, request, console)?;
        tell(&report, console);
        reports.push(report);
    }
    Ok(reports)
}

/// The files, each with the one that holds what came along with its posts, where both are named.
fn pages(files: &[PathBuf]) -> Vec<(&Path, Option<&Path>)> {
    let beside = |path: &Path| Some(path.with_file_name(exports::along_with(path.file_name()?.to_str()?)?));
    let mut pages: Vec<(&Path, Option<&Path>)> = Vec::new();
    for path in files {
        let along = beside(path).and_then(|wanted| files.iter().find(|file| **file == wanted));
        pages.push((path, along.map(PathBuf::as_path)));
    }
    let taken: BTreeSet<&Path> = pages.iter().filter_map(|(_, along)| *along).collect();
    pages.retain(|(path, _)| !taken.contains(path));
    pages
}

fn one(
    folder: &mut Folder,
    path: &Path,
    along: Option<&Path>,
    request: &Request<'_>,
    console: Console,
) -> Outcome<FileReport> {
    let name = file_name(path);
    let ledger_path = folder.ledger_path();
    let mut writer = Writer::open(&ledger_path, folder.limits(request.threads))?;
    // Who objected while we waited, or while the file before this one was read, must not come back.
    folder.loaded = someasure_register::load(&folder.root);
    let ledger = writer.reader();
    refuse_damage(&ledger, Look::Lengths)?;
    let input_hash = match along {
        Some(along) => sha256(format!("{}\n{}", hash_file(path)?, hash_file(along)?).as_bytes()),
        None => hash_file(path)?,
    };
    let Options { observed_at, time_zone, server, encoding, .. } = &request.options;
    let zone = time_zone.as_ref().and_then(|zone| zone.iana_name());
    let (chat, format) = (request.chat, request.format);
    let how = format!("{input_hash}\n{chat}\n{format}\n{observed_at:?}\n{zone:?}\n{server:?}\n{encoding:?}");
    let batch = format!("chat-{}", &sha256(how.as_bytes())[..12]);
    if !request.again && ledger.batches()?.iter().any(|known| known.batch == batch) {
        drop(ledger);
        // An interrupted import may have left it to do.
        let removed = remove_deleted(&folder.root, &mut writer)?;
        let file = path.display().to_string();
        return Ok(FileReport { file, batch, already_imported: true, removed, ..FileReport::default() });
    }
    let aliases = folder.aliases(&ledger)?;
    let deleted = ledger.deleted_posts()?.into_iter().collect();
    drop(ledger);
    let suppressed = folder.suppressed();
    let forgotten = names_of(&suppressed);
    let mut reading = Reading::new(writer.begin(&batch, aliases, suppressed), chat, deleted);
    let mut rejects = RejectsWriter::new(Vec::new());
    let (mut forgotten_rejects, mut first_bad) = (0, None);
    let file = File::open(path).with_context(|| name.clone())?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let bar = console.reading(length, &format!("reading {name}"));
    let input = Watching { file: BufReader::with_capacity(1 << 20, file), bar: bar.clone() };
    let mut each = |record| match record {
        Record::Bad(bad) if speaks_of(&bad, &forgotten) => {
            forgotten_rejects += 1;
            Ok(())
        }
        Record::Bad(bad) => {
            first_bad.get_or_insert_with(|| format!("line {}: {}", bad.line, bad.why));
            Ok(rejects.write(&bad)?)
        }
        other => reading.take(other),
    };
    let along_name = along.map(file_name);
    let result = match (along, &along_name) {
        (Some(along), Some(along_name)) => {
            let along = File::open(along).with_context(|| along_name.clone())?;
            exports::read_pair((input, along), (&name, along_name), format, &request.options, &mut each)
        }
        _ => exports::read(input, &name, format, &request.options, &mut each),
    };
    bar.finish_and_clear();
    let summary = result.map_err(|error| Failure::wrong_data(format!("{error}. Nothing was imported")))?;
    if let Some(useless) = useless(&summary, first_bad.as_deref(), &request.options) {
        return Ok(FileReport { useless: Some(useless), ..FileReport::of(path, batch, &summary) });
    }
    let spinner = console.spinner(&format!("writing {name}"));
    let (import, duplicates, protected) = reading.finish()?;
    let started_at = request.options.now;
    let ready = import.write(|| Batch {
        batch: batch.clone(),
        started_at,
        finished_at: started_at,
        source: request.source.clone().unwrap_or_else(|| name.clone()),
        lane: request.lane,
        retention: request.retention.clone(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        input_hash,
    })?;
    for conflict in &ready.imported().conflicts {
        rejects.write(&as_bad(conflict)).context("rejects")?;
    }
    let rejected = rejects.finish().context("rejects")?;
    let rejects_path = format!("ledger/rejects/{batch}.csv");
    if !rejected.is_empty() {
        write_file(&folder.root.join(&rejects_path), &rejected).context(rejects_path.clone())?;
    }
    let imported = ready.commit()?;
    let removed = remove_deleted(&folder.root, &mut writer)?;
    spinner.finish_and_clear();
    let posts = imported.tables.get(&Table::Post).copied().unwrap_or_default();
    Ok(FileReport {
        added: posts.added,
        conflicts: imported.tables.values().map(|merged| merged.conflicts).max().unwrap_or(0),
        suppressed: imported.suppressed + forgotten_rejects,
        duplicates,
        protected,
        removed,
        with: along_name,
        rejects: (!rejected.is_empty()).then_some(rejects_path),
        ..FileReport::of(path, batch, &summary)
    })
}

/// Why nothing at all came of a file, where something must be wrong with it: an answer without posts is an answer.
fn useless(summary: &Summary, first_bad: Option<&str>, options: &Options) -> Option<String> {
    if summary.blank {
        return Some("it is empty: export it again, or leave it out".to_owned());
    }
    let first_bad = first_bad.filter(|_| summary.bad > 0 && summary.bad == summary.rows)?;
    let next = match &options.encoding {
        None if first_bad.contains("not valid UTF-8") => {
            "say which encoding it has: --encoding windows-1252".to_owned()
        }
        Some(stated) => format!("is it {stated}, as --encoding says?"),
        None => "is it whole, and what --format says?".to_owned(),
    };
    let first_bad = first_bad.trim_end_matches(": if the file is in another encoding, state it");
    Some(format!("none of its {} could be read ({first_bad}); {next}", count(summary.rows, "row", "rows")))
}

/// What was read of a file so far.
struct Reading<'a> {
    import: Import<'a>,
    chat: &'a ChatId,
    sightings: HashMap<PostId, Sighting>,
    people: People,
    /// Posts that came along, by id and instant; where one is a row too, the row wins.
    along: BTreeMap<(PostId, Instant), ChatItem>,
    /// Accounts whose posts are not for everybody.
    protected: BTreeSet<AccountId>,
    /// Posts of which an earlier import was told that they are deleted: nothing is kept of them.
    deleted: HashSet<PostId>,
    duplicates: u64,
}

impl<'a> Reading<'a> {
    fn new(import: Import<'a>, chat: &'a ChatId, deleted: HashSet<PostId>) -> Self {
        Self {
            import,
            chat,
            sightings: HashMap::new(),
            people: People::default(),
            along: BTreeMap::new(),
            protected: BTreeSet::new(),
            deleted,
            duplicates: 0,
        }
    }

    fn take(&mut self, record: Record) -> Result<(), Stop> {
        self.people.add(&record);
        match record {
            Record::Post(item) => {
                let post = &item.post;
                let again = self.see(&post.post_id, Some(&post.account_id), post.observed_at, 1);
                for earlier in &item.earlier {
                    self.see(earlier, Some(&post.account_id), post.observed_at, 0);
                    self.leave_out(earlier, LeftOut::EarlierVersion);
                }
                if item.from_the_future {
                    self.leave_out(&item.post.post_id, LeftOut::FromTheFuture);
                }
                // What was read twice at one instant was kept the first time.
                if again || item.from_the_future { Ok(()) } else { self.keep(*item) }
            }
            Record::Context(item) => {
                if !item.from_the_future {
                    let key = (item.post.post_id.clone(), item.post.observed_at);
                    self.along.entry(key).or_insert(*item);
                }
                Ok(())
            }
            Record::Notice(notice) => {
                self.note(notice);
                Ok(())
            }
            Record::Person(_) | Record::Bad(_) => Ok(()),
        }
    }

    fn note(&mut self, notice: Notice) {
        let never = Instant::from_micros(0);
        match (notice.kind, notice.post_id, notice.account_id) {
            (NoticeKind::Deleted, Some(post_id), account_id) => {
                // The id may be the account's where the file does not say which of the two it is.
                let account_id = account_id.filter(|id| id.as_str() != post_id.as_str());
                self.see(&post_id, account_id.as_ref(), never, 0);
                self.leave_out(&post_id, LeftOut::Deleted);
            }
            (NoticeKind::Protected, post_id, account_id) => {
                if let Some(post_id) = post_id {
                    self.see(&post_id, account_id.as_ref(), never, 0);
                    self.leave_out(&post_id, LeftOut::Protected);
                }
                self.protected.extend(account_id);
            }
            _ => {}
        }
    }

    fn keep(&mut self, item: ChatItem) -> Result<(), Stop> {
        let ChatItem { line, mut post, reading, author, .. } = item;
        if self.deleted.contains(&post.post_id) {
            return Ok(());
        }
        let passes_on = post.kind == Some(PostKind::Repost);
        if passes_on && post.quoted_post_id.as_ref().is_some_and(|id| self.deleted.contains(id)) {
            // The words of a repost are those of its original.
            (post.text, post.links, post.mentions, post.media) = (None, None, None, None);
        }
        let handle = author.and_then(|author| author.handle);
        Ok(self.import.post(line, post, reading, handle.as_ref())?)
    }

    /// Whether the post was read before at this instant.
    fn see(
        &mut self,
        post_id: &PostId,
        account_id: Option<&AccountId>,
        observed_at: Instant,
        times: i64,
    ) -> bool {
        match self.sightings.get_mut(post_id) {
            Some(seen) => {
                let again = times > 0 && seen.times > 0;
                self.duplicates += u64::from(again);
                let at_once = again && seen.observed_at == observed_at;
                seen.times += times;
                seen.observed_at = seen.observed_at.max(observed_at);
                seen.account_id = seen.account_id.take().or_else(|| account_id.cloned());
                at_once
            }
            None => {
                let seen = Sighting {
                    chat: self.chat.clone(),
                    post_id: post_id.clone(),
                    account_id: account_id.cloned(),
                    observed_at,
                    times,
                    left_out: None,
                };
                self.sightings.insert(post_id.clone(), seen);
                false
            }
        }
    }

    fn leave_out(&mut self, post_id: &PostId, reason: LeftOut) {
        if let Some(seen) = self.sightings.get_mut(post_id) {
            seen.left_out = seen.left_out.max(Some(reason));
        }
    }

    /// Hands over what could be told only at the end, in an order that does not depend on the file's.
    fn finish(mut self) -> Outcome<(Import<'a>, u64, u64)> {
        for ((post_id, observed_at), item) in std::mem::take(&mut self.along) {
            let is_row = self
                .sightings
                .get(&post_id)
                .is_some_and(|seen| seen.times > 0 && seen.observed_at == observed_at);
            if !is_row {
                self.see(&post_id, Some(&item.post.account_id), observed_at, 0);
                self.keep(item).map_err(|error| anyhow::anyhow!("{error}"))?;
            }
        }
        for observation in self.people.earlier_handles() {
            self.import.observation(0, observation)?;
        }
        for observation in std::mem::take(&mut self.people).into_observations() {
            self.import.attempt(profile_attempt(&observation));
            self.import.observation(0, observation)?;
        }
        for seen in self.sightings.values_mut() {
            if seen.account_id.as_ref().is_some_and(|id| self.protected.contains(id)) {
                seen.left_out = seen.left_out.max(Some(LeftOut::Protected));
            }
        }
        let is_protected = |seen: &&Sighting| seen.left_out == Some(LeftOut::Protected) && seen.times > 0;
        let protected = self.sightings.values().filter(is_protected).count() as u64;
        let mut sightings: Vec<Sighting> = self.sightings.into_values().collect();
        sightings.sort_by(|a, b| a.post_id.cmp(&b.post_id));
        for sighting in sightings {
            self.import.sighting(sighting)?;
        }
        Ok((self.import, self.duplicates, protected))
    }
}

impl FileReport {
    fn of(path: &Path, batch: String, summary: &Summary) -> Self {
        Self {
            file: path.display().to_string(),
            batch,
            format: summary.format.as_str(),
            rows: summary.rows,
            posts: summary.posts,
            reposts: summary.reposts,
            replies: summary.replies,
            quotes: summary.quotes,
            people: summary.people,
            notices: summary.notices.iter().map(|(kind, n)| (kind.as_str(), *n)).collect(),
            bad: summary.bad,
            context: summary.context,
            from_the_future: summary.from_the_future,
            assumed_observed_at: summary.assumed_observed_at,
            ..Self::default()
        }
    }
}

fn tell(report: &FileReport, console: Console) {
    if console.json {
        return;
    }
    let name = file_name(Path::new(&report.file));
    if report.already_imported {
        console.say(&format!("{name}: imported before, nothing changes (batch {})", report.batch));
        return;
    }
    if let Some(why) = &report.useless {
        console.warn(&format!("{name}: {why}. Nothing was imported of it"));
        return;
    }
    let own = report.posts - report.reposts;
    let mut parts = vec![count(own, "post", "posts"), count(report.reposts, "repost", "reposts")];
    for (number, what) in [
        (report.duplicates, "of them twice or more in the file"),
        (report.people, "people"),
        (report.bad, "bad"),
        (report.context, "that came along"),
        (report.from_the_future, "from the future"),
        (report.conflicts, "contradicting what is there"),
        (report.suppressed, "of accounts that objected, left out"),
        (report.removed, "deleted since, removed from the ledger"),
    ] {
        if number > 0 {
            parts.push(format!("{} {what}", thousands(number)));
        }
    }
    parts.extend(
        report.notices.iter().map(|(kind, n)| format!("{} {}", thousands(*n), kind.replace('_', " "))),
    );
    console.say(&format!(
        "{name} ({}): {}; {} new",
        report.format,
        parts.join(", "),
        count(report.added, "post", "posts")
    ));
    if let Some(assumed) = report.assumed_observed_at {
        console.say(&format!(
            "  when it was read is not in the file: the newest post's time was taken, {assumed}; --observed-at says better"
        ));
    }
    if report.protected > 0 {
        console.say(&format!(
            "  {} of protected accounts: counted, but shown of nobody for whom chats/consent.csv has no line",
            count(report.protected, "post", "posts")
        ));
    }
    if let Some(rejects) = &report.rejects {
        console.say(&format!("  every row that was not taken is in {rejects}, with its line and its reason"));
    }
}
