//! "Did you mean": the closest of a few words to one that nobody knows.

use someasure_model::Platform;
use someasure_model::id::KNOWN_PLATFORMS;

/// The candidate that `word` was probably meant to be: the same but for case and punctuation, a few
/// letters away, or the beginning of it.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(word);
    if word.is_empty() || word.len() > 64 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let target = plain(candidate);
        let allowed = (word.len().min(target.len()) / 3).clamp(1, 3);
        let mut steps = distance(&word, &target);
        if steps > allowed && word.len() >= 4 && target.len() >= 4 {
            let begins = target.starts_with(&word) || word.starts_with(&target);
            steps = if begins { allowed } else { steps };
        }
        if steps <= allowed && best.is_none_or(|(fewest, _)| steps < fewest) {
            best = Some((steps, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `did you mean 'x'?` or the other text when nothing is close.
pub(crate) fn did_you_mean(close: Option<&str>, otherwise: &str) -> String {
    close.map_or_else(|| otherwise.to_owned(), |close| format!("did you mean '{close}'?"))
}

/// The known platform that `word` was probably meant to be, by its id, its title or its address.
pub(crate) fn platform(word: &str) -> Option<String> {
    let bare = word.trim().to_lowercase();
    let bare = bare.trim_start_matches("www.").trim_end_matches(".com").trim_end_matches(".social");
    let names = KNOWN_PLATFORMS.iter().flat_map(|(id, title)| [*id, *title]);
    let close = closest(bare, names.chain(["twitter", "google+", "whatsapp"]))?;
    if close == "google+" {
        return Some("google-plus".to_owned());
    }
    let by_title = KNOWN_PLATFORMS.iter().find(|(_, title)| *title == close).map(|(id, _)| *id);
    let id: Platform = by_title.unwrap_or(close).parse().ok()?;
    Some(id.to_string())
}

fn plain(word: &str) -> String {
    let word = word.trim().trim_start_matches('\u{FEFF}').to_lowercase();
    word.chars().map(|c| if c == ' ' || c == '-' { '_' } else { c }).collect()
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut now = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = before[j] + usize::from(from != *to);
            now.push(replaced.min(before[j + 1] + 1).min(now[j] + 1));
        }
        before = now;
    }
    before[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_another_word_is_not() {
        let columns = ["organisation_id", "name", "type", "source"];
        assert_eq!(closest("Organization ID", columns), Some("organisation_id"));
        assert_eq!(closest("organisation", columns), Some("organisation_id"));
        assert_eq!(closest("postcode", columns), None);
    }

    #[test]
    fn a_platform_is_recognised_by_the_names_that_people_use() {
        for (word, id) in
            [("twiter", "x"), ("Facebook", "facebook"), ("Google+", "google-plus"), ("X (Twitter)", "x")]
        {
            assert_eq!(platform(word).as_deref(), Some(id), "{word}");
        }
        assert_eq!(platform("myspace"), None);
    }
}
