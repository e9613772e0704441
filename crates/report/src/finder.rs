//! What the organisation finder and the comparison in the browser read: an index of all organisations, and their
//! main figures in parts of a hundred, each as a script that sets one value, because a page that is opened
//! from a disk may load a script and nothing else. The words and numbers are those of the pages.

use serde_json::{Value, json};
use someasure_model::{Measure, Platform};

use crate::File;
use crate::number::{bare, exact, range, unit};
use crate::pages::{is_about_collecting, is_standard};
use crate::sentences::counts;
use crate::site::{Site, is_own, measure_path, organisation_directory};
use crate::text::{clean, name, shorten};
use crate::view::View;

/// Organisations in one file of figures.
const PART: usize = 100;

/// A measure on a platform, as the comparison shows it.
pub(crate) struct Column<'a> {
    pub(crate) measure: &'a Measure,
    pub(crate) platform: &'a Platform,
}

/// What can be compared: reviewed measures of organisations, platform by platform, where anyone has a value.
pub(crate) fn columns<'a>(site: &Site<'a>) -> Vec<Column<'a>> {
    let measures = site.edition.measures.iter();
    measures
        .filter(|measure| is_own(measure) && is_standard(measure) && !is_about_collecting(measure))
        .flat_map(|measure| site.platforms.iter().map(move |platform| Column { measure, platform }))
        .filter(|column| site.strip("all", column.measure, column.platform).is_some())
        .collect()
}

/// What a script must know of the columns and peer groups.
pub(crate) fn columns_json(site: &Site<'_>, columns: &[Column<'_>]) -> Value {
    let described: Vec<Value> = columns
        .iter()
        .map(|column| {
            let what =
                [site.asked(column.measure, site.headline_period(column.measure)), unit(column.measure)];
            let what: Vec<String> = what.into_iter().filter(|part| !part.is_empty()).collect();
            json!({
                "title": name(&column.measure.title),
                "path": measure_path(&column.measure.id),
                "on": column.platform.title(),
                "what": what.join(" · "),
                "better": column.measure.polarity.sentence(),
                "counts": counts(column.measure),
            })
        })
        .collect();
    let groups: Vec<String> = site.groups_to_draw().iter().map(|group| name(&group.title)).collect();
    json!({ "part": PART, "columns": described, "groups": groups })
}

/// One line for each organisation, in the edition's order: name, code, type, place, former names, peer group,
/// directory.
fn index(site: &Site<'_>) -> String {
    let groups = site.groups_to_draw();
    let cell = |text: &str| shorten(&clean(text), 120);
    let lines: Vec<String> = site
        .edition
        .organisations
        .iter()
        .map(|entry| {
            let organisation = &entry.organisation;
            let place: Vec<String> =
                organisation.region.iter().chain(&organisation.nation).map(|part| cell(part)).collect();
            let former: Vec<String> = entry.past.names.iter().map(|past| cell(&past.name)).collect();
            let peers = site.peers_of(entry);
            let group = groups
                .iter()
                .position(|group| group.id == peers.id)
                .map_or(String::new(), |at| at.to_string());
            let directory = organisation_directory(&organisation.organisation_id);
            [
                name(&organisation.name),
                cell(organisation.organisation_id.code()),
                cell(&organisation.kind),
                place.join(", "),
                former.join(", "),
                group,
                directory.trim_start_matches("organisations/").to_owned(),
            ]
            .join("\t")
        })
        .collect();
    lines.join("\n")
}

fn script(name: &str, value: &Value) -> Vec<u8> {
    format!("self.{name}={value};\n").into_bytes()
}

/// The index and the parts.
pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    let mut files =
        vec![File { path: "site/find.js".to_owned(), bytes: script("someasureIndex", &json!(index(site))) }];
    if !site.stage.is_collected() {
        return files;
    }
    let columns = columns(site);
    let n = site.edition.organisations.len();
    let mut of: Vec<Vec<Value>> = vec![Vec::new(); n];
    for (nth, column) in columns.iter().enumerate() {
        let counts = counts(column.measure);
        for (at, figure) in site.headlines(column.measure, column.platform) {
            let view = View::of(&figure.answer, &counts);
            of[*at].push(match view.value() {
                Some(value) => {
                    let end = |pick: f64| exact(pick).parse::<f64>().map_or(Value::Null, |end| json!(end));
                    let interval = view.interval();
                    json!([
                        nth,
                        value,
                        interval.map_or(Value::Null, |i| end(i.lower)),
                        interval.map_or(Value::Null, |i| end(i.upper)),
                        bare(column.measure, value),
                        range(column.measure, interval).unwrap_or_default(),
                        figure.n,
                    ])
                }
                None => json!([nth, shorten(view.reason(), 200)]),
            });
        }
    }
    for (nth, part) in of.chunks(PART).enumerate() {
        let path = format!("site/compare/figures-{nth}.js");
        files.push(File { path, bytes: script(&format!("someasureFigures{nth}"), &json!(part)) });
    }
    files
}
