//! Step 1 for many: payees from a file.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{FileWords, Language, RosterEdit, RosterMapping};
use crate::ipc::views::{RosterDraftView, RosterPersonPage, RosterRowPage, RosterView};
use remit_core::RosterState;
use tauri::State;

/// Opens a file of people. The file is only read, and kept nowhere. Pockyt writes to them in the window's language, or the
/// closest that it knows, unless a row says otherwise.
#[tauri::command]
#[specta::specta]
pub async fn open_roster(
    app: State<'_, App>,
    path: String,
    language: Language,
) -> Result<RosterDraftView, IpcError> {
    app.open_roster(path, language).await
}

/// The open file, held against the ledger afresh.
#[tauri::command]
#[specta::specta]
pub async fn roster_draft(app: State<'_, App>, id: String) -> Result<RosterDraftView, IpcError> {
    app.roster_draft(id).await
}

/// Says which column holds what; remembered for files with the same headers.
#[tauri::command]
#[specta::specta]
pub async fn set_roster_mapping(
    app: State<'_, App>,
    id: String,
    mapping: RosterMapping,
) -> Result<RosterDraftView, IpcError> {
    app.set_roster_mapping(id, mapping).await
}

/// A stretch of the open file's rows.
#[tauri::command]
#[specta::specta]
pub async fn roster_people(
    app: State<'_, App>,
    id: String,
    only_problems: bool,
    from: u32,
    limit: u32,
) -> Result<RosterPersonPage, IpcError> {
    app.roster_people(id, only_problems, from, limit).await
}

/// Puts what the owner typed in place of a cell.
#[tauri::command]
#[specta::specta]
pub async fn edit_roster_cell(
    app: State<'_, App>,
    id: String,
    edit: RosterEdit,
) -> Result<RosterDraftView, IpcError> {
    app.edit_roster_cell(id, edit).await
}

/// Registers every row that is right, each once. Answers when that is durable; the rows follow one after the other.
#[tauri::command]
#[specta::specta]
pub async fn invite_roster(app: State<'_, App>, id: String) -> Result<RosterView, IpcError> {
    app.invite_roster(id).await
}

/// The latest files whose people were invited.
#[tauri::command]
#[specta::specta]
pub async fn list_rosters(app: State<'_, App>) -> Result<Vec<RosterView>, IpcError> {
    app.list_rosters().await
}

/// One of them.
#[tauri::command]
#[specta::specta]
pub async fn roster(app: State<'_, App>, id: String) -> Result<RosterView, IpcError> {
    app.roster(id).await
}

/// What became of its rows; with `states`, only of those.
#[tauri::command]
#[specta::specta]
pub async fn roster_rows(
    app: State<'_, App>,
    id: String,
    states: Vec<RosterState>,
    after: Option<u32>,
    limit: u32,
) -> Result<RosterRowPage, IpcError> {
    app.roster_rows(id, states, after, limit).await
}

/// Cancels what has not been sent.
#[tauri::command]
#[specta::specta]
pub async fn stop_roster(app: State<'_, App>, id: String) -> Result<RosterView, IpcError> {
    app.stop_roster(id).await
}

/// Goes on at once after something kept it from doing so, or after a copy of the ledger was put back.
#[tauri::command]
#[specta::specta]
pub async fn resume_roster(app: State<'_, App>, id: String) -> Result<RosterView, IpcError> {
    app.resume_roster(id).await
}

/// Writes a file of what became of each row, where the owner chooses; nothing when the owner chose no place.
#[tauri::command]
#[specta::specta]
pub async fn export_roster(
    app: State<'_, App>,
    id: String,
    words: FileWords,
) -> Result<Option<String>, IpcError> {
    app.export_roster(id, words).await
}

/// Writes an empty file to fill in, where the owner chooses; nothing when the owner chose no place.
#[tauri::command]
#[specta::specta]
pub async fn save_roster_template(
    app: State<'_, App>,
    language: Language,
) -> Result<Option<String>, IpcError> {
    app.save_roster_template(language).await
}
