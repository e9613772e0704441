//! From a row to an organisation, an account, an observation or a post. The plan is made once per file:
//! every field knows the slot of its column. A row gives an item whole or one fault, never half an item.

use std::cell::Cell;
use std::rc::Rc;

use jiff::tz::TimeZone;
use someasure_model::{
    Account, AccountId, Denominator, Handle, Instant, Name, Observation, Organisation, OrganisationId,
    Platform, Post, Reading, Succession,
};

use super::fields::Kind;
use super::mapping::{Column, Mapping, Origin};
use super::row::Row;
use super::value::{Col, Fault, Memory, Rule};

/// Reads an optional column.
macro_rules! read {
    ($col:expr, $how:ident ( $($argument:expr),* )) => {
        match &$col {
            Some(col) => col.$how($($argument),*)?,
            None => None,
        }
    };
}

mod observed;
mod register;

use observed::{Posts, Profiles};
use register::{Accounts, Denominators, Names, Organisations, Successions, Websites};

/// What a row gave.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "nearly all items of a large file are posts")]
pub enum Item {
    /// Of a file of organisations.
    Organisation(Organisation),
    /// Of a file of names.
    Name(Name),
    /// Of a file of successions.
    Succession(Succession),
    /// Of a file of denominators.
    Denominator(Denominator),
    /// Of a file of websites.
    Website(Website),
    /// Of a file of accounts.
    Account(Account),
    /// Of a file of profiles.
    Profile(Observation),
    /// Of a file of posts.
    Post(PostItem),
}

/// An address at which a body is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Website {
    /// The body.
    pub organisation_id: OrganisationId,
    /// The address, as the file has it.
    pub website: String,
    /// Where it stands.
    pub source: String,
}

/// A post, its author's handle where the file has one, and what its counters said.
#[derive(Debug, Clone, PartialEq)]
pub struct PostItem {
    /// The post. Where the file knows only the author's handle, its account id is provisional.
    pub post: Post,
    /// The author's handle: with a native account id it tells which provisional id that account had.
    pub handle: Option<Handle>,
    /// `None` where the platform said nothing of any counter.
    pub reading: Option<Reading>,
}

/// The columns of a mapping, found in a file.
pub(super) struct Plan {
    fields: Fields,
    only: Option<Rule>,
    platform: Option<Platform>,
    observed_at: Option<Instant>,
    zone: Option<TimeZone>,
    source: String,
    memory: Memory,
    by_name: bool,
    /// How many codes got back the zeros that they had lost.
    pub(super) filled: Rc<Cell<u64>>,
    /// Ids of 18 digits and more; those that are as a spreadsheet rounds them; one of those.
    pub(super) long_ids: (u64, u64, String),
}

#[allow(clippy::large_enum_variant, reason = "there is one plan a file")]
enum Fields {
    Organisations(Organisations),
    Names(Names),
    Successions(Successions),
    Denominators(Denominators),
    Websites(Websites),
    Accounts(Accounts),
    Profiles(Profiles),
    Posts(Posts),
}

/// Whose a row is.
struct Owner {
    platform: Option<Col>,
    account_id: Option<Col>,
    handle: Option<Col>,
}

impl Plan {
    /// Finds the slot of every column; `slot` gives `None` for one that the file lacks and may lack.
    pub(super) fn new(mapping: &Mapping, slot: impl Fn(&str) -> Option<usize>) -> Self {
        let filled = Rc::new(Cell::new(0));
        let found = |column: &Column| {
            let slot = match &column.origin {
                Origin::Column(name) => slot(name),
                Origin::Value(_) => None,
            };
            Col::new(column.clone(), slot, &filled)
        };
        // A column that the file lacks and may lack is as good as not mapped.
        let col = |field: &str| {
            let column = mapping.columns.iter().find(|column| column.field == field)?;
            match &column.origin {
                Origin::Column(name) if slot(name).is_none() => None,
                _ => Some(found(column)),
            }
        };
        // The mapping was refused without its required fields; one that the file lacks is never given.
        let need = |field: &str| {
            col(field).unwrap_or_else(|| {
                let column = mapping.columns.iter().find(|column| column.field == field);
                let column = column.cloned().unwrap_or_else(|| Column::plain(field, field, &[]));
                Col::new(column, None, &filled)
            })
        };
        let rule = |condition: &super::mapping::Condition| Rule {
            slot: slot(&condition.column),
            condition: condition.clone(),
        };
        let owner =
            || Owner { platform: col("platform"), account_id: col("account_id"), handle: col("handle") };
        let fields = match mapping.kind {
            Kind::Organisations => Fields::Organisations(Organisations {
                organisation_id: need("organisation_id"),
                name: need("name"),
                kind: need("type"),
                nation: col("nation"),
                region: col("region"),
                parent_id: col("parent_id"),
                opened: col("opened"),
                closed: col("closed"),
                website: col("website"),
                source: col("source"),
                extra: mapping
                    .columns
                    .iter()
                    .filter(|column| column.field.starts_with("x_"))
                    .map(|column| (column.field.clone(), found(column)))
                    .collect(),
            }),
            Kind::Names => Fields::Names(Names {
                organisation_id: need("organisation_id"),
                name: need("name"),
                from: col("from"),
                to: col("to"),
                source: col("source"),
            }),
            Kind::Successions => Fields::Successions(Successions {
                predecessor_id: need("predecessor_id"),
                successor_id: need("successor_id"),
                date: col("date"),
                kind: need("kind"),
                source: col("source"),
            }),
            Kind::Denominators => Fields::Denominators(Denominators {
                organisation_id: need("organisation_id"),
                kind: need("kind"),
                value: need("value"),
                as_at: need("as_at"),
                source: col("source"),
            }),
            Kind::Websites => Fields::Websites(Websites {
                organisation_id: need("organisation_id"),
                website: need("website"),
                source: col("source"),
            }),
            Kind::Accounts => Fields::Accounts(Accounts {
                organisation_id: need("organisation_id"),
                owner: owner(),
                role: col("role"),
                from: col("from"),
                to: col("to"),
                reason_for_leaving: col("reason_for_leaving"),
            }),
            Kind::Profiles => Fields::Profiles(Profiles {
                owner: owner(),
                observed_at: col("observed_at"),
                followers: col("followers"),
                following: col("following"),
                posts: col("posts"),
                display_name: col("display_name"),
                bio: col("bio"),
                website: col("website"),
            }),
            Kind::Posts => Fields::Posts(Posts {
                owner: owner(),
                post_id: need("post_id"),
                created_at: need("created_at"),
                observed_at: col("observed_at"),
                kind: col("kind"),
                kind_rules: mapping
                    .post_kind
                    .iter()
                    .flat_map(|rules| &rules.rules)
                    .map(|(kind, condition)| (*kind, rule(condition)))
                    .collect(),
                kind_otherwise: mapping.post_kind.as_ref().and_then(|rules| rules.otherwise),
                in_reply_to_post_id: col("in_reply_to_post_id"),
                in_reply_to_account_id: col("in_reply_to_account_id"),
                conversation_id: col("conversation_id"),
                quoted_post_id: col("quoted_post_id"),
                language: col("language"),
                text: col("text"),
                hashtags: col("hashtags"),
                mentions: col("mentions"),
                links: col("links"),
                media: col("media"),
                hashtag_count: col("hashtag_count"),
                mention_count: col("mention_count"),
                link_count: col("link_count"),
                media_count: col("media_count"),
                answered_after_seconds: col("answered_after_seconds"),
                likes: col("likes"),
                reposts: col("reposts"),
                replies: col("replies"),
                quotes: col("quotes"),
                views: col("views"),
            }),
        };
        Self {
            fields,
            only: mapping.only.as_ref().map(rule),
            platform: mapping.platform.clone(),
            observed_at: mapping.observed_at,
            zone: mapping.time_zone.clone(),
            source: mapping.source.clone().unwrap_or_default(),
            memory: Memory::default(),
            by_name: mapping.by_name,
            filled: Rc::clone(&filled),
            long_ids: (0, 0, String::new()),
        }
    }

    /// The item of a row; `None` where the mapping's `only` leaves it out.
    pub(super) fn item(&mut self, row: &Row<'_>) -> Result<Option<Item>, Fault> {
        let Self { fields, memory, zone, long_ids, .. } = self;
        if self.only.as_ref().is_some_and(|rule| !rule.holds(row)) {
            return Ok(None);
        }
        let platform = self.platform.as_ref();
        Ok(Some(match fields {
            Fields::Organisations(fields) => Item::Organisation(fields.read(row, &self.source)?),
            Fields::Names(fields) => Item::Name(fields.read(row, &self.source)?),
            Fields::Successions(fields) => Item::Succession(fields.read(row, &self.source)?),
            Fields::Denominators(fields) => Item::Denominator(fields.read(row, &self.source)?),
            Fields::Websites(fields) => Item::Website(fields.read(row, &self.source)?),
            Fields::Accounts(fields) => {
                if self.by_name && fields.owner.is_blank(row)? {
                    return Ok(None); // a row of a sheet that nobody has filled in yet
                }
                Item::Account(fields.read(row, platform, memory)?)
            }
            Fields::Profiles(fields) => {
                let zone = zone.as_ref();
                let item = fields.read(row, platform, self.observed_at, zone, memory)?;
                Item::Profile(item)
            }
            Fields::Posts(fields) => {
                let item = fields.read(row, platform, self.observed_at, zone.as_ref(), memory)?;
                note_long(long_ids, item.post.post_id.as_str());
                Item::Post(item)
            }
        }))
    }
}

/// Counts ids as a spreadsheet leaves them: it keeps 15 digits and writes zeros for the rest.
fn note_long((long, rounded, example): &mut (u64, u64, String), id: &str) {
    let digits = id.split_once(':').map_or(id, |(_, digits)| digits);
    if digits.len() >= 18 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        *long += 1;
        if digits[15..].bytes().all(|byte| byte == b'0') {
            *rounded += 1;
            if example.is_empty() {
                digits.clone_into(example);
            }
        }
    }
}

fn given<T>(col: &Col, value: Option<T>) -> Result<T, Fault> {
    value.ok_or_else(|| col.not_given())
}

impl Owner {
    fn platform(
        &self,
        row: &Row<'_>,
        fixed: Option<&Platform>,
        memory: &mut Memory,
    ) -> Result<Platform, Fault> {
        read!(self.platform, platform(row, memory))
            .or_else(|| fixed.cloned())
            .ok_or_else(|| Fault::row("platform: not given"))
    }
    /// Whether the row names neither platform nor account.
    fn is_blank(&self, row: &Row<'_>) -> Result<bool, Fault> {
        for col in [&self.platform, &self.account_id, &self.handle].into_iter().flatten() {
            if col.text(row)?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
    /// The account: its own id where the row has it, else the provisional one of its handle.
    fn account(
        &self,
        row: &Row<'_>,
        platform: &Platform,
        memory: &mut Memory,
    ) -> Result<(AccountId, Option<Handle>), Fault> {
        let id = read!(self.account_id, account(row, platform, memory));
        let handle = read!(self.handle, handle(row, memory));
        let id = match (id, &handle) {
            (Some(id), _) => id,
            (None, Some(handle)) => memory.provisional(platform, handle),
            (None, None) => return Err(Fault::row("neither account_id nor handle is given: whose is it?")),
        };
        Ok((id, handle))
    }
}
