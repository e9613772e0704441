//! Editions written by hand: an invented family of bodies, large enough that every page has something to
//! show and every kind of gap occurs. Nothing in it is about a real body.

pub(crate) mod beginning;
pub(crate) mod chat;
pub(crate) mod compared;
pub(crate) mod many;
mod measures;
pub(crate) mod story;
pub(crate) mod told;

use self::measures::MEASURES;
use someasure_model::time::time_zone;
use someasure_model::{
    Account, AccountCoverage, AccountId, Answer, BatchNote, Closed, Denominator, Disagreement, Edition,
    Entry, Evidence, Figure, Gap, Granularity, GroupFigure, Input, Instant, Interval, Measure, Missing,
    NotListed, Notice, Organisation, Outcome, Past, PastName, PeerGroup, Period, Platform, Provenance,
    Publication, Span, Succeeded, Table,
};

/// A small generator of numbers that is the same everywhere.
pub(crate) struct Chance(u64);

impl Chance {
    /// From a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    /// Between 0 and 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const NAMES: [(&str, &str, &str, &str); 12] = [
    ("A01", "Alder Valley Trust (invented)", "hospital trust", "North"),
    ("A02", "Birch Coast Trust (invented)", "hospital trust", "North"),
    ("A03", "Cedar City Hospitals (invented)", "hospital trust", "South"),
    (
        "A04",
        "Dogwood and Elder Partnership for Mental Health and Community Services (invented)",
        "mental health trust",
        "South",
    ),
    ("A05", "Elm Borough Ambulance (invented)", "ambulance trust", "North"),
    ("A06", "Fir Island Health Board (invented)", "health board", "Islands"),
    ("A07", "Hazel Plain Trust (invented)", "hospital trust", "South"),
    ("A08", "Iechyd Onnen / Ash Health (invented)", "health board", "West"),
    ("A09", "Juniper Fens Trust (invented)", "hospital trust", "South"),
    ("A10", "Linden Vale Trust (invented)", "hospital trust", "North"),
    ("A11", "Maple Moor Trust (invented)", "hospital trust", "West"),
    ("A12", "Oak Estuary Trust (invented)", "hospital trust", "West"),
];

/// The invented edition.
pub(crate) fn invented() -> Edition {
    let zone = time_zone("Europe/London").unwrap();
    let as_at = at("2014-04-07T18:00:00Z");
    let day = |text: &str| text.parse().unwrap();
    let period = Period::edition(day("2013-04-08"), day("2014-04-07"), &zone, as_at).unwrap();
    let series = Period::series(Granularity::Month, 24, as_at, &zone);
    let measures: Vec<Measure> = MEASURES.iter().map(|text| Measure::from_toml(text).unwrap()).collect();
    let organisations: Vec<Entry> = (0..NAMES.len()).map(|i| entry(i, &period)).collect();
    let mut figures = Vec::new();
    for (i, entry) in organisations.iter().enumerate() {
        for platform in ["bluesky", "x"] {
            let platform: Platform = platform.parse().unwrap();
            if !entry.accounts.iter().any(|account| account.platform == platform) {
                continue;
            }
            for measure in measures.iter().filter(|m| m.level == someasure_model::Level::Organisation) {
                if measure.applies_to(&platform) {
                    figures.push(figure(i, entry, measure, &platform, &period, 1.0));
                    if measure.period == Granularity::Month {
                        figures.extend(
                            series.iter().map(|month| figure(i, entry, measure, &platform, month, 0.09)),
                        );
                    }
                }
            }
        }
    }
    let mut group_figures = Vec::new();
    for platform in ["bluesky", "x"] {
        for (nth, group) in ["all", "hospitals", "others"].iter().enumerate() {
            for (m, part) in series.iter().chain([&period]).enumerate() {
                let (with, of): (i32, u64) = [(9, 12), (6, 8), (3, 4)][nth];
                let with = if m % 5 == 3 { with - 1 } else { with };
                group_figures.push(GroupFigure {
                    measure_id: "active_last_30_days".parse().unwrap(),
                    measure_version: 1,
                    peer_group: (*group).to_owned(),
                    platform: platform.parse().unwrap(),
                    period: part.id.clone(),
                    answer: Answer::Value(f64::from(with) / of as f64, None),
                    n: of,
                });
            }
        }
    }
    let mut edition = Edition {
        title: "An invented report on invented bodies".to_owned(),
        edition: "2014.1".to_owned(),
        simulated: false,
        services: vec!["Invented health bodies".to_owned()],
        period,
        series,
        as_at,
        time_zone: "Europe/London".to_owned(),
        organisations,
        closed: closed(),
        disagreements: vec![Disagreement {
            organisation_id: "invented:A01".parse().unwrap(),
            name: NAMES[0].1.to_owned(),
            field: "region".to_owned(),
            ours: "North".to_owned(),
            our_source: "national list of 2014-01-31: line 4".to_owned(),
            theirs: "South".to_owned(),
            their_source: "another list of 2014-02-01: line 7".to_owned(),
        }],
        gaps: vec![Gap {
            what: "The ambulance service".to_owned(),
            why: "no open source names it".to_owned(),
        }],
        peer_groups: vec![
            PeerGroup {
                id: "hospitals".to_owned(),
                title: "Hospital trusts".to_owned(),
                reason: "They do the same kind of work".to_owned(),
                size: 8,
            },
            PeerGroup {
                id: "others".to_owned(),
                title: "Other bodies".to_owned(),
                reason: "Too few of each kind to stand alone".to_owned(),
                size: 4,
            },
        ],
        measures,
        figures,
        group_figures,
        comparisons: Vec::new(),
        changes: Vec::new(),
        revision: None,
        errata: Vec::new(),
        reviews: Vec::new(),
        replies: Vec::new(),
        case_studies: Vec::new(),
        chats: Vec::new(),
        stories: Vec::new(),
        look: someasure_model::Look::default(),
        publication: Publication {
            publisher: Some("Nobody (invented)".to_owned()),
            contact: Some("report@example.org".to_owned()),
            licence: Some("CC BY 4.0".to_owned()),
            url: Some("https://example.org/report/".to_owned()),
            previous: None,
        },
        notices: vec![Notice {
            what: "Invented register".to_owned(),
            by: "Nobody".to_owned(),
            licence: "CC0".to_owned(),
            url: Some("https://example.org/register".to_owned()),
        }],
        provenance: Provenance {
            tool_version: "0.1.0".to_owned(),
            schema_version: 1,
            seed: 20140407,
            inputs: vec![Input {
                path: "register/organisations.csv".to_owned(),
                sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
                bytes: 14_322,
            }],
            batches: vec![BatchNote {
                batch: "posts-9f86d081".to_owned(),
                source: "Invented posts".to_owned(),
                lane: "contributed".to_owned(),
                retention: "unlimited".to_owned(),
                input_hash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
            }],
            withdrawn: 2,
        },
    };
    compared::fill(&mut edition);
    edition
}

fn closed() -> Vec<Closed> {
    let body = |code: &str, name: &str, closed: &str, successors: Vec<Succeeded>| Closed {
        organisation_id: format!("invented:{code}").parse().unwrap(),
        name: name.to_owned(),
        kind: "hospital trust".to_owned(),
        nation: None,
        closed: closed.parse().unwrap(),
        successors,
    };
    let to = |code: &str, name: &str, kind: &str, date: Option<&str>| Succeeded {
        organisation_id: format!("invented:{code}").parse().unwrap(),
        name: name.to_owned(),
        date: date.map(|date| date.parse().unwrap()),
        kind: kind.to_owned(),
        source: "invented mergers: line 12".to_owned(),
    };
    vec![
        body(
            "Z1",
            "Aspen Trust (invented)",
            "2012-09-30",
            vec![to("A01", NAMES[0].1, "merger", Some("2012-10-01"))],
        ),
        body("Z9", "Former Hospital Trust (invented)", "2012-03-31", vec![]),
        body(
            "Z2",
            "Rowan and Yew Trust (invented)",
            "2011-03-31",
            vec![
                to("Z1", "Aspen Trust (invented)", "split", Some("2011-04-01")),
                to("A02", NAMES[1].1, "unspecified", None),
                to("Q7", "A trust of elsewhere (invented)", "transfer", None),
            ],
        ),
    ]
}

fn past(i: usize) -> Past {
    let name = |name: &str, from: Option<&str>, to: &str, by_lists| PastName {
        name: name.to_owned(),
        from: from.map(|from| from.parse().unwrap()),
        to: Some(to.parse().unwrap()),
        by_lists,
    };
    let mut past = Past::default();
    match i {
        0 => past.predecessors.push(Succeeded {
            organisation_id: "invented:Z1".parse().unwrap(),
            name: "Aspen Trust (invented)".to_owned(),
            date: Some("2012-10-01".parse().unwrap()),
            kind: "merger".to_owned(),
            source: "invented mergers: line 12".to_owned(),
        }),
        1 => past.names.push(name("Birch Trust (invented)", Some("2011-12-31"), "2013-01-01", true)),
        4 => past.names.push(name("Elm Ambulance (invented)", None, "2010-03-31", false)),
        9 => {
            past.not_listed = Some(NotListed {
                list: "invented-trusts".to_owned(),
                last: "2013-02-08".parse().unwrap(),
                newest: "2013-12-29".parse().unwrap(),
            });
        }
        _ => {}
    }
    past
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn entry(i: usize, period: &Period) -> Entry {
    let (code, name, kind, region) = NAMES[i];
    let id = format!("invented:{code}");
    let closed = (i == 6).then(|| "2014-03-31".parse().unwrap());
    let handle = name.split_whitespace().next().unwrap().to_lowercase();
    let account = |platform: &str, native: &str| Account {
        organisation_id: id.parse().unwrap(),
        platform: platform.parse().unwrap(),
        account_id: Some(native.parse().unwrap()),
        handle: Some(format!("{handle}health").parse().unwrap()),
        role: Some("main".to_owned()),
        from: Some("2011-06-01".parse().unwrap()),
        to: None,
        reason_for_leaving: None,
    };
    let mut accounts = Vec::new();
    if i != 5 && i != 10 {
        accounts.push(account("bluesky", &format!("bluesky:did:plc:{code}")));
    }
    if i != 10 {
        let native = if i == 1 || i == 2 { "x:777".to_owned() } else { format!("x:1000{i}") };
        accounts.push(account("x", &native));
    }
    if i == 3 {
        let left = accounts.last_mut().unwrap();
        left.to = Some("2013-12-31".parse().unwrap());
        left.reason_for_leaving = Some("The board decided to answer on Bluesky only".to_owned());
    }
    if i == 0 {
        accounts.push(Account {
            role: Some("person".to_owned()),
            handle: Some("a.person".parse().unwrap()),
            account_id: Some("x:424242".parse().unwrap()),
            ..account("x", "x:1")
        });
    }
    let coverage = accounts
        .iter()
        .filter(|_| i != 9)
        .map(|account| {
            let id = account.id().unwrap();
            let is_x = account.platform.as_str() == "x";
            let cut_off = is_x && i.is_multiple_of(3);
            let failed = is_x && i == 4;
            // Cut off before the period, which was seen whole.
            let cut_before = is_x && i == 7;
            AccountCoverage {
                account_id: id,
                table: Table::Post,
                outcome: if failed { Outcome::Protected } else { Outcome::Ok },
                detail: match () {
                    () if failed => Some("HTTP 401".to_owned()),
                    () if cut_off || cut_before => Some("the source gives the newest 3,200 posts".to_owned()),
                    () => None,
                },
                attempted_at: at("2014-04-07T16:30:00Z"),
                spans: if failed {
                    vec![]
                } else {
                    vec![Span {
                        from: match () {
                            () if cut_off => Some(at("2013-10-14T09:12:00Z")),
                            () if cut_before => Some(at("2012-11-20T09:12:00Z")),
                            () => None,
                        },
                        to: period.ends_at,
                        truncated: cut_off || cut_before,
                    }]
                },
                rows: if failed { 0 } else { 812 + 37 * i as i64 },
                share_of_period: if failed {
                    0.0
                } else if cut_off {
                    0.48
                } else {
                    1.0
                },
                cut_off,
            }
        })
        .collect();
    let shared_with = match i {
        1 => vec![("x:777".parse::<AccountId>().unwrap(), vec![NAMES[2].1.to_owned()])],
        2 => vec![("x:777".parse::<AccountId>().unwrap(), vec![NAMES[1].1.to_owned()])],
        _ => vec![],
    };
    Entry {
        evidence: match i {
            0 | 1 => vec![Evidence {
                account_id: format!("bluesky:@{handle}health").parse().unwrap(),
                class: if i == 0 { "link_from_site" } else { "person" }.to_owned(),
                url: format!("https://{handle}.example.org/contact"),
                checked_at: "2014-03-02".parse().unwrap(),
                checked_by: "A. Analyst".to_owned(),
                expires: None,
            }],
            _ => vec![],
        },
        organisation: Organisation {
            organisation_id: id.parse().unwrap(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            nation: None,
            region: Some(region.to_owned()),
            parent_id: (i == 8).then(|| "invented:A06".parse().unwrap()),
            opened: Some("2002-04-01".parse().unwrap()),
            closed,
            website: Some(format!("https://{handle}.example.org")),
            source: "https://example.org/register".to_owned(),
            extra: vec![],
        },
        accounts,
        coverage,
        denominators: vec![Denominator {
            organisation_id: id.parse().unwrap(),
            kind: "population".to_owned(),
            value: 120_000.0 + 53_000.0 * i as f64,
            as_at: "2013-06-30".parse().unwrap(),
            source: "invented".to_owned(),
        }],
        peer_groups: vec![if kind == "hospital trust" { "hospitals" } else { "others" }.to_owned()],
        shared_with,
        past: past(i),
    }
}

fn figure(
    i: usize,
    entry: &Entry,
    measure: &Measure,
    platform: &Platform,
    part: &Period,
    weight: f64,
) -> Figure {
    let seed = part.id.bytes().chain(measure.id.as_str().bytes()).chain(platform.as_str().bytes());
    let seed = seed.fold(i as u64 + 1, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut chance = Chance::new(seed);
    let mut own =
        Chance::new(i as u64 * 7 + measure.id.as_str().len() as u64 + platform.as_str().len() as u64);
    let (_, level) = (own.next(), own.next());
    let near = 0.85 + 0.3 * chance.next() + if weight < 1.0 { 0.5 * (chance.next() - 0.5) } else { 0.0 };
    let n = ((220.0 + 900.0 * level) * weight).round() as u64;
    let spread = |value: f64| {
        let half = value * 1.9 / (n.max(1) as f64).sqrt();
        Some(Interval { lower: (value - half).max(0.0), upper: value + half, level: 0.95 })
    };
    let (value, interval) = match measure.id.as_str() {
        "followers_per_1000" => (0.4 + 12.0 * level * level * near, None),
        "posts_per_week" => (n as f64 / (52.0 * weight), spread(n as f64 / (52.0 * weight))),
        "longest_silence" => ((3.0 + 25.0 * level * near).round(), None),
        "conversation_share" => {
            let share: f64 = (0.05 + 0.5 * level * near).min(0.95);
            let half = 1.96 * (share * (1.0 - share) / (n.max(1) as f64)).sqrt();
            (
                share,
                Some(Interval {
                    lower: (share - half).max(0.0),
                    upper: (share + half).min(1.0),
                    level: 0.95,
                }),
            )
        }
        "response_time" => {
            let hours = 2.0 + 30.0 * level * near;
            let upper = if i == 7 { f64::INFINITY } else { hours * 1.6 };
            (hours, Some(Interval { lower: hours * 0.7, upper, level: 0.95 }))
        }
        "alt_text" => (level, Some(Interval { lower: level * 0.9, upper: 0.1 + level * 0.9, level: 0.95 })),
        _ => ((1.0 + 9.0 * level * near).round(), spread(1.0 + 9.0 * level)),
    };
    let mut answer = Answer::Value(value, interval);
    let month = part.granularity == Granularity::Month;
    if platform.as_str() == "x" && i == 4 {
        answer =
            Answer::Missing(Missing::NotCollected("The account does not show its posts to everyone.".into()));
    } else if i == 9 {
        answer = Answer::Missing(Missing::NotCollected("Posts of this account were not asked for.".into()));
    } else if n < measure.min_denominator || (measure.id.as_str() == "response_time" && i == 8) {
        answer = Answer::Missing(Missing::TooFew { at_least: measure.min_denominator.max(10) });
    } else if platform.as_str() == "x" && i.is_multiple_of(3) && month && part.id.as_str() < "2013-10" {
        answer = Answer::Missing(Missing::NotCovered("Posts are known only from 14 October 2013 on.".into()));
    } else if platform.as_str() == "x" && measure.id.as_str() == "median_interactions" {
        answer =
            Answer::Missing(Missing::NotOffered("The source gives no counters for this platform.".into()));
    }
    if platform.as_str() == "x" && i == 7 && month && part.id.as_str() < "2012-11" {
        answer =
            Answer::Missing(Missing::NotCovered("Posts are known only from 20 November 2012 on.".into()));
    }
    let n = if answer.value().is_some() { n } else { n.min(3) };
    Figure {
        measure_id: measure.id.clone(),
        measure_version: measure.version,
        organisation_id: entry.organisation.organisation_id.clone(),
        platform: platform.clone(),
        period: part.id.clone(),
        answer,
        n,
        cut_off: platform.as_str() == "x" && i.is_multiple_of(3),
        collected_at: Some(at("2014-04-07T16:30:00Z")),
    }
}

/// Path, SHA-256 in hex and size, as whoever writes a file knows them.
pub(crate) fn output(file: &someasure_report::File) -> (String, String, u64) {
    use sha2::Digest as _;
    let hex = sha2::Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    (file.path.clone(), hex, file.bytes.len() as u64)
}
