//! The edition for catalogues and search engines: schema.org's Dataset and W3C's DCAT, as JSON-LD. Both carry their
//! context in themselves, so that reading them asks nothing of anybody's server.

use serde_json::{Value, json};
use someasure_model::Edition;

use super::Listed;
use crate::text::{name, web_address};

/// Where a file of `data/` will stand: an address of the web where the publisher states one, else a way from here.
fn address(edition: &Edition, file: &str, from_here: &str) -> String {
    let Some(url) = edition.publication.url.as_deref().and_then(web_address) else {
        return format!("{from_here}{file}");
    };
    // The stated address is that of `site/`; `data/` is beside it, as browsers resolve "../data/".
    let site = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    let (scheme, rest) = site.split_once("://").unwrap_or(("https", site));
    let parent = rest.rsplit_once('/').map_or(rest, |(parent, _)| parent);
    format!("{scheme}://{parent}/data/{file}")
}

fn days(edition: &Edition) -> (String, String) {
    let zone = someasure_model::time::time_zone(&edition.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let (first, last) = crate::when::first_and_last(&edition.period, &zone);
    (first.to_string(), last.to_string())
}

/// schema.org's description. `from_here` is the way to `data/` from where it stands.
pub(crate) fn schema_org(edition: &Edition, files: &[Listed], from_here: &str) -> Value {
    let (first, last) = days(edition);
    let distribution: Vec<Value> = files
        .iter()
        .map(|listed| {
            json!({
                "@type": "DataDownload",
                "name": listed.name,
                "description": listed.what(),
                "contentUrl": address(edition, &listed.name, from_here),
                "encodingFormat": listed.mediatype(),
                "contentSize": format!("{} B", listed.bytes),
                "sha256": listed.sha256,
            })
        })
        .collect();
    let measured: Vec<Value> = edition
        .measures
        .iter()
        .map(|measure| json!({ "@type": "PropertyValue", "name": name(&measure.title), "propertyID": measure.id.as_str() }))
        .collect();
    let mut dataset = json!({
        "@context": { "@vocab": "https://schema.org/" },
        "@type": "Dataset",
        "name": super::title(edition),
        "description": super::description(edition),
        "version": name(&edition.edition),
        "dateModified": edition.as_at.to_string(),
        "temporalCoverage": format!("{first}/{last}"),
        "isAccessibleForFree": true,
        "inLanguage": "en",
        "creator": { "@type": "Organization", "name": super::publisher(edition) },
        "publisher": { "@type": "Organization", "name": super::publisher(edition) },
        "variableMeasured": measured,
        "distribution": distribution,
    });
    if let Some(url) = edition.publication.url.as_deref().and_then(web_address) {
        dataset["url"] = json!(url);
    }
    match (super::licence(edition), &edition.publication.licence) {
        (Some(licence), _) => dataset["license"] = json!(licence.url),
        (None, Some(words)) => dataset["license"] = json!(name(words)),
        (None, None) => {}
    }
    dataset
}

/// W3C's description, DCAT version 3.
pub(crate) fn dcat(edition: &Edition, files: &[Listed]) -> Value {
    let (first, last) = days(edition);
    let typed = |kind: &str, value: String| json!({ "@type": kind, "@value": value });
    let distribution: Vec<Value> = files
        .iter()
        .map(|listed| {
            json!({
                "@type": "dcat:Distribution",
                "dct:title": listed.name,
                "dct:description": listed.what(),
                "dcat:downloadURL": { "@id": address(edition, &listed.name, "") },
                "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{}", listed.mediatype()) },
                "dcat:byteSize": typed("xsd:nonNegativeInteger", listed.bytes.to_string()),
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": { "@id": "spdx:checksumAlgorithm_sha256" },
                    "spdx:checksumValue": typed("xsd:hexBinary", listed.sha256.clone()),
                },
            })
        })
        .collect();
    let mut dataset = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Dataset",
        "dct:title": super::title(edition),
        "dct:description": super::description(edition),
        "dct:identifier": super::slug(edition),
        "dcat:version": name(&edition.edition),
        "dct:issued": typed("xsd:dateTime", edition.as_at.to_string()),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed("xsd:date", first),
            "dcat:endDate": typed("xsd:date", last),
        },
        "dct:publisher": { "@type": "foaf:Agent", "foaf:name": super::publisher(edition) },
        "dcat:distribution": distribution,
    });
    if let Some(url) = edition.publication.url.as_deref().and_then(web_address) {
        dataset["dcat:landingPage"] = json!({ "@id": url });
    }
    match (super::licence(edition), &edition.publication.licence) {
        (Some(licence), _) => dataset["dct:license"] = json!({ "@id": licence.url }),
        (None, Some(words)) => dataset["dct:rights"] = json!(name(words)),
        (None, None) => {}
    }
    dataset
}

/// JSON that nothing in a page can end or turn: it stays JSON, and has no character that HTML reads.
pub(crate) fn for_script(value: &Value) -> String {
    let json = crate::text::escape_hidden(&serde_json::to_string(value).unwrap_or_default());
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_script_ends_it() {
        let value = json!({ "a": "</script><!--&\u{202e}\u{2028}" });
        let text = for_script(&value);
        assert_eq!(text, r#"{"a":"\u003c/script\u003e\u003c!--\u0026\u202e\u2028"}"#);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
