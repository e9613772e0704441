//! One organisation: who it is, three sentences, its accounts and how well they were seen, a card for each
//! measure, and everything as a table, CSV and JSON.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::{Map, Value, json};
use someasure_model::{Account, Entry, Figure, Interval, Measure, Polarity, Table};

use crate::File;
use crate::chart::{FEWEST, Spread};
use crate::coverage::{self, Seen};
use crate::data::{figure_row, figures_csv, measures_by_id};
use crate::layout::{self, Page, Place, dash, scroll};
use crate::number::{bare, count, fixed, percent, range, shown, whole};
use crate::pages::cards::{Block, being_tried, blocks, cards, view};
use crate::pages::{is_about_collecting, is_standard, measure_link, outputs_not_outcomes};
use crate::sentences;
use crate::site::{HOW_TO_READ, METHODS, Site, organisation_directory, organisation_path};
use crate::text::{bdi, link, name, sentence, shorten};
use crate::view::View;

/// The page and the two files that it offers.
pub(crate) fn files(site: &Site<'_>, entry: &Entry) -> Vec<File> {
    let directory = organisation_directory(&entry.organisation.organisation_id);
    let file = |file: &str, bytes| File { path: format!("site/{directory}/{file}"), bytes };
    vec![
        page(site, entry),
        file("figures.csv", figures_csv(site.edition, site.figures_of(entry))),
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
    let content = html! {
        (facts(site, entry))
        section.summary aria-labelledby="summary" {
            h2 id="summary" { "In short" }
            @for sentence in summary(site, entry, &reviewed) { p { (sentence) } }
        }
        (accounts(site, entry))
        section aria-labelledby="measures" {
            h2 id="measures" { "Measure by measure" }
            @if blocks.is_empty() {
                p { "There are no figures for this organisation in this edition. This does not mean that it is inactive." }
            } @else {
                p {
                    "Compared with " bdi { (name(&peers.title)) } " (" (count(peers.size as u64, "organisations")) "), its peer group in this edition. "
                    @if !peers.reason.is_empty() { (sentence(&peers.reason)) " " }
                    "Each dot of a strip is one of them; the diamond is " bdi { (plain) } ". "
                    a href=(place.to(HOW_TO_READ)) { "How to read the pictures" } "."
                }
                (cards(site, entry, &place, peers, &blocks))
            }
        }
        (being_tried(site, entry, &place, peers, &blocks, &table(site, &place, &tried, "Figures being tried")))
        section aria-labelledby="table" {
            h2 id="table" { "All its figures as a table" }
            @if !reviewed.is_empty() { (table(site, &place, &reviewed, "All figures of this organisation")) }
            p {
                @if !tried.is_empty() { "Those of experimental measures are under " a href="#being-tried" { "Being tried" } ". " }
                "All of them with every month and in full precision: "
                a href="figures.csv" { "figures as CSV" } " · " a href="figures.json" { "figures as JSON" } "."
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
        lead: lead(site, entry, &reviewed),
        content,
        limits: limits(entry, &reviewed),
        place,
    };
    layout::file(site, page)
}

fn kicker(site: &Site<'_>, entry: &Entry) -> Markup {
    let organisation = &entry.organisation;
    let place: Vec<&str> =
        [&organisation.region, &organisation.nation].into_iter().flatten().map(String::as_str).collect();
    html! {
        bdi { (name(&organisation.kind)) }
        @for part in place { " · " bdi { (name(part)) } }
        @if organisation.closed.is_some_and(|closed| closed < site.edition.as_at.date(&site.zone)) { " · closed" }
    }
}

fn lead(site: &Site<'_>, entry: &Entry, blocks: &[&Block<'_>]) -> Markup {
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
        @if blocks.is_empty() {
            "No figure could be computed."
        } @else {
            (count(shown as u64, "figures")) " of " (whole(blocks.len() as u64)) " could be shown for the edition; where there is none, the page says why."
        }
    }
}

fn facts(site: &Site<'_>, entry: &Entry) -> Markup {
    let organisation = &entry.organisation;
    let today = site.edition.as_at.date(&site.zone);
    let standing = match (organisation.opened, organisation.closed) {
        (_, Some(closed)) if closed < today => format!("Closed on {}", crate::when::day(closed)),
        (_, Some(closed)) => format!("Open; closes on {}", crate::when::day(closed)),
        (Some(opened), None) => format!("Open since {}", crate::when::day(opened)),
        (None, None) => "Open: no closing date is known".to_owned(),
    };
    html! {
        dl.facts.pairs {
            div { dt { "Code" } dd { bdi { (name(organisation.organisation_id.code())) } " (" (organisation.organisation_id.scheme()) ")" } }
            div { dt { "Type" } dd { bdi { (name(&organisation.kind)) } } }
            @if let Some(region) = &organisation.region { div { dt { "Place" } dd { bdi { (name(region)) } } } }
            @if let Some(nation) = &organisation.nation { div { dt { "Nation" } dd { bdi { (name(nation)) } } } }
            div { dt { "Standing" } dd { (standing) } }
            @for denominator in &entry.denominators {
                div {
                    dt { (sentences::capital(&name(&denominator.kind).replace('_', " "))) }
                    dd { (fixed(denominator.value, 0)) " on " (crate::when::day(denominator.as_at)) }
                }
            }
            @if let Some(website) = &organisation.website {
                div { dt { "Website" } dd { (layout::outside(website)) } }
            }
            div { dt { "Source" } dd { (link(&organisation.source, &name(&organisation.source))) } }
        }
    }
}

/// A measure's value, with what it was drawn from.
type Told<'a> = (&'a Block<'a>, &'a Figure, f64, Option<Interval>);

/// A few sentences from reviewed measures, each true by itself.
fn summary(site: &Site<'_>, entry: &Entry, blocks: &[&Block<'_>]) -> Vec<Markup> {
    let mut said = vec![html! { (seen_in_short(site, entry)) }];
    let told: Vec<Told<'_>> = blocks
        .iter()
        .filter(|block| !is_about_collecting(block.measure))
        .filter_map(|block| match (block.headline, view(block)?) {
            (Some(figure), View::Value(value, interval)) => Some((*block, figure, value, interval)),
            _ => None,
        })
        .collect();
    let most = told
        .iter()
        .enumerate()
        .max_by_key(|(at, (block, figure, ..))| (agreed(block), figure.n, std::cmp::Reverse(*at)));
    if let Some((_, (block, figure, value, interval))) = most {
        said.push(html! {
            (sentences::level(
                &figure.period,
                &name(&entry.organisation.name),
                block.measure,
                block.platform.title(),
                *value,
                *interval,
                figure.n,
            )) " " (block.measure.polarity.sentence())
        });
    }
    said.extend(to_try(site, entry, &told));
    said
}

fn agreed(block: &Block<'_>) -> bool {
    matches!(block.measure.polarity, Polarity::Higher | Polarity::Lower)
}

/// How it lies among its peers, and one thing to try: from the measure where most can be gained, which is
/// the one furthest outside the middle half of the peers on the side that is agreed to be less good.
/// Where there is none, nothing is suggested.
fn to_try(site: &Site<'_>, entry: &Entry, told: &[Told<'_>]) -> Option<Markup> {
    let peers = site.peers_of(entry);
    let (mut compared, mut outside, mut by_chance) = (0, 0, 0.0);
    let mut furthest: Option<(f64, &Block<'_>)> = None;
    for (block, _, value, _) in told {
        let Some(strip) = site.strip(&peers.id, block.measure, block.platform) else { continue };
        if strip.spread.n < FEWEST {
            continue;
        }
        let value = shown(block.measure, *value);
        compared += 1;
        by_chance += strip.outside as f64 / strip.spread.n as f64;
        outside += u64::from(value < strip.spread.lower_quartile || value > strip.spread.upper_quartile);
        let room = room(block.measure.polarity, &strip.spread, value);
        if room > 0.0 && furthest.is_none_or(|(found, _)| room > found) {
            furthest = Some((room, block));
        }
    }
    if compared == 0 {
        let none = "Too few of its peers have a value to compare it with, so nothing is suggested.";
        return (!told.is_empty()).then(|| html! { (none) });
    }
    let many = sentences::many(compared, outside, by_chance);
    let place = Place::new(organisation_path(&entry.organisation.organisation_id));
    Some(html! {
        (many) " "
        @match furthest {
            Some((_, block)) => {
                @if let Some(action) = least_effort(block.measure) {
                    "One thing to try: " (sentence(&action.tip)) " (" (sentences::capital(&name(&action.effort))) " effort; from “" (measure_link(&place, block.measure)) "”.)"
                }
            }
            None if outside as f64 <= by_chance.round() => { "No measure stands out. Most organisations look like this." }
            None => { "Nothing is suggested: where it lies outside, it is on the better side, or people do not agree which side that is." }
        }
    })
}

fn least_effort(measure: &Measure) -> Option<&someasure_model::measure::Action> {
    measure
        .actions
        .iter()
        .min_by_key(|action| ["small", "medium", "large"].iter().position(|e| *e == action.effort))
}

/// How far a value lies outside the middle half of the peers on the less good side, in widths of it; a
/// half that is all one value counts as a tenth of it wide.
fn room(polarity: Polarity, spread: &Spread, value: f64) -> f64 {
    let width = (spread.upper_quartile - spread.lower_quartile).max(spread.median.abs() / 10.0).max(1e-9);
    match polarity {
        Polarity::Higher => ((spread.lower_quartile - value) / width).max(0.0),
        Polarity::Lower => ((value - spread.upper_quartile) / width).max(0.0),
        Polarity::None | Polarity::Contested => 0.0,
    }
}

fn seen_in_short(site: &Site<'_>, entry: &Entry) -> String {
    let mut kinds: BTreeMap<Seen, u64> = BTreeMap::new();
    for account in &entry.accounts {
        *kinds.entry(Seen::of(coverage::of_account(entry, account, Table::Post))).or_default() += 1;
    }
    let all = entry.accounts.len() as u64;
    let of = |seen| kinds.get(&seen).copied().unwrap_or(0);
    let period = crate::when::period(&site.edition.period.id);
    match () {
        () if all == 0 => {
            "We know of no account of this organisation. If it has one, the register is missing it."
                .to_owned()
        }
        () if of(Seen::Whole) == all => {
            format!("Posts of {} were seen over the whole period, {period}.", its(all))
        }
        () if all == 1 && (of(Seen::WholeSince) == 1 || of(Seen::CutOff) == 1) => {
            let seen = coverage::of_account(entry, &entry.accounts[0], Table::Post);
            let from = seen.and_then(coverage::seen_from).map(|from| crate::when::day_of(from, &site.zone));
            let share = seen.map_or(1.0, |seen| seen.share_of_period);
            let from = from.map_or_else(
                || "Some posts of its one account are not known".to_owned(),
                |from| format!("Posts of its one account are known only from {from} on"),
            );
            let period = if share >= 0.999 {
                format!("The whole period, {period}, was seen.")
            } else {
                format!("{} of the period, {period}, was seen.", sentences::capital(&percent(share)))
            };
            format!("{from}: the source cut off older ones. {period}")
        }
        () => {
            let parts: Vec<String> = Seen::ALL
                .iter()
                .filter(|seen| of(**seen) > 0)
                .map(|seen| format!("{} {}", whole(of(*seen)), seen.in_passing()))
                .collect();
            format!("Of {} over the period {period}: {}.", its(all), sentences::list(&parts))
        }
    }
}

fn its(accounts: u64) -> String {
    if accounts == 1 { "its one account".to_owned() } else { format!("its {} accounts", whole(accounts)) }
}

fn in_use(site: &Site<'_>, account: &Account) -> bool {
    let today = site.edition.as_at.date(&site.zone);
    account.to.is_none_or(|to| to >= today)
}

fn accounts(site: &Site<'_>, entry: &Entry) -> Markup {
    let people = entry.accounts.iter().filter(|account| coverage::is_person(account)).count() as u64;
    html! {
        section aria-labelledby="accounts" {
            h2 id="accounts" { "Its accounts, and how well we could see them" }
            @if entry.accounts.is_empty() { p { "None is known." } }
            ul.accounts {
                @for account in entry.accounts.iter().filter(|account| !coverage::is_person(account)) {
                    li {
                        h3 {
                            (account.platform.title()) " "
                            span.handle { bdi { (handle(account)) } }
                        }
                        p {
                            @if let Some(role) = &account.role { (sentences::capital(&name(role))) " account" } @else { "Account" }
                            @match (account.from, account.to) {
                                (Some(from), Some(to)) => { ", from " (crate::when::day(from)) " to " (crate::when::day(to)) "." }
                                (Some(from), None) => { ", since " (crate::when::day(from)) "." }
                                (None, Some(to)) => { ", until " (crate::when::day(to)) "." }
                                (None, None) => { "; since when is not known." }
                            }
                            @let sharers = shared_with(entry, account);
                            @if !sharers.is_empty() {
                                " Shared with "
                                @for (i, sharer) in sharers.iter().take(10).enumerate() { @if i > 0 { ", " } (bdi(sharer)) }
                                @if sharers.len() > 10 { " and " (whole(sharers.len() as u64 - 10)) " more" }
                                ": its figures count for each of them."
                            }
                        }
                        @if !in_use(site, account) || account.reason_for_leaving.is_some() {
                            p.decision {
                                "Left. "
                                @match &account.reason_for_leaving {
                                    Some(reason) => { "The reason given: " bdi { (sentence(reason)) } }
                                    None => { "No reason is recorded." }
                                }
                                " Leaving a platform is a decision, and not a failure."
                            }
                        }
                        @let seen = coverage::of_account(entry, account, Table::Post);
                        p.seen.cut-off[seen.is_some_and(coverage::is_cut)] {
                            @for (i, words) in coverage::sentences(seen, site.edition, &site.zone).iter().enumerate() {
                                @if i > 0 { " " }
                                (words)
                            }
                        }
                    }
                }
            }
            @if people > 0 {
                p {
                    @if people == 1 { "1 account of a person is counted and not listed" }
                    @else { (whole(people)) " accounts of people are counted and not listed" }
                    ": people appear here only with their consent."
                }
            }
        }
    }
}

fn handle(account: &Account) -> String {
    match (&account.handle, &account.account_id) {
        (Some(handle), _) => format!("@{}", name(handle.as_str())),
        (None, Some(id)) => name(id.as_str()),
        (None, None) => "(no handle known)".to_owned(),
    }
}

fn shared_with<'a>(entry: &'a Entry, account: &Account) -> &'a [String] {
    let ids = coverage::ids(account);
    entry.shared_with.iter().find(|(id, _)| ids.contains(id)).map_or(&[], |(_, names)| names.as_slice())
}

fn table(site: &Site<'_>, place: &Place, blocks: &[&Block<'_>], label: &str) -> Markup {
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
                                @if figure.period != site.edition.period.id { (crate::when::period(&figure.period)) ". " }
                                @if figure.cut_off { "Cut off. " }
                                (view.reason())
                            }
                        }
                    }
                }
            }
        }
    };
    scroll(label, &table)
}

fn limits(entry: &Entry, blocks: &[&Block<'_>]) -> Vec<Markup> {
    let mut limits = vec![
        outputs_not_outcomes(),
        html! { "Lying outside the middle of the peers is not by itself good or bad: local circumstances may explain it, and so may chance." },
    ];
    if entry
        .accounts
        .iter()
        .any(|account| coverage::of_account(entry, account, Table::Post).is_some_and(coverage::is_cut))
    {
        limits.push(
            html! { "Posts from before the date at which the source cut off were out of reach. What they would have shown is not known." },
        );
    }
    if blocks.iter().any(|block| view(block).is_some_and(|view| view.value().is_none())) {
        limits.push(html! { "A figure that is not shown says nothing about the organisation." });
    }
    limits.push(html! {
        "Who has an account, and which, comes from the register. How it was compiled is on the "
        a href={ "../../" (METHODS) } { "methods page" } "."
    });
    limits
}

fn figures_json(site: &Site<'_>, entry: &Entry) -> Vec<u8> {
    let measures = measures_by_id(site.edition);
    let clean = crate::text::clean;
    let number = |value: f64| if value.is_finite() { json!(value + 0.0) } else { Value::Null };
    let figures: Vec<Value> = site
        .figures_of(entry)
        .map(|figure| {
            let counts = measures.get(&figure.measure_id).map_or_else(String::new, |m| sentences::counts(m));
            let view = View::of(&figure.answer, &counts);
            let end = |pick: fn(&Interval) -> f64| view.interval().map_or(Value::Null, |i| number(pick(&i)));
            let cells = figure_row(site.edition, &measures, figure).into_iter().map(|(column, cell)| {
                let value = match column {
                    "value" => view.value().map_or(Value::Null, number),
                    "lower" => end(|i| i.lower),
                    "upper" => end(|i| i.upper),
                    "level" => end(|i| i.level),
                    "n" => json!(figure.n),
                    "measure_version" => json!(figure.measure_version),
                    "cut_off" => json!(figure.cut_off),
                    _ if cell.is_empty() => Value::Null,
                    "reason" => json!(clean(view.reason())),
                    _ => json!(cell),
                };
                (column.to_owned(), value)
            });
            Value::Object(cells.collect::<Map<String, Value>>())
        })
        .collect();
    let document = json!({
        "edition": site.edition.edition,
        "organisation_id": entry.organisation.organisation_id.as_str(),
        "name": clean(&entry.organisation.name),
        "licence": site.edition.publication.licence.as_deref().map(clean),
        "figures": figures,
    });
    let mut bytes = serde_json::to_vec(&document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
