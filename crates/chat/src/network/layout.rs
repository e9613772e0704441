//! Where people are drawn: forces after ForceAtlas2 (Jacomy et al., *PLoS ONE* 9(6), 2014, e98679), repulsion by a Barnes–Hut
//! tree. Only additions, products, divisions and square roots, in a fixed order: the same bits on every machine.

use someasure_model::chat::{Drawn, Edge, Node};

use super::Wanted;
use super::centrality::{Graph, Random, cores};
use crate::conversation::NONE;

const ROUNDS: usize = 300;
/// So few bodies are pushed sooner than threads begin.
const FEW: usize = 200;
/// A part of the tree so much smaller than it is far away acts as one body.
const THETA: f64 = 1.0;
const REPULSION: f64 = 10.0;
const GRAVITY: f64 = 0.25;
/// Below this depth, bodies in one place act together.
const DEEPEST: usize = 40;

/// Places the people who are drawn: those with ties, or, where they are more than wanted, the smallest core that fits.
pub(crate) fn draw(
    graph: &Graph,
    edges: &[Edge],
    wanted: &Wanted,
    threads: usize,
    nodes: &mut [Node],
) -> Drawn {
    let of = nodes.len() as u32;
    let (shown, core) = shown(graph, wanted.drawn);
    let mut place = vec![NONE; nodes.len()];
    for (nth, &node) in shown.iter().enumerate() {
        place[node] = nth as u32;
    }
    let ties: Vec<(usize, usize, f64)> = edges
        .iter()
        .filter(|edge| {
            edge.weight() > 0 && place[edge.from as usize] != NONE && place[edge.to as usize] != NONE
        })
        .map(|edge| {
            (
                place[edge.from as usize] as usize,
                place[edge.to as usize] as usize,
                f64::from(edge.weight()).sqrt(),
            )
        })
        .collect();
    let placed = within_one(settle(shown.len(), &ties, wanted.seed, threads));
    for (&node, at) in shown.iter().zip(placed) {
        nodes[node].place = Some(at);
    }
    Drawn { people: shown.len() as u32, of, core, seed: wanted.seed }
}

fn shown(graph: &Graph, most: usize) -> (Vec<usize>, u32) {
    let cores = cores(graph);
    let largest = cores.iter().max().copied().unwrap_or(0);
    let with = |core: u32| (0..graph.len()).filter(|&node| cores[node] >= core).collect::<Vec<_>>();
    let mut sizes = vec![0_usize; largest as usize + 2];
    for &core in &cores {
        sizes[core as usize] += 1;
    }
    for at in (0..sizes.len() - 1).rev() {
        sizes[at] += sizes[at + 1];
    }
    match (1..=largest).find(|&core| sizes[core as usize] <= most) {
        Some(core) => (with(core), core),
        None => {
            // Even the innermost core is too large: those of it with the most ties.
            let mut inner = with(largest.max(1));
            inner.sort_by_key(|&node| (std::cmp::Reverse(graph.around(node).len()), node));
            inner.truncate(most);
            inner.sort_unstable();
            (inner, largest)
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Body {
    x: f64,
    y: f64,
    mass: f64,
}

/// A square of the tree: its four quarters, and what is in it as one body.
struct Square {
    quarters: [u32; 4],
    sum: Body,
    /// The one body in it, while there is but one.
    single: u32,
    side: f64,
}

struct Tree {
    squares: Vec<Square>,
}

impl Tree {
    fn new(bodies: &[Body]) -> Self {
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for body in bodies {
            low = (low.0.min(body.x), low.1.min(body.y));
            high = (high.0.max(body.x), high.1.max(body.y));
        }
        let side = (high.0 - low.0).max(high.1 - low.1).max(1e-9);
        let mut tree = Self { squares: vec![Self::square(side)] };
        for at in 0..bodies.len() {
            tree.insert(bodies, at as u32, low);
        }
        tree
    }

    fn square(side: f64) -> Square {
        Square { quarters: [NONE; 4], sum: Body::default(), single: NONE, side }
    }

    fn insert(&mut self, bodies: &[Body], new: u32, corner: (f64, f64)) {
        let body = bodies[new as usize];
        let (mut at, mut corner, mut depth) = (0_usize, corner, 0);
        loop {
            let square = &mut self.squares[at];
            let was = square.sum;
            let mass = was.mass + body.mass;
            square.sum = Body {
                x: (was.x * was.mass + body.x * body.mass) / mass,
                y: (was.y * was.mass + body.y * body.mass) / mass,
                mass,
            };
            if was.mass == 0.0 {
                square.single = new;
                return;
            }
            if depth == DEEPEST {
                square.single = NONE;
                return;
            }
            let half = square.side / 2.0;
            let quarter = |body: Body| {
                usize::from(body.x >= corner.0 + half) + 2 * usize::from(body.y >= corner.1 + half)
            };
            let single = std::mem::replace(&mut square.single, NONE);
            if single != NONE {
                // The one that was here moves down a step first.
                let mut child = Self::square(half);
                child.sum = bodies[single as usize];
                child.single = single;
                self.squares.push(child);
                let place = (self.squares.len() - 1) as u32;
                self.squares[at].quarters[quarter(bodies[single as usize])] = place;
            }
            let to = quarter(body);
            if self.squares[at].quarters[to] == NONE {
                self.squares.push(Self::square(half));
                self.squares[at].quarters[to] = (self.squares.len() - 1) as u32;
            }
            corner = (corner.0 + half * (to % 2) as f64, corner.1 + half * (to / 2) as f64);
            at = self.squares[at].quarters[to] as usize;
            depth += 1;
        }
    }

    /// The push on a body: mass times mass by distance.
    fn push(&self, body: Body, own: u32, stack: &mut Vec<u32>) -> (f64, f64) {
        let mut force = (0.0, 0.0);
        stack.push(0);
        while let Some(at) = stack.pop() {
            let square = &self.squares[at as usize];
            if square.single == own || square.sum.mass == 0.0 {
                continue;
            }
            let (dx, dy) = (body.x - square.sum.x, body.y - square.sum.y);
            let far = dx * dx + dy * dy;
            let leaf = square.single != NONE || square.quarters == [NONE; 4];
            if leaf || square.side * square.side < THETA * THETA * far {
                if far > 1e-18 {
                    let push = REPULSION * body.mass * square.sum.mass / far;
                    force = (force.0 + dx * push, force.1 + dy * push);
                }
            } else {
                stack.extend(square.quarters.iter().rev().filter(|quarter| **quarter != NONE));
            }
        }
        force
    }
}

fn settle(count: usize, ties: &[(usize, usize, f64)], seed: u64, threads: usize) -> Vec<(f64, f64)> {
    let mut random = Random(seed);
    // Around the middle, to which gravity pulls, and as wide as many bodies need.
    let wide = 20.0 * (count as f64).sqrt();
    let start = |share: f64| (share - 0.5) * wide;
    let mut bodies: Vec<Body> =
        (0..count).map(|_| Body { x: start(random.share()), y: start(random.share()), mass: 1.0 }).collect();
    for &(from, to, _) in ties {
        bodies[from].mass += 1.0;
        bodies[to].mass += 1.0;
    }
    let mut before = vec![(0.0_f64, 0.0_f64); count];
    let mut force = vec![(0.0_f64, 0.0_f64); count];
    let mut speed = 1.0_f64;
    let share = if count < FEW { count } else { count.div_ceil(threads.max(1)) }.max(1);
    for _ in 0..ROUNDS {
        let tree = Tree::new(&bodies);
        let push = |from: usize, force: &mut [(f64, f64)]| {
            let mut stack = Vec::new();
            for (at, force) in (from..).zip(force) {
                let body = bodies[at];
                let (x, y) = tree.push(body, at as u32, &mut stack);
                // Stronger further out, so that small components stay near.
                let pull = GRAVITY * body.mass;
                *force = (x - body.x * pull, y - body.y * pull);
            }
        };
        if share < count {
            std::thread::scope(|scope| {
                for (nth, force) in force.chunks_mut(share).enumerate() {
                    let push = &push;
                    scope.spawn(move || push(nth * share, force));
                }
            });
        } else {
            push(0, &mut force);
        }
        for &(from, to, weight) in ties {
            let (dx, dy) = (bodies[to].x - bodies[from].x, bodies[to].y - bodies[from].y);
            force[from] = (force[from].0 + dx * weight, force[from].1 + dy * weight);
            force[to] = (force[to].0 - dx * weight, force[to].1 - dy * weight);
        }
        // Whoever swings to and fro is slowed; the whole moves as fast as it does not swing.
        let (mut swings, mut moves) = (0.0, 0.0);
        for at in 0..count {
            let swing = length(force[at].0 - before[at].0, force[at].1 - before[at].1);
            swings += bodies[at].mass * swing;
            moves += bodies[at].mass * length(force[at].0 + before[at].0, force[at].1 + before[at].1) / 2.0;
        }
        let wanted = if swings > 0.0 { moves / swings } else { speed };
        speed = wanted.min(speed * 1.5).max(1e-6);
        for at in 0..count {
            let swing = bodies[at].mass * length(force[at].0 - before[at].0, force[at].1 - before[at].1);
            let by = 0.1 * speed / (1.0 + (speed * swing).sqrt());
            let by = by.min(20.0 / length(force[at].0, force[at].1).max(1e-9));
            bodies[at].x += force[at].0 * by;
            bodies[at].y += force[at].1 * by;
        }
        before.copy_from_slice(&force);
    }
    bodies.iter().map(|body| (body.x, body.y)).collect()
}

fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

/// Within 0 to 1 both ways, with its proportions, to six decimals.
fn within_one(places: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for &(x, y) in &places {
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    }
    let side = (high.0 - low.0).max(high.1 - low.1).max(1e-9);
    let pad = ((side - (high.0 - low.0)) / 2.0, (side - (high.1 - low.1)) / 2.0);
    let rounded = |value: f64| (value.clamp(0.0, 1.0) * 1e6).round() / 1e6;
    places
        .into_iter()
        .map(|(x, y)| (rounded((x - low.0 + pad.0) / side), rounded((y - low.1 + pad.1) / side)))
        .collect()
}
