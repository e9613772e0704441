//! `someasure check`

use someasure_ledger::Ledger;
use someasure_register::Severity;

use super::{Common, print_json};
use crate::console::{count, thousands};
use crate::edition;
use crate::failure::{Failure, Outcome};
use crate::folder::{Folder, Wrong};
use crate::jobs::import::open_ledger;

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
    let folder = Folder::read(&common.project, &mut wrong)?;
    let mut report = Report { errors: wrong, warnings: Vec::new(), progress: Vec::new() };
    let bad_settings = !report.errors.is_empty();
    if let Some(folder) = folder {
        for problem in folder.register_problems() {
            match problem.severity {
                Severity::Error => report.errors.push(problem.to_string()),
                Severity::Warning => report.warnings.push(problem.to_string()),
            }
        }
        let bad_register = !report.errors.is_empty();
        match open_ledger(&folder, common.threads()) {
            Err(failure) => report.errors.push(format!("ledger: {:#}", failure.error)),
            Ok(ledger) => {
                ledger_problems(&folder, &ledger, &mut report)?;
                if !bad_settings && !bad_register {
                    measures(&folder, &ledger, common, &mut report)?;
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
    Err(Failure::wrong_data(format!("{} to mend before anything is built", count(report.errors.len() as u64, "error", "errors"))))
}

fn ledger_problems(folder: &Folder, ledger: &Ledger, report: &mut Report) -> Outcome {
    for file in ledger.files() {
        let path = ledger.path_of(file);
        match std::fs::metadata(&path) {
            Ok(metadata) if metadata.len() == file.bytes => {}
            Ok(metadata) => report.errors.push(format!(
                "ledger/{}: {} bytes long, and the manifest says {}; restore it from a backup",
                file.path,
                metadata.len(),
                file.bytes
            )),
            Err(_) => report.errors.push(format!("ledger/{}: the manifest names it, and it is not there; restore it from a backup", file.path)),
        }
    }
    if !report.errors.is_empty() {
        return Ok(());
    }
    let suppressed = folder.suppressed();
    if !suppressed.is_empty() {
        for account in ledger.accounts()?.iter().filter(|account| suppressed.contains(account)) {
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
    let groups = edition::compare(folder, &session.question().organisations);
    for (group, rule) in groups.iter().skip(1).zip(&folder.project.peer_groups) {
        if group.members.is_empty() {
            report.warnings.push(format!(
                "someasure.toml: peer group '{}' has no organisation; check its type, region, nation or band",
                rule.id
            ));
        }
    }
    let bar = common.console().progress(folder.measures.len() as u64, "checking measures");
    for measure in folder.live_measures() {
        match session.measure(&measure) {
            Err(error) => report.errors.push(error.to_string()),
            Ok(rows) => {
                if let Err(why) = crate::estimate::estimate(&measure, &rows, &session, &groups) {
                    report.errors.push(format!("measure '{}': {why}", measure.id));
                }
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn progress(folder: &Folder, ledger: &Ledger, report: &mut Report) -> Outcome {
    let register = &folder.loaded.register;
    let with: std::collections::BTreeSet<_> = register.accounts.iter().map(|account| &account.organisation_id).collect();
    let organisations = register.organisations.len() as u64;
    report.progress.push(format!(
        "{}, {} of them with an account; {}",
        count(organisations, "organisation", "organisations"),
        thousands(with.len() as u64),
        count(register.accounts.len() as u64, "account", "accounts")
    ));
    let seen: std::collections::BTreeSet<_> = ledger.accounts()?.into_iter().collect();
    let aliases = folder.aliases(ledger)?;
    let known = |account: &someasure_model::Account| {
        account.id().is_some_and(|id| seen.contains(&id) || aliases.get(&id).is_some_and(|real| seen.contains(real)) )
            || account.handle.as_ref().is_some_and(|handle| seen.contains(&someasure_model::AccountId::provisional(&account.platform, handle)))
    };
    let collected = register.accounts.iter().filter(|account| known(account)).count() as u64;
    report.progress.push(format!(
        "{} of {} have something in the ledger: {}, {}, {}",
        thousands(collected),
        count(register.accounts.len() as u64, "account", "accounts"),
        count(ledger.rows(someasure_model::Table::Observation), "observation", "observations"),
        count(ledger.rows(someasure_model::Table::Post), "post", "posts"),
        count(ledger.rows(someasure_model::Table::Reading), "reading", "readings"),
    ));
    let next = if organisations == 0 {
        "Next: enter the organisations in register/organisations.csv, or `someasure import organisations FILE`"
    } else if register.accounts.is_empty() {
        "Next: enter the accounts in register/accounts.csv, or `someasure import accounts FILE`"
    } else if ledger.rows(someasure_model::Table::Post) == 0 {
        "Next: `someasure import profiles FILE` and `someasure import posts FILE`"
    } else if report.errors.is_empty() {
        "Next: `someasure build`"
    } else {
        "Next: mend the errors above"
    };
    report.progress.push(next.to_owned());
    Ok(())
}
