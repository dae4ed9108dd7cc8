//! Secrets that live as long as the process.

use async_trait::async_trait;
use remit_core::{Secret, Vault, VaultError};
use secrecy::SecretString;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps secrets in the memory of this process and nowhere else: they are gone when it ends. For tests, and for the demo
/// on a computer without a keychain.
#[derive(Default)]
pub struct MemoryVault(Mutex<HashMap<Secret, SecretString>>);

impl MemoryVault {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn secrets(&self) -> MutexGuard<'_, HashMap<Secret, SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryVault(..)")
    }
}

#[async_trait]
impl Vault for MemoryVault {
    async fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }

    async fn get(&self, secret: &Secret) -> Result<Option<SecretString>, VaultError> {
        Ok(self.secrets().get(secret).cloned())
    }

    async fn set(&self, secret: &Secret, value: &SecretString) -> Result<(), VaultError> {
        self.secrets().insert(secret.clone(), value.clone());
        Ok(())
    }

    async fn delete(&self, secret: &Secret) -> Result<(), VaultError> {
        self.secrets().remove(secret);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[tokio::test]
    async fn keeps_each_secret_under_its_own_name() {
        let vault = MemoryVault::new();
        let (token, key) = (
            Secret::ApiToken("demo".to_owned()),
            Secret::LedgerKey("demo".to_owned()),
        );
        vault.probe().await.unwrap();
        vault.set(&token, &SecretString::from("one")).await.unwrap();
        vault.set(&key, &SecretString::from("two")).await.unwrap();
        assert_eq!(
            vault.get(&token).await.unwrap().unwrap().expose_secret(),
            "one"
        );
        assert!(!format!("{vault:?}").contains("one"));
        vault.delete(&token).await.unwrap();
        vault.delete(&token).await.unwrap();
        assert!(vault.get(&token).await.unwrap().is_none());
        assert_eq!(
            vault.get(&key).await.unwrap().unwrap().expose_secret(),
            "two"
        );
    }
}
