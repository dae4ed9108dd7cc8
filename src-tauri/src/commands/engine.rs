//! What the engine is doing, how fast it may go, and whether the history is as it was written.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::Limits;
use crate::ipc::views::{AtWorkView, EngineStatusView, HistoryReport};
use tauri::State;

/// What the engine is doing.
#[tauri::command]
#[specta::specta]
pub async fn engine_status(app: State<'_, App>) -> Result<EngineStatusView, IpcError> {
    app.engine_status().await
}

/// What the closing of Remit, or of the account, would interrupt.
#[tauri::command]
#[specta::specta]
pub async fn at_work(app: State<'_, App>) -> Result<AtWorkView, IpcError> {
    app.at_work().await
}

/// Sets how fast Remit may ask Pockyt, from now on.
#[tauri::command]
#[specta::specta]
pub async fn set_limits(app: State<'_, App>, limits: Limits) -> Result<EngineStatusView, IpcError> {
    app.set_limits(limits).await
}

/// Checks the whole history of the open ledger.
#[tauri::command]
#[specta::specta]
pub async fn verify_history(app: State<'_, App>) -> Result<HistoryReport, IpcError> {
    app.verify_history().await
}
