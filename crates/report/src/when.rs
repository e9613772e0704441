//! Days, instants and periods in words. A period is known by its id alone: `2014-03`, `2014-Q1`, `2014`,
//! or the first and last day of an edition.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use someasure_model::{Instant, Period};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `7 April 2014`
pub(crate) fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), month_name(date.month()), date.year())
}

/// The calendar day of an instant in the edition's zone.
pub(crate) fn day_of(instant: Instant, zone: &TimeZone) -> String {
    day(instant.date(zone))
}

/// `7 April 2014, 20:00`, in the edition's zone.
pub(crate) fn minute(instant: Instant, zone: &TimeZone) -> String {
    let text = instant.to_string();
    let Ok(timestamp) = text.parse::<jiff::Timestamp>() else { return text };
    let zoned = timestamp.to_zoned(zone.clone());
    format!("{}, {:02}:{:02}", day(zoned.date()), zoned.hour(), zoned.minute())
}

/// A period in words: `March 2014`, `8 April 2013 to 7 April 2014`.
pub(crate) fn period(id: &str) -> String {
    match Parsed::from(id) {
        Parsed::Days(first, last) if first == last => day(first),
        Parsed::Days(first, last) => format!("{} to {}", day(first), day(last)),
        Parsed::Quarter(year, quarter) => {
            format!("{} to {} {year}", month_name(quarter * 3 - 2), month_name(quarter * 3))
        }
        Parsed::Month(year, month) => format!("{} {year}", month_name(month)),
        Parsed::Other => crate::text::name(id),
    }
}

/// The same within a sentence: `in March 2014`, `from 8 April 2013 to 7 April 2014`.
pub(crate) fn within(id: &str) -> String {
    let words = period(id);
    match Parsed::from(id) {
        Parsed::Days(first, last) if first == last => format!("on {words}"),
        Parsed::Days(..) | Parsed::Quarter(..) => format!("from {words}"),
        Parsed::Month(..) | Parsed::Other => format!("in {words}"),
    }
}

/// The first and the last day of a period, as far as it had come when the edition was made.
pub(crate) fn first_and_last(period: &Period, zone: &TimeZone) -> (Date, Date) {
    let last = Instant::from_micros(period.ends_at.micros().saturating_sub(1));
    (period.starts_at.date(zone), last.date(zone))
}

/// The last days of a period, where these are not all of it: `30 days to 7 April 2014`.
pub(crate) fn last_days(days: u32, period: &Period, zone: &TimeZone) -> Option<String> {
    let (first, last) = first_and_last(period, zone);
    let all = i64::from(first.until(last).ok()?.get_days()) + 1;
    match i64::from(days) {
        days if days >= all => None,
        1 => Some(day(last)),
        days => Some(format!("{} days to {}", crate::number::whole(days.unsigned_abs()), day(last))),
    }
}

/// A period where there is little room: `Mar 2014`, `Q1 2014`.
pub(crate) fn short(id: &str) -> String {
    match Parsed::from(id) {
        Parsed::Month(year, month) => format!("{} {year}", &month_name(month)[..3]),
        Parsed::Quarter(year, quarter) => format!("Q{quarter} {year}"),
        _ => period(id),
    }
}

enum Parsed {
    Days(Date, Date),
    Month(i16, i8),
    Quarter(i16, i8),
    Other,
}

impl Parsed {
    fn from(id: &str) -> Self {
        if let Some((first, last)) = id.split_once('/')
            && let (Ok(first), Ok(last)) = (first.parse(), last.parse())
        {
            return Self::Days(first, last);
        }
        let Some((year, part)) = id.split_once('-') else { return Self::Other };
        let Ok(year) = year.parse() else { return Self::Other };
        if let Some(quarter) = part.strip_prefix('Q') {
            return match quarter.parse() {
                Ok(quarter @ 1..=4) => Self::Quarter(year, quarter),
                _ => Self::Other,
            };
        }
        match part.parse() {
            Ok(month @ 1..=12) => Self::Month(year, month),
            _ => Self::Other,
        }
    }
}

fn month_name(month: i8) -> &'static str {
    MONTHS[usize::try_from(month - 1).unwrap_or(0).min(11)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_said_in_words() {
        assert_eq!(period("2013-04-08/2014-04-07"), "8 April 2013 to 7 April 2014");
        assert_eq!(period("2014-03"), "March 2014");
        assert_eq!(period("2014-Q1"), "January to March 2014");
        assert_eq!(period("2014"), "2014");
        assert_eq!(within("2014-03"), "in March 2014");
        assert_eq!(within("2014-Q4"), "from October to December 2014");
        assert_eq!(short("2014-03"), "Mar 2014");
        assert_eq!(period("2014-Q9\u{202e}"), "2014-Q9");
    }

    #[test]
    fn the_last_days_of_a_period_end_where_it_was_cut() {
        let zone = someasure_model::time::time_zone("Europe/London").unwrap();
        let period = |first: &str, last: &str, as_at: &str| {
            let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
            Period::edition(first, last, &zone, as_at.parse().unwrap()).unwrap()
        };
        let year = period("2013-04-08", "2014-04-07", "2014-04-08T12:00:00Z");
        assert_eq!(last_days(30, &year, &zone).unwrap(), "30 days to 7 April 2014");
        assert_eq!(last_days(1, &year, &zone).unwrap(), "7 April 2014");
        assert_eq!(last_days(365, &year, &zone), None, "all of it");
        let cut = period("2013-04-08", "2014-04-07", "2014-03-31T12:00:00Z");
        assert_eq!(last_days(30, &cut, &zone).unwrap(), "30 days to 31 March 2014");
        let month = period("2014-03-01", "2014-03-30", "2014-04-08T12:00:00Z");
        assert_eq!(last_days(30, &month, &zone), None, "no longer than that");
        assert_eq!(last_days(7, &month, &zone).unwrap(), "7 days to 30 March 2014");
    }

    #[test]
    fn an_instant_is_told_in_the_edition_s_own_time() {
        let berlin = someasure_model::time::time_zone("Europe/Berlin").unwrap();
        let instant = "2014-04-07T22:30:00Z".parse().unwrap();
        assert_eq!(minute(instant, &berlin), "8 April 2014, 00:30");
        assert_eq!(day_of(instant, &TimeZone::UTC), "7 April 2014");
    }
}
