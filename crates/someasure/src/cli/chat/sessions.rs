//! `someasure chat sessions`

use someasure_chat::{Conversation, session_statistics};
use someasure_ledger::Extent;
use someasure_model::chat::{ChatId, Found, Session};

use super::super::print_marked_json;
use super::{Common, Kept};
use crate::console::count;
use crate::failure::Outcome;

/// List a chat's sessions: when each was, how many took part, what was asked.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The chat.
    #[arg(value_name = "CHAT")]
    chat: ChatId,
}

#[derive(serde::Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    session: Told<'a>,
    posts: u32,
    reposts: u32,
    participants: u32,
    new: u32,
    answers: u32,
    afterwards: u32,
}

#[derive(serde::Serialize)]
struct Told<'a> {
    id: String,
    found: Found,
    starts_at: String,
    ends_at: String,
    topic: Option<&'a str>,
    questions: Vec<Asked>,
}

#[derive(serde::Serialize)]
struct Asked {
    number: String,
    text: Option<String>,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let kept = Kept::read(&args.chat, Extent::Counted, common)?;
    let (conversation, sessions) = kept.conversation();
    let numbers = session_statistics(conversation, sessions);
    let rows: Vec<Row<'_>> = sessions
        .sessions
        .iter()
        .zip(&numbers)
        .map(|(session, numbers)| Row {
            session: told(conversation, session),
            posts: numbers.counts.posts,
            reposts: numbers.counts.reposts,
            participants: numbers.counts.participants,
            new: numbers.counts.new,
            answers: numbers.answers,
            afterwards: numbers.afterwards,
        })
        .collect();
    if common.json {
        return print_marked_json(console, &rows, kept.simulated);
    }
    if rows.is_empty() {
        console.say(&format!(
            "No session of {} was found: write when it meets under [[schedule]] in chats/{}.toml",
            kept.chat.title, args.chat
        ));
        return Ok(());
    }
    kept.say_if_simulated(console);
    let zone = kept.chat.zone();
    for (row, session) in rows.iter().zip(&sessions.sessions) {
        let from = session.starts_at.on_clocks(&zone).strftime("%H:%M").to_string();
        let to = session.ends_at.on_clocks(&zone).strftime("%H:%M").to_string();
        let how = match session.found {
            Found::Schedule => "",
            Found::Note => " (noted)",
            Found::Burst => " (a burst)",
        };
        console.say(&format!(
            "{:12} {from}–{to}{how}  {}, {}, {}, {}{}",
            row.session.id,
            count(row.posts.into(), "post", "posts"),
            count(row.participants.into(), "participant", "participants"),
            count(row.session.questions.len() as u64, "question", "questions"),
            count(row.answers.into(), "answer", "answers"),
            row.session.topic.map_or_else(String::new, |topic| format!("  {topic}")),
        ));
    }
    console.say(&format!(
        "{} and {} in no session",
        count(rows.len() as u64, "session", "sessions"),
        count(sessions.between.len() as u64, "post", "posts")
    ));
    Ok(())
}

fn told<'a>(conversation: &Conversation<'_>, session: &'a Session) -> Told<'a> {
    Told {
        id: session.id.to_string(),
        found: session.found,
        starts_at: session.starts_at.to_string(),
        ends_at: session.ends_at.to_string(),
        topic: session.topic.as_deref(),
        questions: session
            .questions
            .iter()
            .map(|question| Asked {
                number: question.number.to_string(),
                text: question
                    .text
                    .clone()
                    .or_else(|| question.shown.and_then(|post| conversation.text(post))),
            })
            .collect(),
    }
}
