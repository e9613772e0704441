//! `someasure measure`

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use someasure_ledger::{Ledger, MeasureAnswer, MeasureRows, Session};
use someasure_model::{Answer, Figure, Measure, MeasureId};

use super::{Common, print_json};
use crate::edition;
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::jobs::import::open_ledger;

/// Compute figures and print them, without publishing anything.
///
/// With --export, write what it takes to ask the same SQL elsewhere: the tables, the views, each measure's SQL and the
/// rows that came out here. `duckdb` runs `.read tables.sql`, then `.read ID.views.sql`, then `.read ID.sql`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Measures; all of them when none is named.
    #[arg(value_name = "ID")]
    ids: Vec<MeasureId>,
    /// Write tables, views, SQL and rows to this folder.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// Say how long each measure's SQL takes, and no figures: alone, or after what measures share has been answered once,
    /// as `build` does.
    #[arg(long, value_enum, value_name = "HOW", conflicts_with = "export")]
    clock: Option<Clock>,
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Clock {
    /// Each measure by itself, with the posts as at the edition that it reads.
    Alone,
    /// What they share first, then each.
    Shared,
}

/// How long it took, in seconds by the clock on the wall.
#[derive(serde::Serialize)]
struct Times {
    /// To compute coverage and prepare tables.
    ask_seconds: f64,
    /// To answer what measures share.
    prepare_seconds: f64,
    measures: Vec<Time>,
}

#[derive(serde::Serialize)]
struct Time {
    id: MeasureId,
    seconds: f64,
    rows: usize,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let folder = common.folder()?;
    let mut measures = folder.live_measures();
    for id in &args.ids {
        if !measures.iter().any(|measure| measure.id == *id) {
            return Err(Failure::usage(format!(
                "there is no measure '{id}'; `someasure explain` lists them all"
            )));
        }
    }
    measures.retain(|measure| args.ids.is_empty() || args.ids.contains(&measure.id));
    let ledger = open_ledger(&folder, common.threads())?;
    if let Some(how) = args.clock {
        // What was answered before would not be timed.
        return clock(how, &folder, &ledger.afresh(), &measures, common);
    }
    let session = ledger.ask(edition::ask(&folder, &ledger)?)?.prepared_for(&measures)?;
    let groups = edition::groups(&folder, &session.question().organisations);
    if let Some(directory) = &args.export {
        return export(directory, &folder, &session, &measures, common);
    }
    let figures = edition::measure(&folder, &measures, &session, &groups, 1, console)?.figures;
    let simulated = folder.is_simulated(&ledger)?;
    if common.json && simulated {
        return print_json(console, &Simulated { simulated, rows: &figures });
    }
    if common.json {
        return print_json(console, &figures);
    }
    let (more, mark) = if simulated { ("\tsimulated", "\ttrue") } else { ("", "") };
    console.tell(|out| {
        writeln!(out, "organisation\tplatform\tmeasure\tperiod\tvalue\tlower\tupper\tn\tstatus{more}")?;
        figures.iter().try_for_each(|figure| writeln!(out, "{}{mark}", line(figure)))
    });
    Ok(())
}

/// Figures of made-up data, marked as every file of an edition is; millions are written as they come.
#[derive(serde::Serialize)]
struct Simulated<'f> {
    simulated: bool,
    rows: &'f [Figure],
}

fn line(figure: &Figure) -> String {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.4}"));
    let (value, interval) = match &figure.answer {
        Answer::Value(value, interval) => (Some(*value), *interval),
        Answer::Missing(_) => (None, None),
    };
    [
        figure.organisation_id.to_string(),
        figure.platform.to_string(),
        figure.measure_id.to_string(),
        figure.period.to_string(),
        number(value),
        number(interval.map(|interval| interval.lower)),
        number(interval.map(|interval| interval.upper)),
        figure.n.to_string(),
        figure.answer.status().to_owned(),
    ]
    .join("\t")
}

fn clock(how: Clock, folder: &Folder, ledger: &Ledger, measures: &[Measure], common: &Common) -> Outcome {
    let begun = Instant::now();
    let mut session = ledger.ask(edition::ask(folder, ledger)?)?;
    let ask_seconds = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    if how == Clock::Shared {
        session = session.prepared_for(measures)?;
    }
    let mut times =
        Times { ask_seconds, prepare_seconds: begun.elapsed().as_secs_f64(), measures: Vec::new() };
    for measure in measures {
        let begun = Instant::now();
        if how == Clock::Alone {
            session = session.prepared_for(std::slice::from_ref(measure))?;
        }
        let refused = |error| folder.refused(&measure.id, error);
        let mut rows = 0;
        for part in session.measure(measure).map_err(refused)? {
            rows += part.map_err(refused)?.rows.len();
        }
        times.measures.push(Time { id: measure.id.clone(), seconds: begun.elapsed().as_secs_f64(), rows });
    }
    let console = common.console();
    if common.json {
        return print_json(console, &times);
    }
    console.say("measure\tseconds\trows");
    for time in &times.measures {
        console.say(&format!("{}\t{:.3}\t{}", time.id, time.seconds, time.rows));
    }
    let all: f64 = times.measures.iter().map(|time| time.seconds).sum();
    console.say(&format!("all\t{all:.3}\t"));
    console.say(&format!("before: coverage\t{:.3}\t", times.ask_seconds));
    console.say(&format!("before: what they share\t{:.3}\t", times.prepare_seconds));
    Ok(())
}

fn export(
    directory: &std::path::Path,
    folder: &Folder,
    session: &Session<'_>,
    measures: &[Measure],
    common: &Common,
) -> Outcome {
    std::fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
    let ledger = std::path::absolute(folder.ledger_path()).context("ledger")?;
    let mut files = session.export(measures, &ledger.to_string_lossy())?;
    for measure in measures {
        let rows = session.measure(measure).and_then(MeasureAnswer::all);
        let rows = rows.map_err(|error| folder.refused(&measure.id, error))?;
        files.push((format!("{}.rows.csv", measure.id), rows_csv(&rows, session)?));
        let text = toml::to_string(measure).map_err(anyhow::Error::from)?;
        files.push((format!("{}.toml", measure.id), text.into_bytes()));
    }
    for (name, bytes) in &files {
        let path = directory.join(name);
        someasure_ledger::storage::write_file(&path, bytes).with_context(|| path.display().to_string())?;
    }
    if common.json {
        let names: Vec<&String> = files.iter().map(|(name, _)| name).collect();
        return print_json(common.console(), &names);
    }
    common.console().say(&format!("{} files in {}", files.len(), directory.display()));
    Ok(())
}

fn rows_csv(rows: &MeasureRows, session: &Session<'_>) -> Outcome<Vec<u8>> {
    let question = session.question();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let mut write = || -> anyhow::Result<()> {
        writer.write_record(["organisation_id", "platform", "period", "cluster", "first", "second", "n"])?;
        for row in &rows.rows {
            writer.write_record([
                question.organisations[row.organisation as usize].organisation_id.as_str(),
                rows.platforms[row.platform as usize].as_str(),
                question.periods[row.period as usize].id.as_str(),
                &row.cluster.to_string(),
                &number(row.first()),
                &number(row.second()),
                &number(row.n()),
            ])?;
        }
        Ok(())
    };
    write()?;
    Ok(writer.into_inner().context("rows")?)
}
