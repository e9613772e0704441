//! When a chat sat: its schedule, what its file notes of single days, and, where there is no schedule, bursts.
//!
//! Hours are on the chat's clock. Where the clock skips the hour (spring), the session begins as much later as the clock
//! jumped; where an hour comes twice (autumn), it begins with the first. A session lasts its minutes by the stopwatch.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use someasure_model::Instant;
use someasure_model::chat::{Chat, Found, Schedule, SessionNote};

use crate::bursts::bursts;
use crate::conversation::Conversation;

const MINUTE: i64 = 60_000_000;
/// Posts so long before a session belong to it: people say hello.
const BEFORE_MINUTES: i64 = 10;
/// Posts so long after it, too: people finish their answers.
const AFTER_MINUTES: i64 = 15;
/// How long a session lasts where nobody says so.
const USUAL_MINUTES: u32 = 60;

/// When a session was, in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Window<'a> {
    pub(crate) date: Date,
    pub(crate) starts: i64,
    pub(crate) ends: i64,
    pub(crate) opens: i64,
    pub(crate) closes: i64,
    pub(crate) found: Found,
    pub(crate) note: Option<&'a SessionNote>,
}

/// The instant of an hour on the chat's clock.
fn instant(date: Date, time: Time, zone: &TimeZone) -> Option<i64> {
    zone.to_zoned(date.to_datetime(time)).ok().map(|zoned| zoned.timestamp().as_microsecond())
}

/// Whether a schedule has a session on that day.
fn holds(schedule: &Schedule, date: Date) -> bool {
    if schedule.from.is_some_and(|from| date < from) || schedule.to.is_some_and(|to| date > to) {
        return false;
    }
    if date.weekday() != schedule.weekday {
        return false;
    }
    let Some(from) = schedule.from.filter(|_| schedule.every_weeks > 1) else { return true };
    let to_first = i64::from(from.weekday().until(schedule.weekday));
    let days = (date - from).get_days();
    (i64::from(days) - to_first) / 7 % i64::from(schedule.every_weeks) == 0
}

/// The hour that a note without one takes on a day without a session: that of the schedule in force, of the last
/// before it, or of the first.
fn usual_hour(chat: &Chat, date: Date) -> Option<(Time, u32)> {
    let in_force = |schedule: &&Schedule| {
        schedule.from.is_none_or(|from| from <= date) && schedule.to.is_none_or(|to| date <= to)
    };
    let before = |schedule: &&Schedule| schedule.from.is_none_or(|from| from <= date);
    let schedules = || chat.schedules.iter();
    let best =
        schedules().find(in_force).or_else(|| schedules().rfind(before)).or_else(|| schedules().next());
    best.map(|schedule| (schedule.starts, schedule.minutes))
}

/// All windows that could hold a session, by time, none overlapping. Those of the schedule alone count only if somebody
/// wrote in them: see `sessions`.
pub(crate) fn windows<'a>(of: &Conversation<'a>) -> Vec<Window<'a>> {
    let chat = of.chat;
    let zone = chat.zone();
    let mut notes: BTreeMap<Date, Vec<&SessionNote>> = BTreeMap::new();
    for note in &chat.sessions {
        notes.entry(note.date).or_default().push(note);
    }
    let found_bursts = if chat.schedules.is_empty() { bursts(of) } else { Vec::new() };
    let mut burst_days: BTreeMap<Date, Vec<(i64, i64)>> = BTreeMap::new();
    for &(from, to) in &found_bursts {
        burst_days.entry(Instant::from_micros(from).date(&zone)).or_default().push((from, to));
    }
    let mut days = days_with_posts(of, &zone);
    days.extend(notes.keys().copied());
    days.sort_unstable();
    days.dedup();
    let mut windows = Vec::new();
    for date in days {
        let none = Vec::new();
        let noted = notes.get(&date).unwrap_or(&none);
        let scheduled = chat.schedules.iter().filter(|schedule| holds(schedule, date));
        let mut planned: Vec<Planned> = scheduled
            .filter_map(|schedule| {
                Planned::at(date, schedule.starts, schedule.minutes, Found::Schedule, &zone)
            })
            .collect();
        let of_day = burst_days.get(&date).map_or(&[][..], Vec::as_slice);
        planned.extend(of_day.iter().map(|&(from, to)| Planned {
            starts: from,
            ends: to + 1,
            found: Found::Burst,
        }));
        planned.sort_by_key(|planned| planned.starts);
        planned.dedup_by_key(|planned| planned.starts);
        windows.extend(of_one_day(chat, date, planned, noted, &zone));
    }
    windows.sort_by_key(|window| (window.starts, window.ends));
    apart(&mut windows);
    windows.retain(|window| {
        let starts = Instant::from_micros(window.starts);
        of.bounds.0 <= starts && starts < of.bounds.1
    });
    windows
}

#[derive(Debug, Clone, Copy)]
struct Planned {
    starts: i64,
    ends: i64,
    found: Found,
}

impl Planned {
    fn at(date: Date, time: Time, minutes: u32, found: Found, zone: &TimeZone) -> Option<Self> {
        let starts = instant(date, time, zone)?;
        Some(Self { starts, ends: starts + i64::from(minutes) * MINUTE, found })
    }

    fn window(self, date: Date, note: Option<&SessionNote>) -> Window<'_> {
        let margins = if self.found == Found::Burst { (0, 0) } else { (BEFORE_MINUTES, AFTER_MINUTES) };
        let ends = match note.and_then(|note| note.minutes) {
            Some(minutes) => self.starts + i64::from(minutes) * MINUTE,
            None => self.ends,
        };
        Window {
            date,
            starts: self.starts,
            ends,
            opens: self.starts - margins.0 * MINUTE,
            closes: ends + margins.1 * MINUTE,
            found: if note.is_some() { Found::Note } else { self.found },
            note,
        }
    }
}

/// A day's sessions. A note takes the planned session that begins when it says; a note without an hour takes the
/// next free one. A single note with another hour moves a single planned session; any other note is an extra session.
fn of_one_day<'a>(
    chat: &Chat,
    date: Date,
    planned: Vec<Planned>,
    notes: &[&'a SessionNote],
    zone: &TimeZone,
) -> Vec<Window<'a>> {
    let mut free: Vec<Option<Planned>> = planned.into_iter().map(Some).collect();
    let mut windows = Vec::new();
    let is_free = |free: &[Option<Planned>], fits: &dyn Fn(&Planned) -> bool| {
        free.iter().position(|planned| planned.as_ref().is_some_and(fits))
    };
    let moves = notes.len() == 1 && free.len() == 1;
    let (timed, untimed): (Vec<&SessionNote>, Vec<&SessionNote>) =
        notes.iter().copied().partition(|note| note.starts.is_some());
    for note in timed.into_iter().chain(untimed) {
        let wanted = note.starts.and_then(|time| instant(date, time, zone));
        let taken = is_free(&free, &|planned| wanted.is_none_or(|wanted| planned.starts == wanted))
            .or_else(|| {
                // A burst is not on the minute: the one that a noted hour falls near is meant.
                let near = |planned: &Planned| {
                    planned.found == Found::Burst
                        && wanted.is_some_and(|at| planned.starts - 30 * MINUTE <= at && at < planned.ends)
                };
                is_free(&free, &near)
            })
            .or_else(|| {
                (moves && free.iter().flatten().all(|planned| planned.found == Found::Schedule)).then_some(0)
            });
        let was = taken.and_then(|at| free.get_mut(at)).and_then(Option::take);
        if note.cancelled {
            continue;
        }
        let planned = match (wanted, was) {
            (Some(starts), Some(was)) => {
                Some(Planned { starts, ends: starts + (was.ends - was.starts), found: Found::Note })
            }
            (None, Some(was)) => Some(was),
            (Some(starts), None) => {
                let minutes = note
                    .minutes
                    .or(usual_hour(chat, date).map(|(_, minutes)| minutes))
                    .unwrap_or(USUAL_MINUTES);
                Some(Planned { starts, ends: starts + i64::from(minutes) * MINUTE, found: Found::Note })
            }
            (None, None) => match usual_hour(chat, date) {
                Some((time, minutes)) => Planned::at(date, time, minutes, Found::Note, zone),
                // Nothing says when: some time of that day. Without margins, like a burst.
                None => instant(date, Time::midnight(), zone).map(|starts| Planned {
                    starts,
                    ends: starts + 24 * 60 * MINUTE,
                    found: Found::Burst,
                }),
            },
        };
        windows.extend(planned.map(|planned| planned.window(date, Some(note))));
    }
    windows.extend(free.into_iter().flatten().map(|planned| planned.window(date, None)));
    windows
}

/// Cuts windows where they overlap: a later session begins where it says, and margins meet half way.
fn apart(windows: &mut Vec<Window>) {
    windows.dedup_by(|later, earlier| later.starts == earlier.starts);
    for at in 1..windows.len() {
        let (before, after) = windows.split_at_mut(at);
        let (earlier, later) = (&mut before[at - 1], &mut after[0]);
        earlier.ends = earlier.ends.min(later.starts);
        let middle = earlier.ends + (later.starts - earlier.ends) / 2;
        earlier.closes = earlier.closes.min(middle.max(earlier.ends));
        later.opens = later.opens.max(earlier.closes);
    }
}

/// The days of all posts that count, with the days before and after: a session can span midnight.
fn days_with_posts(of: &Conversation, zone: &TimeZone) -> Vec<Date> {
    let mut days: Vec<Date> = Vec::new();
    let mut until = i64::MIN;
    for &at in &of.order {
        let time = of.time(at);
        if !of.counts(at) || time.micros() < until {
            continue;
        }
        let date = time.date(zone);
        let next = date.tomorrow().unwrap_or(date);
        until = Instant::start_of_day(next, zone).micros();
        days.extend([date.yesterday().unwrap_or(date), date, next]);
    }
    days
}
