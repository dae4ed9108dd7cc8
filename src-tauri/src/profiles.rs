//! The accounts that the owner connected, and the owner's preferences: kept as plain settings, with nothing secret in them.

use crate::ipc::IpcError;
use crate::ipc::inputs::{Environment, Preferences};
use crate::ipc::views::ProfileView;
use remit_core::Code;
use serde::{Deserialize, Serialize};

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
