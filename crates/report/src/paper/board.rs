//! Two pages about one organisation, for people who decide: who it is, three sentences, every reviewed
//! figure with what its peers have, one thing to try, what all this cannot tell, and how to check it.

use maud::Markup;
use someasure_model::{Entry, PeerGroup, PeerPlace, Table};

use super::typst::{self, heading, paragraph, words};
use super::{Paper, Source, address, brief, citation, room, told};
use crate::chart::{Drawing, FEWEST};
use crate::coverage::{self, Seen};
use crate::layout::dash;
use crate::number::{amount, count, fixed, range, shown, whole};
use crate::pages::cards::{Block, Series, blocks, place, view};
use crate::pages::organisation::in_short;
use crate::pages::{accounts, is_about_collecting, is_standard};
use crate::sentences;
use crate::site::{METHODS, Site, organisation_directory, organisation_path};
use crate::text::{clean, name, shorten};

/// So many figures, and no more, stand in the table.
const MOST: usize = 16;
/// So many accounts.
const ACCOUNTS: usize = 6;
/// So many pictures.
const PICTURES: usize = 4;
/// What two pages hold, as `room` counts it, which is a third more than what words take in truth.
const ROOM: f64 = 1_720.0;
/// Points of a heading, of a table's caption and head, of a picture with its words.
const HEADING: f64 = 28.0;
const TABLE: f64 = 46.0;
const PICTURE: f64 = 105.0;
/// Of a picture's words alone, and of a unit of its height.
const WORDS: f64 = 45.0;
const SCALE: f64 = 0.61;
/// Sizes of letters: of the text, of tables, of notes.
const SIZE: f64 = 9.5;
const SMALL: f64 = 8.2;
const NOTE: f64 = 9.0;
/// Columns of the two tables, in shares of the width.
const COLUMNS: [f64; 7] = [1.8, 1.1, 1.0, 0.9, 1.0, 1.2, 1.2];
const ACCOUNT_COLUMNS: [f64; 4] = [0.7, 1.0, 2.2, 1.1];

/// Smaller than the report: two pages, and no more.
const STYLE: &str = r#"#set text(size: 9.5pt)
#set page(margin: (left: 20mm, right: 20mm, top: 17mm, bottom: 20mm))
#show heading.where(level: 1): set text(size: 13pt)
#show heading.where(level: 1): set block(above: 1.2em, below: 0.6em)
#show title: set text(size: 20pt, weight: "semibold", fill: brand)
#show title: set block(above: 0.5em, below: 0.5em)
"#;

/// A part of the paper, and the room that it takes.
type Part = (String, f64);

pub(super) fn source(site: &Site<'_>, entry: &Entry) -> Source {
    let organisation = &entry.organisation;
    let plain = name(&organisation.name);
    let mut paper = Paper::new(
        site,
        &format!("{}: {}", shorten(&plain, 80), told(site)),
        &format!("What public data say about the social media of {plain}, and how sure they are: two pages."),
        &format!("{} · {}", shorten(&plain, 50), told(site)),
    );
    paper.add(STYLE);
    paper.add(&format!(
        "#note[{}]\n\n#title({})\n\n#note[{}]\n\n",
        typst::text(&format!("Paper for the board · {}", told(site))),
        typst::content(&plain),
        typst::text(&who(site, entry)),
    ));

    let blocks = blocks(site, entry);
    let peers = site.peers_of(entry);
    let (summary, seen, limits) = in_short(site, entry, &blocks);
    let last = [accounts(site, entry), cannot_tell(&limits, &blocks), check(site, entry)];
    let mut left = ROOM - 50.0 - 28.0 * room::lines(&plain, 20.0, 1.0);
    left -= last.iter().map(|(_, takes)| takes).sum::<f64>();

    let mut said: Vec<String> = Vec::new();
    match &summary {
        Some(summary) => {
            said.extend(summary.said.iter().map(words));
            said.extend(summary.many.clone());
        }
        None => said.push(
            "No figure could be shown for this organisation. This does not mean that it is inactive."
                .to_owned(),
        ),
    }
    said.push(if entry.accounts.is_empty() {
        "No account of this organisation is known. If it has one, the register is missing it.".to_owned()
    } else {
        seen
    });
    paper.add(&heading(1, "In short"));
    said.iter().for_each(|said| paper.add(&paragraph(said)));
    left -= HEADING + said.iter().map(|said| room::paragraph(said, SIZE)).sum::<f64>();
    if let Some(to_try) = summary.and_then(|summary| summary.to_try) {
        let to_try = shorten(&words(&to_try), 420);
        paper.add(&format!("#panel[{}]\n\n", typst::text(&to_try)));
        left -= room::paragraph(&to_try, SIZE) + 30.0;
    }
    // Two pictures have their place before the last rows of the table.
    let pictured = compared(site, entry, peers, &blocks);
    let held =
        if pictured.is_empty() { 0.0 } else { HEADING + 50.0 + PICTURE * pictured.len().min(2) as f64 };
    let (figures, takes) = figures(site, entry, peers, &blocks, left - held);
    paper.add(&figures);
    if pictured.is_empty() {
        over_time(&mut paper, entry, &blocks, left - takes);
    } else {
        pictures(&mut paper, entry, peers, pictured, left - takes);
    }
    last.iter().for_each(|(part, _)| paper.add(part));
    paper.finish(organisation.organisation_id.as_str())
}

/// `Hospital trust · North · A01`
fn who(site: &Site<'_>, entry: &Entry) -> String {
    let organisation = &entry.organisation;
    let mut parts = vec![sentences::capital(&name(&organisation.kind))];
    parts.extend([&organisation.region, &organisation.nation].into_iter().flatten().map(|place| name(place)));
    parts.push(name(organisation.organisation_id.as_str()));
    if let Some(closed) = organisation.closed.filter(|closed| *closed < site.edition.as_at.date(&site.zone)) {
        parts.push(format!("closed on {}", crate::when::day(closed)));
    }
    parts.join(" · ")
}

/// Every reviewed figure with a value, as many as there is room for, and why others have none.
fn figures(site: &Site<'_>, entry: &Entry, peers: &PeerGroup, blocks: &[Block<'_>], room: f64) -> Part {
    let (with, without): (Vec<&Block<'_>>, Vec<&Block<'_>>) = blocks
        .iter()
        .filter(|block| is_standard(block.measure) && !is_about_collecting(block.measure))
        .filter(|block| block.headline.is_some())
        .partition(|block| view(block).is_some_and(|view| view.value().is_some()));
    if with.is_empty() && without.is_empty() {
        return (String::new(), 0.0);
    }
    let compared = format!(
        "Compared with {} ({}), its peer group. {}",
        name(&peers.title),
        count(peers.size as u64, "organisations"),
        brief(&peers.reason)
    );
    let missing = missing(&without);
    let mut part = heading(1, "Measure by measure") + &paragraph(&compared);
    let mut takes = HEADING + TABLE + room::paragraph(&compared, SIZE);
    takes += room::paragraph(&missing.join(" "), NOTE) + 12.0;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut cut_off = false;
    // Where there is one platform, the caption names it, and not every row.
    let only = with.first().map(|block| block.platform);
    let only = only.filter(|platform| with.iter().all(|block| block.platform == *platform));
    for block in with.iter().take(MOST) {
        let Some(row) = row(site, entry, peers, block, only.is_none()) else { continue };
        let height = room::row(&row, &COLUMNS, SMALL);
        if takes + height > room {
            break;
        }
        takes += height;
        cut_off |= block.headline.is_some_and(|figure| figure.cut_off);
        rows.push(row);
    }
    let head = [
        "Measure",
        "Value",
        "Likely between",
        "Based on",
        "Half of the peers have",
        "Among its peers",
        "Over time",
    ];
    if !rows.is_empty() {
        let period = sentences::capital(&crate::when::period(&site.edition.period.id));
        let on = only.map_or_else(String::new, |platform| format!(" on {}", platform.title()));
        let caption = format!("{period}{on}, where not stated otherwise");
        let numbers = [false, true, true, true, true, false, false];
        part.push_str(&small_table(&caption, &COLUMNS, &numbers, &head, &rows));
    }
    let mut notes = Vec::new();
    if cut_off {
        notes.push("* Cut off: it rests only on the part of the period that could be seen.".to_owned());
    }
    if with.len() > rows.len() {
        notes.push(match with.len() - rows.len() {
            1 => "1 more figure is on its page.".to_owned(),
            more => format!("{} more figures are on its page.", whole(more as u64)),
        });
    }
    notes.extend(missing);
    if !notes.is_empty() {
        part.push_str(&format!("#note[{}]\n\n", typst::text(&notes.join(" "))));
    }
    (part, takes)
}

fn row(
    site: &Site<'_>,
    entry: &Entry,
    peers: &PeerGroup,
    block: &Block<'_>,
    with_platform: bool,
) -> Option<Vec<String>> {
    let (figure, view) = (block.headline?, view(block)?);
    let value = view.value()?;
    let none = words(&dash());
    let change = site.change(&entry.organisation.organisation_id, block.measure, block.platform);
    let place = place(site, entry, peers, block).map(|place| sentences::position_in_short(place.position));
    let is_whole = site.asked(block.measure, &figure.period) == crate::when::period(&site.edition.period.id);
    let period = if is_whole {
        String::new()
    } else {
        format!(", {}", site.asked_short(block.measure, &figure.period))
    };
    let on = if with_platform { format!(", {}", block.platform.title()) } else { String::new() };
    Some(vec![
        format!("{}{on}{period}", shorten(&name(&block.measure.title), 50)),
        format!("{}{}", amount(block.measure, value), if figure.cut_off { "*" } else { "" }),
        range(block.measure, view.interval()).unwrap_or_else(|| none.clone()),
        count(figure.n, &sentences::counts_in(block.measure, &figure.period)),
        middle(site, peers, block).unwrap_or_else(|| none.clone()),
        place.unwrap_or("not compared").to_owned(),
        change.map_or(none, |change| sentences::change_in_short(&change.status)),
    ])
}

fn small_table(
    caption: &str,
    columns: &[f64],
    numbers: &[bool],
    head: &[&str],
    rows: &[Vec<String>],
) -> String {
    let widths: Vec<String> = columns.iter().map(|width| format!("{width}fr")).collect();
    let columns: Vec<(&str, bool)> = widths.iter().map(String::as_str).zip(numbers.iter().copied()).collect();
    let table = typst::Table { caption, columns: &columns, head, rows }.source();
    format!("#[#show figure: set text(size: {SMALL}pt)\n{}]\n", table.trim_end())
}

/// Figures without a value, and why, by reason.
fn missing(without: &[&Block<'_>]) -> Vec<String> {
    let mut by_reason: Vec<(String, Vec<String>)> = Vec::new();
    for block in without {
        let Some(view) = view(block) else { continue };
        let reason = sentences::missing(view.status(), view.reason());
        let figure = format!("{} on {}", shorten(&name(&block.measure.title), 50), block.platform.title());
        match by_reason.iter_mut().find(|(found, _)| *found == reason) {
            Some((_, figures)) => figures.push(figure),
            None => by_reason.push((reason, vec![figure])),
        }
    }
    by_reason
        .iter()
        .take(4)
        .map(|(reason, figures)| {
            let more =
                if figures.len() > 4 { vec![format!("{} more", figures.len() - 4)] } else { Vec::new() };
            let figures: Vec<String> = figures.iter().take(4).cloned().chain(more).collect();
            format!("No value for {}: {}", sentences::list(&figures), shorten(reason, 200))
        })
        .collect()
}

/// `3.9 to 4.6`: the middle half of the peers.
fn middle(site: &Site<'_>, peers: &PeerGroup, block: &Block<'_>) -> Option<String> {
    let spread = &site.strip(&peers.id, block.measure, block.platform)?.spread;
    let say = |value: f64| {
        let percent = if block.measure.unit.starts_with('%') { "%" } else { "" };
        format!("{}{percent}", fixed(value, block.measure.decimals))
    };
    (spread.n >= FEWEST).then(|| format!("{} to {}", say(spread.lower_quartile), say(spread.upper_quartile)))
}

/// What can be drawn: a figure that was compared, its value, and its place.
type Compared<'b, 'e> = (&'b Block<'e>, f64, &'e PeerPlace);

/// Figures that were compared, those furthest from what was expected first.
fn compared<'b, 'e>(
    site: &Site<'e>,
    entry: &Entry,
    peers: &PeerGroup,
    blocks: &'b [Block<'e>],
) -> Vec<Compared<'b, 'e>> {
    let mut found: Vec<Compared<'b, 'e>> = blocks
        .iter()
        .filter(|block| is_standard(block.measure) && !is_about_collecting(block.measure))
        .filter_map(|block| Some((block, view(block)?.value()?, place(site, entry, peers, block)?)))
        .collect();
    found.sort_by(|a, b| b.2.z.abs().total_cmp(&a.2.z.abs()));
    found
}

/// As many as there is room for.
fn pictures(
    paper: &mut Paper<'_, '_>,
    entry: &Entry,
    peers: &PeerGroup,
    mut found: Vec<Compared<'_, '_>>,
    room: f64,
) {
    let site = paper.site;
    found.truncate(((room - HEADING - 50.0) / PICTURE).clamp(0.0, PICTURES as f64) as usize);
    if found.is_empty() {
        return;
    }
    paper.add(&heading(1, "Where it lies among its peers"));
    paper.add(&paragraph("Each dot is an organisation of the peer group, the diamond is this one; shaded is where we would expect it, within 99.8% limits. These are the figures furthest from the centre; that is not by itself good or bad."));
    for (block, value, place) in found {
        let Some(strip) = site.strip(&peers.id, block.measure, block.platform) else { continue };
        let measure = block.measure;
        let limits = (shown(measure, place.limits998.0), shown(measure, place.limits998.1));
        let own = shown(measure, value);
        let drawing = strip.drawing(Some(own), Some(limits));
        let alt = format!(
            "A dot for each of {} of {} with a value on {}, and a diamond at {} for {}. {}",
            count(strip.spread.n as u64, "organisations"),
            name(&peers.title),
            block.platform.title(),
            amount(measure, value),
            name(&entry.organisation.name),
            sentences::position(place.position, &name(&peers.title)),
        );
        let title =
            format!("{} on {}: {}", name(&measure.title), block.platform.title(), amount(measure, value));
        let what = format!(
            "{} {}",
            sentences::position(place.position, &name(&peers.title)),
            measure.polarity.sentence()
        );
        paper.picture(&drawing, &[], &title, &what, &alt, "");
    }
}

/// The figures of who is not compared, beside what they were before: as many as there is room for.
fn over_time(paper: &mut Paper<'_, '_>, entry: &Entry, blocks: &[Block<'_>], room: f64) {
    let site = paper.site;
    let reviewed =
        blocks.iter().filter(|block| is_standard(block.measure) && !is_about_collecting(block.measure));
    let mut drawn: Vec<(&Block<'_>, Series<'_>, Drawing)> = reviewed
        .filter_map(|block| {
            let series = Series::of(site, entry, block)?;
            let drawing = series.drawing()?;
            Some((block, series, drawing))
        })
        .collect();
    // Those with limits say more.
    drawn.sort_by_key(|(_, series, _)| series.control.is_none());
    let mut left = room - HEADING - 50.0;
    let mut fit = 0;
    for (_, _, drawing) in drawn.iter().take(PICTURES) {
        left -= WORDS + drawing.height * SCALE;
        fit += usize::from(left > 0.0);
    }
    drawn.truncate(fit);
    if drawn.is_empty() {
        return;
    }
    paper.add(&heading(1, "Beside its own past"));
    paper.add(&paragraph(
        "No figure is compared with its peers here. Movement from month to month is normal.",
    ));
    for (block, series, drawing) in drawn {
        let title = format!("{} on {}", name(&block.measure.title), block.platform.title());
        paper.picture(&drawing, &[], &title, &series.what(block.measure), &series.alt, "");
    }
}

/// Which accounts these are, and how that is known; people's own are counted and never listed.
fn accounts(site: &Site<'_>, entry: &Entry) -> Part {
    let listed: Vec<_> = entry.accounts.iter().filter(|account| !coverage::is_person(account)).collect();
    if listed.is_empty() {
        return (String::new(), 0.0);
    }
    let rows: Vec<Vec<String>> = listed
        .iter()
        .take(ACCOUNTS)
        .map(|account| {
            vec![
                account.platform.title().to_owned(),
                shorten(&accounts::handle(account), 40),
                shorten(&words(&accounts::verified(entry, account)), 160),
                Seen::of(coverage::of_account(entry, account, Table::Post)).title().to_owned(),
            ]
        })
        .collect();
    let caption = format!("Posts over {}", crate::when::period(&site.edition.period.id));
    let head = ["Platform", "Account", "How we know that it is its own", "Posts"];
    let mut part = heading(1, "Its accounts");
    part.push_str(&small_table(&caption, &ACCOUNT_COLUMNS, &[false; 4], &head, &rows));
    let mut takes = HEADING + TABLE;
    takes += rows.iter().map(|row| room::row(row, &ACCOUNT_COLUMNS, SMALL)).sum::<f64>();
    let mut notes = Vec::new();
    match listed.len().saturating_sub(ACCOUNTS) {
        0 => {}
        1 => notes.push("1 more account is on its page.".to_owned()),
        more => notes.push(format!("{} more accounts are on its page.", whole(more as u64))),
    }
    let people = (entry.accounts.len() - listed.len()) as u64;
    if people > 0 {
        notes.push(format!("People’s own accounts, counted and not listed: {}.", whole(people)));
    }
    if !notes.is_empty() {
        part.push_str(&format!("#note[{}]\n\n", typst::text(&notes.join(" "))));
        takes += room::paragraph(&notes.join(" "), NOTE);
    }
    (part, takes)
}

fn cannot_tell(limits: &[Markup], blocks: &[Block<'_>]) -> Part {
    let mut said: Vec<String> = limits.iter().map(words).collect();
    let mut measures: Vec<_> = blocks
        .iter()
        .filter(|block| is_standard(block.measure) && view(block).is_some_and(|view| view.value().is_some()))
        .map(|block| block.measure)
        .filter(|measure| !measure.what_it_cannot_tell_you.trim().is_empty() && !is_about_collecting(measure))
        .collect();
    measures.dedup_by_key(|measure| &measure.id);
    said.extend(measures.iter().take(3).map(|measure| {
        format!("{}: {}", name(&measure.title), first_sentence(&brief(&measure.what_it_cannot_tell_you)))
    }));
    let takes = HEADING + room::list(said.iter().map(String::as_str), SIZE);
    (heading(1, "What this cannot tell you") + &typst::list(&said), takes)
}

fn first_sentence(text: &str) -> String {
    let first = text.split_inclusive(['.', '?', '!']).next().unwrap_or_default();
    shorten(first, 240)
}

fn check(site: &Site<'_>, entry: &Entry) -> Part {
    let edition = site.edition;
    let directory = organisation_directory(&entry.organisation.organisation_id);
    let page = organisation_path(&entry.organisation.organisation_id);
    let at = |path: &str| match address(site, path) {
        Some(address) => typst::link(&address),
        None => typst::text(&format!("site/{path}")),
    };
    let mut steps = vec![
        format!(
            "[{}{}.]",
            typst::text(
                "Its page, with every figure, month by month, and all that is known of its accounts: "
            ),
            at(&page)
        ),
        format!(
            "[{}{}{}]",
            typst::text("The figures in full precision: "),
            at(&format!("{directory}/figures.csv")),
            typst::text(
                ". Every measure is a query over open tables; the edition lists them with their checksums (edition.json)."
            )
        ),
        format!("[{}{}.]", typst::text("How it was collected and computed: "), at(METHODS)),
    ];
    if let Some(contact) = &edition.publication.contact {
        let contact = shorten(&clean(contact), 120);
        steps.push(typst::content(&format!("Something is wrong? Write to {contact}.")));
    }
    let licence = edition.publication.licence.as_deref();
    let licence = licence.map_or_else(String::new, |licence| format!("Figures: {}. ", name(licence)));
    let cite = citation(site, Some(&name(&entry.organisation.name)), &page);
    let cite = format!("{licence}To cite: {cite}");
    let part = format!(
        "{}#list({});\n\n#note[{}]\n",
        heading(1, "How to check it"),
        steps.join(", "),
        typst::text(&cite)
    );
    // A link stands twice in its source.
    let takes =
        HEADING + 0.8 * room::list(steps.iter().map(String::as_str), SIZE) + room::paragraph(&cite, NOTE);
    (part, takes)
}
