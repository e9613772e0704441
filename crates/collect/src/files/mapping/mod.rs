//! The mapping: which column of a file gives which field, and what must be known besides. Parsed and
//! checked as far as it can be without the file; every error names the key, its line and what to do.

mod from_toml;

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use jiff::tz::TimeZone;
use someasure_model::{Instant, Lane, Platform, PostKind};

use self::from_toml::{encoding, mapping, zone_named};
use super::fields::Kind;
use super::tally::Coverage;
use super::toml_table::{MappingError, with_table};

/// How the rows of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Fields with a separator, by default a comma.
    Csv,
    /// Fields with a tab between.
    Tsv,
    /// One JSON array, or an object that holds it.
    Json,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// As it is written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
        }
    }
}

/// How the files of one source are read.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// What the rows are.
    pub kind: Kind,
    /// Where the data come from, in words.
    pub source: Option<String>,
    /// On what terms.
    pub lane: Lane,
    /// How long it may be kept, in words.
    pub retention: String,
    /// The platform of rows that name none.
    pub platform: Option<Platform>,
    /// When rows that do not say so were read.
    pub observed_at: Option<Instant>,
    /// The share of bad rows above which a file is refused.
    pub max_bad_share: f64,
    /// What the file covers.
    pub coverage: Coverage,
    pub(super) time_zone: Option<TimeZone>,
    pub(super) format: Option<Format>,
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) separator: Option<String>,
    pub(super) quotes: bool,
    pub(super) header: Option<Vec<String>>,
    pub(super) rows: Vec<String>,
    pub(super) only: Option<Condition>,
    pub(super) columns: Vec<Column>,
    pub(super) post_kind: Option<KindRules>,
    /// Made from the names of our fields, without a file: unknown columns are refused.
    pub(super) by_name: bool,
}

/// What the command line says; it wins over the mapping and over columns of the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The platform of every row.
    pub platform: Option<Platform>,
    /// When every row was read.
    pub observed_at: Option<Instant>,
    /// For times without an offset.
    pub time_zone: Option<String>,
    /// How the text is encoded: any WHATWG label.
    pub encoding: Option<String>,
    /// Where the data come from.
    pub source: Option<String>,
    /// On what terms.
    pub lane: Option<Lane>,
    /// How long it may be kept.
    pub retention: Option<String>,
    /// The share of bad rows above which a file is refused.
    pub max_bad_share: Option<f64>,
}

impl Overrides {
    /// Why a text is no time zone for [`Overrides::time_zone`].
    pub fn check_time_zone(text: &str) -> Result<(), String> {
        zone_named(text).map(drop)
    }
    /// Why a text is no encoding for [`Overrides::encoding`].
    pub fn check_encoding(label: &str) -> Result<(), String> {
        encoding(label).map(drop)
    }
}

/// Where a field's values come from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    Column(String),
    Value(String),
}

/// How one field is read.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The field's name; `x_…` for a column that is carried along.
    pub(super) field: String,
    pub(super) origin: Origin,
    pub(super) optional: bool,
    pub(super) missing: Vec<String>,
    pub(super) time: TimeFormat,
    /// Names of offsets, the longest first, with the digits that stand for them.
    pub(super) offsets: Vec<(String, String)>,
    pub(super) times: Option<f64>,
    pub(super) prefix: Option<String>,
    pub(super) suffix: Option<String>,
    pub(super) digits: Option<usize>,
    pub(super) values: Option<BTreeMap<String, String>>,
    pub(super) otherwise: Option<String>,
    pub(super) split: Option<String>,
    pub(super) item: Option<String>,
    pub(super) item_kind: String,
    pub(super) item_alt_text: String,
}

/// How times and days are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TimeFormat {
    Rfc3339,
    Unix,
    UnixMs,
    Pattern(String),
}

/// What must hold of a row.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) column: String,
    pub(super) optional: bool,
    pub(super) missing: Vec<String>,
    pub(super) test: Test,
}

/// The ways to look at a value.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Equals(Vec<String>),
    StartsWith(String),
    Given(bool),
}

/// `[post_kind]`: the first that holds, in this order.
#[derive(Debug, Clone)]
pub(super) struct KindRules {
    pub(super) rules: Vec<(PostKind, Condition)>,
    pub(super) otherwise: Option<PostKind>,
}

impl Column {
    /// Read from a column as it is.
    pub(super) fn plain(field: &str, column: &str, missing: &[String]) -> Self {
        Self {
            field: field.to_owned(),
            origin: Origin::Column(column.to_owned()),
            optional: false,
            missing: missing.to_vec(),
            time: TimeFormat::Rfc3339,
            offsets: Vec::new(),
            times: None,
            prefix: None,
            suffix: None,
            digits: None,
            values: None,
            otherwise: None,
            split: None,
            item: None,
            item_kind: "kind".to_owned(),
            item_alt_text: "alt_text".to_owned(),
        }
    }
}

fn default_missing() -> Vec<String> {
    vec![String::new(), "NA".to_owned()]
}

pub(super) fn post_kind(text: &str) -> Option<PostKind> {
    [PostKind::Original, PostKind::Reply, PostKind::Repost, PostKind::Quote]
        .into_iter()
        .find(|kind| kind.as_str().eq_ignore_ascii_case(text))
}

impl Mapping {
    /// Reads a mapping from TOML. What the command line may still add (source, platform, observed_at)
    /// is checked when a file is read.
    pub fn from_toml(text: &str) -> Result<Self, MappingError> {
        with_table(text, mapping)
    }

    /// For a file whose columns are named like our fields: every field is read from the column of its
    /// name, with times in RFC 3339. Columns of other names are refused.
    pub fn by_name(kind: Kind) -> Self {
        let missing = default_missing();
        let columns = kind
            .fields()
            .iter()
            .map(|field| Column {
                optional: !field.required,
                ..Column::plain(field.name, field.name, &missing)
            })
            .collect();
        Self { columns, by_name: true, ..Self::empty(kind) }
    }

    fn empty(kind: Kind) -> Self {
        Self {
            kind,
            source: None,
            lane: Lane::Contributed,
            retention: "unlimited".to_owned(),
            platform: None,
            observed_at: None,
            max_bad_share: 0.01,
            coverage: Coverage::default(),
            time_zone: None,
            format: None,
            encoding: None,
            separator: None,
            quotes: true,
            header: None,
            rows: Vec::new(),
            only: None,
            columns: Vec::new(),
            post_kind: None,
            by_name: false,
        }
    }

    /// The mapping with what the command line says, which wins over columns of the file as well.
    pub fn with(&self, overrides: &Overrides) -> Result<Self, MappingError> {
        let mut mapping = self.clone();
        if let Some(platform) = &overrides.platform {
            mapping.platform = Some(platform.clone());
            mapping.columns.retain(|column| column.field != "platform");
        }
        if let Some(observed_at) = overrides.observed_at {
            mapping.observed_at = Some(observed_at);
            mapping.columns.retain(|column| column.field != "observed_at");
        }
        if let Some(zone) = &overrides.time_zone {
            mapping.time_zone = Some(zone_named(zone).map_err(|why| MappingError::absent("time_zone", why))?);
        }
        if let Some(label) = &overrides.encoding {
            let encoding = encoding(label).map_err(|why| MappingError::absent("encoding", why))?;
            mapping.encoding = Some(encoding);
        }
        if let Some(source) = &overrides.source {
            mapping.source = Some(source.clone());
        }
        if let Some(lane) = overrides.lane {
            mapping.lane = lane;
        }
        if let Some(retention) = &overrides.retention {
            mapping.retention = retention.clone();
        }
        if let Some(share) = overrides.max_bad_share {
            mapping.max_bad_share = share;
        }
        Ok(mapping)
    }

    /// Checks that nothing is left open that every row needs.
    pub(super) fn complete(&self) -> Result<(), MappingError> {
        let has = |field: &str| self.columns.iter().any(|column| column.field == field);
        if self.source.as_deref().is_none_or(|source| source.trim().is_empty()) {
            return Err(MappingError::absent("source", "say in words where the data come from"));
        }
        if !(0.0..=1.0).contains(&self.max_bad_share) {
            return Err(MappingError::absent("max_bad_share", "must be a share from 0 to 1"));
        }
        if !self.kind.is_about_an_account() {
            return Ok(());
        }
        if self.platform.is_none() && !has("platform") {
            let why = "say on which platform the accounts are: platform = \"x\", or a column of [columns]";
            return Err(MappingError::absent("platform", why));
        }
        let observed = matches!(self.kind, Kind::Posts | Kind::Profiles);
        if observed && self.observed_at.is_none() && !has("observed_at") {
            let why = "say when these data were read, with its offset: observed_at = \"2014-04-07T18:00:00Z\", \
                       or a column of [columns]; followers and likes mean nothing without it";
            return Err(MappingError::absent("observed_at", why));
        }
        Ok(())
    }
}
