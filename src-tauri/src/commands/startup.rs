//! Starting, and the owner's preferences.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::Preferences;
use crate::ipc::views::Startup;
use tauri::State;

/// Begins, or tries again after something was mended.
#[tauri::command]
#[specta::specta]
pub async fn startup(app: State<'_, App>) -> Result<Startup, IpcError> {
    Ok(app.startup().await)
}

/// The window has painted something: it can be shown.
#[tauri::command]
#[specta::specta]
pub async fn window_ready(app: State<'_, App>) -> Result<(), IpcError> {
    app.host().show_window();
    Ok(())
}

/// Keeps what the owner prefers.
#[tauri::command]
#[specta::specta]
pub async fn set_preferences(
    app: State<'_, App>,
    preferences: Preferences,
) -> Result<Preferences, IpcError> {
    app.set_preferences(preferences).await
}
