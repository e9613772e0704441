//! Instants and periods. Everything observed is in UTC microseconds; a project's time zone matters
//! only where a day or a month begins, and is always stated, never guessed.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(i64);

/// 1990-01-01: whatever says that it was posted earlier has a wrong clock. Imports refuse such a row, and no chat counts such a
/// post.
pub const EARLIEST_POST: Instant = Instant::from_micros(631_152_000_000_000);

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not an instant with its offset.
    #[error("'{0}' is not an instant: write it like 2014-04-07T18:00:00Z, or with an offset like +02:00")]
    Instant(String),
    /// Not a period.
    #[error("'{0}' is not a period: it must end after it begins")]
    EmptyPeriod(String),
    /// A time zone that the tz database does not know.
    #[error("'{0}' is not a time zone: use a name of the tz database like Europe/London")]
    TimeZone(String),
}

impl Instant {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// Midnight at the start of `date` in `zone`.
    pub fn start_of_day(date: Date, zone: &TimeZone) -> Self {
        zone.to_zoned(date.to_datetime(jiff::civil::Time::midnight()))
            .map_or(Self(i64::MAX), |zoned| Self(zoned.timestamp().as_microsecond()))
    }
    /// The calendar day in `zone`.
    pub fn date(self, zone: &TimeZone) -> Date {
        self.timestamp().to_zoned(zone.clone()).date()
    }
    /// Date and time on the clocks of `zone`.
    pub fn on_clocks(self, zone: &TimeZone) -> DateTime {
        self.timestamp().to_zoned(zone.clone()).datetime()
    }
    /// Date and time in UTC.
    pub fn datetime(self) -> DateTime {
        self.timestamp().to_zoned(TimeZone::UTC).datetime()
    }
    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC: `2014-04-07T18:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp())
    }
}

impl FromStr for Instant {
    type Err = TimeError;
    /// RFC 3339 with `Z` or an offset; a time without one is refused.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        text.parse::<Timestamp>().map(Self::from).map_err(|_| TimeError::Instant(text.to_owned()))
    }
}

impl TryFrom<String> for Instant {
    type Error = TimeError;
    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> String {
        instant.to_string()
    }
}

/// A time zone by its name in the tz database.
pub fn time_zone(name: &str) -> Result<TimeZone, TimeError> {
    TimeZone::get(name).map_err(|_| TimeError::TimeZone(name.to_owned()))
}

/// How long the parts of a series are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
    /// The edition's own period, whole.
    Edition,
}

impl Granularity {
    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Edition => "edition",
        }
    }
    const fn months(self) -> i8 {
        match self {
            Self::Month | Self::Edition => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// The name of a period: `2014-03`, `2014-Q1`, `2014`, or `2013-04-08/2014-04-07` for an edition. Millions of figures
/// name a few dozen periods, so the text is shared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct PeriodId(Arc<str>);

impl PeriodId {
    /// As it is written in files.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for PeriodId {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PeriodId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for PeriodId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<&str> for PeriodId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<PeriodId> for String {
    fn from(id: PeriodId) -> Self {
        id.as_str().to_owned()
    }
}

impl PartialEq<str> for PeriodId {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for PeriodId {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// A half-open span of time with a name: `2014-03`, `2014-Q1`, `2014`, or `2013-04-08/2014-04-07`
/// for an edition (first and last day, both included).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The name; unique within an edition.
    pub id: PeriodId,
    /// What kind of span it is.
    pub granularity: Granularity,
    /// First instant inside.
    pub starts_at: Instant,
    /// First instant after it.
    pub ends_at: Instant,
}

impl Period {
    /// The period from the start of `first` to the end of `last`, cut off at `as_at`.
    pub fn edition(first: Date, last: Date, zone: &TimeZone, as_at: Instant) -> Result<Self, TimeError> {
        let id = format!("{first}/{last}");
        let starts_at = Instant::start_of_day(first, zone);
        let day_after = last.checked_add(1.day()).map_err(|_| TimeError::EmptyPeriod(id.clone()))?;
        let ends_at = Instant::start_of_day(day_after, zone).min(as_at);
        if ends_at <= starts_at {
            return Err(TimeError::EmptyPeriod(id));
        }
        Ok(Self { id: id.into(), granularity: Granularity::Edition, starts_at, ends_at })
    }

    /// The last `count` whole calendar parts that end at or before `until`, oldest first.
    pub fn series(granularity: Granularity, count: usize, until: Instant, zone: &TimeZone) -> Vec<Self> {
        if granularity == Granularity::Edition {
            return Vec::new();
        }
        let months = granularity.months();
        let day = until.date(zone);
        let month = (day.month() - 1) / months * months + 1;
        let mut end = day.first_of_month().with().month(month).build().unwrap_or(day.first_of_month());
        let mut periods = Vec::with_capacity(count);
        for _ in 0..count {
            let Ok(start) = end.checked_sub(i64::from(months).months()) else { break };
            let id = match granularity {
                Granularity::Quarter => format!("{:04}-Q{}", start.year(), (start.month() + 2) / 3),
                Granularity::Year => format!("{:04}", start.year()),
                Granularity::Month | Granularity::Edition => {
                    format!("{:04}-{:02}", start.year(), start.month())
                }
            };
            periods.push(Self {
                id: id.into(),
                granularity,
                starts_at: Instant::start_of_day(start, zone),
                ends_at: Instant::start_of_day(end, zone),
            });
            end = start;
        }
        periods.reverse();
        periods
    }

    /// Whether the instant lies inside.
    pub fn contains(&self, instant: Instant) -> bool {
        self.starts_at <= instant && instant < self.ends_at
    }
    /// Length in days of 86,400 seconds.
    pub fn days(&self) -> f64 {
        (self.ends_at.micros() - self.starts_at.micros()) as f64 / 86_400e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_time_without_its_offset_is_refused() {
        assert!("2014-04-07T18:00:00".parse::<Instant>().is_err());
        assert_eq!(
            "2014-04-07T18:00:00+02:00".parse::<Instant>().unwrap().to_string(),
            "2014-04-07T16:00:00Z"
        );
    }

    #[test]
    fn an_edition_ends_with_its_last_day_or_with_what_was_known() {
        let berlin = time_zone("Europe/Berlin").unwrap();
        let as_at = "2014-04-07T18:00:00Z".parse().unwrap();
        let period = Period::edition(date(2013, 4, 8), date(2014, 4, 7), &berlin, as_at).unwrap();
        assert_eq!(period.id, "2013-04-08/2014-04-07");
        assert_eq!(period.starts_at.to_string(), "2013-04-07T22:00:00Z");
        assert_eq!(period.ends_at, as_at);
        assert!(Period::edition(date(2015, 1, 1), date(2015, 2, 1), &berlin, as_at).is_err());
    }

    #[test]
    fn a_series_holds_whole_calendar_parts_only() {
        let utc = TimeZone::UTC;
        let until = "2014-04-07T18:00:00Z".parse().unwrap();
        let ids = |granularity, count| -> Vec<String> {
            Period::series(granularity, count, until, &utc).into_iter().map(|p| p.id.into()).collect()
        };
        assert_eq!(ids(Granularity::Month, 3), ["2014-01", "2014-02", "2014-03"]);
        assert_eq!(ids(Granularity::Quarter, 2), ["2013-Q4", "2014-Q1"]);
        assert_eq!(ids(Granularity::Year, 2), ["2012", "2013"]);
        assert!(ids(Granularity::Edition, 2).is_empty());
    }
}
