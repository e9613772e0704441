//! Tables that name no original of a repost, only its author and the beginning of its words: `RT @name: …`. Where
//! the same file has the original, it is found by both, and gives the repost its id and the hashtags that
//! were cut off. Two posts that fit are none: nothing is guessed.

use std::collections::HashMap;

use someasure_model::PostKind;

use super::record::{ChatItem, Record};
use super::words;

pub(super) fn find_originals(records: &mut [Record]) {
    let mut beginnings: Beginnings = HashMap::new();
    for (at, record) in records.iter().enumerate() {
        let Some(item) = post(record) else { continue };
        let handle = item.author.as_ref().and_then(|author| author.handle.as_ref());
        if let Some(handle) = handle.filter(|_| item.post.kind != Some(PostKind::Repost)) {
            let begins = beginning(item.post.text.as_deref().unwrap_or_default());
            beginnings.entry((handle.as_str().to_owned(), begins)).or_default().push(at);
        }
    }
    for at in 0..records.len() {
        let Some(original) = original_of(&records[at], records, &beginnings) else { continue };
        let (id, tags) = (original.post.post_id.clone(), original.post.hashtags.clone());
        if let Record::Post(item) = &mut records[at] {
            item.post.quoted_post_id = Some(id);
            item.post.hashtags = tags;
        }
    }
}

/// Posts by their author's handle and the first of their words.
type Beginnings = HashMap<(String, String), Vec<usize>>;

/// So many characters are a sign of one post; fewer, cut off, are not.
const ENOUGH: usize = 20;

fn beginning(text: &str) -> String {
    text.trim().chars().take(ENOUGH).collect()
}

fn post(record: &Record) -> Option<&ChatItem> {
    match record {
        Record::Post(item) => Some(item),
        _ => None,
    }
}

fn original_of<'r>(repost: &Record, records: &'r [Record], beginnings: &Beginnings) -> Option<&'r ChatItem> {
    let repost = &post(repost)?.post;
    if repost.kind != Some(PostKind::Repost) || repost.quoted_post_id.is_some() {
        return None;
    }
    let text = repost.text.as_deref()?;
    let name = words::reposted(text)?;
    let rest = text["RT @".len() + name.len() + 1..].trim();
    let cut_off = rest.strip_suffix('…').map(str::trim_end);
    if cut_off.is_some_and(|words| words.chars().count() < ENOUGH) {
        return None;
    }
    let fits = |item: &&ChatItem| {
        let words = item.post.text.as_deref().unwrap_or_default().trim();
        item.post.created_at <= repost.created_at
            && cut_off.map_or(words == rest, |beginning| words.starts_with(beginning))
    };
    let key = (name.to_lowercase(), beginning(cut_off.unwrap_or(rest)));
    let mut found = beginnings.get(&key)?.iter().filter_map(|at| post(&records[*at])).filter(fits);
    let original = found.next()?;
    // The same post may stand in a table twice; another that fits makes it uncertain.
    found.all(|other| other.post.post_id == original.post.post_id).then_some(original)
}
