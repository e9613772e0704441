//! How figures lie among their peers: a funnel for each measure, platform and peer group, and ranks as intervals where
//! they are asked for. Which figures may be compared, and how, is decided here; the statistics are `stats`'.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use someasure_model::{
    Figure, FunnelMethod, Kind, Level, Measure, PeerComparison, PeerFunnel, PeerPlace, PeerRank, PeerRanks,
    PeriodId, Platform, Position, Statistic,
};
use someasure_stats as stats;
use stats::EstimateScale;

use crate::estimate::{Estimated, Group};

/// Fewer members than this say next to nothing of how members differ (docs/methods/comparison.md).
pub(crate) const FEWEST: usize = 10;
/// The share at either end that is pulled in before variation is estimated.
const TRIM: f64 = 0.1;
/// Draws for ranks. With 1,000 the published ranks of a well-known survey moved from seed to seed.
const DRAWS: usize = 10_000;
/// How often ranks hold all the true ones.
const LEVEL: f64 = 0.95;

/// A member of a peer group that has a value.
struct Member<'a> {
    figure: &'a Figure,
    value: f64,
    /// Numerator and denominator of independent cases.
    counts: Option<(f64, f64)>,
    interval: Option<stats::Interval>,
}

/// Whom to compare, and how.
pub(crate) struct Comparison<'a> {
    pub(crate) groups: &'a [Group],
    /// The id of the period whose figures are compared.
    pub(crate) period: &'a PeriodId,
    /// Whether ranks are wanted.
    pub(crate) ranks: bool,
    pub(crate) seed: u64,
}

impl Comparison<'_> {
    /// The comparisons of one measure, by platform and group. Everyone is a peer group only where the project declares
    /// no other.
    pub(crate) fn of(
        &self,
        measure: &Measure,
        estimated: &Estimated,
    ) -> Result<Vec<PeerComparison>, stats::Refused> {
        if measure.level == Level::Group {
            return Ok(Vec::new());
        }
        let mut platforms: BTreeMap<&Platform, Vec<(u32, Member<'_>)>> = BTreeMap::new();
        for ((figure, counts), organisation) in
            estimated.figures.iter().zip(&estimated.counts).zip(&estimated.organisations)
        {
            if figure.period == *self.period
                && let Some(value) = figure.answer.value()
            {
                let interval =
                    figure.answer.interval().map(|i| stats::Interval { lower: i.lower, upper: i.upper });
                let member = Member { figure, value, counts: *counts, interval };
                platforms.entry(&figure.platform).or_default().push((*organisation, member));
            }
        }
        let declared = if self.groups.len() > 1 { &self.groups[1..] } else { self.groups };
        let mut comparisons = Vec::new();
        for (platform, members) in &platforms {
            for group in declared {
                let members: Vec<&Member<'_>> = members
                    .iter()
                    .filter(|(organisation, _)| group.members.binary_search(organisation).is_ok())
                    .map(|(_, member)| member)
                    .collect();
                if !members.is_empty() {
                    comparisons.push(self.within(measure, platform, group, &members)?);
                }
            }
        }
        Ok(comparisons)
    }

    fn within(
        &self,
        measure: &Measure,
        platform: &Platform,
        group: &Group,
        members: &[&Member<'_>],
    ) -> Result<PeerComparison, stats::Refused> {
        Ok(PeerComparison {
            measure_id: measure.id.clone(),
            platform: platform.clone(),
            period: self.period.clone(),
            peer_group: group.id.clone(),
            with_value: members.len() as u64,
            funnel: funnel(measure, members)?,
            ranks: if self.ranks { self.ranked(measure, members)? } else { None },
        })
    }

    /// Sets of ranks of the members whose interval says how sure they are; none for fewer than two.
    fn ranked(
        &self,
        measure: &Measure,
        members: &[&Member<'_>],
    ) -> Result<Option<PeerRanks>, stats::Refused> {
        let scale = scale(measure, members);
        let level = measure.level_of_interval();
        let mut estimates = Vec::new();
        let mut errors = Vec::new();
        let mut ranked = Vec::new();
        for member in members {
            if let Some(interval) = member.interval {
                estimates.push(scale.place(member.value));
                errors.push(scale.error(about(measure, interval), level)?);
                ranked.push(member.figure);
            }
        }
        if ranked.len() < 2 {
            return Ok(None);
        }
        let options = stats::RankOptions { level: LEVEL, threads: NonZeroUsize::MIN, ..Default::default() };
        let draws = stats::Draws::Generated { number: DRAWS, seed: self.seed };
        let found =
            stats::rank_sets(&estimates, stats::Uncertainty::StandardErrors(&errors), draws, &options)?;
        // Who shares no rank with a set lies wholly above or wholly below it.
        let (mut lowers, mut uppers): (Vec<usize>, Vec<usize>) =
            found.sets.iter().map(|set| (set.lower, set.upper)).unzip();
        lowers.sort_unstable();
        uppers.sort_unstable();
        let overlap = |set: &stats::RankSet| {
            let above = uppers.partition_point(|upper| *upper < set.lower);
            let below = lowers.len() - lowers.partition_point(|lower| *lower <= set.upper);
            ranked.len() - 1 - above - below
        };
        let sets = ranked.iter().zip(&found.sets).map(|(figure, set)| PeerRank {
            organisation_id: figure.organisation_id.clone(),
            rank: set.rank as u64,
            lower: set.lower as u64,
            upper: set.upper as u64,
            overlap: overlap(set) as u64,
        });
        Ok(Some(PeerRanks { level: LEVEL, draws: found.draws as u64, sets: sets.collect() }))
    }
}

/// The funnel of a group, or why there is none.
fn funnel(measure: &Measure, members: &[&Member<'_>]) -> Result<Result<PeerFunnel, String>, stats::Refused> {
    if measure.kind == Kind::Value {
        return Ok(Err(
            "A complete count has no sampling error, so there are no limits that chance would set."
                .to_owned(),
        ));
    }
    if members.len() < FEWEST {
        return Ok(Err(format!(
            "Only {} of this group {} a value; fewer than {FEWEST} show too little of how such bodies differ anyway.",
            members.len(),
            if members.len() == 1 { "has" } else { "have" },
        )));
    }
    let counts: Option<(Vec<f64>, Vec<f64>)> = members.iter().map(|member| member.counts).collect();
    if let Some((numerators, denominators)) = counts {
        let settings = stats::FunnelSettings {
            overdispersion: stats::Overdispersion::Additive,
            trim: TRIM,
            correct: true,
            ..Default::default()
        };
        let found = stats::funnel(stats::FunnelKind::Proportion, &numerators, &denominators, &settings)?;
        return Ok(Ok(placed(&found, FunnelMethod::Counts, members)));
    }
    let sure: Vec<(&Member<'_>, stats::Interval)> = members
        .iter()
        .filter_map(|member| Some((*member, about(measure, member.interval?))))
        .filter(|(_, interval)| interval.upper > interval.lower)
        .collect();
    if sure.len() < FEWEST {
        return Ok(Err(format!(
            "Only {} of the {} with a value have an interval; {FEWEST} are the least that can be compared.",
            sure.len(),
            members.len()
        )));
    }
    let estimates: Vec<f64> = sure.iter().map(|(member, _)| member.value).collect();
    let intervals: Vec<stats::Interval> = sure.iter().map(|(_, interval)| *interval).collect();
    let members: Vec<&Member<'_>> = sure.iter().map(|(member, _)| *member).collect();
    let level = measure.level_of_interval();
    let found = stats::funnel_of_estimates(scale(measure, &members), &estimates, &intervals, level, TRIM)?;
    Ok(Ok(placed(&found, FunnelMethod::Intervals, &members)))
}

fn placed(found: &stats::Funnel, method: FunnelMethod, members: &[&Member<'_>]) -> PeerFunnel {
    let ends = |interval: stats::Interval| (interval.lower, interval.upper);
    let places = members.iter().zip(&found.units).map(|(member, unit)| PeerPlace {
        organisation_id: member.figure.organisation_id.clone(),
        limits95: ends(unit.limits95),
        limits998: ends(unit.limits998),
        z: unit.z_adjusted,
        false_discovery_rate: 1.0,
        position: match unit.outside {
            stats::Outside::Below998 => Position::Below998,
            stats::Outside::Below95 => Position::Below95,
            stats::Outside::None => Position::Within,
            stats::Outside::Above95 => Position::Above95,
            stats::Outside::Above998 => Position::Above998,
        },
    });
    PeerFunnel {
        centre: found.centre,
        method,
        dispersion: found.dispersion.corrected_phi,
        places: places.collect(),
    }
}

fn scale(measure: &Measure, members: &[&Member<'_>]) -> EstimateScale {
    let below_zero =
        |member: &&Member<'_>| member.value < 0.0 || member.interval.is_some_and(|i| i.lower < 0.0);
    scale_of(measure, members.iter().any(below_zero))
}

/// Where errors are nearly normal: shares on arcsines, amounts on roots, what can be below zero as it is.
pub(crate) fn scale_of(measure: &Measure, below_zero: bool) -> EstimateScale {
    match (measure.kind, measure.statistic) {
        (Kind::Proportion, _) | (Kind::Sample, Some(Statistic::Gini)) => EstimateScale::Arcsine,
        _ if below_zero => EstimateScale::Identity,
        _ => EstimateScale::Root,
    }
}

/// The interval that stands for the error. A median of counts is known only to within half a count at either end: where
/// half of the posts or more have the same count, its interval has no width of its own.
fn about(measure: &Measure, interval: stats::Interval) -> stats::Interval {
    if measure.kind == Kind::Sample && measure.statistic == Some(Statistic::Median) && measure.unit == "count"
    {
        stats::Interval { lower: (interval.lower - 0.5).max(0.0), upper: interval.upper + 0.5 }
    } else {
        interval
    }
}

/// How many false findings to expect among those at least as far out, over all comparisons of the edition together.
pub(crate) fn control_false_discoveries(comparisons: &mut [PeerComparison]) -> Result<(), stats::Refused> {
    fn places(comparisons: &mut [PeerComparison]) -> impl Iterator<Item = &mut PeerPlace> {
        comparisons.iter_mut().filter_map(|c| c.funnel.as_mut().ok()).flat_map(|funnel| &mut funnel.places)
    }
    let p_values: Vec<f64> = places(comparisons)
        .map(|place| (2.0 * stats::normal_cdf(-place.z.abs()).unwrap_or(0.5)).min(1.0))
        .collect();
    let adjusted = stats::adjusted_p_values(&p_values, stats::Adjustment::BenjaminiHochberg)?;
    places(comparisons).zip(adjusted).for_each(|(place, rate)| place.false_discovery_rate = rate);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use someasure_model::{Answer, Interval, OrganisationId};

    fn measure(kind: &str) -> Measure {
        Measure::from_toml(&format!(
            "id = 'm'\nversion = 1\nstatus = 'standard'\ntitle = 'M'\nquestion = 'M?'\ndomain = 'activity'\n{kind}\n\
             unit = 'count'\npolarity = 'none'\nsql = 'SELECT 1'"
        ))
        .unwrap()
    }

    /// Values with half-widths of their intervals (below 0: none), one organisation each.
    fn estimated(rows: &[(f64, f64)]) -> Estimated {
        let figure = |(at, (value, half)): (usize, &(f64, f64))| Figure {
            measure_id: "m".parse().unwrap(),
            measure_version: 1,
            organisation_id: OrganisationId::try_from(format!("test:{at:03}")).unwrap(),
            platform: "x".parse().unwrap(),
            period: "2026".into(),
            answer: Answer::Value(
                *value,
                (*half >= 0.0).then_some(Interval { lower: value - half, upper: value + half, level: 0.95 }),
            ),
            n: 10,
            cut_off: false,
            collected_at: None,
        };
        Estimated {
            figures: rows.iter().enumerate().map(figure).collect(),
            organisations: (0..rows.len() as u32).collect(),
            counts: vec![None; rows.len()],
            group_figures: Vec::new(),
        }
    }

    fn groups(of: &[&[u32]]) -> Vec<Group> {
        of.iter()
            .enumerate()
            .map(|(at, members)| Group {
                id: if at == 0 { "all".to_owned() } else { format!("g{at}") },
                members: members.to_vec(),
            })
            .collect()
    }

    fn compared(kind: &str, estimated: &Estimated, groups: &[Group], ranks: bool) -> Vec<PeerComparison> {
        Comparison { groups, period: &"2026".into(), ranks, seed: 1 }.of(&measure(kind), estimated).unwrap()
    }

    const RATE: &str = "kind = 'rate'";

    #[test]
    fn everyone_is_a_peer_group_only_where_no_other_is_declared() {
        let estimated = estimated(&[(1.0, 0.1); 12]);
        let everyone: Vec<u32> = (0..12).collect();
        let names = |groups: &[Group]| -> Vec<String> {
            compared(RATE, &estimated, groups, false).into_iter().map(|c| c.peer_group).collect()
        };
        assert_eq!(names(&groups(&[&everyone])), ["all"]);
        assert_eq!(names(&groups(&[&everyone, &everyone[..4], &everyone[4..], &[]])), ["g1", "g2"]);
    }

    #[test]
    fn a_group_that_is_too_small_or_unsure_says_why_it_has_no_funnel() {
        let why = |kind: &str, rows: &[(f64, f64)]| {
            let members: Vec<u32> = (0..rows.len() as u32).collect();
            compared(kind, &estimated(rows), &groups(&[&members]), false)[0].funnel.clone().unwrap_err()
        };
        assert!(why(RATE, &[(1.0, 0.1); 9]).starts_with("Only 9 of this group have a value"));
        assert!(why("kind = 'value'", &[(1.0, -1.0); 30]).starts_with("A complete count"));
        let mut rows = vec![(1.0, 0.1); 9];
        rows.extend([(2.0, -1.0); 9]);
        assert!(why(RATE, &rows).starts_with("Only 9 of the 18"));
    }

    #[test]
    fn one_that_is_far_above_its_peers_stands_out_and_its_peers_do_not() {
        let mut rows: Vec<(f64, f64)> = (0..20).map(|at| (100.0 + f64::from(at % 5), 8.0)).collect();
        rows[3].0 = 200.0;
        let members: Vec<u32> = (0..20).collect();
        let mut found = compared(RATE, &estimated(&rows), &groups(&[&members]), false);
        control_false_discoveries(&mut found).unwrap();
        let funnel = found[0].funnel.as_ref().unwrap();
        assert_eq!(funnel.method, FunnelMethod::Intervals);
        for (at, place) in funnel.places.iter().enumerate() {
            let want = if at == 3 { Position::Above998 } else { Position::Within };
            assert_eq!(place.position, want, "{at}");
        }
        assert!(funnel.places[3].false_discovery_rate < 1e-6);
        assert!(funnel.places[4].false_discovery_rate > 0.5);
    }

    #[test]
    fn shares_of_independent_cases_are_compared_by_their_counts() {
        let mut estimated = estimated(&[(0.5, 0.1); 12]);
        estimated.counts = vec![Some((50.0, 100.0)); 12];
        let members: Vec<u32> = (0..12).collect();
        let found = compared("kind = 'proportion'", &estimated, &groups(&[&members]), false);
        let funnel = found[0].funnel.as_ref().unwrap();
        assert_eq!((funnel.method, funnel.centre), (FunnelMethod::Counts, 0.5));
    }

    #[test]
    fn medians_that_are_one_and_the_same_count_are_known_to_within_half_of_one() {
        let mut rows = vec![(1.0, 0.0); 14];
        rows[0].0 = 9.0;
        let members: Vec<u32> = (0..14).collect();
        let found =
            compared("kind = 'sample'\nstatistic = 'median'", &estimated(&rows), &groups(&[&members]), false);
        let positions: Vec<Position> =
            found[0].funnel.as_ref().unwrap().places.iter().map(|place| place.position).collect();
        assert_eq!(positions[0], Position::Above998);
        assert!(positions[1..].iter().all(|position| *position == Position::Within));
    }

    #[test]
    fn ranks_are_sets_that_say_how_many_others_they_share_ranks_with() {
        let rows = [(1.0, 0.01), (1.0, 0.01), (50.0, 0.01), (90.0, -1.0), (100.0, 0.01)];
        let members: Vec<u32> = (0..5).collect();
        let found = compared(RATE, &estimated(&rows), &groups(&[&members]), true);
        let ranks = found[0].ranks.as_ref().unwrap();
        let told: Vec<_> = ranks.sets.iter().map(|s| (s.rank, s.lower, s.upper, s.overlap)).collect();
        assert_eq!(told, [(3, 3, 4, 1), (3, 3, 4, 1), (2, 2, 2, 0), (1, 1, 1, 0)]);
        assert!(compared(RATE, &estimated(&rows), &groups(&[&members]), false)[0].ranks.is_none());
    }
}
