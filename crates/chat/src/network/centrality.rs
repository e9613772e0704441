//! Components, cores and betweenness. Sums run in the order of nodes, so that the same graph gives the same bits.

use someasure_model::chat::{Edge, Node};

use crate::conversation::NONE;

/// The ties of weight above zero: whom each node spoke to, and whom it is tied to in any direction.
pub(crate) struct Graph {
    out_ends: Vec<u32>,
    out: Vec<u32>,
    around_ends: Vec<u32>,
    around: Vec<u32>,
}

fn slice<'a>(ends: &[u32], all: &'a [u32], node: usize) -> &'a [u32] {
    let from = if node == 0 { 0 } else { ends[node - 1] as usize };
    &all[from..ends[node] as usize]
}

/// Pairs, sorted, as lists of neighbours.
fn lists(count: usize, pairs: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut ends = vec![0; count];
    for &(from, _) in pairs {
        ends[from as usize] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    (ends, pairs.iter().map(|&(_, to)| to).collect())
}

impl Graph {
    pub(crate) fn new(count: usize, edges: &[Edge]) -> Self {
        let out: Vec<(u32, u32)> =
            edges.iter().filter(|edge| edge.weight() > 0).map(|edge| (edge.from, edge.to)).collect();
        let mut around: Vec<(u32, u32)> =
            out.iter().flat_map(|&(from, to)| [(from, to), (to, from)]).collect();
        around.sort_unstable();
        around.dedup();
        let (out_ends, out) = lists(count, &out);
        let (around_ends, around) = lists(count, &around);
        Self { out_ends, out, around_ends, around }
    }
    pub(crate) fn len(&self) -> usize {
        self.out_ends.len()
    }
    /// How many directed ties.
    pub(crate) fn ties(&self) -> usize {
        self.out.len()
    }
    /// Whom a node spoke to.
    pub(crate) fn out(&self, node: usize) -> &[u32] {
        slice(&self.out_ends, &self.out, node)
    }
    /// Whom a node is tied to.
    pub(crate) fn around(&self, node: usize) -> &[u32] {
        slice(&self.around_ends, &self.around, node)
    }
}

/// Numbers components by size, then by their first node. How many, and the size of the largest.
pub(crate) fn components(graph: &Graph, nodes: &mut [Node]) -> (u32, u32) {
    let mut of = vec![NONE; graph.len()];
    let mut sizes: Vec<u32> = Vec::new();
    let mut stack = Vec::new();
    for start in 0..graph.len() {
        if of[start] != NONE {
            continue;
        }
        let component = sizes.len() as u32;
        sizes.push(0);
        of[start] = component;
        stack.push(start);
        while let Some(node) = stack.pop() {
            sizes[component as usize] += 1;
            for &next in graph.around(node) {
                if of[next as usize] == NONE {
                    of[next as usize] = component;
                    stack.push(next as usize);
                }
            }
        }
    }
    let mut by_size: Vec<u32> = (0..sizes.len() as u32).collect();
    by_size.sort_by_key(|&component| std::cmp::Reverse(sizes[component as usize]));
    let mut rank = vec![0; sizes.len()];
    for (nth, &component) in by_size.iter().enumerate() {
        rank[component as usize] = nth as u32;
    }
    for (node, component) in nodes.iter_mut().zip(of) {
        node.component = rank[component as usize];
    }
    (sizes.len() as u32, sizes.iter().max().copied().unwrap_or(0))
}

/// Each node's core: the largest k for which it is in a part where everybody is tied to k others of it.
///
/// Batagelj and Zaveršnik, *An O(m) algorithm for cores decomposition of networks*, 2003.
pub(crate) fn cores(graph: &Graph) -> Vec<u32> {
    let count = graph.len();
    let mut degree: Vec<u32> = (0..count).map(|node| graph.around(node).len() as u32).collect();
    let largest = degree.iter().max().copied().unwrap_or(0) as usize;
    let mut start = vec![0_usize; largest + 2];
    for &degree in &degree {
        start[degree as usize + 1] += 1;
    }
    for at in 1..start.len() {
        start[at] += start[at - 1];
    }
    let (mut order, mut place, mut fill) = (vec![0; count], vec![0; count], start.clone());
    for node in 0..count {
        let at = &mut fill[degree[node] as usize];
        order[*at] = node;
        place[node] = *at;
        *at += 1;
    }
    for at in 0..count {
        let node = order[at];
        for &next in graph.around(node) {
            let next = next as usize;
            if degree[next] > degree[node] {
                // Swaps it with the first of its degree, which then begins one later.
                let first = start[degree[next] as usize].max(at + 1);
                let other = order[first];
                order.swap(first, place[next]);
                place[other] = place[next];
                place[next] = first;
                start[degree[next] as usize] = first + 1;
                degree[next] -= 1;
            }
        }
    }
    degree
}

/// Betweenness by shortest ways along directed ties, each tie one step, divided by (n − 1)(n − 2). From every node, or
/// estimated from some that are drawn with a seed.
///
/// Brandes, *A faster algorithm for betweenness centrality*, Journal of Mathematical Sociology 25, 2001, 163–177; sampling after
/// Brandes and Pich, *Centrality estimation in large networks*, 2007.
pub(crate) fn betweenness(graph: &Graph, sampled: Option<(usize, u64)>, threads: usize) -> Vec<f64> {
    let count = graph.len();
    let mut values = vec![0.0; count];
    if count < 3 {
        return values;
    }
    let mut sources: Vec<usize> = (0..count).filter(|&node| !graph.around(node).is_empty()).collect();
    let mut factor = 1.0 / ((count - 1) as f64 * (count - 2) as f64);
    if let Some((samples, seed)) = sampled {
        let all = sources.len();
        let mut random = Random(seed);
        let samples = samples.clamp(1, all.max(1)).min(all);
        for at in 0..samples {
            let other = at + (random.next() % (all - at) as u64) as usize;
            sources.swap(at, other);
        }
        sources.truncate(samples);
        sources.sort_unstable();
        factor *= all as f64 / samples.max(1) as f64;
    }
    let mut walks: Vec<Walk> = (0..threads.max(1)).map(|_| Walk::new(count)).collect();
    for sources in sources.chunks(walks.len()) {
        match sources {
            [source] => walks[0].from(graph, *source),
            _ => std::thread::scope(|scope| {
                for (walk, source) in walks.iter_mut().zip(sources) {
                    scope.spawn(|| walk.from(graph, *source));
                }
            }),
        }
        for (walk, source) in walks.iter_mut().zip(sources) {
            walk.add_to(&mut values, *source);
        }
    }
    for value in &mut values {
        *value *= factor;
    }
    values
}

/// All shortest ways from one node.
struct Walk {
    distance: Vec<u32>,
    ways: Vec<f64>,
    owed: Vec<f64>,
    /// The nodes reached, nearest first.
    order: Vec<u32>,
}

impl Walk {
    fn new(count: usize) -> Self {
        Self {
            distance: vec![NONE; count],
            ways: vec![0.0; count],
            owed: vec![0.0; count],
            order: Vec::with_capacity(count),
        }
    }

    fn from(&mut self, graph: &Graph, source: usize) {
        let Self { distance, ways, owed, order } = self;
        order.push(source as u32);
        distance[source] = 0;
        ways[source] = 1.0;
        let mut at = 0;
        while at < order.len() {
            let node = order[at] as usize;
            at += 1;
            for &next in graph.out(node) {
                let next = next as usize;
                if distance[next] == NONE {
                    distance[next] = distance[node] + 1;
                    order.push(next as u32);
                }
                if distance[next] == distance[node] + 1 {
                    ways[next] += ways[node];
                }
            }
        }
        for &node in order.iter().rev() {
            let node = node as usize;
            let mut sum = 0.0;
            for &next in graph.out(node) {
                let next = next as usize;
                if distance[next] == distance[node] + 1 {
                    sum += ways[node] / ways[next] * (1.0 + owed[next]);
                }
            }
            owed[node] = sum;
        }
    }

    /// Adds what nodes are owed, and is new again.
    fn add_to(&mut self, values: &mut [f64], source: usize) {
        for node in self.order.drain(..) {
            let node = node as usize;
            if node != source {
                values[node] += self.owed[node];
            }
            (self.distance[node], self.ways[node], self.owed[node]) = (NONE, 0.0, 0.0);
        }
    }
}

/// SplitMix64: a few lines that give the same numbers everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Between 0 and 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(count: usize, pairs: &[(u32, u32)]) -> Graph {
        let edge =
            |&(from, to): &(u32, u32)| Edge { from, to, replies: 1, mentions: 0, quotes: 0, reposts: 0 };
        let mut edges: Vec<Edge> = pairs.iter().map(edge).collect();
        edges.sort_by_key(|edge| (edge.from, edge.to));
        Graph::new(count, &edges)
    }

    #[test]
    fn betweenness_is_what_brandes_defines() {
        // A path 0 → 1 → 2 → 3: through 1 lead 0→2 and 0→3, through 2 lead 0→3 and 1→3; of 6 ordered pairs each.
        let path = betweenness(&graph(4, &[(0, 1), (1, 2), (2, 3)]), None, 1);
        assert_eq!(path, [0.0, 2.0 / 6.0, 2.0 / 6.0, 0.0]);
        // Two ways from 0 to 3: half through each.
        let two = betweenness(&graph(4, &[(0, 1), (0, 2), (1, 3), (2, 3)]), None, 1);
        assert_eq!(two, [0.0, 0.5 / 6.0, 0.5 / 6.0, 0.0]);
    }

    #[test]
    fn a_sample_of_everybody_is_exact() {
        let ring: Vec<(u32, u32)> = (0..9).map(|at| (at, (at + 1) % 9)).collect();
        let exact = betweenness(&graph(9, &ring), None, 1);
        assert_eq!(betweenness(&graph(9, &ring), Some((9, 1)), 1), exact);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let mut random = Random(7);
        let mut pairs: Vec<(u32, u32)> =
            (0..900).map(|_| ((random.next() % 300) as u32, (random.next() % 300) as u32)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let graph = graph(300, &pairs);
        for sampled in [None, Some((50, 3))] {
            let one = betweenness(&graph, sampled, 1);
            assert!(one.iter().sum::<f64>() > 0.0);
            assert!([2, 3, 7].iter().all(|threads| betweenness(&graph, sampled, *threads) == one));
        }
    }

    #[test]
    fn a_core_is_where_everybody_is_tied_to_so_many() {
        // A square with both diagonals, a tail of two, and somebody alone.
        let ties = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3), (3, 4), (4, 5)];
        assert_eq!(cores(&graph(7, &ties)), [3, 3, 3, 3, 1, 1, 0]);
    }
}
