//! Accounts: the demo, and those at Pockyt.

use crate::app::App;
use crate::ipc::IpcError;
use crate::ipc::inputs::{ConnectInput, DemoPage, ProfileChanges};
use crate::ipc::views::{ConnectionReport, ProfileView};
use remit_core::Code;
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

/// Shows a page of the demo's sandbox, in the owner's language.
#[tauri::command]
#[specta::specta]
pub async fn open_demo_page(app: State<'_, App>, page: DemoPage) -> Result<(), IpcError> {
    let session = app.session().await?;
    let sandbox = session
        .sandbox()
        .ok_or_else(|| IpcError::new(Code::DemoOnly, "Only the demo has these pages."))?;
    let (url, part) = match page {
        DemoPage::Mailbox => (sandbox.mailbox_url(), ""),
        DemoPage::Portal => (sandbox.portal_url(), ""),
        DemoPage::Outcomes => (sandbox.base_url(), "#outcomes"),
    };
    let settings = app.host().settings().unwrap_or_default();
    // Without a choice of the owner's the pages go by the system's language, as the window does.
    let url = match settings.preferences.language.chosen() {
        Some(tag) => format!("{url}?lang={tag}{part}"),
        None => format!("{url}{part}"),
    };
    app.host().show_demo_page(&url)
}
