//! The register of a health service: national lists cut by cut, four nations, and an analyst's first edition.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::support::{empty, program, repository, someasure, table, well, write};

const SERVICES: [&str; 4] = ["nhs-england", "nhs-wales", "nhs-scotland", "hsc-northern-ireland"];

type Row = BTreeMap<String, String>;

fn of_service(name: &str, file: &str) -> Vec<Row> {
    table(&repository(&format!("services/{name}/register/{file}.csv")))
}

fn ids(rows: &[Row], holds: impl Fn(&Row) -> bool) -> BTreeSet<String> {
    rows.iter().filter(|row| holds(row)).map(|row| row["organisation_id"].clone()).collect()
}

fn project(directory: &Path, services: &[&str]) {
    let mut arguments = vec!["init", "p"];
    for service in services {
        arguments.extend(["--service", service]);
    }
    well(directory, &arguments);
}

fn cut(directory: &Path, file: &str, as_at: &str) -> serde_json::Value {
    let file = repository(&format!("services/nhs-england/sources/{file}"));
    let file = file.to_string_lossy();
    let arguments = ["-C", "p", "--json", "import", "ods", &file, "--type", "trust", "--as-at", as_at];
    well(directory, &arguments).json()[0].clone()
}

#[test]
fn the_scripts_of_the_services_make_their_registers_byte_by_byte() {
    for service in SERVICES {
        let directory = empty();
        project(directory.path(), &[]);
        let made = Command::new("sh")
            .arg(repository(&format!("services/{service}/make.sh")))
            .arg(directory.path().join("p"))
            .env("SOMEASURE", program(directory.path(), &[]).get_program())
            .output()
            .unwrap();
        assert!(made.status.success(), "{service}: {}", String::from_utf8_lossy(&made.stderr));
        for file in ["organisations", "listings", "names", "successions", "denominators", "accounts"] {
            let made = directory.path().join(format!("p/register/{file}.csv"));
            let kept = repository(&format!("services/{service}/register/{file}.csv"));
            if kept.exists() {
                assert!(fs::read(&made).unwrap() == fs::read(kept).unwrap(), "{service}: {file}.csv differs");
            } else {
                assert_eq!(table(&made).len(), 0, "{service} made {file}.csv, and it is not kept");
            }
        }
    }
}

#[test]
fn england_has_202_open_trusts_of_the_newest_cut_and_four_with_t_codes_from_another_source() {
    let rows = of_service("nhs-england", "organisations");
    let open = ids(&rows, |row| row["type"] == "trust" && row["closed"].is_empty());
    let newest = of_service("nhs-england", "listings");
    let on_newest = ids(&newest, |row| {
        row["list"] == "ods-trusts" && row["as_at"] == "2025-12-29" && row["closed"].is_empty()
    });
    assert_eq!(on_newest.len(), 202);
    let others: Vec<&String> = open.difference(&on_newest).collect();
    assert_eq!(others, ["ods:TAD", "ods:TAF", "ods:TAH", "ods:TAJ"]);
    for row in rows.iter().filter(|row| row["organisation_id"].starts_with("ods:T")) {
        assert!(
            row["source"].starts_with("Data Security and Protection Toolkit returns, 8 February 2022, line")
        );
    }
    assert!(
        on_newest.contains("ods:G6V2S") && on_newest.contains("ods:RJ1") && on_newest.contains("ods:R0A")
    );
    for welsh in ["ods:RQF", "ods:RT4", "ods:RYT"] {
        assert!(!rows.iter().any(|row| row["organisation_id"] == welsh), "{welsh} is not English");
    }
    let icbs = ids(&rows, |row| row["type"] == "integrated care board");
    let regions = ids(&rows, |row| row["type"] == "region");
    assert_eq!((icbs.len(), regions.len()), (42, 7));
    let all: Vec<&str> = regions.iter().map(String::as_str).collect();
    assert_eq!(all, ["ods:Y56", "ods:Y58", "ods:Y59", "ods:Y60", "ods:Y61", "ods:Y62", "ods:Y63"]);
    for row in &rows {
        let known = |id: &str| rows.iter().any(|other| other["organisation_id"] == id);
        let is_region = row["type"] == "region";
        assert!(is_region || known(&row["parent_id"]), "{} has no parent here", row["organisation_id"]);
        assert!(row["source"].contains(", line "), "{}: {}", row["organisation_id"], row["source"]);
    }
}

#[test]
fn wales_has_seven_boards_and_three_trusts_scotland_fourteen_boards_and_northern_ireland_five_trusts() {
    let wales = of_service("nhs-wales", "organisations");
    let boards: Vec<String> = ids(&wales, |row| row["type"] == "health board").into_iter().collect();
    assert_eq!(boards, ["ods:7A1", "ods:7A2", "ods:7A3", "ods:7A4", "ods:7A5", "ods:7A6", "ods:7A7"]);
    let trusts: Vec<String> = ids(&wales, |row| row["type"] == "trust").into_iter().collect();
    assert_eq!(trusts, ["ods:RQF", "ods:RT4", "ods:RYT"]);

    let scotland = of_service("nhs-scotland", "organisations");
    assert_eq!(ids(&scotland, |row| row["closed"].is_empty()).len(), 14);
    let recoded: Vec<(String, String, String)> = of_service("nhs-scotland", "successions")
        .into_iter()
        .map(|row| (row["predecessor_id"].clone(), row["successor_id"].clone(), row["kind"].clone()))
        .collect();
    let pair = |old: &str, new: &str| (format!("gss:{old}"), format!("gss:{new}"), "recode".to_owned());
    assert_eq!(
        recoded,
        [
            pair("S08000018", "S08000029"),
            pair("S08000027", "S08000030"),
            pair("S08000021", "S08000031"),
            pair("S08000023", "S08000032")
        ]
    );

    let ireland: Vec<String> =
        ids(&of_service("hsc-northern-ireland", "organisations"), |_| true).into_iter().collect();
    assert_eq!(ireland, ["hsc:BHSCT", "hsc:NHSCT", "hsc:SEHSCT", "hsc:SHSCT", "hsc:WHSCT"]);
}

#[test]
fn four_cuts_in_their_order_find_31_and_7_and_13_renames_and_no_old_code_is_new() {
    let directory = empty();
    project(directory.path(), &[]);
    let list = |value: &serde_json::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let first = cut(directory.path(), "etr_c2015_nhsparse.csv", "2015-12-31");
    assert_eq!((&first["added"], &first["changes"]["since"]), (&241.into(), &serde_json::Value::Null));

    let second = cut(directory.path(), "etr_c2021_epiforecasts.csv", "2021-01-01");
    let changes = &second["changes"];
    assert_eq!(changes["renamed"].as_array().unwrap().len(), 31);
    assert_eq!(list(&changes["new"]), ["ods:R0C", "ods:R0D", "ods:R1L"]);
    let gone = list(&changes["not_listed"]);
    assert_eq!(gone.len(), 16);
    let now = table(&directory.path().join("p/register/organisations.csv"));
    let stated = table(&directory.path().join("p/register/listings.csv"));
    for id in &gone {
        let of =
            |rows: &[Row]| rows.iter().find(|row| row["organisation_id"] == *id).unwrap()["closed"].clone();
        assert_eq!(of(&now), of(&stated), "{id} is not listed, and not closed by that");
    }
    assert_eq!(ids(&now, |row| gone.contains(&row["organisation_id"]) && row["closed"].is_empty()).len(), 14);

    let third = cut(directory.path(), "etr_2022-02_nhsx.csv", "2022-02-08");
    let renamed = third["changes"]["renamed"].as_array().unwrap();
    assert_eq!(renamed.len(), 7);
    let case_only: Vec<&str> = renamed
        .iter()
        .filter(|renamed| renamed["case_only"] == true)
        .map(|renamed| renamed["organisation_id"].as_str().unwrap())
        .collect();
    assert_eq!(case_only, ["ods:R0D"]);
    assert_eq!(list(&third["changes"]["new"]).len(), 0);

    let last = cut(directory.path(), "etr_2025-12_nhs-spend.csv", "2025-12-29");
    let changes = &last["changes"];
    assert_eq!(changes["renamed"].as_array().unwrap().len(), 13);
    assert_eq!(list(&changes["new"]), ["ods:G6V2S"]);
    assert_eq!((list(&changes["again"]).len(), list(&changes["closed_before"]).len()), (26, 28));
    for id in ["ods:R1E", "ods:RW3", "ods:RY1"] {
        assert!(list(&changes["again"]).contains(&id.to_owned()), "{id} was listed in 2015");
    }
    for id in ["ods:RBB", "ods:RYQ", "ods:RXD"] {
        assert!(list(&changes["closed_before"]).contains(&id.to_owned()), "{id} had closed before 2015");
    }

    let before = fs::read(directory.path().join("p/register/listings.csv")).unwrap();
    let again = cut(directory.path(), "etr_2025-12_nhs-spend.csv", "2025-12-29");
    assert_eq!((&again["added"], &again["updated"]), (&0.into(), &0.into()));
    assert!(before == fs::read(directory.path().join("p/register/listings.csv")).unwrap());
}

#[test]
fn the_order_in_which_cuts_are_imported_does_not_change_what_is_known_now() {
    let cuts = [
        ("etr_c2015_nhsparse.csv", "2015-12-31"),
        ("etr_c2021_epiforecasts.csv", "2021-01-01"),
        ("etr_2022-02_nhsx.csv", "2022-02-08"),
        ("etr_2025-12_nhs-spend.csv", "2025-12-29"),
    ];
    let known = |order: &[usize]| {
        let directory = empty();
        project(directory.path(), &[]);
        for at in order {
            cut(directory.path(), cuts[*at].0, cuts[*at].1);
        }
        let mut rows = table(&directory.path().join("p/register/organisations.csv"));
        rows.sort_by(|a, b| a["organisation_id"].cmp(&b["organisation_id"]));
        rows
    };
    let forwards = known(&[0, 1, 2, 3]);
    assert_eq!(forwards.len(), 273);
    assert!(forwards == known(&[3, 0, 2, 1]));
}

#[test]
fn of_68_closed_trusts_55_point_to_their_successors_and_13_say_that_none_is_stated() {
    let rows = of_service("nhs-england", "organisations");
    let closed = ids(&rows, |row| !row["closed"].is_empty());
    let successions = of_service("nhs-england", "successions");
    let followed: BTreeSet<String> = successions.iter().map(|row| row["predecessor_id"].clone()).collect();
    assert_eq!((closed.len(), followed.len()), (68, 55));
    assert!(followed.is_subset(&closed));
    let of = |id: &str| -> Vec<(&str, &str)> {
        let rows = successions.iter().filter(|row| row["predecessor_id"] == id);
        rows.map(|row| (row["successor_id"].as_str(), row["kind"].as_str())).collect()
    };
    assert_eq!(of("ods:RA3"), [("ods:RA7", "merger")]);
    assert_eq!(of("ods:RBA"), [("ods:RH5", "merger")]);
    assert_eq!(of("ods:RW3"), [("ods:R0A", "unspecified")]);
    assert_eq!(of("ods:RW6"), [("ods:RM3", "merger"), ("ods:R0A", "unspecified")]);
    assert_eq!(of("ods:RYQ"), []);
    for row in &successions {
        assert!(row["source"].contains(", line "), "{row:?}");
        assert!(!row["date"].is_empty(), "{row:?}");
    }

    let directory = empty();
    project(directory.path(), &["nhs-england"]);
    well(directory.path(), &["-C", "p", "build"]);
    let page = fs::read_to_string(directory.path().join("p/editions/latest/site/register.html")).unwrap();
    assert_eq!(page.matches(">successor not stated<").count(), 13);
}

#[test]
fn a_united_kingdom_edition_with_nothing_collected_is_complete_honest_and_quick() {
    let directory = empty();
    project(directory.path(), &SERVICES);
    let started = Instant::now();
    let built = well(directory.path(), &["-C", "p", "build"]);
    // The goal is five seconds; a busy machine gets more, and a slip by an order of magnitude is found.
    assert!(started.elapsed().as_secs() < 30);
    assert!(built.stdout.contains("284 organisations"), "{}", built.stdout);
    let site = directory.path().join("p/editions/latest/site");
    let home = fs::read_to_string(site.join("index.html")).unwrap();
    for said in ["someasure template accounts", "284"] {
        assert!(home.contains(said), "the home page does not say '{said}'");
    }
    for gap in ["codes begin with T", "Ambulance Service"] {
        let page = fs::read_to_string(site.join("register.html")).unwrap();
        assert!(page.contains(gap), "the register page does not say '{gap}'");
    }
    let checked = well(directory.path(), &["-C", "p", "check"]);
    assert!(checked.stdout.contains("NHS trusts in England: 0 of 206 with an account"), "{}", checked.stdout);
    assert!(checked.stdout.contains("no account is known of 284 organisations"), "{}", checked.stdout);
}

/// The commands of the README's block that begins with `someasure init uk`.
fn readme_commands() -> Vec<String> {
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    let blocks = readme.split("```sh\n").skip(1).filter_map(|block| block.split("\n```").next());
    let block = blocks.into_iter().find(|block| block.starts_with("someasure init uk")).unwrap();
    block.lines().map(|line| line.split(" #").next().unwrap().trim().to_owned()).collect()
}

#[test]
fn an_analyst_who_follows_the_readme_gets_from_an_empty_folder_to_an_edition() {
    let commands = readme_commands();
    assert!(commands.len() >= 7, "{commands:?}");
    let directory = empty();
    let mut place = directory.path().to_owned();
    let mut trusts = Vec::new();
    for command in &commands {
        if let Some(folder) = command.strip_prefix("cd ") {
            place = place.join(folder);
            continue;
        }
        if command.contains("import posts posts.csv") {
            let mut posts = "platform,post_id,handle,created_at,observed_at,likes,reposts\n".to_owned();
            for (at, _) in trusts.iter().enumerate() {
                for day in 1..=28 {
                    let created = format!("2026-01-{day:02}T09:00:00Z");
                    let id = at * 100 + day;
                    posts += &format!("x,{id},trust{at},{created},2026-01-31T09:00:00Z,{},1\n", at + day);
                }
            }
            write(&place.join("posts.csv"), posts);
        }
        let arguments: Vec<&str> = command.strip_prefix("someasure ").unwrap().split_whitespace().collect();
        well(&place, &arguments);
        if command.contains("template accounts") {
            // Ten accounts are typed into the sheet; the other rows stay as they are.
            let sheet = place.join("accounts-to-find.csv");
            let text = fs::read_to_string(&sheet).unwrap();
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            assert!(lines.len() > 280 && lines[0].starts_with("organisation_id,platform,account_id,handle,"));
            for line in lines.iter_mut().filter(|line| line.contains(",trust,")).take(10) {
                let id = line.split(',').next().unwrap().to_owned();
                // As people type: the platform's name, an address, a handle.
                let (platform, handle) = match trusts.len() % 3 {
                    0 => ("X", "https://x.com/Trust"),
                    1 => ("Twitter", "Trust"),
                    _ => ("x", "@Trust"),
                };
                *line = line.replacen(
                    &format!("{id},,,"),
                    &format!("{id},{platform},,{handle}{}", trusts.len()),
                    1,
                );
                trusts.push(id);
            }
            write(&sheet, lines.join("\r\n") + "\r\n");
        }
    }
    assert_eq!(trusts.len(), 10);
    let accounts = table(&place.join("register/accounts.csv"));
    assert_eq!(accounts.len(), 10);
    let figures = table(&place.join("editions/latest/data/figures.csv"));
    let weekly: Vec<&Row> = figures
        .iter()
        .filter(|row| row["measure_id"] == "posts_per_week" && row["status"] == "shown")
        .collect();
    assert!(weekly.len() >= 10, "{} figures of posts_per_week", weekly.len());
    // Whoever is still missing is on the next sheet, and those who were found are not.
    well(&place, &["template", "accounts", "again.csv"]);
    let again = ids(&table(&place.join("again.csv")), |_| true);
    assert_eq!(again.len(), 274);
    assert!(trusts.iter().all(|id| !again.contains(id)));
}

#[test]
fn bodies_are_shown_as_they_were_then_or_as_they_are_now() {
    let directory = empty();
    project(directory.path(), &["nhs-england"]);
    let place = directory.path().join("p");
    let settings = fs::read_to_string(place.join("someasure.toml")).unwrap();
    let past = settings
        .lines()
        .map(|line| match line.split(" =").next().unwrap() {
            "as_at" => "as_at = \"2016-02-01T00:00:00Z\"".to_owned(),
            "from" => "from = \"2015-02-01\"".to_owned(),
            "to" => "to = \"2016-01-31\"".to_owned(),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    write(
        &place.join("register/accounts.csv"),
        "organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving\nods:RM2,x,,uhsm,,,,\n",
    );
    let organisations = |view: &str| {
        write(&place.join("someasure.toml"), past.replacen("as_at", &format!("{view}\nas_at"), 1));
        well(&place, &["build"]);
        table(&place.join("editions/latest/data/organisations.csv"))
    };
    let name = |rows: &[Row], id: &str| {
        rows.iter().find(|row| row["organisation_id"] == id).map(|row| row["name"].clone())
    };
    let then = organisations("view = \"as_then\"");
    assert_eq!(name(&then, "ods:RAX").unwrap(), "Kingston Hospital NHS Foundation Trust");
    assert_eq!(
        name(&then, "ods:RM2").unwrap(),
        "University Hospital of South Manchester NHS Foundation Trust"
    );
    assert_eq!(name(&then, "ods:G6V2S"), None);
    let now = organisations("view = \"as_now\"");
    assert_eq!(name(&now, "ods:RAX").unwrap(), "Kingston and Richmond NHS Foundation Trust");
    assert_eq!(name(&now, "ods:RM2"), None);
    let with = ids(&now, |row| row["accounts"] == "1");
    assert_eq!(
        with.iter().collect::<Vec<_>>(),
        ["ods:R0A"],
        "what South Manchester had counts for the trust that took it over"
    );
}

#[test]
fn two_lists_that_disagree_are_shown_with_both_sides_and_what_was_entered_by_hand_stays() {
    let directory = empty();
    project(directory.path(), &[]);
    let place = directory.path().join("p");
    let map = "kind = \"organisations\"\nsource = \"A list\"\n[columns]\norganisation_id = \"id\"\nname = \"name\"\n\
               type = { value = \"trust\" }\nregion = \"region\"\n";
    write(&place.join("map.toml"), map);
    let import = |file: &str, list: &str, as_at: &str, rows: &str| {
        write(&place.join(file), format!("id,name,region\n{rows}"));
        well(
            &place,
            &["import", "organisations", file, "--map", "map.toml", "--list", list, "--as-at", as_at],
        )
    };
    import("a1.csv", "ours", "2020-01-01", "ods:A,ALPHA TRUST,North\nods:B,BETA TRUST,North\n");
    import("b.csv", "other", "2021-01-01", "ods:A,Alpha Trust,South\nods:B,Beta Trust,East\n");
    import("a2.csv", "ours", "2022-01-01", "ods:A,ALPHA TRUST,North\nods:B,BETA TRUST,East\n");
    let organisations = table(&place.join("register/organisations.csv"));
    let regions: Vec<&str> = organisations.iter().map(|row| row["region"].as_str()).collect();
    assert_eq!(regions, ["North", "East"]);
    well(&place, &["build"]);
    let page = fs::read_to_string(place.join("editions/latest/site/register.html")).unwrap();
    assert!(
        page.contains("South") && page.contains("A list, line 2"),
        "both sides of Alpha's region are shown"
    );

    let path = place.join("register/organisations.csv");
    let by_hand = fs::read_to_string(&path).unwrap().replace("Alpha Trust", "Alpha NHS Trust (new sign)");
    write(&path, by_hand);
    let ended =
        import("a3.csv", "ours", "2023-01-01", "ods:A,ALPHA UNIVERSITY TRUST,North\nods:B,BETA TRUST,East\n");
    assert!(
        ended.stderr.contains("name is 'Alpha NHS Trust (new sign)'")
            && ended
                .stderr
                .contains("and 'Alpha University Trust' (A list, line 2): ours stays until you decide"),
        "{}",
        ended.stderr
    );
    assert_eq!(table(&path)[0]["name"], "Alpha NHS Trust (new sign)");
}

#[test]
fn a_file_of_another_list_and_one_that_broke_off_are_no_cut() {
    let directory = empty();
    project(directory.path(), &["nhs-england"]);
    let place = directory.path().join("p");
    let before = fs::read(place.join("register/listings.csv")).unwrap();
    let whole =
        fs::read_to_string(repository("services/nhs-england/sources/etr_2025-12_nhs-spend.csv")).unwrap();
    let five: String = whole.lines().take(5).map(|line| format!("{line}\n")).collect();
    write(&place.join("five.csv"), five);
    write(&place.join("none.csv"), "\n");
    let import = |file: &str, as_at: &str| {
        let arguments = ["import", "ods", file, "--type", "trust", "--nation", "England", "--as-at", as_at];
        someasure(&place, &arguments)
    };
    for (file, said) in
        [("five.csv", "has 5 of the 270 codes that the cut of 2025-12-29"), ("none.csv", "has no row")]
    {
        let ended = import(file, "2026-01-31");
        assert_eq!(ended.code, 3, "{}", ended.said());
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
    assert_eq!(import("five.csv", "2031-01-31").code, 2, "a cut of the future");
    assert!(before == fs::read(place.join("register/listings.csv")).unwrap());
}

#[test]
fn an_account_of_a_body_that_had_closed_is_not_left_out_in_silence() {
    let directory = empty();
    project(directory.path(), &["nhs-england"]);
    let place = directory.path().join("p");
    let rows = "organisation_id,platform,handle\nods:RA3,x,weston\nods:RJ1,x,shared\nods:RRV,x,shared\n";
    write(&place.join("a.csv"), rows);
    well(&place, &["import", "accounts", "a.csv"]);
    let checked = well(&place, &["check"]);
    assert!(
        checked.stdout.contains("1 account of bodies that were not open on 2026-02-01 is left out"),
        "{}",
        checked.stdout
    );
    assert!(checked.stdout.contains("3 of them with an account; 2 accounts"), "{}", checked.stdout);
}

#[test]
fn a_cut_without_its_day_and_a_type_that_nobody_said_are_refused_in_words() {
    let directory = empty();
    project(directory.path(), &[]);
    for (arguments, said) in [
        (
            vec!["import", "ods", "etr.csv"],
            "needs --as-at DATE (the day that the file describes) and --type TYPE",
        ),
        (
            vec!["import", "organisations", "a.csv", "--as-at", "2020-01-01"],
            "name its list too, with --list NAME",
        ),
        (
            vec!["import", "accounts", "a.csv", "--list", "l", "--as-at", "2020-01-01"],
            "which are published as lists",
        ),
        (vec!["import", "organisations", "a.csv", "--nation", "Wales"], "are for `import ods`"),
        (vec!["init", "q", "--service", "nhs"], "there is no starting register 'nhs'; there are nhs-england"),
    ] {
        let ended = someasure(&directory.path().join("p"), &arguments);
        assert_eq!(ended.code, 2, "{}", ended.said());
        assert!(ended.stderr.contains(said), "{arguments:?}: {}", ended.stderr);
    }
}
