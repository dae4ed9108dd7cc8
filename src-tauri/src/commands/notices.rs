//! The system's own notifications.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::Notice;
use tauri::State;

/// Lets the system show a notification, where it has any.
#[tauri::command]
#[specta::specta]
pub async fn show_notification(app: State<'_, App>, notice: Notice) -> Result<(), IpcError> {
    app.host().notify(notice);
    Ok(())
}
