//! Copies of the ledger.

use crate::ipc::IpcError;
use crate::ipc::inputs::Environment;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

/// A copy of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[serde(rename = "Backup")]
pub struct BackupView {
    /// Its file name.
    pub name: String,
    /// The file with its folder.
    pub path: String,
    /// When it was made.
    pub made_at: String,
    /// How large it is.
    #[specta(type = u32)]
    pub bytes: u64,
    /// Whether Remit made it by itself.
    pub automatic: bool,
}

/// How the ledger is kept safe.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupStatus {
    /// Where copies go.
    pub folder: String,
    /// Whether that is the place in the data folder.
    pub folder_is_default: bool,
    /// Whether Remit makes a copy each day.
    pub automatic: bool,
    /// The copies in that folder, newest first.
    pub backups: Vec<BackupView>,
    /// Why the last automatic copy failed.
    pub trouble: Option<IpcError>,
    /// When the owner last proved to have the recovery key.
    pub recovery_key_saved_at: Option<String>,
    /// When the next automatic copy is due; nothing while none is made.
    pub next_at: Option<String>,
    /// When the newest copy of this very ledger was made, of those in the folder; nothing while it is not open.
    pub last_at: Option<String>,
    /// How many payouts that copy lacks, or all that there are without one: what would be lost with the ledger. Nothing while
    /// it is not open.
    pub missing_payouts: Option<u32>,
}

/// Whose ledger a copy is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupAccount {
    /// The owner's name for it.
    pub name: String,
    /// Where it lives.
    pub environment: Environment,
    /// The merchant number.
    pub merchant_no: String,
    /// The store number.
    pub store_no: String,
}

/// What a copy holds.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupFacts {
    /// The copy.
    pub backup: BackupView,
    /// Whose ledger it is, where the copy says so.
    pub account: Option<BackupAccount>,
    /// The account on this computer that it belongs to.
    pub profile_id: Option<String>,
    /// How many payees it has.
    pub payees: u32,
    /// How many payouts it has.
    pub payouts: u32,
    /// How many events it has.
    pub events: u32,
    /// When the last of them was.
    pub last_event_at: Option<String>,
    /// How many events the open ledger has that the copy has not; nothing while no ledger is open.
    pub newer_than_backup: Option<u32>,
}

/// The recovery key, to be shown once and written down.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewRecoveryKey {
    /// The key, in groups.
    pub key: String,
}

impl fmt::Debug for NewRecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewRecoveryKey(..)")
    }
}
