//! What describes the open data: it is complete, true of the bytes, and harmless whatever is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use serde_json::Value;

use crate::support::invented;
use crate::{all, hostile_edition, rows, text};

/// The entries of a ZIP archive, as its directory lists them.
pub(crate) fn unzip(bytes: &[u8]) -> BTreeMap<String, String> {
    let u16_at = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()) as usize;
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let end = bytes.len() - 22;
    let mut at = u32_at(end + 16);
    let mut found = BTreeMap::new();
    for _ in 0..u16_at(end + 10) {
        let (packed, length, start) = (u32_at(at + 20), u32_at(at + 42), u16_at(at + 28));
        let name = String::from_utf8(bytes[at + 46..at + 46 + start].to_vec()).unwrap();
        let body = length + 30 + u16_at(length + 26) + u16_at(length + 28);
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&bytes[body..body + packed]).read_to_string(&mut text).unwrap();
        found.insert(name, text);
        at += 46 + start;
    }
    found
}

fn json(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Value {
    serde_json::from_str(text(files, path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_file_of_the_data_folder_is_listed_with_its_checksum_and_on_the_page() {
    let files = all(&invented());
    let listed: BTreeMap<&str, &str> = text(&files, "data/CHECKSUMS.sha256")
        .lines()
        .map(|line| line.split_once("  ").map(|(hash, name)| (name, hash)).unwrap())
        .collect();
    let page = text(&files, "site/open-data/index.html");
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("data/")) {
        let name = path.strip_prefix("data/").unwrap();
        assert!(page.contains(&format!("../../data/{name}\"")), "{name} is not on the page");
        if name != "CHECKSUMS.sha256" {
            let file = someasure_report::File { path: path.clone(), bytes: bytes.clone() };
            assert_eq!(listed.get(name).copied(), Some(crate::support::output(&file).1.as_str()), "{name}");
        }
    }
    assert_eq!(listed.len() + 1, files.keys().filter(|path| path.starts_with("data/")).count());
}

#[test]
fn the_data_package_and_csvw_name_every_column_in_its_place() {
    let files = all(&invented());
    let package = json(&files, "data/datapackage.json");
    let mut csv = 0;
    for resource in package["resources"].as_array().unwrap() {
        let path = format!("data/{}", resource["path"].as_str().unwrap());
        assert_eq!(resource["bytes"].as_u64().unwrap(), files[&path].len() as u64);
        let Some(fields) = resource["schema"]["fields"].as_array() else { continue };
        csv += 1;
        let names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
        assert_eq!(text(&files, &path).lines().next().unwrap(), names.join(","), "{path}");
        let csvw = json(&files, &format!("{path}-metadata.json"));
        let columns = csvw["tableSchema"]["columns"].as_array().unwrap();
        assert!(columns.iter().map(|column| column["name"].as_str().unwrap()).eq(names.iter().copied()));
    }
    assert_eq!(csv, files.keys().filter(|path| path.starts_with("data/") && path.ends_with(".csv")).count());
}

#[test]
fn keys_are_unique_and_what_they_refer_to_is_there() {
    let files = all(&invented());
    let package = json(&files, "data/datapackage.json");
    let resources = package["resources"].as_array().unwrap();
    let table = |name: &str| rows(text(&files, &format!("data/{name}.csv")));
    let names = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    for resource in resources.iter().filter(|resource| resource["type"] == "table") {
        let name = resource["name"].as_str().unwrap();
        let key = names(&resource["schema"]["primaryKey"]);
        let mut seen = BTreeSet::new();
        for row in table(name).iter().filter(|_| !key.is_empty()) {
            let key: Vec<&String> = key.iter().map(|column| &row[column]).collect();
            assert!(seen.insert(format!("{key:?}")), "{name}: {key:?} stands twice");
        }
        for foreign in resource["schema"]["foreignKeys"].as_array().into_iter().flatten() {
            let column = &names(&foreign["fields"])[0];
            let there: BTreeSet<String> = table(foreign["reference"]["resource"].as_str().unwrap())
                .iter()
                .map(|row| row[column].clone())
                .collect();
            for row in table(name) {
                assert!(there.contains(&row[column]), "{name}: {} is nowhere", row[column]);
            }
        }
    }
}

#[test]
fn the_workbook_has_no_blank_cell_no_formula_and_real_numbers() {
    let files = all(&invented());
    let book = unzip(&files["data/figures.xlsx"]);
    let sheet = &book["xl/worksheets/sheet2.xml"];
    assert!(sheet.contains("<v>") && sheet.contains("[x]") && sheet.contains("state=\"frozen\""));
    assert!(book["xl/tables/table2.xml"].contains("displayName=\"table_figures\" ref=\"A3:O"));
    for (name, text) in &book {
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name} has a formula");
        assert!(!text.contains("<t xml:space=\"preserve\"></t>"), "{name} has a blank cell");
        assert!(!text.contains("mergeCell"), "{name}");
    }
    assert_eq!(all(&invented())["data/figures.xlsx"], files["data/figures.xlsx"]);
}

#[test]
fn hostile_texts_are_harmless_in_every_description() {
    let files = all(&hostile_edition());
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("data/")) {
        let shown: BTreeMap<String, String> = if path.ends_with(".xlsx") {
            unzip(bytes)
        } else {
            BTreeMap::from([(path.clone(), String::from_utf8(bytes.clone()).unwrap())])
        };
        for (name, text) in shown {
            let hidden = |c: char| {
                (c.is_control() && !matches!(c, '\n' | '\r'))
                    || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            };
            assert_eq!(text.find(hidden), None, "{path} {name}");
            if name.ends_with(".xml") || name.ends_with(".md") {
                assert!(!text.contains("<script") && !text.contains("<img"), "{path} {name}");
            }
        }
    }
    for path in files.keys().filter(|path| path.ends_with(".json") || path.ends_with(".jsonld")) {
        json(&files, path);
    }
    let page = text(&files, "site/open-data/index.html");
    let (_, script) = page.split_once("<script type=\"application/ld+json\">").unwrap();
    let (script, _) = script.split_once("</script>").unwrap();
    assert_eq!(serde_json::from_str::<Value>(script).unwrap()["@type"], "Dataset");
    // A citation is lines of "key: value"; a name that broke out would add one.
    assert!(text(&files, "data/CITATION.cff").lines().count() <= 10);
}

#[test]
fn a_licence_is_named_for_programs_only_where_its_name_is_stated() {
    let mut edition = invented();
    let mut stated = |licence: &str| {
        edition.publication.licence = Some(licence.to_owned());
        json(&all(&edition), "data/datapackage.json")["licenses"][0]["name"].clone()
    };
    assert_eq!(stated("CC BY 4.0"), "CC-BY-4.0");
    assert_eq!(stated("CC BY-NC 4.0"), Value::Null);
    assert_eq!(stated("ask us"), Value::Null);
}
