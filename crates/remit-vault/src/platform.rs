//! All that differs between the operating systems: which store it is, and what to tell when there is none.

use keyring_core::Error;
use keyring_core::api::CredentialStore;
use std::sync::Arc;

/// What the owner can do about a computer without a keychain.
pub(crate) const NO_STORE: &str = if cfg!(target_os = "linux") {
    "Install GNOME Keyring (package gnome-keyring) or KWallet, log out and in again, then try again. \
     Until then you can use the demo."
} else {
    "Log out and in again, then try again. Until then you can use the demo."
};

/// What the owner can do about a keychain with no place to keep a secret.
pub(crate) const NO_COLLECTION: &str = "Its default keyring is missing. Open “Passwords and Keys” (package seahorse) or \
     KWalletManager, create a keyring and make it the default, then try again. Until then you can use the demo.";

/// Connects to the store of this operating system.
pub(crate) fn connect() -> Result<Arc<CredentialStore>, Error> {
    #[cfg(target_os = "linux")]
    let store = zbus_secret_service_keyring_store::Store::new()?;
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(target_os = "windows")]
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// Whether the store works but has no place to keep a secret: on Linux, no default collection.
#[cfg(target_os = "linux")]
pub(crate) fn has_no_collection(error: &Error) -> bool {
    matches!(error, Error::NoStorageAccess(cause) if matches!(cause.downcast_ref(), Some(secret_service::Error::NoResult)))
}

/// Whether the store works but has no place to keep a secret: the others always have one.
#[cfg(not(target_os = "linux"))]
pub(crate) fn has_no_collection(_: &Error) -> bool {
    false
}
