//! Instants as exports write them. A time without an offset is taken only where the format's own
//! documentation says where its clock stood.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use someasure_model::Instant;
use someasure_model::time::EARLIEST_POST;

/// RFC 3339 with an offset.
pub(super) fn rfc3339(text: &str) -> Option<Instant> {
    text.parse::<Timestamp>().ok().map(Instant::from)
}

/// As v1.1 of X's interface writes it, `Sat Oct 19 15:04:05 +0000 2019`; as a header of HTTP or a mail
/// does, `Sat, 19 Oct 2019 15:04:05 +0000`; or RFC 3339.
pub(super) fn any_with_offset(text: &str) -> Option<Instant> {
    rfc3339(text).or_else(|| words(text))
}

fn words(text: &str) -> Option<Instant> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let [first, a, b, c, d, e] = parts[..] else { return None };
    // `Sat, 19 Oct 2019 15:04:05 +0000` or `Sat Oct 19 15:04:05 +0000 2019`.
    let (day, month, year, clock, offset) =
        if first.ends_with(',') { (a, b, c, d, e) } else { (b, a, e, c, d) };
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| *name == month)? as i8 + 1;
    let mut units = clock.split(':').map(|unit| unit.parse::<i8>());
    let (Some(Ok(hour)), Some(Ok(minute)), Some(Ok(second)), None) =
        (units.next(), units.next(), units.next(), units.next())
    else {
        return None;
    };
    let date = Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    let time = Time::new(hour, minute, second.min(59), 0).ok()?;
    let utc = at(date.to_datetime(time), &TimeZone::UTC)?;
    Some(Instant::from_micros(utc.micros() - offset_seconds(offset)? * 1_000_000))
}

/// `+0100`, `+01:00`, `GMT`, `UTC`, `Z`.
pub(super) fn offset_seconds(text: &str) -> Option<i64> {
    if matches!(text, "GMT" | "UTC" | "Z") {
        return Some(0);
    }
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

/// The instant, unless it lies before posts were written. What is of the future is marked elsewhere.
pub(super) fn plausible(instant: Instant) -> Result<Instant, String> {
    if instant < EARLIEST_POST {
        return Err(format!("it says that it was posted at {instant}, which cannot be"));
    }
    Ok(instant)
}

/// `2019-10-19 15:04:05`, `2019-10-19T15:04:05.123`: a time whose clock the caller knows.
pub(super) fn without_offset(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    // `DateTime` also reads other forms, among them days alone, which are no instants.
    let has_clock = bytes.len() >= 16 && matches!(bytes[10], b' ' | b'T') && bytes[13] == b':';
    let plain = has_clock
        && bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b' ' | b'T' | b':' | b'.'));
    plain.then(|| text.parse().ok()).flatten()
}

/// The instant at which the clocks of the zone showed this; `None` where they never did, or twice.
pub(super) fn at(time: DateTime, zone: &TimeZone) -> Option<Instant> {
    let ambiguous = zone.to_ambiguous_zoned(time);
    let zoned: Zoned = ambiguous.unambiguous().ok()?;
    Some(zoned.timestamp().into())
}

/// Seconds, milliseconds or microseconds since 1970, told by their size: a value is taken for the unit in which it
/// lies between 2001 and 2100.
pub(super) fn since_1970(text: &str) -> Option<Instant> {
    let number: i64 = text.parse().ok()?;
    let unit = match number {
        1_000_000_000..=4_102_444_799 => 1_000_000,
        1_000_000_000_000..=4_102_444_799_999 => 1_000,
        1_000_000_000_000_000..=4_102_444_799_999_999 => 1,
        _ => return None,
    };
    Some(Instant::from_micros(number * unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_exports_give_one_instant() {
        let wanted = rfc3339("2019-10-19T15:04:05Z");
        assert!(wanted.is_some());
        for text in [
            "Sat Oct 19 15:04:05 +0000 2019",
            "Sat Oct 19 17:04:05 +0200 2019",
            "Sat, 19 Oct 2019 15:04:05 GMT",
            "2019-10-19T16:04:05+01:00",
        ] {
            assert_eq!(any_with_offset(text), wanted, "{text}");
        }
        assert_eq!(without_offset("2019-10-19 15:04:05").and_then(|time| at(time, &TimeZone::UTC)), wanted);
        assert_eq!(since_1970("1571497445000"), wanted);
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in [
            "",
            "2019-10-19",
            "Sat Oct 32 15:04:05 +0000 2019",
            "Sat Oct 19 15:04 +0000 2019",
            "Sat Oct 19 15:04:05 CEST 2019",
        ] {
            assert_eq!(any_with_offset(text), None, "{text}");
        }
        assert_eq!(without_offset("2019-10-19"), None);
    }
}
