//! How a command can end other than well: a message for people and an exit code for programs.

use someasure_ledger::LedgerError;

/// Why a command stopped. The number is its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) error: anyhow::Error,
}

/// It failed.
pub(crate) const FAILED: u8 = 1;
/// It was asked for in a way that makes no sense.
pub(crate) const USAGE: u8 = 2;
/// The data are wrong.
pub(crate) const WRONG_DATA: u8 = 3;

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: USAGE, error: anyhow::anyhow!(message.into()) }
    }
    pub(crate) fn wrong_data(message: impl Into<String>) -> Self {
        Self { code: WRONG_DATA, error: anyhow::anyhow!(message.into()) }
    }
}

impl Failure {
    /// What happened and why, each cause once, and what to do.
    pub(crate) fn told(&self) -> String {
        let mut text = String::new();
        for cause in self.error.chain().map(ToString::to_string).filter(|cause| !cause.is_empty()) {
            if text.is_empty() {
                text = cause;
            } else if !text.contains(&cause) {
                text.push_str(": ");
                text.push_str(&cause);
            }
        }
        text + self.remedy()
    }

    /// What to do where the file system said no.
    fn remedy(&self) -> &'static str {
        use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let said = self.error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
        match said.map(std::io::Error::kind) {
            Some(StorageFull | QuotaExceeded) => {
                ". Free some space and run this again: what was there before is as it was"
            }
            Some(PermissionDenied | ReadOnlyFilesystem) => {
                ". Run this where you may write to the project's folder"
            }
            _ => "",
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { code: FAILED, error }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let code = match error {
            LedgerError::Measure { .. }
            | LedgerError::ManifestMissing { .. }
            | LedgerError::FileMissing { .. }
            | LedgerError::Manifest { .. } => WRONG_DATA,
            _ => FAILED,
        };
        Self { code, error: error.into() }
    }
}
