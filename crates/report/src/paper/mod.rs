//! The edition on paper: Typst sources for the report and for the two pages that a board reads about one
//! organisation. Words and numbers come from the pages' own sentences and charts; here they are only put
//! in their places. Setting the source is another crate's work.

mod board;
mod card;
mod glossary;
mod report;
mod room;
mod story;
mod typst;

use someasure_model::{Edition, OrganisationId};

pub use story::{story_paper, story_source};

use crate::chart::{Drawing, Sign, plate};
use crate::copies::Chart;
use crate::site::Site;
use crate::text::{name, shorten, web_address};

const STYLE: &str = include_str!("style.typ");
/// Width of a picture's own plane: on paper its letters are a little smaller than those of the text.
const WIDTH: f64 = 800.0;
/// The width of a tall picture, for its height.
const TALL: f64 = 1.6;

/// A document to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// In Typst's language.
    pub text: String,
    /// What it shows: names, as the text calls them, and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Which document it is, from one version to the next.
    pub identifier: String,
    /// The day that it bears: that of the edition.
    pub date: jiff::civil::Date,
}

/// The report: cover, summary, how to read, findings, improvers, methods, coverage, glossary, citation.
pub fn report_source(edition: &Edition) -> Source {
    report::source(&Site::new(edition))
}

/// The picture that other sites show beside a link to the report: an SVG, 1,200 pixels by 630.
pub fn card(edition: &Edition) -> Vec<u8> {
    crate::simulated::marked_picture(edition, card::svg(&Site::new(edition)))
}

/// Two pages about one organisation; `None` if the edition has no such organisation.
pub fn paper_source(edition: &Edition, organisation: &OrganisationId) -> Option<Source> {
    let entry =
        edition.organisations.iter().find(|entry| entry.organisation.organisation_id == *organisation)?;
    Some(board::source(&Site::new(edition), entry))
}

/// A document under way.
struct Paper<'s, 'e> {
    site: &'s Site<'e>,
    text: String,
    files: Vec<(String, Vec<u8>)>,
}

impl<'s, 'e> Paper<'s, 'e> {
    /// Begins with the title that readers' programs show, a description, and what stands at every page's foot.
    fn new(site: &'s Site<'e>, title: &str, description: &str, foot: &str) -> Self {
        let text = format!(
            "#set document(title: {}, description: {}, author: {}, date: auto)\n#let foot = {}\n{STYLE}\n{}",
            typst::literal(title),
            typst::literal(description),
            typst::literal(&publisher(site)),
            typst::content(foot),
            crate::simulated::page_head(site.edition),
        );
        Self { site, text, files: Vec::new() }
    }

    fn add(&mut self, source: &str) {
        self.text.push_str(source);
    }

    /// A chart of the pages, with what is said below it.
    fn chart(&mut self, chart: &Chart, below: &str) {
        self.chart_called(&chart.title, chart, below);
    }

    /// The same with another title, or none.
    fn chart_called(&mut self, title: &str, chart: &Chart, below: &str) {
        let mut what: Vec<&str> = Vec::new();
        for part in chart.subtitle.iter().filter(|part| !part.is_empty()) {
            if !what.contains(&part.as_str()) {
                what.push(part);
            }
        }
        self.picture(&chart.drawing, &chart.keys, title, &what.join(" · "), &chart.alt, below);
    }

    fn picture(
        &mut self,
        drawing: &Drawing,
        keys: &[(&'static str, Sign, &'static str)],
        title: &str,
        what: &str,
        alt: &str,
        below: &str,
    ) {
        if drawing.is_empty() {
            return;
        }
        let file = format!("chart-{:03}.svg", self.files.len() + 1);
        // A tall picture is set a little smaller, so that what is said of it stands on the same page.
        self.files.push((file.clone(), plate(drawing, keys, WIDTH.max(drawing.height * TALL))));
        let source = format!(
            "#picture(\"{file}\", alt: {}, title: {}, what: {}, below: {});\n\n",
            typst::literal(&shorten(alt, 1_500)),
            typst::content(title),
            typst::content(what),
            typst::content(below),
        );
        self.add(&source);
    }

    fn finish(self, what: &str) -> Source {
        let edition = self.site.edition;
        let root = edition.publication.url.as_deref().unwrap_or(&edition.title);
        Source {
            text: self.text,
            files: crate::simulated::marked_pictures(edition, self.files),
            identifier: format!("{root}\n{}\n{what}", edition.edition),
            date: edition.as_at.date(&self.site.zone),
        }
    }
}

fn publisher(site: &Site<'_>) -> String {
    site.edition.publication.publisher.as_deref().map_or_else(|| "SoMeasure".to_owned(), name)
}

/// What others wrote, as a sentence that leaves room for the rest.
fn brief(text: &str) -> String {
    shorten(&crate::text::sentence(text), 420)
}

/// `Report title, edition 2026.1, data as at 7 April 2014`
fn told(site: &Site<'_>) -> String {
    let edition = site.edition;
    format!(
        "{}, edition {}, data as at {}",
        shorten(&name(&edition.title), 80),
        shorten(&name(&edition.edition), 20),
        crate::when::day_of(edition.as_at, &site.zone)
    )
}

/// The address of a page of the published site, with its edition where that can be seen from it.
fn address(site: &Site<'_>, path: &str) -> Option<String> {
    let root = site.edition.publication.url.as_deref().and_then(web_address)?;
    Some(format!("{}/{path}", root.trim_end_matches('/')))
}

/// How to cite, as one sentence; `what` is the part that is cited.
fn citation(site: &Site<'_>, what: Option<&str>, path: &str) -> String {
    let edition = site.edition;
    let by =
        edition.publication.publisher.as_deref().map_or_else(String::new, |by| format!("{}: ", name(by)));
    let what = what.map_or_else(String::new, |what| format!("“{what}”, in: "));
    let year = edition.as_at.date(&site.zone).year();
    let at = address(site, path).map_or_else(String::new, |address| format!(" {address}"));
    format!(
        "{by}{what}{}, edition {}, {year}. Data as at {}. Made with SoMeasure {}.{at}",
        name(&edition.title),
        name(&edition.edition),
        crate::when::day_of(edition.as_at, &site.zone),
        name(&edition.provenance.tool_version),
    )
}
