//! Editions in which nothing has been collected yet: complete, readable, and without zeros that nobody
//! counted.

use crate::support::beginning::{beginning, entered};
use crate::{all, check_pages, pages, text};

fn main_text(files: &std::collections::BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let pages = pages(files);
    let main = pages[path].iter().find(|tag| tag.name == "main").unwrap();
    main.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_edition_without_accounts_has_a_home_page_that_says_what_to_do_next() {
    let files = all(&beginning());
    check_pages(&files);
    let home = main_text(&files, "site/index.html");
    assert!(home.contains("its register has 283 organisations. None of them has an account entered yet, so nothing could be collected, and there is no figure."), "{home}");
    let mut from = 0;
    for step in [
        "someasure template accounts",
        "someasure import accounts FILE",
        "someasure check",
        "someasure import profiles FILE",
        "someasure import posts FILE",
        "someasure build",
    ] {
        let at = home[from..].find(step).unwrap_or_else(|| panic!("{step}: {home}"));
        from += at;
    }
    assert!(!home.contains("someasure init"), "{home}");
}

#[test]
fn what_nobody_counted_is_not_told_as_zero() {
    for edition in [beginning(), entered(10), entered(283)] {
        let files = all(&edition);
        check_pages(&files);
        let some = |path: &&String| path.ends_with(".html") && !path.contains("invented-00");
        for path in files.keys().filter(some) {
            let said = crate::read(text(&files, path));
            let said = said.into_iter().filter(|tag| matches!(tag.name.as_str(), "p" | "td" | "dd" | "li"));
            let zero = said
                .map(|tag| tag.text.replace("0 to 1", ""))
                .find(|text| text.split_whitespace().any(|word| word == "0"));
            assert!(path.contains("measures/") || zero.is_none(), "{path}: {zero:?}");
            assert!(
                !text(&files, path).contains("<svg") || path.contains("how-to-read"),
                "{path}: an empty picture"
            );
        }
    }
}

#[test]
fn peer_groups_say_how_many_accounts_they_miss() {
    let files = all(&entered(10));
    let home = main_text(&files, "site/index.html");
    assert!(home.contains("of the 283 organisations in its register, 10 have an account entered. Nothing has been collected yet"), "{home}");
    assert!(
        home.contains(
            "10 organisations have an account entered (10 accounts, each counted once); 273 still have none."
        ),
        "{home}"
    );
    assert!(home.contains("Commissioning boards of Eastland421032"), "{home}");
    assert!(home.contains("Hospital trusts of Westland3none3"), "{home}");
}

#[test]
fn an_organisation_without_an_account_says_so_once() {
    let files = all(&beginning());
    let page = main_text(&files, "site/organisations/invented-1000/index.html");
    assert_eq!(page.matches("no account").count(), 1, "{page}");
    assert!(page.contains("someasure template accounts"), "{page}");
    assert!(page.contains("In the register"), "{page}");
    assert!(!page.contains("Measure by measure") && !page.contains("In short"), "{page}");
}

#[test]
fn an_organisation_of_which_nothing_was_collected_has_no_page_full_of_empty_cards() {
    let files = all(&entered(10));
    let page = main_text(&files, "site/organisations/invented-1000/index.html");
    assert!(page.contains("1 account in use, on Bluesky. Nothing was collected of it yet, so there is no figure. This does not mean that the organisation is inactive."), "{page}");
    assert!(!page.contains("Measure by measure") && !page.contains("No value"), "{page}");
}

#[test]
fn a_measure_s_page_says_once_that_nobody_was_measured() {
    let files = all(&beginning());
    let page = main_text(&files, "site/measures/posts_per_week/index.html");
    assert_eq!(page.matches("Nobody was measured yet.").count(), 1, "{page}");
    assert!(!page.contains("could be shown"), "{page}");
}

#[test]
fn organisations_of_several_nations_stand_nation_by_nation() {
    let files = all(&beginning());
    let page = text(&files, "site/organisations/index.html");
    assert!(
        page.contains("data-filter=\"organisations-1 organisations-2 organisations-3 organisations-4\""),
        "{page}"
    );
    assert!(page.contains("<a href=\"#organisations-4-part\"><bdi>Westland</bdi></a> (10)"), "{page}");
    assert_eq!(page.matches("no account known").count(), 0, "{page}");
    let words = main_text(&files, "site/organisations/index.html");
    assert!(words.contains("10 organisations: health board (7), hospital trust (3)."), "{words}");
    let register = main_text(&files, "site/register.html");
    assert!(register.contains("283 organisations belong to this edition: 254 in Eastland, 5 in Isles, 14 in Northland and 10 in Westland."), "{register}");
}

#[test]
fn an_edition_with_no_organisation_says_how_to_begin() {
    let mut edition = beginning();
    edition.organisations.clear();
    edition.peer_groups.clear();
    let files = all(&edition);
    check_pages(&files);
    let home = main_text(&files, "site/index.html");
    assert!(home.contains("someasure init DIR --service NAME"), "{home}");
    assert!(home.contains("no organisation is in its register yet"), "{home}");
}
