//! `someasure chat stats`

use someasure_chat::statistics;
use someasure_ledger::Extent;
use someasure_model::chat::{ChatId, ChatStatistics, Counts, SessionId};

use super::super::print_marked_json;
use super::{Common, Kept, session};
use crate::chats::Tally;
use crate::chats::report::evenness;
use crate::console::{count, thousands};
use crate::failure::Outcome;

/// Count a chat fairly: who took part, who answered whom, how the floor was shared.
///
/// Counts are reconciled with the imported files: read = posts + reposts + duplicates + other. People appear as they
/// agreed to in chats/consent.csv; nobody is ranked, and followers play no part.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The chat.
    #[arg(value_name = "CHAT")]
    chat: ChatId,
    /// One session only: 2015-01-14.
    #[arg(long, value_name = "DATE")]
    session: Option<SessionId>,
}

#[derive(serde::Serialize)]
struct Report<'a> {
    chat: &'a str,
    #[serde(flatten)]
    tally: &'a Tally,
    /// Who wrote or passed on a post.
    participants: u32,
    /// The Gini index of posts by person: 0 where everybody wrote as much.
    gini: Option<f64>,
    #[serde(flatten)]
    statistics: &'a ChatStatistics,
}

pub(super) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let kept = Kept::read(&args.chat, Extent::Counted, common)?;
    let (conversation, sessions) = kept.conversation();
    let mut numbers = statistics(conversation, sessions);
    let mut counts = numbers.all.clone();
    if let Some(id) = args.session {
        session(sessions, Some(id))?;
        numbers.sessions.retain(|session| session.id == id);
        if let Some(one) = numbers.sessions.first() {
            counts = one.counts.clone();
        }
    }
    if common.json {
        let report = Report {
            chat: args.chat.as_str(),
            tally: &kept.tally,
            participants: counts.participants,
            gini: evenness(&counts),
            statistics: &numbers,
        };
        return print_marked_json(console, &report, kept.simulated);
    }
    kept.say_if_simulated(console);
    match args.session {
        Some(id) => console.say(&format!("{}, session {id}", kept.chat.title)),
        None => {
            console.say(&kept.chat.title);
            for line in reconciled(&kept.tally) {
                console.say(&line);
            }
        }
    }
    for line in told(&counts) {
        console.say(&line);
    }
    if args.session.is_none() {
        console.say(&format!(
            "{}: {} in them, {} in the days after, {} between",
            count(numbers.sessions.len() as u64, "session", "sessions"),
            count(numbers.in_sessions.into(), "post", "posts"),
            thousands(numbers.afterwards.into()),
            thousands(numbers.between.into()),
        ));
        if let Some(line) = shared(&numbers) {
            console.say(&line);
        }
    }
    Ok(())
}

/// How many addresses were shared, and how many of them are not told.
fn shared(numbers: &ChatStatistics) -> Option<String> {
    let (told, left_out) = (numbers.links.len() as u64, u64::from(numbers.links_left_out));
    let all = count(told + left_out, "address", "addresses");
    match left_out {
        0 if told == 0 => None,
        0 => Some(format!("{all} shared")),
        1 => Some(format!("{all} shared, 1 of which leads to somebody who is not named and is left out")),
        _ => Some(format!(
            "{all} shared, {} of which lead to people who are not named and are left out",
            thousands(left_out)
        )),
    }
}

fn reconciled(tally: &Tally) -> Vec<String> {
    let mut lines = vec![format!(
        "{} read = {} ({} of them replies) + {} + {} + {} other",
        thousands(tally.read),
        count(tally.posts, "post", "posts"),
        thousands(tally.replies),
        count(tally.reposts, "repost", "reposts"),
        count(tally.duplicates, "duplicate", "duplicates"),
        thousands(tally.other),
    )];
    for (number, what) in [
        (tally.earlier_versions, "of the duplicates: earlier versions of posts that were edited"),
        (tally.other_hashtags, "of the others: none of the chat's hashtags"),
        (tally.other_platforms, "of the others: from a platform where it does not meet"),
        (tally.from_the_future, "of the others: written, they say, after they were read"),
        (tally.withdrawn, "of the others: withdrawn"),
    ] {
        if number > 0 {
            lines.push(format!("  {} {what}", thousands(number)));
        }
    }
    lines
}

fn told(counts: &Counts) -> Vec<String> {
    let share = |part: someasure_model::chat::Part| {
        part.share().map_or_else(|| "-".to_owned(), |share| format!("{:.0}%", share * 100.0))
    };
    vec![
        format!(
            "{}: {} new, {} returning; {} wrote once; {} of {}",
            count(counts.participants.into(), "participant", "participants"),
            thousands(counts.new.into()),
            thousands(counts.returning.into()),
            thousands(counts.quiet_voices.into()),
            count(counts.organisations.people.into(), "account is", "accounts are"),
            "organisations",
        ),
        format!(
            "conversation: {} of posts reply or quote; {} of pairs who spoke did so both ways",
            share(counts.conversation),
            share(counts.reciprocity)
        ),
        match evenness(counts) {
            Some(gini) => format!("floor: Gini {gini:.2} of posts by person (0: everybody wrote as much)"),
            None => "floor: too few wrote to say how evenly it was shared".to_owned(),
        },
    ]
}
