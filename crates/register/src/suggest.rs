//! "Did you mean", in the words of the register: as a sentence, and for platforms.

use someasure_model::Platform;
use someasure_model::id::KNOWN_PLATFORMS;
pub(crate) use someasure_model::suggest::closest;

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

#[cfg(test)]
mod tests {
    use super::*;

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
