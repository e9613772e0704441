//! A picture as a file of its own: title, subtitle, what the signs mean, the source with its edition, and
//! its own styles in light colours, so that it can stand on a slide. Nothing in it needs the page, and
//! nothing that few programs know is used: no variables, no strokes that do not scale.

use maud::{Markup, PreEscaped, html};

use crate::chart::at;
use crate::chart::drawing::{Drawing, Sign, corners};

/// Width of every file.
pub(crate) const WIDTH: f64 = 960.0;
const PAD: f64 = 24.0;
const STYLE: &str = include_str!("../assets/chart.css");

/// What stands around a picture.
pub(crate) struct Words<'a> {
    /// The finding.
    pub(crate) title: &'a str,
    /// What, where, when, how many.
    pub(crate) subtitle: &'a str,
    /// What each sign means.
    pub(crate) keys: &'a [(&'static str, Sign, &'a str)],
    /// Where it comes from, with its edition.
    pub(crate) source: &'a str,
    /// What the picture shows.
    pub(crate) alt: &'a str,
}

/// The file, and its height.
pub(crate) fn sheet(words: &Words<'_>, drawing: &Drawing) -> (Vec<u8>, f64) {
    let title = wrap(words.title, 66);
    let subtitle = wrap(words.subtitle, 121);
    let source = wrap(words.source, 120);
    let mut y = PAD + 22.0;
    let title = lines(&title, "title", &mut y, 30.0);
    y -= 4.0;
    let subtitle = lines(&subtitle, "subtitle", &mut y, 22.0);
    y += 4.0;
    let picture = drawing.in_file(WIDTH - 2.0 * PAD, PAD, y);
    y += drawing.height + 26.0;
    let keys = keys(words.keys, &mut y, PAD, WIDTH - PAD);
    let source = lines(&source, "source", &mut y, 20.0);
    let height = y + PAD - 12.0;
    let (width, height_text) = (at(WIDTH), at(height));
    let svg = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height_text) viewBox={ "0 0 " (width) " " (height_text) } role="img" aria-labelledby="title what" xml:lang="en" {
            title id="title" { (words.title) }
            desc id="what" { (words.alt) }
            style { (PreEscaped(STYLE)) }
            rect.paper width=(width) height=(height_text) {}
            (title) (subtitle) (picture) (keys) (source)
        }
    };
    (svg.into_string().into_bytes(), height)
}

/// The picture with what its signs mean, `width` wide and without words around it: for paper, which has
/// them as text.
pub(crate) fn plate(drawing: &Drawing, signs: &[(&'static str, Sign, &str)], width: f64) -> Vec<u8> {
    // Strokes and signs at the edge are not cut off.
    const EDGE: f64 = 8.0;
    let picture = drawing.in_file(width - 2.0 * EDGE, EDGE, 2.0);
    let mut y = drawing.height + 26.0;
    let keys = keys(signs, &mut y, EDGE, width - EDGE);
    let height = at(if signs.is_empty() { drawing.height + 8.0 } else { y - 18.0 });
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(at(width)) height=(height) viewBox={ "0 0 " (at(width)) " " (height) } {
            style { (PreEscaped(STYLE)) }
            (picture) (keys)
        }
    };
    svg.into_string().into_bytes()
}

fn lines(lines: &[String], class: &str, y: &mut f64, step: f64) -> Markup {
    html! {
        @for line in lines {
            text class=(class) x=(at(PAD)) y=(at(*y)) { (line) }
            ({ *y += step; "" })
        }
    }
}

fn keys(keys: &[(&'static str, Sign, &str)], y: &mut f64, left: f64, right: f64) -> Markup {
    let mut x = left;
    html! {
        @for (class, sign, words) in keys {
            @let long = words.chars().count() as f64 * 8.0 + 44.0;
            @if x > left && x + long > right { ({ x = left; *y += 22.0; "" }) }
            path class=(class) d=(corners(*sign, x + 8.0, *y - 5.0)) {}
            text.c-tick x=(at(x + 22.0)) y=(at(*y)) { (words) }
            ({ x += long; "" })
        }
        @if !keys.is_empty() { ({ *y += 26.0; "" }) }
    }
}

/// Lines of at most so many characters, broken at spaces where there are any.
pub(crate) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word = crate::text::shorten(word, limit);
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + length <= limit => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::drawing::Path;

    fn drawing() -> Drawing {
        let mut drawing = Drawing::new(100.0);
        let mut path = Path::default();
        path.stroke((0.0, 0.0), (1.0, 100.0));
        drawing.path("c-curve", path);
        drawing
    }

    fn words<'a>() -> Words<'a> {
        Words {
            title: "Two lie outside what chance explains",
            subtitle: "Replies <among> posts",
            keys: &[("c-out", Sign::Up, "above the limits")],
            source: "Source: edition 2014.1",
            alt: "A line.",
        }
    }

    #[test]
    fn a_file_needs_nothing_but_itself() {
        let (bytes, height) = sheet(&words(), &drawing());
        let svg = String::from_utf8(bytes).unwrap();
        assert!(svg.starts_with("<?xml"), "{svg}");
        assert!(height > 200.0 && svg.contains(&format!("height=\"{}\"", at(height))));
        for never in ["var(", "vector-effect", "href", "url(", "<among>", "%\""] {
            assert!(!svg.contains(never), "{never}: {svg}");
        }
        for always in [
            "<title id=\"title\">Two lie",
            "<desc id=\"what\">A line.",
            "edition 2014.1",
            "&lt;among&gt;",
            "above the limits",
        ] {
            assert!(svg.contains(always), "{always}: {svg}");
        }
    }

    #[test]
    fn every_mark_has_its_style_on_pages_and_in_files() {
        const PAGE: &str = include_str!("../assets/style.css");
        let mut classes = vec![
            "c-grid",
            "c-band",
            "c-gaps",
            "c-curve",
            "c-points",
            "c-zone",
            "c-limit998",
            "c-limit95",
            "c-centre",
            "c-joined",
            "c-expected",
            "c-dots",
            "c-dots-many",
            "c-values-many",
            "c-intervals-many",
            "c-piles",
            "c-stem",
            "c-focus",
            "c-out",
            "c-edge",
            "c-improved",
            "c-unusual",
            "c-neutral",
            "c-expect998",
            "c-expect95",
            "c-bars",
            "c-intervals",
            "c-values",
            "c-hollow",
            "c-there",
            "c-seen",
            "c-name",
            "c-tick",
            "c-again",
            "c-new",
            "c-ties",
            "c-ties-many",
            "c-node6",
            "c-body6",
        ];
        classes.extend(drawing().classes());
        for class in classes {
            for (style, which) in [(STYLE, "chart.css"), (PAGE, "style.css")] {
                assert!(style.contains(&format!(".{class}")), "{which} has no .{class}");
            }
        }
    }

    #[test]
    fn long_titles_are_broken_and_never_endless() {
        assert_eq!(wrap("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrap(&"x".repeat(500), 10).len(), 1);
    }
}
