//! From an edition to its papers: every organisation's is two pages, no name is markup, and the same edition
//! gives the same bytes.

mod editions;
#[allow(dead_code)]
#[path = "../../../report/tests/support/mod.rs"]
mod support;

use someasure_model::Edition;
use someasure_pdf::{Pdf, pdf, png};
use someasure_report::{Source, card, paper_source, report_source};

fn set(source: &Source) -> Pdf {
    pdf(&source.text, &source.files, source.date, &source.identifier)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn papers(edition: &Edition) -> impl Iterator<Item = Source> {
    edition
        .organisations
        .iter()
        .filter_map(|entry| paper_source(edition, &entry.organisation.organisation_id))
}

#[test]
fn every_organisation_s_paper_has_two_pages_at_most() {
    for edition in
        [support::invented(), editions::many(2), editions::hostile(), support::beginning::beginning()]
    {
        assert_eq!(papers(&edition).count(), edition.organisations.len());
        for source in papers(&edition) {
            let pages = set(&source).pages;
            assert!((1..=2).contains(&pages), "{}: {pages} pages", source.identifier);
        }
    }
}

#[test]
fn the_report_is_as_long_as_people_read() {
    let pages = set(&report_source(&editions::many(10))).pages;
    assert!((24..=32).contains(&pages), "{pages}");
    assert!(set(&report_source(&support::invented())).pages <= 24);
}

#[test]
fn an_edition_of_which_nothing_was_collected_has_its_papers_too() {
    for edition in [support::beginning::beginning(), support::beginning::entered(10)] {
        assert!(set(&report_source(&edition)).pages > 3);
    }
}

#[test]
fn the_same_edition_gives_the_same_bytes() {
    let source = || report_source(&support::invented());
    assert_eq!(source(), source());
    assert_eq!(set(&source()).bytes, set(&source()).bytes);
}

#[test]
fn names_that_would_like_to_be_markup_are_printed() {
    let edition = editions::hostile();
    let source = report_source(&edition);
    assert!(set(&source).pages > 10);
    for (name, bytes) in &source.files {
        assert!(png(bytes, 400).is_ok(), "{name}");
    }
    assert!(png(&card(&edition), 1_200).is_ok());
}

#[test]
fn every_chart_is_a_picture_by_itself() {
    for (name, bytes) in &report_source(&support::invented()).files {
        let picture = png(bytes, 800).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(picture.len() > 1_000, "{name}");
    }
}

#[test]
fn nobody_who_is_not_in_the_edition_has_a_paper() {
    assert!(paper_source(&support::invented(), &"invented:NOBODY".parse().unwrap()).is_none());
}
