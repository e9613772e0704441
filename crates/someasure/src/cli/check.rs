//! `someasure check`

use std::collections::BTreeSet;

use someasure_ledger::Ledger;
use someasure_model::{Account, Organisation};
use someasure_register::{Index, Severity};

use super::{Common, print_json};
use crate::console::{count, thousands};
use crate::edition;
use crate::entries::{left_out, members};
use crate::failure::{Failure, Outcome};
use crate::folder::{Folder, Wrong};
use crate::jobs::import::open_ledger;
use crate::subjects::Subjects;

/// Say everything that is wrong, before anything is built, and how far the project is.
///
/// Reads settings, register, measures and ledger, runs every measure's SQL without publishing, and names file, line,
/// column, value and what to do. Ends with 3 when something is wrong.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

#[derive(serde::Serialize)]
struct Report {
    errors: Vec<String>,
    warnings: Vec<String>,
    progress: Vec<String>,
}

pub(crate) fn run(_: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let mut wrong = Wrong::new();
    let folder = Folder::read(&common.project, super::now()?, &mut wrong)?;
    let mut report = Report { errors: wrong, warnings: Vec::new(), progress: Vec::new() };
    let bad_settings = !report.errors.is_empty();
    if let Some(folder) = folder {
        report.warnings.extend(folder.unfinished_settings());
        for problem in folder.register_problems() {
            match problem.severity {
                Severity::Error => report.errors.push(problem.to_string()),
                Severity::Warning => report.warnings.push(problem.to_string()),
            }
        }
        let bad_register = !report.errors.is_empty();
        match open_ledger(&folder, common.threads()) {
            // A damaged ledger cannot be asked: what else is wrong is said all the same.
            Err(failure) => report.errors.push(format!("{:#}", failure.error)),
            Ok(ledger) => {
                objections(&folder, &ledger, &mut report)?;
                if !bad_settings && !bad_register {
                    measures(&folder, &ledger, common, &mut report)?;
                }
                if report.errors.is_empty() {
                    report.warnings.extend(super::build::withdrawals(&folder, &ledger)?);
                }
                progress(&folder, &ledger, &mut report)?;
            }
        }
    }
    if common.json {
        print_json(console, &report)?;
    } else {
        for warning in &report.warnings {
            console.say(&format!("warning: {warning}"));
        }
        for error in &report.errors {
            console.say(&format!("error: {error}"));
        }
        for line in &report.progress {
            console.say(line);
        }
    }
    if report.errors.is_empty() {
        return Ok(());
    }
    Err(Failure::wrong_data(format!(
        "{} to mend before anything is built",
        count(report.errors.len() as u64, "error", "errors")
    )))
}

fn objections(folder: &Folder, ledger: &Ledger, report: &mut Report) -> Outcome {
    let suppressed = folder.suppressed();
    if !suppressed.is_empty() {
        for account in ledger.accounts()?.iter().filter(|account| suppressed.contains(*account)) {
            report.errors.push(format!(
                "register/objections.csv lists {account}, and the ledger still holds rows of it; run `someasure erase {account} --yes`"
            ));
        }
    }
    Ok(())
}

fn measures(folder: &Folder, ledger: &Ledger, common: &Common, report: &mut Report) -> Outcome {
    let question = match edition::ask(folder, ledger) {
        Ok(question) => question,
        Err(failure) => {
            report.errors.push(format!("{:#}", failure.error));
            return Ok(());
        }
    };
    let session = ledger.ask(question)?;
    report.warnings.extend(edition::later(folder, &session));
    report.warnings.extend(left_out(folder));
    let groups = edition::groups(folder, &session.question().organisations);
    for (group, rule) in groups.iter().skip(1).zip(&folder.project.peer_groups) {
        if group.members.is_empty() {
            report.warnings.push(format!(
                "someasure.toml: peer group '{}' has no organisation; check its type, region, nation or band",
                rule.id
            ));
        }
    }
    let bar = common.console().progress(folder.measures.len() as u64, "checking measures");
    let subjects = Subjects::new(&session);
    for measure in folder.live_measures() {
        if let Err(failure) = edition::answer(folder, &measure, &subjects, &groups) {
            report.errors.push(format!("{:#}", failure.error));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn progress(folder: &Folder, ledger: &Ledger, report: &mut Report) -> Outcome {
    let register = &folder.loaded.register;
    let with: BTreeSet<_> = register.accounts.iter().map(|account| &account.organisation_id).collect();
    let organisations = register.organisations.len() as u64;
    let with = register.organisations.iter().filter(|row| with.contains(&row.organisation_id)).count();
    report.progress.push(format!(
        "{}, {} of them with an account; {}",
        count(organisations, "organisation", "organisations"),
        thousands(with as u64),
        count(
            register.accounts.iter().filter_map(Account::id).collect::<BTreeSet<_>>().len() as u64,
            "account",
            "accounts"
        )
    ));
    let day = folder.project.as_at.date(&folder.project.zone());
    let (members, accounts) = members(folder, day);
    let with: BTreeSet<_> = accounts.iter().map(|account| &account.organisation_id).collect();
    let index = Index::new(register);
    for rule in &folder.project.peer_groups {
        let of_group = |row: &&Organisation| rule.admits(row, index.denominators_of(&row.organisation_id));
        let group: Vec<&Organisation> = members.iter().filter(of_group).collect();
        let there = group.iter().filter(|row| with.contains(&row.organisation_id)).count();
        if there < group.len() {
            report.progress.push(format!("  {}: {there} of {} with an account", rule.title, group.len()));
        }
    }
    let missing: Vec<&str> = members
        .iter()
        .filter(|row| !with.contains(&row.organisation_id))
        .map(|row| row.name.as_str())
        .collect();
    if !missing.is_empty() {
        let shown = missing.iter().take(5).copied().collect::<Vec<_>>().join("; ");
        let more =
            if missing.len() > 5 { format!("; and {} more", missing.len() - 5) } else { String::new() };
        report.progress.push(format!(
            "no account is known of {}: {shown}{more}",
            count(missing.len() as u64, "organisation", "organisations")
        ));
    }
    let seen: BTreeSet<_> = ledger.accounts()?.into_iter().collect();
    let aliases = folder.aliases(ledger)?;
    let known = |account: &someasure_model::Account| {
        account
            .id()
            .is_some_and(|id| seen.contains(&id) || aliases.get(&id).is_some_and(|real| seen.contains(real)))
            || account.handle.as_ref().is_some_and(|handle| {
                seen.contains(&someasure_model::AccountId::provisional(&account.platform, handle))
            })
    };
    // A shared account stands in several rows and is one.
    let distinct: BTreeSet<_> = register.accounts.iter().filter_map(Account::id).collect();
    let collected: BTreeSet<_> =
        register.accounts.iter().filter(|account| known(account)).filter_map(Account::id).collect();
    let collected = collected.len() as u64;
    report.progress.push(format!(
        "{} of {} have something in the ledger: {}, {}, {}",
        thousands(collected),
        count(distinct.len() as u64, "account", "accounts"),
        count(ledger.rows(someasure_model::Table::Observation), "observation", "observations"),
        count(ledger.rows(someasure_model::Table::Post), "post", "posts"),
        count(ledger.rows(someasure_model::Table::Reading), "reading", "readings"),
    ));
    let next = if !report.errors.is_empty() {
        "Next: mend the errors above"
    } else if organisations == 0 {
        "Next: enter the organisations in register/organisations.csv, or `someasure import organisations FILE`"
    } else if register.accounts.is_empty() {
        "Next: `someasure template accounts` writes a sheet of whom to look for and where; fill it in and \
         `someasure import accounts FILE`. `someasure build` makes an edition of what is there already"
    } else if ledger.rows(someasure_model::Table::Post) == 0 {
        "Next: `someasure import profiles FILE` and `someasure import posts FILE`"
    } else {
        "Next: `someasure build`"
    };
    report.progress.push(next.to_owned());
    Ok(())
}
