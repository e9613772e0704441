//! How to read the pictures: each with a picture of invented numbers and three sentences.

use maud::{Markup, html};

use someasure_model::Position;

use crate::File;
use crate::chart::{
    Control, Drawing, Funnel, Member, Point, PointKind, Row, Rows, Sign, Strip, control, funnel, line,
};
use crate::copies::keys;
use crate::layout::{self, Page, Place, figure};
use crate::pages::cards::marked;
use crate::site::{HOW_TO_READ, METHODS, Site};
use crate::text::name;
use crate::view::STATUSES;

pub(crate) fn page(site: &Site<'_>) -> File {
    let place = Place::new(HOW_TO_READ);
    let invented = html! { "Invented numbers" };
    let content = html! {
        @for lesson in lessons() {
            section aria-labelledby=(lesson.id) {
                h2 id=(lesson.id) { (lesson.heading) }
                p { (lesson.words) }
                (figure(&html! { (lesson.title) }, &invented, &lesson.page, (!lesson.keys.is_empty()).then(|| keys(&lesson.keys)).as_ref()))
                @if lesson.id == "control" {
                    p { "What the marks mean:" }
                    div.figure-below { (keys(&MARKS)) }
                }
            }
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
        description:
            "Intervals, strips, funnels, ranks, lines and control charts: a picture and three sentences each."
                .to_owned(),
        kicker: None,
        heading: html! { "How to read this" },
        lead: html! { "Six kinds of pictures, each with three sentences. All numbers on this page are invented." },
        content,
        limits: vec![html! {
            "An interval covers chance. It does not cover what was never seen: that is on the "
            a href=(place.to(METHODS)) { "methods page" } "."
        }],
        place,
    };
    layout::file(site, page)
}

/// A kind of picture: three sentences, and one with invented numbers.
pub(crate) struct Lesson {
    pub(crate) id: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) words: &'static str,
    /// What the picture shows, in a few words.
    pub(crate) title: &'static str,
    pub(crate) alt: &'static str,
    pub(crate) page: Markup,
    pub(crate) drawing: Drawing,
    pub(crate) keys: Vec<Key>,
}

type Key = (&'static str, Sign, &'static str);

/// What the marks of a control chart mean.
pub(crate) const MARKS: [Key; 3] = [
    ("c-improved", Sign::Up, "improvement"),
    ("c-unusual", Sign::Diamond, "unusual, on the less good side"),
    ("c-neutral", Sign::Square, "unusual, with no agreed better direction"),
];

/// One for each kind of picture.
pub(crate) fn lessons() -> Vec<Lesson> {
    let rows = |rows: &[Row], alt: &str| (drawn(rows).on_page(alt), drawn(rows).drawing());
    let plain = |drawing: Drawing, alt: &str| (drawing.on_page(alt), drawing);
    let lesson = |id, heading, words, title, alt, (page, drawing), keys| Lesson {
        id,
        heading,
        words,
        title,
        alt,
        page,
        drawing,
        keys,
    };
    let chart = shifted();
    let alt = [
        "Three rows. A dot at 12 with a short line from 11.1 to 12.9; a dot at 12 with a long line from 8.2 to 15.8; a hollow dot at 9 with a line from 6.8 to 11.2, which was cut off.",
        "Eleven dots from 2 to 11; a diamond on a stem at 7.7, within the shaded part from 2.4 to 8.6.",
        "A funnel of 24 members around a centre of 30%; its limits narrow from left to right. Cedar lies above the 99.8% limits, Elm below them, and Birch between the upper 95% and 99.8% limits.",
        "Six rows in alphabetical order, each with a line of the ranks that the data allow. Birch can only be first; the lines of the five others overlap.",
        "A line from January to December between 4.9 and 7, with a band around it and a gap in June and July.",
        "A control chart from January to December: mean 24, limits 12 and 36. The last eight points lie above the mean and are marked as an improvement.",
    ];
    vec![
        lesson(
            "interval",
            "An interval: how sure a value is",
            "The dot is what was counted, and the line is where the true value likely lies. A long line means that few data stand behind the dot, and that next month it may well be elsewhere. With 95% intervals, about 19 of 20 such lines hold the true value; which ones do not, nobody knows.",
            "Same value, different certainty",
            alt[0],
            rows(&intervals(), alt[0]),
            Vec::new(),
        ),
        lesson(
            "peers",
            "A strip: where one organisation lies among its peers",
            "Each dot is an organisation of the same peer group, and the diamond on its stem is the one whose page you are reading. The shaded part is where we would expect it to lie if only chance, and what members differ by anyway, moved it; where that could not be found, it is the middle half of the peers. Lying outside it is not by itself good or bad.",
            "One organisation among eleven",
            alt[1],
            plain(peers(), alt[1]),
            Vec::new(),
        ),
        lesson(
            "funnel",
            "A funnel: who differs by more than chance",
            "Members of a peer group stand from those with little data on the left to those with much on the right, and the level line is what a member without peculiarity would show. The more data, the less room chance has: of 500 members that do not differ, about one lies outside the dashed 99.8% limits, and about 25 outside the dotted 95% limits. A triangle beyond the dashed limits says that chance alone hardly explains the place; it does not say why, and local circumstances may.",
            "Two of 24 lie outside what chance explains",
            alt[2],
            plain(members(), alt[2]),
            vec![
                ("c-out", Sign::Up, "above the 99.8% limits"),
                ("c-out", Sign::Down, "below the 99.8% limits"),
                ("c-edge", Sign::Diamond, "beyond the 95% limits"),
            ],
        ),
        lesson(
            "rank",
            "A rank as an interval: why there is no league table",
            "Each line holds the ranks that the data allow an organisation, and the dot is the place in the data at hand. Where two lines overlap, the data do not say which of the two comes first. With 95% confidence all true ranks lie within their lines at once, which is why the lines are long.",
            "Only the first place is clear",
            alt[3],
            rows(&ranks(), alt[3]),
            Vec::new(),
        ),
        lesson(
            "series",
            "A line: how it went over time",
            "Each point is a month, and the band around the line is its interval. A gap with a dotted foot is a month without a value, and nothing is drawn across it. Ups and downs are normal: most of them mean nothing.",
            "A year with two months missing",
            alt[4],
            plain(months(), alt[4]),
            Vec::new(),
        ),
        lesson(
            "control",
            "A control chart: change, or the usual ups and downs",
            "The level line is the mean of the series, and within the shaded limits chance keeps almost all points. A point beyond them, seven or more on one side of the mean, seven or more that all rise or fall, or two of three near a limit are marked: then it is a change, and we say since when. Everything else is movement as usual, and explaining it would be explaining chance.",
            "Shifted up since May",
            alt[5],
            plain(control(&chart), alt[5]),
            marked(&chart),
        ),
    ]
}

fn intervals() -> [Row; 3] {
    let row = |label: &str, value: f64, lower: f64, upper: f64, cut_off: bool| Row {
        label: html! { (label) },
        name: label.to_owned(),
        text: crate::number::fixed(value, 1),
        value,
        interval: Some((lower, upper)),
        cut_off,
        limits: None,
    };
    [
        row("Based on 400 posts", 12.0, 11.1, 12.9, false),
        row("Based on 25 posts", 12.0, 8.2, 15.8, false),
        row("Based on 60 posts, cut off", 9.0, 6.8, 11.2, true),
    ]
}

fn drawn(rows: &[Row]) -> Rows<'_> {
    Rows { rows, percent: false, shade_middle: false, centre: None, bars: false }
}

fn ranks() -> [Row; 6] {
    let row = |label: &str, rank: u64, lower: u64, upper: u64| Row {
        label: html! { (label) },
        name: label.to_owned(),
        text: if lower == upper {
            format!("{} only", crate::sentences::ordinal(lower))
        } else {
            format!("{} to {}", crate::sentences::ordinal(lower), crate::sentences::ordinal(upper))
        },
        value: rank as f64,
        interval: Some((lower as f64, upper as f64)),
        cut_off: false,
        limits: None,
    };
    [
        row("Alder", 4, 2, 6),
        row("Birch", 1, 1, 1),
        row("Cedar", 3, 2, 5),
        row("Elm", 6, 3, 6),
        row("Fir", 2, 2, 5),
        row("Hazel", 5, 2, 6),
    ]
}

fn peers() -> Drawing {
    let values = [2.0, 3.1, 3.4, 4.0, 4.1, 4.9, 5.2, 5.3, 6.8, 7.7, 11.0];
    Strip::of(&values, false)
        .map_or_else(Drawing::default, |peers| peers.drawing(Some(7.7), Some((2.4, 8.6))))
}

/// Twenty-four members, of whom the last but four lies far above and another far below.
fn members() -> Drawing {
    let members: Vec<Member> = (0..24)
        .map(|i| {
            let error = 11.0 / f64::from(i + 2).sqrt();
            let (z, position) = match i {
                19 => (4.4, Position::Above998),
                8 => (-3.9, Position::Below998),
                13 => (2.5, Position::Above95),
                _ => (f64::from(i * 29 % 17) / 5.5 - 1.45, Position::Within),
            };
            Member {
                name: ["Birch", "Cedar", "Elm"][usize::from(i == 19) + 2 * usize::from(i == 8)].to_owned(),
                value: 30.0 + z * error,
                limits95: (30.0 - 1.96 * error, 30.0 + 1.96 * error),
                limits998: (30.0 - 3.09 * error, 30.0 + 3.09 * error),
                position,
            }
        })
        .collect();
    funnel(&Funnel {
        members: &members,
        centre: 30.0,
        centre_in_words: "centre 30%",
        percent: true,
        one_in: 1,
    })
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn months() -> Drawing {
    let values = [5.0, 6.1, 5.4, 4.9, 6.6, 0.0, 0.0, 5.8, 7.0, 6.2, 5.1, 5.9];
    let points: Vec<Point> = MONTHS
        .iter()
        .zip(values)
        .map(|(month, value)| Point {
            label: (*month).to_owned(),
            value: (value > 0.0).then_some(value),
            interval: (value > 0.0).then_some((value - 1.4, value + 1.4)),
        })
        .collect();
    line(&points, false)
}

/// Eight months above the mean after four below it.
fn shifted() -> Control {
    let values = [18.0, 21.0, 16.5, 19.0, 25.5, 28.0, 24.8, 27.0, 26.0, 29.5, 25.0, 27.5];
    Control {
        points: MONTHS
            .iter()
            .zip(values)
            .map(|(month, value)| {
                let kind = if value > 24.0 { PointKind::Improvement } else { PointKind::Expected };
                ((*month).to_owned(), Some(value), kind, true)
            })
            .collect(),
        limits: Some((24.0, 12.0, 36.0)),
        words: Some(["mean 24", "lower limit 12", "upper limit 36"].map(str::to_owned)),
        percent: false,
        small: false,
    }
}
