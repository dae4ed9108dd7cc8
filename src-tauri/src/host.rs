//! What the backend needs of the desktop around it. It grows only when a command needs something new, and the tests of
//! the commands have their own.

use crate::doorbell;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, NoticePressed, Trouble};
use crate::ipc::inputs::{Notice, Theme, TrayWords};
use crate::profiles::{Profile, Settings};
use crate::{notices, platform, tray};
use async_trait::async_trait;
use pockyt_sandbox::WAY_BACK;
use remit_core::Code;
use rfd::{AsyncFileDialog, FileHandle};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_store::StoreExt;
use tauri_specta::Event;

/// What the owner is asked to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A folder for copies.
    Folder,
    /// A copy.
    Copy,
    /// A file of payouts.
    Payouts,
}

/// The desktop.
#[async_trait]
pub trait Host: Send + Sync {
    /// The settings as they are on disk; the defaults where there are none.
    fn settings(&self) -> Result<Settings, IpcError>;
    /// Writes the settings; when this returns they are on disk.
    fn save_settings(&self, settings: &Settings) -> Result<(), IpcError>;
    /// Tells the window.
    fn tell(&self, event: AppEvent);
    /// Makes what the system draws in the windows, such as lists that fold out, light or dark too.
    fn set_theme(&self, theme: Theme);
    /// Shows the main window, now that it has something to show.
    fn show_window(&self);
    /// From now on another Remit that is started on this folder may ask for the main window.
    fn hang_doorbell(&self, folder: &Path);
    /// Lets the system show a notification. Pressing it brings the main window to the front, where the system tells.
    fn notify(&self, notice: Notice);
    /// Shows Remit's sign in the system's tray, where it has one, and sets whether closing the window ends Remit.
    fn show_tray(&self, words: TrayWords);
    /// Closes the account and ends Remit.
    fn quit(&self);
    /// Shows a page of the demo's sandbox in a window of its own, which may do nothing but show pages of that origin.
    fn show_demo_page(&self, url: &str) -> Result<(), IpcError>;
    /// Lets the owner choose in the system's own window, which opens near that place; nothing when the owner chose nothing.
    async fn choose(&self, what: Choice, near: Option<PathBuf>) -> Option<PathBuf>;
    /// Lets the owner choose in the system's own window where a file goes, which gets this name unless the owner gives it
    /// another; nothing when the owner chose nothing.
    async fn choose_place(&self, name: &str) -> Option<PathBuf>;
}

/// The real desktop. The accounts are a file of their own, replaced as a whole: without it no ledger would be found again.
/// The preferences are in the store, where losing them costs nothing.
pub(crate) struct Desktop<R: Runtime> {
    app: AppHandle<R>,
    folder: PathBuf,
    /// Where the demo's window may go; the sandbox takes another port at each start.
    demo_origin: Arc<Mutex<String>>,
    /// What went wrong before the window was there to tell of it; nothing once it is.
    untold: Mutex<Option<Vec<Trouble>>>,
}

/// The accounts as they are on disk.
#[derive(Default, PartialEq, Eq, Serialize, Deserialize)]
struct Accounts {
    profiles: Vec<Profile>,
    active: Option<String>,
}

impl<R: Runtime> Desktop<R> {
    pub(crate) fn new(app: AppHandle<R>, folder: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            app,
            folder,
            demo_origin: Arc::default(),
            untold: Mutex::new(Some(Vec::new())),
        })
    }

    /// The account is open before the window listens, and each trouble is told once.
    fn tell_trouble(&self, trouble: Trouble) -> tauri::Result<()> {
        let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        match untold.as_mut() {
            Some(untold) => untold.push(trouble),
            None => return trouble.emit(&self.app),
        }
        Ok(())
    }

    fn tell_untold(&self) {
        let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        for trouble in untold.take().unwrap_or_default() {
            if let Err(cause) = trouble.emit(&self.app) {
                tracing::warn!(%cause, "the window could not be told");
            }
        }
    }

    fn accounts(&self) -> Result<Accounts, IpcError> {
        let path = self.folder.join(ACCOUNTS);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Accounts::default()),
            // A file in place of the folder: the check of the folder tells of it.
            Err(cause) if cause.kind() == ErrorKind::NotADirectory => {
                return Ok(Accounts::default());
            }
            Err(cause) => return Err(failed("The list of accounts cannot be read", &cause)),
        };
        serde_json::from_slice(&text).map_err(|cause| {
            tracing::error!(%cause, "the list of accounts is damaged");
            let message = format!(
                "The list of accounts, {}, is damaged. Nothing was changed. Put back a copy of it, then try again.",
                path.display()
            );
            IpcError::new(Code::LedgerCorrupt, message)
        })
    }

    /// Shows one of the system's own windows.
    async fn dialog(
        &self,
        open: impl FnOnce(AsyncFileDialog) -> Pending + Send + 'static,
    ) -> Option<PathBuf> {
        let window = self.app.get_webview_window("main")?;
        let (chosen, choice) = tokio::sync::oneshot::channel();
        // The systems' own windows are made where the app's are.
        let shown = self.app.run_on_main_thread(move || {
            let choice = open(AsyncFileDialog::new().set_parent(&window));
            // Nobody waits for it any more when the app is ending.
            drop(chosen.send(choice));
        });
        if let Err(cause) = shown {
            tracing::error!(%cause, "the window to choose from could not be shown");
        }
        let handle = choice.await.ok()?.await?;
        Some(handle.path().to_owned())
    }

    /// Replaces the file as a whole: after a crash it is the old one or the new one, never half of it.
    fn save_accounts(&self, accounts: &Accounts) -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut file, accounts)?;
        file.as_file().sync_all()?;
        file.persist(self.folder.join(ACCOUNTS))?;
        platform::sync_folder(&self.folder)
    }
}

/// What the owner will have chosen.
type Pending = Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// Whether the main window was ever shown.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// Whether the main window has been shown since Remit was started, whatever became of it.
pub(crate) fn was_shown() -> bool {
    SHOWN.load(Ordering::Relaxed)
}

/// How files of payouts end.
const TABLES: [&str; 4] = ["csv", "xlsx", "tsv", "txt"];
const ACCOUNTS: &str = "accounts.json";
const PREFERENCES_FILE: &str = "preferences.json";
const PREFERENCES: &str = "preferences";
const DEMO_WINDOW: &str = "demo";

fn failed(what: &str, cause: &dyn std::fmt::Display) -> IpcError {
    tracing::error!(%cause, "{what}");
    IpcError::new(
        Code::DataFolderReadOnly,
        format!("{what}. Check that the data folder can be written and the disk is not full."),
    )
}

#[async_trait]
impl<R: Runtime> Host for Desktop<R> {
    fn settings(&self) -> Result<Settings, IpcError> {
        let Accounts { profiles, active } = self.accounts()?;
        let store = self.app.store(self.folder.join(PREFERENCES_FILE)).ok();
        let preferences = store.and_then(|store| store.get(PREFERENCES));
        Ok(Settings {
            preferences: preferences
                .and_then(|value| serde_json::from_value(value).ok())
                .unwrap_or_default(),
            profiles,
            active,
        })
    }

    fn save_settings(&self, settings: &Settings) -> Result<(), IpcError> {
        let cannot = |cause: &dyn std::fmt::Display| failed("The settings cannot be saved", cause);
        let accounts = Accounts {
            profiles: settings.profiles.clone(),
            active: settings.active.clone(),
        };
        if self.accounts()? != accounts {
            self.save_accounts(&accounts)
                .map_err(|cause| cannot(&cause))?;
        }
        let store = self.app.store(self.folder.join(PREFERENCES_FILE));
        let store = store.map_err(|cause| cannot(&cause))?;
        let value = serde_json::to_value(&settings.preferences).map_err(|cause| cannot(&cause))?;
        if store.get(PREFERENCES).as_ref() != Some(&value) {
            store.set(PREFERENCES, value);
            store.save().map_err(|cause| cannot(&cause))?;
        }
        Ok(())
    }

    fn tell(&self, event: AppEvent) {
        let told = match event {
            AppEvent::Payout(event) => event.emit(&self.app),
            AppEvent::Payee(event) => event.emit(&self.app),
            AppEvent::Notification(event) => event.emit(&self.app),
            AppEvent::Profile(event) => event.emit(&self.app),
            AppEvent::Trouble(event) => self.tell_trouble(event),
            AppEvent::Engine(event) => event.emit(&self.app),
            AppEvent::Backups(event) => event.emit(&self.app),
            AppEvent::WayIn(event) => event.emit(&self.app),
            AppEvent::Notice(event) => event.emit(&self.app),
            AppEvent::Run(event) => event.emit(&self.app),
            AppEvent::RunFinished(event) => event.emit(&self.app),
            AppEvent::RunMissed(event) => event.emit(&self.app),
            AppEvent::Roster(event) => event.emit(&self.app),
            AppEvent::Import(event) => event.emit(&self.app),
            AppEvent::Schedule(event) => event.emit(&self.app),
            AppEvent::ScheduleCame(event) => event.emit(&self.app),
        };
        if let Err(cause) = told {
            tracing::warn!(%cause, "the window could not be told");
        }
    }

    fn set_theme(&self, theme: Theme) {
        let theme = match theme {
            Theme::System => None,
            Theme::Light => Some(tauri::Theme::Light),
            Theme::Dark => Some(tauri::Theme::Dark),
        };
        for window in self.app.webview_windows().values() {
            if let Err(cause) = window.set_theme(theme) {
                tracing::warn!(%cause, "the system's theme could not be set");
            }
        }
    }

    fn show_window(&self) {
        let Some(window) = self.app.get_webview_window("main") else {
            return;
        };
        match window.show().and_then(|()| window.set_focus()) {
            Ok(()) => {
                SHOWN.store(true, Ordering::Relaxed);
                announce_ready();
                self.tell_untold();
            }
            Err(cause) => tracing::error!(%cause, "the window could not be shown"),
        }
    }

    fn hang_doorbell(&self, folder: &Path) {
        let app = self.app.clone();
        if let Err(cause) = doorbell::hang(folder, move || bring_forward(&app)) {
            tracing::warn!(%cause, "a second start will not find this window");
        }
    }

    fn notify(&self, notice: Notice) {
        let app = self.app.clone();
        let leads_to = notice.leads_to.clone();
        notices::show(notice, move || {
            bring_forward(&app);
            if let Err(cause) = (NoticePressed { leads_to }).emit(&app) {
                tracing::warn!(%cause, "the window could not be told");
            }
        });
    }

    fn show_tray(&self, words: TrayWords) {
        let app = self.app.clone();
        let shown = self.app.run_on_main_thread(move || tray::show(&app, words));
        if let Err(cause) = shown {
            tracing::warn!(%cause, "the sign in the tray could not be shown");
        }
    }

    fn quit(&self) {
        crate::end(self.app.clone());
    }

    fn show_demo_page(&self, url: &str) -> Result<(), IpcError> {
        let cannot = |cause: &dyn std::fmt::Display| {
            tracing::error!(%cause, "the demo window could not be shown");
            IpcError::new(Code::Internal, "The demo's page could not be shown.")
        };
        let url = Url::parse(url).map_err(|cause| cannot(&cause))?;
        let allowed = Arc::clone(&self.demo_origin);
        *allowed.lock().unwrap_or_else(PoisonError::into_inner) =
            url.origin().ascii_serialization();
        if let Some(window) = self.app.get_webview_window(DEMO_WINDOW) {
            return window
                .navigate(url)
                .and_then(|()| window.show())
                .and_then(|()| window.set_focus())
                .map_err(|cause| cannot(&cause));
        }
        let app = self.app.clone();
        WebviewWindowBuilder::new(&self.app, DEMO_WINDOW, WebviewUrl::External(url))
            .title("Remit demo")
            .inner_size(860.0, 780.0)
            .on_navigation(move |to| {
                let allowed = allowed.lock().unwrap_or_else(PoisonError::into_inner);
                let own = *allowed == to.origin().ascii_serialization();
                let back = own && to.path() == WAY_BACK;
                if back {
                    leave_demo(&app);
                }
                own && !back
            })
            .build()
            .map(|_| ())
            .map_err(|cause| cannot(&cause))
    }

    async fn choose(&self, what: Choice, near: Option<PathBuf>) -> Option<PathBuf> {
        self.dialog(move |mut dialog| {
            if let Some(near) = near.filter(|near| near.is_dir()) {
                dialog = dialog.set_directory(near);
            }
            let choice: Pending = match what {
                Choice::Folder => Box::pin(dialog.pick_folder()),
                Choice::Copy => Box::pin(dialog.pick_file()),
                Choice::Payouts => Box::pin(dialog.add_filter("CSV, XLSX", &TABLES).pick_file()),
            };
            choice
        })
        .await
    }

    async fn choose_place(&self, name: &str) -> Option<PathBuf> {
        let name = name.to_owned();
        // Without a place of its own the system's window opens wherever Remit was started.
        let documents = self.app.path().document_dir().ok();
        self.dialog(move |dialog| {
            let dialog = dialog.set_file_name(name);
            let dialog = match documents.filter(|folder| folder.is_dir()) {
                Some(folder) => dialog.set_directory(folder),
                None => dialog,
            };
            Box::pin(dialog.save_file())
        })
        .await
    }
}

/// Closes the window of the demo's pages, which covers the main one.
fn leave_demo<R: Runtime>(app: &AppHandle<R>) {
    let closed = app.get_webview_window(DEMO_WINDOW).map(|demo| demo.close());
    if let Some(Err(cause)) = closed {
        tracing::warn!(%cause, "the demo window could not be closed");
    }
    bring_forward(app);
}

/// Brings the main window to the front, wherever it was.
pub(crate) fn bring_forward<R: Runtime>(app: &AppHandle<R>) -> bool {
    let Some(window) = app.get_webview_window("main") else {
        return false;
    };
    tray::window_is_back(app);
    window
        .unminimize()
        .and_then(|()| window.show())
        .and_then(|()| window.set_focus())
        .is_ok()
}

/// Says, for whoever started the app from a terminal or a script, that the window is to be seen.
fn announce_ready() {
    use std::io::Write;

    // Nobody may be listening any more; that is no reason to stop.
    let _ = writeln!(std::io::stdout(), "remit: window ready");
}
