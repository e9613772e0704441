//! The small tables that views join with the ledger's: who belongs, which accounts are theirs, and how the
//! calendar divides the edition. Made from the question, never stored.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use jiff::civil::{Date, Weekday};
use someasure_model::{Account, AccountId, Instant, Period, Span, Table};

use crate::coverage::{Coverage, Watched};
use crate::error::LedgerError;
use crate::schema::TIMESTAMP;
use crate::session::Question;

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
/// Whose a row is, is always said: where the planner knows that, it can leave out the rows of others before it joins.
fn table(columns: Vec<(&str, DataType, ArrayRef)>) -> Result<RecordBatch, LedgerError> {
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns
        .into_iter()
        .map(|(name, kind, array)| (Field::new(name, kind, name != "organisation_id"), array))
        .unzip();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

pub(crate) fn organisations(question: &Question) -> Result<RecordBatch, LedgerError> {
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
pub(crate) fn accounts(
    question: &Question,
    watched: &[(Account, Watched)],
) -> Result<RecordBatch, LedgerError> {
    let (always, never) = (always(), never());
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

pub(crate) fn periods(question: &Question) -> Result<RecordBatch, LedgerError> {
    let all = || question.periods.iter();
    table(vec![
        ("period", DataType::Utf8, texts(all().map(|row| Some(row.id.as_str())))),
        ("granularity", DataType::Utf8, texts(all().map(|row| Some(row.granularity.as_str())))),
        ("starts_at", TIMESTAMP, times(all().map(|row| Some(row.starts_at)))),
        ("ends_at", TIMESTAMP, times(all().map(|row| Some(row.ends_at)))),
        ("days", DataType::Float64, Arc::new(Float64Array::from_iter_values(all().map(Period::days)))),
    ])
}

/// A piece of a calendar week (Monday to Sunday in the project's time zone), cut to its period.
pub(crate) struct Week<'q> {
    pub(crate) period: &'q Period,
    /// Its Monday.
    pub(crate) week: String,
    pub(crate) starts_at: Instant,
    pub(crate) ends_at: Instant,
}

pub(crate) fn pieces_of_weeks(question: &Question) -> Vec<Week<'_>> {
    let mut weeks = Vec::new();
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
            weeks.push(Week { period, week: monday.to_string(), starts_at, ends_at });
            monday = next;
        }
    }
    weeks
}

/// The weeks of each period.
pub(crate) fn weeks(question: &Question) -> Result<RecordBatch, LedgerError> {
    let weeks = pieces_of_weeks(question);
    let all = || weeks.iter();
    table(vec![
        ("period", DataType::Utf8, texts(all().map(|row| Some(row.period.id.as_str())))),
        ("granularity", DataType::Utf8, texts(all().map(|row| Some(row.period.granularity.as_str())))),
        ("week", DataType::Utf8, texts(all().map(|row| Some(row.week.as_str())))),
        ("starts_at", TIMESTAMP, times(all().map(|row| Some(row.starts_at)))),
        ("ends_at", TIMESTAMP, times(all().map(|row| Some(row.ends_at)))),
    ])
}

/// The same weeks, cut at every midnight UTC: a post finds its weeks by its day, which is far faster than by trying all.
pub(crate) fn days(question: &Question) -> Result<RecordBatch, LedgerError> {
    const DAY: i64 = 86_400_000_000;
    let weeks = pieces_of_weeks(question);
    let mut days: Vec<(&Week<'_>, Instant, Instant, Instant)> = Vec::new();
    for week in &weeks {
        let mut midnight = week.starts_at.micros().div_euclid(DAY) * DAY;
        while midnight < week.ends_at.micros() {
            let (day, next) = (Instant::from_micros(midnight), Instant::from_micros(midnight + DAY));
            days.push((week, day, week.starts_at.max(day), week.ends_at.min(next)));
            midnight += DAY;
        }
    }
    let all = || days.iter();
    table(vec![
        ("period", DataType::Utf8, texts(all().map(|(row, ..)| Some(row.period.id.as_str())))),
        ("granularity", DataType::Utf8, texts(all().map(|(row, ..)| Some(row.period.granularity.as_str())))),
        ("week", DataType::Utf8, texts(all().map(|(row, ..)| Some(row.week.as_str())))),
        ("day", TIMESTAMP, times(all().map(|(_, day, ..)| Some(*day)))),
        ("starts_at", TIMESTAMP, times(all().map(|(.., starts_at, _)| Some(*starts_at)))),
        ("ends_at", TIMESTAMP, times(all().map(|(.., ends_at)| Some(*ends_at)))),
    ])
}

/// The spans in which each account's tables were seen, not yet cut to periods. What a chat brought from beyond those of its
/// posts is not all that the account wrote, and is measured for nobody.
pub(crate) fn seen(watched: &[(Account, Watched)], coverage: &Coverage) -> Result<RecordBatch, LedgerError> {
    let accounts: BTreeSet<&AccountId> = watched.iter().map(|(_, row)| &row.account_id).collect();
    let mut spans: Vec<(&str, Table, Span)> = Vec::new();
    for account in accounts {
        for table in Table::ALL {
            spans.extend(coverage.spans(account, table).iter().map(|span| (account.as_str(), table, *span)));
        }
    }
    let all = || spans.iter();
    table(vec![
        ("account_id", DataType::Utf8, texts(all().map(|(account, ..)| Some(*account)))),
        ("table", DataType::Utf8, texts(all().map(|(_, table, _)| Some(table.as_str())))),
        ("starts_at", TIMESTAMP, times(all().map(|(.., span)| Some(span.from.unwrap_or(always()))))),
        ("ends_at", TIMESTAMP, times(all().map(|(.., span)| Some(span.to)))),
        (
            "truncated",
            DataType::Boolean,
            Arc::new(BooleanArray::from_iter(all().map(|(.., span)| Some(span.truncated)))),
        ),
    ])
}

/// The first instant that tables know.
fn always() -> Instant {
    "0001-01-01T00:00:00Z".parse().unwrap_or(Instant::from_micros(i64::MIN))
}
/// The instant after the last that they know.
fn never() -> Instant {
    "9999-01-01T00:00:00Z".parse().unwrap_or(Instant::from_micros(i64::MAX))
}
