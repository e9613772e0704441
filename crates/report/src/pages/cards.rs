//! The cards of an organisation's page: for each measure and platform the value with its interval, where
//! the peers lie, and how it went over time; or the reason why there is no value.

use std::collections::BTreeMap;

use maud::{Markup, html};
use someasure_model::{
    Change, ChangeStatus, Entry, Figure, Instant, Meaning, Measure, PeerGroup, PeerPlace, PeerRank, Period,
    Platform,
};

use crate::chart::{Control, Drawing, FEWEST, Point, PointKind, control, line};
use crate::copies::keys;
use crate::coverage;
use crate::layout::{Place, figure};
use crate::number::{amount, bare, count, fixed, level, likely, range, shown, whole};
use crate::pages::{DOMAINS, is_about_collecting, is_standard, measure_link};
use crate::sentences;
use crate::site::{Site, is_own};
use crate::text::{name, sentence};
use crate::view::View;
use crate::when::day_of;

/// A measure's figures for this organisation on one platform.
pub(crate) struct Block<'a> {
    pub(crate) measure: &'a Measure,
    pub(crate) platform: &'a Platform,
    pub(crate) headline: Option<&'a Figure>,
    pub(crate) series: Vec<&'a Figure>,
    /// Where the posts of its accounts begin, if the source cut off what came before.
    pub(crate) begins: Option<Instant>,
}

/// The figures of an organisation, in the order of measures and platforms.
pub(crate) fn blocks<'a>(site: &Site<'a>, entry: &Entry) -> Vec<Block<'a>> {
    let edition = site.edition;
    let mut found: BTreeMap<(usize, &Platform), Block<'a>> = BTreeMap::new();
    for range in site.ranges_of(entry) {
        let figures = &edition.figures[range.clone()];
        for figures in figures.chunk_by(|a, b| a.measure_id == b.measure_id && a.platform == b.platform) {
            let first = &figures[0];
            let Some(at) = site.place_of_measure(&first.measure_id) else { continue };
            let measure = &edition.measures[at];
            if !is_own(measure) {
                continue;
            }
            let block = found.entry((at, &first.platform)).or_insert_with(|| Block {
                measure,
                platform: &first.platform,
                headline: None,
                series: Vec::new(),
                begins: coverage::begins(entry, &first.platform),
            });
            let headline = site.headline_period(measure);
            for figure in figures {
                if figure.period == *headline {
                    block.headline = Some(figure);
                }
                if site.part(&figure.period).is_some_and(|part| part.granularity == measure.period) {
                    block.series.push(figure);
                }
            }
        }
    }
    let mut blocks: Vec<Block<'a>> = found.into_values().collect();
    for block in &mut blocks {
        block.series.sort_by_cached_key(|figure| site.part(&figure.period).map(|part| part.place));
    }
    blocks
}

/// The main figure, as it may be shown.
pub(crate) fn view(block: &Block<'_>) -> Option<View> {
    block.headline.map(|figure| view_of(block.measure, figure))
}

fn view_of(measure: &Measure, figure: &Figure) -> View {
    View::of(&figure.answer, &sentences::counts_in(measure, &figure.period))
}

/// The cards of reviewed measures, by domain.
pub(crate) fn cards(
    site: &Site<'_>,
    entry: &Entry,
    place: &Place,
    peers: &PeerGroup,
    blocks: &[Block<'_>],
) -> Markup {
    html! {
        @for (domain, title) in DOMAINS {
            @let of_domain: Vec<&Block<'_>> = blocks
                .iter()
                .filter(|block| block.measure.domain == domain && is_standard(block.measure))
                .collect();
            @if !of_domain.is_empty() {
                h3.domain id={ "domain-" (domain.as_str()) } { (title) }
                @for of_measure in of_domain.chunk_by(|a, b| a.measure.id == b.measure.id) {
                    (of_measure_card(site, entry, place, peers, of_measure))
                }
            }
        }
    }
}

/// The cards of measures that are being tried, closed; nothing where there are none.
pub(crate) fn being_tried(
    site: &Site<'_>,
    entry: &Entry,
    place: &Place,
    peers: &PeerGroup,
    blocks: &[Block<'_>],
    table: &Markup,
) -> Markup {
    let tried: Vec<&Block<'_>> = blocks.iter().filter(|block| !is_standard(block.measure)).collect();
    if tried.is_empty() {
        return html! {};
    }
    let cards: Vec<_> = tried.chunk_by(|a, b| a.measure.id == b.measure.id).collect();
    html! {
        section aria-labelledby="being-tried" {
            h2 id="being-tried" { "Being tried" }
            p { "These measures are experimental: they may change or go, and nothing on this page is concluded from them." }
            details.group {
                summary { "Show " (count(cards.len() as u64, "experimental measures")) }
                @for of_measure in &cards {
                    (of_measure_card(site, entry, place, peers, of_measure))
                }
                (table)
            }
        }
    }
}

fn of_measure_card(
    site: &Site<'_>,
    entry: &Entry,
    place: &Place,
    peers: &PeerGroup,
    blocks: &[&Block<'_>],
) -> Markup {
    let measure = blocks[0].measure;
    // Below "Being tried" there are no headings of domains.
    let standard = is_standard(measure);
    html! {
        article.card id=(measure.id) {
            @if standard { h4 { (measure_link(place, measure)) } } @else { h3 { (measure_link(place, measure)) } }
            p.question { (sentence(&measure.question)) " " strong { (measure.polarity.sentence()) } }
            div.platforms { @for block in blocks { (card(site, entry, peers, block)) } }
        }
    }
}

fn card(site: &Site<'_>, entry: &Entry, peers: &PeerGroup, block: &Block<'_>) -> Markup {
    let measure = block.measure;
    let platform = block.platform.title();
    html! {
        div.platform id={ (measure.id) "--" (block.platform) } {
            @if is_standard(measure) { h5 { (platform) } } @else { h4 { (platform) } }
            div.now {
                @match (block.headline, view(block)) {
                    (Some(figure), Some(View::Value(value, interval))) => {
                        p.value { (amount(measure, value)) }
                        p.rests {
                            @if let Some(likely) = likely(measure, interval) {
                                (sentences::capital(&likely)) " (" (level(interval.map_or(0.95, |i| i.level))) " interval), based on "
                            } @else {
                                "Based on "
                            }
                            (count(figure.n, &sentences::counts_in(measure, &figure.period))) ", "
                            (site.asked(measure, &figure.period)) "."
                        }
                        @if figure.cut_off { p.cut-off { "Cut off: it rests only on the part of the period that could be seen." } }
                        (among_peers(site, entry, peers, block, value))
                    }
                    (Some(_), Some(View::Missing(status, reason))) => {
                        p.value.missing { "No value" }
                        p.rests { (sentences::missing(status, &reason)) }
                    }
                    _ => { p.rests { "There is no figure for the whole edition." } }
                }
            }
            (series(site, entry, block))
        }
    }
}

/// Where a figure lies in its peer group, if it was compared.
pub(crate) fn place<'a>(
    site: &Site<'a>,
    entry: &Entry,
    peers: &PeerGroup,
    block: &Block<'_>,
) -> Option<&'a PeerPlace> {
    let comparison = site.comparison(&peers.id, block.measure, block.platform)?;
    let places = &comparison.funnel.as_ref().ok()?.places;
    let id = &entry.organisation.organisation_id;
    places.binary_search_by(|place| place.organisation_id.cmp(id)).ok().map(|at| &places[at])
}

/// The ranks that the data allow it, with how many were ranked.
fn rank<'a>(
    site: &Site<'a>,
    entry: &Entry,
    peers: &PeerGroup,
    block: &Block<'_>,
) -> Option<(&'a PeerRank, u64)> {
    let ranks = site.comparison(&peers.id, block.measure, block.platform)?.ranks.as_ref()?;
    let id = &entry.organisation.organisation_id;
    let at = ranks.sets.binary_search_by(|rank| rank.organisation_id.cmp(id)).ok()?;
    Some((&ranks.sets[at], ranks.sets.len() as u64))
}

/// Which figure it is, for those who hear one thing after another.
fn of_what(block: &Block<'_>) -> Markup {
    html! { span.visually-hidden { ": " (name(&block.measure.title)) ", " (block.platform.title()) } }
}

/// What chance explains, the picture, and the ranks for those who ask.
fn among_peers(site: &Site<'_>, entry: &Entry, peers: &PeerGroup, block: &Block<'_>, value: f64) -> Markup {
    let title = name(&peers.title);
    let place = place(site, entry, peers, block);
    let reason = site
        .comparison(&peers.id, block.measure, block.platform)
        .and_then(|comparison| comparison.funnel.as_ref().err());
    if is_about_collecting(block.measure) {
        return html! { p.rests { "This is about how it was collected, and is not compared." } };
    }
    html! {
        @if let Some(place) = place { p.status { (sentences::position(place.position, &title)) } }
        @else if let Some(reason) = reason { p.rests { "Not compared: " (sentence(reason)) } }
        (where_peers_lie(site, entry, peers, block, value, place))
        @if let Some((rank, of)) = rank(site, entry, peers, block) {
            details {
                summary { "Its rank, as an interval" (of_what(block)) }
                p.rests { (sentences::rank(rank, of)) " 1st is the largest value, whichever way is better." }
            }
        }
    }
}

fn where_peers_lie(
    site: &Site<'_>,
    entry: &Entry,
    peers: &PeerGroup,
    block: &Block<'_>,
    value: f64,
    place: Option<&PeerPlace>,
) -> Markup {
    let (measure, platform) = (block.measure, block.platform);
    let Some(found) = site.strip(&peers.id, measure, platform) else { return html! {} };
    let n = found.spread.n;
    if n < 2 {
        return html! { p.rests { "No other organisation of its peer group has a value here." } };
    }
    let own = shown(measure, value);
    let percent = if measure.unit.starts_with('%') { "%" } else { "" };
    let say = |value: f64| format!("{}{percent}", fixed(value, measure.decimals));
    let middle = format!("{} to {}", say(found.spread.lower_quartile), say(found.spread.upper_quartile));
    let limits = place.map(|place| (shown(measure, place.limits998.0), shown(measure, place.limits998.1)));
    let expected = limits.map(|(lower, upper)| match (lower.is_finite(), upper.is_finite()) {
        (true, true) => format!("{} to {}", say(lower), say(upper)),
        (true, false) => format!("{} or more", say(lower)),
        (false, _) => format!("{} or less", say(upper)),
    });
    let half = match &expected {
        Some(expected) => format!("; the shaded part, {expected}, is where we would expect it"),
        None if n >= FEWEST => format!("; half of them lie in the shaded part, {middle}"),
        None => String::new(),
    };
    let alt = format!(
        "A dot for each of {n} organisations of {} with a value on {}, from {} to {}{half}. The diamond at {} is {}.",
        name(&peers.title),
        platform.title(),
        say(found.spread.least),
        say(found.spread.most),
        say(own),
        name(&entry.organisation.name),
    );
    if say(found.spread.least) == say(found.spread.most) {
        return html! { p.rests { "All " (whole(n as u64)) " of its peers with a value have " (say(own)) "." } };
    }
    let half_have = match say(found.spread.lower_quartile) == say(found.spread.upper_quartile) {
        true => {
            format!("Half or more of the {} with a value have {}.", whole(n as u64), say(found.spread.median))
        }
        false => format!("Half of the {} with a value have {middle}.", whole(n as u64)),
    };
    let below = html! {
        @if let Some(expected) = &expected { "Shaded: where we would expect it, " (expected) " (99.8% limits). " (half_have) }
        @else if n >= FEWEST { "Half of the " (whole(n as u64)) " with a value lie in the shaded part: " (middle) "." }
        @else { "The " (whole(n as u64)) " with a value lie between " (say(found.spread.least)) " and " (say(found.spread.most)) ": too few for a middle." }
        @if found.beyond > 0 {
            " " (beyond(found.beyond, &say(found.spread.most)))
        }
    };
    figure(
        &html! { "Among its peers" },
        &html! {
            span.key { span.key-focus {} " this organisation" } " "
            span.key { span.key-peers {} " " bdi { (name(&peers.title)) } }
        },
        &found.drawing(Some(own), limits).on_page(&alt),
        Some(&below),
    )
}

/// How many lie further out than the axis.
pub(crate) fn beyond(n: usize, most: &str) -> String {
    if n == 1 {
        format!("1 lies further out, at {most}, and is drawn at the edge.")
    } else {
        format!("{} lie further out, up to {most}, and are drawn at the edge.", whole(n as u64))
    }
}

fn series(site: &Site<'_>, entry: &Entry, block: &Block<'_>) -> Markup {
    let measure = block.measure;
    let Some(series) = Series::of(site, entry, block) else { return html! {} };
    let Some(drawing) = series.drawing() else {
        // The reason stands once on a card.
        let why = series.figures.last().map(|figure| view_of(measure, figure));
        let told = view(block);
        let why = why.as_ref().map(View::reason);
        let why = why.filter(|why| told.is_none_or(|told| told.reason() != *why)).unwrap_or_default();
        return html! { p.rests { "By " (measure.period.as_str()) ": no value in any of " (whole(series.views.len() as u64)) ". " (why) } };
    };
    let part = measure.period.as_str();
    let has_interval = series.views.iter().any(|view| view.interval().is_some());
    let begins = block.begins.filter(|_| !series.is_whole);
    let kinds = series.control.as_ref().map(marked).unwrap_or_default();
    let (title, words) = told(measure, series.change);
    let below = html! {
        (keys(&kinds))
        @if let Some(from) = begins { "Begins on " (day_of(from, &site.zone)) ": the source cut off what came before. " }
        @if series.gaps > 0 { (count(series.gaps, &format!("{part}s"))) " without a value: dotted at the foot. " }
        @if kinds.is_empty() { (words) }
        (series_table(site, block, &series.figures, &series.views, has_interval))
    };
    figure(
        &html! { (title.unwrap_or_else(|| format!("By {part}"))) },
        &html! { (series.what(measure)) },
        &drawing.on_page(&series.alt),
        Some(&below),
    )
}

/// A figure over time.
pub(crate) struct Series<'a> {
    figures: Vec<&'a Figure>,
    views: Vec<View>,
    points: Vec<Point>,
    /// Parts without a value.
    gaps: u64,
    /// Whether it has all the parts of the edition's series.
    is_whole: bool,
    change: Option<&'a Change>,
    /// Where there are limits to draw.
    pub(crate) control: Option<Control>,
    percent: bool,
    /// What is drawn, for those who cannot see it.
    pub(crate) alt: String,
}

impl<'a> Series<'a> {
    /// None where the edition has no series of the measure, or nothing of it here.
    pub(crate) fn of(site: &Site<'a>, entry: &Entry, block: &Block<'a>) -> Option<Self> {
        let measure = block.measure;
        let parts = parts(site, block);
        // Both are in the order of time, and parts may begin later.
        let is_part = |figure: &Figure| parts.iter().any(|part| part.id == figure.period);
        let figures: Vec<&Figure> =
            block.series.iter().copied().skip_while(|figure| !is_part(figure)).collect();
        let views: Vec<View> = figures.iter().map(|figure| View::without_reason(&figure.answer)).collect();
        let (first, last) = (figures.first()?, figures.last()?);
        let whole_series =
            site.edition.series.iter().filter(|part| part.granularity == measure.period).count();
        let is_whole = parts.len() >= whole_series;
        let parts: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
        let mut left = figures.iter().zip(&views).peekable();
        let points: Vec<Point> = parts
            .iter()
            .map(|part| {
                let mut view = None;
                while let Some((_, found)) = left.next_if(|(figure, _)| figure.period == **part) {
                    view.get_or_insert(found);
                }
                Point {
                    label: site.label(part).into_owned(),
                    value: view.and_then(View::value).map(|value| shown(measure, value)),
                    interval: view
                        .and_then(View::interval)
                        .map(|i| (shown(measure, i.lower), shown(measure, i.upper))),
                }
            })
            .collect();
        let gaps = points.iter().filter(|point| point.value.is_none()).count() as u64;
        let change = site.change(&entry.organisation.organisation_id, measure, block.platform);
        let control = change.and_then(|change| controlled(measure, change, &parts, &points, true));
        let values = || views.iter().filter_map(View::value);
        let part = measure.period.as_str();
        let mut alt = format!(
            "A line by {part} from {} to {} for {} on {}: values between {} and {}. {} without a value.",
            crate::when::short(parts.first().unwrap_or(&first.period.as_str())),
            crate::when::short(parts.last().unwrap_or(&last.period.as_str())),
            name(&entry.organisation.name),
            block.platform.title(),
            bare(measure, values().fold(f64::INFINITY, f64::min)),
            bare(measure, values().fold(f64::NEG_INFINITY, f64::max)),
            count(gaps, &format!("{part}s")),
        );
        if let Some(control) = &control {
            alt.push(' ');
            alt.push_str(&in_words(measure, control));
        }
        let percent = measure.unit.starts_with('%');
        Some(Self { figures, views, points, gaps, is_whole, change, control, percent, alt })
    }

    /// The picture; none without a value.
    pub(crate) fn drawing(&self) -> Option<Drawing> {
        self.views.iter().find_map(View::value)?;
        Some(self.control.as_ref().map_or_else(|| line(&self.points, self.percent), control))
    }

    /// What its axis and its shades are.
    pub(crate) fn what(&self, measure: &Measure) -> String {
        let shades = if self.control.is_some() {
            "; shaded: what chance explains".to_owned()
        } else if self.views.iter().any(|view| view.interval().is_some()) {
            format!("; the band is the {} interval", level(measure.level_of_interval()))
        } else {
            String::new()
        };
        let unit = sentences::capital(&crate::number::unit_in_words(measure));
        format!("{unit} by {}{shades}", measure.period.as_str())
    }
}

/// The status as a title, where it is one, and what else is to be said.
fn told(measure: &Measure, change: Option<&Change>) -> (Option<String>, String) {
    let Some(change) = change else { return (None, sentences::not_tested(measure)) };
    let said = sentences::change(measure, &change.status);
    match &change.status {
        ChangeStatus::NoClearChange => (Some(said), String::new()),
        ChangeStatus::Changed { .. } => {
            let (title, meaning) = said.split_once(").").unwrap_or((&said, ""));
            (Some(format!("{title})")), meaning.trim().to_owned())
        }
        ChangeStatus::NeedsMoreData { .. } | ChangeStatus::MostlyZero => (None, said),
    }
}

/// The control chart of a series; `None` where there are no limits to draw.
pub(crate) fn controlled(
    measure: &Measure,
    change: &Change,
    parts: &[&str],
    points: &[Point],
    small: bool,
) -> Option<Control> {
    let limits = change.chart?;
    let signals: BTreeMap<&str, bool> = change
        .points
        .iter()
        .filter_map(|point| point.signal.map(|(_, up)| (point.period.as_str(), up)))
        .collect();
    let ends = [limits.centre, limits.lower, limits.upper];
    let [centre, lower, upper] = ends.map(|value| shown(measure, value));
    Some(Control {
        points: parts
            .iter()
            .zip(points)
            .map(|(part, point)| {
                let up = signals.get(part).copied();
                let kind = up.map_or(PointKind::Expected, |up| kind(measure, up));
                (point.label.clone(), point.value, kind, up.unwrap_or(false))
            })
            .collect(),
        limits: Some((centre, lower, upper)),
        words: (!small).then(|| {
            ["mean", "lower limit", "upper limit"]
                .iter()
                .zip(ends)
                .map(|(word, value)| format!("{word} {}", bare(measure, value)))
                .collect::<Vec<_>>()
                .try_into()
                .unwrap_or_default()
        }),
        percent: measure.unit.starts_with('%'),
        small,
    })
}

/// What a marked point is, by the direction that is agreed to be better.
fn kind(measure: &Measure, up: bool) -> PointKind {
    match measure.polarity.meaning(up) {
        Meaning::Improvement => PointKind::Improvement,
        Meaning::Concern => PointKind::Unusual,
        Meaning::Neutral => PointKind::NoDirection,
    }
}

/// The signs that occur, with their meaning.
pub(crate) fn marked(chart: &Control) -> Vec<(&'static str, crate::chart::Sign, &'static str)> {
    let mut found: Vec<(PointKind, bool)> = chart
        .points
        .iter()
        .filter(|(_, value, kind, _)| value.is_some() && *kind != PointKind::Expected)
        .map(|(_, _, kind, up)| (*kind, *up))
        .collect();
    found.sort();
    found.dedup_by_key(|(kind, up)| kind.sign(*up));
    found
        .iter()
        .filter_map(|(kind, up)| kind.sign(*up).map(|(class, sign)| (class, sign, kind.words())))
        .collect()
}

/// Mean, limits and marked points of a control chart, for those who cannot see it.
fn in_words(measure: &Measure, chart: &Control) -> String {
    let percent = if measure.unit.starts_with('%') { "%" } else { "" };
    let say = |value: f64| format!("{}{percent}", fixed(value, measure.decimals));
    let (centre, lower, upper) = chart.limits.unwrap_or_default();
    let marked: Vec<String> = PointKind::MARKED
        .iter()
        .filter_map(|kind| {
            let n = chart.points.iter().filter(|(_, value, of, _)| value.is_some() && of == kind).count();
            (n > 0).then(|| format!("{} {}", count(n as u64, "points"), kind.words()))
        })
        .collect();
    let marked = if marked.is_empty() {
        "no point is marked".to_owned()
    } else {
        format!("marked: {}", sentences::list(&marked))
    };
    format!("The mean is {}, the limits are {} and {}; {marked}.", say(centre), say(lower), say(upper))
}

/// The parts of the edition's series, also where there is no figure. Where the source cut off what came
/// before, they begin with the first part that was seen.
fn parts<'a>(site: &Site<'a>, block: &Block<'_>) -> Vec<&'a Period> {
    let seen = |part: &Period| {
        block.begins.is_none_or(|from| part.ends_at > from)
            || block.series.iter().any(|figure| {
                figure.period == part.id && View::without_reason(&figure.answer).value().is_some()
            })
    };
    site.edition
        .series
        .iter()
        .filter(|part| part.granularity == block.measure.period)
        .skip_while(|part| !seen(part))
        .collect()
}

fn series_table(
    site: &Site<'_>,
    block: &Block<'_>,
    series: &[&Figure],
    views: &[View],
    has_interval: bool,
) -> Markup {
    let measure = block.measure;
    html! {
        details {
            summary { "These values as a table" (of_what(block)) }
            table {
                caption { (name(&measure.title)) ", " (block.platform.title()) }
                thead { tr {
                    th scope="col" { (sentences::capital(measure.period.as_str())) }
                    th.num scope="col" { "Value" }
                    @if has_interval { th.num scope="col" { "Likely" } }
                    th.num scope="col" { "n" }
                } }
                tbody {
                    @for (figure, view) in series.iter().zip(views) {
                        tr {
                            th scope="row" { (site.label(&figure.period)) }
                            @match view {
                                View::Value(value, interval) => {
                                    td.num { (bare(measure, *value)) @if figure.cut_off { " (cut off)" } }
                                    @if has_interval { td.num { (range(measure, *interval).unwrap_or_default()) } }
                                }
                                View::Missing(status, _) => {
                                    td { (status.replace('_', " ")) }
                                    @if has_interval { td {} }
                                }
                            }
                            td.num { (whole(figure.n)) }
                        }
                    }
                }
            }
        }
    }
}
