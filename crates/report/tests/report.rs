//! The report from editions written by hand.

#[path = "report/beginning.rs"]
mod beginning;
#[path = "report/chat/mod.rs"]
mod chat;
#[path = "report/checks.rs"]
mod checks;
#[path = "report/compared.rs"]
mod compared;
#[path = "report/open_data.rs"]
mod described;
#[path = "report/hostile.rs"]
mod hostile;
#[path = "support/html.rs"]
mod html;
#[path = "report/numbers.rs"]
mod numbers;
#[path = "report/paper.rs"]
mod paper;
#[path = "report/register.rs"]
mod register;
#[path = "report/simulated.rs"]
mod simulated;
mod support;
#[path = "report/told.rs"]
mod told;

use std::collections::BTreeMap;

use checks::{all, check_pages, pages, rows, text};
use hostile::{hostile, hostile_edition};
use html::read;
use someasure_model::{Answer, Edition};
use someasure_report::{edition_json, site};
use support::invented;

#[test]
fn every_page_is_well_formed_and_every_link_leads_somewhere() {
    let files = all(&invented());
    check_pages(&files);
    assert_eq!(files.keys().filter(|path| path.ends_with("/index.html")).count(), 6 + 8 + 12 + 5);
}

#[test]
fn an_edition_with_nothing_in_it_still_has_its_pages() {
    let mut edition = invented();
    edition.organisations.clear();
    edition.figures.clear();
    edition.group_figures.clear();
    edition.measures.clear();
    edition.peer_groups.clear();
    edition.series.clear();
    edition.notices.clear();
    edition.provenance.inputs.clear();
    edition.publication = someasure_model::Publication::default();
    let files = all(&edition);
    check_pages(&files);
    assert!(!files.contains_key("site/sitemap.xml"));
}

#[test]
fn an_organisation_without_an_account_says_that_none_is_known() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A11/index.html");
    assert!(page.contains(
        "We know of no account of this organisation, so there is nothing to measure. If it has one, the register is missing it."
    ), "{page}");
    assert!(!page.contains("Measure by measure"), "{page}");
}

#[test]
fn an_account_that_began_within_the_period_was_seen_from_its_beginning() {
    let mut edition = invented();
    let accounts = &mut edition.organisations[1].accounts;
    accounts[0].from = Some("2013-06-05".parse().unwrap());
    let path = "site/organisations/invented-A02/index.html";
    let files = all(&edition);
    let page = text(&files, path);
    assert!(
        page.contains(
            "It was seen from 5 June 2013, its first day as the organisation’s, to the end of the period."
        ),
        "{page}"
    );
    assert!(
        page.contains("Posts of its 2 accounts were seen over the whole period, 8 April 2013 to 7 April 2014, as far as they were the organisation’s."),
        "{page}"
    );
    let entry = &mut edition.organisations[1];
    entry.accounts.truncate(1);
    entry.accounts[0].to = Some("2014-01-31".parse().unwrap());
    let files = all(&edition);
    let page = text(&files, path);
    let said = "seen from 5 June 2013 to 31 January 2014, its first and last day as the organisation’s.";
    assert!(page.contains(&format!("Posts of its one account were {said}")), "{page}");
    assert!(page.contains(&format!("It was {said}")) && !page.contains("whole period"), "{page}");
}

#[test]
fn a_part_of_an_account_that_was_left_is_a_share_of_the_time_it_was_there() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A04/index.html");
    assert!(page.contains("That is within this edition’s period: 48% was seen of the time from the beginning of the period to 31 December 2013, its last day as the organisation’s."), "{page}");
}

#[test]
fn a_single_platform_is_told_without_a_chart_of_one_bar() {
    let chart = |edition: &Edition| {
        let files = all(edition);
        let home = text(&files, "site/index.html").to_owned();
        let at = home.find("id=\"who-is-where\"").unwrap();
        let finding = home[at..].split_once("</article>").unwrap().0.to_owned();
        assert!(finding.contains("Accounts in use on the day of this edition: "), "{finding}");
        assert_eq!(files.keys().any(|path| path.contains("present")), finding.contains("<figure"));
        finding.contains("<figure")
    };
    let mut edition = invented();
    assert!(chart(&edition));
    for entry in &mut edition.organisations {
        entry.accounts.retain(|account| account.platform.as_str() == "x");
    }
    assert!(!chart(&edition));
    let source = someasure_report::report_source(&edition).text;
    assert!(source.contains("organisations are on X") && source.contains("This is a count of the register"));
}

#[test]
fn a_measure_of_the_last_days_is_captioned_with_these_days() {
    let mut edition = invented();
    for measure in &mut edition.measures {
        let is_asked = ["active_last_30_days", "posts_per_week"].contains(&measure.id.as_str());
        measure.window_days = is_asked.then_some(30);
    }
    let files = all(&edition);
    let (whole, days) = ("8 April 2013 to 7 April 2014", "30 days to 7 April 2014");
    for measure in ["active_last_30_days", "posts_per_week"] {
        let page = text(&files, &format!("site/measures/{measure}/index.html"));
        let captions = || page.match_indices("<caption>").chain(page.match_indices("<figcaption"));
        assert!(captions().count() > 0);
        let said: Vec<&str> = captions()
            .map(|(at, _)| page[at..].split_once("caption>\n").map_or(&page[at..at + 400], |(said, _)| said))
            .collect();
        assert!(said.iter().all(|said| !said.contains(whole)), "{said:#?}");
        assert!(page.contains(days) && page.contains("<dd>the last 30 days of the period</dd>"), "{page}");
    }
    let home = text(&files, "site/index.html");
    assert!(home.contains(days), "{home}");
    let page = text(&files, "site/organisations/invented-A01/index.html");
    assert!(page.contains(&format!("posts, {days}.")) && page.contains(&format!("<td>{days}. ")), "{page}");
    assert!(page.contains(&format!("observations, {whole}.")), "{page}");
    let measures = rows(text(&files, "data/measures.csv"));
    let window =
        |id: &str| measures.iter().find(|row| row["measure_id"] == id).unwrap()["window_days"].clone();
    assert_eq!((window("posts_per_week").as_str(), window("followers_per_1000").as_str()), ("30", ""));
    let organisation = &edition.organisations[0].organisation.organisation_id;
    let paper = someasure_report::paper_source(&edition, organisation).unwrap().text.replace('\u{200b}', "");
    assert!(paper.contains(&format!("Posts per week, Bluesky, {days}")), "{paper}");
    let report = someasure_report::report_source(&edition).text.replace('\u{200b}', "");
    assert!(report.contains(days), "{report}");
}

#[test]
fn a_cut_off_account_says_so_with_its_date() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A01/index.html");
    assert!(page.contains("Cut off: posts are known only from 14 October 2013 on. That is within this edition’s period, of which 48% was seen. The reason: the source gives the newest 3,200 posts. Its rates and series use only the span that was seen; nothing is said about the time before."), "{page}");
    assert!(page.contains("Cut off: it rests only on the part of the period that could be seen."));
    let home = text(&files, "site/index.html");
    assert!(home.contains("5 accounts of 21 were cut off, 4 of them within this period:"), "{home}");
    assert!(home.contains("<dt>Accounts cut off, 4 of them within this period</dt><dd>5</dd>"), "{home}");
}

#[test]
fn an_account_cut_off_before_the_period_says_so_and_its_series_begin_there() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A08/index.html");
    assert!(page.contains("Cut off: posts are known only from 20 November 2012 on. That is before this edition’s period, which was seen whole. The reason: the source gives the newest 3,200 posts."), "{page}");
    let (_, card) = page.split_once("id=\"posts_per_week--x\"").unwrap();
    let (card, _) =
        card.split_once("</figure>").map(|(_, after)| after.split_once("</figure>").unwrap()).unwrap();
    assert!(card.contains("A line by month from Nov 2012 to Mar 2014"), "{card}");
    assert!(card.contains("Begins on 20 November 2012: the source cut off what came before."), "{card}");
    assert!(!card.contains("Oct 2012"), "{card}");
    let coverage = rows(text(&files, "data/coverage.csv"));
    let of = |id: &str| coverage.iter().find(|row| row["account_id"] == id).unwrap();
    let told = |row: &BTreeMap<String, String>| {
        ["cut_off", "truncated", "seen_from"].map(|column| row[column].clone()).join(" ")
    };
    assert_eq!(told(of("x:10007")), "false true 2012-11-20T09:12:00Z");
    assert_eq!(told(of("x:10000")), "true true 2013-10-14T09:12:00Z");
    assert_eq!(told(of("x:10008")), "false false ");
}

#[test]
fn only_rows_about_posts_are_post_records() {
    let mut edition = invented();
    let before = all(&edition);
    for entry in &mut edition.organisations {
        let mut more = entry.coverage.clone();
        more.iter_mut().for_each(|seen| seen.table = someasure_model::Table::Reading);
        entry.coverage.extend(more);
    }
    assert_eq!(text(&before, "site/index.html"), text(&all(&edition), "site/index.html"));
}

#[test]
fn what_is_being_tried_stands_apart_and_carries_nothing() {
    let files = all(&invented());
    let home = text(&files, "site/index.html");
    assert!(!home.contains("Followers per 1,000 people served"), "{home}");
    assert!(text(&files, "site/measures/index.html").contains("Followers per 1,000 people served"));
    let page = text(&files, "site/organisations/invented-A02/index.html");
    let (before, after) = page.split_once("<details class=\"group\">").unwrap();
    assert!(!before.contains("Followers per 1,000") && after.contains("Followers per 1,000"), "{page}");
    assert!(after.starts_with("<summary>Show 1 experimental measure</summary>"), "{after}");
}

#[test]
fn a_reason_stands_once_on_a_card() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A05/index.html");
    let (_, card) = page.split_once("id=\"posts_per_week--x\"").unwrap();
    let (card, _) = card.split_once("</article>").unwrap();
    assert_eq!(card.matches("does not show its posts").count(), 1, "{card}");
}

#[test]
fn leaving_is_a_decision_and_not_a_failure() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A04/index.html");
    assert!(page.contains("The board decided to answer on Bluesky only."));
    assert!(page.contains("Leaving a platform is a decision, and not a failure."));
}

#[test]
fn a_shared_account_counts_for_each_body_and_once_in_totals() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A02/index.html");
    assert!(page.contains(
        "Shared with <bdi>Cedar City Hospitals (invented)</bdi>: it counts for each of them, and once in totals."
    ));
    let manifest: serde_json::Value = serde_json::from_str(text(&files, "edition.json")).unwrap();
    // Ten on Bluesky, eleven on X of which two are one, and a person's.
    assert_eq!(manifest["counts"]["accounts"], 21);
}

#[test]
fn a_person_is_counted_and_never_listed() {
    let files = all(&invented());
    for (path, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("a.person") && !text.contains("x:424242"), "{path}");
    }
    let page = text(&files, "site/organisations/invented-A01/index.html");
    assert!(page.contains("1 account of a person is counted and not listed"));
}

#[test]
fn why_there_is_no_value_is_said_in_words() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A05/index.html");
    assert!(page.contains("The account does not show its posts to everyone. This does not mean that the organisation is inactive."));
    let page = text(&files, "site/organisations/invented-A09/index.html");
    assert!(page.contains("Not shown: fewer than 10 public questions."), "{page}");
}

#[test]
fn findings_are_counts_of_organisations_where_they_are_counts() {
    let files = all(&invented());
    let home = text(&files, "site/index.html");
    assert!(home.contains("On Bluesky, 9 of 12 organisations (75%). On X (Twitter), 9 of 12 organisations (75%). There is no agreed better direction."), "{home}");
}

#[test]
fn an_unbounded_interval_is_said_as_such() {
    let files = all(&invented());
    let page = text(&files, "site/organisations/invented-A08/index.html");
    assert!(page.contains("Likely at least "), "{page}");
    let own = rows(text(&files, "site/organisations/invented-A08/figures.csv"));
    let row = own.iter().find(|row| row["measure_id"] == "response_time").unwrap();
    assert!(!row["lower"].is_empty() && row["upper"].is_empty());
}

#[test]
fn the_same_edition_gives_the_same_bytes() {
    assert_eq!(all(&invented()), all(&invented()));
}

#[test]
fn the_table_of_an_organisation_says_what_its_csv_says() {
    let edition = invented();
    let files = all(&edition);
    let mut compared = 0;
    for entry in &edition.organisations {
        let directory = format!("site/organisations/{}", entry.organisation.organisation_id.slug());
        let csv = rows(text(&files, &format!("{directory}/figures.csv")));
        let page = text(&files, &format!("{directory}/index.html"));
        let json: serde_json::Value =
            serde_json::from_str(text(&files, &format!("{directory}/figures.json"))).unwrap();
        let figures = json["figures"].as_array().unwrap();
        assert_eq!(figures.len(), csv.len());
        for (row, figure) in csv.iter().zip(figures) {
            for column in ["value", "lower", "upper", "level"] {
                let (said, read) = (row[column].parse::<f64>().ok(), figure[column].as_f64());
                // The JSON reader may be off by the last bit; the file is not.
                let same = match (said, read) {
                    (Some(a), Some(b)) => (a - b).abs() <= 1e-15 * a.abs(),
                    (a, b) => a == b,
                };
                assert!(same, "{said:?} {read:?} {row:?}");
            }
            assert_eq!(row["reason"], figure["reason"].as_str().unwrap_or(""));
        }
        let headline: Vec<_> = csv.iter().filter(|row| row["period"] == edition.period.id.as_str()).collect();
        let mut table = table_rows(page, "All figures of this organisation");
        table.extend(table_rows(page, "Figures being tried"));
        assert_eq!(table.len(), headline.len(), "{directory}");
        for cells in table {
            let row = headline
                .iter()
                .find(|row| {
                    cells[0] == title(&edition, &row["measure_id"]) && cells[1] == platform(&row["platform"])
                })
                .unwrap();
            assert_eq!(cells[2], shown(&edition, row, "value"), "{row:?}");
            let between = match (shown(&edition, row, "lower"), shown(&edition, row, "upper")) {
                (lower, upper) if lower == "–" && upper == "–" => "–".to_owned(),
                (lower, upper) if upper == "–" => format!("{lower} or more"),
                (lower, upper) => format!("{lower} to {upper}"),
            };
            assert_eq!(cells[4], between, "{row:?}");
            assert_eq!(cells[5].replace(',', ""), row["n"]);
            assert!(cells[7].ends_with(&row["reason"]), "{cells:?} {row:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

fn title(edition: &Edition, id: &str) -> String {
    edition.measures.iter().find(|measure| measure.id.as_str() == id).unwrap().title.clone()
}

fn platform(id: &str) -> &str {
    if id == "x" { "X (Twitter)" } else { "Bluesky" }
}

/// The cell as a reader sees it, formatted here once more and apart from the crate.
fn shown(edition: &Edition, row: &BTreeMap<String, String>, column: &str) -> String {
    let Ok(value) = row[column].parse::<f64>() else { return "–".to_owned() };
    let measure = edition.measures.iter().find(|measure| measure.id.as_str() == row["measure_id"]).unwrap();
    let share = measure.kind == someasure_model::Kind::Proportion;
    let value = if share { value * 100.0 } else { value };
    format!("{value:.*}{}", usize::from(measure.decimals), if share { "%" } else { "" })
}

fn table_rows(page: &str, label: &str) -> Vec<Vec<String>> {
    let Some((_, after)) = page.split_once(&format!("aria-label=\"{label}\"")) else { return vec![] };
    let (_, body) = after.split_once("<tbody>").unwrap();
    let (body, _) = body.split_once("</tbody>").unwrap();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for tag in read(body) {
        match tag.name.as_str() {
            "tr" => rows.push(Vec::new()),
            "th" | "td" => rows.last_mut().unwrap().push(tag.text.trim().to_owned()),
            _ => {}
        }
    }
    rows
}

#[test]
fn figures_csv_has_the_columns_that_were_promised() {
    let files = all(&invented());
    let figures = text(&files, "data/figures.csv");
    insta::assert_snapshot!(figures.lines().take(3).collect::<Vec<_>>().join("
"), @r"
    edition,organisation_id,measure_id,measure_version,platform,period,value,lower,upper,level,n,status,reason,cut_off,collected_at
    2014.1,invented:A01,followers_per_1000,2,bluesky,2013-04-08/2014-04-07,1.9807767045768965,,,,565,shown,,false,2014-04-07T16:30:00Z
    2014.1,invented:A01,followers_per_1000,2,bluesky,2012-04,1.783684654414555,,,,51,shown,,false,2014-04-07T16:30:00Z
    ");
    let dictionary = rows(text(&files, "data/dictionary.csv"));
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("data/") && path.ends_with(".csv"))
    {
        let head = std::str::from_utf8(bytes).unwrap().lines().next().unwrap();
        let file = path.trim_start_matches("data/");
        let said: Vec<&str> =
            dictionary.iter().filter(|row| row["file"] == file).map(|row| row["column"].as_str()).collect();
        assert_eq!(head.split(',').collect::<Vec<_>>(), said, "{file}");
    }
}

#[test]
fn edition_json_tells_what_the_edition_is_made_of() {
    let edition = invented();
    let json = edition_json(&edition, &[("site/index.html".to_owned(), "ab12".to_owned(), 10)]);
    insta::assert_snapshot!(String::from_utf8(json).unwrap(), @r#"
    {
      "title": "An invented report on invented bodies",
      "edition": "2014.1",
      "services": [
        "Invented health bodies"
      ],
      "period": {
        "id": "2013-04-08/2014-04-07",
        "granularity": "edition",
        "starts_at": "2013-04-07T23:00:00Z",
        "ends_at": "2014-04-07T18:00:00Z"
      },
      "as_at": "2014-04-07T18:00:00Z",
      "time_zone": "Europe/London",
      "tool_version": "0.1.0",
      "schema_version": 1,
      "seed": 20140407,
      "counts": {
        "organisations": 12,
        "accounts": 21,
        "measures": 8,
        "figures": {
          "shown": 1219,
          "too_few": 2,
          "not_collected": 235,
          "not_offered": 9,
          "not_covered": 183,
          "not_reached": 0,
          "not_computable": 0
        },
        "group_figures": {
          "shown": 150,
          "too_few": 0,
          "not_collected": 0,
          "not_offered": 0,
          "not_covered": 0,
          "not_reached": 0,
          "not_computable": 0
        }
      },
      "register": {
        "closed": 3,
        "successor_not_stated": 1,
        "not_listed": 1,
        "other_names": 2,
        "successions": 4,
        "disagreements": 1,
        "gaps": [
          {
            "what": "The ambulance service",
            "why": "no open source names it"
          }
        ]
      },
      "withdrawn": 2,
      "inputs": [
        {
          "path": "register/organisations.csv",
          "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
          "bytes": 14322
        }
      ],
      "batches": [
        {
          "batch": "posts-9f86d081",
          "source": "Invented posts",
          "lane": "contributed",
          "retention": "unlimited",
          "input_hash": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
        }
      ],
      "outputs": [
        {
          "path": "site/index.html",
          "sha256": "ab12",
          "bytes": 10
        }
      ]
    }
    "#);
}

#[test]
fn an_account_says_how_and_when_it_was_verified_or_that_this_is_not_recorded() {
    let files = all(&invented());
    let page = |code: &str| text(&files, &format!("site/organisations/invented-{code}/index.html"));
    assert!(page("A01").contains("Its official site linked to it on 2 March 2014 by"));
    assert!(page("A02").contains("A person checked it on 2 March 2014"));
    assert!(page("A03").contains("How we know that it is its own is not recorded"));
}

#[test]
fn eight_thousand_organisations_are_drawn_one_at_a_time() {
    let mut edition = invented();
    let model = edition.organisations[0].clone();
    let figure = edition.figures.iter().find(|figure| figure.period == edition.period.id).unwrap().clone();
    edition.organisations.clear();
    edition.figures.clear();
    for i in 0..8_000 {
        let mut entry = model.clone();
        entry.organisation.organisation_id = format!("invented:{i:05}").parse().unwrap();
        entry.organisation.name = format!("Body {i:05}");
        entry.accounts.truncate(1);
        let mut figure = figure.clone();
        figure.organisation_id = entry.organisation.organisation_id.clone();
        figure.answer = Answer::Value(f64::from(i % 613) / 10.0, None);
        edition.organisations.push(entry);
        edition.figures.push(figure);
    }
    let mut files = site(&edition);
    assert_eq!(files.next().unwrap().path, "site/index.html");
    let mut drawn = 0;
    let mut largest = (0, String::new());
    for file in files {
        if file.path.starts_with("site/organisations/invented-") && file.path.ends_with("index.html") {
            drawn += 1;
            assert!(file.bytes.len() < 40_000, "{}: {}", file.path, file.bytes.len());
        }
        if file.path.ends_with(".html") {
            largest = largest.max((file.bytes.len(), file.path));
        }
    }
    assert_eq!(drawn, 8_000);
    assert!(largest.0 < 1_000_000, "{largest:?}");
}

/// The words that readers asked publishers not to use.
fn refuse(path: &str, text: &str) {
    const REFUSED: [&str; 8] =
        ["worst", "best", "failing", "poor", "lags", "plummeted", "slipped", "significant"];
    for word in text.to_lowercase().split(|c: char| !c.is_alphabetic()) {
        assert!(!REFUSED.contains(&word), "{path}: '{word}'");
    }
}

#[test]
fn what_we_write_judges_nobody() {
    let files = all(&invented());
    for (path, tags) in pages(&files) {
        refuse(path, &tags.iter().find(|tag| tag.name == "body").unwrap().text);
        tags.iter().filter_map(|tag| tag.get("aria-label")).for_each(|alternative| refuse(path, alternative));
    }
    // Pictures of their own, and what the columns of the open data mean.
    let others = files.keys().filter(|path| path.ends_with(".svg") || path.ends_with("dictionary.csv"));
    let mut seen = 0;
    for path in others {
        refuse(path, text(&files, path));
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn the_site_is_light_and_its_own() {
    let files = all(&invented());
    for script in ["site/script.js", "site/compare.js", "site/save.js"] {
        // The styles that a chart takes along are no script.
        let text = text(&files, script);
        let text = text.split_once("`;\n").map_or(text, |(_, script)| script);
        assert!(text.len() < 8_000, "{script}: {}", text.len());
    }
    let style = text(&files, "site/style.css");
    assert!(!style.contains("@import") && !style.contains("//"));
    for (_, after) in style.match_indices("url(\"").map(|(at, _)| style.split_at(at + 5)) {
        let (file, _) = after.split_once('"').unwrap();
        assert!(files.contains_key(&format!("site/{file}")), "{file}");
    }
    assert!(files.contains_key("site/fonts/OFL.txt"));
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(bytes.len() < 120_000, "{path}: {}", bytes.len());
    }
}

#[test]
fn the_map_of_the_site_lists_every_page() {
    let files = all(&invented());
    let map = text(&files, "site/sitemap.xml");
    let pages = files.keys().filter(|path| path.ends_with(".html"));
    for page in pages {
        let page = page.trim_start_matches("site/");
        assert!(map.contains(&format!("<loc>https://example.org/report/{page}</loc>")), "{page}");
    }
}

#[test]
fn ids_too_long_for_a_file_system_still_have_a_page() {
    let mut edition = invented();
    for (i, last) in ["a", "b"].iter().enumerate() {
        let id = format!("invented:{}{last}", "é".repeat(200));
        edition.organisations[i].organisation.organisation_id = id.parse().unwrap();
    }
    edition.figures.clear();
    let files = all(&edition);
    check_pages(&files);
    assert!(files.keys().flat_map(|path| path.split('/')).all(|part| part.len() < 200));
}
