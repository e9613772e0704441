//! How often questions and answers are assigned as a reader would: precision and recall on a chat that was labelled by
//! hand (`labelled/README.md`). Two sessions were seen while the rules were made, two only afterwards.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Made, NOW, account};
use someasure_chat::{Conversation, sessions, transcript};
use someasure_model::chat::{Archive, Chat, How, Session};

const SEEN: [(&str, &str); 2] = [
    ("2024-03-13", include_str!("labelled/2024-03-13.txt")),
    ("2024-06-12", include_str!("labelled/2024-06-12.txt")),
];
const UNSEEN: [(&str, &str); 2] = [
    ("2024-10-30", include_str!("labelled/2024-10-30.txt")),
    ("2025-01-15", include_str!("labelled/2025-01-15.txt")),
];

const CHAT: &str = r##"
title = "#libtalk"
hashtags = ["libtalk"]
hosts = ["x:@libtalk", "bluesky:@ruthquill.example"]
time_zone = "Europe/London"
people = "named"
[[schedule]]
weekday = "wednesday"
starts = "20:00"
[[session]]
date = "2025-01-15"
hosts = ["x:@marnie_w"]
questions = [
  "What is the strangest thing you have found on a shelf?",
  "Which two books should never stand side by side?",
  "How did you learn to shelve, and who taught you?",
  "Should readers shelve for themselves?",
]
"##;

/// What a reader says of a post: the questions that it asks, and those that it stands under.
type Labels = BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>;

fn read(sittings: &[(&str, &str)]) -> (Archive, Labels) {
    let mut made = Made::default();
    let mut labels = Labels::new();
    for (day, text) in sittings {
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let cells: Vec<&str> = line.splitn(6, '|').map(str::trim).collect();
            let [id, time, who, to, label, text] = cells[..] else { panic!("not six cells: {line}") };
            let (later, clock) = match time.strip_prefix('+') {
                Some(time) => {
                    time.split_once("d ").map(|(days, clock)| (days.parse().unwrap(), clock)).unwrap()
                }
                None => (0, time),
            };
            let platform = if id.starts_with('x') { "x" } else { "bluesky" };
            let at = common::local(day, later, clock, "Europe/London");
            let post = made.say(&format!("{platform}:{id}"), &account(platform, who), at, text);
            if let Some(target) = to.get(1..).filter(|target| !target.is_empty()) {
                let platform = if target.starts_with('b') { "bluesky" } else { "x" };
                let target = format!("{platform}:{target}");
                match &to[..1] {
                    ">" => common::reply(post, &target),
                    "~" => common::quote(post, &target),
                    _ => common::repost(post, &target),
                }
            }
            let (asks, under) = labels.entry(format!("{platform}:{id}")).or_default();
            match label.strip_prefix('Q') {
                Some(number) => drop(asks.insert(number.to_owned())),
                None if matches!(label, "-" | "R") => {}
                None => under.extend(label.split(',').map(str::to_owned)),
            }
        }
    }
    (made.archive(), labels)
}

#[derive(Default, Debug, Clone, Copy)]
struct Score {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Score {
    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }
    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.missed).max(1))
    }
}

/// Scores questions, answers, and each way of finding answers.
fn score(sittings: &[(&str, &str)]) -> (Score, Score, BTreeMap<How, Score>) {
    let chat = Chat::from_toml(CHAT).unwrap();
    let (archive, labels) = read(sittings);
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let found = sessions(&conversation);
    assert_eq!(found.sessions.iter().filter(|session| session.posts.len() > 1).count(), sittings.len());
    let id = |at: u32| archive.posts[at as usize].post.post_id.as_str().to_owned();
    let name = |session: &Session, question: u32| {
        session.questions[question as usize].number.to_string().trim_start_matches('Q').to_owned()
    };
    let (mut asks, mut under) = (BTreeSet::new(), BTreeMap::new());
    for session in found.sessions.iter().filter(|session| session.posts.len() > 1) {
        for question in &session.questions {
            let number = question.number.to_string().trim_start_matches('Q').to_owned();
            asks.extend(question.posts.iter().map(|&at| (id(at), number.clone())));
        }
        for answer in &session.answers {
            under.insert((id(answer.post), name(session, answer.question)), answer.how);
        }
        assert_eq!(
            transcript(&conversation, session).counts.posts as usize,
            session.posts.len() + session.afterwards.len()
        );
    }
    let (mut questions, mut answers, mut ways) =
        (Score::default(), Score::default(), BTreeMap::<How, Score>::new());
    let mut faults = Vec::new();
    for (post, number) in &asks {
        match labels[post].0.contains(number) {
            true => questions.right += 1,
            false => {
                questions.wrong += 1;
                faults.push(format!("{post} does not ask {number}"));
            }
        }
    }
    for ((post, number), how) in &under {
        let way = ways.entry(*how).or_default();
        match labels[post].1.contains(number) {
            true => (answers.right, way.right) = (answers.right + 1, way.right + 1),
            false => {
                (answers.wrong, way.wrong) = (answers.wrong + 1, way.wrong + 1);
                faults.push(format!("{post} is not under {number} ({how:?})"));
            }
        }
    }
    for (post, (asked, stands)) in &labels {
        for number in asked.iter().filter(|number| !asks.contains(&(post.clone(), (*number).clone()))) {
            questions.missed += 1;
            faults.push(format!("{post} asks {number}"));
        }
        for number in stands.iter().filter(|number| !under.contains_key(&(post.clone(), (*number).clone()))) {
            answers.missed += 1;
            faults.push(format!("{post} is under {number}"));
        }
    }
    println!("{} posts", labels.len());
    println!(
        "questions {questions:?} precision {:.3} recall {:.3}",
        questions.precision(),
        questions.recall()
    );
    println!("answers   {answers:?} precision {:.3} recall {:.3}", answers.precision(), answers.recall());
    for (how, way) in &ways {
        println!("  by {how:?}: {way:?} precision {:.3}", way.precision());
    }
    for fault in faults {
        println!("    {fault}");
    }
    (questions, answers, ways)
}

#[test]
fn in_the_sessions_that_the_rules_were_made_with_most_assignments_are_a_readers() {
    let (questions, answers, _) = score(&SEEN);
    assert!(questions.precision() >= 0.9 && questions.recall() >= 0.9, "{questions:?}");
    assert!(answers.precision() >= 0.9 && answers.recall() >= 0.9, "{answers:?}");
}

#[test]
fn in_the_sessions_that_the_rules_had_not_seen_too() {
    if std::env::var("SEEN_ONLY").is_ok() {
        return;
    }
    let (questions, answers, _) = score(&UNSEEN);
    assert!(questions.precision() >= 0.9 && questions.recall() >= 0.8, "{questions:?}");
    assert!(answers.precision() >= 0.85 && answers.recall() >= 0.85, "{answers:?}");
}
