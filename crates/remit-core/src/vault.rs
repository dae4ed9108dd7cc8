//! The port to the operating system's keychain.

use async_trait::async_trait;
use secrecy::SecretString;

/// A secret that Remit keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Secret {
    /// The API token of a profile, by the profile's number.
    ApiToken(String),
    /// The ledger key of a profile: 64 hex digits.
    LedgerKey(String),
    /// Where the chain of a profile's ledger stood: `<seq> <hash>`. Not secret, but out of reach of whoever changes the file.
    LedgerHead(String),
    /// The relay link of a profile: it lets its holder read sealed notifications, and delete them.
    RelayLink(String),
    /// The private key that opens what a profile's relay kept.
    RelayKey(String),
}

/// Why a secret could not be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no keychain on this computer, or it has no place to keep a secret.
    #[error("This computer has no keychain that Remit can use. {0}")]
    Missing(String),
    /// The keychain is locked, or the owner declined to open it.
    #[error("The keychain is locked. Unlock it and try again.")]
    Locked,
    /// The keychain answered with an error, or did not give back what was written.
    #[error("The keychain did not work: {0}")]
    Failed(String),
}

/// The keychain. There is no fallback in plain text, ever.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Tells whether secrets can be kept, by writing one and reading it back, before the owner is asked for a token.
    async fn probe(&self) -> Result<(), VaultError>;
    /// Reads a secret; nothing when there is none.
    async fn get(&self, secret: &Secret) -> Result<Option<SecretString>, VaultError>;
    /// Keeps a secret, and reads it back to be sure.
    async fn set(&self, secret: &Secret, value: &SecretString) -> Result<(), VaultError>;
    /// Forgets a secret; fine when there is none.
    async fn delete(&self, secret: &Secret) -> Result<(), VaultError>;
}
