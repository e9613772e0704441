//! A chat of fictional people, written by hand where it matters and by a generator where there should be many. Nobody in it
//! exists, and nobody said any of it.

use someasure_model::chat::{
    AltText, Asked, Betweenness, ChatFile, ChatReport, ChatSeries, ChatStatistics, Counts, Drawn, Edge,
    Evenness, How, MonthStatistics, Network, Node, OnTheRoll, Part, PassedOnBy, People, Picture,
    QuestionNumber, Quoted, RepliesTo, Said, SessionStatistics, SharedLink, Side, Speaker, Tally, TookPart,
    Transcript, TranscriptCounts, Turn, Under, Words,
};
use someasure_model::{ChangeLimits, ChangePoint, ChangeRuleName, ChangeStatus, Edition, Instant, Meaning};

use super::Chance;

const NAMES: [&str; 24] = [
    "Ada Fictional",
    "Bilal Invented",
    "Carys Madeup",
    "Dafydd Nobody",
    "Élise Imaginaire",
    "Femi Pretend",
    "Grace Notreal",
    "Hamza Storybook",
    "Iris Fable",
    "Jonas Legend",
    "Kemi Novella",
    "Líam Saga",
    "Mina Parable",
    "Nils Myth",
    "Oona Tale",
    "Priya Yarn",
    "Quentin Ballad",
    "Rosa Stanza",
    "Sven Sonnet",
    "Tuulikki Rune",
    "Uma Verse",
    "Viktor Chapter",
    "Wren Prologue",
    "Zofia Epilogue",
];

/// Somebody of the chat: hosts and some others by name, two organisations, and the rest by number.
pub(crate) fn speaker(i: usize) -> Speaker {
    match i {
        0..24 => Speaker::Named {
            name: NAMES[i].to_owned(),
            handle: Some(format!("fictional{i}")),
            link: Some(format!("https://social.example/@fictional{i}")),
            organisation: None,
        },
        24..27 => Speaker::Named {
            name: ["Alder Valley Trust (invented)", "Birch Coast Trust (invented)", "A body without a page"]
                [i - 24]
                .to_owned(),
            handle: Some(format!("body{i}")),
            link: Some(format!("https://social.example/@body{i}")),
            organisation: Some(["invented:A01", "invented:A02", "invented:Z99"][i - 24].parse().unwrap()),
        },
        n => Speaker::Participant { number: n as u32 - 26 },
    }
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn later(from: Instant, seconds: i64) -> Instant {
    Instant::from_micros(from.micros() + seconds * 1_000_000)
}

/// A post.
pub(crate) fn words(speaker: Speaker, at: Instant, text: &str) -> Words {
    let named = matches!(speaker, Speaker::Named { .. });
    Words {
        speaker,
        host: false,
        at,
        platform: "mastodon".parse().unwrap(),
        post_id: named.then(|| "mastodon:social.example/1".parse().unwrap()),
        link: named.then(|| "https://social.example/@somebody/1".to_owned()),
        text: Some(text.to_owned()),
        language: Some("en".to_owned()),
        links: Vec::new(),
        media: Vec::new(),
    }
}

/// A turn with nothing around it.
pub(crate) fn turn(post: u32, depth: u32, said: Said) -> Turn {
    Turn {
        post,
        depth,
        said,
        under: Vec::new(),
        replies_to: None,
        quoted: None,
        passed_on_by: Vec::new(),
        likes: Some(2),
    }
}

fn said(words: Words) -> Said {
    Said::Words(Box::new(words))
}

pub(crate) fn q(number: u32, part: Option<char>) -> QuestionNumber {
    QuestionNumber { number, part }
}

/// The session that is written by hand: every kind of turn occurs.
pub(crate) fn by_hand() -> Transcript {
    let start = at("2014-03-12T20:00:00Z");
    let t = |seconds| later(start, seconds);
    let by = |post, i: usize, seconds| PassedOnBy { post, speaker: speaker(i), at: t(seconds) };
    let host = |seconds, text: &str| Words { host: true, ..words(speaker(0), t(seconds), text) };

    let mut welcome = turn(
        10,
        0,
        said(host(
            -60,
            "Welcome to the #madeupchat! Tonight: what does a good answer look like?\n\nSay hello, and where you are from.",
        )),
    );
    welcome.passed_on_by = vec![by(11, 24, 30)];
    let mut hello = turn(12, 1, said(words(speaker(30), t(10), "Hello from nowhere in particular")));
    hello.replies_to = Some(RepliesTo::Turn { post: 10 });
    let opening = vec![welcome, hello, turn(13, 0, Said::Withdrawn)];

    let asks = turn(20, 0, said(host(300, "Q1 What makes an answer a good one?")));
    let under = |number, how| vec![Under { number, how }];
    let mut answer = turn(
        21,
        0,
        said(Words {
            links: vec![
                "https://example.org/what-helps?id=3".to_owned(),
                "https://example.org/slides".to_owned(),
            ],
            media: vec![
                Picture {
                    kind: "image".to_owned(),
                    alt: AltText::Given("A table of waiting times, by month.".to_owned()),
                },
                Picture { kind: "image".to_owned(), alt: AltText::NoneGiven },
                Picture { kind: "video".to_owned(), alt: AltText::NotKnown },
            ],
            ..words(
                speaker(24),
                t(360),
                "A1 One that says what happens next. We wrote that down here: https://example.org/what-helps?id=3. It took a year.",
            )
        }),
    );
    answer.under = under(q(1, None), How::Tag);
    answer.passed_on_by = vec![
        by(30, 1, 400),
        by(31, 28, 410),
        PassedOnBy { post: 32, speaker: Speaker::Withdrawn, at: t(420) },
    ];
    let mut thread = Vec::new();
    for (depth, (i, text)) in [
        (2, "Agreed, and when it will happen."),
        (31, "And who to ask if it does not."),
        (3, "Yes! Names, not inboxes."),
        (32, "Are names safe, though?"),
        (3, "A team’s name, then."),
        (33, "That works for us."),
        (4, "Same here."),
    ]
    .into_iter()
    .enumerate()
    {
        let depth = depth as u32;
        let mut reply =
            turn(22 + depth, depth + 1, said(words(speaker(i), t(370 + i64::from(depth) * 20), text)));
        reply.replies_to = Some(RepliesTo::Turn { post: 21 + depth });
        reply.under = under(q(1, None), How::Thread);
        thread.push(reply);
    }
    let mut quotes = turn(40, 0, said(words(speaker(5), t(600), "This. Exactly this.")));
    quotes.under = under(q(1, None), How::Quote);
    quotes.quoted = Some(Quoted::Turn { post: 21 });
    let mut shown = turn(41, 0, said(words(speaker(6), t(610), "A1 Said better than I could:")));
    shown.under = under(q(1, None), How::Tag);
    shown.quoted = Some(Quoted::Shown(Box::new(words(
        speaker(7),
        at("2013-05-01T09:00:00Z"),
        "An answer is a promise.",
    ))));
    let mut welsh = turn(
        42,
        0,
        said(Words {
            language: Some("cy".to_owned()),
            ..words(speaker(3), t(620), "A1 Ateb sy’n dweud diolch hefyd.")
        }),
    );
    welsh.under = under(q(1, None), How::Tag);
    welsh.passed_on_by = (0..9).map(|i| by(50 + i, 8 + i as usize, 700)).collect();
    let mut gone = turn(43, 1, Said::Withdrawn);
    gone.replies_to = Some(RepliesTo::Turn { post: 42 });
    let answers: Vec<Turn> = [answer].into_iter().chain(thread).chain([quotes, shown, welsh, gone]).collect();

    let both = turn(60, 0, said(host(1_500, "Q2a What would you stop doing? Q2b And start?")));
    let mut stop = turn(
        61,
        0,
        said(Words {
            platform: "bluesky".parse().unwrap(),
            ..words(speaker(40), t(1_560), "A2a: Answering with a link to the home page.\nA2b: Answering.")
        }),
    );
    stop.under = vec![
        Under { number: q(2, Some('a')), how: How::Tag },
        Under { number: q(2, Some('b')), how: How::Tag },
    ];
    let mut lost = turn(62, 0, said(Words { text: None, ..words(speaker(41), t(1_600), "") }));
    lost.under = under(q(2, Some('a')), How::Reply);
    lost.replies_to = Some(RepliesTo::Turn { post: 60 });

    let mut stray = turn(70, 0, said(words(speaker(42), t(1_700), "My cat has joined the chat.")));
    stray.replies_to = Some(RepliesTo::Elsewhere);
    let mut late = turn(
        80,
        0,
        said(words(speaker(9), at("2014-03-13T08:15:00Z"), "Sorry I missed it. A1: one that is read.")),
    );
    late.under = under(q(1, None), How::Tag);
    let mut elsewhere = turn(
        90,
        0,
        Said::PassedOn(Box::new(words(
            speaker(25),
            at("2014-03-10T12:00:00Z"),
            "Join the #madeupchat on Wednesday.",
        ))),
    );
    elsewhere.passed_on_by = vec![by(90, 26, -100), by(91, 29, 20)];

    Transcript {
        chat: "#madeupchat".to_owned(),
        session: "2014-03-12".parse().unwrap(),
        topic: Some("What does a good answer look like?".to_owned()),
        starts_at: start,
        ends_at: t(3_600),
        hosts: vec![speaker(0)],
        opening,
        questions: vec![
            Asked {
                number: q(1, None),
                text: Some("What makes an answer a good one?".to_owned()),
                posts: vec![asks],
                answers,
            },
            Asked {
                number: q(2, Some('a')),
                text: Some("What would you stop doing?".to_owned()),
                posts: vec![both],
                answers: vec![stop, lost],
            },
            Asked {
                number: q(2, Some('b')),
                text: Some("And start?".to_owned()),
                posts: Vec::new(),
                answers: Vec::new(),
            },
        ],
        unassigned: vec![stray],
        afterwards: vec![late],
        passed_on: vec![elsewhere],
        counts: TranscriptCounts {
            gone: 0,
            posts: 40,
            shown: 22,
            folded: 16,
            withdrawn: 2,
            participants: 31,
            answers: 13,
        },
    }
}

fn counts(chance: &mut Chance, participants: u32, new: u32) -> Counts {
    let mut each: Vec<u32> = (0..participants).map(|_| 1 + (chance.next().powi(4) * 30.0) as u32).collect();
    each.sort_unstable();
    let posts: u32 = each.iter().sum();
    Counts {
        participants,
        new,
        returning: participants - new,
        posts,
        reposts: posts / 3,
        replies: posts * 2 / 5,
        quotes: posts / 20,
        conversation: Part { count: posts * 2 / 5 + posts / 20, of: posts },
        reciprocity: Part { count: posts / 9, of: posts / 3 },
        organisations: Side { people: 3.min(participants), posts: posts / 8 },
        individuals: Side { people: participants.saturating_sub(3), posts: posts - posts / 8 },
        quiet_voices: each.iter().filter(|n| **n == 1).count() as u32,
        posts_per_person: each,
        withdrawn_people: 1,
        withdrawn_posts: 2,
    }
}

/// A network of so many people, laid out in rings.
pub(crate) fn network(people: usize) -> Network {
    let mut chance = Chance::new(11);
    let mut edges: Vec<Edge> = Vec::new();
    for from in 1..people {
        for _ in 0..1 + (chance.next() * 4.0) as usize {
            let to = (chance.next().powi(3) * people as f64) as usize % people;
            if from != to {
                edges.push(Edge {
                    from: from as u32,
                    to: to as u32,
                    replies: 1 + (chance.next() * 5.0) as u32,
                    mentions: 1,
                    quotes: 0,
                    reposts: 2,
                });
            }
        }
    }
    edges.sort_by_key(|edge| (edge.from, edge.to));
    edges.dedup_by_key(|edge| (edge.from, edge.to));
    let nodes = (0..people).map(|i| {
        let incoming: Vec<&Edge> = edges.iter().filter(|edge| edge.to as usize == i).collect();
        let outgoing: Vec<&Edge> = edges.iter().filter(|edge| edge.from as usize == i).collect();
        let angle = i as f64 * 2.399_963;
        let r = 0.5 * ((i as f64 + 0.5) / people as f64).sqrt();
        Node {
            speaker: speaker(i),
            posts: 1 + (people - i) as u32 / 4,
            in_people: incoming.len() as u32,
            out_people: outgoing.len() as u32,
            in_weight: incoming.iter().map(|edge| edge.weight()).sum(),
            out_weight: outgoing.iter().map(|edge| edge.weight()).sum(),
            betweenness: 1.0 / (i as f64 + 3.0),
            component: 0,
            place: Some((0.5 + r * angle.cos(), 0.5 + r * angle.sin())),
        }
    });
    Network {
        nodes: nodes.collect(),
        edges,
        components: 1,
        largest_component: people as u32,
        betweenness: Betweenness::Exact,
        drawn: Drawn { people: people as u32, of: people as u32, core: 0, seed: 7 },
        withdrawn: 1,
    }
}

/// The chat with so many sessions, of which the last is written by hand.
pub(crate) fn chat(sessions: usize) -> ChatReport {
    let mut chance = Chance::new(5);
    let last = by_hand();
    let sessions: Vec<SessionStatistics> = (0..sessions)
        .map(|i| {
            let back = (sessions - 1 - i) as i64;
            let starts_at = later(last.starts_at, -back * 7 * 86_400);
            let participants = 12 + (chance.next() * 25.0) as u32 + i as u32;
            SessionStatistics {
                id: starts_at.date(&jiff::tz::TimeZone::UTC).to_string().parse().unwrap(),
                starts_at,
                counts: counts(
                    &mut chance,
                    participants,
                    if i == 0 { participants } else { participants / 4 },
                ),
                afterwards: 4,
                questions: 3,
                answers: 40,
                pace_from: later(starts_at, -900),
                pace: (0..90)
                    .map(|m| {
                        if (15..75).contains(&m) {
                            (chance.next() * 9.0) as u32 + (m % 20 == 16) as u32 * 12
                        } else {
                            (chance.next() * 2.0) as u32
                        }
                    })
                    .collect(),
            }
        })
        .collect();
    let month = |nth: usize| format!("{}-{:02}", 2013 + (nth + 3) / 12, (nth + 3) % 12 + 1);
    let months: Vec<MonthStatistics> = (0..12)
        .map(|nth| MonthStatistics {
            not_covered: false,
            month: month(nth).into(),
            counts: counts(&mut chance, 30 + nth as u32 * 4, 8),
            sessions: 4,
            retention: (nth < 9).then_some(Part { count: 14 + nth as u32, of: 30 + nth as u32 * 4 }),
            whole: nth < 11,
        })
        .collect();
    let mut roll: Vec<OnTheRoll> = (0..70)
        .map(|i| OnTheRoll {
            speaker: speaker(i),
            posts: 1 + (i as u32 * 7) % 23,
            reposts: i as u32 % 5,
            sessions: 1 + i as u32 % 12,
            started: i as u32 % 4,
            answered_by: i as u32 % 9,
            answered: i as u32 % 6,
            hosted: i < 2,
        })
        .collect();
    roll.sort_by_key(|voice| match &voice.speaker {
        Speaker::Named { name, .. } => (0, name.to_lowercase(), 0),
        Speaker::Participant { number } => (1, String::new(), *number),
        Speaker::Withdrawn => (2, String::new(), 0),
    });
    let all = Counts { new: 70, returning: 0, ..counts(&mut chance, 70, 70) };
    let points: Vec<ChangePoint> = sessions
        .iter()
        .enumerate()
        .map(|(i, session)| ChangePoint {
            period: session.id.to_string().into(),
            value: Some(f64::from(session.counts.participants)),
            signal: (i + 3 > sessions.len()).then_some((ChangeRuleName::Shift, true)),
        })
        .collect();
    let since = points[points.len().saturating_sub(3)].period.clone();
    ChatReport {
        id: "madeupchat".parse().unwrap(),
        title: "#madeupchat".to_owned(),
        about: "A weekly chat of fictional people about answering questions".to_owned(),
        hashtags: vec!["madeupchat".to_owned(), "madeupchats".to_owned()],
        notice: "This chat is kept. Tell the host if you want to be named, or not to be in it".to_owned(),
        people: People::Pseudonymous,
        time_zone: "Europe/London".to_owned(),
        tally: Tally {
            read: u64::from(all.posts + all.reposts) + 31 + 9,
            posts: all.posts.into(),
            reposts: all.reposts.into(),
            replies: all.replies.into(),
            duplicates: 31,
            other: vec![
                ("without the chat’s hashtag".to_owned(), 7),
                ("from a time that has not come".to_owned(), 2),
            ],
        },
        evenness: Evenness {
            all: Some(0.58),
            sessions: sessions.iter().map(|session| (session.id, Some(0.44))).collect(),
        },
        participants: Some(ChatSeries {
            status: ChangeStatus::Changed {
                up: true,
                rule: ChangeRuleName::Shift,
                since,
                meaning: Meaning::Neutral,
            },
            points,
            limits: Some(ChangeLimits { centre: 34.0, lower: 12.0, upper: 56.0 }),
        }),
        statistics: ChatStatistics {
            as_at: at("2014-04-07T18:00:00Z"),
            first: Some(at("2013-04-10T19:00:00Z")),
            last: Some(at("2014-03-13T08:15:00Z")),
            in_sessions: all.posts,
            afterwards: all.reposts / 2,
            between: all.reposts - all.reposts / 2,
            outside: 2,
            deleted: 1,
            all,
            sessions,
            months,
            links: (0..30)
                .map(|i| SharedLink {
                    address: format!("https://example.org/a-page-that-was-shared/{i}"),
                    people: 31 - i,
                    posts: 40 - i,
                })
                .collect(),
            links_left_out: 3,
            roll,
        },
        network: network(70),
        transcripts: vec![last],
        terms: Vec::new(),
        organisations: vec![
            TookPart {
                organisation_id: "invented:A01".parse().unwrap(),
                name: "Alder Valley Trust (invented)".to_owned(),
                sessions: 12,
                posts: 40,
            },
            TookPart {
                organisation_id: "invented:A02".parse().unwrap(),
                name: "Birch Coast Trust (invented)".to_owned(),
                sessions: 1,
                posts: 2,
            },
            TookPart {
                organisation_id: "invented:Z99".parse().unwrap(),
                name: "A body without a page".to_owned(),
                sessions: 0,
                posts: 1,
            },
        ],
        network_files: ["network.gexf", "network.graphml", "ties.csv"]
            .map(|name| ChatFile {
                name: name.to_owned(),
                what: "Who spoke to whom".to_owned(),
                bytes: b"bytes of the caller".to_vec(),
            })
            .into(),
    }
}

/// Adds the chat to an edition.
pub(crate) fn fill(edition: &mut Edition) {
    edition.chats = vec![chat(40)];
}
