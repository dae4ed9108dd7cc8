//! Why something could not be done with a run.

use remit_core::{Code, Error, LedgerError};
use remit_import::ReadError;

/// Why something could not be done with a run.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RunError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A rule forbids it, or the ledger failed.
    #[error(transparent)]
    Core(#[from] Error),
}

impl From<LedgerError> for RunError {
    fn from(error: LedgerError) -> Self {
        Self::Core(error.into())
    }
}

impl RunError {
    pub(crate) fn rule(code: Code, message: &str) -> Self {
        Self::Core(Error::rule(code, message))
    }

    pub(crate) fn input(code: Code, field: &'static str, message: &str) -> Self {
        Self::Core(Error::input(code, field, message))
    }
}
