//! A series over time: values joined where they follow each other, the interval as a band, and a dotted
//! foot where a part has no value. A gap is a gap: nothing is drawn across it.

use maud::{Markup, html};

use crate::chart::{Scale, Spread, at};

const TOP: f64 = 22.0;
const HEIGHT: f64 = 96.0;
/// Thousandths of the width at the left that belong to the axis' numbers.
const MARGIN: f64 = 120.0;

/// One part of the series, in the unit that readers see.
pub(crate) struct Point {
    /// `Mar 2014`
    pub(crate) label: String,
    /// The value, if there is one.
    pub(crate) value: Option<f64>,
    /// Ends of the interval; one may be infinite.
    pub(crate) interval: Option<(f64, f64)>,
}

/// The picture; nothing without a value. `alt` says what it shows.
pub(crate) fn line(points: &[Point], percent: bool, alt: &str) -> Markup {
    let Some(spread) = Spread::of(points.iter().filter_map(|point| point.value)) else { return html! {} };
    let room = (spread.most - spread.least.min(0.0)).max(1e-9);
    let most = points
        .iter()
        .filter_map(|point| point.interval)
        .map(|(_, upper)| if upper.is_finite() { upper.min(spread.most + room) } else { spread.most })
        .fold(spread.most, f64::max);
    let least = points
        .iter()
        .filter_map(|point| point.interval)
        .map(|(lower, _)| if lower.is_finite() { lower.max(spread.least - room) } else { spread.least })
        .fold(spread.least, f64::min);
    let scale = Scale::covering(least, most, 3, percent);
    let width = (1000.0 - MARGIN) / points.len() as f64;
    let x = |i: usize| at(MARGIN + (i as f64 + 0.5) * width);
    let y = |value: f64| at((1.0 - scale.share(value)) * HEIGHT);

    let (mut curve, mut dots, mut gaps, mut band) =
        (String::new(), String::new(), String::new(), String::new());
    let mut joined = false;
    for (i, point) in points.iter().enumerate() {
        match point.value {
            Some(value) => {
                let pen = if joined { 'L' } else { 'M' };
                curve.push_str(&format!("{pen}{} {}", x(i), y(value)));
                dots.push_str(&format!("M{} {}h0", x(i), y(value)));
                joined = true;
            }
            None => {
                let (from, to) = (at(MARGIN + i as f64 * width), at(MARGIN + (i as f64 + 1.0) * width));
                if joined || i == 0 {
                    gaps.push_str(&format!("M{from} {}", at(HEIGHT)));
                }
                gaps.push_str(&format!("H{to}"));
                joined = false;
            }
        }
    }
    for run in runs(points) {
        let upper = run.clone().map(|i| (i, ends(&points[i], &scale).1));
        let lower = run.rev().map(|i| (i, ends(&points[i], &scale).0));
        for (at_first, (i, value)) in upper.chain(lower).enumerate() {
            band.push_str(&format!("{}{} {}", if at_first == 0 { 'M' } else { 'L' }, x(i), y(value)));
        }
        band.push('Z');
    }
    let ticks = scale.ticks();
    let pixel = |tick: f64| (TOP + (1.0 - scale.share(tick)) * HEIGHT).round() + 0.5;
    html! {
        svg.line role="img" aria-label=(alt) width="100%" height="144" {
            @for tick in &ticks {
                line.grid x1="0" x2="100%" y1=(at(pixel(*tick))) y2=(at(pixel(*tick))) {}
            }
            svg aria-hidden="true" x="0" y=(at(TOP)) width="100%" height=(at(HEIGHT)) viewBox={ "0 0 1000 " (at(HEIGHT)) } preserveAspectRatio="none" overflow="visible" {
                @if !band.is_empty() { path.band d=(band) {} }
                @if !gaps.is_empty() { path.gaps d=(gaps) {} }
                path.curve d=(curve) {}
                path.points d=(dots) {}
            }
            @for tick in ticks.iter().skip(1) {
                text x="0" y=(at(pixel(*tick) - 4.5)) { (scale.label(*tick)) }
            }
            @if let Some(first) = points.first() { text x={ (at(MARGIN / 10.0)) "%" } y="139" { (first.label) } }
            @if points.len() > 1 && let Some(last) = points.last() {
                text x="100%" y="139" text-anchor="end" { (last.label) }
            }
        }
    }
}

fn ends(point: &Point, scale: &Scale) -> (f64, f64) {
    let (lower, upper) = point.interval.unwrap_or_default();
    (if lower.is_finite() { lower } else { 0.0 }, if upper.is_finite() { upper } else { scale.end() })
}

/// Runs of points that follow each other and have an interval; a band needs two.
fn runs(points: &[Point]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for i in 0..=points.len() {
        let inside = points.get(i).is_some_and(|point| point.value.is_some() && point.interval.is_some());
        match (inside, start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                if i - from > 1 {
                    runs.push(from..i);
                }
                start = None;
            }
            _ => {}
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[Option<f64>]) -> Vec<Point> {
        values
            .iter()
            .map(|value| Point { label: "Mar 2014".to_owned(), value: *value, interval: None })
            .collect()
    }

    #[test]
    fn nothing_is_drawn_across_a_gap() {
        let drawn = line(&points(&[Some(1.0), Some(2.0), None, Some(2.0)]), false, "x").into_string();
        assert!(drawn.contains(r#"class="curve" d="M230 48L450 0M890 0""#), "{drawn}");
        assert!(drawn.contains(r#"class="gaps" d="M560 96H780""#), "{drawn}");
    }

    #[test]
    fn a_series_without_a_value_has_no_picture() {
        assert_eq!(line(&points(&[None, None]), false, "x").into_string(), "");
        assert_eq!(line(&points(&[Some(f64::NAN)]), false, "x").into_string(), "");
    }
}
