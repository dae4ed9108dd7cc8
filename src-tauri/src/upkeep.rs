//! What goes on beside the payouts while an account is open: the daily copy, and the keychain's knowledge of the history.

use crate::bookmark::Bookmark;
use crate::copies::{self, Copy};
use crate::host::Host;
use crate::ipc::IpcError;
use crate::ipc::events::{AppEvent, BackupsChanged, Trouble};
use crate::ipc::views::BackupView;
use crate::profiles::Profile;
use jiff::{SignedDuration, Timestamp};
use remit_core::{Ledger, LedgerError};
use remit_ledger::SqliteLedger;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

/// How often the clock on the wall is looked at: a laptop may have slept.
const ROUND: Duration = Duration::from_secs(60);
/// How long after an account was opened its daily copy is made at the earliest: until then the window has other work.
const CALM: Duration = Duration::from_secs(10);
/// How long after a daily copy failed the next is tried.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(10);
/// How soon a keychain that failed is asked again at first, then ever later up to each round: the system may ask its owner
/// each time.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// How long the keychain may take when the account is closed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The copies of the open account's ledger.
pub(crate) struct Archive {
    host: Arc<dyn Host>,
    ledger: Arc<SqliteLedger>,
    bookmark: Arc<Bookmark>,
    profile_id: String,
    default_folder: PathBuf,
    /// Why the last automatic copy failed, and when.
    failed: Mutex<Option<(IpcError, Timestamp)>>,
}

impl Archive {
    pub(crate) fn new(
        host: Arc<dyn Host>,
        ledger: Arc<SqliteLedger>,
        bookmark: Arc<Bookmark>,
        profile_id: String,
        default_folder: PathBuf,
    ) -> Self {
        Self {
            host,
            ledger,
            bookmark,
            profile_id,
            default_folder,
            failed: Mutex::new(None),
        }
    }

    /// Makes a copy now, checked before it has its name.
    ///
    /// # Errors
    /// Why there is none. Nothing is left behind, and earlier copies are as they were.
    pub(crate) async fn make(&self, automatic: bool) -> Result<BackupView, IpcError> {
        let profile = self.profile()?;
        let folder = profile.copies_folder(&self.default_folder);
        std::fs::create_dir_all(&folder).map_err(|cause| {
            copies::cannot_copy(
                &folder,
                &remit_core::LedgerError::ReadOnly(cause.to_string()),
            )
        })?;
        let place = copies::place(&folder, &profile, Timestamp::now(), automatic);
        self.ledger
            .back_up(&place)
            .await
            .map_err(|error| copies::cannot_copy(&folder, &error))?;
        // The copy is whole whether or not the keychain works now.
        if let Err(error) = self.bookmark.keep().await {
            tracing::warn!(
                ?error,
                "the keychain does not know of the newest events yet"
            );
        }
        let view = copies::view_of(&place);
        if automatic {
            match copies::own(&folder, &self.ledger).await {
                Ok(own) => copies::thin_out(own),
                Err(error) => tracing::warn!(?error, "old copies are kept"),
            }
            *self.failed() = None;
        }
        self.host.tell(AppEvent::Backups(BackupsChanged));
        Ok(view)
    }

    /// The copies in a folder that are of this very ledger, newest first, each with how many of its payouts it lacks.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) async fn own(&self, folder: &Path) -> Result<Vec<(Copy, u64)>, LedgerError> {
        copies::own(folder, &self.ledger).await
    }

    /// How many payouts there are.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) async fn payouts(&self) -> Result<u64, LedgerError> {
        self.ledger.payout_count().await
    }

    /// Why the last automatic copy failed.
    pub(crate) fn trouble(&self) -> Option<IpcError> {
        self.failed().as_ref().map(|(error, _)| error.clone())
    }

    /// Makes the daily copy if it is due.
    async fn make_if_due(&self) -> Result<(), IpcError> {
        let profile = self.profile()?;
        if !profile.backups.automatic || self.ledger.head().await?.seq == 0 {
            return Ok(());
        }
        let now = Timestamp::now();
        let folder = profile.copies_folder(&self.default_folder);
        let failed_at = self.failed().as_ref().map(|(_, at)| *at);
        let rests = failed_at.is_some_and(|at| {
            let ago = now.duration_since(at);
            !ago.is_negative() && ago < TRY_AGAIN
        });
        if rests || copies::next_daily(&copies::own(&folder, &self.ledger).await?, now) > now {
            return Ok(());
        }
        self.make(true).await.map(|_| ())
    }

    async fn round(&self) {
        let Err(error) = self.make_if_due().await else {
            return;
        };
        let told = self.trouble().is_some_and(|known| known.code == error.code);
        *self.failed() = Some((error.clone(), Timestamp::now()));
        self.host.tell(AppEvent::Backups(BackupsChanged));
        // One message a cause, never a storm.
        if !told {
            self.host.tell(AppEvent::Trouble(Trouble { error }));
        }
    }

    /// The account with the owner's newest choices.
    fn profile(&self) -> Result<Profile, IpcError> {
        Ok(self.host.settings()?.profile(&self.profile_id)?.clone())
    }

    fn failed(&self) -> std::sync::MutexGuard<'_, Option<(IpcError, Timestamp)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The running upkeep. Dropping it stops it.
pub(crate) struct Upkeep {
    task: JoinHandle<()>,
    bookmark: Arc<Bookmark>,
}

impl Upkeep {
    /// Begins. An account that is kept nowhere has no archive.
    pub(crate) fn start(
        host: Arc<dyn Host>,
        bookmark: Arc<Bookmark>,
        archive: Option<Arc<Archive>>,
    ) -> Self {
        let kept = Arc::clone(&bookmark);
        let task = tokio::spawn(async move {
            // A keychain that failed at the start was told then.
            let mut told = !kept.is_compared().await;
            let mut again = ASK_AGAIN;
            let calm = Instant::now() + CALM;
            loop {
                let mut rest = ROUND;
                if let Err(error) = kept.keep().await {
                    tracing::warn!(?error, "the keychain does not know of the newest events");
                    rest = again;
                    again = again.saturating_mul(2).min(ROUND);
                    if !std::mem::replace(&mut told, true) {
                        let error = error.into();
                        host.tell(AppEvent::Trouble(Trouble { error }));
                    }
                } else {
                    told = false;
                    again = ASK_AGAIN;
                }
                if let Some(archive) = &archive {
                    sleep_until(calm).await;
                    archive.round().await;
                }
                tokio::time::sleep(rest).await;
            }
        });
        Self { task, bookmark }
    }

    /// Stops it, and lets the keychain know where the history stands.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
        match timeout(LAST_WORDS, self.bookmark.keep()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(?error, "the keychain does not know of the last events");
            }
            Err(_) => tracing::warn!("the keychain took too long at the end"),
        }
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.task.abort();
    }
}
