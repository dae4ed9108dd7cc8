//! The app behind the commands: which account is open, and how one is opened.

use crate::doorbell;
use crate::folder::DataFolder;
use crate::gateway;
use crate::host::Host;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, ProfileChanged};
use crate::ipc::inputs::{ConnectInput, Environment, Preferences, ProfileChanges, Theme};
use crate::ipc::views::{
    ConnectionReport, KeychainState, MoneyView, ProfileView, Startup, StartupState,
};
use crate::profiles::{Profile, Settings};
use crate::session::{Place, Session};
use remit_core::{Code, Currency, Gateway, Ids, Secret, Vault, VaultError};
use remit_vault::MemoryVault;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, RwLock, watch};

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
        open.ok_or_else(|| {
            IpcError::new(
                Code::NoProfile,
                "No account is open. Try the demo, or connect Pockyt.",
            )
        })
    }

    /// Begins, or tries again after something was mended. Never fails: what is wrong is part of the answer.
    pub async fn startup(&self) -> Startup {
        let _opening = self.opening.lock().await;
        let mut startup = Startup {
            state: StartupState::Welcome,
            trouble: None,
            profile: None,
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
        startup.preferences = settings.preferences;
        // Without a choice of the owner's the windows are as the system made them.
        if settings.preferences.theme != Theme::System {
            self.host.set_theme(settings.preferences.theme);
        }
        let probe = self.vault.probe().await;
        startup.keychain = match &probe {
            Ok(()) => KeychainState::Available,
            Err(VaultError::Locked) => KeychainState::Locked,
            Err(VaultError::Missing(_) | VaultError::Failed(_)) => KeychainState::Missing,
        };
        if let Some(open) = self.session.read().await.as_ref() {
            return Ok(Some(open.view()));
        }
        self.claim_folder()?;
        let Some(active) = settings.active.as_deref() else {
            return Ok(None);
        };
        probe?;
        let profile = settings.profile(active)?.clone();
        self.open(profile, settings).await.map(Some)
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
        let token = Secret::ApiToken(profile.id.clone());
        if self.vault.get(&token).await?.is_none() {
            self.vault.set(&token, &random_token()).await?;
        }
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
        }
    }

    /// Asks Pockyt for the balance with these details, and keeps nothing.
    ///
    /// # Errors
    /// Input that cannot be sent, or what Pockyt or the network says.
    pub async fn test_connection(&self, input: ConnectInput) -> Result<ConnectionReport, IpcError> {
        let (profile, token) = self.read_input(input)?;
        ask(&profile, &token).await
    }

    /// Connects an account: tests it, keeps its token in the keychain, opens it.
    ///
    /// # Errors
    /// As [`App::test_connection`], and when the keychain or the ledger does not work. Then nothing is kept.
    pub async fn connect(&self, input: ConnectInput) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let (profile, token) = self.read_input(input)?;
        self.vault.probe().await?;
        self.claim_folder()?;
        let settings = self.host.settings()?;
        let address = |profile: &Profile| pockyt::BaseUrl::parse(&profile.base_url).ok();
        let same = |known: &&Profile| {
            known.merchant_no == profile.merchant_no
                && known.store_no == profile.store_no
                && known.environment != Environment::Demo
                && address(known) == address(&profile)
        };
        // One account has one ledger: two could pay the same invoice twice.
        let profile = match settings.profiles.iter().find(same) {
            Some(known) => Profile {
                name: profile.name,
                pockyt_user: profile.pockyt_user,
                ..known.clone()
            },
            None => profile,
        };
        ask(&profile, &token).await?;
        let known = settings.profile(&profile.id).is_ok();
        let id = profile.id.clone();
        let token_place = Secret::ApiToken(id.clone());
        self.vault.set(&token_place, &token).await?;
        let opened = self.open(profile, settings).await;
        if opened.is_err() && !known {
            // Nothing was paid from an account that was never open: leave no trace of it.
            let key_place = Secret::LedgerKey(id.clone());
            let _ = std::fs::remove_dir_all(self.folder.profile(&id));
            let _ = self.vault.delete(&key_place).await;
            let _ = self.vault.delete(&token_place).await;
        }
        opened
    }

    fn read_input(&self, input: ConnectInput) -> Result<(Profile, SecretString), IpcError> {
        let ConnectInput {
            name,
            environment,
            base_url,
            merchant_no,
            store_no,
            token,
            pockyt_user,
        } = input;
        let text = |field: &str, value: String| {
            let value = value.trim().to_owned();
            if value.is_empty() {
                Err(IpcError::field(
                    Code::FieldMissing,
                    field,
                    "Pockyt needs this to know the account.",
                ))
            } else {
                Ok(value)
            }
        };
        let base_url = match environment {
            Environment::Demo => {
                return Err(IpcError::field(
                    Code::FieldInvalid,
                    "environment",
                    "The demo needs no connection. Choose Try the demo.",
                ));
            }
            Environment::Sandbox => pockyt::SANDBOX_URL.to_owned(),
            Environment::Production => pockyt::PRODUCTION_URL.to_owned(),
            Environment::Custom => text("baseUrl", base_url.unwrap_or_default())?,
        };
        let numbers = (text("merchantNo", merchant_no)?, text("storeNo", store_no)?);
        let token = token.into_secret();
        if token.expose_secret().is_empty() {
            return Err(IpcError::field(
                Code::FieldMissing,
                "token",
                "Copy the API token from Pockyt's Merchant Portal, under Developers.",
            ));
        }
        let name = if name.trim().is_empty() {
            format!("Pockyt {}", numbers.0)
        } else {
            name.trim().to_owned()
        };
        let profile = self.profile(
            self.ids.uuid().to_string(),
            name,
            environment,
            base_url,
            numbers,
            pockyt_user,
        );
        Ok((profile, token))
    }

    /// Every connected account, the demo among them.
    ///
    /// # Errors
    /// When the settings or the keychain cannot be read.
    pub async fn profiles(&self) -> Result<Vec<ProfileView>, IpcError> {
        let open = self.session.read().await.clone();
        let mut views = Vec::new();
        for profile in self.host.settings()?.profiles {
            if let Some(session) = open
                .as_ref()
                .filter(|session| session.profile().id == profile.id)
            {
                views.push(session.view());
                continue;
            }
            let stored = self
                .vault
                .get(&Secret::ApiToken(profile.id.clone()))
                .await?
                .is_some();
            views.push(profile.view(true, stored, &profile.base_url));
        }
        if let Some(session) =
            open.filter(|session| !views.iter().any(|view| view.id == session.profile().id))
        {
            views.push(session.view());
        }
        Ok(views)
    }

    /// Opens another account.
    ///
    /// # Errors
    /// When there is no such account, or it cannot be opened; the one before is then closed.
    pub async fn switch_profile(&self, id: &str) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let settings = self.host.settings()?;
        let profile = settings.profile(id)?.clone();
        self.open(profile, settings).await
    }

    /// Changes an account, and opens it anew if it is open.
    ///
    /// # Errors
    /// When a new token is not accepted, or the keychain or the settings cannot be written.
    pub async fn update_profile(
        &self,
        id: &str,
        changes: ProfileChanges,
    ) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let settings = self.host.settings()?;
        let mut profile = settings.profile(id)?.clone();
        if changes.name.trim().is_empty() {
            return Err(IpcError::field(
                Code::FieldMissing,
                "name",
                "Give the account a name.",
            ));
        }
        changes.name.trim().clone_into(&mut profile.name);
        profile.pockyt_user = changes.pockyt_user;
        let token = changes
            .token
            .map(crate::ipc::inputs::SecretText::into_secret)
            .filter(|token| !token.expose_secret().is_empty());
        if let Some(token) = token {
            if profile.environment == Environment::Demo {
                return Err(IpcError::field(
                    Code::FieldInvalid,
                    "token",
                    "The demo makes its own token.",
                ));
            }
            ask(&profile, &token).await?;
            self.vault
                .set(&Secret::ApiToken(profile.id.clone()), &token)
                .await?;
        }
        let open = self
            .session
            .read()
            .await
            .as_ref()
            .is_some_and(|session| session.profile().id == profile.id);
        if open {
            return self.open(profile, settings).await;
        }
        let stored = self
            .vault
            .get(&Secret::ApiToken(profile.id.clone()))
            .await?
            .is_some();
        let view = profile.view(true, stored, &profile.base_url);
        let mut settings = settings;
        let active = settings.active.take();
        settings.put(profile);
        settings.active = active;
        self.host.save_settings(&settings)?;
        Ok(view)
    }

    /// Keeps what the owner prefers.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn set_preferences(&self, preferences: Preferences) -> Result<Preferences, IpcError> {
        let _opening = self.opening.lock().await;
        self.claim_folder()?;
        let mut settings = self.host.settings()?;
        settings.preferences = preferences;
        self.host.save_settings(&settings)?;
        self.host.set_theme(preferences.theme);
        Ok(preferences)
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
        let folder = self.folder.profile(&profile.id);
        let (host, vault) = (Arc::clone(&self.host), Arc::clone(&self.vault));
        Session::open(host, vault, profile, Place::Kept(folder)).await
    }

    /// Makes a session the open one, after it has been written down that it is.
    async fn remember(
        &self,
        session: Session,
        settings: &mut Settings,
    ) -> Result<ProfileView, IpcError> {
        settings.put(session.profile().clone());
        self.host.save_settings(settings)?;
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

async fn ask(profile: &Profile, token: &SecretString) -> Result<ConnectionReport, IpcError> {
    let (_open, closing) = watch::channel(false);
    let gateway = gateway::PockytGateway::new(&profile.base_url, profile, Some(token), closing)?;
    let balance = gateway
        .balance(Currency::USD)
        .await
        .map_err(remit_core::Error::from)?;
    Ok(ConnectionReport {
        balances: vec![MoneyView::from(balance.value)],
        base_url: profile.base_url.clone(),
    })
}

/// A token for the demo's own Pockyt.
fn random_token() -> SecretString {
    SecretString::from(format!(
        "{}{}",
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    ))
}
