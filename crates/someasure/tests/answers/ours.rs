//! Our own measures a second time: plain Rust over the source's rows, with the rules of `measures/*.toml` and
//! `example/maps/posts.toml`, and none of the program's code or SQL.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::program::{KNOWN, OURS, YEAR, figure};
use crate::source::{Library, Row};

const DAY: i64 = 86_400;
const WEEK: f64 = 604_800.0;

/// `from` belongs to it, `to` does not; seconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Span {
    fn within(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
    pub(crate) fn seconds(self) -> i64 {
        (self.to - self.from).max(0)
    }
    fn holds(self, row: &Row) -> bool {
        self.from <= row.created_at && row.created_at < self.to
    }
}

/// A value and what it rests on. No value: nothing to divide by.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) value: Option<f64>,
    pub(crate) n: usize,
}

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").expect("a time zone")
}

fn midnight(day: Date) -> i64 {
    day.to_zoned(berlin()).expect("a day").timestamp().as_second()
}

fn instant(text: &str) -> i64 {
    text.parse::<Timestamp>().expect("an instant").as_second()
}

/// `2014-03`, or `2013-04-07/2014-04-06` (both days inside).
pub(crate) fn span_of(period: &str) -> Span {
    let (first, last): (Date, Date) = match period.split_once('/') {
        Some((first, last)) => (first.parse().expect("a day"), last.parse().expect("a day")),
        None => {
            let first: Date = format!("{period}-01").parse().expect("a month");
            (first, first.last_of_month())
        }
    };
    Span { from: midnight(first), to: midnight(last.tomorrow().expect("a day")) }
}

/// Whether the platform's limit cut the library off: 3,200 posts, of which one in a hundred may be deleted.
pub(crate) fn cut_off(library: &Library) -> bool {
    library.rows.len() >= 3_168
}

/// When the library had its account: from the day on which it was made.
pub(crate) fn held(library: &Library) -> Span {
    Span { from: midnight(library.created_at.date()), to: i64::MAX }
}

/// What was seen of it: all of that, or from its first post on where it was cut off, until the end of 6 April 2014.
pub(crate) fn seen(library: &Library) -> Span {
    let first = library.rows.iter().map(|row| row.created_at).min().expect("a post");
    let from = if cut_off(library) { first } else { i64::MIN };
    Span { from, to: instant("2014-04-06T22:00:00Z") }.within(held(library))
}

/// Counters were read in the evening of 7 April; those of younger posts are left out.
fn mature(row: &Row) -> bool {
    row.created_at + 7 * DAY <= instant("2014-04-07T18:00:00Z")
}

pub(crate) fn posts_per_week(library: &Library, period: Span) -> Answer {
    let span = seen(library).within(period);
    let posts = library.rows.iter().filter(|row| span.holds(row)).count();
    let value = (span.seconds() > 0).then(|| posts as f64 / (span.seconds() as f64 / WEEK));
    Answer { value, n: weeks(span) }
}

/// Calendar weeks, from Monday, of which the span holds a part.
fn weeks(span: Span) -> usize {
    let day = Timestamp::from_second(span.from).expect("an instant").to_zoned(berlin()).date();
    let mut monday = day.tomorrow().and_then(|day| day.nth_weekday(-1, Weekday::Monday)).expect("a Monday");
    let mut weeks = 0;
    while midnight(monday) < span.to {
        weeks += 1;
        monday = monday.checked_add(1.week()).expect("a Monday");
    }
    weeks
}

pub(crate) fn conversation_share(library: &Library, period: Span) -> Answer {
    let span = held(library).within(period);
    let own: Vec<&Row> = library.own().filter(|row| span.holds(row)).collect();
    let replies = own.iter().filter(|row| row.reply).count();
    Answer { value: (!own.is_empty()).then(|| replies as f64 / own.len() as f64), n: own.len() }
}

pub(crate) fn likes_per_1000(library: &Library, period: Span) -> Answer {
    per_1000(library, period, |row| row.likes)
}

fn shares_per_1000(library: &Library, period: Span) -> Answer {
    per_1000(library, period, |row| row.reposts)
}

/// Over the library's own mature posts, replies among them.
fn per_1000(library: &Library, period: Span, counter: fn(&Row) -> Option<u32>) -> Answer {
    let span = held(library).within(period);
    let counts: Vec<u32> =
        library.own().filter(|row| span.holds(row) && mature(row)).filter_map(counter).collect();
    let exposure = counts.len() as f64 * library.number("followers_count") / 1_000.0;
    let sum: u32 = counts.iter().sum();
    Answer { value: (exposure > 0.0).then(|| f64::from(sum) / exposure), n: counts.len() }
}

/// Likes and reposts of each mature original post; the source says nothing of replies.
fn interactions(library: &Library, period: Span) -> Vec<f64> {
    let span = held(library).within(period);
    let originals = library.own().filter(|row| !row.reply && span.holds(row) && mature(row));
    originals.filter_map(|row| Some(f64::from(row.likes? + row.reposts?))).collect()
}

pub(crate) fn median_interactions(library: &Library, period: Span) -> Answer {
    median(interactions(library, period))
}

pub(crate) fn engagement_concentration(library: &Library, period: Span) -> Answer {
    gini(&interactions(library, period))
}

pub(crate) fn response_time(library: &Library, period: Span) -> Answer {
    let span = held(library).within(period);
    let replies = library.own().filter(|row| row.reply && span.holds(row));
    median(replies.filter_map(|row| row.hours_to_answer).collect())
}

pub(crate) fn longest_silence(library: &Library, period: Span) -> Answer {
    let span = seen(library).within(period);
    let mut moments: Vec<i64> =
        library.rows.iter().filter(|row| span.holds(row)).map(|row| row.created_at).collect();
    moments.extend([span.from, span.to]);
    moments.sort_unstable();
    let longest = moments.windows(2).map(|pair| pair[1] - pair[0]).max();
    let days = usize::try_from(span.seconds() / DAY).expect("days");
    Answer {
        value: longest.filter(|_| span.seconds() > 0).map(|seconds| seconds as f64 / DAY as f64),
        n: days,
    }
}

/// The middle value, or halfway between the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> Answer {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    Answer { value: (n > 0).then(|| (values[(n - 1) / 2] + values[n / 2]) / 2.0), n }
}

/// Half the mean difference of all pairs, relative to the mean: the definition, and not the program's formula.
pub(crate) fn gini(values: &[f64]) -> Answer {
    let n = values.len();
    let differences: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).sum();
    let sum: f64 = values.iter().sum();
    Answer { value: (sum > 0.0).then(|| differences / (2.0 * n as f64 * sum)), n }
}

type Rule = fn(&Library, Span) -> Answer;

/// How each measure is computed here, and below which n it is not shown.
fn rule(measure: &str) -> (Rule, usize) {
    match measure {
        "posts_per_week" => (posts_per_week, 4),
        "conversation_share" => (conversation_share, 10),
        "median_interactions" => (median_interactions, 10),
        "likes_per_1000" => (likes_per_1000, 10),
        "shares_per_1000" => (shares_per_1000, 10),
        "longest_silence" => (longest_silence, 90),
        "engagement_concentration" => (engagement_concentration, 20),
        "response_time" => (response_time, 10),
        other => panic!("no rule for {other}"),
    }
}

fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Compares one measure in the given periods; how many figures were compared, and how many of them have a value.
fn compare(measure: &str, periods: &[&str]) -> (usize, usize) {
    let (compute, least) = rule(measure);
    let (mut compared, mut shown) = (0, 0);
    for library in KNOWN.libraries.values() {
        for period in periods {
            let what = format!("{measure} of {} in {period}", library.handle);
            let span = span_of(period);
            let Some(figure) = figure(&KNOWN.shipped, measure, &library.handle, period) else {
                assert!(held(library).from >= span.to, "{what}: no figure, though there was an account");
                continue;
            };
            let expected = compute(library, span);
            assert_eq!(figure.n as usize, expected.n, "{what}: n");
            let value = expected.value.filter(|_| expected.n >= least);
            assert!(same(figure.value, value), "{what}: {figure:?}, computed {expected:?}");
            compared += 1;
            shown += usize::from(value.is_some());
        }
    }
    (compared, shown)
}

#[test]
fn eight_measures_are_the_same_when_computed_from_the_rows_of_51_libraries() {
    for measure in OURS {
        let (compared, shown) = compare(measure, &[YEAR]);
        assert_eq!(compared, 51, "{measure}");
        println!("{measure}: {shown} of 51 shown");
        assert!(shown >= 20, "{measure}: only {shown} are shown, so the test says little");
    }
}

#[test]
fn their_series_of_24_months_are_the_same_too() {
    let months: Vec<&str> = {
        let found: std::collections::BTreeSet<&str> = KNOWN
            .shipped
            .keys()
            .map(|(_, _, period)| period.as_str())
            .filter(|period| *period != YEAR)
            .collect();
        found.into_iter().collect()
    };
    assert_eq!((months.len(), months[0], months[23]), (24, "2012-04", "2014-03"));
    for measure in
        ["posts_per_week", "conversation_share", "median_interactions", "likes_per_1000", "shares_per_1000"]
    {
        let (compared, shown) = compare(measure, &months);
        println!("{measure}: {shown} of {compared} shown");
        assert!(compared > 51 * 22 && shown > 300, "{measure}: {shown} of {compared}");
    }
}
