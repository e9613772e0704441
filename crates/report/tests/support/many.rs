//! As many invented bodies as are asked for, in one peer group and with one measure, each with its place on a
//! funnel: to see that pictures of thousands stay small and readable.

use someasure_model::{
    Answer, Edition, FunnelMethod, Interval, PeerComparison, PeerFunnel, PeerPlace, PeerRank, PeerRanks,
    Position,
};

use super::{Chance, invented};

/// An edition of `n` bodies, of whom about one in fifty lies outside its limits.
pub(crate) fn many(n: usize) -> Edition {
    let mut edition = invented();
    let model = edition.organisations[1].clone();
    let figure = edition
        .figures
        .iter()
        .find(|figure| {
            figure.measure_id.as_str() == "conversation_share" && figure.period == edition.period.id
        })
        .unwrap()
        .clone();
    edition.organisations.clear();
    edition.figures.clear();
    edition.changes.clear();
    edition.group_figures.clear();
    edition.peer_groups.truncate(1);
    edition.peer_groups[0].size = n;
    let mut chance = Chance::new(3);
    let centre = 0.31;
    let mut places = Vec::new();
    for i in 0..n {
        let mut entry = model.clone();
        entry.organisation.organisation_id = format!("invented:{i:05}").parse().unwrap();
        entry.organisation.name = format!("Body of number {i:05}");
        entry.accounts.truncate(1);
        entry.shared_with.clear();
        entry.past = someasure_model::Past::default();
        let posts = 40.0 + 1500.0 * chance.next().powi(3);
        let error = (centre * (1.0 - centre) / posts).sqrt();
        // Nearly normal: the sum of twelve draws.
        let mut z: f64 = (0..12).map(|_| chance.next()).sum::<f64>() - 6.0;
        if chance.next() < 0.02 {
            z *= 3.0;
        }
        let value = (centre + z * error).clamp(0.0, 1.0);
        let mut figure = figure.clone();
        figure.organisation_id = entry.organisation.organisation_id.clone();
        figure.n = posts as u64;
        figure.cut_off = false;
        let own = 1.96 * (value * (1.0 - value) / posts).sqrt();
        figure.answer = Answer::Value(
            value,
            Some(Interval { lower: (value - own).max(0.0), upper: (value + own).min(1.0), level: 0.95 }),
        );
        places.push(PeerPlace {
            organisation_id: figure.organisation_id.clone(),
            limits95: ((centre - 1.96 * error).max(0.0), centre + 1.96 * error),
            limits998: ((centre - 3.09 * error).max(0.0), centre + 3.09 * error),
            z,
            false_discovery_rate: 0.5,
            position: match z {
                z if z > 3.09 => Position::Above998,
                z if z > 1.96 => Position::Above95,
                z if z < -3.09 => Position::Below998,
                z if z < -1.96 => Position::Below95,
                _ => Position::Within,
            },
        });
        edition.organisations.push(entry);
        edition.figures.push(figure);
    }
    let mut values: Vec<f64> = edition.figures.iter().filter_map(|figure| figure.answer.value()).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    let sets = edition
        .figures
        .iter()
        .map(|figure| {
            let value = figure.answer.value().unwrap();
            let rank = 1 + values.partition_point(|other| *other > value) as u64;
            let reach = n as u64 / 5;
            PeerRank {
                organisation_id: figure.organisation_id.clone(),
                rank,
                lower: rank.saturating_sub(reach).max(1),
                upper: (rank + reach).min(n as u64),
                overlap: reach.min(n as u64 - 1),
            }
        })
        .collect();
    edition.comparisons = vec![PeerComparison {
        measure_id: figure.measure_id.clone(),
        platform: figure.platform.clone(),
        period: figure.period.clone(),
        peer_group: "hospitals".to_owned(),
        with_value: n as u64,
        funnel: Ok(PeerFunnel { centre, method: FunnelMethod::Counts, dispersion: 1.0, places }),
        ranks: Some(PeerRanks { level: 0.95, draws: 10_000, sets }),
    }];
    edition
}
