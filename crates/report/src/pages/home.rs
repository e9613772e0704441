//! Home: what was found, your own organisation, how well we could see, and what this cannot tell.

use maud::{Markup, html};
use someasure_model::{Kind, Level, Measure, Platform};

use crate::File;
use crate::chart::{FEWEST, Row, Rows};
use crate::copies::{Chart, Copies};
use crate::coverage::Seen;
use crate::data::text;
use crate::layout::{self, Page, Place, scroll};
use crate::number::{bare, count, exact, fixed, percent, shown, whole};
use crate::pages::measure::group_sentence;
use crate::pages::{DOMAINS, is_about_collecting, is_standard, measure_link, outputs_not_outcomes};
use crate::sentences::{self, capital, counts};
use crate::site::{
    HOW_TO_READ, MEASURES, METHODS, OPEN_DATA, ORGANISATIONS, REGISTER, Site, is_own, organisation_path,
};
use crate::text::{bdi, name};
use crate::view::View;

/// Up to so many organisations are listed on the first page.
const FEW: usize = 60;

/// The page, and the charts that it offers.
pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    if !site.stage.is_collected() {
        return vec![super::begin::page(site)];
    }
    let place = Place::new("index.html");
    let mut copies = Copies::of(site, &place);
    let edition = site.edition;
    let title = name(&edition.title);
    let tally = &site.tally;
    let period = crate::when::period(&edition.period.id);
    let organisations = edition.organisations.len() as u64;
    let platforms: Vec<String> = site.platforms.iter().map(|platform| platform.title().to_owned()).collect();
    let services: Vec<String> = edition.services.iter().map(|service| name(service)).collect();
    let content = html! {
        dl.numbers {
            div { dt { "Organisations" } dd { (whole(organisations)) } }
            div { dt { "Accounts, each counted once" } dd { (whole(tally.accounts as u64)) } }
            div { dt { "Post records received" } dd { (whole(tally.rows)) } }
            div {
                dt { "Accounts cut off" @if tally.cut > 0 { ", " (of_these_within(tally.cut, tally.cut_within)) } }
                dd { (whole(tally.cut as u64)) }
            }
        }
        (find(site, &place))
        section aria-labelledby="findings" {
            h2 id="findings" { "What we found" }
            p {
                "No total score and no league table: each finding answers one question, with how sure it is. "
                a href=(place.to(HOW_TO_READ)) { "How to read the pictures" } "."
            }
            (findings(&mut copies, site, &place))
            p { a href=(place.to(MEASURES)) { "All measures, with their definitions and limits" } }
        }
        (seen(site, &place))
        section aria-labelledby="use" {
            h2 id="use" { "Use the data" }
            p {
                "Every figure on these pages can be downloaded with its interval, its n and its reason where it is missing: "
                a href=(place.to(OPEN_DATA)) { "open data" } ". Who belongs, and what became of the others: "
                a href=(place.to(REGISTER)) { "the register" } ". How it was all made: "
                a href=(place.to(METHODS)) { "methods and coverage" } "."
            }
        }
    };
    let page = Page {
        title: format!(
            "{} – edition {}",
            crate::text::shorten(&title, 40),
            crate::text::shorten(&name(&edition.edition), 16)
        ),
        description: format!(
            "{} of {}, {period}: what public data say about their social media, and how sure they are.",
            count(organisations, "organisations"),
            sentences::list(&services)
        ),
        kicker: Some(html! { bdi { (sentences::list(&services)) } " · " (period) }),
        heading: html! { bdi { (title) } },
        lead: lead(site, &platforms),
        content,
        limits: limits(),
        place: place.clone(),
    };
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files
}

/// What the whole edition cannot tell.
pub(crate) fn limits() -> Vec<Markup> {
    vec![
        outputs_not_outcomes(),
        html! { "Who is not in the register, and which accounts nobody knew of, is not seen at all." },
        html! { "Platforms differ in who uses them and in what they show. Figures of two platforms are never added up and should not be compared." },
        html! { "Organisations are compared; people never are." },
    ]
}

pub(crate) fn lead(site: &Site<'_>, platforms: &[String]) -> Markup {
    let tally = &site.tally;
    let with_account = site.edition.organisations.iter().filter(|entry| !entry.accounts.is_empty()).count();
    let active = site
        .edition
        .measures
        .iter()
        .find(|measure| measure.id.as_str() == "active_last_30_days")
        .map(|measure| {
            let said: Vec<String> = site
                .platforms
                .iter()
                .filter_map(|platform| group_sentence(site, measure, platform))
                .collect();
            said
        })
        .unwrap_or_default();
    html! {
        (whole(with_account as u64)) " of " (count(site.edition.organisations.len() as u64, "organisations"))
        " have a known account"
        @if !platforms.is_empty() { " on " (sentences::list(platforms)) }
        "; of " (count(tally.accounts as u64, "accounts")) ", " (whole(tally.whole() as u64))
        " could be seen over the whole period."
        @if !active.is_empty() { " Active in the last 30 days: " (uncapital_join(&active)) }
    }
}

/// Within a count of accounts that were cut off: how many of them within the period.
fn of_these_within(cut: usize, within: usize) -> String {
    match within {
        0 => "none of them within this period".to_owned(),
        n if n == cut => "within this period".to_owned(),
        n => format!("{} of them within this period", whole(n as u64)),
    }
}

/// Sentences as parts of one: "on Bluesky, …; on X, …."
fn uncapital_join(said: &[String]) -> String {
    let parts: Vec<String> =
        said.iter().map(|sentence| sentence.trim_end_matches('.').replacen("On ", "on ", 1)).collect();
    parts.join("; ") + "."
}

pub(super) fn find(site: &Site<'_>, place: &Place) -> Markup {
    let entries = &site.edition.organisations;
    html! {
        section.find aria-labelledby="find" {
            h2 id="find" { "Find your organisation" }
            form.filter action=(place.to(ORGANISATIONS)) method="get" role="search" {
                label for="find-name" { "Name, code, type or place" }
                div.field {
                    input type="search" id="find-name" name="q" autocomplete="off" spellcheck="false";
                    button type="submit" { "Find" }
                }
            }
            @if entries.len() <= FEW {
                ul.columns {
                    @for entry in entries {
                        li { a href=(place.to(&organisation_path(&entry.organisation.organisation_id))) { (bdi(&entry.organisation.name)) } }
                    }
                }
            } @else {
                p { a href=(place.to(ORGANISATIONS)) { "All " (whole(entries.len() as u64)) " organisations" } }
            }
        }
    }
}

fn findings(copies: &mut Copies<'_, '_>, site: &Site<'_>, place: &Place) -> Markup {
    let measures = &site.edition.measures;
    let of_groups = measures.iter().filter(|measure| measure.level == Level::Group && is_standard(measure));
    let groups: Vec<Markup> =
        of_groups.filter_map(|measure| of_platforms(copies, site, place, measure)).take(4).collect();
    let own: Vec<Markup> = DOMAINS
        .iter()
        .filter_map(|(domain, _)| {
            measures
                .iter()
                .filter(|measure| measure.domain == *domain && is_own(measure))
                .filter(|measure| is_standard(measure) && !is_about_collecting(measure))
                .find_map(|measure| median(copies, site, place, measure))
        })
        .collect();
    html! {
        @if groups.is_empty() && own.is_empty() {
            p { "There are not yet enough figures for a finding. The measures’ pages have what there is." }
        }
        div.findings { @for finding in groups.iter().chain(&own) { (finding) } }
    }
}

/// A share of organisations, platform by platform.
fn of_platforms(
    copies: &mut Copies<'_, '_>,
    site: &Site<'_>,
    place: &Place,
    measure: &Measure,
) -> Option<Markup> {
    let (said, chart) = by_platform(site, measure)?;
    let chart = copies.figure(chart);
    Some(html! {
        article.finding {
            h3 { (measure_link(place, measure)) }
            p { (said) " " (measure.polarity.sentence()) }
            (chart)
        }
    })
}

/// The same as words and a picture.
pub(crate) fn by_platform(site: &Site<'_>, measure: &Measure) -> Option<(String, Chart)> {
    let mut said = Vec::new();
    let mut drawn = Vec::new();
    let mut cells = Vec::new();
    for platform in &site.platforms {
        let Some(sentence) = group_sentence(site, measure, platform) else { continue };
        let found = site.group_headlines(measure, platform);
        let Some((_, figure)) = found.into_iter().find(|(_, figure)| figure.peer_group == "all") else {
            continue;
        };
        let view = View::of(&figure.answer, &counts(measure));
        let value = view.value()?;
        said.push(sentence);
        drawn.push(Row {
            label: html! { (platform.title()) },
            name: platform.title().to_owned(),
            text: bare(measure, value),
            value: shown(measure, value),
            interval: view.interval().map(|i| (shown(measure, i.lower), shown(measure, i.upper))),
            cut_off: false,
            limits: None,
        });
        cells.push(vec![platform.to_string(), exact(value), figure.n.to_string()]);
    }
    if drawn.is_empty() {
        return None;
    }
    let alt = format!("A bar for each platform. {}", said.join(" "));
    let percent = measure.unit.starts_with('%');
    let rows = Rows { rows: &drawn, percent, shade_middle: false, centre: None, bars: true };
    let chart = Chart {
        id: format!("{}-by-platform", measure.id),
        title: "By platform".to_owned(),
        subtitle: vec![
            name(&measure.title),
            if measure.kind == Kind::Proportion {
                "share of organisations".to_owned()
            } else {
                crate::number::unit_in_words(measure)
            },
            crate::when::period(site.headline_period(measure)),
        ],
        picture: rows.on_page(&alt),
        drawing: rows.drawing(),
        alt,
        keys: Vec::new(),
        below: html! {},
        numbers: (vec!["platform", "value", "n"], cells),
    };
    Some((said.join(" "), chart))
}

/// The middle organisation, on the platform where most have a value.
fn median(copies: &mut Copies<'_, '_>, site: &Site<'_>, place: &Place, measure: &Measure) -> Option<Markup> {
    let platform: &Platform = site
        .platforms
        .iter()
        .max_by_key(|platform| site.strip("all", measure, platform).map_or(0, |strip| strip.spread.n))?;
    let all = site.strip("all", measure, platform)?;
    if all.spread.n < FEWEST {
        return None;
    }
    let percent = measure.unit.starts_with('%');
    let say = |value: f64| format!("{}{}", fixed(value, measure.decimals), if percent { "%" } else { "" });
    let as_measured =
        if shown(measure, 1.0) > 1.0 { all.spread.map(|v| v / 100.0) } else { all.spread.clone() };
    let said = sentences::spread(measure, platform.title(), &as_measured);
    let alt = format!(
        "A dot for each of {} on {}, from {} to {}, piled up where there are many; the middle half is shaded.",
        count(all.spread.n as u64, "organisations"),
        platform.title(),
        say(all.spread.least),
        say(all.spread.most),
    );
    let below = html! {
        @if all.beyond > 0 { p { (capital(&super::cards::beyond(all.beyond, &say(all.spread.most)))) } }
    };
    let drawing = all.drawing(None, None);
    let cells = site.headlines(measure, platform).iter().filter_map(|(at, figure)| {
        let organisation = &site.edition.organisations[*at].organisation;
        let value = View::of(&figure.answer, "").value()?;
        Some(vec![organisation.organisation_id.to_string(), text(&organisation.name), exact(value)])
    });
    let chart = Chart {
        id: format!("{}-{platform}", measure.id),
        title: match (say(all.spread.lower_quartile), say(all.spread.upper_quartile)) {
            (lower, upper) if lower == upper => format!("Half or more have {lower}"),
            (lower, upper) => format!("Half lie between {lower} and {upper}"),
        },
        subtitle: vec![
            name(&measure.title),
            count(all.spread.n as u64, "organisations"),
            platform.title().to_owned(),
            crate::when::period(site.headline_period(measure)),
            crate::number::unit_in_words(measure),
            "shaded: the middle half".to_owned(),
        ],
        picture: drawing.on_page(&alt),
        drawing,
        alt,
        keys: Vec::new(),
        below,
        numbers: (vec!["organisation_id", "name", "value"], cells.collect()),
    };
    let chart = copies.figure(chart);
    Some(html! {
        article.finding {
            h3 { (measure_link(place, measure)) }
            p { (said) " " (measure.polarity.sentence()) }
            (chart)
        }
    })
}

fn seen(site: &Site<'_>, place: &Place) -> Markup {
    let tally = &site.tally;
    let all = tally.accounts.max(1) as f64;
    html! {
        section aria-labelledby="coverage" {
            h2 id="coverage" { "How well we could see" }
            @if tally.accounts == 0 { p { "No account is known." } } @else {
                p {
                    @let cut = tally.cut;
                    @if cut == 0 { "No account was cut off. " }
                    @else {
                        (capital(&count(cut as u64, "accounts"))) " of " (whole(tally.accounts as u64)) (if cut == 1 { " was" } else { " were" })
                        " cut off, " (of_these_within(cut, tally.cut_within)) ": the source gives only the latest posts. Rates and series use only the span that was seen. "
                    }
                    (sentences::withdrawn(site.edition.provenance.withdrawn))
                }
                @let table = html! {
                table {
                    caption { "Accounts by how far their posts are known over the period" }
                    thead { tr { th scope="col" { "Posts" } th.num scope="col" { "Accounts" } th.num scope="col" { "Share" } } }
                    tbody {
                        @for kind in Seen::ALL {
                            tr {
                                th scope="row" { (kind.title()) }
                                td.num { (whole(tally.of_kind(kind) as u64)) }
                                td.num { (percent(tally.of_kind(kind) as f64 / all)) }
                            }
                        }
                    }
                }
                };
                (scroll("Accounts by how far their posts are known", &table))
                p { "What these words mean, and the same by platform: " a href={ (place.to(METHODS)) "#coverage" } { "coverage" } "." }
            }
        }
    }
}
