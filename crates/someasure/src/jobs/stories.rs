//! What stories keep of people, when one of them is to be forgotten: the words that an imported story keeps beside it go;
//! what a person has written stays, and the lines are told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use someasure_chat::story::import::kept_without;
use someasure_ledger::storage::{remove_unfinished, write_file};
use someasure_model::PostId;

use super::erase::names_one;
use crate::failure::{Failure, Outcome};

const KEPT: &str = ".imported.json";

/// Takes posts out of `stories/*.imported.json`, and returns how many; a file of which nothing is left goes. `gone` is
/// asked with a post's id, author and address.
pub(crate) fn forget_kept(root: &Path, gone: &dyn Fn(Option<&PostId>, &str, &str) -> bool) -> Outcome<u64> {
    let directory = root.join("stories");
    if !directory.exists() {
        return Ok(0);
    }
    remove_unfinished(&directory).context("stories")?;
    let mut removed = 0;
    for path in files(&directory, KEPT)? {
        let at = || path.display().to_string();
        let text = fs::read_to_string(&path).with_context(at)?;
        let found = std::cell::Cell::new(0);
        let counted = |id: Option<&PostId>, author: &str, address: &str| {
            let goes = gone(id, author, address);
            found.set(found.get() + u64::from(goes));
            goes
        };
        let rest = kept_without(&text, &counted).map_err(|why| {
            let path = path.display();
            Failure::wrong_data(format!("{path}: {why}; delete it, or put back what the import wrote"))
        })?;
        match rest {
            _ if found.get() == 0 => continue,
            Some(rest) => write_file(&path, rest.as_bytes()).with_context(at)?,
            None => fs::remove_file(&path).with_context(at)?,
        }
        removed += found.get();
    }
    Ok(removed)
}

/// Whether a post that an export quoted is by one of these accounts, as far as its author's name and its address tell.
pub(crate) fn is_theirs(author: &str, address: &str, names: &BTreeSet<String>) -> bool {
    let address = address.to_lowercase();
    // Somebody on a server has a page there: `https://server/@name/…`.
    let on_server = |name: &String| {
        name.split_once('@').is_some_and(|(name, server)| {
            address.contains(&format!("//{server}/@{name}/"))
                || address.contains(&format!("//{server}/users/{name}/"))
        })
    };
    names_one(author, names) || names_one(&address, names) || names.iter().any(on_server)
}

/// The lines of `stories/*.md` and `chats/*.toml` that name one of the accounts or one of its posts, by file.
pub(crate) fn still_named(
    root: &Path,
    names: &BTreeSet<String>,
    posts: &BTreeSet<String>,
) -> Outcome<BTreeMap<String, Vec<usize>>> {
    let mut found = BTreeMap::new();
    for (directory, ending) in [("stories", ".md"), ("chats", ".toml")] {
        for path in files(&root.join(directory), ending)? {
            let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
            let text = String::from_utf8_lossy(&bytes);
            let names_it = |line: &str| names_one(line, names) || posts.iter().any(|post| holds(line, post));
            let lines: Vec<usize> = (1..)
                .zip(text.lines())
                .filter(|(_, line)| names_it(line))
                .map(|(number, _)| number)
                .collect();
            if !lines.is_empty() {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                found.insert(format!("{directory}/{name}"), lines);
            }
        }
    }
    Ok(found)
}

/// Whether a line holds a post's id, and not a longer one that begins with it.
fn holds(line: &str, post: &str) -> bool {
    line.match_indices(post)
        .any(|(at, _)| !line[at + post.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// The files of a folder with this ending, sorted.
fn files(directory: &Path, ending: &str) -> Outcome<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(anyhow::Error::new(error).context(directory.display().to_string()).into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| directory.display().to_string())?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_post_is_known_by_its_author_or_by_its_address_on_any_platform() {
        let names = ["ann", "bea@social.example", "cy.example"].map(str::to_owned).into_iter().collect();
        for (author, address) in [
            ("@Ann", ""),
            ("", "https://twitter.com/Ann/status/1"),
            ("Bea", "https://social.example/@bea/109"),
            ("Bea", "https://social.example/users/bea/statuses/109"),
            ("", "https://bsky.app/profile/cy.example/post/3k"),
        ] {
            assert!(is_theirs(author, address, &names), "{author} {address}");
        }
        for (author, address) in
            [("Anna", "https://twitter.com/anna/status/1"), ("bea", "https://other.example/@bea/1"), ("", "")]
        {
            assert!(!is_theirs(author, address, &names), "{author} {address}");
        }
    }

    #[test]
    fn a_longer_id_is_another_post() {
        assert!(holds("{{ post x:12 }}", "x:12") && !holds("{{ post x:123 }}", "x:12"));
    }
}
