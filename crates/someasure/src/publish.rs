//! Puts an edition in its place in one step: it is written beside, then exchanged with what was there.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};
use someasure_model::Edition;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::folder::{hex, sha256};

/// Where an edition has been published.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) directory: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) files: usize,
    pub(crate) bytes: u64,
}

/// Writes site and data below `editions/<edition>` and points `editions/latest` there.
pub(crate) fn publish(root: &Path, edition: &Edition, parquet: Vec<u8>, console: Console) -> Outcome<Published> {
    let editions = root.join("editions");
    fs::create_dir_all(&editions).with_context(|| editions.display().to_string())?;
    let lock = fs::File::create(editions.join(".lock")).context("editions/.lock")?;
    if lock.try_lock().is_err() {
        return Err(Failure::from(anyhow::anyhow!(
            "another someasure is building an edition in {}; wait until it is done",
            editions.display()
        )));
    }
    let place = editions.join(&edition.edition);
    let beside = editions.join(format!(".{}.part", edition.edition));
    remove(&beside)?;

    let pages = edition.organisations.len() as u64;
    let bar = console.progress(pages, "drawing");
    let mut outputs: Vec<(String, String, u64)> = Vec::new();
    let mut write = |path: String, bytes: &[u8]| -> anyhow::Result<()> {
        let target = beside.join(&path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        fs::write(&target, bytes).with_context(|| target.display().to_string())?;
        outputs.push((path, hex(&Sha256::digest(bytes)), bytes.len() as u64));
        Ok(())
    };
    for file in someasure_report::site(edition) {
        bar.inc(u64::from(file.path.starts_with("site/organisations/") && file.path.ends_with("index.html")));
        write(file.path, &file.bytes)?;
    }
    for file in someasure_report::data(edition) {
        write(file.path, &file.bytes)?;
    }
    write("data/figures.parquet".to_owned(), &parquet)?;
    outputs.sort();
    let (files, bytes) = (outputs.len() + 1, outputs.iter().map(|output| output.2).sum());
    let manifest = someasure_report::edition_json(edition, &outputs);
    fs::write(beside.join("edition.json"), manifest).context("edition.json")?;
    bar.finish_and_clear();

    settle(&editions)?;
    exchange(&beside, &place)?;
    point_latest(&editions, &edition.edition)?;
    settle(&editions)?;
    remove(&beside)?;
    let home = place.join("site").join("index.html");
    Ok(Published { directory: place, home, files, bytes })
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

/// Makes everything written so far durable.
fn settle(directory: &Path) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(fs::File::open(directory).with_context(|| directory.display().to_string())?)
        .with_context(|| directory.display().to_string())?;
    #[cfg(not(target_os = "linux"))]
    fs::File::open(directory).and_then(|file| file.sync_all()).with_context(|| directory.display().to_string())?;
    Ok(())
}

/// Puts `new` in the place of `old`; what was there is then where `new` was. On Linux and macOS there is no
/// moment without an edition in its place.
fn exchange(new: &Path, old: &Path) -> anyhow::Result<()> {
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
    let aside = old.with_extension("replaced");
    remove(&aside)?;
    fs::rename(old, &aside).with_context(|| old.display().to_string())?;
    fs::rename(new, old).with_context(|| old.display().to_string())?;
    remove(&aside)
}

/// `editions/latest` is a link to the edition's directory.
fn point_latest(editions: &Path, name: &str) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let beside = editions.join(".latest.part");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).context("editions/.latest.part"),
            _ => {}
        }
        std::os::unix::fs::symlink(name, &beside).context("editions/.latest.part")?;
        fs::rename(&beside, editions.join("latest")).context("editions/latest")?;
    }
    #[cfg(not(unix))]
    fs::write(editions.join("latest.txt"), name).context("editions/latest.txt")?;
    Ok(())
}
