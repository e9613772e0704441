//! The open data of comparisons and changes: how each figure lies among its peers, and whether its series
//! changed.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use someasure_model::{
    Change, ChangeStatus, Edition, Entry, OrganisationId, PeerComparison, PeerPlace, PeerRank,
};

use crate::data::{Sheet, code, text};
use crate::number::exact;

pub(crate) const COMPARISONS: Sheet = Sheet {
    file: "comparisons.csv",
    row: "How one organisation’s main figure lies within one peer group",
    columns: &[
        ("edition", "id", "The edition"),
        ("organisation_id", "id", "The organisation: organisations.csv"),
        ("measure_id", "id", "The measure: measures.csv"),
        ("platform", "id", "The platform"),
        ("period", "id", "The period of the figure, as in figures.csv"),
        ("peer_group", "id", "The peer group; all is everyone in the edition"),
        (
            "centre",
            "number",
            "What a member without peculiarity would show, in the measure’s unit; a share from 0 to 1",
        ),
        ("lower95", "number", "Lower 95% limit of this member; empty where it is open or there is none"),
        ("upper95", "number", "Upper 95% limit"),
        ("lower998", "number", "Lower 99.8% limit"),
        ("upper998", "number", "Upper 99.8% limit"),
        (
            "z",
            "number",
            "Distance from the centre in standard errors, with what members differ by anyway counted as error",
        ),
        (
            "position",
            "code",
            "below998, below95, within, above95 or above998; empty where it was not compared",
        ),
        (
            "false_discovery_rate",
            "number",
            "The share of false findings to expect if this and all at least as far out, in the whole edition, were called different (Benjamini–Hochberg)",
        ),
        ("rank", "whole number", "1 + how many members have a larger value; never to be shown alone"),
        ("rank_lower", "whole number", "The smallest rank that the data allow; 1 is the largest value"),
        ("rank_upper", "whole number", "The largest rank that the data allow"),
        ("rank_overlap", "whole number", "How many others have a rank in common with it"),
    ],
};

pub(crate) const CHANGES: Sheet = Sheet {
    file: "changes.csv",
    row: "Whether the series of one organisation, measure and platform changed",
    columns: &[
        ("edition", "id", "The edition"),
        ("organisation_id", "id", "The organisation: organisations.csv"),
        ("measure_id", "id", "The measure: measures.csv"),
        ("platform", "id", "The platform"),
        ("status", "code", "needs_more_data, mostly_zero, no_clear_change or changed"),
        ("direction", "code", "up or down; empty where it did not change"),
        ("rule", "code", "outside, trend, two_of_three or shift: the rule of the control chart that says so"),
        ("since", "id", "The period of the first point that the rule counts"),
        ("meaning", "code", "improvement, concern or neutral, by the direction that is agreed to be better"),
        ("centre", "number", "Mean of the series, in the measure’s unit; empty where no chart can be drawn"),
        ("lower", "number", "Lower limit of the chart"),
        ("upper", "number", "Upper limit of the chart"),
    ],
};

/// The place and the rank of each organisation that has either, by organisation.
pub(crate) fn members(
    comparison: &PeerComparison,
) -> impl Iterator<Item = (&OrganisationId, Option<&PeerPlace>, Option<&PeerRank>)> {
    let places = comparison.funnel.as_ref().map_or(&[][..], |funnel| &funnel.places);
    let ranks = comparison.ranks.as_ref().map_or(&[][..], |ranks| &ranks.sets);
    let mut found: Vec<(&OrganisationId, Option<&PeerPlace>, Option<&PeerRank>)> =
        places.iter().map(|place| (&place.organisation_id, Some(place), None)).collect();
    for rank in ranks {
        match places.binary_search_by(|place| place.organisation_id.cmp(&rank.organisation_id)) {
            Ok(at) => found[at].2 = Some(rank),
            Err(_) => found.push((&rank.organisation_id, None, Some(rank))),
        }
    }
    found.sort_by_key(|(id, ..)| *id);
    found.into_iter()
}

/// All rows of `comparisons.csv`.
pub(crate) fn comparisons(edition: &Edition) -> impl Iterator<Item = [String; 18]> {
    edition.comparisons.iter().flat_map(move |comparison| {
        members(comparison).map(move |(id, place, rank)| comparison_row(edition, comparison, id, place, rank))
    })
}

fn comparison_row(
    edition: &Edition,
    comparison: &PeerComparison,
    id: &OrganisationId,
    place: Option<&PeerPlace>,
    rank: Option<&PeerRank>,
) -> [String; 18] {
    let centre = comparison.funnel.as_ref().ok().filter(|_| place.is_some()).map(|funnel| funnel.centre);
    let number = |value: Option<f64>| value.map_or_else(String::new, exact);
    let whole = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
    [
        edition.edition.clone(),
        id.to_string(),
        comparison.measure_id.to_string(),
        comparison.platform.to_string(),
        text(&comparison.period),
        text(&comparison.peer_group),
        number(centre),
        number(place.map(|place| place.limits95.0)),
        number(place.map(|place| place.limits95.1)),
        number(place.map(|place| place.limits998.0)),
        number(place.map(|place| place.limits998.1)),
        number(place.map(|place| place.z)),
        place.map_or_else(String::new, |place| place.position.as_str().to_owned()),
        number(place.map(|place| place.false_discovery_rate)),
        whole(rank.map(|rank| rank.rank)),
        whole(rank.map(|rank| rank.lower)),
        whole(rank.map(|rank| rank.upper)),
        whole(rank.map(|rank| rank.overlap)),
    ]
}

/// One row of `changes.csv`.
pub(crate) fn change_row(edition: &Edition, change: &Change) -> [String; 12] {
    let (direction, rule, since, meaning) = match &change.status {
        ChangeStatus::Changed { up, rule, since, meaning } => {
            (if *up { "up" } else { "down" }, rule.as_str(), since.as_str(), code(meaning))
        }
        _ => ("", "", "", String::new()),
    };
    let number = |pick: fn(&someasure_model::ChangeLimits) -> f64| {
        change.chart.as_ref().map_or_else(String::new, |limits| exact(pick(limits)))
    };
    [
        edition.edition.clone(),
        change.organisation_id.to_string(),
        change.measure_id.to_string(),
        change.platform.to_string(),
        change.status.as_str().to_owned(),
        direction.to_owned(),
        rule.to_owned(),
        text(since),
        meaning,
        number(|limits| limits.centre),
        number(|limits| limits.lower),
        number(|limits| limits.upper),
    ]
}

/// The comparisons of one organisation, as a list of JSON.
pub(crate) fn comparisons_json(edition: &Edition, entry: &Entry) -> Vec<u8> {
    let id = &entry.organisation.organisation_id;
    let own = |group: &String| group == "all" || entry.peer_groups.contains(group);
    let compared = edition.comparisons.iter().filter(|comparison| own(&comparison.peer_group));
    let of_one = compared.filter_map(|comparison| {
        let places = comparison.funnel.as_ref().map_or(&[][..], |funnel| &funnel.places);
        let ranks = comparison.ranks.as_ref().map_or(&[][..], |ranks| &ranks.sets);
        let place = places.binary_search_by(|place| place.organisation_id.cmp(id)).ok().map(|at| &places[at]);
        let rank = ranks.binary_search_by(|rank| rank.organisation_id.cmp(id)).ok().map(|at| &ranks[at]);
        (place.is_some() || rank.is_some()).then(|| comparison_row(edition, comparison, id, place, rank))
    });
    list(of_one.map(|row| Object { sheet: &COMPARISONS, row }))
}

/// Changes as a list of JSON.
pub(crate) fn changes_json(edition: &Edition, changes: &[&Change]) -> Vec<u8> {
    list(changes.iter().map(|change| Object { sheet: &CHANGES, row: change_row(edition, change) }))
}

fn list(objects: impl Iterator<Item = impl Serialize>) -> Vec<u8> {
    let mut out = Vec::new();
    // Texts and numbers in memory: there is nothing that could fail.
    let _ = serde_json::Serializer::new(&mut out).collect_seq(objects);
    out
}

/// A row as an object, its keys in their order: numbers are numbers, and what is missing is null.
struct Object<const N: usize> {
    sheet: &'static Sheet,
    row: [String; N],
}

impl<const N: usize> Serialize for Object<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cells: Vec<_> = self.sheet.columns.iter().zip(&self.row).collect();
        cells.sort_unstable_by_key(|((column, ..), _)| *column);
        let mut object = serializer.serialize_map(Some(N))?;
        for ((column, kind, _), cell) in cells {
            match *kind {
                _ if cell.is_empty() => object.serialize_entry(column, &())?,
                "number" => object.serialize_entry(column, &cell.parse::<f64>().ok())?,
                "whole number" => object.serialize_entry(column, &cell.parse::<u64>().ok())?,
                _ => object.serialize_entry(column, cell)?,
            }
        }
        object.end()
    }
}
