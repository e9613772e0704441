//! A timeline: a lane for each thing, with the spans of time in which it was seen or held, under the words
//! that say what it is.

use crate::chart::drawing::{Drawing, Path};

const LANE: f64 = 44.0;
const FOOT: f64 = 26.0;

/// One lane. Places are shares of the whole time.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    /// What it is, as plain text.
    pub(crate) label: String,
    /// When it was there at all.
    pub(crate) there: (f64, f64),
    /// When it was seen.
    pub(crate) seen: Vec<(f64, f64)>,
}

/// The picture: `ticks` are places with their words; `within` is the time that the edition is about.
pub(crate) fn timeline(lanes: &[Lane], within: (f64, f64), ticks: &[(f64, String)]) -> Drawing {
    if lanes.is_empty() {
        return Drawing::default();
    }
    let share = |x: f64| if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.0 };
    let bottom = lanes.len() as f64 * LANE;
    let mut drawing = Drawing::new(bottom + FOOT);
    let mut zone = Path::default();
    let (from, to) = (share(within.0), share(within.1));
    zone.move_to(from, 0.0);
    zone.line_to(to, 0.0);
    zone.line_to(to, bottom);
    zone.line_to(from, bottom);
    zone.close();
    drawing.path("c-zone", zone);
    let mut grid = Path::default();
    for (x, _) in ticks {
        grid.stroke((share(*x), 0.0), (share(*x), bottom));
    }
    grid.stroke((0.0, bottom + 0.5), (1.0, bottom + 0.5));
    drawing.path("c-grid", grid);
    let (mut there, mut seen) = (Path::default(), Path::default());
    for (i, lane) in lanes.iter().enumerate() {
        let y = (i as f64 + 1.0) * LANE - 12.0;
        there.stroke((share(lane.there.0), y), (share(lane.there.1), y));
        for (from, to) in &lane.seen {
            seen.stroke((share(*from), y), (share(*to), y));
        }
    }
    drawing.path("c-there", there);
    drawing.path("c-seen", seen);
    for (i, lane) in lanes.iter().enumerate() {
        drawing.text("c-name", (0.0, 2.0), i as f64 * LANE + 20.0, "start", lane.label.clone());
    }
    for (i, (x, words)) in ticks.iter().enumerate() {
        // A label needs room to its right; the last ones turn round.
        let anchor = if *x > 0.85 { "end" } else { "start" };
        let near = ticks.get(i + 1).is_some_and(|(next, _)| next - x < 0.12) && i % 2 == 1;
        if !near {
            drawing.text("c-tick", (share(*x), 0.0), bottom + 20.0, anchor, words.clone());
        }
    }
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_lies_over_what_was_there() {
        let lane = Lane { label: "@elm".to_owned(), there: (0.0, f64::INFINITY), seen: vec![(0.5, 1.0)] };
        let drawn = timeline(&[lane], (0.4, 1.0), &[(0.0, "2012".to_owned())]).on_page("x").into_string();
        let (there, seen) = (drawn.find("c-there").unwrap(), drawn.find("c-seen").unwrap());
        assert!(there < seen && drawn.contains(r#"class="c-seen" d="M500 32H1000""#), "{drawn}");
        assert!(drawn.contains("@elm") && !drawn.contains("inf"));
        assert!(timeline(&[], (0.0, 1.0), &[]).is_empty());
    }
}
