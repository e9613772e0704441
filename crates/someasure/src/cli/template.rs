//! `someasure template`

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use someasure_collect::files::Kind;
use someasure_ledger::storage::write_file;
use someasure_model::Organisation;

use super::{Common, now, print_json};
use crate::console::count;
use crate::entries::members;
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;

/// Write a sheet to fill in: accounts to find, or the columns of profiles or posts.
///
/// The sheet of accounts has a row for every body that has none yet, with where to look. Fill in platform and handle
/// (or account_id), copy the row for each further account, leave a row empty where you found none, and import the
/// sheet with `someasure import accounts FILE`: rows that are still empty are passed over. Write it again at any
/// time: it lists who is still missing.
///
/// What counts as theirs: an account that the body's own site links to, one whose profile links back to that site, or
/// one that a person there has confirmed. Write down which in register/evidence.csv. A tick on the platform is no
/// proof, and neither is a likely name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure template accounts                    # writes accounts-to-find.csv
  someasure import accounts accounts-to-find.csv
  someasure template posts posts.csv             # the columns that need no mapping")]
pub(crate) struct Args {
    /// What the sheet is for.
    #[arg(value_enum)]
    kind: What,
    /// Where to write it. Left out: accounts-to-find.csv, profiles.csv or posts.csv in the project.
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Whom to look for, and where
    Accounts,
    /// Followers, bio and so on, as a platform shows them
    Profiles,
    /// Posts, with their counters
    Posts,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let folder = common.folder()?;
    let (kind, name) = match args.kind {
        What::Accounts => (Kind::Accounts, "accounts-to-find.csv"),
        What::Profiles => (Kind::Profiles, "profiles.csv"),
        What::Posts => (Kind::Posts, "posts.csv"),
    };
    let target = args.file.clone().unwrap_or_else(|| folder.root.join(name));
    if target.exists() {
        return Err(Failure::usage(format!(
            "{} is there already, perhaps with somebody's work in it; name another file, or move it away",
            target.display()
        )));
    }
    let fields: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut rows = 0;
    if args.kind == What::Accounts {
        let hints = ["x_name", "x_type", "x_region", "x_website", "x_where_to_look"];
        writer.write_record(fields.iter().chain(&hints)).context("the sheet's header")?;
        for organisation in without_account(&folder)? {
            let mut record = vec![organisation.organisation_id.to_string()];
            record.resize(fields.len(), String::new());
            record.extend([
                organisation.name.clone(),
                organisation.kind.clone(),
                organisation.region.clone().unwrap_or_default(),
                organisation.website.clone().unwrap_or_default(),
                where_to_look(&organisation),
            ]);
            writer.write_record(&record).context("the sheet")?;
            rows += 1;
        }
    } else {
        writer.write_record(&fields).context("the sheet's header")?;
    }
    if args.kind == What::Accounts && rows == 0 {
        console.say("every organisation of this edition has an account: there is nobody to look for");
        return Ok(());
    }
    let bytes = writer.into_inner().map_err(|error| anyhow::anyhow!("the sheet: {error}"))?;
    write_file(&target, &bytes).with_context(|| target.display().to_string())?;
    if common.json {
        return print_json(
            console,
            &serde_json::json!({ "file": target.display().to_string(), "rows": rows }),
        );
    }
    if args.kind == What::Accounts {
        console.say(&format!(
            "{}: {} without an account; fill in platform and handle, then `someasure import accounts {}`",
            target.display(),
            count(rows, "organisation", "organisations"),
            target.display()
        ));
    } else {
        console.say(&format!(
            "{}: columns that need no mapping; leave out those you do not have, then `someasure import {} {}`",
            target.display(),
            kind.as_str(),
            target.display()
        ));
    }
    Ok(())
}

/// The bodies of the edition of which no account is known, in the order of the register.
fn without_account(folder: &Folder) -> Outcome<Vec<Organisation>> {
    let zone = folder.project.zone();
    let (organisations, accounts) = members(folder, folder.project.as_at.max(now()?).date(&zone));
    let with: BTreeSet<_> = accounts.iter().map(|account| &account.organisation_id).collect();
    Ok(organisations.iter().filter(|row| !with.contains(&row.organisation_id)).cloned().collect())
}

fn where_to_look(organisation: &Organisation) -> String {
    match &organisation.website {
        Some(site) => format!(
            "the foot and the contact page of {site} link to them; if that site is gone, search for its new one"
        ),
        None => format!("search for the official site of {}, and look at its foot", organisation.name),
    }
}
