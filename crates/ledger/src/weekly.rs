//! Answers by week. A measure's rows by week are each of one calendar week, and rest on nothing but the posts of that week, what
//! was seen in it and whose accounts are whose (`[weekly]` in the measure's file). As long as these are the same, so are the
//! rows: they are kept beside the ledger, and only weeks of which something was told are asked again, as many together as the
//! memory is meant for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{Array, BooleanArray, RecordBatch, TimestampMicrosecondArray};
use datafusion::arrow::compute::{cast, filter_record_batch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::util::display::array_value_to_string;
use sha2::{Digest, Sha256};
use someasure_model::{Granularity, Instant, Measure, Period, Table, Weekly};

use crate::engine::Engine;
use crate::error::LedgerError;
use crate::hash::hex;
use crate::latest::{DAY, Day, day, days_of, instants};
use crate::manifest::{FileEntry, Ledger};
use crate::out::Out;
use crate::parquet::footer;
use crate::rows::{Texts, Times};
use crate::select;
use crate::session::{Question, Session};
use crate::tables::pieces_of_weeks;

/// What rows by week may rest on.
const VIEWS: [&str; 6] = ["account", "coverage", "day", "organisation", "post", "week"];

/// A file of posts, with what it says of the days on which they were written.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) path: PathBuf,
    /// By the day, UTC, since 1970.
    days: BTreeMap<i64, Day>,
}

impl Piece {
    pub(crate) fn of(path: PathBuf) -> Result<Self, LedgerError> {
        let days = days_of(&footer(&path)?);
        Ok(Self { path, days })
    }

    /// What it says of the days of a span.
    fn within(&self, from: Instant, until: Instant) -> impl Iterator<Item = (&i64, &Day)> {
        self.days.range(day(from.micros())..=day(until.micros() - 1))
    }

    fn has_some(&self, from: Instant, until: Instant) -> bool {
        self.within(from, until).next().is_some()
    }
}

/// A calendar week of the question.
#[derive(Debug, Clone)]
struct Week {
    starts_at: Instant,
    ends_at: Instant,
    /// Its parts in each period.
    parts: Vec<(String, Granularity, Instant, Instant)>,
    /// The hash of what was seen within it.
    seen: Vec<u8>,
}

/// The weeks of a question, by their Mondays, and what their rows may rest on.
#[derive(Debug)]
pub(crate) struct Weeks {
    weeks: BTreeMap<String, Week>,
    /// The hash of what all of them rest on.
    common: Sha256,
    /// The hashes of what stands in the columns of accounts and organisations, by name.
    columns: Vec<(String, Vec<u8>)>,
    profiles: Vec<Profiles>,
}

/// A file of profiles.
#[derive(Debug)]
struct Profiles {
    sha256: String,
    /// When the first and the last of them were seen.
    seen: Option<(i64, i64)>,
}

impl Profiles {
    fn all(ledger: &Ledger) -> Result<Vec<Self>, LedgerError> {
        let files = ledger.files().iter().filter(|file| file.table == Table::Observation);
        let of = |file: &FileEntry| {
            let footer = footer(&ledger.path_of(file))?;
            let groups = footer.metadata().row_groups().iter();
            let seen = groups.map(|group| instants(group, "observed_at"));
            let seen = seen.reduce(|a, b| a.zip(b).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)))).flatten();
            Ok(Self { sha256: file.sha256.clone(), seen })
        };
        files.map(of).collect()
    }

    /// Whether some of them may have been seen in a span.
    fn may_be_within(&self, from: i64, until: i64) -> bool {
        self.seen.is_none_or(|(first, last)| first < until && last >= from)
    }
}

/// Columns that views rest on, whatever a measure's SQL names.
const ALWAYS: [&str; 5] = ["organisation_id", "platform", "account_id", "starts_at", "ends_at"];

impl Weeks {
    pub(crate) fn of(
        ledger: &Ledger,
        question: &Question,
        tables: &[(&str, RecordBatch)],
    ) -> Result<Self, LedgerError> {
        let mut weeks: BTreeMap<String, Week> = BTreeMap::new();
        for part in pieces_of_weeks(question) {
            let week = weeks.entry(part.week).or_insert_with(|| Week {
                starts_at: part.starts_at,
                ends_at: part.ends_at,
                parts: Vec::new(),
                seen: Vec::new(),
            });
            week.starts_at = week.starts_at.min(part.starts_at);
            week.ends_at = week.ends_at.max(part.ends_at);
            let period = part.period;
            week.parts.push((name(period).to_owned(), period.granularity, part.starts_at, part.ends_at));
        }
        let mut columns = Vec::new();
        for (name, rows) in tables {
            match *name {
                "account" | "organisation" => columns.extend(columns_of(rows)?),
                "every_seen" => see(&mut weeks, rows)?,
                _ => {}
            }
        }
        let mut common = Sha256::new_with_prefix(env!("CARGO_PKG_VERSION"));
        for (provisional, known) in &question.aliases {
            add(&mut common, provisional.as_str());
            add(&mut common, known.as_str());
        }
        let sightings = ledger.files().iter().filter(|file| file.table == Table::Sighting);
        sightings.for_each(|file| add(&mut common, &file.sha256));
        Ok(Self { weeks, common, columns, profiles: Profiles::all(ledger)? })
    }

    /// The hash of all that the rows of one week rest on; `None` where the measure does not ask of it.
    fn rests_on(
        &self,
        week: &Week,
        measure: &Measure,
        weekly: &Weekly,
        as_at: Instant,
        pieces: &[Piece],
    ) -> Option<String> {
        let is_asked =
            |granularity: &Granularity| [Granularity::Edition, measure.period].contains(granularity);
        let parts: Vec<_> = week.parts.iter().filter(|(_, granularity, ..)| is_asked(granularity)).collect();
        if parts.is_empty() {
            return None;
        }
        let mut hash = self.common.clone();
        let sql = weekly.sql.to_lowercase();
        add(&mut hash, &weekly.sql);
        for (name, digest) in &self.columns {
            if ALWAYS.contains(&name.as_str()) || sql.contains(name.as_str()) {
                hash.update(digest);
            }
        }
        for (period, granularity, starts_at, ends_at) in parts {
            add(&mut hash, &format!("{period} {} {starts_at} {ends_at}", granularity.as_str()));
        }
        hash.update(&week.seen);
        let (from, until) = reach(week.starts_at, week.ends_at, weekly.profile_days.unwrap_or(0));
        add(&mut hash, &as_at.min(until).to_string());
        if weekly.profile_days.is_some() {
            add(&mut hash, &format!("{from} {until}"));
            let profiles = self.profiles.iter();
            let within = profiles.filter(|file| file.may_be_within(from.micros(), until.micros()));
            within.for_each(|file| add(&mut hash, &file.sha256));
        }
        // The order of files says nothing: their names change with what they hold.
        let mut days: Vec<_> =
            pieces.iter().flat_map(|piece| piece.within(week.starts_at, week.ends_at)).collect();
        days.sort();
        days.iter().for_each(|(day, said)| add(&mut hash, &format!("{day} {}", said.hash)));
        Some(hex(&hash.finalize()))
    }
}

/// The names of columns, each with the hash of what stands in it.
fn columns_of(rows: &RecordBatch) -> Result<Vec<(String, Vec<u8>)>, LedgerError> {
    let mut columns = Vec::new();
    for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
        let mut hash = Sha256::new();
        for row in 0..column.len() {
            add(&mut hash, &array_value_to_string(column, row)?);
        }
        columns.push((field.name().clone(), hash.finalize().to_vec()));
    }
    Ok(columns)
}

/// How a period is called in what is kept. The edition's own has no name here: its name says its last day, which moves.
fn name(period: &Period) -> &str {
    if period.granularity == Granularity::Edition { "" } else { &period.id }
}

fn add(hash: &mut Sha256, part: &str) {
    hash.update(part.len().to_le_bytes());
    hash.update(part);
}

/// Adds to each week what was seen within it.
fn see(weeks: &mut BTreeMap<String, Week>, seen: &RecordBatch) -> Result<(), LedgerError> {
    let (accounts, tables) = (Texts::of(seen, "account_id")?, Texts::of(seen, "table")?);
    let time = |name: &str| -> Result<TimestampMicrosecondArray, LedgerError> {
        let column = seen.column(seen.schema().index_of(name)?);
        let times = column.as_any().downcast_ref::<TimestampMicrosecondArray>().cloned();
        Ok(times.unwrap_or_else(|| TimestampMicrosecondArray::new_null(0)))
    };
    let (starts_at, ends_at) = (time("starts_at")?, time("ends_at")?);
    let truncated = seen.column(seen.schema().index_of("truncated")?);
    let truncated = truncated.as_any().downcast_ref::<BooleanArray>();
    let mut hashes: Vec<Sha256> = weeks.values().map(|_| Sha256::new()).collect();
    let spans: Vec<(i64, i64)> =
        weeks.values().map(|week| (week.starts_at.micros(), week.ends_at.micros())).collect();
    // Their number says who it was: who they are stands in the column of accounts.
    let (mut account, mut who) = (None, 0_u32);
    for row in 0..seen.num_rows() {
        let (from, until) = (starts_at.value(row), ends_at.value(row));
        if account != accounts.get(row) {
            account = accounts.get(row);
            who += 1;
        }
        let table = tables.get(row).unwrap_or_default();
        for ((week_from, week_until), hash) in spans.iter().zip(&mut hashes) {
            let (first, last) = (from.max(*week_from), until.min(*week_until));
            if first < last {
                let cut_off = truncated.is_some_and(|truncated| truncated.value(row)) && from >= *week_from;
                hash.update(who.to_le_bytes());
                add(hash, table);
                hash.update(first.to_le_bytes());
                hash.update(last.to_le_bytes());
                hash.update([u8::from(cut_off)]);
            }
        }
    }
    for (week, hash) in weeks.values_mut().zip(hashes) {
        week.seen = hash.finalize().to_vec();
    }
    Ok(())
}

/// A week whose rows must be asked.
#[derive(Debug)]
pub(crate) struct Stale {
    monday: String,
    /// The hash of what its rows rest on.
    rests_on: String,
    starts_at: Instant,
    ends_at: Instant,
}

impl Stale {
    /// Of a table of weeks or days, the rows of some weeks.
    pub(crate) fn of_table(stale: &[Self], rows: &RecordBatch) -> Result<RecordBatch, LedgerError> {
        let week = Texts::of(rows, "week")?;
        let mondays: BTreeSet<&str> = stale.iter().map(|week| week.monday.as_str()).collect();
        let is_stale = |row| week.get(row).is_some_and(|monday| mondays.contains(monday));
        let stale = BooleanArray::from_iter((0..rows.num_rows()).map(|row| Some(is_stale(row))));
        Ok(filter_record_batch(rows, &stale)?)
    }

    /// Of a table of periods, those that have some of the weeks: what was seen in others says nothing of them.
    pub(crate) fn of_periods(stale: &[Self], rows: &RecordBatch) -> Result<RecordBatch, LedgerError> {
        let (starts_at, ends_at) = (Times::of(rows, "starts_at")?, Times::of(rows, "ends_at")?);
        let has_some = |row| {
            let period = starts_at.get(row).zip(ends_at.get(row));
            period.is_some_and(|(from, until)| {
                stale.iter().any(|week| week.starts_at < until && week.ends_at > from)
            })
        };
        let periods = BooleanArray::from_iter((0..rows.num_rows()).map(|row| Some(has_some(row))));
        Ok(filter_record_batch(rows, &periods)?)
    }

    /// The files that may have posts of some weeks.
    pub(crate) fn of_pieces(stale: &[Self], pieces: &[Piece]) -> Vec<PathBuf> {
        let has_some = |piece: &&Piece| stale.iter().any(|week| piece.has_some(week.starts_at, week.ends_at));
        pieces.iter().filter(has_some).map(|piece| piece.path.clone()).collect()
    }

    /// When some weeks were, and so many days before and after: spans that meet are one.
    pub(crate) fn spans(stale: &[Self], days: u32) -> Vec<(Instant, Instant)> {
        let mut spans: Vec<(Instant, Instant)> = Vec::new();
        for week in stale {
            let (from, until) = reach(week.starts_at, week.ends_at, days);
            match spans.last_mut() {
                Some(last) if last.1 >= from => last.1 = until,
                _ => spans.push((from, until)),
            }
        }
        spans
    }
}

/// A span with so many days before and after.
fn reach(from: Instant, until: Instant, days: u32) -> (Instant, Instant) {
    let micros = i64::from(days) * DAY;
    let at = |micros: i64| Instant::from_micros(micros);
    (at(from.micros().saturating_sub(micros)), at(until.micros().saturating_add(micros)))
}

/// Bytes that a post may need while rows by week are asked.
const FOR_A_POST: u64 = 512;

impl Session<'_> {
    /// The rows by week of a measure that has some, in files; `None` where they are not kept.
    pub(crate) fn rows_by_week(&self, measure: &Measure) -> Result<Option<Vec<PathBuf>>, LedgerError> {
        let (Some(weekly), Some(weeks), Some(pieces)) =
            (&measure.weekly, &self.weeks, self.latest.get(&measure.counter_age_days))
        else {
            return Ok(None);
        };
        let kind = kind(measure);
        let (mut paths, mut stale) = (Vec::new(), Vec::new());
        for (monday, week) in &weeks.weeks {
            let Some(rests_on) = weeks.rests_on(week, measure, weekly, self.question.as_at, pieces) else {
                continue;
            };
            match self.kept.find(&kind, &rests_on)? {
                Some(path) => paths.push(path),
                None => stale.push(Stale {
                    monday: monday.clone(),
                    rests_on,
                    starts_at: week.starts_at,
                    ends_at: week.ends_at,
                }),
            }
        }
        for weeks in self.together(&stale, pieces) {
            paths.extend(self.ask_weeks(measure, weekly, weeks)?);
        }
        paths.sort();
        self.kept.only(&kind, &paths)?;
        Ok(Some(paths))
    }

    /// Divides weeks into those that are asked together: as many as have posts that fit into the memory.
    fn together<'s>(&self, stale: &'s [Stale], pieces: &[Piece]) -> Vec<&'s [Stale]> {
        let most = self.limits().memory_bytes.map_or(u64::MAX, |bytes| bytes as u64 / FOR_A_POST);
        let mut together = Vec::new();
        let (mut first, mut posts) = (0, 0);
        for (at, week) in stale.iter().enumerate() {
            let days = pieces.iter().flat_map(|piece| piece.within(week.starts_at, week.ends_at));
            let own: u64 = days.map(|(_, day)| day.posts).sum();
            if at > first && posts + own > most {
                together.push(&stale[first..at]);
                (first, posts) = (at, 0);
            }
            posts += own;
        }
        together.extend((first < stale.len()).then(|| &stale[first..]));
        together
    }

    /// Asks the rows of some weeks and keeps them: half of them at a time where they do not fit.
    fn ask_weeks(
        &self,
        measure: &Measure,
        weekly: &Weekly,
        stale: &[Stale],
    ) -> Result<Vec<PathBuf>, LedgerError> {
        match self.ask_weeks_of(Engine::divided(self.limits())?, measure, weekly, stale) {
            Err(error) if error.is_of_memory() && stale.len() > 1 => {
                let (before, after) = stale.split_at(stale.len() / 2);
                Ok([self.ask_weeks(measure, weekly, before)?, self.ask_weeks(measure, weekly, after)?]
                    .concat())
            }
            Err(error) if error.is_of_memory() => {
                self.ask_weeks_of(Engine::sparing(self.limits())?, measure, weekly, stale)
            }
            answer => answer,
        }
    }

    fn ask_weeks_of(
        &self,
        engine: Engine,
        measure: &Measure,
        weekly: &Weekly,
        stale: &[Stale],
    ) -> Result<Vec<PathBuf>, LedgerError> {
        let refuse = |why: String| LedgerError::Measure { id: measure.id.to_string(), why };
        let engine = self.shown_to(engine, measure, Some(stale))?;
        let names = checked(&engine, measure, weekly)?;
        // Sorted by everything, so that the same rows are the same bytes.
        let columns = columns(&names, &self.edition(), "");
        let sorted: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let sql = weekly.sql.trim().trim_end_matches(';');
        let sql = format!("SELECT {columns} FROM (\n{sql}\n) asked ORDER BY \"week\", {}", sorted.join(", "));
        let plan = select::plan(&engine, &sql).map_err(refuse)?;
        let schema = Arc::new(plan.schema().as_arrow().clone());
        let mut keeper = Keeper { session: self, measure, schema, stale, open: None, paths: Vec::new() };
        engine.stream_plan(plan, |batch| keeper.add(&batch))?;
        keeper.close_until(stale.len())?;
        Ok(keeper.paths)
    }

    /// Shows what the SQL of a measure reads as `weekly`.
    pub(crate) fn show_weekly(
        &self,
        engine: &Engine,
        measure: &Measure,
        paths: Option<&[PathBuf]>,
    ) -> Result<(), LedgerError> {
        let select = match (paths.and_then(|paths| Some((paths.first()?, paths))), &measure.weekly) {
            (Some((path, paths)), _) => {
                let schema = footer(path)?.schema().clone();
                let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
                engine.register_paths("every_weekly", schema, paths)?;
                format!("SELECT {} FROM every_weekly", columns(&names, "", &self.edition()))
            }
            (None, Some(weekly)) => {
                checked(engine, measure, weekly)?;
                weekly.sql.clone()
            }
            (None, None) => return Ok(()),
        };
        engine.collect(&format!("CREATE VIEW weekly AS {}", select.trim().trim_end_matches(';')))?;
        Ok(())
    }

    /// How the edition's own period is called.
    fn edition(&self) -> String {
        let mut periods = self.question.periods.iter();
        let edition = periods.find(|period| period.granularity == Granularity::Edition);
        edition.map_or_else(String::new, |period| period.id.to_string())
    }
}

/// The columns of rows by week, which are as they must be.
fn checked(engine: &Engine, measure: &Measure, weekly: &Weekly) -> Result<Vec<String>, LedgerError> {
    let refuse = |why: String| LedgerError::Measure { id: measure.id.to_string(), why };
    let of_weekly = |why: String| refuse(format!("[weekly]: {why}"));
    let plan = select::plan(engine, &weekly.sql).map_err(of_weekly)?;
    let names: Vec<String> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
    wrong(measure, weekly, &names).map_or(Ok(names), |why| Err(refuse(why)))
}

/// Columns by name, where one name of a period is put for another.
fn columns(names: &[String], old: &str, new: &str) -> String {
    let column = |name: &String| match name.as_str() {
        "period" => format!(
            "CASE WHEN period = '{}' THEN '{}' ELSE period END AS period",
            old.replace('\'', "''"),
            new.replace('\'', "''")
        ),
        _ => quoted(name),
    };
    names.iter().map(column).collect::<Vec<_>>().join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn kind(measure: &Measure) -> String {
    format!("week4.{}", measure.id)
}

/// Writes down rows, week by week.
struct Keeper<'a> {
    session: &'a Session<'a>,
    measure: &'a Measure,
    schema: SchemaRef,
    stale: &'a [Stale],
    open: Option<Out>,
    /// Of the weeks that were written down, in their order.
    paths: Vec<PathBuf>,
}

impl Keeper<'_> {
    /// Writes down rows, which are sorted by week.
    fn add(&mut self, rows: &RecordBatch) -> Result<(), LedgerError> {
        let weeks = Texts::of(rows, "week")?;
        let mut from = 0;
        while from < rows.num_rows() {
            let monday = weeks.get(from);
            let until = (from..rows.num_rows()).find(|row| weeks.get(*row) != monday);
            let until = until.unwrap_or(rows.num_rows());
            let Some(at) = self.stale.iter().position(|week| monday == Some(week.monday.as_str())) else {
                return Err(LedgerError::Measure {
                    id: self.measure.id.to_string(),
                    why: format!(
                        "the SQL of its [weekly] returns a row whose week is {}, which is none of the view `week`. Join the \
                         view `day`, and return its week",
                        monday.map_or_else(|| "NULL".to_owned(), |monday| format!("'{monday}'"))
                    ),
                });
            };
            self.close_until(at)?;
            let rows = self.shaped(&rows.slice(from, until - from))?;
            let out = match self.open.take() {
                Some(out) => out,
                None => self.begin(at)?,
            };
            self.open.insert(out).write(&rows)?;
            from = until;
        }
        Ok(())
    }

    /// The same rows with columns of the types that were planned: the engine may hold texts in another way.
    fn shaped(&self, rows: &RecordBatch) -> Result<RecordBatch, LedgerError> {
        let fields = self.schema.fields().iter().zip(rows.columns());
        let columns: Result<_, _> = fields.map(|(field, column)| cast(column, field.data_type())).collect();
        Ok(RecordBatch::try_new(self.schema.clone(), columns?)?)
    }

    fn begin(&self, at: usize) -> Result<Out, LedgerError> {
        let path = self.session.kept.beside(&kind(self.measure), &self.stale[at].rests_on);
        Out::new(path, self.schema.clone())
    }

    /// From now on the rows of the weeks before this one count as answered; some have none.
    fn close_until(&mut self, at: usize) -> Result<(), LedgerError> {
        while self.paths.len() < at {
            let week = self.paths.len();
            let out = match self.open.take() {
                Some(out) => out,
                None => self.begin(week)?,
            };
            let rests_on = &self.stale[week].rests_on;
            self.paths.push(self.session.kept.keep(&kind(self.measure), rests_on, &out.close()?)?);
        }
        Ok(())
    }
}

/// Why the rows by week of a measure cannot be what it says, by their columns.
fn wrong(measure: &Measure, weekly: &Weekly, columns: &[String]) -> Option<String> {
    let may = |view: &str| VIEWS.contains(&view) || (weekly.profile_days.is_some() && view == "observation");
    if !columns.iter().any(|name| name == "week") {
        return Some("the SQL of its [weekly] must return the column week".to_owned());
    }
    if let Some(other) = select::reads(&weekly.sql).iter().find(|view| !may(view)) {
        return Some(format!(
            "the SQL of its [weekly] reads {other}: it may read {} only, and observation where `profile_days` says how far \
             it looks. Read {other} in `sql`",
            VIEWS.join(", ")
        ));
    }
    (!select::reads(&measure.sql).contains("weekly"))
        .then(|| "its `sql` does not read the view `weekly`: read it, or take [weekly] away".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(sql: &str, weekly: &str, days: &str) -> Measure {
        let text = format!(
            "id = \"m\"\nversion = 1\nstatus = \"experimental\"\ntitle = \"M\"\nquestion = \"M?\"\n\
             domain = \"activity\"\nkind = \"rate\"\nunit = \"posts\"\npolarity = \"none\"\n\
             sql = \"{sql}\"\n[weekly]\nsql = \"{weekly}\"\n{days}\n"
        );
        Measure::from_toml(&text).unwrap()
    }

    #[test]
    fn what_rows_by_week_rest_on_is_their_sql_and_how_far_they_look_and_profiles_of_that_time() {
        let day = |day: i64| Instant::from_micros(day * DAY);
        let week = Week {
            starts_at: day(100),
            ends_at: day(107),
            parts: vec![(String::new(), Granularity::Edition, day(100), day(107))],
            seen: Vec::new(),
        };
        let of = |weekly: &str, days: &str, as_at: i64, seen: &[(i64, i64)]| {
            let profiles = seen.iter().map(|(first, last)| Profiles {
                sha256: format!("{first} {last}"),
                seen: Some((first * DAY, last * DAY)),
            });
            let weeks = Weeks {
                weeks: BTreeMap::new(),
                common: Sha256::new(),
                columns: Vec::new(),
                profiles: profiles.collect(),
            };
            let measure = measure("SELECT * FROM weekly", weekly, days);
            weeks.rests_on(&week, &measure, measure.weekly.as_ref().unwrap(), day(as_at), &[]).unwrap()
        };
        let [near, far] = ["profile_days = 7", "profile_days = 8"];
        let asked = of("SELECT 1", near, 200, &[(90, 110)]);
        assert_ne!(asked, of("SELECT 2", near, 200, &[(90, 110)]));
        assert_ne!(asked, of("SELECT 1", far, 200, &[(90, 110)]));
        assert_ne!(asked, of("SELECT 1", near, 200, &[(90, 110), (113, 120)]));
        assert_ne!(asked, of("SELECT 1", near, 110, &[(90, 110)]));
        // Neither what was seen later than it looks, nor an edition of a later day, changes anything.
        assert_eq!(asked, of("SELECT 1", near, 300, &[(90, 110), (114, 120)]));
        let without = of("SELECT 1", "", 200, &[(90, 110)]);
        assert_eq!(without, of("SELECT 1", "", 200, &[(101, 102)]));
    }

    #[test]
    fn rows_by_week_return_their_week_and_read_nothing_that_is_of_no_week() {
        let wrong = |sql: &str, weekly: &str, days: &str, columns: &[&str]| {
            let measure = measure(sql, weekly, days);
            let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
            wrong(&measure, measure.weekly.as_ref().unwrap(), &columns)
        };
        let [all, posts] = ["SELECT * FROM weekly", "SELECT * FROM post, day"];
        let week = &["week", "value"][..];
        assert_eq!(wrong(all, posts, "", week), None);
        assert!(wrong(all, posts, "", &["value"]).unwrap().contains("return the column week"));
        assert!(wrong(all, "SELECT * FROM observation", "", week).unwrap().contains("reads observation"));
        assert_eq!(wrong(all, "SELECT * FROM observation", "profile_days = 7", week), None);
        assert!(wrong(posts, posts, "", week).unwrap().contains("does not read"));
    }
}
