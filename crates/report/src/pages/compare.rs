//! Compare: two to six organisations chosen by the reader, or a whole peer group, interval beside interval. There
//! is no total score and no order but the alphabet's. Without script each peer group has a page of its own.

use maud::{Markup, PreEscaped, html};
use someasure_model::{Entry, Figure, Interval, PeerGroup};

use crate::File;
use crate::chart::{Row, Rows, Scale, Spread};
use crate::copies::{Chart, Copies, plain_id};
use crate::data::text;
use crate::finder::{self, Column};
use crate::layout::{self, Page, Place, dash, scroll};
use crate::number::{bare, count, exact, fixed, level, range, shown, unit_in_words, whole};
use crate::pages::measure_link;
use crate::sentences::{capital, counts};
use crate::site::{COMPARE, HOW_TO_READ, MEASURES, ORGANISATIONS, Site, organisation_path};
use crate::text::{bdi, escape_hidden, name, sentence, shorten};
use crate::view::View;

/// More members than this are not drawn as a picture; their table has them.
const MOST_DRAWN: usize = 60;
/// More cells than this are too much for one page; the measures' pages have them.
const MOST_CELLS: usize = 2_500;

/// The pages that this edition has, below `site/`.
pub(crate) fn paths(site: &Site<'_>) -> Vec<String> {
    std::iter::once(COMPARE.to_owned()).chain(groups(site).into_iter().map(path)).collect()
}

fn path(group: &PeerGroup) -> String {
    format!("compare/{}.html", plain_id(&format!("group-{}", group.id)))
}

fn groups<'s>(site: &'s Site<'_>) -> Vec<&'s PeerGroup> {
    site.groups_to_draw().into_iter().filter(|group| members(site, group).count() > 0).collect()
}

fn members<'s, 'e>(
    site: &'s Site<'e>,
    group: &'s PeerGroup,
) -> impl Iterator<Item = (usize, &'e Entry)> + 's {
    let entries = site.edition.organisations.iter().enumerate();
    entries.filter(move |(_, entry)| site.belongs(entry, group))
}

pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    let columns = finder::columns(site);
    std::iter::once(choose(site, &columns))
        .chain(groups(site).into_iter().flat_map(|group| of_group(site, group, &columns)))
        .collect()
}

fn choose(site: &Site<'_>, columns: &[Column<'_>]) -> File {
    let place = Place::new(COMPARE);
    let json = escape_hidden(&finder::columns_json(site, columns).to_string())
        .replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e");
    let groups = groups(site);
    let content = html! {
        section aria-labelledby="choose" data-compare="" hidden {
            h2 id="choose" { "Choose two to six organisations" }
            div.filter {
                label for="compare-name" { "Add one by name, former name, code or place" }
                div.field { input type="text" id="compare-name" autocomplete="off" spellcheck="false"; }
            }
            ul.chosen {}
            p role="status" {}
            p.share hidden { "The address of this page now names your choice: " a href="" { "this comparison" } " can be sent to others." }
            div.compared {}
        }
        script type="application/json" id="columns" { (PreEscaped(json)) }
        section aria-labelledby="groups" {
            h2 id="groups" { "Whole peer groups" }
            @if groups.is_empty() { p { "This edition has no peer group with members." } }
            ul {
                @for group in &groups {
                    li {
                        a href=(place.to(&path(group))) { (bdi(&capital(&name(&group.title)))) }
                        " (" (count(members(site, group).count() as u64, "organisations")) ")"
                        @if !group.reason.is_empty() { ": " bdi { (sentence(&group.reason)) } }
                    }
                }
            }
        }
        section aria-labelledby="fair" {
            h2 id="fair" { "What a fair comparison needs" }
            ul {
                li { "The same kind of work: compare within a peer group." }
                li { "The same platform: figures of two platforms are never added up or set against each other." }
                li { "Intervals: where two overlap, these data do not tell the two apart." }
                li { "No total score. Each figure answers one question, and which of them matters is yours to say." }
            }
            p {
                "Choosing needs script. Without it, the pages of the peer groups above, "
                a href=(place.to(MEASURES)) { "the measures" } " and " a href=(place.to(ORGANISATIONS)) { "the organisations" }
                " have the same figures as tables. " a href=(place.to(HOW_TO_READ)) { "How to read an interval" } "."
            }
        }
        script src=(place.to("compare.js")) defer {}
    };
    let page = Page {
        title: format!("Compare – {}", shorten(&name(&site.edition.title), 40)),
        description:
            "Two to six organisations or a whole peer group, interval beside interval, without a total score."
                .to_owned(),
        kicker: Some(html! { (crate::when::period(&site.edition.period.id)) }),
        heading: html! { "Compare" },
        lead: html! { "Set organisations beside each other, figure by figure, each with its interval. There is no total score, and the order is that of the alphabet." },
        content,
        limits: limits(),
        place,
    };
    layout::file(site, page)
}

fn limits() -> Vec<Markup> {
    vec![
        html! { "Why two figures differ is not in these data: whom a body serves, and what happened there, is." },
        html! { "Of many comparisons, some differ by chance." },
    ]
}

/// Those of a group with a value, in order.
struct Answers<'e> {
    rows: Vec<(&'e Entry, Option<(&'e Figure, View)>)>,
}

fn answers<'e>(site: &Site<'e>, group: &PeerGroup, column: &Column<'_>) -> Answers<'e> {
    let counts = counts(column.measure);
    let figures = site.headlines(column.measure, column.platform);
    let mut rows: Vec<_> = figures
        .iter()
        .map(|(at, figure)| (&site.edition.organisations[*at], *figure))
        .filter(|(entry, _)| site.belongs(entry, group))
        .map(|(entry, figure)| (entry, Some((figure, View::of(&figure.answer, &counts)))))
        .collect();
    rows.sort_by_cached_key(|(entry, _)| name(&entry.organisation.name).to_lowercase());
    Answers { rows }
}

fn of_group(site: &Site<'_>, group: &PeerGroup, columns: &[Column<'_>]) -> Vec<File> {
    let place = Place::new(path(group));
    let mut copies = Copies::of(site, &place);
    let title = capital(&name(&group.title));
    let n = members(site, group).count();
    let fits = n * columns.len() <= MOST_CELLS;
    let content = html! {
        p { a href=(place.to(COMPARE)) { "Compare organisations of your choice, or another peer group" } }
        @if columns.is_empty() { p { "No reviewed measure has a value in this edition." } }
        @if !fits {
            p {
                "This group is too large for one page. Each measure’s page has all its members with their intervals:"
            }
            ul {
                @let mut last = None;
                @for column in columns {
                    @if last.replace(&column.measure.id) != Some(&column.measure.id) { li { (measure_link(&place, column.measure)) } }
                }
            }
        } @else {
            @for column in columns { (of_column(&mut copies, site, &place, group, column)) }
        }
    };
    let page = Page {
        title: format!("{}: compared – {}", shorten(&title, 50), shorten(&plain_id(&group.id), 30)),
        description: format!(
            "{} side by side, each figure with its interval.",
            count(n as u64, "organisations")
        ),
        kicker: Some(html! { "Peer group · " (crate::when::period(&site.edition.period.id)) }),
        heading: html! { bdi { (title) } },
        lead: html! {
            (capital(&count(n as u64, "organisations"))) " side by side, in the order of the alphabet."
            @if !group.reason.is_empty() { " Why these: " bdi { (sentence(&group.reason)) } }
        },
        content,
        limits: limits(),
        place: place.clone(),
    };
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files
}

/// The members' values as a chart that can be copied.
fn picture(
    site: &Site<'_>,
    group: &PeerGroup,
    column: &Column<'_>,
    answers: &Answers<'_>,
    rows: &[Row],
    alt: String,
) -> Option<Chart> {
    let measure = column.measure;
    let spread = Spread::of(rows.iter().map(|row| row.value))?;
    let say = |value: f64| {
        let percent = if measure.unit.starts_with('%') { "%" } else { "" };
        format!("{}{percent}", fixed(value, measure.decimals))
    };
    let (least, most) = (say(spread.least), say(spread.most));
    let title = match count(rows.len() as u64, "organisations") {
        with if least == most => format!("{} with a value: {least}", capital(&with)),
        with => format!("{} lie between {least} and {most}", capital(&with)),
    };
    let cells = answers.rows.iter().filter_map(|(entry, answer)| {
        let (figure, view) = answer.as_ref()?;
        let end = |pick: fn(&Interval) -> f64| view.interval().map_or_else(String::new, |i| exact(pick(&i)));
        Some(vec![
            text(entry.organisation.organisation_id.as_str()),
            text(&entry.organisation.name),
            exact(view.value()?),
            end(|i| i.lower),
            end(|i| i.upper),
            figure.n.to_string(),
        ])
    });
    let drawn =
        Rows { rows, percent: measure.unit.starts_with('%'), shade_middle: false, centre: None, bars: false };
    let scale = Scale::covering_spread(&spread, 4, drawn.percent);
    let beyond = rows.iter().filter(|row| scale.is_beyond(row.value)).count();
    let intervals = rows.iter().any(|row| row.interval.is_some());
    Some(Chart {
        id: plain_id(&format!("{}-{}-{}", group.id, measure.id, column.platform)),
        title,
        subtitle: vec![
            name(&measure.title),
            column.platform.title().to_owned(),
            capital(&name(&group.title)),
            unit_in_words(measure),
            site.asked(measure, site.headline_period(measure)),
        ],
        picture: drawn.on_page(&alt),
        drawing: drawn.drawing(),
        alt,
        keys: Vec::new(),
        below: html! {
            @if intervals { p { "Lines: " (level(measure.level_of_interval())) " intervals; one that runs to the edge may reach further." } }
            @if beyond > 0 { p { (capital(&super::cards::beyond(beyond, &most))) } }
        },
        numbers: (vec!["organisation_id", "organisation", "value", "lower", "upper", "n"], cells.collect()),
    })
}

fn of_column(
    copies: &mut Copies<'_, '_>,
    site: &Site<'_>,
    place: &Place,
    group: &PeerGroup,
    column: &Column<'_>,
) -> Markup {
    let answers = answers(site, group, column);
    let measure = column.measure;
    let on = column.platform.title();
    let link = |entry: &Entry| {
        html! { a href=(place.to(&organisation_path(&entry.organisation.organisation_id))) { bdi { (site.known.called(entry)) } } }
    };
    let rows: Vec<Row> = answers
        .rows
        .iter()
        .filter_map(|(entry, answer)| {
            let (figure, view) = answer.as_ref()?;
            let value = view.value()?;
            Some(Row {
                label: link(entry),
                name: site.known.called(entry),
                text: bare(measure, value),
                value: shown(measure, value),
                interval: view.interval().map(|i| (shown(measure, i.lower), shown(measure, i.upper))),
                cut_off: figure.cut_off,
                limits: None,
            })
        })
        .collect();
    let called = name(&measure.title);
    let id = format!("{}-{}", measure.id, column.platform);
    let with_interval = rows.iter().any(|row| row.interval.is_some());
    let alt = format!(
        "A row for each of {} with a dot at its value{}; the table below has the same.",
        count(rows.len() as u64, "organisations"),
        if with_interval { " and a line for its interval" } else { "" }
    );
    let table = html! {
        table data-sort="" {
            caption { (called) " on " (on) ": " (bdi(&group.title)) }
            thead { tr {
                th scope="col" { "Organisation" } th.num scope="col" { "Value" } th scope="col" { "Likely between" } th.num scope="col" { "n" }
            } }
            tbody {
                @for (entry, answer) in &answers.rows {
                    tr {
                        th scope="row" { (link(entry)) }
                        @match answer.as_ref().map(|(figure, view)| (figure, view, view.value())) {
                            Some((figure, view, Some(value))) => {
                                td.num { (bare(measure, value)) }
                                td { @match range(measure, view.interval()) { Some(range) => (range), None => (dash()) } }
                                td.num { (whole(figure.n)) }
                            }
                            Some((_, view, None)) => { td.num { (dash()) } td { (sentence(view.reason())) } td.num { (dash()) } }
                            None => { td.num { (dash()) } td { (dash()) } td.num { (dash()) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (measure_link(place, measure)) " on " (on) }
            p { (measure.polarity.sentence()) @if !with_interval && !rows.is_empty() { " A complete count has no interval." } }
            @if rows.is_empty() { p { "None of them has a value." } }
            @else if rows.len() <= MOST_DRAWN {
                @if let Some(chart) = picture(site, group, column, &answers, &rows, alt) { (copies.figure(chart)) }
            }
            details open[rows.len() > MOST_DRAWN] {
                summary { "As a table" span.visually-hidden { ": " (called) " on " (on) } }
                (scroll(&format!("Table: {called} on {on}"), &table))
            }
        }
    }
}
