//! Putting back a copy: in place of an account's ledger, or on another computer.

use super::App;
use super::accounts::ask;
use super::backups::{fits, inspect, read_recovery_key, unreadable, wrong_key};
use crate::folder::cannot_write;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, BackupsChanged};
use crate::ipc::inputs::{Environment, RestoreElsewhere, SecretText};
use crate::ipc::views::ProfileView;
use crate::opening::{kept_for, kept_key};
use crate::profiles::{Holder, Profile};
use jiff::Timestamp;
use remit_core::{Code, LedgerError, Secret};
use remit_ledger::{LedgerKey, Restored};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};

/// What belongs to a ledger file, the file itself first.
const PARTS: [&str; 4] = ["", "-wal", "-shm", "-head"];

impl App {
    pub(crate) async fn restore_backup(
        &self,
        path: String,
        recovery_key: Option<SecretText>,
        profile: Option<String>,
    ) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let path = PathBuf::from(path.trim());
        let settings = self.host.settings()?;
        let profile = match profile {
            Some(id) => settings.profile(&id)?.clone(),
            None => self.current().await?,
        };
        self.keeps(&profile.id).await?;
        self.claim_folder()?;
        let key = self.key_of(&path, Some(&profile.id), recovery_key).await?;
        let facts = inspect(&path, &key).await?;
        let holder = facts.account.as_deref().and_then(Holder::read);
        if holder.is_some_and(|holder| !holder.is(&profile)) {
            return Err(IpcError::new(
                Code::BackupOfAnotherAccount,
                "This copy belongs to another account. Nothing was changed. Open that account and restore it there.",
            ));
        }
        let was_open = self
            .session
            .read()
            .await
            .as_ref()
            .is_some_and(|open| open.profile().id == profile.id);
        if was_open {
            self.close().await;
        }
        let restored = self.put_in_place(&path, &profile, &key).await;
        let error = match restored {
            Ok(restored) => match self.open(profile.clone(), settings).await {
                Ok(view) => {
                    self.host.tell(AppEvent::Backups(BackupsChanged));
                    return Ok(view);
                }
                Err(error) => {
                    self.undo(&profile.id, restored).await;
                    error
                }
            },
            Err(error) => error,
        };
        if was_open {
            match self.open_session(profile).await {
                Ok(session) => drop(self.install(session).await),
                Err(_) => self.tell_closed(),
            }
        }
        Err(error)
    }

    pub(crate) async fn restore_elsewhere(
        &self,
        input: RestoreElsewhere,
    ) -> Result<ProfileView, IpcError> {
        let _opening = self.opening.lock().await;
        let path = PathBuf::from(input.path.trim());
        self.vault.probe().await?;
        self.claim_folder()?;
        let key = read_recovery_key(input.recovery_key, "recoveryKey")?;
        if !fits(&path, &key).await? {
            return Err(wrong_key());
        }
        let facts = inspect(&path, &key).await?;
        let holder = facts.account.as_deref().and_then(Holder::read);
        let holder = holder.ok_or_else(|| {
            IpcError::field(
                Code::BackupUnreadable,
                "path",
                "This copy does not say whose account it is of. Connect the account first, then restore the copy there.",
            )
        })?;
        if holder.environment == Environment::Demo {
            return Err(IpcError::new(
                Code::BackupOfDemo,
                "This is a copy of the demo, which needs no connection. Open the demo, then restore the copy there, under Settings.",
            ));
        }
        let settings = self.host.settings()?;
        if settings.profiles.iter().any(|known| holder.is(known)) {
            return Err(IpcError::new(
                Code::AccountKnown,
                "This account is on this computer already. Open it, and restore the copy there.",
            ));
        }
        let token = input.token.into_secret();
        if token.expose_secret().is_empty() {
            return Err(IpcError::field(
                Code::FieldMissing,
                "token",
                "Copy the API token from Pockyt's Merchant Portal, under Developers.",
            ));
        }
        let mut profile = self.profile(
            self.ids.uuid().to_string(),
            holder.name,
            holder.environment,
            holder.base_url,
            (holder.merchant_no, holder.store_no),
            holder.pockyt_user,
        );
        // Whoever restores from it has it.
        profile.recovery_key_saved_at = Some(Timestamp::now());
        ask(&profile, &token).await?;
        let id = profile.id.clone();
        let set_up = async {
            let token_place = Secret::ApiToken(id.clone());
            self.vault.set(&token_place, &token).await?;
            self.put_in_place(&path, &profile, &key).await?;
            self.open(profile, settings).await
        };
        let opened = set_up.await;
        if opened.is_err() {
            self.leave_no_trace(&id).await;
        }
        opened
    }

    /// Exchanges the ledger, and its key in the keychain where the copy has another.
    async fn put_in_place(
        &self,
        copy: &Path,
        profile: &Profile,
        key: &LedgerKey,
    ) -> Result<Exchanged, IpcError> {
        let place = Secret::LedgerKey(profile.id.clone());
        let head_place = Secret::LedgerHead(profile.id.clone());
        let ledger = self.folder.ledger(&profile.id);
        let head_before = self.vault.get(&head_place).await?;
        let kept = kept_for(self.vault.as_ref(), &profile.id, &ledger).await?;
        let (before, new) = (self.vault.get(&place).await?, key.to_secret());
        let other = before
            .as_ref()
            .is_none_or(|before| before.expose_secret() != new.expose_secret());
        if other {
            // The ledger that is kept beside stays readable, and so does this one should the exchange end here.
            if let (Some(before), Some(kept)) = (&before, kept_key(&profile.id, &ledger)) {
                self.vault.set(&kept, before).await?;
            }
            self.vault.set(&place, &new).await?;
        }
        let of_account = before.as_ref().map(LedgerKey::parse);
        let others = of_account.and_then(Result::ok).into_iter().chain(kept);
        let others = others.collect();
        let key_before = other.then_some(before);
        match exchange(copy.to_owned(), ledger, key.clone(), others).await {
            Ok(Restored { kept, .. }) => Ok(Exchanged {
                kept,
                key_before,
                head_before,
            }),
            Err(error) => {
                let unchanged = Exchanged {
                    kept: None,
                    key_before,
                    head_before,
                };
                self.undo(&profile.id, unchanged).await;
                Err(error)
            }
        }
    }

    /// Puts back the ledger that was there, and its key.
    async fn undo(&self, id: &str, exchanged: Exchanged) {
        let Exchanged {
            kept,
            key_before,
            head_before,
        } = exchanged;
        if let Some(key_before) = key_before {
            self.set_back(Secret::LedgerKey(id.to_owned()), key_before)
                .await;
        }
        self.set_back(Secret::LedgerHead(id.to_owned()), head_before)
            .await;
        let file = kept.map_or(Ok(()), |kept| put_back(&kept, &self.folder.ledger(id)));
        if let Err(cause) = file {
            tracing::error!(%cause, "the ledger before could not be put back");
        }
    }

    async fn set_back(&self, secret: Secret, before: Option<SecretString>) {
        let set = match before {
            Some(before) => self.vault.set(&secret, &before).await,
            None => self.vault.delete(&secret).await,
        };
        if let Err(error) = set {
            tracing::error!(
                ?error,
                ?secret,
                "what the keychain held before could not be put back"
            );
        }
    }
}

/// What to undo when the ledger that was put back does not open.
struct Exchanged {
    /// Where the ledger that was there is kept.
    kept: Option<PathBuf>,
    /// The key that the keychain had, if any, where it was exchanged.
    key_before: Option<Option<SecretString>>,
    /// What the keychain remembered of the history.
    head_before: Option<SecretString>,
}

async fn exchange(
    copy: PathBuf,
    ledger: PathBuf,
    key: LedgerKey,
    others: Vec<LedgerKey>,
) -> Result<Restored, IpcError> {
    let folder = ledger.clone();
    let restore = move || remit_ledger::restore(&copy, &ledger, &key, &others);
    let exchanged = tokio::task::spawn_blocking(restore).await;
    exchanged
        .unwrap_or_else(|_| Err(LedgerError::Failed("cut short".to_owned())))
        .map_err(|error| match error {
            LedgerError::ReadOnly(_) => {
                cannot_write(&folder, &std::io::ErrorKind::PermissionDenied.into())
            }
            error => unreadable(&error),
        })
}

/// Gives a ledger that was kept beside its old name; the file first, in one step, so that there is always one, and none ever
/// beside another one's log.
fn put_back(kept: &Path, ledger: &Path) -> std::io::Result<()> {
    let part = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    for suffix in ["-wal", "-shm"] {
        let log = part(ledger, suffix);
        if log.exists() {
            std::fs::remove_file(log)?;
        }
    }
    for suffix in PARTS {
        let (from, to) = (part(kept, suffix), part(ledger, suffix));
        if from.exists() {
            std::fs::rename(from, to)?;
        } else if to.exists() {
            std::fs::remove_file(to)?;
        }
    }
    Ok(())
}
