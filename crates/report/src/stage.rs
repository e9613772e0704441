//! How far an edition has come: before anything is collected it is about the register, and figures are
//! not "zero" or "missing" one by one, but not yet there.

use someasure_model::{Edition, Entry};

/// How far the edition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody has an account entered.
    NoAccount,
    /// Accounts are entered; nothing was collected of any of them.
    NothingCollected,
    /// Something was collected.
    Collected,
}

impl Stage {
    pub(crate) fn of(edition: &Edition) -> Self {
        let measured = edition
            .figures
            .iter()
            .any(|figure| figure.collected_at.is_some() && figure.answer.value().is_some());
        if measured || edition.organisations.iter().any(is_collected) {
            Self::Collected
        } else if edition.organisations.iter().any(|entry| !entry.accounts.is_empty()) {
            Self::NothingCollected
        } else {
            Self::NoAccount
        }
    }

    /// Whether there can be figures.
    pub(crate) fn is_collected(self) -> bool {
        self == Self::Collected
    }
}

/// Whether anything was collected of this organisation's accounts.
pub(crate) fn is_collected(entry: &Entry) -> bool {
    entry.coverage.iter().any(|seen| seen.outcome.succeeded())
}
