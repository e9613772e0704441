//! Asks a measure's SQL and checks the answer: counts and exposures, not yet estimates. A wrong column, a
//! numerator above its denominator or an unknown organisation is refused with the row shown.

use std::collections::HashMap;
use std::path::PathBuf;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::util::display::array_value_to_string;
use someasure_model::{Kind, Measure, Platform};

use crate::answer::{Gathered, Known, MeasureAnswer, MeasureRow, SHARES, Sorted};
use crate::engine::Engine;
use crate::error::LedgerError;
use crate::manifest::Limits;
use crate::rows::Texts;
use crate::select;
use crate::session::Session;

const SUBJECT: [&str; 3] = ["organisation_id", "platform", "period"];

impl Session<'_> {
    /// Asks one measure. A quarter of the memory that it may use is for rows; more wait in files. What does not fit into the
    /// memory is asked of some organisations after the others, and in the end with the help of the disk.
    pub fn measure(&self, measure: &Measure) -> Result<MeasureAnswer, LedgerError> {
        let answer = self.rows_by_week(measure).and_then(|weeks| {
            let limits = self.limits();
            match self.answered_by(Engine::divided(limits)?, limits, measure, weeks.as_deref()) {
                Err(error) if error.is_of_memory() => {
                    self.answered_by(Engine::sparing(limits)?, limits, measure, weeks.as_deref())
                }
                answer => answer,
            }
        });
        answer.map_err(|error| match error {
            error if error.is_of_memory() => self.too_much(measure),
            LedgerError::Engine(error) => LedgerError::Measure {
                id: measure.id.to_string(),
                why: format!("its SQL does not run: {error}"),
            },
            other => other,
        })
    }

    fn answered_by(
        &self,
        engine: Engine,
        limits: Limits,
        measure: &Measure,
        weeks: Option<&[PathBuf]>,
    ) -> Result<MeasureAnswer, LedgerError> {
        let refuse = |why: String| LedgerError::Measure { id: measure.id.to_string(), why };
        let engine = self.shown_to(engine, measure, None)?;
        self.show_weekly(&engine, measure, weeks)?;
        let plan = select::plan(&engine, &measure.sql).map_err(refuse)?;
        let clusters = check_columns(measure, plan.schema().as_arrow()).map_err(refuse)?;
        let bytes = limits.memory_bytes.unwrap_or(usize::MAX) / 4;
        let mut reading = Reading::new(self, measure, clusters, bytes);
        let (mut first, mut together) = (0, SHARES);
        while first < SHARES {
            let shares = first..SHARES.min(first + together);
            let part = reading.rows.only(plan.clone(), &shares, &self.question)?;
            let asked = engine.stream_plan(part, |batch| {
                reading.read(&batch)?;
                // Eight times as many as are held may wait in files.
                let is_too_much = reading.names > bytes || reading.rows.bytes() / 8 > bytes;
                if is_too_much { Err(self.too_much(measure)) } else { Ok(()) }
            });
            match asked {
                Err(error) if error.is_of_memory() && together > 1 => {
                    reading.rows.forget(&shares);
                    together /= 8;
                }
                Err(error) => return Err(error),
                Ok(()) => first = shares.end,
            }
        }
        reading.finish()
    }

    fn too_much(&self, measure: &Measure) -> LedgerError {
        let why = format!(
            "its SQL needs more than the {} MB that it may use. A join without ON pairs every row with every row: say \
             what belongs together. Where the data are really so many, raise memory_mb under [limits] in someasure.toml, \
             or use fewer threads",
            self.ledger.limits.memory_bytes.unwrap_or(usize::MAX) >> 20
        );
        LedgerError::Measure { id: measure.id.to_string(), why }
    }
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

struct Reading<'a> {
    measure: &'a Measure,
    organisations: HashMap<&'a str, u32>,
    periods: HashMap<&'a str, u32>,
    platforms: HashMap<String, u32>,
    clusters: HashMap<String, u32>,
    cluster_columns: Vec<String>,
    rows: Gathered,
    /// Bytes of the clusters' names.
    names: usize,
}

impl<'a> Reading<'a> {
    fn new(
        session: &'a Session<'_>,
        measure: &'a Measure,
        cluster_columns: Vec<String>,
        bytes: usize,
    ) -> Self {
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
            rows: Gathered::new(question.organisations.len(), bytes),
            names: 0,
        }
    }

    fn read(&mut self, batch: &RecordBatch) -> Result<(), LedgerError> {
        let measure = self.measure;
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
        // A cluster of one text, as a week is, needs no putting together.
        let cluster_texts = match clusters.as_slice() {
            [column] if column.data_type().is_string() => Some(Texts::from_array(column)?),
            _ => None,
        };
        let get = |column: &Float64Array, row: usize| column.is_valid(row).then(|| column.value(row));
        let (mut bodies, mut spans, mut networks, mut weeks) =
            (Again::default(), Again::default(), Again::default(), Again::default());
        for row in 0..batch.num_rows() {
            let refuse = |why: &str| refused(measure, batch, row, why);
            let id = organisation.get(row).ok_or_else(|| refuse("organisation_id is null"))?;
            let organisation = bodies
                .place(id, || self.organisations.get(id).copied())
                .ok_or_else(|| refuse("the organisation is not in the edition"))?;
            let period = period.get(row).and_then(|id| spans.place(id, || self.periods.get(id).copied()));
            let period = period.ok_or_else(|| refuse("the period is not one of the view `period`"))?;
            let (first, second) = (get(&first, row), get(&second, row));
            self.check(first, second).map_err(refuse)?;
            let n = n.as_ref().and_then(|n| get(n, row));
            if n.is_some_and(|n| !(n >= 0.0 && n.fract() == 0.0)) {
                return Err(refuse("n is not a whole number"));
            }
            let name = platform.get(row).ok_or_else(|| refuse("platform is null"))?;
            let platform = networks
                .place(name, || name.parse::<Platform>().is_ok().then(|| intern(&mut self.platforms, name)))
                .ok_or_else(|| refuse("platform is not a platform's id"))?;
            let cluster = match (clusters.as_slice(), &cluster_texts) {
                ([], _) => 0,
                (_, Some(texts)) => {
                    let name = texts.get(row).unwrap_or_default();
                    weeks.place(name, || Some(self.cluster(name))).unwrap_or(0)
                }
                (columns, None) => {
                    let texts = columns
                        .iter()
                        .map(|column| Ok(array_value_to_string(column, row)?))
                        .collect::<Result<Vec<_>, LedgerError>>()?;
                    self.cluster(&texts.join("\u{1f}"))
                }
            };
            let [first, second, n] = [first, second, n].map(Known::of);
            self.rows.push(MeasureRow { organisation, platform, period, cluster, first, second, n })?;
        }
        Ok(())
    }

    fn cluster(&mut self, name: &str) -> u32 {
        let known = self.clusters.len();
        let place = intern(&mut self.clusters, name);
        self.names += (self.clusters.len() - known) * (name.len() + 64);
        place
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

    fn finish(self) -> Result<MeasureAnswer, LedgerError> {
        let (platforms, platform_places) = ranked(self.platforms);
        let (_, cluster_places) = ranked(self.clusters);
        let sorted = Sorted {
            platforms: platforms.iter().filter_map(|name| name.parse().ok()).collect(),
            platform_places,
            cluster_places,
            clustered: !self.cluster_columns.is_empty(),
        };
        self.rows.answer(sorted)
    }
}

/// Finds places by texts, of which one often follows itself.
#[derive(Default)]
struct Again<'b>(Option<(&'b str, u32)>);

impl<'b> Again<'b> {
    fn place(&mut self, text: &'b str, find: impl FnOnce() -> Option<u32>) -> Option<u32> {
        if self.0.is_none_or(|(last, _)| last != text) {
            self.0 = Some((text, find()?));
        }
        self.0.map(|(_, place)| place)
    }
}

/// A row that cannot be, shown.
fn refused(measure: &Measure, batch: &RecordBatch, row: usize, why: &str) -> LedgerError {
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
        id: measure.id.to_string(),
        why: format!("its SQL returns a row that cannot be: {why} ({})", shown.join(", ")),
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
