//! What Remit shows outside its window: the system's own notifications, and its sign in the tray; and how it ends.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{Notice, TrayWords};
use tauri::State;

/// Lets the system show a notification, where it has any.
#[tauri::command]
#[specta::specta]
pub async fn show_notification(app: State<'_, App>, notice: Notice) -> Result<(), IpcError> {
    app.host().notify(notice);
    Ok(())
}

/// Shows what is being sent in the system's tray, where it has one, and sets whether closing the window ends Remit.
#[tauri::command]
#[specta::specta]
pub async fn show_tray(app: State<'_, App>, words: TrayWords) -> Result<(), IpcError> {
    app.host().show_tray(words);
    Ok(())
}

/// Ends Remit, as the owner chose when the window asked.
#[tauri::command]
#[specta::specta]
pub async fn quit(app: State<'_, App>) -> Result<(), IpcError> {
    app.host().quit();
    Ok(())
}
