//! Puts an edition in its place in one step: it is written beside, then exchanged with what was there. A file that says
//! what it said before is not written again, so that a copy of the site elsewhere is brought up to date by what changed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use someasure_ledger::hash::{Hashing, sha256, sha256_of_file};
use someasure_model::Edition;
use someasure_report::{Drawing, InPieces};

use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// Where an edition has been published.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) directory: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) files: usize,
    /// How many of them say what they said before.
    pub(crate) unchanged: usize,
    pub(crate) bytes: u64,
}

/// Writes site and data below `editions/<edition>` and points `editions/latest` there.
pub(crate) fn publish(
    root: &Path,
    edition: &Edition,
    parquet: &Parquet<'_>,
    threads: usize,
    console: Console,
) -> Outcome<Published> {
    let editions = root.join("editions");
    fs::create_dir_all(&editions).with_context(|| editions.display().to_string())?;
    let lock = fs::File::create(editions.join(".lock")).context("editions/.lock")?;
    if lock.try_lock().is_err() {
        return Err(Failure::from(anyhow::anyhow!(
            "another someasure is building an edition in {}; wait until it is done",
            editions.display()
        )));
    }
    let latest = editions.join("latest");
    if fs::symlink_metadata(&latest).is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Failure::wrong_data(format!(
            "{} is a folder, and must be a link to the newest edition: move it to another place and build again; nothing \
             was built",
            latest.display()
        )));
    }
    let place = editions.join(&edition.edition);
    let beside = editions.join(format!(".{}.part", edition.edition));
    let aside = editions.join(format!(".{}.replaced.part", edition.edition));
    if aside.exists() && !place.exists() {
        // Only where the system cannot exchange: interrupted with the old edition out of its place.
        fs::rename(&aside, &place).with_context(|| place.display().to_string())?;
    }
    remove_unfinished(&editions)?;
    refuse_what_is_not_ours(&place)?;

    let shelf =
        Shelf { beside: &beside, before: &place, unchanged: AtomicUsize::new(0), written: AtomicU64::new(0) };
    let mut outputs = draw(edition, parquet, &shelf, threads, console)?;
    #[cfg(feature = "pdf")]
    for file in crate::paper::of_edition(edition)? {
        outputs.push(shelf.put(file.path, &file.bytes)?);
    }
    // Last, because it lists what else there is; in order, whoever drew it first.
    outputs.sort();
    for file in someasure_report::open_data(edition, &outputs) {
        outputs.push(shelf.put(file.path, &file.bytes)?);
    }
    outputs.sort();
    let (files, bytes) = (outputs.len() + 1, outputs.iter().map(|output| output.2).sum());
    let unchanged = shelf.unchanged.into_inner();
    let manifest = someasure_report::edition_json(edition, &outputs);
    write_new(&beside.join("edition.json"), manifest.as_ref()).context("edition.json")?;
    settle(&editions)?;
    exchange(&beside, &place, &aside)?;
    point_latest(&editions, &edition.edition)?;
    settle(&editions)?;
    remove(&beside)?;
    let home = place.join("site").join("index.html");
    Ok(Published { directory: place, home, files, unchanged, bytes })
}

/// Path, hash and length of a file.
type Output = (String, String, u64);

/// Makes the figures as Parquet, when it is their turn.
pub(crate) type Parquet<'a> = dyn Fn() -> anyhow::Result<Vec<u8>> + Sync + 'a;

/// What one thread makes without the others, and without what pages look up.
enum Job {
    Parquet,
    Workbook,
    Data(usize),
}

/// Draws the site and writes the open data on several threads. What comes out does not depend on how many there are.
fn draw(
    edition: &Edition,
    parquet: &Parquet<'_>,
    shelf: &Shelf<'_>,
    threads: usize,
    console: Console,
) -> anyhow::Result<Vec<Output>> {
    // What takes longest first, so that no thread is left with it at the end.
    let jobs: Vec<Job> = [Job::Workbook, Job::Parquet]
        .into_iter()
        .chain((0..someasure_report::data_in_pieces(edition).len()).map(Job::Data))
        .collect();
    // Whoever draws the first page looks up what all need, while the others are still at their data.
    let bar = console.progress((jobs.len() + edition.organisations.len()) as u64, "drawing");
    let drawing = LazyLock::new(|| {
        let drawing = Drawing::of(edition);
        bar.set_length((jobs.len() + drawing.parts()) as u64);
        drawing
    });
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<Vec<Output>> {
        let mut outputs = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let files = match jobs.get(at) {
                Some(Job::Parquet) => {
                    outputs.push(shelf.put("data/figures.parquet".to_owned(), &parquet()?)?);
                    Vec::new()
                }
                Some(Job::Workbook) => someasure_report::workbook(edition).into_iter().collect(),
                Some(Job::Data(at)) => {
                    if let Some(file) = someasure_report::data_in_pieces(edition).into_iter().nth(*at) {
                        outputs.push(shelf.put_in_pieces(file)?);
                    }
                    Vec::new()
                }
                None if at - jobs.len() < drawing.parts() => drawing.part(at - jobs.len()),
                None => break,
            };
            for file in files {
                #[cfg(feature = "pdf")]
                if let Some(picture) = crate::paper::picture_of(&file)? {
                    outputs.push(shelf.put(picture.path, &picture.bytes)?);
                }
                outputs.push(shelf.put(file.path, &file.bytes)?);
            }
            bar.inc(1);
        }
        Ok(outputs)
    };
    let done = AtomicBool::new(false);
    let drawn: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let settling = scope.spawn(|| shelf.settle_until(&done));
        let broken = || Err(anyhow::anyhow!("a thread that draws pages broke off"));
        let outputs = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| broken())).collect();
        done.store(true, Ordering::Relaxed);
        settling.thread().unpark();
        outputs
    });
    bar.finish_and_clear();
    Ok(drawn.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat())
}

/// Where files are put, and where those of the edition before stand.
struct Shelf<'a> {
    beside: &'a Path,
    before: &'a Path,
    unchanged: AtomicUsize,
    /// Bytes.
    written: AtomicU64,
}

/// So many bytes are worth a way to the disk.
const WORTH_SETTLING: u64 = 1 << 27;

impl Shelf<'_> {
    /// Brings to the disk what was written while more is drawn, so that little is left to wait for at the end. Whether it
    /// succeeds is asked then.
    fn settle_until(&self, done: &AtomicBool) {
        let mut settled = 0;
        while !done.load(Ordering::Relaxed) {
            std::thread::park_timeout(Duration::from_millis(100));
            let written = self.written.load(Ordering::Relaxed);
            if written >= settled + WORTH_SETTLING && settle(self.beside).is_ok() {
                settled = written;
            }
        }
    }

    /// Puts a file there that is too large to be held.
    fn put_in_pieces(&self, file: InPieces<'_>) -> anyhow::Result<Output> {
        let (target, before) = (self.beside.join(&file.path), self.before.join(&file.path));
        let shown = || target.display().to_string();
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        let mut writer = Hashing::new(fs::File::create(&target).with_context(shown)?);
        for piece in file.pieces {
            writer.write_all(&piece).with_context(shown)?;
        }
        let (written, hash, bytes) = writer.finish();
        self.written.fetch_add(bytes, Ordering::Relaxed);
        #[cfg(not(target_os = "linux"))]
        written.sync_all().with_context(shown)?;
        drop(written);
        if fs::symlink_metadata(&before).is_ok_and(|found| found.is_file() && found.len() == bytes)
            && sha256_of_file(&before).is_ok_and(|found| found == hash)
        {
            fs::remove_file(&target).with_context(shown)?;
            if fs::hard_link(&before, &target).is_err() {
                fs::copy(&before, &target).with_context(shown)?;
            }
            self.unchanged.fetch_add(1, Ordering::Relaxed);
        }
        Ok((file.path, hash, bytes))
    }

    /// Puts a file there; one that stood in the edition before with the same bytes is linked, not written.
    fn put(&self, path: String, bytes: &[u8]) -> anyhow::Result<Output> {
        let target = self.beside.join(&path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        let before = self.before.join(&path);
        if is_the_same(&before, bytes) && fs::hard_link(&before, &target).is_ok() {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
        } else {
            write_new(&target, bytes).with_context(|| target.display().to_string())?;
            self.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
        Ok((path, sha256(bytes), bytes.len() as u64))
    }
}

/// Whether the file has these bytes. They are looked at: a hash of what it once was would pass over what happened since.
fn is_the_same(path: &Path, bytes: &[u8]) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.is_file() && file.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|found| found == bytes)
}

/// A new build takes the whole place: what stands there and is no file of an edition is somebody's own.
fn refuse_what_is_not_ours(place: &Path) -> Outcome {
    if !fs::exists(place).with_context(|| place.display().to_string())? {
        return Ok(());
    }
    let stop = |what: String| {
        Err(Failure::wrong_data(format!(
            "{what}, and a build would take it away: move it, or give the edition another name in someasure.toml"
        )))
    };
    let Ok(manifest) = fs::read(place.join("edition.json")) else {
        return stop(format!("{} is there and is no edition", place.display()));
    };
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
    let listed: std::collections::BTreeSet<&str> = manifest["outputs"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|output| output["path"].as_str())
        .chain(["edition.json"])
        .collect();
    let mut open = vec![place.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).with_context(|| directory.display().to_string())? {
            let path = entry.with_context(|| directory.display().to_string())?.path();
            let name = path.strip_prefix(place).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if !listed.contains(name.as_str()) {
                return stop(format!("{} is no file of the edition", path.display()));
            }
        }
    }
    Ok(())
}

/// The hash that tells whether two builds are the same.
pub(crate) fn fingerprint(directory: &Path) -> anyhow::Result<String> {
    Ok(sha256(&fs::read(directory.join("edition.json"))?))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| path.display().to_string())
        }
        _ => Ok(()),
    }
}

/// Takes away what interrupted builds left, unless one is being built.
pub(crate) fn remove_unfinished_editions(root: &Path) -> anyhow::Result<()> {
    let editions = root.join("editions");
    if !editions.is_dir() {
        return Ok(());
    }
    let lock = fs::File::create(editions.join(".lock")).context("editions/.lock")?;
    match lock.try_lock() {
        Ok(()) => remove_unfinished(&editions),
        Err(_) => Ok(()),
    }
}

/// Everything in `editions/` that never took its place, of whatever edition. Only for who holds the lock.
fn remove_unfinished(editions: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(editions).with_context(|| editions.display().to_string())? {
        let entry = entry.with_context(|| editions.display().to_string())?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.ends_with(".part") {
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                remove(&path)?;
            } else {
                fs::remove_file(&path).with_context(|| path.display().to_string())?;
            }
        }
    }
    Ok(())
}

/// Writes a file. On Linux one call makes all of them durable at the end; elsewhere each is, one by one.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    #[cfg(not(target_os = "linux"))]
    file.sync_all()?;
    Ok(())
}

/// Makes everything written so far durable.
fn settle(directory: &Path) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(fs::File::open(directory).with_context(|| directory.display().to_string())?)
        .with_context(|| directory.display().to_string())?;
    #[cfg(all(unix, not(target_os = "linux")))]
    fs::File::open(directory)
        .and_then(|file| file.sync_all())
        .with_context(|| directory.display().to_string())?;
    Ok(())
}

/// Puts `new` in the place of `old`; what was there is then where `new` was. On Linux and macOS there is no
/// moment without an edition in its place; elsewhere the old one stands `aside` for a moment.
fn exchange(new: &Path, old: &Path, aside: &Path) -> anyhow::Result<()> {
    if !fs::exists(old)? {
        return fs::rename(new, old).with_context(|| old.display().to_string());
    }
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    remove(aside)?;
    fs::rename(old, aside).with_context(|| old.display().to_string())?;
    fs::rename(new, old).with_context(|| old.display().to_string())?;
    remove(aside)
}

/// `editions/latest` is a link to the edition's directory.
fn point_latest(editions: &Path, name: &str) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let beside = editions.join(".latest.part");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).context("editions/.latest.part");
            }
            _ => {}
        }
        std::os::unix::fs::symlink(name, &beside).context("editions/.latest.part")?;
        fs::rename(&beside, editions.join("latest")).context("editions/latest")?;
    }
    #[cfg(not(unix))]
    fs::write(editions.join("latest.txt"), name).context("editions/latest.txt")?;
    Ok(())
}
