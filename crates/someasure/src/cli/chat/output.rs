//! Where to write something that has several forms, and as which of them.

use std::path::PathBuf;

use clap::ValueEnum;
use someasure_ledger::storage::write_file;

use super::super::marked;
use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// The forms that something is written in.
pub(super) trait Form: ValueEnum + Copy + Send + Sync + 'static {
    /// Without a file or a format.
    const USUAL: Self;
    /// The ending of its files.
    fn ending(self) -> &'static str;
    /// By the ending of a file's name, in lower case.
    fn of_ending(ending: &str) -> Option<Self>;
}

/// The options for it.
#[derive(Debug, clap::Args)]
pub(super) struct Output<F: Form> {
    /// As what to write it.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<F>,
    /// Where to write it; without it to standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl<F: Form> Output<F> {
    /// The form asked for, or that of the file's ending.
    pub(super) fn form(&self) -> Outcome<F> {
        let ending = self.output.as_ref().and_then(|path| path.extension());
        match (self.format, ending.map(|ending| ending.to_string_lossy().to_lowercase())) {
            (Some(form), _) => Ok(form),
            (None, None) => Ok(F::USUAL),
            (None, Some(ending)) => F::of_ending(&ending).ok_or_else(|| {
                Failure::usage(format!(
                    "a file that ends in '.{ending}' has no form here: give one with --format"
                ))
            }),
        }
    }
    /// Whether a form was asked for.
    pub(super) fn says_format(&self) -> bool {
        self.format.is_some()
    }
    /// Whether neither a form nor a file was asked for.
    pub(super) fn is_open(&self) -> bool {
        self.format.is_none() && self.output.is_none()
    }
    /// Whether it goes to a file.
    pub(super) fn is_file(&self) -> bool {
        self.output.is_some()
    }
    /// Writes it, marked where the data are made up.
    pub(super) fn put(&self, console: Console, form: F, text: String, simulated: bool) -> Outcome {
        let text = if simulated { marked(form.ending(), text) } else { text };
        match &self.output {
            None => console.say(text.trim_end_matches('\n')),
            Some(path) => write(console, path, &text)?,
        }
        Ok(())
    }
    /// Writes a table beside the file, under the same name; nothing where there is no file to stand beside.
    pub(super) fn put_beside(&self, console: Console, table: String, simulated: bool) -> Outcome {
        let Some(path) = self.output.as_ref().map(|path| path.with_extension("csv")) else { return Ok(()) };
        let table = if simulated { marked("csv", table) } else { table };
        write(console, &path, &table)
    }
}

fn write(console: Console, path: &std::path::Path, text: &str) -> Outcome {
    write_file(path, text.as_bytes())
        .map_err(|error| anyhow::Error::from(error).context(path.display().to_string()))?;
    console.say(&format!("Written: {}", path.display()));
    Ok(())
}
