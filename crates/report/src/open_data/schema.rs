//! What the columns of the open data are, for programs: a Data Package (version 2 of the standard) for all files, and
//! CSVW metadata beside each CSV. Both come from the one description of the sheets.

use serde_json::{Value, json};
use someasure_model::Edition;

use super::{Listed, json_file};
use crate::File;
use crate::data::{SHEETS, Sheet};
use crate::simulated::columns;
use crate::text::{clean, name, web_address};
use crate::view::STATUSES;

const PROFILES: &str = "https://datapackage.org/profiles/2.0";

/// What no two rows of a file have in common; empty where a file has no such columns.
pub(crate) fn key(file: &str) -> &'static [&'static str] {
    match file {
        "figures.csv" => &["organisation_id", "measure_id", "platform", "period"],
        "group_figures.csv" => &["peer_group", "measure_id", "platform", "period"],
        "organisations.csv" | "closed.csv" => &["organisation_id"],
        "coverage.csv" => &["organisation_id", "account_id", "table"],
        "measures.csv" => &["measure_id"],
        "comparisons.csv" => &["organisation_id", "measure_id", "platform", "period", "peer_group"],
        "changes.csv" => &["organisation_id", "measure_id", "platform"],
        "dictionary.csv" => &["file", "column"],
        _ => &[],
    }
}

/// Columns whose entries stand in another file. Closed bodies and bodies of other services are in no list of open ones.
fn references(sheet: &Sheet) -> Vec<(&'static str, &'static str)> {
    const NOT_ONLY_OURS: [&str; 4] =
        ["organisations.csv", "closed.csv", "successions.csv", "disagreements.csv"];
    let has = |wanted: &str| sheet.columns.iter().any(|(column, ..)| *column == wanted);
    let mut found = Vec::new();
    if has("organisation_id") && !NOT_ONLY_OURS.contains(&sheet.file) {
        found.push(("organisation_id", "organisations"));
    }
    if has("measure_id") && sheet.file != "measures.csv" {
        found.push(("measure_id", "measures"));
    }
    found
}

fn is_share(column: &str) -> bool {
    matches!(column, "level" | "interval_level" | "share_of_period" | "false_discovery_rate")
}

fn field(sheet: &Sheet, (column, kind, meaning): &(&str, &str, &str)) -> Value {
    let kind = match *kind {
        "number" => "number",
        "whole number" => "integer",
        "day" => "date",
        "instant" => "datetime",
        "true or false" => "boolean",
        _ => "string",
    };
    let mut constraints = serde_json::Map::new();
    if key(sheet.file).contains(column) || *column == "edition" {
        constraints.insert("required".to_owned(), json!(true));
    }
    let is_share = kind == "number" && is_share(column);
    if kind == "integer" || is_share {
        constraints.insert("minimum".to_owned(), json!(0));
    }
    if is_share {
        constraints.insert("maximum".to_owned(), json!(1));
    }
    if *column == "status" && meaning.starts_with(STATUSES[0].0) {
        constraints.insert("enum".to_owned(), json!(STATUSES.map(|(id, _)| id)));
    }
    let mut field = json!({ "name": column, "type": kind, "description": meaning });
    if !constraints.is_empty() {
        field["constraints"] = Value::Object(constraints);
    }
    field
}

/// `datapackage.json`.
pub(crate) fn data_package(edition: &Edition, files: &[Listed]) -> File {
    let resource = |listed: &Listed| {
        let mut resource = json!({
            "$schema": format!("{PROFILES}/dataresource.json"),
            "name": listed.name.split('.').next().unwrap_or_default(),
            "path": listed.name,
            "mediatype": listed.mediatype(),
            "bytes": listed.bytes,
            "hash": format!("sha256:{}", listed.sha256),
        });
        if let Some(sheet) = SHEETS.iter().find(|sheet| sheet.file == listed.name) {
            let fields: Vec<Value> = columns(edition, sheet).map(|column| field(sheet, column)).collect();
            let mut schema = json!({
                "$schema": format!("{PROFILES}/tableschema.json"),
                "fields": fields,
                "missingValues": [""],
            });
            if !key(sheet.file).is_empty() {
                schema["primaryKey"] = json!(key(sheet.file));
            }
            let foreign: Vec<Value> = references(sheet)
                .into_iter()
                .map(|(column, to)| json!({ "fields": [column], "reference": { "resource": to, "fields": [column] } }))
                .collect();
            if !foreign.is_empty() {
                schema["foreignKeys"] = json!(foreign);
            }
            resource["type"] = json!("table");
            resource["format"] = json!("csv");
            resource["encoding"] = json!("utf-8");
            resource["title"] = json!(sheet.row);
            resource["schema"] = schema;
        } else {
            resource["name"] = json!(listed.name.replace('.', "-"));
            resource["format"] = json!(listed.name.rsplit('.').next());
            resource["title"] = json!(listed.what());
        }
        resource
    };
    // The workbook is for people: its sheets have titles above their tables.
    let resources: Vec<Value> =
        files.iter().filter(|listed| !listed.name.ends_with(".xlsx")).map(resource).collect();
    let mut package = json!({
        "$schema": format!("{PROFILES}/datapackage.json"),
        "name": super::slug(edition),
        "title": super::title(edition),
        "description": super::description(edition),
        "version": name(&edition.edition),
        "created": edition.as_at.to_string(),
        "contributors": [{ "title": super::publisher(edition), "roles": ["publisher"] }],
        "resources": resources,
    });
    if edition.simulated {
        package["simulated"] = json!(true);
    }
    if let Some(url) = edition.publication.url.as_deref().and_then(web_address) {
        package["homepage"] = json!(url);
    }
    if let Some(licence) = super::licence(edition) {
        package["licenses"] = json!([{ "name": licence.spdx, "path": licence.url, "title": licence.title }]);
    }
    let sources: Vec<Value> = edition
        .notices
        .iter()
        .map(|notice| {
            let mut source = json!({ "title": format!("{}, {}", name(&notice.what), name(&notice.by)) });
            if let Some(url) = notice.url.as_deref().and_then(web_address) {
                source["path"] = json!(url);
            }
            source
        })
        .collect();
    if !sources.is_empty() {
        package["sources"] = json!(sources);
    }
    json_file("datapackage.json", &package)
}

/// CSVW metadata of one file.
pub(crate) fn csvw(edition: &Edition, sheet: &Sheet) -> File {
    let columns: Vec<Value> = columns(edition, sheet)
        .map(|(column, kind, meaning)| {
            let datatype = match *kind {
                "number" if is_share(column) => json!({ "base": "double", "minimum": 0, "maximum": 1 }),
                "number" => json!("double"),
                "whole number" => json!("nonNegativeInteger"),
                "day" => json!("date"),
                "instant" => json!("datetime"),
                "true or false" => json!("boolean"),
                _ => json!("string"),
            };
            json!({
                "name": column,
                "titles": column,
                "datatype": datatype,
                "required": key(sheet.file).contains(column),
                "null": "",
                "dc:description": meaning,
            })
        })
        .collect();
    let mut schema = json!({ "columns": columns });
    if !key(sheet.file).is_empty() {
        schema["primaryKey"] = json!(key(sheet.file));
    }
    let mut metadata = json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "en" }],
        "url": sheet.file,
        "dc:title": sheet.row,
        "dc:isPartOf": super::title(edition),
        "dc:publisher": super::publisher(edition),
        "dc:modified": edition.as_at.to_string(),
        "dialect": { "encoding": "utf-8", "header": true, "delimiter": ",", "doubleQuote": true },
        "tableSchema": schema,
    });
    if let Some(licence) = &edition.publication.licence {
        metadata["dc:rights"] = json!(crate::text::note(&clean(licence)));
    }
    json_file(&format!("{}-metadata.json", sheet.file), &metadata)
}
