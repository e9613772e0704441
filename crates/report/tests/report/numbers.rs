//! The same numbers wherever they stand: on cards, in the files of charts, and in what the comparison reads. The table of an
//! organisation, its CSV and its JSON are compared in the file above; Parquet and the workbook by `.ci/open_data.py`.

use std::collections::BTreeMap;

use someasure_model::Edition;

use crate::described::unzip;
use crate::html::read;
use crate::support::invented;
use crate::told::main_text;
use crate::{all, pages, platform, rows, shown, table_rows, text, title};

/// The main figures of an edition, by organisation, measure and platform.
fn headlines(edition: &Edition, files: &BTreeMap<String, Vec<u8>>) -> Vec<BTreeMap<String, String>> {
    rows(text(files, "data/figures.csv"))
        .into_iter()
        .filter(|row| row["period"] == edition.period.id.as_str() && row["status"] == "shown")
        .collect()
}

#[test]
fn a_card_shows_the_value_of_the_csv() {
    let edition = invented();
    let files = all(&edition);
    let mut compared = 0;
    for row in headlines(&edition, &files) {
        let slug = row["organisation_id"].replace(':', "-");
        let page = text(&files, &format!("site/organisations/{slug}/index.html"));
        let id = format!("id=\"{}--{}\"", row["measure_id"], row["platform"]);
        let (_, card) = page.split_once(&id).unwrap_or_else(|| panic!("{slug}: no card {id}"));
        let (_, value) = card.split_once("<p class=\"value\">").unwrap();
        let (value, after) = value.split_once("</p>").unwrap();
        let wanted = shown(&edition, &row, "value");
        assert!(value.replace(',', "").starts_with(&wanted), "{slug} {id}: {value}, and {wanted} in the CSV");
        let (_, n) = after.split_once("ased on ").unwrap();
        let n = n.split(' ').next().unwrap().replace(',', "");
        assert_eq!(n, row["n"], "{slug} {id}");
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn the_files_of_charts_hold_the_numbers_of_the_csv() {
    let edition = invented();
    let files = all(&edition);
    let known: BTreeMap<(String, String, String), BTreeMap<String, String>> = headlines(&edition, &files)
        .into_iter()
        .map(|row| {
            ((row["organisation_id"].clone(), row["measure_id"].clone(), row["platform"].clone()), row)
        })
        .collect();
    let measures: Vec<&str> = edition.measures.iter().map(|measure| measure.id.as_str()).collect();
    let mut compared = 0;
    for path in files.keys().filter(|path| path.contains("/charts/") && path.ends_with(".csv")) {
        // Which measure and platform it is stands in the address.
        let Some(measure) = measures
            .iter()
            .find(|id| path.contains(&format!("measures/{id}/")) || path.contains(&format!("-{id}-")))
        else {
            continue;
        };
        let Some(platform) = ["bluesky", "x"].into_iter().find(|one| {
            let words = path.rsplit('/').next().unwrap().trim_end_matches(".csv").split(['-', '.']);
            words.into_iter().any(|word| word == *one)
        }) else {
            continue;
        };
        for row in rows(text(&files, path)) {
            let (Some(id), Some(value)) = (row.get("organisation_id"), row.get("value")) else { break };
            let figure = known.get(&(id.clone(), (*measure).to_owned(), platform.to_owned()));
            let figure = figure.unwrap_or_else(|| panic!("{path}: no figure of {id}"));
            assert_eq!(value, &figure["value"], "{path}: {id}");
            for column in ["lower", "upper", "n"] {
                if let Some(cell) = row.get(column) {
                    assert_eq!(cell, &figure[column], "{path}: {id}, {column}");
                }
            }
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn the_workbook_holds_the_numbers_of_the_csv() {
    let edition = invented();
    let files = all(&edition);
    let book = unzip(&files["data/figures.xlsx"]);
    let csv: BTreeMap<String, BTreeMap<String, String>> = rows(text(&files, "data/figures.csv"))
        .into_iter()
        .map(|row| {
            let key =
                ["organisation_id", "measure_id", "platform", "period"].map(|column| row[column].clone());
            (key.join(" "), row)
        })
        .collect();
    let header: Vec<&str> = text(&files, "data/figures.csv").lines().next().unwrap().split(',').collect();
    let mut compared = 0;
    for row in book["xl/worksheets/sheet2.xml"].split("<row ").skip(2) {
        // A cell says its column in letters; what stands between its tags is a number, or a text.
        let cells: Vec<String> = row
            .split("<c ")
            .skip(1)
            .map(|cell| {
                let (_, inner) = cell.split_once('>').unwrap();
                read(&format!("<c>{}</c>", inner.split_once("</c>").unwrap().0))[0].text.clone()
            })
            .collect();
        let cell = |column: &str| &cells[header.iter().position(|one| *one == column).unwrap()];
        if cells.len() != header.len() || cell("edition") == "edition" {
            continue;
        }
        let key = ["organisation_id", "measure_id", "platform", "period"].map(|column| cell(column).clone());
        let wanted = &csv[&key.join(" ")];
        for column in ["value", "lower", "upper", "level", "n"] {
            let (said, found) = (wanted[column].parse::<f64>().ok(), cell(column).parse::<f64>().ok());
            assert_eq!(said, found, "{}: {column}", key.join(" "));
        }
        assert_eq!(cell("status"), &wanted["status"]);
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn the_comparison_reads_the_numbers_of_the_csv() {
    let edition = invented();
    let files = all(&edition);
    let script = text(&files, "site/compare/figures-0.js");
    let (_, json) = script.split_once('=').unwrap();
    let of: Vec<Vec<serde_json::Value>> = serde_json::from_str(json.trim().trim_end_matches(';')).unwrap();
    let page = text(&files, "site/compare/index.html");
    let (_, columns) = page.split_once("id=\"columns\">").unwrap();
    let columns: serde_json::Value =
        serde_json::from_str(columns.split_once("</script>").unwrap().0).unwrap();
    let csv = headlines(&edition, &files);
    let mut compared = 0;
    for (entry, figures) in edition.organisations.iter().zip(&of) {
        for figure in figures.iter().filter(|figure| figure.as_array().unwrap().len() > 2) {
            let column = &columns["columns"][figure[0].as_u64().unwrap() as usize];
            let row = csv
                .iter()
                .find(|row| {
                    row["organisation_id"] == entry.organisation.organisation_id.as_str()
                        && column["path"] == format!("measures/{}/index.html", row["measure_id"])
                        && column["on"] == platform(&row["platform"])
                })
                .unwrap();
            for (at, name) in [(1, "value"), (2, "lower"), (3, "upper")] {
                let close = match (figure[at].as_f64(), row[name].parse::<f64>().ok()) {
                    (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs(),
                    (a, b) => a == b,
                };
                assert!(close, "{name}: {figure} {row:?}");
            }
            assert_eq!(figure[6].to_string(), row["n"]);
            assert_eq!(figure[4].as_str().unwrap().replace(',', ""), shown(&edition, row, "value"));
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn a_group_s_page_shows_the_numbers_of_the_csv() {
    let edition = invented();
    let files = all(&edition);
    let csv = rows(text(&files, "data/group_figures.csv"));
    let mut compared = 0;
    for row in csv.iter().filter(|row| row["period"] == edition.period.id.as_str()) {
        let page = text(&files, &format!("site/measures/{}/index.html", row["measure_id"]));
        let label =
            format!("{} on {}, by group", title(&edition, &row["measure_id"]), platform(&row["platform"]));
        let group = edition.peer_groups.iter().find(|group| group.id == row["peer_group"]);
        let group = group.map_or("all organisations in this edition", |group| group.title.as_str());
        let cells = table_rows(page, &label);
        let cells = cells.iter().find(|cells| cells[0].eq_ignore_ascii_case(group)).unwrap();
        assert_eq!(cells[1], shown(&edition, row, "value"), "{row:?}");
        assert_eq!(cells[3].replace(',', ""), row["n"], "{row:?}");
        compared += 1;
    }
    assert!(compared > 5, "{compared}");
}

#[test]
fn the_register_and_those_who_were_seen_to_post_are_told_apart() {
    let mut edition = invented();
    let id = edition.measures.iter().position(|one| one.id.as_str() == "active_last_30_days").unwrap();
    edition.measures[id].id = "presence".parse().unwrap();
    for figure in &mut edition.group_figures {
        if figure.measure_id.as_str() == "active_last_30_days" {
            figure.measure_id = "presence".parse().unwrap();
        }
    }
    let files = all(&edition);
    assert!(main_text(&files, "site/index.html").contains("Seen to post in the period: on Bluesky, "));
    let page = main_text(&files, "site/measures/presence/index.html");
    assert!(
        page.contains("In the register 10 of 12 organisations have an account in use on Bluesky."),
        "{page}"
    );
    assert!(main_text(&files, "site/national/index.html").contains("These are counts of the register"));
}

#[test]
fn bodies_of_one_name_are_told_apart_by_their_place() {
    let mut edition = invented();
    let mut twins = edition.organisations.iter_mut().filter(|entry| !entry.accounts.is_empty()).take(3);
    for region in ["North", "South", "South"] {
        let organisation = &mut twins.next().unwrap().organisation;
        organisation.name = "Crawford County".to_owned();
        organisation.region = Some(region.to_owned());
    }
    let files = all(&edition);
    let found = pages(&files).into_iter().filter(|(path, _)| path.starts_with("site/measures/"));
    let said: String =
        found.map(|(_, tags)| tags.iter().find(|tag| tag.name == "main").unwrap().text.clone()).collect();
    assert!(said.contains("Crawford County, North"), "{said}");
    let code = edition.organisations.iter().filter(|one| one.organisation.region.as_deref() == Some("South"));
    let codes = code.map(|one| one.organisation.organisation_id.code());
    assert!(codes.clone().count() >= 2);
    assert!(codes.filter(|code| said.contains(&format!("Crawford County, {code}"))).count() >= 2);
}
