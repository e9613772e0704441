//! An edition of made-up data says so wherever somebody may look.

use someasure_model::{Edition, simulated_title};
use someasure_report::{card, data, edition_json, open_data, paper_source, report_source, site};

use crate::support::{chat::fill, invented};
use crate::told::told;

/// What says nothing about anybody.
fn is_silent(path: &str) -> bool {
    path.starts_with("site/fonts/")
        || ["style.css", "script.js", "compare.js", "icon.svg"].iter().any(|name| path == format!("site/{name}"))
        // Hashes of files, in a form that other programs read.
        || path == "data/CHECKSUMS.sha256"
}

fn simulated() -> Edition {
    as_simulated(invented())
}

fn as_simulated(mut edition: Edition) -> Edition {
    edition.simulated = true;
    edition.title = simulated_title(&edition.title);
    edition
}

fn everything(edition: &Edition) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> =
        site(edition).chain(data(edition)).map(|file| (file.path, file.bytes)).collect();
    let listed: Vec<(String, String, u64)> =
        files.iter().map(|(path, bytes)| (path.clone(), "0".repeat(64), bytes.len() as u64)).collect();
    files.extend(open_data(edition, &listed).into_iter().map(|file| (file.path, file.bytes)));
    files.push(("edition.json".to_owned(), edition_json(edition, &listed)));
    files.push(("card.svg".to_owned(), card(edition)));
    let organisation = &edition.organisations[0].organisation.organisation_id;
    for (name, source) in
        [("report", report_source(edition)), ("paper", paper_source(edition, organisation).unwrap())]
    {
        files.push((format!("{name}.typ"), source.text.into_bytes()));
        files.extend(source.files.into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
    }
    files
}

#[test]
fn no_page_chart_table_or_description_of_a_simulated_edition_is_without_the_word() {
    let mut endings = std::collections::BTreeSet::new();
    for (path, bytes) in everything(&simulated()) {
        if is_silent(&path) || path.ends_with(".xlsx") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|_| panic!("{path} is no text: is it marked?"));
        assert!(text.to_lowercase().contains("simulated"), "{path} does not say that it is simulated");
        endings.insert(path.rsplit('.').next().unwrap().to_owned());
        match path.rsplit('.').next().unwrap() {
            "csv" => {
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                let at = reader.headers().unwrap().iter().position(|name| name == "simulated");
                let at = at.unwrap_or_else(|| panic!("{path} has no column simulated"));
                for row in reader.records() {
                    assert_eq!(&row.unwrap()[at], "true", "{path}");
                }
            }
            "html" => {
                assert!(text.contains("<aside class=\"simulated\""), "{path}");
                let charts = text.matches("<svg class=\"chart\"").count();
                assert!(text.matches(">Simulated data</text>").count() >= charts, "{path}");
            }
            "svg" => assert!(text.contains(">Simulated data</text></svg>"), "{path}"),
            "typ" => assert!(text.contains("#set page(header: align(center, box("), "{path}"),
            "json" | "jsonld" => {
                serde_json::from_str::<serde_json::Value>(&text)
                    .unwrap_or_else(|error| panic!("{path}: {error}"));
            }
            _ => {}
        }
    }
    for ending in ["html", "svg", "csv", "json", "jsonld", "js", "xml", "md", "cff", "typ"] {
        assert!(endings.contains(ending), "no .{ending} was looked at");
    }
}

#[test]
fn chats_and_what_people_wrote_say_so_too() {
    let mut with_chat = invented();
    fill(&mut with_chat);
    for edition in [with_chat, told()] {
        for file in site(&as_simulated(edition)) {
            let text = String::from_utf8_lossy(&file.bytes).to_lowercase();
            assert!(
                is_silent(&file.path) || file.path.ends_with("theme.css") || text.contains("simulated"),
                "{}",
                file.path
            );
        }
    }
}

#[test]
fn descriptions_of_tables_name_the_column_that_they_have_more() {
    let files = everything(&simulated());
    let text = |path: &str| {
        let (_, bytes) = files.iter().find(|(found, _)| found == path).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let package: serde_json::Value = serde_json::from_str(&text("data/datapackage.json")).unwrap();
    assert_eq!(package["simulated"], true);
    for resource in package["resources"].as_array().unwrap() {
        let Some(fields) = resource["schema"]["fields"].as_array() else { continue };
        assert_eq!(fields.last().unwrap()["name"], "simulated", "{}", resource["path"]);
    }
    let csvw: serde_json::Value = serde_json::from_str(&text("data/figures.csv-metadata.json")).unwrap();
    assert_eq!(csvw["tableSchema"]["columns"].as_array().unwrap().last().unwrap()["name"], "simulated");
    assert!(text("data/dictionary.csv").contains("figures.csv,simulated,true or false"));
}

#[test]
fn an_edition_of_real_data_says_nothing_of_the_kind() {
    for (path, bytes) in everything(&invented()) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("simulated"), "{path}");
    }
}
