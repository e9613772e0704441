//! A project on disk: its settings, its register, its measures and its ledger, with the bytes they came
//! from, so that an edition can say what it was made of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use someasure_ledger::hash::sha256;
use someasure_ledger::{Ledger, Limits};
use someasure_model::suggest::closest;
use someasure_model::{AccountId, Handle, Input, Instant, Measure, MeasureId, Platform, Project};
use someasure_register::{Loaded, Problem};

use crate::chats::Chats;
use crate::chats::stories::Stories;
use crate::failure::{Failure, Outcome};
use crate::library;
use crate::told::Told;

/// A project that has been read.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) root: PathBuf,
    pub(crate) project: Project,
    pub(crate) loaded: Loaded,
    /// The shipped measures with those of `measures/` in their place or beside them, by id.
    pub(crate) measures: BTreeMap<MeasureId, Measure>,
    /// What people wrote beside figures.
    pub(crate) told: Told,
    /// Hashtag chats.
    pub(crate) chats: Chats,
    /// Stories told of them.
    pub(crate) stories: Stories,
    pub(crate) inputs: Vec<Input>,
}

/// What `services` says in a new project.
pub(crate) const PLACEHOLDER_SERVICE: &str = "Name the family of bodies here";

/// Everything that is wrong with the settings and the measures, as lines for people.
pub(crate) type Wrong = Vec<String>;

impl Folder {
    /// Reads a project, `now` for what must not lie in the future. What is wrong with the register is in `loaded.problems`.
    pub(crate) fn open(root: &Path, now: Instant) -> Outcome<Self> {
        let mut wrong = Wrong::new();
        match Self::read(root, now, &mut wrong)? {
            Some(folder) if wrong.is_empty() => Ok(folder),
            _ => Err(Failure::wrong_data(wrong.join("\n"))),
        }
    }

    /// What `someasure init` wrote for somebody to fill in, and nobody has.
    pub(crate) fn unfinished_settings(&self) -> Vec<String> {
        let placeholder = self.project.services.iter().any(|service| service == PLACEHOLDER_SERVICE);
        let note = "someasure.toml: `services` still says 'Name the family of bodies here', and the pages will too; name it";
        if placeholder { vec![note.to_owned()] } else { Vec::new() }
    }

    /// Reads a project and goes on as far as it can; `None` without settings that can be read.
    pub(crate) fn read(root: &Path, now: Instant, wrong: &mut Wrong) -> Outcome<Option<Self>> {
        let path = root.join("someasure.toml");
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Failure::usage(format!(
                    "{} is no project: it has no someasure.toml. Make one with `someasure init DIR`, try `someasure demo`, \
                     or name the project with `--project DIR`",
                    root.display()
                )));
            }
            Err(error) => return Err(anyhow::Error::new(error).context(path.display().to_string()).into()),
        };
        let mut inputs = vec![input("someasure.toml", &bytes)];
        let project = match String::from_utf8(bytes)
            .map_err(|_| "is not UTF-8; save it as UTF-8".to_owned())
            .and_then(|text| {
                Project::from_toml(text.strip_prefix('\u{feff}').unwrap_or(&text))
                    .map_err(|error| error.to_string())
            }) {
            Ok(project) => Some(project),
            Err(error) => {
                wrong.push(format!("someasure.toml: {error}"));
                None
            }
        };
        let mut measures = library::shipped()?;
        own_measures(root, &mut measures, &mut inputs, wrong)?;
        for id in project.iter().flat_map(|project| &project.comparison.ranks) {
            if !measures.contains_key(id) {
                let close = closest(id.as_str(), measures.keys().map(MeasureId::as_str));
                let hint = close.map_or_else(
                    || "`someasure explain` lists them all".to_owned(),
                    |close| format!("did you mean '{close}'?"),
                );
                wrong.push(format!("someasure.toml: [comparison] ranks: there is no measure '{id}'; {hint}"));
            }
        }
        let told = Told::read(root, &mut inputs, wrong)?;
        let chats = Chats::read(root, now, &mut inputs, wrong)?;
        let stories = Stories::read(root, &mut inputs, wrong)?;
        let loaded = someasure_register::load(root);
        inputs.extend(
            loaded
                .files
                .iter()
                .filter(|(path, _)| path != "register/objections.csv")
                .map(|(path, bytes)| input(path, bytes)),
        );
        inputs.sort();
        Ok(project.map(|project| Self {
            root: root.to_owned(),
            project,
            loaded,
            measures,
            told,
            chats,
            stories,
            inputs,
        }))
    }

    /// Where the ledger is.
    pub(crate) fn ledger_path(&self) -> PathBuf {
        if self.root == Path::new(".") { PathBuf::from("ledger") } else { self.root.join("ledger") }
    }

    /// What queries may use: the flag, else the settings, else the machine.
    pub(crate) fn limits(&self, threads: Option<usize>) -> Limits {
        let defaults = Limits::default();
        Limits {
            threads: threads.or(self.project.limits.threads).unwrap_or(defaults.threads).max(1),
            memory_bytes: match self.project.limits.memory_mb {
                Some(megabytes) => Some(megabytes.saturating_mul(1 << 20)),
                None => defaults.memory_bytes,
            },
        }
    }

    /// Whether a platform is known by itself or declared in the settings.
    pub(crate) fn knows(&self, platform: &Platform) -> bool {
        platform.is_known() || self.project.platforms.iter().any(|declared| declared.id == *platform)
    }

    /// Everything that is wrong with the register, as at the edition.
    pub(crate) fn register_problems(&self) -> Vec<Problem> {
        let day = self.project.as_at.date(&self.project.zone());
        self.loaded.all_problems(&|platform| self.knows(platform), day)
    }

    /// Whether what is here is made up. Taking the setting away does not make the data real.
    pub(crate) fn is_simulated(&self, ledger: &Ledger) -> Outcome<bool> {
        let made_up = |batch: &someasure_model::Batch| batch.source.starts_with(someasure_model::SIMULATED);
        Ok(self.project.simulated || ledger.batches()?.iter().any(made_up))
    }

    /// Accounts that must never appear.
    pub(crate) fn suppressed(&self) -> BTreeSet<AccountId> {
        self.loaded.register.objections.iter().map(|objection| objection.account_id.clone()).collect()
    }

    /// From provisional ids to those that the platform gave, as far as register and ledger know them. A
    /// handle that stands for two ids leads nowhere.
    pub(crate) fn aliases(&self, ledger: &Ledger) -> Outcome<BTreeMap<AccountId, AccountId>> {
        Ok(unambiguous(&self.handles(ledger)?))
    }

    /// Every handle that register and ledger ever knew, as a provisional id, with the ids of all who had it.
    pub(crate) fn handles(&self, ledger: &Ledger) -> Outcome<BTreeMap<AccountId, BTreeSet<AccountId>>> {
        let mut found: BTreeMap<AccountId, BTreeSet<AccountId>> = BTreeMap::new();
        let mut add = |id: &AccountId, handle: &Handle| {
            if !id.is_provisional() {
                found.entry(AccountId::provisional(&id.platform(), handle)).or_default().insert(id.clone());
            }
        };
        for account in &self.loaded.register.accounts {
            if let (Some(id), Some(handle)) = (&account.account_id, &account.handle) {
                add(id, handle);
            }
        }
        for (handle, id) in ledger.handles()? {
            add(&id, &handle);
        }
        Ok(found)
    }

    /// The file of a measure, for messages.
    pub(crate) fn place_of(&self, id: &MeasureId) -> String {
        let path = format!("measures/{id}.toml");
        if self.inputs.iter().any(|input| input.path == path) { path } else { format!("the shipped {path}") }
    }

    /// What the ledger says of a measure, with the measure's file.
    pub(crate) fn refused(&self, id: &MeasureId, error: someasure_ledger::LedgerError) -> Failure {
        let failure = Failure::from(error);
        Failure { error: anyhow::anyhow!("{}: {:#}", self.place_of(id), failure.error), ..failure }
    }

    /// The measures that are computed, by domain and title.
    pub(crate) fn live_measures(&self) -> Vec<Measure> {
        let mut live: Vec<Measure> = self
            .measures
            .values()
            .filter(|measure| measure.status != someasure_model::measure::Status::Retired)
            .cloned()
            .collect();
        live.sort_by(|a, b| (a.domain, &a.title, &a.id).cmp(&(b.domain, &b.title, &b.id)));
        live
    }
}

/// The handles that only one account ever had, with that account.
pub(crate) fn unambiguous(
    handles: &BTreeMap<AccountId, BTreeSet<AccountId>>,
) -> BTreeMap<AccountId, AccountId> {
    let of_one = |ids: &BTreeSet<AccountId>| ids.first().filter(|_| ids.len() == 1).cloned();
    handles.iter().filter_map(|(handle, ids)| Some((handle.clone(), of_one(ids)?))).collect()
}

fn own_measures(
    root: &Path,
    measures: &mut BTreeMap<MeasureId, Measure>,
    inputs: &mut Vec<Input>,
    wrong: &mut Wrong,
) -> Outcome {
    let directory = root.join("measures");
    let mut paths = Vec::new();
    match std::fs::read_dir(&directory) {
        Ok(entries) => {
            for entry in entries {
                paths.push(entry.with_context(|| directory.display().to_string())?.path());
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(anyhow::Error::new(error).context(directory.display().to_string()).into()),
    }
    paths.sort();
    let mut own = BTreeSet::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        let name = format!("measures/{}", path.file_name().unwrap_or_default().to_string_lossy());
        let bytes = std::fs::read(path).with_context(|| name.clone())?;
        inputs.push(input(&name, &bytes));
        let measure = String::from_utf8(bytes)
            .map_err(|_| "is not UTF-8; save it as UTF-8".to_owned())
            .and_then(|text| Measure::from_toml(&text).map_err(|error| error.to_string()));
        match measure {
            Ok(measure) if path.file_stem().is_none_or(|stem| stem != measure.id.as_str()) => {
                wrong.push(format!(
                    "{name}: id '{}' and the file's name differ; rename the file to {}.toml",
                    measure.id, measure.id
                ));
            }
            Ok(measure) => {
                own.insert(measure.id.clone());
                measures.insert(measure.id.clone(), measure);
            }
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    for id in own {
        // What another of them superseded is gone, and need not be told twice.
        let Some(other) = measures.get(&id).and_then(|measure| measure.supersedes.clone()) else { continue };
        if measures.remove(&other).is_none() {
            wrong
                .push(format!("measures/{id}.toml: supersedes '{other}', which is no measure; leave it out"));
        }
    }
    Ok(())
}

/// A file by its path and hash.
pub(crate) fn input(path: &str, bytes: &[u8]) -> Input {
    Input { path: path.to_owned(), sha256: sha256(bytes), bytes: bytes.len() as u64 }
}
