//! The main path: ask → measure → estimate → compare → assemble → publish.

use std::sync::atomic::{AtomicUsize, Ordering};

use someasure_ledger::{Ledger, Question, SCHEMA_VERSION, Session, figures_parquet};
use someasure_model::{
    AccountId, BatchNote, Change, Edition, Figure, Gap, Granularity, GroupFigure, Input, Look, Measure,
    Notice, Organisation, PeerComparison, PeerGroup, Period, Provenance, SIMULATED, View, simulated_title,
};
use someasure_register::Index;

use crate::change::changes;
use crate::compare::{Comparison, control_false_discoveries};
use crate::console::{Console, count};
use crate::entries::{closed, disagreements, entries, members, withdrawn};
use crate::estimate::{Estimates, Group};
use crate::failure::{Failure, Outcome};
use crate::folder::Folder;
use crate::publish::{Published, publish};
use crate::revision::Before;
use crate::subjects::Subjects;

/// The seed of everything drawn by chance: the draws that ranks rest on.
const SEED: u64 = 20_141_217;

/// Puts an edition in its place.
pub(crate) fn published(
    folder: &Folder,
    ledger: &Ledger,
    edition: &Edition,
    console: Console,
) -> Outcome<Published> {
    publish(&folder.root, edition, &|| Ok(figures_parquet(edition)?), ledger.limits().threads, console)
}

/// The edition, before it is published.
pub(crate) fn compute(folder: &Folder, ledger: &Ledger, console: Console) -> Outcome<Edition> {
    let question = ask(folder, ledger)?;
    if question.organisations.is_empty() {
        return Err(Failure::wrong_data(format!(
            "register/organisations.csv has no organisation that was open on {}: there is nothing to report on. Enter \
             them, `someasure import organisations FILE`, or check `as_at` in someasure.toml",
            question.as_at.date(&question.zone)
        )));
    }
    let measures = folder.live_measures();
    let session = ledger.ask(question)?.prepared_for(&measures)?;
    let workers = session.side_by_side(measures.len());
    let session = session.shared_by(workers);
    if let Some(note) = later(folder, &session) {
        console.warn(&note);
    }
    let groups = groups(folder, &session.question().organisations);
    let measured = measure(folder, &measures, &session, &groups, workers, console)?;
    let before = Before::of(folder)?;
    let mut edition = assemble(folder, ledger, &session, &groups, measured)?;
    if let Some(before) = before {
        edition.revision = Some(before.compared_with(&edition)?);
        edition.provenance.inputs.push(before.input);
        edition.provenance.inputs.sort();
    }
    Ok(edition)
}

/// What was collected after the edition's instant does not count; said before somebody wonders.
pub(crate) fn later(folder: &Folder, session: &Session<'_>) -> Option<String> {
    let later = session.collected_later().len() as u64;
    (later > 0).then(|| {
        format!(
            "{} {} collected after as_at ({}), and what was seen then does not count in this edition: to use it, move \
             `as_at` (and `to`) in someasure.toml",
            count(later, "account", "accounts"),
            if later == 1 { "was" } else { "were" },
            folder.project.as_at
        )
    })
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
    let (organisations, accounts) = members(folder, day);
    let suppressed = folder.suppressed();
    let aliases = folder.aliases(ledger)?;
    let accounts = accounts
        .into_iter()
        .filter(|account| {
            account.id().is_some_and(|id| {
                let handle =
                    account.handle.as_ref().map(|handle| AccountId::provisional(&account.platform, handle));
                !suppressed.contains(&id)
                    && handle.is_none_or(|handle| !suppressed.contains(&handle))
                    && aliases.get(&id).is_none_or(|known| !suppressed.contains(known))
            })
        })
        .collect();
    let withdrawn = someasure_register::withdrawn(&folder.loaded.register, &folder.loaded.margins);
    Ok(Question { as_at, zone, periods, organisations, accounts, aliases, withdrawn })
}

/// Among whom organisations are compared: everyone, and the project's peer groups.
pub(crate) fn groups(folder: &Folder, organisations: &[Organisation]) -> Vec<Group> {
    let index = Index::new(&folder.loaded.register);
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let all = Group { id: "all".to_owned(), members: (0..organisations.len()).map(place).collect() };
    let declared = folder.project.peer_groups.iter().map(|rule| Group {
        id: rule.id.clone(),
        members: organisations
            .iter()
            .enumerate()
            .filter(|(_, organisation)| {
                rule.admits(organisation, index.denominators_of(&organisation.organisation_id))
            })
            .map(|(at, _)| place(at))
            .collect(),
    });
    std::iter::once(all).chain(declared).collect()
}

/// What came of asking measures.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) figures: Vec<Figure>,
    pub(crate) group_figures: Vec<GroupFigure>,
    pub(crate) comparisons: Vec<PeerComparison>,
    pub(crate) changes: Vec<Change>,
}

/// Every measure's figures, compared and sorted. Measures are asked side by side, one a thread; their answers do not
/// depend on who asked first.
pub(crate) fn measure(
    folder: &Folder,
    measures: &[Measure],
    session: &Session<'_>,
    groups: &[Group],
    workers: usize,
    console: Console,
) -> Outcome<Measured> {
    let bar = console.progress(measures.len() as u64, "measuring");
    let subjects = Subjects::new(session);
    let next = AtomicUsize::new(0);
    let work = || -> Outcome<Vec<Measured>> {
        let mut done = Vec::new();
        while let Some(measure) = measures.get(next.fetch_add(1, Ordering::Relaxed)) {
            let answer = answer(folder, measure, &subjects, groups)?;
            session.holds(size_of_val(&*answer.figures));
            done.push(answer);
            bar.inc(1);
        }
        Ok(done)
    };
    let answers: Vec<Outcome<Vec<_>>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..workers.clamp(1, measures.len().max(1))).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a measure's thread broke off").into()))
            })
            .collect()
    });
    bar.finish_and_clear();
    let answers: Vec<Measured> =
        answers.into_iter().collect::<Outcome<Vec<_>>>()?.into_iter().flatten().collect();
    let mut all = Measured::default();
    all.figures.reserve_exact(answers.iter().map(|one| one.figures.len()).sum());
    for one in answers {
        all.figures.extend(one.figures);
        all.group_figures.extend(one.group_figures);
        all.comparisons.extend(one.comparisons);
        all.changes.extend(one.changes);
    }
    all.sort();
    control_false_discoveries(&mut all.comparisons).map_err(|why| anyhow::anyhow!("comparing: {why}"))?;
    Ok(all)
}

/// One measure: its SQL's rows become figures, and these are compared with their peers and their own past.
pub(crate) fn answer(
    folder: &Folder,
    measure: &Measure,
    subjects: &Subjects<'_>,
    groups: &[Group],
) -> Outcome<Measured> {
    let session = subjects.session();
    let wrong = |why: String| {
        Failure::wrong_data(format!("{}: measure '{}': {why}", folder.place_of(&measure.id), measure.id))
    };
    let refused = |error| folder.refused(&measure.id, error);
    let mut estimates = Estimates::new(measure, subjects, groups);
    for rows in session.measure(measure).map_err(refused)? {
        estimates.add(&rows.map_err(refused)?).map_err(wrong)?;
    }
    let estimated = estimates.finish();
    let periods = &session.question().periods;
    let comparison = Comparison {
        groups,
        period: &periods[0].id,
        ranks: folder.project.comparison.ranks.contains(&measure.id),
        seed: SEED,
    };
    let beyond = |why: someasure_stats::Refused| wrong(format!("its figures cannot be compared: {why}"));
    Ok(Measured {
        comparisons: comparison.of(measure, &estimated).map_err(beyond)?,
        changes: changes(measure, &estimated, periods).map_err(beyond)?,
        figures: estimated.figures,
        group_figures: estimated.group_figures,
    })
}

impl Measured {
    /// No two have the same key, so that sorting in place gives one order.
    fn sort(&mut self) {
        self.figures.sort_unstable_by(|a, b| {
            (&a.organisation_id, &a.platform, &a.measure_id, &a.period).cmp(&(
                &b.organisation_id,
                &b.platform,
                &b.measure_id,
                &b.period,
            ))
        });
        self.group_figures.sort_by(|a, b| {
            (&a.measure_id, &a.platform, &a.peer_group, &a.period).cmp(&(
                &b.measure_id,
                &b.platform,
                &b.peer_group,
                &b.period,
            ))
        });
        self.comparisons.sort_by(|a, b| {
            (&a.measure_id, &a.platform, &a.peer_group).cmp(&(&b.measure_id, &b.platform, &b.peer_group))
        });
        self.changes.sort_by(|a, b| {
            (&a.organisation_id, &a.platform, &a.measure_id).cmp(&(
                &b.organisation_id,
                &b.platform,
                &b.measure_id,
            ))
        });
    }
}

/// Everything that the edition is made from. The ledger stands there by its manifest, which has the hash of every file:
/// an edited ledger does not look like its source.
fn inputs(folder: &Folder, ledger: &Ledger) -> Outcome<Vec<Input>> {
    let mut inputs = folder.inputs.clone();
    if let Some((sha256, bytes)) = ledger.fingerprint()? {
        inputs.push(Input { path: "ledger/manifest.json".to_owned(), sha256, bytes });
        inputs.sort();
    }
    Ok(inputs)
}

fn assemble(
    folder: &Folder,
    ledger: &Ledger,
    session: &Session<'_>,
    groups: &[Group],
    measured: Measured,
) -> Outcome<Edition> {
    let project = &folder.project;
    let question = session.question();
    let titles = folder.project.peer_groups.iter().map(|rule| (rule.title.clone(), rule.reason.clone()));
    let everyone = ("Everyone in this edition".to_owned(), String::new());
    let peer_groups = groups
        .iter()
        .zip(std::iter::once(everyone).chain(titles))
        .map(|(group, (title, reason))| PeerGroup {
            id: group.id.clone(),
            title,
            reason,
            size: group.members.len(),
        })
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
    // Taking the setting away does not make the data real.
    let simulated = project.simulated || batches.iter().any(|batch| batch.source.starts_with(SIMULATED));
    Ok(Edition {
        title: if simulated { simulated_title(&project.title) } else { project.title.clone() },
        edition: project.edition.clone(),
        simulated,
        services: project.services.clone(),
        period: question.periods[0].clone(),
        series: question.periods[1..].to_vec(),
        as_at: project.as_at,
        time_zone: project.time_zone.clone(),
        organisations: entries(folder, session, groups),
        closed: closed(folder, question.as_at.date(&question.zone)),
        disagreements: disagreements(&folder.loaded.register),
        gaps: project.gaps.iter().map(|gap| Gap { what: gap.what.clone(), why: gap.why.clone() })
            .chain((project.view == View::AsNow).then(|| Gap {
                what: "Bodies as they were then".to_owned(),
                why: "This edition shows those that are open today, under today's names; an account of a closed body \
                      counts for the one that took over from it, where the sources name one."
                    .to_owned(),
            }))
            .collect(),
        peer_groups,
        measures: folder.live_measures(),
        figures: measured.figures,
        group_figures: measured.group_figures,
        comparisons: measured.comparisons,
        changes: measured.changes,
        revision: None,
        errata: folder.told.errata.clone(),
        reviews: folder.told.reviews.clone(),
        replies: folder.told.replies.clone(),
        case_studies: folder.told.case_studies.clone(),
        stories: crate::chats::stories::told(folder, ledger, question.as_at)?,
        chats: crate::chats::report::reports(folder, ledger, &question.organisations, question.as_at)?,
        look: Look { papers: cfg!(feature = "pdf"), ..folder.told.look.clone() },
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
            inputs: inputs(folder, ledger)?,
            batches,
            withdrawn: withdrawn(folder),
        },
    })
}
