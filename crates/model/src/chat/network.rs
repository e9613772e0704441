//! Who spoke to whom in a chat: a directed graph of people who may be shown, with weights, measures of place that are fair
//! and simple, and a layout that is the same each time.

use serde::Serialize;

use super::transcript::Speaker;

/// Somebody in the network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// As they may be shown; never withdrawn.
    pub speaker: Speaker,
    /// Posts in the chat, reposts not counted.
    pub posts: u32,
    /// Different people who replied to, mentioned or quoted them.
    pub in_people: u32,
    /// Different people whom they replied to, mentioned or quoted.
    pub out_people: u32,
    /// How often they were replied to, mentioned or quoted.
    pub in_weight: u32,
    /// How often they replied, mentioned or quoted.
    pub out_weight: u32,
    /// Of the shortest ways between two others, the share that leads through them: between 0 and 1.
    /// See [`Network::betweenness`] for how it was computed.
    pub betweenness: f64,
    /// Which component they are in, from 0 for the largest.
    pub component: u32,
    /// Where they are drawn, within 0 to 1; `None` where too many are there to draw them all.
    pub place: Option<(f64, f64)>,
}

/// Who spoke to whom, and how often. Nobody speaks to themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Who spoke: an index into [`Network::nodes`].
    pub from: u32,
    /// To whom.
    pub to: u32,
    /// Replies.
    pub replies: u32,
    /// Mentions, of others than whom the post replies to or quotes.
    pub mentions: u32,
    /// Quotes.
    pub quotes: u32,
    /// Reposts: not part of the weight, of degrees, components or the layout.
    pub reposts: u32,
}

impl Edge {
    /// Replies, mentions and quotes.
    pub const fn weight(&self) -> u32 {
        self.replies.saturating_add(self.mentions).saturating_add(self.quotes)
    }
}

/// How betweenness was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Betweenness {
    /// From every node.
    Exact,
    /// From some nodes, drawn with a fixed seed: an estimate.
    Sampled {
        /// From how many.
        from: u32,
    },
    /// It was not asked for.
    NotComputed,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Drawn {
    /// How many people.
    pub people: u32,
    /// Of how many.
    pub of: u32,
    /// Drawn are those who are tied to at least this many others who are drawn too: the k-core. 1: everybody with a tie.
    pub core: u32,
    /// The layout's seed.
    pub seed: u64,
}

/// Who spoke to whom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    /// People, by first appearance in the chat.
    pub nodes: Vec<Node>,
    /// Ties, by who speaks and then to whom.
    pub edges: Vec<Edge>,
    /// How many components there are, directions not counted; people without ties are one each.
    pub components: u32,
    /// How many people are in the largest.
    pub largest_component: u32,
    /// How betweenness was computed.
    pub betweenness: Betweenness,
    /// What is drawn.
    pub drawn: Drawn,
    /// People left out, with all their ties, because they withdrew.
    pub withdrawn: u32,
}
