//! What is said of a figure beside its peers and its own past, word for word. They say what chance
//! explains and what it does not; why something differs is not known here, and so is not said.

use someasure_model::{
    ChangeRuleName, ChangeStatus, Granularity, Meaning, Measure, PeerRank, Polarity, Position,
};

use super::capital;
use crate::number::{count, whole};

/// "This is within the range we would expect among {peers}."
pub(crate) fn position(position: Position, peers: &str) -> String {
    match position {
        Position::Within => format!("This is within the range we would expect among {peers}."),
        Position::Above998 => format!(
            "This is higher than chance alone would explain among {peers}. Local circumstances may explain it."
        ),
        Position::Below998 => format!(
            "This is lower than chance alone would explain among {peers}. Local circumstances may explain it."
        ),
        Position::Above95 => format!(
            "This is at the higher edge of what we would expect among {peers}: about 1 in 20 would lie at an edge by chance."
        ),
        Position::Below95 => format!(
            "This is at the lower edge of what we would expect among {peers}: about 1 in 20 would lie at an edge by chance."
        ),
    }
}

/// The same where there is little room.
pub(crate) const fn position_in_short(position: Position) -> &'static str {
    match position {
        Position::Within => "as expected",
        Position::Above998 => "higher than chance explains",
        Position::Below998 => "lower than chance explains",
        Position::Above95 => "at the higher edge",
        Position::Below95 => "at the lower edge",
    }
}

/// Whether the place is on the side that is agreed to be better; `None` where it is at no edge or people
/// do not agree.
pub(crate) fn is_better(polarity: Polarity, position: Position) -> Option<bool> {
    match (polarity, position) {
        (Polarity::None | Polarity::Contested, _) | (_, Position::Within) => None,
        (Polarity::Higher, position) => Some(position.is_above()),
        (Polarity::Lower, position) => Some(!position.is_above()),
    }
}

/// "Of {M} comparisons, {m} stand out", beside what chance would give: one in five hundred.
pub(crate) fn many(compared: u64, outside: u64) -> String {
    let comparisons = count(compared, "comparisons");
    let stand = match outside {
        0 => "none stands out".to_owned(),
        1 => "1 stands out".to_owned(),
        n => format!("{} stand out", whole(n)),
    };
    let expected = (compared as f64 * Position::STANDING_OUT_BY_CHANCE).round() as u64;
    let chance = match expected {
        0 => "by chance alone about 1 in 500 would, so most likely none".to_owned(),
        n => format!("about {} would by chance", whole(n)),
    };
    format!("Of {comparisons} with its peers, {stand}; {chance}.")
}

/// How the members of a peer group lie, in a sentence.
pub(crate) fn funnel(members: u64, outside: u64, peers: &str) -> String {
    let of = format!("the {} compared among {peers}", count(members, "organisations"));
    match outside {
        0 => format!("None of {of} lies further out than chance alone would explain."),
        1 => format!(
            "1 of {of} lies further out than chance alone would explain. Local circumstances may explain it."
        ),
        n => format!(
            "{} of {of} lie further out than chance alone would explain. Local circumstances may explain it.",
            whole(n)
        ),
    }
}

/// "Shifted up since {month} ({rule})", and what it means; else why nothing of the kind can be said.
pub(crate) fn change(measure: &Measure, status: &ChangeStatus) -> String {
    let parts = parts(measure);
    match status {
        ChangeStatus::NeedsMoreData { points, least } => format!(
            "Whether this has changed needs more data: {} with a value, and {} are the least.",
            count(*points, parts),
            whole(*least),
        ),
        ChangeStatus::MostlyZero => {
            format!("Mostly zero: with so little in most {parts}, chance and change cannot be told apart.")
        }
        ChangeStatus::NoClearChange => "No clear change: movement like this is normal.".to_owned(),
        ChangeStatus::Changed { up, rule, since, meaning } => {
            let meaning = match meaning {
                Meaning::Improvement => " This is an improvement.",
                Meaning::Concern => " This is the less good direction.",
                Meaning::Neutral => "",
            };
            format!("{} ({}).{meaning}", changed(*up, since), rule_in_words(*rule, *up, parts))
        }
    }
}

/// The same where there is little room.
pub(crate) fn change_in_short(status: &ChangeStatus) -> String {
    match status {
        ChangeStatus::NeedsMoreData { .. } => "needs more data".to_owned(),
        ChangeStatus::MostlyZero => "mostly zero".to_owned(),
        ChangeStatus::NoClearChange => "no clear change".to_owned(),
        ChangeStatus::Changed { up, since, .. } => changed(*up, since).replacen('S', "s", 1),
    }
}

/// `Shifted up since March 2014`
fn changed(up: bool, since: &str) -> String {
    format!("Shifted {} since {}", if up { "up" } else { "down" }, crate::when::period(since))
}

/// Which rule says so.
pub(crate) fn rule_in_words(rule: ChangeRuleName, up: bool, parts: &str) -> String {
    let (above, rise) = if up { ("above", "rise") } else { ("below", "fall") };
    match rule {
        ChangeRuleName::Outside => format!("{above} the limits of chance"),
        ChangeRuleName::Trend => format!("seven or more {parts} that all {rise}"),
        ChangeRuleName::TwoOfThree => format!("two of three {parts} near the limit {above} the mean"),
        ChangeRuleName::Shift => format!("seven or more {parts} {above} the mean"),
    }
}

/// What can be said where nobody looked for a change: that movement is normal, and nothing more.
pub(crate) fn not_tested(measure: &Measure) -> String {
    format!(
        "Movement between {} is normal, and whether this is more than that was not tested.",
        parts(measure)
    )
}

/// The parts of a measure's series in the plural.
pub(crate) const fn parts(measure: &Measure) -> &'static str {
    match measure.period {
        Granularity::Month => "months",
        Granularity::Quarter => "quarters",
        Granularity::Year => "years",
        Granularity::Edition => "editions",
    }
}

/// "Between {a}th and {b}th of {N}; {k} organisations overlap with it." Rank 1 is the largest value.
pub(crate) fn rank(rank: &PeerRank, of: u64) -> String {
    let overlap = match rank.overlap {
        0 => "no organisation overlaps with it".to_owned(),
        1 => "1 organisation overlaps with it".to_owned(),
        n => format!("{} organisations overlap with it", whole(n)),
    };
    if rank.lower == rank.upper {
        return format!(
            "The data allow no other place than {} of {}; {overlap}.",
            ordinal(rank.lower),
            whole(of)
        );
    }
    format!("Between {} and {} of {}; {overlap}.", ordinal(rank.lower), ordinal(rank.upper), whole(of))
}

/// `12th to 34th`, for tables.
pub(crate) fn rank_range(rank: &PeerRank) -> String {
    if rank.lower == rank.upper {
        format!("{} only", ordinal(rank.lower))
    } else {
        format!("{} to {}", ordinal(rank.lower), ordinal(rank.upper))
    }
}

/// `1st`, `2nd`, `11th`, `1,203rd`
pub(crate) fn ordinal(n: u64) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", whole(n))
}

/// How the series of all organisations moved.
pub(crate) fn changes(up: u64, down: u64, steady: u64, untold: u64) -> String {
    let all = up + down + steady + untold;
    let told = [
        (up, "shifted up"),
        (down, "shifted down"),
        (steady, "show no clear change"),
        (untold, "cannot be told"),
    ];
    let said: Vec<String> = told
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, words)| {
            let words = if *n == 1 { words.replace("show ", "shows ") } else { (*words).to_owned() };
            format!("{} {words}", whole(*n))
        })
        .collect();
    if said.is_empty() {
        return "No series is long enough to look for a change.".to_owned();
    }
    format!("Of {} series, {}.", whole(all), super::list(&said))
}

/// Second of the three sentences: what is steady.
pub(crate) fn steady(tested: u64, steady: u64, within: u64, compared: u64) -> String {
    let over_time = match (tested, steady) {
        (0, _) => None,
        (1, 1) => {
            Some("over time, its one series shows no clear change: movement like this is normal".to_owned())
        }
        (n, s) if n == s => Some(format!(
            "over time, none of its {} series shows a clear change: movement like this is normal",
            whole(n)
        )),
        (n, 0) => Some(format!(
            "over time, {} show a change",
            if n == 1 {
                "its one series does".to_owned()
            } else if n == 2 {
                "both of its series".to_owned()
            } else {
                format!("all {} of its series", whole(n))
            }
        )),
        (n, s) => Some(format!(
            "over time, {} of its {} series {} no clear change: movement like this is normal",
            whole(s),
            whole(n),
            if s == 1 { "shows" } else { "show" }
        )),
    };
    let among = match (compared, within) {
        (0, _) => None,
        (1, 1) => Some("its one figure that can be compared lies where we would expect it".to_owned()),
        (n, w) if n == w => Some(format!(
            "all {} of its figures that can be compared lie where we would expect them",
            whole(n)
        )),
        (n, 0) => Some(format!(
            "none of its {} that can be compared lies well within the range we would expect",
            count(n, "figures")
        )),
        (n, w) => Some(format!(
            "{} of its {} figures that can be compared {} where we would expect them",
            whole(w),
            whole(n),
            if w == 1 { "lies" } else { "lie" }
        )),
    };
    let said: Vec<String> = [among, over_time].into_iter().flatten().collect();
    if said.is_empty() {
        return "None of its figures can be compared with those of its peers in this edition, and no series is long enough to look for a change.".to_owned();
    }
    capital(&said.join("; ")) + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(polarity: &str) -> Measure {
        Measure::from_toml(&format!(
            "id = 'a'\nversion = 1\nstatus = 'standard'\ntitle = 'A'\nquestion = 'A?'\ndomain = 'activity'\nkind = 'rate'\nunit = 'per week'\npolarity = '{polarity}'\nperiod = 'month'\nsql = 'SELECT 1'"
        ))
        .unwrap()
    }

    #[test]
    fn a_place_among_peers_is_told_by_what_chance_explains() {
        let said =
            [Position::Within, Position::Above998, Position::Below998, Position::Above95, Position::Below95]
                .map(|place| position(place, "Hospital trusts"))
                .join("\n");
        insta::assert_snapshot!(said, @r"
        This is within the range we would expect among Hospital trusts.
        This is higher than chance alone would explain among Hospital trusts. Local circumstances may explain it.
        This is lower than chance alone would explain among Hospital trusts. Local circumstances may explain it.
        This is at the higher edge of what we would expect among Hospital trusts: about 1 in 20 would lie at an edge by chance.
        This is at the lower edge of what we would expect among Hospital trusts: about 1 in 20 would lie at an edge by chance.
        ");
    }

    #[test]
    fn which_side_is_better_is_said_only_where_people_agree() {
        assert_eq!(is_better(Polarity::Higher, Position::Above998), Some(true));
        assert_eq!(is_better(Polarity::Lower, Position::Above998), Some(false));
        assert_eq!(is_better(Polarity::Lower, Position::Below95), Some(true));
        assert_eq!(is_better(Polarity::Contested, Position::Below998), None);
        assert_eq!(is_better(Polarity::Higher, Position::Within), None);
    }

    #[test]
    fn many_comparisons_are_told_beside_what_chance_alone_gives() {
        let said = [many(9, 1), many(1, 0), many(1_500, 12)].join("\n");
        insta::assert_snapshot!(said, @r"
        Of 9 comparisons with its peers, 1 stands out; by chance alone about 1 in 500 would, so most likely none.
        Of 1 comparison with its peers, none stands out; by chance alone about 1 in 500 would, so most likely none.
        Of 1,500 comparisons with its peers, 12 stand out; about 3 would by chance.
        ");
    }

    #[test]
    fn a_funnel_is_told_in_a_sentence() {
        let said = [
            funnel(8, 0, "Hospital trusts"),
            funnel(8, 1, "Hospital trusts"),
            funnel(1, 0, "A"),
            funnel(8_000, 215, "all"),
        ]
        .join("\n");
        insta::assert_snapshot!(said, @r"
        None of the 8 organisations compared among Hospital trusts lies further out than chance alone would explain.
        1 of the 8 organisations compared among Hospital trusts lies further out than chance alone would explain. Local circumstances may explain it.
        None of the 1 organisation compared among A lies further out than chance alone would explain.
        215 of the 8,000 organisations compared among all lie further out than chance alone would explain. Local circumstances may explain it.
        ");
    }

    #[test]
    fn a_change_is_told_with_its_rule_and_its_month() {
        let rules = ChangeRuleName::ALL.iter().zip([true, false, true, false]).map(|(rule, up)| {
            change(
                &measure("higher"),
                &ChangeStatus::Changed {
                    up,
                    rule: *rule,
                    since: "2014-03".into(),
                    meaning: if up { Meaning::Improvement } else { Meaning::Concern },
                },
            )
        });
        let others = [
            ChangeStatus::NoClearChange,
            ChangeStatus::MostlyZero,
            ChangeStatus::NeedsMoreData { points: 1, least: 12 },
            ChangeStatus::Changed {
                up: true,
                rule: ChangeRuleName::Shift,
                since: "2014-Q1".into(),
                meaning: Meaning::Neutral,
            },
        ];
        let said: Vec<String> = rules
            .chain(others.iter().map(|status| change(&measure("higher"), status)))
            .chain([not_tested(&measure("none"))])
            .collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        Shifted up since March 2014 (above the limits of chance). This is an improvement.
        Shifted down since March 2014 (seven or more months that all fall). This is the less good direction.
        Shifted up since March 2014 (two of three months near the limit above the mean). This is an improvement.
        Shifted down since March 2014 (seven or more months below the mean). This is the less good direction.
        No clear change: movement like this is normal.
        Mostly zero: with so little in most months, chance and change cannot be told apart.
        Whether this has changed needs more data: 1 month with a value, and 12 are the least.
        Shifted up since January to March 2014 (seven or more months above the mean).
        Movement between months is normal, and whether this is more than that was not tested.
        ");
    }

    #[test]
    fn a_rank_is_never_told_alone() {
        let of = |lower, upper, overlap| PeerRank {
            organisation_id: "ods:RJ1".parse().unwrap(),
            rank: lower,
            lower,
            upper,
            overlap,
        };
        let said = [rank(&of(12, 34, 40), 215), rank(&of(1, 2, 1), 8), rank(&of(3, 3, 0), 8)].join("\n");
        insta::assert_snapshot!(said, @r"
        Between 12th and 34th of 215; 40 organisations overlap with it.
        Between 1st and 2nd of 8; 1 organisation overlaps with it.
        The data allow no other place than 3rd of 8; no organisation overlaps with it.
        ");
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 111, 1_203].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 111th 1,203rd"
        );
        assert_eq!(rank_range(&of(12, 34, 40)), "12th to 34th");
    }

    #[test]
    fn how_all_moved_is_counted() {
        let said = [changes(3, 1, 12, 2), changes(0, 0, 1, 0), changes(0, 0, 0, 0)].join("\n");
        insta::assert_snapshot!(said, @r"
        Of 18 series, 3 shifted up, 1 shifted down, 12 show no clear change and 2 cannot be told.
        Of 1 series, 1 shows no clear change.
        No series is long enough to look for a change.
        ");
    }

    #[test]
    fn what_is_steady_comes_second() {
        let said = [
            steady(5, 4, 9, 9),
            steady(1, 1, 0, 0),
            steady(0, 0, 1, 1),
            steady(4, 4, 7, 9),
            steady(2, 0, 0, 3),
            steady(1, 0, 1, 4),
            steady(0, 0, 0, 0),
        ]
        .join("\n");
        insta::assert_snapshot!(said, @r"
        All 9 of its figures that can be compared lie where we would expect them; over time, 4 of its 5 series show no clear change: movement like this is normal.
        Over time, its one series shows no clear change: movement like this is normal.
        Its one figure that can be compared lies where we would expect it.
        7 of its 9 figures that can be compared lie where we would expect them; over time, none of its 4 series shows a clear change: movement like this is normal.
        None of its 3 figures that can be compared lies well within the range we would expect; over time, both of its series show a change.
        1 of its 4 figures that can be compared lies where we would expect them; over time, its one series does show a change.
        None of its figures can be compared with those of its peers in this edition, and no series is long enough to look for a change.
        ");
    }
}
