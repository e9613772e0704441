//! A chat as an edition publishes it: its numbers, its network and the transcripts of its sessions.

use std::collections::BTreeMap;

use someasure_chat::network::{Wanted, export, network};
use someasure_chat::{Conversation, sessions, statistics, transcript};
use someasure_ledger::{Extent, Ledger};
use someasure_model::chat::{
    Chat, ChatFile, ChatId, ChatReport, ChatSeries, ChatStatistics, Counts, Evenness, Session, Tally as Told,
    TookPart,
};
use someasure_model::{Instant, Organisation, OrganisationId, Platform};
use someasure_stats as stats;

use super::{Tally, archive};
use crate::change::counts_by_session;
use crate::failure::Outcome;
use crate::folder::Folder;

/// Platforms whose terms forbid to publish the words of posts again, with the reason that pages give.
const TERMS: [(&str, &str); 1] = [(
    "x",
    "X’s terms let others publish the ids of posts and not their words; the project has not stated a permission.",
)];

/// Platforms whose words the chat's pages may not show.
pub(crate) fn terms(chat: &Chat) -> Vec<(Platform, String)> {
    TERMS
        .into_iter()
        .filter_map(|(platform, why)| Some((platform.parse::<Platform>().ok()?, why.to_owned())))
        .filter(|(platform, _)| !chat.republish.contains(platform))
        .collect()
}

/// With fewer people an evenness says nothing.
const FEWEST: usize = 3;

/// How evenly the floor was shared: the Gini index of posts by person.
pub(crate) fn evenness(counts: &Counts) -> Option<f64> {
    let posts: Vec<f64> = counts.posts_per_person.iter().copied().map(f64::from).collect();
    (posts.len() >= FEWEST).then(|| stats::gini(&posts, 0.95).ok()).flatten().map(|gini| gini.value)
}

/// All chats of the project, as at the edition.
pub(crate) fn reports(
    folder: &Folder,
    ledger: &Ledger,
    organisations: &[Organisation],
    as_at: Instant,
) -> Outcome<Vec<ChatReport>> {
    let mut reports = Vec::new();
    let threads = ledger.limits().threads;
    for (id, chat) in &folder.chats.chats {
        let (archive, tally) = archive(folder, ledger, id, Extent::Shown)?;
        let conversation = Conversation::on_threads(chat, &archive, as_at, threads);
        let sessions = sessions(&conversation);
        let numbers = statistics(&conversation, &sessions);
        let took_part = took_part(&archive, &sessions.sessions, organisations);
        reports.push(report(id, chat, &tally, &conversation, &sessions.sessions, numbers, took_part));
    }
    Ok(reports)
}

fn report(
    id: &ChatId,
    chat: &Chat,
    tally: &Tally,
    conversation: &Conversation<'_>,
    sessions: &[Session],
    numbers: ChatStatistics,
    organisations: Vec<TookPart>,
) -> ChatReport {
    let network = network(conversation, &Wanted::default());
    let file = |name: &str, what: &str, text: String| ChatFile {
        name: name.to_owned(),
        what: what.to_owned(),
        bytes: text.into_bytes(),
    };
    ChatReport {
        id: id.clone(),
        title: chat.title.clone(),
        about: chat.about.clone(),
        hashtags: chat.hashtags.clone(),
        notice: chat.notice.clone(),
        people: chat.people,
        time_zone: chat.time_zone.clone(),
        tally: told(tally),
        evenness: Evenness {
            all: evenness(&numbers.all),
            sessions: numbers.sessions.iter().map(|one| (one.id, evenness(&one.counts))).collect(),
        },
        participants: series(&numbers),
        network_files: vec![
            file("network.gexf", "GEXF, for Gephi", export::gexf(&network)),
            file("network.graphml", "GraphML", export::graphml(&network)),
            file("people.csv", "people, as CSV", export::people_csv(&network)),
            file("ties.csv", "ties, as CSV", export::ties_csv(&network)),
        ],
        transcripts: sessions
            .iter()
            .filter(|session| !session.posts.is_empty())
            .map(|session| transcript(conversation, session))
            .collect(),
        terms: terms(chat),
        statistics: numbers,
        network,
        organisations,
    }
}

fn told(tally: &Tally) -> Told {
    let other = [
        (tally.other_hashtags, "without any of the chat’s hashtags"),
        (tally.other_platforms, "from a platform where the chat does not meet"),
        (tally.from_the_future, "said to be written after they were read"),
        (tally.withdrawn, "withdrawn"),
    ];
    Told {
        read: tally.read,
        posts: tally.posts,
        reposts: tally.reposts,
        replies: tally.replies,
        duplicates: tally.duplicates,
        other: other
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| (what.to_owned(), number))
            .collect(),
    }
}

/// Participants by session, on a control chart.
fn series(numbers: &ChatStatistics) -> Option<ChatSeries> {
    let points: Vec<(String, f64)> =
        numbers.sessions.iter().map(|one| (one.id.to_string(), f64::from(one.counts.participants))).collect();
    let (status, points, limits) = counts_by_session(&points).ok()?;
    (!points.is_empty()).then_some(ChatSeries { status, points, limits })
}

/// Organisations whose accounts wrote, by name.
fn took_part(
    archive: &someasure_model::chat::Archive,
    sessions: &[Session],
    organisations: &[Organisation],
) -> Vec<TookPart> {
    let whose = |at: u32| {
        let post = &archive.posts.get(at as usize)?.post;
        archive.people.get(&post.account_id)?.organisation_id.as_ref()
    };
    let mut found: BTreeMap<&OrganisationId, (u32, u32)> = BTreeMap::new();
    for row in &archive.posts {
        let person = archive.people.get(&row.post.account_id);
        if let Some(id) = person.and_then(|person| person.organisation_id.as_ref()) {
            let own = row.post.kind != Some(someasure_model::PostKind::Repost);
            found.entry(id).or_default().1 += u32::from(own);
        }
    }
    for session in sessions {
        let present: std::collections::BTreeSet<_> =
            session.posts.iter().filter_map(|at| whose(*at)).collect();
        for id in present {
            found.entry(id).or_default().0 += 1;
        }
    }
    let mut all: Vec<TookPart> = organisations
        .iter()
        .filter_map(|body| {
            let (sessions, posts) = *found.get(&body.organisation_id)?;
            let (organisation_id, name) = (body.organisation_id.clone(), body.name.clone());
            Some(TookPart { organisation_id, name, sessions, posts })
        })
        .collect();
    all.sort_by(|a, b| {
        (a.name.to_lowercase(), &a.organisation_id).cmp(&(b.name.to_lowercase(), &b.organisation_id))
    });
    all
}
