//! The operating system's keychain behind core's [`Vault`](remit_core::Vault) port: Keychain Services on macOS, the
//! Credential Manager on Windows, the Secret Service on Linux. There is no fallback in plain text: without a keychain
//! [`KeyringVault`] says what to install, and [`MemoryVault`] serves the demo, which keeps nothing.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests fail by panicking"
    )
)]

mod keyring;
mod memory;
mod platform;

pub use keyring::{KeyringVault, MOST_CHARACTERS};
pub use memory::MemoryVault;
