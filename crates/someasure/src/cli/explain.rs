//! `someasure explain`

use someasure_model::measure::IntervalMethod;
use someasure_model::{Measure, MeasureId};

use super::{Common, print_json};
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::library;

/// Tell a measure in plain words; without an id, list them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The measure.
    #[arg(value_name = "ID")]
    id: Option<MeasureId>,
    /// Print its file, to copy and change it in measures/.
    #[arg(long)]
    source: bool,
}

pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    let console = common.console();
    let measures = if common.project.join("someasure.toml").exists() {
        common.folder()?.measures
    } else {
        library::shipped()?
    };
    let Some(id) = &args.id else {
        if common.json {
            return print_json(console, &measures.values().collect::<Vec<_>>());
        }
        let width = measures.keys().map(|id| id.as_str().len()).max().unwrap_or(0);
        for measure in measures.values() {
            console.say(&format!("{:width$}  {}", measure.id.as_str(), measure.question));
        }
        return Ok(());
    };
    let Some(measure) = measures.get(id) else {
        return Err(Failure::usage(format!(
            "there is no measure '{id}'; `someasure explain` lists them all"
        )));
    };
    if common.json {
        return print_json(console, measure);
    }
    if args.source {
        let own = std::fs::read_to_string(common.project.join("measures").join(format!("{id}.toml"))).ok();
        match own.as_deref().or_else(|| library::text(id)) {
            Some(text) => console.say(text.trim_end()),
            None => return Err(Failure::usage(format!("the file of '{id}' cannot be found"))),
        }
        return Ok(());
    }
    tell(measure, console);
    Ok(())
}

fn tell(measure: &Measure, console: Console) {
    let say = |text: &str| console.say(text);
    say(&format!("{} ({}, version {})", measure.title, measure.id, measure.version));
    say(&format!("\n{}", measure.question));
    section(console, "Why it matters", &measure.why_it_matters);
    section(console, "What it cannot tell you", &measure.what_it_cannot_tell_you);
    section(
        console,
        "Which way is better",
        &format!("{} {}", measure.polarity.sentence(), measure.polarity_reason),
    );
    list(console, "How it is gamed, and what it rewards wrongly", &measure.gaming_risks);
    let actions: Vec<String> =
        measure.actions.iter().map(|action| format!("{} ({} effort)", action.tip, action.effort)).collect();
    list(console, "What to try", &actions);
    let evidence: Vec<String> =
        measure.evidence.iter().map(|evidence| format!("{} <{}>", evidence.claim, evidence.url)).collect();
    list(console, "What is known about it", &evidence);
    let interval = match measure.interval_method() {
        IntervalMethod::None => "no interval: a complete count has no sampling error".to_owned(),
        method => format!(
            "{}% interval: {}",
            (measure.level_of_interval() * 1000.0).round() / 10.0,
            match method {
                IntervalMethod::Wilson => "Wilson's score interval, widened for clustering",
                IntervalMethod::ClusterRatio => "ratio of sums with cluster-robust error",
                IntervalMethod::OrderStatistic => "order statistics of the median",
                IntervalMethod::T => "Student's t, cluster-robust",
                IntervalMethod::Jackknife => "leave-one-out jackknife",
                IntervalMethod::KaplanMeier | IntervalMethod::None => "Kaplan–Meier",
            }
        ),
    };
    let days = match measure.window_days {
        None => String::new(),
        Some(1) => " It is of the last day of the period.".to_owned(),
        Some(days) => format!(" It is of the last {days} days of the period."),
    };
    section(
        console,
        "How it is computed",
        &format!(
            "A {} in {}; {interval}.{days} Not shown below {} {}. Counters are read at least {} days after the post.",
            measure.kind.as_str(),
            measure.unit,
            measure.min_denominator.max(1),
            measure.counts,
            measure.counter_age_days
        ),
    );
    section(console, "The question in SQL", measure.sql.trim());
    if let Some(weekly) = &measure.weekly {
        section(console, "Its view `weekly`, answered week by week", weekly.sql.trim());
    }
    list(console, "History", &measure.changelog);
}

fn section(console: Console, title: &str, text: &str) {
    if !text.trim().is_empty() {
        console.say(&format!("\n{title}\n  {}", text.trim().replace('\n', "\n  ")));
    }
}

fn list(console: Console, title: &str, items: &[String]) {
    if !items.is_empty() {
        console.say(&format!("\n{title}"));
        for item in items {
            console.say(&format!("  - {}", item.trim()));
        }
    }
}
