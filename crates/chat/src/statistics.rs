//! A chat in numbers. Each formula is in `docs/methods/chat.md`.

use foldhash::HashMap;
use jiff::civil::Date;
use someasure_model::chat::{
    ChatStatistics, Consent, Counts, MonthStatistics, OnTheRoll, Part, PostIndex, Session, SessionStatistics,
    Sessions, SharedLink, Side, Speaker,
};
use someasure_model::{Instant, PeriodId};

use crate::conversation::{Conversation, NONE};
use crate::text::clean;

const MINUTE: i64 = 60_000_000;
/// Months after a month in which its people may be seen again.
const RETENTION_MONTHS: i64 = 3;
/// What is added to addresses to count clicks.
const CLICK_COUNTERS: [&str; 5] = ["utm_", "fbclid", "gclid", "mc_cid", "mc_eid"];

/// A chat in numbers; `sessions` are what [`sessions`](crate::sessions()) found in the same conversation.
pub fn statistics(of: &Conversation, sessions: &Sessions) -> ChatStatistics {
    let counted: Vec<PostIndex> = of.order.iter().copied().filter(|&at| of.counts(at)).collect();
    let mut counter = Counter::new(of, &counted);
    let (months, all) = months(of, sessions, &counted, &mut counter);
    let in_sessions: usize = sessions.sessions.iter().map(|session| session.posts.len()).sum();
    let afterwards: usize = sessions.sessions.iter().map(|session| session.afterwards.len()).sum();
    let (links, links_left_out) = links(of, &counted);
    ChatStatistics {
        as_at: of.as_at,
        first: counted.first().map(|&at| of.time(at)),
        last: counted.last().map(|&at| of.time(at)),
        all,
        in_sessions: in_sessions as u32,
        afterwards: afterwards as u32,
        between: sessions.between.len() as u32,
        outside: sessions.outside.len() as u32,
        deleted: of.archive.withdrawn.len() as u32,
        sessions: by_session(of, sessions, &mut counter),
        months,
        links,
        links_left_out,
        roll: roll(of, sessions, &counted),
    }
}

/// The sessions alone in numbers, the same as in [`statistics`].
pub fn session_statistics(of: &Conversation, sessions: &Sessions) -> Vec<SessionStatistics> {
    let counted: Vec<PostIndex> = of.order.iter().copied().filter(|&at| of.counts(at)).collect();
    by_session(of, sessions, &mut Counter::new(of, &counted))
}

fn by_session(of: &Conversation, sessions: &Sessions, counter: &mut Counter) -> Vec<SessionStatistics> {
    sessions.sessions.iter().map(|session| in_numbers(of, session, counter)).collect()
}

/// Counts sets of posts one after another, with a mark per person instead of a set.
struct Counter<'c, 'a> {
    of: &'c Conversation<'a>,
    /// Each person's first post.
    first: Vec<u32>,
    mark: u32,
    seen: Vec<u32>,
    own: Vec<u32>,
}

impl<'c, 'a> Counter<'c, 'a> {
    fn new(of: &'c Conversation<'a>, counted: &[PostIndex]) -> Self {
        let mut first = vec![NONE; of.people.len()];
        for &at in counted {
            let slot = &mut first[of.author[at as usize] as usize];
            if *slot == NONE {
                *slot = at;
            }
        }
        Self { of, first, mark: 0, seen: vec![0; of.people.len()], own: vec![0; of.people.len()] }
    }

    fn counts(&mut self, posts: &[PostIndex]) -> Counts {
        let of = self.of;
        self.mark += 1;
        let mut counts = Counts::default();
        let mut people: Vec<u32> = Vec::new();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for &at in posts {
            let author = of.author[at as usize];
            if self.seen[author as usize] != self.mark {
                self.seen[author as usize] = self.mark;
                self.own[author as usize] = 0;
                people.push(author);
            }
            counts.new += u32::from(self.first[author as usize] == at);
            counts.withdrawn_posts += u32::from(of.withdrawn[at as usize]);
            if of.is_repost(at) {
                counts.reposts += 1;
                continue;
            }
            counts.posts += 1;
            self.own[author as usize] += 1;
            let (replies, quotes) =
                (replies(of, at), of.quoted[at as usize] != crate::conversation::To::Nothing);
            counts.replies += u32::from(replies);
            counts.quotes += u32::from(quotes && !replies);
            counts.conversation.count += u32::from(speaks_to_another(of, at));
            pairs.extend(spoken_to(of, at).map(|other| (author, other)));
        }
        counts.conversation.of = counts.posts;
        counts.reciprocity = reciprocity(pairs);
        counts.participants = people.len() as u32;
        counts.returning = counts.participants - counts.new;
        for person in people {
            let who = &of.people[person as usize];
            let posts = self.own[person as usize];
            if who.consent == Consent::Removed {
                counts.withdrawn_people += 1;
            } else if posts > 0 {
                counts.posts_per_person.push(posts);
                counts.quiet_voices += u32::from(posts == 1);
            }
            if posts > 0 {
                let organisation = who.person.is_some_and(|person| person.organisation_id.is_some());
                let side = if organisation { &mut counts.organisations } else { &mut counts.individuals };
                *side = Side { people: side.people + 1, posts: side.posts + posts };
            }
        }
        counts.posts_per_person.sort_unstable();
        counts
    }
}

fn replies(of: &Conversation, at: PostIndex) -> bool {
    let says_so = of.post(at).kind == Some(someasure_model::PostKind::Reply);
    of.parent[at as usize] != crate::conversation::To::Nothing || of.answered[at as usize] != NONE || says_so
}

/// Whether it replies to somebody else or quotes somebody else; an unknown post is somebody else's.
fn speaks_to_another(of: &Conversation, at: PostIndex) -> bool {
    let author = of.author[at as usize];
    let replies = replies(of, at) && of.answered[at as usize] != author;
    let quotes =
        of.quoted[at as usize] != crate::conversation::To::Nothing && of.quoted_author(at) != Some(author);
    replies || quotes
}

/// Whom a post answers or quotes, as far as it is known.
fn spoken_to<'c>(of: &'c Conversation, at: PostIndex) -> impl Iterator<Item = u32> + use<'c> {
    let author = of.author[at as usize];
    let answered = Some(of.answered[at as usize]).filter(|&other| other != NONE);
    let quoted = of.quoted_author(at).filter(|&other| Some(other) != answered);
    answered.into_iter().chain(quoted).filter(move |&other| other != author)
}

/// Of the pairs with an answer, those who answered each other.
fn reciprocity(mut pairs: Vec<(u32, u32)>) -> Part {
    pairs.sort_unstable();
    pairs.dedup();
    let both = pairs.iter().filter(|&&(a, b)| a < b && pairs.binary_search(&(b, a)).is_ok()).count() as u32;
    Part { count: both, of: pairs.len() as u32 - both }
}

fn in_numbers(of: &Conversation, session: &Session, counter: &mut Counter) -> SessionStatistics {
    let from = session.opens_at.micros();
    let minutes = ((session.closes_at.micros() - from + MINUTE - 1) / MINUTE).clamp(1, 3 * 24 * 60);
    let mut pace = vec![0; minutes as usize];
    for &at in &session.posts {
        if let Some(minute) = pace.get_mut(((of.time(at).micros() - from) / MINUTE).max(0) as usize) {
            *minute += 1;
        }
    }
    let mut answering: Vec<PostIndex> = session.answers.iter().map(|answer| answer.post).collect();
    answering.sort_unstable();
    answering.dedup();
    SessionStatistics {
        id: session.id,
        starts_at: session.starts_at,
        counts: counter.counts(&session.posts),
        afterwards: session.afterwards.len() as u32,
        questions: session.questions.len() as u32,
        answers: answering.len() as u32,
        pace_from: session.opens_at,
        pace,
    }
}

/// A month as a number that counts on.
fn month_of(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

fn first_day(month: i64) -> Option<Date> {
    Date::new(i16::try_from(month.div_euclid(12)).ok()?, (month.rem_euclid(12) + 1) as i8, 1).ok()
}

fn months(
    of: &Conversation,
    sessions: &Sessions,
    counted: &[PostIndex],
    counter: &mut Counter,
) -> (Vec<MonthStatistics>, Counts) {
    let all = counter.counts(counted);
    let zone = of.chat.zone();
    let (Some(&first), Some(&last)) = (counted.first(), counted.last()) else { return (Vec::new(), all) };
    let begins = month_of(of.time(first).date(&zone));
    let ends = month_of(of.time(last).date(&zone));
    let starts =
        |month: i64| first_day(month).map_or(i64::MAX, |day| Instant::start_of_day(day, &zone).micros());
    let span_from = of.chat.from.map_or(of.time(first), |from| Instant::start_of_day(from, &zone)).micros();
    let span_to = of.bounds.1.micros();
    let gaps = gaps(&of.archive.covered);
    let is_cut = |from: i64, to: i64| gaps.iter().any(|gap| gap.0 < to && from < gap.1);
    let is_missing = |from: i64, to: i64| gaps.iter().any(|gap| gap.0 <= from && to <= gap.1);
    let mut sat: HashMap<i64, u32> = HashMap::default();
    for session in &sessions.sessions {
        *sat.entry(month_of(session.starts_at.date(&zone))).or_default() += 1;
    }
    let mut months = Vec::new();
    let mut again: HashMap<i64, u32> = HashMap::default();
    let mut last_seen: Vec<i64> = vec![i64::MIN; of.people.len()];
    let mut at = 0;
    for month in begins..=ends {
        let until = starts(month + 1);
        let from = at;
        while at < counted.len() && of.time(counted[at]).micros() < until {
            let author = of.author[counted[at] as usize] as usize;
            let before = last_seen[author];
            if before != month {
                if before != i64::MIN && month - before <= RETENTION_MONTHS {
                    *again.entry(before).or_default() += 1;
                }
                last_seen[author] = month;
            }
            at += 1;
        }
        let Some(day) = first_day(month) else { continue };
        months.push(MonthStatistics {
            month: PeriodId::from(format!("{:04}-{:02}", day.year(), day.month())),
            counts: counter.counts(&counted[from..at]),
            sessions: sat.get(&month).copied().unwrap_or(0),
            retention: None,
            whole: starts(month) >= span_from && until <= span_to && !is_cut(starts(month), until),
            not_covered: is_missing(starts(month), until),
        });
    }
    for (nth, month) in months.iter_mut().enumerate() {
        let number = begins + nth as i64;
        let (after, over) = (starts(number + 1), starts(number + RETENTION_MONTHS + 1));
        if over <= span_to && !is_cut(after, over) {
            let count = again.get(&number).copied().unwrap_or(0);
            month.retention = Some(Part { count, of: month.counts.participants });
        }
    }
    (months, all)
}

/// A silence between two files longer than this is no silence of the chat: nobody looked.
const LONGEST_SILENCE: i64 = 14 * 24 * 60 * MINUTE;

/// The times between files into which none of them reaches. What lies before the first and after the last is cut
/// elsewhere.
fn gaps(covered: &[(Instant, Instant)]) -> Vec<(i64, i64)> {
    let between = covered.windows(2).map(|two| (two[0].1.micros(), two[1].0.micros()));
    between.filter(|(from, to)| to - from > LONGEST_SILENCE).collect()
}

/// An address without what only counts clicks, its scheme and host in lower case; `None` if it is none of the web.
fn plain_address(address: &str) -> Option<String> {
    let address = clean(address);
    let (scheme, rest) = address.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https")
        || address.len() > 2_000
        || address.contains(char::is_whitespace)
    {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let (path, anchor) = path.split_once('#').map_or((path, None), |(path, anchor)| (path, Some(anchor)));
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let counts =
        |part: &&str| CLICK_COUNTERS.iter().any(|counter| part.to_ascii_lowercase().starts_with(counter));
    let query: Vec<&str> =
        query.unwrap_or_default().split('&').filter(|part| !part.is_empty() && !counts(part)).collect();
    let mut plain = format!("{scheme}://{}{}", host.to_lowercase(), if path == "/" { "" } else { path });
    if !query.is_empty() {
        plain.push('?');
        plain.push_str(&query.join("&"));
    }
    if let Some(anchor) = anchor.filter(|anchor| !anchor.is_empty()) {
        plain.push('#');
        plain.push_str(anchor);
    }
    Some(plain)
}

/// Addresses by how many people shared them. What withdrawn people shared, and what leads to people who are not named,
/// is left out; with how many addresses the latter are.
fn links(of: &Conversation, counted: &[PostIndex]) -> (Vec<SharedLink>, u32) {
    let mut numbers: HashMap<String, u32> = HashMap::default();
    // Most addresses are shared more than once, and written in the same way.
    let mut written: HashMap<&str, Option<u32>> = HashMap::default();
    let mut shared: Vec<(u32, u32, u32)> = Vec::new();
    for &at in counted {
        if of.is_repost(at) || of.withdrawn[at as usize] {
            continue;
        }
        for link in of.post(at).links.iter().flatten() {
            let number = *written.entry(link).or_insert_with(|| {
                let next = numbers.len() as u32;
                Some(*numbers.entry(plain_address(link)?).or_insert(next))
            });
            shared.extend(number.map(|number| (number, of.author[at as usize], at)));
        }
    }
    shared.sort_unstable();
    shared.dedup();
    let mut people = vec![0; numbers.len()];
    let mut posts = vec![0; numbers.len()];
    for (nth, &(link, person, _)) in shared.iter().enumerate() {
        posts[link as usize] += 1;
        let again = nth > 0 && shared[nth - 1].0 == link && shared[nth - 1].1 == person;
        people[link as usize] += u32::from(!again);
    }
    let all = numbers.len();
    let mut links: Vec<SharedLink> = numbers
        .into_iter()
        .filter(|(address, _)| of.may_link(address))
        .map(|(address, number)| SharedLink {
            address,
            people: people[number as usize],
            posts: posts[number as usize],
        })
        .collect();
    links.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.address.cmp(&b.address)));
    let left_out = (all - links.len()) as u32;
    (links, left_out)
}

fn roll(of: &Conversation, sessions: &Sessions, counted: &[PostIndex]) -> Vec<OnTheRoll> {
    let people = of.people.len();
    let (mut posts, mut reposts, mut started) = (vec![0; people], vec![0; people], vec![0; people]);
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut begun: Vec<bool> = vec![false; of.archive.posts.len()];
    for &at in counted {
        let author = of.author[at as usize] as usize;
        if of.is_repost(at) {
            reposts[author] += 1;
            continue;
        }
        posts[author] += 1;
        pairs.extend(spoken_to(of, at).map(|other| (author as u32, other)));
        // The post answered begins a thread if it replies to nothing.
        if let Some(parent) = of.parent_post(at)
            && of.author[parent as usize] != author as u32
            && of.counts(parent)
            && !replies(of, parent)
            && !std::mem::replace(&mut begun[parent as usize], true)
        {
            started[of.author[parent as usize] as usize] += 1;
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let (mut answered, mut answered_by) = (vec![0; people], vec![0; people]);
    for (from, to) in pairs {
        answered[from as usize] += 1;
        answered_by[to as usize] += 1;
    }
    let (mut sat, mut hosted, mut last) = (vec![0; people], vec![false; people], vec![NONE; people]);
    for (nth, session) in sessions.sessions.iter().enumerate() {
        for &at in &session.posts {
            let author = of.author[at as usize] as usize;
            if last[author] != nth as u32 {
                last[author] = nth as u32;
                sat[author] += 1;
            }
        }
        for host in session.hosts.iter().filter_map(|id| of.find(id)) {
            hosted[host as usize] = true;
        }
    }
    let mut roll: Vec<(String, OnTheRoll)> = (0..people)
        .filter(|&slot| posts[slot] + reposts[slot] > 0 && of.people[slot].consent != Consent::Removed)
        .map(|slot| {
            let speaker = of.speaker(slot as u32);
            let entry = OnTheRoll {
                posts: posts[slot],
                reposts: reposts[slot],
                sessions: sat[slot],
                started: started[slot],
                answered_by: answered_by[slot],
                answered: answered[slot],
                hosted: hosted[slot],
                speaker,
            };
            (sorted_by(&entry.speaker), entry)
        })
        .collect();
    roll.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.speaker.cmp(&other.speaker)));
    roll.into_iter().map(|(_, entry)| entry).collect()
}

/// Names without case, then participants by number.
fn sorted_by(speaker: &Speaker) -> String {
    match speaker {
        Speaker::Named { name, .. } => {
            format!("0{}", name.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        }
        Speaker::Participant { number } => format!("1{number:010}"),
        Speaker::Withdrawn => "2".to_owned(),
    }
}
