//! Remit's shell: the window, the commands it may call, and the account that is open. Thin: what Remit knows of money
//! and payouts is in `remit-core`; here it meets Pockyt, the ledger file, the keychain and the desktop.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests fail by panicking"
    )
)]

pub mod app;
mod bookmark;
mod chosen;
pub mod commands;
mod copies;
mod doorbell;
mod driver;
mod folder;
mod gateway;
mod going_on;
pub mod host;
mod inviter;
pub mod ipc;
mod log;
mod notices;
mod observer;
mod opening;
mod platform;
pub mod profiles;
mod runs;
mod scheduler;
mod sender;
pub mod session;
pub mod system;
mod tray;
mod upkeep;
mod way_in;

use app::App;
use host::Desktop;
use remit_vault::KeyringVault;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use system::RandomIds;
use tauri::{Manager, RunEvent, Runtime, WindowEvent};
use tauri_plugin_window_state::StateFlags;

/// The name under which the keychain keeps Remit's secrets.
const KEYCHAIN_SERVICE: &str = "io.github.remit-payouts.remit";
/// By what name the system knows the program (tauri.conf.json).
#[cfg(not(target_os = "linux"))]
const IDENTIFIER: &str = "io.github.remit-payouts.remit";
/// How long the account may take to close when the window was closed: what is not written then is found by the next start.
const LATEST_END: Duration = Duration::from_secs(4);
/// How long the window may take to paint before it is shown all the same: blank is better than missing.
const LATEST_SHOW: Duration = Duration::from_secs(12);

/// Runs Remit until its window is closed, and longer where the owner wants it (`tray`).
#[must_use]
pub fn run() -> ExitCode {
    platform::prepare();
    let events = ipc::events::<tauri::Wry>();
    let window_state = tauri_plugin_window_state::Builder::default()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .with_denylist(&["demo"])
        .build();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(window_state)
        .invoke_handler(ipc::handler())
        .setup(move |tauri| {
            events.mount_events(tauri);
            let folder = data_folder(tauri)?;
            log::start(&folder);
            let host = Desktop::new(tauri.handle().clone(), folder.clone());
            let vault = Arc::new(KeyringVault::new(KEYCHAIN_SERVICE));
            let app = App::new(host, vault, Arc::new(RandomIds), folder);
            if !app.is_first() {
                tauri.handle().cleanup_before_exit();
                std::process::exit(0);
            }
            tauri.manage(app);
            app::begin_ahead(tauri.handle());
            show_at_the_latest(tauri.handle().clone());
            Ok(())
        })
        .on_menu_event(|app, event| tray::chosen(app, &event))
        .on_window_event(|window, event| {
            if window.label() != "main" {
                return;
            }
            match event {
                WindowEvent::CloseRequested { api, .. }
                    if tray::keeps_window(window.app_handle()) =>
                {
                    api.prevent_close();
                }
                // The demo's pages make no sense without Remit.
                WindowEvent::Destroyed => end(window.app_handle().clone()),
                _ => (),
            }
        })
        .build(tauri::generate_context!());
    match built {
        Ok(tauri) => {
            tauri.run(|app, event| heard(app, &event));
            ExitCode::SUCCESS
        }
        Err(cause) => {
            tracing::error!(%cause, "Remit could not start");
            ExitCode::FAILURE
        }
    }
}

/// What concerns the program as a whole.
#[cfg_attr(
    not(target_os = "macos"),
    expect(
        unused_variables,
        reason = "only macOS has a dock that opens a window again"
    )
)]
fn heard(app: &tauri::AppHandle, event: &RunEvent) {
    match event {
        // The last window is gone, and the account is still being closed; `end` then ends the process.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        // Remit was pressed in the dock; its window may be hidden.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => {
            host::bring_forward(app);
        }
        _ => (),
    }
}

/// Where everything is kept: the system's place for app data, or `REMIT_DATA_DIR`.
fn data_folder(tauri: &tauri::App) -> tauri::Result<PathBuf> {
    match std::env::var_os("REMIT_DATA_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => tauri.path().app_data_dir(),
    }
}

/// Closes the account, then ends the process.
fn end<R: Runtime>(tauri: tauri::AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        let app = tauri.state::<App>();
        if tokio::time::timeout(LATEST_END, app.end()).await.is_err() {
            tracing::warn!("the account took too long to close");
        }
        tauri.exit(0);
    });
}

fn show_at_the_latest(app: tauri::AppHandle) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(LATEST_SHOW).await;
        // One that was shown may have been closed since, on purpose.
        if !host::was_shown()
            && let Some(window) = app.get_webview_window("main")
        {
            tracing::error!("the window has painted nothing");
            let _ = window.show();
        }
    });
}
