//! Numbers as readers see them: thousands separated, decimals as the measure asks, a true minus sign,
//! never "-0", and never a value that is not one.

use someasure_model::{Interval, Kind, Measure};

/// The value with fixed decimals: `12,345.6`. Not finite: a dash.
pub(crate) fn fixed(value: f64, decimals: u8) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.abs() >= 1e15 {
        return format!("{value:.2e}").replace('-', "−");
    }
    let digits = format!("{:.*}", usize::from(decimals), value.abs());
    let (whole, part) = digits.split_once('.').map_or((digits.as_str(), None), |(w, p)| (w, Some(p)));
    let mut out = String::with_capacity(digits.len() + 8);
    if value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A whole number: `12,345`.
pub(crate) fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things, named in the plural: `1 post`, `2 posts`.
pub(crate) fn count(value: u64, things: &str) -> String {
    if value == 1 { format!("1 {}", singular(things)) } else { format!("{} {things}", whole(value)) }
}

/// One of the things: `posts` → `post`, `replies` → `reply`, `questions asked` → `question asked`.
fn singular(things: &str) -> String {
    let one = |word: &str| {
        if let Some(stem) = word.strip_suffix("ies") {
            return format!("{stem}y");
        }
        if word.ends_with("ss") {
            return word.to_owned();
        }
        word.strip_suffix('s').unwrap_or(word).to_owned()
    };
    if things == "weeks or parts of weeks" {
        return "week or part of a week".to_owned();
    }
    let (before, last) = things.rsplit_once(' ').unwrap_or(("", things));
    if before.is_empty() {
        return one(last);
    }
    if last.ends_with('s') && !things.contains(" of ") {
        return format!("{before} {}", one(last));
    }
    let (first, rest) = things.split_once(' ').unwrap_or((things, ""));
    format!("{} {rest}", one(first))
}

/// `value` in the unit that readers see: a proportion in per cent is multiplied by 100.
pub(crate) fn shown(measure: &Measure, value: f64) -> f64 {
    if is_share(measure) { value * 100.0 } else { value }
}

/// The value alone, with nothing but a per cent sign: `4.2`, `12.3%`.
pub(crate) fn bare(measure: &Measure, value: f64) -> String {
    let number = fixed(shown(measure, value), measure.decimals);
    if measure.unit.starts_with('%') { number + "%" } else { number }
}

/// The value with its unit: `4.2 per week`, `12.3%`, `1 day`.
pub(crate) fn amount(measure: &Measure, value: f64) -> String {
    let number = bare(measure, value);
    let unit = unit(measure);
    if let Some(rest) = unit.strip_prefix('%') {
        return number + rest;
    }
    match unit.as_str() {
        "" => number,
        "grade" => format!("grade {number}"),
        _ if number == "1" => format!("1 {}", singular_time(&unit)),
        _ => format!("{number} {unit}"),
    }
}

/// The unit in words, empty where the number speaks for itself.
pub(crate) fn unit(measure: &Measure) -> String {
    let unit = crate::text::shorten(&crate::text::clean(&measure.unit), 40);
    match unit.as_str() {
        "count" | "ratio" | "0–1" | "0-1" | "share" | "index" => String::new(),
        _ => unit,
    }
}

/// What is measured, for the subtitle of a picture.
pub(crate) fn unit_in_words(measure: &Measure) -> String {
    match unit(measure).as_str() {
        "" => crate::text::name(&measure.title),
        "%" => "per cent".to_owned(),
        unit => unit.to_owned(),
    }
}

/// `likely between 3.9 and 4.6`; with one end only where the other is not known; `None` without any.
pub(crate) fn likely(measure: &Measure, interval: Option<Interval>) -> Option<String> {
    let Interval { lower, upper, .. } = interval?;
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) if bare(measure, lower) == bare(measure, upper) => {
            Some(format!("likely close to {}", bare(measure, lower)))
        }
        (true, true) => Some(format!("likely between {} and {}", bare(measure, lower), bare(measure, upper))),
        (true, false) => Some(format!("likely at least {}", bare(measure, lower))),
        (false, true) => Some(format!("likely at most {}", bare(measure, upper))),
        (false, false) => None,
    }
}

/// `3.9 to 4.6`, for tables.
pub(crate) fn range(measure: &Measure, interval: Option<Interval>) -> Option<String> {
    let Interval { lower, upper, .. } = interval?;
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) => Some(format!("{} to {}", bare(measure, lower), bare(measure, upper))),
        (true, false) => Some(format!("{} or more", bare(measure, lower))),
        (false, true) => Some(format!("{} or less", bare(measure, upper))),
        (false, false) => None,
    }
}

/// A share between 0 and 1 in whole per cent, where "all" and "none" are kept for all and none.
pub(crate) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let rounded = (share * 100.0).round();
    match () {
        () if share > 0.0 && rounded < 1.0 => "under 1%".to_owned(),
        () if share < 1.0 && rounded >= 100.0 => "over 99%".to_owned(),
        () => format!("{}%", fixed(rounded, 0)),
    }
}

/// A confidence level: `95%`, `99.8%`.
pub(crate) fn level(level: f64) -> String {
    let text = format!("{:.1}", level * 100.0);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// Full precision for data files: the shortest text that reads back as the same number, empty for what
/// is not a number, and no "-0".
pub(crate) fn exact(value: f64) -> String {
    if value.is_finite() { format!("{}", value + 0.0) } else { String::new() }
}

/// A size in bytes for people.
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => count(bytes, "bytes"),
        1_000..1_000_000 => format!("{} kB", fixed(bytes as f64 / 1e3, 1)),
        _ => format!("{} MB", fixed(bytes as f64 / 1e6, 1)),
    }
}

/// Whether readers see the proportion times 100.
fn is_share(measure: &Measure) -> bool {
    measure.kind == Kind::Proportion && measure.unit.starts_with('%')
}

fn singular_time(unit: &str) -> String {
    match unit {
        "days" => "day",
        "hours" => "hour",
        "minutes" => "minute",
        "weeks" => "week",
        "months" => "month",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(kind: &str, unit: &str, decimals: u8) -> Measure {
        Measure::from_toml(&format!(
            "id = 'a'\nversion = 1\nstatus = 'standard'\ntitle = 'A'\nquestion = 'A?'\ndomain = 'activity'\nkind = '{kind}'\nunit = '{unit}'\ndecimals = {decimals}\npolarity = 'none'\nsql = 'SELECT 1'"
        ))
        .unwrap()
    }

    #[test]
    fn thousands_are_separated_and_zero_has_no_sign() {
        assert_eq!(fixed(1_234_567.89, 1), "1,234,567.9");
        assert_eq!(fixed(-1234.0, 0), "−1,234");
        assert_eq!(fixed(-0.004, 2), "0.00");
        assert_eq!(fixed(-0.0, 0), "0");
        assert_eq!(fixed(999.0, 0), "999");
        assert_eq!(exact(-0.0), "0");
        assert_eq!(exact(0.1 + 0.2), "0.30000000000000004");
    }

    #[test]
    fn what_is_not_a_number_is_never_printed_as_one() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(fixed(value, 2), "–");
            assert_eq!(percent(value), "–");
            assert_eq!(exact(value), "");
        }
        assert!(fixed(1e300, 2).len() < 12);
    }

    #[test]
    fn one_thing_is_not_things() {
        assert_eq!(count(1, "posts"), "1 post");
        assert_eq!(count(2, "posts"), "2 posts");
        assert_eq!(count(0, "replies"), "0 replies");
        assert_eq!(count(1, "replies"), "1 reply");
        assert_eq!(count(1, "public questions"), "1 public question");
        assert_eq!(count(1, "questions asked"), "1 question asked");
        assert_eq!(count(1_200, "weeks"), "1,200 weeks");
    }

    #[test]
    fn a_proportion_is_shown_in_per_cent_and_a_rate_as_it_is() {
        assert_eq!(amount(&measure("proportion", "%", 1), 0.1234), "12.3%");
        assert_eq!(amount(&measure("value", "% per week", 1), 0.5), "0.5% per week");
        assert_eq!(amount(&measure("rate", "per week", 1), 4.25), "4.2 per week");
        assert_eq!(amount(&measure("value", "days", 0), 1.0), "1 day");
        assert_eq!(amount(&measure("value", "ratio", 2), 0.5), "0.50");
    }

    #[test]
    fn an_interval_with_an_open_end_says_so() {
        let measure = measure("duration", "hours", 1);
        let open = Interval { lower: 2.0, upper: f64::INFINITY, level: 0.95 };
        assert_eq!(likely(&measure, Some(open)).unwrap(), "likely at least 2.0");
        let none = Interval { lower: f64::NAN, upper: f64::NAN, level: 0.95 };
        assert_eq!(likely(&measure, Some(none)), None);
        assert_eq!(level(0.95), "95%");
        assert_eq!(level(0.998), "99.8%");
    }

    #[test]
    fn nearly_all_is_not_all() {
        assert_eq!(percent(0.999), "over 99%");
        assert_eq!(percent(1.0), "100%");
        assert_eq!(percent(0.001), "under 1%");
        assert_eq!(percent(0.0), "0%");
    }
}
