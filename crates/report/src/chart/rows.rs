//! A caterpillar: a row for each organisation (or group, or platform), its value as a dot or a bar and its
//! interval as a line, in the order given; where it was compared, the limits within which chance keeps it
//! lie behind it. Names and values are text of the page, so that they can be read, found, selected and
//! followed; the marks are a few paths, whatever their number.

use maud::{Markup, html};
use someasure_model::Position;

use crate::chart::drawing::{Drawing, Path, corners};
use crate::chart::funnel::sign;
use crate::chart::strip::anchor;
use crate::chart::{Scale, Spread, at};
use crate::text::shorten;

/// More rows than this are drawn without names: the table has them.
pub(crate) const MOST_LABELS: usize = 215;

/// So many lines can be told apart on a page. Where there are more rows, it has each so many-th of them, from the least to
/// the most, and the picture's file has all.
const MOST_DRAWN: usize = 400;

/// Of so many rows, or dots, a page has one in this many.
pub(crate) fn one_in(n: usize) -> usize {
    n.div_ceil(MOST_DRAWN).max(1)
}

/// One row, in the unit that readers see.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The name, linked where there is a page.
    pub(crate) label: Markup,
    /// The name as plain text.
    pub(crate) name: String,
    /// The value as text.
    pub(crate) text: String,
    /// The value.
    pub(crate) value: f64,
    /// Ends of the interval; one may be infinite.
    pub(crate) interval: Option<(f64, f64)>,
    /// Whether what was seen was cut off: drawn hollow.
    pub(crate) cut_off: bool,
    /// Where it lies, if it was compared.
    pub(crate) limits: Option<Limits>,
}

/// The limits within which chance keeps a row, and where its value lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// 95% limits.
    pub(crate) of95: (f64, f64),
    /// 99.8% limits.
    pub(crate) of998: (f64, f64),
    /// Beyond which of them.
    pub(crate) position: Position,
}

/// What is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// In the order of the page.
    pub(crate) rows: &'a [Row],
    /// Whether values are per cent.
    pub(crate) percent: bool,
    /// Whether the middle half is shaded.
    pub(crate) shade_middle: bool,
    /// The centre of the peer group.
    pub(crate) centre: Option<f64>,
    /// Whether amounts are bars from zero, as for counts and shares of few groups.
    pub(crate) bars: bool,
}

#[derive(Default)]
struct Marks {
    middle: Path,
    grid: Path,
    limits998: Path,
    limits95: Path,
    centre: Path,
    bars: Path,
    intervals: Path,
    dots: Path,
    hollow: Path,
    signs: Vec<(Position, f64, f64)>,
}

impl Rows<'_> {
    fn is_dense(&self) -> bool {
        self.rows.len() > MOST_LABELS
    }

    fn order(&self) -> Vec<&Row> {
        let mut order: Vec<&Row> = self.rows.iter().filter(|row| row.value.is_finite()).collect();
        if self.is_dense() {
            order.sort_by(|a, b| a.value.total_cmp(&b.value));
        }
        order
    }

    /// For a page. `alt` says what it shows; the values are beside it as text.
    pub(crate) fn on_page(&self, alt: &str) -> Markup {
        let (dense, order) = (self.is_dense(), thinned(self.order()));
        let Some((scale, marks)) = self.marks(&order, 10.0) else { return html! {} };
        let ticks = scale.ticks();
        let count = order.len() as f64;
        let height = at(count * 10.0);
        html! {
            div.rows.dense[dense] {
                svg.axis aria-hidden="true" width="100%" height="22" {
                    @for (i, tick) in ticks.iter().enumerate() {
                        text x={ (at(scale.share(*tick) * 100.0)) "%" } y="16" text-anchor=(anchor(i, ticks.len())) { (scale.label(*tick)) }
                    }
                }
                @if !dense {
                    ol.names {
                        @for row in &order {
                            li {
                                span.name { (row.label) }
                                span.value { (row.text) @if let Some(limits) = row.limits { (outside(limits.position)) } }
                            }
                        }
                    }
                }
                div.plot {
                    svg role="img" aria-label=(alt) viewBox={ "0 0 1000 " (height) } preserveAspectRatio="none" {
                        @for (class, path) in marks.paths(dense) {
                            @if !path.is_empty() { path class=(class) d=(path.d(1000.0)) {} }
                        }
                    }
                    @if !marks.signs.is_empty() {
                        svg.signs aria-hidden="true" {
                            @for (position, x, y) in &marks.signs {
                                @let (class, shape) = sign(*position);
                                svg x={ (at(x * 100.0)) "%" } y={ (two(y / count * 10.0)) "%" } overflow="visible" { path class=(class) d=(corners(shape, 0.0, 0.0)) {} }
                            }
                        }
                    }
                }
            }
        }
    }

    /// For a file, with the names as text of the picture.
    pub(crate) fn drawing(&self) -> Drawing {
        const ROW: f64 = 24.0;
        const AXIS: f64 = 26.0;
        let (dense, order) = (self.is_dense(), self.order());
        let row = if dense { 480.0 / order.len().max(1) as f64 } else { ROW };
        let Some((scale, marks)) = self.marks(&order, row) else { return Drawing::default() };
        let from = if dense { 0.0 } else { 0.47 };
        let mut plot = Drawing::new(order.len() as f64 * row);
        for (class, path) in marks.paths(dense) {
            plot.path(class, path.clone());
        }
        for (position, x, y) in &marks.signs {
            let (class, shape) = sign(*position);
            plot.sign(class, shape, *x, y * row);
        }
        let mut all = Drawing::new(AXIS + plot.height);
        let ticks = scale.ticks();
        for (i, tick) in ticks.iter().enumerate() {
            let x = from + scale.share(*tick) * (1.0 - from);
            all.text("c-tick", (x, 0.0), 16.0, anchor(i, ticks.len()), scale.label(*tick));
        }
        all.set(plot, from, 1.0, AXIS);
        if !dense {
            for (i, row) in order.iter().enumerate() {
                let y = AXIS + (i as f64 + 0.5) * ROW + 5.0;
                all.text("c-name", (0.0, 0.0), y, "start", shorten(&row.name, 40));
                all.text("c-name", (0.45, 0.0), y, "end", row.text.clone());
            }
        }
        all
    }

    /// Everything in its place, rows `row` pixels apart; signs in rows.
    fn marks(&self, order: &[&Row], row: f64) -> Option<(Scale, Marks)> {
        let spread = Spread::of(order.iter().map(|row| row.value))?;
        let scale = self.scale(order, &spread);
        let dense = self.is_dense();
        let bottom = order.len() as f64 * row;
        let mut marks = Marks::default();
        let end = |value: f64, open: f64| if value.is_finite() { scale.share(value) } else { open };
        if self.shade_middle && self.centre.is_none() {
            let (from, to) = (scale.share(spread.lower_quartile), scale.share(spread.upper_quartile));
            marks.middle.move_to(from, 0.0);
            marks.middle.line_to(to.max(from + 0.001), 0.0);
            marks.middle.line_to(to.max(from + 0.001), bottom);
            marks.middle.line_to(from, bottom);
            marks.middle.close();
        }
        for tick in scale.ticks() {
            marks.grid.stroke((scale.share(tick), 0.0), (scale.share(tick), bottom));
        }
        if let Some(centre) = self.centre.filter(|centre| centre.is_finite()) {
            marks.centre.stroke((scale.share(centre), 0.0), (scale.share(centre), bottom));
        }
        for (i, one) in order.iter().enumerate() {
            let y = (i as f64 + 0.5) * row;
            let x = scale.share(one.value);
            if let Some(Limits { of95, of998, .. }) = one.limits.filter(|_| !dense) {
                marks.limits998.stroke((end(of998.0, 0.0), y), (end(of998.1, 1.0), y));
                marks.limits95.stroke((end(of95.0, 0.0), y), (end(of95.1, 1.0), y));
            }
            if let Some((lower, upper)) = one.interval {
                marks.intervals.stroke((end(lower, 0.0), y), (end(upper, 1.0), y));
            }
            if self.bars {
                marks.bars.stroke((scale.share(0.0), y), (x, y));
                continue;
            }
            let position = one.limits.map_or(Position::Within, |limits| limits.position);
            match (position, one.cut_off) {
                (Position::Within, true) => marks.hollow.dot(x, y),
                (Position::Within, false) => marks.dots.dot(x, y),
                _ if dense => marks.dots.dot(x, y),
                _ => marks.signs.push((position, x, y / row)),
            }
        }
        Some((scale, marks))
    }

    /// The axis covers the values, and of intervals and limits as much as leaves the values room.
    fn scale(&self, rows: &[&Row], spread: &Spread) -> Scale {
        let by_values = Scale::covering_spread(spread, 4, self.percent);
        if by_values.is_beyond(spread.most) {
            return by_values;
        }
        let limits = rows.iter().filter_map(|row| row.limits).map(|limits| limits.of998);
        let limits: Vec<(f64, f64)> = if self.is_dense() { Vec::new() } else { limits.collect() };
        let ends = rows.iter().filter_map(|row| row.interval).chain(limits).fold(
            (spread.least, spread.most),
            |(least, most), (lower, upper)| {
                (
                    if lower.is_finite() { least.min(lower) } else { least },
                    if upper.is_finite() { most.max(upper) } else { most },
                )
            },
        );
        let room = (spread.most - spread.least.min(0.0)).max(1e-9);
        let floor = if spread.least >= 0.0 { 0.0 } else { spread.least - room };
        Scale::covering(ends.0.max(floor), ends.1.min(spread.most + room), 4, self.percent)
    }
}

impl Marks {
    /// From the one that lies lowest to the one on top.
    fn paths(&self, dense: bool) -> [(&'static str, &Path); 10] {
        let pick = |usual, many| if dense { many } else { usual };
        [
            ("c-zone", &self.middle),
            ("c-expect998", &self.limits998),
            ("c-expect95", &self.limits95),
            ("c-grid", &self.grid),
            ("c-centre", &self.centre),
            ("c-bars", &self.bars),
            (pick("c-intervals", "c-intervals-many"), &self.intervals),
            (pick("c-values", "c-values-many"), &self.dots),
            ("c-values", &self.hollow),
            ("c-hollow", &self.hollow),
        ]
    }
}

/// Each so many-th row, and the last, so that both ends are there.
fn thinned(order: Vec<&Row>) -> Vec<&Row> {
    let (every, last) = (one_in(order.len()), order.len().saturating_sub(1));
    order.into_iter().enumerate().filter(|(i, _)| i % every == 0 || *i == last).map(|(_, row)| row).collect()
}

/// What those hear who do not see the sign.
fn outside(position: Position) -> Markup {
    let words = match position {
        Position::Within => return html! {},
        Position::Above998 => ", above the 99.8% limits",
        Position::Above95 => ", above the 95% limits",
        Position::Below95 => ", below the 95% limits",
        Position::Below998 => ", below the 99.8% limits",
    };
    html! { span.visually-hidden { (words) } }
}

/// A share of the height needs more than one decimal where there are many rows.
fn two(value: f64) -> String {
    format!("{}", (value * 10.0 * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f64) -> Row {
        Row {
            label: html! { "Elm" },
            name: "Elm".to_owned(),
            text: "4.2".to_owned(),
            value,
            interval: Some((value - 1.0, value + 1.0)),
            cut_off: false,
            limits: None,
        }
    }

    fn rows(rows: &[Row]) -> Rows<'_> {
        Rows { rows, percent: false, shade_middle: false, centre: None, bars: false }
    }

    #[test]
    fn eight_thousand_intervals_merge_into_two_paths() {
        let many: Vec<Row> = (0..8_000).map(|i| row(f64::from(i * 7 % 1000))).collect();
        let drawn = rows(&many).on_page("x").into_string();
        assert!(drawn.len() < 15_000, "{}", drawn.len());
        assert_eq!(drawn.matches("<path").count(), 3);
        assert!(!drawn.contains("<ol"));
        let file = rows(&many).drawing().in_file(900.0, 0.0, 0.0).into_string();
        assert!(file.len() < 300_000 && file.matches("h0").count() == 8_000, "{}", file.len());
    }

    #[test]
    fn a_page_with_too_many_rows_has_both_ends_and_the_axis_of_all() {
        let many: Vec<Row> = (0..1_001).map(|i| row(f64::from(i))).collect();
        let all = rows(&many);
        let order = thinned(all.order());
        assert_eq!(
            (order.len(), order[0].value, order[1].value, order[order.len() - 1].value),
            (335, 0.0, 3.0, 1000.0)
        );
        assert_eq!(thinned(rows(&many[..400]).order()).len(), 400);
    }

    #[test]
    fn rows_stand_in_the_order_given() {
        let drawn = rows(&[row(9.0), row(3.0)]).on_page("Two").into_string();
        assert!(drawn.contains(r#"d="M900 5h0M300 15h0""#), "{drawn}");
    }

    #[test]
    fn an_open_interval_reaches_the_end_of_the_axis() {
        let mut open = row(5.0);
        open.interval = Some((4.0, f64::INFINITY));
        let drawn = rows(&[open]).on_page("x").into_string();
        assert!(drawn.contains("H1000") && !drawn.contains("inf"), "{drawn}");
    }

    #[test]
    fn who_lies_outside_its_limits_has_another_shape_and_words() {
        let mut out = row(9.0);
        out.limits = Some(Limits { of95: (3.0, 5.0), of998: (2.0, 6.0), position: Position::Above998 });
        let both = [out, row(4.0)];
        let drawn = Rows { centre: Some(4.0), ..rows(&both) }.on_page("x").into_string();
        assert!(drawn.contains("c-out") && drawn.contains(", above the 99.8% limits"), "{drawn}");
        assert!(drawn.contains(r#"y="25%""#) && drawn.contains("c-expect998") && drawn.contains("c-centre"));
        let file = Rows { centre: Some(4.0), ..rows(&both) }.drawing().in_file(900.0, 0.0, 0.0);
        assert!(file.into_string().contains(">Elm</text>"));
    }

    #[test]
    fn bars_begin_at_zero() {
        let drawn = Rows { bars: true, ..rows(&[row(5.0)]) }.on_page("x").into_string();
        assert!(drawn.contains(r#"class="c-bars" d="M0 5H"#), "{drawn}");
    }
}
