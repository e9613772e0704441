//! The program as people run it: `demo`, then `measure --json` on the edition as shipped and on one that spans the
//! accounts' whole lives.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::source::{self, Library};
use crate::theirs;

/// A figure of the program. No value means that it is not shown.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) value: Option<f64>,
    /// Why there is none: `TooFew`, `NotCollected`, …
    pub(crate) missing: Option<String>,
    pub(crate) n: u64,
    pub(crate) cut_off: bool,
}

/// Figures by measure, handle and period.
pub(crate) type Figures = BTreeMap<(String, String, String), Figure>;

/// Everything that the tests compare.
pub(crate) struct Known {
    pub(crate) libraries: BTreeMap<String, Library>,
    /// Our measures in the edition as shipped.
    pub(crate) shipped: Figures,
    /// The author's statistics, the worked example of docs/measures.md and posts per week, over the whole lives.
    pub(crate) whole_life: Figures,
}

/// Our measures that are computed a second time.
pub(crate) const OURS: [&str; 8] = [
    "posts_per_week",
    "conversation_share",
    "median_interactions",
    "likes_per_1000",
    "shares_per_1000",
    "longest_silence",
    "engagement_concentration",
    "response_time",
];

/// The edition's period as shipped.
pub(crate) const YEAR: &str = "2013-04-07/2014-04-06";
/// From before the first account until after the last post.
pub(crate) const WHOLE_LIFE: &str = "2007-01-01/2014-04-07";

pub(crate) static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let place = tempfile::tempdir().expect("a folder");
    let project = place.path().join("libraries");
    run(place.path(), &["demo", "libraries", "--quiet"]);
    let shipped = measure(&project, &OURS);

    let settings = project.join("someasure.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let changed = text
        .replace("from = \"2013-04-07\"", "from = \"2007-01-01\"")
        .replace("to = \"2014-04-06\"", "to = \"2014-04-07\"");
    assert_ne!(text, changed, "the example's period has changed");
    std::fs::write(settings, changed).expect("settings");
    std::fs::create_dir_all(project.join("measures")).expect("measures");
    let mut ids = vec!["posts_per_week", "link_share"];
    for (id, toml) in theirs::measures() {
        std::fs::write(project.join(format!("measures/{id}.toml")), toml).expect("a measure");
        ids.push(id);
    }
    std::fs::write(project.join("measures/link_share.toml"), worked_example()).expect("a measure");
    let whole_life = measure(&project, &ids);
    Known { libraries: source::read(&project.join("sources")), shipped, whole_life }
});

/// The measure that docs/measures.md writes before the reader's eyes.
fn worked_example() -> &'static str {
    let page = include_str!("../../../../docs/measures.md");
    let start = page.find("```toml\nid = \"link_share\"").expect("the worked example") + "```toml\n".len();
    let length = page[start..].find("\n```").expect("its end");
    &page[start..=start + length]
}

fn run(directory: &Path, args: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_someasure"))
        .args(args)
        .current_dir(directory)
        .env_remove("SOMEASURE_PROJECT")
        .env_remove("SOMEASURE_THREADS")
        .output()
        .expect("the program");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A figure as `measure --json` writes it.
#[derive(Deserialize)]
struct Written<'a> {
    measure_id: String,
    organisation_id: String,
    period: String,
    #[serde(borrow)]
    answer: Answer<'a>,
    n: u64,
    cut_off: bool,
}

/// The number as text, since serde_json reads the last digit of some numbers otherwise than Rust does, and one of the
/// author's means hangs on it.
#[derive(Deserialize)]
enum Answer<'a> {
    Value(#[serde(borrow)] &'a RawValue, IgnoredAny),
    Missing(serde_json::Map<String, serde_json::Value>),
}

fn measure(project: &Path, ids: &[&str]) -> Figures {
    let output = run(project, &[&["measure", "--json"], ids].concat());
    let written: Vec<Written<'_>> = serde_json::from_slice(&output).expect("JSON");
    let mut found = Figures::new();
    for figure in written {
        let handle = figure.organisation_id.strip_prefix("librarytwitter:").expect("a library").to_owned();
        let (value, missing) = match figure.answer {
            Answer::Value(value, _) => (Some(value.get().parse().expect("a number")), None),
            Answer::Missing(why) => (None, why.keys().next().cloned()),
        };
        let key = (figure.measure_id, handle, figure.period);
        let shown = Figure { value, missing, n: figure.n, cut_off: figure.cut_off };
        assert!(found.insert(key, shown).is_none(), "a figure stands twice");
    }
    found
}

/// The figure of one measure, library and period.
pub(crate) fn figure<'a>(
    figures: &'a Figures,
    measure: &str,
    handle: &str,
    period: &str,
) -> Option<&'a Figure> {
    figures.get(&(measure.to_owned(), handle.to_owned(), period.to_owned()))
}
