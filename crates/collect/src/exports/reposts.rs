//! Tables that name no original of a repost, only its author and the beginning of its words: `RT @name: …`. Where
//! the same file has the original, it is found by both, and gives the repost its id and the hashtags that
//! were cut off. Two posts that fit are none: nothing is guessed.

use std::collections::HashMap;

use someasure_model::PostKind;

use super::record::{ChatItem, Record};
use super::words;

pub(super) fn find_originals(records: &mut [Record]) {
    let mut by_author: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, record) in records.iter().enumerate() {
        let Some(item) = post(record) else { continue };
        let handle = item.author.as_ref().and_then(|author| author.handle.as_ref());
        if let Some(handle) = handle.filter(|_| item.post.kind != Some(PostKind::Repost)) {
            by_author.entry(handle.as_str().to_owned()).or_default().push(at);
        }
    }
    for at in 0..records.len() {
        let Some(original) = original_of(&records[at], records, &by_author) else { continue };
        let (id, tags) = (original.post.post_id.clone(), original.post.hashtags.clone());
        if let Record::Post(item) = &mut records[at] {
            item.post.quoted_post_id = Some(id);
            item.post.hashtags = tags;
        }
    }
}

fn post(record: &Record) -> Option<&ChatItem> {
    match record {
        Record::Post(item) => Some(item),
        _ => None,
    }
}

fn original_of<'r>(
    repost: &Record,
    records: &'r [Record],
    by_author: &HashMap<String, Vec<usize>>,
) -> Option<&'r ChatItem> {
    let repost = &post(repost)?.post;
    if repost.kind != Some(PostKind::Repost) || repost.quoted_post_id.is_some() {
        return None;
    }
    let text = repost.text.as_deref()?;
    let name = words::reposted(text)?;
    let rest = text["RT @".len() + name.len() + 1..].trim();
    let begins = rest.strip_suffix('…').map(str::trim_end);
    // So few words are no sign of any one post.
    if begins.is_some_and(|begins| begins.chars().count() < 20) {
        return None;
    }
    let fits = |item: &&ChatItem| {
        let words = item.post.text.as_deref().unwrap_or_default().trim();
        item.post.created_at <= repost.created_at
            && match begins {
                Some(begins) => words.starts_with(begins),
                None => words == rest,
            }
    };
    let of_author = by_author.get(&name.to_lowercase())?.iter().filter_map(|at| post(&records[*at]));
    let mut found: Vec<&ChatItem> = of_author.filter(fits).collect();
    // The same post may stand in a table twice.
    found.dedup_by(|a, b| a.post.post_id == b.post.post_id);
    match found[..] {
        [original] => Some(original),
        _ => None,
    }
}
