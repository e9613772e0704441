//! Takes out of a transcript what must not be published, once and before any format is written: words of platforms whose
//! terms forbid it, and whatever would lead to somebody who is not named. The latter should not be there; that it is not is
//! made sure of here.

use someasure_model::Platform;
use someasure_model::chat::{AltText, Quoted, Said, Speaker, Transcript, Turn, Words};

/// The transcript as it may be published.
pub(super) fn fit(transcript: &Transcript, terms: &[(Platform, String)]) -> Transcript {
    let mut fit = transcript.clone();
    let is_withheld = |platform: &Platform| terms.iter().any(|(withheld, _)| withheld == platform);
    for asked in &mut fit.questions {
        // The words of a question are those of a post, where the chat's file does not have them.
        let is_a_posts = asked.text.as_deref().is_some_and(|text| {
            asked
                .posts
                .iter()
                .filter_map(words)
                .filter(|words| is_withheld(&words.platform))
                .any(|words| words.text.as_deref().is_none_or(|whole| whole.contains(text.trim())))
        });
        if is_a_posts {
            asked.text = None;
        }
    }
    let Transcript { opening, questions, unassigned, afterwards, passed_on, .. } = &mut fit;
    let asked = questions.iter_mut().flat_map(|asked| asked.posts.iter_mut().chain(&mut asked.answers));
    let turns = opening.iter_mut().chain(asked).chain(unassigned).chain(afterwards).chain(passed_on);
    for turn in turns {
        if let Said::Words(words) | Said::PassedOn(words) = &mut turn.said {
            strip(words, &is_withheld);
        }
        // A mark, and nothing else.
        if turn.said == Said::Withdrawn {
            (turn.quoted, turn.likes) = (None, None);
        }
        if let Some(Quoted::Shown(words)) = &mut turn.quoted {
            strip(words, &is_withheld);
        }
    }
    fit
}

/// The words of a turn, whoever's they are.
pub(super) fn words(turn: &Turn) -> Option<&Words> {
    match &turn.said {
        Said::Words(words) | Said::PassedOn(words) => Some(words),
        Said::Withdrawn => None,
    }
}

fn strip(words: &mut Words, is_withheld: &impl Fn(&Platform) -> bool) {
    if !matches!(words.speaker, Speaker::Named { .. }) {
        words.post_id = None;
        words.link = None;
    }
    let is_withdrawn = matches!(words.speaker, Speaker::Withdrawn);
    if is_withdrawn || is_withheld(&words.platform) {
        words.text = None;
        words.links.clear();
        words.media.iter_mut().for_each(|media| media.alt = AltText::NotKnown);
    }
    if is_withdrawn {
        words.media.clear();
        words.language = None;
    }
}
