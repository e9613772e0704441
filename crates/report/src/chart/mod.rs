//! Pictures as SVG, made so that text stays text and nothing shrinks on a small screen: places along an
//! axis are shares of the width, strokes and dots keep their size. Thousands of marks merge into a path.

mod line;
mod rows;
mod scale;
mod strip;

pub(crate) use line::{Point, line};
pub(crate) use rows::{MOST_LABELS, Row, rows};
pub(crate) use scale::{Scale, Spread};
pub(crate) use strip::{FEWEST, Strip, strip};

/// A coordinate with at most one decimal, as short as can be.
pub(crate) fn at(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{}", rounded + 0.0) } else { "0".to_owned() }
}
