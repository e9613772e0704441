//! When a chat sat, by its schedule, its notes and its bursts; and what was said in threads.

mod common;

use common::{Made, NOW, account, local, quote, reply, repost};
use someasure_chat::{Conversation, sessions, statistics};
use someasure_model::chat::{Archive, Chat, Found, How, Sessions};

const LONDON: &str = "Europe/London";

fn chat(rest: &str) -> Chat {
    Chat::from_toml(&format!(
        "title = \"#t\"\nhashtags = [\"t\"]\ntime_zone = \"{LONDON}\"\npeople = \"named\"\nhosts = [\"x:@host\"]\n{rest}"
    ))
    .unwrap()
}

const WEDNESDAYS: &str = "[[schedule]]\nweekday = \"wednesday\"\nstarts = \"20:00\"\n";

fn found(chat: &Chat, archive: &Archive) -> Sessions {
    sessions(&Conversation::new(chat, archive, NOW.parse().unwrap()))
}

fn with_posts(times: &[(&str, &str)]) -> Archive {
    let mut made = Made::default();
    for (nth, (day, clock)) in times.iter().enumerate() {
        made.say(&format!("x:{nth:03}"), &account("x", "ann"), local(day, 0, clock, LONDON), "hello #t");
    }
    made.archive()
}

#[test]
fn eight_in_the_evening_is_seven_in_utc_while_the_clocks_are_forward() {
    let archive = with_posts(&[("2024-06-12", "20:10:00"), ("2024-12-11", "20:10:00")]);
    let found = found(&chat(WEDNESDAYS), &archive);
    let starts: Vec<String> = found.sessions.iter().map(|session| session.starts_at.to_string()).collect();
    assert_eq!(starts, ["2024-06-12T19:00:00Z", "2024-12-11T20:00:00Z"]);
}

#[test]
fn an_hour_that_the_clock_skips_or_repeats_still_has_its_session() {
    let sunday = "[[schedule]]\nweekday = \"sunday\"\nstarts = \"01:30\"\n";
    let mut made = Made::default();
    made.say("x:1", &account("x", "ann"), "2024-03-31T01:40:00Z".parse().unwrap(), "hello");
    made.say("x:2", &account("x", "ann"), "2024-10-27T00:40:00Z".parse().unwrap(), "hello");
    let found = found(&chat(sunday), &made.archive());
    let starts: Vec<String> = found.sessions.iter().map(|session| session.starts_at.to_string()).collect();
    // 01:30 did not exist on 31 March: 02:30 summer time. It came twice on 27 October: the first.
    assert_eq!(starts, ["2024-03-31T01:30:00Z", "2024-10-27T00:30:00Z"]);
}

#[test]
fn a_schedule_that_moves_is_followed_and_every_second_week_is_counted_from_its_first_day() {
    let moved = "[[schedule]]\nto = \"2024-03-31\"\nweekday = \"wednesday\"\nstarts = \"20:00\"\n\
        [[schedule]]\nfrom = \"2024-04-01\"\nweekday = \"thursday\"\nstarts = \"19:30\"\nminutes = 90\nevery_weeks = 2\n";
    let archive = with_posts(&[
        ("2024-03-27", "20:01:00"),
        ("2024-04-03", "20:01:00"),
        ("2024-04-04", "19:31:00"),
        ("2024-04-11", "19:31:00"),
        ("2024-04-18", "20:59:00"),
    ]);
    let found = found(&chat(moved), &archive);
    let days: Vec<String> = found.sessions.iter().map(|session| session.id.to_string()).collect();
    assert_eq!(days, ["2024-03-27", "2024-04-04", "2024-04-18"]);
    assert_eq!(found.between, [1, 3]);
}

#[test]
fn notes_move_cancel_and_add_sessions() {
    let noted = format!(
        "{WEDNESDAYS}[[session]]\ndate = \"2024-01-10\"\nstarts = \"18:00\"\ntopic = \"Early\"\n\
         [[session]]\ndate = \"2024-01-17\"\ncancelled = true\n\
         [[session]]\ndate = \"2024-01-20\"\nstarts = \"10:00\"\nminutes = 30\n\
         [[session]]\ndate = \"2024-01-24\"\nstarts = \"20:00\"\n[[session]]\ndate = \"2024-01-24\"\nstarts = \"22:00\"\n"
    );
    let archive = with_posts(&[
        ("2024-01-10", "18:30:00"),
        ("2024-01-10", "20:30:00"),
        ("2024-01-17", "20:30:00"),
        ("2024-01-24", "20:30:00"),
        ("2024-01-24", "22:30:00"),
    ]);
    let found = found(&chat(&noted), &archive);
    let days: Vec<(String, Found, usize)> = found
        .sessions
        .iter()
        .map(|session| (session.id.to_string(), session.found, session.posts.len()))
        .collect();
    let expected = [("2024-01-10", 1), ("2024-01-20", 0), ("2024-01-24", 1), ("2024-01-24-2", 1)];
    assert_eq!(days, expected.map(|(day, posts)| (day.to_owned(), Found::Note, posts)));
    assert_eq!(found.sessions[0].topic.as_deref(), Some("Early"));
    assert_eq!(found.sessions[1].ends_at, local("2024-01-20", 0, "10:30:00", LONDON));
    assert_eq!(found.between, [1, 2]);
}

#[test]
fn a_minute_too_late_is_in_the_session_and_an_hour_too_late_is_not() {
    let archive = with_posts(&[
        ("2024-01-10", "19:49:59"),
        ("2024-01-10", "19:50:00"),
        ("2024-01-10", "20:30:00"),
        ("2024-01-10", "21:14:59"),
        ("2024-01-10", "21:15:00"),
    ]);
    let found = found(&chat(WEDNESDAYS), &archive);
    assert_eq!((found.sessions[0].posts.as_slice(), found.between.as_slice()), (&[1, 2, 3][..], &[0, 4][..]));
}

#[test]
fn a_chat_without_a_schedule_sits_when_many_write_at_once() {
    let mut made = Made::default();
    for nth in 0..12 {
        let who = account("x", ["ann", "bob", "cem"][nth % 3]);
        made.say(
            &format!("x:1{nth:02}"),
            &who,
            local("2024-01-10", 0, &format!("18:{:02}:00", nth * 5), LONDON),
            "hm",
        );
        // As many posts, by one person alone, are no session.
        made.say(
            &format!("x:2{nth:02}"),
            &account("x", "dee"),
            local("2024-01-11", 0, &format!("18:{nth:02}:00"), LONDON),
            "hm",
        );
    }
    made.say(
        "x:300",
        &account("x", "ann"),
        local("2024-01-10", 0, "19:11:00", LONDON),
        "too late by a minute",
    );
    let found = found(&chat(""), &made.archive());
    assert_eq!(found.sessions.len(), 1);
    assert_eq!((found.sessions[0].found, found.sessions[0].posts.len()), (Found::Burst, 12));
    assert_eq!(found.between.len(), 13);
}

#[test]
fn a_note_without_an_hour_takes_the_days_burst_and_without_one_the_whole_day() {
    let noted = "[[session]]\ndate = \"2024-01-10\"\ntopic = \"Lively\"\n[[session]]\ndate = \"2024-01-12\"\ntopic = \"Quiet\"\n";
    let mut made = Made::default();
    for nth in 0..12 {
        let who = account("x", ["ann", "bob", "cem"][nth % 3]);
        made.say(
            &format!("x:1{nth:02}"),
            &who,
            local("2024-01-10", 0, &format!("18:{nth:02}:00"), LONDON),
            "hm",
        );
    }
    made.say("x:200", &account("x", "ann"), local("2024-01-12", 0, "23:59:00", LONDON), "hm");
    let found = found(&chat(noted), &made.archive());
    let told: Vec<(Option<&str>, usize)> =
        found.sessions.iter().map(|session| (session.topic.as_deref(), session.posts.len())).collect();
    assert_eq!(told, [(Some("Lively"), 12), (Some("Quiet"), 1)]);
    assert_eq!(found.sessions[0].starts_at, local("2024-01-10", 0, "18:00:00", LONDON));
}

#[test]
fn a_post_that_is_taken_back_does_not_undo_the_session_in_which_others_spoke() {
    let mut made = Made::default();
    for nth in 0..10 {
        let who = account("x", ["ann", "bob", "cem"][nth % 3]);
        let at = local("2024-01-10", 0, &format!("18:{nth:02}:00"), LONDON);
        made.say(&format!("x:1{nth:02}"), &who, at, "hm");
    }
    let mut archive = made.archive();
    let told = |archive: &Archive| {
        let found = found(&chat(""), archive);
        let session = found.sessions.first();
        session.map(|session| (session.starts_at.to_string(), session.posts.len()))
    };
    assert_eq!(told(&archive), Some(("2024-01-10T18:00:00Z".to_owned(), 10)));
    let first = archive.posts.remove(0);
    assert_eq!(told(&archive), None);
    archive.withdrawn_at.push(first.post.created_at);
    assert_eq!(told(&archive), Some(("2024-01-10T18:00:00Z".to_owned(), 9)));
}

#[test]
fn what_replies_to_a_session_within_a_week_came_afterwards() {
    let mut made = Made::default();
    let at = |later, clock| local("2024-01-10", later, clock, LONDON);
    made.say("x:10", &account("x", "host"), at(0, "20:05:00"), "Q1: why? #t");
    made.say("x:11", &account("x", "ann"), at(1, "09:00:00"), "A1 because #t");
    reply(made.say("x:12", &account("x", "bob"), at(2, "09:00:00"), "so late"), "x:10");
    reply(made.say("x:13", &account("x", "bob"), at(3, "09:00:00"), "and on"), "x:12");
    made.say("x:14", &account("x", "ann"), at(1, "10:00:00"), "A7 nothing of that number #t");
    reply(made.say("x:15", &account("x", "bob"), at(8, "09:00:00"), "too late"), "x:10");
    let found = found(&chat(WEDNESDAYS), &made.archive());
    let session = &found.sessions[0];
    assert_eq!((session.posts.len(), session.afterwards.len(), found.between.len()), (1, 3, 2));
    let hows: Vec<How> = session.answers.iter().map(|answer| answer.how).collect();
    assert_eq!(hows, [How::Tag, How::Reply, How::Thread]);
}

#[test]
fn a_post_from_the_future_or_from_before_the_chat_stretches_nothing() {
    let mut made = Made::default();
    made.say("x:1", &account("x", "ann"), local("2024-01-10", 0, "20:05:00", LONDON), "now");
    made.say("x:2", &account("x", "ann"), "2038-01-19T03:14:07Z".parse().unwrap(), "from 2038");
    made.say("x:3", &account("x", "ann"), "1970-01-01T00:00:00Z".parse().unwrap(), "from 1970");
    made.say("x:4", &account("x", "ann"), "9999-12-01T00:00:00Z".parse().unwrap(), "from the end");
    made.say("x:5", &account("x", "ann"), someasure_model::Instant::from_micros(i64::MIN), "from before all");
    made.say("x:6", &account("x", "ann"), someasure_model::Instant::from_micros(i64::MAX), "from after all");
    // One rule with imports, which refuse what says that it is older.
    let earliest = someasure_model::time::EARLIEST_POST.micros();
    made.say("x:7", &account("x", "ann"), someasure_model::Instant::from_micros(earliest - 1), "from 1989");
    let (chat, archive) = (chat(WEDNESDAYS), made.archive());
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let found = sessions(&conversation);
    let counted = statistics(&conversation, &found);
    assert_eq!((found.sessions.len(), found.outside.len()), (1, 6));
    assert_eq!((counted.months.len(), counted.all.posts, counted.outside), (1, 1, 6));
}

#[test]
fn counts_are_those_of_the_methods_note() {
    let mut made = Made::default();
    let at = |clock| local("2024-01-10", 0, clock, LONDON);
    made.say("x:1", &account("x", "ann"), at("20:01:00"), "hello #t https://a.example/?utm_source=x")
        .post
        .links = Some(vec!["https://A.example/?utm_source=x".to_owned()]);
    reply(made.say("x:2", &account("x", "bob"), at("20:02:00"), "@ann hello"), "x:1");
    reply(made.say("x:3", &account("x", "ann"), at("20:03:00"), "@bob and you"), "x:2");
    let fourth = made.say("x:4", &account("x", "cem"), at("20:04:00"), "see https://a.example");
    fourth.post.links = Some(vec!["https://a.example".to_owned()]);
    quote(fourth, "x:1");
    repost(made.say("x:5", &account("x", "dee"), at("20:05:00"), "RT @ann: hello"), "x:1");
    reply(made.say("x:6", &account("x", "ann"), at("20:06:00"), "I go on by myself"), "x:1");
    made.say("x:7", &account("x", "ann"), local("2024-03-13", 0, "20:06:00", LONDON), "back again");
    made.person(&account("x", "bob"), someasure_model::chat::Consent::Named).organisation_id =
        Some("ods:RJ1".parse().unwrap());
    let (chat, archive) = (chat(WEDNESDAYS), made.archive());
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let counted = statistics(&conversation, &sessions(&conversation));
    let first = &counted.sessions[0].counts;
    assert_eq!((first.posts, first.reposts, first.replies, first.quotes), (5, 1, 3, 1));
    assert_eq!((first.participants, first.new, first.returning, first.quiet_voices), (4, 4, 0, 2));
    assert_eq!((first.conversation.count, first.conversation.of), (3, 5));
    // Ann and Bob answered each other; Cem quoted Ann.
    assert_eq!((first.reciprocity.count, first.reciprocity.of), (1, 2));
    assert_eq!(first.posts_per_person, [1, 1, 3]);
    assert_eq!((first.organisations.people, first.organisations.posts, first.individuals.people), (1, 1, 2));
    assert_eq!(counted.sessions[1].counts.returning, 1);
    assert_eq!(counted.links.len(), 1);
    assert_eq!((counted.links[0].address.as_str(), counted.links[0].people), ("https://a.example", 2));
    let months: Vec<(&str, u32)> =
        counted.months.iter().map(|month| (month.month.as_str(), month.counts.participants)).collect();
    assert_eq!(months, [("2024-01", 4), ("2024-02", 0), ("2024-03", 1)]);
    let back = counted.months[0].retention.unwrap();
    assert_eq!((back.count, back.of), (1, 4));
    assert_eq!(counted.sessions[0].pace.iter().sum::<u32>(), 6);
    assert_eq!((counted.sessions[0].pace.len(), counted.sessions[0].pace[11]), (85, 1));
    let ann = counted.roll.iter().find(|voice| voice.speaker.label() == "The ann").unwrap();
    assert_eq!((ann.posts, ann.started, ann.answered_by, ann.answered, ann.sessions), (4, 1, 2, 1, 2));
}

#[test]
fn a_chain_of_a_hundred_thousand_replies_and_a_loop_of_them_are_read() {
    use someasure_chat::transcript;
    let mut made = Made::default();
    let start = local("2024-01-10", 0, "20:00:00", LONDON).micros();
    let who = account("x", "ann");
    made.say(
        "x:0000000",
        &account("x", "host"),
        someasure_model::Instant::from_micros(start),
        "Q1 how deep?",
    );
    for nth in 1..100_000_i64 {
        let at = someasure_model::Instant::from_micros(start + nth * 10_000);
        reply(made.say(&format!("x:{nth:07}"), &who, at, "deeper"), &format!("x:{:07}", nth - 1));
    }
    // A forged loop: each replies to the next.
    for nth in 0..10 {
        let at = someasure_model::Instant::from_micros(start + 2_000_000_000 + nth);
        reply(made.say(&format!("x:9{nth:06}"), &who, at, "round"), &format!("x:9{:06}", (nth + 1) % 10));
    }
    let (chat, archive) = (chat(WEDNESDAYS), made.archive());
    let conversation = Conversation::new(&chat, &archive, NOW.parse().unwrap());
    let found = sessions(&conversation);
    let read = transcript(&conversation, &found.sessions[0]);
    assert_eq!(read.questions[0].answers.len(), 99_999);
    assert_eq!(read.questions[0].answers.last().unwrap().depth, 99_998);
    assert_eq!(read.unassigned.len(), 10);
    assert_eq!(read.counts.posts, 100_010);
}

#[test]
fn a_month_that_no_file_reaches_over_is_a_gap_and_no_decline() {
    let mut made = Made::default();
    for (nth, day) in ["2024-01-03", "2024-01-31", "2024-02-28", "2024-05-15", "2024-06-05", "2024-07-03"]
        .iter()
        .enumerate()
    {
        made.say(&format!("x:{nth}"), &account("x", "ann"), local(day, 0, "20:05:00", LONDON), "now");
    }
    let mut archive = made.archive();
    let day = |day: &str| local(day, 0, "20:05:00", LONDON);
    let months = |archive: &Archive| {
        let chat = chat(WEDNESDAYS);
        let conversation = Conversation::new(&chat, archive, NOW.parse().unwrap());
        let counted = statistics(&conversation, &sessions(&conversation));
        counted.months.iter().map(|month| (month.whole, month.not_covered)).collect::<Vec<_>>()
    };
    // One file over all of it: who wrote nothing was silent.
    archive.covered = vec![(day("2024-01-03"), day("2024-07-03"))];
    assert!(months(&archive)[1..].iter().all(|month| *month == (true, false)), "{:?}", months(&archive));
    archive.covered = vec![(day("2024-01-03"), day("2024-02-28")), (day("2024-05-15"), day("2024-07-03"))];
    let cut = (false, false);
    assert_eq!(months(&archive), [cut, cut, (false, true), (false, true), cut, (true, false), (true, false)]);
    // A week without a file is a silence like another.
    archive.covered = vec![(day("2024-01-03"), day("2024-06-05")), (day("2024-06-12"), day("2024-07-03"))];
    assert!(months(&archive)[1..].iter().all(|month| *month == (true, false)));
}
