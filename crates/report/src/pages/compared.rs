//! A measure's figures within each peer group: the funnel and its sentence, or why there is none; every
//! member with its interval; and, for those who ask, ranks as intervals. Never a bare rank.

use maud::{Markup, html};
use someasure_model::{
    Entry, Figure, FunnelMethod, Measure, PeerComparison, PeerFunnel, PeerGroup, PeerPlace, PeerRanks,
    Platform, Position,
};

use crate::chart::{
    FEWEST, Funnel, Limits, MOST_LABELS, Member, Row, Rows, Scale, Sign, Spread, funnel, one_in,
};
use crate::copies::{Chart, Copies, plain_id};
use crate::data::text;
use crate::layout::{Place, scroll};
use crate::number::{bare, count, exact, fixed, level, shown, unit_in_words, whole};
use crate::sentences;
use crate::site::{Site, organisation_path};
use crate::text::{name, sentence};
use crate::view::View;

/// With more members the list of all is closed until somebody asks.
const MOST_OPEN: usize = 60;

/// What a sign of a funnel means.
const KEYS: [(Position, &str, Sign, &str); 4] = [
    (Position::Above998, "c-out", Sign::Up, "above the 99.8% limits"),
    (Position::Below998, "c-out", Sign::Down, "below the 99.8% limits"),
    (Position::Above95, "c-edge", Sign::Diamond, "beyond the 95% limits"),
    (Position::Below95, "c-edge", Sign::Diamond, "beyond the 95% limits"),
];

/// What is drawn of one group on one platform.
struct Group<'a, 'e> {
    site: &'a Site<'e>,
    place: &'a Place,
    measure: &'a Measure,
    platform: &'a Platform,
    group: &'a PeerGroup,
    /// Those with a value, in the order of the edition.
    members: Vec<(&'e Entry, &'e Figure, View, f64)>,
    /// How many were asked.
    asked: u64,
}

/// One group on one platform; nothing where nobody was asked.
pub(super) fn of_group(
    copies: &mut Copies<'_, '_>,
    site: &Site<'_>,
    place: &Place,
    (measure, platform): (&Measure, &Platform),
    group: &PeerGroup,
    open: bool,
) -> Markup {
    let of = Group::of(site, place, (measure, platform), group);
    if of.asked == 0 {
        return html! {};
    }
    let title = name(&group.title);
    if of.members.is_empty() {
        return html! { p { bdi { (title) } ": none of " (count(of.asked, "organisations")) " has a value on " (platform.title()) "." } };
    }
    let comparison = site.comparison(&group.id, measure, platform);
    let compared = comparison.and_then(|comparison| comparison.funnel.as_ref().ok());
    html! {
        details.group open[open] {
            summary { bdi { (title) } " (" (whole(of.members.len() as u64)) ")" }
            @if !group.reason.is_empty() { p.figure-what { (sentence(&group.reason)) } }
            @match comparison.map(|comparison| &comparison.funnel) {
                Some(Ok(found)) => {
                    p.status { (sentences::funnel(found.places.len() as u64, outside(found), &title)) }
                    (copies.figure(of.funnel(found)))
                }
                Some(Err(reason)) => { p { "Not compared: " (sentence(reason)) } }
                None => {}
            }
            @if of.members.len() > MOST_OPEN {
                details { summary { "Each of the " (whole(of.members.len() as u64)) " with its interval" } (copies.figure(of.caterpillar(compared))) }
            } @else { (copies.figure(of.caterpillar(compared))) }
            @if let Some(comparison) = comparison && let Some(ranks) = &comparison.ranks {
                details {
                    summary { "Ranks, as intervals" span.visually-hidden { ": " bdi { (title) } ", " (platform.title()) } }
                    (of.ranks(copies, comparison, ranks))
                }
            }
        }
    }
}

/// For paper: what is said of one group on one platform, with its funnel, if there is one, and every member
/// with its interval. `None` where nobody has a value.
pub(crate) fn on_paper(
    site: &Site<'_>,
    place: &Place,
    (measure, platform): (&Measure, &Platform),
    group: &PeerGroup,
) -> Option<(String, Option<Chart>, Chart)> {
    let of = Group::of(site, place, (measure, platform), group);
    if of.members.is_empty() {
        return None;
    }
    let title = name(&group.title);
    let comparison = site.comparison(&group.id, measure, platform);
    let compared = comparison.and_then(|comparison| comparison.funnel.as_ref().ok());
    let said = match comparison.map(|comparison| &comparison.funnel) {
        Some(Ok(found)) => sentences::funnel(found.places.len() as u64, outside(found), &title),
        Some(Err(reason)) => format!("Not compared: {}", sentence(reason)),
        None => String::new(),
    };
    Some((said, compared.map(|found| of.funnel(found)), of.caterpillar(compared)))
}

fn outside(funnel: &PeerFunnel) -> u64 {
    funnel.places.iter().filter(|place| place.position.stands_out()).count() as u64
}

/// The place of an organisation.
fn place_of<'f>(funnel: &'f PeerFunnel, entry: &Entry) -> Option<&'f PeerPlace> {
    let id = &entry.organisation.organisation_id;
    funnel.places.binary_search_by(|place| place.organisation_id.cmp(id)).ok().map(|at| &funnel.places[at])
}

impl<'a, 'e> Group<'a, 'e> {
    fn of(
        site: &'a Site<'e>,
        place: &'a Place,
        (measure, platform): (&'a Measure, &'a Platform),
        group: &'a PeerGroup,
    ) -> Self {
        let asked = site
            .headlines(measure, platform)
            .iter()
            .map(|(at, figure)| (&site.edition.organisations[*at], *figure))
            .filter(|(entry, _)| site.belongs(entry, group));
        let (mut members, mut n) = (Vec::new(), 0);
        for (entry, figure) in asked {
            n += 1;
            let view = View::without_reason(&figure.answer);
            if let Some(value) = view.value() {
                members.push((entry, figure, view, value));
            }
        }
        Self { site, place, measure, platform, group, members, asked: n }
    }

    fn id(&self, what: &str) -> String {
        format!("{}-{}-{what}", self.platform, plain_id(&self.group.id))
    }

    fn percent(&self) -> bool {
        self.measure.unit.starts_with('%')
    }

    fn subtitle(&self, n: usize) -> Vec<String> {
        vec![
            name(&self.measure.title),
            name(&self.group.title),
            self.platform.title().to_owned(),
            self.site.asked(self.measure, self.site.headline_period(self.measure)),
            format!("{} of {}", whole(n as u64), count(self.asked, "organisations")),
            unit_in_words(self.measure),
        ]
    }

    fn shown(&self, (lower, upper): (f64, f64)) -> (f64, f64) {
        (shown(self.measure, lower), shown(self.measure, upper))
    }

    fn link(&self, entry: &Entry) -> Markup {
        let href = self.place.to(&organisation_path(&entry.organisation.organisation_id));
        html! { a href=(href) { bdi { (self.site.known.called(entry)) } } }
    }

    fn funnel(&self, found: &PeerFunnel) -> Chart {
        let compared: Vec<(&Entry, f64, &PeerPlace)> = self
            .members
            .iter()
            .filter_map(|(entry, _, _, value)| Some((*entry, *value, place_of(found, entry)?)))
            .collect();
        let members: Vec<Member> = compared
            .iter()
            .map(|(entry, value, place)| Member {
                name: self.site.known.called(entry),
                value: shown(self.measure, *value),
                limits95: self.shown(place.limits95),
                limits998: self.shown(place.limits998),
                position: place.position,
            })
            .collect();
        let centre = bare(self.measure, found.centre);
        let drawn = Funnel {
            members: &members,
            centre: shown(self.measure, found.centre),
            centre_in_words: &format!("centre {centre}"),
            percent: self.percent(),
            one_in: 1,
        };
        let drawing = funnel(&drawn);
        let n = compared.len();
        let thinned = one_in(n);
        let names = self.names(&compared);
        let plain: Vec<String> = names
            .iter()
            .map(|(_, words, found)| {
                let names: Vec<String> = found.iter().take(12).map(|e| self.site.known.called(e)).collect();
                let more =
                    if found.len() > 12 { format!(" and {} more", found.len() - 12) } else { String::new() };
                format!("{}: {}{more}.", sentences::capital(words), names.join(", "))
            })
            .collect();
        let alt = format!(
            "A funnel of {} of {}, from those with the widest limits to those with the narrowest, around a centre of {centre}. {}{}",
            count(n as u64, "organisations"),
            name(&self.group.title),
            if thinned > 1 { format!("{} ", drawn_of("dots", thinned)) } else { String::new() },
            if plain.is_empty() { "All lie within their 95% limits.".to_owned() } else { plain.join(" ") },
        );
        let title = match outside(found) {
            0 => "None lies outside what chance explains".to_owned(),
            1 => format!("1 of {} lies outside what chance explains", whole(n as u64)),
            out => format!("{} of {} lie outside what chance explains", whole(out), whole(n as u64)),
        };
        let mut keys: Vec<(&'static str, Sign, &'static str)> = KEYS
            .iter()
            .filter(|(position, ..)| n <= MOST_LABELS || position.stands_out())
            .filter(|(position, ..)| compared.iter().any(|(.., place)| place.position == *position))
            .map(|(_, class, sign, words)| (*class, *sign, *words))
            .collect();
        keys.dedup();
        let below = html! {
            @for (position, words, found) in &names {
                p {
                    (sentences::capital(words)) ": "
                    @if n > MOST_LABELS && !position.stands_out() {
                        (count(found.len() as u64, "organisations")) ", drawn as dots and named in the CSV."
                    } @else {
                        @for (i, entry) in found.iter().take(MOST_LABELS).enumerate() { @if i > 0 { ", " } (self.link(entry)) }
                        @if found.len() > MOST_LABELS { " and " (whole((found.len() - MOST_LABELS) as u64)) " more, in the CSV" }
                        "."
                    }
                }
            }
            p { (method(found)) @if thinned > 1 { " " (drawn_of("dots", thinned)) } }
        };
        let cells = compared.iter().map(|(entry, value, place)| {
            vec![
                entry.organisation.organisation_id.to_string(),
                text(&entry.organisation.name),
                exact(*value),
                exact(found.centre),
                exact(place.limits95.0),
                exact(place.limits95.1),
                exact(place.limits998.0),
                exact(place.limits998.1),
                exact(place.z),
                place.position.as_str().to_owned(),
            ]
        });
        let head = vec![
            "organisation_id",
            "name",
            "value",
            "centre",
            "lower95",
            "upper95",
            "lower998",
            "upper998",
            "z",
            "position",
        ];
        Chart {
            id: self.id("funnel"),
            title,
            subtitle: self.subtitle(n),
            picture: if thinned > 1 {
                funnel(&Funnel { one_in: thinned, ..drawn }).on_page(&alt)
            } else {
                drawing.on_page(&alt)
            },
            alt,
            drawing,
            keys,
            below,
            numbers: (head, cells.collect()),
        }
    }

    /// Who lies where, but for those within.
    fn names<'m>(
        &self,
        compared: &[(&'m Entry, f64, &PeerPlace)],
    ) -> Vec<(Position, &'static str, Vec<&'m Entry>)> {
        [
            (Position::Above998, "above the 99.8% limits"),
            (Position::Above95, "above the 95% limits"),
            (Position::Below95, "below the 95% limits"),
            (Position::Below998, "below the 99.8% limits"),
        ]
        .into_iter()
        .map(|(position, words)| {
            let found = compared.iter().filter(|(.., place)| place.position == position);
            (position, words, found.map(|(entry, ..)| *entry).collect::<Vec<_>>())
        })
        .filter(|(.., found)| !found.is_empty())
        .collect()
    }

    fn caterpillar(&self, compared: Option<&PeerFunnel>) -> Chart {
        let measure = self.measure;
        let drawn: Vec<Row> = self
            .members
            .iter()
            .map(|(entry, figure, view, value)| Row {
                label: self.link(entry),
                name: self.site.known.called(entry),
                text: bare(measure, *value),
                value: shown(measure, *value),
                interval: view.interval().map(|i| self.shown((i.lower, i.upper))),
                cut_off: figure.cut_off,
                limits: compared.and_then(|funnel| place_of(funnel, entry)).map(|place| Limits {
                    of95: self.shown(place.limits95),
                    of998: self.shown(place.limits998),
                    position: place.position,
                }),
            })
            .collect();
        let n = drawn.len();
        let say = |value: f64| {
            format!("{}{}", fixed(value, measure.decimals), if self.percent() { "%" } else { "" })
        };
        let spread = Spread::of(drawn.iter().map(|row| row.value));
        let rows = Rows {
            rows: &drawn,
            percent: self.percent(),
            shade_middle: n >= FEWEST,
            centre: compared.map(|funnel| shown(measure, funnel.centre)),
            bars: false,
        };
        let order = if n > MOST_LABELS {
            "from the least to the most, without names"
        } else {
            "in alphabetical order"
        };
        let (title, range, beyond) = spread.as_ref().map_or_else(
            || (String::new(), String::new(), 0),
            |spread| {
                let (least, most) = (say(spread.least), say(spread.most));
                let (lower, upper) = (say(spread.lower_quartile), say(spread.upper_quartile));
                let title = match () {
                    () if n == 1 => format!("One organisation has a value: {least}"),
                    () if least == most => format!("All have {least}"),
                    () if n >= FEWEST && lower != upper => {
                        format!("Half of them lie between {lower} and {upper}")
                    }
                    () => format!("They lie between {least} and {most}"),
                };
                let scale = Scale::covering_spread(spread, 4, self.percent());
                let beyond = drawn.iter().filter(|row| scale.is_beyond(row.value)).count();
                (title, format!("{least} to {most}"), beyond)
            },
        );
        let thinned = one_in(n);
        let alt = format!(
            "{} of {} on {}, {order}: values from {range}. {}The {} every value.",
            if thinned > 1 {
                format!("A row for one in {thinned} of {}", count(n as u64, "organisations"))
            } else {
                format!("A row for each of {}", count(n as u64, "organisations"))
            },
            name(&self.group.title),
            self.platform.title(),
            if compared.is_some() && n <= MOST_LABELS {
                "Behind each lies the range in which we would expect it. "
            } else {
                ""
            },
            if n > MOST_LABELS { "CSV has" } else { "table below has" },
        );
        let intervals = drawn.iter().any(|row| row.interval.is_some());
        let dense = n > MOST_LABELS;
        let below = html! {
            p {
                @if compared.is_some() && !dense { "Shaded: 95% and 99.8% limits around the centre, the upright line. " }
                @else if compared.is_some() { "The upright line is the centre. " }
                @else if n >= FEWEST { "Shaded: the middle half. " }
                @if intervals { "Lines: " (level(measure.level_of_interval())) " intervals; one that runs to the edge may reach further. " }
                @else { "Complete counts have no sampling error, and so no interval. " }
                @if dense { "Too many to name: they stand from the least to the most; the CSV has the names. " }
                @if thinned > 1 { (drawn_of("rows", thinned)) " " }
                @if let Some(spread) = spread.as_ref().filter(|_| beyond > 0) { (super::cards::beyond(beyond, &say(spread.most))) " " }
                @if (n as u64) < self.asked { (count(self.asked - n as u64, "organisations")) " without a value: the table says why." }
            }
        };
        let cells = self.members.iter().map(|(entry, figure, view, value)| {
            let end = |pick: fn(&someasure_model::Interval) -> f64| {
                view.interval().map_or_else(String::new, |interval| exact(pick(&interval)))
            };
            vec![
                entry.organisation.organisation_id.to_string(),
                text(&entry.organisation.name),
                exact(*value),
                end(|interval| interval.lower),
                end(|interval| interval.upper),
                figure.n.to_string(),
                figure.cut_off.to_string(),
            ]
        });
        let head = vec!["organisation_id", "name", "value", "lower", "upper", "n", "cut_off"];
        Chart {
            id: self.id("intervals"),
            title,
            subtitle: self.subtitle(n),
            picture: rows.on_page(&alt),
            drawing: rows.drawing(),
            alt,
            keys: Vec::new(),
            below,
            numbers: (head, cells.collect()),
        }
    }

    fn ranks(&self, copies: &mut Copies<'_, '_>, comparison: &PeerComparison, ranks: &PeerRanks) -> Markup {
        let title = name(&self.group.title);
        let of = ranks.sets.len() as u64;
        let ranked: Vec<(&Entry, &someasure_model::PeerRank)> = self
            .members
            .iter()
            .filter_map(|(entry, ..)| {
                let id = &entry.organisation.organisation_id;
                let at = ranks.sets.binary_search_by(|rank| rank.organisation_id.cmp(id)).ok()?;
                Some((*entry, &ranks.sets[at]))
            })
            .collect();
        let drawn: Vec<Row> = ranked
            .iter()
            .map(|(entry, rank)| Row {
                label: self.link(entry),
                name: self.site.known.called(entry),
                text: sentences::rank_range(rank),
                value: rank.rank as f64,
                interval: Some((rank.lower as f64, rank.upper as f64)),
                cut_off: false,
                limits: None,
            })
            .collect();
        let rows = Rows { rows: &drawn, percent: false, shade_middle: false, centre: None, bars: false };
        let certain = ranked.iter().filter(|(_, rank)| rank.overlap == 0).count();
        let heading = match certain {
            0 => "No organisation has a place of its own".to_owned(),
            1 => format!("1 of {} has a place of its own", whole(of)),
            n => format!("{} of {} have a place of their own", whole(n as u64), whole(of)),
        };
        let alt = format!(
            "A row for each of {} of {title} with the ranks that the data allow it; the table or the CSV below has every one.",
            count(of, "organisations")
        );
        let mut subtitle = self.subtitle(drawn.len());
        subtitle.pop();
        subtitle.push(format!("ranks, {} confidence for all at once", level(ranks.level)));
        let cells = ranked.iter().map(|(entry, rank)| {
            vec![
                entry.organisation.organisation_id.to_string(),
                text(&entry.organisation.name),
                rank.rank.to_string(),
                rank.lower.to_string(),
                rank.upper.to_string(),
                rank.overlap.to_string(),
            ]
        });
        let head = vec!["organisation_id", "name", "rank", "rank_lower", "rank_upper", "rank_overlap"];
        let chart = Chart {
            id: self.id("ranks"),
            title: heading,
            subtitle,
            picture: rows.on_page(&alt),
            drawing: rows.drawing(),
            alt,
            keys: Vec::new(),
            below: html! {
                p { "1st is the largest value, whichever way is better. Each line holds the ranks that the data allow; all true ranks lie within their lines at once with " (level(ranks.level)) " confidence." }
            },
            numbers: (head, cells.collect()),
        };
        let table = html! {
            table {
                caption { "Ranks in " bdi { (title) } " on " (self.platform.title()) ", " (self.site.asked(self.measure, &comparison.period)) }
                thead { tr { th scope="col" { "Organisation" } th scope="col" { "Ranks that the data allow" } th.num scope="col" { "Others that overlap" } } }
                tbody {
                    @for (entry, rank) in &ranked {
                        tr {
                            th scope="row" { (self.link(entry)) }
                            td { (sentences::rank_range(rank)) " of " (whole(of)) }
                            td.num { (whole(rank.overlap)) }
                        }
                    }
                }
            }
        };
        let label = format!("Ranks in {title} on {}", self.platform.title());
        // A table of thousands helps nobody; the CSV has them.
        html! { (copies.figure(chart)) @if ranked.len() <= MOST_LABELS { (scroll(&label, &table)) } }
    }
}

/// Where a page has not room for all.
fn drawn_of(what: &str, one_in: usize) -> String {
    format!("Here one in {one_in} of the {what} is drawn; the SVG has all of them.")
}

/// Where the limits come from.
fn method(funnel: &PeerFunnel) -> String {
    let limits = match funnel.method {
        FunnelMethod::Counts => {
            "Limits: from the distribution of the counts, around the share of all members together."
        }
        FunnelMethod::Intervals => "Limits: from each member’s own error, around the median member.",
    };
    if funnel.dispersion > 1.05 {
        format!(
            "{limits} Members differ anyway, by {} times what chance alone gives; the limits allow for that.",
            fixed(funnel.dispersion, 1)
        )
    } else {
        limits.to_owned()
    }
}
