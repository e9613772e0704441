//! Everything under `register/` of a project, with the bytes it came from so that inputs can be hashed.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

use jiff::civil::Date;
use someasure_model::{OrganisationId, Platform, Register};

use crate::check::check;
use crate::columns::{FILES, ORGANISATIONS};
use crate::problem::{Kind, Problem, in_order, tidy};
use crate::read;
use crate::sheet::{Margin, Parsed};
use crate::suggest::closest;

/// What the files hold beside the rows of a [`Register`]: one margin a row, in the same order. A list
/// that is shorter than its rows stands for rows without a margin, so `Margins::default()` fits a
/// register made in memory, and rows added at the end need none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Margins {
    /// `organisations.csv`
    pub organisations: Vec<Margin>,
    /// `names.csv`
    pub names: Vec<Margin>,
    /// `listings.csv`
    pub listings: Vec<Margin>,
    /// `successions.csv`
    pub successions: Vec<Margin>,
    /// `denominators.csv`
    pub denominators: Vec<Margin>,
    /// `accounts.csv`
    pub accounts: Vec<Margin>,
    /// `evidence.csv`
    pub evidence: Vec<Margin>,
    /// `objections.csv`
    pub objections: Vec<Margin>,
    /// Organisations whose own row has an error; rows that point to them are not blamed for it.
    pub refused: BTreeSet<OrganisationId>,
    /// `organisations.csv` could not be read at all, so nothing is said about what points to it.
    pub organisations_unread: bool,
    /// Some row of `accounts.csv` has an error, so nothing is said about evidence of unknown accounts.
    pub accounts_incomplete: bool,
}

/// A register as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// The rows without an error of their own.
    pub register: Register,
    /// Their lines and carried columns.
    pub margins: Margins,
    /// What is wrong with single files, rows and cells; [`check()`] finds what spans them.
    pub problems: Vec<Problem>,
    /// Each file that is there: its path from the project's directory (`register/names.csv`), its bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Loaded {
    /// Whether a file (`accounts.csv`) has no error of its own, so that its rows are all there and it may
    /// be written back from them.
    pub fn may_rewrite(&self, file: &str) -> bool {
        let path = path_of(file);
        !self.problems.iter().any(|problem| problem.is_error() && problem.file == path)
    }

    /// The problems of reading together with those of [`check()`], in the order of files and lines.
    pub fn all_problems(&self, known_platform: &dyn Fn(&Platform) -> bool, today: Date) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        problems.extend(check(&self.register, &self.margins, known_platform, today));
        in_order(&mut problems); // both are cut short already: a second cut would count the counts
        problems
    }
}

fn path_of(file: &str) -> String {
    format!("register/{file}")
}

/// Reads `register/` of the project. A missing file is an empty list, except `organisations.csv`.
pub fn load(project_dir: &Path) -> Loaded {
    let mut loaded = Loaded::default();
    let mut problems = Vec::new();
    problems.extend(strangers(&project_dir.join("register")));
    for file in FILES {
        let path = path_of(file);
        let bytes = match std::fs::read(project_dir.join("register").join(file)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if file == "organisations.csv" {
                    loaded.margins.organisations_unread = true;
                    problems.push(Problem::error(
                        Kind::MissingFile,
                        &path,
                        "the file is missing, and a register cannot do without it",
                        format!("create it with the columns {}", ORGANISATIONS.all.join(",")),
                    ));
                }
                continue;
            }
            Err(error) => {
                loaded.margins.organisations_unread |= file == "organisations.csv";
                let what = format!("the file cannot be read: {error}");
                let todo = "check that it is a file and that you may read it";
                problems.push(Problem::error(Kind::UnreadableFile, &path, what, todo));
                continue;
            }
        };
        let Loaded { register, margins, .. } = &mut loaded;
        match file {
            "organisations.csv" => {
                let parsed = read::organisations(&path, &bytes);
                margins.refused = parsed.refused.clone();
                margins.organisations_unread = parsed.rows.is_empty() && !parsed.problems.is_empty();
                keep(parsed, &mut register.organisations, &mut margins.organisations, &mut problems);
            }
            "names.csv" => {
                keep(read::names(&path, &bytes), &mut register.names, &mut margins.names, &mut problems);
            }
            "listings.csv" => keep(
                read::listings(&path, &bytes),
                &mut register.listings,
                &mut margins.listings,
                &mut problems,
            ),
            "successions.csv" => keep(
                read::successions(&path, &bytes),
                &mut register.successions,
                &mut margins.successions,
                &mut problems,
            ),
            "denominators.csv" => keep(
                read::denominators(&path, &bytes),
                &mut register.denominators,
                &mut margins.denominators,
                &mut problems,
            ),
            "accounts.csv" => {
                let parsed = read::accounts(&path, &bytes);
                margins.accounts_incomplete = parsed.problems.iter().any(Problem::is_error);
                keep(parsed, &mut register.accounts, &mut margins.accounts, &mut problems);
            }
            "evidence.csv" => {
                keep(
                    read::evidence(&path, &bytes),
                    &mut register.evidence,
                    &mut margins.evidence,
                    &mut problems,
                );
            }
            _ => keep(
                read::objections(&path, &bytes),
                &mut register.objections,
                &mut margins.objections,
                &mut problems,
            ),
        }
        loaded.files.push((path, bytes));
    }
    loaded.problems = tidy(problems);
    loaded
}

fn keep<T>(parsed: Parsed<T>, rows: &mut Vec<T>, margins: &mut Vec<Margin>, problems: &mut Vec<Problem>) {
    *rows = parsed.rows;
    *margins = parsed.margins;
    problems.extend(parsed.problems);
}

/// CSV files in `register/` that nobody reads: most likely a name with a slip in it.
fn strangers(directory: &Path) -> Vec<Problem> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let strange = names
        .iter()
        .filter(|name| name.to_lowercase().ends_with(".csv") && !name.starts_with(['.', '~']))
        .filter(|name| !FILES.contains(&name.as_str()));
    strange
        .map(|name| {
            let todo = match closest(name, FILES.into_iter().filter(|file| !names.iter().any(|n| n == file)))
            {
                Some(close) => format!("did you mean '{close}'?"),
                None => format!("the files of a register are {}", FILES.join(", ")),
            };
            Problem::warning(Kind::UnknownFile, &path_of(name), "the file is not read", todo)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("register")).unwrap();
        for (name, text) in files {
            std::fs::write(directory.path().join("register").join(name), text).unwrap();
        }
        directory
    }

    fn texts(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_the_organisations_must_be_there() {
        let directory =
            project(&[("organisations.csv", "organisation_id,name,type,source\nods:RJ1,Guy's,trust,ODS\n")]);
        let loaded = load(directory.path());
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.register.organisations.len(), 1);
        assert_eq!(loaded.files[0].0, "register/organisations.csv");
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(load(empty.path()).problems[0].kind, Kind::MissingFile);
    }

    #[test]
    fn a_file_whose_name_has_a_slip_is_not_passed_over_in_silence() {
        let directory = project(&[
            ("organisations.csv", "organisation_id,name,type,source\nods:RJ1,Guy's,trust,ODS\n"),
            ("account.csv", "organisation_id,platform,handle\nods:RJ1,x,guys\n"),
        ]);
        assert_eq!(
            texts(&load(directory.path()).problems),
            ["register/account.csv: the file is not read; did you mean 'accounts.csv'?"]
        );
    }

    #[test]
    fn what_points_to_a_row_with_an_error_is_not_blamed_for_it() {
        let directory = project(&[
            (
                "organisations.csv",
                "organisation_id,name,type,opened,source\nods:RJ1,Guy's,trust,1/2/2003,ODS\nods:B,B,b,,s\n",
            ),
            ("accounts.csv", "organisation_id,platform,handle\nods:RJ1,x,guys\nods:RJ2,x,b\n"),
        ]);
        let loaded = load(directory.path());
        assert!(!loaded.may_rewrite("organisations.csv"));
        assert!(loaded.may_rewrite("accounts.csv"));
        let all = loaded.all_problems(&Platform::is_known, jiff::civil::date(2014, 4, 7));
        assert_eq!(
            texts(&all),
            [
                "register/organisations.csv:2: opened '1/2/2003': an ambiguous date: day and month cannot be told apart; write 2003-02-01 or 2003-01-02",
                "register/accounts.csv:3: organisation_id 'ods:RJ2': no such organisation in organisations.csv; add it there, or correct the id",
            ]
        );
    }
}
