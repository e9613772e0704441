//! One measure: its question, how its answers lie within each peer group, what they cannot tell, how they
//! are gamed, what helps, and the definition to the letter.

use std::collections::BTreeMap;

use maud::{Markup, html};
use someasure_model::measure::IntervalMethod;
use someasure_model::{GroupFigure, Kind, Measure, PeerGroup, Platform, Statistic};

use crate::File;
use crate::chart::{FEWEST, Panel, Point, Row, Rows, Spread, multiples};
use crate::copies::{Chart, Copies};
use crate::data::text;
use crate::layout::{self, Page, Place, dash, outside, scroll};
use crate::number::{amount, bare, count, exact, level, range, shown, whole};
use crate::pages::{DOMAINS, compared, moved, outputs_not_outcomes, standing};
use crate::sentences::{self, capital, counts};
use crate::site::{
    HOW_TO_READ, METHODS, OPEN_DATA, ORGANISATIONS, REGISTER, Site, is_own, measure_path, organisation_path,
};
use crate::text::{bdi, clean_lines, name, note, sentence, shorten};
use crate::view::View;

/// The page, and the charts that it offers.
pub(crate) fn files(site: &Site<'_>, measure: &Measure) -> Vec<File> {
    let place = Place::new(measure_path(&measure.id));
    let mut copies = Copies::of(site, &place);
    let title = name(&measure.title);
    let domain = DOMAINS.iter().find(|(domain, _)| *domain == measure.domain).map_or("", |(_, title)| title);
    let content = html! {
        p.polarity {
            strong { (measure.polarity.sentence()) } " " (sentence(&measure.polarity_reason))
            @if let Some(words) = standing(measure) { " " (words) }
        }
        section aria-labelledby="why" {
            h2 id="why" { "Why it matters" }
            p { @if measure.why_it_matters.trim().is_empty() { "Its author has not said." } @else { (sentence(&measure.why_it_matters)) } }
        }
        section aria-labelledby="figures" {
            h2 id="figures" { "What was found" }
            @if let Some(words) = super::next::so_far(site) {
                p { (words) " What there is: " a href=(place.to(REGISTER)) { "the register" } ". What to do next stands on the " a href=(place.to("index.html")) { "first page" } "." }
            } @else if is_own(measure) { (own(&mut copies, site, &place, measure)) } @else { (of_groups(&mut copies, site, measure)) }
        }
        (advice(measure))
        (definition(site, &place, measure))
    };
    let mut limits = vec![outputs_not_outcomes()];
    if !measure.what_it_cannot_tell_you.trim().is_empty() {
        limits.insert(0, html! { (sentence(&measure.what_it_cannot_tell_you)) });
    }
    let page = Page {
        title: format!(
            "{} – {} – {}",
            shorten(&title, 40),
            measure.id,
            shorten(&name(&site.edition.edition), 16)
        ),
        description: note(&measure.question),
        kicker: Some(html! { (domain) }),
        heading: html! { (title) },
        lead: html! { (sentence(&measure.question)) " " (lead(site, measure)) },
        content,
        limits,
        place: place.clone(),
    };
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files
}

fn lead(site: &Site<'_>, measure: &Measure) -> String {
    if !site.stage.is_collected() {
        return "Nobody was measured yet.".to_owned();
    }
    let said: Vec<String> = if is_own(measure) {
        let asked: usize =
            site.platforms.iter().map(|platform| site.headlines(measure, platform).len()).sum();
        let with = site.platforms.iter().flat_map(|platform| site.headlines(measure, platform));
        let with = with.filter(|(_, figure)| View::without_reason(&figure.answer).value().is_some()).count();
        if asked == 0 {
            vec![]
        } else {
            vec![format!("{} of {} could be shown.", count(with as u64, "answers"), whole(asked as u64))]
        }
    } else {
        site.platforms.iter().filter_map(|platform| group_sentence(site, measure, platform)).take(3).collect()
    };
    if said.is_empty() { "There is no figure in this edition.".to_owned() } else { said.join(" ") }
}

/// "On Bluesky: 9 of 12 organisations (75%)." for everyone; `None` without a value.
pub(crate) fn group_sentence(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Option<String> {
    let (group, figure) = site
        .group_headlines(measure, platform)
        .into_iter()
        .find(|(group, figure)| group.id == "all" || figure.peer_group == "all")?;
    let value = View::without_reason(&figure.answer).value()?;
    let of = if group.id == "all" { String::new() } else { format!(" among {}", name(&group.title)) };
    Some(match whole_parts(measure, value, figure.n) {
        Some(part) => format!(
            "On {}, {} of {} ({}){of}.",
            platform.title(),
            whole(part),
            count(figure.n, "organisations"),
            amount(measure, value)
        ),
        None => format!(
            "On {}, {}, from {}{of}.",
            platform.title(),
            amount(measure, value),
            count(figure.n, "organisations")
        ),
    })
}

/// The measure that asks for a post where the register asks for an account.
pub(crate) const PRESENCE: &str = "presence";

/// How a share of those that were seen to post differs from what the register says of the same platform.
fn beside_the_register(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Option<String> {
    if measure.id.as_str() != PRESENCE {
        return None;
    }
    let found = crate::presence::by_platform(site);
    let in_use = found.iter().find(|(one, _)| *one == platform).map_or(0, |(_, here)| here.in_use);
    let mut everyone = site.group_headlines(measure, platform).into_iter();
    let (_, figure) = everyone.find(|(_, figure)| figure.peer_group == "all")?;
    let value = View::without_reason(&figure.answer).value()?;
    Some(format!(
        "In the register {} of {} have an account in use on {}. This measure asks for more: of the {} that could be looked at, {} also posted from it in the period.",
        whole(in_use),
        count(site.edition.organisations.len() as u64, "organisations"),
        platform.title(),
        whole(figure.n),
        whole(whole_parts(measure, value, figure.n)?),
    ))
}

/// How many organisations a share of organisations is, where it is one.
fn whole_parts(measure: &Measure, value: f64, n: u64) -> Option<u64> {
    let parts = value * n as f64;
    let is_whole = (parts - parts.round()).abs() < 1e-6 * (n.max(1) as f64);
    (measure.kind == Kind::Proportion
        && measure.counts == "organisations"
        && is_whole
        && (0.0..=1.0).contains(&value))
    .then_some(parts.round() as u64)
}

fn own(copies: &mut Copies<'_, '_>, site: &Site<'_>, place: &Place, measure: &Measure) -> Markup {
    let groups = site.groups_to_draw();
    let platforms: Vec<&&Platform> =
        site.platforms.iter().filter(|platform| !site.headlines(measure, platform).is_empty()).collect();
    let medians = moved::medians(site, measure);
    html! {
        @if platforms.is_empty() { p { "Nothing was computed for this edition." } }
        @else {
            p {
                "Organisations are compared within their peer group only, and stand in alphabetical order. A line shows where the true value likely lies, a dot the value itself; a hollow dot means that some posts were out of reach. Differences between organisations whose lines are long may be chance. "
                a href=(place.to(HOW_TO_READ)) { "How to read the pictures" } "."
            }
        }
        @let most = MOST_ROWS / platforms.len().max(1);
        @for platform in platforms {
            h3 id=(platform) { (platform.title()) }
            @if let Some(spread) = Spread::of(site.headlines(measure, platform).iter().filter_map(|(_, f)| View::without_reason(&f.answer).value()))
                .filter(|spread| spread.n >= FEWEST) {
                p { (sentences::spread(measure, platform.title(), &spread)) }
            }
            @let compared = |group: &&PeerGroup| site.comparison(&group.id, measure, platform).is_some_and(|found| found.funnel.is_ok());
            @let open = groups.iter().position(compared).unwrap_or(0);
            @for (nth, group) in groups.iter().enumerate() {
                (compared::of_group(copies, site, place, (measure, platform), group, nth == open))
            }
            (moved::section(copies, site, place, (measure, platform), &medians))
            (own_table(site, place, measure, platform, most))
        }
    }
}

/// So many rows are on a measure's page, all platforms together: with more it would be too heavy to load.
const MOST_ROWS: usize = 1_000;
/// With more rows the table is closed until somebody asks.
const MOST_OPEN: usize = 215;

fn own_table(site: &Site<'_>, place: &Place, measure: &Measure, platform: &Platform, most: usize) -> Markup {
    let counts = counts(measure);
    let all = site.headlines(measure, platform);
    let has_groups = site.edition.peer_groups.iter().any(|group| group.id != "all");
    let table = html! {
        table data-sort="" {
            caption { (name(&measure.title)) " on " (platform.title()) ", " (site.asked(measure, site.headline_period(measure))) ", " (crate::number::unit_in_words(measure)) }
            thead { tr {
                th scope="col" { "Organisation" }
                @if has_groups { th scope="col" data-within="" { "Peer group" } }
                th.num scope="col" { "Value" }
                th.num scope="col" { "Likely between" }
                th.num scope="col" { (capital(&counts)) }
                th scope="col" { "Note" }
            } }
            tbody {
                @for (at, figure) in all.iter().take(most) {
                    @let entry = &site.edition.organisations[*at];
                    @let view = View::of(&figure.answer, &counts);
                    tr {
                        th scope="row" { a href=(place.to(&organisation_path(&entry.organisation.organisation_id))) { bdi { (site.known.called(entry)) } } }
                        @if has_groups { td { (bdi(&site.peers_of(entry).title)) } }
                        td.num { @match view.value() { Some(value) => (bare(measure, value)), None => (dash()) } }
                        td.num { @match range(measure, view.interval()) { Some(range) => (range), None => (dash()) } }
                        td.num { (whole(figure.n)) }
                        td { @if figure.cut_off { "Cut off. " } (view.reason()) }
                    }
                }
            }
        }
    };
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for (_, figure) in all {
        *reasons.entry(View::of(&figure.answer, &counts).reason().to_owned()).or_default() += 1;
    }
    let is_empty = all.iter().all(|(_, figure)| View::without_reason(&figure.answer).value().is_none());
    html! {
        @if is_empty { (nobody(&reasons)) }
        @let table = scroll(&format!("{} on {}, all organisations", name(&measure.title), platform.title()), &table);
        @if all.len() > MOST_OPEN || is_empty {
            details { summary { "All organisations as a table" span.visually-hidden { ": " (platform.title()) } } (table) }
        } @else { (table) }
        @if all.len() > most {
            p {
                "The first " (whole(most as u64)) " of " (whole(all.len() as u64)) " are in this table. All are in "
                a href=(place.to_data("figures.csv")) { "figures.csv" } ", and each has " a href=(place.to(ORGANISATIONS)) { "a page of its own" } "."
            }
        }
    }
}

/// Why there is no value, where nobody has one: a table of nothing would not say it.
fn nobody(reasons: &BTreeMap<String, u64>) -> Markup {
    let all = count(reasons.values().sum(), "organisations");
    html! {
        @if let [(reason, _)] = reasons.iter().collect::<Vec<_>>()[..] {
            p { "Nobody has a value here (" (all) "). " (reason) }
        } @else {
            p { "Nobody has a value here (" (all) "):" }
            ul { @for (reason, of) in reasons { li { (count(*of, "organisations")) ": " (reason) } } }
        }
    }
}

fn of_groups(copies: &mut Copies<'_, '_>, site: &Site<'_>, measure: &Measure) -> Markup {
    let platforms: Vec<&&Platform> = site
        .platforms
        .iter()
        .filter(|platform| !site.group_headlines(measure, platform).is_empty())
        .collect();
    html! {
        @if platforms.is_empty() { p { "Nothing was computed for this edition." } }
        @for platform in platforms {
            h3 id=(platform) { (platform.title()) }
            @if let Some(words) = beside_the_register(site, measure, platform) { p { (words) } }
            @if let Some(chart) = group_picture(site, measure, platform) { (copies.figure(chart)) }
            @if let Some(chart) = group_series(site, measure, platform) { (copies.figure(chart)) }
            (group_table(site, measure, platform))
        }
    }
}

pub(crate) fn group_picture(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Option<Chart> {
    let counts = counts(measure);
    let found: Vec<(&PeerGroup, u64, View, f64)> = site
        .group_headlines(measure, platform)
        .into_iter()
        .filter_map(|(group, figure)| {
            let view = View::of(&figure.answer, &counts);
            let value = view.value()?;
            Some((group, figure.n, view, value))
        })
        .collect();
    let drawn: Vec<Row> = found
        .iter()
        .map(|(group, _, view, value)| {
            let title = capital(&name(&group.title));
            Row {
                label: html! { bdi { (title) } },
                name: title,
                text: bare(measure, *value),
                value: shown(measure, *value),
                interval: view.interval().map(|i| (shown(measure, i.lower), shown(measure, i.upper))),
                cut_off: false,
                limits: None,
            }
        })
        .collect();
    let values: Vec<String> = drawn.iter().map(|row| row.text.clone()).take(30).collect();
    let alt = format!(
        "A bar for each of {} on {}: {}. The table below has every value.",
        count(drawn.len() as u64, "groups"),
        platform.title(),
        sentences::list(&values)
    );
    let rows = Rows {
        rows: &drawn,
        percent: measure.unit.starts_with('%'),
        shade_middle: false,
        centre: None,
        bars: true,
    };
    let spread = Spread::of(found.iter().map(|(.., value)| *value))?;
    let title = if drawn.len() == 1 || bare(measure, spread.least) == bare(measure, spread.most) {
        format!("{} in each peer group", capital(&bare(measure, spread.least)))
    } else {
        format!("Peer groups lie between {} and {}", bare(measure, spread.least), bare(measure, spread.most))
    };
    let cells = found.iter().map(|(group, n, view, value)| {
        let end = |pick: fn(&someasure_model::Interval) -> f64| {
            view.interval().map_or_else(String::new, |interval| exact(pick(&interval)))
        };
        vec![text(&group.id), exact(*value), end(|i| i.lower), end(|i| i.upper), n.to_string()]
    });
    Some(Chart {
        id: format!("{platform}-by-group"),
        title,
        subtitle: vec![
            name(&measure.title),
            "by peer group".to_owned(),
            platform.title().to_owned(),
            site.asked(measure, site.headline_period(measure)),
            crate::number::unit_in_words(measure),
        ],
        picture: rows.on_page(&alt),
        drawing: rows.drawing(),
        alt,
        keys: Vec::new(),
        below: html! {},
        numbers: (vec!["peer_group", "value", "lower", "upper", "n"], cells.collect()),
    })
}

/// A small picture for each group, on one axis.
fn group_series(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Option<Chart> {
    let edition = site.edition;
    let percent = measure.unit.starts_with('%');
    let parts: Vec<&str> = edition
        .series
        .iter()
        .filter(|part| part.granularity == measure.period)
        .map(|part| part.id.as_str())
        .collect();
    let mut cells = Vec::new();
    let mut panels = Vec::new();
    for (group, _) in site.group_headlines(measure, platform) {
        let id = if group.id == site.everyone.id { "all" } else { group.id.as_str() };
        let of_group: Vec<&GroupFigure> = edition
            .group_figures
            .iter()
            .filter(|figure| {
                figure.measure_id == measure.id && figure.platform == *platform && figure.peer_group == id
            })
            .collect();
        let points: Vec<Point> = parts
            .iter()
            .map(|part| {
                let figure = of_group.iter().find(|figure| figure.period == **part);
                let value = figure.and_then(|figure| View::without_reason(&figure.answer).value());
                if let (Some(figure), Some(value)) = (figure, value) {
                    cells.push(vec![text(id), text(part), exact(value), figure.n.to_string()]);
                }
                Point {
                    label: crate::when::short(part),
                    value: value.map(|value| shown(measure, value)),
                    interval: None,
                }
            })
            .collect();
        let Some(spread) = Spread::of(points.iter().filter_map(|point| point.value)) else { continue };
        let say = |value: f64| {
            format!("{}{}", crate::number::fixed(value, measure.decimals), if percent { "%" } else { "" })
        };
        let title = capital(&name(&group.title));
        panels.push(Panel {
            alt: format!(
                "A line by {} for {title} on {}: values between {} and {}.",
                measure.period.as_str(),
                platform.title(),
                say(spread.least),
                say(spread.most),
            ),
            title,
            points,
        });
    }
    let alt: Vec<&str> = panels.iter().map(|panel| panel.alt.as_str()).take(12).collect();
    let alt = alt.join(" ");
    let (picture, drawing) = multiples(&panels, percent);
    (!panels.is_empty()).then(|| Chart {
        id: format!("{platform}-over-time"),
        title: format!("Each group, by {}", measure.period.as_str()),
        subtitle: vec![
            name(&measure.title),
            platform.title().to_owned(),
            crate::number::unit_in_words(measure),
        ],
        alt,
        picture,
        drawing,
        keys: Vec::new(),
        below: html! { p { (sentences::not_tested(measure)) } },
        numbers: (vec!["peer_group", "period", "value", "n"], cells),
    })
}

fn group_table(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Markup {
    let counts = counts(measure);
    let table = html! {
        table data-sort="" {
            caption { (name(&measure.title)) " on " (platform.title()) ", " (site.asked(measure, site.headline_period(measure))) }
            thead { tr {
                th scope="col" { "Group" }
                th.num scope="col" { "Value" }
                th.num scope="col" { "Likely between" }
                th.num scope="col" { "Organisations" }
                th scope="col" { "Note" }
            } }
            tbody {
                @for (group, figure) in site.group_headlines(measure, platform) {
                    @let view = View::of(&figure.answer, &counts);
                    tr {
                        th scope="row" { bdi { (capital(&name(&group.title))) } }
                        td.num { @match view.value() { Some(value) => (bare(measure, value)), None => (dash()) } }
                        td.num { @match range(measure, view.interval()) { Some(range) => (range), None => (dash()) } }
                        td.num { (whole(figure.n)) }
                        td { (view.reason()) }
                    }
                }
            }
        }
    };
    scroll(&format!("{} on {}, by group", name(&measure.title), platform.title()), &table)
}

fn advice(measure: &Measure) -> Markup {
    html! {
        section aria-labelledby="try" {
            h2 id="try" { "What to try" }
            @if measure.actions.is_empty() { p { "Nothing is suggested." } }
            @else { ul { @for action in &measure.actions { li { (sentence(&action.tip)) " " span.tag { (name(&action.effort)) " effort" } } } } }
        }
        section aria-labelledby="gaming" {
            h2 id="gaming" { "How it can be gamed, and what it rewards wrongly" }
            @if measure.gaming_risks.is_empty() { p { "Nothing is recorded." } }
            @else { ul { @for risk in &measure.gaming_risks { li { (sentence(risk)) } } } }
        }
        @if !measure.evidence.is_empty() {
            section aria-labelledby="evidence" {
                h2 id="evidence" { "What is known about it" }
                ul { @for evidence in &measure.evidence { li { (sentence(&evidence.claim)) " " (outside(&evidence.url)) } } }
            }
        }
    }
}

fn definition(site: &Site<'_>, place: &Place, measure: &Measure) -> Markup {
    let answer = match (measure.kind, measure.statistic) {
        (Kind::Proportion, _) => "A share: the numerator divided by the denominator",
        (Kind::Rate, _) => "A rate: the sum of events divided by the sum of exposure",
        (Kind::Value, _) => "A value as it is",
        (Kind::Sample, Some(Statistic::Mean)) => "The mean over units",
        (Kind::Sample, Some(Statistic::Gini)) => {
            "The Gini coefficient over units: 0 where all are equal, near 1 where one has everything"
        }
        (Kind::Sample, _) => "The median over units",
        (Kind::Duration, _) => {
            "The median time; those still waiting are counted as waiting, and not left out"
        }
    };
    let platforms: Vec<String> =
        measure.platforms.iter().map(|platform| platform.title().to_owned()).collect();
    html! {
        section aria-labelledby="definition" {
            h2 id="definition" { "The definition" }
            dl.facts {
                div { dt { "Answer" } dd { (answer) } }
                div { dt { "Unit" } dd { (name(&measure.unit)) } }
                div { dt { "n counts" } dd { (counts(measure)) } }
                div { dt { "Asked of" } dd { @if is_own(measure) { "each organisation" } @else { "groups of organisations" } @if !measure.nations.is_empty() { " in " (sentences::list(&measure.nations)) } } }
                div { dt { "Platforms" } dd { @if platforms.is_empty() { "all" } @else { (sentences::list(&platforms)) } } }
                div {
                    dt { "Interval" }
                    dd {
                        @if measure.interval_method() == IntervalMethod::None { (method(measure.interval_method())) }
                        @else { (level(measure.level_of_interval())) ": " (method(measure.interval_method())) }
                    }
                }
                div { dt { "Least n" } dd { @if measure.min_denominator == 0 { "none" } @else { (count(measure.min_denominator, &counts(measure))) } } }
                div { dt { "Age of counters" } dd { "read at least " (count(u64::from(measure.counter_age_days), "days")) " after the post, where counters are used" } }
                @if let Some(days) = measure.window_days { div { dt { "Days" } dd { "the last " (count(u64::from(days), "days")) " of the period" } } }
                div { dt { "Series" } dd { (measure.period.as_str()) } }
                div { dt { "Direction" } dd { (measure.polarity.sentence()) " " (sentence(&measure.polarity_reason)) } }
                div { dt { "Version" } dd { (measure.version) } }
                @if let Some(old) = &measure.supersedes { div { dt { "Replaces" } dd { code { (old) } } } }
                @if !measure.authored_by.is_empty() { div { dt { "Written by" } dd { bdi { (name(&measure.authored_by)) } } } }
                @if !measure.checked_by.is_empty() { div { dt { "Checked by" } dd { bdi { (name(&measure.checked_by)) } } } }
                @if let Some(day) = &measure.reviewed_on { div { dt { "Reviewed" } dd { (name(day)) } } }
                @if let Some(day) = &measure.next_review_on { div { dt { "Next review" } dd { (name(day)) } } }
            }
            h3 id="sql" { "The query" }
            p {
                "Its columns and the views it reads are explained on the " a href=(place.to(METHODS)) { "methods page" }
                "; its results are in the " a href=(place.to(OPEN_DATA)) { "open data" } "."
            }
            section.scroll tabindex="0" aria-label="The query in SQL" { pre { code { (clean_lines(&measure.sql)) } } }
            @if let Some(weekly) = &measure.weekly {
                p { "The view " code { "weekly" } " that it reads is answered week by week:" }
                section.scroll tabindex="0" aria-label="The rows by week in SQL" { pre { code { (clean_lines(&weekly.sql)) } } }
            }
            @if !measure.changelog.is_empty() {
                h3 id="history" { "What changed" }
                ul { @for change in &measure.changelog { li { (sentence(change)) } } }
            }
            @if site.edition.publication.contact.is_some() {
                p { "Do you disagree with the question or the answer? The footer says where to write." }
            }
        }
    }
}

/// A method in words.
pub(crate) const fn method(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::None => "none: a complete count has no sampling error",
        IntervalMethod::Wilson => {
            "Wilson’s score interval, widened where answers cluster, as by author or conversation"
        }
        IntervalMethod::ClusterRatio => "a ratio of sums with an error that allows for clusters",
        IntervalMethod::OrderStatistic => "order statistics of the median",
        IntervalMethod::T => "Student’s t for a mean, with an error that allows for clusters",
        IntervalMethod::Jackknife => "the jackknife: leaving out one unit at a time",
        IntervalMethod::KaplanMeier => "Kaplan and Meier’s curve with the limits of Brookmeyer and Crowley",
    }
}
