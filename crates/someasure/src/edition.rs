//! The main path: load → measure → estimate → compare → render → publish.

use std::collections::BTreeMap;

use someasure_ledger::{Ledger, Question, SCHEMA_VERSION, Session, Watched, figures_parquet};
use someasure_model::{
    Account, AccountId, BatchNote, Edition, Entry, Figure, Granularity, GroupFigure, Notice, Organisation, OrganisationId, PeerGroup, Period,
    Provenance, Table,
};
use someasure_register::Index;

use crate::console::Console;
use crate::estimate::{Group, estimate};
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::publish::{Published, publish};

/// The seed of everything drawn by chance. Nothing is drawn by chance yet; it is recorded all the same.
const SEED: u64 = 20_141_217;

/// Builds the edition and puts it in its place.
pub(crate) fn build(folder: &Folder, ledger: &Ledger, console: Console) -> Outcome<(Edition, Published)> {
    let question = ask(folder, ledger)?;
    let session = ledger.ask(question)?;
    let groups = compare(folder, &session.question().organisations);
    let (figures, group_figures) = measure(folder, &session, &groups, console)?;
    let edition = assemble(folder, ledger, &session, &groups, figures, group_figures)?;
    let parquet = figures_parquet(&edition)?;
    let published = publish(&folder.root, &edition, parquet, console)?;
    Ok((edition, published))
}

/// Whom the edition asks, about which periods, as at when.
pub(crate) fn ask(folder: &Folder, ledger: &Ledger) -> Outcome<Question> {
    let project = &folder.project;
    let zone = project.zone();
    let as_at = project.as_at;
    let day = as_at.date(&zone);
    let mut periods = vec![project.edition_period().map_err(|error| Failure::wrong_data(error.to_string()))?];
    for granularity in [Granularity::Month, Granularity::Quarter, Granularity::Year] {
        if folder.measures.values().any(|measure| measure.period == granularity) {
            periods.extend(Period::series(granularity, project.period.series, as_at, &zone));
        }
    }
    let register = &folder.loaded.register;
    let mut organisations: Vec<Organisation> =
        register.organisations.iter().filter(|organisation| organisation.is_open_on(day)).cloned().collect();
    organisations.sort_by(|a, b| a.organisation_id.cmp(&b.organisation_id));
    let suppressed = folder.suppressed();
    let aliases = folder.aliases(ledger)?;
    let accounts = register
        .accounts
        .iter()
        .filter(|account| {
            account.id().is_some_and(|id| {
                let handle = account.handle.as_ref().map(|handle| AccountId::provisional(&account.platform, handle));
                !suppressed.contains(&id)
                    && handle.is_none_or(|handle| !suppressed.contains(&handle))
                    && aliases.get(&id).is_none_or(|known| !suppressed.contains(known))
            })
        })
        .cloned()
        .collect();
    Ok(Question { as_at, zone, periods, organisations, accounts, aliases })
}

/// Among whom organisations are compared: everyone, and the project's peer groups.
pub(crate) fn compare(folder: &Folder, organisations: &[Organisation]) -> Vec<Group> {
    let index = Index::new(&folder.loaded.register);
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let all = Group { id: "all".to_owned(), members: (0..organisations.len()).map(place).collect() };
    let declared = folder.project.peer_groups.iter().map(|rule| Group {
        id: rule.id.clone(),
        members: organisations
            .iter()
            .enumerate()
            .filter(|(_, organisation)| rule.admits(organisation, index.denominators_of(&organisation.organisation_id)))
            .map(|(at, _)| place(at))
            .collect(),
    });
    std::iter::once(all).chain(declared).collect()
}

/// Every measure's figures, sorted.
pub(crate) fn measure(
    folder: &Folder,
    session: &Session<'_>,
    groups: &[Group],
    console: Console,
) -> Outcome<(Vec<Figure>, Vec<GroupFigure>)> {
    let measures = folder.live_measures();
    let bar = console.progress(measures.len() as u64, "measuring");
    let (mut figures, mut group_figures) = (Vec::new(), Vec::new());
    for measure in &measures {
        bar.set_message(format!("measuring {}", measure.id));
        let rows = session.measure(measure).map_err(|error| folder.refused(&measure.id, error))?;
        let (own, grouped) = estimate(measure, &rows, session, groups)
            .map_err(|why| Failure::wrong_data(format!("{}: measure '{}': {why}", folder.place_of(&measure.id), measure.id)))?;
        figures.extend(own);
        group_figures.extend(grouped);
        bar.inc(1);
    }
    bar.finish_and_clear();
    figures.sort_by(|a, b| {
        (&a.organisation_id, &a.platform, &a.measure_id, &a.period).cmp(&(
            &b.organisation_id,
            &b.platform,
            &b.measure_id,
            &b.period,
        ))
    });
    group_figures.sort_by(|a, b| {
        (&a.measure_id, &a.platform, &a.peer_group, &a.period).cmp(&(&b.measure_id, &b.platform, &b.peer_group, &b.period))
    });
    Ok((figures, group_figures))
}

fn assemble(
    folder: &Folder,
    ledger: &Ledger,
    session: &Session<'_>,
    groups: &[Group],
    figures: Vec<Figure>,
    group_figures: Vec<GroupFigure>,
) -> Outcome<Edition> {
    let project = &folder.project;
    let question = session.question();
    let titles = folder.project.peer_groups.iter().map(|rule| (rule.title.clone(), rule.reason.clone()));
    let everyone = ("Everyone in this edition".to_owned(), String::new());
    let peer_groups = groups
        .iter()
        .zip(std::iter::once(everyone).chain(titles))
        .map(|(group, (title, reason))| PeerGroup { id: group.id.clone(), title, reason, size: group.members.len() })
        .collect();
    let mut batches: Vec<BatchNote> = ledger
        .batches()?
        .into_iter()
        .map(|batch| BatchNote {
            batch: batch.batch,
            source: batch.source,
            lane: batch.lane.as_str().to_owned(),
            retention: batch.retention,
            input_hash: batch.input_hash,
        })
        .collect();
    batches.sort();
    Ok(Edition {
        title: project.title.clone(),
        edition: project.edition.clone(),
        services: project.services.clone(),
        period: question.periods[0].clone(),
        series: question.periods[1..].to_vec(),
        as_at: project.as_at,
        time_zone: project.time_zone.clone(),
        organisations: entries(folder, session, groups),
        peer_groups,
        measures: folder.live_measures(),
        figures,
        group_figures,
        publication: project.publication.clone(),
        notices: project
            .notices
            .iter()
            .map(|notice| Notice {
                what: notice.what.clone(),
                by: notice.by.clone(),
                licence: notice.licence.clone(),
                url: notice.url.clone(),
            })
            .collect(),
        provenance: Provenance {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            schema_version: SCHEMA_VERSION,
            seed: SEED,
            inputs: folder.inputs.clone(),
            batches,
            withdrawn: withdrawn(folder),
        },
    })
}

/// How many accounts objected; one account may be known by several ids.
fn withdrawn(folder: &Folder) -> usize {
    let objections = &folder.loaded.register.objections;
    let mut moments: Vec<_> = objections.iter().map(|row| (row.account_id.platform(), row.recorded_at)).collect();
    moments.sort();
    moments.dedup();
    moments.len()
}

fn entries(folder: &Folder, session: &Session<'_>, groups: &[Group]) -> Vec<Entry> {
    let question = session.question();
    let index = Index::new(&folder.loaded.register);
    let mut owners: BTreeMap<&AccountId, Vec<&Organisation>> = BTreeMap::new();
    for watched in session.watched() {
        let owner = question.organisations.binary_search_by(|known| known.organisation_id.cmp(&watched.organisation_id));
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
    let mut entries: Vec<Entry> = question
        .organisations
        .iter()
        .enumerate()
        .map(|(place, organisation)| {
            let id = &organisation.organisation_id;
            let watched = watched_of.remove(id).unwrap_or_default();
            let mut accounts: Vec<Account> = accounts_of.remove(id).unwrap_or_default().into_iter().cloned().collect();
            for account in &mut accounts {
                if let Some(known) = account.id().and_then(|id| question.aliases.get(&id)) {
                    account.account_id = Some(known.clone());
                }
            }
            accounts.sort_by(|a, b| (&a.platform, &a.handle, &a.account_id).cmp(&(&b.platform, &b.handle, &b.account_id)));
            let mut denominators: BTreeMap<&str, &someasure_model::Denominator> = BTreeMap::new();
            for denominator in index.denominators_of(id).iter().filter(|row| row.as_at <= question.as_at.date(&question.zone)) {
                let latest = denominators.entry(&denominator.kind).or_insert(denominator);
                if denominator.as_at > latest.as_at {
                    *latest = denominator;
                }
            }
            Entry {
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
