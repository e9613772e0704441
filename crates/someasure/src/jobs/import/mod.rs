//! A file into the register or the ledger, through a mapping. A file is imported whole or not at all.

pub(crate) mod chat;
mod ledger;
pub(crate) mod ods;
mod register;
mod sound;

pub(crate) use ledger::{open_ledger, open_writer};

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use jiff::civil::Date;
use someasure_collect::files::{self, Bad, FileError, Item, Kind, Mapping, Overrides, Summary};
use someasure_ledger::hash::sha256_of_file;
use someasure_model::{Instant, OrganisationId};
use someasure_register::Changes;

use self::ledger::into_ledger;
use self::register::into_register;
use crate::console::{Console, count, thousands};
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;

/// What to import, and how.
pub(crate) struct Request<'a> {
    pub(crate) kind: Kind,
    pub(crate) files: &'a [PathBuf],
    pub(crate) map: Option<&'a Path>,
    pub(crate) overrides: Overrides,
    /// For organisations: the file is a cut of a list that is published again and again.
    pub(crate) list: Option<List>,
    /// Read a file again that has been imported before.
    pub(crate) again: bool,
    pub(crate) threads: Option<usize>,
    /// The time now, for the batch's row.
    pub(crate) now: Instant,
}

/// A cut of a list.
#[derive(Debug, Clone)]
pub(crate) struct List {
    /// The name that its cuts share.
    pub(crate) name: String,
    /// The day that it describes.
    pub(crate) as_at: Date,
    /// It is a file of the Organisation Data Service.
    pub(crate) ods: Option<ods::Ods>,
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
    /// Codes that had lost their leading zeros.
    pub(crate) filled: u64,
    pub(crate) added: u64,
    /// What was added, by table of the ledger: a row of a file can be a post and a reading.
    pub(crate) added_to: BTreeMap<&'static str, u64>,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) conflicts: u64,
    pub(crate) suppressed: u64,
    /// Rows of bodies that the register does not have.
    pub(crate) strangers: u64,
    /// For a cut of a list: what is different from the cut before.
    pub(crate) changes: Option<Changes>,
    pub(crate) rejects: Option<String>,
}

/// Imports every file in turn; each is done, or not begun, when the command ends.
pub(crate) fn run(folder: &mut Folder, request: &Request<'_>, console: Console) -> Outcome<Vec<FileReport>> {
    let (mapping, text) = mapping(request)?;
    for path in request.files {
        refuse_pipe(path)?;
    }
    let mut reports = Vec::new();
    for path in request.files {
        let mut overrides = request.overrides.clone();
        if request.map.is_none() {
            // A sheet that somebody filled in is its own source.
            overrides.source.get_or_insert_with(|| file_name(path));
        }
        let request = &Request { overrides, list: request.list.clone(), ..*request };
        let report = match request.kind {
            Kind::Profiles | Kind::Posts => into_ledger(folder, path, &mapping, &text, request, console)?,
            _ => into_register(folder, path, &mapping, request, console)?,
        };
        tell(&report, console);
        reports.push(report);
    }
    Ok(reports)
}

/// A file is read twice, for its hash and for its rows; a pipe can be read once.
fn refuse_pipe(path: &Path) -> Outcome {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(Failure::usage(format!(
            "{} is {}: name a file. What comes from a program is written to one first: `PROGRAM > posts.csv`",
            path.display(),
            if metadata.is_dir() { "a folder" } else { "a pipe or a device, which can be read only once" }
        ))),
        Ok(_) => Ok(()),
        Err(error) => {
            Err(Failure::usage(format!("{} cannot be read: {error}; check the path", path.display())))
        }
    }
}

fn mapping(request: &Request<'_>) -> Outcome<(Mapping, String)> {
    if let Some(List { ods: Some(ods), .. }) = &request.list {
        return Ok((ods::mapping(ods)?, String::new()));
    }
    let Some(path) = request.map else { return Ok((Mapping::by_name(request.kind), String::new())) };
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("the mapping {} cannot be read: {error}; check the path", path.display()))
    })?;
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

/// The error, with the file in which it is mended.
fn told(error: &FileError, request: &Request<'_>) -> String {
    match (error, request.map) {
        (FileError::NoSuchColumn { .. }, Some(map)) => format!("{error}. Correct it in {}", map.display()),
        (FileError::Mapping(why), Some(map)) => format!("{}: {why}", map.display()),
        (FileError::Mapping(why), None) => {
            format!("without a mapping (--map), the command line has to tell: {why}")
        }
        _ => error.to_string(),
    }
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
fn hash_file(path: &Path) -> Outcome<String> {
    sha256_of_file(path).map_err(|error| {
        Failure::usage(format!("{} cannot be read: {error}; check the path", path.display()))
    })
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
            filled: 0,
            added: 0,
            added_to: BTreeMap::new(),
            updated: 0,
            unchanged: 0,
            conflicts: 0,
            suppressed: 0,
            strangers: 0,
            changes: None,
            rejects: None,
        }
    }
    fn of(path: &Path, batch: &str, summary: &Summary) -> Self {
        Self {
            rows: summary.rows,
            bad: summary.bad,
            skipped: summary.skipped,
            filled: summary.filled,
            ..Self::new(path, batch)
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
    let mut parts = vec![
        count(report.rows, "row read", "rows read"),
        match report
            .added_to
            .iter()
            .map(|(table, added)| count(*added, table, &format!("{table}s")))
            .collect::<Vec<_>>()
        {
            tables if tables.is_empty() => format!("{} added", thousands(report.added)),
            tables => format!("{} added", tables.join(" and ")),
        },
        format!("{} there already", thousands(report.unchanged)),
    ];
    for (number, what) in [
        (report.updated, "updated"),
        (report.skipped, "left out by the mapping"),
        (report.filled, "with a code that had lost its leading zeros"),
        (report.bad, "bad"),
        (report.conflicts, "contradicting what is there"),
        (report.suppressed, "of accounts that objected, left out"),
        (report.strangers, "of bodies that are not in the register, left out"),
    ] {
        if number > 0 {
            parts.push(format!("{} {what}", thousands(number)));
        }
    }
    console.say(&format!("{name}: {}", parts.join(", ")));
    if let Some(changes) = &report.changes {
        tell_changes(changes, console);
    }
    if let Some(rejects) = &report.rejects {
        console.say(&format!("  every row that was not taken is in {rejects}, with its line and its reason"));
    }
}

fn tell_changes(changes: &Changes, console: Console) {
    let Some(since) = changes.since else {
        console.say("  the first cut of this list: later ones are compared with it");
        return;
    };
    let nothing = Changes { since: changes.since, ..Changes::default() } == *changes;
    console.say(&format!("  since the cut of {since}:{}", if nothing { " no change" } else { "" }));
    let only_case = changes.renamed.iter().filter(|renamed| renamed.case_only).count();
    let note = match only_case {
        0 => String::new(),
        some => format!(" ({some} of them in the case of letters only)"),
    };
    let renamed: Vec<String> = changes
        .renamed
        .iter()
        .map(|renamed| format!("{} {} → {}", renamed.organisation_id, renamed.from, renamed.to))
        .collect();
    let codes = |ids: &[OrganisationId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (what, items) in [
        (format!("renamed{note}"), renamed),
        ("new".to_owned(), codes(&changes.new)),
        ("listed for the first time, though opened before".to_owned(), codes(&changes.listed_late)),
        ("listed for the first time, though closed before".to_owned(), codes(&changes.closed_before)),
        ("listed again, and so not new".to_owned(), codes(&changes.again)),
        ("with a closing date now".to_owned(), codes(&changes.closed)),
        ("not listed any more, and not closed by that".to_owned(), codes(&changes.not_listed)),
    ] {
        if items.is_empty() {
            continue;
        }
        let apart = if what.starts_with("renamed") { "\n      " } else { ", " };
        let shown = items.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(apart);
        let more = match items.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("{apart}and {more} more"),
        };
        console.say(&format!("    {} {what}:{}{shown}{more}", items.len(), apart.trim_start_matches(',')));
    }
}

/// So many codes of a kind are shown; `--json` has all.
const SHOWN: usize = 8;
