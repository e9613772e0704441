//! The pictures of a chat: who took part session by session, month by month, and how fast a session was.

use jiff::tz::TimeZone;
use someasure_model::chat::{ChatSeries, MonthStatistics, SessionStatistics};
use someasure_model::{ChangeRuleName, Instant};

use crate::chart::{Control, Drawing, Frame, MARGIN, Path, Point, PointKind, Scale, Spread, control, line};
use crate::number::fixed;

/// So many sessions are drawn as bars; of more, the latest.
pub(super) const MOST_BARS: usize = 52;
/// So many parts a session's pace is drawn in at most; a longer one is drawn in parts of several minutes.
const MOST_PARTS: usize = 150;

/// So many minutes later.
pub(super) fn after(instant: Instant, minutes: i64) -> Instant {
    Instant::from_micros(instant.micros().saturating_add(minutes.saturating_mul(60_000_000)))
}

/// Participants of sessions: below those who had been there before, on top and hollow those who were new.
pub(super) fn participants(sessions: &[SessionStatistics]) -> Drawing {
    let most = sessions.iter().map(|session| f64::from(session.counts.participants)).fold(0.0, f64::max);
    if sessions.is_empty() || most <= 0.0 {
        return Drawing::default();
    }
    let frame = Frame::new(Scale::covering(0.0, most, 4, false), 200.0, sessions.len());
    let width = ((1.0 - MARGIN) / sessions.len() as f64 * 0.7).min(0.06);
    let (mut again, mut new) = (Path::default(), Path::default());
    for (i, session) in sessions.iter().enumerate() {
        let all = f64::from(session.counts.participants);
        let returning = f64::from(session.counts.returning.min(session.counts.participants));
        let x = (frame.x(i) - width / 2.0, frame.x(i) + width / 2.0);
        bar(&mut again, x, frame.y(returning), frame.y(0.0));
        bar(&mut new, x, frame.y(all), frame.y(returning));
    }
    let mut drawing = frame.drawing();
    frame.grid(&mut drawing);
    drawing.path("c-again", again);
    drawing.path("c-new", new);
    let label = |session: Option<&SessionStatistics>| session.map(|session| short(&session.id.to_string()));
    let last = if sessions.len() > 1 { label(sessions.last()) } else { None };
    frame.words(&mut drawing, label(sessions.first()).as_deref(), last.as_deref());
    drawing
}

/// `14 Jan 2015`, where there is little room.
fn short(id: &str) -> String {
    let words = super::sentences::session(id);
    let mut parts = words.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(day), Some(month), Some(rest)) => {
            format!("{day} {} {rest}", month.chars().take(3).collect::<String>())
        }
        _ => words,
    }
}

fn bar(path: &mut Path, (left, right): (f64, f64), top: f64, foot: f64) {
    if foot - top < 0.5 {
        return;
    }
    path.move_to(left, foot);
    path.line_to(left, top);
    path.line_to(right, top);
    path.line_to(right, foot);
    path.close();
}

/// Participants of each month.
pub(super) fn months(months: &[MonthStatistics]) -> Drawing {
    let points: Vec<Point> = months
        .iter()
        .map(|month| Point {
            label: crate::when::short(&month.month),
            value: month.whole.then_some(f64::from(month.counts.participants)),
            interval: None,
        })
        .collect();
    if points.iter().filter(|point| point.value.is_some()).count() < 2 {
        Drawing::default()
    } else {
        line(&points, false)
    }
}

/// Participants by session with the limits of chance.
pub(super) fn series(of: &ChatSeries) -> Drawing {
    let limits = of.limits.map(|limits| (limits.centre, limits.lower, limits.upper));
    let words = of.limits.map(|limits| {
        [("mean", limits.centre), ("lower limit", limits.lower), ("upper limit", limits.upper)]
            .map(|(what, value)| format!("{what} {}", fixed(value, 0)))
    });
    let marked = |signal: Option<(ChangeRuleName, bool)>| match signal {
        Some((_, up)) => (PointKind::NoDirection, up),
        None => (PointKind::Expected, true),
    };
    let points = of.points.iter().map(|point| {
        let (kind, up) = marked(point.signal);
        (short(&point.period), point.value, kind, up)
    });
    control(&Control { points: points.collect(), limits, words, percent: false, small: false })
}

/// A session's pace, in parts of so many minutes.
pub(super) struct Pace {
    /// How long a part is.
    pub(super) minutes: usize,
    /// When each part begins, and what was written and passed on in it.
    pub(super) parts: Vec<(Instant, u64)>,
}

impl Pace {
    /// `None` where nothing was said.
    pub(super) fn of(session: &SessionStatistics) -> Option<Self> {
        let said: u64 = session.pace.iter().map(|n| u64::from(*n)).sum();
        if said == 0 {
            return None;
        }
        let minutes = session.pace.len().div_ceil(MOST_PARTS).max(1);
        let parts = session.pace.chunks(minutes).enumerate().map(|(i, part)| {
            let at = after(session.pace_from, (i * minutes) as i64);
            (at, part.iter().map(|n| u64::from(*n)).sum())
        });
        Some(Self { minutes, parts: parts.collect() })
    }

    /// `each minute`, `each 10 minutes`.
    pub(super) fn each(&self) -> String {
        if self.minutes == 1 { "each minute".to_owned() } else { format!("each {} minutes", self.minutes) }
    }

    /// As steps over a filled ground.
    pub(super) fn drawing(&self, zone: &TimeZone) -> Drawing {
        let Some(spread) = Spread::of(self.parts.iter().map(|(_, n)| *n as f64)) else {
            return Drawing::default();
        };
        let frame = Frame::new(Scale::covering(0.0, spread.most, 3, false), 140.0, self.parts.len());
        let half = (1.0 - MARGIN) / self.parts.len() as f64 / 2.0;
        let (mut ground, mut steps) = (Path::default(), Path::default());
        ground.move_to(MARGIN, frame.y(0.0));
        for (i, (_, n)) in self.parts.iter().enumerate() {
            for x in [frame.x(i) - half, frame.x(i) + half] {
                ground.line_to(x, frame.y(*n as f64));
                steps.line_to(x, frame.y(*n as f64));
            }
        }
        ground.line_to(1.0, frame.y(0.0));
        ground.close();
        let mut drawing = frame.drawing();
        frame.grid(&mut drawing);
        drawing.path("c-band", ground);
        drawing.path("c-curve", steps);
        let time = |at: Instant| {
            let minute = crate::when::minute(at, zone);
            minute.rsplit_once(", ").map_or(minute.clone(), |(_, time)| time.to_owned())
        };
        let end = self.parts.last().map(|(at, _)| time(after(*at, self.minutes as i64)));
        frame.words(&mut drawing, self.parts.first().map(|(at, _)| time(*at)).as_deref(), end.as_deref());
        drawing
    }
}
