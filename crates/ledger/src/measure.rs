//! Asks a measure's SQL and checks the answer: counts and exposures, not yet estimates. A wrong column, a
//! numerator above its denominator or an unknown organisation is refused with the row shown.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::DataFusionError;
use someasure_model::{Kind, Measure, Platform};

use crate::error::LedgerError;
use crate::rows::Texts;
use crate::select;
use crate::session::Session;

/// One row of a measure's answer. Weeks of accounts come by the million, so a row is small.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureRow {
    /// Place in the question's list of organisations.
    pub organisation: u32,
    /// Place in [`MeasureRows::platforms`].
    pub platform: u32,
    /// Place in the question's list of periods.
    pub period: u32,
    /// Which cluster the row belongs to; rows of one cluster share the number.
    pub cluster: u32,
    first: Known,
    second: Known,
    n: Known,
}

impl MeasureRow {
    /// numerator, events or value; `None`: the platform did not say.
    pub fn first(&self) -> Option<f64> {
        self.first.get()
    }
    /// denominator, exposure or observed (1 or 0); for value and sample the same as `first`.
    pub fn second(&self) -> Option<f64> {
        self.second.get()
    }
    /// How many units the row stands for, where the SQL returns `n`.
    pub fn n(&self) -> Option<f64> {
        self.n.get()
    }
}

/// A finite number, or none: no row has one that is not finite.
#[derive(Debug, Clone, Copy)]
struct Known(f64);

impl Known {
    fn of(number: Option<f64>) -> Self {
        Self(number.unwrap_or(f64::NAN))
    }
    fn get(self) -> Option<f64> {
        (!self.0.is_nan()).then_some(self.0)
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// A measure's answer, sorted by every column, so that it does not depend on the number of threads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MeasureRows {
    /// The rows.
    pub rows: Vec<MeasureRow>,
    /// The platforms that occur, sorted.
    pub platforms: Vec<Platform>,
    /// Whether the SQL returned cluster columns.
    pub clustered: bool,
}

const SUBJECT: [&str; 3] = ["organisation_id", "platform", "period"];

impl Session<'_> {
    /// Asks one measure.
    pub fn measure(&self, measure: &Measure) -> Result<MeasureRows, LedgerError> {
        let refuse = |why: String| LedgerError::Measure { id: measure.id.to_string(), why };
        let engine = self.engine(measure)?;
        let sql = measure.sql.trim().trim_end_matches(';');
        let plan = select::plan(&engine, sql).map_err(refuse)?;
        let clusters = check_columns(measure, plan.schema().as_arrow()).map_err(refuse)?;
        let mut reading = Reading::new(self, measure, clusters);
        let most = self.limits.memory_bytes.unwrap_or(usize::MAX);
        engine
            .stream_plan(plan, |batch| {
                reading.read(&batch)?;
                // They are there twice when they are put together at the end.
                if reading.bytes() > most / 4 { Err(refuse(too_much(most))) } else { Ok(()) }
            })
            .map_err(|error| match error {
                LedgerError::Engine(error) => match error.find_root() {
                    DataFusionError::ResourcesExhausted(_) => refuse(too_much(most)),
                    _ => refuse(format!("its SQL does not run: {error}")),
                },
                other => other,
            })?;
        Ok(reading.finish())
    }
}

fn too_much(bytes: usize) -> String {
    format!(
        "its SQL needs more than the {} MB that it may use. A join without ON pairs every row with every row: say what \
         belongs together. Where the data are really so many, raise memory_mb under [limits] in someasure.toml, or use fewer threads",
        bytes >> 20
    )
}

/// The cluster columns: those that are neither the subject nor the kind's own nor `n`.
fn check_columns(measure: &Measure, schema: &Schema) -> Result<Vec<String>, String> {
    let wanted: Vec<&str> = SUBJECT.iter().chain(measure.kind.columns()).copied().collect();
    for name in &wanted {
        let found = schema.fields().iter().filter(|field| field.name() == name).count();
        if found != 1 {
            let returned: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            return Err(format!(
                "its SQL must return the column '{name}' {}; a {} needs {}, and it returns {}",
                if found == 0 { "and does not" } else { "once only" },
                measure.kind.as_str(),
                wanted.join(", "),
                returned.join(", ")
            ));
        }
    }
    for name in measure.kind.columns().iter().chain(["n"].iter()) {
        if let Ok(field) = schema.field_with_name(name)
            && !(field.data_type().is_numeric()
                || matches!(field.data_type(), DataType::Boolean | DataType::Null))
        {
            return Err(format!("its column '{name}' must be a number, and is {}", field.data_type()));
        }
    }
    Ok(schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .filter(|name| name != "n" && !wanted.contains(&name.as_str()))
        .collect())
}

/// Rows of a part.
const PART: usize = 1 << 16;

struct Reading<'a> {
    measure: &'a Measure,
    organisations: HashMap<&'a str, u32>,
    periods: HashMap<&'a str, u32>,
    platforms: HashMap<String, u32>,
    clusters: HashMap<String, u32>,
    cluster_columns: Vec<String>,
    /// The rows so far, in parts: one long list would be moved as it grows, and be there twice.
    full: Vec<Vec<MeasureRow>>,
    rows: Vec<MeasureRow>,
    /// Bytes of the clusters' names.
    names: usize,
}

impl<'a> Reading<'a> {
    fn new(session: &'a Session<'_>, measure: &'a Measure, cluster_columns: Vec<String>) -> Self {
        let question = &session.question;
        let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        Self {
            measure,
            organisations: question
                .organisations
                .iter()
                .enumerate()
                .map(|(at, row)| (row.organisation_id.as_str(), place(at)))
                .collect(),
            periods: question
                .periods
                .iter()
                .enumerate()
                .map(|(at, row)| (row.id.as_str(), place(at)))
                .collect(),
            platforms: HashMap::new(),
            clusters: HashMap::new(),
            cluster_columns,
            full: Vec::new(),
            rows: Vec::new(),
            names: 0,
        }
    }

    /// What is held in memory, roughly.
    fn bytes(&self) -> usize {
        (self.full.len() * PART + self.rows.len()) * size_of::<MeasureRow>() + self.names
    }

    fn read(&mut self, batch: &RecordBatch) -> Result<(), LedgerError> {
        let organisation = Texts::of(batch, SUBJECT[0])?;
        let platform = Texts::of(batch, SUBJECT[1])?;
        let period = Texts::of(batch, SUBJECT[2])?;
        let names = self.measure.kind.columns();
        let first = numbers(batch, names[0])?;
        let second = numbers(batch, names.get(1).copied().unwrap_or(names[0]))?;
        let n = batch.schema().index_of("n").is_ok().then(|| numbers(batch, "n")).transpose()?;
        let clusters: Vec<ArrayRef> = self
            .cluster_columns
            .iter()
            .map(|name| Ok(batch.column(batch.schema().index_of(name)?).clone()))
            .collect::<Result<_, LedgerError>>()?;
        let get = |column: &Float64Array, row: usize| column.is_valid(row).then(|| column.value(row));
        for row in 0..batch.num_rows() {
            let refuse = |why: &str| self.refuse(batch, row, why);
            let id = organisation.get(row).ok_or_else(|| refuse("organisation_id is null"))?;
            let organisation = *self
                .organisations
                .get(id)
                .ok_or_else(|| refuse("the organisation is not in the edition"))?;
            let period = period.get(row).and_then(|id| self.periods.get(id).copied());
            let period = period.ok_or_else(|| refuse("the period is not one of the view `period`"))?;
            let (first, second) = (get(&first, row), get(&second, row));
            self.check(first, second).map_err(refuse)?;
            let n = n.as_ref().and_then(|n| get(n, row));
            if n.is_some_and(|n| !(n >= 0.0 && n.fract() == 0.0)) {
                return Err(refuse("n is not a whole number"));
            }
            let name = platform.get(row).ok_or_else(|| refuse("platform is null"))?;
            if name.parse::<Platform>().is_err() {
                return Err(refuse("platform is not a platform's id"));
            }
            let platform = intern(&mut self.platforms, name);
            let cluster = match clusters.as_slice() {
                [] => 0,
                columns => {
                    let texts = columns
                        .iter()
                        .map(|column| Ok(array_value_to_string(column, row)?))
                        .collect::<Result<Vec<_>, LedgerError>>()?;
                    let (name, known) = (texts.join("\u{1f}"), self.clusters.len());
                    let place = intern(&mut self.clusters, &name);
                    self.names += (self.clusters.len() - known) * (name.len() + 64);
                    place
                }
            };
            let [first, second, n] = [first, second, n].map(Known::of);
            if self.rows.len() == PART {
                self.full.push(std::mem::replace(&mut self.rows, Vec::with_capacity(PART)));
            }
            self.rows.push(MeasureRow { organisation, platform, period, cluster, first, second, n });
        }
        Ok(())
    }

    fn check(&self, first: Option<f64>, second: Option<f64>) -> Result<(), &'static str> {
        if [first, second].into_iter().flatten().any(|value| !value.is_finite()) {
            return Err("a value is not a finite number; return NULL for what is not known");
        }
        let (Some(first), Some(second)) = (first, second) else { return Ok(()) };
        match self.measure.kind {
            Kind::Proportion if first < 0.0 || second < 0.0 => Err("a count is below zero"),
            Kind::Proportion if first > second => Err("the numerator is above the denominator"),
            Kind::Rate if first < 0.0 => Err("events are below zero"),
            Kind::Rate if second < 0.0 => Err("the exposure is below zero"),
            Kind::Rate if second == 0.0 && first > 0.0 => Err("there are events without exposure"),
            Kind::Duration if first < 0.0 => Err("a duration is below zero"),
            Kind::Duration if second != 0.0 && second != 1.0 => Err("observed is neither true nor false"),
            _ => Ok(()),
        }
    }

    fn refuse(&self, batch: &RecordBatch, row: usize, why: &str) -> LedgerError {
        let shown: Vec<String> = batch
            .schema()
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| {
                let value = if column.is_null(row) {
                    "NULL".to_owned()
                } else {
                    array_value_to_string(column, row).unwrap_or_default()
                };
                format!("{} = {value}", field.name())
            })
            .collect();
        LedgerError::Measure {
            id: self.measure.id.to_string(),
            why: format!("its SQL returns a row that cannot be: {why} ({})", shown.join(", ")),
        }
    }

    fn finish(self) -> MeasureRows {
        let (platforms, platform_places) = ranked(self.platforms);
        let (_, cluster_places) = ranked(self.clusters);
        let mut rows = Vec::with_capacity(self.full.len() * PART + self.rows.len());
        for part in self.full.into_iter().chain([self.rows]) {
            rows.extend(part);
        }
        for row in &mut rows {
            row.platform = platform_places[row.platform as usize];
            row.cluster = cluster_places.get(row.cluster as usize).copied().unwrap_or(0);
        }
        // Rows that compare equal are the same, so that sorting in place gives one order.
        rows.sort_unstable_by(|a, b| {
            let key = |row: &MeasureRow| (row.organisation, row.platform, row.period, row.cluster);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.first.0.total_cmp(&b.first.0))
                .then_with(|| a.second.0.total_cmp(&b.second.0))
                .then_with(|| a.n.0.total_cmp(&b.n.0))
        });
        MeasureRows {
            rows,
            platforms: platforms.iter().filter_map(|name| name.parse().ok()).collect(),
            clustered: !self.cluster_columns.is_empty(),
        }
    }
}

fn intern(known: &mut HashMap<String, u32>, text: &str) -> u32 {
    if let Some(place) = known.get(text) {
        return *place;
    }
    let place = u32::try_from(known.len()).unwrap_or(u32::MAX);
    known.insert(text.to_owned(), place);
    place
}

/// The texts sorted, and for each old place the new one.
fn ranked(known: HashMap<String, u32>) -> (Vec<String>, Vec<u32>) {
    let mut texts: Vec<(String, u32)> = known.into_iter().collect();
    texts.sort();
    let mut places = vec![0; texts.len()];
    for (new, (_, old)) in texts.iter().enumerate() {
        places[*old as usize] = u32::try_from(new).unwrap_or(u32::MAX);
    }
    (texts.into_iter().map(|(text, _)| text).collect(), places)
}

fn numbers(batch: &RecordBatch, name: &str) -> Result<Float64Array, LedgerError> {
    let array = cast(batch.column(batch.schema().index_of(name)?), &DataType::Float64)?;
    Ok(array.as_any().downcast_ref::<Float64Array>().cloned().unwrap_or_else(|| Float64Array::new_null(0)))
}
