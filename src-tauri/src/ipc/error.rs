//! Errors as the window gets them: a code to translate, a message that says what to do, never a secret.

use remit_core::{Code, Error};
use serde::{Deserialize, Serialize};
use specta::Type;

/// An error that crosses to the window.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IpcError {
    /// What kind; the window has a text for each in every language.
    pub code: Code,
    /// What happened and what to do, in English.
    pub message: String,
    /// The field of the form that it is about.
    pub field: Option<String>,
    /// Whether the same thing may work if tried again.
    pub retry: bool,
    /// Pockyt's own words; of a mistyped recovery key, the number of the group.
    pub detail: Option<String>,
}

impl IpcError {
    /// An error of the shell itself.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            retry: false,
            detail: None,
        }
    }

    /// The same, about a field.
    pub(crate) fn field(code: Code, field: &str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new(code, message)
        }
    }

    /// An identifier that the window did not get from here.
    pub(crate) fn bad_id(code: Code) -> Self {
        Self::new(code, "There is no such record.")
    }
}

impl From<Error> for IpcError {
    fn from(error: Error) -> Self {
        if matches!(error, Error::Ledger(_) | Error::Vault(_)) {
            tracing::error!(?error, "a command failed");
        }
        Self {
            code: error.code(),
            message: error.to_string(),
            field: error.field(),
            retry: error.worth_retrying(),
            detail: error.words(),
        }
    }
}

impl From<remit_core::LedgerError> for IpcError {
    fn from(error: remit_core::LedgerError) -> Self {
        Error::from(error).into()
    }
}

impl From<remit_core::VaultError> for IpcError {
    fn from(error: remit_core::VaultError) -> Self {
        Error::from(error).into()
    }
}
