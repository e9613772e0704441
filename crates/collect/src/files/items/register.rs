//! Rows for the register: organisations, names, successions, denominators, websites and accounts.

use jiff::civil::Date;
use someasure_model::{Account, Denominator, Name, Organisation, Platform, Succession};

use super::super::row::Row;
use super::super::value::{Col, Fault, Memory};
use super::{Owner, Website, given};

pub(super) struct Organisations {
    pub(super) organisation_id: Col,
    pub(super) name: Col,
    pub(super) kind: Col,
    pub(super) nation: Option<Col>,
    pub(super) region: Option<Col>,
    pub(super) parent_id: Option<Col>,
    pub(super) opened: Option<Col>,
    pub(super) closed: Option<Col>,
    pub(super) website: Option<Col>,
    pub(super) source: Option<Col>,
    pub(super) extra: Vec<(String, Col)>,
}

pub(super) struct Names {
    pub(super) organisation_id: Col,
    pub(super) name: Col,
    pub(super) from: Option<Col>,
    pub(super) to: Option<Col>,
    pub(super) source: Option<Col>,
}

pub(super) struct Successions {
    pub(super) predecessor_id: Col,
    pub(super) successor_id: Col,
    pub(super) date: Option<Col>,
    pub(super) kind: Col,
    pub(super) source: Option<Col>,
}

pub(super) struct Denominators {
    pub(super) organisation_id: Col,
    pub(super) kind: Col,
    pub(super) value: Col,
    pub(super) as_at: Col,
    pub(super) source: Option<Col>,
}

pub(super) struct Websites {
    pub(super) organisation_id: Col,
    pub(super) website: Col,
    pub(super) source: Option<Col>,
}

pub(super) struct Accounts {
    pub(super) organisation_id: Col,
    pub(super) owner: Owner,
    pub(super) role: Option<Col>,
    pub(super) from: Option<Col>,
    pub(super) to: Option<Col>,
    pub(super) reason_for_leaving: Option<Col>,
}

impl Organisations {
    pub(super) fn read(&self, row: &Row<'_>, source: &str) -> Result<Organisation, Fault> {
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
    pub(super) fn read(&self, row: &Row<'_>, source: &str) -> Result<Name, Fault> {
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
    pub(super) fn read(&self, row: &Row<'_>, source: &str) -> Result<Succession, Fault> {
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
    pub(super) fn read(&self, row: &Row<'_>, source: &str) -> Result<Denominator, Fault> {
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
    pub(super) fn read(&self, row: &Row<'_>, source: &str) -> Result<Website, Fault> {
        Ok(Website {
            organisation_id: given(&self.organisation_id, self.organisation_id.organisation(row)?)?,
            website: given(&self.website, self.website.text(row)?)?,
            source: read!(self.source, text(row)).unwrap_or_else(|| source.to_owned()),
        })
    }
}

impl Accounts {
    pub(super) fn read(
        &self,
        row: &Row<'_>,
        fixed: Option<&Platform>,
        memory: &mut Memory,
    ) -> Result<Account, Fault> {
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
