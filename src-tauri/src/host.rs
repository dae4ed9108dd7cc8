//! What the backend needs of the desktop around it. It grows only when a command needs something new, and the tests of
//! the commands have their own.

use crate::ipc::IpcError;
use crate::ipc::events::AppEvent;
use crate::profiles::Settings;
use remit_core::Code;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_store::StoreExt;
use tauri_specta::Event;

/// The desktop.
pub trait Host: Send + Sync {
    /// The settings as they are on disk; the defaults where there are none.
    fn settings(&self) -> Result<Settings, IpcError>;
    /// Writes the settings; when this returns they are on disk.
    fn save_settings(&self, settings: &Settings) -> Result<(), IpcError>;
    /// Tells the window.
    fn tell(&self, event: AppEvent);
    /// Shows the main window, now that it has something to show.
    fn show_window(&self);
    /// Shows a page of the demo's sandbox in a window of its own, which may do nothing but show pages of that origin.
    fn show_demo_page(&self, url: &str) -> Result<(), IpcError>;
}

/// The real desktop.
pub(crate) struct Desktop<R: Runtime> {
    app: AppHandle<R>,
    settings_file: PathBuf,
}

impl<R: Runtime> Desktop<R> {
    pub(crate) fn new(app: AppHandle<R>, data_folder: &std::path::Path) -> Arc<Self> {
        Arc::new(Self {
            app,
            settings_file: data_folder.join("settings.json"),
        })
    }
}

const SETTINGS: &str = "settings";
const DEMO_WINDOW: &str = "demo";

fn failed(what: &str, cause: &dyn std::fmt::Display) -> IpcError {
    tracing::error!(%cause, "{what}");
    IpcError::new(
        Code::DataFolderReadOnly,
        format!("{what}. Check that the data folder can be written and the disk is not full."),
    )
}

impl<R: Runtime> Host for Desktop<R> {
    fn settings(&self) -> Result<Settings, IpcError> {
        let store = self
            .app
            .store(&self.settings_file)
            .map_err(|cause| failed("The settings cannot be read", &cause))?;
        match store.get(SETTINGS) {
            Some(value) => serde_json::from_value(value)
                .map_err(|cause| failed("The settings cannot be read", &cause)),
            None => Ok(Settings::default()),
        }
    }

    fn save_settings(&self, settings: &Settings) -> Result<(), IpcError> {
        let cannot = |cause: &dyn std::fmt::Display| failed("The settings cannot be saved", cause);
        let store = self
            .app
            .store(&self.settings_file)
            .map_err(|cause| cannot(&cause))?;
        let value = serde_json::to_value(settings).map_err(|cause| cannot(&cause))?;
        store.set(SETTINGS, value);
        store.save().map_err(|cause| cannot(&cause))
    }

    fn tell(&self, event: AppEvent) {
        let told = match event {
            AppEvent::Payout(event) => event.emit(&self.app),
            AppEvent::Payee(event) => event.emit(&self.app),
            AppEvent::Notification(event) => event.emit(&self.app),
            AppEvent::Profile(event) => event.emit(&self.app),
            AppEvent::Trouble(event) => event.emit(&self.app),
        };
        if let Err(cause) = told {
            tracing::warn!(%cause, "the window could not be told");
        }
    }

    fn show_window(&self) {
        let Some(window) = self.app.get_webview_window("main") else {
            return;
        };
        match window.show().and_then(|()| window.set_focus()) {
            Ok(()) => announce_ready(),
            Err(cause) => tracing::error!(%cause, "the window could not be shown"),
        }
    }

    fn show_demo_page(&self, url: &str) -> Result<(), IpcError> {
        let cannot = |cause: &dyn std::fmt::Display| {
            tracing::error!(%cause, "the demo window could not be shown");
            IpcError::new(Code::Internal, "The demo's page could not be shown.")
        };
        let url = Url::parse(url).map_err(|cause| cannot(&cause))?;
        if let Some(window) = self.app.get_webview_window(DEMO_WINDOW) {
            return window
                .navigate(url)
                .and_then(|()| window.show())
                .and_then(|()| window.set_focus())
                .map_err(|cause| cannot(&cause));
        }
        let origin = url.origin();
        WebviewWindowBuilder::new(&self.app, DEMO_WINDOW, WebviewUrl::External(url))
            .title("Remit demo")
            .inner_size(860.0, 780.0)
            .on_navigation(move |to| to.origin() == origin)
            .build()
            .map(|_| ())
            .map_err(|cause| cannot(&cause))
    }
}

/// Says, for whoever started the app from a terminal or a script, that the window is to be seen.
#[expect(
    clippy::print_stdout,
    reason = "this line is for the program that started the app"
)]
fn announce_ready() {
    println!("remit: window ready");
}
