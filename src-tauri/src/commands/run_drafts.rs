//! Payout runs from a file to their release.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{FileWords, Language, RunDecision, RunEdit, RunFormat, RunMapping};
use crate::ipc::views::{RunDraftView, RunEdited, RunReviewView, RunRowPage, RunView};
use remit_runs::{Filter, ProblemCode};
use tauri::State;

/// Lets the owner choose a file of payouts; nothing when the owner chose none.
#[tauri::command]
#[specta::specta]
pub async fn choose_run_file(app: State<'_, App>) -> Result<Option<String>, IpcError> {
    app.choose_run_file().await
}

/// Makes a draft of a file. The file is only read.
#[tauri::command]
#[specta::specta]
pub async fn import_run(app: State<'_, App>, path: String) -> Result<RunDraftView, IpcError> {
    app.import_run(path).await
}

/// Stops the reading of a file.
#[tauri::command]
#[specta::specta]
pub async fn cancel_import(app: State<'_, App>) -> Result<(), IpcError> {
    app.cancel_import().await
}

/// Makes a draft of what was copied from a spreadsheet.
#[tauri::command]
#[specta::specta]
pub async fn paste_run(app: State<'_, App>, text: String) -> Result<RunDraftView, IpcError> {
    app.paste_run(text).await
}

/// Makes a draft with a row for each of these payees.
#[tauri::command]
#[specta::specta]
pub async fn compose_run(
    app: State<'_, App>,
    payees: Vec<String>,
) -> Result<RunDraftView, IpcError> {
    app.compose_run(payees).await
}

/// Makes a draft with the rows of an earlier run, without their invoice IDs.
#[tauri::command]
#[specta::specta]
pub async fn copy_run(app: State<'_, App>, id: String) -> Result<RunDraftView, IpcError> {
    app.copy_run(id).await
}

/// Makes a draft of what failed or came back of a run, linked to it, under new invoice IDs.
#[tauri::command]
#[specta::specta]
pub async fn retry_run(app: State<'_, App>, id: String) -> Result<RunDraftView, IpcError> {
    app.retry_run(id).await
}

/// Makes a draft of what the release of a run left out, linked to it; opens the one that was made already.
#[tauri::command]
#[specta::specta]
pub async fn repeat_left(app: State<'_, App>, id: String) -> Result<RunDraftView, IpcError> {
    app.repeat_left(id).await
}

/// Writes an empty file to fill in, where the owner chooses; nothing when the owner chose no place.
#[tauri::command]
#[specta::specta]
pub async fn save_run_template(
    app: State<'_, App>,
    format: RunFormat,
    language: Language,
) -> Result<Option<String>, IpcError> {
    app.save_run_template(format, language).await
}

/// A draft, held against the ledger afresh.
#[tauri::command]
#[specta::specta]
pub async fn run_draft(app: State<'_, App>, id: String) -> Result<RunDraftView, IpcError> {
    app.run_draft(id).await
}

/// Says which column holds what; remembered for files with the same headers.
#[tauri::command]
#[specta::specta]
pub async fn set_run_mapping(
    app: State<'_, App>,
    id: String,
    mapping: RunMapping,
) -> Result<RunDraftView, IpcError> {
    app.set_run_mapping(id, mapping).await
}

/// Gives a run another name.
#[tauri::command]
#[specta::specta]
pub async fn rename_run(
    app: State<'_, App>,
    id: String,
    name: String,
) -> Result<RunView, IpcError> {
    app.rename_run(id, name).await
}

/// A stretch of a draft's rows.
#[tauri::command]
#[specta::specta]
pub async fn run_rows(
    app: State<'_, App>,
    id: String,
    filter: Filter,
    from: u32,
    limit: u32,
) -> Result<RunRowPage, IpcError> {
    app.run_rows(id, filter, from, limit).await
}

/// Puts what the owner typed in place of cells. Answers when that is durable.
#[tauri::command]
#[specta::specta]
pub async fn edit_run_cells(
    app: State<'_, App>,
    id: String,
    edits: Vec<RunEdit>,
) -> Result<RunEdited, IpcError> {
    app.edit_run_cells(id, edits).await
}

/// Keeps what the owner says about rows. Answers when that is durable.
#[tauri::command]
#[specta::specta]
pub async fn decide_run_rows(
    app: State<'_, App>,
    id: String,
    rows: Vec<u32>,
    decision: RunDecision,
) -> Result<RunEdited, IpcError> {
    app.decide_run_rows(id, rows, decision).await
}

/// Accepts a warning on every row that has it.
#[tauri::command]
#[specta::specta]
pub async fn accept_run_warning(
    app: State<'_, App>,
    id: String,
    code: ProblemCode,
    reason: String,
) -> Result<RunEdited, IpcError> {
    app.accept_run_warning(id, code, reason).await
}

/// Says what the release would send. Sends nothing.
#[tauri::command]
#[specta::specta]
pub async fn review_run(app: State<'_, App>, id: String) -> Result<RunReviewView, IpcError> {
    app.review_run(id).await
}

/// Releases a run that was reviewed. Answers when that is durable.
#[tauri::command]
#[specta::specta]
pub async fn release_run(
    app: State<'_, App>,
    id: String,
    review: String,
    not_before: Option<String>,
) -> Result<RunView, IpcError> {
    app.release_run(id, review, not_before).await
}

/// Throws a draft away.
#[tauri::command]
#[specta::specta]
pub async fn discard_run(app: State<'_, App>, id: String) -> Result<(), IpcError> {
    app.discard_run(id).await
}

/// Writes a file of what became of each row, where the owner chooses; nothing when the owner chose no place.
#[tauri::command]
#[specta::specta]
pub async fn export_run(
    app: State<'_, App>,
    id: String,
    format: RunFormat,
    words: FileWords,
) -> Result<Option<String>, IpcError> {
    app.export_run(id, format, words).await
}
