//! One published report, complete: what the pages, the data files and the paper are drawn from. Drawing
//! needs nothing else, so the report can be tested from editions written by hand.

use jiff::civil::Date;
use serde::Serialize;

use crate::chat::ChatReport;
use crate::chat::story::ToldStory;
use crate::comparison::{Change, PeerComparison};
use crate::figure::{Figure, GroupFigure};
use crate::id::{AccountId, OrganisationId};
use crate::measure::Measure;
use crate::observed::{Outcome, Table};
use crate::project::Publication;
use crate::register::{Account, Denominator, Evidence, Organisation};
use crate::revision::{CaseStudy, Erratum, Look, Reply, Review, Revision};
use crate::time::{Instant, Period};

/// A whole edition. Every list is sorted, so that the same inputs give the same bytes.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Title of the report.
    pub title: String,
    /// Its name: `2026.1`.
    pub edition: String,
    /// The data are made up: every page, chart and file says so.
    pub simulated: bool,
    /// The families of bodies that it is about.
    pub services: Vec<String>,
    /// The period it describes.
    pub period: Period,
    /// The parts of its series, oldest first: months, then quarters, then years, as measures ask.
    pub series: Vec<Period>,
    /// Nothing observed later counts.
    pub as_at: Instant,
    /// Name of the tz database.
    pub time_zone: String,
    /// Organisations that were open at `as_at`, by name; and those in figures.
    pub organisations: Vec<Entry>,
    /// Organisations that had closed by then, the last one first.
    pub closed: Vec<Closed>,
    /// Where the register's sources disagree, by organisation and field.
    pub disagreements: Vec<Disagreement>,
    /// What the register does not have, as its keepers state it.
    pub gaps: Vec<Gap>,
    /// Peer groups in the order of the project's file.
    pub peer_groups: Vec<PeerGroup>,
    /// Measures by domain and title; retired ones are left out.
    pub measures: Vec<Measure>,
    /// Figures by organisation, platform, measure, period.
    pub figures: Vec<Figure>,
    /// Group figures by measure, platform, peer group, period.
    pub group_figures: Vec<GroupFigure>,
    /// How main figures lie within each peer group, by measure, platform and peer group.
    pub comparisons: Vec<PeerComparison>,
    /// Whether each series changed, by organisation, platform and measure.
    pub changes: Vec<Change>,
    /// How it differs from the edition before; `None` where it is the first.
    pub revision: Option<Revision>,
    /// What was wrong in published editions, the newest first.
    pub errata: Vec<Erratum>,
    /// What people found who looked at candidates for being celebrated.
    pub reviews: Vec<Review>,
    /// What measured bodies reply, by name.
    pub replies: Vec<Reply>,
    /// Stories of practice, told with consent.
    pub case_studies: Vec<CaseStudy>,
    /// Hashtag chats, by title; empty: the site has no page of chats.
    pub chats: Vec<ChatReport>,
    /// Stories told of chats, the newest first; empty: the site has no page of stories.
    pub stories: Vec<ToldStory>,
    /// How the publisher makes the pages its own.
    pub look: Look,
    /// Who publishes, and on what terms.
    pub publication: Publication,
    /// Whose data these are.
    pub notices: Vec<Notice>,
    /// Where everything comes from.
    pub provenance: Provenance,
}

/// What the title of an edition of made-up data begins with, and what the source of made-up data begins with.
pub const SIMULATED: &str = "Simulated";

/// The title of an edition of made-up data.
pub fn simulated_title(title: &str) -> String {
    if title.starts_with(SIMULATED) { title.to_owned() } else { format!("{SIMULATED}: {title}") }
}

/// An organisation in an edition.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The register's row.
    pub organisation: Organisation,
    /// Its accounts, by platform and handle, those that it left included.
    pub accounts: Vec<Account>,
    /// What was seen of each account: for each account and table that was tried.
    pub coverage: Vec<AccountCoverage>,
    /// Its denominators, the latest of each kind.
    pub denominators: Vec<Denominator>,
    /// Ids of the peer groups it belongs to, in the project's order.
    pub peer_groups: Vec<String>,
    /// Why its accounts are said to be its own, by account, the latest check first; what had expired at `as_at` is
    /// left out.
    pub evidence: Vec<Evidence>,
    /// Accounts that other organisations share, with the names of those.
    pub shared_with: Vec<(AccountId, Vec<String>)>,
    /// What the register knows of its past.
    pub past: Past,
}

/// Where an organisation comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Past {
    /// Other names that it had, the oldest first.
    pub names: Vec<PastName>,
    /// Whom it took over, or what was given to it.
    pub predecessors: Vec<Succeeded>,
    /// Who took over from it.
    pub successors: Vec<Succeeded>,
    /// The newest cut of its national list does not name it; which closes nothing.
    pub not_listed: Option<NotListed>,
}

/// A name of former days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastName {
    /// The name.
    pub name: String,
    /// First day of use, or of a list that has it.
    pub from: Option<Date>,
    /// Last day of use, or of a list that has it.
    pub to: Option<Date>,
    /// The days are those of lists: the name may have been in use before and after.
    pub by_lists: bool,
}

/// The other end of a succession.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Succeeded {
    /// The other organisation.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// When, where the source states it.
    pub date: Option<Date>,
    /// `merger`, `split`, `transfer`, `recode` or `unspecified`.
    pub kind: String,
    /// Which source says so, and where.
    pub source: String,
}

/// A body that its list names no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotListed {
    /// The list.
    pub list: String,
    /// The last cut that names it.
    pub last: Date,
    /// The newest cut.
    pub newest: Date,
}

/// An organisation that had closed when the edition was made, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// Its id.
    pub organisation_id: OrganisationId,
    /// Its last name.
    pub name: String,
    /// What kind of body it was.
    pub kind: String,
    /// Where.
    pub nation: Option<String>,
    /// Its last day.
    pub closed: Date,
    /// Who took over; empty is "successor not stated".
    pub successors: Vec<Succeeded>,
}

/// Two sources that say different things of one body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The body.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Which column.
    pub field: String,
    /// What this edition goes by.
    pub ours: String,
    /// Who says so.
    pub our_source: String,
    /// What the other one says.
    pub theirs: String,
    /// Who says that.
    pub their_source: String,
}

/// Something that the register should have and its sources do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What is missing.
    pub what: String,
    /// Why, and where it could come from.
    pub why: String,
}

/// What was seen of one account in one table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountCoverage {
    /// The account.
    pub account_id: AccountId,
    /// The table.
    pub table: Table,
    /// How the latest attempt ended.
    pub outcome: Outcome,
    /// What is said about it, for people.
    pub detail: Option<String>,
    /// When the latest attempt was made.
    pub attempted_at: Instant,
    /// The spans that successful attempts cover, joined where they touch, oldest first.
    pub spans: Vec<Span>,
    /// Rows in the answers, all attempts together.
    pub rows: i64,
    /// Share of the edition's period (within the account's own dates) that was seen, 0 to 1.
    pub share_of_period: f64,
    /// Whether something was cut off within the edition's period.
    pub cut_off: bool,
}

/// A half-open span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First instant inside; `None`: from the account's beginning.
    pub from: Option<Instant>,
    /// First instant after it.
    pub to: Instant,
    /// Whether the source cut it off before its beginning.
    pub truncated: bool,
}

/// The organisations that a fair comparison allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeerGroup {
    /// Its name in files and addresses; `all` is everyone.
    pub id: String,
    /// As pages call it.
    pub title: String,
    /// Why these may be compared.
    pub reason: String,
    /// How many organisations it has.
    pub size: usize,
}

/// Whose data these are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// What.
    pub what: String,
    /// Whose.
    pub by: String,
    /// On what terms.
    pub licence: String,
    /// Where it can be checked.
    pub url: Option<String>,
}

/// Where everything comes from, so that it can be rebuilt.
#[derive(Debug, Clone, Serialize)]
pub struct Provenance {
    /// Version of this tool.
    pub tool_version: String,
    /// Version of the ledger's schema.
    pub schema_version: u32,
    /// Seed of everything drawn by chance.
    pub seed: u64,
    /// Settings, register files and measures, by path.
    pub inputs: Vec<Input>,
    /// What was imported or collected, by name.
    pub batches: Vec<BatchNote>,
    /// How many accounts were withdrawn at their owner's request.
    pub withdrawn: usize,
}

/// A file that the edition was made from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Input {
    /// Path within the project, with '/'.
    pub path: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// A batch, without the time of day at which somebody happened to import it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct BatchNote {
    /// Its name.
    pub batch: String,
    /// Where the data come from.
    pub source: String,
    /// `open`, `keyed` or `contributed`.
    pub lane: String,
    /// How long it may be kept.
    pub retention: String,
    /// SHA-256 of the input.
    pub input_hash: String,
}
