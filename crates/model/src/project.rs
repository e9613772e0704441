//! `someasure.toml`: what an edition is about, as at when, in whose time, compared among whom.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::id::{MeasureId, Platform};
use crate::place::{with_line, with_next_step};
use crate::register::{Denominator, Organisation};
use crate::time::{Instant, Period, time_zone};

/// Characters of an edition's name: it becomes the name of a directory.
const LONGEST_NAME: usize = 100;

/// What is wrong with `someasure.toml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    /// Not TOML, an unknown key, a missing key or a bad value; the parser's message shows the line.
    #[error("{0}")]
    Toml(String),
    /// Readable, but it contradicts itself.
    #[error("{0}")]
    Rule(String),
}

/// `someasure.toml`, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Title of the report.
    pub title: String,
    /// The edition's name: `2026.1`.
    pub edition: String,
    /// The families of bodies that it is about.
    pub services: Vec<String>,
    /// The data are made up: everything that is made from them says so.
    #[serde(default)]
    pub simulated: bool,
    /// Name of the tz database: where a day begins.
    pub time_zone: String,
    /// Nothing observed later than this instant counts.
    pub as_at: Instant,
    /// First and last day.
    pub period: PeriodSetting,
    /// Among whom to compare.
    #[serde(default, rename = "peer_group")]
    pub peer_groups: Vec<PeerGroupRule>,
    /// How to compare.
    #[serde(default)]
    pub comparison: ComparisonSetting,
    /// Platforms that the tool does not know by itself.
    #[serde(default, rename = "platform")]
    pub platforms: Vec<PlatformSetting>,
    /// Who publishes, and on what terms.
    #[serde(default)]
    pub publication: Publication,
    /// Threads and memory.
    #[serde(default)]
    pub limits: Limits,
    /// Bodies as they were on the edition's day, or as they are now.
    #[serde(default)]
    pub view: View,
    /// What the register does not have, and why.
    #[serde(default, rename = "gap")]
    pub gaps: Vec<GapSetting>,
    /// Whose data these are, with their licences.
    #[serde(default, rename = "notice")]
    pub notices: Vec<NoticeSetting>,
}

/// `[period]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodSetting {
    /// First day.
    pub from: Date,
    /// Last day, included.
    pub to: Date,
    /// How many past months (quarters, years) a series shows.
    #[serde(default = "default_series")]
    pub series: usize,
}

fn default_series() -> usize {
    24
}

/// `[[peer_group]]`: the organisations that a fair comparison allows. A rule that is left out does not
/// restrict; those that are given must all hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerGroupRule {
    /// Its name in files and addresses.
    pub id: String,
    /// As pages call it.
    pub title: String,
    /// Why these may be compared.
    #[serde(default)]
    pub reason: String,
    /// Any of these types.
    #[serde(default, rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Any of these regions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub region: Vec<String>,
    /// Any of these nations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nation: Vec<String>,
    /// A band of a denominator.
    #[serde(default)]
    pub denominator: Option<Band>,
}

/// `denominator = { kind = "population", from = 100000, below = 500000 }`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Which denominator.
    pub kind: String,
    /// At least this.
    #[serde(default)]
    pub from: Option<f64>,
    /// Less than this.
    #[serde(default)]
    pub below: Option<f64>,
}

/// `[comparison]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonSetting {
    /// Measures whose pages also show which ranks the data allow.
    #[serde(default)]
    pub ranks: Vec<MeasureId>,
}

/// `[[platform]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformSetting {
    /// Its id.
    pub id: Platform,
    /// As pages call it.
    pub title: String,
}

/// `[publication]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Who publishes.
    #[serde(default)]
    pub publisher: Option<String>,
    /// Where to report an error.
    #[serde(default)]
    pub contact: Option<String>,
    /// Licence of the figures.
    #[serde(default)]
    pub licence: Option<String>,
    /// Where the site will stand.
    #[serde(default)]
    pub url: Option<String>,
    /// The edition that this one follows; left out: the newest whose data are older; `none`: it is the first.
    #[serde(default)]
    pub previous: Option<String>,
}

/// `[limits]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Threads; all cores if left out.
    #[serde(default)]
    pub threads: Option<usize>,
    /// Memory for queries, in megabytes; half of the machine's if left out.
    #[serde(default)]
    pub memory_mb: Option<usize>,
}

/// `view`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Bodies that were open at `as_at`, as they were then.
    #[default]
    AsThen,
    /// Bodies that are open today, as they are now; what a closed body had counts for the one that took over.
    AsNow,
}

/// `[[gap]]`: what the register should have and its sources do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapSetting {
    /// What is missing.
    pub what: String,
    /// Why, and where it could come from.
    pub why: String,
}

/// `[[notice]]`: whose data these are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeSetting {
    /// What.
    pub what: String,
    /// Whose.
    pub by: String,
    /// On what terms.
    pub licence: String,
    /// Where it can be checked.
    #[serde(default)]
    pub url: Option<String>,
}

impl Project {
    /// Reads the text and checks that it does not contradict itself.
    pub fn from_toml(text: &str) -> Result<Self, ProjectError> {
        let project: Self = toml::from_str(text)
            .map_err(|error| ProjectError::Toml(with_next_step(error.to_string().trim_end())))?;
        project
            .check()
            .map_err(|(table, key, nth, what)| ProjectError::Rule(with_line(text, table, key, nth, &what)))?;
        Ok(project)
    }

    /// The time zone. Checked when the project was read.
    pub fn zone(&self) -> TimeZone {
        time_zone(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// The edition's period.
    pub fn edition_period(&self) -> Result<Period, ProjectError> {
        Period::edition(self.period.from, self.period.to, &self.zone(), self.as_at).map_err(|_| {
            ProjectError::Rule(format!(
                "[period] runs from {} to {} and the data are as at {}: nothing lies between; check `from`, `to` and `as_at`",
                self.period.from, self.period.to, self.as_at
            ))
        })
    }

    /// The first contradiction: the table, the key and which of its kind, and what is wrong.
    fn check(&self) -> Result<(), (&'static str, &'static str, usize, String)> {
        let top = |key: &'static str, what: String| ("", key, 1, what);
        time_zone(&self.time_zone).map_err(|error| top("time_zone", format!("time_zone: {error}")))?;
        for (key, text) in [("title", &self.title), ("edition", &self.edition)] {
            if text.trim().is_empty() {
                return Err(top(key, format!("`{key}` is empty; fill it")));
            }
        }
        let edition_fits = self.edition.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
        if !edition_fits
            || self.edition.starts_with('.')
            || self.edition == "latest"
            || self.edition.len() > LONGEST_NAME
        {
            let what = format!(
                "edition '{}' names a directory: use at most {LONGEST_NAME} letters, digits, '.', '-' and '_', like 2026.1 (and not 'latest')",
                self.edition.chars().take(80).collect::<String>()
            );
            return Err(top("edition", what));
        }
        if self.services.is_empty() {
            let what = "`services` is empty: name the family of bodies, like services = [\"NHS Wales\"]";
            return Err(top("services", what.to_owned()));
        }
        if self.period.to < self.period.from {
            let (from, to) = (self.period.from, self.period.to);
            let what = format!(
                "[period] ends on {to}, before it begins on {from}; correct `from` or `to`, or swap them"
            );
            return Err(("[period]", "to", 1, what));
        }
        if self.period.series > 600 {
            let what = format!("[period] series is {}; at most 600 parts can be shown", self.period.series);
            return Err(("[period]", "series", 1, what));
        }
        self.edition_period().map_err(|error| ("[period]", "from", 1, error.to_string()))?;
        let mut seen = std::collections::BTreeSet::new();
        for (at, group) in self.peer_groups.iter().enumerate() {
            let here = |key: &'static str, what: String| ("[[peer_group]]", key, at + 1, what);
            let fits = group.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if group.id.is_empty() || !fits || group.id == "all" {
                let what = format!(
                    "[[peer_group]] id '{}': use lower-case letters, digits and '-' (and not 'all', which is everyone)",
                    group.id
                );
                return Err(here("id", what));
            }
            if !seen.insert(&group.id) {
                return Err(here("id", format!("[[peer_group]] id '{}' stands twice; rename one", group.id)));
            }
            if let Some(Band { kind, from: None, below: None }) = &group.denominator {
                let what = format!(
                    "[[peer_group]] '{}': the band of '{kind}' needs `from`, `below` or both",
                    group.id
                );
                return Err(here("id", what));
            }
        }
        Ok(())
    }
}

impl PeerGroupRule {
    /// Whether the organisation belongs. `denominators` are the organisation's own; the latest of the
    /// band's kind counts, and an organisation without one is outside.
    pub fn admits(&self, organisation: &Organisation, denominators: &[&Denominator]) -> bool {
        let one_of = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_some_and(|value| list.iter().any(|item| item == value))
        };
        one_of(&self.kinds, Some(&organisation.kind))
            && one_of(&self.region, organisation.region.as_deref())
            && one_of(&self.nation, organisation.nation.as_deref())
            && self.denominator.as_ref().is_none_or(|band| {
                denominators
                    .iter()
                    .filter(|denominator| denominator.kind == band.kind)
                    .max_by_key(|denominator| denominator.as_at)
                    .is_some_and(|denominator| {
                        band.from.is_none_or(|from| denominator.value >= from)
                            && band.below.is_none_or(|below| denominator.value < below)
                    })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECT: &str = r#"
        title = "A report"
        edition = "2014.1"
        services = ["German libraries"]
        time_zone = "Europe/Berlin"
        as_at = "2014-04-07T18:00:00Z"
        [period]
        from = "2013-04-08"
        to = "2014-04-07"
    "#;

    #[test]
    fn a_project_needs_no_more_than_title_edition_service_zone_instant_and_period() {
        let project = Project::from_toml(PROJECT).unwrap();
        assert_eq!(project.edition_period().unwrap().id, "2013-04-08/2014-04-07");
        assert_eq!(project.period.series, 24);
    }

    #[test]
    fn a_project_that_contradicts_itself_is_refused_in_words() {
        let refused =
            |from: &str, to: &str| Project::from_toml(&PROJECT.replace(from, to)).unwrap_err().to_string();
        assert!(refused("Europe/Berlin", "Berlin").contains("'Berlin' is not a time zone"));
        assert!(refused("2014.1", "../x").contains("names a directory"));
        assert!(refused("2013-04-08", "2015-04-08").contains("before it begins"));
        assert!(refused("18:00:00Z", "18:00:00").contains("is not an instant"));
        assert!(refused("services", "service").contains("unknown field `service`"));
    }
}
