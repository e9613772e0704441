//! How to cite: a sentence, `CITATION.cff`, the README of the data folder, and the checksums.

use someasure_model::Edition;

use super::{Listed, file};
use crate::File;
use crate::data::SHEETS;
use crate::simulated::columns;
use crate::text::{name, web_address};

/// The citation as one line.
pub(crate) fn sentence(edition: &Edition) -> String {
    let zone = someasure_model::time::time_zone(&edition.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let url = edition.publication.url.as_deref().and_then(web_address);
    format!(
        "{} ({}). {}, edition {}. Data as at {}.{}",
        super::publisher(edition),
        edition.as_at.date(&zone).year(),
        name(&edition.title),
        name(&edition.edition),
        crate::when::day_of(edition.as_at, &zone),
        url.map_or_else(String::new, |url| format!(" {url}"))
    )
}

/// `CITATION.cff`, version 1.2.0. A JSON string is a YAML string.
pub(crate) fn cff(edition: &Edition) -> File {
    let zone = someasure_model::time::time_zone(&edition.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let quoted = |text: &str| {
        crate::text::escape_hidden(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()))
    };
    let mut out = format!(
        "cff-version: 1.2.0\nmessage: \"If you use these data, please cite them as below.\"\ntype: dataset\ntitle: {}\nversion: {}\ndate-released: \"{}\"\nauthors:\n  - name: {}\n",
        quoted(&name(&edition.title)),
        quoted(&name(&edition.edition)),
        edition.as_at.date(&zone),
        quoted(&super::publisher(edition)),
    );
    if let Some(url) = edition.publication.url.as_deref().and_then(web_address) {
        out.push_str(&format!("url: {}\n", quoted(url)));
    }
    if let Some(licence) = super::licence(edition) {
        out.push_str(&format!("license: {}\n", licence.spdx));
    }
    file("CITATION.cff", out)
}

/// `README.md` of the data folder.
pub(crate) fn readme(edition: &Edition, files: &[Listed]) -> File {
    // Markdown's own characters lose their force; names stay readable.
    let plain = |text: &str| {
        let mut out = String::new();
        for c in text.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '&' => out.push_str("&amp;"),
                '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '!' => out.extend(['\\', c]),
                c => out.push(c),
            }
        }
        out
    };
    let mut out = format!(
        "# {}: open data\n\nEdition {}. {}\n\n{}\n\n## Files\n\n",
        plain(&name(&edition.title)),
        plain(&name(&edition.edition)),
        plain(&super::description(edition)),
        plain(&super::licence_sentence(edition)),
    );
    for listed in files {
        out.push_str(&format!(
            "- `{}`: {}, {}\n",
            listed.name,
            listed.what(),
            crate::number::bytes(listed.bytes)
        ));
    }
    out.push_str(
        "\n`dictionary.csv` says what every column means. `CHECKSUMS.sha256` lists every file here; `sha256sum -c CHECKSUMS.sha256` \
         says whether a copy is whole.\n\n## Reading them\n\n\
         - Text is UTF-8. Numbers are in full precision. A proportion is a share from 0 to 1.\n\
         - What is missing is an empty cell, with its reason in `status` and `reason`, and never a zero. The spreadsheet writes a code instead:\n",
    );
    for (code, meaning) in super::workbook::CODES {
        out.push_str(&format!("  - `{code}` {meaning}.\n"));
    }
    out.push_str(
        "- Ids are texts: a spreadsheet must not read them as numbers.\n\
         - A text that a spreadsheet would run as a formula begins with an apostrophe that is not part of it.\n\
         - The spreadsheet has each measure’s main period; CSV and Parquet have all periods.\n\n## Columns of each file\n\n",
    );
    for sheet in &SHEETS {
        out.push_str(&format!("- `{}`: {}. Columns:", sheet.file, sheet.row));
        for (at, (column, ..)) in columns(edition, sheet).enumerate() {
            out.push_str(&format!("{} `{column}`", if at == 0 { "" } else { "," }));
        }
        out.push('\n');
    }
    out.push_str(&format!("\n## How to cite\n\n{}\n", plain(&sentence(edition))));
    file("README.md", out)
}

/// `CHECKSUMS.sha256`, as `sha256sum -c` reads it.
pub(crate) fn checksums(files: &[Listed]) -> File {
    let mut lines: Vec<String> =
        files.iter().map(|listed| format!("{}  {}\n", listed.sha256, listed.name)).collect();
    lines.sort_by(|a, b| a[64..].cmp(&b[64..]));
    file("CHECKSUMS.sha256", lines.concat())
}
