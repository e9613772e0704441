//! Home: what was found, your own organisation, how well we could see, and what this cannot tell.

use maud::{Markup, html};

use crate::File;
use crate::copies::Copies;
use crate::coverage::Seen;
use crate::findings;
use crate::layout::{self, Page, Place, scroll};
use crate::number::{count, percent, whole};
use crate::pages::celebrate::{things_to_try, tips_list};
use crate::pages::changes::in_short;
use crate::pages::measure::{PRESENCE, group_sentence};
use crate::pages::outputs_not_outcomes;
use crate::sentences::{self, capital};
use crate::site::{
    CELEBRATE, HEADLINES, HOW_TO_READ, MEASURES, METHODS, OPEN_DATA, ORGANISATIONS, REGISTER, Site,
    organisation_path,
};
use crate::text::name;

/// Up to so many organisations are listed on the first page.
const FEW: usize = 24;

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
        (find(site, &place))
        dl.numbers {
            div { dt { "Organisations" } dd { (whole(organisations)) } }
            div { dt { "Accounts, each counted once" } dd { (whole(tally.accounts as u64)) } }
            div { dt { "Post records received" } dd { (whole(tally.rows)) } }
            div {
                dt { "Accounts cut off" @if tally.cut > 0 { ", " (of_these_within(tally.cut, tally.cut_within)) } }
                dd { (whole(tally.cut as u64)) }
            }
        }
        section aria-labelledby="findings" {
            h2 id="findings" { "What we found" }
            p {
                "No total score and no league table: each finding answers one question, with how sure it is. "
                a href=(place.to(HOW_TO_READ)) { "How to read the pictures" } "."
            }
            (findings(&mut copies, site, &place))
            p.more {
                a href=(place.to(HEADLINES)) { "All headlines, with their tables" } " · "
                a href=(place.to(MEASURES)) { "All measures, with their definitions and limits" }
            }
        }
        (in_short(site, &place))
        (to_try(site, &place))
        (seen(site, &place))
        section aria-labelledby="use" {
            h2 id="use" { "Use the data" }
            @if edition.look.papers { p { "To print or to send: " a href="../report.pdf" { "this report as a PDF" } "." } }
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

/// Who is in the register, who of them was seen to post, and how far we could look: three counts that may differ.
pub(crate) fn lead(site: &Site<'_>, platforms: &[String]) -> Markup {
    let tally = &site.tally;
    let with_account = site.edition.organisations.iter().filter(|entry| !entry.accounts.is_empty()).count();
    let posted = in_passing(site, PRESENCE);
    let active = in_passing(site, "active_last_30_days");
    html! {
        "The register knows an account of " (whole(with_account as u64)) " of "
        (count(site.edition.organisations.len() as u64, "organisations"))
        @if !platforms.is_empty() { ", on " (sentences::list(platforms)) }
        ". "
        @if let Some(posted) = posted { "Seen to post in the period: " (posted) " " }
        @if let Some(active) = active { "Active in the last 30 days: " (active) " " }
        "Of " (count(tally.accounts as u64, "accounts")) ", " (whole(tally.whole() as u64))
        " could be seen over the whole period."
    }
}

/// What a group measure says of everyone on each platform, as parts of one sentence.
pub(crate) fn in_passing(site: &Site<'_>, measure: &str) -> Option<String> {
    let measure = site.edition.measures.iter().find(|one| one.id.as_str() == measure)?;
    let said = site.platforms.iter().filter_map(|platform| group_sentence(site, measure, platform));
    let said: Vec<String> = said.collect();
    let joined = (!said.is_empty()).then(|| uncapital_join(&said))?;
    // Where there is one platform, it is named before.
    let only = site.platforms.first().filter(|_| site.platforms.len() == 1);
    Some(match only.and_then(|one| joined.strip_prefix(&format!("on {}, ", one.title()))) {
        Some(rest) => rest.to_owned(),
        None => joined,
    })
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
                    input type="text" id="find-name" name="q" data-find="" autocomplete="off" spellcheck="false";
                    button type="submit" { "Find" }
                }
            }
            @if entries.len() <= FEW {
                ul.columns {
                    @for entry in entries {
                        li { a href=(place.to(&organisation_path(&entry.organisation.organisation_id))) { bdi { (site.known.called(entry)) } } }
                    }
                }
            } @else {
                p { a href=(place.to(ORGANISATIONS)) { "All " (whole(entries.len() as u64)) " organisations" } }
            }
        }
    }
}

fn findings(copies: &mut Copies<'_, '_>, site: &Site<'_>, place: &Place) -> Markup {
    let found = findings::of(site);
    html! {
        @if found.is_empty() {
            p { "There are not yet enough figures for a finding. The measures’ pages have what there is." }
        }
        div.findings {
            @for finding in found.into_iter().take(findings::ON_HOME) { (findings::draw(copies, place, finding, 3, false)) }
        }
    }
}

fn to_try(site: &Site<'_>, place: &Place) -> Markup {
    let tips = things_to_try(site, 3);
    html! {
        @if !tips.is_empty() {
            section aria-labelledby="try" {
                h2 id="try" { "Things to try" }
                p { "What the measures suggest; whether it fits is yours to say." }
                (tips_list(place, &tips))
                p.more { a href=(place.to(CELEBRATE)) { "Celebrate and learn" } }
            }
        }
    }
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
