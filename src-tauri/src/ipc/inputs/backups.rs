//! Copies of the ledger.

use super::SecretText;
use serde::Deserialize;
use specta::Type;

/// Where copies go, and whether one is made each day.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupOptions {
    /// The folder; nothing for the one in the data folder.
    pub folder: Option<String>,
    /// Whether Remit makes a copy each day.
    pub automatic: bool,
}

/// A copy that was made on another computer.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RestoreElsewhere {
    /// The file.
    pub path: String,
    /// The recovery key of its ledger.
    pub recovery_key: SecretText,
    /// The account's API token.
    pub token: SecretText,
}
