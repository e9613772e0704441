//! Who spoke to whom: the graph, measures of place in it, and its layout. Files for other programs are in [`export`].

mod centrality;
pub mod export;
mod layout;

use someasure_model::chat::{Betweenness, Consent, Edge, Network, Node, PostIndex, Session};

use crate::conversation::{Conversation, NONE, To};

/// The seed of the layout and of samples, unless another is asked for.
pub const SEED: u64 = 20_141_210;

/// Ties that a sampled betweenness may walk along: a second or two.
const MOST_STEPS: usize = 30_000_000;
/// From so many people it is sampled at least.
const FEWEST_SAMPLES: usize = 20;

/// What a network is to hold.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Of one session, with what came afterwards; else of the whole chat.
    pub session: Option<&'a Session>,
    /// Betweenness is exact up to so many people with ties, and sampled above; 0: not computed.
    pub exact_up_to: usize,
    /// From how many people it is sampled: from at most so many, and fewer where ties are very many.
    pub samples: usize,
    /// How many people are drawn at most: above, the most connected part. 0: nobody.
    pub drawn: usize,
    /// The seed.
    pub seed: u64,
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Self { session: None, exact_up_to: 2_000, samples: 200, drawn: 2_000, seed: SEED }
    }
}

/// Who replied to, mentioned, quoted and passed on whom. People who withdrew are absent with all their ties.
pub fn network(of: &Conversation, wanted: &Wanted) -> Network {
    let mut session_posts: Vec<PostIndex> = Vec::new();
    let posts: &[PostIndex] = match wanted.session {
        Some(session) => {
            session_posts.extend(session.posts.iter().chain(&session.afterwards));
            session_posts.sort_unstable();
            &session_posts
        }
        None => &of.order,
    };
    let (ties, written) = ties(of, posts);
    let mut slots: Vec<u32> = Vec::new();
    let mut here = vec![false; of.people.len()];
    let mut withdrawn = 0;
    for slot in written
        .iter()
        .enumerate()
        .filter(|(_, posts)| **posts != NONE)
        .map(|(slot, _)| slot as u32)
        .chain(ties.iter().flat_map(|tie| [tie.0, tie.1]))
    {
        if !std::mem::replace(&mut here[slot as usize], true) {
            match of.people[slot as usize].consent {
                Consent::Removed => withdrawn += 1,
                _ => slots.push(slot),
            }
        }
    }
    slots.sort_by_key(|&slot| of.people[slot as usize].number);
    let mut place = vec![NONE; of.people.len()];
    for (nth, &slot) in slots.iter().enumerate() {
        place[slot as usize] = nth as u32;
    }
    let edges = edges(&ties, &place);
    let mut nodes: Vec<Node> = slots
        .iter()
        .map(|&slot| Node {
            speaker: of.speaker(slot),
            posts: if written[slot as usize] == NONE { 0 } else { written[slot as usize] },
            in_people: 0,
            out_people: 0,
            in_weight: 0,
            out_weight: 0,
            betweenness: 0.0,
            component: 0,
            place: None,
        })
        .collect();
    for edge in edges.iter().filter(|edge| edge.weight() > 0) {
        let from = &mut nodes[edge.from as usize];
        from.out_people += 1;
        from.out_weight += edge.weight();
        let to = &mut nodes[edge.to as usize];
        to.in_people += 1;
        to.in_weight += edge.weight();
    }
    let graph = centrality::Graph::new(nodes.len(), &edges);
    let (components, largest_component) = centrality::components(&graph, &mut nodes);
    let betweenness = betweenness(&graph, wanted, of.threads, &mut nodes);
    let drawn = layout::draw(&graph, &edges, wanted, of.threads, &mut nodes);
    Network { nodes, edges, components, largest_component, betweenness, drawn, withdrawn }
}

fn betweenness(
    graph: &centrality::Graph,
    wanted: &Wanted,
    threads: usize,
    nodes: &mut [Node],
) -> Betweenness {
    let tied = (0..nodes.len()).filter(|&node| !graph.around(node).is_empty()).count();
    if wanted.exact_up_to == 0 {
        return Betweenness::NotComputed;
    }
    let affordable = (MOST_STEPS / graph.ties().max(1)).max(FEWEST_SAMPLES).min(wanted.samples);
    let from = if tied <= wanted.exact_up_to { None } else { Some((affordable, wanted.seed)) };
    let values = centrality::betweenness(graph, from, threads);
    for (node, value) in nodes.iter_mut().zip(values) {
        node.betweenness = value;
    }
    match from {
        None => Betweenness::Exact,
        Some((samples, _)) => Betweenness::Sampled { from: samples.min(tied) as u32 },
    }
}

const REPLY: u8 = 0;
const MENTION: u8 = 1;
const QUOTE: u8 = 2;
const REPOST: u8 = 3;

/// Each act of speaking to somebody: from, to, what. And how many posts each wrote; [`NONE`] for those who wrote nothing.
fn ties(of: &Conversation, posts: &[PostIndex]) -> (Vec<(u32, u32, u8)>, Vec<u32>) {
    let mut ties = Vec::new();
    let mut written = vec![NONE; of.people.len()];
    for &at in posts.iter().filter(|&&at| of.counts(at)) {
        let author = of.author[at as usize];
        let own = &mut written[author as usize];
        *own = if *own == NONE { 0 } else { *own } + u32::from(!of.is_repost(at));
        let quoted = of.quoted_author(at);
        if of.is_repost(at) {
            let first_named =
                || of.mentioned(at).first().copied().filter(|_| of.quoted[at as usize] == To::Nothing);
            ties.extend(quoted.or_else(first_named).map(|other| (author, other, REPOST)));
            continue;
        }
        let answered = Some(of.answered[at as usize]).filter(|&other| other != NONE);
        ties.extend(answered.map(|other| (author, other, REPLY)));
        ties.extend(quoted.map(|other| (author, other, QUOTE)));
        let others = of
            .mentioned(at)
            .iter()
            .copied()
            .filter(|&other| Some(other) != answered && Some(other) != quoted);
        ties.extend(others.map(|other| (author, other, MENTION)));
    }
    ties.retain(|(from, to, _)| from != to);
    (ties, written)
}

fn edges(ties: &[(u32, u32, u8)], place: &[u32]) -> Vec<Edge> {
    let mut placed: Vec<(u32, u32, u8)> = ties
        .iter()
        .map(|&(from, to, what)| (place[from as usize], place[to as usize], what))
        .filter(|&(from, to, _)| from != NONE && to != NONE)
        .collect();
    placed.sort_unstable();
    let mut edges: Vec<Edge> = Vec::new();
    for (from, to, what) in placed {
        if edges.last().is_none_or(|edge| (edge.from, edge.to) != (from, to)) {
            edges.push(Edge { from, to, replies: 0, mentions: 0, quotes: 0, reposts: 0 });
        }
        if let Some(edge) = edges.last_mut() {
            match what {
                REPLY => edge.replies += 1,
                MENTION => edge.mentions += 1,
                QUOTE => edge.quotes += 1,
                _ => edge.reposts += 1,
            }
        }
    }
    edges
}
