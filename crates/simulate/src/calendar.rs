//! The days of a world, and when it was looked at: once for what there was at half time, then every week. Days are
//! those of UTC.

use jiff::civil::Date;
use someasure_model::Instant;

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// The days of a world, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    first: Date,
    /// Midnight before the first day.
    starts: i64,
    days: u32,
    /// The day on which what there was before is collected at once.
    begun: u32,
    /// Posts younger than this are read again every week.
    reread_days: u32,
}

impl Calendar {
    /// `days` days that end with `last`; posts are read so many times on average.
    pub(crate) fn new(last: Date, days: u32, readings: u32) -> Option<Self> {
        let first = last.checked_sub(jiff::Span::new().days(i64::from(days) - 1)).ok()?;
        let starts = Instant::start_of_day(first, &jiff::tz::TimeZone::UTC).micros();
        // Read once, everything is read at the end. Else half of the posts are read at half time, and the others in so
        // many weeks that the average comes out.
        let begun = if readings == 1 { days } else { days / 2 };
        Some(Self { first, starts, days, begun, reread_days: 7 * (2 * readings).saturating_sub(1) })
    }

    /// How many days there are.
    pub fn days(&self) -> u32 {
        self.days
    }

    /// The day with this number; days before the first are negative.
    pub fn date(&self, day: i32) -> Date {
        self.first.checked_add(jiff::Span::new().days(day)).unwrap_or(self.first)
    }

    /// Its midnight, in microseconds of UTC.
    pub(crate) fn midnight(&self, day: u32) -> i64 {
        self.starts + i64::from(day) * DAY
    }

    /// The first instant of the world.
    pub fn starts_at(&self) -> Instant {
        Instant::from_micros(self.starts)
    }

    /// When what there was before was collected at once: weekly looks follow.
    pub fn begun_at(&self) -> Instant {
        Instant::from_micros(self.midnight(self.begun))
    }

    /// When all had been collected: nothing was observed later.
    pub fn as_at(&self) -> Instant {
        Instant::from_micros(self.midnight(self.sweep_day(self.sweeps() - 1) + 1))
    }

    /// How often the accounts were looked at, the first time for all that was there.
    pub fn sweeps(&self) -> u32 {
        1 + (self.days - self.begun).div_ceil(7)
    }

    /// The day of the nth look.
    pub(crate) fn sweep_day(&self, sweep: u32) -> u32 {
        self.begun + 7 * sweep
    }

    /// The days whose posts are young enough for the nth look, the last one excluded.
    pub fn days_of_sweep(&self, sweep: u32) -> std::ops::Range<u32> {
        let to = (self.sweep_day(sweep) + 1).min(self.days);
        let from = if sweep == 0 { 0 } else { self.sweep_day(sweep).saturating_sub(self.reread_days) };
        from.min(to)..to
    }

    /// What was posted before this is too old for the nth look.
    pub(crate) fn oldest_of_sweep(&self, sweep: u32) -> i64 {
        if sweep == 0 { self.starts } else { self.midnight(self.days_of_sweep(sweep).start) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_look_comes_after_the_last_day_and_sees_young_posts_only() {
        let last = jiff::civil::date(2025, 12, 31);
        let calendar = Calendar::new(last, 365, 4).unwrap();
        assert_eq!(calendar.date(364), last);
        assert_eq!(calendar.days_of_sweep(0), 0..183);
        let final_sweep = calendar.sweeps() - 1;
        assert!(calendar.sweep_day(final_sweep) >= 365, "{calendar:?}");
        assert_eq!(calendar.days_of_sweep(final_sweep), 322..365);
        let once = Calendar::new(last, 30, 1).unwrap();
        assert_eq!((once.sweeps(), once.days_of_sweep(0)), (1, 0..30));
    }
}
