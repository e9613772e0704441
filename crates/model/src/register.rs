//! Who belongs to a service: organisations with their names, successions and denominators, and the
//! accounts that are theirs, with the evidence. One struct per file of `register/`.

use jiff::civil::Date;

use crate::id::{AccountId, Handle, OrganisationId, Platform};
use crate::time::Instant;

/// A row of `organisations.csv`: a body with a code in a national register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its code, with the register's name.
    pub organisation_id: OrganisationId,
    /// Its name today.
    pub name: String,
    /// What kind of body it is; peer groups are usually made of types.
    pub kind: String,
    /// Nation, where the service has several.
    pub nation: Option<String>,
    /// Region or place.
    pub region: Option<String>,
    /// The body it is part of.
    pub parent_id: Option<OrganisationId>,
    /// First day, where the source states it.
    pub opened: Option<Date>,
    /// Last day, where the source states it. Only a date closes.
    pub closed: Option<Date>,
    /// Official site.
    pub website: Option<String>,
    /// Where this row comes from. Never empty.
    pub source: String,
    /// Columns that begin with `x_`, carried along in the order of the file.
    pub extra: Vec<(String, String)>,
}

impl Organisation {
    /// Whether the body exists on `day`: opened by then, and not closed before it.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.opened.is_none_or(|opened| opened <= day) && self.closed.is_none_or(|closed| day <= closed)
    }
}

/// A row of `names.csv`: a rename keeps its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Whose name.
    pub organisation_id: OrganisationId,
    /// The name.
    pub name: String,
    /// First day of use, where known.
    pub from: Option<Date>,
    /// Last day of use, where known.
    pub to: Option<Date>,
    /// Where this row comes from.
    pub source: String,
}

/// A row of `listings.csv`: what a list said about a body on the day of its cut. Registers publish
/// themselves as lists, again and again; who was on which of them, under which name, is the evidence
/// for every rename and for "not listed".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The list, by a name that its cuts share: `ods-trusts`.
    pub list: String,
    /// The day of the cut.
    pub as_at: Date,
    /// The row as the list has it; its `source` says where in the list.
    pub organisation: Organisation,
}

/// A row of `successions.csv`: what became of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The body that ended or gave something away.
    pub predecessor_id: OrganisationId,
    /// The body that took over.
    pub successor_id: OrganisationId,
    /// When.
    pub date: Option<Date>,
    /// `merger`, `split`, `transfer`, `recode` (the same body under another code), or `unspecified`
    /// where the source names the successor and not the kind.
    pub kind: String,
    /// Where this row comes from.
    pub source: String,
}

/// A row of `denominators.csv`: how large a body is, in one of its units.
#[derive(Debug, Clone, PartialEq)]
pub struct Denominator {
    /// Whose size.
    pub organisation_id: OrganisationId,
    /// `population`, `staff_fte`, `list_size`…
    pub kind: String,
    /// How many; finite and not negative.
    pub value: f64,
    /// The day it was true.
    pub as_at: Date,
    /// Where this row comes from.
    pub source: String,
}

/// A row of `accounts.csv`: an account of an organisation. One account may stand in several rows, one
/// for each organisation that shares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose account.
    pub organisation_id: OrganisationId,
    /// Where it lives.
    pub platform: Platform,
    /// The platform's own id, where known.
    pub account_id: Option<AccountId>,
    /// The handle, where known. An account has an id, a handle, or both.
    pub handle: Option<Handle>,
    /// What it is for: `main`, `service`, `person`…
    pub role: Option<String>,
    /// First day that the account was the organisation's.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Why it was left: a decision, and not a failure.
    pub reason_for_leaving: Option<String>,
}

impl Account {
    /// The platform's id where it is known, else the provisional one. `None` when it has neither.
    pub fn id(&self) -> Option<AccountId> {
        self.account_id
            .clone()
            .or_else(|| self.handle.as_ref().map(|handle| AccountId::provisional(&self.platform, handle)))
    }

    /// All ids that rows may name it by: the platform's own, and the provisional one of its handle.
    pub fn ids(&self) -> impl Iterator<Item = AccountId> {
        let by_handle = self.handle.as_ref().map(|handle| AccountId::provisional(&self.platform, handle));
        self.account_id.clone().into_iter().chain(by_handle)
    }
}

/// A row of `evidence.csv`: why we say that this account is that organisation's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The account, by id or by handle.
    pub account_id: AccountId,
    /// `link_from_site`, `link_back`, `person`…
    pub class: String,
    /// Where it was seen.
    pub url: String,
    /// When it was seen.
    pub checked_at: Date,
    /// Who looked.
    pub checked_by: String,
    /// After this day it no longer counts.
    pub expires: Option<Date>,
}

/// A row of `objections.csv`, the private suppression list: an account that must never appear.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Objection {
    /// The account; every id it is known by has a row of its own.
    pub account_id: AccountId,
    /// When the objection was recorded.
    pub recorded_at: Instant,
}

/// Everything under `register/`, each list in the order of its file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Register {
    /// `organisations.csv`
    pub organisations: Vec<Organisation>,
    /// `names.csv`
    pub names: Vec<Name>,
    /// `listings.csv`
    pub listings: Vec<Listing>,
    /// `successions.csv`
    pub successions: Vec<Succession>,
    /// `denominators.csv`
    pub denominators: Vec<Denominator>,
    /// `accounts.csv`
    pub accounts: Vec<Account>,
    /// `evidence.csv`
    pub evidence: Vec<Evidence>,
    /// `objections.csv`
    pub objections: Vec<Objection>,
}
