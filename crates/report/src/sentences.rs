//! The sentences that the report writes about figures. They say what is known, how sure it is and what
//! it rests on; they do not judge. A test refuses the words that readers asked publishers not to use.

use someasure_model::{Granularity, Interval, Measure};

use crate::number::{amount, count, likely, whole};

/// "From … to …, the figure of {org} for “{measure}” on {platform} was {estimate} (likely between {low}
/// and {high}), based on {n} posts." `organisation` is a plain name.
pub(crate) fn level(
    period: &str,
    organisation: &str,
    measure: &Measure,
    platform: &str,
    value: f64,
    interval: Option<Interval>,
    n: u64,
) -> String {
    let within = likely(measure, interval).map_or_else(String::new, |likely| format!(" ({likely})"));
    format!(
        "{}, the figure of {organisation} for “{}” on {platform} was {}{within}, based on {}.",
        capital(&crate::when::within(period)),
        crate::text::name(&measure.title),
        amount(measure, value),
        count(n, &counts(measure)),
    )
}

/// What n counts, as a page may show it.
pub(crate) fn counts(measure: &Measure) -> String {
    crate::text::shorten(&crate::text::clean(&measure.counts), 60)
}

/// Why there is no value, and what that does not mean.
pub(crate) fn missing(status: &str, reason: &str) -> String {
    match status {
        "not_collected" | "not_covered" if reason.is_empty() => {
            "We could not collect this; it does not mean that the organisation is inactive.".to_owned()
        }
        "not_collected" | "not_covered" => {
            format!("{reason} This does not mean that the organisation is inactive.")
        }
        _ => reason.to_owned(),
    }
}

/// What can be said about change, which in this edition is not yet whether there was one.
pub(crate) fn change(measure: &Measure, points: usize) -> String {
    let part = match measure.period {
        Granularity::Month => "months",
        Granularity::Quarter => "quarters",
        Granularity::Year => "years",
        Granularity::Edition => "editions",
    };
    let needed = measure.change.as_ref().map_or(12, |change| change.min_points);
    if u64::try_from(points).unwrap_or(u64::MAX) < u64::from(needed) {
        return format!(
            "Whether this has changed needs more data: {} with a value, and {} are the least.",
            count(points as u64, part),
            whole(u64::from(needed)),
        );
    }
    format!(
        "Movement between {part} is normal. Whether this is more than that is not tested in this edition."
    )
}

/// How organisations lie on a measure: median, middle half and range.
pub(crate) fn spread(measure: &Measure, platform: &str, spread: &crate::chart::Spread) -> String {
    let show = |value| crate::number::bare(measure, value);
    format!(
        "On {platform}, the median of {} is {}. Half of them lie between {} and {}; all lie between {} and {}.",
        count(spread.n as u64, "organisations"),
        amount(measure, spread.median),
        show(spread.lower_quartile),
        show(spread.upper_quartile),
        show(spread.least),
        show(spread.most),
    )
}

/// How many accounts were withdrawn.
pub(crate) fn withdrawn(accounts: usize) -> String {
    match accounts {
        0 => "No account was withdrawn.".to_owned(),
        1 => {
            "1 account was withdrawn at its owner’s request; nothing about it is in this edition.".to_owned()
        }
        n => format!(
            "{} accounts were withdrawn at their owners’ request; nothing about them is in this edition.",
            whole(n as u64)
        ),
    }
}

/// The first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts_per_week(period: &str) -> Measure {
        Measure::from_toml(&format!(
            "id = 'posts_per_week'\nversion = 1\nstatus = 'standard'\ntitle = 'Posts per week'\nquestion = 'A?'\ndomain = 'activity'\nkind = 'rate'\nunit = 'per week'\ndecimals = 1\npolarity = 'contested'\nperiod = '{period}'\nsql = 'SELECT 1'"
        ))
        .unwrap()
    }

    #[test]
    fn a_level_is_told_with_its_interval_and_what_it_rests_on() {
        let interval = Some(Interval { lower: 3.91, upper: 4.6, level: 0.95 });
        insta::assert_snapshot!(
            level("2013-04-08/2014-04-07", "Elm Trust", &posts_per_week("month"), "Bluesky", 4.2, interval, 219),
            @"From 8 April 2013 to 7 April 2014, the figure of Elm Trust for “Posts per week” on Bluesky was 4.2 per week (likely between 3.9 and 4.6), based on 219 posts.");
        insta::assert_snapshot!(
            level("2014-03", "Elm Trust", &posts_per_week("month"), "Bluesky", 0.0, None, 1),
            @"In March 2014, the figure of Elm Trust for “Posts per week” on Bluesky was 0.0 per week, based on 1 post.");
    }

    #[test]
    fn what_was_not_collected_is_not_inactivity() {
        insta::assert_snapshot!(missing("not_collected", ""),
            @"We could not collect this; it does not mean that the organisation is inactive.");
        insta::assert_snapshot!(missing("not_covered", "Posts are known from May on."),
            @"Posts are known from May on. This does not mean that the organisation is inactive.");
        insta::assert_snapshot!(missing("too_few", "Not shown: fewer than 20 posts."),
            @"Not shown: fewer than 20 posts.");
    }

    #[test]
    fn change_is_not_claimed_before_it_is_tested() {
        insta::assert_snapshot!(change(&posts_per_week("month"), 1),
            @"Whether this has changed needs more data: 1 month with a value, and 12 are the least.");
        insta::assert_snapshot!(change(&posts_per_week("quarter"), 14),
            @"Movement between quarters is normal. Whether this is more than that is not tested in this edition.");
    }

    #[test]
    fn a_withdrawal_is_declared() {
        insta::assert_snapshot!(withdrawn(2),
            @"2 accounts were withdrawn at their owners’ request; nothing about them is in this edition.");
        assert!(withdrawn(1).starts_with("1 account was"));
    }

    #[test]
    fn lists_read_as_people_say_them() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&words), "a, b and c");
        assert_eq!(list(&words[..2]), "a and b");
        assert_eq!(list(&words[..1]), "a");
    }
}
