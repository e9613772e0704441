//! What the edition found by its rules, who is where, whom to celebrate, what changed, and what is promised.

use someasure_model::{
    Answer, Change, ChangeRuleName, ChangeStatus, Edition, Meaning, Missing, Polarity, Position,
};

use crate::html::{Tag, read};
use crate::support::{invented, told};
use crate::{all, check_pages, text};

pub(crate) fn told() -> Edition {
    let mut edition = invented();
    told::fill(&mut edition);
    edition
}

fn tags(files: &std::collections::BTreeMap<String, Vec<u8>>, path: &str) -> Vec<Tag> {
    read(text(files, path))
}

pub(crate) fn main_text(files: &std::collections::BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let tags = tags(files, path);
    let main = tags.iter().find(|tag| tag.name == "main").unwrap();
    main.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The titles of the findings of a page.
fn titles(files: &std::collections::BTreeMap<String, Vec<u8>>, path: &str) -> Vec<String> {
    let heading = if path.contains("headlines") { "h2" } else { "h3" };
    tags(files, path)
        .iter()
        .filter(|tag| tag.name == heading && tag.within.contains(&"article".to_owned()))
        .map(|tag| tag.text.trim().to_owned())
        .collect()
}

/// Every status of a series set to one.
fn steady(edition: &mut Edition) {
    edition.changes.iter_mut().for_each(|change| change.status = ChangeStatus::NoClearChange);
}

#[test]
fn an_edition_with_everything_beside_its_figures_is_well_formed() {
    check_pages(&all(&told()));
}

#[test]
fn findings_are_five_to_eight_sentences_of_ten_words_at_most_and_home_has_the_first_five() {
    let files = all(&invented());
    let found = titles(&files, "site/headlines/index.html");
    assert!((5..=8).contains(&found.len()), "{found:?}");
    for title in &found {
        assert!(title.split_whitespace().count() <= 10, "{title}");
        assert!(!title.ends_with('.'), "{title}");
    }
    let home = titles(&files, "site/index.html");
    assert_eq!(home, found[..5]);
    let page = main_text(&files, "site/headlines/index.html");
    assert_eq!(page.matches("How sure we are:").count(), found.len(), "{page}");
    assert_eq!(page.matches("As a table").count(), found.len());
}

#[test]
fn who_is_where_is_told_from_the_register_without_people() {
    let files = all(&invented());
    let page = main_text(&files, "site/headlines/index.html");
    // Eleven have an account on X; one of them left.
    assert!(page.contains("10 of 12 organisations are on"), "{page}");
    assert!(page.contains("Of 1 organisation no account is known."), "{page}");
    let national = main_text(&files, "site/national/index.html");
    assert!(
        national.contains(
            "The share of 12 organisations with an account in use: 83% on Bluesky and 83% on X (Twitter)."
        ),
        "{national}"
    );
    assert!(national.contains("Health board"), "{national}");
    assert!(national.contains("By region"), "{national}");
}

#[test]
fn an_edition_that_saw_less_than_half_says_so_first() {
    let mut edition = invented();
    for entry in &mut edition.organisations {
        for seen in &mut entry.coverage {
            seen.cut_off = true;
            seen.share_of_period = 0.4;
        }
    }
    let files = all(&edition);
    assert_eq!(titles(&files, "site/index.html")[0], "0 of 21 accounts were seen in full");
    // And nothing about it where nearly all was seen.
    let mut edition = invented();
    for entry in &mut edition.organisations {
        entry.accounts.retain(|account| account.platform.as_str() == "bluesky");
        let ids: Vec<_> = entry.accounts.iter().filter_map(someasure_model::Account::id).collect();
        if entry.coverage.is_empty() {
            entry.accounts.clear();
        }
        entry.coverage.retain(|seen| ids.contains(&seen.account_id));
    }
    let files = all(&edition);
    let found = titles(&files, "site/headlines/index.html");
    assert!(found.iter().all(|title| !title.contains("seen in full")), "{found:?}");
}

#[test]
fn a_measure_that_nobody_has_a_value_of_says_why_before_its_table() {
    let mut edition = told();
    let mut bodies = 0;
    for figure in &mut edition.figures {
        if figure.measure_id.as_str() == "posts_per_week" && figure.platform.as_str() == "x" {
            figure.answer = Answer::Missing(Missing::NotCollected("The source did not say.".into()));
            bodies += usize::from(figure.period.contains('/'));
        }
    }
    let page = main_text(&all(&edition), "site/measures/posts_per_week/index.html");
    let said = format!("Nobody has a value here ({bodies} organisations). The source did not say.");
    assert!(page.contains(&said), "{page}");
    let first = edition.figures.iter_mut().find(|figure| {
        figure.measure_id.as_str() == "posts_per_week"
            && figure.platform.as_str() == "x"
            && figure.period.contains('/')
    });
    first.unwrap().answer = Answer::Missing(Missing::TooFew { at_least: 4 });
    let page = main_text(&all(&edition), "site/measures/posts_per_week/index.html");
    assert!(page.contains(&format!("Nobody has a value here ({bodies} organisations):")));
    assert!(page.contains("1 organisation: Not shown: fewer than 4"));
}

#[test]
fn movement_that_chance_explains_is_no_news() {
    let mut edition = invented();
    steady(&mut edition);
    let organisation = edition.organisations[0].organisation.organisation_id.clone();
    let one = edition.changes.iter_mut().find(|change| change.organisation_id == organisation).unwrap();
    one.status = changed(ChangeRuleName::Shift, true, Meaning::Neutral);
    let files = all(&edition);
    let found = titles(&files, "site/headlines/index.html");
    assert!(found.contains(&"No more series changed than chance explains".to_owned()), "{found:?}");
    let page = main_text(&files, "site/headlines/index.html");
    assert!(page.contains("1 show a change; by chance alone less than 1 would."), "{page}");
}

fn changed(rule: ChangeRuleName, up: bool, meaning: Meaning) -> ChangeStatus {
    ChangeStatus::Changed { up, rule, since: "2013-09".into(), meaning }
}

#[test]
fn movement_beyond_chance_is_told_beside_what_chance_would_give() {
    let mut edition = invented();
    steady(&mut edition);
    let mut nth = 0;
    for change in edition.changes.iter_mut().filter(|change| {
        change.measure_id.as_str() == "posts_per_week" && change.platform.as_str() == "bluesky"
    }) {
        if nth < 4 {
            change.status = changed(ChangeRuleName::Outside, true, Meaning::Neutral);
        }
        nth += 1;
    }
    let files = all(&edition);
    let found = titles(&files, "site/headlines/index.html");
    assert!(found.contains(&format!("Posting went up at 4 of {nth} organisations on Bluesky")), "{found:?}");
    let page = main_text(&files, "site/headlines/index.html");
    assert!(page.contains("4 shifted up and 0 down. By chance alone less than 1 would be said to have changed. There is no agreed better direction."), "{page}");
}

#[test]
fn organisations_that_stand_out_are_told_only_beyond_chance() {
    let mut edition = invented();
    for comparison in &mut edition.comparisons {
        if let Ok(funnel) = &mut comparison.funnel {
            funnel.places.iter_mut().for_each(|place| place.position = Position::Within);
        }
    }
    let files = all(&edition);
    let found = titles(&files, "site/headlines/index.html");
    assert!(found.contains(&"No more organisations stand out than chance explains".to_owned()), "{found:?}");
    let files = all(&invented());
    let found = titles(&files, "site/headlines/index.html");
    assert!(found.iter().any(|title| title.ends_with("stand out among peers")), "{found:?}");
}

#[test]
fn a_finding_needs_several_organisations_and_a_reviewed_measure() {
    let mut edition = invented();
    edition.figures.iter_mut().enumerate().for_each(|(i, figure)| {
        if figure.period == edition.period.id && i % 2 == 0 {
            figure.answer = Answer::Missing(someasure_model::Missing::TooFew { at_least: 20 });
        }
    });
    let few: Vec<String> = titles(&all(&edition), "site/headlines/index.html")
        .into_iter()
        .filter(|title| title.starts_with("Half"))
        .collect();
    for title in few {
        assert!(!title.contains("followers per 1,000 people"), "{title}");
    }
    edition.figures.clear();
    let files = all(&edition);
    let found = titles(&files, "site/headlines/index.html");
    assert!(found.iter().all(|title| !title.starts_with("Half")), "{found:?}");
}

#[test]
fn accounts_that_were_left_are_told_with_their_reasons_and_as_a_decision() {
    let files = all(&invented());
    let page = main_text(&files, "site/national/index.html");
    assert!(page.contains("The board decided to answer on Bluesky only."), "{page}");
    assert!(page.contains("Leaving a platform is a decision, and not a failure."), "{page}");
    assert!(page.contains("X (Twitter)Bluesky1"), "{page}");
    assert!(page.contains("this does not say that it went from one to the other"), "{page}");
    let mut edition = invented();
    edition.organisations[3].accounts.iter_mut().for_each(|account| account.reason_for_leaving = None);
    let page = main_text(&all(&edition), "site/national/index.html");
    assert!(page.contains("No reason is stated for any of them."), "{page}");
}

#[test]
fn a_single_good_month_and_an_open_direction_are_not_celebrated() {
    let mut edition = invented();
    edition.comparisons.clear();
    steady(&mut edition);
    let none = main_text(&all(&edition), "site/celebrate/index.html");
    assert!(none.contains("No figure stands out for the better by the rules of this page."), "{none}");
    assert!(none.contains("No series of this edition shifted for the better and stayed there."), "{none}");
    let set = |edition: &mut Edition, status: ChangeStatus| {
        let of = |change: &&mut Change| change.measure_id.as_str() == "conversation_share";
        edition.changes.iter_mut().find(of).unwrap().status = status;
    };
    set(&mut edition, changed(ChangeRuleName::Outside, true, Meaning::Improvement));
    assert!(main_text(&all(&edition), "site/celebrate/index.html").contains("No series of this edition"));
    set(&mut edition, changed(ChangeRuleName::Shift, true, Meaning::Neutral));
    assert!(main_text(&all(&edition), "site/celebrate/index.html").contains("No series of this edition"));
    set(&mut edition, changed(ChangeRuleName::Shift, true, Meaning::Improvement));
    let one = main_text(&all(&edition), "site/celebrate/index.html");
    assert!(one.contains("1 candidate for being celebrated, found by rule. No person has reviewed it yet, so take each as a question and not as praise."), "{one}");
    assert!(
        one.contains("Up since September 2013: seven or more months above the mean. Higher is better."),
        "{one}"
    );
    assert!(one.contains("Candidate, for a person to review"), "{one}");
}

#[test]
fn beyond_its_peers_is_celebrated_only_on_a_better_side_and_with_few_false_findings() {
    let mut edition = invented();
    steady(&mut edition);
    let count = |edition: &Edition| {
        let page = main_text(&all(edition), "site/celebrate/index.html");
        page.matches("Candidate, for a person to review").count()
    };
    let expected = |edition: &Edition| {
        let mut n = 0;
        for comparison in &edition.comparisons {
            let measure = edition.measures.iter().find(|m| m.id == comparison.measure_id).unwrap();
            if measure.status != someasure_model::measure::Status::Standard {
                continue;
            }
            let Ok(funnel) = &comparison.funnel else { continue };
            n += funnel
                .places
                .iter()
                .filter(|place| place.false_discovery_rate < 0.05)
                .filter(|place| match measure.polarity {
                    Polarity::Higher => place.position == Position::Above998,
                    Polarity::Lower => place.position == Position::Below998,
                    _ => false,
                })
                .count();
        }
        n
    };
    assert!(expected(&edition) > 0);
    assert_eq!(count(&edition), expected(&edition));
    for comparison in &mut edition.comparisons {
        if let Ok(funnel) = &mut comparison.funnel {
            funnel.places.iter_mut().for_each(|place| place.false_discovery_rate = 0.06);
        }
    }
    assert_eq!(count(&edition), 0);
}

#[test]
fn a_review_stands_in_the_place_of_the_candidate() {
    let edition = told();
    assert_eq!(edition.reviews.len(), 1);
    let page = main_text(&all(&edition), "site/celebrate/index.html");
    assert!(
        page.contains(
            "The answers are to people who asked. Reviewed by A reviewer (invented) on 6 April 2014."
        ),
        "{page}"
    );
    assert!(page.contains("1 of them was reviewed by a person."), "{page}");
    assert!(page.contains("Consent: The team agreed on 1 April 2014 to be named as a team."), "{page}");
    let none = main_text(&all(&invented()), "site/celebrate/index.html");
    assert!(none.contains("This edition has no case study."), "{none}");
}

#[test]
fn the_first_edition_says_that_it_is_and_the_next_one_what_changed() {
    let first = all(&invented());
    let page = main_text(&first, "site/changes/index.html");
    assert!(page.contains("This is the first edition."), "{page}");
    assert!(page.contains("No error in a published edition is known."), "{page}");
    assert!(main_text(&first, "site/index.html").contains("This is the first edition."));
    let next = all(&told());
    let page = main_text(&next, "site/changes/index.html");
    assert!(page.contains("Since edition 2013.1, 1 figure moved beyond its uncertainty, 1 figure was restated, 12 figures are new, 1 figure is no longer there, 1 organisation joined and 1 organisation left the edition."), "{page}");
    assert!(page.contains("The last edition said 4.0 per week; it is now 4.5 per week, because posts of that month came in late."), "{page}");
    assert!(page.contains("10.0%25.0%"), "{page}");
    assert!(page.contains("2 March 2014"), "{page}");
    assert!(main_text(&next, "site/index.html").contains("Since edition 2013.1, 1 figure moved"));
}

#[test]
fn what_closed_since_the_last_edition_is_told_with_its_successor() {
    let mut edition = told();
    edition.revision.as_mut().unwrap().as_at = "2012-09-01T00:00:00Z".parse().unwrap();
    let page = main_text(&all(&edition), "site/changes/index.html");
    assert!(page.contains("1 body closed since 1 September 2012."), "{page}");
    assert!(
        page.contains(
            "Aspen Trust (invented), on 30 September 2012: merged into Alder Valley Trust (invented)"
        ),
        "{page}"
    );
    let page = main_text(&all(&told()), "site/changes/index.html");
    assert!(page.contains("No body that the register knows has closed since 7 April 2013."), "{page}");
}

#[test]
fn the_feed_tells_the_edition_its_revision_and_its_corrections() {
    let files = all(&told());
    let feed = text(&files, "site/feed.xml");
    assert!(
        feed.starts_with(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\""
        ),
        "{feed}"
    );
    assert_eq!(feed.matches("<entry>").count(), 3, "{feed}");
    assert_eq!(feed.matches("<id>").count(), 4);
    assert!(feed.contains("<updated>2014-04-07T18:00:00Z</updated>"), "{feed}");
    assert!(feed.contains("<link rel=\"self\" type=\"application/atom+xml\" href=\"https://example.org/report/feed.xml\"></link>"), "{feed}");
    assert!(feed.contains("Correction of 2 March 2014"), "{feed}");
    let mut edition = told();
    edition.publication.url = None;
    let files = all(&edition);
    assert!(text(&files, "site/feed.xml").contains("<id>urn:someasure:2014.1:feed</id>"));
}

#[test]
fn a_reply_stands_on_its_page_and_on_the_organisations() {
    let files = all(&told());
    for path in ["site/about/reply.html", "site/organisations/invented-A05/index.html"] {
        assert!(
            main_text(&files, path)
                .contains("We protect the account on X while its owner is away (invented)."),
            "{path}"
        );
    }
    assert!(
        main_text(&all(&invented()), "site/about/reply.html")
            .contains("No reply has been received for this edition.")
    );
}

#[test]
fn what_is_promised_of_privacy_and_access_claims_no_conformance() {
    let files = all(&told());
    let privacy = main_text(&files, "site/about/privacy.html");
    assert!(privacy.contains("They set no cookie"), "{privacy}");
    assert!(privacy.contains("2 accounts were withdrawn at their owners’ request"), "{privacy}");
    let access = main_text(&files, "site/about/accessibility.html");
    assert!(access.contains("no conformance with a standard is claimed"), "{access}");
    assert!(access.contains("report@example.org"), "{access}");
}

#[test]
fn every_page_names_its_edition_in_how_to_cite_it_and_is_in_the_list_of_all_pages() {
    let files = all(&told());
    for path in files.keys().filter(|path| path.ends_with(".html")) {
        let page = text(&files, path);
        let short = path.trim_start_matches("site/");
        assert!(page.contains(&format!("https://example.org/report/{short}?edition=2014.1")), "{path}");
        assert!(page.contains("property=\"og:title\""), "{path}");
        assert!(!page.contains("og:image"), "{path}: no card is written");
    }
    let mut edition = told();
    edition.look.papers = true;
    edition.look.theme = Some(":root { --band: #333 }".to_owned());
    let files = all(&edition);
    let home = text(&files, "site/index.html");
    assert!(
        home.contains("<meta property=\"og:image\" content=\"https://example.org/report/card.png\">"),
        "{home}"
    );
    assert!(home.contains("href=\"theme.css\"") && files.contains_key("site/theme.css"));
    edition.look.theme = Some("@import 'https://example.org/a.css';".to_owned());
    let files = all(&edition);
    assert!(!text(&files, "site/index.html").contains("theme.css") && !files.contains_key("site/theme.css"));
}

#[test]
fn the_files_of_the_comparison_say_what_the_pages_of_organisations_say() {
    let edition = invented();
    let files = all(&edition);
    let index = text(&files, "site/find.js");
    let json = index.trim_start_matches("self.someasureIndex=").trim_end().trim_end_matches(';');
    let lines: String = serde_json::from_str(json).unwrap();
    let lines: Vec<Vec<&str>> = lines.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), 12);
    assert_eq!(
        lines[1][..5],
        ["Birch Coast Trust (invented)", "A02", "hospital trust", "North", "Birch Trust (invented)"]
    );
    let figures = text(&files, "site/compare/figures-0.js");
    let json = figures.trim_start_matches("self.someasureFigures0=").trim_end().trim_end_matches(';');
    let figures: Vec<Vec<Vec<serde_json::Value>>> = serde_json::from_str(json).unwrap();
    assert_eq!(figures.len(), 12);
    let mut compared = 0;
    for (line, row) in lines.iter().zip(&figures) {
        let directory = format!("site/organisations/{}/index.html", line[6]);
        let page = text(&files, &directory);
        for figure in row.iter().filter(|figure| figure.len() > 2) {
            assert!(page.contains(figure[4].as_str().unwrap()), "{directory}: {figure:?}");
            compared += 1;
        }
    }
    assert!(compared > 80, "{compared}");
}

#[test]
fn each_peer_group_is_compared_on_a_page_of_its_own_without_script() {
    let files = all(&invented());
    let page = main_text(&files, "site/compare/group-hospitals.html");
    assert!(page.contains("Hospital trusts"), "{page}");
    assert!(page.contains("Alder Valley Trust (invented)") && !page.contains("Fir Island"), "{page}");
    assert!(page.contains("Likely between"), "{page}");
    let choose = main_text(&files, "site/compare/index.html");
    assert!(choose.contains("No total score.") && choose.contains("Choosing needs script."), "{choose}");
}

#[test]
fn thousands_of_organisations_have_a_page_for_each_letter_and_none_is_heavy() {
    let mut edition = invented();
    let model = edition.organisations[0].clone();
    edition.organisations.clear();
    edition.figures.clear();
    edition.comparisons.clear();
    edition.changes.clear();
    for i in 0..2_400 {
        let mut entry = model.clone();
        entry.organisation.organisation_id = format!("invented:{i:05}").parse().unwrap();
        let letter = ["Ä", "B", "B", "B", "é", "7"][i % 6];
        entry.organisation.name = format!("{letter}body {i:05}");
        edition.organisations.push(entry);
    }
    let files: std::collections::BTreeMap<String, Vec<u8>> = someasure_report::site(&edition)
        .filter(|file| {
            file.path.contains("/organisations/from-") || file.path == "site/organisations/index.html"
        })
        .map(|file| (file.path, file.bytes))
        .collect();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "site/organisations/from-a.html",
            "site/organisations/from-b-1.html",
            "site/organisations/from-b-2.html",
            "site/organisations/from-e.html",
            "site/organisations/from-other.html",
            "site/organisations/index.html",
        ]
    );
    let rows: usize = files.keys().map(|path| text(&files, path).matches("<th scope=\"row\">").count()).sum();
    assert_eq!(rows, 2_400);
    assert!(files.values().all(|bytes| bytes.len() < 1_000_000));
}

#[test]
fn hostile_words_beside_the_figures_are_harmless() {
    let mut edition = told();
    let hostile =
        || format!("<script>alert(1)</script>\"'>&amp;\u{202e}gpj\u{200b}\u{0}]]>{}", "w".repeat(10_000));
    let revision = edition.revision.as_mut().unwrap();
    revision.edition = hostile();
    revision.restated[0].why = hostile();
    revision.restated[0].old = Some(f64::INFINITY);
    revision.moved[0].old = f64::NAN;
    revision.joined[0].name = hostile();
    revision.gone[0].name = hostile();
    edition.errata[0].what = hostile();
    edition.replies[0].name = hostile();
    edition.replies[0].paragraphs.push(hostile());
    let study = &mut edition.case_studies[0];
    (study.title, study.organisation, study.consent) = (hostile(), hostile(), hostile());
    study.organisation_id = None;
    study.paragraphs.push(hostile());
    (edition.reviews[0].by, edition.reviews[0].words) = (hostile(), hostile());
    let files = all(&edition);
    check_pages(&files);
    for (path, bytes) in
        files.iter().filter(|(path, _)| !path.ends_with(".woff2") && !path.ends_with(".xlsx"))
    {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{0}']), "{path}");
        if path.ends_with(".html") || path.ends_with(".xml") {
            assert!(!text.contains("<script>") && !text.contains("]]>"), "{path}");
            assert!(!text.contains(&"w".repeat(2_001)), "{path}");
        }
    }
}
