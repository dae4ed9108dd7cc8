//! Copies of the ledger: made, looked into, put back.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{BackupOptions, RestoreElsewhere, SecretText};
use crate::ipc::views::{BackupFacts, BackupStatus, BackupView, ProfileView};
use tauri::State;

/// How the ledger is kept safe: that of the open account, or of the one that could not be opened.
#[tauri::command]
#[specta::specta]
pub async fn backup_status(app: State<'_, App>) -> Result<BackupStatus, IpcError> {
    app.backup_status().await
}

/// Chooses where copies go, and whether one is made each day.
#[tauri::command]
#[specta::specta]
pub async fn set_backup_options(
    app: State<'_, App>,
    options: BackupOptions,
) -> Result<BackupStatus, IpcError> {
    app.set_backup_options(options).await
}

/// Lets the owner choose a folder; nothing when the owner chose none.
#[tauri::command]
#[specta::specta]
pub async fn choose_folder(app: State<'_, App>) -> Result<Option<String>, IpcError> {
    app.choose_folder().await
}

/// Lets the owner choose a copy; nothing when the owner chose none.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup(app: State<'_, App>) -> Result<Option<String>, IpcError> {
    app.choose_backup().await
}

/// Makes a copy now.
#[tauri::command]
#[specta::specta]
pub async fn back_up_now(app: State<'_, App>) -> Result<BackupView, IpcError> {
    app.back_up_now().await
}

/// Looks into a copy and changes nothing. Without a recovery key, the key in the keychain is tried.
#[tauri::command]
#[specta::specta]
pub async fn inspect_backup(
    app: State<'_, App>,
    path: String,
    recovery_key: Option<SecretText>,
) -> Result<BackupFacts, IpcError> {
    app.inspect_backup(path, recovery_key).await
}

/// Puts a copy back in place of the ledger of an account, the open one unless named. The ledger before is kept beside.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(
    app: State<'_, App>,
    path: String,
    recovery_key: Option<SecretText>,
    profile: Option<String>,
) -> Result<ProfileView, IpcError> {
    app.restore_backup(path, recovery_key, profile).await
}

/// Sets up an account from a copy that was made on another computer.
#[tauri::command]
#[specta::specta]
pub async fn restore_elsewhere(
    app: State<'_, App>,
    input: RestoreElsewhere,
) -> Result<ProfileView, IpcError> {
    app.restore_elsewhere(input).await
}
