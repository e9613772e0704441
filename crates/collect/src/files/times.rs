//! Times and days, as files write them. A time says its offset, or the mapping says where its clock
//! stood; an hour that the clocks there skipped or repeated is refused, and nothing is guessed.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use someasure_model::Instant;
use someasure_model::time::EARLIEST_POST;

use super::mapping::TimeFormat;
use super::row::Row;
use super::value::{Col, Fault, trim};

/// From the earliest post to 2101-01-01, in microseconds.
const YEARS: std::ops::Range<i64> = EARLIEST_POST.micros()..4_133_980_800_000_000;
/// Beyond this, what was read as seconds was probably milliseconds.
const YEARS_AS_MS: i64 = YEARS.end;
/// Below this, what was read as milliseconds was probably seconds.
const YEARS_AS_S: i64 = YEARS.end / 1000;

impl Col {
    pub(super) fn instant(&self, row: &Row<'_>, zone: Option<&TimeZone>) -> Result<Option<Instant>, Fault> {
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        let text = trim(&scalar.text);
        let micros = match &self.column.time {
            TimeFormat::Rfc3339 => match text.parse::<Timestamp>() {
                Ok(time) => time.as_microsecond(),
                Err(_) => self.without_offset(text, zone)?,
            },
            TimeFormat::Unix => self.unix(text, 1_000_000)?,
            TimeFormat::UnixMs => self.unix(text, 1_000)?,
            TimeFormat::Pattern(pattern) => {
                let offsets = &self.column.offsets;
                match offsets.iter().find(|(name, _)| text.contains(name.as_str())) {
                    Some((name, offset)) => {
                        self.by_pattern(&text.replacen(name, offset, 1), pattern, zone)?
                    }
                    None => self.by_pattern(text, pattern, zone)?,
                }
            }
        };
        if YEARS.contains(&micros) {
            return Ok(Some(Instant::from_micros(micros)));
        }
        let hint = match (&self.column.time, micros) {
            (TimeFormat::Unix, YEARS_AS_MS..) => ": it is probably in milliseconds (format = \"unix_ms\")",
            (TimeFormat::UnixMs, 0..YEARS_AS_S) => ": it is probably in seconds (format = \"unix\")",
            _ => "",
        };
        Err(self.fault(text, format!("lies outside the years 1990 to 2100{hint}")))
    }

    fn without_offset(&self, text: &str, zone: Option<&TimeZone>) -> Result<i64, Fault> {
        let pieces = Pieces::parse(text).map_err(|_| {
            let why = "is not a time like 2014-04-07T18:00:00Z; if it is written in another way, say how: \
                       format = \"%d/%m/%Y %H:%M\"";
            self.fault(text, why)
        })?;
        if pieces.to_numeric_offset().is_some() || pieces.time_zone_annotation().is_some() {
            return Err(self.fault(text, "is not a valid time with an offset"));
        }
        let Some(time) = pieces.time() else {
            return Err(self.fault(
                text,
                "is a day without a time of day; if only the day is known, say so: \
                                         format = \"%Y-%m-%d\" (the start of the day)",
            ));
        };
        self.in_zone(text, pieces.date().to_datetime(time), zone)
    }

    fn by_pattern(&self, text: &str, pattern: &str, zone: Option<&TimeZone>) -> Result<i64, Fault> {
        let fail =
            |error: jiff::Error| self.fault(text, format!("is not a time written like '{pattern}': {error}"));
        let parsed = BrokenDownTime::parse(pattern, text).map_err(fail)?;
        if parsed.offset().is_some() || parsed.timestamp().is_some() {
            return Ok(parsed.to_timestamp().map_err(fail)?.as_microsecond());
        }
        if parsed.iana_time_zone().is_some() {
            return Ok(parsed.to_zoned().map_err(fail)?.timestamp().as_microsecond());
        }
        let date = parsed.to_date().map_err(fail)?;
        let time = match parsed.hour() {
            Some(_) => parsed.to_time().map_err(fail)?,
            None => jiff::civil::Time::midnight(),
        };
        self.in_zone(text, date.to_datetime(time), zone)
    }

    fn in_zone(&self, text: &str, time: DateTime, zone: Option<&TimeZone>) -> Result<i64, Fault> {
        let Some(zone) = zone else {
            let why = "has no offset: say in the mapping where its clock stood, like time_zone = \"Europe/London\" \
                       (or \"UTC\", if the source says so)";
            return Err(self.fault(text, why));
        };
        let ambiguous = zone.to_ambiguous_timestamp(time);
        if ambiguous.is_ambiguous() {
            let name = zone.iana_name().unwrap_or("this zone");
            let why = match ambiguous.offset() {
                jiff::tz::AmbiguousOffset::Gap { .. } => {
                    format!("did not exist in {name}: the clocks went forward over it")
                }
                _ => format!("happened twice in {name}: the clocks went back over it; it needs an offset"),
            };
            return Err(self.fault(text, why));
        }
        ambiguous
            .unambiguous()
            .map(Timestamp::as_microsecond)
            .map_err(|error| self.fault(text, format!("is not a time: {error}")))
    }

    /// Seconds or milliseconds since 1970, possibly with decimals.
    fn unix(&self, text: &str, unit: i64) -> Result<i64, Fault> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fail = || self.fault(text, "is not a number of seconds (or milliseconds) since 1970");
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(fail());
        }
        let whole: i64 = whole.parse().map_err(|_| fail())?;
        let mut micros = whole.saturating_mul(unit);
        let mut digit = unit;
        for byte in fraction.bytes() {
            digit /= 10;
            micros = micros.saturating_add(digit * i64::from(byte - b'0'));
        }
        Ok(micros)
    }

    pub(super) fn day(&self, row: &Row<'_>) -> Result<Option<Date>, Fault> {
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        let text = trim(&scalar.text);
        let date = match &self.column.time {
            TimeFormat::Pattern(pattern) => {
                BrokenDownTime::parse(pattern, text).and_then(|parsed| parsed.to_date()).map_err(|error| {
                    self.fault(text, format!("is not a day written like '{pattern}': {error}"))
                })?
            }
            TimeFormat::Rfc3339 => text.parse().map_err(|_| {
                let why = "is not a day like 2014-04-07; if it is written in another way, say how: \
                           format = \"%d/%m/%Y\"";
                self.fault(text, why)
            })?,
            TimeFormat::Unix | TimeFormat::UnixMs => {
                let unit = if self.column.time == TimeFormat::Unix { 1_000_000 } else { 1_000 };
                Instant::from_micros(self.unix(text, unit)?).date(&TimeZone::UTC)
            }
        };
        if (1000..=2200).contains(&date.year()) {
            return Ok(Some(date));
        }
        Err(self.fault(text, "lies outside the years 1000 to 2200"))
    }
}
