//! What groups of organisations did: standard measures whose answer is a group's, platform by platform.

use maud::html;
use someasure_model::{Kind, Level, Measure, Platform};

use super::presence::{bar, bars};
use super::{Finding, Table};
use crate::chart::Row;
use crate::number::{bare, exact, shown, unit_in_words, whole};
use crate::pages::is_standard;
use crate::pages::measure::group_sentence;
use crate::site::{Site, measure_path};
use crate::text::name;
use crate::view::View;

/// A finding for each standard group measure. Presence is told from the register itself.
pub(super) fn answers(site: &Site<'_>) -> Vec<Finding> {
    site.edition
        .measures
        .iter()
        .filter(|measure| measure.level == Level::Group && is_standard(measure))
        .filter(|measure| measure.id.as_str() != "presence")
        .filter_map(|measure| by_platform(site, measure))
        .collect()
}

/// A share of organisations, platform by platform.
pub(crate) fn by_platform(site: &Site<'_>, measure: &Measure) -> Option<Finding> {
    let mut said = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut cells = Vec::new();
    let mut table = Vec::new();
    let mut first: Option<(u64, &Platform, String)> = None;
    for platform in &site.platforms {
        let Some(sentence) = group_sentence(site, measure, platform) else { continue };
        let found = site.group_headlines(measure, platform);
        let Some((_, figure)) = found.into_iter().find(|(_, figure)| figure.peer_group == "all") else {
            continue;
        };
        let view = View::without_reason(&figure.answer);
        let Some(value) = view.value() else { continue };
        said.push(sentence);
        let mut row = bar(platform.title(), bare(measure, value), shown(measure, value));
        row.interval = view.interval().map(|i| (shown(measure, i.lower), shown(measure, i.upper)));
        rows.push(row);
        cells.push(vec![platform.to_string(), exact(value), figure.n.to_string()]);
        table.push(vec![platform.title().to_owned(), bare(measure, value), whole(figure.n)]);
        if first.as_ref().is_none_or(|(n, ..)| figure.n > *n) {
            first = Some((figure.n, platform, bare(measure, value)));
        }
    }
    let (_, platform, value) = first?;
    let title = match measure.says.group.as_deref() {
        Some(words) => {
            format!("On {}, {}", platform.title(), crate::sentences::verb(words).replace("{}", &value))
        }
        None => format!("On {}, it is {value}", platform.title()),
    };
    let subtitle = vec![
        name(&measure.title),
        if measure.kind == Kind::Proportion {
            "share of organisations".to_owned()
        } else {
            unit_in_words(measure)
        },
        site.asked(measure, site.headline_period(measure)),
    ];
    let alt = format!("A bar for each platform. {}", said.join(" "));
    let id = format!("{}-by-platform", measure.id);
    let sure = "It counts every organisation whose posts could be seen, so there is no sampling error. Those that could not be seen are not in it.";
    Some(Finding {
        // A single bar says less than its sentence.
        chart: (rows.len() > 1).then(|| {
            bars(
                (&id, &title, subtitle),
                (&rows, measure.unit.starts_with('%')),
                alt,
                (vec!["platform", "value", "n"], cells),
            )
        }),
        id: format!("{}-finding", measure.id),
        title,
        said: html! { (said.join(" ")) " " (measure.polarity.sentence()) },
        sure: sure.to_owned(),
        table: Table {
            caption: format!("{}, by platform", name(&measure.title)),
            heads: vec![("Platform", false), ("Value", true), ("Organisations", true)],
            rows: table,
        },
        links: vec![(measure_path(&measure.id), format!("About the measure “{}”", name(&measure.title)))],
    })
}
