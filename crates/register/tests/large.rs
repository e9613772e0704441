//! A register of national size: 10,000 organisations and 240,000 accounts, with some mistakes in it.

use std::fmt::Write as _;

use someasure_model::Platform;
use someasure_register::{
    Index, Kind, Problem, SHOWN_OF_A_KIND, Suppression, load, merge_accounts, merge_organisations, write,
};

const ORGANISATIONS: usize = 10_000;
const ACCOUNTS_EACH: usize = 24;

fn big_project() -> tempfile::TempDir {
    let mut organisations = String::from("organisation_id,name,type,parent_id,opened,source\n");
    let mut denominators = String::from("organisation_id,kind,value,as_at,source\n");
    let mut accounts =
        String::from("organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving\n");
    let mut evidence = String::from("platform,account_id,class,url,checked_at,checked_by,expires\n");
    for number in 0..ORGANISATIONS {
        let parent = if number == 0 { String::new() } else { format!("ods:T{}", (number - 1) / 10) };
        writeln!(organisations, "ods:T{number},\"Trust, {number}\",trust,{parent},2001-04-01,ODS").unwrap();
        writeln!(denominators, "ods:T{number},population,{},2014-01-01,ONS", 1_000 + number).unwrap();
        for account in 0..ACCOUNTS_EACH {
            let id = number * ACCOUNTS_EACH + account;
            let platform = ["x", "facebook", "youtube", "mastodon"][account % 4];
            writeln!(accounts, "ods:T{number},{platform},{id},trust{id},main,2012-01-01,,").unwrap();
            if account == 0 {
                writeln!(
                    evidence,
                    "x,{id},link_from_site,https://t{number}.example/,2014-01-01,us,2015-01-01"
                )
                .unwrap();
            }
        }
    }
    // Mistakes: 50 unknown organisations, one handle for two ids, one duplicate, one shared account (none).
    for number in 0..50 {
        writeln!(accounts, "ods:NONE{number},x,9{number:06},,,,,").unwrap();
    }
    writeln!(accounts, "ods:T5,x,999999999,trust0,,2013-01-01,,").unwrap();
    writeln!(accounts, "ods:T1,x,x:24,trust24,,2014-01-01,,").unwrap();
    writeln!(accounts, "ods:T7,x,48,trust48,,2012-01-01,,").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let register = directory.path().join("register");
    std::fs::create_dir(&register).unwrap();
    for (name, text) in [
        ("organisations.csv", organisations),
        ("denominators.csv", denominators),
        ("accounts.csv", accounts),
        ("evidence.csv", evidence),
    ] {
        std::fs::write(register.join(name), text).unwrap();
    }
    directory
}

fn count(problems: &[Problem], kind: Kind) -> usize {
    problems.iter().filter(|problem| problem.kind == kind).count()
}

#[test]
fn a_register_of_national_size_is_read_checked_merged_and_written_whole() {
    let directory = big_project();
    let clock = std::time::Instant::now();
    let loaded = load(directory.path());
    let read_in = clock.elapsed();
    assert_eq!(loaded.problems, []);
    let register = &loaded.register;
    assert_eq!(register.organisations.len(), ORGANISATIONS);
    assert_eq!(register.accounts.len(), ORGANISATIONS * ACCOUNTS_EACH + 53);
    assert_eq!(register.evidence.len(), ORGANISATIONS);

    let problems = loaded.all_problems(&Platform::is_known, jiff::civil::date(2014, 4, 7));
    let checked_in = clock.elapsed() - read_in;
    assert_eq!(count(&problems, Kind::UnknownOrganisation), SHOWN_OF_A_KIND + 1);
    assert!(problems.iter().any(|problem| problem.what.starts_with("and 30 more")));
    assert_eq!(count(&problems, Kind::ContradictoryHandle), 1);
    assert_eq!(count(&problems, Kind::DuplicateAccount), 1);
    assert_eq!(problems.len(), SHOWN_OF_A_KIND + 3);

    let index = Index::new(register);
    for organisation in &register.organisations {
        assert_eq!(index.denominators_of(&organisation.organisation_id).len(), 1);
        assert!(index.accounts_of(&organisation.organisation_id).len() >= ACCOUNTS_EACH);
    }
    let bytes = write::accounts(&register.accounts, &loaded.margins.accounts);
    assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), register.accounts.len() + 1);

    let before_merge = clock.elapsed();
    let merge = merge_organisations(&register.organisations, &register.organisations);
    assert_eq!((merge.added, merge.updated, merge.contradictions.len()), (0, 0, 0));
    let merge = merge_accounts(&[], &register.accounts, &Suppression::default(), "ours", "theirs");
    assert_eq!(merge.added, register.accounts.len() - 1); // the duplicate
    println!("read {read_in:?}, checked {checked_in:?}, merged {:?}", clock.elapsed() - before_merge);
}

#[test]
fn a_large_register_in_which_everything_clashes_is_still_checked() {
    // One organisation, one handle, a hundred thousand ids: sorting, not comparing each with each.
    let mut text = String::from("organisation_id,platform,account_id,handle\n");
    for id in 0..100_000 {
        writeln!(text, "ods:A,x,{id},same").unwrap();
        writeln!(text, "ods:B,x,,same").unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("register")).unwrap();
    std::fs::write(directory.path().join("register/accounts.csv"), text).unwrap();
    std::fs::write(
        directory.path().join("register/organisations.csv"),
        "organisation_id,name,type,source\nods:A,A,a,s\nods:B,B,b,s\n",
    )
    .unwrap();
    let loaded = load(directory.path());
    let problems = loaded.all_problems(&Platform::is_known, jiff::civil::date(2014, 4, 7));
    assert!(problems.iter().any(|problem| problem.what.starts_with("and 99,979 more")), "{problems:#?}");
}
