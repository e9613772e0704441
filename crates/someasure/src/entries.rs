//! Who is in an edition, and where they come from: organisations with their accounts, coverage, sizes,
//! peers and past; those that had closed; where the register's sources disagree.

use std::collections::BTreeMap;

use jiff::civil::Date;
use someasure_ledger::{Session, Watched};
use someasure_model::edition::Disagreement;
use someasure_model::{
    Account, AccountId, Closed, Entry, Evidence, NotListed, Organisation, OrganisationId, Past, PastName,
    Register, Succeeded, Succession, Table, View,
};
use someasure_register::{History, Index, Standing, as_now, as_then};

use crate::console::count;
use crate::estimate::Group;
use crate::folder::Folder;

/// The organisations and accounts that the edition is about, by the project's view of the register.
pub(crate) fn members(folder: &Folder, day: Date) -> (Vec<Organisation>, Vec<Account>) {
    let register = &folder.loaded.register;
    let (mut organisations, accounts) = match folder.project.view {
        View::AsThen => {
            let open = as_then(register, day).into_iter().filter(|row| row.is_open_on(day)).collect();
            (open, register.accounts.clone())
        }
        View::AsNow => {
            let open = register.organisations.iter().filter(|row| row.closed.is_none()).cloned();
            (open.collect::<Vec<_>>(), as_now(register))
        }
    };
    organisations.sort_by(|a, b| a.organisation_id.cmp(&b.organisation_id));
    (organisations, accounts)
}

/// What a reader would miss in this view of the register, or take for known: said before anybody wonders.
pub(crate) fn left_out(folder: &Folder) -> Vec<String> {
    let register = &folder.loaded.register;
    let day = folder.project.as_at.date(&folder.project.zone());
    let (organisations, accounts) = members(folder, day);
    let here =
        |id: &OrganisationId| organisations.binary_search_by(|row| row.organisation_id.cmp(id)).is_ok();
    let mut notes = Vec::new();
    let index = Index::new(register);
    let gone = |account: &&Account| {
        !here(&account.organisation_id) && index.organisation(&account.organisation_id).is_some()
    };
    let gone = accounts.iter().filter(gone).count() as u64;
    if gone > 0 {
        let then = "; with `view = \"as_now\"` in someasure.toml they count for those that took over";
        notes.push(format!(
            "{} of bodies that were not open on {day} {} left out{}",
            count(gone, "account", "accounts"),
            if gone == 1 { "is" } else { "are" },
            if folder.project.view == View::AsThen { then } else { "" }
        ));
    }
    let history = History::new(&register.listings);
    let unknown = organisations.iter().filter(|row| {
        row.opened.is_none() && history.first_listed(&row.organisation_id).is_some_and(|first| first > day)
    });
    let unknown: Vec<&str> = unknown.map(|row| row.organisation_id.as_str()).collect();
    if folder.project.view == View::AsThen && !unknown.is_empty() && history.reaches_back_to(day) {
        let shown = unknown.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        notes.push(format!(
            "of {} no source says whether they existed on {day}: they are first listed later and state no opening day ({shown}{}); \
             enter `opened` in register/organisations.csv, or take them out",
            count(unknown.len() as u64, "organisation", "organisations"),
            if unknown.len() > 5 { ", …" } else { "" }
        ));
    }
    notes
}

/// Bodies that are not in the edition because they had closed, the last one first.
pub(crate) fn closed(folder: &Folder, day: Date) -> Vec<Closed> {
    let register = &folder.loaded.register;
    let index = Index::new(register);
    let gone = |row: &&Organisation| match folder.project.view {
        View::AsThen => row.closed.is_some_and(|closed| closed < day),
        View::AsNow => row.closed.is_some(),
    };
    let mut closed: Vec<Closed> = register
        .organisations
        .iter()
        .filter(gone)
        .filter_map(|row| {
            let successors = index.successors_of(&row.organisation_id);
            Some(Closed {
                organisation_id: row.organisation_id.clone(),
                name: row.name.clone(),
                kind: row.kind.clone(),
                nation: row.nation.clone(),
                closed: row.closed?,
                successors: related(&index, successors, |row| &row.successor_id),
            })
        })
        .collect();
    closed.sort_by(|a, b| (b.closed, &a.organisation_id).cmp(&(a.closed, &b.organisation_id)));
    closed
}

/// Where the lists of the register say different things of one body.
pub(crate) fn disagreements(register: &Register) -> Vec<Disagreement> {
    let index = Index::new(register);
    let found = History::new(&register.listings).disagreements();
    let told = found.into_iter().map(|found| Disagreement {
        name: index.organisation(&found.organisation_id).map_or_else(String::new, |row| row.name.clone()),
        organisation_id: found.organisation_id,
        field: found.field.to_owned(),
        ours: found.ours,
        our_source: found.our_source,
        theirs: found.theirs,
        their_source: found.their_source,
    });
    told.collect()
}

fn related(
    index: &Index<'_>,
    rows: &[&Succession],
    other: impl Fn(&Succession) -> &OrganisationId,
) -> Vec<Succeeded> {
    let mut related: Vec<Succeeded> = rows
        .iter()
        .map(|row| Succeeded {
            organisation_id: other(row).clone(),
            name: index
                .organisation(other(row))
                .map_or_else(|| other(row).to_string(), |row| row.name.clone()),
            date: row.date,
            kind: row.kind.clone(),
            source: row.source.clone(),
        })
        .collect();
    related.sort_by(|a, b| (a.date, &a.organisation_id).cmp(&(b.date, &b.organisation_id)));
    related
}

/// What the register knows of a body's past, and of what is still listed.
fn past(index: &Index<'_>, history: &History<'_>, shown: &Organisation) -> Past {
    let id = &shown.organisation_id;
    let listed = history.names(id).into_iter().map(|(name, from, to)| PastName {
        name,
        from: Some(from),
        to: Some(to),
        by_lists: true,
    });
    let stated = index.names_of(id).iter().map(|name| PastName {
        name: name.name.clone(),
        from: name.from,
        to: name.to,
        by_lists: false,
    });
    let mut names: Vec<PastName> =
        listed.chain(stated).filter(|past| past.name.to_lowercase() != shown.name.to_lowercase()).collect();
    names.sort_by(|a, b| (a.from, a.to, &a.name).cmp(&(b.from, b.to, &b.name)));
    names.dedup();
    Past {
        names,
        predecessors: related(index, index.predecessors_of(id), |row| &row.predecessor_id),
        successors: related(index, index.successors_of(id), |row| &row.successor_id),
        not_listed: match history.standing(id) {
            Standing::NotListed { list, last, newest } => {
                Some(NotListed { list: list.to_owned(), last, newest })
            }
            Standing::OnNoList | Standing::Listed { .. } => None,
        },
    }
}

/// How many accounts objected; one account may be known by several ids.
pub(crate) fn withdrawn(folder: &Folder) -> usize {
    let objections = &folder.loaded.register.objections;
    let mut moments: Vec<_> =
        objections.iter().map(|row| (row.account_id.platform(), row.recorded_at)).collect();
    moments.sort();
    moments.dedup();
    moments.len()
}

pub(crate) fn entries(folder: &Folder, session: &Session<'_>, groups: &[Group]) -> Vec<Entry> {
    let question = session.question();
    let register = &folder.loaded.register;
    let (index, history) = (Index::new(register), History::new(&register.listings));
    let mut owners: BTreeMap<&AccountId, Vec<&Organisation>> = BTreeMap::new();
    for watched in session.watched() {
        let owner = question
            .organisations
            .binary_search_by(|known| known.organisation_id.cmp(&watched.organisation_id));
        if let Ok(at) = owner {
            owners.entry(&watched.account_id).or_default().push(&question.organisations[at]);
        }
    }
    let mut accounts_of: BTreeMap<&OrganisationId, Vec<&Account>> = BTreeMap::new();
    for account in &question.accounts {
        accounts_of.entry(&account.organisation_id).or_default().push(account);
    }
    let mut watched_of: BTreeMap<&OrganisationId, Vec<&Watched>> = BTreeMap::new();
    for watched in session.watched() {
        watched_of.entry(&watched.organisation_id).or_default().push(watched);
    }
    let day = question.as_at.date(&question.zone);
    let mut evidence_of: BTreeMap<AccountId, Vec<&Evidence>> = BTreeMap::new();
    for row in &register.evidence {
        evidence_of.entry(row.account_id.clone()).or_default().push(row);
    }
    let mut entries: Vec<Entry> = question
        .organisations
        .iter()
        .enumerate()
        .map(|(place, organisation)| {
            let id = &organisation.organisation_id;
            let watched = watched_of.remove(id).unwrap_or_default();
            let mut accounts: Vec<Account> =
                accounts_of.remove(id).unwrap_or_default().into_iter().cloned().collect();
            for account in &mut accounts {
                if let Some(known) = account.id().and_then(|id| question.aliases.get(&id)) {
                    account.account_id = Some(known.clone());
                }
            }
            accounts.sort_by(|a, b| {
                (&a.platform, &a.handle, &a.account_id).cmp(&(&b.platform, &b.handle, &b.account_id))
            });
            let mut denominators: BTreeMap<&str, &someasure_model::Denominator> = BTreeMap::new();
            for denominator in index
                .denominators_of(id)
                .iter()
                .filter(|row| row.as_at <= question.as_at.date(&question.zone))
            {
                let latest = denominators.entry(&denominator.kind).or_insert(denominator);
                if denominator.as_at > latest.as_at {
                    *latest = denominator;
                }
            }
            let mut evidence: Vec<Evidence> = accounts
                .iter()
                .flat_map(Account::ids)
                .flat_map(|id| evidence_of.get(&id).into_iter().flatten().copied().cloned())
                .filter(|row| row.checked_at <= day && row.expires.is_none_or(|expires| expires >= day))
                .collect();
            evidence.sort_by(|a, b| {
                (&a.account_id, b.checked_at, &a.class, &a.url).cmp(&(
                    &b.account_id,
                    a.checked_at,
                    &b.class,
                    &b.url,
                ))
            });
            evidence.dedup();
            Entry {
                evidence,
                past: past(&index, &history, organisation),
                organisation: organisation.clone(),
                accounts,
                coverage: watched
                    .iter()
                    .flat_map(|watched| {
                        Table::ALL
                            .into_iter()
                            .filter_map(|table| session.coverage().of(watched, table, &question.periods[0]))
                    })
                    .collect(),
                denominators: denominators.into_values().cloned().collect(),
                peer_groups: groups
                    .iter()
                    .skip(1)
                    .filter(|group| group.members.binary_search(&(place as u32)).is_ok())
                    .map(|group| group.id.clone())
                    .collect(),
                shared_with: watched
                    .iter()
                    .filter_map(|watched| {
                        let others: Vec<String> = owners
                            .get(&watched.account_id)?
                            .iter()
                            .filter(|owner| owner.organisation_id != *id)
                            .map(|owner| owner.name.clone())
                            .collect();
                        (!others.is_empty()).then(|| (watched.account_id.clone(), others))
                    })
                    .collect(),
            }
        })
        .collect();
    entries.sort_by(|a, b| {
        (a.organisation.name.to_lowercase(), &a.organisation.organisation_id)
            .cmp(&(b.organisation.name.to_lowercase(), &b.organisation.organisation_id))
    });
    entries
}
