//! The register's page, what organisations' pages say of it, and its open data.

use someasure_model::{Edition, Gap, Succeeded};

use crate::support::invented;
use crate::{all, check_pages, hostile, read, rows, text};

/// The page as a reader sees it: its text alone.
fn words(page: &str) -> String {
    let main = read(page).into_iter().find(|tag| tag.name == "main").unwrap();
    main.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn register(edition: &Edition) -> String {
    words(text(&all(edition), "site/register.html"))
}

#[test]
fn a_closed_body_without_a_successor_says_that_none_is_stated() {
    let files = all(&invented());
    let page = text(&files, "site/register.html");
    let (_, row) = page.split_once("id=\"closed-invented-Z9\"").unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    assert!(row.contains("31 March 2012") && row.contains("successor not stated"), "{row}");
    assert!(words(page).contains("For 2 of them a source states who took over; for 1 none does, and the register says “successor not stated” and does not guess."), "{page}");
}

#[test]
fn a_successor_is_linked_with_its_day_kind_and_source() {
    let files = all(&invented());
    let page = text(&files, "site/register.html");
    assert!(page.contains("merged into <a href=\"organisations/invented-A01/index.html\"><bdi>Alder Valley Trust (invented)</bdi></a>, 1 October 2012. <span class=\"source\">Source: <bdi>invented mergers: line 12</bdi></span>"), "{page}");
    // One that closed later itself, one without a day, one that is not in the edition.
    assert!(page.contains("<a href=\"register.html#closed-invented-Z1\">"), "{page}");
    let words = words(page);
    assert!(
        words.contains("taken over by Birch Coast Trust (invented); neither how nor when is stated."),
        "{words}"
    );
    assert!(
        words.contains("transferred to A trust of elsewhere (invented) (Q7, not in this edition)"),
        "{words}"
    );
}

#[test]
fn a_name_by_lists_tells_days_of_lists_and_no_day_of_renaming() {
    let files = all(&invented());
    let said = "so called on the list of 31 December 2011 and until that of 1 January 2013";
    let page = words(text(&files, "site/register.html"));
    assert!(page.contains(said), "{page}");
    assert!(page.contains("until 31 March 2010; since when is not stated"), "{page}");
    assert!(!page.contains("renamed on"), "{page}");
    let own = words(text(&files, "site/organisations/invented-A02/index.html"));
    assert!(own.contains(&format!("Birch Trust (invented), {said}")), "{own}");
}

#[test]
fn not_listed_is_not_closed() {
    let files = all(&invented());
    let said = "ot on the list of 29 December 2013; last listed on 8 February 2013; that is not a closure";
    for path in ["site/register.html", "site/organisations/invented-A10/index.html"] {
        let page = words(text(&files, path));
        assert!(page.contains(said), "{path}: {page}");
    }
    assert!(!words(text(&files, "site/organisations/invented-A10/index.html")).contains("Closed"));
}

#[test]
fn sources_that_disagree_are_both_shown() {
    let files = all(&invented());
    let page = words(text(&files, "site/register.html"));
    assert!(page.contains("North. Source: national list of 2014-01-31: line 4"), "{page}");
    assert!(page.contains("South. Source: another list of 2014-02-01: line 7"), "{page}");
    let own = words(text(&files, "site/organisations/invented-A01/index.html"));
    assert!(own.contains("Its region: this edition goes by North (national list of 2014-01-31: line 4); another source says South (another list of 2014-02-01: line 7)."), "{own}");
}

#[test]
fn what_the_register_does_not_have_is_told() {
    let mut edition = invented();
    assert!(
        register(&edition).contains("The ambulance serviceNo open source names it."),
        "{}",
        register(&edition)
    );
    edition.gaps.clear();
    assert!(register(&edition).contains("That does not mean that there is none."));
}

#[test]
fn an_organisation_s_page_says_what_the_register_knows_of_it() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A09/index.html");
    assert!(page.contains("<dt>Part of</dt><dd><a href=\"../../organisations/invented-A06/index.html\"><bdi>Fir Island Health Board (invented)</bdi></a></dd>"), "{page}");
    let page = words(text(&files, "site/organisations/invented-A01/index.html"));
    assert!(page.contains("Whom it took overAspen Trust (invented) (closed) merged into it, 1 October 2012. Source: invented mergers: line 12"), "{page}");
    let closed = words(text(&files, "site/organisations/invented-A07/index.html"));
    assert!(closed.contains("Closed31 March 2014; successor not stated"), "{closed}");
}

#[test]
fn an_account_that_was_left_without_a_reason_says_that_none_is_stated() {
    let mut edition = invented();
    for account in &mut edition.organisations[3].accounts {
        account.reason_for_leaving = None;
    }
    let files = all(&edition);
    let page = words(text(&files, "site/organisations/invented-A04/index.html"));
    assert!(
        page.contains(
            "Left on 31 December 2013. No reason stated. Leaving a platform is a decision, and not a failure."
        ),
        "{page}"
    );
    let page = words(text(&files, "site/register.html"));
    assert!(page.contains("31 December 2013no reason stated"), "{page}");
}

#[test]
fn an_empty_register_says_so_and_claims_nothing() {
    let mut edition = invented();
    edition.closed.clear();
    edition.disagreements.clear();
    edition.gaps.clear();
    for entry in &mut edition.organisations {
        entry.past = someasure_model::Past::default();
    }
    let files = all(&edition);
    check_pages(&files);
    let page = words(text(&files, "site/register.html"));
    assert!(page.contains("The register has no body that had closed by the day of this edition."), "{page}");
    assert!(page.contains("The register has no other name of any organisation of this edition."), "{page}");
}

#[test]
fn hostile_text_in_the_register_is_harmless() {
    let mut edition = invented();
    for body in &mut edition.closed {
        body.name = hostile();
        body.kind = "=1+1".to_owned();
        body.nation = Some("\u{202e}".to_owned());
        body.successors.push(Succeeded {
            organisation_id: "invented:\"><script>alert(1)</script>".parse().unwrap(),
            name: hostile(),
            date: None,
            kind: hostile(),
            source: "javascript:alert(1)".to_owned(),
        });
    }
    for found in &mut edition.disagreements {
        found.name = hostile();
        found.field = hostile();
        found.ours = hostile();
        found.our_source = "data:text/html,<script>alert(1)</script>".to_owned();
        found.theirs = String::new();
        found.their_source = hostile();
    }
    edition.gaps.push(Gap { what: hostile(), why: hostile() });
    for entry in &mut edition.organisations {
        entry.organisation.parent_id = Some("invented:</dd><script>".parse().unwrap());
        entry.organisation.nation = Some(hostile());
        let past = &mut entry.past;
        past.names.iter_mut().for_each(|name| name.name = "@SUM(1)\u{202e}<script>".to_owned());
        past.successors.extend(edition.closed[0].successors.clone());
        past.predecessors.extend(edition.closed[0].successors.clone());
        past.not_listed.iter_mut().for_each(|missing| missing.list = hostile());
    }
    let files = all(&edition);
    check_pages(&files);
    for (path, bytes) in files.iter().filter(|(path, _)| !path.ends_with(".woff2")) {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(!text.contains('\u{202e}') && !text.contains("\u{0}"), "{path}");
        if path.ends_with(".html") {
            assert!(!text.contains("<script>") && !text.contains("<img"), "{path}");
            assert!(!text.contains("href=\"javascript") && !text.contains("href=\"data:"), "{path}");
            assert!(!text.contains(&"w".repeat(2_001)), "{path}");
        }
        if path.ends_with(".csv") {
            for (column, cell) in rows(text).into_iter().flatten() {
                let runs = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
                assert!(!runs, "{path}: {column} {cell}");
            }
        }
    }
}

#[test]
fn the_register_s_files_say_what_its_page_says() {
    let files = all(&invented());
    let data = |file: &str| rows(text(&files, &format!("data/{file}")));
    let closed = data("closed.csv");
    let successors: Vec<&str> = closed.iter().map(|row| row["successors"].as_str()).collect();
    assert_eq!(successors, ["invented:A01", "", "invented:Z1|invented:A02|invented:Q7"]);
    // Both ends tell of the merger; it stands once.
    let successions = data("successions.csv");
    assert_eq!(successions.len(), 4);
    assert_eq!(successions.iter().filter(|row| row["kind"] == "merger").count(), 1);
    let names = data("names.csv");
    assert_eq!(
        names
            .iter()
            .map(|row| [&row["from"], &row["to"], &row["by_lists"]].map(String::as_str))
            .collect::<Vec<_>>(),
        [["2011-12-31", "2013-01-01", "true"], ["", "2010-03-31", "false"]]
    );
    assert_eq!(data("disagreements.csv")[0]["theirs"], "South");
    let organisations = data("organisations.csv");
    let of = |id: &str| organisations.iter().find(|row| row["organisation_id"] == id).unwrap();
    assert_eq!(of("invented:A09")["parent_id"], "invented:A06");
    assert_eq!(of("invented:A10")["last_listed"], "2013-02-08");
    assert_eq!(of("invented:A01")["newest_list"], "");
}

#[test]
fn a_register_of_thousands_lists_only_what_is_special() {
    let mut edition = invented();
    let (entry, body) = (edition.organisations[1].clone(), edition.closed[0].clone());
    edition.figures.clear();
    edition.organisations.clear();
    edition.closed.clear();
    for i in 0..8_000 {
        let mut entry = entry.clone();
        entry.organisation.organisation_id = format!("invented:{i:05}").parse().unwrap();
        entry.organisation.region = Some(format!("County {i}"));
        edition.organisations.push(entry);
        let mut body = body.clone();
        body.organisation_id = format!("invented:Z{i:05}").parse().unwrap();
        edition.closed.push(body);
    }
    let page = someasure_report::site(&edition).find(|file| file.path == "site/register.html").unwrap();
    assert!(page.bytes.len() < 1_000_000, "{}", page.bytes.len());
    let page = words(std::str::from_utf8(&page.bytes).unwrap());
    assert!(page.contains("The first 1,000 of 8,000 are shown; closed.csv has all."));
    assert!(page.contains("They are in 8,000 places"));
}
