//! The recovery key: with it a copy can be opened without this computer's keychain.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::SecretText;
use crate::ipc::views::{BackupStatus, NewRecoveryKey, ProfileView};
use tauri::State;

/// Shows the recovery key of the open account's ledger. Nothing else ever does.
#[tauri::command]
#[specta::specta]
pub async fn new_recovery_key(app: State<'_, App>) -> Result<NewRecoveryKey, IpcError> {
    app.new_recovery_key().await
}

/// The owner proves to have written it down, by its last two groups.
#[tauri::command]
#[specta::specta]
pub async fn confirm_recovery_key(
    app: State<'_, App>,
    last_groups: SecretText,
) -> Result<BackupStatus, IpcError> {
    app.confirm_recovery_key(last_groups).await
}

/// Takes the recovery key for a ledger whose key is not in the keychain, and opens it.
#[tauri::command]
#[specta::specta]
pub async fn enter_recovery_key(
    app: State<'_, App>,
    profile: String,
    key: SecretText,
) -> Result<ProfileView, IpcError> {
    app.enter_recovery_key(&profile, key).await
}
