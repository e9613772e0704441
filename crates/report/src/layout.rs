//! What every page has: skip link, edition and date of the data, one H1, a lead sentence, the content, what
//! it cannot tell, and the footer. Links are relative, so that the site opens from a disk and from any path.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::File;
use crate::nav::{Shown, sections};
use crate::site::{CHANGES, FEED, METHODS, Site};
use crate::text::{contact, link, name, web_address};

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
    let sections = sections(site);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.title) }
                meta name="description" content=(page.description);
                meta name="color-scheme" content="light dark";
                (social(site, &page))
                link rel="icon" type="image/svg+xml" href=(place.to("icon.svg"));
                link rel="stylesheet" href=(place.to("style.css"));
                @if let Ok(Some(_)) = edition.look.theme() { link rel="stylesheet" href=(place.to("theme.css")); }
                link rel="alternate" type="application/atom+xml" title=(report) href=(place.to(FEED));
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
                            @for section in sections.iter().filter(|section| section.shown != Shown::Foot) {
                                li.wide[section.shown == Shown::Wide] { (section_link(place, section)) }
                            }
                            li { a href="#pages" { "All pages" } }
                        }
                    }
                }
                main.wrap id="content" tabindex="-1" {
                    @if let Some(kicker) = &page.kicker { p.kicker { (kicker) } }
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
                        nav.pages id="pages" aria-label="All pages" {
                            ul { @for section in &sections { li { (section_link(place, section)) } } }
                        }
                        (cite(site, &page))
                        p {
                            bdi { (report) } ", edition " (name(&edition.edition))
                            @if let Some(publisher) = &publication.publisher { ", published by " bdi { (name(publisher)) } }
                            ". "
                            @if let Some(licence) = &publication.licence { "Figures: " bdi { (name(licence)) } ". " }
                            "Sources and their licences are on the "
                            a href={ (place.to(METHODS)) "#sources" } { "methods page" } "."
                        }
                        @if let Some(to) = &publication.contact {
                            p { "Something is wrong, or you object to being shown? Write to " (contact(to)) ". What was corrected is under " a href=(place.to(CHANGES)) { "changes and corrections" } "." }
                        }
                        p {
                            "These pages are made to be read without script, by keyboard, by screen reader, on paper and on small screens. They have not been audited"
                            @if publication.contact.is_some() { "; if something keeps you out, please tell us" }
                            "."
                        }
                        p { "Made with SoMeasure " (name(&edition.provenance.tool_version)) ". No cookies, nothing loaded from elsewhere. What is new and what was corrected: " a href=(place.to(FEED)) { "feed (Atom)" } "." }
                    }
                }
            }
        }
    }
}

fn section_link(place: &Place, section: &crate::nav::Section) -> Markup {
    let path = section.path;
    let here = place.path == path;
    let directory = path.strip_suffix("index.html").filter(|directory| !directory.is_empty());
    let within = directory.is_some_and(|directory| place.path.starts_with(directory));
    let current = match (here, within) {
        (true, _) => Some("page"),
        (_, true) => Some("true"),
        _ => None,
    };
    html! { a href=(place.to(path)) aria-current=[current] { (section.title) } }
}

/// The site's address without `/` at its end, where it has one.
fn root<'a>(site: &Site<'a>) -> Option<&'a str> {
    let url = site.edition.publication.url.as_deref().and_then(web_address)?;
    Some(url.trim_end_matches('/'))
}

/// The address of a page that names the edition.
fn permalink(site: &Site<'_>, place: &Place) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
    let edition: String = site.edition.edition.chars().map(plain).collect();
    Some(format!("{}/{}?edition={edition}", root(site)?, place.path))
}

/// What other sites show of a link to this page.
fn social(site: &Site<'_>, page: &Page) -> Markup {
    let place = &page.place;
    html! {
        meta property="og:type" content="article";
        meta property="og:site_name" content=(name(&site.edition.title));
        meta property="og:title" content=(page.title);
        meta property="og:description" content=(page.description);
        @if let Some(root) = root(site) {
            meta property="og:url" content={ (root) "/" (place.path) };
            @if site.edition.look.papers {
                meta property="og:image" content={ (root) "/card.png" };
                meta name="twitter:card" content="summary_large_image";
            }
        }
    }
}

/// How to cite the page, with its edition.
fn cite(site: &Site<'_>, page: &Page) -> Markup {
    let edition = site.edition;
    html! {
        p {
            "To cite this page: "
            @if let Some(publisher) = &edition.publication.publisher { bdi { (name(publisher)) } ": " }
            bdi { (page.title) } ", edition " (name(&edition.edition)) ", data as at " (crate::when::day_of(edition.as_at, &site.zone)) "."
            @if let Some(link) = permalink(site, &page.place) { " " a href=(link) { (link) } }
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
