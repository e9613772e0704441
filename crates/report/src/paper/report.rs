//! The report: a cover, a page that says it all, how to read, a finding a page, who improved, how it was
//! made, how far one could see, what each measure asks, and how to cite. No table of thousands of rows.

use std::collections::BTreeMap;

use someasure_model::measure::IntervalMethod;
use someasure_model::{ChangeRuleName, ChangeStatus, Entry, Meaning, Measure, PeerGroup, PeriodId, Platform};

use super::typst::{self, Table, heading, list, paragraph, words};
use super::{Paper, Source, address, brief, citation, glossary, publisher, told};
use crate::chart::{FEWEST, Spread};
use crate::copies::Chart;
use crate::findings::{self, by_platform};
use crate::layout::Place;
use crate::number::{bare, count, whole};
use crate::pages::how_to_read::{MARKS, lessons};
use crate::pages::organisation::sustained;
use crate::pages::{
    DOMAINS, compared, home, is_about_collecting, is_standard, measure, methods, moved, next,
};
use crate::sentences::{self, capital};
use crate::site::{OPEN_DATA, ORGANISATIONS, Site, is_own};
use crate::text::{name, shorten};
use crate::view::View;

/// So many findings have a page.
const MOST_FINDINGS: usize = 14;
/// So many headlines stand in the summary.
const IN_SUMMARY: usize = 6;
/// Up to so many members stand in a picture by name; a funnel shows more.
const BY_NAME: usize = 16;
/// So many rows, and no more, has a table.
const MOST_ROWS: usize = 40;
/// So many peer groups.
const MOST_GROUPS: usize = 12;
/// Pixels of pictures that a page of a finding has room for, beside its words and its table.
const ROOM: f64 = 640.0;
/// What a picture's title and note take of it.
const AROUND: f64 = 90.0;

pub(super) fn source(site: &Site<'_>) -> Source {
    let edition = site.edition;
    let title = shorten(&name(&edition.title), 100);
    let mut paper = Paper::new(
        site,
        &format!("{title}: edition {}", shorten(&name(&edition.edition), 20)),
        "What public data say about how these organisations use social media, and how sure they are.",
        &told(site),
    );
    let findings: Vec<Finding<'_>> = if site.stage.is_collected() { by_measure(site) } else { Vec::new() };
    cover(&mut paper, &title);
    let headlines = if site.stage.is_collected() { findings::of(site) } else { Vec::new() };
    summary(&mut paper, &headlines, &findings);
    how_to_read(&mut paper);
    add_headlines(&mut paper, &headlines);
    if !findings.is_empty() {
        paper.add("#pagebreak()\n");
        paper.add(&heading(1, "Measure by measure"));
        paper.add(&paragraph("A measure a page. Organisations are compared within their peer group only; no total score is computed, and there is no league table."));
        for (nth, finding) in findings.iter().take(MOST_FINDINGS).enumerate() {
            if nth > 0 {
                paper.add("#pagebreak()\n");
            }
            add_finding(&mut paper, finding);
        }
        improvers(&mut paper);
    }
    made(&mut paper);
    glossary::add(&mut paper);
    cite(&mut paper);
    paper.finish("report")
}

fn cover(paper: &mut Paper<'_, '_>, title: &str) {
    let site = paper.site;
    let edition = site.edition;
    let services: Vec<String> = edition.services.iter().map(|service| name(service)).collect();
    let tally = &site.tally;
    let numbers = [
        (whole(edition.organisations.len() as u64), "organisations"),
        (whole(tally.accounts as u64), "accounts"),
        (whole(tally.rows), "post records"),
    ];
    let numbers: Vec<String> = numbers
        .iter()
        .map(|(number, words)| {
            format!(
                "[#text(size: 26pt, weight: \"semibold\", fill: brand){}#linebreak()#text(fill: secondary){}]",
                typst::content(number),
                typst::content(words)
            )
        })
        .collect();
    let said = [
        format!("Data as at {}", crate::when::day_of(edition.as_at, &site.zone)),
        format!("Published by {}", publisher(site)),
        edition
            .publication
            .licence
            .as_deref()
            .map_or_else(String::new, |licence| format!("Figures: {}", name(licence))),
    ];
    let said: Vec<String> =
        said.iter().filter(|line| !line.is_empty()).map(|line| typst::text(line)).collect();
    let at = edition
        .publication
        .url
        .as_deref()
        .map_or_else(String::new, |url| format!("#linebreak(){}", typst::link(url)));
    paper.add(&format!(
        "#page(footer: none, background: place(top, rect(width: 100%, height: 148mm, fill: brand)))[
#block(height: 148mm - 22mm, width: 100%)[
#set text(fill: white)
#v(10mm)
#text(size: 12pt){}
#v(1fr)
#{{ show std.title: set text(size: 32pt, weight: \"semibold\"); set par(leading: 0.42em); std.title({}) }}
#v(2mm)
#text(size: 14pt){}
#v(14mm)
]
#v(10mm)
#grid(columns: (1fr, 1fr, 1fr), {})
#v(8mm)
#text(size: 13pt){}
#v(1fr)
#text(fill: secondary)[{}{at}]
]\n",
        typst::content(&sentences::list(&services)),
        typst::content(title),
        typst::content(&format!("Edition {} · {}", name(&edition.edition), crate::when::period(&edition.period.id))),
        numbers.join(", "),
        typst::content("What public data say about how these organisations use social media, how sure they are, and what they cannot tell. Each finding answers one question. There is no total score and no league table."),
        said.join("#linebreak()"),
    ));
    paper.add("#heading(level: 1, outlined: false)[Contents]\n#text(size: 9.5pt, outline())\n#pagebreak()\n");
}

/// One question, and its answer on the platform where most have one.
struct Finding<'e> {
    measure: &'e Measure,
    said: String,
    charts: Vec<(Chart, String)>,
    groups: Vec<Vec<String>>,
    more: Vec<String>,
}

fn by_measure<'e>(site: &Site<'e>) -> Vec<Finding<'e>> {
    let measures = &site.edition.measures;
    DOMAINS
        .iter()
        .flat_map(|(domain, _)| measures.iter().filter(move |measure| measure.domain == *domain))
        .filter(|measure| is_standard(measure) && !is_about_collecting(measure))
        .filter_map(|measure| if is_own(measure) { of_each(site, measure) } else { of_groups(site, measure) })
        .collect()
}

/// On each platform: how many have a value, and how they lie.
fn spreads<'s>(site: &'s Site<'_>, measure: &Measure) -> Vec<(&'s Platform, Spread)> {
    let mut found: Vec<(&Platform, Spread)> = site
        .platforms
        .iter()
        .filter_map(|platform| {
            let figures = site.headlines(measure, platform).iter();
            let spread =
                Spread::of(figures.filter_map(|(_, figure)| View::without_reason(&figure.answer).value()))?;
            (spread.n >= FEWEST).then_some((*platform, spread))
        })
        .collect();
    found.sort_by_key(|(_, spread)| std::cmp::Reverse(spread.n));
    found
}

fn of_each<'e>(site: &Site<'e>, measure: &'e Measure) -> Option<Finding<'e>> {
    let spreads = spreads(site, measure);
    let (platform, spread) = spreads.first()?;
    let place = Place::new("index.html");
    let mut groups: Vec<(&PeerGroup, String, Option<Chart>, Chart, usize)> = site
        .groups_to_draw()
        .into_iter()
        .filter_map(|group| {
            let (said, funnel, all) = compared::on_paper(site, &place, (measure, platform), group)?;
            let n = site.strip(&group.id, measure, platform).map_or(0, |strip| strip.spread.n);
            Some((group, said, funnel, all, n))
        })
        .collect();
    let mut rows = Vec::new();
    for (group, said, _, _, n) in &groups {
        let spread = site.strip(&group.id, measure, platform).map(|strip| &strip.spread);
        let say = |value: f64| bare(measure, value / if shown_in_percent(measure) { 100.0 } else { 1.0 });
        rows.push(vec![
            name(&group.title),
            format!("{} of {}", whole(*n as u64), whole(group.size as u64)),
            spread.filter(|s| s.n >= FEWEST).map_or_else(|| "too few".to_owned(), |s| say(s.median)),
            spread.filter(|s| s.n >= FEWEST).map_or_else(
                || words(&crate::layout::dash()),
                |s| format!("{} to {}", say(s.lower_quartile), say(s.upper_quartile)),
            ),
            if said.is_empty() { words(&crate::layout::dash()) } else { said.clone() },
        ]);
    }
    // The picture is of the largest group that can be compared, else of the largest; where there is room, how
    // it went over time and the next platform follow.
    groups.sort_by_key(|(_, _, funnel, _, n)| std::cmp::Reverse((funnel.is_some(), *n)));
    let mut charts = Vec::new();
    charts.extend(groups.into_iter().next().map(|(_, _, funnel, all, n)| picture(measure, funnel, all, n)));
    let medians = moved::medians(site, measure);
    let over_time =
        moved::of_groups(site, measure, platform, &medians).filter(|chart| !chart.drawing.is_empty());
    charts.extend(over_time.map(|chart| (chart, String::new())));
    if let Some((platform, _)) = spreads.get(1) {
        let next = site.groups_to_draw().into_iter().filter_map(|group| {
            let (_, funnel, all) = compared::on_paper(site, &place, (measure, platform), group)?;
            let n = site.strip(&group.id, measure, platform).map_or(0, |strip| strip.spread.n);
            Some((funnel, all, n))
        });
        charts.extend(
            next.max_by_key(|(funnel, _, n)| (funnel.is_some(), *n))
                .map(|(funnel, all, n)| picture(measure, funnel, all, n)),
        );
    }
    let mut room = ROOM - 24.0 * rows.len().min(MOST_GROUPS) as f64;
    let mut first = true;
    charts.retain(|(chart, _)| {
        let takes = chart.drawing.height + AROUND;
        let fits = std::mem::take(&mut first) || takes <= room;
        room -= if fits { takes } else { 0.0 };
        fits
    });
    let mut more: Vec<String> = spreads
        .iter()
        .skip(1)
        .take(3)
        .map(|(platform, spread)| sentences::spread(measure, platform.title(), spread))
        .collect();
    let counted = counted(site, measure, platform);
    if counted.iter().sum::<u64>() > 0 {
        let [up, down, steady, untold] = counted;
        more.push(format!(
            "Over time, on {}: {}",
            platform.title(),
            sentences::changes(up, down, steady, untold)
        ));
    }
    Some(Finding {
        measure,
        said: sentences::spread(measure, platform.title(), spread),
        charts,
        groups: if rows.len() > 1 { rows } else { Vec::new() },
        more,
    })
}

/// The picture of a group with what is said below it: every member where they can be named, else the funnel.
fn picture(measure: &Measure, funnel: Option<Chart>, all: Chart, n: usize) -> (Chart, String) {
    const LIMITS: &str = "Shaded: 95% and 99.8% limits around the centre, the upright line; a sign in place of a dot lies outside them.";
    let middle = if n >= FEWEST { "Shaded: the middle half." } else { "" };
    let intervals = match measure.interval_method() {
        IntervalMethod::None => "",
        _ => "Lines: intervals.",
    };
    let (chart, below) = match funnel {
        Some(funnel) if n > BY_NAME => {
            (funnel, ["Dashed: 99.8% limits; dotted: 95% limits; the level line is the centre.", ""])
        }
        Some(_) => (all, [intervals, LIMITS]),
        None => (all, [intervals, middle]),
    };
    (chart, below.join(" ").trim().to_owned())
}

fn shown_in_percent(measure: &Measure) -> bool {
    crate::number::shown(measure, 1.0) > 1.0
}

fn of_groups<'e>(site: &Site<'e>, measure: &'e Measure) -> Option<Finding<'e>> {
    let found = by_platform(site, measure)?;
    let said = words(&found.said);
    let said = said.trim_end_matches(measure.polarity.sentence()).trim_end().to_owned();
    let mut charts: Vec<_> = found.chart.into_iter().map(|chart| (chart, String::new())).collect();
    let busiest = site.platforms.iter().max_by_key(|platform| {
        let found = site.group_headlines(measure, platform);
        found.iter().filter(|(_, figure)| figure.peer_group == "all").map(|(_, figure)| figure.n).sum::<u64>()
    });
    if let Some(platform) = busiest
        && site.group_headlines(measure, platform).len().clamp(2, BY_NAME)
            == site.group_headlines(measure, platform).len()
    {
        charts.extend(measure::group_picture(site, measure, platform).map(|chart| (chart, String::new())));
    }
    Some(Finding { measure, said, charts, groups: Vec::new(), more: Vec::new() })
}

/// Series that shifted up, down, show no clear change, cannot be told.
fn counted(site: &Site<'_>, measure: &Measure, platform: &Platform) -> [u64; 4] {
    let mut counted = [0; 4];
    for change in site.changes_in(measure, platform) {
        counted[match &change.status {
            ChangeStatus::Changed { up: true, .. } => 0,
            ChangeStatus::Changed { up: false, .. } => 1,
            ChangeStatus::NoClearChange => 2,
            ChangeStatus::NeedsMoreData { .. } | ChangeStatus::MostlyZero => 3,
        }] += 1;
    }
    counted
}

fn summary(paper: &mut Paper<'_, '_>, headlines: &[findings::Finding], findings: &[Finding<'_>]) {
    let site = paper.site;
    paper.add(&heading(1, "In one page"));
    if let Some(so_far) = next::so_far(site) {
        paper.add(&format!("#lead{}\n\n", typst::content(so_far)));
        paper.add(&paragraph("This report says who belongs and how figures will be computed. Its findings follow once something has been collected."));
        return;
    }
    let platforms: Vec<String> = site.platforms.iter().map(|platform| platform.title().to_owned()).collect();
    paper.add(&format!("#lead{}\n\n", typst::content(&words(&home::lead(site, &platforms)))));
    if !headlines.is_empty() {
        paper.add(&heading(2, "The headlines"));
        for finding in headlines.iter().take(IN_SUMMARY) {
            let (title, said) = (typst::content(&finding.title), typst::content(&words(&finding.said)));
            paper.add(&format!("#term({title}, {said});\n\n"));
        }
    }
    let tips = tips(findings);
    if !tips.is_empty() {
        paper.add(&heading(2, "Things to try"));
        paper.add(&list(&tips));
    }
    paper.add(&heading(2, "What this report cannot tell you"));
    paper.add(&list(&home::limits().iter().map(words).collect::<Vec<_>>()));
}

/// Small things first, from measures whose better direction is agreed.
fn tips(findings: &[Finding<'_>]) -> Vec<String> {
    use someasure_model::Polarity::{Higher, Lower};
    findings
        .iter()
        .filter(|finding| matches!(finding.measure.polarity, Higher | Lower))
        .filter_map(|finding| {
            let action = finding.measure.actions.iter().find(|action| action.effort == "small")?;
            Some(format!("{} ({})", brief(&action.tip), name(&finding.measure.title)))
        })
        .take(3)
        .collect()
}

fn how_to_read(paper: &mut Paper<'_, '_>) {
    paper.add("#pagebreak()\n");
    paper.add(&heading(1, "How to read this"));
    paper.add(&paragraph("The kinds of pictures in this report and on the site, each with three sentences. All numbers of these pictures are invented."));
    for lesson in lessons() {
        paper.add(&format!(
            "#block(breakable: false)[{}{}",
            heading(2, lesson.heading),
            paragraph(lesson.words)
        ));
        let keys = if lesson.id == "control" { MARKS.to_vec() } else { lesson.keys };
        paper.add("#pad(right: 15%)[");
        paper.picture(&lesson.drawing, &keys, lesson.title, "Invented numbers", lesson.alt, "");
        paper.add("]]\n\n");
    }
}

/// What was found, chosen by rules, as the site has it.
fn add_headlines(paper: &mut Paper<'_, '_>, headlines: &[findings::Finding]) {
    if headlines.is_empty() {
        return;
    }
    paper.add("#pagebreak()\n");
    paper.add(&heading(1, "What we found"));
    paper.add(&paragraph("Chosen by rules and by no hand: who is present, how far we could see, what groups did, what moved by more than chance, who stands out, how organisations spread."));
    for finding in headlines {
        paper.add(&format!("#block(breakable: false)[{}", heading(2, &finding.title)));
        paper.add(&paragraph(&words(&finding.said)));
        let sure = format!("How sure we are: {}", finding.sure);
        match &finding.chart {
            Some(chart) => {
                // The finding stands above as a heading.
                let title = if chart.title == finding.title { "" } else { chart.title.as_str() };
                paper.chart_called(title, chart, &sure);
            }
            None => paper.add(&format!("#note{}", typst::content(&sure))),
        }
        paper.add("]\n\n");
    }
}

fn add_finding(paper: &mut Paper<'_, '_>, finding: &Finding<'_>) {
    let measure = finding.measure;
    paper.add(&heading(2, &name(&measure.title)));
    paper.add(&format!(
        "#lead{}\n\n",
        typst::content(&format!("{} {}", brief(&measure.question), measure.polarity.sentence()))
    ));
    paper.add(&paragraph(&finding.said));
    for (chart, below) in &finding.charts {
        paper.chart(chart, below);
    }
    if !finding.groups.is_empty() {
        let rows: Vec<Vec<String>> = finding.groups.iter().take(MOST_GROUPS).cloned().collect();
        let table = Table {
            caption: "By peer group, each compared within itself",
            columns: &[("1.6fr", false), ("0.8fr", true), ("0.7fr", true), ("1.1fr", true), ("2.4fr", false)],
            head: &["Peer group", "With a value", "Median", "Middle half", "What chance explains"],
            rows: &rows,
        };
        paper.add(&table.source());
        if finding.groups.len() > rows.len() {
            let more = count((finding.groups.len() - rows.len()) as u64, "more peer groups are on the site");
            paper.add(&format!("#note{}\n\n", typst::content(&format!("{more}."))));
        }
    }
    finding.more.iter().for_each(|said| paper.add(&paragraph(said)));
    let mut panel = String::new();
    if !measure.what_it_cannot_tell_you.trim().is_empty() {
        panel.push_str(&format!(
            "#term([What it cannot tell you], {});\n",
            typst::content(&brief(&measure.what_it_cannot_tell_you))
        ));
    }
    if let Some(risk) = measure.gaming_risks.first() {
        panel.push_str(&format!("#term([How it can be gamed], {});\n", typst::content(&brief(risk))));
    }
    if let Some(action) = measure.actions.first() {
        panel.push_str(&format!(
            "#term([Something to try], {});\n",
            typst::content(&format!("{} ({} effort.)", brief(&action.tip), capital(&name(&action.effort))))
        ));
    }
    if !panel.is_empty() {
        paper.add(&format!("#panel[{panel}]\n\n"));
    }
}

/// Who improved and went on doing so; and how all series moved.
fn improvers(paper: &mut Paper<'_, '_>) {
    let site = paper.site;
    let entries: BTreeMap<_, &Entry> =
        site.edition.organisations.iter().map(|entry| (&entry.organisation.organisation_id, entry)).collect();
    let (mut improved, mut moved) = (Vec::new(), Vec::new());
    for measure in
        site.edition.measures.iter().filter(|m| is_standard(m) && is_own(m) && !is_about_collecting(m))
    {
        for platform in &site.platforms {
            let changes = site.changes_in(measure, platform);
            if changes.is_empty() {
                continue;
            }
            let counted = counted(site, measure, platform);
            let mut row = vec![name(&measure.title), platform.title().to_owned()];
            row.extend(counted.iter().map(|n| whole(*n)));
            moved.push(row);
            for change in changes.iter().filter(|change| sustained(change, Meaning::Improvement)) {
                if let (Some(entry), ChangeStatus::Changed { up, rule, since, .. }) =
                    (entries.get(&change.organisation_id), &change.status)
                {
                    improved.push((
                        name(&entry.organisation.name),
                        measure,
                        *platform,
                        *up,
                        *rule,
                        since.clone(),
                    ));
                }
            }
        }
    }
    if moved.is_empty() {
        return;
    }
    improved.sort_by(|a, b| (&a.0, &a.1.title, a.2).cmp(&(&b.0, &b.1.title, b.2)));
    paper.add("#pagebreak()\n");
    paper.add(&heading(1, "Who improved"));
    paper.add(&paragraph("Monthly ups and downs are normal and are no news. Here stand organisations whose series moved to the side that is agreed to be better and stayed there, by the rules of control charts: seven or more points on one side of the mean, or seven or more that all rise or all fall."));
    if improved.is_empty() {
        paper.add(&paragraph("No series shows a sustained improvement in this edition. Most editions will say so: real change is rare and slow."));
    } else {
        let rows: Vec<Vec<String>> = improved.iter().take(MOST_ROWS).map(improvement).collect();
        let table = Table {
            caption: "Sustained improvements, in alphabetical order",
            columns: &[
                ("1.7fr", false),
                ("1.2fr", false),
                ("0.8fr", false),
                ("0.9fr", false),
                ("1.5fr", false),
            ],
            head: &["Organisation", "Measure", "Platform", "Since", "What was seen"],
            rows: &rows,
        };
        paper.add(&table.source());
        if improved.len() > MOST_ROWS {
            let rest = whole((improved.len() - MOST_ROWS) as u64);
            paper.add(&paragraph(&format!("{rest} more are in the open data (changes.csv).")));
        }
    }
    paper.add(&heading(2, "How all series moved"));
    let rows: Vec<Vec<String>> = moved.iter().take(MOST_ROWS).cloned().collect();
    let table = Table {
        caption: "Series by what their latest points show",
        columns: &[
            ("2fr", false),
            ("1fr", false),
            ("0.8fr", true),
            ("0.8fr", true),
            ("1fr", true),
            ("1fr", true),
        ],
        head: &["Measure", "Platform", "Shifted up", "Shifted down", "No clear change", "Cannot be told"],
        rows: &rows,
    };
    paper.add(&table.source());
}

fn improvement(
    (who, measure, platform, up, rule, since): &(String, &Measure, &Platform, bool, ChangeRuleName, PeriodId),
) -> Vec<String> {
    vec![
        shorten(who, 80),
        shorten(&name(&measure.title), 60),
        platform.title().to_owned(),
        crate::when::period(since),
        sentences::rule_in_words(*rule, *up, sentences::parts(measure)),
    ]
}

/// Methods and coverage, as the pages have them.
fn made(paper: &mut Paper<'_, '_>) {
    let site = paper.site;
    let place = Place::new("index.html");
    paper.add("#pagebreak()\n");
    paper.add(&heading(1, "How it was made"));
    paper.add(&typst::blocks(&methods::collection(site), 2));
    paper.add(&typst::blocks(&methods::computing(site, &place), 2));
    paper.add(&heading(1, "What could be seen, and what not"));
    paper.add(&typst::blocks(&methods::coverage(site), 2));
    if site.stage.is_collected() {
        paper.add(&typst::blocks(&methods::missing(site, &place), 2));
    }
}

fn cite(paper: &mut Paper<'_, '_>) {
    let site = paper.site;
    let edition = site.edition;
    paper.add(&heading(1, "Sources, checking, citation"));
    paper.add(&typst::blocks(&methods::sources(site), 2));
    paper.add(&heading(2, "How to check it"));
    let at = |path: &str| address(site, path).unwrap_or_else(|| format!("site/{path}"));
    paper.add(&list(&[
        format!("Each organisation has a page with all its figures, month by month: {}.", at(ORGANISATIONS)),
        format!("The open data have every figure with its interval, its n and its reason where it is missing, and a checksum for every file: {}.", at(OPEN_DATA)),
        format!("The same inputs give the same edition, byte for byte: SoMeasure {}, ledger schema {}, seed {}; edition.json lists the inputs.", name(&edition.provenance.tool_version), edition.provenance.schema_version, edition.provenance.seed),
        "A character that the typeface of this document lacks is printed as an empty box; the pages have it.".to_owned(),
    ]));
    paper.add(&heading(2, "How to cite it"));
    paper.add(&paragraph(&citation(site, None, "")));
    if let Some(contact) = &edition.publication.contact {
        paper.add(&heading(2, "Is something wrong?"));
        paper.add(&paragraph(&format!(
            "Whoever is measured here may answer, and errors are mended in the next edition with the reason. Write to {}.",
            shorten(&crate::text::clean(contact), 120)
        )));
    }
}
