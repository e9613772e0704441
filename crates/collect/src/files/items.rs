//! From a row to an organisation, an account, an observation or a post. The plan is made once per file:
//! every field knows the slot of its column. A row gives an item whole or one fault, never half an item.

use std::cell::Cell;
use std::rc::Rc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use someasure_model::{
    Account, AccountId, Denominator, Handle, Instant, Name, Observation, Organisation, OrganisationId,
    Platform, Post, PostKind, Reading, Succession,
};

use super::fields::Kind;
use super::mapping::{Column, Mapping, Origin};
use super::row::Row;
use super::value::{Col, Fault, Memory, Rule};

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

struct Organisations {
    organisation_id: Col,
    name: Col,
    kind: Col,
    nation: Option<Col>,
    region: Option<Col>,
    parent_id: Option<Col>,
    opened: Option<Col>,
    closed: Option<Col>,
    website: Option<Col>,
    source: Option<Col>,
    extra: Vec<(String, Col)>,
}

struct Names {
    organisation_id: Col,
    name: Col,
    from: Option<Col>,
    to: Option<Col>,
    source: Option<Col>,
}

struct Successions {
    predecessor_id: Col,
    successor_id: Col,
    date: Option<Col>,
    kind: Col,
    source: Option<Col>,
}

struct Denominators {
    organisation_id: Col,
    kind: Col,
    value: Col,
    as_at: Col,
    source: Option<Col>,
}

struct Websites {
    organisation_id: Col,
    website: Col,
    source: Option<Col>,
}

struct Accounts {
    organisation_id: Col,
    owner: Owner,
    role: Option<Col>,
    from: Option<Col>,
    to: Option<Col>,
    reason_for_leaving: Option<Col>,
}

struct Profiles {
    owner: Owner,
    observed_at: Option<Col>,
    followers: Option<Col>,
    following: Option<Col>,
    posts: Option<Col>,
    display_name: Option<Col>,
    bio: Option<Col>,
    website: Option<Col>,
}

struct Posts {
    owner: Owner,
    post_id: Col,
    created_at: Col,
    observed_at: Option<Col>,
    kind: Option<Col>,
    kind_rules: Vec<(PostKind, Rule)>,
    kind_otherwise: Option<PostKind>,
    in_reply_to_post_id: Option<Col>,
    in_reply_to_account_id: Option<Col>,
    conversation_id: Option<Col>,
    quoted_post_id: Option<Col>,
    language: Option<Col>,
    text: Option<Col>,
    hashtags: Option<Col>,
    mentions: Option<Col>,
    links: Option<Col>,
    media: Option<Col>,
    hashtag_count: Option<Col>,
    mention_count: Option<Col>,
    link_count: Option<Col>,
    media_count: Option<Col>,
    answered_after_seconds: Option<Col>,
    likes: Option<Col>,
    reposts: Option<Col>,
    replies: Option<Col>,
    quotes: Option<Col>,
    views: Option<Col>,
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

/// Reads an optional column.
macro_rules! read {
    ($col:expr, $how:ident ( $($argument:expr),* )) => {
        match &$col {
            Some(col) => col.$how($($argument),*)?,
            None => None,
        }
    };
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

impl Organisations {
    fn read(&self, row: &Row<'_>, source: &str) -> Result<Organisation, Fault> {
        let extra = self.extra.iter().map(|(name, col)| {
            let text = col.text(row)?.unwrap_or_default();
            Ok((name.clone(), text))
        });
        let organisation = Organisation {
            organisation_id: given(&self.organisation_id, self.organisation_id.organisation(row)?)?,
            name: given(&self.name, self.name.text(row)?)?,
            kind: given(&self.kind, self.kind.text(row)?)?,
            nation: read!(self.nation, text(row)),
            region: read!(self.region, text(row)),
            parent_id: read!(self.parent_id, organisation(row)),
            opened: read!(self.opened, day(row)),
            closed: read!(self.closed, day(row)),
            website: read!(self.website, text(row)),
            source: read!(self.source, text(row)).unwrap_or_else(|| source.to_owned()),
            extra: extra.collect::<Result<_, Fault>>()?,
        };
        in_order(("opened", organisation.opened), ("closed", organisation.closed))?;
        Ok(organisation)
    }
}

/// A span of days that ends before it begins is two mistyped days.
fn in_order(first: (&str, Option<Date>), last: (&str, Option<Date>)) -> Result<(), Fault> {
    match (first.1, last.1) {
        (Some(from), Some(to)) if to < from => {
            Err(Fault::row(format!("{}: {to} is before {} ({from})", last.0, first.0)))
        }
        _ => Ok(()),
    }
}

impl Names {
    fn read(&self, row: &Row<'_>, source: &str) -> Result<Name, Fault> {
        let name = Name {
            organisation_id: given(&self.organisation_id, self.organisation_id.organisation(row)?)?,
            name: given(&self.name, self.name.text(row)?)?,
            from: read!(self.from, day(row)),
            to: read!(self.to, day(row)),
            source: read!(self.source, text(row)).unwrap_or_else(|| source.to_owned()),
        };
        in_order(("from", name.from), ("to", name.to))?;
        Ok(name)
    }
}

impl Successions {
    fn read(&self, row: &Row<'_>, source: &str) -> Result<Succession, Fault> {
        Ok(Succession {
            predecessor_id: given(&self.predecessor_id, self.predecessor_id.organisation(row)?)?,
            successor_id: given(&self.successor_id, self.successor_id.organisation(row)?)?,
            date: read!(self.date, day(row)),
            kind: given(&self.kind, self.kind.text(row)?)?,
            source: read!(self.source, text(row)).unwrap_or_else(|| source.to_owned()),
        })
    }
}

impl Denominators {
    fn read(&self, row: &Row<'_>, source: &str) -> Result<Denominator, Fault> {
        Ok(Denominator {
            organisation_id: given(&self.organisation_id, self.organisation_id.organisation(row)?)?,
            kind: given(&self.kind, self.kind.text(row)?)?,
            value: given(&self.value, self.value.number(row)?)?,
            as_at: given(&self.as_at, self.as_at.day(row)?)?,
            source: read!(self.source, text(row)).unwrap_or_else(|| source.to_owned()),
        })
    }
}

impl Websites {
    fn read(&self, row: &Row<'_>, source: &str) -> Result<Website, Fault> {
        Ok(Website {
            organisation_id: given(&self.organisation_id, self.organisation_id.organisation(row)?)?,
            website: given(&self.website, self.website.text(row)?)?,
            source: read!(self.source, text(row)).unwrap_or_else(|| source.to_owned()),
        })
    }
}

impl Accounts {
    fn read(&self, row: &Row<'_>, fixed: Option<&Platform>, memory: &mut Memory) -> Result<Account, Fault> {
        let platform = self.owner.platform(row, fixed, memory)?;
        let organisation_id = given(&self.organisation_id, self.organisation_id.organisation(row)?)?;
        let account_id = read!(self.owner.account_id, account(row, &platform, memory));
        let handle = read!(self.owner.handle, handle(row, memory));
        if account_id.is_none() && handle.is_none() {
            return Err(Fault::row(
                "neither account_id nor handle is given. Where a file lists bodies without an account, leave \
                 them out: only = { column = \"…\", given = true }",
            ));
        }
        let account = Account {
            organisation_id,
            platform,
            account_id,
            handle,
            role: read!(self.role, text(row)),
            from: read!(self.from, day(row)),
            to: read!(self.to, day(row)),
            reason_for_leaving: read!(self.reason_for_leaving, text(row)),
        };
        in_order(("from", account.from), ("to", account.to))?;
        Ok(account)
    }
}

/// When a row was read.
fn observed(
    col: Option<&Col>,
    row: &Row<'_>,
    fixed: Option<Instant>,
    zone: Option<&TimeZone>,
) -> Result<Instant, Fault> {
    let own = match col {
        Some(col) => col.instant(row, zone)?,
        None => None,
    };
    own.or(fixed).ok_or_else(|| match col {
        Some(col) => col.not_given(),
        None => Fault::row("observed_at: not given"),
    })
}

impl Profiles {
    fn read(
        &self,
        row: &Row<'_>,
        fixed: Option<&Platform>,
        observed_at: Option<Instant>,
        zone: Option<&TimeZone>,
        memory: &mut Memory,
    ) -> Result<Observation, Fault> {
        let platform = self.owner.platform(row, fixed, memory)?;
        let (account_id, handle) = self.owner.account(row, &platform, memory)?;
        Ok(Observation {
            account_id,
            observed_at: observed(self.observed_at.as_ref(), row, observed_at, zone)?,
            handle,
            followers: read!(self.followers, count(row)),
            following: read!(self.following, count(row)),
            posts: read!(self.posts, count(row)),
            display_name: read!(self.display_name, text(row)),
            bio: read!(self.bio, text(row)),
            website: read!(self.website, text(row)),
        })
    }
}

impl Posts {
    fn read(
        &self,
        row: &Row<'_>,
        fixed: Option<&Platform>,
        observed_at: Option<Instant>,
        zone: Option<&TimeZone>,
        memory: &mut Memory,
    ) -> Result<PostItem, Fault> {
        let platform = self.owner.platform(row, fixed, memory)?;
        let post_id = given(&self.post_id, self.post_id.post(row, &platform, memory)?)?;
        let (account_id, handle) = self.owner.account(row, &platform, memory)?;
        let created_at = given(&self.created_at, self.created_at.instant(row, zone)?)?;
        let observed_at = observed(self.observed_at.as_ref(), row, observed_at, zone)?;
        if created_at > observed_at {
            return Err(self.created_at.fault(
                &created_at.to_string(),
                format!("is after it was read (observed_at, {observed_at}): one of the two is wrong"),
            ));
        }
        let post = Post {
            account_id,
            created_at,
            observed_at,
            kind: self.kind(row)?,
            in_reply_to_post_id: read!(self.in_reply_to_post_id, post(row, &platform, memory)),
            in_reply_to_account_id: read!(self.in_reply_to_account_id, account(row, &platform, memory)),
            conversation_id: read!(self.conversation_id, text(row)),
            quoted_post_id: read!(self.quoted_post_id, post(row, &platform, memory)),
            language: read!(self.language, text(row)),
            text: read!(self.text, text(row)),
            hashtags: read!(self.hashtags, list(row)),
            mentions: read!(self.mentions, list(row)),
            links: read!(self.links, list(row)),
            media: read!(self.media, media(row)),
            hashtag_count: read!(self.hashtag_count, count(row)),
            mention_count: read!(self.mention_count, count(row)),
            link_count: read!(self.link_count, count(row)),
            media_count: read!(self.media_count, count(row)),
            answered_after_seconds: read!(self.answered_after_seconds, count(row)),
            post_id,
        };
        let reading = self.reading(row, &post)?;
        Ok(PostItem { post, handle, reading })
    }

    fn kind(&self, row: &Row<'_>) -> Result<Option<PostKind>, Fault> {
        if let Some(col) = &self.kind {
            return col.post_kind(row);
        }
        let held = self.kind_rules.iter().find(|(_, rule)| rule.holds(row));
        Ok(held.map(|(kind, _)| *kind).or(self.kind_otherwise))
    }

    fn reading(&self, row: &Row<'_>, post: &Post) -> Result<Option<Reading>, Fault> {
        let likes = read!(self.likes, count(row));
        let reposts = read!(self.reposts, count(row));
        let replies = read!(self.replies, count(row));
        let quotes = read!(self.quotes, count(row));
        let views = read!(self.views, count(row));
        if [likes, reposts, replies, quotes, views].iter().all(Option::is_none) {
            return Ok(None);
        }
        let (post_id, observed_at) = (post.post_id.clone(), post.observed_at);
        Ok(Some(Reading { post_id, observed_at, likes, reposts, replies, quotes, views }))
    }
}
