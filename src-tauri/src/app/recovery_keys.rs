//! The recovery key: the key of a ledger as its owner writes it down.

use super::App;
use super::backups::{fits, nothing_kept, read_recovery_key};
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, BackupsChanged};
use crate::ipc::inputs::SecretText;
use crate::ipc::views::{BackupStatus, NewRecoveryKey, ProfileView};
use crate::opening::key_missing;
use jiff::Timestamp;
use remit_core::{Code, Secret};
use remit_ledger::LedgerKey;
use secrecy::{ExposeSecret, SecretString};

/// How many characters of the recovery key the owner types to prove to have it: its last two groups.
const PROOF: usize = 8;

impl App {
    pub(crate) async fn new_recovery_key(&self) -> Result<NewRecoveryKey, IpcError> {
        let (_, key) = self.recovery_key().await?;
        Ok(NewRecoveryKey {
            key: key.expose_secret().to_owned(),
        })
    }

    pub(crate) async fn confirm_recovery_key(
        &self,
        last_groups: SecretText,
    ) -> Result<BackupStatus, IpcError> {
        {
            let _opening = self.opening.lock().await;
            let (id, key) = self.recovery_key().await?;
            let typed = plain(&last_groups.into_secret());
            let key = plain(&key);
            let key = key.expose_secret();
            let proof = key.get(key.len().saturating_sub(PROOF)..);
            if proof != Some(typed.expose_secret()) {
                return Err(IpcError::field(
                    Code::RecoveryKeyWrong,
                    "lastGroups",
                    "These are not the last two groups of the recovery key. Compare them with what you wrote down.",
                ));
            }
            let now = Timestamp::now();
            self.change_profile(&id, |profile| profile.recovery_key_saved_at = Some(now))?;
        }
        self.host.tell(AppEvent::Backups(BackupsChanged));
        self.backup_status().await
    }

    pub(crate) async fn enter_recovery_key(
        &self,
        profile: &str,
        key: SecretText,
    ) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let settings = self.host.settings()?;
        let profile = settings.profile(profile)?.clone();
        self.keeps(&profile.id).await?;
        let key = read_recovery_key(key, "key")?;
        let ledger = self.folder.ledger(&profile.id);
        if !ledger.is_file() {
            return Err(IpcError::new(
                Code::BackupUnreadable,
                "The ledger of this account is not in the data folder, so no key can open it. Restore a copy of it.",
            ));
        }
        if !fits(&ledger, &key).await? {
            return Err(IpcError::field(
                Code::RecoveryKeyWrong,
                "key",
                "This recovery key does not open this ledger: it belongs to another one, or the file is damaged. Try the other recovery keys that you have, or restore a copy.",
            ));
        }
        let place = Secret::LedgerKey(profile.id.clone());
        self.vault.set(&place, &key.to_secret()).await?;
        self.open(profile, settings).await
    }

    /// The recovery key of the open account's ledger.
    async fn recovery_key(&self) -> Result<(String, SecretString), IpcError> {
        let session = self.session().await?;
        if !session.keeps() {
            return Err(nothing_kept());
        }
        let id = session.profile().id.clone();
        let kept = self.vault.get(&Secret::LedgerKey(id.clone())).await?;
        let key = kept
            .and_then(|text| LedgerKey::parse(&text).ok())
            .ok_or_else(key_missing)?;
        Ok((id, key.to_recovery_key()))
    }
}

/// What was typed, without what does not matter: case, spaces and dashes, and letters that look like digits.
fn plain(text: &SecretString) -> SecretString {
    let characters = text.expose_secret().chars();
    let plain: String = characters
        .filter(|character| character.is_ascii_alphanumeric())
        .map(|character| match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    SecretString::from(plain)
}
