//! How a measure moved: which organisations' series shifted, and the middle organisation of each peer
//! group, month by month.

use std::collections::BTreeMap;

use maud::{Markup, html};
use someasure_model::{Change, ChangeStatus, Entry, Meaning, Measure, Platform};

use crate::chart::{FEWEST, Panel, Point, Row, Rows, Spread, multiples};
use crate::copies::{Chart, Copies};
use crate::data::text;
use crate::layout::{Place, scroll};
use crate::number::{bare, count, exact, fixed, shown, unit_in_words, whole};
use crate::sentences::{self, capital};
use crate::site::{Site, organisation_path};
use crate::text::name;
use crate::view::View;

/// So many series that changed are on a measure's page, for each platform.
const MOST_ROWS: usize = 200;

/// Median and quartiles of a peer group, part by part; with how many organisations.
pub(crate) type Medians<'a> = BTreeMap<(&'a Platform, usize), Vec<(String, Option<Spread>)>>;

/// The series of a measure, group by group.
pub(crate) fn medians<'a>(site: &Site<'a>, measure: &Measure) -> Medians<'a> {
    let parts: BTreeMap<&str, usize> = site
        .edition
        .series
        .iter()
        .filter(|part| part.granularity == measure.period)
        .enumerate()
        .map(|(at, part)| (part.id.as_str(), at))
        .collect();
    let groups = site.groups_to_draw();
    let mut values: BTreeMap<(&'a Platform, usize), Vec<Vec<f64>>> = BTreeMap::new();
    for (at, figures) in site.series(measure) {
        let entry = &site.edition.organisations[*at];
        let within: Vec<usize> = (0..groups.len()).filter(|at| site.belongs(entry, groups[*at])).collect();
        for figure in *figures {
            let Some(part) = parts.get(figure.period.as_str()) else { continue };
            let Some(value) = View::without_reason(&figure.answer).value() else { continue };
            for group in &within {
                values.entry((&figure.platform, *group)).or_insert_with(|| vec![Vec::new(); parts.len()])
                    [*part]
                    .push(shown(measure, value));
            }
        }
    }
    let mut ids: Vec<&str> = parts.keys().copied().collect();
    ids.sort_by_key(|id| parts[id]);
    values
        .into_iter()
        .map(|(key, of_parts)| {
            let spreads =
                of_parts.into_iter().map(|values| Spread::of(values).filter(|spread| spread.n >= FEWEST));
            (key, ids.iter().map(|id| (*id).to_owned()).zip(spreads).collect())
        })
        .collect()
}

/// What moved on one platform; nothing where nobody looked and there is no series.
pub(super) fn section(
    copies: &mut Copies<'_, '_>,
    site: &Site<'_>,
    place: &Place,
    (measure, platform): (&Measure, &Platform),
    medians: &Medians<'_>,
) -> Markup {
    let changes = site.changes_in(measure, platform);
    let groups = of_groups(site, measure, platform, medians);
    if changes.is_empty() && groups.is_none() {
        return html! {};
    }
    html! {
        h4 id={ (platform) "-over-time" } { "Over time on " (platform.title()) }
        @if !changes.is_empty() {
            (copies.figure(statuses(site, measure, platform, changes)))
            (changed(site, place, measure, platform, changes))
        }
        @if let Some(chart) = groups { (copies.figure(chart)) }
    }
}

/// How many series did what.
struct Counted {
    up: u64,
    down: u64,
    steady: u64,
    few: u64,
    zero: u64,
}

impl Counted {
    fn of(changes: &[&Change]) -> Self {
        let mut counted = Self { up: 0, down: 0, steady: 0, few: 0, zero: 0 };
        for change in changes {
            *match &change.status {
                ChangeStatus::Changed { up: true, .. } => &mut counted.up,
                ChangeStatus::Changed { up: false, .. } => &mut counted.down,
                ChangeStatus::NoClearChange => &mut counted.steady,
                ChangeStatus::NeedsMoreData { .. } => &mut counted.few,
                ChangeStatus::MostlyZero => &mut counted.zero,
            } += 1;
        }
        counted
    }
    fn rows(&self) -> [(&'static str, &'static str, u64); 5] {
        [
            ("changed_up", "Shifted up", self.up),
            ("changed_down", "Shifted down", self.down),
            ("no_clear_change", "No clear change", self.steady),
            ("needs_more_data", "Needs more data", self.few),
            ("mostly_zero", "Mostly zero", self.zero),
        ]
    }
}

fn statuses(site: &Site<'_>, measure: &Measure, platform: &Platform, changes: &[&Change]) -> Chart {
    let counted = Counted::of(changes);
    let rows: Vec<Row> = counted
        .rows()
        .iter()
        .map(|(_, words, n)| Row {
            label: html! { (words) },
            name: (*words).to_owned(),
            text: whole(*n),
            value: *n as f64,
            interval: None,
            cut_off: false,
            limits: None,
        })
        .collect();
    let said = sentences::changes(counted.up, counted.down, counted.steady, counted.few + counted.zero);
    let alt = format!("A bar for each of five answers. {said}");
    let drawn = Rows { rows: &rows, percent: false, shade_middle: false, centre: None, bars: true };
    let moved = counted.up + counted.down;
    let title = match moved {
        0 => "No series shows a clear change".to_owned(),
        1 => format!("1 of {} series shows a change", whole(changes.len() as u64)),
        n => format!("{} of {} series show a change", whole(n), whole(changes.len() as u64)),
    };
    Chart {
        id: format!("{platform}-changes"),
        title,
        subtitle: vec![
            name(&measure.title),
            platform.title().to_owned(),
            count(changes.len() as u64, "organisations"),
            format!(
                "by {}, to {}",
                measure.period.as_str(),
                crate::when::day_of(site.edition.as_at, &site.zone)
            ),
        ],
        picture: drawn.on_page(&alt),
        drawing: drawn.drawing(),
        alt,
        keys: Vec::new(),
        below: html! { p { (said) " Movement between " (sentences::parts(measure)) " is normal: a change is only what the rules of control charts tell from it." } },
        numbers: (
            vec!["status", "organisations"],
            counted.rows().iter().map(|(code, _, n)| vec![(*code).to_owned(), n.to_string()]).collect(),
        ),
    }
}

fn changed(
    site: &Site<'_>,
    place: &Place,
    measure: &Measure,
    platform: &Platform,
    changes: &[&Change],
) -> Markup {
    let found: Vec<(&Entry, &Change)> = site
        .headlines(measure, platform)
        .iter()
        .map(|(at, _)| &site.edition.organisations[*at])
        .filter_map(|entry| {
            let id = &entry.organisation.organisation_id;
            let at = changes.binary_search_by(|change| change.organisation_id.cmp(id)).ok()?;
            matches!(changes[at].status, ChangeStatus::Changed { .. }).then_some((entry, changes[at]))
        })
        .collect();
    if found.is_empty() {
        return html! {};
    }
    let table = html! {
        table data-sort="" {
            caption { "Organisations whose series changed: " (name(&measure.title)) " on " (platform.title()) }
            thead { tr {
                th scope="col" { "Organisation" } th scope="col" { "Direction" } th scope="col" { "Since" }
                th scope="col" { "Rule" } th scope="col" { "Meaning" } th.num scope="col" { "Mean" }
            } }
            tbody {
                @for (entry, change) in found.iter().take(MOST_ROWS) {
                    @if let ChangeStatus::Changed { up, rule, since, meaning } = &change.status {
                        tr {
                            th scope="row" { a href=(place.to(&organisation_path(&entry.organisation.organisation_id))) { bdi { (site.known.called(entry)) } } }
                            td { (if *up { "up" } else { "down" }) }
                            td { (crate::when::period(since)) }
                            td { (sentences::rule_in_words(*rule, *up, sentences::parts(measure))) }
                            td { (match meaning { Meaning::Improvement => "an improvement", Meaning::Concern => "the less good direction", Meaning::Neutral => "no agreed better direction" }) }
                            td.num { @match change.chart { Some(limits) => (bare(measure, limits.centre)), None => (crate::layout::dash()) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        details {
            summary { "Which changed, and since when" span.visually-hidden { ", on " (platform.title()) } }
            (scroll(&format!("Series that changed on {}", platform.title()), &table))
            @if found.len() > MOST_ROWS {
                p { "The first " (whole(MOST_ROWS as u64)) " of " (whole(found.len() as u64)) " are in this table. All are in " a href=(place.to_data("changes.csv")) { "changes.csv" } "." }
            }
        }
    }
}

/// The middle organisation of each group.
pub(crate) fn of_groups(
    site: &Site<'_>,
    measure: &Measure,
    platform: &Platform,
    medians: &Medians<'_>,
) -> Option<Chart> {
    let groups = site.groups_to_draw();
    let percent = measure.unit.starts_with('%');
    let say = |value: f64| format!("{}{}", fixed(value, measure.decimals), if percent { "%" } else { "" });
    let mut cells = Vec::new();
    let mut panels = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let Some(series) = medians.get(&(platform, at)) else { continue };
        let values: Vec<f64> =
            series.iter().filter_map(|(_, spread)| Some(spread.as_ref()?.median)).collect();
        let (Some(first), Some(last), Some(all)) =
            (values.first(), values.last(), Spread::of(values.iter().copied()))
        else {
            continue;
        };
        let title = name(&group.title);
        panels.push(Panel {
            alt: format!(
                "The median of {title} by {}: from {} at first to {} at last, between {} and {}.",
                measure.period.as_str(),
                say(*first),
                say(*last),
                say(all.least),
                say(all.most)
            ),
            title,
            points: series
                .iter()
                .map(|(part, spread)| Point {
                    label: crate::when::short(part),
                    value: spread.as_ref().map(|spread| spread.median),
                    interval: spread.as_ref().map(|spread| (spread.lower_quartile, spread.upper_quartile)),
                })
                .collect(),
        });
        let unit = if shown(measure, 1.0) > 1.0 { 100.0 } else { 1.0 };
        for (part, spread) in series {
            let Some(spread) = spread else { continue };
            cells.push(vec![
                text(&group.id),
                text(part),
                spread.n.to_string(),
                exact(spread.lower_quartile / unit),
                exact(spread.median / unit),
                exact(spread.upper_quartile / unit),
            ]);
        }
    }
    let alt: Vec<&str> = panels.iter().map(|panel| panel.alt.as_str()).take(12).collect();
    let alt = alt.join(" ");
    let (picture, drawing) = multiples(&panels, percent);
    (!panels.is_empty()).then(|| Chart {
        id: format!("{platform}-groups"),
        title: if panels.len() == 1 { "The middle organisation over time".to_owned() } else { "The middle organisation of each peer group".to_owned() },
        subtitle: vec![
            name(&measure.title),
            platform.title().to_owned(),
            format!("median by {}, the band is the middle half", measure.period.as_str()),
            unit_in_words(measure),
        ],
        alt,
        picture,
        drawing,
        keys: Vec::new(),
        below: html! { p { (capital(&format!("{}s with fewer than {FEWEST} values are left out. ", measure.period.as_str()))) (sentences::not_tested(measure)) } },
        numbers: (vec!["peer_group", "period", "n", "lower_quartile", "median", "upper_quartile"], cells),
    })
}
