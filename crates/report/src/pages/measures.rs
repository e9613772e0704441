//! All measures by domain, each with its question and which way is better.

use maud::html;
use someasure_model::Level;

use crate::File;
use crate::layout::{self, Page, Place, scroll};
use crate::number::count;
use crate::pages::{DOMAINS, measure_link, outputs_not_outcomes, standing};
use crate::site::{MEASURES, Site};
use crate::text::{name, sentence};

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(MEASURES);
    let measures = &site.edition.measures;
    let content = html! {
        @for (domain, title) in DOMAINS {
            @if measures.iter().any(|measure| measure.domain == domain) {
                section aria-labelledby=(domain.as_str()) {
                    h2 id=(domain.as_str()) { (title) }
                    @let table = html! {
                        table {
                            caption.visually-hidden { (title) }
                            thead { tr {
                                th scope="col" { "Measure" }
                                th scope="col" { "What it asks" }
                                th scope="col" { "Of whom" }
                                th scope="col" { "Which way is better" }
                            } }
                            tbody {
                                @for measure in measures.iter().filter(|measure| measure.domain == domain) {
                                    tr {
                                        th scope="row" { (measure_link(&place, measure)) }
                                        td { (sentence(&measure.question)) @if let Some(words) = standing(measure) { " " (words) } }
                                        td { @match measure.level { Level::Organisation => "each organisation", Level::Group => "a group of organisations" } }
                                        td { (measure.polarity.sentence()) }
                                    }
                                }
                            }
                        }
                    };
                    (scroll(&format!("Measures of {}", domain.as_str()), &table))
                }
            }
        }
    };
    let page = Page {
        title: format!("Measures – {}", crate::text::shorten(&name(&site.edition.title), 40)),
        description: "Each question that was asked, why, how it is answered and what the answer cannot tell."
            .to_owned(),
        kicker: None,
        heading: html! { "Measures" },
        lead: html! {
            (crate::sentences::capital(&count(measures.len() as u64, "questions"))) " asked of public data. Each has a page with its definition, its query, its limits and its figures, so that anyone can dispute, copy or replace it."
            @if let Some(words) = super::next::so_far(site) { " " (words) " Nobody was measured yet." }
        },
        content,
        limits: vec![
            outputs_not_outcomes(),
            html! { "There is no total score: adding up answers to different questions would hide which question was answered." },
        ],
        place,
    };
    layout::file(site, page)
}
