//! What a story of a session could tell: its questions, under each the posts that were answered or passed on most, as the
//! transcript may show them. A choice to begin with; the order of posts nobody reacted to is that of the evening.

use std::collections::BTreeMap;

use someasure_model::chat::story::{Outline, OutlineQuestion, Suggestion};
use someasure_model::chat::{Archive, ChatId, PostIndex, RepliesTo, Said, Transcript, Turn};
use someasure_model::plain::{clean, shorten};

/// So many suggestions for each question.
const MOST: usize = 6;
/// Letters of a preview.
const PREVIEW: usize = 320;

/// The outline of a session's transcript; `archive` is the one that the transcript is made from.
pub fn outline(archive: &Archive, transcript: &Transcript, chat: &ChatId) -> Outline {
    let mut answers: BTreeMap<PostIndex, u64> = BTreeMap::new();
    for turn in transcript.turns() {
        if let Some(RepliesTo::Turn { post }) = turn.replies_to {
            *answers.entry(post).or_default() += 1;
        }
    }
    let suggestions = |turns: &mut dyn Iterator<Item = &Turn>, at_least: u64| {
        let mut found: Vec<Suggestion> =
            turns.filter_map(|turn| suggestion(archive, turn, answers.get(&turn.post).copied())).collect();
        found.retain(|suggestion| suggestion.answers + suggestion.shares >= at_least);
        found.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.answers + suggestion.shares));
        found.truncate(MOST);
        found
    };
    let questions = transcript.questions.iter().map(|asked| OutlineQuestion {
        label: asked.number.to_string(),
        text: asked.text.clone().unwrap_or_default(),
        asked: asked.posts.iter().find_map(|turn| Some(suggestion(archive, turn, None)?.post_id)),
        answers: asked.answers.iter().filter(|turn| !turn.under.is_empty()).count() as u64,
        suggestions: suggestions(&mut asked.answers.iter(), 0),
    });
    let counts = &transcript.counts;
    let title =
        transcript.topic.clone().unwrap_or_else(|| format!("{}, {}", transcript.chat, transcript.session));
    Outline {
        title,
        chat: Some(chat.clone()),
        session: Some(transcript.session),
        about: match (counts.participants, counts.shown + counts.withdrawn) {
            (1, 1) => "One person wrote one post.".to_owned(),
            (1, posts) => format!("One person wrote {posts} posts."),
            (people, 1) => format!("{people} people took part, and one post was written."),
            (people, posts) => format!("{people} people wrote {posts} posts."),
        },
        language: String::new(),
        questions: questions.collect(),
        others: suggestions(&mut transcript.opening.iter().chain(&transcript.unassigned), 1),
    }
}

fn suggestion(archive: &Archive, turn: &Turn, answers: Option<u64>) -> Option<Suggestion> {
    let Said::Words(words) = &turn.said else { return None };
    let post = &archive.posts.get(turn.post as usize)?.post;
    let text = words.text.as_deref().map(clean).unwrap_or_default();
    Some(Suggestion {
        post_id: post.post_id.clone(),
        answers: answers.unwrap_or(0),
        shares: turn.passed_on_by.len() as u64,
        preview: Some(shorten(&format!("{}: {text}", clean(&words.speaker.label())), PREVIEW)),
    })
}
