//! A measure: a question that is asked of every organisation, as one TOML file that people can read,
//! dispute, copy and replace. Unknown keys are refused.

use serde::{Deserialize, Serialize};

use crate::comparison::{ChangeRuleName, Meaning};
use crate::id::{MeasureId, Platform};
use crate::place::{with_line, with_next_step};
use crate::time::Granularity;

/// Whether a measure may carry weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being tried.
    Experimental,
    /// Reviewed.
    Standard,
    /// No longer computed; kept so that old editions can be read.
    Retired,
}

/// What a measure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Domain {
    /// Who is where.
    Presence,
    /// Who listens.
    Audience,
    /// How much is said.
    Activity,
    /// Who talks with whom.
    Conversation,
    /// What is of use.
    Usefulness,
    /// Who can take part.
    Accessibility,
}

impl Domain {
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Audience => "audience",
            Self::Activity => "activity",
            Self::Conversation => "conversation",
            Self::Usefulness => "usefulness",
            Self::Accessibility => "accessibility",
        }
    }
}

/// What the measure's SQL returns, and so what kind of answer it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `numerator`, `denominator`: a share.
    Proportion,
    /// `events`, `exposure`: a ratio of sums.
    Rate,
    /// `value`: as it is.
    Value,
    /// `value`, one row per unit: a median, mean or Gini coefficient.
    Sample,
    /// `value`, `observed`: a median time with those still waiting.
    Duration,
}

impl Kind {
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proportion => "proportion",
            Self::Rate => "rate",
            Self::Value => "value",
            Self::Sample => "sample",
            Self::Duration => "duration",
        }
    }
    /// The columns that the SQL must return besides organisation_id, platform and period.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Proportion => &["numerator", "denominator"],
            Self::Rate => &["events", "exposure"],
            Self::Value | Self::Sample => &["value"],
            Self::Duration => &["value", "observed"],
        }
    }
}

/// How a sample is summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Statistic {
    /// The typical unit.
    Median,
    /// The average unit.
    Mean,
    /// How unevenly the sum is spread over the units, 0 to 1.
    Gini,
}

/// Whose answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Each organisation's own.
    Organisation,
    /// A peer group's: each organisation adds its row.
    Group,
}

/// Which way is better, if there is agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// Higher is better.
    Higher,
    /// Lower is better.
    Lower,
    /// Neither: it describes.
    None,
    /// People disagree.
    Contested,
}

impl Polarity {
    /// What a change in a direction means.
    pub const fn meaning(self, up: bool) -> Meaning {
        match (self, up) {
            (Self::Higher, true) | (Self::Lower, false) => Meaning::Improvement,
            (Self::Higher, false) | (Self::Lower, true) => Meaning::Concern,
            (Self::None | Self::Contested, _) => Meaning::Neutral,
        }
    }
    /// The sentence that pages show beside every value.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Higher => "Higher is better.",
            Self::Lower => "Lower is better.",
            Self::None => "Neither direction is better: it describes.",
            Self::Contested => "There is no agreed better direction.",
        }
    }
}

/// How the interval is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMethod {
    /// None: a complete count has no sampling error.
    None,
    /// Wilson's score interval, widened for clustering where there are cluster columns.
    Wilson,
    /// A ratio of sums with cluster-robust error.
    ClusterRatio,
    /// Order statistics of the median.
    OrderStatistic,
    /// Student's t for a mean, cluster-robust where there are cluster columns.
    T,
    /// Leave-one-out, for a Gini coefficient.
    Jackknife,
    /// Kaplan–Meier with Brookmeyer and Crowley's limits.
    KaplanMeier,
}

/// `interval = { method = "…", level = 0.95 }`
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntervalRule {
    /// How.
    pub method: IntervalMethod,
    /// Confidence level between 0 and 1.
    #[serde(default = "default_level")]
    pub level: f64,
}

fn default_level() -> f64 {
    0.95
}

/// `change = { rules = ["…"], min_points = 12 }`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRule {
    /// Which rules of the control chart count: `outside`, `trend`, `two_of_three`, `shift`.
    #[serde(default = "default_rules")]
    pub rules: Vec<ChangeRuleName>,
    /// Fewer points than this need more data.
    #[serde(default = "default_min_points")]
    pub min_points: u32,
}

impl Default for ChangeRule {
    /// All rules, from twelve points.
    fn default() -> Self {
        Self { rules: default_rules(), min_points: default_min_points() }
    }
}

fn default_rules() -> Vec<ChangeRuleName> {
    ChangeRuleName::ALL.to_vec()
}

fn default_min_points() -> u32 {
    12
}

/// Something to try, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What to do.
    pub tip: String,
    /// `small`, `medium` or `large`.
    pub effort: String,
}

/// How a report says the answer with a verb; without it the measure's title stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// What moves when its series change, in a word: `Posting`.
    #[serde(default)]
    pub what: Option<String>,
    /// What one organisation did: `posted {} times a week`. `{}` is the value, `{unit}` the value with its unit.
    #[serde(default)]
    pub one: Option<String>,
    /// What half of the organisations do: `Half post {} times a week`. `{}` is from where to where.
    #[serde(default)]
    pub half: Option<String>,
    /// What a share of a group did, for a group's measure: `{} posted in the last 30 days`. `{}` is the share.
    #[serde(default)]
    pub group: Option<String>,
}

/// A claim with where it can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceClaim {
    /// What is claimed.
    pub claim: String,
    /// Where.
    pub url: String,
}

/// Rows by week, which a measure's `sql` reads as the view `weekly`. Each is of one week, its column `week`, and rests on nothing
/// but the posts of that week, what was seen in it and whose accounts are whose: those of weeks of which nothing new is known
/// are kept, and need not be asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    /// The SQL of the rows.
    pub sql: String,
    /// The rows rest on profiles too: on what was seen of them in the week and so many days before and after.
    #[serde(default)]
    pub profile_days: Option<u32>,
}

/// One `measures/*.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its name in files and addresses.
    pub id: MeasureId,
    /// Rises with every change of what is computed.
    pub version: u32,
    /// Whether it may carry weight.
    pub status: Status,
    /// Which measure it replaces.
    #[serde(default)]
    pub supersedes: Option<MeasureId>,
    /// As pages call it.
    pub title: String,
    /// What it asks.
    pub question: String,
    /// Why anyone should care.
    #[serde(default)]
    pub why_it_matters: String,
    /// What it is silent about.
    #[serde(default)]
    pub what_it_cannot_tell_you: String,
    /// How it is gamed, and what it rewards wrongly.
    #[serde(default)]
    pub gaming_risks: Vec<String>,
    /// What to try.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// What is known about it, with where.
    #[serde(default)]
    pub evidence: Vec<EvidenceClaim>,
    /// How findings say it.
    #[serde(default)]
    pub says: Says,
    /// What it is about.
    pub domain: Domain,
    /// What its SQL returns.
    pub kind: Kind,
    /// How a sample is summed up; only for a sample, where it is needed.
    #[serde(default)]
    pub statistic: Option<Statistic>,
    /// Whose answer it is.
    #[serde(default = "default_measure_level")]
    pub level: Level,
    /// The unit of its values. `%` shows a proportion times 100.
    pub unit: String,
    /// How many decimals pages show.
    #[serde(default)]
    pub decimals: u8,
    /// What n counts: `posts`, `weeks`, `organisations`.
    #[serde(default = "default_counts")]
    pub counts: String,
    /// Which way is better.
    pub polarity: Polarity,
    /// Why that way.
    #[serde(default)]
    pub polarity_reason: String,
    /// The question in SQL.
    pub sql: String,
    /// With a smaller n the value is not shown.
    #[serde(default)]
    pub min_denominator: u64,
    /// Engagement uses the first reading at least so many days after the post.
    #[serde(default = "default_counter_age_days")]
    pub counter_age_days: u32,
    /// What is asked week by week, before `sql` is.
    #[serde(default)]
    pub weekly: Option<Weekly>,
    /// The answer is of the last so many days of its period, cut to it; nothing: of the whole period.
    #[serde(default)]
    pub window_days: Option<u32>,
    /// How long the parts of its series are; `edition`: no series.
    #[serde(default = "default_period")]
    pub period: Granularity,
    /// Where the question makes sense; empty: everywhere.
    #[serde(default)]
    pub platforms: Vec<Platform>,
    /// Asked only of organisations in these nations; empty: of all.
    #[serde(default)]
    pub nations: Vec<String>,
    /// How the interval is computed.
    #[serde(default)]
    pub interval: Option<IntervalRule>,
    /// When a series has changed.
    #[serde(default)]
    pub change: Option<ChangeRule>,
    /// Who wrote it.
    #[serde(default)]
    pub authored_by: String,
    /// Who checked it.
    #[serde(default)]
    pub checked_by: String,
    /// When it was last reviewed.
    #[serde(default)]
    pub reviewed_on: Option<String>,
    /// When it is due.
    #[serde(default)]
    pub next_review_on: Option<String>,
    /// What changed, newest first.
    #[serde(default)]
    pub changelog: Vec<String>,
}

fn default_measure_level() -> Level {
    Level::Organisation
}
fn default_counts() -> String {
    "posts".to_owned()
}
fn default_counter_age_days() -> u32 {
    7
}
fn default_period() -> Granularity {
    Granularity::Edition
}

/// What is wrong with a measure's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// Not TOML, an unknown key, a missing key or a bad value; the parser's message shows the line.
    #[error("{0}")]
    Toml(String),
    /// Readable, but it contradicts itself.
    #[error("measure '{id}': {what}")]
    Rule {
        /// The measure.
        id: MeasureId,
        /// What contradicts, and what to do.
        what: String,
    },
}

impl Measure {
    /// Reads one measure and checks that it does not contradict itself.
    pub fn from_toml(text: &str) -> Result<Self, MeasureError> {
        let measure: Self = toml::from_str(text)
            .map_err(|error| MeasureError::Toml(with_next_step(error.to_string().trim_end())))?;
        measure.check().map_err(|(key, what)| {
            let (table, key) = key.rsplit_once('.').unwrap_or(("", key));
            MeasureError::Rule { id: measure.id.clone(), what: with_line(text, table, key, 1, &what) }
        })?;
        Ok(measure)
    }

    /// The confidence level of its intervals.
    pub fn level_of_interval(&self) -> f64 {
        self.interval.map_or(0.95, |interval| interval.level)
    }

    /// How its interval is computed; the kind's own method where the file does not say.
    pub fn interval_method(&self) -> IntervalMethod {
        self.interval.map_or_else(|| self.usual_method(), |interval| interval.method)
    }

    /// All SQL that it asks: `sql`, and that of its rows by week.
    pub fn queries(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.sql.as_str()).chain(self.weekly.as_ref().map(|weekly| weekly.sql.as_str()))
    }

    /// Whether the measure is computed for accounts on `platform`.
    pub fn applies_to(&self, platform: &Platform) -> bool {
        self.platforms.is_empty() || self.platforms.contains(platform)
    }

    fn usual_method(&self) -> IntervalMethod {
        match (self.kind, self.statistic) {
            _ if self.level == Level::Group => IntervalMethod::None,
            (Kind::Proportion, _) => IntervalMethod::Wilson,
            (Kind::Rate, _) => IntervalMethod::ClusterRatio,
            (Kind::Value, _) => IntervalMethod::None,
            (Kind::Sample, Some(Statistic::Mean)) => IntervalMethod::T,
            (Kind::Sample, Some(Statistic::Gini)) => IntervalMethod::Jackknife,
            (Kind::Sample, _) => IntervalMethod::OrderStatistic,
            (Kind::Duration, _) => IntervalMethod::KaplanMeier,
        }
    }

    /// The first contradiction: the key, with its table if it is in one, and what is wrong.
    fn check(&self) -> Result<(), (&'static str, String)> {
        match (self.kind, self.statistic) {
            (Kind::Sample, None) => {
                let what = "a sample needs `statistic = \"median\"`, \"mean\" or \"gini\"";
                return Err(("kind", what.to_owned()));
            }
            (Kind::Sample, Some(_)) | (_, None) => {}
            (kind, Some(_)) => {
                let what = format!(
                    "`statistic` goes with kind = \"sample\", not with \"{}\"; leave it out",
                    kind.as_str()
                );
                return Err(("statistic", what));
            }
        }
        if let Some(interval) = self.interval {
            if !(interval.level > 0.0 && interval.level < 1.0) {
                let what =
                    format!("interval.level is {}; it must lie between 0 and 1, like 0.95", interval.level);
                return Err(("interval", what));
            }
            if interval.method != IntervalMethod::None && interval.method != self.usual_method() {
                let what = format!(
                    "interval.method does not fit a {} {}; leave it out, or write \"none\"",
                    match self.level {
                        Level::Group => "group's",
                        Level::Organisation => "single organisation's",
                    },
                    self.kind.as_str()
                );
                return Err(("interval", what));
            }
        }
        if let Some(change) = &self.change
            && change.min_points < 12
        {
            let what = format!(
                "change.min_points is {}; fewer than 12 points draw no limits that can be believed",
                change.min_points
            );
            return Err(("change", what));
        }
        if self.level == Level::Group && !matches!(self.kind, Kind::Proportion | Kind::Rate) {
            let what = "level = \"group\" needs kind = \"proportion\" or \"rate\": only sums can be added up";
            return Err(("level", what.to_owned()));
        }
        for (key, words, places) in [
            ("[says].one", &self.says.one, &["{}", "{unit}"][..]),
            ("[says].half", &self.says.half, &["{}"][..]),
            ("[says].group", &self.says.group, &["{}"][..]),
        ] {
            if words.as_ref().is_some_and(|words| !places.iter().any(|place| words.contains(place))) {
                let what = format!("{key} has no place for the value; write {} in it", places.join(" or "));
                return Err((key, what));
            }
        }
        if self.supersedes.as_ref() == Some(&self.id) {
            return Err(("supersedes", "it supersedes itself; leave `supersedes` out".to_owned()));
        }
        if self.version == 0 {
            return Err(("version", "version is 0; it starts at 1".to_owned()));
        }
        if self.window_days == Some(0) {
            let what = "window_days is 0; write of how many days the answer is, or leave it out";
            return Err(("window_days", what.to_owned()));
        }
        if self.decimals > 6 {
            return Err(("decimals", format!("decimals is {}; at most 6 can be read", self.decimals)));
        }
        for (key, text) in
            [("title", &self.title), ("question", &self.question), ("unit", &self.unit), ("sql", &self.sql)]
        {
            if text.trim().is_empty() {
                return Err((key, format!("`{key}` is empty; fill it")));
            }
        }
        if self.weekly.as_ref().is_some_and(|weekly| weekly.sql.trim().is_empty()) {
            return Err((
                "[weekly].sql",
                "`[weekly].sql` is empty; fill it, or leave `[weekly]` out".to_owned(),
            ));
        }
        let days = self.weekly.as_ref().and_then(|weekly| weekly.profile_days);
        if let Some(days) = days.filter(|days| *days > 366) {
            let what =
                format!("profile_days is {days}; what looks further than 366 days is not asked by week");
            return Err(("[weekly].profile_days", what));
        }
        for action in &self.actions {
            if !["small", "medium", "large"].contains(&action.effort.as_str()) {
                return Err(("actions", format!("effort '{}' is not small, medium or large", action.effort)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTS_PER_WEEK: &str = r#"
        id = "posts_per_week"
        version = 1
        status = "standard"
        title = "Posts per week"
        question = "How often does it post?"
        domain = "activity"
        kind = "rate"
        unit = "per week"
        polarity = "contested"
        sql = "SELECT 1"
    "#;

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = Measure::from_toml(&format!("{POSTS_PER_WEEK}\ncolour = 'red'")).unwrap_err().to_string();
        assert!(error.contains("unknown field `colour`") && error.contains("line 13"), "{error}");
    }

    #[test]
    fn what_the_file_does_not_say_has_its_documented_default() {
        let measure = Measure::from_toml(POSTS_PER_WEEK).unwrap();
        assert_eq!(measure.interval_method(), IntervalMethod::ClusterRatio);
        assert_eq!((measure.counter_age_days, measure.level), (7, Level::Organisation));
    }

    #[test]
    fn a_window_of_no_days_is_refused_with_its_line() {
        let error =
            Measure::from_toml(&format!("{POSTS_PER_WEEK}\nwindow_days = 0")).unwrap_err().to_string();
        assert!(error.contains("window_days is 0") && error.contains("line 13"), "{error}");
        let measure = Measure::from_toml(&format!("{POSTS_PER_WEEK}\nwindow_days = 30")).unwrap();
        assert_eq!(measure.window_days, Some(30));
    }

    #[test]
    fn rows_by_week_that_look_for_years_or_ask_nothing_are_refused_with_their_line() {
        let said = |weekly: &str| {
            let text = format!("{POSTS_PER_WEEK}\n[weekly]\n{weekly}");
            Measure::from_toml(&text).unwrap_err().to_string()
        };
        let error = said("sql = 'SELECT 1'\nprofile_days = 4000000000");
        assert!(error.contains("profile_days is 4000000000") && error.contains("line 15"), "{error}");
        assert!(said("sql = ' '").contains("`[weekly].sql` is empty"));
    }

    #[test]
    fn a_method_that_does_not_fit_the_kind_is_refused() {
        let text = format!("{POSTS_PER_WEEK}\ninterval = {{ method = 'wilson' }}");
        assert!(Measure::from_toml(&text).unwrap_err().to_string().contains("does not fit"));
        let text = POSTS_PER_WEEK.replace("\"rate\"", "\"sample\"");
        assert!(Measure::from_toml(&text).unwrap_err().to_string().contains("statistic"));
    }
}
