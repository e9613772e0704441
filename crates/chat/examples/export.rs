//! A small network with hostile names, written to a folder: for checks with other programs.
//! `cargo run -p someasure-chat --example export DIR`, then `networkx.read_gexf`, `read_graphml`.

use std::path::PathBuf;

use someasure_chat::network::export;
use someasure_model::chat::{Betweenness, Drawn, Edge, Network, Node, Speaker};

const NAMES: [&str; 8] = [
    "Ann <script>alert(1)</script> & \"co\" 'x'",
    "]]>\u{0}\u{8}\u{1b}[31m\u{fffe}\u{ffff}",
    "\u{202e}txet\u{202c}",
    "=cmd|' /C calc'!A0",
    "line\nbreak, comma; \"quote\"",
    "\u{1f469}\u{200d}\u{1f52c} Ωμέγα 漢字 عربى",
    "&#x0; &amp;amp; &nbsp;",
    "",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name the folder to write to")?);
    std::fs::create_dir_all(&folder)?;
    let node = |(nth, name): (usize, &&str)| Node {
        speaker: Speaker::Named {
            name: (*name).to_owned(),
            handle: Some(format!("h{nth}<&>")),
            link: None,
            organisation: None,
        },
        posts: nth as u32,
        in_people: 1,
        out_people: 1,
        in_weight: 2,
        out_weight: 2,
        betweenness: 1.0 / (nth + 1) as f64 / 1e7,
        component: 0,
        place: (nth > 1).then_some((0.25, 0.75)),
    };
    let count = NAMES.len() as u32;
    let edge = |from: u32| Edge {
        from,
        to: (from + 1) % count,
        replies: from % 2,
        mentions: 0,
        quotes: 0,
        reposts: 1,
    };
    let network = Network {
        nodes: NAMES.iter().enumerate().map(node).collect(),
        edges: (0..count).map(edge).collect(),
        components: 1,
        largest_component: count,
        betweenness: Betweenness::Exact,
        drawn: Drawn { people: count, of: count, core: 1, seed: 1 },
        withdrawn: 0,
    };
    for (name, text) in [
        ("network.gexf", export::gexf(&network)),
        ("network.graphml", export::graphml(&network)),
        ("people.csv", export::people_csv(&network)),
        ("ties.csv", export::ties_csv(&network)),
    ] {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}
