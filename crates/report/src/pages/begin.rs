//! Home before anything has been collected: the register as it is, how many have an account entered,
//! which peer groups miss how many, and what to do next. Nothing is told as zero that is not yet known.

use maud::{Markup, html};

use crate::File;
use crate::layout::{self, Page, Place};
use crate::number::{count, whole};
use crate::pages::{home, next, outputs_not_outcomes, register};
use crate::sentences;
use crate::site::{MEASURES, METHODS, OPEN_DATA, REGISTER, Site};
use crate::stage::Stage;
use crate::text::{name, shorten};

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new("index.html");
    let edition = site.edition;
    let title = name(&edition.title);
    let period = crate::when::period(&edition.period.id);
    let services: Vec<String> = edition.services.iter().map(|service| name(service)).collect();
    let has_organisations = !edition.organisations.is_empty();
    let content = html! {
        @if has_organisations { (home::find(site, &place)) }
        section aria-labelledby="who" {
            h2 id="who" { "Who belongs" }
            (register::who(site))
            @if has_organisations || !edition.closed.is_empty() {
                p {
                    "What became of those that closed, who was renamed, who is not listed any more, and where sources disagree: "
                    a href=(place.to(REGISTER)) { "the register" } "."
                }
            }
        }
        @if has_organisations { (accounts(site)) }
        section aria-labelledby="next" {
            h2 id="next" { "What to do next" }
            p { "For whoever prepares this edition:" }
            (next::steps(site))
        }
        section aria-labelledby="use" {
            h2 id="use" { "What is here already" }
            ul {
                li { a href=(place.to(REGISTER)) { "The register" } ", with the source of every row" }
                @if !edition.measures.is_empty() {
                    li { a href=(place.to(MEASURES)) { (sentences::capital(&count(edition.measures.len() as u64, "measures"))) } ", each with its definition and what it cannot tell" }
                }
                li { a href=(place.to(METHODS)) { "Methods" } ": how it will be collected and computed" }
                li { a href=(place.to(OPEN_DATA)) { "Open data" } ": the register as files" }
            }
        }
    };
    let page = Page {
        title: format!("{} – edition {}", shorten(&title, 40), shorten(&name(&edition.edition), 16)),
        description: format!(
            "The register of {}, {period}. Nothing has been collected yet.",
            sentences::list(&services)
        ),
        kicker: Some(html! { bdi { (sentences::list(&services)) } " · " (period) }),
        heading: html! { bdi { (title) } },
        lead: lead(site),
        content,
        limits: vec![
            outputs_not_outcomes(),
            html! { "That no account is entered for an organisation does not mean that it has none." },
            html! { "Organisations are compared; people never are." },
        ],
        place,
    };
    layout::file(site, page)
}

fn with_account(site: &Site<'_>) -> u64 {
    site.edition.organisations.iter().filter(|entry| !entry.accounts.is_empty()).count() as u64
}

fn lead(site: &Site<'_>) -> Markup {
    let all = site.edition.organisations.len() as u64;
    html! {
        @match (all, site.stage) {
            (0, _) => { "An edition that has just begun: no organisation is in its register yet." }
            (_, Stage::NoAccount) => {
                "An edition at its beginning: its register has " (count(all, "organisations"))
                ". None of them has an account entered yet, so nothing could be collected, and there is no figure."
            }
            _ => {
                "An edition at its beginning: of the " (count(all, "organisations")) " in its register, "
                (whole(with_account(site))) (if with_account(site) == 1 { " has" } else { " have" })
                " an account entered. Nothing has been collected yet, so there is no figure."
            }
        }
    }
}

fn accounts(site: &Site<'_>) -> Markup {
    let all = site.edition.organisations.len() as u64;
    let with = with_account(site);
    html! {
        section aria-labelledby="accounts" {
            h2 id="accounts" { "Whose accounts are missing" }
            @match (with, all - with) {
                (0, _) => { p { "All of them: nobody has entered an account yet. " (next::tell_us(site)) } }
                (_, 0) => { p { "Each organisation has an account entered: " (count(site.tally.accounts as u64, "accounts")) ", each counted once." } }
                (with, without) => {
                    p {
                        (sentences::capital(&count(with, "organisations"))) (if with == 1 { " has" } else { " have" }) " an account entered ("
                        (count(site.tally.accounts as u64, "accounts")) ", each counted once); " (whole(without)) " still " (if without == 1 { "has" } else { "have" }) " none. "
                        (next::tell_us(site))
                    }
                }
            }
            (next::peer_groups(site))
        }
    }
}
