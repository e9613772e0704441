//! A simulated project on disk: its register and settings, and what was observed, as input files or as a ledger. What is
//! in it is decided in another crate; here it is only written down, part by part, on all threads and in a fixed order.

mod files;
mod ledger;
mod project;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use someasure_model::{Organisation, OrganisationId};
use someasure_simulate::{Body, Plan, Practices, World, practices};

use crate::console::{Console, count, thousands};
use crate::failure::{Failure, Outcome};
use crate::services::{self, Chosen};

/// What to make, and where.
pub(crate) struct Request<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) services: &'a [String],
    pub(crate) practices: u32,
    pub(crate) plan: Plan,
    pub(crate) bad_rows: f64,
    pub(crate) into_ledger: bool,
    pub(crate) threads: usize,
}

/// What was made.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Made {
    pub(crate) organisations: u64,
    pub(crate) practices: u64,
    pub(crate) accounts: u64,
    pub(crate) observations: u64,
    /// Posts; in input files a post has a row for each time it was read.
    pub(crate) posts: u64,
    pub(crate) readings: u64,
    /// Rows of input files.
    pub(crate) rows: u64,
    /// Rows that stand there twice.
    pub(crate) repeated: u64,
    /// Rows that cannot be read.
    pub(crate) bad: u64,
    pub(crate) bytes: u64,
    pub(crate) into_ledger: bool,
}

impl Made {
    pub(crate) fn tell(&self, console: Console, directory: &Path) {
        console.say(&format!(
            "A simulated project is in {}: {}{}, {}, {}, {}, {}",
            directory.display(),
            count(self.organisations, "organisation", "organisations"),
            if self.practices > 0 {
                format!(
                    " ({} of them practices that are made up, since no register that is shipped has any)",
                    thousands(self.practices)
                )
            } else {
                String::new()
            },
            count(self.accounts, "account", "accounts"),
            count(self.observations, "observation", "observations"),
            count(self.posts, "post", "posts"),
            count(self.readings, "reading", "readings"),
        ));
        if self.into_ledger {
            console
                .say("Next, there: `someasure build`. Everything that it makes says that it is simulated.");
            return;
        }
        console.say(&format!(
            "Its input files have {} ({} stand there twice, {} cannot be read, on purpose)",
            count(self.rows, "row", "rows"),
            thousands(self.repeated),
            thousands(self.bad),
        ));
        console.say("Next, there: `sh import.sh`, then `someasure build`. Everything that it makes says that it is simulated.");
    }
}

/// Makes the project.
pub(crate) fn run(request: &Request<'_>, console: Console) -> Outcome<Made> {
    refuse_what_is_there(request.directory)?;
    let usage = |error: someasure_simulate::PlanError| Failure::usage(error.to_string());
    let calendar = request.plan.calendar().map_err(usage)?;
    let chosen = services::choose(request.services)?;
    let parents: Vec<OrganisationId> = chosen
        .register
        .organisations
        .iter()
        .filter(|body| body.kind == "integrated care board" && body.is_open_on(request.plan.last))
        .map(|body| body.organisation_id.clone())
        .collect();
    let made_up = practices(request.practices, &parents, &calendar, request.plan.seed);
    let bodies = bodies(&chosen, &made_up, request);
    let world = World::new(request.plan, bodies).map_err(usage)?;
    project::write(request, &chosen, &made_up, &world)?;
    let mut made = if request.into_ledger {
        ledger::write(request, &world, console)?
    } else {
        files::write(request, &world, console)?
    };
    made.organisations = (chosen.register.organisations.len() + made_up.organisations.len()) as u64;
    made.practices = made_up.organisations.len() as u64;
    made.accounts = world.accounts().len() as u64;
    made.into_ledger = request.into_ledger;
    Ok(made)
}

/// What stands there already is somebody's own.
fn refuse_what_is_there(directory: &Path) -> Outcome {
    match std::fs::read_dir(directory) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::usage(format!("{} cannot be used: {error}", directory.display()))),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Failure::usage(format!(
                "{} is not empty: simulated data must not stand beside real ones; name a new folder",
                directory.display()
            ))),
        },
    }
}

/// The bodies that have accounts: those of the register that are open on the last day, and all practices.
fn bodies(chosen: &Chosen, made_up: &Practices, request: &Request<'_>) -> Vec<Body> {
    let open = |body: &&Organisation| body.is_open_on(request.plan.last);
    let real = chosen.register.organisations.iter().filter(open).map(|body| Body {
        organisation_id: body.organisation_id.clone(),
        name: body.name.clone(),
        closes: None,
    });
    real.chain(made_up.bodies.iter().cloned()).collect()
}

/// So many parts are made ahead of what is written, for each thread.
const AHEAD: usize = 4;

/// Makes parts on all threads and hands them over in their order.
fn in_order<T: Send>(
    threads: usize,
    parts: usize,
    make: impl Fn(usize) -> T + Sync,
    mut each: impl FnMut(T) -> Outcome,
) -> Outcome {
    let threads = threads.max(1);
    for from in (0..parts).step_by(threads * AHEAD) {
        let to = (from + threads * AHEAD).min(parts);
        let next = AtomicUsize::new(from);
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= to {
                    return done;
                }
                done.push((at, make(at)));
            }
        };
        let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
        });
        if done.len() != to - from {
            return Err(anyhow::anyhow!("a thread that simulates broke off").into());
        }
        done.sort_by_key(|(at, _)| *at);
        for (_, part) in done {
            each(part)?;
        }
    }
    Ok(())
}

/// Writes a file below the project.
fn put(directory: &Path, path: &str, bytes: &[u8]) -> Outcome {
    let target = directory.join(path);
    someasure_ledger::storage::write_file(&target, bytes).with_context(|| target.display().to_string())?;
    Ok(())
}
