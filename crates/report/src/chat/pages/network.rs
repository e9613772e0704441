//! Who spoke to whom in a chat: a picture, the same as a table, what it does not mean, and the files for other programs.

use maud::{Markup, html};
use someasure_model::chat::{Betweenness, ChatReport, Network, Node, Speaker};

use super::{chat_path, in_tab, network_path, somebody};
use crate::File;
use crate::chat::network::picture;
use crate::chat::sentences::people;
use crate::chat::words::called;
use crate::copies::{Chart, Copies};
use crate::data;
use crate::layout::{self, Page, Place, scroll};
use crate::number::{count, exact, percent, whole};
use crate::site::Site;
use crate::text::{bdi, name, shorten};

/// So many rows a page shows.
const MOST_ROWS: usize = 1_500;

pub(super) fn files(site: &Site<'_>, chat: &ChatReport) -> Vec<File> {
    let place = Place::new(network_path(&chat.id));
    let mut copies = Copies::of(site, &place);
    let offered: Vec<_> = chat.network_files.iter().filter(|file| is_plain(&file.name)).collect();
    let content = html! {
        (figure(&mut copies, chat))
        section aria-labelledby="meaning" {
            h2 id="meaning" { "How to read it" }
            p { "Each dot is somebody who wrote or was spoken to; a line joins two of whom one replied to, mentioned or quoted the other. Who stands near whom follows from the lines, and turning the picture round would change nothing." }
            p { "Who is in the middle is not who is important. Hosts are in the middle because everybody answers them; somebody at the edge may have said the one thing that mattered. Reposts draw no line." }
            p { (components(chat)) }
        }
        (table(site, &place, chat))
        @if !offered.is_empty() {
            section aria-labelledby="files" {
                h2 id="files" { "Its files" }
                ul { @for file in &offered { li { a href=(file.name) { (file.name) } ": " bdi { (name(&file.what)) } } } }
            }
        }
    };
    let page = Page {
        title: format!("{}: who spoke to whom – {}", in_tab(chat), shorten(&name(&site.edition.edition), 16)),
        description: format!(
            "The network of the chat {}: who replied to, mentioned or quoted whom.",
            name(&chat.title)
        ),
        kicker: Some(html! { a href=(place.to(&chat_path(&chat.id))) { (bdi(&chat.title)) } " · network" }),
        heading: html! { "Who spoke to whom" },
        lead: html! { (finding(chat)) },
        content,
        limits: super::limits(),
        place: place.clone(),
    };
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files.extend(offered.into_iter().map(|file| File {
        path: format!("site/{}{}", place.directory(), file.name),
        bytes: file.bytes.clone(),
    }));
    files
}

/// A file's name that stays in its directory and is that of no file which the chat's own pages write.
fn is_plain(name: &str) -> bool {
    const TAKEN: [&str; 2] = ["roll.csv", "links.csv"];
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.len() <= 80
        && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
        && name.contains('.')
        && !name.ends_with(".html")
        && !TAKEN.contains(&name)
}

/// What the network says in a sentence.
pub(super) fn finding(chat: &ChatReport) -> String {
    finding_of(&chat.network)
}

/// The same of a network alone.
pub(in crate::chat) fn finding_of(network: &Network) -> String {
    let spoke: u64 = network.nodes.iter().filter(|node| node.in_people + node.out_people > 0).count() as u64;
    let alone = network.nodes.len() as u64 - spoke;
    if spoke == 0 {
        return "Nobody replied to, mentioned or quoted another.".to_owned();
    }
    let alone = match alone {
        0 => String::new(),
        1 => " 1 person wrote without a tie to another.".to_owned(),
        n => format!(" {} wrote without a tie to another.", people(n)),
    };
    let largest = u64::from(network.largest_component);
    let together = if largest >= spoke {
        format!("All {} who spoke to each other hang together.", people(spoke))
    } else {
        format!(
            "Of {} who spoke to each other, {} hang together in one group.",
            people(spoke),
            whole(largest)
        )
    };
    together + &alone
}

fn components(chat: &ChatReport) -> String {
    let drawn = &chat.network.drawn;
    let mut said = if drawn.people < drawn.of {
        let who = match drawn.core {
            0 => "in the largest group".to_owned(),
            1 => "tied to at least one other who is drawn".to_owned(),
            core => format!("tied to at least {core} others who are drawn"),
        };
        format!(
            "Drawn are {} of {}: those who are {who}.",
            whole(drawn.people.into()),
            people(drawn.of.into())
        )
    } else {
        format!("Everybody is drawn: {}.", people(drawn.people.into()))
    };
    if chat.network.withdrawn > 0 {
        said.push_str(&format!(
            " {} {} not shown, and left out with all ties.",
            people(chat.network.withdrawn.into()),
            if chat.network.withdrawn == 1 { "is" } else { "are" }
        ));
    }
    said
}

fn figure(copies: &mut Copies<'_, '_>, chat: &ChatReport) -> Markup {
    let hosts: Vec<&Speaker> = chat.statistics.hosts().map(|voice| &voice.speaker).collect();
    let picture = picture(&chat.network, &hosts);
    let alt = format!(
        "A network of {} and {} between them. {}",
        people(picture.people),
        count(picture.ties, "ties"),
        finding(chat)
    );
    let mut subtitle = vec![
        format!("{} and {}", people(picture.people), count(picture.ties, "ties")),
        "larger dots: more people spoke to them".to_owned(),
    ];
    if picture.ties_left_out > 0 {
        subtitle.push(format!("{} of least weight are not drawn", count(picture.ties_left_out, "ties")));
    }
    let rows = chat.network.nodes.iter().filter(|node| !matches!(node.speaker, Speaker::Withdrawn)).map(row);
    let numbers = (COLUMNS.to_vec(), rows.collect());
    copies.figure(Chart {
        id: "network".to_owned(),
        title: title_of(&chat.network).to_owned(),
        subtitle,
        alt: alt.clone(),
        picture: picture.drawing.on_page(&alt),
        drawing: picture.drawing,
        keys: picture.signs,
        below: html! {},
        numbers,
    })
}

/// What the picture says above all.
pub(in crate::chat) fn title_of(network: &Network) -> &'static str {
    if u64::from(network.largest_component) * 2 > network.nodes.len() as u64 {
        "Most belong to one conversation"
    } else {
        "Many conversations stand side by side"
    }
}

/// The columns of the picture's table.
pub(in crate::chat) const COLUMNS: [&str; 10] = [
    "name",
    "posts",
    "spoken_to_by",
    "spoke_to",
    "times_spoken_to",
    "times_spoke",
    "betweenness",
    "component",
    "x",
    "y",
];

/// A person's row in it.
pub(in crate::chat) fn row(node: &Node) -> Vec<String> {
    let (x, y) = node.place.unwrap_or((f64::NAN, f64::NAN));
    vec![
        data::text(&called(&node.speaker)),
        node.posts.to_string(),
        node.in_people.to_string(),
        node.out_people.to_string(),
        node.in_weight.to_string(),
        node.out_weight.to_string(),
        exact(node.betweenness),
        node.component.to_string(),
        exact(x),
        exact(y),
    ]
}

fn table(site: &Site<'_>, place: &Place, chat: &ChatReport) -> Markup {
    let network = &chat.network;
    let mut nodes: Vec<&Node> =
        network.nodes.iter().filter(|node| !matches!(node.speaker, Speaker::Withdrawn)).collect();
    let all = nodes.len();
    // Of very many, those who are drawn.
    if all > MOST_ROWS {
        nodes.retain(|node| node.place.is_some());
    }
    nodes.truncate(MOST_ROWS);
    nodes.sort_by_cached_key(|node| match &node.speaker {
        Speaker::Named { .. } => (0, called(&node.speaker).to_lowercase()),
        Speaker::Participant { number } => (1, format!("{number:010}")),
        Speaker::Withdrawn => (2, String::new()),
    });
    if nodes.is_empty() {
        return html! {};
    }
    let between = network.betweenness != Betweenness::NotComputed;
    let table = html! {
        table data-sort {
            caption { "Everybody in the network, alphabetically" }
            thead { tr {
                th scope="col" { "Name" }
                th.num scope="col" { "Posts" }
                th.num scope="col" { "People who spoke to them" }
                th.num scope="col" { "People they spoke to" }
                @if between { th.num scope="col" { "Share of shortest ways through them" } }
            } }
            tbody {
                @for node in &nodes {
                    tr {
                        th scope="row" { (somebody(site, place, &node.speaker)) }
                        td.num { (whole(node.posts.into())) }
                        td.num { (whole(node.in_people.into())) }
                        td.num { (whole(node.out_people.into())) }
                        @if between { td.num { (percent(node.betweenness)) } }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="table" {
            h2 id="table" { "The same as a table" }
            details {
                summary { "Show the table: " (whole(nodes.len() as u64)) " of " (people(all as u64)) }
                (scroll("Everybody in the network", &table))
            }
            @match network.betweenness {
                Betweenness::Sampled { from } => { p { "Shares of shortest ways are estimated from " (people(from.into())) ", drawn by chance with a fixed seed." } }
                Betweenness::Exact | Betweenness::NotComputed => {}
            }
        }
    }
}
