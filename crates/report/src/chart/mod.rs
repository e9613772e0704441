//! Pictures as SVG, made so that text stays text and nothing shrinks on a small screen: places along an
//! axis are shares of the width, strokes and dots keep their size. Thousands of marks merge into a path.

mod control;
mod drawing;
mod funnel;
mod line;
mod multiples;
mod rows;
mod scale;
mod sheet;
mod strip;
mod timeline;

pub(crate) use control::{Control, Kind as PointKind, control};
pub(crate) use drawing::{Drawing, Path, Sign, key};
pub(crate) use funnel::{Funnel, Member, funnel};
pub(crate) use line::{Frame, MARGIN, Point, line};
pub(crate) use multiples::{Panel, multiples};
pub(crate) use rows::{Limits, MOST_LABELS, Row, Rows};
pub(crate) use scale::{Scale, Spread};
pub(crate) use sheet::{Words, plate, sheet, wrap};
pub(crate) use strip::{FEWEST, Strip};
pub(crate) use timeline::{Lane, timeline};

/// A coordinate with at most one decimal, as short as can be.
pub(crate) fn at(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{}", rounded + 0.0) } else { "0".to_owned() }
}
