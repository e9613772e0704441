//! The columns of each table, as they lie in Parquet. No dictionary types and time-zone-free UTC, so that
//! every engine reads them alike; strings for every id, because spreadsheets round 64-bit integers.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use someasure_model::Table;

/// Version of the tables below, written into every file and the manifest. Older ones stay readable.
pub const SCHEMA_VERSION: u32 = 1;

pub(crate) const TIMESTAMP: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// What a table is sorted by and told apart by, and where its partition's year comes from.
pub(crate) struct Layout {
    pub(crate) key: &'static [&'static str],
    /// Columns besides the key that must agree when the key does. Empty: rows are never compared.
    pub(crate) payload: &'static [&'static str],
    /// A row that only repeats the version before it is not kept.
    pub(crate) versions: bool,
    pub(crate) account: Option<&'static str>,
    pub(crate) time: &'static str,
}

const POST_PAYLOAD: &[&str] = &[
    "created_at",
    "kind",
    "in_reply_to_post_id",
    "conversation_id",
    "quoted_post_id",
    "language",
    "text",
    "hashtags",
    "mentions",
    "links",
    "media",
    "hashtag_count",
    "mention_count",
    "link_count",
    "media_count",
    "answered_after_seconds",
];

pub(crate) const fn layout(table: Table) -> Layout {
    match table {
        Table::Observation => Layout {
            key: &["account_id", "observed_at"],
            payload: &["handle", "followers", "following", "posts", "display_name", "bio", "website"],
            versions: false,
            account: Some("account_id"),
            time: "observed_at",
        },
        Table::Post => Layout {
            key: &["post_id", "observed_at"],
            payload: POST_PAYLOAD,
            versions: true,
            account: Some("account_id"),
            time: "created_at",
        },
        Table::Reading => Layout {
            key: &["post_id", "observed_at"],
            payload: &["likes", "reposts", "replies", "quotes", "views"],
            versions: false,
            account: None,
            time: "observed_at",
        },
        Table::Follow => Layout {
            key: &["follower_id", "followed_id", "observed_at"],
            payload: &[],
            versions: false,
            account: None,
            time: "observed_at",
        },
        Table::Sighting => Layout {
            key: &["post_id", "chat", "batch"],
            payload: &[],
            versions: false,
            account: Some("account_id"),
            time: "observed_at",
        },
        Table::Attempt => Layout {
            key: &["account_id", "table", "attempted_at", "batch"],
            payload: &[],
            versions: false,
            account: Some("account_id"),
            time: "attempted_at",
        },
        Table::Batch => {
            Layout { key: &["batch"], payload: &[], versions: false, account: None, time: "started_at" }
        }
    }
}

pub(crate) fn schema(table: Table) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let id = |name: &str| Field::new(name, DataType::Utf8, false);
    let count = |name: &str| Field::new(name, DataType::Int64, true);
    let time = |name: &str| Field::new(name, TIMESTAMP, false);
    let texts = |name: &str| {
        Field::new(name, DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))), true)
    };
    let fields = match table {
        Table::Observation => vec![
            id("account_id"),
            id("platform"),
            time("observed_at"),
            text("handle"),
            count("followers"),
            count("following"),
            count("posts"),
            text("display_name"),
            text("bio"),
            text("website"),
            id("batch"),
        ],
        Table::Post => vec![
            id("post_id"),
            id("platform"),
            id("account_id"),
            time("created_at"),
            time("observed_at"),
            text("kind"),
            text("in_reply_to_post_id"),
            text("in_reply_to_account_id"),
            text("conversation_id"),
            text("quoted_post_id"),
            text("language"),
            text("text"),
            texts("hashtags"),
            texts("mentions"),
            texts("links"),
            Field::new("media", DataType::List(Arc::new(Field::new("item", media_type(), true))), true),
            count("hashtag_count"),
            count("mention_count"),
            count("link_count"),
            count("media_count"),
            count("answered_after_seconds"),
            id("batch"),
        ],
        Table::Reading => vec![
            id("post_id"),
            id("platform"),
            time("observed_at"),
            count("likes"),
            count("reposts"),
            count("replies"),
            count("quotes"),
            count("views"),
            id("batch"),
        ],
        Table::Follow => {
            vec![id("follower_id"), id("followed_id"), id("platform"), time("observed_at"), id("batch")]
        }
        Table::Sighting => vec![
            id("chat"),
            id("post_id"),
            id("platform"),
            text("account_id"),
            time("observed_at"),
            Field::new("times", DataType::Int64, false),
            text("left_out"),
            id("batch"),
        ],
        Table::Attempt => vec![
            id("batch"),
            id("account_id"),
            id("platform"),
            id("table"),
            time("attempted_at"),
            Field::new("covers_from", TIMESTAMP, true),
            time("covers_to"),
            Field::new("truncated", DataType::Boolean, false),
            id("outcome"),
            text("detail"),
            Field::new("rows", DataType::Int64, false),
        ],
        Table::Batch => vec![
            id("batch"),
            time("started_at"),
            time("finished_at"),
            id("source"),
            id("lane"),
            id("retention"),
            id("tool_version"),
            id("input_hash"),
        ],
    };
    Arc::new(Schema::new(fields))
}

pub(crate) fn media_fields() -> Fields {
    Fields::from(vec![
        Field::new("kind", DataType::Utf8, false),
        Field::new("alt_text", DataType::Utf8, true),
    ])
}

fn media_type() -> DataType {
    DataType::Struct(media_fields())
}
