//! What moved by more than noise: of a measure on a platform, how many organisations' series changed, beside
//! how many would by chance alone.

use maud::html;
use someasure_model::{ChangeStatus, Measure, Platform};

use super::presence::{bar, bars};
use super::{FEWEST_ORGANISATIONS, Finding, Table, beyond_chance, by_chance};
use crate::chart::Row;
use crate::number::{count, percent, whole};
use crate::pages::{is_about_collecting, is_standard};
use crate::sentences::verb;
use crate::site::{Site, is_own, measure_path};
use crate::text::name;

#[derive(Default)]
struct Counted {
    up: u64,
    down: u64,
    steady: u64,
    untold: u64,
}

impl Counted {
    fn of(site: &Site<'_>, measure: &Measure, platform: &Platform) -> Self {
        let mut counted = Self::default();
        for change in site.changes_in(measure, platform) {
            *match change.status {
                ChangeStatus::Changed { up: true, .. } => &mut counted.up,
                ChangeStatus::Changed { up: false, .. } => &mut counted.down,
                ChangeStatus::NoClearChange => &mut counted.steady,
                _ => &mut counted.untold,
            } += 1;
        }
        counted
    }
    fn changed(&self) -> u64 {
        self.up + self.down
    }
    fn told(&self) -> u64 {
        self.changed() + self.steady
    }
    fn expected(&self) -> f64 {
        self.told() as f64 * ChangeStatus::CHANGED_BY_CHANCE
    }
    /// How many times more than chance.
    fn excess(&self) -> f64 {
        self.changed() as f64 / self.told().max(1) as f64
    }
}

/// Measures and platforms on which more series changed than chance explains, the largest share first; or, where
/// many were looked at and none did, that.
pub(super) fn moved(site: &Site<'_>) -> Vec<Finding> {
    let measures = site.edition.measures.iter();
    let asked =
        measures.filter(|m| is_own(m) && is_standard(m) && !is_about_collecting(m)).flat_map(|measure| {
            site.platforms
                .iter()
                .map(move |platform| (measure, *platform, Counted::of(site, measure, platform)))
        });
    let (mut moved, rest): (Vec<_>, Vec<_>) =
        asked.filter(|(.., counted)| counted.told() >= FEWEST_ORGANISATIONS).partition(|(.., counted)| {
            counted.changed() >= 2
                && beyond_chance(counted.changed(), counted.told(), ChangeStatus::CHANGED_BY_CHANCE)
        });
    moved.sort_by(|a, b| b.2.excess().total_cmp(&a.2.excess()));
    if moved.is_empty() {
        return quiet(&rest).into_iter().collect();
    }
    moved.into_iter().map(|(measure, platform, counted)| of_one(site, measure, platform, &counted)).collect()
}

const SURE: &str = "A change is what the rules of control charts tell from normal movement. Seasons are not removed: a value at the same time each year can look like a change.";

fn of_one(site: &Site<'_>, measure: &Measure, platform: &Platform, counted: &Counted) -> Finding {
    let (told, on) = (counted.told(), platform.title());
    let what = measure.says.what.as_deref().map_or_else(|| "A series".to_owned(), verb);
    let title = match (counted.up, counted.down) {
        (up, 0) => format!("{what} went up at {} of {} on {on}", whole(up), count(told, "organisations")),
        (0, down) => {
            format!("{what} went down at {} of {} on {on}", whole(down), count(told, "organisations"))
        }
        _ => format!(
            "{what} changed at {} of {} on {on}",
            whole(counted.changed()),
            count(told, "organisations")
        ),
    };
    let answers = [
        ("Shifted up", "changed_up", counted.up),
        ("Shifted down", "changed_down", counted.down),
        ("No clear change", "no_clear_change", counted.steady),
        ("Too little to tell", "untold", counted.untold),
    ];
    let rows: Vec<Row> = answers.iter().map(|(words, _, n)| bar(words, whole(*n), *n as f64)).collect();
    let said: Vec<String> = answers.iter().map(|(words, _, n)| format!("{words}: {}", whole(*n))).collect();
    let called = name(&measure.title);
    let subtitle = vec![
        called.clone(),
        on.to_owned(),
        count(told + counted.untold, "organisations"),
        format!("by {}", measure.period.as_str()),
    ];
    let id = format!("{}-{platform}-moved", measure.id);
    Finding {
        chart: Some(bars(
            (&id, &title, subtitle),
            (&rows, false),
            format!("A bar for each answer. {}.", said.join(", ")),
            (
                vec!["status", "organisations"],
                answers.iter().map(|(_, code, n)| vec![(*code).to_owned(), n.to_string()]).collect(),
            ),
        )),
        id: format!("{}-{platform}-finding", measure.id),
        title,
        said: html! {
            "Of " (count(told, "series")) " of “" bdi { (called) } "” on " (on) " that are long enough to tell, "
            (whole(counted.up)) " shifted up and " (whole(counted.down)) " down. By chance alone "
            (by_chance(counted.expected())) " would be said to have changed. " (measure.polarity.sentence())
        },
        sure: SURE.to_owned(),
        table: Table {
            caption: format!("{} on {on}: what became of each series", called),
            heads: vec![("Answer", false), ("Organisations", true), ("Share", true)],
            rows: answers
                .iter()
                .map(|(words, _, n)| {
                    let share = *n as f64 / (told + counted.untold).max(1) as f64;
                    vec![(*words).to_owned(), whole(*n), percent(share)]
                })
                .collect(),
        },
        links: vec![(
            if site.headlines(measure, platform).is_empty() {
                measure_path(&measure.id)
            } else {
                format!("{}#{platform}-over-time", measure_path(&measure.id))
            },
            "Which organisations, and since when".to_owned(),
        )],
    }
}

/// That nothing moved by more than chance explains, where many series were looked at.
fn quiet(asked: &[(&Measure, &Platform, Counted)]) -> Option<Finding> {
    let (told, changed) =
        asked.iter().fold((0, 0), |(told, changed), (.., c)| (told + c.told(), changed + c.changed()));
    if told == 0 {
        return None;
    }
    let title = "No more series changed than chance explains".to_owned();
    let share = |n: u64, of: u64| n as f64 / of.max(1) as f64;
    let rows: Vec<Row> = asked
        .iter()
        .map(|(measure, platform, counted)| {
            let label = format!("{}, {}", name(&measure.title), platform.title());
            let text = format!("{} of {}", whole(counted.changed()), whole(counted.told()));
            bar(&label, text, share(counted.changed(), counted.told()) * 100.0)
        })
        .collect();
    let said: Vec<String> = rows.iter().take(12).map(|row| format!("{}: {}", row.name, row.text)).collect();
    Some(Finding {
        chart: Some(bars(
            ("quiet", &title, vec!["share of series that changed".to_owned(), count(told, "series")]),
            (&rows, true),
            format!("A bar for each measure and platform. {}.", said.join("; ")),
            (
                vec!["measure_id", "platform", "changed", "series"],
                asked
                    .iter()
                    .map(|(measure, platform, counted)| {
                        vec![
                            measure.id.to_string(),
                            platform.to_string(),
                            counted.changed().to_string(),
                            counted.told().to_string(),
                        ]
                    })
                    .collect(),
            ),
        )),
        id: "quiet-finding".to_owned(),
        title,
        said: html! {
            "Of " (count(told, "series")) " that are long enough to tell, " (whole(changed)) " show a change; by chance alone "
            (by_chance(told as f64 * ChangeStatus::CHANGED_BY_CHANCE)) " would. Movement is normal, and this edition has no news of it."
        },
        sure: SURE.to_owned(),
        table: Table {
            caption: "Series that changed, by measure and platform".to_owned(),
            heads: vec![("Measure", false), ("Platform", false), ("Changed", true), ("Series", true)],
            rows: asked
                .iter()
                .map(|(measure, platform, counted)| {
                    vec![
                        name(&measure.title),
                        platform.title().to_owned(),
                        whole(counted.changed()),
                        whole(counted.told()),
                    ]
                })
                .collect(),
        },
        links: vec![(crate::site::MEASURES.to_owned(), "All measures".to_owned())],
    })
}
