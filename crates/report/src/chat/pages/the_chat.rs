//! One chat: what it is, how much was said in it and by how many, session by session and over the years.

use maud::{Markup, html};
use someasure_model::chat::{ChatReport, SessionStatistics};

use super::{consent, in_short, in_tab, network_path, page_of, roll, session_path, zone};
use crate::File;
use crate::chart::Sign;
use crate::chat::pictures::{self, MOST_BARS, Pace};
use crate::chat::sentences;
use crate::copies::{Chart, Copies};
use crate::data;
use crate::layout::{self, Page, Place, dash, outside, scroll};
use crate::number::{count, percent, whole};
use crate::site::Site;
use crate::text::{bdi, name, sentence};

/// So many addresses are listed; the file has all.
const MOST_LINKS: usize = 15;
/// So many sessions are listed at once; the others are behind a click.
const SESSIONS_AT_ONCE: usize = 10;

pub(super) fn files(site: &Site<'_>, chat: &ChatReport) -> Vec<File> {
    let place = Place::new(super::chat_path(&chat.id));
    let mut copies = Copies::of(site, &place);
    let statistics = &chat.statistics;
    let content = html! {
        @if !chat.about.trim().is_empty() { p { bdi { (sentence(&chat.about)) } } }
        (numbers(chat))
        (sessions(&place, chat))
        section aria-labelledby="over-time" {
            h2 id="over-time" { "Over time" }
            (participants(&mut copies, chat))
            (series(&mut copies, chat))
            (months(&mut copies, chat))
            @if let Some(retention) = sentences::retention(&statistics.months) { p { (retention) } }
        }
        (latest(site, &mut copies, chat))
        section aria-labelledby="floor" {
            h2 id="floor" { "How the floor was shared" }
            p { (sentences::floor(&statistics.all, chat.evenness.all)) }
            @if let Some(quiet) = sentences::quiet(&statistics.all) { p { (quiet) } }
            @if let Some(both_ways) = sentences::reciprocity(statistics.all.reciprocity) { p { (both_ways) } }
            p { (sentences::sides(&statistics.all)) }
        }
        (organisations(site, &place, chat))
        (links(&statistics.links, statistics.links_left_out))
        (roll::section(site, &place, chat))
        section aria-labelledby="network" {
            h2 id="network" { "Who spoke to whom" }
            p {
                (crate::chat::pages::network::finding(chat)) " "
                a href=(place.to(&network_path(&chat.id))) { "The network with its picture, its table and its files" }
            }
        }
        (consent(site, &place, chat))
        (reconciled(chat))
    };
    let hashtags: Vec<String> = chat.hashtags.iter().take(12).map(|tag| format!("#{}", name(tag))).collect();
    let page = Page {
        title: format!(
            "{} – chat – {}",
            in_tab(chat),
            crate::text::shorten(&name(&site.edition.edition), 16)
        ),
        description: format!("The chat {}: its sessions, what was said and by how many.", name(&chat.title)),
        kicker: Some(html! { "Hashtag chat · " bdi { (hashtags.join(" ")) } " · " (name(&chat.time_zone)) }),
        heading: bdi(&chat.title),
        lead: html! { (in_short(chat)) },
        content,
        limits: super::limits(),
        place: place.clone(),
    };
    let mut files = vec![layout::file(site, page)];
    files.extend(copies.files());
    files.push(File { path: format!("site/{}roll.csv", place.directory()), bytes: roll::csv(chat) });
    files.push(File { path: format!("site/{}links.csv", place.directory()), bytes: links_csv(chat) });
    files
}

fn numbers(chat: &ChatReport) -> Markup {
    let statistics = &chat.statistics;
    let all = &statistics.all;
    let number = |n: u64, what: &str| html! { div { dt { (what) } dd { (whole(n)) } } };
    html! {
        section aria-labelledby="numbers" {
            h2 id="numbers" { "In numbers" }
            dl.numbers {
                (number(all.participants.into(), "people took part"))
                (number(statistics.sessions.len() as u64, "sessions"))
                (number(all.posts.into(), "posts"))
                (number(all.replies.into(), "of them replies"))
                (number(all.reposts.into(), "reposts"))
            }
            @if let Some(conversation) = sentences::conversation(all.conversation) { p { (conversation) } }
            p {
                "Of posts and reposts, " (whole(statistics.in_sessions.into())) " came in sessions, "
                (whole(statistics.afterwards.into())) " in the days after in reply to them, and "
                (whole(statistics.between.into())) " between sessions."
            }
            @for said in sentences::withdrawn(all, statistics.deleted) { p { (said) } }
        }
    }
}

fn sessions(place: &Place, chat: &ChatReport) -> Markup {
    let sessions = &chat.statistics.sessions;
    if sessions.is_empty() {
        return html! {};
    }
    let latest: Vec<&SessionStatistics> = sessions.iter().rev().take(SESSIONS_AT_ONCE).collect();
    html! {
        section aria-labelledby="sessions" {
            h2 id="sessions" { "Sessions" }
            (scroll("The latest sessions", &table_of_sessions(place, chat, &latest)))
            @if latest.len() < sessions.len() {
                details {
                    summary { "Show all " (count(sessions.len() as u64, "sessions")) }
                    (scroll("All sessions", &table_of_sessions(place, chat, &sessions.iter().rev().collect::<Vec<_>>())))
                }
            }
        }
    }
}

fn table_of_sessions(place: &Place, chat: &ChatReport, sessions: &[&SessionStatistics]) -> Markup {
    let transcript =
        |session: &SessionStatistics| chat.transcripts.iter().find(|one| one.session == session.id);
    let topic = |session: &SessionStatistics| {
        let topic = transcript(session)?.topic.as_deref().map(sentences::topic)?;
        (!topic.is_empty()).then_some(topic)
    };
    let any_topic = sessions.iter().any(|session| topic(session).is_some());
    html! {
        table data-sort {
            caption { "The latest first" @if sessions.iter().any(|session| transcript(session).is_some()) { "; those with a link can be read" } }
            thead { tr {
                th scope="col" { "Day" }
                @if any_topic { th scope="col" { "About" } }
                th.num scope="col" { "People" }
                th.num scope="col" { "New" }
                th.num scope="col" { "Posts" }
                th.num scope="col" { "Replies and quotes" }
                th.num scope="col" { "Questions" }
            } }
            tbody {
                @for session in sessions {
                    @let day = sentences::session(&session.id.to_string());
                    tr {
                        th scope="row" {
                            @if transcript(session).is_some() { a href=(place.to(&session_path(&chat.id, session.id))) { (day) } } @else { (day) }
                        }
                        @if any_topic { td.told { @match topic(session) { Some(topic) => { bdi { (topic) } } None => { (dash()) } } } }
                        td.num { (whole(session.counts.participants.into())) }
                        td.num { (whole(session.counts.new.into())) }
                        td.num { (whole(session.counts.posts.into())) }
                        td.num { @match session.counts.conversation.share() { Some(share) => { (percent(share)) } None => { (dash()) } } }
                        td.num { (whole(session.questions.into())) }
                    }
                }
            }
        }
    }
}

fn participants(copies: &mut Copies<'_, '_>, chat: &ChatReport) -> Markup {
    let all = &chat.statistics.sessions;
    let shown = &all[all.len().saturating_sub(MOST_BARS)..];
    let Some(last) = shown.last() else { return html! {} };
    let each: Vec<u32> = shown.iter().map(|session| session.counts.participants).collect();
    let (least, most) = (each.iter().min().copied().unwrap_or(0), each.iter().max().copied().unwrap_or(0));
    let title = if least == most {
        format!("Every session had {}", sentences::people(most.into()))
    } else {
        format!("Sessions had between {} and {} people", whole(least.into()), whole(most.into()))
    };
    let which = if shown.len() < all.len() {
        format!("the latest {} of {}", whole(shown.len() as u64), count(all.len() as u64, "sessions"))
    } else {
        count(all.len() as u64, "sessions")
    };
    let alt =
        format!("Bars for {which}: {title}. In the latest, {}", sentences::took_part(&last.counts, true));
    let drawing = pictures::participants(shown);
    let rows = shown.iter().map(|session| {
        let counts = &session.counts;
        let mut row = vec![session.id.to_string()];
        row.extend(
            [counts.participants, counts.new, counts.returning, counts.posts, counts.reposts]
                .map(|n| n.to_string()),
        );
        row
    });
    copies.figure(Chart {
        id: "participants".to_owned(),
        title,
        subtitle: vec!["People by session".to_owned(), which],
        alt: alt.clone(),
        picture: drawing.on_page(&alt),
        drawing,
        keys: vec![
            ("c-again", Sign::Square, "had been there before"),
            ("c-new", Sign::Square, "for the first time"),
        ],
        below: html! {},
        numbers: (vec!["session", "participants", "new", "returning", "posts", "reposts"], rows.collect()),
    })
}

fn series(copies: &mut Copies<'_, '_>, chat: &ChatReport) -> Markup {
    let Some(series) = chat.participants.as_ref().filter(|series| series.limits.is_some()) else {
        return html! { @if let Some(series) = &chat.participants { p { (sentences::change(series)) } } };
    };
    let said = sentences::change(series);
    let drawing = pictures::series(series);
    let alt = format!(
        "A control chart of participants in {}. {said}",
        count(series.points.len() as u64, "sessions")
    );
    let rows = series.points.iter().map(|point| {
        vec![
            data::text(&point.period),
            point.value.map_or_else(String::new, crate::number::exact),
            point.signal.map_or_else(String::new, |(rule, _)| rule.as_str().to_owned()),
        ]
    });
    copies.figure(Chart {
        id: "change".to_owned(),
        title: said.trim_end_matches('.').to_owned(),
        subtitle: vec!["People by session with the limits of chance".to_owned()],
        alt: alt.clone(),
        picture: drawing.on_page(&alt),
        drawing,
        keys: if series.points.iter().any(|point| point.signal.is_some()) {
            vec![("c-neutral", Sign::Square, "more than chance explains")]
        } else {
            Vec::new()
        },
        below: html! {},
        numbers: (vec!["session", "participants", "rule"], rows.collect()),
    })
}

fn months(copies: &mut Copies<'_, '_>, chat: &ChatReport) -> Markup {
    let months = &chat.statistics.months;
    let drawing = pictures::months(months);
    let whole_months: Vec<_> = months.iter().filter(|month| month.whole).collect();
    let Some(most) = whole_months.iter().rev().max_by_key(|month| month.counts.participants) else {
        return html! {};
    };
    let title = format!(
        "Most people took part {}: {}",
        crate::when::within(&most.month),
        whole(most.counts.participants.into())
    );
    let missing = sentences::not_covered(months);
    let alt = format!(
        "A line by month over {}. {title}.{}",
        count(months.len() as u64, "months"),
        missing.as_deref().map_or_else(String::new, |said| format!(" {said}"))
    );
    let mut subtitle = vec!["People by month".to_owned(), "months that are cut are left out".to_owned()];
    subtitle.extend(missing.map(|said| said.trim_end_matches('.').to_owned()));
    let rows = months.iter().map(|month| {
        let counts = &month.counts;
        let mut row = vec![month.month.to_string(), month.whole.to_string(), month.sessions.to_string()];
        row.extend(
            [counts.participants, counts.new, counts.returning, counts.posts, counts.reposts]
                .map(|n| n.to_string()),
        );
        let part = month.retention;
        row.push(part.map_or_else(String::new, |part| part.count.to_string()));
        row.push(part.map_or_else(String::new, |part| part.of.to_string()));
        row.push(month.not_covered.to_string());
        row
    });
    copies.figure(Chart {
        id: "months".to_owned(),
        title,
        subtitle,
        alt: alt.clone(),
        picture: drawing.on_page(&alt),
        drawing,
        keys: Vec::new(),
        below: html! {},
        numbers: (
            vec![
                "month",
                "whole",
                "sessions",
                "participants",
                "new",
                "returning",
                "posts",
                "reposts",
                "seen_again",
                "seen_again_of",
                "not_covered",
            ],
            rows.collect(),
        ),
    })
}

fn latest(site: &Site<'_>, copies: &mut Copies<'_, '_>, chat: &ChatReport) -> Markup {
    let Some(session) = chat.statistics.sessions.last() else { return html! {} };
    html! {
        section aria-labelledby="latest" {
            h2 id="latest" { "The latest session, on " (sentences::session(&session.id.to_string())) }
            p { (sentences::took_part(&session.counts, true)) " " (sentences::said(&session.counts)) }
            (pace(copies, session, &zone(site, chat)))
        }
    }
}

/// How fast a session was.
pub(super) fn pace(
    copies: &mut Copies<'_, '_>,
    session: &SessionStatistics,
    zone: &jiff::tz::TimeZone,
) -> Markup {
    let Some(pace) = Pace::of(session) else { return html! {} };
    let Some(title) = sentences::pace(session.pace_from, &session.pace, zone) else { return html! {} };
    let drawing = pace.drawing(zone);
    let total: u64 = pace.parts.iter().map(|(_, n)| n).sum();
    let alt = format!("Posts and reposts of {}, {} in all. {title}.", pace.each(), whole(total));
    let rows = session
        .pace
        .iter()
        .enumerate()
        .map(|(i, n)| vec![pictures::after(session.pace_from, i as i64).to_string(), n.to_string()]);
    copies.figure(Chart {
        id: "pace".to_owned(),
        title,
        subtitle: vec![
            format!("Posts and reposts, {}", pace.each()),
            sentences::session(&session.id.to_string()),
        ],
        alt: alt.clone(),
        picture: drawing.on_page(&alt),
        drawing,
        keys: Vec::new(),
        below: html! {},
        numbers: (vec!["minute", "posts_and_reposts"], rows.collect()),
    })
}

fn organisations(site: &Site<'_>, place: &Place, chat: &ChatReport) -> Markup {
    if chat.organisations.is_empty() {
        return html! {};
    }
    let mut all: Vec<_> = chat.organisations.iter().collect();
    all.sort_by_key(|part| (name(&part.name).to_lowercase(), part.organisation_id.clone()));
    html! {
        section aria-labelledby="organisations" {
            h2 id="organisations" { "Organisations that took part" }
            ul.columns {
                @for part in all {
                    li {
                        @match page_of(site, place, &part.organisation_id) {
                            Some(page) => { a href=(page) { (bdi(&part.name)) } }
                            None => { (bdi(&part.name)) }
                        }
                        @match part.sessions { 0 => { ", between sessions" } n => { ", " (count(n.into(), "sessions")) } }
                    }
                }
            }
        }
    }
}

fn links(links: &[someasure_model::chat::SharedLink], left_out: u32) -> Markup {
    let shown: Vec<_> = links
        .iter()
        .filter(|link| crate::text::web_address(&link.address).is_some())
        .take(MOST_LINKS)
        .collect();
    if shown.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            caption { "Addresses that people shared, by how many shared them and then alphabetically" }
            thead { tr { th scope="col" { "Address" } th.num scope="col" { "People" } th.num scope="col" { "Posts" } } }
            tbody { @for link in &shown {
                tr {
                    th scope="row" { (outside(&link.address)) }
                    td.num { (whole(link.people.into())) }
                    td.num { (whole(link.posts.into())) }
                }
            } }
        }
    };
    html! {
        section aria-labelledby="links" {
            h2 id="links" { "What was shared" }
            (scroll("Addresses that were shared", &table))
            p {
                @if links.len() > shown.len() { (whole(shown.len() as u64)) " of " (count(links.len() as u64, "addresses")) ". " }
                a href="links.csv" { "All of them as CSV" }
                @if left_out == 1 { ". 1 more leads to somebody who is not named, and is left out." }
                @if left_out > 1 { ". " (whole(left_out.into())) " more lead to people who are not named, and are left out." }
            }
        }
    }
}

fn links_csv(chat: &ChatReport) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(["address", "people", "posts"]);
    for link in &chat.statistics.links {
        let _ =
            writer.write_record([data::text(&link.address), link.people.to_string(), link.posts.to_string()]);
    }
    writer.into_inner().unwrap_or_default()
}

/// How what was read became what is counted.
fn reconciled(chat: &ChatReport) -> Markup {
    let tally = &chat.tally;
    let row = |what: &str, n: u64| html! { tr { th scope="row" { bdi { (what) } } td.num { (whole(n)) } } };
    let table = html! {
        table.counts {
            caption { "Every record that was read, and what became of it" }
            thead { tr { th scope="col" { "What" } th.num scope="col" { "Records" } } }
            tbody {
                (row("Posts of the chat", tally.posts))
                (row("Reposts of the chat", tally.reposts))
                (row("The same post in another record", tally.duplicates))
                @for (why, n) in &tally.other { (row(&crate::sentences::capital(&name(why)), *n)) }
            }
            tfoot { (row("Read", tally.read)) }
        }
    };
    html! {
        section aria-labelledby="reconciled" {
            h2 id="reconciled" { "How the counts add up" }
            (scroll("Every record that was read", &table))
            p { "Of the posts, " (whole(tally.replies)) " reply to another." }
            @match tally.unexplained() {
                0 => {}
                n => { p.cut-off { "These do not add up: " (whole(u64::try_from(n.unsigned_abs()).unwrap_or(u64::MAX))) (if n > 0 { " records are not explained." } else { " records are explained twice." }) } }
            }
            @if chat.statistics.outside > 0 {
                p { (count(chat.statistics.outside.into(), "posts")) (if chat.statistics.outside == 1 { " lies" } else { " lie" }) " before the chat’s first day, after its last, or in a time that has not come: kept, and not among the numbers of this page." }
            }
            (words())
        }
    }
}

/// What the numbers of these pages mean.
fn words() -> Markup {
    let words = [
        ("Took part", "wrote a post of their own or passed one on."),
        ("New", "had never been seen before in the chat. The others had."),
        ("Posts", "that are no reposts. A quote with words of its own is a post."),
        ("Answered or quoted", "replies to another post, or quotes one."),
        ("Both ways", "of two people, each answered or quoted the other."),
        ("Seen again", "took part again in the three months after the month."),
        ("Began a conversation", "wrote a post that replies to nothing and that others answered."),
    ];
    html! {
        details {
            summary { "What the words mean" }
            dl.facts { @for (word, what) in words { div { dt { (word) } dd { (what) } } } }
        }
    }
}
