//! `someasure init`

use std::path::PathBuf;

use anyhow::Context;
use jiff::{Timestamp, ToSpan};
use someasure_ledger::storage::write_file;
use someasure_model::Instant;
use someasure_register::write;

use super::{Common, now, print_json};
use crate::console::count;
use crate::failure::{Failure, Outcome};
use crate::folder::PLACEHOLDER_SERVICE;
use crate::services;

/// Begin a project: settings, a register to fill in or one that is shipped, and a sheet for its accounts.
///
/// With --service the register is there already: who belongs, under which names, since when, and what became of the
/// others. Several services make one edition, with nations as peer groups. A first `someasure build` works at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure init my-report
  someasure init england --service nhs-england
  someasure init uk --service nhs-england --service nhs-wales --service nhs-scotland --service hsc-northern-ireland

Starting registers: nhs-england, nhs-wales, nhs-scotland, hsc-northern-ireland (services/README.md says from what)")]
pub(crate) struct Args {
    /// Where to put it.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// A starting register; may be given several times.
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
    /// Title of the report.
    #[arg(long)]
    title: Option<String>,
    /// Name of the tz database: where a day begins. Left out: that of the service, or Europe/London.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

const EXAMPLE_GROUP: &str = "\
# [[peer_group]]
# id = \"large\"
# title = \"Large bodies\"
# reason = \"They serve populations of a like size.\"
# type = [\"hospital\"]
# denominator = { kind = \"population\", from = 500000 }
";

const FILES: [(&str, &str); 7] = [
    (
        "register/organisations.csv",
        "organisation_id,name,type,nation,region,parent_id,opened,closed,website,source\n",
    ),
    ("register/names.csv", "organisation_id,name,from,to,source\n"),
    (
        "register/listings.csv",
        "organisation_id,list,as_at,name,type,nation,region,parent_id,opened,closed,website,source\n",
    ),
    ("register/successions.csv", "predecessor_id,successor_id,date,kind,source\n"),
    ("register/denominators.csv", "organisation_id,kind,value,as_at,source\n"),
    ("register/accounts.csv", "organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving\n"),
    ("register/evidence.csv", "platform,account_id,handle,class,url,checked_at,checked_by,expires\n"),
];

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let directory = &args.directory;
    let settings = directory.join("someasure.toml");
    if settings.exists() {
        return Err(Failure::usage(format!("{} is a project already", directory.display())));
    }
    let chosen = services::choose(&args.services)?;
    let first_zone = chosen.settings.first().map(|settings| settings.time_zone.as_str());
    let time_zone = args.time_zone.as_deref().or(first_zone).unwrap_or("Europe/London");
    let zone =
        someasure_model::time::time_zone(time_zone).map_err(|error| Failure::usage(error.to_string()))?;
    let today = now()?.date(&zone);
    let last = today.first_of_month().yesterday().context("today")?;
    let first = last.tomorrow().and_then(|day| day.checked_sub(1.year())).context("today")?;
    let as_at: Instant = Instant::start_of_day(last.tomorrow().context("today")?, &zone);
    let as_at = Timestamp::from_microsecond(as_at.micros()).context("today")?;
    let title = args.title.clone().or_else(|| chosen.title());
    let title = toml::Value::String(title.unwrap_or_else(|| "Our bodies on social media".to_owned()));
    let names: Vec<toml::Value> =
        chosen.settings.iter().map(|settings| toml::Value::String(settings.title.clone())).collect();
    let names = if names.is_empty() {
        format!("[\"{PLACEHOLDER_SERVICE}\"]")
    } else {
        toml::Value::Array(names).to_string()
    };
    let tables = if chosen.settings.is_empty() { EXAMPLE_GROUP.to_owned() } else { chosen.tables()? };
    let text = format!(
        "# What this report is about. `someasure check` says what is still wrong or missing.\n\
         title = {title}\n\
         edition = \"{}.1\"\n\
         services = {names}\n\
         time_zone = \"{}\"\n\
         as_at = \"{as_at}\"          # nothing observed later counts\n\
         \n\
         [period]                                  # first and last day, both included\n\
         from = \"{first}\"\n\
         to = \"{last}\"\n\
         series = 24                               # how many past months the small charts show\n\
         \n\
         [publication]\n\
         # publisher = \"…\"\n\
         # contact = \"…\"\n\
         # licence = \"CC BY 4.0\"\n\
         \n\
         # Among whom to compare: by type, region, nation, or a band of a denominator.\n\
         {tables}",
        last.year(),
        time_zone,
    );
    let register = &chosen.register;
    if !chosen.settings.is_empty() {
        for (file, bytes) in [
            ("organisations.csv", write::organisations(&register.organisations)),
            ("listings.csv", write::listings(&register.listings, &[])),
            ("successions.csv", write::successions(&register.successions, &[])),
            ("denominators.csv", write::denominators(&register.denominators, &[])),
        ] {
            let target = directory.join("register").join(file);
            if target.exists() {
                return Err(Failure::usage(format!(
                    "{} is there already, and a starting register would take its place; begin in a new folder",
                    target.display()
                )));
            }
            write_file(&target, &bytes).with_context(|| target.display().to_string())?;
        }
    }
    for (path, columns) in FILES {
        let target = directory.join(path);
        if !target.exists() {
            write_file(&target, columns.as_bytes()).with_context(|| target.display().to_string())?;
        }
    }
    let ignore = directory.join(".gitignore");
    if !ignore.exists() {
        write_file(&ignore, b"/ledger\n/editions\n/register/objections.csv\n")
            .with_context(|| ignore.display().to_string())?;
    }
    write_file(&settings, text.as_bytes()).with_context(|| settings.display().to_string())?;
    let console = common.console();
    if common.json {
        return print_json(console, &serde_json::json!({ "directory": directory.display().to_string() }));
    }
    console.say(&format!("A new project is in {}", directory.display()));
    if chosen.settings.is_empty() {
        console.say("Next: fill in register/organisations.csv and register/accounts.csv, then run `someasure check` there.");
        return Ok(());
    }
    let open = register.organisations.iter().filter(|row| row.is_open_on(today)).count();
    console.say(&format!(
        "Its register has {}, {open} of them open today",
        count(register.organisations.len() as u64, "organisation", "organisations"),
    ));
    console.say(
        "Next, there: `someasure build` makes a first edition, which says who is missing; `someasure template accounts` \
         writes a sheet of whom to look for and where.",
    );
    Ok(())
}
