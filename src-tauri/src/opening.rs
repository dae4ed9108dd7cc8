//! Opening an account's ledger with the key that the keychain holds of it.

use crate::folder::LEDGER;
use crate::ipc::IpcError;
use remit_core::{Code, LedgerError, Secret, Vault};
use remit_ledger::{LedgerKey, SqliteLedger};
use std::path::Path;
use std::sync::Arc;

/// Opens the ledger in a profile's folder with its key from the keychain; the first time it makes both.
///
/// # Errors
/// When the keychain or the file does not work. A file that is there is never made anew.
pub(crate) async fn open_ledger(
    vault: &dyn Vault,
    profile_id: &str,
    folder: &Path,
) -> Result<Arc<SqliteLedger>, IpcError> {
    let secret = Secret::LedgerKey(profile_id.to_owned());
    let path = folder.join(LEDGER);
    let key = match vault.get(&secret).await? {
        Some(text) => LedgerKey::parse(&text).map_err(|_| key_missing())?,
        None if path.exists() => return Err(key_missing()),
        None => {
            let key = LedgerKey::generate().map_err(|cause| {
                IpcError::new(
                    Code::Internal,
                    format!("This computer gives no random numbers: {cause}"),
                )
            })?;
            vault.set(&secret, &key.to_secret()).await?;
            key
        }
    };
    let opened = match open_file(&path, &key).await {
        Err(LedgerError::Corrupt(told)) => match kept_for(vault, profile_id, &path).await? {
            // A restore of a copy with another key ended between the keychain and the file.
            Some(key) => {
                let opened = open_file(&path, &key).await?;
                vault.set(&secret, &key.to_secret()).await?;
                Ok(opened)
            }
            None => Err(LedgerError::Corrupt(told)),
        },
        opened => opened,
    };
    Ok(Arc::new(opened?))
}

async fn open_file(path: &Path, key: &LedgerKey) -> Result<SqliteLedger, LedgerError> {
    let (path, key) = (path.to_owned(), key.clone());
    tokio::task::spawn_blocking(move || SqliteLedger::open(&path, &key))
        .await
        .unwrap_or_else(|_| {
            Err(LedgerError::Failed(
                "it could not be opened. Close Remit and start it again".to_owned(),
            ))
        })
}

/// Where the keychain keeps the key of this very file while the account's own key is another.
pub(crate) fn kept_key(profile_id: &str, ledger: &Path) -> Option<Secret> {
    let salt = remit_ledger::salt(ledger)?;
    Some(Secret::LedgerKey(format!("{profile_id} of {salt}")))
}

/// The key that is kept of this very file.
pub(crate) async fn kept_for(
    vault: &dyn Vault,
    profile_id: &str,
    ledger: &Path,
) -> Result<Option<LedgerKey>, IpcError> {
    let Some(kept) = kept_key(profile_id, ledger) else {
        return Ok(None);
    };
    let text = vault.get(&kept).await?;
    Ok(text.and_then(|text| LedgerKey::parse(&text).ok()))
}

/// The file is there and its key is not.
pub(crate) fn key_missing() -> IpcError {
    let message = "The key of this ledger is not in the keychain, so the ledger cannot be read. Nothing was changed. Enter the recovery \
                   key, or unlock or restore the keychain that was used before and try again.";
    IpcError::new(Code::LedgerKeyMissing, message)
}
