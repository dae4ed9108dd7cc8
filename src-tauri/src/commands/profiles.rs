//! Accounts: the demo, and those at Pockyt.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{ConnectInput, ProfileChanges};
use crate::ipc::views::{ConnectionReport, ProfileView};
use tauri::State;

/// Opens the demo.
#[tauri::command]
#[specta::specta]
pub async fn try_demo(app: State<'_, App>) -> Result<ProfileView, IpcError> {
    app.try_demo().await
}

/// Asks Pockyt with these details, and keeps nothing.
#[tauri::command]
#[specta::specta]
pub async fn test_connection(
    app: State<'_, App>,
    input: ConnectInput,
) -> Result<ConnectionReport, IpcError> {
    app.test_connection(input).await
}

/// Connects an account.
#[tauri::command]
#[specta::specta]
pub async fn connect(app: State<'_, App>, input: ConnectInput) -> Result<ProfileView, IpcError> {
    app.connect(input).await
}

/// Every connected account.
#[tauri::command]
#[specta::specta]
pub async fn list_profiles(app: State<'_, App>) -> Result<Vec<ProfileView>, IpcError> {
    app.profiles().await
}

/// Opens another account.
#[tauri::command]
#[specta::specta]
pub async fn switch_profile(app: State<'_, App>, id: String) -> Result<ProfileView, IpcError> {
    app.switch_profile(&id).await
}

/// Changes an account.
#[tauri::command]
#[specta::specta]
pub async fn update_profile(
    app: State<'_, App>,
    id: String,
    changes: ProfileChanges,
) -> Result<ProfileView, IpcError> {
    app.update_profile(&id, changes).await
}
