//! Methods and coverage: how it was collected and computed, what is missing and why, and from what.

use std::collections::BTreeMap;

use maud::{Markup, html};
use someasure_model::measure::IntervalMethod;
use someasure_model::{Measure, MeasureId};

use crate::File;
use crate::chat::pages::CHATS;
use crate::coverage::Seen;
use crate::layout::{self, Page, Place, dash, outside, scroll};
use crate::number::{bytes, count, level, percent, whole};
use crate::pages::{measure_link, outputs_not_outcomes};
use crate::sentences;
use crate::site::{METHODS, Site};
use crate::text::{bdi, name, shorten};
use crate::view::{STATUSES, View};

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(METHODS);
    let tally = &site.tally;
    let content = html! {
        (collection(site))
        (coverage(site))
        @if site.stage.is_collected() { (missing(site, &place)) }
        (computing(site, &place))
        (chats(site, &place))
        (sources(site))
        (inputs(site))
    };
    let page = Page {
        title: format!("Methods and coverage – {}", crate::text::shorten(&name(&site.edition.title), 40)),
        description: "How the data were collected, how far they reach, and how each figure was computed."
            .to_owned(),
        kicker: None,
        heading: html! { "Methods and coverage" },
        lead: html! {
          @if let Some(words) = super::next::so_far(site) { (words) " How it will be collected and computed stands below." }
          @else {
            "Of " (count(tally.accounts as u64, "accounts")) ": "
            @for (i, kind) in Seen::ALL.iter().enumerate() {
                @if i > 0 { (if i + 1 == Seen::ALL.len() { " and " } else { ", " }) }
                (whole(tally.of_kind(*kind) as u64)) " " (kind.in_passing())
            }
            "."
          }
        },
        content,
        limits: vec![
            outputs_not_outcomes(),
            html! { "Private messages, closed groups and whatever was deleted before it was collected are not seen." },
            html! { "The register is as good as its sources. An account that nobody listed is missing here." },
            html! { "Counters such as likes are what the platform said at one instant. Platforms change how they count, and do not say so." },
        ],
        place,
    };
    layout::file(site, page)
}

pub(crate) fn collection(site: &Site<'_>) -> Markup {
    html! {
        section aria-labelledby="collection" {
            h2 id="collection" { "How it was collected" }
            p { "A register says which organisations there are and which accounts are theirs. What each account said in public was imported or collected in batches, and every try was written down, also those that brought nothing. What is known about an account is computed from these tries: zero, missing, cut off and not tried are four different things." }
            p { "Nothing observed after " (crate::when::minute(site.edition.as_at, &site.zone)) " (" (name(&site.edition.time_zone)) ") counts. Days and months begin at midnight in that time zone." }
            p { (sentences::withdrawn(site.edition.provenance.withdrawn)) }
        }
    }
}

/// How chats are counted, where the edition has any.
fn chats(site: &Site<'_>, place: &Place) -> Markup {
    if site.edition.chats.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="chats" {
            h2 id="chats" { "How chats are counted" }
            p { "A " a href=(place.to(CHATS)) { "chat" } " is what exports of a hashtag hold, and every record of them is accounted for: records read = posts + reposts + the same post again + others, and each chat’s page shows the sum. A search for a hashtag sees no account’s posts whole, so what only a chat brought is in no figure of an organisation." }
            dl.facts {
                div { dt { "Sessions" } dd { "are the hours of the chat’s schedule in which somebody wrote, with 10 minutes before and 15 after; without a schedule, runs of at least 10 posts by 3 people with no silence above 15 minutes. Within 7 days, replies, quotes and posts that name a question’s tag belong to the session afterwards." } }
                div { dt { "Questions" } dd { "are posts of a host with a tag like Q1, or those of the chat’s file. A post answers by its tag, by replying, within a thread, or by quoting; nothing is given to a question by its time alone, and what could not be given is shown as such. On a labelled set of two sessions that the rules had not seen, 88 of 100 answers that were given were right, and 88 of 100 were found." } }
                div { dt { "Participants" } dd { "are the different accounts that wrote a post or passed one on: a person with accounts on two platforms is two. New is who is first seen in the whole archive. People who withdrew are in sums, which name nobody, and in no list, picture or file." } }
                div { dt { "Months" } dd { "that are cut, or that no imported file reaches over, are gaps in a chart and no decline." } }
            }
            p { "Nobody is ranked: followers and views are in no number of a chat, and lists of people are in alphabetical order." }
        }
    }
}

pub(crate) fn coverage(site: &Site<'_>) -> Markup {
    let tally = &site.tally;
    let all = tally.accounts.max(1) as f64;
    let collected = site.stage.is_collected();
    let by_platform = html! {
        table {
            caption { "Accounts by platform, an account shared by several organisations counted once" }
            thead { tr {
                th scope="col" { "Platform" }
                @for kind in Seen::ALL { th.num scope="col" { (kind.title()) } }
                th.num scope="col" { "All" }
            } }
            tbody {
                @for (platform, seen) in &tally.by_platform {
                    tr {
                        th scope="row" { (platform) }
                        @for kind in Seen::ALL { td.num { (whole(seen.get(&kind).copied().unwrap_or(0) as u64)) } }
                        td.num { (whole(seen.values().sum::<usize>() as u64)) }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="coverage" {
            h2 id="coverage" { "How far we could see" }
            @let table = html! {
                table {
                    caption { "What the words mean" }
                    thead { tr { th scope="col" { "Posts" } th scope="col" { "Meaning" } @if collected { th.num scope="col" { "Accounts" } th.num scope="col" { "Share" } } } }
                    tbody {
                        @for kind in Seen::ALL {
                            tr {
                                th scope="row" { (kind.title()) }
                                td { (kind.meaning()) }
                                @if collected {
                                    td.num { (whole(tally.of_kind(kind) as u64)) }
                                    td.num { (percent(tally.of_kind(kind) as f64 / all)) }
                                }
                            }
                        }
                    }
                }
            };
            (scroll("Coverage: what the words mean", &table))
            @if tally.cut > 0 {
                p {
                    (sentences::capital(&count(tally.cut as u64, "accounts"))) " of " (whole(tally.accounts as u64))
                    (if tally.cut == 1 { " was" } else { " were" }) " cut off by the source, "
                    (if tally.cut_within == 0 { "none".to_owned() } else { whole(tally.cut_within as u64) })
                    " within the period. The page of each organisation says from when on its posts are known and why; "
                    code { "coverage.csv" } " has it as " code { "truncated" } " and " code { "seen_from" } "."
                }
            }
            @if collected && !tally.by_platform.is_empty() { (scroll("Coverage by platform", &by_platform)) }
            @if collected { p { "Post records received: " (whole(tally.rows)) ", rows of all answers together; a post that was asked for twice is counted twice here, and once in figures." } }
        }
    }
}

pub(crate) fn missing(site: &Site<'_>, place: &Place) -> Markup {
    let mut counted: BTreeMap<&MeasureId, [u64; STATUSES.len()]> = BTreeMap::new();
    let main = |measure: &MeasureId, period: &str| {
        site.edition
            .measures
            .iter()
            .find(|m| m.id == *measure)
            .is_some_and(|measure| site.headline_period(measure) == period)
    };
    let answers = site
        .edition
        .figures
        .iter()
        .map(|f| (&f.measure_id, f.period.as_str(), &f.answer))
        .chain(site.edition.group_figures.iter().map(|f| (&f.measure_id, f.period.as_str(), &f.answer)));
    for (measure, period, answer) in answers {
        if !main(measure, period) {
            continue;
        }
        let status = View::without_reason(answer).status();
        if let Some(at) = STATUSES.iter().position(|(id, _)| *id == status) {
            counted.entry(measure).or_default()[at] += 1;
        }
    }
    let table = html! {
        table data-sort="" {
            caption { "Answers by measure in the measure’s main period, all platforms together" }
            thead { tr {
                th scope="col" { "Measure" }
                th.num scope="col" { "Shown" }
                th.num scope="col" { "Too few" }
                th.num scope="col" { "Not collected" }
                th.num scope="col" { "Not offered" }
                th.num scope="col" { "Not covered" }
                th.num scope="col" { "Not reached" }
                th.num scope="col" { "Not computable" }
            } }
            tbody {
                @for measure in &site.edition.measures {
                    @let of_measure = counted.get(&measure.id).copied().unwrap_or_default();
                    tr {
                        th scope="row" { (measure_link(place, measure)) }
                        @for n in of_measure { td.num { (whole(n)) } }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="missing" {
            h2 id="missing" { "What is missing, and why" }
            p { "A figure is a value or the reason why there is none. Nothing is filled in." }
            dl.facts { @for (status, words) in STATUSES { div { dt { (sentences::capital(&status.replace('_', " "))) } dd { (words) } } } }
            @if !site.edition.measures.is_empty() { (scroll("What is missing, by measure", &table)) }
        }
    }
}

pub(crate) fn computing(site: &Site<'_>, place: &Place) -> Markup {
    let mut methods: Vec<(&'static str, Vec<&Measure>)> = Vec::new();
    for measure in &site.edition.measures {
        let words = super::measure::method(measure.interval_method());
        match methods.iter_mut().find(|(found, _)| *found == words) {
            Some((_, measures)) => measures.push(measure),
            None => methods.push((words, vec![measure])),
        }
    }
    let levels: std::collections::BTreeSet<String> = site
        .edition
        .measures
        .iter()
        .filter(|measure| measure.interval_method() != IntervalMethod::None)
        .map(|measure| level(measure.level_of_interval()))
        .collect();
    let levels: Vec<String> = levels.into_iter().collect();
    html! {
        section aria-labelledby="computing" {
            h2 id="computing" { "How it was computed" }
            p { "Each measure is a query that anyone can run: it yields counts and exposures, from which the estimate and its interval are computed. Figures keep the platform; engagement is never pooled across platforms. An account that several organisations share counts for each of them, and once in totals." }
            @if !methods.is_empty() {
                h3 id="intervals" { "Intervals" }
                @if !levels.is_empty() { p { "Levels used: " (sentences::list(&levels)) "." } }
                ul {
                    @for (words, measures) in &methods {
                        li {
                            (sentences::capital(words)) ": "
                            @for (i, measure) in measures.iter().enumerate() { @if i > 0 { ", " } (measure_link(place, measure)) }
                            "."
                        }
                    }
                }
            }
            h3 id="comparing" { "Comparing" }
            p { "Organisations are compared only within their peer group. The centre is what a member without peculiarity would show; the limits say how far from it chance, and what members differ by anyway, would carry one with as much data: 19 of 20 lie within the 95% limits, and 499 of 500 within those of 99.8%. Only who lies beyond the latter is said to stand out. How the limits were found stands with each comparison; where a group is too small, or a value has no error that is known, there is none, and the reason is told." }
            p { "A rank is told as an interval that holds the true rank, for all members at once, with the confidence stated; 1st is the largest value. A series is read by the rules of control charts: a point beyond the limits, seven or more on one side of the mean, seven or more that all rise or all fall, two of three near a limit. What is told is the state at the end of the series: what ended is no change now. Fewer points than the measure asks for, and series that are mostly zero, are not judged." }
            p { "The shaded middle half of a picture runs from the lower to the upper quartile of the peers’ values (type 7); the median is computed in the same way. It describes how values lie, and tests nothing." }
            p { "The three sentences on an organisation’s page come from standard measures. A strength is a figure that stands out on the side that is agreed to be better, with fewer than 5% false findings to expect among all comparisons of the edition that lie as far out (Benjamini–Hochberg), or a series that shifted there; where there is none, none is named. The one thing to try comes from the measure where it lies furthest on the other side; where it lies on that side nowhere, from the one where it is least far ahead, and the page says that nothing calls for a change. It is a suggestion, and not a verdict." }
            @if site.edition.peer_groups.iter().any(|group| group.id != "all") {
                h3 id="peers" { "Peer groups" }
                dl.facts {
                    @for group in site.edition.peer_groups.iter().filter(|group| group.id != "all") {
                        div {
                            dt { bdi { (name(&group.title)) } }
                            dd { (count(group.size as u64, "organisations")) ". " (crate::text::sentence(&group.reason)) }
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn sources(site: &Site<'_>) -> Markup {
    let notices = &site.edition.notices;
    html! {
        section aria-labelledby="sources" {
            h2 id="sources" { "Sources and licences" }
            @if notices.is_empty() { p { "No notices are recorded." } } @else {
                ul {
                    @for notice in notices {
                        li {
                            bdi { (name(&notice.what)) } ", by " bdi { (name(&notice.by)) } ". " bdi { (name(&notice.licence)) } "."
                            @if let Some(url) = &notice.url { " " (outside(url)) }
                        }
                    }
                }
            }
            @if let Some(licence) = &site.edition.publication.licence { p { "The figures of this edition: " bdi { (name(licence)) } "." } }
        }
    }
}

fn inputs(site: &Site<'_>) -> Markup {
    let provenance = &site.edition.provenance;
    let files = html! {
        table {
            caption { "Files that the edition was made from" }
            thead { tr { th scope="col" { "File" } th.num scope="col" { "Size" } th scope="col" { "SHA-256" } } }
            tbody { @for input in &provenance.inputs {
                tr { th scope="row" { bdi { (name(&input.path)) } } td.num { (bytes(input.bytes)) } td { (hash(&input.sha256)) } }
            } }
        }
    };
    let batches = html! {
        table {
            caption { "What was imported or collected" }
            thead { tr {
                th scope="col" { "Batch" } th scope="col" { "Where it comes from" } th scope="col" { "On what terms" } th scope="col" { "Kept" } th scope="col" { "SHA-256" }
            } }
            tbody { @for batch in &provenance.batches {
                tr {
                    th scope="row" { bdi { (name(&batch.batch)) } }
                    td { (bdi(&batch.source)) }
                    td { (lane(&batch.lane)) }
                    td { (bdi(&batch.retention)) }
                    td { @if batch.input_hash.is_empty() { (dash()) } @else { (hash(&batch.input_hash)) } }
                }
            } }
        }
    };
    html! {
        section aria-labelledby="inputs" {
            h2 id="inputs" { "From what it can be rebuilt" }
            p {
                "SoMeasure " (name(&provenance.tool_version)) ", ledger schema " (provenance.schema_version) ", seed " (provenance.seed)
                ". The same inputs give the same edition, byte for byte."
            }
            @if !provenance.inputs.is_empty() { (scroll("Files that the edition was made from", &files)) }
            @if !provenance.batches.is_empty() { (scroll("Batches", &batches)) }
        }
    }
}

fn hash(hash: &str) -> Markup {
    html! { code.hash { (shorten(&crate::text::clean(hash), 64)) } }
}

fn lane(lane: &str) -> String {
    match lane {
        "open" => "open: anyone may ask, without a key".to_owned(),
        "keyed" => "keyed: with a key, on the platform’s terms".to_owned(),
        "contributed" => "contributed: by the owner, or published under a licence".to_owned(),
        other => name(other),
    }
}
