//! `someasure erase`

use someasure_model::AccountId;

use super::{Common, confirmed, now, print_json};
use crate::console::{count, thousands};
use crate::failure::Outcome;
use crate::jobs;

/// Forget an account: its rows leave every file, and it never comes back.
///
/// Its ids go to the private list register/objections.csv, which survives every import. Its rows are removed from the
/// register, the ledger, the rejected rows and the words that imported stories keep, and references to it are emptied.
/// Lines of stories that name it are told: they are yours to mend. Editions that were built before still hold its
/// figures: build again, and the new edition says that something was withdrawn.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The account: x:12345, bluesky:did:plc:…, or x:@handle.
    #[arg(value_name = "ACCOUNT")]
    account: AccountId,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let mut folder = common.folder()?;
    let ledger = jobs::import::open_ledger(&folder, common.threads())?;
    let ids = jobs::erase::ids_of(&folder, &ledger, &args.account)?;
    let names: Vec<&str> = ids.iter().map(AccountId::as_str).collect();
    drop(ledger);
    let question = format!("Forget {} for good? This cannot be undone.", names.join(" and "));
    if !confirmed(&question, args.yes, console)? {
        return Ok(());
    }
    let forgotten = jobs::erase::run(&mut folder, &args.account, common.threads(), now()?)?;
    let rows: u64 = forgotten.ledger.rows.values().sum();
    if common.json {
        return print_json(
            console,
            &serde_json::json!({
                "ids": forgotten.ids,
                "register_rows": forgotten.register_rows,
                "ledger_rows": rows,
                "references": forgotten.ledger.references,
                "rejected_rows": forgotten.rejected_rows,
                "kept_words": forgotten.kept_words,
                "still_named": forgotten.still_named,
                "shared_handles": forgotten.of_others,
            }),
        );
    }
    console.say(&format!(
        "{}: {} of the register, {} of the ledger and {} removed, {} emptied",
        names.join(" and "),
        count(forgotten.register_rows as u64, "row", "rows"),
        count(rows, "row", "rows"),
        count(forgotten.rejected_rows, "rejected row", "rejected rows"),
        count(forgotten.ledger.references, "reference", "references"),
    ));
    if forgotten.kept_words > 0 {
        let posts = count(forgotten.kept_words, "post", "posts");
        console.say(&format!("{posts} removed from the words that imported stories keep"));
    }
    for (file, lines) in &forgotten.still_named {
        let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
        console.say(&format!("{file} still names it: mend line {}", lines.join(", ")));
    }
    if rows == 0 && forgotten.register_rows == 0 {
        console.say("Nothing was known of it; it is on the list and will be left out of every import.");
    }
    for handle in &forgotten.of_others {
        console.say(&format!(
            "{handle} was another account's too and is not on the list: others' words may still have it"
        ));
    }
    let ledger = jobs::import::open_ledger(&folder, common.threads())?;
    for stale in crate::chats::stories::stale(&folder, &ledger, now()?)? {
        console.warn(&stale);
    }
    drop(ledger);
    let editions = std::fs::read_dir(folder.root.join("editions")).map_or(0, |entries| {
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().join("edition.json").is_file() && !entry.path().is_symlink())
            .count()
    });
    if editions > 0 {
        console.say(&format!(
            "{} built before may still show it: run `someasure build`, and take down what was published",
            if editions == 1 {
                "The edition".to_owned()
            } else {
                format!("{} editions", thousands(editions as u64))
            }
        ));
    }
    Ok(())
}
