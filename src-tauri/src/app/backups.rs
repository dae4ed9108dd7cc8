//! Copies of the ledger of the open account, or of the one that could not be opened.

use super::App;
use crate::copies;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, BackupsChanged};
use crate::ipc::inputs::{BackupOptions, SecretText};
use crate::ipc::views::{BackupFacts, BackupStatus, BackupView};
use crate::profiles::{Backups, Holder};
use crate::session::Session;
use jiff::Timestamp;
use remit_core::{Code, LedgerError, Secret};
use remit_ledger::{KeyError, LedgerKey};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};

impl App {
    pub(crate) async fn backup_status(&self) -> Result<BackupStatus, IpcError> {
        let profile = self.current().await?;
        self.keeps(&profile.id).await?;
        let session = self.session.read().await.clone();
        let default = self.folder.backups(&profile.id);
        let folder = profile.copies_folder(&default);
        let automatic = profile.backups.automatic;
        let now = Timestamp::now();
        let archive = session.as_deref().and_then(Session::archive);
        let own = match archive {
            Some(archive) => Some(archive.own(&folder).await?),
            None => None,
        };
        let next = own
            .as_ref()
            .filter(|_| automatic)
            .map(|own| copies::next_daily(own, now));
        let newest = own.as_ref().and_then(|own| own.first());
        // Without any copy all would be lost.
        let missing = match (archive, newest) {
            (Some(_), Some((_, missing))) => Some(*missing),
            (Some(archive), None) => Some(archive.payouts().await?),
            (None, _) => None,
        };
        let trouble = archive.and_then(|archive| archive.trouble());
        Ok(BackupStatus {
            folder_is_default: profile.backups.folder.is_none(),
            automatic,
            backups: copies::list(&folder)
                .iter()
                .map(copies::Copy::view)
                .collect(),
            folder: folder.display().to_string(),
            trouble,
            recovery_key_saved_at: profile.recovery_key_saved_at.map(|at| at.to_string()),
            next_at: next.map(|at| at.to_string()),
            last_at: newest.map(|(copy, _)| copy.made_at().to_string()),
            missing_payouts: missing.map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
        })
    }

    pub(crate) async fn set_backup_options(
        &self,
        options: BackupOptions,
    ) -> Result<BackupStatus, IpcError> {
        {
            let _opening = self.opening.lock().await;
            let profile = self.current().await?;
            self.keeps(&profile.id).await?;
            let folder = options.folder.as_deref().map(str::trim);
            let folder = folder.filter(|text| !text.is_empty()).map(PathBuf::from);
            if let Some(folder) = &folder {
                copies::check_folder(folder, &self.folder.profiles())?;
            }
            let folder = folder.filter(|folder| *folder != self.folder.backups(&profile.id));
            self.change_profile(&profile.id, |profile| {
                profile.backups = Backups {
                    folder,
                    automatic: options.automatic,
                };
            })?;
        }
        self.host.tell(AppEvent::Backups(BackupsChanged));
        self.backup_status().await
    }

    pub(crate) async fn back_up_now(&self) -> Result<BackupView, IpcError> {
        let session = self.session().await?;
        let archive = session.archive().ok_or_else(nothing_kept)?;
        session
            .unless_closed(archive.make(false))
            .await
            .unwrap_or_else(|| Err(super::no_profile()))
    }

    pub(crate) async fn inspect_backup(
        &self,
        path: String,
        recovery_key: Option<SecretText>,
    ) -> Result<BackupFacts, IpcError> {
        let path = PathBuf::from(path.trim());
        let current = self.current().await.ok().map(|profile| profile.id);
        let key = self.key_of(&path, current.as_deref(), recovery_key).await?;
        let facts = inspect(&path, &key).await?;
        let holder = facts.account.as_deref().and_then(Holder::read);
        let settings = self.host.settings()?;
        let profile = holder
            .as_ref()
            .and_then(|holder| settings.profiles.iter().find(|known| holder.is(known)));
        let newer = match self.session.read().await.clone() {
            Some(open) if profile.is_none_or(|known| known.id == open.profile().id) => {
                Some(newer_than(&open, &facts).await?)
            }
            _ => None,
        };
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(BackupFacts {
            backup: copies::view_of(&path),
            account: holder.as_ref().map(Holder::view),
            profile_id: profile.map(|profile| profile.id.clone()),
            payees: number(facts.payees),
            payouts: number(facts.payouts),
            events: number(facts.events),
            last_event_at: facts.last_event_at.map(|at| at.to_string()),
            newer_than_backup: newer.map(number),
        })
    }

    /// Refuses what makes no sense for an account that is kept nowhere.
    pub(super) async fn keeps(&self, id: &str) -> Result<(), IpcError> {
        let open = self.session.read().await.clone();
        match open {
            Some(open) if open.profile().id == id && !open.keeps() => Err(nothing_kept()),
            _ => Ok(()),
        }
    }

    /// The key that opens a copy: the recovery key if there is one, else the account's key in the keychain.
    pub(super) async fn key_of(
        &self,
        path: &Path,
        profile: Option<&str>,
        recovery_key: Option<SecretText>,
    ) -> Result<LedgerKey, IpcError> {
        if let Some(typed) = recovery_key.filter(|typed| !typed.is_empty()) {
            let key = read_recovery_key(typed, "recoveryKey")?;
            return if fits(path, &key).await? {
                Ok(key)
            } else {
                Err(wrong_key())
            };
        }
        // A file that is not there needs no key.
        if !path.is_file() {
            return Err(unreadable(&LedgerError::NotFound));
        }
        let kept = match profile {
            Some(id) => self.vault.get(&Secret::LedgerKey(id.to_owned())).await?,
            None => None,
        };
        if let Some(key) = kept.and_then(|text| LedgerKey::parse(&text).ok())
            && fits(path, &key).await?
        {
            return Ok(key);
        }
        Err(IpcError::field(
            Code::RecoveryKeyNeeded,
            "recoveryKey",
            "The key in this computer's keychain does not open this copy. Enter the recovery key that was written down; if that does not open it either, the file is no copy made by Remit.",
        ))
    }
}

/// How many events the open ledger has that the copy has not.
async fn newer_than(open: &Session, facts: &remit_ledger::BackupFacts) -> Result<u64, IpcError> {
    let head = open.ledger().head().await?;
    let shared = match open.ledger().event_at(facts.head.seq).await? {
        Some(event) if event.hash == facts.head.hash => facts.head.seq,
        // Another history: everything would be replaced.
        _ => 0,
    };
    Ok(head.seq.saturating_sub(shared))
}

pub(super) fn read_recovery_key(typed: SecretText, field: &str) -> Result<LedgerKey, IpcError> {
    LedgerKey::from_recovery_key(typed.into_secret().expose_secret()).map_err(|error| {
        let group = match error {
            KeyError::MistypedGroup(group) | KeyError::NoSuchCharacter { group, .. } => Some(group),
            _ => None,
        };
        IpcError {
            detail: group.map(|group| group.to_string()),
            ..IpcError::field(Code::RecoveryKeyInvalid, field, error.to_string())
        }
    })
}

/// Whether the key opens the file.
pub(super) async fn fits(path: &Path, key: &LedgerKey) -> Result<bool, IpcError> {
    let (path, key) = (path.to_owned(), key.clone());
    aside(move || remit_ledger::fits(&path, &key)).await
}

/// Looks into a copy, every page and the whole chain.
pub(super) async fn inspect(
    path: &Path,
    key: &LedgerKey,
) -> Result<remit_ledger::BackupFacts, IpcError> {
    let (path, key) = (path.to_owned(), key.clone());
    aside(move || remit_ledger::inspect_backup(&path, &key)).await
}

/// Reads a copy where it holds up nobody.
async fn aside<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, IpcError> {
    match tokio::task::spawn_blocking(read).await {
        Ok(read) => read.map_err(|error| unreadable(&error)),
        Err(_) => Err(unreadable(&LedgerError::Failed("cut short".to_owned()))),
    }
}

/// What to tell about a copy that cannot be used.
pub(super) fn unreadable(error: &LedgerError) -> IpcError {
    tracing::warn!(?error, "a copy cannot be used");
    let message = match error {
        LedgerError::Newer => {
            return IpcError::new(
                Code::LedgerNewer,
                "A newer version of Remit made this copy. Install that version or a newer one, then try again.",
            );
        }
        LedgerError::DiskFull => {
            return IpcError::new(
                Code::DiskFull,
                "The disk is full. Free some space and try again; nothing was changed.",
            );
        }
        LedgerError::NotFound => {
            "There is no such file. Choose a copy again; its disk may not be connected."
        }
        LedgerError::Corrupt(_) => {
            "This file is damaged, or is no copy made by Remit. Nothing was changed. Choose another copy."
        }
        _ => {
            "The copy cannot be read. Nothing was changed. Check its disk, or choose another copy."
        }
    };
    IpcError::field(Code::BackupUnreadable, "path", message)
}

pub(super) fn wrong_key() -> IpcError {
    IpcError::field(
        Code::RecoveryKeyWrong,
        "recoveryKey",
        "This recovery key does not open this copy: it belongs to another ledger, or the file is no copy made by Remit.",
    )
}

pub(super) fn nothing_kept() -> IpcError {
    IpcError::new(
        Code::NothingKept,
        "This demo lasts only as long as its window, because this computer has no keychain. There is nothing to copy or restore.",
    )
}
