//! The sentences that pages of chats write about numbers: how many took part, how much was said, how evenly. They count;
//! they praise and rank nobody.

use jiff::tz::TimeZone;
use someasure_model::chat::{ChatSeries, Counts, MonthStatistics, Part, Transcript};
use someasure_model::{ChangeStatus, PeriodId};

use super::Setting;
use super::words::all_called;
use crate::number::{count, fixed, percent, whole};
use crate::sentences::rule_in_words;
use crate::text::{name, note, sentence, shorten};

/// `1 person`, `2 people`.
pub(super) fn people(n: u64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{} people", whole(n)) }
}

/// What a transcript is called: `#nhssm on 14 January 2015: the report`.
pub(super) fn title(transcript: &Transcript) -> String {
    let chat = shorten(&name(&transcript.chat), 60);
    let topic = transcript.topic.as_deref().map(topic).filter(|topic| !topic.is_empty());
    let about = topic.map_or_else(String::new, |topic| format!(": {topic}"));
    format!("{chat} on {}{about}", session(&transcript.session.to_string()))
}

/// A topic where there is little room.
pub(super) fn topic(topic: &str) -> String {
    shorten(&note(&topic.chars().take(2_000).collect::<String>()), 140)
}

/// A session by its day: `14 January 2015`, `14 January 2015 (second)`.
pub(super) fn session(id: &str) -> String {
    let Ok(id) = id.parse::<someasure_model::chat::SessionId>() else { return crate::when::period(id) };
    let day = crate::when::day(id.date);
    match id.nth {
        0 | 1 => day,
        2 => format!("{day} (second)"),
        3 => format!("{day} (third)"),
        nth => format!("{day} (session {nth} of the day)"),
    }
}

/// What stands above a transcript: when it was, who hosted, what it holds, and what is not shown.
pub(super) fn about(transcript: &Transcript, setting: &Setting<'_>) -> Vec<String> {
    let mut lines = vec![when(transcript, setting.zone)];
    if !transcript.hosts.is_empty() {
        lines.push(format!("Hosted by {}.", all_called(transcript.hosts.iter())));
    }
    lines.push(holds(transcript));
    lines.extend(setting.terms.iter().map(|(platform, why)| {
        format!("Words of posts on {} are not shown. {}", name(platform.title()), sentence(why))
    }));
    lines
}

/// `From 20:00 to 21:00 on 14 January 2015 (Europe/London).`
pub(super) fn when(transcript: &Transcript, zone: &TimeZone) -> String {
    let (from, to) =
        (crate::when::minute(transcript.starts_at, zone), crate::when::minute(transcript.ends_at, zone));
    let time =
        |text: &str| text.rsplit_once(", ").map_or_else(|| text.to_owned(), |(_, time)| time.to_owned());
    let day = crate::when::day_of(transcript.starts_at, zone);
    let same_day = transcript.starts_at.date(zone) == transcript.ends_at.date(zone);
    let clock = zone.iana_name().unwrap_or("the chat’s clock");
    if same_day {
        format!("From {} to {} on {day} ({clock}).", time(&from), time(&to))
    } else {
        format!("From {from} to {to} ({clock}).")
    }
}

/// What a transcript holds, to the last post.
pub(super) fn holds(transcript: &Transcript) -> String {
    let counts = &transcript.counts;
    let mut said = format!(
        "{}: {} with {} words, {} folded into who passed something on, and {} as withdrawn.",
        count(counts.posts.into(), "posts"),
        count_of(counts.shown, "shown"),
        if counts.shown == 1 { "its" } else { "their" },
        whole(counts.folded.into()),
        count_of(counts.withdrawn, "marked"),
    );
    match counts.gone {
        0 => {}
        1 => said.push_str(" 1 more of this time was deleted or taken back since; nothing of it is kept."),
        n => said.push_str(&format!(
            " {} more of this time were deleted or taken back since; nothing of them is kept.",
            whole(n.into())
        )),
    }
    let questions = transcript.questions.len() as u64;
    if questions > 0 {
        said.push_str(&format!(
            " {}, {}.",
            count(questions, "questions"),
            count(counts.answers.into(), "answers")
        ));
    }
    said
}

fn count_of(n: u32, what: &str) -> String {
    format!("{} {what}", whole(n.into()))
}

/// Who took part: in a session with how many were new.
pub(super) fn took_part(counts: &Counts, in_session: bool) -> String {
    let all = u64::from(counts.participants);
    if all == 0 {
        return "Nobody took part.".to_owned();
    }
    let new = match (in_session, counts.new) {
        (false, _) => String::new(),
        (true, 0) if all == 1 => ", who had been there before".to_owned(),
        (true, 0) => ", all of whom had been there before".to_owned(),
        (true, _) if all == 1 => ", for the first time".to_owned(),
        (true, new) if u64::from(new) == all => ", all of them for the first time".to_owned(),
        (true, new) => format!(", {} of them for the first time", whole(new.into())),
    };
    format!("{} took part{new}.", people(all))
}

/// How much was written and passed on.
pub(super) fn said(counts: &Counts) -> String {
    let were = |n: u32| if n == 1 { "was" } else { "were" };
    let (posts, reposts) = (counts.posts, counts.reposts);
    let written = match posts {
        0 => "No post was written".to_owned(),
        n => format!("{} {} written", count(n.into(), "posts"), were(n)),
    };
    match reposts {
        0 => format!("{written}, and none passed on."),
        n if posts == 0 => format!("{written}; {} {} passed on.", count(n.into(), "posts"), were(n)),
        n => format!("{written}, and posts were passed on {}.", times(n)),
    }
}

fn times(n: u32) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", whole(n.into())),
    }
}

/// How much of it was conversation.
pub(super) fn conversation(part: Part) -> Option<String> {
    let share = part.share()?;
    Some(match part.count {
        0 => "No post answered or quoted another.".to_owned(),
        n => format!(
            "{} of {} ({}) answered or quoted another.",
            whole(n.into()),
            count(part.of.into(), "posts"),
            percent(share)
        ),
    })
}

/// How often it went both ways.
pub(super) fn reciprocity(part: Part) -> Option<String> {
    let share = part.share()?;
    let pairs = match part.of {
        1 => "In the one pair of people of whom one answered or quoted the other".to_owned(),
        n => format!("Of {} pairs of people of whom one answered or quoted the other", whole(n.into())),
    };
    Some(match (part.of, part.count) {
        (1, 0) => format!("{pairs}, it went one way."),
        (1, _) => format!("{pairs}, it went both ways."),
        (_, 0) => format!("{pairs}, none did so both ways."),
        (_, n) => format!("{pairs}, {} ({}) did so both ways.", whole(n.into()), percent(share)),
    })
}

/// How evenly the floor was shared, in people and as the Gini index.
pub(super) fn floor(counts: &Counts, gini: Option<f64>) -> String {
    let each = &counts.posts_per_person;
    let total: u64 = each.iter().map(|n| u64::from(*n)).sum();
    let wrote = each.len() as u64;
    let shared = match wrote {
        0 => return "Nobody wrote a post of their own.".to_owned(),
        1 => return "One person wrote everything.".to_owned(),
        _ if each.first() == each.last() => {
            format!("{} each wrote {}.", people(wrote), count(each[0].into(), "posts"))
        }
        _ => {
            let mut sum = 0;
            let half = each.iter().rev().take_while(|n| {
                let before = sum;
                sum += u64::from(**n);
                before * 2 < total
            });
            let half = half.count() as u64;
            format!("Half of the posts came from {} of the {} who wrote.", whole(half), people(wrote))
        }
    };
    let index = gini.filter(|gini| gini.is_finite()).map_or_else(
        || " Too few wrote to say more about how evenly.".to_owned(),
        |gini| {
            format!(
                " The Gini index of posts by person is {}; it is 0 where everybody wrote as much, and 1 where one person wrote everything.",
                fixed(gini, 2)
            )
        },
    );
    shared + &index
}

/// Those who wrote once.
pub(super) fn quiet(counts: &Counts) -> Option<String> {
    let wrote = counts.posts_per_person.len() as u64;
    match counts.quiet_voices {
        0 => None,
        1 => Some(format!("1 of the {} who wrote did so once.", people(wrote))),
        n => Some(format!("{} of the {} who wrote did so once.", whole(n.into()), people(wrote))),
    }
}

/// Organisations against everybody else.
pub(super) fn sides(counts: &Counts) -> String {
    let (bodies, others) = (counts.organisations, counts.individuals);
    let others_wrote = match others.people {
        0 => "nobody else wrote".to_owned(),
        n => format!("{} wrote {}", count(n.into(), "other accounts"), count(others.posts.into(), "posts")),
    };
    match bodies.people {
        0 => "No account of an organisation that the register knows wrote.".to_owned(),
        n => format!(
            "{} of organisations wrote {}; {others_wrote}.",
            count(n.into(), "accounts"),
            count(bodies.posts.into(), "posts")
        ),
    }
}

/// That something was withdrawn; nothing where nothing was.
pub(super) fn withdrawn(counts: &Counts, deleted: u32) -> Vec<String> {
    let mut said = Vec::new();
    let are = |n: u32| if n == 1 { "is" } else { "are" };
    if counts.withdrawn_people > 0 {
        let n = counts.withdrawn_people;
        said.push(format!(
            "{} {} not appear: they withdrew, or do not show their posts to everybody. They are counted among those \
             who took part, and are in no list, picture or file.",
            people(n.into()),
            if n == 1 { "does" } else { "do" }
        ));
    }
    if counts.withdrawn_posts > 0 {
        let n = counts.withdrawn_posts;
        said.push(format!("{} {} theirs: counted, and not shown.", count(n.into(), "posts"), are(n)));
    }
    if deleted > 0 {
        let (was, it) = if deleted == 1 { ("was", "it is") } else { ("were", "they are") };
        let whose = if deleted == 1 { "its author" } else { "their authors" };
        said.push(format!(
            "{} {was} deleted by {whose}: {it} not among the counts.",
            count(deleted.into(), "posts")
        ));
    }
    said
}

/// Who came again, of the last month of which that is known.
pub(super) fn retention(months: &[MonthStatistics]) -> Option<String> {
    let known = |month: &MonthStatistics| {
        month.retention.filter(|part| part.of > 0).map(|part| (month.month.clone(), part))
    };
    let (month, part) = months.iter().rev().find_map(known)?;
    let within = crate::when::within(&month);
    Some(match (part.of, part.count) {
        (1, 0) => {
            format!("The one person who took part {within} was not seen again in the three months after.")
        }
        (1, _) => format!("The one person who took part {within} was seen again in the three months after."),
        (of, 0) => format!(
            "Of {} who took part {within}, none was seen again in the three months after.",
            people(of.into())
        ),
        (of, n) => format!(
            "Of {} who took part {within}, {} ({}) {} seen again in the three months after.",
            people(of.into()),
            whole(n.into()),
            percent(part.share().unwrap_or_default()),
            if n == 1 { "was" } else { "were" },
        ),
    })
}

/// What a control chart of sessions says: the status is of its end, and a mark further back is told too.
pub(super) fn change(series: &ChatSeries) -> String {
    match &series.status {
        ChangeStatus::NeedsMoreData { points, least } => format!(
            "Whether the number of participants changed needs more data: there {} {}, and {} are the least.",
            if *points == 1 { "is" } else { "are" },
            count(*points, "sessions"),
            whole(*least)
        ),
        ChangeStatus::MostlyZero => {
            "Mostly zero: with so few participants, chance and change cannot be told apart.".to_owned()
        }
        ChangeStatus::NoClearChange => {
            match series.points.iter().filter(|point| point.signal.is_some()).count() {
                0 => "No clear change: movement like this is normal.".to_owned(),
                1 => "No clear change lately; 1 earlier session moved more than chance explains.".to_owned(),
                n => format!("No clear change lately; {n} earlier sessions moved more than chance explains."),
            }
        }
        ChangeStatus::Changed { up, rule, since, .. } => format!(
            "Shifted {} since {} ({}).",
            if *up { "up" } else { "down" },
            session(since),
            rule_in_words(*rule, *up, "sessions")
        ),
    }
}

/// Which months no imported file reaches into, and that this is no decline; nothing where all are covered.
pub(super) fn not_covered(months: &[MonthStatistics]) -> Option<String> {
    let runs: Vec<String> = months
        .chunk_by(|a, b| a.not_covered == b.not_covered)
        .filter(|run| run[0].not_covered)
        .filter_map(|run| span(Some((run[0].month.clone(), run.last()?.month.clone()))))
        .collect();
    let (last, others) = runs.split_last()?;
    let when = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
    Some(format!("A gap in the imported files, and no decline: {when}."))
}

/// When most was said, as a title: `Most was said at 20:07: 34 posts within a minute`.
pub(super) fn pace(starts: someasure_model::Instant, each: &[u32], zone: &TimeZone) -> Option<String> {
    let (at, most) = each.iter().enumerate().rev().max_by_key(|(_, n)| **n).filter(|(_, n)| **n > 0)?;
    let minute = crate::when::minute(super::pictures::after(starts, at as i64), zone);
    let time = minute.rsplit_once(", ").map_or(minute.as_str(), |(_, time)| time);
    Some(match most {
        1 => "Never more than 1 post within a minute".to_owned(),
        n => format!("Most was said at {time}: {} posts within a minute", whole((*n).into())),
    })
}

/// From when to when there are posts.
pub(super) fn span(months: Option<(PeriodId, PeriodId)>) -> Option<String> {
    let (first, last) = months?;
    Some(if first == last {
        crate::when::within(&first)
    } else {
        format!("from {} to {}", crate::when::period(&first), crate::when::period(&last))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use someasure_model::chat::Side;

    fn counts(participants: u32, new: u32, posts: u32, reposts: u32) -> Counts {
        Counts { participants, new, posts, reposts, ..Counts::default() }
    }

    #[test]
    fn who_took_part_is_told_of_none_of_one_and_of_many() {
        let say = |participants, new| took_part(&counts(participants, new, 0, 0), true);
        assert_eq!(say(0, 0), "Nobody took part.");
        assert_eq!(say(1, 1), "1 person took part, for the first time.");
        assert_eq!(say(1, 0), "1 person took part, who had been there before.");
        assert_eq!(say(3, 0), "3 people took part, all of whom had been there before.");
        assert_eq!(say(3, 3), "3 people took part, all of them for the first time.");
        assert_eq!(say(1_231, 40), "1,231 people took part, 40 of them for the first time.");
        assert_eq!(took_part(&counts(1_231, 1_231, 0, 0), false), "1,231 people took part.");
    }

    #[test]
    fn what_was_said_is_told_of_none_of_one_and_of_many() {
        let say = |posts, reposts| said(&counts(0, 0, posts, reposts));
        assert_eq!(say(0, 0), "No post was written, and none passed on.");
        assert_eq!(say(1, 1), "1 post was written, and posts were passed on once.");
        assert_eq!(say(1_200, 300), "1,200 posts were written, and posts were passed on 300 times.");
        assert_eq!(say(0, 2), "No post was written; 2 posts were passed on.");
    }

    #[test]
    fn conversation_is_a_share_with_its_whole() {
        assert_eq!(conversation(Part { count: 0, of: 0 }), None);
        assert_eq!(conversation(Part { count: 0, of: 4 }).unwrap(), "No post answered or quoted another.");
        assert_eq!(
            conversation(Part { count: 1, of: 1 }).unwrap(),
            "1 of 1 post (100%) answered or quoted another."
        );
        assert_eq!(reciprocity(Part { count: 0, of: 0 }), None);
        assert_eq!(
            reciprocity(Part { count: 1, of: 1 }).unwrap(),
            "In the one pair of people of whom one answered or quoted the other, it went both ways."
        );
        assert_eq!(
            reciprocity(Part { count: 80, of: 200 }).unwrap(),
            "Of 200 pairs of people of whom one answered or quoted the other, 80 (40%) did so both ways."
        );
    }

    #[test]
    fn the_floor_is_told_in_people() {
        let say = |each: &[u32], gini| {
            floor(&Counts { posts_per_person: each.to_vec(), ..Counts::default() }, gini)
        };
        assert_eq!(say(&[], None), "Nobody wrote a post of their own.");
        assert_eq!(say(&[7], None), "One person wrote everything.");
        assert!(
            say(&[2, 2, 2], Some(0.0))
                .starts_with("3 people each wrote 2 posts. The Gini index of posts by person is 0.00;")
        );
        assert!(
            say(&[1, 1, 1, 1, 4], Some(0.35))
                .starts_with("Half of the posts came from 1 of the 5 people who wrote.")
        );
        assert!(
            say(&[1, 2, 3], None)
                .starts_with("Half of the posts came from 1 of the 3 people who wrote. Too few")
        );
        assert!(say(&[1, 2, 3, 4], Some(f64::NAN)).contains("2 of the 4 people who wrote. Too few"));
    }

    #[test]
    fn organisations_stand_beside_everybody_else() {
        let say = |people, posts, others, by_others| {
            sides(&Counts {
                organisations: Side { people, posts },
                individuals: Side { people: others, posts: by_others },
                ..Counts::default()
            })
        };
        assert_eq!(say(0, 0, 3, 9), "No account of an organisation that the register knows wrote.");
        assert_eq!(say(1, 1, 1, 1), "1 account of organisations wrote 1 post; 1 other account wrote 1 post.");
        assert_eq!(say(2, 5, 0, 0), "2 accounts of organisations wrote 5 posts; nobody else wrote.");
    }

    #[test]
    fn what_was_withdrawn_is_said_and_nothing_is_said_of_nothing() {
        assert!(withdrawn(&Counts::default(), 0).is_empty());
        let one = Counts { withdrawn_people: 1, withdrawn_posts: 1, ..Counts::default() };
        assert_eq!(
            withdrawn(&one, 1),
            [
                "1 person does not appear: they withdrew, or do not show their posts to everybody. They are counted among \
                 those who took part, and are in no list, picture or file.",
                "1 post is theirs: counted, and not shown.",
                "1 post was deleted by its author: it is not among the counts.",
            ]
        );
    }

    #[test]
    fn a_session_is_called_by_its_day() {
        assert_eq!(session("2015-01-14"), "14 January 2015");
        assert_eq!(session("2015-01-14-2"), "14 January 2015 (second)");
        assert_eq!(session("2015-01"), "January 2015");
    }

    #[test]
    fn a_sentence_does_not_deny_what_its_chart_marks() {
        let point =
            |signal| someasure_model::ChangePoint { period: "2015-01-14".into(), value: Some(9.0), signal };
        let series = |marks: usize| ChatSeries {
            status: ChangeStatus::NoClearChange,
            points: (0..3)
                .map(|nth| point((nth < marks).then_some((someasure_model::ChangeRuleName::Outside, true))))
                .collect(),
            limits: None,
        };
        assert_eq!(change(&series(0)), "No clear change: movement like this is normal.");
        assert_eq!(
            change(&series(1)),
            "No clear change lately; 1 earlier session moved more than chance explains."
        );
        assert!(change(&series(2)).contains("2 earlier sessions moved"));
    }
}
