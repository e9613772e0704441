//! What an account posted on a day, and what people asked it: first as sketches (when, by whom, in answer to what), which
//! cost little, and then in full.

use someasure_model::{Instant, Media, Post, PostKind};
use someasure_stats::Random;

use crate::account::Someone;
use crate::calendar::{Calendar, DAY, SECOND};
use crate::chance::{For, happens, log_normal, one_of, poisson, stream};
use crate::ids::Site;
use crate::words;

/// A millisecond: an account posts once in one.
const MILLI: i64 = 1_000;
/// So many people ask questions on a platform.
const PEOPLE: usize = 50_000;

/// A post, before its words are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// When it was posted, in microseconds of UTC.
    pub created_at: i64,
    day: u32,
    /// Which of the day's posts of this account and to it.
    nth: u32,
    kind: PostKind,
    /// Not by the account, but a question to it, by the person with this number.
    pub(crate) asked_by: Option<u32>,
    /// The question that it answers: when that was asked, and by whom.
    answers: Option<(i64, u32)>,
    /// Taken away again at this instant.
    pub(crate) deleted_at: Option<i64>,
    /// Its words were changed at this instant.
    edited_at: Option<i64>,
}

/// When on the day: mostly in office hours.
fn time_of_day(random: &mut Random) -> i64 {
    let hours = if happens(random, 0.8) { 8.0 + 10.0 * random.uniform() } else { 24.0 * random.uniform() };
    ((hours * 3_600_000.0) as i64).min(86_399_999) * MILLI
}

/// Whether people can be seen asking it there.
fn is_asked(site: Site) -> bool {
    matches!(site, Site::X | Site::Mastodon)
}

/// Everything of that day, by time. Times of one author differ.
pub(crate) fn sketches(seed: u64, one: &Someone, calendar: &Calendar, day: u32, out: &mut Vec<Sketch>) {
    out.clear();
    if !one.is_there(day as i32) {
        return;
    }
    let random = &mut stream(seed, For::Posts, one.number, day, 0);
    let weekend = calendar.date(day as i32).weekday().to_monday_zero_offset() >= 5;
    let own = poisson(random, one.posts_a_day * if weekend { 0.45 } else { 1.22 });
    let questions = if is_asked(one.site) { poisson(random, one.questions_a_day) } else { 0 };
    if own + questions == 0 {
        return;
    }
    let (midnight, next) = (calendar.midnight(day), calendar.midnight(day + 1));
    let sketch = |created_at, kind, random: &mut Random| {
        let deleted_at = happens(random, 0.012)
            .then(|| created_at + (log_normal(random, 3.0, 2.0) * DAY as f64).min(1e15) as i64);
        let edited_at = happens(random, 0.004).then(|| created_at + DAY * (1 + random.below(10) as i64));
        Sketch { created_at, day, nth: 0, kind, asked_by: None, answers: None, deleted_at, edited_at }
    };
    for _ in 0..own {
        let kind = match random.uniform() {
            x if x < 0.66 => PostKind::Original,
            x if x < 0.82 => PostKind::Repost,
            x if x < 0.90 => PostKind::Quote,
            _ => PostKind::Reply,
        };
        out.push(sketch(midnight + time_of_day(random), kind, random));
    }
    for _ in 0..questions {
        let asked_at = midnight + time_of_day(random);
        let person = random.below(PEOPLE) as u32;
        out.push(Sketch { asked_by: Some(person), ..sketch(asked_at, PostKind::Reply, random) });
        // Half are answered, after hours; what would come on another day does not come.
        let after = (log_normal(random, 5_400.0, 1.2) * 1_000.0) as i64 * MILLI;
        if happens(random, 0.7) && one.posts_a_day > 0.0 && asked_at + after < next {
            let answer = sketch(asked_at + after, PostKind::Reply, random);
            out.push(Sketch { answers: Some((asked_at, person)), ..answer });
        }
    }
    out.sort_by_key(|sketch| (sketch.created_at, sketch.asked_by, sketch.answers));
    for at in 1..out.len() {
        // Two in one millisecond would have one id.
        let least = out[at - 1].created_at + MILLI;
        out[at].created_at = out[at].created_at.max(least);
    }
    // What was moved must not move to another day, and who was asked must find the question where it is.
    out.retain(|sketch| sketch.created_at < next);
    for (nth, sketch) in out.iter_mut().enumerate() {
        sketch.nth = nth as u32;
    }
}

impl Sketch {
    /// Its id.
    pub fn id(&self, one: &Someone) -> String {
        // Questions have places of their own behind those of accounts, so that no id is another's.
        let place = if self.asked_by.is_some() { one.place + one.of } else { one.place };
        one.site.post(place, self.created_at / MILLI)
    }

    /// What it is in relation to others.
    pub fn kind(&self) -> PostKind {
        self.kind
    }

    /// Whether somebody else wrote it, to ask the account.
    pub fn is_question(&self) -> bool {
        self.asked_by.is_some()
    }

    /// The day on which it was posted.
    pub fn day(&self) -> u32 {
        self.day
    }

    /// Whether its words had been changed by then.
    pub(crate) fn is_edited_at(&self, at: i64) -> bool {
        self.edited_at.is_some_and(|edited| edited <= at)
    }

    /// Its own stream for a purpose.
    pub(crate) fn stream(&self, seed: u64, purpose: For, one: &Someone) -> Random {
        stream(seed, purpose, one.number, self.day, self.nth)
    }

    /// The whole post, as it was read at this instant.
    pub(crate) fn post(&self, seed: u64, one: &Someone, at: i64) -> Option<Post> {
        let random = &mut self.stream(seed, For::Words, one);
        let person = |number: u32| match one.site {
            Site::Mastodon => format!("mastodon:people.example/{}", 200_000_000_000 + u64::from(number)),
            site => format!("{}:{}", site.name(), 9_000_000_000 + u64::from(number)),
        };
        let (author, answered) = match (self.asked_by, self.answers) {
            (Some(asker), _) => (person(asker), Some((one.id(), None))),
            (None, Some((asked_at, asker))) => {
                let question = one.site.post(one.place + one.of, asked_at / MILLI);
                (one.id(), Some((person(asker), Some((question, (self.created_at - asked_at) / SECOND)))))
            }
            (None, None) if self.kind == PostKind::Reply => {
                (one.id(), Some((person(random.below(PEOPLE) as u32), None)))
            }
            _ => (one.id(), None),
        };
        // What a repost or a quote passes on is no post of this world.
        let passed_on = matches!(self.kind, PostKind::Repost | PostKind::Quote).then(|| {
            let before = self.created_at - (log_normal(random, 2.0, 1.5) * 3_600.0) as i64 * SECOND;
            one.site.post(1_000_000 + random.below(1_000_000) as u32, before / MILLI)
        });
        let said = words::said(random, self.asked_by.is_some());
        let mut text = said.text;
        if self.is_edited_at(at) {
            text.push_str(" (corrected)");
        }
        let pictures = if self.asked_by.is_none() && happens(random, 0.45) { 1 + random.below(3) } else { 0 };
        let media: Vec<Media> = (0..pictures)
            .map(|_| Media {
                kind: if happens(random, 0.85) { "image" } else { "video" }.to_owned(),
                alt_text: Some(if happens(random, 0.55) {
                    one_of(random, &words::PICTURES).to_owned()
                } else {
                    String::new()
                }),
            })
            .collect();
        let id = self.id(one);
        let answered_post = answered.as_ref().and_then(|(_, question)| question.as_ref());
        Some(Post {
            account_id: author.parse().ok()?,
            created_at: Instant::from_micros(self.created_at),
            observed_at: Instant::from_micros(at),
            kind: Some(self.kind),
            in_reply_to_post_id: answered_post.and_then(|(question, _)| question.parse().ok()),
            in_reply_to_account_id: answered.as_ref().and_then(|(account, _)| account.parse().ok()),
            conversation_id: Some(answered_post.map_or_else(|| id.clone(), |(question, _)| question.clone())),
            quoted_post_id: passed_on.and_then(|id| id.parse().ok()),
            language: Some(if happens(random, 0.03) { "cy" } else { "en" }.to_owned()),
            text: Some(text),
            hashtags: Some(said.hashtags),
            mentions: Some(said.mentions),
            links: Some(said.links),
            media: Some(media),
            hashtag_count: None,
            mention_count: None,
            link_count: None,
            media_count: None,
            answered_after_seconds: answered_post.map(|(_, after)| *after),
            post_id: id.parse().ok()?,
        })
    }
}
