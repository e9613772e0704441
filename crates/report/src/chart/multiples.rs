//! Small multiples: the same picture once for each group, on one axis, so that they can be compared.

use maud::{Markup, html};

use crate::chart::drawing::{Drawing, Path};
use crate::chart::line::{Point, axis, line_on};

const HEIGHT: f64 = 84.0;
const TITLE: f64 = 24.0;
const COLUMNS: usize = 3;

/// One of the pictures.
pub(crate) struct Panel {
    /// Whose it is, as plain text.
    pub(crate) title: String,
    /// What it shows, for those who cannot see it.
    pub(crate) alt: String,
    /// Its series.
    pub(crate) points: Vec<Point>,
}

/// All of them for a page, and as one picture for a file. Panels without a value are left out.
pub(crate) fn multiples(panels: &[Panel], percent: bool) -> (Markup, Drawing) {
    let points = panels.iter().flat_map(|panel| &panel.points);
    let Some(scale) = axis(points, percent) else { return (html! {}, Drawing::default()) };
    let drawn: Vec<(&Panel, Drawing)> = panels
        .iter()
        .filter(|panel| panel.points.iter().any(|point| point.value.is_some_and(f64::is_finite)))
        .map(|panel| (panel, line_on(&panel.points, scale.clone(), HEIGHT)))
        .collect();
    let page = html! {
        div.multiples {
            @for (panel, drawing) in &drawn {
                div { p { bdi { (panel.title) } } (drawing.on_page(&panel.alt)) }
            }
        }
    };
    let columns = drawn.len().clamp(1, COLUMNS);
    let lines = drawn.len().div_ceil(columns);
    let tall = drawn.first().map_or(0.0, |(_, drawing)| drawing.height) + TITLE + 16.0;
    let mut all = Drawing::new(lines as f64 * tall);
    for (i, (panel, drawing)) in drawn.into_iter().enumerate() {
        let share = 1.0 / columns as f64;
        let (from, down) = ((i % columns) as f64 * share, (i / columns) as f64 * tall);
        let to = from + share - if columns > 1 { 0.03 } else { 0.0 };
        let title = crate::text::shorten(&panel.title, if columns > 1 { 34 } else { 90 });
        all.text("c-name", (from, 0.0), down + 16.0, "start", title);
        all.path("c-grid", Path::default());
        all.set(drawing, from, to, down + TITLE);
    }
    (page, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_panels_share_one_axis_and_empty_ones_are_left_out() {
        let panel = |title: &str, value: Option<f64>| Panel {
            title: title.to_owned(),
            alt: format!("A line for {title}"),
            points: vec![Point { label: "2014".to_owned(), value, interval: None }],
        };
        let (page, file) =
            multiples(&[panel("A", Some(1.0)), panel("B", Some(9.0)), panel("C", None)], false);
        let page = page.into_string();
        assert_eq!(page.matches(">10</text>").count(), 2, "{page}");
        assert!(!page.contains("A line for C"));
        let file = file.in_file(900.0, 0.0, 0.0).into_string();
        assert!(file.contains(">A</text>") && file.contains(">B</text>") && !file.contains(">C</text>"));
    }
}
