//! Where one value lies among those of its peers: a dot each, piled up where they are many, and shaded
//! where it would be expected, or the middle half. The one in focus is a diamond with a stem, so that it is
//! told apart without colour.

use std::collections::BTreeMap;

use crate::chart::drawing::{Drawing, Path, Sign};
use crate::chart::{Scale, Spread};

const TOP: f64 = 12.0;
const HEIGHT: f64 = 46.0;
const BINS: f64 = 72.0;
/// Of fewer values than this there is no middle half worth showing.
pub(crate) const FEWEST: usize = 5;

/// The peers' part of the picture, drawn once for all that belong to the group.
#[derive(Debug, Clone)]
pub(crate) struct Strip {
    /// How the values are spread, in the unit that readers see.
    pub(crate) spread: Spread,
    /// The axis.
    pub(crate) scale: Scale,
    /// How many lie beyond the axis.
    pub(crate) beyond: usize,
    dots: Path,
    class: &'static str,
}

impl Strip {
    /// `values` in the unit that readers see. `None` without a value.
    pub(crate) fn of(values: &[f64], percent: bool) -> Option<Self> {
        let spread = Spread::of(values.iter().copied())?;
        let scale = Scale::covering_spread(&spread, 4, percent);
        let mut bins: BTreeMap<u32, u32> = BTreeMap::new();
        let mut beyond = 0;
        for value in values.iter().filter(|value| value.is_finite()) {
            if scale.is_beyond(*value) {
                beyond += 1;
            }
            *bins.entry((scale.share(*value) * BINS).round() as u32).or_default() += 1;
        }
        let highest = bins.values().copied().max().unwrap_or(1);
        let step =
            ((HEIGHT - 10.0) / f64::from(highest.max(2) - 1)).min(if spread.n <= 40 { 9.5 } else { 6.5 });
        let bars = step < 2.0;
        let class = match () {
            () if bars => "c-piles",
            () if spread.n <= 40 => "c-dots",
            () => "c-dots-many",
        };
        let mut dots = Path::default();
        for (bin, count) in bins {
            let x = f64::from(bin) / BINS;
            if bars {
                let up = (f64::from(count) * step).max(2.0);
                dots.stroke((x, TOP + HEIGHT), (x, TOP + HEIGHT - up));
            } else {
                for i in 0..count {
                    dots.dot(x, TOP + HEIGHT - 5.0 - f64::from(i) * step);
                }
            }
        }
        Some(Self { spread, scale, beyond, dots: dots.for_many(), class })
    }

    /// The picture: peers, and the value in focus if there is one. Shaded is what was expected of the one
    /// in focus, where that is known, else the middle half.
    pub(crate) fn drawing(&self, focus: Option<f64>, expected: Option<(f64, f64)>) -> Drawing {
        let scale = &self.scale;
        let foot = TOP + HEIGHT;
        let mut drawing = Drawing::new(foot + 22.0);
        let middle =
            (self.spread.n >= FEWEST).then_some((self.spread.lower_quartile, self.spread.upper_quartile));
        if let Some((from, to)) = expected.or(middle) {
            let from = if from.is_finite() { scale.share(from) } else { 0.0 };
            let to = if to.is_finite() { scale.share(to) } else { 1.0 };
            let mut zone = Path::default();
            zone.move_to(from, TOP - 2.0);
            zone.line_to(to.max(from + 0.001), TOP - 2.0);
            zone.line_to(to.max(from + 0.001), foot);
            zone.line_to(from, foot);
            zone.close();
            drawing.path("c-zone", zone);
        }
        drawing.path(self.class, self.dots.clone());
        let mut axis = Path::default();
        axis.stroke((0.0, foot + 0.5), (1.0, foot + 0.5));
        drawing.path("c-grid", axis);
        let ticks = scale.ticks();
        for (i, tick) in ticks.iter().enumerate() {
            let anchor = anchor(i, ticks.len());
            drawing.text("c-tick", (scale.share(*tick), 0.0), foot + 18.0, anchor, scale.label(*tick));
        }
        if let Some(value) = focus {
            let x = scale.share(value);
            let mut stem = Path::default();
            stem.stroke((x, TOP - 2.0), (x, foot));
            drawing.path("c-stem", stem);
            drawing.sign("c-focus", Sign::Diamond, x, 9.0);
        }
        drawing
    }
}

/// The first label begins at its tick and the last ends there, so that none is cut off.
pub(crate) fn anchor(index: usize, of: usize) -> &'static str {
    match index {
        0 => "start",
        _ if index + 1 == of => "end",
        _ => "middle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_thousand_peers_are_one_small_path() {
        let values: Vec<f64> = (0..8_000).map(|i| f64::from(i % 997)).collect();
        let drawn = Strip::of(&values, false).unwrap().drawing(Some(12.0), None).on_page("x").into_string();
        assert!(drawn.len() < 4_000, "{}", drawn.len());
    }

    #[test]
    fn a_strip_names_itself_to_those_who_cannot_see_it() {
        let strip = Strip::of(&[0.0, 50.0, 100.0], true).unwrap();
        let drawn = strip.drawing(Some(50.0), None).on_page("Here").into_string();
        assert!(drawn.starts_with(r#"<svg class="chart" role="img" aria-label="Here""#), "{drawn}");
        assert!(drawn.contains("100%</text>"));
    }
}
