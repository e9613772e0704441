//! A file into the register or the ledger, through a mapping. A file is imported whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use someasure_collect::files::{
    self, Bad, FileError, Item, Kind, Mapping, Overrides, PostTally, RejectsWriter, Summary, profile_attempt,
};
use someasure_ledger::storage::{remove_unfinished, write_file};
use someasure_ledger::{Conflict, Ledger, Writer};
use someasure_model::{Account, AccountId, Batch, Instant, Organisation};
use someasure_register::{Suppression, merge_accounts, merge_organisations, write};

use crate::console::{Console, count, thousands};
use crate::failure::{Failure, Outcome};
use crate::folder::{Folder, hex, sha256};
use crate::jobs::erase::{names_of, speaks_of};

/// What to import, and how.
pub(crate) struct Request<'a> {
    pub(crate) kind: Kind,
    pub(crate) files: &'a [PathBuf],
    pub(crate) map: Option<&'a Path>,
    pub(crate) overrides: Overrides,
    /// Read a file again that has been imported before.
    pub(crate) again: bool,
    pub(crate) threads: Option<usize>,
    /// The time now, for the batch's row.
    pub(crate) now: Instant,
}

/// What became of one file.
#[derive(Debug, serde::Serialize)]
pub(crate) struct FileReport {
    pub(crate) file: String,
    pub(crate) batch: String,
    pub(crate) already_imported: bool,
    pub(crate) rows: u64,
    pub(crate) bad: u64,
    pub(crate) skipped: u64,
    pub(crate) added: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) conflicts: u64,
    pub(crate) suppressed: u64,
    pub(crate) rejects: Option<String>,
}

/// Imports every file in turn; each is done, or not begun, when the command ends.
pub(crate) fn run(folder: &mut Folder, request: &Request<'_>, console: Console) -> Outcome<Vec<FileReport>> {
    let (mapping, text) = mapping(request)?;
    let mut reports = Vec::new();
    for path in request.files {
        let report = match request.kind {
            Kind::Organisations | Kind::Accounts => into_register(folder, path, &mapping, request, console)?,
            Kind::Profiles | Kind::Posts => into_ledger(folder, path, &mapping, &text, request, console)?,
        };
        tell(&report, console);
        reports.push(report);
    }
    Ok(reports)
}

fn mapping(request: &Request<'_>) -> Outcome<(Mapping, String)> {
    let Some(path) = request.map else { return Ok((Mapping::by_name(request.kind), String::new())) };
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("the mapping {} cannot be read: {error}", path.display())))?;
    let mapping = Mapping::from_toml(&text)
        .map_err(|error| Failure::wrong_data(format!("{}: {error}", path.display())))?;
    if mapping.kind != request.kind {
        return Err(Failure::usage(format!(
            "{} maps {}, and the command imports {}: name the other one",
            path.display(),
            mapping.kind.as_str(),
            request.kind.as_str()
        )));
    }
    Ok((mapping, text))
}

fn into_ledger(
    folder: &mut Folder,
    path: &Path,
    mapping: &Mapping,
    mapping_text: &str,
    request: &Request<'_>,
    console: Console,
) -> Outcome<FileReport> {
    let name = file_name(path);
    let ledger_path = folder.ledger_path();
    let mut writer = Writer::open(&ledger_path, folder.limits(request.threads))?;
    // Who objected while we waited, or while the file before this one was read, must not come back.
    folder.loaded = someasure_register::load(&folder.root);
    let ledger = writer.reader();
    let input_hash = hash_file(path)?;
    let how = format!("{input_hash}\n{mapping_text}\n{:?}", request.overrides);
    let batch = format!("{}-{}", request.kind.as_str(), &sha256(how.as_bytes())[..12]);
    if !request.again && ledger.batches()?.iter().any(|known| known.batch == batch) {
        return Ok(FileReport { already_imported: true, ..FileReport::new(path, &batch) });
    }
    let aliases = folder.aliases(&ledger)?;
    let registered = registered(folder);
    drop(ledger);
    let suppressed = folder.suppressed();
    let forgotten = names_of(&suppressed);
    let mut forgotten_rejects = 0;
    let mut import = writer.begin(&batch, aliases, suppressed.clone());
    let mut tally = PostTally::new(&mapping.coverage);
    let mut rejects = RejectsWriter::new(Vec::new());
    let mut strangers: BTreeSet<String> = BTreeSet::new();
    let started_at = request.now;
    let result = read(path, mapping, &request.overrides, console, &mut |line, row| {
        match row {
            Ok(Item::Post(item)) => {
                let post = &item.post;
                tally.add(&post.account_id, post.created_at, post.observed_at, item.reading.is_some());
                let known = registered.contains(post.account_id.as_str())
                    || item.handle.as_ref().is_some_and(|handle| {
                        registered.contains(&format!("{}:@{handle}", post.account_id.platform()))
                    });
                let objected = || {
                    let provisional = |handle| AccountId::provisional(&post.account_id.platform(), handle);
                    suppressed.contains(&post.account_id)
                        || item
                            .handle
                            .as_ref()
                            .is_some_and(|handle| suppressed.contains(&provisional(handle)))
                };
                if !known && strangers.len() < 1_000 && !objected() {
                    strangers.insert(
                        item.handle
                            .as_ref()
                            .map_or_else(|| post.account_id.to_string(), |handle| format!("@{handle}")),
                    );
                }
                import.post(line, item.post, item.reading, item.handle.as_ref())?;
            }
            Ok(Item::Profile(observation)) => {
                import.attempt(profile_attempt(&observation));
                import.observation(line, observation)?;
            }
            Ok(Item::Organisation(_) | Item::Account(_)) => {}
            Err(bad) if speaks_of(&bad, &forgotten) => forgotten_rejects += 1,
            Err(bad) => rejects.write(&bad)?,
        }
        Ok(())
    });
    let rejects_path = format!("ledger/rejects/{batch}.csv");
    let summary = match result {
        Ok(summary) => summary,
        Err(error) => {
            let mut message = error.to_string();
            if matches!(error, FileError::TooManyBad { .. }) {
                let bytes = rejects.finish().context("rejects")?;
                write_file(&folder.root.join(&rejects_path), &bytes).context(rejects_path.clone())?;
                message.push_str(&format!(". Nothing was imported; every bad row is in {rejects_path}"));
            }
            return Err(Failure::wrong_data(message));
        }
    };
    for attempt in tally.attempts() {
        import.attempt(attempt);
    }
    let spinner = console.spinner(&format!("writing {name}"));
    let ready = import.write(|| Batch {
        batch: batch.clone(),
        started_at,
        finished_at: started_at,
        source: request
            .overrides
            .source
            .clone()
            .or_else(|| mapping.source.clone())
            .unwrap_or_else(|| name.clone()),
        lane: request.overrides.lane.unwrap_or(mapping.lane),
        retention: request.overrides.retention.clone().unwrap_or_else(|| mapping.retention.clone()),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        input_hash: input_hash.clone(),
    })?;
    for conflict in &ready.imported().conflicts {
        rejects.write(&as_bad(conflict)).context("rejects")?;
    }
    // The rejected rows come before the rows that count: an import that is known as done is not read again.
    let rejects_bytes = rejects.finish().context("rejects")?;
    let rejected = !rejects_bytes.is_empty();
    if rejected {
        write_file(&folder.root.join(&rejects_path), &rejects_bytes).context(rejects_path.clone())?;
    }
    let imported = ready.commit()?;
    spinner.finish_and_clear();
    let mut report = FileReport::of(path, &batch, &summary);
    for merged in imported.tables.iter().filter(|(table, _)| counted(**table)).map(|(_, merged)| merged) {
        report.added += merged.added;
        report.unchanged += merged.unchanged;
        report.conflicts += merged.conflicts;
    }
    report.suppressed = imported.suppressed + forgotten_rejects;
    report.rejects = rejected.then_some(rejects_path);
    for conflict in imported.conflicts.iter().take(5) {
        console.warn(&format!("{name}, {}", as_bad(conflict)));
    }
    if !strangers.is_empty() {
        let shown: Vec<&str> = strangers.iter().take(5).map(String::as_str).collect();
        console.warn(&format!(
            "{} of {name} {} not in register/accounts.csv ({}{}): their posts are kept, and no organisation is measured by \
             them until they are entered",
            count(strangers.len() as u64, "account", "accounts"),
            if strangers.len() == 1 { "is" } else { "are" },
            shown.join(", "),
            if strangers.len() > 5 { ", …" } else { "" }
        ));
    }
    Ok(report)
}

/// Every id and handle by which the register knows an account.
fn registered(folder: &Folder) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for account in &folder.loaded.register.accounts {
        known.extend(account.account_id.as_ref().map(ToString::to_string));
        known.extend(account.handle.as_ref().map(|handle| format!("{}:@{handle}", account.platform)));
    }
    known
}

/// Attempts are notes about the import, not rows of the file.
fn counted(table: someasure_model::Table) -> bool {
    !matches!(table, someasure_model::Table::Attempt | someasure_model::Table::Batch)
}

fn as_bad(conflict: &Conflict) -> Bad {
    Bad {
        line: conflict.line,
        column: Some(conflict.column.clone()),
        value: Some(conflict.theirs.clone()),
        why: format!(
            "contradicts what the ledger has for {}: {} is {} there and {} here; what was there stays",
            conflict.key, conflict.column, conflict.ours, conflict.theirs
        ),
        raw: String::new(),
    }
}

fn into_register(
    folder: &mut Folder,
    path: &Path,
    mapping: &Mapping,
    request: &Request<'_>,
    console: Console,
) -> Outcome<FileReport> {
    let file = if request.kind == Kind::Organisations { "organisations.csv" } else { "accounts.csv" };
    // One writer of the project at a time, and what it writes back is what is there now.
    let _writer = Writer::open(&folder.ledger_path(), folder.limits(request.threads))?;
    let directory = folder.root.join("register");
    remove_unfinished(&directory).with_context(|| directory.display().to_string())?;
    folder.loaded = someasure_register::load(&folder.root);
    if !folder.loaded.may_rewrite(file) && folder.root.join("register").join(file).exists() {
        return Err(Failure::wrong_data(format!(
            "register/{file} has errors; run `someasure check` and mend them first, so that no row is lost"
        )));
    }
    let forgotten = names_of(&folder.suppressed());
    let mut forgotten_rejects = 0;
    let (mut organisations, mut accounts): (Vec<Organisation>, Vec<Account>) = (Vec::new(), Vec::new());
    let mut rejects = RejectsWriter::new(Vec::new());
    let summary = read(path, mapping, &request.overrides, console, &mut |_, row| {
        match row {
            Ok(Item::Organisation(organisation)) => organisations.push(organisation),
            Ok(Item::Account(account)) => accounts.push(account),
            Ok(Item::Profile(_) | Item::Post(_)) => {}
            Err(bad) if speaks_of(&bad, &forgotten) => forgotten_rejects += 1,
            Err(bad) => rejects.write(&bad)?,
        }
        Ok(())
    });
    let rejects_bytes = rejects.finish().context("rejects")?;
    let batch = format!("{}-{}", request.kind.as_str(), &hash_file(path)?[..12]);
    let rejects_path = format!("ledger/rejects/{batch}.csv");
    if !rejects_bytes.is_empty() {
        write_file(&folder.root.join(&rejects_path), &rejects_bytes).context(rejects_path.clone())?;
    }
    let summary = summary.map_err(|error| {
        let more = if rejects_bytes.is_empty() {
            String::new()
        } else {
            format!(". Every bad row is in {rejects_path}")
        };
        Failure::wrong_data(format!("{error}{more}"))
    })?;
    let mut report = FileReport::of(path, &batch, &summary);
    report.rejects = (!rejects_bytes.is_empty()).then_some(rejects_path);
    let register = &mut folder.loaded.register;
    let margins = &folder.loaded.margins;
    let (bytes, contradictions) = if request.kind == Kind::Organisations {
        let merge = merge_organisations(&register.organisations, &organisations);
        (report.added, report.updated, report.unchanged) =
            (merge.added as u64, merge.updated as u64, merge.unchanged as u64);
        register.organisations = merge.rows;
        (write::organisations(&register.organisations), merge.contradictions)
    } else {
        let suppression = Suppression::new(&register.objections);
        let theirs = mapping.source.clone().unwrap_or_else(|| file_name(path));
        let merge =
            merge_accounts(&register.accounts, &accounts, &suppression, "register/accounts.csv", &theirs);
        (report.added, report.updated, report.unchanged, report.suppressed) =
            (merge.added as u64, merge.updated as u64, merge.unchanged as u64, merge.withheld as u64);
        for rename in &merge.renames {
            console.warn(&format!(
                "{} ({}) is @{} in register/accounts.csv and @{} in {theirs}: ours stays until you decide",
                rename.organisation_id, rename.account_id, rename.ours, rename.theirs
            ));
        }
        register.accounts = merge.rows;
        (write::accounts(&register.accounts, &margins.accounts), merge.contradictions)
    };
    report.suppressed += forgotten_rejects;
    report.conflicts = contradictions.len() as u64;
    for contradiction in contradictions.iter().take(20) {
        console.warn(&format!(
            "{}: {} is '{}' ({}) and '{}' ({}): ours stays until you decide",
            contradiction.key,
            contradiction.field,
            contradiction.ours,
            contradiction.our_source,
            contradiction.theirs,
            contradiction.their_source
        ));
    }
    if contradictions.len() > 20 {
        console.warn(&format!("and {} more contradictions", thousands(contradictions.len() as u64 - 20)));
    }
    if report.added + report.updated > 0 {
        let target = folder.root.join("register").join(file);
        write_file(&target, &bytes).with_context(|| target.display().to_string())?;
    }
    Ok(report)
}

fn read(
    path: &Path,
    mapping: &Mapping,
    overrides: &Overrides,
    console: Console,
    each: &mut dyn FnMut(u64, Result<Item, Bad>) -> Result<(), files::Stop>,
) -> Result<Summary, FileError> {
    let name = file_name(path);
    let file = File::open(path).map_err(|error| FileError::Read {
        name: name.clone(),
        line: 0,
        why: format!("{error}; check the path"),
    })?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let bar = console.reading(length, &format!("reading {name}"));
    let result = files::read(
        Watching { file: BufReader::with_capacity(1 << 20, file), bar: bar.clone() },
        &name,
        mapping,
        overrides,
        each,
    );
    bar.finish_and_clear();
    result
}

/// A reader that moves a bar.
struct Watching {
    file: BufReader<File>,
    bar: ProgressBar,
}

impl Read for Watching {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.file.read(buffer)?;
        self.bar.inc(bytes as u64);
        Ok(bytes)
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// SHA-256 of a file in hex.
pub(crate) fn hash_file(path: &Path) -> Outcome<String> {
    let mut file = File::open(path).map_err(|error| {
        Failure::usage(format!("{} cannot be read: {error}; check the path", path.display()))
    })?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let bytes = file.read(&mut buffer).with_context(|| path.display().to_string())?;
        if bytes == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..bytes]);
    }
}

impl FileReport {
    fn new(path: &Path, batch: &str) -> Self {
        Self {
            file: path.display().to_string(),
            batch: batch.to_owned(),
            already_imported: false,
            rows: 0,
            bad: 0,
            skipped: 0,
            added: 0,
            updated: 0,
            unchanged: 0,
            conflicts: 0,
            suppressed: 0,
            rejects: None,
        }
    }
    fn of(path: &Path, batch: &str, summary: &Summary) -> Self {
        Self { rows: summary.rows, bad: summary.bad, skipped: summary.skipped, ..Self::new(path, batch) }
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
    let mut parts = vec![
        count(report.rows, "row read", "rows read"),
        format!("{} added", thousands(report.added)),
        format!("{} there already", thousands(report.unchanged)),
    ];
    for (number, what) in [
        (report.updated, "updated"),
        (report.skipped, "left out by the mapping"),
        (report.bad, "bad"),
        (report.conflicts, "contradicting what is there"),
        (report.suppressed, "of accounts that objected, left out"),
    ] {
        if number > 0 {
            parts.push(format!("{} {what}", thousands(number)));
        }
    }
    console.say(&format!("{name}: {}", parts.join(", ")));
    if let Some(rejects) = &report.rejects {
        console.say(&format!("  every row that was not taken is in {rejects}, with its line and its reason"));
    }
}

/// The ledger for reading.
pub(crate) fn open_ledger(folder: &Folder, threads: Option<usize>) -> Outcome<Ledger> {
    Ok(Ledger::open(&folder.ledger_path(), folder.limits(threads))?)
}
