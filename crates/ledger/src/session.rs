//! The ledger as a measure sees it: the views `organisation`, `account`, `observation`, `post`, `reading`,
//! `mature_reading`, `follow`, `attempt`, `coverage`, `period` and `week`, as at the edition.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use someasure_model::{
    Account, AccountId, Batch, Granularity, Handle, Instant, Lane, Measure, Organisation, Period, Table,
};

use crate::coverage::{Coverage, CoverageRow, Watched};
use crate::engine::Engine;
use crate::erase::register_aliases;
use crate::error::LedgerError;
use crate::manifest::{Ledger, Limits};
use crate::parquet::properties;
use crate::rows::{Texts, Times, field, read_attempts};
use crate::schema::TIMESTAMP;

/// What is asked of whom, as at when.
#[derive(Debug, Clone)]
pub struct Question {
    /// Nothing observed later counts.
    pub as_at: Instant,
    /// Where a week begins.
    pub zone: TimeZone,
    /// The edition's own period first, then the parts of its series.
    pub periods: Vec<Period>,
    /// The organisations of the edition, sorted by id.
    pub organisations: Vec<Organisation>,
    /// Their accounts; those with neither id nor handle are passed over.
    pub accounts: Vec<Account>,
    /// From provisional ids to those that the platform gave.
    pub aliases: BTreeMap<AccountId, AccountId>,
}

/// A ledger with its views, ready for measures.
pub struct Session<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) question: Question,
    limits: Limits,
    watched: Vec<Watched>,
    coverage: Coverage,
    tables: Vec<(&'static str, RecordBatch)>,
}

impl Ledger {
    /// Prepares the views.
    pub fn ask(&self, question: Question) -> Result<Session<'_>, LedgerError> {
        let mut coverage = Coverage::default();
        let engine = self.engine(self.limits, &[Table::Attempt])?;
        engine.stream(
            &format!("SELECT * FROM ledger_attempt WHERE attempted_at <= {}", timestamp(question.as_at)),
            |batch| {
                read_attempts(&batch, &mut |mut attempt| {
                    if let Some(known) = question.aliases.get(&attempt.account_id) {
                        attempt.account_id = known.clone();
                    }
                    coverage.add(attempt);
                })
            },
        )?;
        let watched = watched(&question);
        let rows = coverage
            .rows(&watched.iter().map(|(_, watched)| watched.clone()).collect::<Vec<_>>(), &question.periods);
        let tables = vec![
            ("organisation", organisation_table(&question)?),
            ("account", account_table(&question, &watched)?),
            ("every_period", period_table(&question)?),
            ("every_week", week_table(&question)?),
            ("every_coverage", coverage_table(&question, &watched, &rows)?),
        ];
        let watched = watched.into_iter().map(|(_, watched)| watched).collect();
        Ok(Session { ledger: self, question, limits: self.limits, watched, coverage, tables })
    }

    /// An engine that sees some of the ledger's tables, as `ledger_<table>`.
    pub(crate) fn engine(&self, limits: Limits, tables: &[Table]) -> Result<Engine, LedgerError> {
        let engine = Engine::new(limits)?;
        for table in tables {
            let files: Vec<_> = self.files().iter().filter(|file| file.table == *table).collect();
            engine.register_files(&format!("ledger_{}", table.as_str()), *table, &self.root, &files)?;
        }
        Ok(engine)
    }

    /// Which handles the ledger has seen for which ids, sorted: what provisional ids are resolved by.
    pub fn handles(&self) -> Result<Vec<(Handle, AccountId)>, LedgerError> {
        let mut handles = Vec::new();
        let engine = self.engine(self.limits, &[Table::Observation])?;
        let sql = "SELECT DISTINCT account_id, handle FROM ledger_observation WHERE handle IS NOT NULL ORDER BY handle, account_id";
        engine.stream(sql, |batch| {
            let (ids, names) = (Texts::of(&batch, "account_id")?, Texts::of(&batch, "handle")?);
            for row in 0..batch.num_rows() {
                if let (Some(Ok(id)), Some(Ok(name))) =
                    (ids.get(row).map(str::parse), names.get(row).map(str::parse))
                {
                    handles.push((name, id));
                }
            }
            Ok(())
        })?;
        Ok(handles)
    }

    /// Every account that the ledger knows anything about, sorted.
    pub fn accounts(&self) -> Result<Vec<AccountId>, LedgerError> {
        let engine = self.engine(self.limits, &[Table::Attempt, Table::Observation, Table::Post])?;
        let sql = "SELECT account_id FROM ledger_attempt UNION SELECT account_id FROM ledger_observation \
                   UNION SELECT account_id FROM ledger_post ORDER BY account_id";
        let mut accounts = Vec::new();
        engine.stream(sql, |batch| {
            let ids = Texts::of(&batch, "account_id")?;
            accounts.extend((0..batch.num_rows()).filter_map(|row| ids.get(row)?.parse::<AccountId>().ok()));
            Ok(())
        })?;
        Ok(accounts)
    }

    /// What was imported or collected, by name.
    pub fn batches(&self) -> Result<Vec<Batch>, LedgerError> {
        let engine = self.engine(self.limits, &[Table::Batch])?;
        let mut batches = Vec::new();
        engine.stream("SELECT * FROM ledger_batch ORDER BY batch", |rows| {
            let text = |name| Texts::of(&rows, name);
            let (batch, source, lane) = (text("batch")?, text("source")?, text("lane")?);
            let (retention, version, hash) = (text("retention")?, text("tool_version")?, text("input_hash")?);
            let (started, finished) = (Times::of(&rows, "started_at")?, Times::of(&rows, "finished_at")?);
            for row in 0..rows.num_rows() {
                let get = |column: &Texts| column.get(row).unwrap_or_default().to_owned();
                let lane = match lane.get(row) {
                    Some("open") => Lane::Open,
                    Some("keyed") => Lane::Keyed,
                    _ => Lane::Contributed,
                };
                batches.push(Batch {
                    batch: get(&batch),
                    started_at: started.get(row).unwrap_or(Instant::from_micros(0)),
                    finished_at: finished.get(row).unwrap_or(Instant::from_micros(0)),
                    source: get(&source),
                    lane,
                    retention: get(&retention),
                    tool_version: get(&version),
                    input_hash: get(&hash),
                });
            }
            Ok(())
        })?;
        Ok(batches)
    }
}

impl Session<'_> {
    /// What was seen of whom.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The accounts of the question, each while it was its organisation's, by organisation and account.
    pub fn watched(&self) -> &[Watched] {
        &self.watched
    }

    /// Divides threads and memory among so many measures that are asked side by side.
    #[must_use]
    pub fn shared_by(mut self, measures: usize) -> Self {
        let measures = measures.max(1);
        self.limits = Limits {
            threads: (self.limits.threads / measures).max(1),
            memory_bytes: self.limits.memory_bytes.map(|bytes| bytes / measures),
        };
        self
    }

    /// The question that was asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// An engine with every view that `measure` may read.
    pub(crate) fn engine(&self, measure: &Measure) -> Result<Engine, LedgerError> {
        let engine = self.ledger.engine(self.limits, &Table::ALL)?;
        for (name, rows) in &self.tables {
            engine.register_rows(name, rows.schema(), vec![rows.clone()])?;
        }
        register_aliases(&engine, &self.question.aliases)?;
        for (name, select) in self.views(measure) {
            engine.collect(&format!("CREATE VIEW {name} AS {select}"))?;
        }
        Ok(engine)
    }

    /// The views as text, in the order in which they build on each other.
    fn views(&self, measure: &Measure) -> Vec<(&'static str, String)> {
        let aliased = !self.question.aliases.is_empty();
        let account = if aliased { "coalesce(alias.known_id, t.account_id)" } else { "t.account_id" };
        let alias = if aliased { "\nLEFT JOIN alias ON alias.provisional_id = t.account_id" } else { "" };
        let answered = if aliased {
            "coalesce(answered.known_id, t.in_reply_to_account_id)"
        } else {
            "t.in_reply_to_account_id"
        };
        let answered_alias = if aliased {
            "\nLEFT JOIN alias answered ON answered.provisional_id = t.in_reply_to_account_id"
        } else {
            ""
        };
        let periods = match measure.period {
            Granularity::Edition => "'edition'".to_owned(),
            other => format!("'edition', '{}'", other.as_str()),
        };
        [
            ("observation", include_str!("views/observation.sql")),
            ("post", include_str!("views/post.sql")),
            ("reading", include_str!("views/reading.sql")),
            ("mature_reading", include_str!("views/mature_reading.sql")),
            ("follow", include_str!("views/follow.sql")),
            ("attempt", include_str!("views/attempt.sql")),
            ("period", include_str!("views/period.sql")),
            ("week", include_str!("views/week.sql")),
            ("coverage", include_str!("views/coverage.sql")),
        ]
        .into_iter()
        .map(|(name, text)| {
            let text = text
                .replace("{as_at}", &timestamp(self.question.as_at))
                .replace("{counter_age}", &measure.counter_age_days.to_string())
                .replace("{periods}", &periods)
                .replace("{account}", account)
                .replace("{alias}", alias)
                .replace("{answered}", answered)
                .replace("{answered_alias}", answered_alias);
            (name, text.trim_end().to_owned())
        })
        .collect()
    }

    /// What it takes to ask a measure elsewhere: the small tables as Parquet (name, bytes), and one SQL
    /// text that any engine with `read_parquet` runs from the directory that holds them. `ledger` is the
    /// ledger's path as that engine will see it.
    pub fn export(&self, measures: &[Measure], ledger: &str) -> Result<Vec<(String, Vec<u8>)>, LedgerError> {
        let mut files = Vec::new();
        let mut tables = String::new();
        for (name, rows) in &self.tables {
            let mut bytes = Vec::new();
            let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties()?))?;
            writer.write(rows)?;
            writer.close()?;
            files.push((format!("{name}.parquet"), bytes));
            tables
                .push_str(&format!("CREATE VIEW {name} AS SELECT * FROM read_parquet('{name}.parquet');\n"));
        }
        for table in Table::ALL {
            let paths: Vec<String> = self
                .ledger
                .files()
                .iter()
                .filter(|file| file.table == table)
                .map(|file| format!("'{}/{}'", ledger.replace('\'', "''"), file.path))
                .collect();
            let name = table.as_str();
            tables.push_str(&if paths.is_empty() {
                format!("CREATE VIEW ledger_{name} AS SELECT {} WHERE false;\n", empty_columns(table))
            } else {
                format!("CREATE VIEW ledger_{name} AS SELECT * FROM read_parquet([{}]);\n", paths.join(", "))
            });
        }
        tables.push_str("CREATE TABLE alias (provisional_id VARCHAR, known_id VARCHAR);\n");
        for (provisional, known) in &self.question.aliases {
            let quote = |id: &AccountId| id.as_str().replace('\'', "''");
            tables.push_str(&format!(
                "INSERT INTO alias VALUES ('{}', '{}');\n",
                quote(provisional),
                quote(known)
            ));
        }
        files.push(("tables.sql".to_owned(), tables.into_bytes()));
        for measure in measures {
            let mut views = String::new();
            for (name, select) in self.views(measure) {
                views.push_str(&format!("CREATE OR REPLACE VIEW {name} AS\n{select};\n\n"));
            }
            files.push((format!("{}.views.sql", measure.id), views.into_bytes()));
            files.push((format!("{}.sql", measure.id), measure.sql.clone().into_bytes()));
        }
        Ok(files)
    }
}

fn empty_columns(table: Table) -> String {
    let columns: Vec<String> = crate::schema::schema(table)
        .fields()
        .iter()
        .map(|field| {
            let kind = match field.data_type() {
                DataType::Int64 => "BIGINT",
                DataType::Boolean => "BOOLEAN",
                DataType::Timestamp(..) => "TIMESTAMP",
                DataType::List(item) if matches!(item.data_type(), DataType::Struct(_)) => {
                    "STRUCT(kind VARCHAR, alt_text VARCHAR)[]"
                }
                DataType::List(_) => "VARCHAR[]",
                _ => "VARCHAR",
            };
            format!("CAST(NULL AS {kind}) AS \"{}\"", field.name())
        })
        .collect();
    columns.join(", ")
}

pub(crate) fn timestamp(instant: Instant) -> String {
    let text = instant.to_string();
    format!("TIMESTAMP '{}'", text.trim_end_matches('Z').replace('T', " "))
}

/// The accounts that have an id or a handle and whose organisation is in the edition.
fn watched(question: &Question) -> Vec<(Account, Watched)> {
    let mut found: Vec<(Account, Watched)> = question
        .accounts
        .iter()
        .filter(|account| {
            question
                .organisations
                .binary_search_by(|known| known.organisation_id.cmp(&account.organisation_id))
                .is_ok()
        })
        .filter_map(|account| {
            let id = account.id()?;
            let account_id = question.aliases.get(&id).cloned().unwrap_or(id);
            let day_after = |day: Date| day.tomorrow().unwrap_or(day);
            let watched = Watched {
                organisation_id: account.organisation_id.clone(),
                account_id,
                from: account.from.map(|day| Instant::start_of_day(day, &question.zone)),
                to: account.to.map(|day| Instant::start_of_day(day_after(day), &question.zone)),
            };
            Some((account.clone(), watched))
        })
        .collect();
    let order =
        |watched: &Watched| (watched.organisation_id.clone(), watched.account_id.clone(), watched.from);
    found.sort_by_key(|(_, watched)| order(watched));
    found
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(StringArray::from_iter(values))
}
fn times(values: impl Iterator<Item = Option<Instant>>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter(values.map(|value| value.map(Instant::micros))))
}
fn dates(values: impl Iterator<Item = Option<Date>>) -> ArrayRef {
    let epoch = jiff::civil::date(1970, 1, 1);
    Arc::new(Date32Array::from_iter(
        values.map(|value| value.and_then(|day| epoch.until(day).ok().map(|span| span.get_days()))),
    ))
}
fn table(columns: Vec<(&str, DataType, ArrayRef)>) -> Result<RecordBatch, LedgerError> {
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) =
        columns.into_iter().map(|(name, kind, array)| (field(name, kind), array)).unzip();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn organisation_table(question: &Question) -> Result<RecordBatch, LedgerError> {
    let all = || question.organisations.iter();
    table(vec![
        ("organisation_id", DataType::Utf8, texts(all().map(|row| Some(row.organisation_id.as_str())))),
        ("name", DataType::Utf8, texts(all().map(|row| Some(row.name.as_str())))),
        ("type", DataType::Utf8, texts(all().map(|row| Some(row.kind.as_str())))),
        ("nation", DataType::Utf8, texts(all().map(|row| row.nation.as_deref()))),
        ("region", DataType::Utf8, texts(all().map(|row| row.region.as_deref()))),
        ("parent_id", DataType::Utf8, texts(all().map(|row| row.parent_id.as_ref().map(AsRef::as_ref)))),
        ("opened", DataType::Date32, dates(all().map(|row| row.opened))),
        ("closed", DataType::Date32, dates(all().map(|row| row.closed))),
        ("website", DataType::Utf8, texts(all().map(|row| row.website.as_deref()))),
    ])
}

/// `starts_at` and `ends_at` are never null, so that posts are easily joined: where the register does not
/// say, they are the first day of year 1 and of year 9999.
fn account_table(question: &Question, watched: &[(Account, Watched)]) -> Result<RecordBatch, LedgerError> {
    let far = |text: &str, fallback: i64| text.parse().unwrap_or(Instant::from_micros(fallback));
    let (always, never) = (far("0001-01-01T00:00:00Z", i64::MIN), far("9999-01-01T00:00:00Z", i64::MAX));
    let all = || watched.iter();
    let platforms: Vec<String> = all().map(|(account, _)| account.platform.to_string()).collect();
    let as_at = question.as_at;
    table(vec![
        ("organisation_id", DataType::Utf8, texts(all().map(|(row, _)| Some(row.organisation_id.as_str())))),
        ("platform", DataType::Utf8, texts(platforms.iter().map(|platform| Some(platform.as_str())))),
        ("account_id", DataType::Utf8, texts(all().map(|(_, row)| Some(row.account_id.as_str())))),
        ("handle", DataType::Utf8, texts(all().map(|(row, _)| row.handle.as_ref().map(AsRef::as_ref)))),
        ("role", DataType::Utf8, texts(all().map(|(row, _)| row.role.as_deref()))),
        ("starts_at", TIMESTAMP, times(all().map(|(_, row)| Some(row.from.unwrap_or(always))))),
        ("ends_at", TIMESTAMP, times(all().map(|(_, row)| Some(row.to.unwrap_or(never))))),
        (
            "in_use",
            DataType::Boolean,
            Arc::new(BooleanArray::from_iter(all().map(|(_, row)| {
                Some(row.from.unwrap_or(always) <= as_at && as_at < row.to.unwrap_or(never))
            }))),
        ),
        (
            "reason_for_leaving",
            DataType::Utf8,
            texts(all().map(|(row, _)| row.reason_for_leaving.as_deref())),
        ),
    ])
}

fn period_table(question: &Question) -> Result<RecordBatch, LedgerError> {
    let all = || question.periods.iter();
    table(vec![
        ("period", DataType::Utf8, texts(all().map(|row| Some(row.id.as_str())))),
        ("granularity", DataType::Utf8, texts(all().map(|row| Some(row.granularity.as_str())))),
        ("starts_at", TIMESTAMP, times(all().map(|row| Some(row.starts_at)))),
        ("ends_at", TIMESTAMP, times(all().map(|row| Some(row.ends_at)))),
        ("days", DataType::Float64, Arc::new(Float64Array::from_iter_values(all().map(Period::days)))),
    ])
}

/// The calendar weeks (Monday to Sunday in the project's time zone) of each period, cut to the period.
fn week_table(question: &Question) -> Result<RecordBatch, LedgerError> {
    let mut weeks: Vec<(&Period, String, Instant, Instant)> = Vec::new();
    for period in &question.periods {
        let day = period.starts_at.date(&question.zone);
        let mut monday = if day.weekday() == Weekday::Monday {
            day
        } else {
            day.nth_weekday(-1, Weekday::Monday).unwrap_or(day)
        };
        loop {
            let Ok(next) = monday.nth_weekday(1, Weekday::Monday) else { break };
            let starts_at = Instant::start_of_day(monday, &question.zone).max(period.starts_at);
            let ends_at = Instant::start_of_day(next, &question.zone).min(period.ends_at);
            if starts_at >= period.ends_at {
                break;
            }
            weeks.push((period, monday.to_string(), starts_at, ends_at));
            monday = next;
        }
    }
    table(vec![
        ("period", DataType::Utf8, texts(weeks.iter().map(|(period, ..)| Some(period.id.as_str())))),
        (
            "granularity",
            DataType::Utf8,
            texts(weeks.iter().map(|(period, ..)| Some(period.granularity.as_str()))),
        ),
        ("week", DataType::Utf8, texts(weeks.iter().map(|(_, week, ..)| Some(week.as_str())))),
        ("starts_at", TIMESTAMP, times(weeks.iter().map(|(.., starts_at, _)| Some(*starts_at)))),
        ("ends_at", TIMESTAMP, times(weeks.iter().map(|(.., ends_at)| Some(*ends_at)))),
    ])
}

fn coverage_table(
    question: &Question,
    watched: &[(Account, Watched)],
    rows: &[CoverageRow],
) -> Result<RecordBatch, LedgerError> {
    let account = |row: &CoverageRow| &watched[row.watched];
    let period = |row: &CoverageRow| &question.periods[row.period];
    let platforms: Vec<String> = rows.iter().map(|row| account(row).0.platform.to_string()).collect();
    let seconds = |row: &CoverageRow| (row.ends_at.micros() - row.starts_at.micros()) / 1_000_000;
    table(vec![
        (
            "organisation_id",
            DataType::Utf8,
            texts(rows.iter().map(|row| Some(account(row).1.organisation_id.as_str()))),
        ),
        ("platform", DataType::Utf8, texts(platforms.iter().map(|platform| Some(platform.as_str())))),
        (
            "account_id",
            DataType::Utf8,
            texts(rows.iter().map(|row| Some(account(row).1.account_id.as_str()))),
        ),
        ("table", DataType::Utf8, texts(rows.iter().map(|row| Some(row.table.as_str())))),
        ("period", DataType::Utf8, texts(rows.iter().map(|row| Some(period(row).id.as_str())))),
        ("granularity", DataType::Utf8, texts(rows.iter().map(|row| Some(period(row).granularity.as_str())))),
        ("starts_at", TIMESTAMP, times(rows.iter().map(|row| Some(row.starts_at)))),
        ("ends_at", TIMESTAMP, times(rows.iter().map(|row| Some(row.ends_at)))),
        (
            "observed_seconds",
            DataType::Int64,
            Arc::new(Int64Array::from_iter_values(rows.iter().map(seconds))),
        ),
        (
            "truncated",
            DataType::Boolean,
            Arc::new(BooleanArray::from_iter(rows.iter().map(|row| Some(row.truncated)))),
        ),
    ])
}
