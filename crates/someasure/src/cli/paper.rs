//! `someasure paper`

use std::path::PathBuf;

#[cfg(any(feature = "pdf", test))]
use someasure_model::OrganisationId;

use super::Common;
use crate::failure::Outcome;

/// Write the two-page paper of one organisation, for its board: a tagged PDF.
///
/// It says what the pages of the edition say: three sentences, every reviewed figure with its interval, its n and
/// what the peers have, one thing to try, what this cannot tell, and how to check it. The figures are computed as
/// `someasure build` computes them; nothing is published.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  someasure paper RJ1
  someasure paper ods:RJ1 --output board/rj1.pdf")]
pub(crate) struct Args {
    /// The organisation: its id (ods:RJ1), or its code alone where only one register has it.
    #[arg(value_name = "CODE")]
    code: String,
    /// Where to write it; a file that is there is replaced. Left out: CODE.pdf in the project.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[cfg(not(feature = "pdf"))]
pub(crate) fn run(args: &Args, _: &Common) -> Outcome {
    use crate::failure::Failure;
    let file = args.output.as_ref().map_or_else(String::new, |file| format!(" in {}", file.display()));
    Err(Failure::usage(format!(
        "this someasure was built without papers, so there is none of {}{file}; install it with them: `cargo install \
         --path crates/someasure --profile dist --locked --features pdf`",
        args.code
    )))
}

#[cfg(feature = "pdf")]
pub(crate) fn run(args: &Args, common: &Common) -> Outcome {
    use anyhow::Context;
    use someasure_ledger::storage::write_file;

    use super::{build, print_json};
    use crate::{edition, jobs, paper};

    #[derive(serde::Serialize)]
    struct Report {
        organisation_id: OrganisationId,
        file: String,
        pages: usize,
        bytes: usize,
    }

    let console = common.console();
    let folder = common.folder()?;
    build::refuse_errors(&folder)?;
    let ledger = jobs::import::open_ledger(&folder, common.threads())?;
    let edition = edition::compute(&folder, &ledger, console)?;
    let ids: Vec<&OrganisationId> =
        edition.organisations.iter().map(|entry| &entry.organisation.organisation_id).collect();
    let id = found(&args.code, &ids)?;
    let pdf = paper::of_organisation(&edition, id)?;
    let target = args.output.clone().unwrap_or_else(|| folder.root.join(format!("{}.pdf", id.slug())));
    write_file(&target, &pdf.bytes).with_context(|| target.display().to_string())?;
    let report = Report {
        organisation_id: id.clone(),
        file: target.display().to_string(),
        pages: pdf.pages,
        bytes: pdf.bytes.len(),
    };
    if common.json {
        return print_json(console, &report);
    }
    console.say(&report.file);
    Ok(())
}

/// The one organisation that `code` means: its id, or its code in whatever register, in small letters or large.
#[cfg(any(feature = "pdf", test))]
fn found<'a>(code: &str, ids: &[&'a OrganisationId]) -> Outcome<&'a OrganisationId> {
    use crate::failure::Failure;
    let same = |text: &str| text.eq_ignore_ascii_case(code.trim());
    let matching: Vec<&OrganisationId> =
        ids.iter().copied().filter(|id| same(id.as_str()) || same(id.code())).collect();
    match matching.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::usage(format!(
            "the edition has no organisation {code}; `register/organisations.csv` has those that it knows, and one that \
             had closed or had not opened on the edition's day is not in it"
        ))),
        several => {
            let ids: Vec<&str> = several.iter().take(8).map(|id| id.as_str()).collect();
            Err(Failure::usage(format!("{code} could be {}; write the whole id", ids.join(" or "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_one_organisation_or_is_refused() {
        let ids: Vec<OrganisationId> =
            ["ods:RJ1", "ods:RJ2", "gss:RJ2"].iter().map(|id| id.parse().unwrap()).collect();
        let ids: Vec<&OrganisationId> = ids.iter().collect();
        assert_eq!(found("rj1", &ids).unwrap().as_str(), "ods:RJ1");
        assert_eq!(found("ods:RJ2", &ids).unwrap().as_str(), "ods:RJ2");
        assert!(found("RJ2", &ids).unwrap_err().told().contains("ods:RJ2 or gss:RJ2"));
        assert!(found("RJ3", &ids).unwrap_err().told().contains("no organisation RJ3"));
    }
}
