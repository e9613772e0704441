//! "Did you mean": the closest of a few words to one that nobody knows.

/// The candidate that `word` was probably meant to be: the same but for case and punctuation, a few
/// letters away, or the beginning of it.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
    fn names_of_a_file_s_columns_are_recognised_in_any_spelling() {
        let names = ["favorite_count", "rt_count", "id_str"];
        assert_eq!(closest("favourite_count", names), Some("favorite_count"));
        assert_eq!(closest("RT-Count", names), Some("rt_count"));
        assert_eq!(closest("postcode", names), None);
        assert_eq!(closest("id_st", names), Some("id_str"));
    }
}
