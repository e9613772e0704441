//! Changes and corrections: how this edition differs from the one before, figures that were restated and why,
//! who closed or merged, and what was wrong.

use jiff::civil::Date;
use maud::{Markup, html};
use someasure_model::{Closed, Measure, MeasureId, OrganisationId, Restated, Revision};

use crate::File;
use crate::layout::{self, Page, Place, scroll};
use crate::number::{amount, count, whole};
use crate::pages::measure_link;
use crate::sentences::capital;
use crate::site::{CHANGES, FEED, METHODS, REGISTER, Site};
use crate::text::{bdi, name, note, shorten};
use crate::when::{day, day_of};

/// A table shows so many.
const MOST_ROWS: usize = 500;

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(CHANGES);
    let edition = site.edition;
    let content = html! {
        @match &edition.revision {
            Some(revision) => { (since(site, &place, revision)) }
            None => {
                section aria-labelledby="since" {
                    h2 id="since" { "Since the last edition" }
                    p { "This is the first edition. The next one will say here what changed, which figures were restated, and why." }
                }
            }
        }
        (closures(site, &place))
        section aria-labelledby="errata" {
            h2 id="errata" { "What was wrong" }
            @if edition.errata.is_empty() { p { "No error in a published edition is known." } }
            @else {
                dl.facts {
                    @for erratum in &edition.errata { div { dt { (day(erratum.on)) } dd { bdi { (note(&erratum.what)) } } } }
                }
            }
            p {
                "If you find one"
                @if let Some(to) = &edition.publication.contact { ", write to " (crate::text::contact(to)) }
                ". What is corrected is told here, and the edition that had it stays as it was published."
            }
        }
        section aria-labelledby="follow" {
            h2 id="follow" { "Follow" }
            p { a href=(place.to(FEED)) type="application/atom+xml" { "Feed of editions and corrections (Atom)" } }
        }
    };
    let page = Page {
        title: format!("Changes and corrections – {}", shorten(&name(&edition.title), 40)),
        description: "How this edition differs from the one before: restated figures with their reasons, closures and mergers, errors.".to_owned(),
        kicker: None,
        heading: html! { "Changes and corrections" },
        lead: match &edition.revision {
            Some(revision) => html! { (counted(revision).unwrap_or_else(|| format!("Nothing that edition {} said is said differently now.", edition_name(&revision.edition)))) },
            None => html! { "This is the first edition." },
        },
        content,
        limits: vec![html! {
            "A figure that differs from one edition to the next is no change by itself: see whether its interval moved, and "
            a href=(place.to(METHODS)) { "whether the measure or what could be seen" } " did."
        }],
        place: place.clone(),
    };
    layout::file(site, page)
}

fn edition_name(edition: &str) -> String {
    shorten(&name(edition), 20)
}

/// What the revision counts, in one sentence; `None` where there is nothing.
pub(crate) fn counted(revision: &Revision) -> Option<String> {
    let part = |n: u64, things: &str, one: &str, many: &str| {
        (n > 0).then(|| format!("{} {}", count(n, things), if n == 1 { one } else { many }))
    };
    let parts: Vec<String> = [
        part(
            revision.moved.len() as u64,
            "figures",
            "moved beyond its uncertainty",
            "moved beyond their uncertainty",
        ),
        part(revision.restated.len() as u64, "figures", "was restated", "were restated"),
        part(revision.figures_added, "figures", "is new", "are new"),
        part(revision.figures_gone, "figures", "is no longer there", "are no longer there"),
        part(revision.joined.len() as u64, "organisations", "joined", "joined"),
        part(revision.gone.len() as u64, "organisations", "left the edition", "left the edition"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| {
        format!("Since edition {}, {}.", edition_name(&revision.edition), crate::sentences::list(&parts))
    })
}

/// For the first page: what changed, in short.
pub(crate) fn in_short(site: &Site<'_>, place: &Place) -> Markup {
    html! {
        section aria-labelledby="changed" {
            h2 id="changed" { "What changed since the last edition" }
            @match &site.edition.revision {
                None => { p { "This is the first edition." } }
                Some(revision) => {
                    p { (counted(revision).unwrap_or_else(|| format!("Nothing that edition {} said is said differently now.", edition_name(&revision.edition)))) }
                }
            }
            p { a href=(place.to(CHANGES)) { "Changes and corrections" } }
        }
    }
}

fn measure<'a>(site: &Site<'a>, id: &MeasureId) -> Option<&'a Measure> {
    site.edition.measures.iter().find(|measure| measure.id == *id)
}

fn measure_name(site: &Site<'_>, place: &Place, id: &MeasureId) -> Markup {
    match measure(site, id) {
        Some(measure) => measure_link(place, measure),
        None => html! { (id) },
    }
}

/// "The last edition said {old}; it is now {new}, because {reason}."
pub(crate) fn restated(measure: Option<&Measure>, row: &Restated) -> String {
    let say = |value: Option<f64>| match (value.filter(|value| value.is_finite()), measure) {
        (Some(value), Some(measure)) => amount(measure, value),
        (Some(value), None) => crate::number::exact(value),
        (None, _) => "nothing".to_owned(),
    };
    let now = match row.new {
        Some(value) if value.is_finite() => format!("it is now {}", say(Some(value))),
        _ => "there is no value now".to_owned(),
    };
    let why = note(&row.why);
    let why = why.trim_end_matches('.');
    let why = if why.is_empty() { "the reason is not recorded".to_owned() } else { format!("because {why}") };
    format!("The last edition said {}; {now}, {why}.", say(row.old))
}

fn since(site: &Site<'_>, place: &Place, revision: &Revision) -> Markup {
    let body = |body: &someasure_model::Body| html! { li { (site.known.body(place, &body.organisation_id, &body.name)) } };
    let moved = html! {
        table data-sort="" {
            caption { "Figures that differ by more than chance explains" }
            thead { tr {
                th scope="col" { "Organisation" } th scope="col" { "Measure" } th scope="col" { "Platform" }
                th.num scope="col" { "Last edition" } th.num scope="col" { "Now" }
            } }
            tbody {
                @for row in revision.moved.iter().take(MOST_ROWS) {
                    @let measure = measure(site, &row.measure_id);
                    @let say = |value: f64| measure.map_or_else(|| crate::number::exact(value), |m| crate::number::bare(m, value));
                    tr {
                        th scope="row" { (called(site, place, &row.organisation_id)) }
                        td { (measure_name(site, place, &row.measure_id)) }
                        td { (row.platform.title()) }
                        td.num { (say(row.old)) }
                        td.num { (say(row.new)) }
                    }
                }
            }
        }
    };
    let table = html! {
        table data-sort="" {
            caption { "Figures that were published and say something else now" }
            thead { tr {
                th scope="col" { "Organisation" } th scope="col" { "Measure" } th scope="col" { "Platform" } th scope="col" { "Period" } th scope="col" { "What changed, and why" }
            } }
            tbody {
                @for row in revision.restated.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (called(site, place, &row.organisation_id)) }
                        td { (measure_name(site, place, &row.measure_id)) }
                        td { (row.platform.title()) }
                        td { (measure(site, &row.measure_id).map_or_else(|| crate::when::period(&row.period), |measure| site.asked(measure, &row.period))) }
                        td.told { bdi { (restated(measure(site, &row.measure_id), row)) } }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="since" {
            h2 id="since" { "Since edition " (edition_name(&revision.edition)) }
            p { "Its data were as at " (day_of(revision.as_at, &site.zone)) "." }
            h3 id="moved" { "What moved beyond its uncertainty" }
            @if revision.moved.is_empty() { p { "No main figure differs from the last edition by more than chance explains." } }
            @else { (scroll("Figures that moved", &moved)) (rest(revision.moved.len())) }
            h3 id="restated" { "What was restated, and why" }
            @if revision.restated.is_empty() { p { "No figure that was published says something else now." } }
            @else { (scroll("Restated figures", &table)) (rest(revision.restated.len())) }
            @if !revision.joined.is_empty() {
                h3 id="joined" { "Who joined" }
                ul { @for one in revision.joined.iter().take(MOST_ROWS) { (body(one)) } }
                (rest(revision.joined.len()))
            }
            @if !revision.gone.is_empty() {
                h3 id="gone" { "Who is not in this edition any more" }
                ul { @for one in revision.gone.iter().take(MOST_ROWS) { (body(one)) } }
                (rest(revision.gone.len()))
            }
        }
    }
}

/// An organisation by its name, or by its code where this edition does not have it.
fn called(site: &Site<'_>, place: &Place, id: &OrganisationId) -> Markup {
    site.known.body(place, id, if site.entry(id).is_some() { "" } else { id.code() })
}

fn rest(all: usize) -> Markup {
    html! { @if all > MOST_ROWS { p { "The first " (whole(MOST_ROWS as u64)) " of " (whole(all as u64)) " are shown." } } }
}

/// Bodies that closed since the edition before; within the period, where this is the first.
pub(crate) fn closed_since<'a>(site: &Site<'a>) -> (Date, Vec<&'a Closed>) {
    let edition = site.edition;
    let from = edition
        .revision
        .as_ref()
        .map_or(edition.period.starts_at, |revision| revision.as_at)
        .date(&site.zone);
    (from, edition.closed.iter().filter(|body| body.closed >= from).collect())
}

fn closures(site: &Site<'_>, place: &Place) -> Markup {
    let (from, closed) = closed_since(site);
    html! {
        section aria-labelledby="closed" {
            h2 id="closed" { "Who closed or merged" }
            @if closed.is_empty() { p { "No body that the register knows has closed since " (day(from)) "." } }
            @else {
                p { (capital(&count(closed.len() as u64, "bodies"))) " closed since " (day(from)) "." }
                ul {
                    @for body in closed.iter().take(MOST_ROWS) {
                        li {
                            (bdi(&body.name)) ", on " (day(body.closed)) ": "
                            @if body.successors.is_empty() { "successor not stated" }
                            @for (nth, to) in body.successors.iter().enumerate() { @if nth > 0 { "; " } (site.known.successor(place, to)) }
                        }
                    }
                }
                (rest(closed.len()))
            }
            p { "All that closed, were renamed or are not listed any more: " a href=(place.to(REGISTER)) { "the register" } "." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(old: Option<f64>, new: Option<f64>, why: &str) -> Restated {
        Restated {
            organisation_id: "ods:RJ1".parse().unwrap(),
            platform: "x".parse().unwrap(),
            measure_id: "posts_per_week".parse().unwrap(),
            period: "2014-03".into(),
            old,
            new,
            why: why.to_owned(),
        }
    }

    #[test]
    fn a_restatement_says_what_was_what_is_and_why() {
        assert_eq!(
            restated(None, &row(Some(4.0), Some(4.5), "posts came in late.")),
            "The last edition said 4; it is now 4.5, because posts came in late."
        );
        assert_eq!(
            restated(None, &row(None, Some(4.5), "")),
            "The last edition said nothing; it is now 4.5, the reason is not recorded."
        );
        assert_eq!(
            restated(None, &row(Some(f64::NAN), None, "the account was withdrawn")),
            "The last edition said nothing; there is no value now, because the account was withdrawn."
        );
    }
}
