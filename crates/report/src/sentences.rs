//! The sentences that the report writes about figures. They say what is known, how sure it is and what
//! it rests on; they do not judge. A test refuses the words that readers asked publishers not to use.

mod comparison;

use someasure_model::{Interval, Measure};

use crate::number::{amount, count, likely, whole};

pub(crate) use comparison::{
    change, change_in_short, changes, funnel, is_better, many, not_tested, ordinal, parts, position,
    position_in_short, rank, rank_range, rule_in_words, steady,
};

/// "From … to …, {org} {did X} {estimate} (likely between {low} and {high}) on {platform}, based on {n}
/// posts."; "the figure of {org} for “{measure}” was …" where no verb is known. `organisation` is a plain
/// name, `within` says of when the figure is, and `counts` what n counts.
pub(crate) fn level(
    within: &str,
    organisation: &str,
    measure: &Measure,
    platform: &str,
    value: f64,
    interval: Option<Interval>,
    (n, counts): (u64, &str),
) -> String {
    let likely = likely(measure, interval).map_or_else(String::new, |likely| format!(" ({likely})"));
    let (value, bare) = (amount(measure, value), crate::number::bare(measure, value));
    let deed =
        measure.says.one.as_deref().map(|words| verb(words).replace("{unit}", &value).replace("{}", &bare));
    let said = match deed {
        Some(deed) => format!("{organisation} {deed}{likely} on {platform}"),
        None => format!(
            "the figure of {organisation} for “{}” on {platform} was {value}{likely}",
            crate::text::name(&measure.title)
        ),
    };
    format!("{}, {said}, based on {}.", capital(within), count(n, counts))
}

/// The words of a measure that say its answer, as a page may show them.
pub(crate) fn verb(words: &str) -> String {
    crate::text::shorten(&crate::text::clean(words), 120)
}

/// What n counts, as a page may show it.
pub(crate) fn counts(measure: &Measure) -> String {
    crate::text::shorten(&crate::text::clean(&measure.counts), 60)
}

/// What n counts in a period: the ends of months, quarters and years cut weeks, so that not every piece
/// is a week.
pub(crate) fn counts_in(measure: &Measure, period: &str) -> String {
    let counts = counts(measure);
    let is_edition = period.contains('/');
    if counts == "weeks" && !is_edition { "weeks or parts of weeks".to_owned() } else { counts }
}

/// The reason, and that it does not mean that the organisation is inactive: once.
pub(crate) fn not_inactive(reason: &str) -> String {
    const SAID: &str = "does not mean that the organisation is inactive";
    match reason {
        "" => "This does not mean that the organisation is inactive.".to_owned(),
        reason if reason.contains(SAID) => reason.to_owned(),
        reason => format!("{reason} This {SAID}."),
    }
}

/// Why there is no value, and what that does not mean.
pub(crate) fn missing(status: &str, reason: &str) -> String {
    match status {
        "not_collected" | "not_covered" if reason.is_empty() => {
            "We could not collect this; it does not mean that the organisation is inactive.".to_owned()
        }
        "not_collected" | "not_covered" => not_inactive(reason),
        _ => reason.to_owned(),
    }
}

/// How organisations lie on a measure: median, middle half and range.
pub(crate) fn spread(measure: &Measure, platform: &str, spread: &crate::chart::Spread) -> String {
    let show = |value| crate::number::bare(measure, value);
    let organisations = count(spread.n as u64, "organisations");
    let median = amount(measure, spread.median);
    let (least, most) = (show(spread.least), show(spread.most));
    let (lower, upper) = (show(spread.lower_quartile), show(spread.upper_quartile));
    if least == most {
        return format!("On {platform}, all {organisations} have the same value: {median}.");
    }
    let half = if lower == upper {
        format!("Half of them or more have {lower}")
    } else {
        format!("Half of them lie between {lower} and {upper}")
    };
    format!(
        "On {platform}, the median of {organisations} is {median}. {half}; all lie between {least} and {most}."
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
            "id = 'posts_per_week'\nversion = 1\nstatus = 'standard'\ntitle = 'Posts per week'\nquestion = 'A?'\nsays = {{ one = 'posted {{}} times a week' }}\ndomain = 'activity'\nkind = 'rate'\nunit = 'per week'\ndecimals = 1\npolarity = 'contested'\nperiod = '{period}'\nsql = 'SELECT 1'"
        ))
        .unwrap()
    }

    #[test]
    fn a_level_is_told_with_its_interval_and_what_it_rests_on() {
        let interval = Some(Interval { lower: 3.91, upper: 4.6, level: 0.95 });
        insta::assert_snapshot!(
            level("from 8 April 2013 to 7 April 2014", "Elm Trust", &posts_per_week("month"), "Bluesky", 4.2, interval, (219, "posts")),
            @"From 8 April 2013 to 7 April 2014, Elm Trust posted 4.2 times a week (likely between 3.9 and 4.6) on Bluesky, based on 219 posts.");
        insta::assert_snapshot!(
            level("in March 2014", "Elm Trust", &posts_per_week("month"), "Bluesky", 0.0, None, (1, "posts")),
            @"In March 2014, Elm Trust posted 0.0 times a week on Bluesky, based on 1 post.");
        let mut other = posts_per_week("month");
        other.says.one = None;
        insta::assert_snapshot!(
            level("in March 2014", "Elm Trust", &other, "Bluesky", 0.0, None, (1, "posts")),
            @"In March 2014, the figure of Elm Trust for “Posts per week” on Bluesky was 0.0 per week, based on 1 post.");
    }

    #[test]
    fn a_piece_of_a_week_is_not_called_a_week() {
        let mut measure = posts_per_week("month");
        measure.counts = "weeks".to_owned();
        assert_eq!(counts_in(&measure, "2013-04-08/2014-04-07"), "weeks");
        assert_eq!(count(1, &counts_in(&measure, "2014-03")), "1 week or part of a week");
        assert_eq!(count(5, &counts_in(&measure, "2014-Q1")), "5 weeks or parts of weeks");
    }

    #[test]
    fn equal_values_are_not_told_as_a_range() {
        let spread = |values: &[f64]| {
            super::spread(
                &posts_per_week("month"),
                "X",
                &crate::chart::Spread::of(values.iter().copied()).unwrap(),
            )
        };
        insta::assert_snapshot!(spread(&[2.0; 6]), @"On X, all 6 organisations have the same value: 2.0 per week.");
        insta::assert_snapshot!(spread(&[1.0, 2.0, 2.0, 2.0, 2.0, 9.0]),
            @"On X, the median of 6 organisations is 2.0 per week. Half of them or more have 2.0; all lie between 1.0 and 9.0.");
    }

    #[test]
    fn what_was_not_collected_is_not_inactivity() {
        insta::assert_snapshot!(missing("not_collected", ""),
            @"We could not collect this; it does not mean that the organisation is inactive.");
        insta::assert_snapshot!(missing("not_covered", "Posts are known from May on."),
            @"Posts are known from May on. This does not mean that the organisation is inactive.");
        insta::assert_snapshot!(missing("not_collected", "Nobody asked; it does not mean that the organisation is inactive."),
            @"Nobody asked; it does not mean that the organisation is inactive.");
        insta::assert_snapshot!(missing("too_few", "Not shown: fewer than 20 posts."),
            @"Not shown: fewer than 20 posts.");
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
