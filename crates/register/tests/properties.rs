//! Round trips, repeated merges, and files of arbitrary bytes: nothing panics and no row is lost in silence.

use std::collections::BTreeSet;

use jiff::civil::Date;
use proptest::prelude::*;
use someasure_model::register::{
    Account, Denominator, Evidence, Name, Objection, Organisation, Register, Succession,
};
use someasure_model::{AccountId, Handle, Instant, OrganisationId, Platform};
use someasure_register::{
    Margin, Margins, Parsed, Suppression, check, columns, erase, known_as, merge_accounts,
    merge_organisations, read, write,
};

fn text() -> impl Strategy<Value = String> {
    // Quotes, commas, formulas, other scripts; white space at the ends is not kept, so it is not made.
    "[a-zé=+@\"',;-]([a-z0-9 é日\"',;=]{0,8}[a-zé\"',])?".prop_map(String::from)
}

fn prose() -> impl Strategy<Value = String> {
    prop_oneof![text(), "[a-z]\n[a-z\"]", "[a-z]\r\n\t[a-z]"]
}

fn day() -> impl Strategy<Value = Date> {
    (1900_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn maybe_day() -> impl Strategy<Value = Option<Date>> {
    prop::option::of(day())
}

fn organisation_id() -> impl Strategy<Value = OrganisationId> {
    "(ods|fips):[A-C0-9:\",=]{1,3}".prop_map(|text| text.parse().unwrap())
}

fn platform() -> impl Strategy<Value = Platform> {
    prop::sample::select(vec!["x", "bluesky", "mastodon", "feed", "ours"])
        .prop_map(|text| text.parse().unwrap())
}

fn handle() -> impl Strategy<Value = Handle> {
    "[a-c=+\"][a-c@.:]{0,2}".prop_map(|text| text.parse().unwrap())
}

fn native() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{1,3}", "did:plc:[a-c]", "x:[0-9]", "[a-c]/@[a-c]", "https://a/[a-c\"]"]
}

fn organisations() -> impl Strategy<Value = Vec<Organisation>> {
    prop::collection::btree_set("x_[a-z ,\"]{0,3}[a-z]", 0..3).prop_flat_map(|columns| {
        let columns: Vec<String> = columns.into_iter().collect();
        let values = prop::collection::vec(
            prop_oneof![Just(String::new()), prose(), Just("  ".to_owned())],
            columns.len(),
        );
        let row = (
            (organisation_id(), text(), text(), prop::option::of(text()), prop::option::of(text())),
            (prop::option::of(organisation_id()), maybe_day(), maybe_day()),
            (prop::option::of("https?://[a-z]{1,5}(/[a-z,]{0,3})?"), prose(), values),
        );
        let row = row.prop_map(move |((id, name, kind, nation, region), (parent, opened, closed), rest)| {
            Organisation {
                organisation_id: id,
                name,
                kind,
                nation,
                region,
                parent_id: parent,
                opened,
                closed,
                website: rest.0,
                source: rest.1,
                extra: columns.iter().cloned().zip(rest.2).collect(),
            }
        });
        prop::collection::vec(row, 0..6)
    })
}

fn account() -> impl Strategy<Value = Account> {
    let names = prop_oneof![
        (native().prop_map(Some), prop::option::of(handle())),
        (Just(None), handle().prop_map(Some)),
    ];
    let rest = (prop::option::of(text()), maybe_day(), maybe_day(), prop::option::of(prose()));
    (organisation_id(), platform(), names, rest).prop_map(|(organisation_id, platform, names, rest)| {
        Account {
            organisation_id,
            account_id: names.0.map(|id| AccountId::native(&platform, &id).unwrap()),
            platform,
            handle: names.1,
            role: rest.0,
            from: rest.1,
            to: rest.2,
            reason_for_leaving: rest.3,
        }
    })
}

fn account_id() -> impl Strategy<Value = AccountId> {
    account().prop_map(|account| account.id().unwrap())
}

/// Few organisations, ids, handles and years, so that rows meet each other.
fn crowded_account() -> impl Strategy<Value = Account> {
    let year = || prop::option::of((2010_i16..2014).prop_map(|year| Date::new(year, 1, 1).unwrap()));
    (0_u8..2, 0_u8..4, 0_u8..4, prop::option::of("[ab]"), year(), year()).prop_map(
        |(organisation, id, name, role, from, to)| Account {
            organisation_id: format!("ods:{organisation}").parse().unwrap(),
            platform: "x".parse().unwrap(),
            account_id: (id > 0).then(|| format!("x:{id}").parse().unwrap()),
            handle: (name > 0 || id == 0).then(|| format!("h{name}").parse().unwrap()),
            role,
            from,
            to,
            reason_for_leaving: None,
        },
    )
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1e12, any::<f64>().prop_filter("finite", |value| value.is_finite())]
}

fn come_back<T: PartialEq + std::fmt::Debug>(parsed: &Parsed<T>, rows: &[T]) {
    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.rows, rows);
}

proptest! {
    #[test]
    fn organisations_come_back_as_they_were_written(rows in organisations()) {
        let bytes = write::organisations(&rows);
        come_back(&read::organisations("f", &bytes), &rows);
        prop_assert_eq!(&bytes, &write::organisations(&read::organisations("f", &bytes).rows));
    }

    #[test]
    fn names_come_back_as_they_were_written(
        rows in prop::collection::vec((organisation_id(), text(), maybe_day(), maybe_day(), prose()), 0..5)
    ) {
        let rows: Vec<Name> = rows.into_iter().map(|(organisation_id, name, from, to, source)| {
            Name { organisation_id, name, from, to, source }
        }).collect();
        come_back(&read::names("f", &write::names(&rows, &[])), &rows);
    }

    #[test]
    fn successions_come_back_as_they_were_written(
        rows in prop::collection::vec((organisation_id(), organisation_id(), maybe_day(), text(), prose()), 0..5)
    ) {
        let rows: Vec<Succession> = rows.into_iter().map(|(predecessor_id, successor_id, date, kind, source)| {
            Succession { predecessor_id, successor_id, date, kind, source }
        }).collect();
        come_back(&read::successions("f", &write::successions(&rows, &[])), &rows);
    }

    #[test]
    fn denominators_come_back_as_they_were_written(
        rows in prop::collection::vec((organisation_id(), text(), number(), day(), prose()), 0..5)
    ) {
        let rows: Vec<Denominator> = rows.into_iter().map(|(organisation_id, kind, value, as_at, source)| {
            Denominator { organisation_id, kind, value, as_at, source }
        }).collect();
        come_back(&read::denominators("f", &write::denominators(&rows, &[])), &rows);
    }

    #[test]
    fn accounts_come_back_as_they_were_written_with_what_they_carry(
        rows in prop::collection::vec((account(), prose()), 0..5)
    ) {
        let margins: Vec<Margin> = rows.iter().map(|(_, note)| {
            Margin { line: None, extra: vec![("x_note".to_owned(), note.clone())] }
        }).collect();
        let rows: Vec<Account> = rows.into_iter().map(|(row, _)| row).collect();
        let parsed = read::accounts("f", &write::accounts(&rows, &margins));
        come_back(&parsed, &rows);
        for (read, written) in parsed.margins.iter().zip(&margins) {
            prop_assert_eq!(&read.extra, &written.extra);
        }
    }

    #[test]
    fn evidence_comes_back_as_it_was_written(
        rows in prop::collection::vec((account_id(), text(), "https://[a-z]{1,4}/[a-z,]{0,3}", day(), text(), maybe_day()), 0..5)
    ) {
        let rows: Vec<Evidence> = rows.into_iter().map(|(account_id, class, url, checked_at, checked_by, expires)| {
            Evidence { account_id, class, url, checked_at, checked_by, expires }
        }).collect();
        come_back(&read::evidence("f", &write::evidence(&rows, &[])), &rows);
    }

    #[test]
    fn objections_come_back_as_they_were_written(
        rows in prop::collection::vec((account_id(), 0_i64..4_000_000_000_000_000), 0..5)
    ) {
        let rows: Vec<Objection> = rows.into_iter().map(|(account_id, micros)| {
            Objection { account_id, recorded_at: Instant::from_micros(micros) }
        }).collect();
        come_back(&read::objections("f", &write::objections(&rows, &[])), &rows);
    }

    #[test]
    fn merging_organisations_again_changes_nothing(ours in organisations(), theirs in organisations()) {
        let once = merge_organisations(&ours, &theirs);
        prop_assert_eq!(once.added + once.updated + once.unchanged + once.withheld, theirs.len());
        let again = merge_organisations(&once.rows, &theirs);
        prop_assert_eq!(&again.rows, &once.rows);
        prop_assert_eq!((again.added, again.updated), (0, 0));
    }

    #[test]
    fn merging_accounts_again_changes_nothing(
        ours in prop::collection::vec(crowded_account(), 0..8),
        theirs in prop::collection::vec(crowded_account(), 0..8),
        objected in prop::option::of(crowded_account()),
    ) {
        let objected = objected.map(|row| Objection {
            account_id: row.id().unwrap(), recorded_at: Instant::from_micros(0),
        });
        let suppression = Suppression::new(objected.as_slice());
        let once = merge_accounts(&ours, &theirs, &suppression, "ours", "theirs");
        prop_assert_eq!(once.added + once.updated + once.unchanged + once.withheld, theirs.len());
        prop_assert_eq!(once.rows.len(), ours.len() + once.added);
        let again = merge_accounts(&once.rows, &theirs, &suppression, "ours", "theirs");
        prop_assert_eq!(&again.rows, &once.rows);
        prop_assert_eq!((again.added, again.updated, again.learnt.len()), (0, 0, 0));
        prop_assert_eq!(&again.contradictions, &once.contradictions);
    }

    #[test]
    fn merging_a_list_with_itself_adds_nothing(rows in prop::collection::vec(crowded_account(), 0..8)) {
        let merge = merge_accounts(&rows, &rows, &Suppression::default(), "ours", "theirs");
        prop_assert_eq!(merge.added, 0);
    }

    #[test]
    fn an_erased_account_is_gone_and_stays_gone(
        rows in prop::collection::vec(crowded_account(), 1..10), which in any::<prop::sample::Index>(),
    ) {
        let account = rows[which.index(rows.len())].id().unwrap();
        let mut register = Register { accounts: rows.clone(), ..Register::default() };
        let mut margins = Margins::default();
        let names = known_as(&register, &account);
        let erased = erase(&mut register, &mut margins, &account, Instant::from_micros(0));
        prop_assert_eq!(&erased.ids, &names);
        prop_assert!(erased.accounts > 0);
        let left: BTreeSet<AccountId> = register.accounts.iter().filter_map(Account::id).collect();
        prop_assert!(names.iter().all(|name| !left.contains(name)));
        let suppression = Suppression::new(&register.objections);
        let merge = merge_accounts(&register.accounts, &rows, &suppression, "ours", "theirs");
        prop_assert!(merge.rows.iter().filter_map(Account::id).all(|id| !names.contains(&id)));
        let once = register.clone();
        erase(&mut register, &mut margins, &account, Instant::from_micros(9));
        prop_assert_eq!(register, once);
    }
}

/// Every row of the file is among the rows, or some problem names its line or stands for the whole file.
fn nothing_is_lost<T>(parsed: &Parsed<T>) {
    assert_eq!(parsed.rows.len(), parsed.margins.len());
    let mut lines: BTreeSet<u64> = parsed.margins.iter().filter_map(|margin| margin.line).collect();
    assert_eq!(lines.len(), parsed.rows.len(), "each row has a line of its own");
    let problems = &parsed.problems;
    if parsed.rows.is_empty() && problems.iter().any(|problem| problem.what.contains("rows could be read")) {
        return;
    }
    lines.extend(
        problems.iter().filter(|problem| Some(problem.line) != header_line(parsed)).filter_map(|p| p.line),
    );
    assert!(lines.len() >= parsed.records, "{} of {} rows: {problems:?}", lines.len(), parsed.records);
    for problem in problems {
        assert!(!problem.to_string().contains('\n'), "{problem}");
    }
}

fn header_line<T>(parsed: &Parsed<T>) -> Option<Option<u64>> {
    use someasure_register::Kind;
    let of_header = [Kind::UnknownColumn, Kind::RepeatedColumn, Kind::MissingColumn];
    parsed.problems.iter().find(|problem| of_header.contains(&problem.kind)).map(|problem| problem.line)
}

fn read_all(bytes: &[u8]) {
    nothing_is_lost(&read::organisations("f", bytes));
    nothing_is_lost(&read::names("f", bytes));
    nothing_is_lost(&read::successions("f", bytes));
    nothing_is_lost(&read::denominators("f", bytes));
    nothing_is_lost(&read::accounts("f", bytes));
    nothing_is_lost(&read::evidence("f", bytes));
    nothing_is_lost(&read::objections("f", bytes));
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        text(),
        "[ -~\\n\\r\"\\t]{0,6}",
        prop::collection::vec(any::<char>(), 0..5).prop_map(|chars| chars.into_iter().collect()),
        prop::sample::select(vec![
            "ods:A",
            "ods:B",
            "x",
            "twitter",
            "x:1",
            "12",
            "@a",
            "x:@a",
            "2014-04-07",
            "07/04/2014",
            "1.5",
            "-1",
            "https://a.example",
            "merger",
            "transfer",
            "2014-04-07T18:00:00Z",
            "1E+17",
        ])
        .prop_map(String::from),
    ]
}

fn soup(columns: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let row = prop::collection::vec((cell(), 0_u8..8), columns.len());
    prop::collection::vec((row, prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n", ",\n"])), 0..6)
        .prop_map(move |rows| {
            let mut text = columns.join(",") + "\n";
            for (row, end) in rows {
                let cells: Vec<String> = row
                    .into_iter()
                    .map(
                        |(cell, raw)| {
                            if raw == 0 { cell } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
                        },
                    )
                    .collect();
                text += &cells.join(",");
                text += end;
            }
            text.into_bytes()
        })
}

fn known(platform: &Platform) -> bool {
    platform.is_known()
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn arbitrary_bytes_below_a_good_header_lose_no_row(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for columns in [columns::ORGANISATIONS, columns::ACCOUNTS, columns::OBJECTIONS] {
            let mut file = (columns.all.join(",") + ",x_mine\r\n").into_bytes();
            file.extend(&bytes);
            read_all(&file);
        }
    }

    #[test]
    fn a_register_of_anything_is_checked_without_panic_and_no_row_is_lost(
        organisations in soup(columns::ORGANISATIONS.all),
        successions in soup(columns::SUCCESSIONS.all),
        denominators in soup(columns::DENOMINATORS.all),
        accounts in soup(columns::ACCOUNTS.all),
        evidence in soup(columns::EVIDENCE.all),
        objections in soup(columns::OBJECTIONS.all),
    ) {
        for bytes in [&organisations, &successions, &denominators, &accounts, &evidence, &objections] {
            read_all(bytes);
        }
        let register = Register {
            organisations: read::organisations("f", &organisations).rows,
            names: Vec::new(),
            listings: Vec::new(),
            successions: read::successions("f", &successions).rows,
            denominators: read::denominators("f", &denominators).rows,
            accounts: read::accounts("f", &accounts).rows,
            evidence: read::evidence("f", &evidence).rows,
            objections: read::objections("f", &objections).rows,
        };
        for problem in check(&register, &Margins::default(), &known, Date::new(2014, 4, 7).unwrap()) {
            prop_assert!(!problem.to_string().contains('\n'));
        }
        come_back(&read::accounts("f", &write::accounts(&register.accounts, &[])), &register.accounts);
        come_back(&read::organisations("f", &write::organisations(&register.organisations)), &register.organisations);
        come_back(&read::evidence("f", &write::evidence(&register.evidence, &[])), &register.evidence);
    }

    #[test]
    fn a_register_of_crowded_accounts_is_checked_without_panic(
        rows in prop::collection::vec(crowded_account(), 0..20)
    ) {
        let register = Register { accounts: rows, ..Register::default() };
        check(&register, &Margins::default(), &known, Date::new(2014, 4, 7).unwrap());
    }
}
