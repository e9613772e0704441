//! What an edition found, chosen by rules and by no hand: who is present, how well it was seen, what groups
//! did, what moved beyond noise, who stands out among peers, how organisations spread, what was left. Each
//! rule says nothing where it has too little, and each finding says how sure it is.

mod groups;
mod presence;
mod series;
mod spread;

pub(crate) use groups::by_platform;

use maud::{Markup, html};

use crate::copies::{Chart, Copies};
use crate::layout::{Place, scroll};
use crate::site::Site;

/// The most that a page of headlines has.
pub(crate) const MOST: usize = 8;
/// So many stand on the first page.
pub(crate) const ON_HOME: usize = 5;
/// With fewer series or values than this nothing is said of organisations as a whole.
pub(crate) const FEWEST_ORGANISATIONS: u64 = 8;

/// One finding.
pub(crate) struct Finding {
    /// Its name in addresses.
    pub(crate) id: String,
    /// A sentence of ten words at most.
    pub(crate) title: String,
    /// What was found, in a sentence or two.
    pub(crate) said: Markup,
    /// How sure we are.
    pub(crate) sure: String,
    /// The picture; none where it would have a single bar.
    pub(crate) chart: Option<Chart>,
    /// The same as a table.
    pub(crate) table: Table,
    /// Where to read on: a path below `site/`, and words.
    pub(crate) links: Vec<(String, String)>,
}

/// A short table in words.
pub(crate) struct Table {
    pub(crate) caption: String,
    /// Head, and whether its column has numbers.
    pub(crate) heads: Vec<(&'static str, bool)>,
    /// The first cell of each row is its head.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn draw(&self) -> Markup {
        let table = html! {
            table {
                caption { (self.caption) }
                thead { tr { @for (head, number) in &self.heads { th.num[*number] scope="col" { (head) } } } }
                tbody {
                    @for row in &self.rows {
                        tr {
                            @for (cell, (_, number)) in row.iter().zip(&self.heads).take(1) { th.num[*number] scope="row" { bdi { (cell) } } }
                            @for (cell, (_, number)) in row.iter().zip(&self.heads).skip(1) { td.num[*number] { bdi { (cell) } } }
                        }
                    }
                }
            }
        };
        scroll(&self.caption, &table)
    }
}

/// The findings of an edition, the first the most important. Kinds take turns, so that five of them say five
/// different things; how badly an edition could see comes first, because all else rests on it.
pub(crate) fn of(site: &Site<'_>) -> Vec<Finding> {
    let seen = presence::coverage(site);
    let (hardly, partly) = match seen {
        Some((finding, share)) if share < 0.5 => (Some(finding), None),
        Some((finding, _)) => (None, Some(finding)),
        None => (None, None),
    };
    let mut groups = groups::answers(site).into_iter();
    let mut moved = series::moved(site).into_iter();
    let mut spreads = spread::of(site).into_iter();
    let mut found: Vec<Option<Finding>> = vec![hardly, presence::who(site)];
    found.extend([groups.next(), moved.next(), spread::stand_out(site), spreads.next()]);
    found.extend([presence::opened_and_left(site), partly, spreads.next(), moved.next()]);
    found.extend([spreads.next(), groups.next(), spreads.next(), groups.next()]);
    found.into_iter().flatten().take(MOST).collect()
}

/// Draws one. `level` is that of its heading; a table is shown where there is room for it.
pub(crate) fn draw(
    copies: &mut Copies<'_, '_>,
    place: &Place,
    finding: Finding,
    level: u8,
    with_table: bool,
) -> Markup {
    let picture = finding.chart.map(|chart| copies.figure(chart));
    html! {
        article.finding id=(finding.id) {
            @if level == 2 { h2 { (finding.title) } } @else { h3 { (finding.title) } }
            p { (finding.said) }
            @if let Some(picture) = picture { (picture) }
            p.sure { strong { "How sure we are: " } (finding.sure) }
            @if with_table {
                details { summary { "As a table" span.visually-hidden { ": " (finding.title) } } (finding.table.draw()) }
            }
            @if !finding.links.is_empty() {
                p.more {
                    @for (nth, (path, words)) in finding.links.iter().enumerate() {
                        @if nth > 0 { " · " }
                        a href=(place.to(path)) { (words) }
                    }
                }
            }
        }
    }
}

/// Whether so many of `all` are more than chance, with probability `p` each, explains: three standard
/// deviations above what it would give.
fn beyond_chance(found: u64, all: u64, p: f64) -> bool {
    let expected = all as f64 * p;
    found as f64 > expected + 3.0 * (expected * (1.0 - p)).sqrt()
}

/// What chance would give, for people: `about 3`, `less than 1`.
fn by_chance(expected: f64) -> String {
    if expected < 1.0 {
        "less than 1".to_owned()
    } else {
        format!("about {}", crate::number::fixed(expected.round(), 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_explains_some_and_not_many() {
        assert!(!beyond_chance(1, 100, 0.01));
        assert!(!beyond_chance(3, 100, 0.01));
        assert!(beyond_chance(5, 100, 0.01));
        assert!(!beyond_chance(0, 0, 0.01));
        assert_eq!(by_chance(0.2), "less than 1");
        assert_eq!(by_chance(2.6), "about 3");
    }
}
