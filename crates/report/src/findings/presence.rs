//! Who is where, how far accounts were seen, and which were opened and left: counts of the register and of
//! attempts, which have no sampling error and may be incomplete.

use maud::html;
use someasure_model::Platform;

use super::{Finding, Table};
use crate::chart::{Row, Rows};
use crate::copies::Chart;
use crate::coverage::Seen;
use crate::number::{count, percent, whole};
use crate::pages::measure::PRESENCE;
use crate::presence::{Moves, by_platform};
use crate::sentences::capital;
use crate::site::{METHODS, NATIONAL, ORGANISATIONS, Site};
use crate::view::View;

/// A bar of a count or share.
pub(super) fn bar(name: &str, text: String, value: f64) -> Row {
    Row {
        label: html! { (name) },
        name: name.to_owned(),
        text,
        value,
        interval: None,
        cut_off: false,
        limits: None,
    }
}

/// The first part begins like a sentence.
fn capitalised(mut subtitle: Vec<String>) -> Vec<String> {
    if let Some(first) = subtitle.first_mut() {
        *first = capital(first);
    }
    subtitle
}

/// Bars with the words about them.
pub(super) fn bars(
    (id, title, subtitle): (&str, &str, Vec<String>),
    (rows, percent): (&[Row], bool),
    alt: String,
    numbers: (Vec<&'static str>, Vec<Vec<String>>),
) -> Chart {
    let drawn = Rows { rows, percent, shade_middle: false, centre: None, bars: true };
    Chart {
        id: id.to_owned(),
        title: title.to_owned(),
        subtitle: capitalised(subtitle),
        picture: drawn.on_page(&alt),
        drawing: drawn.drawing(),
        alt,
        keys: Vec::new(),
        below: html! {},
        numbers,
    }
}

/// Of how many a post was seen, where that is not everyone who has an account in use.
fn seen_to_post(site: &Site<'_>) -> Option<String> {
    let measure = site.edition.measures.iter().find(|measure| measure.id.as_str() == PRESENCE)?;
    let said = crate::pages::home::in_passing(site, PRESENCE)?;
    let all = |platform: &Platform| {
        let found = site.group_headlines(measure, platform);
        found
            .iter()
            .all(|(_, figure)| View::without_reason(&figure.answer).value().is_none_or(|share| share >= 1.0))
    };
    (!site.platforms.iter().all(|platform| all(platform))).then_some(said)
}

/// On how many platforms organisations have an account in use.
pub(super) fn who(site: &Site<'_>) -> Option<Finding> {
    let all = site.edition.organisations.len() as u64;
    let found = by_platform(site);
    let (most, here) = found.iter().rev().max_by_key(|(_, here)| here.in_use)?;
    if here.in_use == 0 {
        return None;
    }
    let title = format!("{} of {} are on {}", whole(here.in_use), count(all, "organisations"), most.title());
    let share = |n: u64| n as f64 / all.max(1) as f64;
    let rows: Vec<Row> = found
        .iter()
        .map(|(platform, here)| {
            let text = format!("{} ({})", whole(here.in_use), percent(share(here.in_use)));
            bar(platform.title(), text, share(here.in_use) * 100.0)
        })
        .collect();
    let said: Vec<String> = found
        .iter()
        .map(|(platform, here)| format!("{} {}", platform.title(), percent(share(here.in_use))))
        .collect();
    let alt = format!("A bar for each platform. {}.", said.join(", "));
    let without = site.edition.organisations.iter().filter(|entry| entry.accounts.is_empty()).count() as u64;
    let cells = found
        .iter()
        .map(|(platform, here)| {
            vec![platform.to_string(), here.in_use.to_string(), here.left.to_string(), all.to_string()]
        })
        .collect();
    let chart = bars(
        (
            "present",
            &title,
            vec![
                "share of organisations with an account in use".to_owned(),
                count(all, "organisations"),
                crate::when::day_of(site.edition.as_at, &site.zone),
            ],
        ),
        (&rows, true),
        alt,
        (vec!["platform", "organisations_in_use", "organisations_left", "organisations"], cells),
    );
    Some(Finding {
        id: "who-is-where".to_owned(),
        title,
        said: html! {
            "Accounts in use on the day of this edition: " (said.join(", ")) ". "
            @if without == 0 { "Every organisation has a known account." }
            @else if without == 1 { "Of 1 organisation no account is known." }
            @else { "Of " (whole(without)) " organisations no account is known." }
            @if let Some(posted) = seen_to_post(site) { " Seen to post from one in the period: " (posted) }
        },
        sure: "This is a count of the register and no sample. An account that nobody entered is not counted, so that more may be present.".to_owned(),
        // A single bar says less than its sentence.
        chart: (found.len() > 1).then_some(chart),
        table: Table {
            caption: "Organisations by platform".to_owned(),
            heads: vec![("Platform", false), ("With an account in use", true), ("Share", true), ("Left it", true)],
            rows: found
                .iter()
                .map(|(platform, here)| {
                    vec![
                        platform.title().to_owned(),
                        whole(here.in_use),
                        percent(share(here.in_use)),
                        whole(here.left),
                    ]
                })
                .collect(),
        },
        links: vec![
            (NATIONAL.to_owned(), "The national picture".to_owned()),
            (ORGANISATIONS.to_owned(), "All organisations".to_owned()),
        ],
    })
}

/// How far accounts were seen, where that is less than four in five; with the share seen whole.
pub(super) fn coverage(site: &Site<'_>) -> Option<(Finding, f64)> {
    let tally = &site.tally;
    let (all, seen) = (tally.accounts as u64, tally.whole() as u64);
    let share = seen as f64 / all as f64;
    if all == 0 || share >= 0.8 {
        return None;
    }
    let title = format!("{} of {} were seen in full", whole(seen), count(all, "accounts"));
    let kinds: Vec<(Seen, u64)> = Seen::ALL
        .into_iter()
        .map(|kind| (kind, tally.of_kind(kind) as u64))
        .filter(|(_, n)| *n > 0)
        .collect();
    let rows: Vec<Row> = kinds.iter().map(|(kind, n)| bar(kind.title(), whole(*n), *n as f64)).collect();
    let said: Vec<String> =
        kinds.iter().map(|(kind, n)| format!("{} {}", whole(*n), kind.in_passing())).collect();
    let alt = format!("A bar for each answer. {}.", capital(&crate::sentences::list(&said)));
    let chart = bars(
        (
            "seen",
            &title,
            vec![
                "accounts by how far their posts are known".to_owned(),
                crate::when::period(&site.edition.period.id),
            ],
        ),
        (&rows, false),
        alt,
        (
            vec!["seen", "accounts"],
            kinds.iter().map(|(kind, n)| vec![kind.title().to_owned(), n.to_string()]).collect(),
        ),
    );
    let finding = Finding {
        id: "how-well-seen".to_owned(),
        title,
        said: html! { "Of " (count(all, "accounts")) ", each counted once: " (crate::sentences::list(&said)) "." },
        sure: "This is counted, not estimated. Everything else in this edition rests on what was seen; what was not seen is not taken for silence.".to_owned(),
        chart: Some(chart),
        table: Table {
            caption: "Accounts by how far their posts are known".to_owned(),
            heads: vec![("Posts", false), ("Accounts", true), ("Share", true)],
            rows: kinds
                .iter()
                .map(|(kind, n)| vec![kind.title().to_owned(), whole(*n), percent(*n as f64 / all as f64)])
                .collect(),
        },
        links: vec![(format!("{METHODS}#coverage"), "What these words mean".to_owned())],
    };
    Some((finding, share))
}

/// Which platforms organisations came to and left within the period, where any did.
pub(super) fn opened_and_left(site: &Site<'_>) -> Option<Finding> {
    let moves = Moves::of(site);
    let (opened, left) = (moves.opened(), moves.left());
    // One or two say nothing of organisations as a whole; the national picture has them.
    if opened + left < super::FEWEST_ORGANISATIONS {
        return None;
    }
    let title = match (opened, left) {
        (opened, 0) => format!("Organisations opened {}", count(opened, "accounts")),
        (0, left) => format!("Organisations left {}", count(left, "accounts")),
        (opened, left) => {
            format!("Organisations left {} and opened {}", count(left, "accounts"), whole(opened))
        }
    };
    let mut rows = Vec::new();
    for (platform, of) in &moves.platforms {
        for (word, n) in [("Opened on", of.opened), ("Left", of.left)] {
            if n > 0 {
                rows.push(bar(&format!("{word} {}", platform.title()), whole(n), n as f64));
            }
        }
    }
    let said: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.name, row.text)).collect();
    let chart = bars(
        (
            "opened-and-left",
            &title,
            vec!["accounts opened and left".to_owned(), crate::when::period(&site.edition.period.id)],
        ),
        (&rows, false),
        format!("A bar for each platform and direction. {}.", said.join(", ")),
        (
            vec!["platform", "opened", "left"],
            moves
                .platforms
                .iter()
                .map(|(platform, of)| vec![platform.to_string(), of.opened.to_string(), of.left.to_string()])
                .collect(),
        ),
    );
    let with_reason = moves.reasons.iter().map(|(_, n)| n).sum::<u64>();
    Some(Finding {
        id: "opened-and-left-finding".to_owned(),
        title,
        said: html! {
            (said.join(", ")) ". "
            @if left > 0 { "A reason is stated for " (if with_reason == 0 { "none".to_owned() } else { whole(with_reason) }) " of those that were left. Leaving a platform is a decision, and not a failure." }
        },
        sure: "The days are those of the register. An account whose first or last day nobody stated is not counted here.".to_owned(),
        chart: Some(chart),
        table: Table {
            caption: "Accounts opened and left, by platform".to_owned(),
            heads: vec![("Platform", false), ("Opened", true), ("Left", true)],
            rows: moves
                .platforms
                .iter()
                .map(|(platform, of)| vec![platform.title().to_owned(), whole(of.opened), whole(of.left)])
                .collect(),
        },
        links: vec![(format!("{NATIONAL}#movement"), "Movement between platforms, with the reasons".to_owned())],
    })
}
