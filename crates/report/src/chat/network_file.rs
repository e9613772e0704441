//! The picture of a chat's network as a file of its own, with the same as a table beside it: for the command line, which has
//! no edition to stand in.

use someasure_model::chat::{Network, Speaker};

use super::network::picture;
use super::pages::network::{COLUMNS, finding_of, row, title_of};
use super::sentences::people;
use crate::chart::{Words, sheet};
use crate::number::count;
use crate::text::name;

/// The network as SVG and, for whoever cannot see it, as CSV: a row for each person, with their place in the picture.
/// `hosts` are marked; `chat` is what it is a network of, and `source` where that comes from.
pub fn network_picture(
    network: &Network,
    hosts: &[&Speaker],
    chat: &str,
    source: &str,
) -> (Vec<u8>, Vec<u8>) {
    let picture = picture(network, hosts);
    let (chat, source) = (name(chat), name(source));
    let about = format!("{} and {}", people(picture.people), count(picture.ties, "ties"));
    let mut subtitle = format!("{chat} · {about} · larger dots: more people spoke to them");
    if picture.ties_left_out > 0 {
        subtitle
            .push_str(&format!(" · {} of least weight are not drawn", count(picture.ties_left_out, "ties")));
    }
    let alt = format!("A network of {about} between them. {}", finding_of(network));
    let words = Words {
        title: title_of(network),
        subtitle: &subtitle,
        keys: &picture.signs,
        source: &source,
        alt: &alt,
    };
    let (svg, _) = sheet(&words, &picture.drawing);
    let mut table = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = table.write_record(COLUMNS);
    for node in network.nodes.iter().filter(|node| !matches!(node.speaker, Speaker::Withdrawn)) {
        let _ = table.write_record(row(node));
    }
    (svg, table.into_inner().unwrap_or_default())
}
