//! A funnel: the members of a peer group from those with the widest limits to those with the narrowest, the
//! centre, and the limits within which chance keeps them. Limits differ by member, so the members stand in
//! the order of their precision. Who lies outside has another shape and, where it fits, a name.

use someasure_model::Position;

use crate::chart::drawing::{Drawing, Path, Sign};
use crate::chart::{MOST_LABELS, Scale, Spread};
use crate::text::shorten;

const TOP: f64 = 14.0;
const PLOT: f64 = 300.0;
const FOOT: f64 = 30.0;
/// Share of the width at the left that belongs to the axis' numbers.
const MARGIN: f64 = 0.1;
/// More members than this have their limits as a line through some of them.
const MOST_STEPS: usize = 60;
/// The limits go through so many members at most.
const MOST_CORNERS: usize = 200;

/// One member, in the unit that readers see.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its name, as plain text.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: f64,
    /// 95% limits.
    pub(crate) limits95: (f64, f64),
    /// 99.8% limits.
    pub(crate) limits998: (f64, f64),
    /// Where it lies.
    pub(crate) position: Position,
}

/// What is drawn.
pub(crate) struct Funnel<'a> {
    /// In any order.
    pub(crate) members: &'a [Member],
    /// What a member without peculiarity would show.
    pub(crate) centre: f64,
    /// The centre in words: `centre 31.2%`.
    pub(crate) centre_in_words: &'a str,
    /// Whether values are per cent.
    pub(crate) percent: bool,
    /// Of those that are drawn as dots, one in so many: 1 is all.
    pub(crate) one_in: usize,
}

impl Funnel<'_> {
    /// The axis: values, and of the limits as much as leaves the values room.
    pub(crate) fn scale(&self) -> Option<Scale> {
        let values = self.members.iter().map(|member| member.value).chain([self.centre]);
        let spread = Spread::of(values)?;
        let by_values = Scale::covering_spread(&spread, 4, self.percent);
        if by_values.is_beyond(spread.most) {
            return Some(by_values);
        }
        let room = (spread.most - spread.least).max(spread.most.abs() * 0.05).max(1e-9);
        let (least, most) = self.members.iter().fold((spread.least, spread.most), |(least, most), member| {
            let (lower, upper) = member.limits998;
            (
                if lower.is_finite() { least.min(lower.max(spread.least - room)) } else { least },
                if upper.is_finite() { most.max(upper.min(spread.most + room)) } else { most },
            )
        });
        // Nothing below zero is made up where no value is.
        let least = if spread.least >= 0.0 { least.max(0.0) } else { least };
        Some(Scale::covering(least, most, 4, self.percent))
    }
}

/// The picture; empty without a member.
pub(crate) fn funnel(of: &Funnel<'_>) -> Drawing {
    let Some(scale) = of.scale() else { return Drawing::default() };
    let mut members: Vec<&Member> = of.members.iter().filter(|member| member.value.is_finite()).collect();
    // By name first, so that those with the same limits keep an order that does not depend on the value.
    members.sort_by(|a, b| width(b).total_cmp(&width(a)).then_with(|| a.name.cmp(&b.name)));
    let step = (1.0 - MARGIN) / members.len().max(1) as f64;
    let x = |i: usize| MARGIN + (i as f64 + 0.5) * step;
    let y = |value: f64| TOP + (1.0 - scale.share(value)) * PLOT;

    let mut drawing = Drawing::new(TOP + PLOT + FOOT);
    let mut grid = Path::default();
    for tick in scale.ticks() {
        grid.stroke((0.0, y(tick).round() + 0.5), (1.0, y(tick).round() + 0.5));
    }
    drawing.path("c-grid", grid);
    // Where they are very many, who lies between the limits is a dot like the rest, and the limits lie on top.
    let dense = members.len() > MOST_LABELS;
    let is_dot = |position: Position| position == Position::Within || (dense && !position.stands_out());
    let mut dots = Path::default();
    let as_dots = members.iter().enumerate().filter(|(_, member)| is_dot(member.position));
    for (i, member) in as_dots.step_by(of.one_in.max(1)) {
        dots.dot(x(i), y(member.value));
    }
    if dense {
        drawing.path("c-dots-many", std::mem::take(&mut dots));
    }
    for (class, limits) in [
        ("c-limit998", (|member| member.limits998) as fn(&Member) -> (f64, f64)),
        ("c-limit95", |member| member.limits95),
    ] {
        let mut path = Path::default();
        for end in [true, false] {
            let end = |member: &Member| if end { limits(member).1 } else { limits(member).0 };
            let kept = |value: f64| if value.is_nan() { of.centre } else { value };
            let mut begun = false;
            let every = members.len().div_ceil(MOST_CORNERS).max(1);
            for (i, member) in members.iter().enumerate() {
                let height = y(kept(end(member)));
                let places = match () {
                    () if members.len() <= MOST_STEPS => vec![x(i) - step / 2.0, x(i) + step / 2.0],
                    () if i % every == 0 || i + 1 == members.len() => vec![x(i)],
                    () => vec![],
                };
                for place in places {
                    if begun {
                        path.line_to(place, height)
                    } else {
                        path.move_to(place, height)
                    }
                    begun = true;
                }
            }
        }
        drawing.path(class, path);
    }
    let mut centre = Path::default();
    centre.stroke((MARGIN, y(of.centre)), (1.0, y(of.centre)));
    drawing.path("c-centre", centre);

    drawing.path("c-dots", dots);
    let outside: Vec<(f64, f64, &Member)> = members
        .iter()
        .enumerate()
        .filter(|(_, member)| !is_dot(member.position))
        .map(|(i, member)| (x(i), y(member.value), *member))
        .collect();
    for (x, y, member) in &outside {
        let (class, sign) = sign(member.position);
        drawing.sign(class, sign, *x, *y);
    }
    for tick in scale.ticks().into_iter().skip(1) {
        drawing.text("c-tick", (0.0, 0.0), y(tick).round() - 4.0, "start", scale.label(tick));
    }
    if let Some(first) = members.first() {
        let (upper95, upper998) = (y(first.limits95.1), y(first.limits998.1));
        drawing.text("c-tick", (MARGIN, 6.0), (upper998 - 5.0).max(TOP + 2.0), "start", "99.8% limits");
        if upper95 - upper998 > 19.0 {
            drawing.text("c-tick", (MARGIN, 6.0), upper95 - 5.0, "start", "95%");
        }
    }
    drawing.text("c-tick", (1.0, 0.0), y(of.centre) - 5.0, "end", of.centre_in_words);
    let foot = TOP + PLOT + 22.0;
    drawing.text("c-tick", (MARGIN, 0.0), foot, "start", "less data");
    drawing.text("c-tick", (1.0, 0.0), foot, "end", "more data →");
    names(&mut drawing, &outside);
    drawing
}

/// The sign of those that lie outside, and its class.
pub(crate) const fn sign(position: Position) -> (&'static str, Sign) {
    match position {
        Position::Above998 => ("c-out", Sign::Up),
        Position::Below998 => ("c-out", Sign::Down),
        Position::Above95 | Position::Below95 | Position::Within => ("c-edge", Sign::Diamond),
    }
}

fn width(member: &Member) -> f64 {
    let width = member.limits998.1 - member.limits998.0;
    if width.is_nan() { f64::INFINITY } else { width }
}

/// A name stands beside its sign where it covers no other sign and no other name: first those furthest
/// out. What fits only where there is room is hidden on small screens; the text below has all names.
fn names(drawing: &mut Drawing, outside: &[(f64, f64, &Member)]) {
    const LETTER: f64 = 8.2;
    let mut order: Vec<&(f64, f64, &Member)> = outside.iter().collect();
    order.sort_by_key(|(.., member)| !member.position.stands_out());
    let (mut wide, mut narrow): (Vec<Box>, Vec<Box>) = (Vec::new(), Vec::new());
    for (x, y, member) in order.into_iter().take(MOST_LABELS) {
        let name = shorten(&member.name, 30);
        let long = name.chars().count() as f64 * LETTER + 11.0;
        let fits = |taken: &[Box], room: f64| {
            let right = x * room + long <= room;
            let from = if right { x * room + 9.0 } else { x * room - long };
            let found = Box { from, to: from + long - 9.0, y: *y };
            let clear = taken.iter().all(|other| !found.meets(other))
                && outside.iter().all(|(ox, oy, _)| !found.covers(ox * room, *oy) || (ox, oy) == (x, y));
            (from >= 0.0 && clear).then_some((found, right))
        };
        let Some((place, right)) = fits(&wide, 900.0) else { continue };
        wide.push(place);
        let (dx, anchor) = if right { (9.0, "start") } else { (-9.0, "end") };
        let small = fits(&narrow, 280.0).filter(|(_, side)| *side == right);
        let class = if small.is_some() { "c-name" } else { "c-name c-wide" };
        narrow.extend(small.map(|(place, _)| place));
        drawing.text(class, (*x, dx), y + 5.0, anchor, name);
    }
}

struct Box {
    from: f64,
    to: f64,
    y: f64,
}

impl Box {
    fn meets(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to && (self.y - other.y).abs() < 18.0
    }
    fn covers(&self, x: f64, y: f64) -> bool {
        x > self.from - 6.0 && x < self.to + 6.0 && (y - self.y).abs() < 13.0
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// So many members, the more data the further on; the last one far above.
    pub(crate) fn members(n: usize) -> Vec<Member> {
        (0..n)
            .map(|i| {
                let error = 8.0 / ((i + 1) as f64).sqrt();
                let z = ((i * 37) % 11) as f64 / 5.0 - 1.0;
                let out = i % 10 == 9;
                let value = 30.0 + error * if out { 3.6 } else { z };
                Member {
                    name: format!("Body {i:04}"),
                    value,
                    limits95: (30.0 - 1.96 * error, 30.0 + 1.96 * error),
                    limits998: (30.0 - 3.09 * error, 30.0 + 3.09 * error),
                    position: if out { Position::Above998 } else { Position::Within },
                }
            })
            .collect()
    }

    fn drawn(members: &[Member]) -> String {
        drawn_with(members, 1)
    }

    fn drawn_with(members: &[Member], one_in: usize) -> String {
        funnel(&Funnel { members, centre: 30.0, centre_in_words: "centre 30", percent: true, one_in })
            .on_page("x")
            .into_string()
    }

    #[test]
    fn who_lies_outside_has_another_shape_and_a_name() {
        let drawn = drawn(&members(20));
        assert_eq!(drawn.matches("c-out").count(), 2);
        assert!(drawn.contains(">Body 0009<") && drawn.contains(">Body 0019<"), "{drawn}");
        assert!(!drawn.contains("Body 0003"));
        assert!(drawn.contains("99.8% limits") && drawn.contains("centre 30"));
    }

    #[test]
    fn eight_thousand_members_are_small_and_few_of_them_are_named() {
        let drawn = drawn(&members(8_000));
        assert!(drawn.len() < 250_000, "{}", drawn.len());
        assert!(drawn.matches("c-name").count() <= MOST_LABELS);
    }

    #[test]
    fn where_dots_are_thinned_out_all_that_lie_outside_stay() {
        let (all, thin) = (drawn(&members(2_000)), drawn_with(&members(2_000), 5));
        assert_eq!((all.matches("h0").count(), thin.matches("h0").count()), (1_800, 360));
        assert_eq!(all.matches("c-out").count(), thin.matches("c-out").count());
    }

    #[test]
    fn odd_limits_break_nothing() {
        let mut odd = members(5);
        odd[0].limits998 = (f64::NEG_INFINITY, f64::INFINITY);
        odd[1].limits998 = (f64::NAN, f64::NAN);
        odd[2].value = f64::NAN;
        let drawn = drawn(&odd);
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        assert!(
            funnel(&Funnel {
                members: &[],
                centre: f64::NAN,
                centre_in_words: "",
                percent: false,
                one_in: 1
            })
            .is_empty()
        );
    }
}
