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
pub(crate) use rows::{Limits, MOST_LABELS, Row, Rows, one_in};
pub(crate) use scale::{Scale, Spread};
pub(crate) use sheet::{Words, plate, sheet, wrap};
pub(crate) use strip::{FEWEST, Strip};
pub(crate) use timeline::{Lane, timeline};

/// A coordinate with at most one decimal, as short as can be.
pub(crate) fn at(value: f64) -> String {
    let mut out = String::new();
    push_tenths(&mut out, tenths(value));
    out
}

/// A coordinate in tenths. Pages have millions of them, so they are rounded once and written as whole numbers are.
fn tenths(value: f64) -> i64 {
    if value.is_finite() { (value * 10.0).round() as i64 } else { 0 }
}

fn push_tenths(out: &mut String, tenths: i64) {
    fn digits(out: &mut String, number: u64) {
        if number >= 10 {
            digits(out, number / 10);
        }
        out.push(char::from(b'0' + (number % 10) as u8));
    }
    if tenths < 0 {
        out.push('-');
    }
    let tenths = tenths.unsigned_abs();
    digits(out, tenths / 10);
    if !tenths.is_multiple_of(10) {
        out.push('.');
        digits(out, tenths % 10);
    }
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn a_coordinate_has_one_decimal_where_it_needs_one() {
        let told = [0.0, -0.0, -0.04, -0.05, 0.05, 7.0, 7.04, 99.95, -12.34, 1234.5, f64::NAN, f64::INFINITY]
            .map(at);
        assert_eq!(told, ["0", "0", "0", "-0.1", "0.1", "7", "7", "100", "-12.3", "1234.5", "0", "0"]);
    }
}
