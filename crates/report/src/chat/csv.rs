//! A transcript as CSV: a row for each post in the order of reading, its texts in one line and never a formula.

use someasure_model::chat::{Quoted, RepliesTo, Said, Speaker, Transcript, Turn, Words};

use super::Setting;
use super::words::{self, Text, sections};
use crate::data;

/// The columns, with what they mean: `docs/transcripts.md` has the same list.
pub(super) const COLUMNS: [(&str, &str); 25] = [
    ("session", "Name of the session"),
    ("order", "Place in the order of reading, from 1"),
    ("section", "opening, question, answer, unassigned, afterwards or passed_on"),
    ("question", "The questions that it asks or answers, separated by |"),
    ("how", "Why it stands under each of them: tag, reply, thread or quote, separated by |"),
    ("post", "Its number in the chat: other columns refer to it"),
    ("depth", "How deep in its thread: 0 begins one"),
    ("replies_to", "Number of the post that it replies to, or elsewhere, withdrawn, not_known"),
    ("at", "When, in UTC"),
    ("at_local", "When, on the chat's clock"),
    ("platform", "Where"),
    ("appears", "named, participant or withdrawn: how the author agreed to appear"),
    ("author", "Name, or Participant and a number"),
    ("handle", "Handle, of those who are named"),
    ("organisation_id", "The organisation whose account it is"),
    ("host", "Whether the author hosted the session"),
    ("state", "words, no_words, passed_on or withdrawn"),
    ("text", "What was said"),
    ("language", "Language, as the source says"),
    ("links", "Addresses in it, separated by a space"),
    ("media", "Pictures, films and sounds with their alternative texts, separated by |"),
    ("quotes", "Number of the post that it quotes, or shown, withdrawn, not_known"),
    ("passed_on", "How many people passed it on"),
    ("likes", "Likes when last read; empty where the platform did not say"),
    ("link", "The post's own page, of those who are named"),
];

pub(super) fn write(transcript: &Transcript, setting: &Setting<'_>) -> Vec<u8> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and every row has as many cells as its type says.
    let _ = writer.write_record(COLUMNS.map(|(name, _)| name));
    let mut order = 0;
    for section in sections(transcript) {
        if let Some(asked) = section.asked {
            for turn in &asked.posts {
                order += 1;
                let _ = writer.write_record(row(transcript, setting, turn, ("question", order)));
            }
        }
        for turn in section.turns {
            order += 1;
            let _ = writer.write_record(row(transcript, setting, turn, (section.code, order)));
        }
    }
    writer.into_inner().unwrap_or_default()
}

fn row(
    transcript: &Transcript,
    setting: &Setting<'_>,
    turn: &Turn,
    (section, order): (&str, usize),
) -> [String; COLUMNS.len()] {
    let joined = |all: Vec<String>| all.join("|");
    let asks = transcript
        .questions
        .iter()
        .filter(|asked| section == "question" && asked.posts.iter().any(|post| post.post == turn.post))
        .map(|asked| asked.number.to_string());
    let questions = asks.chain(turn.under.iter().map(|under| under.number.to_string())).collect();
    let replies_to = match turn.replies_to {
        None => String::new(),
        Some(RepliesTo::Turn { post }) => post.to_string(),
        Some(RepliesTo::Elsewhere) => "elsewhere".to_owned(),
        Some(RepliesTo::Withdrawn) => "withdrawn".to_owned(),
        Some(RepliesTo::NotKnown) => "not_known".to_owned(),
    };
    let quotes = match &turn.quoted {
        None => String::new(),
        Some(Quoted::Turn { post } | Quoted::ShownBy { post }) => post.to_string(),
        Some(Quoted::Shown(_)) => "shown".to_owned(),
        Some(Quoted::Withdrawn) => "withdrawn".to_owned(),
        Some(Quoted::NotKnown) => "not_known".to_owned(),
    };
    let before = [
        transcript.session.to_string(),
        order.to_string(),
        section.to_owned(),
        joined(questions),
        joined(turn.under.iter().map(|under| data::code(&under.how)).collect()),
        turn.post.to_string(),
        turn.depth.to_string(),
        replies_to,
    ];
    let (said, state) = match &turn.said {
        Said::Words(words) if words.text.is_none() => (Some(words), "no_words"),
        Said::Words(words) => (Some(words), "words"),
        Said::PassedOn(words) => (Some(words), "passed_on"),
        Said::Withdrawn => (None, "withdrawn"),
    };
    let words = said.map_or_else(<[String; 13]>::default, |words| of_words(words, setting, state));
    let likes = turn.likes.map_or_else(String::new, |likes| likes.to_string());
    let link = said.and_then(|words| words.link.as_deref()).and_then(crate::text::web_address);
    let after = [quotes, turn.passed_on_by.len().to_string(), likes, link.unwrap_or_default().to_owned()];
    let mut cells = before.into_iter().chain(words).chain(after);
    let mut row: [String; COLUMNS.len()] = std::array::from_fn(|_| cells.next().unwrap_or_default());
    if said.is_none() {
        row[11] = "withdrawn".to_owned();
        row[16] = state.to_owned();
    }
    row
}

/// From `at` to `media`, the state left out where there are no words.
fn of_words(words: &Words, setting: &Setting<'_>, state: &str) -> [String; 13] {
    let (appears, handle, organisation) = match &words.speaker {
        Speaker::Named { handle, organisation, .. } => (
            "named",
            handle.as_deref().map(|handle| data::text(handle.trim_start_matches('@'))),
            organisation.as_ref().map(|id| data::text(id.as_str())),
        ),
        Speaker::Participant { .. } => ("participant", None, None),
        Speaker::Withdrawn => ("withdrawn", None, None),
    };
    let text = match words::text(words, setting) {
        Text::Lines(lines) => data::text(&lines.join(" ")),
        Text::None(_) => String::new(),
    };
    let media: Vec<String> = words::pictures(words).collect();
    [
        words.at.to_string(),
        crate::when::minute(words.at, setting.zone),
        words.platform.to_string(),
        appears.to_owned(),
        match words.speaker {
            Speaker::Withdrawn => String::new(),
            ref speaker => data::text(&words::called(speaker)),
        },
        handle.unwrap_or_default(),
        organisation.unwrap_or_default(),
        words.host.to_string(),
        state.to_owned(),
        text,
        words::language(words.language.as_deref()).unwrap_or_default(),
        words::addresses(words).join(" "),
        data::text(&media.join(" | ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::COLUMNS;

    #[test]
    fn the_columns_are_documented_as_they_are() {
        let docs = include_str!("../../../../docs/transcripts.md");
        let rows: Vec<&str> =
            docs.lines().filter(|line| line.starts_with("| `")).take(COLUMNS.len()).collect();
        let columns = COLUMNS.map(|(name, what)| format!("| `{name}` | {} |", what.replace('|', "\\|")));
        assert_eq!(rows, columns);
    }
}
