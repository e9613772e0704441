//! A network as files that other programs open: GEXF 1.3, GraphML, and CSV of people and of ties. Names are escaped, and what
//! XML 1.0 forbids is taken out. Nothing is in them that the network does not hold: no account ids.
//!
//! `weight` is replies + mentions + quotes. A tie of reposts alone has the kind `repost`, and its reposts as its weight, so that
//! it can be filtered out.

use std::borrow::Cow;
use std::fmt::{Display, Write};

use someasure_model::chat::{Edge, Network, Node, Speaker};

use crate::text::clean;

/// Attributes of people: name, type in GEXF, type in GraphML.
const OF_PEOPLE: [(&str, &str, &str); 11] = [
    ("appears", "string", "string"),
    ("handle", "string", "string"),
    ("organisation", "string", "string"),
    ("posts", "integer", "int"),
    ("in_people", "integer", "int"),
    ("out_people", "integer", "int"),
    ("in_weight", "integer", "int"),
    ("out_weight", "integer", "int"),
    ("betweenness", "double", "double"),
    ("component", "integer", "int"),
    ("drawn", "boolean", "boolean"),
];
/// Attributes of ties.
const OF_TIES: [(&str, &str, &str); 5] = [
    ("tie", "string", "string"),
    ("replies", "integer", "int"),
    ("mentions", "integer", "int"),
    ("quotes", "integer", "int"),
    ("reposts", "integer", "int"),
];

/// Pixels of a drawing's side, for programs that want coordinates.
const SIDE: f64 = 1000.0;

fn label(node: &Node) -> String {
    let label = clean(&node.speaker.label());
    if label.is_empty() { "(no name)".to_owned() } else { label }
}

fn about(node: &Node) -> [String; 11] {
    let (appears, handle, organisation) = match &node.speaker {
        Speaker::Named { handle, organisation, .. } => (
            "named",
            handle.as_deref().map(clean).unwrap_or_default(),
            organisation.as_ref().map(ToString::to_string).unwrap_or_default(),
        ),
        Speaker::Participant { .. } => ("participant", String::new(), String::new()),
        Speaker::Withdrawn => ("withdrawn", String::new(), String::new()),
    };
    [
        appears.to_owned(),
        handle,
        organisation,
        node.posts.to_string(),
        node.in_people.to_string(),
        node.out_people.to_string(),
        node.in_weight.to_string(),
        node.out_weight.to_string(),
        node.betweenness.to_string(),
        node.component.to_string(),
        node.place.is_some().to_string(),
    ]
}

fn kind(edge: &Edge) -> (&'static str, u32) {
    match edge.weight() {
        0 => ("repost", edge.reposts),
        weight => ("conversation", weight),
    }
}

/// What a tie is made of, in the order of [`OF_TIES`]. There are many ties, and none of their numbers becomes a text of its own.
fn of_tie(edge: &Edge, mut each: impl FnMut(usize, &dyn Display)) {
    let kind = kind(edge).0;
    let values: [&dyn Display; 5] = [&kind, &edge.replies, &edge.mentions, &edge.quotes, &edge.reposts];
    values.into_iter().enumerate().for_each(|(at, value)| each(at, value));
}

/// Text inside XML 1.0: escaped, without what XML forbids, on one line.
fn xml(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// An empty text with room for a network in XML: one that grows to hundreds of megabytes is copied again and again.
fn room(network: &Network) -> String {
    String::with_capacity(1_000 + 800 * network.nodes.len() + 260 * network.edges.len())
}

/// GEXF 1.3, as Gephi reads it, with the drawing's coordinates.
pub fn gexf(network: &Network) -> String {
    let mut out = room(network);
    out.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd\" version=\"1.3\">\n\
         <graph mode=\"static\" defaultedgetype=\"directed\">\n",
    );
    for (class, attributes) in [("node", &OF_PEOPLE[..]), ("edge", &OF_TIES[..])] {
        let _ = writeln!(out, "<attributes class=\"{class}\">");
        for (nth, (title, kind, _)) in attributes.iter().enumerate() {
            let _ = writeln!(out, "<attribute id=\"{nth}\" title=\"{title}\" type=\"{kind}\"/>");
        }
        out.push_str("</attributes>\n");
    }
    out.push_str("<nodes>\n");
    for (nth, node) in network.nodes.iter().enumerate() {
        let _ = write!(out, "<node id=\"n{nth}\" label=\"{}\"><attvalues>", xml(&label(node)));
        for (at, value) in about(node).iter().enumerate() {
            let _ = write!(out, "<attvalue for=\"{at}\" value=\"{}\"/>", xml(value));
        }
        out.push_str("</attvalues>");
        if let Some((x, y)) = node.place {
            // Gephi's y points up.
            let _ =
                write!(out, "<viz:position x=\"{:.3}\" y=\"{:.3}\" z=\"0\"/>", x * SIDE, (1.0 - y) * SIDE);
        }
        out.push_str("</node>\n");
    }
    out.push_str("</nodes>\n<edges>\n");
    for (nth, edge) in network.edges.iter().enumerate() {
        let _ = write!(
            out,
            "<edge id=\"e{nth}\" source=\"n{}\" target=\"n{}\" weight=\"{}\"><attvalues>",
            edge.from,
            edge.to,
            kind(edge).1
        );
        of_tie(edge, |at, value| {
            let _ = write!(out, "<attvalue for=\"{at}\" value=\"{value}\"/>");
        });
        out.push_str("</attvalues></edge>\n");
    }
    out.push_str("</edges>\n</graph>\n</gexf>\n");
    out
}

/// GraphML, with x and y of the drawing where somebody is drawn.
pub fn graphml(network: &Network) -> String {
    let mut out = room(network);
    out.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
         http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n\
         <key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>\n",
    );
    for (title, _, kind) in OF_PEOPLE.iter().chain(&[("x", "", "double"), ("y", "", "double")]) {
        let _ =
            writeln!(out, "<key id=\"{title}\" for=\"node\" attr.name=\"{title}\" attr.type=\"{kind}\"/>");
    }
    for (title, _, kind) in OF_TIES.iter().chain(&[("weight", "", "int")]) {
        let _ =
            writeln!(out, "<key id=\"{title}\" for=\"edge\" attr.name=\"{title}\" attr.type=\"{kind}\"/>");
    }
    out.push_str("<graph id=\"chat\" edgedefault=\"directed\">\n");
    for (nth, node) in network.nodes.iter().enumerate() {
        let _ = write!(out, "<node id=\"n{nth}\"><data key=\"label\">{}</data>", xml(&label(node)));
        for ((title, ..), value) in OF_PEOPLE.iter().zip(about(node)) {
            let _ = write!(out, "<data key=\"{title}\">{}</data>", xml(&value));
        }
        if let Some((x, y)) = node.place {
            let _ =
                write!(out, "<data key=\"x\">{:.3}</data><data key=\"y\">{:.3}</data>", x * SIDE, y * SIDE);
        }
        out.push_str("</node>\n");
    }
    for (nth, edge) in network.edges.iter().enumerate() {
        let _ = write!(out, "<edge id=\"e{nth}\" source=\"n{}\" target=\"n{}\">", edge.from, edge.to);
        of_tie(edge, |at, value| {
            let _ = write!(out, "<data key=\"{}\">{value}</data>", OF_TIES[at].0);
        });
        let _ = writeln!(out, "<data key=\"weight\">{}</data></edge>", kind(edge).1);
    }
    out.push_str("</graph>\n</graphml>\n");
    out
}

/// A cell of a CSV: quoted where it must be, and never a formula to a spreadsheet.
fn cell(text: &str) -> String {
    let text = clean(text).replace('\n', " ");
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text };
    match text.contains(['"', ',', ';']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// One row a person: `id,label` and what is known of them.
pub fn people_csv(network: &Network) -> String {
    let titles: Vec<&str> = OF_PEOPLE.iter().map(|(title, ..)| *title).collect();
    let mut out = format!("id,label,{},x,y\n", titles.join(","));
    for (nth, node) in network.nodes.iter().enumerate() {
        let about: Vec<String> = about(node).iter().map(|value| cell(value)).collect();
        let (x, y) = node.place.map(|(x, y)| (x.to_string(), y.to_string())).unwrap_or_default();
        let _ = writeln!(out, "n{nth},{},{},{x},{y}", cell(&label(node)), about.join(","));
    }
    out
}

/// One row a tie: `source,target,weight` and what it is made of.
pub fn ties_csv(network: &Network) -> String {
    let mut out = String::from("source,target,weight,tie,replies,mentions,quotes,reposts\n");
    for edge in &network.edges {
        let _ = write!(out, "n{},n{},{}", edge.from, edge.to, kind(edge).1);
        of_tie(edge, |_, value| {
            let _ = write!(out, ",{value}");
        });
        out.push('\n');
    }
    out
}
