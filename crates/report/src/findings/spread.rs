//! How organisations lie: the middle half of a measure on the platform where most have a value, and how many
//! stand out among their peers beside how many would by chance.

use maud::html;
use someasure_model::{Measure, Platform, Position};

use super::presence::{bar, bars};
use super::{FEWEST_ORGANISATIONS, Finding, Table, beyond_chance, by_chance};
use crate::chart::{Row, Spread};
use crate::copies::Chart;
use crate::data::text;
use crate::number::{bare, count, exact, fixed, shown, unit_in_words, whole};
use crate::pages::{DOMAINS, is_about_collecting, is_standard};
use crate::sentences::{self, capital};
use crate::site::{MEASURES, Site, is_own, measure_path};
use crate::text::name;
use crate::view::View;

/// One finding for each domain: the standard measure for which most organisations have a value, those domains
/// first in which organisations differ most for their size.
pub(super) fn of(site: &Site<'_>) -> Vec<Finding> {
    let mut found: Vec<(f64, Finding)> = DOMAINS
        .iter()
        .filter_map(|(domain, _)| {
            site.edition
                .measures
                .iter()
                .filter(|measure| measure.domain == *domain && is_own(measure))
                .filter(|measure| is_standard(measure) && !is_about_collecting(measure))
                .filter_map(|measure| {
                    let platform = site.platforms.iter().max_by_key(|platform| n(site, measure, platform))?;
                    Some((n(site, measure, platform), measure, *platform))
                })
                .rev()
                .max_by_key(|(n, ..)| *n)
                .and_then(|(_, measure, platform)| half(site, measure, platform))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, finding)| finding).collect()
}

fn n(site: &Site<'_>, measure: &Measure, platform: &Platform) -> usize {
    site.strip("all", measure, platform).map_or(0, |strip| strip.spread.n)
}

/// The middle half; with its width for the size of the median, by which findings are chosen.
fn half(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Option<(f64, Finding)> {
    let all = site.strip("all", measure, platform)?;
    let spread = &all.spread;
    if (spread.n as u64) < FEWEST_ORGANISATIONS {
        return None;
    }
    let width = (spread.upper_quartile - spread.lower_quartile) / spread.median.abs().max(1e-9);
    let percent = measure.unit.starts_with('%');
    let say = |value: f64| format!("{}{}", fixed(value, measure.decimals), if percent { "%" } else { "" });
    let title = title(measure, spread, &say);
    let on = platform.title();
    let called = name(&measure.title);
    let as_measured: Spread =
        if shown(measure, 1.0) > 1.0 { spread.map(|value| value / 100.0) } else { spread.clone() };
    let said = sentences::spread(measure, on, &as_measured);
    let alt = format!(
        "A dot for each of {} on {on}, from {} to {}, piled up where there are many; the middle half is shaded.",
        count(spread.n as u64, "organisations"),
        say(spread.least),
        say(spread.most),
    );
    let asked = site.headlines(measure, platform);
    let cells = asked.iter().filter_map(|(at, figure)| {
        let organisation = &site.edition.organisations[*at].organisation;
        let value = View::without_reason(&figure.answer).value()?;
        Some(vec![organisation.organisation_id.to_string(), text(&organisation.name), exact(value)])
    });
    let drawing = all.drawing(None, None);
    let chart = Chart {
        id: format!("{}-{platform}", measure.id),
        title: title.clone(),
        subtitle: vec![
            called.clone(),
            count(spread.n as u64, "organisations"),
            on.to_owned(),
            site.asked(measure, site.headline_period(measure)),
            unit_in_words(measure),
            "shaded: the middle half".to_owned(),
        ],
        picture: drawing.on_page(&alt),
        drawing,
        alt,
        keys: Vec::new(),
        below: html! {
            @if all.beyond > 0 { p { (capital(&crate::pages::cards::beyond(all.beyond, &say(spread.most)))) } }
        },
        numbers: (vec!["organisation_id", "name", "value"], cells.collect()),
    };
    let without = asked.len() as u64 - spread.n as u64;
    let number =
        |value: f64| bare(measure, if percent && shown(measure, 1.0) > 1.0 { value / 100.0 } else { value });
    let rows = [
        ("Least", spread.least),
        ("A quarter lie below", spread.lower_quartile),
        ("Median", spread.median),
        ("A quarter lie above", spread.upper_quartile),
        ("Most", spread.most),
    ];
    let finding = Finding {
        id: format!("{}-spread", measure.id),
        title,
        said: html! { (said) " " (measure.polarity.sentence()) },
        sure: format!(
            "{} {} Each value has its own uncertainty, which the measure’s page shows; differences between two of them may be chance.",
            format_args!(
                "{} with a value {} in it.",
                capital(&count(spread.n as u64, "organisations")),
                if spread.n == 1 { "is" } else { "are" }
            ),
            match without {
                0 => "No one is missing.".to_owned(),
                n => format!(
                    "{} without a value, for reasons that are told there.",
                    capital(&count(n, "others"))
                ),
            },
        ),
        chart: Some(chart),
        table: Table {
            caption: format!("{called} on {on}: how organisations lie"),
            heads: vec![("Where", false), ("Value", true)],
            rows: rows.iter().map(|(words, value)| vec![(*words).to_owned(), number(*value)]).collect(),
        },
        links: vec![(measure_path(&measure.id), format!("About the measure “{called}”"))],
    };
    Some((width, finding))
}

fn title(measure: &Measure, spread: &Spread, say: &impl Fn(f64) -> String) -> String {
    let (lower, upper) = (say(spread.lower_quartile), say(spread.upper_quartile));
    if lower == upper {
        return match measure.says.half.as_deref().and_then(|words| words.strip_prefix("Half ")) {
            Some(words) => format!("Half or more {}", sentences::verb(words).replace("{}", &lower)),
            None => format!("Half of organisations or more have {lower}"),
        };
    }
    match measure.says.half.as_deref() {
        Some(words) => sentences::verb(words).replace("{}", &format!("{lower} to {upper}")),
        None => format!("Half of organisations lie between {lower} and {upper}"),
    }
}

/// How many organisations lie beyond what chance and what peers differ by anyway explain.
pub(super) fn stand_out(site: &Site<'_>) -> Option<Finding> {
    let groups: Vec<&str> = site.groups_to_draw().into_iter().map(|group| group.id.as_str()).collect();
    let mut asked: Vec<(&Measure, &Platform, [u64; 3])> = Vec::new();
    let standard = |measure: &&Measure| is_standard(measure) && !is_about_collecting(measure);
    for measure in site.edition.measures.iter().filter(standard) {
        for platform in &site.platforms {
            let mut counted = [0; 3];
            for group in &groups {
                let found = site.comparison(group, measure, platform);
                let Some(Ok(funnel)) = found.map(|comparison| &comparison.funnel) else { continue };
                for place in &funnel.places {
                    counted[0] += 1;
                    counted[1] += u64::from(place.position == Position::Above998);
                    counted[2] += u64::from(place.position == Position::Below998);
                }
            }
            if counted[0] > 0 {
                asked.push((measure, platform, counted));
            }
        }
    }
    let all: u64 = asked.iter().map(|(.., [all, ..])| all).sum();
    let out: u64 = asked.iter().map(|(.., [_, above, below])| above + below).sum();
    if all < FEWEST_ORGANISATIONS {
        return None;
    }
    let expected = all as f64 * Position::STANDING_OUT_BY_CHANCE;
    let title = if beyond_chance(out, all, Position::STANDING_OUT_BY_CHANCE) {
        format!("{} of {} stand out among peers", whole(out), count(all, "comparisons"))
    } else {
        "No more organisations stand out than chance explains".to_owned()
    };
    asked.sort_by_key(|(.., [_, above, below])| std::cmp::Reverse(above + below));
    // Where there is one platform, the line above the chart names it, and not every row.
    let first = asked.first().map(|(_, platform, _)| *platform);
    let one_platform = asked.iter().all(|(_, platform, _)| Some(*platform) == first);
    let rows: Vec<Row> = asked
        .iter()
        .take(12)
        .map(|(measure, platform, [all, above, below])| {
            let label = match one_platform {
                true => name(&measure.title),
                false => format!("{}, {}", name(&measure.title), platform.title()),
            };
            let share = (above + below) as f64 / (*all).max(1) as f64;
            bar(&label, format!("{} of {}", whole(above + below), whole(*all)), share * 100.0)
        })
        .collect();
    let said: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.name, row.text)).collect();
    Some(Finding {
        chart: Some(bars(
            (
                "stand-out",
                &title,
                vec![
                    "share beyond the 99.8% limits of their peers".to_owned(),
                    count(all, "comparisons"),
                    first.filter(|_| one_platform).map_or_else(String::new, |one| one.title().to_owned()),
                    crate::when::period(&site.edition.period.id),
                ],
            ),
            (&rows, true),
            format!("A bar for each measure and platform. {}.", said.join("; ")),
            (
                vec!["measure_id", "platform", "compared", "above", "below"],
                asked
                    .iter()
                    .map(|(measure, platform, counted)| {
                        [measure.id.to_string(), platform.to_string()]
                            .into_iter()
                            .chain(counted.iter().map(u64::to_string))
                            .collect()
                    })
                    .collect(),
            ),
        )),
        id: "stand-out-finding".to_owned(),
        title,
        said: html! {
            "Each figure was compared with those of its peers on the same platform. Of " (count(all, "comparisons")) ", "
            (if out == 0 { "none".to_owned() } else { whole(out) })
            (if out == 1 { " lies" } else { " lie" }) " beyond the 99.8% limits; by chance alone " (by_chance(expected)) " would. All others are within or near what is expected among peers."
        },
        sure: "The limits allow for chance and for what peers differ by anyway. What lies beyond them differs; why, these data do not tell, and local circumstances may explain it.".to_owned(),
        table: Table {
            caption: "Comparisons with peers, by measure and platform".to_owned(),
            heads: vec![("Measure", false), ("Platform", false), ("Compared", true), ("Above", true), ("Below", true)],
            rows: asked
                .iter()
                .map(|(measure, platform, counted)| {
                    [name(&measure.title), platform.title().to_owned()]
                        .into_iter()
                        .chain(counted.iter().map(|n| whole(*n)))
                        .collect()
                })
                .collect(),
        },
        links: vec![(MEASURES.to_owned(), "Every measure with its funnels".to_owned())],
    })
}
