//! Celebrate and learn: whose figures lie on a better side for more than chance, and who improved for longer than
//! noise lasts. Numbers only propose: until a person has looked, each stands as a candidate. Nothing is
//! invented where there is none.

use maud::{Markup, html};
use someasure_model::{
    Change, ChangeRuleName, ChangeStatus, Entry, Meaning, Measure, OrganisationId, PeerGroup, PeerPlace,
    Platform, Polarity, Review,
};

use crate::File;
use crate::layout::{self, Page, Place, scroll};
use crate::number::{amount, count, whole};
use crate::pages::{is_about_collecting, is_standard, measure_link};
use crate::sentences::{self, capital};
use crate::site::{CELEBRATE, METHODS, Site, is_own, organisation_path};
use crate::text::{bdi, name, note, sentence, shorten};
use crate::view::View;
use crate::when::day;

/// A table shows so many; the open data have all.
const MOST_ROWS: usize = 200;
/// The share of false findings that is accepted among candidates.
const FALSE_FINDINGS: f64 = 0.05;

/// A figure beyond its peers' limits on a better side.
struct Positive<'a> {
    entry: &'a Entry,
    measure: &'a Measure,
    platform: &'a Platform,
    group: &'a PeerGroup,
    place: &'a PeerPlace,
    value: f64,
}

/// A series that shifted for the better, or keeps moving that way.
struct Improver<'a> {
    entry: &'a Entry,
    measure: &'a Measure,
    change: &'a Change,
    rule: ChangeRuleName,
    up: bool,
    since: &'a str,
}

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(CELEBRATE);
    let (positive, improvers) = (positive(site), improvers(site));
    let n = (positive.len() + improvers.len()) as u64;
    let studies = &site.edition.case_studies;
    let reviewed = positive.iter().filter(|one| one.review(site).is_some()).count()
        + improvers.iter().filter(|one| one.review(site).is_some()).count();
    let content = html! {
        section aria-labelledby="improvers" {
            h2 id="improvers" { "Who improved, and kept it up" }
            @if improvers.is_empty() {
                p { "No series of this edition shifted for the better and stayed there. That is no fault: most series are steady, and a steady one can be good." }
            } @else {
                p { "Series that moved in the direction that is agreed to be better, seven parts or more in a row. A single good month is not counted." }
                (scroll("Sustained improvers", &improver_table(site, &place, &improvers)))
                (rest(improvers.len()))
            }
        }
        section aria-labelledby="positive" {
            h2 id="positive" { "Who lies beyond what peers explain" }
            @if positive.is_empty() {
                p { "No figure of this edition lies beyond the 99.8% limits of its peers on a side that is agreed to be better and withstands the correction for many comparisons." }
            } @else {
                p {
                    "Figures above or below the 99.8% limits of their peers, on the side that is agreed to be better, where fewer than 1 in 20 of such findings are expected to be false. Those who do well with the means of everyone are worth asking how."
                }
                (scroll("Beyond what peers explain", &positive_table(site, &place, &positive)))
                (rest(positive.len()))
            }
        }
        section aria-labelledby="stories" {
            h2 id="stories" { "How others did it" }
            @if studies.is_empty() {
                p { "This edition has no case study. They are written by the people who did the work, and are told with their consent." }
            }
            @for study in studies {
                article.story {
                    h3 { bdi { (name(&study.title)) } }
                    p.source {
                        @match &study.organisation_id {
                            Some(id) => { (site.known.body(&place, id, &study.organisation)) }
                            None => { (bdi(&study.organisation)) }
                        }
                    }
                    @for paragraph in &study.paragraphs { p { bdi { (note(paragraph)) } } }
                    p.source { "Consent: " bdi { (sentence(&study.consent)) } }
                }
            }
        }
        (to_try(site, &place))
        section aria-labelledby="how" {
            h2 id="how" { "How these were found" }
            p {
                "A candidate must stand out on an agreed better side, and withstand the correction for the number of comparisons; improvement must last. Then a person looks at what was posted, because a number can be high for reasons that nobody would praise. The way follows Baxter and others, "
                cite { "BMJ Open" } " 8, 2018, e018618."
            }
            p { a href=(place.to(METHODS)) { "Methods" } }
        }
    };
    let page = Page {
        title: format!("Celebrate and learn – {}", shorten(&name(&site.edition.title), 40)),
        description: "Sustained improvers and figures beyond what peers explain, as candidates for a person to review; and how others did it.".to_owned(),
        kicker: Some(html! { (crate::when::period(&site.edition.period.id)) }),
        heading: html! { "Celebrate and learn" },
        lead: lead(n, reviewed as u64),
        content,
        limits: vec![
            html! { "A high number is no proof of good work, and good work need not show in a number." },
            html! { "Organisations are named here, people never, unless they consented to their story." },
            html! { "That somebody is not here says nothing about them: most who do well are within the range of their peers." },
        ],
        place: place.clone(),
    };
    layout::file(site, page)
}

fn lead(candidates: u64, reviewed: u64) -> Markup {
    html! {
        @match (candidates, reviewed) {
            (0, _) => { "No figure stands out for the better by the rules of this page. Most organisations look like their peers." }
            (n, 0) => { (capital(&count(n, "candidates"))) " for being celebrated, found by rule. No person has reviewed " (if n == 1 { "it" } else { "them" }) " yet, so take each as a question and not as praise." }
            (n, r) => { (capital(&count(n, "candidates"))) " for being celebrated, found by rule; " (whole(r)) " of them " (if r == 1 { "was" } else { "were" }) " reviewed by a person." }
        }
    }
}

fn rest(all: usize) -> Markup {
    html! { @if all > MOST_ROWS { p { "The first " (whole(MOST_ROWS as u64)) " of " (whole(all as u64)) " are shown; the open data have all." } } }
}

fn counts_here(measure: &Measure) -> bool {
    is_own(measure) && is_standard(measure) && !is_about_collecting(measure)
}

fn improvers<'a>(site: &Site<'a>) -> Vec<Improver<'a>> {
    let mut found = Vec::new();
    for measure in site.edition.measures.iter().filter(|measure| counts_here(measure)) {
        for platform in &site.platforms {
            for change in site.changes_in(measure, platform) {
                let ChangeStatus::Changed { up, rule, since, meaning: Meaning::Improvement } = &change.status
                else {
                    continue;
                };
                if !matches!(rule, ChangeRuleName::Shift | ChangeRuleName::Trend) {
                    continue;
                }
                let Some(entry) = site.entry(&change.organisation_id) else { continue };
                found.push(Improver { entry, measure, change, rule: *rule, up: *up, since });
            }
        }
    }
    found.sort_by_cached_key(|one| {
        (name(&one.entry.organisation.name).to_lowercase(), one.measure.id.clone())
    });
    found
}

fn positive<'a>(site: &Site<'a>) -> Vec<Positive<'a>> {
    let mut found = Vec::new();
    for comparison in &site.edition.comparisons {
        let Some(measure) = site.edition.measures.iter().find(|m| m.id == comparison.measure_id) else {
            continue;
        };
        let Some(group) = site.edition.peer_groups.iter().find(|g| g.id == comparison.peer_group) else {
            continue;
        };
        let Ok(funnel) = &comparison.funnel else { continue };
        if !counts_here(measure) {
            continue;
        }
        for place in &funnel.places {
            let better = match measure.polarity {
                Polarity::Higher => place.position.is_above(),
                Polarity::Lower => !place.position.is_above(),
                Polarity::None | Polarity::Contested => false,
            };
            if !(better && place.position.stands_out() && place.false_discovery_rate < FALSE_FINDINGS) {
                continue;
            }
            let Some(entry) = site.entry(&place.organisation_id) else { continue };
            let value = site
                .headlines(measure, &comparison.platform)
                .iter()
                .find(|(_, figure)| figure.organisation_id == place.organisation_id)
                .and_then(|(_, figure)| View::without_reason(&figure.answer).value());
            let Some(value) = value else { continue };
            found.push(Positive { entry, measure, platform: &comparison.platform, group, place, value });
        }
    }
    found.sort_by_cached_key(|one| {
        (name(&one.entry.organisation.name).to_lowercase(), one.measure.id.clone())
    });
    found
}

/// A person's word on it, if there is one.
fn review<'a>(
    site: &Site<'a>,
    id: &OrganisationId,
    measure: &Measure,
    platform: &Platform,
) -> Option<&'a Review> {
    site.edition.reviews.iter().find(|review| {
        review.organisation_id == *id && review.measure_id == measure.id && review.platform == *platform
    })
}

impl Positive<'_> {
    fn review<'a>(&self, site: &Site<'a>) -> Option<&'a Review> {
        review(site, &self.entry.organisation.organisation_id, self.measure, self.platform)
    }
}

impl Improver<'_> {
    fn review<'a>(&self, site: &Site<'a>) -> Option<&'a Review> {
        review(site, &self.entry.organisation.organisation_id, self.measure, &self.change.platform)
    }
}

fn reviewed(review: Option<&Review>) -> Markup {
    html! {
        @match review {
            Some(review) => { bdi { (sentence(&review.words)) } " Reviewed by " (bdi(&review.by)) " on " (day(review.on)) "." }
            None => "Candidate, for a person to review"
        }
    }
}

fn link(site: &Site<'_>, place: &Place, entry: &Entry) -> Markup {
    html! { a href=(place.to(&organisation_path(&entry.organisation.organisation_id))) { bdi { (site.known.called(entry)) } } }
}

fn improver_table(site: &Site<'_>, place: &Place, found: &[Improver<'_>]) -> Markup {
    html! {
        table data-sort="" {
            caption { "Series that moved for the better and stayed there, by name" }
            thead { tr {
                th scope="col" { "Organisation" } th scope="col" { "Measure" } th scope="col" { "Platform" }
                th scope="col" { "What was seen" } th scope="col" { "Standing" }
            } }
            tbody {
                @for one in found.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (link(site, place, one.entry)) }
                        td { (measure_link(place, one.measure)) }
                        td { (one.change.platform.title()) }
                        td.told {
                            (if one.up { "Up" } else { "Down" }) " since " (crate::when::period(one.since)) ": "
                            (sentences::rule_in_words(one.rule, one.up, sentences::parts(one.measure))) ". "
                            (one.measure.polarity.sentence())
                        }
                        td.told { (reviewed(one.review(site))) }
                    }
                }
            }
        }
    }
}

fn positive_table(site: &Site<'_>, place: &Place, found: &[Positive<'_>]) -> Markup {
    html! {
        table data-sort="" {
            caption { "Figures beyond the limits of their peers on a better side, by name" }
            thead { tr {
                th scope="col" { "Organisation" } th scope="col" { "Measure" } th scope="col" { "Platform" }
                th scope="col" { "Its figure" } th scope="col" { "Where chance alone would keep it (99.8%)" } th scope="col" { "Peers" } th scope="col" { "Standing" }
            } }
            tbody {
                @for one in found.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (link(site, place, one.entry)) }
                        td { (measure_link(place, one.measure)) }
                        td { (one.platform.title()) }
                        td { (amount(one.measure, one.value)) }
                        td { (limits(one)) }
                        td { (bdi(&one.group.title)) }
                        td.told { (reviewed(one.review(site))) }
                    }
                }
            }
        }
    }
}

fn limits(one: &Positive<'_>) -> String {
    let (lower, upper) = one.place.limits998;
    let interval = someasure_model::Interval { lower, upper, level: 0.998 };
    crate::number::range(one.measure, Some(interval)).unwrap_or_else(|| "–".to_owned())
}

/// What the measures say that others tried, small efforts first.
fn to_try(site: &Site<'_>, place: &Place) -> Markup {
    let tips = things_to_try(site, 8);
    html! {
        @if !tips.is_empty() {
            section aria-labelledby="try" {
                h2 id="try" { "Things to try" }
                (tips_list(place, &tips))
            }
        }
    }
}

/// Tips with the measures that they come from: those with an agreed better side first, small efforts first,
/// and one of each measure before a second of any.
pub(crate) fn things_to_try<'a>(
    site: &Site<'a>,
    most: usize,
) -> Vec<(&'a Measure, &'a someasure_model::measure::Action)> {
    let effort =
        |effort: &str| ["small", "medium", "large"].iter().position(|one| *one == effort).unwrap_or(3);
    let mut found = Vec::new();
    for (order, measure) in site
        .edition
        .measures
        .iter()
        .enumerate()
        .filter(|(_, measure)| is_standard(measure) && !is_about_collecting(measure))
    {
        let contested = matches!(measure.polarity, Polarity::None | Polarity::Contested);
        let mut actions: Vec<_> = measure.actions.iter().collect();
        actions.sort_by_key(|action| effort(&action.effort));
        for (nth, action) in actions.into_iter().enumerate() {
            found.push(((nth, contested, effort(&action.effort), order), measure, action));
        }
    }
    found.sort_by_key(|(key, ..)| *key);
    found.into_iter().take(most).map(|(_, measure, action)| (measure, action)).collect()
}

/// As a list.
pub(crate) fn tips_list(place: &Place, tips: &[(&Measure, &someasure_model::measure::Action)]) -> Markup {
    html! {
        ul.tips {
            @for (measure, action) in tips {
                li {
                    (sentence(&action.tip)) " "
                    span.tag { (match action.effort.as_str() { "small" => "small effort", "medium" => "medium effort", _ => "large effort" }) }
                    br;
                    "For " (measure_link(place, measure))
                }
            }
        }
    }
}
