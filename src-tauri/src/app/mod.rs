//! The app behind the commands: which account is open, and how one is opened.

mod accounts;
mod ahead;
mod at_work;
mod backups;
mod choices;
mod engine;
mod lists;
mod recovery_keys;
mod restoring;
mod rosters;
mod runs;
mod way_in;

pub use ahead::begin_ahead;

use crate::doorbell;
use crate::folder::DataFolder;
use crate::host::Host;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, ProfileChanged};
use crate::ipc::inputs::{Environment, Limits, Preferences, Theme};
use crate::ipc::views::{KeychainState, ProfileView, Startup, StartupState};
use crate::profiles::{Backups, Profile, Settings};
use crate::session::{Place, Session};
use ahead::Ahead;
use remit_core::{Code, Ids, Secret, Vault, VaultError};
use remit_vault::MemoryVault;
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, RwLock};

/// The number of the demo's account: there is one demo.
const DEMO: &str = "demo";

/// How long a second start waits for a first that is just starting, or just ending.
const UNTIL_ANSWERED: Duration = Duration::from_secs(5);

/// The app.
pub struct App {
    host: Arc<dyn Host>,
    vault: Arc<dyn Vault>,
    ids: Arc<dyn Ids>,
    folder: DataFolder,
    session: RwLock<Option<Arc<Session>>>,
    /// The start, where it began before the window asked for it.
    ahead: Ahead,
    /// Held while an account is being opened or changed, so that two never are at once.
    opening: Mutex<()>,
    doorbell: Once,
}

impl App {
    /// The app with its data in `folder` and its secrets in `vault`. Touches nothing yet.
    #[must_use]
    pub fn new(
        host: Arc<dyn Host>,
        vault: Arc<dyn Vault>,
        ids: Arc<dyn Ids>,
        folder: PathBuf,
    ) -> Self {
        Self {
            host,
            vault,
            ids,
            folder: DataFolder::new(folder),
            session: RwLock::new(None),
            ahead: Ahead::default(),
            opening: Mutex::new(()),
            doorbell: Once::new(),
        }
    }

    /// Takes the data folder. When another Remit has it, asks that one to show its window: `false` when it has, and this
    /// one may end. Whatever else is wrong with the folder, [`App::startup`] tells.
    #[must_use]
    pub(crate) fn is_first(&self) -> bool {
        let begun = Instant::now();
        while let Err(error) = self.claim_folder() {
            if error.code != Code::AlreadyOpen || begun.elapsed() > UNTIL_ANSWERED {
                return true;
            }
            if doorbell::ring(self.folder.path()) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        true
    }

    fn claim_folder(&self) -> Result<(), IpcError> {
        let claimed = self.folder.claim();
        if self.folder.is_ours() {
            let hang = || self.host.hang_doorbell(self.folder.path());
            self.doorbell.call_once(hang);
        }
        claimed
    }

    /// The desktop around the app.
    pub(crate) fn host(&self) -> &dyn Host {
        self.host.as_ref()
    }

    /// The open account.
    ///
    /// # Errors
    /// [`Code::NoProfile`].
    pub async fn session(&self) -> Result<Arc<Session>, IpcError> {
        let open = self.session.read().await.clone();
        open.ok_or_else(no_profile)
    }

    /// Begins, or tries again after something was mended. Never fails: what is wrong is part of the answer. Whoever asks
    /// first has the answer of the start that began ahead.
    pub async fn startup(&self) -> Startup {
        match self.ahead.answer().await {
            Some(startup) => startup,
            None => self.start().await,
        }
    }

    async fn start(&self) -> Startup {
        let _opening = self.opening.lock().await;
        let mut startup = Startup {
            state: StartupState::Welcome,
            trouble: None,
            profile: None,
            troubled: None,
            keychain: KeychainState::Available,
            preferences: Preferences::default(),
            data_folder: self.folder.path().display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let begun = self.begin(&mut startup).await;
        match begun {
            Ok(Some(profile)) => {
                startup.state = StartupState::Ready;
                startup.profile = Some(profile);
            }
            Ok(None) => {}
            Err(trouble) => {
                tracing::error!(code = ?trouble.code, message = trouble.message, "the start needs the owner");
                startup.state = StartupState::Trouble;
                startup.trouble = Some(trouble);
            }
        }
        startup
    }

    async fn begin(&self, startup: &mut Startup) -> Result<Option<ProfileView>, IpcError> {
        let settings = self.host.settings()?;
        startup.preferences = settings.preferences.clone();
        // Without a choice of the owner's the windows are as the system made them.
        if settings.preferences.theme != Theme::System {
            self.host.set_theme(settings.preferences.theme);
        }
        if let Some(open) = self.session.read().await.as_ref() {
            startup.keychain = keychain(&self.vault.probe().await);
            return Ok(Some(open.view()));
        }
        let opened = self.open_active(settings, startup).await;
        // An account that is open had its secrets from the keychain. Trying that out writes to it, which takes its time.
        if matches!(opened, Ok(Some(_))) {
            return opened;
        }
        let probe = self.vault.probe().await;
        startup.keychain = keychain(&probe);
        // Whatever failed to open then failed for this.
        if let Err(cause) = probe
            && startup.troubled.take().is_some()
        {
            return Err(cause.into());
        }
        opened
    }

    /// Opens the account that was open last; `troubled` says which, until it is.
    async fn open_active(
        &self,
        settings: Settings,
        startup: &mut Startup,
    ) -> Result<Option<ProfileView>, IpcError> {
        self.claim_folder()?;
        let Some(active) = settings.active.as_deref() else {
            return Ok(None);
        };
        let profile = settings.profile(active)?.clone();
        startup.troubled = Some(profile.view(true, true, &profile.base_url));
        let opened = self.open(profile, settings).await?;
        startup.troubled = None;
        Ok(Some(opened))
    }

    /// Opens the demo. Without a keychain it keeps nothing beyond the window.
    ///
    /// # Errors
    /// When the folder or the ledger does not work.
    pub async fn try_demo(&self) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        if self.vault.probe().await.is_err() || self.claim_folder().is_err() {
            return self.passing_demo().await;
        }
        let settings = self.host.settings()?;
        let known = settings.profile(DEMO).ok().cloned();
        let profile = known.unwrap_or_else(|| self.demo_profile());
        self.open(profile, settings).await
    }

    /// A demo in a temporary folder, with its secrets in memory.
    async fn passing_demo(&self) -> Result<ProfileView, IpcError> {
        let folder = tempfile::tempdir().map_err(|cause| {
            IpcError::new(
                Code::DataFolderReadOnly,
                format!(
                    "There is no place for temporary files: {cause}. Free some space and try again."
                ),
            )
        })?;
        let profile = self.demo_profile();
        let vault: Arc<dyn Vault> = Arc::new(MemoryVault::new());
        vault
            .set(&Secret::ApiToken(profile.id.clone()), &random_token())
            .await?;
        let host = Arc::clone(&self.host);
        let session = Session::open(host, vault, profile, Place::Passing(folder)).await?;
        self.close().await;
        Ok(self.install(session).await)
    }

    fn demo_profile(&self) -> Profile {
        let (merchant_no, store_no) = ("200043".to_owned(), "300014".to_owned());
        self.profile(
            DEMO.to_owned(),
            "Demo".to_owned(),
            Environment::Demo,
            String::new(),
            (merchant_no, store_no),
            true,
        )
    }

    fn profile(
        &self,
        id: String,
        name: String,
        environment: Environment,
        base_url: String,
        numbers: (String, String),
        pockyt_user: bool,
    ) -> Profile {
        let (merchant_no, store_no) = numbers;
        let listener_path = format!(
            "{}{}",
            self.ids.uuid().simple(),
            uuid::Uuid::new_v4().simple()
        );
        Profile {
            id,
            name,
            environment,
            base_url,
            merchant_no,
            store_no,
            pockyt_user,
            listener_port: 0,
            listener_path,
            backups: Backups::default(),
            recovery_key_saved_at: None,
            limits: Limits::default(),
            public_url: None,
            reader_id: None,
            mappings: Vec::new(),
            people_mappings: Vec::new(),
        }
    }

    /// Keeps what the owner prefers.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn set_preferences(&self, preferences: Preferences) -> Result<Preferences, IpcError> {
        let _opening = self.opening.lock().await;
        self.claim_folder()?;
        let mut settings = self.host.settings()?;
        settings.preferences = preferences.clone();
        self.host.save_settings(&settings)?;
        self.host.set_theme(preferences.theme);
        Ok(preferences)
    }

    /// Changes what is kept of an account; what is not kept has nothing to change.
    fn change_profile(&self, id: &str, change: impl FnOnce(&mut Profile)) -> Result<(), IpcError> {
        let mut settings = self.host.settings()?;
        let Ok(profile) = settings.profile(id) else {
            return Ok(());
        };
        let mut profile = profile.clone();
        change(&mut profile);
        settings.change(profile);
        self.host.save_settings(&settings)
    }

    /// The account that is open, or that could not be opened, as the settings have it.
    async fn current(&self) -> Result<Profile, IpcError> {
        let settings = self.host.settings()?;
        if let Some(session) = self.session.read().await.as_ref() {
            let open = session.profile();
            return Ok(settings.profile(&open.id).unwrap_or(open).clone());
        }
        let active = settings.active.as_deref().ok_or_else(no_profile)?;
        settings.profile(active).cloned()
    }

    /// Closes the account for good, before the process ends.
    pub async fn end(&self) {
        // What exchanges a ledger and its key comes to its end first.
        let _opening = self.opening.lock().await;
        self.close().await;
    }

    /// Opens a kept account in place of the open one, and remembers it as the active one.
    async fn open(
        &self,
        profile: Profile,
        mut settings: Settings,
    ) -> Result<ProfileView, IpcError> {
        let open = self.session.read().await.clone();
        let Some(before) = open.map(|session| session.profile().clone()) else {
            let opened = self.open_session(profile).await?;
            return self.remember(opened, &mut settings).await;
        };
        if before.id != profile.id {
            // Only when the new one is open is the old one closed: a failure leaves the owner where they were.
            let opened = self.open_session(profile).await?;
            return self.remember(opened, &mut settings).await;
        }
        self.close().await;
        match self.open_session(profile).await {
            Ok(opened) => self.remember(opened, &mut settings).await,
            Err(error) => {
                match self.open_session(before).await {
                    Ok(session) => drop(self.install(session).await),
                    Err(_) => self.tell_closed(),
                }
                Err(error)
            }
        }
    }

    async fn open_session(&self, profile: Profile) -> Result<Session, IpcError> {
        let place = Place::Kept {
            folder: self.folder.profile(&profile.id),
            copies: self.folder.backups(&profile.id),
        };
        // The demo's Pockyt takes any token, so one that is lost costs nothing.
        if profile.environment == Environment::Demo {
            let token = Secret::ApiToken(profile.id.clone());
            if self.vault.get(&token).await?.is_none() {
                self.vault.set(&token, &random_token()).await?;
            }
        }
        let (host, vault) = (Arc::clone(&self.host), Arc::clone(&self.vault));
        Session::open(host, vault, profile, place).await
    }

    /// Makes a session the open one, after it has been written down that it is.
    async fn remember(
        &self,
        session: Session,
        settings: &mut Settings,
    ) -> Result<ProfileView, IpcError> {
        settings.put(session.profile().clone());
        if let Err(error) = self.host.save_settings(settings) {
            // Whoever mends it finds the files free.
            session.close().await;
            return Err(error);
        }
        self.close().await;
        Ok(self.install(session).await)
    }

    fn tell_closed(&self) {
        self.host.tell(AppEvent::Profile(Box::new(ProfileChanged {
            profile: None,
        })));
    }

    async fn install(&self, session: Session) -> ProfileView {
        let view = session.view();
        *self.session.write().await = Some(Arc::new(session));
        self.host.tell(AppEvent::Profile(Box::new(ProfileChanged {
            profile: Some(view.clone()),
        })));
        view
    }

    /// Closes the open account. Waits for commands that still use it, so that its folder is free afterwards.
    async fn close(&self) {
        let Some(mut open) = self.session.write().await.take() else {
            return;
        };
        open.begin_closing();
        loop {
            match Arc::try_unwrap(open) {
                Ok(session) => return session.close().await,
                Err(used) => open = used,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// What the keychain said when it was tried out, as the window is told.
fn keychain(probe: &Result<(), VaultError>) -> KeychainState {
    match probe {
        Ok(()) => KeychainState::Available,
        Err(VaultError::Locked) => KeychainState::Locked,
        Err(VaultError::Missing(_) | VaultError::Failed(_)) => KeychainState::Missing,
    }
}

/// A token for the demo's own Pockyt.
fn random_token() -> SecretString {
    SecretString::from(format!(
        "{}{}",
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    ))
}

fn no_profile() -> IpcError {
    IpcError::new(
        Code::NoProfile,
        "No account is open. Try the demo, or connect Pockyt.",
    )
}
