//! Charts that can be copied: each is drawn on its page and written beside it as a file of its own and as
//! its numbers, with the words that lead there.

use maud::{Markup, html};

use crate::File;
use crate::chart::{Drawing, Sign, Words, key, sheet};
use crate::layout::Place;
use crate::site::Site;
use crate::text::{name, web_address};

/// A chart with everything that is told about it.
pub(crate) struct Chart {
    /// Its name in addresses, unique within the page.
    pub(crate) id: String,
    /// The finding, as plain text: ten words at most.
    pub(crate) title: String,
    /// What, where, when, how many.
    pub(crate) subtitle: Vec<String>,
    /// What the picture shows.
    pub(crate) alt: String,
    /// As it stands on the page.
    pub(crate) picture: Markup,
    /// As it stands in its file.
    pub(crate) drawing: Drawing,
    /// What the signs mean.
    pub(crate) keys: Vec<(&'static str, Sign, &'static str)>,
    /// What stands below it on the page.
    pub(crate) below: Markup,
    /// Its numbers: the columns, and the cells as data files have them.
    pub(crate) numbers: (Vec<&'static str>, Vec<Vec<String>>),
}

/// The charts of one page, and the files that they become.
pub(crate) struct Copies<'s, 'e> {
    site: &'s Site<'e>,
    place: &'s Place,
    files: Vec<File>,
}

impl<'s, 'e> Copies<'s, 'e> {
    pub(crate) fn of(site: &'s Site<'e>, place: &'s Place) -> Self {
        Self { site, place, files: Vec::new() }
    }

    /// The files of all charts that were drawn.
    pub(crate) fn files(self) -> Vec<File> {
        self.files
    }

    /// Draws a chart; nothing where there is nothing to see.
    pub(crate) fn figure(&mut self, chart: Chart) -> Markup {
        if chart.drawing.is_empty() {
            return html! {};
        }
        let mut subtitle: Vec<&String> = Vec::new();
        for part in chart.subtitle.iter().filter(|part| !part.is_empty()) {
            // A unit may be the measure's own title.
            if !subtitle.contains(&part) {
                subtitle.push(part);
            }
        }
        let plain: Vec<&str> = subtitle.iter().map(|part| part.as_str()).collect();
        let words = Words {
            title: &chart.title,
            subtitle: &plain.join(" · "),
            keys: &chart.keys,
            source: &self.source(),
            alt: &chart.alt,
        };
        let (svg, height) = sheet(&words, &chart.drawing);
        self.add(&chart.id, "svg", svg);
        self.add(&chart.id, "csv", csv(&chart.numbers));
        html! {
            figure id=(chart.id) {
                figcaption {
                    p.figure-title { bdi { (chart.title) } }
                    p.figure-what { @for (i, part) in subtitle.iter().enumerate() { @if i > 0 { " · " } bdi { (part) } } }
                }
                (chart.picture)
                div.figure-below {
                    (keys(&chart.keys))
                    (chart.below)
                    (self.copy(&chart, height))
                }
            }
        }
    }

    fn add(&mut self, id: &str, ending: &str, bytes: Vec<u8>) {
        let path = format!("site/{}{}", self.place.directory(), file(id, ending));
        self.files.push(File { path, bytes });
    }

    fn copy(&self, chart: &Chart, height: f64) -> Markup {
        let of = html! { span.visually-hidden { " of “" (chart.title) "”" } };
        let links = html! {
            "Copy this chart: " a href=(file(&chart.id, "svg")) { "SVG" (of) }
            @if self.site.edition.look.papers { " · " a href=(file(&chart.id, "png")) { "PNG" (of) } }
            " · " a href=(file(&chart.id, "csv")) { "CSV" (of) }
        };
        let Some((page, picture)) = self.addresses(&chart.id) else {
            return html! { div.copy { p { (links) " · " a href={ "#" (chart.id) } { "its place" (of) } } } };
        };
        let alt = crate::text::shorten(&chart.alt, 300);
        let snippet = html! {
            a href=(page) { img src=(picture) width="960" height=(height.round()) alt=(alt); }
        };
        html! {
            div.copy {
                p { (links) }
                details {
                    summary { "Embed" (of) }
                    pre { code { (snippet.into_string()) } }
                    p { "Its address, with the edition: " a href=(page) rel="nofollow" { (page) } }
                }
            }
        }
    }

    /// Of the chart on its page, with the edition, and of its file.
    fn addresses(&self, id: &str) -> Option<(String, String)> {
        let edition = self.site.edition;
        let root = edition.publication.url.as_deref().and_then(web_address)?.trim_end_matches('/');
        let directory = self.place.directory();
        let page = self.place.path();
        let as_at: String = edition
            .edition
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' })
            .collect();
        Some((
            format!("{root}/{page}?edition={as_at}#{id}"),
            format!("{root}/{directory}{}", file(id, "svg")),
        ))
    }

    fn source(&self) -> String {
        let edition = self.site.edition;
        let by =
            edition.publication.publisher.as_deref().map_or_else(String::new, |by| format!(", {}", name(by)));
        format!(
            "Source: {}{by}, edition {}, data as at {}.",
            crate::text::shorten(&name(&edition.title), 80),
            crate::text::shorten(&name(&edition.edition), 20),
            crate::when::day_of(edition.as_at, &self.site.zone),
        )
    }
}

/// What the signs mean, as a line of the page.
pub(crate) fn keys(keys: &[(&'static str, Sign, &str)]) -> Markup {
    html! {
        @if !keys.is_empty() {
            p.keys { @for (class, sign, words) in keys { span { (key(class, *sign)) " " (words) } " " } }
        }
    }
}

/// Beside the page, in a directory of their own.
fn file(id: &str, ending: &str) -> String {
    format!("charts/{id}.{ending}")
}

fn csv((head, rows): &(Vec<&'static str>, Vec<Vec<String>>)) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and every row has the cells of its head.
    let _ = writer.write_record(head);
    for row in rows {
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

/// A part of an id or a file's name, from any text: what is not plain becomes `-`, and what was changed
/// ends in a digest, so that two texts stay two names.
pub(crate) fn plain_id(text: &str) -> String {
    let kept: String = text
        .chars()
        .take(40)
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    if kept == text
        || text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
            && text.len() <= 40
    {
        return text.to_owned();
    }
    let digest = crate::text::digest(text);
    format!("{}-{:08x}", kept.trim_matches('-'), digest & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_id_stays_and_another_stays_apart() {
        assert_eq!(plain_id("hospital-trusts"), "hospital-trusts");
        assert_ne!(plain_id("A/B"), plain_id("A:B"));
        let odd = plain_id("\"><script>");
        assert!(odd.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{odd}");
    }

    #[test]
    fn numbers_are_written_as_data_files_are() {
        let numbers = (vec!["a", "b"], vec![vec!["x, y".to_owned(), "1".to_owned()]]);
        assert_eq!(String::from_utf8(csv(&numbers)).unwrap(), "a,b\n\"x, y\",1\n");
    }
}
