//! Model structs to columns and back.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, ListArray, ListBuilder, RecordBatch, StringArray,
    StringBuilder, StructArray, StructBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use someasure_model::{
    AccountId, Attempt, Batch, Follow, Instant, LeftOut, Media, Observation, Outcome, Post, PostKind,
    Reading, Sighting, Table,
};

use crate::error::LedgerError;
use crate::schema::{TIMESTAMP, media_fields, schema};

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(StringArray::from_iter(values))
}
fn counts(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(Int64Array::from_iter(values))
}
fn times(values: impl Iterator<Item = Instant>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(values.map(Instant::micros)))
}
fn lists<'a>(values: impl Iterator<Item = Option<&'a [String]>>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for value in values {
        if let Some(items) = value {
            for item in items {
                builder.values().append_value(item);
            }
        }
        builder.append(value.is_some());
    }
    Arc::new(builder.finish())
}
/// The platform is what stands before the colon of an id.
fn platforms<'a>(ids: impl Iterator<Item = &'a str>) -> ArrayRef {
    texts(ids.map(|id| id.split_once(':').map(|(platform, _)| platform)))
}
fn same(value: &str, rows: usize) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(std::iter::repeat_n(value, rows)))
}

pub(crate) fn observations(rows: &[Observation], batch: &str) -> Result<RecordBatch, LedgerError> {
    let columns = vec![
        texts(rows.iter().map(|row| Some(row.account_id.as_str()))),
        platforms(rows.iter().map(|row| row.account_id.as_str())),
        times(rows.iter().map(|row| row.observed_at)),
        texts(rows.iter().map(|row| row.handle.as_ref().map(AsRef::as_ref))),
        counts(rows.iter().map(|row| row.followers)),
        counts(rows.iter().map(|row| row.following)),
        counts(rows.iter().map(|row| row.posts)),
        texts(rows.iter().map(|row| row.display_name.as_deref())),
        texts(rows.iter().map(|row| row.bio.as_deref())),
        texts(rows.iter().map(|row| row.website.as_deref())),
        same(batch, rows.len()),
    ];
    Ok(RecordBatch::try_new(schema(Table::Observation), columns)?)
}

pub(crate) fn posts(rows: &[Post], batch: &str) -> Result<RecordBatch, LedgerError> {
    let mut media = ListBuilder::new(StructBuilder::from_fields(media_fields(), 0));
    for row in rows {
        for item in row.media.iter().flatten() {
            let fields = media.values();
            if let Some(kind) = fields.field_builder::<StringBuilder>(0) {
                kind.append_value(&item.kind);
            }
            if let Some(alt_text) = fields.field_builder::<StringBuilder>(1) {
                alt_text.append_option(item.alt_text.as_deref());
            }
            fields.append(true);
        }
        media.append(row.media.is_some());
    }
    let columns = vec![
        texts(rows.iter().map(|row| Some(row.post_id.as_str()))),
        platforms(rows.iter().map(|row| row.post_id.as_str())),
        texts(rows.iter().map(|row| Some(row.account_id.as_str()))),
        times(rows.iter().map(|row| row.created_at)),
        times(rows.iter().map(|row| row.observed_at)),
        texts(rows.iter().map(|row| row.kind.map(|kind| kind.as_str()))),
        texts(rows.iter().map(|row| row.in_reply_to_post_id.as_ref().map(AsRef::as_ref))),
        texts(rows.iter().map(|row| row.in_reply_to_account_id.as_ref().map(AsRef::as_ref))),
        texts(rows.iter().map(|row| row.conversation_id.as_deref())),
        texts(rows.iter().map(|row| row.quoted_post_id.as_ref().map(AsRef::as_ref))),
        texts(rows.iter().map(|row| row.language.as_deref())),
        texts(rows.iter().map(|row| row.text.as_deref())),
        lists(rows.iter().map(|row| row.hashtags.as_deref())),
        lists(rows.iter().map(|row| row.mentions.as_deref())),
        lists(rows.iter().map(|row| row.links.as_deref())),
        Arc::new(media.finish()),
        counts(rows.iter().map(|row| row.hashtag_count)),
        counts(rows.iter().map(|row| row.mention_count)),
        counts(rows.iter().map(|row| row.link_count)),
        counts(rows.iter().map(|row| row.media_count)),
        counts(rows.iter().map(|row| row.answered_after_seconds)),
        same(batch, rows.len()),
    ];
    Ok(RecordBatch::try_new(schema(Table::Post), columns)?)
}

pub(crate) fn readings(rows: &[Reading], batch: &str) -> Result<RecordBatch, LedgerError> {
    let columns = vec![
        texts(rows.iter().map(|row| Some(row.post_id.as_str()))),
        platforms(rows.iter().map(|row| row.post_id.as_str())),
        times(rows.iter().map(|row| row.observed_at)),
        counts(rows.iter().map(|row| row.likes)),
        counts(rows.iter().map(|row| row.reposts)),
        counts(rows.iter().map(|row| row.replies)),
        counts(rows.iter().map(|row| row.quotes)),
        counts(rows.iter().map(|row| row.views)),
        same(batch, rows.len()),
    ];
    Ok(RecordBatch::try_new(schema(Table::Reading), columns)?)
}

pub(crate) fn follows(rows: &[Follow], batch: &str) -> Result<RecordBatch, LedgerError> {
    let columns = vec![
        texts(rows.iter().map(|row| Some(row.follower_id.as_str()))),
        texts(rows.iter().map(|row| Some(row.followed_id.as_str()))),
        platforms(rows.iter().map(|row| row.follower_id.as_str())),
        times(rows.iter().map(|row| row.observed_at)),
        same(batch, rows.len()),
    ];
    Ok(RecordBatch::try_new(schema(Table::Follow), columns)?)
}

pub(crate) fn sightings(rows: &[Sighting], batch: &str) -> Result<RecordBatch, LedgerError> {
    let columns = vec![
        texts(rows.iter().map(|row| Some(row.chat.as_str()))),
        texts(rows.iter().map(|row| Some(row.post_id.as_str()))),
        platforms(rows.iter().map(|row| row.post_id.as_str())),
        texts(rows.iter().map(|row| row.account_id.as_ref().map(AsRef::as_ref))),
        times(rows.iter().map(|row| row.observed_at)),
        counts(rows.iter().map(|row| Some(row.times))),
        texts(rows.iter().map(|row| row.left_out.map(LeftOut::as_str))),
        same(batch, rows.len()),
    ];
    Ok(RecordBatch::try_new(schema(Table::Sighting), columns)?)
}

pub(crate) fn attempts(rows: &[Attempt], batch: &str) -> Result<RecordBatch, LedgerError> {
    let covers_from =
        TimestampMicrosecondArray::from_iter(rows.iter().map(|row| row.covers_from.map(Instant::micros)));
    let columns = vec![
        same(batch, rows.len()),
        texts(rows.iter().map(|row| Some(row.account_id.as_str()))),
        platforms(rows.iter().map(|row| row.account_id.as_str())),
        texts(rows.iter().map(|row| Some(row.table.as_str()))),
        times(rows.iter().map(|row| row.attempted_at)),
        Arc::new(covers_from) as ArrayRef,
        times(rows.iter().map(|row| row.covers_to)),
        Arc::new(BooleanArray::from_iter(rows.iter().map(|row| Some(row.truncated)))) as ArrayRef,
        texts(rows.iter().map(|row| Some(row.outcome.as_str()))),
        texts(rows.iter().map(|row| row.detail.as_deref())),
        counts(rows.iter().map(|row| Some(row.rows))),
    ];
    Ok(RecordBatch::try_new(schema(Table::Attempt), columns)?)
}

pub(crate) fn batches(rows: &[Batch]) -> Result<RecordBatch, LedgerError> {
    let columns = vec![
        texts(rows.iter().map(|row| Some(row.batch.as_str()))),
        times(rows.iter().map(|row| row.started_at)),
        times(rows.iter().map(|row| row.finished_at)),
        texts(rows.iter().map(|row| Some(row.source.as_str()))),
        texts(rows.iter().map(|row| Some(row.lane.as_str()))),
        texts(rows.iter().map(|row| Some(row.retention.as_str()))),
        texts(rows.iter().map(|row| Some(row.tool_version.as_str()))),
        texts(rows.iter().map(|row| Some(row.input_hash.as_str()))),
    ];
    Ok(RecordBatch::try_new(schema(Table::Batch), columns)?)
}

/// One column, read as text whatever kind of text it is.
pub(crate) struct Texts(StringArray);

impl Texts {
    pub(crate) fn of(batch: &RecordBatch, name: &str) -> Result<Self, LedgerError> {
        Self::from_array(batch.column(batch.schema().index_of(name)?))
    }
    pub(crate) fn from_array(array: &ArrayRef) -> Result<Self, LedgerError> {
        let array = cast(array, &DataType::Utf8)?;
        Ok(Self(
            array.as_any().downcast_ref::<StringArray>().cloned().unwrap_or_else(|| StringArray::new_null(0)),
        ))
    }
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter()
    }
}

pub(crate) struct Counts(Int64Array);

impl Counts {
    pub(crate) fn of(batch: &RecordBatch, name: &str) -> Result<Self, LedgerError> {
        let array = cast(batch.column(batch.schema().index_of(name)?), &DataType::Int64)?;
        Ok(Self(
            array.as_any().downcast_ref::<Int64Array>().cloned().unwrap_or_else(|| Int64Array::new_null(0)),
        ))
    }
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

pub(crate) struct Times(TimestampMicrosecondArray);

impl Times {
    pub(crate) fn of(batch: &RecordBatch, name: &str) -> Result<Self, LedgerError> {
        let array = cast(batch.column(batch.schema().index_of(name)?), &TIMESTAMP)?;
        Ok(Self(
            array
                .as_any()
                .downcast_ref::<TimestampMicrosecondArray>()
                .cloned()
                .unwrap_or_else(|| TimestampMicrosecondArray::new_null(0)),
        ))
    }
    pub(crate) fn get(&self, row: usize) -> Option<Instant> {
        self.0.is_valid(row).then(|| Instant::from_micros(self.0.value(row)))
    }
}

/// Lists, as a column holds them: where each begins and ends among the items of all.
struct Lists(Option<ListArray>);

impl Lists {
    fn of(batch: &RecordBatch, name: &str) -> Result<Self, LedgerError> {
        Ok(Self(batch.column(batch.schema().index_of(name)?).as_any().downcast_ref::<ListArray>().cloned()))
    }
    fn items(&self) -> Option<&ArrayRef> {
        self.0.as_ref().map(ListArray::values)
    }
    /// Where the items of a row stand.
    fn places(&self, row: usize) -> Option<Range<usize>> {
        let lists = self.0.as_ref().filter(|lists| lists.is_valid(row))?;
        let place = |at: usize| usize::try_from(lists.value_offsets()[at]).unwrap_or(0);
        Some(place(row)..place(row + 1))
    }
    fn get<T>(&self, row: usize, item: impl Fn(usize) -> Option<T>) -> Option<Vec<T>> {
        Some(self.places(row)?.filter_map(item).collect())
    }
}

/// Lists of texts.
struct TextLists(Lists, Option<Texts>);

impl TextLists {
    fn of(batch: &RecordBatch, name: &str) -> Result<Self, LedgerError> {
        let lists = Lists::of(batch, name)?;
        let items = lists.items().map(Texts::from_array).transpose()?;
        Ok(Self(lists, items))
    }
    fn get(&self, row: usize) -> Option<Vec<String>> {
        let items = self.1.as_ref()?;
        self.0.get(row, |item| items.get(item).map(str::to_owned))
    }
    fn any(&self, row: usize, is: impl Fn(&str) -> bool) -> bool {
        let (Some(items), Some(mut places)) = (&self.1, self.0.places(row)) else { return false };
        places.any(|item| items.get(item).is_some_and(&is))
    }
}

/// Lists of pictures, films and sounds.
struct MediaLists(Lists, Option<(Texts, Texts)>);

impl MediaLists {
    fn of(batch: &RecordBatch, name: &str) -> Result<Self, LedgerError> {
        let lists = Lists::of(batch, name)?;
        let fields = lists.items().and_then(|items| items.as_any().downcast_ref::<StructArray>());
        let items = fields
            .map(|fields| {
                Ok::<_, LedgerError>((
                    Texts::from_array(fields.column(0))?,
                    Texts::from_array(fields.column(1))?,
                ))
            })
            .transpose()?;
        Ok(Self(lists, items))
    }
    fn get(&self, row: usize) -> Option<Vec<Media>> {
        let (kinds, alts) = self.1.as_ref()?;
        self.0.get(row, |item| {
            Some(Media {
                kind: kinds.get(item).unwrap_or_default().to_owned(),
                alt_text: alts.get(item).map(str::to_owned),
            })
        })
    }
}

/// Posts of a chat as they came back from a query over the `post` table: those that `wanted` knows, each with what it says, its
/// accounts as `account` reads their ids and whether they wrote it, and whether `is_its` holds for one of its hashtags. What no chat asks is left out, the hashtags with it; languages and media
/// where the query does not ask for them.
pub(crate) fn read_posts<T>(
    batch: &RecordBatch,
    wanted: impl Fn(&str) -> Option<T>,
    mut account: impl FnMut(&str, bool) -> Option<AccountId>,
    is_its: impl Fn(&str) -> bool,
    mut each: impl FnMut(T, Box<Post>, bool),
) -> Result<(), LedgerError> {
    let text = |name| Texts::of(batch, name);
    let (post_ids, account_ids, kinds) = (text("post_id")?, text("account_id")?, text("kind")?);
    let (to_post, to_account) = (text("in_reply_to_post_id")?, text("in_reply_to_account_id")?);
    let (quoted, words) = (text("quoted_post_id")?, text("text")?);
    let is_asked = |name: &str| batch.schema_ref().column_with_name(name).is_some();
    let language = is_asked("language").then(|| text("language")).transpose()?;
    let (created_at, observed_at) = (Times::of(batch, "created_at")?, Times::of(batch, "observed_at")?);
    let list = |name| TextLists::of(batch, name);
    let (hashtags, mentions, links) = (list("hashtags")?, list("mentions")?, list("links")?);
    let media = is_asked("media").then(|| MediaLists::of(batch, "media")).transpose()?;
    for row in 0..batch.num_rows() {
        let Some((id, known)) = post_ids.get(row).and_then(|id| Some((id, wanted(id)?))) else { continue };
        let (Ok(post_id), Some(created_at), Some(observed_at)) =
            (id.parse(), created_at.get(row), observed_at.get(row))
        else {
            continue;
        };
        let Some(account_id) = account_ids.get(row).and_then(|id| account(id, true)) else { continue };
        let kind = kinds.get(row).and_then(|kind| PostKind::ALL.into_iter().find(|one| one.as_str() == kind));
        let post = Box::new(Post {
            kind,
            in_reply_to_post_id: to_post.get(row).and_then(|id| id.parse().ok()),
            in_reply_to_account_id: to_account.get(row).and_then(|id| account(id, false)),
            quoted_post_id: quoted.get(row).and_then(|id| id.parse().ok()),
            language: language.as_ref().and_then(|tags| tags.get(row)).map(str::to_owned),
            text: words.get(row).map(str::to_owned),
            mentions: mentions.get(row),
            links: links.get(row),
            media: media.as_ref().and_then(|media| media.get(row)),
            ..Post::bare(post_id, account_id, created_at, observed_at)
        });
        each(known, post, hashtags.any(row, &is_its));
    }
    Ok(())
}

/// Attempts as they came back from a query over the `attempt` table.
pub(crate) fn read_attempts(batch: &RecordBatch, each: &mut dyn FnMut(Attempt)) -> Result<(), LedgerError> {
    let account_id = Texts::of(batch, "account_id")?;
    let table = Texts::of(batch, "table")?;
    let outcome = Texts::of(batch, "outcome")?;
    let detail = Texts::of(batch, "detail")?;
    let attempted_at = Times::of(batch, "attempted_at")?;
    let covers_from = Times::of(batch, "covers_from")?;
    let covers_to = Times::of(batch, "covers_to")?;
    let truncated = Counts::of(batch, "truncated")?;
    let rows = Counts::of(batch, "rows")?;
    for row in 0..batch.num_rows() {
        let known = (|| {
            Some(Attempt {
                account_id: account_id.get(row)?.parse::<AccountId>().ok()?,
                table: Table::ALL.into_iter().find(|known| Some(known.as_str()) == table.get(row))?,
                attempted_at: attempted_at.get(row)?,
                covers_from: covers_from.get(row),
                covers_to: covers_to.get(row)?,
                truncated: truncated.get(row)? != 0,
                outcome: Outcome::ALL.into_iter().find(|known| Some(known.as_str()) == outcome.get(row))?,
                detail: detail.get(row).map(str::to_owned),
                rows: rows.get(row)?,
            })
        })();
        if let Some(attempt) = known {
            each(attempt);
        }
    }
    Ok(())
}
