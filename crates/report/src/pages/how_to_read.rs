//! How to read the pictures: each with a picture of invented numbers and three sentences.

use maud::{Markup, html};

use crate::File;
use crate::chart::{Point, Row, Strip, line, rows, strip};
use crate::layout::{self, Page, Place, figure};
use crate::site::{HOW_TO_READ, METHODS, Site};
use crate::text::name;
use crate::view::STATUSES;

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(HOW_TO_READ);
    let invented = html! { "Invented numbers" };
    let content = html! {
        section aria-labelledby="interval" {
            h2 id="interval" { "An interval: how sure a value is" }
            p { "The dot is what was counted, and the line is where the true value likely lies. A long line means that few data stand behind the dot, and that next month it may well be elsewhere. With 95% intervals, about 19 of 20 such lines hold the true value; which ones do not, nobody knows." }
            (figure(&html! { "Same value, different certainty" }, &invented, &intervals(), None))
        }
        section aria-labelledby="peers" {
            h2 id="peers" { "A strip: where one organisation lies among its peers" }
            p { "Each dot is an organisation of the same peer group, and the diamond on its stem is the one whose page you are reading. Half of the peers lie in the shaded part. Lying outside it is not by itself good or bad: a quarter of the peers lie on either side, whatever they do." }
            (figure(&html! { "One organisation among eleven" }, &invented, &peers(), None))
        }
        section aria-labelledby="series" {
            h2 id="series" { "A line: how it went over time" }
            p { "Each point is a month, and the band around the line is its interval. A gap with a dotted foot is a month without a value, and nothing is drawn across it. Ups and downs are normal: most of them mean nothing." }
            (figure(&html! { "A year with two months missing" }, &invented, &months(), None))
        }
        section aria-labelledby="none" {
            h2 id="none" { "Where there is no value" }
            p { "A figure is a value or the reason why there is none. Zero is a value." }
            dl.facts {
                @for (status, words) in STATUSES.iter().skip(1) {
                    div { dt { (crate::sentences::capital(&status.replace('_', " "))) } dd { (words) "." } }
                }
                div { dt { "Cut off" } dd { "There is a value, and it rests only on the part of the period that could be seen." } }
            }
        }
        section aria-labelledby="better" {
            h2 id="better" { "Which way is better" }
            p { "Beside every value stands whether higher or lower is better, whether it only describes, or whether people disagree. Where they disagree we do not take a side." }
        }
    };
    let page = Page {
        title: format!("How to read this – {}", crate::text::shorten(&name(&site.edition.title), 40)),
        description: "Intervals, strips and lines: a picture and three sentences each.".to_owned(),
        kicker: None,
        heading: html! { "How to read this" },
        lead: html! { "Three kinds of pictures, each with three sentences. All numbers on this page are invented." },
        content,
        limits: vec![html! {
            "An interval covers chance. It does not cover what was never seen: that is on the "
            a href=(place.to(METHODS)) { "methods page" } "."
        }],
        place,
    };
    layout::file(site, page)
}

fn intervals() -> Markup {
    let row = |label: &str, value: f64, lower: f64, upper: f64, cut_off: bool| Row {
        label: html! { (label) },
        text: crate::number::fixed(value, 1),
        value,
        interval: Some((lower, upper)),
        cut_off,
    };
    rows(
        &[
            row("Based on 400 posts", 12.0, 11.1, 12.9, false),
            row("Based on 25 posts", 12.0, 8.2, 15.8, false),
            row("Based on 60 posts, cut off", 9.0, 6.8, 11.2, true),
        ],
        false,
        false,
        "Three rows. A dot at 12 with a short line from 11.1 to 12.9; a dot at 12 with a long line from 8.2 to 15.8; a hollow dot at 9 with a line from 6.8 to 11.2, which was cut off.",
    )
}

fn peers() -> Markup {
    let values = [2.0, 3.1, 3.4, 4.0, 4.1, 4.9, 5.2, 5.3, 6.8, 7.7, 11.0];
    Strip::of(&values, false).map_or_else(
        || html! {},
        |peers| {
            strip(&peers, Some(7.7), "Eleven dots from 2 to 11, the middle half shaded from 3.7 to 6.1; a diamond on a stem at 7.7.")
        },
    )
}

fn months() -> Markup {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let values = [5.0, 6.1, 5.4, 4.9, 6.6, 0.0, 0.0, 5.8, 7.0, 6.2, 5.1, 5.9];
    let points: Vec<Point> = NAMES
        .iter()
        .zip(values)
        .map(|(month, value)| Point {
            label: (*month).to_owned(),
            value: (value > 0.0).then_some(value),
            interval: (value > 0.0).then_some((value - 1.4, value + 1.4)),
        })
        .collect();
    line(
        &points,
        false,
        "A line from January to December between 4.9 and 7, with a band around it and a gap in June and July.",
    )
}
