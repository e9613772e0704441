//! What pages and files say of figures beside their peers and their own past.

use std::collections::{BTreeMap, BTreeSet};

use someasure_model::{Change, ChangeRuleName, ChangeStatus, Edition, Meaning, PeerPlace, Position};

use super::html::read;
use super::{all, rows, text};
use crate::support::{invented, many::many};

/// Nobody stands out and nothing changed.
fn quiet() -> Edition {
    let mut edition = invented();
    for place in places(&mut edition) {
        (place.z, place.position) = (0.0, Position::Within);
    }
    for change in edition.changes.iter_mut().filter(|change| change.chart.is_some()) {
        change.status = ChangeStatus::NoClearChange;
    }
    edition
}

fn places(edition: &mut Edition) -> impl Iterator<Item = &mut PeerPlace> {
    edition
        .comparisons
        .iter_mut()
        .filter_map(|comparison| comparison.funnel.as_mut().ok())
        .flat_map(|funnel| &mut funnel.places)
}

fn set(edition: &mut Edition, measure: &str, z: f64, position: Position) {
    let place = edition
        .comparisons
        .iter_mut()
        .filter(|c| c.measure_id.as_str() == measure && c.platform.as_str() == "bluesky")
        .filter_map(|comparison| comparison.funnel.as_mut().ok())
        .flat_map(|funnel| &mut funnel.places)
        .find(|place| place.organisation_id.as_str() == "invented:A02")
        .unwrap();
    (place.z, place.position) = (z, position);
    place.false_discovery_rate = 0.001;
}

fn change<'e>(edition: &'e mut Edition, measure: &str) -> &'e mut Change {
    edition
        .changes
        .iter_mut()
        .find(|change| {
            change.organisation_id.as_str() == "invented:A02"
                && change.platform.as_str() == "bluesky"
                && change.measure_id.as_str() == measure
        })
        .unwrap()
}

/// The paragraphs of "In short" on one page.
fn summary(edition: &Edition) -> Vec<String> {
    let files = all(edition);
    let page = text(&files, "site/organisations/invented-A02/index.html");
    let (_, after) = page.split_once("id=\"summary\">In short</h2>").unwrap();
    let (section, _) = after.split_once("</section>").unwrap();
    read(section).iter().filter(|tag| tag.name == "p").map(|tag| tag.text.clone()).collect()
}

#[test]
fn where_nothing_stands_out_nothing_is_praised_and_nothing_said_to_be_called_for() {
    insta::assert_snapshot!(summary(&quiet()).join("\n"), @r"
    No measure stands out. Most organisations look like this.
    All 8 of its figures that can be compared lie where we would expect them; over time, none of its 4 series shows a clear change: movement like this is normal.
    Nothing calls for a change; one thing to try all the same: Show opening hours in the profile. (Small effort; from “Time to a first answer”.)
    Posts of its 2 accounts were seen over the whole period, 8 April 2013 to 7 April 2014.
    ");
}

#[test]
fn a_strength_is_named_only_on_the_side_that_people_agree_on() {
    let mut edition = quiet();
    set(&mut edition, "conversation_share", 4.2, Position::Above998);
    insta::assert_snapshot!(summary(&edition).join("\n"), @r"
    From 8 April 2013 to 7 April 2014, Birch Coast Trust (invented) answered somebody in 41.7% of its posts (likely between 38.5% and 44.9%) on Bluesky, based on 889 posts. This is higher than chance alone would explain among Hospital trusts. Local circumstances may explain it. Higher is better.
    7 of its 8 figures that can be compared lie where we would expect them; over time, none of its 4 series shows a clear change: movement like this is normal.
    Nothing calls for a change; one thing to try all the same: Show opening hours in the profile. (Small effort; from “Time to a first answer”.) Of 8 comparisons with its peers, 1 stands out; by chance alone about 1 in 500 would, so most likely none.
    Posts of its 2 accounts were seen over the whole period, 8 April 2013 to 7 April 2014.
    ");
    // Among thousands of comparisons the largest may be chance.
    for place in places(&mut edition) {
        place.false_discovery_rate = 0.3;
    }
    assert!(!summary(&edition)[0].contains("answered somebody"));
    // More posts are not better: it stands out, and that is all.
    let mut edition = quiet();
    set(&mut edition, "posts_per_week", 4.2, Position::Above998);
    let said = summary(&edition).join("\n");
    assert!(!said.contains("posted") && said.contains("1 stands out"), "{said}");
    assert!(
        said.contains(
            "What stands out among its peers: “Posts per week” on Bluesky, higher than chance explains."
        ),
        "{said}"
    );
    assert!(!said.contains("Most organisations look like this"), "{said}");
}

#[test]
fn a_sustained_improvement_is_a_strength_and_a_single_point_is_not() {
    let mut edition = quiet();
    let shifted = |rule| ChangeStatus::Changed {
        up: true,
        rule,
        since: "2013-09".into(),
        meaning: Meaning::Improvement,
    };
    change(&mut edition, "conversation_share").status = shifted(ChangeRuleName::Shift);
    let said = summary(&edition);
    assert_eq!(
        said[0],
        "“Replies among posts” on Bluesky: Shifted up since September 2013 (seven or more months above the mean). This is an improvement."
    );
    change(&mut edition, "conversation_share").status = shifted(ChangeRuleName::Outside);
    assert!(summary(&edition)[0].starts_with("No measure stands out."));
    let said = summary(&edition).join("\n");
    let moved =
        "What moved: “Replies among posts” on Bluesky shifted up since September 2013, an improvement.";
    assert!(said.contains(moved), "{said}");
}

#[test]
fn a_suggestion_comes_from_where_it_lies_furthest_on_the_less_good_side() {
    let mut edition = quiet();
    set(&mut edition, "conversation_share", -4.2, Position::Below998);
    let said = summary(&edition).join("\n");
    assert!(said.contains("One thing to try: Answer one public question every day"), "{said}");
    let mut edition = quiet();
    set(&mut edition, "conversation_share", 1.2, Position::Within);
    let said = summary(&edition).join("\n");
    assert!(!said.contains("all the same: Answer"), "{said}");
    set(&mut edition, "conversation_share", -1.2, Position::Within);
    let said = summary(&edition).join("\n");
    assert!(said.contains("Nothing calls for a change; one thing to try all the same: Answer"), "{said}");
}

#[test]
fn every_position_and_every_status_is_told_on_some_page() {
    let edition = invented();
    let files = all(&edition);
    let cards: String = files
        .iter()
        .filter(|(path, _)| path.starts_with("site/organisations/") && path.ends_with(".html"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes))
        .collect();
    for said in [
        "This is within the range we would expect among Hospital trusts.",
        "This is higher than chance alone would explain among Hospital trusts.",
        "This is lower than chance alone would explain among Hospital trusts.",
        "at the higher edge of what we would expect among Hospital trusts",
        "at the lower edge of what we would expect among Hospital trusts",
        "Not compared: Only 3 of this group have a value; fewer than 5 show too little of how such bodies differ anyway.",
        "No clear change: movement like this is normal.",
        "Shifted up since March 2014 (above the limits of chance)",
        "Whether this has changed needs more data:",
        "Mostly zero:",
        "organisations overlap with it.",
    ] {
        assert!(cards.contains(said), "{said}");
    }
    let positions: BTreeSet<Position> = edition
        .comparisons
        .iter()
        .filter_map(|comparison| comparison.funnel.as_ref().ok())
        .flat_map(|funnel| funnel.places.iter().map(|place| place.position))
        .collect();
    assert_eq!(positions.len(), 5);
}

#[test]
fn a_measure_s_page_says_who_lies_outside_and_why_others_were_not_compared() {
    let files = all(&invented());
    let page = text(&files, "site/measures/conversation_share/index.html");
    assert!(page.contains("organisations compared among Hospital trusts lie"), "{page}");
    assert!(page.contains("Not compared: Only "), "{page}");
    assert!(page.contains("Ranks, as intervals"));
    assert!(page.contains("1st is the largest value, whichever way is better."));
    let page = text(&files, "site/measures/longest_silence/index.html");
    assert!(page.contains("Not compared: A complete count has no sampling error"), "{page}");
}

#[test]
fn every_chart_has_its_file_its_numbers_and_its_address_with_the_edition() {
    let files = all(&invented());
    let mut charts = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.contains("/charts/") && path.ends_with(".svg"))
    {
        charts += 1;
        let svg = std::str::from_utf8(bytes).unwrap();
        assert!(svg.contains("edition 2014.1") && svg.contains("<desc id=\"what\">"), "{path}");
        assert!(!svg.contains("NaN") && !svg.contains("var("), "{path}");
        let title = svg.split_once("<title id=\"title\">").unwrap().1.split_once("</title>").unwrap().0;
        assert!(title.split(' ').count() <= 10 && !title.is_empty(), "{path}: {title}");
        let numbers = rows(text(&files, &path.replace(".svg", ".csv")));
        assert!(!numbers.is_empty() && !numbers[0].is_empty(), "{path}");
        // The page that shows it is the one beside the directory of charts.
        let (directory, file) = path.split_once("charts/").unwrap();
        let id = file.trim_end_matches(".svg");
        let figure = format!("<figure id=\"{id}\">");
        let beside = files.keys().filter(|page| {
            page.strip_prefix(directory).is_some_and(|name| name.ends_with(".html") && !name.contains('/'))
        });
        let showing: Vec<&String> = beside.filter(|page| text(&files, page).contains(&figure)).collect();
        assert_eq!(showing.len(), 1, "{path}: {showing:?}");
        let page = text(&files, showing[0]);
        let address = format!(
            "https://example.org/report/{}?edition=2014.1#{id}",
            showing[0].trim_start_matches("site/")
        );
        assert!(page.contains(&address), "{path}: {address}");
    }
    assert!(charts > 30, "{charts}");
    assert!(!files.keys().any(|path| path.starts_with("site/organisations/") && path.contains("/charts/")));
}

#[test]
fn an_edition_without_an_address_offers_files_and_no_embedding() {
    let mut edition = invented();
    edition.publication.url = None;
    let files = all(&edition);
    let page = text(&files, "site/measures/conversation_share/index.html");
    assert!(page.contains("Copy this chart:") && !page.contains("Embed"), "{page}");
}

#[test]
fn comparisons_and_changes_are_open_data_and_in_each_organisation_s_json() {
    let edition = invented();
    let files = all(&edition);
    let comparisons = rows(text(&files, "data/comparisons.csv"));
    let changes = rows(text(&files, "data/changes.csv"));
    assert!(comparisons.len() > 40 && changes.len() == edition.changes.len());
    let json: serde_json::Value =
        serde_json::from_str(text(&files, "site/organisations/invented-A02/figures.json")).unwrap();
    for (list, csv) in [("comparisons", &comparisons), ("changes", &changes)] {
        let own: Vec<&BTreeMap<String, String>> =
            csv.iter().filter(|row| row["organisation_id"] == "invented:A02").collect();
        let objects = json[list].as_array().unwrap();
        assert_eq!(objects.len(), own.len());
        for (row, object) in own.iter().zip(objects) {
            for (column, cell) in row.iter() {
                match &object[column] {
                    serde_json::Value::Null => assert_eq!(cell, ""),
                    serde_json::Value::String(said) => assert_eq!(said, cell),
                    number => {
                        let (said, read) = (cell.parse::<f64>().unwrap(), number.as_f64().unwrap());
                        assert!((said - read).abs() <= 1e-12 * said.abs(), "{column}: {cell} {number}");
                    }
                }
            }
        }
    }
    let row = comparisons.iter().find(|row| !row["rank"].is_empty() && !row["position"].is_empty()).unwrap();
    assert!(row["rank_lower"].parse::<u64>().unwrap() <= row["rank"].parse().unwrap());
    assert!(["below998", "below95", "within", "above95", "above998"].contains(&row["position"].as_str()));
}

#[test]
fn limits_that_are_not_numbers_are_drawn_nowhere_and_written_empty() {
    let mut edition = invented();
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300];
    for (i, place) in places(&mut edition).enumerate() {
        place.limits95 = (odd[i % 4], odd[(i + 1) % 4]);
        place.limits998 = (odd[(i + 2) % 4], odd[(i + 3) % 4]);
        place.z = odd[i % 4];
    }
    for (i, change) in edition.changes.iter_mut().enumerate() {
        if let Some(chart) = &mut change.chart {
            (chart.centre, chart.lower, chart.upper) = (odd[i % 4], odd[(i + 1) % 4], odd[(i + 2) % 4]);
        }
    }
    let files = all(&edition);
    super::check_pages(&files);
    for (path, bytes) in
        files.iter().filter(|(path, _)| !path.ends_with("script.js") && !path.ends_with("save.js"))
    {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("NaN") && !text.contains(",inf") && !text.contains("\"inf"), "{path}");
    }
}

#[test]
fn a_funnel_of_eight_thousand_is_small_and_names_few() {
    let edition = many(8_000);
    // Pages of organisations come last, and are not asked for.
    let mut files = someasure_report::site(&edition)
        .take_while(|file| !file.path.starts_with("site/organisations/invented-"))
        .filter(|file| file.path.starts_with("site/measures/conversation_share/"));
    let page = files.next().unwrap();
    assert!(page.bytes.len() < 3_000_000, "{}", page.bytes.len());
    let charts: BTreeMap<String, usize> =
        files.filter(|file| file.path.ends_with(".svg")).map(|file| (file.path, file.bytes.len())).collect();
    assert!(charts.len() >= 3, "{charts:?}");
    assert!(charts.values().all(|bytes| *bytes < 320_000), "{charts:?}");
}
