//! The plain text of a simulated project: settings, register, mappings, and the commands that read its files.

use someasure_register::write;
use someasure_simulate::{Practices, SAYS, World};

use super::{Request, put};
use crate::failure::Outcome;
use crate::services::Chosen;

/// Where all simulated data say that they come from.
pub(super) fn source(request: &Request<'_>) -> String {
    format!("{SAYS} by `someasure simulate`, seed {}: nothing was observed", request.plan.seed)
}

pub(super) fn write(request: &Request<'_>, chosen: &Chosen, made_up: &Practices, world: &World) -> Outcome {
    let register = &chosen.register;
    let organisations = [register.organisations.as_slice(), &made_up.organisations].concat();
    let files = [
        ("organisations.csv", write::organisations(&organisations)),
        ("listings.csv", write::listings(&register.listings, &[])),
        ("names.csv", write::names(&register.names, &[])),
        (
            "successions.csv",
            write::successions(&[register.successions.as_slice(), &made_up.successions].concat(), &[]),
        ),
        (
            "denominators.csv",
            write::denominators(&[register.denominators.as_slice(), &made_up.denominators].concat(), &[]),
        ),
        ("accounts.csv", write::accounts(&world.register(), &[])),
        ("evidence.csv", write::evidence(&[], &[])),
    ];
    for (file, bytes) in files {
        put(request.directory, &format!("register/{file}"), &bytes)?;
    }
    put(request.directory, ".gitignore", b"/ledger\n/editions\n/input\n/register/objections.csv\n")?;
    put(request.directory, "someasure.toml", settings(request, chosen, world)?.as_bytes())?;
    if !request.into_ledger {
        for (file, text) in maps(request, world) {
            put(request.directory, &format!("maps/{file}.toml"), text.as_bytes())?;
        }
        put(request.directory, "import.sh", IMPORT.as_bytes())?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn settings(request: &Request<'_>, chosen: &Chosen, world: &World) -> Outcome<String> {
    let calendar = world.calendar();
    let services: Vec<String> = chosen.settings.iter().map(|settings| quoted(&settings.title)).collect();
    let zone = chosen.settings.first().map_or("Europe/London", |settings| settings.time_zone.as_str());
    let last = calendar.days() as i32 - 1;
    // A year at the most: an edition describes one.
    let first = calendar.date((last - 364).max(0));
    let plan = &request.plan;
    let practices = if request.practices == 0 {
        String::new()
    } else {
        "\n[[peer_group]]\nid = \"practices\"\ntitle = \"Simulated practices\"\nreason = \"They are made up alike.\"\ntype = [\"practice\"]\n\n\
         [[gap]]\nwhat = \"General practices\"\nwhy = \"No register that is shipped has them; those in this edition are made up.\"\n"
            .to_owned()
    };
    Ok(format!(
        "# A SIMULATED project: accounts, posts and counters are made up, also where bodies are real. Made by\n\
         # someasure simulate --accounts {} --posts {} --days {} --readings {} --until {} --seed {}\n\
         title = {}\n\
         edition = \"{}.1-simulated\"\n\
         simulated = true                          # everything that is made from this says so; take it not away\n\
         services = [{}]\n\
         time_zone = \"{zone}\"\n\
         as_at = \"{}\"\n\
         \n\
         [period]\n\
         from = \"{first}\"\n\
         to = \"{}\"\n\
         series = 24\n\
         \n\
         [publication]\n\
         licence = \"CC0 1.0\"\n\
         previous = \"none\"\n\
         {practices}\n{}",
        plan.accounts,
        plan.posts,
        plan.days,
        plan.readings,
        plan.last,
        plan.seed,
        quoted(&chosen.title().unwrap_or_default()),
        plan.last.year(),
        services.join(", "),
        calendar.as_at(),
        plan.last,
        chosen.tables()?,
    ))
}

/// Reads everything in, oldest first. Files of one kind share a mapping.
const IMPORT: &str = "\
#!/bin/sh
# Reads the simulated input into the ledger. Run it in this folder; running it again changes nothing.
set -eu
someasure=\"${SOMEASURE:-someasure}\"
\"$someasure\" import profiles input/profiles/*.csv.zst --map maps/profiles.toml
\"$someasure\" import posts input/history/x.jsonl.zst --map maps/history-newest.toml
for file in input/history/*.jsonl.zst; do
  [ \"$file\" = input/history/x.jsonl.zst ] || \"$someasure\" import posts \"$file\" --map maps/history.toml
done
if [ -d input/weekly ]; then
  \"$someasure\" import posts input/weekly/*.jsonl.zst --map maps/weekly.toml
fi
";

fn maps(request: &Request<'_>, world: &World) -> Vec<(&'static str, String)> {
    // Of a few rows many may be spoilt, by chance.
    let spoilt = match request.bad_rows {
        0.0 => String::new(),
        share => format!("max_bad_share = {}\n", (0.1 + 4.0 * share).min(1.0)),
    };
    let head = |kind: &str| {
        format!(
            "kind = \"{kind}\"\nsource = {}\nlane = \"open\"\nretention = \"unlimited\"\n{spoilt}",
            quoted(&source(request))
        )
    };
    let posts = |coverage: &str| format!("{}{POSTS}\n[coverage]\n{coverage}", head("posts"));
    let (starts, begun) = (world.calendar().starts_at(), world.calendar().begun_at());
    vec![
        ("profiles", format!("{}{PROFILES}", head("profiles"))),
        ("history", posts(&format!("from = \"{starts}\"\n"))),
        (
            "history-newest",
            posts(&format!(
                "from = \"{starts}\"\nnewest = 3200                            # the platform gives no more\n"
            )),
        ),
        ("weekly", posts(&format!("from = \"{begun}\"\n"))),
    ]
}

const PROFILES: &str = r#"
[columns]
platform = "network"
account_id = "id"
handle = "username"
observed_at = "seen"
followers = "followers"
following = "follows"
posts = "posts"
display_name = "name"
bio = "about"
"#;

const POSTS: &str = r#"
[columns]
platform = "network"
post_id = "id"
account_id = "author.id"
handle = "author.username"
created_at = "created_at"
observed_at = "seen_at"
kind = "type"
in_reply_to_post_id = "reply_to.post"
in_reply_to_account_id = "reply_to.author"
conversation_id = "thread"
quoted_post_id = "shared"
language = "lang"
text = "text"
hashtags = "entities.tags"
mentions = "entities.names"
links = "entities.links"
media = "media"
answered_after_seconds = "reply_to.after_seconds"
likes = "metrics.likes"
reposts = "metrics.shares"
replies = "metrics.comments"
quotes = "metrics.quotes"
views = "metrics.views"
"#;
