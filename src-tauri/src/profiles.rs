//! The accounts that the owner connected, and the owner's preferences: kept as plain settings, with nothing secret in them.

use crate::ipc::IpcError;
use crate::ipc::inputs::{Environment, Limits, Preferences};
use crate::ipc::views::{BackupAccount, ProfileView};
use jiff::Timestamp;
use remit_core::Code;
use remit_import::{Mapping, PeopleMapping};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// An account. Its token and its ledger key are in the keychain under [`Profile::id`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Names the folder and the secrets of the account.
    pub id: String,
    /// The owner's name for it.
    pub name: String,
    /// Where it lives.
    pub environment: Environment,
    /// The address; empty for the demo, whose sandbox takes a free port at each start.
    pub base_url: String,
    /// The merchant number.
    pub merchant_no: String,
    /// The store number.
    pub store_no: String,
    /// Whether it has the "Pockyt User" feature.
    pub pockyt_user: bool,
    /// The port of the listener for notifications, kept so that a notification that Pockyt repeats still finds it.
    pub listener_port: u16,
    /// The path of the listener, which nobody can guess.
    pub listener_path: String,
    /// Where copies of its ledger go.
    #[serde(default)]
    pub backups: Backups,
    /// When the owner last proved to have its recovery key.
    #[serde(default)]
    pub recovery_key_saved_at: Option<Timestamp>,
    /// How fast Remit may ask Pockyt.
    #[serde(default)]
    pub limits: Limits,
    /// The address from outside that leads to the listener.
    #[serde(default)]
    pub public_url: Option<String>,
    /// By what name this computer reads the account's mailbox at a relay.
    #[serde(default)]
    pub reader_id: Option<String>,
    /// How the owner has files of payouts read, the last file first.
    #[serde(default)]
    pub mappings: Vec<Mapping>,
    /// How the owner has files of people read, the last file first.
    #[serde(default)]
    pub people_mappings: Vec<PeopleMapping>,
}

/// The owner's choices about copies of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backups {
    /// The folder; nothing for the one in the data folder.
    pub folder: Option<PathBuf>,
    /// Whether a copy is made each day.
    pub automatic: bool,
}

impl Default for Backups {
    fn default() -> Self {
        Self {
            folder: None,
            automatic: true,
        }
    }
}

/// Whose ledger it is, as the ledger itself and each copy of it keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub(crate) name: String,
    pub(crate) environment: Environment,
    pub(crate) base_url: String,
    pub(crate) merchant_no: String,
    pub(crate) store_no: String,
    pub(crate) pockyt_user: bool,
}

impl Holder {
    /// Reads what a copy keeps.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// As the ledger keeps it.
    pub(crate) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Whether this is the ledger of an account at the same place.
    pub(crate) fn is(&self, profile: &Profile) -> bool {
        let demo = |environment| environment == Environment::Demo;
        let address = |url: &str| pockyt::BaseUrl::parse(url).ok();
        self.merchant_no == profile.merchant_no
            && self.store_no == profile.store_no
            && demo(self.environment) == demo(profile.environment)
            && address(&self.base_url) == address(&profile.base_url)
    }

    pub(crate) fn view(&self) -> BackupAccount {
        BackupAccount {
            name: self.name.clone(),
            environment: self.environment,
            merchant_no: self.merchant_no.clone(),
            store_no: self.store_no.clone(),
        }
    }
}

/// The settings of the whole app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What the owner prefers.
    #[serde(default)]
    pub preferences: Preferences,
    /// The accounts, oldest first.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// The account that was open last.
    #[serde(default)]
    pub active: Option<String>,
}

impl Settings {
    /// The account with this number.
    ///
    /// # Errors
    /// [`Code::ProfileNotFound`].
    pub fn profile(&self, id: &str) -> Result<&Profile, IpcError> {
        let found = self.profiles.iter().find(|profile| profile.id == id);
        found.ok_or_else(|| {
            IpcError::new(
                Code::ProfileNotFound,
                "This account is not connected to Remit. Connect it in Settings.",
            )
        })
    }

    /// Adds the account, or replaces the one with its number, and makes it the active one.
    pub fn put(&mut self, profile: Profile) {
        self.active = Some(profile.id.clone());
        self.change(profile);
    }

    /// Adds the account, or replaces the one with its number.
    pub fn change(&mut self, profile: Profile) {
        match self
            .profiles
            .iter_mut()
            .find(|known| known.id == profile.id)
        {
            Some(known) => *known = profile,
            None => self.profiles.push(profile),
        }
    }
}

impl Profile {
    /// Where copies of its ledger go.
    pub(crate) fn copies_folder(&self, default: &Path) -> PathBuf {
        self.backups.folder.as_deref().unwrap_or(default).to_owned()
    }

    /// Whose ledger it is.
    pub(crate) fn holder(&self) -> Holder {
        Holder {
            name: self.name.clone(),
            environment: self.environment,
            base_url: self.base_url.clone(),
            merchant_no: self.merchant_no.clone(),
            store_no: self.store_no.clone(),
            pockyt_user: self.pockyt_user,
        }
    }

    /// What the window is shown.
    #[must_use]
    pub fn view(&self, keeps: bool, token_stored: bool, base_url: &str) -> ProfileView {
        ProfileView {
            id: self.id.clone(),
            name: self.name.clone(),
            environment: self.environment,
            base_url: base_url.to_owned(),
            merchant_no: self.merchant_no.clone(),
            store_no: self.store_no.clone(),
            pockyt_user: self.pockyt_user,
            keeps,
            token_stored,
        }
    }
}
