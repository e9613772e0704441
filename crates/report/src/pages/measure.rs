//! One measure: its question, how its answers lie within each peer group, what they cannot tell, how they
//! are gamed, what helps, and the definition to the letter.

use maud::{Markup, html};
use someasure_model::measure::IntervalMethod;
use someasure_model::{Kind, Measure, PeerGroup, Platform, Statistic};

use crate::File;
use crate::chart::{FEWEST, MOST_LABELS, Point, Row, Spread, line, rows};
use crate::layout::{self, Page, Place, dash, figure, outside, scroll};
use crate::number::{amount, bare, count, level, range, shown, whole};
use crate::pages::{DOMAINS, outputs_not_outcomes, standing};
use crate::sentences::{self, capital, counts};
use crate::site::{HOW_TO_READ, METHODS, OPEN_DATA, REGISTER, Site, is_own, measure_path, organisation_path};
use crate::text::{bdi, clean_lines, name, note, sentence, shorten};
use crate::view::View;

pub(crate) fn page(site: &Site<'_>, measure: &Measure) -> File {
    let place = Place::new(measure_path(&measure.id));
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
            } @else if is_own(measure) { (own(site, &place, measure)) } @else { (of_groups(site, measure)) }
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
        place,
    };
    layout::file(site, page)
}

fn lead(site: &Site<'_>, measure: &Measure) -> String {
    if !site.stage.is_collected() {
        return "Nobody was measured yet.".to_owned();
    }
    let said: Vec<String> = if is_own(measure) {
        let asked: usize =
            site.platforms.iter().map(|platform| site.headlines(measure, platform).len()).sum();
        let with = site.platforms.iter().flat_map(|platform| site.headlines(measure, platform));
        let with = with.filter(|(_, figure)| View::of(&figure.answer, "").value().is_some()).count();
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
    let value = View::of(&figure.answer, &counts(measure)).value()?;
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

fn row(measure: &Measure, label: Markup, value: f64, view: &View, cut_off: bool) -> Row {
    Row {
        label,
        text: bare(measure, value),
        value: shown(measure, value),
        interval: view.interval().map(|i| (shown(measure, i.lower), shown(measure, i.upper))),
        cut_off,
    }
}

fn own(site: &Site<'_>, place: &Place, measure: &Measure) -> Markup {
    let groups = site.groups_to_draw();
    let platforms: Vec<&&Platform> =
        site.platforms.iter().filter(|platform| !site.headlines(measure, platform).is_empty()).collect();
    html! {
        @if platforms.is_empty() { p { "Nothing was computed for this edition." } }
        @else {
            p {
                "Organisations stand in alphabetical order. A line shows where the true value likely lies, a dot the value itself; a hollow dot means that some posts were out of reach. Differences between organisations whose lines are long may be chance. "
                a href=(place.to(HOW_TO_READ)) { "How to read the pictures" } "."
            }
        }
        @for platform in platforms {
            h3 id=(platform) { (platform.title()) }
            @if let Some(spread) = Spread::of(site.headlines(measure, platform).iter().filter_map(|(_, f)| View::of(&f.answer, "").value()))
                .filter(|spread| spread.n >= FEWEST) {
                p { (sentences::spread(measure, platform.title(), &spread)) }
            }
            @for (nth, group) in groups.iter().enumerate() {
                (caterpillar(site, place, measure, platform, group, nth == 0))
            }
            (own_table(site, place, measure, platform))
        }
    }
}

fn caterpillar(
    site: &Site<'_>,
    place: &Place,
    measure: &Measure,
    platform: &Platform,
    group: &PeerGroup,
    open: bool,
) -> Markup {
    let counts = counts(measure);
    let mut members = 0_u64;
    let mut drawn = Vec::new();
    for (at, figure) in site.headlines(measure, platform) {
        let entry = &site.edition.organisations[*at];
        if !site.belongs(entry, group) {
            continue;
        }
        members += 1;
        let view = View::of(&figure.answer, &counts);
        let Some(value) = view.value() else { continue };
        let href = place.to(&organisation_path(&entry.organisation.organisation_id));
        let label = html! { a href=(href) { (bdi(&entry.organisation.name)) } };
        drawn.push(row(measure, label, value, &view, figure.cut_off));
    }
    let n = drawn.len();
    if members == 0 {
        return html! {};
    }
    let title = name(&group.title);
    let Some(spread) = Spread::of(drawn.iter().map(|row| row.value)) else {
        return html! { p { bdi { (title) } ": none of " (count(members, "organisations")) " has a value on " (platform.title()) "." } };
    };
    let say = |value: f64| {
        let sign = if measure.unit.starts_with('%') { "%" } else { "" };
        format!("{}{sign}", crate::number::fixed(value, measure.decimals))
    };
    let order =
        if n > MOST_LABELS { "from the least to the most, without names" } else { "in alphabetical order" };
    let half = if n >= FEWEST {
        format!(
            "; half of them lie in the shaded part, {} to {}",
            say(spread.lower_quartile),
            say(spread.upper_quartile)
        )
    } else {
        String::new()
    };
    let alt = format!(
        "A row for each of {} of {title} on {}, {order}: values from {} to {}{half}. The table below has every value.",
        count(n as u64, "organisations"),
        platform.title(),
        say(spread.least),
        say(spread.most),
    );
    let intervals = drawn.iter().any(|row| row.interval.is_some());
    let scale = crate::chart::Scale::covering_spread(&spread, 4, measure.unit.starts_with('%'));
    let beyond = drawn.iter().filter(|row| scale.is_beyond(row.value)).count();
    let below = html! {
        @if n >= FEWEST { "Shaded: the middle half. " }
        @if intervals { "Lines: " (level(measure.level_of_interval())) " intervals; one that runs to the edge may reach further. " }
        @else { "Complete counts have no sampling error, and so no interval. " }
        @if n > MOST_LABELS { "Too many to name: they stand from the least to the most; the table has the names. " }
        @if beyond > 0 { (super::cards::beyond(beyond, &say(spread.most))) " " }
        @if (n as u64) < members { (count(members - n as u64, "organisations")) " without a value: the table says why." }
    };
    let picture = figure(
        &html! { (name(&measure.title)) ", " bdi { (title) } },
        &html! {
            (platform.title()) " · " (crate::when::period(site.headline_period(measure))) " · "
            (whole(n as u64)) " of " (count(members, "organisations")) " · " (crate::number::unit_in_words(measure))
        },
        &rows(&drawn, measure.unit.starts_with('%'), n >= FEWEST, &alt),
        Some(&below),
    );
    html! {
        details.group open[open] {
            summary { bdi { (title) } " (" (whole(n as u64)) ")" }
            @if !group.reason.is_empty() { p.figure-what { (sentence(&group.reason)) } }
            (picture)
        }
    }
}

fn own_table(site: &Site<'_>, place: &Place, measure: &Measure, platform: &Platform) -> Markup {
    let counts = counts(measure);
    let has_groups = site.edition.peer_groups.iter().any(|group| group.id != "all");
    let table = html! {
        table data-sort="" {
            caption { (name(&measure.title)) " on " (platform.title()) ", " (crate::when::period(site.headline_period(measure))) ", " (crate::number::unit_in_words(measure)) }
            thead { tr {
                th scope="col" { "Organisation" }
                @if has_groups { th scope="col" data-within="" { "Peer group" } }
                th.num scope="col" { "Value" }
                th.num scope="col" { "Likely between" }
                th.num scope="col" { (capital(&counts)) }
                th scope="col" { "Note" }
            } }
            tbody {
                @for (at, figure) in site.headlines(measure, platform) {
                    @let entry = &site.edition.organisations[*at];
                    @let view = View::of(&figure.answer, &counts);
                    tr {
                        th scope="row" { a href=(place.to(&organisation_path(&entry.organisation.organisation_id))) { (bdi(&entry.organisation.name)) } }
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
    scroll(&format!("{} on {}, all organisations", name(&measure.title), platform.title()), &table)
}

fn of_groups(site: &Site<'_>, measure: &Measure) -> Markup {
    let platforms: Vec<&&Platform> = site
        .platforms
        .iter()
        .filter(|platform| !site.group_headlines(measure, platform).is_empty())
        .collect();
    html! {
        @if platforms.is_empty() { p { "Nothing was computed for this edition." } }
        @for platform in platforms {
            h3 id=(platform) { (platform.title()) }
            (group_picture(site, measure, platform))
            (group_series(site, measure, platform))
            (group_table(site, measure, platform))
        }
    }
}

fn group_picture(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Markup {
    let counts = counts(measure);
    let drawn: Vec<Row> = site
        .group_headlines(measure, platform)
        .into_iter()
        .filter_map(|(group, figure)| {
            let view = View::of(&figure.answer, &counts);
            let value = view.value()?;
            Some(row(measure, html! { bdi { (capital(&name(&group.title))) } }, value, &view, false))
        })
        .collect();
    if drawn.is_empty() {
        return html! {};
    }
    let values: Vec<String> = drawn.iter().map(|row| row.text.clone()).take(30).collect();
    let alt = format!(
        "A row for each of {} on {}: {}. The table below has every value.",
        count(drawn.len() as u64, "groups"),
        platform.title(),
        sentences::list(&values)
    );
    figure(
        &html! { (name(&measure.title)) ", by peer group" },
        &html! { (platform.title()) " · " (crate::when::period(site.headline_period(measure))) " · " (crate::number::unit_in_words(measure)) },
        &rows(&drawn, measure.unit.starts_with('%'), false, &alt),
        None,
    )
}

fn group_series(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Markup {
    let edition = site.edition;
    let counts = counts(measure);
    let points: Vec<Point> = edition
        .series
        .iter()
        .filter(|part| part.granularity == measure.period)
        .map(|part| {
            let view = edition
                .group_figures
                .iter()
                .find(|figure| {
                    figure.measure_id == measure.id
                        && figure.platform == *platform
                        && figure.peer_group == "all"
                        && figure.period == part.id
                })
                .map(|figure| View::of(&figure.answer, &counts));
            Point {
                label: crate::when::short(&part.id),
                value: view.as_ref().and_then(View::value).map(|value| shown(measure, value)),
                interval: None,
            }
        })
        .collect();
    let Some(spread) = Spread::of(points.iter().filter_map(|point| point.value)) else { return html! {} };
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return html! {} };
    let alt = format!(
        "A line by {} from {} to {} for all organisations on {}: values between {} and {}.",
        measure.period.as_str(),
        first.label,
        last.label,
        platform.title(),
        crate::number::fixed(spread.least, measure.decimals),
        crate::number::fixed(spread.most, measure.decimals),
    );
    figure(
        &html! { "All organisations, by " (measure.period.as_str()) },
        &html! { (platform.title()) " · " (crate::number::unit_in_words(measure)) },
        &line(&points, measure.unit.starts_with('%'), &alt),
        Some(&html! { (sentences::change(measure, spread.n)) }),
    )
}

fn group_table(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Markup {
    let counts = counts(measure);
    let table = html! {
        table data-sort="" {
            caption { (name(&measure.title)) " on " (platform.title()) ", " (crate::when::period(site.headline_period(measure))) }
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
