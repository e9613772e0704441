//! What a picture is made of, apart from where it will stand: paths, signs and texts whose places along the
//! width are shares of it and whose heights are pixels. On a page the width is the reader's, and nothing
//! shrinks; in a file of its own it is fixed. Marks of one kind merge into one path.

use std::borrow::Cow;
use std::sync::Arc;

use maud::{Markup, PreEscaped, Render, html};

use crate::chart::{at, push_tenths, tenths};

/// Steps across a page's picture: what its paths are drawn on.
const PAGE: f64 = 1000.0;

/// A picture without its title.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawing {
    /// In pixels, axis and all.
    pub(crate) height: f64,
    marks: Vec<Mark>,
}

#[derive(Debug, Clone)]
enum Mark {
    Path { class: &'static str, path: Path },
    Sign { class: &'static str, sign: Sign, x: f64, y: f64 },
    Text { class: &'static str, x: f64, dx: f64, y: f64, anchor: &'static str, text: String },
}

/// A path under way: x as a share of the width, y in pixels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    steps: Arc<Vec<Step>>,
    /// As pages have it, where it was drawn for many of them.
    drawn: Option<Arc<str>>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Move(f64, f64),
    Line(f64, f64),
    Dot(f64, f64),
    Close,
}

/// Shapes that are told apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A triangle that points up.
    Up,
    /// A triangle that points down.
    Down,
    /// A square on its corner.
    Diamond,
    /// A square.
    Square,
}

impl Sign {
    /// Its corners around its middle, in pixels.
    const fn corners(self) -> &'static [(f64, f64)] {
        match self {
            Self::Up => &[(0.0, -7.0), (7.0, 5.5), (-7.0, 5.5)],
            Self::Down => &[(0.0, 7.0), (7.0, -5.5), (-7.0, -5.5)],
            Self::Diamond => &[(0.0, -7.5), (7.5, 0.0), (0.0, 7.5), (-7.5, 0.0)],
            Self::Square => &[(-5.5, -5.5), (5.5, -5.5), (5.5, 5.5), (-5.5, 5.5)],
        }
    }
}

impl Path {
    /// Begins anew.
    pub(crate) fn move_to(&mut self, x: f64, y: f64) {
        self.push(Step::Move(x, y));
    }
    /// A straight line; where there is nothing yet, its beginning.
    pub(crate) fn line_to(&mut self, x: f64, y: f64) {
        self.push(if self.is_empty() { Step::Move(x, y) } else { Step::Line(x, y) });
    }
    /// A dot.
    pub(crate) fn dot(&mut self, x: f64, y: f64) {
        self.push(Step::Dot(x, y));
    }
    /// A line from one place to another.
    pub(crate) fn stroke(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.move_to(from.0, from.1);
        self.line_to(to.0, to.1);
    }
    /// Back to where it began.
    pub(crate) fn close(&mut self) {
        self.push(Step::Close);
    }
    /// Whether nothing was drawn.
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
    fn push(&mut self, step: Step) {
        self.drawn = None;
        Arc::make_mut(&mut self.steps).push(step);
    }

    /// Draws it once for all pages on which it will stand.
    pub(crate) fn for_many(mut self) -> Self {
        self.drawn = Some(self.d(PAGE).into());
        self
    }
    /// As a page has it: digits and letters, nothing to escape.
    fn on_page(&self) -> PreEscaped<Cow<'_, str>> {
        PreEscaped(self.drawn.as_deref().map_or_else(|| self.d(PAGE).into(), Cow::Borrowed))
    }

    /// As SVG, `width` wide.
    pub(super) fn d(&self, width: f64) -> String {
        let mut d = String::with_capacity(self.steps.len() * 9);
        let mut last = (0, 0);
        let put = |d: &mut String, letter: char, numbers: &[i64]| {
            d.push(letter);
            for (at, number) in numbers.iter().enumerate() {
                if at > 0 {
                    d.push(' ');
                }
                push_tenths(d, *number);
            }
        };
        for step in self.steps.iter() {
            match *step {
                Step::Move(x, y) => {
                    last = (tenths(x * width), tenths(y));
                    put(&mut d, 'M', &[last.0, last.1]);
                }
                Step::Line(x, y) => {
                    let next = (tenths(x * width), tenths(y));
                    match (next.0 == last.0, next.1 == last.1) {
                        (true, true) => {}
                        (true, false) => put(&mut d, 'V', &[next.1]),
                        (false, true) => put(&mut d, 'H', &[next.0]),
                        (false, false) => put(&mut d, 'L', &[next.0, next.1]),
                    }
                    last = next;
                }
                Step::Dot(x, y) => {
                    put(&mut d, 'M', &[tenths(x * width), tenths(y)]);
                    d.push_str("h0");
                }
                Step::Close => d.push('Z'),
            }
        }
        d
    }
}

impl Drawing {
    /// An empty one.
    pub(crate) fn new(height: f64) -> Self {
        Self { height, marks: Vec::new() }
    }

    /// Adds a path, unless it is empty.
    pub(crate) fn path(&mut self, class: &'static str, path: Path) {
        if !path.is_empty() {
            self.marks.push(Mark::Path { class, path });
        }
    }
    /// Adds a sign.
    pub(crate) fn sign(&mut self, class: &'static str, sign: Sign, x: f64, y: f64) {
        self.marks.push(Mark::Sign { class, sign, x, y });
    }
    /// Adds a text; `dx` moves it by pixels, `anchor` is `start`, `middle` or `end`.
    pub(crate) fn text(
        &mut self,
        class: &'static str,
        (x, dx): (f64, f64),
        y: f64,
        anchor: &'static str,
        text: impl Into<String>,
    ) {
        self.marks.push(Mark::Text { class, x, dx, y, anchor, text: text.into() });
    }
    /// Sets another picture into this one, from one share of the width to another, moved down.
    pub(crate) fn set(&mut self, other: Self, from: f64, to: f64, down: f64) {
        let place = |x: f64| from + x * (to - from);
        for mut mark in other.marks {
            match &mut mark {
                Mark::Path { path, .. } => {
                    path.drawn = None;
                    for step in Arc::make_mut(&mut path.steps) {
                        if let Step::Move(x, y) | Step::Line(x, y) | Step::Dot(x, y) = step {
                            (*x, *y) = (place(*x), *y + down);
                        }
                    }
                }
                Mark::Sign { x, y, .. } | Mark::Text { x, y, .. } => (*x, *y) = (place(*x), *y + down),
            }
            self.marks.push(mark);
        }
    }
    /// Whether there is nothing to see.
    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// For a page, as wide as there is room; `alt` says what it shows. Nothing, if nothing was drawn.
    pub(crate) fn on_page(&self, alt: &str) -> Markup {
        if self.is_empty() {
            return html! {};
        }
        html! {
            svg.chart role="img" aria-label=(alt) width="100%" height=(at(self.height)) { (self.fluid()) }
        }
    }

    fn fluid(&self) -> Markup {
        let height = at(self.height);
        html! {
            @for marks in self.marks.chunk_by(|a, b| matches!((a, b), (Mark::Path { .. }, Mark::Path { .. }))) {
                @match &marks[0] {
                    Mark::Path { .. } => {
                        svg width="100%" height=(height) viewBox={ "0 0 1000 " (height) } preserveAspectRatio="none" overflow="visible" {
                            @for mark in marks {
                                @if let Mark::Path { class, path } = mark { path class=(class) d=(path.on_page()) {} }
                            }
                        }
                    }
                    Mark::Sign { class, sign, x, y } => {
                        svg x={ (at(x * 100.0)) "%" } y=(at(*y)) overflow="visible" {
                            path class=(class) d=(corners(*sign, 0.0, 0.0)) {}
                        }
                    }
                    Mark::Text { class, x, dx, y, anchor, text } => {
                        text class=(class) x={ (at(x * 100.0)) "%" } dx=[(*dx != 0.0).then(|| at(*dx))] y=(at(*y))
                            text-anchor=[(*anchor != "start").then_some(*anchor)] { (text) }
                    }
                }
            }
        }
    }

    /// For a file, `width` pixels wide, moved to a place in it.
    pub(crate) fn in_file(&self, width: f64, left: f64, top: f64) -> Markup {
        html! {
            g transform={ "translate(" (at(left)) " " (at(top)) ")" } {
                @for mark in &self.marks {
                    @match mark {
                        Mark::Path { class, path } => { path class=(class) d=(PreEscaped(path.d(width))) {} }
                        Mark::Sign { class, sign, x, y } => { path class=(class) d=(corners(*sign, x * width, *y)) {} }
                        Mark::Text { class, x, dx, y, anchor, text } => {
                            text class=(class.trim_end_matches(" c-wide")) x=(at(x * width + dx)) y=(at(*y)) text-anchor=(anchor) { (text) }
                        }
                    }
                }
            }
        }
    }

    /// Every class that it uses.
    #[cfg(test)]
    pub(crate) fn classes(&self) -> Vec<&'static str> {
        self.marks
            .iter()
            .flat_map(|mark| match mark {
                Mark::Path { class, .. } | Mark::Sign { class, .. } | Mark::Text { class, .. } => {
                    class.split(' ')
                }
            })
            .collect()
    }
}

pub(super) fn corners(sign: Sign, x: f64, y: f64) -> String {
    let mut d = String::new();
    for (i, (dx, dy)) in sign.corners().iter().enumerate() {
        d.push_str(&format!("{}{} {}", if i == 0 { 'M' } else { 'L' }, at(x + dx), at(y + dy)));
    }
    d + "Z"
}

/// A sign as it stands in a sentence: hidden from those who hear the page, because words say the same.
pub(crate) fn key(class: &'static str, sign: Sign) -> Markup {
    PreEscaped(
        html! {
            svg.key aria-hidden="true" width="16" height="16" viewBox="-8 -8 16 16" {
                path class=(class) d=(corners(sign, 0.0, 0.0)) {}
            }
        }
        .render()
        .into_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn() -> Drawing {
        let mut drawing = Drawing::new(50.0);
        let mut path = Path::default();
        path.line_to(0.5, 10.0);
        path.line_to(1.0, 10.0);
        path.line_to(1.0, 20.0);
        path.dot(0.25, 5.0);
        drawing.path("c-curve", path);
        drawing.path("c-dots", Path::default());
        drawing.sign("c-out", Sign::Diamond, 0.5, 10.0);
        drawing.text("c-name", (0.5, 9.0), 14.0, "start", "Elm <Trust>");
        drawing
    }

    #[test]
    fn a_page_gives_it_its_width_and_a_file_its_pixels() {
        let page = drawn().on_page("What it shows").into_string();
        insta::assert_snapshot!(page, @r#"<svg class="chart" role="img" aria-label="What it shows" width="100%" height="50"><svg width="100%" height="50" viewBox="0 0 1000 50" preserveAspectRatio="none" overflow="visible"><path class="c-curve" d="M500 10H1000V20M250 5h0"></path></svg><svg x="50%" y="10" overflow="visible"><path class="c-out" d="M0 -7.5L7.5 0L0 7.5L-7.5 0Z"></path></svg><text class="c-name" x="50%" dx="9" y="14">Elm &lt;Trust&gt;</text></svg>"#);
        let file = drawn().in_file(200.0, 24.0, 80.0).into_string();
        insta::assert_snapshot!(file, @r#"<g transform="translate(24 80)"><path class="c-curve" d="M100 10H200V20M50 5h0"></path><path class="c-out" d="M100 2.5L107.5 10L100 17.5L92.5 10Z"></path><text class="c-name" x="109" y="14" text-anchor="start">Elm &lt;Trust&gt;</text></g>"#);
    }

    #[test]
    fn a_picture_can_be_set_into_another() {
        let mut outer = Drawing::new(100.0);
        outer.set(drawn(), 0.5, 1.0, 40.0);
        let file = outer.in_file(200.0, 0.0, 0.0).into_string();
        assert!(file.contains(r#"d="M150 50H200V60M125 45h0""#), "{file}");
    }

    #[test]
    fn nothing_is_no_picture() {
        assert_eq!(Drawing::new(10.0).on_page("x").into_string(), "");
    }
}
