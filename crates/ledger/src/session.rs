//! The ledger as a measure sees it: the views `organisation`, `account`, `observation`, `audience`, `post`,
//! `reading`, `mature_reading`, `follow`, `attempt`, `coverage`, `period`, `week` and `day`, as at the edition.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::parquet::arrow::ArrowWriter;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use someasure_model::{
    Account, AccountId, Batch, Granularity, Handle, Instant, Lane, Measure, Organisation, OrganisationId,
    Period, Platform, PostId, Table,
};

use crate::coverage::{Coverage, Watched};
use crate::engine::Engine;
use crate::erase::register_aliases;
use crate::error::LedgerError;
use crate::kept::Kept;
use crate::latest::{Latest, latest_schema};
use crate::manifest::{Ledger, Limits};
use crate::memory;
use crate::parquet::properties;
use crate::rows::{Texts, Times};
use crate::select;
use crate::tables;
use crate::tried::Tried;
use crate::weekly::{Piece, Stale, Weeks};

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
    /// Bodies that had an account on a platform and withdrew it: of them nothing is known there, not zero.
    pub withdrawn: BTreeSet<(OrganisationId, Platform)>,
}

/// A ledger with its views, ready for measures.
pub struct Session<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) question: Question,
    /// How many measures are asked at a time.
    side_by_side: usize,
    /// Bytes that the program held when it asked, and that it told since.
    held: AtomicUsize,
    watched: Vec<Watched>,
    coverage: Coverage,
    later: BTreeSet<AccountId>,
    tables: Vec<(&'static str, RecordBatch)>,
    pub(crate) kept: Kept,
    /// Answers of the view `latest_post`, by the age of counters.
    pub(crate) latest: BTreeMap<u32, Vec<Piece>>,
    /// The answer of the view `audience`; empty where nobody asked.
    audience: Vec<RecordBatch>,
    /// For measures by week.
    pub(crate) weeks: Option<Weeks>,
}

/// The view that is answered by one pass over the ledger's sorted files.
const LATEST: &str = "latest_post";

/// The view that reads the observations of all accounts to say one number of each.
const AUDIENCE: &str = "audience";

/// Bytes that a measure may need for each post.
const FOR_A_POST: u64 = 64;

/// With fewer posts their rows by week are asked as quickly as they are found.
const MANY: u64 = 20_000;

/// The views that read it.
const OF_POSTS: [&str; 3] = ["post", "mature_reading", LATEST];

/// What only a chat brought of a body's account is not all that it wrote, and is measured for nobody.
const OF_A_CHAT: &str = r#"
LEFT JOIN every_seen s ON s.account_id = {account} AND s."table" = 'post'
 AND t.created_at >= s.starts_at AND t.created_at < s.ends_at
LEFT JOIN (SELECT DISTINCT account_id FROM account) own ON own.account_id = {account}
LEFT JOIN (SELECT DISTINCT post_id FROM ledger_sighting) chat ON chat.post_id = t.post_id"#;
const NOT_ONLY_OF_A_CHAT: &str =
    " AND (chat.post_id IS NULL OR own.account_id IS NULL OR s.account_id IS NOT NULL)";

impl Ledger {
    /// Prepares the views.
    pub fn ask(&self, question: Question) -> Result<Session<'_>, LedgerError> {
        let kept = Kept::open(&self.root, self.afresh)?;
        let Tried { mut coverage, later } = self.tried(&kept, question.as_at)?;
        coverage.resolve(&question.aliases);
        let later = later.into_iter().map(|id| question.aliases.get(&id).cloned().unwrap_or(id)).collect();
        let watched = watched(&question);
        let tables = vec![
            ("organisation", tables::organisations(&question)?),
            ("account", tables::accounts(&question, &watched)?),
            ("every_period", tables::periods(&question)?),
            ("every_week", tables::weeks(&question)?),
            ("every_day", tables::days(&question)?),
            ("every_seen", tables::seen(&watched, &coverage)?),
        ];
        let watched = watched.into_iter().map(|(_, watched)| watched).collect();
        Ok(Session {
            ledger: self,
            question,
            side_by_side: 1,
            held: AtomicUsize::new(memory::resident()),
            watched,
            coverage,
            later,
            tables,
            kept,
            latest: BTreeMap::new(),
            audience: Vec::new(),
            weeks: None,
        })
    }

    /// An engine that sees some of the ledger's tables, as `ledger_<table>`.
    pub(crate) fn engine(&self, limits: Limits, tables: &[Table]) -> Result<Engine, LedgerError> {
        let engine = Engine::new(limits)?;
        self.show(&engine, tables)?;
        Ok(engine)
    }

    fn show(&self, engine: &Engine, tables: &[Table]) -> Result<(), LedgerError> {
        for table in tables {
            let files: Vec<_> = self.files().iter().filter(|file| file.table == *table).collect();
            engine.register_files(&format!("ledger_{}", table.as_str()), *table, &self.root, &files)?;
        }
        Ok(())
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

    /// Of these accounts, those that the ledger knows anything about.
    pub fn accounts_among(&self, ids: &BTreeSet<&AccountId>) -> Result<Vec<AccountId>, LedgerError> {
        let tables = [Table::Attempt, Table::Observation, Table::Post, Table::Sighting];
        self.among(&tables, "account_id", ids.iter().map(|id| id.as_str()))
    }

    /// Of these posts, those that the ledger knows anything about.
    pub fn posts_among(&self, ids: &BTreeSet<&PostId>) -> Result<Vec<PostId>, LedgerError> {
        self.among(&[Table::Post, Table::Sighting], "post_id", ids.iter().map(|id| id.as_str()))
    }

    /// Of these ids, those that a column of one of the tables has.
    fn among<'i, T: std::str::FromStr>(
        &self,
        tables: &[Table],
        column: &str,
        ids: impl Iterator<Item = &'i str>,
    ) -> Result<Vec<T>, LedgerError> {
        let mut found = Vec::new();
        let listed: Vec<String> = ids.map(|id| format!("'{}'", id.replace('\'', "''"))).collect();
        if listed.is_empty() {
            return Ok(found);
        }
        let listed = listed.join(", ");
        let engine = self.engine(self.limits, tables)?;
        let asked: Vec<String> = tables
            .iter()
            .map(|table| {
                format!("SELECT {column} FROM ledger_{} WHERE {column} IN ({listed})", table.as_str())
            })
            .collect();
        engine.stream(&asked.join(" UNION "), |batch| {
            found.extend(Texts::of(&batch, column)?.iter().flatten().filter_map(|id| id.parse::<T>().ok()));
            Ok(())
        })?;
        Ok(found)
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

    /// Accounts that somebody has tried to collect after the edition's instant, so that it does not count.
    pub fn collected_later(&self) -> &BTreeSet<AccountId> {
        &self.later
    }

    /// Answers once what these measures would each ask again: the posts as at the edition, with their counters at an age,
    /// and how many followers each account had.
    pub fn prepared_for(mut self, measures: &[Measure]) -> Result<Self, LedgerError> {
        let of_posts = OF_POSTS.map(ToOwned::to_owned).into();
        let ages: BTreeSet<u32> = measures
            .iter()
            .filter(|measure| measure.queries().any(|sql| !select::reads(sql).is_disjoint(&of_posts)))
            .map(|measure| measure.counter_age_days)
            .collect();
        for counter_age_days in ages {
            let latest = Latest { as_at: self.question.as_at, counter_age_days };
            let pieces = latest.answered(self.ledger, &self.kept)?.into_iter().map(Piece::of);
            self.latest.insert(counter_age_days, pieces.collect::<Result<_, _>>()?);
        }
        let reads_it = |sql: &str| select::reads(sql).contains(AUDIENCE);
        if let Some(measure) = measures.iter().find(|measure| measure.queries().any(reads_it)) {
            self.audience = Vec::new();
            let engine = self.shown_to(Engine::new(self.limits())?, measure, None)?;
            self.audience = engine.collect(&format!("SELECT * FROM {AUDIENCE} ORDER BY account_id"))?;
        }
        let has_many = self.ledger.rows(Table::Post) >= MANY;
        if has_many && measures.iter().any(|measure| measure.weekly.is_some()) {
            self.weeks = Some(Weeks::of(self.ledger, &self.question, &self.tables)?);
        }
        Ok(self)
    }

    /// How many measures are best asked side by side: one a thread, and fewer where each would have too little memory.
    pub fn side_by_side(&self, measures: usize) -> usize {
        let needs = self.ledger.rows(Table::Post).saturating_mul(FOR_A_POST).max(1);
        let limits = self.limits();
        let bytes = limits.memory_bytes.map_or(u64::MAX, |bytes| bytes as u64);
        let fit = usize::try_from(bytes / needs).unwrap_or(usize::MAX);
        limits.threads.min(measures).min(fit).max(1)
    }

    /// Divides threads and memory among so many measures that are asked side by side.
    #[must_use]
    pub fn shared_by(mut self, measures: usize) -> Self {
        self.side_by_side = measures.max(1);
        self
    }

    /// To be told how many bytes more are held from now on: they are not left for what is asked later.
    pub fn holds(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What a query that begins now may use.
    pub(crate) fn limits(&self) -> Limits {
        let Limits { threads, memory_bytes } = self.ledger.limits;
        let held = self.held.load(Ordering::Relaxed);
        Limits {
            threads: (threads / self.side_by_side).max(1),
            memory_bytes: memory_bytes.map(|limit| memory::for_queries(limit, held) / self.side_by_side),
        }
    }

    /// The question that was asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The same engine, with every view that `measure` may read but `weekly`; where `stale` says so, of these weeks only.
    pub(crate) fn shown_to(
        &self,
        engine: Engine,
        measure: &Measure,
        stale: Option<&[Stale]>,
    ) -> Result<Engine, LedgerError> {
        self.ledger.show(&engine, &Table::ALL)?;
        for (name, rows) in &self.tables {
            let rows = match (*name, stale) {
                ("every_week" | "every_day", Some(stale)) => Stale::of_table(stale, rows)?,
                ("every_period", Some(stale)) => Stale::of_periods(stale, rows)?,
                _ => rows.clone(),
            };
            engine.register_rows(name, rows.schema(), vec![rows])?;
        }
        register_aliases(&engine, &self.question.aliases)?;
        let profile_days = measure.weekly.as_ref().and_then(|weekly| weekly.profile_days);
        for (name, select) in self.views(measure) {
            let select = match (self.latest.get(&measure.counter_age_days).filter(|_| name == LATEST), stale)
            {
                (Some(pieces), Some(stale)) => {
                    let paths = Stale::of_pieces(stale, pieces);
                    engine.register_paths("every_latest_post", latest_schema(), &paths)?;
                    let within = within("created_at", &Stale::spans(stale, 0));
                    format!("SELECT * FROM every_latest_post WHERE {within}")
                }
                (Some(pieces), None) => {
                    let paths: Vec<PathBuf> = pieces.iter().map(|piece| piece.path.clone()).collect();
                    engine.register_paths(name, latest_schema(), &paths)?;
                    continue;
                }
                (None, None) if name == AUDIENCE && !self.audience.is_empty() => {
                    let rows = self.audience.clone();
                    engine.register_rows(name, rows[0].schema(), rows)?;
                    continue;
                }
                (None, Some(stale)) if name == "observation" => {
                    let within = within("t.observed_at", &Stale::spans(stale, profile_days.unwrap_or(0)));
                    format!("{select} AND ({within})")
                }
                (None, _) => select,
            };
            engine.collect(&format!("CREATE VIEW {name} AS {select}"))?;
        }
        Ok(engine)
    }

    /// The views as text, in the order in which they build on each other.
    fn views(&self, measure: &Measure) -> Vec<(&'static str, String)> {
        let aliased = !self.question.aliases.is_empty();
        let account = if aliased { "coalesce(alias.known_id, t.account_id)" } else { "t.account_id" };
        let alias = if aliased { "\nLEFT JOIN alias ON alias.provisional_id = t.account_id" } else { "" };
        // A join for what nobody reads would cost as much as one for what somebody does.
        let names_it = |sql: &str| sql.to_lowercase().contains("in_reply_to_account_id");
        let answers = aliased && measure.queries().any(names_it);
        let answered = if answers {
            "coalesce(answered.known_id, t.in_reply_to_account_id)"
        } else {
            "t.in_reply_to_account_id"
        };
        let answered_alias = if answers {
            "\nLEFT JOIN alias answered ON answered.provisional_id = t.in_reply_to_account_id"
        } else {
            ""
        };
        let chats = self.ledger.files().iter().any(|file| file.table == Table::Sighting);
        let (chat, not_only_of_a_chat) = if chats { (OF_A_CHAT, NOT_ONLY_OF_A_CHAT) } else { ("", "") };
        let periods = match measure.period {
            Granularity::Edition => "'edition'".to_owned(),
            other => format!("'edition', '{}'", other.as_str()),
        };
        [
            ("observation", include_str!("views/observation.sql")),
            (AUDIENCE, include_str!("views/audience.sql")),
            (LATEST, include_str!("views/latest_post.sql")),
            ("post", include_str!("views/post.sql")),
            ("reading", include_str!("views/reading.sql")),
            ("mature_reading", include_str!("views/mature_reading.sql")),
            ("follow", include_str!("views/follow.sql")),
            ("attempt", include_str!("views/attempt.sql")),
            ("period", include_str!("views/period.sql")),
            ("week", include_str!("views/week.sql")),
            ("day", include_str!("views/day.sql")),
            ("coverage", include_str!("views/coverage.sql")),
        ]
        .into_iter()
        .map(|(name, text)| {
            let text = text
                .replace("{as_at}", &timestamp(self.question.as_at))
                .replace("{counter_age}", &measure.counter_age_days.to_string())
                .replace("{periods}", &periods)
                .replace("{chat}", chat)
                .replace("{not_only_of_a_chat}", not_only_of_a_chat)
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
            if let Some(weekly) = &measure.weekly {
                let select = weekly.sql.trim().trim_end_matches(';');
                views.push_str(&format!("CREATE OR REPLACE VIEW weekly AS\n{select};\n\n"));
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

/// That a column lies within one of some spans.
fn within(column: &str, spans: &[(Instant, Instant)]) -> String {
    let within = |(from, until): &(Instant, Instant)| {
        format!("({column} >= {} AND {column} < {})", timestamp(*from), timestamp(*until))
    };
    spans.iter().map(within).chain(["false".to_owned()]).collect::<Vec<_>>().join(" OR ")
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
