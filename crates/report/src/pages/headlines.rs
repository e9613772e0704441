//! Headlines: what the edition found, each with its picture, how sure we are, and a table.

use maud::html;

use crate::File;
use crate::copies::Copies;
use crate::findings;
use crate::layout::{self, Page, Place};
use crate::number::count;
use crate::pages::outputs_not_outcomes;
use crate::site::{HEADLINES, HOW_TO_READ, METHODS, Site};
use crate::text::{name, shorten};

pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    let place = Place::new(HEADLINES);
    let mut copies = Copies::of(site, &place);
    let found = findings::of(site);
    let n = found.len() as u64;
    let titles: Vec<(String, String)> =
        found.iter().map(|finding| (finding.id.clone(), finding.title.clone())).collect();
    let content = html! {
        @if n == 0 {
            p { "There are not yet enough figures for a finding. The measures’ pages have what there is." }
        } @else {
            nav.contents aria-label="Findings" {
                ol { @for (id, title) in &titles { li { a href={ "#" (id) } { (title) } } } }
            }
            div.headlines { @for finding in found { (findings::draw(&mut copies, &place, finding, 2, true)) } }
        }
        section aria-labelledby="rules" {
            h2 id="rules" { "How these were chosen" }
            p {
                "By rules, not by hand. Only reviewed measures count. A measure is told where " (crate::number::whole(findings::FEWEST_ORGANISATIONS)) " organisations or more have a value, on the platform where most have one, and one for each domain. Movement and differences are told beside what chance alone would give, and as no news where they are no more than that. What could not be seen is told first where it is more than half."
            }
            p {
                a href=(place.to(HOW_TO_READ)) { "How to read the pictures" } " · "
                a href=(place.to(METHODS)) { "How it was all made" }
            }
        }
    };
    let page = Page {
        title: format!("Headlines – {}", shorten(&name(&site.edition.title), 40)),
        description: format!("{}, each with its picture, how sure it is and a table.", count(n, "findings")),
        kicker: Some(html! { (crate::when::period(&site.edition.period.id)) }),
        heading: html! { "Headlines" },
        lead: match titles.first() {
            Some((_, first)) => {
                html! { (first) ". This and what else the edition found, and how sure each is." }
            }
            None => html! { "This edition has no finding yet." },
        },
        content,
        limits: vec![
            outputs_not_outcomes(),
            html! { "Figures of two platforms are never added up and should not be compared." },
            html! { "Why something is so is not in these data." },
        ],
        place: place.clone(),
    };
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files
}
