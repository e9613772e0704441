//! A control chart: a series, its mean and the limits within which chance keeps it. Points that a rule
//! marks have a shape of their own: a triangle for an improvement, a diamond for what is unusual on the
//! other side, a square where no direction is agreed to be better.

use crate::chart::Scale;
use crate::chart::drawing::{Drawing, Path, Sign};
use crate::chart::line::{Frame, MARGIN};

/// What a point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Chance explains it.
    Expected,
    /// Marked, on the better side.
    Improvement,
    /// Marked, on the other side.
    Unusual,
    /// Marked, where no side is agreed to be better.
    NoDirection,
}

impl Kind {
    /// Those that are marked.
    pub(crate) const MARKED: [Self; 3] = [Self::Improvement, Self::Unusual, Self::NoDirection];

    /// Its shape, with the class that gives it its colour.
    pub(crate) const fn sign(self, up: bool) -> Option<(&'static str, Sign)> {
        match self {
            Self::Expected => None,
            Self::Improvement => Some(("c-improved", if up { Sign::Up } else { Sign::Down })),
            Self::Unusual => Some(("c-unusual", Sign::Diamond)),
            Self::NoDirection => Some(("c-neutral", Sign::Square)),
        }
    }
    /// In words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Expected => "as expected",
            Self::Improvement => "improvement",
            Self::Unusual => "unusual, on the less good side",
            Self::NoDirection => "unusual, with no agreed better direction",
        }
    }
}

/// What is drawn, in the unit that readers see.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    /// Label, value if there is one, what it is and whether upwards; oldest first.
    pub(crate) points: Vec<(String, Option<f64>, Kind, bool)>,
    /// Mean, lower and upper limit.
    pub(crate) limits: Option<(f64, f64, f64)>,
    /// Mean and limits in words, for the large one.
    pub(crate) words: Option<[String; 3]>,
    /// Whether values are per cent.
    pub(crate) percent: bool,
    /// Whether it stands on a card.
    pub(crate) small: bool,
}

impl Control {
    /// The axis that covers values and limits.
    pub(crate) fn scale(&self) -> Option<Scale> {
        let values = self.points.iter().filter_map(|(_, value, ..)| *value);
        let limits = self.limits.into_iter().flat_map(|(centre, lower, upper)| [centre, lower, upper]);
        let all: Vec<f64> = values.clone().chain(limits).filter(|value| value.is_finite()).collect();
        values.clone().find(|value| value.is_finite())?;
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Scale::covering(least, most, if self.small { 3 } else { 4 }, self.percent))
    }
}

/// The picture; empty without a value.
pub(crate) fn control(of: &Control) -> Drawing {
    of.scale().map_or_else(Drawing::default, |scale| control_on(of, scale))
}

/// The picture on an axis that others share.
pub(crate) fn control_on(of: &Control, scale: Scale) -> Drawing {
    let frame = Frame::new(scale, if of.small { 96.0 } else { 220.0 }, of.points.len());
    let mut drawing = frame.drawing();
    let finite = |value: &Option<f64>| value.filter(|value| value.is_finite());
    let values: Vec<Option<f64>> = of.points.iter().map(|(_, value, ..)| finite(value)).collect();
    let limits = of
        .limits
        .filter(|(centre, lower, upper)| centre.is_finite() && lower.is_finite() && upper.is_finite());
    if let Some((_, lower, upper)) = limits {
        let mut zone = Path::default();
        zone.move_to(MARGIN, frame.y(upper));
        zone.line_to(1.0, frame.y(upper));
        zone.line_to(1.0, frame.y(lower));
        zone.line_to(MARGIN, frame.y(lower));
        zone.close();
        drawing.path("c-zone", zone);
    }
    frame.grid(&mut drawing);
    if let Some((centre, lower, upper)) = limits {
        let mut lines = Path::default();
        for limit in [upper, lower] {
            lines.stroke((MARGIN, frame.y(limit)), (1.0, frame.y(limit)));
        }
        drawing.path("c-limit998", lines);
        let mut mean = Path::default();
        mean.stroke((MARGIN, frame.y(centre)), (1.0, frame.y(centre)));
        drawing.path("c-centre", mean);
    }
    let (curve, gaps) = frame.curve(&values);
    drawing.path("c-gaps", gaps);
    drawing.path("c-joined", curve);
    let mut dots = Path::default();
    for (i, (_, value, kind, up)) in of.points.iter().enumerate() {
        let Some(value) = finite(value) else { continue };
        match kind.sign(*up) {
            Some((class, sign)) => drawing.sign(class, sign, frame.x(i), frame.y(value)),
            None => dots.dot(frame.x(i), frame.y(value)),
        }
    }
    drawing.path("c-expected", dots);
    let first = of.points.first().map(|(label, ..)| label.as_str());
    let last = if of.points.len() > 1 { of.points.last().map(|(label, ..)| label.as_str()) } else { None };
    frame.words(&mut drawing, first, last);
    if let (Some((centre, lower, upper)), Some([mean, low, high])) = (limits, &of.words) {
        // The mean is named where the latest points leave room for it.
        let apart = frame.y(lower) - frame.y(upper) > 60.0;
        let near = values
            .iter()
            .rev()
            .take(4)
            .flatten()
            .any(|value| (frame.y(*value) - frame.y(centre) + 9.0).abs() < 16.0);
        drawing.text("c-tick", (1.0, 0.0), frame.y(upper) - 5.0, "end", high);
        if apart && !near {
            drawing.text("c-tick", (1.0, 0.0), frame.y(centre) - 5.0, "end", mean);
        }
        drawing.text("c-tick", (1.0, 0.0), frame.y(lower) - 5.0, "end", low);
    }
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn series(kind: Kind, small: bool) -> Control {
        let point = |i: usize| {
            let value = [5.0, 6.0, 4.5, 5.5, 9.0][i % 5];
            (
                format!("M{i}"),
                (i != 2).then_some(value),
                if value > 8.0 { kind } else { Kind::Expected },
                true,
            )
        };
        Control {
            points: (0..5).map(point).collect(),
            limits: Some((5.5, 2.0, 8.0)),
            words: Some(["mean 5.5", "lower limit 2.0", "upper limit 8.0"].map(str::to_owned)),
            percent: false,
            small,
        }
    }

    #[test]
    fn every_kind_of_point_has_a_shape_of_its_own() {
        let shapes: std::collections::BTreeSet<String> =
            Kind::MARKED.iter().map(|kind| format!("{:?}", kind.sign(true).unwrap().1)).collect();
        assert_eq!(shapes.len(), 3);
        let drawn = control(&series(Kind::Improvement, true)).on_page("x").into_string();
        assert!(drawn.contains("c-improved") && !drawn.contains("c-unusual"), "{drawn}");
        let drawn = control(&series(Kind::Unusual, false)).on_page("x").into_string();
        assert!(drawn.contains("c-unusual") && drawn.contains("upper limit 8.0"), "{drawn}");
    }

    #[test]
    fn a_card_s_picture_is_small_and_without_limits_it_is_a_line() {
        let mut of = series(Kind::NoDirection, true);
        assert!(control(&of).on_page("x").into_string().len() < 2_500);
        of.limits = Some((5.0, f64::NAN, 6.0));
        let drawn = control(&of).on_page("x").into_string();
        assert!(!drawn.contains("c-zone") && !drawn.contains("NaN"), "{drawn}");
        of.points.iter_mut().for_each(|(_, value, ..)| *value = None);
        assert!(control(&of).is_empty());
    }
}
