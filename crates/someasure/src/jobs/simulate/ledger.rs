//! The ledger straight away: each platform's posts with their readings, its profiles, and who was looked at when, come in
//! the order in which the tables stand, so that nothing is sorted and nothing is held.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use someasure_ledger::{Bulk, LedgerError, Limits, Part, Writer, Written};
use someasure_model::{Batch, Lane, Table};
use someasure_simulate::{Sketch, Someone, Sweep, World};

use super::project::source;
use super::{Made, Request};
use crate::console::Console;
use crate::failure::Outcome;

/// Rows that become columns at a time.
const ROWS: usize = 8_192;

/// What one thread writes by itself.
#[derive(Clone, Copy)]
enum Job<'w> {
    Posts(&'w [Someone], bool),
    Profiles(&'w [Someone]),
    Attempts(&'w [Someone]),
}

impl Job<'_> {
    /// About how long it takes: the longest come first, so that no thread is left with one at the end.
    fn size(&self) -> usize {
        match self {
            Self::Posts(accounts, _) => accounts.len() * 8,
            Self::Profiles(accounts) => accounts.len() * 3,
            Self::Attempts(accounts) => accounts.len(),
        }
    }
}

#[derive(Default)]
struct Counts {
    observations: AtomicU64,
    posts: AtomicU64,
    readings: AtomicU64,
}

pub(super) fn write(request: &Request<'_>, world: &World, console: Console) -> Outcome<Made> {
    let limits = Limits { threads: request.threads, ..Limits::default() };
    let mut writer = Writer::open(&request.directory.join("ledger"), limits)?;
    let bulk = writer.bulk("simulated")?;
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for (_, by_account, accounts) in world.platforms() {
        jobs.extend([Job::Posts(accounts, by_account), Job::Profiles(accounts), Job::Attempts(accounts)]);
    }
    jobs.sort_by_key(|job| std::cmp::Reverse(job.size()));
    let counts = Counts::default();
    let bar = console.progress(jobs.iter().map(|job| job.size() as u64).sum(), "simulating");
    let (next, written) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<(), LedgerError> {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let parts = one_job(world, &bulk, *job, &counts, &bar)?;
            written.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(parts);
        }
        Ok(())
    };
    std::thread::scope(|scope| -> Outcome {
        let threads: Vec<_> = (0..request.threads.max(1)).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            thread.join().map_err(|_| anyhow::anyhow!("a thread that simulates broke off"))??;
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    let as_at = world.calendar().as_at();
    let written = written.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    // The time of day at which somebody simulates is left out: the same seed gives the same bytes.
    bulk.commit(
        written,
        &Batch {
            batch: "simulated".to_owned(),
            started_at: as_at,
            finished_at: as_at,
            source: source(request),
            lane: Lane::Open,
            retention: "unlimited".to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            input_hash: someasure_ledger::hash::sha256(format!("{:?}", request.plan).as_bytes()),
        },
    )?;
    let ledger = writer.reader();
    Ok(Made {
        observations: counts.observations.into_inner(),
        posts: counts.posts.into_inner(),
        readings: counts.readings.into_inner(),
        bytes: ledger.files().iter().map(|file| file.bytes).sum(),
        ..Made::default()
    })
}

fn one_job(
    world: &World,
    bulk: &Bulk<'_>,
    job: Job<'_>,
    counts: &Counts,
    bar: &indicatif::ProgressBar,
) -> Result<Vec<Written>, LedgerError> {
    match job {
        Job::Posts(accounts, by_account) => {
            let mut out = Posts {
                world,
                posts: bulk.part(Table::Post),
                readings: bulk.part(Table::Reading),
                held: (Vec::new(), Vec::new()),
                counts,
            };
            if by_account {
                out.by_account(accounts, bar)?
            } else {
                out.by_time(accounts, bar)?
            }
            out.flush()?;
            Ok(vec![out.posts.finish()?, out.readings.finish()?])
        }
        Job::Profiles(accounts) => {
            let (mut part, mut rows) = (bulk.part(Table::Observation), Vec::new());
            for one in accounts {
                rows.extend((0..world.calendar().days()).filter_map(|day| world.profile(one, day)));
                if rows.len() >= ROWS {
                    counts.observations.fetch_add(rows.len() as u64, Ordering::Relaxed);
                    part.observations(&rows)?;
                    rows.clear();
                }
                bar.inc(3);
            }
            counts.observations.fetch_add(rows.len() as u64, Ordering::Relaxed);
            part.observations(&rows)?;
            Ok(vec![part.finish()?])
        }
        Job::Attempts(accounts) => {
            let (mut part, mut rows) = (bulk.part(Table::Attempt), Vec::new());
            for one in accounts {
                rows.extend(world.attempts(one));
                if rows.len() >= ROWS {
                    part.attempts(&rows)?;
                    rows.clear();
                }
                bar.inc(1);
            }
            part.attempts(&rows)?;
            Ok(vec![part.finish()?])
        }
    }
}

/// Posts and their readings under way.
struct Posts<'a> {
    world: &'a World,
    posts: Part,
    readings: Part,
    held: (Vec<someasure_model::Post>, Vec<someasure_model::Reading>),
    counts: &'a Counts,
}

impl Posts<'_> {
    /// Ids begin with their account.
    fn by_account(&mut self, accounts: &[Someone], bar: &indicatif::ProgressBar) -> Result<(), LedgerError> {
        let mut sketches = Vec::new();
        for one in accounts {
            let looks = self.looks(one);
            for day in 0..self.world.calendar().days() {
                self.world.sketches(one, day, &mut sketches);
                for sketch in &sketches {
                    self.add(one, sketch, day, &looks)?;
                }
            }
            bar.inc(8);
        }
        Ok(())
    }

    /// Ids begin with their time.
    fn by_time(&mut self, accounts: &[Someone], bar: &indicatif::ProgressBar) -> Result<(), LedgerError> {
        let days = self.world.calendar().days();
        let looks: Vec<Vec<Sweep>> = accounts.iter().map(|one| self.looks(one)).collect();
        let (mut sketches, mut of_day): (Vec<Sketch>, Vec<(String, usize, Sketch)>) = Default::default();
        for day in 0..days {
            of_day.clear();
            for (at, one) in accounts.iter().enumerate() {
                self.world.sketches(one, day, &mut sketches);
                of_day.extend(sketches.drain(..).map(|sketch| (sketch.id(one), at, sketch)));
            }
            of_day.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            for (_, at, sketch) in &of_day {
                self.add(&accounts[*at], sketch, day, &looks[*at])?;
            }
            bar.inc(8 * accounts.len() as u64 / u64::from(days));
        }
        Ok(())
    }

    fn looks(&self, one: &Someone) -> Vec<Sweep> {
        (0..self.world.calendar().sweeps()).map(|nth| self.world.sweep(one, nth)).collect()
    }

    fn add(&mut self, one: &Someone, sketch: &Sketch, day: u32, looks: &[Sweep]) -> Result<(), LedgerError> {
        let shown: Vec<i64> = self
            .world
            .sweeps_of(day)
            .filter(|nth| self.world.shows(one, sketch, *nth, looks[*nth as usize]))
            .map(|nth| looks[nth as usize].at)
            .collect();
        let Some(first) = shown.first() else { return Ok(()) };
        self.counts.posts.fetch_add(1, Ordering::Relaxed);
        self.held.0.extend(self.world.post(one, sketch, *first));
        // Words that were changed are another version of the post.
        if let Some(later) = shown.iter().find(|at| self.world.changed(sketch, *first, **at)) {
            self.held.0.extend(self.world.post(one, sketch, *later));
        }
        let readings = self.world.readings(one, sketch, &shown);
        self.counts.readings.fetch_add(readings.len() as u64, Ordering::Relaxed);
        self.held.1.extend(readings);
        if self.held.0.len() >= ROWS || self.held.1.len() >= 4 * ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        self.posts.posts(&self.held.0)?;
        self.readings.readings(&self.held.1)?;
        self.held.0.clear();
        self.held.1.clear();
        Ok(())
    }
}
