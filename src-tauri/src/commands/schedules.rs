//! Schedules: payout runs that come round.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{ScheduleForm, ScheduleFrom};
use crate::ipc::views::{ScheduleDetail, ScheduleProposal, ScheduleView};
use remit_core::ScheduleState;
use tauri::State;

/// All schedules, the one that comes next first.
#[tauri::command]
#[specta::specta]
pub async fn list_schedules(app: State<'_, App>) -> Result<Vec<ScheduleView>, IpcError> {
    app.list_schedules().await
}

/// One schedule, with what it pays and the days that have come.
#[tauri::command]
#[specta::specta]
pub async fn schedule(app: State<'_, App>, id: String) -> Result<ScheduleDetail, IpcError> {
    app.schedule(id).await
}

/// What a schedule that repeats a run or a payout would pay. Makes nothing.
#[tauri::command]
#[specta::specta]
pub async fn propose_schedule(
    app: State<'_, App>,
    from: ScheduleFrom,
) -> Result<ScheduleProposal, IpcError> {
    app.propose_schedule(from).await
}

/// Makes a schedule under the number that the window chose; the same number again is the same schedule.
#[tauri::command]
#[specta::specta]
pub async fn make_schedule(
    app: State<'_, App>,
    id: String,
    form: ScheduleForm,
) -> Result<ScheduleView, IpcError> {
    app.make_schedule(id, form).await
}

/// Changes what a schedule says; drafts that it made stay as they are.
#[tauri::command]
#[specta::specta]
pub async fn change_schedule(
    app: State<'_, App>,
    id: String,
    form: ScheduleForm,
) -> Result<ScheduleView, IpcError> {
    app.change_schedule(id, form).await
}

/// Pauses a schedule, lets it go on, or ends it for good.
#[tauri::command]
#[specta::specta]
pub async fn set_schedule_state(
    app: State<'_, App>,
    id: String,
    state: ScheduleState,
) -> Result<ScheduleView, IpcError> {
    app.set_schedule_state(id, state).await
}

/// Makes the drafts of missed days; answers with their runs.
#[tauri::command]
#[specta::specta]
pub async fn draft_missed(
    app: State<'_, App>,
    id: String,
    days: Vec<String>,
) -> Result<Vec<String>, IpcError> {
    app.draft_missed(id, days).await
}

/// Skips missed days for good.
#[tauri::command]
#[specta::specta]
pub async fn skip_missed(
    app: State<'_, App>,
    id: String,
    days: Vec<String>,
) -> Result<ScheduleView, IpcError> {
    app.skip_missed(id, days).await
}
