//! The picture of who spoke to whom: dots where the network's layout has them, larger for those to whom more different
//! people spoke; squares are organisations, a hollow diamond is a host. Marks of a kind merge into one path, so that
//! thousands of people stay a small picture; names are set where they fit, most of them on wide screens only.

use someasure_model::chat::{Network, Node, Speaker};

use super::words::called;
use crate::chart::{Drawing, Path, Sign};
use crate::text::shorten;

const HEIGHT: f64 = 560.0;
/// Widths for which names are set: of a small screen, and of a page.
const NARROW: f64 = 290.0;
const WIDE: f64 = 900.0;
/// The most names.
const MOST_NAMES: usize = 25;
/// The most names on a small screen.
const MOST_NARROW: usize = 7;
/// The most ties: those of more weight go first.
const MOST_TIES: usize = 6_000;
/// Dots in so many sizes, with their diameters; the style sheets have the same.
const SIZES: [(&str, &str, f64); 6] = [
    ("c-node1", "c-body1", 5.0),
    ("c-node2", "c-body2", 8.0),
    ("c-node3", "c-body3", 11.0),
    ("c-node4", "c-body4", 15.0),
    ("c-node5", "c-body5", 20.0),
    ("c-node6", "c-body6", 26.0),
];

/// What the picture shows.
pub(super) struct Picture {
    /// The marks.
    pub(super) drawing: Drawing,
    /// People in it.
    pub(super) people: u64,
    /// Ties in it, directions not counted.
    pub(super) ties: u64,
    /// Ties between people in it that are left out, being the lightest.
    pub(super) ties_left_out: u64,
    /// Whether organisations and hosts are in it.
    pub(super) signs: Vec<(&'static str, Sign, &'static str)>,
}

/// Somebody in the picture.
struct Dot<'a> {
    node: &'a Node,
    at: (f64, f64),
    size: usize,
    is_host: bool,
}

/// Draws the network; hosts are those who may be shown by these names.
pub(super) fn picture(network: &Network, hosts: &[&Speaker]) -> Picture {
    let most = network.nodes.iter().filter(|node| node.place.is_some()).map(|node| node.in_people).max();
    let most = f64::from(most.unwrap_or(0)).max(1.0);
    let dots: Vec<Option<Dot<'_>>> = network
        .nodes
        .iter()
        .map(|node| {
            let (x, y) = node.place.filter(|(x, y)| x.is_finite() && y.is_finite())?;
            let share = (f64::from(node.in_people) / most).sqrt();
            Some(Dot {
                node,
                at: (
                    round(0.03 + 0.94 * x.clamp(0.0, 1.0)),
                    (16.0 + (HEIGHT - 32.0) * y.clamp(0.0, 1.0)).round(),
                ),
                size: ((share * 5.0).round() as usize).min(5),
                is_host: hosts.contains(&&node.speaker),
            })
        })
        .collect();
    let mut drawing = Drawing::new(HEIGHT);
    let (ties, ties_left_out) = draw_ties(network, &dots, &mut drawing);
    let dots: Vec<Dot<'_>> = dots.into_iter().flatten().collect();
    for (size, (person, body, _)) in SIZES.iter().enumerate() {
        let (mut people, mut bodies) = (Path::default(), Path::default());
        for dot in dots.iter().filter(|dot| dot.size == size) {
            let (x, y) = dot.at;
            if is_body(dot.node) {
                // As long as a hair: not every program draws the square end of a line without length.
                bodies.stroke((x, y), (x + 0.0003, y));
            } else {
                people.dot(x, y);
            }
        }
        drawing.path(person, people);
        drawing.path(body, bodies);
    }
    for dot in dots.iter().filter(|dot| dot.is_host) {
        drawing.sign("c-edge", Sign::Diamond, dot.at.0, dot.at.1);
    }
    draw_names(&dots, &mut drawing);
    let mut signs = Vec::new();
    if dots.iter().any(|dot| is_body(dot.node)) {
        signs.push(("c-neutral", Sign::Square, "an organisation"));
    }
    if dots.iter().any(|dot| dot.is_host) {
        signs.push(("c-edge", Sign::Diamond, "somebody who hosted"));
    }
    Picture { drawing, people: dots.len() as u64, ties, ties_left_out, signs }
}

/// As a page needs it: a thousandth of the width.
fn round(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

fn is_body(node: &Node) -> bool {
    matches!(node.speaker, Speaker::Named { organisation: Some(_), .. })
}

fn draw_ties(network: &Network, dots: &[Option<Dot<'_>>], drawing: &mut Drawing) -> (u64, u64) {
    let dot = |at: u32| dots.get(at as usize).and_then(Option::as_ref);
    let mut pairs: Vec<(u32, u32, u32)> = network
        .edges
        .iter()
        .filter(|edge| edge.weight() > 0 && dot(edge.from).is_some() && dot(edge.to).is_some())
        .map(|edge| (edge.from.min(edge.to), edge.from.max(edge.to), edge.weight()))
        .collect();
    pairs.sort_unstable();
    pairs.dedup_by(|b, a| {
        let same = (a.0, a.1) == (b.0, b.1);
        if same {
            a.2 = a.2.saturating_add(b.2);
        }
        same
    });
    let all = pairs.len();
    pairs.sort_by_key(|(from, to, weight)| (std::cmp::Reverse(*weight), *from, *to));
    pairs.truncate(MOST_TIES);
    let mut path = Path::default();
    for (from, to, _) in &pairs {
        if let (Some(from), Some(to)) = (dot(*from), dot(*to)) {
            path.stroke(from.at, to.at);
        }
    }
    drawing.path(if pairs.len() > 600 { "c-ties-many" } else { "c-ties" }, path);
    (pairs.len() as u64, (all - pairs.len()) as u64)
}

/// A rectangle in pixels.
type Area = (f64, f64, f64, f64);

fn overlap(a: &Area, b: &Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// Names beside their dots, hosts and organisations first, then those to whom more people spoke; none upon another, and none
/// upon a large dot.
fn draw_names(dots: &[Dot<'_>], drawing: &mut Drawing) {
    let named: Vec<&Dot<'_>> =
        dots.iter().filter(|dot| matches!(dot.node.speaker, Speaker::Named { .. })).collect();
    let mut order = named;
    order.sort_by_key(|dot| (!dot.is_host, !is_body(dot.node), std::cmp::Reverse(dot.node.in_people)));
    let rank = |dot: &Dot<'_>| (std::cmp::Reverse(dot.node.in_people), !dot.is_host);
    let mut by_ties = order.clone();
    by_ties.sort_by_key(|dot| rank(dot));
    // Alternately, so that neither many hosts nor many organisations leave nobody else a name.
    let mut queue: Vec<&Dot<'_>> = Vec::new();
    for pair in order.iter().zip(&by_ties).take(200) {
        for dot in [pair.0, pair.1] {
            if !queue.iter().any(|queued| std::ptr::eq(*queued, *dot)) {
                queue.push(dot);
            }
        }
    }
    let large = |width: f64| -> Vec<Area> {
        dots.iter()
            .filter(|dot| dot.size >= 2)
            .map(|dot| {
                let r = SIZES[dot.size].2 / 2.0;
                let (x, y) = (dot.at.0 * width, dot.at.1);
                (x - r, y - r, x + r, y + r)
            })
            .collect()
    };
    let mut set: Vec<(&Dot<'_>, String, bool, bool)> = Vec::new();
    for (width, most) in [(NARROW, MOST_NARROW), (WIDE, MOST_NAMES)] {
        let on_all_screens = width < WIDE;
        let obstacles = large(width);
        let mut taken: Vec<Area> =
            set.iter().map(|(dot, name, left, _)| place(dot, name, *left, width)).collect();
        for dot in &queue {
            if set.len() >= most {
                break;
            }
            if set.iter().any(|(other, ..)| std::ptr::eq(*other, *dot)) {
                continue;
            }
            let name = shorten(&called(&dot.node.speaker), if on_all_screens { 16 } else { 24 });
            // To the right where there is room, else to the left.
            let left = [dot.at.0 > 0.7, dot.at.0 <= 0.7].into_iter().find(|left| {
                let at = place(dot, &name, *left, width);
                at.0 >= 0.0
                    && at.2 <= width
                    && !taken.iter().any(|other| overlap(&at, other))
                    && !obstacles.iter().any(|other| overlap(&at, other))
            });
            if let Some(left) = left {
                taken.push(place(dot, &name, left, width));
                set.push((*dot, name, left, on_all_screens));
            }
        }
    }
    for (dot, name, left, on_all_screens) in set {
        let gap = gap(dot);
        let class = if on_all_screens { "c-name" } else { "c-name c-wide" };
        let (dx, anchor) = if left { (-gap, "end") } else { (gap, "start") };
        drawing.text(class, (dot.at.0, dx), dot.at.1 + 5.0, anchor, name);
    }
}

fn gap(dot: &Dot<'_>) -> f64 {
    let diameter = SIZES[dot.size].2;
    (if dot.is_host { diameter.max(15.0) } else { diameter }) / 2.0 + 4.0
}

fn place(dot: &Dot<'_>, name: &str, left: bool, width: f64) -> Area {
    let length = name.chars().count() as f64 * 7.6;
    let (x, y) = (dot.at.0 * width, dot.at.1);
    let from = if left { x - gap(dot) - length } else { x + gap(dot) };
    (from, y - 8.0, from + length, y + 8.0)
}
