//! The widest difference in one draw: the largest of (Z_j − Z_k) / σ_jk over the ordered pairs that are
//! still compared. This is where the time goes. Every answer is the very number that looking at all pairs
//! would give; what is saved is the looking.

use super::draws::{Extreme, Source};
use super::order::{Joint, Order};

/// Which ordered pairs (j, k), "j is above k", are compared.
#[derive(Debug, Clone, Copy)]
pub(super) enum Compared {
    /// All.
    All,
    /// Those with one position: which others are above it, or below it, or both.
    With { position: usize, above: bool, below: bool },
}

/// Room to work in, kept from draw to draw.
#[derive(Default)]
pub(super) struct Room {
    noise: Vec<f64>,
    values: Vec<f64>,
    up: Vec<Extreme>,
    down: Vec<Extreme>,
}

/// How many rows to expect in either tail when looking for the first time, and by how much to go on.
const FIRST_LOOK: f64 = 48.0;
const LOOK_FURTHER: f64 = 16.0;

/// Below one by more than rounding can do.
const JUST_BELOW: f64 = 1.0 - 1e-9;

/// The widest difference in a draw; pairs that are apart at critical value `c` are no longer compared, nor
/// are those whose difference is certain. Minus infinity when no pair is left.
pub(super) fn widest(
    order: &Order,
    source: &Source<'_>,
    compared: Compared,
    draw: usize,
    c: f64,
    room: &mut Room,
) -> f64 {
    let Some(joint) = &order.joint else {
        return widest_of_independent(order, source, compared, draw, c, room);
    };
    source.fill(draw, &mut room.noise, &mut room.values);
    match compared {
        Compared::All => widest_of_joint(order, joint, &room.values, c),
        Compared::With { position, above, below } => {
            widest_with(order, &room.values, position, above, below, c)
        }
    }
}

/// With Z = s·ε and s independent, Cauchy and Schwarz have (Z_j − Z_k)² / (s_j² + s_k²) ≤ ε_j² + ε_k², where
/// an ε on the wrong side counts as nought. So a pair in which one ε is small cannot win once a wide pair is
/// known: the tails of the draw are enough, and mostly their ends.
fn widest_of_independent(
    order: &Order,
    source: &Source<'_>,
    compared: Compared,
    draw: usize,
    c: f64,
    room: &mut Room,
) -> f64 {
    let (up, down) = (&mut room.up, &mut room.down);
    let mut best = f64::NEG_INFINITY;
    let mut expected = FIRST_LOOK;
    loop {
        let reach = source.extremes(draw, expected / order.rows() as f64, up, down);
        for tail in [&mut *up, &mut *down] {
            tail.sort_unstable_by(|a, b| b.size.total_cmp(&a.size));
        }
        // Whether no pair with a row outside the tails can be wider.
        let settled;
        match compared {
            Compared::All => {
                best = best_of_tails(order, up, down, c, best);
                let ends = [&*up, &*down].map(|tail| tail.first().map_or(reach, |end| end.size));
                settled = ends.iter().all(|end| hopeless(*end, reach, best));
            }
            Compared::With { position, above, below } => {
                let own = source.one(draw, position);
                let against = Extreme { size: -own.size, ..own };
                if above {
                    best = best_of_tails(order, up, &[against], c, best);
                }
                if below {
                    best = best_of_tails(order, &[own], down, c, best);
                }
                settled = (!above || hopeless(reach, against.size, best))
                    && (!below || hopeless(own.size, reach, best));
            }
        }
        if settled || reach == f64::NEG_INFINITY {
            return best;
        }
        expected *= LOOK_FURTHER;
    }
}

/// Whether no pair with errors of these sizes, or smaller ones, can be wider than `best`.
fn hopeless(up: f64, down: f64, best: f64) -> bool {
    let (up, down) = (up.max(0.0), down.max(0.0));
    best > 0.0 && up * up + down * down <= best * best * JUST_BELOW
}

/// `best`, or what is wider between two lists that descend in size.
fn best_of_tails(order: &Order, up: &[Extreme], down: &[Extreme], c: f64, mut best: f64) -> f64 {
    let Some(lowest) = down.first() else { return best };
    for high in up {
        if hopeless(high.size, lowest.size, best) {
            break;
        }
        for low in down {
            if hopeless(high.size, low.size, best) {
                break;
            }
            let spread = order.spread(high.position, low.position);
            let width = (high.value - low.value) / spread;
            // Not a row with itself, nor a certain difference, nor a pair that has been told apart.
            if high.position != low.position
                && spread > 0.0
                && width > best
                && !(high.position < low.position && order.apart(high.position, low.position, c))
            {
                best = width;
            }
        }
    }
    best
}

/// Every pair is looked at, but with a product instead of a quotient, and rows that lie near the middle not
/// at all.
fn widest_of_joint(order: &Order, joint: &Joint, values: &[f64], c: f64) -> f64 {
    let (least, most) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), z| (least.min(*z), most.max(*z)));
    let mut best = f64::NEG_INFINITY;
    for (low, value) in values.iter().enumerate() {
        let to_beat = if best > 0.0 { best * JUST_BELOW } else { -1.0 };
        if (most - value).max(value - least) <= to_beat * joint.least[low] {
            continue;
        }
        for (high, (other, spread)) in values.iter().zip(joint.above(low)).enumerate() {
            let difference = other - value;
            let to_beat = if best > 0.0 { best * JUST_BELOW } else { -1.0 };
            if difference.abs() <= to_beat * spread || *spread == 0.0 {
                continue;
            }
            // Of the two directions, that from below to above is always compared.
            let width =
                if difference > 0.0 && order.apart(high, low, c) { -difference } else { difference.abs() };
            best = best.max(width / spread);
        }
    }
    best
}

fn widest_with(order: &Order, values: &[f64], position: usize, above: bool, below: bool, c: f64) -> f64 {
    let own = values[position];
    let mut best = f64::NEG_INFINITY;
    for (other, value) in values.iter().enumerate() {
        if other == position {
            continue;
        }
        let spread = order.spread(position, other);
        if spread == 0.0 {
            continue;
        }
        let width = (value - own) / spread;
        if above && width > best && !(other < position && order.apart(other, position, c)) {
            best = width;
        }
        if below && -width > best && !(position < other && order.apart(position, other, c)) {
            best = -width;
        }
    }
    best
}
