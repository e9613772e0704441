//! "Did you mean …?": the name on a list that is nearest to one that is not on it.

/// The candidate that `wanted` was probably meant to be, if one is near enough.
pub(super) fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
    };
    let wanted = plain(wanted);
    let allowed = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= allowed.min(wanted.len().saturating_sub(1)) && !candidate.is_empty()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// ` (did you mean 'likes'?)`, or nothing.
pub(super) fn hint<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wanted, candidates).map(|name| format!(" (did you mean '{name}'?)")).unwrap_or_default()
}

/// Edits (insert, delete, replace) from one to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_a_stranger_is_not() {
        let names = ["favorite_count", "rt_count", "id_str"];
        assert_eq!(nearest("favourite_count", names), Some("favorite_count"));
        assert_eq!(nearest("RT-Count", names), Some("rt_count"));
        assert_eq!(nearest("postcode", names), None);
        assert_eq!(hint("id_st", names), " (did you mean 'id_str'?)");
    }
}
