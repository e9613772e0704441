//! Each file of `register/` from its bytes into the model's rows. `file` is the name that messages use:
//! the project's own file, or one that is being imported.

use someasure_model::register::{
    Account, Denominator, Evidence, Listing, Name, Objection, Organisation, Succession,
};
use someasure_model::{AccountId, Instant};

use crate::account_id::{self, account_id, handle, platform};
use crate::cell::{Fault, number, url_fault};
use crate::columns::{
    ACCOUNTS, DENOMINATORS, EVIDENCE, LISTINGS, NAMES, OBJECTIONS, ORGANISATIONS, SUCCESSIONS,
};
use crate::problem::{Kind, Problem};
use crate::sheet::{Parsed, Row, parse};

/// Reads `organisations.csv`.
pub fn organisations(file: &str, bytes: &[u8]) -> Parsed<Organisation> {
    let mut parsed = parse(file, &ORGANISATIONS, bytes, |row| {
        row.check_carried();
        let organisation = organisation(row);
        if row.failed
            && let Ok(organisation_id) = account_id::organisation_id(row.get("organisation_id"))
        {
            row.refused.insert(organisation_id);
        }
        organisation.map(|organisation| Organisation { extra: row.extra(), ..organisation })
    });
    for margin in &mut parsed.margins {
        margin.extra = Vec::new(); // an organisation carries its own
    }
    parsed
}

/// What `organisations.csv` and `listings.csv` say of a body, without the carried columns.
fn organisation(row: &mut Row<'_>) -> Option<Organisation> {
    let organisation_id = row.organisation("organisation_id");
    let name = row.needed_text("name");
    let kind = row.needed_text("type");
    let nation = row.text("nation");
    let region = row.text("region");
    let parent_id = row.value("parent_id", account_id::organisation_id);
    let opened = row.date("opened");
    let closed = row.date("closed");
    let website = row.value("website", url);
    let source = row.needed_prose("source");
    if row.failed {
        return None;
    }
    Some(Organisation {
        organisation_id: organisation_id?,
        name: name?,
        kind: kind?,
        nation,
        region,
        parent_id,
        opened,
        closed,
        website,
        source: source?,
        extra: Vec::new(),
    })
}

/// Reads `listings.csv`.
pub fn listings(file: &str, bytes: &[u8]) -> Parsed<Listing> {
    parse(file, &LISTINGS, bytes, |row| {
        row.check_carried();
        let list = row.needed_text("list");
        let as_at = row.needed("as_at", crate::cell::date);
        let organisation = organisation(row);
        Some(Listing { list: list?, as_at: as_at?, organisation: organisation? })
    })
}

/// Reads `names.csv`.
pub fn names(file: &str, bytes: &[u8]) -> Parsed<Name> {
    parse(file, &NAMES, bytes, |row| {
        row.check_carried();
        let organisation_id = row.organisation("organisation_id");
        let name = row.needed_text("name");
        let (from, to) = (row.date("from"), row.date("to"));
        let source = row.needed_prose("source");
        Some(Name { organisation_id: organisation_id?, name: name?, from, to, source: source? })
    })
}

/// Reads `successions.csv`.
pub fn successions(file: &str, bytes: &[u8]) -> Parsed<Succession> {
    parse(file, &SUCCESSIONS, bytes, |row| {
        row.check_carried();
        let predecessor_id = row.organisation("predecessor_id");
        let successor_id = row.organisation("successor_id");
        let date = row.date("date");
        let kind = row.needed_text("kind");
        let source = row.needed_prose("source");
        Some(Succession {
            predecessor_id: predecessor_id?,
            successor_id: successor_id?,
            date,
            kind: kind?,
            source: source?,
        })
    })
}

/// Reads `denominators.csv`.
pub fn denominators(file: &str, bytes: &[u8]) -> Parsed<Denominator> {
    parse(file, &DENOMINATORS, bytes, |row| {
        row.check_carried();
        let organisation_id = row.organisation("organisation_id");
        let kind = row.needed_text("kind");
        let value = row.needed("value", number);
        let as_at = row.needed("as_at", crate::cell::date);
        let source = row.needed_prose("source");
        Some(Denominator {
            organisation_id: organisation_id?,
            kind: kind?,
            value: value?,
            as_at: as_at?,
            source: source?,
        })
    })
}

/// Reads `accounts.csv`.
pub fn accounts(file: &str, bytes: &[u8]) -> Parsed<Account> {
    parse(file, &ACCOUNTS, bytes, |row| {
        row.check_carried();
        let organisation_id = row.organisation("organisation_id");
        let platform = row.needed("platform", platform);
        let (account_id, handle) = match &platform {
            Some(platform) => row.account(Some(platform)),
            None => (None, None),
        };
        if row.get("account_id").is_empty() && row.get("handle").is_empty() {
            row.fail(
                Kind::NoAccount,
                "handle",
                "the account has neither an id nor a handle",
                "give at least one of them, or delete the row",
            );
        }
        let role = row.text("role");
        let (from, to) = (row.date("from"), row.date("to"));
        let reason_for_leaving = row.prose("reason_for_leaving");
        Some(Account {
            organisation_id: organisation_id?,
            platform: platform?,
            account_id,
            handle,
            role,
            from,
            to,
            reason_for_leaving,
        })
    })
}

/// Reads `evidence.csv`: the account stands there by id or by handle.
pub fn evidence(file: &str, bytes: &[u8]) -> Parsed<Evidence> {
    parse(file, &EVIDENCE, bytes, |row| {
        row.check_carried();
        let account = account_of_evidence(row);
        let class = row.needed_text("class");
        let address = row.needed("url", url);
        let checked_at = row.needed("checked_at", crate::cell::date);
        let checked_by = row.needed_text("checked_by");
        let expires = row.date("expires");
        Some(Evidence {
            account_id: account?,
            class: class?,
            url: address?,
            checked_at: checked_at?,
            checked_by: checked_by?,
            expires,
        })
    })
}

/// Reads `objections.csv`. Ids stand there in full.
pub fn objections(file: &str, bytes: &[u8]) -> Parsed<Objection> {
    parse(file, &OBJECTIONS, bytes, |row| {
        row.check_carried();
        let account_id = row.needed("account_id", |text| account_id(text, None));
        let recorded_at = row.needed("recorded_at", |text| {
            text.parse::<Instant>().map_err(|_| {
                Fault::new(
                    Kind::BadInstant,
                    "not an instant",
                    "write it like 2014-04-07T18:00:00Z, or with an offset like +02:00",
                )
            })
        });
        Some(Objection { account_id: account_id?, recorded_at: recorded_at? })
    })
}

fn account_of_evidence(row: &mut Row<'_>) -> Option<AccountId> {
    let platform = row.value("platform", platform);
    if platform.is_none() && !row.get("platform").is_empty() {
        return None; // the platform's own problem is enough
    }
    if row.get("account_id").is_empty() && row.get("handle").is_empty() {
        let what = "the row names no account";
        row.fail(Kind::NoAccount, "account_id", what, "give its id or its handle");
        return None;
    }
    if row.get("account_id").is_empty() {
        let Some(platform) = platform else {
            row.fail(Kind::EmptyCell, "platform", "a handle needs its platform", "fill it");
            return None;
        };
        let handle = row.value("handle", |text| handle(text, Some(&platform)))?;
        return Some(AccountId::provisional(&platform, &handle));
    }
    let id = row.value("account_id", |text| account_id(text, platform.as_ref()))?;
    if let Some(handle) = row.value("handle", |text| handle(text, platform.as_ref()))
        && id.provisional_handle().as_ref() != Some(&handle)
    {
        let problem = Problem::warning(
            Kind::HandleNotKept,
            row.file,
            "the row names its account by id and by handle; only the id is kept",
            "leave the handle empty: accounts.csv says which handle an id has",
        );
        let problem = problem.at(Some(row.line)).cell("handle", handle.as_str());
        row.problems.push(problem);
    }
    Some(id)
}

fn url(text: &str) -> Result<String, Fault> {
    url_fault(text).map_or_else(|| Ok(text.to_owned()), Err)
}
