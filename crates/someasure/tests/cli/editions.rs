//! One edition after another: what changed, what was restated and why; and what people write beside figures.

use std::fs;

use crate::demo::built;
use crate::support::{bytes, copy, differ, empty, someasure, well, write};

#[test]
fn the_next_edition_says_what_was_restated_and_why_who_left_and_whom_it_follows() {
    let directory = empty();
    let project = directory.path();
    copy(built(), project);
    let settings = project.join("someasure.toml");
    let text = fs::read_to_string(&settings).unwrap();
    assert!(page(built(), "changes").contains("This is the first edition."));

    // A day later, a measure is asked differently, and one library is no longer in the register.
    fs::write(&settings, text.replace("2014.1", "2014.2").replace("2014-04-08T01", "2014-04-09T01")).unwrap();
    let shipped = fs::read_to_string(crate::support::repository("measures/longest_silence.toml")).unwrap();
    let asked = shipped.replace("version = 1", "version = 2").replacen("AS value", "* 2 AS value", 1);
    assert_ne!(asked, shipped);
    write(&project.join("measures/longest_silence.toml"), asked);
    for file in ["register/organisations.csv", "register/accounts.csv"] {
        let rows = fs::read_to_string(project.join(file)).unwrap();
        let kept: Vec<&str> = rows.lines().filter(|row| !row.contains("slubdresden")).collect();
        fs::write(project.join(file), kept.join("\n") + "\n").unwrap();
    }
    well(project, &["build"]);
    let changes = page(project, "changes");
    assert!(changes.contains("Since edition 2014.1"), "{changes}");
    assert!(changes.contains("because the measure is now asked in its version 2"));
    assert!(changes.contains("slubdresden"));
    let manifest = fs::read_to_string(project.join("editions/latest/edition.json")).unwrap();
    assert!(manifest.contains("editions/2014.1/edition.json"), "it is an input");

    // Built again it is the same, and it does not follow itself.
    let before = bytes(&project.join("editions/2014.2"));
    well(project, &["build"]);
    differ(&before, &bytes(&project.join("editions/2014.2")));

    // Who wants none says so; who names one that is not there is told.
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("[publication]", "[publication]\nprevious = \"none\"")).unwrap();
    well(project, &["build"]);
    assert!(page(project, "changes").contains("This is the first edition."));
    fs::write(&settings, text.replace("[publication]", "[publication]\nprevious = \"2013.9\"")).unwrap();
    let refused = someasure(project, &["build"]);
    assert_eq!(refused.code, 3, "{}", refused.said());
    assert!(refused.stderr.contains("editions/2013.9: edition.json cannot be read"), "{}", refused.stderr);
}

#[test]
fn what_people_write_beside_figures_stands_on_its_pages() {
    let directory = empty();
    let project = directory.path();
    copy(built(), project);
    write(
        &project.join("case-studies/evening.md"),
        "+++\ntitle = \"Answering <in the evening>\"\norganisation = \"Elm Library\"\nconsent = \"Agreed on 3 May 2026.\"\n+++\nReaders asked\nmost at nine.\n\nSo we did.\n",
    );
    write(
        &project.join("replies/slub.md"),
        "+++\norganisation_id = \"librarytwitter:slubdresden\"\nname = \"SLUB\"\non = \"2026-05-04\"\n+++\nThe account was shared by two teams.\n",
    );
    write(&project.join("errata.csv"), "on,what\n2026-05-01,The first edition had one library too many.\n");
    well(project, &["build"]);
    let celebrate = page(project, "celebrate");
    assert!(celebrate.contains("Answering &lt;in the evening&gt;"), "{celebrate}");
    assert!(celebrate.contains("Readers asked most at nine.") && celebrate.contains("Agreed on 3 May 2026."));
    assert!(page(project, "organisations/librarytwitter-slubdresden").contains("shared by two teams"));
    assert!(page(project, "changes").contains("one library too many"));

    // Without consent there is no story, and nothing is loaded from elsewhere.
    write(
        &project.join("case-studies/evening.md"),
        "+++\ntitle = \"A\"\norganisation = \"B\"\nconsent = \" \"\n+++\nWords.\n",
    );
    write(&project.join("case-studies/no-head.md"), "Words.\n");
    write(&project.join("errata.csv"), "on,what\nyesterday,Something.\n");
    write(&project.join("theme.css"), "body { background: url(//example.org/x) }");
    let refused = someasure(project, &["build"]);
    assert_eq!(refused.code, 3, "{}", refused.said());
    for told in [
        "case-studies/evening.md: `consent` is empty",
        "case-studies/no-head.md: it must begin with a line +++",
        "errata.csv: line 2: failed to parse four digit integer as year",
        "theme.css: the theme contains 'url'",
    ] {
        assert!(refused.stderr.contains(told), "{told}: {}", refused.stderr);
    }
}

fn page(project: &std::path::Path, path: &str) -> String {
    fs::read_to_string(project.join("editions/latest/site").join(path).join("index.html")).unwrap()
}
