//! Answers by week. The rows of some measures are each of one calendar week, and rest on nothing but the posts of that week, what
//! was seen in it and whose accounts are whose (`by_week` in the measure's file). As long as these are the same, so are the
//! rows: they are kept beside the ledger, and only weeks of which something was told are asked again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};
use someasure_model::{Granularity, Instant, Measure, Period, Platform};

use crate::answer::MeasureRow;
use crate::error::{At, LedgerError};
use crate::hash::hex;
use crate::latest::{day, days_of};
use crate::out::Out;
use crate::parquet::footer;
use crate::rows::Texts;
use crate::session::{Question, Session};
use crate::tables::pieces_of_weeks;

/// What a measure by week may read.
const VIEWS: [&str; 6] = ["account", "coverage", "day", "organisation", "post", "week"];

/// A file of posts, with what it says of the days on which they were written.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) path: PathBuf,
    /// By the day, UTC, since 1970.
    days: BTreeMap<i64, String>,
}

impl Piece {
    pub(crate) fn of(path: PathBuf) -> Result<Self, LedgerError> {
        let days = days_of(&footer(&path)?);
        Ok(Self { path, days })
    }

    /// What it says of the days of a span.
    fn within(&self, from: Instant, until: Instant) -> impl Iterator<Item = (&i64, &String)> {
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

/// The weeks of a question, by their Mondays, and the hash of what all of them rest on.
#[derive(Debug)]
pub(crate) struct Weeks {
    weeks: BTreeMap<String, Week>,
    common: Sha256,
    /// The hashes of what stands in the columns of accounts and organisations, by name.
    columns: Vec<(String, Vec<u8>)>,
}

/// Columns that views rest on, whatever a measure's SQL names.
const ALWAYS: [&str; 5] = ["organisation_id", "platform", "account_id", "starts_at", "ends_at"];

impl Weeks {
    pub(crate) fn of(
        question: &Question,
        tables: &[(&str, RecordBatch)],
        sightings: &[&str],
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
        sightings.iter().for_each(|sha256| add(&mut common, sha256));
        Ok(Self { weeks, common, columns })
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
    for row in 0..seen.num_rows() {
        let (from, until) = (starts_at.value(row), ends_at.value(row));
        let who =
            format!("{} {}", accounts.get(row).unwrap_or_default(), tables.get(row).unwrap_or_default());
        for ((week_from, week_until), hash) in spans.iter().zip(&mut hashes) {
            let (first, last) = (from.max(*week_from), until.min(*week_until));
            if first < last {
                let cut_off = truncated.is_some_and(|truncated| truncated.value(row)) && from >= *week_from;
                add(hash, &who);
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

/// The weeks of one measure: those whose rows are kept, and those that must be asked.
pub(crate) struct Asked {
    /// All of them, by their Mondays.
    mondays: BTreeSet<String>,
    /// The kept rows.
    pub(crate) kept: Vec<PathBuf>,
    /// By their Mondays, with what their rows rest on.
    stale: BTreeMap<String, (String, Instant, Instant)>,
}

impl Session<'_> {
    /// The weeks of a measure whose rows are each of one week; `None` for others, and where nothing was prepared.
    pub(crate) fn weeks_of(&self, measure: &Measure) -> Result<Option<Asked>, LedgerError> {
        let (true, Some(weeks), Some(pieces)) =
            (measure.by_week, &self.weeks, self.latest.get(&measure.counter_age_days))
        else {
            return Ok(None);
        };
        let kind = kind(measure);
        let sql = measure.sql.to_lowercase();
        let mut asked = Asked { mondays: BTreeSet::new(), kept: Vec::new(), stale: BTreeMap::new() };
        for (monday, week) in &weeks.weeks {
            let parts: Vec<_> = week
                .parts
                .iter()
                .filter(|(_, granularity, ..)| [Granularity::Edition, measure.period].contains(granularity))
                .collect();
            if parts.is_empty() {
                continue;
            }
            asked.mondays.insert(monday.clone());
            let mut hash = weeks.common.clone();
            add(&mut hash, &measure.sql);
            for (name, digest) in &weeks.columns {
                if ALWAYS.contains(&name.as_str()) || sql.contains(name.as_str()) {
                    hash.update(digest);
                }
            }
            for (period, granularity, starts_at, ends_at) in parts {
                add(&mut hash, &format!("{period} {} {starts_at} {ends_at}", granularity.as_str()));
            }
            add(&mut hash, &self.question.as_at.min(week.ends_at).to_string());
            hash.update(&week.seen);
            // The order of files says nothing: their names change with what they hold.
            let mut days: Vec<_> =
                pieces.iter().flat_map(|piece| piece.within(week.starts_at, week.ends_at)).collect();
            days.sort();
            days.iter().for_each(|(day, said)| add(&mut hash, &format!("{day} {said}")));
            let rests_on = hex(&hash.finalize());
            match self.kept.find(&kind, &rests_on)? {
                Some(path) => asked.kept.push(path),
                None => {
                    drop(asked.stale.insert(monday.clone(), (rests_on, week.starts_at, week.ends_at)));
                }
            }
        }
        Ok(Some(asked))
    }
}

fn kind(measure: &Measure) -> String {
    format!("week1.{}", measure.id)
}

impl Asked {
    pub(crate) fn is_all_kept(&self) -> bool {
        self.stale.is_empty()
    }

    /// Of a table of weeks or days, the rows that must be asked.
    pub(crate) fn of_table(&self, rows: &RecordBatch) -> Result<RecordBatch, LedgerError> {
        let week = Texts::of(rows, "week")?;
        let is_stale = |row| week.get(row).is_some_and(|monday| self.stale.contains_key(monday));
        let stale = BooleanArray::from_iter((0..rows.num_rows()).map(|row| Some(is_stale(row))));
        Ok(filter_record_batch(rows, &stale)?)
    }

    /// The files that may have posts of the weeks that must be asked.
    pub(crate) fn of_pieces(&self, pieces: &[Piece]) -> Vec<PathBuf> {
        let is_asked =
            |piece: &&Piece| self.stale.values().any(|(_, from, until)| piece.has_some(*from, *until));
        pieces.iter().filter(is_asked).map(|piece| piece.path.clone()).collect()
    }

    /// When posts of these weeks were written: spans that follow each other are one.
    pub(crate) fn spans(&self) -> Vec<(Instant, Instant)> {
        let mut spans: Vec<(Instant, Instant)> = Vec::new();
        for (_, from, until) in self.stale.values() {
            match spans.last_mut() {
                Some(last) if last.1 == *from => last.1 = *until,
                _ => spans.push((*from, *until)),
            }
        }
        spans
    }

    /// What writes down the rows of the weeks that were asked; `clusters`: the weeks by their number.
    pub(crate) fn keeper<'a>(
        self,
        session: &'a Session<'a>,
        measure: &Measure,
        has_n: bool,
        clusters: &[String],
    ) -> Result<Keeper<'a>, LedgerError> {
        if let Some(other) = clusters.iter().find(|week| !self.mondays.contains(*week)) {
            return Err(LedgerError::Measure {
                id: measure.id.to_string(),
                why: format!(
                    "it says `by_week`, and its SQL returns a row of the week '{other}', which is not one of the view \
                     `week`. Take `by_week` away, or join the view `day`"
                ),
            });
        }
        let numbers: [Number; 2] = [MeasureRow::first, MeasureRow::second];
        let of_kind = measure.kind.columns().iter().copied().zip(numbers);
        let mut keeper = Keeper {
            session,
            kind: kind(measure),
            columns: of_kind.chain(has_n.then_some(("n", MeasureRow::n as Number))).collect(),
            paths: self.kept,
            weeks: HashMap::new(),
            empty: Vec::new(),
        };
        for (monday, (rests_on, ..)) in self.stale {
            let out = Out::new(session.kept.beside(&keeper.kind, &rests_on), keeper.schema())?;
            match clusters.binary_search(&monday) {
                Ok(cluster) => drop(keeper.weeks.insert(cluster as u32, (monday, rests_on, out))),
                Err(_) => keeper.empty.push((rests_on, out)),
            }
        }
        Ok(keeper)
    }
}

/// A number of a row.
type Number = fn(&MeasureRow) -> Option<f64>;

/// Writes down rows, by week.
pub(crate) struct Keeper<'a> {
    session: &'a Session<'a>,
    kind: String,
    /// The columns of numbers.
    columns: Vec<(&'static str, Number)>,
    /// The weeks that were kept already.
    paths: Vec<PathBuf>,
    /// By the number of their cluster.
    weeks: HashMap<u32, (String, String, Out)>,
    /// Weeks without a row.
    empty: Vec<(String, Out)>,
}

impl Keeper<'_> {
    fn schema(&self) -> SchemaRef {
        let text = ["organisation_id", "platform", "period", "week"];
        let texts = text.into_iter().map(|name| Field::new(name, DataType::Utf8, false));
        let numbers = self.columns.iter().map(|(name, _)| Field::new(*name, DataType::Float64, true));
        Arc::new(Schema::new(texts.chain(numbers).collect::<Vec<_>>()))
    }

    /// Writes down the rows of some organisations, which are sorted.
    pub(crate) fn add(&mut self, rows: &[MeasureRow], platforms: &[Platform]) -> Result<(), LedgerError> {
        let mut by_week: BTreeMap<u32, Vec<&MeasureRow>> = BTreeMap::new();
        for row in rows.iter().filter(|row| self.weeks.contains_key(&row.cluster)) {
            by_week.entry(row.cluster).or_default().push(row);
        }
        let schema = self.schema();
        let question = &self.session.question;
        for (cluster, rows) in by_week {
            let Some((monday, _, out)) = self.weeks.get_mut(&cluster) else { continue };
            let text = |name: &dyn Fn(&MeasureRow) -> String| -> ArrayRef {
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| name(row))))
            };
            let mut columns = vec![
                text(&|row| question.organisations[row.organisation as usize].organisation_id.to_string()),
                text(&|row| platforms[row.platform as usize].to_string()),
                text(&|row| name(&question.periods[row.period as usize]).to_owned()),
                text(&|_| monday.clone()),
            ];
            columns.extend(self.columns.iter().map(|(_, number)| -> ArrayRef {
                Arc::new(Float64Array::from_iter(rows.iter().map(|row| number(row))))
            }));
            out.write(&RecordBatch::try_new(schema.clone(), columns)?)?;
        }
        Ok(())
    }

    /// From now on these rows count as answered.
    pub(crate) fn close(mut self) -> Result<(), LedgerError> {
        let weeks = self.weeks.drain().map(|(_, (_, rests_on, out))| (rests_on, out));
        let mut paths = self.paths;
        for (rests_on, out) in weeks.chain(self.empty) {
            paths.push(self.session.kept.keep(&self.kind, &rests_on, &out.close()?)?);
        }
        self.session.kept.only(&self.kind, &paths)
    }
}

/// Reads kept rows, batch by batch, with the names of the question's periods.
pub(crate) fn read(
    paths: &[PathBuf],
    question: &Question,
    mut each: impl FnMut(&RecordBatch) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    for path in paths {
        let of_file = |error| LedgerError::of_file(error, path);
        let file = File::open(path).at(path)?;
        let rows = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|rows| rows.build());
        for batch in rows.map_err(of_file)? {
            each(&named(&batch.map_err(|error| of_file(error.into()))?, question)?)?;
        }
    }
    Ok(())
}

fn named(batch: &RecordBatch, question: &Question) -> Result<RecordBatch, LedgerError> {
    let edition = question.periods.iter().find(|period| name(period).is_empty());
    let edition = edition.map_or("", |period| period.id.as_str());
    let periods = Texts::of(batch, "period")?;
    let name = |row| periods.get(row).filter(|name| !name.is_empty()).unwrap_or(edition);
    let mut columns = batch.columns().to_vec();
    columns[batch.schema().index_of("period")?] =
        Arc::new(StringArray::from_iter_values((0..batch.num_rows()).map(name)));
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

/// Why a measure that says it is by week cannot be.
pub(crate) fn wrong(measure: &Measure, clusters: &[String], reads: &BTreeSet<String>) -> Option<String> {
    let other = reads.iter().find(|view| !VIEWS.contains(&view.as_str()));
    match (measure.by_week, clusters == ["week"], other) {
        (true, false, _) => Some(
            "it says `by_week`, so its SQL must return the column week, and no other besides the subject's, the kind's and n"
                .to_owned(),
        ),
        (true, _, Some(view)) => Some(format!(
            "it says `by_week` and reads {view}: such a measure may read {} only. Take `by_week` away",
            VIEWS.join(", ")
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_by_week_returns_its_week_and_reads_nothing_that_is_of_no_week() {
        let text = |by_week: bool| {
            format!(
                "id = \"m\"\nversion = 1\nstatus = \"experimental\"\ntitle = \"M\"\nquestion = \"M?\"\n\
                 domain = \"activity\"\nkind = \"rate\"\nunit = \"posts\"\npolarity = \"none\"\nby_week = {by_week}\n\
                 sql = \"SELECT 1\"\n"
            )
        };
        let wrong = |by_week: bool, clusters: &[&str], reads: &[&str]| {
            let clusters: Vec<String> = clusters.iter().map(ToString::to_string).collect();
            let reads = reads.iter().map(ToString::to_string).collect();
            wrong(&Measure::from_toml(&text(by_week)).unwrap(), &clusters, &reads)
        };
        assert_eq!(wrong(true, &["week"], &["account", "post", "day"]), None);
        assert_eq!(wrong(false, &[], &["observation"]), None);
        assert!(wrong(true, &[], &["post"]).unwrap().contains("return the column week"));
        assert!(wrong(true, &["week", "post_id"], &["post"]).unwrap().contains("no other"));
        assert!(wrong(true, &["week"], &["observation"]).unwrap().contains("reads observation"));
    }
}
