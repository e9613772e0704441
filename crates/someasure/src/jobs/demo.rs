//! The example project, carried in the binary: written out, then imported like any other.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use someasure_collect::files::{Kind, Overrides};
use someasure_ledger::storage::write_file;
use someasure_model::Instant;

use super::import::{Request, run as import};
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;

macro_rules! example {
    ($($path:literal),* $(,)?) => {
        /// Every file of `example/`.
        pub(crate) const FILES: &[(&str, &[u8])] =
            &[$(($path, include_bytes!(concat!("../../../../example/", $path)))),*];
    };
}

example![
    "README.md",
    "maps/accounts.toml",
    "maps/organisations-national.toml",
    "maps/organisations-public.toml",
    "maps/organisations-university.toml",
    "maps/posts.toml",
    "maps/profiles.toml",
    "register/accounts.csv",
    "register/organisations.csv",
    "someasure.toml",
    "sources/LICENSE.txt",
    "sources/national_accounts.csv.gz",
    "sources/national_posts.csv.gz",
    "sources/public_accounts.csv.gz",
    "sources/public_posts.csv.gz",
    "sources/university_accounts.csv.gz",
    "sources/university_posts.csv.gz",
];

/// Writes the project, if it is not there yet, and imports its sources.
pub(crate) fn run(
    directory: &Path,
    threads: Option<usize>,
    now: Instant,
    console: Console,
) -> Outcome<Folder> {
    if directory.exists() && !directory.is_dir() {
        return Err(Failure::usage(format!(
            "{} is a file; name a new folder: `someasure demo OTHER`",
            directory.display()
        )));
    }
    let there = fs::read_dir(directory).map(|mut entries| entries.next().is_some()).unwrap_or(false);
    let ours = FILES.iter().any(|(path, bytes)| {
        *path == "sources/LICENSE.txt" && fs::read(directory.join(path)).is_ok_and(|found| found == *bytes)
    });
    if there && !ours && !only_unfinished(directory) {
        return Err(Failure::usage(format!(
            "{} is not empty and is not the example; name a new folder: `someasure demo OTHER`",
            directory.display()
        )));
    }
    for (path, bytes) in FILES {
        let target = directory.join(path);
        // What somebody changed in the example stays.
        if !target.exists() {
            write_file(&target, bytes).with_context(|| target.display().to_string())?;
        }
    }
    let mut folder = Folder::open(directory, now)?;
    for (kind, map, what) in
        [(Kind::Profiles, "maps/profiles.toml", "accounts"), (Kind::Posts, "maps/posts.toml", "posts")]
    {
        let files: Vec<PathBuf> = ["national", "public", "university"]
            .map(|group| directory.join(format!("sources/{group}_{what}.csv.gz")))
            .to_vec();
        let map = directory.join(map);
        let request = Request {
            kind,
            files: &files,
            map: Some(&map),
            overrides: Overrides::default(),
            list: None,
            again: false,
            threads,
            now,
        };
        import(&mut folder, &request, console)?;
    }
    Ok(folder)
}

/// An interrupted demo leaves some of its files, one of them perhaps half-written, and nothing else. A file of the
/// same name that says something else is somebody's own.
fn only_unfinished(directory: &Path) -> bool {
    let mut open = vec![(directory.to_owned(), String::new())];
    while let Some((place, below)) = open.pop() {
        let Ok(entries) = fs::read_dir(place) else { return false };
        for entry in entries {
            let Ok(entry) = entry else { return false };
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{below}{name}");
            if entry.path().is_dir() {
                open.push((entry.path(), format!("{path}/")));
                continue;
            }
            let whole = FILES.iter().find(|(known, _)| *known == path);
            let half = name
                .strip_prefix('.')
                .and_then(|name| name.strip_suffix(".part"))
                .map(|name| format!("{below}{name}"));
            let known = match whole {
                Some((_, bytes)) => fs::read(entry.path()).is_ok_and(|found| found == *bytes),
                None => half.is_some_and(|half| FILES.iter().any(|(known, _)| *known == half)),
            };
            if !known {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_example_is_carried_in_the_binary() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../example");
        let mut there = Vec::new();
        let mut open = vec![root.clone()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    there.push(path.strip_prefix(&root).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        there.retain(|path| !path.starts_with("ledger/") && !path.starts_with("editions/"));
        there.sort();
        assert_eq!(there, FILES.iter().map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
    }
}
