//! Comparisons and changes for the invented edition: plausible places, every position, every status, a group
//! too small to compare, and ranks where they were asked for. They are made up, not computed by a method.

use someasure_model::{
    Answer, Change, ChangeLimits, ChangePoint, ChangeRuleName, ChangeStatus, Edition, Figure, FunnelMethod,
    Kind, Level, Meaning, Measure, PeerComparison, PeerFunnel, PeerGroup, PeerPlace, PeerRank, PeerRanks,
    Polarity, Position,
};

/// Fills in both, for every measure, platform and peer group; and bends some series, so that there is
/// something to see.
pub(crate) fn fill(edition: &mut Edition) {
    bend(edition);
    let mut asked: Vec<(&Measure, &someasure_model::Platform)> = Vec::new();
    for figure in &edition.figures {
        let measure = edition.measures.iter().find(|measure| measure.id == figure.measure_id).unwrap();
        if !asked.iter().any(|(m, platform)| m.id == measure.id && **platform == figure.platform) {
            asked.push((measure, &figure.platform));
        }
    }
    asked.sort_by_key(|(measure, platform)| (&measure.id, *platform));
    let mut comparisons = Vec::new();
    for (measure, platform) in &asked {
        let mut groups: Vec<&PeerGroup> = edition.peer_groups.iter().collect();
        groups.sort_by_key(|group| &group.id);
        for group in groups {
            let mut members: Vec<&Figure> = edition
                .figures
                .iter()
                .filter(|figure| {
                    figure.measure_id == measure.id
                        && figure.platform == **platform
                        && figure.period == edition.period.id
                        && figure.answer.value().is_some()
                        && belongs(edition, figure, &group.id)
                })
                .collect();
            members.sort_by_key(|figure| &figure.organisation_id);
            comparisons.push(compare(edition, measure, group, platform, &members));
        }
    }
    let mut changes: Vec<Change> = Vec::new();
    for entry in &edition.organisations {
        for (measure, platform) in asked.iter().filter(|(measure, _)| {
            measure.period == someasure_model::Granularity::Month && measure.level == Level::Organisation
        }) {
            let series: Vec<&Figure> = edition
                .series
                .iter()
                .filter_map(|part| {
                    edition.figures.iter().find(|figure| {
                        figure.organisation_id == entry.organisation.organisation_id
                            && figure.measure_id == measure.id
                            && figure.platform == **platform
                            && figure.period == part.id
                    })
                })
                .collect();
            if !series.is_empty() {
                changes.push(change(measure, &series));
            }
        }
    }
    changes.sort_by(|a, b| {
        (&a.organisation_id, &a.platform, &a.measure_id).cmp(&(
            &b.organisation_id,
            &b.platform,
            &b.measure_id,
        ))
    });
    edition.comparisons = comparisons;
    edition.changes = changes;
}

/// What a series is to show: decided by its name.
fn seed(organisation: &str, measure: &str) -> u64 {
    organisation.bytes().chain(measure.bytes()).map(u64::from).sum()
}

fn bend(edition: &mut Edition) {
    let parts: Vec<&str> = edition.series.iter().map(|part| part.id.as_str()).collect();
    let mut chance = super::Chance::new(7);
    for figure in &mut edition.figures {
        let Some(at) = parts.iter().position(|part| figure.period == *part) else { continue };
        let seed = seed(figure.organisation_id.as_str(), figure.measure_id.as_str());
        let factor = match seed % 5 {
            0 if at + 8 >= parts.len() => {
                if seed.is_multiple_of(2) {
                    1.45
                } else {
                    0.55
                }
            }
            1 if at + 1 == parts.len() => 2.2,
            _ => 1.0,
        } * (0.92 + 0.16 * chance.next());
        let most = if figure.measure_id.as_str() == "conversation_share" { 0.95 } else { f64::INFINITY };
        if figure.measure_id.as_str() != "followers_per_1000"
            && let Answer::Value(value, interval) = &mut figure.answer
        {
            let moved = (*value * factor).min(most);
            if let Some(interval) = interval {
                interval.lower = (interval.lower + moved - *value).max(0.0);
                interval.upper = (interval.upper + moved - *value).min(if most < 1.0 { 1.0 } else { most });
            }
            *value = moved;
        }
    }
}

fn belongs(edition: &Edition, figure: &Figure, group: &str) -> bool {
    edition
        .organisations
        .iter()
        .find(|entry| entry.organisation.organisation_id == figure.organisation_id)
        .is_some_and(|entry| entry.peer_groups.iter().any(|id| id == group))
}

fn compare(
    edition: &Edition,
    measure: &Measure,
    group: &PeerGroup,
    platform: &someasure_model::Platform,
    members: &[&Figure],
) -> PeerComparison {
    let errors: Vec<Option<f64>> = members
        .iter()
        .map(|figure| {
            let interval = figure.answer.interval()?;
            Some((interval.upper - interval.lower) / 3.92).filter(|error| error.is_finite() && *error > 0.0)
        })
        .collect();
    let with_value = members.len() as u64;
    let funnel = if members.len() < 5 {
        Err(format!(
            "Only {with_value} of this group have a value; fewer than 5 show too little of how such bodies differ anyway."
        ))
    } else if errors.iter().flatten().count() < 5 {
        Err("A complete count has no sampling error, so there are no limits that chance would set."
            .to_owned())
    } else {
        Ok(places(measure, members, &errors))
    };
    let ranks = (members.len() >= 5
        && ["posts_per_week", "conversation_share"].contains(&measure.id.as_str()))
    .then(|| ranks(members, &errors));
    PeerComparison {
        measure_id: measure.id.clone(),
        platform: platform.clone(),
        period: edition.period.id.clone(),
        peer_group: group.id.clone(),
        with_value,
        funnel,
        ranks,
    }
}

/// Limits so wide that of any group someone stands out and most do not.
fn places(measure: &Measure, members: &[&Figure], errors: &[Option<f64>]) -> PeerFunnel {
    let mut values: Vec<f64> = members.iter().filter_map(|figure| figure.answer.value()).collect();
    values.sort_by(f64::total_cmp);
    let centre = values[values.len() / 2];
    let raw: Vec<f64> = members
        .iter()
        .zip(errors)
        .filter_map(|(figure, error)| Some(((figure.answer.value()? - centre) / (*error)?).abs()))
        .collect();
    let widest = raw.iter().copied().fold(0.0, f64::max).max(1.0);
    let dispersion = (widest / 3.6).max(1.0);
    let places = members
        .iter()
        .zip(errors)
        .filter_map(|(figure, error)| {
            let (value, error) = (figure.answer.value()?, (*error)? * dispersion);
            let z = (value - centre) / error;
            let floor = |limit: f64| limit.max(0.0);
            Some(PeerPlace {
                organisation_id: figure.organisation_id.clone(),
                limits95: (floor(centre - 1.96 * error), centre + 1.96 * error),
                limits998: (floor(centre - 3.09 * error), centre + 3.09 * error),
                z,
                false_discovery_rate: (2.0 * (-z * z / 2.0).exp()).min(1.0),
                position: match z {
                    z if z > 3.09 => Position::Above998,
                    z if z > 1.96 => Position::Above95,
                    z if z < -3.09 => Position::Below998,
                    z if z < -1.96 => Position::Below95,
                    _ => Position::Within,
                },
            })
        })
        .collect();
    let method =
        if measure.kind == Kind::Proportion { FunnelMethod::Counts } else { FunnelMethod::Intervals };
    PeerFunnel { centre, method, dispersion: dispersion * dispersion, places }
}

fn ranks(members: &[&Figure], errors: &[Option<f64>]) -> PeerRanks {
    let all: Vec<(&Figure, f64, f64)> = members
        .iter()
        .zip(errors)
        .filter_map(|(figure, error)| Some((*figure, figure.answer.value()?, 4.0 * (*error)?)))
        .collect();
    let sure = |a: &(&Figure, f64, f64), b: &(&Figure, f64, f64)| a.1 - b.1 > a.2.hypot(b.2);
    let sets: Vec<(u64, u64, u64)> = all
        .iter()
        .map(|one| {
            let rank = 1 + all.iter().filter(|other| other.1 > one.1).count() as u64;
            let lower = 1 + all.iter().filter(|other| sure(other, one)).count() as u64;
            let upper = all.len() as u64 - all.iter().filter(|other| sure(one, other)).count() as u64;
            (rank, lower, upper)
        })
        .collect();
    PeerRanks {
        level: 0.95,
        draws: 10_000,
        sets: all
            .iter()
            .zip(&sets)
            .enumerate()
            .map(|(i, ((figure, ..), (rank, lower, upper)))| PeerRank {
                organisation_id: figure.organisation_id.clone(),
                rank: *rank,
                lower: *lower,
                upper: *upper,
                overlap: sets
                    .iter()
                    .enumerate()
                    .filter(|(j, (_, from, to))| *j != i && from <= upper && lower <= to)
                    .count() as u64,
            })
            .collect(),
    }
}

/// Rules that look at the last points only, so that every status occurs.
fn change(measure: &Measure, series: &[&Figure]) -> Change {
    let values: Vec<f64> = series.iter().filter_map(|figure| figure.answer.value()).collect();
    let mut points: Vec<ChangePoint> = series
        .iter()
        .map(|figure| ChangePoint {
            period: figure.period.clone(),
            value: figure.answer.value(),
            signal: None,
        })
        .collect();
    let first = series[0];
    let seed =
        first.organisation_id.as_str().bytes().chain(measure.id.as_str().bytes()).map(u64::from).sum::<u64>();
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let moves = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let reach = 2.66 * moves.sum::<f64>() / (values.len().max(2) - 1) as f64;
    let mut chart = Some(ChangeLimits { centre: mean, lower: (mean - reach).max(0.0), upper: mean + reach });
    let meaning = |up: bool| match (measure.polarity, up) {
        (Polarity::Higher, true) | (Polarity::Lower, false) => Meaning::Improvement,
        (Polarity::Higher, false) | (Polarity::Lower, true) => Meaning::Concern,
        _ => Meaning::Neutral,
    };
    let status = if values.len() < 12 {
        chart = None;
        ChangeStatus::NeedsMoreData { points: values.len() as u64, least: 12 }
    } else {
        match seed % 5 {
            0 => {
                let up = seed.is_multiple_of(2);
                let from = points.len() - 8;
                for point in &mut points[from..] {
                    point.signal = Some((ChangeRuleName::Shift, up));
                }
                let since = points[from].period.clone();
                ChangeStatus::Changed { up, rule: ChangeRuleName::Shift, since, meaning: meaning(up) }
            }
            1 => {
                let last = points.len() - 1;
                points[last].signal = Some((ChangeRuleName::Outside, true));
                let since = points[last].period.clone();
                ChangeStatus::Changed {
                    up: true,
                    rule: ChangeRuleName::Outside,
                    since,
                    meaning: meaning(true),
                }
            }
            2 if seed.is_multiple_of(3) => {
                chart = None;
                ChangeStatus::MostlyZero
            }
            _ => ChangeStatus::NoClearChange,
        }
    };
    Change {
        organisation_id: first.organisation_id.clone(),
        platform: first.platform.clone(),
        measure_id: measure.id.clone(),
        status,
        points,
        chart,
    }
}
