//! Two pages about one organisation, for people who decide: who it is, three sentences, every reviewed
//! figure with what its peers have, one thing to try, what all this cannot tell, and how to check it.

use maud::Markup;
use someasure_model::{Entry, PeerGroup, Table};

use super::typst::{self, heading, paragraph, words};
use super::{Paper, Source, address, citation, told};
use crate::chart::FEWEST;
use crate::coverage::{self, Seen};
use crate::layout::dash;
use crate::number::{amount, count, fixed, range, shown, whole};
use crate::pages::cards::{Block, blocks, place, view};
use crate::pages::organisation::in_short;
use crate::pages::{accounts, is_about_collecting, is_standard};
use crate::sentences;
use crate::site::{METHODS, Site, organisation_directory, organisation_path};
use crate::text::{clean, name, sentence, shorten};

/// So many figures fit on the first page.
const MOST: usize = 16;
/// So many pictures fit on the second.
const PICTURES: usize = 4;
/// So many accounts are listed.
const ACCOUNTS: usize = 6;

pub(super) fn source(site: &Site<'_>, entry: &Entry) -> Source {
    let organisation = &entry.organisation;
    let plain = name(&organisation.name);
    let mut paper = Paper::new(
        site,
        &format!("{}: {}", shorten(&plain, 80), told(site)),
        &format!("What public data say about the social media of {plain}, and how sure they are: two pages."),
        &format!("{} · {}", shorten(&plain, 60), told(site)),
    );
    // Smaller than the report: two pages, and no more.
    paper.add("#set text(size: 9.5pt)\n#set page(margin: (left: 20mm, right: 20mm, top: 17mm, bottom: 20mm))\n#show heading.where(level: 1): set text(size: 13pt)\n#show heading.where(level: 1): set block(above: 1.2em, below: 0.6em)\n#show title: set text(size: 20pt, weight: \"semibold\", fill: brand)\n#show title: set block(above: 0.5em, below: 0.5em)\n");
    paper.add(&format!(
        "#note[{}]\n\n#title({})\n\n#note[{}]\n\n",
        typst::text(&format!("Paper for the board · {}", told(site))),
        typst::content(&plain),
        typst::text(&who(site, entry)),
    ));

    let blocks = blocks(site, entry);
    let peers = site.peers_of(entry);
    let (summary, seen, limits) = in_short(site, entry, &blocks);
    paper.add(&heading(1, "In short"));
    match &summary {
        Some(summary) => {
            summary.said.iter().for_each(|said| paper.add(&paragraph(&words(said))));
            paper.add(&paragraph(summary.many.as_deref().unwrap_or_default()));
            if let Some(to_try) = &summary.to_try {
                paper.add(&format!("#panel[{}]\n\n", typst::text(&words(to_try))));
            }
        }
        None => paper.add(&paragraph(
            "No figure could be shown for this organisation. This does not mean that it is inactive.",
        )),
    }
    if entry.accounts.is_empty() {
        paper.add(&paragraph(
            "No account of this organisation is known. If it has one, the register is missing it.",
        ));
    } else {
        paper.add(&paragraph(&seen));
    }
    let rows = figures(&mut paper, entry, peers, &blocks);
    pictures(&mut paper, entry, peers, &blocks, if rows > 10 { PICTURES - 1 } else { PICTURES });
    accounts(&mut paper, entry);
    cannot_tell(&mut paper, &limits, &blocks);
    check(&mut paper, entry);
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

/// Every reviewed figure, those with a value first.
fn figures(paper: &mut Paper<'_, '_>, entry: &Entry, peers: &PeerGroup, blocks: &[Block<'_>]) -> usize {
    let site = paper.site;
    let reviewed: Vec<&Block<'_>> = blocks
        .iter()
        .filter(|block| is_standard(block.measure) && !is_about_collecting(block.measure))
        .filter(|block| block.headline.is_some())
        .collect();
    let (with, without): (Vec<&Block<'_>>, Vec<&Block<'_>>) =
        reviewed.iter().partition(|block| view(block).is_some_and(|view| view.value().is_some()));
    if reviewed.is_empty() {
        return 0;
    }
    paper.add(&heading(1, "Measure by measure"));
    paper.add(&paragraph(&format!(
        "Compared with {} ({}), its peer group. {}",
        name(&peers.title),
        count(peers.size as u64, "organisations"),
        sentence(&peers.reason)
    )));
    let none = words(&dash());
    let rows: Vec<Vec<String>> = with
        .iter()
        .take(MOST)
        .filter_map(|block| {
            let (figure, view) = (block.headline?, view(block)?);
            let value = view.value()?;
            let id = &entry.organisation.organisation_id;
            let change = site.change(id, block.measure, block.platform);
            Some(vec![
                format!("{}, {}", shorten(&name(&block.measure.title), 50), block.platform.title()),
                format!("{}{}", amount(block.measure, value), if figure.cut_off { "*" } else { "" }),
                range(block.measure, view.interval()).unwrap_or_else(|| none.clone()),
                count(figure.n, &sentences::counts_in(block.measure, &figure.period)),
                middle(site, peers, block).unwrap_or_else(|| none.clone()),
                place(site, entry, peers, block).map_or_else(
                    || "not compared".to_owned(),
                    |place| sentences::position_in_short(place.position).to_owned(),
                ),
                change.map_or_else(|| none.clone(), |change| sentences::change_in_short(&change.status)),
            ])
        })
        .collect();
    if !rows.is_empty() {
        let table = typst::Table {
            caption: &format!(
                "{}, where not stated otherwise",
                sentences::capital(&crate::when::period(&site.edition.period.id))
            ),
            columns: &[
                ("1.9fr", false),
                ("1.1fr", true),
                ("1fr", true),
                ("1fr", true),
                ("1fr", true),
                ("1.1fr", false),
                ("1.1fr", false),
            ],
            head: &[
                "Measure",
                "Value",
                "Likely between",
                "Based on",
                "Half of the peers have",
                "Among its peers",
                "Over time",
            ],
            rows: &rows,
        };
        let table = table.source();
        paper.add(&format!("#[#show figure: set text(size: 8.2pt)\n{}]\n", table.trim_end()));
    }
    let mut notes = Vec::new();
    if with.iter().take(MOST).any(|block| block.headline.is_some_and(|figure| figure.cut_off)) {
        notes.push("* Cut off: it rests only on the part of the period that could be seen.".to_owned());
    }
    if with.len() > MOST {
        notes.push(format!("{} more are on its page.", whole((with.len() - MOST) as u64)));
    }
    notes.extend(missing(&without));
    if !notes.is_empty() {
        paper.add(&format!("#note[{}]\n\n", typst::text(&notes.join(" "))));
    }
    rows.len()
}

/// Figures without a value, and why, by reason.
fn missing(without: &[&Block<'_>]) -> Vec<String> {
    let mut by_reason: Vec<(String, Vec<String>)> = Vec::new();
    for block in without {
        let Some(view) = view(block) else { continue };
        let reason = sentences::missing(view.status(), view.reason());
        let figure = format!("{} ({})", shorten(&name(&block.measure.title), 50), block.platform.title());
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

/// Where it lies furthest from what was expected; only figures that were compared.
fn pictures(paper: &mut Paper<'_, '_>, entry: &Entry, peers: &PeerGroup, blocks: &[Block<'_>], most: usize) {
    let site = paper.site;
    let mut found: Vec<(&Block<'_>, f64, &someasure_model::PeerPlace)> = blocks
        .iter()
        .filter(|block| is_standard(block.measure) && !is_about_collecting(block.measure))
        .filter_map(|block| Some((block, view(block)?.value()?, place(site, entry, peers, block)?)))
        .collect();
    found.sort_by(|a, b| b.2.z.abs().total_cmp(&a.2.z.abs()));
    found.truncate(most);
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

/// Which accounts these are, and how that is known; people's own are counted and never listed.
fn accounts(paper: &mut Paper<'_, '_>, entry: &Entry) {
    let site = paper.site;
    let listed: Vec<_> = entry.accounts.iter().filter(|account| !coverage::is_person(account)).collect();
    if listed.is_empty() {
        return;
    }
    let rows: Vec<Vec<String>> = listed
        .iter()
        .take(ACCOUNTS)
        .map(|account| {
            vec![
                account.platform.title().to_owned(),
                shorten(&accounts::handle(account), 40),
                words(&accounts::verified(entry, account)),
                sentences::capital(Seen::of(coverage::of_account(entry, account, Table::Post)).in_passing()),
            ]
        })
        .collect();
    let table = typst::Table {
        caption: &format!("Posts over {}", crate::when::period(&site.edition.period.id)),
        columns: &[("0.7fr", false), ("1fr", false), ("2.2fr", false), ("1.1fr", false)],
        head: &["Platform", "Account", "How we know that it is its own", "Posts"],
        rows: &rows,
    };
    paper.add(&heading(1, "Its accounts"));
    paper.add(&format!("#[#show figure: set text(size: 8.2pt)\n{}]\n", table.source().trim_end()));
    let more = listed.len().saturating_sub(ACCOUNTS) as u64;
    let people = (entry.accounts.len() - listed.len()) as u64;
    let mut notes = Vec::new();
    if more > 0 {
        notes.push(format!("{} more are on its page.", whole(more)));
    }
    if people > 0 {
        notes.push(format!(
            "{}, counted and not listed.",
            sentences::capital(&count(people, "accounts of people"))
        ));
    }
    if !notes.is_empty() {
        paper.add(&format!("#note[{}]\n\n", typst::text(&notes.join(" "))));
    }
}

fn cannot_tell(paper: &mut Paper<'_, '_>, limits: &[Markup], blocks: &[Block<'_>]) {
    let mut said: Vec<String> = limits.iter().map(words).collect();
    let mut measures: Vec<_> = blocks
        .iter()
        .filter(|block| is_standard(block.measure) && view(block).is_some_and(|view| view.value().is_some()))
        .map(|block| block.measure)
        .filter(|measure| !measure.what_it_cannot_tell_you.trim().is_empty() && !is_about_collecting(measure))
        .collect();
    measures.dedup_by_key(|measure| &measure.id);
    said.extend(measures.iter().take(3).map(|measure| {
        format!("{}: {}", name(&measure.title), shorten(&sentence(&measure.what_it_cannot_tell_you), 240))
    }));
    paper.add(&heading(1, "What this cannot tell you"));
    paper.add(&typst::list(&said));
}

fn check(paper: &mut Paper<'_, '_>, entry: &Entry) {
    let site = paper.site;
    let id = &entry.organisation.organisation_id;
    let directory = organisation_directory(id);
    paper.add(&heading(1, "How to check it"));
    let page = organisation_path(id);
    let mut steps = Vec::new();
    match address(site, &page) {
        Some(page) => steps.push(format!(
            "[{}{}{}]",
            typst::text(
                "Its page, with every figure, month by month, its accounts and the evidence for them: "
            ),
            typst::link(&page),
            typst::text(".")
        )),
        None => steps.push(typst::content(&format!(
            "Its page in the edition, with every figure month by month: site/{page}."
        ))),
    }
    steps.push(typst::content(&format!(
        "The figures in full precision: {}. Every measure is a query over open tables; the edition has them with their checksums (edition.json).",
        address(site, &format!("{directory}/figures.csv")).unwrap_or_else(|| format!("site/{directory}/figures.csv"))
    )));
    steps.push(typst::content(&format!(
        "How it was collected and computed: {}.",
        address(site, METHODS).unwrap_or_else(|| format!("site/{METHODS}"))
    )));
    if let Some(contact) = &site.edition.publication.contact {
        steps.push(typst::content(&format!(
            "Something is wrong? Write to {}.",
            shorten(&clean(contact), 120)
        )));
    }
    paper.add(&format!("#list({});\n\n", steps.join(", ")));
    let licence = site.edition.publication.licence.as_deref();
    let licence = licence.map_or_else(String::new, |licence| format!(" Figures: {}.", name(licence)));
    let cite = citation(site, Some(&name(&entry.organisation.name)), &page);
    paper.add(&format!("#note[{}]\n", typst::text(&format!("To cite: {cite}{licence}"))));
}
