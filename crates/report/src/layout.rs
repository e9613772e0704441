//! What every page has: skip link, edition and date of the data, one H1, a lead sentence, the content, what
//! it cannot tell, and the footer. Links are relative, so that the site opens from a disk and from any path.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::File;
use crate::site::{HOW_TO_READ, MEASURES, METHODS, OPEN_DATA, ORGANISATIONS, REGISTER, Site};
use crate::text::{contact, link, name};

/// A page's place in the site, from which its links are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    path: String,
}

impl Place {
    /// Below `site/`, like `measures/index.html`.
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self { path: path.into() }
    }

    /// The way from this page to another file below `site/`.
    pub(crate) fn to(&self, path: &str) -> String {
        format!("{}{path}", self.root())
    }

    /// The way from this page to a file of the open data.
    pub(crate) fn to_data(&self, file: &str) -> String {
        format!("{}../data/{file}", self.root())
    }

    /// The way from this page to the edition's own description.
    pub(crate) fn to_edition_json(&self) -> String {
        format!("{}../edition.json", self.root())
    }

    /// Below `site/`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Where the page's own files stand, below `site/`: empty, or with `/` at its end.
    pub(crate) fn directory(&self) -> &str {
        self.path.rfind('/').map_or("", |at| &self.path[..=at])
    }

    fn root(&self) -> String {
        "../".repeat(self.path.matches('/').count())
    }
}

/// What a page says.
pub(crate) struct Page {
    /// Where it stands.
    pub(crate) place: Place,
    /// For the browser's tab; unique within the site.
    pub(crate) title: String,
    /// For search engines; plain text.
    pub(crate) description: String,
    /// The small line above the heading.
    pub(crate) kicker: Option<Markup>,
    /// The one H1.
    pub(crate) heading: Markup,
    /// The lead sentence.
    pub(crate) lead: Markup,
    /// The content, in H2 and below.
    pub(crate) content: Markup,
    /// "What this cannot tell you", where it applies: list items.
    pub(crate) limits: Vec<Markup>,
}

const SECTIONS: [(&str, &str); 7] = [
    ("index.html", "Home"),
    (ORGANISATIONS, "Organisations"),
    (REGISTER, "Register"),
    (MEASURES, "Measures"),
    (HOW_TO_READ, "How to read this"),
    (METHODS, "Methods and coverage"),
    (OPEN_DATA, "Open data"),
];

/// The page as a file.
pub(crate) fn file(site: &Site<'_>, page: Page) -> File {
    let path = format!("site/{}", page.place.path);
    File { path, bytes: html(site, page).into_string().into_bytes() }
}

fn html(site: &Site<'_>, page: Page) -> Markup {
    let edition = site.edition;
    let place = &page.place;
    let report = name(&edition.title);
    let publication = &edition.publication;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.title) }
                meta name="description" content=(page.description);
                meta name="color-scheme" content="light dark";
                link rel="icon" type="image/svg+xml" href=(place.to("icon.svg"));
                link rel="stylesheet" href=(place.to("style.css"));
                script src=(place.to("script.js")) defer {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header.top {
                    div.wrap {
                        p.report { a href=(place.to("index.html")) { bdi { (report) } } }
                        p.as-at {
                            "Edition " (name(&edition.edition)) " · data as at "
                            time datetime=(edition.as_at) { (crate::when::minute(edition.as_at, &site.zone)) }
                            " (" (name(&edition.time_zone)) ")"
                        }
                    }
                    nav.sections aria-label="Pages" {
                        ul.wrap {
                            @for (path, title) in SECTIONS {
                                @let here = place.path == path;
                                @let within = path != "index.html"
                                    && place.path.starts_with(path.trim_end_matches("index.html"));
                                li {
                                    a href=(place.to(path)) aria-current=[
                                        if here { Some("page") } else if within { Some("true") } else { None }
                                    ] { (title) }
                                }
                            }
                        }
                    }
                }
                main.wrap id="content" tabindex="-1" {
                    @if let Some(kicker) = page.kicker { p.kicker { (kicker) } }
                    h1 { (page.heading) }
                    p.lead { (page.lead) }
                    (page.content)
                    @if !page.limits.is_empty() {
                        section.limits aria-labelledby="limits" {
                            h2 id="limits" { "What this cannot tell you" }
                            ul { @for item in &page.limits { li { (item) } } }
                        }
                    }
                }
                footer.bottom {
                    div.wrap {
                        p {
                            bdi { (report) } ", edition " (name(&edition.edition))
                            @if let Some(publisher) = &publication.publisher { ", published by " bdi { (name(publisher)) } }
                            ". "
                            @if let Some(licence) = &publication.licence { "Figures: " bdi { (name(licence)) } ". " }
                            "Sources and their licences are on the "
                            a href={ (place.to(METHODS)) "#sources" } { "methods page" } "."
                        }
                        @if let Some(to) = &publication.contact {
                            p { "Something is wrong, or you object to being shown? Write to " (contact(to)) "." }
                        }
                        p {
                            "These pages are made to be read without script, by keyboard, by screen reader, on paper and on small screens. They have not been audited"
                            @if publication.contact.is_some() { "; if something keeps you out, please tell us" }
                            "."
                        }
                        p { "Made with SoMeasure " (name(&edition.provenance.tool_version)) ". No cookies, nothing loaded from elsewhere." }
                    }
                }
            }
        }
    }
}

/// A table that scrolls by itself where the screen is narrow, reachable by keyboard. `label` is unique
/// within the page.
pub(crate) fn scroll(label: &str, table: &Markup) -> Markup {
    html! { section.scroll tabindex="0" aria-label=(label) { (table) } }
}

/// A figure: its finding as title, what it is as subtitle, the picture, and what stands below.
pub(crate) fn figure(title: &Markup, subtitle: &Markup, picture: &Markup, below: Option<&Markup>) -> Markup {
    html! {
        figure {
            figcaption {
                p.figure-title { (title) }
                p.figure-what { (subtitle) }
            }
            (picture)
            @if let Some(below) = below { div.figure-below { (below) } }
        }
    }
}

/// A link to an outside page, or its words alone.
pub(crate) fn outside(address: &str) -> Markup {
    link(address, &crate::text::shorten(&crate::text::clean(address), 80))
}

/// Nothing, for a table's cell.
pub(crate) fn dash() -> Markup {
    PreEscaped("<span class=\"none\">–</span>".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_from_any_depth_to_the_file_itself() {
        let place = Place::new("organisations/ods-RJ1/index.html");
        assert_eq!(place.to("measures/index.html"), "../../measures/index.html");
        assert_eq!(place.to_data("figures.csv"), "../../../data/figures.csv");
        assert_eq!(Place::new("index.html").to("style.css"), "style.css");
        assert_eq!(Place::new("index.html").to_data("a.csv"), "../data/a.csv");
    }
}
