//! The keychain, one call at a time, each checked.

use crate::platform;
use ::keyring::{Entry, Error};
use async_trait::async_trait;
use keyring_core::api::CredentialStore;
use remit_core::{Secret, Vault, VaultError};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The longest secret, in UTF-16 units: what the Windows Credential Manager holds (2,560 bytes), on every system alike.
pub const MOST_CHARACTERS: usize = 1280;

/// How long the owner may take to answer the system's question for a password.
const PATIENCE: Duration = Duration::from_secs(180);

/// The entry that a probe writes and takes away again.
const PROBE: &str = "probe";

/// The keychain of the operating system. Calls go one at a time, so that the system asks for its password once.
///
/// Nothing is opened before the first call. A keychain that is missing is looked for again at each call, so one that was
/// installed or unlocked meanwhile is found without a restart. Needs a tokio runtime with its timer.
pub struct KeyringVault {
    service: String,
    store: Arc<Mutex<Option<Arc<CredentialStore>>>>,
}

impl KeyringVault {
    /// The keychain, with entries under the name of `service`.
    #[must_use]
    pub fn new(service: &str) -> Self {
        Self {
            service: service.to_owned(),
            store: Arc::default(),
        }
    }

    /// Does something with one entry, away from the async threads, because the system may ask the owner first.
    async fn with_entry<T, F>(&self, name: String, work: F) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: FnOnce(&Entry) -> Result<T, VaultError> + Send + 'static,
    {
        let (service, store) = (self.service.clone(), Arc::clone(&self.store));
        let call = spawn_blocking(move || {
            let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
            let connected = match store.take() {
                Some(connected) => connected,
                None => platform::connect().map_err(|error| {
                    tracing::warn!(%error, "no keychain");
                    VaultError::Missing(platform::NO_STORE.to_owned())
                })?,
            };
            // Not `Entry::new`: it would remember for the whole process that a keychain was missing once.
            let inner = connected.build(&service, &name, None).map_err(explain)?;
            let entry = Entry { inner };
            let outcome = work(&entry);
            // After a failure the connection may be dead, so the next call makes its own.
            if !matches!(outcome, Err(VaultError::Failed(_) | VaultError::Missing(_))) {
                *store = Some(connected);
            }
            outcome
        });
        match timeout(PATIENCE, call).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(VaultError::Failed(
                "the call to it was broken off. Try again".to_owned(),
            )),
            Err(_) => Err(VaultError::Locked),
        }
    }
}

impl fmt::Debug for KeyringVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringVault")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// The name of an entry: the owner may see it in the system's own program for passwords.
fn name(secret: &Secret) -> String {
    match secret {
        Secret::ApiToken(profile) => format!("API token of {profile}"),
        Secret::LedgerKey(profile) => format!("ledger key of {profile}"),
        Secret::LedgerHead(profile) => format!("newest ledger entry of {profile}"),
        Secret::RelayLink(profile) => format!("relay link of {profile}"),
        Secret::RelayKey(profile) => format!("relay key of {profile}"),
    }
}

fn read(entry: &Entry) -> Result<Option<SecretString>, VaultError> {
    match entry.get_password() {
        Ok(value) => Ok(Some(SecretString::from(value))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(explain(error)),
    }
}

fn write(entry: &Entry, value: &SecretString) -> Result<(), VaultError> {
    entry.set_password(value.expose_secret()).map_err(explain)?;
    match read(entry)? {
        Some(kept) if kept.expose_secret() == value.expose_secret() => Ok(()),
        _ => Err(VaultError::Failed(
            "it did not give back what was written. Check it, then try again".to_owned(),
        )),
    }
}

fn remove(entry: &Entry) -> Result<(), VaultError> {
    match entry.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(explain(error)),
    }
}

/// What an error means to the owner. Those that carry what was stored are told without it.
fn explain(error: Error) -> VaultError {
    if platform::has_no_collection(&error) {
        return VaultError::Missing(platform::NO_COLLECTION.to_owned());
    }
    match error {
        Error::NoStorageAccess(cause) => {
            tracing::warn!(%cause, "the keychain is locked");
            VaultError::Locked
        }
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => {
            VaultError::Missing(platform::NO_STORE.to_owned())
        }
        Error::PlatformFailure(cause) => VaultError::Failed(format!("{cause}. Try again")),
        Error::Ambiguous(entries) => VaultError::Failed(format!(
            "it has {} entries of the same name. Delete all but one",
            entries.len()
        )),
        Error::TooLong(what, most) => {
            VaultError::Failed(format!("its {what} is limited to {most} characters"))
        }
        _ => VaultError::Failed(
            "what it holds cannot be read. Delete the entry there, then try again".to_owned(),
        ),
    }
}

#[async_trait]
impl Vault for KeyringVault {
    async fn probe(&self) -> Result<(), VaultError> {
        self.with_entry(PROBE.to_owned(), |entry| {
            write(entry, &SecretString::from("Remit can keep secrets here."))?;
            remove(entry)
        })
        .await
    }

    async fn get(&self, secret: &Secret) -> Result<Option<SecretString>, VaultError> {
        self.with_entry(name(secret), read).await
    }

    async fn set(&self, secret: &Secret, value: &SecretString) -> Result<(), VaultError> {
        if value.expose_secret().encode_utf16().count() > MOST_CHARACTERS {
            let told = format!(
                "a secret of more than {MOST_CHARACTERS} characters does not fit. Check that the right text was pasted"
            );
            return Err(VaultError::Failed(told));
        }
        let value = value.clone();
        self.with_entry(name(secret), move |entry| write(entry, &value))
            .await
    }

    async fn delete(&self, secret: &Secret) -> Result<(), VaultError> {
        self.with_entry(name(secret), remove).await
    }
}
