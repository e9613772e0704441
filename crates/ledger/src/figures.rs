//! Figures as Parquet: the same rows and columns as in the CSV beside it.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
    UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use someasure_model::{Answer, Edition, Instant, Measure};

use crate::error::LedgerError;
use crate::parquet::properties;
use crate::schema::TIMESTAMP;

/// The figures of an edition as one Parquet file.
pub fn figures_parquet(edition: &Edition) -> Result<Vec<u8>, LedgerError> {
    let figures = &edition.figures;
    let unit = |id| {
        edition
            .measures
            .iter()
            .find(|measure: &&Measure| measure.id == id)
            .map_or("posts", |measure| &measure.counts)
    };
    let schema = Arc::new(Schema::new(vec![
        Field::new("edition", DataType::Utf8, false),
        Field::new("organisation_id", DataType::Utf8, false),
        Field::new("measure_id", DataType::Utf8, false),
        Field::new("measure_version", DataType::UInt32, false),
        Field::new("platform", DataType::Utf8, false),
        Field::new("period", DataType::Utf8, false),
        Field::new("value", DataType::Float64, true),
        Field::new("lower", DataType::Float64, true),
        Field::new("upper", DataType::Float64, true),
        Field::new("level", DataType::Float64, true),
        Field::new("n", DataType::UInt64, false),
        Field::new("status", DataType::Utf8, false),
        Field::new("reason", DataType::Utf8, true),
        Field::new("cut_off", DataType::Boolean, false),
        Field::new("collected_at", TIMESTAMP, true),
    ]));
    let texts = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
    let numbers = |values: Vec<Option<f64>>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let interval = |pick: fn(someasure_model::Interval) -> f64| {
        numbers(figures.iter().map(|figure| figure.answer.interval().map(pick)).collect())
    };
    let columns = vec![
        texts(figures.iter().map(|_| edition.edition.as_str()).collect()),
        texts(figures.iter().map(|figure| figure.organisation_id.as_str()).collect()),
        texts(figures.iter().map(|figure| figure.measure_id.as_str()).collect()),
        Arc::new(UInt32Array::from_iter_values(figures.iter().map(|figure| figure.measure_version)))
            as ArrayRef,
        texts(figures.iter().map(|figure| figure.platform.as_str()).collect()),
        texts(figures.iter().map(|figure| figure.period.as_str()).collect()),
        numbers(figures.iter().map(|figure| figure.answer.value()).collect()),
        interval(|interval| interval.lower),
        interval(|interval| interval.upper),
        interval(|interval| interval.level),
        Arc::new(UInt64Array::from_iter_values(figures.iter().map(|figure| figure.n))) as ArrayRef,
        texts(figures.iter().map(|figure| figure.answer.status()).collect()),
        Arc::new(StringArray::from_iter(figures.iter().map(|figure| match &figure.answer {
            Answer::Value(..) => None,
            Answer::Missing(missing) => Some(missing.reason(unit(figure.measure_id.clone()))),
        }))) as ArrayRef,
        Arc::new(BooleanArray::from(figures.iter().map(|figure| figure.cut_off).collect::<Vec<_>>()))
            as ArrayRef,
        Arc::new(TimestampMicrosecondArray::from_iter(
            figures.iter().map(|figure| figure.collected_at.map(Instant::micros)),
        )) as ArrayRef,
    ];
    let rows = RecordBatch::try_new(schema.clone(), columns)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties()?))?;
    writer.write(&rows)?;
    writer.close()?;
    Ok(bytes)
}
