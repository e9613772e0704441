//! Editions that try a paper: one with names that would like to be markup, and one with many organisations
//! and every shipped measure.

use std::path::Path;

use someasure_model::{Edition, Entry, Figure, Kind, Level, Measure, MeasureId, OrganisationId};

use crate::support;

/// A name that holds everything that means something to somebody, and does not end.
pub(crate) fn hostile_name() -> String {
    "#eval(\"1\") [x] \\ $y$ *z* @a <b> `c` */ \u{202e}abc 👩‍⚕️ 病院 مستشفى // ~ = _d_ #{ \"; panic() } "
        .to_owned()
        + &"long".repeat(2_500)
}

/// Every text that others write is the name above.
pub(crate) fn hostile() -> Edition {
    let mut edition = support::invented();
    let name = hostile_name();
    edition.title.clone_from(&name);
    edition.services = vec![name.clone()];
    edition.publication.publisher = Some(name.clone());
    edition.publication.licence = Some(name.clone());
    edition.publication.contact = Some(name.clone());
    for entry in &mut edition.organisations {
        entry.organisation.name.clone_from(&name);
        entry.organisation.kind.clone_from(&name);
        entry.organisation.region = Some(name.clone());
    }
    for group in &mut edition.peer_groups {
        group.title.clone_from(&name);
        group.reason.clone_from(&name);
    }
    for measure in &mut edition.measures {
        for text in [
            &mut measure.title,
            &mut measure.question,
            &mut measure.unit,
            &mut measure.counts,
            &mut measure.what_it_cannot_tell_you,
            &mut measure.polarity_reason,
        ] {
            text.clone_from(&name);
        }
        for action in &mut measure.actions {
            action.tip.clone_from(&name);
        }
    }
    for notice in &mut edition.notices {
        notice.what.clone_from(&name);
        notice.licence.clone_from(&name);
    }
    edition
}

/// The invented edition `times` over, with the shipped measures in the place of its own.
pub(crate) fn many(times: usize) -> Edition {
    let mut edition = support::invented();
    let mut shipped: Vec<Measure> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../measures"))
            .unwrap()
            .map(|file| Measure::from_toml(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap())
            .collect();
    shipped.sort_by(|a, b| (a.domain, &a.title).cmp(&(b.domain, &b.title)));
    let like = |measure: &Measure| -> MeasureId {
        let id = match (measure.level, measure.kind) {
            (Level::Group, _) => "active_last_30_days",
            (_, Kind::Proportion) => "conversation_share",
            _ => "posts_per_week",
        };
        id.parse().unwrap()
    };
    let id = |id: &OrganisationId, nth: usize| -> OrganisationId { format!("{id}-{nth}").parse().unwrap() };
    let (figures, comparisons, changes, groups) = (
        std::mem::take(&mut edition.figures),
        std::mem::take(&mut edition.comparisons),
        std::mem::take(&mut edition.changes),
        std::mem::take(&mut edition.group_figures),
    );
    let before: Vec<Entry> = std::mem::take(&mut edition.organisations);
    for nth in 0..times {
        for entry in &before {
            let mut entry = entry.clone();
            entry.organisation.organisation_id = id(&entry.organisation.organisation_id, nth);
            entry.organisation.name = format!("{} {nth}", entry.organisation.name);
            edition.organisations.push(entry);
        }
    }
    edition.organisations.sort_by(|a, b| a.organisation.name.cmp(&b.organisation.name));
    for group in &mut edition.peer_groups {
        group.size *= times;
    }
    for measure in &shipped {
        let from = like(measure);
        let mut drawn = 0;
        for figure in figures.iter().filter(|figure| figure.measure_id == from) {
            for nth in 0..times {
                let figure = Figure {
                    measure_id: measure.id.clone(),
                    organisation_id: id(&figure.organisation_id, nth),
                    ..figure.clone()
                };
                edition.figures.push(figure);
                drawn += 1;
            }
        }
        assert!(drawn > 0 || measure.level == Level::Group);
        for group in groups.iter().filter(|group| group.measure_id == from) {
            let mut group = group.clone();
            group.measure_id = measure.id.clone();
            edition.group_figures.push(group);
        }
        for comparison in comparisons.iter().filter(|comparison| comparison.measure_id == from) {
            let mut comparison = comparison.clone();
            comparison.measure_id = measure.id.clone();
            comparison.with_value *= times as u64;
            comparison.ranks = None;
            if let Ok(funnel) = &mut comparison.funnel {
                let places = std::mem::take(&mut funnel.places);
                for nth in 0..times {
                    for place in &places {
                        let mut place = place.clone();
                        place.organisation_id = id(&place.organisation_id, nth);
                        funnel.places.push(place);
                    }
                }
                funnel.places.sort_by(|a, b| a.organisation_id.cmp(&b.organisation_id));
            }
            edition.comparisons.push(comparison);
        }
        for change in changes.iter().filter(|change| change.measure_id == from) {
            for nth in 0..times {
                let mut change = change.clone();
                change.measure_id = measure.id.clone();
                change.organisation_id = id(&change.organisation_id, nth);
                edition.changes.push(change);
            }
        }
    }
    edition.figures.sort_by(|a, b| {
        (&a.organisation_id, &a.platform, &a.measure_id, &a.period).cmp(&(
            &b.organisation_id,
            &b.platform,
            &b.measure_id,
            &b.period,
        ))
    });
    edition.changes.sort_by(|a, b| {
        (&a.organisation_id, &a.platform, &a.measure_id).cmp(&(
            &b.organisation_id,
            &b.platform,
            &b.measure_id,
        ))
    });
    edition.comparisons.sort_by(|a, b| {
        (&a.measure_id, &a.platform, &a.peer_group).cmp(&(&b.measure_id, &b.platform, &b.peer_group))
    });
    edition.group_figures.sort_by(|a, b| {
        (&a.measure_id, &a.platform, &a.peer_group, &a.period).cmp(&(
            &b.measure_id,
            &b.platform,
            &b.peer_group,
            &b.period,
        ))
    });
    edition.measures = shipped;
    edition
}
