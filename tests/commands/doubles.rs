//! The two doubles: a desktop that keeps its settings in a file and remembers what it was told, and keychains that fail.

use crate::desk::wait_for;
use async_trait::async_trait;
use remit::host::{Choice, Host};
use remit::ipc::IpcError;
use remit::ipc::events::AppEvent;
use remit::ipc::inputs::{Notice, Theme, TrayWords};
use remit::profiles::Settings;
use remit_core::{Code, Secret, State, Vault, VaultError};
use remit_vault::MemoryVault;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};

/// A payout as an event told it, and as the ledger had it committed at that moment.
pub struct Told {
    pub id: String,
    pub event: State,
    pub committed: Option<State>,
}

/// Whether whoever tells this event breaks off there.
pub type Breaks = fn(&AppEvent) -> bool;

/// The desktop.
pub struct Notebook {
    settings: PathBuf,
    ledger: RwLock<Option<(PathBuf, SecretString)>>,
    pub events: Mutex<Vec<AppEvent>>,
    pub payouts: Mutex<Vec<Told>>,
    pub pages: Mutex<Vec<String>>,
    /// What the system was to show.
    pub notices: Mutex<Vec<Notice>>,
    pub tray: Mutex<Option<TrayWords>>,
    /// Whether the settings can be read, but not written.
    pub full: AtomicBool,
    /// What the owner will choose next.
    pub choice: Mutex<Option<PathBuf>>,
    /// At what next; once.
    pub breaks_at: Mutex<Option<Breaks>>,
}

impl Notebook {
    pub fn new(folder: &Path) -> Arc<Self> {
        Arc::new(Self {
            settings: folder.join("settings.json"),
            ledger: RwLock::new(None),
            events: Mutex::default(),
            payouts: Mutex::default(),
            pages: Mutex::default(),
            notices: Mutex::default(),
            tray: Mutex::default(),
            full: AtomicBool::new(false),
            choice: Mutex::default(),
            breaks_at: Mutex::default(),
        })
    }

    /// From now on every event about a payout is held against this ledger, read over a connection of its own.
    pub fn watch(&self, ledger: PathBuf, key: SecretString) {
        *self.ledger.write().unwrap() = Some((ledger, key));
    }

    /// The codes of the troubles that the window heard of.
    pub fn troubles(&self) -> Vec<Code> {
        let events = self.events.lock().unwrap();
        let troubles = events.iter().filter_map(|event| match event {
            AppEvent::Trouble(event) => Some(event.error.code),
            _ => None,
        });
        troubles.collect()
    }

    /// What the window would have heard, as JSON.
    pub fn heard(&self) -> Vec<serde_json::Value> {
        let json = |event: &AppEvent| match event {
            AppEvent::Payout(event) => serde_json::to_value(event),
            AppEvent::Payee(event) => serde_json::to_value(event),
            AppEvent::Notification(event) => serde_json::to_value(event),
            AppEvent::Profile(event) => serde_json::to_value(event),
            AppEvent::Trouble(event) => serde_json::to_value(event),
            AppEvent::Engine(event) => serde_json::to_value(event),
            AppEvent::Backups(event) => serde_json::to_value(event),
            AppEvent::WayIn(event) => serde_json::to_value(event),
            AppEvent::Notice(event) => serde_json::to_value(event),
            AppEvent::Run(event) => serde_json::to_value(event),
            AppEvent::RunFinished(event) => serde_json::to_value(event),
            AppEvent::RunMissed(event) => serde_json::to_value(event),
            AppEvent::Roster(event) => serde_json::to_value(event),
            AppEvent::Import(event) => serde_json::to_value(event),
            AppEvent::Schedule(event) => serde_json::to_value(event),
            AppEvent::ScheduleCame(event) => serde_json::to_value(event),
        };
        let events = self.events.lock().unwrap();
        events.iter().map(|event| json(event).unwrap()).collect()
    }

    /// Waits until the window hears of something: what is on record is told a moment later.
    #[track_caller]
    pub fn hears(&self, what: &str, is: impl Fn(&serde_json::Value) -> bool) {
        wait_for(what, || self.heard().iter().any(&is).then_some(()));
    }
}

/// The ledger file as another process with the key would see it: only what is committed.
pub fn connect(ledger: &Path, key: &SecretString) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(ledger).unwrap();
    let pragma = format!("PRAGMA key = \"x'{}'\"", key.expose_secret());
    connection.execute_batch(&pragma).unwrap();
    connection
}

fn committed(ledger: &Path, key: &SecretString, id: &str) -> Option<State> {
    let id: uuid::Uuid = id.parse().unwrap();
    let word: Option<String> = connect(ledger, key)
        .query_row(
            "SELECT state FROM payouts WHERE id = ?1",
            [id.as_bytes().as_slice()],
            |row| row.get(0),
        )
        .ok();
    word.map(|word| serde_json::from_value(word.into()).unwrap())
}

fn cannot(cause: &dyn std::fmt::Display) -> IpcError {
    IpcError {
        code: Code::DataFolderReadOnly,
        message: format!("The settings do not work: {cause}. Mend the data folder."),
        field: None,
        retry: false,
        detail: None,
    }
}

#[async_trait]
impl Host for Notebook {
    fn settings(&self) -> Result<Settings, IpcError> {
        match std::fs::read(&self.settings) {
            Ok(text) => serde_json::from_slice(&text).map_err(|cause| cannot(&cause)),
            // Like the store of the real desktop: what is not there is not an error.
            Err(_) => Ok(Settings::default()),
        }
    }

    fn save_settings(&self, settings: &Settings) -> Result<(), IpcError> {
        if self.full.load(Ordering::Acquire) {
            return Err(cannot(&"there is no room"));
        }
        let text = serde_json::to_vec(settings).map_err(|cause| cannot(&cause))?;
        std::fs::write(&self.settings, text).map_err(|cause| cannot(&cause))
    }

    fn tell(&self, event: AppEvent) {
        let breaks = self.breaks_at.lock().unwrap().take_if(|at| at(&event));
        assert!(breaks.is_none(), "a mistake in Remit");
        if let (AppEvent::Payout(told), Some((ledger, key))) =
            (&event, self.ledger.read().unwrap().as_ref())
        {
            self.payouts.lock().unwrap().push(Told {
                id: told.id.clone(),
                event: told.state,
                committed: committed(ledger, key, &told.id),
            });
        }
        self.events.lock().unwrap().push(event);
    }

    fn set_theme(&self, _: Theme) {}

    fn show_window(&self) {
        self.pages.lock().unwrap().push("window".to_owned());
    }

    fn hang_doorbell(&self, _folder: &Path) {}

    fn notify(&self, notice: Notice) {
        self.notices.lock().unwrap().push(notice);
    }

    fn show_tray(&self, words: TrayWords) {
        *self.tray.lock().unwrap() = Some(words);
    }

    fn quit(&self) {
        self.pages.lock().unwrap().push("the end".to_owned());
    }

    fn show_demo_page(&self, url: &str) -> Result<(), IpcError> {
        self.pages.lock().unwrap().push(url.to_owned());
        Ok(())
    }

    async fn choose(&self, what: Choice, near: Option<PathBuf>) -> Option<PathBuf> {
        let asked = format!("{what:?} near {near:?}");
        self.pages.lock().unwrap().push(asked);
        self.choice.lock().unwrap().take()
    }

    async fn choose_place(&self, name: &str) -> Option<PathBuf> {
        self.pages
            .lock()
            .unwrap()
            .push(format!("a place for {name}"));
        self.choice.lock().unwrap().take()
    }
}

/// A keychain that can be taken away and brought back, and that can lose a secret.
#[derive(Default)]
pub struct Keychain {
    memory: MemoryVault,
    trouble: Mutex<Option<VaultError>>,
    withheld: Mutex<Option<Secret>>,
    kept: Mutex<HashSet<Secret>>,
}

impl Keychain {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn fails(&self, trouble: Option<VaultError>) {
        *self.trouble.lock().unwrap() = trouble;
    }

    /// From now on the owner is asked for this one, and does not answer.
    pub fn withholds(&self, secret: Option<Secret>) {
        *self.withheld.lock().unwrap() = secret;
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.lock().unwrap().is_empty()
    }

    /// Every secret that is kept.
    pub fn values(&self) -> Vec<SecretString> {
        let kept = self.kept.lock().unwrap().clone();
        kept.iter()
            .filter_map(|secret| crate::desk::wait(self.memory.get(secret)).unwrap())
            .collect()
    }

    fn works(&self) -> Result<(), VaultError> {
        self.trouble.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl Vault for Keychain {
    async fn probe(&self) -> Result<(), VaultError> {
        self.works()
    }

    async fn get(&self, secret: &Secret) -> Result<Option<SecretString>, VaultError> {
        self.works()?;
        if self.withheld.lock().unwrap().as_ref() == Some(secret) {
            return Err(VaultError::Locked);
        }
        self.memory.get(secret).await
    }

    async fn set(&self, secret: &Secret, value: &SecretString) -> Result<(), VaultError> {
        self.works()?;
        self.kept.lock().unwrap().insert(secret.clone());
        self.memory.set(secret, value).await
    }

    async fn delete(&self, secret: &Secret) -> Result<(), VaultError> {
        self.works()?;
        self.kept.lock().unwrap().remove(secret);
        self.memory.delete(secret).await
    }
}
