//! `someasure init`

use std::path::PathBuf;

use anyhow::Context;
use jiff::{Timestamp, ToSpan};
use someasure_ledger::storage::write_file;
use someasure_model::Instant;

use super::{Common, now};
use crate::failure::{Failure, Outcome};

/// Begin a project: settings, and register files with their columns, ready to be filled in.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to put it.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Title of the report.
    #[arg(long, default_value = "Our bodies on social media")]
    title: String,
    /// Name of the tz database: where a day begins.
    #[arg(long, value_name = "ZONE", default_value = "Europe/London")]
    time_zone: String,
}

const FILES: [(&str, &str); 6] = [
    ("register/organisations.csv", "organisation_id,name,type,nation,region,parent_id,opened,closed,website,source\n"),
    ("register/names.csv", "organisation_id,name,from,to,source\n"),
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
    let zone = someasure_model::time::time_zone(&args.time_zone).map_err(|error| Failure::usage(error.to_string()))?;
    let today = now()?.date(&zone);
    let last = today.first_of_month().yesterday().context("today")?;
    let first = last.tomorrow().and_then(|day| day.checked_sub(1.year())).context("today")?;
    let as_at: Instant = Instant::start_of_day(last.tomorrow().context("today")?, &zone);
    let as_at = Timestamp::from_microsecond(as_at.micros()).context("today")?;
    let title = toml::Value::String(args.title.clone());
    let text = format!(
        "# What this report is about. `someasure check` says what is still wrong or missing.\n\
         title = {title}\n\
         edition = \"{}.1\"\n\
         services = [\"Name the family of bodies here\"]\n\
         time_zone = \"{}\"\n\
         as_at = \"{as_at}\"          # nothing observed later counts\n\
         \n\
         [period]                                  # first and last day, both included\n\
         from = \"{first}\"\n\
         to = \"{last}\"\n\
         series = 24                               # how many past months the small charts show\n\
         \n\
         # Among whom to compare: by type, region, nation, or a band of a denominator.\n\
         # [[peer_group]]\n\
         # id = \"large\"\n\
         # title = \"Large bodies\"\n\
         # reason = \"They serve populations of a like size.\"\n\
         # type = [\"hospital\"]\n\
         # denominator = {{ kind = \"population\", from = 500000 }}\n\
         \n\
         [publication]\n\
         # publisher = \"…\"\n\
         # contact = \"…\"\n\
         # licence = \"CC BY 4.0\"\n",
        last.year(),
        args.time_zone,
    );
    for (path, columns) in FILES {
        let target = directory.join(path);
        if !target.exists() {
            write_file(&target, columns.as_bytes()).with_context(|| target.display().to_string())?;
        }
    }
    let ignore = directory.join(".gitignore");
    if !ignore.exists() {
        write_file(&ignore, b"/ledger\n/editions\n/register/objections.csv\n").with_context(|| ignore.display().to_string())?;
    }
    write_file(&settings, text.as_bytes()).with_context(|| settings.display().to_string())?;
    let console = common.console();
    console.say(&format!("A new project is in {}", directory.display()));
    console.say("Next: fill in register/organisations.csv and register/accounts.csv, then run `someasure check` there.");
    Ok(())
}
