//! One organisation: who it is, three sentences, its accounts and how well they were seen, a card for each
//! measure, and everything as a table, CSV and JSON.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;
use someasure_model::{
    Change, ChangeRuleName, ChangeStatus, Entry, Figure, Interval, Meaning, Measure, PeerGroup, PeerPlace,
    Polarity, Position, Table,
};

use crate::File;
use crate::comparison_data::{changes_json, comparisons_json};
use crate::coverage::{self, Seen};
use crate::figure_data;
use crate::layout::{self, Page, Place, dash, scroll};
use crate::number::{bare, count, percent, range, whole};
use crate::pages::accounts::in_use;
use crate::pages::cards::{Block, being_tried, blocks, cards, place as place_among, view};
use crate::pages::{
    accounts, in_the_register, is_about_collecting, is_standard, measure_link, outputs_not_outcomes,
};
use crate::sentences;
use crate::site::{HOW_TO_READ, METHODS, Site, organisation_directory, organisation_path};
use crate::stage;
use crate::text::{bdi, clean, name, sentence, shorten};
use crate::view::View;

/// The page and the two files that it offers.
pub(crate) fn files(site: &Site<'_>, entry: &Entry) -> Vec<File> {
    let directory = organisation_directory(&entry.organisation.organisation_id);
    let file = |file: &str, bytes| File { path: format!("site/{directory}/{file}"), bytes };
    vec![
        page(site, entry),
        file("figures.csv", figure_data::csv(site.edition, site.figures_of(entry))),
        file("figures.json", figures_json(site, entry)),
    ]
}

fn page(site: &Site<'_>, entry: &Entry) -> File {
    let organisation = &entry.organisation;
    let place = Place::new(organisation_path(&organisation.organisation_id));
    let blocks = blocks(site, entry);
    let peers = site.peers_of(entry);
    let plain = name(&organisation.name);
    let id = name(organisation.organisation_id.as_str());
    let (reviewed, tried): (Vec<&Block<'_>>, Vec<&Block<'_>>) =
        blocks.iter().partition(|block| is_standard(block.measure));
    let measured = is_measured(entry, &blocks);
    let register = in_the_register::section(site, &place, entry);
    let content = html! {
        @if has_nobody_to_measure(entry, &blocks) {
            (accounts::missing(site))
            (register)
        } @else {
            @if measured || !entry.coverage.is_empty() {
                section.summary aria-labelledby="summary" {
                    h2 id="summary" { "In short" }
                    @if measured { @for sentence in summary(site, entry, &reviewed).sentences() { p { (sentence) } } }
                    p { (seen_in_short(site, entry)) }
                }
            }
            (super::about::reply_of(site, entry))
            (accounts::section(site, entry))
            (crate::chat::organisation(site, &place, entry))
            @if !measured { (register) }
            @if measured {
                section aria-labelledby="measures" {
                    h2 id="measures" { "Measure by measure" }
                    @if blocks.is_empty() {
                        p { "There are no figures for this organisation in this edition. This does not mean that it is inactive." }
                    } @else {
                        p {
                            "Compared with " bdi { (name(&peers.title)) } " (" (count(peers.size as u64, "organisations")) "), its peer group in this edition. "
                            @if !peers.reason.is_empty() { (sentence(&peers.reason)) " " }
                            "Each dot of a strip is one of them; the diamond is " bdi { (plain) } ", and shaded is where we would expect it, or else the middle half. "
                            a href=(place.to(HOW_TO_READ)) { "How to read the pictures" } " · "
                            a href={ (place.to(crate::site::COMPARE)) "?with=" (organisation.organisation_id.slug()) } { "Compare it with others of your choice" }
                            " · " a href="#table" { "All its figures as a table" }
                        }
                        (cards(site, entry, &place, peers, &blocks))
                    }
                }
                (being_tried(site, entry, &place, peers, &blocks, &table(site, &place, entry, &tried, "Figures being tried")))
                (as_table(site, &place, entry, &reviewed, !tried.is_empty()))
                (register)
            } @else if site.stage.is_collected() {
                (as_table(site, &place, entry, &blocks.iter().collect::<Vec<_>>(), false))
            }
        }
    };
    let page = Page {
        title: format!("{} ({id}) – {}", shorten(&plain, 40), shorten(&name(&site.edition.edition), 16)),
        description: format!(
            "What public data say about the social media of {plain}, with how sure they are."
        ),
        kicker: Some(kicker(site, entry)),
        heading: bdi(&organisation.name),
        lead: lead(site, entry, &blocks, &reviewed),
        content,
        limits: limits(entry, &blocks, &reviewed),
        place,
    };
    layout::file(site, page)
}

/// Whether there is anything to draw: a value, or at least something that was collected.
fn is_measured(entry: &Entry, blocks: &[Block<'_>]) -> bool {
    stage::is_collected(entry) || has_value(blocks)
}

fn has_value(blocks: &[Block<'_>]) -> bool {
    blocks.iter().any(|block| {
        block
            .headline
            .into_iter()
            .chain(block.series.iter().copied())
            .any(|figure| figure.answer.value().is_some())
    })
}

/// No account is known, and so there is nothing to say of each measure.
fn has_nobody_to_measure(entry: &Entry, blocks: &[Block<'_>]) -> bool {
    entry.accounts.is_empty() && !has_value(blocks)
}

fn as_table(site: &Site<'_>, place: &Place, entry: &Entry, blocks: &[&Block<'_>], tried: bool) -> Markup {
    html! {
        section aria-labelledby="table" {
            h2 id="table" { "All its figures as a table" }
            @if !blocks.is_empty() { (table(site, place, entry, blocks, "All figures of this organisation")) }
            p {
                @if tried { "Those of experimental measures are under " a href="#being-tried" { "Being tried" } ". " }
                "All of them with every month and in full precision: "
                a href="figures.csv" { "figures as CSV" } " · " a href="figures.json" { "figures as JSON" } "."
                @if site.edition.look.papers {
                    " For a board: whoever publishes this edition makes two pages of it with "
                    code { "someasure paper " (name(entry.organisation.organisation_id.as_str())) } "."
                }
            }
        }
    }
}

fn kicker(site: &Site<'_>, entry: &Entry) -> Markup {
    let organisation = &entry.organisation;
    let place: Vec<&str> =
        [&organisation.region, &organisation.nation].into_iter().flatten().map(String::as_str).collect();
    html! {
        bdi { (sentences::capital(&name(&organisation.kind))) }
        @for part in place { " · " bdi { (name(part)) } }
        " · " bdi { (name(organisation.organisation_id.code())) }
        @if organisation.closed.is_some_and(|closed| closed < site.edition.as_at.date(&site.zone)) { " · closed" }
    }
}

fn lead(site: &Site<'_>, entry: &Entry, all: &[Block<'_>], blocks: &[&Block<'_>]) -> Markup {
    if has_nobody_to_measure(entry, all) {
        return html! { "We know of no account of this organisation, so there is nothing to measure. If it has one, the register is missing it." };
    }
    let shown = blocks.iter().filter(|block| view(block).is_some_and(|view| view.value().is_some())).count();
    let accounts = entry.accounts.iter().filter(|account| in_use(site, account)).count();
    let platforms: std::collections::BTreeSet<_> = entry
        .accounts
        .iter()
        .filter(|account| in_use(site, account))
        .map(|account| account.platform.title())
        .collect();
    let platforms: Vec<String> = platforms.into_iter().map(str::to_owned).collect();
    html! {
        @if accounts == 0 {
            "No account in use is known. "
        } @else {
            (sentences::capital(&count(accounts as u64, "accounts"))) " in use, on " (sentences::list(&platforms)) ". "
        }
        @if !is_measured(entry, all) {
            "Nothing was collected of " (if entry.accounts.len() == 1 { "it" } else { "them" })
            (if site.stage.is_collected() { "" } else { " yet" })
            ", so there is no figure. This does not mean that the organisation is inactive."
        } @else if blocks.is_empty() {
            "No figure could be computed."
        } @else {
            (count(shown as u64, "figures")) " of " (whole(blocks.len() as u64)) " could be shown for the edition; where there is none, the page says why."
        }
    }
}

/// What is said of an organisation on every page about it, in plain words: the three sentences, how far it was
/// seen, and what none of it can tell. `blocks` are all its figures.
pub(crate) fn in_short(
    site: &Site<'_>,
    entry: &Entry,
    blocks: &[Block<'_>],
) -> (Option<Summary>, String, Vec<Markup>) {
    let reviewed: Vec<&Block<'_>> = blocks.iter().filter(|block| is_standard(block.measure)).collect();
    let said = is_measured(entry, blocks).then(|| summary(site, entry, &reviewed));
    (said, seen_in_short(site, entry), limits(entry, blocks, &reviewed))
}

/// A main figure that has a value, with its place among the peers where it was compared.
struct Told<'a> {
    block: &'a Block<'a>,
    figure: &'a Figure,
    value: f64,
    interval: Option<Interval>,
    place: Option<&'a PeerPlace>,
}

/// The three sentences, in parts.
pub(crate) struct Summary {
    /// A strength, or that nothing stands out; what is steady.
    pub(crate) said: Vec<Markup>,
    /// One thing to try.
    pub(crate) to_try: Option<Markup>,
    /// How many stand out, beside how many would by chance.
    pub(crate) many: Option<String>,
}

impl Summary {
    fn sentences(self) -> Vec<Markup> {
        let mut said = self.said;
        if self.to_try.is_some() || self.many.is_some() {
            said.push(html! {
                @let both = self.to_try.is_some() && self.many.is_some();
                @if let Some(to_try) = self.to_try { (to_try) }
                @if both { " " }
                @if let Some(many) = self.many { (many) }
            });
        }
        said
    }
}

/// Three sentences from reviewed measures, each true by itself: a strength where the evidence shows one,
/// what is steady, and one thing to try.
fn summary(site: &Site<'_>, entry: &Entry, blocks: &[&Block<'_>]) -> Summary {
    let peers = site.peers_of(entry);
    let told: Vec<Told<'_>> = blocks
        .iter()
        .filter(|block| !is_about_collecting(block.measure))
        .filter_map(|block| match (block.headline, view(block)?) {
            (Some(figure), View::Value(value, interval)) => {
                Some(Told { block, figure, value, interval, place: place_among(site, entry, peers, block) })
            }
            _ => None,
        })
        .collect();
    let changes: Vec<(&Block<'_>, &Change)> = blocks
        .iter()
        .filter(|block| !is_about_collecting(block.measure))
        .filter_map(|block| {
            Some((*block, site.change(&entry.organisation.organisation_id, block.measure, block.platform)?))
        })
        .collect();
    let places: Vec<&PeerPlace> = told.iter().filter_map(|told| told.place).collect();
    let outside = places.iter().filter(|place| place.position.stands_out()).count();
    let tested = changes.iter().filter(|(_, change)| is_tested(&change.status)).count();
    let still = changes.iter().filter(|(_, change)| change.status == ChangeStatus::NoClearChange).count();
    let within = places.iter().filter(|place| place.position == Position::Within).count();

    let mut said = Vec::new();
    // What is said as a strength is not said again.
    let (mut standing, mut moved) = (None, None);
    match strength(site, entry, peers, &told, &changes) {
        Some((strength, of)) => {
            said.push(strength);
            match of {
                Strength::Stands(block) => standing = Some(block),
                Strength::Moved(block) => moved = Some(block),
            }
        }
        None if outside == 0 && !places.is_empty() => {
            said.push(html! { "No measure stands out. Most organisations look like this." });
        }
        None => {}
    }
    said.push(html! { (sentences::steady(tested as u64, still as u64, within as u64, places.len() as u64)) });
    said.extend(what_stands_out(&told, standing));
    said.extend(what_moved(&changes, moved));
    let to_try = to_try(entry, &told, &changes);
    // That none stands out is said above.
    let many = (outside > 0).then(|| sentences::many(places.len() as u64, outside as u64));
    Summary { said, to_try, many }
}

/// So many are named in a sentence; the cards and the table have all.
const NAMED: usize = 3;

/// Which figures lie further out than chance explains, whichever way is better.
fn what_stands_out(told: &[Told<'_>], but: Option<&Block<'_>>) -> Option<Markup> {
    let found: Vec<String> = told
        .iter()
        .filter(|told| !but.is_some_and(|but| std::ptr::eq(but, told.block)))
        .filter_map(|told| {
            let place = told.place.filter(|place| place.position.stands_out())?;
            Some(format!(
                "“{}” on {}, {}",
                name(&told.block.measure.title),
                told.block.platform.title(),
                sentences::position_in_short(place.position)
            ))
        })
        .collect();
    (!found.is_empty()).then(|| html! { "What stands out among its peers: " (named(&found)) "." })
}

/// Which series moved by more than chance, and what that means where people agree.
fn what_moved(changes: &[(&Block<'_>, &Change)], but: Option<&Block<'_>>) -> Option<Markup> {
    let found: Vec<String> = changes
        .iter()
        .filter(|(block, _)| !but.is_some_and(|but| std::ptr::eq(but, *block)))
        .filter_map(|(block, change)| {
            let ChangeStatus::Changed { meaning, .. } = &change.status else { return None };
            let meaning = match meaning {
                Meaning::Improvement => ", an improvement",
                Meaning::Concern => ", the less good direction",
                Meaning::Neutral => "",
            };
            Some(format!(
                "“{}” on {} {}{meaning}",
                name(&block.measure.title),
                block.platform.title(),
                sentences::change_in_short(&change.status)
            ))
        })
        .collect();
    (!found.is_empty()).then(|| html! { "What moved: " (named(&found)) "." })
}

fn named(found: &[String]) -> String {
    let mut said = found.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if found.len() > NAMED {
        said.push_str(&format!("; and {} more", whole((found.len() - NAMED) as u64)));
    }
    said
}

/// Whether somebody could look for a change.
const fn is_tested(status: &ChangeStatus) -> bool {
    matches!(status, ChangeStatus::NoClearChange | ChangeStatus::Changed { .. })
}

/// A change that more than a single point shows.
pub(crate) fn sustained(change: &Change, wanted: Meaning) -> bool {
    matches!(
        &change.status,
        ChangeStatus::Changed { rule: ChangeRuleName::Shift | ChangeRuleName::Trend, meaning, .. } if *meaning == wanted
    )
}

/// What a strength was found in.
enum Strength<'b> {
    Stands(&'b Block<'b>),
    Moved(&'b Block<'b>),
}

/// What stands out on the side that is agreed to be better, also beside all comparisons of the edition, the
/// furthest; else a sustained improvement;
/// else nothing: praise is not made up.
fn strength<'b>(
    site: &Site<'_>,
    entry: &Entry,
    peers: &PeerGroup,
    told: &[Told<'b>],
    changes: &[(&'b Block<'b>, &Change)],
) -> Option<(Markup, Strength<'b>)> {
    let better = |told: &&Told<'b>| {
        told.place.is_some_and(|place| {
            place.position.stands_out()
                && place.false_discovery_rate < FALSE
                && sentences::is_better(told.block.measure.polarity, place.position) == Some(true)
        })
    };
    let distance = |told: &&Told<'_>| told.place.map_or(0.0, |place| place.z.abs());
    if let Some(told) = told.iter().filter(better).max_by(|a, b| distance(a).total_cmp(&distance(b)))
        && let Some(place) = told.place
    {
        let said = html! {
            (sentences::level(
                &site.asked_within(told.block.measure, &told.figure.period),
                &name(&entry.organisation.name),
                told.block.measure,
                told.block.platform.title(),
                told.value,
                told.interval,
                (told.figure.n, &sentences::counts_in(told.block.measure, &told.figure.period)),
            )) " "
            (sentences::position(place.position, &name(&peers.title))) " "
            (told.block.measure.polarity.sentence())
        };
        return Some((said, Strength::Stands(told.block)));
    }
    let (block, change) = changes.iter().find(|(_, change)| sustained(change, Meaning::Improvement))?;
    let said = html! {
        "“" (name(&block.measure.title)) "” on " (block.platform.title()) ": "
        (sentences::change(block.measure, &change.status))
    };
    Some((said, Strength::Moved(block)))
}

/// One thing to try: from the measure that stands out furthest on the less good side; else from one whose
/// series went that way; else from one at the edge. Where nothing calls for it, from where it lies
/// least far on the better side, and it is said that nothing does.
fn to_try(entry: &Entry, told: &[Told<'_>], changes: &[(&Block<'_>, &Change)]) -> Option<Markup> {
    let furthest = |by_least: f64, least: &dyn Fn(&PeerPlace) -> bool| {
        told.iter()
            .filter(|told| least_effort(told.block.measure).is_some())
            .filter_map(|told| {
                let place = told.place.filter(|place| least(place))?;
                let by = match told.block.measure.polarity {
                    Polarity::Higher => -place.z,
                    Polarity::Lower => place.z,
                    Polarity::None | Polarity::Contested => f64::NEG_INFINITY,
                };
                (by > by_least).then_some((by, told.block))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, block)| block)
    };
    let worsened = || {
        changes
            .iter()
            .filter(|(block, _)| least_effort(block.measure).is_some())
            .find(|(_, change)| sustained(change, Meaning::Concern))
            .map(|(block, _)| *block)
    };
    let called = furthest(SOMEWHAT, &|place| place.position.stands_out())
        .or_else(worsened)
        .or_else(|| furthest(SOMEWHAT, &|place| place.position != Position::Within));
    let block = called.or_else(|| furthest(f64::NEG_INFINITY, &|_| true))?;
    let action = least_effort(block.measure)?;
    let place = Place::new(organisation_path(&entry.organisation.organisation_id));
    Some(html! {
        @if called.is_some() { "One thing to try: " } @else { "Nothing calls for a change; one thing to try all the same: " }
        (sentence(&action.tip)) " (" (sentences::capital(&name(&action.effort))) " effort; from “" (measure_link(&place, block.measure)) "”.)"
    })
}

/// Among what is celebrated, fewer than so many findings may be false: there are many comparisons, and the
/// largest is always somewhere.
const FALSE: f64 = 0.05;

/// So many standard errors from the centre are somewhat on one side.
const SOMEWHAT: f64 = 0.5;

fn least_effort(measure: &Measure) -> Option<&someasure_model::measure::Action> {
    measure
        .actions
        .iter()
        .min_by_key(|action| ["small", "medium", "large"].iter().position(|e| *e == action.effort))
}

fn seen_in_short(site: &Site<'_>, entry: &Entry) -> String {
    let mut kinds: BTreeMap<Seen, u64> = BTreeMap::new();
    for account in &entry.accounts {
        *kinds.entry(Seen::of(coverage::of_account(entry, account, Table::Post))).or_default() += 1;
    }
    let all = entry.accounts.len() as u64;
    let of = |seen| kinds.get(&seen).copied().unwrap_or(0);
    let period = crate::when::period(&site.edition.period.id);
    let parts: Vec<Option<String>> =
        entry.accounts.iter().map(|account| coverage::its_part(account, site.edition, &site.zone)).collect();
    let as_far = match parts.iter().any(Option::is_some) {
        true => ", as far as they were the organisation’s",
        false => "",
    };
    match () {
        () if of(Seen::NotTried) == all => {
            let (entered, posts) = if all == 1 { ("is", "its") } else { ("are", "their") };
            format!(
                "{} {entered} entered in the register; {posts} posts were not asked for.",
                sentences::capital(&its(all))
            )
        }
        () if of(Seen::Whole) == all => match parts.as_slice() {
            [Some(part)] => format!("Posts of {} were seen {part}.", its(all)),
            _ => format!("Posts of {} were seen over the whole period, {period}{as_far}.", its(all)),
        },
        () if all == 1 && (of(Seen::WholeSince) == 1 || of(Seen::CutOff) == 1) => {
            let seen = coverage::of_account(entry, &entry.accounts[0], Table::Post);
            let from = seen.and_then(coverage::seen_from).map(|from| crate::when::day_of(from, &site.zone));
            let share = seen.map_or(1.0, |seen| seen.share_of_period);
            let from = from.map_or_else(
                || "Some posts of its one account are not known".to_owned(),
                |from| format!("Posts of its one account are known only from {from} on"),
            );
            let period = match &parts[0] {
                Some(part) if share >= 0.999 => format!("It was seen {part}."),
                Some(part) => format!("{} was seen of the time {part}.", sentences::capital(&percent(share))),
                None if share >= 0.999 => format!("The whole period, {period}, was seen."),
                None => format!("{} of the period, {period}, was seen.", sentences::capital(&percent(share))),
            };
            format!("{from}: the source cut off older ones. {period}")
        }
        () => {
            let kinds: Vec<String> = Seen::ALL
                .iter()
                .filter(|seen| of(**seen) > 0)
                .map(|seen| format!("{} {}", whole(of(*seen)), seen.in_passing()))
                .collect();
            format!("Of {} over the period {period}{as_far}: {}.", its(all), sentences::list(&kinds))
        }
    }
}

fn its(accounts: u64) -> String {
    if accounts == 1 { "its one account".to_owned() } else { format!("its {} accounts", whole(accounts)) }
}

fn table(site: &Site<'_>, place: &Place, entry: &Entry, blocks: &[&Block<'_>], label: &str) -> Markup {
    let peers = site.peers_of(entry);
    let table = html! {
        table data-sort="" {
            caption { "Figures of " (crate::when::period(&site.edition.period.id)) ", where not stated otherwise" }
            thead { tr {
                th scope="col" { "Measure" }
                th scope="col" { "Platform" }
                th.num scope="col" { "Value" }
                th scope="col" { "Unit" }
                th.num scope="col" { "Likely between" }
                th.num scope="col" { "n" }
                th scope="col" { "What n counts" }
                th scope="col" { "Note" }
                th scope="col" { "Among its peers" }
                th scope="col" { "Over time" }
            } }
            tbody {
                @for block in blocks {
                    @if let (Some(figure), Some(view)) = (block.headline, view(block)) {
                        tr {
                            th scope="row" { (measure_link(place, block.measure)) }
                            td { (block.platform.title()) }
                            td.num { @match view.value() { Some(value) => (bare(block.measure, value)), None => (dash()) } }
                            td { (crate::number::unit(block.measure)) }
                            td.num { @match range(block.measure, view.interval()) { Some(range) => (range), None => (dash()) } }
                            td.num { (whole(figure.n)) }
                            td { (sentences::counts_in(block.measure, &figure.period)) }
                            td {
                                @let days = site.asked(block.measure, &figure.period);
                                @if days != crate::when::period(&site.edition.period.id) { (days) ". " }
                                @if figure.cut_off { "Cut off. " }
                                (view.reason())
                            }
                            td { @match place_among(site, entry, peers, block).filter(|_| view.value().is_some()) { Some(place) => (sentences::position_in_short(place.position)), None => (dash()) } }
                            td { @match site.change(&entry.organisation.organisation_id, block.measure, block.platform) { Some(change) => (sentences::change_in_short(&change.status)), None => (dash()) } }
                        }
                    }
                }
            }
        }
    };
    scroll(label, &table)
}

fn limits(entry: &Entry, all: &[Block<'_>], blocks: &[&Block<'_>]) -> Vec<Markup> {
    let mut limits = vec![outputs_not_outcomes()];
    if is_measured(entry, all) {
        limits.push(html! { "Lying outside the limits is not by itself good or bad: local circumstances may explain it, and chance still may." });
    }
    if entry
        .accounts
        .iter()
        .any(|account| coverage::of_account(entry, account, Table::Post).is_some_and(coverage::is_cut))
    {
        limits.push(
            html! { "Posts from before the date at which the source cut off were out of reach. What they would have shown is not known." },
        );
    }
    if is_measured(entry, all)
        && blocks.iter().any(|block| view(block).is_some_and(|view| view.value().is_none()))
    {
        limits.push(html! { "A figure that is not shown says nothing about the organisation." });
    }
    limits.push(html! {
        "Who has an account, and which, comes from the register. How it was compiled is on the "
        a href={ "../../" (METHODS) } { "methods page" } "."
    });
    limits
}

/// Everything of the organisation as one object, its keys in their order.
fn figures_json(site: &Site<'_>, entry: &Entry) -> Vec<u8> {
    let organisation = &entry.organisation;
    let changes = site.changes_of(&organisation.organisation_id);
    let mut out = Vec::with_capacity(1 << 16);
    let mut put = |key: &str, value: &[u8]| {
        out.extend_from_slice(if out.is_empty() { b"{\"" } else { b",\"" });
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\":");
        out.extend_from_slice(value);
    };
    let bytes = |value: &Value| value.to_string().into_bytes();
    put("changes", &changes_json(site.edition, changes));
    put("comparisons", &comparisons_json(site.edition, entry));
    put("edition", &bytes(&site.edition.edition.as_str().into()));
    put("figures", &figure_data::json(site.edition, site.figures_of(entry)));
    put("licence", &bytes(&site.edition.publication.licence.as_deref().map(clean).into()));
    put("name", &bytes(&clean(&organisation.name).into()));
    put("organisation_id", &bytes(&organisation.organisation_id.as_str().into()));
    out.extend_from_slice(b"}\n");
    out
}
