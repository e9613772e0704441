//! A broken register, and what it says: each message names file, line, column, value and what to do.

use someasure_model::{Platform, Register};
use someasure_register::{Loaded, Margins, check, load};

const ORGANISATIONS: &str =
    "organisation_id,name,type,source\nods:A,Alpha,trust,ODS\nods:B,Beta,trust,ODS\nods:C,Gamma,trust,ODS\n";

fn loaded(files: &[(&str, &[u8])]) -> Loaded {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("register")).unwrap();
    let path = |name: &str| directory.path().join("register").join(name);
    std::fs::write(path("organisations.csv"), ORGANISATIONS).unwrap();
    for (name, bytes) in files {
        std::fs::write(path(name), bytes).unwrap();
    }
    load(directory.path())
}

/// The messages about one file, without `register/` and its name.
fn said(name: &str, bytes: impl AsRef<[u8]>) -> Vec<String> {
    said_of(name, &[(name, bytes.as_ref())])
}

fn said_of(name: &str, files: &[(&str, &[u8])]) -> Vec<String> {
    let problems = loaded(files).all_problems(&Platform::is_known, jiff::civil::date(2014, 4, 7));
    let file = format!("register/{name}");
    let of_file = problems.iter().map(ToString::to_string).filter(|text| text.starts_with(&file));
    of_file.map(|text| text[file.len()..].trim_start_matches(':').trim_start().to_owned()).collect()
}

#[test]
fn what_can_be_wrong_with_a_header() {
    assert_eq!(
        said("names.csv", "organization_id,name,colour,name,,source\na,b,c,d,e,f\n"),
        [
            "1: organization_id: not a column of this file; did you mean 'organisation_id'?",
            "1: colour: not a column of this file; the columns are organisation_id, name, from, to, source; begin the name with x_ to carry a column of your own along",
            "1: name: the column stands twice; delete or rename one of them",
            "1: column 5 has no name; name it, or delete the column",
            "1: the column 'organisation_id' is missing; so none of its 1 rows could be read; add it to the first line and fill it for every row",
        ]
    );
    assert_eq!(
        said("names.csv", "organisation_id;name;source\nods:A;b;c\n"),
        [
            "1: the cells are separated by ';'; so none of its 1 rows could be read; save the file with ',' between the cells"
        ]
    );
    assert_eq!(
        said("accounts.csv", "organisation_id,platform\n"),
        ["1: none of the columns account_id, handle is there; add one of them"]
    );
    assert_eq!(
        said("names.csv", ""),
        ["the file is empty; begin it with a line of column names: organisation_id,name,from,to,source"]
    );
    assert_eq!(said("names.csv", b"\xFF\xFEo\0"), ["the file is UTF-16 text; save it as UTF-8 (CSV UTF-8)"]);
}

#[test]
fn what_can_be_wrong_with_a_row() {
    let rows = b"organisation_id,name,from,to,source\n\
        ods:A,Alpha,,,\n\
        A,Alpha,,,s\n\
        ods:A,Al\xE9,,,s\n\
        ods:A,Alpha,07/04/2014,2014,s\n\
        ods:A,Alpha,,,s,extra\n\
        ,,,,\n\
        ods:A,\"two\n\
        lines\",,,s\n\
        ods:A,Alpha,2014-01-01,2013-01-01,s\n\
        ods:a,\"Al\"pha,,,s\n\
        ods:a,Alpha,,,s\n\
        ods:A,\"Alpha,,,s\n\
        ods:B,Beta,,,s\n";
    assert_eq!(
        said("names.csv", rows),
        [
            "2: source: the cell is empty; say where the row comes from",
            "3: organisation_id 'A': not an organisation id: it has no ':' after the name of its register or platform; write it with its register, like ods:RJ1",
            "4: cell 2 is not UTF-8: 'Al\u{FFFD}'; save the file as UTF-8 (CSV UTF-8)",
            "5: from '07/04/2014': an ambiguous date: day and month cannot be told apart; write 2014-04-07 or 2014-07-04",
            "5: to '2014': a year is not a date; write the day, or leave it empty",
            "6: the row has 6 cells and the first line has 5; put \" around a cell that contains a ','",
            "7: the row is empty and was passed over; delete it",
            "8: name 'two\\nlines': contains a line end, which nobody can see; write it on one line",
            "10: to '2013-01-01': it is before from 2014-01-01; correct one of the two, or swap them",
            "11: something follows the \" that closes a cell; put \" around the whole cell and write a \" inside it twice",
            "12: organisation_id 'ods:a': no such organisation in organisations.csv; did you mean 'ods:A'?",
            "13: a \" opens a cell and never closes (2 lines stand in it); put \" around the whole cell and write a \" inside it twice",
        ]
    );
}

#[test]
fn what_can_be_wrong_among_organisations() {
    let rows = "\u{FEFF}organisation_id,name,type,parent_id,opened,closed,website,source\r\n\
        ods:A,Alpha,t,ods:A,,,,s\r\n\
        ods:B,Beta,t,ods:C,2014-01-01,2013-01-01,,s\r\n\
        ods:C,Gamma,t,ods:B,,,www.c.example,s\r\n\
        ods:D,Delta,t,ods:E,,,https://d.example,s\r\n\
        ods:D,Dolta,t,ods:Z,,,,s\r\n\
        ods:E,Epsilon,t,ods:D,,,,s\r\n\
        ods:F,=SUM(A1),t,,,,,s\r\n";
    assert_eq!(
        said("organisations.csv", rows),
        [
            "2: parent_id 'ods:A': the organisation is its own parent; leave parent_id empty at the top",
            "3: closed '2013-01-01': it is before opened 2014-01-01; correct one of the two, or swap them",
            "4: website 'www.c.example': not an address that begins with http:// or https://; write https://www.c.example",
            "5: parent_id 'ods:E': its parents run in a circle: ods:D → ods:E → ods:D; correct one of these parents",
            "6: organisation_id 'ods:D': the id stands on line 5 already, for 'Delta'; correct one of the two ids",
            "6: parent_id 'ods:Z': no such organisation in organisations.csv; add it there, or correct the id",
        ]
    );
}

#[test]
fn what_can_be_wrong_with_successions() {
    let rows = "predecessor_id,successor_id,date,kind,source\n\
        ods:A,ods:A,,merger,s\n\
        ods:A,ods:B,2013-04-01,Merged,s\n\
        ods:B,ods:C,,merger,s\n\
        ods:C,ods:B,,split,s\n\
        ods:B,ods:Q,,transfer,s\n\
        ods:B,ods:A,,transfer,s\n\
        ods:B,ods:A,,transfer,other\n";
    assert_eq!(
        said("successions.csv", rows),
        [
            "2: successor_id 'ods:A': the organisation succeeds itself; delete the row; a rename keeps its code and stands in names.csv",
            "3: kind 'Merged': not a kind of succession; did you mean 'merger'?",
            "3: predecessor_id 'ods:A': it has a successor, and no day on which it closed; enter its last day in organisations.csv, or write transfer where it goes on beside the other",
            "3: successor_id 'ods:B': successions run in a circle: ods:A → ods:B → ods:A; check the rows: bodies can transfer to and fro, but no chain of successors ends here",
            "4: predecessor_id 'ods:B': it has a successor, and no day on which it closed; enter its last day in organisations.csv, or write transfer where it goes on beside the other",
            "4: successor_id 'ods:C': successions run in a circle: ods:B → ods:C → ods:B; correct one of these rows",
            "6: successor_id 'ods:Q': no such organisation in organisations.csv; add it there, or correct the id",
            "8: says the same as line 7; delete one of the two rows",
        ]
    );
}

#[test]
fn what_can_be_wrong_with_denominators() {
    let rows = "organisation_id,kind,value,as_at,source\n\
        ods:A,population,100,2014-01-01,ONS\n\
        ods:A,population,200,2014-01-01,NOMIS\n\
        ods:A,population,100,2014-01-01,ONS again\n\
        ods:B,population,-1,2014-01-01,ONS\n\
        ods:B,staff_fte,NaN,2014-01-01,ONS\n\
        ods:B,staff_fte,\"1,234\",2014-01-01,ONS\n\
        ods:B,staff_fte,1e999,2014-01-01,ONS\n";
    assert_eq!(
        said("denominators.csv", rows),
        [
            "3: value '200': contradicts line 2: population of ods:A on 2014-01-01 is 100 there (ONS) and 200 here (NOMIS); keep the right one of the two rows",
            "4: says the same as line 2; delete one of the two rows",
            "5: value '-1': a size cannot be negative; correct it, or leave the row out where the size is not known",
            "6: value 'NaN': not a number; write it with digits and '.', like 1234.5; without a value, leave the row out",
            "7: value '1,234': not a number; write 1234, if that is what it means: only digits and '.'",
            "8: value '1e999': too large a number; write a finite number",
        ]
    );
}

#[test]
fn what_can_be_wrong_with_single_accounts() {
    let rows = "organisation_id,platform,account_id,handle,from,to,reason_for_leaving\n\
        ods:A,twiter,1,,,,\n\
        ods:A,Facebook,1,,,,\n\
        ods:A,x,,,,,\n\
        ods:A,x,facebook:1,,,,\n\
        ods:A,x,@a,b,,,\n\
        ods:A,x,4.5E+17,,,,\n\
        ods:A,x,,https://x.com/a,,,\n\
        ods:A,x,11,,,2014-01-01,\n\
        ods:A,x,12,,,,moved\n\
        ods:A,flurb,13,,,,\n";
    assert_eq!(
        said("accounts.csv", rows),
        [
            "2: platform 'twiter': not a platform we know; did you mean 'x'? Otherwise declare it as [[platform]] in someasure.toml",
            "3: platform 'Facebook': not a platform: it must be lower-case letters, digits and '-'; did you mean 'facebook'?",
            "4: handle: the account has neither an id nor a handle; give at least one of them, or delete the row",
            "5: account_id 'facebook:1': the id is of 'facebook' and the platform column says 'x'; correct one of the two",
            "6: account_id '@a': the row names two handles: '@a' and '@b'; leave account_id empty until the platform's id is known",
            "7: account_id '4.5E+17': a spreadsheet has rounded this id, and its last digits are lost; copy it again from the source into a column formatted as text",
            "8: handle 'https://x.com/a': not a handle: it is an address; give the name alone; write it like @nhsengland",
            "9: to '2014-01-01': the account was left and no reason is stated; fill reason_for_leaving: leaving with a reason is a decision, not a failure",
            "10: reason_for_leaving 'moved': there is a reason for leaving and no day of it; fill `to`, or delete the reason",
            "11: platform 'flurb': not a platform we know; declare it as [[platform]] in someasure.toml",
        ]
    );
}

#[test]
fn what_can_be_wrong_among_accounts() {
    let rows = "organisation_id,platform,account_id,handle,from,to,reason_for_leaving\n\
        ods:A,x,1,one,,,\n\
        ods:B,twitter,x:1,@One,,,\n\
        ods:A,x,1,uno,2014-01-01,,\n\
        ods:C,x,2,one,2013-01-01,,\n\
        ods:C,x,,one,,2012-12-31,gone\n\
        ods:B,x,,one,,,\n\
        ods:B,x,3,past,,2012-12-31,gone\n\
        ods:B,x,3,past,2013-01-01,,\n\
        ods:C,x,3,now,2013-01-01,,\n\
        ods:C,x,,solo,,,\n\
        ods:C,x,,solo,,,\n";
    assert_eq!(
        said("accounts.csv", rows),
        [
            "4: account_id 'x:1': line 2 lists the account for the same organisation and days (as '@one' there and '@uno' here); delete one of the two rows, or give them days that do not overlap",
            "5: handle 'one': the handle stands for two accounts in the same days: x:1 on line 2, x:2 here; correct one of the ids, or give the rows the days in which each had the handle",
            "6: handle 'one': line 2 knows the id of this handle: x:1; write the id here too, or totals count the account twice",
            "7: handle 'one': line 3 lists the account for the same organisation and days; delete one of the two rows, or give them days that do not overlap",
            "10: account_id 'x:3': the account has two handles in the same days: '@past' on line 9, '@now' here; give each handle its days, or write the one of today in both rows",
            "12: handle 'solo': line 11 lists the account for the same organisation and days; delete one of the two rows, or give them days that do not overlap",
        ]
    );
}

#[test]
fn what_can_be_wrong_with_evidence_and_objections() {
    let accounts = b"organisation_id,platform,account_id,handle\nods:A,x,1,one\n";
    let evidence = b"platform,account_id,handle,class,url,checked_at,checked_by,expires\n\
        x,1,,person,https://a.example,2014-01-01,me,2014-04-07\n\
        x,1,,person,https://a.example,2013-01-01,me,2014-04-06\n\
        x,,one,person,javascript:alert(1),2014-01-01,me,\n\
        x,,two,person,https://a.example,2014-01-01,me,2013-01-01\n\
        ,,one,person,https://a.example,2014-01-01,me,\n\
        x,,,person,https://a.example,2014-01-01,me,\n\
        x,1,one,person,https://a.example,2014-01-01,,\n";
    let objections = b"account_id,recorded_at\n1,2014-01-01T00:00:00Z\nx:2,2014-01-01\nx:@one,2014-01-01T00:00:00Z\nx:@one,2014-01-02T00:00:00Z\n";
    let files: [(&str, &[u8]); 3] =
        [("accounts.csv", accounts), ("evidence.csv", evidence), ("objections.csv", objections)];
    assert_eq!(
        said_of("evidence.csv", &files),
        [
            "3: expires '2014-04-06': the evidence has expired (the data are as at 2014-04-07); check the account again and add what you find",
            "4: url 'javascript:alert(1)': not an address that begins with http:// or https://; write the whole address",
            "5: expires '2013-01-01': it is before checked_at 2014-01-01; correct one of the two, or swap them",
            "5: expires '2013-01-01': the evidence has expired (the data are as at 2014-04-07); check the account again and add what you find",
            "5: account_id 'x:@two': no such account in accounts.csv; add the account there, or correct the id",
            "6: platform: a handle needs its platform; fill it",
            "7: account_id: the row names no account; give its id or its handle",
            "8: handle 'one': the row names its account by id and by handle; only the id is kept; leave the handle empty: accounts.csv says which handle an id has",
            "8: checked_by: the cell is empty; fill it",
        ]
    );
    assert_eq!(
        said_of("objections.csv", &files),
        [
            "2: account_id '1': not an account id: it has no ':' after the name of its register or platform; write it like x:12345, or x:@handle while the id is not known",
            "3: recorded_at '2014-01-01': not an instant; write it like 2014-04-07T18:00:00Z, or with an offset like +02:00",
            "5: says the same as line 4; delete one of the two rows",
        ]
    );
    assert_eq!(
        said_of("accounts.csv", &files),
        [
            "2: the account is on the suppression list and must never appear; run `someasure erase` for it again"
        ]
    );
}

#[test]
fn an_account_without_evidence_and_one_that_is_shared_are_fine() {
    let rows = "organisation_id,platform,account_id,handle\nods:A,x,1,one\nods:B,x,1,one\n";
    assert_eq!(said("accounts.csv", rows), [] as [&str; 0]);
}

#[test]
fn a_row_made_in_memory_is_held_to_the_same_rules() {
    let loaded = loaded(&[]);
    let mut register: Register = loaded.register;
    register.organisations[0].source = " ".to_owned();
    register.organisations[1].website = Some("ftp://b.example".to_owned());
    register.organisations[2].name = "a\u{202E}b".to_owned();
    let problems = check(&register, &Margins::default(), &Platform::is_known, jiff::civil::date(2014, 4, 7));
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "register/organisations.csv: source: the cell is empty; say where the row comes from",
            "register/organisations.csv: website 'ftp://b.example': not an address that begins with http:// or https://; write the whole address",
            "register/organisations.csv: name 'a\\u{202e}b': contains the character U+202E, which nobody can see; delete that character",
        ]
    );
}
