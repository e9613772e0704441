//! A series over time: values joined where they follow each other, the interval as a band, and a dotted
//! foot where a part has no value. A gap is a gap: nothing is drawn across it.

use crate::chart::drawing::{Drawing, Path};
use crate::chart::{Scale, Spread};

const TOP: f64 = 22.0;
/// Height of the axis' texts below the plot.
const FOOT: f64 = 26.0;
/// Share of the width at the left that belongs to the axis' numbers.
pub(crate) const MARGIN: f64 = 0.12;

/// One part of the series, in the unit that readers see.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// `Mar 2014`
    pub(crate) label: String,
    /// The value, if there is one.
    pub(crate) value: Option<f64>,
    /// Ends of the interval; one may be infinite.
    pub(crate) interval: Option<(f64, f64)>,
}

/// Where things lie in a plot over time.
pub(crate) struct Frame {
    pub(crate) scale: Scale,
    height: f64,
    width: f64,
}

impl Frame {
    pub(crate) fn new(scale: Scale, height: f64, points: usize) -> Self {
        Self { scale, height, width: (1.0 - MARGIN) / points.max(1) as f64 }
    }
    /// The middle of a part, as a share of the width.
    pub(crate) fn x(&self, i: usize) -> f64 {
        MARGIN + (i as f64 + 0.5) * self.width
    }
    /// Where a value lies, in pixels from the top of the picture.
    pub(crate) fn y(&self, value: f64) -> f64 {
        TOP + (1.0 - self.scale.share(value)) * self.height
    }
    /// Room for the whole picture.
    pub(crate) fn drawing(&self) -> Drawing {
        Drawing::new(TOP + self.height + FOOT)
    }
    /// Lines to read values by.
    pub(crate) fn grid(&self, drawing: &mut Drawing) {
        let mut grid = Path::default();
        for tick in self.scale.ticks() {
            let y = self.y(tick).round() + 0.5;
            grid.stroke((0.0, y), (1.0, y));
        }
        drawing.path("c-grid", grid);
    }
    /// What the lines mean, and the first and the last part.
    pub(crate) fn words(&self, drawing: &mut Drawing, first: Option<&str>, last: Option<&str>) {
        for tick in self.scale.ticks().into_iter().skip(1) {
            drawing.text("c-tick", (0.0, 0.0), self.y(tick).round() - 4.0, "start", self.scale.label(tick));
        }
        let y = TOP + self.height + 21.0;
        if let Some(first) = first {
            drawing.text("c-tick", (MARGIN, 0.0), y, "start", first);
        }
        if let Some(last) = last {
            drawing.text("c-tick", (1.0, 0.0), y, "end", last);
        }
    }
    /// The curve, where values follow each other, and the feet of gaps.
    pub(crate) fn curve(&self, values: &[Option<f64>]) -> (Path, Path) {
        let (mut curve, mut gaps) = (Path::default(), Path::default());
        let foot = TOP + self.height;
        let mut joined = false;
        for (i, value) in values.iter().enumerate() {
            match value {
                Some(value) if joined => curve.line_to(self.x(i), self.y(*value)),
                Some(value) => curve.move_to(self.x(i), self.y(*value)),
                None => {
                    if joined || i == 0 {
                        gaps.move_to(self.x(i) - self.width / 2.0, foot);
                    }
                    gaps.line_to(self.x(i) + self.width / 2.0, foot);
                }
            }
            joined = value.is_some();
        }
        (curve, gaps)
    }
}

/// An axis that covers the values, and of the intervals as much as leaves the values room.
pub(crate) fn axis<'a>(points: impl Iterator<Item = &'a Point> + Clone, percent: bool) -> Option<Scale> {
    let spread = Spread::of(points.clone().filter_map(|point| point.value))?;
    let room = match 2.0 * (spread.most - spread.least.min(0.0)) {
        // All at zero: there is nothing but the intervals to give the axis a length.
        none if none <= 0.0 => f64::INFINITY,
        room => room,
    };
    let ends = points.filter_map(|point| point.interval);
    let (least, most) = ends.fold((spread.least, spread.most), |(least, most), (lower, upper)| {
        (
            if lower.is_finite() { least.min(lower.max(spread.least - room)) } else { least },
            if upper.is_finite() { most.max(upper.min(spread.most + room)) } else { most },
        )
    });
    Some(Scale::covering(least, most, 3, percent))
}

/// The picture on an axis of its own; empty without a value.
pub(crate) fn line(points: &[Point], percent: bool) -> Drawing {
    axis(points.iter(), percent).map_or_else(Drawing::default, |scale| line_on(points, scale, 96.0))
}

/// The picture on an axis that others share.
pub(crate) fn line_on(points: &[Point], scale: Scale, height: f64) -> Drawing {
    let frame = Frame::new(scale, height, points.len());
    let mut drawing = frame.drawing();
    let values: Vec<Option<f64>> =
        points.iter().map(|point| point.value.filter(|value| value.is_finite())).collect();
    let (curve, gaps) = frame.curve(&values);
    let (mut dots, mut band) = (Path::default(), Path::default());
    for (i, value) in values.iter().enumerate() {
        if let Some(value) = value {
            dots.dot(frame.x(i), frame.y(*value));
        }
    }
    for run in runs(points) {
        let upper = run.clone().map(|i| (i, ends(&points[i], &frame.scale).1));
        let lower = run.rev().map(|i| (i, ends(&points[i], &frame.scale).0));
        for (nth, (i, value)) in upper.chain(lower).enumerate() {
            let (x, y) = (frame.x(i), frame.y(value));
            if nth == 0 { band.move_to(x, y) } else { band.line_to(x, y) }
        }
        band.close();
    }
    frame.grid(&mut drawing);
    drawing.path("c-band", band);
    drawing.path("c-gaps", gaps);
    drawing.path("c-curve", curve);
    drawing.path("c-points", dots);
    let label = |point: Option<&Point>| point.map(|point| point.label.clone());
    let last = if points.len() > 1 { label(points.last()) } else { None };
    frame.words(&mut drawing, label(points.first()).as_deref(), last.as_deref());
    drawing
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
        let drawn = line(&points(&[Some(1.0), Some(2.0), None, Some(2.0)]), false).on_page("x").into_string();
        assert!(drawn.contains(r#"class="c-curve" d="M230 70L450 22M890 22""#), "{drawn}");
        assert!(drawn.contains(r#"class="c-gaps" d="M560 118H780""#), "{drawn}");
    }

    #[test]
    fn where_all_values_are_zero_the_intervals_give_the_axis_its_length() {
        let zero =
            |upper| Point { label: "Mar 2014".to_owned(), value: Some(0.0), interval: Some((0.0, upper)) };
        let scale = axis([zero(0.0), zero(1.0)].iter(), false).unwrap();
        assert_eq!(scale.ticks().iter().map(|tick| scale.label(*tick)).next_back().as_deref(), Some("1.0"));
    }

    #[test]
    fn a_series_without_a_value_has_no_picture() {
        assert!(line(&points(&[None, None]), false).is_empty());
        assert!(line(&points(&[Some(f64::NAN)]), false).is_empty());
    }
}
