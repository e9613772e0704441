//! A caterpillar: a row for each organisation (or group, or platform), its value as a dot and its interval
//! as a line, in the order given. Names and values are text of the page, so that they can be read, found,
//! selected and followed; the marks are two paths, whatever their number.

use maud::{Markup, html};

use crate::chart::strip::anchor;
use crate::chart::{Scale, Spread, at};

/// More rows than this are drawn without names: the table has them.
pub(crate) const MOST_LABELS: usize = 215;

/// One row, in the unit that readers see.
pub(crate) struct Row {
    /// The name, linked where there is a page.
    pub(crate) label: Markup,
    /// The value as text.
    pub(crate) text: String,
    /// The value.
    pub(crate) value: f64,
    /// Ends of the interval; one may be infinite.
    pub(crate) interval: Option<(f64, f64)>,
    /// Whether what was seen was cut off: drawn hollow.
    pub(crate) cut_off: bool,
}

/// The picture. `alt` says what it shows; the values are beside it as text.
pub(crate) fn rows(rows: &[Row], percent: bool, shade_middle: bool, alt: &str) -> Markup {
    let dense = rows.len() > MOST_LABELS;
    let mut order: Vec<&Row> = rows.iter().collect();
    if dense {
        order.sort_by(|a, b| a.value.total_cmp(&b.value));
    }
    let Some(spread) = Spread::of(order.iter().map(|row| row.value)) else { return html! {} };
    let scale = scale(&order, &spread, percent);
    let count = order.len() as f64;
    let mut intervals = String::new();
    let (mut dots, mut hollow) = (String::new(), String::new());
    for (i, row) in order.iter().enumerate() {
        let y = at(i as f64 * 10.0 + 5.0);
        if let Some((lower, upper)) = row.interval {
            let to = if upper.is_finite() { scale.thousandths(upper) } else { "1000".to_owned() };
            let from = if lower.is_finite() { scale.thousandths(lower) } else { "0".to_owned() };
            intervals.push_str(&format!("M{from} {y}H{to}"));
        }
        let x = scale.thousandths(row.value);
        let path = if row.cut_off { &mut hollow } else { &mut dots };
        path.push_str(&format!("M{x} {y}h0"));
    }
    let ticks = scale.ticks();
    let axis = html! {
        svg.axis aria-hidden="true" width="100%" height="22" {
            @for (i, tick) in ticks.iter().enumerate() {
                text x={ (at(scale.share(*tick) * 100.0)) "%" } y="16" text-anchor=(anchor(i, ticks.len())) { (scale.label(*tick)) }
            }
        }
    };
    let height = at(count * 10.0);
    let plot = html! {
        div.plot {
            svg role="img" aria-label=(alt) viewBox={ "0 0 1000 " (height) } preserveAspectRatio="none" {
                @if shade_middle {
                    @let from = scale.share(spread.lower_quartile) * 1000.0;
                    @let to = scale.share(spread.upper_quartile) * 1000.0;
                    rect.middle-half x=(at(from)) y="0" width=(at((to - from).max(1.0))) height=(height) {}
                }
                path.grid d=(ticks.iter().map(|t| format!("M{} 0V{height}", scale.thousandths(*t))).collect::<String>()) {}
                g.marks {
                    path.intervals d=(intervals) {}
                    path.dots d=(dots) {}
                    @if !hollow.is_empty() {
                        path.dots d=(hollow) {}
                        path.hollow d=(hollow) {}
                    }
                }
            }
        }
    };
    html! {
        div.rows.dense[dense] {
            (axis)
            @if !dense {
                ol.names { @for row in &order { li { span.name { (row.label) } span.value { (row.text) } } } }
            }
            (plot)
        }
    }
}

/// The axis covers the values, and of the intervals as much as leaves the values room.
fn scale(rows: &[&Row], spread: &Spread, percent: bool) -> Scale {
    let by_values = Scale::covering_spread(spread, 4, percent);
    if by_values.is_beyond(spread.most) {
        return by_values;
    }
    let ends = rows.iter().filter_map(|row| row.interval).fold(
        (spread.least, spread.most),
        |(least, most), (lower, upper)| {
            (
                if lower.is_finite() { least.min(lower) } else { least },
                if upper.is_finite() { most.max(upper) } else { most },
            )
        },
    );
    let room = (spread.most - spread.least.min(0.0)).max(1e-9);
    Scale::covering(ends.0.max(spread.least.min(0.0) - room), ends.1.min(spread.most + room), 4, percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f64) -> Row {
        Row {
            label: html! { "Elm" },
            text: "4.2".to_owned(),
            value,
            interval: Some((value - 1.0, value + 1.0)),
            cut_off: false,
        }
    }

    #[test]
    fn eight_thousand_intervals_merge_into_two_paths() {
        let many: Vec<Row> = (0..8_000).map(|i| row(f64::from(i * 7 % 1000))).collect();
        let drawn = rows(&many, false, true, "x").into_string();
        assert!(drawn.len() < 300_000, "{}", drawn.len());
        assert_eq!(drawn.matches("<path").count(), 3);
        assert!(!drawn.contains("<ol"));
    }

    #[test]
    fn rows_stand_in_the_order_given() {
        let drawn = rows(&[row(9.0), row(3.0)], false, false, "Two").into_string();
        assert!(drawn.contains(r#"d="M900 5h0M300 15h0""#), "{drawn}");
    }

    #[test]
    fn an_open_interval_reaches_the_end_of_the_axis() {
        let mut open = row(5.0);
        open.interval = Some((4.0, f64::INFINITY));
        let drawn = rows(&[open], false, false, "x").into_string();
        assert!(drawn.contains("H1000") && !drawn.contains("inf"), "{drawn}");
    }
}
