//! Figures as Parquet: the same rows and columns as in the CSV beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
    UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use someasure_model::{Answer, Edition, Figure, Instant, MeasureId};

use crate::error::LedgerError;
use crate::parquet::properties;
use crate::schema::TIMESTAMP;

/// Figures that are turned into columns at a time, so that millions need little more memory than their file.
const ROWS: usize = 1 << 16;

/// The figures of an edition as one Parquet file.
pub fn figures_parquet(edition: &Edition) -> Result<Vec<u8>, LedgerError> {
    let mut fields = vec![
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
    ];
    if edition.simulated {
        fields.push(Field::new("simulated", DataType::Boolean, false));
    }
    let schema = Arc::new(Schema::new(fields));
    let counts: BTreeMap<&MeasureId, &str> =
        edition.measures.iter().map(|measure| (&measure.id, measure.counts.as_str())).collect();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties()?))?;
    for figures in edition.figures.chunks(ROWS) {
        let mut columns = columns(&edition.edition, &counts, figures);
        if edition.simulated {
            columns.push(Arc::new(BooleanArray::from(vec![true; figures.len()])));
        }
        writer.write(&RecordBatch::try_new(schema.clone(), columns)?)?;
    }
    writer.close()?;
    Ok(bytes)
}

fn columns(edition: &str, counts: &BTreeMap<&MeasureId, &str>, figures: &[Figure]) -> Vec<ArrayRef> {
    let texts = |pick: fn(&Figure) -> &str| {
        Arc::new(StringArray::from_iter_values(figures.iter().map(pick))) as ArrayRef
    };
    let numbers = |pick: fn(&Answer) -> Option<f64>| {
        Arc::new(Float64Array::from_iter(figures.iter().map(|figure| pick(&figure.answer)))) as ArrayRef
    };
    let reason = |figure: &Figure| match &figure.answer {
        Answer::Value(..) => None,
        Answer::Missing(missing) => {
            Some(missing.reason(counts.get(&figure.measure_id).copied().unwrap_or("posts")))
        }
    };
    vec![
        Arc::new(StringArray::from_iter_values(figures.iter().map(|_| edition))),
        texts(|figure| figure.organisation_id.as_str()),
        texts(|figure| figure.measure_id.as_str()),
        Arc::new(UInt32Array::from_iter_values(figures.iter().map(|figure| figure.measure_version))),
        texts(|figure| figure.platform.as_str()),
        texts(|figure| figure.period.as_str()),
        numbers(Answer::value),
        numbers(|answer| answer.interval().map(|interval| interval.lower)),
        numbers(|answer| answer.interval().map(|interval| interval.upper)),
        numbers(|answer| answer.interval().map(|interval| interval.level)),
        Arc::new(UInt64Array::from_iter_values(figures.iter().map(|figure| figure.n))),
        texts(|figure| figure.answer.status()),
        Arc::new(StringArray::from_iter(figures.iter().map(reason))),
        Arc::new(BooleanArray::from_iter(figures.iter().map(|figure| Some(figure.cut_off)))),
        Arc::new(TimestampMicrosecondArray::from_iter(
            figures.iter().map(|figure| figure.collected_at.map(Instant::micros)),
        )),
    ]
}
