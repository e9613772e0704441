//! The national picture: who is present where by type, nation and region; which accounts were opened and
//! left, with the reasons that organisations give; and how peer groups moved.

use std::collections::BTreeMap;

use maud::{Markup, html};
use someasure_model::{Entry, Level, Measure, Platform};

use crate::File;
use crate::chart::{FEWEST, Panel, Point, multiples};
use crate::copies::{Chart, Copies};
use crate::data::text;
use crate::layout::{self, Page, Place, scroll};
use crate::number::{bare, count, exact, percent, shown, unit_in_words, whole};
use crate::pages::measure::PRESENCE;
use crate::pages::{is_about_collecting, is_standard, measure_link, moved};
use crate::presence::{self, Moves};
use crate::sentences::{capital, list};
use crate::site::{METHODS, NATIONAL, REGISTER, Site, is_own};
use crate::text::{name, shorten};
use crate::view::View;

/// A table has at most so many rows; the open data have all.
const MOST_ROWS: usize = 60;
/// One with more rows is closed until somebody asks.
const MOST_OPEN: usize = 15;

pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    let place = Place::new(NATIONAL);
    let mut copies = Copies::of(site, &place);
    let edition = site.edition;
    let all = edition.organisations.len() as u64;
    let found = presence::by_platform(site);
    let said: Vec<String> = found
        .iter()
        .map(|(platform, here)| {
            format!("{} on {}", percent(here.in_use as f64 / all.max(1) as f64), platform.title())
        })
        .collect();
    let moves = movement(site, &place);
    let series = over_time(&mut copies, site, &place);
    let content = html! {
        section aria-labelledby="where" {
            h2 id="where" { "Who is present where" }
            p { "An organisation is counted once on each platform on which it has an account in use. Accounts of people are not counted."
                @if site.edition.measures.iter().any(|measure| measure.id.as_str() == PRESENCE) {
                    " These are counts of the register; whether an organisation also posted there in the period is "
                    a href=(place.to(&format!("measures/{PRESENCE}/index.html"))) { "another question" } "."
                }
            }
            (by(site, "type", "Type", |entry| Some(entry.organisation.kind.as_str())))
            @if distinct(site, |entry| entry.organisation.nation.as_deref()) > 1 {
                (by(site, "nation", "Nation", |entry| entry.organisation.nation.as_deref()))
            }
            @if (2..=MOST_ROWS).contains(&distinct(site, |entry| entry.organisation.region.as_deref())) {
                (by(site, "region", "Region", |entry| entry.organisation.region.as_deref()))
            }
        }
        (moves)
        (series)
    };
    let page = Page {
        title: format!("National picture – {}", shorten(&name(&edition.title), 40)),
        description: "Who is present on which platform, by type and place; which accounts were opened and left, and why.".to_owned(),
        kicker: Some(html! { (crate::when::period(&edition.period.id)) }),
        heading: html! { "The national picture" },
        lead: html! {
            @if said.is_empty() { "No organisation has a known account." }
            @else { "The share of " (count(all, "organisations")) " with an account in use: " (list(&said)) "." }
        },
        content,
        limits: vec![
            html! { "An account that the register does not know is not counted, and may be in use. " a href=(place.to(METHODS)) { "How the register was made" } "." },
            html! { "To be present says nothing of being useful there, and not to be present can be the right decision." },
        ],
        place: place.clone(),
    };
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files
}

fn distinct<'e>(site: &Site<'e>, key: impl Fn(&'e Entry) -> Option<&'e str>) -> usize {
    site.edition.organisations.iter().filter_map(key).collect::<std::collections::BTreeSet<_>>().len()
}

/// A table with a row for each type, nation or region and two columns for each platform.
fn by<'e>(site: &Site<'e>, id: &str, title: &str, key: impl Fn(&'e Entry) -> Option<&'e str>) -> Markup {
    let mut groups: BTreeMap<(bool, String), Vec<&Entry>> = BTreeMap::new();
    for entry in &site.edition.organisations {
        let key = key(entry);
        groups
            .entry((key.is_none(), key.map_or_else(|| "not stated".to_owned(), name)))
            .or_default()
            .push(entry);
    }
    let mut rows: Vec<(String, Vec<&Entry>)> =
        groups.into_iter().map(|((_, title), entries)| (title, entries)).collect();
    let cut = rows.len().saturating_sub(MOST_ROWS);
    if cut > 0 {
        rows.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
        rows.truncate(MOST_ROWS);
    }
    let everyone = presence::by_platform(site);
    let all = site.edition.organisations.iter().collect::<Vec<_>>();
    let row = |title: &str, entries: &[&'e Entry]| {
        let n = entries.len() as u64;
        let here: BTreeMap<&Platform, u64> = presence::count(site, entries.iter().copied())
            .into_iter()
            .map(|(platform, here)| (platform, here.in_use))
            .collect();
        html! {
            th scope="row" { bdi { (capital(title)) } }
            td.num { (whole(n)) }
            @for (platform, _) in &everyone {
                @let with = here.get(platform).copied().unwrap_or(0);
                td.num { (whole(with)) }
                td.num { (percent(with as f64 / n.max(1) as f64)) }
            }
        }
    };
    let table = html! {
        table data-sort="" {
            caption { "Organisations with an account in use, by " (title.to_lowercase()) " and platform" }
            thead { tr {
                th scope="col" { (title) }
                th.num scope="col" { "Organisations" }
                @for (platform, _) in &everyone {
                    th.num scope="col" { "On " (platform.title()) }
                    th.num scope="col" { "Share on " (platform.title()) }
                }
            } }
            tbody { @for (title, entries) in &rows { tr { (row(title, entries)) } } }
            tfoot { tr { (row("all", &all)) } }
        }
    };
    html! {
        h3 id={ "by-" (id) } { "By " (title.to_lowercase()) }
        @if rows.len() > MOST_OPEN {
            details { summary { "Show " (whole(rows.len() as u64)) " rows" } (scroll(&format!("Presence by {}", title.to_lowercase()), &table)) }
        } @else { (scroll(&format!("Presence by {}", title.to_lowercase()), &table)) }
        @if cut > 0 { p { "The " (whole(MOST_ROWS as u64)) " largest are shown; " (whole(cut as u64)) " more are in the open data." } }
    }
}

fn movement(site: &Site<'_>, place: &Place) -> Markup {
    let moves = Moves::of(site);
    let period = crate::when::within(&site.edition.period.id);
    let table = html! {
        table {
            caption { "Accounts opened and left, " (period) }
            thead { tr { th scope="col" { "Platform" } th.num scope="col" { "Opened" } th.num scope="col" { "Left" } } }
            tbody {
                @for (platform, of) in &moves.platforms {
                    tr { th scope="row" { (platform.title()) } td.num { (whole(of.opened)) } td.num { (whole(of.left)) } }
                }
            }
        }
    };
    let went = html! {
        table {
            caption { "Where those are who left a platform" }
            thead { tr { th scope="col" { "Left" } th scope="col" { "In use now" } th.num scope="col" { "Organisations" } } }
            tbody {
                @for (from, to, n) in &moves.went {
                    tr { th scope="row" { (from.title()) } td { (to.title()) } td.num { (whole(*n)) } }
                }
            }
        }
    };
    html! {
        section aria-labelledby="movement" {
            h2 id="movement" { "Movement between platforms" }
            @if moves.platforms.is_empty() {
                p { "The register states no account that was opened or left " (period) "." }
            } @else {
                p { "Leaving a platform is a decision, and not a failure. The days are those of the register; an account without a stated day is not in these counts." }
                (scroll("Accounts opened and left", &table))
                @if !moves.went.is_empty() {
                    (scroll("Where those are who left a platform", &went))
                    p { "An organisation that uses several platforms now is counted for each: this does not say that it went from one to the other." }
                }
                @if moves.to_none > 0 {
                    p { (capital(&count(moves.to_none, "organisations"))) " that left a platform altogether " (if moves.to_none == 1 { "has" } else { "have" }) " no account in use now." }
                }
                @if moves.left() > 0 {
                    h3 id="reasons" { "The reasons that they give" }
                    @if moves.reasons.is_empty() { p { "No reason is stated for any of them." } }
                    @else {
                        ul {
                            @for (reason, n) in moves.reasons.iter().take(MOST_ROWS) {
                                li { q { bdi { (reason) } } @if *n > 1 { " (" (count(*n, "accounts")) ")" } }
                            }
                        }
                        @if moves.unstated > 0 { p { "No reason is stated for " (count(moves.unstated, "accounts")) "." } }
                    }
                    p { "Which accounts: " a href=(place.to(REGISTER)) { "the register" } "." }
                }
            }
        }
    }
}

/// How peer groups moved: group measures as they are, and the middle organisation of the measure that most
/// have.
fn over_time(copies: &mut Copies<'_, '_>, site: &Site<'_>, place: &Place) -> Markup {
    let mut drawn: Vec<(&Measure, Markup)> = Vec::new();
    for measure in site.edition.measures.iter().filter(|m| m.level == Level::Group && is_standard(m)) {
        let widest = site.platforms.iter().rev().max_by_key(|platform| {
            site.group_headlines(measure, platform).iter().map(|(_, figure)| figure.n).max().unwrap_or(0)
        });
        if let Some(chart) = widest.and_then(|platform| group_series(site, measure, platform)) {
            drawn.push((measure, copies.figure(chart)));
        }
    }
    let own = site
        .edition
        .measures
        .iter()
        .filter(|measure| is_own(measure) && is_standard(measure) && !is_about_collecting(measure))
        .filter_map(|measure| {
            let n = |platform: &Platform| site.strip("all", measure, platform).map_or(0, |s| s.spread.n);
            let platform = site.platforms.iter().rev().max_by_key(|platform| n(platform))?;
            Some((n(platform), measure, *platform))
        })
        .filter(|(n, ..)| *n >= FEWEST);
    let mut own: Vec<_> = own.collect();
    own.sort_by_key(|(n, ..)| std::cmp::Reverse(*n));
    for (_, measure, platform) in own {
        let medians = moved::medians(site, measure);
        if let Some(mut chart) = moved::of_groups(site, measure, platform, &medians) {
            chart.id = format!("{}-{}", measure.id, chart.id);
            drawn.push((measure, copies.figure(chart)));
            break;
        }
    }
    html! {
        @if !drawn.is_empty() {
            section aria-labelledby="over-time" {
                h2 id="over-time" { "Peer groups over time" }
                p { "All pictures of a measure share one axis, so that groups can be compared. Movement from month to month is normal." }
                @for (measure, chart) in drawn {
                    h3 { (measure_link(place, measure)) }
                    (chart)
                }
            }
        }
    }
}

/// A group measure's series, group by group.
fn group_series(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Option<Chart> {
    let mut panels = Vec::new();
    let mut cells = Vec::new();
    let parts: Vec<&str> = site
        .edition
        .series
        .iter()
        .filter(|part| part.granularity == measure.period)
        .map(|part| part.id.as_str())
        .collect();
    for group in site.groups_to_draw() {
        let of_group: BTreeMap<&str, (f64, u64)> = site
            .edition
            .group_figures
            .iter()
            .filter(|figure| figure.measure_id == measure.id && figure.platform == *platform)
            .filter(|figure| figure.peer_group == group.id)
            .filter_map(|figure| {
                let value = View::without_reason(&figure.answer).value()?;
                Some((figure.period.as_str(), (value, figure.n)))
            })
            .collect();
        let points: Vec<Point> = parts
            .iter()
            .map(|part| Point {
                label: crate::when::short(part),
                value: of_group.get(part).map(|(value, _)| shown(measure, *value)),
                interval: None,
            })
            .collect();
        let values: Vec<f64> = parts.iter().filter_map(|part| Some(of_group.get(part)?.0)).collect();
        let (Some(first), Some(last)) = (values.first(), values.last()) else { continue };
        if values.len() < 2 {
            continue;
        }
        let title = name(&group.title);
        panels.push(Panel {
            alt: format!(
                "{title} by {}: {} at first and {} at last.",
                measure.period.as_str(),
                bare(measure, *first),
                bare(measure, *last)
            ),
            title,
            points,
        });
        for part in &parts {
            if let Some((value, n)) = of_group.get(part) {
                cells.push(vec![text(&group.id), (*part).to_owned(), exact(*value), n.to_string()]);
            }
        }
    }
    let alt: Vec<&str> = panels.iter().map(|panel| panel.alt.as_str()).take(12).collect();
    let alt = alt.join(" ");
    let (picture, drawing) = multiples(&panels, measure.unit.starts_with('%'));
    (!panels.is_empty()).then(|| Chart {
        id: format!("{}-{platform}", measure.id),
        title: format!("Peer groups on {}", platform.title()),
        subtitle: vec![
            name(&measure.title),
            unit_in_words(measure),
            format!("by {}", measure.period.as_str()),
        ],
        picture,
        drawing,
        alt,
        keys: Vec::new(),
        below: html! {},
        numbers: (vec!["peer_group", "period", "value", "n"], cells),
    })
}
