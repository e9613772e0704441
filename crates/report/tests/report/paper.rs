//! What the papers say, as Typst sources.

use someasure_report::{card, paper_source, report_source};

use super::invented;
use super::support;

/// Every text of a source: what stands between quotation marks.
fn texts(source: &str) -> Vec<String> {
    let (mut texts, mut text, mut inside, mut escaped) = (Vec::new(), String::new(), false, false);
    for c in source.chars() {
        match c {
            '"' if !inside => inside = true,
            _ if !inside => {}
            c if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => {
                inside = false;
                texts.push(std::mem::take(&mut text).replace('\u{200b}', ""));
            }
            c => text.push(c),
        }
    }
    texts
}

#[test]
fn papers_judge_nobody() {
    let edition = invented();
    let papers = edition.organisations.iter().map(|e| &e.organisation.organisation_id);
    let papers = papers.filter_map(|id| paper_source(&edition, id)).chain([report_source(&edition)]);
    let mut seen = 0;
    for paper in papers {
        let pictures = paper.files.iter().map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap());
        for text in texts(&paper.text).into_iter().chain(pictures) {
            seen += 1;
            super::refuse(&paper.identifier, &text);
        }
    }
    assert!(seen > 1_000, "{seen}");
    super::refuse("card", &String::from_utf8(card(&edition)).unwrap());
}

#[test]
fn a_board_reads_value_interval_n_peers_and_change_of_every_reviewed_figure() {
    let edition = invented();
    let paper = paper_source(&edition, &edition.organisations[0].organisation.organisation_id).unwrap();
    let texts = texts(&paper.text);
    for said in [
        "Alder Valley Trust (invented)",
        "Hospital trust · North · invented:A01",
        "Posts per week, Bluesky",
        "19.5 per week",
        "18.3 to 20.6",
        "1,013 posts",
        "15.4 to 16.5",
        "as expected",
        "What this cannot tell you",
        "How to check it",
    ] {
        assert!(texts.iter().any(|text| text == said), "{said}");
    }
    assert!(texts.iter().any(|text| text.starts_with("One thing to try: ")));
    assert!(
        texts.iter().any(|text| text.contains("To cite: Nobody (invented): “Alder Valley Trust (invented)”"))
    );
    // Experimental measures carry no conclusion, and people's own accounts are not listed.
    assert!(!texts.iter().any(|text| text.contains("Followers per 1,000")));
}

#[test]
fn who_is_not_compared_stands_beside_its_own_past() {
    let mut edition = invented();
    let id = edition.organisations[0].organisation.organisation_id.clone();
    let compared = paper_source(&edition, &id).unwrap();
    assert!(compared.text.contains("Where it lies among its peers"));
    assert!(!texts(&compared.text).contains(&"Beside its own past".to_owned()));
    edition.comparisons.clear();
    let alone = paper_source(&edition, &id).unwrap();
    assert!(!alone.text.contains("Where it lies among its peers"));
    assert!(
        alone.text.contains("Beside its own past") && alone.files.len() > 1,
        "{} pictures",
        alone.files.len()
    );
    assert!(alone.text.contains("by month; shaded: what chance explains"));
    assert_eq!(alone.text.matches("#picture(\"chart-").count(), alone.files.len());
}

#[test]
fn the_numbers_of_a_board_s_paper_are_those_of_the_csv() {
    let edition = invented();
    let files = super::all(&edition);
    let mut compared = 0;
    for entry in &edition.organisations {
        let id = &entry.organisation.organisation_id;
        let texts = texts(&paper_source(&edition, id).unwrap().text);
        let csv = super::text(&files, &format!("site/organisations/{}/figures.csv", id.slug()));
        for row in super::rows(csv).iter().filter(|row| row["period"] == edition.period.id.as_str()) {
            // Where there is one platform, the caption names it, and not every row.
            let title = super::title(&edition, &row["measure_id"]);
            let on = super::platform(&row["platform"]);
            let only = texts.iter().any(|text| text.contains(&format!(" on {on}, where not stated")));
            let figure = if only { title } else { format!("{title}, {on}") };
            let Some(at) = texts.iter().position(|text| *text == figure) else { continue };
            let shown = |column| super::shown(&edition, row, column);
            assert!(texts[at + 1].starts_with(&shown("value")), "{id}: {:?} {row:?}", texts[at + 1]);
            let between = match (shown("lower"), shown("upper")) {
                (lower, upper) if lower == "–" && upper == "–" => "–".to_owned(),
                (lower, upper) if upper == "–" => format!("{lower} or more"),
                (lower, upper) => format!("{lower} to {upper}"),
            };
            assert_eq!(texts[at + 2], between, "{id}: {row:?}");
            let n: String = texts[at + 3].chars().take_while(|c| *c != ' ').filter(|c| *c != ',').collect();
            assert_eq!(n, row["n"], "{id}: {row:?}");
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn every_picture_has_words_and_every_file_is_shown() {
    let report = report_source(&invented());
    assert_eq!(report.text.matches("#picture(\"chart-").count(), report.files.len());
    assert!(!report.text.contains("alt: \"\","));
    for (name, bytes) in &report.files {
        assert!(report.text.contains(&format!("#picture(\"{name}\"")), "{name}");
        let svg = std::str::from_utf8(bytes).unwrap();
        assert!(svg.starts_with("<svg xmlns=") && !svg.contains("NaN") && !svg.contains("%\""), "{name}");
    }
}

#[test]
fn nothing_collected_is_told_and_nothing_is_found() {
    let report = report_source(&support::beginning::beginning());
    assert!(report.text.contains("No account had been entered when this edition was made"));
    assert!(!report.text.contains("What we found"));
}
