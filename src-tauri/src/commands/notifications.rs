//! How the end of a payout reaches this computer, and what did.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{NotificationQuery, SecretText};
use crate::ipc::views::{NotificationPage, TestOutcome, WayInView};
use tauri::State;

/// How the end of a payout reaches this computer.
#[tauri::command]
#[specta::specta]
pub async fn way_in(app: State<'_, App>) -> Result<WayInView, IpcError> {
    app.way_in().await
}

/// Sets the address from outside that leads to this computer's listener; nothing for none.
#[tauri::command]
#[specta::specta]
pub async fn set_public_url(
    app: State<'_, App>,
    url: Option<String>,
) -> Result<WayInView, IpcError> {
    app.set_public_url(url).await
}

/// Takes a relay link, asks the relay once, and follows it from now on.
#[tauri::command]
#[specta::specta]
pub async fn connect_relay(app: State<'_, App>, link: SecretText) -> Result<WayInView, IpcError> {
    app.connect_relay(link).await
}

/// Forgets the relay.
#[tauri::command]
#[specta::specta]
pub async fn disconnect_relay(app: State<'_, App>) -> Result<WayInView, IpcError> {
    app.disconnect_relay().await
}

/// Sends a notification to where Pockyt would, and waits for it to arrive.
#[tauri::command]
#[specta::specta]
pub async fn send_test_notification(app: State<'_, App>) -> Result<TestOutcome, IpcError> {
    app.send_test_notification().await
}

/// A page of what Pockyt told.
#[tauri::command]
#[specta::specta]
pub async fn list_notifications(
    app: State<'_, App>,
    query: NotificationQuery,
) -> Result<NotificationPage, IpcError> {
    app.list_notifications(query).await
}

/// One as it came.
#[tauri::command]
#[specta::specta]
pub async fn notification_text(app: State<'_, App>, id: String) -> Result<String, IpcError> {
    app.notification_text(&id).await
}
